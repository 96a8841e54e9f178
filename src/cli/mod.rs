//! The command line: one file per subcommand, each thin.
//!
//! Data goes to standard output, messages and progress to standard error. Exit codes: 0 all well;
//! 1 finished, but something needs a look; 2 could not run.

/// Writes a line to standard output, unless its reader has gone.
macro_rules! out {
    ($($part:tt)*) => {{
        use std::io::Write as _;
        let _gone = writeln!(std::io::stdout().lock(), $($part)*);
    }};
}

/// Writes a line to standard error, unless its reader has gone.
macro_rules! err {
    ($($part:tt)*) => {{
        use std::io::Write as _;
        let _gone = writeln!(std::io::stderr().lock(), $($part)*);
    }};
}

mod check;

mod codebook;

mod completions;

mod export;

mod find;

mod ingest;

mod init;

mod query;

mod read_apart;

mod run;

mod schema;

mod show;

mod speakers;

mod status;

mod terminal;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};

use crate::pipeline::PipelineError;
use crate::project::Project;

/// Search papers and interview transcripts, and count what is said, by whom, together with what.
///
/// A project is a folder with `corpora/` (your texts, in folders) and `queries/` (your questions,
/// in TOML files). `thematic run` reads what is new and answers every question as JSON in
/// `results/`. No text ever leaves this machine.
#[derive(Debug, Parser)]
#[command(name = "thematic", version, max_term_width = 100)]
struct Cli {
    #[command(flatten)]
    common: Common,
    #[command(subcommand)]
    command: Command,
}

/// What every command takes.
#[derive(Clone, Debug, Args)]
struct Common {
    /// The project's folder
    #[arg(long, value_name = "DIR", default_value = ".", global = true)]
    project: PathBuf,
    /// Where the index is kept [default: <project>/.thematic]
    #[arg(long, value_name = "DIR", global = true)]
    store: Option<PathBuf>,
    /// Where answers go [default: <project>/results]
    #[arg(long, value_name = "DIR", global = true)]
    results: Option<PathBuf>,
    /// Threads to use; the results are the same with any number [default: all cores]
    #[arg(long, value_name = "N", global = true)]
    threads: Option<usize>,
    /// Print nothing but errors
    #[arg(long, short, global = true)]
    quiet: bool,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Read what is new in corpora/, then answer the query files
    Run(run::Arguments),
    /// Read what is new in corpora/
    Ingest(ingest::Arguments),
    /// Answer query files from the index as it is
    Query(query::Arguments),
    /// Report every mistake in query files and codebooks, and run the codebooks' examples
    Check(check::Arguments),
    /// Turn codebooks and other programs' dictionaries into each other
    Codebook(codebook::Arguments),
    /// Show every place where a pattern stands, with the words around it
    Find(Box<find::Arguments>),
    /// Write every passage as JSON lines, or VRT for corpus tools
    Export(export::Arguments),
    /// List the sources, whose words they hold, and what was skipped
    Status(status::Arguments),
    /// Show a source as it was read: passages with kind, section, speaker, voice and place
    Show(show::Arguments),
    /// List who speaks, who asks and whose quotations are, as a table to correct
    Speakers(speakers::Arguments),
    /// Make a small project to try things on
    Init(init::Arguments),
    /// Print the JSON Schema of a kind of result
    Schema(schema::Arguments),
    /// Print a completion script for a shell
    Completions(completions::Arguments),
    /// Read a file from standard input with limits: what this program runs for every PDF and workbook
    #[command(name = crate::ingest::apart::COMMAND, hide = true)]
    ReadApart(read_apart::Arguments),
}

/// How a command ended, where it could run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    Well,
    NeedsALook,
}

impl Outcome {
    const fn needs_a_look_if(condition: bool) -> Self {
        if condition { Self::NeedsALook } else { Self::Well }
    }

    fn and(self, other: Self) -> Self {
        Self::needs_a_look_if(self == Self::NeedsALook || other == Self::NeedsALook)
    }
}

/// Why a command could not run.
#[derive(Debug)]
enum Failure {
    Pipeline(PipelineError),
    /// A message, and what to do.
    Message(String, Option<String>),
    /// The reader of our output has gone; nothing to say.
    Closed,
}

impl<E: Into<PipelineError>> From<E> for Failure {
    fn from(error: E) -> Self {
        Self::Pipeline(error.into())
    }
}

impl Failure {
    fn message(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::Message(message.into(), Some(hint.into()))
    }

    /// What a failed write to standard output means.
    fn output(error: &std::io::Error) -> Self {
        if error.kind() == std::io::ErrorKind::BrokenPipe {
            Self::Closed
        } else {
            Self::Message(format!("can't write the output: {}", error.kind()), None)
        }
    }
}

/// Runs the program.
#[must_use]
pub fn main() -> ExitCode {
    // A panic is a mistake of ours. Its message may hold text of the corpus, so only its place is
    // told.
    std::panic::set_hook(Box::new(|info| {
        let place =
            info.location().map_or_else(String::new, |l| format!(" at {}:{}", l.file(), l.line()));
        err!("internal error{place}; please report it with this line");
    }));
    let cli = Cli::parse();
    match dispatch(cli) {
        Ok(Outcome::Well) | Err(Failure::Closed) => ExitCode::SUCCESS,
        Ok(Outcome::NeedsALook) => ExitCode::from(1),
        Err(failure) => {
            terminal::failure(&failure);
            ExitCode::from(2)
        }
    }
}

fn dispatch(cli: Cli) -> Result<Outcome, Failure> {
    let common = cli.common;
    if let Some(threads) = common.threads {
        if threads == 0 {
            return Err(Failure::message("`--threads 0` is no thread", "give 1 or more"));
        }
        rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build_global()
            .map_err(|e| Failure::Message(format!("can't start {threads} threads: {e}"), None))?;
    }
    let mut project = Project::at(&common.project);
    if let Some(store) = &common.store {
        project.store.clone_from(store);
    }
    if let Some(results) = &common.results {
        project.results.clone_from(results);
    }
    let context = Context { project, quiet: common.quiet };
    match cli.command {
        Command::Run(arguments) => run::run(&context, &arguments),
        Command::Ingest(arguments) => ingest::run(&context, &arguments),
        Command::Query(arguments) => query::run(&context, &arguments),
        Command::Check(arguments) => check::run(&context, &arguments),
        Command::Codebook(arguments) => codebook::run(&context, &arguments),
        Command::Find(arguments) => find::run(&context, &arguments),
        Command::Export(arguments) => export::run(&context, &arguments),
        Command::Status(arguments) => status::run(&context, &arguments),
        Command::Show(arguments) => show::run(&context, &arguments),
        Command::Speakers(arguments) => speakers::run(&context, &arguments),
        Command::Init(arguments) => init::run(&context, &arguments),
        Command::Schema(arguments) => schema::run(&arguments),
        Command::Completions(arguments) => completions::run(&arguments),
        Command::ReadApart(arguments) => read_apart::run(&arguments),
    }
}

/// What every command works on.
struct Context {
    project: Project,
    quiet: bool,
}
