//! What can be a name by itself: codes, initials, roles, words of sentences.

use super::speech::SPEECH;

/// Letters of the longest name.
pub(super) const LONGEST: usize = 64;
/// Words of the longest name.
const WORDS: usize = 8;

/// How sure a name is a name, by itself.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Sure {
    /// A word, perhaps of a sentence.
    Not,
    /// In small letters, with nothing of a sentence in it.
    Small,
    /// With a capital letter, or of a script without.
    Capital,
    /// Two names, initials, a code.
    Personal,
    /// A role, or somebody who is listed.
    Certain,
}

/// How sure a name is one by itself, where no list has it.
pub(super) fn sure_of(name: &str) -> Sure {
    const SMALL: &[&str] = &[
        "de", "van", "von", "der", "den", "of", "and", "da", "di", "la", "el", "bin", "al", "und",
        "et", "y", "e", "du", "del", "dos", "ten", "ter",
    ];
    // `Woman in red`, `Nurse on the left`: a noun for people, and nothing that somebody does.
    let does = |w: &str| {
        matches!(
            w.to_lowercase().as_str(),
            "i" | "we"
                | "he"
                | "she"
                | "it"
                | "they"
                | "you"
                | "is"
                | "was"
                | "were"
                | "are"
                | "said"
                | "says"
                | "told"
                | "asked"
                | "had"
                | "has"
                | "have"
                | "my"
                | "our"
                | "that"
                | "what"
                | "who"
                | "why"
                | "how"
        )
    };
    let people = SPEECH.is_of_people(name) && !name.split_whitespace().any(does);
    if people && name.split_whitespace().count() <= 7 {
        return Sure::Personal;
    }
    if is_of_sentences(name) {
        return Sure::Not;
    }
    if people || is_code(name) {
        return Sure::Personal;
    }
    let capital = |w: &str| {
        // `d'Arcy`
        let elided = w
            .char_indices()
            .nth(2)
            .is_some_and(|(at, c)| c.is_uppercase() && w[..at].ends_with(['\'', '’']));
        let first = w.trim_start_matches(['(', '#', '&', '-', '\'', '’']).chars().next();
        elided
            || first.is_none_or(|c| {
                c.is_uppercase() || c.is_numeric() || !c.is_lowercase() && c.is_alphabetic()
            })
    };
    let words = || name.split_whitespace();
    if !words().all(|w| capital(w) || SMALL.contains(&w)) || !words().any(capital) {
        return Sure::Small;
    }
    let capitals = name.chars().filter(|c| c.is_uppercase()).count();
    let initials = name.chars().count() <= 5 && capitals >= 2 && words().count() <= 3;
    let several = words().filter(|w| w.chars().count() > 1).count() >= 2;
    let all_capitals =
        name.chars().count() > 1 && name.chars().all(|c| c.is_uppercase() || !c.is_alphabetic());
    if initials || several || all_capitals { Sure::Personal } else { Sure::Capital }
}

/// `P1`, `Speaker 2`, `R-03`, `FGD2_M4`, `nora_b`, `User 17`, `#2`, `1`.
pub(super) fn is_code(name: &str) -> bool {
    let letters = name.chars().filter(|c| c.is_alphabetic()).count();
    let digits = name.chars().filter(char::is_ascii_digit).count();
    digits > 0
        && (name.starts_with(|c: char| !c.is_lowercase()) || letters <= 2 || name.contains('_'))
        && digits <= 6
        && letters <= 16
        && name.split_whitespace().count() <= 2
        && name
            .chars()
            .all(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_' | '.' | '#' | '/'))
}

/// True for words that sentences are made of, and names are not.
pub(super) fn is_of_sentences(name: &str) -> bool {
    const WORDS: &[&str] = &[
        "i'm", "i've", "it's", "that's", "he", "she", "it", "its", "we", "they", "you", "is",
        "was", "are", "were", "be", "been", "my", "your", "our", "their", "his", "her", "this",
        "that", "these", "those", "what", "how", "why", "when", "where", "which", "if", "because",
        "but", "with", "for", "about", "would", "could", "should", "can", "will", "have", "has",
        "had", "do", "does", "did", "not", "said", "says", "say", "to", "from", "as", "at", "on",
        "in", "there", "here", "then", "than", "more", "most", "ist", "war", "sind", "ich", "wir",
        "dass", "weil", "wenn", "aber", "est", "sont", "que", "qui", "dans", "pour", "mais", "es",
        "son", "pero", "porque", "para", "come", "perché", "sono", "che", "dat", "het", "maar",
        "omdat",
    ];
    let mut several = 0;
    let mut found = 0;
    for word in name.split_whitespace() {
        several += 1;
        let word = word.to_lowercase().replace('’', "'");
        found += usize::from(
            WORDS.contains(&word.trim_matches(|c: char| !c.is_alphanumeric() && c != '\'')),
        );
    }
    several > 1 && found > 0
        || several == 1 && found == 1 && name.chars().any(char::is_lowercase) && name.len() > 1
}

/// True for the name of a person, or several, behind a role: `Nora Berg (NB)`.
pub(super) fn is_name_like(said: &str) -> bool {
    let words: Vec<&str> = said.split_whitespace().collect();
    (1..=8).contains(&words.len())
        && !said.ends_with(['.', '?', '!', '…'])
        && words.iter().all(|w| {
            let first = w.chars().find(|c| c.is_alphanumeric());
            first.is_none_or(|c| {
                !c.is_lowercase()
                    || matches!(*w, "and" | "de" | "van" | "von" | "der" | "y" | "und" | "et")
            })
        })
        && may_be_name(words[0])
}

/// How somebody named in full may be called by a label: the whole, its parts, its initials.
pub(super) fn forms_of_name(said: &str) -> Vec<String> {
    let mut out = Vec::new();
    for person in said.split([',', ';', '&', '/']).flat_map(|p| p.split(" and ")) {
        let (name, more) = match person.split_once('(') {
            Some((name, more)) => (name.trim(), more.trim_end_matches([')', ' '])),
            None => (person.trim(), ""),
        };
        let parts: Vec<&str> = name
            .split_whitespace()
            .filter(|p| {
                !matches!(
                    *p,
                    "Dr." | "Dr" | "Prof." | "Prof" | "Mr." | "Mrs." | "Ms." | "Mr" | "Mrs" | "Ms"
                )
            })
            .collect();
        let initials: String =
            parts.iter().filter_map(|p| p.chars().next()).filter(|c| c.is_uppercase()).collect();
        let all = [parts.join(" "), more.to_owned(), initials];
        out.extend(
            all.into_iter().chain(parts.iter().map(|p| (*p).to_owned())).filter(|n| !n.is_empty()),
        );
    }
    out
}

/// True for a title and a surname in capitals, or an office in capitals.
pub(super) fn is_titled(name: &str) -> bool {
    let capitals = |w: &str| {
        w.chars().filter(|c| c.is_uppercase()).count() >= 2
            && w.chars().filter(|c| c.is_lowercase()).count() <= 2
    };
    match name.split_once(' ') {
        Some((title, rest)) if title.ends_with('.') && is_title(&title[..title.len() - 1]) => {
            rest.split_whitespace().any(capitals)
        }
        Some(("The", rest)) => {
            rest.split_whitespace().next().is_some_and(|w| w.len() >= 4 && capitals(w))
        }
        _ => false,
    }
}

/// Titles that end in a full stop and no name does.
pub(super) fn is_title(name: &str) -> bool {
    let word = name.rsplit(char::is_whitespace).next().unwrap_or_default();
    matches!(
        word,
        "Mr" | "Mrs"
            | "Ms"
            | "Dr"
            | "Prof"
            | "Miss"
            | "Sir"
            | "St"
            | "Rev"
            | "Hon"
            | "Fr"
            | "Sr"
            | "Sra"
            | "Dra"
            | "Dott"
            | "Hr"
            | "Mx"
    )
}

/// A name and what is said of it: in brackets at its end, or behind a comma.
pub(super) fn said_of(written: &str) -> (&str, Option<&str>) {
    let written = written.trim();
    for (open, close) in [('(', ')'), ('[', ']'), ('{', '}')] {
        if written.ends_with(close)
            && let Some(at) = written.find(open).filter(|at| *at > 0)
        {
            let (name, more) = (written[..at].trim_end(), &written[at + 1..written.len() - 1]);
            return (name.trim_end_matches(','), Some(more.trim()).filter(|m| !m.is_empty()));
        }
    }
    match written.split_once(", ") {
        // `Okafor, Ada` is one name.
        Some((last, first)) if is_first_name(first) && is_first_name(last) => (written, None),
        Some((name, more)) if !more.is_empty() => (name.trim_end(), Some(more.trim())),
        _ => (written, None),
    }
}

/// True for one word, or two, with a capital, and none for people: `Ada`, not `Nurse` nor `RN`.
fn is_first_name(part: &str) -> bool {
    let words = || part.split_whitespace();
    let capital = |w: &str| {
        let mut letters = w.chars();
        letters.next().is_some_and(char::is_uppercase)
            && letters.all(|c| c.is_lowercase() || matches!(c, '-' | '’' | '\'' | '.'))
    };
    (1..=2).contains(&words().count())
        && words().all(capital)
        && part.chars().count() > 1
        && !SPEECH.is_of_people(part)
}

/// True for something short that can be a name or stand for one.
pub(super) fn may_be_name(name: &str) -> bool {
    let mut letters = 0;
    let mut any = false;
    for c in name.chars() {
        letters += 1;
        any |= c.is_alphanumeric() || is_picture(c);
        if matches!(
            c,
            '“' | '”'
                | '„'
                | '«'
                | '»'
                | '"'
                | '!'
                | '='
                | '\\'
                | '\t'
                | '「'
                | '」'
                | '『'
                | '』'
                | '【'
        ) {
            return false;
        }
    }
    // `G&uuml;nter` has a sign's name in it.
    any && (name.contains('&') || !name.contains(';'))
        && letters <= LONGEST
        && name.split_whitespace().count() <= WORDS
        && !name.starts_with(['.', ',', ')', ']', '}', '…', '?', '%', '*'])
        && !name.contains("://")
        && !sentence_inside(name)
}

/// Emoji and the like, which some names are made of.
pub(super) fn is_picture(c: char) -> bool {
    matches!(c, '\u{2190}'..='\u{2BFF}' | '\u{1F000}'..='\u{1FAFF}')
}

/// True where a sentence ends inside: `It was late. He`; `Dr. Smith` and `J. K. Lee` are names.
fn sentence_inside(name: &str) -> bool {
    name.match_indices(['.', '?']).any(|(at, _)| {
        let behind = &name[at + 1..];
        let word = name[..at].rsplit(char::is_whitespace).next().unwrap_or_default();
        behind.starts_with(char::is_whitespace) && word.chars().count() > 4
    })
}
