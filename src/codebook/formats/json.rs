//! JSON: objects of names, lists of values; the same shape as YAML has.

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};

use super::File;
use super::yaml::{Value, themes};

/// Reads a dictionary.
pub(super) fn json(file: &mut File<'_>) {
    match serde_json::from_str::<Value>(file.text) {
        Ok(mut value) => {
            locate(&mut value, file.text, &mut 0);
            themes(file, vec![value]);
        }
        Err(error) => {
            let lines = file.text.split_inclusive('\n');
            let before: usize = lines.take(error.line().saturating_sub(1)).map(str::len).sum();
            let at = file.text.floor_char_boundary(before + error.column().saturating_sub(1));
            let message = error.to_string();
            let message = message.split(" at line ").next().unwrap_or_default();
            file.error(at..at, format!("this is not JSON: {message}"));
        }
    }
}

/// Finds the places of texts, which stand in the file in this order; the parser tells none.
fn locate(value: &mut Value, text: &str, from: &mut usize) {
    let find = |of: &str, from: &mut usize| {
        let quoted = serde_json::Value::String(of.to_owned()).to_string();
        let at = text[*from..].find(&quoted).map(|n| *from + n);
        let place = at.map(|at| at + 1..at + quoted.len() - 1);
        *from = at.map_or(*from, |at| at + quoted.len());
        place.unwrap_or(*from..*from)
    };
    match value {
        Value::Text(of, place) => *place = find(of, from),
        Value::List(list) => list.iter_mut().for_each(|v| locate(v, text, from)),
        Value::Map(map) => {
            for (name, place, value) in map {
                *place = find(name, from);
                locate(value, text, from);
            }
        }
        Value::Other(_, place) => *place = *from..*from,
    }
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Values)
    }
}

/// Takes everything, so that a name that is there twice is seen.
struct Values;

impl<'de> Visitor<'de> for Values {
    type Value = Value;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("objects, lists and texts")
    }

    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        Ok(Value::Text(text.to_owned(), 0..0))
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Other("`null`", 0..0))
    }

    fn visit_bool<E>(self, _: bool) -> Result<Value, E> {
        Ok(Value::Other("`true` or `false`", 0..0))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Value, E> {
        Ok(Value::Text(number.to_string(), 0..0))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Value, E> {
        Ok(Value::Text(number.to_string(), 0..0))
    }

    fn visit_f64<E>(self, _: f64) -> Result<Value, E> {
        Ok(Value::Other("a number with a point", 0..0))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Value, A::Error> {
        let mut out = Vec::new();
        while let Some(value) = list.next_element()? {
            out.push(value);
        }
        Ok(Value::List(out))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let mut out = Vec::new();
        while let Some((name, value)) = map.next_entry()? {
            out.push((name, 0..0, value));
        }
        Ok(Value::Map(out))
    }
}
