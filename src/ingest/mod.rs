//! Bytes become a [`Document`]: lines or blocks of text with their places in the file.
//!
//! One file per format. A reader decides nothing about meaning: what is a heading, a quotation
//! or a page number is found later, in `segment`, for all formats alike. What a file can't give
//! is an [`Unreadable`] reason, never a panic, and never stops the files after it.

mod annotated;
pub(crate) mod apart;
mod archive;
mod attributes;
mod captions;
mod cells;
mod charsets;
mod chat;
mod conllu;
mod discover;
mod docx;
mod eaf;
mod epub;
mod exmaralda;
mod html;
mod jats;
mod json;
mod latex;
mod markdown;
mod odt;
mod office;
mod parts;
mod pdf;
mod plain;
mod records;
mod references;
mod rtf;
mod services;
mod sheet;
mod srt;
mod table;
mod tei;
mod textgrid;
mod tiers;
mod trs;
mod vertical;
mod vtt;
mod xml;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use self::apart::read_lines;
use self::table::Columns;
use crate::project::CollectionSettings;
pub use crate::project::{AttributeKind, AttributeType, Limits};
pub use captions::dashed;
pub use plain::OTHER_LINE_ENDS;

pub use annotated::{Annotated, AnnotatedPassage, NamedSpan};
pub use attributes::{AttributeTable, TableProblem, read_attributes};
pub use discover::{DECISIONS, Found, FoundFile, Stamp, collection_of, discover};
pub use references::{Reference, plain_doi, read_references};

/// A file as read: its text with places, nothing cleaned yet.
#[derive(Clone, Debug, Default)]
pub struct Document {
    /// What the file says of itself: a Markdown file's front matter.
    pub attributes: BTreeMap<String, String>,
    /// The text.
    pub body: Body,
    /// What the reader left out, with its reason.
    pub removed: Vec<Removed>,
    /// What a person should look at.
    pub notes: Vec<String>,
    /// What is wrong with the file and changes what is counted: somebody must look.
    pub complaints: Vec<String>,
    /// Those who ask, where the file tells.
    pub asks: Vec<String>,
    /// True when the file says of all who speak what they do there.
    pub roles_known: bool,
    /// True when the file says that it is an article: then boxes and lists with colons are no talk.
    pub article: bool,
}

/// The text of a document, as far as its format tells.
#[derive(Clone, Debug)]
pub enum Body {
    /// Lines, where the format knows no more (plain text).
    Lines(Vec<Line>),
    /// Blocks, where the format marks them (Markdown).
    Blocks(Vec<Block>),
    /// Blocks of lines, where the format has pages: words may be cut at the ends of lines (PDF).
    Printed(Vec<Printed>),
    /// Utterances, where the format knows them (captions, tables and other records of speech).
    Utterances(Vec<Utterance>),
    /// Tokens, where another program has cut them (CoNLL-U, vertical text).
    Annotated(Annotated),
}

impl Default for Body {
    fn default() -> Self {
        Self::Lines(Vec::new())
    }
}

/// One line of a plain text.
#[derive(Clone, Debug)]
pub struct Line {
    /// The line without its end.
    pub text: String,
    /// Its number in the file, from 1.
    pub number: u32,
}

/// A block of lines as printed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Printed {
    /// What it is.
    pub kind: BlockKind,
    /// Its lines, at least one.
    pub lines: Vec<PrintedLine>,
}

/// A line on a page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PrintedLine {
    /// Its text.
    pub text: String,
    /// The page of the file, from 1.
    pub page: u32,
}

/// A stretch of text that belongs together.
#[expect(clippy::struct_excessive_bools, reason = "each tells one thing of a block")]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// What it is.
    pub kind: BlockKind,
    /// Its text. Where a line ends inside a paragraph it has a line end, and a tab where one was written: either
    /// may part a label from words.
    pub text: String,
    /// Where it stands in the file: at byte `0`, and wherever a new line of the file begins.
    pub marks: Vec<Mark>,
    /// The page it begins on, where the file tells.
    pub page: Option<u32>,
    /// What stood beside the label and is no word: `nurse` of `Nora [nurse]:`.
    pub aside: Option<String>,
    /// True when a page break or something removed stands before it.
    pub after_break: bool,
    /// Who speaks, in a transcript: the label as written.
    pub label: Option<String>,
    /// The time stamp of the label, as written.
    pub time: Option<String>,
    /// True when its last line ended in a space: a whole word ends there, too.
    pub spaced_end: bool,
    /// Bytes at its beginning that are in bold: a label may be written so.
    pub bold: u32,
    /// True for words of somebody who is not known, and not of the one before.
    pub unknown: bool,
    /// True when all of it stands further in than its margin: a quotation may be set off so.
    pub indented: bool,
    /// True for the heading of a list of references, whatever it is called.
    pub references: bool,
}

impl Block {
    /// A block of `kind` that begins at a line of the file.
    #[must_use]
    pub fn new(kind: BlockKind, text: impl Into<String>, line: u32) -> Self {
        Self {
            kind,
            text: text.into(),
            marks: vec![Mark::of_line(0, line)],
            page: None,
            after_break: false,
            label: None,
            time: None,
            spaced_end: false,
            bold: 0,
            unknown: false,
            indented: false,
            references: false,
            aside: None,
        }
    }
}

/// From this byte of a block on, the text stands at this place of the file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Mark {
    /// A byte of the block's text.
    pub byte: u32,
    /// A line of the file, from 1; 0 where the format has no lines.
    pub line: u32,
    /// A page, where the file has pages.
    pub page: Option<u32>,
    /// Seconds of a recording, where the file tells them.
    pub second: Option<u32>,
}

impl Mark {
    /// A place that is a line alone.
    #[must_use]
    pub const fn of_line(byte: u32, line: u32) -> Self {
        Self { byte, line, page: None, second: None }
    }
}

/// What one person says in one go, or a part of it, in a file that says who speaks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Utterance {
    /// Who speaks; `None` goes on, or the words begin with a label.
    pub speaker: Option<String>,
    /// The words.
    pub text: String,
    /// Where it stands: its byte is 0.
    pub mark: Mark,
    /// True for a part of speech that was cut by time, as captions are: what follows may be its end.
    pub cut: bool,
}

/// What a block is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum BlockKind {
    /// A heading of a level, 1 on top.
    Heading(u8),
    /// What a section is called by a table and not by its text: a column's name.
    Name(u8),
    /// A paragraph.
    Paragraph,
    /// A quotation set off as a block.
    Quotation,
    /// An item of a list.
    ListItem,
    /// A row of a table.
    TableRow,
    /// The caption of a table or figure.
    Caption,
}

/// Something left out of the text, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Removed {
    /// The line of the file it stood on; 0 where a format has no lines, and the reason says the page.
    pub line: u32,
    /// What it was.
    pub text: String,
    /// Why it is no evidence.
    pub reason: String,
}

/// Why a file is no source. The text says what to do; it never quotes the file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// The system would not give the bytes.
    #[error("can't be read: {0}")]
    System(String),
    /// Nothing in it.
    #[error("empty")]
    Empty,
    /// Blank lines, page numbers and the like only.
    #[error("no text in it")]
    NoText,
    /// Its pages are pictures.
    #[error("its pages are pictures without text; let a program recognise the text (OCR) first")]
    Scan,
    /// Larger than the limit.
    #[error("larger than the limit of {limit_mb} MB (`max_file_mb` in thematic.toml)")]
    TooLarge {
        /// The limit.
        limit_mb: u64,
    },
    /// Zero bytes or other control characters.
    #[error("binary, not text (byte {at})")]
    Binary {
        /// First offending byte.
        at: usize,
    },
    /// Text that is not in its encoding.
    #[error("{0}; name the right one as `encoding` in corpus.toml, or save the file as UTF-8")]
    Encoding(String),
    /// A password or a form that is not read stands before it.
    #[error("{0}")]
    Locked(&'static str),
    /// It is not what its name says, or parts of it are missing.
    #[error("damaged, or not what its name says: {0}")]
    Damaged(&'static str),
    /// Beyond a limit.
    #[error("more than {limit} {what}{}", setting(key))]
    Limit {
        /// Of what.
        what: &'static str,
        /// The limit.
        limit: u64,
        /// Its key in `thematic.toml`; empty where it can't be set.
        key: &'static str,
    },
    /// Quotations further into a paragraph, or more speakers, than the index counts.
    #[error("a paragraph with quotations of over 16 million words, or over 16,000 speakers")]
    OutOfBounds,
    /// A line is not as its format has it.
    #[error("line {line}: {what}")]
    Line {
        /// The line.
        line: u32,
        /// What is wrong.
        what: String,
    },
    /// No reader for the file's name.
    #[error("no reader for this format (read are: .{})", ENDINGS.join(", ."))]
    Format,
}

/// Where a limit can be set.
fn setting(key: &str) -> String {
    if key.is_empty() { String::new() } else { format!(" (`limits.{key}` in thematic.toml)") }
}

/// Endings of the names of files that are read.
const ENDINGS: [&str; 39] = [
    "pdf", "xlsx", "xlsm", "jsonl", "ndjson", "tex", "latex", "rtf", "html", "htm", "xhtml",
    "epub", "txt", "text", "md", "markdown", "docx", "docm", "odt", "xml", "nxml", "tei", "eaf",
    "exb", "trs", "textgrid", "otr", "vtt", "srt", "sbv", "json", "csv", "tsv", "cha", "conllu",
    "conll", "vrt", "vert", "vertical",
];

/// A source of a file: all of it, or a row of a table.
#[derive(Clone, Debug)]
pub struct Record {
    /// What the row is called; `None` for the whole file.
    pub id: Option<String>,
    /// What was read.
    pub document: Document,
}

impl Record {
    /// A file that is one source.
    #[must_use]
    pub const fn whole(document: Document) -> Self {
        Self { id: None, document }
    }
}

fn ending_of(name: &str) -> String {
    name.rsplit_once('.').map(|(_, e)| e.to_ascii_lowercase()).unwrap_or_default()
}

/// The most sources that [`read`] may find in a file; its bytes are asked for where they tell.
#[must_use]
pub fn records_at_most(
    name: &str,
    settings: &CollectionSettings,
    bytes: &dyn Fn() -> Vec<u8>,
) -> u32 {
    records::at_most(&ending_of(name), &settings.columns, bytes)
}

/// Reads a file's bytes by the ending of its name: one source, or those of a table's rows.
///
/// # Errors
/// The reason why there is no source in it.
pub fn read(
    name: &str,
    bytes: &[u8],
    settings: &CollectionSettings,
    limits: &Limits,
) -> Result<Vec<Record>, Unreadable> {
    let (table, note) = match ending_of(name).as_str() {
        "xlsx" | "xlsm" => (apart::read_table(bytes, limits)?, None),
        kind @ ("csv" | "tsv" | "jsonl" | "ndjson") => {
            let (text, note) = plain::decode(bytes, settings.encoding.as_deref())?;
            let of_lines = matches!(kind, "jsonl" | "ndjson");
            (if of_lines { cells::json_lines(&text) } else { cells::delimited(&text) }?, note)
        }
        "ris" | "bib" | "nbib" | "enw" => return references::records(name, bytes),
        // Most texts have neither a tab nor a bar where a heading would be, and are decoded once.
        "txt" | "text" if cells::may_be_table(bytes) => {
            match plain::decode(bytes, settings.encoding.as_deref()) {
                Ok((text, note)) if cells::is_talk(&text) => (cells::delimited(&text)?, note),
                _ => return Ok(vec![Record::whole(read_whole(name, bytes, settings, limits)?)]),
            }
        }
        _ => return Ok(vec![Record::whole(read_whole(name, bytes, settings, limits)?)]),
    };
    let mut records = table::read(table, &settings.columns)?;
    if let Some(first) = records.first_mut() {
        first.document.notes.extend(note);
    }
    Ok(records)
}

/// Reads a file that is one source.
fn read_whole(
    name: &str,
    bytes: &[u8],
    settings: &CollectionSettings,
    limits: &Limits,
) -> Result<Document, Unreadable> {
    let ending = ending_of(name);
    match ending.as_str() {
        "pdf" => return apart::read_pages(bytes, limits),
        "docx" | "docm" => return docx::read(bytes, limits),
        "odt" => return odt::read(bytes, limits),
        "rtf" => return rtf::read(bytes),
        "epub" => return epub::read(bytes, limits),
        "html" | "htm" | "xhtml" => return html::read(bytes, settings.encoding.as_deref()),
        "xml" | "nxml" | "tei" | "eaf" | "exb" | "trs" => return read_xml(bytes, settings),
        _ if !is_readable_name(name) => return Err(Unreadable::Format),
        _ => {}
    }
    let bytes = if ending == "cha" { &chat::without_marks(bytes) } else { bytes };
    let (text, note) = plain::decode(bytes, settings.encoding.as_deref())?;
    let text = text.as_str();
    let mut document = match ending.as_str() {
        "md" | "markdown" => markdown::read(text),
        "tex" | "latex" => latex::read(text)?,
        "vtt" => vtt::read(text)?,
        "srt" | "sbv" => srt::read(text)?,
        "json" => json::read(text, &settings.columns)?,
        "cha" => chat::read(text)?,
        "textgrid" => textgrid::read(text, &settings.tiers)?,
        "otr" => json::of_page(text)?,
        "conllu" | "conll" => conllu::read(text, settings.passage.as_deref())?,
        "vrt" | "vert" | "vertical" => vertical::read(text, settings)?,
        _ if markdown::looks_like(text) => markdown::read(text),
        _ => plain::read(text),
    };
    document.notes.extend(note);
    Ok(document)
}

/// Reads XML by its root.
fn read_xml(bytes: &[u8], settings: &CollectionSettings) -> Result<Document, Unreadable> {
    let text = xml::decode(bytes)?;
    xml::with_root(&text, |root| match root.tag_name().name() {
        "article" => jats::read(root),
        "TEI" | "teiCorpus" | "TEI.2" => tei::read(root),
        "ANNOTATION_DOCUMENT" => eaf::read(root, &settings.tiers),
        "basic-transcription" => exmaralda::read(root, &settings.tiers),
        "Trans" => trs::read(root),
        // Collections wrap an article.
        _ => match xml::first(root, "article") {
            Some(article) => jats::read(article),
            None => {
                Err(Unreadable::Damaged("XML that is no JATS, TEI, ELAN, EXMARaLDA or Transcriber"))
            }
        },
    })
}

/// True when a file's name has an ending that [`read`] knows.
#[must_use]
pub fn is_readable_name(name: &str) -> bool {
    name.rsplit_once('.')
        .is_some_and(|(_, ending)| ENDINGS.iter().any(|known| ending.eq_ignore_ascii_case(known)))
}
