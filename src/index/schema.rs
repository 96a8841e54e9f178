//! The fields of the index.

use std::sync::Arc;

use tantivy::schema::{
    Field, IndexRecordOption, NumericOptions, Schema, TextFieldIndexing, TextOptions,
};
use tantivy::store::Compressor;
use tantivy::{IndexSettings, SegmentPlugin};

use super::texts::Texts;

/// Ends the name of a layer, or of a structure and its attribute, in a term of `layers`.
pub(super) const END_OF_NAME: char = '\0';

/// The fields of the index in which terms are looked up.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fields {
    /// Folded tokens with positions.
    pub text: Field,
    /// Layers and named structures, at the positions of the tokens.
    pub layers: Field,
    /// Number of the source, the same in every document of one source; a column, too.
    pub source: Field,
}

/// The speaker of a quotation that has none.
pub(crate) const NOBODY: u32 = 0x3FFF;

/// Columns: numbers of each document.
pub(super) mod column {
    /// Number of the source.
    pub(crate) const SOURCE: &str = "source";
    /// Number of the passage in its source; [`super::FORWARD`] for the document of the source itself.
    pub(crate) const PASSAGE: &str = "passage";
    /// Its first token in the source.
    pub(crate) const START: &str = "start";
    /// Its tokens.
    pub(crate) const TOKENS: &str = "tokens";
    /// Kind, role and voice in one number.
    pub(crate) const FACETS: &str = "facets";
    /// Its section.
    pub(crate) const SECTION: &str = "section";
    /// Its turn.
    pub(crate) const TURN: &str = "turn";
    /// Its speaker in the source, counted from 1; 0 for none.
    pub(crate) const SPEAKER: &str = "speaker";
    /// Tokens at which its second and later sentences begin.
    pub(crate) const SENTENCES: &str = "sentences";
    /// Its quotations, packed.
    pub(crate) const QUOTATIONS: &str = "quotations";

    /// All, those last of which a document may have several values or none.
    pub(crate) const ALL: [&str; 10] =
        [SOURCE, PASSAGE, START, TOKENS, FACETS, SECTION, TURN, SPEAKER, SENTENCES, QUOTATIONS];
}

/// Marks the document of a source itself in the passage column.
pub(super) const FORWARD: u64 = u32::MAX as u64;

/// The schema and its fields.
pub(super) fn schema() -> (Schema, Fields) {
    let mut builder = Schema::builder();
    let text = || {
        // Terms come to the index as they are; no tokenizer of tantivy's sees them.
        let indexing = TextFieldIndexing::default()
            .set_tokenizer("raw")
            .set_index_option(IndexRecordOption::WithFreqsAndPositions)
            .set_fieldnorms(false);
        TextOptions::default().set_indexing_options(indexing)
    };
    let number = || NumericOptions::default().set_fast();
    let fields = Fields {
        text: builder.add_text_field("text", text()),
        layers: builder.add_text_field("layers", text()),
        source: builder.add_u64_field(column::SOURCE, number().set_indexed()),
    };
    for name in &column::ALL[1..] {
        builder.add_u64_field(name, number());
    }
    (builder.build(), fields)
}

/// Settings of a new index.
pub(super) fn settings() -> IndexSettings {
    // Nothing is stored there.
    IndexSettings { docstore_compression: Compressor::None, ..IndexSettings::default() }
}

/// What merges the files of texts; for an index that is written to.
pub(super) fn texts() -> Arc<dyn SegmentPlugin> {
    Arc::new(Texts)
}
