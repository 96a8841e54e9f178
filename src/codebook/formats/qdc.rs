//! REFI-QDA codebooks (`.qdc`): codes with descriptions and colours, and no patterns.

use roxmltree::Node as Xml;

use super::super::tree::{MAX_LEVEL, Node};
use super::File;

/// Reads a codebook of REFI-QDA, of any version of its namespace.
pub(super) fn qdc(file: &mut File<'_>) {
    let Some(document) = super::yoshikoder::parse(file) else { return };
    let root = document.root_element();
    let codebook = root.descendants().find(|n| n.tag_name().name() == "CodeBook");
    let Some(codebook) = codebook else {
        file.error(root.range().start..root.range().start, "no `<CodeBook>`");
        return;
    };
    file.read.title = codebook.attribute("origin").map(|o| format!("Codebook from {o}"));
    let part = |name: &str| codebook.children().find(|n| n.tag_name().name() == name);
    if let Some(codes) = part("Codes") {
        file.read.nodes = codes_of(file, codes, 0);
    }
    let sets = part("Sets").map_or(0, |s| s.children().filter(Xml::is_element).count());
    if sets > 0 {
        let place = part("Sets").map_or(0, |s| s.range().start);
        file.warn(place..place, format!("{sets} sets of codes are left out"));
    }
}

fn codes_of(file: &mut File<'_>, xml: Xml<'_, '_>, depth: usize) -> Vec<Node> {
    let mut out = Vec::new();
    for code in xml.children().filter(|c| c.is_element() && c.tag_name().name() == "Code") {
        let place = code.range().start..code.range().start;
        let name = code.attribute("name").map(str::trim).filter(|n| !n.is_empty());
        let Some(name) = name else {
            file.warn(place, "a code without a name is left out, with those below it");
            continue;
        };
        if depth >= MAX_LEVEL {
            file.error(place, "codes nest too deep");
            continue;
        }
        let mut node = file.node(name, place.clone());
        let description = code.children().find(|c| c.tag_name().name() == "Description");
        let parts = description.into_iter().flat_map(|d| d.descendants()).filter(Xml::is_text);
        let text: String = parts.filter_map(|t| t.text()).collect();
        let text = text.trim();
        node.theme.definition = (!text.is_empty()).then(|| text.to_owned());
        node.theme.codable = code.attribute("isCodable").filter(|c| *c == "false").map(|_| false);
        node.theme.guid = code.attribute("guid").map(str::to_owned);
        node.theme.color = code.attribute("color").map(str::to_owned);
        node.children = codes_of(file, code, depth + 1);
        file.add(&mut out, node);
    }
    out
}
