//! Markdown (`CommonMark` with tables): blocks without their marks, front matter as attributes.
//!
//! Links keep their words; the address is listed as removed. A paragraph that is bold from end to
//! end and short is a heading, as people write them who know no `#`.

use std::collections::BTreeMap;
use std::ops::Range;

use pulldown_cmark::{Event, HeadingLevel, MetadataBlockKind, Options, Parser, Tag, TagEnd};

use super::office::{Cells, Made, Sheet, push_spaced};
use super::{Block, BlockKind, Body, Document, Mark, Removed};

/// True when a file named as plain text is written in Markdown: two of a heading, bold words and
/// a link.
pub(super) fn looks_like(text: &str) -> bool {
    let heading = text.lines().any(|line| {
        let rest = line.trim_start_matches('#');
        rest.len() < line.len() && line.len() - rest.len() <= 6 && rest.starts_with(' ')
    });
    let bold = text.split("**").count() > 2;
    let link = text.contains("](http");
    u8::from(heading) + u8::from(bold) + u8::from(link) >= 2
}

/// The document of a Markdown text.
pub(super) fn read(text: &str) -> Document {
    let mut reader = Reader::new(text);
    let options = Options::ENABLE_TABLES | Options::ENABLE_YAML_STYLE_METADATA_BLOCKS;
    for (event, range) in Parser::new_ext(text, options).into_offset_iter() {
        reader.event(event, range);
    }
    reader.close();
    Document {
        attributes: reader.attributes,
        body: Body::Blocks(reader.blocks),
        removed: reader.removed,
        ..Document::default()
    }
}

struct Reader<'a> {
    source: &'a str,
    line_starts: Vec<usize>,
    blocks: Vec<Block>,
    removed: Vec<Removed>,
    attributes: BTreeMap<String, String>,
    /// The block that is being filled.
    open: Option<Block>,
    bold_bytes: usize,
    in_bold: bool,
    quote_depth: usize,
    item_depth: usize,
    in_front_matter: bool,
    /// The cells of the table that is being read, and how many blocks stand before it.
    sheet: Sheet,
    table: usize,
    in_cell: bool,
}

impl<'a> Reader<'a> {
    fn new(source: &'a str) -> Self {
        let line_starts =
            std::iter::once(0).chain(source.match_indices('\n').map(|(at, _)| at + 1)).collect();
        Self {
            source,
            line_starts,
            blocks: Vec::new(),
            removed: Vec::new(),
            attributes: BTreeMap::new(),
            open: None,
            bold_bytes: 0,
            in_bold: false,
            quote_depth: 0,
            item_depth: 0,
            in_front_matter: false,
            sheet: Sheet::default(),
            table: 0,
            in_cell: false,
        }
    }

    fn line(&self, byte: usize) -> u32 {
        u32::try_from(self.line_starts.partition_point(|start| *start <= byte)).unwrap_or(u32::MAX)
    }

    fn event(&mut self, event: Event<'_>, range: Range<usize>) {
        match event {
            Event::Start(tag) => self.start(&tag, &range),
            Event::End(tag) => self.end(tag, &range),
            Event::Text(text) if self.in_front_matter => self.front_matter(&text),
            Event::Text(text) | Event::Code(text) => self.text(&text, range.start),
            Event::SoftBreak | Event::HardBreak => self.text("\n", range.start),
            Event::Html(html) | Event::InlineHtml(html) => {
                let text = html.trim().to_owned();
                if !text.is_empty() {
                    self.remove(range.start, text, "HTML markup");
                }
            }
            Event::Rule => self.close(),
            _ => {}
        }
    }

    fn start(&mut self, tag: &Tag<'_>, range: &Range<usize>) {
        match tag {
            Tag::MetadataBlock(MetadataBlockKind::YamlStyle) => self.in_front_matter = true,
            Tag::Heading { level, .. } => self.begin(BlockKind::Heading(depth(*level)), range.start),
            Tag::BlockQuote(_) => {
                self.close();
                self.quote_depth += 1;
            }
            Tag::Item => {
                self.close();
                self.item_depth += 1;
            }
            Tag::Paragraph | Tag::CodeBlock(_) => self.begin(self.running_kind(), range.start),
            Tag::Table(_) => {
                self.close();
                (self.sheet, self.table) = (Sheet::default(), self.blocks.len());
            }
            Tag::TableHead | Tag::TableRow => {
                self.begin(BlockKind::TableRow, range.start);
                self.sheet.rows.push(Cells::default());
                self.sheet.lines.push(self.line(range.start));
            }
            Tag::TableCell => self.cell(range.start),
            Tag::Strong => self.in_bold = true,
            // A star inside a word is a sign of that word: `Pfleger*in`.
            Tag::Emphasis if self.source[..range.start].ends_with(char::is_alphanumeric) => {
                self.text("*", range.start);
            }
            Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }
                // An address that is its own text stays in the text.
                if !self.source[range.clone()].starts_with('<') => {
                    self.remove(range.start, dest_url.to_string(), "address of a link");
                }
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd, range: &Range<usize>) {
        match tag {
            TagEnd::Emphasis if self.source[range.end..].starts_with(char::is_alphanumeric) => {
                self.text("*", range.end);
            }
            TagEnd::MetadataBlock(_) => self.in_front_matter = false,
            TagEnd::Strong => self.in_bold = false,
            TagEnd::BlockQuote(_) => {
                self.close();
                self.quote_depth -= 1;
            }
            TagEnd::Item => {
                self.close();
                self.item_depth -= 1;
            }
            TagEnd::Table => {
                self.close();
                self.talk_in_table();
            }
            TagEnd::Heading(_)
            | TagEnd::Paragraph
            | TagEnd::CodeBlock
            | TagEnd::TableHead
            | TagEnd::TableRow => self.close(),
            TagEnd::TableCell => self.in_cell = false,
            _ => {}
        }
    }

    fn running_kind(&self) -> BlockKind {
        if self.quote_depth > 0 {
            BlockKind::Quotation
        } else if self.item_depth > 0 {
            BlockKind::ListItem
        } else {
            BlockKind::Paragraph
        }
    }

    fn begin(&mut self, kind: BlockKind, byte: usize) {
        self.close();
        self.open = Some(Block::new(kind, "", self.line(byte)));
        self.bold_bytes = 0;
    }

    fn text(&mut self, text: &str, byte: usize) {
        let line = self.line(byte);
        if self.open.is_none() {
            // A tight list has no paragraphs: its text stands in the item itself.
            self.begin(self.running_kind(), byte);
        }
        let Some(block) = self.open.as_mut() else {
            return;
        };
        if self.in_cell
            && let Some(cell) = self.sheet.rows.last_mut().and_then(|row| row.0.last_mut())
            && let Some(paragraph) = cell.last_mut()
        {
            paragraph.push_str(text);
        }
        let at = u32::try_from(block.text.len()).unwrap_or(u32::MAX);
        if block.marks.last().is_some_and(|mark| mark.line != line) && text != "\n" {
            block.marks.push(Mark::of_line(at, line));
        }
        for c in text.chars() {
            push_spaced(&mut block.text, c);
        }
        if self.in_bold {
            self.bold_bytes += text.len();
            if block.bold == at {
                block.bold = u32::try_from(block.text.len()).unwrap_or(0);
            }
        }
    }

    /// A cell begins.
    fn cell(&mut self, byte: usize) {
        if self.open.as_ref().is_some_and(|b| !b.text.is_empty()) {
            self.text(" | ", byte);
        }
        if let Some(row) = self.sheet.rows.last_mut() {
            row.0.push(vec![String::new()]);
        }
        self.in_cell = true;
    }

    /// A table whose rows are turns is a talk, as in word processors' files.
    fn talk_in_table(&mut self) {
        let sheet = std::mem::take(&mut self.sheet);
        if !sheet.is_talk() {
            return;
        }
        self.blocks.truncate(self.table);
        let mut made = Made::default();
        sheet.put_into(&mut made);
        self.blocks.append(&mut made.blocks);
        self.removed.append(&mut made.removed);
    }

    fn remove(&mut self, byte: usize, text: String, reason: &str) {
        self.removed.push(Removed { line: self.line(byte), text, reason: reason.into() });
    }

    fn close(&mut self) {
        let Some(mut block) = self.open.take() else {
            return;
        };
        block.text.truncate(block.text.trim_end().len());
        if block.text.is_empty() {
            return;
        }
        let words = block.text.split_whitespace().count();
        let solid = block.text.chars().filter(|c| !c.is_whitespace()).count();
        let all_bold = self.bold_bytes + words > solid && self.bold_bytes > 0;
        if block.kind == BlockKind::Paragraph
            && all_bold
            && words <= 15
            && !block.text.trim_end().ends_with(['.', ':', '?', '!', ',', ';'])
        {
            block.kind = BlockKind::Heading(2);
        }
        self.blocks.push(block);
    }

    /// `key: value` lines, and lists of `- item` under a key, as flat attributes.
    fn front_matter(&mut self, text: &str) {
        let mut key = String::new();
        for line in text.lines() {
            if let Some(item) = line.trim_start().strip_prefix("- ") {
                let value = self.attributes.entry(key.clone()).or_default();
                if !value.is_empty() {
                    value.push_str("; ");
                }
                value.push_str(unquoted(item));
            } else if let Some((name, value)) = line.split_once(':')
                && !line.starts_with([' ', '\t', '#'])
            {
                name.trim().clone_into(&mut key);
                self.attributes.insert(key.clone(), unquoted(value).to_owned());
            }
        }
        self.attributes.retain(|name, value| !name.is_empty() && !value.is_empty());
    }
}

fn unquoted(value: &str) -> &str {
    let value = value.trim();
    ['"', '\''].iter().find_map(|q| value.strip_prefix(*q)?.strip_suffix(*q)).unwrap_or(value)
}

fn depth(level: HeadingLevel) -> u8 {
    level as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    fn blocks(text: &str) -> Vec<(BlockKind, String)> {
        match read(text).body {
            Body::Blocks(blocks) => blocks.into_iter().map(|b| (b.kind, b.text)).collect(),
            _ => Vec::new(),
        }
    }

    #[test]
    fn blocks_lose_their_marks() {
        let text = "# Head\n\nOne **bold**\nline.\n\n> Said so.\n\n- a\n- b\n\n| x | y |\n|---|---|\n| 1 | 2 |\n";
        let expected = [
            (BlockKind::Heading(1), "Head"),
            (BlockKind::Paragraph, "One bold\nline."),
            (BlockKind::Quotation, "Said so."),
            (BlockKind::ListItem, "a"),
            (BlockKind::ListItem, "b"),
            (BlockKind::TableRow, "x | y"),
            (BlockKind::TableRow, "1 | 2"),
        ];
        assert_eq!(blocks(text), expected.map(|(k, t)| (k, t.to_owned())));
    }

    #[test]
    fn bold_short_paragraph_is_a_heading_and_a_bold_label_is_not() {
        assert_eq!(blocks("**OUR\nAIMS**\n")[0].0, BlockKind::Heading(2));
        assert_eq!(blocks("**Maren:**\n")[0].0, BlockKind::Paragraph);
        assert_eq!(blocks("**P**lain words\n")[0], (BlockKind::Paragraph, "Plain words".into()));
    }

    #[test]
    fn front_matter_is_attributes_and_addresses_are_listed() {
        let document =
            read("---\ntitle: 'A talk'\nwho:\n  - Ann\n  - Bob\n---\n[site](http://x.y)\n");
        assert_eq!(document.attributes["title"], "A talk");
        assert_eq!(document.attributes["who"], "Ann; Bob");
        assert_eq!(document.removed[0].text, "http://x.y");
    }
}
