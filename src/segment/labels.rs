//! Speakers' labels at the beginning of lines, and whether a text is a transcript at all.
//!
//! `P07: …`, `**Maren:** …` (its stars gone), `Interviewer: [00:46] …`, `[Speaker 1 00:00]`.
//! One label alone proves nothing ("Note: …", "Results: …"): a text is a transcript when labels
//! come again and again. Labels that differ in spacing or case only are one speaker.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use regex::{Captures, Regex};

use crate::project::{CollectionKind, CollectionSettings};

const TIME: &str = r"\d{1,2}:\d{2}(?::\d{2})?(?:[.,]\d{1,3})?";

static LABEL: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(&format!(
        r"^(?:[\[(]?(?P<before>{TIME})[\])]?\s+|[\[(](?P<early>{TIME})[\])])?(?P<name>[#\p{{L}}][\p{{L}}\p{{M}}\p{{N}} .’'_/&#-]*?)(?:,\s(?:Ph\.?D|Psy\.?D|M\.?D|M\.?A|M\.?Sc|B\.?A|RN|Esq|Jr|Sr|Ed\.?D|LCSW)\.?)?\s*(?:\((?P<more>[^():]+)\))?\s*(?:[\[(](?P<inner>{TIME})[\])])?\s*:\s*(?:[\[(](?P<after>{TIME})[\])])?(?:\s+|$)"
    ))
    .expect("the pattern is valid")
});
static BRACKETED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(&format!(
        r"^\[(?P<name>\p{{L}}[\p{{L}}\p{{N}} .’'_-]*?)[ ,]+(?P<inner>{TIME})\]:?\s*"
    ))
    .expect("the pattern is valid")
});
static NAME_AND_TIME: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(&format!(
        r"^(?P<name>\p{{L}}[\p{{L}}\p{{N}} .’'_-]*?)\s+[\[(]?(?P<inner>{TIME})[\])]?:?\s*$"
    ))
    .expect("the pattern is valid")
});
/// `[Anna] So …` and `ANNA - So …`: labels only where they come again and again.
static WEAK: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"^(?:\[(?P<name>\p{Lu}[\p{L}\p{N} .’'-]*)\]\s+|(?P<caps>\p{Lu}[\p{Lu}\p{N} ]+?)\s+[-–—]\s+)\S",
    )
    .expect("the pattern is valid")
});
/// `00:01:02 [Anna Lee] So …`
static TIME_AND_BRACKETS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(&format!(
        r"^[\[(]?(?P<before>{TIME})[\])]?\s+\[(?P<name>\p{{L}}[\p{{L}}\p{{N}} .’'_-]*?)\]:?\s+"
    ))
    .expect("the pattern is valid")
});
/// `Mr. BROWN of Ohio. So …`, `The SPEAKER pro tempore. So …`, as records of parliaments have it.
static PARLIAMENT: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"^(?P<name>(?:Mr|Mrs|Ms|Miss|Dr|Sir)\. (?:Mc|Mac|De|Van )?\p{Lu}[\p{Lu}'’-]+(?:Mc\p{Lu}+)?(?: \p{Lu}{2,})*(?: of \p{Lu}\p{Ll}+(?: \p{Lu}\p{Ll}+)?)?|The \p{Lu}{4,}(?: \p{Lu}{3,})*(?: pro tempore)?(?: \((?:Mr|Mrs|Ms)\. [^()]{2,30}\))?)\.\s+",
    )
    .expect("the pattern is valid")
});
/// `[Anna Lee]: So …`
static BRACKETS_AND_COLON: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^\[(?P<name>\p{L}[\p{L}\p{N} .’'_-]*?)\]\s*:\s*").expect("the pattern is valid")
});
static ZOOM: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(&format!(r"^\[(?P<name>\p{{L}}[\p{{L}}\p{{N}} .’'-]*)\]\s+(?P<inner>{TIME})\s*$"))
        .expect("the pattern is valid")
});
static CODE: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"^\p{L}{1,14}[ .-]?\d{1,4}$").expect("the pattern is valid"));

const INTERVIEWERS: &[&str] = &[
    "interviewer",
    "int",
    "i",
    "q",
    "researcher",
    "moderator",
    "facilitator",
    "interviewer1",
    "interviewer2",
    "interviewer3",
    "int1",
    "int2",
    "i1",
    "i2",
];

const NOT_SPEAKERS: &[&str] = &[
    "note",
    "notes",
    "nb",
    "date",
    "time",
    "place",
    "location",
    "site",
    "title",
    "source",
    "figure",
    "table",
    "warning",
    "example",
    "duration",
    "length",
    "recorded",
    "recording",
    "transcriber",
    "transcribed",
    "transcript",
    "file",
    "subject",
    "re",
    "from",
    "to",
    "cc",
    "keywords",
    "doi",
    "http",
    "https",
    "email",
    "tel",
    "participants",
    "present",
    "interviewee's",
    "background",
    "objective",
    "objectives",
    "aim",
    "aims",
    "methods",
    "method",
    "results",
    "conclusion",
    "conclusions",
    "introduction",
    "discussion",
];

/// Headings of papers; a text with two of them is none of speech.
const PAPER: &[&str] = &["abstract", "references", "bibliography", "introduction", "conclusion"];

/// A label at the beginning of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Label {
    /// The name as written.
    pub name: String,
    /// The time stamp as written.
    pub time: Option<String>,
    /// Where the words begin.
    pub rest: usize,
    /// True for a form that is a label only where it comes again and again.
    pub weak: bool,
}

/// Bytes in which a label ends: expressions cost the more the longer what they look at is.
const HEAD: usize = 480;

/// The label that a line begins with, if it looks like one.
pub(super) fn split(line: &str) -> Option<Label> {
    let head = &line[..line.floor_char_boundary(HEAD)];
    let label = label_of(head);
    // What reaches to the end of the head may go on behind it.
    let cut = head.len() < line.len() && label.as_ref().is_some_and(|l| l.rest + 8 > head.len());
    if cut { label_of(line) } else { label }
}

fn label_of(line: &str) -> Option<Label> {
    // Most lines have no colon near their beginning; look before matching.
    let near = if line.is_ascii() { 80 } else { HEAD };
    let head = &line.as_bytes()[..line.len().min(near)];
    let colon = head.contains(&b':');
    let dash = head.windows(2).any(|w| w == b" -" || w == [b' ', 0xE2]);
    let titled = ["Mr. ", "Mrs. ", "Ms. ", "Miss. ", "Dr. ", "Sir. ", "The "];
    let titled = titled.iter().any(|t| line.starts_with(t));
    if !colon && !dash && !titled && !line.starts_with('[') {
        return None;
    }
    let plain = plain_label(line);
    if let Some(Some(label)) = plain {
        return label.checked(line, titled);
    }
    // All that is no weak form has a colon, of the label or of its time, but in parliaments.
    let strong = (colon || titled).then(|| {
        let label = if plain.is_none() { captured(&LABEL, 40, line) } else { None };
        // Expressions are made ready when they are first asked, which takes longer than many lines.
        let opens = line.starts_with('[');
        let timed = line.starts_with(|c: char| c.is_numeric() || matches!(c, '[' | '('));
        let end = line.trim_end().trim_end_matches(':');
        let time_ends = end.ends_with(|c: char| c.is_numeric() || matches!(c, ']' | ')'));
        label
            .or_else(|| opens.then(|| captured(&BRACKETED, 40, line)).flatten())
            .or_else(|| opens.then(|| captured(&BRACKETS_AND_COLON, 40, line)).flatten())
            .or_else(|| opens.then(|| captured(&ZOOM, 40, line)).flatten())
            .or_else(|| timed.then(|| captured(&TIME_AND_BRACKETS, 40, line)).flatten())
            .or_else(|| titled.then(|| PARLIAMENT.captures(line)).flatten())
            .or_else(|| time_ends.then(|| captured(&NAME_AND_TIME, 40, line)).flatten())
    });
    let (found, weak) = match strong.flatten() {
        Some(found) => (found, false),
        None => (captured(&WEAK, 31, line)?, true),
    };
    let part = |group: &str| found.name(group).map(|m| m.as_str());
    let name = part("name").or_else(|| part("caps"))?.trim();
    let time = ["before", "early", "inner", "after"].iter().find_map(|g| part(g));
    let end = found.get(0)?.end();
    // A weak form is matched up to the first letter of what is said.
    let rest = if weak { line[..end].char_indices().next_back()?.0 } else { end };
    Found { name, time, rest, weak }.checked(line, titled)
}

/// What an expression finds, if the name has at most so many letters. A limit inside the expression
/// would repeat its letters that often, and making it ready would take longer than many texts.
fn captured<'l>(expression: &Regex, most: usize, line: &'l str) -> Option<Captures<'l>> {
    let found = expression.captures(line)?;
    let short = |group: &str, most: usize| {
        found.name(group).is_none_or(|m| m.as_str().chars().count() <= most)
    };
    (short("name", most) && short("caps", 21) && short("more", 40)).then_some(found)
}

/// What looks like a label.
struct Found<'l> {
    name: &'l str,
    time: Option<&'l str>,
    rest: usize,
    weak: bool,
}

impl Found<'_> {
    /// The label, if its name can be one.
    fn checked(self, line: &str, titled: bool) -> Option<Label> {
        let Self { name, time, rest, weak } = self;
        let is_name = (name.split_whitespace().count() <= 5
            && name.split_whitespace().all(is_name_word))
            || titled && PARLIAMENT.is_match(line);
        let one_word = name.chars().all(char::is_alphabetic) && name.chars().count() <= 20;
        let known = is_name || CODE.is_match(name);
        (known || one_word).then(|| Label {
            name: name.split_whitespace().collect::<Vec<_>>().join(" "),
            time: time.map(str::to_owned),
            rest,
            weak: weak || !known,
        })
    }
}

/// What [`LABEL`] finds where all before the first colon is a name in ASCII, `Anna Lee: …` or
/// `Anna Lee: [01:46] …`: most lines of most transcripts. `None` where only the expression tells.
#[expect(clippy::option_option, reason = "the outer is of lines that are not plain")]
fn plain_label(line: &str) -> Option<Option<Found<'_>>> {
    let colon = line.bytes().position(|b| b == b':')?;
    let before = &line[..colon];
    let in_name = |b: u8| b.is_ascii_alphanumeric() || b" .'_/&#-".contains(&b);
    let opens = before.bytes().next().is_some_and(|b| b.is_ascii_alphabetic() || b == b'#');
    if !opens || !before.bytes().all(in_name) {
        // Signs that stand in no label but in brackets.
        let strange = |b: u8| b"\"?!;*=<>@$%+|\\~^{}".contains(&b);
        return (!before.contains(['(', '[']) && before.bytes().any(strange)).then_some(None);
    }
    let name = before.trim_end_matches(' ');
    if name.len() > 40 {
        return Some(None);
    }
    let after = &line[colon + 1..];
    let words = after.trim_start();
    if words.starts_with(['[', '(']) {
        if let Some((time, behind)) = bracketed_time(words) {
            let rest = behind.trim_start();
            if rest.len() < behind.len() || behind.is_empty() {
                let rest = line.len() - rest.len();
                return Some(Some(Found { name, time: Some(time), rest, weak: false }));
            }
        }
        if words.len() == after.len() {
            return Some(None);
        }
    } else if words.len() == after.len() && !after.is_empty() {
        return Some(None);
    }
    Some(Some(Found { name, time: None, rest: line.len() - words.len(), weak: false }))
}

/// A time in brackets and what follows it: `[01:46] So`.
fn bracketed_time(text: &str) -> Option<(&str, &str)> {
    let close = text.bytes().take(20).position(|b| matches!(b, b']' | b')'))?;
    let time = &text[1..close];
    let (whole, fraction) = time.split_once(['.', ',']).unwrap_or((time, "0"));
    let digits = |part: &str, least: usize, most: usize| {
        (least..=most).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit())
    };
    let mut parts = whole.split(':');
    let first = parts.next().is_some_and(|p| digits(p, 1, 2));
    let (mut count, mut two) = (0, true);
    for part in parts {
        count += 1;
        two &= digits(part, 2, 2);
    }
    (first && two && (1..=2).contains(&count) && digits(fraction, 1, 3))
        .then(|| (time, &text[close + 1..]))
}

fn is_name_word(word: &str) -> bool {
    let first = word.trim_start_matches(['(', '#', '&', '-']).chars().next();
    first.is_none_or(|c| {
        c.is_uppercase() || c.is_numeric() || !c.is_lowercase() && c.is_alphabetic()
    }) || matches!(word, "de" | "van" | "von" | "der" | "den" | "of" | "and" | "da" | "di" | "la")
}

/// What makes two spellings of a label one speaker: case and spaces do not count.
pub(super) fn key(label: &str) -> String {
    if label.is_ascii() {
        let mut key = String::with_capacity(label.len());
        key.extend(label.split_whitespace());
        key.make_ascii_lowercase();
        return key;
    }
    label.chars().filter(|c| !c.is_whitespace()).flat_map(char::to_lowercase).collect()
}

/// Labels of those who answer.
const ANSWERS: &[&str] = &["participant", "interviewee", "respondent", "informant", "subject"];

/// The labels that name speakers in one text.
#[derive(Clone, Debug, Default)]
pub(super) struct Labels {
    /// By key, the spelling used most (the first of equals).
    spellings: BTreeMap<String, String>,
    interviewers: BTreeSet<String>,
}

impl Labels {
    /// The labels of those who ask, and no other: for files that say themselves who speaks.
    pub(super) fn given(settings: &CollectionSettings) -> Self {
        let interviewers = match &settings.speakers.interviewers {
            Some(list) => list.iter().map(|s| key(s)).collect(),
            None => INTERVIEWERS.iter().map(|s| (*s).to_owned()).collect(),
        };
        Self { spellings: BTreeMap::new(), interviewers }
    }

    /// These labels, some of which a file says itself are of those who ask.
    pub(super) fn asked_by(mut self, names: &[String]) -> Self {
        self.interviewers.extend(names.iter().map(|name| key(name)));
        self
    }

    /// Where two speak, and one is called participant and the other by a name, the other asks; with
    /// a note that says so.
    pub(super) fn one_of_two_asks(mut self) -> (Self, Option<String>) {
        let asked =
            |k: &String| ANSWERS.contains(&k.trim_end_matches(|c: char| !c.is_alphabetic()));
        let known = self.spellings.keys().any(|k| self.interviewers.contains(k));
        if known || self.spellings.len() != 2 || !self.spellings.keys().any(asked) {
            return (self, None);
        }
        let Some((other, name)) = self.spellings.iter().find(|(k, _)| !asked(k)) else {
            return (self, None);
        };
        let note = format!(
            "`{name}` is taken for the one who asks; `speakers.interviewers` in corpus.toml says who does"
        );
        self.interviewers.insert(other.clone());
        (self, Some(note))
    }

    /// These labels, beside those of another text.
    pub(super) fn with<'a>(
        mut self,
        names: impl Iterator<Item = &'a str>,
        settings: &CollectionSettings,
    ) -> Self {
        for name in names {
            if self.interviewers.is_empty() {
                self = Self::given(settings);
            }
            self.spellings.entry(key(name)).or_insert_with(|| name.to_owned());
        }
        self
    }

    /// The speakers of a text, from the beginnings of its lines, each with whether it opens a
    /// paragraph; none if it is no transcript.
    pub(super) fn detect<'a>(
        lines: impl Iterator<Item = (&'a str, bool)>,
        settings: &CollectionSettings,
    ) -> Self {
        if settings.kind == Some(CollectionKind::Papers) {
            return Self::default();
        }
        let no_speaker: BTreeSet<String> = NOT_SPEAKERS
            .iter()
            .map(|s| (*s).to_owned())
            .chain(settings.speakers.not_speakers.iter().map(|s| key(s)))
            .collect();
        let interviewers = Self::given(settings).interviewers;
        let mut counts: BTreeMap<String, BTreeMap<String, (usize, usize)>> = BTreeMap::new();
        let mut weak = BTreeSet::new();
        let mut paragraphs = 0;
        let mut parts_of_a_paper = BTreeSet::new();
        for (line, opens) in lines {
            paragraphs += usize::from(opens);
            if let Some(part) = PAPER.iter().find(|part| part.eq_ignore_ascii_case(line)) {
                parts_of_a_paper.insert(*part);
            }
            if let Some(label) = split(line)
                && !no_speaker.contains(&key(&label.name))
                && !line[label.rest..].contains('@')
            {
                if label.weak {
                    weak.insert(key(&label.name));
                }
                let seen = counts.entry(key(&label.name)).or_default();
                let order = seen.len();
                seen.entry(label.name).or_insert((0, order)).0 += 1;
            }
        }
        let asks = counts.keys().any(|k| interviewers.contains(k));
        counts.retain(|k, seen| {
            let times: usize = seen.values().map(|(n, _)| n).sum();
            let personal = || seen.keys().any(|name| looks_personal(name));
            times >= if weak.contains(k) && !asks { 3 } else { 2 }
                || interviewers.contains(k)
                || (!weak.contains(k) && personal())
        });
        let times: Vec<usize> =
            counts.values().map(|seen| seen.values().map(|(n, _)| n).sum()).collect();
        let turns: usize = times.iter().sum();
        let repeated = times.iter().filter(|n| **n >= 2).count();
        // Where somebody asks it is an interview; else several must speak again and again.
        let speech = (asks && repeated >= 1 && turns >= 3)
            || (turns >= 4 && turns * 6 >= paragraphs && (repeated >= 2 || turns >= 6))
            || (asks && turns * 3 >= paragraphs);
        let paper = parts_of_a_paper.len() >= 2;
        if settings.kind != Some(CollectionKind::Transcripts) && (paper || !speech) {
            return Self::default();
        }
        let spellings = counts
            .into_iter()
            .filter_map(|(k, seen)| {
                let best = seen.into_iter().max_by_key(|(_, (n, order))| (*n, usize::MAX - order));
                best.map(|(name, _)| (k, name))
            })
            .collect();
        Self { spellings, interviewers }
    }

    /// True when the text is a transcript.
    pub(super) fn is_transcript(&self) -> bool {
        !self.spellings.is_empty()
    }

    /// The label that opens `line`, if it names one of the text's speakers.
    pub(super) fn at(&self, line: &str) -> Option<Label> {
        if self.spellings.is_empty() {
            return None;
        }
        split(line).filter(|label| self.spellings.contains_key(&key(&label.name)))
    }

    /// The one spelling of a speaker.
    pub(super) fn spelling<'a>(&'a self, label: &'a str) -> &'a str {
        self.spellings.get(&key(label)).map_or(label, String::as_str)
    }

    /// True when the label names one who asks.
    pub(super) fn asks(&self, label: &str) -> bool {
        self.interviewers.contains(&key(label))
    }
}

/// A name that may stand once and still be a speaker: a code, two names, or capitals.
fn looks_personal(name: &str) -> bool {
    CODE.is_match(name)
        || name.split_whitespace().filter(|w| w.chars().count() > 1).count() >= 2
        || (name.chars().count() > 1
            && name.chars().all(|c| c.is_uppercase() || !c.is_alphabetic()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn names(text: &str) -> Vec<String> {
        let labels =
            Labels::detect(text.lines().map(|l| (l, true)), &CollectionSettings::default());
        text.lines()
            .filter_map(|l| labels.at(l).map(|found| labels.spelling(&found.name).to_owned()))
            .collect()
    }

    #[test]
    fn labels_in_their_styles() {
        let cut = |line: &str| split(line).map(|l| (l.name, l.time, line[l.rest..].to_owned()));
        let some = |name: &str, time: Option<&str>, rest: &str| {
            Some((name.to_owned(), time.map(str::to_owned), rest.to_owned()))
        };
        assert_eq!(cut("P07: Well."), some("P07", None, "Well."));
        assert_eq!(cut("p 08 : Well."), some("p 08", None, "Well."));
        assert_eq!(cut("Tim Smith: [01:46] So"), some("Tim Smith", Some("01:46"), "So"));
        assert_eq!(cut("[00:10] Ann: So"), some("Ann", Some("00:10"), "So"));
        assert_eq!(cut("[Speaker 1 00:00] "), some("Speaker 1", Some("00:00"), ""));
        assert_eq!(cut("00:00:12 Anna: So"), some("Anna", Some("00:00:12"), "So"));
        assert_eq!(cut("Speaker 1  00:03"), some("Speaker 1", Some("00:03"), ""));
        assert_eq!(cut("Dr. Smith [00:46]"), some("Dr. Smith", Some("00:46"), ""));
        assert_eq!(cut("see http://x.y"), None);
        // Forty letters may be a hundred and twenty bytes.
        let (name, more) = ("क".repeat(40), "ख".repeat(40));
        let line = format!("[00:00:02] {name} ({more}): हाँ");
        assert_eq!(cut(&line), some(&name, Some("00:00:02"), "हाँ"));
        assert_eq!(cut(&format!("{name}: हाँ")), some(&name, None, "हाँ"));
        assert_eq!(cut(&format!("क{name}: हाँ")), None);
        assert_eq!(cut("I wrote: Note: call"), None);
        assert_eq!(cut("P1 (nurse): I do."), some("P1", None, "I do."));
        assert_eq!(cut("#2: Yes."), some("#2", None, "Yes."));
        assert_eq!(cut("[Anna] So"), some("Anna", None, "So"));
        assert_eq!(cut("ANNA - So"), some("ANNA", None, "So"));
        assert_eq!(cut("[Jane Miller] 10:00:00"), some("Jane Miller", Some("10:00:00"), ""));
        assert_eq!(cut("00:00:01.000 [Ann Lee] So"), some("Ann Lee", Some("00:00:01.000"), "So"));
        assert_eq!(cut("Mr. McCONNELL of Ohio. So"), some("Mr. McCONNELL of Ohio", None, "So"));
        assert_eq!(cut("The SPEAKER pro tempore. So"), some("The SPEAKER pro tempore", None, "So"));
        assert_eq!(cut("Mr. Brown was here. So"), None);
        assert_eq!(cut("Ann B. Lee, Psy.D: So"), some("Ann B. Lee", None, "So"));
        assert_eq!(cut("[laughs] So"), None);
        assert_eq!(cut("and then: no"), None);
    }

    #[test]
    fn weak_labels_come_again_and_again() {
        let text = "Moderator: Who?\nmaria: I.\nMary (nurse, 34): I do.\nModerator: And?\nmaria: Yes.\nnote: off\nMary (nurse, 34): So.\nmaria: No.\n";
        assert_eq!(
            names(text),
            ["Moderator", "maria", "Mary", "Moderator", "maria", "Mary", "maria"]
        );
    }

    #[test]
    fn a_paper_with_labels_is_no_transcript() {
        let text = "AB: ab@x.org\nRA: r@x.org\nAB: x\nRA: y\nAbstract\nText.\nReferences\nA: b\n";
        assert!(names(text).is_empty());
    }

    #[test]
    fn a_transcript_has_labels_again_and_again() {
        let text = "Interviewer: Hello.\nP 08: Hi.\nInterviewer: So?\np08 : Yes.\nNote: none.\n";
        assert_eq!(names(text), ["Interviewer", "P 08", "Interviewer", "P 08"]);
        assert!(
            names("Reduced caseloads: to do.\nTraining: also.\nBackfilling: too.\n").is_empty()
        );
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 20_000, ..ProptestConfig::default() })]
        #[test]
        fn plain_labels_are_those_of_the_expression(
            line in "[#A]?[aB1 .’'_/-]{0,6}[ ]{0,2}:?[ \t]{0,2}[\\[(]?[01]{0,2}:?[0-9]{0,3}[.,]?[0-9]{0,2}[\\])]?[ ]{0,2}[a:]{0,3}"
        ) {
            if let Some(found) = plain_label(&line) {
                let plain = found.map(|f| (f.name, f.time, f.rest));
                let slow = captured(&LABEL, 40, &line).and_then(|found| {
                    let part = |group: &str| found.name(group).map(|m| m.as_str());
                    let time = ["before", "early", "inner", "after"].iter().find_map(|g| part(g));
                    Some((part("name")?.trim(), time, found.get(0)?.end()))
                });
                prop_assert_eq!(plain, slow);
            }
        }
    }
}
