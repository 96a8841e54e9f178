//! Brings the store up to date with `corpora/`: only what is new or changed is read.
//!
//! A file whose stamp (size and times) is that of the last commit is not opened. One whose stamp
//! is new is digested; only if digest or settings differ is it read, cut and indexed again. All
//! changes become visible in one commit, or none.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use rayon::prelude::*;

use super::PipelineError;
use super::attributes::read_tables;
use super::changes::{Numbers, ToRead, Work};
use super::cut::Cutter;
use super::{twins, whose};
use crate::index::{
    Catalogue, Known, STORE_VERSION, Skipped, SourceEntry, StoreWriter, file_of, record_key,
};
use crate::ingest::{DECISIONS, Found, collection_of, discover, read_attributes};
use crate::project::{CollectionSettings, Project, Settings, SettingsError, read_toml, why};
use crate::segment::{Decision, Decisions, Owners, SEGMENT_VERSION, Segmenter};
use crate::text::decode;

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
    /// Sources that are there now.
    pub sources: usize,
    /// Their passages.
    pub passages: u64,
    /// Their tokens.
    pub tokens: u64,
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
    /// Whose the words of each collection are.
    pub owners: BTreeMap<String, Owners>,
    /// Things to look at that cost no source.
    pub notes: Vec<String>,
    /// Collections whose quotations are mostly nobody's, and what to do.
    pub unattributed: Vec<String>,
    /// What is wrong with tables and changes what is counted.
    pub complaints: Vec<String>,
    /// Pairs of sources that are the same text, and what to do.
    pub counted_twice: Vec<String>,
}

impl Refreshed {
    /// True when a person must look: a file was skipped, quotations are mostly nobody's, a text counts twice.
    #[must_use]
    pub const fn needs_a_look(&self) -> bool {
        !self.skipped.is_empty()
            || !self.unattributed.is_empty()
            || !self.complaints.is_empty()
            || !self.counted_twice.is_empty()
    }
}

/// A collection's settings, ready.
pub(super) struct Reader {
    pub(super) segmenter: Segmenter,
    /// Of the settings and the way of cutting.
    pub(super) digest: String,
    /// Of these and of the limits.
    pub(super) limited: String,
    pub(super) keep_duplicates: bool,
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
    let readers = readers(&corpora, &found, &settings)?;
    let threads = rayon::current_num_threads();
    let writer = StoreWriter::open(&project.store, settings.index_memory_mb, threads)?;
    let work = Work { settings: &settings, readers: &readers, old: writer.catalogue() };
    let (store_version, segment_version) = (STORE_VERSION, SEGMENT_VERSION);
    let known = Known { store_version, segment_version, ..Known::default() };
    let mut next = Catalogue { known, ..Catalogue::default() };
    for (key, reason) in &found.refused {
        next.known
            .skipped
            .insert(key.clone(), Skipped { reason: reason.clone(), ..Skipped::default() });
    }
    let old = work.old;
    let elsewhere = |key: &str, record: Option<&str>| !wanted(file_of(key, record));
    next.sources.extend(
        old.sources.clone().into_iter().filter(|(key, s)| elsewhere(key, s.record.as_deref())),
    );
    next.known.skipped.extend(
        old.known
            .skipped
            .clone()
            .into_iter()
            .filter(|(key, s)| elsewhere(key, s.record.as_deref())),
    );
    let looked_at = work.look_at(&found.files);
    let mut changed = work.sort_out(&found.files, looked_at, &mut next);
    let mut numbers = Numbers::after(work.old);
    loop {
        let to_read = work.numbered(changed, &mut numbers, &mut next);
        index(&writer, &work, &to_read, &mut next, progress)?;
        work.take_twins_out(&writer, &mut next);
        // What counted as another's double, and that other is none: it is read after all.
        changed = work.orphans(&writer, &found.files, &mut next);
        if changed.is_empty() {
            break;
        }
    }
    next.known.attribute_types.clone_from(&settings.attributes);
    let asks = |collection: &str, name: &str| {
        readers.get(collection).is_some_and(|r| r.segmenter.asks(name))
    };
    read_tables(&found, settings.max_file_mb, &asks, &mut next);
    look_over(&work, &found, &mut next);
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

/// What a person should know of the corpus as a whole: who asks, names and decisions that fit nothing, texts that
/// count twice.
fn look_over(work: &Work<'_>, found: &Found, next: &mut Catalogue) {
    next.known.notes.extend(whose::notes(next));
    for (name, reader) in work.readers {
        let unmet = whose::unmet_names(name, &reader.segmenter.settings().speakers, next);
        next.known.notes.extend(unmet);
    }
    next.known.notes.extend(unused_decisions(found, work.readers));
    next.known.counted_twice = if next.sources == work.old.sources {
        work.old.known.counted_twice.clone()
    } else {
        twins::counted_twice(next, &|key| work.keeps_duplicates(key))
    };
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

fn readers(
    corpora: &Path,
    found: &Found,
    settings: &Settings,
) -> Result<BTreeMap<String, Reader>, PipelineError> {
    let limits = serde_json::to_string(&settings.limits).unwrap_or_default();
    let limits = blake3::hash(limits.as_bytes()).to_hex();
    let mut readers = BTreeMap::new();
    for file in &found.files {
        let collection = collection_of(&file.key);
        if readers.contains_key(collection) {
            continue;
        }
        let folder =
            if file.key.contains('/') { corpora.join(collection) } else { corpora.to_owned() };
        let path = folder.join("corpus.toml");
        // A link would be followed out of the project, and a pipe never ends.
        if std::fs::symlink_metadata(&path).is_ok_and(|m| !m.is_file()) {
            let message = "not a regular file; put a file of your own there".to_owned();
            return Err(SettingsError::Wrong { path, message }.into());
        }
        let settings: CollectionSettings = read_toml(&path)?;
        let people = people(found, collection);
        let decisions = decisions(&folder, &path, &settings)?;
        let known = (&settings, &people, &decisions);
        let text = serde_json::to_string(&known).unwrap_or_default();
        let digest = blake3::hash(format!("{SEGMENT_VERSION}\n{text}").as_bytes()).to_hex();
        let keep_duplicates = settings.keep_duplicates;
        let segmenter = Segmenter::new(settings, &people, decisions)
            .map_err(|message| SettingsError::Wrong { path, message })?;
        let digest = digest[..16].to_owned();
        let limited = format!("{digest}, limits {}", &limits[..16]);
        let reader = Reader { segmenter, digest, limited, keep_duplicates };
        readers.insert(collection.to_owned(), reader);
    }
    Ok(readers)
}

/// Reads how collections are read: settings, and tables of decisions; what fits nothing is told.
///
/// # Errors
/// A settings file or a table of decisions is wrong.
pub fn check_collections(project: &Project) -> Result<Vec<String>, PipelineError> {
    let settings = project.settings()?;
    let corpora = project.corpora();
    // Without texts there is nothing to read them by.
    let Ok(found) = discover(&corpora) else { return Ok(Vec::new()) };
    let readers = readers(&corpora, &found, &settings)?;
    Ok(unused_decisions(&found, &readers))
}

/// What a person has decided about the speakers of each collection.
///
/// # Errors
/// A collection's settings or table can't be read.
pub fn decisions_of(project: &Project) -> Result<BTreeMap<String, Vec<Decision>>, PipelineError> {
    let corpora = project.corpora();
    let Ok(found) = discover(&corpora) else { return Ok(BTreeMap::new()) };
    let readers = readers(&corpora, &found, &project.settings()?)?;
    let of = |(name, reader): (String, Reader)| {
        (name, reader.segmenter.decisions().iter().cloned().collect())
    };
    Ok(readers.into_iter().map(of).collect())
}

/// Tables of decisions that no settings name, and decisions of files that are not there.
fn unused_decisions(found: &Found, readers: &BTreeMap<String, Reader>) -> Vec<String> {
    let mut notes = Vec::new();
    // A row of a table is called `FILE#ROW`.
    let is_there = |source: &str| {
        let of = |key: &str| {
            source.strip_prefix(key).is_some_and(|r| r.is_empty() || r.starts_with('#'))
        };
        found.files.iter().any(|f| of(&f.key))
    };
    for (collection, reader) in readers {
        let mut missing: Vec<&str> =
            reader.segmenter.decisions().sources().filter(|s| !is_there(s)).collect();
        missing.sort_unstable();
        missing.dedup();
        if let [first, ..] = missing.as_slice() {
            let name = reader.segmenter.settings().speakers.file.as_deref().unwrap_or_default();
            let more = missing.len();
            notes.push(format!(
                "corpora/{collection}/{name}: decides of {more} sources that are not there, first `{first}`; \
                 sources are called as `thematic status` lists them"
            ));
        }
    }
    for table in &found.decisions {
        let name = table.key.rsplit('/').next().unwrap_or(&table.key);
        let reader = readers.get(collection_of(&table.key));
        let named = reader.and_then(|r| r.segmenter.settings().speakers.file.as_deref());
        if named != Some(name) {
            notes.push(format!(
                "corpora/{}: not used; `speakers.file = \"{name}\"` in corpus.toml says that it is",
                table.key
            ));
        }
    }
    notes
}

/// Ids and aliases of those who are listed for a collection: labels, however they are written.
fn people(found: &Found, collection: &str) -> Vec<String> {
    let of = |key: &str| {
        let folder = key.rsplit_once('/').map_or("", |(folder, _)| folder);
        key.ends_with("participants.csv") && (folder.is_empty() || collection_of(key) == collection)
    };
    let mut people: Vec<String> = Vec::new();
    for table in found.tables.iter().filter(|t| of(&t.key)) {
        // What is wrong with the table is told where its attributes are read.
        let bytes = std::fs::read(&table.path).unwrap_or_default();
        let (read, _) = read_attributes(&bytes);
        people.extend(read.rows.into_keys().chain(read.aliases.into_keys()));
    }
    people.sort();
    people.dedup();
    people
}

/// What a person has decided about the speakers of a collection.
fn decisions(
    folder: &Path,
    settings_path: &Path,
    settings: &CollectionSettings,
) -> Result<Decisions, SettingsError> {
    let Some(name) = &settings.speakers.file else { return Ok(Decisions::default()) };
    if name.contains(['/', '\\']) || !name.ends_with(DECISIONS) {
        let message =
            format!("`speakers.file` names a table beside corpus.toml that ends in `{DECISIONS}`");
        return Err(SettingsError::Wrong { path: settings_path.to_owned(), message });
    }
    let path = folder.join(name);
    let bytes = std::fs::read(&path)
        .map_err(|cause| SettingsError::Unreadable { path: path.clone(), cause })?;
    // Spreadsheets save in encodings of their own.
    let text = decode(&bytes, None).map_err(|why| SettingsError::Wrong {
        path: path.clone(),
        message: format!("can't be read: {why}; save the table as UTF-8"),
    })?;
    Decisions::read(&text.text).map_err(|problems| {
        let lines = problems.into_iter().map(|(line, what)| format!("line {line}: {what}"));
        SettingsError::Wrong { path, message: lines.collect::<Vec<_>>().join("\n") }
    })
}

/// Bytes of sources that one thread writes as one segment, about at most.
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
    // As many batches for each thread, so that all end together.
    let rounds = total_bytes.div_ceil(threads * BATCH_BYTES).max(1);
    let share = (total_bytes / (threads * rounds)).max(1_000_000);
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
                let skipped = work.refused(&reason, file, &reading.digest);
                next.known.skipped.insert(file.key.clone(), skipped);
            }
        }
    }
    Ok(())
}

fn summary(old: &Catalogue, next: &Catalogue) -> Refreshed {
    let totals = next.totals();
    let mut out = Refreshed {
        skipped: next.known.skipped.iter().map(|(k, s)| (k.clone(), s.reason.clone())).collect(),
        notes: next.known.notes.clone(),
        owners: whose::owners_by_collection(next),
        unattributed: whose::mostly_unattributed(next),
        complaints: next.known.complaints.clone(),
        counted_twice: next.known.counted_twice.clone(),
        sources: next.sources.len(),
        passages: totals.passages,
        tokens: totals.tokens,
        attributes_changed: old.known.participants != next.known.participants
            || old.known.source_attributes != next.known.source_attributes,
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
