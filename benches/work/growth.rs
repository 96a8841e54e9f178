//! `make bench-growth`: how time and memory grow with the corpus.
//!
//! From 15 MB of real interviews corpora of 1, 4, 16 and 64 times as much are dealt: paragraphs by
//! chance, and in each further share some of the rarer words in another form, so that the vocabulary
//! goes on growing as it does in real text. One word stands in each corpus the same number of times, so
//! that its lines show what the corpus's size alone costs. Memory is a process's own: pages of mapped
//! files are the system's.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::path::Path;

use super::process::{middle, run};
use super::project::{Project, list, size};
use super::{last_line, mb};

const BASE: usize = 15_000_000;

/// Bytes of a dealt file.
const FILE: usize = 60_000;

/// A word that stands in no text, and how often it is put into each corpus.
const PLANTED: (&str, usize) = ("qwertzuiop", 200);

/// A word may take another form where it stands at most so often in the base.
const RARE: usize = 12;

pub(crate) fn measure(work: &Path) {
    let mut texts = list(&work.join("corpus"));
    texts.sort();
    let mut paragraphs: Vec<String> = Vec::new();
    let mut bytes = 0;
    for path in texts {
        let text = std::fs::read_to_string(path).expect("a text");
        for line in text.lines().filter(|l| !l.is_empty()) {
            bytes += line.len();
            paragraphs.push(line.to_owned());
        }
        if bytes >= BASE {
            break;
        }
    }
    let mut counts: HashMap<&str, usize> = HashMap::new();
    for word in paragraphs.iter().flat_map(|p| p.split(' ')) {
        *counts.entry(word).or_default() += 1;
    }
    println!(
        "| text, MB | words | ingest, s | MB/s | MB of memory | store/text | 200 lines, s | MB | `design`: lines | s | µs a line | MB |"
    );
    println!("|---|---|---|---|---|---|---|---|---|---|---|---|");
    for times in [1, 4, 16, 64] {
        let project = Project::empty();
        deal(&project, &paragraphs, &counts, times);
        line(&project);
    }
}

/// Writes a corpus of so many times the base.
fn deal(project: &Project, paragraphs: &[String], counts: &HashMap<&str, usize>, times: u64) {
    let mut chance = Chance(times);
    let texts = project.texts();
    std::fs::create_dir_all(&texts).expect("a folder");
    let wanted = usize::try_from(times).expect("small") * BASE;
    let files = wanted / FILE;
    for number in 0..files {
        let share = number * usize::try_from(times).expect("small") / files;
        let mut text = String::with_capacity(FILE + 2_000);
        while text.len() < FILE {
            let paragraph = &paragraphs[chance.below(paragraphs.len())];
            for (i, word) in paragraph.split(' ').enumerate() {
                if i > 0 {
                    text.push(' ');
                }
                text.push_str(word);
                let plain = word.len() > 3 && word.bytes().all(|b| b.is_ascii_lowercase());
                if share > 0 && plain && counts[word] <= RARE && chance.below(2) == 0 {
                    write!(text, "{}", letters(share)).expect("a string");
                }
            }
            text.push_str("\n\n");
        }
        for _ in 0..PLANTED.1 * (number + 1) / files - PLANTED.1 * number / files {
            writeln!(text, "Then one says {} and goes on.\n", PLANTED.0).expect("a string");
        }
        std::fs::write(texts.join(format!("{number:06}.txt")), text).expect("room on the disk");
    }
}

/// A number in letters.
fn letters(mut n: usize) -> String {
    let mut out = String::new();
    while n > 0 {
        out.push(char::from(b'a' + u8::try_from(n % 26).expect("a letter")));
        n /= 26;
    }
    out
}

fn line(project: &Project) {
    let text = size(&project.texts());
    let ingest = run(&mut project.program(&["ingest"]));
    let store = size(&project.folder().join(".thematic"));
    let words = run(
        &mut project.program(&["find", "--cql", "[]", "--group", "match", "--format", "jsonl"])
    );
    let planted = middle(|| run(&mut project.program(&["find", PLANTED.0, "--json"])));
    let design = middle(|| run(&mut project.program(&["find", "design", "--json"])));
    assert_eq!(planted.lines(), PLANTED.1, "{}", last_line(planted.text()));
    let (seconds, lines) = (design.took.as_secs_f64(), design.lines());
    #[expect(clippy::cast_precision_loss, reason = "far below 2^53")]
    let each = seconds * 1e6 / lines.max(1) as f64;
    let took = ingest.took.as_secs_f64();
    println!(
        "| {:.0} | {} | {took:.2} | {:.0} | {} | {:.2} | {:.3} | {} | {lines} | {seconds:.3} | {each:.1} | {} |",
        mb(text),
        words.lines(),
        mb(text) / took,
        ingest.own_mb,
        mb(store) / mb(text),
        planted.took.as_secs_f64(),
        planted.own_mb,
        design.own_mb
    );
}

/// Numbers by chance, the same in each run (`SplitMix64`).
struct Chance(u64);

impl Chance {
    fn below(&mut self, most: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut n = self.0;
        n = (n ^ (n >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        n = (n ^ (n >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        let n = n ^ (n >> 31);
        usize::try_from(n % most as u64).expect("small")
    }
}
