//! Answers loaded queries from a store and writes the results and their manifest.

use std::collections::{BTreeMap, BTreeSet};

use super::load::check;
use super::tables::Out;
use super::{FileProblems, LoadedFile, PipelineError};
use crate::analysis::{Concordance, Counts, GroupRow, KwicRow, kwic_groups};
use crate::codebook::Codebook;
use crate::index::Store;
use crate::project::Project;
use crate::query::{Ask, Company, Corpus, Kwic, Names, Plan, Query, plan};
use crate::report::{
    CorpusInfo, Head, Manifest, ManifestFile, ManifestQuery, ManifestResult, ManifestSource,
    QueryEcho, RESULT_VERSION, SchemaId, Settings, SkippedFile, Summary, WrittenFile, write_json,
};
use crate::search::{People, Scope};
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
    // Nothing is seen before everything is there.
    let mut ready: Vec<WrittenFile> = Vec::new();
    for file in files {
        let mut results = Vec::new();
        for query in &file.file.queries {
            let job = Job { project, store, people: &people, file, corpus: &corpus };
            let (answer, written, files) = job
                .answer(query, warnings(&problems, &file.name))
                .map_err(|e| e.of_query(&file.name, &query.id.value))?;
            answers.push(answer);
            results.extend(written);
            ready.extend(files);
        }
        manifest.queries.push(ManifestQuery {
            file: file.name.clone(),
            digest: blake3::hash(file.text.as_bytes()).to_hex().to_string(),
            codebook: file.codebook.files.first().map(|f| f.name.clone()),
            codebook_digest: file.codebook.files.first().map(|f| f.digest.clone()),
            codebook_includes: included(&file.codebook),
            results,
        });
    }
    ready.into_iter().try_for_each(WrittenFile::show)?;
    finish(project, manifest)?;
    Ok((answers, problems))
}

/// The files that a codebook includes.
fn included(codebook: &Codebook) -> Vec<ManifestFile> {
    let files = codebook.files.iter().skip(1);
    files.map(|f| ManifestFile { file: f.name.clone(), digest: f.digest.clone() }).collect()
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
                    let path = project.results.join(&gone.file);
                    let _gone_already = std::fs::remove_file(&path);
                    // A folder of files beside a result goes with the last of them.
                    let _not_empty = path.parent().map(std::fs::remove_dir);
                }
            }
        }
        manifest.keep_from(old);
        take_away_gone(project, &mut manifest);
    }
    write_json(&path, &manifest)?;
    Ok(())
}

/// Takes away the results of query files that are there no more.
fn take_away_gone(project: &Project, manifest: &mut Manifest) {
    let gone = |query: &ManifestQuery| {
        let below = !query.file.contains("..") && !query.file.starts_with('/');
        below && !project.root.join(&query.file).exists()
    };
    for query in manifest.queries.iter().filter(|q| gone(q)) {
        for result in
            query.results.iter().filter(|r| !r.file.contains("..") && !r.file.starts_with('/'))
        {
            let path = project.results.join(&result.file);
            let _gone_already = std::fs::remove_file(&path);
            let _not_empty = path.parent().map(std::fs::remove_dir);
        }
    }
    manifest.queries.retain(|q| !gone(q));
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
    let (values, numbers) = field_names(store, people);
    Names { values, numbers, ..layer_names(store) }
}

/// The names of layers and structures alone, for a query that names no field.
#[must_use]
pub fn layer_names(store: &Store) -> Names {
    let sources = (0..u32::try_from(store.len()).unwrap_or(u32::MAX)).map(|rank| {
        let entry = store.is_annotated(rank).then(|| store.entry(rank));
        let structures = entry.iter().flat_map(|e| &e.structures);
        Corpus {
            source: store.key(rank).to_owned(),
            collection: store.collection(rank).to_owned(),
            layers: entry.map(|e| e.layers.clone()).unwrap_or_default(),
            structures: structures.map(|(n, s)| (n.clone(), s.attributes.clone())).collect(),
        }
    });
    Names { sources: sources.collect(), ..Names::default() }
}

/// Fields with their values, and which of them are numbers.
fn field_names(
    store: &Store,
    people: &People<'_>,
) -> (BTreeMap<String, BTreeSet<String>>, BTreeSet<String>) {
    let mut values: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let owned = |list: &[&str]| list.iter().map(|s| (*s).to_owned()).collect::<BTreeSet<_>>();
    values.insert("kind".into(), owned(&Kind::ALL.map(Kind::name)));
    values.insert("section".into(), owned(&Role::ALL.map(Role::name)));
    values.insert("voice".into(), owned(&Voice::ALL.map(Voice::name)));
    values.insert("quoted".into(), owned(&["false", "true"]));
    for field in ["source", "collection", "speaker", "participant"] {
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
        for speaker in 0..u32::try_from(store.entry(rank).speakers.len()).unwrap_or(u32::MAX) {
            for person in people.persons(rank, speaker) {
                add("participant", &people.person_name(person));
            }
        }
    }
    let mut numbers = BTreeSet::new();
    for (name, known) in people.attributes() {
        if people.is_number(name, &known) {
            numbers.insert(name.to_owned());
        }
        values.entry(name.to_owned()).or_default().extend(known.iter().map(|v| (*v).to_owned()));
    }
    (values, numbers)
}

fn corpus_info(store: &Store) -> CorpusInfo {
    CorpusInfo {
        digest: store.totals().corpus_digest.clone(),
        sources: store.len() as u64,
        passages: store.totals().passages,
        tokens: store.totals().tokens,
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

pub(super) struct Job<'a> {
    project: &'a Project,
    pub(super) store: &'a Store,
    pub(super) people: &'a People<'a>,
    file: &'a LoadedFile,
    corpus: &'a CorpusInfo,
}

impl Job<'_> {
    fn answer(
        &self,
        query: &Query,
        warnings: Vec<String>,
    ) -> Result<(Answer, Vec<ManifestResult>, Vec<WrittenFile>), PipelineError> {
        let plan = plan(query, &self.file.codebook);
        let scope = Scope::new(self.store, self.people, &plan.filter);
        let path = format!("{}/{}.json", self.file.stem, query.id.value);
        let mut head = self.head(query, &plan, &scope, warnings);
        if !self.store.is_empty() && scope.is_empty() {
            head.warnings.push("`where` lets no word of this corpus through".into());
        }
        let target = self.project.results.join(&path);
        let out = Out { target: &target, formats: &query.formats };
        let (summary, files, rows) = self.table(&out, head, &plan, &scope, query)?;
        let answer = Answer {
            file: self.file.name.clone(),
            id: query.id.value.clone(),
            kind: query.ask.kind(),
            summary,
            rows,
            path,
        };
        let folder = &self.project.results;
        let results = files.iter().map(|file| {
            let below = file.path.strip_prefix(folder).unwrap_or(&file.path);
            let file_name = below.to_string_lossy().replace('\\', "/");
            ManifestResult { file: file_name, digest: file.digest.clone(), rows }
        });
        let results = results.collect();
        Ok((answer, results, files))
    }

    fn head(&self, query: &Query, plan: &Plan, scope: &Scope<'_>, warnings: Vec<String>) -> Head {
        let known = self.store.known();
        let codebook = self.file.file.codebook.as_ref().map(|c| c.value.as_str());
        let kind = match &query.ask {
            Ask::Kwic(kwic) if !kwic.group.is_empty() => "groups",
            Ask::Frequency(frequency) => frequency.report.name(),
            Ask::Collocates(asked) if matches!(asked.table, Company::Clusters { .. }) => "clusters",
            other => other.kind(),
        };
        Head {
            rows_in: Vec::new(),
            beside: Vec::new(),
            pairs: Vec::new(),
            schema: SchemaId { name: format!("thematic.{kind}"), version: RESULT_VERSION },
            query: QueryEcho::of(&self.file.name, codebook, query, plan),
            corpus: self.corpus.clone(),
            settings: Settings::of(query, plan, scope.left_out_by_default),
            summary: Summary::default(),
            warnings: warnings.into_iter().chain(known.notes.iter().cloned()).collect(),
            skipped: known
                .skipped
                .iter()
                .map(|(key, s)| SkippedFile { source: key.clone(), reason: s.reason.clone() })
                .collect(),
        }
    }
}

/// What the command line asks for.
#[derive(Debug)]
pub struct Finding<'a> {
    /// Who speaks in the store.
    pub people: &'a People<'a>,
    /// What to find, and in what.
    pub plan: &'a Plan,
    /// How it is listed.
    pub kwic: &'a Kwic,
    /// True if each line says what it is a hit of.
    pub named: bool,
}

/// The lines of patterns, for the command line: each as soon as it is made.
///
/// # Errors
/// The store is damaged, a pattern needs too many steps, or `line` fails.
pub fn find<T: Send>(
    store: &Store,
    finding: &Finding<'_>,
    make: impl Fn(&KwicRow<'_>) -> T + Sync,
    each: impl FnMut(T) -> Result<(), PipelineError>,
) -> Result<Counts, PipelineError> {
    let Finding { people, plan, kwic, named } = finding;
    let scope = Scope::new(store, people, &plan.filter);
    Concordance::new(store, people, &scope, plan, kwic, *named)?.stream(make, each)
}

/// The groups of patterns' hits, for the command line.
///
/// # Errors
/// The store is damaged, or a pattern needs too many steps.
pub fn find_groups(
    store: &Store,
    finding: &Finding<'_>,
) -> Result<(Vec<GroupRow>, Counts), PipelineError> {
    let Finding { people, plan, kwic, .. } = finding;
    let scope = Scope::new(store, people, &plan.filter);
    let concordance = Concordance::new(store, people, &scope, plan, kwic, true)?;
    Ok(kwic_groups(&concordance, &scope)?)
}
