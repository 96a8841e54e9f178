//! `make bench`: the whole work on a large corpus, each command timed as a whole process.
//!
//! Ingest, one interview more, concordances of rare and frequent words, 130 themes by source, a matrix
//! of themes, collocates; then how fast files of each format are read. Beside each what a plainer
//! program takes in the same run: reading the bytes, bare tantivy (once each), ripgrep, writing the
//! same output. Figures are medians of three runs; compare within one run, machines differ. A record of each run
//! is kept in `benches/record.jsonl`.
//!
//! `make bench-check` compares counts instead, and `make bench-growth` grows the corpus.

#![allow(clippy::print_stdout, missing_docs, reason = "this program prints tables")]

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

mod bare;
mod check;
mod count;
mod growth;
mod instructions;
mod process;
mod project;
mod readers;
mod record;

use process::{Ran, middle, run, writing};
use project::{Project, list, size};
use record::{Row, Table, seconds};

fn main() -> ExitCode {
    let shared = std::env::var_os("THEMATIC_SHARED").filter(|v| !v.is_empty());
    let Some(shared) = shared.map(PathBuf::from) else {
        println!("THEMATIC_SHARED is not set: no corpus to measure on");
        return ExitCode::SUCCESS;
    };
    let work = shared.join("bench");
    match std::env::args().nth(1).as_deref() {
        Some("check") => {
            return if check::run(&work) { ExitCode::SUCCESS } else { ExitCode::FAILURE };
        }
        Some("growth") => growth::measure(&work),
        _ => measure(&shared, &work),
    }
    ExitCode::SUCCESS
}

fn measure(shared: &Path, work: &Path) {
    let project = Project::new(work);
    println!("{} files, {:.1} MB of text\n", project.files, mb(project.bytes));
    Table::head();
    let mut table = Table::default();
    ingest(&project, work, &mut table);
    for (name, pattern) in CONCORDANCES {
        concordance(&project, &mut table, name, pattern);
    }
    for (name, arguments) in QUESTIONS {
        let all = [&["find", "--format", "jsonl"], *arguments].concat();
        let found = middle(|| run(&mut project.program(&all)));
        let result = format!("{} lines", found.lines());
        table.add(row(name, &found, result, vec![written(&found)]));
    }
    for (query, result) in ANALYSES {
        let file = project.folder().join(format!("queries/{query}.toml"));
        let file = file.to_string_lossy().into_owned();
        let answered = middle(|| run(&mut project.program(&["query", &file])));
        let bytes = std::fs::metadata(project.folder().join(result)).map_or(0, |m| m.len());
        let writing = writing(usize::try_from(bytes).expect("it fits"), true);
        let beside = vec![("writing the same".to_owned(), seconds(writing))];
        let told = format!("{}, {:.1} MB", last_line(answered.text()), mb(bytes));
        table.add(row(query, &answered, told, beside));
    }
    table.instructions = instructions::count(work);
    readers::measure(shared);
    table.keep();
}

const ANALYSES: &[(&str, &str)] = &[
    ("themes-by-source", "results/themes-by-source/themes.json"),
    ("matrix", "results/matrix/matrix.json"),
    ("collocates", "results/collocates/community.json"),
];

const CONCORDANCES: &[(&str, &str)] = &[
    ("a rare word", "serendipity"),
    ("a word", "design"),
    ("a frequent word", "think"),
    ("a phrase", "open source"),
    ("wildcards", "develop* experience*"),
    ("two words near each other", "community ~5 people"),
    ("a very frequent word", "the"),
];

/// Questions in CQL and about order, by what they are.
const QUESTIONS: &[(&str, &[&str])] = &[
    ("a very frequent word, sorted", &["the", "--sort", "right1,right2,right3"]),
    ("a very frequent word, a sample", &["the", "--sample", "50"]),
    ("a very frequent word, by speaker", &["the", "--group", "speaker"]),
    ("a gap in a sentence", &["--cql", "\"the\" []{0,3} \"of\" within s"]),
    ("one word on both sides", &["--cql", "a:[] \"and\" b:[] :: a.word = b.word"]),
    ("the first word of a turn", &["--cql", "<turn> \"so\""]),
    ("sentences with two words", &["--cql", "<s/> containing \"security\" containing \"privacy\""]),
    ("words with one ending", &["--cql", "\".*ness\""]),
];

/// Ingest, what is stored, and the queries of bare tantivy on the same passages.
fn ingest(project: &Project, work: &Path, table: &mut Table) {
    let texts = list(&project.texts());
    let read = || {
        let started = Instant::now();
        let bytes: usize = texts.iter().map(|p| std::fs::read(p).expect("readable").len()).sum();
        std::hint::black_box(bytes);
        started.elapsed()
    };
    let mut took = [read(), read(), read()];
    took.sort_unstable();
    let reading = ("reading the bytes".to_owned(), seconds(took[1]));
    let other = project.folder().join("other");
    let anew = |arguments: &[&str]| {
        std::fs::remove_dir_all(&other).or_else(not_there).expect("a folder of ours");
        let store = other.to_string_lossy().into_owned();
        let all = [&["ingest", "--store", &store], arguments].concat();
        run(&mut project.program(&all))
    };
    let two = middle(|| anew(&[]));
    let one = middle(|| anew(&["--threads", "1"]));
    project.run(&["ingest"]).expect("ingested");
    let store = size(&project.folder().join(".thematic"));
    let passages = passages(project, &["export"]);
    let unchanged = middle(|| run(&mut project.program(&["ingest"])));
    let newcomer = project.texts().join("zz-newdoc.txt");
    let more = middle(|| {
        if newcomer.exists() {
            std::fs::remove_file(&newcomer).expect("a file of ours");
            project.run(&["ingest"]).expect("taken out");
        }
        std::fs::copy(work.join("newdoc.txt"), &newcomer).expect("room");
        run(&mut project.program(&["ingest"]))
    });
    let new = self::passages(project, &["export", "*zz-newdoc*"]);
    let bare = bare::measure(&passages, &new);

    let speed = |ran: &Ran| format!("{:.1} MB/s", mb(project.bytes) / seconds(ran.took));
    let tantivy = |name: &str, took: Duration| (format!("tantivy, {name}"), seconds(took));
    let beside = vec![
        tantivy("two threads", bare.two),
        reading,
        ("one thread".to_owned(), seconds(one.took)),
    ];
    table.add(row("ingest, all cores", &two, speed(&two), beside));
    table.add(row("ingest, one thread", &one, speed(&one), vec![tantivy("one thread", bare.one)]));
    let stored = format!(
        "{:.1} MB, {:.2} of the text; tantivy {:.1} MB",
        mb(store),
        mb(store) / mb(project.bytes),
        mb(bare.bytes)
    );
    println!("{:<42} {:>8} {:>8}  {stored}", "store", "", "");
    table.add(row("ingest, nothing changed", &unchanged, last_line(unchanged.text()), Vec::new()));
    let beside =
        vec![tantivy("in its process", bare.more), ("ingest".to_owned(), seconds(two.took))];
    table.add(row("ingest, one interview more", &more, last_line(more.text()), beside));
    for (word, count, took) in bare.found {
        println!(
            "{:<42} {:>8.3} {:>8}  {count} passages",
            format!("    tantivy, passages with {word}"),
            seconds(took),
            ""
        );
    }
}

fn not_there(e: std::io::Error) -> std::io::Result<()> {
    if e.kind() == std::io::ErrorKind::NotFound { Ok(()) } else { Err(e) }
}

fn concordance(project: &Project, table: &mut Table, name: &str, pattern: &str) {
    let found = middle(|| run(&mut project.program(&["find", pattern, "--json"])));
    let mut beside = vec![written(&found)];
    if let Some(expression) = plain(pattern) {
        let ripgrep = || {
            let mut rg = Command::new("rg");
            rg.args(["-i", "-w", &expression]).arg(project.texts());
            rg
        };
        if ripgrep().stdout(Stdio::null()).status().is_ok() {
            let lines = middle(|| run(&mut ripgrep()));
            beside.insert(0, (format!("ripgrep, {} lines", lines.lines()), seconds(lines.took)));
        }
    }
    let result = format!("{} lines", found.lines());
    table.add(row(&format!("{name}: {pattern}"), &found, result, beside));
}

/// The pattern as ripgrep takes it, where it can.
fn plain(pattern: &str) -> Option<String> {
    (!pattern.contains(['*', '~'])).then(|| pattern.replace(' ', r"\W+"))
}

fn row(work: &str, ran: &Ran, result: String, beside: Vec<(String, f64)>) -> Row {
    let work = work.to_owned();
    Row { work, seconds: seconds(ran.took), peak_mb: ran.peak_mb, beside, result }
}

/// How long it takes to write what a command has printed.
fn written(ran: &Ran) -> (String, f64) {
    let megabytes = mb(ran.out.len() as u64);
    (format!("writing {megabytes:.1} MB"), seconds(writing(ran.out.len(), false)))
}

/// The last column that counts of the last line.
fn last_line(out: &str) -> String {
    let line = out.lines().rev().find(|l| !l.trim().is_empty()).unwrap_or_default();
    let mut parts =
        line.rsplit("  ").map(str::trim).filter(|p| !p.is_empty() && !p.contains("json"));
    parts.next().unwrap_or_default().to_owned()
}

/// The texts of passages as they are exported.
fn passages(project: &Project, arguments: &[&str]) -> Vec<String> {
    let text = |line: &str| {
        let row: serde_json::Value = serde_json::from_str(line).expect("JSON lines");
        row["text"].as_str().unwrap_or_default().to_owned()
    };
    project.run(arguments).expect("exported").lines().map(text).collect()
}

#[expect(clippy::cast_precision_loss, reason = "far below 2^53")]
fn mb(bytes: u64) -> f64 {
    bytes as f64 / 1e6
}
