//! Tiers of speech along a recording: what ELAN, Praat and `EXMARaLDA` have in common.
//!
//! Read are tiers that can be of speech and hold more than single words, or those that `tiers` in `corpus.toml` names;
//! the others are told, and what they say is listed.

use super::{Body, Document, Mark, Removed, Unreadable, Utterance};

/// A tier.
#[derive(Debug, Default)]
pub(super) struct Tier {
    pub(super) name: String,
    /// Who speaks in it; else it is the tier's name.
    pub(super) who: Option<String>,
    /// False where the file says that it describes another tier, or what is no speech.
    pub(super) speech: bool,
    /// Texts with their times in thousandths of seconds.
    pub(super) said: Vec<(u64, String)>,
}

/// The turns of tiers, in the order of their times.
///
/// # Errors
/// None is of speech.
pub(super) fn turns(tiers: Vec<Tier>, wanted: &[String]) -> Result<Document, Unreadable> {
    let mut said: Vec<(u64, usize, Utterance)> = Vec::new();
    let (mut read, mut others, mut removed) = (Vec::new(), Vec::new(), Vec::new());
    for (number, tier) in tiers.into_iter().enumerate() {
        let words: usize = tier.said.iter().map(|(_, t)| t.split_whitespace().count()).sum();
        let speech = tier.speech && words >= 2 * tier.said.len().max(1);
        let taken = if wanted.is_empty() { speech } else { wanted.contains(&tier.name) };
        if !taken || tier.said.is_empty() {
            let reason = format!("tier `{}`, which is not read", tier.name);
            let texts = tier.said.into_iter().map(|(_, text)| text);
            removed.extend(texts.map(|text| Removed { line: 0, text, reason: reason.clone() }));
            others.push(tier.name);
            continue;
        }
        let who = tier.who.unwrap_or_else(|| tier.name.clone()).trim().to_owned();
        read.push(tier.name);
        for (start, text) in tier.said {
            let second = u32::try_from(start / 1000).ok();
            let mark = Mark { second, ..Mark::default() };
            let speaker = Some(who.clone());
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
    Ok(Document { body: Body::Utterances(utterances), notes, removed, ..Document::default() })
}
