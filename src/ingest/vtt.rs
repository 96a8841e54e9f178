//! WebVTT captions: of Zoom (`Name: text`), Teams (`<v Name>`), YouTube (rolling lines) and others.
//!
//! A block without a time is no caption: what stands before the first one, notes, styles and regions are left out and
//! listed. Any other is the words of the caption above it, in which somebody left a line blank.

use super::captions::{Cue, document, entity, seconds};
use super::{Document, Removed, Unreadable};

/// Reads WebVTT.
///
/// # Errors
/// It does not begin with `WEBVTT`, or has no caption.
pub(super) fn read(text: &str) -> Result<Document, Unreadable> {
    let mut lines = text.lines().zip(1_u32..).peekable();
    let head = lines.peek().is_some_and(|(l, _)| {
        l.strip_prefix("WEBVTT").is_some_and(|r| r.is_empty() || r.starts_with([' ', '\t']))
    });
    if !head && !text.contains("-->") {
        return Err(Unreadable::Line { line: 1, what: "no `WEBVTT` and no caption".into() });
    }
    let mut cues: Vec<Cue> = Vec::new();
    let mut removed = Vec::new();
    // Lines since the last blank one; the last of them may be a caption's name.
    let mut pending: Vec<(&str, u32)> = Vec::new();
    let mut open = false;
    for (text, line) in lines {
        if let Some(second) = timing(text) {
            // The line before is the caption's name, if it stands in its block.
            pending.pop();
            end_block(&mut pending, &mut cues, &mut removed);
            cues.push(Cue { second, lines: Vec::new() });
            open = true;
        } else if text.trim().is_empty() {
            end_block(&mut pending, &mut cues, &mut removed);
            open = false;
        } else if open && let Some(cue) = cues.last_mut() {
            cue.say(text, line);
        } else {
            pending.push((text, line));
        }
    }
    end_block(&mut pending, &mut cues, &mut removed);
    if cues.is_empty() {
        return Err(Unreadable::NoText);
    }
    carry_voices(&mut cues);
    for cue in &mut cues {
        cue.lines.retain(|l| !l.1.is_empty());
    }
    Ok(document(cues, removed))
}

/// Lines of a block without a time: the words of the caption above, or no caption.
fn end_block(pending: &mut Vec<(&str, u32)>, cues: &mut [Cue], removed: &mut Vec<Removed>) {
    let aside = pending.first().is_some_and(|(first, _)| {
        // Styles stand alone on their line, and notes may go on in it.
        matches!(first.trim_end(), "STYLE" | "REGION" | "NOTE")
            || first.starts_with("NOTE ")
            || first.starts_with("NOTE\t")
    });
    for (text, line) in pending.drain(..) {
        if !aside && let Some(cue) = cues.last_mut() {
            cue.say(text, line);
        } else {
            let reason = "no caption: header, note or style".to_owned();
            removed.push(Removed { line, text: text.to_owned(), reason });
        }
    }
}

impl Cue {
    /// Adds a line of words, cut where it names voices.
    fn say(&mut self, text: &str, line: u32) {
        self.lines.extend(voices(text).into_iter().map(|(who, text)| (who, text, line)));
    }
}

/// The beginning of a caption's time, if a line is one: `Some(None)` if it can't be read.
#[expect(clippy::option_option, reason = "a time that can't be read opens a caption, too")]
fn timing(line: &str) -> Option<Option<u32>> {
    let (start, _) = line.split_once("-->")?;
    let start = start.trim();
    (start.bytes().all(|b| b.is_ascii_digit() || matches!(b, b':' | b'.' | b','))
        && !start.is_empty())
    .then(|| seconds(start))
}

/// A voice goes on in the lines of its caption that name none.
fn carry_voices(cues: &mut [Cue]) {
    for cue in cues {
        let mut speaking: Option<String> = None;
        for line in &mut cue.lines {
            match &line.0 {
                Some(name) => speaking = Some(name.clone()),
                None => line.0.clone_from(&speaking),
            }
        }
    }
}

/// A line's words without tags, cut where another voice begins.
fn voices(line: &str) -> Vec<(Option<String>, String)> {
    let mut out: Vec<(Option<String>, String)> = vec![(None, String::new())];
    let mut rest = line;
    while let Some(at) = rest.find(['<', '&']) {
        let (before, tag) = rest.split_at(at);
        push(&mut out, before);
        if tag.starts_with('&') {
            let (sign, length) = entity(tag);
            push(&mut out, &sign);
            rest = &tag[length..];
            continue;
        }
        let Some(end) = tag.find('>') else {
            // A tag that is never closed: `<v Ann Hi there`.
            rest = "";
            push(&mut out, if tag.starts_with("<v") { "" } else { tag });
            break;
        };
        let inside = &tag[1..end];
        if let Some(name) = voice(inside) {
            out.push((Some(name), String::new()));
        }
        rest = &tag[end + 1..];
    }
    push(&mut out, rest);
    for part in &mut out {
        part.1 = part.1.trim().to_owned();
    }
    out.retain(|(who, text)| who.is_some() || !text.is_empty());
    out
}

fn push(out: &mut [(Option<String>, String)], text: &str) {
    if let Some(last) = out.last_mut() {
        last.1.push_str(text);
    }
}

/// The name of a voice tag: `v Ann Lee`, `v.loud Ann Lee`.
fn voice(tag: &str) -> Option<String> {
    let rest = tag.strip_prefix('v')?;
    let rest =
        if rest.starts_with('.') { rest.find([' ', '\t']).map(|at| &rest[at..])? } else { rest };
    let name = rest.strip_prefix([' ', '\t'])?.trim();
    (!name.is_empty()).then(|| name.split_whitespace().collect::<Vec<_>>().join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::Body;

    fn said(text: &str) -> Vec<(Option<String>, String, Option<u32>)> {
        let document = read(text).expect("captions");
        let Body::Utterances(list) = document.body else { panic!("utterances") };
        list.into_iter().map(|u| (u.speaker, u.text, u.mark.second)).collect()
    }

    #[test]
    fn captions_with_names_tags_and_notes() {
        let text = "WEBVTT - made\n\nSTYLE\n::cue{}\n\nNOTE\nAnn: no\n\nc1\n00:01.000 --> 00:02.000 align:start\n<v Ann Lee>Yes &amp;<00:00:01.5> <c.red>so</c>\nand on</v>\n\n00:03.000 --> 00:04.000\n<v.loud Bob>No";
        let made = said(text);
        let ann = || Some("Ann Lee".to_owned());
        assert_eq!(made[0], (ann(), "Yes & so".to_owned(), Some(1)));
        assert_eq!(made[1], (ann(), "and on".to_owned(), Some(1)));
        assert_eq!(made[2], (Some("Bob".to_owned()), "No".to_owned(), Some(3)));
        assert_eq!(read(text).expect("captions").removed.len(), 5);
    }

    #[test]
    fn captions_in_any_order_and_odd_times() {
        let text = "WEBVTT\n\n00:05.000 --> 00:06.000\nb\n\n00:01.000 --> 00:02.000\na";
        assert_eq!(said(text).iter().map(|s| s.1.as_str()).collect::<String>(), "ab");
        assert!(read("WEBVTT\n\n").is_err());
        assert!(read("no captions").is_err());
    }
}
