//! Texts that another program has cut into tokens: what CoNLL-U and vertical files have in common.
//!
//! Their tokens, sentences, layers and structures are kept exactly as they are; only the spaces
//! between tokens are made here, where the file does not tell them.

use std::collections::BTreeMap;

use super::Mark;
use crate::text::ByteSpan;

/// A text as another program has cut it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Annotated {
    /// The layers beside the text, by name.
    pub layers: Vec<String>,
    /// The passages in order.
    pub passages: Vec<AnnotatedPassage>,
    /// The structures that the file names, by start, the longer first.
    pub structures: Vec<NamedSpan>,
    /// True if the file marks no sentence.
    pub no_sentences: bool,
}

/// A passage with its tokens.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AnnotatedPassage {
    /// The text.
    pub text: String,
    /// Where its tokens are.
    pub tokens: Vec<ByteSpan>,
    /// Tokens at which sentences begin; the first is 0.
    pub sentences: Vec<u32>,
    /// For each layer, its value at each token.
    pub layers: Vec<Vec<Option<String>>>,
    /// Where it stands in the file.
    pub marks: Vec<Mark>,
    /// True if it is a heading.
    pub heading: bool,
    /// Who speaks.
    pub speaker: Option<String>,
    /// Whose words, if the file says so.
    pub voice: Option<String>,
    /// True if a turn begins with it.
    pub new_turn: bool,
    /// True if a section begins with it.
    pub new_section: bool,
    /// The heading of that section.
    pub section: Option<String>,
}

/// A structure of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedSpan {
    /// Its name, lower case.
    pub name: String,
    /// Its attributes, names in lower case.
    pub attributes: BTreeMap<String, String>,
    /// Its first token in the source.
    pub start: u32,
    /// Its tokens.
    pub tokens: u32,
}

/// Makes an [`Annotated`] token by token.
#[derive(Debug)]
pub(super) struct Builder {
    out: Annotated,
    passage: AnnotatedPassage,
    /// True if no space comes before the next token.
    glued: bool,
    sentence_begins: bool,
    line: u32,
    /// Tokens of the passages before this one.
    before: u32,
    open: Vec<NamedSpan>,
}

/// The name of the layer of forms, where they differ from the text.
pub(super) const FORM: &str = "word";

impl Builder {
    pub(super) fn new(layers: Vec<String>) -> Self {
        let out = Annotated { layers, ..Annotated::default() };
        Self {
            out,
            passage: AnnotatedPassage::default(),
            glued: true,
            sentence_begins: true,
            line: 0,
            before: 0,
            open: Vec::new(),
        }
    }

    /// Tokens so far.
    pub(super) fn len(&self) -> u32 {
        self.before + narrow(self.passage.tokens.len())
    }

    /// The next token begins a sentence.
    pub(super) fn sentence(&mut self) {
        self.sentence_begins = true;
    }

    /// No space comes before the next token.
    pub(super) fn glue(&mut self) {
        self.glued = true;
    }

    /// What the passage is; said before its first token.
    pub(super) fn about(&mut self, set: impl FnOnce(&mut AnnotatedPassage)) {
        set(&mut self.passage);
    }

    /// Adds tokens that are written as one: `don't` of `do` and `n't`.
    pub(super) fn push(&mut self, surface: &str, line: u32, words: Vec<Vec<Option<String>>>) {
        if !self.glued {
            self.passage.text.push(' ');
        }
        self.glued = false;
        if self.line != line {
            self.line = line;
            self.passage.marks.push(Mark::of_line(narrow(self.passage.text.len()), line));
        }
        if self.sentence_begins {
            self.sentence_begins = false;
            self.passage.sentences.push(narrow(self.passage.tokens.len()));
        }
        let start = self.passage.text.len();
        self.passage.text.push_str(surface);
        let form = self.out.layers.iter().position(|l| l == FORM);
        let forms = words.iter().map(|w| form.and_then(|f| w[f].as_deref()).unwrap_or(surface));
        let places = parts(surface, &forms.collect::<Vec<_>>());
        self.passage.layers.resize(self.out.layers.len(), Vec::new());
        for (values, (from, to)) in words.into_iter().zip(places) {
            self.passage.tokens.push(ByteSpan::new(start + from, start + to));
            for (layer, value) in self.passage.layers.iter_mut().zip(values) {
                layer.push(value);
            }
        }
    }

    /// Ends the passage, if it has a token.
    pub(super) fn end_passage(&mut self) {
        self.sentence_begins = true;
        self.glued = true;
        self.line = 0;
        let passage = std::mem::take(&mut self.passage);
        if passage.tokens.is_empty() {
            // What was said of it holds for the next.
            self.passage = AnnotatedPassage { marks: Vec::new(), ..passage };
            return;
        }
        self.before += narrow(passage.tokens.len());
        self.out.passages.push(passage);
    }

    /// Opens a structure before the next token.
    pub(super) fn open(&mut self, name: String, attributes: BTreeMap<String, String>) {
        let start = self.len();
        self.open.push(NamedSpan { name, attributes, start, tokens: 0 });
    }

    /// Closes the last structure of a name that is open; false if there is none.
    pub(super) fn close(&mut self, name: &str) -> bool {
        let Some(at) = self.open.iter().rposition(|s| s.name == name) else { return false };
        let mut span = self.open.remove(at);
        span.tokens = self.len() - span.start;
        if span.tokens > 0 {
            self.out.structures.push(span);
        }
        true
    }

    /// What has been made, and the structures that were never closed.
    pub(super) fn finish(mut self) -> (Annotated, Vec<String>) {
        let open: Vec<String> = self.open.iter().map(|s| s.name.clone()).collect();
        for name in open.iter().rev() {
            self.close(name);
        }
        self.end_passage();
        // The layer of forms is kept only where it says more than the text.
        if let Some(form) = self.out.layers.iter().position(|l| l == FORM) {
            let told = |p: &AnnotatedPassage| {
                let texts = p.tokens.iter().map(|t| t.of(&p.text));
                p.layers[form].iter().zip(texts).all(|(f, t)| f.as_deref().is_none_or(|f| f == t))
            };
            if self.out.passages.iter().all(told) {
                self.out.layers.remove(form);
                for passage in &mut self.out.passages {
                    passage.layers.remove(form);
                }
            }
        }
        self.out.structures.sort_by_key(|s| (s.start, std::cmp::Reverse(s.tokens)));
        (self.out, open)
    }
}

/// Where the words of one written form stand in it: each has a letter of it at least, if it has
/// so many.
fn parts(surface: &str, forms: &[&str]) -> Vec<(usize, usize)> {
    let ends: Vec<usize> = surface.char_indices().map(|(i, c)| i + c.len_utf8()).collect();
    let (mut out, mut letter, mut byte) = (Vec::new(), 0, 0);
    for (i, form) in forms.iter().enumerate() {
        let after = forms.len() - i - 1;
        let most = ends.len().saturating_sub(after);
        letter = if after == 0 { ends.len() } else { (letter + form.chars().count()).min(most) };
        let end = letter.checked_sub(1).map_or(0, |l| ends[l]).max(byte);
        out.push((byte, end));
        byte = end;
    }
    out
}

fn narrow(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::parts;

    #[test]
    fn written_as_one() {
        assert_eq!(parts("don't", &["do", "n't"]), [(0, 2), (2, 5)]);
        assert_eq!(parts("zum", &["zu", "dem"]), [(0, 2), (2, 3)]);
        assert_eq!(parts("du", &["de", "le"]), [(0, 1), (1, 2)]);
        assert_eq!(parts("dámelo", &["da", "me", "lo"]), [(0, 3), (3, 5), (5, 7)]);
        assert_eq!(parts("word", &["word"]), [(0, 4)]);
    }
}
