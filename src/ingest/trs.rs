//! Transcriber files (`.trs`): turns of speakers along a recording, cut at sync points.
//!
//! In a turn of two, `<Who nb="2"/>` says whose the words are that follow.

use std::collections::HashMap;

use roxmltree::Node;

use super::xml::{Taken, attribute};
use super::{Body, Document, Mark, Unreadable, Utterance};

/// Reads a transcription.
///
/// # Errors
/// It has no words.
pub(super) fn read(root: Node<'_, '_>) -> Result<Document, Unreadable> {
    let named = |name: &'static str| move |n: &Node<'_, '_>| n.tag_name().name() == name;
    let speakers: HashMap<&str, &str> = root
        .descendants()
        .filter(named("Speaker"))
        .filter_map(|n| Some((attribute(n, "id")?, attribute(n, "name")?.trim())))
        .filter(|(_, name)| !name.is_empty())
        .collect();
    let taken = Taken::default();
    let mut said: Vec<Utterance> = Vec::new();
    for turn in root.descendants().filter(named("Turn")) {
        let who: Vec<&str> =
            attribute(turn, "speaker").unwrap_or_default().split_whitespace().collect();
        let name = |at: usize| {
            let id = *who.get(at)?;
            Some(speakers.get(id).copied().unwrap_or(id).to_owned())
        };
        let second = |node: Node<'_, '_>, key: &str| {
            let whole = attribute(node, key)?.split('.').next()?;
            whole.parse::<u32>().ok()
        };
        let mut at = second(turn, "startTime");
        let mut speaks = if who.len() > 1 { None } else { name(0) };
        for node in turn.children() {
            match node.tag_name().name() {
                "Sync" => at = second(node, "time").or(at),
                "Who" => {
                    let number = attribute(node, "nb").and_then(|n| n.parse::<usize>().ok());
                    speaks = number.and_then(|n| name(n.checked_sub(1)?));
                }
                _ => {}
            }
            let text = node.text().unwrap_or_default();
            let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
            if node.is_text() && !text.is_empty() {
                taken.mark(node);
                let mark = Mark { second: at, ..Mark::default() };
                said.push(Utterance { speaker: speaks.clone(), text, mark, cut: true });
            }
        }
    }
    if said.is_empty() {
        return Err(Unreadable::NoText);
    }
    let removed = taken.left_out(root, &|_| Some("not inside a turn"));
    Ok(Document { body: Body::Utterances(said), removed, ..Document::default() })
}
