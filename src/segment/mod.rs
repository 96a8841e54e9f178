//! A [`Document`] becomes [`Passages`]: cleaned text in passages with section, speaker, voice,
//! quotations, sentences and tokens.
//!
//! In flow order: rows (page furniture goes), stamps and heads (what lines begin with), labels (is it a
//! transcript, and who speaks?), turns (of files that say who speaks), asks (who asks), join (cut words),
//! blocks (paragraphs, lists, tables), headings and sections, quotations, sentences. Pure: no
//! file is opened here, and the same document gives the same passages.

mod invisible;

mod rows;

mod sayers;

mod speech;

mod stamps;

mod set_off;
mod signs;

mod heads;

mod names;

mod labels;

mod openings;

mod evidence;

mod untaken;

mod judge;

mod asks;

mod sounds;

mod join;

mod blocks;

mod headings;

mod sections;

mod marks;

mod codes;

mod people;

mod lead;

mod subject;

mod quote;

mod convention;

mod paper;

mod whole;

mod quotations;

mod bounds;

mod sentences;

mod turns;

mod printed;

mod annotated;

mod decisions;

mod described;

mod passage;

mod cutter;

mod owners;

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::OnceLock;

use frostem::Stemmer;

pub use decisions::{Decision, Decisions, quotation_id};
pub use headings::Role;
pub use owners::{Owners, QUOTATION_WORDS};
pub use passage::{FORM_LAYER, Kind, Passage, Passages, Quotation, Speaker, Voice};
pub use sections::Section;
pub use sentences::sentence_starts;

use crate::ingest::{Annotated, Body, Document, Line, Printed, Removed};
use crate::project::{CollectionKind, CollectionSettings, SpeakerSettings, Unlabelled};
use cutter::Cutter;
use labels::{Given, Labels};
use paper::Attributions;
use speech::Roles;
use turns::Turns;

/// Counted up whenever the same file would give other passages or, with another version of the
/// stemmer, other stems; part of what makes a source new.
pub const SEGMENT_VERSION: u32 = 8;

/// How a collection's documents are cut, made ready once for all of them.
pub struct Segmenter {
    settings: CollectionSettings,
    given: Given,
    decisions: Decisions,
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
        if own.iter().any(|list| list.is_some())
            || !speakers.attributions.is_empty()
            || !speakers.not_speakers.is_empty()
        {
            let ready = Attributions::new(speakers)?;
            attributions.get_or_init(|| ready);
        }
        let stemmer = stemmer(&settings)?;
        let given = Given::of(&settings, people)?;
        Ok(Self { settings, given, decisions, attributions, stemmer })
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
        let decided = self.decisions.of(source, &self.settings.aliases);
        let article = document.article;
        let judge = |lines: &[labels::Line<'_>]| {
            judge::judge(lines, &self.settings, &self.given, &decided, article)
        };
        let mut removed = document.removed;
        let mut annotated = None;
        let body = invisible::clean(document.body);
        let mut turns = self.turns(body, &judge, &mut removed, &mut annotated);
        let (asks, guess) = (&document.asks, !document.roles_known);
        self.tell_who_asks(&mut turns, asks, guess, &decided, &mut removed);
        let title = document.attributes.get("title").cloned();
        let unlabelled = self.settings.speakers.unlabelled;
        let given = unlabelled.is_some();
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
            said_at: None,
            met: HashSet::new(),
            contradicted: BTreeSet::new(),
            answers: !given && answers_unlabelled(&turns),
            asked: false,
            kept: 0,
        };
        match annotated {
            Some(annotated) => cutter.take_over(annotated),
            None => cutter.cut(std::mem::take(&mut turns.blocks), &|| self.attributions()),
        }
        if let Some(stemmer) = self.stemmer {
            cutter.add_stems(stemmer);
        }
        let askers = turns.labels.askers();
        let askers = askers.map(|(n, why)| (cutter.right_name(n), why.to_owned())).collect();
        let met = std::mem::take(&mut cutter.met);
        // Where the settings say whose they are, nothing is a guess.
        let kept = if given { 0 } else { cutter.kept };
        let contradicted = std::mem::take(&mut cutter.contradicted);
        let mut out = cutter.out;
        let mut owners = std::mem::take(&mut out.owners);
        owners.of_passages(&out);
        owners.askers = askers;
        owners.accepted = self.settings.speakers.accept_unattributed;
        out.owners = owners;
        out.complaints = document.complaints;
        out.removed.sort_by_key(|r| r.line);
        let mut notes = document.notes;
        notes.append(&mut turns.notes);
        notes.extend(kept_by_who_asked(kept).into_iter().chain(told_in_two_ways(&contradicted)));
        notes.extend(unmet(&decided, &turns.labels, &met));
        notes.extend(written_without_blanks(&out));
        notes.extend(self.doubts(&out, unlabelled));
        out.notes.append(&mut notes);
        out
    }

    /// The turns of a text, and the labels that part them.
    fn turns(
        &self,
        body: Body,
        judge: turns::Judge<'_>,
        removed: &mut Vec<Removed>,
        annotated: &mut Option<Annotated>,
    ) -> Turns {
        match body {
            Body::Annotated(body) => {
                let names = body.passages.iter().filter_map(|p| p.speaker.as_deref());
                let roles = Roles::of(&self.settings.speakers);
                let labels = Labels::default().with(names, roles);
                *annotated = Some(body);
                Turns { labels, named_by_file: true, ..Turns::default() }
            }
            Body::Lines(lines) => of_lines(&lines, removed, judge),
            Body::Utterances(list) => turns::blocks(list, &self.settings, judge),
            Body::Printed(printed) => of_printed(printed, judge),
            Body::Blocks(blocks) => {
                let joiner = join::Joiner::default();
                turns::labelled(blocks, &joiner, &self.settings, judge)
            }
        }
    }

    /// Says of the labels who asks: as the file, the words, the settings and the talk itself say. Takes the time
    /// stamps out of the speech.
    fn tell_who_asks(
        &self,
        turns: &mut Turns,
        as_file_says: &[String],
        guess: bool,
        decided: &decisions::Decided<'_>,
        removed: &mut Vec<Removed>,
    ) {
        let roles = Roles::of(&self.settings.speakers);
        if self.settings.speakers.interviewers.is_none() {
            turns.labels.tell_initials();
        }
        for name in as_file_says {
            turns.labels.mark_asking(name, "as the file says");
        }
        if !turns.labels.is_transcript() {
            return;
        }
        stamps::take_out_all(&mut turns.blocks, &self.given.stamps, removed);
        if guess {
            let note = asks::guess(&turns.blocks, &mut turns.labels, roles);
            // What a person has decided otherwise is no guess to tell of.
            let overruled = decided.voices().any(|(k, asks)| !asks && turns.labels.asks(k));
            turns.notes.extend(note.filter(|_| !overruled));
        }
        for (label, asks) in decided.voices() {
            turns.labels.set_asking(label, asks);
        }
    }

    fn attributions(&self) -> &Attributions {
        let defaults = || Attributions::new(&SpeakerSettings::default());
        self.attributions.get_or_init(|| defaults().expect("the defaults are valid"))
    }

    /// Words that are read as names of those whom a paper quotes, with nothing but the place where they stand to
    /// say so.
    fn read_as_names(&self, out: &Passages) -> Option<String> {
        /// Names that are told in full.
        const SHOWN: usize = 4;
        let word =
            |w: &str| w.starts_with(char::is_uppercase) && w.chars().all(char::is_alphabetic);
        let bare = |name: &&str| {
            !self.given.names.contains(&labels::key(name))
                && (1..=3).contains(&name.split_whitespace().count())
                && name.split_whitespace().all(word)
                && !speech::SPEECH.is_of_people(name)
        };
        let people = out.speakers.iter().filter(|s| !s.described);
        let mut names: Vec<&str> = people.map(|s| s.name.as_str()).filter(bare).collect();
        names.sort_unstable();
        let more = if names.len() > SHOWN { ", …" } else { "" };
        let many = names.len();
        names.truncate(SHOWN);
        let (what, verb) = if many == 1 { ("word", "is") } else { ("words", "are") };
        (many > 0).then(|| {
            format!(
                "{many} {what} beside quotations {verb} read as names of those who are quoted (`{}`{more}); \
                 `speakers.not_speakers` in corpus.toml takes out what is a place or a body, and `speakers.names` lists \
                 people",
                names.join("`, `")
            )
        })
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
            told.extend(self.read_as_names(out));
            return told;
        }
        if turns().all(|p| p.voice == Voice::Interviewer) {
            told.push(
                "all turns are the interviewer's; are others labelled in another way?".to_owned(),
            );
        }
        // A word, and perhaps a number: `Added`, `Home`, `Ward 2`.
        let word = |name: &str| {
            let name = name.trim_end_matches(|c: char| c.is_ascii_digit() || c == ' ');
            name.chars().count() > 2
                && name.chars().all(char::is_alphabetic)
                && !speech::SPEECH.is_of_people(name)
        };
        if owners.askers.is_empty()
            && self.settings.kind.is_none()
            && (1..=6).contains(&out.speakers.len())
            && out.speakers.iter().all(|s| word(&s.name))
        {
            let names: Vec<String> = out.speakers.iter().map(|s| format!("`{}`", s.name)).collect();
            told.push(format!(
                "{} read as speakers, as they come again or take turns; `kind = \"papers\"` or `speakers.not_speakers` in corpus.toml \
                 says that they are not, `kind = \"transcripts\"` that they are",
                names.join(", ") + if names.len() == 1 { " is" } else { " are" }
            ));
        }
        if owners.turns_of_nobody > 0 {
            let (count, verb) = match owners.turns_of_nobody {
                1 => ("1 turn".to_owned(), "names"),
                n => (format!("{n} turns"), "name"),
            };
            told.push(match unlabelled {
                Unlabelled::Answerer => format!(
                    "{count} {verb} nobody and {} read as answers of somebody unknown, as all labels that were read are of those who ask; \
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

/// What is told of paragraphs without a label behind questions.
fn kept_by_who_asked(paragraphs: usize) -> Option<String> {
    (paragraphs > 0).then(|| {
        format!(
            "{paragraphs} paragraphs without a label follow a question, and are taken for words of who asked; \
             `speakers.unlabelled = \"answerer\"` in corpus.toml gives them to somebody unknown who answers"
        )
    })
}

/// What a text says of a person in two ways.
fn told_in_two_ways(contradicted: &BTreeSet<(String, &'static str)>) -> Option<String> {
    let (name, attribute) = contradicted.first()?;
    let more = match contradicted.len() - 1 {
        0 => String::new(),
        more => format!(", and {more} more are"),
    };
    Some(format!(
        "`{attribute}` of `{name}` is told in two ways{more}; the first counts, and a row in participants.csv before it"
    ))
}

/// What tells that a decision fits nothing.
pub const UNMET: &str = "of what `speakers.file` decides";

/// What a person decided of this source and nothing in it fits.
fn unmet(
    decided: &decisions::Decided<'_>,
    labels: &Labels,
    met: &HashSet<String>,
) -> Option<String> {
    let unmet = |(id, quotation): &(&str, bool)| {
        let k = labels::key(id);
        if *quotation {
            !met.contains(*id)
        } else {
            decided.label(&k) == Some(true) && !labels.is_label(&k)
        }
    };
    let unmet: Vec<&str> = decided.own().filter(unmet).map(|(id, _)| id).collect();
    let first = unmet.first()?;
    let many = unmet.len();
    Some(format!(
        "{many} {UNMET} for it fits no label and no quotation here, first `{first}`; \
         `thematic speakers` lists both"
    ))
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
    let all_ask =
        turns.labels.names().next().is_some() && turns.labels.names().all(|n| turns.labels.asks(n));
    if all_ask { Unlabelled::Answerer } else { Unlabelled::Previous }
}

/// True where most questions of those who ask are followed by paragraphs without a label: they are answers.
fn answers_unlabelled(turns: &Turns) -> bool {
    let (mut labelled, mut bare) = (0, 0);
    let mut asked = false;
    for block in &turns.blocks {
        if let Some(label) = &block.label {
            let asks = turns.labels.asks(label);
            labelled += usize::from(asked && !asks);
            asked = asks && (block.text.is_empty() || labels::ends_in_question(&block.text));
        } else {
            bare += usize::from(asked && !block.text.is_empty());
            asked = false;
        }
    }
    bare > labelled
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

/// True where a name is a word for who asks, in some language.
#[must_use]
pub fn asks_by_its_word(name: &str) -> bool {
    speech::SPEECH.asks(name)
}

/// What makes two spellings of a speaker's name one: case and spaces do not count.
#[must_use]
pub fn speaker_key(name: &str) -> String {
    labels::key(name)
}

/// Told where most of a text has no blanks between words: there a token is a sign, or a whole phrase.
fn written_without_blanks(out: &Passages) -> Option<String> {
    let signs = |c: char| matches!(c, '\u{3040}'..='\u{30FF}' | '\u{3400}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFF}');
    let phrases = |c: char| matches!(c, '\u{E00}'..='\u{EFF}' | '\u{1000}'..='\u{109F}' | '\u{1780}'..='\u{17FF}');
    let (mut all, mut in_signs, mut in_phrases) = (0_usize, 0_usize, 0_usize);
    for passage in &out.passages {
        for token in &passage.tokens {
            let first = token.of(&passage.text).chars().next().unwrap_or_default();
            all += 1;
            in_signs += usize::from(signs(first));
            in_phrases += usize::from(phrases(first));
        }
    }
    let what = if in_signs * 2 > all {
        "each sign counts as a word; a word of several signs is found as it is written"
    } else if in_phrases * 2 > all {
        "what stands between two blanks counts as one word; `*word*` finds a word in it"
    } else {
        return None;
    };
    Some(format!("it is written without blanks between words: {what}, and counts are of these"))
}
