//! `results/manifest.json`: what made the results, each file by its digest.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::CorpusInfo;

/// What the results were made of.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
pub struct Manifest {
    /// Version of the program.
    pub thematic: String,
    /// Version of the form of the results.
    pub result_version: u32,
    /// Version of the cutting into passages.
    pub segment_version: u32,
    /// Version of the Unicode tables.
    pub unicode: String,
    /// Digest of the corpus as a whole.
    pub corpus_digest: String,
    /// Every source with the digest of its file.
    pub sources: Vec<ManifestSource>,
    /// Every query file that was answered, with its results.
    pub queries: Vec<ManifestQuery>,
}

/// A source.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
pub struct ManifestSource {
    /// Its path below `corpora/`.
    pub source: String,
    /// BLAKE3 of the file.
    pub digest: String,
    /// Digest of the settings it was read with.
    pub settings: String,
    /// Passages.
    pub passages: u32,
    /// Tokens.
    pub tokens: u64,
}

/// A query file.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
pub struct ManifestQuery {
    /// The file, as given from the project's folder.
    pub file: String,
    /// BLAKE3 of the file.
    pub digest: String,
    /// The codebook it names.
    pub codebook: Option<String>,
    /// BLAKE3 of the codebook.
    pub codebook_digest: Option<String>,
    /// The files that the codebook includes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub codebook_includes: Vec<ManifestFile>,
    /// What came of it.
    pub results: Vec<ManifestResult>,
}

/// A file.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
pub struct ManifestFile {
    /// The file, from the project's folder.
    pub file: String,
    /// BLAKE3 of the file.
    pub digest: String,
}

/// A result.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
pub struct ManifestResult {
    /// Its path below the results' folder.
    pub file: String,
    /// BLAKE3 of the file.
    pub digest: String,
    /// Rows in it.
    pub rows: u64,
}

impl Manifest {
    /// A manifest of a corpus, no query answered yet.
    #[must_use]
    pub fn new(corpus: &CorpusInfo, sources: Vec<ManifestSource>) -> Self {
        let (major, minor, patch) = unicode_segmentation::UNICODE_VERSION;
        Self {
            thematic: env!("CARGO_PKG_VERSION").into(),
            result_version: super::RESULT_VERSION,
            segment_version: crate::segment::SEGMENT_VERSION,
            unicode: format!("{major}.{minor}.{patch}"),
            corpus_digest: corpus.digest.clone(),
            sources,
            queries: Vec::new(),
        }
    }

    /// Takes over from an older manifest what still holds: query files that were not answered this
    /// time, if corpus and versions are the same.
    pub fn keep_from(&mut self, old: Self) {
        let same = old.corpus_digest == self.corpus_digest
            && old.thematic == self.thematic
            && old.result_version == self.result_version;
        if !same {
            return;
        }
        let answered = |q: &ManifestQuery| self.queries.iter().any(|n| n.file == q.file);
        let kept: Vec<ManifestQuery> = old.queries.into_iter().filter(|q| !answered(q)).collect();
        self.queries.extend(kept);
        self.queries.sort_by(|a, b| a.file.cmp(&b.file));
    }
}
