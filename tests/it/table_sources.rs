//! Tables of texts: a row is a source, in every way of writing tables.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use serde_json::Value;

use crate::formats::{Random, archive, damaged};
use crate::support::Project;

const ROWS: [[&str; 4]; 4] = [
    ["key", "age", "date", "answer"],
    ["R-07", "41", "2024-05-13", "The kettle helps.\nIt always did."],
    ["R-08", "38", "2024-05-14", "Nothing helps but tea, and the dog."],
    ["R-09", "", "2024-05-15", "I like the dog."],
];

/// The same table as CSV, TSV, JSON Lines and a workbook.
fn written() -> Vec<(&'static str, Vec<u8>)> {
    let parted = |by: &str| -> String {
        let line = |row: &[&str; 4]| {
            let cells: Vec<String> = row.iter().map(|c| format!("\"{c}\"")).collect();
            cells.join(by) + "\n"
        };
        ROWS.iter().map(line).collect()
    };
    let mut lines = String::new();
    for row in &ROWS[1..] {
        let object: serde_json::Map<String, Value> = ROWS[0]
            .iter()
            .zip(row)
            .map(|(name, cell)| {
                let number = cell.parse::<u32>().map(Value::from);
                ((*name).to_owned(), number.unwrap_or_else(|_| Value::from(*cell)))
            })
            .collect();
        writeln!(lines, "{}", Value::Object(object)).expect("a string");
    }
    vec![
        ("csv", parted(",").into_bytes()),
        ("tsv", parted("\t").into_bytes()),
        ("jsonl", lines.into_bytes()),
        ("xlsx", workbook()),
    ]
}

/// The rows of a sheet.
fn cells() -> String {
    let mut rows = String::new();
    for (row, n) in ROWS.iter().zip(1..) {
        write!(rows, "<row r=\"{n}\">").expect("a string");
        for (cell, letter) in row.iter().zip(["A", "B", "C", "D"]) {
            let day = cell.strip_prefix("2024-05-").and_then(|d| d.parse::<u32>().ok());
            match (cell.parse::<u32>(), day) {
                (_, Some(day)) => {
                    let serial = 45_413 + day - 1;
                    write!(rows, "<c r=\"{letter}{n}\" s=\"1\"><v>{serial}</v></c>")
                }
                (Ok(number), _) => write!(rows, "<c r=\"{letter}{n}\"><v>{number}</v></c>"),
                _ if cell.is_empty() => Ok(()),
                _ if *cell == "answer" => write!(rows, "<c r=\"{letter}{n}\" t=\"s\"><v>0</v></c>"),
                _ => {
                    write!(rows, "<c r=\"{letter}{n}\" t=\"inlineStr\"><is><t>{cell}</t></is></c>")
                }
            }
            .expect("a string");
        }
        rows.push_str("</row>");
    }
    rows
}

/// Shared and inline strings, a number, a date by its format, a sheet of notes behind it.
fn workbook() -> Vec<u8> {
    let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    let sheet = |rows: &str| {
        format!("<worksheet xmlns=\"{main}\"><sheetData>{rows}</sheetData></worksheet>")
    };
    let relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    archive(&[
        (
            "[Content_Types].xml",
            "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"/>",
        ),
        (
            "_rels/.rels",
            &format!(
                "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">\
                 <Relationship Id=\"r1\" Type=\"{relation}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"
            ),
        ),
        (
            "xl/workbook.xml",
            &format!(
                "<workbook xmlns=\"{main}\" xmlns:r=\"{relation}\"><sheets>\
                 <sheet name=\"Answers\" sheetId=\"1\" r:id=\"r1\"/><sheet name=\"Notes\" sheetId=\"2\" r:id=\"r2\"/>\
                 </sheets></workbook>"
            ),
        ),
        (
            "xl/_rels/workbook.xml.rels",
            &format!(
                "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">\
                 <Relationship Id=\"r1\" Type=\"{relation}/worksheet\" Target=\"worksheets/sheet1.xml\"/>\
                 <Relationship Id=\"r2\" Type=\"{relation}/worksheet\" Target=\"worksheets/sheet2.xml\"/>\
                 </Relationships>"
            ),
        ),
        ("xl/worksheets/sheet1.xml", &sheet(&cells())),
        ("xl/worksheets/sheet2.xml", &sheet("<row r=\"1\"><c r=\"A1\"><v>1</v></c></row>")),
        (
            "xl/sharedStrings.xml",
            &format!(
                "<sst xmlns=\"{main}\" count=\"1\" uniqueCount=\"1\"><si><t>answer</t></si></sst>"
            ),
        ),
        (
            "xl/styles.xml",
            &format!(
                "<styleSheet xmlns=\"{main}\"><cellXfs count=\"2\"><xf numFmtId=\"0\"/>\
                 <xf numFmtId=\"14\" applyNumberFormat=\"1\"/></cellXfs></styleSheet>"
            ),
        ),
    ])
}

const EXACT: &str = "keep_duplicates = true\n[columns]\nrows = \"sources\"\n";

#[test]
fn a_row_is_a_source_in_every_way_of_writing_tables() {
    let project = Project::new();
    for (ending, bytes) in written() {
        project.file(&format!("corpora/{ending}/t.{ending}"), bytes);
        project.file(&format!("corpora/{ending}/corpus.toml"), EXACT);
    }
    project.file(
        "queries/q.toml",
        "[[frequency]]\nid = \"ages\"\nfind = \"help*\"\nby = [\"collection\", \"age\"]\n\
         [[kwic]]\nid = \"dogs\"\nfind = \"dog\"\nwhere = { date = \"2024-05-14\" }\n",
    );
    let told = project.run(&["run"]).err();
    assert!(
        told.contains("corpora/xlsx/t.xlsx#R-07: the first sheet is read; save the 1 others"),
        "{told}"
    );
    let mut by_table: BTreeMap<String, Vec<(String, String)>> = BTreeMap::new();
    for row in project.export() {
        let source = row["source"].as_str().expect("a source");
        let (table, id) = source.split_once('#').expect("a row");
        let text = row["text"].as_str().expect("text").to_owned();
        by_table.entry(table.to_owned()).or_default().push((id.to_owned(), text));
    }
    let wanted: Vec<(String, String)> = ROWS[1..]
        .iter()
        .flat_map(|row| row[3].lines().map(|line| (row[0].to_owned(), line.to_owned())))
        .collect();
    assert_eq!(by_table.len(), 4);
    for (table, found) in by_table {
        assert_eq!(found, wanted, "{table}");
    }
    let ages = project.result("q/ages.json");
    let hits = |age: Value| -> Vec<u64> {
        let rows = ages["rows"].as_array().expect("rows");
        rows.iter().filter(|r| r["age"] == age).filter_map(|r| r["hits"].as_u64()).collect()
    };
    assert_eq!(hits("41".into()), [1, 1, 1, 1]);
    assert_eq!(hits("38".into()), [1, 1, 1, 1]);
    let dogs = project.result("q/dogs.json");
    let places: Vec<&str> = dogs["rows"]
        .as_array()
        .expect("rows")
        .iter()
        .filter_map(|r| r["source"].as_str())
        .collect();
    assert_eq!(
        places,
        ["csv/t.csv#R-08", "jsonl/t.jsonl#R-08", "tsv/t.tsv#R-08", "xlsx/t.xlsx#R-08"]
    );
    let shown = project.run(&["show", "csv/t.csv#R-08", "--original"]).ok();
    assert!(shown.contains("age: 38\n") && shown.contains("\"R-08\",\"38\""), "{shown}");
}

#[test]
fn only_tables_that_changed_are_read_again() {
    let project = Project::new();
    let csv = written().swap_remove(0).1;
    let csv = String::from_utf8(csv).expect("UTF-8");
    project.file("corpora/a/t.csv", &csv).file("corpora/a/corpus.toml", EXACT);
    project.file("corpora/a/t.txt", "A text beside it.\n");
    let told = |project: &Project| project.run(&["ingest"]).ok();
    assert!(told(&project).contains("4 added, 0 changed, 0 removed, 0 unchanged"));
    // Where nothing is new, nothing is told of it.
    assert!(!told(&project).contains("added"));
    assert!(project.run(&["status"]).ok().contains("the index is up to date"));
    let shorter: Vec<&str> = csv.lines().take(4).collect();
    project.file("corpora/a/t.csv", shorter.join("\n") + "\n");
    assert!(project.run(&["status"]).ok().contains("changed  a/t.csv"));
    assert!(told(&project).contains("0 added, 2 changed, 1 removed, 1 unchanged"));
    let words = project.export().iter().filter(|r| r["source"] != "a/t.txt").count();
    assert_eq!(words, 3);
    std::fs::remove_file(project.path("corpora/a/t.csv")).expect("it is there");
    assert!(project.run(&["status"]).ok().contains("gone     a/t.csv"));
    assert!(told(&project).contains("0 added, 0 changed, 2 removed, 1 unchanged"));
    assert_eq!(project.export().len(), 1);
}

#[test]
fn rows_without_words_and_rows_twice_are_told() {
    let project = Project::new();
    let long =
        "Every visit began at the door, and it was there that most of it was said. ".repeat(9);
    let table = format!("id,text\na,\"{long}\"\nb,\nc,\"{long}\"\nd,Short.\n");
    project.file("corpora/a/t.csv", &table);
    let first = project.run(&["ingest"]);
    let told = first.fails(1);
    assert!(told.contains("t.csv#a: rows that give no source: 1 (no text in it)"), "{told}");
    assert!(told.contains("a table of 4 sources, one in each row"), "{told}");
    assert!(told.contains("skipped: corpora/a/t.csv#c: same text as a/t.csv#a"), "{told}");
    let sources = |project: &Project| {
        let mut all: Vec<String> = project
            .export()
            .iter()
            .map(|r| r["source"].as_str().expect("one").to_owned())
            .collect();
        all.dedup();
        all
    };
    assert_eq!(sources(&project), ["a/t.csv#a", "a/t.csv#d"]);
    let again = project.run(&["ingest"]);
    assert!(!again.out().contains("added"), "{}", again.out());
    assert_eq!(again.err(), told);
    // Settings say what rows are: the talk of those who are named in them.
    project.file("corpora/a/t.csv", "name,words\nAnn,Yes.\nBen,No.\nCem,Well.\n");
    project.run(&["ingest"]).ok();
    assert_eq!(sources(&project), ["a/t.csv#1", "a/t.csv#2", "a/t.csv#3"]);
    project.file("corpora/a/corpus.toml", "[columns]\nrows = \"turns\"\n");
    project.run(&["ingest"]).ok();
    assert_eq!(sources(&project), ["a/t.csv"]);
}

/// Far cells, locked and broken workbooks.
#[test]
fn workbooks_made_to_do_harm_do_none() {
    let project = Project::new();
    let good = workbook();
    let far = "<row r=\"1\"><c r=\"XFD1\" t=\"inlineStr\"><is><t>text</t></is></c></row>\
               <row r=\"1048576\"><c r=\"XFD1048576\" t=\"inlineStr\"><is><t>far</t></is></c></row>";
    let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    let mut zip = zip::ZipArchive::new(std::io::Cursor::new(&good)).expect("an archive");
    let mut members: Vec<(String, String)> = Vec::new();
    for at in 0..zip.len() {
        let mut member = zip.by_index(at).expect("a member");
        let mut text = String::new();
        std::io::Read::read_to_string(&mut member, &mut text).expect("text");
        members.push((member.name().expect("a name").into_owned(), text));
    }
    members[4].1 = format!("<worksheet xmlns=\"{main}\"><sheetData>{far}</sheetData></worksheet>");
    let members: Vec<(&str, &str)> =
        members.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
    project.file("corpora/a/far.xlsx", archive(&members));
    project.file("corpora/a/half.xlsx", &good[..good.len() / 2]);
    project.file("corpora/a/other.xlsx", archive(&[("a.xml", "<a/>")]));
    project.file("corpora/a/empty.xlsx", "");
    let mut locked = vec![0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];
    locked.resize(2_000, 0);
    project.file("corpora/a/locked.xlsx", locked);
    let told = project.run(&["ingest"]).fails(1);
    for wanted in
        ["half.xlsx: damaged", "other.xlsx: damaged", "empty.xlsx: empty", "locked.xlsx: "]
    {
        assert!(told.contains(wanted), "{wanted}: {told}");
    }
    let rows = project.export();
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0]["text"], "far");
    assert_eq!(rows[0]["source"], "a/far.xlsx#1");
}

/// Damaged workbooks among good ones: each is read or listed, and the good ones are whole.
#[test]
fn damaged_workbooks_stay_alone_with_their_damage() {
    let project = Project::new();
    let good = workbook();
    project.file("corpora/a/corpus.toml", EXACT);
    let mut random = Random(23);
    for n in 0..2_000 {
        project.file(&format!("corpora/a/{n:04}.xlsx"), damaged(&good, &mut random));
    }
    project.file("corpora/a/good.xlsx", good);
    let told = project.run(&["ingest"]).err();
    assert!(!told.contains("panicked"), "{told}");
    let sources: BTreeSet<String> = project
        .export()
        .iter()
        .filter_map(|r| r["source"].as_str()?.split_once('#').map(|(file, _)| file.to_owned()))
        .collect();
    assert_eq!(
        project
            .export()
            .iter()
            .filter(|r| r["source"].as_str() == Some("a/good.xlsx#R-07"))
            .count(),
        2
    );
    let status = project.run(&["status"]).out();
    let listed: BTreeSet<&str> = status
        .lines()
        .filter_map(|l| l.strip_prefix("skipped")?.split_once(": ").map(|(key, _)| key.trim()))
        .collect();
    for key in (0..2_000).map(|n| format!("a/{n:04}.xlsx")) {
        assert!(sources.contains(&key) != listed.contains(key.as_str()), "{key}");
    }
    assert!(sources.len() > 50 && listed.len() > 50, "{} {}", sources.len(), listed.len());
}

fn text_of(project: &Project, source: &str) -> String {
    let rows = project.export();
    let of = rows.iter().filter(|r| r["source"] == source).filter_map(|r| r["text"].as_str());
    of.collect::<Vec<_>>().join(" ")
}

/// What counted as a double is read when its double goes, and takes no other's place.
#[test]
fn doubles_are_read_when_the_first_is_gone() {
    let project = Project::new();
    let rows = "id,text\n1,alpha one\n2,alpha two\n3,alpha three\n";
    project.file("corpora/x/a.csv", rows).file("corpora/x/b.csv", rows);
    assert!(project.run(&["ingest"]).fails(1).contains("b.csv: same content as x/a.csv"));
    std::fs::remove_file(project.path("corpora/x/a.csv")).expect("it is there");
    project.file("corpora/x/c.txt", "Gamma.\n").file("corpora/x/d.txt", "Delta.\n");
    project.run(&["ingest"]).ok();
    for (source, text) in [
        ("x/b.csv#1", "alpha one"),
        ("x/b.csv#3", "alpha three"),
        ("x/c.txt", "Gamma."),
        ("x/d.txt", "Delta."),
    ] {
        assert_eq!(text_of(&project, source), text);
    }
    // The same for words.
    let long = "Every visit began at the door, and it was there that most was said. ".repeat(9);
    project.file("corpora/y/a.txt", &long);
    project.file("corpora/y/t.csv", format!("id,text\na,\"{long}\"\nb,beta bee\nc,sea\n"));
    assert!(project.run(&["ingest"]).fails(1).contains("t.csv#a: same text as y/a.txt"));
    std::fs::remove_file(project.path("corpora/y/a.txt")).expect("it is there");
    project.file("corpora/y/z.txt", "Zeta zed.\n");
    project.run(&["ingest"]).ok();
    for (source, text) in [("y/t.csv#b", "beta bee"), ("y/z.txt", "Zeta zed.")] {
        assert_eq!(text_of(&project, source), text);
    }
    assert!(text_of(&project, "y/t.csv#a").starts_with("Every visit"));
}

/// A file that can't be read is nobody's first; limits and settings that change are asked again.
#[test]
fn refusals_are_no_reason_for_ever() {
    let project = Project::new();
    let word = archive(&[(
        "word/document.xml",
        "<w:document xmlns:w=\"w\"><w:body><w:p><w:r><w:t>one <!-- c -->two</w:t></w:r></w:p></w:body></w:document>",
    )]);
    project
        .file("corpora/a/a.pdf", &word)
        .file("corpora/a/b.docx", &word)
        .file("corpora/a/c.docx", &word);
    let told = project.run(&["ingest"]).fails(1);
    assert!(
        told.contains("a.pdf: damaged") && told.contains("c.docx: same content as a/b.docx"),
        "{told}"
    );
    assert_eq!(text_of(&project, "a/b.docx"), "one two");
    assert!(!project.run(&["ingest"]).out().contains("added"));
    // A table whose words another collection knows how to find.
    project.file("corpora/k/t.csv", "x,y\n1,2\n").file("corpora/l/t.csv", "x,y\n1,2\n");
    project.file("corpora/l/corpus.toml", "[columns]\ntext = \"y\"\n");
    project.run(&["ingest"]).fails(1);
    assert_eq!(text_of(&project, "l/t.csv#1"), "2");
    // A limit that is raised.
    project.file("thematic.toml", "[limits]\nmax_archive_members = 1\n");
    let two = archive(&[
        (
            "word/document.xml",
            "<w:document xmlns:w=\"w\"><w:body><w:p><w:r><w:t>three</w:t></w:r></w:p></w:body></w:document>",
        ),
        ("word/other.xml", "<a/>"),
    ]);
    project.file("corpora/m/two.docx", two);
    assert!(project.run(&["ingest"]).fails(1).contains("`limits.max_archive_members`"));
    project.file("thematic.toml", "");
    project.run(&["ingest"]).fails(1);
    assert_eq!(text_of(&project, "m/two.docx"), "three");
}

/// Small files that would take much: columns in every row, attributes without number.
#[test]
fn small_files_take_little() {
    let project = Project::new();
    let mut lines = String::new();
    for n in 0..40_000 {
        writeln!(lines, "{{\"text\":\"needle {n}\",\"k{n}\":\"v\"}}").expect("a string");
    }
    project.file("corpora/a/keys.jsonl", lines);
    let mut tag = String::new();
    for n in 0..200_000 {
        write!(tag, " a{n}=\"\"").expect("a string");
    }
    project.file("corpora/a/x.xml", format!("<article{tag}><body><p>x</p></body></article>"));
    project.file("corpora/a/x.html", format!("<p{tag}>x</p>"));
    project.file("corpora/a/letters.txt", "a\n\n".repeat(300_000));
    project.file("corpora/a/good.txt", "Good.\n");
    let told = project.run(&["ingest"]).fails(1);
    assert!(told.contains("x.xml: line 1: an element with more than 2,000 attributes"), "{told}");
    assert!(told.contains("x.html: line 1: an element with more than 2,000 attributes"), "{told}");
    assert_eq!(text_of(&project, "a/good.txt"), "Good.");
    assert_eq!(text_of(&project, "a/keys.jsonl#40000"), "needle 39999");
}

/// The settings of a collection are a file of that collection.
#[cfg(unix)]
#[test]
fn settings_that_are_links_are_not_followed() {
    let project = Project::new();
    project.file("corpora/a/t.txt", "A text.\n").file("elsewhere", "secret words\n");
    std::os::unix::fs::symlink(project.path("elsewhere"), project.path("corpora/a/corpus.toml"))
        .expect("a link");
    let told = project.run(&["ingest"]).fails(2);
    assert!(told.contains("not a regular file") && !told.contains("secret"), "{told}");
}
