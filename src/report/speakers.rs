//! Who speaks in a source and whose its quotations are, as a table to correct: the form that `speakers.file` reads.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::analysis::locator;
use crate::index::{ForwardPassage, ForwardSource, SourceEntry};
use crate::segment::{
    Decision, Kind, Owners, QUOTATION_WORDS, Quotation, Voice, quotation_id, speaker_key,
};
use crate::text::TokenSpan;

/// A label or a quotation of a source.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SpeakerRow {
    /// The source.
    pub source: String,
    /// `label` or `quotation`.
    pub what: &'static str,
    /// The label, or what the quotation is known by.
    pub id: String,
    /// Who speaks; of a label, the name that it stands for, where it is another.
    pub speaker: String,
    /// Whose words: participant, interviewer, author; empty where a person must decide.
    pub voice: String,
    /// Where a quotation is in the file.
    pub place: String,
    /// Why it is read so.
    pub evidence: String,
    /// Words before a quotation.
    pub before: String,
    /// The quotation.
    pub words: String,
    /// Words behind it.
    pub after: String,
    /// True for a quotation that names nobody, or somebody who is only described.
    #[serde(skip)]
    doubtful: bool,
}

/// Which quotations are listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Listed {
    /// Those that name nobody, or somebody who is only described.
    Doubtful,
    /// All.
    All,
}

/// Why nobody is known though somebody is told of.
const DESCRIBED: &str = "described and not named: nobody knows who it is";

/// Tokens of the text around a quotation.
const AROUND: u32 = 12;

/// The labels of a source, by their words, and its quotations, in order. What a person has decided stands as it was
/// decided, whatever is listed.
#[must_use]
pub fn speaker_rows(
    key: &str,
    entry: &SourceEntry,
    source: &ForwardSource,
    listed: Listed,
    decided: &[&Decision],
) -> Vec<SpeakerRow> {
    // A label that got another name is known by what is written.
    let same = |a: &str, b: &str| speaker_key(a) == speaker_key(b);
    let of_labels = || decided.iter().copied().filter(|d| !d.quotation);
    let mut rows: Vec<SpeakerRow> = of_labels().map(decided_row).collect();
    rows.extend(
        labels(key, entry, source)
            .into_iter()
            .filter(|row| !of_labels().any(|d| same(&d.id, &row.id) || same(&d.speaker, &row.id))),
    );
    for passage in source.iter() {
        for quotation in &passage.quotations {
            let row = row(key, entry, &passage, quotation);
            let decided = decided.iter().find(|d| d.quotation && d.id == row.id);
            if let Some(decided) = decided {
                let SpeakerRow { speaker, voice, evidence, .. } = decided_row(decided);
                rows.push(SpeakerRow { speaker, voice, evidence, ..row });
            } else if row.doubtful || listed == Listed::All {
                rows.push(row);
            }
        }
    }
    rows
}

/// The row of what a person has decided.
#[must_use]
pub fn decided_row(decision: &Decision) -> SpeakerRow {
    let what = if decision.quotation { "quotation" } else { "label" };
    SpeakerRow {
        speaker: decision.speaker.clone(),
        voice: decision.voice.map_or("none", Voice::name).to_owned(),
        evidence: "decided in `speakers.file`".to_owned(),
        ..blank(&decision.source, what, decision.id.clone())
    }
}

/// What somebody says in a source.
#[derive(Default)]
struct Said {
    turns: u32,
    words: u64,
    questions: u32,
    voice: Option<Voice>,
}

fn labels(key: &str, entry: &SourceEntry, source: &ForwardSource) -> Vec<SpeakerRow> {
    let mut said: BTreeMap<u32, Said> = BTreeMap::new();
    let mut last = None;
    for passage in source.iter().filter(|p| p.kind == Kind::Turn) {
        let Some(speaker) = passage.speaker else { continue };
        let said = said.entry(speaker).or_default();
        said.turns += u32::from(last != Some(passage.turn));
        last = Some(passage.turn);
        said.words += passage.tokens.len() as u64;
        said.questions += u32::from(passage.text.contains(['?', '？', '؟']));
        said.voice = Some(passage.voice);
    }
    let mut rows: Vec<(u64, SpeakerRow)> = Vec::new();
    for (speaker, said) in said {
        let Some(name) = entry.speakers.get(speaker as usize).map(|s| s.name.clone()) else {
            continue;
        };
        let why = entry.owners.askers.iter().find(|(asker, _)| *asker == name);
        let why = why.map_or_else(String::new, |(_, why)| format!("; asks, {why}"));
        let evidence = format!(
            "{}, {}, {} that ask{why}",
            counted(u64::from(said.turns), "turn"),
            counted(said.words, "word"),
            counted(u64::from(said.questions), "passage"),
        );
        rows.push((
            said.words,
            SpeakerRow {
                voice: said.voice.map_or("", Voice::name).to_owned(),
                evidence,
                ..blank(key, "label", name)
            },
        ));
    }
    rows.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.id.cmp(&b.1.id)));
    rows.into_iter().map(|(_, row)| row).collect()
}

fn blank(key: &str, what: &'static str, id: String) -> SpeakerRow {
    SpeakerRow {
        source: key.to_owned(),
        what,
        id,
        speaker: String::new(),
        voice: String::new(),
        place: String::new(),
        evidence: String::new(),
        before: String::new(),
        words: String::new(),
        after: String::new(),
        doubtful: false,
    }
}

fn row(
    key: &str,
    entry: &SourceEntry,
    passage: &ForwardPassage<'_>,
    quotation: &Quotation,
) -> SpeakerRow {
    let speaker = quotation.speaker.and_then(|s| entry.speakers.get(s as usize));
    let TokenSpan { start, end } = quotation.tokens;
    let described = speaker.is_some_and(|s| s.described);
    let long = (end - start) as usize >= QUOTATION_WORDS || passage.kind == Kind::Quotation;
    let text = |from: u32, to: u32| -> String {
        if from >= to {
            return String::new();
        }
        let first = passage.tokens[from as usize].start as usize;
        let last = passage.tokens[to as usize - 1].end as usize;
        passage.text[first..last].to_owned()
    };
    let id = quotation_id(
        passage.tokens[start as usize..end as usize].iter().map(|t| t.of(&passage.text)),
    );
    let count = u32::try_from(passage.tokens.len()).unwrap_or(u32::MAX);
    let evidence = match (speaker, described) {
        (None, _) => "names nobody",
        (Some(_), true) => DESCRIBED,
        (Some(_), false) => "attributed",
    };
    let told = speaker.into_iter().flat_map(|s| &s.attributes);
    let told: Vec<String> = told.map(|(name, value)| format!("{name} {value}")).collect();
    let told = if told.is_empty() { String::new() } else { format!("; {}", told.join(", ")) };
    SpeakerRow {
        doubtful: described || speaker.is_none() && long,
        speaker: speaker.map_or_else(String::new, |s| s.name.clone()),
        voice: if speaker.is_some() { quotation.voice.name().to_owned() } else { String::new() },
        place: locator(passage, passage.tokens[start as usize].start as usize),
        evidence: format!("{evidence}{told}"),
        before: text(start.saturating_sub(AROUND), start),
        words: text(start, end),
        after: text(end, (end + AROUND).min(count)),
        ..blank(key, "quotation", id)
    }
}

/// `1 turn`, `3 turns`.
fn counted(count: u64, what: &str) -> String {
    if count == 1 { format!("1 {what}") } else { format!("{count} {what}s") }
}

/// Whose the words of a source or of several are, a line for each kind.
#[must_use]
pub fn owners_lines(owners: &Owners) -> Vec<String> {
    let mut lines = Vec::new();
    let words = Voice::ALL.iter().zip(owners.words).filter(|(_, n)| *n > 0);
    let words: Vec<String> = words.map(|(v, n)| format!("{} {n}", v.name())).collect();
    lines.push(format!(
        "words: {}",
        if words.is_empty() { "none".into() } else { words.join(", ") }
    ));
    if owners.turns > 0 {
        lines.push(format!(
            "turns: {} with a speaker, {} without",
            owners.turns - owners.turns_of_nobody,
            owners.turns_of_nobody
        ));
    }
    if owners.quotations() + owners.unlike_speech > 0 {
        lines.push(format!(
            "quotations: {} with a speaker, {} of somebody described, {} that name nobody, {} unlike speech",
            owners.attributed, owners.described, owners.unattributed, owners.unlike_speech
        ));
    }
    lines.extend(owners.askers.iter().map(|(name, why)| format!("asks: {name}, {why}")));
    lines
}
