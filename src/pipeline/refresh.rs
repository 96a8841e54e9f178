//! Brings the store up to date with `corpora/`: only what is new or changed is read.
//!
//! A file whose stamp (size and times) is that of the last commit is not opened. One whose stamp
//! is new is digested; only if digest or settings differ is it read, cut and indexed again. All
//! changes become visible in one commit, or none.

use std::collections::{BTreeMap, HashMap};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use rayon::prelude::*;

use super::PipelineError;
use super::attributes::read_tables;
use super::twins::{twins, words_of};
use crate::index::{
    Catalogue, NewSource, Skipped, SourceEntry, StoreWriter, StructureEntry, fits_index,
};
use crate::ingest::{Found, FoundFile, Unreadable, collection_of, discover, read};
use crate::project::{CollectionSettings, Project, Settings, SettingsError, read_toml, why};
use crate::segment::{FORM_LAYER, Passages, SEGMENT_VERSION, Segmenter};

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
struct Reader {
    segmenter: Segmenter,
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
    next.sources.extend(old.sources.clone().into_iter().filter(|(key, _)| !wanted(key)));
    next.skipped.extend(old.skipped.clone().into_iter().filter(|(key, _)| !wanted(key)));
    let looked_at = work.look_at(&found.files);
    let to_read = work.sort_out(&found.files, looked_at, &mut next);
    work.number(&to_read, &mut next);
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
    /// Digest of its bytes.
    Digest(String),
    /// It can't be a source.
    Refused(Unreadable),
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
        let settings = &self.reader(&file.key).digest;
        if self
            .old
            .sources
            .get(&file.key)
            .is_some_and(|s| s.stamp == file.stamp && s.settings == *settings)
        {
            return Look::Same;
        }
        let skipped = self.old.skipped.get(&file.key);
        if skipped.is_some_and(|s| {
            s.stamp == Some(file.stamp) && s.settings == *settings && s.digest.is_some()
        }) {
            return Look::Same;
        }
        if file.stamp.size > self.settings.max_file_mb * 1_000_000 {
            return Look::Refused(Unreadable::TooLarge { limit_mb: self.settings.max_file_mb });
        }
        match std::fs::read(&file.path) {
            Ok(bytes) => Look::Digest(blake3::hash(&bytes).to_hex().to_string()),
            Err(e) => Look::Refused(Unreadable::System(e.kind().to_string())),
        }
    }

    /// Puts what stays as it is into the new catalogue; gives the files that must be read, each
    /// with its digest.
    fn sort_out<'f>(
        &self,
        files: &'f [FoundFile],
        looks: Vec<Look>,
        next: &mut Catalogue,
    ) -> Vec<(&'f FoundFile, String)> {
        let mut to_read = Vec::new();
        // The first file of a content, in the order of the corpus, is the source.
        let others = next.sources.iter().map(|(key, s)| (s.digest.clone(), key.clone()));
        let mut seen: HashMap<String, String> = others.collect();
        for (file, look) in files.iter().zip(looks) {
            let settings = self.reader(&file.key).digest.clone();
            let old = self.old.sources.get(&file.key);
            let old_skipped = self.old.skipped.get(&file.key);
            let digest = match look {
                Look::Refused(reason) => {
                    let skipped = Skipped { reason: reason.to_string(), ..Skipped::default() };
                    next.skipped.insert(file.key.clone(), skipped);
                    continue;
                }
                Look::Digest(digest) => digest,
                Look::Same => old
                    .map(|s| s.digest.clone())
                    .or_else(|| old_skipped.and_then(|s| s.digest.clone()))
                    .unwrap_or_default(),
            };
            if let Some(first) = seen.get(digest.as_str())
                && !self.reader(&file.key).keep_duplicates
            {
                let reason = format!("same content as {first}");
                next.skipped.insert(file.key.clone(), skipped(reason, file, &digest, &settings));
                continue;
            }
            seen.insert(digest.clone(), file.key.clone());
            let same = |d: &str, s: &str| d == digest && s == settings;
            if let Some(source) = old.filter(|s| same(&s.digest, &s.settings)) {
                let source = SourceEntry { stamp: file.stamp, ..source.clone() };
                next.sources.insert(file.key.clone(), source);
            } else if let Some(old) = old_skipped.filter(|s| {
                let twin = s.reason.strip_prefix(SAME_TEXT);
                same(s.digest.as_deref().unwrap_or_default(), &s.settings)
                    && !s.reason.starts_with("same content")
                    && twin.is_none_or(|first| next.sources.contains_key(first))
            }) {
                let reason = old.reason.clone();
                next.skipped.insert(file.key.clone(), skipped(reason, file, &digest, &settings));
            } else {
                to_read.push((file, digest));
            }
        }
        to_read
    }

    /// Gives every file to be read its number, used by no source of the store.
    fn number(&self, to_read: &[(&FoundFile, String)], next: &mut Catalogue) {
        let used = self.old.sources.values().map(|s| s.number).max();
        let free = used.map_or(0, |n| n + 1);
        for ((file, digest), number) in to_read.iter().zip(free..) {
            let entry = SourceEntry {
                number,
                digest: digest.clone(),
                settings: self.reader(&file.key).digest.clone(),
                stamp: file.stamp,
                ..SourceEntry::default()
            };
            next.sources.insert(file.key.clone(), entry);
        }
    }

    fn cut(&self, file: &FoundFile) -> Result<Passages, Unreadable> {
        let bytes =
            std::fs::read(&file.path).map_err(|e| Unreadable::System(e.kind().to_string()))?;
        let reader = self.reader(&file.key);
        let name = file.key.rsplit('/').next().unwrap_or(&file.key);
        // A mistake of ours in one file must not stop the files after it.
        let cut = catch_unwind(AssertUnwindSafe(|| {
            read(name, &bytes, reader.segmenter.settings(), &self.settings.limits)
                .map(|document| reader.segmenter.segment(document))
        }));
        let passages =
            cut.unwrap_or_else(|_| Err(Unreadable::System("the reader failed on it".into())))?;
        if passages.passages.is_empty() {
            Err(Unreadable::NoText)
        } else if fits_index(&passages) {
            Ok(passages)
        } else {
            Err(Unreadable::OutOfBounds)
        }
    }
}

fn skipped(reason: String, file: &FoundFile, digest: &str, settings: &str) -> Skipped {
    Skipped {
        reason,
        stamp: Some(file.stamp),
        digest: Some(digest.to_owned()),
        settings: settings.to_owned(),
    }
}

/// Sources that one thread writes as one segment, at most.
const BATCH_BYTES: u64 = 32_000_000;

/// Reads, cuts and writes the files; what can't be cut leaves the catalogue's sources.
fn index(
    writer: &StoreWriter,
    work: &Work<'_>,
    to_read: &[(&FoundFile, String)],
    next: &mut Catalogue,
    progress: &(dyn Fn(Progress) + Sync),
) -> Result<(), PipelineError> {
    let total_bytes: u64 = to_read.iter().map(|(f, _)| f.stamp.size).sum();
    let threads = rayon::current_num_threads() as u64;
    let share = (total_bytes / threads.max(1)).clamp(1_000_000, BATCH_BYTES);
    let mut batches: Vec<Vec<&(&FoundFile, String)>> = vec![Vec::new()];
    let mut bytes = 0;
    for file in to_read {
        if bytes > share {
            batches.push(Vec::new());
            bytes = 0;
        }
        bytes += file.0.stamp.size;
        if let Some(batch) = batches.last_mut() {
            batch.push(file);
        }
    }
    let done = AtomicU64::new(0);
    let numbers: HashMap<&str, u32> =
        to_read.iter().map(|(f, _)| (f.key.as_str(), next.sources[&f.key].number)).collect();
    let outcomes = batches
        .par_iter()
        .map(|batch| {
            let mut outcomes = Vec::with_capacity(batch.len());
            let sources = batch.iter().filter_map(|(file, digest)| {
                let cut = work.cut(file);
                let done_bytes =
                    done.fetch_add(file.stamp.size, Ordering::Relaxed) + file.stamp.size;
                progress(Progress { done_bytes, total_bytes });
                let number = numbers[file.key.as_str()];
                match cut {
                    Ok(passages) => {
                        outcomes.push((*file, Ok(known(&passages))));
                        Some(NewSource { number, passages })
                    }
                    Err(reason) => {
                        outcomes.push((*file, Err((reason, digest))));
                        None
                    }
                }
            });
            writer.add(sources)?;
            Ok(outcomes)
        })
        .collect::<Result<Vec<_>, PipelineError>>()?;
    for (file, outcome) in outcomes.into_iter().flatten() {
        match outcome {
            Ok(known) => {
                if let Some(entry) = next.sources.get_mut(&file.key) {
                    known.fill(entry);
                }
            }
            Err((reason, digest)) => {
                let entry = next.sources.remove(&file.key);
                let settings = entry.map(|e| e.settings).unwrap_or_default();
                let reason = reason.to_string();
                next.skipped.insert(file.key.clone(), skipped(reason, file, digest, &settings));
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
            stamp: Some(entry.stamp),
            digest: Some(entry.digest),
            settings: entry.settings,
        };
        next.skipped.insert(key, skipped);
    }
}

/// How the reason begins that names the file of the same words.
const SAME_TEXT: &str = "same text as ";

/// What the catalogue keeps of a source that was cut.
struct Known {
    title: Option<String>,
    passages: u32,
    tokens: u64,
    notes: Vec<String>,
    speakers: Vec<crate::segment::Speaker>,
    attributes: BTreeMap<String, String>,
    layers: Vec<String>,
    structures: BTreeMap<String, StructureEntry>,
    no_sentences: bool,
    words: Option<(String, String)>,
}

fn known(passages: &Passages) -> Known {
    Known {
        title: passages.title.clone(),
        passages: u32::try_from(passages.passages.len()).unwrap_or(u32::MAX),
        tokens: passages.passages.iter().map(|p| p.tokens.len() as u64).sum(),
        notes: passages.notes.clone(),
        speakers: passages.speakers.clone(),
        attributes: passages.attributes.clone(),
        layers: passages.layers.iter().filter(|l| *l != FORM_LAYER).cloned().collect(),
        structures: structures(passages),
        no_sentences: passages.no_sentences,
        words: words_of(passages),
    }
}

/// The structures that the file names, each with whether one reaches over a passage's end.
fn structures(passages: &Passages) -> BTreeMap<String, StructureEntry> {
    let mut starts: Vec<u64> = Vec::with_capacity(passages.passages.len());
    let mut start = 0;
    for passage in &passages.passages {
        starts.push(start);
        start += passage.tokens.len() as u64;
    }
    let mut out: BTreeMap<String, StructureEntry> = BTreeMap::new();
    for span in &passages.structures {
        let entry = out.entry(span.name.clone()).or_default();
        let next = starts.partition_point(|s| *s <= u64::from(span.start));
        let end = starts.get(next).copied().unwrap_or(u64::MAX);
        entry.wide |= u64::from(span.start) + u64::from(span.tokens) > end;
        entry.attributes.extend(span.attributes.keys().cloned());
    }
    out
}

impl Known {
    fn fill(self, entry: &mut SourceEntry) {
        entry.title = self.title;
        entry.passages = self.passages;
        entry.tokens = self.tokens;
        entry.notes = self.notes;
        entry.speakers = self.speakers;
        entry.attributes = self.attributes;
        entry.layers = self.layers;
        entry.structures = self.structures;
        entry.no_sentences = self.no_sentences;
        (entry.words, entry.sketch) = self.words.unzip();
    }
}

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
