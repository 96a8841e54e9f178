//! Bare tantivy on the same passages: what the library takes that this program is built on, with
//! positions and stored text, its own tokenizer, and no segmentation at all.

use std::path::Path;
use std::time::{Duration, Instant};

use tantivy::collector::DocSetCollector;
use tantivy::query::TermQuery;
use tantivy::schema::{
    Field, IndexRecordOption, STORED, Schema, TextFieldIndexing, TextOptions, Value as _,
};
use tantivy::{Index, IndexWriter, TantivyDocument, Term};

use super::project::size;

/// An index of passages by bare tantivy.
pub(crate) struct Bare {
    index: Index,
    text: Field,
    /// What building it took.
    pub took: Duration,
}

impl Bare {
    /// Indexes passages below a folder with so many threads.
    pub(crate) fn build(passages: &[String], folder: &Path, threads: usize) -> Self {
        let mut schema = Schema::builder();
        let indexing = TextFieldIndexing::default()
            .set_tokenizer("default")
            .set_index_option(IndexRecordOption::WithFreqsAndPositions);
        let options = TextOptions::from(STORED).set_indexing_options(indexing);
        let text = schema.add_text_field("text", options);
        std::fs::create_dir_all(folder).expect("a folder");
        let index = Index::create_in_dir(folder, schema.build()).expect("an index");
        let started = Instant::now();
        let mut writer: IndexWriter =
            index.writer_with_num_threads(threads, 256_000_000).expect("a writer");
        for passage in passages {
            let mut document = TantivyDocument::default();
            document.add_text(text, passage);
            writer.add_document(document).expect("room");
        }
        writer.commit().expect("a commit");
        writer.wait_merging_threads().expect("merged");
        Self { index, text, took: started.elapsed() }
    }

    /// Adds one document more.
    pub(crate) fn add(&self, passages: &[String]) -> Duration {
        let started = Instant::now();
        let mut writer: IndexWriter =
            self.index.writer_with_num_threads(1, 50_000_000).expect("a writer");
        for passage in passages {
            let mut document = TantivyDocument::default();
            document.add_text(self.text, passage);
            writer.add_document(document).expect("room");
        }
        writer.commit().expect("a commit");
        started.elapsed()
    }

    /// Finds the passages with a word and reads their texts; how many, and how long it took.
    pub(crate) fn find(&self, word: &str) -> (usize, Duration) {
        let started = Instant::now();
        let searcher = self.index.reader().expect("a reader").searcher();
        let term = Term::from_field_text(self.text, word);
        let query = TermQuery::new(term, IndexRecordOption::Basic);
        let mut found: Vec<_> =
            searcher.search(&query, &DocSetCollector).expect("found").into_iter().collect();
        found.sort_unstable();
        let mut bytes = 0;
        for address in &found {
            let document: TantivyDocument = searcher.doc(*address).expect("stored");
            bytes += document.get_first(self.text).and_then(|v| v.as_str()).map_or(0, str::len);
        }
        std::hint::black_box(bytes);
        (found.len(), started.elapsed())
    }
}

/// What it took.
pub(crate) struct Measured {
    pub one: Duration,
    pub two: Duration,
    pub more: Duration,
    pub bytes: u64,
    /// Words, the passages with them, and how long finding and reading these took.
    pub found: Vec<(&'static str, usize, Duration)>,
}

/// Builds it with one thread and with two, adds a document and asks for words of the bench.
pub(crate) fn measure(passages: &[String], more: &[String]) -> Measured {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let one = Bare::build(passages, &folder.path().join("one"), 1);
    let two = Bare::build(passages, &folder.path().join("two"), 2);
    let found = ["serendipity", "design", "think"].map(|word| {
        let (count, took) = two.find(word);
        (word, count, took)
    });
    Measured {
        one: one.took,
        two: two.took,
        bytes: size(&folder.path().join("two")),
        more: two.add(more),
        found: found.to_vec(),
    }
}
