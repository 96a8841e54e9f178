//! The table of a run, and the record that is kept of it: a line of JSON with the commit.

use std::io::Write as _;
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use serde::{Deserialize, Serialize};

/// One kind of work.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Row {
    pub work: String,
    pub seconds: f64,
    pub peak_mb: Option<u64>,
    /// What it is to be compared with, in the same run: a name and its seconds.
    pub beside: Vec<(String, f64)>,
    pub result: String,
}

/// What is kept of a run.
#[derive(Debug, Serialize, Deserialize)]
struct Record {
    commit: String,
    /// True if the work tree was not as it is in the commit.
    changed: bool,
    cores: usize,
    rows: Vec<Row>,
    /// Instructions of each kind of work on a part of the corpus.
    instructions: Vec<(String, u64)>,
}

/// The table of a run.
#[derive(Default)]
pub(crate) struct Table {
    rows: Vec<Row>,
    pub instructions: Vec<(String, u64)>,
}

impl Table {
    pub(crate) fn head() {
        println!(
            "{:<42} {:>8} {:>8}  {:<42} beside, in this run",
            "work", "seconds", "peak MB", "result"
        );
    }

    /// Prints a row and keeps it.
    pub(crate) fn add(&mut self, row: Row) {
        let peak = row.peak_mb.map_or_else(String::new, |n| n.to_string());
        let beside = row.beside.iter().map(|(name, seconds)| {
            let times = row.seconds / seconds.max(1e-9);
            format!("{name} {seconds:.3} ({times:.2} times)")
        });
        let beside: Vec<String> = beside.collect();
        let Row { work, seconds, result, .. } = &row;
        println!("{work:<42} {seconds:>8.3} {peak:>8}  {result:<42} {}", beside.join(", "));
        self.rows.push(row);
    }

    /// Appends the record of the run.
    pub(crate) fn keep(self) {
        let record = Record {
            commit: git(&["rev-parse", "HEAD"]),
            changed: !git(&["status", "--porcelain", "--untracked-files=no"]).is_empty(),
            cores: std::thread::available_parallelism().map_or(1, usize::from),
            rows: self.rows,
            instructions: self.instructions,
        };
        let line = serde_json::to_string(&record).expect("JSON");
        let path = records();
        let file = std::fs::OpenOptions::new().create(true).append(true).open(&path);
        writeln!(file.expect("writable"), "{line}").expect("writable");
        println!("\nkept in {}", path.display());
    }
}

/// What instructions were counted in the run before, by the kind of work.
pub(crate) fn instructions_before() -> Vec<(String, u64)> {
    let text = std::fs::read_to_string(records()).unwrap_or_default();
    let records = text.lines().rev().filter_map(|l| serde_json::from_str::<Record>(l).ok());
    records.map(|r| r.instructions).find(|i| !i.is_empty()).unwrap_or_default()
}

fn records() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("benches/record.jsonl")
}

fn git(arguments: &[&str]) -> String {
    let root = env!("CARGO_MANIFEST_DIR");
    let out = Command::new("git").args(["-C", root]).args(arguments).output();
    out.map(|o| String::from_utf8_lossy(&o.stdout).trim().to_owned()).unwrap_or_default()
}

/// Seconds of a time.
pub(crate) fn seconds(took: Duration) -> f64 {
    took.as_secs_f64()
}
