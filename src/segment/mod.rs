//! A [`Document`] becomes [`Passages`]: cleaned text in passages with section, speaker, voice,
//! quotations, sentences and tokens.
//!
//! In flow order: rows (page furniture goes), stamps and heads (what lines begin with), labels (is it a
//! transcript, and who speaks?), turns (of files that say who speaks), asks (who asks), join (cut words),
//! blocks (paragraphs, lists, tables), headings and sections, quotations, sentences. Pure: no
//! file is opened here, and the same document gives the same passages.

mod rows;

mod speech;

mod stamps;

mod heads;

mod names;

mod labels;

mod judge;

mod asks;

mod sounds;

mod join;

mod blocks;

mod headings;

mod sections;

mod marks;

mod people;

mod lead;

mod quotations;

mod bounds;

mod sentences;

mod turns;

mod printed;

mod annotated;

mod decisions;

mod owners;

use std::collections::HashMap;
use std::sync::OnceLock;

use frostem::Stemmer;
use regex::Regex;
use serde::{Deserialize, Serialize};

pub use decisions::{Decisions, quotation_id};
pub use headings::Role;
pub use owners::Owners;
pub use sections::Section;
pub use sentences::sentence_starts;

use crate::ingest::{Block, BlockKind, Body, Document, Line, Mark, NamedSpan, Printed, Removed};
use crate::project::{CollectionKind, CollectionSettings, SpeakerSettings, Unlabelled};
use crate::text::{ByteSpan, TokenSpan, tokenize};
use decisions::Decided;
use labels::{Given, Labels};
use people::Who;
use quotations::{Attributions, Quote};
use speech::Roles;
use turns::Turns;

/// Counted up whenever the same file would give other passages or, with another version of the
/// stemmer, other stems; part of what makes a source new.
pub const SEGMENT_VERSION: u32 = 6;

/// What a passage is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A paragraph of running text.
    Paragraph,
    /// A block quotation.
    Quotation,
    /// A heading.
    Heading,
    /// An item of a list.
    List,
    /// A row of a table.
    Table,
    /// The caption of a table or figure.
    Caption,
    /// An entry of a list of references.
    Reference,
    /// A speaker's turn, or a paragraph of it.
    Turn,
}

impl Kind {
    /// All kinds.
    pub const ALL: [Self; 8] = [
        Self::Paragraph,
        Self::Quotation,
        Self::Heading,
        Self::List,
        Self::Table,
        Self::Caption,
        Self::Reference,
        Self::Turn,
    ];

    /// The kind's name in queries and results.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Paragraph => "paragraph",
            Self::Quotation => "quotation",
            Self::Heading => "heading",
            Self::List => "list",
            Self::Table => "table",
            Self::Caption => "caption",
            Self::Reference => "reference",
            Self::Turn => "turn",
        }
    }
}

/// Whose words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Voice {
    /// One who was interviewed.
    Participant,
    /// One who asks.
    Interviewer,
    /// Those who wrote the text.
    Author,
    /// A list of works cited.
    Reference,
}

impl Voice {
    /// All voices.
    pub const ALL: [Self; 4] =
        [Self::Participant, Self::Interviewer, Self::Author, Self::Reference];

    /// The voice's name in queries and results.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Participant => "participant",
            Self::Interviewer => "interviewer",
            Self::Author => "author",
            Self::Reference => "reference",
        }
    }
}

/// Somebody who speaks in a source, or several who are quoted as one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Speaker {
    /// The name, aliases repaired; several parted by `, `.
    pub name: String,
    /// The persons, where the name is of several.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub members: Vec<String>,
    /// True where a text only describes whom it quotes, `one nurse`: nobody knows which person it is.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub described: bool,
}

/// A stretch of a passage that is somebody else's words than the passage's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quotation {
    /// Its tokens in the passage.
    pub tokens: TokenSpan,
    /// Its speaker, if the text names one: an index into [`Passages::speakers`].
    pub speaker: Option<u32>,
    /// Its voice; the author's where nobody is named.
    pub voice: Voice,
}

/// The unit that is indexed: a paragraph, block quotation, list item, heading or turn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Passage {
    /// What it is.
    pub kind: Kind,
    /// The section it is in: an index into [`Passages::sections`].
    pub section: u32,
    /// The turn it belongs to, counted through the source; in a paper each passage is its own.
    pub turn: u32,
    /// Whose words it is where no quotation says otherwise.
    pub voice: Voice,
    /// Who speaks where no quotation says otherwise: an index into [`Passages::speakers`].
    pub speaker: Option<u32>,
    /// The cleaned text.
    pub text: String,
    /// Where its tokens are.
    pub tokens: Vec<ByteSpan>,
    /// The tokens at which its sentences begin; the first is 0.
    pub sentences: Vec<u32>,
    /// The quotations in it, in order, not overlapping.
    pub quotations: Vec<Quotation>,
    /// Where it stands in the file.
    pub marks: Vec<Mark>,
    /// The page it begins on, where the file tells.
    pub page: Option<u32>,
    /// Its time stamp, where the file has one.
    pub time: Option<String>,
    /// For each layer of [`Passages::layers`], its value at each token.
    pub layers: Vec<Vec<Option<String>>>,
}

impl Passage {
    /// The form of a token: as written, or as the layer of forms, by its number, has it.
    #[must_use]
    pub fn form(&self, token: usize, layer: Option<usize>) -> &str {
        let told = layer.and_then(|l| self.layers[l][token].as_deref());
        told.unwrap_or_else(|| self.tokens[token].of(&self.text))
    }
}

impl Passages {
    /// The number of the layer of forms, where tokens are not what the text shows.
    #[must_use]
    pub fn form_layer(&self) -> Option<usize> {
        self.layers.iter().position(|l| l == FORM_LAYER)
    }
}

/// The name of the layer of forms: of words that are written as one with others.
pub const FORM_LAYER: &str = "word";

/// A source, cut.
#[derive(Clone, Debug, Default)]
pub struct Passages {
    /// The title, where one is found.
    pub title: Option<String>,
    /// The passages in order.
    pub passages: Vec<Passage>,
    /// The sections in order.
    pub sections: Vec<Section>,
    /// Those who speak.
    pub speakers: Vec<Speaker>,
    /// What was left out, and why.
    pub removed: Vec<Removed>,
    /// What a person should look at: a transcript in which nobody answers.
    pub notes: Vec<String>,
    /// What the file says of itself.
    pub attributes: std::collections::BTreeMap<String, String>,
    /// Layers of its tokens beside the text.
    pub layers: Vec<String>,
    /// The structures that the file names, by start, the longer first; in tokens of the source.
    pub structures: Vec<NamedSpan>,
    /// True if the file is annotated and marks no sentence; each passage then counts as one.
    pub no_sentences: bool,
    /// Whose its words are, counted.
    pub owners: Owners,
}

/// How a collection's documents are cut, made ready once for all of them.
pub struct Segmenter {
    settings: CollectionSettings,
    given: Given,
    decisions: Decisions,
    stamps: Vec<Regex>,
    /// Made ready when a text is cut that is no transcript.
    attributions: OnceLock<Attributions>,
    stemmer: Option<Stemmer>,
}

impl std::fmt::Debug for Segmenter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Segmenter").field("settings", &self.settings).finish_non_exhaustive()
    }
}

impl Segmenter {
    /// The segmenter for a collection whose participants are listed as `people`, by ids and aliases, with what a
    /// person has decided.
    ///
    /// # Errors
    /// A pattern for speakers in `corpus.toml` is no regular expression; the message says where.
    pub fn new(
        settings: CollectionSettings,
        people: &[String],
        decisions: Decisions,
    ) -> Result<Self, String> {
        let attributions = OnceLock::new();
        let speakers = &settings.speakers;
        let own = [&speakers.patterns, &speakers.verbs, &speakers.people];
        if own.iter().any(|list| list.is_some()) || !speakers.attributions.is_empty() {
            let ready = Attributions::new(speakers)?;
            attributions.get_or_init(|| ready);
        }
        let stamps = settings.speakers.stamps.iter().map(|p| {
            Regex::new(p).map_err(|e| format!("`speakers.stamps`: `{p}` is no regular expression: {e}"))
        });
        let stamps = stamps.collect::<Result<_, _>>()?;
        let stemmer = stemmer(&settings)?;
        let given = Given::of(&settings, people)?;
        Ok(Self { settings, given, decisions, stamps, attributions, stemmer })
    }

    /// True when a name is of one who asks.
    #[must_use]
    pub fn asks(&self, name: &str) -> bool {
        Roles::of(&self.settings.speakers).asks(name)
    }

    /// The settings of the collection.
    #[must_use]
    pub const fn settings(&self) -> &CollectionSettings {
        &self.settings
    }

    /// What a person has decided for the collection.
    #[must_use]
    pub const fn decisions(&self) -> &Decisions {
        &self.decisions
    }

    /// Cuts the document of a source.
    #[must_use]
    pub fn segment(&self, source: &str, document: Document) -> Passages {
        let decided = self.decisions.of(source);
        let judge = |lines: &[labels::Line<'_>]| {
            judge::judge(lines, &self.settings, &self.given, &decided)
        };
        let mut removed = document.removed;
        let mut annotated = None;
        let mut turns = match document.body {
            Body::Annotated(body) => {
                let names = body.passages.iter().filter_map(|p| p.speaker.as_deref());
                let roles = Roles::of(&self.settings.speakers);
                let labels = Labels::default().with(names, roles);
                annotated = Some(body);
                Turns { labels, named_by_file: true, ..Turns::default() }
            }
            Body::Lines(lines) => of_lines(&lines, &mut removed, &judge),
            Body::Utterances(list) => turns::blocks(list, &self.settings, &judge),
            Body::Printed(printed) => of_printed(printed, &judge),
            Body::Blocks(blocks) => {
                let joiner = join::Joiner::default();
                turns::labelled(blocks, &joiner, &self.settings, &judge)
            }
        };
        let roles = Roles::of(&self.settings.speakers);
        if self.settings.speakers.interviewers.is_none() {
            turns.labels.tell_initials();
        }
        for name in &document.asks {
            turns.labels.mark_asking(name, "as the file says");
        }
        if turns.labels.is_transcript() {
            for block in &mut turns.blocks {
                stamps::take_out(block, &self.stamps, &mut removed);
            }
            if !document.roles_known {
                turns.notes.extend(asks::guess(&turns.blocks, &mut turns.labels, roles));
            }
            for (label, asks) in decided.voices() {
                turns.labels.set_asking(label, asks);
            }
        }
        removed.sort_by_key(|r| r.line);
        let title = document.attributes.get("title").cloned();
        let unlabelled = self.settings.speakers.unlabelled;
        let unlabelled = unlabelled.unwrap_or_else(|| default_of_unlabelled(&turns));
        let mut cutter = Cutter {
            labels: &turns.labels,
            settings: &self.settings,
            decided: &decided,
            unlabelled,
            speakers: HashMap::new(),
            out: Passages {
                title,
                removed,
                attributes: document.attributes,
                ..Passages::default()
            },
            turn: 0,
            speaking: None,
            begun: true,
            roles: Vec::new(),
        };
        match annotated {
            Some(annotated) => cutter.take_over(annotated),
            None => cutter.cut(std::mem::take(&mut turns.blocks), &|| self.attributions()),
        }
        if let Some(stemmer) = self.stemmer {
            cutter.add_stems(stemmer);
        }
        let mut out = cutter.out;
        let mut owners = std::mem::take(&mut out.owners);
        owners.of_passages(&out);
        owners.askers = turns.labels.askers().map(|(n, why)| (n.to_owned(), why.to_owned())).collect();
        owners.accepted = self.settings.speakers.accept_unattributed;
        out.owners = owners;
        out.notes.extend(document.notes);
        out.notes.append(&mut turns.notes);
        let doubts = self.doubts(&out, unlabelled);
        out.notes.extend(doubts);
        out
    }

    fn attributions(&self) -> &Attributions {
        let defaults = || Attributions::new(&SpeakerSettings::default());
        self.attributions.get_or_init(|| defaults().expect("the defaults are valid"))
    }

    /// What is odd about the speakers of a source.
    fn doubts(&self, out: &Passages, unlabelled: Unlabelled) -> Vec<String> {
        let mut told = Vec::new();
        let turns = || out.passages.iter().filter(|p| p.kind == Kind::Turn);
        let owners = &out.owners;
        if owners.turns == 0 {
            if self.settings.kind == Some(CollectionKind::Transcripts) {
                told.push(
                    "no speaker was found in this transcript; `speakers.labels` in corpus.toml says what labels look like"
                        .to_owned(),
                );
            }
            return told;
        }
        if turns().all(|p| p.voice == Voice::Interviewer) {
            told.push("all turns are the interviewer's; are others labelled in another way?".to_owned());
        }
        let words = |name: &str| name.chars().all(|c| c.is_lowercase() || c.is_uppercase()) && !name.contains(' ');
        if owners.askers.is_empty()
            && self.settings.kind.is_none()
            && (2..=3).contains(&out.speakers.len())
            && out.speakers.iter().all(|s| words(&s.name) && s.name.chars().count() > 3)
        {
            let names: Vec<String> = out.speakers.iter().map(|s| format!("`{}`", s.name)).collect();
            told.push(format!(
                "{} are read as speakers, as they take turns; `kind = \"papers\"` or `speakers.not_speakers` in corpus.toml \
                 says that they are not, `kind = \"transcripts\"` that they are",
                names.join(", ")
            ));
        }
        if owners.turns_of_nobody > 0 {
            let (count, verb) = match owners.turns_of_nobody {
                1 => ("1 turn".to_owned(), "names"),
                n => (format!("{n} turns"), "name"),
            };
            told.push(match unlabelled {
                Unlabelled::Answerer => format!(
                    "{count} {verb} nobody and {} read as answers of somebody unknown, as only those who ask have labels; \
                     `speakers.unlabelled` in corpus.toml decides",
                    if owners.turns_of_nobody == 1 { "is" } else { "are" }
                ),
                _ => format!(
                    "{count} {verb} nobody and {} words of somebody unknown; `speakers.unlabelled = \"previous\"` in \
                     corpus.toml gives them to the one before",
                    if owners.turns_of_nobody == 1 { "has" } else { "have" }
                ),
            });
        }
        told
    }
}

fn of_lines(lines: &[Line], removed: &mut Vec<Removed>, judge: turns::Judge<'_>) -> Turns {
    let (rows, furniture, talk) = rows::rows(lines, judge);
    removed.extend(furniture);
    let joiner = join::Joiner::of(rows.as_slice());
    let blocks = blocks::blocks(&rows, &talk, &joiner);
    Turns { blocks, labels: talk.labels, notes: talk.notes, named_by_file: false }
}

fn of_printed(printed: Vec<Printed>, judge: turns::Judge<'_>) -> Turns {
    let joiner = printed::joiner(&printed);
    turns::printed(&printed, &joiner, judge).unwrap_or_else(|notes| {
        let blocks = printed::blocks(printed, &joiner);
        let blocks = blocks::rejoin(blocks, &joiner, blocks::Rejoin::Everywhere);
        Turns { blocks, notes, ..Turns::default() }
    })
}

/// Whose unlabelled words are, where no setting says so.
///
/// Where the file itself names who speaks, they are nobody's who is known. Where only those who ask have labels,
/// what stands under a question is an answer. Else a turn goes on over its paragraphs.
fn default_of_unlabelled(turns: &Turns) -> Unlabelled {
    if turns.named_by_file {
        return Unlabelled::Nobody;
    }
    let all_ask = turns.labels.names().next().is_some() && turns.labels.names().all(|n| turns.labels.asks(n));
    if all_ask { Unlabelled::Answerer } else { Unlabelled::Previous }
}

/// The stemmer that a collection asks for.
fn stemmer(settings: &CollectionSettings) -> Result<Option<Stemmer>, String> {
    let language = settings.language.as_deref();
    let stemmer = language.map(|name| {
        Stemmer::try_from_name(name).map_err(|_| {
            let names: Vec<_> = frostem::Algorithm::all().iter().map(|a| a.name()).collect();
            format!("`language`: no stems are known for `{name}`; known are {}", names.join(", "))
        })
    });
    match (settings.stem, stemmer) {
        (false, _) => Ok(None),
        (true, Some(stemmer)) => stemmer.map(Some),
        (true, None) => Err("`stem` needs a `language`, such as `language = \"english\"`".into()),
    }
}

struct Cutter<'a> {
    labels: &'a Labels,
    settings: &'a CollectionSettings,
    decided: &'a Decided<'a>,
    unlabelled: Unlabelled,
    speakers: HashMap<String, u32>,
    out: Passages,
    turn: u32,
    /// Who speaks on until the next label.
    speaking: Option<Speaking>,
    /// True once the words of the last label have begun: a label may stand above them.
    begun: bool,
    /// What the sections are.
    roles: Vec<Role>,
}

/// One who speaks.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Speaking {
    Label(String),
    Unknown,
}

impl Cutter<'_> {
    fn cut<'a>(&mut self, mut blocks: Vec<Block>, attributions: &dyn Fn() -> &'a Attributions) {
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

    fn turn_block(&mut self, block: Block, section: u32) {
        let running =
            matches!(block.kind, BlockKind::Paragraph | BlockKind::ListItem | BlockKind::Quotation);
        if let Some(label) = &block.label {
            self.speak(Speaking::Label(self.labels.spelling(label).to_owned()));
            self.begun = !block.text.is_empty();
        } else if running && block.unknown {
            self.speak(Speaking::Unknown);
        } else if running && sounds::is_notice(&block.text) {
            let line = block.marks.first().map_or(0, |m| m.line);
            let reason = "remark on the recording".to_owned();
            self.out.removed.push(Removed { line, text: block.text, reason });
            return;
        } else if running && sounds::is_remark(&block.text) && !sounds::is_sound_alone(&block.text) {
            // `[END OF TAPE 1]` is nobody's.
            self.push(block, section, Kind::Paragraph, Voice::Author, None, &[]);
            return;
        } else if running && self.speaking.is_some() {
            if self.begun && self.unlabelled != Unlabelled::Previous {
                self.speak(Speaking::Unknown);
            }
            self.begun = true;
        }
        match self.speaking.clone() {
            Some(Speaking::Label(label)) if running => {
                let voice =
                    if self.labels.asks(&label) { Voice::Interviewer } else { Voice::Participant };
                let speaker = self.speaker(&self.labels.members(&label));
                self.push(block, section, Kind::Turn, voice, Some(speaker), &[]);
            }
            Some(Speaking::Unknown) if running => {
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
        for quote in quotes {
            self.out.owners.count(quote, &block.text, role, kind == Kind::Quotation);
        }
        let quotations = quotes.iter().filter_map(|q| self.quotation(q, &block.text, &tokens)).collect();
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

    fn quotation(&mut self, quote: &Quote, text: &str, tokens: &[ByteSpan]) -> Option<Quotation> {
        let narrow = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        let start = tokens.partition_point(|t| (t.start as usize) < quote.place.start);
        let end = tokens.partition_point(|t| (t.end as usize) <= quote.place.end);
        if start >= end {
            return None;
        }
        let span = TokenSpan::new(narrow(start), narrow(end));
        let decided = self.decided.has_quotations().then(|| {
            let words = tokens[start..end].iter().map(|t| t.of(text));
            self.decided.quotation(&quotation_id(words))
        });
        let (speaker, voice) = match (decided.flatten(), &quote.who) {
            (Some((name, voice)), _) => (name.map(|n| self.speaker(&[n.to_owned()])), voice),
            (None, Who::Named(names)) => (Some(self.speaker(names)), Voice::Participant),
            (None, Who::Described(described)) => (Some(self.described(described)), Voice::Participant),
            (None, Who::Nobody) => (None, Voice::Author),
        };
        Some(Quotation { tokens: span, speaker, voice })
    }

    /// The index of somebody who is described and not named.
    fn described(&mut self, description: &str) -> u32 {
        let speakers = &mut self.out.speakers;
        *self.speakers.entry(format!("~{}", labels::key(description))).or_insert_with(|| {
            let name = description.to_owned();
            speakers.push(Speaker { name, members: Vec::new(), described: true });
            u32::try_from(speakers.len() - 1).unwrap_or(u32::MAX)
        })
    }

    /// The index of a speaker; aliases are repaired here.
    fn speaker(&mut self, names: &[String]) -> u32 {
        let mut members: Vec<String> = names.iter().map(|n| self.right_name(n)).collect();
        members.dedup();
        let name = members.join(", ");
        if members.len() == 1 {
            members.clear();
        }
        let speakers = &mut self.out.speakers;
        *self.speakers.entry(labels::key(&name)).or_insert_with(|| {
            speakers.push(Speaker { name, members, described: false });
            u32::try_from(speakers.len() - 1).unwrap_or(u32::MAX)
        })
    }

    fn right_name(&self, name: &str) -> String {
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

/// What makes two spellings of a speaker's name one: case and spaces do not count.
#[must_use]
pub fn speaker_key(name: &str) -> String {
    labels::key(name)
}
