//! Rows become blocks: paragraphs, headings, list items, table rows and captions.
//!
//! Two kinds of text come in. In one, lines were wrapped and a blank line parts paragraphs; in the
//! other each line is a paragraph. A wrapped paragraph also ends without a blank line where a full
//! stop stands well before the margin and the next word would have fitted.

use std::sync::LazyLock;

use regex::Regex;

use super::headings::{self, Around, Role};
use super::join::Joiner;
use super::labels::{Label, Reading, Talk};
use super::rows::Row;
use super::set_off::set_off;
use crate::ingest::{Block, BlockKind, Mark};

fn regex(pattern: &str) -> Regex {
    Regex::new(pattern).expect("patterns of the program are valid")
}

pub(super) static BULLET: LazyLock<Regex> =
    LazyLock::new(|| regex(r"^(?:[•‣◦▪●○∙·⁃]\s*|[-–*+]\s+|o\s{2,})\S"));
static ITEM_NUMBER: LazyLock<Regex> = LazyLock::new(|| regex(r"^\(?(\d{1,2})[.)]\s+\S"));
static CAPTION: LazyLock<Regex> = LazyLock::new(|| {
    regex(r"^(?:Table|Figure|Fig\.|Box|TABLE|FIGURE)\s+\d+(?:\.\d+)*\s*(?:[.:–—-]\s*.*)?$")
});
static COLUMNS: LazyLock<Regex> = LazyLock::new(|| regex(r"\S\s{3,}\S"));
static WIDE_GAP: LazyLock<Regex> = LazyLock::new(|| regex(r"\s{2,}"));

/// Blanks by which the rows of a quotation are set off.
const SET_OFF: usize = 3;

/// How a text is laid out.
struct Layout {
    /// Usual width of a full line.
    width: usize,
    /// True when each line is a paragraph.
    line_is_paragraph: bool,
    /// True when two spaces after a full stop mark a run-in heading in this text.
    run_in: bool,
    in_turns: bool,
}

/// The blocks of a plain text, cut paragraphs made whole.
pub(super) fn blocks<'a>(rows: &'a [Row<'a>], talk: &Talk, joiner: &'a Joiner<'a>) -> Vec<Block> {
    let layout = Layout::of(rows, talk.labels.is_transcript());
    let items = list_items(rows, &layout);
    let mut builder = Builder {
        joiner,
        blocks: Vec::new(),
        table: Table::None,
        last: None,
        in_references: false,
        stamp: None,
    };
    for (i, row) in rows.iter().enumerate() {
        builder.row(rows, i, row, &layout, talk.readings.get(i), &items);
    }
    if !layout.in_turns {
        set_off(&mut builder.blocks);
    }
    // Only lines of a page, wrapped, have blank ones in the middle of sentences.
    let rejoining = match (layout.in_turns, layout.line_is_paragraph || !is_wrapped(rows)) {
        (true, _) => Rejoin::Speech,
        (_, true) => Rejoin::AtBreaks,
        _ => Rejoin::Everywhere,
    };
    rejoin(builder.blocks, joiner, rejoining)
}

impl Layout {
    fn of(rows: &[Row<'_>], in_turns: bool) -> Self {
        let mut widths: Vec<usize> = rows.iter().map(Row::width).collect();
        let all: usize = widths.iter().sum();
        let long: usize = widths.iter().filter(|w| **w > 200).sum();
        widths.sort_unstable();
        let at = |share: usize| widths.get(widths.len() * share / 100).copied().unwrap_or(0);
        let gaps = rows.iter().map(|r| r.text.matches(".  ").count()).sum::<usize>();
        let run_ins = rows.iter().filter(|r| headings::run_in(&r.text).is_some()).count();
        Self {
            width: at(90).max(40),
            line_is_paragraph: long * 2 >= all || lines_end_sentences(rows),
            run_in: run_ins * 2 >= gaps && !in_turns,
            in_turns,
        }
    }
}

/// True when paragraphs are wrapped into lines: many lines go on one above that is about as wide as lines are.
fn is_wrapped(rows: &[Row<'_>]) -> bool {
    let going_on = rows.windows(2).filter(|two| !two[1].after_blank && two[0].width() >= 40);
    let lines = rows.len();
    lines >= 8 && going_on.count() * 10 >= lines * 4
}

/// True when lines end where sentences end, as wrapped lines do by chance alone.
fn lines_end_sentences(rows: &[Row<'_>]) -> bool {
    let inner = |pair: &&[Row<'_>]| !pair[1].after_blank && pair[0].width() > 40;
    let (mut lines, mut ends) = (0, 0);
    for pair in rows.windows(2).filter(inner) {
        lines += 1;
        ends += usize::from(ends_sentence(&pair[0].text));
    }
    lines >= 5 && ends * 100 >= lines * 55
}

/// For every row whether it opens an item of a list: bullets, or numbers that count up without
/// other paragraphs between them.
fn list_items(rows: &[Row<'_>], layout: &Layout) -> Vec<bool> {
    let mut items = vec![false; rows.len()];
    if layout.in_turns {
        return items;
    }
    let mut previous: Option<(usize, u32)> = None;
    for (i, row) in rows.iter().enumerate() {
        if BULLET.is_match(&row.text) {
            items[i] = true;
        }
        let number = ITEM_NUMBER.captures(&row.text).and_then(|c| c[1].parse::<u32>().ok());
        match (previous, number) {
            (Some((at, before)), Some(number)) if number == before + 1 => {
                items[at] = true;
                items[i] = true;
                previous = Some((i, number));
            }
            (_, Some(number)) => previous = Some((i, number)),
            // A paragraph after a blank line ends the list.
            (Some(_), None) if row.after_blank || layout.line_is_paragraph => previous = None,
            _ => {}
        }
    }
    items
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Table {
    None,
    /// After a table's caption, until prose begins.
    Rows,
    /// The caption itself, until a blank line.
    Caption,
}

struct Builder<'a> {
    joiner: &'a Joiner<'a>,
    blocks: Vec<Block>,
    table: Table,
    /// The row that was added last.
    last: Option<&'a Row<'a>>,
    /// True under the heading of a list of references.
    in_references: bool,
    /// A stamp on a line of its own, for what comes next.
    stamp: Option<(String, Option<u32>)>,
}

impl<'a> Builder<'a> {
    fn row(
        &mut self,
        rows: &'a [Row<'a>],
        i: usize,
        row: &'a Row<'a>,
        layout: &Layout,
        reading: Option<&Reading>,
        items: &[bool],
    ) {
        let opens = row.after_blank || self.last.is_none();
        if let Some(Reading::Stamp(time, second)) = reading {
            self.stamp = Some((time.clone(), *second));
            return;
        }
        if let Some(Reading::Label(label)) = reading {
            self.open(BlockKind::Paragraph, row, &row.text[label.rest..]);
            if let Some(block) = self.blocks.last_mut() {
                label_block(block, label);
            }
            self.table = Table::None;
        } else if let Some(Reading::About) = reading {
            self.open(BlockKind::Paragraph, row, &row.text);
        } else if self.table_row(rows, i, row, layout, opens) {
        } else if items[i] || self.opens_block(row, layout, opens) || self.heads(rows, i, layout) {
            self.open_paragraph(rows, i, row, layout, items[i]);
        } else {
            self.extend(row);
        }
        self.last = Some(row);
    }

    /// Takes a row of a table or a caption; false if it is none.
    fn table_row(
        &mut self,
        rows: &[Row<'_>],
        i: usize,
        row: &Row<'_>,
        layout: &Layout,
        opens: bool,
    ) -> bool {
        if layout.in_turns {
            return false;
        }
        if CAPTION.is_match(&row.text) && row.width() <= 160 {
            self.table =
                if row.text.starts_with(['F', 'f', 'B']) { Table::None } else { Table::Caption };
            self.open(BlockKind::Caption, row, &row.text);
            return true;
        }
        if self.table == Table::Caption && opens {
            self.table = Table::Rows;
        }
        let columns = COLUMNS.is_match(&row.text);
        match self.table {
            Table::Caption if !columns => self.extend(row),
            Table::Caption | Table::Rows if is_tabular(row, layout) => {
                self.table = Table::Rows;
                self.open_cells(row);
            }
            _ => {
                self.table = Table::None;
                if !columns || !in_columns(rows, i) {
                    return false;
                }
                self.open_cells(row);
            }
        }
        true
    }

    fn open_cells(&mut self, row: &Row<'_>) {
        let cells = WIDE_GAP.replace_all(&row.text, " | ").into_owned();
        self.open(BlockKind::TableRow, row, &cells);
    }

    /// True when the row begins a block of its own, by blank lines or by the lines' widths.
    fn opens_block(&self, row: &Row<'_>, layout: &Layout, opens: bool) -> bool {
        let (Some(last), Some(block)) = (self.last, self.blocks.last()) else {
            return true;
        };
        if opens
            || matches!(
                block.kind,
                BlockKind::Heading(_) | BlockKind::TableRow | BlockKind::Caption
            )
        {
            return true;
        }
        if layout.line_is_paragraph || last.width() >= 250 || row.width() >= 250 {
            return true;
        }
        if !ends_sentence(&last.text) {
            return false;
        }
        let first_word = row.text.split_whitespace().next().map_or(0, |w| w.chars().count());
        let room = (last.width() + 1 + first_word) * 100 < layout.width * 85;
        let indented = row.indent > last.indent + 1 && !last.text.is_empty();
        let capital = row.text.chars().next().is_some_and(|c| !c.is_lowercase());
        (room || (indented && block.kind == BlockKind::Paragraph)) && capital
    }

    /// True for a short title between a finished sentence and a full line, without blank rows.
    fn heads(&self, rows: &[Row<'_>], i: usize, layout: &Layout) -> bool {
        self.last.is_some_and(|last| ends_sentence(&last.text))
            && headings::heading(&rows[i].text, self.around(rows, i, layout)).is_some()
    }

    fn around<'r>(&self, rows: &'r [Row<'_>], i: usize, layout: &Layout) -> Around<'r> {
        let next = rows.get(i + 1);
        let next_follows = next.is_some_and(|n| !n.after_blank && !n.after_break);
        Around {
            next: next.map(|n| n.text.as_ref()),
            isolated: (rows[i].after_blank || rows[i].after_break || i == 0) && !next_follows,
            next_follows,
            width: layout.width,
            line_is_paragraph: layout.line_is_paragraph,
            in_turns: layout.in_turns && self.blocks.iter().any(|b| b.label.is_some()),
            in_references: self.in_references,
        }
    }

    fn open_paragraph(
        &mut self,
        rows: &[Row<'_>],
        i: usize,
        row: &Row<'_>,
        layout: &Layout,
        item: bool,
    ) {
        let around = self.around(rows, i, layout);
        if !item && let Some(heading) = headings::heading(&row.text, around) {
            self.in_references = headings::role_of(&heading.text) == Some(Role::References);
            self.open(BlockKind::Heading(heading.level), row, &heading.text);
        } else if let Some((heading, at)) = headings::abstract_run_in(&row.text) {
            self.open(BlockKind::Heading(1), row, heading);
            self.open(BlockKind::Paragraph, row, &row.text[at..]);
        } else if layout.run_in
            && let Some((heading, at)) = headings::run_in(&row.text)
        {
            self.open(BlockKind::Heading(9), row, heading);
            self.open(BlockKind::Paragraph, row, &row.text[at..]);
        } else {
            let kind = if item { BlockKind::ListItem } else { BlockKind::Paragraph };
            self.open(kind, row, &row.text);
        }
    }

    fn open(&mut self, kind: BlockKind, row: &Row<'_>, text: &str) {
        let text = if row.plain { text.trim_start().to_owned() } else { single_spaced(text) };
        let mut block = Block::new(kind, text, row.number);
        block.page = row.page;
        block.marks[0].page = row.page;
        block.after_break = row.after_break;
        block.spaced_end = row.spaced_end;
        block.indented = row.indent >= SET_OFF;
        if let Some((time, second)) = self.stamp.take() {
            block.time = Some(time);
            block.marks[0].second = second;
        }
        self.blocks.push(block);
    }

    fn extend(&mut self, row: &Row<'_>) {
        let spaced = self.last.is_some_and(|l| l.spaced_end);
        if let Some(block) = self.blocks.last_mut() {
            add_line(block, self.joiner, spaced, row);
            block.spaced_end = row.spaced_end;
            block.indented &= row.indent >= SET_OFF;
            if let Some((_, second)) = self.stamp.take()
                && let Some(mark) = block.marks.last_mut()
            {
                mark.second = second;
            }
        }
    }
}

/// Gives a block its speaker and time.
pub(super) fn label_block(block: &mut Block, label: &Label) {
    block.label = Some(label.name.clone()).filter(|name| !name.is_empty());
    block.unknown = block.label.is_none();
    block.time = label.time.clone().or(block.time.take());
    block.aside.clone_from(&label.aside);
    if let Some(mark) = block.marks.first_mut() {
        mark.second = label.second.or(mark.second);
    }
}

fn add_line(block: &mut Block, joiner: &Joiner<'_>, spaced_end: bool, row: &Row<'_>) {
    let at = joiner.append(&mut block.text, spaced_end, &single_spaced(&row.text));
    let byte = u32::try_from(at).unwrap_or(u32::MAX);
    if block.marks.last().is_none_or(|m| m.line != row.number) {
        block.marks.push(Mark { page: row.page, ..Mark::of_line(byte, row.number) });
    }
}

/// True when a text is ASCII that shows, with one blank between two words and none around them.
pub(super) fn is_single_spaced(text: &str) -> bool {
    // Without a way out the whole is looked at in steps of many bytes.
    let shows = text.bytes().fold(true, |shows, b| shows & matches!(b, b' '..=b'~'));
    shows && !text.starts_with(' ') && !text.ends_with(' ') && !text.contains("  ")
}

fn single_spaced(text: &str) -> String {
    if is_single_spaced(text) {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
    }
    out
}

/// A row that can stand in a table: short, no sentence, or in columns.
fn is_tabular(row: &Row<'_>, layout: &Layout) -> bool {
    let short = row.width() * 4 <= layout.width * 3 || row.width() <= 60;
    let prose = ends_sentence(&row.text) && row.text.split_whitespace().count() > 6;
    let heading = headings::role_of(&row.text).is_some()
        || (row.text.starts_with(|c: char| c.is_ascii_digit())
            && row.text.contains(". ")
            && row.text.split_whitespace().count() > 2
            && !COLUMNS.is_match(&row.text));
    (short && !prose && !heading) || COLUMNS.is_match(&row.text)
}

/// True when the row stands among at least three in columns.
fn in_columns(rows: &[Row<'_>], i: usize) -> bool {
    let columns = |j: &usize| rows.get(*j).is_some_and(|r| COLUMNS.is_match(&r.text));
    let after = (i + 1..i + 3).take_while(columns).count();
    let before = (i.saturating_sub(2)..i).rev().take_while(columns).count();
    after + before >= 2
}

/// The block of a part of a block's text.
pub(super) fn part(block: &Block, start: usize, end: usize) -> Block {
    let text = block.text[start..end].trim_end().to_owned();
    let narrow = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    let (first, last) = (narrow(start), narrow(end));
    let from = block.marks.partition_point(|m| m.byte <= first);
    let at = from.checked_sub(1).map_or_else(|| Mark::of_line(0, 1), |i| block.marks[i]);
    let inside = block.marks[from..].iter().take_while(|m| m.byte < last);
    let marks = std::iter::once(Mark { byte: 0, ..at })
        .chain(inside.map(|m| Mark { byte: m.byte - first, ..*m }))
        .collect();
    Block {
        kind: block.kind,
        text,
        marks,
        page: at.page.or(block.page),
        after_break: block.after_break,
        label: block.label.clone(),
        time: block.time.clone(),
        spaced_end: block.spaced_end,
        bold: block.bold,
        unknown: block.unknown,
        indented: block.indented,
        references: block.references,
        aside: block.aside.clone(),
    }
}

/// True when a text ends as sentences end: a full stop or its like, closing marks after it.
pub(super) fn ends_sentence(text: &str) -> bool {
    let end = text.trim_end_matches(['”', '’', '"', '\'', ')', ']', '»', ' ']);
    end.ends_with(['.', '!', '?', '…', ':'])
        || end.len() < text.trim_end().len() && text.ends_with(['”', '"'])
}

/// Where a paragraph may have been cut in two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rejoin {
    /// At page breaks and at blank lines in mid-sentence: in wrapped text.
    Everywhere,
    /// At page breaks: where each line is a paragraph.
    AtBreaks,
    /// At page breaks, and nothing signs a paragraph: in speech.
    Speech,
}

/// Joins what belongs to one paragraph, and a quotation with the line that says whose it is.
pub(super) fn rejoin(blocks: Vec<Block>, joiner: &Joiner<'_>, rejoining: Rejoin) -> Vec<Block> {
    let mut out: Vec<Block> = Vec::with_capacity(blocks.len());
    for block in blocks {
        match out.last_mut() {
            Some(last)
                if (rejoining != Rejoin::Speech && signs(last, &block))
                    || ((block.after_break || rejoining == Rejoin::Everywhere)
                        && goes_on(last, &block)
                        && (!last.text.ends_with(['-', '‐'])
                            || joiner.knows_across(&last.text, &block.text))) =>
            {
                let offset = joiner.append(&mut last.text, last.spaced_end, &block.text);
                last.spaced_end = block.spaced_end;
                let offset = u32::try_from(offset).unwrap_or(u32::MAX);
                last.marks.extend(block.marks.iter().map(|m| Mark { byte: m.byte + offset, ..*m }));
            }
            _ => out.push(block),
        }
    }
    out
}

/// True for the line under a quotation that says whose it is: `(P5, female)`, `— Nurse 3`.
fn signs(last: &Block, next: &Block) -> bool {
    static BRACKETED: LazyLock<Regex> =
        LazyLock::new(|| regex(r"^[(\[]\s*\p{L}[^()\[\]]{0,70}[)\]]\.?$"));
    static DASHED: LazyLock<Regex> = LazyLock::new(|| regex(r"^(?:[—–]|-{1,3})\s*\p{L}"));
    static YEAR: LazyLock<Regex> = LazyLock::new(|| regex(r"\b(?:1[89]|20)\d{2}\b"));
    if last.label.is_some() || next.label.is_some() || next.text.split_whitespace().count() > 12 {
        return false;
    }
    let quotation = last.kind == BlockKind::Quotation
        || (last.kind == BlockKind::Paragraph && last.text.ends_with(['”', '"']));
    let paragraph = last.kind == BlockKind::Paragraph && ends_sentence(&last.text);
    let bracketed = BRACKETED.is_match(&next.text)
        && !YEAR.is_match(&next.text)
        && next.text.contains(|c: char| c.is_ascii_digit() || c.is_uppercase());
    let dashed = DASHED.is_match(&next.text) && !next.text.ends_with(['.', '?', '!']);
    let running =
        matches!(next.kind, BlockKind::Paragraph | BlockKind::Quotation | BlockKind::ListItem);
    running && ((bracketed && (quotation || paragraph)) || (dashed && quotation))
}

fn goes_on(last: &Block, next: &Block) -> bool {
    let running = |b: &Block| {
        matches!(b.kind, BlockKind::Paragraph | BlockKind::ListItem | BlockKind::Quotation)
    };
    let same = last.kind == next.kind
        || (last.kind == BlockKind::ListItem && next.kind == BlockKind::Paragraph);
    if !running(last) || !running(next) || !same || next.label.is_some() {
        return false;
    }
    if next.kind == BlockKind::ListItem || ends_sentence(&last.text) || last.text.is_empty() {
        return false;
    }
    let open =
        last.text.chars().next_back().is_some_and(|c| c.is_alphanumeric() || ",;—–-’".contains(c));
    let lower = next.text.chars().next().is_some_and(char::is_lowercase);
    // After a page break a name or a quotation may go on a sentence, too.
    let long = last.text.chars().nth(60).is_some();
    open && (lower || (next.after_break && long && !next.text.starts_with(['“', '"'])))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::Line;

    fn cut(text: &str) -> Vec<(BlockKind, String)> {
        let lines: Vec<Line> =
            text.lines().zip(1..).map(|(t, number)| Line { text: t.to_owned(), number }).collect();
        let judge = |_: &[super::super::labels::Line<'_>]| Talk::default();
        let (rows, _, talk) = super::super::rows::rows(&lines, &judge);
        let joiner = Joiner::of(rows.as_slice());
        blocks(&rows, &talk, &joiner).into_iter().map(|b| (b.kind, b.text)).collect()
    }

    #[test]
    fn a_page_break_does_not_cut_a_paragraph() {
        let text = "The notes that we took on the long way home after the last visit were\n\n12\n\n\u{c}Journal of Care 3(1)\n\ncoded by both of us in the week after, and then read once more.\n";
        assert_eq!(cut(text).len(), 1, "{:?}", cut(text));
    }

    #[test]
    fn a_list_and_a_table_are_no_paragraphs() {
        use BlockKind::{Caption, ListItem, Paragraph, TableRow};
        let text = "We did:\n\n1. One thing for all of them.\n2. Another thing.\n\nTable 1. Who took part\n\nID   Role\nP1   nurse\nP2   carer\n\nThe text goes on here, as wide as lines are wide in this text of ours.\n";
        let kinds: Vec<_> = cut(text).into_iter().map(|(k, _)| k).collect();
        assert_eq!(
            kinds,
            [Paragraph, ListItem, ListItem, Caption, TableRow, TableRow, TableRow, Paragraph]
        );
    }

    #[test]
    fn a_short_last_line_ends_a_paragraph() {
        let text = "When the visit ran over I had to ring the office from the road\nand say so.\nThey would then ring the next one on the list and tell her too.\n";
        assert_eq!(cut(text).len(), 2, "{:?}", cut(text));
    }
}
