//! `thematic codebook`: codebooks and dictionaries of other programs in another form.

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::ValueEnum;

use super::{Context, Failure, Outcome, terminal};
use crate::codebook::{Codebook, Target, Theme, write};
use crate::pipeline::{file_problems, read_codebook_at};
use crate::report::write_text;

/// Arguments of `codebook`.
#[derive(Debug, clap::Args)]
#[group(skip)]
pub(super) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Write a codebook or dictionary as a codebook of ours, as a table, or as a REFI-QDA codebook
    ///
    /// Reads codebooks (.toml), LIWC (.dic, .dicx), WordStat (.cat), Yoshikoder (.ykd), Lexicoder (.lc3, .lcd),
    /// VBPro (.vbpro), quanteda's YAML (.yml), JSON, tables (.csv) and REFI-QDA codebooks (.qdc).
    Convert(Convert),
}

#[derive(Debug, clap::Args)]
struct Convert {
    /// The file to read
    file: PathBuf,
    /// Form of the output [default: by the ending of --output, or toml]
    #[arg(long, value_enum)]
    to: Option<To>,
    /// The file to write [default: standard output]
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// The encoding of the file, such as windows-1252 or `shift_jis` [default: found out]
    #[arg(long, value_name = "NAME")]
    encoding: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum To {
    /// A codebook of ours
    Toml,
    /// A table with a row for each pattern
    Csv,
    /// A REFI-QDA codebook, for `NVivo`, ATLAS.ti, MAXQDA and others; it has no patterns
    Qdc,
}

pub(super) fn run(context: &Context, arguments: &Arguments) -> Result<Outcome, Failure> {
    let Command::Convert(convert) = &arguments.command;
    let ending = convert.output.as_ref().and_then(|o| o.extension()?.to_str());
    let target = match (convert.to, ending) {
        (Some(To::Toml), _) | (None, None) => Target::Toml,
        (Some(To::Csv), _) => Target::Csv,
        (Some(To::Qdc), _) => Target::Qdc,
        (None, Some(ending)) => {
            let known = Target::ALL.into_iter().find(|t| t.name().eq_ignore_ascii_case(ending));
            known.ok_or_else(|| {
                Failure::message(
                    format!("can't tell from `.{ending}` what to write"),
                    "add `--to toml`, `--to csv` or `--to qdc`",
                )
            })?
        }
    };
    let codebook = read_codebook_at(&context.project, &convert.file, convert.encoding.as_deref())?;
    let problems = file_problems(&codebook);
    terminal::problems(&problems, context.quiet);
    let text = write(&codebook, target);
    let same = |a: &Path, b: &Path| match (a.canonicalize(), b.canonicalize()) {
        (Ok(a), Ok(b)) => a == b,
        _ => false,
    };
    if convert.output.as_ref().is_some_and(|o| same(o, &convert.file)) {
        return Err(Failure::message(
            "the file to write is the file that is read",
            "give another name to `--output`",
        ));
    }
    if let Some(path) = &convert.output {
        write_text(path, &text).map_err(crate::pipeline::PipelineError::from)?;
    } else {
        let mut out = terminal::output();
        out.write_all(text.as_bytes()).map_err(|e| Failure::output(&e))?;
        terminal::end(out)?;
    }
    if !context.quiet {
        tell(&codebook, target);
    }
    Ok(Outcome::needs_a_look_if(!problems.is_empty()))
}

/// Says what was written, and what the form has no place for.
fn tell(codebook: &Codebook, target: Target) {
    let themes = codebook.themes.len();
    let count = |of: fn(&Theme) -> usize| codebook.themes.iter().map(of).sum::<usize>();
    let patterns = count(|t| t.find.len() + t.except.len());
    let title = usize::from(codebook.title.is_some());
    let no_place = match target {
        Target::Toml => Vec::new(),
        Target::Csv => vec![(title, "its title")],
        Target::Qdc => vec![
            (patterns, "patterns"),
            (count(|t| t.hits.len() + t.misses.len()), "examples"),
            (count(|t| t.any_of.len() + t.all_of.len() + t.none_of.len()), "what builds on others"),
            (count(|t| usize::from(t.note.is_some())), "notes"),
            (title, "its title"),
        ],
    };
    let no_place: Vec<&str> = no_place.into_iter().filter(|h| h.0 > 0).map(|h| h.1).collect();
    err!("{themes} themes, {patterns} patterns");
    if !no_place.is_empty() {
        err!("this form has no place for {}", no_place.join(", "));
    }
}
