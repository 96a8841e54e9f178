//! Tables of texts: each row a source, its words in one column or several, the others attributes.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::cells::{Row, Table};
use super::table::{Found, column, is_called};
use super::{Block, BlockKind, Body, Document, Record, Unreadable, is_readable_name};
use crate::project::{ColumnSettings, Rows};

/// Columns that name a row, in lower case; the first that is there counts.
const IDS: &[&str] = &[
    "id",
    "key",
    "record",
    "record_id",
    "respondent",
    "respondent_id",
    "respondentid",
    "response_id",
    "responseid",
    "response id",
    "case",
    "case_id",
    "participant",
    "participant_id",
    "participantid",
    "pmid",
];

/// Those among them that name a person, who speaks in the row.
const PEOPLE: &[&str] = &[
    "respondent",
    "respondent_id",
    "respondentid",
    "participant",
    "participant_id",
    "participantid",
];

/// Attributes that papers have everywhere, and what tables call them.
const KNOWN: &[(&str, &[&str])] = &[
    ("title", &["title", "article title", "document title"]),
    ("authors", &["authors", "author", "author full names"]),
    ("year", &["year", "publication year", "pub year"]),
    ("doi", &["doi"]),
    ("journal", &["journal", "source title", "publication title"]),
    ("keywords", &["keywords", "author keywords"]),
];

/// Letters of a cell that is more likely read than counted.
const LONG: usize = 200;

/// Longest name of a row.
const LONGEST_ID: usize = 120;

/// The sources of a table.
///
/// # Errors
/// The settings name a column that is not there.
pub(super) fn of_rows(
    table: Table,
    found: &Found,
    columns: &ColumnSettings,
) -> Result<Vec<Record>, Unreadable> {
    let Table { head, rows, mut notes, mut complaints, removed } = table;
    let named = id_column(&head, columns)?;
    let ids = ids(&head, &rows, named, &mut complaints);
    if columns.rows.is_none() {
        notes.push(format!(
            "a table of {} sources, one in each row; if rows are turns of one talk, say so with \
             `columns.rows` and `columns.speaker` in corpus.toml",
            rows.len()
        ));
    }
    let title = known(&head, "title");
    let mut names = attribute_names(&head);
    // What the keys of all rows say is no attribute, too.
    let told = named.filter(|at| rows.iter().zip(&ids).all(|(row, id)| row.cell(*at) == id));
    for at in found.texts.iter().chain(&found.speaker).chain(&told) {
        names[*at] = None;
    }
    notes.extend(long_columns(&rows, &names));
    let person = named.filter(|at| PEOPLE.iter().any(|p| is_called(&head[*at], p)));
    let speaks = found.speaker.or(person);
    let records = rows.iter().zip(ids).map(|(row, id)| {
        let attributes: BTreeMap<String, String> = row
            .cells()
            .filter_map(|(at, cell)| Some((names.get(at)?.clone()?, cell.to_owned())))
            .collect();
        let speaker = speaks.map(|at| row.cell(at)).filter(|name| !name.is_empty());
        let body = Body::Blocks(blocks(row, &head, found, title, speaker));
        Record { id: Some(id), document: Document { attributes, body, ..Document::default() } }
    });
    let mut records: Vec<Record> = records.collect();
    if let Some(first) = records.first_mut() {
        let document = &mut first.document;
        (document.notes, document.complaints, document.removed) = (notes, complaints, removed);
    }
    Ok(records)
}

/// The place of a column that papers' tables have.
fn known(head: &[String], name: &str) -> Option<usize> {
    let names = KNOWN.iter().find(|(known, _)| *known == name)?.1;
    names.iter().find_map(|n| column(head, n))
}

/// What each column is called as an attribute; the second of a name has a number.
fn attribute_names(head: &[String]) -> Vec<Option<String>> {
    let mut taken: HashMap<String, usize> = HashMap::new();
    let named = head.iter().map(|h| {
        let known = KNOWN.iter().find(|(_, names)| names.iter().any(|n| is_called(h, n)));
        let name = known.map_or_else(|| h.trim().to_owned(), |(name, _)| (*name).to_owned());
        let times = taken.entry(name.clone()).or_default();
        *times += 1;
        match (name.is_empty(), *times) {
            (true, _) => None,
            (false, 1) => Some(name),
            (false, times) => Some(format!("{name} {times}")),
        }
    });
    named.collect()
}

/// Columns that hold running text and are read as attributes.
fn long_columns(rows: &[Row], names: &[Option<String>]) -> Option<String> {
    let mut letters = vec![0; names.len()];
    for (at, cell) in rows.iter().flat_map(Row::cells) {
        if let Some(sum) = letters.get_mut(at) {
            *sum += cell.chars().count();
        }
    }
    let long: Vec<String> = names
        .iter()
        .zip(letters)
        .filter(|(_, letters)| *letters > LONG * rows.len())
        .filter_map(|(name, _)| Some(format!("`{}`", name.as_ref()?)))
        .collect();
    (!long.is_empty()).then(|| {
        let list = long.join(", ");
        format!("long texts in {list} are attributes; name columns of words in `columns.text`")
    })
}

/// The column that names rows by its usual names.
pub(super) fn id_place(head: &[String]) -> Option<usize> {
    IDS.iter().find_map(|n| column(head, n))
}

/// The column that names rows, if there is one.
fn id_column(head: &[String], columns: &ColumnSettings) -> Result<Option<usize>, Unreadable> {
    let Some(name) = columns.id.as_deref() else {
        return Ok(id_place(head));
    };
    column(head, name).map(Some).ok_or_else(|| Unreadable::Line {
        line: 1,
        what: format!("no column `{name}`, which `columns.id` of corpus.toml names"),
    })
}

/// What the rows are called: by the column that names them, else by their numbers.
fn ids(
    head: &[String],
    rows: &[Row],
    named: Option<usize>,
    complaints: &mut Vec<String>,
) -> Vec<String> {
    let numbers = || (1..=rows.len()).map(|n| n.to_string()).collect();
    let Some(at) = named else { return numbers() };
    // One bad cell changes no other row's name.
    let mut times: HashMap<String, usize> = HashMap::new();
    let mut bad = 0;
    let ids = rows.iter().zip(1..).map(|(row, number)| {
        let mut id = file_name(row.cell(at));
        if id.is_empty() {
            id = format!("row {number}");
            bad += 1;
        }
        let times = times.entry(id.clone()).or_default();
        *times += 1;
        if *times > 1 {
            id = format!("{id} ({times})");
            bad += 1;
        }
        id
    });
    let ids: Vec<String> = ids.collect();
    if bad > 0 {
        let name = head[at].trim();
        complaints.push(format!("`{name}` is empty, or names another row, too, in {bad} rows"));
    }
    let different: HashSet<&String> = ids.iter().collect();
    if different.len() < ids.len() { numbers() } else { ids }
}

/// A name that is no path and no file's name.
fn file_name(id: &str) -> String {
    let sign = |c: char| if c.is_control() || matches!(c, '/' | '\\' | '#') { '_' } else { c };
    let mut name: String = id.chars().take(LONGEST_ID).map(sign).collect();
    if is_readable_name(&name) {
        name.push('_');
    }
    name
}

/// A row's title, and its words under the names of their columns where there are several.
fn blocks(
    row: &Row,
    head: &[String],
    found: &Found,
    title: Option<usize>,
    speaker: Option<&str>,
) -> Vec<Block> {
    let mut out = Vec::new();
    let heading = |out: &mut Vec<Block>, level: u8, text: &str| {
        if !text.is_empty() {
            out.push(Block::new(BlockKind::Heading(level), text, row.line));
        }
    };
    if let Some(title) = title {
        heading(&mut out, 1, row.cell(title));
    }
    for at in found.texts.iter().filter(|at| !row.cell(**at).is_empty()) {
        if found.texts.len() > 1 {
            out.push(Block::new(BlockKind::Name(2), head[*at].trim(), row.line));
        }
        for line in row.cell(*at).lines().map(str::trim).filter(|l| !l.is_empty()) {
            let mut block = Block::new(BlockKind::Paragraph, line, row.line);
            block.label = speaker.map(str::to_owned);
            out.push(block);
        }
    }
    // A title alone is no text.
    if out.iter().all(|b| b.kind != BlockKind::Paragraph) {
        out.clear();
    }
    out
}

/// The most sources that a file may give.
pub(super) fn at_most(ending: &str, columns: &ColumnSettings, bytes: &dyn Fn() -> Vec<u8>) -> u32 {
    /// Of a workbook's sheet.
    const ROWS: u32 = 1_048_576;
    match ending {
        _ if columns.rows == Some(Rows::Turns) => 1,
        "xlsx" | "xlsm" => ROWS,
        "csv" | "tsv" | "jsonl" | "ndjson" | "ris" | "bib" | "nbib" | "enw" => {
            let ends = bytes().iter().filter(|b| matches!(b, b'\n' | b'\r')).count();
            u32::try_from(ends + 1).unwrap_or(u32::MAX)
        }
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::super::cells::delimited;
    use super::super::table::read;
    use super::*;
    use crate::project::Names;

    fn of(text: &str, columns: &ColumnSettings) -> Vec<Record> {
        read(delimited(text).expect("a table"), columns).expect("records")
    }

    fn lines(record: &Record) -> Vec<(BlockKind, &str)> {
        let Body::Blocks(blocks) = &record.document.body else { panic!("blocks") };
        blocks.iter().map(|b| (b.kind, b.text.as_str())).collect()
    }

    #[test]
    fn rows_without_speakers_are_sources() {
        let text = "Key,Title,Author,Publication Year,Abstract\nA1,Doors,Ruiz,2019,We knocked.\nA/2,,Lind,2020,\n";
        let records = of(text, &ColumnSettings::default());
        let ids: Vec<&str> = records.iter().filter_map(|r| r.id.as_deref()).collect();
        assert_eq!(ids, ["A1", "A_2"]);
        assert_eq!(
            lines(&records[0]),
            [(BlockKind::Heading(1), "Doors"), (BlockKind::Paragraph, "We knocked.")]
        );
        assert!(lines(&records[1]).is_empty());
        let attributes = &records[0].document.attributes;
        let told: Vec<(&str, &str)> =
            attributes.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
        // `A/2` can't stand in a key as it is, so the column stays.
        assert_eq!(
            told,
            [("Key", "A1"), ("authors", "Ruiz"), ("title", "Doors"), ("year", "2019")]
        );
        assert_eq!(records[1].document.attributes["Key"], "A/2");
        assert_eq!(records[0].document.notes.len(), 1);
        assert!(records[1].document.notes.is_empty());
    }

    #[test]
    fn answers_of_a_survey_are_sections_of_one_source() {
        let columns = ColumnSettings {
            text: Some(Names::Several(vec!["What helps?".into(), "What hurts?".into()])),
            ..ColumnSettings::default()
        };
        let text =
            "participant,age,What helps?,What hurts?\nP1,40,Tea.,Rain.\nP2,41,\"One.\nTwo.\",\n";
        let records = of(text, &columns);
        assert_eq!(records[1].id.as_deref(), Some("P2"));
        assert_eq!(
            lines(&records[1]),
            [
                (BlockKind::Name(2), "What helps?"),
                (BlockKind::Paragraph, "One."),
                (BlockKind::Paragraph, "Two.")
            ]
        );
        let Body::Blocks(blocks) = &records[0].document.body else { panic!("blocks") };
        assert!(
            blocks
                .iter()
                .all(|b| b.kind != BlockKind::Paragraph || b.label.as_deref() == Some("P1"))
        );
        assert_eq!(records[0].document.attributes.len(), 1);
    }

    #[test]
    fn one_bad_name_changes_no_other() {
        let columns = ColumnSettings { id: Some("site".into()), ..ColumnSettings::default() };
        let records = of("site,text\na,x\n,y\na,z\nb,w\n", &columns);
        let ids: Vec<&str> = records.iter().filter_map(|r| r.id.as_deref()).collect();
        assert_eq!(ids, ["a", "row 2", "a (2)", "b"]);
        // What a key could not say as it stands is an attribute.
        assert_eq!(records[2].document.attributes["site"], "a");
        assert!(records[0].document.complaints[0].contains("in 2 rows"));
    }

    #[test]
    fn who_answers_twice_is_one() {
        let records = of("respondent,text\nR1,x\nR1,y\n", &ColumnSettings::default());
        let speaker = |record: &Record| {
            let Body::Blocks(blocks) = &record.document.body else { panic!("blocks") };
            blocks[0].label.clone()
        };
        assert_eq!(records[1].id.as_deref(), Some("R1 (2)"));
        assert_eq!(speaker(&records[0]), speaker(&records[1]));
    }

    #[test]
    fn columns_of_one_name_are_all_kept() {
        let records = of("text,tag,tag,\na,x,y,z\n", &ColumnSettings::default());
        let attributes = &records[0].document.attributes;
        let told: Vec<(&str, &str)> =
            attributes.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
        assert_eq!(told, [("tag", "x"), ("tag 2", "y")]);
    }

    #[test]
    fn there_are_no_more_records_than_counted() {
        let text = "text\r\na\r\n\"b\r\nc\"\r\n";
        let count = of(text, &ColumnSettings::default()).len();
        assert_eq!(count, 2);
        assert!(at_most("csv", &ColumnSettings::default(), &|| text.into()) as usize >= count);
    }
}
