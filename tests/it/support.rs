//! Projects in temporary folders, and the binary run on them.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// A project in a folder that goes away with it.
pub(crate) struct Project {
    folder: tempfile::TempDir,
}

impl Project {
    pub(crate) fn new() -> Self {
        Self { folder: tempfile::tempdir().expect("a temporary folder") }
    }

    /// A project with the sample corpora and queries.
    pub(crate) fn sample() -> Self {
        let project = Self::new();
        for part in ["corpora", "queries"] {
            copy(&repository().join(part), &project.path(part));
        }
        project
    }

    pub(crate) fn path(&self, below: &str) -> PathBuf {
        self.folder.path().join(below)
    }

    /// Writes a file below the project's folder.
    pub(crate) fn file(&self, below: &str, text: impl AsRef<[u8]>) -> &Self {
        let path = self.path(below);
        std::fs::create_dir_all(path.parent().expect("below the folder")).expect("folder");
        std::fs::write(path, text).expect("file");
        self
    }

    /// Runs the program on the project.
    pub(crate) fn run(&self, arguments: &[&str]) -> Ran {
        self.run_with(arguments, &[])
    }

    pub(crate) fn run_with(&self, arguments: &[&str], environment: &[(&str, &str)]) -> Ran {
        let mut command = Command::new(env!("CARGO_BIN_EXE_thematic"));
        command.args(arguments).arg("--project").arg(self.folder.path());
        command.env_remove("RUST_BACKTRACE").envs(environment.iter().copied());
        Ran(command.output().expect("the program starts"))
    }

    /// A file of the project as text.
    pub(crate) fn read(&self, below: &str) -> String {
        let path = self.path(below);
        std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
    }

    /// A result file as JSON.
    pub(crate) fn result(&self, below: &str) -> serde_json::Value {
        let path = self.path("results").join(below);
        let text = std::fs::read(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        serde_json::from_slice(&text).expect("results are JSON")
    }

    /// Every result file with its bytes, sorted.
    pub(crate) fn results(&self) -> Vec<(String, Vec<u8>)> {
        files(&self.path("results"))
    }

    /// All passages as `thematic export` gives them.
    pub(crate) fn export(&self) -> Vec<serde_json::Value> {
        let ran = self.run(&["export"]).ok();
        ran.lines().map(|l| serde_json::from_str(l).expect("JSON lines")).collect()
    }
}

/// What the program did.
pub(crate) struct Ran(pub(crate) Output);

impl Ran {
    pub(crate) fn code(&self) -> i32 {
        self.0.status.code().expect("the program was not killed")
    }

    pub(crate) fn out(&self) -> String {
        String::from_utf8_lossy(&self.0.stdout).into_owned()
    }

    pub(crate) fn err(&self) -> String {
        String::from_utf8_lossy(&self.0.stderr).into_owned()
    }

    /// Standard output of a run that ended well.
    pub(crate) fn ok(&self) -> String {
        assert_eq!(self.code(), 0, "{}{}", self.out(), self.err());
        self.out()
    }

    /// Standard error of a run that ended with this code and no panic.
    pub(crate) fn fails(&self, code: i32) -> String {
        assert_eq!(self.code(), code, "{}{}", self.out(), self.err());
        assert!(!self.err().contains("internal error"), "{}", self.err());
        self.err()
    }
}

pub(crate) fn repository() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The shared corpora, or `None` with a word on what is skipped.
pub(crate) fn shared(what: &str) -> Option<PathBuf> {
    let found = std::env::var_os("THEMATIC_SHARED").filter(|v| !v.is_empty());
    let found = found.map(PathBuf::from);
    if found.is_none() {
        // Written past the test runner, which keeps what a passing test prints to itself.
        let told = writeln!(std::io::stderr(), "skipped: {what} (THEMATIC_SHARED is not set)");
        told.expect("standard error is open");
    }
    found
}

pub(crate) fn copy(from: &Path, to: &Path) {
    for (below, bytes) in files(from) {
        let place = to.join(below);
        std::fs::create_dir_all(place.parent().expect("below")).expect("folder");
        std::fs::write(place, bytes).expect("file");
    }
}

/// All files below a folder with their bytes, sorted by path.
pub(crate) fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut out: Vec<(String, Vec<u8>)> = walkdir::WalkDir::new(folder)
        .into_iter()
        .filter_map(Result::ok)
        .filter(|e| e.file_type().is_file())
        .map(|e| {
            let below =
                e.path().strip_prefix(folder).expect("below").to_string_lossy().into_owned();
            (below, std::fs::read(e.path()).expect("readable"))
        })
        .collect();
    out.sort();
    out
}
