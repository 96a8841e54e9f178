//! A table (`.csv`, `.tsv`) with a row for each pattern: a column of theme paths, one of patterns, and
//! those that our own tables have beside them.

use std::ops::Range;

use super::super::tree::{Node, Refers};
use super::super::value::Signs;
use super::super::{Unit, Weight, WrittenPattern};
use super::{File, at_path};
use crate::pattern::{Form, parse};
use crate::text::{Text, row_start};

/// Columns of our own tables.
pub(in super::super) const COLUMNS: [&str; 8] =
    ["theme", "role", "pattern", "weight", "label", "definition", "guid", "color"];

/// The place of a row in the file.
pub(super) fn row_place(text: &str, record: &csv::StringRecord) -> Range<usize> {
    let start = row_start(text, record);
    let end = text[start..].find(['\r', '\n']).map_or(text.len(), |n| start + n);
    start..end
}

/// Reads a table.
pub(super) fn csv(file: &mut File<'_>) {
    let head = file.text.lines().next().unwrap_or_default();
    let delimiter = [b'\t', b';'].into_iter().find(|d| head.as_bytes().contains(d));
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter.unwrap_or(b','))
        .flexible(true)
        .trim(csv::Trim::All)
        .from_reader(file.text.as_bytes());
    let header: Vec<String> = match reader.headers() {
        Ok(header) => header.iter().map(str::to_lowercase).collect(),
        Err(_) => Vec::new(),
    };
    let column = |names: &[&str]| header.iter().position(|h| names.contains(&h.as_str()));
    let theme = column(&["theme", "category", "path", "code", "key"]);
    let pattern = column(&["pattern", "value", "term", "word", "find"]);
    let (Some(theme), Some(pattern)) = (theme, pattern) else {
        let place = 0..head.len();
        file.read.problems.push(
            crate::text::Problem::error(place, "no column of themes, or none of patterns")
                .hint("name two columns `theme` and `pattern`"),
        );
        return;
    };
    let ours = column(&["role"]);
    let others = ["weight", "label", "definition", "guid", "color"].map(|n| column(&[n]));
    let mut nodes: Vec<Node> = Vec::new();
    for record in reader.records() {
        let Ok(record) = record else {
            file.warn(0..0, "a row that is no row of a table is left out");
            continue;
        };
        let place = row_place(file.text, &record);
        let cell = |i: Option<usize>| i.and_then(|i| record.get(i)).unwrap_or_default();
        if record.len() != header.len() {
            let (cells, headings) = (record.len(), header.len());
            file.warn(place.clone(), format!("{cells} cells under {headings} headings"));
        }
        let Some(node) = at_path(file, &mut nodes, cell(Some(theme)), &place) else {
            file.warn(place, "a row without a theme is left out");
            continue;
        };
        let written = cell(others[0]);
        let weight = written.parse::<f64>().ok().and_then(Weight::of);
        if weight.is_none() && !written.is_empty() {
            file.warn(place.clone(), "a weight that is no number is left out");
        }
        let set = |into: &mut Option<String>, i: Option<usize>| {
            if !cell(i).is_empty() {
                *into = Some(cell(i).to_owned());
            }
        };
        set(&mut node.theme.label, others[1]);
        set(&mut node.theme.definition, others[2]);
        set(&mut node.theme.guid, others[3]);
        set(&mut node.theme.color, others[4]);
        let value = cell(Some(pattern));
        if ours.is_some() {
            own_row(file, node, cell(ours), value, place, weight);
        } else if !value.is_empty() {
            let signs = Signs { question_mark: true, underscore: false };
            file.value(&mut node.theme, value, place, signs, weight);
        }
    }
    file.read.nodes = nodes;
}

/// A row of a table that this program wrote: patterns are in our own forms.
fn own_row(
    file: &mut File<'_>,
    node: &mut Node,
    role: &str,
    value: &str,
    place: Range<usize>,
    weight: Option<Weight>,
) {
    let text = Text { value: value.to_owned(), place: place.clone() };
    let Refers { any_of, all_of, none_of, .. } = &mut node.refers;
    let form = match role {
        "find" | "except" => Form::Simple,
        "cql" | "except_cql" => Form::Cql,
        "hit" => return node.theme.hits.push(text),
        "miss" => return node.theme.misses.push(text),
        "any_of" => return any_of.push(text),
        "all_of" => return all_of.push(text),
        "none_of" => return none_of.push(text),
        "note" => {
            node.theme.note = Some(text.value);
            return;
        }
        "within" => {
            let known = Unit::IN_SOURCE.into_iter().find(|u| u.name() == value);
            match known {
                Some(unit) => node.theme.within = unit,
                None => file.error(place, format!("`within` knows no `{value}`")),
            }
            return;
        }
        "" => return,
        other => return file.error(place, format!("`role` knows no `{other}`")),
    };
    match parse(form, value) {
        Ok(pattern) => {
            let written = WrittenPattern { weight, ..WrittenPattern::new(text, form, pattern) };
            if role.starts_with("except") {
                node.theme.except.push(written);
            } else {
                node.theme.find.push(written);
            }
        }
        Err(error) => file.error(place, format!("pattern `{value}`: {}", error.message)),
    }
}
