//! Queries against what there is: themes of the codebook, attributes, values, layers and structures
//! of the corpus.

use std::collections::{BTreeMap, BTreeSet};

use super::{Ask, Condition, Cooccurrence, Query, QueryFile, Report, fits, plan, read_kwic};
use crate::codebook::{Codebook, each_pattern};
use crate::pattern::{Pattern, Structure, Test, Value};
use crate::text::number_of;
use crate::text::{Problem, Text};

/// The names of a corpus that a query can use.
#[derive(Clone, Debug, Default)]
pub struct Names {
    /// Values by field, the fields of the program and the attributes alike.
    pub values: BTreeMap<String, BTreeSet<String>>,
    /// Attributes that are numbers.
    pub numbers: BTreeSet<String>,
    /// What each source brings beside its text, in the order of output.
    pub sources: Vec<Corpus>,
}

/// What a source brings beside its text.
#[derive(Clone, Debug, Default)]
pub struct Corpus {
    /// Its key.
    pub source: String,
    /// Its collection.
    pub collection: String,
    /// Layers of its tokens.
    pub layers: Vec<String>,
    /// Structures with their attributes.
    pub structures: BTreeMap<String, BTreeSet<String>>,
}

/// Themes that a query names and its codebook does not have.
#[must_use]
pub fn check_themes(file: &QueryFile, codebook: Option<&Codebook>) -> Vec<Problem> {
    let mut problems = Vec::new();
    for query in &file.queries {
        for theme in query.what.themes() {
            let Some(codebook) = codebook else {
                let message = format!("theme `{}` without a codebook", theme.value);
                let problem = Problem::error(theme.place.clone(), message);
                problems.push(
                    problem.hint("add `codebook = \"codebooks/....toml\"` at the top of the file"),
                );
                continue;
            };
            if theme.value.contains('*') {
                if !codebook.themes.iter().any(|t| fits(&theme.value, &t.path)) {
                    let message = format!("no theme fits `{}`", theme.value);
                    problems.push(Problem::error(theme.place.clone(), message));
                }
            } else if codebook.theme(&theme.value).is_none() {
                let message = format!("no theme `{}` in the codebook", theme.value);
                let problem = Problem::error(theme.place.clone(), message);
                let paths = codebook.themes.iter().map(|t| t.path.as_str());
                // A theme is often named without those above it.
                let last = |path: &&str| path.rsplit('/').next() == Some(theme.value.as_str());
                let problem = match paths.clone().find(last) {
                    Some(path) => problem.hint(format!("did you mean `{path}`?")),
                    None => problem.suggest(&theme.value, paths),
                };
                problems.push(problem);
            }
        }
    }
    problems
}

/// Attributes and values that a query names and the corpus does not have.
///
/// A value with `*` may be nowhere: it says by itself that it looks for what may come.
#[must_use]
pub fn check_names(file: &QueryFile, names: &Names) -> Vec<Problem> {
    let mut problems: Vec<Problem> = Vec::new();
    for query in &file.queries {
        let of_parts: Vec<&Condition> = match &query.ask {
            Ask::Keywords(keywords) => keywords.conditions().collect(),
            _ => Vec::new(),
        };
        for condition in query.filter.conditions.iter().chain(of_parts) {
            let name = condition.field.name();
            let Some(values) = names.values.get(name) else {
                problems.push(no_field(name, condition.place.clone(), names));
                continue;
            };
            for value in &condition.values {
                if value.value.contains('*') || values.iter().any(|v| fits(&value.value, v)) {
                    continue;
                }
                let message = format!("no {name} `{}` in this corpus", value.value);
                let problem = Problem::error(value.place.clone(), message);
                problems.push(problem.suggest(&value.value, values.iter().map(String::as_str)));
            }
        }
        match &query.ask {
            Ask::Frequency(frequency) => check_report(&frequency.report, names, &mut problems),
            Ask::Cooccurrence(Cooccurrence { by: Some(by), .. })
                if !names.values.contains_key(by.field.name()) =>
            {
                problems.push(no_field(by.field.name(), by.place.clone(), names));
            }
            Ask::Kwic(kwic) => {
                for (key, place) in read_kwic::fields(kwic) {
                    let name = key.name();
                    if !names.values.contains_key(name) {
                        let problem = Problem::error(place.clone(), format!("no key `{name}`"));
                        let known = names.values.keys().map(String::as_str);
                        let known = known.chain(super::SortBy::NAMES);
                        problems.push(problem.suggest(name, known));
                    }
                }
            }
            _ => {}
        }
    }
    problems.dedup();
    problems
}

/// Most groups that are compared with each other unless they are named.
const MOST_COMPARED: usize = 8;

/// Fields and values that a table of frequencies names.
fn check_report(report: &Report, names: &Names, problems: &mut Vec<Problem>) {
    for named in report.fields() {
        if !names.values.contains_key(named.field.name()) {
            problems.push(no_field(named.field.name(), named.place.clone(), names));
        }
    }
    match report {
        Report::Compare { by, of, .. } => {
            let Some(values) = names.values.get(by.field.name()) else { return };
            for value in of.iter().filter(|v| !values.contains(&v.value)) {
                let message = format!("no {} `{}` in this corpus", by.field.name(), value.value);
                let problem = Problem::error(value.place.clone(), message);
                problems.push(problem.suggest(&value.value, values.iter().map(String::as_str)));
            }
            if of.is_empty() && values.len() > MOST_COMPARED {
                let message = format!("`{}` has {} values", by.field.name(), values.len());
                let problem = Problem::error(by.place.clone(), message);
                problems.push(problem.hint(
                    "name those to compare: `compare = { by = \"...\", of = [\"...\", \"...\"] }`",
                ));
            }
        }
        Report::Correlate { with } => {
            for named in with {
                let name = named.field.name();
                let Some(values) = names.values.get(name) else { continue };
                if names.numbers.contains(name) {
                    continue;
                }
                let other = values.iter().find(|v| number_of(v).is_none());
                let message = format!("`{name}` is no number");
                let hint = match other {
                    Some(value) => format!(
                        "`{value}` is not; to leave such values out write `{name} = \"number\"` under `[attributes]` in thematic.toml"
                    ),
                    None => "name an attribute of participants or sources".to_owned(),
                };
                problems.push(Problem::error(named.place.clone(), message).hint(hint));
            }
        }
        _ => {}
    }
}

fn no_field(name: &str, place: std::ops::Range<usize>, names: &Names) -> Problem {
    let problem = Problem::error(place, format!("no attribute `{name}` in this corpus"));
    problem.suggest(name, names.values.keys().map(String::as_str))
}

/// Layers and structures that a query's patterns name and the texts that it searches do not have.
#[must_use]
pub fn check_layers(file: &QueryFile, codebook: &Codebook, names: &Names) -> Vec<Problem> {
    let mut problems = Vec::new();
    for query in &file.queries {
        let searched: Vec<&Corpus> =
            names.sources.iter().filter(|s| lets_through(query, s)).collect();
        let mut check = |pattern: &Pattern, text: &Text, of: &str| {
            let mut layers = pattern.layers().into_iter();
            let layer = layers.find_map(|l| Some((no_layer(&l, &searched, names)?, l)));
            let found = layer.or_else(|| {
                let mut structures = pattern.structures().into_iter();
                structures.find_map(|s| Some((no_structure(s, names)?, s.name.clone())))
            });
            if let Some(((message, hint), name)) = found {
                let place = place_of(&name, text);
                problems.push(Problem::error(place, format!("{of}{message}")).hint(hint));
                return;
            }
            for layer in pattern.layers() {
                let have = searched.iter().filter(|s| s.layers.contains(&layer)).count();
                if have < searched.len() {
                    let all = searched.len();
                    let message = format!("{of}{have} of {all} sources have the layer `{layer}`");
                    problems.push(Problem::warning(place_of(&layer, text), message));
                }
            }
        };
        for pattern in query.what.patterns() {
            check(&pattern.pattern, &pattern.text, "");
        }
        for needle in plan(query, codebook).needles.iter().filter(|n| n.is_theme) {
            let of = format!("theme `{}`: ", needle.name);
            each_pattern(&needle.parts, &mut |pattern| check(pattern, &query.id, &of));
        }
        if let Some(layer) = query.ask.layer() {
            let counted = Pattern::Token(Test::Is(Value::regex(&layer.value, ".*")));
            check(&counted, layer, "");
        }
    }
    problems.dedup();
    problems
}

/// Where a name stands in a pattern as written; all of it if that can't be told.
fn place_of(name: &str, text: &Text) -> std::ops::Range<usize> {
    let as_read = text.place.len() == text.value.len();
    match text.value.to_lowercase().find(name).filter(|_| as_read && text.value.is_ascii()) {
        Some(at) => text.place.start + at..text.place.start + at + name.len(),
        None => text.place.clone(),
    }
}

/// True when a query's filter lets some of a source through, as far as source and collection tell.
fn lets_through(query: &Query, source: &Corpus) -> bool {
    query.filter.conditions.iter().all(|condition| {
        let named = |value: &str| condition.values.iter().any(|v| fits(&v.value, value));
        match &condition.field {
            super::Field::Source => named(&source.source),
            super::Field::Collection => named(&source.collection),
            _ => true,
        }
    })
}

/// A collection of which no source that is searched has the layer.
fn no_layer(layer: &str, searched: &[&Corpus], names: &Names) -> Option<(String, String)> {
    let has = |s: &Corpus| s.layers.iter().any(|l| l == layer);
    let mut by_collection = searched.chunk_by(|a, b| a.collection == b.collection);
    let lacking = by_collection.find(|sources| !sources.iter().any(|s| has(s)))?;
    let collection = &lacking[0].collection;
    let own: BTreeSet<&str> = lacking.iter().flat_map(|s| &s.layers).map(String::as_str).collect();
    let own: Vec<&str> = std::iter::once(Value::TEXT).chain(own).collect();
    let message = format!("collection `{collection}` has no layer `{layer}`");
    let with: BTreeSet<&str> =
        names.sources.iter().filter(|s| has(s)).map(|s| s.collection.as_str()).collect();
    let with: Vec<&str> = with.into_iter().collect();
    let mut hint = format!("it has `{}`", own.join("`, `"));
    if !with.is_empty() {
        hint = format!(
            "{hint}; search where `{layer}` is: `where = {{ collection = [\"{}\"] }}`",
            with.join("\", \"")
        );
    }
    Some((message, hint))
}

fn no_structure(structure: &Structure, names: &Names) -> Option<(String, String)> {
    let mut known: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for source in &names.sources {
        for (name, attributes) in &source.structures {
            known.entry(name).or_default().extend(attributes.iter().map(String::as_str));
        }
    }
    let attribute = structure.attribute.as_ref().map(|(name, _)| name.as_str());
    let brought = known.get(structure.name.as_str());
    if structure.own().is_some() || brought.is_some_and(|b| attribute.is_none_or(|a| b.contains(a)))
    {
        return None;
    }
    let name = &structure.name;
    let own = Structure { attribute: None, ..structure.clone() }.own();
    if own.is_none() && brought.is_none() {
        let all: BTreeSet<&str> = Structure::OWN.into_iter().chain(known.keys().copied()).collect();
        let near = crate::text::nearest(name, all.iter().copied());
        let all: Vec<&str> = all.into_iter().collect();
        let known = || format!("known here: `{}`", all.join("`, `"));
        let hint = near.map_or_else(known, |near| format!("did you mean `{near}`?"));
        return Some((format!("no structure `{name}` in this corpus"), hint));
    }
    let mut attributes: BTreeSet<&str> = brought.cloned().unwrap_or_default();
    attributes.extend(own.map(Structure::own_attributes).unwrap_or_default());
    let list: Vec<&str> = attributes.into_iter().collect();
    let hint = if list.is_empty() {
        "it has no attributes".to_owned()
    } else {
        format!("it has `{}`", list.join("`, `"))
    };
    let attribute = attribute.unwrap_or_default();
    Some((format!("structure `{name}` has no attribute `{attribute}`"), hint))
}
