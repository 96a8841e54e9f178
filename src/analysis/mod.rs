//! Hits become tables: concordance, frequency, co-occurrence, collocates, keywords.
//!
//! Rows are flat records under the field's standard names; their order is that of the corpus and
//! of the codebook. Counting is in whole numbers; what is no whole number is computed once, at the
//! end, by the functions of [`stats`], which know numbers only.

mod collocates;

mod cooccurrence;

mod frequency;

mod groups;

mod inspect;

mod keywords;

mod kwic;

pub mod stats;

mod units;

mod words;

pub use collocates::{
    ClustersRow, ClustersTable, CollocatesRow, CollocatesTable, clusters, collocates,
};
pub use cooccurrence::{
    CooccurrenceRow, Evidence, EvidenceRow, PairRows, PairTable, PairsTable, Passages, cooccurrence,
};
pub use frequency::{
    ComparisonRow, CorrelationRow, Correlations, Counts as FrequencyCounts, CrosstabRow,
    FrequencyRow, PairRow, SaturationRow, Uncovered, UncoveredRow, compare, correlate, cross,
    saturation, uncovered,
};
pub use inspect::{Inspection, ThemeForms, inspect};
pub use keywords::{KeywordsRow, KeywordsTable, Parts, keywords};
pub(crate) use kwic::locator;
pub use kwic::{
    Collected, Concordance, Counts, GroupRow, KwicRow, group_column, groups as kwic_groups,
};

use serde::Serialize;

use crate::index::Store;
use crate::query::{Measure, Needle, Overlap};
use crate::search::{People, Scope};

/// A map with a quick hash, seeded anew in each run as std's is: nothing may hang on its order.
type FastMap<K, V> = std::collections::HashMap<K, V, hashbrown::DefaultHashBuilder>;

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

/// Measures of association of two things in a table of units, and why some are undefined.
#[derive(Clone, Debug, Default, PartialEq, Serialize, schemars::JsonSchema)]
pub struct Measures {
    /// Units in which both are expected if they had nothing to do with each other: `n_a` times
    /// `n_b`, divided by the units.
    pub expected: Option<f64>,
    /// Units with both over those expected.
    pub observed_over_expected: Option<f64>,
    /// Share of the units with either that have both, from 0 to 1 (ATLAS.ti's c).
    pub jaccard: Option<f64>,
    /// 2 both / (a + b), from 0 to 1.
    pub dice: Option<f64>,
    /// 14 + log2 of Dice, at most 14.
    pub log_dice: Option<f64>,
    /// Pointwise mutual information in bits: log2 of observed over expected.
    pub pmi_log2: Option<f64>,
    /// PMI normalised to -1 (never together), 0 (independent), 1 (always together).
    pub npmi: Option<f64>,
    /// Cubed PMI in bits: log2 of both³ over expected.
    pub mi3_log2: Option<f64>,
    /// t-score: (both - expected) / sqrt both.
    pub t_score: Option<f64>,
    /// z-score: (both - expected) / sqrt expected.
    pub z_score: Option<f64>,
    /// The smaller of both / a and both / b.
    pub min_sensitivity: Option<f64>,
    /// Share of the units with a that have b, too.
    pub b_given_a: Option<f64>,
    /// Share of the units with b that have a, too.
    pub a_given_b: Option<f64>,
    /// log2 of b's share of the units with a over its share of those without; 0 is taken for 0.5
    /// (Hardie 2014).
    pub log_ratio: Option<f64>,
    /// Odds ratio; 0.5 is added to all four cells if one is 0 (Haldane 1956, Anscombe 1956).
    pub odds_ratio: Option<f64>,
    /// Correlation of having a with having b, from -1 to 1.
    pub phi: Option<f64>,
    /// Log-likelihood ratio G2 of the four cells; negative where both stand together less often
    /// than expected.
    pub log_likelihood: Option<f64>,
    /// Probability of a G2 at least so large if both were independent (chi-squared, 1 degree of
    /// freedom).
    pub p: Option<f64>,
    /// `p` adjusted for the number of rows of the same table (Benjamini and Hochberg 1995).
    pub p_adjusted: Option<f64>,
    /// Fisher's exact probability, two-sided, where a cell is expected to hold less than 5, so that
    /// `p` is not to be trusted; null where none is.
    pub fisher_p: Option<f64>,
    /// Why a value is null: measures and reasons.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub undefined: Option<String>,
}

impl Measures {
    /// All measures of a table but the adjusted probability.
    #[must_use]
    pub fn of(table: stats::Table) -> Self {
        let mut reasons = Reasons::default();
        let expected = reasons.take("expected", table.expected());
        let observed = stats::float(table.both);
        let log_likelihood = reasons.take("log_likelihood", table.log_likelihood_signed());
        Self {
            expected,
            observed_over_expected: expected.filter(|e| *e > 0.0).map(|e| observed / e),
            jaccard: reasons.take("jaccard", table.jaccard()),
            dice: reasons.take("dice", table.dice()),
            log_dice: reasons.take("log_dice", table.log_dice()),
            pmi_log2: reasons.take("pmi_log2", table.pmi_log2()),
            npmi: reasons.take("npmi", table.npmi()),
            mi3_log2: reasons.take("mi3_log2", table.mi3_log2()),
            t_score: reasons.take("t_score", table.t_score()),
            z_score: reasons.take("z_score", table.z_score()),
            min_sensitivity: reasons.take("min_sensitivity", table.min_sensitivity()),
            b_given_a: reasons.take("b_given_a", table.share_of_a()),
            a_given_b: reasons.take("a_given_b", table.share_of_b()),
            log_ratio: reasons.take("log_ratio", table.contrast().log_ratio()),
            odds_ratio: reasons.take("odds_ratio", table.odds_ratio()),
            phi: reasons.take("phi", table.phi()),
            log_likelihood,
            p: log_likelihood.map(|g2| stats::chi_squared_p(g2.abs())),
            p_adjusted: None,
            fisher_p: (table.units > 0 && table.is_small()).then(|| table.fisher()),
            undefined: reasons.told(),
        }
    }
}

impl Measures {
    /// The value of a measure; `count` is the number of those with both.
    #[must_use]
    pub fn value(&self, measure: Measure, count: u64) -> Option<f64> {
        match measure {
            Measure::LogLikelihood => self.log_likelihood,
            Measure::Count => Some(stats::float(count)),
            Measure::ObservedOverExpected => self.observed_over_expected,
            Measure::Jaccard => self.jaccard,
            Measure::Dice => self.dice,
            Measure::LogDice => self.log_dice,
            Measure::PmiLog2 => self.pmi_log2,
            Measure::Npmi => self.npmi,
            Measure::Mi3Log2 => self.mi3_log2,
            Measure::TScore => self.t_score,
            Measure::ZScore => self.z_score,
            Measure::MinSensitivity => self.min_sensitivity,
            Measure::LogRatio => self.log_ratio,
            Measure::OddsRatio => self.odds_ratio,
            Measure::Phi => self.phi,
        }
    }
}

/// Why values are undefined, collected for one row.
#[derive(Default)]
struct Reasons(Vec<String>);

impl Reasons {
    fn take<T>(&mut self, name: &str, result: Result<T, stats::Undefined>) -> Option<T> {
        result.map_err(|reason| self.0.push(format!("{name}: {reason}"))).ok()
    }

    fn told(self) -> Option<String> {
        (!self.0.is_empty()).then(|| self.0.join("; "))
    }
}

/// Sets `p_adjusted` of all rows of one table; their defined `p` are the family.
pub(crate) fn adjust(rows: &mut [&mut Measures]) {
    let p: Vec<Option<f64>> = rows.iter().map(|m| m.p).collect();
    for (measures, adjusted) in rows.iter_mut().zip(stats::benjamini_hochberg(&p)) {
        measures.p_adjusted = adjusted;
    }
}
