//! Where sentences begin: UAX #29, corrected by rules that are data (`rules/*.toml`, by language).
//!
//! UAX #29 knows no abbreviations: it ends a sentence after "Dr.", "p." and initials, cuts
//! "…disagree.[14]" inside the bracket, and sees no end in "…common cold.10 This". The rules mend
//! these, one function for each kind of mistake.

use std::collections::HashSet;
use std::sync::LazyLock;

use regex::Regex;
use serde::Deserialize;

use super::bounds::sentence_bounds;

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Rules {
    before_names: HashSet<String>,
    before_numbers: HashSet<String>,
    inside: HashSet<String>,
    either: HashSet<String>,
    openers: HashSet<String>,
    months: HashSet<String>,
    /// Abbreviations of any kind.
    #[serde(skip)]
    all: hashbrown::HashSet<String>,
}

impl Rules {
    /// True for an abbreviation of any kind, as it is written.
    fn lists(&self, word: &str) -> bool {
        // The last word of each sentence is asked for: no memory is taken for most.
        let mut lower = [0; 16];
        match lower.get_mut(..word.len()) {
            Some(lower) if word.is_ascii() => {
                lower.copy_from_slice(word.as_bytes());
                lower.make_ascii_lowercase();
                str::from_utf8(lower).is_ok_and(|word| self.all.contains(word))
            }
            _ => self.all.contains(&folded(word)),
        }
    }
}

/// The rules of all languages together: an abbreviation of one is seldom a word of another.
static RULES: LazyLock<Rules> = LazyLock::new(|| {
    let mut all = Rules::default();
    for text in [
        include_str!("rules/en.toml"),
        include_str!("rules/de.toml"),
        include_str!("rules/romance.toml"),
    ] {
        let one: Rules = toml::from_str(text).expect("the rules of the program are valid");
        all.before_names.extend(one.before_names);
        all.before_numbers.extend(one.before_numbers);
        all.inside.extend(one.inside);
        all.either.extend(one.either);
        all.openers.extend(one.openers);
        all.months.extend(one.months);
    }
    let lists = [&all.before_names, &all.before_numbers, &all.inside, &all.either];
    all.all = lists.into_iter().flatten().cloned().collect();
    all
});

/// The bytes at which the sentences of `text` begin; the first is 0.
///
/// ```
/// use thematic::segment::sentence_starts;
/// let text = "Dr. Smith came. He left at 5 p.m. on foot.";
/// assert_eq!(sentence_starts(text), [0, 16]);
/// ```
#[must_use]
pub fn sentence_starts(text: &str) -> Vec<usize> {
    let mut bounds = sentence_bounds(text);
    let missed = missed(text);
    if !missed.starts.is_empty() {
        bounds.retain(|at| missed.behind_markers.binary_search(at).is_err());
        bounds.extend(&missed.starts);
        bounds.sort_unstable();
        bounds.dedup();
    }
    let mut starts = vec![0];
    for at in bounds.into_iter().filter(|at| *at > 0 && *at < text.len()) {
        let last = *starts.last().unwrap_or(&0);
        let at = after_reference(text, at);
        let sure = missed.starts.binary_search(&at).is_ok();
        let near = text.floor_char_boundary(last.max(at.saturating_sub(NEAR)));
        if at < text.len() && at > last && (sure || !goes_on(&text[near..at], &text[at..])) {
            starts.push(at);
        }
    }
    starts
}

/// Bytes of a sentence before its end that tell whether it goes on.
const NEAR: usize = 2_000;

/// Moves a cut inside `.[14] Next` behind the bracket.
fn after_reference(text: &str, at: usize) -> usize {
    static BRACKET: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"^\[?[\d,–-]+\](?:\[[\d,–-]+\])*\s*").expect("valid"));
    let before = text[..at].trim_end();
    let opened = before.ends_with('[') || text[at..].starts_with('[');
    if !opened || text[..at].ends_with(char::is_whitespace) {
        return at;
    }
    BRACKET.find(&text[at..]).map_or(at, |m| at + m.end())
}

/// Places that UAX #29 does not see as it should.
#[derive(Default)]
struct Missed {
    /// Beginnings of sentences.
    starts: Vec<usize>,
    /// Places behind the marker of a list item, where none begins.
    behind_markers: Vec<usize>,
}

/// Beginnings after a footnote's number, and at list markers that stand inside a text.
fn missed(text: &str) -> Missed {
    static FOOTNOTE: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"[\p{Ll})][.?!]\d{1,3}(?:[, –-]\d{1,3})*\s+(\p{Lu})").expect("valid")
    });
    static BRACKETED: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"[.?!]\s+(\((?:[a-z]|[ivx]{1,4}|\d{1,2})\)\s+\p{Lu})").expect("valid")
    });
    let mut missed = Missed::default();
    if text.contains(" (") {
        let starts = BRACKETED.captures_iter(text).filter_map(|c| c.get(1).map(|m| m.start()));
        missed.starts.extend(starts);
    }
    let signs = signs_of(text.as_bytes());
    if signs.footnotes {
        let starts = FOOTNOTE.captures_iter(text).filter_map(|c| c.get(1).map(|m| m.start()));
        missed.starts.extend(starts);
    }
    if signs.markers {
        list_markers(text, &mut missed);
    }
    missed.starts.sort_unstable();
    missed.behind_markers.sort_unstable();
    missed
}

/// What a text may have, by a look at its stops and brackets alone.
#[derive(Default)]
struct Signs {
    /// A figure behind the end of a sentence.
    footnotes: bool,
    /// A letter or a number of two figures alone before a stop or a bracket.
    markers: bool,
}

fn signs_of(text: &[u8]) -> Signs {
    let mut signs = Signs::default();
    let mut at = 0;
    while let Some(steps) = text[at..].iter().position(|b| matches!(b, b'.' | b'?' | b'!' | b')')) {
        at += steps;
        signs.footnotes |= text[at] != b')' && text.get(at + 1).is_some_and(u8::is_ascii_digit);
        signs.markers |= matches!(text[at], b'.' | b')') && alone(&text[..at]);
        at += 1;
    }
    signs
}

/// True for a text whose last letter, or last two figures, stand alone.
fn alone(text: &[u8]) -> bool {
    let ([before @ .., b'0'..=b'9', b'0'..=b'9'] | [before @ .., b'0'..=b'9' | b'a'..=b'z']) = text
    else {
        return false;
    };
    // Blanks that are not ASCII end in such a byte.
    before.last().is_none_or(|b| b.is_ascii_whitespace() || !b.is_ascii())
}

/// Markers count only where they count up, 1 2 3 or a b c, and no comma parts the items.
fn list_markers(text: &str, missed: &mut Missed) {
    static ITEM: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?:^|\s)((?:[•⁃]\s?)?(?:(\d{1,2})|([a-z]))(?:\.\)|[.)])\s+)[\p{L}“]")
            .expect("valid")
    });
    let mut markers: Vec<(std::ops::Range<usize>, (u32, bool))> = Vec::new();
    let mut at = 0;
    while let Some(found) = ITEM.captures_at(text, at) {
        let Some(marker) = found.get(1).map(|m| m.range()) else {
            break;
        };
        at = marker.end;
        let number = found.get(2).and_then(|m| m.as_str().parse().ok()).map(|n| (n, false));
        let letter = found.get(3).map(|m| (u32::from(m.as_str().as_bytes()[0]), true));
        let before = text[..marker.start].trim_end();
        let last = before.rsplit(char::is_whitespace).next().unwrap_or_default();
        let inline = before.ends_with([',', ';'])
            || matches!(last, "and" | "or" | "for" | "in" | "of" | "to" | "see" | "by" | "under");
        if let Some(value) = number.or(letter).filter(|_| !inline) {
            markers.push((marker, value));
        }
    }
    let follows = |a: (u32, bool), b: (u32, bool)| a.1 == b.1 && a.0 + 1 == b.0;
    for (i, (marker, value)) in markers.iter().enumerate() {
        let next = markers.get(i + 1).is_some_and(|m| follows(*value, m.1));
        let previous = i > 0 && follows(markers[i - 1].1, *value);
        if next || previous {
            missed.starts.push(marker.start);
            missed.behind_markers.push(marker.end);
        }
    }
}

/// True when what UAX #29 takes for two sentences is one.
fn goes_on(before: &str, after: &str) -> bool {
    let trimmed = before.trim_end();
    let next = after.trim_start();
    if before.ends_with('\n') {
        return line_goes_on(trimmed, next);
    }
    if next.is_empty() || trimmed.is_empty() {
        return true;
    }
    let parted = before.len() > trimmed.len();
    let inside_word = !parted
        && trimmed.ends_with(['!', '?', '.'])
        && next.chars().next().is_some_and(char::is_alphanumeric);
    inside_word
        || marker_alone(trimmed)
        || open_bracket(trimmed, next)
        || speech_goes_on(trimmed, next)
        || pause(trimmed)
        || citation_follows(next)
        || (trimmed.ends_with('.') && after_abbreviation(trimmed, next))
        || next.starts_with([')', ']', '”', '’', ',', ';'])
}

/// A line's end is no sentence's end where a small letter follows an open sentence.
fn line_goes_on(before: &str, next: &str) -> bool {
    let lower = next.chars().next().is_some_and(char::is_lowercase);
    let open = !before.ends_with(['.', '!', '?', ':', ';', '”', '"']);
    open && lower && before.split_whitespace().count() > 2
}

/// `1.`, `a.` or `•` at the beginning belongs to what follows.
fn marker_alone(before: &str) -> bool {
    static MARKER: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"^(?:[•⁃]\s?)?\(?(?:\d{1,2}|[a-zA-Z]|[ivx]{1,4})(?:\.\)|[.)])$|^[•⁃]$")
            .expect("valid")
    });
    before.len() <= 16 && MARKER.is_match(before)
}

/// Inside round brackets that were opened in mid-sentence and are closed soon.
fn open_bracket(before: &str, next: &str) -> bool {
    let Some(open) = before.rfind('(') else {
        return false;
    };
    if before[open..].contains(')') || before[..open].trim().is_empty() {
        return false;
    }
    let lead = before[..open].trim_end();
    if lead.ends_with(['.', '!', '?', '”', '"']) {
        return false;
    }
    next.char_indices().take(300).any(|(_, c)| c == ')')
}

/// `“Did he?” she asked` and `Yahoo! in the …`: a small letter goes on after ! and ?.
fn speech_goes_on(before: &str, next: &str) -> bool {
    let lower = next.chars().next().is_some_and(char::is_lowercase);
    let dash = next.starts_with(['-', '–', '—'])
        && before.ends_with(['!', '?'])
        && before.contains(['–', '—', '-']);
    let quoted = before.ends_with(['”', '"', '’', '\'']);
    if (quoted || before.ends_with('!')) && lower {
        return true;
    }
    dash && next.contains(" -")
}

/// `the thing is . . . I mean`: three stops with spaces are a pause; a fourth ends the sentence.
fn pause(before: &str) -> bool {
    before
        .strip_suffix(". . .")
        .is_some_and(|lead| lead.ends_with(' ') && !lead.trim_end().ends_with('.'))
}

/// `…[...]" (Smith 55).`: a citation belongs to what it proves.
fn citation_follows(next: &str) -> bool {
    static CITATION: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"^\((?:\p{Lu}|p\.|pp\.)[^()]{0,80}\d[a-z]?\)").expect("valid")
    });
    next.starts_with('(') && CITATION.is_match(next)
}

fn after_abbreviation(before: &str, next: &str) -> bool {
    let rules = &*RULES;
    let word = before[..before.len() - 1]
        .rsplit(|c: char| c.is_whitespace() || "([“‘\"'—–".contains(c))
        .next();
    let word = word.unwrap_or_default();
    if word.is_empty() {
        return false;
    }
    let digits = word.chars().all(|c| c.is_ascii_digit());
    if !digits && !is_initials(word) && !rules.lists(word) {
        return false;
    }
    let lower = folded(word);
    let first = next.trim_start_matches(['“', '‘', '"', '\'', '(', '[']);
    let first_word: String =
        first.chars().take_while(|c| c.is_alphanumeric() || "'’.-".contains(*c)).collect();
    let plain = folded(first_word.trim_end_matches('.'));
    let opens = rules.openers.contains(&plain);
    if digits && rules.months.contains(&plain) {
        return true;
    }
    let number = next.starts_with(|c: char| c.is_numeric() || "([".contains(c));
    if rules.before_names.contains(&lower) && !(rules.either.contains(&lower) && opens) {
        return word.chars().next().is_some_and(char::is_uppercase) || number || !opens;
    }
    if rules.before_numbers.contains(&lower) && (number || next.starts_with(char::is_lowercase)) {
        return true;
    }
    if rules.inside.contains(&lower) {
        return lower != "al" || !opens || next.starts_with('(');
    }
    if rules.either.contains(&lower) {
        if matches!(lower.as_str(), "a.m" | "p.m") {
            let capital = first.chars().next().is_some_and(char::is_uppercase);
            let title = matches!(plain.as_str(), "mr" | "mrs" | "ms" | "dr");
            return !capital || (title && word.ends_with('m'));
        }
        return !opens;
    }
    initial(before, word, opens)
}

/// A word as the rules have it.
fn folded(word: &str) -> String {
    word.to_lowercase().replace('’', "'")
}

/// `E. Smith`, `J.R.R. Tolkien`: one capital, or capitals with stops, before a name.
fn initial(before: &str, word: &str, opens: bool) -> bool {
    if !is_initials(word) {
        return false;
    }
    if word == "I" {
        let lead = before[..before.len() - 2].trim_end();
        let capital = lead.rsplit(' ').next().is_some_and(|w| w.starts_with(char::is_uppercase));
        return capital && !opens;
    }
    !opens || (!word.contains('.') && before.split_whitespace().count() == 1)
}

/// One capital, or several parted by stops.
fn is_initials(word: &str) -> bool {
    word.split('.').all(|letter| {
        let mut signs = letter.chars();
        signs.next().is_some_and(char::is_uppercase) && signs.next().is_none()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sentences(text: &str) -> Vec<&str> {
        let starts = sentence_starts(text);
        let ends = starts.iter().skip(1).copied().chain([text.len()]);
        starts.iter().zip(ends).map(|(s, e)| text[*s..e].trim()).collect()
    }

    #[test]
    fn abbreviations_end_nothing() {
        for whole in [
            "Dr. Rose came.",
            "See p. 55 for it.",
            "As Morse et al. (1992) say.",
            "My name is Jonas E. Smith.",
            "We closed with Briggs & Co. at noon.",
            "Most women (n = 150) agreed, i.e. all.",
            "I work for the U.S. Government in Virginia.",
        ] {
            assert_eq!(sentences(whole), [whole]);
        }
    }

    #[test]
    fn ends_are_found() {
        assert_eq!(sentences("I live in the U.S. How about you?").len(), 2);
        assert_eq!(
            sentences("Others disagree.[14] They do."),
            ["Others disagree.[14]", "They do."]
        );
        assert_eq!(sentences("the cold.10 This model.").len(), 2);
        assert_eq!(sentences("We asked all (n = 150). Few came.").len(), 2);
        assert_eq!(sentences("1. The first item 2. The second item").len(), 2);
    }
}
