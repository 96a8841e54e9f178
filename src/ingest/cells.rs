//! Tables as they stand in files: rows of cells under a heading, parted by signs or as JSON Lines.
//!
//! What stands above the head, or is a second head, is no row; two columns of one name are told apart.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::{Columns, Removed, Unreadable};
use crate::text::{self, Delimited};

/// A table as it stands in a file.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Table {
    /// What the columns are called.
    pub(super) head: Vec<String>,
    pub(super) rows: Vec<Row>,
    pub(super) notes: Vec<String>,
    /// What is wrong with it and changes what is counted.
    pub(super) complaints: Vec<String>,
    /// Rows that are none.
    pub(super) removed: Vec<Removed>,
}

/// A row of a table.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Row {
    /// The cells that hold something, each with its column, in their order: a row with one cell far
    /// out costs no more than that cell.
    cells: Vec<(u32, String)>,
    /// The line of the file, or the number that a workbook shows beside it.
    pub(super) line: u32,
}

impl Row {
    pub(super) fn new(mut cells: Vec<(u32, String)>, line: u32) -> Self {
        cells.retain(|(_, cell)| !cell.trim().is_empty());
        cells.sort_by_key(|(column, _)| *column);
        cells.dedup_by_key(|(column, _)| *column);
        Self { cells, line }
    }

    /// The cells that hold something, without the white space around them.
    pub(super) fn cells(&self) -> impl Iterator<Item = (usize, &str)> {
        self.cells.iter().map(|(column, cell)| (*column as usize, cell.trim()))
    }

    /// A cell.
    pub(super) fn cell(&self, column: usize) -> &str {
        let at = self.cells.binary_search_by_key(&column, |(c, _)| *c as usize);
        at.map_or("", |at| self.cells[at].1.trim())
    }
}

pub(super) fn wrong(line: u64, what: impl Into<String>) -> Unreadable {
    Unreadable::Line { line: u32::try_from(line).unwrap_or(u32::MAX), what: what.into() }
}

/// Rows of cells that commas, semicolons, tabs or bars part.
///
/// # Errors
/// It has no heading.
pub(super) fn delimited(text: &str) -> Result<Table, Unreadable> {
    let Delimited { head: (head, _), rows, above, unclosed } = text::delimited(text);
    if head.iter().all(|name| name.trim().is_empty()) {
        return Err(wrong(1, "no row of column names"));
    }
    let width = head.len();
    let mut table = Table { head, ..Table::default() };
    let narrow = |line: u64| u32::try_from(line).unwrap_or(u32::MAX);
    table.leave_out(above.into_iter().map(|(line, text)| (narrow(line), text)), "above the head");
    let (mut other, mut first) = (0, None);
    let all = rows.len();
    for (cells, line) in rows {
        if cells.len() != width {
            other += 1;
            first.get_or_insert(line);
        }
        table.rows.push(Row::new((0..).zip(cells).collect(), narrow(line)));
    }
    if let Some(line) = first {
        table.complaints.push(format!(
            "{other} of {all} rows have more or fewer cells than the heading, first in line {line}"
        ));
    }
    for place in unclosed {
        table.complaints.push(format!(
            "line {}, column {}: a quotation mark opens a cell and is not closed; it is read as a sign",
            place.line, place.column
        ));
    }
    Ok(table)
}

impl Table {
    fn leave_out(&mut self, rows: impl Iterator<Item = (u32, String)>, reason: &str) {
        let rows = rows.filter(|(_, text)| !text.is_empty());
        self.removed.extend(rows.map(|(line, text)| Removed {
            line,
            text,
            reason: reason.to_owned(),
        }));
    }

    /// Gives the second column of a name a number, and tells it.
    pub(super) fn part_names(&mut self) {
        let mut times: HashMap<String, usize> = HashMap::new();
        let mut twice = Vec::new();
        for name in self.head.iter_mut().filter(|name| !name.trim().is_empty()) {
            let times = times.entry(name.trim().to_lowercase()).or_default();
            *times += 1;
            if *times > 1 {
                let numbered = format!("{} {times}", name.trim());
                twice.push(format!("`{}` again is `{numbered}`", name.trim()));
                *name = numbered;
            }
        }
        if !twice.is_empty() {
            self.notes.push(format!("columns of one name: {}", twice.join(", ")));
        }
    }

    /// Takes out what survey tools write between the head and the answers: the questions in full, ids of the import.
    pub(super) fn drop_second_heads(&mut self) {
        let import = |row: &Row| {
            row.cells().count() > 0 && row.cells().all(|(_, c)| c.starts_with("{\"ImportId\""))
        };
        let kind = |row: &Row| {
            let kinds = ["Response", "Open-Ended Response"];
            row.cells().count() > 0 && row.cells().all(|(_, c)| kinds.contains(&c))
        };
        let heads = match self.rows.iter().take(2).position(import) {
            Some(at) => at + 1,
            None => usize::from(self.rows.first().is_some_and(kind)),
        };
        let rows: Vec<Row> = self.rows.drain(..heads).collect();
        let text = |row: &Row| row.cells().map(|(_, cell)| cell).collect::<Vec<_>>().join(" | ");
        self.leave_out(rows.iter().map(|row| (row.line, text(row))), "second head of a table");
        if heads > 0 {
            self.notes.push(format!("{heads} rows under the head are heads, too, and no answers"));
        }
    }
}

/// An object on each line; their keys are the columns.
///
/// # Errors
/// A line is no JSON, or no object.
pub(super) fn json_lines(text: &str) -> Result<Table, Unreadable> {
    use serde_json::{Map, Value};
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
    let mut table = Table::default();
    let mut places = HashMap::new();
    for (line, number) in text.lines().zip(1..).filter(|(l, _)| !l.trim().is_empty()) {
        let row: Map<String, Value> = serde_json::from_str(line).map_err(|e| {
            wrong(number, format!("no JSON object on one line (column {})", e.column()))
        })?;
        let mut cells = Vec::new();
        for (key, value) in row {
            let next = u32::try_from(table.head.len()).unwrap_or(u32::MAX);
            let at = *places.entry(key.clone()).or_insert(next);
            if at == next {
                table.head.push(key);
            }
            cells.push((at, plain(&value)));
        }
        table.rows.push(Row::new(cells, u32::try_from(number).unwrap_or(u32::MAX)));
    }
    Ok(table)
}

/// A value as a cell: lists of values are parted by semicolons.
fn plain(value: &serde_json::Value) -> String {
    use serde_json::Value;
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(list) => list.iter().map(plain).collect::<Vec<_>>().join("; "),
        other => other.to_string(),
    }
}

/// True where a sign that could part cells stands in the first line that holds something.
pub(super) fn may_be_table(bytes: &[u8]) -> bool {
    let start = bytes.iter().position(u8::is_ascii_graphic).unwrap_or(0);
    let line = bytes[start..].iter().take_while(|b| !matches!(b, b'\n' | b'\r'));
    line.into_iter().any(|b| matches!(b, b'\t' | b'|'))
}

/// True for a plain text that is a table of turns: bars or tabs part its heading, which names who speaks and the words.
pub(super) fn is_talk(text: &str) -> bool {
    let head = text.trim_start_matches('\u{FEFF}').lines().find(|l| !l.trim().is_empty());
    let Some(head) = head.filter(|h| h.contains(['|', '\t']) && !h.trim_start().starts_with('|'))
    else {
        return false;
    };
    let sign = if head.contains('\t') { '\t' } else { '|' };
    let names: Vec<String> = head.split(sign).map(|n| n.trim().to_lowercase()).collect();
    let known = |list: &[&str]| names.iter().any(|name| list.contains(&name.as_str()));
    known(Columns::SPEAKER) && known(Columns::TEXT)
}
