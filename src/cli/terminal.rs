//! What people see: messages with places, summaries, bars.

use std::io::{IsTerminal, Write};

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};

use super::Failure;
use crate::pipeline::{FileProblems, PipelineError, Progress, Refreshed};
use crate::text;

/// Tells why a command could not run.
pub(super) fn failure(failure: &Failure) {
    match failure {
        Failure::Closed => {}
        Failure::Message(message, hint) => {
            err!("error: {message}");
            if let Some(hint) = hint {
                err!("  hint: {hint}");
            }
        }
        Failure::Pipeline(PipelineError::Problems { problems: files }) => {
            problems(files, false);
            err!(
                "error: {}; nothing was written",
                PipelineError::Problems { problems: files.clone() }
            );
        }
        Failure::Pipeline(error) => err!("error: {error}"),
    }
}

/// Shows mistakes with the line they are on, a caret under the place, and the way out.
pub(super) fn problems(files: &[FileProblems], quiet: bool) {
    let colour = std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none();
    let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
    for file in files {
        for problem in &file.problems {
            if quiet && problem.level == text::Level::Warning {
                continue;
            }
            let level = match problem.level {
                text::Level::Error => Level::ERROR,
                text::Level::Warning => Level::WARNING,
            };
            let end = problem.place.end.min(file.text.len());
            let start = problem.place.start.min(end);
            let snippet = Snippet::source(file.text.as_str())
                .path(file.name.as_str())
                .annotation(AnnotationKind::Primary.span(start..end));
            let mut group = level.primary_title(problem.message.as_str()).element(snippet);
            if let Some(hint) = &problem.hint {
                group = group.element(Level::HELP.message(hint.as_str()));
            }
            err!("{}\n", renderer.render(&[group]));
        }
    }
}

/// A bar for a long ingest, on a terminal only.
pub(super) struct Bar(Option<indicatif::ProgressBar>);

impl Bar {
    pub(super) fn new(quiet: bool) -> Self {
        if quiet || !std::io::stderr().is_terminal() {
            return Self(None);
        }
        let bar = indicatif::ProgressBar::new(0);
        let style = indicatif::ProgressStyle::with_template(
            "reading {wide_bar} {bytes}/{total_bytes} {bytes_per_sec}, {eta} left",
        );
        if let Ok(style) = style {
            bar.set_style(style);
        }
        Self(Some(bar))
    }

    pub(super) fn show(&self, progress: Progress) {
        if let Some(bar) = &self.0 {
            bar.set_length(progress.total_bytes);
            bar.set_position(progress.done_bytes);
        }
    }

    pub(super) fn end(self) {
        if let Some(bar) = self.0 {
            bar.finish_and_clear();
        }
    }
}

/// Tells what a refresh did: skipped files and notes as messages.
pub(super) fn refreshed(refreshed: &Refreshed, quiet: bool) {
    for (key, reason) in refreshed.skipped.iter().take(LISTED) {
        err!("skipped: corpora/{}: {reason}", plain(key));
    }
    rest(refreshed.skipped.len(), "skipped");
    for collection in &refreshed.unattributed {
        err!("unattributed: {}", plain(collection));
    }
    for complaint in refreshed.complaints.iter().take(LISTED) {
        err!("table: {}", plain(complaint));
    }
    rest(refreshed.complaints.len(), "table");
    for pair in refreshed.counted_twice.iter().take(LISTED) {
        err!("twice: {}", plain(pair));
    }
    rest(refreshed.counted_twice.len(), "twice");
    if quiet {
        return;
    }
    for note in refreshed.notes.iter().take(LISTED) {
        err!("note: {}", plain(note));
    }
    rest(refreshed.notes.len(), "note");
}

/// Skipped files, and notes, that are listed at the end of a run.
const LISTED: usize = 100;

/// Tells of those that are not listed.
fn rest(count: usize, what: &str) {
    if count > LISTED {
        err!("{what}: {} more; `thematic status` lists all", count - LISTED);
    }
}

/// One line on what a refresh did.
pub(super) fn refreshed_line(refreshed: &Refreshed) -> String {
    let Refreshed { added, changed, removed, unchanged, .. } = refreshed;
    let mut line = if added + changed + removed == 0 {
        format!("nothing new: {unchanged} unchanged, no text read again")
    } else {
        format!("{added} added, {changed} changed, {removed} removed, {unchanged} unchanged")
    };
    if refreshed.attributes_changed {
        line.push_str("; attributes read");
    }
    if !refreshed.skipped.is_empty() {
        let skipped = refreshed.skipped.len();
        line = format!("{line}; {skipped} skipped");
    }
    line
}

/// A number with its thousands parted.
pub(super) fn grouped(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::new();
    for (i, c) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(c);
    }
    out
}

/// Text for a terminal: control characters and changes of writing direction are made visible.
pub(super) fn plain(text: &str) -> String {
    let hidden =
        |c: char| c.is_control() || matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}');
    text.chars().map(|c| if hidden(c) { '\u{FFFD}' } else { c }).collect()
}

/// Standard output, buffered; a reader that went away is no error to speak of.
pub(super) fn output() -> std::io::BufWriter<std::io::StdoutLock<'static>> {
    std::io::BufWriter::new(std::io::stdout().lock())
}

/// Ends the output.
pub(super) fn end(mut out: impl Write) -> Result<(), Failure> {
    out.flush().map_err(|e| Failure::output(&e))
}
