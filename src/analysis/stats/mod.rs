//! Measures: functions of numbers only.
//!
//! Definitions follow Evert (2005), *The Statistics of Word Cooccurrences*, unless a function says
//! otherwise. An undefined value is an error with its reason, never NaN or infinity. Logarithms
//! come from the `libm` crate, so that every system computes the same digits.

mod chance;

mod contrast;

mod correlation;

mod crosstab;

mod dispersion;

mod intervals;

mod special;

pub use chance::{Chance, Cluster, Permuted, permutation_test};
pub use contrast::Contrast;
pub use correlation::{Correlation, pearson, spearman};
pub use crosstab::{Crosstab, chi_squared_tail, fisher_2x2};
pub use dispersion::{Dispersion, dispersion};
pub use intervals::{difference_interval, poisson_interval, wilson_interval};

/// Why a value is undefined.
pub type Undefined = &'static str;

/// Counts of units for two things, a and b.
///
/// ```text
///            b       not b
/// a        both     a - both        a
/// not a    b - both    …
///            b                    units
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Table {
    /// Units with both.
    pub both: u64,
    /// Units with a.
    pub a: u64,
    /// Units with b.
    pub b: u64,
    /// All units.
    pub units: u64,
}

const NEVER: &str = "never together";
const NO_UNITS: &str = "no unit";
const NEITHER: &str = "neither occurs";

#[expect(clippy::cast_precision_loss, reason = "counts are far below 2^53")]
pub(crate) fn float(n: u64) -> f64 {
    n as f64
}

impl Table {
    /// The table of these counts.
    ///
    /// # Panics
    /// When more units have both than have one of them: then the counting is wrong.
    #[must_use]
    pub fn new(both: u64, a: u64, b: u64, units: u64) -> Self {
        assert!(both <= a.min(b) && a.max(b) <= units, "n_ab <= min(n_a, n_b) <= units");
        Self { both, a, b, units }
    }

    /// Expected units with both under independence: a b / units.
    ///
    /// # Errors
    /// No unit.
    pub fn expected(self) -> Result<f64, Undefined> {
        if self.units == 0 {
            return Err(NO_UNITS);
        }
        Ok(float(self.a) * float(self.b) / float(self.units))
    }

    /// Jaccard coefficient: both / (a + b - both).
    ///
    /// # Errors
    /// Neither occurs.
    pub fn jaccard(self) -> Result<f64, Undefined> {
        let either = self.a + self.b - self.both;
        if either == 0 { Err(NEITHER) } else { Ok(float(self.both) / float(either)) }
    }

    /// Dice coefficient: 2 both / (a + b).
    ///
    /// # Errors
    /// Neither occurs.
    pub fn dice(self) -> Result<f64, Undefined> {
        let sum = self.a + self.b;
        if sum == 0 { Err(NEITHER) } else { Ok(2.0 * float(self.both) / float(sum)) }
    }

    /// logDice: 14 + log2 Dice (Rychlý 2008).
    ///
    /// # Errors
    /// Never together, or neither occurs.
    pub fn log_dice(self) -> Result<f64, Undefined> {
        let dice = self.dice()?;
        if self.both == 0 { Err(NEVER) } else { Ok(14.0 + libm::log2(dice)) }
    }

    /// Pointwise mutual information in bits: log2(both / expected) (Church and Hanks 1990).
    ///
    /// # Errors
    /// Never together, or no unit.
    pub fn pmi_log2(self) -> Result<f64, Undefined> {
        let expected = self.expected()?;
        if self.both == 0 { Err(NEVER) } else { Ok(libm::log2(float(self.both) / expected)) }
    }

    /// Normalised PMI: PMI / -log2(both / units), -1 where both occur and never together (Bouma 2009).
    ///
    /// # Errors
    /// One of them does not occur, or both are in every unit.
    pub fn npmi(self) -> Result<f64, Undefined> {
        if self.a == 0 || self.b == 0 {
            return Err("one of them does not occur");
        }
        if self.both == 0 {
            return Ok(-1.0);
        }
        if self.both == self.units {
            return Err("together in every unit");
        }
        let expected = self.expected()?;
        let share = float(self.both) / float(self.units);
        Ok(libm::log(float(self.both) / expected) / -libm::log(share))
    }

    /// Log-likelihood ratio of the four cells: G2 = 2 sum O ln(O / E), with 0 ln 0 = 0 (Dunning
    /// 1993).
    ///
    /// # Errors
    /// No unit.
    pub fn log_likelihood(self) -> Result<f64, Undefined> {
        if self.units == 0 {
            return Err(NO_UNITS);
        }
        let (not_a, not_b) = (self.units - self.a, self.units - self.b);
        let neither = self.units + self.both - self.a - self.b;
        let cells = [
            (self.both, self.a, self.b),
            (self.a - self.both, self.a, not_b),
            (self.b - self.both, not_a, self.b),
            (neither, not_a, not_b),
        ];
        let mut sum = 0.0;
        for (observed, row, column) in cells {
            if observed > 0 {
                let expected = float(row) * float(column) / float(self.units);
                sum += float(observed) * libm::log(float(observed) / expected);
            }
        }
        Ok((2.0 * sum).max(0.0))
    }

    /// [`Table::log_likelihood`], negative where both stand together less often than expected.
    ///
    /// # Errors
    /// No unit.
    pub fn log_likelihood_signed(self) -> Result<f64, Undefined> {
        let g2 = self.log_likelihood()?;
        Ok(if float(self.both) < self.expected()? && g2 > 0.0 { -g2 } else { g2 })
    }
}

/// Upper tail of the chi-squared distribution with one degree of freedom: erfc(sqrt(x / 2)).
///
/// Exact far into the tail, where 1 - P would be 0.
#[must_use]
pub fn chi_squared_p(x: f64) -> f64 {
    libm::erfc(libm::sqrt(x / 2.0))
}

/// `count` per `base` of `total`.
///
/// # Errors
/// The total is 0.
pub fn rate(count: u64, total: u64, base: u64) -> Result<f64, Undefined> {
    if total == 0 {
        return Err("no token was searched");
    }
    Ok(float(count) / float(total) * float(base))
}

/// Probabilities adjusted for the false discovery rate (Benjamini and Hochberg 1995).
///
/// With m defined values sorted, p(i) m / i, made monotone from the largest down, at most 1. An
/// undefined value stays so and is not counted in m.
#[must_use]
pub fn benjamini_hochberg(p: &[Option<f64>]) -> Vec<Option<f64>> {
    let mut order: Vec<(f64, usize)> =
        p.iter().enumerate().filter_map(|(i, p)| p.map(|p| (p, i))).collect();
    order.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    let mut out = vec![None; p.len()];
    let m = float(order.len() as u64);
    let mut least = 1.0_f64;
    for (rank, (p, i)) in order.iter().enumerate().rev() {
        least = least.min(p * m / float(rank as u64 + 1));
        out[*i] = Some(least);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn measures_of_a_table_by_hand() {
        let table = Table::new(5, 100, 10, 1000);
        assert_eq!(table.expected(), Ok(1.0));
        assert_eq!(table.jaccard(), Ok(5.0 / 105.0));
        assert_eq!(table.pmi_log2(), Ok(libm::log2(5.0)));
    }

    #[test]
    fn undefined_has_a_reason() {
        assert_eq!(Table::new(0, 3, 2, 9).log_dice(), Err(NEVER));
        assert_eq!(Table::new(0, 0, 0, 0).expected(), Err(NO_UNITS));
        assert_eq!(Table::new(0, 0, 0, 5).jaccard(), Err(NEITHER));
        assert_eq!(rate(0, 0, 1000), Err("no token was searched"));
    }
}
