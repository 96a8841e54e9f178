//! `thematic check`: reports every mistake, and runs the codebooks' examples.

use std::sync::Arc;

use super::{Context, Failure, Outcome, terminal};
use crate::codebook::Codebook;
use crate::index::Store;
use crate::pattern::{Pattern, explain, to_cql};
use crate::pipeline::{FileProblems, LoadedFile, PipelineError, load, names};
use crate::query::{Choice, check_layers, check_names, plan};
use crate::search::People;

/// Arguments of `check`.
#[derive(Debug, clap::Args)]
#[group(skip)]
pub(super) struct Arguments {
    #[command(flatten)]
    files: super::run::Arguments,
    /// Say what each pattern means, in CQL and in words
    #[arg(long)]
    explain: bool,
}

pub(super) fn run(context: &Context, arguments: &Arguments) -> Result<Outcome, Failure> {
    let paths = arguments.files.paths(context)?;
    let (files, warnings) = load(&context.project, &paths)?;
    terminal::problems(&warnings, context.quiet);
    let corpus = against_corpus(context, &files)?;
    let examples = examples(&files);
    if arguments.explain {
        files.iter().for_each(tell);
    }
    if !context.quiet {
        let queries: usize = files.iter().map(|f| f.file.queries.len()).sum();
        let themes: usize = files.iter().map(|f| f.codebook.themes.len()).sum();
        println!("{} query files, {queries} queries, {themes} themes: {corpus}", files.len());
    }
    Ok(examples)
}

/// Says what the patterns of a file mean.
fn tell(file: &LoadedFile) {
    println!("{}", file.name);
    for query in &file.file.queries {
        println!("  {} ({})", query.id.value, query.ask.kind());
        for needle in plan(query, &file.codebook).needles {
            println!("    {}", terminal::plain(&needle.name));
            if let Choice::By(strategy) = needle.choice {
                println!("      of all that fit, by the strategy `{}`:", strategy.name());
            }
            for part in &needle.parts {
                let alternatives = match &part.find {
                    Pattern::Either(parts) => parts.iter().collect(),
                    one => vec![one],
                };
                for pattern in alternatives {
                    println!("      {}", to_cql(pattern));
                    println!("          {}", explain(pattern));
                }
                if let Some(except) = &part.except {
                    println!("      but not where this shares a word: {}", explain(except));
                }
            }
        }
    }
    println!();
}

/// Checks names against the corpus, if there is a store.
fn against_corpus(context: &Context, files: &[LoadedFile]) -> Result<&'static str, Failure> {
    let Ok(store) = Store::open(&context.project.store) else {
        return Ok("read well; names in `where` and `by` are checked once there is an index");
    };
    let names = names(&store, &People::new(&store));
    let mut problems = Vec::new();
    for file in files {
        let mut found = check_names(&file.file, &names);
        found.extend(check_layers(&file.file, &file.codebook, &names));
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
    for codebook in codebooks(files) {
        for (file, problem) in codebook.check_examples() {
            let file = &codebook.files[file];
            let at = failed.iter().position(|f| f.name == file.name).unwrap_or(failed.len());
            if at == failed.len() {
                let (name, text) = (file.name.clone(), file.text.clone());
                failed.push(FileProblems { name, text, problems: Vec::new() });
            }
            if !failed[at].problems.contains(&problem) {
                failed[at].problems.push(problem);
            }
        }
    }
    terminal::problems(&failed, false);
    Outcome::needs_a_look_if(!failed.is_empty())
}

/// The codebooks of the files, each once.
fn codebooks(files: &[LoadedFile]) -> Vec<&Arc<Codebook>> {
    let mut out: Vec<&Arc<Codebook>> = Vec::new();
    for file in files.iter().filter(|f| !f.codebook.files.is_empty()) {
        if !out.iter().any(|c| Arc::ptr_eq(c, &file.codebook)) {
            out.push(&file.codebook);
        }
    }
    out
}
