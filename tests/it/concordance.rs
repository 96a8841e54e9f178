//! Concordances: context, order, choice of lines, groups, forms of output, layers.

use serde_json::Value;

use crate::manual::tagged;
use crate::support::Project;

const TALK: &str = "Interviewer: Did you trust her at once?\n\n\
    P01: No. I trust slowly, as a rule. She came every day, and so I trusted her.\n\n\
    It takes time. Trust is a slow thing (very slow).\n\n\
    Interviewer: And now?\n\n\
    P02: I trust slowly, as a rule. Élan and trust are not one; 3 months, trust, 12 months, trust.\n\n\
    Interviewer: Do you trust yourself?\n";

/// A project of one talk; participants have a role.
fn project() -> Project {
    let project = Project::new();
    project.file("corpora/talks/a.txt", TALK);
    project.file("corpora/talks/participants.csv", "id,role\nP01,nurse\nP02,carer\n");
    project.run(&["ingest"]).ok();
    project
}

fn lines(project: &Project, arguments: &[&str]) -> Vec<Value> {
    let all = [&["find", "--format", "jsonl"], arguments].concat();
    let out = project.run(&all).ok();
    out.lines().map(|l| serde_json::from_str(l).expect("JSON lines")).collect()
}

/// Lines as `left [match] right`.
fn shown(rows: &[Value]) -> Vec<String> {
    let part = |row: &Value, key: &str| row[key].as_str().expect("text").to_owned();
    let line = |row| format!("{}[{}]{}", part(row, "left"), part(row, "match"), part(row, "right"));
    rows.iter().map(line).collect()
}

#[test]
fn context_is_the_text_as_it_stands() {
    let project = project();
    let with = |context: &[&str]| {
        let arguments = [&["slow thing"], context].concat();
        shown(&lines(&project, &arguments)).remove(0)
    };
    assert_eq!(with(&["--context", "1"]), "a [slow thing] (very");
    assert_eq!(with(&["--context", "0:2"]), "[slow thing] (very slow).");
    assert_eq!(with(&["--context", "2:0"]), "is a [slow thing]");
    assert_eq!(with(&["--context", "sentence"]), "Trust is a [slow thing] (very slow).");
    let passage = "It takes time. Trust is a [slow thing] (very slow).";
    assert_eq!(with(&["--context", "1s"]), passage);
    assert_eq!(with(&["--context", "passage"]), passage);
    assert_eq!(with(&["--context", "100"]), passage);
    // Into the passage before only where that is asked for, and never over the turn.
    let turn = format!(
        "No. I trust slowly, as a rule. She came every day, and so I trusted her.\n{passage}"
    );
    assert_eq!(with(&["--context", "turn"]), turn);
    assert_eq!(with(&["--context", "100", "--across", "turn"]), turn);
    assert_eq!(with(&["--context", "9s", "--across", "turn"]), turn);
    assert_eq!(
        with(&["--context", "7:0", "--across", "turn"]),
        "her.\nIt takes time. Trust is a [slow thing]"
    );
    let all = with(&["--context", "900", "--across", "source"]);
    assert!(
        all.starts_with("Did you trust her at once?\nNo.")
            && all.ends_with("Do you trust yourself?")
    );
    assert_eq!(with(&["--context", "1s", "--across", "source"]), format!("{passage}\nAnd now?"));
}

#[test]
fn lines_have_a_total_order() {
    let project = project();
    let by = |sort: &str| {
        let rows = lines(&project, &["trust*", "--context", "0:1", "--sort", sort]);
        shown(&rows)
    };
    let corpus = lines(&project, &["trust*"]);
    assert_eq!(corpus.len(), 9);
    // Of equals the corpus decides: `trust her` comes before `trusted her`.
    assert_eq!(
        by("right1"),
        [
            "[trust].",
            "[trust], 12",
            "[trust] are",
            "[trust] her",
            "[trusted] her.",
            "[Trust] is",
            "[trust] slowly,",
            "[trust] slowly,",
            "[trust] yourself?"
        ]
    );
    let left = lines(&project, &["trust*", "--sort", "-left1,position"]);
    let first: Vec<_> = left.iter().map(|r| r["left"].as_str().unwrap_or("")).collect();
    assert!(first[0].ends_with("you ") && first[1].ends_with("you "), "{first:?}");
    let speakers = lines(&project, &["trust*", "--sort", "role,-position"]);
    let roles: Vec<_> = speakers.iter().map(|r| r["speaker"].as_str().unwrap_or("")).collect();
    assert_eq!(
        roles,
        ["Interviewer", "Interviewer", "P02", "P02", "P02", "P02", "P01", "P01", "P01"]
    );
    let accents = lines(&project, &["slowly | élan | every | rule", "--sort", "match"]);
    let words: Vec<_> = accents.iter().map(|r| r["match"].as_str().unwrap_or("")).collect();
    assert_eq!(words, ["Élan", "every", "rule", "rule", "slowly", "slowly"]);
}

#[test]
fn a_sample_is_the_same_whatever_is_added() {
    let project = project();
    for i in 0..20 {
        let text = format!("Talk {i}. I trust one. You trust two. We trust number {i}.\n");
        project.file(&format!("corpora/notes/{i}.txt"), text);
    }
    project.run(&["ingest"]).ok();
    let sample =
        |size: &str, seed: &str| lines(&project, &["trust", "--sample", size, "--seed", seed]);
    let ten = sample("10", "7");
    assert_eq!(ten.len(), 10);
    assert_eq!(ten, sample("10", "7"));
    assert_ne!(ten, sample("10", "8"));
    // In the order of the corpus, and a larger sample holds the smaller.
    let place = |r: &Value| (r["source"].to_string(), r["start_token"].as_u64());
    let twenty = sample("20", "7");
    assert!(ten.iter().all(|l| twenty.contains(l)));
    assert_eq!(sample("9999", "7").len(), 8 + 60);
    project.file("corpora/notes/zz.txt", "I trust zz. Trust nobody. Trust all.\n");
    project.run(&["ingest"]).ok();
    let after = sample("10", "7");
    let kept = after.iter().filter(|l| ten.contains(l)).count();
    let new = after.iter().filter(|l| l["source"] == "notes/zz.txt").count();
    assert_eq!(kept, 10 - new, "{:?}", after.iter().map(place).collect::<Vec<_>>());
    let thin = lines(&project, &["trust", "--thin", "50", "--seed", "3"]);
    assert!((20..52).contains(&thin.len()), "{}", thin.len());
    let every = lines(&project, &["trust", "--every", "10"]);
    assert_eq!(every.len(), 8);
    let all = lines(&project, &["trust"]);
    assert_eq!(every[1], all[10]);
}

#[test]
fn limits_and_near_duplicates_are_told() {
    let project = project();
    project.file(
        "queries/q.toml",
        "[[kwic]]\nid = 'limit'\nfind = 'trust*'\nlimit = 2\n\
         [[kwic]]\nid = 'last'\nfind = 'trust*'\nlimit = 2\nsort = '-position'\n\
         [[kwic]]\nid = 'once'\nfind = 'trust'\nnear_duplicates = 'drop'\ncontext = 1\n",
    );
    project.run(&["run"]).ok();
    let result = project.result("q/limit.json");
    assert_eq!((&result["summary"]["rows"], &result["summary"]["hits"]), (&2.into(), &9.into()));
    assert!(result["warnings"].to_string().contains("7 more lines"));
    let last = project.result("q/last.json");
    assert_eq!(last["rows"][0]["right"], " yourself?");
    let once = project.result("q/once.json");
    // `I trust slowly, as` stands there twice.
    assert_eq!(once["summary"]["near_duplicates"], 1);
    assert_eq!(once["rows"].as_array().expect("rows").len(), 7);
}

#[test]
fn groups_have_their_own_denominators() {
    let project = project();
    project.file(
        "queries/q.toml",
        "[[kwic]]\nid = 'forms'\nfind = 'trust*'\ngroup = ['match']\n\
         [[kwic]]\nid = 'roles'\nfind = 'trust*'\ngroup = ['role', 'match']\nformat = ['json', 'csv']\n\
         [[frequency]]\nid = 'frequency'\nfind = 'trust*'\nby = ['role']\n",
    );
    project.run(&["run"]).ok();
    let forms = project.result("q/forms.json");
    assert_eq!(forms["schema"]["name"], "thematic.groups");
    let rows = forms["rows"].as_array().expect("rows");
    assert_eq!((&rows[0]["match"], &rows[0]["hits"]), (&"trust".into(), &8.into()));
    assert_eq!(rows[0]["tokens"], forms["corpus"]["tokens"]);
    let roles = project.result("q/roles.json");
    let frequency = project.result("q/frequency.json");
    for row in frequency["rows"].as_array().expect("rows") {
        let same = roles["rows"].as_array().expect("rows").iter();
        let same: Vec<_> = same.filter(|r| r["role"] == row["role"]).collect();
        let hits: u64 = same.iter().map(|r| r["hits"].as_u64().expect("hits")).sum();
        assert_eq!(row["hits"], hits);
        assert!(same.iter().all(|r| r["tokens"] == row["tokens"]));
    }
    let csv = std::fs::read_to_string(project.path("results/q/roles.csv")).expect("the table");
    let head = "role,match,hits,share,tokens,per_1000,passages_with,sources_with";
    assert_eq!(csv.lines().next(), Some(head));
    assert_eq!(csv.lines().count(), 1 + roles["rows"].as_array().expect("rows").len());
}

#[test]
fn many_patterns_at_once_say_which() {
    let project = project();
    project.file("queries/terms/words.csv", "term,other\ntrust,slowly\ntime,takes\nnothing,here\n");
    project.file("queries/terms/list.txt", "months\nrule\n");
    project.file(
        "queries/codebooks/c.toml",
        "[theme.feel]\nfind = 'slow*'\n[theme.feel.trust]\nfind = 'trust*'\ncql = '\"every\" []'\n",
    );
    project.file(
        "queries/q.toml",
        "codebook = 'codebooks/c.toml'\n\
         [[kwic]]\nid = 'terms'\nfind = '$term ~2 $other'\nterms = 'terms/words.csv'\n\
         [[kwic]]\nid = 'list'\ncql = '\"$term\" within s'\nterms = 'terms/list.txt'\n\
         [[kwic]]\nid = 'themes'\n\
         [[kwic]]\nid = 'one'\nthemes = ['feel', 'feel/trust']\n",
    );
    project.run(&["run"]).ok();
    let themes = |id: &str| -> Vec<String> {
        let result = project.result(&format!("q/{id}.json"));
        let rows = result["rows"].as_array().expect("rows").clone();
        rows.iter().map(|r| r["theme"].as_str().expect("a theme").to_owned()).collect()
    };
    assert_eq!(themes("terms"), ["trust ~2 slowly", "time ~2 takes", "trust ~2 slowly"]);
    assert_eq!(themes("list").len(), 4);
    // Over the whole codebook a hit stands under the theme that names it.
    let all = themes("themes");
    let count = |list: &[String], theme: &str| list.iter().filter(|t| *t == theme).count();
    assert_eq!((count(&all, "feel"), count(&all, "feel/trust")), (4, 10));
    let named = themes("one");
    assert_eq!((count(&named, "feel"), count(&named, "feel/trust")), (14, 10));
    let told = project.run(&["check", "--explain"]).ok();
    assert!(told.contains("`trust`, then up to 1 word, then `slowly`\n"), "{told}");
    // A term is words: no sign in it has a meaning, and one of several words is a phrase.
    let odd = "term\n\"3 months\"\nC++ | x\n-slowly\ndon't\n12\n";
    project.file("terms.csv", odd);
    let list = project.path("terms.csv").to_string_lossy().into_owned();
    let find = |pattern: &str, cql: bool| {
        let mut arguments = vec![pattern, "--terms", &list];
        arguments.extend(cql.then_some("--cql"));
        let rows = lines(&project, &arguments);
        rows.iter().map(|r| r["match"].as_str().expect("text").to_owned()).collect::<Vec<_>>()
    };
    let found = ["slowly", "slowly", "3 months", "12"];
    for pattern in ["\"$term\"", "'$term'", "l\"$term\"", "[word == '$term']"] {
        assert_eq!(find(pattern, true), found, "{pattern}");
    }
    assert_eq!(find("$term", false), found);
    let near = ["trust slowly", "trust slowly", "3 months, trust", "trust, 12"];
    assert_eq!(find("(trust | 3) ~1 $term", false), near);
    project.file("terms.csv", "term\n\n...\n");
    let told = project.run(&["find", "$term", "--terms", &list]).fails(2);
    assert!(told.contains("line 3 of") && told.contains("no word in `term`"), "{told}");
}

#[test]
fn forms_of_output() {
    let project = project();
    project.file("corpora/talks/b.txt", "=SUM(1) trust and \"quotes\", commas\n\n-2 trust\n");
    project.file(
        "queries/q.toml",
        "[[kwic]]\nid = 'a'\nfind = 'trust'\nformat = 'csv'\nwhere = { source = 'talks/b.txt' }\n\
         [[kwic]]\nid = 'b'\nfind = 'trust'\nformat = 'jsonl'\n\
         [[kwic]]\nid = 'c'\nfind = 'nowhere'\nformat = 'csv'\n",
    );
    project.run(&["run"]).ok();
    let head = project.result("q/a.json");
    assert_eq!((&head["rows"], &head["rows_in"]), (&Value::Null, &serde_json::json!(["a.csv"])));
    let csv = std::fs::read(project.path("results/q/a.csv")).expect("the table");
    let mut table = csv::Reader::from_reader(csv.as_slice());
    let left = table.headers().expect("a head").iter().position(|h| h == "left").expect("left");
    let cells: Vec<String> =
        table.records().map(|r| r.expect("a row").get(left).expect("a cell").to_owned()).collect();
    assert_eq!(cells, ["'=SUM(1) ", "'-2 "]);
    let jsonl = std::fs::read_to_string(project.path("results/q/b.jsonl")).expect("lines");
    assert_eq!(jsonl.lines().count() as u64, project.result("q/b.json")["summary"]["rows"]);
    let empty = std::fs::read_to_string(project.path("results/q/c.csv")).expect("the table");
    assert!(empty.starts_with("source,passage,section") && empty.lines().count() == 1);
    let manifest = project.result("manifest.json");
    let files = manifest["queries"][0]["results"].to_string();
    assert!(files.contains("q/a.csv") && files.contains("q/b.jsonl"));
    // On a terminal the hits stand under each other, whatever the width of the signs.
    project.file("corpora/talks/b.txt", "日本語 trust\n\ncafe\u{301} trust\n\n👩‍👩‍👧 trust\n");
    project.run(&["ingest"]).ok();
    let table = project.run(&["find", "trust", "--where", "source=talks/b.txt"]).ok();
    let at = |line: &str| {
        let before = line.split("[trust]").next().unwrap_or_default();
        unicode_width::UnicodeWidthStr::width(before)
    };
    let hits: Vec<usize> = table.lines().filter(|l| l.contains("[trust]")).map(at).collect();
    assert_eq!(hits.len(), 3);
    assert!(hits.iter().all(|c| *c == hits[0]), "{table}");
}

#[test]
fn layers_are_searched_and_missed_with_a_word() {
    let project = tagged();
    let cql = |pattern: &str| lines(&project, &["--cql", pattern]);
    let be = cql("[lemma='be' & pos='AUX']");
    let forms: Vec<_> = be.iter().map(|r| r["match"].as_str().expect("text")).collect();
    assert_eq!(forms, ["was", "was", "is", "is", "are"]);
    assert_eq!((&be[0]["speaker"], &be[0]["voice"]), (&"N1".into(), &"participant".into()));
    assert_eq!(be[2]["voice"], "interviewer");
    let np = cql("<np type='person'/>");
    assert_eq!((np.len(), np[0]["match"].as_str()), (1, Some("The tall old man")));
    assert_eq!(np[0]["left"], "You build trust day by day. ");
    project.file("corpora/plain/a.txt", "We care for clients. They are cared for.\n");
    project.run(&["ingest"]).ok();
    let told = project.run(&["find", "--cql", "[lemma='be']"]).fails(2);
    for part in
        ["collection `plain` has no layer `lemma`", "has `word`", "collection = [\"tagged\"]"]
    {
        assert!(told.contains(part), "{part} in\n{told}");
    }
    let some = ["--cql", "[lemma='be']", "--where", "collection=tagged"];
    assert_eq!(lines(&project, &some).len(), 5);
    let told = project.run(&["find", "--cql", "'a' within <nq/>"]).fails(2);
    assert!(told.contains("did you mean `np`?"), "{told}");
    let told = project.run(&["find", "--cql", "<np tipe='x'/>"]).fails(2);
    assert!(told.contains("it has `type`"), "{told}");
    let query = "[[kwic]]\nid = 'a'\ncql = \"[lemma='be']\"\n";
    project.file("queries/q.toml", query);
    let told = project.run(&["check"]).fails(2);
    assert!(told.contains("q.toml:3:") && told.contains("no layer `lemma`"), "{told}");
    // A layer of stems can be had for any collection.
    project.file("corpora/plain/corpus.toml", "language = 'english'\nstem = true\n");
    project.run(&["ingest"]).ok();
    let stems = ["--cql", "[stem='care']", "--where", "collection=plain"];
    let stems = lines(&project, &stems);
    let forms: Vec<_> = stems.iter().map(|r| r["match"].as_str().expect("text")).collect();
    assert_eq!(forms, ["care", "cared"]);
    project.file("corpora/plain/corpus.toml", "language = 'klingon'\nstem = true\n");
    let told = project.run(&["ingest"]).fails(2);
    assert!(told.contains("`klingon`") && told.contains("english"), "{told}");
}

#[test]
fn a_within_widens_the_boundary_and_nothing_else_does() {
    let project = project();
    let count = |pattern: &str| lines(&project, &["--cql", "--matching", "all", pattern]).len();
    assert_eq!(count("'slowly' []{0,20} 'takes'"), 0);
    assert_eq!(count("'slowly' []{0,20} 'takes' within <turn/>"), 1);
    assert_eq!(count("'once' 'no'"), 0);
    assert_eq!(count("'once' 'no' within <turn/>"), 0);
    assert_eq!(count("'once' 'no' within <source/>"), 1);
    let row = &lines(&project, &["--cql", "'her' 'it' within <turn/>"])[0];
    assert_eq!(row["match"], "her.\nIt");
    assert_eq!(row["passage"], 2);
    // Its characters are those of the source's cleaned text.
    let chars = row["end_char"].as_u64().zip(row["start_char"].as_u64()).map(|(e, s)| e - s);
    assert_eq!(chars, Some(7));
    let turns = lines(&project, &["--cql", "<turn/> containing 'slow'"]);
    assert_eq!(turns.len(), 1);
    assert!(turns[0]["match"].as_str().expect("text").contains("trusted her.\nIt takes"));
    // A filter on voice holds for what is found over several passages, too.
    let wide = ["--cql", "'once' 'no' within <source/>", "--where", "voice=participant"];
    assert_eq!(lines(&project, &wide).len(), 0);
    for (query, hits) in [("group = 'speaker'", 1), ("sort = 'right1'", 1)] {
        let text = format!("[[kwic]]\nid = 'a'\ncql = \"'her' 'it' within turn\"\n{query}\n");
        project.file("queries/q.toml", text);
        project.run(&["run"]).ok();
        assert_eq!(project.result("q/a.json")["summary"]["hits"], hits);
    }
    let text = "[[collocates]]\nid = 'a'\ncql = \"'her' 'it' within turn\"\nmin_count = 1\n\
        [[frequency]]\nid = 'b'\ncql = \"'her' 'it' within turn\"\nby = 'speaker'\n\
        [[cooccurrence]]\nid = 'c'\ncql = [\"'her' 'it' within turn\", \"'slow'\"]\nwithin = ['sentence', 'passage', 'turn', 'participant']\nzeros = true\n";
    project.file("queries/q.toml", text);
    project.run(&["run"]).ok();
    assert_eq!(project.result("q/c.json")["rows"][2]["n_ab"], 1);
    // A passage with spans of which none is a hit is no passage with a hit.
    let text =
        "[[kwic]]\nid = 'a'\ncql = \"'slowly' []{0,20} 'takes' | 'it' 'takes' within turn\"\n";
    project.file("queries/q.toml", text);
    project.run(&["run"]).ok();
    let summary = &project.result("q/a.json")["summary"];
    let counts = ["hits", "hits_all", "passages_with"].map(|k| summary[k].as_u64());
    assert_eq!(counts, [Some(1), Some(2), Some(1)]);
}

#[test]
fn results_of_a_run_are_shown_together() {
    let project = project();
    let query = |find: &str, second: &str| {
        format!("[[kwic]]\nid = 'a'\nfind = '{find}'\nformat = ['json', 'csv']\n{second}")
    };
    project.file("queries/q.toml", query("trust", ""));
    project.run(&["run"]).ok();
    let before = project.results();
    // Every stretch of a passage of a thousand words is more than can be told.
    project.file("corpora/talks/long.txt", format!("{}\n", "word ".repeat(9_000)));
    let costly = "[[kwic]]\nid = 'b'\ncql = '[word!=\"zz\"]+'\n";
    project.file("queries/q.toml", query("slowly", costly));
    let told = project.run(&["run"]).fails(2);
    assert!(
        told.contains("queries/q.toml, query `b`") && told.contains("too many steps"),
        "{told}"
    );
    assert_eq!(project.results(), before, "nothing has changed");
    project.file("queries/q.toml", "[[kwic]]\nid = 'a'\nfind = 'trust'\n");
    project.run(&["run"]).ok();
    assert!(!project.path("results/q/a.csv").exists(), "a form that is no longer asked for");
}

#[test]
fn annotated_files_stay_as_they_are() {
    let project = Project::new();
    project.file("corpora/c/corpus.toml", "layers = ['word', 'pos']\n");
    project.file(
        "corpora/c/a.vrt",
        "<text id=\"t\">\n<section type=\"intro\">\n<head>\nTitle\tN\n</head>\n\
         <turn speaker=\"A\" topic=\"x\">\n<s id=\"1\">\nsay\tV\nhey\tX\n</s>\n</turn>\n\
         <turn speaker=\"A\">\n<s id=\"2\">\nyou\tP\n&#39;\tY\n</s>\nstray\tN\n</turn>\n</section>\n\
         <section>\n<turn speaker=\"B\">\n<s>\n<unk>\tN\n<S>\tN\n</s>\n</turn>\n</section>\n</text>\n",
    );
    project.file("corpora/c/b.vrt", "you\tP\nhey\tX\n");
    project.run(&["ingest"]).ok();
    let count = |cql: &str| lines(&project, &["--cql", "--matching", "all", cql]).len();
    for (cql, hits) in [
        ("<s id='1'/>", 1),
        ("<s id='z'/>", 0),
        ("<s/>", 3),
        ("'stray' within s", 0),
        ("<turn/> containing 'you'", 2),
        ("<turn topic='x'/>", 1),
        ("<turn speaker='A'/>", 2),
        ("'hey' 'you' within turn", 0),
        ("'hey' 'you' within <section/>", 1),
        ("<section type='intro'/> containing 'title'", 1),
        ("'you' '<unk>' within <section/>", 0),
        ("'<unk>' '<s>'", 1),
        ("\"'\"", 1),
        ("'hey' within (a:[] b:[] :: a.pos != b.pos)", 2),
        ("'hey' !within (a:[] b:[] :: a.pos != b.pos)", 0),
        ("'say' (?= b:[] :: b.pos = 'X')", 1),
        ("a:'say' (?! b:[] :: a.pos = b.pos)", 1),
    ] {
        assert_eq!(count(cql), hits, "{cql}");
    }
    // A layer that some files of the collection lack is searched, with a word about it.
    project.file("corpora/u/a.conllu", "1\tGo\tgo\tVERB\tVB\t_\t0\troot\t_\t_\n");
    project.file("corpora/u/b.vrt", "Go\n");
    project.run(&["ingest"]).ok();
    let some = project.run(&["find", "--cql", "[xpos='VB']", "--where", "collection=u"]);
    assert!(some.err().contains("1 of 2 sources have the layer `xpos`"), "{}", some.err());
    assert!(some.ok().contains("[Go]"));
    let told = project.run(&["find", "--cql", "<s/> containing b:'hey' :: b.pos = 'X'"]).fails(2);
    assert!(told.contains("label `b` can't be seen"), "{told}");
    let told = project.run(&["find", "--cql", "[word='x' & lema='be']"]).fails(2);
    assert!(told.contains("PATTERN:1:13") && told.contains("no layer `lema`"), "{told}");
}

#[test]
fn numbers_are_sorted_by_their_size() {
    let project = Project::new();
    for (name, score) in [("a", "10"), ("b", "-3"), ("c", "9.5"), ("d", "x"), ("e", "2.25")] {
        let text = format!("---\nscore: {score}\n---\n\nWe trust {name}.\n");
        project.file(&format!("corpora/c/{name}.md"), text);
    }
    project.run(&["ingest"]).ok();
    let rows = lines(&project, &["trust", "--sort", "score"]);
    let order: Vec<_> = rows.iter().map(|r| r["source"].as_str().expect("a source")).collect();
    assert_eq!(order, ["c/b.md", "c/e.md", "c/c.md", "c/a.md", "c/d.md"]);
}
