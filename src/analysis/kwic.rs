//! Keyword in context: each hit with the words around it, its speaker and its place.

use rayon::prelude::*;
use schemars::JsonSchema;
use serde::Serialize;

use crate::index::{ForwardPassage, ForwardSource, Store, StoreError};
use crate::query::{Context, Matching};
use crate::search::{PassageHits, People};
use crate::text::TokenSpan;

/// A line of a concordance.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct KwicRow {
    /// The source: its path below `corpora/`.
    pub source: String,
    /// The passage's number in the source, from 1.
    pub passage: u32,
    /// The heading of the section it is in; null before the first.
    pub section: Option<String>,
    /// The role of that section: body, abstract, methods, results, discussion, references,
    /// appendix or `front_matter`.
    pub section_role: String,
    /// The kind of passage.
    pub kind: String,
    /// Who says it; null where nobody is named.
    pub speaker: Option<String>,
    /// Whose words: participant, interviewer, author or reference.
    pub voice: String,
    /// Where to find it in the file: page and time stamp where it has them, paragraph, line.
    pub locator: String,
    /// First token, counted through the source from 0.
    pub start_token: u64,
    /// One past the last token.
    pub end_token: u64,
    /// First character in the source's cleaned text (passages parted by one line end), in Unicode
    /// scalar values from 0.
    pub start_char: u64,
    /// One past the last character.
    pub end_char: u64,
    /// The text before the hit, exactly as in the cleaned text.
    pub left: String,
    /// The hit.
    #[serde(rename = "match")]
    pub matched: String,
    /// The text after the hit, exactly as in the cleaned text.
    pub right: String,
}

/// Sources whose lines are made at a time; so many lines are in memory, not all.
const BATCH: usize = 64;

/// Makes the lines of all hits and hands them over in the order of the corpus.
///
/// # Errors
/// The store is damaged, or `line` fails.
pub fn kwic<E: From<StoreError>>(
    store: &Store,
    people: &People<'_>,
    found: &[PassageHits],
    context: Context,
    matching: Matching,
    mut line: impl FnMut(KwicRow) -> Result<(), E>,
) -> Result<(), E> {
    let sources: Vec<&[PassageHits]> = found.chunk_by(|a, b| a.rank == b.rank).collect();
    for batch in sources.chunks(BATCH) {
        let lines: Vec<Result<Vec<KwicRow>, StoreError>> = batch
            .par_iter()
            .map(|hits| source_lines(store, people, hits, context, matching))
            .collect();
        for rows in lines {
            for row in rows? {
                line(row)?;
            }
        }
    }
    Ok(())
}

fn source_lines(
    store: &Store,
    people: &People<'_>,
    found: &[PassageHits],
    context: Context,
    matching: Matching,
) -> Result<Vec<KwicRow>, StoreError> {
    let Some(first) = found.first() else {
        return Ok(Vec::new());
    };
    let source = store.forward(first.rank)?;
    let mut rows = Vec::new();
    for hits in found {
        let passage = source
            .passage(hits.row.passage)
            .ok_or_else(|| StoreError::Damaged("a passage is missing".into()))?;
        let spans = match matching {
            Matching::Longest => &hits.hits,
            Matching::All => &hits.all,
        };
        let mut counter = Chars::new(&passage);
        let line = Line { store, people, source: &source, passage: &passage, hits, context };
        rows.extend(spans.iter().map(|span| line.row(*span, &mut counter)));
    }
    Ok(rows)
}

/// What all lines of one passage share.
struct Line<'a> {
    store: &'a Store,
    people: &'a People<'a>,
    source: &'a ForwardSource,
    passage: &'a ForwardPassage<'a>,
    hits: &'a PassageHits,
    context: Context,
}

impl Line<'_> {
    fn row(&self, span: TokenSpan, counter: &mut Chars<'_>) -> KwicRow {
        let Self { store, people, source, passage, hits, context } = *self;
        let text = passage.text;
        let start = passage.tokens[span.start as usize].start as usize;
        let end = passage.tokens[span.end as usize - 1].end as usize;
        let (from, to) = around(passage, span, context);
        let quoted = passage
            .quotations
            .iter()
            .find(|q| q.tokens.start <= span.start && span.start < q.tokens.end);
        let (voice, speaker) =
            quoted.map_or((passage.voice, passage.speaker), |q| (q.voice, Some(q.speaker)));
        let section = source.sections.get(passage.section as usize);
        KwicRow {
            source: store.key(hits.rank).to_owned(),
            passage: passage.number + 1,
            section: section.and_then(|s| s.title.clone()),
            section_role: hits.row.role.name().to_owned(),
            kind: passage.kind.name().to_owned(),
            speaker: speaker.map(|s| people.name(hits.rank, s).to_owned()),
            voice: voice.name().to_owned(),
            locator: locator(passage, start),
            start_token: u64::from(hits.row.start + span.start),
            end_token: u64::from(hits.row.start + span.end),
            start_char: counter.at(start),
            end_char: counter.at(end),
            left: text[from..start].to_owned(),
            matched: text[start..end].to_owned(),
            right: text[end..to].to_owned(),
        }
    }
}

/// Counts characters of a passage up to a byte, from the byte asked for before where it can.
struct Chars<'a> {
    text: &'a str,
    first: u64,
    byte: usize,
    seen: u64,
}

impl<'a> Chars<'a> {
    fn new(passage: &ForwardPassage<'a>) -> Self {
        Self { text: passage.text, first: u64::from(passage.start_char), byte: 0, seen: 0 }
    }

    /// The character of the source that begins at a byte of the passage.
    fn at(&mut self, byte: usize) -> u64 {
        if byte < self.byte {
            (self.byte, self.seen) = (0, 0);
        }
        self.seen += self.text[self.byte..byte].chars().count() as u64;
        self.byte = byte;
        self.first + self.seen
    }
}

/// The bytes of the passage that are shown.
fn around(passage: &ForwardPassage<'_>, span: TokenSpan, context: Context) -> (usize, usize) {
    let count = u32::try_from(passage.tokens.len()).unwrap_or(u32::MAX);
    let (first, last) = match context {
        Context::Passage => (0, count),
        Context::Words(n) => (span.start.saturating_sub(n), span.end.saturating_add(n).min(count)),
        Context::Sentence => {
            let begins = passage.sentences.partition_point(|s| *s <= span.start);
            let first = begins.checked_sub(1).map_or(0, |i| passage.sentences[i]);
            let ends = passage.sentences.partition_point(|s| *s < span.end);
            (first, passage.sentences.get(ends).copied().unwrap_or(count))
        }
    };
    let text = passage.text;
    // Marks that stand right at a word belong to it: an opening bracket, a full stop.
    let from = if first == 0 {
        0
    } else {
        let at = passage.tokens[first as usize].start as usize;
        let floor = passage.tokens[first as usize - 1].end as usize;
        floor
            + text[floor..at]
                .rfind(char::is_whitespace)
                .map_or(0, |i| i + text[floor + i..].chars().next().map_or(1, char::len_utf8))
    };
    let to = if last >= count {
        text.len()
    } else {
        let at = passage.tokens[last as usize - 1].end as usize;
        let ceiling = passage.tokens[last as usize].start as usize;
        at + text[at..ceiling].find(char::is_whitespace).unwrap_or(ceiling - at)
    };
    (from, to)
}

/// Where a byte of a passage is in the file: `p. 7, 00:46, par. 12, line 45`.
pub(crate) fn locator(passage: &ForwardPassage<'_>, byte: usize) -> String {
    let mut parts = Vec::new();
    if let Some(page) = passage.page {
        parts.push(format!("p. {page}"));
    }
    if let Some(time) = &passage.time {
        parts.push(time.clone());
    }
    parts.push(format!("par. {}", passage.number + 1));
    let next = passage.marks.partition_point(|m| m.byte as usize <= byte);
    if let Some(mark) = next.checked_sub(1).and_then(|i| passage.marks.get(i)) {
        parts.push(format!("line {}", mark.line));
    }
    parts.join(", ")
}
