//! The files of one result: the object, and rows as JSON Lines or CSV beside it.
//!
//! A cell of a CSV file that a spreadsheet would take for a formula begins with an apostrophe.

use std::io::Write;
use std::path::{Path, PathBuf};

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use super::{Head, WriteError, temporary};
use crate::query::Format;

/// A result being written: the head stands, rows follow; its files are shown when all results are
/// there.
#[derive(Debug)]
pub struct ResultWriter {
    json: NewFile,
    /// True if the object holds the rows.
    inline: bool,
    lines: Option<NewFile>,
    table: Option<(NewFile, Vec<String>)>,
    rows: u64,
}

/// Makes the bytes of rows, while another thread writes those before them.
#[derive(Clone, Debug)]
pub struct RowMaker {
    columns: Option<Vec<String>>,
}

impl RowMaker {
    /// The bytes of a row.
    pub fn row<R: Serialize>(&self, row: &R) -> MadeRow {
        MadeRow::of(row, self.columns.as_deref())
    }
}

/// A row as bytes.
#[derive(Debug)]
pub struct MadeRow {
    json: Vec<u8>,
    /// A line of a CSV file, where one is written.
    cells: Vec<u8>,
}

impl MadeRow {
    fn of<R: Serialize>(row: &R, columns: Option<&[String]>) -> Self {
        let mut json = Vec::with_capacity(1_024);
        serde_json::to_writer(&mut json, row).expect("rows are flat records");
        let cells = columns.map(|columns| {
            let value = serde_json::from_slice(&json).expect("it was written above");
            csv_row(columns, &value)
        });
        Self { json, cells: cells.unwrap_or_default() }
    }
}

/// A file that was written beside its place and is not yet seen.
#[derive(Debug)]
pub struct WrittenFile {
    /// Where it will be.
    pub path: PathBuf,
    /// BLAKE3 of its bytes.
    pub digest: String,
    beside: tempfile::TempPath,
}

impl WrittenFile {
    /// Puts the file in its place.
    ///
    /// # Errors
    /// The system refuses; then what was there before is still there.
    pub fn show(self) -> Result<(), WriteError> {
        let path = self.path;
        self.beside.persist(&path).map_err(|e| WriteError { path, cause: e.error })
    }
}

#[derive(Debug)]
struct NewFile {
    path: PathBuf,
    out: std::io::BufWriter<Hashing<tempfile::NamedTempFile>>,
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

impl NewFile {
    fn create(path: PathBuf) -> Result<Self, WriteError> {
        let inner = temporary(&path).map_err(|cause| WriteError { path: path.clone(), cause })?;
        let hashing = Hashing { inner, hasher: blake3::Hasher::new() };
        let out = std::io::BufWriter::with_capacity(1 << 16, hashing);
        Ok(Self { path, out })
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), WriteError> {
        self.out.write_all(bytes).map_err(|cause| self.failed(cause))
    }

    fn json<T: Serialize>(&mut self, value: &T) -> Result<(), WriteError> {
        serde_json::to_writer(&mut self.out, value).map_err(|e| self.failed(e.into()))
    }

    fn failed(&self, cause: std::io::Error) -> WriteError {
        WriteError { path: self.path.clone(), cause }
    }

    fn finish(self) -> Result<WrittenFile, WriteError> {
        let path = self.path;
        let fail = |cause| WriteError { path: path.clone(), cause };
        let hashing = self.out.into_inner().map_err(|e| fail(e.into_error()))?;
        hashing.inner.as_file().sync_all().map_err(fail)?;
        let digest = hashing.hasher.finalize().to_hex().to_string();
        let beside = hashing.inner.into_temp_path();
        Ok(WrittenFile { path, digest, beside })
    }
}

/// A file of a result beside its rows, being written.
#[derive(Debug)]
pub struct SideFile(NewFile);

impl SideFile {
    /// Begins it.
    ///
    /// # Errors
    /// The system refuses.
    pub fn create(path: &Path) -> Result<Self, WriteError> {
        NewFile::create(path.to_owned()).map(Self)
    }

    /// Writes text.
    ///
    /// # Errors
    /// The system refuses.
    pub fn text(&mut self, text: &str) -> Result<(), WriteError> {
        self.0.write(text.as_bytes())
    }

    /// Writes a record as a line of JSON.
    ///
    /// # Errors
    /// The system refuses.
    pub fn line<R: Serialize>(&mut self, row: &R) -> Result<(), WriteError> {
        self.0.json(row)?;
        self.0.write(b"\n")
    }

    /// Ends it.
    ///
    /// # Errors
    /// The system refuses.
    pub fn finish(self) -> Result<WrittenFile, WriteError> {
        self.0.finish()
    }
}

impl ResultWriter {
    /// Begins the result at `path`, which ends in `.json`; `columns` are those of a CSV file.
    ///
    /// # Errors
    /// The system refuses.
    pub fn create(
        path: &Path,
        head: &mut Head,
        formats: &[Format],
        columns: impl FnOnce() -> Vec<String>,
    ) -> Result<Self, WriteError> {
        let inline = formats.contains(&Format::Json);
        let beside =
            |format: Format| formats.contains(&format).then(|| path.with_extension(format.name()));
        let (lines, table) = (beside(Format::Jsonl), beside(Format::Csv));
        let names = lines.iter().chain(&table).filter_map(|p| p.file_name());
        head.rows_in = names.map(|n| n.to_string_lossy().into_owned()).collect();
        let mut json = NewFile::create(path.to_owned())?;
        let text = serde_json::to_string_pretty(head).map_err(|e| json.failed(e.into()))?;
        let open = text.trim_end().strip_suffix('}').unwrap_or(&text).trim_end().to_owned();
        json.write(open.as_bytes())?;
        if inline {
            json.write(b",\n  \"rows\": [")?;
        }
        let lines = lines.map(NewFile::create).transpose()?;
        let table = table.map(NewFile::create).transpose()?;
        let mut table = table.map(|file| (file, columns()));
        if let Some((file, columns)) = &mut table {
            file.write(&record(columns.iter().map(String::as_str)))?;
        }
        Ok(Self { json, inline, lines, table, rows: 0 })
    }

    /// Writes a row.
    ///
    /// # Errors
    /// The system refuses.
    pub fn row<R: Serialize>(&mut self, row: &R) -> Result<(), WriteError> {
        let made = MadeRow::of(row, self.table.as_ref().map(|t| t.1.as_slice()));
        self.put(&made)
    }

    /// What makes rows for this writer, on any thread.
    #[must_use]
    pub fn maker(&self) -> RowMaker {
        RowMaker { columns: self.table.as_ref().map(|t| t.1.clone()) }
    }

    /// Writes a row that was made for this writer.
    ///
    /// # Errors
    /// The system refuses.
    pub fn put(&mut self, row: &MadeRow) -> Result<(), WriteError> {
        if self.inline {
            self.json.write(if self.rows == 0 { b"\n    " } else { b",\n    " })?;
            self.json.write(&row.json)?;
        }
        self.rows += 1;
        if let Some(lines) = &mut self.lines {
            lines.write(&row.json)?;
            lines.write(b"\n")?;
        }
        if let Some((file, _)) = &mut self.table {
            file.write(&row.cells)?;
        }
        Ok(())
    }

    /// Ends the result; gives its files, the object last, and its rows.
    ///
    /// # Errors
    /// The system refuses.
    pub fn finish(mut self) -> Result<(Vec<WrittenFile>, u64), WriteError> {
        self.json.write(match (self.inline, self.rows) {
            (false, _) => b"\n}\n",
            (true, 0) => b"]\n}\n",
            (true, _) => b"\n  ]\n}\n",
        })?;
        let mut files = Vec::new();
        for file in self.lines.into_iter().chain(self.table.map(|t| t.0)) {
            files.push(file.finish()?);
        }
        files.push(self.json.finish()?);
        Ok((files, self.rows))
    }
}

/// The columns of rows of a type, with those of their groups: after `level`, or first.
#[must_use]
pub fn columns_of<R: JsonSchema>(groups: &[String]) -> Vec<String> {
    let schema = schemars::schema_for!(R).to_value();
    let properties = schema["properties"].as_object();
    let mut columns: Vec<String> =
        properties.map(|p| p.keys().cloned().collect()).unwrap_or_default();
    let at = columns.iter().position(|c| c == "level").map_or(0, |i| i + 1);
    columns.splice(at..at, groups.iter().cloned());
    columns
}

/// A row as a line of a CSV file.
#[must_use]
pub fn csv_row(columns: &[String], row: &Value) -> Vec<u8> {
    let cells = columns.iter().map(|column| match &row[column.as_str()] {
        Value::Null => String::new(),
        Value::String(text) => harmless(text),
        other => other.to_string(),
    });
    let cells: Vec<String> = cells.collect();
    record(cells.iter().map(String::as_str))
}

/// Cells as a line of a CSV file.
#[must_use]
pub fn record<'a>(cells: impl Iterator<Item = &'a str>) -> Vec<u8> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    // Writing into memory can't fail.
    let _written = writer.write_record(cells);
    writer.into_inner().unwrap_or_default()
}

/// A text that no spreadsheet takes for a formula.
pub(super) fn harmless(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']) {
        format!("'{text}")
    } else {
        text.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_a_formula() {
        let row = serde_json::json!({
            "left": "=1+2", "n": -3.5, "right": "a, \"b\"\nc", "none": null, "at": "@x",
        });
        let columns = ["left", "n", "right", "none", "at"].map(str::to_owned);
        let line = String::from_utf8(csv_row(&columns, &row)).expect("UTF-8");
        assert_eq!(line, "'=1+2,-3.5,\"a, \"\"b\"\"\nc\",,'@x\n");
    }
}
