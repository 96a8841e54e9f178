//! A codebook's file and those that it includes, whatever their format.

use std::path::{Path, PathBuf};

use super::formats::{self, Format};
use super::tree::{Node, flatten, join, path_name};
use super::{Codebook, CodebookFile, toml};
use crate::text::{Problem, Text, decode};

/// A file that was opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opened {
    /// Where it is: what it includes is looked for beside it.
    pub path: PathBuf,
    /// Its name as shown.
    pub name: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

impl Opened {
    /// A file of this name and these bytes.
    #[must_use]
    pub fn new(name: &str, bytes: &[u8]) -> Self {
        Self { path: PathBuf::from(name), name: name.to_owned(), bytes: bytes.to_vec() }
    }
}

/// True when a file's name is that of a dictionary of another program.
#[must_use]
pub fn is_dictionary(path: &Path) -> bool {
    Format::of(path).is_some_and(|f| f != Format::Toml)
}

/// Reads a codebook; what is wrong is listed with its files, and the rest is in the codebook.
///
/// `open` gives the files that it includes; `encoding` is that of the codebook's own file, if it is
/// known.
#[must_use]
pub fn read_codebook(
    file: Opened,
    encoding: Option<&str>,
    open: &dyn Fn(&Path) -> Result<Opened, String>,
) -> Codebook {
    let mut reader = Reader { open, files: Vec::new(), read: Vec::new(), way: Vec::new() };
    let (title, nodes) = reader.file(file, encoding, "");
    let mut codebook = Codebook { title, ..Codebook::default() };
    let mut problems: Vec<(usize, Problem)> = Vec::new();
    flatten(nodes, &mut codebook, &mut |file, problem| problems.push((file, problem)));
    codebook.files = reader.files;
    codebook.prepare();
    for (file, problem) in problems {
        codebook.files[file].problems.push(problem);
    }
    let broken = codebook.files.iter().any(|f| !f.problems.is_empty());
    if codebook.themes.is_empty() && !broken {
        let problem = Problem::error(0..0, "no theme in this codebook");
        let problem = problem.hint("a theme begins with a line such as `[theme.trust]`");
        codebook.files[0].problems.push(problem);
    }
    for file in &mut codebook.files {
        file.problems.sort_by_key(|p| p.place.start);
    }
    codebook
}

/// What a file asks for of another.
#[derive(Clone, Debug, Default)]
pub(super) struct Include {
    /// Its path, from the file's folder.
    pub file: Text,
    /// The theme that its themes are put below.
    pub under: Option<Text>,
    /// The encoding it is in.
    pub encoding: Option<Text>,
}

struct Reader<'o> {
    open: &'o dyn Fn(&Path) -> Result<Opened, String>,
    files: Vec<CodebookFile>,
    /// Files that were read, and where their themes were put.
    read: Vec<(PathBuf, String)>,
    /// Files that are being read, each included by the one before.
    way: Vec<PathBuf>,
}

impl Reader<'_> {
    fn file(
        &mut self,
        file: Opened,
        encoding: Option<&str>,
        root: &str,
    ) -> (Option<String>, Vec<Node>) {
        let index = self.files.len();
        let digest = blake3::hash(&file.bytes).to_hex().to_string();
        let mut problems = Vec::new();
        let format = Format::of(&file.path).unwrap_or(Format::Toml);
        let encoding = encoding.map(str::to_owned).or_else(|| format.declared(&file.bytes));
        let text = match decode(&file.bytes, encoding.as_deref()) {
            Ok(read) => {
                if read.assumed {
                    let message =
                        format!("not valid UTF-8; read as {}, which is a guess", read.encoding);
                    let problem = Problem::warning(0..0, message);
                    problems.push(problem.hint("save it as UTF-8, or name its `encoding`"));
                }
                // Lines of old Macs, in the same places.
                if read.text.contains('\n') { read.text } else { read.text.replace('\r', "\n") }
            }
            Err(why) => {
                problems.push(Problem::error(0..0, format!("can't be read: {why}")));
                String::new()
            }
        };
        let mut read = match format {
            _ if problems.iter().any(|p| p.level == crate::text::Level::Error) => {
                formats::Read::default()
            }
            Format::Toml => toml::read(&text, index, root),
            other => other.read(&text, index),
        };
        problems.append(&mut read.problems);
        self.files.push(CodebookFile { name: file.name, text, digest, problems });
        self.way.push(file.path.clone());
        let mut nodes = Vec::new();
        for include in std::mem::take(&mut read.includes) {
            let found = self.include(&file.path, index, root, &include);
            self.join(&mut nodes, found);
        }
        self.join(&mut nodes, read.nodes);
        self.way.pop();
        (read.title, nodes)
    }

    fn include(&mut self, from: &Path, index: usize, root: &str, include: &Include) -> Vec<Node> {
        let path = from.parent().unwrap_or(Path::new("")).join(&include.file.value);
        let mut wrong = |message: String, hint: &str| {
            let problem = Problem::error(include.file.place.clone(), message);
            self.files[index].problems.push(problem.hint(hint));
            Vec::new()
        };
        if Format::of(&path).is_none() {
            let message = format!("`{}` is no codebook by its ending", include.file.value);
            return wrong(message, "docs/codebooks.md lists the formats that are read");
        }
        let opened = match (self.open)(&path) {
            Ok(opened) => opened,
            Err(why) => {
                let message = format!("can't include `{}`: {why}", include.file.value);
                return wrong(message, "its path is taken from the folder of this file");
            }
        };
        if self.way.contains(&opened.path) {
            let message = format!("`{}` includes itself", include.file.value);
            return wrong(message, "take one `include` out of the circle");
        }
        let under = include.under.as_ref().map(|u| path_name(&u.value)).filter(|u| !u.is_empty());
        let root = under.as_ref().map_or(root.to_owned(), |u| format!("{root}{u}/"));
        let key = (opened.path.clone(), root.clone());
        if self.read.contains(&key) {
            // Two files that include the same third: its themes are there.
            return Vec::new();
        }
        self.read.push(key);
        let encoding = include.encoding.as_ref().map(|e| e.value.as_str());
        let (_, nodes) = self.file(opened, encoding, &root);
        match under {
            None => nodes,
            Some(name) => {
                let place = include.under.as_ref().map_or(0..0, |u| u.place.clone());
                let node = Node::named(Text { value: name, place }, index);
                vec![Node { bare: true, children: nodes, ..node }]
            }
        }
    }

    fn join(&mut self, into: &mut Vec<Node>, nodes: Vec<Node>) {
        let names: Vec<String> = self.files.iter().map(|f| f.name.clone()).collect();
        let files = &mut self.files;
        join(into, nodes, &names, &mut |file, problem| files[file].problems.push(problem));
    }
}
