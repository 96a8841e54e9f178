//! The same inputs give the same bytes: whatever the threads, the folder, the order of reading,
//! the language and time zone of the system, and the way the store came to be.

use crate::support::{Project, copy, files, repository};

fn results_of(
    project: &Project,
    arguments: &[&str],
    environment: &[(&str, &str)],
) -> Vec<(String, Vec<u8>)> {
    let mut all = vec!["run"];
    all.extend(arguments);
    let ran = project.run_with(&all, environment);
    assert_eq!(ran.code(), 0, "{}", ran.err());
    project.results()
}

#[test]
fn bytes_do_not_depend_on_threads_folder_or_environment() {
    let first = results_of(&Project::sample(), &["--threads", "1"], &[]);
    for threads in ["2", "8"] {
        assert!(
            first == results_of(&Project::sample(), &["--threads", threads], &[]),
            "{threads} threads"
        );
    }
    let elsewhere = [("LANG", "tr_TR.UTF-8"), ("LC_ALL", "tr_TR.UTF-8"), ("TZ", "Asia/Kathmandu")];
    assert!(first == results_of(&Project::sample(), &[], &elsewhere), "environment");
}

#[test]
fn bytes_do_not_depend_on_how_the_store_came_to_be() {
    let at_once = results_of(&Project::sample(), &[], &[]);
    // File by file, the last first, each in a run of its own.
    let project = Project::new();
    copy(&repository().join("queries"), &project.path("queries"));
    let mut sources = files(&repository().join("corpora"));
    sources.reverse();
    for (name, bytes) in sources {
        project.file(&format!("corpora/{name}"), bytes);
        assert!(project.run(&["ingest"]).code() <= 1);
    }
    assert!(at_once == results_of(&project, &[], &[]), "file by file");
    // A source that came, changed and went again leaves nothing.
    project.file("corpora/interviews/P99.txt", "Interviewer: Trust?\n\nP99: Rapport and trust.\n");
    assert!(at_once != results_of_any(&project), "a new source changes results");
    project.file("corpora/interviews/P99.txt", "Interviewer: Trust?\n\nP99: Trust, trust.\n");
    project.run(&["ingest"]);
    std::fs::remove_file(project.path("corpora/interviews/P99.txt")).expect("it is there");
    assert!(at_once == results_of(&project, &[], &[]), "after a source was taken out");
}

fn results_of_any(project: &Project) -> Vec<(String, Vec<u8>)> {
    assert!(project.run(&["run"]).code() <= 1);
    project.results()
}

#[test]
fn a_second_run_reads_no_text_again() {
    let project = Project::sample();
    assert!(project.run(&["ingest"]).ok().contains("13 added"));
    let commit = || std::fs::read(project.path(".thematic/index/meta.json")).expect("a commit");
    let first = commit();
    assert!(
        project.run(&["ingest"]).ok().contains("nothing new: 13 unchanged, no text read again")
    );
    assert_eq!(commit(), first, "where nothing is new nothing is written");
    // A file whose times are new but whose bytes are not is not indexed again.
    let path = project.path("corpora/interviews/P01.txt");
    let bytes = std::fs::read(&path).expect("it is there");
    std::fs::write(&path, &bytes).expect("writable");
    assert!(project.run(&["ingest"]).ok().contains("nothing new: 13 unchanged"));
    // A changed file changes its own passages alone, a moved one is taken out and put in.
    std::fs::write(&path, [bytes.as_slice(), b"\n\nP01: One more word.\n"].concat())
        .expect("writable");
    assert!(project.run(&["ingest"]).ok().contains("0 added, 1 changed, 0 removed, 12 unchanged"));
    std::fs::rename(&path, project.path("corpora/interviews/P10.txt")).expect("moved");
    assert!(project.run(&["ingest"]).ok().contains("1 added, 0 changed, 1 removed, 12 unchanged"));
}

#[test]
fn what_a_killed_run_left_behind_goes() {
    let project = Project::sample();
    project.run(&["ingest"]).ok();
    project.file(".thematic/index/.tmpAbCd", "half a file");
    project.file(".thematic/catalogue-old.json", "{}");
    project.file("corpora/papers/new.txt", "A new paper on trust.\n");
    project.run(&["ingest"]).ok();
    assert!(!project.path(".thematic/index/.tmpAbCd").exists());
    assert!(!project.path(".thematic/catalogue-old.json").exists());
}

#[test]
fn ingest_of_a_path_leaves_the_rest_as_it_was() {
    let project = Project::sample();
    let papers = project.path("corpora/papers").to_string_lossy().into_owned();
    assert!(project.run(&["ingest", &papers]).out().contains("4 added"));
    project.file("corpora/papers/new.txt", "A new paper on trust.\n");
    project.file("corpora/interviews/P01.txt", "P01: Changed.\n");
    let one = project.path("corpora/papers/new.txt").to_string_lossy().into_owned();
    assert!(project.run(&["ingest", &one]).out().contains("1 added, 0 changed, 0 removed, 4"));
    std::fs::remove_file(project.path("corpora/papers/new.txt")).expect("there");
    assert!(project.run(&["ingest"]).out().contains("9 added, 0 changed, 1 removed, 4"));
    assert!(project.run(&["ingest", "/nowhere"]).fails(2).contains("no file or folder below"));
}

#[cfg(unix)]
#[test]
fn the_store_is_readable_by_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt;
    let project = Project::sample();
    project.run(&["ingest"]).ok();
    let mode = std::fs::metadata(project.path(".thematic")).expect("store").permissions().mode();
    assert_eq!(mode & 0o777, 0o700);
}
