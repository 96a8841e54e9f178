//! The five real texts that the program began with: what is known of them by reading.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::support::{Project, shared};

/// The texts as a collection, ingested.
fn project(what: &str) -> Option<Project> {
    let shared = shared(what)?;
    let project = Project::new();
    crate::support::copy(&shared.join("corpora/correctional"), &project.path("corpora/parole"));
    project.file("corpora/parole/corpus.toml", "[aliases]\nIP064 = \"IPO64\"\n");
    project.run(&["ingest"]).ok();
    Some(project)
}

fn of<'v>(passages: &'v [Value], prefix: &str) -> Vec<&'v Value> {
    let starts = |p: &&Value| {
        p["source"].as_str().is_some_and(|s| s.starts_with(&format!("parole/{prefix}")))
    };
    passages.iter().filter(starts).collect()
}

fn speakers(passages: &[&Value]) -> Vec<String> {
    passages
        .iter()
        .flat_map(|p| p["quotations"].as_array().expect("a list"))
        .filter_map(|q| q["speaker"].as_str().map(str::to_owned))
        .collect()
}

fn text(passages: &[&Value]) -> String {
    passages.iter().map(|p| p["text"].as_str().expect("text")).collect::<Vec<_>>().join("\n")
}

#[test]
fn quotations_have_their_speakers() {
    let Some(project) = project("quotations of real papers") else {
        return;
    };
    let passages = project.export();
    let mut officers: BTreeMap<String, usize> = BTreeMap::new();
    for speaker in speakers(&of(&passages, "004_")) {
        *officers.entry(speaker).or_default() += 1;
    }
    let expected = [("A", 3), ("B", 1), ("C", 5), ("D", 2), ("E", 5), ("F", 4), ("G", 4)];
    let expected = expected.map(|(name, n)| (format!("Officer {name}"), n));
    // Those who are described and not named have their description in the name's place.
    let described = [
        ("All but one of the participants", 1),
        ("One participant", 2),
        ("The above participant", 1),
    ];
    let described = described.map(|(name, n)| (name.to_owned(), n));
    let expected = expected.into_iter().chain(described);
    assert_eq!(officers, expected.collect::<BTreeMap<_, _>>());
    let all = speakers(&of(&passages, "000_"));
    let (described, excerpts): (Vec<String>, Vec<String>) =
        all.into_iter().partition(|s| s.as_str() == "POs");
    assert_eq!((described.len(), excerpts.len()), (1, 30));
    let people: BTreeSet<&str> = excerpts.iter().flat_map(|s| s.split(", ")).collect();
    assert_eq!(people.len(), 26);
    assert!(
        people.contains("IPO64") && !people.contains("IP064"),
        "the alias repairs the misprint"
    );
    for prefix in ["001_", "002_", "003_"] {
        assert_eq!(speakers(&of(&passages, prefix)), [""; 0], "{prefix}");
    }
}

#[test]
fn words_cut_at_line_ends_are_whole_and_no_two_are_glued() {
    let Some(project) = project("words cut at line ends") else {
        return;
    };
    let whole = [
        "environments",
        "jurisdictions",
        "responsibilities",
        "globally",
        "orientation",
        "occupational",
        "ideologically",
        "differentiated",
        "networked",
        "governmental",
        "phenomena",
        "criminalization",
        "subsequently",
        "accounts",
        "opportunity",
        "originality",
        "discoveries",
        "personalities",
        "inmates",
        "environment",
        "reintegrating",
        "atmosphere",
        "society",
        "understanding",
    ];
    let passages = project.export();
    let cleaned = text(&of(&passages, "000_"));
    for halves in
        ["environ ments", "global ly", "in mates", "at mosphere", "soci ety", "under standing"]
    {
        assert!(!cleaned.contains(halves), "{halves}");
    }
    for word in whole {
        assert!(cleaned.contains(word), "{word}");
    }
    assert!(cleaned.contains("post-incarceration"), "a real compound keeps its hyphen");
    // Every word of the cleaned texts stands so in the file, or is one of those made whole.
    let shared = std::env::var("THEMATIC_SHARED").expect("set above");
    let folder = std::path::Path::new(&shared).join("corpora/correctional");
    for entry in std::fs::read_dir(folder).expect("folder").flatten() {
        let raw = std::fs::read_to_string(entry.path()).expect("text").replace("**", "");
        let words = |t: &str| -> BTreeSet<String> {
            thematic::text::tokenize(t).iter().map(|s| s.of(t).to_lowercase()).collect()
        };
        let raw = words(&raw);
        let name = entry.file_name().to_string_lossy().into_owned();
        for word in words(&text(&of(&passages, &name))) {
            let known = raw.contains(&word) || whole.contains(&word.as_str()) || word == "abstract";
            assert!(known, "{name}: {word} is in no line of the file");
        }
    }
}

#[test]
fn page_furniture_is_out_and_listed() {
    let Some(project) = project("page furniture of real papers") else {
        return;
    };
    let passages = project.export();
    let all = text(&passages.iter().collect::<Vec<_>>());
    for furniture in ["Heliyon", "continued on next page", "[bookmark", "_GoBack"] {
        assert!(!all.contains(furniture), "{furniture}");
    }
    assert!(all.contains("Said differently, if staff feel supported"), "cut by a page break");
    assert!(
        all.contains("rapport established between a treatment provider"),
        "cut by a blank line"
    );
    let removed = project.run(&["show", "000_", "--removed"]).ok();
    for reason in ["running head", "page number", "continuation line"] {
        assert!(removed.contains(reason), "{removed}");
    }
    assert!(project.run(&["show", "004_", "--removed"]).ok().contains("left-over marker"));
}

#[test]
fn sections_have_their_roles() {
    let Some(project) = project("sections of real papers") else {
        return;
    };
    let passages = project.export();
    let role = |prefix: &str, begins: &str| -> (String, String) {
        let found = of(&passages, prefix);
        let passage =
            found.iter().find(|p| p["text"].as_str().is_some_and(|t| t.starts_with(begins)));
        let passage = passage.unwrap_or_else(|| panic!("{prefix}: no passage begins {begins}"));
        let text = |key: &str| passage[key].as_str().unwrap_or_default().to_owned();
        (text("section_role"), text("section"))
    };
    let is = |role: &str, section: &str| (role.to_owned(), section.to_owned());
    assert_eq!(role("000_", "In this article, we draw"), is("abstract", "ABSTRACT"));
    assert_eq!(role("000_", "POs worked to build"), is("results", "4.1.1. Engaging in the bond"));
    assert_eq!(role("000_", "Collectively, POs brought"), is("methods", "3.1. Participants"));
    assert_eq!(role("000_", "Table 1 Participants"), is("appendix", "Appendix. – Data Tables"));
    assert_eq!(role("004_", "During a group therapy"), is("results", "Empathy"));
    assert_eq!(role("004_", "Full reference:"), is("front_matter", ""));
    assert_eq!(role("001_", "Results of a correlation"), is("body", "What we found"));
    let kinds: BTreeSet<&str> =
        of(&passages, "000_").iter().filter_map(|p| p["kind"].as_str()).collect();
    assert_eq!(kinds, BTreeSet::from(["caption", "heading", "paragraph", "quotation", "table"]));
}
