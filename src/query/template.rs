//! Patterns from a template and a list of terms: `$term ~5 care` with a table that has a column `term`.

use super::Template;
use crate::codebook::WrittenPattern;
use crate::pattern::{Form, parse};
use crate::text::{Problem, Text, nearest};

/// Most patterns that a template gives.
const MAX_PATTERNS: usize = 10_000;

/// The patterns of templates: one for each template and row of the list.
///
/// `$name` stands for the column `name`. In CQL a value is taken as a literal.
#[must_use]
pub fn fill(
    templates: &[Template],
    list: &Text,
    columns: &[String],
    rows: &[Vec<String>],
) -> (Vec<WrittenPattern>, Vec<Problem>) {
    let mut problems = Vec::new();
    let mut out: Vec<WrittenPattern> = Vec::new();
    if templates.len() * rows.len() > MAX_PATTERNS {
        let message =
            format!("{} patterns of this list; at most {MAX_PATTERNS} are allowed", rows.len());
        return (out, vec![Problem::error(list.place.clone(), message)]);
    }
    for template in templates {
        let pieces = match pieces(template, columns) {
            Ok(pieces) => pieces,
            Err(problem) => {
                problems.push(problem);
                continue;
            }
        };
        for (row, number) in rows.iter().zip(2..) {
            let mut text = String::new();
            for piece in &pieces {
                match piece {
                    Piece::Text(part) => text.push_str(part),
                    Piece::Column(column) => {
                        let value = row.get(*column).map_or("", |v| v.trim());
                        match template.form {
                            Form::Simple => text.push_str(value),
                            Form::Cql => text.push_str(&regex::escape(value).replace('"', "\\\"")),
                        }
                    }
                }
            }
            match parse(template.form, &text) {
                Ok(pattern) if out.iter().any(|w| w.pattern == pattern) => {}
                Ok(pattern) => {
                    let text = Text { value: text, place: template.text.place.clone() };
                    out.push(WrittenPattern { text, form: template.form, pattern });
                }
                Err(error) => {
                    let message = format!("line {number} of `{}`: {}", list.value, error.message);
                    let mut problem = Problem::error(list.place.clone(), message);
                    problem.hint = error.hint;
                    problems.push(problem);
                }
            }
        }
    }
    if rows.is_empty() {
        let message = format!("no term in `{}`", list.value);
        problems.push(Problem::error(list.place.clone(), message));
    }
    (out, problems)
}

enum Piece {
    Text(String),
    Column(usize),
}

fn pieces(template: &Template, columns: &[String]) -> Result<Vec<Piece>, Problem> {
    let text = &template.text.value;
    let mut out = Vec::new();
    let mut used = false;
    let mut rest = text.as_str();
    while let Some((before, after)) = rest.split_once('$') {
        let end = after.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(after.len());
        let name = &after[..end];
        out.push(Piece::Text(before.to_owned()));
        if name.is_empty() && template.form == Form::Cql {
            // The end of a value in a regular expression.
            out.push(Piece::Text("$".into()));
        } else {
            let Some(column) = columns.iter().position(|c| c == name) else {
                let message = format!("`${name}` names no column of the list");
                let problem = Problem::error(template.text.place.clone(), message);
                let known = columns.iter().map(String::as_str);
                return Err(match nearest(name, known) {
                    Some(near) => problem.hint(format!("did you mean `${near}`?")),
                    None => problem.hint(format!("its columns are `{}`", columns.join("`, `"))),
                });
            };
            used = true;
            out.push(Piece::Column(column));
        }
        rest = &after[end..];
    }
    out.push(Piece::Text(rest.to_owned()));
    if used {
        return Ok(out);
    }
    let first = columns.first().map_or("term", String::as_str);
    let problem =
        Problem::error(template.text.place.clone(), "this pattern uses no column of `terms`");
    Err(problem.hint(format!("write `${first}` where a term belongs")))
}
