//! Brings the store up to date with `corpora/`: only what is new or changed is read.
//!
//! A file whose stamp (size and times) is that of the last commit is not opened. One whose stamp
//! is new is digested; only if digest or settings differ is it read, cut and indexed again. All
//! changes become visible in one commit, or none.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use rayon::prelude::*;

use super::PipelineError;
use super::attributes::read_tables;
use super::cut::Cutter;
use super::twins::twins;
use crate::index::{Catalogue, Skipped, SourceEntry, StoreWriter, file_of, record_key};
use crate::ingest::{Found, FoundFile, Unreadable, collection_of, discover, records_at_most};
use crate::project::{CollectionSettings, Project, Settings, SettingsError, read_toml, why};
use crate::segment::{SEGMENT_VERSION, Segmenter};

/// How far a refresh has come.
#[derive(Clone, Copy, Debug)]
pub struct Progress {
    /// Bytes read so far.
    pub done_bytes: u64,
    /// Bytes to be read.
    pub total_bytes: u64,
}

/// What a refresh did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Refreshed {
    /// Sources that were not there before.
    pub added: usize,
    /// Sources whose file or settings changed.
    pub changed: usize,
    /// Sources whose file is gone.
    pub removed: usize,
    /// Sources as they were; none of them was read.
    pub unchanged: usize,
    /// True when the attributes of participants or sources changed.
    pub attributes_changed: bool,
    /// Files that are no sources, with their reasons.
    pub skipped: Vec<(String, String)>,
    /// Things to look at that cost no source.
    pub notes: Vec<String>,
}

/// A collection's settings, ready.
pub(super) struct Reader {
    pub(super) segmenter: Segmenter,
    digest: String,
    keep_duplicates: bool,
}

/// Brings the store up to date with the files below `only`, or with all where `only` is empty.
/// Files elsewhere stay as they were.
///
/// # Errors
/// There is no `corpora/`, a path lies elsewhere, a settings file is wrong, or the store can't be
/// written.
pub fn refresh(
    project: &Project,
    only: &[PathBuf],
    progress: &(dyn Fn(Progress) + Sync),
) -> Result<Refreshed, PipelineError> {
    let settings = project.settings()?;
    let corpora = project.corpora();
    let mut found = discover(&corpora).map_err(|e| PipelineError::Missing {
        message: format!("no corpora: {} is {}", corpora.display(), why(&e)),
        hint: "put your files into folders below `corpora/`, or run `thematic init` in an empty folder"
            .into(),
    })?;
    let chosen = chosen(project, only)?;
    let wanted = |key: &str| chosen.is_empty() || chosen.iter().any(|c| is_below(key, c));
    found.files.retain(|f| wanted(&f.key));
    found.refused.retain(|(key, _)| wanted(key));
    let readers = readers(&corpora, &found)?;
    let threads = rayon::current_num_threads();
    let writer = StoreWriter::open(&project.store, settings.index_memory_mb, threads)?;
    let work = Work { settings: &settings, readers: &readers, old: writer.catalogue() };
    let mut next = Catalogue { segment_version: SEGMENT_VERSION, ..Catalogue::default() };
    for (key, reason) in &found.refused {
        next.skipped.insert(key.clone(), Skipped { reason: reason.clone(), ..Skipped::default() });
    }
    let old = work.old;
    let elsewhere = |key: &str, record: Option<&str>| !wanted(file_of(key, record));
    next.sources.extend(
        old.sources.clone().into_iter().filter(|(key, s)| elsewhere(key, s.record.as_deref())),
    );
    next.skipped.extend(
        old.skipped.clone().into_iter().filter(|(key, s)| elsewhere(key, s.record.as_deref())),
    );
    let looked_at = work.look_at(&found.files);
    let to_read = work.sort_out(&found.files, looked_at, &mut next);
    index(&writer, &work, &to_read, &mut next, progress)?;
    take_twins_out(&writer, &work, &mut next);
    next.attribute_types.clone_from(&settings.attributes);
    let asks = |collection: &str, name: &str| {
        readers.get(collection).is_some_and(|r| r.segmenter.asks(name))
    };
    read_tables(&found, &asks, &mut next);
    let refreshed = summary(work.old, &next);
    if next != *work.old {
        for (key, source) in &work.old.sources {
            if next.sources.get(key).is_none_or(|s| s.number != source.number) {
                writer.remove(source.number);
            }
        }
        writer.commit(next)?;
    }
    Ok(refreshed)
}

/// The keys of the files and folders that are to be looked at.
fn chosen(project: &Project, only: &[PathBuf]) -> Result<Vec<String>, PipelineError> {
    let corpora = project.corpora();
    only.iter()
        .map(|path| {
            let full = std::path::absolute(path).unwrap_or_else(|_| path.clone());
            let root = std::path::absolute(&corpora).unwrap_or_else(|_| corpora.clone());
            let below = full.strip_prefix(&root).ok().filter(|_| full.exists());
            let parts = below.map(|below| {
                let parts = below.components().map(|c| c.as_os_str().to_string_lossy());
                parts.collect::<Vec<_>>().join("/")
            });
            parts.ok_or_else(|| PipelineError::Missing {
                message: format!("{} is no file or folder below corpora/", path.display()),
                hint: "give paths below the project's corpora/, or none for all of it".into(),
            })
        })
        .collect()
}

/// True for the file `place` itself and what lies below the folder `place`.
fn is_below(key: &str, place: &str) -> bool {
    place.is_empty() || key.strip_prefix(place).is_some_and(|r| r.is_empty() || r.starts_with('/'))
}

fn readers(corpora: &Path, found: &Found) -> Result<BTreeMap<String, Reader>, PipelineError> {
    let mut readers = BTreeMap::new();
    for file in &found.files {
        let collection = collection_of(&file.key);
        if readers.contains_key(collection) {
            continue;
        }
        let folder =
            if file.key.contains('/') { corpora.join(collection) } else { corpora.to_owned() };
        let path = folder.join("corpus.toml");
        let settings: CollectionSettings = read_toml(&path)?;
        let text = serde_json::to_string(&settings).unwrap_or_default();
        let digest = blake3::hash(format!("{SEGMENT_VERSION}\n{text}").as_bytes()).to_hex();
        let keep_duplicates = settings.keep_duplicates;
        let segmenter =
            Segmenter::new(settings).map_err(|message| SettingsError::Wrong { path, message })?;
        let reader = Reader { segmenter, digest: digest[..16].to_owned(), keep_duplicates };
        readers.insert(collection.to_owned(), reader);
    }
    Ok(readers)
}

/// What is known of a file before it is cut.
enum Look {
    /// As in the catalogue; not opened.
    Same,
    /// Digest of its bytes, and how many sources it may hold.
    Digest(String, u32),
    /// It can't be a source.
    Refused(Unreadable),
}

/// A file to be read.
pub(super) struct ToRead<'f> {
    pub(super) file: &'f FoundFile,
    digest: String,
    /// The number of its first source.
    pub(super) number: u32,
}

struct Work<'a> {
    settings: &'a Settings,
    readers: &'a BTreeMap<String, Reader>,
    old: &'a Catalogue,
}

impl Work<'_> {
    fn reader(&self, key: &str) -> &Reader {
        &self.readers[collection_of(key)]
    }

    /// True if a file may have the content of another; so may those of collections that are not read now.
    fn keeps_duplicates(&self, key: &str) -> bool {
        self.readers.get(collection_of(key)).is_none_or(|r| r.keep_duplicates)
    }

    fn look_at(&self, files: &[FoundFile]) -> Vec<Look> {
        files.par_iter().map(|file| self.look(file)).collect()
    }

    fn look(&self, file: &FoundFile) -> Look {
        let reader = self.reader(&file.key);
        let known = self.old.sources_of(&file.key).next();
        let known =
            known.is_some_and(|(_, s)| s.stamp == file.stamp && s.settings == reader.digest);
        let passed = self.old.skipped_of(&file.key).next();
        let passed = passed.is_some_and(|(_, s)| {
            s.stamp == Some(file.stamp) && s.settings == reader.digest && s.digest.is_some()
        });
        if known || passed {
            return Look::Same;
        }
        if file.stamp.size > self.settings.max_file_mb * 1_000_000 {
            return Look::Refused(Unreadable::TooLarge { limit_mb: self.settings.max_file_mb });
        }
        match std::fs::read(&file.path) {
            Ok(bytes) => {
                let digest = blake3::hash(&bytes).to_hex().to_string();
                Look::Digest(
                    digest,
                    records_at_most(&file.key, &bytes, reader.segmenter.settings()),
                )
            }
            Err(e) => Look::Refused(Unreadable::System(e.kind().to_string())),
        }
    }

    /// Puts what stays as it is into the new catalogue; gives the files that must be read, each
    /// with its digest and its first number, used by no source of the store.
    fn sort_out<'f>(
        &self,
        files: &'f [FoundFile],
        looks: Vec<Look>,
        next: &mut Catalogue,
    ) -> Vec<ToRead<'f>> {
        let mut to_read = Vec::new();
        let used = self.old.sources.values().map(|s| s.number).max();
        let mut free = used.map_or(Some(0), |n| n.checked_add(1));
        // The first file of a content, in the order of the corpus, is the source.
        let others = next
            .sources
            .iter()
            .map(|(key, s)| (s.digest.clone(), file_of(key, s.record.as_deref()).to_owned()));
        let mut seen: HashMap<String, String> = others.collect();
        for (file, look) in files.iter().zip(looks) {
            let settings = self.reader(&file.key).digest.clone();
            let mut skip = |skipped: Skipped| next.skipped.insert(file.key.clone(), skipped);
            let (digest, records) = match look {
                Look::Refused(reason) => {
                    skip(Skipped { reason: reason.to_string(), ..Skipped::default() });
                    continue;
                }
                Look::Digest(digest, records) => (digest, records),
                Look::Same => (self.old_digest(&file.key), 0),
            };
            if let Some(first) = seen.get(digest.as_str())
                && !self.reader(&file.key).keep_duplicates
            {
                let reason = format!("same content as {first}");
                skip(skipped(reason, file, &digest, &settings));
                continue;
            }
            seen.insert(digest.clone(), file.key.clone());
            if self.keep(file, &digest, &settings, next) {
                continue;
            }
            let Some(number) = free else {
                let reason = Unreadable::OutOfBounds.to_string();
                next.skipped.insert(file.key.clone(), skipped(reason, file, &digest, &settings));
                continue;
            };
            free = number.checked_add(records.max(1));
            to_read.push(ToRead { file, digest, number });
        }
        to_read
    }

    /// The digest with which a file was read last.
    fn old_digest(&self, file: &str) -> String {
        let source = self.old.sources_of(file).next().map(|(_, s)| s.digest.clone());
        let skipped = || self.old.skipped_of(file).find_map(|(_, s)| s.digest.clone());
        source.or_else(skipped).unwrap_or_default()
    }

    /// Keeps what is known of a file; false if it must be read again.
    fn keep(&self, file: &FoundFile, digest: &str, settings: &str, next: &mut Catalogue) -> bool {
        let same = |d: &str, s: &str| d == digest && s == settings;
        let sources: Vec<_> = self.old.sources_of(&file.key).collect();
        let passed: Vec<_> = self.old.skipped_of(&file.key).collect();
        let is_source = |key: &str| {
            next.sources.contains_key(key) || sources.iter().any(|(known, _)| *known == key)
        };
        let stands = |s: &Skipped| {
            let twin = s.reason.strip_prefix(SAME_TEXT);
            same(s.digest.as_deref().unwrap_or_default(), &s.settings)
                && !s.reason.starts_with("same content")
                && twin.is_none_or(is_source)
        };
        let known = !(sources.is_empty() && passed.is_empty())
            && sources.iter().all(|(_, s)| same(&s.digest, &s.settings))
            && passed.iter().all(|(_, s)| stands(s));
        if known {
            let stamp = file.stamp;
            let sources = sources.into_iter();
            next.sources
                .extend(sources.map(|(k, s)| (k.clone(), SourceEntry { stamp, ..s.clone() })));
            let again = |s: &Skipped| Skipped { stamp: Some(stamp), ..s.clone() };
            next.skipped.extend(passed.into_iter().map(|(k, s)| (k.clone(), again(s))));
        }
        known
    }
}

fn skipped(reason: String, file: &FoundFile, digest: &str, settings: &str) -> Skipped {
    Skipped {
        reason,
        record: None,
        stamp: Some(file.stamp),
        digest: Some(digest.to_owned()),
        settings: settings.to_owned(),
    }
}

/// Sources that one thread writes as one segment, at most.
const BATCH_BYTES: u64 = 32_000_000;

/// Reads, cuts and writes the files; what is cut comes into the catalogue.
fn index(
    writer: &StoreWriter,
    work: &Work<'_>,
    to_read: &[ToRead<'_>],
    next: &mut Catalogue,
    progress: &(dyn Fn(Progress) + Sync),
) -> Result<(), PipelineError> {
    let total_bytes: u64 = to_read.iter().map(|r| r.file.stamp.size).sum();
    let threads = rayon::current_num_threads() as u64;
    let share = (total_bytes / threads.max(1)).clamp(1_000_000, BATCH_BYTES);
    let mut batches: Vec<&[ToRead<'_>]> = Vec::new();
    let (mut start, mut bytes) = (0, 0);
    for (at, reading) in to_read.iter().enumerate() {
        if bytes > share {
            batches.push(&to_read[start..at]);
            (start, bytes) = (at, 0);
        }
        bytes += reading.file.stamp.size;
    }
    batches.push(&to_read[start..]);
    let done = AtomicU64::new(0);
    let read = |size: u64| {
        let done_bytes = done.fetch_add(size, Ordering::Relaxed) + size;
        progress(Progress { done_bytes, total_bytes });
    };
    let outcomes = batches
        .par_iter()
        .map(|batch| {
            let mut cutter = Cutter::new(batch, work.settings, work.readers, &read);
            writer.add(&mut cutter)?;
            Ok(cutter.outcomes())
        })
        .collect::<Result<Vec<_>, PipelineError>>()?;
    for (reading, outcome) in to_read.iter().zip(outcomes.into_iter().flatten()) {
        let file = reading.file;
        let settings = &work.reader(&file.key).digest;
        match outcome {
            Ok(sources) => {
                for source in sources {
                    let key = record_key(&file.key, source.record.as_deref());
                    let (digest, stamp) = (reading.digest.clone(), file.stamp);
                    let entry = SourceEntry { digest, stamp, settings: settings.clone(), ..source };
                    next.sources.insert(key, entry);
                }
            }
            Err(reason) => {
                let reason = reason.to_string();
                let skipped = skipped(reason, file, &reading.digest, settings);
                next.skipped.insert(file.key.clone(), skipped);
            }
        }
    }
    Ok(())
}

/// The same words in two files count once, unless the collection says otherwise.
fn take_twins_out(writer: &StoreWriter, work: &Work<'_>, next: &mut Catalogue) {
    let twins = twins(next);
    for (key, first) in twins.into_iter().filter(|(key, _)| !work.keeps_duplicates(key)) {
        let Some(entry) = next.sources.remove(&key) else { continue };
        let known = work.old.sources.get(&key).is_some_and(|s| s.number == entry.number);
        if !known {
            writer.remove(entry.number);
        }
        let skipped = Skipped {
            reason: format!("{SAME_TEXT}{first}"),
            record: entry.record,
            stamp: Some(entry.stamp),
            digest: Some(entry.digest),
            settings: entry.settings,
        };
        next.skipped.insert(key, skipped);
    }
}

/// How the reason begins that names the file of the same words.
const SAME_TEXT: &str = "same text as ";

fn summary(old: &Catalogue, next: &Catalogue) -> Refreshed {
    let mut out = Refreshed {
        skipped: next.skipped.iter().map(|(k, s)| (k.clone(), s.reason.clone())).collect(),
        notes: next.notes.clone(),
        attributes_changed: old.participants != next.participants
            || old.source_attributes != next.source_attributes,
        ..Refreshed::default()
    };
    for (key, source) in &next.sources {
        match old.sources.get(key) {
            None => out.added += 1,
            Some(before) if before.number == source.number => out.unchanged += 1,
            Some(_) => out.changed += 1,
        }
    }
    out.removed = old.sources.keys().filter(|k| !next.sources.contains_key(*k)).count();
    out
}
