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

mod units;

use rayon::prelude::*;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value as Json};

use self::cell::Cells;
pub use self::evidence::{Evidence, EvidenceRow, Passages};
use super::groups::Value;
use super::stats::{self, Table};
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
    /// The same, each pair weighed by its distance in words: by one over it (neighbours, and hits
    /// that overlap, have 1), or as the query says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pairs_weighted: Option<f64>,
    /// What `thematic find --cql` takes to show the hits of `a` that stand with `b`; null where no
    /// pattern says it (participants, `overlap = "dictionary"`, strategies).
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
    /// The first units in which they are together, in the order of the corpus; where the query asks
    /// for some.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub evidence: Vec<Evidence>,
}

/// The pairs of one kind of unit and one group.
pub struct PairTable {
    /// The kind of unit.
    pub within: Within,
    /// The group, where there are groups; `None` inside for text without a value.
    pub group: Option<Value>,
    /// Of each needle, the units or hits that it has.
    pub sizes: Vec<u64>,
    /// The rows, in the order of the pairs.
    pub rows: Vec<CooccurrenceRow>,
    /// Of each row, the numbers of its needles.
    pub pairs: Vec<(usize, usize)>,
    found: Found,
}

/// Where the hits of each needle are.
enum Found {
    Units(Vec<units::Hits>),
    Near(Vec<Vec<near::Place>>),
}

/// The pairs of a query.
#[derive(Default)]
pub struct PairsTable {
    /// By unit, then by group.
    pub tables: Vec<PairTable>,
    /// All pairs that were looked at, by the numbers of their needles.
    pub pairs: Vec<(usize, usize)>,
    /// Pairs that never meet, listed or not.
    pub never: u64,
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

impl PairTable {
    /// A hit of each where the two of a pair are together: by unit, or by pair of hits.
    fn meetings(&self, pair: (usize, usize)) -> Vec<(Hit, Hit)> {
        match &self.found {
            Found::Units(hits) => units::meetings(&hits[pair.0], &hits[pair.1]),
            Found::Near(places) => near::meetings(&places[pair.0], &places[pair.1], self.within),
        }
    }
}

/// What two needles have together.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Together {
    units: u64,
    a: u64,
    b: u64,
    both: u64,
    a_first: u64,
    shared: u64,
    sources: Option<u64>,
    all: Option<(u64, f64)>,
}

/// What is asked, and all that is found.
struct Question<'a> {
    asked: &'a Asked<'a>,
    query: &'a Cooccurrence,
    found: &'a [Vec<PassageHits>],
    pairs: &'a [(usize, usize)],
    cells: &'a Cells,
}

/// The table of a unit and a group before it is known what is listed of it.
struct Counted {
    table: PairTable,
    /// Of every pair, listed or not.
    p: Vec<Option<f64>>,
    permutation_p: Vec<Option<f64>>,
    /// Of each row, the number of its pair.
    at: Vec<usize>,
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
    let pairs = pairs(needles, query.across);
    let cells = Cells::new(asked);
    let question = Question { asked, query, found: &found, pairs: &pairs, cells: &cells };
    let mut out = PairsTable::default();
    for within in &query.within {
        let mut counted = match within {
            Within::Unit(unit) => units::tables(&question, *unit),
            near => vec![near::table(&question, *near)],
        };
        // One family: all pairs of all groups.
        let of = |p: fn(&Counted) -> &Vec<Option<f64>>| {
            let all: Vec<Option<f64>> = counted.iter().flat_map(p).copied().collect();
            stats::benjamini_hochberg(&all)
        };
        let (p, permutation_p) = (of(|c| &c.p), of(|c| &c.permutation_p));
        for (counted, group) in counted.iter_mut().zip(0..) {
            for (row, at) in counted.table.rows.iter_mut().zip(&counted.at) {
                let at = group * pairs.len() + at;
                row.measures.p_adjusted = p[at];
                row.permutation_p_adjusted = permutation_p.get(at).copied().flatten();
            }
        }
        let tables = counted.into_iter().map(|c| c.table);
        out.tables.extend(tables);
    }
    let met = out.tables.iter().flat_map(|t| &t.rows).filter(|r| r.n_ab > 0).count();
    out.never = (pairs.len() * out.tables.len() - met) as u64;
    out.pairs = pairs;
    Ok(out)
}

/// The rows of pairs, with the probabilities of all.
fn counted(
    question: &Question<'_>,
    (within, group): (Within, Option<Value>),
    sizes: Vec<u64>,
    of_pair: impl Fn((usize, usize)) -> (Together, Option<f64>) + Sync,
) -> Counted {
    let Question { asked, query, pairs, cells, .. } = *question;
    let of_pair = |(at, pair): (usize, &(usize, usize))| {
        let (together, permutation_p) = of_pair(*pair);
        assert!(together.both <= together.a.min(together.b), "a unit with both has each");
        let listed = query.zeros || together.both > 0;
        let row = listed.then(|| CooccurrenceRow {
            permutation_p,
            ..row((asked, cells), *pair, within, together)
        });
        let p = match &row {
            Some(row) => row.measures.p,
            None => table_of(together)
                .log_likelihood_signed()
                .ok()
                .map(|g2| stats::chi_squared_p(g2.abs())),
        };
        (row.map(|row| (row, *pair, at)), p, permutation_p)
    };
    let all: Vec<_> = pairs.par_iter().enumerate().map(|(at, pair)| of_pair((at, pair))).collect();
    let mut out = Counted {
        table: PairTable {
            within,
            group,
            sizes,
            rows: Vec::new(),
            pairs: Vec::new(),
            found: Found::Units(Vec::new()),
        },
        p: Vec::with_capacity(all.len()),
        permutation_p: Vec::new(),
        at: Vec::new(),
    };
    for (row, p, permutation_p) in all {
        out.p.push(p);
        if query.permutation {
            out.permutation_p.push(permutation_p);
        }
        if let Some((row, pair, at)) = row {
            out.table.rows.push(row);
            out.table.pairs.push(pair);
            out.at.push(at);
        }
    }
    out
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

fn table_of(of: Together) -> Table {
    Table::new(of.both, of.a, of.b, of.units)
}

/// The row of a pair.
fn row(
    (asked, cells): (&Asked<'_>, &Cells),
    pair: (usize, usize),
    within: Within,
    of: Together,
) -> CooccurrenceRow {
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
        sources_ab: of.sources,
        pairs: of.all.map(|all| all.0),
        pairs_weighted: of.all.map(|all| all.1),
        find: cells.pattern(pair, within),
        measures: Measures::of(table_of(of)),
        ..CooccurrenceRow::default()
    }
}
