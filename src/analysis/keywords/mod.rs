//! Keywords: the words, or n-grams, that one part of the corpus has more of than another.
//!
//! ```text
//! grams    which n-grams are frequent enough in a part, and how often each part has them
//! spread   how the target's sources share the listed ones
//! ```
//! An n-gram lies in one passage and in one part. What both parts have room for is the family that `p` is
//! adjusted for, listed or not.

mod grams;

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use self::grams::{Gram, Grams};
use super::Reasons;
use super::stats::{self, Contrast, Dispersion, benjamini_hochberg, dispersion};
use super::words::{Place, Reading, over_sources, places};
use crate::analysis::FastMap;
use crate::index::{Segment, Store, StoreError, Stretch};
use crate::query::{Keyness, Keywords};
use crate::search::Scope;
use crate::text::TokenSpan;

/// A word or n-gram in two parts of the corpus.
#[derive(Clone, Debug, Default, PartialEq, Serialize, JsonSchema)]
pub struct KeywordsRow {
    /// The words in their folded form, or the values of the layer that is counted.
    pub keyword: String,
    /// Times it stands in the target.
    pub n_target: u64,
    /// Times it stands in the reference.
    pub n_reference: u64,
    /// Words (or n-grams) in the target.
    pub tokens_target: u64,
    /// Words (or n-grams) in the reference.
    pub tokens_reference: u64,
    /// Times per 1,000 in the target.
    pub per_1000_target: Option<f64>,
    /// Times per 1,000 in the reference.
    pub per_1000_reference: Option<f64>,
    /// The first of these rates less the second.
    pub difference: Option<f64>,
    /// Log-likelihood ratio G2 of the four cells; negative where the reference has more of it.
    pub log_likelihood: Option<f64>,
    /// Probability of a G2 at least so large if both had as much of it (chi-squared, 1 degree of
    /// freedom); it takes words for independent, which those of one person are not.
    pub p: Option<f64>,
    /// `p` adjusted for all that were tested, listed or not (Benjamini and Hochberg 1995).
    pub p_adjusted: Option<f64>,
    /// log2 of the quotient of the rates; a count of 0 is taken for 0.5 (Hardie 2014).
    pub log_ratio: Option<f64>,
    /// Odds ratio; 0.5 is added to all four cells if one is 0.
    pub odds_ratio: Option<f64>,
    /// What took the place of a zero in the two ratios.
    pub zero_rule: Option<String>,
    /// Sources of the target.
    pub sources: u64,
    /// Those of them with it.
    pub sources_with: u64,
    /// Juilland's D over the target's sources: 1 even, 0 all in one.
    pub juilland_d: Option<f64>,
    /// Gries' deviation of proportions over the target's sources: 0 even, towards 1 uneven.
    pub dp: Option<f64>,
    /// DP over the most that it can be.
    pub dp_norm: Option<f64>,
    /// Why a value is null: columns and reasons.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub undefined: Option<String>,
}

/// The keywords of a part.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct KeywordsTable {
    /// The rows: by the measure that is asked for, the highest first, then by letters.
    pub rows: Vec<KeywordsRow>,
    /// Rows that the limit left out.
    pub over_limit: u64,
    /// Different words or n-grams that were tested.
    pub tested: u64,
    /// Tokens that are in both parts.
    pub shared: u64,
    /// Words or n-grams in the target and in the reference.
    pub totals: [u64; 2],
}

/// The two parts that are held against each other.
pub struct Parts<'a> {
    /// All that is searched.
    pub all: &'a Scope<'a>,
    /// The part whose words are looked for.
    pub target: &'a Scope<'a>,
    /// What it is held against; all else if nothing is named.
    pub reference: Option<&'a Scope<'a>>,
}

impl Parts<'_> {
    /// The spans of a passage in the target, and in the reference.
    fn spans(
        &self,
        segment: &Segment,
        doc: u32,
        stretches: &mut Vec<Stretch>,
    ) -> [Vec<TokenSpan>; 2] {
        let target = self.target.spans(segment, doc, stretches);
        let reference = match self.reference {
            Some(reference) => reference.spans(segment, doc, stretches),
            None => without(&self.all.spans(segment, doc, stretches), &target),
        };
        [target, reference]
    }
}

/// What is left of spans when others are taken away; both sorted.
fn without(spans: &[TokenSpan], taken: &[TokenSpan]) -> Vec<TokenSpan> {
    let mut out = Vec::new();
    for span in spans {
        let mut start = span.start;
        for away in taken.iter().filter(|t| t.start < span.end && span.start < t.end) {
            if start < away.start {
                out.push(TokenSpan::new(start, away.start));
            }
            start = away.end;
        }
        if start < span.end {
            out.push(TokenSpan::new(start, span.end));
        }
    }
    out
}

/// The keywords of a target.
///
/// # Errors
/// The store is damaged.
pub fn keywords(
    store: &Store,
    parts: &Parts<'_>,
    asked: &Keywords,
) -> Result<KeywordsTable, StoreError> {
    let searched = places(&[parts.target, parts.reference.unwrap_or(parts.all)]);
    let layer = asked.layer.as_ref().map(|l| l.value.as_str());
    let grams = Grams::count(store, parts, &searched, layer, asked.ngrams, asked.min_count)?;
    let (shared, totals) = (grams.shared, grams.totals);
    if totals.contains(&0) {
        return Ok(KeywordsTable { shared, totals, ..KeywordsTable::default() });
    }
    let stopped = |words: &[&str]| {
        words.first().is_some_and(|w| asked.stop_words.has(w))
            || words.last().is_some_and(|w| asked.stop_words.has(w))
    };
    let mut tested: Vec<(Gram, KeywordsRow)> = Vec::new();
    for gram in grams.all() {
        let words = grams.words(gram);
        if !stopped(&words) {
            tested.push((gram, row(words.join(" "), gram, grams.totals, shared > 0)));
        }
    }
    let p: Vec<Option<f64>> = tested.iter().map(|(_, r)| r.p).collect();
    for ((_, row), adjusted) in tested.iter_mut().zip(benjamini_hochberg(&p)) {
        row.p_adjusted = adjusted;
    }
    let tests = tested.len() as u64;
    let strength = |r: &KeywordsRow| match asked.sort {
        Keyness::LogLikelihood => r.log_likelihood,
        Keyness::LogRatio => r.log_ratio,
        Keyness::OddsRatio => r.odds_ratio,
        Keyness::Difference => r.difference,
        Keyness::Count => Some(stats::float(r.n_target)),
    };
    tested.retain(|(_, r)| asked.least.is_none_or(|least| strength(r).is_some_and(|s| s >= least)));
    tested.sort_by(|(_, a), (_, b)| {
        let of = |r: &KeywordsRow| strength(r).unwrap_or(f64::NEG_INFINITY);
        of(b).total_cmp(&of(a)).then_with(|| a.keyword.cmp(&b.keyword))
    });
    let limit = asked.limit.map_or(usize::MAX, |n| n as usize);
    let over_limit = tested.len().saturating_sub(limit) as u64;
    tested.truncate(limit);
    spread(store, parts, &searched, layer, &grams, &mut tested)?;
    let rows = tested.into_iter().map(|(_, row)| row).collect();
    Ok(KeywordsTable { rows, over_limit, tested: tests, shared, totals })
}

fn row(keyword: String, gram: Gram, totals: [u64; 2], overlapping: bool) -> KeywordsRow {
    let mut reasons = Reasons::default();
    let [n_target, n_reference] = gram.counts;
    let [tokens_target, tokens_reference] = totals;
    let contrast = Contrast::new((n_target, tokens_target), (n_reference, tokens_reference));
    let rates = gram.counts.iter().zip(totals);
    let rates: Vec<Option<f64>> = rates.map(|(n, of)| stats::rate(*n, of, 1000).ok()).collect();
    let log_likelihood = if overlapping {
        Err("target and reference share text, so that they are no two samples")
    } else {
        contrast.log_likelihood()
    };
    let log_likelihood = reasons.take("log_likelihood", log_likelihood);
    KeywordsRow {
        keyword,
        n_target,
        n_reference,
        tokens_target,
        tokens_reference,
        per_1000_target: rates[0],
        per_1000_reference: rates[1],
        difference: rates[0].zip(rates[1]).map(|(a, b)| a - b),
        log_likelihood,
        p: log_likelihood.map(|g2| stats::chi_squared_p(g2.abs())),
        log_ratio: reasons.take("log_ratio", contrast.log_ratio()),
        odds_ratio: reasons.take("odds_ratio", contrast.odds_ratio()),
        zero_rule: contrast.zero_rule(),
        undefined: reasons.told(),
        ..KeywordsRow::default()
    }
}

/// Says how the target's sources share the rows.
fn spread(
    store: &Store,
    parts: &Parts<'_>,
    searched: &[(u32, Vec<Place>)],
    layer: Option<&str>,
    grams: &Grams,
    rows: &mut [(Gram, KeywordsRow)],
) -> Result<(), StoreError> {
    let numbers: FastMap<u32, usize> =
        rows.iter().enumerate().map(|(i, (gram, _))| (gram.id, i)).collect();
    let mut found: Vec<Vec<(u64, u64)>> = vec![Vec::new(); rows.len()];
    let (mut count, mut total, mut smallest) = (0, 0, u64::MAX);
    let of_source = |rank: u32, places: &[Place]| {
        let reading = Reading::open(store, rank, layer)?;
        let mut counts: BTreeMap<usize, u64> = BTreeMap::new();
        let mut size = 0;
        let mut stretches = Vec::new();
        for place in places {
            let (passage, segment) = reading.passage(*place)?;
            let [target, _] = parts.spans(segment, place.address.1, &mut stretches);
            for span in target {
                size += grams.run(&reading, &passage, span, |gram| {
                    if let Some(row) = numbers.get(&gram) {
                        *counts.entry(*row).or_default() += 1;
                    }
                });
            }
        }
        Ok((counts, size))
    };
    over_sources(searched, of_source, |(counts, size)| {
        if size > 0 {
            (count, total, smallest) = (count + 1, total + size, smallest.min(size));
        }
        for (row, n) in counts {
            found[row].push((n, size));
        }
    })?;
    for ((_, row), found) in rows.iter_mut().zip(&found) {
        let Dispersion { range, juilland_d, dp, dp_norm } =
            dispersion(found, count, total, smallest.min(total));
        let mut reasons = Reasons::default();
        (row.sources, row.sources_with) = (count, range);
        row.juilland_d = reasons.take("juilland_d", juilland_d);
        row.dp = reasons.take("dp", dp);
        row.dp_norm = reasons.take("dp_norm", dp_norm);
        let told: Vec<String> = row.undefined.take().into_iter().chain(reasons.told()).collect();
        row.undefined = (!told.is_empty()).then(|| told.join("; "));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_taken_away_is_gone() {
        let spans = |list: &[(u32, u32)]| -> Vec<TokenSpan> {
            list.iter().map(|(a, b)| TokenSpan::new(*a, *b)).collect()
        };
        let all = spans(&[(0, 4), (6, 20)]);
        assert_eq!(without(&all, &spans(&[(0, 4)])), spans(&[(6, 20)]));
        assert_eq!(without(&all, &spans(&[(2, 8), (10, 12)])), spans(&[(0, 2), (8, 10), (12, 20)]));
        assert_eq!(without(&all, &[]), all);
    }
}
