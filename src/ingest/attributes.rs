//! Attribute tables: `participants.csv` and `sources.csv`, a row per participant or source.
//!
//! The first column, or the one headed `id`, names the row; a column `alias` gives other names of
//! a participant (a pseudonym, a misprint), several parted by `;`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::text::{Delimited, decode, delimited};

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
    /// Character of the line, from 1; 0 for the line as a whole.
    pub column: u64,
    /// True where it changes what is counted: somebody must look.
    pub counts: bool,
    /// What is wrong.
    pub message: String,
}

impl TableProblem {
    /// Of a line, and one that somebody must look at.
    const fn at(line: u64, message: String) -> Self {
        Self { line, column: 0, counts: true, message }
    }
}

/// Reads a table parted by commas, semicolons, tabs or bars.
#[must_use]
pub fn read_attributes(bytes: &[u8]) -> (AttributeTable, Vec<TableProblem>) {
    let decoded = match decode(bytes, None) {
        Ok(decoded) => decoded,
        Err(why) => {
            let message = format!("can't be read: {why}; save the table as UTF-8");
            return (AttributeTable::default(), vec![TableProblem::at(1, message)]);
        }
    };
    let Delimited { head: (head, head_line), rows, above, unclosed } = delimited(&decoded.text);
    let header: Vec<String> = head.iter().map(|name| name.trim().to_owned()).collect();
    if header.is_empty() {
        let problem = TableProblem::at(1, "no row of column names".into());
        return (AttributeTable::default(), vec![problem]);
    }
    // A comma at the end of all rows makes a column that holds nothing.
    let mut header = header;
    while header.last().is_some_and(String::is_empty)
        && rows
            .iter()
            .all(|(cells, _)| cells.get(header.len() - 1).is_none_or(|c| c.trim().is_empty()))
    {
        header.pop();
    }
    let mut reader = Reader::new(header, head_line);
    for (line, _) in above {
        let message = "a line above the head is left out".to_owned();
        reader.problems.push(TableProblem { counts: false, ..TableProblem::at(line, message) });
    }
    for place in unclosed {
        let message =
            "a quotation mark opens a cell and is not closed; it is read as a sign".to_owned();
        let problem =
            TableProblem { column: place.column, ..TableProblem::at(place.line, message) };
        reader.problems.push(problem);
    }
    if decoded.assumed {
        let valid = std::str::from_utf8(bytes).map_or_else(|e| e.valid_up_to(), str::len);
        let line = String::from_utf8_lossy(&bytes[..valid]).lines().count().max(1) as u64;
        let encoding = decoded.encoding;
        let message = format!("not valid UTF-8; read as {encoding}, which is a guess");
        reader.problems.push(TableProblem { counts: false, ..TableProblem::at(line, message) });
    }
    for (cells, line) in rows {
        reader.row(&cells, line);
    }
    for (alias, of) in &reader.table.aliases {
        if let Some(id) = reader.ids.get(&same_id(alias)).filter(|id| *id != of) {
            let message =
                format!("alias `{alias}` of `{of}` is the id of another row, `{id}`, too");
            reader.problems.push(TableProblem::at(1, message));
        }
    }
    (reader.table, reader.problems)
}

struct Reader {
    header: Vec<String>,
    id_column: usize,
    /// Ids as they are compared, and as written.
    ids: BTreeMap<String, String>,
    table: AttributeTable,
    problems: Vec<TableProblem>,
}

impl Reader {
    fn new(header: Vec<String>, line: u64) -> Self {
        let id_column = header.iter().position(|h| h.eq_ignore_ascii_case("id")).unwrap_or(0);
        let is_column =
            |(i, name): &(usize, &String)| *i != id_column && !is_alias(name) && !name.is_empty();
        let mut columns: Vec<String> = Vec::new();
        for (_, name) in header.iter().enumerate().filter(is_column) {
            if !columns.contains(name) {
                columns.push(name.clone());
            }
        }
        let table = AttributeTable { columns, ..AttributeTable::default() };
        let mut problems = Vec::new();
        if !header.iter().any(|h| h.eq_ignore_ascii_case("id")) {
            let first = header.first().map_or("", String::as_str);
            let message = format!("no column `id`; the first, `{first}`, is taken for it");
            let problem = TableProblem::at(line, message);
            problems.push(TableProblem { counts: false, ..problem });
        }
        for (i, name) in header.iter().enumerate().filter(|(i, _)| *i != id_column) {
            let message = if name.is_empty() {
                format!("column {} has no heading and is left out", i + 1)
            } else if header[..i].contains(name) {
                format!("heading `{name}` is there twice; the last column of it counts")
            } else {
                continue;
            };
            problems.push(TableProblem::at(line, message));
        }
        Self { header, id_column, ids: BTreeMap::new(), table, problems }
    }

    fn row(&mut self, cells: &[String], line: u64) {
        let mut cells: Vec<&str> = cells.iter().map(|cell| cell.trim()).collect();
        while cells.len() > self.header.len() && cells.last().is_some_and(|cell| cell.is_empty()) {
            cells.pop();
        }
        if cells.iter().all(|cell| cell.is_empty()) {
            return;
        }
        let problem = |message: String| TableProblem::at(line, message);
        let id = cells.get(self.id_column).copied().unwrap_or_default().to_owned();
        if id.is_empty() {
            self.problems.push(problem("row without an id".into()));
            return;
        }
        if cells.len() != self.header.len() {
            let (found, headings) = (cells.len(), self.header.len());
            self.problems.push(problem(format!("{found} cells under {headings} headings")));
        }
        if let Some(first) = self.ids.get(&same_id(&id)) {
            let message = if *first == id {
                format!("id `{id}` used twice; the first row counts")
            } else {
                format!("id `{id}` is `{first}` again; the first row counts")
            };
            self.problems.push(problem(message));
            return;
        }
        self.ids.insert(same_id(&id), id.clone());
        let mut values = BTreeMap::new();
        for (name, value) in self.header.iter().zip(cells) {
            if is_alias(name) {
                for alias in value.split(';').map(str::trim).filter(|a| !a.is_empty()) {
                    let other = self.table.aliases.entry(alias.to_owned()).or_insert(id.clone());
                    if *other != id {
                        let message =
                            format!("alias `{alias}` is `{other}`'s, too, whose it stays");
                        self.problems.push(TableProblem::at(line, message));
                    }
                }
            } else if is_formula(value) {
                let message =
                    format!("`{name}` holds a formula, or its failure, and is left empty");
                self.problems.push(problem(message));
            } else if !value.is_empty() && self.table.columns.contains(name) {
                values.insert(name.clone(), value.to_owned());
            }
        }
        self.table.rows.insert(id, values);
    }
}

/// True for what a spreadsheet writes where it did not write a value.
fn is_formula(cell: &str) -> bool {
    let mut signs = cell.chars();
    let first = signs.next();
    let letter = signs.next().is_some_and(|c| c.is_alphabetic() || c == '(');
    let failed = ["#N/A", "#REF!", "#NAME?", "#VALUE!", "#DIV/0!", "#NUM!", "#NULL!"];
    first == Some('=')
        || (matches!(first, Some('+' | '-' | '@')) && letter)
        || failed.contains(&cell)
}

/// An id without case and blanks around it.
fn same_id(id: &str) -> String {
    id.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

fn is_alias(heading: &str) -> bool {
    heading.eq_ignore_ascii_case("alias") || heading.eq_ignore_ascii_case("aliases")
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
        assert_eq!(lines, [4, 5]);
    }
}
