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

use std::io::Write;

use tantivy::directory::{FileSlice, OwnedBytes};
use tantivy::index::SegmentComponent;
use tantivy::{
    DocId, PluginMergeContext, PluginWriter, PluginWriterContext, Segment as TantivySegment,
    SegmentPlugin, TantivyError,
};

use super::forward::{Take, put};
use super::lexicon::{Lexicon, MOST_WORDS, Use, put_code, take_code};
use super::narrow;
use crate::text::ByteSpan;

/// How the file's name ends.
const ENDING: &str = "texts";

/// Bytes of the foot.
const FOOT: usize = 20;

/// Bytes of a document's place.
const PLACE: usize = 5;

/// Bytes of a word that are copied at once. The foot is longer, so that no word is near the end.
const STEP: usize = 16;

pub(super) fn component() -> SegmentComponent {
    SegmentComponent::Custom(ENDING.to_owned())
}

/// Merges the files of texts.
pub(super) struct Texts;

impl SegmentPlugin for Texts {
    fn extensions(&self) -> &[&str] {
        &[ENDING]
    }

    fn create_writer(&self, _: &PluginWriterContext<'_>) -> tantivy::Result<Box<dyn PluginWriter>> {
        Err(TantivyError::InternalError("segments are built whole, with their texts".into()))
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
                all.map(|((text, is_token), count)| lexicon.number(text, used(is_token), count))
                    .collect()
            })
            .collect();
        let mut out = TextWriter::new(context.target_segment, &lexicon)?;
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

const fn used(is_token: bool) -> Use {
    if is_token { Use::Token } else { Use::Between }
}

fn damaged() -> TantivyError {
    TantivyError::InternalError("a file of texts is damaged".into())
}

/// Writes a file of texts from its beginning to its end.
pub(super) struct TextWriter {
    out: tantivy::directory::WritePtr,
    order: Vec<u32>,
    /// The rank of each number.
    ranks: Vec<u32>,
    body: Vec<u8>,
    written: u64,
    places: Vec<u8>,
    documents: u32,
}

impl TextWriter {
    pub(super) fn new(segment: &TantivySegment, lexicon: &Lexicon) -> tantivy::Result<Self> {
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

    pub(super) fn begin(&mut self, head: &[u8], is_passage: bool) {
        self.places.extend_from_slice(&self.written.to_le_bytes()[..PLACE]);
        self.documents += 1;
        self.body.clear();
        put(&mut self.body, narrow(head.len()) << 1 | u32::from(is_passage));
        self.body.extend_from_slice(head);
    }

    pub(super) fn symbol(&mut self, number: u32) {
        put_code(&mut self.body, self.ranks[number as usize]);
    }

    pub(super) fn end(&mut self) -> tantivy::Result<()> {
        self.out.write_all(&self.body)?;
        self.written += self.body.len() as u64;
        Ok(())
    }

    pub(super) fn finish(mut self, lexicon: &Lexicon) -> tantivy::Result<()> {
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
            if start >= 1 << 31 {
                return Err(TantivyError::InternalError("too many different words".into()));
            }
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
