//! A segment in the making: sources come in as numbers for their words, and all files are written at
//! the end, tantivy's by its own serialisers.
//!
//! Each word is looked up once. Its number gives the code of the file of texts and the folded term of
//! the postings, so nothing is folded, hashed or copied for each occurrence.

use std::fmt::Write as _;

use tantivy::columnar::{ColumnType, ColumnarWriter};
use tantivy::directory::TerminatingWrite;
use tantivy::fieldnorm::FieldNormsSerializer;
use tantivy::index::SegmentComponent;
use tantivy::postings::InvertedIndexSerializer;
use tantivy::store::StoreWriter;
use tantivy::tokenizer::MAX_TOKEN_LEN;
use tantivy::{DocId, Segment, TantivyDocument};
use unicode_normalization::UnicodeNormalization;

use super::forward::{code, put_passage_head, put_source_head};
use super::lexicon::{Lexicon, MOST_WORDS, Use};
use super::narrow;
use super::postings::{Occurrence, write_postings, write_sources};
use super::schema::{END_OF_NAME, FORWARD, Fields, NOBODY, column};
use super::texts::TextWriter;
use super::write::NewSource;
use crate::ingest::NamedSpan;
use crate::segment::{FORM_LAYER, Kind, Passage, Passages, Quotation, Role, Voice};
use crate::text::fold;

/// What is kept of sources until their segment is written.
pub(super) struct SegmentBuilder {
    fields: Fields,
    /// Words as written and what parts them; numbered, they are the symbols of a text.
    words: Lexicon,
    /// Folded words.
    terms: Lexicon,
    /// The term of each word; of what parts words, none that counts.
    term_of: Vec<u32>,
    heads: Vec<u8>,
    symbols: Vec<u32>,
    /// Where each document ends.
    ends: Vec<End>,
    tokens: usize,
    /// Terms of layers and structures, and where they occur.
    layers: Lexicon,
    placed: Vec<Occurrence>,
    columns: ColumnarWriter,
    sources: Vec<(u32, std::ops::Range<DocId>)>,
}

/// Where a document ends: its head, and its symbols.
struct End {
    head: usize,
    symbol: usize,
    is_passage: bool,
}

impl SegmentBuilder {
    pub(super) fn new(fields: Fields) -> Self {
        let mut columns = ColumnarWriter::default();
        for name in column::ALL {
            columns.record_column_type(name, ColumnType::U64, false);
        }
        Self {
            fields,
            words: Lexicon::default(),
            terms: Lexicon::default(),
            term_of: Vec::new(),
            heads: Vec::new(),
            symbols: Vec::new(),
            ends: Vec::new(),
            tokens: 0,
            layers: Lexicon::default(),
            placed: Vec::new(),
            columns,
            sources: Vec::new(),
        }
    }

    /// Bytes that it takes, and will take when it is written.
    pub(super) fn mem_usage(&self) -> usize {
        self.words.mem_usage()
            + self.terms.mem_usage()
            + self.layers.mem_usage()
            + self.heads.capacity()
            + self.symbols.capacity() * 4
            + self.tokens.max(self.placed.len()) * 8
            + self.placed.capacity() * size_of::<Occurrence>()
            + self.ends.capacity() * size_of::<End>()
            + self.term_of.capacity() * 4
            + self.columns.mem_usage()
    }

    /// True when its words are so many that codes could run out.
    pub(super) const fn is_full(&self) -> bool {
        self.words.len() > MOST_WORDS as usize / 2
    }

    /// Takes a source in.
    pub(super) fn add(&mut self, source: &NewSource) {
        let first = self.document();
        let passages = &source.passages;
        put_source_head(passages, &mut self.heads);
        self.columns([u64::from(source.number), FORWARD, 0, 0, 0, 0, 0, 0]);
        self.end(false);
        let (mut start, mut chars) = (0, 0);
        let form = passages.form_layer();
        let mut structures = passages.structures.as_slice();
        for (passage, i) in passages.passages.iter().zip(0..) {
            let end = start + passage.tokens.len() as u64;
            let begin_here = structures.partition_point(|s| u64::from(s.start) < end);
            let here;
            (here, structures) = structures.split_at(begin_here);
            self.place(&passages.layers, passage, here, start);
            put_passage_head(passage, chars, &mut self.heads);
            chars += narrow(passage.text.chars().count()) + 1;
            self.text(passage, form);
            let section = passages.sections.get(passage.section as usize);
            let role = section.map(|s| s.role).unwrap_or_default();
            self.columns([
                u64::from(source.number),
                i,
                start,
                passage.tokens.len() as u64,
                facets(passage.kind, role, passage.voice),
                u64::from(passage.section),
                u64::from(passage.turn),
                passage.speaker.map_or(0, |s| u64::from(s) + 1),
            ]);
            for start in passage.sentences.iter().skip(1) {
                self.column(column::SENTENCES, u64::from(*start));
            }
            for quotation in &passage.quotations {
                self.column(column::QUOTATIONS, pack(quotation));
            }
            start = end;
            self.end(true);
        }
        self.sources.push((source.number, first..self.document()));
    }

    /// The number of the document that is being taken in.
    fn document(&self) -> DocId {
        narrow(self.ends.len())
    }

    fn end(&mut self, is_passage: bool) {
        self.ends.push(End { head: self.heads.len(), symbol: self.symbols.len(), is_passage });
    }

    /// The columns of which each document has one value.
    fn columns(&mut self, values: [u64; 8]) {
        for (name, value) in column::ALL.iter().zip(values) {
            self.column(name, value);
        }
    }

    fn column(&mut self, name: &str, value: u64) {
        self.columns.record_numerical(self.document(), name, value);
    }

    /// The words of a passage, and what parts them where it is not one blank.
    fn text(&mut self, passage: &Passage, form: Option<usize>) {
        let bytes = passage.text.as_bytes();
        let forms = form.map(|layer| passage.layers[layer].as_slice());
        let mut at = 0;
        for (i, token) in passage.tokens.iter().enumerate() {
            let (start, end) = (token.start as usize, token.end as usize);
            let between = &bytes[at..start];
            if !matches!((i, between), (0, []) | (1.., [b' '])) {
                self.symbol(between, Use::Between);
            }
            let as_used = match forms.and_then(|forms| forms[i].as_deref()) {
                None => Use::Token,
                Some(form) => Use::Formed(self.terms.number(fold(form).as_bytes(), Use::Token, 1)),
            };
            self.symbol(&bytes[start..end], as_used);
            at = end;
        }
        if at < bytes.len() {
            self.symbol(&bytes[at..], Use::Between);
        }
        self.tokens += passage.tokens.len();
    }

    fn symbol(&mut self, word: &[u8], as_used: Use) {
        let number = self.words.number(word, as_used, 1);
        if number as usize == self.term_of.len() {
            let term = match as_used {
                Use::Between => 0,
                Use::Formed(term) => term,
                Use::Token => {
                    let word = str::from_utf8(word).expect("a token is a part of a text");
                    self.terms.number(fold(word).as_bytes(), Use::Token, 1)
                }
            };
            self.term_of.push(term);
        }
        self.symbols.push(number);
    }

    /// The terms of a passage's layers and of the structures that begin in it, each at its token:
    ///
    /// ```text
    /// lemma NUL care                     the layer, the value
    /// < np NUL NUL 2                     a structure of two tokens
    /// < np NUL type NUL person NUL 2
    /// ```
    fn place(
        &mut self,
        layers: &[String],
        passage: &Passage,
        structures: &[NamedSpan],
        first: u64,
    ) {
        let mut terms: Vec<(u32, String)> = Vec::new();
        for (name, values) in layers.iter().zip(&passage.layers).filter(|(n, _)| *n != FORM_LAYER) {
            for (value, at) in values.iter().zip(0..) {
                if let Some(value) = value {
                    terms.push((at, format!("{name}{END_OF_NAME}{}", plain(value))));
                }
            }
        }
        for structure in structures {
            let at = u32::try_from(u64::from(structure.start) - first).unwrap_or(u32::MAX);
            let (name, tokens) = (&structure.name, structure.tokens);
            terms.push((at, format!("<{name}{END_OF_NAME}{END_OF_NAME}{tokens}")));
            for (attribute, value) in &structure.attributes {
                let mut term = format!("<{name}{END_OF_NAME}{attribute}{END_OF_NAME}");
                // Writing into a string can't fail.
                let _written = write!(term, "{}{END_OF_NAME}{tokens}", plain(value));
                terms.push((at, term));
            }
        }
        terms.sort();
        terms.dedup();
        let document = self.document();
        for (position, term) in terms.into_iter().filter(|(_, term)| term.len() <= MAX_TOKEN_LEN) {
            let term = self.layers.number(term.as_bytes(), Use::Token, 1);
            self.placed.push(Occurrence { term, document, position });
        }
    }

    /// Writes all files of the segment; how many documents it has.
    pub(super) fn finish(mut self, segment: &Segment) -> tantivy::Result<DocId> {
        let documents = self.document();
        self.write_texts(segment)?;
        let mut columns = segment.open_write(SegmentComponent::FastFields)?;
        std::mem::take(&mut self.columns).serialize(documents, None, &mut columns)?;
        columns.terminate()?;
        self.write_nothing(segment)?;
        let mut postings = InvertedIndexSerializer::open(segment)?;
        let mut counts = vec![0_u32; self.terms.len()];
        for (term, number) in self.term_of.iter().zip(0..) {
            if self.words.is_token(number) {
                counts[*term as usize] += self.words.count(number);
            }
        }
        write_postings(
            &mut postings,
            self.fields.text,
            (&self.terms, &counts),
            occurrences(&self.words, &self.term_of, &self.symbols, &self.ends),
        )?;
        let counts: Vec<u32> =
            (0..).take(self.layers.len()).map(|n| self.layers.count(n)).collect();
        let placed = self.placed.into_iter();
        write_postings(&mut postings, self.fields.layers, (&self.layers, &counts), placed)?;
        write_sources(&mut postings, self.fields.source, self.sources)?;
        postings.close()?;
        Ok(documents)
    }

    fn write_texts(&self, segment: &Segment) -> tantivy::Result<()> {
        let mut out = TextWriter::new(segment, &self.words)?;
        let (mut head, mut symbol) = (0, 0);
        for end in &self.ends {
            out.begin(&self.heads[head..end.head], end.is_passage);
            for number in &self.symbols[symbol..end.symbol] {
                out.symbol(*number);
            }
            out.end()?;
            (head, symbol) = (end.head, end.symbol);
        }
        out.finish(&self.words)
    }

    /// Files that tantivy asks for and that say nothing here: lengths of fields, stored documents.
    fn write_nothing(&self, segment: &Segment) -> tantivy::Result<()> {
        let lengths = segment.open_write(SegmentComponent::FieldNorms)?;
        FieldNormsSerializer::from_write(lengths)?.close()?;
        let settings = segment.index().settings();
        let stored = segment.open_write(SegmentComponent::Store)?;
        let (compression, block) = (settings.docstore_compression, settings.docstore_blocksize);
        let mut stored = StoreWriter::new(stored, compression, block, false)?;
        let (nothing, schema) = (TantivyDocument::default(), segment.schema());
        for _ in &self.ends {
            stored.store(&nothing, &schema)?;
        }
        Ok(stored.close()?)
    }
}

/// Where the terms of texts occur.
fn occurrences<'b>(
    words: &'b Lexicon,
    term_of: &'b [u32],
    symbols: &'b [u32],
    ends: &'b [End],
) -> impl Iterator<Item = Occurrence> + 'b {
    let mut from = 0;
    ends.iter().zip(0..).flat_map(move |(end, document)| {
        let here = &symbols[std::mem::replace(&mut from, end.symbol)..end.symbol];
        let tokens = here.iter().filter(|number| words.is_token(**number));
        tokens.zip(0..).map(move |(number, position)| Occurrence {
            term: term_of[*number as usize],
            document,
            position,
        })
    })
}

/// A value without the sign that parts names and values, in NFC, and no longer than a term can be.
fn plain(value: &str) -> String {
    let plain = |c: char| if c == '\n' || c == END_OF_NAME { ' ' } else { c };
    value.nfc().map(plain).take(4_000).collect()
}

/// Kind, role and voice in one number.
pub(super) fn facets(kind: Kind, role: Role, voice: Voice) -> u64 {
    u64::from(code(&Kind::ALL, kind)) << 8
        | u64::from(code(&Role::ALL, role)) << 4
        | u64::from(code(&Voice::ALL, voice))
}

/// True when every quotation and speaker of a source has its place in the index.
#[must_use]
pub fn fits_index(passages: &Passages) -> bool {
    let quoted = passages.passages.iter().filter(|p| !p.quotations.is_empty());
    let short = |p: &Passage| p.tokens.len() < 1 << 24;
    passages.speakers.len() < NOBODY as usize && quoted.clone().all(short)
}

/// A quotation in one number: 24 bits of start, 24 of length, 14 of speaker, 2 of voice.
fn pack(quotation: &Quotation) -> u64 {
    let tokens = quotation.tokens;
    u64::from(tokens.start) << 40
        | u64::from(tokens.len() & 0xFF_FFFF) << 16
        | u64::from(quotation.speaker.map_or(NOBODY, |s| s & NOBODY)) << 2
        | u64::from(code(&Voice::ALL, quotation.voice))
}
