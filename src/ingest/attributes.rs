//! Attribute tables: `participants.csv` and `sources.csv`, a row per participant or source.
//!
//! The first column, or the one headed `id`, names the row; a column `alias` gives other names of
//! a participant (a pseudonym, a misprint), several parted by `;`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// A table of attributes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttributeTable {
    /// Names of the columns, the id left out, in the table's order.
    pub columns: Vec<String>,
    /// Values by id and column; an empty cell has no entry.
    pub rows: BTreeMap<String, BTreeMap<String, String>>,
    /// Other names of an id.
    pub aliases: BTreeMap<String, String>,
}

/// What is wrong with a table; the rest of it is used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableProblem {
    /// Line of the file, from 1.
    pub line: u64,
    /// What is wrong.
    pub message: String,
}

/// Reads a table parted by commas, semicolons or tabs.
#[must_use]
pub fn read_attributes(bytes: &[u8]) -> (AttributeTable, Vec<TableProblem>) {
    let bytes = bytes.strip_prefix(&[0xEF, 0xBB, 0xBF]).unwrap_or(bytes);
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(e) => {
            let line = String::from_utf8_lossy(&bytes[..e.valid_up_to()]).lines().count() as u64;
            let message = "not valid UTF-8; save the table as UTF-8".into();
            return (AttributeTable::default(), vec![TableProblem { line, message }]);
        }
    };
    let mut rows = csv::ReaderBuilder::new()
        .delimiter(separator(text))
        .flexible(true)
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let header: Vec<String> = match rows.headers() {
        Ok(header) => header.iter().map(str::to_owned).collect(),
        Err(e) => {
            let problem = TableProblem { line: 1, message: e.to_string() };
            return (AttributeTable::default(), vec![problem]);
        }
    };
    let mut reader = Reader::new(header);
    for record in rows.records() {
        match record {
            Ok(record) => reader.row(&record),
            Err(e) => {
                let line = e.position().map_or(0, csv::Position::line);
                reader.problems.push(TableProblem { line, message: "not a row of a table".into() });
            }
        }
    }
    (reader.table, reader.problems)
}

struct Reader {
    header: Vec<String>,
    id_column: usize,
    table: AttributeTable,
    problems: Vec<TableProblem>,
}

impl Reader {
    fn new(header: Vec<String>) -> Self {
        let id_column = header.iter().position(|h| h.eq_ignore_ascii_case("id")).unwrap_or(0);
        let is_column =
            |(i, name): &(usize, &String)| *i != id_column && !is_alias(name) && !name.is_empty();
        let columns =
            header.iter().enumerate().filter(is_column).map(|(_, name)| name.clone()).collect();
        let table = AttributeTable { columns, ..AttributeTable::default() };
        Self { header, id_column, table, problems: Vec::new() }
    }

    fn row(&mut self, record: &csv::StringRecord) {
        let line = record.position().map_or(0, csv::Position::line);
        let problem = |message: String| TableProblem { line, message };
        let id = record.get(self.id_column).unwrap_or_default().to_owned();
        if id.is_empty() {
            self.problems.push(problem("row without an id".into()));
            return;
        }
        if record.len() != self.header.len() {
            let (cells, headings) = (record.len(), self.header.len());
            self.problems.push(problem(format!("{cells} cells under {headings} headings")));
        }
        if self.table.rows.contains_key(&id) {
            self.problems.push(problem(format!("id `{id}` used twice; the first row counts")));
            return;
        }
        let mut values = BTreeMap::new();
        for (name, value) in self.header.iter().zip(record) {
            if is_alias(name) {
                for alias in value.split(';').map(str::trim).filter(|a| !a.is_empty()) {
                    self.table.aliases.insert(alias.to_owned(), id.clone());
                }
            } else if !value.is_empty() && self.table.columns.contains(name) {
                values.insert(name.clone(), value.to_owned());
            }
        }
        self.table.rows.insert(id, values);
    }
}

fn is_alias(heading: &str) -> bool {
    heading.eq_ignore_ascii_case("alias") || heading.eq_ignore_ascii_case("aliases")
}

/// The separator that the heading holds most of.
fn separator(text: &str) -> u8 {
    let heading = text.lines().next().unwrap_or_default();
    *[b',', b';', b'\t']
        .iter()
        .max_by_key(|s| heading.bytes().filter(|b| b == *s).count())
        .filter(|s| heading.as_bytes().contains(s))
        .unwrap_or(&b',')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_rows_aliases_and_tells_what_is_wrong() {
        let text = "id;role;alias\nP1;nurse;Ann; \nP2;;\nP1;twice;\n;x;\n";
        let (table, problems) = read_attributes(text.as_bytes());
        assert_eq!(table.columns, ["role"]);
        assert_eq!(table.rows["P1"]["role"], "nurse");
        assert!(table.rows["P2"].is_empty());
        assert_eq!(table.aliases["Ann"], "P1");
        let lines: Vec<_> = problems.iter().map(|p| p.line).collect();
        assert_eq!(lines, [2, 4, 5]);
    }
}
