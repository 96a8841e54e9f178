//! `thematic check`: reports every mistake, and runs the codebooks' examples.

use super::run::Arguments;
use super::{Context, Failure, Outcome, terminal};
use crate::index::Store;
use crate::pipeline::{FileProblems, LoadedFile, PipelineError, load, names};
use crate::query::check_names;
use crate::search::People;

pub(super) fn run(context: &Context, arguments: &Arguments) -> Result<Outcome, Failure> {
    let paths = arguments.paths(context)?;
    let (files, warnings) = load(&context.project, &paths)?;
    terminal::problems(&warnings, context.quiet);
    let corpus = against_corpus(context, &files)?;
    let examples = examples(&files);
    if !context.quiet {
        let queries: usize = files.iter().map(|f| f.file.queries.len()).sum();
        let themes: usize = files.iter().map(|f| f.codebook.themes.len()).sum();
        println!("{} query files, {queries} queries, {themes} themes: {corpus}", files.len());
    }
    Ok(examples)
}

/// Checks names against the corpus, if there is a store.
fn against_corpus(context: &Context, files: &[LoadedFile]) -> Result<&'static str, Failure> {
    let Ok(store) = Store::open(&context.project.store) else {
        return Ok("read well; names in `where` and `by` are checked once there is an index");
    };
    let names = names(&store, &People::new(&store));
    let mut problems = Vec::new();
    for file in files {
        let found = check_names(&file.file, &names);
        if !found.is_empty() {
            problems.push(FileProblems {
                name: file.name.clone(),
                text: file.text.clone(),
                problems: found,
            });
        }
    }
    if problems.iter().any(|f| f.errors() > 0) {
        return Err(PipelineError::Problems { problems }.into());
    }
    terminal::problems(&problems, context.quiet);
    Ok("read well, and every name is known in the corpus")
}

/// Runs the examples of all codebooks, each codebook once.
pub(super) fn examples(files: &[LoadedFile]) -> Outcome {
    let mut failed: Vec<FileProblems> = Vec::new();
    let mut seen: Vec<&str> = Vec::new();
    for file in files {
        let Some((name, text)) = &file.codebook_file else {
            continue;
        };
        if seen.contains(&name.as_str()) {
            continue;
        }
        seen.push(name);
        let problems = file.codebook.check_examples();
        if !problems.is_empty() {
            failed.push(FileProblems { name: name.clone(), text: text.clone(), problems });
        }
    }
    terminal::problems(&failed, false);
    Outcome::needs_a_look_if(!failed.is_empty())
}
