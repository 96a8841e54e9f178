//! How many themes have been seen after so many sources.

use rayon::prelude::*;
use schemars::JsonSchema;
use serde::Serialize;

use super::{Asked, Counting};
use crate::analysis::stats;
use crate::analysis::units::Of;
use crate::query::Unit;
use crate::search::SearchError;

/// Themes seen after so many sources.
#[derive(Clone, Debug, Default, PartialEq, Serialize, JsonSchema)]
pub struct SaturationRow {
    /// Sources read.
    pub read: u64,
    /// The last of them, in the order of sources.
    pub source: String,
    /// Themes seen in these, in the order of sources.
    pub themes_seen: u64,
    /// Themes that this source brought, parted by commas.
    pub new_themes: String,
    /// Mean of the themes seen after so many sources, over orders by chance.
    pub random_mean: f64,
    /// 2.5th percentile over these orders (nearest rank).
    pub random_low: u64,
    /// 97.5th percentile.
    pub random_high: u64,
    /// Themes that are looked for.
    pub themes: u64,
}

/// A row for each source, in its order.
///
/// # Errors
/// The store is damaged, or a pattern is too large for it.
pub fn saturation(
    asked: &Asked<'_>,
    orders: u32,
    seed: u64,
) -> Result<Vec<SaturationRow>, SearchError> {
    let Asked { store, people, scope, needles, overlap, .. } = *asked;
    let counting = Counting::new(store, people, scope, &[], Some(Of::Unit(Unit::Source)));
    let Some(searched) = counting.searched.first() else { return Ok(Vec::new()) };
    let sources: Vec<u32> =
        searched.parts.iter().filter_map(|p| u32::try_from(p.0.0).ok()).collect();
    // The needles that each source has.
    let mut of_source: Vec<Vec<usize>> = vec![Vec::new(); sources.len()];
    for (number, tallies) in counting.count(needles, overlap)?.into_iter().enumerate() {
        for (key, _) in tallies.into_iter().flat_map(|t| t.parts) {
            let at = sources.binary_search_by_key(&key.0, |s| u64::from(*s));
            if let Ok(at) = at {
                of_source[at].push(number);
            }
        }
    }
    let by_chance: Vec<Vec<u32>> = (0..orders)
        .into_par_iter()
        .map(|order| {
            // An order is that of digests of the sources, so that it is the same everywhere.
            let mut order: Vec<(blake3::Hash, usize)> = sources
                .iter()
                .enumerate()
                .map(|(i, rank)| {
                    let key = format!("{seed}\n{order}\n{}", store.key(*rank));
                    (blake3::hash(key.as_bytes()), i)
                })
                .collect();
            order.sort_unstable_by(|a, b| a.0.as_bytes().cmp(b.0.as_bytes()).then(a.1.cmp(&b.1)));
            seen(order.into_iter().map(|o| o.1), &of_source, needles.len())
        })
        .collect();
    let in_order = seen(0..sources.len(), &of_source, needles.len());
    let mut known = vec![false; needles.len()];
    let mut rows = Vec::with_capacity(sources.len());
    for (i, rank) in sources.iter().enumerate() {
        let mut new: Vec<&str> = Vec::new();
        for number in &of_source[i] {
            if !std::mem::replace(&mut known[*number], true) {
                new.push(&needles[*number].name);
            }
        }
        let mut counts: Vec<u64> = by_chance.iter().map(|c| u64::from(c[i])).collect();
        counts.sort_unstable();
        let nearest = |thousandths: u64| {
            let rank = (counts.len() as u64 * thousandths).div_ceil(1000).max(1);
            counts[usize::try_from(rank).unwrap_or(1) - 1]
        };
        rows.push(SaturationRow {
            read: i as u64 + 1,
            source: store.key(*rank).to_owned(),
            themes_seen: u64::from(in_order[i]),
            new_themes: new.join(", "),
            random_mean: stats::float(counts.iter().sum()) / stats::float(counts.len() as u64),
            random_low: nearest(25),
            random_high: nearest(975),
            themes: needles.len() as u64,
        });
    }
    Ok(rows)
}

/// How many needles are seen after each source of an order.
fn seen(order: impl Iterator<Item = usize>, of_source: &[Vec<usize>], needles: usize) -> Vec<u32> {
    let mut known = vec![false; needles];
    let mut count = 0;
    let after = order.map(|source| {
        for number in &of_source[source] {
            count += u32::from(!std::mem::replace(&mut known[*number], true));
        }
        count
    });
    after.collect()
}
