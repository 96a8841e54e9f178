//! The keys of `[[cooccurrence]]`.

use toml::Spanned;
use toml::de::DeValue;

use super::kwic::MAX_WORDS;
use super::read::unknown;
use super::read_frequency::flag;
use super::{Cooccurrence, Field, GroupField, Unit, Within};
use crate::text::{Problem, Table, string, wrong_type};

/// Most passages that things may be apart.
const MAX_PASSAGES: u32 = 100;

/// Reads them.
pub(super) fn cooccurrence(
    file: &str,
    table: &mut Table<'_, '_>,
    problems: &mut Vec<Problem>,
) -> Cooccurrence {
    let mut list: Vec<Within> = Vec::new();
    if let Some(value) = table.get("within") {
        let items: Vec<&Spanned<DeValue<'_>>> = match value.get_ref() {
            DeValue::Array(items) => items.iter().collect(),
            _ => vec![value],
        };
        if items.is_empty() {
            let problem = Problem::error(value.span(), "`within` names no unit");
            problems.push(problem.hint("take it away for passages, or name a unit"));
        }
        for item in items {
            match within(file, item, problems) {
                Some(within) if list.contains(&within) => {
                    let message = format!("`{}` named twice in `within`", within.name());
                    problems.push(Problem::error(item.span(), message));
                }
                Some(within) => list.push(within),
                None => {}
            }
        }
    }
    if list.is_empty() {
        list.push(Within::Unit(Unit::Passage));
    }
    let by = table.string("by", problems);
    let by = by.map(|text| GroupField { field: Field::of(&text.value), place: text.place });
    let near = list.iter().any(|w| !matches!(w, Within::Unit(_)));
    let permutation = flag(table, "permutation", problems);
    for (asked, key) in [(by.is_some(), "by"), (permutation, "permutation")] {
        if asked && near {
            let message = format!("`{key}` beside hits that are near each other");
            let problem = Problem::error(table.place.clone(), message);
            problems.push(
                problem.hint(
                    "it goes with units: sentence, passage, turn, section, source, participant",
                ),
            );
        }
    }
    Cooccurrence { within: list, by, zeros: flag(table, "zeros", problems), permutation }
}

/// `"sentence"`, `"hit"`, `{ words = 10 }`, `{ passages = 1 }`.
fn within(file: &str, value: &Spanned<DeValue<'_>>, problems: &mut Vec<Problem>) -> Option<Within> {
    if let Some(text) = string(file, value) {
        if text.value == "hit" {
            return Some(Within::Hit);
        }
        let known = Unit::ALL.into_iter().find(|u| u.name() == text.value);
        if known.is_none() {
            let names: Vec<&str> = Unit::ALL.iter().map(|u| u.name()).chain(["hit"]).collect();
            unknown(problems, "within", &text, &names);
        }
        return known.map(Within::Unit);
    }
    let Some(map) = value.get_ref().as_table() else {
        let wanted = "a unit, as `\"sentence\"`, `{ words = 10 }` or `{ passages = 1 }`";
        problems.push(wrong_type("within", wanted, value));
        return None;
    };
    let mut table = Table::new(file, map, value.span());
    let words = table.number("words", 1, problems);
    let passages = table.number("passages", 1, problems);
    table.finish("`within`", problems);
    for (key, number, most) in [("words", words, MAX_WORDS), ("passages", passages, MAX_PASSAGES)] {
        if number.is_some_and(|n| n > most) {
            problems.push(Problem::error(value.span(), format!("`{key}` takes at most {most}")));
        }
    }
    match (words, passages) {
        (Some(n), None) => Some(Within::Words(n)),
        (None, Some(n)) => Some(Within::Passages(n)),
        (Some(_), Some(_)) => {
            let message = "`words` and `passages` in one window";
            problems.push(Problem::error(value.span(), message).hint("make two of them"));
            None
        }
        (None, None) => None,
    }
}
