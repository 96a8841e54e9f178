//! Time stamps: where one stands in a line, and how many seconds of a recording it says.
//!
//! ```text
//! [00:01:02]  (01:02)  {1:02}  00:01:02.5      62 seconds, in any brackets or none
//! #00:01:02-5#                                 as f4 and MAXQDA write it
//! 00:01:02:12                                  with frames
//! 00:01 - 00:04   00:00:01.0 --> 00:00:04.2    a range: its beginning
//! [12/03/2024, 10:15:32]  12.03.24 10:15       a message's date: a stamp without seconds
//! 10:15 AM                                     a time of day: a stamp without seconds
//! ```
//! In speech a stamp is no word. What is taken out is listed, and becomes a place in the recording.

use std::sync::LazyLock;

use regex::Regex;

use super::speech::SPEECH;
use crate::ingest::{Block, Mark, Removed};

/// A stamp in a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stamp<'l> {
    /// The stamp as written, without brackets.
    pub text: &'l str,
    /// Seconds of the recording; none for a date or a time of day.
    pub second: Option<u32>,
    /// Bytes from the beginning, brackets included.
    pub length: usize,
    /// True when brackets or `#` stand around it.
    pub bracketed: bool,
}

/// What stamps look like beside the known forms, by the settings.
#[derive(Debug, Default)]
pub(super) struct OwnStamps(Vec<Regex>);

/// What somebody says, of which no stamp is a part.
const WORDS: &str = "So it was late, I think, and we went home";

impl OwnStamps {
    /// # Errors
    /// A pattern is no regular expression, or fits no words as well.
    pub(super) fn new(patterns: &[String]) -> Result<Self, String> {
        let made = patterns.iter().map(|p| {
            let made = Regex::new(p)
                .map_err(|e| format!("`speakers.stamps`: `{p}` is no regular expression: {e}"))?;
            let taken: usize = made.find_iter(WORDS).map(|m| m.len()).sum();
            if made.is_match("") || taken * 2 > WORDS.len() {
                return Err(format!(
                    "`speakers.stamps`: `{p}` fits any text, and would take the words out"
                ));
            }
            Ok(made)
        });
        made.collect::<Result<_, _>>().map(Self)
    }

    /// True where there are any.
    pub(super) const fn are_own(&self) -> bool {
        !self.0.is_empty()
    }

    /// The stamp that a text begins with, of these or of the known forms.
    pub(super) fn at<'l>(&self, text: &'l str) -> Option<Stamp<'l>> {
        self.own_at(text).or_else(|| stamp(text))
    }

    /// The stamp that a text begins with, of these alone.
    pub(super) fn own_at<'l>(&self, text: &'l str) -> Option<Stamp<'l>> {
        let found = self.0.iter().filter_map(|p| p.find(text).filter(|m| m.start() == 0));
        let found = found.max_by_key(regex::Match::len)?;
        let second = second_inside(found.as_str());
        Some(Stamp { text: found.as_str().trim(), second, length: found.len(), bracketed: true })
    }
}

/// The second that a time somewhere in a stamp says.
fn second_inside(written: &str) -> Option<u32> {
    let places = written.char_indices().map(|(at, _)| at);
    places.into_iter().find_map(|at| stamp(&written[at..]))?.second
}

/// The stamp that `text` begins with, in one of the known forms.
pub(super) fn stamp(text: &str) -> Option<Stamp<'_>> {
    let first = *text.as_bytes().first()?;
    let marked = matches!(first, b'@' | b'~' | b'/' | b'*')
        || first == b'T' && text.as_bytes().get(1).is_some_and(u8::is_ascii_digit);
    if marked {
        // `@00:01:02`, `~1:02~`, `/00:01:02/`
        let found = bare(&text[1..]).filter(|f| f.text.contains(':'))?;
        let mark = char::from(first);
        let closed = first != b'T' && text[1 + found.length..].starts_with(mark);
        return Some(Stamp {
            length: 1 + found.length + usize::from(closed),
            bracketed: true,
            ..found
        });
    }
    let close = match first {
        b'[' => ']',
        b'(' => ')',
        b'{' => '}',
        b'<' => '>',
        b'#' => '#',
        b'0'..=b'9' => return bare(text),
        // `Yesterday 2:01 PM`
        _ => {
            let word = text.split(|c: char| !c.is_alphabetic()).next().unwrap_or_default();
            let dated = (3..=16).contains(&word.len())
                && text.len() > word.len()
                && SPEECH.dates.contains(&word.to_lowercase());
            return if dated { bare(text) } else { None };
        }
    };
    let inside = text[1..].trim_start();
    // `[TIME: 00:01:02]`
    let named = ["time:", "timestamp:", "timecode:", "tc:", "zeit:", "at ", "t="];
    let after_name = named.iter().find_map(|n| {
        inside
            .get(..n.len())
            .filter(|head| head.eq_ignore_ascii_case(n))
            .map(|_| inside[n.len()..].trim_start())
    });
    let inside = after_name.unwrap_or(inside);
    let found = bare(inside).or_else(|| worded(inside, close))?;
    let before = text.len() - inside.len() + found.length;
    let mut rest = &text[before..];
    // f4 counts tenths behind a hyphen: `#00:01:02-5#`.
    if first == b'#'
        && let Some(tenths) = rest.strip_prefix('-')
    {
        rest = tenths.trim_start_matches(|c: char| c.is_ascii_digit());
    }
    let end = text.len() - rest.trim_start().len();
    let close = text[end..].starts_with(close).then_some(end + close.len_utf8())?;
    Some(Stamp { length: close, bracketed: true, ..found })
}

/// A time in words that ends a line: `0 minutes 7 seconds`.
pub(super) fn stamp_in_words(text: &str) -> Option<Stamp<'_>> {
    static WHOLE: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"^(?:(\d{1,2}) hours?,? ?)?(?:(\d{1,3}) minutes?,? ?)?(?:(\d{1,3}) seconds?)?$")
            .expect("valid")
    });
    if !(text.ends_with('s') || text.ends_with('d')) || text.len() > 40 {
        return None;
    }
    let found = WHOLE.captures(text)?;
    let part = |at: usize| found.get(at).and_then(|m| m.as_str().parse::<u32>().ok()).unwrap_or(0);
    let second = part(1) * 3_600 + part(2) * 60 + part(3);
    Some(Stamp { text, second: Some(second), length: text.len(), bracketed: false })
}

/// A time in words or with points, which is one only in brackets: `10m11s`, `00.10.11`, `10 min 11 sec`, `10’11”`.
fn worded(inside: &str, close: char) -> Option<Stamp<'_>> {
    static WORDED: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"^(?:(?:(\d{1,2})\s*(?:h|hrs?|hours?)\.?\s*)?(?:(\d{1,3})\s*(?:m|min|mins|minutes?|['’′])\.?\s*)?(?:(\d{1,3})\s*(?:s|sec|secs|seconds?|[”″\x22]|'')\.?)?|(\d{1,2})\.(\d{2})\.(\d{2}))\s*$").expect("valid")
    });
    let end = inside[..inside.floor_char_boundary(24)].find(close)?;
    let text = inside[..end].trim_end();
    let found = WORDED.captures(text).filter(|_| text.starts_with(|c: char| c.is_ascii_digit()))?;
    let part = |at: usize| found.get(at).and_then(|m| m.as_str().parse::<u32>().ok()).unwrap_or(0);
    let second = (part(1) + part(4)) * 3_600 + (part(2) + part(5)) * 60 + part(3) + part(6);
    Some(Stamp { text, second: Some(second), length: text.len(), bracketed: false })
}

/// Halves of a day that stand before its hours.
const HALVES: &[&str] = &["오전", "오후", "上午", "下午", "午前", "午後", "凌晨", "晚上"];

/// A stamp without brackets: a time, a range of times, or a date with a time.
fn bare(text: &str) -> Option<Stamp<'_>> {
    let mut at = 0;
    let dated = date(text).or_else(|| date_in_words(text));
    if let Some(length) = dated {
        let rest = text[length..].trim_start_matches([',', ' ', '\u{a0}', 'T']);
        at = text.len() - rest.len();
    }
    // `오후 2:10`
    let half = HALVES.iter().find_map(|h| text[at..].strip_prefix(h));
    let halved = half.is_some();
    at = half.map_or(at, |rest| text.len() - rest.trim_start().len());
    let Some((length, second)) = time(&text[at..]) else {
        // A date alone is a stamp only beside a time.
        return None;
    };
    at += length;
    let mut of_day = dated.is_some() || halved;
    let half = text[at..].trim_start_matches([' ', '\u{a0}', '\u{202f}']);
    let halves = ["AM", "PM", "am", "pm", "a.m.", "p.m.", "Uhr"];
    if let Some(sign) = halves.iter().find(|h| half.starts_with(**h)) {
        let end = text.len() - half.len() + sign.len();
        if !text[end..].starts_with(char::is_alphanumeric) {
            (at, of_day) = (end, true);
        }
    }
    // A range says where it begins.
    let dash = text[at..].trim_start();
    let to = ["-->", "--", "-", "–", "—", "→"].iter().find_map(|sign| dash.strip_prefix(sign));
    if let Some((length, _)) = to.and_then(|to| time(to.trim_start())) {
        let rest = to.map_or("", str::trim_start);
        at = text.len() - rest.len() + length;
    }
    let second = second.filter(|_| !of_day);
    Some(Stamp { text: &text[..at], second, length: at, bracketed: false })
}

/// A time, `1:02`, `00:01:02.500`, `00:01:02:12`: its bytes and seconds.
fn time(text: &str) -> Option<(usize, Option<u32>)> {
    let bytes = text.as_bytes();
    let digits = |from: usize| bytes[from..].iter().take_while(|b| b.is_ascii_digit()).count();
    let mut parts = [0_u32; 4];
    let (mut count, mut at, mut shortened) = (0, 0, false);
    loop {
        let length = digits(at);
        // Teams writes `0:0:4.120`.
        let short =
            count > 0 && length == 1 && (count == 2 || bytes.get(at + length) == Some(&b':'));
        let fits = if count == 0 { (1..=3).contains(&length) } else { length == 2 || short };
        if !fits || count == 4 {
            return None;
        }
        shortened |= short;
        parts[count] = text[at..at + length].parse().ok()?;
        count += 1;
        at += length;
        if bytes.get(at) != Some(&b':') || digits(at + 1) == 0 {
            break;
        }
        at += 1;
    }
    if count < 2 || parts[1] > 59 || (count > 2 && parts[2] > 59) {
        return None;
    }
    // Frames behind a semicolon: `00:01:02;12`.
    if count == 3 && bytes.get(at) == Some(&b';') && digits(at + 1) == 2 {
        at += 3;
    }
    if matches!(bytes.get(at), Some(b'.' | b',')) {
        let fraction = digits(at + 1);
        if (1..=6).contains(&fraction) {
            at += 1 + fraction;
        }
    }
    // `1:2:3` are odds.
    let whole = bytes.get(at.wrapping_sub(2)) == Some(&b'.') || text[..at].contains(['.', ',']);
    if shortened && !whole && !text[at..].trim_start().starts_with("-->") {
        return None;
    }
    if bytes.get(at) == Some(&b'Z') {
        at += 1;
    }
    if text[at..].starts_with(char::is_alphanumeric) {
        return None;
    }
    // Of four parts the last counts frames.
    let [a, b, c, _] = parts;
    let second = if count == 2 { a * 60 + b } else { a * 3_600 + b * 60 + c };
    Some((at, Some(second)))
}

/// The bytes of a date in words before a time: `March 12, 2024, `, `Tue 12 Mar `, `Yesterday `.
fn date_in_words(text: &str) -> Option<usize> {
    if !text.starts_with(|c: char| c.is_alphanumeric()) {
        return None;
    }
    let (mut at, mut named) = (0, false);
    for _ in 0..6 {
        let rest = text[at..].trim_start_matches([' ', ',', '.', '\u{a0}']);
        let start = text.len() - rest.len();
        let end = rest.find(|c: char| !c.is_alphanumeric()).unwrap_or(rest.len());
        let word = &rest[..end];
        // The hour is the time's.
        if word.is_empty() || rest[end..].starts_with(':') {
            break;
        }
        let digits = word.bytes().take_while(u8::is_ascii_digit).count();
        let number = matches!(digits, 1 | 2 | 4)
            && matches!(&word[digits..], "" | "st" | "nd" | "rd" | "th" | "º");
        let joins = matches!(word, "at" | "of" | "de" | "um" | "à" | "a" | "den" | "le");
        let word = word.to_lowercase();
        let is_named = SPEECH.dates.contains(&word);
        if !(number || joins || is_named) {
            return None;
        }
        named |= is_named;
        at = start + end;
    }
    (named && at > 0).then_some(at)
}

/// The bytes of a date, `12/03/2024`, `12.03.24`, `2024-03-12`; before a time `12/03` as well.
fn date(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let digits = |from: usize| bytes[from..].iter().take_while(|b| b.is_ascii_digit()).count();
    let (mut at, mut sign) = (0, 0);
    for part in 0..3 {
        let length = digits(at);
        if length == 0 || length > 4 || length == 3 {
            return None;
        }
        at += length;
        if part == 1 && sign == b'/' && matches!(bytes.get(at), Some(b' ' | b',')) {
            return Some(at);
        }
        if part < 2 {
            let here = *bytes.get(at)?;
            if !matches!(here, b'/' | b'.' | b'-') || part == 1 && here != sign {
                return None;
            }
            (at, sign) = (at + 1, here);
        }
    }
    Some(at)
}

/// A stamp that stands anywhere in a text: its first byte, and it.
///
/// Without brackets a time is one only where it has hours, minutes and seconds: `at 10:30` is what somebody said.
fn find(text: &str, from: usize) -> Option<(usize, Stamp<'_>)> {
    let mut at = from;
    while let Some(step) = text[at..].find(|c: char| {
        matches!(c, '[' | '(' | '{' | '<' | '#' | '@' | '~' | '/' | '*' | 'T') || c.is_ascii_digit()
    }) {
        at += step;
        let digit = text[at..].starts_with(|c: char| c.is_ascii_digit());
        let free = text[..at]
            .chars()
            .next_back()
            .is_none_or(|c| !c.is_alphanumeric() && !matches!(c, ':' | '.' | '-'));
        // `John (3:16)` and `@10:30` are what somebody said.
        let bracketed = |s: &Stamp<'_>| {
            let round = text[at..].starts_with('(') && s.text.len() >= 5;
            s.bracketed && (round || text[at..].starts_with(['[', '{', '<', '#']))
        };
        if let Some(found) =
            stamp(&text[at..]).filter(|s| free && (bracketed(s) || is_long(s.text)))
        {
            return Some((at, found));
        }
        at += if digit { text[at..].bytes().take_while(u8::is_ascii_digit).count() } else { 1 };
    }
    None
}

/// Takes stamps out of the words of a talk, and says of each line at which second it is.
pub(super) fn take_out_all(blocks: &mut [Block], own: &OwnStamps, removed: &mut Vec<Removed>) {
    let mut before = None;
    for block in blocks {
        let line = block.marks.first().map_or(0, |m| m.line);
        let beside = [(block.time.as_ref(), REASON), (block.aside.as_ref(), ASIDE)];
        removed.extend(beside.into_iter().filter_map(|(text, reason)| {
            Some(Removed { line, text: text?.clone(), reason: reason.into() })
        }));
        let ended = take_out(block, own, removed);
        // f4 writes when a turn ends: then the next begins.
        if let Some(first) = block.marks.first_mut().filter(|_| block.time.is_none()) {
            first.second = first.second.or(before);
        }
        before = ended;
        // From a stamp on the recording is at it, in the lines below as well.
        let mut second = None;
        for mark in &mut block.marks {
            second = mark.second.or(second);
            mark.second = second;
        }
    }
}

/// Takes stamps out of the words of a turn: they are listed, and become places in the recording. Gives the second at
/// which the turn ends, where a stamp stands at its end.
fn take_out(block: &mut Block, own: &OwnStamps, removed: &mut Vec<Removed>) -> Option<u32> {
    let mut ended = None;
    take_unclear(block, removed);
    let line_of = |marks: &[Mark], at: usize| {
        let at = u32::try_from(at).unwrap_or(u32::MAX);
        marks.iter().rev().find(|m| m.byte <= at).copied().unwrap_or_default()
    };
    for pattern in &own.0 {
        let all: Vec<_> =
            pattern.find_iter(&block.text).filter(|f| !f.is_empty()).map(|f| f.range()).collect();
        // From the end, so that the places before it stay.
        for found in all.into_iter().rev() {
            let text = block.text[found.clone()].to_owned();
            let mark = line_of(&block.marks, found.start);
            let second = second_inside(&text);
            removed.push(Removed { line: mark.line, text, reason: REASON.into() });
            cut(block, found.start, found.end);
            place(block, found.start, second, mark);
        }
    }
    if block.text.contains(|c: char| c.is_ascii_digit()) {
        let mut from = 0;
        while let Some((at, stamp)) = find(&block.text, from) {
            let (length, second, text) = (stamp.length, stamp.second, stamp.text.to_owned());
            let mark = line_of(&block.marks, at);
            removed.push(Removed { line: mark.line, text, reason: REASON.into() });
            cut(block, at, at + length);
            place(block, at, second, mark);
            ended = second.filter(|_| at >= block.text.len() && !block.text.is_empty());
            from = at.min(block.text.len());
        }
    }
    // At the ends a time needs no brackets.
    if let Some(stamp) = stamp(&block.text).filter(|s| s.second.is_some()) {
        let next = block.text[stamp.length..].chars().next();
        if next.is_none_or(char::is_whitespace) && is_long(stamp.text) {
            let (length, second, text) = (stamp.length, stamp.second, stamp.text.to_owned());
            let mark = line_of(&block.marks, 0);
            removed.push(Removed { line: mark.line, text, reason: REASON.into() });
            cut(block, 0, length);
            place(block, 0, second, mark);
        }
    }
    let tail = block.text.rfind([' ', '\u{a0}']).map_or(0, |at| at + 1);
    let tail = if block.text.is_char_boundary(tail) { tail } else { block.text.len() };
    if tail > 0
        && let Some(stamp) = stamp(&block.text[tail..]).filter(|s| is_long(s.text))
        && tail + stamp.length == block.text.len()
    {
        let text = stamp.text.to_owned();
        let mark = line_of(&block.marks, tail);
        removed.push(Removed { line: mark.line, text, reason: REASON.into() });
        let (end, second) = (block.text.len(), stamp.second);
        cut(block, tail, end);
        ended = second;
    }
    ended
}

/// Why what stands beside a label is no text: `nurse` of `Nora [nurse]:`.
const ASIDE: &str = "said of who speaks, beside the label";

/// Why a stamp is no text.
pub(super) const REASON: &str = "time stamp";

/// True for a time with hours: a time of day that is spoken of has none, or no seconds.
pub(super) fn is_long(stamp: &str) -> bool {
    stamp.bytes().filter(|b| *b == b':').count() >= 2
}

/// `[inaudible 00:10:11]` is unclear at a time: the time goes, the word stays.
fn take_unclear(block: &mut Block, removed: &mut Vec<Removed>) {
    let mut from = 0;
    while let Some(open) = block.text[from..].find(['[', '(']).map(|at| from + at) {
        from = open + 1;
        let reach = block.text.floor_char_boundary((open + 64).min(block.text.len()));
        let close = block.text[open..reach].find([']', ')']).map(|at| open + at);
        let Some(close) = close else { continue };
        let inside = &block.text[open + 1..close];
        if inside.len() > 60
            || !inside.contains(':')
            || !inside.contains(|c: char| c.is_alphabetic() || c == '?')
        {
            continue;
        }
        let places = inside.char_indices().filter(|(at, c)| {
            c.is_ascii_digit()
                && (*at == 0 || inside[..*at].ends_with([' ', '@', ',', '\u{a0}', '~']))
        });
        let found = places
            .filter_map(|(at, _)| Some((at, stamp(&inside[at..])?)))
            .find(|(at, s)| inside[at + s.length..].trim().is_empty() || *at == 0);
        let Some((at, stamp)) = found else { continue };
        let text = stamp.text.to_owned();
        let (first, last) = (open + 1 + at, open + 1 + at + stamp.length);
        let line = block.marks.iter().rev().find(|m| (m.byte as usize) <= first);
        let line = line.map_or(0, |m| m.line);
        removed.push(Removed { line, text, reason: REASON.into() });
        cut(block, first, last);
        // `[inaudible @]` and `[inaudible ]` lose what stood before the time.
        let tail = block.text[..first].trim_end_matches([' ', '@', '~', ',']).len();
        if block.text[first..].starts_with([']', ')']) {
            cut(block, tail.max(open + 1), first);
        }
    }
}

/// Removes bytes of a block, with one of two blanks that would meet; marks move along.
fn cut(block: &mut Block, first: usize, mut last: usize) {
    let blank = |c: Option<char>| c.is_none_or(char::is_whitespace);
    let meets = blank(block.text[..first].chars().next_back());
    if meets && let Some(c) = block.text[last..].chars().next().filter(|c| c.is_whitespace()) {
        last += c.len_utf8();
    }
    block.text.replace_range(first..last, "");
    let narrow = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    for mark in &mut block.marks {
        let byte = mark.byte as usize;
        if byte >= last {
            mark.byte -= narrow(last - first);
        } else if byte > first {
            mark.byte = narrow(first);
        }
    }
    let kept = block.text.trim_end().len();
    block.text.truncate(kept);
}

/// From a byte of a block on, the recording is at a second.
fn place(block: &mut Block, at: usize, second: Option<u32>, near: Mark) {
    let Some(second) = second else { return };
    // A stamp at the very end says when the words before it end.
    if at >= block.text.len() && !block.text.is_empty() {
        return;
    }
    let byte = u32::try_from(at).unwrap_or(u32::MAX);
    let mark = Mark { byte, second: Some(second), ..near };
    if let Some(here) = block.marks.iter_mut().find(|m| m.byte == byte) {
        here.second = Some(second);
    } else {
        let next = block.marks.partition_point(|m| m.byte < byte);
        block.marks.insert(next, mark);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::BlockKind;

    #[test]
    fn stamps_in_their_forms() {
        for (text, length, second) in [
            ("[00:01:02] So", 10, Some(62)),
            ("(01:02) So", 7, Some(62)),
            ("00:01:02.500 So", 12, Some(62)),
            ("#00:01:02-5# So", 15 - 3, Some(62)),
            ("00:01:02:12 So", 11, Some(62)),
            ("00:01 - 00:04 So", 13, Some(1)),
            ("00:00:01.0 --> 00:00:04.2", 25, Some(1)),
            ("0:0:1.0 --> 0:0:4.120", 21, Some(1)),
            ("00:01:02;12 So", 11, Some(62)),
            ("2024-01-02T10:00:00Z So", 20, None),
            ("[TIME: 00:01:02] So", 16, Some(62)),
            ("[1m2s] So", 6, Some(62)),
            ("(1 min 2 sec) So", 13, Some(62)),
            ("[00.01.02] So", 10, Some(62)),
            ("@00:01:02 So", 9, Some(62)),
            ("[12/03/2024, 10:15:32] Nora: x", 22, None),
            ("12.03.24 10:15 - x", 14, None),
            ("10:15 AM x", 8, None),
            ("[3/12 2:01 PM] Nora", 14, None),
            ("[March 12, 2024 at 2:01 PM] Nora", 27, None),
            ("[Yesterday 14:01] Nora", 17, None),
            ("[오후 2:10] Nora", 13, None),
            ("(12 mars 2024, 14:01) Nora", 21, None),
        ] {
            let found = stamp(text).map(|s| (s.length, s.second));
            assert_eq!(found, Some((length, second)), "{text}");
        }
        for text in [
            "10",
            "1:2:3",
            "a",
            "[12]",
            "12:345",
            "2:1 odds",
            "10:75",
            "12/3 10",
            "3:16b",
            "[Mark 3:16]",
        ] {
            assert_eq!(stamp(text), None, "{text}");
        }
    }

    #[test]
    fn stamps_are_no_words() {
        let taken = |text: &str| {
            let mut removed = Vec::new();
            let mut block = Block::new(BlockKind::Paragraph, text, 1);
            take_out(&mut block, &OwnStamps::default(), &mut removed);
            let seconds: Vec<_> = block.marks.iter().filter_map(|m| m.second).collect();
            (block.text, seconds, removed.len())
        };
        let made = |text: &str, seconds: &[u32], count| (text.to_owned(), seconds.to_vec(), count);
        assert_eq!(taken("So [00:01:02] it is."), made("So it is.", &[62], 1));
        assert_eq!(taken("So it is. #00:01:02-5#"), made("So it is.", &[], 1));
        assert_eq!(taken("(01:02) So it is."), made("So it is.", &[62], 1));
        assert_eq!(taken("So [inaudible 00:10:11] it."), made("So [inaudible] it.", &[], 1));
        assert_eq!(taken("So [inaudible @ 00:10:11] it."), made("So [inaudible] it.", &[], 1));
        assert_eq!(taken("00:01:02 So it is. 00:01:09"), made("So it is.", &[62], 2));
        assert_eq!(
            taken("I rise at 5:30 and (at 6:15) eat."),
            made("I rise at 5:30 and (at) eat.", &[], 1)
        );
        assert_eq!(taken("We meet at 10:30"), made("We meet at 10:30", &[], 0));
        assert_eq!(taken("So 00:01:02 it is."), made("So it is.", &[62], 1));
        assert_eq!(taken("So [??? 00:10:11] it."), made("So [???] it.", &[], 1));
    }
}
