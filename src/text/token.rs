//! THE tokeniser: a token is a word of UAX #29 with at least one letter or digit.
//!
//! Patterns are cut by the same function as texts, so what a user types is found as it was cut:
//! `self-care` is two tokens in both, `don't` is one.
//!
//! Two things are cut as typists mean them and not as UAX #29 has them: a sentence that begins right behind another's full
//! stop (`him.He`) is a word of its own, and what people write for an apostrophe (`don´t`, ``don`t``) is one.
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
                let signs = bytes[at..end].iter().any(|b| matches!(b, b'.' | b':'));
                let cut = if signs { glued(&text[at..end]) } else { None };
                let end = cut.map_or(end, |cut| at + cut);
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
                let from = tokens.len();
                for token in words.map(token) {
                    add(text, &mut tokens, from, token);
                }
                at = end;
            }
            _ => at += 1,
        }
    }
    tokens
}

/// Adds a word, cut where another is glued to it; signs written for an apostrophe join two.
fn add(text: &str, tokens: &mut Vec<ByteSpan>, from: usize, mut token: ByteSpan) {
    let between = |last: ByteSpan| text.get(last.end as usize..token.start as usize);
    if let Some(last) = tokens.last().copied().filter(|_| tokens.len() > from)
        && matches!(between(last), Some("\u{B4}" | "\u{2032}" | "`"))
        && text[..last.end as usize].ends_with(char::is_alphabetic)
        && text[token.start as usize..].starts_with(char::is_alphabetic)
    {
        token.start = last.start;
        tokens.pop();
    }
    while let Some(cut) = glued(token.of(text)) {
        let end = token.start as usize + cut;
        tokens.push(ByteSpan::new(token.start as usize, end));
        token.start = u32::try_from(end + 1).unwrap_or(u32::MAX);
    }
    tokens.push(token);
}

/// Where a word ends to which the next sentence is glued: `him.He`, `so:Well`; `Ph.D`, `e.g` and `U.S` are one word.
fn glued(word: &str) -> Option<usize> {
    let signs = word.match_indices(['.', ':']).map(|(at, _)| at);
    signs.into_iter().find(|at| {
        let mut before = word[..*at].chars().rev();
        let mut after = word[at + 1..].chars();
        let small = before.next().is_some_and(char::is_lowercase)
            && before.next().is_some_and(char::is_lowercase);
        let (first, second) = (after.next(), after.next());
        let sentence = first.is_some_and(char::is_uppercase)
            && (second.is_some_and(char::is_lowercase)
                || first == Some('I') && second.is_none_or(|c| !c.is_alphabetic()));
        small && sentence
    })
}

/// Where the word ends whose first byte, a letter, digit or underscore, is at a place.
fn word_end(bytes: &[u8], start: usize) -> usize {
    let class = |at: usize| bytes.get(at).map_or(Class::Other, |b| CLASSES[usize::from(*b)]);
    let mut at = start + 1;
    loop {
        match (class(at), class(at + 1)) {
            (Class::Letter | Class::Digit | Class::Underscore, _) => at += 1,
            (Class::MidLetter | Class::Mid | Class::Grave, Class::Letter)
                if class(at - 1) == Class::Letter =>
            {
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
    /// Written for an apostrophe between two letters.
    Grave,
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
            b'`' => Class::Grave,
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

    /// The words of unicode-segmentation, with what is glued cut and what is no apostrophe for it one.
    fn slow(text: &str) -> Vec<ByteSpan> {
        let mut tokens = Vec::new();
        for (at, word) in text.unicode_word_indices() {
            add(text, &mut tokens, 0, ByteSpan::new(at, at + word.len()));
        }
        tokens
    }

    #[test]
    fn what_typists_glue_is_parted() {
        let words = |text: &'static str| -> Vec<&str> {
            tokenize(text).iter().map(|t| t.of(text)).collect()
        };
        assert_eq!(
            words("I trust him.He left.I came."),
            ["I", "trust", "him", "He", "left", "I", "came"]
        );
        assert_eq!(
            words("für ihn.Er ging:Ja. été.Il"),
            ["für", "ihn", "Er", "ging", "Ja", "été", "Il"]
        );
        assert_eq!(
            words("Ph.D e.g. U.S.A 3.5 www.example.com a.m"),
            ["Ph.D", "e.g", "U.S.A", "3.5", "www.example.com", "a.m"]
        );
        assert_eq!(
            words("don´t l′amour don`t `code` x ´ y"),
            ["don´t", "l′amour", "don`t", "code", "x", "y"]
        );
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
            text in "[abZT09_ .':`´,;\\-\\n\\té’…—\u{301}\u{200d}カ漢א\"\u{ad}👩🇩]{0,24}"
        ) {
            prop_assert_eq!(tokenize(&text), slow(&text));
        }
    }
}
