//! Whose words: transcripts of every layout and every kind of label, and what is told where nobody is known.

use serde_json::Value;

use crate::support::Project;
use crate::talks::{self, LAYOUTS};

/// Every generated talk: no word under another, none lost without a word about it.
#[test]
fn every_layout_with_every_label() {
    let scores = talks::scores(&|layout, cast, n| format!("{} / {cast} / {n}", layout.0));
    let is_bad = |s: &talks::Score| s.wrong + s.silent + s.asker + s.stamps > 0;
    let bad: Vec<String> = scores
        .iter()
        .filter(|(_, s)| is_bad(s))
        .map(|(name, s)| format!("{name}: {s:?}"))
        .collect();
    assert!(LAYOUTS.len() * talks::CASTS.len() * 3 >= 2_000);
    assert!(bad.is_empty(), "\n{}", bad.join("\n"));
}

/// Speaker, voice and text of each passage, with what its quotations are.
fn said(project: &Project) -> Vec<(String, String, String)> {
    let of = |value: &Value| value.as_str().unwrap_or("nobody").to_owned();
    project.export().iter().map(|p| (of(&p["speaker"]), of(&p["voice"]), of(&p["text"]))).collect()
}

fn who(project: &Project) -> Vec<String> {
    said(project).into_iter().map(|(speaker, _, _)| speaker).collect()
}

#[test]
fn a_listed_id_is_a_label_however_it_is_written() {
    let project = Project::new();
    project
        .file("corpora/c/participants.csv", "id,alias,role\nzq,,baker\nNora Bell,Judith,asker\n");
    project.file(
        "corpora/c/a.txt",
        "Nora Bell Where were the ovens?\nzq ovens were in the yard.\nJudith And the flour?\nzq flour came by boat.\n",
    );
    project.run(&["ingest"]);
    assert_eq!(who(&project), ["Nora Bell", "zq", "Judith", "zq"]);
    // A name that is listed opens sentences of prose as well.
    project.file(
        "corpora/c/a.txt",
        "Judith went to the yard and looked at the ovens.\n\nJudith was tired of them by then.\n\nNora Bell came.\n",
    );
    project.run(&["ingest"]);
    assert_eq!(who(&project), ["nobody"; 3]);
}

#[test]
fn stamps_of_the_settings_stand_before_labels_and_are_listed() {
    let project = Project::new();
    project.file("corpora/c/corpus.toml", "[speakers]\nstamps = ['<<\\d+>>']\n");
    let text = "<<12>> Ann: Where was it?\n<<19>> Ben [laughing]: In the yard <<21>> or so.\n<<30>> Ann: And then?\n<<33>> Ben: It rained.\n";
    project.file("corpora/c/a.txt", text);
    project.run(&["ingest"]);
    assert_eq!(who(&project), ["Ann", "Ben", "Ann", "Ben"]);
    assert_eq!(said(&project)[1].2, "In the yard or so.");
    let removed = project.run(&["show", "--removed", "c/a.txt"]).ok();
    for told in ["<<12>>", "<<21>>", "<<33>>", "laughing"] {
        assert!(removed.contains(told), "{told} in {removed}");
    }
    project.file("corpora/c/corpus.toml", "[speakers]\nstamps = ['.*']\n");
    let told = project.run(&["ingest"]).err();
    assert!(told.contains("`speakers.stamps`: `.*`"), "{told}");
}

#[test]
fn talk_without_names_is_told() {
    for (name, text, told) in [
        (
            "dashes.txt",
            "– Where was it?\n\n– In the yard.\n\n– And then?\n\n– It rained.\n",
            "4 paragraphs begin with a dash",
        ),
        (
            "bold.md",
            "**Where was it?**\n\nIn the yard.\n\n**And then?**\n\nIt rained.\n\n**For long?**\n\nAll day.\n",
            "3 lines in bold ask",
        ),
        (
            "words.vtt",
            "WEBVTT\n\n00:01.000 --> 00:02.000\nWhere was it?\n\n00:03.000 --> 00:04.000\nIn the yard.\n",
            "nobody is named",
        ),
        (
            "dashes.vtt",
            "WEBVTT\n\n00:01.000 --> 00:02.000\n- Where was it?\n- In the yard.\n\n00:03.000 --> 00:04.000\n- Oh?\n- Yes.\n",
            "4 turns name nobody",
        ),
        (
            "two.txt",
            "Nora\nWhere was it?\n\nTom\nIn the yard.\n",
            "2 lines begin with `Name (on a line",
        ),
        (
            "one.txt",
            "Nora Berg: It was in the yard, where we sat.\n",
            "1 line begins with `Name: `",
        ),
    ] {
        let project = Project::new();
        project.file(&format!("corpora/c/{name}"), text);
        let err = project.run(&["ingest"]).err();
        assert!(err.contains(told), "{name}: {err}");
        assert!(who(&project).iter().all(|w| w == "nobody"), "{name}");
    }
    // One turn alone, by a code, is one.
    let project = Project::new();
    project.file("corpora/c/a.txt", "P7: It was in the yard, where we sat.\n");
    project.run(&["ingest"]);
    assert_eq!(who(&project), ["P7"]);
}

#[test]
fn an_exchange_that_a_paper_quotes_makes_no_transcript_of_it() {
    let project = Project::new();
    let prose = "The ovens stood in the yard for many years, and nobody in the village knew who had built them.";
    project.file(
        "corpora/c/a.md",
        format!("# Ovens\n\n{prose}\n\n> Interviewer: Who built them?\n> P2: My aunt did.\n> Interviewer: Your aunt?\n\n{prose}\n"),
    );
    let told = project.run(&["ingest"]).err();
    assert!(said(&project).iter().all(|(_, voice, text)| *text != prose || voice == "author"));
    assert!(!said(&project).is_empty() && told.contains("read as a paper"), "{told}");
}

#[test]
fn what_texts_say_of_people_are_attributes() {
    let project = Project::new();
    project.file(
        "corpora/papers/a.md",
        "# Ovens\n\n“I built the ovens for my aunt and her sons” (female, 45, farmer). “I never liked the smell of the ovens” (P7, nurse). “I sold them” (Anna, 34).\n",
    );
    project.file(
        "queries/q.toml",
        "[[kwic]]\nid = \"k\"\nfind = 'I'\nwhere = { gender = \"female\" }\n",
    );
    project.run(&["ingest"]);
    let status = project.run(&["status"]).ok();
    assert!(status.contains("attribute age of participants, number: 34, 45"), "{status}");
    let query = project.path("queries/q.toml");
    project.run(&["query", &query.to_string_lossy()]).ok();
    assert_eq!(project.result("q/k.json")["rows"].as_array().map(Vec::len), Some(1));
    // Where a table has such a column, the table alone says it.
    project.file("corpora/papers/participants.csv", "id,role\nP7,midwife\n");
    project.run(&["ingest"]);
    let status = project.run(&["status"]).ok();
    assert!(status.contains("attribute role of participants, text: midwife\n"), "{status}");
}

#[test]
fn a_listing_keeps_what_was_decided() {
    let project = Project::new();
    project.file(
        "corpora/c/a.txt",
        "Nora: Where was it?\n\nTom: In the yard.\n\nNora: And then?\n\nTom: It rained.\n",
    );
    project.file("corpora/c/corpus.toml", "[speakers]\nfile = \"speakers.csv\"\n");
    project.file(
        "corpora/c/speakers.csv",
        "source,what,id,speaker,voice\nc/a.txt,label,Tom,Tom Hale,participant\n*,label,Note,,none\nc/a.txt,label,Ghost,,participant\n",
    );
    project.run(&["ingest"]);
    assert_eq!(who(&project), ["Nora", "Tom Hale", "Nora", "Tom Hale"]);
    let listed = project.run(&["speakers"]).ok();
    for row in [
        "c/a.txt,label,Tom,Tom Hale,participant",
        "*,label,Note,,none",
        "c/a.txt,label,Nora,,interviewer",
    ] {
        assert!(listed.contains(row), "{row} in {listed}");
    }
    // A table that is saved and read again decides the same.
    project.file("corpora/c/speakers.csv", &listed);
    project.run(&["ingest"]);
    assert_eq!(who(&project), ["Nora", "Tom Hale", "Nora", "Tom Hale"]);
    project.file("queries/q.toml", "[[kwic]]\nid = \"k\"\nfind = 'yard'\n");
    let checked = project.run(&["check"]).err();
    assert!(checked.contains("first `Ghost`"), "{checked}");
}

#[test]
fn what_stands_before_labels_is_no_part_of_them() {
    for (name, lines) in [
        ("counters", ["L1: ", "L4: ", "L7: ", "L9: "]),
        ("turns", ["Turn 1 ", "Turn 2 ", "Turn 3 ", "Turn 4 "]),
        ("times with points", ["00.10 ", "00.17 ", "00.24 ", "00.31 "]),
        ("times of programs", ["[TC 00:10] ", "[TC 00:17] ", "[TC 00:24] ", "[TC 00:31] "]),
        ("line numbers", ["001  ", "004  ", "007  ", "010  "]),
    ] {
        let project = Project::new();
        let turns = [
            "Interviewer: Where was it?",
            "Maja: There.",
            "Interviewer: And then?",
            "Maja: It rained.",
        ];
        let lines: Vec<String> = lines.iter().zip(turns).map(|(a, b)| format!("{a}{b}")).collect();
        project.file("corpora/c/a.txt", lines.join("\n"));
        project.run(&["ingest"]);
        assert_eq!(who(&project), ["Interviewer", "Maja", "Interviewer", "Maja"], "{name}");
        assert_eq!(said(&project)[1].2, "There.", "{name}");
    }
}

#[test]
fn words_are_not_taken_for_labels_of_those_who_are_listed() {
    let project = Project::new();
    project.file("corpora/c/participants.csv", "id\nMaja\nNora\n");
    let text = "Interviewer: Who was there?\n\nMaja: It was the two of us.\n\nNora, come here, I said. We built it.\n\n\
                Nora - she was the one - sang.\n\nInterviewer: And then? [laughs]\n\nNora: I helped.\n";
    project.file("corpora/c/a.txt", text);
    project.run(&["ingest"]);
    assert_eq!(who(&project), ["Interviewer", "Maja", "Maja", "Maja", "Interviewer", "Nora"]);
    assert!(said(&project)[2].2.starts_with("Nora, come here"));
}

#[test]
fn a_decision_about_a_label_has_a_voice_that_labels_have() {
    let project = Project::new();
    project.file("corpora/c/a.txt", "Karl: Where?\n\nMaja: There.\n\nKarl: Far?\n\nMaja: No.\n");
    project.file("corpora/c/corpus.toml", "[speakers]\nfile = \"speakers.csv\"\n");
    for (row, told) in [
        ("c/a.txt,label,Maja,,author", "line 2: a label's voice is participant or interviewer"),
        ("c/a.txt,label,Maja", "line 2: 3 cells"),
    ] {
        project.file("corpora/c/speakers.csv", format!("source,what,id,speaker,voice\n{row}\n"));
        let err = project.run(&["ingest"]).err();
        assert!(err.contains(told), "{err}");
    }
    // What a person has decided is not guessed otherwise.
    project.file(
        "corpora/c/speakers.csv",
        "source,what,id,speaker,voice\nc/a.txt,label,Karl,,participant\n",
    );
    let err = project.run(&["ingest"]).err();
    assert!(!err.contains("is taken for the one who asks"), "{err}");
}

#[test]
fn what_counts_nothing_stays() {
    // Codes that rise are people, and years are spoken words.
    let project = Project::new();
    let text = "Interviewer: And you?\nP1: We came by the road.\nInterviewer: And you?\nP2: By boat.\n\
                Interviewer: And you?\nP3: On foot.\n";
    project.file("corpora/c/a.txt", text);
    project.run(&["ingest"]);
    assert_eq!(who(&project), ["Interviewer", "P1", "Interviewer", "P2", "Interviewer", "P3"]);
    let project = Project::new();
    let text = "Interviewer: And then?\nMaja: I was born at the mill.\nIn 1970 we moved to the town.\n\
                In 1982 I married Karl.\nIn 1990 we came back.\nInterviewer: Why?\nMaja: It was ours.\n";
    project.file("corpora/c/a.txt", text);
    project.run(&["ingest"]);
    let words: String = said(&project).into_iter().map(|(_, _, text)| text + " ").collect();
    assert!(words.contains("In 1970 we moved") && words.contains("In 1990 we came"), "{words}");
}

/// Eight turns of two people, in a form.
fn two(form: impl Fn(&str, &str) -> String) -> String {
    let said = [
        "Where did you keep it?",
        "In the cellar, behind the door.",
        "And who knew of it?",
        "My aunt knew, and the baker.",
        "Did it stay dry?",
        "It did for a year or so.",
        "What came then?",
        "The river came.",
    ];
    said.iter().enumerate().map(|(i, text)| form(["Nora", "Tom"][i % 2], text) + "\n\n").collect()
}

#[test]
fn who_is_not_known_is_nobody() {
    let project = Project::new();
    for label in
        ["???:", "[?]:", "__:", "[?]", "[00:12:01] ???:", "??? (00:12:01):", "？？：", "???\t"]
    {
        let text = two(|who, text| format!("{who}: {text}"))
            + &format!("{label} I was there as well.\n\nNora: When?\n");
        project.file("corpora/c/a.txt", &text);
        project.run(&["ingest"]);
        assert_eq!(who(&project)[8..], ["nobody", "Nora"], "{label}");
        assert_eq!(said(&project)[8].2, "I was there as well.");
    }
}

#[test]
fn signs_that_part_no_name_are_left_alone() {
    for text in [
        "G&uuml;nter: Where was it?\n\nJ&ouml;rg: In the yard.\n\nG&uuml;nter: And then?\n\nJ&ouml;rg: It rained.\n",
        "INT1:How many?\n\nP1:3 of them.\n\nINT1:And then?\n\nP1:10 years went by.\n",
    ] {
        let project = Project::new();
        project.file("corpora/c/a.txt", text);
        project.run(&["ingest"]);
        let names: Vec<&str> = text.split("\n\n").filter_map(|t| t.split(':').next()).collect();
        assert_eq!(who(&project), names[..4], "{text}");
    }
    for text in [
        "Oslo;rain;0\nBergen;sun;1\nOslo;sun;2\nBergen;rain;3\n",
        "\"Trust\" is what they said.\n\n\"Care\" came next.\n\n\"Trust\" was rare.\n\n\"Care\" was not.\n",
        "/etc/ holds settings.\n\n/usr/bin/ holds programs.\n\n/etc/ is small.\n\n/usr/bin/ is large.\n",
    ] {
        let project = Project::new();
        project.file("corpora/c/a.txt", text);
        project.run(&["ingest"]);
        assert!(who(&project).iter().all(|w| w == "nobody"), "{text}");
    }
}

#[test]
fn labels_that_hardly_anybody_has_and_forms_that_are_not_known_are_told() {
    let project = Project::new();
    let rare = two(|who, text| format!("{who}: {text}"))
        + "Tom: It went so.\n\nMe: no.\n\n12 beds: full.\n\nGenesis 1:1 says it.\n";
    project.file("corpora/c/a.txt", &rare);
    let told = project.run(&["ingest"]).err();
    assert!(
        told.contains("labels open a turn or two") && told.contains("`12 beds`, `Me`"),
        "{told}"
    );
    for form in ["00:10,{},", "{} wrote at 10:11:\n"] {
        project.file("corpora/c/a.txt", two(|who, text| form.replace("{}", who) + text));
        let told = project.run(&["ingest"]).err();
        assert!(told.contains("8 lines begin with `Nora`, `Tom` by turns"), "{told}");
    }
    project.file("corpora/c/a.txt", &rare);
    project.file("corpora/c/corpus.toml", "[speakers]\ninterviewers = [\"Karla\"]\n");
    let told = project.run(&["ingest"]).err();
    assert!(told.contains("lists `Karla`, and nobody there is called so"), "{told}");
}

#[test]
fn counters_before_roles_count_nothing() {
    let project = Project::new();
    let labelled = two(|who, text| format!("{who}: {text}")).replace("Nora", "Interviewer");
    let lines: Vec<&str> = labelled.lines().filter(|l| !l.is_empty()).collect();
    let mut text = String::new();
    for (line, n) in lines.iter().zip(1..) {
        text = text + "Q" + &n.to_string() + ": " + line + "\n\n";
    }
    project.file("corpora/c/a.txt", &text);
    project.run(&["ingest"]);
    assert_eq!(who(&project)[..4], ["Interviewer", "Tom", "Interviewer", "Tom"]);
}

#[test]
fn bare_names_beside_quotations_are_told_and_settled() {
    let project = Project::new();
    let said = |name: &str| {
        format!(
            "The staff spoke of it. “I never slept more than four hours in all of those weeks” ({name}).\n\n"
        )
    };
    let paper = |names: [&str; 4], more: &str| {
        "# Abstract\n\nWhat we did and saw.\n\n# Methods\n\nWe met staff.".to_owned()
            + more
            + "\n\n# Results\n\n"
            + &names.map(said).concat()
            + "# References\n\nNobody 1999.\n"
    };
    let quoted = |project: &Project| -> Vec<Value> {
        let all = project.export();
        all.iter().flat_map(|p| p["quotations"].as_array().cloned().unwrap_or_default()).collect()
    };
    let sites = ["Oslo", "Bergen", "Oslo", "Bergen"];
    project.file("corpora/c/a.md", paper(sites, " They worked in Oslo and in Bergen."));
    let told = project.run(&["ingest"]).err();
    assert!(told.contains("2 words beside quotations are read as names"), "{told}");
    project.file("corpora/c/corpus.toml", "[speakers]\nnot_speakers = [\"Oslo\", \"Bergen\"]\n");
    let told = project.run(&["ingest"]).err();
    assert!(!told.contains("beside quotations"), "{told}");
    assert!(quoted(&project).iter().all(|q| q["speaker"].is_null()));
    assert_eq!(quoted(&project).len(), 4);
    let names = ["Marisol", "Teresa", "Marisol", "Teresa"];
    project.file("corpora/c/a.md", paper(names, ""));
    project.file("corpora/c/corpus.toml", "[speakers]\nnames = [\"Marisol\", \"Teresa\"]\n");
    let told = project.run(&["ingest"]).err();
    assert_eq!(quoted(&project)[0]["speaker"], "Marisol");
    assert!(!told.contains("beside quotations"), "{told}");
}

#[test]
fn paragraphs_set_off_from_the_margin_are_quotations() {
    let project = Project::new();
    let body = [
        (0, "We met the staff of three kitchens over a year."),
        (0, "One of them spoke of the long nights."),
        (
            1,
            "I never slept more than four hours in those weeks, and my sister took the boys to school.",
        ),
        (0, "The others nodded at this, and so did we."),
        (1, "We then coded all of the notes in two rounds, as Adams (2001) has it."),
        (1, "“Not again,” said the old man to his dog and went on to walk along the pier."),
        (0, "In the second kitchen nobody stayed longer than a month."),
    ];
    let text = |before: &str| -> String {
        let line = |(off, text): &(usize, &str)| before.repeat(*off) + text + "\n\n";
        body.iter().map(line).collect()
    };
    let rtf = |(off, text): &(usize, &str)| format!("\\pard\\li{} {text}\\par\n", 720 * off);
    let word = |(off, text): &(usize, &str)| {
        let left = 720 * off;
        format!("<w:p><w:pPr><w:ind w:left=\"{left}\"/></w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>")
    };
    let rtf: String = body.iter().map(rtf).collect();
    let word: String = body.iter().map(word).collect();
    project.file("corpora/c/corpus.toml", "keep_duplicates = true\n");
    project.file("corpora/c/a.txt", text("    "));
    project.file("corpora/c/b.rtf", format!("{{\\rtf1\\ansi {rtf}}}"));
    let word = format!("<w:document xmlns:w=\"w\"><w:body>{word}</w:body></w:document>");
    project.file("corpora/c/c.docx", crate::formats::archive(&[("word/document.xml", &word)]));
    // Where all stands so, it is the text's layout.
    project.file("corpora/c/d.txt", body.map(|(_, text)| format!("    {text}\n\n")).concat());
    project.run(&["ingest"]);
    let kinds: Vec<Value> = project.export().iter().map(|p| p["kind"].clone()).collect();
    let one: Vec<&str> = (0..7).map(|i| if i == 2 { "quotation" } else { "paragraph" }).collect();
    assert_eq!(kinds[..21], [one.as_slice(), &one, &one].concat());
    assert!(kinds[21..].iter().all(|k| k == "paragraph"));
}

#[test]
fn marks_of_all_languages_end_quotations() {
    for (open, close) in [("“", "”"), ("„", "“"), ("„", "”"), ("»", "«"), ("«", "»"), ("\"", "\"")]
    {
        let project = Project::new();
        project.file(
            "corpora/c/a.md",
            format!(
                "Das Personal sprach davon. {open}Ich habe in all den Wochen nie geschlafen{close} (P1).\n\n\
                 Mehr stand hier nicht.\n"
            ),
        );
        project.run(&["ingest"]);
        let passages = project.export();
        let quoted = passages[0]["quotations"].as_array().expect("quotations");
        assert_eq!(quoted[0]["speaker"], "P1");
        let tokens = quoted[0]["end_token"].as_u64().unwrap_or(0)
            - quoted[0]["start_token"].as_u64().unwrap_or(0);
        assert_eq!((passages[0]["kind"].as_str(), tokens), (Some("paragraph"), 8), "{open}{close}");
    }
}
