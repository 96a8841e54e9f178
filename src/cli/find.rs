//! `thematic find`: a concordance to the terminal, or as JSON, JSON lines or CSV.

mod table;

use std::io::Write;
use std::path::PathBuf;

use clap::ValueEnum;

use super::{Context, Failure, Outcome, terminal};
use crate::analysis::{Counts, GroupRow, KwicRow, group_column};
use crate::codebook::Codebook;
use crate::index::Store;
use crate::pattern::{Form, Pattern, parse};
use crate::pipeline::{
    FileProblems, Finding, PipelineError, find, find_groups, layer_names, names, read_codebook_at,
    read_terms,
};
use crate::query::{
    Ask, Choice, Condition, Context as Around, Field, Filter, Format as ResultFormat, Kwic, Names,
    Overlap, Pick, Query, QueryFile, SortBy, SortKey, Template, What, check_layers, check_names,
    fill, plan,
};
use crate::report::{columns_of, csv_row, record};
use crate::search::People;
use crate::text::{Problem, Text};
use table::Table;

/// Arguments of `find`.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Patterns: trust* | \"therapeutic alliance\" | stress ~5 work; see docs/patterns.md"
)]
pub(super) struct Arguments {
    /// What to find: words, "phrases", `*` and `?` inside words, `|` between alternatives
    #[arg(required_unless_present_any = ["theme", "codebook"])]
    pattern: Option<String>,
    /// The pattern is CQL
    #[arg(long)]
    cql: bool,
    /// A codebook; all its themes are found unless `--theme` names some
    #[arg(long, value_name = "FILE")]
    codebook: Option<PathBuf>,
    /// A theme of the codebook; may be given again
    #[arg(long, value_name = "THEME", requires = "codebook")]
    theme: Vec<String>,
    /// A list of terms that stand for `$term` in the pattern: a CSV file, or a term on each line
    #[arg(long, value_name = "FILE", requires = "pattern")]
    terms: Option<PathBuf>,
    /// What is searched: `voice=participant`, `role=nurse,carer`; may be given again
    #[arg(long = "where", value_name = "FIELD=VALUE")]
    filter: Vec<String>,
    /// Words on each side (`10`, or `5:15`), `sentence`, `2s` for two more, `passage` or `turn`
    #[arg(long, default_value = "10")]
    context: String,
    /// Where the context may run to: passage, turn or source
    #[arg(long, value_name = "STRUCTURE")]
    across: Option<String>,
    /// Which spans are hits: leftmost-longest, all, longest, shortest, standard
    #[arg(long, value_name = "CHOICE")]
    matching: Option<String>,
    /// Order of the lines: `right1,-left2,speaker`
    #[arg(long, value_name = "KEYS", allow_hyphen_values = true)]
    sort: Option<String>,
    /// Count hits by these: `match,speaker`
    #[arg(long, value_name = "KEYS", conflicts_with_all = ["sort", "sample", "thin", "every"])]
    group: Option<String>,
    /// So many lines by chance
    #[arg(long, value_name = "N", conflicts_with_all = ["every", "thin"])]
    sample: Option<u32>,
    /// This share of the lines by chance, in percent
    #[arg(long, value_name = "PERCENT", conflicts_with = "every")]
    thin: Option<f64>,
    /// Seed of `--sample` and `--thin`
    #[arg(long, value_name = "N", default_value = "1")]
    seed: u32,
    /// The first line and each N-th after it
    #[arg(long, value_name = "N")]
    every: Option<u32>,
    /// At most so many lines
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    limit: Option<u32>,
    /// What to do with lines of the same words: keep or drop
    #[arg(long, value_name = "WHAT", default_value = "keep")]
    near_duplicates: Duplicates,
    /// Form of the output
    #[arg(long, value_enum, default_value = "table")]
    format: Format,
    /// The same as `--format jsonl`
    #[arg(long, conflicts_with = "format")]
    json: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Lines for people, the hit in the middle
    Table,
    /// A list of objects
    Json,
    /// An object on each line
    Jsonl,
    /// Comma-separated values
    Csv,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Duplicates {
    Keep,
    Drop,
}

pub(super) fn run(context: &Context, arguments: &Arguments) -> Result<Outcome, Failure> {
    let (what, codebook) = what(context, arguments)?;
    let kwic = kwic(arguments)?;
    let store = Store::open(&context.project.store)?;
    let people = People::new(&store);
    let is_field = |key: &SortKey| matches!(key.by, SortBy::Field(_));
    let fields = !arguments.filter.is_empty() || kwic.sort.iter().chain(&kwic.group).any(is_field);
    let names = if fields { names(&store, &people) } else { layer_names(&store) };
    let filter = filter(&names, arguments)?;
    let query = Query {
        id: Text::default(),
        title: None,
        what,
        ask: Ask::Kwic(kwic),
        filter,
        overlap: Overlap::default(),
        formats: vec![ResultFormat::Json],
    };
    check(&names, &query, &codebook, arguments, context.quiet)?;
    let plan = plan(&query, &codebook);
    let Ask::Kwic(kwic) = &query.ask else { unreachable!("it was made one above") };
    let named = query.what.is_several();
    let finding = Finding { people: &people, plan: &plan, kwic, named };
    let counts = if kwic.group.is_empty() {
        lines(&store, &finding, arguments)?
    } else {
        groups(&store, &finding, arguments)?
    };
    if !context.quiet && arguments.format() == Format::Table {
        tell(counts, kwic);
    }
    Ok(Outcome::Well)
}

impl Arguments {
    fn format(&self) -> Format {
        if self.json { Format::Jsonl } else { self.format }
    }
}

fn problems(name: &str, text: &str, problems: Vec<Problem>) -> Failure {
    let file = FileProblems { name: name.to_owned(), text: text.to_owned(), problems };
    PipelineError::Problems { problems: vec![file] }.into()
}

/// What is looked for, and the codebook that it is in.
fn what(context: &Context, arguments: &Arguments) -> Result<(What, Codebook), Failure> {
    let Some(pattern) = &arguments.pattern else {
        let codebook = match &arguments.codebook {
            Some(path) => read_codebook_at(&context.project, path, None)?,
            None => Codebook::default(),
        };
        let mut themes = Vec::new();
        for theme in &arguments.theme {
            if codebook.theme(theme).is_none() {
                let problem = Problem::error(0..theme.len(), "no such theme in the codebook");
                let paths = codebook.themes.iter().map(|t| t.path.as_str());
                return Err(problems("--theme", theme, vec![problem.suggest(theme, paths)]));
            }
            themes.push(Text { value: theme.clone(), place: 0..theme.len() });
        }
        let what = if themes.is_empty() { What::AllThemes } else { What::Themes(themes) };
        return Ok((what, codebook));
    };
    if arguments.codebook.is_some() {
        return Err(Failure::message(
            "a pattern and a codebook",
            "give a pattern, or `--codebook` with or without `--theme`",
        ));
    }
    let form = if arguments.cql { Form::Cql } else { Form::Simple };
    let text = Text { value: pattern.clone(), place: 0..pattern.len() };
    if let Some(path) = &arguments.terms {
        let shown = path.display().to_string();
        let (columns, rows) = read_terms(path)
            .map_err(|e| Failure::Message(format!("can't read terms {shown}: {e}"), None))?;
        let list = Text { value: shown, place: 0..0 };
        let templates = vec![Template { text, form }];
        let (patterns, wrong) = fill(&templates, &list, &columns, &rows);
        if !wrong.is_empty() {
            return Err(problems("PATTERN", pattern, wrong));
        }
        return Ok((What::Terms { list, templates, patterns }, Codebook::default()));
    }
    let parsed = parse(form, pattern).map_err(|e| {
        let mut problem = Problem::error(e.place, e.message);
        problem.hint = e.hint;
        if form == Form::Simple && pattern.contains('[') && problem.hint.is_none() {
            problem.hint = Some("a pattern in CQL needs `--cql`".into());
        }
        problems("PATTERN", pattern, vec![problem])
    })?;
    if arguments.matching.is_some() && matches!(parsed, Pattern::Chosen(..)) {
        return Err(Failure::message(
            "`--matching` and a strategy in the pattern",
            "take one of them away",
        ));
    }
    let pattern = crate::codebook::WrittenPattern::new(text, form, parsed);
    Ok((What::Patterns(vec![pattern]), Codebook::default()))
}

fn kwic(arguments: &Arguments) -> Result<Kwic, Failure> {
    let mut context = Around::of(&arguments.context).ok_or_else(|| {
        Failure::message(
            format!("`--context {}`", arguments.context),
            format!("give {}", Around::FORMS),
        )
    })?;
    if let Some(across) = &arguments.across {
        use crate::pattern::Breadth;
        let known = [Breadth::Passage, Breadth::Turn, Breadth::Source];
        context.across = known.into_iter().find(|b| b.name() == across).ok_or_else(|| {
            Failure::message(format!("`--across {across}`"), "give passage, turn or source")
        })?;
    }
    let matching = match &arguments.matching {
        None => None,
        Some(name) => Some(Choice::of(name).ok_or_else(|| {
            let names = Choice::NAMES.join(", ");
            Failure::message(format!("`--matching {name}`"), format!("give one of {names}"))
        })?),
    };
    let seed = u64::from(arguments.seed);
    let pick = match (arguments.sample, arguments.thin, arguments.every) {
        (Some(0), ..) | (_, _, Some(0)) => {
            return Err(Failure::message("no line at all", "give a number from 1 up"));
        }
        (Some(size), ..) => Pick::Sample { size, seed },
        (_, Some(percent), _) => Pick::thin(percent, seed).ok_or_else(|| {
            Failure::message(format!("`--thin {percent}`"), "give a number from 0.0001 to 100")
        })?,
        (_, _, Some(n)) => Pick::Every(n),
        _ => Pick::All,
    };
    let keys = |text: &Option<String>| text.as_deref().map(SortKey::list).unwrap_or_default();
    let drop_near_duplicates = arguments.near_duplicates == Duplicates::Drop;
    let group = keys(&arguments.group);
    if group.iter().any(|k| k.by == SortBy::Position || k.reversed) {
        return Err(Failure::message(
            "groups have no such key",
            "group by `match`, `left1`, `speaker`, an attribute …",
        ));
    }
    if !group.is_empty() && drop_near_duplicates {
        return Err(Failure::message(
            "`--group` counts all hits",
            "take away `--near-duplicates drop`",
        ));
    }
    Ok(Kwic {
        context,
        matching,
        sort: keys(&arguments.sort),
        pick,
        limit: arguments.limit,
        drop_near_duplicates,
        group,
    })
}

/// Layers, structures and fields that the corpus does not have are mistakes.
fn check(
    names: &Names,
    query: &Query,
    codebook: &Codebook,
    arguments: &Arguments,
    quiet: bool,
) -> Result<(), Failure> {
    let file = QueryFile { queries: vec![query.clone()], ..QueryFile::default() };
    let found = check_layers(&file, codebook, names);
    let pattern = arguments.pattern.clone().unwrap_or_default();
    if found.iter().any(|p| p.level == crate::text::Level::Error) {
        return Err(problems("PATTERN", &pattern, found));
    }
    let warned = FileProblems { name: "PATTERN".into(), text: pattern, problems: found };
    terminal::problems(&[warned], quiet);
    let Ask::Kwic(kwic) = &query.ask else { return Ok(()) };
    for (option, keys, written) in
        [("--sort", &kwic.sort, &arguments.sort), ("--group", &kwic.group, &arguments.group)]
    {
        let unknown = |key: &&SortKey| match &key.by {
            SortBy::Field(field) => !names.values.contains_key(field.name()),
            _ => false,
        };
        if let Some(key) = keys.iter().find(unknown) {
            let name = key.by.name();
            let problem = Problem::error(key.place.clone(), format!("no key `{name}`"));
            let known = names.values.keys().map(String::as_str).chain(SortBy::NAMES);
            let problem = problem.suggest(&name, known);
            return Err(problems(option, written.as_deref().unwrap_or_default(), vec![problem]));
        }
    }
    Ok(())
}

fn lines(store: &Store, finding: &Finding<'_>, arguments: &Arguments) -> Result<Counts, Failure> {
    let mut out = terminal::output();
    let table = Table::of_terminal(finding.kwic.context);
    let columns: Vec<String> = columns_of::<KwicRow<'_>>(&[]);
    let columns: Vec<String> =
        columns.into_iter().filter(|c| finding.named || c != "theme").collect();
    let format = arguments.format();
    let mut printer = Printer { out: &mut out, format, columns: &columns, rows: 0 };
    let mut written = printer.begin();
    let make = |row: &KwicRow<'_>| match format {
        Format::Table => {
            let mut bytes = Vec::new();
            table.line(&mut bytes, row).map(|()| bytes)
        }
        _ => made(format, &columns, row),
    };
    let counts = find(store, finding, make, |row| {
        if written.is_err() {
            // Nobody reads on.
            return Err(PipelineError::Closed);
        }
        written = row.and_then(|bytes| printer.put(&bytes));
        Ok(())
    });
    let counts = match counts {
        Err(PipelineError::Closed) => Counts::default(),
        other => other?,
    };
    written.and_then(|()| printer.end()).map_err(|e| Failure::output(&e))?;
    terminal::end(out)?;
    Ok(counts)
}

fn groups(store: &Store, finding: &Finding<'_>, arguments: &Arguments) -> Result<Counts, Failure> {
    let (rows, counts) = find_groups(store, finding)?;
    let names: Vec<String> =
        finding.kwic.group.iter().map(|k| group_column(&k.by.name())).collect();
    let mut out = terminal::output();
    let columns = columns_of::<GroupRow>(&names);
    let format = arguments.format();
    let mut printer = Printer { out: &mut out, format, columns: &columns, rows: 0 };
    let written = if format == Format::Table {
        table::groups(&mut *printer.out, &names, &rows)
    } else {
        printer
            .begin()
            .and_then(|()| rows.iter().try_for_each(|row| printer.row(row)))
            .and_then(|()| printer.end())
    };
    written.map_err(|e| Failure::output(&e))?;
    terminal::end(out)?;
    Ok(counts)
}

/// The bytes of a row for programs.
fn made<R: serde::Serialize>(
    format: Format,
    columns: &[String],
    row: &R,
) -> std::io::Result<Vec<u8>> {
    match format {
        Format::Csv => Ok(csv_row(columns, &serde_json::to_value(row)?)),
        _ => Ok(serde_json::to_vec(row)?),
    }
}

/// Rows for programs.
struct Printer<'a, W: Write> {
    out: &'a mut W,
    format: Format,
    columns: &'a [String],
    rows: u64,
}

impl<W: Write> Printer<'_, W> {
    fn begin(&mut self) -> std::io::Result<()> {
        match self.format {
            Format::Csv => {
                let head = record(self.columns.iter().map(String::as_str));
                self.out.write_all(&head)
            }
            Format::Json => self.out.write_all(b"["),
            Format::Table | Format::Jsonl => Ok(()),
        }
    }

    fn row<R: serde::Serialize>(&mut self, row: &R) -> std::io::Result<()> {
        self.put(&made(self.format, self.columns, row)?)
    }

    /// Writes the bytes of a row.
    fn put(&mut self, row: &[u8]) -> std::io::Result<()> {
        self.rows += 1;
        match self.format {
            Format::Csv | Format::Table => self.out.write_all(row),
            Format::Json => {
                self.out.write_all(if self.rows == 1 { b"\n  " } else { b",\n  " })?;
                self.out.write_all(row)
            }
            Format::Jsonl => {
                self.out.write_all(row)?;
                self.out.write_all(b"\n")
            }
        }
    }

    fn end(&mut self) -> std::io::Result<()> {
        match self.format {
            Format::Json if self.rows == 0 => self.out.write_all(b"]\n"),
            Format::Json => self.out.write_all(b"\n]\n"),
            _ => Ok(()),
        }
    }
}

/// What was found, in a line for people.
fn tell(counts: Counts, kwic: &Kwic) {
    let grouped = terminal::grouped;
    let all = if counts.hits_all == counts.hits {
        String::new()
    } else {
        format!(" ({} distinct spans)", grouped(counts.hits_all))
    };
    err!(
        "{} hits{all} in {} passages of {} sources",
        grouped(counts.hits),
        grouped(counts.passages),
        grouped(counts.sources),
    );
    if counts.near_duplicates > 0 {
        err!("{} lines of the same words left out", grouped(counts.near_duplicates));
    }
    if kwic.group.is_empty() && counts.lines < counts.hits {
        err!("{} lines listed", grouped(counts.lines));
    }
    if counts.over_limit > 0 {
        err!("{} more are not listed (--limit)", grouped(counts.over_limit));
    }
}

/// The conditions of the command line, checked against the corpus.
fn filter(names: &Names, arguments: &Arguments) -> Result<Filter, Failure> {
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
        let query = Query {
            id: Text::default(),
            title: None,
            what: What::AllThemes,
            ask: Ask::Kwic(Kwic::default()),
            filter: one,
            overlap: Overlap::default(),
            formats: Vec::new(),
        };
        let file = QueryFile { queries: vec![query], ..QueryFile::default() };
        let found = check_names(&file, names);
        if found.iter().any(|p| p.level == crate::text::Level::Error) {
            return Err(problems("--where", written, found));
        }
        filter.conditions.push(condition);
    }
    Ok(filter)
}
