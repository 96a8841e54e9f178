//! Labels of speakers in one text: lines and what they are read as, spellings, who asks.

use std::collections::{BTreeMap, HashSet};

use regex::Regex;

use super::heads::{Form, Head};
use super::speech::Roles;
use super::stamps::OwnStamps;
use crate::project::CollectionSettings;

/// A line of a text, as labels are looked for in it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Line<'t> {
    pub text: &'t str,
    /// True when it opens a paragraph.
    pub opens: bool,
    /// Bytes at its beginning that are in bold.
    pub bold: usize,
    /// True inside a block quotation.
    pub quoted: bool,
}

/// What a line is, in a transcript.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Reading {
    /// Words, of whoever speaks.
    Words,
    /// A speaker's label, and perhaps words.
    Label(Label),
    /// A time stamp alone, as written, and its second.
    Stamp(String, Option<u32>),
    /// Something said of the talk, in its head.
    About,
}

/// A label at the beginning of a line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Label {
    /// The name as written; empty where the label says that nobody knew who speaks.
    pub name: String,
    /// The time stamp as written.
    pub time: Option<String>,
    /// Its second of the recording.
    pub second: Option<u32>,
    /// What is said of the name beside it: `nurse` of `Nora [nurse]`.
    pub aside: Option<String>,
    /// Where the words begin.
    pub rest: usize,
}

/// What is known of labels before a text is looked at.
#[derive(Debug, Default)]
pub(super) struct Given {
    /// What labels look like, by the settings.
    pub(super) patterns: Vec<Regex>,
    /// Keys of names that are labels however they are written.
    pub(super) names: HashSet<String>,
    /// Bytes of a line in which the longest of them ends.
    longest: usize,
    /// What stamps look like beside the known forms.
    pub(super) stamps: OwnStamps,
}

impl Given {
    /// What the settings of a collection and its table of participants say.
    ///
    /// # Errors
    /// A pattern is no regular expression, or has no name in it.
    pub(super) fn of(settings: &CollectionSettings, people: &[String]) -> Result<Self, String> {
        let patterns =
            settings.speakers.labels.iter().map(|p| pattern(p)).collect::<Result<_, _>>()?;
        let names = settings.speakers.names.iter().chain(people).chain(settings.aliases.keys());
        let stamps = OwnStamps::new(&settings.speakers.stamps)?;
        let longest = names.clone().map(|n| n.len() + 8).max().unwrap_or_default();
        Ok(Self { patterns, names: names.map(|n| key(n)).collect(), longest, stamps })
    }
}

impl Given {
    /// The listed name that a line opens with, with no sign behind it that another reading would see.
    ///
    /// Behind a name that sentences may begin with, a capital must follow: `Judith I was`, not `Judith was`.
    pub(super) fn listed_head<'l>(&self, line: &'l str) -> Option<Head<'l>> {
        if self.names.is_empty() {
            return None;
        }
        let start = line.len() - line.trim_start().len();
        let reach = line.floor_char_boundary((start + self.longest).min(line.len()));
        let text = &line[start..reach];
        let ends = text.char_indices().filter(|(_, c)| !c.is_alphanumeric()).map(|(at, _)| at);
        let ends: Vec<usize> = ends.filter(|at| *at > 0).collect();
        // The longest counts: `Nora Bell` before `Nora`.
        let end = ends.into_iter().rev().find(|at| self.names.contains(&key(&text[..*at])))?;
        let name = text[..end].trim_end();
        let behind = &line[start + end..];
        let words = behind.trim_start_matches([
            ' ', '\u{a0}', '\t', ':', '：', '-', '–', '—', ';', '|', '>', ',',
        ]);
        let signed = behind[..behind.len() - words.len()].trim().chars().next();
        let capital = words.starts_with(|c: char| !c.is_lowercase() && c.is_alphabetic());
        let odd = !name.starts_with(char::is_uppercase);
        let form = match signed {
            Some(':' | '：') => Form::Colon,
            None if capital || odd => Form::Word,
            _ => return None,
        };
        let rest = line.len() - words.len();
        Some(Head { form, name, more: None, time: None, rest, unsure: false, tight: false })
    }
}

/// A pattern for labels: a regular expression with a group, or how a label looks: `Name - `.
fn pattern(written: &str) -> Result<Regex, String> {
    let wrong = |what: &str| format!("`speakers.labels`: `{written}` {what}");
    let expression = if written.contains('(') && !written.starts_with("(Name)") {
        format!(r"^\s*(?:{written})")
    } else if written.contains("Name") {
        let sign = regex::escape(written)
            .replacen("Name", r"(?P<name>[^\s].{0,47}?)", 1)
            .replace("<tab>", r"\s*\t")
            .replace("00:00", r"[\[(#]?\d{1,2}:\d{2}[\d:.,-]*[\])#]?")
            .replace(' ', r"\s+");
        // The words may stand below.
        let sign =
            sign.strip_suffix(r"\s+").map_or_else(|| sign.clone(), |s| format!(r"{s}(?:\s+|$)"));
        format!(r"^\s*{sign}")
    } else {
        return Err(wrong("has neither a group for the name nor the word `Name`"));
    };
    let made =
        Regex::new(&expression).map_err(|e| wrong(&format!("is no regular expression: {e}")))?;
    if made.captures_len() < 2 { Err(wrong("has no group for the name")) } else { Ok(made) }
}

/// What makes two spellings of a label one speaker: case, spaces, a full stop at the end and what parts letters from
/// the number behind them do not count. `P-7`, `p 7` and `P7` are one.
pub(super) fn key(label: &str) -> String {
    let label = label.trim_end_matches(['.', ' ']);
    let mut key = String::with_capacity(label.len());
    // Most labels are plain words.
    if label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b' ') {
        key.extend(label.split(' '));
        key.make_ascii_lowercase();
        return key;
    }
    let mut sign = None;
    for c in label.chars().filter(|c| !c.is_whitespace()) {
        if let Some(sign) = sign.take() {
            let parts = key.ends_with(char::is_alphabetic) && c.is_ascii_digit();
            key.extend(Some(sign).filter(|_| !parts));
        }
        match c {
            '-' | '_' | '#' | '.' | '‐' | '–' => sign = Some(c),
            _ if c.is_ascii() => key.push(c.to_ascii_lowercase()),
            _ => key.extend(c.to_lowercase()),
        }
    }
    key.extend(sign);
    key
}

/// The labels that name speakers in one text.
#[derive(Clone, Debug, Default)]
pub(super) struct Labels {
    /// By key, the spelling used most (the first of equals).
    pub(super) spellings: BTreeMap<String, String>,
    /// By key, those who ask, and how that is known.
    pub(super) asks: BTreeMap<String, &'static str>,
    /// True when the text is a transcript.
    pub(super) talk: bool,
}

impl Labels {
    /// True when the text is a transcript.
    pub(super) const fn is_transcript(&self) -> bool {
        self.talk
    }

    /// The one spelling of a speaker.
    pub(super) fn spelling<'a>(&'a self, label: &'a str) -> &'a str {
        self.spellings.get(&key(label)).map_or(label, String::as_str)
    }

    /// True when the label names one who asks.
    pub(super) fn asks(&self, label: &str) -> bool {
        self.asks.contains_key(&key(label))
    }

    /// True for the key of a label.
    pub(super) fn is_label(&self, key: &str) -> bool {
        self.spellings.contains_key(key)
    }

    /// Those who speak, as they are spelled.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.spellings.values().map(String::as_str)
    }

    /// Those who ask, as they are spelled, and how that is known.
    pub(super) fn askers(&self) -> impl Iterator<Item = (&str, &'static str)> {
        self.asks.iter().filter_map(|(k, why)| Some((self.spellings.get(k)?.as_str(), *why)))
    }

    /// These labels and those that a file itself gives.
    pub(super) fn with<'a>(
        mut self,
        names: impl Iterator<Item = &'a str>,
        roles: Roles<'_>,
    ) -> Self {
        for name in names {
            self.talk = true;
            self.add(name, roles);
        }
        self
    }

    pub(super) fn add(&mut self, name: &str, roles: Roles<'_>) {
        let key = key(name);
        if !self.spellings.contains_key(&key) {
            if roles.asks(name) {
                self.asks.insert(key.clone(), "by its label");
            }
            self.spellings.insert(key, name.to_owned());
        }
    }

    /// Takes the mark from those whose label is an abbreviation for it, and the initials of a name in the text:
    /// `RA` is a research assistant, or Rae Armantrout.
    pub(super) fn tell_initials(&mut self) {
        let full: Vec<String> =
            self.names().filter(|n| n.split_whitespace().count() >= 2).map(str::to_owned).collect();
        let initials = |k: &str| {
            self.spellings
                .get(k)
                .is_some_and(|short| full.iter().any(|name| is_initials(short, name)))
        };
        let taken: Vec<String> = self.asks.keys().filter(|k| initials(k)).cloned().collect();
        for k in taken {
            self.asks.remove(&k);
        }
    }

    /// Marks one who asks.
    pub(super) fn mark_asking(&mut self, name: &str, why: &'static str) {
        self.asks.entry(key(name)).or_insert(why);
    }

    /// Takes the mark away, and gives it to those that a person says ask.
    pub(super) fn set_asking(&mut self, name: &str, asks: bool) {
        if asks {
            self.asks.insert(key(name), "as the table of decisions says");
        } else {
            self.asks.remove(&key(name));
        }
    }

    /// The persons of a label that is of several who speak as one: `Nora + Tom`.
    pub(super) fn members(&self, label: &str) -> Vec<String> {
        let parts: Vec<&str> = label
            .split(['+', '&', '/', ','])
            .flat_map(|p| p.split(" and "))
            .map(str::trim)
            .filter(|p| !p.is_empty())
            .collect();
        let known = |part: &&str| self.spellings.contains_key(&key(part));
        if parts.len() > 1 && parts.iter().all(known) {
            parts.iter().map(|p| self.spelling(p).to_owned()).collect()
        } else {
            vec![label.to_owned()]
        }
    }
}

/// A text, judged.
#[derive(Debug, Default)]
pub(super) struct Talk {
    pub labels: Labels,
    /// What each line is; empty where the text is no transcript.
    pub readings: Vec<Reading>,
    /// What was not taken for labels and looks like it.
    pub notes: Vec<String>,
}

/// True when a label is the initials of a name of two words or more.
pub(super) fn is_initials(short: &str, name: &str) -> bool {
    let first = |w: &str| w.chars().next().filter(|c| c.is_uppercase());
    let initials: Option<String> = name.split_whitespace().map(first).collect();
    name.split_whitespace().count() >= 2 && initials.is_some_and(|i| i == short)
}

/// True when a text ends in a question.
pub(super) fn ends_in_question(text: &str) -> bool {
    let signs =
        |c: char| c.is_whitespace() || matches!(c, '"' | '”' | '’' | ')' | ']' | '»' | '…' | '.');
    let mut end = text.trim_end();
    // `Who clears it? (pause)`
    while let Some(inside) = end.strip_suffix([')', ']'])
        && let Some(open) = inside.rfind(['(', '['])
        && inside.len() - open <= 40
        && !inside[open..].contains('?')
    {
        end = end[..open].trim_end();
    }
    let end = end.trim_end_matches(signs);
    end.ends_with(['?', '？', '؟', '\u{37e}'])
}
