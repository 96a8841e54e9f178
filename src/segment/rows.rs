//! The rows of a plain text, and what of them is no text: page numbers, running heads, markers.
//!
//! ```text
//! 41  coded by both authors. A few had made a        text
//! 42                                                  blank
//! 43  190                                             page number (page 190 ends here)
//! 44  ␌Journal of Visiting Care 12(3)                 running head (seen on every page)
//! 45  passage of their own.                           text, after a break: goes on
//! ```
//! What is taken out is listed with its line and reason; nothing goes silently.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::LazyLock;

use regex::Regex;

use super::blocks::is_single_spaced;
use super::heads;
use super::labels::{self, Reading, Talk};
use super::names::{Sure, sure_of};
use super::speech::SPEECH;
use super::stamps::{OwnStamps, stamp};
use crate::ingest::{Line, Removed};

/// One line of a plain text on its way to a block.
#[expect(clippy::struct_excessive_bools, reason = "each tells one thing of a line")]
#[derive(Clone, Debug, Default)]
pub(super) struct Row<'l> {
    /// The line without spaces at its ends.
    pub text: Cow<'l, str>,
    /// Spaces before the text.
    pub indent: usize,
    /// True when the line ended in a space: a word ends there, too.
    pub spaced_end: bool,
    /// True when the text is known to be ASCII that shows, with one blank between two words.
    pub plain: bool,
    /// Line of the file, from 1.
    pub number: u32,
    /// The page it is on, where the file tells.
    pub page: Option<u32>,
    /// True when a page break, or something removed, stands before it.
    pub after_break: bool,
    /// True when a blank line stands before it.
    pub after_blank: bool,
}

impl Row<'_> {
    /// Characters of the text.
    pub(super) fn width(&self) -> usize {
        self.text.chars().count()
    }
}

static MARKER: LazyLock<Regex> = LazyLock::new(|| regex(r"(?i)\[bookmark:\s*([^\]]*)\]"));
static PAGE_OF: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(?i)^(?:page\s+(\d{1,4})(?:\s*(?:of|/)\s*\d{1,4})?|(\d{1,4})\s+of\s+\d{1,4}|[-–—]\s*(\d{1,4})\s*[-–—])$",
    )
});
static CONTINUED: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(?i)^(?:\(?\s*continued (?:on|from) (?:the )?(?:next|previous|following) page\s*\)?|(?:table|figure|box)\s+[\d.]+\s*\(\s*cont(?:inued|[’']d|\.)?\s*\)\.?)$",
    )
});
static TWO_ENDED_HEAD: LazyLock<Regex> = LazyLock::new(|| regex(r"^\S.{0,80}?\s{5,}\S.{0,80}$"));
static HEAD_SIGN: LazyLock<Regex> =
    LazyLock::new(|| regex(r"et al\.|\(\d{4}\)|(?i:\bvol\.)|\d+\s*\(\d+\)|(?i:doi)"));

static CAPTION: LazyLock<Regex> =
    LazyLock::new(|| regex(r"(?i)^(?:table|figure|fig\.|box|appendix|theme|chapter)\s+\d"));

/// Bytes above which a row without gaps says neither a page's number nor that something goes on.
const MOST_OF_A_HEAD: usize = 200;

fn regex(pattern: &str) -> Regex {
    Regex::new(pattern).expect("patterns of the program are valid")
}

/// The rows of a text that are text, and what was taken out.
///
/// Labels are judged first, so that a name that comes again and again is no running head; a transcript has a
/// reading for each row that is kept.
pub(super) fn rows<'l>(
    lines: &'l [Line],
    judge: &dyn Fn(&[labels::Line<'_>]) -> Talk,
) -> (Vec<Row<'l>>, Vec<Removed>, Talk) {
    let mut removed = Vec::new();
    let mut raw = raw_rows(lines, &mut removed);
    let mut talk = judged(&raw, judge);
    if let Some(numbers) = line_numbers(&raw) {
        let without = without_numbers(&raw, &numbers.lengths);
        let other = judged(&without, judge);
        let counts = numbers.of_lines || count_turns(&numbers, &without, &other);
        if other.labels.is_transcript() && counts {
            removed.extend(numbers.lengths.into_iter().zip(&raw).filter_map(|(length, row)| {
                let text = row.text[..length?].trim().to_owned();
                Some(Removed { line: row.number, text, reason: "line number".into() })
            }));
            (raw, talk) = (without, other);
        }
    }
    let mut readings = std::mem::take(&mut talk.readings).into_iter();
    let readings: Vec<Option<Reading>> =
        raw.iter().map(|r| if r.text.is_empty() { None } else { readings.next() }).collect();
    let in_talk = |i: usize| readings[i].as_ref().is_some_and(|r| *r != Reading::Words);
    let labelled: Vec<bool> = (0..raw.len()).map(in_talk).collect();
    let reasons = furniture(&raw, &labelled);
    let pages = pages(&raw, &reasons);
    let mut kept = Vec::new();
    let (mut blank, mut broken) = (false, false);
    for (((row, reason), page), reading) in raw.into_iter().zip(reasons).zip(pages).zip(readings) {
        broken |= row.after_break;
        if let Some(reason) = reason {
            let text = row.text.into_owned();
            removed.push(Removed { line: row.number, text, reason: reason.into() });
            broken = true;
        } else if row.text.is_empty() {
            blank = true;
        } else {
            kept.push(Row { after_blank: blank, after_break: broken, page, ..row });
            talk.readings.extend(reading);
            (blank, broken) = (false, false);
        }
    }
    removed.sort_by_key(|r| r.line);
    (kept, removed, talk)
}

/// What the labels of rows are judged to be.
fn judged(raw: &[Row<'_>], judge: &dyn Fn(&[labels::Line<'_>]) -> Talk) -> Talk {
    let mut blank = true;
    let mut lines = Vec::with_capacity(raw.len());
    for row in raw {
        if !row.text.is_empty() {
            lines.push(labels::Line { text: &row.text, opens: blank, bold: 0, quoted: false });
        }
        blank = row.text.is_empty();
    }
    judge(&lines)
}

/// A number, a counter or a time at a row's beginning: `12`, `001.`, `#3`, `L14:`, `Turn 2`, `TC: 00:10`, `|00:10|`, `0m10s`.
static COUNTER: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"^[(\[|#]?(?:(\p{L}{1,6})[:.]?\s?)?(\d+(?:[.:,hms]\d+){0,3})[hms]?(?:[.)\]|:/,\s\u{a0}]+|$)",
    )
});

/// What rows are counted by.
struct Numbers {
    /// The bytes that a row's number takes.
    lengths: Vec<Option<usize>>,
    /// True for bare numbers, each one more than the one before: they count lines, whatever stands behind them.
    of_lines: bool,
}

/// Numbers at the beginnings of rows that count up, if there are enough of them.
fn line_numbers(raw: &[Row<'_>]) -> Option<Numbers> {
    let mut bare = true;
    let mut number = |row: &Row<'_>| -> Option<(u32, usize)> {
        // Most rows have no digit near their beginning.
        if !row.text.bytes().take(12).any(|b| b.is_ascii_digit()) {
            return None;
        }
        // A time stamp as everybody writes it is read as one.
        if stamp(&row.text).is_some_and(|s| s.text.contains(':')) {
            return None;
        }
        let found = COUNTER.captures(&row.text)?;
        // `P1:` and `In 1970` count nothing.
        let word = found.get(1).map(|m| m.as_str());
        if word.is_some_and(|word| !SPEECH.is_counter(word)) {
            return None;
        }
        bare &= word.is_none() && found[2].bytes().all(|b| b.is_ascii_digit());
        // Of a time the parts count by sixties.
        let parts = found[2].split(|c: char| !c.is_ascii_digit()).filter(|p| !p.is_empty());
        let number = parts
            .take(3)
            .try_fold(0_u32, |sum, part| sum.checked_mul(60)?.checked_add(part.parse().ok()?))?;
        Some((number, found.get(0)?.end()))
    };
    let found: Vec<Option<(u32, usize)>> = raw.iter().map(&mut number).collect();
    let written = raw.iter().filter(|r| !r.text.is_empty()).count();
    let numbers: Vec<u32> = found.iter().flatten().map(|f| f.0).collect();
    if numbers.len() < 3 || numbers.len() * 10 < written * 3 {
        return None;
    }
    let most = |count: usize| count * 10 >= (numbers.len() - 1) * 9;
    // A question and its answer have one number.
    let up = numbers.windows(2).filter(|w| w[0] < w[1] || !bare && w[0] == w[1]).count();
    let by_one = numbers.windows(2).filter(|w| w[0].checked_add(1) == Some(w[1])).count();
    let lengths = found.into_iter().map(|f| f.map(|f| f.1)).collect();
    most(up).then(|| Numbers { lengths, of_lines: bare && most(by_one) })
}

/// True where what stands behind most numbers is a label.
fn count_turns(numbers: &Numbers, raw: &[Row<'_>], talk: &Talk) -> bool {
    let mut readings = talk.readings.iter();
    let (mut counted, mut labels) = (0, 0);
    for (row, number) in raw.iter().zip(&numbers.lengths) {
        let reading = if row.text.is_empty() { None } else { readings.next() };
        if number.is_some() {
            counted += 1;
            labels += usize::from(matches!(reading, Some(Reading::Label(_))));
        }
    }
    labels * 10 >= counted * 8
}

fn without_numbers<'l>(raw: &[Row<'l>], numbers: &[Option<usize>]) -> Vec<Row<'l>> {
    let cut = |(row, length): (&Row<'l>, &Option<usize>)| {
        let text = match (&row.text, length) {
            (text, None) => text.clone(),
            (Cow::Borrowed(text), Some(length)) => Cow::Borrowed(&text[*length..]),
            (Cow::Owned(text), Some(length)) => Cow::Owned(text[*length..].to_owned()),
        };
        Row { text, ..row.clone() }
    };
    raw.iter().zip(numbers).map(cut).collect()
}

/// Lines cut at form feeds, without markers and invisible characters. Blank rows stay.
fn raw_rows<'l>(lines: &'l [Line], removed: &mut Vec<Removed>) -> Vec<Row<'l>> {
    let mut rows: Vec<Row<'l>> = Vec::with_capacity(lines.len());
    let mut page = None;
    for line in lines {
        for (i, part) in line.text.split('\u{0C}').enumerate() {
            let mut text = Cow::Borrowed(part);
            let mut break_here = i > 0;
            let markers = part.contains('[').then(|| MARKER.captures_iter(part));
            for marker in markers.into_iter().flatten() {
                let name = marker[1].trim();
                if let Some(number) = name.strip_prefix("page").and_then(|n| n.parse().ok()) {
                    page = Some(number);
                    break_here = true;
                }
                removed.push(Removed {
                    line: line.number,
                    text: marker[0].to_owned(),
                    reason: "left-over marker".into(),
                });
            }
            if break_here || part.contains("[bookmark") {
                text = MARKER.replace_all(part, "");
            }
            let plain = is_single_spaced(part.trim_ascii());
            let indent = text.len() - text.trim_start().len();
            let spaced_end = text.ends_with([' ', '\u{A0}', '\t']);
            rows.push(Row {
                indent,
                spaced_end,
                plain: plain && matches!(text, Cow::Borrowed(_)),
                text: match text {
                    Cow::Borrowed(text) => Cow::Borrowed(text.trim()),
                    Cow::Owned(text) => Cow::Owned(text.trim().to_owned()),
                },
                number: line.number,
                page,
                after_break: break_here,
                after_blank: false,
            });
        }
    }
    rows
}

/// For every row, the reason why it is page furniture, if it is.
fn furniture(rows: &[Row<'_>], labelled: &[bool]) -> Vec<Option<&'static str>> {
    let mut reasons = vec![None; rows.len()];
    for (i, row) in rows.iter().enumerate().filter(|(i, _)| !labelled[*i]) {
        // A long row without gaps is none of these.
        let short = !row.plain || row.text.len() <= MOST_OF_A_HEAD;
        if short && CONTINUED.is_match(&row.text) {
            reasons[i] = Some("continuation line");
        } else if short && PAGE_OF.is_match(&row.text) {
            reasons[i] = Some("page number");
        } else if (row.after_break || !row.plain && TWO_ENDED_HEAD.is_match(&row.text))
            && HEAD_SIGN.is_match(&row.text)
            && row.text.split_whitespace().count() <= 25
            && stands_alone(rows, i)
        {
            reasons[i] = Some("running head");
        }
    }
    for i in repeated_heads(rows, &reasons, labelled) {
        reasons[i] = Some("running head");
    }
    for i in bare_page_numbers(rows, &reasons) {
        reasons[i] = Some("page number");
    }
    reasons
}

fn stands_alone(rows: &[Row<'_>], i: usize) -> bool {
    let blank = |j: usize| rows.get(j).is_none_or(|r| r.text.is_empty());
    (i == 0 || blank(i - 1) || rows[i].after_break) && blank(i + 1)
}

/// Rows that come again and again at the edges of pages, numbers aside.
fn repeated_heads(rows: &[Row<'_>], reasons: &[Option<&str>], labelled: &[bool]) -> Vec<usize> {
    let mut places: HashMap<String, Vec<usize>> = HashMap::new();
    for (i, row) in rows.iter().enumerate() {
        if reasons[i].is_none() && !labelled[i] && may_be_head(row) {
            places.entry(skeleton(&row.text)).or_default().push(i);
        }
    }
    // A head comes once a page; rows that are alike and close together are a table.
    let spread =
        |p: &Vec<usize>| p.windows(2).filter(|w| w[1] - w[0] >= 8).count() * 4 >= (p.len() - 1) * 3;
    let mut groups: Vec<Vec<usize>> =
        places.into_values().filter(|p| p.len() >= 2 && spread(p)).collect();
    groups.sort();
    // First those that stand at an edge by themselves, then those beside one of them.
    let mut heads = vec![false; rows.len()];
    for _ in 0..2 {
        for group in &groups {
            let at_edge = group.iter().filter(|i| page_edge(rows, reasons, &heads, **i)).count();
            let varies = group.iter().any(|i| {
                rows[*i].text.contains(|c: char| c.is_ascii_digit())
                    && rows[*i].text != rows[group[0]].text
                    && rows[*i].text.contains("   ")
            });
            let cuts = group.iter().filter(|i| cuts_a_sentence(rows, **i)).count();
            let enough = group.len() >= 3 || at_edge == group.len();
            let at_edges = enough && at_edge * 10 >= group.len() * 6;
            if at_edges
                || numbered_pages(rows, group)
                || (group.len() >= 3 && (varies || cuts * 3 >= group.len()))
            {
                for i in group {
                    heads[*i] = true;
                }
            }
        }
    }
    (0..rows.len()).filter(|i| heads[*i]).collect()
}

fn may_be_head(row: &Row<'_>) -> bool {
    (4..=100).contains(&row.width())
        && row.text.chars().any(char::is_alphabetic)
        && !row.text.ends_with(['?', '!', ','])
        && (!row.text.ends_with('.') || row.text.ends_with("al."))
        && !row.text.starts_with(['•', '-', '*', '“', '"', '|'])
        && !opens_with_colon(&row.text)
        && !CAPTION.is_match(&row.text)
}

/// True for a line that begins with something short and a colon.
fn opens_with_colon(text: &str) -> bool {
    let mut found = Vec::new();
    heads::heads(text, 0, &OwnStamps::default(), &mut found);
    let is_name = |h: &heads::Head<'_>| !h.tight && sure_of(h.name) >= Sure::Capital;
    found.iter().any(|h| matches!(h.form, heads::Form::Colon | heads::Form::Timed) && is_name(h))
}

fn skeleton(text: &str) -> String {
    text.chars()
        .filter(|c| c.is_alphabetic() || matches!(c, ':' | '(' | ')' | '/'))
        .flat_map(char::to_lowercase)
        .collect()
}

/// True when a page begins or ends here: a form feed, a page number, two blank lines or a head
/// found before stands within three rows.
fn page_edge(rows: &[Row<'_>], reasons: &[Option<&str>], heads: &[bool], i: usize) -> bool {
    let near = i.saturating_sub(3)..(i + 4).min(rows.len());
    let sign = |j: usize| {
        rows[j].after_break
            || reasons[j].is_some()
            || (j != i && heads[j])
            || is_bare_number(&rows[j])
    };
    // Two blank rows part sections, too; between the halves of a sentence they part pages.
    let blanks = i >= 2 && rows[i - 1].text.is_empty() && rows[i - 2].text.is_empty();
    (blanks && cuts_a_sentence(rows, i)) || near.into_iter().any(sign)
}

/// True when every row of a group carries a page number at its end or beginning, parted from the
/// rest by a gap, and the numbers go up.
fn numbered_pages(rows: &[Row<'_>], group: &[usize]) -> bool {
    static NUMBER: LazyLock<Regex> =
        LazyLock::new(|| regex(r"^(?:\D.*\s{2,}(\d{1,4})|(\d{1,4})\s{2,}\D.*)$"));
    let numbers: Vec<Option<u32>> = group
        .iter()
        .map(|i| {
            let found = NUMBER.captures(&rows[*i].text)?;
            found.get(1).or_else(|| found.get(2))?.as_str().parse().ok()
        })
        .collect();
    numbers.iter().all(Option::is_some) && numbers.windows(2).all(|w| w[0] < w[1])
}

/// True when the row stands in the middle of a sentence.
fn cuts_a_sentence(rows: &[Row<'_>], i: usize) -> bool {
    let before = rows[..i].iter().rev().find(|r| !r.text.is_empty());
    let after = rows[i + 1..].iter().find(|r| !r.text.is_empty());
    let open = |r: &Row<'_>| r.text.ends_with(|c: char| c.is_lowercase() || matches!(c, ',' | '-'));
    before.is_some_and(open) && after.is_some_and(|r| r.text.starts_with(char::is_lowercase))
}

fn is_bare_number(row: &Row<'_>) -> bool {
    (1..=4).contains(&row.text.len()) && row.text.bytes().all(|b| b.is_ascii_digit())
}

/// Numbers alone on a row between blank rows, beside a form feed or other furniture, or counting
/// up through the text.
fn bare_page_numbers(rows: &[Row<'_>], reasons: &[Option<&str>]) -> Vec<usize> {
    let alone = |i: usize| {
        let clear = |j: Option<usize>| {
            j.and_then(|j| rows.get(j)).is_none_or(|r| r.text.is_empty() || r.after_break)
                || j.is_some_and(|j| reasons.get(j).is_some_and(Option::is_some))
        };
        clear(i.checked_sub(1)) && (clear(Some(i + 1)))
    };
    let numbers: Vec<usize> =
        (0..rows.len()).filter(|i| is_bare_number(&rows[*i]) && alone(*i)).collect();
    let value = |i: usize| rows[i].text.parse::<u32>().unwrap_or(0);
    let counts_up = |k: usize| {
        let next = numbers.get(k + 1).is_some_and(|n| value(*n) == value(numbers[k]) + 1);
        let before = k > 0 && value(numbers[k - 1]) + 1 == value(numbers[k]);
        (next || before) && numbers.len() >= 3
    };
    let beside = |i: usize| {
        let near = i.saturating_sub(4)..(i + 5).min(rows.len());
        near.into_iter().any(|j| rows[j].after_break || reasons[j].is_some())
    };
    numbers
        .iter()
        .enumerate()
        .filter(|(k, i)| counts_up(*k) || beside(**i))
        .map(|(_, i)| *i)
        .collect()
}

/// The page of every row: what a marker said, or the number at the page's foot (or head, where
/// the number is the first thing after a form feed).
fn pages(rows: &[Row<'_>], reasons: &[Option<&str>]) -> Vec<Option<u32>> {
    let numbered: Vec<(usize, u32)> = (0..rows.len())
        .filter(|i| reasons[*i] == Some("page number"))
        .filter_map(|i| {
            let digits = PAGE_OF.captures(&rows[i].text).map_or_else(
                || rows[i].text.clone(),
                |c| c.iter().skip(1).flatten().map(|m| m.as_str()).collect(),
            );
            digits.parse().ok().map(|n| (i, n))
        })
        .collect();
    let marked: Vec<Option<u32>> = rows.iter().map(|r| r.page).collect();
    if numbered.len() < 2 {
        return marked;
    }
    let at_head =
        numbered.iter().filter(|(i, _)| rows[*i].after_break).count() * 2 > numbered.len();
    let mut pages = Vec::with_capacity(rows.len());
    let mut next = 0;
    for i in 0..rows.len() {
        while next < numbered.len() && numbered[next].0 < i {
            next += 1;
        }
        pages.push(match (at_head, numbered.get(next)) {
            (false, Some((_, number))) => Some(*number),
            (false, None) => numbered.last().map(|(_, number)| number + 1),
            (true, Some((at, number))) if *at == i => Some(*number),
            (true, _) => next.checked_sub(1).map(|k| numbered[k].1),
        });
    }
    pages
}

#[cfg(test)]
mod tests {
    use super::*;

    fn removed(text: &str) -> Vec<(String, String)> {
        let lines: Vec<Line> = text
            .split('\n')
            .zip(1..)
            .map(|(text, number)| Line { text: text.to_owned(), number })
            .collect();
        rows(&lines, &|_| Talk::default()).1.into_iter().map(|r| (r.reason, r.text)).collect()
    }

    #[test]
    fn heads_with_page_numbers_go_and_tables_stay() {
        let page =
            "A long line of text that fills the page from one side to the other.\n".repeat(12);
        let text = format!("Berg and Olsen   15\n{page}\nBerg and Olsen   16\n{page}");
        let head = |n: u32| ("running head".to_owned(), format!("Berg and Olsen   {n}"));
        assert_eq!(removed(&text), [head(15), head(16)]);
        assert_eq!(removed("P1  nurse  3\nP2  nurse  4\nP3  nurse  5\nP4  nurse  6\n"), []);
    }

    #[test]
    fn headings_that_repeat_stay() {
        let section =
            "A sentence that ends.\n\n\nImplications for practice\n\nText of it, and more.\n";
        let filler =
            "A long line of text that fills the page from one side to the other.\n".repeat(9);
        assert_eq!(removed(&format!("{section}{filler}").repeat(4)), []);
        let days = [1, 2, 3, 4].map(|n| format!("Day {n}\n\nA sentence.\n{filler}\n")).concat();
        assert_eq!(removed(&days), []);
    }
}
