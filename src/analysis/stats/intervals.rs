//! Intervals of 95 % for rates and shares.

use super::special::{NORMAL_97_5, gamma_quantile};
use super::{NO_UNITS, Undefined, float};

/// Exact interval of a Poisson count (Garwood 1936): half the quantiles of chi-squared with 2k and
/// 2k + 2 degrees of freedom. Divided by the tokens it is that of the rate.
///
/// It takes tokens for independent; hits that cluster in texts make it too narrow.
///
/// ```
/// let (low, high) = thematic::analysis::stats::poisson_interval(0);
/// assert_eq!(low, 0.0);
/// assert!((high - 3.6888794541).abs() < 1e-9);
/// ```
#[must_use]
pub fn poisson_interval(count: u64) -> (f64, f64) {
    let k = float(count);
    let low = if count == 0 { 0.0 } else { gamma_quantile(k, 0.025, false) };
    (low, gamma_quantile(k + 1.0, 0.025, true))
}

/// Score interval of a share (Wilson 1927).
///
/// # Errors
/// No unit.
pub fn wilson_interval(count: u64, of: u64) -> Result<(f64, f64), Undefined> {
    if of == 0 {
        return Err(NO_UNITS);
    }
    let (n, z2) = (float(of), NORMAL_97_5 * NORMAL_97_5);
    let p = float(count) / n;
    let centre = (p + z2 / (2.0 * n)) / (1.0 + z2 / n);
    let half = NORMAL_97_5 * libm::sqrt(p * (1.0 - p) / n + z2 / (4.0 * n * n)) / (1.0 + z2 / n);
    let low = if count == 0 { 0.0 } else { centre - half };
    let high = if count == of { 1.0 } else { centre + half };
    Ok((low, high))
}

/// Interval of the difference of two independent shares, from their Wilson intervals (Newcombe
/// 1998, method 10).
///
/// # Errors
/// No unit.
pub fn difference_interval(a: (u64, u64), b: (u64, u64)) -> Result<(f64, f64), Undefined> {
    let ((low_a, high_a), (low_b, high_b)) =
        (wilson_interval(a.0, a.1)?, wilson_interval(b.0, b.1)?);
    let (p_a, p_b) = (float(a.0) / float(a.1), float(b.0) / float(b.1));
    let far = |x: f64, y: f64| libm::sqrt(x * x + y * y);
    let difference = p_a - p_b;
    Ok((difference - far(p_a - low_a, high_b - p_b), difference + far(high_a - p_a, p_b - low_b)))
}
