//! `thematic` reads papers and interview transcripts and answers questions kept in query files.
//!
//! Two rivers meet in [`search`]: files become documents, passages and an index ([`ingest`],
//! [`segment`], [`index`]); query files become patterns, themes and plans ([`pattern`],
//! [`codebook`], [`query`]). Hits become rows ([`analysis`]) and rows become files ([`report`]).
//! [`pipeline`] alone knows the order of the stages, [`cli`] the words on the terminal.
//!
//! ```
//! use thematic::pipeline::{answer, load, query_files, refresh};
//! use thematic::{index::Store, project::Project};
//!
//! let folder = tempfile::tempdir().unwrap();
//! let write = |name: &str, text: &str| {
//!     let path = folder.path().join(name);
//!     std::fs::create_dir_all(path.parent().unwrap()).unwrap();
//!     std::fs::write(path, text).unwrap();
//! };
//! write("corpora/talks/a.txt", "Interviewer: How was it?\n\nP1: I trusted her.\n\nInterviewer: Why?\n");
//! write("queries/q.toml", "[[kwic]]\nid = 'trust'\nfind = 'trust*'\n");
//!
//! let project = Project::at(folder.path());
//! let (queries, _warnings) = load(&project, &query_files(&project).unwrap()).unwrap();
//! refresh(&project, &[], &|_progress| {}).unwrap();
//! let store = Store::open(&project.store).unwrap();
//! let (answers, _warnings) = answer(&project, &store, &queries).unwrap();
//! assert_eq!(answers[0].summary.hits, Some(1));
//! ```

pub mod text;

pub mod project;

pub mod ingest;

pub mod segment;

pub mod index;

pub mod pattern;

pub mod codebook;

pub mod query;

pub mod search;

pub mod analysis;

pub mod report;

pub mod pipeline;

pub mod cli;
