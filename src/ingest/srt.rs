//! SubRip captions (`.srt`) and YouTube's `.sbv`.
//!
//! ```text
//! 1                                  a number, which may be missing
//! 00:00:01,000 --> 00:00:02,000      the time; in .sbv  0:00:01.000,0:00:02.000
//! Anna: so it was                    the words
//! ```

use super::captions::{Cue, document, seconds, without_tags};
use super::{Document, Removed, Unreadable};

/// Reads captions.
///
/// # Errors
/// There is none.
pub(super) fn read(text: &str) -> Result<Document, Unreadable> {
    let mut cues: Vec<Cue> = Vec::new();
    let mut removed = Vec::new();
    let mut pending: Option<(&str, u32)> = None;
    for (text, line) in text.lines().zip(1_u32..) {
        let text = text.trim();
        if let Some(second) = timing(text) {
            // The line before is the caption's number.
            pending = None;
            cues.push(Cue { second: Some(second), lines: Vec::new() });
        } else if text.is_empty() {
            take(&mut pending, &mut cues, &mut removed);
        } else {
            take(&mut pending, &mut cues, &mut removed);
            pending = Some((text, line));
        }
    }
    take(&mut pending, &mut cues, &mut removed);
    if cues.is_empty() {
        let what = "no time of a caption such as `00:00:01,000 --> 00:00:02,000`";
        return Err(Unreadable::Line { line: 1, what: what.into() });
    }
    Ok(document(cues, removed))
}

/// A line that is no caption's number belongs to the last caption.
fn take(pending: &mut Option<(&str, u32)>, cues: &mut [Cue], removed: &mut Vec<Removed>) {
    let Some((text, line)) = pending.take() else { return };
    let words = without_tags(text).trim().to_owned();
    match cues.last_mut() {
        Some(cue) if !words.is_empty() => cue.lines.push((None, words, line)),
        Some(_) => {}
        None => removed.push(Removed {
            line,
            text: text.to_owned(),
            reason: "before the first caption".to_owned(),
        }),
    }
}

fn timing(line: &str) -> Option<u32> {
    if let Some((start, end)) = line.split_once("-->") {
        let end = end.split_whitespace().next().unwrap_or_default();
        return seconds(start).filter(|_| seconds(end).is_some());
    }
    // As .sbv has it: two times with a point, parted by a comma.
    let (start, end) = line.split_once(',')?;
    let stamp = |s: &str| s.contains('.').then(|| seconds(s)).flatten();
    stamp(start).filter(|_| stamp(end).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::Body;

    fn said(text: &str) -> Vec<(String, Option<u32>)> {
        let Body::Utterances(list) = read(text).expect("captions").body else { panic!("speech") };
        list.into_iter().map(|u| (u.text, u.mark.second)).collect()
    }

    #[test]
    fn captions_of_both_kinds() {
        let srt = "1\n00:00:01,000 --> 00:00:02,000\nAnna: <i>so</i>\nit was\n\n2\n00:00:03.000 --> 00:00:04.000\n1984 it was\n";
        let both = [("Anna: so", 1), ("it was", 1), ("1984 it was", 3)];
        assert_eq!(said(srt), both.map(|(t, s)| (t.to_owned(), Some(s))));
        let sbv =
            "0:00:01.000,0:00:02.000\nAnna: so\nit was\n\n0:00:03.000,0:00:04.000\n1984 it was\n";
        assert_eq!(said(sbv), both.map(|(t, s)| (t.to_owned(), Some(s))));
        assert!(read("no captions\n").is_err());
    }
}
