//! The planned search on the index finds what a plain scan of the passages finds.

use proptest::prelude::*;
use thematic::codebook::ThemePart;
use thematic::index::Store;
use thematic::pattern::{Pattern, Word, all_spans, leftmost_longest};
use thematic::query::{Filter, Needle};
use thematic::search::{People, Scope, search};
use thematic::text::{TokenSpan, fold};

use crate::support::Project;

/// Words that share beginnings, so that wildcards find several.
const WORDS: &[&str] =
    &["bond", "bonds", "bonded", "band", "a", "ab", "abc", "b", "Ärger", "don’t"];

fn word() -> impl Strategy<Value = Pattern> {
    let form = prop::sample::select(WORDS).prop_map(|w| Word::Form(fold(w).into_owned()));
    let glob = prop::sample::select(vec!["b*", "*d", "b?nd*", "a*b*", "?", "*ond*", "ä*", "??"])
        .prop_map(|g| Word::Wildcard(g.to_owned()));
    prop_oneof![3 => form, 1 => glob].prop_map(Pattern::Word)
}

fn pattern() -> impl Strategy<Value = Pattern> {
    word().prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 2..4).prop_map(Pattern::Sequence),
            prop::collection::vec(inner, 2..4).prop_map(Pattern::Either),
        ]
    })
}

fn text() -> impl Strategy<Value = String> {
    let passage =
        prop::collection::vec(prop::sample::select(WORDS), 1..14).prop_map(|w| w.join(" "));
    prop::collection::vec(passage, 1..6).prop_map(|p| p.join(".\n\n"))
}

/// Hits and all spans of every passage that has one.
type Found = Vec<(String, u64, Vec<TokenSpan>, Vec<TokenSpan>)>;

fn planned(store: &Store, part: ThemePart) -> Found {
    let people = People::new(store);
    let scope = Scope::new(store, &people, &Filter::default());
    let needle = Needle { name: "x".into(), parts: vec![part], ..Needle::default() };
    let found = search(store, &scope, &needle).expect("the store is good");
    found
        .into_iter()
        .map(|p| (store.key(p.rank).to_owned(), u64::from(p.row.passage) + 1, p.hits, p.all))
        .collect()
}

fn scanned(passages: &[serde_json::Value], part: &ThemePart) -> Found {
    let mut out = Vec::new();
    for passage in passages {
        let text: Vec<char> = passage["text"].as_str().expect("text").chars().collect();
        let at =
            |v: &serde_json::Value| usize::try_from(v.as_u64().expect("number")).expect("small");
        let words: Vec<String> = passage["tokens"]
            .as_array()
            .expect("tokens")
            .iter()
            .map(|t| fold(&text[at(&t[0])..at(&t[1])].iter().collect::<String>()).into_owned())
            .collect();
        let except = part.except.as_ref().map(|e| all_spans(e, &words)).unwrap_or_default();
        let mut all = all_spans(&part.find, &words);
        all.retain(|s| !except.iter().any(|e| e.overlaps(*s)));
        if !all.is_empty() {
            let hits = leftmost_longest(&all);
            let source = passage["source"].as_str().expect("source").to_owned();
            out.push((source, passage["passage"].as_u64().expect("number"), hits, all));
        }
    }
    out
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn planned_search_is_a_plain_scan(
        texts in prop::collection::vec(text(), 1..5),
        patterns in prop::collection::vec((pattern(), prop::option::of(pattern())), 60),
    ) {
        let project = Project::new();
        for (i, text) in texts.iter().enumerate() {
            // Several runs make several segments, and one source deleted and put in again.
            project.file(&format!("corpora/c/{i}.txt"), format!("{text}\n{}", "x".repeat(i + 1)));
            project.run(&["ingest", "--quiet"]);
        }
        project.file("corpora/c/0.txt", format!("{}\nbond bonds", texts[0]));
        project.run(&["ingest", "--quiet"]);
        let passages = project.export();
        let store = Store::open(&project.path(".thematic")).expect("a store");
        for (find, except) in patterns {
            let part = ThemePart { find, except };
            prop_assert_eq!(planned(&store, part.clone()), scanned(&passages, &part));
        }
    }
}
