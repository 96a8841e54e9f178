//! What is said together: pairs of themes or patterns in units.
//!
//! A unit has a theme when a hit of it begins there; it counts once however many hits it has, so
//! that `n_ab` is never more than `n_a` or `n_b`. A theme and one below it are not paired: the one
//! holds the other.

use schemars::JsonSchema;
use serde::Serialize;

use super::stats::Table;
use super::units::{Of, UnitKey, Units, stretch_at};
use super::{Measures, adjust};
use crate::index::Store;
use crate::query::{Needle, Overlap, Unit};
use crate::search::{PassageHits, People, Scope, SearchError, Sentences, drop_nested, search};

/// A pair in a kind of unit.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct CooccurrenceRow {
    /// The first theme or pattern, in the order of the codebook or query.
    pub a: String,
    /// The second.
    pub b: String,
    /// The kind of unit.
    pub within: String,
    /// Units that were searched.
    pub units: u64,
    /// Units with a hit of `a`.
    pub n_a: u64,
    /// Units with a hit of `b`.
    pub n_b: u64,
    /// Units with a hit of each.
    pub n_ab: u64,
    /// Measures of association.
    #[serde(flatten)]
    pub measures: Measures,
}

/// All pairs of needles in each kind of unit.
///
/// # Errors
/// The store is damaged, or a pattern is too large for it.
pub fn cooccurrence(
    store: &Store,
    people: &People<'_>,
    scope: &Scope<'_>,
    needles: &[Needle],
    within: &[Unit],
    overlap: Overlap,
) -> Result<Vec<CooccurrenceRow>, SearchError> {
    let mut found =
        needles.iter().map(|n| search(store, scope, n)).collect::<Result<Vec<_>, _>>()?;
    if overlap == Overlap::Dictionary {
        drop_nested(&mut found);
    }
    let mut rows = Vec::new();
    for unit in within {
        let units = Units { store, people, of: Of::Unit(*unit) };
        let all = units.all(scope);
        let sets: Vec<BitSet> = found.iter().map(|f| with_hits(&units, scope, f, &all)).collect();
        let mut table = pairs(needles, &sets, *unit, all.len() as u64);
        let mut measures: Vec<&mut Measures> = table.iter_mut().map(|r| &mut r.measures).collect();
        adjust(&mut measures);
        rows.extend(table);
    }
    Ok(rows)
}

fn pairs(needles: &[Needle], sets: &[BitSet], unit: Unit, units: u64) -> Vec<CooccurrenceRow> {
    let mut rows = Vec::new();
    for (i, a) in needles.iter().enumerate() {
        for (j, b) in needles.iter().enumerate().skip(i + 1) {
            if is_above(a, b) || is_above(b, a) {
                continue;
            }
            let n_ab = sets[i].common(&sets[j]);
            let (n_a, n_b) = (sets[i].count, sets[j].count);
            rows.push(CooccurrenceRow {
                a: a.name.clone(),
                b: b.name.clone(),
                within: unit.name().to_owned(),
                units,
                n_a,
                n_b,
                n_ab,
                measures: Measures::of(Table::new(n_ab, n_a, n_b, units)),
            });
        }
    }
    rows
}

/// True when theme `a` stands above theme `b`; patterns stand above nothing.
fn is_above(a: &Needle, b: &Needle) -> bool {
    b.parent.is_some()
        && b.level > a.level
        && b.name.strip_prefix(&a.name).is_some_and(|rest| rest.starts_with('/'))
}

/// Which of the units have a hit.
fn with_hits(
    units: &Units<'_>,
    scope: &Scope<'_>,
    found: &[PassageHits],
    all: &[UnitKey],
) -> BitSet {
    let mut set = BitSet::new(all.len());
    let mut keys = Vec::new();
    let mut stretches = Vec::new();
    // A passage may have spans of which none was chosen.
    for passage in found.iter().filter(|p| !p.hits.is_empty()) {
        keys.clear();
        let mut sentences = Sentences::default();
        let (rank, row) = (passage.rank, &passage.row);
        let segment = &units.store.segments[passage.address.0 as usize];
        scope.stretches(segment, passage.address.1, rank, row, &mut stretches);
        for hit in &passage.hits {
            if let Some(stretch) = stretch_at(&stretches, hit.start) {
                units.of_token(&mut sentences, passage, stretch, hit.start, &mut keys);
            }
        }
        for key in &keys {
            if let Ok(at) = all.binary_search(key) {
                set.insert(at);
            }
        }
    }
    set
}

/// A set of small numbers.
struct BitSet {
    words: Vec<u64>,
    count: u64,
}

impl BitSet {
    fn new(size: usize) -> Self {
        Self { words: vec![0; size.div_ceil(64)], count: 0 }
    }

    fn insert(&mut self, at: usize) {
        let (word, bit) = (&mut self.words[at / 64], 1_u64 << (at % 64));
        self.count += u64::from(*word & bit == 0);
        *word |= bit;
    }

    fn common(&self, other: &Self) -> u64 {
        self.words.iter().zip(&other.words).map(|(a, b)| u64::from((a & b).count_ones())).sum()
    }
}
