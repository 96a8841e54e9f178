//! Words by which texts say who speaks, as `speech.toml` lists them for each language.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::LazyLock;

use serde::Deserialize;

use crate::project::SpeakerSettings;
use crate::text::without_marks;

/// The file: tables of lists by language.
#[derive(Deserialize)]
struct File {
    asks: BTreeMap<String, Vec<String>>,
    asks_short: BTreeMap<String, Vec<String>>,
    answers: BTreeMap<String, Vec<String>>,
    people: BTreeMap<String, Vec<String>>,
    not_speakers: BTreeMap<String, Vec<String>>,
    about: BTreeMap<String, Vec<String>>,
    sounds: BTreeMap<String, Vec<String>>,
    verbs: BTreeMap<String, Vec<String>>,
    codes: BTreeMap<String, Vec<String>>,
    codes_of_things: BTreeMap<String, Vec<String>>,
    described: BTreeMap<String, Vec<String>>,
    verbs_and_nouns: BTreeMap<String, Vec<String>>,
    things: BTreeMap<String, Vec<String>>,
    hums: BTreeMap<String, Vec<String>>,
    dates: BTreeMap<String, Vec<String>>,
    counters: BTreeMap<String, Vec<String>>,
    joining: BTreeMap<String, Vec<String>>,
    documents: BTreeMap<String, Vec<String>>,
    goes_on: BTreeMap<String, Vec<String>>,
    titles: BTreeMap<String, Vec<String>>,
    openers: BTreeMap<String, Vec<String>>,
    numbered_things: BTreeMap<String, Vec<String>>,
    quotation_heads: BTreeMap<String, Vec<String>>,
    according: BTreeMap<String, Vec<String>>,
    requests: BTreeMap<String, Vec<String>>,
    gender: BTreeMap<String, Vec<String>>,
}

/// Words, folded: case and accents do not count.
pub(super) struct Speech {
    asks: HashSet<String>,
    asks_short: HashSet<String>,
    answers: HashSet<String>,
    people: HashSet<String>,
    not_speakers: HashSet<String>,
    about: HashSet<String>,
    sounds: HashSet<String>,
    hums: HashSet<String>,
    requests: HashSet<String>,
    /// Their first words.
    request_firsts: HashSet<String>,
    quotation_heads: HashSet<String>,
    /// As written, for expressions.
    pub(super) verbs: Vec<String>,
    pub(super) nouns: Vec<String>,
    pub(super) described: Vec<String>,
    pub(super) things: Vec<String>,
    pub(super) dates: HashSet<String>,
    counters: HashSet<String>,
    pub(super) joining: HashSet<String>,
    documents: HashSet<String>,
    goes_on: HashSet<String>,
    pub(super) titles: Vec<String>,
    pub(super) openers: HashSet<String>,
    pub(super) numbered_things: HashSet<String>,
    pub(super) according: Vec<String>,
    /// By word, the gender that it says.
    genders: HashMap<String, String>,
    pub(super) verbs_and_nouns: HashSet<String>,
    codes: HashSet<String>,
    codes_of_things: HashSet<String>,
}

/// The words of all languages.
pub(super) static SPEECH: LazyLock<Speech> = LazyLock::new(|| {
    let file: File =
        toml::from_str(include_str!("speech.toml")).expect("the program's own lists are valid");
    let folded = |lists: BTreeMap<String, Vec<String>>| {
        lists.into_values().flatten().map(|word| plain(&word)).collect()
    };
    let written = |lists: &BTreeMap<String, Vec<String>>| -> Vec<String> {
        lists.values().flatten().cloned().collect()
    };
    let nouns = [written(&file.people), written(&file.answers)].concat();
    Speech {
        verbs: written(&file.verbs),
        nouns,
        described: written(&file.described),
        things: written(&file.things),
        dates: written(&file.dates).into_iter().collect(),
        counters: written(&file.counters).into_iter().collect(),
        joining: written(&file.joining).into_iter().collect(),
        titles: written(&file.titles),
        openers: written(&file.openers).into_iter().collect(),
        numbered_things: written(&file.numbered_things).into_iter().collect(),
        according: written(&file.according),
        genders: file
            .gender
            .iter()
            .flat_map(|(gender, words)| words.iter().map(|w| (w.clone(), gender.clone())))
            .collect(),
        verbs_and_nouns: written(&file.verbs_and_nouns).into_iter().collect(),
        codes: written(&file.codes).into_iter().collect(),
        codes_of_things: written(&file.codes_of_things).into_iter().collect(),
        asks: folded(file.asks),
        asks_short: file.asks_short.into_values().flatten().collect(),
        answers: folded(file.answers),
        people: folded(file.people),
        not_speakers: folded(file.not_speakers),
        about: folded(file.about),
        sounds: folded(file.sounds),
        hums: folded(file.hums),
        documents: folded(file.documents),
        goes_on: folded(file.goes_on),
        request_firsts: file
            .requests
            .values()
            .flatten()
            .filter_map(|request| request.split(' ').next().map(str::to_owned))
            .collect(),
        requests: folded(file.requests),
        quotation_heads: folded(file.quotation_heads),
    }
});

/// Small letters without accents, single blanks, no signs at the ends.
pub(super) fn plain(text: &str) -> String {
    let lower = text.to_lowercase();
    let bare = without_marks(&lower);
    let words: Vec<&str> = bare.split_whitespace().collect();
    words.join(" ").trim_matches(|c: char| !c.is_alphanumeric()).to_owned()
}

/// The words of a label: cut at blanks and signs, and where digits begin.
fn words(label: &str) -> impl Iterator<Item = &str> {
    label.split(|c: char| !c.is_alphabetic() && !matches!(c, '\'' | '’' | '.' | '\u{200c}'))
}

impl Speech {
    /// True for the label of one who asks.
    pub(super) fn asks(&self, label: &str) -> bool {
        self.asks_in_short(label) || Self::has(&self.asks, label)
    }

    /// True for the label of one who answers.
    pub(super) fn answers(&self, label: &str) -> bool {
        Self::has(&self.answers, label) && !self.asks(label)
    }

    /// True for a label that has a noun for people in it.
    pub(super) fn is_of_people(&self, label: &str) -> bool {
        Self::has(&self.people, label) || Self::has(&self.answers, label) || self.asks(label)
    }

    /// True for the beginning of a line that names no speaker.
    pub(super) fn is_no_speaker(&self, label: &str) -> bool {
        let plain = plain(label);
        let stem = plain.trim_end_matches(|c: char| !c.is_alphabetic());
        self.not_speakers.contains(&plain) || self.not_speakers.contains(stem)
    }

    /// True for what the head of a transcript says of the talk.
    pub(super) fn is_about(&self, label: &str) -> bool {
        let plain = plain(label);
        let stem = plain.trim_end_matches(|c: char| !c.is_alphabetic());
        self.about.contains(&plain) || self.about.contains(stem)
    }

    /// True for what is heard and is no word: the inside of brackets.
    pub(super) fn is_sound(&self, inside: &str) -> bool {
        let plain = plain(inside);
        // `(3)` and `(2.5)` are pauses.
        let pause = inside.len() <= 4
            && inside.starts_with(|c: char| c.is_ascii_digit())
            && inside.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | ','));
        if self.sounds.contains(&plain) || pause {
            return true;
        }
        let words: Vec<&str> = plain.split(' ').collect();
        // `laughs loudly`, `P3 laughing`, `pause 3 seconds`, `all laugh`, `both laughing`
        let is =
            |word: &str| self.sounds.contains(word.trim_matches(|c: char| !c.is_alphanumeric()));
        words.len() <= 4
            && (words.first().is_some_and(|w| is(w)) || words.last().is_some_and(|w| is(w)))
    }

    /// True for what one hums or says while another speaks: the inside of `//mhm//`.
    pub(super) fn is_hum(&self, inside: &str) -> bool {
        let words = || inside.split_whitespace();
        self.is_sound(inside)
            || (1..=3).contains(&words().count()) && words().all(|w| self.hums.contains(&plain(w)))
    }

    /// True for a few sentences of which one asks without a question: `Tell me about the first winter.`
    pub(super) fn requests(&self, text: &str) -> bool {
        const LONGEST: usize = 60;
        if text.split_whitespace().nth(LONGEST).is_some() {
            return false;
        }
        text.split(['.', '!', '?', ',', ';', ':', '…']).any(|part| {
            // Most sentences begin with a word that none of them has.
            let mut firsts = part.split_whitespace().take(2).map(str::to_lowercase);
            if !firsts.any(|word| self.request_firsts.contains(word.as_str())) {
                return false;
            }
            let part = plain(part);
            let part = part
                .trim_start_matches("and ")
                .trim_start_matches("so ")
                .trim_start_matches("okay ");
            let ends = part.match_indices(' ').map(|(at, _)| at).chain([part.len()]);
            ends.take(5).any(|end| self.requests.contains(&part[..end]))
        })
    }

    /// True for the head of a column of quotations.
    pub(super) fn is_quotation_head(&self, cell: &str) -> bool {
        plain(cell).split(' ').any(|word| self.quotation_heads.contains(word))
    }

    /// True for a word for what an author or an office has written.
    pub(super) fn is_document(&self, word: &str) -> bool {
        !word.is_empty() && self.documents.contains(&word.to_lowercase())
    }

    /// True for words that are a sentence of their own.
    pub(super) fn goes_on(&self, words: &str) -> bool {
        words.split_whitespace().any(|w| self.goes_on.contains(w.trim_end_matches(',')))
    }

    /// True for a title before a surname: `Mrs`, `Frau`.
    pub(super) fn is_title(&self, word: &str) -> bool {
        self.titles.iter().any(|t| t == word.trim_end_matches('.'))
    }

    /// True for what lines or turns are counted by.
    pub(super) fn is_counter(&self, word: &str) -> bool {
        self.counters.contains(&word.to_lowercase())
    }

    /// The gender that a word says of somebody.
    pub(super) fn gender(&self, word: &str) -> Option<&str> {
        let letter = word.chars().nth(1).is_none();
        let found =
            if letter { self.genders.get(word) } else { self.genders.get(&word.to_lowercase()) };
        found.map(String::as_str)
    }

    /// Whether codes that begin so are people's: known, known not to be, or to be seen from the text.
    pub(super) fn is_code_of_people(&self, stem: &str) -> Option<bool> {
        if self.codes_of_things.contains(stem) {
            Some(false)
        } else {
            self.codes.contains(stem).then_some(true)
        }
    }

    fn has(list: &HashSet<String>, label: &str) -> bool {
        let label = plain(label);
        if list.contains(&label) {
            return true;
        }
        let mut parts = words(&label).filter(|w| !w.is_empty());
        if parts.any(|word| list.contains(word.trim_matches('.'))) {
            return true;
        }
        // Where letters of another script follow: `主持人A`.
        let stem = label.trim_end_matches(|c: char| c.is_ascii_alphanumeric() || c.is_whitespace());
        if stem.len() < label.len() && !stem.is_empty() && list.contains(stem) {
            return true;
        }
        // Of several words.
        let spaced = label.trim_end_matches(|c: char| !c.is_alphabetic());
        list.contains(spaced)
            || spaced
                .rsplit_once(' ')
                .is_some_and(|(front, _)| front.contains(' ') && list.contains(front))
    }

    /// `I`, `Int. 1`, `MOD`, `Q12`, `RA (NB)`: the abbreviation alone, or what tells one of several.
    fn asks_in_short(&self, label: &str) -> bool {
        let mut parts = label.split(|c: char| {
            c.is_whitespace() || matches!(c, '.' | '-' | '_' | '#' | '/' | '(' | ')')
        });
        let first = parts.by_ref().find(|p| !p.is_empty()).unwrap_or_default();
        let stem = first.trim_end_matches(|c: char| c.is_ascii_digit());
        let one_small = stem.len() == 1 && self.asks_short.contains(&stem.to_uppercase());
        let known = self.asks_short.contains(stem) || one_small;
        known
            && parts.filter(|p| !p.is_empty()).all(|p| {
                p.chars().all(|c| c.is_ascii_digit())
                    || (p.chars().count() <= 3 && p.chars().all(char::is_uppercase))
            })
    }
}

/// Who asks and who answers by the words of one collection: its settings replace the lists.
#[derive(Clone, Copy)]
pub(super) struct Roles<'s> {
    settings: &'s SpeakerSettings,
}

impl<'s> Roles<'s> {
    pub(super) const fn of(settings: &'s SpeakerSettings) -> Self {
        Self { settings }
    }

    /// True where the settings list those who ask.
    pub(super) const fn are_set(self) -> bool {
        self.settings.interviewers.is_some()
    }

    pub(super) fn asks(self, label: &str) -> bool {
        match &self.settings.interviewers {
            Some(list) => lists(list, label),
            None => {
                !self.settings.answerers.as_ref().is_some_and(|list| lists(list, label))
                    && SPEECH.asks(label)
            }
        }
    }

    pub(super) fn answers(self, label: &str) -> bool {
        match &self.settings.answerers {
            Some(list) => lists(list, label),
            None => SPEECH.answers(label),
        }
    }
}

/// True when a list of labels has one, whatever its case and spaces.
fn lists(list: &[String], label: &str) -> bool {
    let key = super::labels::key(label);
    list.iter().any(|l| super::labels::key(l) == key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_asks_by_the_words_of_many_languages() {
        for label in [
            "Interviewer",
            "INTERVIEWER 2",
            "Interviewer A",
            "the interviewer",
            "Interviewer (NB)",
            "Lead interviewer",
            "Moderator 1",
            "Int.",
            "INT",
            "MOD",
            "MOD2",
            "RA",
            "RA 1",
            "Q1",
            "Q",
            "i",
            "I1",
            "I",
            "Co-moderator",
            "Interviewerin",
            "Interviewer*in",
            "Moderatorin",
            "Enquêtrice",
            "Enqueteur 2",
            "Intervieweuse",
            "Entrevistadora",
            "Entrevistador 1",
            "Pesquisadora",
            "Intervistatore",
            "Onderzoeker",
            "Intervjuare",
            "Haastattelija",
            "Badaczka",
            "Tazatel",
            "Kérdező",
            "Görüşmeci",
            "Интервьюер",
            "Інтерв'юер",
            "المحاور",
            "מראיינת",
            "采访者",
            "采访者1",
            "主持人A",
            "インタビュアー",
            "聞き手",
            "면접자",
            "Người phỏng vấn",
            "Pewawancara",
            "Focus group moderator",
        ] {
            assert!(SPEECH.asks(label), "{label}");
        }
    }

    #[test]
    fn who_answers_and_names_that_say_nothing() {
        for label in [
            "P1",
            "Nora",
            "Participant",
            "Research participant",
            "Ina",
            "Imogen",
            "Quentin",
            "R",
            "Interviewee",
            "Respondent 2",
            "Guest",
            "Ian",
            "Intan",
            "Moddy",
            "Rafael",
            "Fragonard",
            "A1",
        ] {
            assert!(!SPEECH.asks(label), "{label}");
        }
        for label in
            ["Participant 3", "Interviewee", "Befragte", "Enquêtée", "受访者2", "Respondent A"]
        {
            assert!(SPEECH.answers(label), "{label}");
        }
    }

    #[test]
    fn sounds_and_words() {
        for inside in [
            "laughs",
            "Laughs loudly",
            "inaudible",
            "long pause",
            "P3 laughs",
            "unv.",
            "pause 3 seconds",
            "lacht",
        ] {
            assert!(SPEECH.is_sound(inside), "{inside}");
        }
        for inside in ["the hospital", "sic", "my manager", "so we laughed about it all day"] {
            assert!(!SPEECH.is_sound(inside), "{inside}");
        }
    }
}
