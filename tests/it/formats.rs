//! Every format: the same interview in several, files made to do harm, good files damaged at random.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::sync::LazyLock;

use serde_json::Value;

use thematic::ingest::{Limits, read};
use thematic::project::CollectionSettings;
use thematic::segment::{Decisions, Passages, Segmenter};

use crate::support::{Project, copy, shared};

const TURNS: [(&str, &str, u32); 5] = [
    ("Interviewer", "How do you begin a visit?", 1),
    ("P01", "I look at the kettle, and I say hello. Then I sit down.", 3),
    ("Interviewer", "And then?", 62),
    ("P01", "Then we talk about the weather & the dog.", 65),
    ("P02", "Well: no. I don’t — I never sit.", 70),
];

/// An archive of named members.
pub(crate) fn archive(members: &[(&str, &str)]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, text) in members {
        let options = zip::write::SimpleFileOptions::default();
        zip.start_file(*name, options).expect("a member");
        zip.write_all(text.as_bytes()).expect("its text");
    }
    zip.finish().expect("an archive").into_inner()
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}

fn stamp(second: u32, sign: char) -> String {
    format!("00:{:02}:{:02}{sign}000", second / 60, second % 60)
}

fn each(of: &dyn Fn(&str, &str, u32) -> String) -> String {
    TURNS.iter().map(|(who, text, second)| of(who, text, *second)).collect()
}

/// The same interview in every format that knows speakers.
pub(crate) fn interview() -> Vec<(&'static str, Vec<u8>)> {
    let text = each(&|who, text, _| format!("{who}: {text}\n\n"));
    let markdown = each(&|who, text, _| format!("**{who}:** {}\n\n", escaped(text)));
    let vtt = each(&|who, text, s| {
        let (first, rest) = text.split_once(' ').expect("two words");
        let half = |words: &str| escaped(words);
        format!(
            "{} --> {}\n<v {who}>{}</v>\n\n{} --> {}\n<v {who}>{}</v>\n\n",
            stamp(s, '.'),
            stamp(s + 1, '.'),
            half(first),
            stamp(s + 1, '.'),
            stamp(s + 2, '.'),
            half(rest)
        )
    });
    let srt = each(&|who, text, s| {
        format!("{s}\n{} --> {}\n{who}: {text}\n\n", stamp(s, ','), stamp(s + 1, ','))
    });
    let sbv =
        each(&|who, text, s| format!("{},{}\n{who}: {text}\n\n", stamp(s, '.'), stamp(s + 1, '.')));
    let csv = each(&|who, text, s| format!("{},{who},\"{text}\"\n", stamp(s, '.')));
    let json = serde_json::json!({"segments": TURNS.iter().map(|(who, text, s)| {
        serde_json::json!({"start": s, "speaker": who, "text": text})
    }).collect::<Vec<_>>()});
    let cha = each(&|who, text, s| {
        let code = if *who == *"Interviewer" { "INT" } else { who };
        format!(
            "*{code}:\t{} {}_{}\n%mor:\tx\n",
            text.replace(['(', ')'], ""),
            s * 1000,
            s * 1000 + 900
        )
    });
    let mut all = vec![
        ("txt", text.into_bytes()),
        ("md", markdown.into_bytes()),
        ("vtt", format!("WEBVTT\n\n{vtt}").into_bytes()),
        ("srt", srt.into_bytes()),
        ("sbv", sbv.into_bytes()),
        ("csv", format!("time,speaker,text\n{csv}").into_bytes()),
        ("json", json.to_string().into_bytes()),
        (
            "cha",
            format!("@UTF8\n@Participants:\tINT Interviewer, P01 Participant\n{cha}").into_bytes(),
        ),
    ];
    all.extend(marked_up());
    all
}

/// The same in formats of marked-up text.
fn marked_up() -> Vec<(&'static str, Vec<u8>)> {
    let annotations = each(&|who, text, s| {
        format!(
            "<TIER TIER_ID=\"{who}{s}\" PARTICIPANT=\"{who}\"><ANNOTATION><ALIGNABLE_ANNOTATION TIME_SLOT_REF1=\"t{s}\">\
             <ANNOTATION_VALUE>{}</ANNOTATION_VALUE></ALIGNABLE_ANNOTATION></ANNOTATION></TIER>",
            escaped(text)
        )
    });
    let slots =
        each(&|_, _, s| format!("<TIME_SLOT TIME_SLOT_ID=\"t{s}\" TIME_VALUE=\"{s}000\"/>"));
    let tei = each(&|who, text, _| format!("<u who=\"#{who}\">{}</u>", escaped(text)));
    let word = each(&|who, text, _| {
        format!(
            "<w:p><w:r><w:rPr><w:b/></w:rPr><w:t>{who}: </w:t></w:r><w:r><w:t>{}</w:t></w:r><w:del><w:r><w:delText>gone</w:delText></w:r></w:del></w:p>",
            escaped(text)
        )
    });
    let rows = each(&|who, text, _| {
        format!(
            "<w:tr><w:tc><w:p><w:r><w:t>{who}</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>{}</w:t></w:r></w:p></w:tc></w:tr>",
            escaped(text)
        )
    });
    let odt = each(&|who, text, _| {
        format!("<text:p><text:span>{who}:</text:span> {}</text:p>", escaped(text))
    });
    let rtf = each(&|who, text, _| {
        let signs: String = text
            .chars()
            .map(|c| if c.is_ascii() { c.to_string() } else { format!("\\u{}?", u32::from(c)) })
            .collect();
        format!("{{\\b {who}:}} {signs}\\par\n")
    });
    let html = each(&|who, text, _| format!("<p><b>{who}:</b> {}</p>\n", escaped(text)));
    let of_word = |body: &str| {
        archive(&[(
            "word/document.xml",
            &format!("<w:document xmlns:w=\"w\"><w:body>{body}</w:body></w:document>"),
        )])
    };
    vec![
("eaf", format!("<ANNOTATION_DOCUMENT><TIME_ORDER>{slots}</TIME_ORDER>{annotations}</ANNOTATION_DOCUMENT>").into_bytes()),
        ("tei", format!("<TEI><text><body>{tei}</body></text></TEI>").into_bytes()),
        ("docx", of_word(&word)),
        ("docm", of_word(&format!("<w:tbl>{rows}</w:tbl>"))),
        ("odt", archive(&[("content.xml", &format!("<o:c xmlns:o=\"o\" xmlns:text=\"t\"><text:text>{odt}</text:text></o:c>"))])),
        ("rtf", format!("{{\\rtf1\\ansi{{\\fonttbl{{\\f0 A;}}}}\n{rtf}}}").into_bytes()),
        ("html", format!("<html><head><title>t</title></head><body>{html}</body></html>").into_bytes()),
    ]
}

fn cut(name: &str, bytes: &[u8]) -> Result<Passages, String> {
    static SEGMENTER: LazyLock<Segmenter> = LazyLock::new(|| {
        Segmenter::new(CollectionSettings::default(), &[], Decisions::default()).expect("settings")
    });
    let records = read(name, bytes, SEGMENTER.settings(), &Limits::default());
    let mut records = records.map_err(|e| e.to_string())?;
    Ok(SEGMENTER.segment(name, records.remove(0).document))
}

/// Turns with their speakers and words.
fn turns(of: &Passages) -> Vec<(Option<String>, Vec<String>)> {
    let mut out: Vec<(Option<String>, Vec<String>)> = Vec::new();
    let mut last = None;
    for passage in &of.passages {
        if last != Some(passage.turn) {
            let name = passage.speaker.map(|s| of.speakers[s as usize].name.clone());
            out.push((name, Vec::new()));
            last = Some(passage.turn);
        }
        let words = passage.tokens.iter().map(|t| t.of(&passage.text).to_lowercase());
        out.last_mut().expect("a turn").1.extend(words);
    }
    out
}

#[test]
fn the_same_interview_in_every_format_is_the_same() {
    let all = interview();
    let expected = turns(&cut("a.txt", &all[0].1).expect("text"));
    assert_eq!(expected.len(), TURNS.len());
    for (ending, bytes) in &all {
        let passages = cut(&format!("a.{ending}"), bytes).expect(ending);
        let found: Vec<_> = turns(&passages)
            .into_iter()
            .map(|(who, words)| {
                (who.map(|w| if w == "INT" { "Interviewer".into() } else { w }), words)
            })
            .collect();
        assert_eq!(found, expected, "{ending}");
        let asked = passages.passages.iter().filter(|p| p.voice.name() == "interviewer").count();
        assert_eq!(asked, 2, "{ending}");
        let second = passages.passages.iter().flat_map(|p| &p.marks).filter_map(|m| m.second).max();
        let timed = ["vtt", "srt", "sbv", "csv", "json", "cha", "eaf"].contains(ending);
        assert_eq!(second.is_some(), timed, "{ending}");
    }
}

/// A seeded source of numbers (`SplitMix64`).
pub(crate) struct Random(pub(crate) u64);

impl Random {
    fn next(&mut self, below: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((z ^ (z >> 31)) % u64::try_from(below.max(1)).expect("small"))
            .expect("small")
    }
}

pub(crate) fn damaged(bytes: &[u8], random: &mut Random) -> Vec<u8> {
    let mut out = bytes.to_vec();
    for _ in 0..=random.next(4) {
        if out.is_empty() {
            break;
        }
        let at = random.next(out.len());
        match random.next(6) {
            0 => out.truncate(at),
            1 => out[at] = u8::try_from(random.next(256)).expect("a byte"),
            2 => out[at] ^= 1 << random.next(8),
            3 => {
                let end = (at + random.next(20)).min(out.len());
                out.drain(at..end);
            }
            4 => {
                let end = (at + random.next(60)).min(out.len());
                let again = out[at..end].to_vec();
                out.splice(at..at, again);
            }
            _ => {
                let signs: [&[u8]; 8] =
                    [b"<", b"\"", b"\0", b"-->", b"&#x110000;", b"{", b"\xFF\xFE", b"]]>"];
                out.splice(at..at, signs[random.next(signs.len())].iter().copied());
            }
        }
    }
    out
}

fn more_formats() -> Vec<(&'static str, Vec<u8>)> {
    let jats = "<article><front><article-meta><title-group><article-title>T</article-title></title-group></article-meta></front><body><sec><title>Results</title><p>One <xref ref-type=\"bibr\">1</xref> two.<disp-quote><p>“Three” (P1)</p></disp-quote></p><list><list-item><p>x</p></list-item></list><table-wrap><caption><p>c</p></caption><table><tr><td>1</td></tr></table></table-wrap></sec></body><back><ref-list><ref><mixed-citation>R</mixed-citation></ref></ref-list></back></article>";
    let tex = "\\begin{document}\\section{A}\\textbf{b} $c$ \\'e\n\n\\begin{quote}d\\end{quote}\\begin{tabular}{l}x & y\\end{tabular}\\end{document}";
    let epub = archive(&[
        ("META-INF/container.xml", "<c><rootfile full-path=\"o/p.opf\"/></c>"),
        (
            "o/p.opf",
            "<package><metadata><title>B</title></metadata><manifest><item id=\"a\" href=\"a%20b.xhtml\"/></manifest><spine><itemref idref=\"a\"/></spine></package>",
        ),
        ("o/a b.xhtml", "<html><body><h1>One</h1><p>Some words.</p></body></html>"),
    ]);
    let conllu = "# newpar\n1\tThe\tthe\tDET\t_\t_\t2\tdet\t_\t_\n2\tman\tman\tNOUN\t_\t_\t0\troot\t_\tSpaceAfter=No\n\n";
    let vrt = "<text id=\"a\">\n<p>\nThe\tDT\tthe\nman\tNN\tman\n</p>\n</text>\n";
    vec![
        ("xml", jats.into()),
        ("tex", tex.into()),
        ("epub", epub),
        ("conllu", conllu.into()),
        ("vrt", vrt.into()),
        ("jsonl", "{\"id\": 1, \"text\": \"One.\"}\n{\"id\": 2, \"text\": \"Two.\"}\n".into()),
        ("tsv", "id\ttext\tage\n1\tOne.\t40\n2\t\"Two.\nThree.\"\t41\n".into()),
    ]
}

/// Good files of every format, damaged: none makes the program panic, hang or take much.
#[test]
fn damaged_files_do_no_harm() {
    for (ending, bytes) in interview().into_iter().chain(more_formats()) {
        assert!(cut(&format!("a.{ending}"), &bytes).is_ok(), "{ending}");
        let mut random = Random(ending.bytes().map(u64::from).sum());
        let mut read = 0;
        for _ in 0..2_000 {
            read += usize::from(cut(&format!("a.{ending}"), &damaged(&bytes, &mut random)).is_ok());
        }
        assert!(read < 2_000, "{ending}: no damage was seen");
    }
}

/// Among good files, each bad one is listed and all good ones are there.
#[test]
fn bad_files_among_good_ones() {
    let project = Project::new();
    for collection in ["good", "bad"] {
        project.file(&format!("corpora/{collection}/corpus.toml"), "keep_duplicates = true\n");
    }
    let mut random = Random(7);
    let mut names: BTreeSet<String> = BTreeSet::new();
    for (i, (ending, bytes)) in interview().into_iter().chain(more_formats()).enumerate() {
        project.file(&format!("corpora/good/{i}.{ending}"), &bytes);
        for n in 0..5 {
            let name = format!("corpora/bad/{i}-{n}.{ending}");
            project.file(&name, damaged(&bytes, &mut random));
            names.insert(name);
        }
    }
    let ran = project.run(&["ingest"]);
    let exported: BTreeSet<String> = project
        .export()
        .iter()
        .filter_map(|row| row["source"].as_str()?.split('#').next().map(|s| format!("corpora/{s}")))
        .collect();
    assert_eq!(exported.iter().filter(|s| s.contains("/good/")).count(), 22);
    for name in names {
        assert!(
            exported.contains(&name) || ran.err().contains(&format!("skipped: {name}")),
            "{name}"
        );
    }
}

#[test]
fn archives_that_grow_too_large_are_refused() {
    let project = Project::new();
    let page = format!(
        "<w:document xmlns:w=\"w\"><w:body><w:p><w:r><w:t>{}</w:t></w:r></w:p></w:body></w:document>",
        "word ".repeat(2_400_000)
    );
    project.file("corpora/a/bomb.docx", archive(&[("word/document.xml", &page)]));
    let many: Vec<(String, String)> = (0..50).map(|i| (format!("{i}"), String::new())).collect();
    let many: Vec<(&str, &str)> = many.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
    project.file("corpora/a/many.odt", archive(&many));
    project.file("corpora/a/good.txt", "Words.\n");
    project.file("thematic.toml", "[limits]\nmax_unpacked_mb = 5\nmax_archive_members = 20\n");
    let told = project.run(&["ingest"]).err();
    assert!(
        told.contains(
            "bomb.docx: more than 5 MB when unpacked (`limits.max_unpacked_mb` in thematic.toml)"
        ),
        "{told}"
    );
    assert!(
        told.contains(
            "many.odt: more than 20 members in the archive (`limits.max_archive_members`"
        ),
        "{told}"
    );
    let entities = "<!DOCTYPE a [<!ENTITY b \"c\">]><article><body><p>&b;</p></body></article>";
    project.file("corpora/a/x.xml", entities);
    assert!(project.run(&["ingest"]).err().contains("x.xml: line 1: XML that defines entities"));
}

/// The table of files made to do harm says what each must give.
#[test]
fn hostile_files_give_what_their_table_expects() {
    let Some(shared) = shared("hostile files") else { return };
    let project = Project::new();
    copy(&shared.join("corpora/hostile/made"), &project.path("corpora/made"));
    let ran = project.run(&["ingest"]);
    let mut texts: BTreeMap<String, String> = BTreeMap::new();
    for row in project.export() {
        let text = texts.entry(row["source"].as_str().expect("a source").to_owned()).or_default();
        text.push_str(row["text"].as_str().expect("text"));
        text.push('\n');
    }
    let table =
        std::fs::read_to_string(shared.join("corpora/hostile/made/_expect.tsv")).expect("table");
    let mut checked = 0;
    for line in table.lines().skip(1) {
        let cells: Vec<&str> = line.split('\t').collect();
        let (path, expected, wanted) =
            (cells[0], cells[1], cells.get(3).copied().unwrap_or_default());
        let key = format!("made/{path}");
        let listed = ran.err().contains(&format!("skipped: corpora/{key}: "));
        let text = texts.get(&key);
        assert!(text.is_some() != listed, "{key} is neither read nor listed, or both");
        match expected {
            "ok" => {
                let text = text.unwrap_or_else(|| panic!("{key} is not read")).to_lowercase();
                assert!(text.contains(&wanted.to_lowercase()), "{key}: {wanted}");
            }
            "reject" => assert!(listed, "{key} is read"),
            _ => {}
        }
        checked += 1;
    }
    assert!(checked > 130, "{checked}");
}

/// Families of one interview in several formats.
#[test]
fn families_of_real_files_agree() {
    let Some(shared) = shared("families of transcripts") else { return };
    let place = shared.join("corpora/transcripts");
    for family in ["gluck", "wrigley"] {
        let cut_at = |name: &str| {
            let bytes = std::fs::read(place.join(name)).expect("the file");
            turns(&cut(name, &bytes).expect(name))
        };
        let expected = cut_at(&format!("csv/{family}.csv"));
        for name in ["txt/F.txt", "vtt/F_zoom.vtt", "vtt/F_teams.vtt", "docx/F.docx"] {
            let mut found = cut_at(&name.replace('F', family));
            if found[0].1 == [family] {
                // The Word file has a heading.
                found.remove(0);
            }
            assert_eq!(found, expected, "{family} {name}");
        }
        for name in ["srt/F.srt", "md/F.md"] {
            // Tags and references to signs are read as such there.
            let found = cut_at(&name.replace('F', family));
            let speakers = |turns: &[(Option<String>, Vec<String>)]| -> Vec<Option<String>> {
                turns.iter().map(|t| t.0.clone()).collect()
            };
            assert_eq!(speakers(&found), speakers(&expected), "{family} {name}");
        }
        // The table holds the first turns.
        let table = cut_at(&format!("docx/{family}_table.docx"));
        assert_eq!(table, expected[..table.len()], "{family}");
    }
}

#[test]
fn the_same_words_in_two_files_count_once() {
    let project = Project::new();
    let long: Vec<String> = (0..60)
        .map(|i| {
            format!(
                "Interviewer: And number {i}?\n\nP01: Trust comes slowly, {i} times a week.\n\n"
            )
        })
        .collect();
    let long = long.concat();
    let html: Vec<String> = long.split("\n\n").map(|p| format!("<p>{p}</p>")).collect();
    let html = html.concat();
    project
        .file("corpora/a/one.txt", &long)
        .file("corpora/a/two.html", format!("<html><body>{html}</body></html>"));
    project.file("corpora/a/near.md", format!("# A heading\n\n{long}P02: More of it.\n"));
    project.file(
        "corpora/a/other.txt",
        "Something else of a kind that is not like the others at all.\n".repeat(20),
    );
    project.file("queries/q.toml", "[[kwic]]\nid = 'q'\nfind = 'trust'\nwhere = { source = ['a/one.txt', 'a/two.html', '*'] }\n");
    let told = project.run(&["ingest"]);
    assert!(
        told.err().contains("skipped: corpora/a/two.html: same text as a/one.txt"),
        "{}",
        told.err()
    );
    assert_eq!(project.run(&["find", "trust", "--format", "jsonl"]).ok().lines().count(), 120);
    let status = project.run(&["status"]).out();
    assert!(status.contains("alike    a/near.md and a/one.txt: "), "{status}");
    assert!(!status.contains("other.txt and") && !status.contains("and a/other.txt"), "{status}");
    assert!(project.run(&["ingest"]).out().contains("no text read again"));
    // When the first goes, the second takes its place; a collection may keep both.
    std::fs::remove_file(project.path("corpora/a/one.txt")).expect("removed");
    assert!(project.run(&["ingest"]).out().contains("1 added, 0 changed, 1 removed"));
    assert_eq!(project.run(&["find", "trust", "--format", "jsonl"]).ok().lines().count(), 120);
    project
        .file("corpora/a/one.txt", &long)
        .file("corpora/a/corpus.toml", "keep_duplicates = true\n");
    project.run(&["ingest"]);
    assert_eq!(project.run(&["find", "trust", "--format", "jsonl"]).ok().lines().count(), 180);
}

#[test]
fn reference_managers_tell_of_papers() {
    let project = Project::new();
    project.file("corpora/p/lee.txt", "On care\n\nTrust is built slowly.\n");
    project.file(
        "corpora/p/other.md",
        "---\ndoi: https://doi.org/10.1000/AB\nyear: 1999\n---\n\nTrust again.\n",
    );
    project.file("corpora/p/third.txt", "Trust thrice.\n");
    project.file(
        "corpora/p/library.ris",
        "TY  - JOUR\nAU  - Lee, Anna\nPY  - 2019\nJO  - Care\nL1  - files/lee.txt\nER  - \nTY  - JOUR\nDO  - 10.1000/ab\nPY  - 2020\nJO  - Health\nER  - \nTY  - BOOK\nTI  - Nowhere\nER  - \n",
    );
    project.file(
        "corpora/p/more.bib",
        "@article{third, year = {2018}, journal = {Care}, author = {Ng, B.}}\n",
    );
    project.file("corpora/p/sources.csv", "id,journal\nthird.txt,Own\n");
    project.file(
        "queries/q.toml",
        "[[frequency]]\nid = 'j'\nfind = 'trust'\nby = ['journal', 'year']\n",
    );
    let told = project.run(&["run"]);
    assert!(
        told.err().contains("library.ris: 1 of 3 entries are of no source here"),
        "{}",
        told.err()
    );
    let result = project.result("q/j.json");
    let rows = result["rows"].as_array().expect("rows").iter();
    let mut found: Vec<String> = rows
        .filter(|r| r["hits"] == 1)
        .map(|r| format!("{} {}", r["journal"], r["year"]))
        .collect();
    found.sort();
    assert_eq!(found, ["\"Care\" \"2019\"", "\"Health\" \"1999\"", "\"Own\" \"2018\""]);
}

/// What the tagged block quotations of qualitative studies are read as.
#[test]
fn block_quotations_of_articles_are_quotations() {
    let Some(shared) = shared("articles with block quotations") else { return };
    let (mut tagged, mut found, mut with_speaker) = (0, 0, 0);
    for entry in
        std::fs::read_dir(shared.join("corpora/papers/jats_qualitative")).expect("articles")
    {
        let bytes = std::fs::read(entry.expect("a file").path()).expect("bytes");
        let text = String::from_utf8(bytes.clone()).expect("UTF-8");
        tagged += text.matches("<disp-quote").count();
        let passages = cut("a.xml", &bytes).expect("an article");
        let quotations = passages.passages.iter().filter(|p| p.kind.name() == "quotation");
        for passage in quotations {
            found += 1;
            with_speaker += usize::from(!passage.quotations.is_empty());
        }
    }
    assert!(found >= tagged && tagged > 100, "{found} of {tagged}");
    // Many studies say nothing of whom they quote.
    assert!(with_speaker * 2 >= found, "{with_speaker} of {found} with a speaker");
}

#[test]
fn what_files_say_of_themselves_are_attributes() {
    let Some(shared) = shared("articles") else { return };
    let of = |name: &str, path: &str| -> BTreeMap<String, String> {
        let bytes = std::fs::read(shared.join("corpora").join(path)).expect("the file");
        read(name, &bytes, &CollectionSettings::default(), &Limits::default())
            .expect(path)
            .remove(0)
            .document
            .attributes
    };
    let gold: Value = serde_json::from_slice(
        &std::fs::read(shared.join("corpora/papers/pairs/PMC1397864/gold.json")).expect("gold"),
    )
    .expect("JSON");
    let jats = of("a.xml", "papers/pairs/PMC1397864/fulltext.xml");
    assert_eq!(Some(jats["title"].as_str()), gold["title"].as_str());
    assert_eq!(jats["doi"], "10.1186/1472-6882-6-3");
    assert_eq!(jats["year"], "2006");
    assert!(jats["authors"].starts_with("Ipseeta Mohanty; Dharamvir Singh Arya"));
    let tei = of("a.xml", "papers/two_column/N18-3011.tei.xml");
    assert_eq!(tei["title"], "Construction of the Literature Graph in Semantic Scholar");
    assert!(tei["authors"].starts_with("Waleed Ammar; Dirk Groeneveld"));
}

/// Words of passages as `who: words`.
fn said(name: &str, bytes: &[u8]) -> Vec<String> {
    let cut = cut(name, bytes).expect("it is read");
    let who = |p: &thematic::segment::Passage| {
        p.speaker.map_or("-", |s| cut.speakers[s as usize].name.as_str()).to_owned()
    };
    cut.passages.iter().map(|p| format!("{}: {}", who(p), p.text)).collect()
}

#[test]
fn names_in_bold_are_labels_without_a_colon() {
    let of_word = |paragraphs: &[(&str, &str)]| {
        let run = |name: &str, text: &str| {
            format!(
                "<w:p><w:r><w:rPr><w:b/></w:rPr><w:t>{name}</w:t></w:r><w:r><w:t>{text}</w:t></w:r></w:p>"
            )
        };
        let body: Vec<String> = paragraphs.iter().map(|(n, t)| run(n, t)).collect();
        archive(&[(
            "word/document.xml",
            &format!("<w:document xmlns:w=\"w\"><w:body>{}</w:body></w:document>", body.concat()),
        )])
    };
    let expected = ["Maria: So it is.", "Tom: And then?", "Maria: Then tea.", "Tom: Well."];
    let beside = of_word(&[
        ("Maria", " So it is."),
        ("Tom", " And then?"),
        ("Maria", " Then tea."),
        ("Tom", " Well."),
    ]);
    assert_eq!(said("a.docx", &beside), expected);
    let above = of_word(&[
        ("Maria", ""),
        ("", "So it is."),
        ("Tom", ""),
        ("", "And then?"),
        ("Maria", ""),
        ("", "Then tea."),
        ("Tom", ""),
        ("", "Well."),
    ]);
    assert_eq!(said("a.docx", &above), expected);
    // Words that are only stressed name nobody.
    let stressed = of_word(&[("Tea", " is good."), ("Rain", " is not."), ("Dogs", " are.")]);
    assert_eq!(said("a.docx", &stressed), ["-: Tea is good.", "-: Rain is not.", "-: Dogs are."]);
}

#[test]
fn speech_in_tei_keeps_words_in_and_out_of_marks() {
    let text = "<TEI><teiHeader><person xml:id=\"A\" role=\"interviewer\"><persName>Ann</persName></person></teiHeader>\
        <text><u who=\"#A\">So tell me <pause/>about <w>all</w> trust.</u>\
        <u who=\"#B\">And <w>long</w><w join=\"left\">er</w><pc>.</pc> <w>I</w><w>see</w></u></text></TEI>";
    let cut = cut("a.xml", text.as_bytes()).expect("speech");
    let texts: Vec<&str> = cut.passages.iter().map(|p| p.text.as_str()).collect();
    assert_eq!(texts, ["So tell me about all trust.", "And longer. I see"]);
    let voices: Vec<&str> = cut.passages.iter().map(|p| p.voice.name()).collect();
    assert_eq!(voices, ["interviewer", "participant"]);
}

#[test]
fn two_who_speak_in_one_caption_are_two() {
    let cue = |n: u32, text: &str| {
        format!("{n}\n{} --> {}\n{text}\n\n", stamp(n, ','), stamp(n + 1, ','))
    };
    let srt: String =
        (1..5).map(|n| cue(n, "- Ann: Why?\n- Ben: [{off}] So.")).collect::<Vec<_>>().concat();
    let found = said("a.srt", srt.as_bytes());
    assert_eq!(found[..2], ["Ann: Why?", "Ben: [{off}] So."]);
    assert_eq!(found.len(), 8);
}

/// Of a file with footnotes behind its references, the notes are no references.
#[test]
fn notes_are_no_references() {
    let tex = "\\begin{document}\\section{One}Some words.\\footnote{A note here.}\n\n\
        \\begin{thebibliography}{9}\\bibitem{a} Ann. A book. 1990.\\end{thebibliography}\\end{document}";
    let cut = cut("a.tex", tex.as_bytes()).expect("LaTeX");
    let note = cut.passages.iter().find(|p| p.text.contains("A note here")).expect("the note");
    assert_eq!(note.voice.name(), "author");
    assert!(cut.passages.iter().any(|p| p.voice.name() == "reference"));
}

/// Where one of two is called participant the other asks; of three the one whose turns are questions.
#[test]
fn one_of_two_asks() {
    let voices = |text: &str| -> (Vec<&'static str>, usize) {
        let cut = cut("a.txt", text.as_bytes()).expect("text");
        let voices = cut.passages.iter().map(|p| p.voice.name()).collect();
        (voices, cut.notes.iter().filter(|n| n.contains("taken for the one who asks")).count())
    };
    let two = "Dan: How is it?\n\nParticipant: Good.\n\nDan: Why?\n\nParticipant: Tea.\n";
    let asked = ["interviewer", "participant", "interviewer", "participant"];
    assert_eq!(voices(two), (asked.to_vec(), 1));
    let three = format!("{two}\nEve: No.\n\nDan: Yes.\n\nEve: No.\n");
    let guessed = [&asked[..], &["participant", "interviewer", "participant"]].concat();
    assert_eq!(voices(&three), (guessed, 1));
    let none = "Dan: No.\n\nEve: No.\n\nAda: So.\n\nDan: Yes.\n\nEve: No.\n\nAda: Who?\n";
    assert_eq!(voices(none), (vec!["participant"; 6], 0));
}
