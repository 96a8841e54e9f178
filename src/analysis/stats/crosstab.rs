//! Tables of counts with any number of rows and columns.

use super::special::gamma_tails;
use super::{NO_UNITS, Undefined, float};

/// A table of counts, row by row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Crosstab {
    cells: Vec<Vec<u64>>,
    rows: Vec<u64>,
    columns: Vec<u64>,
    total: u64,
}

/// Most tables that Fisher's test walks through.
const MOST_TABLES: u64 = 2_000_000;

impl Crosstab {
    /// The table of these rows, all of one length.
    #[must_use]
    pub fn new(cells: Vec<Vec<u64>>) -> Self {
        let rows: Vec<u64> = cells.iter().map(|r| r.iter().sum()).collect();
        let width = cells.first().map_or(0, Vec::len);
        let columns: Vec<u64> = (0..width).map(|c| cells.iter().map(|r| r[c]).sum()).collect();
        let total = rows.iter().sum();
        Self { cells, rows, columns, total }
    }

    /// Sum of a row.
    #[must_use]
    pub fn row(&self, row: usize) -> u64 {
        self.rows[row]
    }

    /// Sum of a column.
    #[must_use]
    pub fn column(&self, column: usize) -> u64 {
        self.columns[column]
    }

    /// Sum of all.
    #[must_use]
    pub const fn total(&self) -> u64 {
        self.total
    }

    /// What a cell would hold if rows and columns were independent.
    ///
    /// # Errors
    /// The table is empty.
    pub fn expected(&self, row: usize, column: usize) -> Result<f64, Undefined> {
        if self.total == 0 {
            return Err(NO_UNITS);
        }
        Ok(float(self.rows[row]) * float(self.columns[column]) / float(self.total))
    }

    /// Pearson's residual of a cell: (O - E) / sqrt E.
    ///
    /// # Errors
    /// Its row or column is empty.
    pub fn residual(&self, row: usize, column: usize) -> Result<f64, Undefined> {
        let expected = self.expected(row, column)?;
        if expected == 0.0 {
            return Err("a margin is 0");
        }
        Ok((float(self.cells[row][column]) - expected) / libm::sqrt(expected))
    }

    /// Standardised residual of a cell (Haberman 1973, adjusted): its residual over
    /// sqrt((1 - row share) (1 - column share)); beyond ±2 it is unusual under independence.
    ///
    /// # Errors
    /// Its row or column is empty, or holds everything.
    pub fn standardised_residual(&self, row: usize, column: usize) -> Result<f64, Undefined> {
        let residual = self.residual(row, column)?;
        let left = |part: u64| float(self.total - part) / float(self.total);
        let scale = left(self.rows[row]) * left(self.columns[column]);
        if scale == 0.0 {
            Err("a margin holds everything")
        } else {
            Ok(residual / libm::sqrt(scale))
        }
    }

    /// Degrees of freedom, over rows and columns that are not empty.
    #[must_use]
    pub fn freedom(&self) -> u64 {
        let full = |sums: &[u64]| sums.iter().filter(|n| **n > 0).count() as u64;
        full(&self.rows).saturating_sub(1) * full(&self.columns).saturating_sub(1)
    }

    /// Chi-squared: the sum of (O - E)² / E (Pearson 1900), without a correction.
    ///
    /// # Errors
    /// Less than two rows or columns with anything in them.
    pub fn chi_squared(&self) -> Result<f64, Undefined> {
        if self.freedom() == 0 {
            return Err("less than two rows or columns with anything in them");
        }
        let mut sum = 0.0;
        for row in 0..self.rows.len() {
            for column in 0..self.columns.len() {
                if let Ok(residual) = self.residual(row, column) {
                    sum += residual * residual;
                }
            }
        }
        Ok(sum)
    }

    /// Probability of a chi-squared at least so large under independence.
    ///
    /// # Errors
    /// As for [`Crosstab::chi_squared`].
    pub fn p(&self) -> Result<f64, Undefined> {
        Ok(chi_squared_tail(self.chi_squared()?, self.freedom()))
    }

    /// Cramér's V: sqrt(chi² / (n (min(rows, columns) - 1))), from 0 to 1 (Cramér 1946).
    ///
    /// # Errors
    /// As for [`Crosstab::chi_squared`].
    pub fn cramers_v(&self) -> Result<f64, Undefined> {
        let chi = self.chi_squared()?;
        let full = |sums: &[u64]| sums.iter().filter(|n| **n > 0).count() as u64;
        let least = full(&self.rows).min(full(&self.columns)) - 1;
        Ok(libm::sqrt(chi / (float(self.total) * float(least))).min(1.0))
    }

    /// True when a cell is expected to hold less than 5, so that chi-squared is not to be trusted.
    #[must_use]
    pub fn is_small(&self) -> bool {
        let full = |sums: &[u64]| sums.iter().copied().filter(|n| *n > 0).min().unwrap_or(0);
        float(full(&self.rows)) * float(full(&self.columns)) < 5.0 * float(self.total)
    }

    /// Fisher's exact test, two-sided: the probability of all tables with these margins that are no
    /// more probable than this one (Freeman and Halton 1951 for more than four cells).
    ///
    /// # Errors
    /// Less than two rows or columns with anything in them, or too many such tables.
    pub fn fisher(&self) -> Result<f64, Undefined> {
        let rows: Vec<u64> = self.rows.iter().copied().filter(|n| *n > 0).collect();
        let columns: Vec<u64> = self.columns.iter().copied().filter(|n| *n > 0).collect();
        if rows.len() < 2 || columns.len() < 2 {
            return Err("less than two rows or columns with anything in them");
        }
        if rows.len() == 2 && columns.len() == 2 {
            let kept = |sums: &[u64]| sums.iter().position(|n| *n > 0).unwrap_or(0);
            let o11 = self.cells[kept(&self.rows)][kept(&self.columns)];
            return Ok(fisher_2x2(o11, rows[0], columns[0], self.total));
        }
        if self.total > 1_000 {
            return Err("more than 1,000 units: see chi-squared");
        }
        let fact = log_factorials(self.total);
        let term = |n: u64| fact[usize::try_from(n).unwrap_or(0)];
        let mut seen = 0.0;
        for count in self.cells.iter().flatten() {
            seen -= term(*count);
        }
        let mut walk = Walk {
            fact: &fact,
            columns: &columns,
            limit: seen + 1e-7,
            tables: 0,
            all: 0.0,
            rare: 0.0,
            most: seen,
        };
        let mut left = rows;
        if !walk.column(0, &mut left, 0.0) {
            return Err("too many tables with these margins");
        }
        Ok((walk.rare / walk.all).min(1.0))
    }
}

/// ln n! for n up to `most`.
fn log_factorials(most: u64) -> Vec<f64> {
    (0..=most).map(|n| libm::lgamma(float(n) + 1.0)).collect()
}

/// All tables of given margins, column by column.
struct Walk<'a> {
    fact: &'a [f64],
    columns: &'a [u64],
    /// Log weight up to which a table is no more probable than the one seen.
    limit: f64,
    tables: u64,
    all: f64,
    rare: f64,
    /// What weights are divided by.
    most: f64,
}

impl Walk<'_> {
    /// Fills the columns from one on; false when there are too many tables.
    fn column(&mut self, column: usize, left: &mut Vec<u64>, weight: f64) -> bool {
        if column + 1 == self.columns.len() {
            let last = left.iter().fold(weight, |w, n| w - self.term(*n));
            self.tables += 1;
            let share = libm::exp(last - self.most);
            self.all += share;
            if last <= self.limit {
                self.rare += share;
            }
            return self.tables <= MOST_TABLES;
        }
        self.cell(column, 0, self.columns[column], left, weight)
    }

    fn cell(
        &mut self,
        column: usize,
        row: usize,
        rest: u64,
        left: &mut Vec<u64>,
        weight: f64,
    ) -> bool {
        if row + 1 == left.len() {
            if rest > left[row] {
                return true;
            }
            left[row] -= rest;
            let going = self.column(column + 1, left, weight - self.term(rest));
            left[row] += rest;
            return going;
        }
        let room: u64 = left[row + 1..].iter().sum();
        for count in rest.saturating_sub(room)..=rest.min(left[row]) {
            left[row] -= count;
            let going = self.cell(column, row + 1, rest - count, left, weight - self.term(count));
            left[row] += count;
            if !going {
                return false;
            }
        }
        true
    }

    fn term(&self, n: u64) -> f64 {
        self.fact[usize::try_from(n).unwrap_or(0)]
    }
}

/// Upper tail of the chi-squared distribution.
#[must_use]
pub fn chi_squared_tail(x: f64, freedom: u64) -> f64 {
    if freedom == 1 {
        return super::chi_squared_p(x);
    }
    gamma_tails(float(freedom) / 2.0, x / 2.0).1
}

/// Fisher's exact test of four cells, two-sided: `o11` in the first row and column, which hold
/// `row` and `column` of `total`.
///
/// Probabilities are made from the most probable table outwards, each from the one before, so that
/// no digits are lost to factorials. As in R, a table counts as no more probable within a relative
/// difference of 1e-7.
#[must_use]
pub fn fisher_2x2(o11: u64, row: u64, column: u64, total: u64) -> f64 {
    let least = (row + column).saturating_sub(total);
    let most = row.min(column);
    let mode = {
        let (r, c, n) = (u128::from(row) + 1, u128::from(column) + 1, u128::from(total) + 2);
        u64::try_from(r * c / n).unwrap_or(most).clamp(least, most)
    };
    // Weight of x + 1 over that of x.
    let step = |x: u64| {
        (float(row - x) * float(column - x)) / (float(x + 1) * float(total + x + 1 - row - column))
    };
    let mut above = Vec::new();
    let mut weight = 1.0;
    for x in mode..most {
        weight *= step(x);
        if weight == 0.0 {
            break;
        }
        above.push(weight);
    }
    let mut below = Vec::new();
    weight = 1.0;
    for x in (least..mode).rev() {
        weight /= step(x);
        if weight == 0.0 {
            break;
        }
        below.push(weight);
    }
    let distance = |n: u64| usize::try_from(n).unwrap_or(usize::MAX);
    let seen = match o11.cmp(&mode) {
        std::cmp::Ordering::Equal => 1.0,
        std::cmp::Ordering::Greater => above.get(distance(o11 - mode - 1)).copied().unwrap_or(0.0),
        std::cmp::Ordering::Less => below.get(distance(mode - o11 - 1)).copied().unwrap_or(0.0),
    };
    let limit = seen * (1.0 + 1e-7);
    // The smallest first, which rounds least.
    let sum =
        |weights: &[f64], limit: f64| weights.iter().rev().filter(|w| **w <= limit).sum::<f64>();
    let all = sum(&above, f64::INFINITY) + sum(&below, f64::INFINITY) + 1.0;
    let mut rare = sum(&above, limit) + sum(&below, limit);
    if limit >= 1.0 {
        rare += 1.0;
    }
    (rare / all).min(1.0)
}
