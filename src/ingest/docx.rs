//! Word files (`.docx`): paragraphs by their styles, tables, lists; pages as Word laid them out last.
//!
//! Deleted text, comments, fields' instructions and hidden text are no text. A text box is read once.
//! Footnotes come at the end. A table whose first column names speakers is a transcript.

use std::collections::BTreeMap;
use std::rc::Rc;

use roxmltree::Node;

use super::archive::Archive;
use super::office::{Cells, Made, SET_OFF, Sheet, of_style};
use super::xml::{Taken, add_text, attribute, child, decode, first, text_of, with_root};
use super::{
    Block, BlockKind, Body, Document, Limits, Line, Removed, Unreadable, html, plain, rtf,
};

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
        made.finish_paragraph();
        list_the_rest(root, &mut made);
        Ok(())
    })?;
    let notes = embedded(&mut archive, &folder, &mut made, limits)?;
    for (part, note) in [("footnotes", "footnote"), ("endnotes", "endnote")] {
        if let Some(bytes) = archive.member(&format!("{folder}{part}.xml"))? {
            made.begin_notes();
            with_root(&decode(&bytes)?, |root| {
                let notes = root.children().filter(|n| n.tag_name().name() == note);
                // Those with a type are the lines that part notes from text.
                for node in notes.filter(|n| attribute(*n, "type").is_none()) {
                    blocks(node, &styles, &mut made);
                }
                made.finish_paragraph();
                list_the_rest(root, &mut made);
                Ok(())
            })?;
        }
    }
    beside_the_text(&mut archive, &folder, &mut made)?;
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
    let body = Body::Blocks(made.blocks);
    Ok(Document { attributes, body, removed, notes, ..Document::default() })
}

/// Lists what of a part is no text of it.
fn list_the_rest(root: Node<'_, '_>, made: &mut Made) {
    let taken = std::mem::take(&mut made.taken);
    // A part is written on one line.
    let rest = taken.left_out(root, &why_left_out).into_iter().map(|r| Removed { line: 0, ..r });
    made.removed.extend(rest);
}

/// Why what stands in an element is no text.
fn why_left_out(node: Node<'_, '_>) -> Option<&'static str> {
    Some(match node.tag_name().name() {
        "del" | "delText" => "deleted text",
        "moveFrom" => "text that was moved",
        "instrText" => "instruction of a field",
        "rt" => "reading of a word",
        "r" if hidden(node) => "hidden text",
        "Fallback" => "older form of what was read",
        "hdr" => "page header",
        "ftr" => "page footer",
        "comments" => "comment",
        "posOffset" | "pctWidth" | "pctHeight" | "align" => "measure of a drawing",
        _ => return None,
    })
}

/// Lists headers, footers and comments, which stand beside the text.
fn beside_the_text(
    archive: &mut Archive<'_>,
    folder: &str,
    made: &mut Made,
) -> Result<(), Unreadable> {
    let is_one = |name: &&String| {
        let part = name.strip_prefix(folder).and_then(|n| n.strip_suffix(".xml"));
        let part = part.map(|p| p.trim_end_matches(|c: char| c.is_ascii_digit()));
        matches!(part, Some("header" | "footer" | "comments"))
    };
    let names = archive.names();
    for name in names.iter().filter(is_one) {
        if let Some(bytes) = archive.member(name)? {
            with_root(&decode(&bytes)?, |root| {
                list_the_rest(root, made);
                Ok(())
            })?;
        }
    }
    Ok(())
}

/// Reads the files that stand inside the file (`altChunk`), each at its place; gives what can't be read.
fn embedded(
    archive: &mut Archive<'_>,
    folder: &str,
    made: &mut Made,
    limits: &Limits,
) -> Result<Vec<String>, Unreadable> {
    let chunks = std::mem::take(&mut made.chunks);
    if chunks.is_empty() {
        return Ok(Vec::new());
    }
    let mut targets = BTreeMap::new();
    if let Some(bytes) = archive.member(&format!("{folder}_rels/document.xml.rels"))? {
        with_root(&decode(&bytes)?, |root| {
            for node in root.children().filter(Node::is_element) {
                if let (Some(id), Some(target)) = (attribute(node, "Id"), attribute(node, "Target"))
                {
                    targets.insert(id.to_owned(), target.to_owned());
                }
            }
            Ok(())
        })?;
    }
    let mut notes = Vec::new();
    // From the last on, so that places stay.
    for (at, id) in chunks.into_iter().rev() {
        let target = targets.get(&id).map(String::as_str).unwrap_or_default();
        let name =
            target.strip_prefix('/').map_or_else(|| format!("{folder}{target}"), str::to_owned);
        let bytes = archive.member(&name)?.unwrap_or_default();
        let read = match target.rsplit('.').next().unwrap_or_default().to_lowercase().as_str() {
            "htm" | "html" | "xhtml" => html::read(&bytes, None),
            "rtf" => rtf::read(&bytes),
            "docx" | "docm" if !bytes.is_empty() => read(&bytes, limits),
            "txt" => plain::decode(&bytes, None).map(|(text, _)| plain::read(&text)),
            _ => Err(Unreadable::NoText),
        };
        match read {
            Ok(Document { body, removed, notes: more, .. }) => {
                let blocks = match body {
                    Body::Blocks(blocks) => blocks,
                    Body::Lines(lines) => paragraphs(&lines),
                    _ => Vec::new(),
                };
                made.blocks.splice(at..at, blocks);
                made.removed.extend(removed);
                notes.extend(more);
            }
            Err(_) => notes.push(format!(
                "a file inside it is not read ({}); save it as a file of its own",
                if target.is_empty() { "it is missing" } else { name.as_str() }
            )),
        }
    }
    Ok(notes)
}

/// The paragraphs of a plain text, which blank lines part.
fn paragraphs(lines: &[Line]) -> Vec<Block> {
    let parts = lines.split(|l| l.text.trim().is_empty()).filter(|part| !part.is_empty());
    let whole = |part: &[Line]| part.iter().map(|l| l.text.trim()).collect::<Vec<_>>().join(" ");
    parts.map(|part| Block::new(BlockKind::Paragraph, whole(part), 0)).collect()
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
            "altChunk" => {
                made.finish_paragraph();
                let id = attribute(child, "id").unwrap_or_default().to_owned();
                made.chunks.push((made.blocks.len(), id));
            }
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
    made.bold = bold_lead(node, &made.taken);
    made.finish_paragraph();
    for inside in boxes {
        blocks(inside, styles, made);
    }
}

/// True where a paragraph's lines all begin further in than the margin.
fn is_set_off(indent: Node<'_, '_>) -> bool {
    let of = |name: &str| attribute(indent, name).and_then(|v| v.parse::<i32>().ok());
    let left = of("left").or_else(|| of("start")).unwrap_or_default();
    left.saturating_sub(of("hanging").unwrap_or_default()) >= SET_OFF
}

fn runs<'a, 'i>(node: Node<'a, 'i>, made: &mut Made, boxes: &mut Vec<Node<'a, 'i>>) {
    for child in node.children().filter(Node::is_element) {
        match child.tag_name().name() {
            "t" => {
                let mut words = String::new();
                add_text(child, &|_| false, &mut words);
                made.taken.mark_own(child);
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
            "sym" => {
                let text = format!(
                    "{} {}",
                    attribute(child, "font").unwrap_or("?"),
                    attribute(child, "char").unwrap_or("?")
                );
                let reason = "sign of a font of signs".to_owned();
                made.removed.push(Removed { line: 0, text, reason });
            }
            "txbxContent" => boxes.push(child),
            "r" if hidden(child) => {}
            // A word and how it is read: the word counts.
            "ruby" => {
                if let Some(base) = child.children().find(|n| n.tag_name().name() == "rubyBase") {
                    runs(base, made, boxes);
                }
            }
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
fn bold_lead(node: Node<'_, '_>, taken: &Rc<Taken>) -> usize {
    let is_bold = |run: Node<'_, '_>| {
        let mark = child(run, "rPr").and_then(|p| child(p, "b"));
        mark.is_some_and(|m| !matches!(attribute(m, "val"), Some("0" | "false")))
    };
    let mut lead = Made::within(taken);
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
    rows(node, &mut sheet, &made.taken);
    sheet.put_into(made);
}

fn rows(node: Node<'_, '_>, sheet: &mut Sheet, taken: &Rc<Taken>) {
    for row in node.children().filter(Node::is_element) {
        match row.tag_name().name() {
            "tr" => {
                let mut cells = Cells::default();
                cells_of(row, &mut cells, taken);
                sheet.rows.push(cells);
            }
            "del" => {}
            _ => rows(row, sheet, taken),
        }
    }
}

fn cells_of(row: Node<'_, '_>, cells: &mut Cells, taken: &Rc<Taken>) {
    for node in row.children().filter(Node::is_element) {
        match node.tag_name().name() {
            "tc" => {
                // A table in a cell is text of that cell, and so is a text box, in one of its two forms.
                let older =
                    |n: &Node<'_, '_>| n.ancestors().any(|a| a.tag_name().name() == "Fallback");
                let paragraphs = node.descendants().filter(|n| n.tag_name().name() == "p");
                let text = paragraphs.filter(|p| !older(p)).map(|p| {
                    let mut inner = Made::within(taken);
                    runs(p, &mut inner, &mut Vec::new());
                    inner.text
                });
                let text = text.filter(|t| !t.trim().is_empty()).collect::<Vec<_>>();
                cells.0.push(text);
            }
            "trPr" => {}
            _ => cells_of(node, cells, taken),
        }
    }
}
