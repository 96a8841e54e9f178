//! Elided words: `l’équipe` is an article and a noun, `dell’assistenza` a preposition and a noun.
//!
//! UAX #29 keeps both in one word. Texts whose language says so are cut behind the apostrophe; a word of a pattern that
//! may be elided fits both ways, so that `l’équipe` and `équipe` are found in cut and in whole texts.

/// Words that lose their last vowel before another word, by language.
const ELIDED: &[(&[&str], &[&str])] = &[
    (
        &["french", "fr", "fra", "fre"],
        &["l", "d", "j", "m", "t", "s", "c", "n", "qu", "jusqu", "lorsqu", "puisqu", "quoiqu"],
    ),
    (
        &["italian", "it", "ita"],
        &[
            "l", "un", "d", "c", "dell", "all", "nell", "sull", "dall", "coll", "quell", "quest",
            "bell", "sant", "gl", "degl", "agl", "dagl", "negl", "sugl", "m", "t", "s", "v", "n",
            "dov", "com", "cos", "anch", "quand", "nient", "nessun", "qualcun", "ciascun", "alcun",
        ],
    ),
    (&["catalan", "ca", "cat"], &["l", "d", "m", "t", "s", "n"]),
    (&["portuguese", "pt", "por"], &["d", "n"]),
];

/// Words that have an apostrophe inside, and are one.
const WHOLE: &[&str] = &["aujourd'hui", "d'accord", "d'abord", "d'ailleurs", "c'mon", "d'you"];

/// The byte behind the apostrophe of a word that is two in a language; `None` of the language for any.
pub fn elided(word: &str, language: Option<&str>) -> Option<usize> {
    let (at, sign) = word.char_indices().find(|(_, c)| is_apostrophe(*c))?;
    let behind = at + sign.len_utf8();
    let first = word[..at].to_lowercase();
    let next = word[behind..].chars().next()?.to_lowercase().next()?;
    // The second word begins with a vowel, or a silent h.
    let vowel = matches!(
        next,
        'a' | 'e' | 'i' | 'o' | 'u' | 'y' | 'h' | 'œ' | 'æ' | 'à'..='å' | 'è'..='ï' | 'ò'..='ö' | 'ù'..='ü'
    );
    if !vowel || WHOLE.contains(&word.to_lowercase().replace(is_apostrophe, "'").as_str()) {
        return None;
    }
    let named = language.map(str::to_lowercase);
    let of = |names: &[&str]| named.as_ref().is_none_or(|n| names.contains(&n.as_str()));
    ELIDED
        .iter()
        .any(|(names, words)| of(names) && words.contains(&first.as_str()))
        .then_some(behind)
}

/// True where texts of a language are cut behind the apostrophe.
#[must_use]
pub fn elides(language: &str) -> bool {
    ELIDED.iter().any(|(names, _)| names.contains(&language.to_lowercase().as_str()))
}

/// Signs that people write for an apostrophe.
pub(super) const fn is_apostrophe(c: char) -> bool {
    matches!(
        c,
        '\'' | '\u{2018}'
            | '\u{2019}'
            | '\u{201B}'
            | '\u{02BC}'
            | '\u{FF07}'
            | '`'
            | '\u{B4}'
            | '\u{2032}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_words_and_one() {
        let cut = |word, language| elided(word, language).map(|at| word.split_at(at));
        assert_eq!(cut("l’équipe", Some("french")), Some(("l’", "équipe")));
        assert_eq!(cut("Qu'on", Some("fr")), Some(("Qu'", "on")));
        assert_eq!(cut("dell'assistenza", Some("Italian")), Some(("dell'", "assistenza")));
        assert_eq!(cut("l'équipe", None), Some(("l'", "équipe")));
        for (word, language) in [
            ("aujourd'hui", Some("french")),
            ("don't", None),
            ("I'm", None),
            ("o'clock", None),
            ("l'équipe", Some("english")),
            ("dell'arte", Some("french")),
            ("l'", Some("french")),
        ] {
            assert_eq!(cut(word, language), None, "{word}");
        }
    }
}
