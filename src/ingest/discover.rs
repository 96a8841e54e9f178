//! Which files a project has: every regular file below `corpora/`, in one order on every system.

use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use serde::{Deserialize, Serialize};

use super::{is_readable_name, parts};

/// What lies below `corpora/`.
#[derive(Debug, Default)]
pub struct Found {
    /// Files that may be sources, by key.
    pub files: Vec<FoundFile>,
    /// Attribute tables (`participants.csv`, `sources.csv`, `.ris`, `.bib`), by key.
    pub tables: Vec<FoundFile>,
    /// Tables of what a person has decided about speakers (`speakers.csv`, `old-speakers.csv`), by key.
    pub decisions: Vec<FoundFile>,
    /// What is there and can't be a source: key and reason.
    pub refused: Vec<(String, String)>,
}

/// A file below `corpora/`.
#[derive(Clone, Debug)]
pub struct FoundFile {
    /// Its path below `corpora/`, parts joined by `/`: the name of the source.
    pub key: String,
    /// Where it lies.
    pub path: PathBuf,
    /// What tells that it, and its parts, have not changed.
    pub stamp: Stamp,
    /// Files that stand inside it: those that a text in LaTeX includes.
    pub parts: Vec<PathBuf>,
}

impl FoundFile {
    /// Its bytes, with those of its parts in their places.
    ///
    /// # Errors
    /// The system can't read it.
    pub fn read(&self) -> std::io::Result<Vec<u8>> {
        parts::read(&self.path, &self.parts)
    }
}

/// What the system says of a file without reading it; equal stamps mean an unchanged file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stamp {
    /// Bytes.
    pub size: u64,
    /// Last change of the content, in nanoseconds.
    pub modified_ns: u64,
    /// Last change of the content or of the entry, in nanoseconds; can't be set by hand.
    pub changed_ns: u64,
}

/// The collection of a source: the first folder of its key, or `corpora` itself.
#[must_use]
pub fn collection_of(key: &str) -> &str {
    key.split_once('/').map_or("corpora", |(folder, _)| folder)
}

/// Everything below `corpora`, sorted by key.
///
/// Hidden files and the project's own tables are no sources; links are not followed.
///
/// # Errors
/// The folder itself can't be listed.
pub fn discover(corpora: &Path) -> Result<Found, std::io::Error> {
    std::fs::read_dir(corpora)?;
    let mut found = Found::default();
    let mut lists = Vec::new();
    let visible =
        |e: &walkdir::DirEntry| e.depth() == 0 || !e.file_name().to_string_lossy().starts_with('.');
    for entry in
        walkdir::WalkDir::new(corpora).follow_links(false).into_iter().filter_entry(visible)
    {
        match entry {
            Ok(entry) => sort_in(corpora, &entry, &mut found, &mut lists),
            Err(e) => {
                let key = e.path().map_or_else(String::new, |p| key_of(corpora, p));
                found.refused.push((key, format!("can't be listed: {}", reason(&e))));
            }
        }
    }
    let alone = parts::gather(&mut found.files, lists).into_iter();
    let reason = "a list of references of no text in LaTeX here";
    found.refused.extend(alone.map(|file| (file.key, reason.to_owned())));
    found.files.extend(abstracts(&found));
    found.files.sort_by(|a, b| a.key.cmp(&b.key));
    found.tables.sort_by(|a, b| a.key.cmp(&b.key));
    found.refused.sort();
    Ok(found)
}

/// Reference managers' files in whose folder no text lies: their abstracts are the texts.
fn abstracts(found: &Found) -> Vec<FoundFile> {
    let alone = |table: &&FoundFile| {
        let folder = table.key.rsplit_once('/').map_or("", |(folder, _)| folder);
        let below = |key: &str| {
            folder.is_empty() || key.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
        };
        is_references(&table.key) && !found.files.iter().any(|file| below(&file.key))
    };
    found.tables.iter().filter(alone).cloned().collect()
}

/// True for a reference manager's file, by its ending.
fn is_references(name: &str) -> bool {
    let name = name.to_lowercase();
    [".ris", ".bib", ".nbib", ".enw"].iter().any(|ending| name.ends_with(ending))
}

/// How the names of tables of decisions end.
pub const DECISIONS: &str = "speakers.csv";

fn sort_in(
    corpora: &Path,
    entry: &walkdir::DirEntry,
    found: &mut Found,
    lists: &mut Vec<FoundFile>,
) {
    if entry.file_type().is_dir() || entry.depth() == 0 {
        return;
    }
    let key = key_of(corpora, entry.path());
    if entry.path().strip_prefix(corpora).is_ok_and(|p| p.to_str().is_none()) {
        found.refused.push((key, "file name is not valid UTF-8".into()));
        return;
    }
    if entry.file_type().is_symlink() {
        found.refused.push((key, "symbolic link, not followed".into()));
        return;
    }
    if !entry.file_type().is_file() {
        found.refused.push((key, "not a regular file".into()));
        return;
    }
    let name = entry.file_name().to_string_lossy();
    if name == "corpus.toml" {
        return;
    }
    let stamp = match entry.metadata() {
        Ok(metadata) => stamp_of(&metadata),
        Err(e) => {
            found.refused.push((key, format!("can't be read: {}", reason(&e))));
            return;
        }
    };
    let file = FoundFile { key, path: entry.path().to_owned(), stamp, parts: Vec::new() };
    let references = is_references(&name);
    if name == "participants.csv" || name == "sources.csv" || references {
        found.tables.push(file);
    } else if name.ends_with(DECISIONS) {
        found.decisions.push(file);
    } else if name.to_lowercase().ends_with(".bbl") {
        lists.push(file);
    } else if is_readable_name(&name) {
        found.files.push(file);
    } else {
        found.refused.push((file.key, super::Unreadable::Format.to_string()));
    }
}

fn reason(e: &walkdir::Error) -> String {
    e.io_error().map_or_else(|| "the system does not say why".into(), |io| io.kind().to_string())
}

fn key_of(corpora: &Path, path: &Path) -> String {
    let below = path.strip_prefix(corpora).unwrap_or(path);
    let parts: Vec<_> = below.components().map(|c| c.as_os_str().to_string_lossy()).collect();
    parts.join("/")
}

fn stamp_of(metadata: &std::fs::Metadata) -> Stamp {
    let modified = metadata.modified().ok().and_then(|t| t.duration_since(UNIX_EPOCH).ok());
    let modified_ns = modified.map_or(0, |d| u64::try_from(d.as_nanos()).unwrap_or(u64::MAX));
    Stamp { size: metadata.len(), modified_ns, changed_ns: changed_ns(metadata) }
}

#[cfg(unix)]
fn changed_ns(metadata: &std::fs::Metadata) -> u64 {
    use std::os::unix::fs::MetadataExt;
    let ns = i128::from(metadata.ctime()) * 1_000_000_000 + i128::from(metadata.ctime_nsec());
    u64::try_from(ns).unwrap_or(0)
}

#[cfg(not(unix))]
fn changed_ns(_: &std::fs::Metadata) -> u64 {
    0
}
