//! ELAN annotation files (`.eaf`): tiers of speech along a recording.
//!
//! Read are tiers that depend on no other and hold more than single words, or those that `tiers` in
//! `corpus.toml` names. Who speaks is a tier's participant, or else its name.

use std::collections::HashMap;

use roxmltree::Node;

use super::xml::{attribute, child, text_of};
use super::{Body, Document, Mark, Unreadable, Utterance};

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
    let mut said: Vec<(u64, usize, Utterance)> = Vec::new();
    let (mut read, mut others) = (Vec::new(), Vec::new());
    let all = root.children().filter(|n| n.tag_name().name() == "TIER");
    for (number, tier) in all.enumerate() {
        let name = attribute(tier, "TIER_ID").unwrap_or_default();
        let found = annotations(tier, &times);
        let words: usize = found.iter().map(|(_, t)| t.split_whitespace().count()).sum();
        let speech = attribute(tier, "PARENT_REF").is_none() && words >= 2 * found.len().max(1);
        let wanted = if tiers.is_empty() { speech } else { tiers.iter().any(|t| t == name) };
        if !wanted || found.is_empty() {
            others.push(name.to_owned());
            continue;
        }
        read.push(name.to_owned());
        let who = attribute(tier, "PARTICIPANT").filter(|p| !p.trim().is_empty()).unwrap_or(name);
        for (start, text) in found {
            let second = u32::try_from(start / 1000).ok();
            let mark = Mark { second, ..Mark::default() };
            let speaker = Some(who.trim().to_owned());
            said.push((start, number, Utterance { speaker, text, mark, cut: true }));
        }
    }
    if said.is_empty() {
        let names = others.join("`, `");
        let what = format!("no tier of speech; name some of `{names}` in `tiers` of corpus.toml");
        return Err(Unreadable::Line { line: 1, what });
    }
    said.sort_by_key(|(start, tier, _)| (*start, *tier));
    let mut notes = Vec::new();
    if !others.is_empty() {
        notes.push(format!("read tiers `{}`, not `{}`", read.join("`, `"), others.join("`, `")));
    }
    let utterances = said.into_iter().map(|(_, _, u)| u).collect();
    Ok(Document { body: Body::Utterances(utterances), notes, ..Document::default() })
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
