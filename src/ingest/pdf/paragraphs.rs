//! Lines become blocks: headings, paragraphs, lists, block quotations, captions and tables.
//!
//! A paragraph ends where the next line is indented, stands further below than lines do, or where
//! its last line is short. What stands between two halves of a paragraph (a figure at the head of
//! the next column, a note at the foot of this one) comes after it and does not cut it.

use std::collections::HashMap;

use super::classes::{Class, Levels, captions_and_rows, headings, named_headings, one_heading};
use super::glyphs::Shapes;
use super::lines::Line;
use super::placed::{
    BULLET, ITEM, LABEL, NUMBERED, Placed, ends_sentence, placed, repeated_labels,
};
use super::style::Body;
use crate::ingest::{BlockKind, Printed, PrintedLine};

/// The blocks of a file's lines and its title; `pages` holds the lines that are text, in reading
/// order.
pub(super) fn blocks(
    pages: &[Vec<&Line>],
    body: &Body,
    shapes: &Shapes,
) -> (Vec<Printed>, Option<String>) {
    let mut lines = placed(pages, body, shapes);
    let labels = repeated_labels(&lines);
    let mut classes = vec![Class::Text; lines.len()];
    captions_and_rows(&lines, body, &mut classes);
    headings(&lines, body, &mut classes);
    named_headings(&mut lines, &mut classes);
    find_hanging(&mut lines, &classes);
    let levels = Levels::of(&lines, &classes);
    let mut builder = Builder {
        lines: &lines,
        classes: &classes,
        body,
        labels: &labels,
        levels: &levels,
        indents: uses_indents(&lines, &classes),
        blocks: Vec::new(),
        current: 0,
        main: None,
    };
    for i in 0..lines.len() {
        builder.add(i);
    }
    let title = builder.title();
    (builder.blocks.into_iter().map(|b| b.printed).collect(), title)
}

/// Finds stretches whose first lines stand out to the left.
fn find_hanging(lines: &mut [Placed<'_>], classes: &[Class]) {
    let mut start = 0;
    while start < lines.len() {
        let mut end = start + 1;
        while end < lines.len()
            && lines[end - 1].same_size(&lines[end])
            && lines[end - 1].page == lines[end].page
            && (lines[end - 1].left - lines[end].left).abs() < 2.0
            && classes[end] == Class::Text
        {
            end += 1;
        }
        let hanging = classes[start] == Class::Text && is_hanging(&lines[start..end]);
        for line in &mut lines[start..end] {
            line.hanging = hanging;
        }
        start = end;
    }
}

/// True when indented lines go on with what stands above them, more often than not.
fn is_hanging(lines: &[Placed<'_>]) -> bool {
    let (mut on, mut new) = (0, 0);
    for pair in lines.windows(2).filter(|p| p[0].above(&p[1])) {
        let (last, next) = (&pair[0], &pair[1]);
        if next.line.left() > last.line.left() + 0.7 * next.em() && !BULLET.is_match(&last.text) {
            if !ends_sentence(&last.text) && last.full() {
                on += 1;
            } else {
                new += 1;
            }
        }
    }
    on >= 2 && on > new * 2
}

/// True where most paragraphs are told by an indent.
fn uses_indents(lines: &[Placed<'_>], classes: &[Class]) -> bool {
    let (mut indents, mut gaps) = (0, 0);
    for i in 1..lines.len() {
        let (last, next) = (&lines[i - 1], &lines[i]);
        if classes[i] == Class::Text
            && classes[i - 1] == Class::Text
            && next.is_body()
            && last.is_body()
            && last.above(next)
            && ends_sentence(&last.text)
            && !next.hanging
        {
            indents += usize::from(next.indented() && !last.indented());
            gaps += usize::from(
                next.line.y - last.line.y > 1.5 * last.em().max(8.0) && !next.indented(),
            );
        }
    }
    indents >= 3 && indents > gaps
}

/// Letters of a block quotation's first line, at least: less is a table's or a list's.
const QUOTED: usize = 25;

/// A block that lines are being added to.
struct Open {
    printed: Printed,
    /// The last line in it.
    last: usize,
}

struct Builder<'a, 'l> {
    lines: &'a [Placed<'l>],
    classes: &'a [Class],
    body: &'a Body,
    labels: &'a HashMap<String, usize>,
    levels: &'a Levels,
    indents: bool,
    blocks: Vec<Open>,
    /// The block that the last line went into.
    current: usize,
    /// The last paragraph of body text, which may go on after what stands between.
    main: Option<usize>,
}

impl Builder<'_, '_> {
    fn add(&mut self, i: usize) {
        let line = &self.lines[i];
        let last = self.blocks.get(self.current).map(|b| b.last);
        match self.classes[i] {
            Class::Heading => {
                let goes_on = last.is_some_and(|l| {
                    l + 1 == i
                        && self.classes[l] == Class::Heading
                        && one_heading(&self.lines[l], line)
                });
                if goes_on {
                    self.extend(self.current, i);
                } else {
                    self.open(BlockKind::Heading(self.levels.level(line)), i);
                }
                self.main = None;
            }
            Class::Caption => self.open(BlockKind::Caption, i),
            Class::Row => self.row(i),
            Class::Text => self.text(i),
        }
    }

    /// A row of a table: cells of the same height are one row, in whatever order they were drawn.
    fn row(&mut self, i: usize) {
        let line = &self.lines[i];
        let beside = self.blocks.iter().rposition(|b| {
            b.printed.kind == BlockKind::TableRow
                && self.lines[b.last].page == line.page
                && self.lines[b.last].line.beside(line.line)
        });
        let cells: Vec<&str> = line.line.cells.iter().map(|c| c.text.as_str()).collect();
        let text = cells.join(" | ");
        if let Some(b) = beside.filter(|b| *b + 40 > self.blocks.len()) {
            if let Some(row) = self.blocks[b].printed.lines.last_mut() {
                row.text = format!("{} | {text}", row.text);
            }
        } else {
            self.open(BlockKind::TableRow, i);
            self.say_instead(text);
        }
    }

    fn text(&mut self, i: usize) {
        let line = &self.lines[i];
        if let Some(block) = self.blocks.get(self.current)
            && self.goes_on(block, i)
        {
            self.extend(self.current, i);
            return;
        }
        if line.is_body()
            && let Some(main) = self.main
            && self.resumes(&self.blocks[main], i)
        {
            self.extend(main, i);
            return;
        }
        let kind = self.kind(i);
        let heads = kind == BlockKind::Paragraph && line.style.run_in > 0;
        if !(heads && self.run_in(i)) {
            self.open(kind, i);
        }
        if line.is_body() && kind != BlockKind::Caption {
            self.main = Some(self.blocks.len() - 1);
        }
    }

    fn kind(&self, i: usize) -> BlockKind {
        let line = &self.lines[i];
        if BULLET.is_match(&line.text) {
            return BlockKind::ListItem;
        }
        let words = line.text.split_whitespace().count();
        let next = self.lines.get(i + 1).filter(|n| line.above(n) && n.same_size(line));
        if !line.is_body() && words <= 4 && !ends_sentence(&line.text) && next.is_none() {
            return BlockKind::Caption;
        }
        // Set in from both sides, or smaller and set in: a quotation.
        let set_in = |l: &Placed<'_>| l.line.left() > l.left + 0.9 * l.em();
        if !line.hanging
            && !ITEM.is_match(&line.text)
            && line.line.turned == 0
            && set_in(line)
            && next.is_some_and(|n| {
                set_in(n)
                    && (n.line.left() - line.line.left()).abs() < 2.0 * line.em()
                    && n.line.shapes.len() >= QUOTED / 2
            })
            && line.line.shapes.len() >= QUOTED
            && self.main.is_some()
            && !line.text.starts_with(char::is_numeric)
        {
            return BlockKind::Quotation;
        }
        BlockKind::Paragraph
    }

    /// A heading in bold at the beginning of a paragraph.
    fn run_in(&mut self, i: usize) -> bool {
        let line = &self.lines[i];
        let mut letters = 0;
        let Some((at, _)) = line.text.char_indices().find(|(_, c)| {
            letters += usize::from(c.is_alphanumeric());
            letters > line.style.run_in
        }) else {
            return false;
        };
        let title = line.text[..at].trim_end();
        let ended = title.trim_end_matches([':', '.', '–', '—', ' ']);
        let label = LABEL.captures(&line.text).is_some_and(|l| self.labels.contains_key(&l[1]));
        if ended.len() == title.len()
            || label
            || title.split_whitespace().count() > 10
            || ended.is_empty()
        {
            return false;
        }
        let italic = !line.style.bold_run_in;
        let gap = i > 0 && {
            let last = &self.lines[i - 1];
            last.above(line) && line.line.y - last.line.y > 1.3 * self.body.leading
        };
        if italic && !NUMBERED.is_match(title) && (!gap || title.split_whitespace().count() < 2) {
            return false;
        }
        let (title, rest) = (ended.to_owned(), line.text[at..].to_owned());
        self.open(BlockKind::Heading(9), i);
        self.say_instead(title);
        self.open(BlockKind::Paragraph, i);
        self.say_instead(rest);
        true
    }

    /// Puts other words into the line that was added last.
    fn say_instead(&mut self, text: String) {
        if let Some(line) = self.blocks.last_mut().and_then(|b| b.printed.lines.last_mut()) {
            line.text = text;
        }
    }

    /// True when line `i` goes on with a block that ends right before it.
    fn goes_on(&self, block: &Open, i: usize) -> bool {
        let (last, line) = (&self.lines[block.last], &self.lines[i]);
        let running = !matches!(block.printed.kind, BlockKind::Heading(_) | BlockKind::TableRow);
        if block.last + 1 != i || !running || !last.same_size(line) || !last.above(line) {
            return false;
        }
        let step = line.line.y - last.line.y;
        let leading = self.body.leading * line.style.size;
        if step > 1.32 * leading && step > 1.32 * self.step_before(block, i).unwrap_or(leading) {
            return false;
        }
        if self.opens_item(i) {
            return false;
        }
        if block.printed.kind == BlockKind::Caption {
            return last.same_style(line) || last.style.bold_run_in || !ends_sentence(&last.text);
        }
        if line.hanging {
            let starts = if line.outdented() {
                true
            } else {
                !line.indented() && last.line.left() > line.line.left() + 0.4 * line.em()
            };
            return !(starts || (!line.indented() && ends_sentence(&last.text) && last.short()));
        }
        let further = line.line.left() > last.line.left() + 0.7 * line.em();
        let item = matches!(block.printed.kind, BlockKind::ListItem)
            || ITEM.is_match(&block.printed.lines[0].text);
        if line.indented() && further && !(item && block.printed.lines.len() == 1) {
            // After an unfinished full line it is no new paragraph: a formula, or a quotation's edge.
            return !ends_sentence(&last.text)
                && last.full()
                && line.text.starts_with(char::is_lowercase);
        }
        if block.printed.kind == BlockKind::Quotation && !line.indented() {
            return false;
        }
        !(ends_sentence(&last.text) && last.short() && !item
            || last.short() && !last.wide() && ends_sentence(&last.text))
    }

    /// The distance of the last two lines of a block.
    fn step_before(&self, block: &Open, i: usize) -> Option<f32> {
        let count = block.printed.lines.len();
        (count >= 2 && block.last >= 1 && block.last < i)
            .then(|| self.lines[block.last].line.y - self.lines[block.last - 1].line.y)
            .filter(|step| *step > 0.0)
    }

    fn opens_item(&self, i: usize) -> bool {
        let line = &self.lines[i];
        if BULLET.is_match(&line.text) {
            return true;
        }
        if let Some(label) = LABEL.captures(&line.text)
            && self.labels.contains_key(&label[1])
        {
            return true;
        }
        // Numbers at the edge where lines go on to the right of it.
        ITEM.is_match(&line.text)
            && i > 0
            && ends_sentence(&self.lines[i - 1].text)
            && (line.hanging
                || self.lines[i - 1].short()
                || self.lines[i - 1].line.left() > line.line.left() + 2.0
                || self.lines.get(i + 1).is_some_and(|n| n.line.left() > line.line.left() + 4.0))
    }

    /// True when line `i` goes on with the last paragraph of the body, on the other side of a
    /// column's or a page's end or of what stands between.
    fn resumes(&self, block: &Open, i: usize) -> bool {
        let (last, line) = (&self.lines[block.last], &self.lines[i]);
        if !last.same_size(line) || line.page > last.page + 2 || self.opens_item(i) {
            return false;
        }
        if last.above(line) && block.last + 1 == i {
            return false;
        }
        if !line.wide() && !ends_sentence(&line.text) {
            return false;
        }
        if !ends_sentence(&last.text) {
            return last.full()
                || line.text.starts_with(char::is_lowercase)
                || last.text.ends_with('-');
        }
        // A sentence ended with the column.
        if line.hanging {
            return line.indented();
        }
        self.indents
            && last.full()
            && !line.indented()
            && block.printed.kind == BlockKind::Paragraph
    }

    /// The title: of the largest headings on the first page the one that says most.
    fn title(&self) -> Option<String> {
        let headings = || {
            self.blocks.iter().filter(|b| {
                matches!(b.printed.kind, BlockKind::Heading(level) if level < 9)
                    && self.lines[b.last].page == 0
            })
        };
        let size = |b: &Open| self.lines[b.last].style.size;
        let largest = headings().map(size).fold(1.05, f32::max);
        let text = |b: &Open| {
            let lines: Vec<&str> = b.printed.lines.iter().map(|l| l.text.as_str()).collect();
            lines.join(" ")
        };
        let mut titles = headings().filter(|b| size(b) >= 0.75 * largest).map(text);
        let first = titles.next()?;
        let longer = |best: String, next: String| {
            if next.chars().count() > best.chars().count() { next } else { best }
        };
        let title = titles.fold(first, longer);
        (title.split_whitespace().count() >= 3).then_some(title)
    }

    fn open(&mut self, kind: BlockKind, i: usize) {
        let line = &self.lines[i];
        let printed = Printed { kind, lines: vec![printed_line(line)] };
        self.current = self.blocks.len();
        self.blocks.push(Open { printed, last: i });
    }

    fn extend(&mut self, block: usize, i: usize) {
        let line = printed_line(&self.lines[i]);
        self.current = block;
        let block = &mut self.blocks[block];
        block.printed.lines.push(line);
        block.last = i;
    }
}

fn printed_line(line: &Placed<'_>) -> PrintedLine {
    PrintedLine { text: line.text.clone(), page: u32::try_from(line.page + 1).unwrap_or(u32::MAX) }
}
