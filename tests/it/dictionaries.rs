//! Other programs' dictionaries: one in eight forms, readers' cases, lookups, round trips, damage.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use proptest::prelude::*;
use serde_json::Value;
use thematic::codebook::{Codebook, Opened, Target, read_codebook, write};
use thematic::text::{Level, TokenSpan};

use crate::support::{Project, shared};

fn read(name: &str, bytes: &[u8]) -> Codebook {
    let none = |_: &Path| Err("it is not there".to_owned());
    read_codebook(Opened::new(name, bytes), None, &none)
}

/// Themes by path with what they find, in CQL.
fn content(codebook: &Codebook) -> BTreeMap<String, BTreeSet<String>> {
    let find = |t: &thematic::codebook::Theme| {
        t.find.iter().map(|w| thematic::pattern::to_cql(&w.pattern)).collect()
    };
    codebook.themes.iter().map(|t| (t.path.clone(), find(t))).collect()
}

fn messages(codebook: &Codebook) -> Vec<String> {
    codebook.files.iter().flat_map(|f| &f.problems).map(|p| p.message.clone()).collect()
}

#[test]
fn one_dictionary_in_eight_forms_is_one_codebook() {
    let Some(shared) = shared("dictionaries in eight forms") else { return };
    let folder = shared.join("corpora/dictionaries");
    let form = |ending: &str| {
        let name = format!("themes.{ending}");
        let codebook = read(&name, &std::fs::read(folder.join(&name)).expect("a dictionary"));
        assert_eq!(messages(&codebook), [""; 0], "{ending}");
        codebook
    };
    let tree = content(&form("yml"));
    let paths: Vec<&str> = tree.keys().map(String::as_str).collect();
    assert_eq!(paths, ["access", "access/cost", "access/waiting", "family", "trust"]);
    assert_eq!(tree.values().map(BTreeSet::len).sum::<usize>(), 18);
    for ending in ["cat", "csv", "dic", "json", "ykd"] {
        assert_eq!(content(&form(ending)), tree, "{ending}");
    }
    // These two formats are flat: the same themes, without the one that only holds others.
    let last = |path: &str| path.rsplit('/').next().unwrap_or_default().to_owned();
    let flat: BTreeMap<String, BTreeSet<String>> = tree
        .iter()
        .filter(|(_, find)| !find.is_empty())
        .map(|(path, find)| (last(path), find.clone()))
        .collect();
    for ending in ["lc3", "lcd"] {
        assert_eq!(content(&form(ending)), flat, "{ending}");
    }
}

/// A reader's expectation: themes by path with their values, `__values__` those of a theme itself.
fn expected(value: &Value, path: &str, out: &mut BTreeMap<String, BTreeSet<String>>) {
    match value {
        Value::Array(values) => {
            let values = values.iter().map(|v| v.as_str().expect("text").to_owned()).collect();
            out.insert(path.to_owned(), values);
        }
        Value::Object(map) => {
            if !path.is_empty() {
                out.entry(path.to_owned()).or_default();
            }
            for (name, value) in map {
                let below = match (path, name.as_str()) {
                    (path, "__values__") => path.to_owned(),
                    ("", name) => name.to_owned(),
                    (path, name) => format!("{path}/{name}"),
                };
                expected(value, &below, out);
            }
        }
        _ => {}
    }
}

#[test]
fn readers_agree_with_the_table() {
    let Some(shared) = shared("conformance of dictionary readers") else { return };
    let text = std::fs::read(shared.join("conformance/statistics.json")).expect("the table");
    let all: Vec<Value> = serde_json::from_slice(&text).expect("JSON");
    let mut checked = 0;
    for case in &all {
        let measure = case["measure"].as_str().unwrap_or_default();
        let Some(reader) = measure.strip_prefix("reader_") else { continue };
        let ending = ["dicx", "dic", "cat", "lc3", "ykd"].iter().find(|e| reader.ends_with(*e));
        let name = format!("case.{}", ending.expect("a known reader"));
        let codebook = read(&name, case["inputs"]["file_text"].as_str().expect("text").as_bytes());
        let errors = codebook.files[0].problems.iter().any(|p| p.level == Level::Error);
        checked += 1;
        if case["expected"].is_null() {
            assert!(errors, "{}", case["id"]);
            continue;
        }
        assert!(!errors, "{}: {:?}", case["id"], codebook.files[0].problems);
        let mut wanted = BTreeMap::new();
        expected(&case["expected"], "", &mut wanted);
        // Ours: the dictionary's own name is the title; a WordStat name in capitals is the label;
        // values are patterns, cut as the text is.
        let ours: BTreeMap<String, BTreeSet<String>> = codebook
            .themes
            .iter()
            .map(|t| {
                let names: Vec<&str> = t.path.split('/').collect();
                let path = match &codebook.title {
                    Some(title) => format!("{title}/{}", names.join("/")),
                    None => names.join("/"),
                };
                (path, t.find.iter().map(|w| w.text.value.to_lowercase()).collect())
            })
            .collect();
        let wanted: BTreeMap<String, BTreeSet<String>> = wanted
            .into_iter()
            .filter(|(path, values)| !values.is_empty() || codebook.title.as_ref() != Some(path))
            .map(|(path, values)| {
                let small = if name.ends_with("cat") { path.to_lowercase() } else { path };
                (small, values.into_iter().map(|v| v.replace('_', " ")).collect())
            })
            .collect();
        assert_eq!(ours, wanted, "{}", case["id"]);
    }
    assert_eq!(checked, 8);
}

/// Lookups whose published answer is another tool's meaning, and why.
const NOT_OURS: &[(&str, &str)] = &[
    ("lookup-388-glob-2cs", "our simple form ignores case; an exact form is `=Stat*`"),
    ("lookup-388-regex-2cs", "regular expressions are CQL, which fits whole words: `\".*s\"%c`"),
    ("lookup-mw-fixed-cs", "our simple form ignores case; an exact form is `=United`"),
    ("lookup-compound-token", "a phrase is words one after the other; `United_States` is one word"),
];

#[test]
fn lookups_agree_with_the_table_where_they_state_our_meaning() {
    let Some(shared) = shared("conformance of dictionary lookups") else { return };
    let text = std::fs::read(shared.join("conformance/statistics.json")).expect("the table");
    let all: Vec<Value> = serde_json::from_slice(&text).expect("JSON");
    let lookups = all.iter().filter(|c| c["measure"] == "dictionary_lookup");
    let (mut held, mut other) = (0, Vec::new());
    for case in lookups {
        if lookup(case) {
            held += 1;
        } else {
            other.push(case["id"].as_str().expect("an id"));
        }
    }
    let known: Vec<&str> = NOT_OURS.iter().map(|n| n.0).collect();
    assert_eq!(other, known);
    assert_eq!(held, 24 - known.len());
}

fn lookup(case: &Value) -> bool {
    let inputs = &case["inputs"];
    let tokens: Vec<&str> =
        inputs["tokens"].as_array().expect("a list").iter().filter_map(Value::as_str).collect();
    // Our tokens have a letter or digit; theirs are counted from 1.
    let words: Vec<usize> =
        (0..tokens.len()).filter(|i| tokens[*i].chars().any(char::is_alphanumeric)).collect();
    let text = tokens.join(" ");
    let codebook = read("case.json", inputs["dictionary"].to_string().as_bytes());
    let levels: Option<Vec<u64>> =
        inputs["levels"].as_array().map(|l| l.iter().filter_map(Value::as_u64).collect());
    let mut found: Vec<(String, Vec<TokenSpan>)> = Vec::new();
    for (i, theme) in codebook.themes.iter().enumerate() {
        let wanted = levels.as_ref().is_none_or(|l| l.contains(&u64::from(theme.level)));
        if !wanted {
            continue;
        }
        // A key of several levels has its own values only; of its level alone, all below it.
        let pattern = match &levels {
            Some(levels) if levels.len() > 1 => codebook.own_pattern(i),
            _ => codebook.pattern(i).as_ref().clone(),
        };
        let name = match &levels {
            Some(levels) if levels.len() > 1 => theme.path.replace('/', "."),
            _ => theme.path.rsplit('/').next().unwrap_or_default().to_owned(),
        };
        found.push((name, pattern.spans_in(&text)));
    }
    if inputs["nested_scope"] == "dictionary" {
        let mut hits: Vec<Vec<TokenSpan>> = found.iter().map(|f| f.1.clone()).collect();
        thematic::search::drop_nested_spans(&mut hits);
        for (entry, hits) in found.iter_mut().zip(hits) {
            entry.1 = hits;
        }
    }
    let ours: BTreeSet<(usize, usize, String)> = found
        .iter()
        .flat_map(|(name, spans)| {
            spans
                .iter()
                .map(|s| (words[s.start as usize] + 1, words[s.end as usize - 1] + 1, name.clone()))
        })
        .collect();
    let number = |v: &Value| usize::try_from(v.as_u64().expect("a number")).expect("small");
    let wanted: BTreeSet<(usize, usize, String)> = case["expected"]["spans_1based_inclusive"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|s| {
            (number(&s["from"]), number(&s["to"]), s["key"].as_str().expect("text").to_owned())
        })
        .collect();
    ours == wanted
}

#[test]
fn a_codebook_survives_the_way_through_toml_and_csv() {
    let text = "title = 'A \"title\"'\n[theme.'a key']\nlabel = \"L, 'x'\"\ndefinition = \"one\\ntwo\"\nnote = 'n'\ncolor = '#ff0000'\n\
        find = ['good*', { find = '\"a b\" | c', weight = -1.5 }]\ncql = '\"x\" []{0,2} \"y\"'\nexcept = 'goods'\nexcept_cql = '\"q\" \"r\"'\n\
        examples = { hit = ['so good', 'a b'], miss = 'goods' }\n[theme.'a key'.below]\nfind = 'z'\n[theme.both]\nall_of = ['a key', 'a key/below']\nwithin = 'turn'\nnone_of = 'w'\n[theme.w]\nfind = 'w'\n";
    let first = read("c.toml", text.as_bytes());
    assert_eq!(messages(&first), [""; 0]);
    let without_places = |codebook: &Codebook| {
        let mut themes = codebook.themes.clone();
        for theme in &mut themes {
            theme.place = 0..0;
            let written = theme.find.iter_mut().chain(&mut theme.except);
            written.for_each(|w| w.text.place = 0..0);
            let texts = theme.hits.iter_mut().chain(&mut theme.misses);
            texts.for_each(|t| t.place = 0..0);
        }
        themes
    };
    for target in [Target::Toml, Target::Csv] {
        let written = write(&first, target);
        let again = read(&format!("c.{}", target.name()), written.as_bytes());
        assert_eq!(messages(&again), [""; 0], "{written}");
        assert_eq!(without_places(&again), without_places(&first), "{written}");
        assert_eq!(
            write(&again, target),
            write(&first, target).replace(
                "title = 'A \"title\"'\n\n",
                if again.title.is_some() { "title = 'A \"title\"'\n\n" } else { "" }
            )
        );
    }
}

#[test]
fn qdc_keeps_codes_descriptions_and_colours() {
    let Some(shared) = shared("a REFI-QDA codebook") else { return };
    let bytes = std::fs::read(shared.join("corpora/qda/codebook.qdc")).expect("the codebook");
    let first = read("codebook.qdc", &bytes);
    assert_eq!(messages(&first), [""; 0]);
    assert_eq!(first.themes.len(), 14);
    let again = read("again.qdc", write(&first, Target::Qdc).as_bytes());
    let told = |c: &Codebook| {
        let theme = |t: &thematic::codebook::Theme| {
            (t.path.clone(), t.definition.clone(), t.guid.clone(), t.color.clone())
        };
        c.themes.iter().map(theme).collect::<Vec<_>>()
    };
    assert_eq!(told(&first), told(&again));
    let toml = read("c.toml", write(&first, Target::Toml).as_bytes());
    assert_eq!(told(&first), told(&toml));
}

#[test]
fn what_is_damaged_is_told_at_its_line_and_the_rest_is_read() {
    let liwc = "%\n1\tfun\n2\n%\nplay*\t1\nstray\t9\n:)\t1\nkind of<of>\t1\ncatch 22\t1\nlonely\n";
    let codebook = read("d.dic", liwc.as_bytes());
    let lines: Vec<(usize, String)> = codebook.files[0]
        .problems
        .iter()
        .map(|p| (liwc[..p.place.start].matches('\n').count() + 1, p.message.clone()))
        .collect();
    let wanted = [
        (3, "a category without a name is left out"),
        (6, "category 9 is not in the list above; it is left out"),
        (6, "an entry without a category is left out"),
        (7, "this value is left out: it has no letter or digit"),
        (8, "an entry with the condition `<of>` is left out"),
        (10, "an entry without a category is left out"),
    ];
    assert_eq!(lines, wanted.map(|(line, text)| (line, text.to_owned())));
    let find: Vec<_> = codebook.themes[0].find.iter().map(|w| w.text.value.as_str()).collect();
    assert_eq!(find, ["play*", "catch 22"]);

    let wordstat = "EMOTION\n\tGOOD (2)\n\t(CIARY (1)\n\tJOY\n\t\tGLAD* (1)\n";
    let codebook = read("d.cat", wordstat.as_bytes());
    assert_eq!(messages(&codebook).len(), 1);
    assert_eq!(
        codebook.themes[0].find[0].weight.map(thematic::codebook::Weight::number),
        Some(2.0)
    );
    assert_eq!(codebook.themes[1].path, "emotion/joy");

    for (name, text) in [
        ("x.ykd", "<dictionary><cnode name='a'><pnode name='b'></dictionary>"),
        ("x.json", "{\"a\": [\"b\""),
        ("x.yml", "a: [b\nc: {"),
        ("x.qdc", "<CodeBook"),
        ("x.csv", "who,what\na,b\n"),
        ("x.dicx", "Term,A\nx,X\n"),
        ("x.lc3", "value first\n+a\nb\n"),
        ("x.dic", "good\t1\n"),
    ] {
        let codebook = read(name, text.as_bytes());
        let errors = codebook.files[0].problems.iter().filter(|p| p.level == Level::Error).count();
        assert!(errors > 0, "{name}");
    }
}

#[test]
fn what_readers_once_lost_is_told() {
    let warned = |name: &str, text: &str, part: &str| {
        let codebook = read(name, text.as_bytes());
        assert!(
            messages(&codebook).iter().any(|m| m.contains(part)),
            "{name} {text}: {part}\n{:?}",
            messages(&codebook)
        );
        codebook
    };
    let find = |codebook: &Codebook, theme: usize| -> Vec<String> {
        codebook.themes[theme].find.iter().map(|w| w.text.value.clone()).collect()
    };
    // Documents of YAML after the first; a category a second time; conditions with several numbers.
    let two = read("d.yml", b"a:\n - x\n---\nb:\n - y\n");
    assert_eq!(two.themes.len(), 2);
    let twice = "PERSON\n\tTAX* (1)\nOTHER\n\tX (1)\nPERSON\n\tTAX* (3)\n";
    warned("d.cat", twice, "a second theme `person` beside the first");
    warned("d.cat", twice, "with another weight; the first holds");
    warned(
        "d.qdc",
        "<CodeBook><Codes><Code guid='1' name='a'/><Code guid='2' name='a'/></Codes></CodeBook>",
        "what is said of the second `a`",
    );
    let liwc = "%\n1\tA\n131\tB\n%\nlike\t(02 131 134)125/1\t1\n:D\t1\nc++\t1\nc\t1\n";
    let codebook = warned("d.dic", liwc, "a lone letter would be left");
    assert_eq!(
        (find(&codebook, 0), find(&codebook, 1).len()),
        (vec!["like".into(), "c".into()], 0)
    );
    warned("d.cat", "T\n\tGOOD\n\tBAD\n", "no value is in `good`");
    let vbpro = read("d.vbpro", b">>a<<\nbar baz # a comment\n# one more\n");
    assert_eq!(find(&vbpro, 0), ["bar baz"]);
    let comment = "<CodeBook><Codes><Code guid='1' name='a'><Description>one <!-- c -->two</Description></Code></Codes></CodeBook>";
    assert_eq!(read("d.qdc", comment.as_bytes()).themes[0].definition.as_deref(), Some("one two"));
    // A path too deep for any stack, places in JSON and in files of old Macs.
    let deep = format!("theme,pattern\n{},x\n", vec!["a"; 50_000].join("/"));
    warned("d.csv", &deep, "themes nest too deep");
    let json = "{\n \"a\": [\"good\",\n  \":)\"]}";
    let codebook = warned("d.json", json, "no letter or digit");
    assert_eq!(&json[codebook.files[0].problems[0].place.clone()], ":)");
    let mac = warned("d.dic", "%\r1\tA\r%\rgood\t1\r:)\t1\r", "no letter or digit");
    let place = mac.files[0].problems[0].place.start;
    assert_eq!(mac.files[0].text[..place].matches('\n').count(), 4);
}

#[test]
fn the_first_pattern_weighs_through_every_conversion() {
    let text = "T\n\t* GOOD (2)\n\tVERY_GOOD (3)\n\tGOO* (5)\n";
    let first = read("d.cat", text.as_bytes());
    let again = read("d.toml", write(&first, Target::Toml).as_bytes());
    let table = read("d.csv", write(&first, Target::Csv).as_bytes());
    for codebook in [&first, &again, &table] {
        assert_eq!(messages(codebook), [""; 0]);
        let weights: Vec<f64> = codebook
            .pattern(0)
            .parts
            .iter()
            .filter_map(|p| p.weight)
            .map(thematic::codebook::Weight::number)
            .collect();
        assert_eq!(weights, [2.0, 3.0, 5.0]);
    }
    let own = read("c.toml", b"[theme.t]\nfind = [{ find = 'zzz', weight = 1.5 }, { find = 'good', weight = 2 }, { find = 'goo*', weight = 1.5 }]\n");
    assert_eq!(own.pattern(0).parts.len(), 3);
}

#[test]
fn themes_that_build_on_each_other_stay_bounded() {
    let mut text = "[theme.a0]\n[theme.b0]\n[theme.x]\nfind = 'x'\n".to_owned();
    for i in 1..60 {
        for name in ["a", "b"] {
            let before = i - 1;
            text.push_str(
                &[
                    "[theme.",
                    name,
                    &i.to_string(),
                    "]\nany_of = ['a",
                    &before.to_string(),
                    "', 'b",
                    &before.to_string(),
                    "']\n",
                ]
                .concat(),
            );
        }
    }
    let codebook = read("c.toml", text.as_bytes());
    assert!(codebook.pattern(codebook.themes.len() - 1).parts.is_empty());
    // Two themes of words: their patterns are one, however often they are named.
    let filled = text
        .replace("[theme.a0]", "[theme.a0]\nfind = 'a'")
        .replace("[theme.b0]", "[theme.b0]\nfind = 'b'");
    let filled = filled.split("[theme.a12]").next().expect("the first themes");
    let codebook = read("c.toml", filled.as_bytes());
    assert!(!messages(&codebook).iter().any(|m| m.contains("too many")));
    assert_eq!(codebook.pattern(codebook.themes.len() - 1).parts.len(), 1);
    // Conditions keep them apart, and their number is bounded.
    let mut tower = "[theme.t0]\nfind = 'w'\n[theme.u0]\nfind = 'x'\n".to_owned();
    for i in 1..40 {
        let before = i - 1;
        let level = format!(
            "[theme.t{i}]\nany_of = ['t{before}', 'u{before}']\nall_of = ['u{before}', 't{before}']\nwithin = 'sentence'\n\
             [theme.u{i}]\nany_of = ['u{before}', 't{before}']\nnone_of = ['t{before}']\nwithin = 'sentence'\n"
        );
        tower.push_str(&level);
        if i == 8 {
            let codebook = read("c.toml", tower.as_bytes());
            assert_eq!(messages(&codebook), [""; 0]);
            let top = codebook.theme("t8").expect("a theme");
            assert_eq!(codebook.pattern(top).find_in("Here w and x stand."), [""; 0]);
        }
    }
    let codebook = read("c.toml", tower.as_bytes());
    assert!(messages(&codebook).iter().any(|m| m.contains("builds on others in too many ways")));
}

#[test]
fn names_and_scalars_stay_text() {
    let codebook = read("d.yml", b"no: [yes, on, 007, 'N/A', 1e3]\nNA: [namibia]\n");
    let find: Vec<_> = codebook.themes[0].find.iter().map(|w| w.text.value.as_str()).collect();
    assert_eq!(codebook.themes[0].path, "no");
    assert_eq!(find, ["yes", "on", "007", "N A", "1e3"]);
    assert_eq!(codebook.themes[1].path, "NA");
    let nested = read("d.yml", b"a:\n  __: [own]\n  b: [below]\n");
    assert_eq!(content(&nested)["a"].len(), 1);
    let old = b"<dictionary patternengineclassname='x.substring'><category><name>D</name><category><name>a</name><pattern><name>b*</name><score>2</score></pattern></category></category></dictionary>";
    let old = read("d.ykd", old);
    assert_eq!((old.title.as_deref(), old.themes[0].path.as_str()), (Some("D"), "a"));
    assert_eq!(old.themes[0].find[0].weight.map(thematic::codebook::Weight::number), Some(2.0));
}

#[test]
fn levels_of_liwc_and_weights_of_liwc_22() {
    let text = "%\r\n\r\n01\taffect (Affect)\r\n\t02\tposemo (Positive)\r\n03\tfunct\r\n%\r\ngood\t02\r\ncry\t1\r\nthe 3\r\n";
    let codebook = read("d.dic", text.as_bytes());
    assert_eq!(messages(&codebook), [""; 0]);
    let paths: Vec<_> = codebook.themes.iter().map(|t| t.path.as_str()).collect();
    assert_eq!(paths, ["affect (Affect)", "affect (Affect)/posemo (Positive)", "funct"]);
    let weighted = read("d.dicx", b"DicTerm,Stress,Rest\nstress*,X,\ntired,2.5,X\n");
    let weights: Vec<_> = weighted.themes[0].find.iter().map(|w| w.weight).collect();
    assert_eq!(weights[0], None);
    assert_eq!(weights[1].map(thematic::codebook::Weight::number), Some(2.5));
}

#[test]
fn codebooks_include_others() {
    let project = Project::new();
    project.file("corpora/a/x.md", "Trust and patience, and patients queue for help.\n");
    project.file("queries/books/base.toml", "[theme.trust]\nfind = 'trust*'\n");
    project.file("queries/books/access.lc3", "+waiting\nqueue*\n+help\nhelp*\n");
    project.file(
        "queries/books/all.toml",
        "include = ['base.toml', { file = 'access.lc3', under = 'access' }]\n[theme.trust.in]\nfind = 'patien*'\n[theme.both]\nany_of = ['trust', 'access/waiting']\n",
    );
    project.file("queries/q.toml", "codebook = 'books/all.toml'\n[[frequency]]\nid = 'f'\n");
    project.run(&["run"]).ok();
    let result = project.result("q/f.json");
    let rows: Vec<(String, u64)> = result["rows"]
        .as_array()
        .expect("rows")
        .iter()
        .map(|r| (r["theme"].as_str().expect("text").to_owned(), r["hits"].as_u64().expect("n")))
        .collect();
    let wanted = [
        ("trust", 3),
        ("trust/in", 2),
        ("access", 2),
        ("access/waiting", 1),
        ("access/help", 1),
        ("both", 4),
    ];
    assert_eq!(rows, wanted.map(|(t, n)| (t.to_owned(), n)));
    let manifest = project.result("manifest.json");
    let included = &manifest["queries"][0]["codebook_includes"];
    assert_eq!(included.as_array().map(Vec::len), Some(2), "{included}");
    // A circle, a clash and a file that is not there are mistakes with their places.
    project.file("queries/books/base.toml", "include = 'all.toml'\n[theme.trust]\nfind = 'x'\n");
    let ran = project.run(&["check"]);
    assert_eq!(ran.code(), 2);
    assert!(ran.err().contains("`all.toml` includes itself"), "{}", ran.err());
    assert!(ran.err().contains("queries/books/base.toml:1:12"), "{}", ran.err());
    project.file("queries/books/base.toml", "[theme.both]\nfind = 'x'\n[theme.trust]\n");
    let ran = project.run(&["check"]);
    assert_eq!(ran.code(), 2);
    assert!(ran.err().contains("a theme `both` is there already"), "{}", ran.err());
    project.file("queries/books/all.toml", "include = 'gone.dic'\n");
    let ran = project.run(&["check"]);
    assert!(ran.err().contains("can't include `gone.dic`: it is not there"), "{}", ran.err());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_damage_makes_a_reader_fall(
        which in 0..11_usize,
        cut in 0..600_usize,
        changes in prop::collection::vec((0..600_usize, any::<u8>()), 0..6),
    ) {
        let samples: [(&str, &str); 11] = [
            ("x.dic", "%\n1\tfun\n\t2\tplay\n%\nplay*\t1\t2\nkind (02 134)125/464\t1\n"),
            ("x.dicx", "DicTerm,A,B\nx*,X,\n\"y z\",,2\n"),
            ("x.cat", "A\n\tB_C (1)\n\tD\n\t\tE* (2)\n"),
            ("x.ykd", "<dictionary style=\"050805\"><cnode name=\"a\" desc=\"&amp;\"><pnode name=\"b*\" score=\"1.5\"/></cnode></dictionary>"),
            ("x.lc3", "+a+\nb\n\n+c\nd e\n"),
            ("x.vbpro", ">>a<<\n# no\nb\n"),
            ("x.yml", "a: [b, \"c d\"]\ne:\n  - f\n  - {g: [h]}\n"),
            ("x.json", "{\"a\": [\"b\", {\"c\": [\"d\"]}], \"e\": {\"f\": [\"g\"]}}"),
            ("x.qdc", "<CodeBook xmlns=\"urn:QDA-XML:codebook:1.0\"><Codes><Code guid=\"1\" name=\"a\"><Description>x</Description></Code></Codes></CodeBook>"),
            ("x.csv", "theme,role,pattern,weight\na/b,find,c*,2\na,hit,so,\n"),
            ("x.toml", "[theme.a]\nfind = [\"b\", { find = \"c\", weight = 2 }]\nany_of = \"a.b\"\n[theme.a.b]\ncql = '\"x\" []'\n"),
        ];
        let (name, text) = samples[which];
        let mut bytes = text.as_bytes().to_vec();
        for (at, byte) in changes {
            let len = bytes.len().max(1);
            if let Some(place) = bytes.get_mut(at % len) {
                *place = byte;
            }
        }
        bytes.truncate(cut.max(1));
        let codebook = read(name, &bytes);
        for i in 0..codebook.themes.len() {
            let _hits = codebook.pattern(i).find_in("play with b and c d");
        }
        for problem in &codebook.files[0].problems {
            let text = &codebook.files[0].text;
            prop_assert!(text.is_char_boundary(problem.place.start) && problem.place.start <= text.len());
        }
        let _text = write(&codebook, Target::Toml);
        let _table = write(&codebook, Target::Csv);
        let _codes = write(&codebook, Target::Qdc);
    }
}
