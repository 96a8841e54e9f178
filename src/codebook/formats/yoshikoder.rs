//! Yoshikoder (`.ykd`) and Lexicoder before version 3 (`.lcd`): `<cnode>` and `<pnode>` in XML, and the older
//! `<category>` and `<pattern>` with elements for their names.
//!
//! The outermost category is the dictionary itself: its name is the codebook's title, unless it has
//! patterns of its own.

use roxmltree::{Document, Node as Xml};

use super::super::Weight;
use super::super::tree::{MAX_LEVEL, Node};
use super::super::value::Signs;
use super::File;

/// The tree of an XML file, or a problem at the place where it breaks.
pub(super) fn parse<'t>(file: &mut File<'t>) -> Option<Document<'t>> {
    match Document::parse(file.text) {
        Ok(document) => Some(document),
        Err(error) => {
            let at = error.pos();
            let lines = file.text.split_inclusive('\n');
            let before: usize = lines.take(at.row as usize - 1).map(str::len).sum();
            let line = file.text[before..].char_indices().nth(at.col as usize - 1);
            let start = line.map_or(file.text.len(), |(column, _)| before + column);
            let message = error.to_string();
            let message = message.split(" at ").next().unwrap_or_default().to_owned();
            file.error(start..start, format!("this is not well-formed XML: {message}"));
            None
        }
    }
}

/// Reads a dictionary.
pub(super) fn ykd(file: &mut File<'_>) {
    let Some(document) = parse(file) else { return };
    let root = document.root_element();
    if root.tag_name().name() != "dictionary" {
        file.error(root.range().start..root.range().start, "no `<dictionary>`");
        return;
    }
    let engine =
        root.attribute("patternengine").or_else(|| root.attribute("patternengineclassname"));
    if engine.is_some_and(|e| e.contains("regexp")) {
        let place = root.range().start..root.range().start;
        file.error(
            place,
            "patterns of this dictionary are regular expressions, which are not read",
        );
        return;
    }
    let mut nodes = children(file, root, 0);
    if let [top] = nodes.as_slice()
        && top.theme.find.is_empty()
        && !top.children.is_empty()
    {
        file.read.title = Some(top.theme.label.clone().unwrap_or_else(|| top.name.value.clone()));
        nodes = nodes.pop().map(|top| top.children).unwrap_or_default();
    }
    file.read.nodes = nodes;
}

fn children(file: &mut File<'_>, xml: Xml<'_, '_>, depth: usize) -> Vec<Node> {
    let mut out = Vec::new();
    for child in xml.children().filter(Xml::is_element) {
        let place = child.range().start..child.range().start;
        match child.tag_name().name() {
            "cnode" | "category" if depth < MAX_LEVEL => {
                if let Some(node) = category(file, child, depth) {
                    file.add(&mut out, node);
                }
            }
            "cnode" | "category" => file.error(place, "categories nest too deep"),
            "pnode" | "pattern" if depth == 0 => {
                file.warn(place, "a pattern outside of any category is left out");
            }
            _ => {}
        }
    }
    out
}

fn category(file: &mut File<'_>, xml: Xml<'_, '_>, depth: usize) -> Option<Node> {
    let place = xml.range().start..xml.range().start;
    let Some(name) = told(xml, "name") else {
        file.warn(place, "a category without a name is left out, with all in it");
        return None;
    };
    let mut node = file.node(&name, place);
    node.theme.definition = told(xml, "desc").or_else(|| told(xml, "comment"));
    for child in xml.children().filter(Xml::is_element) {
        let place = child.range().start..child.range().start;
        match child.tag_name().name() {
            "pnode" | "pattern" => {
                let Some(value) = told(child, "name") else {
                    file.warn(place, "a pattern without a name is left out");
                    continue;
                };
                let weight = match told(child, "score") {
                    None => None,
                    Some(score) => {
                        if let Some(weight) = score.parse::<f64>().ok().and_then(Weight::of) {
                            Some(weight)
                        } else {
                            file.warn(place.clone(), "a score that is no number is left out");
                            None
                        }
                    }
                };
                file.value(&mut node.theme, &value, place, Signs::default(), weight);
            }
            "cnode" | "category" | "name" | "comment" | "score" => {}
            other => file.warn(place, format!("`<{other}>` is not known and left out")),
        }
    }
    node.children = children(file, xml, depth + 1);
    Some(node)
}

/// What an attribute, or an element in the older form, says.
fn told(xml: Xml<'_, '_>, name: &str) -> Option<String> {
    let element = || xml.children().find(|c| c.has_tag_name(name)).and_then(|c| c.text());
    let text = xml.attribute(name).or_else(element)?.trim();
    (!text.is_empty()).then(|| text.to_owned())
}
