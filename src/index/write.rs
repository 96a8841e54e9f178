//! Writing the store: sources in, sources out, one commit.
//!
//! Each batch of sources becomes one tantivy segment, written by the thread that holds the batch,
//! so that a source's passages stay together and in order whatever the number of threads.

use std::path::{Path, PathBuf};

use tantivy::indexer::{IndexWriterOptions, LogMergePolicy};
use tantivy::{Index, IndexWriter, TantivyError, Term};

use super::build::SegmentBuilder;
use super::catalogue::Catalogue;
use super::schema::{self, Fields};
use super::{STORE_VERSION, StoreError};
use crate::segment::Passages;

/// Passages of a segment that is left as it is: merging it once more takes longer than a query gains.
const LARGE: usize = 100_000;

/// A source to be written.
#[derive(Debug)]
pub struct NewSource {
    /// Its number, used by no other source of the store.
    pub number: u32,
    /// What is in it.
    pub passages: Passages,
}

/// A store that is being changed; nothing shows before [`StoreWriter::commit`].
pub struct StoreWriter {
    folder: PathBuf,
    index: Index,
    writer: IndexWriter,
    fields: Fields,
    catalogue: Catalogue,
    batch_memory: usize,
    /// Held as long as the store is open for writing.
    _lock: std::fs::File,
}

impl std::fmt::Debug for StoreWriter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("StoreWriter").field("folder", &self.folder).finish_non_exhaustive()
    }
}

impl StoreWriter {
    /// Opens the store for writing, or makes it. A store of another version is built anew.
    ///
    /// # Errors
    /// Another process writes to it, or the system refuses.
    pub fn open(folder: &Path, memory_mb: u64, threads: usize) -> Result<Self, StoreError> {
        make_private(folder)?;
        // Before anything is looked at: what another run commits meanwhile must not be taken for old.
        let lock = lock(folder)?;
        let place = folder.join("index");
        make_private(&place)?;
        let (schema, fields) = schema::schema();
        let open = |place: &Path| -> Result<(Index, Catalogue), StoreError> {
            let mut index = Index::open_in_dir(place)?;
            index.register_plugin(schema::texts());
            let catalogue = match index.load_metas()?.payload {
                Some(name) => Catalogue::read(folder, &name)?,
                None => Catalogue::default(),
            };
            if index.schema() != schema {
                return Err(StoreError::Version(folder.display().to_string()));
            }
            Ok((index, catalogue))
        };
        let (index, catalogue) = if place.join("meta.json").exists() {
            match open(&place) {
                Ok(opened) => opened,
                // The system may give it another time.
                Err(StoreError::System(e)) => return Err(e.into()),
                // All of it can be made again from the corpora.
                Err(_) => (remake(&place, &schema)?, Catalogue::default()),
            }
        } else {
            (remake(&place, &schema)?, Catalogue::default())
        };
        let memory = usize::try_from(memory_mb).unwrap_or(512).max(64) * 1_000_000;
        let options = IndexWriterOptions::builder()
            .num_worker_threads(1)
            .num_merge_threads(1)
            .memory_budget_per_thread(15_000_000)
            .build();
        let writer: IndexWriter = index.writer_with_options(options).map_err(locked)?;
        // Holding the lock, nobody else is writing: what a killed run left behind can go.
        sweep_leavings(&place);
        let mut policy = LogMergePolicy::default();
        policy.set_max_docs_before_merge(LARGE);
        writer.set_merge_policy(Box::new(policy));
        let batch_memory = (memory / threads.max(1)).max(15_000_000);
        Ok(Self {
            folder: folder.to_owned(),
            index,
            writer,
            fields,
            catalogue,
            batch_memory,
            _lock: lock,
        })
    }

    /// The catalogue as of the last commit.
    #[must_use]
    pub const fn catalogue(&self) -> &Catalogue {
        &self.catalogue
    }

    /// Takes a source out.
    pub fn remove(&self, number: u32) {
        self.writer.delete_term(Term::from_field_u64(self.fields.source, u64::from(number)));
    }

    /// Puts sources in, as one segment or, where they need more memory than is allowed, several.
    ///
    /// # Errors
    /// The system or tantivy refuses.
    pub fn add(&self, sources: impl Iterator<Item = NewSource>) -> Result<(), StoreError> {
        let mut open: Option<SegmentBuilder> = None;
        for source in sources {
            let builder = open.get_or_insert_with(|| SegmentBuilder::new(self.fields));
            builder.add(&source);
            if (builder.is_full() || builder.mem_usage() + 5_000_000 > self.batch_memory)
                && let Some(full) = open.take()
            {
                self.close(full)?;
            }
        }
        open.map_or(Ok(()), |last| self.close(last))
    }

    fn close(&self, builder: SegmentBuilder) -> Result<(), StoreError> {
        let segment = self.writer.new_segment();
        let documents = builder.finish(&segment)?;
        self.writer.add_segment(self.index.new_segment_meta(segment.id(), documents))?;
        Ok(())
    }

    /// Makes all changes visible at once, with the catalogue that describes them.
    ///
    /// # Errors
    /// The system or tantivy refuses; then nothing has changed.
    pub fn commit(mut self, mut catalogue: Catalogue) -> Result<Catalogue, StoreError> {
        catalogue.known.store_version = STORE_VERSION;
        let name = catalogue.write(&self.folder)?;
        // Its name must be on the disk before the commit that names it.
        std::fs::File::open(&self.folder)?.sync_all()?;
        let mut prepared = self.writer.prepare_commit()?;
        prepared.set_payload(&name);
        prepared.commit()?;
        // tantivy does not sync the folder after the rename; without it a power cut could
        // bring back the commit before.
        std::fs::File::open(self.folder.join("index"))?.sync_all()?;
        Catalogue::sweep(&self.folder, &name);
        self.writer.garbage_collect_files().wait()?;
        self.writer.wait_merging_threads()?;
        Ok(catalogue)
    }
}

/// Takes the store for this process alone; the system gives it back when the process ends, however it
/// ends.
fn lock(folder: &Path) -> Result<std::fs::File, StoreError> {
    let file = std::fs::OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .open(folder.join("lock"))?;
    match file.try_lock() {
        Err(std::fs::TryLockError::WouldBlock) => Err(StoreError::Locked),
        // Where files can't be locked tantivy's own lock is left.
        Ok(()) | Err(std::fs::TryLockError::Error(_)) => Ok(file),
    }
}

fn locked(e: TantivyError) -> StoreError {
    match e {
        TantivyError::LockFailure(..) => StoreError::Locked,
        other => StoreError::Index(other),
    }
}

/// Deletes the temporary files of a run that was killed; tantivy itself never does.
fn sweep_leavings(place: &Path) {
    let Ok(entries) = std::fs::read_dir(place) else { return };
    for entry in entries.flatten() {
        if entry.file_name().to_string_lossy().starts_with(".tmp") {
            // What can't be deleted now is deleted by the next run.
            let _left = std::fs::remove_file(entry.path());
        }
    }
}

/// An empty index in the place of whatever is there.
fn remake(place: &Path, schema: &tantivy::schema::Schema) -> Result<Index, StoreError> {
    std::fs::remove_dir_all(place)?;
    make_private(place)?;
    let builder = Index::builder().schema(schema.clone()).settings(schema::settings());
    Ok(builder.register_plugin(schema::texts()).create_in_dir(place)?)
}

/// Makes a folder that its owner alone can read.
fn make_private(folder: &Path) -> std::io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}
