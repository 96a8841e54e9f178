//! TOML tables with the place of everything in them, so that each mistake can be shown.
//!
//! A plain TOML reader stops at the first mistake. Here a file is taken apart key by key; what is
//! wrong is put on a list and the rest is read on.

use std::ops::{Range, RangeInclusive};

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::Problem;

/// A string of the file.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Text {
    /// What it says.
    pub value: String,
    /// Its bytes in the file, quotation marks left out where its inside is written as it reads.
    pub place: Range<usize>,
}

/// Takes a file apart. Mistakes of TOML itself are put on the list.
#[must_use]
pub fn parse_toml<'t>(text: &'t str, problems: &mut Vec<Problem>) -> DeTable<'t> {
    let (table, errors) = DeTable::parse_recoverable(text);
    for error in errors {
        let place = error.span().unwrap_or(0..0);
        problems.push(Problem::error(place, error.message().trim_end_matches('.').to_owned()));
    }
    table.into_inner()
}

/// A table being read: which of its keys were asked for, and what is wrong with them.
#[derive(Debug)]
pub struct Table<'a, 't> {
    file: &'t str,
    map: &'a DeTable<'t>,
    /// Where the table is named in the file.
    pub place: Range<usize>,
    known: Vec<&'static str>,
}

impl<'a, 't> Table<'a, 't> {
    /// The table `map` of `file`, named at `place`.
    #[must_use]
    pub const fn new(file: &'t str, map: &'a DeTable<'t>, place: Range<usize>) -> Self {
        Self { file, map, place, known: Vec::new() }
    }

    /// The value of a key, if it is there.
    pub fn get(&mut self, key: &'static str) -> Option<&'a Spanned<DeValue<'t>>> {
        if !self.known.contains(&key) {
            self.known.push(key);
        }
        self.map.iter().find(|(k, _)| k.get_ref() == key).map(|(_, v)| v)
    }

    /// How many keys it has.
    #[must_use]
    pub fn len(&self) -> usize {
        self.map.len()
    }

    /// True if it has no key.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.map.len() == 0
    }

    /// The keys that were not asked for, with their values, in the order of the file.
    #[must_use]
    pub fn others(&self) -> Vec<(Text, &'a Spanned<DeValue<'t>>)> {
        let mut rest: Vec<_> = self
            .map
            .iter()
            .filter(|(k, _)| !self.known.contains(&k.get_ref().as_ref()))
            .map(|(k, v)| (Text { value: k.get_ref().to_string(), place: k.span() }, v))
            .collect();
        rest.sort_by_key(|(k, _)| k.place.start);
        rest
    }

    /// Puts every key that was not asked for on the list.
    pub fn finish(&self, what: &str, problems: &mut Vec<Problem>) {
        for (key, _) in self.others() {
            let message = format!("unknown key `{}` in {what}", key.value);
            let problem = Problem::error(key.place, message);
            problems.push(problem.suggest(&key.value, self.known.iter().copied()));
        }
    }

    /// A string.
    pub fn string(&mut self, key: &'static str, problems: &mut Vec<Problem>) -> Option<Text> {
        let value = self.get(key)?;
        let text = string(self.file, value);
        if text.is_none() {
            problems.push(wrong_type(key, "text in quotation marks", value));
        }
        text
    }

    /// A string or a list of strings.
    pub fn strings(&mut self, key: &'static str, problems: &mut Vec<Problem>) -> Option<Vec<Text>> {
        let value = self.get(key)?;
        Some(strings(self.file, key, value, problems))
    }

    /// A whole number not below `least`.
    pub fn number(
        &mut self,
        key: &'static str,
        least: u32,
        problems: &mut Vec<Problem>,
    ) -> Option<u32> {
        self.number_within(key, least..=u32::MAX, problems)
    }

    /// A whole number in a range.
    pub fn number_within(
        &mut self,
        key: &'static str,
        range: RangeInclusive<u32>,
        problems: &mut Vec<Problem>,
    ) -> Option<u32> {
        let value = self.get(key)?;
        let found = number(value).filter(|n| range.contains(n));
        if found.is_none() {
            let wanted = format!("a whole number from {} to {}", range.start(), range.end());
            let written = value.get_ref().as_integer().map(|n| n.as_str().to_owned());
            problems.push(match written {
                Some(n) => {
                    Problem::error(value.span(), format!("`{key}` takes {wanted}, and this is {n}"))
                }
                None => wrong_type(key, &wanted, value),
            });
        }
        found
    }
}

/// A value that is not of the kind a key takes.
#[must_use]
pub fn wrong_type(key: &str, wanted: &str, value: &Spanned<DeValue<'_>>) -> Problem {
    let found = match value.get_ref() {
        DeValue::String(_) => "text",
        DeValue::Integer(_) => "a number",
        DeValue::Float(n)
            if n.as_str()
                .trim_start_matches(['+', '-'])
                .starts_with(|c: char| c.is_ascii_digit()) =>
        {
            "a number with a point"
        }
        DeValue::Float(_) => "no number that counts",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    };
    Problem::error(value.span(), format!("`{key}` takes {wanted}, and this is {found}"))
}

/// A string with its place.
#[must_use]
pub fn string(file: &str, value: &Spanned<DeValue<'_>>) -> Option<Text> {
    let text = value.get_ref().as_str()?;
    let span = value.span();
    let raw = file.get(span.clone()).unwrap_or_default();
    let inner = span.start + 1..span.end.saturating_sub(1).max(span.start + 1);
    let plain = raw.len() == text.len() + 2 && file.get(inner.clone()) == Some(text);
    Some(Text { value: text.to_owned(), place: if plain { inner } else { span } })
}

/// A string or a list of strings; what is neither is put on the list.
pub fn strings(
    file: &str,
    key: &str,
    value: &Spanned<DeValue<'_>>,
    problems: &mut Vec<Problem>,
) -> Vec<Text> {
    if let Some(one) = string(file, value) {
        return vec![one];
    }
    let Some(list) = value.get_ref().as_array() else {
        problems.push(wrong_type(key, "text, or a list of texts", value));
        return Vec::new();
    };
    let mut out = Vec::new();
    for item in list {
        match string(file, item) {
            Some(text) => out.push(text),
            None => problems.push(wrong_type(key, "texts in its list", item)),
        }
    }
    out
}

/// A number, whole or with a point.
#[must_use]
pub fn decimal(value: &Spanned<DeValue<'_>>) -> Option<f64> {
    let number = match value.get_ref() {
        DeValue::Integer(n) if n.radix() == 10 => n.as_str().parse::<f64>().ok(),
        DeValue::Float(n) => n.as_str().parse::<f64>().ok(),
        _ => None,
    };
    number.filter(|n| n.is_finite())
}

/// A whole number of at least 0.
#[must_use]
pub fn number(value: &Spanned<DeValue<'_>>) -> Option<u32> {
    let integer = value.get_ref().as_integer()?;
    u32::from_str_radix(integer.as_str(), integer.radix()).ok()
}
