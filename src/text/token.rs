//! THE tokeniser: a token is a word of UAX #29 with at least one letter or digit.
//!
//! Patterns are cut by the same function as texts, so what a user types is found as it was cut:
//! `self-care` is two tokens in both, `don't` is one.
//!
//! For ASCII the rules of UAX #29 are a few classes of bytes, known here. What stands between two
//! blanks and has any other sign is left to unicode-segmentation; a blank always parts words, so both
//! give what that library gives for the whole text, and a test holds them against each other.

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
    let bytes = text.as_bytes();
    // English has a token for some five and a half bytes.
    let mut tokens: Vec<ByteSpan> = Vec::with_capacity(text.len() / 5 + 1);
    // Where the blanks begin before the place, and where they end.
    let (mut blanks, mut after_blanks, mut at) = (0, 0, 0);
    while let Some(byte) = bytes.get(at) {
        match CLASSES[usize::from(*byte)] {
            Class::Blank => {
                if at > after_blanks || at == 0 {
                    blanks = at;
                }
                at += 1;
                after_blanks = at;
            }
            Class::Letter | Class::Digit | Class::Underscore => {
                let end = word_end(bytes, at);
                if bytes[at..end].iter().any(|b| *b != b'_') {
                    tokens.push(ByteSpan::new(at, end));
                }
                at = end;
            }
            Class::Beyond => {
                while tokens.last().is_some_and(|t| t.start as usize >= after_blanks) {
                    tokens.pop();
                }
                let len = bytes[at..].iter().position(|b| *b == b' ');
                let end = len.map_or(bytes.len(), |len| at + len);
                // A sign that is added to what stands before it is added to a blank, too.
                let words = text[blanks..end].unicode_word_indices();
                let token = |(from, word): (usize, &str)| {
                    ByteSpan::new(blanks + from, blanks + from + word.len())
                };
                tokens.extend(words.map(token));
                at = end;
            }
            _ => at += 1,
        }
    }
    tokens
}

/// Where the word ends whose first byte, a letter, digit or underscore, is at a place.
fn word_end(bytes: &[u8], start: usize) -> usize {
    let class = |at: usize| bytes.get(at).map_or(Class::Other, |b| CLASSES[usize::from(*b)]);
    let mut at = start + 1;
    loop {
        match (class(at), class(at + 1)) {
            (Class::Letter | Class::Digit | Class::Underscore, _) => at += 1,
            (Class::MidLetter | Class::Mid, Class::Letter) if class(at - 1) == Class::Letter => {
                at += 2;
            }
            (Class::MidNumber | Class::Mid, Class::Digit) if class(at - 1) == Class::Digit => {
                at += 2;
            }
            _ => return at,
        }
    }
}

/// Classes of the property `Word_Break` of ASCII, as far as words need them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Class {
    Other,
    Blank,
    Letter,
    Digit,
    Underscore,
    /// Goes on between two letters.
    MidLetter,
    /// Goes on between two digits.
    MidNumber,
    /// Goes on between two letters or two digits.
    Mid,
    /// No ASCII.
    Beyond,
}

/// The class of each byte.
const CLASSES: [Class; 256] = {
    let mut classes = [Class::Other; 256];
    let mut byte: u8 = 0;
    loop {
        classes[byte as usize] = match byte {
            b' ' => Class::Blank,
            b'a'..=b'z' | b'A'..=b'Z' => Class::Letter,
            b'0'..=b'9' => Class::Digit,
            b'_' => Class::Underscore,
            b':' => Class::MidLetter,
            b',' | b';' => Class::MidNumber,
            b'.' | b'\'' => Class::Mid,
            128.. => Class::Beyond,
            _ => Class::Other,
        };
        if byte == u8::MAX {
            break;
        }
        byte += 1;
    }
    classes
};

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn slow(text: &str) -> Vec<ByteSpan> {
        text.unicode_word_indices().map(|(at, word)| ByteSpan::new(at, at + word.len())).collect()
    }

    #[test]
    fn every_sign_is_cut_as_unicode_segmentation_cuts_it() {
        let around = ["", "a", "1", "_", " ", ".", "'", "a.", "1,", "é", "a\u{301}", "’", "\n"];
        let signs = ('\0'..='\u{30FF}').chain(['\u{1F600}', '\u{1F1E9}', '\u{20E3}', '\u{FE0F}']);
        for sign in signs {
            for before in around {
                for after in around {
                    let text = format!("{before}{sign}{after}b 2");
                    assert_eq!(tokenize(&text), slow(&text), "{text:?}");
                }
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 20_000, ..ProptestConfig::default() })]
        #[test]
        fn tokens_are_the_words_of_unicode_segmentation(
            text in "[aZ09_ .':,;\\-\\n\\té’…—\u{301}\u{200d}カ漢א\"\u{ad}👩🇩]{0,24}"
        ) {
            prop_assert_eq!(tokenize(&text), slow(&text));
        }
    }
}
