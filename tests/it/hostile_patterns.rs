//! Patterns that are meant to hurt: each is answered or refused within two seconds, and none ends
//! the program.

use std::time::{Duration, Instant};

use thematic::index::Store;
use thematic::pattern::{Form, parse};
use thematic::query::{Filter, Needle};
use thematic::search::{People, Scope, search};

use crate::support::Project;

/// Repetitions in repetitions.
fn repeated() -> Vec<String> {
    let mut cql: Vec<String> = Vec::new();
    for n in [1, 2, 5, 20, 100, 999, 1000, 1001, 4_294_967_295_u64, u64::MAX] {
        for of in ["[]", "\"a\"", "[word!=\"a\"]", "(\"a\"|\"b\")", "(\"a\" []?)"] {
            cql.push(format!("{of}{{{n}}}"));
            cql.push(format!("{of}{{0,{n}}}"));
            cql.push(format!("({of}{{1,{n}}}){{1,{n}}}"));
            cql.push(format!("(({of}{{0,{n}}}){{0,{n}}}){{0,{n}}}"));
        }
    }
    cql
}

/// Brackets of all kinds, very deep, closed or not.
fn nested() -> Vec<String> {
    let mut cql: Vec<String> = Vec::new();
    for depth in [10, 49, 51, 1000, 9_000] {
        cql.push(format!("{}\"a\"{}", "(".repeat(depth), ")".repeat(depth)));
        cql.push(format!("{}\"a\"", "(".repeat(depth)));
        cql.push(format!("\"a\"{}", ")".repeat(depth)));
        cql.push(format!("[{}word=\"a\"{}]", "(".repeat(depth), ")".repeat(depth)));
        cql.push(format!("[{}word=\"a\"]", "!".repeat(depth)));
        cql.push(format!("{}\"a\"{}", "(".repeat(depth), "+)".repeat(depth)));
        cql.push(format!("{}\"a\"{}", "(?=".repeat(depth), ")".repeat(depth)));
        cql.push(format!("{}\"a\"{}", "((?longest)".repeat(depth), ")".repeat(depth)));
        cql.push(format!("\"a\"{}", " within \"a\"".repeat(depth)));
        cql.push(format!("\"a\"{}", " !containing \"b\"".repeat(depth)));
        cql.push(format!("x:\"a\" :: {}x", "!".repeat(depth)));
        cql.push(format!("x:\"a\" :: {}x{}", "(".repeat(depth), ")".repeat(depth)));
        cql.push(format!("x:\"a\" :: {}x", "x -> ".repeat(depth)));
        cql.push(format!("x:\"a\" :: {}x", "x & ".repeat(depth)));
    }
    cql
}

/// Very many parts.
fn wide() -> Vec<String> {
    let mut cql: Vec<String> = Vec::new();
    for count in [100, 1_000, 4_000, 8_000] {
        let words: Vec<String> = (0..count).map(|i| format!("\"w{i}\"")).collect();
        cql.push(words.join("|"));
        cql.push(words.join(" "));
        cql.push(format!("({})+", words.join("|")));
        cql.push(format!("[{}]", words.join("|word=").replacen('"', "word=\"", 1)));
        cql.push(vec!["[]*"; count].join(" "));
        cql.push(vec!["\"a\"?"; count].join(" "));
        cql.push(vec!["a:[]"; count].join(" "));
    }
    cql
}

/// Regular expressions that grow, or are none.
fn expressions() -> Vec<String> {
    let mut cql: Vec<String> = Vec::new();
    for regex in [
        "(a|b)*a(a|b){12}",
        "(a|b)*a(a|b){200}",
        "((a{1,100}){1,100}){1,100}",
        "(\\\\pL{1,100}){1,100}",
        "(?i)(\\\\w+\\\\w+)+x",
        "(((((a*)*)*)*)*)*",
        "[\\\\p{L}--[a-z]]",
        "(a",
        "a)",
        "[a",
        "a**",
        "a{99999}",
        "(?P<n>a)\\\\1",
        "(?<!a)b",
        "\\\\",
        "\\\\x{110000}",
        "(?-i",
        "(?-i)[^a]",
        "(?-i)\\\\p{Lu}{1,300}",
        ".*.*.*.*.*.*.*.*x",
        "",
    ] {
        cql.push(format!("\"{regex}\""));
        cql.push(format!("\"{regex}\"%C"));
        cql.push(format!("\"{regex}\"%d"));
        cql.push(format!("[lemma=\"{regex}\"]"));
    }
    cql
}

/// Labels on everything.
fn labelled() -> Vec<String> {
    let mut cql: Vec<String> = Vec::new();
    for labels in ["a", "a b", "a b c d e f g h", "a b c d e f g h i"] {
        let parts: Vec<String> = labels.split(' ').map(|l| format!("{l}:[]*")).collect();
        cql.push(format!("{} :: a.word = a.word", parts.join(" ")));
        cql.push(format!("({} :: dist(a,a) > 0)+", parts.join(" ")));
    }
    cql
}

/// Pieces of the grammar, alone or cut off.
fn odd() -> Vec<String> {
    [
        "[]+ []+ []+ []+ []+",
        "[word!=\"x\"]+ within <source/>",
        "([]+ within <s/>)+",
        "<s/>+",
        "(<s/>)+",
        "(<s/>)*",
        "<s>*",
        "(<s>)*",
        "(<s> </s>)+",
        "((?=[])?)+",
        "(\"a\"*)*",
        "((\"a\"*)*)*",
        "(\"a\"?)+ (\"b\"?)+",
        "(?!)",
        "(?",
        "(?long",
        "::",
        "a:",
        "a::",
        ":: a",
        "[",
        "]",
        "{",
        "}",
        "<",
        ">",
        "</",
        "</s",
        "<s/",
        "!",
        "&",
        "|",
        "||",
        "\"",
        "'",
        "l\"",
        "%",
        "\"a\"%",
        "\"a\"%%",
        "\"a\"{",
        "\"a\"{,",
        "\"a\"{,}",
        "\"a\"{1,",
        "\"a\"{-1}",
        "[a]",
        "[=]",
        "[word]",
        "[word=]",
        "[word=a]",
        "[\"a\"]",
        "within",
        "\"a\" within",
        "within \"a\"",
        "\"a\" containing",
        "\u{0}",
        "\"\u{0}\"",
        "\u{202e}\"a\"",
        "👩‍👩‍👧",
        "\"👩‍👩‍👧\"",
        "ﬁ",
        "a\u{301}",
    ]
    .map(str::to_owned)
    .to_vec()
}

/// The same in the simple form.
fn simple() -> Vec<String> {
    let mut all = Vec::new();
    for n in [10, 1_000, 9_000] {
        for unit in
            ["(", ")", "a |", "* ", "a ~5 ", "a & ", "-a ", "[", "\"", "{", "?", "a[b,", "=a "]
        {
            all.push(unit.repeat(n));
            all.push(format!("{}a", unit.repeat(n)));
        }
    }
    all
}

/// Over three hundred patterns.
fn patterns() -> Vec<(Form, String)> {
    let cql = [repeated(), nested(), wide(), expressions(), labelled(), odd()].concat();
    let cql = cql.into_iter().map(|p| (Form::Cql, p));
    cql.chain(simple().into_iter().map(|p| (Form::Simple, p))).collect()
}

#[test]
fn each_is_answered_or_refused_in_time() {
    let project = Project::new();
    let text =
        "a b a a b c a. a b a b a b a b a b a b? The a of b, b of a; a a a a a a.\n\n".repeat(8);
    project.file("corpora/c/a.txt", format!("{text}{}\n", "a b ".repeat(100)));
    project.run(&["ingest"]).ok();
    let store = Store::open(&project.path(".thematic")).expect("a store");
    let people = People::new(&store);
    let scope = Scope::new(&store, &people, &Filter::default());
    let patterns = patterns();
    assert!(patterns.len() >= 300, "{}", patterns.len());
    let (mut answered, mut refused) = (0, 0);
    for (form, text) in patterns {
        let shown: String = text.chars().take(60).collect();
        let begun = Instant::now();
        let ended = parse(form, &text).map_err(|e| {
            let start = e.place.start;
            assert!(start <= text.len() && text.is_char_boundary(start), "{shown}: {start}");
            e.message
        });
        let ended = ended.and_then(|pattern| {
            let needle = Needle::of_pattern("hostile".into(), pattern);
            search(&store, &scope, &needle).map_err(|e| e.to_string())
        });
        let took = begun.elapsed();
        assert!(took < Duration::from_secs(2), "{shown} takes {took:?}: {:?}", ended.is_ok());
        match ended {
            Ok(_) => answered += 1,
            Err(message) => {
                assert!(!message.is_empty(), "{shown}");
                refused += 1;
            }
        }
    }
    assert!(answered > 60 && refused > 60, "{answered} answered, {refused} refused");
}
