//! LaTeX sources (`.tex`), read as text: what would be printed of them, formulas left aside.
//!
//! Macros are not run: of a command that is not known its braces' content stays. Files that `\input` names
//! are sources of their own.

mod signs;

use std::collections::BTreeMap;

use unicode_normalization::char::compose;

use self::signs::{DROPPED, FORMULAS, MARKS, SIGNS};
use super::office::Made;
use super::{BlockKind, Body, Document, Unreadable};

/// Reads a source.
///
/// # Errors
/// It has no text.
pub(super) fn read(text: &str) -> Result<Document, Unreadable> {
    let mut reader = Reader::new(text);
    reader.run(None);
    reader.made.finish_paragraph();
    let Reader { mut made, notes, attributes, .. } = reader;
    if !notes.is_empty() {
        made.begin_notes();
    }
    for note in notes {
        made.push(BlockKind::Paragraph, &note, None);
    }
    if made.blocks.is_empty() {
        return Err(Unreadable::NoText);
    }
    Ok(Document { attributes, body: Body::Blocks(made.blocks), ..Document::default() })
}

/// A short text without commands and braces, as reference managers' files have it.
pub(super) fn plain(text: &str) -> String {
    if !text.contains(['\\', '{', '~', '$', '-', '`']) {
        return text.to_owned();
    }
    let mut reader = Reader::new(text);
    reader.run(None);
    let blocks = reader.made.blocks.iter().map(|b| b.text.as_str());
    let all: Vec<&str> = blocks.chain([reader.made.text.trim()]).collect();
    all.join(" ").trim().to_owned()
}

struct Reader<'t> {
    text: &'t str,
    at: usize,
    line: u32,
    made: Made,
    notes: Vec<String>,
    attributes: BTreeMap<String, String>,
    quotations: u32,
    figures: u32,
    /// The cells of a row, in a table.
    row: Option<Vec<String>>,
    /// True between the beginning and the end of the document.
    printing: bool,
    depth: u32,
}

impl<'t> Reader<'t> {
    fn new(text: &'t str) -> Self {
        Self {
            text,
            at: 0,
            line: 1,
            made: Made::default(),
            notes: Vec::new(),
            attributes: BTreeMap::new(),
            quotations: 0,
            figures: 0,
            row: None,
            printing: !text.contains("\\begin{document}"),
            depth: 0,
        }
    }

    fn rest(&self) -> &str {
        &self.text[self.at..]
    }

    fn next(&mut self) -> Option<char> {
        let c = self.rest().chars().next()?;
        self.at += c.len_utf8();
        self.line += u32::from(c == '\n');
        Some(c)
    }

    fn takes(&mut self, sign: &str) -> bool {
        let found = self.rest().starts_with(sign);
        if found {
            for _ in sign.chars() {
                self.next();
            }
        }
        found
    }

    fn add(&mut self, text: &str) {
        self.made.line = self.line;
        // Of a figure and a table only captions and cells are text.
        if self.printing && (self.figures == 0 || self.row.is_some()) {
            self.made.text.push_str(text);
        }
    }

    fn paragraph(&mut self) {
        if self.row.is_none() {
            self.made.finish_paragraph();
            let quoted = self.quotations > 0;
            self.made.kind = if quoted { BlockKind::Quotation } else { BlockKind::Paragraph };
        }
    }

    /// Reads up to a closing sign, or to the end.
    fn run(&mut self, until: Option<char>) {
        let mut open = 0_u32;
        while let Some(c) = self.next() {
            match c {
                '%' => {
                    while self.next().is_some_and(|c| c != '\n') {}
                    // A comment takes the line end with it, but not a blank line.
                    while self.rest().starts_with([' ', '\t']) {
                        self.next();
                    }
                }
                '{' => open += 1,
                '}' if open > 0 => open -= 1,
                '}' if until == Some('}') => return,
                ']' if until == Some(']') && open == 0 => return,
                '\n' if self.rest().trim_start_matches([' ', '\t']).starts_with('\n') => {
                    self.paragraph();
                }
                '$' => self.formula(),
                '~' => self.add(" "),
                '`' if self.takes("`") => self.add("“"),
                '`' => self.add("‘"),
                '\'' if self.takes("'") => self.add("”"),
                '-' if self.takes("--") => self.add("—"),
                '-' if self.takes("-") => self.add("–"),
                '&' if self.row.is_some() => self.end_of_cell(),
                '\\' => self.command(),
                c => self.add(c.encode_utf8(&mut [0; 4])),
            }
        }
    }

    /// A formula in a line: its letters and numbers.
    fn formula(&mut self) {
        let display = self.takes("$");
        let rest = self.rest();
        let end = rest.find('$').unwrap_or(rest.len());
        let inside = rest[..end].to_owned();
        for _ in inside.chars().chain(std::iter::once('$')) {
            self.next();
        }
        if display {
            self.takes("$");
            return;
        }
        let mut words = String::new();
        let mut command = false;
        for c in inside.chars() {
            match c {
                '\\' => command = true,
                c if command && c.is_ascii_alphabetic() => {}
                '{' | '}' | '^' | '_' => command = false,
                c => {
                    command = false;
                    words.push(c);
                }
            }
        }
        self.add(&words);
    }

    /// The text of a braced argument, read as text; empty if there is none.
    fn argument(&mut self) -> String {
        self.options();
        let blank = self.rest().len() - self.rest().trim_start().len();
        if !self.rest()[blank..].starts_with('{') || self.depth > 50 {
            return String::new();
        }
        for _ in 0..=self.rest()[..blank].chars().count() {
            self.next();
        }
        let kept = std::mem::take(&mut self.made);
        let (row, figures) = (self.row.take(), std::mem::replace(&mut self.figures, 0));
        let printing = std::mem::replace(&mut self.printing, true);
        self.depth += 1;
        self.run(Some('}'));
        self.depth -= 1;
        let inner = std::mem::replace(&mut self.made, kept);
        (self.row, self.figures, self.printing) = (row, figures, printing);
        let mut text: Vec<String> = inner.blocks.into_iter().map(|b| b.text).collect();
        text.push(inner.text);
        text.join(" ").split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// Passes over `[…]` and `*`.
    fn options(&mut self) {
        self.takes("*");
        while self.rest().starts_with('[') {
            let mut depth = 0;
            while let Some(c) = self.next() {
                match c {
                    '[' | '{' => depth += 1,
                    ']' | '}' => depth -= 1,
                    _ => {}
                }
                if depth == 0 {
                    return;
                }
            }
        }
    }

    fn command(&mut self) {
        let letters = self.rest().chars().take_while(char::is_ascii_alphabetic).count();
        if letters == 0 {
            let Some(sign) = self.next() else { return };
            self.sign(sign);
            return;
        }
        let name: String = (0..letters).filter_map(|_| self.next()).collect();
        // Blanks after a command end it.
        while self.rest().starts_with([' ', '\t']) {
            self.next();
        }
        if self.titled(&name) {
            return;
        }
        match name.as_str() {
            "begin" => {
                let name = self.argument();
                self.begin(&name);
            }
            "end" => {
                let name = self.argument();
                self.end(&name);
            }
            "item" => {
                self.options();
                self.paragraph();
                self.made.kind = BlockKind::ListItem;
            }
            "bibitem" => {
                self.options();
                self.argument();
                self.paragraph();
            }
            "par" | "newpage" | "clearpage" => self.paragraph(),
            "href" | "textcolor" | "multicolumn" => {
                // The last argument is the text.
                self.argument();
                if name == "multicolumn" {
                    self.argument();
                }
            }
            "enquote" | "textquote" | "blockquote" | "foreignquote" | "foreigntextquote"
            | "textcquote" | "blockcquote" => {
                // Before the text of some stands a language, or whom it is of; pages are passed over.
                if matches!(
                    name.as_str(),
                    "foreignquote" | "foreigntextquote" | "textcquote" | "blockcquote"
                ) {
                    self.argument();
                }
                let text = self.argument();
                self.add(&format!("“{text}”"));
            }
            "verb" => {
                if let Some(sign) = self.next() {
                    while let Some(c) = self.next().filter(|c| *c != sign) {
                        self.add(c.encode_utf8(&mut [0; 4]));
                    }
                }
            }
            name if DROPPED.contains(&name) => {
                self.argument();
                while self.rest().starts_with(['{', '[']) {
                    self.argument();
                }
            }
            name => self.letter(name),
        }
    }

    /// A command that stands for a letter or sets a mark on one; others are passed over.
    fn letter(&mut self, name: &str) {
        let sign = SIGNS.iter().find(|(known, _)| *known == name);
        let mark = MARKS.iter().find(|(known, _)| *known == name);
        match (sign, mark) {
            (Some((_, sign)), _) => self.add(sign),
            (None, Some((_, mark))) => self.accent(*mark),
            (None, None) => self.options(),
        }
    }

    /// A heading, a caption, a title: commands whose argument is a text of its own. False for others.
    fn titled(&mut self, name: &str) -> bool {
        match name {
            "title" | "author" => {
                let text = self.argument();
                let key = if name == "title" { "title" } else { "authors" };
                if !text.is_empty() {
                    self.attributes.insert(key.to_owned(), text);
                }
            }
            "maketitle" => {
                if let Some(title) = self.attributes.get("title").cloned() {
                    self.made.push(BlockKind::Heading(1), &title, None);
                }
            }
            "part" | "chapter" | "section" => self.heading(1),
            "subsection" => self.heading(2),
            "subsubsection" => self.heading(3),
            "paragraph" | "subparagraph" => self.heading(4),
            "caption" => {
                let text = self.argument();
                self.block(BlockKind::Caption, &text);
            }
            "footnote" | "footnotetext" => {
                let text = self.argument();
                if !text.is_empty() && self.printing {
                    self.notes.push(text);
                }
            }
            _ => return false,
        }
        true
    }

    fn heading(&mut self, level: u8) {
        let text = self.argument();
        self.block(BlockKind::Heading(level), &text);
    }

    fn block(&mut self, kind: BlockKind, text: &str) {
        if self.printing {
            self.made.line = self.line;
            let kept = std::mem::take(&mut self.made.text);
            if self.figures == 0 {
                self.made.text = kept;
            }
            self.made.push(kind, text, None);
        }
    }

    /// A sign after a backslash: `\&`, `\'e`, `\\`.
    fn sign(&mut self, sign: char) {
        match sign {
            '&' | '%' | '$' | '#' | '_' | '{' | '}' => self.add(sign.encode_utf8(&mut [0; 4])),
            '\'' => self.accent('\u{301}'),
            '`' => self.accent('\u{300}'),
            '"' => self.accent('\u{308}'),
            '^' => self.accent('\u{302}'),
            '~' => self.accent('\u{303}'),
            '=' => self.accent('\u{304}'),
            '.' => self.accent('\u{307}'),
            '\\' if self.row.is_some() => {
                self.options();
                self.end_of_row();
            }
            '\\' => {
                self.options();
                self.add("\n");
            }
            '[' | '(' => {
                let close = if sign == '[' { "\\]" } else { "\\)" };
                while !self.rest().is_empty() && !self.takes(close) {
                    self.next();
                }
            }
            '-' | '/' => {}
            _ => self.add(" "),
        }
    }

    /// The next letter with a mark over or under it.
    fn accent(&mut self, mark: char) {
        while self.rest().starts_with(' ') {
            self.next();
        }
        let braced = self.takes("{");
        // `\'{\i}`
        self.takes("\\");
        let Some(letter) = self.next() else { return };
        if let Some(sign) = compose(letter, mark) {
            self.add(sign.encode_utf8(&mut [0; 4]));
        } else {
            self.add(letter.encode_utf8(&mut [0; 4]));
            self.add(mark.encode_utf8(&mut [0; 4]));
        }
        if braced {
            self.takes("}");
        }
    }

    fn begin(&mut self, name: &str) {
        match name {
            "document" => self.printing = true,
            "abstract" => self.block(BlockKind::Heading(1), "Abstract"),
            "thebibliography" => {
                self.argument();
                self.block(BlockKind::Heading(1), "References");
            }
            "quote" | "quotation" | "displayquote" | "quoting" => {
                self.quotations += 1;
                self.paragraph();
            }
            "figure" | "figure*" | "table" | "table*" | "wrapfigure" => {
                self.paragraph();
                self.figures += 1;
                while self.rest().starts_with(['[', '{']) {
                    self.argument();
                }
            }
            "tabular" | "tabularx" | "tabular*" | "longtable" => {
                self.paragraph();
                self.argument();
                while self.rest().starts_with('{') {
                    self.argument();
                }
                self.row = Some(Vec::new());
            }
            name if FORMULAS.contains(&name) => {
                let close = format!("\\end{{{name}}}");
                while !self.rest().is_empty() && !self.takes(&close) {
                    self.next();
                }
            }
            _ => {
                self.options();
                self.paragraph();
            }
        }
    }

    fn end(&mut self, name: &str) {
        match name {
            "document" => {
                self.paragraph();
                self.printing = false;
            }
            "quote" | "quotation" | "displayquote" | "quoting" => {
                self.made.finish_paragraph();
                self.quotations = self.quotations.saturating_sub(1);
                self.paragraph();
            }
            "figure" | "figure*" | "table" | "table*" | "wrapfigure" => {
                self.figures = self.figures.saturating_sub(1);
                self.made.text.clear();
            }
            "tabular" | "tabularx" | "tabular*" | "longtable" => {
                self.end_of_row();
                self.row = None;
            }
            _ => self.paragraph(),
        }
    }

    fn end_of_cell(&mut self) {
        let text = std::mem::take(&mut self.made.text);
        if let Some(row) = &mut self.row {
            row.push(text.split_whitespace().collect::<Vec<_>>().join(" "));
        }
    }

    fn end_of_row(&mut self) {
        self.end_of_cell();
        let Some(cells) = self.row.replace(Vec::new()) else { return };
        if self.printing && cells.iter().any(|c| !c.is_empty()) {
            self.made.push(BlockKind::TableRow, &cells.join(" | "), None);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn blocks(text: &str) -> Vec<(BlockKind, String)> {
        let Body::Blocks(blocks) = read(text).expect("text").body else { panic!("blocks") };
        blocks.into_iter().map(|b| (b.kind, b.text)).collect()
    }

    #[test]
    fn what_is_printed_is_read() {
        let text = "\\documentclass{article}\n\\title{A \\emph{Title}}\n\\begin{document}\n\\maketitle\n\\section{One}\\label{a}\n\
            ``Caf\\'e'' --- so~it is \\cite{x}, $p < 0.05$. % no\n And 5\\,\\% \\textbf{more}.\\footnote{A note.}\n\n\
            \\begin{quote}Quoted.\\end{quote}\n\\begin{itemize}\\item First\\item Second\\end{itemize}\n\
            \\begin{equation}x\\end{equation}\n\\begin{table}[h]\\centering\\caption{Cap}\\begin{tabular}{lc}a & b \\\\ c & d\\end{tabular}\\end{table}\nEnd.\n\\end{document}\nafter";
        let made = blocks(text);
        let expected = [
            (BlockKind::Heading(1), "A Title"),
            (BlockKind::Heading(1), "One"),
            (BlockKind::Paragraph, "“Café” — so it is , p < 0.05. And 5 % more."),
            (BlockKind::Quotation, "Quoted."),
            (BlockKind::ListItem, "First"),
            (BlockKind::ListItem, "Second"),
            (BlockKind::Caption, "Cap"),
            (BlockKind::TableRow, "a | b"),
            (BlockKind::TableRow, "c | d"),
            (BlockKind::Paragraph, "End."),
            (BlockKind::Name(1), "Notes"),
            (BlockKind::Paragraph, "A note."),
        ];
        let made: Vec<(BlockKind, &str)> = made.iter().map(|(k, t)| (*k, t.as_str())).collect();
        assert_eq!(made, expected);
    }

    #[test]
    fn odd_sources_end() {
        for text in [
            "\\",
            "{",
            "\\begin{",
            "$",
            "\\section",
            "\\verb|",
            "%",
            "\\begin{tabular}{l}a &",
            "\\'",
            "\\[",
            "a\\item[x",
        ] {
            let _any = read(text);
        }
        assert!(read("").is_err());
        assert!(read(&"\\emph{".repeat(100_000)).is_err());
        assert!(read(&"\\footnote{".repeat(100_000)).is_err());
    }
}
