//! Tests by permutation, and chance that is the same everywhere.
//!
//! Chance comes from a seed through BLAKE3: the same on every system and in every version.

/// Numbers by chance.
#[derive(Debug)]
pub struct Chance(blake3::OutputReader);

impl Chance {
    /// The numbers of a seed; `what` keeps streams of one seed apart.
    #[must_use]
    pub fn new(seed: u64, what: &str) -> Self {
        let mut hasher = blake3::Hasher::new();
        hasher.update(&seed.to_le_bytes());
        hasher.update(what.as_bytes());
        Self(hasher.finalize_xof())
    }

    /// A number below `end`, each as likely as the others.
    pub fn below(&mut self, end: u64) -> u64 {
        let whole = u64::MAX - u64::MAX % end;
        loop {
            let mut bytes = [0; 8];
            self.0.fill(&mut bytes);
            let number = u64::from_le_bytes(bytes);
            if number < whole {
                return number % end;
            }
        }
    }

    /// Puts `first` of the items, chosen by chance, in front.
    pub fn shuffle<T>(&mut self, items: &mut [T], first: usize) {
        for i in 0..first.min(items.len()) {
            let rest = (items.len() - i) as u64;
            items.swap(i, i + usize::try_from(self.below(rest)).unwrap_or(0));
        }
    }
}

/// What a person (or source) said: hits of each thing that is tested, and tokens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cluster {
    /// True if in the first of the two groups.
    pub first: bool,
    /// What a rate is taken of: tokens, or passages.
    pub of: u64,
    /// Counts, one for each thing tested.
    pub counts: Vec<u64>,
}

/// Probabilities by permutation, and how they were made.
#[derive(Clone, Debug, PartialEq)]
pub struct Permuted {
    /// One for each thing tested; none for one that nobody said.
    pub p: Vec<Option<f64>>,
    /// Assignments that were looked at.
    pub assignments: u64,
    /// True if they were all that there are.
    pub exact: bool,
}

/// Difference of two rates as a fraction, so that it is compared without rounding.
#[derive(Clone, Copy)]
struct Difference {
    above: u128,
    below: u128,
}

impl Difference {
    fn of(a: u64, of_a: u64, b: u64, of_b: u64) -> Self {
        let cross = |x: u64, y: u64| u128::from(x) * u128::from(y);
        Self { above: cross(a, of_b).abs_diff(cross(b, of_a)), below: cross(of_a, of_b) }
    }

    fn at_least(self, other: Self) -> bool {
        self.above * other.below >= other.above * self.below
    }
}

/// Probability, two-sided, that the rates of two groups differ at least so much if people had been
/// put into the groups by chance.
///
/// Whole people change places, so that the probability holds however much one of them says of a
/// thing. If there are no more than `most` ways to do it, all are looked at; if there are more,
/// `most` by chance, and the assignment seen is counted among them: (1 + as far) / (1 + most).
///
/// # Errors
/// A group has nobody, or nobody would change the rates.
pub fn permutation_test(
    clusters: &[Cluster],
    most: u64,
    chance: &mut Chance,
) -> Result<Permuted, super::Undefined> {
    let first = clusters.iter().filter(|c| c.first).count();
    if first == 0 || first == clusters.len() {
        return Err("a group has nobody to be put elsewhere");
    }
    let things = clusters[0].counts.len();
    let mut test =
        Test { clusters, totals: vec![0; things], of: 0, seen: Vec::new(), far: vec![0; things] };
    for cluster in clusters {
        test.of += cluster.of;
        for (total, count) in test.totals.iter_mut().zip(&cluster.counts) {
            *total += count;
        }
    }
    let order = |wanted: bool| (0..clusters.len()).filter(move |i| clusters[*i].first == wanted);
    let mut order: Vec<usize> = order(true).chain(order(false)).collect();
    test.seen = test.differences(&order[..first]);
    let ways = combinations(clusters.len() as u64, first as u64, most);
    if let Some(ways) = ways {
        let mut chosen: Vec<usize> = (0..first).collect();
        loop {
            test.look(&chosen);
            if !next_combination(&mut chosen, clusters.len()) {
                break;
            }
        }
        return Ok(Permuted { p: test.shares(0, ways), assignments: ways, exact: true });
    }
    for _ in 0..most {
        chance.shuffle(&mut order, first);
        test.look(&order[..first]);
    }
    Ok(Permuted { p: test.shares(1, most), assignments: most, exact: false })
}

struct Test<'a> {
    clusters: &'a [Cluster],
    totals: Vec<u64>,
    of: u64,
    seen: Vec<Difference>,
    far: Vec<u64>,
}

impl Test<'_> {
    fn differences(&self, chosen: &[usize]) -> Vec<Difference> {
        let mut counts = vec![0; self.totals.len()];
        let mut of = 0;
        for i in chosen {
            of += self.clusters[*i].of;
            for (sum, count) in counts.iter_mut().zip(&self.clusters[*i].counts) {
                *sum += count;
            }
        }
        let pairs = counts.iter().zip(&self.totals);
        pairs.map(|(a, all)| Difference::of(*a, of, all - a, self.of - of)).collect()
    }

    /// The shares of assignments as far apart, the one seen added to both.
    fn shares(&self, seen: u64, of: u64) -> Vec<Option<f64>> {
        let share = |far: u64| super::float(far + seen) / super::float(of + seen);
        let all = self.far.iter().zip(&self.totals);
        all.map(|(far, total)| (*total > 0).then(|| share(*far))).collect()
    }

    fn look(&mut self, chosen: &[usize]) {
        let now = self.differences(chosen);
        for ((far, now), seen) in self.far.iter_mut().zip(now).zip(&self.seen) {
            *far += u64::from(now.at_least(*seen));
        }
    }
}

/// Ways to choose `k` of `n`, if they are no more than `most`.
fn combinations(n: u64, k: u64, most: u64) -> Option<u64> {
    let k = k.min(n - k);
    let mut ways = 1_u128;
    for i in 0..k {
        ways = ways * u128::from(n - i) / u128::from(i + 1);
        if ways > u128::from(most) {
            return None;
        }
    }
    u64::try_from(ways).ok()
}

/// The next choice in the order of its numbers; false after the last.
fn next_combination(chosen: &mut [usize], n: usize) -> bool {
    let k = chosen.len();
    let Some(i) = (0..k).rev().find(|i| chosen[*i] < n - k + i) else {
        return false;
    };
    chosen[i] += 1;
    for j in i + 1..k {
        chosen[j] = chosen[j - 1] + 1;
    }
    true
}

/// Probability, two-sided, that chance inside each part gives as many units with two things, or a
/// number that is no more probable.
///
/// `tables` has for each part the units with one, with the other, and all. If both are put on units of
/// their part by chance, the units with both are hypergeometric in each part; their sum is worked
/// out exactly, so that no assignments need be drawn.
///
/// # Panics
/// When more units have a thing than there are.
#[must_use]
pub fn same_by_chance(tables: &[(u64, u64, u64)], both: u64) -> f64 {
    let mut sum = vec![1.0];
    let mut least = 0;
    for (a, b, all) in tables {
        assert!(a.max(b) <= all, "a part has no more units with a thing than units");
        let (first, part) = hypergeometric(*a, *b, *all);
        least += first;
        let mut next = vec![0.0; sum.len() + part.len() - 1];
        for (i, x) in sum.iter().enumerate() {
            for (j, y) in part.iter().enumerate() {
                next[i + j] += x * y;
            }
        }
        sum = next;
    }
    let at = both.checked_sub(least).and_then(|n| usize::try_from(n).ok());
    let seen = at.and_then(|n| sum.get(n)).copied().unwrap_or(0.0);
    let limit = seen * (1.0 + 1e-7);
    let rare: f64 = sum.iter().filter(|p| **p <= limit).sum();
    (rare / sum.iter().sum::<f64>()).min(1.0)
}

/// The smallest number of units with both, and the probability of each number from there up.
fn hypergeometric(a: u64, b: u64, all: u64) -> (u64, Vec<f64>) {
    let (least, most) = ((a + b).saturating_sub(all), a.min(b));
    let mode = u64::try_from((u128::from(a) + 1) * (u128::from(b) + 1) / (u128::from(all) + 2));
    let mode = mode.unwrap_or(most).clamp(least, most);
    let float = super::float;
    let step = |x: u64| float(a - x) * float(b - x) / (float(x + 1) * float(all + x + 1 - a - b));
    let place = |x: u64| usize::try_from(x - least).unwrap_or(usize::MAX);
    let mut weights = vec![0.0; place(most) + 1];
    weights[place(mode)] = 1.0;
    for x in mode..most {
        weights[place(x) + 1] = weights[place(x)] * step(x);
    }
    for x in (least..mode).rev() {
        weights[place(x)] = weights[place(x) + 1] / step(x);
    }
    let total: f64 = weights.iter().sum();
    for weight in &mut weights {
        *weight /= total;
    }
    (least, weights)
}
