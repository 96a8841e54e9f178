//! Praat text grids (`.TextGrid`), long and short: tiers of intervals along a recording.
//!
//! ```text
//! class = "IntervalTier"        "IntervalTier"
//! name = "Nora"                 "Nora"
//! xmin = 0  …  text = "So."     0 1.5 "So."
//! ```
//! Both forms have the same values in the same order; what names them is passed over.

use super::exmaralda::thousandths;
use super::tiers::{Tier, turns};
use super::{Document, Unreadable};

/// A value of a text grid.
#[derive(Debug, PartialEq)]
enum Value {
    Text(String),
    /// As written: a time, or how many follow.
    Number(String),
}

/// Words in the names of tiers that hold no speech as it was said.
const ASIDE: &[&str] = &[
    "word", "phon", "segment", "syll", "mau", "kan", "note", "comment", "gesture", "pause", "tone",
    "break", "pos", "lemma", "gloss", "trans",
];

/// Reads a text grid.
///
/// # Errors
/// It is none, ends in the middle, or has no tier of speech.
pub(super) fn read(text: &str, wanted: &[String]) -> Result<Document, Unreadable> {
    if !text.contains("ooTextFile") || !text.contains("TextGrid") {
        return Err(Unreadable::Damaged("no text grid of Praat"));
    }
    let mut values = values(text).into_iter();
    let damaged = || Unreadable::Damaged("a text grid that ends in the middle of a tier");
    let mut tiers = Vec::new();
    while let Some(value) = values.next() {
        let Value::Text(class) = value else { continue };
        let interval = match class.as_str() {
            "IntervalTier" => true,
            "TextTier" => false,
            _ => continue,
        };
        let Some(Value::Text(name)) = values.next() else { return Err(damaged()) };
        let count = match (values.next(), values.next(), values.next()) {
            (_, _, Some(Value::Number(count))) => count.parse::<usize>().map_err(|_| damaged())?,
            _ => return Err(damaged()),
        };
        let lower = name.to_lowercase();
        let speech = !ASIDE.iter().any(|word| lower.contains(word));
        let mut tier = Tier { name, who: None, speech, said: Vec::new() };
        for _ in 0..count {
            let Some(Value::Number(start)) = values.next() else { return Err(damaged()) };
            if interval {
                values.next();
            }
            let Some(Value::Text(text)) = values.next() else { return Err(damaged()) };
            let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
            if !text.is_empty() {
                tier.said.push((thousandths(&start).unwrap_or_default(), text));
            }
        }
        tiers.push(tier);
    }
    turns(tiers, wanted)
}

/// All values, in order: texts in marks, and numbers that stand alone or behind `=`.
fn values(text: &str) -> Vec<Value> {
    let mut out = Vec::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        if c == '"' {
            let mut value = String::new();
            let mut inside = rest[1..].char_indices().peekable();
            let mut end = rest.len();
            while let Some((at, c)) = inside.next() {
                // A mark inside a text is doubled.
                if c == '"' && inside.next_if(|(_, next)| *next == '"').is_none() {
                    end = at + 2;
                    break;
                }
                value.push(c);
            }
            out.push(Value::Text(value));
            rest = &rest[end.min(rest.len())..];
        } else if c == '!' {
            // A remark, up to the end of the line.
            rest = &rest[rest.find('\n').unwrap_or(rest.len())..];
        } else if c.is_whitespace() {
            rest = &rest[c.len_utf8()..];
        } else {
            let end = rest.find(|c: char| c.is_whitespace() || c == '"').unwrap_or(rest.len());
            let word = &rest[..end];
            if word.starts_with(|c: char| c.is_ascii_digit())
                && word.chars().all(|c| c.is_ascii_digit() || c == '.')
            {
                out.push(Value::Number(word.to_owned()));
            }
            rest = &rest[end.max(c.len_utf8())..];
        }
    }
    out
}
