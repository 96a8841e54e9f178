//! YAML as quanteda writes it: maps of names, lists of values; own values of a theme that has others below
//! it under the key `__`. Every scalar is text, so that `no`, `on` and `007` stay what they are.

use std::ops::Range;

use saphyr_parser::{Event, Parser};

use super::super::tree::{MAX_LEVEL, Node};
use super::super::value::Signs;
use super::File;

/// A value of a file of nested maps and lists.
#[derive(Clone, Debug)]
pub(super) enum Value {
    Text(String, Range<usize>),
    List(Vec<Value>),
    Map(Vec<(String, Range<usize>, Value)>),
    /// Nothing, or what is no text.
    Other(&'static str, Range<usize>),
}

/// A name in a map, and where it is.
type Key = (String, Range<usize>);

/// Reads a dictionary.
pub(super) fn yaml(file: &mut File<'_>) {
    // The parser counts characters.
    let bytes: Vec<usize> = file.text.char_indices().map(|(at, _)| at).collect();
    let at = |chars: usize| bytes.get(chars).copied().unwrap_or(file.text.len());
    let mut open: Vec<(Value, Option<Key>)> = Vec::new();
    let mut key: Option<Key> = None;
    let mut tops = Vec::new();
    for event in Parser::new_from_str(file.text) {
        let (event, span) = match event {
            Ok(event) => event,
            Err(error) => {
                let place = at(error.marker().index());
                file.error(place..place, format!("this is not YAML: {}", error.info()));
                return;
            }
        };
        let place = at(span.start.index())..at(span.end.index());
        let done = match event {
            Event::MappingStart(..) | Event::SequenceStart(..) => {
                if open.len() > MAX_LEVEL {
                    file.error(place, "themes nest too deep");
                    return;
                }
                let empty = if matches!(event, Event::MappingStart(..)) {
                    Value::Map(Vec::new())
                } else {
                    Value::List(Vec::new())
                };
                open.push((empty, key.take()));
                continue;
            }
            Event::MappingEnd | Event::SequenceEnd => {
                let Some((value, of)) = open.pop() else { continue };
                key = of;
                value
            }
            Event::Scalar(text, ..) => {
                if matches!(open.last(), Some((Value::Map(_), _))) && key.is_none() {
                    key = Some((text.into_owned(), place));
                    continue;
                }
                Value::Text(text.into_owned(), place)
            }
            Event::Alias(_) => Value::Other("an alias of YAML", place),
            _ => continue,
        };
        match open.last_mut() {
            Some((Value::Map(map), _)) => {
                let (name, place) = key.take().unwrap_or_default();
                map.push((name, place, done));
            }
            Some((Value::List(list), _)) => list.push(done),
            _ => tops.push(done),
        }
    }
    themes(file, tops);
}

/// Themes of nested maps and lists.
pub(super) fn themes(file: &mut File<'_>, tops: Vec<Value>) {
    let mut nodes = Vec::new();
    let none = tops.is_empty();
    for top in tops {
        let Value::Map(map) = top else {
            file.error(0..0, "a dictionary is a map of names to lists of values");
            continue;
        };
        for node in of_map(file, map, None) {
            file.add(&mut nodes, node);
        }
    }
    if none {
        file.error(0..0, "no theme in this file");
    }
    file.read.nodes = nodes;
}

fn of_map(
    file: &mut File<'_>,
    map: Vec<(String, Range<usize>, Value)>,
    mut parent: Option<&mut Node>,
) -> Vec<Node> {
    let mut out: Vec<Node> = Vec::new();
    for (name, place, value) in map {
        if matches!(name.as_str(), "__" | "__values__")
            && let Some(parent) = &mut parent
        {
            values(file, parent, value);
            continue;
        }
        if name.trim().is_empty() {
            file.warn(place, "a theme without a name is left out");
            continue;
        }
        let mut node = file.node(&name, place.clone());
        match value {
            Value::Map(map) => node.children = of_map(file, map, Some(&mut node)),
            other => values(file, &mut node, other),
        }
        file.add(&mut out, node);
    }
    out
}

fn values(file: &mut File<'_>, node: &mut Node, value: Value) {
    let signs = Signs { question_mark: true, underscore: false };
    match value {
        Value::Text(text, place) if text.is_empty() => {
            file.warn(place, "an empty value is left out");
        }
        Value::Text(text, place) => file.value(&mut node.theme, &text, place, signs, None),
        Value::List(list) => {
            for item in list {
                match item {
                    // quanteda writes values and themes below in one list.
                    Value::Map(map) => {
                        for below in of_map(file, map, Some(node)) {
                            file.add(&mut node.children, below);
                        }
                    }
                    other => values(file, node, other),
                }
            }
        }
        Value::Map(map) => {
            for below in of_map(file, map, Some(node)) {
                file.add(&mut node.children, below);
            }
        }
        Value::Other(what, place) => file.warn(place, format!("{what} is left out")),
    }
}
