//! `thematic schema`: the JSON Schema of a kind of result.

use super::{Failure, Outcome};
use crate::report::schema_of;

/// Arguments of `schema`.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// Kind of file
    #[arg(value_parser = ["kwic", "groups", "frequency", "comparison", "crosstab", "correlation", "saturation", "uncovered", "cooccurrence", "evidence", "collocates", "clusters", "keywords", "export", "manifest"])]
    kind: String,
}

#[expect(clippy::unnecessary_wraps, reason = "all subcommands have one signature")]
pub(super) fn run(arguments: &Arguments) -> Result<Outcome, Failure> {
    let schema = schema_of(&arguments.kind).unwrap_or_default();
    out!("{schema:#}");
    Ok(Outcome::Well)
}
