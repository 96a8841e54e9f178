//! `thematic ingest`: reads what is new in corpora/.

use std::path::PathBuf;

use super::{Context, Failure, Outcome, terminal};
use crate::pipeline::{Refreshed, refresh};
use crate::report::owners_lines;

/// Arguments of `ingest`.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// Files and folders below corpora/ to look at [default: all of it]
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
}

pub(super) fn run(context: &Context, arguments: &Arguments) -> Result<Outcome, Failure> {
    let refreshed = refreshed(context, &arguments.paths)?;
    if !context.quiet {
        out!("{}", summary(&refreshed));
    }
    Ok(Outcome::needs_a_look_if(refreshed.needs_a_look()))
}

/// Refreshes the store with a bar, and tells what was skipped.
pub(super) fn refreshed(context: &Context, only: &[PathBuf]) -> Result<Refreshed, Failure> {
    let bar = terminal::Bar::new(context.quiet);
    let result = refresh(&context.project, only, &|progress| bar.show(progress));
    bar.end();
    let refreshed = result?;
    terminal::refreshed(&refreshed, context.quiet);
    Ok(refreshed)
}

/// What is in the corpus, whose words they are, and what was done.
pub(super) fn summary(refreshed: &Refreshed) -> String {
    let owners = refreshed.owners.iter().flat_map(|(name, owners)| {
        owners_lines(owners).into_iter().map(move |line| format!("\nwhose    {name}: {line}"))
    });
    let owners: String = owners.collect();
    format!(
        "corpus   {} sources, {} passages, {} tokens\n         {}{owners}",
        terminal::grouped(refreshed.sources as u64),
        terminal::grouped(refreshed.passages),
        terminal::grouped(refreshed.tokens),
        terminal::refreshed_line(refreshed),
    )
}
