//! Cross tables: units by an attribute and by theme, or by another attribute.

use schemars::JsonSchema;
use serde::Serialize;

use super::{Asked, Counting, Reasons, Tally, made_of};
use crate::analysis::FastMap;
use crate::analysis::stats::{self, Crosstab};
use crate::analysis::units::{Of, UnitKey};
use crate::query::{Field, Unit};
use crate::search::SearchError;

/// A cell of a cross table, with the measures of its table.
#[derive(Clone, Debug, Default, PartialEq, Serialize, JsonSchema)]
pub struct CrosstabRow {
    /// The theme that the table is of; null where two attributes are crossed.
    pub theme: Option<String>,
    /// The attribute of the rows; null where they are units with and without the theme.
    pub row_of: Option<String>,
    /// The row: `with` or `without` a hit of the theme, or the value of the attribute.
    pub row: String,
    /// The attribute of the columns.
    pub column_of: String,
    /// The column: its value.
    pub column: String,
    /// What is counted.
    pub unit: String,
    /// Units in this cell. One with words of several values is in the cell of each.
    pub n: Option<u64>,
    /// Units in this row.
    pub row_total: Option<u64>,
    /// Units in this column.
    pub column_total: Option<u64>,
    /// Units in the table.
    pub units: Option<u64>,
    /// Units expected here if rows and columns had nothing to do with each other.
    pub expected: Option<f64>,
    /// Pearson's residual: (n - expected) / sqrt expected.
    pub residual: Option<f64>,
    /// Standardised (adjusted) residual; beyond 2 or -2 it is unusual.
    pub residual_standardised: Option<f64>,
    /// Chi-squared of the table, without a correction.
    pub chi_squared: Option<f64>,
    /// Its degrees of freedom.
    pub degrees_of_freedom: Option<u64>,
    /// Probability of a chi-squared at least so large if rows and columns were independent.
    pub p: Option<f64>,
    /// `p` adjusted over the tables of the result (Benjamini and Hochberg 1995).
    pub p_adjusted: Option<f64>,
    /// Cramér's V of the table, from 0 to 1.
    pub cramers_v: Option<f64>,
    /// Fisher's exact probability of the table, two-sided, where a cell is expected to hold less
    /// than 5, so that chi-squared is not to be trusted.
    pub fisher_p: Option<f64>,
    /// What a reader of this row should know.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// Why a value is null: measures and reasons.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub undefined: Option<String>,
}

/// A table before its measures.
struct Table {
    theme: Option<String>,
    rows: Vec<String>,
    cells: Vec<Vec<u64>>,
    /// Units that are in several cells.
    doubled: u64,
}

/// The cells of each table, theme by theme; and rows that were blanked, where that is asked for.
///
/// # Errors
/// The store is damaged, or a pattern is too large for it.
pub fn cross(
    asked: &Asked<'_>,
    rows: Option<&Field>,
    columns: &Field,
    unit: Unit,
) -> Result<(Vec<CrosstabRow>, Option<u64>), SearchError> {
    let (tables, names) = match rows {
        Some(rows) => of_attributes(asked, rows, columns, unit),
        None => of_themes(asked, columns, unit)?,
    };
    let few = |n: &u64| *n > 0 && asked.min_participants.is_some_and(|least| *n < least.into());
    let own: Vec<bool> = tables.iter().map(|t| t.cells.iter().flatten().any(few)).collect();
    let shown = if rows.is_some() { 1 } else { asked.needles.len() };
    let holds = match (rows, asked.min_participants) {
        (None, Some(_)) => made_of(asked.needles).holds,
        _ => vec![Vec::new(); shown],
    };
    let mut out = Vec::new();
    let mut hidden = 0;
    let mut ends = Vec::new();
    for (number, table) in tables.into_iter().take(shown).enumerate() {
        let first = out.len();
        table.rows(rows, columns, &names, unit, &mut out);
        if own[number] || holds[number].iter().any(|h| own[*h]) {
            hidden += (out.len() - first) as u64;
            out[first..].iter_mut().for_each(CrosstabRow::blank);
        }
        ends.push(out.len());
    }
    adjust(&mut out, &ends);
    Ok((out, asked.min_participants.map(|_| hidden)))
}

impl CrosstabRow {
    /// Takes all numbers away: those of one cell would follow from the others, the margins and the
    /// measures.
    fn blank(&mut self) {
        *self = Self {
            theme: self.theme.take(),
            row_of: self.row_of.take(),
            row: std::mem::take(&mut self.row),
            column_of: std::mem::take(&mut self.column_of),
            column: std::mem::take(&mut self.column),
            unit: std::mem::take(&mut self.unit),
            note: Some(super::BLANKED.into()),
            ..Self::default()
        };
    }
}

/// Units of a tally.
fn size(tally: &Tally) -> u64 {
    tally.parts.len() as u64
}

/// True where a group has enough participants to be told of.
fn told(asked: &Asked<'_>, tally: &Tally) -> bool {
    let least = asked.min_participants.map_or(1, |n| n as usize);
    !tally.parts.is_empty() && (least == 1 || tally.parts.len() >= least)
}

/// The one table of two attributes, and the names of its columns.
fn of_attributes(
    asked: &Asked<'_>,
    rows: &Field,
    columns: &Field,
    unit: Unit,
) -> (Vec<Table>, Vec<String>) {
    let Asked { store, people, scope, .. } = *asked;
    let fields = [rows.clone(), columns.clone()];
    let counting = Counting::new(store, people, scope, &fields, Some(Of::Unit(unit)));
    let mut sizes: FastMap<(&str, &str), u64> = FastMap::default();
    for (values, searched) in counting.groups.values.iter().zip(&counting.searched) {
        if let [Some(row), Some(column)] = values.as_slice()
            && !searched.parts.is_empty()
        {
            sizes.insert((row, column), size(searched));
        }
    }
    // The values of each attribute in their own order.
    let names = |field: &Field, met: &dyn Fn(&str) -> bool| -> Vec<String> {
        let alone = [field.clone()];
        let counting = Counting::new(store, people, scope, &alone, None);
        let values =
            counting.order().into_iter().filter_map(|g| counting.groups.values[g][0].clone());
        values.filter(|v| met(v)).collect()
    };
    let row_names = names(rows, &|v| sizes.keys().any(|k| k.0 == v));
    let column_names = names(columns, &|v| sizes.keys().any(|k| k.1 == v));
    let cell =
        |r: &String, c: &String| sizes.get(&(r.as_str(), c.as_str())).copied().unwrap_or_default();
    let row = |r: &String| column_names.iter().map(|c| cell(r, c)).collect();
    let cells = row_names.iter().map(row).collect();
    let doubled = doubled(counting.searched.iter());
    (vec![Table { theme: None, rows: row_names, cells, doubled }], column_names)
}

/// Units that are in several groups.
fn doubled<'t>(groups: impl Iterator<Item = &'t Tally>) -> u64 {
    let mut keys: Vec<UnitKey> = groups.flat_map(|t| &t.parts).map(|p| p.0).collect();
    let all = keys.len();
    keys.sort_unstable();
    keys.dedup();
    (all - keys.len()) as u64
}

/// A table for each needle: units with and without it; and the names of their columns.
fn of_themes(
    asked: &Asked<'_>,
    columns: &Field,
    unit: Unit,
) -> Result<(Vec<Table>, Vec<String>), SearchError> {
    let Asked { store, people, scope, needles, overlap, .. } = *asked;
    let fields = [columns.clone()];
    let counting = Counting::new(store, people, scope, &fields, Some(Of::Unit(unit)));
    let value = |group: usize| counting.groups.values[group][0].clone();
    let order: Vec<usize> = counting
        .order()
        .into_iter()
        .filter(|g| value(*g).is_some() && told(asked, &counting.searched[*g]))
        .collect();
    let doubled = doubled(order.iter().map(|g| &counting.searched[*g]));
    let all: Vec<u64> = order.iter().map(|g| size(&counting.searched[*g])).collect();
    let mut tables = Vec::with_capacity(needles.len());
    let needles = match asked.min_participants {
        Some(_) => made_of(needles).all,
        None => needles.to_vec(),
    };
    for (needle, tallies) in needles.iter().zip(counting.count(&needles, overlap)?) {
        let with: Vec<u64> = order.iter().map(|g| size(&tallies[*g])).collect();
        let without = all.iter().zip(&with).map(|(all, with)| all - with).collect();
        tables.push(Table {
            theme: Some(needle.name.clone()),
            rows: vec!["with".into(), "without".into()],
            cells: vec![with, without],
            doubled,
        });
    }
    Ok((tables, order.into_iter().filter_map(value).collect()))
}

impl Table {
    fn rows(
        self,
        rows: Option<&Field>,
        columns: &Field,
        names: &[String],
        unit: Unit,
        out: &mut Vec<CrosstabRow>,
    ) {
        let crosstab = Crosstab::new(self.cells.clone());
        let mut reasons = Reasons::default();
        let all = "chi_squared, degrees_of_freedom, p, cramers_v";
        let chi_squared = reasons.take(all, crosstab.chi_squared());
        let fisher = match chi_squared {
            Some(_) if !crosstab.is_small() => Err("every cell is expected to hold 5 or more"),
            _ => crosstab.fisher(),
        };
        let doubled = (self.doubled > 0).then(|| {
            format!("units that are in several columns, and counted in each: {}", self.doubled)
        });
        let whole = CrosstabRow {
            theme: self.theme,
            row_of: rows.map(|r| r.name().to_owned()),
            column_of: columns.name().to_owned(),
            unit: unit.name().to_owned(),
            units: Some(crosstab.total()),
            chi_squared,
            degrees_of_freedom: chi_squared.map(|_| crosstab.freedom()),
            p: crosstab.p().ok(),
            cramers_v: crosstab.cramers_v().ok(),
            fisher_p: reasons.take("fisher_p", fisher),
            note: doubled,
            ..CrosstabRow::default()
        };
        let of_table = reasons.told();
        for (r, row) in self.rows.iter().enumerate() {
            for (c, column) in names.iter().enumerate() {
                let mut reasons = Reasons(of_table.iter().cloned().collect());
                let standardised = crosstab.standardised_residual(r, c);
                let mut cell = CrosstabRow {
                    row: row.clone(),
                    column: column.clone(),
                    n: Some(self.cells[r][c]),
                    row_total: Some(crosstab.row(r)),
                    column_total: Some(crosstab.column(c)),
                    expected: crosstab.expected(r, c).ok(),
                    residual: reasons.take("residual", crosstab.residual(r, c)),
                    residual_standardised: reasons.take("residual_standardised", standardised),
                    ..whole.clone()
                };
                cell.undefined = reasons.told();
                out.push(cell);
            }
        }
    }
}

/// Adjusts the probability of each table; `ends` are where tables end.
fn adjust(rows: &mut [CrosstabRow], ends: &[usize]) {
    let starts = std::iter::once(&0).chain(ends);
    let p: Vec<Option<f64>> =
        starts.clone().zip(ends).map(|(s, e)| if s < e { rows[*s].p } else { None }).collect();
    let adjusted = stats::benjamini_hochberg(&p);
    for ((start, end), adjusted) in starts.zip(ends).zip(adjusted) {
        for row in &mut rows[*start..*end] {
            row.p_adjusted = adjusted;
        }
    }
}
