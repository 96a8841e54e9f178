//! `make bench-hot`: the stages on which speed hangs, each by itself.
//!
//! On some interviews of the work that `make bench` does where they are there, else on the sample
//! project. One stage: `cargo bench --bench hot -- tokenize`.

#![allow(missing_docs, reason = "criterion's macros make functions")]

use std::hint::black_box;
use std::path::{Path, PathBuf};

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use thematic::index::Store;
use thematic::ingest::{Limits, read};
use thematic::pipeline::{answer, load, refresh};
use thematic::project::{CollectionSettings, Project};
use thematic::query::{plan, read_query_file};
use thematic::search::{People, Scope, search};
use thematic::segment::{Decisions, Segmenter, sentence_starts};
use thematic::text::{fold, tokenize};

/// Interviews that are worked on.
const FILES: usize = 64;

criterion_group!(hot, texts, matcher, analyses);
criterion_main!(hot);

/// The plain texts that are worked on.
fn files() -> Vec<PathBuf> {
    let shared = std::env::var_os("THEMATIC_SHARED").filter(|v| !v.is_empty());
    let corpus = shared.map(|s| PathBuf::from(s).join("bench/corpus")).filter(|c| c.is_dir());
    let sample = || Path::new(env!("CARGO_MANIFEST_DIR")).join("corpora");
    let files = walkdir::WalkDir::new(corpus.unwrap_or_else(sample)).sort_by_file_name();
    let files = files.into_iter().flatten().map(walkdir::DirEntry::into_path);
    files.filter(|p| p.extension().is_some_and(|e| e == "txt")).take(FILES).collect()
}

fn texts(criterion: &mut Criterion) {
    let texts: Vec<String> =
        files().iter().map(|p| std::fs::read_to_string(p).expect("a text")).collect();
    let lines: Vec<&str> = texts.iter().flat_map(|t| t.lines()).collect();
    let words: Vec<&str> =
        lines.iter().flat_map(|l| tokenize(l).into_iter().map(move |t| t.of(l))).collect();
    let bytes = texts.iter().map(|t| t.len() as u64).sum();
    let mut group = criterion.benchmark_group("texts");
    group.throughput(Throughput::Bytes(bytes));
    group.bench_function("tokenize", |b| {
        b.iter(|| lines.iter().map(|l| tokenize(black_box(l)).len()).sum::<usize>());
    });
    group.bench_function("sentence_starts", |b| {
        b.iter(|| lines.iter().map(|l| sentence_starts(black_box(l)).len()).sum::<usize>());
    });
    group.bench_function("fold", |b| {
        b.iter(|| words.iter().map(|w| fold(black_box(w)).len()).sum::<usize>());
    });
    let settings = CollectionSettings::default();
    let segmenter = Segmenter::new(settings.clone(), &[], Decisions::default()).expect("defaults");
    let limits = Limits::default();
    group.bench_function("read and segment", |b| {
        b.iter(|| {
            for text in &texts {
                let records = read("a.txt", text.as_bytes(), &settings, &limits).expect("text");
                for record in records {
                    black_box(segmenter.segment("a.txt", record.document));
                }
            }
        });
    });
    group.finish();
}

/// A project of these texts, ingested.
fn project(folder: &Path) -> Project {
    let texts = folder.join("corpora/interviews");
    std::fs::create_dir_all(&texts).expect("a folder");
    for file in files() {
        std::fs::copy(&file, texts.join(file.file_name().expect("a name"))).expect("room");
    }
    let project = Project::at(folder);
    refresh(&project, &[], &|_| {}).expect("ingested");
    project
}

const PATTERNS: &[(&str, &str)] = &[
    ("a word", "find = 'think'"),
    ("a phrase", "find = 'open source'"),
    ("wildcards", "find = 'develop* experience*'"),
    ("words near each other", "find = 'people ~5 work'"),
    ("a gap in a sentence", "cql = '\"the\" []{0,3} \"of\" within s'"),
    ("equal words", "cql = 'a:[] \"and\" b:[] :: a.word = b.word'"),
];

fn matcher(criterion: &mut Criterion) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let store = Store::open(&project(folder.path()).store).expect("a store");
    let people = People::new(&store);
    let mut group = criterion.benchmark_group("matcher");
    for (name, pattern) in PATTERNS {
        let (file, problems) = read_query_file(&format!("[[kwic]]\nid = 'q'\n{pattern}\n"));
        assert!(problems.is_empty(), "{problems:?}");
        let plan = plan(&file.queries[0], &thematic::codebook::Codebook::default());
        let scope = Scope::new(&store, &people, &plan.filter);
        group.bench_function(*name, |b| {
            b.iter(|| search(&store, &scope, black_box(&plan.needles[0])).expect("found").len());
        });
    }
    group.finish();
}

const ANALYSES: &[(&str, &str)] = &[
    ("kwic", "[[kwic]]\nid = 'q'\nfind = 'think'\n"),
    ("frequency", "[[frequency]]\nid = 'q'\nfind = ['think', 'work*', 'people']\nby = 'source'\n"),
    ("cooccurrence", "[[cooccurrence]]\nid = 'q'\nfind = ['think', 'work*', 'people', 'time']\n"),
    ("collocates", "[[collocates]]\nid = 'q'\nfind = 'work'\n"),
    ("keywords", "[[keywords]]\nid = 'q'\ntarget = { voice = 'interviewer' }\n"),
];

/// Each analysis with all that it writes.
fn analyses(criterion: &mut Criterion) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let project = project(folder.path());
    let store = Store::open(&project.store).expect("a store");
    let mut group = criterion.benchmark_group("analyses");
    group.sample_size(20);
    for (name, query) in ANALYSES {
        let path = folder.path().join(format!("queries/{name}.toml"));
        std::fs::create_dir_all(folder.path().join("queries")).expect("a folder");
        std::fs::write(&path, query).expect("room");
        let (queries, _warnings) = load(&project, &[path]).expect("a query");
        group.bench_function(*name, |b| {
            b.iter(|| answer(&project, &store, black_box(&queries)).expect("answered").0.len());
        });
    }
    group.finish();
}
