//! CoNLL-U, as `UDPipe`, Stanza and spaCy write it: a token on a line, ten columns, blank lines between
//! sentences.
//!
//! Documents (`# newdoc`) and paragraphs (`# newpar`) make passages; without them the file is one
//! passage, or each sentence if `passage = "s"` in `corpus.toml`. Words that are written as one
//! (`1-2  don't`) are shown as written and searched as words. Layers: `lemma`, `pos` (the universal
//! tag), `xpos`, `feats`, `deprel`.

use std::collections::BTreeMap;

use super::annotated::{Builder, FORM};
use super::{Body, Document, Unreadable};

/// The layers by the name of their column.
const LAYERS: [(&str, &str); 6] = [
    ("FORM", FORM),
    ("LEMMA", "lemma"),
    ("UPOS", "pos"),
    ("XPOS", "xpos"),
    ("FEATS", "feats"),
    ("DEPREL", "deprel"),
];

const COLUMNS: [&str; 10] =
    ["ID", "FORM", "LEMMA", "UPOS", "XPOS", "FEATS", "HEAD", "DEPREL", "DEPS", "MISC"];

/// Reads a file's text; `passage` names the structure that makes passages.
///
/// # Errors
/// A line has not the columns that it should have.
pub(super) fn read(text: &str, passage: Option<&str>) -> Result<Document, Unreadable> {
    let mut reader = Reader {
        builder: Builder::new(LAYERS.iter().map(|(_, layer)| (*layer).to_owned()).collect()),
        columns: COLUMNS.iter().map(|c| (*c).to_owned()).collect(),
        by_sentence: matches!(passage, Some("s" | "sentence")),
        doc: false,
        written: None,
        last_end: None,
        marked: false,
        speaker: None,
    };
    for (line, number) in text.lines().zip(1..) {
        reader.line(line.trim_end_matches('\r'), number)?;
    }
    if reader.doc {
        reader.builder.close("doc");
    }
    let unmarked = !reader.marked && !reader.by_sentence;
    let (annotated, _) = reader.builder.finish();
    let mut notes = Vec::new();
    if unmarked && annotated.passages.iter().any(|p| p.sentences.len() > 20) {
        notes.push(
            "no paragraph is marked (`# newpar`): the text is one passage; `passage = \"s\"` in corpus.toml makes each sentence one"
                .to_owned(),
        );
    }
    Ok(Document { body: Body::Annotated(annotated), notes, ..Document::default() })
}

/// A form written for several words.
struct Written {
    form: String,
    line: u32,
    last: u32,
    spaced: bool,
    words: Vec<Vec<Option<String>>>,
}

struct Reader {
    builder: Builder,
    columns: Vec<String>,
    by_sentence: bool,
    doc: bool,
    written: Option<Written>,
    /// Where the token before ended, if the file counts characters.
    last_end: Option<u64>,
    marked: bool,
    /// Who speaks until another is named.
    speaker: Option<String>,
}

impl Reader {
    fn line(&mut self, line: &str, number: u32) -> Result<(), Unreadable> {
        if line.trim().is_empty() {
            self.flush();
            self.builder.sentence();
            if self.by_sentence {
                self.builder.end_passage();
                let speaker = self.speaker.clone();
                self.builder.about(|p| p.speaker = speaker);
            }
            return Ok(());
        }
        if let Some(comment) = line.strip_prefix('#') {
            self.comment(comment.trim());
            return Ok(());
        }
        let cells: Vec<&str> = line.split('\t').collect();
        if cells.len() < self.columns.len() {
            let what = format!(
                "a CoNLL-U line has {} columns parted by tabs, and this has {}",
                self.columns.len(),
                cells.len()
            );
            return Err(Unreadable::Line { line: number, what });
        }
        let id = self.cell(&cells, "ID").unwrap_or_default();
        if id.contains('.') {
            // A word that is not in the text.
            return Ok(());
        }
        let form = self.cell(&cells, "FORM").unwrap_or("_");
        let misc = self.cell(&cells, "MISC").unwrap_or_default();
        let spaced = !misc.split('|').any(|m| m == "SpaceAfter=No");
        if let Some((_, last)) = id.split_once('-') {
            let last = last.parse().map_err(|_| Unreadable::Line {
                line: number,
                what: "the first column is no word's number".into(),
            })?;
            self.flush();
            self.place(misc);
            let form = form.to_owned();
            self.written = Some(Written { form, line: number, last, spaced, words: Vec::new() });
            return Ok(());
        }
        let word = self.values(&cells);
        if let Some(written) = &mut self.written {
            written.words.push(word);
            if id.parse::<u32>().is_ok_and(|id| id >= written.last) {
                self.flush();
            }
            return Ok(());
        }
        self.place(misc);
        self.builder.push(form, number, vec![word]);
        if !spaced {
            self.builder.glue();
        }
        Ok(())
    }

    /// Adds the words that are written as one.
    fn flush(&mut self) {
        let Some(written) = self.written.take() else { return };
        if !written.words.is_empty() {
            self.builder.push(&written.form, written.line, written.words);
            if !written.spaced {
                self.builder.glue();
            }
        }
    }

    /// No space where the file's own count of characters has none.
    fn place(&mut self, misc: &str) {
        let number = |key: &str| {
            let value = misc.split('|').find_map(|m| m.strip_prefix(key)?.strip_prefix('='));
            value.and_then(|v| v.parse::<u64>().ok())
        };
        let (start, end) = (number("start_char"), number("end_char"));
        if start.is_some() && start == self.last_end {
            self.builder.glue();
        }
        self.last_end = end;
    }

    fn comment(&mut self, comment: &str) {
        let (key, value) = comment.split_once('=').unwrap_or((comment, ""));
        let (key, value) = (key.trim(), value.trim());
        match key.split_whitespace().next().unwrap_or_default() {
            "newdoc" => {
                self.flush();
                self.builder.end_passage();
                if self.doc {
                    self.builder.close("doc");
                }
                self.doc = true;
                self.marked = true;
                let id = (!value.is_empty()).then(|| ("id".to_owned(), value.to_owned()));
                self.builder.open("doc".into(), id.into_iter().collect::<BTreeMap<_, _>>());
                let title = (!value.is_empty()).then(|| value.to_owned());
                self.speaker = None;
                self.builder.about(|p| {
                    p.new_section = true;
                    p.section = title;
                    p.speaker = None;
                });
                self.last_end = None;
            }
            "newpar" => {
                self.flush();
                self.builder.end_passage();
                let speaker = self.speaker.clone();
                self.builder.about(|p| p.speaker = speaker);
                self.marked = true;
            }
            "speaker" | "speaker_id" | "who" if !value.is_empty() => {
                if self.speaker.as_deref() != Some(value) {
                    self.flush();
                    self.builder.end_passage();
                    self.speaker = Some(value.to_owned());
                }
                let speaker = self.speaker.clone();
                self.builder.about(|p| p.speaker = speaker);
            }
            "global.columns" => {
                self.columns = value.split_whitespace().map(str::to_owned).collect();
            }
            _ => {}
        }
    }

    fn cell<'c>(&self, cells: &[&'c str], column: &str) -> Option<&'c str> {
        let at = self.columns.iter().position(|c| c == column)?;
        cells.get(at).copied()
    }

    fn values(&self, cells: &[&str]) -> Vec<Option<String>> {
        LAYERS
            .iter()
            .map(|(column, layer)| {
                let value = self.cell(cells, column)?;
                let told = *layer == FORM || !matches!(value, "_" | "");
                told.then(|| value.to_owned())
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn annotated(text: &str) -> super::super::Annotated {
        match read(text, None).expect("CoNLL-U").body {
            Body::Annotated(annotated) => annotated,
            _ => unreachable!("CoNLL-U is annotated"),
        }
    }

    const TEXT: &str = "# newdoc id = d1\n# newpar\n# text = Don't go, Anna.\n\
        1-2\tDon't\t_\t_\t_\t_\t_\t_\t_\t_\n\
        1\tDo\tdo\tAUX\tVB\t_\t3\taux\t_\t_\n\
        2\tn't\tnot\tPART\tRB\t_\t3\tadvmod\t_\t_\n\
        3\tgo\tgo\tVERB\tVB\t_\t0\troot\t_\tSpaceAfter=No\n\
        4\t,\t,\tPUNCT\t,\t_\t5\tpunct\t_\t_\n\
        5\tAnna\tAnna\tPROPN\tNNP\t_\t3\tvocative\t_\tSpaceAfter=No\n\
        6\t.\t.\tPUNCT\t.\t_\t3\tpunct\t_\t_\n\n\
        1\tShe\tshe\tPRON\tPRP\t_\t2\tnsubj\t_\t_\n\
        2\tdid\tdo\tVERB\tVBD\t_\t0\troot\t_\t_\n";

    #[test]
    fn tokens_sentences_and_layers() {
        let annotated = annotated(TEXT);
        let passage = &annotated.passages[0];
        assert_eq!(passage.text, "Don't go, Anna. She did");
        let tokens: Vec<_> = passage.tokens.iter().map(|t| t.of(&passage.text)).collect();
        assert_eq!(tokens, ["Do", "n't", "go", ",", "Anna", ".", "She", "did"]);
        assert_eq!(passage.sentences, [0, 6]);
        assert_eq!(annotated.layers, ["lemma", "pos", "xpos", "feats", "deprel"]);
        assert_eq!(passage.layers[0][1].as_deref(), Some("not"));
        assert_eq!(annotated.structures[0].name, "doc");
        assert_eq!((annotated.structures[0].start, annotated.structures[0].tokens), (0, 8));
    }

    #[test]
    fn a_line_of_another_form_is_named() {
        let told = read("1\tThe\tthe\n", None).map(|_| ()).expect_err("three columns");
        assert!(matches!(told, Unreadable::Line { line: 1, .. }), "{told}");
    }

    #[test]
    fn spaces_from_character_counts() {
        let text = "1\tGo\tgo\tVERB\t_\t_\t0\troot\t_\tstart_char=0|end_char=2\n\
            2\t!\t!\tPUNCT\t_\t_\t1\tpunct\t_\tstart_char=2|end_char=3\n";
        assert_eq!(annotated(text).passages[0].text, "Go!");
    }
}
