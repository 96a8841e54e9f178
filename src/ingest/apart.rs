//! Readers that could overflow their stack, abort or run for ever work in a process of their own:
//! this program again, as `thematic read-apart`.
//!
//! The file goes in through standard input and the text comes out through standard output. Before
//! it looks at the first byte, the process gives up what it does not need: it may use so much
//! memory and processor time, write no file, and on Linux make no system call beyond those that
//! reading, writing and memory take, so no file is opened and nothing goes over a network.

use std::io::{Read as _, Write as _};
use std::process::{Command, ExitStatus, Stdio};

use serde::{Deserialize, Serialize};

use super::archive::Archive;
use super::cells::Table;
use super::pdf::{self, Pages};
use super::sheet;
use super::{Body, Document, Limits, PrintedLine, Unreadable};

/// The name of the command that reads in a process of its own.
pub(crate) const COMMAND: &str = "read-apart";

/// Bytes of an answer: more than any text is as JSON.
const MAX_ANSWER: u64 = 512_000_000;

/// What is read in a process of its own.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
pub(crate) enum Kind {
    /// The text of a PDF.
    Pages,
    /// All lines of a PDF.
    Lines,
    /// The table of a workbook.
    Table,
}

impl Kind {
    const fn name(self) -> &'static str {
        match self {
            Self::Pages => "pages",
            Self::Lines => "lines",
            Self::Table => "table",
        }
    }
}

/// Why a file gives no text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Refusal {
    /// A password stands before it.
    Locked,
    /// Not of its format, or parts of it are missing.
    Damaged,
    /// Its pages are pictures.
    Scan,
    /// Nothing is in it.
    Empty,
    /// More signs than any book has.
    TooLong,
}

/// What comes back.
#[derive(Debug, Serialize, Deserialize)]
enum Answer {
    Pages(Pages),
    Lines(Vec<PrintedLine>),
    Table(Table),
    Refused(Refusal),
}

/// Reads a workbook.
///
/// # Errors
/// The reason why there is no table in it, or the limit that it hit.
pub(super) fn read_table(bytes: &[u8], limits: &Limits) -> Result<Table, Unreadable> {
    // What is no archive, or one beyond the limits of archives, costs no process.
    Archive::open(bytes, limits)?;
    match answer(Kind::Table, bytes, limits)? {
        Answer::Table(table) => Ok(table),
        Answer::Refused(refusal) => Err(unreadable(refusal, "no workbook that can be read")),
        _ => Err(FAILED),
    }
}

/// Reads a PDF.
///
/// # Errors
/// The reason why there is no text in it, or the limit that it hit.
pub(super) fn read_pages(bytes: &[u8], limits: &Limits) -> Result<Document, Unreadable> {
    if bytes.is_empty() {
        return Err(Unreadable::Empty);
    }
    // What is no PDF costs no process. The sign may stand behind a mail's head or other junk.
    let head = &bytes[..bytes.len().min(1_024)];
    if !head.windows(5).any(|w| w == b"%PDF-") {
        return Err(Unreadable::Damaged("no PDF"));
    }
    match answer(Kind::Pages, bytes, limits)? {
        Answer::Pages(pages) => Ok(Document {
            attributes: pages.attributes,
            body: Body::Printed(pages.blocks),
            removed: pages.removed,
            notes: pages.notes,
            ..Document::default()
        }),
        Answer::Refused(refusal) => Err(unreadable(refusal, NO_PDF)),
        _ => Err(FAILED),
    }
}

/// All lines of a PDF with their pages, what is left out of its text among them.
///
/// # Errors
/// The reason why there are none, or the limit that it hit.
pub fn read_lines(bytes: &[u8], limits: &Limits) -> Result<Vec<PrintedLine>, Unreadable> {
    match answer(Kind::Lines, bytes, limits)? {
        Answer::Lines(lines) => Ok(lines),
        Answer::Refused(refusal) => Err(unreadable(refusal, NO_PDF)),
        _ => Err(FAILED),
    }
}

const NO_PDF: &str = "no PDF that can be read";

const FAILED: Unreadable = Unreadable::Damaged("its reader failed on it");

/// What a process of its own makes of a file.
fn answer(kind: Kind, bytes: &[u8], limits: &Limits) -> Result<Answer, Unreadable> {
    let (answer, complaint, status) = ask(kind, bytes, limits).map_err(|e| {
        Unreadable::System(format!("the process that reads it could not be started ({})", e.kind()))
    })?;
    if answer.len() as u64 > MAX_ANSWER {
        return Err(limit("MB of text", MAX_ANSWER / 1_000_000, ""));
    }
    serde_json::from_slice(&answer).map_err(|_| failed(&complaint, status, limits))
}

fn unreadable(refusal: Refusal, damaged: &'static str) -> Unreadable {
    match refusal {
        Refusal::Locked => Unreadable::Locked("protected by a password; save a copy without one"),
        Refusal::Damaged => Unreadable::Damaged(damaged),
        Refusal::Scan => Unreadable::Scan,
        Refusal::Empty => Unreadable::NoText,
        Refusal::TooLong => limit("signs", pdf::MAX_GLYPHS as u64, ""),
    }
}

const fn limit(what: &'static str, limit: u64, key: &'static str) -> Unreadable {
    Unreadable::Limit { what, limit, key }
}

/// Why a process gave no answer.
fn failed(complaint: &str, status: ExitStatus, limits: &Limits) -> Unreadable {
    if complaint.contains("memory allocation") {
        limit("MB of memory to read it", limits.max_reader_mb, "max_reader_mb")
    } else if signal(status) == Some(KILLED) {
        Unreadable::System("the process that read it was killed".into())
    } else if signal(status) == Some(OUT_OF_TIME) {
        limit("seconds to read it", limits.max_reader_seconds, "max_reader_seconds")
    } else {
        FAILED
    }
}

/// By somebody else, or where the system has no memory left.
const KILLED: i32 = 9;

/// The signal for the limit of processor time, on Linux and macOS.
const OUT_OF_TIME: i32 = 24;

/// The signal that ended a process.
#[cfg(unix)]
fn signal(status: ExitStatus) -> Option<i32> {
    std::os::unix::process::ExitStatusExt::signal(&status)
}

#[cfg(not(unix))]
fn signal(_: ExitStatus) -> Option<i32> {
    None
}

/// Runs the process: its answer, its complaints, and how it ended.
fn ask(
    kind: Kind,
    bytes: &[u8],
    limits: &Limits,
) -> std::io::Result<(Vec<u8>, String, ExitStatus)> {
    let mut child = Command::new(std::env::current_exe()?)
        .arg(COMMAND)
        .arg(kind.name())
        .arg(limits.max_reader_mb.to_string())
        .arg(limits.max_reader_seconds.to_string())
        .env_clear()
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    // It reads all before it writes, so the two pipes can't wait for each other. If it ends
    // early, what could not be written does not matter.
    if let Some(mut input) = child.stdin.take() {
        let _ended_early = input.write_all(bytes);
    }
    let mut answer = Vec::new();
    if let Some(output) = child.stdout.take() {
        output.take(MAX_ANSWER + 1).read_to_end(&mut answer)?;
    }
    let mut complaint = Vec::new();
    if let Some(errors) = child.stderr.take() {
        errors.take(10_000).read_to_end(&mut complaint)?;
    }
    let status = child.wait()?;
    Ok((answer, String::from_utf8_lossy(&complaint).into_owned(), status))
}

/// The other side: reads standard input, writes the answer to standard output.
///
/// # Errors
/// Standard input or output can't be used.
pub(crate) fn serve(kind: Kind, max_mb: u64, max_seconds: u64) -> std::io::Result<()> {
    confine(max_mb, max_seconds);
    let mut bytes = Vec::new();
    std::io::stdin().lock().read_to_end(&mut bytes)?;
    let answer = match kind {
        Kind::Pages => pdf::read(bytes).map(Answer::Pages),
        Kind::Lines => pdf::all_lines(bytes).map(Answer::Lines),
        Kind::Table => sheet::read(bytes).map(Answer::Table),
    };
    let answer = answer.unwrap_or_else(Answer::Refused);
    let mut output = std::io::stdout().lock();
    serde_json::to_writer(&mut output, &answer)?;
    output.flush()
}

/// Gives up what reading does not need. What a system does not offer stays.
fn confine(max_mb: u64, max_seconds: u64) {
    #[cfg(unix)]
    {
        use rlimit::Resource;
        let memory = max_mb.saturating_mul(1_000_000);
        for (resource, value, more) in [
            (Resource::AS, memory, 0),
            (Resource::CPU, max_seconds.max(1), 1),
            (Resource::FSIZE, 0, 0),
            (Resource::CORE, 0, 0),
        ] {
            let _not_offered = resource.set(value, value.saturating_add(more));
        }
    }
    #[cfg(not(unix))]
    let _ = (max_mb, max_seconds);
    #[cfg(target_os = "linux")]
    forbid_calls();
}

/// Lets the kernel refuse every call that is not in the list.
#[cfg(target_os = "linux")]
fn forbid_calls() {
    use seccompiler::{
        BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter,
        SeccompRule, apply_filter,
    };
    let allowed = [
        libc::SYS_read,
        libc::SYS_write,
        libc::SYS_brk,
        libc::SYS_mmap,
        libc::SYS_munmap,
        libc::SYS_mremap,
        libc::SYS_madvise,
        libc::SYS_mprotect,
        libc::SYS_futex,
        libc::SYS_getrandom,
        libc::SYS_clock_gettime,
        libc::SYS_sigaltstack,
        libc::SYS_rt_sigaction,
        libc::SYS_rt_sigprocmask,
        libc::SYS_rt_sigreturn,
        libc::SYS_getpid,
        libc::SYS_gettid,
        libc::SYS_exit,
        libc::SYS_exit_group,
    ];
    let denied = SeccompAction::Errno(u32::try_from(libc::EPERM).unwrap_or(1));
    let filter = std::env::consts::ARCH.try_into().and_then(|arch| {
        // A process that aborts sends itself a signal, and nobody else.
        let own = u64::from(std::process::id());
        let own = SeccompCondition::new(0, SeccompCmpArgLen::Dword, SeccompCmpOp::Eq, own)?;
        let own = SeccompRule::new(vec![own])?;
        let rules = allowed.into_iter().map(|call| (call, Vec::new()));
        let rules = rules.chain([(libc::SYS_tgkill, vec![own])]).collect();
        SeccompFilter::new(rules, denied, SeccompAction::Allow, arch)
    });
    let program: Result<BpfProgram, _> = filter.and_then(TryInto::try_into);
    // A kernel without filters still has the limits above.
    let _not_offered = program.map(|program| apply_filter(&program));
}
