//! What is said together: pairs of themes or patterns.
//!
//! ```text
//! units   the same sentence, passage, turn, section, source, participant
//! near    the same words, at most so many words or passages apart
//! ```
//! A unit has a theme when a hit of it begins there; it counts once however many hits it has, so
//! that `n_ab` is never more than `n_a` or `n_b`. A theme and one below it are not paired: the one
//! holds the other.

mod cell;

mod evidence;

mod near;

mod table;

mod units;

use rayon::prelude::*;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value as Json};

use self::cell::Cells;
pub use self::evidence::{Evidence, EvidenceRow, Passages};
use self::table::Others;
pub use self::table::{PairRows, PairTable};
use super::{Asked, Measures};
use crate::query::{Cooccurrence, Needle, Overlap, Within};
use crate::search::{PassageHits, SearchError, drop_nested, search};

/// A pair in a kind of unit.
#[derive(Clone, Debug, Default, PartialEq, Serialize, JsonSchema)]
pub struct CooccurrenceRow {
    /// The first theme or pattern, in the order of the codebook or query.
    pub a: String,
    /// The second.
    pub b: String,
    /// The kind of unit.
    pub within: String,
    /// The group: a column for the field of `by`, where there is one; null for text without a value.
    #[serde(flatten)]
    pub group: Map<String, Json>,
    /// Units that were searched. Of hits near each other: stretches of that size in the text.
    pub units: u64,
    /// Units with a hit of `a`. Of hits near each other: hits of `a` (of passages, those with one).
    pub n_a: u64,
    /// Units with a hit of `b`, or hits of `b`.
    pub n_b: u64,
    /// Units with a hit of each, or pairs of hits, each hit in one pair at most.
    pub n_ab: u64,
    /// Those of them in which `a` begins first.
    pub a_before_b: u64,
    /// Those of them in which a hit of `a` and one of `b` are the very same words.
    pub shared_span: u64,
    /// Sources in which they are together; null for participants, who may speak in several.
    pub sources_ab: Option<u64>,
    /// Of hits near each other: all pairs of a hit of `a` with one of `b`, a hit in as many as there
    /// are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pairs: Option<u64>,
    /// Within words the same, each pair weighed by its distance: by one over it (neighbours, and hits
    /// that overlap, have 1), or as the query says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pairs_weighted: Option<f64>,
    /// What `thematic find --cql` takes, beside the query's `where` and the row's group, to show the
    /// hits of `a` that stand with `b` (within words: the stretches from the one to the other; within
    /// passages: all hits of `a` near `b`). Null where no pattern says it: participants,
    /// `overlap = "dictionary"`, strategies, where a filter or group takes a part of a unit, and hits
    /// that reach over a sentence's or passage's end.
    pub find: Option<String>,
    /// Measures of association.
    #[serde(flatten)]
    pub measures: Measures,
    /// Probability, two-sided, of as many units with both, or numbers as improbable, if each theme
    /// had been put on units of the same source by chance; where the query asks for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub permutation_p: Option<f64>,
    /// `permutation_p` adjusted as `p` is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub permutation_p_adjusted: Option<f64>,
    /// Share of the units with both, from 0 to 1, where there are groups.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub share: Option<f64>,
    /// The same in all other groups that have a value, together.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub share_elsewhere: Option<f64>,
    /// The share here less that elsewhere.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub difference: Option<f64>,
    /// Low end of its interval of 95 % (Newcombe 1998, method 10).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub difference_low: Option<f64>,
    /// High end of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub difference_high: Option<f64>,
    /// Odds ratio in all other groups that have a value, together; 0.5 added as in the quotient.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub odds_ratio_elsewhere: Option<f64>,
    /// The odds ratio here over that elsewhere: above 1, the two go together here more than there,
    /// however often each is said; 0.5 is added to all eight cells if one is 0. Null where one of the
    /// two is in no unit or in every one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub odds_ratio_quotient: Option<f64>,
    /// Low end of its interval of 95 % (Woolf 1955).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub odds_ratio_quotient_low: Option<f64>,
    /// High end of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub odds_ratio_quotient_high: Option<f64>,
    /// The first units in which they are together, in the order of the corpus; where the query asks
    /// for some.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub evidence: Vec<Evidence>,
}

/// The pairs of a query.
pub struct PairsTable {
    /// By unit, then by group.
    pub tables: Vec<PairTable>,
    /// All pairs that were looked at, by the numbers of their needles.
    pub pairs: Vec<(usize, usize)>,
    /// Pairs that never meet, listed or not.
    pub never: u64,
    cells: Cells,
}

impl PairsTable {
    /// Pairs that meet, over all tables.
    #[must_use]
    pub fn met(&self) -> usize {
        self.tables.iter().map(PairTable::met).sum()
    }
}

/// A hit: source, first token and one past the last, counted through the source.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Hit {
    rank: u32,
    start: u32,
    end: u32,
}

impl Hit {
    /// Where it begins.
    const fn begins(self) -> (u32, u32) {
        (self.rank, self.start)
    }
}

/// What is asked, and all that is found.
struct Question<'a> {
    asked: &'a Asked<'a>,
    query: &'a Cooccurrence,
    found: &'a [Vec<PassageHits>],
    pairs: &'a [(usize, usize)],
}

/// Counts all pairs of needles in each kind of unit and each group.
///
/// # Errors
/// The store is damaged, or a pattern is too large for it.
pub fn cooccurrence(asked: &Asked<'_>, query: &Cooccurrence) -> Result<PairsTable, SearchError> {
    let Asked { store, scope, needles, .. } = *asked;
    let found = needles.par_iter().map(|n| search(store, scope, n));
    let mut found = found.collect::<Result<Vec<_>, _>>()?;
    if asked.overlap == Overlap::Dictionary {
        drop_nested(&mut found);
    }
    let pairs = pairs(needles, query.across);
    let question = Question { asked, query, found: &found, pairs: &pairs };
    let mut tables = Vec::new();
    for within in &query.within {
        let mut of_unit = match within {
            Within::Unit(unit) => units::tables(&question, *unit),
            near => near::tables(&question, *near),
        };
        if query.by.is_some() {
            Others::tell(&mut of_unit, &pairs);
        }
        tables.append(&mut of_unit);
    }
    let met: usize = tables.iter().map(PairTable::met).sum();
    let never = (pairs.len() * tables.len() - met) as u64;
    let cells = Cells::new(asked, query, &found, pairs.len());
    Ok(PairsTable { tables, pairs, never, cells })
}

/// The pairs, in the order of the needles; `across`: themes with patterns only, where there are both.
fn pairs(needles: &[Needle], across: bool) -> Vec<(usize, usize)> {
    let themes = needles.iter().filter(|n| n.is_theme).count();
    let across = across && 0 < themes && themes < needles.len();
    let mut out = Vec::new();
    for (i, a) in needles.iter().enumerate() {
        let others = needles.iter().enumerate().skip(i + 1);
        let pairs = others.filter(|(_, b)| {
            !(is_above(a, b) || is_above(b, a) || across && a.is_theme == b.is_theme)
        });
        out.extend(pairs.map(|(j, _)| (i, j)));
    }
    out
}

/// True when theme `a` stands above theme `b`; patterns stand above nothing.
fn is_above(a: &Needle, b: &Needle) -> bool {
    a.is_theme
        && b.is_theme
        && b.level > a.level
        && b.name.strip_prefix(&a.name).is_some_and(|rest| rest.starts_with('/'))
}
