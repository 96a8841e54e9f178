//! Queries against what there is: themes of the codebook, attributes and values of the corpus.

use std::collections::{BTreeMap, BTreeSet};

use super::{Ask, QueryFile, What, fits};
use crate::codebook::Codebook;
use crate::text::Problem;

/// The names of a corpus that a query can use.
#[derive(Clone, Debug, Default)]
pub struct Names {
    /// Values by field, the fields of the program and the attributes alike.
    pub values: BTreeMap<String, BTreeSet<String>>,
}

/// Themes that a query names and its codebook does not have.
#[must_use]
pub fn check_themes(file: &QueryFile, codebook: Option<&Codebook>) -> Vec<Problem> {
    let mut problems = Vec::new();
    for query in &file.queries {
        let What::Themes(themes) = &query.what else {
            continue;
        };
        for theme in themes {
            let Some(codebook) = codebook else {
                let message = format!("theme `{}` without a codebook", theme.value);
                let problem = Problem::error(theme.place.clone(), message);
                problems.push(
                    problem.hint("add `codebook = \"codebooks/....toml\"` at the top of the file"),
                );
                continue;
            };
            if codebook.theme(&theme.value).is_none() {
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
        for condition in &query.filter.conditions {
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
        if let Ask::Frequency { by } = &query.ask {
            for group in by.iter().filter(|g| !names.values.contains_key(g.field.name())) {
                problems.push(no_field(group.field.name(), group.place.clone(), names));
            }
        }
    }
    problems.dedup();
    problems
}

fn no_field(name: &str, place: std::ops::Range<usize>, names: &Names) -> Problem {
    let problem = Problem::error(place, format!("no attribute `{name}` in this corpus"));
    problem.suggest(name, names.values.keys().map(String::as_str))
}
