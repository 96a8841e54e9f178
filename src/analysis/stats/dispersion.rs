//! How evenly hits are spread over parts of a corpus whose sizes differ.

use super::{Undefined, float};

/// Measures of dispersion.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Dispersion {
    /// Parts with a hit.
    pub range: u64,
    /// Juilland's D over the parts' rates: 1 even, 0 all in one part.
    pub juilland_d: Result<f64, Undefined>,
    /// Gries' deviation of proportions: 0 even, towards 1 uneven.
    pub dp: Result<f64, Undefined>,
    /// DP over the most that it can be, 1 less the smallest part's share.
    pub dp_norm: Result<f64, Undefined>,
}

const ABSENT: Undefined = "it does not occur";

/// The dispersion of counts over parts.
///
/// `found` has counts above 0 with the sizes of their parts; the other parts count by their number
/// and sizes: `parts` in all, `total` their size, `smallest` that of the smallest. Juilland's D has
/// the population's standard deviation of the rates (Juilland et al. 1970); DP is that of Gries
/// (2008), normalised as Lijffijt and Gries (2012).
#[must_use]
pub fn dispersion(found: &[(u64, u64)], parts: u64, total: u64, smallest: u64) -> Dispersion {
    let hits: u64 = found.iter().map(|f| f.0).sum();
    let range = found.len() as u64;
    if hits == 0 {
        let why = if parts == 0 { "there is no part" } else { ABSENT };
        return Dispersion { range, juilland_d: Err(why), dp: Err(why), dp_norm: Err(why) };
    }
    let one = "there is one part only";
    let dp = deviation(found, hits, total, total);
    let dp_norm =
        if parts < 2 { Err(one) } else { Ok(deviation(found, hits, total, total - smallest)) };
    let juilland_d = if parts < 2 { Err(one) } else { Ok(juilland(found, float(parts))) };
    Dispersion { range, juilland_d, dp: Ok(dp), dp_norm }
}

/// Half the sum of |share of hits - share of tokens|, over `most` of the tokens; in whole numbers up to
/// the division.
fn deviation(found: &[(u64, u64)], hits: u64, total: u64, most: u64) -> f64 {
    let (hits, total, most) = (u128::from(hits), u128::from(total), u128::from(most));
    let mut sum = 0_u128;
    let mut covered = 0_u128;
    for (count, size) in found {
        sum += (u128::from(*count) * total).abs_diff(u128::from(*size) * hits);
        covered += u128::from(*size);
    }
    sum += (total - covered) * hits;
    #[expect(clippy::cast_precision_loss, reason = "the quotient is rounded once")]
    let (sum, all) = (sum as f64, (2 * hits * most) as f64);
    sum / all
}

fn juilland(found: &[(u64, u64)], parts: f64) -> f64 {
    let rates = found.iter().map(|(count, size)| float(*count) / float(*size));
    let mean = rates.clone().sum::<f64>() / parts;
    let without = parts - float(found.len() as u64);
    let squares = rates.map(|r| (r - mean) * (r - mean)).sum::<f64>() + without * mean * mean;
    let variation = libm::sqrt(squares / parts) / mean;
    (1.0 - variation / libm::sqrt(parts - 1.0)).max(0.0)
}
