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

use super::super::Asked;
use super::{CooccurrenceRow, Together, row};
use crate::query::Within;
use crate::search::PassageHits;

/// A place: what must be the same for two to be near, then where it begins and ends.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    of: (u32, u32),
    start: u32,
    end: u32,
}

/// The rows of all pairs.
pub(super) fn rows(
    asked: &Asked<'_>,
    found: &[Vec<PassageHits>],
    pairs: &[(usize, usize)],
    within: Within,
) -> Vec<CooccurrenceRow> {
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
    let of_pair = |pair: &(usize, usize)| {
        let (a, b) = (&places[pair.0], &places[pair.1]);
        let mut of = paired(a, b, within);
        of.units = size.div_ceil(window).max(of.a + of.b - of.both);
        row(asked, *pair, within, of)
    };
    pairs.par_iter().map(of_pair).collect()
}

fn places(found: &[PassageHits], within: Within) -> Vec<Place> {
    let mut out: Vec<Place> = Vec::new();
    for passage in found.iter().filter(|p| !p.hits.is_empty()) {
        let (rank, number) = (passage.rank, passage.row.passage);
        match within {
            Within::Passages(_) => {
                out.push(Place { of: (rank, 0), start: number, end: number + 1 });
            }
            _ => out.extend(passage.hits.iter().map(|hit| Place {
                of: (rank, number),
                start: hit.start,
                end: hit.end,
            })),
        }
    }
    out.sort_unstable();
    out
}

/// Pairs from the left: the first two that are near, then the next of both; of two that are not
/// near the one that ends first is passed over.
fn paired(a: &[Place], b: &[Place], within: Within) -> Together {
    let mut out = Together { a: a.len() as u64, b: b.len() as u64, ..Together::default() };
    let (mut i, mut j) = (0, 0);
    while let (Some(x), Some(y)) = (a.get(i), b.get(j)) {
        if near(x, y, within) {
            out.both += 1;
            out.a_first += u64::from(x.start < y.start);
            out.shared += u64::from(x == y && !matches!(within, Within::Passages(_)));
            (i, j) = (i + 1, j + 1);
        } else if (x.of, x.end, x.start) < (y.of, y.end, y.start) {
            i += 1;
        } else {
            j += 1;
        }
    }
    out
}

fn near(x: &Place, y: &Place, within: Within) -> bool {
    if x.of != y.of {
        return false;
    }
    let overlap = x.start < y.end && y.start < x.end;
    let apart = if x.start < y.start {
        y.start.saturating_sub(x.end)
    } else {
        x.start.saturating_sub(y.end)
    };
    match within {
        Within::Hit | Within::Unit(_) => overlap,
        Within::Words(n) => overlap || apart <= n,
        Within::Passages(n) => x.start.abs_diff(y.start) <= n,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_hit_is_in_one_pair_at_most() {
        let place = |start: u32| Place { of: (0, 0), start, end: start + 1 };
        let a = [0, 7, 9].map(place);
        let b = [2, 8].map(place);
        let count = |within| paired(&a, &b, within).both;
        assert_eq!(count(Within::Words(3)), 2);
        assert_eq!(count(Within::Words(1)), 2);
        assert_eq!(count(Within::Hit), 0);
        let long = [Place { of: (0, 0), start: 1, end: 3 }];
        assert_eq!(paired(&long, &b, Within::Hit).both, 1);
    }
}
