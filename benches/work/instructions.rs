//! Instructions of whole processes, counted by valgrind's callgrind where it is there: they compare
//! versions on machines whose seconds are noisy.

use std::path::Path;
use std::process::Command;

use super::project::{Project, list};
use super::record;

/// Files of the corpus that are counted on: callgrind runs some fifty times slower.
const FILES: usize = 48;

/// The kinds of work: what is counted, and arguments of the program.
const WORK: &[(&str, &[&str])] = &[
    ("ingest", &["ingest", "--threads", "1"]),
    ("concordance of think", &["find", "think", "--json", "--threads", "1"]),
    ("a phrase", &["find", "open source", "--json", "--threads", "1"]),
    ("130 themes by source", &["query", "queries/themes-by-source.toml", "--threads", "1"]),
    ("matrix of themes", &["query", "queries/matrix.toml", "--threads", "1"]),
    ("collocates", &["query", "queries/collocates.toml", "--threads", "1"]),
];

/// Counts each kind of work, prints it beside the last count that was kept, and gives the counts.
pub(crate) fn count(work: &Path) -> Vec<(String, u64)> {
    if Command::new("valgrind").arg("--version").output().is_err() {
        println!("\nno valgrind here: instructions are not counted");
        return Vec::new();
    }
    let project = Project::new(work);
    let mut files = list(&project.texts());
    files.retain(|f| f.extension().is_some_and(|e| e == "txt"));
    files.sort();
    for file in files.iter().skip(FILES) {
        std::fs::remove_file(file).expect("a file of ours");
    }
    let before = record::instructions_before();
    println!("\n{:<42} {:>16}   than in the last record", "by callgrind", "instructions");
    let mut counts = Vec::new();
    for (name, arguments) in WORK {
        let count = instructions(&project, arguments).expect("callgrind counts");
        let name = format!("{name}, {FILES} files");
        let last = before.iter().find(|(n, _)| *n == name).map(|(_, count)| *count);
        #[expect(clippy::cast_precision_loss, reason = "a share in per cent")]
        let told = last.map_or_else(String::new, |last| {
            format!("{:+.2} %", (count as f64 / last as f64 - 1.0) * 100.0)
        });
        println!("{name:<42} {count:>16}   {told}");
        counts.push((name, count));
    }
    counts
}

/// The instructions of one run.
fn instructions(project: &Project, arguments: &[&str]) -> Option<u64> {
    let program = project.program(arguments);
    let out = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(program.get_program())
        .args(program.get_args())
        .current_dir(project.folder())
        .output()
        .ok()?;
    let told = String::from_utf8_lossy(&out.stderr).into_owned();
    let line = told.lines().find_map(|l| l.split_once("Collected :"))?;
    line.1.trim().parse().ok()
}
