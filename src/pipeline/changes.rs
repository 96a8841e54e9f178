//! Which files are new or changed, and what is known of the others.

use std::collections::{BTreeMap, HashMap};

use rayon::prelude::*;

use super::refresh::Reader;
use super::twins::twins;
use crate::index::{Catalogue, Skipped, SourceEntry, StoreWriter, file_of};
use crate::ingest::{FoundFile, Unreadable, collection_of, records_at_most};
use crate::project::Settings;

/// What is known of a file before it is cut.
pub(super) enum Look {
    /// As in the catalogue; not opened.
    Same,
    /// Digest of its bytes.
    Digest(String),
    /// It can't be a source.
    Refused(Unreadable),
}

/// A file that is new or changed.
pub(super) struct Changed<'f> {
    file: &'f FoundFile,
    digest: String,
}

/// A file to be read.
pub(super) struct ToRead<'f> {
    pub(super) file: &'f FoundFile,
    pub(super) digest: String,
    /// The number of its first source.
    pub(super) number: u32,
    /// The most sources that it may give, each with the number after that of the one before.
    pub(super) records: u32,
}

/// Numbers that no source of the store has.
pub(super) struct Numbers {
    free: Option<u32>,
}

impl Numbers {
    pub(super) fn after(catalogue: &Catalogue) -> Self {
        let used = catalogue.sources.values().map(|s| s.number).max();
        Self { free: used.map_or(Some(0), |n| n.checked_add(1)) }
    }

    /// The first of so many; `None` where there are not so many.
    fn take(&mut self, many: u32) -> Option<u32> {
        let first = self.free?;
        self.free = first.checked_add(many);
        self.free.map(|_| first)
    }
}

impl Reader {
    /// True if what was refused with these settings would be refused again.
    fn is_current(&self, settings: &str) -> bool {
        settings == self.digest || settings == self.limited
    }
}

/// The files of a project beside what was known of them.
pub(super) struct Work<'a> {
    pub(super) settings: &'a Settings,
    pub(super) readers: &'a BTreeMap<String, Reader>,
    /// As of the last commit.
    pub(super) old: &'a Catalogue,
}

impl Work<'_> {
    pub(super) fn reader(&self, key: &str) -> &Reader {
        &self.readers[collection_of(key)]
    }

    /// True if a file may have the content of another; so may those of collections that are not read now.
    pub(super) fn keeps_duplicates(&self, key: &str) -> bool {
        self.readers.get(collection_of(key)).is_none_or(|r| r.keep_duplicates)
    }

    pub(super) fn look_at(&self, files: &[FoundFile]) -> Vec<Look> {
        files.par_iter().map(|file| self.look(file)).collect()
    }

    fn look(&self, file: &FoundFile) -> Look {
        let reader = self.reader(&file.key);
        let known = self.old.sources_of(&file.key).next();
        let known =
            known.is_some_and(|(_, s)| s.stamp == file.stamp && s.settings == reader.digest);
        let passed = self.old.skipped_of(&file.key).next();
        let passed = passed.is_some_and(|(_, s)| {
            s.stamp == Some(file.stamp) && reader.is_current(&s.settings) && s.digest.is_some()
        });
        if known || passed {
            return Look::Same;
        }
        if file.stamp.size > self.settings.max_file_mb * 1_000_000 {
            return Look::Refused(Unreadable::TooLarge { limit_mb: self.settings.max_file_mb });
        }
        match file.read() {
            Ok(bytes) => Look::Digest(blake3::hash(&bytes).to_hex().to_string()),
            Err(e) => Look::Refused(Unreadable::System(e.kind().to_string())),
        }
    }

    /// Puts what stays as it is into the new catalogue; gives the files that must be read.
    pub(super) fn sort_out<'f>(
        &self,
        files: &'f [FoundFile],
        looks: Vec<Look>,
        next: &mut Catalogue,
    ) -> Vec<Changed<'f>> {
        let mut changed = Vec::new();
        // The first file of a content, in the order of the corpus, is the source.
        let others = next
            .sources
            .iter()
            .map(|(key, s)| (s.digest.clone(), file_of(key, s.record.as_deref()).to_owned()));
        let mut seen: HashMap<String, String> = others.collect();
        for (file, look) in files.iter().zip(looks) {
            let digest = match look {
                Look::Refused(reason) => {
                    let skipped = Skipped { reason: reason.to_string(), ..Skipped::default() };
                    next.known.skipped.insert(file.key.clone(), skipped);
                    continue;
                }
                Look::Digest(digest) => digest,
                Look::Same => self.old_digest(&file.key),
            };
            if let Some(first) = seen.get(digest.as_str())
                && !self.reader(&file.key).keep_duplicates
            {
                let skipped = self.skipped(format!("{SAME_CONTENT}{first}"), file, &digest);
                next.known.skipped.insert(file.key.clone(), skipped);
                continue;
            }
            seen.insert(digest.clone(), file.key.clone());
            if !self.keep(file, &digest, next) {
                changed.push(Changed { file, digest });
            }
        }
        changed
    }

    /// The digest with which a file was read last.
    fn old_digest(&self, file: &str) -> String {
        let source = self.old.sources_of(file).next().map(|(_, s)| s.digest.clone());
        let skipped = || self.old.skipped_of(file).find_map(|(_, s)| s.digest.clone());
        source.or_else(skipped).unwrap_or_default()
    }

    /// Keeps what is known of a file; false if it must be read.
    fn keep(&self, file: &FoundFile, digest: &str, next: &mut Catalogue) -> bool {
        let sources: Vec<_> = self.old.sources_of(&file.key).collect();
        let passed: Vec<_> = self.old.skipped_of(&file.key).collect();
        let reader = self.reader(&file.key);
        let known = !(sources.is_empty() && passed.is_empty())
            && sources.iter().all(|(_, s)| s.digest == digest && s.settings == reader.digest)
            && passed.iter().all(|(_, s)| {
                s.digest.as_deref() == Some(digest)
                    && reader.is_current(&s.settings)
                    && !s.reason.starts_with(SAME_CONTENT)
            });
        if known {
            let stamp = file.stamp;
            let again = |s: &SourceEntry| SourceEntry { stamp, ..s.clone() };
            next.sources.extend(sources.into_iter().map(|(k, s)| (k.clone(), again(s))));
            let again = |s: &Skipped| Skipped { stamp: Some(stamp), ..s.clone() };
            next.known.skipped.extend(passed.into_iter().map(|(k, s)| (k.clone(), again(s))));
        }
        known
    }

    /// Gives each file to be read a number for each source that it may hold, used by no other.
    pub(super) fn numbered<'f>(
        &self,
        changed: Vec<Changed<'f>>,
        numbers: &mut Numbers,
        next: &mut Catalogue,
    ) -> Vec<ToRead<'f>> {
        let mut to_read = Vec::with_capacity(changed.len());
        for Changed { file, digest } in changed {
            let settings = self.reader(&file.key).segmenter.settings();
            let bytes = || file.read().unwrap_or_default();
            let records = records_at_most(&file.key, settings, &bytes);
            if let Some(number) = numbers.take(records) {
                to_read.push(ToRead { file, digest, number, records });
            } else {
                let skipped = self.refused(&Unreadable::OutOfBounds, file, &digest);
                next.known.skipped.insert(file.key.clone(), skipped);
            }
        }
        to_read
    }

    /// The same words in two files count once, unless the collection says otherwise.
    pub(super) fn take_twins_out(&self, writer: &StoreWriter, next: &mut Catalogue) {
        for (key, first) in twins(next).into_iter().filter(|(key, _)| !self.keeps_duplicates(key)) {
            let Some(entry) = next.sources.remove(&key) else { continue };
            self.forget(writer, &key, &entry);
            let skipped = Skipped {
                reason: format!("{SAME_TEXT}{first}"),
                record: entry.record,
                stamp: Some(entry.stamp),
                digest: Some(entry.digest),
                settings: entry.settings,
            };
            next.known.skipped.insert(key, skipped);
        }
    }

    /// Takes a source out of the index that is not of the last commit; those are taken out with it.
    fn forget(&self, writer: &StoreWriter, key: &str, entry: &SourceEntry) {
        if self.old.sources.get(key).is_none_or(|s| s.number != entry.number) {
            writer.remove(entry.number);
        }
    }

    /// Files that count as doubles of what turned out to be no source; they are new again.
    pub(super) fn orphans<'f>(
        &self,
        writer: &StoreWriter,
        files: &'f [FoundFile],
        next: &mut Catalogue,
    ) -> Vec<Changed<'f>> {
        let mut out: Vec<Changed<'f>> = Vec::new();
        let mut heirs: HashMap<String, String> = HashMap::new();
        for file in files {
            let passed: Vec<(String, Skipped)> =
                next.skipped_of(&file.key).map(|(k, s)| (k.clone(), s.clone())).collect();
            let of_content = passed.iter().find_map(|(_, s)| {
                let first = s.reason.strip_prefix(SAME_CONTENT)?;
                let digest = s.digest.clone()?;
                next.sources_of(first).next().is_none().then_some(digest)
            });
            if let Some(digest) = of_content {
                next.known.skipped.remove(&file.key);
                if let Some(heir) = heirs.get(&digest) {
                    let skipped = self.skipped(format!("{SAME_CONTENT}{heir}"), file, &digest);
                    next.known.skipped.insert(file.key.clone(), skipped);
                } else {
                    heirs.insert(digest.clone(), file.key.clone());
                    if !self.keep(file, &digest, next) {
                        out.push(Changed { file, digest });
                    }
                }
                continue;
            }
            let of_words = passed.iter().any(|(_, s)| {
                s.reason.strip_prefix(SAME_TEXT).is_some_and(|t| !next.sources.contains_key(t))
            });
            if of_words {
                let digest = passed.iter().find_map(|(_, s)| s.digest.clone()).unwrap_or_default();
                let sources: Vec<String> =
                    next.sources_of(&file.key).map(|(k, _)| k.clone()).collect();
                for key in sources {
                    if let Some(entry) = next.sources.remove(&key) {
                        self.forget(writer, &key, &entry);
                    }
                }
                for (key, _) in passed {
                    next.known.skipped.remove(&key);
                }
                out.push(Changed { file, digest });
            }
        }
        out
    }

    /// What the catalogue keeps of a file that can't be read.
    pub(super) fn refused(&self, reason: &Unreadable, file: &FoundFile, digest: &str) -> Skipped {
        let mut skipped = self.skipped(reason.to_string(), file, digest);
        match reason {
            // With other limits it is tried again, and after a failure of the system always.
            Unreadable::Limit { .. } => {
                skipped.settings.clone_from(&self.reader(&file.key).limited);
            }
            Unreadable::System(_) => skipped.digest = None,
            _ => {}
        }
        skipped
    }

    fn skipped(&self, reason: String, file: &FoundFile, digest: &str) -> Skipped {
        Skipped {
            reason,
            record: None,
            stamp: Some(file.stamp),
            digest: Some(digest.to_owned()),
            settings: self.reader(&file.key).digest.clone(),
        }
    }
}

/// How the reasons begin that name the file of the same bytes, and the source of the same words.
const SAME_CONTENT: &str = "same content as ";
const SAME_TEXT: &str = "same text as ";
