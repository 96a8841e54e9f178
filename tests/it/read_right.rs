//! Files of kinds that readers lose quietly: what they say is read right, or listed, or told.

use serde_json::Value;

use crate::formats::archive;
use crate::support::Project;

/// `speaker|second|text` of each passage.
fn turns(project: &Project) -> Vec<String> {
    let of = |p: &Value| {
        let speaker = p["speaker"].as_str().unwrap_or("-");
        let stamp = p["locator"].as_str().unwrap_or_default().split(',').next().unwrap_or_default();
        let parts: Option<Vec<u64>> = stamp.split(':').map(|part| part.parse().ok()).collect();
        let parts = parts.filter(|parts| parts.len() == 3);
        let second = parts.map(|parts| parts.iter().fold(0, |sum, part| sum * 60 + part));
        let second = second.map_or("-".to_owned(), |s| s.to_string());
        format!("{speaker}|{second}|{}", p["text"].as_str().unwrap_or_default())
    };
    project.export().iter().map(of).collect()
}

/// The texts of all passages.
fn texts(project: &Project) -> Vec<String> {
    let of = |p: &Value| p["text"].as_str().unwrap_or_default().to_owned();
    project.export().iter().map(of).collect()
}

/// What one file gives, and what is told of it.
fn read(name: &str, bytes: impl AsRef<[u8]>) -> (Project, String) {
    let project = Project::new();
    project.file(&format!("corpora/c/{name}"), bytes.as_ref());
    let told = project.run(&["ingest"]).err();
    (project, told)
}

fn removed(project: &Project, name: &str) -> String {
    project.run(&["show", &format!("c/{name}"), "--removed"]).ok()
}

fn word(body: &str) -> Vec<u8> {
    let page = format!(
        "<w:document xmlns:w=\"w\" xmlns:mc=\"mc\" xmlns:r=\"r\"><w:body>{body}</w:body></w:document>"
    );
    let paragraph = |text: &str| format!("<w:p><w:r><w:t>{text}</w:t></w:r></w:p>");
    archive(&[
        ("word/document.xml", &page),
        (
            "word/_rels/document.xml.rels",
            "<R><Relationship Id=\"c1\" Target=\"chunk.html\"/><Relationship Id=\"c2\" Target=\"odd.bin\"/></R>",
        ),
        ("word/chunk.html", "<html><body><p>Embedded words.</p></body></html>"),
        (
            "word/header1.xml",
            &format!("<w:hdr xmlns:w=\"w\">{}</w:hdr>", paragraph("Running head")),
        ),
        (
            "word/comments.xml",
            &format!("<w:comments xmlns:w=\"w\">{}</w:comments>", paragraph("A remark")),
        ),
    ])
}

#[test]
fn what_stands_beside_the_text_of_word_files_is_read_once_or_listed() {
    let text_box = "<w:p><w:r><w:t>boxed words</w:t></w:r></w:p>";
    let boxed = format!(
        "<w:r><mc:AlternateContent><mc:Choice><w:txbxContent>{text_box}</w:txbxContent></mc:Choice>\
         <mc:Fallback><w:pict><w:txbxContent>{text_box}</w:txbxContent></w:pict></mc:Fallback>\
         </mc:AlternateContent></w:r>"
    );
    let body = format!(
        "<w:p><w:r><w:t>First.</w:t></w:r></w:p><w:altChunk r:id=\"c1\"/><w:altChunk r:id=\"c2\"/>\
         <w:tbl><w:tr><w:tc><w:p><w:r><w:t>one</w:t></w:r>{boxed}</w:p></w:tc>\
         <w:tc><w:p><w:r><w:t>two</w:t></w:r></w:p></w:tc></w:tr></w:tbl>\
         <w:p><w:r><w:ruby><w:rt><w:r><w:t>かんじ</w:t></w:r></w:rt>\
         <w:rubyBase><w:r><w:t>漢字</w:t></w:r></w:rubyBase></w:ruby></w:r>\
         <w:del><w:r><w:delText>gone</w:delText></w:r></w:del>\
         <w:r><w:rPr><w:vanish/></w:rPr><w:t>hid</w:t></w:r></w:p>"
    );
    let (project, told) = read("a.docx", word(&body));
    assert_eq!(texts(&project), ["First.", "Embedded words.", "one boxed words | two", "漢字"]);
    let listed = removed(&project, "a.docx");
    for (reason, text) in [
        ("reading of a word", "かんじ"),
        ("deleted text", "gone"),
        ("hidden text", "hid"),
        ("page header", "Running head"),
        ("comment", "A remark"),
    ] {
        let found = listed.lines().any(|l| l.starts_with(reason) && l.ends_with(text));
        assert!(found, "{reason}: {listed}");
    }
    assert!(told.contains("a file inside it is not read"), "{told}");
}

#[test]
fn notes_floats_and_feet_of_articles_are_read() {
    let article = "<article><front><article-meta><title-group><article-title>Tea</article-title></title-group>\
        <aff>A house</aff></article-meta></front><body><sec><title>Introduction</title>\
        <p>Body<xref ref-type=\"bibr\"><sup>12</sup></xref> words<fn><p>A footnote</p></fn>.</p>\
        <table-wrap><label>Table 1</label><caption><p>Cups</p></caption><table><tr><td>a</td><td>b</td></tr></table>\
        <table-wrap-foot><fn><label>a</label><p>Washed</p></fn></table-wrap-foot></table-wrap></sec></body>\
        <back><ref-list><title>Sources consulted</title><ref><mixed-citation>Adams 1999</mixed-citation></ref>\
        </ref-list></back><floats-group><fig><label>Figure 1</label><caption><p>A kettle</p></caption></fig>\
        </floats-group><sub-article><body><p>A reply</p></body></sub-article></article>";
    let (project, _) = read("a.xml", article);
    let rows: Vec<String> = project
        .export()
        .iter()
        .map(|p| {
            format!(
                "{}: {}",
                p["kind"].as_str().unwrap_or_default(),
                p["text"].as_str().unwrap_or_default()
            )
        })
        .collect();
    assert_eq!(
        rows,
        [
            "heading: Tea",
            "heading: Introduction",
            "paragraph: Body words.",
            "caption: Table 1 Cups",
            "table: a | b",
            "caption: a Washed",
            "heading: Tables and figures",
            "caption: Figure 1 A kettle",
            "heading: Sources consulted",
            "reference: Adams 1999",
            "heading: Notes",
            "paragraph: A footnote",
        ]
    );
    let listed = removed(&project, "a.xml");
    for text in ["A house", "12", "A reply"] {
        assert!(listed.lines().any(|l| l.ends_with(text)), "{text}: {listed}");
    }
    let tei = "<TEI><teiHeader><fileDesc><titleStmt><title>T</title></titleStmt></fileDesc></teiHeader><text><body>\
        <p>Body words<note place=\"foot\">A note <p>of two</p></note> go on.</p><fw>Head</fw></body></text></TEI>";
    let (project, _) = read("a.xml", tei);
    assert_eq!(texts(&project), ["T", "Body words go on.", "Notes", "A note of two"]);
    assert!(removed(&project, "a.xml").contains("running head"));
}

#[test]
fn pages_give_what_they_show() {
    let page = "<html><head><title>Tea <b and more</title></head><body><p>Shown <ruby>漢<rt>kan</rt></ruby> words.</p>\
        <div hidden><div>in</div> secret</div><p style=\"display: none\">none</p><nav>Menu</nav>\
        <details><summary>More</summary>Detailed words.</details><p>End.</p></body></html>";
    let (project, _) = read("a.html", page);
    assert_eq!(texts(&project), ["Shown 漢 words.", "More", "Detailed words.", "End."]);
    let listed = removed(&project, "a.html");
    for text in ["Tea <b and more", "kan", "in secret none", "Menu"] {
        assert!(listed.lines().any(|l| l.ends_with(text)), "{text}: {listed}");
    }
    for name in ["a.vtt", "a.srt"] {
        let head = if name.ends_with("vtt") { "WEBVTT\n\n" } else { "1\n" };
        let text = format!(
            "{head}00:00:01.000 --> 00:00:02.000\nR&D caf&eacute; &#233; &amp; &lt;so&gt;\n"
        );
        let (project, _) = read(name, text);
        assert_eq!(texts(&project), ["R&D café é & <so>"], "{name}");
    }
}

#[test]
fn records_of_services_are_read_whole_or_refused() {
    let expected = ["Speaker 1|1|Where was it?", "Speaker 2|4|In the yard, by the well."];
    for (name, text) in [
        (
            "google.json",
            r#"{"results": [{"alternatives": [{"transcript": "Where was it?"}]}, {"alternatives": [{"words": [
                {"word": "Where", "startTime": "1.200s", "speakerTag": 1}, {"word": "was", "speakerTag": 1},
                {"word": "it?", "speakerTag": 1}, {"word": "In", "startTime": "4s", "speakerTag": 2},
                {"word": "the", "speakerTag": 2}, {"word": "yard,", "speakerTag": 2}, {"word": "by", "speakerTag": 2},
                {"word": "the", "speakerTag": 2}, {"word": "well.", "speakerTag": 2}]}]}]}"#,
        ),
        (
            "azure.json",
            r#"{"combinedRecognizedPhrases": [{"display": "Where was it? In the yard, by the well."}], "recognizedPhrases": [
                {"speaker": 1, "offset": "PT1.2S", "nBest": [{"display": "Where was it?"}, {"display": "Wear was it?"}]},
                {"speaker": 2, "offset": "PT4S", "nBest": [{"display": "In the yard, by the well."}]}]}"#,
        ),
        (
            "deepgram.json",
            r#"{"results": {"channels": [{"alternatives": [{"transcript": "where was it in the yard by the well", "words": [
                {"punctuated_word": "Where", "word": "where", "start": 1.2, "speaker": 1}, {"punctuated_word": "was", "speaker": 1},
                {"punctuated_word": "it?", "speaker": 1}, {"punctuated_word": "In", "start": 4, "speaker": 2},
                {"punctuated_word": "the", "speaker": 2}, {"punctuated_word": "yard,", "speaker": 2},
                {"punctuated_word": "by", "speaker": 2}, {"punctuated_word": "the", "speaker": 2},
                {"punctuated_word": "well.", "speaker": 2}]}]}]}}"#,
        ),
    ] {
        let (project, told) = read(name, text);
        assert_eq!(turns(&project), expected, "{name}: {told}");
    }
    let youtube = r#"{"events": [{"tStartMs": 1200, "segs": [{"utf8": "where"}, {"utf8": " was"}]}, {"tStartMs": 4000, "segs": [{"utf8": "it then"}]}]}"#;
    let (project, _) = read("youtube.json", youtube);
    assert_eq!(turns(&project), ["-|1|where was it then"]);
    let words: Vec<String> = (0..60).map(|n| format!("\"word{n} other{n}\"")).collect();
    let odd = format!(
        "{{\"list\": [{{\"text\": \"One turn.\"}}], \"blob\": {{\"deep\": [{}]}}}}",
        words.join(",")
    );
    let (project, told) = read("odd.json", odd);
    assert!(
        told.contains("JSON in a form that is not known") && texts(&project).is_empty(),
        "{told}"
    );
    let thousandths = r#"{"utterances": [{"speaker": "A", "start": 1250, "text": "Where was it?"}, {"speaker": "B", "start": 64500, "text": "In the yard, by the well."}]}"#;
    let (project, told) = read("a.json", thousandths);
    assert_eq!(turns(&project), ["A|1|Where was it?", "B|64|In the yard, by the well."], "{told}");
    let table = "speaker,start,text\nA,1250,Where was it?\nB,64500,\"In the yard, by the well.\"\n";
    let (project, told) = read("a.csv", table);
    assert_eq!(turns(&project), ["A|1|Where was it?", "B|64|In the yard, by the well."], "{told}");
}

#[test]
fn transcription_programs_give_turns_with_times() {
    let trs = "<?xml version=\"1.0\"?><!DOCTYPE Trans SYSTEM \"trans-14.dtd\"><Trans><Speakers>\
        <Speaker id=\"s1\" name=\"Nora\"/><Speaker id=\"s2\" name=\"Tom\"/></Speakers><Episode><Section>\
        <Turn speaker=\"s1\" startTime=\"1.2\"><Sync time=\"1.2\"/>Where was it?</Turn>\
        <Turn speaker=\"s1 s2\" startTime=\"4\"><Sync time=\"4\"/><Who nb=\"2\"/>In the yard.<Who nb=\"1\"/>Mhm so.</Turn>\
        </Section></Episode></Trans>";
    let (project, told) = read("a.trs", trs);
    assert_eq!(
        turns(&project),
        ["Nora|1|Where was it?", "Tom|4|In the yard.", "Nora|4|Mhm so."],
        "{told}"
    );
    let long = "File type = \"ooTextFile\"\nObject class = \"TextGrid\"\n\nxmin = 0\nxmax = 9\ntiers? <exists>\nsize = 3\nitem []:\n\
        item [1]:\nclass = \"IntervalTier\"\nname = \"Nora\"\nxmin = 0\nxmax = 9\nintervals: size = 2\nintervals [1]:\nxmin = 1.25\n\
        xmax = 4\ntext = \"Where \"\"was\"\" it?\"\nintervals [2]:\nxmin = 4\nxmax = 9\ntext = \"\"\nitem [2]:\n\
        class = \"IntervalTier\"\nname = \"Tom\"\nxmin = 0\nxmax = 9\nintervals: size = 1\nintervals [1]:\nxmin = 4.5\nxmax = 9\n\
        text = \"In the yard.\"\nitem [3]:\nclass = \"IntervalTier\"\nname = \"Nora - words\"\nxmin = 0\nxmax = 9\n\
        intervals: size = 1\nintervals [1]:\nxmin = 1.25\nxmax = 2\ntext = \"Where it\"\n";
    let short = "File type = \"ooTextFile\"\n\"TextGrid\"\n\n0\n9\n<exists>\n2\n\"IntervalTier\"\n\"Nora\"\n0\n9\n1\n1.25\n4\n\
        \"Where \"\"was\"\" it?\"\n\"IntervalTier\"\n\"Tom\"\n0\n9\n1\n4.5\n9\n\"In the yard.\"\n";
    for text in [long, short] {
        let (project, told) = read("a.TextGrid", text);
        assert_eq!(turns(&project), ["Nora|1|Where \"was\" it?", "Tom|4|In the yard."], "{told}");
    }
    let cut = &short[..short.len() - 20];
    let (_, told) = read("a.TextGrid", cut);
    assert!(told.contains("ends in the middle") || !told.contains("panicked"), "{told}");
    let exb = "<basic-transcription><head><speakertable><speaker id=\"S0\"><abbreviation>Nora</abbreviation></speaker>\
        <speaker id=\"S1\"><abbreviation>Tom</abbreviation></speaker></speakertable></head><basic-body><common-timeline>\
        <tli id=\"T0\" time=\"1.2\"/><tli id=\"T1\"/><tli id=\"T2\" time=\"4.0\"/><tli id=\"T3\" time=\"9\"/></common-timeline>\
        <tier id=\"A\" speaker=\"S0\" category=\"v\" type=\"t\" display-name=\"N [v]\"><event start=\"T0\" end=\"T1\">Where was </event>\
        <event start=\"T1\" end=\"T2\">it?</event></tier><tier id=\"B\" speaker=\"S1\" category=\"v\" type=\"t\">\
        <event start=\"T2\" end=\"T3\">In the yard.</event></tier><tier id=\"C\" speaker=\"S1\" category=\"en\" type=\"a\">\
        <event start=\"T2\" end=\"T3\">a long gloss here</event></tier></basic-body></basic-transcription>";
    let (project, told) = read("a.exb", exb);
    assert_eq!(turns(&project), ["Nora|1|Where was it?", "Tom|4|In the yard."], "{told}");
    assert!(removed(&project, "a.exb").contains("a long gloss here"));
    let otr = r#"{"text": "<p><span class=\"timestamp\" data-timestamp=\"1.2\">00:01</span> Nora: Where was it?</p><p><span class=\"timestamp\">00:04</span> Tom: In the yard.</p><p><span class=\"timestamp\">00:09</span> Nora: So?</p>", "media": "a.mp3"}"#;
    let (project, told) = read("a.otr", otr);
    assert_eq!(
        turns(&project),
        ["Nora|1|Where was it?", "Tom|4|In the yard.", "Nora|9|So?"],
        "{told}"
    );
}

#[test]
fn tables_are_read_as_their_rows_are_written() {
    for text in [
        "id;\"What helped, and why, and how?\";role\nP1;\"the dog, and tea; it is so that it helped me\";nurse\nP2;the kettle and the coat and the old door;baker\n",
        "sep=;\nid;\"What helped, and why, and how?\";role\nP1;\"the dog, and tea; it is so that it helped me\";nurse\nP2;the kettle and the coat and the old door;baker\n",
        "Survey of May\n\nid;\"What helped, and why, and how?\";role\nP1;\"the dog, and tea; it is so that it helped me\";nurse\nP2;the kettle and the coat and the old door;baker\n",
        "id, \"What helped, and why, and how?\", role\nP1, \"the dog, and tea; it is so that it helped me\", nurse\nP2, the kettle and the coat and the old door, baker\n",
        "id,\"What helped, and why, and how?\",role\n\"{\"\"ImportId\"\":\"\"a\"\"}\",\"{\"\"ImportId\"\":\"\"b\"\"}\",\"{\"\"ImportId\"\":\"\"c\"\"}\"\nP1,\"the dog, and tea; it is so that it helped me\",nurse\nP2,the kettle and the coat and the old door,baker\n",
    ] {
        let (project, told) = read("a.csv", text);
        let found = texts(&project);
        assert_eq!(
            found,
            [
                "the dog, and tea; it is so that it helped me",
                "the kettle and the coat and the old door"
            ],
            "{text}: {told}"
        );
    }
    let twice = "id,answer,answer\nP1,the dog and tea and more,the coat\nP2,the door and rain and so,the hat\n";
    let (_, told) = read("a.csv", twice);
    assert!(told.contains("`answer` again is `answer 2`"), "{told}");
}

#[test]
fn what_is_wrong_with_a_table_and_changes_counts_ends_with_1() {
    let talk = "P1: It was in the yard.\n\nP2: It was not.\n\nP1: So it was.\n\nP2: No.\n";
    for (table, told) in [
        ("id,role\nP1,\"nurse\nP2,baker\n", "participants.csv:2:4: a quotation mark"),
        ("id,role\nP1,nurse\nP1,baker\nP2,nurse\n", "participants.csv:3: id `P1` used twice"),
        ("id,role\nP1,nurse,old\nP2,baker\n", "participants.csv:2: 3 cells under 2 headings"),
        ("id,role\nP1,nurse\nP2,baker\nP9,baker\n", "participant `P9` speaks in no source"),
    ] {
        let project = Project::new();
        project.file("corpora/c/a.txt", talk);
        project.file("corpora/c/participants.csv", table);
        let run = project.run(&["ingest"]);
        assert_eq!(run.code(), 1, "{table}");
        assert!(run.err().contains(told), "{table}: {}", run.err());
    }
    let project = Project::new();
    project.file("corpora/c/a.txt", talk);
    project.file("corpora/c/participants.csv", "id,role\nP1,\"nurse\nP2,baker\n");
    project.run(&["ingest"]);
    let known = project.run(&["status", "--long"]).out();
    assert!(!known.contains("no row for"), "{known}");
}

#[test]
fn one_talk_in_two_files_is_told_and_other_labels_make_another() {
    let said: Vec<String> =
        (0..30).map(|n| format!("the kettle number {n} was on the stove of house {n}")).collect();
    let talk = |names: [&str; 2]| -> String {
        let turn = |(n, text): (usize, &String)| names[n % 2].to_owned() + ": " + text + ".\n\n";
        said.iter().enumerate().map(turn).collect()
    };
    let project = Project::new();
    project.file("corpora/c/a.txt", talk(["Nora", "Tom"]));
    project.file("corpora/c/b.txt", talk(["Ida", "Ben"]));
    let run = project.run(&["ingest"]);
    assert_eq!(run.code(), 1);
    assert!(run.err().contains("twice: corpora/c/a.txt and corpora/c/b.txt"), "{}", run.err());
    assert!(run.out().contains("2 added") || run.err().contains("2 added"), "both are sources");
    project.file("corpora/c/corpus.toml", "keep_duplicates = true\n");
    assert_eq!(project.run(&["ingest"]).code(), 0);
    project.file("corpora/c/corpus.toml", "");
    project.file("corpora/c/b.txt", format!("{}\n", talk(["Nora", "Tom"])));
    assert!(project.run(&["ingest"]).err().contains("b.txt: same text as c/a.txt"));
}

/// The number of hits of a pattern.
fn hits(project: &Project, pattern: &str) -> u64 {
    project.run(&["find", pattern, "--json"]).out().lines().count() as u64
}

#[test]
fn words_are_parted_as_they_are_meant() {
    let project = Project::new();
    project.file("corpora/c/corpus.toml", "language = \"french\"\n");
    project.file(
        "corpora/c/a.txt",
        "L’équipe trouve que l'équipe d´été est aujourd'hui là.Elle dit qu'on y va.\n",
    );
    project.file("corpora/d/a.txt", "They said l'équipe was here, don´t you think; o'clock.\n");
    project.run(&["ingest"]);
    for (pattern, count) in [
        ("équipe", 2),
        ("l'équipe", 3),
        ("l’équip*", 3),
        ("été", 1),
        ("elle", 1),
        ("aujourd'hui", 1),
        ("on", 1),
        ("qu'on", 1),
        ("don't", 1),
        ("o'clock", 1),
    ] {
        assert_eq!(hits(&project, pattern), count, "{pattern}");
    }
    let project = Project::new();
    project.file("corpora/c/a.txt", "护士说她很累，我们都知道。\n\n我们去看医生。\n");
    let told = project.run(&["ingest"]).err();
    assert!(told.contains("written without blanks"), "{told}");
    assert_eq!(hits(&project, "护士"), 1);
}

#[test]
fn words_at_the_ends_of_lines_are_whole_and_compounds_stay() {
    for (before, after, expected) in [
        ("the pre-", "and post-test", "pre- and post-test"),
        ("the short-", "to long-term aims", "short- to long-term"),
        ("die Vor-", "und Nachteile davon", "Vor- und Nachteile"),
        ("some twenty-", "five of them", "twenty-five of"),
        ("by an X-", "ray of it", "X-ray of"),
        ("by e-", "mail from us", "e-mail from"),
        ("with his ex-", "wife and so", "ex-wife and"),
        ("they saw an act-", "or on stage", "actor on"),
        ("one exam-", "ple of it", "example of"),
        ("this informa-", "tion was", "information was"),
    ] {
        let line = "This line of the text is about as wide as the lines of this page are";
        let text = format!(
            "{line}\n{line}\n{line} {before}\n{after} and more of such words as stand here in lines\n{line}\n"
        );
        let (project, _) = read("a.txt", &text);
        let found = texts(&project).join("\n");
        assert!(found.contains(expected), "{expected}: {found}");
    }
}

#[test]
fn paragraphs_that_a_file_parts_stay_apart() {
    let answers =
        ["more trust", "less paper work", "more time for families,", "and a room of our own"];
    let text = answers.join("\n\n");
    let (project, _) = read("a.txt", &text);
    assert_eq!(texts(&project), answers);
    let (project, _) = read("a.md", &text);
    assert_eq!(texts(&project), answers);
    let page: String = answers.map(|a| format!("<p>{a}</p>")).concat();
    let (project, _) = read("a.html", &page);
    assert_eq!(texts(&project), answers);
    let body: String = answers.map(|a| format!("<w:p><w:r><w:t>{a}</w:t></w:r></w:p>")).concat();
    let (project, _) = read("a.docx", word(&body));
    assert_eq!(texts(&project)[..4], answers);
}

#[test]
fn a_paper_in_several_files_is_one_source() {
    let project = Project::new();
    let main = "\\documentclass{article}\\begin{document}\\section{Introduction}\\input{parts/intro}\n\
        % \\input{old}\n\\include{results}\\bibliography{refs}\\end{document}\n";
    project.file("corpora/c/main.tex", main);
    project.file(
        "corpora/c/parts/intro.tex",
        "The kettle was hot. \\enquote*{Tea, then}.\n\n\\input{parts/more}\n",
    );
    project.file("corpora/c/parts/more.tex", "More of it.\n");
    project.file("corpora/c/results.tex", "\\section{Results}We found tea.\n");
    project.file("corpora/c/old.tex", "Nobody includes this.\n");
    project.file(
        "corpora/c/main.bbl",
        "\\begin{thebibliography}{1}\\bibitem{a} Adams, B. (1999). On tea.\\end{thebibliography}\n",
    );
    let told = project.run(&["ingest"]).err();
    let of_main: Vec<String> = project
        .export()
        .iter()
        .filter(|p| p["source"] == "c/main.tex")
        .map(|p| p["text"].as_str().unwrap_or_default().to_owned())
        .collect();
    let text = of_main.join("\n");
    for part in
        ["The kettle was hot. “Tea, then”.", "More of it.", "We found tea.", "Adams, B. (1999)"]
    {
        assert!(text.contains(part), "{part}: {text} {told}");
    }
    let sources = project.run(&["status", "--long"]).out();
    assert!(sources.contains("c/old.tex") && !sources.contains("c/results.tex"), "{sources}");
    // A part that changes is a change of the paper.
    project.file("corpora/c/parts/more.tex", "More of this and that.\n");
    project.run(&["ingest"]);
    assert!(texts(&project).concat().contains("More of this and that."));
}

#[test]
fn abstracts_are_texts_where_no_paper_lies_beside_them() {
    let ris = "TY  - JOUR\nID  - lee\nTI  - On care\nAU  - Lee, Anna\nPY  - 2019\nAB  - Care was given\n  with tea.\nER  -\n\n\
        TY  - JOUR\nTI  - Without one\nER  -\n";
    let nbib = "PMID- 123\nTI  - On care\nFAU - Lee, Anna\nDP  - 2019 Mar\nAB  - Care was given\n      with tea.\n";
    let enw =
        "%0 Journal Article\n%T On care\n%A Lee, Anna\n%D 2019\n%X Care was given\nwith tea.\n";
    let bib = "@article{lee, title = {On care}, author = {Lee, Anna}, year = 2019, abstract = {Care was given with tea.}}\n";
    for (name, text) in [("a.ris", ris), ("a.nbib", nbib), ("a.enw", enw), ("a.bib", bib)] {
        let (project, told) = read(name, text);
        assert_eq!(
            texts(&project),
            ["On care", "Abstract", "Care was given with tea."],
            "{name}: {told}"
        );
        assert!(told.contains("abstracts of 1 entries"), "{name}: {told}");
        let by_year = project.run(&["find", "tea", "--where", "year=2019"]);
        assert_eq!(by_year.code(), 0, "{}", by_year.err());
    }
    let project = Project::new();
    project.file("corpora/c/a.ris", "TY  - JOUR\nTI  - Without one\nER  -\n");
    assert_eq!(project.run(&["ingest"]).code(), 1);
}

/// Of real transcripts in each format hardly a word is neither kept nor listed.
#[test]
fn words_of_real_transcripts_are_kept_or_listed() {
    let Some(shared) = crate::support::shared("words of real transcripts") else { return };
    for (format, found) in crate::kept::by_format(&shared.join("corpora/transcripts")) {
        let worst = found.worst.iter().max();
        assert!(found.files > 0 && found.lost * 200 <= found.words, "{format}: {worst:?}");
    }
}

/// Of the project's own samples and of one interview in ten formats no word vanishes.
#[test]
fn no_word_vanishes() {
    for (ending, bytes) in crate::formats::interview() {
        let name = format!("a.{ending}");
        if let Some(found) = crate::kept::kept(&name, &bytes) {
            assert!(found.words > 0);
            assert!(found.missing() * 200 <= found.words, "{name}: {:?}", found.lost);
        }
    }
    for (name, bytes) in crate::support::files(&crate::support::repository().join("corpora")) {
        if let Some(found) = crate::kept::kept(&name, &bytes) {
            assert!(found.missing() * 200 <= found.words, "{name}: {:?}", found.lost);
        }
    }
}

#[test]
fn parts_of_papers_and_marks_of_chat_are_read() {
    // A part with a document of its own; quotations with pages and sources.
    let project = Project::new();
    project.file(
        "corpora/c/a.tex",
        "\\begin{document}Start words. \\subfile{sub.tex}\n\nEnd words. \\textquote[lee]{one text}, \\textcquote[5]{lee}{two text}.\\end{document}\n",
    );
    project.file(
        "corpora/c/sub.tex",
        "\\documentclass[a]{subfiles}\\begin{document}Sub words.\\end{document}\n",
    );
    project.run(&["ingest"]);
    let found = texts(&project).join(" ");
    for part in ["Start words.", "Sub words.", "End words.", "“one text”", "“two text”"] {
        assert!(found.contains(part), "{part}: {found}");
    }
    let cha = "@UTF8\n@Begin\n@Participants:\tMOT Nora Mother, CHI Tom Child\n*MOT:\twhat is \u{2}\u{1}that\u{2}\u{2} thing ?\n*CHI:\ta cup .\n@End\n";
    let (project, told) = read("a.cha", cha);
    assert!(texts(&project).concat().contains("what is that thing"), "{told}");
}

#[test]
fn words_and_lists_of_json_are_whole() {
    let words = r#"{"segments": [{"speaker": "A", "words": ["we", "came,"]}, {"speaker": "B", "words": ["he", "said", "“come", "here”", "uh huh", "(well)"]}]}"#;
    let (project, told) = read("a.json", words);
    assert_eq!(texts(&project), ["we came,", "he said “come here” uh huh (well)"], "{told}");
    let turn = |n: usize| {
        format!(
            "{{\"speaker\": \"S{}\", \"text\": \"the cup number {n} stood on shelf {n}\"}}",
            n % 2
        )
    };
    let part = |range: std::ops::Range<usize>| range.map(turn).collect::<Vec<_>>().join(",");
    let two = format!("{{\"part1\": [{}], \"part2\": [{}]}}", part(0..25), part(25..40));
    let (_, told) = read("a.json", two);
    assert!(told.contains("JSON with several lists of turns"), "{told}");
    let beside = format!("{{\"summary\": \"they spoke of cups\", \"turns\": [{}]}}", part(0..25));
    let (project, told) = read("a.json", beside);
    assert_eq!(texts(&project).len(), 25, "{told}");
    assert!(removed(&project, "a.json").contains("they spoke of cups"));
    let single: Vec<String> =
        (0..30).map(|n| format!("{{\"text\": \"word{n}\", \"start\": {n}}}")).collect();
    let (project, _) = read("a.json", format!("{{\"words\": [{}]}}", single.join(",")));
    assert_eq!(texts(&project).len(), 1);
    let (project, _) =
        read("a.json", r#"{"result": [{"conf": 1.0, "end": 2}], "text": "we came to the yard"}"#);
    assert_eq!(texts(&project), ["we came to the yard"]);
}

#[test]
fn turns_in_other_forms_are_read() {
    let otr = r#"{"text": "<p><span class=\"timestamp\" data-timestamp=\"5\">00:05</span>Nora: Where was it?</p><p><span class=\"timestamp\">00:09</span>&nbsp;<b>Tom:</b> In the yard.</p><p><span class=\"timestamp\">00:12</span>Nora: So?</p>"}"#;
    let (project, told) = read("a.otr", otr);
    assert_eq!(
        turns(&project),
        ["Nora|5|Where was it?", "Tom|9|In the yard.", "Nora|12|So?"],
        "{told}"
    );
    let bars = "speaker|time|text\nNora|0:00:10|Where was it?\nTom|0:00:15|In the yard.\nNora|0:00:20|So?\n";
    for text in [bars.to_owned(), bars.replace('|', "\t")] {
        let (project, told) = read("a.txt", text);
        assert_eq!(
            turns(&project),
            ["Nora|10|Where was it?", "Tom|15|In the yard.", "Nora|20|So?"],
            "{told}"
        );
    }
}

#[test]
fn nothing_around_a_text_is_taken_for_another_part() {
    let back = "<article><body><p>Body.</p></body><back><ref-list><ref><mixed-citation>Adams</mixed-citation></ref></ref-list>\
        <notes><p>Note words.</p></notes><bio><p>Bio words.</p></bio></back></article>";
    let (project, _) = read("a.xml", back);
    let voices: Vec<String> = project
        .export()
        .iter()
        .map(|p| p["voice"].as_str().unwrap_or_default().to_owned())
        .collect();
    assert_eq!(voices.iter().filter(|v| *v == "reference").count(), 1);
    let tei = "<TEI><text><body><p><choice><sic>teh</sic><corr>the</corr></choice> cup<lb/>and <del>gone</del><add>new</add> words</p></body></text></TEI>";
    let (project, _) = read("a.xml", tei);
    assert_eq!(texts(&project), ["the cup and new words"]);
    let ris = "TY  - JOUR\nTI  - On care\nAB  - We studied trust\n  on two lines.\n\nSecond part of it.\nER  -\n";
    let (project, _) = read("a.ris", ris);
    assert_eq!(texts(&project)[2], "We studied trust on two lines. Second part of it.");
    let bib = "@article{a, title = {T}, abstract = \"One \" # {two.}}\n";
    let (project, _) = read("a.bib", bib);
    assert_eq!(texts(&project)[2], "One two.");
    let google = r#"{"results": [{"alternatives": [{"words": [{"word": "So?", "speakerLabel": "1", "startOffset": "61s"}, {"word": "Yes.", "speakerLabel": "2"}]}]}]}"#;
    let (project, _) = read("a.json", google);
    assert_eq!(turns(&project), ["Speaker 1|61|So?", "Speaker 2|-|Yes."]);
    let ibm = r#"{"results": [{"alternatives": [{"transcript": "where was it in the yard ", "timestamps": [["where", 1.2, 1.3], ["was", 1.4, 1.5], ["it", 1.6, 1.7], ["in", 4.0, 4.1], ["the", 4.2, 4.3], ["yard", 4.4, 4.5]]}]}],
        "speaker_labels": [{"from": 1.2, "speaker": 0}, {"from": 1.4, "speaker": 0}, {"from": 1.6, "speaker": 0}, {"from": 4.0, "speaker": 1}, {"from": 4.2, "speaker": 1}, {"from": 4.4, "speaker": 1}]}"#;
    let (project, _) = read("a.json", ibm);
    assert_eq!(turns(&project), ["Speaker 0|1|where was it", "Speaker 1|4|in the yard"]);
    let title = "Survey of wards, 2023\nExported on 1 May\n\nid,answer,role\nP1,the dog and the cup and tea,nurse\nP2,the door and the coat and rain,baker\n";
    let (project, told) = read("a.csv", title);
    assert_eq!(
        texts(&project),
        ["the dog and the cup and tea", "the door and the coat and rain"],
        "{told}"
    );
    let (project, _) =
        read("a.html", format!("<title>{}</title><p>Words.</p>", "‹".repeat(40_000)));
    assert_eq!(texts(&project), ["Words."]);
    let (project, _) = read("a.rtf", "{\\rtf1\\pc caf\\'82\\par}");
    assert_eq!(texts(&project), ["café"]);
    let project = Project::new();
    project
        .file("corpora/c/a.txt", "P1: It was.\n\nP2: It was not.\n\nP1: So it was.\n\nP2: No.\n");
    project.file("corpora/c/participants.csv", "id,role,age,\nP1,nurse,34,\nP2,baker,50,\n");
    let run = project.run(&["ingest"]);
    assert_eq!(run.code(), 0, "{}", run.err());
}
