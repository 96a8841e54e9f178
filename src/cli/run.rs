//! `thematic run`: reads what is new, then answers query files.

use std::path::PathBuf;

use super::{Context, Failure, Outcome, check, ingest, query};
use crate::pipeline::{load, query_files};

/// Query files, or none for all of the project's.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// Query files [default: all of queries/]
    #[arg(value_name = "QUERY_FILE")]
    files: Vec<PathBuf>,
}

impl Arguments {
    /// The files that are meant.
    pub(super) fn paths(&self, context: &Context) -> Result<Vec<PathBuf>, Failure> {
        if self.files.is_empty() {
            return Ok(query_files(&context.project)?);
        }
        Ok(self.files.clone())
    }
}

pub(super) fn run(context: &Context, arguments: &Arguments) -> Result<Outcome, Failure> {
    let paths = arguments.paths(context)?;
    // Mistakes in the questions come before any work on the texts.
    let (files, warnings) = load(&context.project, &paths)?;
    super::terminal::problems(&warnings, context.quiet);
    let examples = check::examples(&files);
    let refreshed = ingest::refreshed(context, &[])?;
    if !context.quiet {
        out!("{}", ingest::summary(&refreshed));
    }
    let answered = query::answer_files(context, &files)?;
    let skipped = Outcome::needs_a_look_if(refreshed.needs_a_look());
    Ok(answered.and(examples).and(skipped))
}
