//! The forward part of a source: its text and where everything in it stands, a body for the source
//! and one for each of its passages in the file of [`super::texts`].
//!
//! ```text
//! of the source    JSON of sections, removed furniture, layers, and how many passages follow
//! of a passage     kind and voice, section, turn, speaker, page, time, first character, marks,
//!                  sentences, quotations, bytes of text, tokens, values of layers; then its text
//! ```
//! Numbers are of variable length. Passages are decoded one at a time, so a hit costs its own
//! passage and not its source.

use serde::{Deserialize, Serialize};

use crate::ingest::{Mark, Removed};
use crate::segment::{FORM_LAYER, Kind, Passage, Passages, Quotation, Section, Voice};
use crate::text::{ByteSpan, TokenSpan};

use super::narrow;
use super::texts::TextFile;

#[derive(Serialize, Deserialize)]
struct Head {
    passages: u32,
    sections: Vec<Section>,
    removed: Vec<(u32, String, String)>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    layers: Vec<String>,
}

/// A source's forward part, ready to give single passages.
#[derive(Debug)]
pub struct ForwardSource {
    texts: TextFile,
    /// The document of its first passage.
    first: u32,
    /// The sections in order.
    pub sections: Vec<Section>,
    /// What was left out, and why.
    pub removed: Vec<Removed>,
    /// Layers of the tokens beside the text.
    pub layers: Vec<String>,
    passages: u32,
}

/// One passage as it comes back.
#[derive(Debug)]
pub struct ForwardPassage<'a> {
    /// Number in the source, from 0.
    pub number: u32,
    /// What it is.
    pub kind: Kind,
    /// Its section.
    pub section: u32,
    /// Its turn.
    pub turn: u32,
    /// Its voice where no quotation says otherwise.
    pub voice: Voice,
    /// Its speaker where no quotation says otherwise.
    pub speaker: Option<u32>,
    /// The cleaned text.
    pub text: String,
    /// Where its tokens are.
    pub tokens: Vec<ByteSpan>,
    /// Tokens at which sentences begin.
    pub sentences: Vec<u32>,
    /// Its quotations.
    pub quotations: Vec<Quotation>,
    /// Where it stands in the file.
    pub marks: Vec<Mark>,
    /// Its page.
    pub page: Option<u32>,
    /// Its time stamp.
    pub time: Option<String>,
    /// For each layer of the source, its value at each token.
    pub layers: Vec<Vec<Option<&'a str>>>,
    form_layer: Option<usize>,
    /// Its first character in the source's cleaned text (passages parted by one line end), in
    /// Unicode scalar values.
    pub start_char: u32,
}

/// Whose words some are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Said {
    /// Whose words.
    pub voice: Voice,
    /// Who speaks.
    pub speaker: Option<u32>,
    /// True for a quotation.
    pub quoted: bool,
}

impl ForwardPassage<'_> {
    /// Whose words a token is, and who speaks.
    #[must_use]
    pub fn said_by(&self, token: u32) -> (Voice, Option<u32>) {
        let inside = |q: &&Quotation| q.tokens.start <= token && token < q.tokens.end;
        let quoted = self.quotations.iter().find(inside);
        quoted.map_or((self.voice, self.speaker), |q| (q.voice, q.speaker))
    }

    /// The same, with whether it is a quotation.
    #[must_use]
    pub fn said(&self, token: u32) -> Said {
        let (voice, speaker) = self.said_by(token);
        let inside = |q: &Quotation| q.tokens.start <= token && token < q.tokens.end;
        Said { voice, speaker, quoted: self.quotations.iter().any(inside) }
    }

    /// The form of a token: as written, or as the layer of forms has it.
    #[must_use]
    pub fn form(&self, token: u32) -> &str {
        let at = token as usize;
        let told = self.form_layer.and_then(|l| self.layers[l][at]);
        told.unwrap_or_else(|| self.tokens[at].of(&self.text))
    }
}

/// Appends the head of a source itself.
pub(super) fn put_source_head(source: &Passages, out: &mut Vec<u8>) {
    let removed =
        source.removed.iter().map(|r| (r.line, r.text.clone(), r.reason.clone())).collect();
    let layers = source.layers.clone();
    let passages = narrow(source.passages.len());
    let head = Head { passages, sections: source.sections.clone(), removed, layers };
    out.extend(serde_json::to_vec(&head).unwrap_or_default());
}

/// Appends the head of a passage, whose first character is so far from the source's.
pub(super) fn put_passage_head(passage: &Passage, start_char: u32, out: &mut Vec<u8>) {
    out.push(code(&Kind::ALL, passage.kind) << 4 | code(&Voice::ALL, passage.voice));
    put(out, passage.section);
    put(out, passage.turn);
    put(out, passage.speaker.map_or(0, |s| s + 1));
    put(out, passage.page.map_or(0, |p| p + 1));
    let time = passage.time.as_deref().unwrap_or_default();
    put(out, narrow(time.len()));
    out.extend_from_slice(time.as_bytes());
    put(out, start_char);
    // Pages and seconds cost nothing where no mark has one.
    let more = passage.marks.iter().any(|m| m.page.is_some() || m.second.is_some());
    put(out, narrow(passage.marks.len()) << 1 | u32::from(more));
    let (mut byte, mut line) = (0, 0);
    for mark in &passage.marks {
        put(out, mark.byte - byte);
        put(out, mark.line.wrapping_sub(line));
        (byte, line) = (mark.byte, mark.line);
        if more {
            put(out, mark.page.map_or(0, |p| p.saturating_add(1)));
            put(out, mark.second.map_or(0, |s| s.saturating_add(1)));
        }
    }
    put(out, narrow(passage.sentences.len()));
    let mut last = 0;
    for start in &passage.sentences {
        put(out, start - last);
        last = *start;
    }
    put(out, narrow(passage.quotations.len()));
    for quotation in &passage.quotations {
        put(out, quotation.tokens.start);
        put(out, quotation.tokens.len());
        put(out, quotation.speaker.map_or(0, |s| s + 1));
        out.push(code(&Voice::ALL, quotation.voice));
    }
    put(out, narrow(passage.text.len()));
    put(out, narrow(passage.tokens.len()));
    for values in &passage.layers {
        for value in values {
            match value {
                None => put(out, 0),
                Some(value) => {
                    put(out, narrow(value.len()) + 1);
                    out.extend_from_slice(value.as_bytes());
                }
            }
        }
    }
}

impl ForwardSource {
    /// Opens a source by the document of itself; `None` if the file is damaged.
    pub(super) fn open(texts: &TextFile, document: u32) -> Option<Self> {
        let (head, _, _) = texts.body(document)?;
        let head: Head = serde_json::from_slice(head).ok()?;
        let removed = head
            .removed
            .into_iter()
            .map(|(line, text, reason)| Removed { line, text, reason })
            .collect();
        let (sections, layers, passages) = (head.sections, head.layers, head.passages);
        Some(Self {
            texts: texts.clone(),
            first: document + 1,
            sections,
            removed,
            layers,
            passages,
        })
    }

    /// Passages in it.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.passages as usize
    }

    /// True when it has no passage.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.passages == 0
    }

    /// The passage of a number, from 0; `None` past the end or if the file is damaged.
    #[must_use]
    pub fn passage(&self, number: u32) -> Option<ForwardPassage<'_>> {
        if number >= self.passages {
            return None;
        }
        let (head, codes, _) = self.texts.body(self.first + number)?;
        let mut take = Take::new(head);
        let (mut passage, bytes) = decode_head(&mut take, number)?;
        (passage.text, passage.tokens) = self.texts.text(codes, bytes, take.number()? as usize)?;
        let count = passage.tokens.len();
        let values = self.layers.iter().map(|_| (0..count).map(|_| take.value()).collect());
        passage.layers = values.collect::<Option<_>>()?;
        passage.form_layer = self.layers.iter().position(|l| l == FORM_LAYER);
        Some(passage)
    }

    /// All passages in order.
    pub fn iter(&self) -> impl Iterator<Item = ForwardPassage<'_>> {
        (0..self.passages).filter_map(|i| self.passage(i))
    }
}

/// What a head says of a passage up to its tokens, and how many bytes its text has.
fn decode_head<'a>(take: &mut Take<'a>, number: u32) -> Option<(ForwardPassage<'a>, usize)> {
    let packed = take.byte()?;
    let (section, turn) = (take.number()?, take.number()?);
    let (speaker, page) = (take.number()?.checked_sub(1), take.number()?.checked_sub(1));
    let (time, start_char) = (take.text()?, take.number()?);
    let mut marks = Vec::new();
    let (mut byte, mut line) = (0_u32, 0_u32);
    let count = take.number()?;
    for _ in 0..count >> 1 {
        byte += take.number()?;
        line = line.wrapping_add(take.number()?);
        let mut mark = Mark::of_line(byte, line);
        if count & 1 == 1 {
            mark.page = take.number()?.checked_sub(1);
            mark.second = take.number()?.checked_sub(1);
        }
        marks.push(mark);
    }
    let mut sentences = Vec::new();
    let mut start = 0;
    for _ in 0..take.number()? {
        start += take.number()?;
        sentences.push(start);
    }
    let mut quotations = Vec::new();
    for _ in 0..take.number()? {
        let (start, len) = (take.number()?, take.number()?);
        let speaker = take.number()?.checked_sub(1);
        let voice = *Voice::ALL.get(usize::from(take.byte()?))?;
        quotations.push(Quotation { tokens: TokenSpan::new(start, start + len), speaker, voice });
    }
    let bytes = take.number()? as usize;
    let passage = ForwardPassage {
        layers: Vec::new(),
        form_layer: None,
        number,
        kind: *Kind::ALL.get(usize::from(packed >> 4))?,
        voice: *Voice::ALL.get(usize::from(packed & 15))?,
        section,
        turn,
        speaker,
        text: String::new(),
        tokens: Vec::new(),
        sentences,
        quotations,
        marks,
        page,
        time: (!time.is_empty()).then_some(time),
        start_char,
    };
    Some((passage, bytes))
}

/// Index of a value in the list of all values.
pub(super) fn code<T: PartialEq + Copy>(all: &[T], value: T) -> u8 {
    let at = all.iter().position(|v| *v == value).unwrap_or_default();
    u8::try_from(at).unwrap_or_default()
}

/// Appends a number, seven bits a byte, the lowest first.
pub(super) fn put(out: &mut Vec<u8>, mut n: u32) {
    while n >= 0x80 {
        out.push(n.to_le_bytes()[0] | 0x80);
        n >>= 7;
    }
    out.push(n.to_le_bytes()[0]);
}

/// Takes one thing after the other from some bytes; `None` where there is no more.
pub(super) struct Take<'a> {
    bytes: &'a [u8],
}

impl<'a> Take<'a> {
    pub(super) const fn new(bytes: &'a [u8]) -> Self {
        Self { bytes }
    }

    /// What is left.
    pub(super) const fn rest(&self) -> &'a [u8] {
        self.bytes
    }

    /// So many bytes.
    pub(super) fn bytes(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.bytes.split_at_checked(count)?;
        self.bytes = rest;
        Some(taken)
    }

    fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.bytes.split_first()?;
        self.bytes = rest;
        Some(*first)
    }

    pub(super) fn number(&mut self) -> Option<u32> {
        let mut n = 0_u32;
        for shift in (0..35).step_by(7) {
            let byte = self.byte()?;
            n |= u32::from(byte & 0x7F).checked_shl(shift)?;
            if byte < 0x80 {
                return Some(n);
            }
        }
        None
    }

    /// A value of a layer, or none.
    #[expect(clippy::option_option, reason = "the outer is of damaged bytes")]
    fn value(&mut self) -> Option<Option<&'a str>> {
        let Some(len) = self.number()?.checked_sub(1) else { return Some(None) };
        let (text, rest) = self.bytes.split_at_checked(len as usize)?;
        self.bytes = rest;
        std::str::from_utf8(text).ok().map(Some)
    }

    fn text(&mut self) -> Option<String> {
        let len = self.number()? as usize;
        let (text, rest) = self.bytes.split_at_checked(len)?;
        self.bytes = rest;
        String::from_utf8(text.to_vec()).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::index::{Catalogue, NewSource, SourceEntry, Store, StoreWriter};
    use crate::ingest::{Limits, read};
    use crate::project::CollectionSettings;
    use crate::segment::{Decisions, Segmenter};

    fn cut(text: &str) -> Passages {
        let settings = CollectionSettings::default();
        let mut records =
            read("a.txt", text.as_bytes(), &settings, &Limits::default()).expect("it is text");
        let segmenter = Segmenter::new(settings, &[], Decisions::default()).expect("defaults");
        segmenter.segment("a.txt", records.remove(0).document)
    }

    /// What a store gives back, when sources came in one commit each and one is taken out again.
    fn stored(sources: &[Passages], without: Option<u32>) -> (tempfile::TempDir, Store) {
        let folder = tempfile::tempdir().expect("a folder");
        let mut known = Catalogue::default();
        for (source, number) in sources.iter().zip(0..) {
            let writer = StoreWriter::open(folder.path(), 64, 1).expect("a store");
            let new = NewSource { number, passages: source.clone() };
            writer.add(std::iter::once(new)).expect("written");
            known
                .sources
                .insert(format!("{number}"), SourceEntry { number, ..SourceEntry::default() });
            if let Some(number) = without.filter(|w| w + 1 == number) {
                writer.remove(number);
                known.sources.remove(&format!("{number}"));
            }
            known = writer.commit(known).expect("committed");
        }
        let store = Store::open(folder.path()).expect("a store");
        (folder, store)
    }

    #[test]
    fn sources_come_back_as_they_went_in() {
        let texts = [
            "Interviewer: [00:01] How’s work?\n\nP1: Well. “Busy”, I’d say.\nAnd\nlong.\n\nInterviewer: So?\n",
            "… (“Ça va”) — it’s 5 % more; 彼は言った。 END\n\nنعم، so  on\u{a0}and\ton…\n",
            "One. two.two  -- three\n",
        ];
        // Enough sources that segments are merged.
        let sources: Vec<Passages> = (0..24).map(|n| cut(texts[n % 3])).collect();
        let (_folder, store) = stored(&sources, Some(4));
        assert!(store.segments.len() < 24, "{} segments", store.segments.len());
        for rank in 0..u32::try_from(store.len()).expect("few") {
            let source = &sources[store.entry(rank).number as usize];
            let back = store.forward(rank).expect("it is there");
            assert_eq!(back.len(), source.passages.len());
            let mut chars = 0;
            for (a, b) in source.passages.iter().zip(back.iter()) {
                assert_eq!(
                    (a.kind, a.voice, a.speaker, a.turn),
                    (b.kind, b.voice, b.speaker, b.turn)
                );
                assert_eq!((&a.text, &a.tokens, &a.sentences), (&b.text, &b.tokens, &b.sentences));
                assert_eq!((&a.marks, &a.time, &a.quotations), (&b.marks, &b.time, &b.quotations));
                assert_eq!(b.start_char, chars);
                chars += u32::try_from(a.text.chars().count()).expect("short") + 1;
            }
        }
    }
}
