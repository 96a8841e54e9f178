//! Correlation of two numbers per participant.

use super::special::{NORMAL_97_5, beta};
use super::{Undefined, float};

/// A coefficient of correlation.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Correlation {
    /// From -1 to 1.
    pub coefficient: f64,
    /// Interval of 95 %, through Fisher's z; needs four pairs.
    pub interval: Result<(f64, f64), Undefined>,
    /// Probability, two-sided, of a coefficient at least so far from 0 if there were none: t with
    /// n - 2 degrees of freedom.
    pub p: f64,
}

/// Pearson's product-moment correlation.
///
/// # Errors
/// Less than two pairs, or one of the numbers is always the same.
pub fn pearson(pairs: &[(f64, f64)]) -> Result<Correlation, Undefined> {
    correlate(pairs, |_| 1.0)
}

/// Spearman's rank correlation, ties with their mean rank.
///
/// The interval has the standard error of Bonett and Wright (2000): sqrt((1 + r²/2) / (n - 3)).
///
/// # Errors
/// Less than two pairs, or one of the numbers is always the same.
pub fn spearman(pairs: &[(f64, f64)]) -> Result<Correlation, Undefined> {
    let (x, y): (Vec<f64>, Vec<f64>) = pairs.iter().copied().unzip();
    let (x, y) = (ranks(&x), ranks(&y));
    let pairs: Vec<(f64, f64)> = x.into_iter().zip(y).collect();
    correlate(&pairs, |r| 1.0 + r * r / 2.0)
}

fn correlate(
    pairs: &[(f64, f64)],
    variance: impl Fn(f64) -> f64,
) -> Result<Correlation, Undefined> {
    if pairs.len() < 2 {
        return Err("less than two pairs");
    }
    let n = float(pairs.len() as u64);
    let constant =
        |of: fn(&(f64, f64)) -> f64| pairs.iter().all(|p| of(p).total_cmp(&of(&pairs[0])).is_eq());
    if constant(|p| p.0) || constant(|p| p.1) {
        return Err("one of the two is always the same");
    }
    let mean_x = pairs.iter().map(|p| p.0).sum::<f64>() / n;
    let mean_y = pairs.iter().map(|p| p.1).sum::<f64>() / n;
    let (mut xy, mut xx, mut yy) = (0.0, 0.0, 0.0);
    for (x, y) in pairs {
        let (dx, dy) = (x - mean_x, y - mean_y);
        xy += dx * dy;
        xx += dx * dx;
        yy += dy * dy;
    }
    let r = (xy / (libm::sqrt(xx) * libm::sqrt(yy))).clamp(-1.0, 1.0);
    if r.is_nan() {
        return Err("numbers too large or too small to be compared");
    }
    let interval = if pairs.len() < 4 {
        Err("an interval needs four pairs")
    } else if 1.0 - r.abs() < 1e-15 {
        Err("no interval: all pairs lie on a line")
    } else {
        let half = NORMAL_97_5 * libm::sqrt(variance(r) / (n - 3.0));
        let z = libm::atanh(r);
        Ok((libm::tanh(z - half), libm::tanh(z + half)))
    };
    Ok(Correlation { coefficient: r, interval, p: p_value(r, n - 2.0) })
}

fn p_value(r: f64, freedom: f64) -> f64 {
    if freedom < 1.0 {
        return 1.0;
    }
    // df / (df + t²) = 1 - r²
    beta(freedom / 2.0, 0.5, (1.0 - r) * (1.0 + r))
}

/// Ranks from 1; what is equal has the mean of its ranks.
fn ranks(values: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    // -0 and 0 are one value.
    let key = |i: usize| values[i] + 0.0;
    order.sort_by(|a, b| key(*a).total_cmp(&key(*b)));
    let mut out = vec![0.0; values.len()];
    let mut before = 0_u64;
    for tied in order.chunk_by(|a, b| key(*a).total_cmp(&key(*b)).is_eq()) {
        let count = tied.len() as u64;
        for i in tied {
            out[*i] = float(2 * before + count + 1) / 2.0;
        }
        before += count;
    }
    out
}
