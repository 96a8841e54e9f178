//! `thematic export`: every passage for other programs.

use std::io::Write;

use clap::ValueEnum;

use super::{Context, Failure, Outcome, terminal};
use crate::index::Store;
use crate::report::{export_row, write_vrt};

/// Arguments of `export`.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// Form of the output
    #[arg(long, value_enum, default_value = "jsonl")]
    format: Format,
    /// Sources to export; `*` stands for any run of characters [default: all]
    #[arg(value_name = "SOURCE")]
    sources: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// A JSON object for each passage, with token, sentence and quotation offsets
    Jsonl,
    /// The vertical format of corpus tools: a token on a line
    Vrt,
}

pub(super) fn run(context: &Context, arguments: &Arguments) -> Result<Outcome, Failure> {
    let store = Store::open(&context.project.store)?;
    let mut out = terminal::output();
    for rank in 0..u32::try_from(store.len()).unwrap_or(u32::MAX) {
        let key = store.key(rank);
        let wanted = arguments.sources.iter().any(|s| crate::query::fits(s, key));
        if !arguments.sources.is_empty() && !wanted {
            continue;
        }
        let source = store.forward(rank)?;
        let entry = store.entry(rank);
        let written = match arguments.format {
            Format::Vrt => write_vrt(&mut out, key, entry, &source),
            Format::Jsonl => {
                let mut start = 0;
                source.iter().try_for_each(|passage| {
                    let row = export_row(key, entry, &source, &passage, start);
                    start += passage.tokens.len() as u64;
                    serde_json::to_writer(&mut out, &row)?;
                    out.write_all(b"\n")
                })
            }
        };
        written.map_err(|e| Failure::output(&e))?;
    }
    terminal::end(out)?;
    Ok(Outcome::Well)
}
