//! Who may import whom: the map of ARCHITECTURE.md, kept by a test.

use std::collections::BTreeMap;

use crate::support::{files, repository};

/// Modules and those they may import.
const ARROWS: &[(&str, &[&str])] = &[
    ("text", &[]),
    ("project", &[]),
    ("ingest", &["text", "project"]),
    ("segment", &["text", "project", "ingest"]),
    ("index", &["text", "ingest", "segment"]),
    ("pattern", &["text"]),
    ("codebook", &["text", "pattern"]),
    ("query", &["text", "pattern", "codebook"]),
    ("search", &["text", "ingest", "segment", "index", "pattern", "codebook", "query"]),
    ("analysis", &["text", "ingest", "segment", "index", "pattern", "codebook", "query", "search"]),
    ("report", &["text", "ingest", "segment", "index", "pattern", "codebook", "query", "analysis"]),
    (
        "pipeline",
        &[
            "text", "project", "ingest", "segment", "index", "pattern", "codebook", "query",
            "search", "analysis", "report",
        ],
    ),
    (
        "cli",
        &[
            "pipeline", "project", "text", "index", "ingest", "query", "pattern", "codebook",
            "search", "analysis", "report",
        ],
    ),
];

#[test]
fn imports_follow_the_arrows() {
    let allowed: BTreeMap<&str, &[&str]> = ARROWS.iter().copied().collect();
    let mut wrong = Vec::new();
    for (file, text) in files(&repository().join("src")) {
        let module = file.split(['/', '.']).next().unwrap_or_default();
        let Some(allowed) = allowed.get(module) else {
            continue;
        };
        let text = String::from_utf8(text).expect("sources are UTF-8");
        let code = text.split("#[cfg(test)]").next().unwrap_or_default().lines();
        let code = code.filter(|l| !l.trim_start().starts_with("//"));
        for line in code {
            for rest in line.split("crate::").skip(1) {
                let name: String =
                    rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
                let known = ARROWS.iter().any(|(m, _)| *m == name);
                if known && name != module && !allowed.contains(&name.as_str()) {
                    wrong.push(format!("{file} imports {name}"));
                }
            }
        }
    }
    assert_eq!(wrong, [""; 0]);
}

#[test]
fn tantivy_is_named_in_the_index_alone() {
    for (file, text) in files(&repository().join("src")) {
        let text = String::from_utf8(text).expect("sources are UTF-8");
        let named =
            text.lines().any(|l| l.contains("tantivy::") && !l.trim_start().starts_with("//"));
        assert!(!named || file.starts_with("index/"), "{file} names tantivy");
    }
}

#[test]
fn every_file_says_what_it_is_for_and_stays_a_room() {
    for (file, text) in files(&repository().join("src")) {
        if std::path::Path::new(&file).extension().is_none_or(|e| e != "rs") {
            continue;
        }
        let text = String::from_utf8(text).expect("sources are UTF-8");
        assert!(text.starts_with("//!"), "{file} opens without `//!`");
        let code = text.split("#[cfg(test)]").next().unwrap_or_default().lines().count();
        assert!(code <= 560, "{file} has {code} lines without its tests");
    }
}

#[test]
fn no_text_leaves_the_machine() {
    let lock = std::fs::read_to_string(repository().join("Cargo.lock")).expect("lock file");
    for network in ["reqwest", "hyper", "ureq", "curl", "tokio", "rustls", "native-tls", "openssl"]
    {
        assert!(!lock.contains(&format!("name = \"{network}\"")), "{network} is in the tree");
    }
}
