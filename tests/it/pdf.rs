//! PDF: pages read as people read them, limits that hold, damage that stays in its file.

use std::collections::{BTreeMap, HashSet};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::formats::{Random, damaged, interview};
use crate::pairs::{Share, pairs};
use crate::support::{Project, shared};
use crate::typesetter::{Font, Frame, HEIGHT, Typesetter, WIDTH, assembled, file, stream};

const BODY: f32 = 8.0;

/// Two columns a page, with a running head and a number at each foot.
fn two_columns(pages: usize, first: usize) -> Typesetter {
    let column = |page, left, top| Frame { page, left, top, width: 240.0, bottom: 730.0 };
    let frames = (0..pages).flat_map(|page| {
        let top = if page == 0 { 130.0 } else { 70.0 };
        [column(page, 50.0, top), column(page, 310.0, top)]
    });
    let mut sheet = Typesetter::new(frames.collect());
    for page in 0..pages {
        sheet.put(
            page,
            Font::Italic,
            7.0,
            (50.0, 40.0),
            "Journal of Visits 12 (2019), Ruiz et al.",
        );
        sheet.put(page, Font::Plain, 7.0, (290.0, 770.0), &(first + page).to_string());
    }
    sheet
}

fn text<'r>(row: &'r Value, key: &str) -> &'r str {
    row[key].as_str().unwrap_or_default()
}

fn exported(name: &str, bytes: &[u8]) -> (Project, Vec<Value>) {
    let project = Project::new();
    project.file(&format!("corpora/a/{name}"), bytes);
    project.run(&["ingest"]).ok();
    let rows = project.export();
    (project, rows)
}

const LONG: &str = "Every visit began at the door, where the kettle could be heard, and it was there that most of \
what mattered was said^2. Officers told us that a thera\u{AD}peutic word weighs more when a coat is still \
worn, and that the way in is the way out^13. Some of them spoke of being let in, others of being looked at; \
all of them spoke of dogs. Nobody had been told in ad\u{AD}vance what would be asked, and nobody minded. ";

#[test]
fn a_paper_in_two_columns_reads_as_people_read_it() {
    let mut sheet = two_columns(3, 41);
    sheet.put(0, Font::Bold, 15.0, (50.0, 80.0), "What is said at the door");
    sheet.put(0, Font::Plain, 9.0, (50.0, 100.0), "Ana Ruiz and Bo Lind");
    sheet.put(
        0,
        Font::Plain,
        7.0,
        (50.0, 115.0),
        "Published 3 May 2019. doi:10.1234/visits.2019.7",
    );
    let clean =
        |text: &str| text.replace(['\u{AD}', '\n'], "").replace("^2", "").replace("^13", "");
    let (mut wanted, mut headings) = (Vec::new(), Vec::new());
    for (heading, paragraphs) in [("1. Introduction", 4), ("2. Findings", 12), ("2.1. Doors", 9)] {
        sheet.heading(10.0, heading);
        headings.push(heading.to_owned());
        for n in 0..paragraphs {
            let text =
                format!("Paragraph {n} of {heading} is this. {LONG}Its ﬁnal words are here.");
            sheet.paragraph(Font::Plain, BODY, if n == 0 { 0.0 } else { 12.0 }, 0.0, &text);
            wanted.push(clean(&text).replace('ﬁ', "fi"));
        }
    }
    sheet.skip(8.0);
    let quoted = "“They look at your shoes before they look at you, and they are right to do so, for shoes tell.” (P7)";
    sheet.paragraph(Font::Plain, BODY, 0.0, 20.0, quoted);
    let bytes = sheet.finish();
    let (project, rows) = exported("paper.pdf", &bytes);
    let of = |kind: &str| -> Vec<&str> {
        rows.iter().filter(|r| r["kind"] == *kind).map(|r| text(r, "text")).collect()
    };
    let body: Vec<&str> =
        of("paragraph").into_iter().filter(|t| t.starts_with("Paragraph")).collect();
    assert_eq!(body, wanted);
    let found = of("heading");
    assert_eq!(found[0], "What is said at the door");
    assert_eq!(found[found.len() - 3..], headings);
    let quotations = of("quotation");
    assert_eq!(quotations.len(), 1, "{quotations:?}");
    assert!(
        quotations[0].starts_with("“They look at your shoes")
            && quotations[0].contains("shoes tell.”")
    );
    for gone in ["Journal of Visits", "41", "42", "43"] {
        assert!(rows.iter().all(|r| !text(r, "text").contains(gone)), "{gone}");
    }
    assert!(rows.iter().any(|r| text(r, "locator").starts_with("p. 2,")), "{:?}", rows.last());
    let told = project.run(&["show", "a/paper.pdf"]).ok();
    for wanted in ["year: 2019\n", "doi: 10.1234/visits.2019.7\n", "first_page: 41\n"] {
        assert!(told.contains(wanted), "{wanted}: {told}");
    }
    let removed = project.run(&["show", "--removed", "a/paper.pdf"]).ok();
    for wanted in ["running head, page 2 ", "page number, page 3 ", "marks of notes, page 1 "] {
        assert!(removed.contains(wanted), "{wanted}: {removed}");
    }
    let original = project.run(&["show", "--original", "a/paper.pdf"]).ok();
    for wanted in ["p.      3 | Journal of Visits 12 (2019), Ruiz et al.", "p.      2 | 42\n"] {
        assert!(original.contains(wanted), "{wanted}: {original}");
    }
}

/// A page whose file draws its right column first is read from the left.
#[test]
fn columns_drawn_in_another_order_are_read_in_theirs() {
    let column = |left, top| Frame { page: 0, left, top, width: 240.0, bottom: 700.0 };
    let lines: Vec<String> = (0..60)
        .map(|n| format!("Line number {n} of this page says what the line before left open"))
        .collect();
    let mut sheet = Typesetter::new(vec![column(50.0, 60.0)]);
    // Row by row, as some programs write tables of columns.
    for n in 0..30_u8 {
        let y = 80.0 + 10.0 * f32::from(n);
        for (x, line) in [(310.0, &lines[usize::from(n) + 30]), (50.0, &lines[usize::from(n)])] {
            sheet.put(0, Font::Plain, 6.0, (x, y), line);
        }
    }
    let (_, rows) = exported("drawn.pdf", &sheet.finish());
    let all: Vec<&str> = rows.iter().map(|r| text(r, "text")).collect();
    assert_eq!(all.join(" "), lines.join(" "));
}

/// The same turns, speakers and words as in the plain text of the same interview.
#[test]
fn an_interview_is_the_same_as_in_plain_text() {
    let plain = interview().into_iter().find(|(ending, _)| *ending == "txt").expect("text").1;
    let frame = |page| Frame { page, left: 60.0, top: 60.0, width: 480.0, bottom: HEIGHT - 80.0 };
    let mut sheet = Typesetter::new(vec![frame(0), frame(1), frame(2)]);
    for page in 0..3 {
        let place = format!("Page {} of 3", page + 1);
        sheet.put(page, Font::Plain, 9.0, (WIDTH / 2.0, HEIGHT - 30.0), &place);
    }
    let turns = String::from_utf8(plain.clone()).expect("UTF-8");
    // Long enough that turns run over the pages.
    let long = "And the kettle, and the dog, and the door. ".repeat(40);
    let more = format!("P01: {long}\n\nP02: Yes. {long}\n\n");
    for turn in format!("{turns}{more}").split("\n\n").filter(|t| !t.is_empty()) {
        sheet.paragraph(Font::Plain, 11.0, 0.0, 0.0, turn.trim());
        sheet.skip(8.0);
    }
    let project = Project::new();
    project.file("corpora/a/i.txt", format!("{turns}{more}"));
    project.file("corpora/b/i.pdf", sheet.finish());
    project.file("corpora/b/corpus.toml", "keep_duplicates = true\n");
    project.run(&["ingest"]).ok();
    let rows = project.export();
    let said = |source: &str| -> Vec<(String, String)> {
        let of = rows.iter().filter(|r| r["source"] == *source);
        of.map(|r| (text(r, "speaker").to_owned(), text(r, "text").to_owned())).collect()
    };
    assert_eq!(said("b/i.pdf"), said("a/i.txt"));
    assert_eq!(said("a/i.txt").len(), 7);
}

/// Damaged files among good ones: each is read or listed, and the good ones are whole.
#[test]
fn damaged_files_stay_alone_with_their_damage() {
    let mut sheet = two_columns(2, 7);
    sheet.heading(10.0, "1. One");
    sheet.paragraph(Font::Plain, BODY, 0.0, 0.0, LONG);
    sheet.paragraph(Font::Italic, BODY, 12.0, 0.0, LONG);
    let good = sheet.finish();
    let project = Project::new();
    project.file("corpora/a/corpus.toml", "keep_duplicates = true\n");
    for n in 0..10 {
        project.file(&format!("corpora/a/{n:04}0-good.pdf"), &good);
    }
    let mut random = Random(11);
    for n in 0..2_000 {
        project.file(&format!("corpora/a/{n:04}5-bad.pdf"), damaged(&good, &mut random));
    }
    let told = project.run(&["ingest"]).err();
    assert!(!told.contains("panicked"), "{told}");
    let mut texts: BTreeMap<String, String> = BTreeMap::new();
    for row in project.export() {
        texts.entry(text(&row, "source").to_owned()).or_default().push_str(text(&row, "text"));
    }
    let whole = &texts["a/00000-good.pdf"];
    assert!(whole.contains("therapeutic word"));
    assert!((0..10).all(|n| texts[&format!("a/{n:04}0-good.pdf")] == *whole));
    let status = project.run(&["status"]).out();
    let listed: HashSet<&str> = status
        .lines()
        .filter_map(|l| l.strip_prefix("skipped")?.split_once(": ").map(|(key, _)| key.trim()))
        .collect();
    let all = (0..2_000).map(|n| format!("a/{n:04}5-bad.pdf"));
    let lost: Vec<String> =
        all.filter(|key| texts.contains_key(key) == listed.contains(key.as_str())).collect();
    assert!(lost.is_empty(), "{lost:?}");
    assert!(listed.len() > 100 && texts.len() > 100, "{} {}", listed.len(), texts.len());
}

/// Forms that draw each other ten times each, eight deep.
fn endless() -> Vec<u8> {
    let form = |n: usize, content: &str| {
        let next = n + 1;
        stream(
            &format!(
                "/Type /XObject /Subtype /Form /BBox [0 0 1 1] /Resources << /XObject << /X {next} 0 R >> >>"
            ),
            content.as_bytes(),
        )
    };
    let mut objects: Vec<Vec<u8>> = vec![
        b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(),
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_vec(),
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents 4 0 R /Resources << /XObject << /X 5 0 R >> >> >>".to_vec(),
        stream("", b"/X Do"),
    ];
    for n in 5..15 {
        objects.push(form(n, &"/X Do ".repeat(10)));
    }
    objects.push(form(15, &"0 0 m 1 1 l S ".repeat(10)));
    assembled(&objects)
}

#[test]
fn files_that_take_too_much_say_which_limit() {
    let project = Project::new();
    project.file("thematic.toml", "[limits]\nmax_reader_mb = 150\nmax_reader_seconds = 1\n");
    project.file("corpora/a/endless.pdf", endless());
    let blanks = vec![b' '; 400_000_000];
    project.file("corpora/a/large.pdf", file(std::iter::once(blanks.as_slice()), ""));
    let mut sheet = two_columns(1, 1);
    sheet.paragraph(Font::Plain, BODY, 0.0, 0.0, LONG);
    project.file("corpora/a/good.pdf", sheet.finish());
    let told = project.run(&["ingest"]).fails(1);
    for wanted in [
        "endless.pdf: more than 1 seconds to read it (`limits.max_reader_seconds` in thematic.toml)",
        "large.pdf: more than 150 MB of memory to read it (`limits.max_reader_mb` in thematic.toml)",
    ] {
        assert!(told.contains(wanted), "{told}");
    }
    assert!(project.export().iter().all(|r| r["source"] == "a/good.pdf"));
}

/// Before it reads, the process has given up files, the network and more.
#[cfg(target_os = "linux")]
#[test]
fn the_reading_process_is_confined() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_thematic"))
        .args(["read-apart", "pages", "1000", "60"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let of = |name: &str| {
        std::fs::read_to_string(format!("/proc/{}/{name}", child.id())).unwrap_or_default()
    };
    let start = Instant::now();
    let confined = || of("status").lines().any(|l| l == "Seccomp:\t2");
    while !confined() {
        assert!(start.elapsed() < Duration::from_secs(20), "no filter: {}", of("status"));
        std::thread::sleep(Duration::from_millis(5));
    }
    let limits = of("limits");
    let first = |name: &str| -> Option<String> {
        let line = limits.lines().find(|l| l.starts_with(name))?;
        line[name.len()..].split_whitespace().next().map(str::to_owned)
    };
    assert_eq!(first("Max file size").as_deref(), Some("0"));
    assert_eq!(first("Max core file size").as_deref(), Some("0"));
    assert_eq!(first("Max address space").as_deref(), Some("1000000000"));
    assert_eq!(first("Max cpu time").as_deref(), Some("60"));
    drop(child.stdin.take());
    let output = child.wait_with_output().expect("it ends");
    assert!(String::from_utf8_lossy(&output.stdout).contains("Damaged"));
}

#[test]
fn what_no_reader_can_read_says_why() {
    let project = Project::new();
    let picture = "/XObject << /P << >> >>";
    project.file("corpora/a/blank.pdf", file(std::iter::once(b"0 0 m".as_slice()), picture));
    let image = stream(
        "/Type /XObject /Subtype /Image /Width 2 /Height 2 /ColorSpace /DeviceGray /BitsPerComponent 8",
        &[0, 9, 9, 0],
    );
    let objects = vec![
        b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(),
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_vec(),
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents 4 0 R /Resources << /XObject << /P 5 0 R >> >> >>".to_vec(),
        stream("", b"9 0 0 9 0 0 cm /P Do"),
        image,
    ];
    project.file("corpora/a/scan.pdf", assembled(&objects));
    project.file("corpora/a/word.pdf", "no PDF at all\n");
    project.file("corpora/a/nothing.pdf", "");
    let told = project.run(&["ingest"]).fails(1);
    for wanted in [
        "blank.pdf: no text in it",
        "scan.pdf: its pages are pictures without text; let a program recognise the text (OCR) first",
        "word.pdf: damaged, or not what its name says: no PDF",
        "nothing.pdf: empty",
    ] {
        assert!(told.contains(wanted), "{wanted}: {told}");
    }
}

/// Words in runs of five: what share of the article's come out whole.
#[test]
fn papers_come_out_as_their_publishers_tell_them() {
    let Some(shared) = shared("papers beside their JATS") else { return };
    let place = shared.join("corpora/papers/pairs");
    let project = Project::new();
    let (mut runs, mut headings) = (Share::default(), Share::default());
    let pairs = pairs(&place);
    for pair in &pairs {
        let bytes = std::fs::read(place.join(&pair.name).join("fulltext.pdf")).expect("a paper");
        project.file(&format!("corpora/pairs/{}.pdf", pair.name), bytes);
    }
    project.run(&["ingest"]).ok();
    let rows = project.export();
    for pair in &pairs {
        let source = format!("pairs/{}.pdf", pair.name);
        let of: Vec<&Value> = rows.iter().filter(|r| r["source"] == source).collect();
        let all: Vec<&str> = of.iter().map(|r| text(r, "text")).collect();
        runs.add(pair.whole_runs(&all.join("\n")));
        headings.add(pair.headings(&of));
    }
    assert!(runs.of > 25_000, "{}", runs.of);
    assert!(runs.found * 1_000 > runs.of * 994, "{} of {} runs", runs.found, runs.of);
    assert!(headings.found * 100 > headings.of * 94, "{} of {}", headings.found, headings.of);
}
