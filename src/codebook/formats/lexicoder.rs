//! Lexicoder 3 (`.lc3`): a line `+name` and a value on each line after it. VBPro (`.vbpro`): the same with
//! `>>name<<` and comments after `#`.

use super::super::value::Signs;
use super::File;

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
    let mut done = Vec::new();
    let mut node = None;
    let mut early = false;
    for (place, line) in file.lines() {
        let comments = heading.starts_with('>');
        let line = if comments { line.split('#').next().unwrap_or_default() } else { line };
        let line = line.trim();
        if line.is_empty() {
            continue;
        }
        if let Some(name) = name(line) {
            done.extend(node.take());
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
    done.extend(node);
    let mut nodes = Vec::new();
    for node in done {
        file.add(&mut nodes, node);
    }
    file.read.nodes = nodes;
}
