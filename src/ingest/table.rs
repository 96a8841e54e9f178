//! Speech as a table: a row for each utterance, with columns for speaker and words.

use super::captions::seconds;
use super::{Body, Document, Mark, Unreadable, Utterance};
use crate::project::ColumnSettings;
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

/// Where the columns are.
struct Found {
    text: usize,
    speaker: usize,
    time: Option<usize>,
}

/// Reads a table of speech.
///
/// # Errors
/// It is no table, or has no column for words or speakers.
pub(super) fn read(text: &str, columns: &ColumnSettings) -> Result<Document, Unreadable> {
    let head = text.lines().next().unwrap_or_default();
    let delimiter = [b'\t', b';', b'|', b',']
        .into_iter()
        .max_by_key(|d| head.bytes().filter(|b| b == d).count())
        .unwrap_or(b',');
    let mut reader =
        csv::ReaderBuilder::new().delimiter(delimiter).flexible(true).from_reader(text.as_bytes());
    let wrong = |line: u64, what: String| Unreadable::Line {
        line: u32::try_from(line).unwrap_or(u32::MAX),
        what,
    };
    let head = reader.headers().map_err(|_| wrong(1, "no row of column names".into()))?.clone();
    let found = columns_of(&head, columns).map_err(|what| wrong(1, what))?;
    let mut utterances = Vec::new();
    let mut notes = Vec::new();
    let (mut short, mut rows) = (0_u64, 0_u64);
    for record in reader.records() {
        let record = record.map_err(|e| {
            let line = e.position().map_or(1, csv::Position::line);
            wrong(line, "this row can't be read".into())
        })?;
        rows += 1;
        short += u64::from(record.len() != head.len());
        let cell = |at: usize| record.get(at).unwrap_or_default().trim();
        let name = cell(found.speaker).trim_end_matches(':').trim();
        let line = u32::try_from(row_line(text, &record)).unwrap_or(u32::MAX);
        let second = found.time.and_then(|at| seconds(cell(at)));
        utterances.push(Utterance {
            speaker: (!name.is_empty()).then(|| name.to_owned()),
            text: cell(found.text).to_owned(),
            mark: Mark { second, ..Mark::of_line(0, line) },
            cut: false,
        });
    }
    if rows == 0 {
        return Err(Unreadable::NoText);
    }
    if short > 0 {
        notes.push(format!("{short} of {rows} rows have more or fewer cells than the heading"));
    }
    if text.bytes().filter(|b| *b == b'"').count() % 2 == 1 {
        notes.push("a quotation mark is not closed: what follows it is one cell".to_owned());
    }
    Ok(Document { body: Body::Utterances(utterances), notes, ..Document::default() })
}

/// Finds the columns by what the settings or their names say.
fn columns_of(head: &csv::StringRecord, columns: &ColumnSettings) -> Result<Found, String> {
    let at = |named: Option<&str>, names: &[&str], what: &str| -> Result<Option<usize>, String> {
        let place = |name: &str| {
            head.iter()
                .position(|h| h.trim().trim_start_matches('\u{FEFF}').eq_ignore_ascii_case(name))
        };
        match named {
            Some(name) => place(name).map(Some).ok_or_else(|| {
                format!("no column `{name}`, which `columns.{what}` of corpus.toml names")
            }),
            None => Ok(names.iter().find_map(|n| place(n))),
        }
    };
    let text = at(columns.text.as_deref(), Columns::TEXT, "text")?;
    let speaker = at(columns.speaker.as_deref(), Columns::SPEAKER, "speaker")?;
    let time = at(columns.time.as_deref(), Columns::TIME, "time")?;
    let missing = |what: &str| {
        format!("no column of {what} is known by its name; name it in `[columns]` of corpus.toml")
    };
    let text = text.ok_or_else(|| missing("words"))?;
    let speaker = speaker.filter(|s| *s != text).ok_or_else(|| missing("speakers"))?;
    Ok(Found { text, speaker, time })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: &str) -> Vec<(Option<String>, String, u32)> {
        let document = read(text, &ColumnSettings::default()).expect("a table");
        let Body::Utterances(list) = document.body else { panic!("speech") };
        list.into_iter().map(|u| (u.speaker, u.text, u.mark.line)).collect()
    }

    #[test]
    fn columns_are_found_by_their_names() {
        let rows = said("speaker,words\nDB:,\"One,\ntwo\"\n,Three\n");
        assert_eq!(rows[0], (Some("DB".to_owned()), "One,\ntwo".to_owned(), 2));
        assert_eq!(rows[1], (None, "Three".to_owned(), 4));
        assert_eq!(said("Time;Name;Text\n1:02;Ann;Yes; and\n").len(), 1);
        assert_eq!(said("text\tspeaker\nYes\tAnn\n")[0].1, "Yes");
        for wrong in ["a,b\n1,2\n", "text\nx\n", "speaker,text\n"] {
            assert!(read(wrong, &ColumnSettings::default()).is_err(), "{wrong}");
        }
        let columns = ColumnSettings {
            speaker: Some("a".into()),
            text: Some("b".into()),
            ..ColumnSettings::default()
        };
        assert!(read("a,b\n1,2\n", &columns).is_ok());
    }
}
