//! Patterns against other engines: the shared cases of `BlackLab`'s own tests, and of queries that were
//! run with the Corpus Query Processor and Manatee and enumerated by hand.

use std::collections::BTreeMap;
use std::fmt::Write;

use serde_json::Value;
use thematic::index::Store;
use thematic::pattern::{Strategy, parse_cql};
use thematic::query::{Choice, Filter, Needle};
use thematic::search::{People, Scope, search};

use crate::support::{Project, shared};

/// Published cases that are not asked, with the reason.
const LEFT_OUT: &[(&str, &str)] = &[
    ("_FI1([pos='adj'], [pos='nou'])", "a function of that engine's own tests"),
    ("_FI2([pos='adj'], [pos='nou'])", "a function of that engine's own tests"),
    ("[] & 'jumps'", "the intersection of two patterns is not in the grammar"),
    ("[]+ & 'jumps'", "the intersection of two patterns is not in the grammar"),
    ("[]+ & [] & 'jumps'", "the intersection of two patterns is not in the grammar"),
    ("[]{1,2} & 'jumps'", "the intersection of two patterns is not in the grammar"),
    ("<'.*'> [] 'lazy|find'", "a tag's name is no regular expression in the grammar"),
    ("'find' [punctBefore='\\(']", "asks for a layer of that engine that the corpus does not give"),
];

/// Executed queries as they are written here, where no engine's own form fits, with the reason.
const WRITTEN_HERE: &[(&str, &str, &str)] = &[
    ("q02", "'the'%C", "case does not count by default here"),
    ("q09", "'the'%C [word!='lazy'] within doc", "case does not count by default here"),
    ("q25", "a:[] 'aap' b:[] :: a.word=b.word within doc", "Manatee has numbers for labels"),
];

type Found = Vec<(u64, u64, u64)>;

/// The four documents, each a vertical file with lemma, part of speech, sentences and entities.
fn documents(cases: &Value) -> Project {
    let project = Project::new();
    project.file("corpora/c/corpus.toml", "layers = ['word', 'lemma', 'pos']\n");
    for (i, document) in cases["corpus"].as_array().expect("documents").iter().enumerate() {
        let words = document["word"].as_array().expect("words");
        let spans = |name: &str| -> Vec<(u64, u64)> {
            let list = cases["structures"][name][i].as_array().expect("spans");
            list.iter().map(|s| (number(&s[0]), number(&s[1]))).collect()
        };
        let mut text = String::new();
        for ((at, word), n) in (0..).zip(words).zip(0..) {
            for name in ["s", "entity"] {
                if spans(name).iter().any(|s| s.0 == at) {
                    writeln!(text, "<{name}>").expect("a string");
                }
            }
            let layer = |name: &str| cases["layers"][name][i][n].as_str().unwrap_or("");
            let word = word.as_str().expect("a word");
            writeln!(text, "{word}\t{}\t{}", layer("lemma"), layer("pos")).expect("a string");
            for name in ["entity", "s"] {
                if spans(name).iter().any(|s| s.1 == at + 1) {
                    writeln!(text, "</{name}>").expect("a string");
                }
            }
        }
        project.file(&format!("corpora/c/{i}.vrt"), text);
    }
    project.run(&["ingest"]).ok();
    project
}

fn number(value: &Value) -> u64 {
    value.as_u64().expect("a number")
}

fn expected(list: &Value) -> Found {
    let spans = list.as_array().expect("spans");
    let mut spans: Found =
        spans.iter().map(|s| (number(&s[0]), number(&s[1]), number(&s[2]))).collect();
    spans.sort_unstable();
    spans.dedup();
    spans
}

fn found(store: &Store, cql: &str, choice: Choice) -> Found {
    let people = People::new(store);
    let scope = Scope::new(store, &people, &Filter::default());
    let pattern = parse_cql(cql).unwrap_or_else(|e| panic!("{cql}: {}", e.message));
    let needle = Needle { choice, ..Needle::of_pattern(cql.to_owned(), pattern) };
    let found = search(store, &scope, &needle).expect("the pattern can run");
    let spans = found.iter().flat_map(|p| {
        let first = u64::from(p.row.start);
        let of = move |s: &thematic::text::TokenSpan| {
            (u64::from(p.rank), first + u64::from(s.start), first + u64::from(s.end))
        };
        p.hits.iter().map(of)
    });
    spans.collect()
}

#[test]
fn patterns_find_what_other_engines_publish() {
    let Some(shared) = shared("conformance of patterns") else { return };
    let text = std::fs::read(shared.join("conformance/queries.json")).expect("the cases");
    let cases: Value = serde_json::from_slice(&text).expect("JSON");
    let project = documents(&cases);
    let store = Store::open(&project.path(".thematic")).expect("a store");
    let all = Choice::By(Strategy::All);
    let mut left_out: BTreeMap<&str, &str> = LEFT_OUT.iter().copied().collect();
    let mut checked = 0;
    for case in cases["published_expectations"].as_array().expect("cases") {
        let query = case["bcql"].as_str().expect("a query");
        if left_out.remove(query).is_some() {
            // It is told to be no pattern, or to ask for what is not there.
            let layers = parse_cql(query).map(|p| p.layers());
            assert!(layers.is_err() || layers.is_ok_and(|l| l.contains("punctbefore")), "{query}");
            continue;
        }
        assert_eq!(found(&store, query, all), expected(&case["spans"]), "{query}");
        checked += 1;
    }
    assert_eq!(left_out, BTreeMap::new(), "all that is left out is there");
    assert!(checked >= 35, "{checked} cases");
}

#[test]
fn patterns_and_strategies_find_what_was_executed() {
    let Some(shared) = shared("conformance of strategies") else { return };
    let text = std::fs::read(shared.join("conformance/queries.json")).expect("the cases");
    let cases: Value = serde_json::from_slice(&text).expect("JSON");
    let project = documents(&cases);
    let store = Store::open(&project.path(".thematic")).expect("a store");
    let mut checked = 0;
    for case in cases["executed_on_two_engines"].as_array().expect("cases") {
        let id = case["id"].as_str().expect("an id");
        let own = WRITTEN_HERE.iter().find(|w| w.0 == id).map(|w| w.1);
        let query = own.unwrap_or_else(|| case["manatee_query"].as_str().expect("a query"));
        let all = found(&store, query, Choice::By(Strategy::All));
        assert_eq!(all, expected(&case["brute_all"]), "{id} {query}");
        // q27 has no answer there; Manatee's list repeats one span for each way to find it.
        if case.get("cqp_error").is_some() {
            continue;
        }
        for strategy in [Strategy::Shortest, Strategy::Standard, Strategy::Longest] {
            let told = expected(&case["cqp"][strategy.name()]);
            let found = found(&store, query, Choice::By(strategy));
            assert_eq!(found, told, "{id} {query} {}", strategy.name());
            checked += 1;
        }
    }
    assert!(checked >= 60, "{checked} comparisons");
}

/// What other engines do wrong, and is not done here.
#[test]
fn known_mistakes_of_others_are_not_ours() {
    let project = Project::new();
    let words = "aap aap aap mier noot aap mier mier noot";
    project.file("corpora/c/corpus.toml", "layers = ['word']\n");
    let vertical = words.replace(' ', "\n");
    project.file("corpora/c/1.vrt", format!("<s>\n{vertical}\n</s>\n"));
    let many: Vec<String> = (0..20_000).map(|i| format!("word{i}")).collect();
    project.file("corpora/c/2.vrt", format!("<s>\n{}\n</s>\n", many.join("\n")));
    project.run(&["ingest"]).ok();
    let store = Store::open(&project.path(".thematic")).expect("a store");
    let all = Choice::By(Strategy::All);
    // `within` loses hits elsewhere where candidates overlap.
    let free = found(&store, "'aap' []{1,2} []{1,2}", all);
    assert_eq!(free.len(), 11);
    for within in ["<s/>", "<source/>", "<p/>"] {
        let query = format!("'aap' []{{1,2}} []{{1,2}} within {within}");
        assert_eq!(found(&store, &query, all), free, "{query}");
    }
    // The order of clauses changes counts elsewhere.
    let one = found(&store, "[]{2,3} containing 'mier' containing 'noot'", all);
    let other = found(&store, "[]{2,3} containing 'noot' containing 'mier'", all);
    assert_eq!(one, other);
    assert_eq!(
        found(&store, "'mier' | 'noot' | 'aap'", all),
        found(&store, "'aap' | 'noot' | 'mier'", all)
    );
    // An expression is cut off after some thousand words elsewhere; 20,000 are found here.
    assert_eq!(found(&store, "'word.*'", all).len(), 20_000);
    assert_eq!(found(&store, "'word.*' 'word.*'", all).len(), 19_999);
}
