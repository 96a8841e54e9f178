//! ELAN annotation files (`.eaf`): tiers of speech along a recording.
//!
//! Read are tiers that depend on no other and hold more than single words, or those that `tiers` in
//! `corpus.toml` names. Who speaks is a tier's participant, or else its name.

use std::collections::HashMap;

use roxmltree::Node;

use super::tiers::{Tier, turns};
use super::xml::{attribute, child, text_of};
use super::{Document, Unreadable};

/// Reads an annotation file.
///
/// # Errors
/// It has no tier of speech.
pub(super) fn read(root: Node<'_, '_>, tiers: &[String]) -> Result<Document, Unreadable> {
    let slots = root.descendants().filter(|n| n.tag_name().name() == "TIME_SLOT");
    let times: HashMap<&str, u64> = slots
        .filter_map(|n| {
            Some((attribute(n, "TIME_SLOT_ID")?, attribute(n, "TIME_VALUE")?.parse().ok()?))
        })
        .collect();
    let all = root.children().filter(|n| n.tag_name().name() == "TIER");
    let of = |node: Node<'_, '_>| Tier {
        name: attribute(node, "TIER_ID").unwrap_or_default().to_owned(),
        who: attribute(node, "PARTICIPANT").filter(|p| !p.trim().is_empty()).map(str::to_owned),
        speech: attribute(node, "PARENT_REF").is_none(),
        said: annotations(node, &times),
    };
    turns(all.map(of).collect(), tiers)
}

/// The annotations of a tier with their times; those without a time have that of the one before.
fn annotations(tier: Node<'_, '_>, times: &HashMap<&str, u64>) -> Vec<(u64, String)> {
    let mut last = 0;
    let mut out = Vec::new();
    for annotation in tier.descendants() {
        if !matches!(annotation.tag_name().name(), "ALIGNABLE_ANNOTATION" | "REF_ANNOTATION") {
            continue;
        }
        let start = attribute(annotation, "TIME_SLOT_REF1").and_then(|slot| times.get(slot));
        last = start.copied().unwrap_or(last);
        let text = child(annotation, "ANNOTATION_VALUE").map(|v| text_of(v, &|_| false));
        if let Some(text) = text.filter(|t| !t.is_empty()) {
            out.push((last, text));
        }
    }
    out
}
