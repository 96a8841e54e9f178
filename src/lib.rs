//! `thematic` reads papers and interview transcripts and answers questions kept in query files.
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
