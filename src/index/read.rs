//! A segment open for reading: its columns and postings, and the texts of its sources.

use std::sync::{Arc, OnceLock};

use tantivy::columnar::Column;
use tantivy::postings::{Postings, SegmentPostings, TermInfo};
use tantivy::schema::IndexRecordOption;
use tantivy::{DocSet, InvertedIndexReader, SegmentReader, TERMINATED, Term};

use super::StoreError;
use super::dfa::TermAutomaton;
use super::forward::{ForwardSource, Said};
use super::schema::{END_OF_NAME, FORWARD, Fields, NOBODY, column};
use super::store::unreadable;
use super::texts::{self, TextFile};
use crate::segment::{Kind, Quotation, Role, Voice};
use crate::text::TokenSpan;

/// Asks whether a value is one that is wanted.
pub type Fits<'f> = &'f dyn Fn(&str) -> bool;

/// A part of the index with its columns.
pub struct Segment {
    reader: SegmentReader,
    inverted: Arc<InvertedIndexReader>,
    layers: Arc<InvertedIndexReader>,
    fields: Fields,
    sources: OnceLock<Vec<(u32, std::ops::Range<u32>)>>,
    texts: TextFile,
    source: Column<u64>,
    passage: Column<u64>,
    start: Column<u64>,
    tokens: Column<u64>,
    facets: Column<u64>,
    section: Column<u64>,
    turn: Column<u64>,
    speaker: Column<u64>,
    sentences: Column<u64>,
    quotations: Column<u64>,
}

/// The numbers of a passage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PassageRow {
    /// The source's number in the index.
    pub source: u32,
    /// Number in the source, from 0.
    pub passage: u32,
    /// First token in the source.
    pub start: u32,
    /// Tokens.
    pub tokens: u32,
    /// What it is.
    pub kind: Kind,
    /// The role of its section.
    pub role: Role,
    /// Its voice where no quotation says otherwise.
    pub voice: Voice,
    /// Its section.
    pub section: u32,
    /// Its turn.
    pub turn: u32,
    /// Its speaker where no quotation says otherwise.
    pub speaker: Option<u32>,
}

/// A run of tokens in one voice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stretch {
    /// Tokens of the passage.
    pub tokens: TokenSpan,
    /// Whose words.
    pub voice: Voice,
    /// Who speaks.
    pub speaker: Option<u32>,
    /// True for a quotation.
    pub quoted: bool,
}

impl Stretch {
    /// Whose words it is.
    #[must_use]
    pub const fn said(&self) -> Said {
        Said { voice: self.voice, speaker: self.speaker, quoted: self.quoted }
    }
}

impl PassageRow {
    /// Whose words its own are, where no quotation says otherwise.
    #[must_use]
    pub const fn said(&self) -> Said {
        Said { voice: self.voice, speaker: self.speaker, quoted: false }
    }
}

impl Segment {
    pub(super) fn open(reader: SegmentReader, fields: Fields) -> Result<Self, StoreError> {
        let texts = reader
            .open_read(texts::component())
            .map_err(|e| unreadable(tantivy::TantivyError::from(e)))?;
        let texts = TextFile::open(&texts).map_err(|e| unreadable(e.into()))?;
        let fast = reader.fast_fields();
        let numbers = |name: &str| fast.u64(name);
        Ok(Self {
            inverted: reader.inverted_index(fields.text)?,
            layers: reader.inverted_index(fields.layers)?,
            fields,
            sources: OnceLock::new(),
            texts,
            source: numbers(column::SOURCE)?,
            passage: numbers(column::PASSAGE)?,
            start: numbers(column::START)?,
            tokens: numbers(column::TOKENS)?,
            facets: numbers(column::FACETS)?,
            section: numbers(column::SECTION)?,
            turn: numbers(column::TURN)?,
            speaker: numbers(column::SPEAKER)?,
            sentences: column_or_empty(&reader, column::SENTENCES)?,
            quotations: column_or_empty(&reader, column::QUOTATIONS)?,
            reader,
        })
    }

    /// Documents, deleted ones included; they are numbered from 0.
    #[must_use]
    pub fn len(&self) -> u32 {
        self.reader.max_doc()
    }

    /// True when it has no document.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The numbers of the passage in a document; `None` if it is deleted or no passage.
    #[must_use]
    pub fn row(&self, doc: u32) -> Option<PassageRow> {
        if self.reader.is_deleted(doc) {
            return None;
        }
        let value = |column: &Column<u64>| column.first(doc).unwrap_or_default();
        let passage = value(&self.passage);
        if passage == FORWARD {
            return None;
        }
        let facets = value(&self.facets);
        let narrow = |n: u64| u32::try_from(n).unwrap_or(u32::MAX);
        Some(PassageRow {
            source: narrow(value(&self.source)),
            passage: narrow(passage),
            start: narrow(value(&self.start)),
            tokens: narrow(value(&self.tokens)),
            kind: pick(&Kind::ALL, facets >> 8),
            role: pick(&Role::ALL, facets >> 4),
            voice: pick(&Voice::ALL, facets),
            section: narrow(value(&self.section)),
            turn: narrow(value(&self.turn)),
            speaker: narrow(value(&self.speaker)).checked_sub(1),
        })
    }

    /// The tokens at which the second and later sentences of a passage begin.
    pub fn sentences(&self, doc: u32) -> impl Iterator<Item = u32> + '_ {
        self.sentences.values_for_doc(doc).filter_map(|n| u32::try_from(n).ok())
    }

    /// The quotations of a passage, in order.
    pub fn quotations(&self, doc: u32, out: &mut Vec<Stretch>) {
        out.clear();
        out.extend(self.quotations.values_for_doc(doc).map(|packed| {
            let Quotation { tokens, speaker, voice } = unpack(packed);
            Stretch { tokens, voice, speaker, quoted: true }
        }));
    }

    /// The runs of one voice that make up a passage, in order.
    pub fn stretches(&self, doc: u32, row: &PassageRow, out: &mut Vec<Stretch>) {
        out.clear();
        let own =
            |tokens| Stretch { tokens, voice: row.voice, speaker: row.speaker, quoted: false };
        let mut at = 0;
        for packed in self.quotations.values_for_doc(doc) {
            let quotation = unpack(packed);
            let Quotation { tokens, speaker, voice } = quotation;
            if tokens.start > at {
                let before = TokenSpan::new(at, tokens.start);
                out.push(own(before));
            }
            out.push(Stretch { tokens, voice, speaker, quoted: true });
            at = tokens.end;
        }
        if at < row.tokens {
            let rest = TokenSpan::new(at, row.tokens);
            out.push(own(rest));
        }
    }

    /// The term of a folded word, if a passage here has it.
    ///
    /// # Errors
    /// The store is damaged.
    pub fn term(&self, folded: &str) -> Result<Option<TermHandle>, StoreError> {
        let found = self.inverted.terms().get(folded.as_bytes())?;
        Ok(found.map(|info| TermHandle { info, of_layers: false }))
    }

    /// The terms of the text that an automaton accepts.
    ///
    /// # Errors
    /// The store is damaged.
    pub fn terms_accepted(&self, automaton: &TermAutomaton) -> Result<Vec<TermHandle>, StoreError> {
        let mut found = Vec::new();
        let mut stream = self.inverted.terms().search(automaton).into_stream()?;
        while stream.advance() {
            found.push(TermHandle::of_text(stream.value()));
        }
        Ok(found)
    }

    /// The terms of the text that begin with some letters.
    ///
    /// # Errors
    /// The store is damaged.
    pub fn terms_with_prefix(&self, prefix: &str) -> Result<Vec<TermHandle>, StoreError> {
        let mut found = Vec::new();
        let mut stream = self.inverted.terms().range().ge(prefix.as_bytes()).into_stream()?;
        while stream.advance() && stream.key().starts_with(prefix.as_bytes()) {
            found.push(TermHandle::of_text(stream.value()));
        }
        Ok(found)
    }

    /// The terms of the text that fit; every one is asked.
    ///
    /// # Errors
    /// The store is damaged.
    pub fn terms_fitting(&self, fits: Fits<'_>) -> Result<Vec<TermHandle>, StoreError> {
        let mut found = Vec::new();
        let mut stream = self.inverted.terms().stream()?;
        while stream.advance() {
            if std::str::from_utf8(stream.key()).is_ok_and(fits) {
                found.push(TermHandle::of_text(stream.value()));
            }
        }
        Ok(found)
    }

    /// The terms of a layer whose value fits.
    ///
    /// # Errors
    /// The store is damaged.
    pub fn layer_terms(
        &self,
        layer: &str,
        fits: &dyn Fn(&str) -> bool,
    ) -> Result<Vec<TermHandle>, StoreError> {
        let mut found = Vec::new();
        self.each_layer_term(&format!("{layer}{END_OF_NAME}"), &mut |value, term| {
            if fits(value) {
                found.push(term);
            }
        })?;
        Ok(found)
    }

    /// The terms of a structure of files, each with its tokens; `attribute` is a name and what its
    /// value must fit.
    ///
    /// # Errors
    /// The store is damaged.
    pub fn structure_terms(
        &self,
        name: &str,
        attribute: Option<(&str, Fits<'_>)>,
    ) -> Result<Vec<(TermHandle, u32)>, StoreError> {
        let named = attribute.map_or("", |a| a.0);
        let mut found = Vec::new();
        self.each_layer_term(
            &format!("<{name}{END_OF_NAME}{named}{END_OF_NAME}"),
            &mut |rest, term| {
                let (value, tokens) = rest.rsplit_once(END_OF_NAME).unwrap_or(("", rest));
                if let Ok(tokens) = tokens.parse()
                    && attribute.is_none_or(|(_, fits)| fits(value))
                {
                    found.push((term, tokens));
                }
            },
        )?;
        Ok(found)
    }

    fn each_layer_term(
        &self,
        prefix: &str,
        each: &mut dyn FnMut(&str, TermHandle),
    ) -> Result<(), StoreError> {
        let terms = self.layers.terms();
        let mut stream = terms.range().ge(prefix.as_bytes()).into_stream()?;
        while stream.advance() {
            let Some(rest) = stream.key().strip_prefix(prefix.as_bytes()) else { break };
            if let Ok(rest) = std::str::from_utf8(rest) {
                each(rest, TermHandle { info: stream.value().clone(), of_layers: true });
            }
        }
        Ok(())
    }

    /// The sources here by their number, each with its documents; by document.
    pub fn sources(&self) -> &[(u32, std::ops::Range<u32>)] {
        self.sources.get_or_init(|| {
            let mut out: Vec<(u32, std::ops::Range<u32>)> = Vec::new();
            for doc in 0..self.len() {
                let source = self.source.first(doc).unwrap_or_default();
                let source = u32::try_from(source).unwrap_or(u32::MAX);
                match out.last_mut() {
                    Some((last, docs)) if *last == source => docs.end = doc + 1,
                    _ => out.push((source, doc..doc + 1)),
                }
            }
            out
        })
    }

    /// The text of a source, by its number; `None` if it is not here.
    ///
    /// # Errors
    /// The store is damaged.
    pub fn text_of(&self, number: u32) -> Result<Option<ForwardSource>, StoreError> {
        let term = Term::from_field_u64(self.fields.source, u64::from(number));
        let inverted = self.reader.inverted_index(self.fields.source)?;
        let Some(mut postings) = inverted.read_postings(&term, IndexRecordOption::Basic)? else {
            return Ok(None);
        };
        // The document of the source itself is the first of its documents.
        while postings.doc() != TERMINATED {
            let doc = postings.doc();
            if !self.reader.is_deleted(doc) && self.passage.first(doc) == Some(FORWARD) {
                let source = ForwardSource::open(&self.texts, doc);
                return source
                    .map(Some)
                    .ok_or_else(|| StoreError::Damaged("a source's text".into()));
            }
            postings.advance();
        }
        Ok(None)
    }

    /// The places of a term.
    ///
    /// # Errors
    /// The store is damaged.
    pub fn postings(&self, term: &TermHandle) -> Result<PostingsCursor, StoreError> {
        let option = IndexRecordOption::WithFreqsAndPositions;
        let inverted = if term.of_layers { &self.layers } else { &self.inverted };
        Ok(PostingsCursor(inverted.read_postings_from_terminfo(&term.info, option)?))
    }
}

fn column_or_empty(reader: &SegmentReader, name: &str) -> Result<Column<u64>, StoreError> {
    // A segment in which no passage has a value has no column.
    let column = reader.fast_fields().column_opt::<u64>(name)?;
    Ok(column.unwrap_or_else(|| Column::build_empty_column(reader.max_doc())))
}

fn pick<T: Copy>(all: &[T], packed: u64) -> T {
    all[(packed & 15) as usize % all.len()]
}

fn unpack(packed: u64) -> Quotation {
    let start = u32::try_from(packed >> 40).unwrap_or_default();
    let len = u32::try_from(packed >> 16 & 0xFF_FFFF).unwrap_or_default();
    let speaker = u32::try_from(packed >> 2 & u64::from(NOBODY)).unwrap_or_default();
    let speaker = Some(speaker).filter(|s| *s != NOBODY);
    let tokens = TokenSpan::new(start, start + len);
    Quotation { tokens, speaker, voice: pick(&Voice::ALL, packed & 3) }
}

/// A term of one segment.
#[derive(Clone, Debug)]
pub struct TermHandle {
    info: TermInfo,
    of_layers: bool,
}

impl TermHandle {
    fn of_text(info: &TermInfo) -> Self {
        Self { info: info.clone(), of_layers: false }
    }

    /// Passages of the segment that have it, deleted ones included.
    #[must_use]
    pub const fn passages(&self) -> u32 {
        self.info.doc_freq
    }
}

/// Walks through the passages that have a term.
pub struct PostingsCursor(SegmentPostings);

impl PostingsCursor {
    /// The document the cursor is at; `None` past the last.
    #[must_use]
    pub fn doc(&self) -> Option<u32> {
        let doc = self.0.doc();
        (doc != TERMINATED).then_some(doc)
    }

    /// Goes to the next document.
    pub fn advance(&mut self) {
        self.0.advance();
    }

    /// Goes to the first document not before `doc`; never backwards.
    pub fn seek(&mut self, doc: u32) {
        if self.0.doc() < doc {
            self.0.seek(doc);
        }
    }

    /// Times the term stands in the passage.
    #[must_use]
    pub fn count(&self) -> u32 {
        self.0.term_freq()
    }

    /// Appends the term's positions in the passage, ascending.
    pub fn positions(&mut self, out: &mut Vec<u32>) {
        self.0.append_positions_with_offset(0, out);
    }
}
