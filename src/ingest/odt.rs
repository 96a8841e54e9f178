//! OpenDocument texts (`.odt`): paragraphs by their styles, tables, lists.
//!
//! Comments and deleted text are no text; notes come at the end.

use std::collections::BTreeMap;

use roxmltree::Node;

use super::archive::Archive;
use super::office::{Cells, Made, Sheet};
use super::xml::{attribute, child, decode, first, text_of, with_root};
use super::{BlockKind, Body, Document, Limits, Removed, Unreadable};

/// Styles by name.
type Styles = BTreeMap<String, Style>;

/// A style of the text's own.
struct Style {
    parent: String,
    /// True where all lines of its paragraphs begin further in than the margin.
    set_off: bool,
}

/// Reads an OpenDocument text.
///
/// # Errors
/// It is none, is locked or damaged, or beyond a limit.
pub(super) fn read(bytes: &[u8], limits: &Limits) -> Result<Document, Unreadable> {
    let mut archive = Archive::open(bytes, limits)?;
    if let Some(manifest) = archive.member("META-INF/manifest.xml")?
        && String::from_utf8_lossy(&manifest).contains("encryption-data")
    {
        return Err(Unreadable::Locked("locked by a password; save it without one"));
    }
    let content = archive.must_have("content.xml", "an OpenDocument text without its content")?;
    let mut made = Made::default();
    let mut notes = Vec::new();
    with_root(&decode(&content)?, |root| {
        let styles = styles(root);
        let text = first(root, "text").ok_or(Unreadable::Damaged("no text document"))?;
        if text.descendants().any(|n| n.tag_name().name() == "soft-page-break") {
            made.page = Some(1);
        }
        blocks(text, &styles, BlockKind::Paragraph, &mut made, &mut notes);
        made.finish_paragraph();
        let rest = std::mem::take(&mut made.taken).left_out(text, &why_left_out);
        made.removed.extend(rest.into_iter().map(|r| Removed { line: 0, ..r }));
        Ok(())
    })?;
    made.finish_paragraph();
    if !notes.is_empty() {
        made.begin_notes();
    }
    for note in notes {
        made.push(BlockKind::Paragraph, &note, None);
    }
    let mut attributes = BTreeMap::new();
    if let Some(bytes) = archive.member("meta.xml")? {
        with_root(&decode(&bytes)?, |root| {
            for (name, key) in [("title", "title"), ("initial-creator", "authors")] {
                let told = first(root, name).map(|n| text_of(n, &|_| false));
                if let Some(told) = told.filter(|t| !t.is_empty()) {
                    attributes.insert(key.to_owned(), told);
                }
            }
            Ok(())
        })?;
    }
    if made.blocks.is_empty() {
        return Err(Unreadable::NoText);
    }
    let removed = made.removed;
    Ok(Document { attributes, body: Body::Blocks(made.blocks), removed, ..Document::default() })
}

/// Why an element is no text.
fn why_left_out(node: Node<'_, '_>) -> Option<&'static str> {
    Some(match node.tag_name().name() {
        "annotation" => "comment",
        "tracked-changes" | "deletion" => "deleted text",
        "ruby-text" => "reading of a word",
        "hidden-text" | "hidden-paragraph" | "section" => "hidden text",
        "note-citation" => "mark of a note",
        "title" | "desc" => "description of a picture",
        _ => return None,
    })
}

fn styles(root: Node<'_, '_>) -> Styles {
    /// Inches.
    const SET_OFF: f32 = 0.25;
    let all = root.descendants().filter(|n| n.tag_name().name() == "style");
    let of = |n: Node<'_, '_>| {
        let parent = attribute(n, "parent-style-name").unwrap_or_default().to_owned();
        let looks = child(n, "paragraph-properties");
        let inches = |name| looks.and_then(|p| attribute(p, name)).and_then(inches);
        let left = inches("margin-left").unwrap_or_default();
        let first = inches("text-indent").unwrap_or_default();
        let set_off = left + first.min(0.) >= SET_OFF;
        (!parent.is_empty() || set_off)
            .then(|| Some((attribute(n, "name")?.to_owned(), Style { parent, set_off })))?
    };
    all.filter_map(of).collect()
}

/// A length in inches: `1.27cm`, `0.5in`, `36pt`.
fn inches(length: &str) -> Option<f32> {
    let unit = length.trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, '.' | '-'));
    let number: f32 = length[..length.len() - unit.len()].parse().ok()?;
    let in_an_inch = match unit {
        "in" => 1.,
        "cm" => 2.54,
        "mm" => 25.4,
        "pt" => 72.,
        _ => return None,
    };
    Some(number / in_an_inch)
}

fn blocks(
    node: Node<'_, '_>,
    styles: &Styles,
    inside: BlockKind,
    made: &mut Made,
    notes: &mut Vec<String>,
) {
    for child in node.children().filter(Node::is_element) {
        match child.tag_name().name() {
            "p" => {
                made.finish_paragraph();
                let name = attribute(child, "style-name").unwrap_or_default();
                let style = styles.get(name);
                let parent = style
                    .map(|s| s.parent.as_str())
                    .filter(|p| !p.is_empty())
                    .unwrap_or(name)
                    .to_lowercase();
                let set_off = style.is_some_and(|s| s.set_off);
                made.kind = if parent.contains("quot") {
                    BlockKind::Quotation
                } else if parent == "title" {
                    BlockKind::Heading(1)
                } else if parent.contains("caption")
                    || matches!(parent.as_str(), "table" | "illustration" | "figure")
                {
                    BlockKind::Caption
                } else {
                    inside
                };
                spans(child, made, notes);
                made.indented = set_off;
                made.finish_paragraph();
            }
            "h" => {
                made.finish_paragraph();
                let level = attribute(child, "outline-level").and_then(|l| l.parse::<u8>().ok());
                made.kind = BlockKind::Heading(level.unwrap_or(1).clamp(1, 9));
                spans(child, made, notes);
                made.finish_paragraph();
            }
            "list" => blocks(child, styles, BlockKind::ListItem, made, notes),
            "table" => table(child, made, notes),
            "tracked-changes" | "annotation" | "sequence-decls" | "forms" => {}
            "section" if attribute(child, "display") == Some("none") => {}
            "soft-page-break" => made.next_page(),
            _ => blocks(child, styles, inside, made, notes),
        }
    }
}

fn spans(node: Node<'_, '_>, made: &mut Made, notes: &mut Vec<String>) {
    for child in node.children() {
        if child.is_text() {
            made.taken.mark(child);
            made.say(child.text().unwrap_or_default());
            continue;
        }
        match child.tag_name().name() {
            "s" => made.text.push(' '),
            "tab" => made.text.push('\t'),
            "line-break" => made.text.push('\n'),
            "soft-page-break" => made.next_page(),
            "annotation" | "annotation-end" | "tracked-changes" | "ruby-text" | "hidden-text"
            | "hidden-paragraph" => {}
            "note" => {
                if let Some(body) = first(child, "note-body") {
                    let aside = |n: Node<'_, '_>| n.tag_name().name() == "annotation";
                    notes.push(made.taken.text_of(body, &aside));
                }
            }
            _ => spans(child, made, notes),
        }
    }
}

fn table(node: Node<'_, '_>, made: &mut Made, notes: &mut Vec<String>) {
    made.finish_paragraph();
    let mut sheet = Sheet::default();
    for row in node.descendants().filter(|n| n.tag_name().name() == "table-row") {
        let cells = row.children().filter(|n| n.tag_name().name() == "table-cell");
        // A paragraph inside another, of a note or a text box, is read with it.
        let whole = |n: &Node<'_, '_>| {
            let mut above = n.ancestors().skip(1).map(|a| a.tag_name().name());
            matches!(n.tag_name().name(), "p" | "h")
                && above.find(|a| matches!(*a, "p" | "h" | "annotation" | "table-cell"))
                    == Some("table-cell")
        };
        let mut paragraphs = |cell: Node<'_, '_>| -> Vec<String> {
            let all = cell.descendants().filter(whole);
            let texts = all.map(|p| {
                let mut inner = Made::within(&made.taken);
                spans(p, &mut inner, notes);
                inner.text
            });
            texts.filter(|t| !t.trim().is_empty()).collect()
        };
        sheet.rows.push(Cells(cells.map(&mut paragraphs).collect()));
    }
    sheet.put_into(made);
}
