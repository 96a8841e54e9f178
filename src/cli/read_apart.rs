//! `thematic read-apart`: a file from standard input, read within limits.

use super::{Failure, Outcome};
use crate::ingest::apart::{self, Kind};

/// Arguments of `read-apart`.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// What the file is
    kind: Kind,
    /// Memory that may be used, in MB
    memory: u64,
    /// Processor time that may be used, in seconds
    seconds: u64,
}

pub(super) fn run(arguments: &Arguments) -> Result<Outcome, Failure> {
    apart::serve(arguments.kind, arguments.memory, arguments.seconds)
        .map_err(|e| Failure::output(&e))?;
    Ok(Outcome::Well)
}
