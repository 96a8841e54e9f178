//! Records of speech as JSON: Whisper and WhisperX, Amazon Transcribe, lists of turns.
//!
//! ```text
//! {"segments": [{"start": 0.0, "text": " So …", "speaker": "SPEAKER_01"}]}     Whisper
//! [{"speaker": "Anna", "time": "00:00:01", "message": "So …"}]                a list
//! {"0": {"speaker": …, "text": …}, "3": …}                                    a numbered list
//! [{"user_profile": {"real_name": "Anna"}, "text": "So …"}]                   a chat: Slack, Telegram, Discord, Teams, Messenger
//! {"monologues": [{"speaker": 0, "elements": [{"value": "So"}]}]}             words in parts: Rev, Telegram
//! ```
//! What is read is the longest list of objects that have words. Which keys mean what is found by their
//! names, or said in `corpus.toml`.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use regex::Regex;
use serde_json::{Map, Value};

use super::captions::{in_thousandths, seconds};
use super::{Body, Columns, Document, Mark, Removed, Unreadable, Utterance, services};
use crate::project::ColumnSettings;

/// A list of utterances below a value.
#[derive(Default)]
struct List<'v> {
    items: Vec<&'v Map<String, Value>>,
    /// True if time has cut them: Whisper's segments.
    cut: bool,
}

/// Reads a record.
///
/// # Errors
/// It is no JSON, or nothing in it is a list of words.
pub(super) fn read(text: &str, columns: &ColumnSettings) -> Result<Document, Unreadable> {
    let value: Value = serde_json::from_str(text).map_err(|e| no_json(&e))?;
    let (mut removed, mut notes) = (Vec::new(), Vec::new());
    let mut utterances = items(&value).or_else(|| services::spoken(&value)).unwrap_or_else(|| {
        let mut best = List::default();
        find(&value, "", columns, &mut best, 0);
        if is_newest_first(&best.items) {
            best.items.reverse();
            notes.push("messages stand newest first, and are read oldest first".to_owned());
        }
        let one_by_one = best.items.len() >= 8
            && best.items.iter().all(|item| {
                words(item, columns).is_none_or(|w| !w.trim().contains(char::is_whitespace))
            });
        best.cut |= one_by_one;
        spoken(&best, columns, &mut removed)
    });
    if utterances.is_empty()
        && let Some(text) = ["text", "transcript"].iter().find_map(|k| value.get(*k)?.as_str())
    {
        let (speaker, mark) = (None, Mark::default());
        utterances.push(Utterance { speaker, text: text.to_owned(), mark, cut: true });
    }
    let names = names(&value);
    for speaker in utterances.iter_mut().filter_map(|u| u.speaker.as_mut()) {
        if let Some(name) = names.get(speaker) {
            speaker.clone_from(name);
        }
    }
    if utterances.iter().all(|u| u.text.trim().is_empty()) {
        let keys =
            "no list of objects with words in it; name their keys in `columns` of corpus.toml";
        return Err(Unreadable::Line { line: 1, what: keys.into() });
    }
    if columns.texts().is_empty() {
        let beside = half_read(&value, columns, &utterances, &removed)?;
        removed.extend(beside);
    }
    notes.extend(in_thousandths(&mut utterances));
    let mut attributes = BTreeMap::new();
    for key in ["title", "language"] {
        if let Some(told) = value.get(key).and_then(Value::as_str) {
            attributes.insert(key.to_owned(), told.to_owned());
        }
    }
    let body = Body::Utterances(utterances);
    Ok(Document { attributes, body, removed, notes, ..Document::default() })
}

/// A stamp of oTranscribe, with a blank behind it or none.
static STAMP: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r#"(?s)<span[^>]*class="timestamp"[^>]*>\s*\[?([\d:.]+)\]?\s*</span>(?:&nbsp;|\s)*"#)
        .expect("patterns of the program are valid")
});

/// Reads what oTranscribe writes: a page in the key `text`, with stamps and labels as somebody typed them.
///
/// # Errors
/// It is no JSON, or has no page.
pub(super) fn of_page(text: &str) -> Result<Document, Unreadable> {
    let value: Value = serde_json::from_str(text).map_err(|e| no_json(&e))?;
    let page = value.get("text").and_then(Value::as_str);
    let page = page.ok_or(Unreadable::Damaged("a file of oTranscribe without its text"))?;
    let page = STAMP.replace_all(page, "[$1] ");
    super::html::read(page.as_bytes(), None)
}

fn no_json(e: &serde_json::Error) -> Unreadable {
    let what = format!("no valid JSON (column {})", e.column());
    Unreadable::Line { line: u32::try_from(e.line()).unwrap_or(u32::MAX), what }
}

/// What a table of those who speak calls them, by the ids that stand beside the words.
fn names(value: &Value) -> BTreeMap<String, String> {
    let table = value.get("speakers").or_else(|| value.get("participants"));
    let rows = table.and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_object);
    rows.filter_map(|row| {
        let id = person(cell(row, None, &["id", "spkid", "speaker_id", "speaker"])?, 0)?;
        Some((id, person(cell(row, None, &["name", "label", "display_name", "speaker_name"])?, 0)?))
    })
    .collect()
}

/// Texts of a record that are not among the turns read, to be listed; refuses one of which much was not understood.
fn half_read(
    value: &Value,
    columns: &ColumnSettings,
    read: &[Utterance],
    left: &[Removed],
) -> Result<Vec<Removed>, Unreadable> {
    /// Words that may be names, notes and keys.
    const FEW: usize = 10;
    fn collect<'v>(value: &'v Value, key: &str, out: &mut Vec<&'v str>, depth: u32) {
        match value {
            Value::String(text) => {
                // Addresses and ids are no words.
                let words = text.split_whitespace().nth(1).is_some() && !text.contains("://");
                let known = PART.iter().chain(Columns::TEXT).any(|k| key.eq_ignore_ascii_case(k));
                if words || known && text.chars().all(|c| c.is_alphabetic() || c == '\'') {
                    out.push(text);
                }
            }
            Value::Array(list) if depth < 2 * DEPTH => {
                for item in list {
                    collect(item, key, out, depth + 1);
                }
            }
            Value::Object(map) if depth < 2 * DEPTH => {
                for (key, item) in map {
                    collect(item, key, out, depth + 1);
                }
            }
            _ => {}
        }
    }
    let words = |text: &str| -> Vec<String> {
        let parts = text.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty());
        parts.map(str::to_lowercase).collect()
    };
    let mut texts = Vec::new();
    collect(value, "", &mut texts, 0);
    // What is known: words, and runs of three of them.
    let (mut known, mut runs) = (BTreeSet::new(), BTreeSet::new());
    let told = read.iter().map(|u| u.text.as_str()).chain(left.iter().map(|r| r.text.as_str()));
    let told: Vec<String> = told.flat_map(words).collect();
    runs.extend(told.windows(3).map(<[String]>::to_vec));
    known.extend(told);
    known.extend(read.iter().flat_map(|u| words(u.speaker.as_deref().unwrap_or_default())));
    let new = |text: &str| {
        let text = words(text);
        if text.len() < 3 {
            text.iter().filter(|word| !known.contains(*word)).count()
        } else {
            text.windows(3).filter(|run| !runs.contains(*run)).count()
        }
    };
    let wrong = |what: String| Unreadable::Line { line: 1, what };
    let mut lists = Vec::new();
    turns_in(value, columns, &mut lists, 0);
    // The same turns may stand in two forms; others are another record.
    let others = lists.iter().filter(|text| new(text) * 2 > words(text).len()).count();
    if others > 0 {
        return Err(wrong(format!(
            "JSON with several lists of turns, of which one would be read and {others} would not; give each a file of its own"
        )));
    }
    let all: usize = texts.iter().map(|text| words(text).len()).sum();
    let beside: Vec<&str> = texts.into_iter().filter(|text| new(text) > 0).collect();
    let missing: usize = beside.iter().map(|text| new(text)).sum();
    if missing > FEW && missing * 4 > all {
        return Err(wrong(format!(
            "JSON in a form that is not known: {missing} of its {all} words are in no list of turns that is read; name the \
             keys in `columns` of corpus.toml"
        )));
    }
    let reason = "text beside the turns";
    let listed = beside.into_iter().map(|text| Removed {
        line: 0,
        text: text.split_whitespace().collect::<Vec<_>>().join(" "),
        reason: reason.to_owned(),
    });
    Ok(listed.collect())
}

/// The words of each list of turns, in which somebody is named, wherever it stands.
fn turns_in(value: &Value, columns: &ColumnSettings, out: &mut Vec<String>, depth: u32) {
    if depth > DEPTH {
        return;
    }
    if let Value::Array(list) = value {
        let said = list.iter().filter_map(Value::as_object);
        let said = said.filter(|item| speaker_of(item, columns).is_some());
        let said: Vec<Cow<'_, str>> = said.filter_map(|item| words(item, columns)).collect();
        if said.len() >= 2 {
            out.push(said.join(" "));
        }
        for inside in list {
            turns_in(inside, columns, out, depth + 1);
        }
    } else if let Value::Object(map) = value {
        for inside in map.values() {
            turns_in(inside, columns, out, depth + 1);
        }
    }
}

/// Levels of lists and objects that are looked into.
const DEPTH: u32 = 8;

/// Keeps the longest list of objects with words.
fn find<'v>(
    value: &'v Value,
    key: &str,
    columns: &ColumnSettings,
    best: &mut List<'v>,
    depth: u32,
) {
    if depth > DEPTH {
        return;
    }
    let inside: Vec<(&str, &Value)> = match value {
        Value::Array(list) => list.iter().map(|v| (key, v)).collect(),
        Value::Object(map) => map.iter().map(|(k, v)| (k.as_str(), v)).collect(),
        _ => return,
    };
    let numbered = value.is_array()
        || inside.iter().filter(|(k, _)| k.bytes().all(|b| b.is_ascii_digit())).count() * 2
            > inside.len();
    if numbered {
        let items: Vec<&Map<String, Value>> =
            inside.iter().filter_map(|(_, v)| v.as_object()).collect();
        let with_words = |items: &[&Map<String, Value>]| {
            items.iter().filter(|i| words(i, columns).is_some()).count()
        };
        let (here, before) = (with_words(&items), with_words(&best.items));
        let whole = |items: &[&Map<String, Value>]| -> usize {
            items.iter().filter_map(|i| words(i, columns)).map(|text| text.len()).sum()
        };
        // The words of a segment are a list, too; the larger text is the record.
        if here > 0 && (before == 0 || whole(&items) > whole(&best.items)) {
            *best = List { items, cut: key.eq_ignore_ascii_case("segments") };
            return;
        }
    }
    for (key, value) in inside {
        find(value, key, columns, best, depth + 1);
    }
}

/// The value of a column of an item.
fn cell<'v>(
    item: &'v Map<String, Value>,
    named: Option<&str>,
    names: &[&str],
) -> Option<&'v Value> {
    match named {
        Some(name) => item.get(name),
        None => names.iter().find_map(|n| {
            item.iter().find(|(k, v)| k.eq_ignore_ascii_case(n) && !v.is_null()).map(|(_, v)| v)
        }),
    }
}

/// What an item says.
fn words<'v>(item: &'v Map<String, Value>, columns: &ColumnSettings) -> Option<Cow<'v, str>> {
    let named = columns.texts().first().map(String::as_str);
    if let Some(said) = cell(item, named, Columns::TEXT).and_then(|value| text_of(value, 0)) {
        return Some(said);
    }
    // A part of a text is no text: only what somebody says may be in parts or in a body.
    let told = named.is_none() && speaker_of(item, columns).is_some();
    told.then(|| cell(item, None, IN_PARTS).and_then(|value| text_of(value, 0))).flatten()
}

/// Words that are kept one by one, or with what they look like.
const IN_PARTS: &[&str] = &["body", "elements", "words"];

/// What holds the words of a part.
const PART: &[&str] = &["text", "value", "content", "plaintext", "word", "display"];

/// The text of a value: itself, or its parts together.
fn text_of(value: &Value, depth: u32) -> Option<Cow<'_, str>> {
    match value {
        Value::String(text) => Some(Cow::Borrowed(text)),
        Value::Array(parts) if depth < DEPTH => {
            let parts: Option<Vec<_>> = parts.iter().map(|p| text_of(p, depth + 1)).collect();
            let parts = parts.filter(|p| !p.is_empty())?;
            // Words alone have no blanks between them; parts of a text have their own.
            let own = |p: &Cow<'_, str>| {
                p.starts_with(char::is_whitespace) || p.ends_with(char::is_whitespace)
            };
            let alone = parts.len() > 1 && !parts.iter().any(own);
            let closes = |p: &str| {
                p.starts_with([',', '.', '!', '?', ';', ':', ')', ']', '”', '’', '»', '…', '%'])
            };
            let opens = |t: &str| t.ends_with(['(', '[', '“', '«', '¿', '¡']);
            let mut text = String::new();
            for part in parts {
                let apart = alone && !text.is_empty() && !closes(&part) && !opens(&text);
                text.push_str(if apart { " " } else { "" });
                text.push_str(&part);
            }
            Some(Cow::Owned(text))
        }
        Value::Object(item) if depth < DEPTH => {
            let text = text_of(cell(item, None, PART)?, depth + 1)?;
            // Teams keeps a message as a web page.
            let page = item.get("contentType").and_then(Value::as_str);
            let page = page.is_some_and(|kind| kind.eq_ignore_ascii_case("html"));
            Some(if page { Cow::Owned(super::html::words(&text)) } else { text })
        }
        _ => None,
    }
}

/// Keys of those who write, in chats; in other records they may be an author's.
const WRITER: &[&str] = &[
    "user_profile",
    "from_name",
    "sender_name",
    "sender",
    "displayname",
    "username",
    "user_name",
    "from",
    "user",
    "author",
];

/// What somebody is called, in what a record knows of a person.
const CALLED: &[&str] =
    &["displayname", "real_name", "display_name", "nickname", "name", "username", "user", "id"];

fn person(value: &Value, depth: u32) -> Option<String> {
    let name = match value {
        Value::String(name) => name.trim().trim_end_matches(':').to_owned(),
        Value::Number(number) => number.to_string(),
        Value::Object(item) if depth < DEPTH => {
            return CALLED.iter().find_map(|key| person(cell(item, None, &[key])?, depth + 1));
        }
        _ => return None,
    };
    (!name.is_empty()).then_some(name)
}

fn speaker_of(item: &Map<String, Value>, columns: &ColumnSettings) -> Option<String> {
    let known = cell(item, columns.speaker.as_deref(), Columns::SPEAKER);
    if columns.speaker.is_some() || known.is_some() {
        return person(known?, 0);
    }
    // An item with a title is a text with an author.
    if cell(item, None, &["title"]).is_some() {
        return None;
    }
    WRITER.iter().find_map(|key| person(cell(item, None, &[key])?, 0))
}

/// True for a message that nobody wrote: who has come, what a group is called.
fn is_notice(item: &Map<String, Value>) -> bool {
    let is = |key: &str, values: &[&str]| {
        item.get(key).and_then(Value::as_str).is_some_and(|v| values.contains(&v))
    };
    is("type", &["service", "system"])
        || is("messageType", &["systemEventMessage"])
        || item.get("subtype").and_then(Value::as_str).is_some_and(|kind| {
            ["channel_", "group_", "pinned_", "bot_add", "bot_remove", "reminder_"]
                .iter()
                .any(|begin| kind.starts_with(begin))
        })
}

/// When a message was written, in a form that sorts: not a place in a recording.
fn written(item: &Map<String, Value>) -> Option<Cow<'_, str>> {
    let keys = &["timestamp_ms", "date_unixtime", "createddatetime", "date", "timestamp", "ts"];
    match cell(item, None, keys)? {
        Value::String(time) if time.len() >= 10 => Some(Cow::Borrowed(time)),
        Value::Number(time) if time.as_f64().is_some_and(|t| t >= EPOCH) => {
            Some(Cow::Owned(format!("{:0>20}", time.to_string())))
        }
        _ => None,
    }
}

/// Seconds from which on a number counts them since 1970, and not since a recording began: three years.
const EPOCH: f64 = 1e8;

/// True where each message was written before the one above it, as Messenger and Teams give them out.
fn is_newest_first(items: &[&Map<String, Value>]) -> bool {
    let times: Option<Vec<_>> = items.iter().map(|item| written(item)).collect();
    times.is_some_and(|times| {
        times.windows(2).all(|two| two[0] >= two[1]) && times.first() > times.last()
    })
}

fn spoken(list: &List<'_>, columns: &ColumnSettings, removed: &mut Vec<Removed>) -> Vec<Utterance> {
    let mut out = Vec::new();
    for item in &list.items {
        let Some(text) = words(item, columns) else { continue };
        if is_notice(item) {
            let reason = "a message of the program, by nobody".to_owned();
            removed.push(Removed { line: 0, text: text.into_owned(), reason });
            continue;
        }
        let second = second_of(item, columns);
        let mark = |second| Mark { second, ..Mark::default() };
        let parts = if list.cut { by_word(item, columns) } else { Vec::new() };
        if parts.len() > 1 {
            for (speaker, text, at) in parts {
                out.push(Utterance { speaker, text, mark: mark(at.or(second)), cut: true });
            }
            continue;
        }
        let told = parts.into_iter().next().and_then(|part| part.0);
        let speaker = speaker_of(item, columns).or(told);
        let text = text.into_owned();
        out.push(Utterance { speaker, text, mark: mark(second), cut: list.cut });
    }
    out
}

fn second_of(item: &Map<String, Value>, columns: &ColumnSettings) -> Option<u32> {
    let second = cell(item, columns.time.as_deref(), Columns::TIME).and_then(|v| match v {
        Value::String(stamp) => seconds(stamp).or_else(|| whole(stamp.trim().parse().ok()?)),
        Value::Number(number) => whole(number.as_f64().filter(|n| *n < EPOCH)?),
        _ => None,
    });
    let second = second.filter(|s| f64::from(*s) < EPOCH);
    let millis = cell(item, None, &["beginoffsetmillis", "start_ms", "start_offset"])
        .and_then(Value::as_u64);
    second.or_else(|| u32::try_from(millis? / 1000).ok())
}

/// The words of a segment, in runs of one speaker, where its words are told one by one and say who
/// speaks.
fn by_word(
    item: &Map<String, Value>,
    columns: &ColumnSettings,
) -> Vec<(Option<String>, String, Option<u32>)> {
    let mut out: Vec<(Option<String>, String, Option<u32>)> = Vec::new();
    let list = item.get("words").and_then(Value::as_array);
    for word in list.into_iter().flatten().filter_map(Value::as_object) {
        let Some(text) = word.get("word").or_else(|| word.get("text")).and_then(Value::as_str)
        else {
            return Vec::new();
        };
        // A word of nobody's is that of the segment's speaker; where it has none, it goes with the one before.
        let speaker = speaker_of(word, columns).or_else(|| speaker_of(item, columns));
        match out.last_mut() {
            Some(last) if speaker.is_none() || last.0 == speaker => {
                last.1.push(' ');
                last.1.push_str(text.trim());
            }
            _ => out.push((speaker, text.trim().to_owned(), second_of(word, columns))),
        }
    }
    if out.iter().all(|part| part.0.is_none()) { Vec::new() } else { out }
}

/// Whole seconds.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is within bounds")]
fn whole(seconds: f64) -> Option<u32> {
    (seconds >= 0.0 && seconds < f64::from(u32::MAX)).then_some(seconds as u32)
}

/// Amazon Transcribe's words one by one, joined; `None` if this is no such record.
fn items(value: &Value) -> Option<Vec<Utterance>> {
    let results = value.get("results")?;
    let items = results.get("items")?.as_array()?;
    // Older records say who speaks in a list of its own, by the times of words.
    let segments = results.pointer("/speaker_labels/segments").and_then(Value::as_array);
    let labelled = segments
        .into_iter()
        .flatten()
        .flat_map(|segment| segment.get("items").and_then(Value::as_array).into_iter().flatten());
    let of = |item: &Value, key: &str| item.get(key).and_then(Value::as_str).map(str::to_owned);
    let speakers: BTreeMap<String, String> =
        labelled.filter_map(|i| Some((of(i, "start_time")?, of(i, "speaker_label")?))).collect();
    let mut out: Vec<Utterance> = Vec::new();
    for item in items {
        let text = item.pointer("/alternatives/0/content").and_then(Value::as_str)?;
        let told = || speakers.get(&of(item, "start_time")?).cloned();
        let speaker = of(item, "speaker_label").or_else(told);
        let start = item.get("start_time").and_then(Value::as_str).and_then(|s| s.parse().ok());
        let second = start.and_then(whole);
        let sign = item.get("type").and_then(Value::as_str) == Some("punctuation");
        match out.last_mut() {
            Some(last) if sign => last.text.push_str(text),
            Some(last)
                if (speaker.is_none() || last.speaker == speaker)
                    && !last.text.ends_with(['.', '?', '!']) =>
            {
                last.text.push(' ');
                last.text.push_str(text);
            }
            _ => out.push(Utterance {
                speaker,
                text: text.to_owned(),
                mark: Mark { second, ..Mark::default() },
                cut: true,
            }),
        }
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: &str) -> Vec<(Option<String>, String, Option<u32>)> {
        let document = read(text, &ColumnSettings::default()).expect("a record");
        let Body::Utterances(list) = document.body else { panic!("speech") };
        let of = |u: Utterance| (u.speaker, u.text.trim().to_owned(), u.mark.second);
        list.into_iter().map(of).collect()
    }

    #[test]
    fn records_of_several_makers() {
        let some = |who: &str, text: &str, second| (Some(who.to_owned()), text.to_owned(), second);
        let whisper = r#"{"text": " Hi. Yes.", "segments": [{"start": 0.0, "text": " Hi.", "words": [{"word": "Hi", "text": "Hi"}]}, {"start": 61.5, "text": " Yes.", "speaker": "S1"}]}"#;
        assert_eq!(said(whisper)[1], some("S1", "Yes.", Some(61)));
        assert_eq!(said(whisper).len(), 2);
        let list = r#"[{"speaker": "Ann:", "time": "00:01:02.000", "message": "So"}]"#;
        assert_eq!(said(list), [some("Ann", "So", Some(62))]);
        let numbered = r#"{"title": "t", "0": {"speaker": "A", "text": "x"}, "10": {"speaker": "B", "text": "y"}}"#;
        assert_eq!(said(numbered).len(), 2);
        let call = r#"{"Transcript": [{"Content": "Hello.", "Items": [{"Content": "Hello", "BeginOffsetMillis": 40}], "BeginOffsetMillis": 4000, "ParticipantRole": "AGENT"}]}"#;
        assert_eq!(said(call), [some("AGENT", "Hello.", Some(4))]);
        let items = r#"{"results": {"items": [{"type": "pronunciation", "start_time": "1.5", "speaker_label": "spk_0", "alternatives": [{"content": "Well"}]}, {"type": "punctuation", "alternatives": [{"content": "."}]}, {"type": "pronunciation", "speaker_label": "spk_1", "alternatives": [{"content": "So"}]}]}}"#;
        assert_eq!(said(items)[0], some("spk_0", "Well.", Some(1)));
        assert_eq!(said(items)[1], some("spk_1", "So", None));
    }

    #[test]
    fn who_speaks_is_not_guessed() {
        let some = |who: &str, text: &str, second| (Some(who.to_owned()), text.to_owned(), second);
        let whisperx = r#"{"segments": [{"start": 1, "text": "Hi there you.", "speaker": "S0", "words": [
            {"word": "Hi", "speaker": "S0"}, {"word": "there", "start": 2, "speaker": "S1"}, {"word": "you."}]},
            {"start": 3, "text": "Who?"}]}"#;
        assert_eq!(
            said(whisperx),
            [
                some("S0", "Hi", Some(1)),
                some("S1", "there", Some(2)),
                some("S0", "you.", Some(1)),
                (None, "Who?".to_owned(), Some(3))
            ]
        );
        let older = r#"{"results": {"speaker_labels": {"segments": [{"items": [{"start_time": "1.5", "speaker_label": "spk_0"}]},
            {"items": [{"start_time": "2.5", "speaker_label": "spk_1"}]}]}, "items": [
            {"start_time": "1.5", "alternatives": [{"content": "Well"}]}, {"type": "punctuation", "alternatives": [{"content": "."}]},
            {"start_time": "2.5", "alternatives": [{"content": "So"}]}]}}"#;
        assert_eq!(said(older), [some("spk_0", "Well.", Some(1)), some("spk_1", "So", Some(2))]);
    }

    #[test]
    fn chats_of_several_makers() {
        let ann = |text: &str| (Some("Ann Lee".to_owned()), text.to_owned(), None::<u32>);
        for chat in [
            r#"[{"type": "message", "user": "U1", "text": "Hi.", "ts": "1710244800.0002", "user_profile": {"real_name": "Ann Lee", "name": "ann"}},
                {"type": "message", "subtype": "channel_join", "user": "U1", "text": "<@U1> has joined"}]"#,
            r#"{"name": "Group", "type": "private_group", "messages": [{"id": 1, "type": "service", "actor": "Ann Lee", "text": ""},
                {"id": 2, "type": "message", "date": "2024-03-12T10:15:00", "from": "Ann Lee", "from_id": "u1", "text": ["H", {"type": "bold", "text": "i"}, ". "]}]}"#,
            r#"{"messages": [{"id": "1", "timestamp": "2024-03-12T10:15:00+00:00", "content": "Hi.", "author": {"id": "1", "name": "ann", "nickname": "Ann Lee"}}]}"#,
            r#"{"value": [{"messageType": "systemEventMessage", "from": null, "body": {"content": "<systemEventMessage/>"}},
                {"messageType": "message", "createdDateTime": "2024-03-12T10:15:00Z", "from": {"user": {"id": "1", "displayName": "Ann Lee"}}, "body": {"contentType": "html", "content": "<p>Hi.</p>"}}]}"#,
            r#"{"participants": [{"name": "Ann Lee"}], "messages": [{"sender_name": "Ann Lee", "timestamp_ms": 1710244800000, "content": "Hi."}]}"#,
            r#"{"speakers": [{"id": 0, "name": "Ann Lee"}], "monologues": [{"speaker": 0, "elements": [{"type": "text", "value": "Hi", "ts": 0.5}, {"type": "punct", "value": "."}]}]}"#,
        ] {
            let said: Vec<_> = said(chat).into_iter().map(|s| (s.0, s.1, None)).collect();
            assert_eq!(said, [ann("Hi.")], "{chat}");
        }
        let backwards = r#"{"messages": [{"sender_name": "B", "timestamp_ms": 1710244800002, "content": "Two."}, {"sender_name": "A", "timestamp_ms": 1710244800001, "content": "One."}]}"#;
        assert_eq!(said(backwards)[0].1, "One.");
        // A text with an author is no talk.
        let papers = r#"[{"title": "Doors", "author": "Lee", "text": "We knocked."}]"#;
        assert_eq!(said(papers)[0].0, None);
    }

    #[test]
    fn what_is_no_record_is_told() {
        let columns = ColumnSettings::default();
        for wrong in ["[{\"speaker\":\"A\",\"text\":\"x\"},]", "\"a\"", "[]", "{\"a\": 1}"] {
            assert!(read(wrong, &columns).is_err(), "{wrong}");
        }
    }
}
