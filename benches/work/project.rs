//! The project that the work is done in: the corpus in a folder of its own, the queries, the program.

use std::path::{Path, PathBuf};
use std::process::Command;

use std::fmt::Write;

use serde::de::DeserializeOwned;
use serde_json::Value as Json;

pub(crate) struct Project {
    folder: tempfile::TempDir,
    /// Files of the corpus, and their bytes.
    pub files: usize,
    pub bytes: u64,
}

impl Project {
    /// A copy of the corpus, and the queries as files of ours.
    pub(crate) fn new(work: &Path) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let texts = folder.path().join("corpora/interviews");
        let (files, bytes) = copy(&work.join("corpus"), &texts);
        std::fs::write(texts.join("corpus.toml"), "keep_duplicates = true\n").expect("writable");
        queries(work, &folder.path().join("queries"));
        Self { folder, files, bytes }
    }

    /// A project without files.
    pub(crate) fn empty() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        Self { folder, files: 0, bytes: 0 }
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn texts(&self) -> PathBuf {
        self.folder().join("corpora/interviews")
    }

    /// The program, to be run in this project.
    pub(crate) fn program(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_thematic"));
        command.args(arguments).arg("--project").arg(self.folder());
        command
    }

    /// What the program prints; `None` if it fails.
    pub(crate) fn run(&self, arguments: &[&str]) -> Option<String> {
        let out = self.program(arguments).output().expect("the program starts");
        out.status.success().then(|| String::from_utf8(out.stdout).expect("UTF-8"))
    }

    /// The rows of a query, answered anew.
    pub(crate) fn rows<R: DeserializeOwned>(&self, file: &str, query: &str) -> Vec<R> {
        #[derive(serde::Deserialize)]
        struct Rows<R> {
            rows: Vec<R>,
        }
        let path = self.folder().join(format!("queries/{file}.toml"));
        self.run(&["query", &path.to_string_lossy()]).expect("answered");
        let result = self.folder().join(format!("results/{file}/{query}.json"));
        let bytes = std::fs::read(result).expect("a result");
        serde_json::from_slice::<Rows<R>>(&bytes).expect("rows").rows
    }
}

/// The query files, with the codebook of the work in our form.
fn queries(work: &Path, folder: &Path) {
    std::fs::create_dir_all(folder.join("codebooks")).expect("a folder");
    let text = std::fs::read_to_string(work.join("codebook.json")).expect("the codebook");
    let codebook: Json = serde_json::from_str(&text).expect("JSON");
    let mut toml = String::new();
    for theme in codebook["themes"].as_array().expect("themes") {
        let id = theme["id"].as_str().expect("an id");
        writeln!(toml, "[theme.{id}]\nfind = {}", theme["patterns"]).expect("a string");
    }
    let themes = |query: &str| format!("codebook = \"codebooks/themes.toml\"\n{query}");
    for (name, text) in [
        ("codebooks/themes", toml),
        ("themes-by-source", themes("[[frequency]]\nid = \"themes\"\nby = [\"source\"]\n")),
        ("matrix", themes("[[cooccurrence]]\nid = \"matrix\"\nwithin = \"passage\"\n")),
        ("collocates", "[[collocates]]\nid = \"community\"\nfind = 'community'\n".to_owned()),
    ] {
        std::fs::write(folder.join(format!("{name}.toml")), text).expect("writable");
    }
}

fn copy(from: &Path, to: &Path) -> (usize, u64) {
    std::fs::create_dir_all(to).expect("a folder");
    let files = list(from);
    let copied =
        |p: &PathBuf| std::fs::copy(p, to.join(p.file_name().expect("a name"))).expect("a copy");
    (files.len(), files.iter().map(copied).sum())
}

/// The files below a folder.
pub(crate) fn list(folder: &Path) -> Vec<PathBuf> {
    let entries = walkdir::WalkDir::new(folder).into_iter().filter_map(Result::ok);
    entries.filter(|e| e.file_type().is_file()).map(walkdir::DirEntry::into_path).collect()
}

/// Bytes of the files below a folder.
pub(crate) fn size(folder: &Path) -> u64 {
    let files = list(folder);
    files.iter().filter_map(|p| std::fs::metadata(p).ok()).map(|m| m.len()).sum()
}
