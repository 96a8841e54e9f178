//! Web pages (`.html`, `.xhtml`), and the chapters of EPUB books.
//!
//! The page is read as a stream of tags, not as a tree: depth costs nothing. Scripts, styles, navigation
//! and forms are no text, nor are raised marks of notes. A page that is one preformatted text is read as
//! plain text.

use std::cell::RefCell;
use std::collections::BTreeMap;

use html5ever::tendril::StrTendril;
use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{
    BufferQueue, Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts,
};

use super::office::{Cells, Made, Sheet};
use super::xml::{CROWDED, crowded};
use super::{BlockKind, Body, Document, Removed, Unreadable, plain};

/// Elements whose text is none of the page.
const SKIPPED: &[&str] = &[
    "script", "style", "noscript", "template", "svg", "nav", "iframe", "object", "select",
    "button", "textarea", "head", "rt", "rp",
];

/// Elements that have no end.
const VOID: &[&str] = &[
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source",
    "track", "wbr",
];

/// Elements that begin and end a block.
const BLOCKS: &[&str] = &[
    "p",
    "div",
    "section",
    "article",
    "main",
    "header",
    "footer",
    "aside",
    "address",
    "body",
    "ul",
    "ol",
    "dl",
    "li",
    "dt",
    "dd",
    "blockquote",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "br",
    "figure",
    "figcaption",
    "caption",
    "center",
    "form",
    "fieldset",
    "details",
    "summary",
    "pre",
];

/// Reads a page.
///
/// # Errors
/// It is in no known encoding, or has no text.
pub(super) fn read(bytes: &[u8], encoding: Option<&str>) -> Result<Document, Unreadable> {
    let (text, note) = decode(bytes, encoding)?;
    if let Some(line) = crowded(&text) {
        return Err(Unreadable::Line { line, what: CROWDED.into() });
    }
    let mut page = page(&text, Made::default());
    if page.preformatted.len() * 2 > page.said {
        let mut document = plain::read(&page.preformatted);
        document.attributes = page.attributes;
        document.notes.extend(note);
        return Ok(document);
    }
    page.made.finish_paragraph();
    if page.made.blocks.is_empty() {
        return Err(Unreadable::NoText);
    }
    let (body, removed) = (Body::Blocks(page.made.blocks), page.made.removed);
    let notes = note.into_iter().collect();
    Ok(Document { attributes: page.attributes, body, notes, removed, ..Document::default() })
}

/// The words of a piece of a page, a line for each block.
pub(super) fn words(piece: &str) -> String {
    let mut page = page(piece, Made::default());
    page.made.finish_paragraph();
    let blocks: Vec<String> = page.made.blocks.into_iter().map(|b| b.text).collect();
    blocks.join("\n")
}

/// Adds the blocks of a chapter.
pub(super) fn chapter(bytes: &[u8], made: Made) -> Result<Made, Unreadable> {
    let (text, _) = decode(bytes, None)?;
    let mut page = page(&text, made);
    page.made.finish_paragraph();
    Ok(page.made)
}

/// The text of a page: by its mark, what it says of itself, or its bytes.
fn decode(bytes: &[u8], named: Option<&str>) -> Result<(String, Option<String>), Unreadable> {
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(1024)]).to_lowercase();
    let said = head.split("charset=").nth(1).or_else(|| head.split("encoding=").nth(1));
    let said = said.map(|rest| rest.trim_start_matches(['"', '\'', ' ']));
    let said = said.and_then(|rest| rest.split(['"', '\'', ';', '>', ' ', '/', '?']).next());
    let said = said.filter(|s| !s.is_empty() && std::str::from_utf8(bytes).is_err());
    match named.or(said) {
        // What a page says of itself may be wrong.
        Some(name) if named.is_none() => {
            plain::decode(bytes, Some(name)).or_else(|_| plain::decode(bytes, None))
        }
        named => plain::decode(bytes, named),
    }
}

fn page(text: &str, made: Made) -> Page {
    let page = Page { made, ..Page::default() };
    let tokenizer = Tokenizer::new(Sink(RefCell::new(page)), TokenizerOpts::default());
    let queue = BufferQueue::default();
    queue.push_back(StrTendril::from(text));
    let _done = tokenizer.feed(&queue);
    tokenizer.end();
    tokenizer.sink.0.into_inner()
}

/// A page being read.
#[derive(Default)]
struct Page {
    made: Made,
    attributes: BTreeMap<String, String>,
    /// Open elements whose text is skipped, by name.
    skipping: Vec<String>,
    /// Open elements from the outermost one that the page hides.
    hidden: Vec<String>,
    /// The title is being read.
    in_title: bool,
    quotations: u32,
    items: u32,
    heading: Option<u8>,
    caption: bool,
    /// Tables that are open; the outermost is made.
    tables: u32,
    sheet: Sheet,
    cell: bool,
    /// Where raised text began.
    raised: Option<usize>,
    pre: u32,
    preformatted: String,
    /// Bytes of text.
    said: usize,
}

struct Sink(RefCell<Page>);

impl TokenSink for Sink {
    type Handle = ();

    fn process_token(&self, token: Token, line: u64) -> TokenSinkResult<()> {
        let mut page = self.0.borrow_mut();
        page.made.line = u32::try_from(line).unwrap_or(u32::MAX);
        match token {
            Token::TagToken(tag) => return page.tag(&tag),
            Token::CharacterTokens(text) => page.text(&text),
            _ => {}
        }
        TokenSinkResult::Continue
    }
}

impl Page {
    fn tag(&mut self, tag: &Tag) -> TokenSinkResult<()> {
        let name: &str = &tag.name;
        let opens = tag.kind == TagKind::StartTag;
        if opens && name == "meta" {
            self.meta(tag);
        }
        if name == "title" && (self.skipping.is_empty() || self.skipping == ["head"]) {
            self.in_title = opens;
            if !opens {
                self.end_of_title();
            }
            // A `<` in it begins no element.
            return if opens {
                TokenSinkResult::RawData(RawKind::Rcdata)
            } else {
                TokenSinkResult::Continue
            };
        }
        if self.hides(tag) {
            return TokenSinkResult::Continue;
        }
        if SKIPPED.contains(&name) {
            if opens && !tag.self_closing {
                self.skipping.push(name.to_owned());
            } else if let Some(at) = self.skipping.iter().rposition(|s| s == name) {
                self.skipping.truncate(at);
            }
        } else if name == "body" {
            self.skipping.clear();
        }
        if opens && matches!(name, "script" | "style") {
            let kind = if name == "script" { RawKind::ScriptData } else { RawKind::Rawtext };
            return TokenSinkResult::RawData(kind);
        }
        if opens && name == "textarea" {
            return TokenSinkResult::RawData(RawKind::Rcdata);
        }
        if self.skipping.is_empty() {
            self.element(name, opens);
        }
        TokenSinkResult::Continue
    }

    /// Lists the title, which is an attribute.
    fn end_of_title(&mut self) {
        let Some(title) = self.attributes.get_mut("title") else { return };
        *title = title.split_whitespace().collect::<Vec<_>>().join(" ");
        let title = title.clone();
        if title.is_empty() {
            self.attributes.remove("title");
        }
        self.leave_out(&title, "title of the page");
    }

    /// Follows an element that the page hides to its end; true while inside.
    fn hides(&mut self, tag: &Tag) -> bool {
        let name: &str = &tag.name;
        let opens = tag.kind == TagKind::StartTag;
        if self.hidden.is_empty() {
            let style = |value: &str| {
                let value = value.to_lowercase().replace(' ', "");
                value.contains("display:none") || value.contains("visibility:hidden")
            };
            let hides = tag.attrs.iter().any(|a| match &*a.name.local {
                "hidden" => !a.value.eq_ignore_ascii_case("until-found"),
                "style" => style(&a.value),
                _ => false,
            });
            if !(opens && hides && self.skipping.is_empty()) || VOID.contains(&name) {
                return false;
            }
        }
        if opens && !tag.self_closing && !VOID.contains(&name) {
            self.hidden.push(name.to_owned());
        } else if !opens && let Some(at) = self.hidden.iter().rposition(|h| h == name) {
            self.hidden.truncate(at);
        }
        true
    }

    /// Lists text that is none of the page's, one entry for each place.
    fn leave_out(&mut self, text: &str, reason: &str) {
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        if text.is_empty() {
            return;
        }
        let line = self.made.line;
        match self.made.removed.last_mut() {
            Some(last) if last.reason == reason && line.saturating_sub(last.line) <= 1 => {
                last.text.push(' ');
                last.text.push_str(&text);
            }
            _ => self.made.removed.push(Removed { line, text, reason: reason.to_owned() }),
        }
    }

    fn element(&mut self, name: &str, opens: bool) {
        if self.cells(name, opens) {
            return;
        }
        if BLOCKS.contains(&name) {
            if self.cell {
                self.end_of_cell_paragraph();
            } else {
                self.made.finish_paragraph();
            }
        }
        let step = |count: &mut u32| {
            *count = if opens { *count + 1 } else { count.saturating_sub(1) };
        };
        match name {
            "blockquote" | "q-block" => step(&mut self.quotations),
            "li" | "dd" | "dt" => step(&mut self.items),
            "figcaption" | "caption" => self.caption = opens,
            "pre" => step(&mut self.pre),
            "sup" => self.raise(opens),
            "b" | "strong" => self.made.in_bold(opens),
            _ => {
                let level = name.strip_prefix('h').and_then(|l| l.parse::<u8>().ok());
                if let Some(level) = level.filter(|l| (1..=6).contains(l)) {
                    self.heading = opens.then_some(level);
                }
            }
        }
        self.made.kind = match self.heading {
            Some(level) => BlockKind::Heading(level),
            None if self.caption => BlockKind::Caption,
            None if self.quotations > 0 => BlockKind::Quotation,
            None if self.items > 0 => BlockKind::ListItem,
            None => BlockKind::Paragraph,
        };
    }

    /// Takes the tags of tables; false for others.
    fn cells(&mut self, name: &str, opens: bool) -> bool {
        match (name, opens) {
            ("table", true) => {
                self.tables += 1;
                if self.tables == 1 {
                    self.made.finish_paragraph();
                    self.sheet = Sheet::default();
                }
            }
            ("table", false) => {
                self.tables = self.tables.saturating_sub(1);
                if self.tables == 0 {
                    self.end_of_cell_paragraph();
                    self.cell = false;
                    std::mem::take(&mut self.sheet).put_into(&mut self.made);
                }
            }
            ("tr", true) if self.tables == 1 => {
                self.end_of_cell_paragraph();
                self.sheet.rows.push(Cells::default());
            }
            ("td" | "th", true) if self.tables == 1 => {
                self.end_of_cell_paragraph();
                if self.sheet.rows.is_empty() {
                    self.sheet.rows.push(Cells::default());
                }
                if let Some(row) = self.sheet.rows.last_mut() {
                    row.0.push(Vec::new());
                }
                self.cell = true;
            }
            ("td" | "th" | "tr", _) => {
                self.end_of_cell_paragraph();
                self.cell = self.cell && self.tables > 1;
            }
            _ => return false,
        }
        true
    }

    fn end_of_cell_paragraph(&mut self) {
        if !self.cell {
            return;
        }
        let text = std::mem::take(&mut self.made.text);
        if text.trim().is_empty() {
            return;
        }
        if let Some(cell) = self.sheet.rows.last_mut().and_then(|r| r.0.last_mut()) {
            cell.push(text);
        }
    }

    /// Raised marks of notes go.
    fn raise(&mut self, opens: bool) {
        if opens {
            self.raised = Some(self.made.text.len());
        } else if let Some(at) = self.raised.take() {
            let marks = self.made.text.get(at..).unwrap_or_default();
            let mark = !marks.chars().any(char::is_alphabetic);
            let before = self.made.text.get(..at).unwrap_or_default().trim_end();
            if mark && !before.ends_with(|c: char| c.is_ascii_digit()) {
                let marks = self.made.text.split_off(at);
                self.leave_out(&marks, "mark of a note");
            }
        }
    }

    fn text(&mut self, text: &str) {
        if self.in_title {
            // The tokenizer gives it in parts.
            self.attributes.entry("title".into()).or_default().push_str(text);
            return;
        }
        if !self.hidden.is_empty() {
            self.leave_out(text, "hidden text");
            return;
        }
        if let Some(inside) = self.skipping.last() {
            let reason = match inside.as_str() {
                // Code is no text of anybody's.
                "script" | "style" | "head" => return,
                "nav" => "navigation",
                "rt" | "rp" => "reading of a word",
                "svg" => "text in a picture",
                "select" | "button" | "textarea" => "part of a form",
                _ => "not shown by browsers",
            };
            self.leave_out(text, reason);
            return;
        }
        self.said += text.trim().len();
        if self.pre > 0 {
            self.preformatted.push_str(text);
            // A line alone is no paragraph; blank lines part paragraphs.
            for (i, part) in text.split("\n\n").enumerate() {
                if i > 0 {
                    self.made.finish_paragraph();
                }
                self.made.text.push_str(part);
            }
        } else {
            self.made.say(text);
        }
    }

    /// What the page says of itself, as journals have it.
    fn meta(&mut self, tag: &Tag) {
        let value = |name: &str| {
            tag.attrs.iter().find(|a| &*a.name.local == name).map(|a| a.value.trim().to_owned())
        };
        let (Some(name), Some(content)) =
            (value("name").or_else(|| value("property")), value("content"))
        else {
            return;
        };
        let key = match name.to_lowercase().as_str() {
            "citation_title" | "dc.title" | "og:title" => "title",
            "citation_author" | "dc.creator" | "author" => "authors",
            "citation_doi" => "doi",
            "citation_journal_title" => "journal",
            "citation_publication_date" | "citation_date" | "dc.date" => "year",
            "citation_keywords" | "keywords" => "keywords",
            _ => return,
        };
        let content = if key == "year" { content.chars().take(4).collect() } else { content };
        if content.is_empty() {
            return;
        }
        match self.attributes.get_mut(key) {
            Some(told) if key == "authors" => {
                told.push_str("; ");
                told.push_str(&content);
            }
            Some(told) if name.starts_with("citation") => *told = content,
            Some(_) => {}
            None => {
                self.attributes.insert(key.to_owned(), content);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn blocks(page: &str) -> Vec<(BlockKind, String)> {
        let document = read(page.as_bytes(), None).expect("a page");
        let Body::Blocks(blocks) = document.body else { panic!("blocks") };
        blocks.into_iter().map(|b| (b.kind, b.text)).collect()
    }

    #[test]
    fn blocks_keep_their_kind() {
        let page = "<html><head><title>T</title><style>p{}</style></head><body><nav>Menu</nav><h2>One</h2>\
            <p>Text <b>and</b> more.<sup><a>1</a></sup> 10<sup>5</sup></p><blockquote><p>Quoted</p></blockquote>\
            <ul><li>Item</ul><table><tr><td>a</td><td>b</td></tr></table><script>x<y</script>End";
        let made = blocks(page);
        let expected = [
            (BlockKind::Heading(2), "One"),
            (BlockKind::Paragraph, "Text and more. 105"),
            (BlockKind::Quotation, "Quoted"),
            (BlockKind::ListItem, "Item"),
            (BlockKind::TableRow, "a | b"),
            (BlockKind::Paragraph, "End"),
        ];
        let made: Vec<(BlockKind, &str)> = made.iter().map(|(k, t)| (*k, t.as_str())).collect();
        assert_eq!(made[..5], expected[..5]);
        assert_eq!(made[5].1, "End");
    }

    #[test]
    fn depth_costs_nothing() {
        let page = format!("{}deep{}", "<div>".repeat(200_000), "</div>".repeat(200_000));
        assert_eq!(blocks(&page).len(), 1);
    }

    #[test]
    fn a_page_that_is_preformatted_is_plain_text() {
        let page = b"<html><body><pre>\nOne line\nof text.\n\nAnd another.\n</pre></body></html>";
        assert!(matches!(read(page, None).expect("a page").body, Body::Lines(_)));
        assert!(read(b"<html></html>", None).is_err());
    }
}
