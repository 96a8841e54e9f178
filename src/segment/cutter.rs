//! Blocks become passages: sections, turns, quotations, tokens.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::decisions::{Decided, quotation_id};
use super::headings::{self, Role};
use super::labels::{self, Labels};
use super::paper::Attributions;
use super::passage::{Kind, Passage, Passages, Quotation, Speaker, Voice};
use super::people::Who;
use super::quote::Quote;
use super::sentences::sentence_starts;
use super::{described, sections, sounds, turns};
use crate::ingest::{Block, BlockKind, Removed};
use crate::project::{CollectionSettings, Unlabelled};
use crate::text::{ByteSpan, TokenSpan, elided, elides, tokenize};

/// A source being cut.
pub(super) struct Cutter<'a> {
    pub(super) labels: &'a Labels,
    pub(super) settings: &'a CollectionSettings,
    pub(super) decided: &'a Decided<'a>,
    pub(super) unlabelled: Unlabelled,
    pub(super) speakers: HashMap<String, u32>,
    pub(super) out: Passages,
    pub(super) turn: u32,
    /// Who speaks on until the next label.
    pub(super) speaking: Option<Speaking>,
    /// True once the words of the last label have begun: a label may stand above them.
    pub(super) begun: bool,
    /// True where paragraphs without a label answer the questions before them.
    pub(super) answers: bool,
    /// True right behind a question of one who asks.
    pub(super) asked: bool,
    /// Paragraphs without a label behind a question that were given to who asked.
    pub(super) kept: usize,
    /// The time of a label on a line of its own, whose words come next.
    pub(super) said_at: Option<(Option<String>, Option<u32>)>,
    /// Ids of the quotations that were decided and met.
    pub(super) met: HashSet<String>,
    /// Names and attributes that the text tells in two ways.
    pub(super) contradicted: BTreeSet<(String, &'static str)>,
    /// What the sections are.
    pub(super) roles: Vec<Role>,
}

/// One who speaks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Speaking {
    Label(String),
    Unknown,
}

impl Cutter<'_> {
    pub(super) fn cut<'a>(
        &mut self,
        mut blocks: Vec<Block>,
        attributions: &dyn Fn() -> &'a Attributions,
    ) {
        let (sections, of) = sections::sections(&blocks);
        let transcript = self.labels.is_transcript();
        let quotes =
            if transcript { vec![Vec::new(); blocks.len()] } else { attributions().find(&blocks) };
        blocks.iter_mut().for_each(turns::one_line);
        self.roles = sections.iter().map(|s| s.role).collect();
        if self.out.title.is_none() {
            let top = blocks.iter().take(3);
            let first = top.clone().find(|b| matches!(b.kind, BlockKind::Heading(_)));
            let unnamed = first.filter(|b| headings::role_of(&b.text).is_none());
            let role = |i: usize| of.get(i).map(|s| sections[*s as usize].role);
            let in_front = blocks.first().filter(|b| {
                role(0) == Some(Role::FrontMatter)
                    && b.kind == BlockKind::Paragraph
                    && !b.text.ends_with(['.', ',', ';', ':'])
                    && b.text.split_whitespace().count() <= 30
            });
            self.out.title = unnamed.or(in_front).map(|b| b.text.clone());
        }
        for ((block, section), quotes) in blocks.into_iter().zip(of).zip(quotes) {
            if matches!(block.kind, BlockKind::Name(_)) {
                self.speaking = None;
                continue;
            }
            let role = sections.get(section as usize).map(|s| s.role).unwrap_or_default();
            let running = matches!(block.kind, BlockKind::Paragraph | BlockKind::ListItem);
            if transcript {
                self.turn_block(block, section);
            } else if role == Role::References && running {
                for entry in sections::reference_entries(block) {
                    self.push(entry, section, Kind::Reference, Voice::Reference, None, &[]);
                }
            } else {
                let whole = quotes.iter().any(|q| q.whole);
                let kind = if whole { Kind::Quotation } else { kind_of(block.kind) };
                self.push(block, section, kind, Voice::Author, None, &quotes);
            }
        }
        self.out.sections = sections;
    }

    fn turn_block(&mut self, mut block: Block, section: u32) {
        let running =
            matches!(block.kind, BlockKind::Paragraph | BlockKind::ListItem | BlockKind::Quotation);
        if let Some(label) = &block.label {
            self.speak(Speaking::Label(self.labels.spelling(label).to_owned()));
            self.begun = !block.text.is_empty();
            if block.text.is_empty() {
                let second = block.marks.first().and_then(|m| m.second);
                self.said_at = Some((block.time.clone(), second));
            }
        } else if running && block.unknown {
            self.speak(Speaking::Unknown);
        } else if running && sounds::is_notice(&block.text) {
            let line = block.marks.first().map_or(0, |m| m.line);
            let reason = "remark on the recording".to_owned();
            self.out.removed.push(Removed { line, text: block.text, reason });
            return;
        } else if running && sounds::is_remark(&block.text) && !sounds::is_sound_alone(&block.text)
        {
            // `[END OF TAPE 1]` is nobody's.
            self.push(block, section, Kind::Paragraph, Voice::Author, None, &[]);
            return;
        } else if running && self.speaking.is_some() {
            if self.begun && (self.unlabelled != Unlabelled::Previous || self.asked && self.answers)
            {
                self.speak(Speaking::Unknown);
            } else if self.begun && self.asked {
                self.kept += 1;
            }
            self.begun = true;
        }
        // The words of a label on a line of its own begin at its time.
        if running
            && !block.text.is_empty()
            && let Some((time, second)) = self.said_at.take()
            && block.label.is_none()
        {
            block.time = block.time.or(time);
            let unset = block.marks.iter_mut().take_while(|m| m.second.is_none());
            unset.for_each(|m| m.second = second);
        }
        match self.speaking.clone() {
            Some(Speaking::Label(label)) if running => {
                let voice =
                    if self.labels.asks(&label) { Voice::Interviewer } else { Voice::Participant };
                self.asked = voice == Voice::Interviewer && labels::ends_in_question(&block.text);
                let members = self.labels.members(&label);
                let speaker = self.speaker(&members);
                if let (Some(aside), [name]) = (&block.aside, members.as_slice())
                    && voice == Voice::Participant
                {
                    self.tell(speaker, aside, name);
                }
                self.push(block, section, Kind::Turn, voice, Some(speaker), &[]);
            }
            Some(Speaking::Unknown) if running => {
                self.asked = false;
                self.push(block, section, Kind::Turn, Voice::Participant, None, &[]);
            }
            _ => {
                let kind = kind_of(block.kind);
                self.push(block, section, kind, Voice::Author, None, &[]);
            }
        }
    }

    fn speak(&mut self, who: Speaking) {
        if self.speaking.as_ref() != Some(&who) {
            self.turn += 1;
        }
        self.speaking = Some(who);
    }

    fn push(
        &mut self,
        block: Block,
        section: u32,
        kind: Kind,
        voice: Voice,
        speaker: Option<u32>,
        quotes: &[Quote],
    ) {
        let mut tokens = tokenize(&block.text);
        if let Some(language) = self.settings.language.as_deref().filter(|l| elides(l)) {
            tokens = tokens.into_iter().flat_map(|t| parts(&block.text, t, language)).collect();
        }
        if kind == Kind::Turn && !self.settings.count_sounds {
            sounds::leave_out(&block.text, &mut tokens);
        }
        if tokens.is_empty() {
            let line = block.marks.first().map_or(0, |m| m.line);
            if !block.text.is_empty() {
                let reason = "no word in it".to_owned();
                self.out.removed.push(Removed { line, text: block.text, reason });
            }
            return;
        }
        if kind != Kind::Turn {
            self.turn += 1;
        }
        let role = self.roles.get(section as usize).copied().unwrap_or_default();
        let block_quotation = kind == Kind::Quotation;
        let quotations = quotes
            .iter()
            .filter_map(|q| self.quotation(q, &block.text, &tokens, role, block_quotation))
            .collect();
        let sentences = sentence_tokens(&block.text, &tokens);
        self.out.passages.push(Passage {
            kind,
            section,
            turn: self.turn,
            voice,
            speaker,
            tokens,
            sentences,
            quotations,
            marks: block.marks,
            page: block.page,
            time: block.time,
            text: block.text,
            layers: Vec::new(),
        });
    }

    fn quotation(
        &mut self,
        quote: &Quote,
        text: &str,
        tokens: &[ByteSpan],
        role: Role,
        block: bool,
    ) -> Option<Quotation> {
        let narrow = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        let start = tokens.partition_point(|t| (t.start as usize) < quote.place.start);
        let end = tokens.partition_point(|t| (t.end as usize) <= quote.place.end);
        if start >= end {
            return None;
        }
        let span = TokenSpan::new(narrow(start), narrow(end));
        let decided = self.decided.has_quotations().then(|| {
            let words = tokens[start..end].iter().map(|t| t.of(text));
            let id = quotation_id(words);
            let decided = self.decided.quotation(&id);
            self.met.extend(decided.map(|_| id));
            decided
        });
        let decided = decided.flatten();
        self.out.owners.count(quote, decided, text, role, block);
        let (speaker, voice) = match (decided, &quote.who) {
            (Some((name, voice)), _) => (name.map(|n| self.speaker(&[n.to_owned()])), voice),
            (None, Who::Named(names)) => {
                let speaker = self.speaker(names);
                if let [name] = names.as_slice() {
                    self.tell(speaker, described::behind(text, quote).unwrap_or(name), name);
                }
                (Some(speaker), Voice::Participant)
            }
            (None, Who::Described(described)) => {
                (Some(self.described(described)), Voice::Participant)
            }
            (None, Who::Nobody) => (None, Voice::Author),
        };
        Some(Quotation { tokens: span, speaker, voice })
    }

    /// Keeps what a description tells of a speaker; what is told first counts, and what contradicts it is counted.
    fn tell(&mut self, speaker: u32, description: &str, name: &str) {
        let Some(known) = self.out.speakers.get_mut(speaker as usize) else { return };
        for (attribute, value) in described::attributes(description, name) {
            let told =
                known.attributes.entry(attribute.to_owned()).or_insert_with(|| value.clone());
            if *told != value {
                self.contradicted.insert((known.name.clone(), attribute));
            }
        }
    }

    /// The index of somebody who is described and not named.
    fn described(&mut self, description: &str) -> u32 {
        let speakers = &mut self.out.speakers;
        *self.speakers.entry(format!("~{}", labels::key(description))).or_insert_with(|| {
            let name = description.to_owned();
            speakers.push(Speaker { name, described: true, ..Speaker::default() });
            u32::try_from(speakers.len() - 1).unwrap_or(u32::MAX)
        })
    }

    /// The index of a speaker; aliases are repaired here.
    pub(super) fn speaker(&mut self, names: &[String]) -> u32 {
        let mut members: Vec<String> = names.iter().map(|n| self.right_name(n)).collect();
        members.dedup();
        let name = members.join(", ");
        if members.len() == 1 {
            members.clear();
        }
        let speakers = &mut self.out.speakers;
        *self.speakers.entry(labels::key(&name)).or_insert_with(|| {
            speakers.push(Speaker { name, members, ..Speaker::default() });
            u32::try_from(speakers.len() - 1).unwrap_or(u32::MAX)
        })
    }

    pub(super) fn right_name(&self, name: &str) -> String {
        if let Some(name) = self.decided.name_of(name) {
            return name.to_owned();
        }
        let same = |alias: &&String| labels::key(alias) == labels::key(name);
        let alias = self.settings.aliases.keys().find(same);
        alias.map_or_else(|| name.to_owned(), |a| self.settings.aliases[a].clone())
    }
}

fn kind_of(kind: BlockKind) -> Kind {
    match kind {
        BlockKind::Heading(_) | BlockKind::Name(_) => Kind::Heading,
        BlockKind::Paragraph => Kind::Paragraph,
        BlockKind::Quotation => Kind::Quotation,
        BlockKind::ListItem => Kind::List,
        BlockKind::TableRow => Kind::Table,
        BlockKind::Caption => Kind::Caption,
    }
}

/// The tokens at which sentences begin, each sentence with at least one token.
fn sentence_tokens(text: &str, tokens: &[ByteSpan]) -> Vec<u32> {
    let mut starts: Vec<u32> = sentence_starts(text)
        .into_iter()
        .map(|at| tokens.partition_point(|t| (t.start as usize) < at))
        .filter(|i| *i < tokens.len())
        .filter_map(|i| u32::try_from(i).ok())
        .collect();
    starts.dedup();
    starts
}

/// A word, or the two that an apostrophe parts in this language.
fn parts(text: &str, token: ByteSpan, language: &str) -> impl Iterator<Item = ByteSpan> {
    let cut = elided(token.of(text), Some(language)).map(|at| token.start as usize + at);
    let first = ByteSpan::new(token.start as usize, cut.unwrap_or(token.end as usize));
    let second = cut.map(|at| ByteSpan::new(at, token.end as usize));
    std::iter::once(first).chain(second)
}
