//! Words that no theme covers: where a codebook is blind.

use std::collections::{BTreeMap, HashMap, HashSet};

use rayon::prelude::*;
use schemars::JsonSchema;
use serde::Serialize;

use super::Asked;
use crate::analysis::stats;
use crate::index::{StoreError, Stretch};
use crate::search::{SearchError, cut_at_passages, search};
use crate::text::{TokenSpan, fold};

/// A word outside of all hits.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct UncoveredRow {
    /// The word, in its folded form.
    pub word: String,
    /// Times it stands outside of all hits.
    pub count: u64,
    /// The same per 1,000 tokens that were searched.
    pub per_1000: f64,
    /// Times it stands in the text that was searched.
    pub count_all: u64,
    /// Sources in which it stands outside of all hits.
    pub sources: u64,
}

/// Words that no needle covers.
#[derive(Clone, Debug, PartialEq)]
pub struct Uncovered {
    /// The words, the most frequent first, then by their letters.
    pub rows: Vec<UncoveredRow>,
    /// Tokens that were searched.
    pub tokens: u64,
    /// Those of them in a hit of some needle.
    pub covered: u64,
    /// Different words outside of all hits, listed or not.
    pub words: u64,
}

/// A passage: its number, segment and document.
type Place = (u32, u32, u32);

#[derive(Default)]
struct Word {
    outside: u64,
    all: u64,
    sources: u64,
}

/// Counts the words outside of all hits.
///
/// # Errors
/// The store is damaged, or a pattern is too large for it.
pub fn uncovered(
    asked: &Asked<'_>,
    limit: u32,
    stop_words: &[String],
) -> Result<Uncovered, SearchError> {
    let Asked { store, scope, needles, .. } = *asked;
    let mut covered: HashMap<(u32, u32), Vec<TokenSpan>> = HashMap::new();
    for needle in needles {
        // Which hits overlap does not matter: what one of them covers is covered.
        for passage in cut_at_passages(store, search(store, scope, needle)?) {
            covered.entry(passage.address).or_default().extend(passage.hits);
        }
    }
    let mut passages: BTreeMap<u32, Vec<Place>> = BTreeMap::new();
    scope.each_passage(|segment, doc, rank, row, _| {
        passages.entry(rank).or_default().push((row.passage, segment, doc));
    });
    let sources: Vec<(u32, Vec<Place>)> = passages.into_iter().collect();
    let of_source = |(rank, passages): &(u32, Vec<Place>)| {
        let source = store.forward(*rank)?;
        let mut words: HashMap<String, (u64, u64)> = HashMap::new();
        let mut stretches: Vec<Stretch> = Vec::new();
        for (number, segment, doc) in passages {
            let missing = || StoreError::Damaged("a passage is missing".into());
            let passage = source.passage(*number).ok_or_else(missing)?;
            let columns = &store.segments[*segment as usize];
            let row = columns.row(*doc).ok_or_else(missing)?;
            scope.stretches(columns, *doc, *rank, &row, &mut stretches);
            let mut inside = vec![false; row.tokens as usize];
            for span in covered.get(&(*segment, *doc)).into_iter().flatten() {
                inside[span.start as usize..span.end as usize].fill(true);
            }
            for at in stretches.iter().flat_map(|s| s.tokens.start..s.tokens.end) {
                let word = fold(passage.form(at));
                let entry = match words.get_mut(word.as_ref()) {
                    Some(entry) => entry,
                    None => words.entry(word.into_owned()).or_default(),
                };
                entry.0 += u64::from(!inside[at as usize]);
                entry.1 += 1;
            }
        }
        Ok::<_, StoreError>(words)
    };
    let mut words: HashMap<String, Word> = HashMap::new();
    // Some sources at a time, so that their words need little memory.
    for chunk in sources.chunks(256) {
        let counted = chunk.par_iter().map(of_source).collect::<Result<Vec<_>, _>>()?;
        // Whole numbers add up in any order.
        for (word, (outside, all)) in counted.into_iter().flatten() {
            let entry = words.entry(word).or_default();
            entry.outside += outside;
            entry.all += all;
            entry.sources += u64::from(outside > 0);
        }
    }
    let tokens = words.values().map(|w| w.all).sum();
    let outside: u64 = words.values().map(|w| w.outside).sum();
    let different = words.values().filter(|w| w.outside > 0).count() as u64;
    let stop: HashSet<&str> = stop_words.iter().map(String::as_str).collect();
    let mut listed: Vec<(String, Word)> = words
        .into_iter()
        .filter(|(word, counts)| counts.outside > 0 && !stop.contains(word.as_str()))
        .collect();
    listed.sort_unstable_by(|a, b| b.1.outside.cmp(&a.1.outside).then_with(|| a.0.cmp(&b.0)));
    listed.truncate(limit as usize);
    let rows = listed.into_iter().map(|(word, counts)| UncoveredRow {
        word,
        count: counts.outside,
        per_1000: stats::rate(counts.outside, tokens, 1000).unwrap_or(0.0),
        count_all: counts.all,
        sources: counts.sources,
    });
    Ok(Uncovered { rows: rows.collect(), tokens, covered: tokens - outside, words: different })
}
