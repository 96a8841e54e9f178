//! `thematic speakers`: labels, speakers and quotations as a table that a person corrects and saves.

use std::path::PathBuf;

use super::{Context, Failure, Outcome, terminal};
use crate::index::Store;
use crate::ingest::collection_of;
use crate::pipeline::decisions_of;
use crate::project::why;
use crate::report::{Listed, SpeakerRow, decided_row, speaker_rows};

/// Arguments of `speakers`.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// Sources to list; `*` stands for any run of characters [default: all]
    #[arg(value_name = "SOURCE")]
    sources: Vec<String>,
    /// List quotations alone that name nobody
    #[arg(long, conflicts_with = "all")]
    unattributed: bool,
    /// List every quotation, those with a speaker as well
    #[arg(long)]
    all: bool,
    /// Write the table to a file, such as corpora/interviews/speakers.csv
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
}

pub(super) fn run(context: &Context, arguments: &Arguments) -> Result<Outcome, Failure> {
    let store = Store::open(&context.project.store)?;
    let decisions = decisions_of(&context.project)?;
    let listed = if arguments.all { Listed::All } else { Listed::Doubtful };
    let mut rows: Vec<SpeakerRow> = Vec::new();
    let mut named = 0;
    for rank in 0..u32::try_from(store.len()).unwrap_or(u32::MAX) {
        let key = store.key(rank);
        let wanted = arguments.sources.is_empty()
            || arguments.sources.iter().any(|s| crate::query::fits(s, key));
        if wanted {
            named += 1;
            let decided = decisions.get(collection_of(key));
            let decided = decided.into_iter().flatten();
            let decided: Vec<_> = decided.filter(|d| d.source == key).collect();
            let source = store.forward(rank)?;
            rows.extend(speaker_rows(key, store.entry(rank), &source, listed, &decided));
        }
    }
    if named == 0 && !arguments.sources.is_empty() {
        let given = arguments.sources.join("`, `");
        return Err(Failure::message(
            format!("no source fits `{given}`"),
            "`thematic status` lists the sources; `*` stands for any run of characters",
        ));
    }
    // What is decided for all sources stands first: a table that is saved loses nothing.
    let for_all = decisions.values().flatten().filter(|d| d.source == "*");
    rows.splice(0..0, for_all.map(decided_row));
    if arguments.unattributed {
        rows.retain(|r| r.what == "quotation" && r.speaker.is_empty());
    }
    let table = table(&rows)?;
    match &arguments.output {
        None => {
            let mut out = terminal::output();
            std::io::Write::write_all(&mut out, &table).map_err(|e| Failure::output(&e))?;
            terminal::end(out)?;
        }
        Some(path) => {
            if path.exists() {
                return Err(Failure::message(
                    format!("{} is there already, and may hold decisions", path.display()),
                    "give another name, and take over what you need",
                ));
            }
            std::fs::write(path, &table).map_err(|e| {
                Failure::message(format!("{} is {}", path.display(), why(&e)), "give another place")
            })?;
            if !context.quiet {
                out!(
                    "{} rows in {}; correct `speaker` and `voice`, take out what is right, and name the file beside \
                     corpus.toml in `speakers.file`",
                    rows.len(),
                    path.display()
                );
            }
        }
    }
    Ok(Outcome::Well)
}

/// The rows as comma-separated values.
fn table(rows: &[SpeakerRow]) -> Result<Vec<u8>, Failure> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let wrong =
        |e: &dyn std::fmt::Display| Failure::Message(format!("can't write the table: {e}"), None);
    if rows.is_empty() {
        let head = [
            "source", "what", "id", "speaker", "voice", "place", "evidence", "before", "words",
            "after",
        ];
        writer.write_record(head).map_err(|e| wrong(&e))?;
    }
    for row in rows {
        writer.serialize(row).map_err(|e| wrong(&e))?;
    }
    writer.into_inner().map_err(|e| wrong(&e.error()))
}
