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

use std::collections::{BTreeMap, HashMap};

use rayon::prelude::*;
use schemars::JsonSchema;
use serde::Serialize;

use super::stats::Table;
use super::{Measures, adjust};
use crate::index::{Store, StoreError, Stretch};
use crate::query::Needle;
use crate::search::{PassageHits, Scope, SearchError, cut_at_passages, search};
use crate::text::{TokenSpan, fold};

/// A word beside the node.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct CollocatesRow {
    /// The theme's path or the pattern as written.
    pub node: String,
    /// The word, in its folded form.
    pub collocate: String,
    /// Words on each side that were looked at.
    pub window: u32,
    /// Tokens in the windows of all hits, each counted once, nodes left out.
    pub n_node_window: u64,
    /// Times the word stands in the text that was searched, nodes left out.
    pub n_collocate: u64,
    /// Times the word stands in a window.
    pub n_both: u64,
    /// Tokens that were searched, nodes left out.
    pub tokens: u64,
    /// Measures of association.
    #[serde(flatten)]
    pub measures: Measures,
}

/// The collocates of a node, and what they were counted in.
#[derive(Clone, Debug, PartialEq)]
pub struct CollocatesTable {
    /// The rows: most strongly associated (log-likelihood) first, then by letters.
    pub rows: Vec<CollocatesRow>,
    /// Hits of the node.
    pub hits: u64,
    /// Different words in the windows, listed or not.
    pub words: u64,
}

/// The collocates of a needle that stand at least `min_count` times in a window.
///
/// # Errors
/// The store is damaged, or a pattern is too large for it.
pub fn collocates(
    store: &Store,
    scope: &Scope<'_>,
    needle: &Needle,
    window: u32,
    min_count: u32,
) -> Result<CollocatesTable, SearchError> {
    let found = search(store, scope, needle)?;
    let hits = found.iter().map(|p| p.hits.len() as u64).sum();
    let found = cut_at_passages(store, found);
    let sources: Vec<&[PassageHits]> = found.chunk_by(|a, b| a.rank == b.rank).collect();
    let counted = sources
        .par_iter()
        .map(|source| count_source(store, scope, source, window))
        .collect::<Result<Vec<_>, _>>()?;
    let mut in_windows: BTreeMap<String, u64> = BTreeMap::new();
    for (word, count) in counted.into_iter().flatten() {
        *in_windows.entry(word).or_default() += count;
    }
    let n_node_window = in_windows.values().sum();
    let searched = Searched::new(store, scope, &found);
    let listed: Vec<(&String, u64)> = in_windows
        .iter()
        .map(|(word, n)| (word, *n))
        .filter(|(_, n)| *n >= u64::from(min_count))
        .collect();
    let mut rows = listed
        .par_iter()
        .map(|(word, n_both)| {
            let n_collocate = searched.total(word)?;
            let table = Table::new(*n_both, n_node_window, n_collocate, searched.tokens);
            Ok(CollocatesRow {
                node: needle.name.clone(),
                collocate: (*word).clone(),
                window,
                n_node_window,
                n_collocate,
                n_both: *n_both,
                tokens: searched.tokens,
                measures: Measures::of(table),
            })
        })
        .collect::<Result<Vec<_>, StoreError>>()?;
    let mut measures: Vec<&mut Measures> = rows.iter_mut().map(|r| &mut r.measures).collect();
    adjust(&mut measures);
    rows.sort_by(|a, b| {
        let strength = |r: &CollocatesRow| r.measures.log_likelihood.unwrap_or(f64::NEG_INFINITY);
        strength(b).total_cmp(&strength(a)).then_with(|| a.collocate.cmp(&b.collocate))
    });
    Ok(CollocatesTable { rows, hits, words: in_windows.len() as u64 })
}

/// The words in the windows of one source, with their counts.
fn count_source(
    store: &Store,
    scope: &Scope<'_>,
    found: &[PassageHits],
    window: u32,
) -> Result<BTreeMap<String, u64>, StoreError> {
    let Some(first) = found.first() else { return Ok(BTreeMap::new()) };
    let source = store.forward(first.rank)?;
    let mut counts: BTreeMap<String, u64> = BTreeMap::new();
    let mut stretches: Vec<Stretch> = Vec::new();
    for hits in found {
        let passage = source
            .passage(hits.row.passage)
            .ok_or_else(|| StoreError::Damaged("a passage is missing".into()))?;
        let (segment, doc) = hits.address;
        let segment = &store.segments[segment as usize];
        let allowed = scope.allowed(segment, doc, hits.rank, &hits.row, &mut stretches);
        let mut next = 0;
        for hit in &hits.hits {
            let from = hit.start.saturating_sub(window).max(next);
            let to = hit.end.saturating_add(window).min(hits.row.tokens);
            for at in from..to {
                let node = holds(&hits.hits, at);
                if !node && holds(&allowed, at) {
                    let word = fold(passage.form(at));
                    match counts.get_mut(word.as_ref()) {
                        Some(count) => *count += 1,
                        None => {
                            counts.insert(word.into_owned(), 1);
                        }
                    }
                }
            }
            next = to.max(next);
        }
    }
    Ok(counts)
}

/// True when one of the spans, sorted and not overlapping, holds a token.
fn holds(spans: &[TokenSpan], at: u32) -> bool {
    let next = spans.partition_point(|s| s.start <= at);
    next.checked_sub(1).is_some_and(|i| at < spans[i].end)
}

/// The text that was searched, nodes left out.
struct Searched<'s> {
    store: &'s Store,
    /// By segment and document: a passage that counts whole. Others are looked up.
    whole: Vec<Vec<bool>>,
    /// Where else words count: parts of passages in scope, and the nodes in them.
    parts: HashMap<(u32, u32), (Vec<TokenSpan>, Vec<TokenSpan>)>,
    tokens: u64,
}

impl<'s> Searched<'s> {
    fn new(store: &'s Store, scope: &Scope<'_>, found: &[PassageHits]) -> Self {
        let nodes: HashMap<(u32, u32), &[TokenSpan]> =
            found.iter().map(|p| (p.address, p.hits.as_slice())).collect();
        let mut whole: Vec<Vec<bool>> =
            store.segments.iter().map(|s| vec![false; s.len() as usize]).collect();
        let mut parts = HashMap::new();
        let mut tokens = 0;
        scope.each_passage(|segment, doc, _, row, stretches| {
            let in_scope: u32 = stretches.iter().map(|s| s.tokens.len()).sum();
            tokens += u64::from(in_scope);
            match nodes.get(&(segment, doc)) {
                None if in_scope == row.tokens => whole[segment as usize][doc as usize] = true,
                nodes => {
                    let nodes = nodes.copied().unwrap_or_default().to_vec();
                    tokens -= nodes.iter().map(|n| u64::from(n.len())).sum::<u64>();
                    let spans = stretches.iter().map(|s| s.tokens).collect();
                    parts.insert((segment, doc), (spans, nodes));
                }
            }
        });
        Self { store, whole, parts, tokens }
    }

    /// Times a word stands there.
    fn total(&self, word: &str) -> Result<u64, StoreError> {
        let mut total = 0;
        let mut positions = Vec::new();
        for ((segment, whole), number) in self.store.segments.iter().zip(&self.whole).zip(0_u32..) {
            let Some(term) = segment.term(word)? else { continue };
            let mut cursor = segment.postings(&term)?;
            while let Some(doc) = cursor.doc() {
                if whole[doc as usize] {
                    total += u64::from(cursor.count());
                } else if let Some((spans, nodes)) = self.parts.get(&(number, doc)) {
                    positions.clear();
                    cursor.positions(&mut positions);
                    let counts = |at: &&u32| holds(spans, **at) && !holds(nodes, **at);
                    total += positions.iter().filter(counts).count() as u64;
                }
                cursor.advance();
            }
        }
        Ok(total)
    }
}
