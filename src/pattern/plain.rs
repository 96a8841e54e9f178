//! A pattern on a plain text, without an index: for the examples of a codebook.

use std::collections::BTreeMap;

use unicode_normalization::UnicodeNormalization;

use super::{Pattern, Program, Unit, Value, Values, spans};
use crate::text::{ByteSpan, TokenSpan, fold, tokenize};

/// Every distinct span of a pattern in a text that is one passage and one sentence.
///
/// Layers beside the text have no values there, and files' structures are nowhere. A pattern that
/// would take too long finds nothing.
///
/// ```
/// use thematic::pattern::{parse_simple, spans_in};
/// let spans = spans_in(&parse_simple("bond* | bond bonds").unwrap(), "the bond: bonds");
/// let spans: Vec<_> = spans.iter().map(|s| (s.start, s.end)).collect();
/// assert_eq!(spans, [(1, 2), (1, 3), (2, 3)]);
/// ```
#[must_use]
pub fn spans_in(pattern: &Pattern, text: &str) -> Vec<TokenSpan> {
    let Ok(program) = Program::new(pattern, &BTreeMap::new()) else { return Vec::new() };
    let tokens = tokenize(text);
    let len = u32::try_from(tokens.len()).unwrap_or(u32::MAX);
    let places = program.leaves.iter().map(|leaf| {
        let fits = |token: &ByteSpan| {
            let form = token.of(text);
            leaf.value.layer == Value::TEXT
                && if leaf.matcher.exact {
                    leaf.matcher.fits(&form.nfc().collect::<String>())
                } else {
                    leaf.matcher.fits(&fold(form))
                }
        };
        (0..len).zip(&tokens).filter(|(_, t)| fits(t)).map(|(i, _)| i).collect::<Vec<u32>>()
    });
    let places: Vec<Vec<u32>> = places.collect();
    let whole = |own: Option<&str>| match own {
        Some("quotation") | None => Vec::new(),
        Some(_) => vec![TokenSpan::new(0, len)],
    };
    let structures: Vec<Vec<TokenSpan>> = program
        .structures
        .iter()
        .map(|s| if s.attribute.is_none() { whole(s.own()) } else { Vec::new() })
        .collect();
    let unit = Unit {
        len,
        leaves: places.iter().map(Vec::as_slice).collect(),
        structures: &structures,
        regions: [&[], &[], &[]],
        values: &Words { text, tokens: &tokens },
    };
    spans(&program, &unit).unwrap_or_default()
}

struct Words<'a> {
    text: &'a str,
    tokens: &'a [ByteSpan],
}

impl Values for Words<'_> {
    fn value(&self, layer: &str, token: u32) -> Option<String> {
        let token = self.tokens.get(token as usize).filter(|_| layer == Value::TEXT)?;
        Some(fold(token.of(self.text)).into_owned())
    }
}
