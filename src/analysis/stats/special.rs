//! Special functions of probability: incomplete gamma and beta.
//!
//! Continued fractions and series as in *Numerical Recipes* (Press et al. 2007, 6.2 and 6.4) with the
//! factor before them in Loader's form (2000), which keeps its digits for large arguments. All go
//! through `libm`, so that every system computes the same digits; statistics libraries call the
//! system's own logarithms.

/// Relative change at which a series or fraction has converged.
const ENOUGH: f64 = 1e-16;

/// Smallest number that the fractions divide by.
const TINY: f64 = 1e-300;

/// Error of Stirling's formula for ln(a!).
fn stirling_error(a: f64) -> f64 {
    if a < 16.0 {
        let formula = (a + 0.5) * libm::log(a) - a + 0.5 * libm::log(2.0 * std::f64::consts::PI);
        return libm::lgamma(a + 1.0) - formula;
    }
    let square = a * a;
    (1.0 / 12.0
        - (1.0 / 360.0 - (1.0 / 1260.0 - (1.0 / 1680.0 - 1.0 / 1188.0 / square) / square) / square)
            / square)
        / a
}

/// x^a e^-x / Γ(a + 1), for a > 0 and x > 0.
fn poisson_density(a: f64, x: f64) -> f64 {
    if a < 1.0 {
        return libm::exp(a * libm::log(x) - x - libm::lgamma(a + 1.0));
    }
    let u = (x - a) / a;
    // u - ln(1 + u) loses its digits near 0; its series does not.
    let deviance = if u.abs() < 0.01 {
        let mut term = u * u;
        let mut sum = term / 2.0;
        for n in 3..20_i32 {
            term *= -u;
            sum += term / f64::from(n);
        }
        sum
    } else {
        u - libm::log1p(u)
    };
    let scale = libm::sqrt(2.0 * std::f64::consts::PI * a);
    libm::exp(-stirling_error(a) - a * deviance) / scale
}

/// Both tails of the gamma distribution of shape a at x: (below, above).
#[expect(clippy::many_single_char_names, reason = "the letters of the formula")]
pub(super) fn gamma_tails(a: f64, x: f64) -> (f64, f64) {
    if x <= 0.0 {
        return (0.0, 1.0);
    }
    let density = poisson_density(a, x);
    if x < a + 1.0 {
        let (mut term, mut sum, mut n) = (1.0, 1.0, a);
        while term > sum * ENOUGH {
            n += 1.0;
            term *= x / n;
            sum += term;
        }
        let below = (density * sum).min(1.0);
        return (below, 1.0 - below);
    }
    let mut b = x + 1.0 - a;
    let mut c = 1.0 / TINY;
    let mut d = 1.0 / b;
    let mut fraction = d;
    let mut n = 0.0;
    loop {
        n += 1.0;
        let an = -n * (n - a);
        b += 2.0;
        d = not_zero(an * d + b);
        c = not_zero(b + an / c);
        d = 1.0 / d;
        let change = d * c;
        fraction *= change;
        if (change - 1.0).abs() < ENOUGH || n > 1e6 {
            break;
        }
    }
    let above = (density * a * fraction).min(1.0);
    (1.0 - above, above)
}

/// The x at which the lower tail of a gamma distribution of shape a is `p`, or the upper one.
pub(super) fn gamma_quantile(a: f64, p: f64, upper: bool) -> f64 {
    // Newton's steps from Wilson and Hilferty's value, kept inside what is known.
    let z = if upper { NORMAL_97_5 } else { -NORMAL_97_5 };
    let root = 1.0 - 1.0 / (9.0 * a) + z / (3.0 * libm::sqrt(a));
    let mut x = (a * root * root * root).max(a * 1e-3);
    let (mut low, mut high) = (0.0_f64, f64::INFINITY);
    for _ in 0..200 {
        let (below, above) = gamma_tails(a, x);
        let too_far = if upper { p - above } else { below - p };
        if too_far > 0.0 {
            high = high.min(x);
        } else {
            low = low.max(x);
        }
        let slope = poisson_density(a, x) * a / x;
        let mut next = x - too_far / slope;
        if !(next > low && next < high) {
            next = if high.is_finite() { f64::midpoint(low, high) } else { x * 2.0 };
        }
        if (next - x).abs() <= 1e-15 * x {
            return next;
        }
        x = next;
    }
    x
}

/// The point below which 97.5 % of a normal distribution lie.
pub(super) const NORMAL_97_5: f64 = 1.959_963_984_540_054;

/// Regularised incomplete beta function.
pub(super) fn beta(a: f64, b: f64, x: f64) -> f64 {
    if x <= 0.0 {
        return 0.0;
    }
    if x >= 1.0 {
        return 1.0;
    }
    let front = libm::exp(
        libm::lgamma(a + b) - libm::lgamma(a) - libm::lgamma(b)
            + a * libm::log(x)
            + b * libm::log1p(-x),
    );
    if x < (a + 1.0) / (a + b + 2.0) {
        front * beta_fraction(a, b, x) / a
    } else {
        1.0 - front * beta_fraction(b, a, 1.0 - x) / b
    }
}

#[expect(clippy::many_single_char_names, reason = "the letters of the formula")]
fn beta_fraction(a: f64, b: f64, x: f64) -> f64 {
    let mut c = 1.0;
    let mut d = 1.0 / not_zero(1.0 - (a + b) * x / (a + 1.0));
    let mut fraction = d;
    let mut m = 0.0;
    loop {
        m += 1.0;
        let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        d = 1.0 / not_zero(1.0 + even * d);
        c = not_zero(1.0 + even / c);
        fraction *= d * c;
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        d = 1.0 / not_zero(1.0 + odd * d);
        c = not_zero(1.0 + odd / c);
        let change = d * c;
        fraction *= change;
        if (change - 1.0).abs() < ENOUGH || m > 1e6 {
            return fraction;
        }
    }
}

fn not_zero(x: f64) -> f64 {
    if x.abs() < TINY { TINY } else { x }
}
