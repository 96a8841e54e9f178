//! Words that no theme covers: where a codebook is blind.

use schemars::JsonSchema;
use serde::Serialize;

use super::Asked;
use crate::analysis::FastMap;
use crate::analysis::stats;
use crate::analysis::words::{Place, Reading, add_up, entry, over_sources, places};
use crate::index::{StoreError, Stretch};
use crate::query::StopWords;
use crate::search::{SearchError, cut_at_passages, search};
use crate::text::TokenSpan;

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
    stop_words: &StopWords,
) -> Result<Uncovered, SearchError> {
    let Asked { store, scope, needles, .. } = *asked;
    let mut covered: FastMap<(u32, u32), Vec<TokenSpan>> = FastMap::default();
    for needle in needles {
        // Which hits overlap does not matter: what one of them covers is covered.
        for passage in cut_at_passages(store, search(store, scope, needle)?) {
            covered.entry(passage.address).or_default().extend(passage.hits);
        }
    }
    let of_source = |rank: u32, places: &[Place]| {
        let reading = Reading::open(store, rank, None)?;
        let mut words: FastMap<String, (u64, u64)> = FastMap::default();
        let mut stretches: Vec<Stretch> = Vec::new();
        for place in places {
            let (passage, segment) = reading.passage(*place)?;
            let mut inside = vec![false; passage.tokens.len()];
            for span in covered.get(&place.address).into_iter().flatten() {
                inside[span.start as usize..span.end as usize].fill(true);
            }
            let spans = scope.spans(segment, place.address.1, &mut stretches);
            for at in spans.into_iter().flat_map(|s| s.start..s.end) {
                let Some(word) = reading.word(&passage, at) else { continue };
                let entry = entry(&mut words, &word);
                entry.0 += u64::from(!inside[at as usize]);
                entry.1 += 1;
            }
        }
        Ok::<_, StoreError>(words)
    };
    let mut words: FastMap<String, Word> = FastMap::default();
    over_sources(&places(&[scope]), of_source, |counted| {
        add_up(&mut words, counted, |sum, (outside, all)| {
            sum.outside += outside;
            sum.all += all;
            sum.sources += u64::from(outside > 0);
        });
    })?;
    let tokens = words.values().map(|w| w.all).sum();
    let outside: u64 = words.values().map(|w| w.outside).sum();
    let different = words.values().filter(|w| w.outside > 0).count() as u64;
    let mut listed: Vec<(String, Word)> = words
        .into_iter()
        .filter(|(word, counts)| counts.outside > 0 && !stop_words.has(word))
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
