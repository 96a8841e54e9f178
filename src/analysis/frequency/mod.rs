//! How often a theme or pattern occurs: by group, compared, crossed, correlated, saturated.
//!
//! ```text
//! count       hits into groups and parts, one pass over each needle's hits
//! counts      a row for each needle and group          compare      groups against each other
//! cross       units by attribute                       correlate    rates against a number
//! saturation  themes after so many sources             uncovered    words that no theme covers
//! blank       what could point to a person
//! ```

mod blank;

mod compare;

mod correlate;

mod count;

mod counts;

mod cross;

mod saturation;

mod uncovered;

pub use compare::{ComparisonRow, compare};
pub use correlate::{CorrelationRow, Correlations, PairRow, correlate};
pub(super) use count::{Counting, Tally};
pub use counts::{Counts, FrequencyRow};
pub use cross::{CrosstabRow, cross};
pub use saturation::{SaturationRow, saturation};
pub use uncovered::{Uncovered, UncoveredRow, uncovered};

use std::collections::BTreeSet;

use super::{Asked, Reasons};
use crate::analysis::FastMap;
use crate::codebook::ThemePart;
use crate::pattern::{Pattern, any_of};
use crate::query::Needle;

/// What stands in a row that is blanked.
const BLANKED: &str = "blanked: few participants, or the way back to few by totals";

/// What stands in the row of a theme that others are part of.
const UNION: &str = "with the themes below or named, matched together: no sum of theirs";

/// How needles are made of each other.
struct Made {
    /// The needles, then what is left of each that others are part of.
    all: Vec<Needle>,
    /// For each of these, those that are part of it.
    holds: Vec<Vec<usize>>,
}

/// Finds out which needles are part of others: themes below them or named by them, and those whose
/// patterns are among theirs; and what is left of these without their parts.
fn made_of(needles: &[Needle]) -> Made {
    let at: FastMap<&str, usize> =
        needles.iter().enumerate().map(|(i, n)| (n.name.as_str(), i)).collect();
    let alternatives: Vec<BTreeSet<&Pattern>> = needles.iter().map(alternatives).collect();
    let mut holds: Vec<Vec<usize>> = Vec::with_capacity(needles.len());
    let mut with: FastMap<&Pattern, Vec<usize>> = FastMap::default();
    for (i, own) in alternatives.iter().enumerate() {
        for pattern in own {
            with.entry(pattern).or_default().push(i);
        }
    }
    for needle in needles {
        holds.push(needle.holds.iter().filter_map(|h| at.get(h.as_str()).copied()).collect());
    }
    for (i, own) in alternatives.iter().enumerate() {
        // Whoever has all patterns of a needle has its first.
        let others = own.first().and_then(|first| with.get(first)).into_iter().flatten();
        for other in others.filter(|o| **o != i && own.is_subset(&alternatives[**o])) {
            holds[*other].push(i);
        }
    }
    let mut all = needles.to_vec();
    for i in 0..needles.len() {
        holds[i].sort_unstable();
        holds[i].dedup();
        let mut left = alternatives[i].clone();
        for part in &holds[i] {
            left.retain(|p| !alternatives[*part].contains(p));
        }
        let find = any_of(left.into_iter().cloned().collect());
        if let Some(find) = find.filter(|_| !holds[i].is_empty()) {
            holds[i].push(all.len());
            let except = needles[i].parts.iter().find_map(|p| p.except.clone());
            let part = ThemePart { except, ..ThemePart::new(find, None) };
            all.push(Needle { parts: vec![part], ..Needle::default() });
        }
    }
    holds.resize(all.len(), Vec::new());
    Made { all, holds }
}

/// The alternatives of a needle's patterns.
fn alternatives(needle: &Needle) -> BTreeSet<&Pattern> {
    let mut out = BTreeSet::new();
    for part in &needle.parts {
        match &part.find {
            Pattern::Either(list) => out.extend(list),
            one => {
                out.insert(one);
            }
        }
    }
    out
}
