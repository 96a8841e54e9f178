//! Which words keep a word company.
//!
//! A word is counted wherever it stands within so many words of a hit (the node), left or right,
//! in the same passage and in scope. Windows that overlap are counted once, the nodes' own words
//! not at all: neither in the windows nor in the totals.
//!
//! ```text
//! window 2      I find that I have a [rapport] with a lot of [rapport]
//! in windows                  ^    ^           ^   ^   ^   ^            6 tokens, `a` twice
//! ```

mod clusters;

mod totals;

use rayon::prelude::*;
use schemars::JsonSchema;
use serde::Serialize;

pub use clusters::{ClustersRow, ClustersTable, clusters};

use self::totals::Totals;
use super::stats::Table;
use super::words::{Place, Reading, entry};
use super::{Measures, adjust};
use crate::analysis::FastMap;
use crate::index::{Store, StoreError, Stretch};
use crate::query::{Collocates, Measure, Needle, Window};
use crate::search::{PassageHits, Scope, SearchError, cut_at_passages, search};
use crate::text::{Text, TokenSpan};

/// A word beside the node.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct CollocatesRow {
    /// The theme's path or the pattern as written.
    pub node: String,
    /// The word in its folded form, or the value of the layer that is counted.
    pub collocate: String,
    /// What was looked at: words on each side, or before and after (`3:5`), `sentence` or `passage`.
    pub window: String,
    /// Tokens in the windows of all hits, each counted once, nodes left out.
    pub n_node_window: u64,
    /// Times the word stands in the text that was searched, nodes left out.
    pub n_collocate: u64,
    /// Times the word stands in a window.
    pub n_both: u64,
    /// Tokens that were searched, nodes left out.
    pub tokens: u64,
    /// Times the word stands third before a hit, in the window or not.
    pub l3: u64,
    /// Second before.
    pub l2: u64,
    /// Right before.
    pub l1: u64,
    /// Right after.
    pub r1: u64,
    /// Second after.
    pub r2: u64,
    /// Third after.
    pub r3: u64,
    /// Measures of association.
    #[serde(flatten)]
    pub measures: Measures,
}

/// The collocates of a node, and what they were counted in.
#[derive(Clone, Debug, PartialEq)]
pub struct CollocatesTable {
    /// The rows: by the measure that is asked for, the highest first, then by letters.
    pub rows: Vec<CollocatesRow>,
    /// Rows that the limit left out.
    pub over_limit: u64,
    /// Hits of the node.
    pub hits: u64,
    /// Different words in the windows, listed or not.
    pub words: u64,
}

/// The words in a window of a needle's hits that stand there at least `min_count` times, by a measure
/// of at least so much.
///
/// # Errors
/// The store is damaged, or a pattern is too large for it.
pub fn collocates(
    store: &Store,
    scope: &Scope<'_>,
    needle: &Needle,
    asked: &Collocates,
    window: Window,
    (sort, least): (Measure, Option<f64>),
) -> Result<CollocatesTable, SearchError> {
    let layer = asked.layer.as_ref();
    let found = search(store, scope, needle)?;
    let hits = found.iter().map(|p| p.hits.len() as u64).sum();
    let found = cut_at_passages(store, found);
    let sources: Vec<&[PassageHits]> = found.chunk_by(|a, b| a.rank == b.rank).collect();
    let counted = sources
        .par_iter()
        .map(|source| count_source(store, scope, source, window, layer))
        .collect::<Result<Vec<_>, _>>()?;
    let mut in_windows: FastMap<String, Beside> = FastMap::default();
    for (word, count) in counted.into_iter().flatten() {
        in_windows.entry(word).or_default().add(&count);
    }
    let n_node_window = in_windows.values().map(|b| b.inside).sum();
    let totals = Totals::new(store, scope, &found, layer)?;
    let min_count = u64::from(asked.min_count);
    let mut listed: Vec<(&String, &Beside)> = in_windows
        .iter()
        .filter(|(word, beside)| beside.inside >= min_count && !asked.stop_words.has(word))
        .collect();
    listed.sort_unstable_by_key(|(word, _)| *word);
    let mut rows = listed
        .par_iter()
        .map(|(word, beside)| {
            let n_both = beside.inside;
            let [l3, l2, l1, r1, r2, r3] = beside.places;
            let n_collocate = totals.of(word)?;
            let table = Table::new(n_both, n_node_window, n_collocate, totals.tokens);
            Ok(CollocatesRow {
                node: needle.name.clone(),
                collocate: (*word).clone(),
                window: window.name(),
                n_node_window,
                n_collocate,
                n_both,
                tokens: totals.tokens,
                l3,
                l2,
                l1,
                r1,
                r2,
                r3,
                measures: Measures::of(table),
            })
        })
        .collect::<Result<Vec<_>, StoreError>>()?;
    let mut measures: Vec<&mut Measures> = rows.iter_mut().map(|r| &mut r.measures).collect();
    adjust(&mut measures);
    let strength = |r: &CollocatesRow| r.measures.value(sort, r.n_both);
    rows.retain(|r| least.is_none_or(|least| strength(r).is_some_and(|s| s >= least)));
    rows.sort_by(|a, b| {
        let of = |r: &CollocatesRow| strength(r).unwrap_or(f64::NEG_INFINITY);
        of(b).total_cmp(&of(a)).then_with(|| a.collocate.cmp(&b.collocate))
    });
    let limit = asked.limit.map_or(usize::MAX, |n| n as usize);
    let over_limit = rows.len().saturating_sub(limit) as u64;
    rows.truncate(limit);
    let words = in_windows.values().filter(|b| b.inside > 0).count() as u64;
    Ok(CollocatesTable { rows, over_limit, hits, words })
}

/// How often a word stands beside hits.
#[derive(Clone, Copy, Default)]
struct Beside {
    /// In windows, each token once.
    inside: u64,
    /// Third, second and right before a hit, right after, second and third; once for each hit.
    places: [u64; 6],
}

impl Beside {
    fn add(&mut self, other: &Self) {
        self.inside += other.inside;
        for (place, more) in self.places.iter_mut().zip(other.places) {
            *place += more;
        }
    }
}

/// The words in the windows of one source, with their counts.
fn count_source(
    store: &Store,
    scope: &Scope<'_>,
    found: &[PassageHits],
    window: Window,
    layer: Option<&Text>,
) -> Result<FastMap<String, Beside>, StoreError> {
    let mut counts: FastMap<String, Beside> = FastMap::default();
    let Some(first) = found.first() else { return Ok(counts) };
    let reading = Reading::open(store, first.rank, layer.map(|l| l.value.as_str()))?;
    let mut sentences: Vec<u32> = Vec::new();
    let mut stretches: Vec<Stretch> = Vec::new();
    for hits in found {
        let place = Place { number: hits.row.passage, address: hits.address };
        let (passage, segment) = reading.passage(place)?;
        let doc = hits.address.1;
        let allowed = scope.allowed(segment, doc, hits.rank, &hits.row, &mut stretches);
        let counts_here = |at: u32| !holds(&hits.hits, at) && holds(&allowed, at);
        sentences.clear();
        if window == Window::Sentence {
            sentences.extend(segment.sentences(doc));
        }
        let mut next = 0;
        for hit in &hits.hits {
            let (from, to) = reach(window, *hit, hits.row.tokens, &sentences);
            for at in (from.max(next)..to).filter(|at| counts_here(*at)) {
                if let Some(word) = reading.word(&passage, at) {
                    entry(&mut counts, &word).inside += 1;
                }
            }
            next = to.max(next);
            let before = (1..=3).map(|n| (hit.start.checked_sub(n), 3 - n));
            let after = (0..3).map(|n| (hit.end.checked_add(n), 3 + n));
            for (at, place) in before.chain(after) {
                if let Some(at) = at.filter(|at| *at < hits.row.tokens && counts_here(*at))
                    && let Some(word) = reading.word(&passage, at)
                {
                    entry(&mut counts, &word).places[place as usize] += 1;
                }
            }
        }
    }
    Ok(counts)
}

/// The tokens of a passage that a window around a hit looks at.
fn reach(window: Window, hit: TokenSpan, tokens: u32, sentences: &[u32]) -> (u32, u32) {
    match window {
        Window::Words { left, right } => {
            (hit.start.saturating_sub(left), hit.end.saturating_add(right).min(tokens))
        }
        Window::Sentence => {
            let before = sentences.partition_point(|s| *s <= hit.start);
            let after = sentences.partition_point(|s| *s < hit.end);
            let start = before.checked_sub(1).map_or(0, |i| sentences[i]);
            (start, sentences.get(after).copied().unwrap_or(tokens))
        }
        Window::Passage => (0, tokens),
    }
}

/// True when one of the spans, sorted and not overlapping, holds a token.
fn holds(spans: &[TokenSpan], at: u32) -> bool {
    let next = spans.partition_point(|s| s.start <= at);
    next.checked_sub(1).is_some_and(|i| at < spans[i].end)
}
