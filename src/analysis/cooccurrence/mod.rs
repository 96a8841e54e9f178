//! What is said together: pairs of themes or patterns.
//!
//! ```text
//! units   the same sentence, passage, turn, section, source, participant
//! near    the same words, at most so many words or passages apart
//! ```
//! A unit has a theme when a hit of it begins there; it counts once however many hits it has, so
//! that `n_ab` is never more than `n_a` or `n_b`. A theme and one below it are not paired: the one
//! holds the other.

mod near;

mod units;

use rayon::prelude::*;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value as Json};

use super::stats::{self, Table};
use super::{Asked, Measures, adjust};
use crate::pattern::{Pattern, Relation, Structure, Test, Times, any_of, parse_cql, to_cql};
use crate::query::{Choice, Cooccurrence, Needle, Overlap, Unit, Within};
use crate::search::{SearchError, drop_nested, search};

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
    /// What `thematic find --cql` takes to show the hits of `a` that stand with `b`; null where no
    /// pattern says it (exceptions, conditions, hits in several passages, participants).
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
}

/// The pairs of a table, and how many of them never meet.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PairsTable {
    /// The rows: by unit, by group, by pair.
    pub rows: Vec<CooccurrenceRow>,
    /// Pairs that never meet, listed or not.
    pub never: u64,
}

/// Longest pattern that a row carries, in bytes.
const MAX_PATTERN: usize = 10_000;

/// The pattern of a cell, in CQL.
fn cell_pattern(a: &Needle, b: &Needle, within: Within) -> Option<String> {
    let plain = |needle: &Needle| {
        let parts = needle.parts.iter();
        let find: Option<Vec<Pattern>> = parts
            .map(|p| (p.except.is_none() && p.only.is_empty()).then(|| p.find.clone()))
            .collect();
        any_of(find?).filter(|_| needle.choice == Choice::default())
    };
    let (a, b) = (plain(a)?, plain(b)?);
    let pattern = match within {
        Within::Unit(unit) => {
            let name = match unit {
                Unit::Sentence => "s",
                Unit::Passage => "p",
                Unit::Turn => "turn",
                Unit::Section => "section",
                Unit::Source => "source",
                Unit::Participant => return None,
            };
            let related = |of, relation, other| Pattern::Related {
                of: Box::new(of),
                relation,
                wanted: true,
                other: Box::new(other),
            };
            let unit = Pattern::Whole(Structure::named(name));
            related(a, Relation::Within, related(unit, Relation::Containing, b))
        }
        Within::Words(n) => {
            let gap = || {
                let any = Box::new(Pattern::Token(Test::Any));
                Pattern::Repeat(any, Times { min: 0, max: Some(n) })
            };
            any_of(vec![
                Pattern::Sequence(vec![a.clone(), gap(), b.clone()]),
                Pattern::Sequence(vec![b, gap(), a]),
            ])?
        }
        Within::Hit | Within::Passages(_) => return None,
    };
    let text = to_cql(&pattern);
    // What can't be read back, by its size or its depth, is no help.
    (text.len() <= MAX_PATTERN && parse_cql(&text).is_ok()).then_some(text)
}

/// What two needles have together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Together {
    units: u64,
    a: u64,
    b: u64,
    both: u64,
    a_first: u64,
    shared: u64,
}

/// All pairs of needles in each kind of unit; those that never meet only if the query asks for them.
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
    let pairs = pairs(needles);
    let mut table = PairsTable::default();
    for within in &query.within {
        let mut rows = match within {
            Within::Unit(unit) => units::rows(asked, query, &found, &pairs, *unit),
            near => near::rows(asked, &found, &pairs, *near),
        };
        let mut measures: Vec<&mut Measures> = rows.iter_mut().map(|r| &mut r.measures).collect();
        adjust(&mut measures);
        let p: Vec<Option<f64>> = rows.iter().map(|r| r.permutation_p).collect();
        for (row, adjusted) in rows.iter_mut().zip(stats::benjamini_hochberg(&p)) {
            row.permutation_p_adjusted = adjusted;
        }
        table.never += rows.iter().filter(|r| r.n_ab == 0).count() as u64;
        table.rows.extend(rows.into_iter().filter(|r| query.zeros || r.n_ab > 0));
    }
    Ok(table)
}

/// The pairs, in the order of the needles.
fn pairs(needles: &[Needle]) -> Vec<(usize, usize)> {
    let mut out = Vec::new();
    for (i, a) in needles.iter().enumerate() {
        let others = needles.iter().enumerate().skip(i + 1);
        out.extend(others.filter(|(_, b)| !is_above(a, b) && !is_above(b, a)).map(|(j, _)| (i, j)));
    }
    out
}

/// True when theme `a` stands above theme `b`; patterns stand above nothing.
fn is_above(a: &Needle, b: &Needle) -> bool {
    b.parent.is_some()
        && b.level > a.level
        && b.name.strip_prefix(&a.name).is_some_and(|rest| rest.starts_with('/'))
}

/// The row of a pair.
fn row(asked: &Asked<'_>, pair: (usize, usize), within: Within, of: Together) -> CooccurrenceRow {
    CooccurrenceRow {
        a: asked.needles[pair.0].name.clone(),
        b: asked.needles[pair.1].name.clone(),
        within: within.name(),
        units: of.units,
        n_a: of.a,
        n_b: of.b,
        n_ab: of.both,
        a_before_b: of.a_first,
        shared_span: of.shared,
        find: cell_pattern(&asked.needles[pair.0], &asked.needles[pair.1], within),
        measures: Measures::of(Table::new(of.both, of.a, of.b, of.units)),
        ..CooccurrenceRow::default()
    }
}
