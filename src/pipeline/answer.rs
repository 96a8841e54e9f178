//! Answers loaded queries from a store and writes the results and their manifest.

use std::collections::{BTreeMap, BTreeSet};

use super::load::check;
use super::{FileProblems, LoadedFile, PipelineError};
use crate::analysis::{KwicRow, collocates, cooccurrence, frequency, kwic};
use crate::index::Store;
use crate::project::Project;
use crate::query::{Ask, Context, Field, Filter, Matching, Names, Needle, Plan, Query, plan};
use crate::report::{
    CorpusInfo, Head, Manifest, ManifestQuery, ManifestResult, ManifestSource, QueryEcho,
    RESULT_VERSION, ResultWriter, SchemaId, Settings, SkippedFile, Summary, WriteError, write_json,
};
use crate::search::{People, Scope, search};
use crate::segment::{Kind, Role, Voice};

/// What came of a query.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The query file.
    pub file: String,
    /// The query's id.
    pub id: String,
    /// The kind of query.
    pub kind: &'static str,
    /// Sums.
    pub summary: Summary,
    /// Rows written.
    pub rows: u64,
    /// The result's path below the results' folder.
    pub path: String,
}

/// Answers every query of the files.
///
/// # Errors
/// A query names what the corpus does not have, and then nothing is written; the store is damaged,
/// or a result can't be written.
pub fn answer(
    project: &Project,
    store: &Store,
    files: &[LoadedFile],
) -> Result<(Vec<Answer>, Vec<FileProblems>), PipelineError> {
    let people = People::new(store);
    let mut problems = Vec::new();
    check(store, &people, files, &mut problems);
    if problems.iter().any(|f| f.errors() > 0) {
        return Err(PipelineError::Problems { problems });
    }
    let corpus = corpus_info(store);
    let mut manifest = Manifest::new(&corpus, manifest_sources(store));
    let mut answers = Vec::new();
    for file in files {
        let mut results = Vec::new();
        for query in &file.file.queries {
            let job = Job { project, store, people: &people, file, corpus: &corpus };
            let (answer, result) = job.answer(query, warnings(&problems, &file.name))?;
            answers.push(answer);
            results.push(result);
        }
        manifest.queries.push(ManifestQuery {
            file: file.name.clone(),
            digest: blake3::hash(file.text.as_bytes()).to_hex().to_string(),
            codebook: file.codebook_file.as_ref().map(|(name, _)| name.clone()),
            codebook_digest: file
                .codebook_file
                .as_ref()
                .map(|(_, text)| blake3::hash(text.as_bytes()).to_hex().to_string()),
            results,
        });
    }
    finish(project, manifest)?;
    Ok((answers, problems))
}

/// Writes the manifest, and takes away results that a query file no longer gives.
fn finish(project: &Project, mut manifest: Manifest) -> Result<(), PipelineError> {
    let path = project.results.join("manifest.json");
    let old: Option<Manifest> =
        std::fs::read(&path).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok());
    if let Some(old) = old {
        let now: BTreeSet<&str> = manifest
            .queries
            .iter()
            .flat_map(|q| q.results.iter().map(|r| r.file.as_str()))
            .collect();
        for query in &manifest.queries {
            let before = old.queries.iter().filter(|q| q.file == query.file);
            for gone in before.flat_map(|q| &q.results).filter(|r| !now.contains(r.file.as_str())) {
                let inside = !gone.file.contains("..") && !gone.file.starts_with('/');
                if inside {
                    let _gone_already = std::fs::remove_file(project.results.join(&gone.file));
                }
            }
        }
        manifest.keep_from(old);
    }
    write_json(&path, &manifest)?;
    Ok(())
}

/// The warnings about a query file, as they stand in its results.
fn warnings(problems: &[FileProblems], name: &str) -> Vec<String> {
    let of_file = problems.iter().filter(|f| f.name == name);
    of_file
        .flat_map(|f| &f.problems)
        .map(|p| match &p.hint {
            Some(hint) => format!("{} ({hint})", p.message),
            None => p.message.clone(),
        })
        .collect()
}

/// The names of the corpus that queries can use.
#[must_use]
pub fn names(store: &Store, people: &People<'_>) -> Names {
    let mut values: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let owned = |list: &[&str]| list.iter().map(|s| (*s).to_owned()).collect::<BTreeSet<_>>();
    values.insert("kind".into(), owned(&Kind::ALL.map(Kind::name)));
    values.insert("section".into(), owned(&Role::ALL.map(Role::name)));
    values.insert("voice".into(), owned(&Voice::ALL.map(Voice::name)));
    for field in ["source", "collection", "speaker"] {
        values.insert(field.into(), BTreeSet::new());
    }
    let mut add = |field: &str, value: &str| {
        values.entry(field.to_owned()).or_default().insert(value.to_owned());
    };
    for rank in 0..u32::try_from(store.len()).unwrap_or(u32::MAX) {
        add("source", store.key(rank));
        add("collection", store.collection(rank));
        for speaker in &store.entry(rank).speakers {
            add("speaker", &speaker.name);
            speaker.members.iter().for_each(|m| add("speaker", m));
        }
    }
    for (name, known) in people.attributes() {
        values.entry(name.to_owned()).or_default().extend(known.iter().map(|v| (*v).to_owned()));
    }
    Names { values }
}

fn corpus_info(store: &Store) -> CorpusInfo {
    CorpusInfo {
        digest: store.catalogue.corpus_digest(),
        sources: store.len() as u64,
        passages: store.catalogue.passages(),
        tokens: store.catalogue.tokens(),
    }
}

fn manifest_sources(store: &Store) -> Vec<ManifestSource> {
    (0..u32::try_from(store.len()).unwrap_or(u32::MAX))
        .map(|rank| {
            let entry = store.entry(rank);
            ManifestSource {
                source: store.key(rank).to_owned(),
                digest: entry.digest.clone(),
                settings: entry.settings.clone(),
                passages: entry.passages,
                tokens: entry.tokens,
            }
        })
        .collect()
}

struct Job<'a> {
    project: &'a Project,
    store: &'a Store,
    people: &'a People<'a>,
    file: &'a LoadedFile,
    corpus: &'a CorpusInfo,
}

impl Job<'_> {
    fn answer(
        &self,
        query: &Query,
        warnings: Vec<String>,
    ) -> Result<(Answer, ManifestResult), PipelineError> {
        let plan = plan(query, &self.file.codebook);
        let scope = Scope::new(self.store, self.people, &plan.filter);
        let path = format!("{}/{}.json", self.file.stem, query.id.value);
        let mut head = self.head(query, &plan, &scope, warnings);
        if !self.store.is_empty() && scope.is_empty() {
            head.warnings.push("`where` lets no word of this corpus through".into());
        }
        let target = self.project.results.join(&path);
        let (summary, digest, rows) = match &query.ask {
            Ask::Kwic { context, matching } => {
                self.kwic(&target, head, &plan, &scope, *context, *matching)?
            }
            Ask::Frequency { by } => {
                let by: Vec<Field> = by.iter().map(|g| g.field.clone()).collect();
                let rows = frequency(self.store, self.people, &scope, &plan.needles, &by)?;
                let summary = Summary { rows: rows.len() as u64, ..Summary::default() };
                write(&target, head, summary, &rows)?
            }
            Ask::Cooccurrence { within } => {
                let rows = cooccurrence(self.store, self.people, &scope, &plan.needles, within)?;
                let never = rows.iter().filter(|r| r.n_ab == 0).count() as u64;
                let summary = Summary {
                    rows: rows.len() as u64,
                    pairs_never_together: Some(never),
                    ..Summary::default()
                };
                write(&target, head, summary, &rows)?
            }
            Ask::Collocates { window, min_count } => {
                let needle = plan.needles.first().cloned().unwrap_or_default();
                let table = collocates(self.store, &scope, &needle, *window, *min_count)?;
                let summary = Summary {
                    rows: table.rows.len() as u64,
                    hits: Some(table.hits),
                    words_in_windows: Some(table.words),
                    ..Summary::default()
                };
                write(&target, head, summary, &table.rows)?
            }
        };
        let answer = Answer {
            file: self.file.name.clone(),
            id: query.id.value.clone(),
            kind: query.ask.kind(),
            summary,
            rows,
            path: path.clone(),
        };
        Ok((answer, ManifestResult { file: path, digest, rows }))
    }

    fn head(&self, query: &Query, plan: &Plan, scope: &Scope<'_>, warnings: Vec<String>) -> Head {
        let catalogue = &self.store.catalogue;
        let codebook = self.file.file.codebook.as_ref().map(|c| c.value.as_str());
        Head {
            schema: SchemaId {
                name: format!("thematic.{}", query.ask.kind()),
                version: RESULT_VERSION,
            },
            query: QueryEcho::of(&self.file.name, codebook, query, plan),
            corpus: self.corpus.clone(),
            settings: Settings::of(query, scope.left_out_by_default),
            summary: Summary::default(),
            warnings: warnings.into_iter().chain(catalogue.notes.iter().cloned()).collect(),
            skipped: catalogue
                .skipped
                .iter()
                .map(|(key, s)| SkippedFile { source: key.clone(), reason: s.reason.clone() })
                .collect(),
        }
    }

    fn kwic(
        &self,
        target: &std::path::Path,
        mut head: Head,
        plan: &Plan,
        scope: &Scope<'_>,
        context: Context,
        matching: Matching,
    ) -> Result<(Summary, String, u64), PipelineError> {
        let needle = plan.needles.first().cloned().unwrap_or_default();
        let found = search(self.store, scope, &needle)?;
        let count = |of: fn(&crate::search::PassageHits) -> usize| -> u64 {
            found.iter().map(|p| of(p) as u64).sum()
        };
        let (hits, hits_all) = (count(|p| p.hits.len()), count(|p| p.all.len()));
        head.summary = Summary {
            rows: if matching == Matching::All { hits_all } else { hits },
            hits: Some(hits),
            hits_all: Some(hits_all),
            passages_with: Some(found.len() as u64),
            sources_with: Some(found.chunk_by(|a, b| a.rank == b.rank).count() as u64),
            ..Summary::default()
        };
        let mut writer = ResultWriter::create(target, &head)?;
        kwic(self.store, self.people, &found, context, matching, |row| {
            writer.row(&row).map_err(PipelineError::from)
        })?;
        let (digest, rows) = writer.finish()?;
        Ok((head.summary, digest, rows))
    }
}

fn write<R: serde::Serialize>(
    target: &std::path::Path,
    mut head: Head,
    summary: Summary,
    rows: &[R],
) -> Result<(Summary, String, u64), WriteError> {
    head.summary = summary;
    let mut writer = ResultWriter::create(target, &head)?;
    for row in rows {
        writer.row(row)?;
    }
    let (digest, rows) = writer.finish()?;
    Ok((head.summary, digest, rows))
}

/// The lines of one pattern, for the command line.
///
/// # Errors
/// The filter names what the corpus does not have, or the store is damaged.
pub fn find(
    store: &Store,
    needle: &Needle,
    filter: &Filter,
    context: Context,
    mut line: impl FnMut(KwicRow) -> Result<(), PipelineError>,
) -> Result<Summary, PipelineError> {
    let people = People::new(store);
    let scope = Scope::new(store, &people, filter);
    let found = search(store, &scope, needle)?;
    let hits: u64 = found.iter().map(|p| p.hits.len() as u64).sum();
    kwic(store, &people, &found, context, Matching::Longest, &mut line)?;
    Ok(Summary {
        rows: hits,
        hits: Some(hits),
        passages_with: Some(found.len() as u64),
        sources_with: Some(found.chunk_by(|a, b| a.rank == b.rank).count() as u64),
        ..Summary::default()
    })
}
