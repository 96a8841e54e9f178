//! WordStat (`.cat`): depth is tabs before the line; `VALUE (1)` is a value with its weight, any other
//! line a category. Phrases have `_` between their words.

use super::super::value::Signs;
use super::super::{Theme, Weight};
use super::{File, Nest};

/// Reads a file of WordStat.
pub(super) fn cat(file: &mut File<'_>) {
    let signs = Signs { question_mark: true, underscore: true };
    let mut nest = Nest::new();
    // WordStat writes all in capitals: names are then given back small, and kept as labels.
    let shouting = !file.text.contains(char::is_lowercase);
    for (place, line) in file.lines() {
        let trimmed = line.trim();
        if trimmed.is_empty() {
            continue;
        }
        let indent = &line[..line.len() - line.trim_start().len()];
        let depth = indent.matches('\t').count();
        let (value, weight) = match valued(trimmed) {
            Ok(found) => found,
            Err(message) => {
                file.warn(place, message);
                continue;
            }
        };
        if let Some(weight) = weight {
            // A value belongs to the category above it.
            nest.close(file, depth);
            let weight = (weight != Weight::ONE).then_some(weight);
            if value.starts_with('@') {
                file.warn(place, "rules of WordStat are not read; this one is left out");
            } else if let Some((_, node)) = nest.way.last_mut() {
                file.value(&mut node.theme, value, place, signs, weight);
            } else {
                file.warn(place, "a value without a category above it is left out");
            }
            continue;
        }
        let mut node = file.node(value, place.clone());
        if shouting {
            let small = node.name.value.to_lowercase();
            let label = Some(value.to_owned());
            node.theme = Theme { label, ..node.theme };
            node.name.value = small;
        }
        if !nest.open(file, depth, node) {
            file.error(place, "categories nest too deep");
        }
    }
    file.read.nodes = nest.finish(file);
    if file.read.nodes.is_empty() && file.read.problems.is_empty() {
        file.error(0..0, "no category in this file");
    }
}

/// A line's text and the weight at its end, if it is a value.
fn valued(line: &str) -> Result<(&str, Option<Weight>), String> {
    let Some((text, rest)) = line.rsplit_once('(') else {
        return Ok((line, None));
    };
    let number = rest.strip_suffix(')').and_then(|n| n.trim().parse::<f64>().ok());
    let Some(weight) = number.and_then(Weight::of) else {
        return Ok((line, None));
    };
    let text = text.trim_end();
    if text.is_empty() {
        return Err("a weight without a value is left out".into());
    }
    if text.matches('(').count() != text.matches(')').count() {
        return Err("this line is damaged (its brackets do not close) and left out".into());
    }
    Ok((text, Some(weight)))
}
