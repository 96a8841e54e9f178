//! Tables in plain text: rows of cells that a sign parts, as spreadsheets and survey tools write them.
//!
//! ```text
//! sep=;                                   said by the file: the sign is `;`
//! Exported 3 May                          a title above the head: fewer cells than the rows have
//! id;"What helped, and why?";role         the head: with `;` all rows have three cells, with `,` they do not
//! P1;"the dog; and tea";nurse
//! ```
//! What parts the cells is judged by the rows, not by counting signs: the sign, and the way of writing quotation marks,
//! with which most rows have as many cells as the head. A quotation mark that is never closed is a sign like others,
//! and its place is told: it takes no rows with it.

use std::borrow::Cow;

use super::rows::row_line;

/// Bytes of a table that are looked at before it is read.
const SAMPLE: usize = 64 * 1024;

/// Marks whose rows they would swallow, at most; of more the rest is left as it stands.
const MOST_UNCLOSED: usize = 50;

/// A place in a text: line and column, from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CellPlace {
    /// The line.
    pub line: u64,
    /// The character of the line.
    pub column: u64,
}

/// A table of cells.
#[derive(Debug, Default)]
pub struct Delimited {
    /// What the columns are called, and the line of the head.
    pub head: (Vec<String>, u64),
    /// The rows with their lines; a row may have more or fewer cells than the head.
    pub rows: Vec<(Vec<String>, u64)>,
    /// Lines above the head, with their numbers.
    pub above: Vec<(u64, String)>,
    /// Quotation marks that are not closed where the cell ends, and are read as signs.
    pub unclosed: Vec<CellPlace>,
}

/// How a table is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Way {
    delimiter: u8,
    /// Blanks stand behind the delimiter, before a mark.
    spaced: bool,
    /// Marks inside a cell have a backslash before them, and are not doubled.
    backslash: bool,
}

/// Reads a table.
#[must_use]
pub fn delimited(text: &str) -> Delimited {
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
    let (said, skipped) = said_separator(text);
    let body = &text[skipped..];
    let lines_before = text[..skipped].matches('\n').count() as u64;
    let (way, above) = way_of(body, said);
    let mut table = Delimited::default();
    let whole = without_unclosed(body, way, &mut table.unclosed);
    for place in &mut table.unclosed {
        place.line += lines_before;
    }
    let text = spaced(&whole, way);
    let mut reader = reader(&text, way);
    let mut seen = 0;
    for record in reader.records().flatten() {
        let line = row_line(&text, &record) + lines_before;
        let cells: Vec<String> = record.iter().map(str::to_owned).collect();
        seen += 1;
        if seen <= above {
            table.above.push((line, cells.join(" ").trim().to_owned()));
        } else if seen == above + 1 {
            table.head = (cells, line);
        } else {
            table.rows.push((cells, line));
        }
    }
    table
}

/// The sign that a first line such as `sep=;` names, and the bytes of that line.
fn said_separator(text: &str) -> (Option<u8>, usize) {
    let line = text.lines().next().unwrap_or_default();
    let written = line.trim_end().trim_matches('"');
    let sign = written.get(..4).filter(|start| start.eq_ignore_ascii_case("sep=")).and_then(|_| {
        let sign = written[4..].bytes().next().filter(u8::is_ascii);
        if written.len() <= 5 { sign.or(Some(b'\t')) } else { None }
    });
    match sign {
        Some(sign) => (Some(sign), (line.len() + 1).min(text.len())),
        None => (None, 0),
    }
}

/// How a table is written, and how many rows stand above its head.
fn way_of(text: &str, said: Option<u8>) -> (Way, usize) {
    let sample = &text[..text.floor_char_boundary(SAMPLE)];
    let cut = sample.len() < text.len();
    let signs: Vec<u8> = said.map_or_else(|| vec![b',', b';', b'\t', b'|'], |sign| vec![sign]);
    let head = sample.lines().find(|l| !l.trim().is_empty()).unwrap_or_default();
    let most = |sign: &u8| head.bytes().filter(|b| b == sign).count();
    // Where rows do not tell, the head does; one that is not parted at all names one column.
    let by_head = signs.iter().copied().max_by_key(most).filter(|s| said.is_some() || most(s) > 0);
    let plain = |delimiter| Way { delimiter, spaced: false, backslash: false };
    let mut best = (plain(by_head.unwrap_or(0x1F)), 0);
    let mut best_score = None;
    let backslashes = sample.contains("\\\"");
    for delimiter in signs {
        let gap = [delimiter, b' '];
        let gaps =
            sample.as_bytes().windows(3).any(|w| w[..2] == gap && matches!(w[2], b'"' | b' '));
        for (spaced, backslash) in [(false, false), (true, false), (false, true), (true, true)] {
            if spaced && !gaps || backslash && !backslashes {
                continue;
            }
            let way = Way { delimiter, spaced, backslash };
            let Some((score, above)) = score(sample, cut, way) else { continue };
            if best_score.is_none_or(|best| score > best) {
                (best_score, best) = (Some(score), (way, above));
            }
        }
    }
    best
}

/// How well a way fits: how many of a hundred rows have as many cells as the head, that nothing stands above it, how
/// many cells; and the rows above the head. `None` where the rows are not parted so.
fn score(sample: &str, cut: bool, way: Way) -> Option<((usize, bool, usize), usize)> {
    /// Rows in which a head is looked for.
    const ABOVE: usize = 10;
    let text = spaced(sample, way);
    let mut records: Vec<csv::StringRecord> = reader(&text, way).records().flatten().collect();
    if cut {
        records.pop();
    }
    let mut lengths: Vec<usize> = records.iter().map(csv::StringRecord::len).collect();
    lengths.sort_unstable();
    // Of equals the smaller: a row may have a cell too many.
    let (usual, times) = lengths
        .chunk_by(|a, b| a == b)
        .map(|same| (same[0], same.len()))
        .max_by_key(|(length, times)| (*times, std::cmp::Reverse(*length)))
        .filter(|(length, _)| *length >= 2)?;
    let is_head = |r: &csv::StringRecord| {
        r.len() == usual && r.iter().filter(|c| !c.trim().is_empty()).count() >= 2
    };
    let above = records.iter().take(ABOVE).position(is_head)?;
    // A title has one cell that holds something; two columns under a line may as well be sentences with commas.
    let titles = records[..above].iter();
    // `Survey of wards, 2023`: far fewer cells than a row has.
    let mut titled = titles.map(|r| {
        let held = r.iter().filter(|c| !c.trim().is_empty()).count();
        held <= 1 || usual >= 3 && held < usual && times >= 3 && times * 2 >= records.len()
    });
    if above > 0 && (!titled.all(|t| t) || usual < 3 && way.delimiter == b',') {
        return None;
    }
    let rows = &records[above..];
    let fit = rows.iter().filter(|r| r.len() == usual).count() * 100 / rows.len();
    (fit >= 60).then_some(((fit, above == 0, usual), above))
}

/// The text with marks at the beginnings of their cells.
fn spaced(text: &str, way: Way) -> Cow<'_, str> {
    let sign = char::from(way.delimiter);
    if !way.spaced {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(sign) {
        let (before, after) = rest.split_at(at + sign.len_utf8());
        out.push_str(before);
        let trimmed = after.trim_start_matches(' ');
        rest = if trimmed.starts_with('"') { trimmed } else { after };
    }
    out.push_str(rest);
    Cow::Owned(out)
}

fn reader(text: &str, way: Way) -> csv::Reader<&[u8]> {
    csv::ReaderBuilder::new()
        .delimiter(way.delimiter)
        .escape(way.backslash.then_some(b'\\'))
        .double_quote(!way.backslash)
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes())
}

/// The text without marks that open a cell and are not closed where it ends, though lines are passed.
fn without_unclosed<'t>(text: &'t str, way: Way, places: &mut Vec<CellPlace>) -> Cow<'t, str> {
    let mut bad: Vec<usize> = Vec::new();
    let mut from = 0;
    while bad.len() < MOST_UNCLOSED
        && let Some(at) = unclosed(text, from, way)
    {
        bad.push(at);
        from = at + 1;
    }
    let mut out = String::new();
    let mut copied = 0;
    for at in bad {
        let start = text[..at].rfind('\n').map_or(0, |i| i + 1);
        places.push(CellPlace {
            line: text[..at].matches('\n').count() as u64 + 1,
            column: text[start..at].chars().count() as u64 + 1,
        });
        out.push_str(&text[copied..at]);
        copied = at + 1;
    }
    if copied == 0 {
        return Cow::Borrowed(text);
    }
    out.push_str(&text[copied..]);
    Cow::Owned(out)
}

/// The first mark from a byte on, where a cell goes on unquoted, that opens a cell and has no end.
fn unclosed(text: &str, from: usize, way: Way) -> Option<usize> {
    let bytes = text.as_bytes();
    let (mut at, mut opens) = (from, from == 0);
    while at < bytes.len() {
        match bytes[at] {
            b'"' if opens => {
                let mut end = at + 1;
                let mut lines = false;
                loop {
                    match bytes.get(end) {
                        None => return Some(at),
                        Some(b'\\') if way.backslash => end += 2,
                        Some(b'"') if !way.backslash && bytes.get(end + 1) == Some(&b'"') => {
                            end += 2;
                        }
                        Some(b'"') => {
                            let next = bytes.get(end + 1).copied();
                            let ends = next.is_none_or(|b| {
                                b == way.delimiter || matches!(b, b'\n' | b'\r' | b' ')
                            });
                            if ends {
                                break;
                            } else if lines {
                                return Some(at);
                            }
                            end += 1;
                        }
                        Some(b'\n') => {
                            lines = true;
                            end += 1;
                        }
                        Some(_) => end += 1,
                    }
                }
                (at, opens) = (end + 1, false);
            }
            b if b == way.delimiter || matches!(b, b'\n' | b'\r') => (at, opens) = (at + 1, true),
            b' ' if opens && way.spaced => at += 1,
            _ => (at, opens) = (at + 1, false),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(text: &str) -> Vec<Vec<String>> {
        let table = delimited(text);
        std::iter::once(table.head.0).chain(table.rows.into_iter().map(|r| r.0)).collect()
    }

    #[test]
    fn rows_say_what_parts_them() {
        for text in [
            "id;\"What helped, and why, and how?\";role\nP1;\"tea, dog, rain\";nurse\nP2;no, nothing;baker\n",
            "sep=;\nid;\"What helped, and why, and how?\";role\nP1;\"tea, dog, rain\";nurse\nP2;no, nothing;baker\n",
            "Export of May\n\nid;\"What helped, and why, and how?\";role\nP1;\"tea, dog, rain\";nurse\nP2;no, nothing;baker\n",
            "id, \"What helped, and why, and how?\", role\nP1, \"tea, dog, rain\", nurse\nP2, \"no, nothing\", baker\n",
            "id\t\"What helped, and why, and how?\"\trole\nP1\ttea, dog, rain\tnurse\nP2\tno, nothing\tbaker\n",
        ] {
            let found = cells(text);
            let trimmed: Vec<Vec<&str>> =
                found.iter().map(|r| r.iter().map(|c| c.trim()).collect()).collect();
            assert_eq!(trimmed[0], ["id", "What helped, and why, and how?", "role"], "{text}");
            assert_eq!(trimmed[1], ["P1", "tea, dog, rain", "nurse"], "{text}");
            assert_eq!(trimmed[2], ["P2", "no, nothing", "baker"], "{text}");
        }
        assert_eq!(cells("id;score\nP1;2,5\nP2;3,5\n")[1], ["P1", "2,5"]);
        assert_eq!(
            cells("text\nOne, two\nThree, four, five\n"),
            [["text"], ["One, two"], ["Three, four, five"]]
        );
        let backslashes = "id,words\n1,\"He said \\\"no, never\\\" then\"\n2,\"so\"\n";
        assert_eq!(cells(backslashes)[1], ["1", "He said \"no, never\" then"]);
        assert_eq!(cells("a,b\n1,\"He said \"\"no\"\", so\"\n")[1], ["1", "He said \"no\", so"]);
        assert!(cells("")[0].is_empty());
    }

    #[test]
    fn marks_that_are_not_closed_take_no_rows_with_them() {
        let text =
            "id,role\nP1,\"nurse\nP2,\"doctor\"\nP3,baker\nP4,\"a \"\"b\"\"\nc\"\nP5,\"end\n";
        let table = delimited(text);
        let first: Vec<(&str, u64)> = table.rows.iter().map(|(r, l)| (r[0].as_str(), *l)).collect();
        assert_eq!(first, [("P1", 2), ("P2", 3), ("P3", 4), ("P4", 5), ("P5", 7)]);
        let place = |line, column| CellPlace { line, column };
        assert_eq!(table.unclosed, [place(2, 4), place(7, 4)]);
        assert_eq!(table.rows[3].0[1], "a \"b\"\nc");
    }
}
