//! The manual of patterns: every example in it is run, and finds something.

use crate::support::{Project, repository};

/// A project with the tagged interview that the manual speaks of.
pub(crate) fn tagged() -> Project {
    let project = Project::new();
    let fixture = repository().join("tests/fixtures/interview.vrt");
    let text = std::fs::read(fixture).expect("the fixture");
    project.file("corpora/tagged/interview.vrt", text);
    project.run(&["ingest"]).ok();
    project
}

/// The examples of one form: pattern and line.
fn examples(form: &str) -> Vec<(String, usize)> {
    let manual = std::fs::read_to_string(repository().join("docs/patterns.md")).expect("manual");
    let mut inside = false;
    let mut out = Vec::new();
    for (number, line) in (1..).zip(manual.lines()) {
        if let Some(language) = line.strip_prefix("```") {
            inside = language == form;
        } else if inside && !line.trim().is_empty() {
            let pattern = line.split(" # ").next().unwrap_or(line).trim();
            out.push((pattern.to_owned(), number));
        }
    }
    out
}

#[test]
fn every_example_of_the_manual_finds_something() {
    let project = tagged();
    let mut run = 0;
    for (form, least) in [("simple", 17), ("cql", 45)] {
        let examples = examples(form);
        assert!(examples.len() >= least, "{} of {form}", examples.len());
        for (pattern, line) in examples {
            let mut arguments = vec!["find", "--format", "jsonl", &pattern];
            if form == "cql" {
                arguments.push("--cql");
            }
            let ran = project.run(&arguments);
            assert_eq!(ran.code(), 0, "docs/patterns.md:{line}: {pattern}\n{}", ran.err());
            assert!(!ran.out().is_empty(), "docs/patterns.md:{line}: {pattern} finds nothing");
            run += 1;
        }
    }
    assert!(run >= 62, "{run} examples");
}

#[test]
fn every_codebook_of_the_manual_is_read() {
    let manual = std::fs::read_to_string(repository().join("docs/codebooks.md")).expect("manual");
    let project = Project::new();
    project.file("corpora/a/x.md", "Good support, and grief.\n");
    project.file("queries/c/base.toml", "[theme.trust]\nfind = 'trust*'\n");
    project.file("queries/c/liwc.dic", "%\n1\tposemo\n%\ngood\t1\n");
    let mut count = 0;
    for block in manual.split("```toml\n").skip(1) {
        let text = block.split("```").next().expect("a block");
        count += 1;
        project.file(&format!("queries/c/{count}.toml"), text);
        let query = format!("codebook = 'c/{count}.toml'\n[[frequency]]\nid = 'f'\n");
        project.file(&format!("queries/q{count}.toml"), query);
    }
    assert_eq!(count, 4);
    let ran = project.run(&["run"]);
    assert_eq!(ran.code(), 0, "{}", ran.err());
    assert_eq!(ran.err(), "");
}
