//! Passages on disk and back: the only place that names tantivy.
//!
//! One tantivy document per passage holds its folded tokens with positions and its numbers (source,
//! place, section role, voice, speaker …) as columns. One more document per source stands for the
//! source. Beside tantivy's files each segment has one of ours with the texts, coded word by word:
//! the forward part, from which every line of a concordance is made without reading the input
//! again. A source's documents share one key, so one delete takes all of them, and a commit shows
//! all or none.
//!
//! ```text
//! .thematic/index/            tantivy's files
//! .thematic/catalogue-….jsonl what each source is; named in the commit, so it changes with it
//! ```

mod build;

mod catalogue;

mod dfa;

mod forward;

mod lexicon;

mod postings;

mod read;

mod schema;

mod store;

mod texts;

mod write;

pub use build::fits_index;
pub use catalogue::{
    Catalogue, Known, Skipped, SourceEntry, StructureEntry, Totals, file_of, record_key,
};
pub use dfa::TermAutomaton;
pub use forward::{ForwardPassage, ForwardSource, Said};
pub use read::{Fits, PassageRow, PostingsCursor, Segment, Stretch, TermHandle};
pub use store::Store;
pub use write::{NewSource, StoreWriter};

/// Counted up whenever a store written before can't be read; an older store is built anew.
pub const STORE_VERSION: u32 = 7;

/// A number of things of which there are fewer than 4 billion: readers refuse files of 2 GiB, and segments
/// are smaller.
fn narrow(n: usize) -> u32 {
    u32::try_from(n).expect("no segment is as large")
}

/// Why the store can't be used.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// There is none.
    #[error("no store at {0}; `thematic ingest` builds it")]
    Missing(String),
    /// Another process is writing to it.
    #[error("the store is in use by another run; wait for it to end")]
    Locked,
    /// It was written by another version.
    #[error("the store was written by another version; delete {0} and run `thematic ingest`")]
    Version(String),
    /// It is damaged.
    #[error("the store is damaged ({0}); delete its folder and run `thematic ingest`")]
    Damaged(String),
    /// The system refused.
    #[error("can't write or read the store: {0}")]
    System(#[from] std::io::Error),
    /// tantivy refused.
    #[error("the index refused: {0}")]
    Index(#[from] tantivy::TantivyError),
}
