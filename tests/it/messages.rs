//! What a person reads who mistyped something: file, line, column, the line, and the way out.

use crate::support::Project;

fn project(query: &str) -> Project {
    let project = Project::new();
    project.file(
        "corpora/c/a.txt",
        "Interviewer: Trust?\n\nP1: I trust her. We bond.\n\nInterviewer: So?\n",
    );
    project.file("corpora/c/participants.csv", "id,role\nP1,nurse\n");
    project.file(
        "queries/codebooks/c.toml",
        "[theme.relation.bond]\nfind = ['bond*']\n[theme.trust]\nfind = ['trust*']\n",
    );
    project.file("queries/q.toml", query);
    project
}

/// What is told of a wrong query file; nothing is written.
fn told(query: &str) -> String {
    let project = project(query);
    let told = project.run(&["run"]).fails(2);
    assert!(!project.path("results").exists(), "nothing is written");
    told
}

#[test]
fn a_mistyped_key_is_shown_with_its_place_and_the_right_name() {
    let told = told("[[kwic]]\nid = \"a\"\nfind = 'trust'\ncontxt = 5\n");
    for part in [
        "unknown key `contxt`",
        "queries/q.toml:4:1",
        "contxt = 5",
        "^^^^^^",
        "did you mean `context`?",
    ] {
        assert!(told.contains(part), "{part} in\n{told}");
    }
}

#[test]
fn all_mistakes_of_all_files_in_one_go() {
    let project = project("[[kwic]]\nid = \"a\"\nfind = '*'\n");
    project.file("queries/r.toml", "codebook = \"codebooks/c.toml\"\n[[kwic]]\nid = \"b\"\ntheme = \"bond\"\n[[freqency]]\nid = \"c\"\n");
    project.file("queries/codebooks/c.toml", "[theme.relation.bond]\nfind = ['bond* |']\n");
    let told = project.run(&["run"]).fails(2);
    for part in [
        "`*` alone fits every word",
        "queries/q.toml:3:9",
        "no theme `bond` in the codebook",
        "did you mean `relation/bond`?",
        "did you mean `frequency`?",
        "queries/codebooks/c.toml:2:",
        "4 mistakes",
    ] {
        assert!(told.contains(part), "{part} in\n{told}");
    }
}

#[test]
fn names_are_in_the_one_go_where_there_is_a_corpus() {
    let project = project("[[kwic]]\nid = \"a\"\nfind = 'trust'\n");
    project.run(&["run"]).ok();
    project.file(
        "queries/q.toml",
        "[[kwic]]\nid = \"a\"\nfind = '*'\n[[frequency]]\nid = \"A\"\nfind = 'x'\nby = [\"rolle\"]\n",
    );
    let told = project.run(&["run"]).fails(2);
    for part in ["fits every word", "did you mean `role`?", "id `A` is used twice", "3 mistakes"] {
        assert!(told.contains(part), "{part} in\n{told}");
    }
}

#[test]
fn a_codebook_among_the_query_files_is_told() {
    let project = project("[theme.trust]\nfind = ['trust']\n");
    let told = project.run(&["run"]).fails(2);
    assert!(told.contains("this is a codebook") && told.contains("queries/codebooks/"), "{told}");
}

#[test]
fn names_are_checked_against_the_corpus() {
    let told = told(
        "[[frequency]]\nid = \"a\"\nfind = 'trust'\nby = [\"rolle\"]\nwhere = { voice = \"participnt\" }\n",
    );
    for part in [
        "no attribute `rolle`",
        "did you mean `role`?",
        "no voice `participnt`",
        "did you mean `participant`?",
    ] {
        assert!(told.contains(part), "{part} in\n{told}");
    }
    // So is a value that nobody has; with `*` it may come with the next interviews.
    let query = |value: &str| {
        format!("[[frequency]]\nid = \"a\"\nfind = 'trust'\nwhere = {{ role = \"{value}\" }}\n")
    };
    assert!(self::told(&query("nurs")).contains("did you mean `nurse`?"));
    let project = project(&query("port*"));
    project.run(&["run"]).ok();
    let warnings = project.result("q/a.json")["warnings"].to_string();
    assert!(warnings.contains("lets no word"), "{warnings}");
}

#[test]
fn toml_that_is_no_toml() {
    for (query, part) in [
        ("[[kwic]\nid = \"a\"\n", "queries/q.toml:1:"),
        ("[[kwic]]\nid = \"a\nfind = 'x'\n", "queries/q.toml:2:"),
        ("[[kwic]]\nid = “a”\nfind = 'x'\n", "queries/q.toml:2:"),
        ("[[kwic]]\nid = \"a\"\nid = \"b\"\nfind = 'x'\n", "queries/q.toml:3:"),
        ("", "no query in this file"),
    ] {
        let told = told(query);
        assert!(told.contains(part), "{part} in\n{told}");
    }
}

#[test]
fn an_example_that_fails_is_shown_and_changes_the_exit_code() {
    let project = project("codebook = \"codebooks/c.toml\"\n[[frequency]]\nid = \"a\"\n");
    project.file(
        "queries/codebooks/c.toml",
        "[theme.bond]\nfind = ['bond*']\nexamples = { hit = [\"we trust\"], miss = [\"a bondsman\"] }\n",
    );
    let told = project.run(&["check"]).fails(1);
    for part in
        ["example of theme `bond` is not found", "what matches is `bondsman`", "c.toml:3:22"]
    {
        assert!(told.contains(part), "{part} in\n{told}");
    }
    assert_eq!(project.run(&["run"]).code(), 1);
    assert!(project.path("results/q/a.json").exists(), "the run is finished all the same");
}

#[test]
fn a_missing_file_and_a_missing_store() {
    let project = project("[[kwic]]\nid = \"a\"\nfind = 'trust'\n");
    let told = project.run(&["run", "queries/none.toml"]).fails(2);
    assert!(told.contains("can't read query file"), "{told}");
    let query = project.path("queries/q.toml");
    let told = project.run(&["query", &query.to_string_lossy()]).fails(2);
    assert!(told.contains("no store") && told.contains("thematic ingest"), "{told}");
}

#[test]
fn text_of_the_corpus_is_in_no_message() {
    let project = project("[[kwic]]\nid = \"a\"\nfind = 'trust'\n");
    project.file("corpora/c/secret.txt", b"Confidential words \xff\n");
    let ran = project.run(&["run"]);
    assert!(!ran.err().contains("Confidential") && !ran.out().contains("Confidential"));
}
