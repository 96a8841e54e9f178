//! People as papers name them: codes, roles with a number, names with an age, descriptions.
//!
//! ```text
//! (nurse, P7)  (P7, nurse, 12 years)  (Family Member #1; FM1)      P7   P7   FM1
//! [Int. 5]  (Resident doctor 3)  — Participant 3, female           Int. 5   Resident doctor 3   Participant 3
//! (Anna, 34)                                                       Anna
//! (Woman, 64 years old)  [IDI, male, leader]                       the description, in the place of a name
//! (Crewe, 2009)  (p. 424)  (RQ1)  (n = 12)                         nobody
//! ```

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::codes::{Known, SPACED_ROLE, WORD, parts};
use super::speech::SPEECH;
use crate::project::SpeakerSettings;

/// Who is quoted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Who {
    /// Persons by their names or codes, or what describes them in the place of a name.
    Named(Vec<String>),
    /// Somebody described in a sentence, whom nobody can tell from others so described: `one nurse`.
    Described(String),
    /// Nobody whom the text names.
    Nobody,
}

/// A name in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Mention {
    pub place: Range<usize>,
    pub name: String,
}

/// What people are called in one collection, ready to find them.
#[derive(Debug)]
pub(super) struct People {
    /// The collection's own patterns, which replace codes and roles.
    own: Option<Regex>,
    /// `Nurse 3`, `Officer B`, `Participant no. 12`.
    role: Regex,
    /// A noun for a person or a group.
    noun: Regex,
    /// `one nurse`, `another of the older participants`.
    described: Regex,
}

static SPACED_CODE: LazyLock<Regex> = LazyLock::new(|| {
    regex(r"(?-u:\b)(\p{Lu}{1,5}|Int|Pt|Part|Resp|Inf)\.?\s?#?\s?(\d{1,4}[A-Za-z]?)(?-u:\b)")
});
static CITED: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(?:^|[\s,;(])(?:1[6-9]|20)\d{2}[a-z]?(?-u:\b)|(?-u:\b)pp?\.\s*\d|(?-u:\b)et al(?-u:\b)|(?-u:\b)ibid|(?-u:\b)[Ss]ee(?-u:\b)|(?-u:\b)e\.g\.|(?-u:\b)cf\.|(?-u:\b)n\s*=|%|(?-u:\b)emphasis(?-u:\b)|(?-u:\b)italics(?-u:\b)|(?-u:\b)[Ff]ig(?:ure|\.)|(?-u:\b)Table(?-u:\b)|(?-u:\b)Tab\.|(?-u:\b)Box(?-u:\b)|(?-u:\b)Appendix(?-u:\b)|(?-u:\b)sic(?-u:\b)|(?-u:\b)field ?notes?(?-u:\b)|(?-u:\b)memo(?-u:\b)|(?-u:\b)[Ii]tem(?-u:\b)",
    )
});
static NAME_AND_AGE: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"^(\p{Lu}\p{Ll}[\p{L}’'-]*(?:\s\p{Lu}[\p{L}’'.-]*)?)(?:[,;]\s*(?:aged?\s+|age\s*)?|\s+(?:\(|aged?\s+|age\s*))\d{2}(?:\s*(?:years?|yrs?|y|ans|años|anos|anni|Jahre|jaar|år)(?-u:\b))?(?:\s+(?:old|of age))?\s*(?:$|[,;)])",
    )
});
static COUNTS: LazyLock<Regex> = LazyLock::new(|| {
    regex(r"^\d+\s*(?:of|out of|/|participants|respondents|people|men|women|students|%)(?-u:\b)")
});
static SEX_AND_AGE: LazyLock<Regex> =
    LazyLock::new(|| regex(r"^(?:[MFmf♀♂]|[Mm]ale|[Ff]emale)\s*[,;/]?\s*\d{2}(?-u:\b)"));
/// Codes that are ones only alone in brackets.
static CODE_ALONE: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"^(?:#\d{1,3}|[pr]\d{1,3}|(?:\p{Lu}{1,4}\d{1,3}){2,3}|[PRIS]\d{1,2}\.\d{1,2}|[PRIST]-\d{2,3})$",
    )
});
/// What stands before a code that is no person's, or behind it.
static THINGS: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(?i)^(?:grade|code|level|band|step|item|phase|stage|task|question|theme|line|model|version|wave|scale|category|rule|section|unit|chapter|act)\s+\p{L}?\d|(?-u:\b)(?:file|table|fig|figure|appendix|text|data|box|line|page)s?(?-u:\b)",
    )
});
/// A name alone before what is said of it: `Aoife, mother of two`.
static FIRST_NAME: LazyLock<Regex> =
    LazyLock::new(|| regex(r"^(\p{Lu}\p{Ll}[\p{L}’'-]*)\s*[,;:]\s*(\S.*)$"));
/// A place or a group that tells one `nurse 4` from another.
static OF_PLACE: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(?i)(?-u:\b)(?:site|hospital|school|clinic|village|team|ward|centre|center|country|city|region|organi[sz]ation|company|case|group|FG|FGD|focus group)\s*(?:\p{Lu}(?-u:\b)|\d)",
    )
});
static AGES: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(?i)(?-u:\b)(?:aged?\s+\d{2}|\d{2}\s*[-–]?\s*(?:years?|yrs?|y/?o)(?-u:\b)|years?[- ]old|age group|\d{2}\s*[-–]\s*\d{2}\s+years)",
    )
});
static KINDS: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(?i)(?-u:\b)(?:focus groups?|FGDs?|FG|IDIs?|KIIs?|KI|interviews?|interviewee|males?|females?|wom[ae]n|m[ae]n|girls?|boys?|survey respondents?)(?-u:\b)",
    )
});

pub(super) fn regex(pattern: &str) -> Regex {
    Regex::new(pattern).expect("patterns of the program are valid")
}

/// Words as alternatives of an expression, the longest first.
pub(super) fn alternatives<'w>(words: impl Iterator<Item = &'w String>) -> String {
    let mut words: Vec<String> = words.map(|w| regex::escape(w).replace(' ', r"\s+")).collect();
    words.sort_by_key(|w| (std::cmp::Reverse(w.len()), w.clone()));
    words.dedup();
    words.join("|")
}

/// Whole words as an expression, the longest first, with `ending` behind them. Bounds of words are told by ASCII alone
/// where a word has such a letter at its end: those of Unicode make an expression slow on every text with curly marks.
pub(super) fn whole_words<'w>(words: impl Iterator<Item = &'w String>, ending: &str) -> String {
    let mut groups: [Vec<&String>; 4] = Default::default();
    let plain = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
    for word in words {
        let (first, last) = (plain(word.chars().next()), plain(word.chars().next_back()));
        groups[usize::from(first) * 2 + usize::from(last)].push(word);
    }
    let bound = |has: bool| if has { r"(?-u:\b)" } else { "" };
    let parts =
        groups.iter().enumerate().filter(|(_, words)| !words.is_empty()).map(|(i, words)| {
            let inner = alternatives(words.iter().copied());
            format!("{}(?:{inner}){ending}{}", bound(i >= 2), bound(i % 2 == 1))
        });
    format!("(?:{})", parts.collect::<Vec<_>>().join("|"))
}

impl People {
    /// # Errors
    /// A pattern of the settings is no regular expression.
    pub(super) fn new(settings: &SpeakerSettings) -> Result<Self, String> {
        let own = match settings.patterns.as_deref() {
            None | Some([]) => None,
            Some(patterns) => {
                for pattern in patterns {
                    Regex::new(pattern)
                        .map_err(|e| format!("`speakers.patterns`: `{pattern}`: {e}"))?;
                }
                let all = patterns.iter().map(|p| format!("(?:{p})")).collect::<Vec<_>>().join("|");
                Some(Regex::new(&all).map_err(|e| format!("`speakers.patterns`: {e}"))?)
            }
        };
        let nouns = settings.people.as_ref().unwrap_or(&SPEECH.nouns);
        // A collection's own nouns replace all of these.
        let all = nouns.iter().chain(SPEECH.described.iter().filter(|_| settings.people.is_none()));
        let noun = alternatives(all);
        let described = whole_words(nouns.iter().chain(&SPEECH.described), "s?");
        let roles = format!(
            r"(?:{noun}|teacher|GP|Focus\s+Group|Group|FG|FGD|IDI|KII|Interview|Case|Person|Employee|Principal|Mentor|Survivor|Sister|Herbalist|Int\.)"
        );
        Ok(Self {
            own,
            role: regex(&format!(
                r"(?:(?:\p{{Lu}}[\p{{L}}]+\s+)?(?i:{roles})s?)(?:\s+(?:[Nn]o\.?|[Nn]umber)?\s*#?\s*\d{{1,4}}[A-Za-z]?(?-u:\b)|\s+[A-HJ-Z](?-u:\b)(?:[^.’']|$)|#\d{{1,4}}(?-u:\b))"
            )),
            noun: regex(&format!("(?i){described}")),
            described: regex(
                r"(?i)(?-u:\b)(?:(?:one|an?|another|the|this|some|several|two|three|four|many|most|other|others|each|both|a few|few|all)(?-u:\b)(?:\s+of\s+(?:the|these|those|our|my)(?-u:\b))?(?:\s+(?:key|male|female|young|younger|old|older|elderly|first|second|third|fourth|forth|fifth|research|other|more|such|senior|junior|former|current|local|rural|urban|[\p{L}\p{N}][\p{L}\p{N}’'&/-]*)){0,5}?)\s*$",
            ),
        })
    }

    /// Codes and roles with numbers in a text, in order. A bracket right behind a code is no other person: `P4 (CS1)`.
    pub(super) fn mentions(&self, text: &str, known: &Known) -> Vec<Mention> {
        let mut found: Vec<Mention> = Vec::new();
        if let Some(own) = &self.own {
            found.extend(
                own.find_iter(text)
                    .filter(|m| !m.is_empty())
                    .map(|m| Mention { place: m.range(), name: tidy(m.as_str()) }),
            );
        } else {
            let whole = |m: &regex::Match<'_>| !text[..m.start()].ends_with(char::is_alphanumeric);
            found.extend(self.role.find_iter(text).filter(whole).map(role_with_number));
            add_codes(text, known, &mut found);
            add_names(text, known, &mut found);
        }
        found.sort_by_key(|m| m.place.start);
        one_for_each(text, found)
    }

    /// Who stands in brackets, or behind a dash: an attribution without the marks around it.
    pub(super) fn attribution(&self, inside: &str, known: &Known) -> Option<Who> {
        self.attributed(inside, known).map(|(who, _)| who)
    }

    /// The same, with whether it is a name or a code, and not a description.
    pub(super) fn attributed(&self, inside: &str, known: &Known) -> Option<(Who, bool)> {
        let inside = inside.trim().trim_end_matches(['.', ',', ';']).trim();
        let words = inside.split_whitespace().count();
        if inside.is_empty() || words > 16 || inside.chars().count() > 110 {
            return None;
        }
        let people = self.mentions(inside, known);
        if self.own.is_none() && CODE_ALONE.is_match(inside) && !THINGS.is_match(inside) {
            return Some((Who::Named(vec![inside.to_owned()]), true));
        }
        if self.own.is_some() {
            let names = unique(people.into_iter().map(|m| m.name));
            return (!names.is_empty() && !cites(inside)).then_some((Who::Named(names), true));
        }
        if cites(inside) {
            return None;
        }
        if !people.is_empty() {
            // `interview with P8’s mother` is another's; what `P3 quoting P4` says is P3's.
            let behind = |m: &Mention| inside[m.place.end..].trim_start();
            if people.iter().any(|m| behind(m).starts_with(['’', '\''])) {
                return None;
            }
            if people.len() == 2 && behind(&people[0]).starts_with("quoting") {
                return Some((Who::Named(vec![people[0].name.clone()]), true));
            }
            // What stands before a code must be a role or a group, and no sentence.
            let lead = &inside[..people[0].place.start];
            if lead.split_whitespace().count() > 6 || THINGS.is_match(inside) {
                return None;
            }
            let coded = people.iter().any(|m| !m.name.contains(' ') && parts(&m.name).is_some());
            if !coded {
                // `Aoife, mother of two, interview 1` is Aoife.
                if let Some(found) = FIRST_NAME.captures(inside)
                    && !self.is_person_noun(&found[1])
                    && !SPEECH.is_no_speaker(&found[1])
                {
                    return Some((Who::Named(vec![found[1].to_owned()]), true));
                }
                // `Community health worker 6`, `Site B, nurse 4`: the whole is the name.
                let words = lead.split_whitespace().count();
                let apart = OF_PLACE.is_match(lead)
                    || (1..=3).contains(&words) && !lead.contains([',', ';', ':', '-']);
                if people.len() == 1 && apart {
                    let name = tidy(&inside[..people[0].place.end]);
                    return Some((Who::Named(vec![name]), true));
                }
            } else if people.len() == 1 && OF_PLACE.is_match(lead) && people[0].name.len() <= 4 {
                return Some((Who::Named(vec![tidy(&inside[..people[0].place.end])]), true));
            }
            return Some((Who::Named(one_each(people)), true));
        }
        if let Some(found) = NAME_AND_AGE.captures(inside)
            && (!found[1].contains(' ') || AGES.is_match(inside))
            && !self.is_person_noun(&found[1])
            && !SPEECH.is_no_speaker(&found[1])
        {
            return Some((Who::Named(vec![found[1].to_owned()]), true));
        }
        // `12 of 24 participants` counts people.
        if COUNTS.is_match(inside) {
            return None;
        }
        let describes = SEX_AND_AGE.is_match(inside)
            || AGES.is_match(inside)
            || KINDS.is_match(inside)
            || self.noun.is_match(inside);
        let plain =
            inside.starts_with(char::is_alphanumeric) && !inside.ends_with(':') && words <= 14;
        let sentence = ["was", "were", "is", "are", "that", "which", "have", "has", "had"];
        let no_sentence = !inside.split_whitespace().any(|w| sentence.contains(&w));
        let document = inside.split(|c: char| !c.is_alphabetic()).any(|w| SPEECH.is_document(w));
        (describes && plain && no_sentence && !document)
            .then(|| (Who::Named(vec![tidy(inside)]), false))
    }

    fn is_person_noun(&self, word: &str) -> bool {
        self.noun.is_match(word) || KINDS.is_match(word)
    }

    /// Somebody described at the end of a text, before a verb: `As one of the older nurses`.
    pub(super) fn described_before(&self, text: &str) -> Option<Range<usize>> {
        let text_end = text.trim_end().len();
        let text = &text[..text_end];
        // The noun nearest to the verb, with what may stand behind it: `a participant in Delhi, aged 34,`
        let noun = self.noun.find_iter(text).filter(|n| {
            let behind = text[n.end()..].trim_start();
            let quiet = [
                "in",
                "from",
                "of",
                "with",
                "at",
                "who",
                "aged",
                "working",
                "also",
                "further",
                "then",
                "(",
                ",",
                "[",
                "for",
                "on",
                "whose",
                "living",
                "to",
                "even",
                "explicitly",
                "strongly",
                "clearly",
                "once",
                "has",
                "had",
                "have",
            ];
            behind.is_empty()
                || quiet.iter().any(|q| behind.starts_with(q))
                || behind.ends_with("ly") && !behind.contains(' ')
        });
        let noun = noun.last()?;
        let before = self.described.find(&text[..noun.start()]);
        match before {
            Some(before) if is_object(text, before.start(), noun.end()) => None,
            Some(before)
                if !text[before.start()..noun.start()].contains(['.', ',', ';', ':', '“', '”']) =>
            {
                Some(before.start()..noun.end())
            }
            // `Participants explained`, `Respondents said`.
            _ => {
                let plural = noun.as_str().ends_with('s')
                    || matches!(noun.as_str(), "women" | "men" | "Women" | "Men");
                let opens = text[..noun.start()].trim_end().is_empty()
                    || text[..noun.start()].trim_end().ends_with([',', ':', ';', '.']);
                (plural && opens).then(|| noun.range())
            }
        }
    }
}

/// True where a description is of a document, or of somebody to whom something is done: `A study of nurses reported`,
/// `worked with many of the founders`.
fn is_object(text: &str, start: usize, end: usize) -> bool {
    let document =
        text[start..end].split(|c: char| !c.is_alphabetic()).any(|w| SPEECH.is_document(w));
    let before = text[..start].trim_end().rsplit(char::is_whitespace).next().unwrap_or_default();
    // `with one woman explaining`
    let one = ["one ", "another ", "a ", "an "].iter().any(|w| text[start..end].starts_with(w));
    document
        || !(one && before == "with")
            && matches!(
                before,
                "with"
                    | "of"
                    | "for"
                    | "to"
                    | "about"
                    | "on"
                    | "at"
                    | "among"
                    | "between"
                    | "against"
                    | "from"
            )
}

/// `The participant 3`: the article is no part of a name.
fn role_with_number(found: regex::Match<'_>) -> Mention {
    const BEFORE: &[&str] = &[
        "The", "As", "In", "For", "And", "But", "When", "While", "One", "A", "An", "To", "From",
        "By",
    ];
    let written = found.as_str().trim_end_matches(|c: char| !c.is_alphanumeric());
    let first = written.split_whitespace().next().unwrap_or_default();
    let name = written.strip_prefix(first).filter(|_| BEFORE.contains(&first));
    let name = name.map_or(written, str::trim_start);
    let start = found.start() + written.len() - name.len();
    Mention { place: start..start + name.len(), name: tidy(name) }
}

/// Adds the codes of a text to the roles found in it.
fn add_codes(text: &str, known: &Known, found: &mut Vec<Mention>) {
    /// Letters that with a blank and a number are mostly no person: `A 4`, `PM 3`.
    const NOT_APART: &[&str] =
        &["A", "I", "PM", "AM", "MD", "E", "C", "D", "N", "S", "M", "F", "W", "B"];
    let free = |place: &Range<usize>, found: &[Mention]| {
        found.iter().all(|f| place.end <= f.place.start || f.place.end <= place.start)
    };
    for m in WORD.find_iter(text).filter(|m| known.is_code(m.as_str())) {
        if free(&m.range(), found) {
            found.push(Mention { place: m.range(), name: m.as_str().to_owned() });
        } else if let Some(role) = found.iter_mut().find(|f| f.place.end == m.end()) {
            // `Participant P7` is P7.
            if !m.as_str().chars().all(|c| c.is_ascii_digit()) {
                m.as_str().clone_into(&mut role.name);
            }
        }
    }
    for m in SPACED_CODE.captures_iter(text) {
        let (Some(all), stem) = (m.get(0), &m[1]) else { continue };
        if SPEECH.is_code_of_people(stem) == Some(true)
            && free(&all.range(), found)
            && all.as_str().contains(|c: char| c.is_whitespace() || c == '.')
            && !NOT_APART.contains(&stem)
        {
            found.push(Mention { place: all.range(), name: tidy(all.as_str()) });
        }
    }
}

/// Adds names of two words, and roles that only this paper has: `Mrs Okafor`, `Head C`.
fn add_names(text: &str, known: &Known, found: &mut Vec<Mention>) {
    let several = known.names.iter().filter(|n| n.contains(' '));
    let mut places: Vec<Range<usize>> = several
        .flat_map(|n| text.match_indices(n.as_str()).map(|(at, n)| at..at + n.len()))
        .collect();
    if !known.roles.is_empty() {
        let roles = SPACED_ROLE.captures_iter(text).filter(|c| known.roles.contains(&c[1]));
        places.extend(roles.filter_map(|c| Some(c.get(1)?.start()..c.get(2)?.end())));
    }
    for place in places {
        found.retain(|f| f.place.end <= place.start || place.end <= f.place.start);
        found.push(Mention { name: tidy(&text[place.clone()]), place });
    }
}

/// Mentions in the order of the text, without what only says again who is meant: `P4 (CS1)`, `Men 8 (M8)`.
fn one_for_each(text: &str, found: Vec<Mention>) -> Vec<Mention> {
    let mut out: Vec<Mention> = Vec::with_capacity(found.len());
    for mut mention in found {
        let aside = out.last().is_some_and(|last| {
            let between = text.get(last.place.end..mention.place.start).unwrap_or_default();
            between.trim_start().starts_with(['(', '[']) && between.trim().len() == 1
        });
        let again = out.iter().any(|m| m.name == mention.name && m.place.end > mention.place.start);
        let digits = |n: &str| n.chars().filter(char::is_ascii_digit).collect::<String>();
        match out.last_mut() {
            // `Men 8 (M8)` is M8.
            Some(last) if aside && !again && digits(&last.name) == digits(&mention.name) => {
                last.name = std::mem::take(&mut mention.name);
                last.place.end = (mention.place.end + 1).min(text.len());
            }
            _ if !aside && !again => out.push(mention),
            _ => {}
        }
    }
    out
}

/// True where literature, a figure or the like is named, and no person.
pub(super) fn cites(inside: &str) -> bool {
    CITED.is_match(inside)
        || inside.chars().all(|c| c.is_ascii_digit() || matches!(c, ',' | ' ' | '-' | '–' | ';'))
}

/// Names of people who stand in one bracket: a role with the number of the code beside it is the code's.
fn one_each(people: Vec<Mention>) -> Vec<String> {
    let number = |name: &str| -> String {
        name.chars()
            .filter(char::is_ascii_digit)
            .collect::<String>()
            .trim_start_matches('0')
            .to_owned()
    };
    let names = unique(people.into_iter().map(|m| m.name));
    let longest =
        names.iter().map(|n| n.chars().filter(|c| c.is_alphabetic()).count()).max().unwrap_or(0);
    let double = |name: &String| {
        let letters = name.chars().filter(|c| c.is_alphabetic()).count();
        letters == longest
            && letters > 4
            && names.iter().any(|other| {
                other != name
                    && number(other) == number(name)
                    && other.chars().filter(|c| c.is_alphabetic()).count() < letters
            })
    };
    let kept: Vec<String> = names.iter().filter(|n| !double(n)).cloned().collect();
    // A group beside one of its people: there may be a P4 in each.
    let group = |name: &String| {
        let stem: String = name.chars().take_while(|c| c.is_alphabetic()).collect();
        matches!(stem.as_str(), "FG" | "FGD" | "Focus" | "Group")
    };
    let talk = |name: &String| {
        let stem: String = name.chars().take_while(|c| c.is_alphabetic()).collect();
        matches!(stem.as_str(), "Interview" | "Int" | "IDI" | "KII" | "interview")
    };
    if kept.len() == 2 && kept.iter().filter(|n| group(n)).count() == 1 {
        return vec![kept.join(", ")];
    }
    if kept.len() == 2 && kept.iter().filter(|n| talk(n)).count() == 1 {
        return kept.into_iter().filter(|n| !talk(n)).collect();
    }
    kept
}

fn unique(names: impl Iterator<Item = String>) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for name in names {
        if !out.contains(&name) {
            out.push(name);
        }
    }
    out
}

/// Single spaces.
pub(super) fn tidy(name: &str) -> String {
    name.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn people() -> People {
        People::new(&SpeakerSettings::default()).expect("defaults")
    }

    #[test]
    fn attributions_in_their_forms() {
        let people = people();
        let known = Known::of(["(HX1) (HX2) (HX3)"].into_iter());
        let of = |inside: &str| match people.attribution(inside, &known) {
            Some(Who::Named(names)) => names.join(" + "),
            other => format!("{other:?}"),
        };
        for (inside, name) in [
            ("nurse, P7", "P7"),
            ("P7, nurse, 12 years", "P7"),
            ("P4, P5", "P4 + P5"),
            ("P6+", "P6+"),
            ("Woman, 64 years old", "Woman, 64 years old"),
            ("female, 45, farmer", "female, 45, farmer"),
            ("IDI, male, leader", "IDI, male, leader"),
            ("Anna, 34", "Anna"),
            ("Resident doctor 3", "Resident doctor 3"),
            ("Participant 3, female", "Participant 3"),
            ("Int. 5", "Int. 5"),
            ("FGD-UER-CM-M-03", "FGD-UER-CM-M-03"),
            ("150602_001-80", "150602_001-80"),
            ("Family Member #1; FM1", "FM1"),
            ("Dietitian#6; RD#6", "RD#6"),
            ("Officer B", "Officer B"),
            ("Officer C continued", "Officer C"),
            ("CPO24, CPO54", "CPO24 + CPO54"),
            ("IP064, M", "IP064"),
            ("ID013C", "ID013C"),
            ("HX2", "HX2"),
            ("FGD 2, P4", "FGD 2, P4"),
            ("Aoife, mother of two, interview 1", "Aoife"),
            ("Community health worker 6", "Community health worker 6"),
            ("Site B, nurse 4", "Site B, nurse 4"),
            ("M, 29", "M, 29"),
            ("FG2P5", "FG2P5"),
            ("R1.4", "R1.4"),
            ("#23", "#23"),
            ("p7", "p7"),
        ] {
            assert_eq!(of(inside), name, "{inside}");
        }
        for inside in [
            "Crewe, 2009",
            "p. 424",
            "RQ1",
            "CS1",
            "FZT 118",
            "M2, Figure 4",
            "n = 12",
            "12",
            "emphasis added",
            "Grade 7",
            "field notes, May",
            "HY4",
            "see Table 2",
            "which was late",
            "grade E13",
            "code C4",
            "S1 File",
            "12 of 24 participants",
            "Daily Post, 12",
            "Anna Karenina, 34",
        ] {
            assert_eq!(people.attribution(inside, &known), None, "{inside}");
        }
    }
}
