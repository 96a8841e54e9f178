//! A store open for reading: its sources in the order of output, and its segments.

use std::collections::HashMap;
use std::path::Path;

use tantivy::Index;

use super::catalogue::{Catalogue, Known, Opened, SourceEntry, Totals};
use super::forward::ForwardSource;
use super::read::Segment;
use super::{StoreError, schema};
use crate::ingest::collection_of;

/// A store that is open for reading, as of one commit.
pub struct Store {
    /// What the sources are, in the order of all output: by collection, then path.
    catalogue: Opened,
    /// The segments; their order means nothing.
    pub segments: Vec<Segment>,
    /// Place in that order of a source's number.
    ranks: HashMap<u32, u32>,
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Store").field("sources", &self.len()).finish_non_exhaustive()
    }
}

impl Store {
    /// Opens the store in a folder.
    ///
    /// # Errors
    /// There is none, or it is of another version or damaged.
    pub fn open(folder: &Path) -> Result<Self, StoreError> {
        let place = folder.join("index");
        if !place.join("meta.json").exists() {
            return Err(StoreError::Missing(folder.display().to_string()));
        }
        let index = Index::open_in_dir(&place).map_err(unreadable)?;
        let (schema, fields) = schema::schema();
        if index.schema() != schema {
            return Err(StoreError::Version(folder.display().to_string()));
        }
        // A commit between these two reads would name another catalogue: read until both agree.
        let (searcher, catalogue) = loop {
            let name = index.load_metas().map_err(unreadable)?.payload;
            let Some(name) = name else {
                return Err(StoreError::Missing(folder.display().to_string()));
            };
            let catalogue = Opened::read(folder, &name);
            let searcher = index.reader().map_err(unreadable)?.searcher();
            if index.load_metas().map_err(unreadable)?.payload.as_deref() == Some(&name) {
                break (searcher, catalogue?);
            }
        };
        let segments = searcher
            .segment_readers()
            .iter()
            .map(|reader| Segment::open(reader.clone(), fields))
            .collect::<Result<_, _>>()?;
        let ranks =
            (0..).take(catalogue.len()).map(|rank| (catalogue.number(rank), rank)).collect();
        Ok(Self { catalogue, segments, ranks })
    }

    /// Reads every file of the index and holds its bytes against what was written.
    ///
    /// # Errors
    /// There is no store, or a file is not as it was written.
    pub fn check(folder: &Path) -> Result<(), StoreError> {
        let place = folder.join("index");
        if !place.join("meta.json").exists() {
            return Err(StoreError::Missing(folder.display().to_string()));
        }
        let damaged = Index::open_in_dir(place).and_then(|index| index.validate_checksum());
        let mut damaged: Vec<String> =
            damaged.map_err(unreadable)?.iter().map(|p| p.display().to_string()).collect();
        damaged.sort();
        if damaged.is_empty() {
            return Ok(());
        }
        Err(StoreError::Damaged(format!("{}: not as it was written", damaged.join(", "))))
    }

    /// What is known beside the sources.
    #[must_use]
    pub const fn known(&self) -> &Known {
        &self.catalogue.known
    }

    /// What all sources come to.
    #[must_use]
    pub const fn totals(&self) -> &Totals {
        &self.catalogue.totals
    }

    /// The whole catalogue, every entry read.
    ///
    /// # Errors
    /// It is damaged.
    pub fn catalogue(&self) -> Result<Catalogue, StoreError> {
        self.catalogue.whole()
    }

    /// Sources.
    #[must_use]
    pub fn len(&self) -> usize {
        self.catalogue.len()
    }

    /// True when there is no source.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The key of the source at a place in the order of output.
    #[must_use]
    pub fn key(&self, rank: u32) -> &str {
        self.catalogue.key(rank)
    }

    /// The collection of the source at a place in the order of output.
    #[must_use]
    pub fn collection(&self, rank: u32) -> &str {
        collection_of(self.key(rank))
    }

    /// The catalogue's entry of the source at a place in the order of output.
    #[must_use]
    pub fn entry(&self, rank: u32) -> &SourceEntry {
        self.catalogue.entry(rank)
    }

    /// Passages of the source at a place in the order of output.
    #[must_use]
    pub fn passages(&self, rank: u32) -> u32 {
        self.catalogue.passages(rank)
    }

    /// True for a source with layers or structures of its own.
    #[must_use]
    pub fn is_annotated(&self, rank: u32) -> bool {
        self.catalogue.is_annotated(rank)
    }

    /// The place in the order of output of a source's number.
    #[must_use]
    pub fn rank(&self, number: u32) -> Option<u32> {
        self.ranks.get(&number).copied()
    }

    /// The text of a source.
    ///
    /// # Errors
    /// The store is damaged.
    pub fn forward(&self, rank: u32) -> Result<ForwardSource, StoreError> {
        let number = self.catalogue.number(rank);
        for segment in &self.segments {
            if let Some(source) = segment.text_of(number)? {
                return Ok(source);
            }
        }
        Err(StoreError::Damaged("a source's text is missing".into()))
    }
}

/// What is wrong with files of the index that can't be read.
pub(super) fn unreadable(e: tantivy::TantivyError) -> StoreError {
    use tantivy::TantivyError as Error;
    match e {
        Error::OpenReadError(_) | Error::DataCorruption(_) | Error::IoError(_) => {
            StoreError::Damaged("a file of the index can't be read".into())
        }
        other => StoreError::Index(other),
    }
}
