//! `make eval`: how right the cutting is, measured on gold standards.
//!
//! Sentence ends: boundary F1 on gold texts, beside plain UAX #29 in the same run. A boundary is a
//! sentence's end, the last of a text included, counted in characters that are no space.
//!
//! Papers: the runs of five words of an article's body (as its JATS has it) that come out of its
//! PDF whole, beside `pdftotext -raw` on the same files, and the share of its headings found.
//!
//! Speakers: quotations of papers that were read by hand, by paper and by the form in which the speaker is named;
//! and the turns of generated transcripts, by layout and by how the speakers are called.
//!
//! Words kept or listed: of each file a plain reading of its format, against the passages and what is listed as left out.

#![allow(clippy::print_stdout, missing_docs, reason = "this program prints a table")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use regex::Regex;
use serde_json::Value;
use thematic::segment::sentence_starts;
use unicode_segmentation::UnicodeSegmentation;

#[path = "../tests/it/attribution.rs"]
mod attribution;
#[path = "../tests/it/kept.rs"]
mod kept;
#[path = "../tests/it/pairs.rs"]
mod pairs;
#[path = "../tests/it/talks.rs"]
mod talks;

use pairs::Share;

fn main() {
    let shared = std::env::var_os("THEMATIC_SHARED").filter(|v| !v.is_empty());
    let Some(shared) = shared.map(PathBuf::from) else {
        println!("THEMATIC_SHARED is not set: no gold to measure on");
        return;
    };
    let gold = shared.join("corpora/gold");
    let verbose = std::env::args().any(|a| a == "--errors");
    println!("{:<28} {:>6} {:>6} {:>6} {:>9}", "sentence ends", "F1", "P", "R", "UAX29 F1");
    for (name, texts) in [
        ("English golden rules", golden_rules(&gold, &["en"])),
        ("Spanish, French, Italian", golden_rules(&gold, &["es", "fr", "it"])),
        ("German, Dutch, Danish", golden_rules(&gold, &["de", "nl", "da"])),
        ("treebank PUD", treebank(&gold.join("ud_pud"), &["en_pud"])),
        (
            "treebank ESLSpok",
            treebank(
                &gold.join("ud_eslspok"),
                &["en_eslspok-ud-dev", "en_eslspok-ud-test", "en_eslspok-ud-train"],
            ),
        ),
    ] {
        let ours = score(&texts, sentence_starts, verbose);
        let plain = |t: &str| t.split_sentence_bound_indices().map(|(at, _)| at).collect();
        let uax = score(&texts, plain, false);
        println!("{name:<28} {:>6.4} {:>6.4} {:>6.4} {:>9.4}", ours.0, ours.1, ours.2, uax.0);
    }
    papers(&shared.join("corpora/papers/pairs"));
    quotations(&shared.join("corpora"));
    turns();
    words_kept(&shared.join("corpora"), verbose);
}

/// What becomes of the words of files, by format; the files that lose most.
fn words_kept(corpora: &Path, verbose: bool) {
    println!(
        "\n{:<28} {:>6} {:>9} {:>7} {:>9}",
        "words kept or listed", "files", "words", "lost", "share"
    );
    for (format, found) in kept::by_format(corpora) {
        let kept::Format { files, words, lost, mut worst } = found;
        println!("{format:<28} {files:>6} {words:>9} {lost:>7} {:>9}", share(words - lost, words));
        worst.sort_unstable_by(|a, b| b.cmp(a));
        for (lost, name) in worst.iter().filter(|w| verbose && w.0 > 0).take(5) {
            println!("    {lost:>6} {name}");
        }
    }
}

/// Whose quotations are, by paper and by form.
fn quotations(corpora: &Path) {
    let gold = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/gold/attribution.tsv");
    let found = attribution::attribution(&gold, corpora);
    let all = found.all();
    for (title, rows) in
        [("quotations by paper", &found.papers), ("quotations by form", &found.forms)]
    {
        println!(
            "\n{title:<60} {:>6} {:>6} {:>6} {:>6} {:>6}",
            "P", "R", "right", "wrong", "missed"
        );
        for (name, f) in rows.iter().map(|(n, f)| (n.as_str(), *f)).chain([("all", all)]) {
            let (p, r) = (share(f.right, f.right + f.wrong), share(f.right, f.wanted));
            println!("{name:<60} {p:>6} {r:>6} {:>6} {:>6} {:>6}", f.right, f.wrong, f.missed);
        }
    }
}

/// Whose the turns of generated transcripts are.
fn turns() {
    let by = |title: &str, scores: &std::collections::BTreeMap<String, talks::Score>| {
        println!(
            "\n{title:<60} {:>6} {:>6} {:>6} {:>6} {:>6}",
            "turns", "right", "wrong", "silent", "asker"
        );
        for (name, s) in scores {
            println!(
                "{name:<60} {:>6} {:>6} {:>6} {:>6} {:>6}",
                s.turns, s.right, s.wrong, s.silent, s.asker
            );
        }
    };
    by("turns by layout", &talks::scores(&|layout, _, _| layout.0.to_owned()));
    by("turns by cast", &talks::scores(&|_, cast, _| cast.to_owned()));
}

fn share(part: usize, of: usize) -> String {
    if of == 0 { "-".to_owned() } else { format!("{:.3}", ratio(part, of)) }
}

/// Reads all papers of a folder with this program and with pdftotext.
fn papers(place: &Path) {
    let all = pairs::pairs(place);
    let folder = tempfile::tempdir().expect("a temporary folder");
    for pair in &all {
        let below = folder.path().join("corpora/pairs");
        std::fs::create_dir_all(&below).expect("a folder");
        let paper = place.join(&pair.name).join("fulltext.pdf");
        std::fs::copy(paper, below.join(format!("{}.pdf", pair.name))).expect("a paper");
    }
    let run = |command: &str| {
        let mut program = Command::new(env!("CARGO_BIN_EXE_thematic"));
        program.args([command, "--quiet", "--project"]).arg(folder.path());
        program.output().expect("the program starts").stdout
    };
    run("ingest");
    let exported = String::from_utf8(run("export")).expect("UTF-8");
    let rows: Vec<Value> =
        exported.lines().map(|l| serde_json::from_str(l).expect("JSON lines")).collect();
    println!("\n{:<28} {:>6} {:>6} {:>9}", "papers", "whole", "heads", "pdftotext");
    let mut sums = [Share::default(); 3];
    for pair in &all {
        let source = format!("pairs/{}.pdf", pair.name);
        let of: Vec<&Value> = rows.iter().filter(|r| r["source"] == source).collect();
        let texts: Vec<&str> = of.iter().filter_map(|r| r["text"].as_str()).collect();
        let rival = pdftotext(&place.join(&pair.name).join("fulltext.pdf"));
        let rival = rival.map(|text| pair.whole_runs(&text));
        let shares =
            [pair.whole_runs(&texts.join("\n")), pair.headings(&of), rival.unwrap_or_default()];
        for (sum, share) in sums.iter_mut().zip(shares) {
            sum.add(share);
        }
        tell(&pair.name, shares);
    }
    tell("all", sums);
}

fn tell(name: &str, shares: [Share; 3]) {
    let [whole, heads, rival] = shares.map(|s| match s.of {
        0 => "-".to_owned(),
        of => format!("{:.4}", ratio(s.found, of)),
    });
    println!("{name:<28} {whole:>6} {heads:>6} {rival:>9}");
}

/// What `pdftotext -raw` makes of a file, words cut at the ends of lines put together; nothing
/// where it is not installed.
fn pdftotext(paper: &Path) -> Option<String> {
    let output = Command::new("pdftotext").arg("-raw").arg(paper).arg("-").output().ok()?;
    let cut = Regex::new("-\\n([a-z])").expect("a pattern");
    Some(cut.replace_all(&String::from_utf8_lossy(&output.stdout), "$1").into_owned())
}

/// A text and the boundaries in it, counted in characters that are no space.
struct Gold {
    text: String,
    boundaries: BTreeSet<usize>,
}

fn golden_rules(gold: &Path, languages: &[&str]) -> Vec<Gold> {
    let mut out = Vec::new();
    let file: String =
        languages.iter().map(|l| read(&gold.join(format!("golden_rules/{l}.jsonl")))).collect();
    for line in file.lines() {
        let case: serde_json::Value = serde_json::from_str(line).expect("the gold is JSON lines");
        let text = case["text"].as_str().expect("text").to_owned();
        let sentences = case["sentences"].as_array().expect("sentences");
        let sentences: Vec<&str> = sentences.iter().filter_map(|s| s.as_str()).collect();
        // Cases in which the text is to be changed first are no cases of cutting.
        if !sentences.iter().all(|s| text.contains(s)) {
            continue;
        }
        let mut at = 0;
        let mut boundaries = BTreeSet::new();
        for sentence in sentences {
            at += text[at..].find(sentence).map_or(0, |i| i + sentence.len());
            boundaries.insert(solid(&text[..at]));
        }
        out.push(Gold { text, boundaries });
    }
    out
}

fn treebank(folder: &Path, names: &[&str]) -> Vec<Gold> {
    let mut out = Vec::new();
    for name in names {
        let text = read(&folder.join(format!("{name}.txt")));
        let chars: Vec<char> = text.chars().collect();
        let before: Vec<usize> = chars
            .iter()
            .scan(0, |n, c| {
                *n += usize::from(!c.is_whitespace());
                Some(*n)
            })
            .collect();
        let spans = read(&folder.join(format!("{name}.sent.tsv")));
        let ends = spans.lines().skip(1).map(|line| {
            let end: usize =
                line.split('\t').nth(1).and_then(|n| n.parse().ok()).expect("a number");
            before[end - 1]
        });
        let mut boundaries: BTreeSet<usize> = ends.collect();
        boundaries.insert(solid(&text));
        out.push(Gold { text, boundaries });
    }
    out
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

fn solid(text: &str) -> usize {
    text.chars().filter(|c| !c.is_whitespace()).count()
}

fn score(texts: &[Gold], cut: impl Fn(&str) -> Vec<usize>, verbose: bool) -> (f64, f64, f64) {
    let (mut right, mut found, mut wanted) = (0, 0, 0);
    for gold in texts {
        let all = solid(&gold.text);
        let ours: BTreeSet<usize> = cut(&gold.text)
            .into_iter()
            .map(|at| solid(&gold.text[..at]))
            .chain([all])
            .filter(|n| *n > 0)
            .collect();
        right += ours.intersection(&gold.boundaries).count();
        found += ours.len();
        wanted += gold.boundaries.len();
        if verbose {
            show(gold, &ours);
        }
    }
    let (p, r) = (ratio(right, found), ratio(right, wanted));
    (2.0 * p * r / (p + r), p, r)
}

#[expect(clippy::cast_precision_loss, reason = "small counts")]
fn ratio(a: usize, b: usize) -> f64 {
    if b == 0 { 1.0 } else { a as f64 / b as f64 }
}

fn show(gold: &Gold, ours: &BTreeSet<usize>) {
    let near = |n: usize| -> String {
        let (mut seen, mut out) = (0, String::new());
        for c in gold.text.chars() {
            if seen + 25 > n && seen < n + 25 {
                out.push(if c == '\n' { '⏎' } else { c });
            }
            if !c.is_whitespace() {
                seen += 1;
                if seen == n {
                    out.push('¦');
                }
            }
        }
        out
    };
    for n in ours.difference(&gold.boundaries) {
        println!("  too many: {}", near(*n));
    }
    for n in gold.boundaries.difference(ours) {
        println!("  missed:   {}", near(*n));
    }
}
