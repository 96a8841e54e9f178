//! How fast files are read: pages of PDFs beside pdftotext, other formats beside the plainest
//! reader of the same format, which parses a file and keeps nothing of it.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use hayro_interpret::hayro_syntax::Pdf;
use thematic::ingest::{Limits, read};
use thematic::project::CollectionSettings;

use super::mb;
use super::process::run;
use super::project::list;

/// Parses a file of a format in the plainest way; gives something that depends on all of it.
type Plain = fn(&[u8]) -> usize;

const PLAIN: &[(&str, &[&str], &str, Plain)] = &[
    ("Word", &["docx"], "unzip, parse the XML", of_archive),
    ("JATS, TEI, ELAN", &["xml", "eaf"], "parse the XML", of_xml),
    ("web pages", &["htm", "html"], "check the UTF-8", of_text),
    ("JSON", &["json"], "parse the JSON", of_json),
    ("CSV", &["csv"], "read the cells", of_csv),
    ("captions", &["vtt", "srt"], "check the UTF-8", of_text),
    ("CHAT", &["cha"], "check the UTF-8", of_text),
    ("Markdown", &["md"], "check the UTF-8", of_text),
    ("plain text", &["txt"], "check the UTF-8", of_text),
];

pub(crate) fn measure(shared: &Path) {
    let all: Vec<PathBuf> = list(&shared.join("corpora"))
        .into_iter()
        .filter(|p| {
            !["hostile", "conformance", "gold"].iter().any(|no| p.to_string_lossy().contains(no))
        })
        .collect();
    let of = |endings: &[&str]| -> Vec<PathBuf> {
        let is = |p: &&PathBuf| p.extension().is_some_and(|e| endings.iter().any(|n| e == *n));
        all.iter().filter(is).cloned().collect()
    };
    println!("\n{:<46} {:>9} {:>9}", "reading", "here", "plainly");
    pages(&of(&["pdf"]));
    for (name, endings, how, plain) in PLAIN {
        let files: Vec<(String, Vec<u8>)> = of(endings)
            .into_iter()
            .map(|p| (p.to_string_lossy().into_owned(), std::fs::read(&p).expect("readable")))
            .filter(|(name, bytes)| document(name, bytes) > 0)
            .collect();
        let bytes: u64 = files.iter().map(|(_, b)| b.len() as u64).sum();
        let here = speed(bytes, || files.iter().map(|(n, b)| document(n, b)).sum());
        let plainly = speed(bytes, || files.iter().map(|(_, b)| plain(b)).sum());
        let label = format!("{name}, {} files, MB/s ({how})", files.len());
        println!("{label:<46} {here:>9.1} {plainly:>9.1}");
    }
}

/// What the program reads of a file, before it is cut; 0 if it is not read.
fn document(name: &str, bytes: &[u8]) -> usize {
    let records = read(name, bytes, &CollectionSettings::default(), &Limits::default());
    records.map_or(0, |records| records.len())
}

/// Megabytes of input in a second of one thread.
fn speed(bytes: u64, work: impl Fn() -> usize) -> f64 {
    let started = Instant::now();
    let mut times = 0_u32;
    while times == 0 || started.elapsed() < Duration::from_millis(300) {
        std::hint::black_box(work());
        times += 1;
    }
    mb(bytes) * f64::from(times) / started.elapsed().as_secs_f64()
}

/// Pages of PDFs in a second, from the shell to the store, with one thread and with all.
fn pages(files: &[PathBuf]) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let below = folder.path().join("corpora/papers");
    std::fs::create_dir_all(&below).expect("a folder");
    let mut pages = 0;
    for (file, n) in files.iter().zip(0..) {
        let bytes = std::fs::read(file).expect("readable");
        pages += Pdf::new(bytes).map_or(0, |pdf| pdf.pages().len());
        std::fs::copy(file, below.join(format!("{n}.pdf"))).expect("a copy");
    }
    #[expect(clippy::cast_precision_loss, reason = "far below 2^53")]
    let rate = |took: Duration| pages as f64 / took.as_secs_f64();
    let ingest = |threads: &[&str]| {
        let store = folder.path().join(".thematic");
        if store.exists() {
            std::fs::remove_dir_all(store).expect("a store");
        }
        let mut command = Command::new(env!("CARGO_BIN_EXE_thematic"));
        command.args(["ingest", "--project"]).arg(folder.path()).args(threads);
        rate(run(&mut command).took)
    };
    let (one, all) = (ingest(&["--threads", "1"]), ingest(&[]));
    let mut took = Duration::ZERO;
    let mut installed = true;
    for file in files {
        let mut command = Command::new("pdftotext");
        let started = Instant::now();
        installed &= command.arg("-raw").arg(file).arg("-").output().is_ok();
        took += started.elapsed();
    }
    let rival = if installed { format!("{:.1}", rate(took)) } else { "-".to_owned() };
    let label = |what: &str| format!("PDF, {pages} pages, pages/s {what}");
    println!("{:<46} {one:>9.1} {rival:>9}", label("(pdftotext -raw)"));
    println!("{:<46} {all:>9.1}", label("with all cores"));
}

fn of_text(bytes: &[u8]) -> usize {
    std::str::from_utf8(bytes).map_or(0, |text| text.lines().count())
}

fn of_xml(bytes: &[u8]) -> usize {
    let text = String::from_utf8_lossy(bytes);
    let options = roxmltree::ParsingOptions { allow_dtd: true, ..Default::default() };
    roxmltree::Document::parse_with_options(&text, options)
        .map_or(0, |document| document.descendants().count())
}

fn of_archive(bytes: &[u8]) -> usize {
    let Ok(mut zip) = zip::ZipArchive::new(std::io::Cursor::new(bytes)) else { return 0 };
    let mut text = Vec::new();
    let Ok(mut member) = zip.by_name("word/document.xml") else { return 0 };
    let read = member.read_to_end(&mut text).unwrap_or(0);
    read + of_xml(&text)
}

fn of_json(bytes: &[u8]) -> usize {
    serde_json::from_slice::<serde_json::Value>(bytes).map_or(0, |value| value.is_array().into())
}

fn of_csv(bytes: &[u8]) -> usize {
    csv::ReaderBuilder::new().flexible(true).from_reader(bytes).records().count()
}
