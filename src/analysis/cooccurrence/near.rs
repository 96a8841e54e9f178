//! Pairs of hits near each other: overlapping, so many words apart, so many passages apart.
//!
//! Hits make pairs from the left, each in one pair at most; so that `n_ab` is never more than `n_a` or
//! `n_b`, and nobody who says one thing ten times beside another counts ten times.
//!
//! ```text
//! within 3 words     a . b . . . . a b a      2 pairs: a b, and a b again; n_a 3, n_b 2
//! ```
//! What is expected by chance follows from the stretches of that size that the text has: tokens (or
//! passages) over the size of a window, as surface co-occurrence is counted (Evert 2008); never less
//! than what was found.

use rayon::prelude::*;

use super::super::groups::Groups;
use super::super::units::stretch_at;
use super::super::{Asked, stats};
use super::table::{Counts, Found, PairTable};
use super::{Hit, Question};
use crate::index::Stretch;
use crate::query::{Field, Within};
use crate::search::PassageHits;

/// A place: what must be the same for two to be near, then where it begins and ends, and the hit (of
/// passages the first).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    of: (u32, u32),
    start: u32,
    end: u32,
    hit: Hit,
}

/// The places of a needle, and all its hits, sorted.
#[derive(Default)]
pub(super) struct Places {
    places: Vec<Place>,
    hits: Vec<Hit>,
}

/// The tables of all pairs, group by group.
pub(super) fn tables(question: &Question<'_>, within: Within) -> Vec<PairTable> {
    let Question { asked, query, found, pairs, .. } = *question;
    let by = query.by.as_ref().map(|by| &by.field);
    let fields: Vec<Field> = by.into_iter().cloned().collect();
    let mut groups = Groups::new(asked.store, asked.people, &fields);
    // Tokens and passages of each group.
    let mut sizes: Vec<(u64, u64)> = Vec::new();
    asked.scope.each_passage(|_, _, rank, row, stretches| {
        let mut seen: Vec<usize> = Vec::new();
        for stretch in stretches {
            let group = groups.number(rank, row, stretch.said());
            sizes.resize(sizes.len().max(group + 1), (0, 0));
            sizes[group].0 += u64::from(stretch.tokens.len());
            if !seen.contains(&group) {
                sizes[group].1 += 1;
                seen.push(group);
            }
        }
    });
    let places: Vec<Vec<Places>> =
        found.par_iter().map(|f| by_group(asked, &groups, sizes.len(), f, within)).collect();
    let mut of_groups: Vec<Vec<Places>> = sizes.iter().map(|_| Vec::new()).collect();
    for (places, group) in places.into_iter().flat_map(|of_needle| of_needle.into_iter().zip(0..)) {
        of_groups[group].push(places);
    }
    let table = |group: &usize| {
        let places = std::mem::take(&mut of_groups[*group]);
        let (tokens, passages) = sizes[*group];
        let of_pair = |(at, (a, b)): (usize, &(usize, usize))| {
            let (a, b) = (&places[*a], &places[*b]);
            let mut counts = together(a, b, within);
            let (all, weighted) = all_pairs(&a.places, &b.places, within, &query.weights);
            (counts.pairs, counts.weighted) = (Some(all), Some(weighted));
            (counts.both > 0).then(|| (u32::try_from(at).unwrap_or(u32::MAX), counts))
        };
        let met = pairs.par_iter().enumerate().filter_map(of_pair).collect();
        let (size, window) = match within {
            Within::Hit | Within::Unit(_) => (tokens, 1),
            Within::Words(n) => (tokens, 2 * u64::from(n) + 1),
            Within::Passages(n) => (passages, 2 * u64::from(n) + 1),
        };
        PairTable {
            within,
            group: by.and(groups.values.get(*group).and_then(|v| v.first().cloned())),
            sizes: places.iter().map(|p| p.places.len() as u64).collect(),
            units: size.div_ceil(window),
            met,
            found: Found::Near(places),
            others: None,
        }
    };
    let order = if by.is_some() { groups.order() } else { (0..sizes.len().min(1)).collect() };
    order.iter().map(table).collect()
}

/// The places of a needle by group.
fn by_group(
    asked: &Asked<'_>,
    groups: &Groups<'_>,
    count: usize,
    found: &[PassageHits],
    within: Within,
) -> Vec<Places> {
    let mut out: Vec<Places> = (0..count).map(|_| Places::default()).collect();
    let mut stretches: Vec<Stretch> = Vec::new();
    for passage in found.iter().filter(|p| !p.hits.is_empty()) {
        let (rank, row) = (passage.rank, &passage.row);
        let segment = &asked.store.segments[passage.address.0 as usize];
        asked.scope.stretches(segment, passage.address.1, rank, row, &mut stretches);
        let mut seen: Vec<usize> = Vec::new();
        for hit in &passage.hits {
            let Some(stretch) = stretch_at(&stretches, hit.start) else { continue };
            let group = groups.known(rank, row, stretch.said());
            let (start, end) = (row.start + hit.start, row.start + hit.end);
            let hit = Hit { rank, start, end };
            out[group].hits.push(hit);
            match within {
                Within::Passages(_) if seen.contains(&group) => {}
                Within::Passages(_) => {
                    let (start, end) = (row.passage, row.passage + 1);
                    out[group].places.push(Place { of: (rank, 0), start, end, hit });
                    seen.push(group);
                }
                _ => out[group].places.push(Place { of: (rank, row.passage), start, end, hit }),
            }
        }
    }
    for of_group in &mut out {
        of_group.places.sort_unstable();
        of_group.hits.sort_unstable();
    }
    out
}

/// Pairs from the left: the first two that are near, then the next of both; of two that are not
/// near the one that ends first is passed over.
fn paired(a: &[Place], b: &[Place], within: Within, mut each: impl FnMut(&Place, &Place)) {
    let (mut i, mut j) = (0, 0);
    while let (Some(x), Some(y)) = (a.get(i), b.get(j)) {
        if near(x, y, within) {
            each(x, y);
            (i, j) = (i + 1, j + 1);
        } else if (x.of, x.end, x.start) < (y.of, y.end, y.start) {
            i += 1;
        } else {
            j += 1;
        }
    }
}

fn together(a: &Places, b: &Places, within: Within) -> Counts {
    let mut out = Counts::default();
    let (mut sources, mut last) = (0, None);
    paired(&a.places, &b.places, within, |x, y| {
        out.both += 1;
        out.a_first += u32::from(x.hit.begins() < y.hit.begins());
        out.shared += u32::from(match within {
            Within::Passages(_) => x.start == y.start && a.same_words(b, x, y),
            _ => x.hit == y.hit,
        });
        sources += u32::from(last != Some(x.of.0));
        last = Some(x.of.0);
    });
    Counts { sources: Some(sources), ..out }
}

impl Places {
    /// True if a hit of one, from its first in a passage on, is a hit of the other from its first on,
    /// in that passage.
    fn same_words(&self, other: &Self, x: &Place, y: &Place) -> bool {
        let of = |places: &Self, first: Hit| -> (usize, usize) {
            let from = places.hits.partition_point(|h| *h < first);
            let next = places.places.partition_point(|p| p.hit <= first);
            let end = places.places.get(next).map(|p| p.hit);
            let to = end.map_or(places.hits.len(), |e| places.hits.partition_point(|h| *h < e));
            (from, to)
        };
        let (own, others) = (of(self, x.hit), of(other, y.hit));
        let others = &other.hits[others.0..others.1];
        self.hits[own.0..own.1].iter().any(|hit| others.binary_search(hit).is_ok())
    }
}

/// The hits of pairs from the left, in the order of the corpus.
pub(super) fn meetings(a: &Places, b: &Places, within: Within) -> Vec<(Hit, Hit)> {
    let mut out = Vec::new();
    paired(&a.places, &b.places, within, |x, y| out.push((x.hit, y.hit)));
    out
}

/// All pairs of places that are near, and their weights.
fn all_pairs(a: &[Place], b: &[Place], within: Within, weights: &[f64]) -> (u64, f64) {
    let (mut pairs, mut weight) = (0, 0.0);
    let mut first = 0;
    for x in a {
        // Places are sorted, but a long one may end after others that begin later.
        while b.get(first).is_some_and(|y| (y.of, y.start) < (x.of, x.start) && !near(x, y, within))
        {
            first += 1;
        }
        let here = b[first..].iter().take_while(|y| y.of == x.of && begins_near(x, y, within));
        for y in here.filter(|y| near(x, y, within)) {
            pairs += 1;
            let distance = apart(x, y) as usize;
            weight += match weights {
                [] => 1.0 / stats::float(distance as u64 + 1),
                weights => weights.get(distance).copied().unwrap_or_default(),
            };
        }
    }
    (pairs, weight)
}

/// Words, or passages, between two places; 0 where they overlap.
fn apart(x: &Place, y: &Place) -> u32 {
    if x.start < y.start { y.start.saturating_sub(x.end) } else { x.start.saturating_sub(y.end) }
}

/// True unless a place, and all after it, begin too far to the right of another.
fn begins_near(x: &Place, y: &Place, within: Within) -> bool {
    let apart = y.start.saturating_sub(x.end);
    match within {
        Within::Hit | Within::Unit(_) => y.start < x.end,
        Within::Words(n) => apart <= n,
        Within::Passages(n) => y.start <= x.start + n,
    }
}

fn near(x: &Place, y: &Place, within: Within) -> bool {
    if x.of != y.of {
        return false;
    }
    let overlap = x.start < y.end && y.start < x.end;
    match within {
        Within::Hit | Within::Unit(_) => overlap,
        Within::Words(n) => overlap || apart(x, y) <= n,
        Within::Passages(n) => x.start.abs_diff(y.start) <= n,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_hit_is_in_one_pair_at_most() {
        let place = |start: u32, end: u32| {
            let hit = Hit { rank: 0, start, end };
            Place { of: (0, 0), start, end, hit }
        };
        let one = |start: u32| place(start, start + 1);
        let a = [0, 7, 9].map(one);
        let b = [2, 8].map(one);
        let of = |places: &[Place]| Places { places: places.to_vec(), hits: Vec::new() };
        let count = |within| together(&of(&a), &of(&b), within).both;
        assert_eq!(count(Within::Words(3)), 2);
        assert_eq!(count(Within::Words(1)), 2);
        assert_eq!(count(Within::Hit), 0);
        let long = [place(1, 3)];
        assert_eq!(together(&of(&long), &of(&b), Within::Hit).both, 1);
    }
}
