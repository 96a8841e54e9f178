//! Tables: rows of cells under a heading, parted by signs or as JSON Lines.
//!
//! A table is a talk, a row for each turn, or a collection of texts, a row for each source:
//! [`super::records`] makes these. Rows are turns where a column tells who speaks, unless each row
//! has a speaker of its own; `columns.rows` in `corpus.toml` says which.

use serde::{Deserialize, Serialize};

use super::captions::seconds;
use super::{Body, Document, Mark, Record, Unreadable, Utterance, records};
use crate::project::{ColumnSettings, Rows};
use crate::text::row_line;

/// Names of columns, in lower case; the first that is there counts.
pub(super) struct Columns;

impl Columns {
    /// Of words.
    pub(super) const TEXT: &[&str] = &[
        "text",
        "words",
        "utterance",
        "content",
        "message",
        "transcript",
        "speech",
        "said",
        "quote",
        "sentence",
        "turn",
        "response",
        "answer",
    ];
    /// Of words, where rows are sources.
    const TEXT_OF_SOURCE: &[&str] = &[
        "abstract",
        "abstract note",
        "comment",
        "comments",
        "review",
        "feedback",
        "narrative",
        "verbatim",
        "body",
        "description",
        "summary",
    ];
    /// Of those who speak.
    pub(super) const SPEAKER: &[&str] = &[
        "speaker",
        "speaker_name",
        "speaker_label",
        "speaker name",
        "name",
        "who",
        "participant",
        "participantrole",
        "participantid",
        "role",
        "speaker_id",
        "label",
    ];
    /// Of times.
    pub(super) const TIME: &[&str] =
        &["timestamp", "time", "start", "start_time", "start time", "begin", "offset", "from"];
}

/// A table as it stands in a file.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Table {
    /// What the columns are called.
    pub(super) head: Vec<String>,
    pub(super) rows: Vec<Row>,
    pub(super) notes: Vec<String>,
}

/// A row of a table.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Row {
    /// As many cells as there are, which may be more or fewer than columns.
    pub(super) cells: Vec<String>,
    /// The line of the file, or the number that a workbook shows beside it.
    pub(super) line: u32,
}

impl Row {
    /// A cell without the white space around it.
    pub(super) fn cell(&self, column: usize) -> &str {
        self.cells.get(column).map_or("", |cell| cell.trim())
    }
}

/// Where the columns are.
pub(super) struct Found {
    /// One at least.
    pub(super) texts: Vec<usize>,
    pub(super) speaker: Option<usize>,
    time: Option<usize>,
}

fn wrong(line: u64, what: impl Into<String>) -> Unreadable {
    Unreadable::Line { line: u32::try_from(line).unwrap_or(u32::MAX), what: what.into() }
}

/// The sources of a table: one that is a talk, or one for each row.
///
/// # Errors
/// It has no column for words, or no words in it.
pub(super) fn read(table: Table, columns: &ColumnSettings) -> Result<Vec<Record>, Unreadable> {
    let found = columns_of(&table.head, columns).map_err(|what| wrong(1, what))?;
    if table.rows.is_empty() {
        return Err(Unreadable::NoText);
    }
    let of_sources = match columns.rows {
        Some(rows) => rows == Rows::Sources,
        None => {
            columns.id.is_some() || found.texts.len() > 1 || speakers_are_sources(&table, &found)
        }
    };
    if of_sources {
        return records::of_rows(table, &found, columns);
    }
    let Some(speaker) = found.speaker else {
        return Err(wrong(1, missing("speakers")));
    };
    Ok(vec![Record::whole(talk(table, &found, speaker))])
}

/// True when nobody speaks in two rows, so that they are hardly one talk.
fn speakers_are_sources(table: &Table, found: &Found) -> bool {
    let Some(speaker) = found.speaker else { return true };
    let mut names: Vec<&str> = table.rows.iter().map(|row| row.cell(speaker)).collect();
    let rows = names.len();
    names.sort_unstable();
    names.dedup();
    rows >= 3 && names.len() == rows && !names.contains(&"") && found.time.is_none()
}

/// A talk whose turns are rows.
fn talk(table: Table, found: &Found, speaker: usize) -> Document {
    let words = found.texts[0];
    let utterances = table.rows.iter().map(|row| {
        let name = row.cell(speaker).trim_end_matches(':').trim();
        let second = found.time.and_then(|at| seconds(row.cell(at)));
        Utterance {
            speaker: (!name.is_empty()).then(|| name.to_owned()),
            text: row.cell(words).to_owned(),
            mark: Mark { second, ..Mark::of_line(0, row.line) },
            cut: false,
        }
    });
    let body = Body::Utterances(utterances.collect());
    Document { body, notes: table.notes, ..Document::default() }
}

fn missing(what: &str) -> String {
    format!("no column of {what} is known by its name; name it in `[columns]` of corpus.toml")
}

/// Finds the columns by what the settings or their names say.
fn columns_of(head: &[String], columns: &ColumnSettings) -> Result<Found, String> {
    let place = |name: &str| column(head, name);
    let named = |name: &str, what: &str| {
        place(name).ok_or_else(|| {
            format!("no column `{name}`, which `columns.{what}` of corpus.toml names")
        })
    };
    let at = |name: Option<&str>, names: &[&str], what: &str| match name {
        Some(name) => named(name, what).map(Some),
        None => Ok(names.iter().find_map(|n| place(n))),
    };
    let speaker = at(columns.speaker.as_deref(), Columns::SPEAKER, "speaker")?;
    let time = at(columns.time.as_deref(), Columns::TIME, "time")?;
    let texts: Vec<usize> = match columns.texts() {
        [] => {
            let mut known = Columns::TEXT.iter().chain(Columns::TEXT_OF_SOURCE);
            known.find_map(|n| place(n)).into_iter().collect()
        }
        names => names.iter().map(|n| named(n, "text")).collect::<Result<_, _>>()?,
    };
    if texts.is_empty() {
        return Err(missing("words"));
    }
    let speaker = speaker.filter(|s| !texts.contains(s));
    Ok(Found { texts, speaker, time })
}

/// The place of a column.
pub(super) fn column(head: &[String], name: &str) -> Option<usize> {
    head.iter().position(|h| h.trim().eq_ignore_ascii_case(name))
}

/// Rows of cells that commas, semicolons, tabs or bars part.
///
/// # Errors
/// It has no heading, or a row that can't be read.
pub(super) fn delimited(text: &str) -> Result<Table, Unreadable> {
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
    let head = text.lines().next().unwrap_or_default();
    let delimiter = [b'\t', b';', b'|', b',']
        .into_iter()
        .max_by_key(|d| head.bytes().filter(|b| b == d).count())
        .unwrap_or(b',');
    let mut reader =
        csv::ReaderBuilder::new().delimiter(delimiter).flexible(true).from_reader(text.as_bytes());
    let head = reader.headers().map_err(|_| wrong(1, "no row of column names"))?.clone();
    let mut table = Table { head: head.iter().map(str::to_owned).collect(), ..Table::default() };
    let mut short = 0;
    for record in reader.records() {
        let record = record.map_err(|e| {
            wrong(e.position().map_or(1, csv::Position::line), "this row can't be read")
        })?;
        short += u64::from(record.len() != head.len());
        let line = u32::try_from(row_line(text, &record)).unwrap_or(u32::MAX);
        table.rows.push(Row { cells: record.iter().map(str::to_owned).collect(), line });
    }
    if short > 0 {
        let rows = table.rows.len();
        let note = format!("{short} of {rows} rows have more or fewer cells than the heading");
        table.notes.push(note);
    }
    if text.bytes().filter(|b| *b == b'"').count() % 2 == 1 {
        table.notes.push("a quotation mark is not closed: what follows it is one cell".to_owned());
    }
    Ok(table)
}

/// An object on each line; their keys are the columns.
///
/// # Errors
/// A line is no JSON, or no object.
pub(super) fn json_lines(text: &str) -> Result<Table, Unreadable> {
    use serde_json::{Map, Value};
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
    let mut table = Table::default();
    let mut places = std::collections::HashMap::new();
    for (line, number) in text.lines().zip(1..).filter(|(l, _)| !l.trim().is_empty()) {
        let row: Map<String, Value> = serde_json::from_str(line).map_err(|e| {
            wrong(number, format!("no JSON object on one line (column {})", e.column()))
        })?;
        let mut cells = Vec::new();
        for (key, value) in row {
            let next = places.len();
            let at = *places.entry(key.clone()).or_insert(next);
            if at == next {
                table.head.push(key);
            }
            if cells.len() <= at {
                cells.resize(at + 1, String::new());
            }
            cells[at] = plain(&value);
        }
        table.rows.push(Row { cells, line: u32::try_from(number).unwrap_or(u32::MAX) });
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::project::Names;

    fn said(text: &str) -> Vec<(Option<String>, String, u32)> {
        let table = delimited(text).expect("a table");
        let records = read(table, &ColumnSettings::default()).expect("a talk");
        let [Record { id: None, document }] = records.as_slice() else { panic!("one talk") };
        let Body::Utterances(list) = &document.body else { panic!("speech") };
        list.iter().map(|u| (u.speaker.clone(), u.text.clone(), u.mark.line)).collect()
    }

    fn is_read(text: &str, columns: &ColumnSettings) -> bool {
        delimited(text).and_then(|table| read(table, columns)).is_ok()
    }

    #[test]
    fn columns_are_found_by_their_names() {
        let rows = said("speaker,words\nDB:,\"One,\ntwo\"\n,Three\n");
        assert_eq!(rows[0], (Some("DB".to_owned()), "One,\ntwo".to_owned(), 2));
        assert_eq!(rows[1], (None, "Three".to_owned(), 4));
        assert_eq!(said("Time;Name;Text\n1:02;Ann;Yes; and\n").len(), 1);
        assert_eq!(said("text\tspeaker\nYes\tAnn\n")[0].1, "Yes");
        for wrong in ["a,b\n1,2\n", "speaker,text\n"] {
            assert!(!is_read(wrong, &ColumnSettings::default()), "{wrong}");
        }
        let columns = ColumnSettings {
            speaker: Some("a".into()),
            text: Some(Names::One("b".into())),
            ..ColumnSettings::default()
        };
        assert!(is_read("a,b\n1,2\n", &columns));
        let turns = ColumnSettings { rows: Some(Rows::Turns), ..ColumnSettings::default() };
        assert!(!is_read("text\nx\n", &turns));
    }

    #[test]
    fn keys_of_json_lines_are_columns() {
        let text = "{\"id\": 7, \"text\": \"a\"}\n\n{\"text\": \"b\", \"tags\": [\"x\", \"y\"]}\n";
        let table = json_lines(text).expect("lines");
        assert_eq!(table.head, ["id", "text", "tags"]);
        let rows: Vec<(&str, &str, &str, u32)> =
            table.rows.iter().map(|r| (r.cell(0), r.cell(1), r.cell(2), r.line)).collect();
        assert_eq!(rows, [("7", "a", "", 1), ("", "b", "x; y", 3)]);
        assert!(matches!(json_lines("{}\n[1]\n"), Err(Unreadable::Line { line: 2, .. })));
    }
}
