//! Other programs' dictionaries, each format a file of its own that makes a tree of themes.
//!
//! No reader drops anything silently: what can't be read is a warning at its line, and the rest is
//! read; a file that is not of its format is an error.

mod json;

mod lexicoder;

mod liwc;

mod qdc;

mod table;

mod wordstat;

mod yaml;

mod yoshikoder;

use std::collections::HashMap;
use std::ops::Range;
use std::path::Path;

pub(super) use table::COLUMNS as TABLE_COLUMNS;

use super::read::Include;
use super::tree::{MAX_LEVEL, Node, path_name};
use super::value::{Signs, value_pattern};
use super::{Theme, Weight, WrittenPattern};
use crate::pattern::Pattern;
use crate::text::{Problem, Text};

/// What a file gave.
#[derive(Clone, Debug, Default)]
pub(super) struct Read {
    pub title: Option<String>,
    pub nodes: Vec<Node>,
    pub includes: Vec<Include>,
    pub problems: Vec<Problem>,
}

/// A format of codebooks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    Toml,
    Liwc,
    Liwc22,
    WordStat,
    Yoshikoder,
    Lexicoder,
    VbPro,
    Yaml,
    Json,
    Qdc,
    Csv,
}

impl Format {
    /// The format that a file's ending tells.
    pub(super) fn of(path: &Path) -> Option<Self> {
        let ending = path.extension()?.to_str()?.to_ascii_lowercase();
        Some(match ending.as_str() {
            "toml" => Self::Toml,
            "dic" => Self::Liwc,
            "dicx" => Self::Liwc22,
            "cat" => Self::WordStat,
            "ykd" | "lcd" => Self::Yoshikoder,
            "lc3" => Self::Lexicoder,
            "vbpro" | "vbp" => Self::VbPro,
            "yml" | "yaml" => Self::Yaml,
            "json" => Self::Json,
            "qdc" => Self::Qdc,
            "csv" | "tsv" => Self::Csv,
            _ => return None,
        })
    }

    /// The encoding that an XML file declares.
    pub(super) fn declared(self, bytes: &[u8]) -> Option<String> {
        if !matches!(self, Self::Yoshikoder | Self::Qdc) {
            return None;
        }
        let head = String::from_utf8_lossy(&bytes[..bytes.len().min(200)]).into_owned();
        let declaration = head.trim_start().strip_prefix("<?xml")?.split("?>").next()?;
        let value = declaration.split("encoding").nth(1)?.trim_start().strip_prefix('=')?;
        let quote = value.trim_start().chars().next()?;
        value.split(quote).nth(1).map(str::to_owned)
    }

    pub(super) fn read(self, text: &str, index: usize) -> Read {
        let mut file = File { text, index, read: Read::default() };
        match self {
            Self::Toml => {}
            Self::Liwc => liwc::dic(&mut file),
            Self::Liwc22 => liwc::dicx(&mut file),
            Self::WordStat => wordstat::cat(&mut file),
            Self::Yoshikoder => yoshikoder::ykd(&mut file),
            Self::Lexicoder => lexicoder::lc3(&mut file),
            Self::VbPro => lexicoder::vbpro(&mut file),
            Self::Yaml => yaml::yaml(&mut file),
            Self::Json => json::json(&mut file),
            Self::Qdc => qdc::qdc(&mut file),
            Self::Csv => table::csv(&mut file),
        }
        let mut nodes = std::mem::take(&mut file.read.nodes);
        file.clean(&mut nodes, !matches!(self, Self::Qdc | Self::Csv));
        file.read.nodes = nodes;
        file.read
    }
}

/// A file being read.
pub(super) struct File<'t> {
    text: &'t str,
    index: usize,
    read: Read,
}

impl<'t> File<'t> {
    fn warn(&mut self, place: Range<usize>, message: impl Into<String>) {
        self.read.problems.push(Problem::warning(place, message));
    }

    fn error(&mut self, place: Range<usize>, message: impl Into<String>) {
        self.read.problems.push(Problem::error(place, message));
    }

    /// The lines with their places, however they end: `\n`, `\r\n` or `\r`.
    fn lines(&self) -> Vec<(Range<usize>, &'t str)> {
        let mut out = Vec::new();
        let mut start = 0;
        let bytes = self.text.as_bytes();
        for (at, byte) in bytes.iter().enumerate() {
            if matches!(byte, b'\n' | b'\r') {
                let second = *byte == b'\n' && at > 0 && bytes[at - 1] == b'\r';
                if !second {
                    out.push((start..at, &self.text[start..at]));
                }
                start = at + 1;
            }
        }
        if start < self.text.len() {
            out.push((start..self.text.len(), &self.text[start..]));
        }
        out
    }

    /// A theme of a name as the file has it.
    fn node(&mut self, name: &str, place: Range<usize>) -> Node {
        let path = path_name(name);
        let label = (path != name).then(|| name.trim().to_owned());
        let node = Node::named(Text { value: path, place }, self.index);
        Node { theme: Theme { label, ..node.theme }, ..node }
    }

    /// Adds a value to a theme; one that finds nothing is a warning.
    fn value(
        &mut self,
        theme: &mut Theme,
        value: &str,
        place: Range<usize>,
        signs: Signs,
        weight: Option<Weight>,
    ) {
        let text = Text { value: value.to_owned(), place: place.clone() };
        match value_pattern(&text, signs) {
            Ok(written) => theme.find.push(WrittenPattern { weight, ..written }),
            Err(why) => self.warn(place, format!("this value is left out: {why}")),
        }
    }

    /// Adds a theme to its siblings; one of the same name is the same theme, and that is told.
    fn add(&mut self, siblings: &mut Vec<Node>, node: Node) {
        let Some(there) = siblings.iter_mut().find(|n| n.name.value == node.name.value) else {
            siblings.push(node);
            return;
        };
        let name = &node.name.value;
        let message = format!("a second theme `{name}` beside the first is read as one with it");
        self.read.problems.push(Problem::warning(node.name.place.clone(), message));
        let told = |of: &Theme| (of.definition.clone(), of.guid.clone(), of.color.clone());
        let (mine, theirs) = (told(&there.theme), told(&node.theme));
        if mine != theirs && theirs != (None, None, None) {
            let message = format!("what is said of the second `{name}` is left out");
            self.read.problems.push(Problem::warning(node.name.place.clone(), message));
        }
        there.theme.find.extend(node.theme.find);
        let mut children = std::mem::take(&mut there.children);
        for child in node.children {
            self.add(&mut children, child);
        }
        if let Some(there) = siblings.iter_mut().find(|n| n.name.value == node.name.value) {
            there.children = children;
        }
    }

    /// Takes values that are there twice out of the themes, and tells of those with two weights and
    /// of themes with nothing in them.
    fn clean(&mut self, nodes: &mut [Node], empty_is_told: bool) {
        for node in nodes {
            let mut known: HashMap<Pattern, Option<Weight>> = HashMap::new();
            let mut twice = Vec::new();
            node.theme.find.retain(|w| match known.get(&w.pattern) {
                None => known.insert(w.pattern.clone(), w.weight).is_none(),
                Some(weight) => {
                    if *weight != w.weight {
                        twice.push(w.text.place.clone());
                    }
                    false
                }
            });
            for place in twice {
                let message = "this value is in the theme with another weight; the first holds";
                self.warn(place, message);
            }
            if empty_is_told && node.theme.find.is_empty() && node.children.is_empty() {
                self.warn(node.name.place.clone(), format!("no value is in `{}`", node.name.value));
            }
            self.clean(&mut node.children, empty_is_told);
        }
    }
}

/// Themes of a tree given line by line, each with its depth.
struct Nest {
    /// The themes above the next one, the top first.
    way: Vec<(usize, Node)>,
    done: Vec<Node>,
}

impl Nest {
    const fn new() -> Self {
        Self { way: Vec::new(), done: Vec::new() }
    }

    /// Opens a theme at a depth; false if that is too deep.
    fn open(&mut self, file: &mut File<'_>, depth: usize, node: Node) -> bool {
        self.close(file, depth);
        if self.way.len() >= MAX_LEVEL {
            return false;
        }
        self.way.push((depth, node));
        true
    }

    /// Ends the themes at a depth and below.
    fn close(&mut self, file: &mut File<'_>, depth: usize) {
        while self.way.last().is_some_and(|(d, _)| *d >= depth) {
            if let Some((_, node)) = self.way.pop() {
                let siblings = match self.way.last_mut() {
                    Some((_, parent)) => &mut parent.children,
                    None => &mut self.done,
                };
                file.add(siblings, node);
            }
        }
    }

    fn finish(mut self, file: &mut File<'_>) -> Vec<Node> {
        self.close(file, 0);
        self.done
    }
}

/// A theme of a path, made if it is not there.
fn at_path<'n>(
    file: &mut File<'_>,
    siblings: &'n mut Vec<Node>,
    path: &str,
    place: &Range<usize>,
) -> Option<&'n mut Node> {
    let mut siblings = siblings;
    let mut names = path.split('/').map(str::trim).filter(|n| !n.is_empty()).peekable();
    if names.clone().count() > MAX_LEVEL {
        file.error(place.clone(), "themes nest too deep");
        return None;
    }
    while let Some(name) = names.next() {
        let node = file.node(name, place.clone());
        let at = siblings.iter().position(|n| n.name.value == node.name.value);
        let at = at.unwrap_or_else(|| {
            siblings.push(node);
            siblings.len() - 1
        });
        if names.peek().is_none() {
            return siblings.get_mut(at);
        }
        siblings = &mut siblings[at].children;
    }
    None
}
