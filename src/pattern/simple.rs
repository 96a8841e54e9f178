//! The simple form: what a reviewer types.
//!
//! ```text
//! pattern      = alternative { "|" alternative }
//! alternative  = item { item }
//! item         = word | '"' word { word } '"'
//! word         = letters and digits, with "*" (any run, or none) and "?" (exactly one) inside
//! ```
//! A word is cut by the tokeniser of the texts: `self-care` is the phrase `self care`.

use std::ops::Range;

use super::{Pattern, PatternError, Word, any_of};
use crate::text::{fold, tokenize};

/// Letters that stand for the wildcards while a word is cut, since the tokeniser would end a token
/// at `*`. They are letters of no living orthography.
const STAR: char = '\u{A78E}';
const MARK: char = '\u{A727}';

/// Longest pattern, in bytes, and most words in it.
const MAX_BYTES: usize = 20_000;

/// Signs with a meaning in other query languages, refused so that none is silently ignored.
const RESERVED: &[char] =
    &['(', ')', '[', ']', '{', '}', '<', '>', '~', '&', '=', '+', '^', '$', '\\', '!'];

/// Parses the simple form.
///
/// ```
/// use thematic::pattern::{parse_simple, to_cql};
/// let pattern = parse_simple("therapeutic alliance* | rapport").unwrap();
/// assert_eq!(to_cql(&pattern), r#""therapeutic" "alliance.*" | "rapport""#);
/// assert!(parse_simple("*").is_err());
/// ```
///
/// # Errors
/// The place of what is not in the simple form.
pub fn parse_simple(text: &str) -> Result<Pattern, PatternError> {
    if text.len() > MAX_BYTES {
        let message = format!("pattern of {} bytes; at most {MAX_BYTES} are allowed", text.len());
        return Err(PatternError { place: 0..text.len(), message, hint: None });
    }
    let mut alternatives = Vec::new();
    let mut start = 0;
    let mut quoted: Option<usize> = None;
    for (at, c) in text.char_indices() {
        match c {
            '"' | '“' | '”' => quoted = if quoted.is_some() { None } else { Some(at) },
            '|' if quoted.is_none() => {
                alternatives.push(alternative(text, start..at)?);
                start = at + 1;
            }
            _ => {}
        }
    }
    if let Some(at) = quoted {
        let message = "phrase without its closing quotation mark".to_owned();
        let hint = Some("add `\"` after its last word".to_owned());
        return Err(PatternError { place: at..text.len(), message, hint });
    }
    alternatives.push(alternative(text, start..text.len())?);
    any_of(alternatives).ok_or_else(|| empty(0..text.len(), false))
}

fn alternative(text: &str, place: Range<usize>) -> Result<Pattern, PatternError> {
    let part = &text[place.clone()];
    let mut words = Vec::new();
    for word in part.split(|c: char| c.is_whitespace() || matches!(c, '"' | '“' | '”')) {
        if word.is_empty() {
            continue;
        }
        let at = place.start + (word.as_ptr() as usize - part.as_ptr() as usize);
        words.extend(self::words(word, at)?);
    }
    match words.len() {
        0 => Err(empty(place.clone(), text.contains('|'))),
        1 => Ok(words.remove(0)),
        _ => Ok(Pattern::Sequence(words)),
    }
}

fn empty(place: Range<usize>, between: bool) -> PatternError {
    let message = if between { "nothing between `|` and `|`" } else { "pattern without a word" };
    let hint = between.then(|| "take the `|` away, or put a word beside it".to_owned());
    PatternError { place, message: message.to_owned(), hint }
}

/// The tokens of one run without spaces.
fn words(word: &str, at: usize) -> Result<Vec<Pattern>, PatternError> {
    let place = at..at + word.len();
    if let Some(sign) = word.find(RESERVED) {
        let c = word[sign..].chars().next().unwrap_or_default();
        let message = format!("`{c}` has no meaning here");
        let hint = "a pattern is words, \"phrases\", `*` and `?` inside words, and `|` between alternatives";
        let place = at + sign..at + sign + c.len_utf8();
        return Err(PatternError { place, message, hint: Some(hint.to_owned()) });
    }
    let masked: String = word
        .chars()
        .map(|c| match c {
            '*' => STAR,
            '?' => MARK,
            c => c,
        })
        .collect();
    let tokens = tokenize(&masked);
    if tokens.is_empty() {
        let message = format!("no letter or digit in `{word}`");
        return Err(PatternError { place, message, hint: None });
    }
    let mut out = Vec::new();
    for token in tokens {
        let folded = fold(token.of(&masked)).replace(STAR, "*").replace(MARK, "?");
        if !folded.contains(['*', '?']) {
            out.push(Pattern::Word(Word::Form(folded)));
        } else if folded.chars().any(|c| !matches!(c, '*' | '?')) {
            out.push(Pattern::Word(Word::Wildcard(folded)));
        } else {
            let message = format!("`{folded}` alone fits every word");
            let hint = Some("put letters before or after it: `trust*`, `*ship`".to_owned());
            return Err(PatternError { place, message, hint });
        }
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::super::to_cql;
    use super::*;

    fn cql(text: &str) -> String {
        parse_simple(text)
            .map_or_else(|e| format!("{}: {}", e.place.start, e.message), |p| to_cql(&p))
    }

    #[test]
    fn forms() {
        assert_eq!(cql("Bond*"), r#""bond.*""#);
        assert_eq!(cql("wom?n"), r#""wom.n""#);
        assert_eq!(cql("self-care"), r#""self" "care""#);
        assert_eq!(cql("don’t"), r#""don't""#);
        assert_eq!(
            cql("\"therapeutic alliance\" | rapport"),
            r#""therapeutic" "alliance" | "rapport""#
        );
        assert_eq!(cql("co-operat* a|b"), r#""co" "operat.*" "a" | "b""#);
        assert_eq!(cql("3.5"), r#""3\.5""#);
    }

    #[test]
    fn refusals_have_their_place() {
        assert_eq!(cql("*"), "0: `*` alone fits every word");
        assert_eq!(cql("work * life"), "5: `*` alone fits every word");
        assert_eq!(cql("a | | b"), "3: nothing between `|` and `|`");
        assert_eq!(cql(""), "0: pattern without a word");
        assert_eq!(cql("bond (x)"), "5: `(` has no meaning here");
        assert_eq!(cql("\"open"), "0: phrase without its closing quotation mark");
        assert_eq!(cql("..."), "0: no letter or digit in `...`");
    }
}
