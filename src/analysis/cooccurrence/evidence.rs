//! The words behind a pair: where its two are said together, and in which sentences.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value as Json};

use super::super::Asked;
use super::super::kwic::{Reader, locator, with_texts};
use super::Hit;
use super::table::{PairRows, PairTable};
use crate::index::{Store, StoreError};
use crate::query::{Context, Extent, Unit, Within};
use crate::search::Scope;
use crate::text::TokenSpan;

/// A unit in which two things are said together: the first hit of each.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Evidence {
    /// The source of the hit of `a`: its path below `corpora/`.
    pub a_source: String,
    /// The passage's number in that source, from 1.
    pub a_passage: u32,
    /// Where to find it in the file: page and time stamp where it has them, paragraph, line.
    pub a_locator: String,
    /// Who says it; null where nobody is named.
    pub a_speaker: Option<String>,
    /// Whose words: participant, interviewer, author or reference.
    pub a_voice: String,
    /// The hit.
    pub a_match: String,
    /// The sentence that it is in, or several that it touches.
    pub a_sentence: String,
    /// The source of the hit of `b`.
    pub b_source: String,
    /// Its passage there.
    pub b_passage: u32,
    /// Where to find it.
    pub b_locator: String,
    /// Who says it.
    pub b_speaker: Option<String>,
    /// Whose words.
    pub b_voice: String,
    /// The hit.
    pub b_match: String,
    /// Its sentence.
    pub b_sentence: String,
    /// The text of the unit: sentence, passage or turn; of hits near each other in one passage the
    /// sentences from the one to the other. Null for larger units.
    pub text: Option<String>,
}

/// A unit of a pair, for a file of all of them.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct EvidenceRow {
    /// The first theme or pattern.
    pub a: String,
    /// The second.
    pub b: String,
    /// The kind of unit.
    pub within: String,
    /// The group: a column for the field of `by`, where there is one.
    #[serde(flatten)]
    pub group: Map<String, Json>,
    /// Number of the unit among those of this pair, from 1, in the order of the corpus.
    pub number: u64,
    /// Where, and in which words.
    #[serde(flatten)]
    pub evidence: Evidence,
}

/// Meetings whose texts are in memory at a time.
const AT_ONCE: usize = 4096;

/// Where passages begin: source, first token, number; sorted.
pub struct Passages(Vec<(u32, u32, u32)>);

impl Passages {
    /// Those of a scope.
    #[must_use]
    pub fn new(scope: &Scope<'_>) -> Self {
        let mut out = Vec::new();
        scope.each_passage(|_, _, rank, row, _| out.push((rank, row.start, row.passage)));
        out.sort_unstable();
        Self(out)
    }

    /// The passage of a hit, and the hit's tokens in it.
    fn of(&self, hit: Hit) -> Result<(u32, TokenSpan), StoreError> {
        let next = self.0.partition_point(|(rank, start, _)| (*rank, *start) <= hit.begins());
        let found = next.checked_sub(1).and_then(|i| self.0.get(i)).filter(|p| p.0 == hit.rank);
        let (_, start, number) =
            *found.ok_or_else(|| StoreError::Damaged("a passage is missing".into()))?;
        Ok((number, TokenSpan::new(hit.start - start, hit.end - start)))
    }
}

impl PairTable {
    /// Puts the first so many units of each pair beside its row.
    ///
    /// # Errors
    /// The store is damaged.
    pub fn add_evidence(
        &self,
        asked: &Asked<'_>,
        passages: &Passages,
        most: u32,
        rows: &mut PairRows,
    ) -> Result<(), StoreError> {
        let mut meetings: Vec<(Hit, Hit)> = Vec::new();
        let mut counts: Vec<usize> = Vec::new();
        for (_, pair) in &*rows {
            let of_pair = self.meetings(*pair);
            let of_pair = &of_pair[..of_pair.len().min(most as usize)];
            counts.push(of_pair.len());
            meetings.extend(of_pair);
        }
        let mut evidence = read(asked, passages, self.within, &meetings)?.into_iter();
        for ((row, _), count) in rows.iter_mut().zip(counts) {
            row.evidence = evidence.by_ref().take(count).collect();
        }
        Ok(())
    }

    /// Gives every unit of every pair, pair by pair, in the order of the corpus.
    ///
    /// # Errors
    /// The store is damaged, or `each` fails.
    pub fn each_evidence<E: From<StoreError>>(
        &self,
        asked: &Asked<'_>,
        passages: &Passages,
        rows: &PairRows,
        mut each: impl FnMut(EvidenceRow) -> Result<(), E>,
    ) -> Result<(), E> {
        for (row, pair) in rows {
            let mut number = 0;
            for meetings in self.meetings(*pair).chunks(AT_ONCE) {
                for evidence in read(asked, passages, self.within, meetings)? {
                    number += 1;
                    let (a, b, within) = (row.a.clone(), row.b.clone(), row.within.clone());
                    each(EvidenceRow { a, b, within, group: row.group.clone(), number, evidence })?;
                }
            }
        }
        Ok(())
    }
}

/// A hit with the words around it.
struct Mention {
    source: String,
    passage: u32,
    locator: String,
    speaker: Option<String>,
    voice: String,
    matched: String,
    sentence: String,
    text: Option<String>,
}

/// The texts of meetings, in their order.
fn read(
    asked: &Asked<'_>,
    passages: &Passages,
    within: Within,
    meetings: &[(Hit, Hit)],
) -> Result<Vec<Evidence>, StoreError> {
    let around = match within {
        Within::Unit(Unit::Sentence) | Within::Words(_) | Within::Hit => {
            Some(Context::both(Extent::Sentences(0)))
        }
        Within::Unit(Unit::Passage) => Some(Context::both(Extent::Passage)),
        Within::Unit(Unit::Turn) => Some(Context::both(Extent::Turn)),
        _ => None,
    };
    let near = !matches!(within, Within::Unit(_));
    // The text of the unit is made with the hit of `a`.
    let mentions: Vec<(Hit, Option<Hit>)> =
        meetings.iter().flat_map(|(a, b)| [(*a, Some(*b)), (*b, None)]).collect();
    let of = |reader: &mut Reader<'_>, (hit, other): &(Hit, Option<Hit>)| {
        let text = match (around, other) {
            (Some(around), Some(other)) => {
                let whole = if near { hull(*hit, *other) } else { *hit };
                Some(text(reader, passages, whole, around)?)
            }
            _ => None,
        };
        mention(asked, reader, passages, *hit, text)
    };
    let mut mentions = with_texts(asked.store, &mentions, |m| m.0.rank, of)?.into_iter();
    let mut out = Vec::with_capacity(meetings.len());
    while let (Some(a), Some(b)) = (mentions.next(), mentions.next()) {
        out.push(Evidence {
            a_source: a.source,
            a_passage: a.passage,
            a_locator: a.locator,
            a_speaker: a.speaker,
            a_voice: a.voice,
            a_match: a.matched,
            a_sentence: a.sentence,
            b_source: b.source,
            b_passage: b.passage,
            b_locator: b.locator,
            b_speaker: b.speaker,
            b_voice: b.voice,
            b_match: b.matched,
            b_sentence: b.sentence,
            text: a.text,
        });
    }
    Ok(out)
}

/// From the beginning of the first of two hits to the end of the last.
fn hull(a: Hit, b: Hit) -> Hit {
    Hit { rank: a.rank, start: a.start.min(b.start), end: a.end.max(b.end) }
}

fn text(
    reader: &mut Reader<'_>,
    passages: &Passages,
    hit: Hit,
    context: Context,
) -> Result<String, StoreError> {
    let (number, span) = passages.of(hit)?;
    let line = reader.line(number, span, context)?;
    Ok(line.left + &line.matched + &line.right)
}

fn mention(
    asked: &Asked<'_>,
    reader: &mut Reader<'_>,
    passages: &Passages,
    hit: Hit,
    text: Option<String>,
) -> Result<Mention, StoreError> {
    let (number, span) = passages.of(hit)?;
    let line = reader.line(number, span, Context::both(Extent::Sentences(0)))?;
    let passage = reader.passage(number)?;
    let (voice, speaker) = passage.said_by(span.start);
    let store: &Store = asked.store;
    Ok(Mention {
        source: store.key(hit.rank).to_owned(),
        passage: number + 1,
        locator: locator(passage, passage.tokens[span.start as usize].start as usize),
        speaker: speaker.map(|s| asked.people.name(hit.rank, s).to_owned()),
        voice: voice.name().to_owned(),
        sentence: (line.left + &line.matched + &line.right).trim_end().to_owned(),
        matched: line.matched,
        text,
    })
}
