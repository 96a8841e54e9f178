//! The catalogue: what each source is, what was skipped, and the attribute tables, as of one commit.
//!
//! It is written beside the index under a name made of its digest, and that name is the payload of
//! tantivy's commit: whoever opens the store sees both of one moment or neither.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use serde::{Deserialize, Serialize};

use super::StoreError;
use crate::ingest::{AttributeTable, AttributeType, Stamp, collection_of};
use crate::segment::{Owners, Speaker};

/// What the store knows without opening a source.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Catalogue {
    /// What it knows beside its sources.
    pub known: Known,
    /// The sources, by key.
    pub sources: BTreeMap<String, SourceEntry>,
}

/// What the store knows beside its sources.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Known {
    /// Version of the store's form.
    pub store_version: u32,
    /// Version of the cutting.
    pub segment_version: u32,
    /// Files that are no sources.
    pub skipped: BTreeMap<String, Skipped>,
    /// Things to look at that cost no source.
    pub notes: Vec<String>,
    /// What is wrong with tables and changes what is counted: somebody must look.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub complaints: Vec<String>,
    /// Texts that count twice, as nearly all of their words are the same: somebody must decide.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub counted_twice: Vec<String>,
    /// `participants.csv` of each collection, merged: attributes by participant.
    pub participants: AttributeTable,
    /// Attributes of those who speak that only texts tell, and no table.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub told: Vec<String>,
    /// `sources.csv` of each collection, merged: attributes by source.
    pub source_attributes: AttributeTable,
    /// What values attributes have, where the project's settings say so.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub attribute_types: BTreeMap<String, AttributeType>,
}

/// What all sources come to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Totals {
    /// Their passages.
    pub passages: u64,
    /// Their tokens.
    pub tokens: u64,
    /// Digest of everything that answers depend on: sources, their settings and attributes.
    pub corpus_digest: String,
    /// The structures that files bring, each with whether one reaches over a passage's end.
    pub structures: BTreeMap<String, bool>,
}

/// A source in the catalogue.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceEntry {
    /// Its number in the index; never shown.
    pub number: u32,
    /// The row of the file that it is, where its file is a table of sources.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub record: Option<String>,
    /// Digest of the file's bytes.
    pub digest: String,
    /// Digest of the settings it was read with.
    pub settings: String,
    /// What told that the file had not changed.
    pub stamp: Stamp,
    /// Its title, where one was found.
    pub title: Option<String>,
    /// Passages.
    pub passages: u32,
    /// Tokens.
    pub tokens: u64,
    /// What a person should look at.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
    /// What is wrong with the file and changes what is counted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub complaints: Vec<String>,
    /// Those who speak in it, by the number in the index.
    pub speakers: Vec<Speaker>,
    /// Whose its words are, counted.
    pub owners: Owners,
    /// What the file says of itself.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub attributes: BTreeMap<String, String>,
    /// Layers of its tokens beside the text.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub layers: Vec<String>,
    /// Structures that the file names.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub structures: BTreeMap<String, StructureEntry>,
    /// True if the file is annotated and marks no sentence.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub no_sentences: bool,
    /// Digest of its words alone, where it has enough of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub words: Option<String>,
    /// The smallest hashes of its runs of words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sketch: Option<String>,
}

/// A structure that files name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StructureEntry {
    /// True if one reaches over the end of a passage.
    pub wide: bool,
    /// The attributes that it has.
    pub attributes: BTreeSet<String>,
}

/// A file that is no source.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Skipped {
    /// Why.
    pub reason: String,
    /// The row of the file that it is, where others of the file are sources.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub record: Option<String>,
    /// What tells that the file has not changed, where it could be asked.
    pub stamp: Option<Stamp>,
    /// Digest of its bytes, where they were read.
    pub digest: Option<String>,
    /// Digest of the settings it was read with.
    #[serde(default)]
    pub settings: String,
}

/// The key of a row of a file.
#[must_use]
pub fn record_key(file: &str, record: Option<&str>) -> String {
    record.map_or_else(|| file.to_owned(), |record| format!("{file}#{record}"))
}

/// The file of a key.
#[must_use]
pub fn file_of<'k>(key: &'k str, record: Option<&str>) -> &'k str {
    record.and_then(|record| key.strip_suffix(record)?.strip_suffix('#')).unwrap_or(key)
}

fn of_file<'c, T>(
    entries: &'c BTreeMap<String, T>,
    file: &'c str,
    record: fn(&T) -> Option<&str>,
) -> impl Iterator<Item = (&'c String, &'c T)> {
    let rows = entries.range(record_key(file, Some(""))..);
    let rows = rows
        .take_while(move |(key, _)| key.strip_prefix(file).is_some_and(|k| k.starts_with('#')))
        .filter(move |(key, entry)| record(entry).is_some_and(|r| file_of(key, Some(r)) == file));
    entries.get_key_value(file).into_iter().chain(rows)
}

impl Catalogue {
    /// The sources of a file: the file itself, or rows of it.
    pub fn sources_of<'c>(
        &'c self,
        file: &'c str,
    ) -> impl Iterator<Item = (&'c String, &'c SourceEntry)> {
        of_file(&self.sources, file, |source| source.record.as_deref())
    }

    /// What was skipped of a file: the file itself, or rows of it.
    pub fn skipped_of<'c>(
        &'c self,
        file: &'c str,
    ) -> impl Iterator<Item = (&'c String, &'c Skipped)> {
        of_file(&self.known.skipped, file, |skipped| skipped.record.as_deref())
    }

    /// What all sources come to.
    #[must_use]
    pub fn totals(&self) -> Totals {
        let mut structures: BTreeMap<String, bool> = BTreeMap::new();
        for (name, entry) in self.sources.values().flat_map(|s| &s.structures) {
            *structures.entry(name.clone()).or_default() |= entry.wide;
        }
        Totals {
            passages: self.sources.values().map(|s| u64::from(s.passages)).sum(),
            tokens: self.sources.values().map(|s| s.tokens).sum(),
            corpus_digest: self.corpus_digest(),
            structures,
        }
    }

    fn corpus_digest(&self) -> String {
        let mut hasher = blake3::Hasher::new();
        let mut part = |text: &str| {
            hasher.update(&(text.len() as u64).to_le_bytes());
            hasher.update(text.as_bytes());
        };
        for (key, source) in &self.sources {
            part(key);
            part(&source.digest);
            part(&source.settings);
        }
        for table in [&self.known.participants, &self.known.source_attributes] {
            part(&serde_json::to_string(table).unwrap_or_default());
        }
        if !self.known.attribute_types.is_empty() {
            part(&serde_json::to_string(&self.known.attribute_types).unwrap_or_default());
        }
        hasher.finalize().to_hex().to_string()
    }

    /// Writes the catalogue into the store's folder and gives the name to put into the commit.
    ///
    /// The first line is of what is known beside the sources and what they come to; then each source
    /// has one, in the order of output: number, passages, whether it has layers or structures, key; a
    /// tab; and the entry.
    pub(super) fn write(&self, store: &Path) -> Result<String, StoreError> {
        let mut text = json(&(&self.known, &self.totals()))?;
        let mut sources: Vec<(&String, &SourceEntry)> = self.sources.iter().collect();
        sources.sort_by(|(a, _), (b, _)| (collection_of(a), a).cmp(&(collection_of(b), b)));
        for (key, entry) in sources {
            text.push(b'\n');
            let annotated = !(entry.layers.is_empty() && entry.structures.is_empty());
            text.extend(json(&(entry.number, entry.passages, annotated, key))?);
            text.push(b'\t');
            text.extend(json(entry)?);
        }
        let name = format!("catalogue-{}.jsonl", &blake3::hash(&text).to_hex()[..32]);
        let mut file = tempfile::Builder::new().prefix(".new-").tempfile_in(store)?;
        std::io::Write::write_all(&mut file, &text)?;
        file.as_file().sync_all()?;
        file.persist(store.join(&name)).map_err(|e| e.error)?;
        Ok(name)
    }

    /// Reads the catalogue named by a commit.
    pub(super) fn read(store: &Path, name: &str) -> Result<Self, StoreError> {
        Opened::read(store, name)?.whole()
    }

    /// Deletes catalogues and leavings that no commit names.
    pub(super) fn sweep(store: &Path, keep: &str) {
        let Ok(entries) = std::fs::read_dir(store) else {
            return;
        };
        let old = |path: &PathBuf| {
            let name = path.file_name().and_then(|n| n.to_str()).unwrap_or_default();
            (name.starts_with("catalogue-") && name != keep) || name.starts_with(".new-")
        };
        for path in entries.flatten().map(|e| e.path()).filter(old) {
            // What can't be deleted now is deleted by the next run.
            let _left = std::fs::remove_file(path);
        }
    }
}

/// A catalogue whose entries are read when they are asked for, so that it costs a query little however
/// many sources there are.
pub(super) struct Opened {
    pub(super) known: Known,
    pub(super) totals: Totals,
    text: Vec<u8>,
    /// In the order of output.
    sources: Vec<Line>,
}

struct Line {
    number: u32,
    passages: u32,
    annotated: bool,
    key: String,
    /// Where the entry is in the text.
    place: Range<usize>,
    entry: OnceLock<Box<SourceEntry>>,
}

impl Opened {
    /// Opens the catalogue named by a commit.
    pub(super) fn read(store: &Path, name: &str) -> Result<Self, StoreError> {
        let damaged = |what: &str| StoreError::Damaged(format!("{name} {what}"));
        let text = std::fs::read(store.join(name)).map_err(|e| match e.kind() {
            std::io::ErrorKind::NotFound => damaged("is not there"),
            _ => e.into(),
        })?;
        if version(&text).is_some_and(|version| version != super::STORE_VERSION) {
            return Err(StoreError::Version(store.display().to_string()));
        }
        let digest = blake3::hash(&text).to_hex();
        if format!("catalogue-{}.jsonl", &digest[..32]) != name {
            return Err(damaged("has changed since it was written"));
        }
        let is_none = || damaged("is no catalogue");
        let mut lines = lines(&text);
        let head = lines.next().ok_or_else(is_none)?;
        let (known, totals): (Known, Totals) =
            serde_json::from_slice(&text[head]).map_err(|_| is_none())?;
        let line = |line: Range<usize>| {
            let tab = text[line.clone()].iter().position(|b| *b == b'\t')?;
            let told = &text[line.start..line.start + tab];
            let (number, passages, annotated, key) = serde_json::from_slice(told).ok()?;
            let place = line.start + tab + 1..line.end;
            Some(Line { number, passages, annotated, key, place, entry: OnceLock::new() })
        };
        let sources = lines.map(line).collect::<Option<_>>().ok_or_else(is_none)?;
        Ok(Self { known, totals, text, sources })
    }

    pub(super) const fn len(&self) -> usize {
        self.sources.len()
    }

    pub(super) fn key(&self, rank: u32) -> &str {
        &self.sources[rank as usize].key
    }

    pub(super) fn number(&self, rank: u32) -> u32 {
        self.sources[rank as usize].number
    }

    pub(super) fn passages(&self, rank: u32) -> u32 {
        self.sources[rank as usize].passages
    }

    pub(super) fn is_annotated(&self, rank: u32) -> bool {
        self.sources[rank as usize].annotated
    }

    pub(super) fn entry(&self, rank: u32) -> &SourceEntry {
        let line = &self.sources[rank as usize];
        // The digest of the file says that this is as it was written.
        let read = || serde_json::from_slice(&self.text[line.place.clone()]).unwrap_or_default();
        line.entry.get_or_init(read)
    }

    /// All of it.
    pub(super) fn whole(&self) -> Result<Catalogue, StoreError> {
        let entry = |line: &Line| {
            let entry = serde_json::from_slice(&self.text[line.place.clone()]);
            entry.map(|entry| (line.key.clone(), entry))
        };
        let sources = self.sources.iter().map(entry).collect::<Result<_, _>>();
        let damaged = |_| StoreError::Damaged("an entry of the catalogue".into());
        Ok(Catalogue { known: self.known.clone(), sources: sources.map_err(damaged)? })
    }
}

/// The version of a catalogue's form, if it is one.
fn version(text: &[u8]) -> Option<u32> {
    #[derive(Deserialize)]
    struct Version {
        store_version: u32,
    }
    let head = lines(text).next()?;
    let told: (Version, serde::de::IgnoredAny) = serde_json::from_slice(&text[head]).ok()?;
    Some(told.0.store_version)
}

fn json(value: &impl Serialize) -> Result<Vec<u8>, StoreError> {
    Ok(serde_json::to_vec(value).map_err(std::io::Error::other)?)
}

/// Where the lines of a text are, without their ends.
fn lines(text: &[u8]) -> impl Iterator<Item = Range<usize>> {
    let mut start = 0;
    text.split(|b| *b == b'\n').map(move |line| {
        let here = start..start + line.len();
        start = here.end + 1;
        here
    })
}
