//! A quotation, and what tells one in a text: sentences, marks, brackets behind it.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::people::{Who, cites};
use crate::ingest::BlockKind;

/// A stretch of a block in somebody's words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Quote {
    /// Bytes of the block.
    pub place: Range<usize>,
    /// Whose words.
    pub who: Who,
    /// True when it fills the block.
    pub whole: bool,
    /// What attributes it, or that literature is quoted.
    pub form: Form,
}

/// How a quotation is attributed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Form {
    /// In brackets behind it.
    Bracket,
    /// Behind a dash.
    Dash,
    /// Behind it, with no sign.
    Tail,
    /// By a verb behind it.
    SaidAfter,
    /// By the words that lead to it.
    Lead,
    /// By the sentence before its paragraph.
    Announced,
    /// By another cell of its row.
    Cell,
    /// It is of the literature.
    Cited,
    /// Nothing attributes it.
    None,
}

/// Words from which on a stretch in marks is kept as a quotation though nobody is named.
pub(super) const SHORTEST: usize = 3;

pub(super) static SENTENCE_END: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r#"[.!?…][”’"')\]]*\s+[“‘"(\[]?\p{Lu}"#).expect("valid"));
pub(super) static FIRST_PERSON: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)(?-u:\b)(?:I|I[’'](?:m|ve|d|ll)|we|we[’'](?:re|ve|d|ll)|you|you[’'](?:re|ve|d|ll)|my|me|our|us|your|ich|wir|mein|meine|je|j[’']ai|nous|mon|ma|yo|nosotros|mi|io|noi|mio)(?-u:\b)").expect("valid")
});
/// The first person of one who speaks: authors say `we`, too.
pub(super) static SINGULAR: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)(?-u:\b)(?:I|I[’'](?:m|ve|d|ll)|you|you[’'](?:re|ve|d|ll)|my|me|mine|your|ich|mein|meine|mir|mich|je|j[’']ai|mon|ma|yo|mi|io|mio)(?-u:\b)").expect("valid")
});
pub(super) static BEHIND: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^[.,;:!?…]{0,4}\s*[(\[]([^()\[\]]{1,110}(?:[(\[][^()\[\]]{0,50}[)\]][^()\[\]]{0,50})?)[)\]]").expect("valid")
});
pub(super) static INSIDE_END: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r#"\s*[(\[]([^()\[\]]{1,80}(?:[(\[][^()\[\]]{0,50}[)\]])?)[)\]]\s*[.!?,;…]*\s*[”’"'»]$"#,
    )
    .expect("valid")
});
pub(super) static IN_ITS_BRACKET: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"^\s*[,;–—-]\s*([^()\[\]“”]{1,80})[)\]]").expect("valid"));
pub(super) static AT_END: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"[(\[]([^()\[\]]{1,110}(?:[(\[][^()\[\]]{0,50}[)\]][^()\[\]]{0,50})?)[)\]]\s*([.!?,;]?)\s*$").expect("valid")
});
pub(super) static DASHED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^[.,;]?\s*[—–-]{1,3}\s*([^—–“”‘|]{1,90}?)\s*\.?\s*(?:$|\||[“‘\x22])")
        .expect("valid")
});
pub(super) static DASHED_LINE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?:^|\s|[.!?…])\s*[—–-]{1,3}\s*(\p{L}[^—–“”|]{1,80}?)\.?\s*$").expect("valid")
});
pub(super) static DASHED_END: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?:\s|[.!?…”’\x22])\s*[—–-]{1,3}\s*(\p{L}[^—–“”|]{0,90}?)\.?\s*$").expect("valid")
});

/// True for words in the first or second person, as speech is.
pub(super) fn is_first_person(words: &str) -> bool {
    FIRST_PERSON.is_match(words)
}

/// True when one stretch in marks is all of a text but for signs.
pub(super) fn fills(text: &str, pairs: &[Range<usize>]) -> bool {
    let (Some(first), Some(last)) = (pairs.first(), pairs.last()) else { return false };
    let words = |t: &str| t.chars().any(char::is_alphanumeric);
    !words(&text[..first.start]) && !words(&text[last.end..]) && pairs.len() == 1
}

/// A number of three parts, which no citation has: `150412-003-45`.
fn is_long_number(inside: &str) -> bool {
    let sign = |c: char| c.is_ascii_digit() || matches!(c, '-' | '_' | '/' | ' ');
    inside.split(['-', '_', '/']).count() >= 3 && inside.chars().all(sign)
}

pub(super) fn is_citation(inside: &str) -> bool {
    cites(inside) && !is_long_number(inside)
}

/// A few words that can stand for somebody: no sentence.
pub(super) fn is_short_name(inside: &str) -> bool {
    let words = inside.split_whitespace().count();
    is_long_number(inside)
        || (1..=8).contains(&words)
            && inside.starts_with(|c: char| c.is_uppercase() || c.is_ascii_digit())
            && inside.contains(char::is_alphabetic)
            && !inside.contains(['.', ':', '?', '!', '“', '”'])
}

/// True for an abbreviation of a quoted name: `“Brewers’ Spent Grain” (BSG)`.
pub(super) fn abbreviates(inside: &str, quoted: &str) -> bool {
    let initials: Vec<char> = quoted
        .split(|c: char| !c.is_alphanumeric())
        .filter_map(|w| w.chars().next())
        .flat_map(char::to_uppercase)
        .collect();
    inside.chars().all(|c| c.is_uppercase() || c == 's')
        && inside.chars().filter(|c| *c != 's').all(|c| initials.contains(&c))
}

/// A footnote between two paragraphs: a number, and a sentence.
pub(super) fn is_note(text: &str) -> bool {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    (1..=2).contains(&digits)
        && text[digits..].trim_start().starts_with(char::is_uppercase)
        && text.len() < 400
}

pub(super) fn is_running(kind: BlockKind) -> bool {
    matches!(kind, BlockKind::Paragraph | BlockKind::Quotation | BlockKind::ListItem)
}

/// Bytes before a place in which its sentence begins, or counts as begun.
const LONGEST_SENTENCE: usize = 1_500;

/// Where the sentence that reaches up to `end` begins.
pub(super) fn sentence_start(text: &str, end: usize) -> usize {
    let near = text.floor_char_boundary(end.saturating_sub(LONGEST_SENTENCE));
    let last = SENTENCE_END
        .find_iter(&text[near..end])
        .filter(|m| !is_abbreviation(&text[near..near + m.start()]))
        .last();
    near + last.map_or(0, |m| m.start() + m.as_str().find(char::is_whitespace).unwrap_or(0))
}

/// The bytes of an opening mark and the letter behind it.
pub(super) fn first_letter(text: &str) -> usize {
    text.chars().take(2).map(char::len_utf8).sum()
}

/// True where a full stop ends an abbreviation: `Dr. Berg`, `et al. Said`.
fn is_abbreviation(before: &str) -> bool {
    let word = before.rsplit(|c: char| c.is_whitespace() || c == '(').next().unwrap_or_default();
    matches!(
        word,
        "Dr" | "Mr"
            | "Mrs"
            | "Ms"
            | "Prof"
            | "al"
            | "e.g"
            | "i.e"
            | "vs"
            | "No"
            | "no"
            | "St"
            | "Int"
            | "approx"
    )
}

/// A text with blanks for the words inside quotations; what ends them stays, and so does every place.
pub(super) fn masked<'p>(text: &str, pairs: impl Iterator<Item = &'p Range<usize>>) -> String {
    let mut bytes = text.as_bytes().to_vec();
    for pair in pairs {
        let inside = &text[pair.clone()];
        let marks: Vec<(usize, char)> = inside.char_indices().rev().take(2).collect();
        let end = marks.get(1).map_or(pair.start, |(at, _)| pair.start + at);
        let keep = marks.get(1).is_some_and(|(_, c)| matches!(c, '.' | '!' | '?' | '…' | ','));
        // The first letter stays: a capital behind a full stop begins a sentence.
        let first = pair.start + inside.chars().take(2).map(char::len_utf8).sum::<usize>();
        let last =
            if keep { end } else { marks.first().map_or(pair.start, |(at, _)| pair.start + at) };
        // `I` would be a word.
        if bytes.get(first.wrapping_sub(1)) == Some(&b'I') && first > pair.start {
            bytes[first - 1] = b'Q';
        }
        if first < last {
            bytes[first..last].fill(b' ');
        }
    }
    String::from_utf8(bytes).unwrap_or_else(|_| text.to_owned())
}
