//! A value of another program's dictionary becomes a pattern.

use super::WrittenPattern;
use crate::pattern::{Form, Pattern, Test, parse_simple, to_cql};
use crate::text::Text;

/// What signs mean in values of a format.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Signs {
    /// `?` is any one character.
    pub question_mark: bool,
    /// `_` parts the words of a phrase.
    pub underscore: bool,
}

/// The pattern of a value: words one after the other, `*` any run of letters, and alone any word. No
/// other sign has a meaning.
///
/// # Errors
/// Why nothing can be found by it.
pub(super) fn value_pattern(text: &Text, signs: Signs) -> Result<WrittenPattern, String> {
    let in_word = |c: char| {
        let joins = matches!(c, '*' | '\'' | '’' | '-' | '.' | '\u{AD}' | '\u{200D}');
        c.is_alphanumeric()
            || joins
            || (c == '_' && !signs.underscore)
            || (c == '?' && signs.question_mark)
            || (!c.is_ascii() && !c.is_whitespace() && !"“”„«»‘＝＋｜（）".contains(c))
    };
    let plain: String = text.value.chars().map(|c| if in_word(c) { c } else { ' ' }).collect();
    let mut items: Vec<&str> = plain
        .split_whitespace()
        .map(|word| word.trim_start_matches(['-', '.', '\'']))
        .filter(|word| word.contains(|c: char| c.is_alphanumeric() || c == '*'))
        .map(|word| if word.chars().all(|c| c == '*') { "+" } else { word })
        .collect();
    if !items.iter().any(|item| item.contains(char::is_alphanumeric)) {
        return Err(if items.is_empty() {
            "it has no letter or digit".into()
        } else {
            "it fits every word".into()
        });
    }
    let signs_dropped = text.value.chars().any(|c| !in_word(c) && !c.is_whitespace());
    let letters = items.iter().flat_map(|i| i.chars()).filter(|c| c.is_alphanumeric()).count();
    if signs_dropped && letters < 2 {
        return Err("its signs are no words, and a lone letter would be left".into());
    }
    let free = |items: &[&str]| items.iter().take_while(|i| **i == "+").count();
    let before = free(&items);
    items.reverse();
    let after = free(&items);
    items.reverse();
    let inner = items[before..items.len() - after].join(" ");
    let pattern = parse_simple(&inner).map_err(|e| e.message)?;
    if before + after == 0 {
        let text = Text { value: inner, place: text.place.clone() };
        return Ok(WrittenPattern::new(text, Form::Simple, pattern));
    }
    let mut parts = vec![Pattern::Token(Test::Any); before];
    match pattern {
        Pattern::Sequence(inner) => parts.extend(inner),
        one => parts.push(one),
    }
    parts.extend(vec![Pattern::Token(Test::Any); after]);
    let pattern = Pattern::Sequence(parts);
    let text = Text { value: to_cql(&pattern), place: text.place.clone() };
    Ok(WrittenPattern::new(text, Form::Cql, pattern))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_are_words_or_nothing() {
        let read = |value: &str, signs| {
            let text = Text { value: value.into(), place: 0..0 };
            value_pattern(&text, signs).map(|w| w.text.value)
        };
        let glob = Signs { question_mark: true, underscore: false };
        let wordstat = Signs { question_mark: true, underscore: true };
        assert_eq!(read("good", glob), Ok("good".into()));
        assert_eq!(read("not * good", glob), Ok("not + good".into()));
        assert_eq!(read("* good", glob), Ok("[] \"good\"".into()));
        assert_eq!(read("R&D (x|y)", glob), Ok("R D x y".into()));
        assert_eq!(read("-able", glob), Ok("able".into()));
        assert_eq!(read("CIVIL_WAR", wordstat), Ok("CIVIL WAR".into()));
        assert_eq!(read("wom?n", glob), Ok("wom?n".into()));
        assert_eq!(read("what?", Signs::default()), Ok("what".into()));
        assert!(
            read(":D", glob).is_err() && read("c++", glob).is_err() && read("<3", glob).is_err()
        );
        assert_eq!(read("c", glob), Ok("c".into()));
        assert_eq!(read(":)", glob), Err("it has no letter or digit".into()));
        assert_eq!(read("*", glob), Err("it fits every word".into()));
    }
}
