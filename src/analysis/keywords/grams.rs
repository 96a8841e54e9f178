//! Counting n-grams of two parts, those alone that are frequent enough.
//!
//! A run of n words is no more frequent than the two runs of n - 1 words in it, so that each round
//! counts only those whose halves stood the round before: memory is bounded by what is frequent.
//!
//! ```text
//! round 1    words                         they were not -> 3 words, numbered
//! round 2    pairs of neighbouring words   (they, were), (were, not)
//! round 3    pairs of overlapping pairs    ((they, were), (were, not))
//! ```

use super::super::words::{Place, Reading, add_up, entry, over_sources};
use super::Parts;
use crate::analysis::FastMap;
use crate::index::{ForwardPassage, Store, StoreError};
use crate::text::TokenSpan;

/// Counts in the target and the reference.
type Counts = [u64; 2];

/// An n-gram.
#[derive(Clone, Copy, Debug)]
pub(super) struct Gram {
    /// Its number.
    pub(super) id: u32,
    /// Times it stands in the target, and in the reference.
    pub(super) counts: Counts,
}

/// The frequent n-grams.
pub(super) struct Grams {
    /// Frequent words, sorted, with their numbers: their places.
    words: Vec<String>,
    numbers: FastMap<String, u32>,
    /// For each further round, numbers of pairs of the round before.
    rounds: Vec<FastMap<(u32, u32), u32>>,
    /// For each round but the first, what a number is a pair of.
    pairs: Vec<Vec<(u32, u32)>>,
    /// Counts by number, of the last round.
    counts: Vec<Counts>,
    /// N-grams in the target and in the reference, frequent or not.
    pub(super) totals: Counts,
    /// Tokens that are in both parts.
    pub(super) shared: u64,
}

/// What a source has of a round.
struct Counted<K> {
    counts: FastMap<K, Counts>,
    totals: Counts,
    shared: u64,
}

impl Grams {
    /// Counts runs of `n` words.
    pub(super) fn count(
        store: &Store,
        parts: &Parts<'_>,
        searched: &[(u32, Vec<Place>)],
        layer: Option<&str>,
        n: u32,
        min_count: u32,
    ) -> Result<Self, StoreError> {
        let frequent = |counts: &Counts| counts.iter().any(|c| *c >= u64::from(min_count));
        let of_source = |rank: u32, places: &[Place]| {
            let mut shared = 0;
            let mut counts: FastMap<String, Counts> = FastMap::default();
            let totals = each_span(
                store,
                parts,
                layer,
                rank,
                places,
                |part, reading, passage, span, other| {
                    shared += other;
                    let words = (span.start..span.end).filter_map(|at| reading.word(passage, at));
                    let mut size = 0;
                    for word in words {
                        entry(&mut counts, &word)[part] += 1;
                        size += 1;
                    }
                    size
                },
            )?;
            Ok(Counted { counts, totals, shared })
        };
        let (counts, totals, shared) = merged(searched, of_source)?;
        let mut words: Vec<(String, Counts)> =
            counts.into_iter().filter(|(_, counts)| frequent(counts)).collect();
        words.sort_unstable();
        let (words, counts): (Vec<String>, Vec<Counts>) = words.into_iter().unzip();
        let numbers = words.iter().cloned().zip(0..).collect();
        let (rounds, pairs) = (Vec::new(), Vec::new());
        let mut grams = Self { words, numbers, rounds, pairs, counts, totals, shared };
        for _ in 1..n {
            let of_source = |rank: u32, places: &[Place]| {
                let mut counts: FastMap<(u32, u32), Counts> = FastMap::default();
                let totals = each_span(
                    store,
                    parts,
                    layer,
                    rank,
                    places,
                    |part, reading, passage, span, _| {
                        let mut before = None;
                        let mut pair = |now: Option<u32>| {
                            if let (Some(a), Some(b)) = (before, now) {
                                counts.entry((a, b)).or_default()[part] += 1;
                            }
                            before = now;
                        };
                        grams.each(reading, passage, span, &mut pair);
                        grams.longer(reading, passage, span)
                    },
                )?;
                Ok(Counted { counts, totals, shared: 0 })
            };
            let (counts, totals, _) = merged(searched, of_source)?;
            let mut pairs: Vec<((u32, u32), Counts)> =
                counts.into_iter().filter(|(_, counts)| frequent(counts)).collect();
            pairs.sort_unstable();
            grams.totals = totals;
            grams.rounds.push(pairs.iter().map(|p| p.0).zip(0..).collect());
            grams.counts = pairs.iter().map(|p| p.1).collect();
            grams.pairs.push(pairs.into_iter().map(|p| p.0).collect());
        }
        Ok(grams)
    }

    /// All of them.
    pub(super) fn all(&self) -> impl Iterator<Item = Gram> {
        self.counts.iter().zip(0..).map(|(counts, id)| Gram { id, counts: *counts })
    }

    /// The words of one.
    pub(super) fn words(&self, gram: Gram) -> Vec<&str> {
        let mut out = Vec::new();
        // The last word of each round's second half, then the first word of all.
        let mut id = gram.id;
        for round in (0..self.pairs.len()).rev() {
            let (first, mut last) = self.pairs[round][id as usize];
            for below in (0..round).rev() {
                last = self.pairs[below][last as usize].1;
            }
            out.push(self.words[last as usize].as_str());
            id = first;
        }
        out.push(self.words[id as usize].as_str());
        out.reverse();
        out
    }

    /// How many runs of one word more a span has.
    fn longer(&self, reading: &Reading<'_>, passage: &ForwardPassage<'_>, span: TokenSpan) -> u64 {
        let size = self.rounds.len() + 2;
        let (mut words, mut runs) = (0, 0);
        for at in span.start..span.end {
            words = if reading.has_word(passage, at) { words + 1 } else { 0 };
            runs += u64::from(words >= size);
        }
        runs
    }

    /// Gives the number of every n-gram of a span that is frequent, in order; gives back how many
    /// n-grams it has.
    pub(super) fn run(
        &self,
        reading: &Reading<'_>,
        passage: &ForwardPassage<'_>,
        span: TokenSpan,
        mut each: impl FnMut(u32),
    ) -> u64 {
        self.each(reading, passage, span, &mut |gram| {
            if let Some(gram) = gram {
                each(gram);
            }
        })
    }

    /// Gives every n-gram of a span in order, `None` for one that is not frequent.
    fn each(
        &self,
        reading: &Reading<'_>,
        passage: &ForwardPassage<'_>,
        span: TokenSpan,
        each: &mut dyn FnMut(Option<u32>),
    ) -> u64 {
        // The run of each length that ends with the word before.
        let mut before: Vec<Option<u32>> = vec![None; self.rounds.len()];
        let (mut seen, mut runs) = (0, 0);
        for at in span.start..span.end {
            let Some(word) = reading.word(passage, at) else {
                // No run leaps over what the layer says nothing of.
                before.fill(None);
                seen = 0;
                each(None);
                continue;
            };
            let mut run = self.numbers.get(word.as_ref()).copied();
            for (round, last) in self.rounds.iter().zip(&mut before) {
                let pair = last.zip(run);
                *last = run;
                run = pair.and_then(|pair| round.get(&pair).copied());
            }
            seen += 1;
            if seen > self.rounds.len() {
                runs += 1;
                each(run);
            }
        }
        runs
    }
}

/// Calls for every span of both parts (0 the target's, 1 the reference's) of a source; what each call
/// gives back is added up by part. The last argument is how many of the span's tokens are in the target,
/// too, where it is the reference's.
fn each_span(
    store: &Store,
    parts: &Parts<'_>,
    layer: Option<&str>,
    rank: u32,
    places: &[Place],
    mut each: impl FnMut(usize, &Reading<'_>, &ForwardPassage<'_>, TokenSpan, u64) -> u64,
) -> Result<Counts, StoreError> {
    let reading = Reading::open(store, rank, layer)?;
    let mut totals = Counts::default();
    let mut stretches = Vec::new();
    for place in places {
        let (passage, segment) = reading.passage(*place)?;
        let [target, reference] = parts.spans(segment, place.address.1, &mut stretches);
        for span in &target {
            totals[0] += each(0, &reading, &passage, *span, 0);
        }
        for span in &reference {
            let common =
                target.iter().map(|t| t.end.min(span.end).saturating_sub(t.start.max(span.start)));
            let common = common.map(u64::from).sum();
            totals[1] += each(1, &reading, &passage, *span, common);
        }
    }
    Ok(totals)
}

/// The counts of all sources together.
fn merged<K: Eq + std::hash::Hash + Send>(
    searched: &[(u32, Vec<Place>)],
    of_source: impl Fn(u32, &[Place]) -> Result<Counted<K>, StoreError> + Sync,
) -> Result<(FastMap<K, Counts>, Counts, u64), StoreError> {
    let mut all: FastMap<K, Counts> = FastMap::default();
    let (mut totals, mut shared) = (Counts::default(), 0);
    over_sources(searched, of_source, |counted| {
        add_up(&mut all, counted.counts, |sum: &mut Counts, counts| {
            *sum = [sum[0] + counts[0], sum[1] + counts[1]];
        });
        totals = [totals[0] + counted.totals[0], totals[1] + counted.totals[1]];
        shared += counted.shared;
    })?;
    Ok((all, totals, shared))
}
