//! Where a project's things lie, and its two setting files as plain data.
//!
//! ```text
//! <project>/thematic.toml            settings of the project     (optional)
//! <project>/corpora/<name>/…         collections of sources
//! <project>/corpora/<name>/corpus.toml   how that collection is read (optional)
//! <project>/queries/*.toml           query files
//! <project>/.thematic/               the store
//! <project>/results/                 the answers
//! ```

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

/// The folders of one project.
#[derive(Clone, Debug)]
pub struct Project {
    /// The project's own folder.
    pub root: PathBuf,
    /// Where the index is kept.
    pub store: PathBuf,
    /// Where answers go.
    pub results: PathBuf,
}

impl Project {
    /// The project in `root`, with the store and results in their usual places.
    #[must_use]
    pub fn at(root: impl Into<PathBuf>) -> Self {
        let root = root.into();
        Self { store: root.join(".thematic"), results: root.join("results"), root }
    }

    /// The folder of collections.
    #[must_use]
    pub fn corpora(&self) -> PathBuf {
        self.root.join("corpora")
    }

    /// The folder of query files.
    #[must_use]
    pub fn queries(&self) -> PathBuf {
        self.root.join("queries")
    }

    /// The project's settings, or the defaults where there is no `thematic.toml`.
    ///
    /// # Errors
    /// The file can't be read, or is not what `thematic.toml` may hold.
    pub fn settings(&self) -> Result<Settings, SettingsError> {
        read_toml(&self.root.join("thematic.toml"))
    }
}

/// `thematic.toml`.
#[derive(Clone, Debug, Deserialize, Serialize, PartialEq)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Largest file that is read, in megabytes; a larger one is skipped with that reason.
    pub max_file_mb: u64,
    /// Memory that building the index may take, in megabytes, over all threads.
    pub index_memory_mb: u64,
    /// How much of a file is read.
    pub limits: Limits,
    /// What values attributes have; one that is not named here is a number if all its values are.
    pub attributes: BTreeMap<String, AttributeType>,
}

/// How much of a file is read; one that is beyond a limit is skipped with that reason.
#[derive(Clone, Debug, Deserialize, Serialize, PartialEq, Eq)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// Megabytes that an archive (Word, OpenDocument, EPUB) may have when it is unpacked.
    pub max_unpacked_mb: u64,
    /// Members that an archive may have.
    pub max_archive_members: u64,
    /// Megabytes of memory that reading a PDF or a workbook may take.
    pub max_reader_mb: u64,
    /// Seconds of processor time that reading a PDF or a workbook may take.
    pub max_reader_seconds: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_unpacked_mb: 512,
            max_archive_members: 10_000,
            max_reader_mb: 1_000,
            max_reader_seconds: 60,
        }
    }
}

/// What values an attribute has.
#[derive(Clone, Debug, Deserialize, Serialize, PartialEq, Eq)]
#[serde(untagged, expecting = "expected \"number\", \"text\", or a list of levels in their order")]
pub enum AttributeType {
    /// Numbers, or any text.
    Of(AttributeKind),
    /// One of these, in this order.
    Levels(Vec<String>),
}

/// A kind of values.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum AttributeKind {
    /// Numbers; other values are left out of calculations.
    Number,
    /// Any text.
    Text,
}

impl Default for Settings {
    fn default() -> Self {
        let limits = Limits::default();
        Self { max_file_mb: 256, index_memory_mb: 512, limits, attributes: BTreeMap::new() }
    }
}

/// `corpus.toml`: how one collection is read.
#[derive(Clone, Debug, Default, Deserialize, Serialize, PartialEq)]
#[serde(default, deny_unknown_fields)]
pub struct CollectionSettings {
    /// A name for people.
    pub title: Option<String>,
    /// Whether the collection's files are papers or transcripts; found from the text if not set.
    pub kind: Option<CollectionKind>,
    /// Index a file also where another has the same content; if not, the first counts.
    pub keep_duplicates: bool,
    /// The encoding of text files, where they do not say it and it is not UTF-8: `"windows-1252"`.
    pub encoding: Option<String>,
    /// The language of the texts, by its English name or ISO 639 code.
    pub language: Option<String>,
    /// Add a layer of Snowball stems, in [`CollectionSettings::language`].
    pub stem: bool,
    /// The columns of vertical files, the form among them as `word`; `-` for one to leave out.
    pub layers: Vec<String>,
    /// The structure of annotated files that makes passages.
    pub passage: Option<String>,
    /// The tiers of ELAN files that are read, where those of speech are not found.
    pub tiers: Vec<String>,
    /// Columns of tables, and keys of JSON, that are not known by their names; what rows are.
    pub columns: ColumnSettings,
    /// Count what is heard and is no word, `[laughs]`, as words.
    pub count_sounds: bool,
    /// How speakers are written.
    pub speakers: SpeakerSettings,
    /// Speakers that are one person under several spellings: misprint or pseudonym = right name.
    pub aliases: BTreeMap<String, String>,
}

/// What the files of a collection are.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum CollectionKind {
    /// Running text by authors, in which participants are quoted.
    Papers,
    /// Turns that begin with a speaker's label.
    Transcripts,
}

/// What the columns of a table, or the keys of a JSON record, are called, and what its rows are.
#[derive(Clone, Debug, Default, Deserialize, Serialize, PartialEq)]
#[serde(default, deny_unknown_fields)]
pub struct ColumnSettings {
    /// Who speaks.
    pub speaker: Option<String>,
    /// The words: one column, or several in which each source answers.
    pub text: Option<Names>,
    /// When.
    pub time: Option<String>,
    /// What names a row that is a source.
    pub id: Option<String>,
    /// What a row is.
    pub rows: Option<Rows>,
}

impl ColumnSettings {
    /// The columns of words that are named.
    #[must_use]
    pub fn texts(&self) -> &[String] {
        match &self.text {
            None => &[],
            Some(Names::One(name)) => std::slice::from_ref(name),
            Some(Names::Several(names)) => names,
        }
    }
}

/// One name, or a list of names.
#[derive(Clone, Debug, Deserialize, Serialize, PartialEq, Eq)]
#[serde(untagged)]
pub enum Names {
    /// One.
    One(String),
    /// A list.
    Several(Vec<String>),
}

/// What the rows of a table are.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum Rows {
    /// Turns of one talk, the table a transcript.
    Turns,
    /// Sources, the table a collection of texts.
    Sources,
}

/// How speakers are written in a collection; each list replaces the default of the same name.
#[derive(Clone, Debug, Default, Deserialize, Serialize, PartialEq)]
#[serde(default, deny_unknown_fields)]
pub struct SpeakerSettings {
    /// What labels look like, in transcripts: `"Name - "`, or a regular expression whose group `name`
    /// is the name.
    pub labels: Vec<String>,
    /// Names that are labels however they are written.
    pub names: Vec<String>,
    /// What time stamps look like beside the known forms: regular expressions.
    pub stamps: Vec<String>,
    /// Labels of those who ask, in transcripts.
    pub interviewers: Option<Vec<String>>,
    /// Labels of those who answer, in transcripts.
    pub answerers: Option<Vec<String>>,
    /// Labels that open a line in a transcript but name no speaker.
    pub not_speakers: Vec<String>,
    /// Whose the words are that stand under no label.
    pub unlabelled: Option<Unlabelled>,
    /// Regular expressions for a speaker's name in an attribution or an announcement.
    pub patterns: Option<Vec<String>>,
    /// Regular expressions for what attributes a quotation, right before or behind it or at the end of
    /// its paragraph; the group `name` is the speaker.
    pub attributions: Vec<String>,
    /// Verbs of saying, in papers.
    pub verbs: Option<Vec<String>>,
    /// Nouns for people who are quoted and not named, in papers.
    pub people: Option<Vec<String>>,
    /// Quotations that name nobody are no cause for concern in this collection.
    pub accept_unattributed: bool,
    /// A table of what a person has decided, beside `corpus.toml`; it wins over every rule.
    pub file: Option<String>,
}

/// Whose the words of a transcript are that stand under no label.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum Unlabelled {
    /// The one's who spoke before.
    Previous,
    /// Somebody's who answers and is not known.
    Answerer,
    /// Nobody's who is known.
    Nobody,
}

/// Why a settings file could not be used.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// The file is there and can't be read.
    #[error("can't read {}: {cause}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        cause: std::io::Error,
    },
    /// The file is not what it should be; the message shows the place.
    #[error("{}: {message}", path.display())]
    Wrong {
        /// The file.
        path: PathBuf,
        /// The place and what is wrong there.
        message: String,
    },
}

/// Why the system would not give a file, in a person's words.
#[must_use]
pub fn why(error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::NotFound => "not there".into(),
        std::io::ErrorKind::PermissionDenied => "not readable (permission denied)".into(),
        other => format!("not readable ({other})"),
    }
}

/// Reads a settings file; a file that is not there gives the defaults.
///
/// # Errors
/// The file can't be read, or holds something else than `T`.
pub fn read_toml<T: Default + for<'a> Deserialize<'a>>(path: &Path) -> Result<T, SettingsError> {
    match std::fs::read_to_string(path) {
        Err(cause) if cause.kind() == std::io::ErrorKind::NotFound => Ok(T::default()),
        Err(cause) => Err(SettingsError::Unreadable { path: path.to_owned(), cause }),
        Ok(text) => toml::from_str(text.strip_prefix('\u{FEFF}').unwrap_or(&text)).map_err(|e| {
            SettingsError::Wrong { path: path.to_owned(), message: e.to_string().trim_end().into() }
        }),
    }
}
