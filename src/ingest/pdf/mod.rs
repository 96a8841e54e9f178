//! PDF: glyphs with places become lines, reading order, page furniture, styles, and blocks.
//!
//! ```text
//! glyphs  what each page draws, with places and shapes         (the interpreter's work)
//! lines   words with spaces, marks of footnotes taken out
//! order   columns, where the file does not write them one after the other
//! furniture   running heads, page numbers, numbers in the margin
//! style   what is body text, what is larger, bolder, or of another font
//! placed  the edges of columns
//! classes   headings, captions, rows of tables
//! paragraphs   paragraphs, lists, quotations, and what goes on behind a figure or a page's end
//! ```
//! The interpreter is a large program fed with files from anywhere, so [`super::apart`] runs all
//! of this in a process of its own.

mod classes;
mod furniture;
mod glyphs;
mod lines;
mod order;
mod paragraphs;
mod placed;
mod scripts;
mod style;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use hayro_interpret::hayro_syntax::{LoadPdfError, Pdf};
use regex::Regex;
use serde::{Deserialize, Serialize};

use self::furniture::{Furniture, furniture};
use self::glyphs::{GlyphReader, decoded};
use self::lines::Line;
use self::placed::regex;
use self::style::Body;
use super::apart::Refusal;
use super::{BlockKind, Printed, PrintedLine, Removed};

/// What a PDF holds, before its cut words are joined.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Pages {
    /// What it says of itself, and what its first page tells.
    pub attributes: BTreeMap<String, String>,
    /// Its text.
    pub blocks: Vec<Printed>,
    /// What was left out.
    pub removed: Vec<Removed>,
    /// What a person should look at.
    pub notes: Vec<String>,
}

/// Signs that a file may hold: some ten thousand pages.
pub(super) const MAX_GLYPHS: usize = 40_000_000;

/// Reads a PDF.
///
/// # Errors
/// The reason why there is no text in it.
pub(super) fn read(bytes: Vec<u8>) -> Result<Pages, Refusal> {
    let pdf = open(bytes)?;
    let mut reader = GlyphReader::new(MAX_GLYPHS);
    let (pages, notes) = drawn(&pdf, &mut reader)?;
    let mut made = Pages { notes, ..Pages::default() };
    let body = Body::of(&pages);
    let found = furniture(&pages);
    made.removed = removed(&pages, &found);
    let kept: Vec<Vec<&Line>> = pages
        .iter()
        .zip(&found.reasons)
        .map(|(page, reasons)| {
            page.iter().zip(reasons).filter(|(_, r)| r.is_none()).map(|(line, _)| line).collect()
        })
        .collect();
    let (blocks, title) = paragraphs::blocks(&kept, &body, &reader.shapes);
    made.blocks = blocks;
    made.attributes = attributes(&pdf, &pages, &made.blocks, title, &found);
    Ok(made)
}

/// The lines of a PDF with all that is left out of its text, page by page, in reading order.
///
/// # Errors
/// The reason why there is no text in it.
pub(super) fn all_lines(bytes: Vec<u8>) -> Result<Vec<PrintedLine>, Refusal> {
    let pdf = open(bytes)?;
    let (pages, _) = drawn(&pdf, &mut GlyphReader::new(MAX_GLYPHS))?;
    let of_page = |(lines, page): (Vec<Line>, u32)| {
        lines.into_iter().map(move |line| {
            let marks = line.marks.iter().map(|mark| format!(" ^{mark}"));
            PrintedLine { text: line.text() + &marks.collect::<Vec<_>>().concat(), page }
        })
    };
    Ok(pages.into_iter().zip(1..).flat_map(of_page).collect())
}

fn open(bytes: Vec<u8>) -> Result<Pdf, Refusal> {
    Pdf::new(bytes).map_err(|e| match e {
        LoadPdfError::Decryption(_) => Refusal::Locked,
        LoadPdfError::Invalid => Refusal::Damaged,
    })
}

/// The lines of each page, and what a person should look at.
fn drawn<'p>(
    pdf: &'p Pdf,
    reader: &mut GlyphReader<'p>,
) -> Result<(Vec<Vec<Line>>, Vec<String>), Refusal> {
    let mut pages: Vec<Vec<Line>> = Vec::new();
    let (mut blank, mut pictures, mut unread, mut signs) = (0, 0, 0, 0);
    for page in pdf.pages().iter() {
        let drawn = reader.page(page).ok_or(Refusal::TooLong)?;
        blank += usize::from(drawn.glyphs.is_empty());
        pictures += usize::from(drawn.glyphs.is_empty() && drawn.pictures > 0);
        signs += drawn.glyphs.len();
        unread += drawn.glyphs.iter().filter(|g| g.text == "\u{FFFD}").count();
        pages.push(order::in_order(lines::lines(&scripts::in_view(drawn.glyphs))));
    }
    if pages.iter().all(Vec::is_empty) {
        return Err(match (pages.is_empty(), pictures) {
            (true, _) => Refusal::Damaged,
            (_, 0) => Refusal::Empty,
            _ => Refusal::Scan,
        });
    }
    let mut notes = Vec::new();
    if blank > 0 {
        let all = pages.len();
        notes.push(format!("{blank} of {all} pages hold no text, perhaps pictures of it"));
    }
    if unread * 200 > signs {
        notes.push(format!("{unread} of {signs} signs have no letter in the fonts of this file"));
    }
    Ok((pages, notes))
}

/// What was left out, page by page.
fn removed(pages: &[Vec<Line>], found: &Furniture) -> Vec<Removed> {
    let mut out = Vec::new();
    for (n, (page, reasons)) in pages.iter().zip(&found.reasons).enumerate() {
        let page_number = n + 1;
        let mut remove = |text: String, reason: &str| {
            out.push(Removed { line: 0, text, reason: format!("{reason}, page {page_number}") });
        };
        for (line, reason) in page.iter().zip(reasons) {
            match reason {
                Some(reason) => remove(line.text(), reason),
                None if !line.marks.is_empty() => remove(line.marks.join(" "), "marks of notes"),
                None => {}
            }
        }
    }
    out
}

static DOI: LazyLock<Regex> = LazyLock::new(|| regex(r#"(?i)\b10\.\d{4,9}/[^\s"<>]+"#));
static YEAR: LazyLock<Regex> = LazyLock::new(|| regex(r"\b(?:19|20)\d\d\b"));
static KEYWORDS: LazyLock<Regex> = LazyLock::new(|| regex(r"(?i)^key\s?words?\s*[:.—–-]?\s*"));

/// What the file and its first page tell.
fn attributes(
    pdf: &Pdf,
    pages: &[Vec<Line>],
    blocks: &[Printed],
    title: Option<String>,
    found: &Furniture,
) -> BTreeMap<String, String> {
    let front: Vec<String> = pages.iter().take(1).flatten().map(Line::text).collect();
    let printed = front.join(" ").to_lowercase();
    // What a program wrote into the file counts only where the page says the same.
    let told = |value: &Option<Box<[u8]>>| {
        let value = decoded(value.as_deref()?).trim().to_owned();
        let words: Vec<String> = value
            .to_lowercase()
            .split(|c: char| !c.is_alphanumeric())
            .filter(|w| w.chars().count() > 2)
            .map(str::to_owned)
            .collect();
        let lettered = words.iter().filter(|w| w.chars().all(char::is_alphabetic)).count();
        (lettered >= 2 && words.iter().all(|w| printed.contains(w.as_str()))).then_some(value)
    };
    let mut out = BTreeMap::new();
    let mut put = |key: &str, value: Option<String>| {
        if let Some(value) = value.filter(|v| !v.is_empty()) {
            out.insert(key.to_owned(), value);
        }
    };
    put("title", told(&pdf.metadata().title).or(title));
    put("authors", told(&pdf.metadata().author));
    let doi = front.iter().find_map(|line| DOI.find(line));
    put("doi", doi.map(|m| m.as_str().trim_end_matches(['.', ',', ';', ')', ']']).to_owned()));
    put("year", year(&front));
    put("keywords", keywords(blocks));
    put("first_page", found.first_page.filter(|n| *n > 1).map(|n| n.to_string()));
    out
}

/// The year in which a paper came out, as its first page tells.
fn year(front: &[String]) -> Option<String> {
    let with = |signs: &[&str]| {
        let line = front.iter().find(|line| {
            let line = line.to_lowercase();
            signs.iter().any(|s| line.contains(s)) && YEAR.is_match(&line)
        })?;
        YEAR.find_iter(line).last().map(|m| m.as_str().to_owned())
    };
    with(&["published", "publication date"])
        .or_else(|| with(&["©", "copyright", "(c) 20"]))
        .or_else(|| with(&["accepted"]))
}

/// The words under "Keywords".
fn keywords(blocks: &[Printed]) -> Option<String> {
    let text = |b: &Printed| b.lines.iter().map(|l| l.text.as_str()).collect::<Vec<_>>().join(" ");
    let at = blocks.iter().take(60).position(|b| KEYWORDS.is_match(&text(b)))?;
    let here = text(&blocks[at]);
    let rest = &here[KEYWORDS.find(&here)?.end()..];
    let list = match (rest.is_empty(), blocks.get(at + 1)) {
        (true, Some(next)) if next.kind == BlockKind::Paragraph => text(next),
        _ => rest.to_owned(),
    };
    let list = list.trim_end_matches('.').trim().to_owned();
    (list.chars().count() <= 400 && !list.is_empty()).then_some(list)
}
