//! Cross tables: units by an attribute and by theme, or by another attribute.

use std::collections::HashMap;

use schemars::JsonSchema;
use serde::Serialize;

use super::{Asked, Counting, Reasons, Tally, blank::Cells};
use crate::analysis::stats::{self, Crosstab};
use crate::analysis::units::Of;
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
    /// Participants by cell.
    people: Vec<Vec<u64>>,
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
    let min_participants = asked.min_participants;
    let mut out = Vec::new();
    let mut hidden = 0;
    let mut ends = Vec::new();
    for table in tables {
        let blank = min_participants.map(|least| table.blanked(u64::from(least)));
        hidden += blank.iter().flatten().flatten().filter(|b| **b).count() as u64;
        table.rows(rows, columns, &names, unit, blank.as_deref(), &mut out);
        ends.push(out.len());
    }
    adjust(&mut out, &ends);
    Ok((out, min_participants.map(|_| hidden)))
}

/// Units and participants of a tally.
fn size(tally: &Tally) -> (u64, u64) {
    (tally.parts.len() as u64, tally.persons.len() as u64)
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
    let mut sizes: HashMap<(&str, &str), (u64, u64)> = HashMap::new();
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
    let cells = |of: fn((u64, u64)) -> u64| -> Vec<Vec<u64>> {
        let cell = |r: &String, c: &String| {
            sizes.get(&(r.as_str(), c.as_str())).map_or(0, |size| of(*size))
        };
        row_names.iter().map(|r| column_names.iter().map(|c| cell(r, c)).collect()).collect()
    };
    let (cells, people) = (cells(|s| s.0), cells(|s| s.1));
    (vec![Table { theme: None, rows: row_names, cells, people }], column_names)
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
        .filter(|g| value(*g).is_some() && !counting.searched[*g].parts.is_empty())
        .collect();
    let all: Vec<(u64, u64)> = order.iter().map(|g| size(&counting.searched[*g])).collect();
    let mut tables = Vec::with_capacity(needles.len());
    for (needle, tallies) in needles.iter().zip(counting.count(needles, overlap)?) {
        let with: Vec<(u64, u64)> = order.iter().map(|g| size(&tallies[*g])).collect();
        let split = |of: fn(&(u64, u64)) -> u64| -> Vec<Vec<u64>> {
            let with: Vec<u64> = with.iter().map(of).collect();
            let without = all.iter().zip(&with).map(|(a, w)| of(a) - w).collect();
            vec![with, without]
        };
        tables.push(Table {
            theme: Some(needle.name.clone()),
            rows: vec!["with".into(), "without".into()],
            cells: split(|s| s.0),
            people: split(|s| s.1),
        });
    }
    Ok((tables, order.into_iter().filter_map(value).collect()))
}

impl Table {
    fn blanked(&self, least: u64) -> Vec<Vec<bool>> {
        let width = self.people.first().map_or(0, Vec::len);
        let at = |row: usize, column: usize| row * width + column;
        let cells: Vec<u64> = self.people.concat();
        let across = (0..self.people.len()).map(|r| (0..width).map(|c| at(r, c)).collect());
        let down = (0..width).map(|c| (0..self.people.len()).map(|r| at(r, c)).collect());
        let flat = Cells {
            groups: vec![0; cells.len()],
            with: vec![cells],
            lines: across.chain(down).collect(),
            parents: vec![None],
            least,
        };
        let blank = flat.blanked().0.pop().unwrap_or_default();
        blank.chunks(width.max(1)).map(<[bool]>::to_vec).collect()
    }

    fn rows(
        self,
        rows: Option<&Field>,
        columns: &Field,
        names: &[String],
        unit: Unit,
        blank: Option<&[Vec<bool>]>,
        out: &mut Vec<CrosstabRow>,
    ) {
        let any_blank = blank.is_some_and(|b| b.iter().flatten().any(|b| *b));
        let crosstab = Crosstab::new(self.cells.clone());
        let mut reasons = Reasons::default();
        let chi_squared = reasons.take("chi_squared", crosstab.chi_squared());
        let fisher = if crosstab.is_small() {
            crosstab.fisher()
        } else {
            Err("every cell is expected to hold 5 or more")
        };
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
            ..CrosstabRow::default()
        };
        let of_table = reasons.told();
        for (r, row) in self.rows.iter().enumerate() {
            for (c, column) in names.iter().enumerate() {
                let mut reasons = Reasons(of_table.iter().cloned().collect());
                let mut cell = CrosstabRow {
                    row: row.clone(),
                    column: column.clone(),
                    n: Some(self.cells[r][c]),
                    row_total: Some(crosstab.row(r)),
                    column_total: Some(crosstab.column(c)),
                    expected: crosstab.expected(r, c).ok(),
                    residual: reasons.take("residual", crosstab.residual(r, c)),
                    residual_standardised: reasons
                        .take("residual_standardised", crosstab.standardised_residual(r, c)),
                    ..whole.clone()
                };
                cell.undefined = reasons.told();
                if any_blank {
                    // Measures of the table, and residuals, would give the cells back.
                    let own = blank.is_some_and(|b| b[r][c]);
                    cell = CrosstabRow {
                        n: cell.n.filter(|_| !own),
                        chi_squared: None,
                        degrees_of_freedom: None,
                        p: None,
                        cramers_v: None,
                        fisher_p: None,
                        expected: cell.expected.filter(|_| !own),
                        residual: None,
                        residual_standardised: None,
                        note: Some(super::BLANKED.into()),
                        undefined: None,
                        ..cell
                    };
                }
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
