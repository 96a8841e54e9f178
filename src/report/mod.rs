//! Tables become files: the only place that knows the wire format.
//!
//! A result is one JSON object: what was asked, of which corpus, under which settings, what came
//! out in sum, and `rows`, a flat list of flat records, one on a line. Nothing in it depends on the
//! clock, the machine or the path of the project. A file is written beside its place and renamed,
//! so that it is there in full or not at all.

mod echo;

mod envelope;

mod export;

mod manifest;

mod network;

mod rows;

mod speakers;

use std::io::Write;
use std::path::{Path, PathBuf};

pub use echo::{PatternEcho, QueryEcho};
pub use envelope::{
    CorpusInfo, Head, RESULT_VERSION, ResultFile, SchemaId, Settings, SkippedFile, Summary,
    schema_of,
};
pub use export::{ExportQuotation, ExportRow, display, export_row, write_vrt};
pub use manifest::{Manifest, ManifestFile, ManifestQuery, ManifestResult, ManifestSource};
pub use network::Graph;
pub use rows::{ResultWriter, SideFile, WrittenFile, columns_of, csv_row, record};
pub use speakers::{Listed, SpeakerRow, decided_row, owners_lines, speaker_rows};

use serde::Serialize;

/// Why a file could not be written.
#[derive(Debug, thiserror::Error)]
#[error("can't write {}: {cause}", path.display())]
pub struct WriteError {
    /// The file.
    pub path: PathBuf,
    /// What the system said.
    pub cause: std::io::Error,
}

/// Writes a small JSON file in full or not at all.
///
/// # Errors
/// The system refuses.
pub fn write_json<T: Serialize>(path: &Path, value: &T) -> Result<(), WriteError> {
    let fail = |cause: std::io::Error| WriteError { path: path.to_owned(), cause };
    let mut text = serde_json::to_string_pretty(value).map_err(|e| fail(e.into()))?;
    text.push('\n');
    write_text(path, &text)
}

/// Writes a small file in full or not at all.
///
/// # Errors
/// The system refuses.
pub fn write_text(path: &Path, text: &str) -> Result<(), WriteError> {
    let fail = |cause| WriteError { path: path.to_owned(), cause };
    let mut file = temporary(path).map_err(fail)?;
    file.write_all(text.as_bytes()).map_err(fail)?;
    file.as_file().sync_all().map_err(fail)?;
    file.persist(path).map_err(|e| fail(e.error))?;
    Ok(())
}

/// A file beside the place it will take.
fn temporary(path: &Path) -> std::io::Result<tempfile::NamedTempFile> {
    let folder = path.parent().unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder)?;
    let mut builder = tempfile::Builder::new();
    builder.prefix(".new-");
    #[cfg(unix)]
    {
        // A result is for colleagues and CI, as any file the user makes; the system's mask holds.
        use std::os::unix::fs::PermissionsExt;
        builder.permissions(std::fs::Permissions::from_mode(0o666));
    }
    builder.tempfile_in(folder)
}
