//! The keys of `[[cooccurrence]]`.

use toml::Spanned;
use toml::de::DeValue;

use super::collocates::{least_value, measure};
use super::kwic::MAX_WORDS;
use super::read::unknown;
use super::read_frequency::flag;
use super::{
    Cooccurrence, Evidence, Field, GroupField, Measure, Network, NetworkFormat, Unit, Within,
};
use crate::text::{Problem, Table, decimal, number, string, strings, wrong_type};

/// Most passages that things may be apart.
const MAX_PASSAGES: u32 = 100;

/// Most units that are shown in a row.
const MAX_EVIDENCE: u32 = 100;

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
    let permutation = flag(table, "permutation", problems);
    let inside =
        |w: &Within| matches!(w, Within::Unit(u) if !matches!(u, Unit::Source | Unit::Participant));
    if permutation && !list.iter().all(inside) {
        let place = table.get("permutation").map_or(table.place.clone(), Spanned::span);
        let message = "`permutation` needs units inside sources";
        let problem = Problem::error(place, message);
        problems.push(problem.hint("it goes with sentence, passage, turn, section"));
    }
    let words = list.iter().any(|w| matches!(w, Within::Words(_)));
    let weights = weights(table, words, problems);
    let across = match table.string("pairs", problems) {
        None => true,
        Some(text) => {
            if !matches!(text.value.as_str(), "across" | "all") {
                unknown(problems, "pairs", &text, &["across", "all"]);
            }
            text.value != "all"
        }
    };
    Cooccurrence {
        within: list,
        by,
        zeros: flag(table, "zeros", problems),
        permutation,
        across,
        weights,
        evidence: evidence(table, problems),
        network: network(file, table, problems),
    }
}

/// `[3, 2, 1]`.
fn weights(table: &mut Table<'_, '_>, words: bool, problems: &mut Vec<Problem>) -> Vec<f64> {
    let Some(value) = table.get("weights") else { return Vec::new() };
    let items = value.get_ref().as_array().map(|items| items.iter().map(decimal).collect());
    let weights: Option<Vec<f64>> = items.flatten();
    let fits = |w: &Vec<f64>| !w.is_empty() && w.iter().all(|n| *n >= 0.0);
    let Some(weights) = weights.filter(fits) else {
        let message = "`weights` takes a list of numbers not below 0, the first for neighbours";
        problems.push(Problem::error(value.span(), message).hint("such as `[3, 2, 1]`"));
        return Vec::new();
    };
    if !words {
        let message = "`weights` without a window of words";
        let problem = Problem::error(value.span(), message);
        problems.push(problem.hint("they go with `within = { words = 10 }`"));
    }
    weights
}

/// `3`, `"all"`.
fn evidence(table: &mut Table<'_, '_>, problems: &mut Vec<Problem>) -> Evidence {
    let Some(value) = table.get("evidence") else { return Evidence::None };
    if value.get_ref().as_str() == Some("all") {
        return Evidence::All;
    }
    if let Some(n) = number(value).filter(|n| (1..=MAX_EVIDENCE).contains(n)) {
        return Evidence::First(n);
    }
    let message = format!("`evidence` takes a number from 1 to {MAX_EVIDENCE}, or `\"all\"`");
    let problem = Problem::error(value.span(), message);
    problems.push(problem.hint("`\"all\"` writes a file of its own"));
    Evidence::None
}

/// `"graphml"`, `["graphml", "matrix"]`, `{ format = "gexf", weight = "jaccard", least = 0.1 }`.
fn network(file: &str, table: &mut Table<'_, '_>, problems: &mut Vec<Problem>) -> Option<Network> {
    let value = table.get("network")?;
    let mut network =
        Network { formats: Vec::new(), weight: Measure::Count, least: None, min_count: 1 };
    let named = if let Some(map) = value.get_ref().as_table() {
        let mut table = Table::new(file, map, value.span());
        let named = table.strings("format", problems).unwrap_or_default();
        if let Some(weight) = measure(&mut table, "weight", "n_ab", problems) {
            network.weight = weight;
        }
        network.least = least_value(&mut table, problems);
        network.min_count = table.number("min_count", 1, problems).unwrap_or(1);
        table.finish("`network`", problems);
        named
    } else {
        strings(file, "network", value, problems)
    };
    for text in &named {
        match NetworkFormat::ALL.into_iter().find(|f| f.name() == text.value) {
            Some(format) => network.formats.push(format),
            None => {
                unknown(problems, "network", text, &NetworkFormat::ALL.map(NetworkFormat::name));
            }
        }
    }
    if named.is_empty() {
        let problem = Problem::error(value.span(), "`network` names no form");
        problems.push(problem.hint("name `graphml`, `gexf` or `matrix`, or a list of them"));
    }
    network.formats.sort_unstable();
    network.formats.dedup();
    Some(network)
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
    let words = table.number_within("words", 1..=MAX_WORDS, problems);
    let passages = table.number_within("passages", 1..=MAX_PASSAGES, problems);
    table.finish("`within`", problems);
    match (words, passages) {
        (Some(n), None) => Some(Within::Words(n)),
        (None, Some(n)) => Some(Within::Passages(n)),
        (Some(_), Some(_)) => {
            let message = "`words` and `passages` in one window";
            problems.push(Problem::error(value.span(), message).hint("make two of them"));
            None
        }
        (None, None) => {
            if map.is_empty() {
                let message = "`within` of neither words nor passages";
                let hint =
                    "write `{ words = 10 }`, `{ passages = 1 }` or a unit such as `\"turn\"`";
                problems.push(Problem::error(value.span(), message).hint(hint));
            }
            None
        }
    }
}
