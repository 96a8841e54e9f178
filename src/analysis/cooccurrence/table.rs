//! The table of one kind of unit and one group: counts first, rows when they are written.
//!
//! Of pairs that never meet nothing is kept but that they are none of those that do.

use std::sync::Arc;

use rayon::prelude::*;
use serde_json::{Map, Value as Json};

use super::super::groups::Value;
use super::super::stats::{self, Table, difference_interval, odds_ratios_compared};
use super::super::{Asked, Measures};
use super::{CooccurrenceRow, Hit, PairsTable, near, units};
use crate::query::{Cooccurrence, Within};

/// The pairs of one kind of unit and one group.
pub struct PairTable {
    /// The kind of unit.
    pub within: Within,
    /// The group, where there are groups; `None` inside for text without a value.
    pub group: Option<Value>,
    /// Of each needle, the units or hits that it has.
    pub sizes: Vec<u64>,
    /// Units; of hits near each other stretches, of which there are as many as hits at least.
    pub(super) units: u64,
    /// The pairs that meet, by their numbers.
    pub(super) met: Vec<(u32, Counts)>,
    pub(super) found: Found,
    /// The other groups, where there are groups.
    pub(super) others: Option<Arc<Others>>,
}

/// Where the hits of each needle are.
pub(super) enum Found {
    Units(Vec<units::Hits>, Option<units::Sources>),
    Near(Vec<near::Places>),
}

/// What two needles have together.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Counts {
    pub(super) both: u32,
    pub(super) a_first: u32,
    pub(super) shared: u32,
    /// Sources in which they are together, if that can be told.
    pub(super) sources: Option<u32>,
    /// All pairs of hits near each other.
    pub(super) pairs: Option<u64>,
    pub(super) weighted: Option<f64>,
}

/// All groups that have a value together: what each is held against.
pub(super) struct Others {
    both: Vec<u64>,
    sizes: Vec<u64>,
    units: u64,
}

impl Others {
    /// Tells each table of a unit of the others.
    pub(super) fn tell(tables: &mut [PairTable], pairs: usize) {
        let needles = tables.first().map_or(0, |t| t.sizes.len());
        let mut all = Self { both: vec![0; pairs], sizes: vec![0; needles], units: 0 };
        let valued = |t: &PairTable| t.group.as_ref().is_some_and(Option::is_some);
        for table in tables.iter().filter(|t| valued(t)) {
            all.units += table.units;
            for (sum, size) in all.sizes.iter_mut().zip(&table.sizes) {
                *sum += size;
            }
            for (pair, counts) in &table.met {
                all.both[*pair as usize] += u64::from(counts.both);
            }
        }
        let all = Arc::new(all);
        for table in tables.iter_mut().filter(|t| valued(t)) {
            table.others = Some(Arc::clone(&all));
        }
    }
}

/// The rows of a table, each with the numbers of its needles.
pub type PairRows = Vec<(CooccurrenceRow, (usize, usize))>;

impl PairTable {
    /// Pairs that meet.
    pub(super) fn met(&self) -> usize {
        self.met.len()
    }

    /// A hit of each where the two of a pair are together: by unit, or by pair of hits.
    pub(super) fn meetings(&self, pair: (usize, usize)) -> Vec<(Hit, Hit)> {
        match &self.found {
            Found::Units(hits, _) => units::meetings(&hits[pair.0], &hits[pair.1]),
            Found::Near(places) => near::meetings(&places[pair.0], &places[pair.1], self.within),
        }
    }

    /// The four cells of a pair.
    fn cells(&self, (a, b): (usize, usize), both: u64) -> Table {
        let (a, b) = (self.sizes[a], self.sizes[b]);
        assert!(both <= a.min(b), "a unit with both has each");
        Table::new(both, a, b, self.units.max(a + b - both))
    }

    /// The rows, in the order of the pairs: those that meet, or all. Probabilities are adjusted for all
    /// pairs of this table.
    #[must_use]
    pub fn rows(&self, asked: &Asked<'_>, query: &Cooccurrence, all: &PairsTable) -> PairRows {
        let mut met = self.met.iter().peekable();
        let counts: Vec<Option<Counts>> = (0_u32..)
            .zip(&all.pairs)
            .map(|(at, _)| met.next_if(|m| m.0 == at).map(|m| m.1))
            .collect();
        let p_of = |(pair, counts): (&(usize, usize), &Option<Counts>)| {
            let both = counts.map_or(0, |c| u64::from(c.both));
            let g2 = self.cells(*pair, both).log_likelihood_signed().ok();
            let permuted = match &self.found {
                Found::Units(hits, Some(strata)) if query.permutation => {
                    let (a, b) = (&hits[pair.0], &hits[pair.1]);
                    Some(units::inside_sources(strata, a, b, both))
                }
                _ => None,
            };
            (g2.map(|g2| stats::chi_squared_p(g2.abs())), permuted)
        };
        let p = all.pairs.par_iter().zip(&counts).map(p_of);
        let (p, permuted): (Vec<_>, Vec<_>) = p.unzip();
        let adjusted = stats::benjamini_hochberg(&p);
        let permuted_adjusted = stats::benjamini_hochberg(&permuted);
        let group = self.columns(query);
        let row = |at: usize| {
            let (pair, counts) = (all.pairs[at], counts[at].unwrap_or_default());
            let mut row = self.row(asked, pair, counts);
            row.find = all.cells.text(at, pair, self.within);
            row.group.clone_from(&group);
            row.measures.p_adjusted = adjusted[at];
            (row.permutation_p, row.permutation_p_adjusted) = (permuted[at], permuted_adjusted[at]);
            if let Some(others) = &self.others {
                self.compare(&mut row, at, pair, others);
            }
            (row, pair)
        };
        let listed: Vec<usize> =
            (0..counts.len()).filter(|at| query.zeros || counts[*at].is_some()).collect();
        listed.into_par_iter().map(row).collect()
    }

    /// The column of the group.
    fn columns(&self, query: &Cooccurrence) -> Map<String, Json> {
        let field = query.by.as_ref().map(|by| by.field.name().to_owned());
        let value = self.group.clone().map(|v| v.map_or(Json::Null, Json::String));
        field.zip(value).into_iter().collect()
    }

    fn row(&self, asked: &Asked<'_>, pair: (usize, usize), counts: Counts) -> CooccurrenceRow {
        let both = u64::from(counts.both);
        let cells = self.cells(pair, both);
        let near = !matches!(self.within, Within::Unit(_));
        let words = matches!(self.within, Within::Words(_));
        let sources = match self.within {
            Within::Unit(crate::query::Unit::Participant) => None,
            _ => Some(u64::from(counts.sources.unwrap_or_default())),
        };
        CooccurrenceRow {
            a: asked.needles[pair.0].name.clone(),
            b: asked.needles[pair.1].name.clone(),
            within: self.within.name(),
            units: cells.units,
            n_a: self.sizes[pair.0],
            n_b: self.sizes[pair.1],
            n_ab: both,
            a_before_b: u64::from(counts.a_first),
            shared_span: u64::from(counts.shared),
            sources_ab: sources,
            pairs: near.then(|| counts.pairs.unwrap_or_default()),
            pairs_weighted: words.then(|| counts.weighted.unwrap_or_default()),
            measures: Measures::of(cells),
            ..CooccurrenceRow::default()
        }
    }

    /// The group's share of units with both, and its odds ratio, beside those of all other groups with
    /// a value.
    fn compare(&self, row: &mut CooccurrenceRow, at: usize, pair: (usize, usize), all: &Others) {
        let rest = |all: u64, own: u64| all.saturating_sub(own);
        let both = rest(all.both[at], row.n_ab);
        let (here, elsewhere) = ((row.n_ab, row.units), (both, rest(all.units, self.units)));
        if elsewhere.0 > elsewhere.1 || here.0 > here.1 {
            return;
        }
        let share = |n: (u64, u64)| stats::rate(n.0, n.1, 1).ok();
        let interval = difference_interval(here, elsewhere).ok();
        (row.share, row.share_elsewhere) = (share(here), share(elsewhere));
        row.difference = row.share.zip(row.share_elsewhere).map(|(a, b)| a - b);
        row.difference_low = interval.map(|i| i.0);
        row.difference_high = interval.map(|i| i.1);
        let a = rest(all.sizes[pair.0], row.n_a);
        let b = rest(all.sizes[pair.1], row.n_b);
        let there = Table::new(both, a, b, elsewhere.1.max(a + b - both));
        let here = Table::new(row.n_ab, row.n_a, row.n_b, row.units);
        if let Ok(compared) = odds_ratios_compared(here, there) {
            row.odds_ratio_elsewhere = Some(compared.elsewhere);
            row.odds_ratio_quotient = Some(compared.quotient);
            row.odds_ratio_quotient_low = Some(compared.low);
            row.odds_ratio_quotient_high = Some(compared.high);
        }
    }
}
