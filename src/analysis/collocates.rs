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

use std::collections::HashMap;

use schemars::JsonSchema;
use serde::Serialize;

use super::stats::Table;
use super::{Measures, adjust};
use crate::index::{Store, StoreError, Stretch};
use crate::query::Needle;
use crate::search::{PassageHits, Scope, search};
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
) -> Result<CollocatesTable, StoreError> {
    let found = search(store, scope, needle)?;
    let hits = found.iter().map(|p| p.hits.len() as u64).sum();
    let mut in_windows: HashMap<String, u64> = HashMap::new();
    let mut n_node_window = 0;
    for source in found.chunk_by(|a, b| a.rank == b.rank) {
        n_node_window += count_source(store, scope, source, window, &mut in_windows)?;
    }
    let nodes: u64 = found.iter().flat_map(|p| &p.hits).map(|span| u64::from(span.len())).sum();
    let mut tokens = 0;
    scope.each_passage(|_, _, _, _, stretches| {
        tokens += stretches.iter().map(|s| u64::from(s.tokens.len())).sum::<u64>();
    });
    let tokens: u64 = tokens - nodes;
    let mut listed: Vec<(String, u64)> = in_windows
        .iter()
        .filter(|(_, n)| **n >= u64::from(min_count))
        .map(|(w, n)| (w.clone(), *n))
        .collect();
    listed.sort();
    let excluded = node_tokens(&found);
    let mut rows = Vec::with_capacity(listed.len());
    for (word, n_both) in listed {
        let n_collocate = total(store, scope, &word, &excluded)?;
        rows.push(CollocatesRow {
            node: needle.name.clone(),
            window,
            n_node_window,
            n_collocate,
            n_both,
            tokens,
            measures: Measures::of(Table::new(n_both, n_node_window, n_collocate, tokens)),
            collocate: word,
        });
    }
    let mut measures: Vec<&mut Measures> = rows.iter_mut().map(|r| &mut r.measures).collect();
    adjust(&mut measures);
    rows.sort_by(|a, b| {
        let strength = |r: &CollocatesRow| r.measures.log_likelihood.unwrap_or(f64::NEG_INFINITY);
        strength(b).total_cmp(&strength(a)).then_with(|| a.collocate.cmp(&b.collocate))
    });
    Ok(CollocatesTable { rows, hits, words: in_windows.len() as u64 })
}

/// Counts the words in the windows of one source; gives the tokens in them.
fn count_source(
    store: &Store,
    scope: &Scope<'_>,
    found: &[PassageHits],
    window: u32,
    counts: &mut HashMap<String, u64>,
) -> Result<u64, StoreError> {
    let source = store.forward(found[0].rank)?;
    let mut tokens = 0;
    let mut stretches: Vec<Stretch> = Vec::new();
    for hits in found {
        let passage = source
            .passage(hits.row.passage)
            .ok_or_else(|| StoreError::Damaged("a passage is missing".into()))?;
        let (segment, doc) = hits.address;
        let segment = &store.segments[segment as usize];
        let allowed = scope.allowed(segment, doc, hits.rank, &hits.row, &mut stretches);
        let in_scope = |at: u32| allowed.iter().any(|a| a.start <= at && at < a.end);
        let mut next = 0;
        for hit in &hits.hits {
            let from = hit.start.saturating_sub(window).max(next);
            let to = hit.end.saturating_add(window).min(hits.row.tokens);
            for at in from..to {
                let node = hits.hits.iter().any(|h| h.start <= at && at < h.end);
                if !node && in_scope(at) {
                    tokens += 1;
                    let word = fold(passage.tokens[at as usize].of(passage.text));
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
    Ok(tokens)
}

/// The nodes' own tokens, by segment and document.
fn node_tokens(found: &[PassageHits]) -> HashMap<(u32, u32), &[TokenSpan]> {
    found.iter().map(|p| (p.address, p.hits.as_slice())).collect()
}

/// Times a word stands in scope, nodes left out.
fn total(
    store: &Store,
    scope: &Scope<'_>,
    word: &str,
    excluded: &HashMap<(u32, u32), &[TokenSpan]>,
) -> Result<u64, StoreError> {
    let mut total = 0;
    let mut positions = Vec::new();
    let mut stretches = Vec::new();
    for (segment, number) in store.segments.iter().zip(0_u32..) {
        let Some(term) = segment.term(word)? else {
            continue;
        };
        let mut cursor = segment.postings(&term)?;
        while let Some(doc) = cursor.doc() {
            if let Some((rank, row)) = scope.passage(segment, doc) {
                let allowed = scope.allowed(segment, doc, rank, &row, &mut stretches);
                positions.clear();
                cursor.positions(&mut positions);
                let nodes = excluded.get(&(number, doc)).copied().unwrap_or_default();
                let counts = |at: &&u32| {
                    allowed.iter().any(|a| a.start <= **at && **at < a.end)
                        && !nodes.iter().any(|n| n.start <= **at && **at < n.end)
                };
                total += positions.iter().filter(counts).count() as u64;
            }
            cursor.advance();
        }
    }
    Ok(total)
}
