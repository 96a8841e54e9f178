//! Hits of several themes beside each other: those inside longer hits of other themes are dropped.

use super::{PassageHits, moved};
use crate::text::TokenSpan;

/// [`drop_nested`] on the hits of several themes in one text.
pub fn drop_nested_spans(hits: &mut [Vec<TokenSpan>]) {
    let mut all: Vec<Placed> = Vec::new();
    for (needle, hits) in hits.iter().enumerate() {
        all.extend(hits.iter().map(|h| Placed::new(0, *h, needle)));
    }
    let dropped = nested(all);
    for (needle, hits) in hits.iter_mut().enumerate() {
        hits.retain(|h| dropped.binary_search(&(needle, 0, h.start, h.end)).is_err());
    }
}

/// Drops each hit all of whose tokens lie in longer hits of whatever theme.
///
/// As quanteda's `nested_scope = "dictionary"`: the longest hits first, of the same length from the
/// left; hits of the same tokens stay, all of them, and so do those that overlap only in part.
pub fn drop_nested(found: &mut [Vec<PassageHits>]) {
    let mut all: Vec<Placed> = Vec::new();
    for (needle, passages) in found.iter().enumerate() {
        for passage in passages {
            let place =
                |h: &TokenSpan| Placed::new(passage.rank, moved(*h, passage.row.start), needle);
            all.extend(passage.hits.iter().map(place));
        }
    }
    let dropped = nested(all);
    for (needle, passages) in found.iter_mut().enumerate() {
        for passage in passages {
            let first = passage.row.start;
            let rank = passage.rank;
            let keep: Vec<bool> = passage
                .hits
                .iter()
                .map(|h| {
                    let key = (needle, rank, h.start + first, h.end + first);
                    dropped.binary_search(&key).is_err()
                })
                .collect();
            let mut of_hits = keep.iter();
            passage.hits.retain(|_| of_hits.next().copied().unwrap_or(true));
            let mut of_weights = keep.iter();
            passage.weights.retain(|_| of_weights.next().copied().unwrap_or(true));
        }
    }
}

/// A hit in its source: the longest first, from the left.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Placed {
    rank: u32,
    length: std::cmp::Reverse<u32>,
    start: u32,
    end: u32,
    needle: usize,
}

impl Placed {
    const fn new(rank: u32, span: TokenSpan, needle: usize) -> Self {
        let length = std::cmp::Reverse(span.end - span.start);
        Self { rank, length, start: span.start, end: span.end, needle }
    }
}

/// The hits that lie wholly in longer ones, or in ones before them: needle, source, start and end;
/// sorted.
fn nested(mut all: Vec<Placed>) -> Vec<(usize, u32, u32, u32)> {
    all.sort_unstable();
    let mut dropped = Vec::new();
    let mut covered: Vec<bool> = Vec::new();
    for source in all.chunk_by(|a, b| a.rank == b.rank) {
        let end = source.iter().map(|s| s.end).max().unwrap_or(0);
        covered.clear();
        covered.resize(end as usize, false);
        for same in source.chunk_by(|a, b| (a.start, a.end) == (b.start, b.end)) {
            let tokens = &mut covered[same[0].start as usize..same[0].end as usize];
            if tokens.iter().all(|c| *c) {
                dropped.extend(same.iter().map(|s| (s.needle, s.rank, s.start, s.end)));
            } else {
                tokens.fill(true);
            }
        }
    }
    dropped.sort_unstable();
    dropped
}
