//! `thematic check`: reports every mistake, and runs the codebooks' examples.

use std::path::PathBuf;
use std::sync::Arc;

use super::{Context, Failure, Outcome, terminal};
use crate::analysis::inspect;
use crate::codebook::Codebook;
use crate::index::Store;
use crate::pattern::{Pattern, explain, to_cql};
use crate::pipeline::{
    FileProblems, LoadedFile, PipelineError, check_collections, file_problems, is_codebook, load,
    names, read_codebook_at, unmet_decisions,
};
use crate::query::{Choice, Filter, check_layers, check_names, plan};
use crate::search::{People, Scope};
use crate::text::Problem;

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
    let (alone, paths): (Vec<PathBuf>, Vec<PathBuf>) =
        paths.into_iter().partition(|p| is_codebook(p));
    let (files, warnings) = load(&context.project, &paths)?;
    terminal::problems(&warnings, context.quiet);
    let mut books = codebooks(&files);
    for path in &alone {
        let codebook = read_codebook_at(&context.project, path, None)?;
        terminal::problems(&file_problems(&codebook), context.quiet);
        books.push(Arc::new(codebook));
    }
    let mut collections = check_collections(&context.project)?;
    let store = Store::open(&context.project.store).ok();
    // What a person decided and nothing in the texts fits, as they were last read.
    collections.extend(store.iter().flat_map(unmet_decisions));
    if !context.quiet {
        for note in &collections {
            err!("note: {}", terminal::plain(note));
        }
    }
    let corpus = against_corpus(store.as_ref(), &files, context.quiet)?;
    let examples = examples_of(&books);
    if let Some(store) = store.as_ref().filter(|s| !s.is_empty()) {
        for codebook in &books {
            matched(store, codebook, context.quiet)?;
        }
    }
    if arguments.explain {
        files.iter().for_each(tell);
    }
    if !context.quiet {
        let queries: usize = files.iter().map(|f| f.file.queries.len()).sum();
        let themes: usize = books.iter().map(|c| c.themes.len()).sum();
        out!("{} query files, {queries} queries, {themes} themes: {corpus}", files.len());
    }
    Ok(examples.and(Outcome::needs_a_look_if(!collections.is_empty())))
}

/// Says what the patterns of a file mean.
fn tell(file: &LoadedFile) {
    out!("{}", file.name);
    for query in &file.file.queries {
        out!("  {} ({})", query.id.value, query.ask.kind());
        for needle in plan(query, &file.codebook).needles {
            out!("    {}", terminal::plain(&needle.name));
            if let Choice::By(strategy) = needle.choice {
                out!("      of all that fit, by the strategy `{}`:", strategy.name());
            }
            for part in &needle.parts {
                let alternatives = match &part.find {
                    Pattern::Either(parts) => parts.iter().collect(),
                    one => vec![one],
                };
                for pattern in alternatives {
                    out!("      {}", to_cql(pattern));
                    out!("          {}", explain(pattern));
                }
                if let Some(except) = &part.except {
                    out!("      but not where this shares a word: {}", explain(except));
                }
            }
        }
    }
    out!();
}

/// Checks names against the corpus, if there is a store.
fn against_corpus(
    store: Option<&Store>,
    files: &[LoadedFile],
    quiet: bool,
) -> Result<&'static str, Failure> {
    let Some(store) = store else {
        return Ok("read well; names in `where` and `by` are checked once there is an index");
    };
    let names = names(store, &People::new(store));
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
    terminal::problems(&problems, quiet);
    Ok("read well, and every name is known in the corpus")
}

/// Tells what each theme matches in the corpus, and what to look at.
fn matched(store: &Store, codebook: &Codebook, quiet: bool) -> Result<(), Failure> {
    let people = People::new(store);
    let scope = Scope::new(store, &people, &Filter::default());
    let found = inspect(store, &scope, codebook)?;
    terminal::problems(&by_file(codebook, found.problems), quiet);
    let Some(file) = codebook.files.first().filter(|_| !quiet) else { return Ok(()) };
    out!("{}", terminal::plain(&file.name));
    let wide = codebook.themes.iter().map(|t| t.path.chars().count()).max().unwrap_or(0).min(40);
    for told in &found.themes {
        let path = terminal::plain(&codebook.themes[told.theme].path);
        let hits = terminal::grouped(told.hits);
        let forms = told.forms.iter().map(|(form, count)| format!("{form} {count}"));
        let mut forms = forms.collect::<Vec<_>>().join(", ");
        let more = told.different - told.forms.len() as u64;
        if more > 0 {
            forms = format!("{forms}, {} more", terminal::grouped(more));
        }
        out!("  {path:<wide$} {hits:>9}  {}", terminal::plain(&forms));
    }
    out!();
    Ok(())
}

/// Problems with the files that they are about, each once.
fn by_file(codebook: &Codebook, problems: Vec<(usize, Problem)>) -> Vec<FileProblems> {
    let mut out: Vec<FileProblems> = Vec::new();
    for (file, problem) in problems {
        let file = &codebook.files[file];
        let at = out.iter().position(|f| f.name == file.name).unwrap_or(out.len());
        if at == out.len() {
            let (name, text) = (file.name.clone(), file.text.clone());
            out.push(FileProblems { name, text, problems: Vec::new() });
        }
        if !out[at].problems.contains(&problem) {
            out[at].problems.push(problem);
        }
    }
    for file in &mut out {
        file.problems.sort_by_key(|p| p.place.start);
    }
    out
}

/// Runs the examples of all codebooks of the files, each codebook once.
pub(super) fn examples(files: &[LoadedFile]) -> Outcome {
    examples_of(&codebooks(files))
}

fn examples_of(codebooks: &[Arc<Codebook>]) -> Outcome {
    let mut failed: Vec<FileProblems> = Vec::new();
    for codebook in codebooks {
        for file in by_file(codebook, codebook.check_examples()) {
            // A file that two codebooks include tells of its examples once.
            if !failed.iter().any(|f| f.name == file.name && f.problems == file.problems) {
                failed.push(file);
            }
        }
    }
    terminal::problems(&failed, false);
    Outcome::needs_a_look_if(!failed.is_empty())
}

/// The codebooks of the files, each once.
fn codebooks(files: &[LoadedFile]) -> Vec<Arc<Codebook>> {
    let mut out: Vec<Arc<Codebook>> = Vec::new();
    for file in files.iter().filter(|f| !f.codebook.files.is_empty()) {
        if !out.iter().any(|c| Arc::ptr_eq(c, &file.codebook)) {
            out.push(Arc::clone(&file.codebook));
        }
    }
    out
}
