//! Frequencies against a plain count over the exported passages.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::support::{Project, shared};

/// A token with all that a group can be made of.
#[derive(Clone, Debug)]
pub(crate) struct Token {
    pub(crate) source: String,
    pub(crate) passage: u64,
    pub(crate) sentence: u64,
    pub(crate) turn: u64,
    pub(crate) voice: String,
    pub(crate) speaker: Option<String>,
    pub(crate) word: String,
    /// In its source.
    pub(crate) place: u64,
}

/// Every token of a project in order, from `thematic export` alone.
pub(crate) fn tokens(project: &Project) -> Vec<Token> {
    let mut out: Vec<Token> = Vec::new();
    let mut places: BTreeMap<String, u64> = BTreeMap::new();
    let (mut turn, mut last) = (0, (String::new(), String::new()));
    for row in project.export() {
        let text = |key: &str| row[key].as_str().map(str::to_owned);
        let source = text("source").expect("a source");
        let characters: Vec<char> = text("text").expect("text").chars().collect();
        let speaker = text("speaker");
        let said = (source.clone(), speaker.clone().unwrap_or_default());
        if said != last || row["kind"] != "turn" {
            turn += 1;
        }
        last = said;
        let number = |v: &Value| v.as_u64().expect("a number");
        let mut sentence = 0;
        for (i, span) in row["tokens"].as_array().expect("tokens").iter().enumerate() {
            let i = i as u64;
            let (start, end) = (size(number(&span[0])), size(number(&span[1])));
            let word: String = characters[start..end].iter().collect();
            let starts = row["sentences"].as_array().expect("sentences").iter();
            if let Some(s) = starts.map(|s| number(&s[0])).filter(|s| *s <= i).max() {
                sentence = s;
            }
            let quotation = row["quotations"].as_array().and_then(|list| {
                list.iter().find(|q| number(&q["start_token"]) <= i && i < number(&q["end_token"]))
            });
            let (voice, speaker) = match quotation {
                Some(q) => (q["voice"].as_str(), q["speaker"].as_str().map(str::to_owned)),
                None => (row["voice"].as_str(), speaker.clone()),
            };
            let place = places.entry(source.clone()).or_default();
            out.push(Token {
                source: source.clone(),
                passage: number(&row["passage"]),
                sentence,
                turn,
                voice: voice.expect("a voice").to_owned(),
                speaker,
                word: word.to_lowercase().replace('’', "'"),
                place: *place,
            });
            *place += 1;
        }
    }
    out
}

fn size(n: u64) -> usize {
    usize::try_from(n).expect("small")
}

pub(crate) fn fits(pattern: &str, word: &str) -> bool {
    pattern.strip_suffix('*').map_or(word == pattern, |prefix| word.starts_with(prefix))
}

const WORDS: [(&str, &[&str]); 4] = [
    ("work", &["work*", "job", "hour*"]),
    ("people", &["client*", "famil*", "nurse*"]),
    ("people/self", &["i", "me", "my"]),
    ("never", &["zyzzyva"]),
];

const CODEBOOK: &str = "[theme.work]\nfind = ['work*', 'job', 'hour*']\n[theme.people]\nfind = ['client*', 'famil*', 'nurse*']\n[theme.people.self]\nfind = ['i', 'me', 'my']\n[theme.never]\nfind = 'zyzzyva'\n";

/// What a theme's words are, those of themes below it included.
fn words_of(theme: &str) -> Vec<&'static str> {
    let below = |path: &str| path == theme || path.starts_with(&format!("{theme}/"));
    WORDS
        .iter()
        .filter(|(path, _)| below(path))
        .flat_map(|(_, words)| words.iter().copied())
        .collect()
}

fn sample(queries: &str) -> Project {
    let project = Project::sample();
    std::fs::remove_dir_all(project.path("queries")).expect("removed");
    project.file("queries/c/c.toml", CODEBOOK);
    project.file("queries/q.toml", format!("codebook = 'c/c.toml'\n{queries}"));
    project.run(&["run"]).ok();
    project
}

fn rows(result: &Value) -> &Vec<Value> {
    result["rows"].as_array().expect("rows")
}

fn count(value: &Value) -> u64 {
    value.as_u64().unwrap_or_else(|| panic!("{value} is no count"))
}

fn roles(project: &Project) -> BTreeMap<String, String> {
    let table = std::fs::read_to_string(project.path("corpora/interviews/participants.csv"));
    let table = table.expect("the table");
    let mut out = BTreeMap::new();
    for line in table.lines().skip(1) {
        let cells: Vec<&str> = line.split(',').collect();
        for name in [cells[0], cells[6]].into_iter().filter(|n| !n.is_empty()) {
            out.insert(name.to_owned(), cells[1].to_owned());
        }
    }
    out
}

/// The values that make a token's group.
type Key = fn(&Token, &BTreeMap<String, String>) -> Vec<Option<String>>;

#[test]
fn counts_are_those_of_a_plain_count() {
    let project = sample(
        "[[frequency]]\nid = 'voice'\nby = ['collection', 'voice']\n[[frequency]]\nid = 'role'\nby = 'role'\ntotals = true\n\
         [[frequency]]\nid = 'source'\nby = 'source'\nwhere = { voice = 'participant' }\n[[frequency]]\nid = 'speaker'\nby = 'speaker'\n",
    );
    let roles = roles(&project);
    let all: Vec<Token> = tokens(&project).into_iter().filter(|t| t.voice != "reference").collect();
    assert!(all.len() > 10_000);
    let cases: [(&str, &[&str], Key); 4] = [
        ("voice", &["collection", "voice"], |t, _| {
            vec![t.source.split('/').next().map(str::to_owned), Some(t.voice.clone())]
        }),
        ("role", &["role"], |t, roles| {
            vec![t.speaker.as_ref().and_then(|s| roles.get(s)).cloned()]
        }),
        ("source", &["source"], |t, _| vec![Some(t.source.clone())]),
        ("speaker", &["speaker"], |t, _| vec![t.speaker.clone()]),
    ];
    for (id, fields, key) in cases {
        let result = project.result(&format!("q/{id}.json"));
        let searched: Vec<&Token> =
            all.iter().filter(|t| id != "source" || t.voice == "participant").collect();
        let mut seen = 0;
        for row in rows(&result) {
            let total = row["total"] == true;
            let wanted: Vec<Option<String>> =
                fields.iter().map(|f| row[*f].as_str().map(str::to_owned)).collect();
            let own: Vec<&&Token> =
                searched.iter().filter(|t| total || key(t, &roles) == wanted).collect();
            let words = words_of(row["theme"].as_str().expect("a theme"));
            let hits: Vec<&&&Token> =
                own.iter().filter(|t| words.iter().any(|w| fits(w, &t.word))).collect();
            let passages = |list: &[&&&Token]| {
                list.iter().map(|t| (t.source.clone(), t.passage)).collect::<BTreeSet<_>>().len()
            };
            let sources = |list: &[&&&Token]| {
                list.iter().map(|t| t.source.clone()).collect::<BTreeSet<_>>().len()
            };
            let everybody: Vec<&&&Token> = own.iter().collect();
            let told = |key: &str| size(count(&row[key]));
            assert_eq!(told("hits"), hits.len(), "{id} {row}");
            assert_eq!(told("hits_all"), hits.len(), "{id} {row}");
            assert_eq!(told("tokens_covered"), hits.len(), "{id} {row}");
            assert_eq!(told("tokens"), own.len(), "{id} {row}");
            assert_eq!(told("passages_with"), passages(&hits), "{id} {row}");
            assert_eq!(told("passages"), passages(&everybody), "{id} {row}");
            assert_eq!(told("sources_with"), sources(&hits), "{id} {row}");
            assert_eq!(told("sources"), sources(&everybody), "{id} {row}");
            let first = hits.first();
            assert_eq!(row["first_token"].as_u64(), first.map(|t| t.place), "{id} {row}");
            assert_eq!(row["first_passage"].as_u64(), first.map(|t| t.passage), "{id} {row}");
            assert_eq!(row["first_source"].as_str(), first.map(|t| t.source.as_str()));
            seen += 1;
        }
        assert!(seen >= 4 * 3, "{id}: {seen}");
    }
    // Hits and tokens of the groups add up to the total's.
    let role = project.result("q/role.json");
    for theme in ["work", "people", "people/self", "never"] {
        let of: Vec<&Value> = rows(&role).iter().filter(|r| r["theme"] == theme).collect();
        for key in ["hits", "hits_all", "tokens", "tokens_covered"] {
            let (totals, groups): (Vec<&Value>, Vec<&Value>) =
                of.iter().partition(|r| r["total"] == true);
            let sum: u64 = groups.iter().map(|r| count(&r[key])).sum();
            assert_eq!(sum, count(&totals[0][key]), "{theme} {key}");
        }
    }
}

#[test]
fn conditions_are_those_of_a_plain_scan() {
    let units = ["sentence", "passage", "turn", "source"];
    let mut text = CODEBOOK.to_owned();
    for unit in units {
        let both = format!(
            "[theme.both_{unit}]\nall_of = ['work', 'people/self']\nwithin = '{unit}'\n[theme.only_{unit}]\nfind = ['client*']\nnone_of = ['work']\nwithin = '{unit}'\n"
        );
        text.push_str(&both);
    }
    let project = sample("[[frequency]]\nid = 'f'\nwhere = { collection = 'interviews' }\n");
    project.file("queries/c/c.toml", text);
    project.run(&["run"]).ok();
    let all: Vec<Token> = tokens(&project)
        .into_iter()
        .filter(|t| t.source.starts_with("interviews/") && t.voice != "reference")
        .collect();
    let result = project.result("q/f.json");
    let hits = |theme: &str| {
        let row = rows(&result).iter().find(|r| r["theme"] == theme).expect("a row");
        size(count(&row["hits"]))
    };
    for unit in units {
        let key = |t: &Token| match unit {
            "sentence" => (t.source.clone(), t.passage, t.sentence),
            "passage" => (t.source.clone(), t.passage, 0),
            "turn" => (t.source.clone(), t.turn, 0),
            _ => (t.source.clone(), 0, 0),
        };
        let with = |theme: &str| -> BTreeSet<_> {
            let words = words_of(theme);
            let found = all.iter().filter(|t| words.iter().any(|w| fits(w, &t.word)));
            found.map(&key).collect()
        };
        let (work, own) = (with("work"), with("people/self"));
        let is = |t: &Token, theme: &str| words_of(theme).iter().any(|w| fits(w, &t.word));
        let both = all.iter().filter(|t| {
            (is(t, "work") || is(t, "people/self"))
                && work.contains(&key(t))
                && own.contains(&key(t))
        });
        assert_eq!(hits(&format!("both_{unit}")), both.count(), "{unit}");
        let only = all.iter().filter(|t| fits("client*", &t.word) && !work.contains(&key(t)));
        assert_eq!(hits(&format!("only_{unit}")), only.count(), "{unit}");
    }
}

#[test]
fn other_tables_are_made_of_the_same_counts() {
    let project = sample(
        "where = { voice = 'participant', collection = 'interviews' }\n[[frequency]]\nid = 'people'\nby = 'participant'\n\
         [[frequency]]\nid = 'roles'\nby = 'role'\n[[frequency]]\nid = 'compare'\ncompare = 'role'\n[[frequency]]\nid = 'cross'\ncross = ['theme', 'role']\n\
         [[frequency]]\nid = 'years'\ncorrelate = 'years_in_job'\n[[frequency]]\nid = 'saturation'\nsaturation = true\n\
         [[frequency]]\nid = 'blind'\nuncovered = 5000\n[[frequency]]\nid = 'spread'\ndispersion = 'participant'\n",
    );
    let people = project.result("q/people.json");
    let roles = project.result("q/roles.json");
    let role_row = |theme: &Value, role: &Value| {
        rows(&roles).iter().find(|r| r["theme"] == *theme && r["role"] == *role).expect("a row")
    };
    let compare = project.result("q/compare.json");
    assert_eq!(rows(&compare).len(), 4 * 3 * 4);
    for row in rows(&compare) {
        let (with, of) = match row["unit"].as_str().expect("a unit") {
            "token" => ("hits", "tokens"),
            "passage" => ("passages_with", "passages"),
            "source" => ("sources_with", "sources"),
            _ => ("participants_with", "participants"),
        };
        for side in ["a", "b"] {
            let own = role_row(&row["theme"], &row[side]);
            assert_eq!(row[&format!("n_{side}")], own[with], "{row}");
            assert_eq!(row[&format!("of_{side}")], own[of], "{row}");
        }
        if let (Some(g2), Some(ratio)) = (row["log_likelihood"].as_f64(), row["log_ratio"].as_f64())
        {
            assert!(g2 * ratio >= 0.0, "{row}");
        }
        let zero = count(&row["n_a"]) == 0 || count(&row["n_b"]) == 0;
        let told = row["zero_rule"].as_str().is_some_and(|r| r.contains("log_ratio"));
        assert_eq!(told, zero && row["log_ratio"].is_f64(), "{row}");
    }
    let cross = project.result("q/cross.json");
    for row in rows(&cross) {
        let own = role_row(&row["theme"], &row["column"]);
        let with = count(&own["participants_with"]);
        let wanted = if row["row"] == "with" { with } else { count(&own["participants"]) - with };
        assert_eq!(count(&row["n"]), wanted, "{row}");
        assert_eq!(row["column_total"], own["participants"], "{row}");
    }
    let years = project.result("q/years.json");
    let pairs = years["pairs"].as_array().expect("pairs");
    for pair in pairs {
        let of = rows(&people)
            .iter()
            .find(|r| r["theme"] == pair["theme"] && r["participant"] == pair["of"])
            .expect("a row");
        assert_eq!((&pair["hits"], &pair["tokens"]), (&of["hits"], &of["tokens"]), "{pair}");
        assert_eq!(pair["per_1000"], of["per_1000"], "{pair}");
    }
    for row in rows(&years) {
        let n = pairs.iter().filter(|p| p["theme"] == row["theme"]).count() as u64;
        assert_eq!((count(&row["n"]), count(&row["left_out"])), (n, 0), "{row}");
        assert_eq!(row["pearson_r"].is_null(), row["theme"] == "never", "{row}");
    }
    saturation_and_blind_spots(&project);
    let spread = project.result("q/spread.json");
    for row in rows(&spread) {
        assert_eq!(row["range"], row["participants_with"], "{row}");
        assert_eq!(row["parts"], row["participants"], "{row}");
    }
}

fn saturation_and_blind_spots(project: &Project) {
    let saturation = project.result("q/saturation.json");
    let seen: Vec<u64> = rows(&saturation).iter().map(|r| count(&r["themes_seen"])).collect();
    assert!(seen.is_sorted() && *seen.last().expect("rows") == 3, "{seen:?}");
    let last = rows(&saturation).last().expect("rows");
    assert_eq!((count(&last["random_low"]), count(&last["random_high"])), (3, 3));
    let blind = project.result("q/blind.json");
    let themes: Vec<&str> = WORDS.iter().flat_map(|(_, words)| words.iter().copied()).collect();
    let all = tokens(project);
    let own: Vec<&Token> = all
        .iter()
        .filter(|t| t.voice == "participant" && t.source.starts_with("interviews/"))
        .collect();
    let outside = own.iter().filter(|t| !themes.iter().any(|w| fits(w, &t.word))).count() as u64;
    assert_eq!(count(&blind["summary"]["tokens"]), own.len() as u64);
    assert_eq!(count(&blind["summary"]["tokens_uncovered"]), outside);
    let listed: u64 = rows(&blind).iter().map(|r| count(&r["count"])).sum();
    assert_eq!(listed, outside);
}

#[test]
fn small_groups_are_blanked_with_what_would_give_them_back() {
    let project = sample(
        "where = { voice = 'participant', collection = 'interviews' }\n[[frequency]]\nid = 'open'\nby = ['role', 'site']\n\
         [[frequency]]\nid = 'blank'\nby = ['role', 'site']\nmin_participants = 2\ntotals = true\n\
         [[frequency]]\nid = 'pairs'\ncorrelate = 'years_in_job'\nmin_participants = 5\n[[frequency]]\nid = 'cross'\ncross = ['role', 'site']\nmin_participants = 3\n",
    );
    let (open, blank) = (project.result("q/open.json"), project.result("q/blank.json"));
    let mut hidden = 0;
    for row in rows(&blank).iter().filter(|r| r["total"] != true) {
        let own =
            rows(&open).iter().find(|r| ["theme", "role", "site"].iter().all(|k| r[*k] == row[*k]));
        let own = own.expect("the same row");
        let with = count(&own["participants_with"]);
        if row["hits"].is_null() {
            hidden += 1;
            for key in [
                "hits_all",
                "per_1000",
                "passages_with",
                "participants_with",
                "first_source",
                "coverage",
            ] {
                assert!(row[key].is_null(), "{row}");
            }
        } else {
            assert!(with == 0 || with >= 2, "{row}");
        }
    }
    assert!(hidden > 0);
    let told = count(&blank["summary"]["blanked"]);
    let totals = rows(&blank).iter().filter(|r| r["total"] == true && r["hits"].is_null()).count();
    assert_eq!(told, hidden + totals as u64);
    // No line of the table has one blanked cell alone.
    for theme in ["work", "people", "people/self"] {
        for field in ["role", "site"] {
            let mut lines: BTreeMap<String, (usize, usize)> = BTreeMap::new();
            let of = |r: &&Value| r["theme"] == theme && r["total"] != true;
            for row in rows(&blank).iter().filter(of) {
                let line = lines.entry(row[field].to_string()).or_default();
                line.0 += usize::from(row["hits"].is_null());
                line.1 += 1;
            }
            assert!(lines.values().all(|(n, all)| *n != 1 || *all == 1), "{theme} {lines:?}");
        }
    }
    assert!(project.result("q/pairs.json")["pairs"].is_null());
    let cross = project.result("q/cross.json");
    assert!(rows(&cross).iter().all(|r| r["n"].is_null() && r["row_total"].is_null()), "{cross}");
}

#[test]
fn themes_of_shared_patterns_do_not_tell_of_each_other() {
    let project = Project::new();
    let mut text = String::new();
    let mut table = "id,role\n".to_owned();
    for i in 0..12 {
        let pear = if i == 0 { " A pear." } else { "" };
        let said = format!("P{i}: A plum, a plum.{pear} And bread.\n\nQ{i}: Plums and a plum.\n\n");
        text.push_str(&said);
        let roles = format!("P{i},a\nQ{i},b\n");
        table.push_str(&roles);
    }
    project.file("corpora/a/corpus.toml", "kind = 'transcripts'\n");
    project.file("corpora/a/1.txt", format!("{text}{text}"));
    project.file("corpora/a/participants.csv", table);
    project.file("queries/c/c.toml", "[theme.x]\nfind = ['plum*', 'pear']\n[theme.y]\nfind = 'plum*'\n[theme.z]\nfind = 'pear'\n[theme.p]\nfind = 'pear'\n[theme.p.c]\nfind = 'plum*'\n");
    project.file("queries/q.toml", "codebook = 'c/c.toml'\n[[frequency]]\nid = 'f'\nby = 'role'\ntotals = true\nmin_participants = 5\n\
        [[frequency]]\nid = 'c'\ncompare = 'role'\nmin_participants = 5\n[[frequency]]\nid = 'x'\ncross = 'role'\nmin_participants = 5\n");
    project.run(&["run"]).ok();
    for (id, key) in [("f", "hits"), ("c", "n_a"), ("x", "n")] {
        let result = project.result(&format!("q/{id}.json"));
        for row in rows(&result) {
            let hidden = ["x", "z", "p"].iter().any(|t| row["theme"] == *t);
            let open = row["theme"] == "y" || row["theme"] == "p/c";
            assert!(!hidden || row[key].is_null(), "{id} {row}");
            assert!(!open || row[key].is_u64(), "{id} {row}");
        }
    }
}

#[test]
fn hits_inside_longer_ones_are_dropped_on_request() {
    let project = Project::new();
    project.file("corpora/a/x.md", "The New York Times is read in New York, in the Times too.\n");
    project.file("queries/c/c.toml", "[theme.city]\nfind = 'new york'\n[theme.media]\nfind = ['new york times', 'times']\n[theme.same]\nfind = 'New York Times'\n");
    let text = |overlap: &str| {
        format!(
            "codebook = 'c/c.toml'\n[[frequency]]\nid = 'f'\noverlap = '{overlap}'\n[[kwic]]\nid = 'k'\noverlap = '{overlap}'\n[[cooccurrence]]\nid = 'c'\noverlap = '{overlap}'\n"
        )
    };
    let hits = |project: &Project| -> Vec<u64> {
        rows(&project.result("q/f.json")).iter().map(|r| count(&r["hits"])).collect()
    };
    project.file("queries/q.toml", text("theme"));
    project.run(&["run"]).ok();
    assert_eq!(hits(&project), [2, 2, 1]);
    assert_eq!(count(&project.result("q/k.json")["summary"]["hits"]), 5);
    project.file("queries/q.toml", text("dictionary"));
    project.run(&["run"]).ok();
    assert_eq!(hits(&project), [1, 2, 1]);
    assert_eq!(count(&project.result("q/k.json")["summary"]["hits"]), 4);
    assert_eq!(project.result("q/f.json")["settings"]["overlap"], "dictionary");
    project.file("queries/q.toml", text("dictionnary"));
    let ran = project.run(&["check"]);
    assert!(ran.err().contains("did you mean `dictionary`?"), "{}", ran.err());
}

#[test]
fn weights_add_up() {
    let project = Project::new();
    project.file("corpora/a/x.md", "Good, great, good. Really great and greatest.\n");
    project.file("queries/c/c.toml", "[theme.praise]\nfind = ['good', { find = 'great*', weight = 2.5 }]\n[theme.praise.loud]\nfind = [{ find = 'really great', weight = 4 }]\n");
    project.file("queries/q.toml", "codebook = 'c/c.toml'\n[[frequency]]\nid = 'f'\n");
    project.run(&["run"]).ok();
    let result = project.result("q/f.json");
    let of: Vec<(u64, f64)> = rows(&result)
        .iter()
        .map(|r| (count(&r["hits"]), r["weighted"].as_f64().expect("a weight")))
        .collect();
    assert_eq!(of, [(5, 2.0 + 2.5 + 4.0 + 2.5), (1, 4.0)]);
}

#[test]
fn tables_of_attributes_as_people_have_them() {
    let project = Project::new();
    project.file(
        "corpora/a/1.txt",
        "Ann: Work and work.\n\nBea: Rest.\n\nCid: Work.\n\nAnn: Yes.\n\nBea: No.\n\nCid: So.\n",
    );
    project.file("corpora/a/2.txt", "Ann: Rest.\n\nDan: Work.\n\nAnn: So.\n\nDan: Yes.\n");
    project.file("corpora/a/corpus.toml", "kind = 'transcripts'\n");
    // Windows-1252, bars, a formula, a ragged row, an id twice, nobody who speaks.
    let table = b"id|r\xF4le|score|\nAnn|chef|1,5|\nBea|chef|=A1|\nCid|aide|2,5|x|y\nAnn|aide|9|\nZoe|aide|3|\n";
    project.file("corpora/a/participants.csv", table);
    project.file("queries/q.toml", "[[frequency]]\nid = 'f'\nfind = 'work'\nby = 'rôle'\n[[frequency]]\nid = 'c'\nfind = 'work'\ncorrelate = 'score'\n");
    let ran = project.run(&["run"]);
    let told = format!("{}{}", ran.out(), ran.err());
    for part in [
        "participants.csv:1: column 4 has no heading and is left out",
        "participants.csv:1: not valid UTF-8; read as windows-1252, which is a guess",
        "participants.csv:3: `score` holds a formula, or its failure, and is left empty",
        "participants.csv:4: 5 cells under 4 headings",
        "participants.csv:5: id `Ann` used twice; the first row counts",
        "participant `Zoe` speaks in no source",
        "participants.csv: no row for `Dan`, who speaks",
    ] {
        assert!(told.contains(part), "{part}\n{told}");
    }
    let result = project.result("q/f.json");
    let of: Vec<(Option<&str>, u64)> =
        rows(&result).iter().map(|r| (r["rôle"].as_str(), count(&r["hits"]))).collect();
    assert_eq!(of, [(Some("aide"), 1), (Some("chef"), 2), (None, 1)]);
    let row = &project.result("q/c.json")["rows"][0];
    assert_eq!((count(&row["n"]), count(&row["left_out"])), (2, 2), "{row}");
    assert_eq!(row["pearson_p"], 1.0);
    // What is no number can't be correlated, unless it is declared to be one.
    project.file("corpora/a/participants.csv", "id,score\nAnn,1\nBea,none\nCid,3\nDan,4\n");
    let ran = project.run(&["run"]);
    assert_eq!(ran.code(), 2);
    assert!(ran.err().contains("`score` is no number"), "{}", ran.err());
    project.file("thematic.toml", "[attributes]\nscore = 'number'\n");
    project.file("queries/q.toml", "[[frequency]]\nid = 'c'\nfind = 'work'\ncorrelate = 'score'\n");
    let ran = project.run(&["run"]).ok();
    drop(ran);
    assert_eq!(count(&project.result("q/c.json")["rows"][0]["n"]), 3);
    // Levels are an order.
    project
        .file("corpora/a/participants.csv", "id,band\nAnn,young\nBea,old\nCid,middling\nDan,odd\n");
    project.file("thematic.toml", "[attributes]\nband = ['young', 'middling', 'old']\n");
    project.file("queries/q.toml", "[[frequency]]\nid = 'b'\nfind = 'work'\nby = 'band'\n");
    let ran = project.run(&["run"]);
    assert!(
        format!("{}{}", ran.out(), ran.err())
            .contains("values that are not among the levels that thematic.toml declares: 1")
    );
    let result = project.result("q/b.json");
    let bands: Vec<&str> = rows(&result).iter().filter_map(|r| r["band"].as_str()).collect();
    assert_eq!(bands, ["young", "middling", "old", "odd"]);
}

#[test]
fn small_corpora_and_groups_are_null_with_reasons() {
    let project = Project::new();
    project.file("corpora/a/1.txt", "Ann: Work.\n\nInterviewer: Work?\n\nAnn: No.\n");
    project.file("corpora/a/participants.csv", "id,role,score\nAnn,nurse,3\n");
    project.file(
        "queries/q.toml",
        "[[frequency]]\nid = 'f'\nfind = ['work', 'nothing']\ndispersion = 'source'\n[[frequency]]\nid = 'c'\nfind = 'work'\ncorrelate = 'score'\n\
         [[frequency]]\nid = 'x'\nfind = 'work'\ncross = 'role'\n[[frequency]]\nid = 'v'\nfind = 'work'\ncompare = 'voice'\n\
         [[frequency]]\nid = 's'\nfind = 'work'\nsaturation = { orders = 3 }\n",
    );
    project.run(&["run"]).ok();
    let f = project.result("q/f.json");
    assert_eq!(f["rows"][0]["dp"], 0.0);
    assert!(
        f["rows"][0]["undefined"]
            .as_str()
            .expect("a reason")
            .contains("dp_norm: there is one part only")
    );
    assert!(
        f["rows"][1]["undefined"].as_str().expect("a reason").contains("dp: it does not occur")
    );
    let c = &project.result("q/c.json")["rows"][0];
    assert!(
        c["undefined"]
            .as_str()
            .expect("a reason")
            .contains("pearson_r, pearson_p: less than two pairs")
    );
    let x = &project.result("q/x.json")["rows"][0];
    assert!(x["undefined"].as_str().expect("a reason").contains("cramers_v: less than two"));
    let v = project.result("q/v.json");
    assert_eq!(v["rows"][0]["exact"], true, "{v}");
    for result in [&f, &v] {
        let text = result.to_string();
        assert!(!text.contains("NaN") && !text.contains("inf"), "{text}");
    }
}

#[test]
fn the_texts_this_began_with_can_be_asked_the_same() {
    let Some(shared) = shared("frequencies of the correctional texts") else { return };
    let project = Project::new();
    let folder = shared.join("corpora/correctional");
    for entry in std::fs::read_dir(folder).expect("the texts").flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        project.file(&format!("corpora/c/{name}"), std::fs::read(entry.path()).expect("a text"));
    }
    project.file("queries/c/c.toml", "[theme.bond]\nfind = ['bond*', 'rapport', 'alliance*']\n[theme.stress]\nfind = ['stress*', 'burnout', 'workload*']\n");
    project.file("queries/q.toml", "codebook = 'c/c.toml'\n[[frequency]]\nid = 'f'\nby = 'voice'\ntotals = true\n[[frequency]]\nid = 'x'\ncompare = { by = 'voice', of = ['participant', 'author'] }\n");
    let ran = project.run(&["run"]);
    assert!(ran.code() <= 1, "{}", ran.err());
    let result = project.result("q/f.json");
    assert!(count(&rows(&result).last().expect("rows")["hits"]) > 20, "{result}");
    let x = project.result("q/x.json");
    // Participants are quoted by authors: people on one side, sources on the other.
    assert_eq!(rows(&x)[0]["undefined"], Value::Null, "{x}");
}

#[test]
fn thousands_of_themes_and_terms_are_counted() {
    let project = Project::new();
    let word = |n: usize| format!("w{n}x");
    let text: Vec<String> = (0..400).map(|n| word(n * 50)).collect();
    project.file("corpora/a/x.txt", format!("{}.\n", text.join(" ")));
    let themes: Vec<String> =
        (0..5_000).map(|n| format!("[theme.t{}.u{n}]\nfind = '{}'\n", n / 50, word(n))).collect();
    project.file("queries/c/many.toml", themes.concat());
    let terms: Vec<String> = (0..20_000).map(|n| format!("'{}'", word(n))).collect();
    project.file("queries/c/long.toml", format!("[theme.long]\nfind = [{}]\n", terms.join(", ")));
    project.file("queries/m.toml", "codebook = 'c/many.toml'\n[[frequency]]\nid = 'f'\n");
    project.file("queries/l.toml", "codebook = 'c/long.toml'\n[[frequency]]\nid = 'f'\n");
    project.run(&["run"]).ok();
    let many = project.result("m/f.json");
    assert_eq!(rows(&many).len(), 5_100);
    let found: u64 =
        rows(&many).iter().filter(|r| r["level"] == 2).map(|r| count(&r["hits"])).sum();
    assert_eq!(found, 100);
    assert_eq!(count(&project.result("l/f.json")["rows"][0]["hits"]), 400);
}
