//! Patterns from a template and a list of terms: `$term ~5 care` with a table that has a column `term`.
//!
//! A term is words: it is put into the tree of the template, not into its text, so that no sign in
//! it has a meaning, but `*` and `?` in the simple form. A term of several words is a phrase.

use super::Template;
use crate::codebook::WrittenPattern;
use crate::pattern::{Form, Pattern, Test, Value, parse, term_words};
use crate::text::{Problem, Text, nearest};

/// Most patterns that a template gives.
const MAX_PATTERNS: usize = 10_000;

/// Around the number of a column in the text that is parsed; letters of no living orthography.
const HOLE: char = '\u{A7F7}';

/// A row of a list: its cells, and the line it stands on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TermRow {
    /// The cells.
    pub cells: Vec<String>,
    /// The line of the file, from 1.
    pub line: u64,
}

/// The patterns of templates: one for each template and row of the list.
#[must_use]
pub fn fill(
    templates: &[Template],
    list: &Text,
    columns: &[String],
    rows: &[TermRow],
) -> (Vec<WrittenPattern>, Vec<Problem>) {
    let mut problems = Vec::new();
    let mut out: Vec<WrittenPattern> = Vec::new();
    if templates.len() * rows.len() > MAX_PATTERNS {
        let message =
            format!("{} patterns of this list; at most {MAX_PATTERNS} are allowed", rows.len());
        return (out, vec![Problem::error(list.place.clone(), message)]);
    }
    for template in templates {
        let pattern = match with_holes(template, columns) {
            Ok(pattern) => pattern,
            Err(problem) => {
                problems.push(*problem);
                continue;
            }
        };
        for row in rows {
            let cell = |i: usize| row.cells.get(i).map_or("", |v| v.trim());
            let empty = (0..columns.len()).find(|i| {
                let used = template.text.value.contains(&format!("${}", columns[*i]));
                used && term_words(cell(*i), template.form == Form::Simple).is_none()
            });
            if let Some(column) = empty {
                let message = format!(
                    "line {} of `{}`: no word in `{}`",
                    row.line, list.value, columns[column]
                );
                problems.push(Problem::error(list.place.clone(), message));
                continue;
            }
            let pattern = filled(&pattern, template.form, &cell);
            if !out.iter().any(|w| w.pattern == pattern) {
                let value = named(&template.text.value, columns, &cell);
                let text = Text { value, place: template.text.place.clone() };
                out.push(WrittenPattern::new(text, template.form, pattern));
            }
        }
    }
    if rows.is_empty() {
        let message = format!("no term in `{}`", list.value);
        problems.push(Problem::error(list.place.clone(), message));
    }
    (out, problems)
}

/// The template's pattern with a hole for each column that it names.
fn with_holes(template: &Template, columns: &[String]) -> Result<Pattern, Box<Problem>> {
    let text = &template.text.value;
    let mut out = String::new();
    let mut used = false;
    let mut rest = text.as_str();
    while let Some((before, after)) = rest.split_once('$') {
        let end = after.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(after.len());
        let name = &after[..end];
        out.push_str(before);
        if name.is_empty() {
            out.push('$');
        } else {
            let Some(column) = columns.iter().position(|c| c == name) else {
                let message = format!("`${name}` names no column of the list");
                let problem = Problem::error(template.text.place.clone(), message);
                let known = columns.iter().map(String::as_str);
                return Err(Box::new(match nearest(name, known) {
                    Some(near) => problem.hint(format!("did you mean `${near}`?")),
                    None => problem.hint(format!("its columns are `{}`", columns.join("`, `"))),
                }));
            };
            used = true;
            out.push_str(&format_hole(column));
        }
        rest = &after[end..];
    }
    out.push_str(rest);
    if !used {
        let first = columns.first().map_or("term", String::as_str);
        let message = "this pattern uses no column of `terms`";
        let problem = Problem::error(template.text.place.clone(), message);
        return Err(Box::new(problem.hint(format!("write `${first}` where a term belongs"))));
    }
    parse(template.form, &out).map_err(|error| {
        let mut problem = Problem::error(template.text.place.clone(), error.message);
        problem.hint = error.hint;
        Box::new(problem)
    })
}

fn format_hole(column: usize) -> String {
    format!("{HOLE}{column}{HOLE}")
}

/// The template as it reads with a row's terms.
fn named<'a>(text: &str, columns: &[String], cell: &impl Fn(usize) -> &'a str) -> String {
    let mut order: Vec<usize> = (0..columns.len()).collect();
    // The longer names first: `$term2` is no `$term`.
    order.sort_by_key(|i| std::cmp::Reverse(columns[*i].len()));
    order
        .into_iter()
        .fold(text.to_owned(), |text, i| text.replace(&format!("${}", columns[i]), cell(i)))
}

/// The pattern with terms in its holes.
fn filled<'a>(pattern: &Pattern, form: Form, cell: &impl Fn(usize) -> &'a str) -> Pattern {
    let mut out = pattern.clone();
    fill_in(&mut out, form, cell);
    out
}

fn fill_in<'a>(pattern: &mut Pattern, form: Form, cell: &impl Fn(usize) -> &'a str) {
    if let Pattern::Token(test) = pattern {
        let phrase = match test {
            Test::Is(value) => phrase_for(value, form, cell),
            _ => None,
        };
        match phrase {
            Some(phrase) => *pattern = phrase,
            None => test.each_value(&mut |value| in_value(value, cell)),
        }
        return;
    }
    for part in pattern.parts_mut() {
        fill_in(part, form, cell);
    }
}

/// The words of a term where a token of the text is a hole, perhaps with more letters around it.
fn phrase_for<'a>(value: &Value, form: Form, cell: &impl Fn(usize) -> &'a str) -> Option<Pattern> {
    let (before, rest) = value.text.split_once(HOLE)?;
    let (column, after) = rest.split_once(HOLE)?;
    if value.layer != Value::TEXT || value.exact || after.contains(HOLE) {
        return None;
    }
    let mut values = term_words(cell(column.parse().ok()?), form == Form::Simple)?;
    let last = values.len() - 1;
    for (i, word) in values.iter_mut().enumerate() {
        let (before, after) =
            (if i == 0 { before } else { "" }, if i == last { after } else { "" });
        if !(before.is_empty() && after.is_empty()) {
            *word = Value::regex(Value::TEXT, &format!("{before}{}{after}", word.expression()));
        }
        word.without_accents = value.without_accents;
    }
    let mut words: Vec<Pattern> = values.into_iter().map(Pattern::word).collect();
    Some(if words.len() == 1 { words.remove(0) } else { Pattern::Sequence(words) })
}

/// A term inside a value: as it is in a literal, its signs without meaning in an expression.
fn in_value<'a>(value: &mut Value, cell: &impl Fn(usize) -> &'a str) {
    while let Some((before, rest)) = value.text.split_once(HOLE) {
        let Some((column, after)) = rest.split_once(HOLE) else { return };
        let term = cell(column.parse().unwrap_or(usize::MAX));
        let folded = crate::text::fold(term);
        let term = if value.is_folded() { folded.as_ref() } else { term };
        let term = if value.literal { term.to_owned() } else { regex::escape(term) };
        value.text = format!("{before}{term}{after}");
    }
}
