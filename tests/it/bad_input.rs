//! Input that is not as it should be: a reason, an exit code, and everything else still done.

use crate::support::Project;

const QUERY: &str = "[[kwic]]\nid = \"q\"\nfind = 'trust*'\n";

fn with_good_source() -> Project {
    let project = Project::new();
    project.file("corpora/c/good.txt", "A paragraph on trust, and on trusting others.\n");
    project.file("queries/q.toml", QUERY);
    project
}

/// The good source is found, and the other is skipped for this reason.
fn skipped(project: &Project, name: &str, reason: &str) {
    let ran = project.run(&["run"]);
    let told = ran.fails(1);
    assert!(told.contains(&format!("skipped: corpora/c/{name}: {reason}")), "{told}");
    let result = project.result("q/q.json");
    assert_eq!(result["summary"]["hits"], 2);
    let listed = result["skipped"].as_array().expect("a list");
    assert!(
        listed.iter().any(|s| s["source"] == format!("c/{name}")
            && s["reason"].as_str().is_some_and(|r| r.starts_with(reason))),
        "{listed:?}"
    );
    // The second run does not open it again and says the same.
    assert!(project.run(&["run"]).fails(1).contains(reason));
}

#[test]
fn a_folder_without_corpora() {
    let project = Project::new();
    project.file("queries/q.toml", QUERY);
    let told = project.run(&["run"]).fails(2);
    assert!(told.contains("no corpora") && told.contains("thematic init"), "{told}");
    assert!(!project.path("results").exists());
}

#[test]
fn files_that_are_no_text_are_skipped_with_their_reason() {
    for (name, bytes, reason) in [
        ("empty.txt", &b""[..], "empty"),
        ("blank.txt", b"\n \n\n", "no text in it"),
        ("binary.txt", b"\x7fELF\0\0\x01", "binary, not text"),
        ("slides.pptx", b"PK", "no reader for this format"),
    ] {
        let project = with_good_source();
        project.file(&format!("corpora/c/{name}"), bytes);
        skipped(&project, name, reason);
    }
}

#[test]
fn a_file_over_the_limit_names_the_limit() {
    let project = with_good_source();
    project.file("thematic.toml", "max_file_mb = 1\n");
    project.file("corpora/c/long.txt", "word ".repeat(300_000));
    skipped(&project, "long.txt", "larger than the limit of 1 MB (`max_file_mb` in thematic.toml)");
}

#[test]
fn one_long_line_is_one_passage() {
    let project = with_good_source();
    project.file("corpora/c/long.txt", "a trusty word ".repeat(200_000));
    project.run(&["run"]).ok();
    assert_eq!(project.result("q/q.json")["summary"]["hits"], 200_002);
}

#[test]
fn many_hits_in_one_passage_take_no_longer_each() {
    let project = with_good_source();
    project.file("corpora/c/long.txt", "trust us ".repeat(60_000));
    project.file(
        "queries/q.toml",
        "[[kwic]]\nid = \"q\"\nfind = 'trust us'\n[[collocates]]\nid = \"c\"\nfind = 'trust'\n",
    );
    // With a cost that grows with the square of the hits this would take minutes.
    project.run(&["run"]).ok();
    assert_eq!(project.result("q/q.json")["summary"]["hits"], 60_000);
    assert_eq!(project.result("q/c.json")["rows"][0]["n_both"], 60_000);
}

#[test]
fn one_word_without_end_is_found_again() {
    let project = with_good_source();
    project.file("corpora/c/long.txt", format!("before {} after", "trust".repeat(100_000)));
    project.run(&["run"]).ok();
    assert_eq!(project.result("q/q.json")["summary"]["hits"], 3);
}

#[cfg(unix)]
#[test]
fn a_file_without_permission_and_links_are_told() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let project = with_good_source();
    project.file("corpora/c/secret.txt", "trust me");
    let secret = project.path("corpora/c/secret.txt");
    std::fs::set_permissions(&secret, std::fs::Permissions::from_mode(0o000)).expect("mode");
    // Whoever runs the tests as root can read it all the same.
    if std::fs::read(&secret).is_err() {
        skipped(&project, "secret.txt", "can't be read: permission denied");
    }
    let project = with_good_source();
    symlink(project.path("corpora"), project.path("corpora/c/loop")).expect("link");
    skipped(&project, "loop", "symbolic link, not followed");
}

#[test]
fn the_same_content_is_indexed_once_unless_asked() {
    let project = with_good_source();
    project.file("corpora/c/twin.txt", "A paragraph on trust, and on trusting others.\n");
    skipped(&project, "twin.txt", "same content as c/good.txt");
    // The other becomes the source when the first goes.
    std::fs::remove_file(project.path("corpora/c/good.txt")).expect("there");
    project.run(&["run"]).ok();
    assert_eq!(project.result("q/q.json")["rows"][0]["source"], "c/twin.txt");
    project.file("corpora/c/good.txt", "A paragraph on trust, and on trusting others.\n");
    project.file("corpora/c/corpus.toml", "keep_duplicates = true\n");
    project.run(&["run"]).ok();
    assert_eq!(project.result("q/q.json")["summary"]["hits"], 4);
}

#[test]
fn names_with_spaces_accents_and_emoji() {
    let project = with_good_source();
    for name in ["with space.txt", "Überprüfung é.txt", "🗝️ key.txt"] {
        project.file(&format!("corpora/c/{name}"), format!("In {name} there is trust.\n"));
    }
    project.run(&["run"]).ok();
    assert_eq!(project.result("q/q.json")["summary"]["sources_with"], 4);
    assert!(project.run(&["show", "🗝️ key"]).ok().contains("trust"));
}

#[test]
fn nothing_found_is_a_result_without_rows() {
    let project = with_good_source();
    project.file(
        "queries/q.toml",
        "[[kwic]]\nid = \"k\"\nfind = 'zyzzyva'\n[[frequency]]\nid = \"f\"\nfind = 'zyzzyva'\nby = [\"source\"]\n\
         [[cooccurrence]]\nid = \"c\"\nfind = ['zyzzyva', 'trust']\nzeros = true\n[[collocates]]\nid = \"w\"\nfind = 'zyzzyva'\n",
    );
    project.run(&["run"]).ok();
    assert_eq!(project.result("q/k.json")["rows"].as_array().map(Vec::len), Some(0));
    assert_eq!(project.result("q/f.json")["rows"][0]["hits"], 0);
    let pair = &project.result("q/c.json")["rows"][0];
    assert_eq!(pair["n_ab"], 0);
    assert!(
        pair["pmi_log2"].is_null()
            && pair["undefined"].as_str().is_some_and(|u| u.contains("never together"))
    );
    assert_eq!(project.result("q/w.json")["rows"].as_array().map(Vec::len), Some(0));
}

#[test]
fn an_empty_corpus_is_a_corpus() {
    let project = Project::new();
    project.file("queries/q.toml", QUERY);
    std::fs::create_dir_all(project.path("corpora/c")).expect("folder");
    project.run(&["run"]).ok();
    assert_eq!(project.result("q/q.json")["corpus"]["sources"], 0);
}

#[test]
fn a_damaged_store_is_built_anew_by_ingest_and_refused_by_query() {
    let project = with_good_source();
    project.run(&["run"]).ok();
    for entry in std::fs::read_dir(project.path(".thematic")).expect("store").flatten() {
        if entry.file_name().to_string_lossy().starts_with("catalogue-") {
            std::fs::write(entry.path(), "{}").expect("writable");
        }
    }
    let query = project.path("queries/q.toml");
    let told = project.run(&["query", &query.to_string_lossy()]).fails(2);
    assert!(told.contains("damaged") && told.contains("thematic ingest"), "{told}");
    assert!(project.run(&["run"]).ok().contains("1 added"));
}

#[test]
fn a_file_of_the_index_that_was_changed_is_told_by_status() {
    let project = with_good_source();
    project.run(&["run"]).ok();
    project.run(&["status"]).ok();
    for ending in ["texts", "fast"] {
        let files = std::fs::read_dir(project.path(".thematic/index")).expect("an index").flatten();
        let path = files.map(|e| e.path()).find(|p| p.extension().is_some_and(|e| e == ending));
        let path = path.expect("a file of that kind");
        let bytes = std::fs::read(&path).expect("readable");
        let mut changed = bytes.clone();
        changed[0] ^= 1;
        std::fs::write(&path, changed).expect("writable");
        let told = project.run(&["status"]).fails(2);
        assert!(told.contains("damaged") && told.contains("not as it was written"), "{told}");
        std::fs::write(&path, &bytes[..bytes.len() / 2]).expect("writable");
        let told = project.run(&["find", "trust"]).fails(2);
        assert!(told.contains("damaged") && told.contains("thematic ingest"), "{told}");
        std::fs::write(&path, bytes).expect("writable");
    }
}

#[test]
fn settings_that_are_wrong_are_told_with_their_place() {
    let project = with_good_source();
    project.file("corpora/c/corpus.toml", "kind = \"paper\"\n");
    let told = project.run(&["run"]).fails(2);
    assert!(
        told.contains("corpus.toml") && told.contains("line 1") && told.contains("papers"),
        "{told}"
    );
    project.file("corpora/c/corpus.toml", "[speakers]\npatterns = [\"(\"]\n");
    assert!(project.run(&["run"]).fails(2).contains("speakers.patterns"));
}
