//! THE tokeniser: a token is a word of UAX #29 with at least one letter or digit.
//!
//! Patterns are cut by the same function as texts, so what a user types is found as it was cut:
//! `self-care` is two tokens in both, `don't` is one.

use unicode_segmentation::UnicodeSegmentation;

use super::ByteSpan;

/// The tokens of `text`, in order.
///
/// ```
/// use thematic::text::tokenize;
/// let text = "Self-care? Don't ask (n = 150).";
/// let words: Vec<_> = tokenize(text).iter().map(|t| t.of(text)).collect();
/// assert_eq!(words, ["Self", "care", "Don't", "ask", "n", "150"]);
/// ```
#[must_use]
pub fn tokenize(text: &str) -> Vec<ByteSpan> {
    text.unicode_word_indices().map(|(at, word)| ByteSpan::new(at, at + word.len())).collect()
}
