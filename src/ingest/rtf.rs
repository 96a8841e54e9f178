//! Rich text (`.rtf`): Word, Pages, `TextEdit`, older word processors.
//!
//! ```text
//! {\rtf1\ansi\ansicpg1252 {\fonttbl …} \pard\s1 Heading\par \pard Th\'e9 \u8212? words\par}
//! ```
//! Groups that are no text (fonts, colours, pictures, headers) are passed over; footnotes come at the end.

use std::collections::{BTreeMap, HashMap};

use encoding_rs::{Encoding, WINDOWS_1252};

use super::charsets::{Charset, by_page, of_charset};
use super::office::{Cells, Made, SET_OFF, Sheet, of_style};
use super::{BlockKind, Body, Document, Removed, Unreadable};

/// Deepest nesting of groups that is read.
const MAX_DEPTH: usize = 1_000;

/// Groups whose content is no text.
const SKIPPED: &[&str] = &[
    "colortbl",
    "pict",
    "object",
    "header",
    "headerl",
    "headerr",
    "headerf",
    "footer",
    "footerl",
    "footerr",
    "footerf",
    "listtable",
    "listoverridetable",
    "xmlnstbl",
    "themedata",
    "datastore",
    "generator",
    "revtbl",
    "rsidtbl",
    "fldinst",
    "annotation",
    "atnid",
    "atnauthor",
    "bkmkstart",
    "bkmkend",
    "mmathPr",
    "latentstyles",
    "pgptbl",
    "filetbl",
    "private",
    "nonshppict",
    "listtext",
    "pntext",
    "xe",
    "tc",
];

/// What holds inside a group.
#[derive(Clone)]
struct State {
    skip: bool,
    hidden: bool,
    /// Why what is skipped is listed; nothing for what is no text.
    left_out: Option<&'static str>,
    /// Characters after `\u` that stand for it in old readers.
    fallback: usize,
    place: Place,
    /// The font, by its number in the table of fonts.
    font: Option<i32>,
    /// How far in a paragraph stands, and its first line beyond that, in twentieths of a point.
    left: i32,
    first: i32,
}

/// Where text goes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// The table of fonts.
    Fonts,
    Text,
    Styles,
    Info(Key),
    Note,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Key {
    None,
    Title,
    Author,
    Keywords,
}

struct Reader<'b> {
    bytes: &'b [u8],
    at: usize,
    state: State,
    stack: Vec<State>,
    encoding: &'static Encoding,
    /// Bytes of the code page that are not yet decoded.
    pending: Vec<u8>,
    /// Signs to pass over after `\u`.
    passing: usize,
    /// The first half of a sign above U+FFFF.
    half: Option<u16>,
    made: Made,
    notes: Vec<String>,
    attributes: BTreeMap<String, String>,
    /// The style that is being named, and headings by the number of their style.
    style: (i32, String),
    headings: HashMap<i32, BlockKind>,
    sheet: Sheet,
    row: Vec<Vec<String>>,
    cell: Vec<String>,
    in_table: bool,
    /// The signs of fonts by their numbers, the font that is being named, and the one where none is.
    fonts: HashMap<i32, Charset>,
    named_font: i32,
    default_font: Option<i32>,
    /// True for a document in the signs of DOS.
    of_dos: bool,
    /// Signs of fonts that nobody can read.
    unknown: usize,
}

/// Reads rich text.
///
/// # Errors
/// It is none, or has no text.
pub(super) fn read(bytes: &[u8]) -> Result<Document, Unreadable> {
    if bytes.is_empty() {
        return Err(Unreadable::Empty);
    }
    let start = bytes
        .iter()
        .position(|b| !b.is_ascii_whitespace() && *b != 0xEF && *b != 0xBB && *b != 0xBF);
    if !bytes[start.unwrap_or(0)..].starts_with(b"{\\rtf") {
        return Err(Unreadable::Damaged("no rich text, which begins with `{\\rtf`"));
    }
    let state = State {
        skip: false,
        hidden: false,
        left_out: None,
        fallback: 1,
        place: Place::Text,
        font: None,
        left: 0,
        first: 0,
    };
    let mut reader = Reader {
        bytes,
        at: start.unwrap_or(0),
        state,
        stack: Vec::new(),
        encoding: WINDOWS_1252,
        pending: Vec::new(),
        passing: 0,
        half: None,
        made: Made::default(),
        notes: Vec::new(),
        attributes: BTreeMap::new(),
        style: (0, String::new()),
        headings: HashMap::new(),
        sheet: Sheet::default(),
        row: Vec::new(),
        cell: Vec::new(),
        in_table: false,
        fonts: HashMap::new(),
        named_font: 0,
        default_font: None,
        of_dos: false,
        unknown: 0,
    };
    reader.run()?;
    let Reader { mut made, notes, attributes, unknown, .. } = reader;
    for note in notes {
        made.push(BlockKind::Paragraph, &note, None);
    }
    if made.blocks.is_empty() {
        return Err(Unreadable::NoText);
    }
    let removed = made.removed;
    let told = (unknown > 0).then(|| {
        format!("{unknown} signs are of fonts with signs of their own, and may be read wrong; save it as .docx")
    });
    let notes = told.into_iter().collect();
    let body = Body::Blocks(made.blocks);
    Ok(Document { attributes, body, removed, notes, ..Document::default() })
}

impl Reader<'_> {
    fn run(&mut self) -> Result<(), Unreadable> {
        while let Some(byte) = self.bytes.get(self.at).copied() {
            self.at += 1;
            match byte {
                b'{' => {
                    self.flush();
                    if self.stack.len() >= MAX_DEPTH {
                        let limit = MAX_DEPTH as u64;
                        return Err(Unreadable::Limit { what: "levels of groups", limit, key: "" });
                    }
                    self.stack.push(self.state.clone());
                }
                b'}' => {
                    self.flush();
                    self.close();
                }
                b'\\' => self.control(),
                b'\r' | b'\n' => {}
                _ if self.passing > 0 => self.passing -= 1,
                byte => self.pending.push(byte),
            }
        }
        self.flush();
        self.end_of_table();
        self.made.finish_paragraph();
        Ok(())
    }

    fn close(&mut self) {
        if self.state.place == Place::Styles {
            let name = std::mem::take(&mut self.style.1);
            if let Some(kind) = of_style(name.trim().trim_end_matches(';')) {
                self.headings.insert(self.style.0, kind);
            }
            self.style.0 = 0;
        }
        if let Some(state) = self.stack.pop() {
            self.state = state;
        }
    }

    fn control(&mut self) {
        let Some(byte) = self.bytes.get(self.at).copied() else { return };
        if !byte.is_ascii_alphabetic() {
            self.at += 1;
            self.sign(byte);
            return;
        }
        self.flush();
        let rest = &self.bytes[self.at..];
        let letters = rest.iter().take_while(|b| b.is_ascii_alphabetic()).count().min(40);
        let word = String::from_utf8_lossy(&rest[..letters]).into_owned();
        let digits = &rest[letters..];
        let minus = usize::from(digits.first() == Some(&b'-'));
        let count = digits[minus..].iter().take_while(|b| b.is_ascii_digit()).count().min(10);
        let number = std::str::from_utf8(&digits[..if count > 0 { minus + count } else { 0 }]);
        let number = number.ok().and_then(|n| n.parse::<i32>().ok());
        self.at += letters + if count > 0 { minus + count } else { 0 };
        if self.bytes.get(self.at) == Some(&b' ') {
            self.at += 1;
        }
        if word == "bin" {
            // So many bytes that are no text.
            self.at += usize::try_from(number.unwrap_or(0)).unwrap_or(0);
            return;
        }
        self.word(&word, number);
    }

    /// A control sign: `\'e9`, `\~`, `\*`.
    fn sign(&mut self, byte: u8) {
        match byte {
            b'\'' => {
                let two = self.bytes.get(self.at..self.at + 2);
                let code = two.and_then(|t| std::str::from_utf8(t).ok());
                let code = code.and_then(|t| u8::from_str_radix(t, 16).ok());
                self.at = (self.at + 2).min(self.bytes.len());
                if self.passing > 0 {
                    self.passing -= 1;
                } else {
                    self.pending.extend(code);
                }
            }
            b'*' => self.state.skip = true,
            b'~' => self.add("\u{A0}"),
            b'_' => self.add("-"),
            b'{' | b'}' | b'\\' => self.pending.push(byte),
            b'\r' | b'\n' => self.paragraph(),
            _ => {}
        }
    }

    /// Which signs the bytes of a font, or of the document, are.
    fn font(&mut self, word: &str, number: Option<i32>) {
        let naming = self.state.place == Place::Fonts;
        match word {
            "fonttbl" => (self.state.place, self.state.skip) = (Place::Fonts, true),
            "f" if naming => self.named_font = number.unwrap_or(0),
            "f" => self.state.font = number,
            "fcharset" if naming => {
                if let Some(set) = of_charset(number.unwrap_or(0)) {
                    self.fonts.insert(self.named_font, set);
                }
            }
            "deff" => self.default_font = number,
            "pc" | "pca" => self.of_dos = true,
            "ansicpg" => {
                let page = number.unwrap_or(1252);
                let label =
                    if page == 10_000 { "macintosh".into() } else { format!("windows-{page}") };
                let known = Encoding::for_label(label.as_bytes()).or_else(|| by_page(page));
                self.encoding = known.unwrap_or(WINDOWS_1252);
            }
            _ => {}
        }
    }

    fn word(&mut self, word: &str, number: Option<i32>) {
        if SKIPPED.contains(&word) {
            self.state.skip = true;
            self.state.left_out = match word {
                _ if word.starts_with("header") => Some("page header"),
                _ if word.starts_with("footer") => Some("page footer"),
                "annotation" => Some("comment"),
                _ => None,
            };
            return;
        }
        match word {
            "fonttbl" | "f" | "fcharset" | "deff" | "ansicpg" | "pc" | "pca" => {
                self.font(word, number);
            }
            "stylesheet" => self.state.place = Place::Styles,
            "info" => self.state.place = Place::Info(Key::None),
            "footnote" => {
                self.state.place = Place::Note;
                self.state.skip = false;
                self.notes.push(String::new());
            }
            "title" | "author" | "keywords" if matches!(self.state.place, Place::Info(_)) => {
                self.state.place = Place::Info(match word {
                    "title" => Key::Title,
                    "author" => Key::Author,
                    _ => Key::Keywords,
                });
            }
            // What is shown of a field, and of a text box.
            "fldrslt" | "shptxt" => self.state.skip = false,
            "uc" => {
                self.state.fallback = usize::try_from(number.unwrap_or(1)).unwrap_or(1).min(10);
            }
            "u" => self.unicode(number.unwrap_or(0)),
            "v" | "deleted" => self.state.hidden = number != Some(0),
            "plain" => self.state.hidden = false,
            "s" if self.state.place == Place::Styles => self.style.0 = number.unwrap_or(0),
            "s" => {
                let known = self.headings.get(&number.unwrap_or(0)).copied();
                self.made.kind = known.unwrap_or(self.made.kind);
            }
            "outlinelevel" if self.state.place == Place::Text => {
                let level = u8::try_from(number.unwrap_or(0)).unwrap_or(0).min(8);
                self.made.kind = BlockKind::Heading(level + 1);
            }
            "li" | "lin" => self.state.left = number.unwrap_or(0),
            "fi" => self.state.first = number.unwrap_or(0),
            "pard" => {
                self.made.kind = BlockKind::Paragraph;
                (self.state.left, self.state.first) = (0, 0);
                self.in_table = false;
            }
            "intbl" => self.in_table = true,
            "par" | "sect" | "page" => self.paragraph(),
            "cell" | "nestcell" => self.end_of_cell(),
            "row" | "nestrow" => {
                let cells = std::mem::take(&mut self.row);
                self.sheet.rows.push(Cells(cells));
            }
            "line" | "softline" => self.add("\n"),
            "tab" => self.add("\t"),
            "emdash" => self.add("—"),
            "endash" => self.add("–"),
            "lquote" => self.add("‘"),
            "rquote" => self.add("’"),
            "ldblquote" => self.add("“"),
            "rdblquote" => self.add("”"),
            "bullet" => self.add("•"),
            _ => {}
        }
    }

    fn unicode(&mut self, number: i32) {
        let unit = u16::try_from(number & 0xFFFF).unwrap_or(0);
        self.passing = self.state.fallback;
        match (self.half.take(), unit) {
            (_, 0xD800..=0xDBFF) => self.half = Some(unit),
            (Some(high), 0xDC00..=0xDFFF) => {
                let text: String = char::decode_utf16([high, unit])
                    .map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER))
                    .collect();
                self.add(&text);
            }
            (_, unit) => {
                let sign = char::from_u32(u32::from(unit)).unwrap_or(char::REPLACEMENT_CHARACTER);
                self.add(&sign.to_string());
            }
        }
    }

    /// Decodes what waits.
    fn flush(&mut self) {
        if self.pending.is_empty() {
            return;
        }
        let bytes = std::mem::take(&mut self.pending);
        // A font says which signs its bytes are.
        let font = self.state.font.or(self.default_font).and_then(|font| self.fonts.get(&font));
        let encoding = match font {
            Some(Charset::Of(encoding)) => encoding,
            _ if self.of_dos => {
                let text = crate::text::decode(&bytes, Some("cp437"));
                let text = text.map(|decoded| decoded.text).unwrap_or_default();
                self.put(&text);
                return;
            }
            Some(Charset::Unknown) => {
                let beyond = bytes.iter().filter(|b| !b.is_ascii()).count();
                self.unknown += if self.state.skip || self.state.hidden { 0 } else { beyond };
                self.encoding
            }
            None => self.encoding,
        };
        let (text, _) = encoding.decode_without_bom_handling(&bytes);
        let text = text.into_owned();
        self.put(&text);
    }

    fn add(&mut self, text: &str) {
        self.flush();
        self.put(text);
    }

    /// Lists text that is none of the document's, one entry for each place.
    fn leave_out(&mut self, text: &str, reason: &str) {
        match self.made.removed.last_mut() {
            Some(last) if last.reason == reason => last.text.push_str(text),
            _ if text.trim().is_empty() => {}
            _ => {
                let (text, reason) = (text.to_owned(), reason.to_owned());
                self.made.removed.push(Removed { line: 0, text, reason });
            }
        }
    }

    fn put(&mut self, text: &str) {
        if self.state.skip || self.state.hidden {
            let hidden = self.state.hidden.then_some("hidden or deleted text");
            if let Some(reason) = self.state.left_out.or(hidden) {
                self.leave_out(text, reason);
            }
            return;
        }
        match self.state.place {
            Place::Fonts => {}
            Place::Text => {
                if !self.in_table && !self.sheet.rows.is_empty() {
                    self.end_of_table();
                }
                self.made.text.push_str(text);
            }
            Place::Note => {
                if let Some(note) = self.notes.last_mut() {
                    note.push_str(text);
                }
            }
            Place::Styles => self.style.1.push_str(text),
            Place::Info(key) => {
                let name = match key {
                    Key::None => return,
                    Key::Title => "title",
                    Key::Author => "authors",
                    Key::Keywords => "keywords",
                };
                self.attributes.entry(name.to_owned()).or_default().push_str(text);
            }
        }
    }

    fn paragraph(&mut self) {
        self.flush();
        if self.state.skip || self.state.place != Place::Text {
            return;
        }
        if self.in_table {
            let text = std::mem::take(&mut self.made.text);
            self.cell.push(text);
            return;
        }
        self.end_of_table();
        // A style holds until the next one.
        let (kind, indented) = (self.made.kind, self.is_set_off());
        self.made.indented = indented;
        self.made.finish_paragraph();
        self.made.kind = kind;
    }

    /// True where a paragraph's lines all begin further in than the margin.
    fn is_set_off(&self) -> bool {
        self.state.left.saturating_add(self.state.first.min(0)) >= SET_OFF
    }

    fn end_of_cell(&mut self) {
        let text = std::mem::take(&mut self.made.text);
        self.cell.push(text);
        let cell = std::mem::take(&mut self.cell);
        self.row.push(cell.into_iter().filter(|t| !t.trim().is_empty()).collect());
    }

    fn end_of_table(&mut self) {
        if !self.row.is_empty() {
            let cells = std::mem::take(&mut self.row);
            self.sheet.rows.push(Cells(cells));
        }
        if !self.sheet.rows.is_empty() {
            let text = std::mem::take(&mut self.made.text);
            let kind = self.made.kind;
            std::mem::take(&mut self.sheet).put_into(&mut self.made);
            (self.made.text, self.made.kind) = (text, kind);
        }
    }
}

/// Encodings of code pages that are not named `windows-…`.
#[cfg(test)]
mod tests {
    use super::*;

    fn blocks(text: &str) -> Vec<(BlockKind, String)> {
        let Body::Blocks(blocks) = read(text.as_bytes()).expect("text").body else {
            panic!("blocks")
        };
        blocks.into_iter().map(|b| (b.kind, b.text)).collect()
    }

    #[test]
    fn words_signs_and_styles() {
        let text = r"{\rtf1\ansi\ansicpg1252\uc1{\fonttbl{\f0 Arial;}}{\stylesheet{\s0 Normal;}{\s1 heading 1;}}{\info{\title T}}\pard\s1 One\par\pard Caf\'e9 \u8212? \u8211-so{\*\x no}{\v gone}\emdash\~x{\footnote note} y.\par Two\par}";
        let made = blocks(text);
        assert_eq!(made[0], (BlockKind::Heading(1), "One".to_owned()));
        assert_eq!(made[1].1, "Café — –so—\u{A0}x y.".replace('\u{A0}', " "));
        assert_eq!(made[2], (BlockKind::Paragraph, "Two".to_owned()));
        assert_eq!(made[3].1, "note");
        assert_eq!(read(text.as_bytes()).expect("text").attributes["title"], "T");
    }

    #[test]
    fn tables_code_pages_and_bad_files() {
        let row = |a: &str, b: &str| format!(r"\trowd\intbl {a}\cell\intbl {b}\cell\row ");
        let table = format!(r"{{\rtf1 {}{}\pard After\par}}", row("a", "b"), row("c", "d"));
        let texts: Vec<String> = blocks(&table).into_iter().map(|b| b.1).collect();
        assert_eq!(texts, ["a | b", "c | d", "After"]);
        assert_eq!(blocks(r"{\rtf1\ansicpg932 \'83\'65\par}")[0].1, "テ");
        assert_eq!(blocks(r"{\rtf1 \u-10179?\u-8704?\par}")[0].1, "😀");
        // Each font has its signs.
        let fonts = r"{\rtf1\ansi\ansicpg1252{\fonttbl{\f0\fcharset0 A;}{\f1\fcharset238 B;}{\f2\fcharset128 C;}}\f0 caf\'e9 {\f1 \'f8eka \'9alo} \f2 \'83\'65\f0  \'e9\par}";
        assert_eq!(blocks(fonts)[0].1, "café řeka šlo テ é");
        assert!(read(b"no").is_err());
        assert!(read(format!("{{\\rtf1 {}", "{".repeat(5_000)).as_bytes()).is_err());
        assert!(read(b"{\\rtf1 \\bin99999999 x").is_err());
    }
}
