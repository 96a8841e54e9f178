//! Co-occurrence against a plain count over the exported passages.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::frequency::{Token, fits, tokens};
use crate::support::Project;

const THEMES: [(&str, &[&str]); 4] = [
    ("work", &["work*", "job", "visit*"]),
    ("client", &["client*", "famil*"]),
    ("self", &["i", "me", "my"]),
    ("never", &["zyzzyva"]),
];

pub(crate) fn sample(queries: &str) -> Project {
    let project = Project::sample();
    std::fs::remove_dir_all(project.path("queries")).expect("removed");
    let codebook: Vec<String> =
        THEMES.iter().map(|(name, words)| format!("[theme.{name}]\nfind = {words:?}\n")).collect();
    project.file("queries/c/c.toml", codebook.concat());
    project.file("queries/stop.txt", "the a # and so on\nof\n");
    project.file("queries/q.toml", format!("codebook = 'c/c.toml'\n{queries}"));
    if !queries.contains("terms.txt") {
        project.run(&["run"]).ok();
    }
    project
}

pub(crate) fn searched(project: &Project) -> Vec<Token> {
    tokens(project).into_iter().filter(|t| t.voice != "reference").collect()
}

fn is(token: &Token, theme: &str) -> bool {
    word_is(&token.word, theme)
}

pub(crate) fn word_is(word: &str, theme: &str) -> bool {
    let words = THEMES.iter().find(|(name, _)| *name == theme).expect("a theme").1;
    words.iter().any(|w| fits(w, word))
}

pub(crate) fn rows(result: &Value) -> &Vec<Value> {
    result["rows"].as_array().expect("rows")
}

pub(crate) fn count(value: &Value) -> usize {
    usize::try_from(value.as_u64().expect("a count")).expect("small")
}

#[test]
fn a_cell_can_be_followed_to_its_words() {
    let project = sample(
        "[[cooccurrence]]\nid = 'c'\nwithin = ['sentence', 'turn', 'source', { words = 4 }, { passages = 1 }, 'hit']\n",
    );
    // Exceptions, conditions and shared words have patterns, too.
    project.file(
        "queries/c/c.toml",
        "[theme.work]\nfind = ['work*', 'job', 'visit*']\nexcept = ['at work', 'visit the']\n[theme.client]\nfind = ['client*', 'famil*']\n\
         [theme.self]\nfind = ['i', 'me', 'my job']\n[theme.both]\nfind = 'the'\nall_of = ['work', 'client']\nnone_of = ['never']\nwithin = 'passage'\n[theme.never]\nfind = 'zyzzyva'\n",
    );
    project.run(&["run"]).ok();
    let result = project.result("q/c.json");
    let mut followed = 0;
    for row in rows(&result) {
        let pattern = row["find"].as_str().expect("a pattern");
        let ran = project.run(&["find", "--cql", pattern, "--format", "jsonl"]).ok();
        let lines: Vec<Value> =
            ran.lines().map(|l| serde_json::from_str(l).expect("JSON")).collect();
        let units: BTreeSet<String> = lines
            .iter()
            .map(|l| match row["within"].as_str().expect("a unit") {
                "source" => l["source"].to_string(),
                "turn" | "1 passages" => format!("{} {}", l["source"], l["passage"]),
                _ => format!("{} {}", l["source"], l["start_token"]),
            })
            .collect();
        // A sentence or a turn of several passages may have several lines.
        assert!(units.len() >= count(&row["n_ab"]).min(1), "{row}");
        if row["within"] == "source" || row["within"] == "hit" {
            assert_eq!(units.len(), count(&row["n_ab"]), "{row}");
        }
        followed += 1;
    }
    assert!(followed >= 25, "{followed}");
}

/// The unit of a token, by its name.
fn unit(token: &Token, name: &str) -> (String, u64, u64) {
    match name {
        "sentence" => (token.source.clone(), token.passage, token.sentence),
        "passage" => (token.source.clone(), token.passage, 0),
        "turn" => (token.source.clone(), token.turn, 0),
        _ => (token.source.clone(), 0, 0),
    }
}

#[test]
fn units_are_those_of_a_plain_count() {
    let units = ["sentence", "passage", "turn", "source"];
    let project = sample(&format!(
        "[[cooccurrence]]\nid = 'c'\nzeros = true\nwithin = {units:?}\nwhere = {{ collection = 'interviews' }}\n"
    ));
    let all: Vec<Token> =
        searched(&project).into_iter().filter(|t| t.source.starts_with("interviews/")).collect();
    let result = project.result("q/c.json");
    assert_eq!(rows(&result).len(), 6 * units.len());
    for row in rows(&result) {
        let (a, b) = (row["a"].as_str().expect("a"), row["b"].as_str().expect("b"));
        let within = row["within"].as_str().expect("a unit");
        let firsts = |theme: &str| -> BTreeMap<_, u64> {
            let mut out = BTreeMap::new();
            for token in all.iter().filter(|t| is(t, theme)) {
                out.entry(unit(token, within)).or_insert(token.place);
            }
            out
        };
        let (with_a, with_b) = (firsts(a), firsts(b));
        let both: Vec<_> = with_a.keys().filter(|k| with_b.contains_key(*k)).collect();
        let before = both.iter().filter(|k| with_a[**k] < with_b[**k]).count();
        let every: BTreeSet<_> = all.iter().map(|t| unit(t, within)).collect();
        assert_eq!(count(&row["units"]), every.len(), "{row}");
        assert_eq!(count(&row["n_a"]), with_a.len(), "{row}");
        assert_eq!(count(&row["n_b"]), with_b.len(), "{row}");
        assert_eq!(count(&row["n_ab"]), both.len(), "{row}");
        assert_eq!(count(&row["a_before_b"]), before, "{row}");
        assert_eq!(count(&row["shared_span"]), 0, "{row}");
    }
}

/// The most pairs that can be made, each place in one at most, by augmenting paths.
fn most_pairs(a: &[(String, u64, u64)], b: &[(String, u64, u64)], reach: u64) -> usize {
    fn augment(
        at: usize,
        near: &[Vec<usize>],
        of: &mut Vec<Option<usize>>,
        seen: &mut BTreeSet<usize>,
    ) -> bool {
        for other in &near[at] {
            if seen.insert(*other) {
                let free = match of[*other] {
                    None => true,
                    Some(before) => augment(before, near, of, seen),
                };
                if free {
                    of[*other] = Some(at);
                    return true;
                }
            }
        }
        false
    }
    let beside = |x: &(String, u64, u64), y: &(String, u64, u64)| {
        (&x.0, x.1) == (&y.0, y.1) && x.2.abs_diff(y.2) <= reach
    };
    let near: Vec<Vec<usize>> =
        a.iter().map(|x| (0..b.len()).filter(|j| beside(x, &b[*j])).collect()).collect();
    let mut of = vec![None; b.len()];
    (0..a.len()).filter(|i| augment(*i, &near, &mut of, &mut BTreeSet::new())).count()
}

#[test]
fn windows_are_those_of_a_plain_count() {
    let project = sample(
        "[[cooccurrence]]\nid = 'w'\nzeros = true\nwithin = [{ words = 1 }, { words = 7 }, { passages = 2 }, 'hit']\n",
    );
    let all = searched(&project);
    let result = project.result("q/w.json");
    for row in rows(&result) {
        let (a, b) = (row["a"].as_str().expect("a"), row["b"].as_str().expect("b"));
        let within = row["within"].as_str().expect("a window");
        let places = |theme: &str| -> Vec<(String, u64, u64)> {
            let hits = all.iter().filter(|t| is(t, theme));
            let mut out: Vec<_> = if within.ends_with("passages") {
                hits.map(|t| (t.source.clone(), 0, t.passage)).collect()
            } else {
                hits.map(|t| (t.source.clone(), t.passage, t.place)).collect()
            };
            out.sort();
            out.dedup();
            out
        };
        // Words between two hits are one less than their places are apart.
        let reach = match within {
            "1 words" | "2 passages" => 2,
            "7 words" => 8,
            _ => 0,
        };
        let (with_a, with_b) = (places(a), places(b));
        assert_eq!(count(&row["n_a"]), with_a.len(), "{row}");
        assert_eq!(count(&row["n_b"]), with_b.len(), "{row}");
        assert_eq!(count(&row["n_ab"]), most_pairs(&with_a, &with_b, reach), "{row}");
        assert!(count(&row["units"]) >= with_a.len().max(with_b.len()), "{row}");
    }
    assert_eq!(rows(&result).len(), 6 * 4);
}

#[test]
fn pairs_that_never_meet_are_counted_and_listed_on_request() {
    let project = sample(
        "[[cooccurrence]]\nid = 'all'\nzeros = true\n[[cooccurrence]]\nid = 'met'\n[[cooccurrence]]\nid = 'role'\nby = 'role'\nzeros = true\npermutation = true\n",
    );
    let (all, met) = (project.result("q/all.json"), project.result("q/met.json"));
    assert_eq!(rows(&all).len(), 6);
    assert_eq!(rows(&met).len() + count(&met["summary"]["pairs_never_together"]), 6);
    for row in rows(&met) {
        let same = |r: &&Value| r["a"] == row["a"] && r["b"] == row["b"];
        assert_eq!(rows(&all).iter().find(same), Some(row), "the family is that of all pairs");
    }
    let role = project.result("q/role.json");
    for row in rows(&role) {
        let p = row["permutation_p"].as_f64().expect("a probability");
        assert!((0.0..=1.0).contains(&p), "{row}");
        if row["role"].is_null() {
            assert!(row["share"].is_null(), "{row}");
            continue;
        }
        let others = rows(&role)
            .iter()
            .filter(|r| r["a"] == row["a"] && r["b"] == row["b"] && !r["role"].is_null());
        let (mut both, mut units) = (0, 0);
        for other in others.filter(|r| r["role"] != row["role"]) {
            both += count(&other["n_ab"]);
            units += count(&other["units"]);
        }
        let float = |n: usize| f64::from(u32::try_from(n).expect("small"));
        let elsewhere = float(both) / float(units);
        assert_eq!(row["share_elsewhere"].as_f64(), Some(elsewhere), "{row}");
    }
}

#[test]
fn collocates_are_those_of_a_plain_count() {
    let project = sample(
        "[[collocates]]\nid = 'w'\nfind = 'client*'\nwindow = '2:4'\nmin_count = 1\n[[collocates]]\nid = 's'\nfind = 'client*'\nwindow = 'sentence'\nmin_count = 2\nsort = 'n_both'\nlimit = 9\n\
         [[collocates]]\nid = 'p'\nfind = 'client*'\nwindow = 'passage'\nmin_count = 1\nsort = 'log_dice'\nleast = 6.5\nstop_words = 'stop.txt'\n",
    );
    let all = searched(&project);
    let nodes: Vec<usize> = (0..all.len()).filter(|i| fits("client*", &all[*i].word)).collect();
    let same = |i: usize, j: usize| unit(&all[i], "passage") == unit(&all[j], "passage");
    let inside = |id: &str, node: usize, at: usize| match id {
        "w" => same(node, at) && at + 2 >= node && at <= node + 4,
        "s" => unit(&all[node], "sentence") == unit(&all[at], "sentence"),
        _ => same(node, at),
    };
    for id in ["w", "s", "p"] {
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for at in (0..all.len()).filter(|at| !nodes.contains(at)) {
            let near = nodes.iter().filter(|n| n.abs_diff(at) < 400);
            if near.into_iter().any(|n| inside(id, *n, at)) {
                *counts.entry(&all[at].word).or_default() += 1;
            }
        }
        let result = project.result(&format!("q/{id}.json"));
        let total: usize = counts.values().sum();
        let mut strengths = Vec::new();
        for row in rows(&result) {
            let word = row["collocate"].as_str().expect("a word");
            assert_eq!(count(&row["n_both"]), counts[word], "{id} {row}");
            assert_eq!(count(&row["n_node_window"]), total, "{id} {row}");
            let others = (0..all.len()).filter(|i| all[*i].word == word && !nodes.contains(i));
            assert_eq!(count(&row["n_collocate"]), others.count(), "{id} {row}");
            let at = |offset: i64| {
                let place = |n: &usize| usize::try_from(i64::try_from(*n).expect("small") + offset);
                nodes
                    .iter()
                    .filter(|n| {
                        place(n).is_ok_and(|p| {
                            all.get(p).is_some_and(|t| t.word == word) && same(**n, p)
                        })
                    })
                    .count()
            };
            for (name, offset) in [("l3", -3), ("l1", -1), ("r1", 1), ("r2", 2)] {
                assert_eq!(count(&row[name]), at(offset), "{id} {name} {row}");
            }
            let by = match id {
                "w" => "log_likelihood",
                "s" => "n_both",
                _ => "log_dice",
            };
            strengths.push(row[by].as_f64().expect("a number"));
        }
        assert!(strengths.is_sorted_by(|a, b| a >= b), "{id}");
        match id {
            "w" => assert_eq!(rows(&result).len(), counts.len()),
            "s" => assert_eq!(rows(&result).len(), 9),
            _ => {
                assert!(strengths.iter().all(|s| *s >= 6.5) && !strengths.is_empty());
                let listed = |w: &str| rows(&result).iter().any(|r| r["collocate"] == w);
                assert!(!listed("the") && !listed("of"));
            }
        }
    }
}

#[test]
fn chance_inside_sources_is_exact() {
    use thematic::analysis::stats::{fisher_2x2, same_by_chance};
    // One source: Fisher's test.
    for (a, b, all, both) in [(5, 7, 20, 4), (3, 3, 9, 0), (10, 12, 30, 8)] {
        let (ours, fisher) = (same_by_chance(&[(a, b, all)], both), fisher_2x2(both, a, b, all));
        assert!((ours - fisher).abs() < 1e-12, "{ours} {fisher}");
    }
    // Two sources of two units, a and b in one each: 0, 1 or 2 with both as 1 : 2 : 1.
    assert!((same_by_chance(&[(1, 1, 2), (1, 1, 2)], 2) - 0.5).abs() < 1e-12);
    assert!((same_by_chance(&[(1, 1, 2), (1, 1, 2)], 1) - 1.0).abs() < 1e-12);
    assert!((same_by_chance(&[], 0) - 1.0).abs() < 1e-12);
}

#[test]
fn windows_that_make_no_sense_are_told() {
    let project = Project::new();
    project.file("corpora/a/x.md", "One and two.\n");
    for (key, message) in [
        ("within = { words = 0 }", "`words` takes a whole number from 1 to 1000"),
        ("within = { words = 1000000 }", "`words` takes a whole number from 1 to 1000"),
        ("within = { wrods = 3 }", "did you mean `words`?"),
        ("within = ['passage', 'passage']", "named twice"),
        ("within = ['hit']\npermutation = true", "`permutation` needs units inside sources"),
        ("within = ['turn', 'source']\npermutation = true", "units inside sources"),
        ("within = {}", "neither words nor passages"),
        ("within = { words = 3 }\nweights = [1, -1]", "not below 0"),
        ("within = 'pasage'", "did you mean `passage`?"),
    ] {
        let text = format!("[[cooccurrence]]\nid = 'c'\nfind = ['one', 'two']\n{key}\n");
        project.file("queries/q.toml", text);
        let ran = project.run(&["check"]);
        assert_eq!(ran.code(), 2, "{key}");
        assert!(ran.err().contains(message), "{key}: {}", ran.err());
    }
}
