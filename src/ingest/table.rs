//! What a table holds: a talk, or texts.
//!
//! A table is a talk, a row for each turn, or a collection of texts, a row for each source:
//! [`super::records`] makes these. Rows are turns where a column tells who speaks, unless each row
//! has a speaker of its own; `columns.rows` in `corpus.toml` says which.

use super::captions::{in_thousandths, seconds};
use super::cells::{Row, Table, wrong};
use super::{Body, Document, Mark, Record, Unreadable, Utterance, records};
use crate::project::{ColumnSettings, Rows};

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
        "what was said",
        "dialogue",
        "dialog",
        "quote",
        "sentence",
        "turn",
        "response",
        "answer",
        "transcription",
        "what",
        "utterances",
        "spoken",
        "äußerung",
        "aussage",
        "inhalt",
        "wortlaut",
        "transkript",
        "antwort",
        "texte",
        "paroles",
        "énoncé",
        "propos",
        "réponse",
        "contenu",
        "texto",
        "palabras",
        "enunciado",
        "respuesta",
        "contenido",
        "fala",
        "resposta",
        "testo",
        "parole",
        "risposta",
        "tekst",
        "antwoord",
        "svar",
        "yttrande",
        "ytring",
        "wypowiedź",
        "odpowiedź",
        "текст",
        "реплика",
        "ответ",
        "文本",
        "内容",
        "发言",
        "話",
        "発言",
        "テキスト",
        "발화",
        "내용",
        "النص",
        "metin",
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
        "speakername",
        "nom",
        "prénom",
        "кто",
        "rolle",
        "speaker name",
        "name",
        "who",
        "participant",
        "participantrole",
        "participantid",
        "role",
        "speaker_id",
        "sender",
        "sender_name",
        "from",
        "username",
        "label",
        "sprecher",
        "sprecherin",
        "sprecher*in",
        "wer",
        "locuteur",
        "locutrice",
        "intervenant",
        "qui",
        "hablante",
        "interlocutor",
        "quién",
        "falante",
        "locutor",
        "quem",
        "parlante",
        "chi",
        "spreker",
        "wie",
        "talare",
        "taler",
        "hvem",
        "mówca",
        "говорящий",
        "спикер",
        "说话人",
        "發言人",
        "发言人",
        "話者",
        "発言者",
        "화자",
        "المتحدث",
        "konuşmacı",
    ];
    /// Of those who speak, unless each row has an id of its own: then it says what the person of the row is.
    const ROLE: &[&str] = &["name", "role", "label", "participantrole"];
    /// Of times.
    pub(super) const TIME: &[&str] = &[
        "timestamp",
        "time",
        "start",
        "start_time",
        "start time",
        "begin",
        "offset",
        "from",
        "zeit",
        "zeitstempel",
        "beginn",
        "uhrzeit",
        "temps",
        "heure",
        "début",
        "tiempo",
        "hora",
        "inicio",
        "tempo",
        "início",
        "inizio",
        "tijd",
        "tid",
        "czas",
        "время",
        "时间",
        "時間",
        "시간",
        "الوقت",
        "zaman",
    ];
}

/// Where the columns are.
pub(super) struct Found {
    /// One at least.
    pub(super) texts: Vec<usize>,
    pub(super) speaker: Option<usize>,
    time: Option<usize>,
}

/// The sources of a table: one that is a talk, or one for each row.
///
/// # Errors
/// It has no column for words, or no words in it.
pub(super) fn read(mut table: Table, columns: &ColumnSettings) -> Result<Vec<Record>, Unreadable> {
    table.drop_second_heads();
    table.part_names();
    let mut found = columns_of(&table.head, columns).map_err(|what| wrong(1, what))?;
    if table.rows.is_empty() {
        return Err(Unreadable::NoText);
    }
    if found.texts.is_empty() {
        if columns.speaker.is_none() {
            // A table that knows nothing of words is hardly one of speech: its names are attributes.
            found.speaker = None;
        }
        found.texts = wordy(&table, &found);
        let names: Vec<String> =
            found.texts.iter().map(|at| format!("`{}`", table.head[*at].trim())).collect();
        if names.is_empty() {
            return Err(wrong(1, missing("words")));
        }
        table.notes.push(format!(
            "words are taken from {}, as nothing says where they are; `columns.text` in corpus.toml says it",
            names.join(", ")
        ));
    }
    if columns.speaker.is_none() && columns.rows != Some(Rows::Turns) && is_survey(&table, &found) {
        found.speaker = None;
    }
    let of_sources = match columns.rows {
        Some(rows) => rows == Rows::Sources,
        None => columns.id.is_some() || found.texts.len() > 1 || are_sources(&table, &found),
    };
    if of_sources {
        return records::of_rows(table, &found, columns);
    }
    if found.speaker.is_none() && !has_times(&table, &found) {
        return Err(wrong(1, missing("speakers")));
    }
    Ok(vec![Record::whole(talk(table, &found, columns))])
}

/// True where each row has an id of its own, and a role or a name beside it: answers of a survey. Numbers that count
/// the rows are no ids.
fn is_survey(table: &Table, found: &Found) -> bool {
    let role = found.speaker.is_some_and(|at| {
        let head = table.head[at].trim().to_lowercase();
        Columns::ROLE.contains(&head.as_str())
    });
    let Some(id) = records::id_place(&table.head).filter(|at| Some(*at) != found.speaker && role)
    else {
        return false;
    };
    let ids: Vec<&str> = table.rows.iter().map(|row| row.cell(id)).collect();
    let mut different = ids.clone();
    different.sort_unstable();
    different.dedup();
    let counts = ids
        .iter()
        .zip(0_u32..)
        .all(|(id, n)| id.parse::<u32>().is_ok_and(|number| number == n || number == n + 1));
    let of_talk = counts && (has_times(table, found) || takes_turns(table, found));
    different.len() == ids.len() && !different.contains(&"") && !of_talk
}

/// True where two or more names come again and again.
fn takes_turns(table: &Table, found: &Found) -> bool {
    let Some(at) = found.speaker else { return false };
    let names: Vec<&str> = table.rows.iter().map(|row| row.cell(at)).collect();
    let changes = names.windows(2).filter(|w| w[0] != w[1]).count();
    let mut different = names.clone();
    different.sort_unstable();
    different.dedup();
    different.len() * 2 <= names.len() && changes * 2 >= names.len().saturating_sub(1)
}

/// True when rows are hardly turns of one talk: nobody speaks in two of them, or nobody is named
/// and no row has a time.
fn are_sources(table: &Table, found: &Found) -> bool {
    let Some(speaker) = found.speaker else { return !has_times(table, found) };
    let mut names: Vec<&str> = table.rows.iter().map(|row| row.cell(speaker)).collect();
    let rows = names.len();
    names.sort_unstable();
    names.dedup();
    rows >= 3 && names.len() == rows && !names.contains(&"") && !has_times(table, found)
}

/// True when most rows have a time of a recording; dates are none.
fn has_times(table: &Table, found: &Found) -> bool {
    let timed = |row: &&Row| found.time.is_some_and(|at| second(row.cell(at)).is_some());
    table.rows.iter().filter(timed).count() * 2 > table.rows.len()
}

/// Seconds of a time stamp, or of a number of seconds.
fn second(cell: &str) -> Option<u32> {
    let number = || {
        let whole = cell.split_once(['.', ',']).map_or(cell, |(whole, _)| whole);
        whole.parse().ok()
    };
    seconds(cell).or_else(number)
}

/// Columns whose cells are sentences: five words or more on average.
fn wordy(table: &Table, found: &Found) -> Vec<usize> {
    let mut sums = vec![(0, 0); table.head.len()];
    for (at, cell) in table.rows.iter().flat_map(Row::cells) {
        if let Some((cells, words)) = sums.get_mut(at) {
            *cells += 1;
            *words += cell.split_whitespace().count();
        }
    }
    let known = |at: usize| Some(at) == found.speaker || Some(at) == found.time;
    (0..sums.len()).filter(|at| sums[*at].1 > 5 * sums[*at].0 && !known(*at)).collect()
}

/// A talk whose turns are rows.
fn talk(mut table: Table, found: &Found, columns: &ColumnSettings) -> Document {
    let words = found.texts[0];
    // Whisper's tables have thousandths of seconds.
    let heads: Vec<String> = table.head.iter().map(|h| h.trim().to_lowercase()).collect();
    let divisor = if heads == ["start", "end", "text"] { 1_000 } else { 1 };
    let utterances = table.rows.iter().map(|row| {
        let name = found.speaker.map_or("", |at| row.cell(at)).trim_end_matches(':').trim();
        let second = found.time.and_then(|at| Some(second(row.cell(at))? / divisor));
        Utterance {
            speaker: (!name.is_empty()).then(|| name.to_owned()),
            text: row.cell(words).to_owned(),
            mark: Mark { second, ..Mark::of_line(0, row.line) },
            // Where nobody is named, time has cut the words.
            cut: found.speaker.is_none(),
        }
    });
    let mut utterances: Vec<Utterance> = utterances.collect();
    table.notes.extend(in_thousandths(&mut utterances));
    let body = Body::Utterances(utterances);
    let used = [Some(words), found.speaker, found.time];
    let others = table.head.iter().enumerate().filter(|(at, head)| {
        !used.contains(&Some(*at))
            && !head.trim().is_empty()
            && !TIMES.contains(&heads[*at].as_str())
    });
    let others: Vec<String> = others.map(|(_, head)| format!("`{}`", head.trim())).collect();
    if columns.rows.is_none() && !others.is_empty() {
        table.notes.push(format!(
            "rows are turns of one talk, and {} not read; if each row is a source, say so with `columns.rows` in corpus.toml",
            others.join(", ")
        ));
    }
    let (notes, complaints, removed) = (table.notes, table.complaints, table.removed);
    Document { body, removed, notes, complaints, ..Document::default() }
}

/// Columns that tell of a turn where it ends.
const TIMES: &[&str] =
    &["end", "end_time", "end time", "duration", "dur", "to", "until", "id", "index"];

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
        // Tables of one folder may have some of them each.
        names => match names.iter().filter_map(|n| place(n)).collect::<Vec<_>>() {
            none if none.is_empty() => vec![named(&names[0], "text")?],
            found => found,
        },
    };
    let speaker = speaker.filter(|s| !texts.contains(s));
    // `from` is one who writes where `time` or `date` says when, and else when one begins to speak.
    let from = |at: usize| columns.speaker.is_none() && is_called(&head[at], "from");
    let dated = place("date").is_some() || time.is_some_and(|at| !from(at));
    let until = place("to").is_some() || place("until").is_some();
    let speaker = speaker.filter(|at| !from(*at) || dated && !until);
    Ok(Found { texts, speaker, time })
}

/// The place of a column.
pub(super) fn column(head: &[String], name: &str) -> Option<usize> {
    head.iter().position(|h| is_called(h, name))
}

/// True when a heading is a name, in whatever case.
pub(super) fn is_called(head: &str, name: &str) -> bool {
    head.trim().eq_ignore_ascii_case(name) || !name.is_ascii() && head.trim().to_lowercase() == name
}

#[cfg(test)]
mod tests {
    use super::super::cells::{delimited, json_lines};
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
        let whisper = "start\tend\ttext\n0\t1500\tSo it\n61500\t63000\tis.\n";
        assert_eq!(said(whisper), [(None, "So it".to_owned(), 2), (None, "is.".to_owned(), 3)]);
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
    fn columns_of_sentences_are_words() {
        let text = "Timestamp,Role,What helps you at the door?\n2024/05/13 10:00:00,nurse,It is the dog that helps me.\n2024/05/13 10:01:00,nurse,The kettle and the dog and the coat.\n";
        let table = delimited(text).expect("a table");
        let records = read(table, &ColumnSettings::default()).expect("records");
        assert_eq!(records.len(), 2);
        assert!(records[0].document.notes[0].contains("`What helps you at the door?`"));
        assert_eq!(records[1].document.attributes["Role"], "nurse");
    }

    #[test]
    fn a_role_beside_an_id_is_of_a_survey() {
        let read_at = |text: &str| {
            read(delimited(text).expect("a table"), &ColumnSettings::default()).expect("records")
        };
        let survey = read_at(
            "id,role,answer\nr7,nurse,It is the dog.\nr9,nurse,The kettle.\nr12,farmer,Rain.\n",
        );
        assert_eq!(survey.len(), 3);
        assert_eq!(survey[1].document.attributes["role"], "nurse");
        let talk = read_at("id,role,text\n1,nurse,Hi.\n2,farmer,Yo.\n3,nurse,So.\n4,farmer,No.\n");
        assert_eq!(talk.len(), 1);
        let german = said("Zeit;Sprecher;Text\n1:02;Anna;Ja, und\n1:09;Ben;Nein\n");
        assert_eq!(german[0].0.as_deref(), Some("Anna"));
    }

    #[test]
    fn what_a_talk_leaves_out_is_told() {
        let table = delimited("speaker,group,text\nA,x,Hi.\nB,y,Yo.\nA,x,So.\n").expect("a table");
        let records = read(table, &ColumnSettings::default()).expect("a talk");
        assert!(records[0].document.notes[0].contains("`group`"));
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
