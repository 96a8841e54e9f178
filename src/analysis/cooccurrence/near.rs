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

use super::super::stats;
use super::{Counted, Found, Hit, Question, Together, counted};
use crate::query::Within;
use crate::search::PassageHits;

/// A place: what must be the same for two to be near, then where it begins and ends, and the hit.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    of: (u32, u32),
    start: u32,
    end: u32,
    hit: Hit,
}

/// The table of all pairs.
pub(super) fn table(question: &Question<'_>, within: Within) -> Counted {
    let Question { asked, query, found, .. } = *question;
    let places: Vec<Vec<Place>> = found.par_iter().map(|f| places(f, within)).collect();
    let (mut tokens, mut passages) = (0_u64, 0_u64);
    asked.scope.each_passage(|_, _, _, _, stretches| {
        tokens += stretches.iter().map(|s| u64::from(s.tokens.len())).sum::<u64>();
        passages += 1;
    });
    let (size, window) = match within {
        Within::Hit | Within::Unit(_) => (tokens, 1),
        Within::Words(n) => (tokens, 2 * u64::from(n) + 1),
        Within::Passages(n) => (passages, 2 * u64::from(n) + 1),
    };
    let of_pair = |pair: (usize, usize)| {
        let (a, b) = (&places[pair.0], &places[pair.1]);
        let mut of = together(a, b, within);
        of.units = size.div_ceil(window).max(of.a + of.b - of.both);
        of.all = Some(all_pairs(a, b, within, &query.weights));
        (of, None)
    };
    let sizes = places.iter().map(|p| p.len() as u64).collect();
    let mut counted = counted(question, (within, None), sizes, of_pair);
    counted.table.found = Found::Near(places);
    counted
}

fn places(found: &[PassageHits], within: Within) -> Vec<Place> {
    let mut out: Vec<Place> = Vec::new();
    for passage in found.iter().filter(|p| !p.hits.is_empty()) {
        let (rank, number, first) = (passage.rank, passage.row.passage, passage.row.start);
        let hits = passage.hits.iter().map(|hit| {
            let (start, end) = (first + hit.start, first + hit.end);
            let hit = Hit { rank, start, end };
            Place { of: (rank, number), start, end, hit }
        });
        match within {
            Within::Passages(_) => out.extend(hits.take(1).map(|place| Place {
                of: (rank, 0),
                start: number,
                end: number + 1,
                hit: place.hit,
            })),
            _ => out.extend(hits),
        }
    }
    out.sort_unstable();
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

fn together(a: &[Place], b: &[Place], within: Within) -> Together {
    let mut out = Together { a: a.len() as u64, b: b.len() as u64, ..Together::default() };
    let (mut sources, mut last) = (0, None);
    paired(a, b, within, |x, y| {
        out.both += 1;
        out.a_first += u64::from(x.start < y.start);
        out.shared += u64::from(x.hit == y.hit);
        sources += u64::from(last != Some(x.of.0));
        last = Some(x.of.0);
    });
    Together { sources: Some(sources), ..out }
}

/// The hits of pairs from the left, in the order of the corpus.
pub(super) fn meetings(a: &[Place], b: &[Place], within: Within) -> Vec<(Hit, Hit)> {
    let mut out = Vec::new();
    paired(a, b, within, |x, y| out.push((x.hit, y.hit)));
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
        let count = |within| together(&a, &b, within).both;
        assert_eq!(count(Within::Words(3)), 2);
        assert_eq!(count(Within::Words(1)), 2);
        assert_eq!(count(Within::Hit), 0);
        let long = [place(1, 3)];
        assert_eq!(together(&long, &b, Within::Hit).both, 1);
    }
}
