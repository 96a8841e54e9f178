//! The fields of the index and the tokenizer that replays our tokens.

use std::sync::Arc;

use tantivy::schema::{
    BytesOptions, FAST, Field, INDEXED, IndexRecordOption, NumericOptions, Schema,
    TextFieldIndexing, TextOptions,
};
use tantivy::store::Compressor;
use tantivy::tokenizer::{TextAnalyzer, Token, TokenStream, Tokenizer};
use tantivy::{Index, IndexSettings, SegmentPlugin};

use super::texts::Texts;

/// Between two folded tokens in the text given to tantivy; no token holds it.
pub(super) const SEPARATOR: char = '\n';

/// Ends the name of a layer, or of a structure and its attribute, in a term of `layers`.
pub(super) const END_OF_NAME: char = '\0';

const TOKENIZER: &str = "folded";
const LAYER_TOKENIZER: &str = "layers";

/// The fields of the index.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fields {
    /// Folded tokens with positions.
    pub text: Field,
    /// Layers and named structures, at the positions of the tokens.
    pub layers: Field,
    /// Number of the source, the same in every document of one source.
    pub source: Field,
    /// Number of the passage in its source; `FORWARD` for the document of the source itself.
    pub passage: Field,
    /// Its first token in the source.
    pub start: Field,
    /// Its tokens.
    pub tokens: Field,
    /// Kind, role and voice in one number.
    pub facets: Field,
    /// Its section.
    pub section: Field,
    /// Its turn.
    pub turn: Field,
    /// Its speaker in the source, counted from 1; 0 for none.
    pub speaker: Field,
    /// Tokens at which its second and later sentences begin.
    pub sentences: Field,
    /// Its quotations, packed.
    pub quotations: Field,
    /// What a document brings for the file of texts; nothing of it is in tantivy's own files.
    pub forward: Field,
}

/// Marks the document of a source itself in the passage column.
pub(super) const FORWARD: u64 = u32::MAX as u64;

/// The schema and its fields.
pub(super) fn schema() -> (Schema, Fields) {
    let mut builder = Schema::builder();
    let text = |tokenizer: &str| {
        let indexing = TextFieldIndexing::default()
            .set_tokenizer(tokenizer)
            .set_index_option(IndexRecordOption::WithFreqsAndPositions)
            .set_fieldnorms(false);
        TextOptions::default().set_indexing_options(indexing)
    };
    let number = || NumericOptions::default().set_fast();
    let fields = Fields {
        text: builder.add_text_field("text", text(TOKENIZER)),
        layers: builder.add_text_field("layers", text(LAYER_TOKENIZER)),
        source: builder.add_u64_field("source", INDEXED | FAST),
        passage: builder.add_u64_field("passage", number()),
        start: builder.add_u64_field("start", number()),
        tokens: builder.add_u64_field("tokens", number()),
        facets: builder.add_u64_field("facets", number()),
        section: builder.add_u64_field("section", number()),
        turn: builder.add_u64_field("turn", number()),
        speaker: builder.add_u64_field("speaker", number()),
        sentences: builder.add_u64_field("sentences", number()),
        quotations: builder.add_u64_field("quotations", number()),
        forward: builder.add_bytes_field("forward", BytesOptions::default()),
    };
    (builder.build(), fields)
}

/// Settings of a new index.
pub(super) fn settings() -> IndexSettings {
    // Nothing is stored there.
    IndexSettings { docstore_compression: Compressor::None, ..IndexSettings::default() }
}

/// What writes the file of texts of each segment; for an index that is written to.
pub(super) fn texts(fields: &Fields) -> Arc<dyn SegmentPlugin> {
    Arc::new(Texts { field: fields.forward })
}

/// Registers the tokenizers with an index.
pub(super) fn register(index: &Index) {
    index.tokenizers().register(TOKENIZER, TextAnalyzer::from(Replay));
    index.tokenizers().register(LAYER_TOKENIZER, TextAnalyzer::from(ReplayPlaced));
}

/// Gives tantivy the tokens it is handed, one a line, at positions 0, 1, 2 …
#[derive(Clone, Debug)]
struct Replay;

struct ReplayStream<'a> {
    rest: std::str::Split<'a, char>,
    token: Token,
}

impl Tokenizer for Replay {
    type TokenStream<'a> = ReplayStream<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> ReplayStream<'a> {
        ReplayStream { rest: text.split(SEPARATOR), token: Token::default() }
    }
}

impl TokenStream for ReplayStream<'_> {
    fn advance(&mut self) -> bool {
        let Some(word) = self.rest.next() else {
            return false;
        };
        self.token.position = self.token.position.wrapping_add(1);
        self.token.text.clear();
        self.token.text.push_str(word);
        true
    }

    fn token(&self) -> &Token {
        &self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        &mut self.token
    }
}

/// Gives tantivy the terms it is handed, one a line, each after its position and a tab.
#[derive(Clone, Debug)]
struct ReplayPlaced;

struct PlacedStream<'a> {
    rest: std::str::Split<'a, char>,
    token: Token,
}

impl Tokenizer for ReplayPlaced {
    type TokenStream<'a> = PlacedStream<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> PlacedStream<'a> {
        PlacedStream { rest: text.split(SEPARATOR), token: Token::default() }
    }
}

impl TokenStream for PlacedStream<'_> {
    fn advance(&mut self) -> bool {
        let Some((position, term)) = self.rest.next().and_then(|line| line.split_once('\t')) else {
            return false;
        };
        self.token.position = position.parse().unwrap_or_default();
        self.token.text.clear();
        self.token.text.push_str(term);
        true
    }

    fn token(&self) -> &Token {
        &self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        &mut self.token
    }
}
