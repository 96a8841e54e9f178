//! What each line is before lines are put together: text, heading, caption, row of a table.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use regex::Regex;

use super::placed::{BULLET, ITEM, NUMBERED, Placed, ends_sentence, regex};
use super::style::Body;

static CAPTION: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"^(?:(?i:table|figure|fig|box|scheme|chart|plate|exhibit|supplementary (?:table|figure))\.?)\s*[A-Z]?-?(?:\d+|[IVX]+\b)(?:\.\d+)*[a-z]?\s*(?:[.:|–—-]|$|\s)",
    )
});
static CAPTION_END: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"^(?i:table|figure|fig|box|scheme|chart|plate|exhibit|supplementary (?:table|figure))\.?\s*[A-Z]?-?(?:\d+|[IVX]+)(?:\.\d+)*[a-z]?\s*(?:[.:|–—-]|$)",
    )
});
/// What a line is, before it is put with others.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Class {
    Text,
    Heading,
    Caption,
    Row,
}

/// Finds captions, and the rows of tables.
pub(super) fn captions_and_rows(lines: &[Placed<'_>], body: &Body, classes: &mut [Class]) {
    for i in 0..lines.len() {
        let line = &lines[i];
        if CAPTION.is_match(&line.text) && opens(lines, i, body) {
            let set_off =
                !line.is_body() || line.style.bold || line.style.other || line.style.bold_run_in;
            if set_off || CAPTION_END.is_match(&line.text) {
                classes[i] = Class::Caption;
            }
        }
    }
    // Lines of several cells that stand together.
    for i in 0..lines.len() {
        let cells = |j: usize| {
            classes[j] == Class::Text
                && lines[j].line.cells.len() > 1
                && !NUMBERED.is_match(&lines[j].text)
        };
        let near = |j: usize| {
            j < lines.len()
                && j != i
                && cells(j)
                && lines[j].page == lines[i].page
                && (lines[j].line.y - lines[i].line.y).abs() < 5.0 * body.leading
        };
        let prose = |j: usize| {
            lines[j].is_body()
                && lines[j].full()
                && lines[j].line.cells.len() == 2
                && lines[j].line.cells.iter().all(|c| c.text.chars().count() > 3)
                && !near(i + 1)
                && !near(i.wrapping_sub(1))
        };
        let alone =
            !(near(i + 1) || near(i + 2) || near(i.wrapping_sub(1)) || near(i.wrapping_sub(2)));
        if cells(i) && !prose(i) && (!alone || lines[i].line.cells.len() > 3) {
            classes[i] = Class::Row;
        }
    }
    // What stands between rows, or between a table's caption and its rows.
    let mut table: Option<usize> = None;
    for i in 0..lines.len() {
        match classes[i] {
            Class::Caption => {
                let text = lines[i].text.to_lowercase();
                table = text.starts_with("table").then_some(i);
            }
            Class::Row => table = Some(i),
            Class::Text => {
                let Some(from) = table else { continue };
                let line = &lines[i];
                let here = line.page == lines[from].page && (i - from) <= 12;
                let heads = stands_out(line) && line.style.size >= 1.05;
                if !here || heads || is_prose(lines, i) {
                    table = None;
                } else if classes[from] == Class::Row {
                    let more = (i + 1..lines.len().min(i + 6))
                        .take_while(|j| lines[*j].page == line.page && !is_prose(lines, *j))
                        .any(|j| classes[j] == Class::Row);
                    if more || (!line.is_body() && !line.wide()) {
                        classes[i] = Class::Row;
                        table = Some(i);
                    }
                }
            }
            Class::Heading => table = None,
        }
    }
}

/// A line of running text in the size of the body.
fn is_prose(lines: &[Placed<'_>], i: usize) -> bool {
    let line = &lines[i];
    line.is_body()
        && line.line.cells.len() == 1
        && (line.full() && line.line.shapes.len() >= 25
            || (i > 0
                && lines[i - 1].above(line)
                && lines[i - 1].full()
                && ends_sentence(&line.text)))
}

/// True when a line does not go on with the one before it.
fn opens(lines: &[Placed<'_>], i: usize, body: &Body) -> bool {
    let Some(last) = i.checked_sub(1).map(|j| &lines[j]) else {
        return true;
    };
    let line = &lines[i];
    !last.above(line)
        || !last.same_style(line)
        || line.line.y - last.line.y > 1.35 * body.leading * line.style.size.max(0.7)
        || (ends_sentence(&last.text) && (last.short() || line.indented()))
}

/// Headings that nearly every paper has after its text, one to a line.
const AT_THE_END: &[&str] = &[
    "references",
    "bibliography",
    "literature",
    "acknowledgements",
    "acknowledgments",
    "acknowledgement",
    "acknowledgment",
    "literatur",
    "literaturverzeichnis",
    "références",
    "referencias",
    "referências",
];

/// Makes lines headings that are nothing but the name of a part after the text, however they are
/// set; blanks that are no more than wide letters go.
pub(super) fn named_headings(lines: &mut [Placed<'_>], classes: &mut [Class]) {
    for i in 0..lines.len() {
        let line = &lines[i];
        if line.text.chars().count() > 40 || line.line.turned != 0 || line.line.cells.len() > 1 {
            continue;
        }
        let solid: String = line.text.chars().filter(|c| !c.is_whitespace()).collect();
        let named = solid
            .trim_end_matches([':', '.'])
            .trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
        let known = AT_THE_END.contains(&named.to_lowercase().as_str());
        let goes_on = i.checked_sub(1).is_some_and(|j| {
            lines[j].above(line) && lines[j].full() && !ends_sentence(&lines[j].text)
        });
        if known && !goes_on && line.short() && named.starts_with(char::is_uppercase) {
            let named = named.to_owned();
            lines[i].text = named;
            classes[i] = Class::Heading;
        }
    }
}

/// Finds headings: short, set apart, and set otherwise than the body.
pub(super) fn headings(lines: &[Placed<'_>], body: &Body, classes: &mut [Class]) {
    let long = long_styles(lines);
    let mut i = 0;
    while i < lines.len() {
        if classes[i] != Class::Text || !stands_out(&lines[i]) || long.contains(&key(&lines[i])) {
            i += 1;
            continue;
        }
        let mut end = i + 1;
        while end < lines.len()
            && classes[end] == Class::Text
            && one_heading(&lines[end - 1], &lines[end])
        {
            end += 1;
        }
        if is_heading(lines, i, end, body, classes) {
            classes[i..end].fill(Class::Heading);
        }
        i = end;
    }
}

/// How a line is set, in steps: its size, whether in capitals, its ink, whether in the body's font.
type Setting = (i32, bool, i32, bool);

#[expect(clippy::cast_possible_truncation, reason = "sizes are small")]
fn key(line: &Placed<'_>) -> Setting {
    let capitals = all_capitals(&line.text);
    let ink = (line.style.ink.max(0.1).ln() * 3.0).round() as i32;
    ((line.style.size * 12.0).round() as i32, capitals, ink, !line.style.other)
}

/// Styles in which whole paragraphs are set: no line of theirs is a heading for its style alone.
fn long_styles(lines: &[Placed<'_>]) -> HashSet<Setting> {
    let mut counts: HashMap<_, (usize, usize)> = HashMap::new();
    let mut run = 0;
    for i in 0..lines.len() {
        let on = i > 0 && lines[i - 1].above(&lines[i]) && key(&lines[i - 1]) == key(&lines[i]);
        run = if on { run + 1 } else { 1 };
        let count = counts.entry(key(&lines[i])).or_default();
        count.0 += 1;
        // The fourth line tells that the three before it were of a paragraph.
        count.1 += if run == 4 { 4 } else { usize::from(run > 4) };
    }
    counts.into_iter().filter(|(_, (all, long))| long * 2 > *all).map(|(key, _)| key).collect()
}

/// True when the second of two lines set alike goes on with the heading that the first begins.
pub(super) fn one_heading(last: &Placed<'_>, next: &Placed<'_>) -> bool {
    let opens = NUMBERED.is_match(&next.text) || ITEM.is_match(&next.text);
    let wraps = last.style.size >= 1.3
        || last.line.right() - last.line.left() > 0.6 * (last.right - last.left)
        || next.text.starts_with(char::is_lowercase);
    last.same_style(next)
        && last.above(next)
        && next.line.y - last.line.y < 1.6 * next.em()
        && !opens
        && wraps
        && !last.text.ends_with(':')
}

fn stands_out(line: &Placed<'_>) -> bool {
    let style = line.style;
    let capitals = all_capitals(&line.text);
    let cells = line.line.cells.len() == 1 || NUMBERED.is_match(&line.text);
    cells
        && line.line.turned == 0
        && style.size >= 0.7
        && (style.size >= 1.08 || style.bold || capitals || style.other)
        && line.line.shapes.len() >= 3
}

fn all_capitals(text: &str) -> bool {
    let letters = || text.chars().filter(|c| c.is_alphabetic());
    let solid = text.chars().filter(|c| !c.is_whitespace()).count();
    letters().count() >= 4
        && letters().count() * 3 >= solid * 2
        && letters().all(char::is_uppercase)
}

fn is_heading(
    lines: &[Placed<'_>],
    start: usize,
    end: usize,
    body: &Body,
    classes: &[Class],
) -> bool {
    let run = &lines[start..end];
    let first = &run[0];
    let chars: usize = run.iter().map(|l| l.text.chars().count()).sum();
    let last_text = run[run.len() - 1].text.as_str();
    let numbered = NUMBERED.is_match(&first.text);
    if run.len() > 4 || !(3..=240).contains(&chars) {
        return false;
    }
    let begins = first.text.chars().next().is_some_and(|c| c.is_uppercase() || c.is_numeric())
        || ITEM.is_match(&first.text);
    if !begins || last_text.ends_with([',', ';']) || BULLET.is_match(&first.text) {
        return false;
    }
    // Nothing follows it but what it heads.
    let Some(next) = lines.get(end) else {
        return false;
    };
    if first.style.size >= 1.08 {
        return true;
    }
    let before = start.checked_sub(1).map(|j| &lines[j]);
    let goes_on = before.is_some_and(|b| {
        b.above(first)
            && !ends_sentence(&b.text)
            && b.full()
            && b.same_size(first)
            && first.line.y - b.line.y < 1.3 * body.leading
    });
    if goes_on {
        return false;
    }
    let under_heading = start > 0 && classes[start - 1] == Class::Heading;
    let gap = under_heading
        || before.is_none_or(|b| {
            !b.above(first)
                || first.line.y - b.line.y > 1.15 * body.leading * first.style.size.max(1.0)
        });
    let closed = !last_text.ends_with('.') || (numbered && chars < 90) || (gap && chars < 60);
    let new_next = next.text.chars().next().is_some_and(|c| !c.is_lowercase());
    let capitals = all_capitals(&first.text);
    if first.style.bold || capitals {
        let small = first.style.size < 0.93;
        let heads_body = next.is_body() || stands_out(next);
        return closed && (new_next || gap) && run.len() <= 3 && (!small || (gap && heads_body));
    }
    // Another font alone: italics stand in running text, too.
    closed
        && new_next
        && first.style.size >= 0.93
        && run.len() <= 2
        && chars <= 120
        && !ends_sentence(last_text)
        && gap
        && (next.style != first.style || !next.above(first))
        && !last_text.ends_with(|c: char| c.is_numeric() || c == ']')
}

/// The levels of headings, by how they are set.
pub(super) struct Levels(Vec<Setting>);

impl Levels {
    pub(super) fn of(lines: &[Placed<'_>], classes: &[Class]) -> Self {
        let mut styles: Vec<_> = lines
            .iter()
            .zip(classes)
            .filter(|(l, c)| **c == Class::Heading && (l.page > 0 || l.style.size < 1.3))
            .map(|(l, _)| key(l))
            .collect();
        styles.sort_unstable_by(|a, b| b.cmp(a));
        styles.dedup();
        Self(styles)
    }

    pub(super) fn level(&self, line: &Placed<'_>) -> u8 {
        if let Some(number) = NUMBERED.captures(&line.text) {
            return u8::try_from(number[1].split('.').count()).unwrap_or(6).min(6);
        }
        let key = key(line);
        let rank = self.0.iter().take_while(|k| **k > key).count();
        u8::try_from(rank + 1).unwrap_or(6).min(6)
    }
}
