//! The order of the stages: the only module that knows both rivers whole.
//!
//! ```text
//! load     query files and codebooks -> checked queries       (no corpus is touched)
//! refresh  corpora -> changed sources -> store                (one commit)
//! answer   queries x store -> result files, manifest
//! ```

mod answer;

mod attributes;

mod changes;

mod cut;

mod load;

mod pairs;

mod refresh;

mod tables;

mod twins;

mod whose;

pub use answer::{Answer, Finding, answer, find, find_groups, layer_names, names};
pub use attributes::attributes_changed;
pub use load::{
    FileProblems, LoadedFile, file_problems, is_codebook, load, query_files, read_codebook_at,
    read_terms,
};
pub use refresh::{Progress, Refreshed, check_collections, decisions_of, refresh};
pub use twins::near_duplicates;
pub use whose::{mostly_unattributed, owners_by_collection, unmet_decisions};

use crate::index::StoreError;
use crate::project::SettingsError;
use crate::report::WriteError;
use crate::search::SearchError;

/// Why a command could not be carried out.
#[derive(Debug, thiserror::Error)]
pub enum PipelineError {
    /// A settings file.
    #[error(transparent)]
    Settings(#[from] SettingsError),
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A pattern.
    #[error(transparent)]
    Search(SearchError),
    /// A query whose pattern can't be answered.
    #[error("{file}, query `{id}`: {cause}")]
    Query {
        /// The query file.
        file: String,
        /// The query's id.
        id: String,
        /// Why.
        cause: SearchError,
    },
    /// A result.
    #[error(transparent)]
    Write(#[from] WriteError),
    /// Something that must be there is not, with the way out.
    #[error("{message}\n  hint: {hint}")]
    Missing {
        /// What is missing.
        message: String,
        /// What to do.
        hint: String,
    },
    /// Nobody takes the lines any more.
    #[error("the reader of the output has gone")]
    Closed,
    /// Query files with mistakes.
    #[error("{} to mend", count(problems))]
    Problems {
        /// The mistakes, by file.
        problems: Vec<FileProblems>,
    },
}

fn count(problems: &[FileProblems]) -> String {
    let errors: usize = problems.iter().map(FileProblems::errors).sum();
    if errors == 1 { "1 mistake".into() } else { format!("{errors} mistakes") }
}

impl From<SearchError> for PipelineError {
    fn from(error: SearchError) -> Self {
        match error {
            SearchError::Store(error) => Self::Store(error),
            other => Self::Search(other),
        }
    }
}

impl PipelineError {
    /// The same, with the query that it is about.
    fn of_query(self, file: &str, id: &str) -> Self {
        match self {
            Self::Search(cause) => Self::Query { file: file.into(), id: id.into(), cause },
            other => other,
        }
    }
}
