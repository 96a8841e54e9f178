//! Words cut at the end of a line become one again, with or without their hyphen.
//!
//! No dictionary decides, the text does: a word that stands whole elsewhere in it is a word. Where
//! lines end in a space when a word ends there, as in text taken out of a PDF, the missing space
//! is a second witness. Two words that both stand alone elsewhere are never glued.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::collections::HashSet;

use super::rows::Row;

/// Endings that are no words by themselves: what follows a cut when nothing else tells.
const ENDINGS: &[&str] = &[
    "ly",
    "tion",
    "tions",
    "sion",
    "sions",
    "ment",
    "ments",
    "ness",
    "ity",
    "ities",
    "tively",
    "tional",
    "tionally",
    "ation",
    "ations",
    "tation",
    "tations",
    "ously",
    "ically",
    "ence",
    "ences",
    "ance",
    "ture",
    "tures",
    "tive",
    "tives",
    "nization",
    "nizations",
    "lization",
    "tunity",
    "tunities",
    "ances",
];

/// First parts that keep their hyphen whatever follows.
const FIRST_PARTS: &[&str] =
    &["self", "non", "well", "long", "short", "full", "part", "high", "low", "ill", "half", "all"];

/// Prefixes that keep it before a word, or before what is too long for the rest of one.
const PREFIXES: &[&str] = &["post", "multi", "cross", "semi", "anti"];

/// Second parts that stand behind a hyphen, and do not end a word that is cut before them.
const SECOND_PARTS: &[&str] = &[
    "related", "based", "led", "term", "level", "oriented", "driven", "making", "specific",
    "centred", "centered", "scale", "care", "esteem", "efficacy", "reported", "known", "friendly",
];

/// Words before which a hyphen stands for what follows later: `pre- and post-test`, `Vor- und Nachteile`.
const SUSPENDING: &[&str] =
    &["and", "und", "oder", "bis", "bzw", "och", "eller", "sowie", "versus", "through", "but"];

/// The same, which may also end a word that is cut: `act-or`, `pota-to`.
const PERHAPS_SUSPENDING: &[&str] = &[
    "or", "to", "nor", "et", "ou", "y", "o", "e", "en", "of", "og", "als", "wie", "as", "vs",
    "than",
];

/// First parts of words that are named in pairs: `pre- or post-`, `inter- to intra-`.
const PAIRED: &[&str] = &[
    "pre", "post", "inter", "intra", "micro", "macro", "meso", "under", "over", "pro", "anti",
    "short", "long", "mid", "medium", "low", "high", "small", "large", "first", "second", "third",
    "one", "two", "three", "four", "five", "six", "ten", "in", "out", "sub", "super", "hyper",
    "hypo", "mono", "multi", "bi", "uni", "semi", "self", "non", "upper", "lower", "vor", "nach",
    "ein", "aus", "haupt", "neben", "ober", "unter", "socio", "psycho", "bio", "geo", "homo",
    "hetero", "endo", "exo", "male", "female", "nurse", "patient", "teacher", "student", "parent",
];

/// Numbers that others stand behind: `twenty-five`.
const TENS: &[&str] =
    &["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];
const UNITS: &[&str] = &[
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "first",
    "second",
    "third",
    "fourth",
    "fifth",
    "sixth",
    "seventh",
    "eighth",
    "ninth",
    "somethings",
    "something",
];

/// Who somebody no longer is: `ex-wife`.
const FORMER: &[&str] = &[
    "wife",
    "wives",
    "husband",
    "husbands",
    "partner",
    "partners",
    "boyfriend",
    "girlfriend",
    "spouse",
    "spouses",
    "offender",
    "offenders",
    "prisoner",
    "prisoners",
    "con",
    "cons",
    "convict",
    "convicts",
    "service",
    "serviceman",
    "servicemen",
    "member",
    "members",
    "patient",
    "patients",
    "smoker",
    "smokers",
    "user",
    "users",
    "president",
    "colleague",
    "colleagues",
    "student",
    "students",
    "employee",
    "employees",
    "boss",
    "soldier",
    "soldiers",
    "drinker",
    "teacher",
    "nurse",
    "minister",
    "mayor",
    "police",
    "army",
    "military",
    "inmate",
    "inmates",
    "gang",
    "girlfriends",
    "boyfriends",
    "couple",
    "combatant",
    "combatants",
    "officer",
    "officers",
];

/// What one text says about how its words are cut; it is asked only where a line's end may have cut
/// one.
#[derive(Debug, Default)]
pub(super) struct Joiner<'r> {
    rows: Cow<'r, [Row<'r>]>,
    known: OnceCell<Known>,
}

#[derive(Debug, Default)]
struct Known {
    /// Words that stand inside a line, folded.
    words: HashSet<String>,
    /// Compounds with a hyphen that stand inside a line, folded.
    compounds: HashSet<String>,
    /// True when a line that ends in a whole word ends in a space.
    space_tells: bool,
}

impl Known {
    fn of(rows: &[Row<'_>]) -> Self {
        let mut known = Self::default();
        for row in rows {
            let pieces: Vec<&str> = row.text.split_whitespace().collect();
            // The first and the last of a line may be halves.
            for piece in pieces.iter().take(pieces.len().saturating_sub(1)).skip(1) {
                let piece = piece.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
                if piece.contains(['-', '‐']) {
                    // Its parts are no witnesses: `re` of `re-offend` is no word.
                    known.compounds.insert(piece.replace('‐', "-"));
                    continue;
                }
                for word in piece.split(|c: char| !c.is_alphabetic()) {
                    if !word.is_empty() && !known.words.contains(word) {
                        known.words.insert(word.to_owned());
                    }
                }
            }
        }
        known.space_tells = known.spaces_tell(rows);
        known
    }

    /// True when lines of this text end in a space exactly where a word ends.
    ///
    /// Lines that end in none must then end inside a word; where two words that both stand alone
    /// elsewhere meet at such a line's end, spaces tell nothing.
    fn spaces_tell(&self, rows: &[Row<'_>]) -> bool {
        let (mut wrapped, mut spaced, mut cut, mut contradicted) = (0, 0, 0, 0);
        for pair in rows.windows(2) {
            if pair[1].after_blank || pair[0].width() <= 40 {
                continue;
            }
            wrapped += 1;
            spaced += usize::from(pair[0].spaced_end);
            let (tail, head) = (trailing_word(&pair[0].text), leading_word(&pair[1].text));
            let letters = |w: &str| !w.is_empty() && w.chars().all(char::is_lowercase);
            if !pair[0].spaced_end && letters(tail) && letters(head) {
                cut += 1;
                let whole = self.words.contains(&format!("{tail}{head}"));
                let both = self.words.contains(tail) && self.words.contains(head);
                contradicted += usize::from(both && !whole);
            }
        }
        wrapped >= 20 && spaced * 10 >= wrapped * 6 && contradicted * 10 <= cut
    }
}

impl<'r> Joiner<'r> {
    /// Will learn from the rows of a text.
    pub(super) fn of(rows: impl Into<Cow<'r, [Row<'r>]>>) -> Self {
        Self { rows: rows.into(), known: OnceCell::new() }
    }

    fn known(&self) -> &Known {
        self.known.get_or_init(|| Known::of(&self.rows))
    }

    /// Appends a line to the text before it: with a space, or as the rest of its last word.
    ///
    /// `spaced_end` tells whether the line before ended in a space. Returns the byte where the
    /// line begins.
    pub(super) fn append(&self, text: &mut String, spaced_end: bool, line: &str) -> usize {
        let tail = trailing_word(text);
        let head = leading_word(line);
        if let Some(stem) = tail.strip_suffix(['-', '‐']) {
            let cut = head.chars().next().is_some_and(char::is_lowercase)
                && stem.chars().next_back().is_some_and(char::is_alphabetic);
            // Where cut words have lost their hyphen, one with a space behind it is the writer's.
            let written = spaced_end && self.known().space_tells;
            if self.is_suspended(stem, head) {
                text.push(' ');
                let at = text.len();
                text.push_str(line);
                return at;
            }
            if cut && !written && !self.keeps_hyphen(stem, head) {
                text.truncate(text.trim_end_matches(['-', '‐']).len());
            } else if !cut && !stem.ends_with(|c: char| c.is_alphanumeric()) {
                text.push(' ');
            }
            let at = text.len();
            text.push_str(line);
            return at;
        }
        if !self.is_cut(tail, head, spaced_end) && !text.is_empty() && !text.ends_with(['—', '/'])
        {
            text.push(' ');
        }
        let at = text.len();
        text.push_str(line);
        at
    }

    /// True where a hyphen stands for the rest of a word that comes later: `pre-` before `and post-test`.
    fn is_suspended(&self, stem: &str, head: &str) -> bool {
        let stem = stem.rsplit(['-', '‐']).next().unwrap_or_default().to_lowercase();
        let letters = !stem.is_empty() && stem.chars().all(char::is_alphabetic);
        let whole = || self.known().words.contains(&format!("{stem}{head}"));
        let first =
            || PAIRED.contains(&stem.as_str()) || self.known().words.contains(stem.as_str());
        letters
            && (SUSPENDING.contains(&head) && !whole()
                || PERHAPS_SUSPENDING.contains(&head) && first() && !whole())
    }

    /// True when `stem-head` is a compound and not one word cut by the line's end.
    fn keeps_hyphen(&self, stem: &str, head: &str) -> bool {
        let (stem, head) = (stem.to_lowercase(), head.to_lowercase());
        let last = stem.rsplit(['-', '‐']).next().unwrap_or_default().to_owned();
        if self.known().compounds.contains(&format!("{stem}-{head}")) {
            return true;
        }
        if self.known().words.contains(&format!("{last}{head}")) {
            return false;
        }
        // `X-ray`, `e-mail`; `twenty-five`; `ex-wife`
        if last.chars().nth(1).is_none()
            || TENS.contains(&last.as_str()) && UNITS.contains(&head.as_str())
            || last == "ex" && FORMER.contains(&head.as_str())
        {
            return true;
        }
        // `common-law` in a text that has `common` and `law`; `reve-nue` in one that has neither.
        let (knows_last, knows_head) =
            (self.known().words.contains(&last), self.known().words.contains(&head));
        if PREFIXES.contains(&last.as_str()) {
            return knows_head || head.len() >= 9;
        }
        // `travel-led` is a word cut, `nurse-led` is two.
        let second = SECOND_PARTS.contains(&head.as_str())
            && last.len() > 3
            && !(head == "led" && last.ends_with('l'));
        (knows_last && knows_head && last.len() > 2)
            || stem.contains(['-', '‐'])
            || FIRST_PARTS.contains(&last.as_str())
            || second
    }

    /// True when the text has the word that `text` ends and `next` begins, cut at a hyphen.
    pub(super) fn knows_across(&self, text: &str, next: &str) -> bool {
        let tail = trailing_word(text).trim_end_matches(['-', '‐']).to_lowercase();
        self.known().words.contains(&format!("{tail}{}", leading_word(next)))
    }

    /// True when a line's end without a hyphen cut `tail|head` out of one word.
    fn is_cut(&self, tail: &str, head: &str, spaced_end: bool) -> bool {
        let lower = |s: &str| !s.is_empty() && s.chars().all(char::is_lowercase);
        let tail_letters = tail.rsplit(|c: char| !c.is_alphabetic()).next().unwrap_or_default();
        if !tail.ends_with(char::is_alphabetic)
            || !lower(head)
            || tail_letters.is_empty()
            || !tail_letters.chars().skip(1).all(char::is_lowercase)
        {
            return false;
        }
        let known = |word: &str| self.known().words.contains(word);
        let tail = tail_letters.to_lowercase();
        let whole = known(&format!("{tail}{head}"));
        let both = known(&tail) && known(head);
        if self.known().space_tells {
            return !spaced_end && (whole || !both);
        }
        (whole && !both) || (ENDINGS.contains(&head) && !known(head))
    }
}

/// The last run of a text without spaces, opening marks left aside.
fn trailing_word(text: &str) -> &str {
    let at = text
        .rfind(char::is_whitespace)
        .map_or(0, |at| at + text[at..].chars().next().map_or(1, char::len_utf8));
    text[at..].trim_start_matches(|c: char| !c.is_alphanumeric())
}

/// The letters a line begins with.
fn leading_word(line: &str) -> &str {
    let end = line.find(|c: char| !c.is_alphabetic()).unwrap_or(line.len());
    &line[..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn joined(context: &str, first: &str, second: &str) -> String {
        let row = |text: &str| Row { text: text.to_owned().into(), ..Row::default() };
        let joiner = Joiner::of(vec![row(&format!("x {context} x"))]);
        let mut text = first.to_owned();
        joiner.append(&mut text, false, second);
        text
    }

    #[test]
    fn a_word_is_whole_again_where_the_text_knows_it() {
        assert_eq!(
            joined("environments", "workplace environ", "ments."),
            "workplace environments."
        );
        assert_eq!(joined("inmates", "of in", "mates who"), "of inmates who");
        assert_eq!(joined("supervision", "super-", "vision of"), "supervision of");
        assert_eq!(joined("", "reve-", "nue"), "revenue");
    }

    #[test]
    fn spaces_that_contradict_themselves_tell_nothing() {
        let line = |text: &str, spaced_end| Row {
            text: text.to_owned().into(),
            spaced_end,
            ..Row::default()
        };
        let mut rows = vec![line("a care of the one and b", true)];
        for i in 0..40 {
            rows.push(line("we have seen that the work of those who care", i % 4 != 0));
            rows.push(line("of all the one who comes to the house to care", true));
        }
        assert!(!Known::of(&rows).space_tells);
    }

    #[test]
    fn two_words_stay_two() {
        assert_eq!(joined("under standing understanding", "under", "standing"), "under standing");
        assert_eq!(joined("", "the crimson", "petunias"), "the crimson petunias");
        assert_eq!(joined("", "in", "mates"), "in mates");
        assert_eq!(joined("", "own family", "ties and"), "own family ties and");
        assert_eq!(
            joined("", "talked of how", "mental exhaustion"),
            "talked of how mental exhaustion"
        );
    }

    #[test]
    fn compounds_keep_their_hyphen() {
        assert_eq!(joined("self-care", "her self-", "care"), "her self-care");
        assert_eq!(joined("", "her self-", "care"), "her self-care");
        assert_eq!(joined("long term", "long-", "term"), "long-term");
        assert_eq!(joined("", "in 1946-", "1950"), "in 1946-1950");
        assert_eq!(joined("", "a vehicle-", "related"), "a vehicle-related");
        assert_eq!(joined("", "nurse-", "led"), "nurse-led");
        assert_eq!(joined("", "they travel-", "led"), "they travelled");
        assert_eq!(joined("main re-offend", "to re-", "main"), "to remain");
        for (first, second) in [("with-", "out"), ("frame-", "work"), ("man-", "aged")] {
            assert_eq!(joined("", first, second), format!("{}{second}", &first[..first.len() - 1]));
        }
        assert_eq!(joined("", "to pre-", "sent it"), "to present it");
        assert_eq!(joined("", "the post-", "incarceration"), "the post-incarceration");
        assert_eq!(joined("", "Anglo-", "American"), "Anglo-American");
    }
}
