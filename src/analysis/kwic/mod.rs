//! Keyword in context: each hit with the words around it, its speaker and its place.
//!
//! ```text
//! collect   hits in the order of the corpus; which lines, in which order
//! text      one hit's text with its context, and the words beside it
//! group     hits counted by match, context word, speaker, attribute
//! ```
//! Hits are streamed: of a long concordance only a part is in memory, unless its order or the
//! choice of its lines needs all places (not texts) at once.

mod collect;

mod group;

mod text;

use rayon::prelude::*;
use schemars::JsonSchema;
use serde::Serialize;

pub use collect::{Collected, Concordance, Counts};
pub use group::{GroupRow, group_column, groups};
pub(crate) use text::locator;

use crate::analysis::FastMap;
use crate::index::{ForwardSource, Segment, Store, StoreError};
use crate::query::Context;
use crate::search::People;
use crate::text::TokenSpan;
pub(super) use text::Reader;

/// A line of a concordance.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct KwicRow<'a> {
    /// The theme or term that it is a hit of, where several are asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub theme: Option<&'a str>,
    /// The source: its path below `corpora/`.
    pub source: &'a str,
    /// The passage's number in the source, from 1.
    pub passage: u32,
    /// The heading of the section it is in; null before the first.
    pub section: Option<&'a str>,
    /// The role of that section: body, abstract, methods, results, discussion, references,
    /// appendix or `front_matter`.
    pub section_role: &'static str,
    /// The kind of passage.
    pub kind: &'static str,
    /// Who says it; null where nobody is named.
    pub speaker: Option<&'a str>,
    /// Whose words: participant, interviewer, author or reference.
    pub voice: &'static str,
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

/// A hit, with where its passage is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Hit {
    rank: u32,
    /// Tokens of the source.
    start: u32,
    end: u32,
    needle: u32,
    segment: u32,
    doc: u32,
}

/// What all lines of a concordance share.
struct Lines<'a> {
    store: &'a Store,
    people: &'a People<'a>,
    /// Names of the needles, where there are several.
    names: Option<Vec<String>>,
    context: Context,
}

impl Lines<'_> {
    fn segment(&self, hit: &Hit) -> &Segment {
        &self.store.segments[hit.segment as usize]
    }

    /// Something made of the row of each hit, in their order; sources are read in parallel.
    fn rows<T: Send>(
        &self,
        hits: &[Hit],
        make: &(impl Fn(&KwicRow<'_>) -> T + Sync),
    ) -> Result<Vec<T>, StoreError> {
        self.each(hits, |reader, hit| self.row(reader, hit, make))
    }

    /// Something of each hit, in their order.
    fn each<T: Send>(
        &self,
        hits: &[Hit],
        of: impl Fn(&mut Reader<'_>, &Hit) -> Result<T, StoreError> + Sync,
    ) -> Result<Vec<T>, StoreError> {
        with_texts(self.store, hits, |h| h.rank, of)
    }

    fn row<T>(
        &self,
        reader: &mut Reader<'_>,
        hit: &Hit,
        make: &impl Fn(&KwicRow<'_>) -> T,
    ) -> Result<T, StoreError> {
        let Self { store, people, context, .. } = self;
        let row = self.segment(hit).row(hit.doc).ok_or_else(missing)?;
        let span = TokenSpan::new(hit.start - row.start, hit.end - row.start);
        let line = reader.line(row.passage, span, *context)?;
        let source = reader.source;
        let section = source.sections.get(row.section as usize);
        let passage = reader.passage(row.passage)?;
        let (voice, speaker) = passage.said_by(span.start);
        Ok(make(&KwicRow {
            theme: self.names.as_ref().map(|names| names[hit.needle as usize].as_str()),
            source: store.key(hit.rank),
            passage: row.passage + 1,
            section: section.and_then(|s| s.title.as_deref()),
            section_role: row.role.name(),
            kind: row.kind.name(),
            speaker: speaker.map(|s| people.name(hit.rank, s)),
            voice: voice.name(),
            locator: locator(passage, passage.tokens[span.start as usize].start as usize),
            start_token: u64::from(hit.start),
            end_token: u64::from(hit.end),
            start_char: line.start_char,
            end_char: line.end_char,
            left: line.left,
            matched: line.matched,
            right: line.right,
        }))
    }
}

/// Something of each item, made with the text of the source of a rank, in the order of the items.
pub(super) fn with_texts<I: Sync, T: Send>(
    store: &Store,
    items: &[I],
    rank: impl Fn(&I) -> u32 + Sync,
    of: impl Fn(&mut Reader<'_>, &I) -> Result<T, StoreError> + Sync,
) -> Result<Vec<T>, StoreError> {
    // Items of one source are made together.
    let mut by_source: FastMap<u32, usize> = FastMap::default();
    let mut groups: Vec<Vec<usize>> = Vec::new();
    let mut last = None;
    for (i, item) in items.iter().enumerate() {
        let next = groups.len();
        let rank = rank(item);
        // Most stand together.
        let group = match last {
            Some((same, group)) if same == rank => group,
            _ => *by_source.entry(rank).or_insert(next),
        };
        last = Some((rank, group));
        if group == next {
            groups.push(Vec::new());
        }
        groups[group].push(i);
    }
    let made = groups
        .par_iter()
        .map(|group| {
            let source: ForwardSource = store.forward(rank(&items[group[0]]))?;
            let mut reader = Reader::new(&source);
            let made = group.iter().map(|i| Ok((*i, of(&mut reader, &items[*i])?)));
            made.collect::<Result<Vec<_>, StoreError>>()
        })
        .collect::<Result<Vec<_>, _>>()?;
    let mut out: Vec<Option<T>> = items.iter().map(|_| None).collect();
    for (i, made) in made.into_iter().flatten() {
        out[i] = Some(made);
    }
    Ok(out.into_iter().flatten().collect())
}

fn missing() -> StoreError {
    StoreError::Damaged("a passage is missing".into())
}
