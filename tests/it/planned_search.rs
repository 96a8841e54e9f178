//! The planned search on the index finds what a plain enumeration of all spans finds, for patterns
//! drawn from the grammar and for every strategy.

use std::collections::BTreeMap;
use std::fmt::Write;

use proptest::prelude::*;
use thematic::codebook::ThemePart;
use thematic::index::Store;
use thematic::pattern::{
    Comparison, Constraint, Direction, Operand, Pattern, Place, Relation, Strategy as Choose,
    Structure, Test, Times, Value, parse_cql, to_cql,
};
use thematic::query::{Choice, Filter, Needle};
use thematic::search::{People, Scope, search};

use crate::oracle::{self, Source, Span};
use crate::support::Project;

/// Words that share beginnings and differ in case, so that expressions find several.
const WORDS: &[&str] = &["bond", "Bond", "bonds", "band", "a", "A", "ab", "b", "Ärger", "don’t"];
const TAGS: &[&str] = &["N", "V", "ADJ", ""];

fn value() -> impl Strategy<Value = Value> {
    let form =
        prop::sample::select(vec!["bond", "a", "ab", "don't", "ärger"]).prop_map(Value::form);
    let regex = prop::sample::select(vec!["b.*", ".*d", "b.nds?", "a.*|b", ".", "bond|band"])
        .prop_map(|r| Value::regex("word", r));
    let exact = prop::sample::select(vec!["Bond", "[A-Z].*", "[^A-Z]+"])
        .prop_map(|r| Value::regex("word", r).exactly(r));
    let tag = prop::sample::select(vec!["N", "v", "A.*|N"]).prop_map(|r| Value::regex("pos", r));
    prop_oneof![4 => form, 3 => regex, 1 => exact, 2 => tag]
}

fn test() -> impl Strategy<Value = Test> {
    let is = value().prop_map(Test::Is);
    let not = value().prop_map(|v| Test::Not(Box::new(Test::Is(v))));
    let both = || prop::collection::vec(value().prop_map(Test::Is), 2..3);
    prop_oneof![
        6 => is,
        1 => Just(Test::Any),
        1 => not,
        1 => both().prop_map(Test::All),
        1 => both().prop_map(Test::Some),
    ]
}

fn structure() -> impl Strategy<Value = Structure> {
    let plain = prop::sample::select(vec!["s", "p", "turn", "source", "section", "np"])
        .prop_map(Structure::named);
    let with = prop::sample::select(vec![("np", "type", "per.*"), ("turn", "speaker", "P1")])
        .prop_map(|(name, attribute, value)| Structure {
            attribute: Some((attribute.to_owned(), Value::regex(attribute, value))),
            ..Structure::named(name)
        });
    prop_oneof![3 => plain, 1 => with]
}

fn times() -> impl Strategy<Value = Times> {
    prop_oneof![
        Just(Times::between(0, 1)),
        Just(Times { min: 1, max: None }),
        Just(Times { min: 0, max: None }),
        (0_u32..3, 1_u32..3).prop_map(|(min, more)| Times::between(min, min + more)),
    ]
}

fn label() -> impl Strategy<Value = String> {
    prop::sample::select(vec!["x", "y"]).prop_map(str::to_owned)
}

fn constraint() -> impl Strategy<Value = Constraint> {
    let same = (label(), label(), any::<bool>(), prop::sample::select(vec!["word", "pos"]))
        .prop_map(|(label, other, equal, layer)| Constraint::Compare {
            label,
            layer: layer.to_owned(),
            equal,
            with: Operand::Label(other, layer.to_owned()),
        });
    let distance = (label(), label(), -2_i64..3).prop_map(|(from, to, words)| {
        Constraint::Distance { from, to, comparison: Comparison::AtLeast, words }
    });
    let present = label().prop_map(Constraint::Present);
    let leaf = prop_oneof![3 => same, 1 => distance, 1 => present];
    leaf.prop_recursive(2, 4, 2, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 2..3).prop_map(Constraint::All),
            prop::collection::vec(inner.clone(), 2..3).prop_map(Constraint::Some),
            inner.prop_map(|c| Constraint::Not(Box::new(c))),
        ]
    })
}

/// Words one after the other with gaps between them.
fn chain() -> impl Strategy<Value = Pattern> {
    let gap = prop::option::of((0_u32..2, 0_u32..3).prop_map(|(a, b)| Times::between(a, a + b)));
    let next = (gap, value());
    (value(), prop::collection::vec(next, 1..3)).prop_map(|(first, rest)| {
        let mut parts = vec![Pattern::word(first)];
        for (gap, value) in rest {
            let gap = gap.filter(|g| g.max > Some(0));
            parts.extend(gap.map(Pattern::any));
            parts.push(Pattern::word(value));
        }
        Pattern::Sequence(parts)
    })
}

fn pattern() -> impl Strategy<Value = Pattern> {
    let leaf = prop_oneof![
        2 => chain(),
        8 => test().prop_map(Pattern::Token),
        1 => structure().prop_map(Pattern::Whole),
        1 => (structure(), any::<bool>()).prop_map(|(mut s, start)| {
            if start {
                return Pattern::Edge(s, Place::Start);
            }
            s.attribute = None;
            Pattern::Edge(s, Place::End)
        }),
    ];
    leaf.prop_recursive(3, 10, 3, |inner| {
        let boxed = inner.clone().prop_map(Box::new);
        prop_oneof![
            5 => prop::collection::vec(inner.clone(), 2..4).prop_map(Pattern::Sequence),
            2 => prop::collection::vec(inner.clone(), 2..4).prop_map(Pattern::Either),
            2 => (boxed.clone(), times()).prop_map(|(p, t)| Pattern::Repeat(p, t)),
            1 => (boxed.clone(), any::<bool>(), any::<bool>()).prop_map(|(of, ahead, wanted)| {
                let direction = if ahead { Direction::Ahead } else { Direction::Behind };
                Pattern::Look { direction, wanted, of }
            }),
            1 => (label(), boxed.clone()).prop_map(|(l, p)| Pattern::Label(l, p)),
            3 => (boxed.clone(), boxed.clone(), 0..3_usize, any::<bool>()).prop_map(
                |(of, other, relation, wanted)| {
                    let all = [Relation::Within, Relation::Containing, Relation::Overlapping];
                    Pattern::Related { of, relation: all[relation], wanted, other }
                }
            ),
            1 => (boxed.clone(), structure()).prop_map(|(of, structure)| Pattern::Related {
                of,
                relation: Relation::Within,
                wanted: true,
                other: Box::new(Pattern::Whole(structure)),
            }),
            1 => (label(), label(), boxed.clone(), boxed.clone(), constraint()).prop_map(
                |(x, y, a, b, constraint)| {
                    let parts = vec![Pattern::Label(x, a), Pattern::Label(y, b)];
                    Pattern::Constrained(Box::new(Pattern::Sequence(parts)), constraint)
                }
            ),
            1 => (prop::sample::select(Choose::ALL.to_vec()), boxed)
                .prop_map(|(s, p)| Pattern::Chosen(s, p)),
        ]
    })
}

/// Turns of paragraphs of sentences of tokens; a token is a word, a tag, and whether a phrase
/// begins with it that is so long.
type Turns = Vec<(bool, Vec<Vec<Vec<(usize, usize, usize)>>>)>;

fn turns() -> impl Strategy<Value = Turns> {
    let token = (0..WORDS.len(), 0..TAGS.len(), prop_oneof![5 => Just(0_usize), 1 => 1..4_usize]);
    let sentence = prop::collection::vec(token, 1..5);
    let paragraph = prop::collection::vec(sentence, 1..3);
    let turn = (any::<bool>(), prop::collection::vec(paragraph, 1..3));
    prop::collection::vec(turn, 1..3)
}

/// The source in vertical form, and as it is meant.
fn vertical(turns: &Turns) -> (String, Source) {
    let mut text = String::new();
    let mut source = Source::default();
    let mut tags: Vec<Option<String>> = Vec::new();
    let none = BTreeMap::new;
    for (first, paragraphs) in turns {
        let speaker = if *first { "P1" } else { "P2" };
        writeln!(text, "<u who=\"{speaker}\">").expect("a string");
        let begun = source.words.len();
        for sentences in paragraphs {
            text.push_str("<p>\n");
            let paragraph = source.words.len();
            for tokens in sentences {
                text.push_str("<s>\n");
                let sentence = source.words.len();
                let mut closes: Vec<usize> = Vec::new();
                for (i, (word, tag, phrase)) in tokens.iter().enumerate() {
                    if *phrase > 0 && closes.is_empty() {
                        let kind = if *phrase == 1 { "person" } else { "place" };
                        writeln!(text, "<np type=\"{kind}\">").expect("a string");
                        let end = (i + phrase).min(tokens.len());
                        closes.push(end);
                        let start = u32::try_from(sentence + i).expect("short");
                        let end = u32::try_from(sentence + end).expect("short");
                        let attributes = BTreeMap::from([("type".to_owned(), kind.to_owned())]);
                        source.structures.push(("np".into(), (start, end), attributes));
                    }
                    writeln!(text, "{}\t{}", WORDS[*word], TAGS[*tag]).expect("a string");
                    source.words.push(WORDS[*word].to_owned());
                    tags.push((!TAGS[*tag].is_empty()).then(|| TAGS[*tag].to_owned()));
                    if closes == [i + 1] {
                        text.push_str("</np>\n");
                        closes.clear();
                    }
                }
                text.push_str("</s>\n");
                source.structures.push(("s".into(), place(sentence, source.words.len()), none()));
            }
            text.push_str("</p>\n");
            source.structures.push(("p".into(), place(paragraph, source.words.len()), none()));
        }
        text.push_str("</u>\n");
        let attributes = BTreeMap::from([("speaker".to_owned(), speaker.to_owned())]);
        source.structures.push(("turn".into(), place(begun, source.words.len()), attributes));
    }
    source.structures.push(("section".into(), place(0, source.words.len()), none()));
    source.layers.insert("pos".into(), tags);
    (text, source)
}

fn place(start: usize, end: usize) -> Span {
    (u32::try_from(start).expect("short"), u32::try_from(end).expect("short"))
}

/// Hits and all spans of each source, in tokens of the source.
fn planned(store: &Store, part: &ThemePart, choice: Choice) -> Vec<(Vec<Span>, Vec<Span>)> {
    let people = People::new(store);
    let scope = Scope::new(store, &people, &Filter::default());
    let parts = vec![part.clone()];
    let needle = Needle { name: "x".into(), parts, choice, ..Needle::default() };
    let found = search(store, &scope, &needle).expect("the pattern can run");
    let mut out = vec![(Vec::new(), Vec::new()); store.len()];
    for passage in found {
        let first = passage.row.start;
        let (hits, all) = &mut out[passage.rank as usize];
        hits.extend(passage.hits.iter().map(|s| (first + s.start, first + s.end)));
        all.extend(passage.all.iter().map(|s| (first + s.start, first + s.end)));
    }
    out
}

fn enumerated(source: &Source, part: &ThemePart, choice: Choice) -> (Vec<Span>, Vec<Span>) {
    let mut all = source.all_spans(&part.find);
    if let Some(except) = &part.except {
        let excepted = source.all_spans(except);
        all.retain(|s| !excepted.iter().any(|e| e.0 < s.1 && s.0 < e.1));
    }
    let hits = match choice {
        Choice::LeftmostLongest => oracle::leftmost_longest(&all),
        Choice::By(strategy) => oracle::chosen(strategy, &all),
    };
    (hits, all)
}

/// Few by default, since the enumeration is slow; `PROPTEST_CASES` asks for more.
fn cases() -> u32 {
    std::env::var("PROPTEST_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(5)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), failure_persistence: None, max_shrink_iters: 0, ..ProptestConfig::default() })]

    #[test]
    fn planned_search_is_a_plain_enumeration(
        texts in prop::collection::vec(turns(), 1..4),
        patterns in prop::collection::vec((pattern(), prop::option::weighted(0.2, pattern())), 60),
        choices in prop::collection::vec(0_usize..5, 60),
    ) {
        let project = Project::new();
        project.file("corpora/c/corpus.toml", "layers = ['word', 'pos']\nkeep_duplicates = true\n");
        let mut sources = Vec::new();
        for (i, turns) in texts.iter().enumerate() {
            // Several runs make several segments.
            let (text, source) = vertical(turns);
            project.file(&format!("corpora/c/{i}.vrt"), text);
            project.run(&["ingest", "--quiet"]);
            sources.push(source);
        }
        // A source that is read again leaves deleted documents behind.
        let (text, source) = vertical(&texts[texts.len() - 1]);
        project.file("corpora/c/0.vrt", text);
        sources[0] = source;
        project.run(&["ingest", "--quiet"]);
        let store = Store::open(&project.path(".thematic")).expect("a store");
        for ((find, except), choice) in patterns.into_iter().zip(choices) {
            let choice = Choice::of(Choice::NAMES[choice]).expect("a choice");
            let cql = to_cql(&find);
            let part = ThemePart::new(find, except);
            let expected: Vec<_> = sources.iter().map(|s| enumerated(s, &part, choice)).collect();
            let found = planned(&store, &part, choice);
            // Told in a line: what proptest prints is all eighty patterns.
            prop_assert!(
                found == expected,
                "{cql} | except {:?} | {choice:?}\nfound    {found:?}\nexpected {expected:?}\n{texts:?}",
                part.except.as_deref().map(to_cql)
            );
        }
    }

    #[test]
    fn the_echo_of_a_pattern_is_the_pattern(patterns in prop::collection::vec(pattern(), 200)) {
        for pattern in patterns {
        let cql = to_cql(&pattern);
        // What can't be written, such as a tag that is repeated, is not asked for.
        if let Ok(read) = parse_cql(&cql) {
            prop_assert_eq!(parse_cql(&to_cql(&read)), Ok(read), "{}", cql);
        }
        }
    }
}
