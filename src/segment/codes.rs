//! What one paper's codes look like: beginnings that have several numbers, roles that it numbers, names it gives.
//!
//! ```text
//! (HX1) … (HX2) … (HX3)            three numbers with one beginning: codes of people, if it is not known better
//! “…” (G3) … “…” (G7)              behind quotations two are enough
//! “…” (Head C) … – Head F          a role that this paper alone numbers
//! (RQ1) (Table 2) (Site B)         things
//! ```

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use regex::Regex;

use super::people::regex;
use super::speech::SPEECH;

/// A word that may be a code: letters, digits and what joins them.
pub(super) static WORD: LazyLock<Regex> =
    LazyLock::new(|| regex(r"[\p{L}\p{N}]+(?:[-_#./‐–][\p{L}\p{N}]+)*\+?"));

/// A word with a capital and a number or a letter: `Head C`, `Attendant 4`.
pub(super) static SPACED_ROLE: LazyLock<Regex> =
    LazyLock::new(|| regex(r"(?-u:\b)(\p{Lu}\p{Ll}{2,})\s#?(\d{1,3}[A-Za-z]?|[A-HJ-Z])(?-u:\b)"));

/// The same behind a quotation, alone in brackets or behind a dash.
static ROLE_BEHIND: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"[”’»\x22'.!?…]\s*[.,]?\s*(?:[(\[]|[—–-]\s)\s*(\p{Lu}\p{Ll}{2,})\s#?(?:\d{1,3}[A-Za-z]?|[A-HJ-Z])\s*(?:[)\],;]|$)",
    )
});

/// A code behind a closing mark, alone in its bracket.
static CODE_BEHIND: LazyLock<Regex> =
    LazyLock::new(|| regex(r"[”’»\x22']\s*[.,]?\s*[(\[]\s*(\p{Lu}{1,5})-?(\d{1,4})\s*[)\]]"));

/// What one paper's codes look like: beginnings that have several numbers.
#[derive(Clone, Debug, Default)]
pub(super) struct Known {
    stems: HashSet<String>,
    /// Names that the paper gives those whom it quotes.
    pub names: HashSet<String>,
    /// Roles that the paper numbers: `Head` of `Head A` and `Head C`.
    pub(super) roles: HashSet<String>,
}

impl Known {
    /// Learns from a paper's text.
    pub(super) fn of<'t>(texts: impl Iterator<Item = &'t str>) -> Self {
        let mut numbers: HashMap<String, HashSet<String>> = HashMap::new();
        let mut behind: HashSet<String> = HashSet::new();
        let mut roles: HashMap<String, HashSet<String>> = HashMap::new();
        let mut attributing: HashSet<String> = HashSet::new();
        for text in texts {
            behind.extend(CODE_BEHIND.captures_iter(text).map(|c| c[1].to_owned()));
            attributing.extend(ROLE_BEHIND.captures_iter(text).map(|c| c[1].to_owned()));
            for found in SPACED_ROLE.captures_iter(text) {
                roles.entry(found[1].to_owned()).or_default().insert(found[2].to_owned());
            }
            for m in WORD.find_iter(text) {
                let word = m.as_str();
                // Codes in brackets or before a colon are more likely people's than others.
                let before = text[..m.start()].chars().next_back();
                let marked = before.is_none_or(|c| {
                    c.is_whitespace() || matches!(c, '(' | '[' | ',' | '—' | '–' | '•' | '“')
                });
                if marked && let Some((stem, number)) = parts(word) {
                    numbers.entry(stem.to_owned()).or_default().insert(number.to_owned());
                }
            }
        }
        // Behind quotations two are enough.
        let stems =
            numbers.into_iter().filter(|(s, n)| n.len() >= 3 - usize::from(behind.contains(s)));
        let roles = roles.into_iter().filter(|(role, n)| {
            n.len() >= 2 && attributing.contains(role) && !SPEECH.numbered_things.contains(role)
        });
        Self {
            stems: stems.map(|(stem, _)| stem).collect(),
            names: HashSet::new(),
            roles: roles.map(|(role, _)| role).collect(),
        }
    }

    /// True for a word that is a code of a person's.
    pub(super) fn is_code(&self, word: &str) -> bool {
        if self.names.contains(word) {
            return true;
        }
        if SPEECH.is_code_of_people(word) == Some(false) {
            return false;
        }
        let digits = word.chars().filter(char::is_ascii_digit).count();
        if digits == 0 || word.chars().count() > 24 || digits > 14 {
            return false;
        }
        // `FGD-UER-CM-M-03`, `150602_001-80`, `RD#6`.
        let joined = word.contains(['_', '#']);
        let groups = word.split(['-', '‐', '–', '_', '#', '/', '.']).count();
        let capitals = word.chars().filter(|c| c.is_uppercase()).count();
        if joined {
            let stem = word.split(['#', '_']).next().unwrap_or_default();
            return SPEECH.is_code_of_people(stem) != Some(false) || self.stems.contains(stem);
        }
        if groups >= 3 && capitals >= 2 && word.starts_with(char::is_uppercase) {
            return !word.contains('.');
        }
        let Some((stem, number)) = parts(word) else { return false };
        if number.len() > 4 || stem.chars().count() > 8 {
            return false;
        }
        match SPEECH.is_code_of_people(stem) {
            Some(known) => known,
            None => self.stems.contains(stem) && stem.starts_with(char::is_uppercase),
        }
    }
}

/// A code's beginning and its number: `P`, `7`; `ID`, `013`; a letter or `+` may follow.
pub(super) fn parts(word: &str) -> Option<(&str, &str)> {
    let word = word.trim_end_matches('+');
    let at = word.find(|c: char| c.is_ascii_digit())?;
    let stem = word[..at].trim_end_matches(['-', '#', '.', '_', '‐']);
    let rest = &word[at..];
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    let tail = &rest[digits..];
    let tail_fits = tail.is_empty()
        || tail.chars().count() == 1 && tail.chars().all(char::is_alphabetic)
        || tail.starts_with(['-', '_']) && tail.len() <= 5;
    let capital = stem.starts_with(char::is_uppercase) && stem.chars().all(char::is_alphabetic);
    (capital && tail_fits && !rest.is_empty()).then_some((stem, &rest[..digits]))
}

/// True for a bracket that names a thing by a code, notes, or a document: `RQ2`, `FN, 12 March`, `Student Handbook`.
pub(super) fn is_of_things(inside: &str) -> bool {
    let first = inside.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
    let stem = first.trim_end_matches(|c: char| c.is_ascii_digit());
    inside.split(|c: char| !c.is_alphabetic()).any(|w| SPEECH.is_document(w))
        || SPEECH.is_code_of_people(stem) == Some(false) && !inside.contains('#')
        || SPEECH.numbered_things.contains(stem)
}
