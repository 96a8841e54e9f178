//! The texts of a segment: a file beside tantivy's own, written, merged and deleted with them.
//!
//! ```text
//! bodies   of each document: length of its head << 1 | 1 if it is a passage · head · codes
//! words    of the lexicon by rank, one after the other
//! starts   u32 for each word and one more: where it begins << 1 | 1 if it is a token
//! counts   u32 for each word: how often it occurs, for merging
//! places   five bytes for each document and one more: where its body begins
//! foot     bytes of bodies u64 · of words u32 · words u32 · documents u32
//! ```
//! A passage's text is the codes of its tokens and of what parts them; one blank between two tokens
//! goes without saying. So a token's place needs no number, and a passage is read by itself.

use std::any::Any;
use std::io::Write;

use tantivy::directory::{FileSlice, OwnedBytes};
use tantivy::index::SegmentComponent;
use tantivy::indexer::doc_id_mapping::DocIdMapping;
use tantivy::schema::document::{ErasedDocument, Value};
use tantivy::schema::{Field, Schema};
use tantivy::{
    DocId, PluginMergeContext, PluginWriter, PluginWriterContext, Segment as TantivySegment,
    SegmentPlugin, TantivyDocument, TantivyError,
};

use super::forward::{Take, put};
use super::lexicon::{Lexicon, MOST_WORDS, put_code, take_code};
use crate::text::ByteSpan;

/// How the file's name ends.
const ENDING: &str = "texts";

/// Bytes of the foot.
const FOOT: usize = 20;

/// Bytes of a document's place.
const PLACE: usize = 5;

/// Bytes of a word that are copied at once. The foot is longer, so that no word is near the end.
const STEP: usize = 16;

/// What parts two tokens where nothing is said.
const BLANK: &[u8] = b" ";

pub(super) fn component() -> SegmentComponent {
    SegmentComponent::Custom(ENDING.to_owned())
}

/// Writes and merges the files of texts.
pub(super) struct Texts {
    /// The field in which documents bring their bodies.
    pub(super) field: Field,
}

impl SegmentPlugin for Texts {
    fn extensions(&self) -> &[&str] {
        &[ENDING]
    }

    fn create_writer(&self, _: &PluginWriterContext<'_>) -> tantivy::Result<Box<dyn PluginWriter>> {
        Ok(Box::new(TextWriter::new(self.field)))
    }

    fn merge(&self, context: PluginMergeContext<'_>) -> tantivy::Result<()> {
        // Documents keep their order: segments follow each other, deleted documents left out.
        let open =
            |reader: &tantivy::SegmentReader| Ok(TextFile::open(&reader.open_read(component())?)?);
        let files: Vec<TextFile> =
            context.readers.iter().map(open).collect::<tantivy::Result<_>>()?;
        let mut lexicon = Lexicon::default();
        let numbers: Vec<Vec<u32>> = files
            .iter()
            .map(|file| {
                let all = (0..).map_while(|rank| Some((file.word(rank)?, file.count(rank))));
                all.map(|((text, is_token), count)| lexicon.number(text, is_token, count)).collect()
            })
            .collect();
        let mut out = FileWriter::new(context.target_segment, &lexicon)?;
        for ((reader, file), numbers) in context.readers.iter().zip(&files).zip(&numbers) {
            for doc in reader.doc_ids_alive() {
                let (head, mut codes, is_passage) = file.body(doc).ok_or_else(damaged)?;
                out.begin(head, is_passage);
                while !codes.is_empty() {
                    let rank = take_code(&mut codes).ok_or_else(damaged)?;
                    let number = numbers.get(rank as usize).ok_or_else(damaged)?;
                    out.symbol(*number);
                }
                out.end()?;
            }
        }
        out.finish(&lexicon)
    }
}

fn damaged() -> TantivyError {
    TantivyError::InternalError("a file of texts is damaged".into())
}

/// The body that a document brings: a head as it is, and the text of a passage with its tokens.
pub(super) fn brought(head: &[u8], passage: Option<(&str, &[ByteSpan])>) -> Vec<u8> {
    let text = passage.map_or("", |(text, _)| text);
    let mut out = Vec::with_capacity(head.len() + text.len() * 2 + 16);
    put(&mut out, narrow(head.len()) << 1 | u32::from(passage.is_some()));
    out.extend_from_slice(head);
    if let Some((text, tokens)) = passage {
        put(&mut out, narrow(tokens.len()));
        let mut at = 0;
        for token in tokens {
            put(&mut out, token.start - at);
            put(&mut out, token.end - token.start);
            at = token.end;
        }
        out.extend_from_slice(text.as_bytes());
    }
    out
}

fn narrow(n: usize) -> u32 {
    u32::try_from(n).expect("readers refuse files of 2 GiB")
}

/// Keeps what the documents of a segment bring until their words can be ranked.
struct TextWriter {
    field: Field,
    lexicon: Lexicon,
    heads: Vec<u8>,
    symbols: Vec<u32>,
    /// Where the head and the symbols of each document end, and whether it is a passage.
    ends: Vec<(usize, usize, bool)>,
}

impl TextWriter {
    fn new(field: Field) -> Self {
        let (lexicon, heads, symbols, ends) = Default::default();
        Self { field, lexicon, heads, symbols, ends }
    }

    fn add(&mut self, brought: &[u8]) -> Option<()> {
        let mut take = Take::new(brought);
        let told = take.number()?;
        let is_passage = told & 1 == 1;
        self.heads.extend_from_slice(take.bytes(told as usize >> 1)?);
        if is_passage {
            let count = take.number()?;
            let mut spans = Take::new(take.rest());
            for _ in 0..count {
                take.number()?;
                take.number()?;
            }
            let mut text = take.rest();
            for i in 0..count {
                let (gap, len) = (spans.number()? as usize, spans.number()? as usize);
                let (between, rest) = text.split_at_checked(gap)?;
                let unsaid: &[u8] = if i > 0 { BLANK } else { b"" };
                if between != unsaid {
                    self.symbols.push(self.lexicon.number(between, false, 1));
                }
                let (word, rest) = rest.split_at_checked(len)?;
                self.symbols.push(self.lexicon.number(word, true, 1));
                text = rest;
            }
            if !text.is_empty() {
                self.symbols.push(self.lexicon.number(text, false, 1));
            }
        }
        self.ends.push((self.heads.len(), self.symbols.len(), is_passage));
        Some(())
    }
}

impl PluginWriter for TextWriter {
    fn add_document(
        &mut self,
        _: DocId,
        document: &dyn ErasedDocument,
        _: &Schema,
    ) -> tantivy::Result<()> {
        let document = document.as_any().downcast_ref::<TantivyDocument>().ok_or_else(damaged)?;
        let brought = document.get_first(self.field).and_then(|v| v.as_bytes());
        self.add(brought.ok_or_else(damaged)?).ok_or_else(damaged)
    }

    fn serialize(
        self: Box<Self>,
        segment: &TantivySegment,
        _: Option<&DocIdMapping>,
    ) -> tantivy::Result<()> {
        let mut out = FileWriter::new(segment, &self.lexicon)?;
        let (mut head, mut symbol) = (0, 0);
        for (head_end, symbol_end, is_passage) in &self.ends {
            out.begin(&self.heads[head..*head_end], *is_passage);
            for number in &self.symbols[symbol..*symbol_end] {
                out.symbol(*number);
            }
            out.end()?;
            (head, symbol) = (*head_end, *symbol_end);
        }
        out.finish(&self.lexicon)
    }

    fn mem_usage(&self) -> usize {
        self.lexicon.mem_usage()
            + self.heads.len()
            + self.symbols.len() * 4
            + self.ends.len() * size_of::<(usize, usize, bool)>()
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn as_any_mut(&mut self) -> &mut dyn Any {
        self
    }
}

/// Writes a file from its beginning to its end.
struct FileWriter {
    out: tantivy::directory::WritePtr,
    order: Vec<u32>,
    /// The rank of each number.
    ranks: Vec<u32>,
    body: Vec<u8>,
    written: u64,
    places: Vec<u8>,
    documents: u32,
}

impl FileWriter {
    fn new(segment: &TantivySegment, lexicon: &Lexicon) -> tantivy::Result<Self> {
        let order = lexicon.ranked();
        if order.len() >= MOST_WORDS as usize {
            return Err(TantivyError::InternalError("too many different words".into()));
        }
        let mut ranks = vec![0; order.len()];
        for (number, rank) in order.iter().zip(0..) {
            ranks[*number as usize] = rank;
        }
        let out = segment.open_write(component())?;
        let (body, places) = (Vec::new(), Vec::new());
        Ok(Self { out, order, ranks, body, written: 0, places, documents: 0 })
    }

    fn begin(&mut self, head: &[u8], is_passage: bool) {
        self.places.extend_from_slice(&self.written.to_le_bytes()[..PLACE]);
        self.documents += 1;
        self.body.clear();
        put(&mut self.body, narrow(head.len()) << 1 | u32::from(is_passage));
        self.body.extend_from_slice(head);
    }

    fn symbol(&mut self, number: u32) {
        put_code(&mut self.body, self.ranks[number as usize]);
    }

    fn end(&mut self) -> tantivy::Result<()> {
        self.out.write_all(&self.body)?;
        self.written += self.body.len() as u64;
        Ok(())
    }

    fn finish(mut self, lexicon: &Lexicon) -> tantivy::Result<()> {
        use tantivy::directory::TerminatingWrite as _;
        let bodies = self.written;
        self.places.extend_from_slice(&bodies.to_le_bytes()[..PLACE]);
        let (mut starts, mut start) = (Vec::with_capacity(self.order.len() * 4 + 4), 0_u32);
        let mut counts = Vec::with_capacity(self.order.len() * 4);
        for number in &self.order {
            let text = lexicon.text(*number);
            self.out.write_all(text)?;
            let told = start << 1 | u32::from(lexicon.is_token(*number));
            starts.extend_from_slice(&told.to_le_bytes());
            counts.extend_from_slice(&lexicon.count(*number).to_le_bytes());
            start += narrow(text.len());
        }
        starts.extend_from_slice(&(start << 1).to_le_bytes());
        for part in [&starts, &counts, &self.places] {
            self.out.write_all(part)?;
        }
        self.out.write_all(&bodies.to_le_bytes())?;
        for number in [start, narrow(self.order.len()), self.documents] {
            self.out.write_all(&number.to_le_bytes())?;
        }
        self.out.terminate()?;
        Ok(())
    }
}

/// A file of texts, open for reading.
#[derive(Clone, Debug)]
pub(super) struct TextFile {
    bytes: OwnedBytes,
    words_at: usize,
    starts_at: usize,
    counts_at: usize,
    places_at: usize,
    words: usize,
    documents: usize,
}

impl TextFile {
    pub(super) fn open(file: &FileSlice) -> std::io::Result<Self> {
        let bytes = file.read_bytes()?;
        let broken = || std::io::Error::new(std::io::ErrorKind::InvalidData, "a file of texts");
        let foot = bytes.len().checked_sub(FOOT).ok_or_else(broken)?;
        let number = |at: usize| u32_at(&bytes, foot + at).map(|n| n as usize);
        let read = || {
            let (low, high) = (number(0)?, number(4)?);
            let words_at = low | high << 32;
            let (word_bytes, words, documents) = (number(8)?, number(12)?, number(16)?);
            let starts_at = words_at.checked_add(word_bytes)?;
            let counts_at = starts_at.checked_add((words + 1) * 4)?;
            let places_at = counts_at.checked_add(words * 4)?;
            let whole = places_at.checked_add((documents + 1) * PLACE)? == foot;
            whole.then_some((words_at, starts_at, counts_at, places_at, words, documents))
        };
        let (words_at, starts_at, counts_at, places_at, words, documents) =
            read().ok_or_else(broken)?;
        Ok(Self { bytes, words_at, starts_at, counts_at, places_at, words, documents })
    }

    /// Where a word of a rank begins in the file, its bytes, and whether it is a token.
    #[inline]
    fn place_of(&self, rank: u32) -> Option<(usize, usize, bool)> {
        let rank = rank as usize;
        if rank >= self.words {
            return None;
        }
        let start = u32_at(&self.bytes, self.starts_at + rank * 4)?;
        let end = u32_at(&self.bytes, self.starts_at + rank * 4 + 4)?;
        let len = (end >> 1).checked_sub(start >> 1)? as usize;
        Some((self.words_at + (start as usize >> 1), len, start & 1 == 1))
    }

    /// A word by its rank, and whether it is a token.
    fn word(&self, rank: u32) -> Option<(&[u8], bool)> {
        let (from, len, is_token) = self.place_of(rank)?;
        Some((self.bytes.get(from..from + len)?, is_token))
    }

    fn count(&self, rank: u32) -> u32 {
        u32_at(&self.bytes, self.counts_at + rank as usize * 4).unwrap_or_default()
    }

    fn place(&self, document: usize) -> Option<usize> {
        let at = self.places_at + document * PLACE;
        let mut eight = [0; 8];
        eight[..PLACE].copy_from_slice(self.bytes.get(at..at + PLACE)?);
        usize::try_from(u64::from_le_bytes(eight)).ok()
    }

    /// The head and the codes of a document, and whether it is a passage.
    pub(super) fn body(&self, document: DocId) -> Option<(&[u8], &[u8], bool)> {
        let document = document as usize;
        if document >= self.documents {
            return None;
        }
        let body = self.bytes.get(self.place(document)?..self.place(document + 1)?)?;
        let mut take = Take::new(body);
        let told = take.number()?;
        let head = take.bytes(told as usize >> 1)?;
        Some((head, take.rest(), told & 1 == 1))
    }

    /// The text of so many bytes that codes stand for, and where its tokens are.
    pub(super) fn text(
        &self,
        mut codes: &[u8],
        bytes: usize,
        tokens: usize,
    ) -> Option<(String, Vec<ByteSpan>)> {
        // What a damaged file claims costs no memory: no code stands for more than all words.
        if bytes > codes.len().saturating_mul(self.starts_at - self.words_at + 1) {
            return None;
        }
        let mut text = vec![0; bytes + STEP];
        let mut spans: Vec<ByteSpan> = Vec::with_capacity(tokens.min(codes.len()));
        let mut at = 0;
        let mut after_token = false;
        while !codes.is_empty() {
            let (from, len, is_token) = self.place_of(take_code(&mut codes)?)?;
            if is_token && after_token {
                *text.get_mut(at)? = b' ';
                at += 1;
            }
            if len <= STEP {
                // A copy of fixed length is one instruction; what it brings too much is overwritten.
                text.get_mut(at..at + STEP)?.copy_from_slice(self.bytes.get(from..from + STEP)?);
            } else {
                text.get_mut(at..at + len)?.copy_from_slice(self.bytes.get(from..from + len)?);
            }
            if is_token {
                let start = u32::try_from(at).ok()?;
                spans.push(ByteSpan { start, end: u32::try_from(at + len).ok()? });
            }
            at += len;
            after_token = is_token;
        }
        text.truncate(bytes);
        (at == bytes).then_some((String::from_utf8(text).ok()?, spans))
    }
}

#[inline]
fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}
