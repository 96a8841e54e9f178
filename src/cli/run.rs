//! `thematic run`: reads what is new, then answers query files.

use std::path::PathBuf;

use super::{Context, Failure, Outcome, check, ingest, query};
use crate::pipeline::{load, query_files};

/// Arguments of `run`.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// Query files [default: all of queries/]
    #[arg(value_name = "QUERY_FILE")]
    files: Vec<PathBuf>,
}

pub(super) fn run(context: &Context, arguments: &Arguments) -> Result<Outcome, Failure> {
    let paths = if arguments.files.is_empty() {
        query_files(&context.project)?
    } else {
        arguments.files.clone()
    };
    // Mistakes in the questions come before any work on the texts.
    let (files, warnings) = load(&context.project, &paths)?;
    super::terminal::problems(&warnings, context.quiet);
    let examples = check::examples(&files);
    let refreshed = ingest::refreshed(context, &[])?;
    if !context.quiet {
        println!("{}", ingest::summary(context, &refreshed)?);
    }
    let answered = query::answer_files(context, &files)?;
    let skipped = Outcome::needs_a_look_if(!refreshed.skipped.is_empty());
    Ok(answered.and(examples).and(skipped))
}
