//! The rate of a theme in each participant's words against a number that the participant has, or of each
//! source against one of the source.

use schemars::JsonSchema;
use serde::Serialize;

use super::{Asked, Counting, Reasons, Tally, made_of};
use crate::analysis::stats::{self, Correlation, pearson, spearman};
use crate::analysis::units::{Of, UnitKey, person_of};
use crate::query::{Field, Unit};
use crate::search::{People, SearchError};
use crate::text::number_of;

/// A theme or pattern against a number.
#[derive(Clone, Debug, Default, PartialEq, Serialize, JsonSchema)]
pub struct CorrelationRow {
    /// The theme's path, or the pattern as written.
    pub theme: String,
    /// The path of the theme above; null at the top.
    pub parent: Option<String>,
    /// Depth of the theme, from 1.
    pub level: u32,
    /// The number's attribute.
    pub attribute: String,
    /// Whose it is: `participant` or `source`.
    pub unit: String,
    /// Pairs: those with the number whose words were searched.
    pub n: Option<u64>,
    /// Those whose words were searched and who have no such number.
    pub left_out: Option<u64>,
    /// Pearson's correlation of the number with hits per 1,000 tokens.
    pub pearson_r: Option<f64>,
    /// Low end of its interval of 95 % (Fisher's z).
    pub pearson_low: Option<f64>,
    /// High end of it.
    pub pearson_high: Option<f64>,
    /// Probability, two-sided, of one at least so far from 0 if there were none (t, n - 2 degrees
    /// of freedom).
    pub pearson_p: Option<f64>,
    /// `pearson_p` adjusted over the rows of this attribute (Benjamini and Hochberg 1995).
    pub pearson_p_adjusted: Option<f64>,
    /// Spearman's rank correlation, ties with their mean rank.
    pub spearman_rho: Option<f64>,
    /// Low end of its interval of 95 % (Bonett and Wright 2000).
    pub spearman_low: Option<f64>,
    /// High end of it.
    pub spearman_high: Option<f64>,
    /// Probability, two-sided (t approximation, n - 2 degrees of freedom).
    pub spearman_p: Option<f64>,
    /// `spearman_p` adjusted over the rows of this attribute.
    pub spearman_p_adjusted: Option<f64>,
    /// What a reader of this row should know.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// Why a value is null: measures and reasons.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub undefined: Option<String>,
}

/// A pair of a correlation.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct PairRow {
    /// The theme's path, or the pattern as written.
    pub theme: String,
    /// The number's attribute.
    pub attribute: String,
    /// The participant, or the source.
    pub of: String,
    /// The number.
    pub value: f64,
    /// Hits in the participant's words, or the source's.
    pub hits: u64,
    /// Tokens that were searched there.
    pub tokens: u64,
    /// Hits per 1,000 of these.
    pub per_1000: f64,
}

/// Correlations, and what they were made of.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Correlations {
    /// A row for each needle and attribute.
    pub rows: Vec<CorrelationRow>,
    /// The pairs; none where few participants are not told of.
    pub pairs: Vec<PairRow>,
    /// Rows that were blanked, where that is asked for.
    pub blanked: Option<u64>,
}

/// The correlation of each needle with each attribute.
///
/// # Errors
/// The store is damaged, or a pattern is too large for it.
pub fn correlate(asked: &Asked<'_>, with: &[Field]) -> Result<Correlations, SearchError> {
    let Asked { store, people, scope, needles, overlap, min_participants } = *asked;
    let (mut rows, mut pairs, mut hidden) = (Vec::new(), Vec::new(), 0);
    for field in with {
        let unit =
            if people.is_of_participants(field.name()) { Unit::Participant } else { Unit::Source };
        let counting = Counting::new(store, people, scope, &[], Some(Of::Unit(unit)));
        let searched = counting.searched.first().map_or(&[][..], |t| t.parts.as_slice());
        let valued: Vec<(UnitKey, u64, f64)> = searched
            .iter()
            .filter_map(|(key, tokens)| Some((*key, *tokens, number(people, field, *key)?)))
            .collect();
        let left_out = (searched.len() - valued.len()) as u64;
        let few = min_participants.is_some_and(|least| valued.len() < least as usize);
        let first = rows.len();
        let by_few = match min_participants {
            Some(least) => said_by_few(asked, &counting, least as usize)?,
            None => vec![false; needles.len()],
        };
        let counted = needles.iter().zip(counting.count(needles, overlap)?);
        for ((needle, tallies), by_few) in counted.zip(by_few) {
            let found = tallies.first().map_or(&[][..], |t| t.parts.as_slice());
            let mut xy = Vec::with_capacity(valued.len());
            for (key, tokens, value) in &valued {
                let at = found.binary_search_by_key(key, |p| p.0);
                let hits = at.map_or(0, |i| found[i].1);
                let Ok(per_1000) = stats::rate(hits, *tokens, 1000) else { continue };
                xy.push((*value, per_1000));
                if min_participants.is_none() {
                    pairs.push(PairRow {
                        theme: needle.name.clone(),
                        attribute: field.name().to_owned(),
                        of: told(asked, *key),
                        value: *value,
                        hits,
                        tokens: *tokens,
                        per_1000,
                    });
                }
            }
            let mut row = CorrelationRow {
                theme: needle.name.clone(),
                parent: needle.parent.clone(),
                level: needle.level,
                attribute: field.name().to_owned(),
                unit: unit.name().to_owned(),
                ..CorrelationRow::default()
            };
            if few || by_few {
                hidden += 1;
                row.note = Some(super::BLANKED.into());
            } else {
                (row.n, row.left_out) = (Some(xy.len() as u64), Some(left_out));
                fill(&mut row, &xy);
            }
            rows.push(row);
        }
        adjust(&mut rows[first..]);
    }
    Ok(Correlations { rows, pairs, blanked: min_participants.map(|_| hidden) })
}

/// Needles that few people say, or of which few say a part: who they are could be read off the
/// coefficients.
fn said_by_few(
    asked: &Asked<'_>,
    counting: &Counting<'_>,
    least: usize,
) -> Result<Vec<bool>, SearchError> {
    let made = made_of(asked.needles);
    let people = |tallies: &Vec<Tally>| tallies.first().map_or(0, |t| t.persons.len());
    let few = |tallies: &Vec<Tally>| (1..least).contains(&people(tallies));
    let own: Vec<bool> = counting.count(&made.all, asked.overlap)?.iter().map(few).collect();
    let with_parts = |theme: usize| own[theme] || made.holds[theme].iter().any(|h| own[*h]);
    Ok((0..asked.needles.len()).map(with_parts).collect())
}

fn number(people: &People<'_>, field: &Field, key: UnitKey) -> Option<f64> {
    let text = match person_of(key) {
        Some(person) => people.of_person(field.name(), person),
        None => people.attribute(field.name(), u32::try_from(key.0).ok()?, None),
    };
    number_of(text?)
}

fn told(asked: &Asked<'_>, key: UnitKey) -> String {
    match person_of(key) {
        Some(person) => asked.people.person_name(person),
        None => asked.store.key(u32::try_from(key.0).unwrap_or(u32::MAX)).to_owned(),
    }
}

fn fill(row: &mut CorrelationRow, pairs: &[(f64, f64)]) {
    let mut reasons = Reasons::default();
    let ends = |reasons: &mut Reasons, name: &str, of: Option<Correlation>| {
        let interval = of.and_then(|c| reasons.take(name, c.interval));
        (interval.map(|i| i.0), interval.map(|i| i.1))
    };
    let found = reasons.take("pearson_r, pearson_p", pearson(pairs));
    (row.pearson_r, row.pearson_p) = (found.map(|c| c.coefficient), found.map(|c| c.p));
    (row.pearson_low, row.pearson_high) = ends(&mut reasons, "pearson_low, pearson_high", found);
    let found = reasons.take("spearman_rho, spearman_p", spearman(pairs));
    (row.spearman_rho, row.spearman_p) = (found.map(|c| c.coefficient), found.map(|c| c.p));
    (row.spearman_low, row.spearman_high) =
        ends(&mut reasons, "spearman_low, spearman_high", found);
    row.undefined = reasons.told();
}

fn adjust(rows: &mut [CorrelationRow]) {
    let pearson: Vec<Option<f64>> = rows.iter().map(|r| r.pearson_p).collect();
    let spearman: Vec<Option<f64>> = rows.iter().map(|r| r.spearman_p).collect();
    let adjusted =
        stats::benjamini_hochberg(&pearson).into_iter().zip(stats::benjamini_hochberg(&spearman));
    for (row, (pearson, spearman)) in rows.iter_mut().zip(adjusted) {
        (row.pearson_p_adjusted, row.spearman_p_adjusted) = (pearson, spearman);
    }
}
