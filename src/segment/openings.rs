//! What a text says at the beginnings of its lines, read in all ways: heads of all forms, stamps, the part that says
//! something of the talk, words that the text writes small elsewhere.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use super::decisions::Decided;
use super::headings::{Role, role_of};
use super::heads::{Form, Head, Opening, heads};
use super::labels::{Given, Line, is_initials, key};
use super::names::{Sure, forms_of_name, is_name_like, sure_of};
use super::speech::{Roles, SPEECH};
use crate::project::CollectionSettings;

/// What a text says at the beginnings of its lines, read in all ways.
pub(super) struct Text<'t> {
    pub(super) lines: &'t [Line<'t>],
    pub(super) heads: Vec<Head<'t>>,
    /// Where the heads of a line begin in the list.
    pub(super) firsts: Vec<usize>,
    pub(super) stamps: Vec<Option<(String, Option<u32>)>>,
    /// Lines of the head that say something of the talk.
    pub(super) about: usize,
    pub(super) paragraphs: usize,
    pub(super) words: usize,
    pub(super) common: OnceCell<HashSet<String>>,
    /// Words in capitals with the number of lines that have them behind their first word.
    pub(super) capitals: OnceCell<HashMap<&'t str, usize>>,
}

/// A name in one form, counted.
#[derive(Debug, Default)]
pub(super) struct Name<'t> {
    /// Lines that it opens.
    pub(super) lines: Vec<usize>,
    pub(super) spelled: BTreeMap<&'t str, (usize, usize)>,
    /// Said of it somewhere: `interviewer` of `Nora (interviewer)`.
    pub(super) more: Option<&'t str>,
}

impl<'t> Name<'t> {
    /// One of its spellings.
    pub(super) fn written(&self) -> &'t str {
        self.spelled.keys().next().copied().unwrap_or_default()
    }
}

impl System<'_> {
    /// How many lines these names open.
    pub(super) fn turns_of(&self, names: &BTreeSet<String>) -> usize {
        names.iter().filter_map(|k| self.names.get(k)).map(|n| n.lines.len()).sum()
    }
}

/// One form over the whole text.
pub(super) struct System<'t> {
    pub(super) form: Form,
    pub(super) names: BTreeMap<String, Name<'t>>,
}

/// Forms in which a name that is known is a label wherever it stands.
pub(super) const fn is_strong(form: Form) -> bool {
    matches!(form, Form::Colon | Form::Timed | Form::Titled)
}

impl<'t> Text<'t> {
    pub(super) fn read(lines: &'t [Line<'t>], given: &Given) -> Self {
        let mut text = Self {
            lines,
            heads: Vec::new(),
            firsts: Vec::with_capacity(lines.len() + 1),
            stamps: Vec::with_capacity(lines.len()),
            about: 0,
            paragraphs: 0,
            words: 0,
            common: OnceCell::new(),
            capitals: OnceCell::new(),
        };
        for line in lines {
            text.firsts.push(text.heads.len());
            let opening = heads(line.text, line.bold, &given.stamps, &mut text.heads);
            if let Some(listed) = given.listed_head(line.text) {
                // `Nora Bell` is no `Nora`.
                let first = *text.firsts.last().unwrap_or(&0);
                let others = text.heads.split_off(first.min(text.heads.len()));
                text.heads.extend(others.into_iter().filter(|h| h.form != Form::Word));
                text.heads.push(listed);
            }
            let found = match opening {
                Opening::Stamp(stamp) => Some((stamp.text.to_owned(), stamp.second)),
                Opening::Words => None,
            };
            if found.is_none() {
                text.words += 1;
                text.paragraphs += usize::from(line.opens);
            }
            text.stamps.push(found);
        }
        text.firsts.push(text.heads.len());
        text.about = text.about_zone();
        text
    }

    pub(super) fn heads_of(&self, line: usize) -> &[Head<'t>] {
        &self.heads[self.firsts[line]..self.firsts[line + 1]]
    }

    pub(super) fn colon(&self, line: usize) -> Option<&Head<'t>> {
        self.heads_of(line).iter().find(|h| h.form == Form::Colon)
    }

    /// How many lines at the top say something of the talk: date, place, who takes part.
    fn about_zone(&self) -> usize {
        const LONGEST: usize = 40;
        let (mut end, mut about) = (0, 0);
        for (i, line) in self.lines.iter().enumerate().take(LONGEST) {
            // `Interviewer = Karl Brandt`, `Interviewer - Karl Brandt, 44`
            let legend = || {
                let fits = |h: &&Head<'_>| {
                    matches!(h.form, Form::Equals | Form::Dash) && SPEECH.is_of_people(h.name)
                };
                let head = self.heads_of(i).iter().find(fits)?;
                let said = line.text[head.rest..].split([',', '(']).next().unwrap_or_default();
                (is_name_like(said.trim()) && said.split_whitespace().count() <= 4).then_some(head)
            };
            let Some(head) = self.colon(i).or_else(legend) else {
                let short = line.text.split_whitespace().count() <= 12
                    && !line.text.ends_with(['.', '?', '!'])
                    && !self.heads_of(i).iter().any(|h| h.form == Form::Timed);
                if short || line.text.starts_with(['[', '(']) {
                    continue;
                }
                break;
            };
            let said = line.text[head.rest..].trim();
            // `TH: Tom Hale, interviewer`
            let legend = said.split([',', '(', ';']).next().unwrap_or_default().trim();
            let words = said.split_whitespace().count();
            let in_legend = is_initials(head.name, legend)
                && is_name_like(legend)
                && words <= 8
                && !said.ends_with(['.', '?', '!']);
            let of_talk = SPEECH.is_about(head.name) && words <= 25;
            let takes_part =
                SPEECH.is_of_people(head.name) && is_name_like(said) && self.names_again(i, said);
            if in_legend || of_talk || takes_part {
                about += 1;
                end = i + 1;
            } else if about > 0 && SPEECH.is_of_people(head.name) && is_name_like(said) {
                end = i + 1;
            } else if said.ends_with(['.', '?', '!', '…']) || words > 10 {
                break;
            }
        }
        if about > 0 { end } else { 0 }
    }

    /// True when a name, or its initials, opens a line further down.
    fn names_again(&self, line: usize, said: &str) -> bool {
        let names: Vec<String> = forms_of_name(said).iter().map(|n| key(n)).collect();
        self.heads[self.firsts[line + 1]..].iter().any(|h| names.contains(&key(h.name)))
    }

    /// True when headings say that it is a paper.
    pub(super) fn is_paper(&self) -> bool {
        let mut roles = BTreeSet::new();
        for line in self.lines {
            if line.text.len() <= 60
                && !line.text.ends_with(['?', '!'])
                && let Some(role) = role_of(line.text)
            {
                roles.insert((role != Role::Body).then_some(role));
            }
        }
        let has = |role| roles.contains(&Some(role));
        (has(Role::References) && roles.len() >= 2)
            || (has(Role::Abstract) && roles.len() >= 2)
            || roles.len() >= 4
    }

    pub(super) fn systems(&self) -> Vec<System<'t>> {
        let mut by_form: BTreeMap<Form, BTreeMap<String, Name<'t>>> = BTreeMap::new();
        for line in self.about..self.lines.len() {
            for head in self.heads_of(line).iter().filter(|h| self.could_open(line, h.form)) {
                let names = by_form.entry(head.form).or_default();
                let name = names.entry(key(head.name)).or_default();
                name.lines.push(line);
                let order = name.spelled.len();
                name.spelled.entry(head.name).or_insert((0, order)).0 += 1;
                name.more = name.more.or(head.more);
            }
        }
        by_form.into_iter().map(|(form, names)| System { form, names }).collect()
    }

    /// True for one word in capitals that the text also writes inside its lines: an abbreviation.
    pub(super) fn is_word_in_capitals(&self, name: &str) -> bool {
        let in_capitals =
            |word: &str| word.chars().nth(1).is_some() && word.chars().all(char::is_uppercase);
        let capitals = self.capitals.get_or_init(|| {
            let mut lines: HashMap<&str, usize> = HashMap::new();
            for line in self.lines {
                let words = line.text.split(|c: char| !c.is_alphanumeric()).skip(1);
                let mut words: Vec<&str> = words.filter(|w| in_capitals(w)).collect();
                words.sort_unstable();
                words.dedup();
                for word in words {
                    *lines.entry(word).or_default() += 1;
                }
            }
            lines
        });
        in_capitals(name) && capitals.get(name).is_some_and(|lines| *lines >= 3)
    }

    /// A sign that is no colon opens a turn only where a paragraph begins, if the text has paragraphs.
    pub(super) fn could_open(&self, line: usize, form: Form) -> bool {
        is_strong(form)
            || matches!(form, Form::Alone | Form::Bold)
            || self.lines[line].opens
            || self.paragraphs < 4
    }

    /// True when all words of a name are words of the text in small letters: `Result`, not `Nora`.
    pub(super) fn is_common(&self, name: &str) -> bool {
        if !name.starts_with(char::is_uppercase) {
            return false;
        }
        let common = self.common.get_or_init(|| {
            let asked: HashSet<String> = self
                .heads
                .iter()
                .flat_map(|h| h.name.split_whitespace())
                .map(str::to_lowercase)
                .collect();
            let mut found = HashSet::new();
            for line in self.lines {
                for word in line.text.split(|c: char| !c.is_alphabetic()) {
                    if word.starts_with(char::is_lowercase) && asked.contains(word) {
                        found.insert(word.to_owned());
                    }
                }
            }
            found
        });
        let mut words =
            name.split_whitespace().filter(|w| w.chars().all(char::is_alphabetic)).peekable();
        words.peek().is_some()
            && name.chars().any(char::is_lowercase)
            && words.all(|w| common.contains(&w.to_lowercase()))
    }
}

/// A judgement in the making.
pub(super) struct Judge<'j, 't> {
    pub(super) text: &'j Text<'t>,
    pub(super) settings: &'j CollectionSettings,
    pub(super) given: &'j Given,
    pub(super) decided: &'j Decided<'j>,
    pub(super) roles: Roles<'j>,
    /// True when the settings say that it is a transcript.
    pub(super) certain: bool,
}

impl Judge<'_, '_> {
    pub(super) fn listed(&self, key: &str) -> bool {
        self.decided.label(key).unwrap_or_else(|| self.given.names.contains(key))
    }

    /// True for what names no speaker, written so many times.
    pub(super) fn is_no_speaker(&self, name: &str, times: usize) -> bool {
        let k = key(name);
        // `NB` is somebody's initials where it comes again and again.
        let letters = name.chars().filter(|c| *c != '.').count();
        let initials =
            times >= 2 && letters <= 3 && name.chars().all(|c| c.is_uppercase() || c == '.');
        // `Case 4` comes again where it is somebody.
        let numbered = times >= 2 && name.ends_with(|c: char| c.is_ascii_digit());
        self.decided.label(&k) == Some(false)
            || !self.listed(&k)
                && (SPEECH.is_no_speaker(name) && !initials && !numbered && !self.roles.asks(name)
                    || self.settings.speakers.not_speakers.iter().any(|n| key(n) == k))
    }

    pub(super) fn sure(&self, name: &str) -> Sure {
        if self.listed(&key(name)) || self.roles.asks(name) || self.roles.answers(name) {
            return Sure::Certain;
        }
        sure_of(name)
    }
}
