//! Writing the store: sources in, sources out, one commit.
//!
//! Each batch of sources becomes one tantivy segment, written by the thread that holds the batch,
//! so that a source's passages stay together and in order whatever the number of threads.

use std::fmt::Write;
use std::path::{Path, PathBuf};

use tantivy::indexer::{AddOperation, IndexWriterOptions, LogMergePolicy, SegmentWriter};
use tantivy::{Index, IndexWriter, TantivyDocument, TantivyError, Term};
use unicode_normalization::UnicodeNormalization;

use super::catalogue::Catalogue;
use super::forward::{code, encode_passage, encode_source};
use super::schema::{self, END_OF_NAME, FORWARD, Fields, SEPARATOR};
use super::{STORE_VERSION, StoreError};
use crate::ingest::NamedSpan;
use crate::segment::{FORM_LAYER, Kind, Passage, Passages, Role, Voice};
use crate::text::fold_into;

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
        let place = folder.join("index");
        make_private(&place)?;
        let (schema, fields) = schema::schema();
        let open = |place: &Path| -> Result<(Index, Catalogue), StoreError> {
            let mut index = Index::open_in_dir(place)?;
            index.register_plugin(schema::texts(&fields));
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
                // All of it can be made again from the corpora.
                Err(_) => (remake(&place, &schema, &fields)?, Catalogue::default()),
            }
        } else {
            (remake(&place, &schema, &fields)?, Catalogue::default())
        };
        schema::register(&index);
        let memory = usize::try_from(memory_mb).unwrap_or(512).max(64) * 1_000_000;
        let options = IndexWriterOptions::builder()
            .num_worker_threads(1)
            .num_merge_threads(1)
            .memory_budget_per_thread(15_000_000)
            .build();
        let writer: IndexWriter = index.writer_with_options(options).map_err(locked)?;
        // Holding the lock, nobody else is writing: what a killed run left behind can go.
        sweep_leavings(&place);
        writer.set_merge_policy(Box::new(LogMergePolicy::default()));
        let batch_memory = (memory / threads.max(1)).max(15_000_000);
        Ok(Self { folder: folder.to_owned(), index, writer, fields, catalogue, batch_memory })
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
        let mut open: Option<(tantivy::Segment, SegmentWriter)> = None;
        for source in sources {
            let (_, writer) = if let Some(open) = &mut open {
                open
            } else {
                let segment = self.writer.new_segment();
                let writer = SegmentWriter::for_segment(self.batch_memory, segment.clone())?;
                open.insert((segment, writer))
            };
            self.add_source(writer, &source)?;
            if writer.mem_usage() + 5_000_000 > self.batch_memory
                && let Some(full) = open.take()
            {
                self.close(full)?;
            }
        }
        open.map_or(Ok(()), |last| self.close(last))
    }

    fn close(&self, open: (tantivy::Segment, SegmentWriter)) -> Result<(), StoreError> {
        let (segment, writer) = open;
        let documents = writer.max_doc();
        writer.finalize()?;
        self.writer.add_segment(self.index.new_segment_meta(segment.id(), documents))?;
        Ok(())
    }

    fn add_source(&self, writer: &mut SegmentWriter, source: &NewSource) -> Result<(), StoreError> {
        let fields = &self.fields;
        let number = u64::from(source.number);
        let mut forward = TantivyDocument::default();
        forward.add_bytes(fields.forward, &encode_source(&source.passages));
        for (field, value) in [
            (fields.source, number),
            (fields.passage, FORWARD),
            (fields.start, 0),
            (fields.tokens, 0),
            (fields.facets, 0),
            (fields.section, 0),
            (fields.turn, 0),
            (fields.speaker, 0),
        ] {
            forward.add_u64(field, value);
        }
        writer.add_document(AddOperation { opstamp: 0, document: forward })?;
        let (mut start, mut chars) = (0, 0);
        let form = source.passages.form_layer();
        let mut structures = source.passages.structures.as_slice();
        for (passage, i) in source.passages.passages.iter().zip(0..) {
            let section = source.passages.sections.get(passage.section as usize);
            let role = section.map(|s| s.role).unwrap_or_default();
            let mut document = self.document(passage, role, form);
            let end = start + passage.tokens.len() as u64;
            let begin_here = structures.partition_point(|s| u64::from(s.start) < end);
            let here;
            (here, structures) = structures.split_at(begin_here);
            let layers = placed_terms(&source.passages.layers, passage, here, start);
            if !layers.is_empty() {
                document.add_text(fields.layers, layers);
            }
            document.add_bytes(fields.forward, &encode_passage(passage, chars));
            chars += u32::try_from(passage.text.chars().count()).unwrap_or(u32::MAX) + 1;
            document.add_u64(fields.source, number);
            document.add_u64(fields.passage, i);
            document.add_u64(fields.start, start);
            start += passage.tokens.len() as u64;
            writer.add_document(AddOperation { opstamp: 0, document })?;
        }
        Ok(())
    }

    fn document(&self, passage: &Passage, role: Role, form: Option<usize>) -> TantivyDocument {
        let fields = &self.fields;
        let mut document = TantivyDocument::default();
        let mut folded = String::with_capacity(passage.text.len());
        for i in 0..passage.tokens.len() {
            if i > 0 {
                folded.push(SEPARATOR);
            }
            fold_into(passage.form(i, form), &mut folded);
        }
        document.add_text(fields.text, folded);
        document.add_u64(fields.tokens, passage.tokens.len() as u64);
        document.add_u64(fields.facets, facets(passage.kind, role, passage.voice));
        document.add_u64(fields.section, u64::from(passage.section));
        document.add_u64(fields.turn, u64::from(passage.turn));
        document.add_u64(fields.speaker, passage.speaker.map_or(0, |s| u64::from(s) + 1));
        for start in passage.sentences.iter().skip(1) {
            document.add_u64(fields.sentences, u64::from(*start));
        }
        for quotation in &passage.quotations {
            document.add_u64(fields.quotations, pack(quotation));
        }
        document
    }

    /// Makes all changes visible at once, with the catalogue that describes them.
    ///
    /// # Errors
    /// The system or tantivy refuses; then nothing has changed.
    pub fn commit(mut self, mut catalogue: Catalogue) -> Result<Catalogue, StoreError> {
        catalogue.store_version = STORE_VERSION;
        let name = catalogue.write(&self.folder)?;
        let mut prepared = self.writer.prepare_commit()?;
        prepared.set_payload(&name);
        prepared.commit()?;
        // tantivy does not sync the folder after the rename; without it a power cut could
        // bring back the commit before.
        for folder in [self.folder.join("index"), self.folder.clone()] {
            std::fs::File::open(folder)?.sync_all()?;
        }
        Catalogue::sweep(&self.folder, &name);
        self.writer.garbage_collect_files().wait()?;
        self.writer.wait_merging_threads()?;
        Ok(catalogue)
    }
}

/// The terms of a passage's layers and of the structures that begin in it, each after its position:
///
/// ```text
/// 3 TAB lemma NUL care            the layer, the value
/// 3 TAB < np NUL NUL 2            a structure of two tokens
/// 3 TAB < np NUL type NUL person NUL 2
/// ```
fn placed_terms(
    layers: &[String],
    passage: &Passage,
    structures: &[NamedSpan],
    first_token: u64,
) -> String {
    let mut lines: Vec<(u64, String)> = Vec::new();
    for (name, values) in layers.iter().zip(&passage.layers).filter(|(n, _)| *n != FORM_LAYER) {
        for (value, at) in values.iter().zip(0..) {
            if let Some(value) = value {
                lines.push((at, format!("{name}{END_OF_NAME}{}", one_line(value))));
            }
        }
    }
    for structure in structures {
        let at = u64::from(structure.start) - first_token;
        let (name, tokens) = (&structure.name, structure.tokens);
        lines.push((at, format!("<{name}{END_OF_NAME}{END_OF_NAME}{tokens}")));
        for (attribute, value) in &structure.attributes {
            let value = one_line(value);
            let term =
                format!("<{name}{END_OF_NAME}{attribute}{END_OF_NAME}{value}{END_OF_NAME}{tokens}");
            lines.push((at, term));
        }
    }
    // Positions never go back.
    lines.sort();
    lines.dedup();
    let mut out = String::new();
    for (at, term) in lines {
        if !out.is_empty() {
            out.push(SEPARATOR);
        }
        // Writing into a string can't fail.
        let _written = write!(out, "{at}\t{term}");
    }
    out
}

/// A value without the signs that part terms, in NFC, and no longer than a term can be.
fn one_line(value: &str) -> String {
    let plain = |c: char| if c == SEPARATOR || c == END_OF_NAME { ' ' } else { c };
    value.nfc().map(plain).take(4_000).collect()
}

/// Kind, role and voice in one number.
pub(super) fn facets(kind: Kind, role: Role, voice: Voice) -> u64 {
    u64::from(code(&Kind::ALL, kind)) << 8
        | u64::from(code(&Role::ALL, role)) << 4
        | u64::from(code(&Voice::ALL, voice))
}

/// True when every quotation and speaker of a source has its place in the index.
#[must_use]
pub fn fits_index(passages: &Passages) -> bool {
    let quoted = passages.passages.iter().filter(|p| !p.quotations.is_empty());
    let short = |p: &Passage| p.tokens.len() < 1 << 24;
    passages.speakers.len() < 1 << 14 && quoted.clone().all(short)
}

/// A quotation in one number: 24 bits of start, 24 of length, 14 of speaker, 2 of voice.
fn pack(quotation: &crate::segment::Quotation) -> u64 {
    let tokens = quotation.tokens;
    u64::from(tokens.start) << 40
        | u64::from(tokens.len() & 0xFF_FFFF) << 16
        | u64::from(quotation.speaker & 0x3FFF) << 2
        | u64::from(code(&Voice::ALL, quotation.voice))
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
fn remake(
    place: &Path,
    schema: &tantivy::schema::Schema,
    fields: &Fields,
) -> Result<Index, StoreError> {
    std::fs::remove_dir_all(place)?;
    make_private(place)?;
    let builder = Index::builder().schema(schema.clone()).settings(schema::settings());
    Ok(builder.register_plugin(schema::texts(fields)).create_in_dir(place)?)
}

/// Makes a folder that its owner alone can read.
fn make_private(folder: &Path) -> std::io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}
