//! Word files (`.docx`): paragraphs by their styles, tables, lists; pages as Word laid them out last.
//!
//! Deleted text, comments, fields' instructions and hidden text are no text. A text box is read once.
//! Footnotes come at the end. A table whose first column names speakers is a transcript.

use std::collections::BTreeMap;

use roxmltree::Node;

use super::archive::Archive;
use super::office::{Cells, Made, SET_OFF, Sheet, of_style};
use super::xml::{add_text, attribute, child, decode, first, text_of, with_root};
use super::{BlockKind, Body, Document, Limits, Unreadable};

/// What a style makes of a paragraph.
type Styles = BTreeMap<String, BlockKind>;

/// Reads a Word file.
///
/// # Errors
/// It is none, is locked or damaged, or beyond a limit.
pub(super) fn read(bytes: &[u8], limits: &Limits) -> Result<Document, Unreadable> {
    let mut archive = Archive::open(bytes, limits)?;
    let main = main_part(&mut archive)?;
    let folder = main.rsplit_once('/').map_or(String::new(), |(f, _)| format!("{f}/"));
    let body = archive.must_have(&main, "a Word file without its main part")?;
    let styles = match archive.member(&format!("{folder}styles.xml"))? {
        Some(bytes) => with_root(&decode(&bytes)?, |root| Ok(styles(root)))?,
        None => Styles::new(),
    };
    let mut made = Made::default();
    with_root(&decode(&body)?, |root| {
        let body = first(root, "body").ok_or(Unreadable::Damaged("a Word file without a body"))?;
        let pages = root.descendants().any(|n| n.tag_name().name() == "lastRenderedPageBreak");
        if pages {
            made.page = Some(1);
        }
        blocks(body, &styles, &mut made);
        Ok(())
    })?;
    made.finish_paragraph();
    for (part, note) in [("footnotes", "footnote"), ("endnotes", "endnote")] {
        if let Some(bytes) = archive.member(&format!("{folder}{part}.xml"))? {
            made.begin_notes();
            with_root(&decode(&bytes)?, |root| {
                let notes = root.children().filter(|n| n.tag_name().name() == note);
                // Those with a type are the lines that part notes from text.
                for node in notes.filter(|n| attribute(*n, "type").is_none()) {
                    blocks(node, &styles, &mut made);
                }
                Ok(())
            })?;
            made.finish_paragraph();
        }
    }
    // Lines that part notes from text are no notes.
    if made.blocks.last().is_some_and(|b| matches!(b.kind, BlockKind::Name(_))) {
        made.blocks.pop();
    }
    let attributes = match archive.member("docProps/core.xml")? {
        Some(bytes) => with_root(&decode(&bytes)?, |root| Ok(properties(root)))?,
        None => BTreeMap::new(),
    };
    if made.blocks.is_empty() {
        return Err(Unreadable::NoText);
    }
    let removed = made.removed;
    Ok(Document { attributes, body: Body::Blocks(made.blocks), removed, ..Document::default() })
}

/// The name of the main part, as the package says.
fn main_part(archive: &mut Archive<'_>) -> Result<String, Unreadable> {
    let usual = "word/document.xml".to_owned();
    let Some(bytes) = archive.member("_rels/.rels")? else { return Ok(usual) };
    with_root(&decode(&bytes)?, |root| {
        let mut all = root.children().filter(Node::is_element);
        let main =
            all.find(|n| attribute(*n, "Type").is_some_and(|t| t.ends_with("/officeDocument")));
        let target = main.and_then(|n| attribute(n, "Target"));
        Ok(target.map_or(usual, |t| t.trim_start_matches('/').to_owned()))
    })
}

/// What a file says of itself.
fn properties(root: Node<'_, '_>) -> BTreeMap<String, String> {
    let mut out = BTreeMap::new();
    for (name, key) in [
        ("title", "title"),
        ("creator", "authors"),
        ("keywords", "keywords"),
        ("subject", "subject"),
    ] {
        let told = child(root, name).map(|n| text_of(n, &|_| false)).filter(|t| !t.is_empty());
        if let Some(told) = told {
            out.insert(key.to_owned(), told);
        }
    }
    out
}

fn styles(root: Node<'_, '_>) -> Styles {
    let mut out = Styles::new();
    for style in root.children().filter(|n| n.tag_name().name() == "style") {
        let id = attribute(style, "styleId").unwrap_or_default().to_owned();
        let name = child(style, "name").and_then(|n| attribute(n, "val")).unwrap_or_default();
        let level = style.descendants().find(|n| n.tag_name().name() == "outlineLvl");
        let level = level.and_then(|n| attribute(n, "val")).and_then(|v| v.parse::<u8>().ok());
        let kind = of_style(name).or(level.filter(|l| *l < 9).map(|l| BlockKind::Heading(l + 1)));
        if let Some(kind) = kind {
            out.insert(id, kind);
        }
    }
    out
}

/// The blocks below a node.
fn blocks(node: Node<'_, '_>, styles: &Styles, made: &mut Made) {
    for child in node.children().filter(Node::is_element) {
        match child.tag_name().name() {
            "p" => paragraph(child, styles, made),
            "tbl" => table(child, made),
            "del" | "moveFrom" | "sectPr" | "Fallback" => {}
            _ => blocks(child, styles, made),
        }
    }
}

fn paragraph(node: Node<'_, '_>, styles: &Styles, made: &mut Made) {
    made.finish_paragraph();
    let properties = child(node, "pPr");
    let style = properties.and_then(|p| child(p, "pStyle")).and_then(|s| attribute(s, "val"));
    let known = style.and_then(|s| styles.get(s).copied().or_else(|| of_style(s)));
    let outline = properties.and_then(|p| child(p, "outlineLvl")).and_then(|n| attribute(n, "val"));
    let outline = outline.and_then(|v| v.parse::<u8>().ok()).filter(|l| *l < 9);
    let listed = properties.is_some_and(|p| child(p, "numPr").is_some());
    made.kind = match (known, outline) {
        (Some(kind), _) => kind,
        (None, Some(level)) => BlockKind::Heading(level + 1),
        (None, None) if listed => BlockKind::ListItem,
        _ => BlockKind::Paragraph,
    };
    made.indented = properties.and_then(|p| child(p, "ind")).is_some_and(is_set_off);
    // A text box stands in a paragraph, and its own paragraphs come after it.
    let mut boxes = Vec::new();
    runs(node, made, &mut boxes);
    made.bold = bold_lead(node);
    made.finish_paragraph();
    for inside in boxes {
        blocks(inside, styles, made);
    }
}

/// True where a paragraph's lines all begin further in than the margin.
fn is_set_off(indent: Node<'_, '_>) -> bool {
    let of = |name: &str| attribute(indent, name).and_then(|v| v.parse::<i32>().ok());
    let left = of("left").or_else(|| of("start")).unwrap_or_default();
    left - of("hanging").unwrap_or_default() >= SET_OFF
}

fn runs<'a, 'i>(node: Node<'a, 'i>, made: &mut Made, boxes: &mut Vec<Node<'a, 'i>>) {
    for child in node.children().filter(Node::is_element) {
        match child.tag_name().name() {
            "t" => {
                let mut words = String::new();
                add_text(child, &|_| false, &mut words);
                made.say(&words);
            }
            "tab" | "ptab" => made.text.push('\t'),
            "cr" => made.text.push('\n'),
            "br" => {
                if attribute(child, "type") == Some("page") && made.page.is_none() {
                    made.after_break = true;
                }
                made.text.push('\n');
            }
            "lastRenderedPageBreak" => made.next_page(),
            "noBreakHyphen" => made.text.push('-'),
            "txbxContent" => boxes.push(child),
            "r" if hidden(child) => {}
            "del" | "moveFrom" | "instrText" | "pPr" | "rPr" | "Fallback" | "pict" => {
                // A picture of the old form holds a text box that no newer form repeats.
                if child.tag_name().name() == "pict" {
                    boxes.extend(first(child, "txbxContent"));
                }
            }
            _ => runs(child, made, boxes),
        }
    }
}

/// How many bytes of a paragraph's text are in bold from its beginning on.
fn bold_lead(node: Node<'_, '_>) -> usize {
    let is_bold = |run: Node<'_, '_>| {
        let mark = child(run, "rPr").and_then(|p| child(p, "b"));
        mark.is_some_and(|m| !matches!(attribute(m, "val"), Some("0" | "false")))
    };
    let mut lead = Made::default();
    for run in node.children().filter(|n| n.tag_name().name() == "r" && !hidden(*n)) {
        let before = lead.text.len();
        runs(run, &mut lead, &mut Vec::new());
        if !lead.text[before..].trim().is_empty() && !is_bold(run) {
            return before;
        }
    }
    lead.text.len()
}

/// True for text that Word does not show.
fn hidden(run: Node<'_, '_>) -> bool {
    let mark = child(run, "rPr").and_then(|p| child(p, "vanish"));
    mark.is_some_and(|m| !matches!(attribute(m, "val"), Some("0" | "false")))
}

fn table(node: Node<'_, '_>, made: &mut Made) {
    made.finish_paragraph();
    let mut sheet = Sheet::default();
    rows(node, &mut sheet);
    sheet.put_into(made);
}

fn rows(node: Node<'_, '_>, sheet: &mut Sheet) {
    for row in node.children().filter(Node::is_element) {
        match row.tag_name().name() {
            "tr" => {
                let mut cells = Cells::default();
                cells_of(row, &mut cells);
                sheet.rows.push(cells);
            }
            "del" => {}
            _ => rows(row, sheet),
        }
    }
}

fn cells_of(row: Node<'_, '_>, cells: &mut Cells) {
    for node in row.children().filter(Node::is_element) {
        match node.tag_name().name() {
            "tc" => {
                let paragraphs = node.descendants().filter(|n| n.tag_name().name() == "p");
                // A table in a cell is text of that cell.
                let text = paragraphs.map(|p| {
                    let mut inner = Made::default();
                    runs(p, &mut inner, &mut Vec::new());
                    inner.text
                });
                let text = text.filter(|t| !t.trim().is_empty()).collect::<Vec<_>>();
                cells.0.push(text);
            }
            "trPr" => {}
            _ => cells_of(node, cells),
        }
    }
}
