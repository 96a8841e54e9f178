//! JATS and NLM articles: what journals and PubMed Central give.
//!
//! Sections, block quotations, lists, tables, captions and references keep their kind. Formulas in TeX and
//! raised marks of citations and notes are no text.

use std::collections::BTreeMap;

use roxmltree::Node;

use super::xml::{Taken, attribute, child, first, text_of};
use super::{Block, BlockKind, Body, Document, Unreadable};

/// Reads an article.
///
/// # Errors
/// It has no text.
pub(super) fn read(root: Node<'_, '_>) -> Result<Document, Unreadable> {
    let mut maker = Maker::default();
    let front = child(root, "front").or_else(|| child(root, "front-stub"));
    let meta = front.map(|f| child(f, "article-meta").unwrap_or(f));
    let about = meta.map(|m| about(m, front.unwrap_or(m), &maker.taken));
    let attributes = about.unwrap_or_default();
    if let Some(title) = attributes.get("title") {
        maker.push(BlockKind::Heading(1), title);
    }
    for summary in meta.into_iter().flat_map(|m| m.children()) {
        if matches!(summary.tag_name().name(), "abstract" | "trans-abstract") {
            if child(summary, "title").is_none() {
                maker.push(BlockKind::Heading(1), "Abstract");
            }
            maker.section(summary, 1);
        }
    }
    if let Some(body) = child(root, "body") {
        maker.parts(body, 0);
    }
    if let Some(floats) = child(root, "floats-group") {
        maker.push(BlockKind::Heading(1), "Tables and figures");
        maker.parts(floats, 1);
    }
    if let Some(back) = child(root, "back") {
        maker.parts(back, 0);
    }
    let notes = std::mem::take(&mut maker.notes);
    if !notes.is_empty() {
        maker.push(BlockKind::Heading(1), "Notes");
        for note in &notes {
            maker.push(BlockKind::Paragraph, note);
        }
    }
    if maker.blocks.is_empty() {
        return Err(Unreadable::NoText);
    }
    let removed = maker.taken.left_out(root, &why_left_out);
    let body = Body::Blocks(maker.blocks);
    Ok(Document { attributes, body, removed, article: true, ..Document::default() })
}

/// Why an element is no text of an article.
fn why_left_out(node: Node<'_, '_>) -> Option<&'static str> {
    Some(match node.tag_name().name() {
        "sup" | "xref" => "mark of a citation or note",
        "tex-math" | "math" | "disp-formula" | "inline-formula" => "formula",
        "object-id" | "article-id" => "identifier",
        "index-term" => "entry of an index",
        "sub-article" | "response" => "reply or part of another article",
        "front" | "front-stub" => "front matter",
        _ => return None,
    })
}

/// What an article says of itself.
fn about(meta: Node<'_, '_>, front: Node<'_, '_>, taken: &Taken) -> BTreeMap<String, String> {
    let mut out = BTreeMap::new();
    let mut put = |key: &str, text: String| {
        if !text.is_empty() {
            out.insert(key.to_owned(), text);
        }
    };
    let words = |node: Node<'_, '_>| taken.text_of(node, &is_mark);
    if let Some(title) = first(meta, "article-title") {
        put("title", words(title));
    }
    let authors = meta.descendants().filter(|n| {
        n.tag_name().name() == "contrib"
            && attribute(*n, "contrib-type").is_none_or(|t| t == "author")
    });
    let names = authors.filter_map(|contrib| {
        if let Some(group) = first(contrib, "collab") {
            return Some(words(group));
        }
        let name = first(contrib, "name")?;
        let part = |of: &str| child(name, of).map(words).unwrap_or_default();
        Some(format!("{} {}", part("given-names"), part("surname")).trim().to_owned())
    });
    put("authors", names.collect::<Vec<_>>().join("; "));
    let year = meta.descendants().filter(|n| n.tag_name().name() == "pub-date");
    let years = year.filter_map(|d| child(d, "year")).map(words);
    put("year", years.min().unwrap_or_default());
    let doi = meta.descendants().find(|n| {
        n.tag_name().name() == "article-id" && attribute(*n, "pub-id-type") == Some("doi")
    });
    put("doi", doi.map(words).unwrap_or_default());
    let keywords = meta.descendants().filter(|n| n.tag_name().name() == "kwd").map(words);
    put("keywords", keywords.collect::<Vec<_>>().join("; "));
    put("journal", first(front, "journal-title").map(words).unwrap_or_default());
    out
}

/// True for what is no text: TeX, and raised marks of citations and notes.
fn is_mark(node: Node<'_, '_>) -> bool {
    match node.tag_name().name() {
        "tex-math" | "fn" | "object-id" | "index-term" => true,
        "sup" => {
            let refers = node.descendants().any(|n| {
                let kind = attribute(n, "ref-type");
                n.tag_name().name() == "xref"
                    && matches!(kind, Some("bibr" | "fn" | "table-fn" | "aff"))
            });
            refers && raised(node)
        }
        "xref" => match attribute(node, "ref-type") {
            Some("fn" | "aff" | "table-fn") => raised(node),
            Some("bibr") => child(node, "sup").is_some() && raised(node),
            _ => false,
        },
        _ => false,
    }
}

/// True for figures and signs alone: `12,13`, `*`, `a`.
fn raised(node: Node<'_, '_>) -> bool {
    let text = text_of(node, &|_| false);
    text.chars().filter(|c| c.is_alphabetic()).count() <= 1
}

#[derive(Default)]
struct Maker {
    blocks: Vec<Block>,
    /// Footnotes, which come after the text.
    notes: Vec<String>,
    taken: Taken,
}

impl Maker {
    fn push(&mut self, kind: BlockKind, text: &str) {
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        if !text.is_empty() {
            self.blocks.push(Block::new(kind, text, 0));
        }
    }

    /// A section with its heading.
    fn section(&mut self, node: Node<'_, '_>, level: u8) {
        let level_of_heading = BlockKind::Heading(level.clamp(1, 9));
        if let Some(title) = child(node, "title") {
            let title = self.taken.text_of(title, &is_mark);
            self.push(level_of_heading, &title);
        } else if level <= 1 {
            // What stands behind a list of references is none of it.
            let name = match node.tag_name().name() {
                "glossary" => "Glossary",
                "notes" => "Notes",
                "bio" => "About the authors",
                "app" => "Appendix",
                "ack" => "Acknowledgements",
                _ => "",
            };
            self.push(level_of_heading, name);
        }
        self.parts(node, level);
    }

    fn parts(&mut self, node: Node<'_, '_>, level: u8) {
        for child in node.children().filter(Node::is_element) {
            self.part(child, level, BlockKind::Paragraph);
        }
    }

    fn part(&mut self, node: Node<'_, '_>, level: u8, inside: BlockKind) {
        match node.tag_name().name() {
            "sec" | "app" | "ack" | "boxed-text" | "glossary" | "notes" | "bio" => {
                self.section(node, level.saturating_add(1));
            }
            "p" | "attrib" | "verse-line" | "preformat" => self.paragraph(node, level, inside),
            "disp-quote" | "verse-group" | "speech" => self.quotation(node, level),
            "list" | "def-list" => {
                let items = node
                    .children()
                    .filter(|n| matches!(n.tag_name().name(), "list-item" | "def-item"));
                for item in items {
                    for child in item.children().filter(Node::is_element) {
                        self.part(child, level, BlockKind::ListItem);
                    }
                }
            }
            "def" => self.parts(node, level),
            "term" => self.push(BlockKind::ListItem, &self.taken.text_of(node, &is_mark)),
            "table-wrap"
            | "fig"
            | "table-wrap-group"
            | "fig-group"
            | "supplementary-material"
            | "media"
            | "graphic" => self.display(node),
            "ref-list" => self.references(node),
            "fn" => self.note(node),
            "fn-group" => {
                if let Some(title) = child(node, "title") {
                    let title = self.taken.text_of(title, &is_mark);
                    self.notes.push(title);
                }
                let notes = node.children().filter(Node::is_element);
                for note in notes.filter(|n| n.tag_name().name() != "title") {
                    self.part(note, level, inside);
                }
            }
            "title" | "label" | "disp-formula" | "disp-formula-group" | "sec-meta"
            | "processing-meta" | "object-id" => {}
            _ if node.children().any(|n| n.is_element()) => self.parts(node, level),
            _ => self.push(inside, &self.taken.text_of(node, &is_mark)),
        }
    }

    /// A paragraph; what stands in it as a block of its own parts it.
    fn paragraph(&mut self, node: Node<'_, '_>, level: u8, kind: BlockKind) {
        let mut text = String::new();
        self.inline(node, level, kind, &mut text);
        self.push(kind, &text);
    }

    fn inline(&mut self, node: Node<'_, '_>, level: u8, kind: BlockKind, text: &mut String) {
        for child in node.children() {
            if child.is_text() {
                self.taken.mark(child);
                text.push_str(child.text().unwrap_or_default());
                continue;
            }
            match child.tag_name().name() {
                "disp-quote" | "list" | "def-list" | "table-wrap" | "fig" | "boxed-text"
                | "verse-group" | "speech" | "fig-group" | "preformat" | "disp-formula"
                | "disp-formula-group" => {
                    self.push(kind, &std::mem::take(text));
                    self.part(child, level, BlockKind::Paragraph);
                }
                "break" => text.push('\n'),
                "fn" => self.note(child),
                _ if is_mark(child) => {}
                _ => self.inline(child, level, kind, text),
            }
        }
    }

    /// A block quotation; who is quoted stands in it or in `attrib`, and goes with its last words.
    fn quotation(&mut self, node: Node<'_, '_>, level: u8) {
        let before = self.blocks.len();
        if let Some(title) = child(node, "title") {
            self.push(BlockKind::Quotation, &self.taken.text_of(title, &is_mark));
        }
        let mut speaker = child(node, "speaker").map(|s| self.taken.text_of(s, &is_mark));
        for part in node.children().filter(Node::is_element) {
            match part.tag_name().name() {
                "attrib" => {
                    let attribution = self.taken.text_of(part, &is_mark);
                    if let Some(last) = self.blocks.get_mut(before..).and_then(<[Block]>::last_mut)
                    {
                        let signed = attribution.starts_with(['—', '–', '-', '―', '(', '[']);
                        last.text.push_str(if signed { " " } else { " — " });
                        last.text.push_str(&attribution);
                    }
                }
                "speaker" | "title" => {}
                _ => self.part(part, level, BlockKind::Quotation),
            }
            if let (Some(name), Some(first)) = (&speaker, self.blocks.get_mut(before)) {
                first.text = format!("{}: {}", name.trim_end_matches(':'), first.text);
                speaker = None;
            }
        }
    }

    /// A table or figure: its caption, and rows.
    fn display(&mut self, node: Node<'_, '_>) {
        if matches!(node.tag_name().name(), "table-wrap-group" | "fig-group") {
            for inside in
                node.children().filter(|n| matches!(n.tag_name().name(), "table-wrap" | "fig"))
            {
                self.display(inside);
            }
            return;
        }
        let part = |name: &str| {
            child(node, name).map(|n| self.taken.text_of(n, &is_mark)).unwrap_or_default()
        };
        let caption = format!("{} {}", part("label"), part("caption"));
        self.push(BlockKind::Caption, &caption);
        for row in node.descendants().filter(|n| n.tag_name().name() == "tr") {
            let cells = row.children().filter(|n| matches!(n.tag_name().name(), "td" | "th"));
            let cells: Vec<String> = cells.map(|cell| cell_text(cell, &self.taken)).collect();
            if cells.iter().any(|c| !c.is_empty()) {
                // Lines of a cell stay: they may say who speaks.
                self.blocks.push(Block::new(BlockKind::TableRow, cells.join(" | "), 0));
            }
        }
        // What stands below a table, or in a figure beside its caption.
        let below = node.children().filter(|n| {
            let name = n.tag_name().name();
            n.is_element()
                && (name.ends_with("-foot")
                    || matches!(name, "p" | "attrib" | "permissions" | "alt-text" | "long-desc"))
        });
        for part in below {
            let notes = part.descendants().filter(|n| n.tag_name().name() == "p");
            let notes: Vec<Node<'_, '_>> = notes.collect();
            if notes.is_empty() {
                let text = self.taken.text_of(part, &is_mark);
                self.push(BlockKind::Caption, &text);
            }
            for note in notes {
                // The mark of a note of a table stands beside its text.
                let mark = note.parent().and_then(|n| child(n, "label"));
                let mark = mark.map(|m| self.taken.text_of(m, &is_mark)).unwrap_or_default();
                let text = self.taken.text_of(note, &is_mark);
                self.push(BlockKind::Caption, &format!("{mark} {text}"));
            }
        }
    }

    /// A footnote, with its mark.
    fn note(&mut self, node: Node<'_, '_>) {
        let not_again = |n: Node<'_, '_>| n.tag_name().name() != "fn" && is_mark(n);
        let parts: Vec<String> = node
            .children()
            .filter(Node::is_element)
            .map(|n| self.taken.text_of(n, &not_again))
            .collect();
        self.notes.push(parts.join(" ").trim().to_owned());
    }

    fn references(&mut self, node: Node<'_, '_>) {
        let title = child(node, "title").map(|t| self.taken.text_of(t, &is_mark));
        let title = title.filter(|t| !t.is_empty()).unwrap_or_else(|| "References".to_owned());
        let mut heading = Block::new(BlockKind::Heading(1), title, 0);
        heading.references = true;
        self.blocks.push(heading);
        for entry in node.descendants().filter(|n| n.tag_name().name() == "ref") {
            // Parts of a citation may have nothing between them.
            let mut text = String::new();
            for part in entry.descendants().filter(Node::is_text) {
                self.taken.mark(part);
                text.push_str(part.text().unwrap_or_default());
                text.push(' ');
            }
            self.push(BlockKind::Paragraph, &text);
        }
    }
}

/// The text of a cell, its paragraphs and lines on lines of their own.
fn cell_text(cell: Node<'_, '_>, taken: &Taken) -> String {
    let mut text = String::new();
    add_lines(cell, taken, &mut text);
    let lines = text.split('\n').map(|l| l.split_whitespace().collect::<Vec<_>>().join(" "));
    lines.filter(|l| !l.is_empty()).collect::<Vec<_>>().join("\n")
}

fn add_lines(node: Node<'_, '_>, taken: &Taken, text: &mut String) {
    for child in node.children() {
        if child.is_text() {
            taken.mark(child);
            let words = child.text().unwrap_or_default();
            text.extend(words.chars().map(|c| if c == '\n' { ' ' } else { c }));
        } else if !is_mark(child) {
            let name = child.tag_name().name();
            let line = matches!(name, "p" | "break" | "list-item" | "list" | "disp-quote");
            if line {
                text.push('\n');
            }
            add_lines(child, taken, text);
            if line {
                text.push('\n');
            }
        }
    }
}
