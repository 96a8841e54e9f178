//! `thematic find`: one pattern, to the terminal or as JSON lines.

use std::io::{IsTerminal, Write};

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::{Context, Failure, Outcome, terminal};
use crate::analysis::KwicRow;
use crate::index::Store;
use crate::pattern::parse_simple;
use crate::pipeline::{FileProblems, PipelineError, find, names};
use crate::query::{
    Ask, Condition, Context as Around, Field, Filter, Needle, Query, QueryFile, What, check_names,
};
use crate::search::People;
use crate::text::{Problem, Text};

/// Arguments of `find`.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// Words, "phrases", * and ? inside words, | between alternatives
    pattern: String,
    /// What is searched: `voice=participant`, `role=nurse,carer`; may be given again
    #[arg(long = "where", value_name = "FIELD=VALUE")]
    filter: Vec<String>,
    /// Words on each side, `sentence` or `passage`
    #[arg(long, default_value = "10")]
    context: String,
    /// Print JSON lines
    #[arg(long)]
    json: bool,
}

pub(super) fn run(context: &Context, arguments: &Arguments) -> Result<Outcome, Failure> {
    let pattern = parse_simple(&arguments.pattern).map_err(|e| {
        let mut problem = Problem::error(e.place, e.message);
        problem.hint = e.hint;
        problems("PATTERN", &arguments.pattern, vec![problem])
    })?;
    let around = around(&arguments.context)?;
    let store = Store::open(&context.project.store)?;
    let filter = filter(&store, arguments)?;
    let needle = Needle::of_pattern(arguments.pattern.clone(), pattern);
    let mut out = terminal::output();
    let layout = Layout::of_terminal();
    let mut written = Ok(());
    let summary = find(&store, &needle, &filter, around, |row| {
        if written.is_ok() {
            written = line(&mut out, &row, arguments.json, &layout);
        }
        Ok(())
    })?;
    written.map_err(|e| Failure::output(&e))?;
    terminal::end(out)?;
    if !context.quiet && !arguments.json {
        eprintln!(
            "{} hits in {} passages of {} sources",
            terminal::grouped(summary.hits.unwrap_or(0)),
            terminal::grouped(summary.passages_with.unwrap_or(0)),
            terminal::grouped(summary.sources_with.unwrap_or(0)),
        );
    }
    Ok(Outcome::Well)
}

fn problems(name: &str, text: &str, problems: Vec<Problem>) -> Failure {
    let file = FileProblems { name: name.to_owned(), text: text.to_owned(), problems };
    PipelineError::Problems { problems: vec![file] }.into()
}

fn around(text: &str) -> Result<Around, Failure> {
    match text {
        "sentence" => Ok(Around::Sentence),
        "passage" => Ok(Around::Passage),
        number => match number.parse() {
            Ok(n) if (1..=1000).contains(&n) => Ok(Around::Words(n)),
            _ => Err(Failure::message(
                format!("`--context {number}`"),
                "give a number of words from 1 to 1000, `sentence` or `passage`",
            )),
        },
    }
}

/// The conditions of the command line, checked against the corpus.
fn filter(store: &Store, arguments: &Arguments) -> Result<Filter, Failure> {
    let mut filter = Filter::default();
    for written in &arguments.filter {
        let Some((field, values)) = written.split_once('=') else {
            return Err(Failure::message(
                format!("`--where {written}` has no `=`"),
                "write `--where voice=participant`",
            ));
        };
        let mut at = field.len() + 1;
        let mut texts = Vec::new();
        for value in values.split(',') {
            texts.push(Text { value: value.to_owned(), place: at..at + value.len() });
            at += value.len() + 1;
        }
        let condition = Condition { field: Field::of(field), place: 0..field.len(), values: texts };
        let one = Filter { conditions: vec![condition.clone()] };
        let names = names(store, &People::new(store));
        let query = Query {
            id: Text::default(),
            title: None,
            what: What::AllThemes,
            ask: Ask::Frequency { by: Vec::new() },
            filter: one,
        };
        let file = QueryFile { queries: vec![query], ..QueryFile::default() };
        let found = check_names(&file, &names);
        if found.iter().any(|p| p.level == crate::text::Level::Error) {
            return Err(problems("--where", written, found));
        }
        let warned =
            FileProblems { name: "--where".into(), text: written.clone(), problems: found };
        terminal::problems(&[warned], false);
        filter.conditions.push(condition);
    }
    Ok(filter)
}

/// How lines are laid out.
struct Layout {
    side: usize,
    colour: bool,
}

impl Layout {
    fn of_terminal() -> Self {
        let columns =
            std::env::var("COLUMNS").ok().and_then(|c| c.parse().ok()).unwrap_or(140_usize);
        let colour = std::io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none();
        Self { side: (columns.clamp(60, 400) - 44) / 2, colour }
    }
}

fn line(out: &mut impl Write, row: &KwicRow, json: bool, layout: &Layout) -> std::io::Result<()> {
    if json {
        serde_json::to_writer(&mut *out, row)?;
        return out.write_all(b"\n");
    }
    let place = format!("{} {}", row.source, row.locator);
    let speaker = row.speaker.as_deref().unwrap_or(&row.voice);
    let left = last_columns(&terminal::plain(&row.left), layout.side);
    let right = first_columns(&terminal::plain(&row.right), layout.side);
    let (bold, normal) = if layout.colour { ("\x1b[1m", "\x1b[0m") } else { ("", "") };
    let mark = if layout.colour { ("", "") } else { ("[", "]") };
    writeln!(
        out,
        "{}{left}{}{bold}{}{normal}{}{right}\n    {}, {}",
        " ".repeat(layout.side - left.width().min(layout.side)),
        mark.0,
        terminal::plain(&row.matched),
        mark.1,
        terminal::plain(speaker),
        terminal::plain(&place),
    )
}

/// The end of a text, at most so many columns wide.
fn last_columns(text: &str, columns: usize) -> String {
    let mut width = 0;
    let mut start = text.len();
    for (at, c) in text.char_indices().rev() {
        width += c.width().unwrap_or(0);
        if width > columns {
            break;
        }
        start = at;
    }
    text[start..].to_owned()
}

/// The beginning of a text, at most so many columns wide.
fn first_columns(text: &str, columns: usize) -> String {
    let mut width = 0;
    text.chars()
        .take_while(|c| {
            width += c.width().unwrap_or(0);
            width <= columns
        })
        .collect()
}
