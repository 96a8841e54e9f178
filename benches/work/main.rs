//! `make bench`: the whole work on a large corpus, each command timed as a whole process.
//!
//! Ingest, one interview more, concordances of rare and frequent words, 130 themes by source, a
//! matrix of themes, collocates; bare tantivy on the same passages; then how fast files of each format are read. Beside them what the machine needs to read the bytes and, where
//! ripgrep is installed, to find the same lines. Figures are medians of three runs; compare within
//! one run, machines differ.

#![allow(clippy::print_stdout, missing_docs, reason = "this program prints a table")]

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

mod bare;
mod readers;

fn main() {
    let shared = std::env::var_os("THEMATIC_SHARED").filter(|v| !v.is_empty());
    let Some(shared) = shared.map(PathBuf::from) else {
        println!("THEMATIC_SHARED is not set: no corpus to measure on");
        return;
    };
    let work = shared.join("bench");
    let folder = tempfile::tempdir().expect("a temporary folder");
    let project = folder.path();
    let texts = project.join("corpora/interviews");
    let (files, bytes) = copy(&work.join("corpus"), &texts);
    std::fs::write(texts.join("corpus.toml"), "keep_duplicates = true\n").expect("writable");
    queries(&work, &project.join("queries"));
    println!("{files} files, {:.1} MB of text\n", mb(bytes));
    println!("{:<46} {:>9} {:>9}  result", "work", "seconds", "peak MB");

    let read = Instant::now();
    let seen: usize = list(&texts).iter().map(|p| std::fs::read(p).expect("readable").len()).sum();
    row(
        "reading the bytes, nothing else",
        read.elapsed(),
        None,
        &format!("{:.1} MB", mb(seen as u64)),
    );

    let thematic = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_thematic"));
        command.args(arguments).arg("--project").arg(project);
        command
    };
    let ingest = run(&mut thematic(&["ingest"]));
    let tokens = tokens(&ingest.out);
    let per_second = |n: f64| n / ingest.took.as_secs_f64();
    #[expect(clippy::cast_precision_loss, reason = "far below 2^53")]
    let speed = format!(
        "{:.1} MB/s, {:.2} million tokens/s",
        per_second(mb(bytes)),
        per_second(tokens as f64) / 1e6
    );
    row("ingest, all cores", ingest.took, ingest.peak_mb, &speed);
    let beside = folder.path().join("one-thread");
    let beside = beside.to_string_lossy().into_owned();
    let one = run(&mut thematic(&["ingest", "--threads", "1", "--store", &beside]));
    let ratio = one.took.as_secs_f64() / ingest.took.as_secs_f64();
    let told = format!("all cores are {ratio:.2} times as fast");
    row("ingest, one thread", one.took, one.peak_mb, &told);
    let indexed = passages(&run(&mut thematic(&["export"])).out);
    let store = size(&project.join(".thematic"));
    println!(
        "{:<46} {:>9} {:>9}  {:.1} MB, {:.2} of the text",
        "store",
        "",
        "",
        mb(store),
        mb(store) / mb(bytes)
    );
    timed("ingest, nothing changed", || run(&mut thematic(&["ingest"])), last_line);
    std::fs::copy(work.join("newdoc.txt"), texts.join("zz-newdoc.txt")).expect("writable");
    let added = run(&mut thematic(&["ingest"]));
    row("ingest, one interview more", added.took, added.peak_mb, &last_line(&added.out));
    let more = run(&mut thematic(&["export", "*zz-newdoc*"])).out;
    bare::measure(&indexed, &passages(&more), ingest.took);
    println!();

    concordances(&texts, &thematic);
    for query in ["themes-by-source", "matrix", "collocates"] {
        let file = project.join(format!("queries/{query}.toml"));
        let file = file.to_string_lossy().into_owned();
        timed(query, || run(&mut thematic(&["query", &file])), last_line);
    }
    readers::measure(&shared);
}

fn concordances(texts: &Path, thematic: &dyn Fn(&[&str]) -> Command) {
    let lines = |out: &str| format!("{} lines", out.lines().count());
    for (name, pattern) in CONCORDANCES {
        timed(
            &format!("concordance of {name}: {pattern}"),
            || run(&mut thematic(&["find", pattern, "--json"])),
            lines,
        );
        let Some(expression) = plain(pattern) else { continue };
        let ripgrep = || {
            let mut rg = Command::new("rg");
            rg.args(["-i", "-w", &expression]).arg(texts);
            rg
        };
        if ripgrep().stdout(Stdio::null()).status().is_ok() {
            timed("    ripgrep, the same lines", || run(&mut ripgrep()), lines);
        }
    }
    for (name, arguments) in QUESTIONS {
        let all = [&["find", "--format", "jsonl"], *arguments].concat();
        timed(name, || run(&mut thematic(&all)), lines);
    }
}

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

/// The pattern as ripgrep takes it, where it can.
fn plain(pattern: &str) -> Option<String> {
    (!pattern.contains(['*', '~'])).then(|| pattern.replace(' ', r"\W+"))
}

struct Ran {
    took: Duration,
    peak_mb: Option<u64>,
    out: String,
}

/// Runs a command to its end, its output kept, and watches its memory.
fn run(command: &mut Command) -> Ran {
    let file = tempfile::NamedTempFile::new().expect("a temporary file");
    let output = file.reopen().expect("open");
    let started = Instant::now();
    let mut child =
        command.stdout(output).stderr(Stdio::null()).spawn().expect("the command starts");
    let status = PathBuf::from(format!("/proc/{}/status", child.id()));
    let mut peak_mb = None;
    while child.try_wait().expect("a child").is_none() {
        peak_mb = peak(&status).or(peak_mb);
        std::thread::sleep(Duration::from_millis(1));
    }
    let took = started.elapsed();
    let out = std::fs::read_to_string(file.path()).unwrap_or_default();
    Ran { took, peak_mb, out }
}

/// Most memory that a process has held, where the system tells.
fn peak(status: &Path) -> Option<u64> {
    let text = std::fs::read_to_string(status).ok()?;
    let line = text.lines().find(|l| l.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse::<u64>().ok().map(|kb| kb / 1024)
}

fn timed(name: &str, command: impl Fn() -> Ran, result: impl Fn(&str) -> String) {
    let mut runs: Vec<Ran> = (0..3).map(|_| command()).collect();
    runs.sort_by_key(|r| r.took);
    row(name, runs[1].took, runs[1].peak_mb, &result(&runs[1].out));
}

fn row(name: &str, took: Duration, peak_mb: Option<u64>, result: &str) {
    let peak = peak_mb.map_or_else(String::new, |n| n.to_string());
    println!("{name:<46} {:>9.3} {peak:>9}  {result}", took.as_secs_f64());
}

fn last_line(out: &str) -> String {
    let line = out.lines().rev().find(|l| !l.trim().is_empty()).unwrap_or_default();
    let mut parts =
        line.rsplit("  ").map(str::trim).filter(|p| !p.is_empty() && !p.contains("json"));
    parts.next().unwrap_or_default().to_owned()
}

/// The texts of passages as they are exported.
fn passages(exported: &str) -> Vec<String> {
    let text = |line: &str| {
        let row: serde_json::Value = serde_json::from_str(line).expect("JSON lines");
        row["text"].as_str().unwrap_or_default().to_owned()
    };
    exported.lines().map(text).collect()
}

/// Tokens of the corpus, from the summary's first line.
fn tokens(out: &str) -> u64 {
    let line = out.lines().next().unwrap_or_default();
    let number = line.split(", ").nth(2).unwrap_or_default();
    number.chars().filter(char::is_ascii_digit).collect::<String>().parse().unwrap_or(0)
}

#[expect(clippy::cast_precision_loss, reason = "far below 2^53")]
fn mb(bytes: u64) -> f64 {
    bytes as f64 / 1e6
}

/// Bytes of the files below a folder.
fn size(folder: &Path) -> u64 {
    let files = list(folder);
    files.iter().filter_map(|p| std::fs::metadata(p).ok()).map(|m| m.len()).sum()
}

fn list(folder: &Path) -> Vec<PathBuf> {
    let entries = walkdir::WalkDir::new(folder).into_iter().filter_map(Result::ok);
    entries.filter(|e| e.file_type().is_file()).map(walkdir::DirEntry::into_path).collect()
}

fn copy(from: &Path, to: &Path) -> (usize, u64) {
    std::fs::create_dir_all(to).expect("a folder");
    let files = list(from);
    let copied =
        |p: &PathBuf| std::fs::copy(p, to.join(p.file_name().expect("a name"))).expect("a copy");
    (files.len(), files.iter().map(copied).sum())
}

/// The query files, with the codebook of the work in our form.
fn queries(work: &Path, folder: &Path) {
    std::fs::create_dir_all(folder).expect("a folder");
    let text = std::fs::read_to_string(work.join("codebook.json")).expect("the codebook");
    let codebook: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    let mut toml = String::new();
    for theme in codebook["themes"].as_array().expect("themes") {
        let id = theme["id"].as_str().expect("an id");
        writeln!(toml, "[theme.{id}]\nfind = {}", theme["patterns"]).expect("a string");
    }
    let file = |name: &str, text: &str| std::fs::write(folder.join(name), text).expect("writable");
    std::fs::create_dir_all(folder.join("codebooks")).expect("a folder");
    file("codebooks/themes.toml", &toml);
    let head = "codebook = \"codebooks/themes.toml\"\n";
    file(
        "themes-by-source.toml",
        &format!("{head}[[frequency]]\nid = \"themes\"\nby = [\"source\"]\n"),
    );
    file(
        "matrix.toml",
        &format!("{head}[[cooccurrence]]\nid = \"matrix\"\nwithin = \"passage\"\n"),
    );
    file("collocates.toml", "[[collocates]]\nid = \"community\"\nfind = 'community'\n");
}
