//! Files become sources: each is read and cut while the one before it is being written.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

use super::changes::ToRead;
use super::refresh::Reader;
use super::twins::words_of;
use crate::index::{NewSource, SourceEntry, StructureEntry, fits_index, record_key};
use crate::ingest::{Record, Unreadable, collection_of, read};
use crate::project::Settings;
use crate::segment::{FORM_LAYER, Passages};

/// The sources that a file gave, or why there are none.
pub(super) type Outcome = Result<Vec<SourceEntry>, Unreadable>;

/// Reads and cuts files one after the other, and keeps what became of each.
pub(super) struct Cutter<'a> {
    files: std::slice::Iter<'a, ToRead<'a>>,
    open: Option<Open<'a>>,
    outcomes: Vec<Outcome>,
    settings: &'a Settings,
    readers: &'a BTreeMap<String, Reader>,
    /// Takes the bytes of each file that was read.
    progress: &'a (dyn Fn(u64) + Sync),
}

/// A file whose sources are being cut.
struct Open<'a> {
    /// The file's key.
    file: &'a str,
    reader: &'a Reader,
    records: std::vec::IntoIter<Record>,
    size: u64,
    /// The number of the next source.
    number: u32,
    /// Numbers that are left.
    left: u32,
    sources: Vec<SourceEntry>,
    /// Notes of rows that gave no source.
    notes: Vec<String>,
    /// Rows that gave no source, and why the first did not.
    failed: (usize, Option<Unreadable>),
}

impl<'a> Cutter<'a> {
    pub(super) fn new(
        files: &'a [ToRead<'a>],
        settings: &'a Settings,
        readers: &'a BTreeMap<String, Reader>,
        progress: &'a (dyn Fn(u64) + Sync),
    ) -> Self {
        let outcomes = Vec::with_capacity(files.len());
        Self { files: files.iter(), open: None, outcomes, settings, readers, progress }
    }

    /// What became of each file, in their order.
    pub(super) fn outcomes(self) -> Vec<Outcome> {
        self.outcomes
    }

    /// Reads a file.
    fn read(&self, reading: &'a ToRead<'a>) -> Result<Open<'a>, Unreadable> {
        let file = reading.file;
        let bytes = file.read().map_err(|e| Unreadable::System(e.kind().to_string()))?;
        if blake3::hash(&bytes).to_hex().as_str() != reading.digest {
            return Err(Unreadable::System("it changed while it was read".into()));
        }
        let reader = &self.readers[collection_of(&file.key)];
        let name = file.key.rsplit('/').next().unwrap_or(&file.key);
        let settings = reader.segmenter.settings();
        let records = safely(|| read(name, &bytes, settings, &self.settings.limits))?;
        Ok(Open {
            file: &file.key,
            reader,
            records: records.into_iter(),
            size: file.stamp.size,
            number: reading.number,
            left: reading.records,
            sources: Vec::new(),
            notes: Vec::new(),
            failed: (0, None),
        })
    }
}

impl Iterator for Cutter<'_> {
    type Item = NewSource;

    fn next(&mut self) -> Option<NewSource> {
        loop {
            if let Some(open) = &mut self.open {
                if let Some(source) = open.next() {
                    return Some(source);
                }
                (self.progress)(open.size);
                let done = self.open.take().map(Open::outcome);
                self.outcomes.extend(done);
            }
            let reading = self.files.next()?;
            match self.read(reading) {
                Ok(open) => self.open = Some(open),
                Err(reason) => {
                    (self.progress)(reading.file.stamp.size);
                    self.outcomes.push(Err(reason));
                }
            }
        }
    }
}

impl Open<'_> {
    /// The next source of the file that has words.
    fn next(&mut self) -> Option<NewSource> {
        loop {
            let Record { id, document } = self.records.next()?;
            let notes = document.notes.clone();
            let key = record_key(self.file, id.as_deref());
            let passages = match safely(|| Ok(self.reader.segmenter.segment(&key, document))) {
                Ok(passages) if passages.passages.is_empty() => Err(Unreadable::NoText),
                Ok(passages) if self.left == 0 || !fits_index(&passages) => {
                    Err(Unreadable::OutOfBounds)
                }
                other => other,
            };
            match passages {
                Ok(passages) => {
                    let number = self.number;
                    self.number += 1;
                    self.left -= 1;
                    let (known, record) = (known(&passages, id.is_some()), id);
                    self.sources.push(SourceEntry { number, record, ..known });
                    return Some(NewSource { number, passages });
                }
                Err(reason) => {
                    self.notes.extend(notes);
                    self.failed.0 += 1;
                    self.failed.1.get_or_insert(reason);
                }
            }
        }
    }

    fn outcome(mut self) -> Outcome {
        let (failed, reason) = self.failed;
        match (self.sources.first_mut(), reason) {
            (None, reason) => Err(reason.unwrap_or(Unreadable::NoText)),
            (Some(_), None) => Ok(self.sources),
            (Some(first), Some(reason)) => {
                self.notes.push(format!("rows that give no source: {failed} ({reason})"));
                first.notes.splice(0..0, self.notes);
                Ok(self.sources)
            }
        }
    }
}

/// A mistake of ours in one file must not stop the files after it.
fn safely<T>(work: impl FnOnce() -> Result<T, Unreadable>) -> Result<T, Unreadable> {
    catch_unwind(AssertUnwindSafe(work))
        .unwrap_or_else(|_| Err(Unreadable::System("the reader failed on it".into())))
}

/// What the catalogue keeps of a source, beside what is known of its file.
fn known(passages: &Passages, is_row: bool) -> SourceEntry {
    let (words, sketch) = words_of(passages, is_row).unzip();
    SourceEntry {
        title: passages.title.clone(),
        passages: u32::try_from(passages.passages.len()).unwrap_or(u32::MAX),
        tokens: passages.passages.iter().map(|p| p.tokens.len() as u64).sum(),
        notes: passages.notes.clone(),
        complaints: passages.complaints.clone(),
        speakers: passages.speakers.clone(),
        owners: passages.owners.clone(),
        attributes: passages.attributes.clone(),
        layers: passages.layers.iter().filter(|l| *l != FORM_LAYER).cloned().collect(),
        structures: structures(passages),
        no_sentences: passages.no_sentences,
        words,
        sketch,
        ..SourceEntry::default()
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
