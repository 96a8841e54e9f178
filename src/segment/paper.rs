//! A paper whose quotations are read: what people are called in it, its verbs of saying, its convention.

use std::collections::HashSet;

use regex::Regex;

use super::codes::Known;
use super::convention::Learned;
use super::labels::key;
use super::lead::Leads;
use super::people::{People, Who, tidy};
use super::quote::{FIRST_PERSON, sentence_start};
use super::sayers::Sayers;
use crate::project::SpeakerSettings;

/// How speakers are written in one collection, ready to find them.
#[derive(Debug)]
pub(super) struct Attributions {
    pub(super) people: People,
    pub(super) leads: Leads,
    pub(super) sayers: Sayers,
    pub(super) own: Vec<Regex>,
    /// Keys of what the settings call no speakers.
    pub(super) nobody: HashSet<String>,
}

impl Attributions {
    /// The finder for speakers written as the settings say, or as papers write them.
    ///
    /// # Errors
    /// A pattern is no regular expression.
    pub(super) fn new(settings: &SpeakerSettings) -> Result<Self, String> {
        let own = settings.attributions.iter().map(|p| {
            let made = Regex::new(p).map_err(|e| format!("`speakers.attributions`: `{p}`: {e}"))?;
            if made.captures_len() < 2 {
                return Err(format!("`speakers.attributions`: `{p}` has no group for the name"));
            }
            Ok(made)
        });
        let own = own.collect::<Result<_, String>>()?;
        Ok(Self {
            people: People::new(settings)?,
            leads: Leads::new(settings)?,
            sayers: Sayers::new(settings)?,
            own,
            nobody: settings.not_speakers.iter().map(|n| key(n)).collect(),
        })
    }
}

/// One paper being read.
pub(super) struct Paper<'a> {
    pub(super) by: &'a Attributions,
    pub(super) known: &'a Known,
    pub(super) learned: Learned,
}

/// What the sentence before a paragraph says of it.
pub(super) struct Announced {
    pub(super) who: Who,
    /// True when it says that somebody speaks.
    pub(super) says: bool,
    /// True where it ends in a colon.
    pub(super) colon: bool,
}

impl Paper<'_> {
    /// `P4: I said so`, a block that says itself who speaks; and where the words begin.
    pub(super) fn label_inside(&self, text: &str) -> Option<(Who, usize)> {
        let (label, rest) = text.split_once(':')?;
        let short = label.split_whitespace().take(7).count() <= 6
            && rest.split_whitespace().take(2).count() >= 2;
        if !short {
            return None;
        }
        let people = self.by.people.mentions(label, self.known);
        let [one] = people.as_slice() else { return None };
        let before = label[..one.place.start].trim_matches(['•', '-', '*', '(', ' ']);
        let behind =
            label[one.place.end.min(label.len())..].trim().trim_start_matches(')').trim_start();
        let aside =
            behind.is_empty() || behind.starts_with(['(', '[']) && behind.ends_with([')', ']']);
        let start = text.len() - rest.trim_start().len();
        (before.is_empty() && aside).then(|| (Who::Named(vec![one.name.clone()]), start))
    }

    /// What the settings' own patterns find right behind a quotation, or right before it.
    pub(super) fn own(&self, text: &str, behind: bool) -> Option<Who> {
        self.by.own.iter().find_map(|p| {
            let found = p.captures(text)?;
            let all = found.get(0)?;
            let near = if behind {
                text[..all.start()].trim_matches([' ', '.', ',']).is_empty()
            } else {
                text[all.end()..].trim_matches([' ', ',', ':']).is_empty()
            };
            let name = found.name("name").or_else(|| found.get(1))?;
            near.then(|| Who::Named(vec![tidy(name.as_str())]))
        })
    }

    pub(super) fn leads(&self, before: &str) -> bool {
        let lead = &before[sentence_start(before, before.len())..];
        // `I said, “` is of one who tells what was said.
        !self.by.people.mentions(lead, self.known).is_empty()
            || self.by.leads.says_at_end(lead) && !FIRST_PERSON.is_match(lead)
    }
}
