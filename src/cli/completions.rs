//! `thematic completions`: a completion script for a shell.

use clap::CommandFactory;

use super::{Cli, Failure, Outcome};

/// Arguments of `completions`.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// The shell
    #[arg(value_enum)]
    shell: clap_complete::Shell,
}

#[expect(clippy::unnecessary_wraps, reason = "all subcommands have one signature")]
pub(super) fn run(arguments: &Arguments) -> Result<Outcome, Failure> {
    clap_complete::generate(
        arguments.shell,
        &mut Cli::command(),
        "thematic",
        &mut std::io::stdout(),
    );
    Ok(Outcome::Well)
}
