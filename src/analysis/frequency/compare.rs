//! Groups against each other: who says it more than who.
//!
//! A probability by tokens takes every token for independent, but hits cluster: one person who talks of
//! a thing talks of it again. So passages, sources and participants are compared, too, and people
//! are put into the groups by chance (`permutation_p`).

use rayon::prelude::*;
use schemars::JsonSchema;
use serde::Serialize;

use super::{Asked, Counting, Reasons, Tally, made_of};
use crate::analysis::stats::{
    self, Chance, Cluster, Contrast, Crosstab, difference_interval, permutation_test,
};
use crate::analysis::units::{Of, UnitKey};
use crate::query::{Field, Needle};
use crate::search::SearchError;

/// A theme or pattern in two groups, by one unit.
#[derive(Clone, Debug, Default, PartialEq, Serialize, JsonSchema)]
pub struct ComparisonRow {
    /// The theme's path, or the pattern as written.
    pub theme: String,
    /// The path of the theme above; null at the top.
    pub parent: Option<String>,
    /// Depth of the theme, from 1.
    pub level: u32,
    /// The field that makes the groups.
    pub by: String,
    /// Its value in the first group.
    pub a: String,
    /// Its value in the second.
    pub b: String,
    /// What is counted: `token` (hits), `passage`, `source` or `participant` with a hit.
    pub unit: String,
    /// Count in the first group.
    pub n_a: Option<u64>,
    /// Of so many units that were searched.
    pub of_a: Option<u64>,
    /// Count in the second group.
    pub n_b: Option<u64>,
    /// Of so many units that were searched.
    pub of_b: Option<u64>,
    /// What a rate is given for: 1,000 tokens, or 1 unit.
    pub per: u32,
    /// Rate in the first group.
    pub rate_a: Option<f64>,
    /// Rate in the second.
    pub rate_b: Option<f64>,
    /// Rate in the first less that in the second.
    pub difference: Option<f64>,
    /// Low end of its interval of 95 % (Newcombe 1998, method 10).
    pub difference_low: Option<f64>,
    /// High end of it.
    pub difference_high: Option<f64>,
    /// log2 of the quotient of the rates.
    pub log_ratio: Option<f64>,
    /// Odds ratio.
    pub odds_ratio: Option<f64>,
    /// The rules that took the place of zeros in the two ratios, if one was needed.
    pub zero_rule: Option<String>,
    /// Log-likelihood ratio G2 of the four cells; negative where it is rarer in the first group.
    pub log_likelihood: Option<f64>,
    /// Probability of a G2 at least so large if the groups did not differ (chi-squared, 1 degree of
    /// freedom); by tokens it takes hits for independent.
    pub p: Option<f64>,
    /// `p` adjusted for the family of tests that the settings name (Benjamini and Hochberg 1995).
    pub p_adjusted: Option<f64>,
    /// Fisher's exact probability, two-sided; not by tokens.
    pub fisher_p: Option<f64>,
    /// Probability, two-sided, of a difference of rates at least so large if people (where words
    /// are nobody's, sources) had been put into the groups by chance; by tokens only.
    pub permutation_p: Option<f64>,
    /// `permutation_p` adjusted for the same family.
    pub permutation_p_adjusted: Option<f64>,
    /// Assignments of people to groups that were looked at.
    pub assignments: Option<u64>,
    /// True if these are all that there are.
    pub exact: Option<bool>,
    /// What a reader of this row should know.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// Why a value is null: measures and reasons.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub undefined: Option<String>,
}

const UNITS: [&str; 4] = ["token", "passage", "source", "participant"];

/// Every pair of groups, by needle and unit; and rows that were blanked, where that is asked for.
///
/// `of` names the groups, in their order; if it is empty all values are groups.
///
/// # Errors
/// The store is damaged, or a pattern is too large for it.
pub fn compare(
    asked: &Asked<'_>,
    by: &Field,
    of: &[String],
    permutations: u32,
    seed: u64,
) -> Result<(Vec<ComparisonRow>, Option<u64>), SearchError> {
    let fields = [by.clone()];
    let Asked { store, people, scope, needles, overlap, .. } = *asked;
    let counting = Counting::new(store, people, scope, &fields, Some(Of::Cluster));
    let found = counting.count(needles, overlap)?;
    let blank = asked.min_participants.map(|least| blank(asked, &counting, least)).transpose()?;
    let pairs = pairs(&counting, of);
    let test = |(a, b): &(usize, usize)| {
        let what = format!("compare\n{}\n{}", value(&counting, *a), value(&counting, *b));
        permuted(&counting, &found, (*a, *b), permutations, &mut Chance::new(seed, &what))
    };
    let tests: Vec<_> = pairs.par_iter().map(test).collect();
    let mut rows = Vec::new();
    let mut hidden = 0;
    for (number, needle) in needles.iter().enumerate() {
        for ((a, b), test) in pairs.iter().zip(&tests) {
            for unit in UNITS {
                let sides = [*a, *b]
                    .map(|g| Side { found: &found[number][g], searched: &counting.searched[g] });
                let mut row = row(needle, by, unit, &sides);
                (row.a, row.b) = (value(&counting, *a), value(&counting, *b));
                if unit == "token" {
                    add_test(&mut row, test, number);
                }
                if blank.as_ref().is_some_and(|blank| blank[number][*a] || blank[number][*b]) {
                    row = without_numbers(row);
                    hidden += 1;
                }
                rows.push(row);
            }
        }
    }
    adjust(&mut rows);
    Ok((rows, blank.map(|_| hidden)))
}

/// Adds what a permutation test gave for a needle.
fn add_test(
    row: &mut ComparisonRow,
    test: &Result<stats::Permuted, stats::Undefined>,
    number: usize,
) {
    let mut reasons = Reasons(row.undefined.take().into_iter().collect());
    if let Some(test) = reasons.take("permutation_p", test.as_ref().map_err(|e| *e)) {
        row.permutation_p =
            reasons.take("permutation_p", test.p[number].ok_or("it occurs in neither group"));
        row.assignments = Some(test.assignments);
        row.exact = Some(test.exact);
    }
    row.undefined = reasons.told();
}

fn value(counting: &Counting<'_>, group: usize) -> String {
    counting.groups.values[group][0].clone().unwrap_or_default()
}

/// Every two groups that have a value, in their order.
fn pairs(counting: &Counting<'_>, of: &[String]) -> Vec<(usize, usize)> {
    let values = &counting.groups.values;
    let groups: Vec<usize> = if of.is_empty() {
        counting.order().into_iter().filter(|g| values[*g][0].is_some()).collect()
    } else {
        of.iter().filter_map(|v| values.iter().position(|g| g[0].as_ref() == Some(v))).collect()
    };
    let after = |i: usize| groups[i + 1..].iter().map(move |b| (i, *b));
    (0..groups.len()).flat_map(after).map(|(i, b)| (groups[i], b)).collect()
}

struct Side<'t> {
    found: &'t Tally,
    searched: &'t Tally,
}

impl Side<'_> {
    fn count(&self, unit: &str) -> (u64, u64) {
        let of = |tally: &Tally| match unit {
            "token" => 0,
            "passage" => tally.passages,
            "source" => tally.sources.len() as u64,
            _ => tally.persons.len() as u64,
        };
        match unit {
            "token" => (self.found.hits, self.searched.tokens),
            _ => (of(self.found), of(self.searched)),
        }
    }
}

/// Units that have words of both groups, so that the groups are no two samples.
fn in_both(unit: &str, sides: &[Side<'_>; 2]) -> usize {
    let [a, b] = [sides[0].searched, sides[1].searched];
    match unit {
        "source" => a.sources.iter().filter(|s| b.sources.binary_search(s).is_ok()).count(),
        "participant" => a.persons.iter().filter(|p| b.persons.binary_search(p).is_ok()).count(),
        _ => 0,
    }
}

fn row(needle: &Needle, by: &Field, unit: &str, sides: &[Side<'_>; 2]) -> ComparisonRow {
    let (a, b) = (sides[0].count(unit), sides[1].count(unit));
    let contrast = Contrast::new(a, b);
    let per = if unit == "token" { 1000 } else { 1 };
    let both = in_both(unit, sides);
    let two_samples = || if both > 0 { Err("units have words of both groups") } else { Ok(()) };
    let mut reasons = Reasons::default();
    let nothing = |(_, of): (u64, u64)| if of == 0 { Err("the group is empty") } else { Ok(()) };
    let rate = |n: (u64, u64)| nothing(n).and_then(|()| stats::rate(n.0, n.1, per.into()));
    let rate_a = reasons.take("rate_a", rate(a));
    let rate_b = reasons.take("rate_b", rate(b));
    let interval = two_samples().and_then(|()| difference_interval(a, b));
    let interval = reasons.take("difference_low, difference_high", interval);
    let g2 = two_samples().and_then(|()| contrast.log_likelihood());
    let log_likelihood = reasons.take("log_likelihood, p", g2);
    let fisher = || {
        two_samples()?;
        let [o11, o12, o21, o22] = contrast.cells();
        Crosstab::new(vec![vec![o11, o12], vec![o21, o22]]).fisher()
    };
    let fisher_p = if unit == "token" { None } else { reasons.take("fisher_p", fisher()) };
    let log_ratio = reasons.take("log_ratio", contrast.log_ratio());
    let odds_ratio = reasons.take("odds_ratio", contrast.odds_ratio());
    let mut notes: Vec<String> =
        needle.is_union.then(|| super::UNION.to_owned()).into_iter().collect();
    if both > 0 {
        notes.push(format!("units with words of both groups: {both}"));
    }
    ComparisonRow {
        theme: needle.name.clone(),
        parent: needle.parent.clone(),
        level: needle.level,
        by: by.name().to_owned(),
        unit: unit.to_owned(),
        n_a: Some(a.0),
        of_a: Some(a.1),
        n_b: Some(b.0),
        of_b: Some(b.1),
        per,
        rate_a,
        rate_b,
        difference: rate_a.zip(rate_b).map(|(a, b)| a - b),
        difference_low: interval.map(|i| i.0 * f64::from(per)),
        difference_high: interval.map(|i| i.1 * f64::from(per)),
        log_ratio,
        odds_ratio,
        zero_rule: contrast.zero_rule(),
        log_likelihood,
        p: log_likelihood.map(|g2| stats::chi_squared_p(g2.abs())),
        fisher_p,
        note: (!notes.is_empty()).then(|| notes.join("; ")),
        undefined: reasons.told(),
        ..ComparisonRow::default()
    }
}

/// People of both groups with what they said of each needle, put into the groups by chance.
fn permuted(
    counting: &Counting<'_>,
    found: &[Vec<Tally>],
    (a, b): (usize, usize),
    permutations: u32,
    chance: &mut Chance,
) -> Result<stats::Permuted, stats::Undefined> {
    let mut clusters: Vec<(UnitKey, Cluster)> = Vec::new();
    for (group, first) in [(a, true), (b, false)] {
        for (key, tokens) in &counting.searched[group].parts {
            let counts = found.iter().map(|tallies| {
                let parts = &tallies[group].parts;
                parts.binary_search_by_key(key, |p| p.0).map_or(0, |i| parts[i].1)
            });
            let counts = counts.collect();
            clusters.push((*key, Cluster { first, of: *tokens, counts }));
        }
    }
    let mut keys: Vec<UnitKey> = clusters.iter().map(|c| c.0).collect();
    keys.sort_unstable();
    if keys.windows(2).any(|two| two[0] == two[1]) {
        return Err("somebody (or a source) has words in both groups");
    }
    let clusters: Vec<Cluster> = clusters.into_iter().map(|c| c.1).collect();
    permutation_test(&clusters, u64::from(permutations), chance)
}

/// Cells that few people stand behind, and those of themes that they are part of.
fn blank(
    asked: &Asked<'_>,
    counting: &Counting<'_>,
    least: u32,
) -> Result<Vec<Vec<bool>>, SearchError> {
    let made = made_of(asked.needles);
    let few = |t: &Tally| !t.persons.is_empty() && t.persons.len() < least as usize;
    let row = |tallies: &Vec<Tally>| -> Vec<bool> {
        tallies.iter().zip(&counting.searched).map(|(t, group)| few(t) || few(group)).collect()
    };
    let own: Vec<Vec<bool>> = counting.count(&made.all, asked.overlap)?.iter().map(row).collect();
    let with_parts = |theme: usize| -> Vec<bool> {
        let hidden = |g: usize| own[theme][g] || made.holds[theme].iter().any(|h| own[*h][g]);
        (0..counting.searched.len()).map(hidden).collect()
    };
    Ok((0..asked.needles.len()).map(with_parts).collect())
}

fn without_numbers(row: ComparisonRow) -> ComparisonRow {
    ComparisonRow {
        theme: row.theme,
        parent: row.parent,
        level: row.level,
        by: row.by,
        a: row.a,
        b: row.b,
        unit: row.unit,
        per: row.per,
        note: Some(super::BLANKED.into()),
        ..ComparisonRow::default()
    }
}

/// Adjusts the probabilities of each unit over all themes and pairs of the table.
fn adjust(rows: &mut [ComparisonRow]) {
    for unit in UNITS {
        let of: Vec<usize> = (0..rows.len()).filter(|i| rows[*i].unit == unit).collect();
        let p: Vec<Option<f64>> = of.iter().map(|i| rows[*i].p).collect();
        for (i, adjusted) in of.iter().zip(stats::benjamini_hochberg(&p)) {
            rows[*i].p_adjusted = adjusted;
        }
        let p: Vec<Option<f64>> = of.iter().map(|i| rows[*i].permutation_p).collect();
        for (i, adjusted) in of.iter().zip(stats::benjamini_hochberg(&p)) {
            rows[*i].permutation_p_adjusted = adjusted;
        }
    }
}
