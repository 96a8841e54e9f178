//! Runs of words that hold a node: clusters.
//!
//! ```text
//! clusters of 3    and the [rapport] with him    and the rapport · the rapport with · rapport with him
//! ```
//! A run lies in one passage and in the text that is searched. One that holds two hits counts once.

use rayon::prelude::*;
use schemars::JsonSchema;
use serde::Serialize;

use super::super::stats;
use super::super::words::{Place, Reading, add_up};
use super::holds;
use crate::analysis::FastMap;
use crate::index::{Store, StoreError, Stretch};
use crate::query::{Collocates, Needle};
use crate::search::{PassageHits, Scope, SearchError, cut_at_passages, search};

/// A run of words with the node in it.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct ClustersRow {
    /// The theme's path or the pattern as written.
    pub node: String,
    /// The words, in their folded form or as the layer has them, parted by blanks.
    pub cluster: String,
    /// How many words it has.
    pub size: u32,
    /// Times it stands in the text that was searched, around a hit.
    pub count: u64,
    /// The share of the hits that stand in it, from 0 to 1.
    pub share: Option<f64>,
    /// Passages with it.
    pub passages_with: u64,
    /// Sources with it.
    pub sources_with: u64,
}

/// The clusters of a node.
#[derive(Clone, Debug, PartialEq)]
pub struct ClustersTable {
    /// The rows: by size, the most frequent first, then by letters.
    pub rows: Vec<ClustersRow>,
    /// Rows that the limit left out.
    pub over_limit: u64,
    /// Hits of the node.
    pub hits: u64,
}

#[derive(Clone, Copy, Default)]
struct Count {
    runs: u64,
    hits: u64,
    /// The number in its passage of the last hit that was counted, from 1.
    last_hit: u32,
    passages: u64,
    sources: u64,
}

impl Count {
    const fn add(&mut self, other: Self) {
        self.runs += other.runs;
        self.hits += other.hits;
        self.passages += other.passages;
        self.sources += other.sources;
    }
}

/// Runs of words, each with its size.
type Runs = FastMap<(u32, String), Count>;

/// The runs of words of some sizes that hold a hit of a needle and stand there at least `min_count`
/// times; those that begin or end with a stop word are left out, unless the node does.
///
/// # Errors
/// The store is damaged, or a pattern is too large for it.
pub fn clusters(
    store: &Store,
    scope: &Scope<'_>,
    needle: &Needle,
    asked: &Collocates,
    sizes: &[u32],
) -> Result<ClustersTable, SearchError> {
    let found = search(store, scope, needle)?;
    let hits = found.iter().map(|p| p.hits.len() as u64).sum();
    let found = cut_at_passages(store, found);
    let sources: Vec<&[PassageHits]> = found.chunk_by(|a, b| a.rank == b.rank).collect();
    let counted = sources.par_iter().map(|source| of_source(store, scope, source, asked, sizes));
    let counted = counted.collect::<Result<Vec<_>, _>>()?;
    let mut all: Runs = FastMap::default();
    for runs in counted {
        add_up(&mut all, runs, Count::add);
    }
    let min_count = u64::from(asked.min_count);
    let mut rows: Vec<ClustersRow> = all
        .into_iter()
        .filter(|(_, count)| count.runs >= min_count)
        .map(|((size, cluster), count)| ClustersRow {
            node: needle.name.clone(),
            cluster,
            size,
            count: count.runs,
            share: stats::rate(count.hits, hits, 1).ok(),
            passages_with: count.passages,
            sources_with: count.sources,
        })
        .collect();
    rows.sort_unstable_by(|a, b| {
        let by_count = a.size.cmp(&b.size).then(b.count.cmp(&a.count));
        by_count.then_with(|| a.cluster.cmp(&b.cluster))
    });
    let limit = asked.limit.map_or(usize::MAX, |n| n as usize);
    let over_limit = rows.len().saturating_sub(limit) as u64;
    rows.truncate(limit);
    Ok(ClustersTable { rows, over_limit, hits })
}

/// The runs in one source.
fn of_source(
    store: &Store,
    scope: &Scope<'_>,
    found: &[PassageHits],
    asked: &Collocates,
    sizes: &[u32],
) -> Result<Runs, StoreError> {
    let mut out: Runs = FastMap::default();
    let Some(first) = found.first() else { return Ok(out) };
    let layer = asked.layer.as_ref().map(|l| l.value.as_str());
    let reading = Reading::open(store, first.rank, layer)?;
    let mut stretches: Vec<Stretch> = Vec::new();
    for hits in found {
        let place = Place { number: hits.row.passage, address: hits.address };
        let (passage, segment) = reading.passage(place)?;
        let spans = scope.spans(segment, hits.address.1, &mut stretches);
        let mut here: Runs = FastMap::default();
        for size in sizes {
            let mut next = 0;
            for (hit, number) in hits.hits.iter().zip(1..) {
                let around = spans.iter().find(|s| s.start <= hit.start && hit.end <= s.end);
                let Some(around) = around.filter(|_| hit.len() <= *size) else { continue };
                let first = (hit.end.saturating_sub(*size)).max(around.start);
                for start in first..=hit.start.min(around.end.saturating_sub(*size)) {
                    let end = start + *size;
                    let stop = |at: u32| {
                        let word = reading.word(&passage, at);
                        word.is_none_or(|w| asked.stop_words.has(&w))
                    };
                    let stopped = |at: u32| stop(at) && !holds(&hits.hits, at);
                    if end > around.end || stopped(start) || stopped(end - 1) {
                        continue;
                    }
                    let words: Option<Vec<_>> =
                        (start..end).map(|at| reading.word(&passage, at)).collect();
                    let Some(words) = words else { continue };
                    let count = here.entry((*size, words.join(" "))).or_default();
                    count.hits += u64::from(count.last_hit != number);
                    count.last_hit = number;
                    // A run with the hit before this one in it was counted there.
                    count.runs += u64::from(start >= next);
                }
                next = hit.start + 1;
            }
        }
        add_up(&mut out, here, |sum, count| {
            sum.add(Count { passages: 1, ..count });
            sum.sources = 1;
        });
    }
    Ok(out)
}
