//! Texts in LaTeX that are written in several files: `\input`, `\include` and the list of references that BibTeX made.
//!
//! ```text
//! main.tex        \input{intro}  \include{parts/results}  \bibliography{refs}
//! intro.tex       a part of main.tex, and no source of its own
//! main.bbl        what stands in the place of \bibliography
//! ```

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use regex::{Captures, Regex};

use super::discover::{FoundFile, Stamp};

static INCLUDES: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"\\(?:input|include|subfile|subfileinclude)\s*\{\s*([^{}]+?)\s*\}|\\(bibliography)\s*\{[^{}]*\}|\\(printbibliography)\b(?:\[[^\]]*\])?")
        .expect("patterns of the program are valid")
});

/// Files deep in one another, at most.
const DEEPEST: usize = 20;

/// Gives files in LaTeX the parts they are made of, and takes these out of the list; `lists` are `.bbl` files.
///
/// Returns the lists that are no part of anything.
pub(super) fn gather(files: &mut Vec<FoundFile>, lists: Vec<FoundFile>) -> Vec<FoundFile> {
    let is_tex = |file: &&FoundFile| {
        file.path
            .extension()
            .is_some_and(|e| e.eq_ignore_ascii_case("tex") || e.eq_ignore_ascii_case("latex"))
    };
    let texts: BTreeMap<PathBuf, String> = files
        .iter()
        .filter(is_tex)
        .filter_map(|f| Some((f.path.clone(), read_text(&f.path)?)))
        .collect();
    if texts.is_empty() {
        return lists;
    }
    // Paths are told from the folder of the file that is made into a paper.
    let mut inside: BTreeSet<PathBuf> = BTreeSet::new();
    for path in texts.keys() {
        for part in parts_of(path, &texts) {
            inside.insert(part);
        }
    }
    let stamps: BTreeMap<PathBuf, Stamp> =
        files.iter().chain(&lists).map(|f| (f.path.clone(), f.stamp)).collect();
    let mut taken: BTreeSet<PathBuf> = BTreeSet::new();
    for file in
        files.iter_mut().filter(|f| texts.contains_key(&f.path) && !inside.contains(&f.path))
    {
        let mut parts = parts_of(&file.path, &texts);
        let list = file.path.with_extension("bbl");
        let text = std::iter::once(&file.path).chain(&parts).filter_map(|p| texts.get(p));
        let named = text.flat_map(|t| found(t)).any(|c| c.get(2).or(c.get(3)).is_some());
        if named && stamps.contains_key(&list) {
            parts.push(list);
        }
        for stamp in parts.iter().filter_map(|part| stamps.get(part)) {
            file.stamp.size += stamp.size;
            file.stamp.modified_ns = file.stamp.modified_ns.max(stamp.modified_ns);
            file.stamp.changed_ns = file.stamp.changed_ns.max(stamp.changed_ns);
        }
        taken.extend(parts.iter().cloned());
        file.parts = parts;
    }
    files.retain(|f| !inside.contains(&f.path) || !taken.contains(&f.path));
    lists.into_iter().filter(|f| !taken.contains(&f.path)).collect()
}

/// The bytes of a file with those of its parts in their places.
///
/// # Errors
/// The system can't read the file itself.
pub(super) fn read(path: &Path, parts: &[PathBuf]) -> std::io::Result<Vec<u8>> {
    let bytes = std::fs::read(path)?;
    if parts.is_empty() {
        return Ok(bytes);
    }
    let text = text_of(&bytes);
    Ok(spliced(&text, path, parts, DEEPEST).into_bytes())
}

fn read_text(path: &Path) -> Option<String> {
    std::fs::read(path).ok().map(|bytes| text_of(&bytes))
}

fn text_of(bytes: &[u8]) -> String {
    crate::text::decode(bytes, None)
        .map_or_else(|_| String::from_utf8_lossy(bytes).into_owned(), |decoded| decoded.text)
}

/// What a text includes, remarks left aside.
fn found(text: &str) -> impl Iterator<Item = Captures<'_>> {
    INCLUDES.captures_iter(text).filter(|c| !is_remark(text, c.get(0).map_or(0, |m| m.start())))
}

/// True behind a `%` that begins a remark on the same line.
fn is_remark(text: &str, at: usize) -> bool {
    let line = &text[text[..at].rfind('\n').map_or(0, |i| i + 1)..at];
    line.replace("\\\\", "").replace("\\%", "").contains('%')
}

/// The file that a name means, from the folder of the main file.
fn named(main: &Path, name: &str) -> [PathBuf; 2] {
    let folder = main.parent().unwrap_or(Path::new(""));
    let mut path = folder.to_owned();
    for part in Path::new(name.trim_matches('"')).components() {
        match part {
            std::path::Component::Normal(part) => path.push(part),
            std::path::Component::ParentDir => {
                path.pop();
            }
            _ => {}
        }
    }
    let mut with_ending = path.clone().into_os_string();
    with_ending.push(".tex");
    [path, with_ending.into()]
}

/// All parts of a file, in order, each once.
fn parts_of(main: &Path, texts: &BTreeMap<PathBuf, String>) -> Vec<PathBuf> {
    let mut out: Vec<PathBuf> = Vec::new();
    let mut waiting: Vec<PathBuf> = vec![main.to_owned()];
    while let Some(path) = waiting.pop() {
        let Some(text) = texts.get(&path) else { continue };
        for found in found(text) {
            let Some(name) = found.get(1) else { continue };
            let part = named(main, name.as_str()).into_iter().find(|p| texts.contains_key(p));
            if let Some(part) = part.filter(|p| p != main && !out.contains(p)) {
                out.push(part.clone());
                waiting.push(part);
            }
        }
    }
    out
}

/// Of a part that can be printed by itself what stands in its document.
fn body_of(text: &str) -> &str {
    const BEGINS: &str = "\\begin{document}";
    let inside = text.find(BEGINS).map_or(text, |at| &text[at + BEGINS.len()..]);
    inside.find("\\end{document}").map_or(inside, |at| &inside[..at])
}

fn spliced(text: &str, main: &Path, parts: &[PathBuf], left: usize) -> String {
    let mut out = String::with_capacity(text.len());
    let mut copied = 0;
    for found in found(text) {
        let (Some(whole), true) = (found.get(0), left > 0) else { continue };
        let part = match found.get(1) {
            Some(name) => named(main, name.as_str()).into_iter().find(|p| parts.contains(p)),
            None => parts.iter().find(|p| p.extension().is_some_and(|e| e == "bbl")).cloned(),
        };
        let Some(inside) = part.as_deref().and_then(read_text) else { continue };
        out.push_str(&text[copied..whole.start()]);
        out.push_str(&spliced(body_of(&inside), main, parts, left - 1));
        copied = whole.end();
    }
    out.push_str(&text[copied..]);
    out
}
