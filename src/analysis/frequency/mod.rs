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

use super::Reasons;
use crate::index::Store;
use crate::query::{Needle, Overlap};
use crate::search::{People, Scope};

/// What is counted, and in what.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// The store.
    pub store: &'a Store,
    /// The speakers.
    pub people: &'a People<'a>,
    /// What is searched.
    pub scope: &'a Scope<'a>,
    /// What is looked for.
    pub needles: &'a [Needle],
    /// Whether hits of one theme take those of another away.
    pub overlap: Overlap,
    /// Blank what could point to one of fewer participants than this.
    pub min_participants: Option<u32>,
}

/// What stands in a row that is blanked.
const BLANKED: &str = "blanked: few participants, or the way back to few by totals";

/// What stands in the row of a theme that others are part of.
const UNION: &str = "with the themes below or named, matched together: no sum of theirs";

/// Numbers of the needles that each needle is made of.
fn holds(needles: &[Needle]) -> Vec<Vec<usize>> {
    let at: std::collections::HashMap<&str, usize> =
        needles.iter().enumerate().map(|(i, n)| (n.name.as_str(), i)).collect();
    let of = |n: &Needle| n.holds.iter().filter_map(|h| at.get(h.as_str()).copied()).collect();
    needles.iter().map(of).collect()
}
