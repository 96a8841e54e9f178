//! Tables become files: the only place that knows the wire format.
//!
//! A result is one JSON object: what was asked, of which corpus, under which settings, what came
//! out in sum, and `rows`, a flat list of flat records, one on a line. Nothing in it depends on the
//! clock, the machine or the path of the project. A file is written beside its place and renamed,
//! so that it is there in full or not at all.

mod envelope;

mod export;

mod manifest;

use std::io::Write;
use std::path::{Path, PathBuf};

pub use envelope::{
    CorpusInfo, Head, PatternEcho, QueryEcho, RESULT_VERSION, ResultFile, SchemaId, Settings,
    SkippedFile, Summary, schema_of,
};
pub use export::{ExportQuotation, ExportRow, display, export_row, write_vrt};
pub use manifest::{Manifest, ManifestQuery, ManifestResult, ManifestSource};

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

/// A result being written: the head stands, rows follow, and the last step makes it visible.
#[derive(Debug)]
pub struct ResultWriter {
    path: PathBuf,
    out: std::io::BufWriter<Hashing<tempfile::NamedTempFile>>,
    rows: u64,
}

#[derive(Debug)]
struct Hashing<W> {
    inner: W,
    hasher: blake3::Hasher,
}

impl<W: Write> Write for Hashing<W> {
    fn write(&mut self, buf: &[u8]) -> std::io::Result<usize> {
        let n = self.inner.write(buf)?;
        self.hasher.update(&buf[..n]);
        Ok(n)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.inner.flush()
    }
}

impl ResultWriter {
    /// Begins the result at `path`.
    ///
    /// # Errors
    /// The system refuses.
    pub fn create(path: &Path, head: &Head) -> Result<Self, WriteError> {
        let fail = |cause| WriteError { path: path.to_owned(), cause };
        let file = temporary(path).map_err(fail)?;
        let hashing = Hashing { inner: file, hasher: blake3::Hasher::new() };
        let mut out = std::io::BufWriter::with_capacity(1 << 16, hashing);
        let head = serde_json::to_string_pretty(head).map_err(|e| fail(e.into()))?;
        let open = head.trim_end().strip_suffix('}').unwrap_or(&head).trim_end().to_owned();
        write!(out, "{open},\n  \"rows\": [").map_err(fail)?;
        Ok(Self { path: path.to_owned(), out, rows: 0 })
    }

    /// Writes a row.
    ///
    /// # Errors
    /// The system refuses.
    pub fn row<R: Serialize>(&mut self, row: &R) -> Result<(), WriteError> {
        let between: &[u8] = if self.rows == 0 { b"\n    " } else { b",\n    " };
        self.rows += 1;
        self.out
            .write_all(between)
            .and_then(|()| Ok(serde_json::to_writer(&mut self.out, row)?))
            .map_err(|cause| WriteError { path: self.path.clone(), cause })
    }

    /// Makes the result visible; gives its digest and rows.
    ///
    /// # Errors
    /// The system refuses; then what was there before is still there.
    pub fn finish(mut self) -> Result<(String, u64), WriteError> {
        let fail = |cause| WriteError { path: self.path.clone(), cause };
        let close: &[u8] = if self.rows == 0 { b"]\n}\n" } else { b"\n  ]\n}\n" };
        self.out.write_all(close).map_err(fail)?;
        let hashing = self.out.into_inner().map_err(|e| fail(e.into_error()))?;
        hashing.inner.as_file().sync_all().map_err(fail)?;
        hashing.inner.persist(&self.path).map_err(|e| fail(e.error))?;
        Ok((hashing.hasher.finalize().to_hex().to_string(), self.rows))
    }
}

/// Writes a small JSON file in full or not at all.
///
/// # Errors
/// The system refuses.
pub fn write_json<T: Serialize>(path: &Path, value: &T) -> Result<(), WriteError> {
    let fail = |cause| WriteError { path: path.to_owned(), cause };
    let mut file = temporary(path).map_err(fail)?;
    let mut text = serde_json::to_string_pretty(value).map_err(|e| fail(e.into()))?;
    text.push('\n');
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
