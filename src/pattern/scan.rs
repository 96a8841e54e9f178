//! Matching by going through the words one by one: the plain definition of what a pattern means.
//!
//! The examples of a codebook are checked with it, and the search on the index is tested against
//! it. It shares no code with that search.

use super::Pattern;
use crate::text::TokenSpan;

/// Every distinct span of `words` (folded) that fits, by start, then end.
///
/// ```
/// use thematic::pattern::{all_spans, parse_simple};
/// let words = ["the", "bond", "bonds"];
/// let spans = all_spans(&parse_simple("bond* | bond bonds").unwrap(), &words);
/// let spans: Vec<_> = spans.iter().map(|s| (s.start, s.end)).collect();
/// assert_eq!(spans, [(1, 2), (1, 3), (2, 3)]);
/// ```
///
/// # Panics
/// With more than 4 billion words.
#[must_use]
pub fn all_spans<S: AsRef<str>>(pattern: &Pattern, words: &[S]) -> Vec<TokenSpan> {
    let mut spans = Vec::new();
    for start in 0..words.len() {
        let mut ends = ends(pattern, words, start);
        ends.sort_unstable();
        ends.dedup();
        for end in ends.into_iter().filter(|end| *end > start) {
            let narrow = |n: usize| u32::try_from(n).expect("a passage has fewer tokens");
            spans.push(TokenSpan::new(narrow(start), narrow(end)));
        }
    }
    spans
}

fn ends<S: AsRef<str>>(pattern: &Pattern, words: &[S], start: usize) -> Vec<usize> {
    match pattern {
        Pattern::Word(word) => {
            let fits = words.get(start).is_some_and(|w| word.fits(w.as_ref()));
            if fits { vec![start + 1] } else { Vec::new() }
        }
        Pattern::Sequence(parts) => parts.iter().fold(vec![start], |starts, part| {
            starts.into_iter().flat_map(|s| self::ends(part, words, s)).collect()
        }),
        Pattern::Either(parts) => parts.iter().flat_map(|p| self::ends(p, words, start)).collect(),
    }
}

/// The spans that count: from the left, the longest at each start, none overlapping one before.
///
/// `spans` are sorted by start, then end.
#[must_use]
pub fn leftmost_longest(spans: &[TokenSpan]) -> Vec<TokenSpan> {
    let mut out: Vec<TokenSpan> = Vec::new();
    for span in spans {
        match out.last_mut() {
            Some(last) if last.start == span.start => *last = *span,
            Some(last) if span.start < last.end => {}
            _ => out.push(*span),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stretch_counts_once() {
        let spans = |list: &[(u32, u32)]| {
            list.iter().map(|(s, e)| TokenSpan::new(*s, *e)).collect::<Vec<_>>()
        };
        let all = spans(&[(0, 1), (0, 3), (1, 2), (2, 4), (3, 4)]);
        assert_eq!(leftmost_longest(&all), spans(&[(0, 3), (3, 4)]));
    }
}
