//! What word processors' formats have in common: a paragraph being made, tables.

use std::collections::BTreeMap;

use super::table::Columns;
use super::{Block, BlockKind, Mark};

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
    /// Blocks that begin with words in bold, and these.
    pub(super) leads: Vec<(usize, String)>,
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
            leads: Vec::new(),
        }
    }
}

impl Made {
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
        // White space is made one blank; places move with it.
        let mut clean = String::with_capacity(text.len());
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
            if !c.is_whitespace() {
                clean.push(c);
            } else if !clean.is_empty() && !clean.ends_with(' ') {
                clean.push(' ');
            }
        }
        clean.truncate(clean.trim_end().len());
        if clean.is_empty() {
            return;
        }
        let mut block = Block::new(kind, clean, 0);
        block.page = places.first().and_then(|m| m.page);
        block.marks = places;
        block.after_break = std::mem::take(&mut self.after_break);
        self.blocks.push(block);
    }

    /// Makes words in bold that begin paragraphs again and again the labels of speakers, where no
    /// colon does; a name on a line of its own is the label of what follows.
    pub(super) fn label_by_leads(&mut self) {
        let leads = std::mem::take(&mut self.leads);
        let is_name = |lead: &str| {
            lead.chars().count() <= 40
                && lead.split_whitespace().count() <= 4
                && lead.starts_with(char::is_alphabetic)
                && !lead.ends_with([':', '.', ',', ';', '?', '!'])
        };
        let mut times: BTreeMap<&str, usize> = BTreeMap::new();
        for (at, lead) in &leads {
            if is_name(lead) && self.blocks[*at].kind == BlockKind::Paragraph {
                *times.entry(lead.as_str()).or_default() += 1;
            }
        }
        // Two who speak again and again, or one who does so a third time.
        times.retain(|_, times| *times >= 2);
        if times.len() < 2 && times.values().all(|times| *times < 3) {
            return;
        }
        let mut alone = Vec::new();
        for (at, lead) in leads.iter().filter(|(_, lead)| times.contains_key(lead.as_str())) {
            let block = &mut self.blocks[*at];
            match block.text.strip_prefix(lead.as_str()).map(|rest| rest.trim_start().to_owned()) {
                Some(rest) if rest.is_empty() => alone.push((*at, lead.clone())),
                Some(rest) => {
                    block.text = rest;
                    block.label = Some(lead.clone());
                }
                None => {}
            }
        }
        for (at, lead) in alone.into_iter().rev() {
            if let Some(next) = self.blocks.get_mut(at + 1)
                && next.label.is_none()
            {
                next.label = Some(lead);
                self.blocks.remove(at);
            }
        }
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
}

impl Sheet {
    /// Adds its rows: turns, where a column names who speaks, else rows of a table.
    pub(super) fn put_into(self, made: &mut Made) {
        if let Some((speaker, text, head)) = self.speech() {
            let time = self.column(Columns::TIME).filter(|_| head);
            for row in &self.rows[usize::from(head)..] {
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

    /// The column that the first row names so.
    fn column(&self, names: &[&str]) -> Option<usize> {
        let first = self.rows.first()?;
        let is = |at: &usize| {
            let head = first.text(*at);
            names.iter().any(|n| head.trim_end_matches('.').eq_ignore_ascii_case(n))
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
