//! Query files and the codebooks they name, read and checked without a corpus.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::{PipelineError, names};
use crate::codebook::{Codebook, Opened, is_dictionary, read_codebook};
use crate::index::Store;
use crate::project::{Project, why};
use crate::query::{
    Ask, QueryFile, StopWords, TermRow, What, check_layers, check_names, check_themes, fill,
    read_query_file,
};
use crate::search::People;
use crate::text::{Level, Problem, decode, fold, parse_toml, row_line, tokenize};

/// A query file with its codebook.
#[derive(Clone, Debug)]
pub struct LoadedFile {
    /// The file's name as shown: from the project's folder, parted by `/`.
    pub name: String,
    /// Its name without folder and ending: the folder of its results.
    pub stem: String,
    /// Its text.
    pub text: String,
    /// Its queries.
    pub file: QueryFile,
    /// Its codebook, or an empty one.
    pub codebook: Arc<Codebook>,
}

/// What is wrong with a file.
#[derive(Clone, Debug)]
pub struct FileProblems {
    /// Its name as shown.
    pub name: String,
    /// Its text.
    pub text: String,
    /// What is wrong, in the order of the file.
    pub problems: Vec<Problem>,
}

impl FileProblems {
    /// How many of them are errors.
    #[must_use]
    pub fn errors(&self) -> usize {
        self.problems.iter().filter(|p| p.level == Level::Error).count()
    }
}

/// The query files of a project, sorted.
///
/// # Errors
/// There is no folder of query files.
pub fn query_files(project: &Project) -> Result<Vec<PathBuf>, PipelineError> {
    let folder = project.queries();
    let entries = std::fs::read_dir(&folder).map_err(|e| PipelineError::Missing {
        message: format!("no query files: {} is {}", folder.display(), why(&e)),
        hint:
            "make the folder `queries` and a file in it, or run `thematic init` in an empty folder"
                .into(),
    })?;
    let mut files: Vec<PathBuf> = entries
        .flatten()
        .map(|e| e.path())
        .filter(|p| p.extension().is_some_and(|e| e == "toml") && p.is_file())
        .collect();
    files.sort();
    Ok(files)
}

/// Reads query files and their codebooks. Warnings are given beside the files.
///
/// # Errors
/// All mistakes of all files in one list.
pub fn load(
    project: &Project,
    paths: &[PathBuf],
) -> Result<(Vec<LoadedFile>, Vec<FileProblems>), PipelineError> {
    let mut loaded: Vec<LoadedFile> = Vec::new();
    let mut all: Vec<FileProblems> = Vec::new();
    let mut codebooks = Codebooks::default();
    for path in paths {
        let name = shown(project, path);
        let text = read_text(path, &name)?;
        let (mut file, mut problems) = read_query_file(&text);
        fill_templates(&mut file, path, &mut problems);
        let stem = path.file_stem().map_or_else(String::new, |s| s.to_string_lossy().into_owned());
        if let Some(other) = loaded.iter().find(|l| l.stem == stem) {
            let message =
                format!("two query files would write to results/{stem}: this and {}", other.name);
            problems.push(Problem::error(0..0, message).hint("rename one of them"));
        }
        let codebook = match &file.codebook {
            None => Some(Arc::default()),
            Some(named) => {
                let place = path.parent().unwrap_or(Path::new(".")).join(&named.value);
                match codebooks.read(project, &place, &mut all) {
                    Ok(codebook) => Some(codebook),
                    Err(why) => {
                        let message = format!("can't read codebook `{}`: {why}", named.value);
                        let hint = "its path is taken from the folder of this file";
                        problems.push(Problem::error(named.place.clone(), message).hint(hint));
                        None
                    }
                }
            }
        };
        if let Some(codebook) = &codebook {
            let named = file.codebook.as_ref().map(|_| codebook.as_ref());
            problems.extend(check_themes(&file, named));
        }
        push(&mut all, &name, &text, problems);
        let codebook = codebook.unwrap_or_default();
        loaded.push(LoadedFile { name, stem, text, file, codebook });
    }
    if all.iter().any(|f| f.errors() > 0) {
        // All in one go: names in filters and groups, too, as far as there is a corpus.
        if let Ok(store) = Store::open(&project.store) {
            check(&store, &People::new(&store), &loaded, &mut all);
        }
        return Err(PipelineError::Problems { problems: all });
    }
    Ok((loaded, all))
}

/// Makes patterns of templates and the lists that they name.
fn fill_templates(file: &mut QueryFile, path: &Path, problems: &mut Vec<Problem>) {
    for query in &mut file.queries {
        if let Some(StopWords { file: Some(named), words }) = query.ask.stop_words_mut() {
            let place = path.parent().unwrap_or(Path::new(".")).join(&named.value);
            match read_words(&place) {
                Ok(read) => *words = read,
                Err(why) => {
                    let message = format!("can't read stop words `{}`: {why}", named.value);
                    let hint = "its path is taken from the folder of this file";
                    problems.push(Problem::error(named.place.clone(), message).hint(hint));
                }
            }
        }
        let what = match &mut query.what {
            What::Both(_, what) => what.as_mut(),
            what => what,
        };
        let What::Terms { list, templates, patterns } = what else { continue };
        let place = path.parent().unwrap_or(Path::new(".")).join(&list.value);
        match read_terms(&place) {
            Ok((columns, rows)) => {
                let (made, wrong) = fill(templates, list, &columns, &rows);
                *patterns = made;
                problems.extend(wrong);
            }
            Err(why) => {
                let message = format!("can't read terms `{}`: {why}", list.value);
                let hint = "its path is taken from the folder of this file";
                problems.push(Problem::error(list.place.clone(), message).hint(hint));
            }
        }
    }
}

/// Words of a file, one or several on a line, as they stand in the index; what follows a `#` is left
/// out.
fn read_words(path: &Path) -> Result<Vec<String>, String> {
    let bytes = std::fs::read(path).map_err(|e| format!("it is {}", why(&e)))?;
    let text = decode(&bytes, Some("utf-8"))?.text;
    let lines = text.lines().map(|line| line.split('#').next().unwrap_or_default());
    let words = |line: &str| {
        tokenize(line).into_iter().map(|t| fold(t.of(line)).into_owned()).collect::<Vec<_>>()
    };
    let mut words: Vec<String> = lines.flat_map(words).collect();
    words.sort_unstable();
    Ok(words)
}

/// A list of terms: a table with a head, or a term on each line, which are then the column `term`.
///
/// # Errors
/// Why it can't be read, in words.
pub fn read_terms(path: &Path) -> Result<(Vec<String>, Vec<TermRow>), String> {
    let bytes = std::fs::read(path).map_err(|e| format!("it is {}", why(&e)))?;
    let text = String::from_utf8(bytes).map_err(|_| "it is not valid UTF-8".to_owned())?;
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(&text);
    let ending = path.extension().and_then(|e| e.to_str()).unwrap_or_default();
    if ending.eq_ignore_ascii_case("txt") {
        let lines = (1..).zip(text.lines()).filter(|(_, l)| !l.trim().is_empty());
        let row = |(line, text): (u64, &str)| TermRow { cells: vec![text.trim().to_owned()], line };
        return Ok((vec!["term".into()], lines.map(row).collect()));
    }
    let head = text.lines().next().unwrap_or_default();
    let delimiter = [b'\t', b';'].into_iter().find(|d| head.as_bytes().contains(d));
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter.unwrap_or(b','))
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let columns = reader.headers().map_err(|e| e.to_string())?;
    let columns = columns.iter().map(str::to_owned).collect();
    let rows = reader.records().map(|record| {
        let record = record.map_err(|e| e.to_string())?;
        let line = row_line(text, &record);
        Ok(TermRow { cells: record.iter().map(str::to_owned).collect(), line })
    });
    Ok((columns, rows.collect::<Result<_, String>>()?))
}

/// True when a file is a codebook and no query file.
#[must_use]
pub fn is_codebook(path: &Path) -> bool {
    if is_dictionary(path) {
        return true;
    }
    let Ok(text) = std::fs::read_to_string(path) else { return false };
    let map = parse_toml(&text, &mut Vec::new());
    let has = |key: &str| map.iter().any(|(k, _)| k.get_ref() == key);
    let asks = Ask::KINDS.into_iter().chain(["codebook"]).any(has);
    !asks && (has("theme") || has("include"))
}

/// Reads one codebook, for the command line; `encoding` is that of its file, if it is known. Warnings
/// are in its files.
///
/// # Errors
/// It can't be read, or has mistakes.
pub fn read_codebook_at(
    project: &Project,
    path: &Path,
    encoding: Option<&str>,
) -> Result<Codebook, PipelineError> {
    let opened = open(project, path).map_err(|why| PipelineError::Missing {
        message: format!("can't read codebook {}: {why}", path.display()),
        hint: "give the path of a file that is there".into(),
    })?;
    let codebook = read_codebook(opened, encoding, &|path| open(project, path));
    let problems = file_problems(&codebook);
    if problems.iter().any(|f| f.errors() > 0) {
        return Err(PipelineError::Problems { problems });
    }
    Ok(codebook)
}

/// What is wrong with the files of a codebook.
#[must_use]
pub fn file_problems(codebook: &Codebook) -> Vec<FileProblems> {
    let wrong = codebook.files.iter().filter(|f| !f.problems.is_empty());
    let told = wrong.map(|f| FileProblems {
        name: f.name.clone(),
        text: f.text.clone(),
        problems: f.problems.clone(),
    });
    told.collect()
}

/// Codebooks that were read, each once however many query files name it.
#[derive(Default)]
struct Codebooks(Vec<(PathBuf, Arc<Codebook>)>);

impl Codebooks {
    fn read(
        &mut self,
        project: &Project,
        path: &Path,
        all: &mut Vec<FileProblems>,
    ) -> Result<Arc<Codebook>, String> {
        let opened = open(project, path)?;
        if let Some((_, codebook)) = self.0.iter().find(|(p, _)| *p == opened.path) {
            return Ok(Arc::clone(codebook));
        }
        let path = opened.path.clone();
        let codebook = Arc::new(read_codebook(opened, None, &|path| open(project, path)));
        for file in file_problems(&codebook) {
            // A file that several codebooks include is reported once.
            if !all.iter().any(|f| f.name == file.name) {
                all.push(file);
            }
        }
        self.0.push((path, Arc::clone(&codebook)));
        Ok(codebook)
    }
}

/// Opens a file that a codebook is in.
fn open(project: &Project, path: &Path) -> Result<Opened, String> {
    let told = |e: std::io::Error| format!("it is {}", why(&e));
    let bytes = std::fs::read(path).map_err(told)?;
    let whole = std::fs::canonicalize(path).map_err(told)?;
    let root = std::fs::canonicalize(&project.root).unwrap_or_default();
    let name =
        if whole.starts_with(&root) { shown_from(&root, &whole) } else { shown(project, path) };
    Ok(Opened { path: whole, name, bytes })
}

/// Adds to the list what is wrong with a file, in the order of the file.
fn push(all: &mut Vec<FileProblems>, name: &str, text: &str, problems: Vec<Problem>) {
    if problems.is_empty() {
        return;
    }
    let at = all.iter().position(|f| f.name == name).unwrap_or(all.len());
    if at == all.len() {
        let (name, text) = (name.to_owned(), text.to_owned());
        all.push(FileProblems { name, text, problems: Vec::new() });
    }
    all[at].problems.extend(problems);
    all[at].problems.sort_by_key(|p| p.place.start);
}

/// Adds to the list what query files name and the corpus does not have.
pub(super) fn check(
    store: &Store,
    people: &People<'_>,
    files: &[LoadedFile],
    all: &mut Vec<FileProblems>,
) {
    let names = names(store, people);
    for file in files {
        push(all, &file.name, &file.text, check_names(&file.file, &names));
        push(all, &file.name, &file.text, check_layers(&file.file, &file.codebook, &names));
    }
}

/// A file's text, whatever its bytes: a mistake in the encoding is a mistake of the file.
fn read_text(path: &Path, name: &str) -> Result<String, PipelineError> {
    let bytes = std::fs::read(path).map_err(|e| PipelineError::Missing {
        message: format!("can't read query file {name}: it is {}", why(&e)),
        hint: "give the path of a file that is there, or no path for all of queries/".into(),
    })?;
    let text = String::from_utf8(bytes).map_err(|e| PipelineError::Missing {
        message: format!(
            "query file {name} is not valid UTF-8 (byte {})",
            e.utf8_error().valid_up_to()
        ),
        hint: "save it as UTF-8".into(),
    })?;
    Ok(text.strip_prefix('\u{FEFF}').map(str::to_owned).unwrap_or(text))
}

/// A path as it is shown and recorded: from the project's folder where it lies there.
fn shown(project: &Project, path: &Path) -> String {
    shown_from(&project.root, path)
}

fn shown_from(root: &Path, path: &Path) -> String {
    let below = path.strip_prefix(root).unwrap_or(path);
    let parts: Vec<_> = below
        .components()
        .filter(|c| !matches!(c, std::path::Component::CurDir))
        .map(|c| c.as_os_str().to_string_lossy())
        .collect();
    parts.join("/")
}
