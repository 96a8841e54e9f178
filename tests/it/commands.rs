//! The subcommands, each as a person uses it.

use serde_json::Value;

use crate::support::Project;

fn ingested() -> Project {
    let project = Project::sample();
    project.run(&["ingest"]).ok();
    project
}

#[test]
fn run_ends_with_a_summary_and_quiet_says_nothing() {
    let project = Project::sample();
    let out = project.run(&["run"]).ok();
    for part in
        ["13 sources", "tokens", "alliance-lines", "hits in", "alliance/alliance-lines.json"]
    {
        assert!(out.contains(part), "{part} in\n{out}");
    }
    let quiet = project.run(&["run", "--quiet"]);
    assert_eq!((quiet.out(), quiet.err()), (String::new(), String::new()));
}

#[test]
fn find_shows_the_match_between_its_contexts() {
    let project = ingested();
    let ran = project.run(&["find", "therapeutic alliance"]);
    let out = ran.ok();
    assert!(out.lines().step_by(2).all(|l| l.contains("[therapeutic alliance]")), "{out}");
    let column = |l: &str| l.chars().take_while(|c| *c != '[').count();
    let columns: Vec<usize> = out.lines().step_by(2).map(column).collect();
    assert!(columns.windows(2).all(|w| w[0] == w[1]), "matches are aligned\n{out}");
    assert!(ran.err().contains("hits in"));
    let json = project
        .run(&["find", "therapeutic alliance", "--json", "--where", "voice=participant"])
        .ok();
    let rows: Vec<Value> = json.lines().map(|l| serde_json::from_str(l).expect("JSON")).collect();
    assert!(!rows.is_empty() && rows.iter().all(|r| r["voice"] == "participant"));
}

#[test]
fn find_refuses_with_a_place() {
    let project = ingested();
    assert!(project.run(&["find", "trust | *"]).fails(2).contains("PATTERN:1:9"));
    let told = project.run(&["find", "trust", "--where", "rolle=nurse"]).fails(2);
    assert!(told.contains("did you mean `role`?"), "{told}");
    assert!(project.run(&["find", "trust", "--context", "no"]).fails(2).contains("sentence"));
}

#[test]
fn show_names_sections_speakers_and_what_was_removed() {
    let project = ingested();
    let out = project.run(&["show", "2019-alone-on-the-road"]).ok();
    for part in [
        "== 3.1 Solitude as Respite [results]",
        "quotation, participant, HCW7",
        "quotes HCW2:",
        "p. 188",
    ] {
        assert!(out.contains(part), "{part} in\n{out}");
    }
    assert!(out.contains("judgement"), "words cut with a hyphen are whole");
    assert!(out.contains("literature"), "words cut without a hyphen are whole");
    assert!(out.contains("self-care") && out.contains("long-term"), "compounds keep theirs");
    let removed = project.run(&["show", "2019-alone-on-the-road", "--removed"]).ok();
    assert!(
        removed.contains("ALONE ON THE ROAD") && removed.contains("18 places left out"),
        "{removed}"
    );
    let told = project.run(&["show", "P0"]).fails(2);
    assert!(told.contains("give one of"), "{told}");
    assert!(project.run(&["show", "interviews/P0l.txt"]).fails(2).contains("did you mean"));
}

#[test]
fn speakers_of_transcripts() {
    let project = ingested();
    let passages = project.export();
    for i in 1..=9 {
        let source = format!("interviews/P0{i}.");
        let of: Vec<&Value> = passages
            .iter()
            .filter(|p| p["source"].as_str().is_some_and(|s| s.starts_with(&source)))
            .collect();
        let mut speakers: Vec<&str> = of.iter().filter_map(|p| p["speaker"].as_str()).collect();
        speakers.sort_unstable();
        speakers.dedup();
        let own = if i == 8 { "P08".to_owned() } else { format!("P0{i}") };
        let found: Vec<String> = speakers.iter().map(|s| s.replace(' ', "")).collect();
        assert_eq!(found, ["Interviewer".to_owned(), own], "{source}");
        let asks = of.iter().filter(|p| p["voice"] == "interviewer").count();
        let answers = of.iter().filter(|p| p["voice"] == "participant").count();
        assert!(asks >= 8 && answers >= 8, "{source}: {asks} and {answers}");
    }
}

#[test]
fn frequency_rows_add_up_and_carry_their_denominators() {
    let project = Project::sample();
    project.run(&["run"]).ok();
    let result = project.result("alliance/themes-by-role.json");
    let rows = result["rows"].as_array().expect("rows");
    let of = |row: &Value, key: &str| row[key].as_u64().expect("a number");
    let roles: Vec<&str> =
        rows.iter().filter(|r| r["theme"] == "strain").filter_map(|r| r["role"].as_str()).collect();
    assert_eq!(roles, ["coordinator", "home care worker", "nurse"]);
    for row in rows {
        let rate = row["per_1000"].as_f64().expect("a rate");
        #[expect(clippy::cast_precision_loss, reason = "small numbers")]
        let expected = of(row, "hits") as f64 / of(row, "tokens") as f64 * 1000.0;
        assert!((rate - expected).abs() < 1e-9);
        assert!(
            of(row, "passages_with") <= of(row, "passages")
                && of(row, "hits") <= of(row, "hits_all")
        );
    }
    // Participants' words counted here are those of the export.
    let tokens: usize = project
        .export()
        .iter()
        .filter(|p| p["voice"] == "participant" && p["collection"] == "interviews")
        .map(|p| p["tokens"].as_array().expect("tokens").len())
        .sum();
    let counted: u64 =
        rows.iter().filter(|r| r["theme"] == "strain").map(|r| of(r, "tokens")).sum();
    assert_eq!(counted, tokens as u64);
}

#[test]
fn references_are_no_evidence_unless_asked_for() {
    let project = ingested();
    let lines = |extra: &[&str]| {
        let mut arguments = vec!["find", "\"Journal of Visiting Care\"", "--json"];
        arguments.extend(extra);
        project.run(&arguments).ok().lines().count()
    };
    assert_eq!(lines(&[]), 0);
    assert!(lines(&["--where", "voice=reference"]) > 0);
    assert!(lines(&["--where", "kind=reference"]) > 0);
    assert!(lines(&["--where", "section=references"]) > 0);
}

#[test]
fn a_quotation_is_the_participants_and_the_rest_the_authors() {
    let project = ingested();
    let find = |voice: &str| {
        project
            .run(&["find", "factory | solitude", "--json", "--where", &format!("voice={voice}")])
            .ok()
            .lines()
            .map(|l| {
                serde_json::from_str::<Value>(l).expect("JSON")["match"]
                    .as_str()
                    .map(str::to_lowercase)
            })
            .collect::<Vec<_>>()
    };
    assert!(find("participant").iter().any(|m| m.as_deref() == Some("factory")));
    assert!(find("author").iter().all(|m| m.as_deref() == Some("solitude")));
}

#[test]
fn cooccurrence_is_a_plain_count_over_the_export() {
    let project = ingested();
    project.file(
        "queries/pair.toml",
        "[[cooccurrence]]\nid = \"p\"\nfind = ['alone', 'road']\nwithin = [\"passage\", \"sentence\", \"source\", \"section\", \"turn\"]\n",
    );
    let query = project.path("queries/pair.toml");
    project.run(&["query", &query.to_string_lossy()]).ok();
    let result = project.result("pair/p.json");
    let passages: Vec<Value> =
        project.export().into_iter().filter(|p| p["voice"] != "reference").collect();
    for row in result["rows"].as_array().expect("rows") {
        let unit = row["within"].as_str().expect("a unit");
        let mut units: std::collections::BTreeMap<String, [bool; 2]> =
            std::collections::BTreeMap::new();
        for passage in &passages {
            count(passage, unit, &mut units);
        }
        let n = |f: fn(&[bool; 2]) -> bool| units.values().filter(|u| f(u)).count() as u64;
        assert_eq!(row["units"], units.len() as u64, "{unit}");
        assert_eq!(row["n_a"], n(|u| u[0]), "{unit}");
        assert_eq!(row["n_b"], n(|u| u[1]), "{unit}");
        assert_eq!(row["n_ab"], n(|u| u[0] && u[1]), "{unit}");
    }
}

fn count(passage: &Value, unit: &str, units: &mut std::collections::BTreeMap<String, [bool; 2]>) {
    let text: Vec<char> = passage["text"].as_str().expect("text").chars().collect();
    let at = |v: &Value| usize::try_from(v.as_u64().expect("number")).expect("small");
    for (i, sentence) in passage["sentences"].as_array().expect("sentences").iter().enumerate() {
        let key = match unit {
            "source" => passage["source"].to_string(),
            "section" => format!("{} {}", passage["source"], passage["section_number"]),
            "turn" => format!("{} {}", passage["source"], passage["turn"]),
            "sentence" => format!("{} {} {i}", passage["source"], passage["passage"]),
            _ => format!("{} {}", passage["source"], passage["passage"]),
        };
        let entry = units.entry(key).or_default();
        for token in
            &passage["tokens"].as_array().expect("tokens")[at(&sentence[0])..at(&sentence[1])]
        {
            let word: String = text[at(&token[0])..at(&token[1])].iter().collect();
            entry[0] |= word.to_lowercase() == "alone";
            entry[1] |= word.to_lowercase() == "road";
        }
    }
}

#[test]
fn one_quoted_with_another_is_the_same_participant_alone() {
    let project = Project::new();
    project.file(
        "corpora/c/a.txt",
        "They enjoyed “working with people” (CPO24, CPO54).\n\nIt was “helping people out” (CPO24).\n",
    );
    project.file(
        "queries/q.toml",
        "[[cooccurrence]]\nid = \"p\"\nfind = ['working', 'helping']\nwithin = 'participant'\n",
    );
    project.run(&["run"]).ok();
    let row = &project.result("q/p.json")["rows"][0];
    assert_eq!((&row["n_a"], &row["n_b"], &row["n_ab"]), (&2.into(), &1.into(), &1.into()));
}

#[test]
fn speakers_written_in_a_way_of_their_own() {
    let project = Project::new();
    let text = "It was “a good day” (Sister Agnes, 61). As Sister Ruth said, “we sang” (P07).\n";
    project.file("corpora/c/a.txt", text);
    project.file(
        "corpora/c/corpus.toml",
        "[speakers]\npatterns = ['Sister [A-Z]\\w+']\n[aliases]\n\"sister  ruth\" = \"Sister Rut\"\n",
    );
    project.run(&["ingest"]).ok();
    let passage = &project.export()[0];
    let quotations = passage["quotations"].as_array().expect("a list");
    let speakers: Vec<&str> = quotations.iter().filter_map(|q| q["speaker"].as_str()).collect();
    assert_eq!(speakers, ["Sister Agnes", "Sister Rut"]);
}

#[test]
fn a_transcript_without_answers_is_told() {
    let project = Project::new();
    project.file("corpora/c/corpus.toml", "kind = \"transcripts\"\n");
    project.file("corpora/c/none.txt", "Just some talk.\n\nAnd more of it.\n");
    project.file("corpora/c/asks.txt", "Moderator: Who?\n\nI do.\n\nModerator: And?\n\nSo do I.\n");
    let told = project.run(&["ingest"]).err();
    assert!(told.contains("corpora/c/none.txt: no speaker was found"), "{told}");
    // Where only those who ask have labels, what stands under a question is an answer of somebody unknown.
    let answers = project.export();
    let answers = answers.iter().filter(|r| r["voice"] == "participant").collect::<Vec<_>>();
    assert_eq!(answers.len(), 2);
    assert!(answers.iter().all(|r| r["speaker"].is_null() && r["kind"] == "turn"));
    assert!(told.contains("corpora/c/asks.txt: 2 turns name nobody"), "{told}");
}

#[test]
fn a_filter_that_lets_nothing_through_says_so() {
    let project = ingested();
    project.file(
        "queries/none.toml",
        "[[kwic]]\nid = \"n\"\nfind = 'trust'\nwhere = { voice = \"interviewer\", collection = \"papers\" }\n",
    );
    let query = project.path("queries/none.toml");
    project.run(&["query", &query.to_string_lossy()]).ok();
    let warnings = &project.result("none/n.json")["warnings"];
    assert!(warnings.to_string().contains("lets no word"), "{warnings}");
}

#[test]
fn collocates_are_a_plain_count_over_the_export() {
    let project = Project::sample();
    project.run(&["run"]).ok();
    let result = project.result("alliance/client-company.json");
    let mut in_window = std::collections::BTreeMap::<String, u64>::new();
    let mut total = std::collections::BTreeMap::<String, u64>::new();
    let (mut window_tokens, mut tokens) = (0_u64, 0_u64);
    for passage in project.export().iter().filter(|p| p["voice"] != "reference") {
        let text: Vec<char> = passage["text"].as_str().expect("text").chars().collect();
        let at = |v: &Value| usize::try_from(v.as_u64().expect("number")).expect("small");
        let words: Vec<String> = passage["tokens"]
            .as_array()
            .expect("tokens")
            .iter()
            .map(|t| {
                thematic::text::fold(&text[at(&t[0])..at(&t[1])].iter().collect::<String>())
                    .into_owned()
            })
            .collect();
        let node = |i: usize| words[i].starts_with("client");
        for i in (0..words.len()).filter(|i| !node(*i)) {
            tokens += 1;
            *total.entry(words[i].clone()).or_default() += 1;
            let near = i.saturating_sub(5)..(i + 6).min(words.len());
            if near.into_iter().any(node) {
                window_tokens += 1;
                *in_window.entry(words[i].clone()).or_default() += 1;
            }
        }
    }
    let rows = result["rows"].as_array().expect("rows");
    assert!(rows.len() > 10);
    assert_eq!(rows.len(), in_window.values().filter(|n| **n >= 3).count());
    for row in rows {
        let word = row["collocate"].as_str().expect("a word");
        assert_eq!(row["n_both"], in_window[word], "{word}");
        assert_eq!(row["n_collocate"], total[word], "{word}");
        assert_eq!(row["n_node_window"], window_tokens);
        assert_eq!(row["tokens"], tokens);
    }
}

#[test]
fn status_tells_what_is_stale() {
    let project = ingested();
    assert!(project.run(&["status"]).ok().contains("the index is up to date"));
    project.file("corpora/interviews/new.txt", "P20: Hello.\n");
    let out = project.run(&["status"]).ok();
    assert!(
        out.contains("new      interviews/new.txt") && out.contains("thematic ingest"),
        "{out}"
    );
}

#[test]
fn export_as_vertical_text() {
    let project = ingested();
    let out = project.run(&["export", "--format", "vrt", "interviews/P01*"]).ok();
    assert!(
        out.starts_with("<text id=\"interviews/P01.txt\" collection=\"interviews\">\n<p n=\"1\""),
        "{out}"
    );
    assert_eq!(out.matches("<text ").count(), 1);
    assert_eq!(out.matches("<s>").count(), out.matches("</s>").count());
}

#[test]
fn init_makes_a_project_that_runs_and_keeps_what_is_there() {
    let project = Project::new();
    let folder = project.path("");
    project.file("queries/alliance.toml", "[[kwic]]\nid = \"mine\"\nfind = 'trust'\n");
    let out = project.run(&["init", &folder.to_string_lossy()]).ok();
    assert!(out.contains("1 kept as they were"), "{out}");
    let out = project.run(&["run"]).ok();
    assert!(out.contains("mine"), "{out}");
}

#[test]
fn results_of_queries_that_are_gone_go_too() {
    let project = Project::sample();
    project.run(&["run"]).ok();
    let path = project.path("queries/voices.toml");
    let text =
        std::fs::read_to_string(&path).expect("query").replace("words-by-source", "by-source");
    std::fs::write(&path, text).expect("writable");
    project.run(&["run", &path.to_string_lossy()]).ok();
    assert!(!project.path("results/voices/words-by-source.json").exists());
    assert!(project.path("results/voices/by-source.json").exists());
    let manifest = project.result("manifest.json");
    assert_eq!(
        manifest["queries"].as_array().map(Vec::len),
        Some(5),
        "the other files' answers are kept"
    );
}

#[test]
fn completions_and_help() {
    let project = Project::new();
    assert!(project.run(&["completions", "bash"]).ok().contains("thematic"));
    assert_eq!(project.run(&["run", "--no-such"]).code(), 2);
}

#[test]
fn show_has_the_original_beside_it() {
    let project = Project::new();
    project
        .file("corpora/a/x.txt", "A title\n\nFirst words\nand more.\n\n12\n\nSecond one here.\n");
    project.file("corpora/a/y.json", "[{\"speaker\": \"A\", \"text\": \"One two.\"}]");
    project.run(&["ingest"]).ok();
    let shown = project.run(&["show", "x.txt", "--original"]).ok();
    let lines: Vec<&str> =
        shown.lines().filter(|l| l.contains(" | ") && !l.starts_with('[')).collect();
    let numbers: Vec<&str> =
        lines.iter().map(|l| l.split('|').next().expect("number").trim()).collect();
    assert_eq!(numbers, ["1", "2", "3", "4", "5", "6", "7", "8", "9"], "{shown}");
    assert!(shown.contains("     3 | First words"), "{shown}");
    assert!(project.run(&["show", "y.json", "--original"]).fails(2).contains("without lines"));
}
