//! Records of speech as services for speech recognition give them, in JSON of their own.
//!
//! ```text
//! {"results": [{"alternatives": [{"transcript": "So", "words": [{"word": "So", "speakerTag": 1}]}]}]}    Google
//! {"recognizedPhrases": [{"speaker": 1, "offset": "PT1S", "nBest": [{"display": "So."}]}]}                Azure
//! {"results": {"channels": [{"alternatives": [{"transcript": "So", "words": […]}]}]}}                     Deepgram
//! {"events": [{"tStartMs": 0, "segs": [{"utf8": "So"}]}]}                                                  YouTube
//! ```
//! Of several readings of the same words the first counts, as the services do.

use serde_json::Value;

use super::captions::seconds;
use super::{Mark, Utterance};

/// What a service's record says; `None` if it is no such record.
pub(super) fn spoken(value: &Value) -> Option<Vec<Utterance>> {
    ibm(value)
        .or_else(|| google(value))
        .or_else(|| azure(value))
        .or_else(|| deepgram(value))
        .or_else(|| youtube(value))
}

fn list<'v>(value: &'v Value, key: &str) -> Option<&'v Vec<Value>> {
    value.get(key)?.as_array()
}

fn turn(speaker: Option<String>, text: &str, second: Option<u32>) -> Utterance {
    let mark = Mark { second, ..Mark::default() };
    Utterance { speaker, text: text.trim().to_owned(), mark, cut: true }
}

/// A number of one who speaks, as services count them.
fn numbered(value: &Value) -> Option<String> {
    let number = value.as_u64().or_else(|| value.as_str()?.trim().parse().ok());
    let name = value.as_str().map(str::trim).filter(|name| !name.is_empty());
    number.map(|n| format!("Speaker {n}")).or_else(|| name.map(str::to_owned))
}

/// Seconds: a number, `1.5`, `1.5s`, `PT1M2.5S`, or a stamp.
fn time(value: &Value) -> Option<u32> {
    let whole = |text: &str| text.split('.').next()?.parse::<u32>().ok();
    match value {
        Value::Number(n) => whole(&n.to_string()),
        // Google writes a time as `{"seconds": "61", "nanos": 0}`, too.
        Value::Object(parts) => time(parts.get("seconds")?),
        Value::String(text) => {
            if let Some(rest) = text.strip_prefix("PT") {
                let (mut all, mut number) = (0_u32, String::new());
                for c in rest.chars() {
                    let unit = match c {
                        'H' => 3_600,
                        'M' => 60,
                        'S' => 1,
                        c => {
                            number.push(c);
                            continue;
                        }
                    };
                    all = all.checked_add(whole(&number)?.checked_mul(unit)?)?;
                    number.clear();
                }
                return Some(all);
            }
            seconds(text).or_else(|| whole(text.trim_end_matches('s')))
        }
        _ => None,
    }
}

/// Words one by one, each with who speaks, as turns.
fn by_words(words: &[Value], word: &[&str], speaker: &[&str], start: &[&str]) -> Vec<Utterance> {
    let first = |of: &Value, keys: &[&str]| keys.iter().find_map(|k| of.get(*k).cloned());
    let mut out: Vec<Utterance> = Vec::new();
    for item in words {
        let Some(Value::String(text)) = first(item, word) else { continue };
        let who = first(item, speaker).as_ref().and_then(numbered);
        match out.last_mut() {
            Some(last) if last.speaker == who => {
                last.text.push(' ');
                last.text.push_str(text.trim());
            }
            _ => out.push(turn(who, &text, first(item, start).as_ref().and_then(time))),
        }
    }
    out
}

const GOOGLE_SPEAKER: &[&str] = &["speakerTag", "speakerLabel", "speaker_tag", "speaker_label"];
const GOOGLE_START: &[&str] = &["startTime", "startOffset", "start_time", "start_offset"];

/// IBM: words with their times, and a list of its own that says by times who speaks.
fn ibm(value: &Value) -> Option<Vec<Utterance>> {
    let labels = list(value, "speaker_labels")?;
    let who: Vec<(String, &Value)> = labels
        .iter()
        .filter_map(|l| Some((l.get("from")?.to_string(), l.get("speaker")?)))
        .collect();
    let mut out: Vec<Utterance> = Vec::new();
    for result in list(value, "results")? {
        let Some(words) = list(result, "alternatives").and_then(|a| list(a.first()?, "timestamps"))
        else {
            continue;
        };
        for word in words {
            let (text, from) = (word.get(0)?.as_str()?, word.get(1)?);
            let place = from.to_string();
            let speaker = who.iter().find(|(at, _)| *at == place).and_then(|w| numbered(w.1));
            match out.last_mut() {
                Some(last) if last.speaker == speaker || speaker.is_none() => {
                    last.text.push(' ');
                    last.text.push_str(text);
                }
                _ => out.push(turn(speaker, text, time(from))),
            }
        }
    }
    (!out.is_empty()).then_some(out)
}

/// Where any word says who speaks, the last result with such words has all of them.
fn google(value: &Value) -> Option<Vec<Utterance>> {
    let results = list(value, "results").or_else(|| list(value.get("response")?, "results"))?;
    let best: Vec<&Value> =
        results.iter().filter_map(|r| list(r, "alternatives")?.first()).collect();
    let told = best.iter().rev().find_map(|b| {
        let words = list(b, "words")?;
        let tagged = |w: &Value| GOOGLE_SPEAKER.iter().any(|key| w.get(*key).is_some());
        words.iter().any(tagged).then_some(words)
    });
    if let Some(words) = told {
        return Some(by_words(words, &["word"], GOOGLE_SPEAKER, GOOGLE_START));
    }
    let said = best.iter().filter_map(|b| {
        let start = list(b, "words").and_then(|words| {
            let first = words.first()?;
            GOOGLE_START.iter().find_map(|key| time(first.get(*key)?))
        });
        Some(turn(None, b.get("transcript")?.as_str()?, start))
    });
    let said: Vec<Utterance> = said.collect();
    (!said.is_empty()).then_some(said)
}

fn azure(value: &Value) -> Option<Vec<Utterance>> {
    let phrases = list(value, "recognizedPhrases").or_else(|| list(value, "phrases"))?;
    let said = phrases.iter().filter_map(|p| {
        let best = list(p, "nBest").and_then(|n| n.first());
        let text = best.and_then(|b| b.get("display")).or_else(|| p.get("text"))?.as_str()?;
        let channel = || p.get("channel").filter(|c| c.as_u64().is_some_and(|n| n > 0));
        let who = p.get("speaker").or_else(channel).and_then(numbered);
        let millis = p.get("offsetMilliseconds").and_then(Value::as_u64);
        let millis = millis.and_then(|m| u32::try_from(m / 1_000).ok());
        Some(turn(who, text, p.get("offset").and_then(time).or(millis)))
    });
    let said: Vec<Utterance> = said.collect();
    (!said.is_empty()).then_some(said)
}

fn deepgram(value: &Value) -> Option<Vec<Utterance>> {
    let channels = list(value.get("results")?, "channels")?;
    let mut out = Vec::new();
    for (number, channel) in (1_u64..).zip(channels) {
        let best = list(channel, "alternatives")?.first()?;
        let who = (channels.len() > 1).then(|| format!("Channel {number}"));
        let words = list(best, "words").map(Vec::as_slice).unwrap_or_default();
        let mut turns = by_words(words, &["punctuated_word", "word"], &["speaker"], &["start"]);
        if turns.is_empty() {
            turns.push(turn(None, best.get("transcript")?.as_str()?, None));
        }
        for turn in &mut turns {
            turn.speaker = turn.speaker.take().or_else(|| who.clone());
        }
        out.append(&mut turns);
    }
    out.sort_by_key(|u: &Utterance| u.mark.second);
    (!out.is_empty()).then_some(out)
}

fn youtube(value: &Value) -> Option<Vec<Utterance>> {
    let events = list(value, "events")?;
    let said = events.iter().filter_map(|event| {
        let parts = list(event, "segs")?.iter().filter_map(|s| s.get("utf8")?.as_str());
        let text: String = parts.collect();
        let start = event.get("tStartMs").and_then(Value::as_u64);
        let second = start.and_then(|ms| u32::try_from(ms / 1_000).ok());
        (!text.trim().is_empty()).then(|| turn(None, &text.replace('\n', " "), second))
    });
    let said: Vec<Utterance> = said.collect();
    (!said.is_empty()).then_some(said)
}
