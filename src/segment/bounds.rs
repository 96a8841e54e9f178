//! The sentence boundaries of UAX #29, fast for the signs that most texts are made of.
//!
//! The rules look at a few signs around a full stop. For ASCII, Latin letters, typographic quotes
//! and dashes their classes are known here; a text with any other sign is left to
//! unicode-segmentation, and a test holds both against each other.

use unicode_segmentation::UnicodeSegmentation;

/// Classes of the property `Sentence_Break` that occur in such texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Class {
    Other,
    Lower,
    Upper,
    Numeric,
    /// A full stop.
    ATerm,
    /// An exclamation or question mark.
    STerm,
    Close,
    Sp,
    SContinue,
    /// A line feed or carriage return.
    ParaSep,
}

/// The class of a sign; `None` if it is not known here.
const fn class(sign: char) -> Option<Class> {
    Some(match sign {
        'a'..='z' | 'à'..='ö' | 'ø'..='ÿ' | 'ß' => Class::Lower,
        'A'..='Z' | 'À'..='Ö' | 'Ø'..='Þ' => Class::Upper,
        '0'..='9' => Class::Numeric,
        '.' => Class::ATerm,
        '!' | '?' => Class::STerm,
        '"' | '\'' | '(' | ')' | '[' | ']' | '{' | '}' | '‘' | '’' | '“' | '”' | '«' | '»' => {
            Class::Close
        }
        ' ' | '\t' | '\u{B}' | '\u{C}' | '\u{A0}' => Class::Sp,
        ',' | '-' | ':' | ';' | '–' | '—' => Class::SContinue,
        '\n' | '\r' => Class::ParaSep,
        '\0'..='\u{7F}' | '…' | '•' | '€' | '£' | '°' | '§' => Class::Other,
        _ => return None,
    })
}

/// The bytes at which UAX #29 begins a sentence; the first is 0.
pub(super) fn sentence_bounds(text: &str) -> Vec<usize> {
    fast(text).unwrap_or_else(|| text.split_sentence_bound_indices().map(|(at, _)| at).collect())
}

fn fast(text: &str) -> Option<Vec<usize>> {
    let mut bounds = Vec::new();
    if text.is_empty() {
        return Some(bounds);
    }
    bounds.push(0);
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(steps) = bytes[at..].iter().position(|b| MATTERS[usize::from(*b)]) {
        at += steps;
        let sign = text[at..].chars().next()?;
        let here = class(sign)?;
        if here == Class::ParaSep {
            at = after_line_end(text, at);
            bounds.push(at);
            continue;
        }
        if matches!(here, Class::ATerm | Class::STerm) {
            bounds.extend(end_after(text, at)?);
        }
        at += sign.len_utf8();
    }
    bounds.dedup();
    if bounds.last() == Some(&text.len()) {
        bounds.pop();
    }
    Some(bounds)
}

/// The bytes at which a boundary may come from, and those that begin a sign that may be unknown.
const MATTERS: [bool; 256] = {
    let mut matters = [false; 256];
    let mut byte: u8 = 0;
    loop {
        matters[byte as usize] = matches!(byte, 0xC0..|b'.'| b'!' | b'?' | b'\n' | b'\r');
        if byte == u8::MAX {
            break;
        }
        byte += 1;
    }
    matters
};

/// One past a line end, of two signs where it is CR LF.
fn after_line_end(text: &str, at: usize) -> usize {
    at + if text[at..].starts_with("\r\n") { 2 } else { 1 }
}

/// Where the sentence ends whose last stop is at a byte; the inner `None` if it goes on.
#[expect(clippy::option_option, reason = "the outer is of signs that are not known here")]
fn end_after(text: &str, at: usize) -> Option<Option<usize>> {
    let stop = class(text[at..].chars().next()?)?;
    let before = text[..at].chars().next_back().map_or(Some(Class::Other), class)?;
    let mut rest = text[at + 1..].chars();
    let mut end = at + 1;
    let take = |wanted: Class, rest: &mut std::str::Chars<'_>, end: &mut usize| -> Option<()> {
        while let Some(next) = rest.clone().next() {
            if class(next)? != wanted {
                break;
            }
            *end += next.len_utf8();
            rest.next();
        }
        Some(())
    };
    let Some(next) = rest.clone().next() else { return Some(None) };
    let next = class(next)?;
    if stop == Class::ATerm
        && (next == Class::Numeric
            || (next == Class::Upper && matches!(before, Class::Upper | Class::Lower)))
    {
        return Some(None);
    }
    take(Class::Close, &mut rest, &mut end)?;
    take(Class::Sp, &mut rest, &mut end)?;
    let Some(next) = rest.clone().next() else { return Some(None) };
    let next = class(next)?;
    match next {
        // The line end after it belongs to the sentence, and ends it anyhow.
        Class::ParaSep | Class::SContinue | Class::ATerm | Class::STerm => return Some(None),
        _ => {}
    }
    if stop == Class::ATerm {
        for sign in rest {
            match class(sign)? {
                Class::Lower => return Some(None),
                Class::Upper | Class::ParaSep | Class::ATerm | Class::STerm => break,
                _ => {}
            }
        }
    }
    Some(Some(end))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn slow(text: &str) -> Vec<usize> {
        text.split_sentence_bound_indices().map(|(at, _)| at).collect()
    }

    #[test]
    fn every_sign_has_its_class() {
        // A sign's class shows in what it does between stops, letters and blanks.
        let contexts =
            ["", "a", "A", "1", ".", "?", ". ", "a.", "A.", ". a", ".) ", "\n", "a. 1 ", "? "];
        for sign in ('\0'..='\u{2100}').filter(|c| class(*c).is_some()) {
            for before in contexts {
                for after in contexts {
                    let text = format!("{before}{sign}{after}b B");
                    assert_eq!(fast(&text), Some(slow(&text)), "{text:?}");
                }
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 20_000, ..ProptestConfig::default() })]
        #[test]
        fn boundaries_are_those_of_unicode_segmentation(text in "[aA1.?!)”’ \n\r,—–…é\u{a0}\t:;-]{0,24}") {
            prop_assert_eq!(fast(&text), Some(slow(&text)));
        }
    }
}
