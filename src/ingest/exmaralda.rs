//! `EXMARaLDA` transcriptions (`.exb`): tiers of events along a time line.
//!
//! Tiers of type `t` are speech; those of types `a` and `d` annotate and describe.

use std::collections::HashMap;

use roxmltree::Node;

use super::tiers::{Tier, turns};
use super::xml::{attribute, child, text_of};
use super::{Document, Unreadable};

/// Reads a transcription.
///
/// # Errors
/// It has no tier of speech.
pub(super) fn read(root: Node<'_, '_>, wanted: &[String]) -> Result<Document, Unreadable> {
    let named = |name: &'static str| move |n: &Node<'_, '_>| n.tag_name().name() == name;
    let mut last = 0;
    // A place without a time of its own has that of the one before.
    let times: HashMap<&str, u64> = root
        .descendants()
        .filter(named("tli"))
        .filter_map(|node| {
            last = attribute(node, "time").and_then(thousandths).unwrap_or(last);
            Some((attribute(node, "id")?, last))
        })
        .collect();
    let speakers: HashMap<&str, String> = root
        .descendants()
        .filter(named("speaker"))
        .filter_map(|node| {
            let name = text_of(child(node, "abbreviation")?, &|_| false);
            Some((attribute(node, "id")?, name)).filter(|(_, name)| !name.is_empty())
        })
        .collect();
    let of = |node: Node<'_, '_>| {
        let speaker = attribute(node, "speaker");
        let who = speaker.map(|id| speakers.get(id).cloned().unwrap_or_else(|| id.to_owned()));
        let events = node.children().filter(named("event"));
        let said = events.filter_map(|event| {
            let start = attribute(event, "start").and_then(|id| times.get(id)).copied()?;
            Some((start, text_of(event, &|_| false))).filter(|(_, text)| !text.is_empty())
        });
        let name = attribute(node, "display-name").or_else(|| attribute(node, "id"));
        Tier {
            name: name.unwrap_or_default().to_owned(),
            who,
            speech: attribute(node, "type") == Some("t"),
            said: joined(said.collect()),
        }
    };
    turns(root.descendants().filter(named("tier")).map(of).collect(), wanted)
}

/// Events are parts of what somebody says in one go: those that follow each other are one, up to the end of a sentence.
fn joined(events: Vec<(u64, String)>) -> Vec<(u64, String)> {
    let mut out: Vec<(u64, String)> = Vec::new();
    for (start, text) in events {
        match out.last_mut() {
            Some((_, last)) if !last.ends_with(['.', '?', '!', '…']) => {
                last.push(' ');
                last.push_str(&text);
            }
            _ => out.push((start, text)),
        }
    }
    out
}

/// Seconds with a fraction in thousandths.
pub(super) fn thousandths(seconds: &str) -> Option<u64> {
    let (whole, fraction) = seconds.trim().split_once('.').unwrap_or((seconds.trim(), ""));
    let fraction: String = fraction.chars().chain("000".chars()).take(3).collect();
    whole.parse::<u64>().ok()?.checked_mul(1_000)?.checked_add(fraction.parse().ok()?)
}
