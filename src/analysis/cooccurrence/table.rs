//! The table of one kind of unit and one group: counts first, rows when they are written.
//!
//! Of pairs that never meet nothing is kept but that they are none of those that do.

use std::sync::Arc;

use rayon::prelude::*;
use serde_json::{Map, Value as Json};

use super::super::groups::Value;
use super::super::stats::{self, Table, difference_interval, odds_ratios_compared};
use super::super::{Asked, Measures, Reasons};
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
    /// By pair: units with both, and units.
    pairs: Vec<(u64, u64)>,
    sizes: Vec<u64>,
}

impl Others {
    /// Tells each table of a unit of the others.
    pub(super) fn tell(tables: &mut [PairTable], pairs: &[(usize, usize)]) {
        let needles = tables.first().map_or(0, |t| t.sizes.len());
        let mut all = Self { pairs: vec![(0, 0); pairs.len()], sizes: vec![0; needles] };
        let valued = |t: &PairTable| t.group.as_ref().is_some_and(Option::is_some);
        for table in tables.iter().filter(|t| valued(t)) {
            for (sum, size) in all.sizes.iter_mut().zip(&table.sizes) {
                *sum += size;
            }
            let mut met = table.met.iter().peekable();
            for ((at, pair), sum) in (0_u32..).zip(pairs).zip(&mut all.pairs) {
                let both = met.next_if(|m| m.0 == at).map_or(0, |m| u64::from(m.1.both));
                sum.0 += both;
                sum.1 += table.cells(*pair, both).units;
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
                Self::compare(&mut row, at, pair, others);
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
    fn compare(row: &mut CooccurrenceRow, at: usize, pair: (usize, usize), all: &Others) {
        let (both, units) = all.pairs[at];
        let here = Table::new(row.n_ab, row.n_a, row.n_b, row.units);
        let there = Table::new(
            both - row.n_ab,
            all.sizes[pair.0] - row.n_a,
            all.sizes[pair.1] - row.n_b,
            units - row.units,
        );
        let (one, other) = ((here.both, here.units), (there.both, there.units));
        let mut reasons = Reasons::default();
        row.share = reasons.take("share", stats::rate(one.0, one.1, 1));
        row.share_elsewhere = reasons.take("share_elsewhere", stats::rate(other.0, other.1, 1));
        row.difference = row.share.zip(row.share_elsewhere).map(|(a, b)| a - b);
        let interval = difference_interval(one, other).ok();
        row.difference_low = interval.map(|i| i.0);
        row.difference_high = interval.map(|i| i.1);
        let compared = odds_ratios_compared(here, there);
        let compared = reasons.take("odds_ratio_quotient", compared);
        row.odds_ratio_elsewhere = compared.map(|c| c.elsewhere);
        row.odds_ratio_quotient = compared.map(|c| c.quotient);
        row.odds_ratio_quotient_low = compared.map(|c| c.low);
        row.odds_ratio_quotient_high = compared.map(|c| c.high);
        let before = row.measures.undefined.take();
        let told: Vec<String> = before.into_iter().chain(reasons.told()).collect();
        row.measures.undefined = (!told.is_empty()).then(|| told.join("; "));
    }
}
