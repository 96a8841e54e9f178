//! Hits become tables: concordance, frequency, co-occurrence, collocates.
//!
//! Rows are flat records under the field's standard names; their order is that of the corpus and
//! of the codebook. Counting is in whole numbers; what is no whole number is computed once, at the
//! end, by the functions of [`stats`], which know numbers only.

mod collocates;

mod cooccurrence;

mod frequency;

mod groups;

mod inspect;

mod kwic;

pub mod stats;

mod units;

pub use collocates::{CollocatesRow, CollocatesTable, collocates};
pub use cooccurrence::{CooccurrenceRow, cooccurrence};
pub use frequency::{
    Asked, ComparisonRow, CorrelationRow, Correlations, Counts as FrequencyCounts, CrosstabRow,
    FrequencyRow, PairRow, SaturationRow, Uncovered, UncoveredRow, compare, correlate, cross,
    saturation, uncovered,
};
pub use inspect::{Inspection, ThemeForms, inspect};
pub(crate) use kwic::locator;
pub use kwic::{
    Collected, Concordance, Counts, GroupRow, KwicRow, group_column, groups as kwic_groups,
};

use serde::Serialize;

/// Measures of association of two things in a table of units, and why some are undefined.
#[derive(Clone, Debug, PartialEq, Serialize, schemars::JsonSchema)]
pub struct Measures {
    /// Units in which both are expected if they had nothing to do with each other: `n_a` times
    /// `n_b`, divided by the units.
    pub expected: Option<f64>,
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
    /// Log-likelihood ratio G2 of the four cells; negative where both stand together less often
    /// than expected.
    pub log_likelihood: Option<f64>,
    /// Probability of a G2 at least so large if both were independent (chi-squared, 1 degree of
    /// freedom).
    pub p: Option<f64>,
    /// `p` adjusted for the number of rows of the same table (Benjamini and Hochberg 1995).
    pub p_adjusted: Option<f64>,
    /// Why a value is null: measures and reasons.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub undefined: Option<String>,
}

impl Measures {
    /// All measures of a table but the adjusted probability.
    #[must_use]
    pub fn of(table: stats::Table) -> Self {
        let mut reasons: Vec<String> = Vec::new();
        let mut value = |name: &str, result: Result<f64, &'static str>| match result {
            Ok(value) => Some(value),
            Err(reason) => {
                reasons.push(format!("{name}: {reason}"));
                None
            }
        };
        let expected = value("expected", table.expected());
        let jaccard = value("jaccard", table.jaccard());
        let dice = value("dice", table.dice());
        let log_dice = value("log_dice", table.log_dice());
        let pmi_log2 = value("pmi_log2", table.pmi_log2());
        let npmi = value("npmi", table.npmi());
        let log_likelihood = value("log_likelihood", table.log_likelihood_signed());
        let p = log_likelihood.map(|g2| stats::chi_squared_p(g2.abs()));
        let undefined = (!reasons.is_empty()).then(|| reasons.join("; "));
        Self {
            expected,
            jaccard,
            dice,
            log_dice,
            pmi_log2,
            npmi,
            log_likelihood,
            p,
            p_adjusted: None,
            undefined,
        }
    }
}

/// Sets `p_adjusted` of all rows of one table; their defined `p` are the family.
pub(crate) fn adjust(rows: &mut [&mut Measures]) {
    let p: Vec<Option<f64>> = rows.iter().map(|m| m.p).collect();
    for (measures, adjusted) in rows.iter_mut().zip(stats::benjamini_hochberg(&p)) {
        measures.p_adjusted = adjusted;
    }
}
