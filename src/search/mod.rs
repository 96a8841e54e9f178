//! A plan meets the index: needles x store -> hits, in the order of the corpus.
//!
//! ```text
//! scope     which passages, and which stretches of them, a filter lets through
//! postings  a pattern's spans in one segment, joined by position, rarest part first
//! search    spans inside the scope, exceptions taken away, leftmost-longest chosen
//! ```
//! No text is read here: a hit is a place.

mod people;

mod postings;

mod scope;

use rayon::prelude::*;

pub use people::{People, Person};
pub use scope::Scope;

use crate::index::{PassageRow, Segment, Store, StoreError, Stretch};
use crate::pattern::leftmost_longest;
use crate::query::Needle;
use crate::text::TokenSpan;
use postings::Spans;

/// The hits of one needle in one passage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PassageHits {
    /// Place of the source in the order of output.
    pub rank: u32,
    /// The passage's numbers.
    pub row: PassageRow,
    /// Where its columns are: segment and document.
    pub address: (u32, u32),
    /// Hits: leftmost-longest, none overlapping; tokens of the passage.
    pub hits: Vec<TokenSpan>,
    /// Every distinct span that fits.
    pub all: Vec<TokenSpan>,
}

/// The hits of a needle, by source and passage.
///
/// # Errors
/// The store is damaged, or a pattern is too large for it.
pub fn search(
    store: &Store,
    scope: &Scope<'_>,
    needle: &Needle,
) -> Result<Vec<PassageHits>, StoreError> {
    let per_segment = store
        .segments
        .par_iter()
        .zip(0_u32..u32::try_from(store.segments.len()).unwrap_or(u32::MAX))
        .map(|(segment, number)| search_segment(segment, number, scope, needle))
        .collect::<Result<Vec<_>, _>>()?;
    let mut found: Vec<PassageHits> = per_segment.into_iter().flatten().collect();
    found.sort_by_key(|p| (p.rank, p.row.passage));
    Ok(found)
}

fn search_segment(
    segment: &Segment,
    number: u32,
    scope: &Scope<'_>,
    needle: &Needle,
) -> Result<Vec<PassageHits>, StoreError> {
    let mut spans: Spans = Vec::new();
    for part in &needle.parts {
        let mut found = postings::spans(segment, &part.find)?;
        if let Some(except) = &part.except
            && !found.is_empty()
        {
            let excepted = postings::spans(segment, except)?;
            found = without(found, &excepted);
        }
        if spans.is_empty() {
            spans = found;
        } else {
            spans.extend(found);
        }
    }
    if needle.parts.len() > 1 {
        spans.sort_unstable();
        spans.dedup();
    }
    let mut out = Vec::new();
    let mut stretches: Vec<Stretch> = Vec::new();
    for group in spans.chunk_by(|a, b| a.0 == b.0) {
        let doc = group[0].0;
        let Some((rank, row)) = scope.passage(segment, doc) else {
            continue;
        };
        let allowed = scope.allowed(segment, doc, rank, &row, &mut stretches);
        let inside = |s: &TokenSpan| {
            let next = allowed.partition_point(|a| a.start <= s.start);
            next.checked_sub(1).is_some_and(|i| allowed[i].contains(*s))
        };
        let all: Vec<TokenSpan> =
            group.iter().map(|(_, s, e)| TokenSpan::new(*s, *e)).filter(inside).collect();
        if !all.is_empty() {
            let hits = leftmost_longest(&all);
            out.push(PassageHits { rank, row, address: (number, doc), hits, all });
        }
    }
    Ok(out)
}

/// The spans that share no token with an excepted one.
fn without(spans: Spans, excepted: &Spans) -> Spans {
    // The furthest end of the excepted spans up to each, so that a look back sees all of them.
    let mut reach: Vec<(u32, u32, u32)> = Vec::with_capacity(excepted.len());
    for (doc, start, end) in excepted {
        let before = reach.last().filter(|r| r.0 == *doc).map_or(0, |r| r.2);
        reach.push((*doc, *start, before.max(*end)));
    }
    let overlapped = |(doc, start, end): &(u32, u32, u32)| {
        let next = reach.partition_point(|r| (r.0, r.1) < (*doc, *end));
        next.checked_sub(1).is_some_and(|i| reach[i].0 == *doc && *start < reach[i].2)
    };
    spans.into_iter().filter(|s| !overlapped(s)).collect()
}
