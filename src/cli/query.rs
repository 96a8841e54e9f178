//! `thematic query`: answers query files from the index as it is.

use std::path::PathBuf;

use super::{Context, Failure, Outcome, check, terminal};
use crate::index::Store;
use crate::pipeline::{Answer, LoadedFile, answer, load};

/// Arguments of `query`.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// Query files
    #[arg(value_name = "QUERY_FILE", required = true)]
    files: Vec<PathBuf>,
}

pub(super) fn run(context: &Context, arguments: &Arguments) -> Result<Outcome, Failure> {
    let (files, warnings) = load(&context.project, &arguments.files)?;
    terminal::problems(&warnings, context.quiet);
    let examples = check::examples(&files);
    Ok(answer_files(context, &files)?.and(examples))
}

/// Answers loaded files and prints a line for each query.
pub(super) fn answer_files(context: &Context, files: &[LoadedFile]) -> Result<Outcome, Failure> {
    let store = Store::open(&context.project.store)?;
    let (answers, warnings) = answer(&context.project, &store, files)?;
    terminal::problems(&warnings, context.quiet);
    if !context.quiet {
        print(context, &answers);
    }
    Ok(Outcome::Well)
}

fn print(context: &Context, answers: &[Answer]) {
    let results = context.project.results.display().to_string();
    let results = results.strip_prefix("./").unwrap_or(&results).to_owned();
    let mut file = "";
    for answer in answers {
        if answer.file != file {
            file = &answer.file;
            out!("\n{file}");
        }
        out!(
            "  {:<28} {:<13} {:<34} {results}/{}",
            answer.id,
            answer.kind,
            counts(answer),
            answer.path
        );
    }
}

/// What a query gave, in words.
fn counts(answer: &Answer) -> String {
    let rows = terminal::grouped(answer.rows);
    match (answer.summary.hits, answer.summary.sources_with) {
        (Some(hits), Some(sources)) => {
            format!("{} hits in {sources} sources", terminal::grouped(hits))
        }
        (Some(hits), None) => {
            let what = answer.summary.words_in_windows.map_or("clusters", |_| "words");
            format!("{rows} {what} around {} hits", terminal::grouped(hits))
        }
        _ if answer.kind == "cooccurrence" => format!("{rows} pairs"),
        _ => format!("{rows} rows"),
    }
}
