//! What word processors' formats have in common: a paragraph being made, tables.

use std::rc::Rc;

use super::table::{Columns, is_called};
use super::xml::Taken;
use super::{Block, BlockKind, Mark, Removed};

/// What a style of a name makes.
pub(super) fn of_style(name: &str) -> Option<BlockKind> {
    let name = name.to_lowercase();
    let level = name.strip_prefix("heading ").and_then(|n| n.trim().parse::<u8>().ok());
    match (level, name.as_str()) {
        (Some(level), _) => Some(BlockKind::Heading(level.clamp(1, 9))),
        (None, "title") => Some(BlockKind::Heading(1)),
        (None, "caption") => Some(BlockKind::Caption),
        (None, name) if name.contains("quot") || name == "block text" => Some(BlockKind::Quotation),
        _ => None,
    }
}

/// Twentieths of a point by which a paragraph's lines are set off from the margin: a quarter of an inch.
pub(super) const SET_OFF: i32 = 360;

/// Blocks, and the paragraph that is being made.
#[derive(Debug)]
pub(super) struct Made {
    pub(super) blocks: Vec<Block>,
    /// What the paragraph is.
    pub(super) kind: BlockKind,
    /// Its text so far.
    pub(super) text: String,
    /// The page that is being read, where the file tells.
    pub(super) page: Option<u32>,
    /// The line that is being read; 0 where the format has none.
    pub(super) line: u32,
    pub(super) after_break: bool,
    /// Places in the paragraph where a page begins.
    marks: Vec<(usize, u32)>,
    /// The page on which the paragraph began.
    began: Option<u32>,
    /// Bytes of the paragraph's text so far that are in bold without a break.
    pub(super) bold: usize,
    bold_open: bool,
    /// True when the paragraph stands further in than the margin.
    pub(super) indented: bool,
    /// What was left out.
    pub(super) removed: Vec<Removed>,
    /// What was taken of the part that is being read, where it is XML.
    pub(super) taken: Rc<Taken>,
    /// Files inside the file that stand before a block, by how it refers to them.
    pub(super) chunks: Vec<(usize, String)>,
}

impl Default for Made {
    fn default() -> Self {
        Self {
            blocks: Vec::new(),
            kind: BlockKind::Paragraph,
            text: String::new(),
            page: None,
            line: 0,
            after_break: false,
            marks: Vec::new(),
            began: None,
            bold: 0,
            bold_open: false,
            indented: false,
            removed: Vec::new(),
            taken: Rc::default(),
            chunks: Vec::new(),
        }
    }
}

impl Made {
    /// Another part of the same document, whose texts are taken as well.
    pub(super) fn within(taken: &Rc<Taken>) -> Self {
        Self { taken: Rc::clone(taken), ..Self::default() }
    }

    /// Adds words; their white space is blanks.
    pub(super) fn say(&mut self, words: &str) {
        if words.contains(['\n', '\t', '\r']) {
            self.text.extend(words.chars().map(|c| if c.is_whitespace() { ' ' } else { c }));
        } else {
            self.text.push_str(words);
        }
    }

    /// Words in bold begin or end here: those that a paragraph begins with are remembered.
    pub(super) fn in_bold(&mut self, begins: bool) {
        let so_far = self.text.get(self.bold..).unwrap_or_default();
        if !begins && self.bold_open {
            self.bold = self.text.len();
        }
        self.bold_open = begins && so_far.trim().is_empty();
    }

    /// A page begins here.
    pub(super) fn next_page(&mut self) {
        if let Some(page) = &mut self.page {
            *page += 1;
            self.marks.push((self.text.len(), *page));
        }
    }

    /// Ends the paragraph.
    pub(super) fn finish_paragraph(&mut self) {
        let text = std::mem::take(&mut self.text);
        let began = std::mem::replace(&mut self.began, self.page);
        let marks = std::mem::take(&mut self.marks);
        let kind = std::mem::replace(&mut self.kind, BlockKind::Paragraph);
        let bold = std::mem::take(&mut self.bold);
        let indented = std::mem::take(&mut self.indented);
        self.bold_open = false;
        // White space is made one blank, line ends and tabs stay; places move with it.
        let mut clean = String::with_capacity(text.len());
        let mut clean_bold = 0;
        let mut places = vec![Mark { page: began, ..Mark::of_line(0, self.line) }];
        let mut marks = marks.into_iter().peekable();
        for (at, c) in text.char_indices() {
            while let Some((_, page)) = marks.next_if(|m| m.0 <= at) {
                let byte = u32::try_from(clean.len()).unwrap_or(u32::MAX);
                if byte == 0 {
                    places.clear();
                }
                places.push(Mark { byte, page: Some(page), ..Mark::default() });
            }
            push_spaced(&mut clean, c);
            if at < bold {
                clean_bold = clean.len();
            }
        }
        clean.truncate(clean.trim_end().len());
        if clean.is_empty() {
            return;
        }
        let mut block = Block::new(kind, clean, 0);
        block.indented = indented;
        block.page = places.first().and_then(|m| m.page);
        block.marks = places;
        block.after_break = std::mem::take(&mut self.after_break);
        block.bold = u32::try_from(clean_bold).unwrap_or(0);
        self.blocks.push(block);
    }

    /// The notes of a text come after it, in a part of their own: they belong to no list of
    /// references and to nobody who spoke last.
    pub(super) fn begin_notes(&mut self) {
        self.finish_paragraph();
        self.page = None;
        if self.blocks.last().is_some_and(|b| b.kind != BlockKind::Name(1)) {
            self.blocks.push(Block::new(BlockKind::Name(1), "Notes", 0));
        }
    }

    /// Adds a block of its own.
    pub(super) fn push(&mut self, kind: BlockKind, text: &str, label: Option<String>) {
        self.finish_paragraph();
        self.kind = kind;
        self.text.push_str(text);
        let before = self.blocks.len();
        self.finish_paragraph();
        if let Some(block) = self.blocks.get_mut(before) {
            block.label = label;
        }
    }
}

/// Adds a sign to a text whose blanks are single; line ends and tabs stay as such.
pub(super) fn push_spaced(clean: &mut String, c: char) {
    if !c.is_whitespace() {
        clean.push(c);
        return;
    }
    let sign = if matches!(c, '\n' | '\t') { c } else { ' ' };
    match clean.chars().next_back() {
        Some(last) if last == ' ' && sign != ' ' || last == '\t' && sign == '\n' => {
            clean.pop();
            clean.push(sign);
        }
        None | Some(' ' | '\n' | '\t') => {}
        Some(_) => clean.push(sign),
    }
}

/// The cells of a row, each with its paragraphs.
#[derive(Debug, Default)]
pub(super) struct Cells(pub(super) Vec<Vec<String>>);

impl Cells {
    fn text(&self, at: usize) -> String {
        let paragraphs = self.0.get(at).map(|p| p.join(" ")).unwrap_or_default();
        paragraphs.split_whitespace().collect::<Vec<_>>().join(" ")
    }
}

/// A table.
#[derive(Debug, Default)]
pub(super) struct Sheet {
    pub(super) rows: Vec<Cells>,
    /// The line of each row; empty where the format has no lines.
    pub(super) lines: Vec<u32>,
}

impl Sheet {
    /// True where it holds turns of a talk.
    pub(super) fn is_talk(&self) -> bool {
        self.speech().is_some() || self.talk().is_some()
    }

    /// Adds its rows: turns, where a column names who speaks, else rows of a table.
    pub(super) fn put_into(self, made: &mut Made) {
        if let Some((speaker, text, head)) = self.speech() {
            let time = self.column(Columns::TIME).filter(|_| head);
            let read = [Some(speaker), Some(text), time];
            self.leave_out(&|at| read.contains(&Some(at)), head, made);
            for (at, row) in self.rows.iter().enumerate().skip(usize::from(head)) {
                made.line = self.lines.get(at).copied().unwrap_or(made.line);
                let name = row.text(speaker);
                let name = name.trim_end_matches(':').trim();
                let mut label = (!name.is_empty()).then(|| name.to_owned());
                let before = made.blocks.len();
                for paragraph in row.0.get(text).into_iter().flatten() {
                    made.push(BlockKind::Paragraph, paragraph, label.take());
                }
                if let Some(block) = made.blocks.get_mut(before) {
                    block.time = time.map(|at| row.text(at)).filter(|t| !t.is_empty());
                }
            }
            return;
        }
        // A transcript in one column, labels and all, with memos in the others.
        if let Some((text, head)) = self.talk() {
            self.leave_out(&|at| at == text, head, made);
            let rows = &self.rows[usize::from(head)..];
            for paragraph in rows.iter().filter_map(|r| r.0.get(text)).flatten() {
                made.push(BlockKind::Paragraph, paragraph, None);
            }
            return;
        }
        // One cell alone is a frame around text.
        if self.rows.iter().all(|row| row.0.len() <= 1) {
            for paragraph in self.rows.iter().flat_map(|r| r.0.iter().flatten()) {
                made.push(BlockKind::Paragraph, paragraph, None);
            }
            return;
        }
        for row in &self.rows {
            let cells: Vec<String> = (0..row.0.len()).map(|at| row.text(at)).collect();
            if cells.iter().any(|c| !c.is_empty()) {
                made.push(BlockKind::TableRow, &cells.join(" | "), None);
            }
        }
    }

    /// Lists the cells of columns that are not read.
    fn leave_out(&self, read: &dyn Fn(usize) -> bool, head: bool, made: &mut Made) {
        let names = self.rows.first().filter(|_| head);
        if let Some(row) = names {
            let text: Vec<String> = (0..row.0.len()).map(|at| row.text(at)).collect();
            let (text, reason) = (text.join(" | "), "head of a table of turns".to_owned());
            let line = self.lines.first().copied().unwrap_or(made.line);
            made.removed.push(Removed { line, text, reason });
        }
        for row in &self.rows[usize::from(head)..] {
            for at in (0..row.0.len()).filter(|at| !read(*at)) {
                let text = row.text(at);
                if text.chars().any(char::is_alphabetic) {
                    let name = names.map_or_else(String::new, |n| format!(" `{}`", n.text(at)));
                    let reason = format!("column{name} beside a transcript");
                    made.removed.push(Removed { line: made.line, text, reason });
                }
            }
        }
    }

    /// The column of a transcript in which each cell says itself who speaks, and whether the first row names it.
    fn talk(&self) -> Option<(usize, bool)> {
        let labels = |at: usize, first: usize| {
            let cells: Vec<&String> =
                self.rows[first..].iter().filter_map(|r| r.0.get(at)).flatten().collect();
            let label = |cell: &&String| {
                let colon = cell.find(':').filter(|at| *at > 0 && *at <= 60)?;
                let label = &cell[..colon];
                let short =
                    label.split_whitespace().count() <= 5 && label.contains(char::is_alphabetic);
                short.then(|| label.trim().to_lowercase())
            };
            let labels: Vec<String> = cells.iter().filter_map(label).collect();
            if labels.len() * 2 >= cells.len() { labels } else { Vec::new() }
        };
        let named = self.column(Columns::TEXT).filter(|_| self.column(Columns::SPEAKER).is_none());
        if let Some(text) = named {
            return (labels(text, 1).len() >= 2).then_some((text, true));
        }
        // Without a head the same two or three must speak again and again.
        let width = self.rows.first()?.0.len();
        let again = |at: &usize| {
            let mut all = labels(*at, 0);
            let count = all.len();
            all.sort_unstable();
            all.dedup();
            count >= 4 && all.len() * 2 <= count
        };
        (0..width).filter(|_| width >= 2).find(again).map(|at| (at, false))
    }

    /// The column that the first row names so.
    fn column(&self, names: &[&str]) -> Option<usize> {
        let first = self.rows.first()?;
        let is = |at: &usize| {
            let head = first.text(*at);
            names.iter().any(|n| is_called(head.trim_end_matches('.'), n))
        };
        (0..first.0.len()).find(is)
    }

    /// The columns of speakers and words, and whether the first row names them; `None` if it is a
    /// table of something else.
    fn speech(&self) -> Option<(usize, usize, bool)> {
        let width = self.rows.first()?.0.len();
        if width < 2 {
            return None;
        }
        if let (Some(speaker), Some(text)) =
            (self.column(Columns::SPEAKER), self.column(Columns::TEXT))
        {
            return (speaker != text).then_some((speaker, text, true));
        }
        // Two columns (or times between them) in which short names come again and again.
        let rows = &self.rows;
        if rows.len() < 4 || width > 3 || rows.iter().any(|r| r.0.len() != width) {
            return None;
        }
        let last = width - 1;
        let speaker = (0..last).find(|at| {
            let names: Vec<String> = rows.iter().map(|r| r.text(*at)).collect();
            let told: Vec<&String> = names.iter().filter(|n| !n.is_empty()).collect();
            let short = |n: &&&String| {
                n.chars().count() <= 40
                    && n.split_whitespace().count() <= 4
                    && n.chars().any(char::is_alphabetic)
            };
            let mut different: Vec<&&String> = told.iter().collect();
            different.sort_unstable();
            different.dedup();
            told.len() >= 3
                && told.iter().filter(short).count() == told.len()
                && different.len() * 3 <= told.len() * 2
        })?;
        let words: usize = rows.iter().map(|r| r.text(last).split_whitespace().count()).sum();
        (words >= rows.len() * 2).then_some((speaker, last, false))
    }
}
