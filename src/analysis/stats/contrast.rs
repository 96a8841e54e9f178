//! Two groups beside each other: how often in this, how often in that.

use super::special::NORMAL_97_5;
use super::{Table, Undefined, float};

/// A count in each of two groups, and what it is a count of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Contrast {
    /// Count in the first group.
    pub a: u64,
    /// Of so many.
    pub of_a: u64,
    /// Count in the second group.
    pub b: u64,
    /// Of so many.
    pub of_b: u64,
}

const EMPTY: Undefined = "a group is empty";
const NEITHER: Undefined = "it occurs in neither group";
const EVERYWHERE: Undefined = "it occurs in every unit of both groups";

impl Contrast {
    /// The contrast of `a` of `of_a` with `b` of `of_b`.
    ///
    /// # Panics
    /// When more is counted than there is.
    #[must_use]
    pub fn new((a, of_a): (u64, u64), (b, of_b): (u64, u64)) -> Self {
        assert!(a <= of_a && b <= of_b, "a count is part of what it is a count of");
        Self { a, of_a, b, of_b }
    }

    /// The four cells.
    #[must_use]
    pub const fn cells(self) -> [u64; 4] {
        [self.a, self.of_a - self.a, self.b, self.of_b - self.b]
    }

    /// As a table: the first group against all, what is counted against all.
    #[must_use]
    pub fn table(self) -> Table {
        Table::new(self.a, self.of_a, self.a + self.b, self.of_a + self.of_b)
    }

    /// That there is something to be tested.
    fn defined(self) -> Result<(), Undefined> {
        if self.of_a == 0 || self.of_b == 0 {
            return Err(EMPTY);
        }
        if self.a == 0 && self.b == 0 {
            return Err(NEITHER);
        }
        if self.a == self.of_a && self.b == self.of_b {
            return Err(EVERYWHERE);
        }
        Ok(())
    }

    /// Log-likelihood ratio of the four cells, negative where it is rarer in the first group.
    ///
    /// # Errors
    /// A group is empty, or it is nowhere, or everywhere.
    pub fn log_likelihood(self) -> Result<f64, Undefined> {
        self.defined()?;
        self.table().log_likelihood_signed()
    }

    /// log2 of the quotient of the shares; a count of 0 is taken for 0.5 (Hardie 2014).
    ///
    /// # Errors
    /// A group is empty, or it occurs in neither.
    pub fn log_ratio(self) -> Result<f64, Undefined> {
        if self.of_a == 0 || self.of_b == 0 {
            return Err(EMPTY);
        }
        if self.a == 0 && self.b == 0 {
            return Err(NEITHER);
        }
        let count = |n: u64| if n == 0 { 0.5 } else { float(n) };
        let (a, b) = (count(self.a) / float(self.of_a), count(self.b) / float(self.of_b));
        Ok(libm::log2(a / b))
    }

    /// Odds ratio of the sample, with 0.5 added to all four cells if one of them is 0.
    ///
    /// # Errors
    /// A group is empty, or it is nowhere, or everywhere.
    pub fn odds_ratio(self) -> Result<f64, Undefined> {
        self.defined()?;
        let add = if self.has_zero() { 0.5 } else { 0.0 };
        let [o11, o12, o21, o22] = self.cells().map(|n| float(n) + add);
        Ok(o11 * o22 / (o12 * o21))
    }

    /// True when one of the four cells is 0.
    #[must_use]
    pub fn has_zero(self) -> bool {
        self.cells().contains(&0)
    }

    /// What took the place of zeros in the two ratios, if a zero was in the way.
    #[must_use]
    pub fn zero_rule(self) -> Option<String> {
        let mut rules = Vec::new();
        if self.log_ratio().is_ok() && (self.a == 0 || self.b == 0) {
            rules.push("log_ratio: 0.5 for a count of 0 (Hardie 2014)");
        }
        if self.odds_ratio().is_ok() && self.has_zero() {
            rules.push("odds_ratio: 0.5 added to all four cells (Haldane 1956, Anscombe 1956)");
        }
        (!rules.is_empty()).then(|| rules.join("; "))
    }
}

/// Two odds ratios beside each other.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct OddsRatios {
    /// That of the second table.
    pub elsewhere: f64,
    /// The first over the second.
    pub quotient: f64,
    /// Low end of its interval of 95 %.
    pub low: f64,
    /// High end of it.
    pub high: f64,
}

/// The odds ratio of one table over that of another, with the interval of Woolf (1955): that of the
/// logarithm, whose variance is the sum of one over each of the eight cells. If one of them is 0, 0.5 is
/// added to all.
///
/// # Errors
/// An odds ratio is not defined: one of the two things is in no unit, or in every one.
pub fn odds_ratios_compared(here: Table, elsewhere: Table) -> Result<OddsRatios, Undefined> {
    here.odds_ratio().and(elsewhere.odds_ratio())?;
    let cells = |t: Table| {
        let neither = t.units - (t.a + t.b - t.both);
        [t.both, t.a - t.both, t.b - t.both, neither]
    };
    let (here, elsewhere) = (cells(here), cells(elsewhere));
    let zero = here.contains(&0) || elsewhere.contains(&0);
    let add = if zero { 0.5 } else { 0.0 };
    let odds = |cells: [u64; 4]| {
        let [both, a, b, neither] = cells.map(|n| float(n) + add);
        (both * neither / (a * b), 1.0 / both + 1.0 / a + 1.0 / b + 1.0 / neither)
    };
    let ((one, of_one), (other, of_other)) = (odds(here), odds(elsewhere));
    let quotient = one / other;
    let reach = libm::exp(NORMAL_97_5 * libm::sqrt(of_one + of_other));
    Ok(OddsRatios { elsewhere: other, quotient, low: quotient / reach, high: quotient * reach })
}
