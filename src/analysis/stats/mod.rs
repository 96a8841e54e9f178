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

pub use chance::{Chance, Cluster, Permuted, permutation_test, same_by_chance};
pub use contrast::{Contrast, OddsRatios, odds_ratios_compared};
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
const ONE_ABSENT: Undefined = "one of them does not occur";
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
            return Err(ONE_ABSENT);
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
        // In each cell O ln(O / E) = E ((1 + x) ln(1 + x) - x) + (O - E) with x = (O - E) / E, and the
        // last terms cancel. O - E is the same in all cells but for its sign, and exact in whole
        // numbers, so that no digits are lost where they nearly agree.
        let product = |x: u64, y: u64| u128::from(x) * u128::from(y);
        let (seen, chance) = (product(self.both, self.units), product(self.a, self.b));
        #[expect(clippy::cast_precision_loss, reason = "rounded once")]
        let apart = seen.abs_diff(chance) as f64 / float(self.units);
        let apart = if seen < chance { -apart } else { apart };
        let (not_a, not_b) = (self.units - self.a, self.units - self.b);
        let cells = [
            (self.a, self.b, apart),
            (self.a, not_b, -apart),
            (not_a, self.b, -apart),
            (not_a, not_b, apart),
        ];
        let mut sum = 0.0;
        for (row, column, apart) in cells {
            let expected = float(row) * float(column) / float(self.units);
            if expected > 0.0 {
                sum += expected * excess(apart / expected);
            }
        }
        Ok((2.0 * sum).max(0.0))
    }

    /// Cubed PMI in bits: log2(both³ / expected) (Daille 1994).
    ///
    /// # Errors
    /// Never together, or no unit.
    pub fn mi3_log2(self) -> Result<f64, Undefined> {
        Ok(self.pmi_log2()? + 2.0 * libm::log2(float(self.both)))
    }

    /// t-score: (both - expected) / sqrt both (Church et al. 1991).
    ///
    /// # Errors
    /// Never together, or no unit.
    pub fn t_score(self) -> Result<f64, Undefined> {
        let expected = self.expected()?;
        if self.both == 0 {
            return Err(NEVER);
        }
        Ok((float(self.both) - expected) / libm::sqrt(float(self.both)))
    }

    /// z-score: (both - expected) / sqrt expected (Dennis 1965).
    ///
    /// # Errors
    /// One of them does not occur, or no unit.
    pub fn z_score(self) -> Result<f64, Undefined> {
        let expected = self.expected()?;
        if self.a == 0 || self.b == 0 {
            return Err(ONE_ABSENT);
        }
        Ok((float(self.both) - expected) / libm::sqrt(expected))
    }

    /// Minimum sensitivity: the smaller of both / a and both / b (Pedersen and Bruce 1996).
    ///
    /// # Errors
    /// One of them does not occur.
    pub fn min_sensitivity(self) -> Result<f64, Undefined> {
        Ok(self.share_of_a()?.min(self.share_of_b()?))
    }

    /// Share of the units with a that have b: both / a.
    ///
    /// # Errors
    /// a does not occur.
    pub fn share_of_a(self) -> Result<f64, Undefined> {
        if self.a == 0 { Err("a does not occur") } else { Ok(float(self.both) / float(self.a)) }
    }

    /// Share of the units with b that have a: both / b.
    ///
    /// # Errors
    /// b does not occur.
    pub fn share_of_b(self) -> Result<f64, Undefined> {
        if self.b == 0 { Err("b does not occur") } else { Ok(float(self.both) / float(self.b)) }
    }

    /// Phi: the correlation of having a with having b, from -1 to 1 (Yule 1912).
    ///
    /// # Errors
    /// One of them is in no unit, or in every one.
    pub fn phi(self) -> Result<f64, Undefined> {
        let full = |n: u64| n == 0 || n == self.units;
        if full(self.a) || full(self.b) {
            return Err("one of them is in no unit, or in every one");
        }
        let [o11, o12, o21, o22] = self.cells().map(float);
        let margins = [self.a, self.units - self.a, self.b, self.units - self.b].map(float);
        // Two roots, for the product of four margins may be too large.
        let scale = libm::sqrt(margins[0] * margins[1]) * libm::sqrt(margins[2] * margins[3]);
        Ok((o11 * o22 - o12 * o21) / scale)
    }

    /// Odds ratio of the four cells, as [`Contrast::odds_ratio`].
    ///
    /// # Errors
    /// One of them is in no unit, or in every one.
    pub fn odds_ratio(self) -> Result<f64, Undefined> {
        self.contrast().odds_ratio()
    }

    /// Units with b among those with a, against those without a.
    #[must_use]
    pub fn contrast(self) -> Contrast {
        Contrast::new((self.both, self.a), (self.b - self.both, self.units - self.a))
    }

    /// Both, a alone, b alone, neither.
    #[must_use]
    pub const fn cells(self) -> [u64; 4] {
        let neither = self.units + self.both - self.a - self.b;
        [self.both, self.a - self.both, self.b - self.both, neither]
    }

    /// True when a cell is expected to hold less than 5, so that G2 is not to be trusted.
    #[must_use]
    pub fn is_small(self) -> bool {
        let least = |n: u64| n.min(self.units - n);
        float(least(self.a)) * float(least(self.b)) < 5.0 * float(self.units)
    }

    /// Fisher's exact test, two-sided.
    #[must_use]
    pub fn fisher(self) -> f64 {
        fisher_2x2(self.both, self.a, self.b, self.units)
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

/// (1 + x) ln(1 + x) - x, for x from -1 up.
fn excess(x: f64) -> f64 {
    if x <= -1.0 {
        return 1.0;
    }
    if x.abs() > 0.01 {
        return (1.0 + x) * libm::log1p(x) - x;
    }
    let (mut power, mut sum) = (x, 0.0);
    for n in 2..12_i32 {
        power *= -x;
        sum -= power / f64::from(n * (n - 1));
    }
    sum
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
