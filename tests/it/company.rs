//! Networks, evidence, clusters, layers and keywords against plain counts.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::cooccurrence::{count, rows, sample, searched};
use crate::frequency::{Token, fits, tokens};
use crate::support::{Project, shared};

fn text<'v>(row: &'v Value, key: &str) -> &'v str {
    row[key].as_str().unwrap_or_else(|| panic!("`{key}` of {row}"))
}

fn float(n: usize) -> f64 {
    f64::from(u32::try_from(n).expect("small"))
}

#[test]
fn networks_hold_the_pairs_and_fit_their_schema() {
    let project = sample(
        "[[cooccurrence]]\nid = 'c'\nwithin = ['sentence', { words = 4 }]\nnetwork = ['graphml', 'gexf', 'matrix']\n\
         [[cooccurrence]]\nid = 'g'\nby = 'role'\nnetwork = { format = 'graphml', weight = 'log_dice', least = 9.0, min_count = 2 }\n",
    );
    let path = crate::support::repository().join("tests/fixtures/graphml.xsd");
    let schema = std::fs::read_to_string(path).expect("the schema");
    let schema = uppsala::parse(&schema).expect("XML");
    let schema = uppsala::XsdValidator::from_schema(&schema).expect("a schema");
    let valid = |text: &str| schema.validate(&uppsala::parse(text).expect("XML")).is_empty();
    let result = project.result("q/c.json");
    let names = ["sentence.graphml", "sentence.gexf", "sentence.matrix.csv"];
    for name in names.map(|n| format!("c/{n}")).iter().chain(&["c/4-words.gexf".to_owned()]) {
        assert!(result["beside"].as_array().expect("files").contains(&Value::from(name.as_str())));
    }
    for row in project.result("q/g.json")["rows"].as_array().expect("rows") {
        let name = row["role"].as_str().unwrap_or("no value").to_lowercase().replace(' ', "-");
        let network = project.read(&format!("results/q/g/passage.{name}.graphml"));
        assert!(valid(&network));
        let edge = count(&row["n_ab"]) >= 2 && row["log_dice"].as_f64() >= Some(9.0);
        let weight = format!("<data key=\"e_weight\">{}</data>", row["log_dice"]);
        assert_eq!(network.contains(&weight), edge, "{row}");
    }
    for within in ["sentence", "4 words"] {
        let pairs: Vec<&Value> = rows(&result).iter().filter(|r| r["within"] == within).collect();
        let name = within.replace(' ', "-");
        let network = project.read(&format!("results/q/c/{name}.graphml"));
        assert!(valid(&network));
        let parsed = roxmltree::Document::parse(&network).expect("XML");
        let of = |name: &'static str| parsed.descendants().filter(move |n| n.has_tag_name(name));
        assert_eq!(of("edge").count(), pairs.len());
        for (edge, row) in of("edge").zip(&pairs) {
            let of_key = |of: roxmltree::Node<'_, '_>, key: &str| {
                let mut data = of.children().filter(|d| d.attribute("key") == Some(key));
                data.next().and_then(|d| d.text()).expect("a value").to_owned()
            };
            for (key, name) in [("e_n_ab", "n_ab"), ("e_weight", "n_ab"), ("e_jaccard", "jaccard")]
            {
                assert_eq!(of_key(edge, key), row[name].to_string(), "{row}");
            }
            for (end, theme, size) in [("source", "a", "n_a"), ("target", "b", "n_b")] {
                let id = edge.attribute(end);
                let node = of("node").find(|n| n.attribute("id") == id).expect("a node");
                assert_eq!(of_key(node, "n_name"), text(row, theme));
                assert_eq!(of_key(node, "n_n"), row[size].to_string());
            }
        }
        let gexf = project.read(&format!("results/q/c/{name}.gexf"));
        let gexf = roxmltree::Document::parse(&gexf).expect("XML");
        assert_eq!(gexf.descendants().filter(|n| n.has_tag_name("edge")).count(), pairs.len());
        matrix_holds(&project.read(&format!("results/q/c/{name}.matrix.csv")), &pairs);
    }
    // What a changed query no longer gives goes, folder and all.
    project.file("queries/q.toml", "codebook = 'c/c.toml'\n[[cooccurrence]]\nid = 'c'\n");
    project.run(&["run"]).ok();
    assert!(!project.path("results/q/c").exists());
}

/// A broken network fits no schema: the test above can fail.
#[test]
fn the_schema_of_networks_tells_mistakes() {
    let path = crate::support::repository().join("tests/fixtures/graphml.xsd");
    let schema = std::fs::read_to_string(path).expect("the schema");
    let schema = uppsala::parse(&schema).expect("XML");
    let schema = uppsala::XsdValidator::from_schema(&schema).expect("a schema");
    let network = |inside: &str| {
        format!(
            "<graphml xmlns=\"http://graphml.graphdrawing.org/xmlns\"><key id=\"k\" for=\"node\" \
             attr.name=\"k\" attr.type=\"string\"/><graph edgedefault=\"undirected\"><node id=\"a\"/>\
             {inside}</graph></graphml>"
        )
    };
    let errors =
        |inside: &str| schema.validate(&uppsala::parse(&network(inside)).expect("XML")).len();
    assert_eq!(errors("<edge source=\"a\" target=\"a\"/>"), 0);
    for wrong in [
        "<edge source=\"a\"/>",
        "<edge source=\"a\" target=\"b\"/>",
        "<node id=\"a\"/>",
        "<node id=\"b\"><data key=\"other\">x</data></node>",
        "<vertex id=\"b\"/>",
    ] {
        assert!(errors(wrong) > 0, "{wrong}");
    }
}

fn matrix_holds(matrix: &str, pairs: &[&Value]) {
    let mut lines = matrix.lines().map(|l| l.split(',').collect::<Vec<_>>());
    let head = lines.next().expect("names");
    let lines: BTreeMap<&str, Vec<&str>> = lines.map(|l| (l[0], l)).collect();
    let at = |name: &str| head.iter().position(|h| *h == name).expect("a column");
    assert_eq!(lines.len() + 1, head.len());
    let mut cells = 0;
    for row in pairs {
        let (a, b) = (text(row, "a"), text(row, "b"));
        for (one, other) in [(a, b), (b, a)] {
            assert_eq!(lines[one][at(other)], row["n_ab"].to_string());
            cells += 2;
        }
        assert_eq!(lines[a][at(a)], row["n_a"].to_string());
        assert_eq!(lines[b][at(b)], row["n_b"].to_string());
    }
    assert!(cells > 4);
    assert_eq!(lines["never"][at("work")], "0");
}

#[test]
fn evidence_is_where_the_pairs_are() {
    let project = sample(
        "[[cooccurrence]]\nid = 'three'\nwithin = ['sentence', 'passage', 'turn', 'source', { words = 5 }, { passages = 1 }, 'hit']\nevidence = 3\nzeros = true\n\
         [[cooccurrence]]\nid = 'all'\nwithin = ['sentence', 'passage', 'participant']\nby = 'voice'\nevidence = 'all'\nformat = 'csv'\n",
    );
    let sentences: BTreeSet<String> = {
        let lines = project
            .run(&["find", "--cql", "[]", "--context", "sentence", "--format", "jsonl"])
            .ok();
        let line = |l: &str| -> Value { serde_json::from_str(l).expect("JSON") };
        let whole =
            |l: Value| format!("{}{}{}", text(&l, "left"), text(&l, "match"), text(&l, "right"));
        lines.lines().map(|l| whole(line(l)).trim_end().to_owned()).collect()
    };
    let folded = |words: &str| words.to_lowercase().replace('’', "'");
    let shown = |row: &Value, evidence: &Value| {
        for side in ["a", "b"] {
            let matched = text(evidence, &format!("{side}_match"));
            let sentence = text(evidence, &format!("{side}_sentence"));
            assert!(sentence.contains(matched));
            assert!(sentences.contains(sentence), "{sentence}");
            let theme = text(row, side);
            assert!(crate::cooccurrence::word_is(&folded(matched), theme), "{matched}: {theme}");
            if let Some(text) = evidence["text"].as_str() {
                assert!(
                    text.contains(matched) && (text.contains(sentence) || row["within"] == "hit")
                );
            }
        }
        let inside = ["sentence", "passage", "5 words", "hit"].contains(&text(row, "within"));
        if inside {
            assert_eq!(evidence["a_passage"], evidence["b_passage"]);
            assert!(evidence["text"].is_string());
        }
    };
    let result = project.result("q/three.json");
    for row in rows(&result) {
        let evidence = row["evidence"].as_array().map_or(&[][..], Vec::as_slice);
        assert_eq!(evidence.len(), count(&row["n_ab"]).min(3), "{row}");
        for e in evidence {
            shown(row, e);
        }
        let places = evidence.iter().map(|e| (text(e, "a_source"), count(&e["a_passage"])));
        assert!(places.is_sorted(), "{row}");
    }
    let lines = project.read("results/q/all/evidence.jsonl");
    let mut numbers: BTreeMap<String, usize> = BTreeMap::new();
    for line in lines.lines() {
        let line: Value = serde_json::from_str(line).expect("JSON");
        let key = format!("{} {} {} {}", line["a"], line["b"], line["within"], line["voice"]);
        let number = numbers.entry(key).or_default();
        *number += 1;
        assert_eq!(count(&line["number"]), *number);
        shown(&line, &line);
    }
    every_unit_is_shown(&project, &numbers);
}

fn every_unit_is_shown(project: &Project, numbers: &BTreeMap<String, usize>) {
    let table = project.read("results/q/all.csv");
    let mut reader = csv::Reader::from_reader(table.as_bytes());
    let head = reader.headers().expect("a head").clone();
    let at = |name: &str| head.iter().position(|h| h == name).expect("a column");
    let mut pairs = 0;
    for record in reader.records() {
        let record = record.expect("a row");
        let key = format!(
            "{:?} {:?} {:?} {:?}",
            &record[at("a")],
            &record[at("b")],
            &record[at("within")],
            &record[at("voice")]
        );
        let n = record[at("n_ab")].parse().expect("a count");
        assert_eq!(numbers.get(&key), Some(&n), "{key}");
        pairs += 1;
    }
    assert_eq!(pairs, numbers.len());
}

/// What a row's pattern finds under the query's filter are the hits of `a` in the units of the cell.
#[test]
fn patterns_of_cells_hold_under_filters() {
    let filters = [
        (
            "where = { voice = 'participant', collection = 'interviews' }",
            vec!["voice=participant", "collection=interviews"],
        ),
        ("where = { collection = 'papers' }", vec!["collection=papers"]),
        ("where = { voice = 'participant' }", vec!["voice=participant"]),
        ("where = { kind = 'paragraph' }", vec!["kind=paragraph"]),
    ];
    let mut followed = 0;
    for (filter, conditions) in filters {
        let project = sample(&format!(
            "[[cooccurrence]]\nid = 'c'\nwithin = ['passage', 'turn', 'section', 'source']\n{filter}\n"
        ));
        let result = project.result("q/c.json");
        for row in rows(&result).iter().filter(|r| r["find"].is_string()) {
            let mut arguments = vec!["find", "--cql", text(row, "find"), "--format", "jsonl"];
            arguments.extend(conditions.iter().flat_map(|c| ["--where", c]));
            let lines = project.run(&arguments).ok();
            let unit = |line: &str| -> String {
                let line: Value = serde_json::from_str(line).expect("JSON");
                match text(row, "within") {
                    "source" => line["source"].to_string(),
                    "passage" => format!("{} {}", line["source"], line["passage"]),
                    _ => String::new(),
                }
            };
            let units: BTreeSet<String> = lines.lines().map(unit).collect();
            if ["source", "passage"].contains(&text(row, "within")) {
                assert_eq!(units.len(), count(&row["n_ab"]), "{filter} {row}");
            }
            followed += 1;
        }
        let cut = rows(&result).iter().filter(|r| r["within"] == "source" && r["find"].is_string());
        assert_eq!(cut.count() > 0, conditions == ["collection=papers"], "{filter}");
    }
    assert!(followed > 20, "{followed}");
}

#[test]
fn patterns_that_would_say_too_much_or_too_little_are_not_given() {
    let project = Project::new();
    let text_of = "P01: Alpha is here today.\n\n| beta | x |\n|---|---|\n| beta | gamma |\n\n> quoted beta words here\n\nP02: Alpha bravo. Beta there.\n\nP01: yes.\n\nP02: No.\n";
    project.file("corpora/t/b.md", text_of);
    project.file("corpora/t/corpus.toml", "kind = 'transcripts'\n");
    project.file(
        "queries/q.toml",
        "[[cooccurrence]]\nid = 'mixed'\nfind = ['quoted', 'gamma']\nwithin = ['turn', 'passage']\nwhere = { voice = 'participant' }\nzeros = true\n\
         [[cooccurrence]]\nid = 'all'\nfind = ['quoted', 'gamma']\nwithin = 'turn'\nzeros = true\n\
         [[cooccurrence]]\nid = 'cross'\ncql = ['\"bravo\" \"beta\"', '\"there\"', '\"alpha\"']\nwithin = ['sentence', 'passage']\nzeros = true\n\
         [[cooccurrence]]\nid = 'wide'\ncql = ['\"today\" \"beta\" within <source/>', '\"alpha\"']\nwithin = ['passage', 'source']\nzeros = true\n",
    );
    project.run(&["run"]).ok();
    let given = |id: &str| -> Vec<bool> {
        let result = project.result(&format!("q/{id}.json"));
        rows(&result).iter().map(|r| r["find"].is_string()).collect()
    };
    assert_eq!(given("mixed"), [false, true]);
    assert_eq!(given("all"), [true]);
    assert_eq!(given("cross"), [false, false, true, true, true, true]);
    assert_eq!(given("wide"), [false, true]);
}

#[test]
fn groups_of_hits_near_each_other() {
    let project = sample(
        "[[cooccurrence]]\nid = 'w'\nwithin = [{ words = 3 }, { passages = 1 }, 'turn']\nby = 'voice'\nzeros = true\n",
    );
    let result = project.result("q/w.json");
    for voice in ["participant", "interviewer", "author"] {
        let query = format!(
            "[[cooccurrence]]\nid = 'w'\nwithin = [{{ words = 3 }}, 'turn']\nwhere = {{ voice = '{voice}' }}\nzeros = true\n"
        );
        let alone = sample(&query).result("q/w.json");
        let mut same = 0;
        for row in rows(&alone) {
            let of_group = |r: &&Value| {
                r["voice"] == voice && ["a", "b", "within"].iter().all(|k| r[*k] == row[*k])
            };
            let grouped = rows(&result).iter().find(of_group).expect("the group's row");
            for key in
                ["units", "n_a", "n_b", "n_ab", "a_before_b", "shared_span", "log_likelihood"]
            {
                assert_eq!(grouped[key], row[key], "{voice} {key} {row}");
            }
            same += 1;
        }
        assert_eq!(same, 12);
    }
    // The quotient of odds ratios, from the counts of the rows.
    for row in rows(&result).iter().filter(|r| r["voice"].is_string()) {
        let others = rows(&result).iter().filter(|r| {
            r["voice"].is_string()
                && r["voice"] != row["voice"]
                && ["a", "b", "within"].iter().all(|k| r[*k] == row[*k])
        });
        let cells = |r: &Value| -> [usize; 4] {
            let [both, a, b, all] = ["n_ab", "n_a", "n_b", "units"].map(|k| count(&r[k]));
            [both, a - both, b - both, all + both - a - b]
        };
        let here = cells(row);
        let there = others.map(cells).fold([0; 4], |sum, c| [0, 1, 2, 3].map(|i| sum[i] + c[i]));
        let zero = here.iter().chain(&there).any(|n| *n == 0);
        let odds = |c: [usize; 4]| {
            let [both, a, b, rest] = c.map(|n| float(n) + if zero { 0.5 } else { 0.0 });
            both * rest / (a * b)
        };
        let share = |c: [usize; 4]| float(c[0]) / float(c.iter().sum());
        assert_eq!(row["share_elsewhere"].as_f64(), Some(share(there)), "{row}");
        let Some(quotient) = row["odds_ratio_quotient"].as_f64() else {
            assert!(text(row, "undefined").contains("odds_ratio_quotient"), "{row}");
            continue;
        };
        assert!((quotient / (odds(here) / odds(there)) - 1.0).abs() < 1e-12, "{row}");
        let ends = ["odds_ratio_quotient_low", "odds_ratio_quotient_high"].map(|k| row[k].as_f64());
        assert!(ends[0] < Some(quotient) && Some(quotient) < ends[1], "{row}");
        // On the logarithm's scale the interval is even.
        let middle = (ends[0].expect("low") * ends[1].expect("high")).sqrt();
        assert!((middle / quotient - 1.0).abs() < 1e-12, "{row}");
    }
}

#[test]
fn passages_near_each_other_have_an_order_and_matrices_all_pairs() {
    let project = Project::new();
    project.file(
        "corpora/a/x.md",
        "Alpha and beta.\n\nBeta then alpha.\n\nNothing here.\n\n=Gamma alpha.\n",
    );
    project.file(
        "queries/q.toml",
        "[[cooccurrence]]\nid = 'c'\nfind = ['alpha', 'beta', '=gamma']\nwithin = { passages = 1 }\nnetwork = { format = ['matrix', 'graphml'], min_count = 9 }\n",
    );
    project.run(&["run"]).ok();
    let result = project.result("q/c.json");
    let row = &rows(&result)[0];
    assert_eq!(
        [count(&row["n_ab"]), count(&row["a_before_b"]), count(&row["shared_span"])],
        [2, 1, 0]
    );
    assert_eq!(count(&row["pairs"]), 4);
    assert!(row["pairs_weighted"].is_null());
    let matrix = project.read("results/q/c/1-passages.matrix.csv");
    assert!(matrix.contains("alpha,3,2,"), "{matrix}");
    assert!(!matrix.contains(",=") && !matrix.contains("\n="), "{matrix}");
    assert!(!project.read("results/q/c/1-passages.graphml").contains("<edge"));
    // What a file that is gone has left goes with the next run of all.
    std::fs::remove_file(project.path("queries/q.toml")).expect("removed");
    project.file("queries/r.toml", "[[cooccurrence]]\nid = 'c'\nfind = ['alpha', 'beta']\n");
    project.run(&["run"]).ok();
    assert!(!project.path("results/q").join("c.json").exists());
    assert!(!project.path("results/q/c").exists());
    assert_eq!(project.result("manifest.json")["queries"].as_array().map(Vec::len), Some(1));
}

#[test]
fn long_names_of_groups_make_short_names_of_files() {
    let project = Project::new();
    let long = "𠀀".repeat(70);
    project
        .file("corpora/a/x.txt", "P01: Alpha and beta.\n\nP02: Alpha.\n\nP01: Beta.\n\nP02: No.\n");
    project.file("corpora/a/corpus.toml", "kind = 'transcripts'\n");
    project.file("corpora/a/participants.csv", format!("id,role\nP01,{long}\nP02,{long}b\n"));
    project.file(
        "queries/q.toml",
        "[[cooccurrence]]\nid = 'c'\nfind = ['alpha', 'beta']\nby = 'role'\nnetwork = 'matrix'\n",
    );
    project.run(&["run"]).ok();
    assert_eq!(project.result("q/c.json")["beside"].as_array().map(Vec::len), Some(2));
}

#[test]
fn themes_are_paired_with_patterns() {
    let project = sample(
        "[[cooccurrence]]\nid = 'across'\nthemes = ['w*', 'self']\nfind = ['time', 'home']\nzeros = true\n\
         [[cooccurrence]]\nid = 'all'\nthemes = ['work', 'self']\nfind = ['time', 'home']\npairs = 'all'\nzeros = true\n\
         [[cooccurrence]]\nid = 'terms'\nthemes = 'work'\nfind = '$term'\nterms = 'terms.txt'\nzeros = true\n",
    );
    project.file("queries/terms.txt", "time\nhome\n");
    project.run(&["run"]).ok();
    let names = |id: &str| -> Vec<(String, String)> {
        let result = project.result(&format!("q/{id}.json"));
        rows(&result).iter().map(|r| (text(r, "a").into(), text(r, "b").into())).collect()
    };
    let pairs = |list: &[(&str, &str)]| -> Vec<(String, String)> {
        list.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect()
    };
    let across = [("work", "time"), ("work", "home"), ("self", "time"), ("self", "home")];
    assert_eq!(names("across"), pairs(&across));
    assert_eq!(names("terms"), pairs(&across[..2]));
    assert_eq!(names("all").len(), 6);
    // The same numbers whichever way they are asked for.
    let (one, other) = (project.result("q/across.json"), project.result("q/all.json"));
    for row in rows(&one) {
        let same = |r: &&Value| r["a"] == row["a"] && r["b"] == row["b"];
        let other = rows(&other).iter().find(same).expect("the pair");
        assert_eq!((&row["n_ab"], &row["npmi"]), (&other["n_ab"], &other["npmi"]));
    }
}

#[test]
fn clusters_are_those_of_a_plain_count() {
    let project = sample(
        "[[collocates]]\nid = 'c'\nfind = 'client*'\nclusters = [2, 3]\nmin_count = 1\n[[collocates]]\nid = 's'\nfind = 'client*'\nclusters = 2\nmin_count = 1\nstop_words = 'stop.txt'\nlimit = 5\n",
    );
    let all = searched(&project);
    let mut counts: BTreeMap<(usize, String), (usize, BTreeSet<String>)> = BTreeMap::new();
    for size in [2, 3] {
        for run in all.windows(size) {
            let whole =
                run.iter().all(|t| (&t.source, t.passage) == (&run[0].source, run[0].passage));
            if whole && run.iter().any(|t| fits("client*", &t.word)) {
                let words: Vec<&str> = run.iter().map(|t| t.word.as_str()).collect();
                let entry = counts.entry((size, words.join(" "))).or_default();
                entry.0 += 1;
                entry.1.insert(run[0].source.clone());
            }
        }
    }
    let result = project.result("q/c.json");
    assert_eq!(rows(&result).len(), counts.len());
    for row in rows(&result) {
        let (count_, sources) = &counts[&(count(&row["size"]), text(row, "cluster").to_owned())];
        assert_eq!(count(&row["count"]), *count_, "{row}");
        assert_eq!(count(&row["sources_with"]), sources.len(), "{row}");
        assert!(row["share"].as_f64() <= Some(1.0));
    }
    let result = project.result("q/s.json");
    assert_eq!(rows(&result).len(), 5);
    for row in rows(&result) {
        let cluster = text(row, "cluster");
        assert!(!cluster.starts_with("the ") && !cluster.ends_with(" of"), "{cluster}");
    }
}

#[test]
fn layers_are_counted_in_place_of_words() {
    let project = Project::new();
    let text_of = "P01: She visits clients and the client visited her.\n\nP02: We were visiting a client.\n\nP01: Visits, visit after visit.\n\nP02: Oh.\n";
    project
        .file("corpora/t/x.txt", text_of)
        .file("corpora/t/corpus.toml", "kind = 'transcripts'\nlanguage = 'english'\nstem = true\n");
    project.file(
        "queries/q.toml",
        "[[collocates]]\nid = 'c'\nfind = 'client*'\nlayer = 'stem'\nmin_count = 1\n\
         [[collocates]]\nid = 'w'\nfind = 'client*'\nmin_count = 1\n\
         [[collocates]]\nid = 'g'\nfind = 'client*'\nlayer = 'stem'\nclusters = 2\nmin_count = 1\n\
         [[keywords]]\nid = 'k'\ntarget = { speaker = 'P01' }\nlayer = 'stem'\nmin_count = 1\n",
    );
    project.run(&["run"]).ok();
    let of = |id: &str, key: &str, value: &str| -> Option<Value> {
        let result = project.result(&format!("q/{id}.json"));
        rows(&result).iter().find(|r| r[key] == value).cloned()
    };
    let visit = of("c", "collocate", "visit").expect("the stem");
    assert_eq!((count(&visit["n_both"]), count(&visit["n_collocate"])), (3, 6));
    assert_eq!(visit["tokens"], of("w", "collocate", "visits").expect("a word")["tokens"]);
    assert_eq!(count(&of("w", "collocate", "visits").expect("a word")["n_both"]), 1);
    assert_eq!(count(&of("g", "cluster", "client visit").expect("a cluster")["count"]), 1);
    let key = of("k", "keyword", "visit").expect("a keyword");
    assert_eq!((count(&key["n_target"]), count(&key["n_reference"])), (5, 1));
    project.file(
        "queries/q.toml",
        "[[keywords]]\nid = 'k'\ntarget = { speaker = 'P01' }\nlayer = 'stm'\n",
    );
    assert!(project.run(&["run"]).fails(2).contains("has no layer `stm`"));
}

#[test]
fn runs_of_layers_leap_over_nothing() {
    let project = Project::new();
    let line =
        |i: usize, word: &str, lemma: &str| format!("{i}\t{word}\t{lemma}\tX\t_\t_\t0\t_\t_\t_\n");
    let sentence =
        [line(1, "the", "the"), line(2, "old", "_"), line(3, "man", "man"), line(4, "sat", "sit")];
    project.file("corpora/t/x.conllu", format!("{}\n{}\n", sentence.concat(), sentence.concat()));
    project.file("corpora/t/y.conllu", format!("{}{}\n", line(1, "so", "so"), line(2, "so", "so")));
    project.file(
        "queries/q.toml",
        "[[keywords]]\nid = 'k'\ntarget = { source = '*x.conllu' }\nreference = { source = '*y.conllu' }\nlayer = 'lemma'\nngrams = 2\nmin_count = 1\n[[keywords]]\nid = 'one'\ntarget = { source = '*x.conllu' }\nlayer = 'lemma'\nmin_count = 1\n",
    );
    project.run(&["run"]).ok();
    let pairs = project.result("q/k.json");
    let pairs: BTreeSet<&str> = rows(&pairs).iter().map(|r| text(r, "keyword")).collect();
    assert_eq!(pairs, BTreeSet::from(["man sit", "sit the", "so so"]));
    let one = project.result("q/one.json");
    let words: BTreeSet<&str> = rows(&one).iter().map(|r| text(r, "keyword")).collect();
    assert_eq!(words, BTreeSet::from(["man", "sit", "so", "the"]));
}

fn keyword_counts(
    all: &[Token],
    target: impl Fn(&Token) -> bool,
    n: usize,
) -> BTreeMap<String, [usize; 2]> {
    let mut out: BTreeMap<String, [usize; 2]> = BTreeMap::new();
    for run in all.windows(n) {
        let first = &run[0];
        let whole = run.iter().enumerate().all(|(i, t)| {
            (&t.source, t.passage, t.place)
                == (&first.source, first.passage, first.place + i as u64)
                && target(t) == target(first)
        });
        if whole {
            let words: Vec<&str> = run.iter().map(|t| t.word.as_str()).collect();
            out.entry(words.join(" ")).or_default()[usize::from(!target(first))] += 1;
        }
    }
    out
}

#[test]
fn keywords_are_those_of_a_plain_count() {
    let project = sample(
        "[[keywords]]\nid = 'one'\ntarget = { voice = 'participant' }\nmin_count = 1\n\
         [[keywords]]\nid = 'three'\ntarget = { voice = 'participant' }\nngrams = 3\nmin_count = 2\nwhere = { collection = 'interviews' }\n\
         [[keywords]]\nid = 'two'\ntarget = { voice = 'participant' }\nreference = { voice = 'interviewer' }\nngrams = 2\nmin_count = 2\nsort = 'log_ratio'\nleast = 0.5\nlimit = 20\nstop_words = 'stop.txt'\n",
    );
    let participant = |t: &Token| t.voice == "participant";
    for (id, n, least) in [("one", 1, 1), ("two", 2, 2), ("three", 3, 2)] {
        let kept = |t: &Token| match id {
            "one" => t.voice != "reference",
            "two" => ["participant", "interviewer"].contains(&t.voice.as_str()),
            _ => t.source.starts_with("interviews/") && t.voice != "reference",
        };
        let all: Vec<Token> = tokens(&project).into_iter().filter(kept).collect();
        let counts = keyword_counts(&all, participant, n);
        let frequent = counts.values().filter(|c| c.iter().any(|c| *c >= least)).count();
        let totals = [0, 1].map(|part| counts.values().map(|c| c[part]).sum::<usize>());
        let result = project.result(&format!("q/{id}.json"));
        if id != "two" {
            assert_eq!(rows(&result).len(), frequent, "{id}");
            assert_eq!(count(&result["summary"]["tested"]), frequent, "{id}");
        }
        let mut strengths = Vec::new();
        for row in rows(&result) {
            let keyword = text(row, "keyword");
            let [target, reference] = counts[keyword];
            assert_eq!(
                [count(&row["n_target"]), count(&row["n_reference"])],
                [target, reference],
                "{row}"
            );
            let told = [count(&row["tokens_target"]), count(&row["tokens_reference"])];
            assert_eq!(told, totals, "{row}");
            let sources = |with: bool| -> usize {
                let mut seen: BTreeSet<&str> = BTreeSet::new();
                for run in all.windows(n).filter(|run| participant(&run[0])) {
                    let here = keyword_counts(run, participant, n);
                    if !here.is_empty() && (!with || here.contains_key(keyword)) {
                        seen.insert(&run[0].source);
                    }
                }
                seen.len()
            };
            if strengths.len() < 20 {
                assert_eq!(count(&row["sources_with"]), sources(true), "{row}");
                assert_eq!(count(&row["sources"]), sources(false), "{row}");
            }
            strengths.push(row[if id == "two" { "log_ratio" } else { "log_likelihood" }].as_f64());
            let more = float(target) / float(totals[0]) - float(reference) / float(totals[1]);
            let difference = row["difference"].as_f64().expect("a number") / 1000.0;
            assert!((difference - more).abs() < 1e-12, "{row}");
            assert_eq!(
                row["log_likelihood"].as_f64().expect("a number") > 0.0,
                more > 0.0,
                "{row}"
            );
        }
        assert!(strengths.is_sorted_by(|a, b| a >= b), "{id}");
        if id == "two" {
            assert_eq!(strengths.len(), 20);
            assert!(strengths.iter().all(|s| *s >= Some(0.5)));
            let ends = |r: &Value| text(r, "keyword").ends_with(" the");
            assert!(!rows(&result).iter().any(ends));
        }
    }
}

#[test]
fn parts_that_make_no_sense_are_told() {
    let project = Project::new();
    project.file(
        "corpora/a/x.txt",
        "P01: One and two.\n\nP02: Two and three.\n\nP01: One.\n\nP02: Two.\n",
    );
    project.file("corpora/a/corpus.toml", "kind = 'transcripts'\n");
    for (query, message) in [
        ("[[keywords]]\nid = 'k'\n", "without a `target`"),
        ("[[keywords]]\nid = 'k'\ntarget = { speeker = 'P01' }\n", "did you mean `speaker`?"),
        (
            "[[keywords]]\nid = 'k'\ntarget = { speaker = 'P03' }\n",
            "no speaker `P03` in this corpus",
        ),
        (
            "[[keywords]]\nid = 'k'\ntarget = { speaker = 'P01' }\nwhere = { speaker = 'P02' }\n",
            "`speaker` in `where`, too",
        ),
        (
            "[[keywords]]\nid = 'k'\ntarget = { speaker = 'P01' }\nngrams = 11\n",
            "`ngrams` takes a whole number from 1 to 10",
        ),
        (
            "[[keywords]]\nid = 'k'\ntarget = { speaker = 'P01' }\nsort = 'keyness'\n",
            "`sort` knows no `keyness`",
        ),
        ("[[keywords]]\nid = 'k'\ntarget = 'A'\n", "`target` takes a table"),
        ("[[collocates]]\nid = 'c'\nfind = 'one'\nclusters = 1\n", "numbers of words from 2 to 10"),
        (
            "[[collocates]]\nid = 'c'\nfind = 'one'\nclusters = 2\nwindow = 3\n",
            "`window` beside `clusters`",
        ),
        (
            "[[cooccurrence]]\nid = 'c'\nfind = ['one', 'two']\nevidence = 0\n",
            "`evidence` takes a number from 1 to 100",
        ),
        (
            "[[cooccurrence]]\nid = 'c'\nfind = ['one', 'two']\nnetwork = 'grapml'\n",
            "did you mean `graphml`?",
        ),
        (
            "[[cooccurrence]]\nid = 'c'\nfind = ['one', 'two']\nnetwork = { weight = 'n_ab' }\n",
            "names no form",
        ),
        (
            "[[cooccurrence]]\nid = 'c'\nfind = ['one', 'two']\nweights = [1, 2]\n",
            "without a window of words",
        ),
        ("[[cooccurrence]]\nid = 'c'\nfind = 'one'\n", "co-occurrence of one thing alone"),
    ] {
        project.file("queries/q.toml", query);
        let ran = project.run(&["run"]);
        assert_eq!(ran.code(), 2, "{query}");
        assert!(ran.err().contains(message), "{query}: {}", ran.err());
    }
    // A part without words, and parts that share some.
    project.file(
        "queries/q.toml",
        "[[keywords]]\nid = 'none'\ntarget = { speaker = 'Z*' }\n[[keywords]]\nid = 'both'\ntarget = { speaker = 'P01' }\nreference = { speaker = ['P01', 'P02'] }\nmin_count = 1\n[[cooccurrence]]\nid = 'all'\nfind = ['one', 'two']\nwithin = 'source'\n",
    );
    project.run(&["run"]).ok();
    let told = |id: &str| project.result(&format!("q/{id}.json"))["warnings"].to_string();
    assert!(told("none").contains("`target` lets no word"), "{}", told("none"));
    assert!(told("both").contains("4 tokens are in the target and in the reference"));
}

#[test]
fn windows_count_as_quanteda_counts_them() {
    let Some(shared) = shared("conformance of windows") else { return };
    let cases = std::fs::read(shared.join("conformance/statistics.json")).expect("the table");
    let cases: Vec<Value> = serde_json::from_slice(&cases).expect("JSON");
    let mut checked = 0;
    for case in cases.iter().filter(|c| c["measure"] == "window_cooccurrence") {
        let project = Project::new();
        let inputs = &case["inputs"];
        for (i, doc) in inputs["docs"].as_array().expect("texts").iter().enumerate() {
            // Letters alone with blanks between them are a word in wide type.
            let words = doc.as_str().expect("text").split(' ').map(|w| format!("{w}x "));
            project.file(&format!("corpora/a/{i}.txt"), words.collect::<String>());
        }
        let features: Vec<&str> = case["expected"]["features"]
            .as_array()
            .expect("names")
            .iter()
            .filter_map(Value::as_str)
            .collect();
        let weights = inputs.get("weights").map_or(String::new(), |w| format!("weights = {w}\n"));
        // A window of n reaches the word n places away: n - 1 words stand between.
        let between = count(&inputs["window"]) - 1;
        let find: Vec<String> = features.iter().map(|f| format!("{f}x")).collect();
        let query = format!(
            "[[cooccurrence]]\nid = 'c'\nfind = {find:?}\nzeros = true\nwithin = {{ words = {between} }}\n{weights}"
        );
        project.file("queries/q.toml", query);
        project.run(&["run"]).ok();
        let column = if inputs["count"] == "boolean" { "sources_ab" } else { "pairs_weighted" };
        let result = project.result("q/c.json");
        for row in rows(&result) {
            let at = |name: &str| {
                features
                    .iter()
                    .position(|f| text(row, name).strip_suffix('x') == Some(*f))
                    .expect("known")
            };
            let expected = case["expected"]["matrix"][at("a")][at("b")].as_f64().expect("a number");
            let ours = row[column].as_f64().expect("a number");
            assert!((ours - expected).abs() < 1e-9, "{} {row}", case["id"]);
            checked += 1;
        }
    }
    assert_eq!(checked, 3 * 15);
}
