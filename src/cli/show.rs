//! `thematic show`: a source as it was read, for a person to judge.

use std::io::Write;
use std::path::Path;

use super::{Context, Failure, Outcome, terminal};
use crate::analysis::locator;
use crate::index::{ForwardPassage, ForwardSource, SourceEntry, Store, file_of};
use crate::ingest::{AttributeTable, Mark, read_lines};
use crate::project::why;
use crate::report::{display, owners_lines};
use crate::text::{decode, nearest};

/// Arguments of `show`.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// The source: its path below corpora/, or the end of it
    source: String,
    /// List what was left out of the text, and why
    #[arg(long)]
    removed: bool,
    /// List the quotations: where, whose, the words
    #[arg(long, conflicts_with = "removed")]
    quotations: bool,
    /// Show the lines of the file under each passage, with those that were left out
    #[arg(long, conflicts_with_all = ["removed", "quotations"])]
    original: bool,
}

pub(super) fn run(context: &Context, arguments: &Arguments) -> Result<Outcome, Failure> {
    let store = Store::open(&context.project.store)?;
    let rank = rank(&store, &arguments.source)?;
    let source = store.forward(rank)?;
    let original = if arguments.original {
        Some(Original::read(
            context,
            store.key(rank),
            store.entry(rank).record.as_deref(),
            &source,
        )?)
    } else {
        None
    };
    let mut out = terminal::output();
    let written = if arguments.removed {
        removed(&mut out, &source)
    } else if arguments.quotations {
        quotations(&mut out, store.entry(rank), &source)
    } else {
        {
            let told = &store.known().source_attributes;
            passages(&mut out, store.key(rank), store.entry(rank), told, &source, original)
        }
    };
    written.map_err(|e| Failure::output(&e))?;
    terminal::end(out)?;
    Ok(Outcome::Well)
}

fn rank(store: &Store, named: &str) -> Result<u32, Failure> {
    let named = named.trim_start_matches("./");
    let named = named.strip_prefix("corpora/").unwrap_or(named);
    let ranks = || 0..u32::try_from(store.len()).unwrap_or(u32::MAX);
    if let Some(rank) = ranks().find(|r| store.key(*r) == named) {
        return Ok(rank);
    }
    let ends: Vec<u32> = ranks()
        .filter(|r| {
            let key = store.key(*r);
            let stem = key.rsplit_once('.').map_or(key, |(stem, _)| stem);
            [key, stem].iter().any(|k| k.ends_with(named))
                || key.rsplit('/').next().is_some_and(|n| n.starts_with(named))
        })
        .collect();
    match ends.as_slice() {
        [one] => Ok(*one),
        [] => {
            let names: Vec<&str> = ranks().map(|r| store.key(r)).collect();
            let hint = match nearest(named, names.iter().copied()) {
                Some(name) => format!("did you mean `{name}`?"),
                None => "`thematic status` lists the sources".into(),
            };
            Err(Failure::message(format!("no source `{named}`"), hint))
        }
        several => {
            let names: Vec<&str> = several.iter().take(8).map(|r| store.key(*r)).collect();
            let hint = format!("give one of `{}`", names.join("`, `"));
            Err(Failure::message(
                format!("`{named}` is the name of {} sources", several.len()),
                hint,
            ))
        }
    }
}

/// The lines of a file, and how far they were shown.
struct Original {
    /// The number of each line, or of its page where `by_page`.
    lines: Vec<(u32, String)>,
    by_page: bool,
    shown: usize,
}

impl Original {
    fn read(
        context: &Context,
        key: &str,
        record: Option<&str>,
        source: &ForwardSource,
    ) -> Result<Self, Failure> {
        let mut marks = source.iter().flat_map(|p| p.marks);
        let ending = Path::new(file_of(key, record)).extension().and_then(|e| e.to_str());
        let is = |name: &str| ending.is_some_and(|e| e.eq_ignore_ascii_case(name));
        let by_page = is("pdf");
        let is_book = is("xlsx") || is("xlsm");
        if !by_page && (is_book || marks.all(|m| m.line == 0)) {
            return Err(Failure::message(
                format!("{key} is of a format without lines"),
                format!("open corpora/{key} beside `thematic show {key}`"),
            ));
        }
        let key = file_of(key, record);
        let bytes = std::fs::read(context.project.corpora().join(key)).map_err(|e| {
            Failure::message(format!("corpora/{key} is {}", why(&e)), "put it back")
        })?;
        let lines = if by_page {
            let limits = context.project.settings()?.limits;
            let lines = read_lines(&bytes, &limits).map_err(|e| {
                Failure::message(format!("corpora/{key}: {e}"), "`thematic ingest` reads it again")
            })?;
            lines.into_iter().map(|line| (line.page, line.text)).collect()
        } else {
            let text = match decode(&bytes, None) {
                Ok(decoded) => decoded.text,
                Err(_) => String::from_utf8_lossy(&bytes).into_owned(),
            };
            let text = text.replace("\r\n", "\n").replace('\r', "\n");
            (1..).zip(text.split('\n').map(str::to_owned)).collect()
        };
        Ok(Self { lines, by_page, shown: 0 })
    }

    /// Shows the lines before a passage: its page where there are pages.
    fn before(&mut self, out: &mut impl Write, mark: Mark) -> std::io::Result<()> {
        let end = if self.by_page { mark.page.map_or(0, |page| page + 1) } else { mark.line };
        let count = self.lines[self.shown..].iter().take_while(|(number, _)| *number < end).count();
        self.show(out, count)
    }

    fn rest(&mut self, out: &mut impl Write) -> std::io::Result<()> {
        self.show(out, self.lines.len() - self.shown)
    }

    fn show(&mut self, out: &mut impl Write, count: usize) -> std::io::Result<()> {
        let page = if self.by_page { "p. " } else { "" };
        for (number, text) in &self.lines[self.shown..self.shown + count] {
            writeln!(out, "{page}{number:>6} | {}", terminal::plain(text))?;
        }
        self.shown += count;
        Ok(())
    }
}

fn removed(out: &mut impl Write, source: &ForwardSource) -> std::io::Result<()> {
    for removed in &source.removed {
        let text = terminal::plain(&removed.text);
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        match removed.line {
            0 => writeln!(out, "{:<30} {text}", removed.reason)?,
            line => writeln!(out, "line {line:<6} {:<18} {text}", removed.reason)?,
        }
    }
    writeln!(out, "{} places left out", source.removed.len())
}

/// Every quotation with its place and speaker.
fn quotations(
    out: &mut impl Write,
    entry: &SourceEntry,
    source: &ForwardSource,
) -> std::io::Result<()> {
    let mut count = 0;
    for passage in source.iter() {
        for quotation in &passage.quotations {
            let first = passage.tokens[quotation.tokens.start as usize].start as usize;
            let last = passage.tokens[quotation.tokens.end as usize - 1].end as usize;
            let speaker = quotation.speaker.and_then(|s| entry.speakers.get(s as usize));
            let name = speaker.map_or("nobody named", |s| s.name.as_str());
            let who = format!("{name}, {}", quotation.voice.name());
            writeln!(out, "[{} | {}]", locator(&passage, first), terminal::plain(&who))?;
            writeln!(out, "{}\n", terminal::plain(&passage.text[first..last]))?;
            count += 1;
        }
    }
    writeln!(out, "{count} quotations")
}

fn passages(
    out: &mut impl Write,
    key: &str,
    entry: &SourceEntry,
    told: &AttributeTable,
    source: &ForwardSource,
    mut original: Option<Original>,
) -> std::io::Result<()> {
    writeln!(out, "{}", terminal::plain(key))?;
    if let Some(title) = &entry.title {
        writeln!(out, "title: {}", terminal::plain(title))?;
    }
    let told = told.rows.get(key).into_iter().flatten();
    let told = told.filter(|(name, _)| !entry.attributes.contains_key(*name));
    let shown = entry.attributes.iter().chain(told).filter(|(name, _)| *name != "title");
    for (name, value) in shown {
        writeln!(out, "{}: {}", terminal::plain(name), terminal::plain(value))?;
    }
    for line in owners_lines(&entry.owners) {
        writeln!(out, "{}", terminal::plain(&line))?;
    }
    let mut section = None;
    for passage in source.iter() {
        if let (Some(original), Some(mark)) = (&mut original, passage.marks.first()) {
            original.before(out, *mark)?;
        }
        if section != Some(passage.section) {
            section = Some(passage.section);
            let found = source.sections.get(passage.section as usize);
            let title = found.and_then(|s| s.title.as_deref()).unwrap_or("(no heading)");
            let role = found.map(|s| s.role).unwrap_or_default().name();
            writeln!(out, "\n== {} [{role}]", terminal::plain(title))?;
        }
        write_passage(out, entry, &passage)?;
    }
    original.map_or(Ok(()), |mut original| original.rest(out))
}

fn write_passage(
    out: &mut impl Write,
    entry: &SourceEntry,
    passage: &ForwardPassage<'_>,
) -> std::io::Result<()> {
    let name = |speaker: u32| entry.speakers.get(speaker as usize).map_or("", |s| s.name.as_str());
    let (speaker, voice) = display(passage);
    let speaker = speaker.map_or_else(String::new, |s| format!(", {}", name(s)));
    let who = format!("{}, {}{speaker}", passage.kind.name(), voice.name());
    writeln!(out, "\n[{} | {}]", locator(passage, 0), terminal::plain(&who))?;
    writeln!(out, "{}", terminal::plain(&passage.text))?;
    for quotation in &passage.quotations {
        let first = passage.tokens[quotation.tokens.start as usize].start as usize;
        let last = passage.tokens[quotation.tokens.end as usize - 1].end as usize;
        let words = &passage.text[first..last];
        let short: String = words.chars().take(60).collect();
        let more = if short.len() < words.len() { " …" } else { "" };
        let name = terminal::plain(quotation.speaker.map_or("nobody named", name));
        writeln!(out, "    quotes {name}: {}{more}", terminal::plain(&short))?;
    }
    Ok(())
}
