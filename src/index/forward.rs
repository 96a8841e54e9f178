//! The forward part of a source: its text and where everything in it stands, as one run of bytes.
//!
//! ```text
//! head    length u32 · JSON of sections and removed furniture
//! table   passages u32 · for each: text start u32, offsets start u32, chars before u32
//! bodies  for each passage: kind, role …, marks, sentences, quotations, then (gap, length) of
//!         every token as variable-length numbers: "So I did." is 0 2 · 1 1 · 1 3
//! text    all passages' texts, one after the other
//! ```
//! Passages are decoded one at a time, so a hit costs its own passage and not its source.

use serde::{Deserialize, Serialize};

use crate::ingest::{Mark, Removed};
use crate::segment::{FORM_LAYER, Kind, Passage, Passages, Quotation, Section, Voice};
use crate::text::{ByteSpan, TokenSpan};

#[derive(Serialize, Deserialize)]
struct Head {
    sections: Vec<Section>,
    removed: Vec<(u32, String, String)>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    layers: Vec<String>,
}

/// A source's forward part, ready to give single passages.
#[derive(Debug)]
pub struct ForwardSource {
    bytes: Vec<u8>,
    /// The sections in order.
    pub sections: Vec<Section>,
    /// What was left out, and why.
    pub removed: Vec<Removed>,
    /// Layers of the tokens beside the text.
    pub layers: Vec<String>,
    table: usize,
    passages: usize,
    bodies: usize,
    text: usize,
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
    pub text: &'a str,
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

impl ForwardPassage<'_> {
    /// Whose words a token is, and who speaks.
    #[must_use]
    pub fn said_by(&self, token: u32) -> (Voice, Option<u32>) {
        let inside = |q: &&Quotation| q.tokens.start <= token && token < q.tokens.end;
        let quoted = self.quotations.iter().find(inside);
        quoted.map_or((self.voice, self.speaker), |q| (q.voice, Some(q.speaker)))
    }

    /// The form of a token: as written, or as the layer of forms has it.
    #[must_use]
    pub fn form(&self, token: u32) -> &str {
        let at = token as usize;
        let told = self.form_layer.and_then(|l| self.layers[l][at]);
        told.unwrap_or_else(|| self.tokens[at].of(self.text))
    }
}

/// Encodes a source.
pub(super) fn encode(source: &Passages) -> Vec<u8> {
    let removed =
        source.removed.iter().map(|r| (r.line, r.text.clone(), r.reason.clone())).collect();
    let layers = source.layers.clone();
    let head = Head { sections: source.sections.clone(), removed, layers };
    let head = serde_json::to_vec(&head).unwrap_or_default();
    let mut bodies = Vec::new();
    let mut text = String::new();
    let mut table = Vec::new();
    let mut chars = 0;
    for passage in &source.passages {
        for n in [text.len(), bodies.len(), chars] {
            table.extend_from_slice(&narrow(n).to_le_bytes());
        }
        encode_body(passage, &mut bodies);
        text.push_str(&passage.text);
        chars += passage.text.chars().count() + 1;
    }
    let mut out = Vec::with_capacity(head.len() + table.len() + bodies.len() + text.len() + 16);
    for n in [head.len(), source.passages.len(), bodies.len()] {
        out.extend_from_slice(&narrow(n).to_le_bytes());
    }
    out.extend_from_slice(&head);
    out.extend_from_slice(&table);
    out.extend_from_slice(&bodies);
    out.extend_from_slice(text.as_bytes());
    out
}

fn encode_body(passage: &Passage, out: &mut Vec<u8>) {
    out.push(code(&Kind::ALL, passage.kind) << 4 | code(&Voice::ALL, passage.voice));
    put(out, passage.section);
    put(out, passage.turn);
    put(out, passage.speaker.map_or(0, |s| s + 1));
    put(out, passage.page.map_or(0, |p| p + 1));
    let time = passage.time.as_deref().unwrap_or_default();
    put(out, narrow(time.len()));
    out.extend_from_slice(time.as_bytes());
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
        put(out, quotation.speaker);
        out.push(code(&Voice::ALL, quotation.voice));
    }
    put(out, narrow(passage.tokens.len()));
    let mut at = 0;
    for token in &passage.tokens {
        put(out, token.start - at);
        put(out, token.end - token.start);
        at = token.end;
    }
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
    /// Reads the parts of a source; `None` if the bytes are no forward part.
    #[must_use]
    pub fn decode(bytes: Vec<u8>) -> Option<Self> {
        let number = |at: usize| -> Option<usize> {
            let four = bytes.get(at..at + 4)?.try_into().ok()?;
            Some(u32::from_le_bytes(four) as usize)
        };
        let (head_len, passages, bodies_len) = (number(0)?, number(4)?, number(8)?);
        let head: Head = serde_json::from_slice(bytes.get(12..12 + head_len)?).ok()?;
        let table = 12 + head_len;
        let bodies = table + passages * 12;
        let text = bodies + bodies_len;
        std::str::from_utf8(bytes.get(text..)?).ok()?;
        let removed = head
            .removed
            .into_iter()
            .map(|(line, text, reason)| Removed { line, text, reason })
            .collect();
        let (sections, layers) = (head.sections, head.layers);
        Some(Self { bytes, sections, removed, layers, table, passages, bodies, text })
    }

    /// Passages in it.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.passages
    }

    /// True when it has no passage.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.passages == 0
    }

    /// The passage of a number, from 0; `None` past the end or if the bytes are damaged.
    #[must_use]
    pub fn passage(&self, number: u32) -> Option<ForwardPassage<'_>> {
        let i = number as usize;
        if i >= self.passages {
            return None;
        }
        let cell = |row: usize, column: usize| -> Option<usize> {
            let at = self.table + row * 12 + column * 4;
            Some(u32::from_le_bytes(self.bytes.get(at..at + 4)?.try_into().ok()?) as usize)
        };
        let text_start = self.text + cell(i, 0)?;
        let text_end =
            if i + 1 < self.passages { self.text + cell(i + 1, 0)? } else { self.bytes.len() };
        let text = std::str::from_utf8(self.bytes.get(text_start..text_end)?).ok()?;
        let mut take = Take { bytes: self.bytes.get(self.bodies + cell(i, 1)?..self.text)? };
        let start_char = narrow(cell(i, 2)?);
        let mut passage = decode_body(&mut take, number, text, start_char, self.layers.len())?;
        passage.form_layer = self.layers.iter().position(|l| l == FORM_LAYER);
        Some(passage)
    }

    /// All passages in order.
    pub fn iter(&self) -> impl Iterator<Item = ForwardPassage<'_>> {
        (0..narrow(self.passages)).filter_map(|i| self.passage(i))
    }
}

fn decode_body<'a>(
    take: &mut Take<'a>,
    number: u32,
    text: &'a str,
    start_char: u32,
    layers: usize,
) -> Option<ForwardPassage<'a>> {
    let packed = take.byte()?;
    let (section, turn) = (take.number()?, take.number()?);
    let (speaker, page) = (take.number()?.checked_sub(1), take.number()?.checked_sub(1));
    let time = take.text()?;
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
        let (start, len, speaker) = (take.number()?, take.number()?, take.number()?);
        let voice = *Voice::ALL.get(usize::from(take.byte()?))?;
        quotations.push(Quotation { tokens: TokenSpan::new(start, start + len), speaker, voice });
    }
    let count = take.number()?;
    let mut tokens = Vec::with_capacity(count as usize);
    let mut at = 0;
    for _ in 0..count {
        let start = at + take.number()?;
        at = start + take.number()?;
        tokens.push(ByteSpan { start, end: at });
    }
    let layers = (0..layers).map(|_| (0..count).map(|_| take.value()).collect());
    let layers = layers.collect::<Option<Vec<_>>>()?;
    Some(ForwardPassage {
        layers,
        form_layer: None,
        number,
        kind: *Kind::ALL.get(usize::from(packed >> 4))?,
        voice: *Voice::ALL.get(usize::from(packed & 15))?,
        section,
        turn,
        speaker,
        text,
        tokens,
        sentences,
        quotations,
        marks,
        page,
        time: (!time.is_empty()).then_some(time),
        start_char,
    })
}

/// Index of a value in the list of all values.
pub(super) fn code<T: PartialEq + Copy>(all: &[T], value: T) -> u8 {
    let at = all.iter().position(|v| *v == value).unwrap_or_default();
    u8::try_from(at).unwrap_or_default()
}

fn narrow(n: usize) -> u32 {
    u32::try_from(n).expect("readers refuse files of 4 GiB")
}

/// Appends a number, seven bits a byte, the lowest first.
fn put(out: &mut Vec<u8>, mut n: u32) {
    while n >= 0x80 {
        out.push(n.to_le_bytes()[0] | 0x80);
        n >>= 7;
    }
    out.push(n.to_le_bytes()[0]);
}

struct Take<'a> {
    bytes: &'a [u8],
}

impl<'a> Take<'a> {
    fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.bytes.split_first()?;
        self.bytes = rest;
        Some(*first)
    }

    fn number(&mut self) -> Option<u32> {
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
    use crate::ingest::{Limits, read};
    use crate::project::CollectionSettings;
    use crate::segment::Segmenter;

    #[test]
    fn a_source_comes_back_as_it_went_in() {
        let text = "Interviewer: [00:01] How’s work?\n\nP1: Well. “Busy”, I’d say.\nAnd\nlong.\n\nInterviewer: So?\n";
        let mut records =
            read("a.txt", text.as_bytes(), &CollectionSettings::default(), &Limits::default())
                .expect("it is text");
        let segmenter = Segmenter::new(CollectionSettings::default()).expect("defaults");
        let source = segmenter.segment(records.remove(0).document);
        let back = ForwardSource::decode(encode(&source)).expect("it was encoded");
        assert_eq!(back.len(), source.passages.len());
        let mut chars = 0;
        for (a, b) in source.passages.iter().zip(back.iter()) {
            assert_eq!((a.kind, a.voice, a.speaker, a.turn), (b.kind, b.voice, b.speaker, b.turn));
            assert_eq!(
                (a.text.as_str(), &a.tokens, &a.sentences),
                (b.text, &b.tokens, &b.sentences)
            );
            assert_eq!((&a.marks, &a.time, &a.quotations), (&b.marks, &b.time, &b.quotations));
            assert_eq!(b.start_char, chars);
            chars += u32::try_from(a.text.chars().count()).expect("short") + 1;
        }
    }

    #[test]
    fn damaged_bytes_are_no_source() {
        assert!(ForwardSource::decode(vec![1, 2, 3]).is_none());
        assert!(ForwardSource::decode(vec![255; 64]).is_none());
    }
}
