//! Lexicoder 3 (`.lc3`): a line `+name` and a value on each line after it. VBPro (`.vbpro`): the same with
//! `>>name<<` and comments after `#`.

use super::super::value::Signs;
use super::{File, add};

/// Reads a file of Lexicoder 3.
pub(super) fn lc3(file: &mut File<'_>) {
    let name = |line: &str| {
        let name = line.strip_prefix('+')?;
        Some(name.strip_suffix('+').unwrap_or(name).trim().to_owned())
    };
    flat(file, name, "+name");
}

/// Reads a file of VBPro.
pub(super) fn vbpro(file: &mut File<'_>) {
    let name = |line: &str| {
        let name = line.strip_prefix(">>")?;
        Some(name.strip_suffix("<<").unwrap_or(name).trim().to_owned())
    };
    flat(file, name, ">>name<<");
}

fn flat(file: &mut File<'_>, name: impl Fn(&str) -> Option<String>, heading: &str) {
    let signs = Signs { question_mark: true, underscore: false };
    let mut node = None;
    let mut early = false;
    for (place, line) in file.lines() {
        let line = line.trim();
        if line.is_empty() || (line.starts_with('#') && heading.starts_with('>')) {
            continue;
        }
        if let Some(name) = name(line) {
            if let Some(done) = node.take() {
                add(&mut file.read.nodes, done);
            }
            if name.is_empty() {
                file.error(place, "a theme without a name");
            } else {
                node = Some(file.node(&name, place));
            }
            continue;
        }
        match &mut node {
            Some(node) => file.value(&mut node.theme, line, place, signs, None),
            None if early => {}
            None => {
                early = true;
                file.error(place, format!("a value before the first theme, a line `{heading}`"));
            }
        }
    }
    if let Some(node) = node {
        add(&mut file.read.nodes, node);
    }
}
