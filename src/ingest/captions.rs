//! What caption formats have in common: cues with a time and lines of words.

use super::{Body, Document, Mark, Removed, Utterance};

/// A caption.
#[derive(Clone, Debug, Default)]
pub(super) struct Cue {
    /// Seconds at which it begins.
    pub(super) second: Option<u32>,
    /// Its lines: who speaks, if the format says so, the words, the line of the file.
    pub(super) lines: Vec<(Option<String>, String, u32)>,
}

/// The document of cues, and of what of the file was left out.
pub(super) fn document(mut cues: Vec<Cue>, removed: Vec<Removed>) -> Document {
    let mut notes = Vec::new();
    if rolling(&cues) {
        unroll(&mut cues);
        notes.push("captions roll: each line was read once".to_owned());
    }
    // Captions may stand in any order; speech has that of its times.
    if cues.iter().all(|c| c.second.is_some()) {
        cues.sort_by_key(|c| c.second);
    }
    let of_cue = |cue: Cue| {
        let second = cue.second;
        let several = cue.lines.len() > 1 && cue.lines.iter().all(|l| dashed(&l.1).is_some());
        cue.lines.into_iter().map(move |(speaker, text, line)| Utterance {
            speaker,
            text: dashed(&text).filter(|_| several).unwrap_or(text),
            mark: Mark { second, ..Mark::of_line(0, line) },
            cut: true,
        })
    };
    let utterances = cues.into_iter().flat_map(of_cue).collect();
    Document { body: Body::Utterances(utterances), removed, notes, ..Document::default() }
}

/// A line that begins with a dash, as two who speak in one caption have: as `>>` says that another speaks.
#[must_use]
pub fn dashed(line: &str) -> Option<String> {
    let said = line.trim_start().strip_prefix(['-', '–', '—'])?;
    // `-5 degrees it was`
    (!said.starts_with(|c: char| c.is_ascii_digit())).then(|| format!(">> {}", said.trim()))
}

/// True where captions show the last line of the one before them once more, as machines make them.
fn rolling(cues: &[Cue]) -> bool {
    let shown = |pair: &&[Cue]| {
        let (last, first) = (pair[0].lines.last(), pair[1].lines.first());
        last.zip(first).is_some_and(|(a, b)| a.1 == b.1)
    };
    let again = cues.windows(2).filter(shown).count();
    again >= 3 && again * 3 >= cues.len()
}

/// Takes away lines that the caption before ended with.
fn unroll(cues: &mut [Cue]) {
    let mut last: Vec<String> = Vec::new();
    for cue in cues {
        let lines: Vec<String> = cue.lines.iter().map(|l| l.1.clone()).collect();
        // As many lines as the end of the last caption shares with the beginning of this one.
        let most = last.len().min(lines.len());
        let again = (0..=most).rev().find(|n| last[last.len() - n..] == lines[..*n]).unwrap_or(0);
        cue.lines.drain(..again);
        last = lines;
    }
}

/// The seconds of a time stamp: `1:02:03.500`, `02:03,5`; `None` if it is none.
pub(super) fn seconds(stamp: &str) -> Option<u32> {
    let stamp = stamp.trim().trim_matches(['[', ']', '(', ')']);
    let (whole, fraction) = stamp.split_once(['.', ',']).unwrap_or((stamp, "0"));
    if !fraction.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let parts: Vec<&str> = whole.split(':').collect();
    if !(2..=3).contains(&parts.len()) {
        return None;
    }
    let mut seconds = 0_u32;
    for part in parts {
        if part.is_empty() || part.len() > 6 || !part.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        seconds = seconds.checked_mul(60)?.checked_add(part.parse().ok()?)?;
    }
    Some(seconds)
}

/// Makes seconds of times that are thousandths of them, and tells it: as seconds, somebody would say a word in some
/// minutes.
pub(super) fn in_thousandths(said: &mut [Utterance]) -> Option<String> {
    /// Words in a second, in thousandths: slower than anybody speaks, and as fast as anybody does.
    const SLOWEST: u64 = 10;
    let words: u64 = said.iter().map(|u| u.text.split_whitespace().count() as u64).sum();
    let seconds = || said.iter().filter_map(|u| u.mark.second);
    let (first, last) = (u64::from(seconds().min()?), u64::from(seconds().max()?));
    let timed = seconds().count() >= 2 && seconds().any(|s| s % 60 >= 2);
    if !timed || last <= first || words * 1_000 >= SLOWEST * (last - first) {
        return None;
    }
    for mark in said.iter_mut().map(|u| &mut u.mark) {
        mark.second = mark.second.map(|s| s / 1_000);
    }
    Some("times are read as thousandths of seconds, as nobody speaks so slowly".to_owned())
}

/// Text without tags such as `<i>` and `{\an8}`, and with the signs that names such as `&eacute;` stand for.
pub(super) fn without_tags(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['<', '{', '&']) {
        let (before, tag) = rest.split_at(at);
        out.push_str(before);
        if tag.starts_with('&') {
            let (sign, length) = entity(tag);
            out.push_str(&sign);
            rest = &tag[length..];
            continue;
        }
        let close = if tag.starts_with('<') { '>' } else { '}' };
        let opens = tag[1..].chars().next();
        let is_tag = match (close, opens) {
            ('>', Some(c)) => c.is_ascii_alphabetic() || c == '/',
            // Words in braces are words.
            (_, opens) => opens == Some('\\'),
        };
        if let Some(end) = tag.find(close).filter(|_| is_tag) {
            rest = &tag[end + 1..];
        } else {
            out.push_str(&tag[..1]);
            rest = &tag[1..];
        }
    }
    out.push_str(rest);
    out
}

/// The sign of a character reference, and its length; `&` alone is itself.
pub(super) fn entity(text: &str) -> (String, usize) {
    /// Bytes of the longest name.
    const LONGEST: usize = 33;
    let known = [
        ("&amp;", "&"),
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&nbsp;", "\u{A0}"),
        ("&lrm;", "\u{200E}"),
        ("&rlm;", "\u{200F}"),
        ("&quot;", "\""),
        ("&apos;", "'"),
        ("&#39;", "'"),
    ];
    let found = known.into_iter().find(|(name, _)| text.starts_with(name));
    if let Some((name, sign)) = found {
        return (sign.to_owned(), name.len());
    }
    // All that HTML knows, and numbers: `&eacute;`, `&#233;`.
    let end = text.find(';').filter(|end| *end > 1 && *end < LONGEST);
    let name = end.map(|end| &text[..=end]).filter(|name| {
        name[1..name.len() - 1].chars().all(|c| c.is_ascii_alphanumeric() || c == '#')
    });
    let sign = name.map(super::html::words).filter(|sign| !sign.is_empty());
    match (name, sign) {
        (Some(name), Some(sign)) => (sign, name.len()),
        _ => ("&".to_owned(), 1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_in_their_forms() {
        assert_eq!(seconds("00:01:02.500"), Some(62));
        assert_eq!(seconds("1:02,9"), Some(62));
        assert_eq!(seconds("[10:00:00]"), Some(36_000));
        for wrong in ["", "12", "1:2:3:4", "a:b", "1:-2", "99999999:00"] {
            assert_eq!(seconds(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn tags_go_and_signs_stay() {
        assert_eq!(without_tags("<i>it</i> {\\an8}is <font color=\"#f\">so</font>"), "it is so");
        assert_eq!(without_tags("a < b and {c"), "a < b and {c");
        assert_eq!(without_tags("[{off the record}]"), "[{off the record}]");
    }

    #[test]
    fn rolling_captions_are_read_once() {
        let cue = |lines: &[&str]| Cue {
            second: Some(0),
            lines: lines.iter().map(|l| (None, (*l).to_owned(), 1)).collect(),
        };
        let mut cues: Vec<Cue> =
            [&["a"][..], &["a", "b"], &["b", "c"], &["c", "c"], &["c", "d"]].map(cue).into();
        assert!(rolling(&cues));
        unroll(&mut cues);
        let said: Vec<&str> =
            cues.iter().flat_map(|c| c.lines.iter().map(|l| l.1.as_str())).collect();
        assert_eq!(said, ["a", "b", "c", "c", "d"]);
    }
}
