//! Who asks, where no label says so: by what each does in the talk. It is a guess, and told as one.

use std::collections::BTreeMap;

use super::labels::{Labels, ends_in_question, is_initials, key};
use super::speech::Roles;
use crate::ingest::Block;

/// What somebody does in a talk.
#[derive(Debug, Default)]
struct Part {
    turns: usize,
    words: usize,
    /// Sentences that ask.
    questions: usize,
    /// Turns that end in a question.
    ending: usize,
}

/// Marks the one who asks, where no label says who does, and tells it.
pub(super) fn guess(blocks: &[Block], labels: &mut Labels, roles: Roles<'_>) -> Option<String> {
    let known: Vec<String> = labels.askers().map(|(name, _)| name.to_owned()).collect();
    let mut note = None;
    if known.is_empty() {
        let (name, why, told) =
            one_of_two(labels, roles).or_else(|| by_questions(blocks, labels, roles))?;
        labels.mark_asking(&name, why);
        note = Some(format!(
            "`{name}` is taken for the one who asks ({told}); `speakers.interviewers` in corpus.toml says who does"
        ));
    }
    // `Devin Becker`, where `DB` asks, and the other way round.
    let askers: Vec<String> = labels.askers().map(|(name, _)| name.to_owned()).collect();
    let same: Vec<String> = labels
        .names()
        .filter(|n| !labels.asks(n) && !roles.answers(n))
        .filter(|n| askers.iter().any(|asker| is_initials(asker, n) || is_initials(n, asker)))
        .map(str::to_owned)
        .collect();
    for name in same {
        labels.mark_asking(&name, "by the initials of one who asks");
    }
    note
}

/// Where all but one are called participants or the like, the one with a name asks.
fn one_of_two(labels: &Labels, roles: Roles<'_>) -> Option<(String, &'static str, String)> {
    let mut others = labels.names().filter(|n| !roles.answers(n));
    let other = others.next()?;
    let one = others.next().is_none() && labels.names().count() >= 2;
    let told = "all others are called participants".to_owned();
    one.then(|| (other.to_owned(), "a guess: all others are called participants", told))
}

/// The one who asks most of the questions, and does little else.
fn by_questions(
    blocks: &[Block],
    labels: &Labels,
    roles: Roles<'_>,
) -> Option<(String, &'static str, String)> {
    let parts = parts(blocks, labels);
    let (who, most) = parts.iter().max_by_key(|(_, p)| (p.ending, p.questions))?;
    let name = labels.names().find(|n| key(n) == *who)?.to_owned();
    let (ends, words): (usize, usize) =
        parts.values().fold((0, 0), |(e, w), p| (e + p.ending, w + p.words));
    // Of two short turns the one that asks is enough; else a question may be an answer's, too.
    let enough = most.ending >= 2 || most.turns == 1 && most.ending == 1 && parts.len() == 2;
    // One who asks does so every few words; one who tells does it now and then.
    let seldom = |p: &Part| p.questions * most.words * 2 <= most.questions * p.words;
    let asks = enough
        && !roles.answers(&name)
        && parts.len() >= 2
        && most.ending * 10 >= most.turns * 3
        && most.ending * 10 >= ends * 6
        && (most.words * 10 <= words * 6 || most.turns <= 3)
        && parts.iter().filter(|(k, _)| *k != who).all(|(_, p)| seldom(p) || p.turns <= 2 && p.ending == 0);
    let told = format!("{} of {} turns end in a question, {} of all {ends} that do", most.ending, most.turns, most.ending);
    asks.then_some((name, "a guess: asks most of the questions", told))
}

fn parts(blocks: &[Block], labels: &Labels) -> BTreeMap<String, Part> {
    let mut parts: BTreeMap<String, Part> = BTreeMap::new();
    let mut speaking: Option<String> = None;
    // A turn may be of several blocks: what stands last says whether it ends in a question.
    let mut ends = false;
    for block in blocks {
        if let Some(label) = &block.label {
            let who = key(labels.spelling(label));
            if speaking.as_ref() != Some(&who) {
                if let Some(part) = speaking.as_ref().and_then(|w| parts.get_mut(w)) {
                    part.ending += usize::from(ends);
                }
                ends = false;
                parts.entry(who.clone()).or_default().turns += 1;
                speaking = Some(who);
            }
        } else if block.unknown {
            speaking = None;
        }
        if let Some(part) = speaking.as_ref().and_then(|w| parts.get_mut(w))
            && !block.text.is_empty()
        {
            part.words += block.text.split_whitespace().count();
            part.questions += block.text.chars().filter(|c| matches!(c, '?' | '？' | '؟')).count();
            ends = ends_in_question(&block.text);
        }
    }
    if let Some(part) = speaking.as_ref().and_then(|w| parts.get_mut(w)) {
        part.ending += usize::from(ends);
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::BlockKind;
    use crate::project::SpeakerSettings;

    fn asks(turns: &[(&str, &str)]) -> Option<String> {
        let settings = SpeakerSettings::default();
        let roles = Roles::of(&settings);
        let mut labels = Labels::default().with(turns.iter().map(|t| t.0), roles);
        let blocks: Vec<Block> = turns
            .iter()
            .map(|(who, text)| {
                let mut block = Block::new(BlockKind::Paragraph, *text, 1);
                block.label = Some((*who).to_owned());
                block
            })
            .collect();
        guess(&blocks, &mut labels, roles);
        labels.askers().next().map(|(name, _)| name.to_owned())
    }

    #[test]
    fn the_one_with_the_questions_asks() {
        let told = [("Nora", "Where?"), ("Tom", "Here."), ("Nora", "And when?"), ("Tom", "Now, you see?"), ("Nora", "Fine."), ("Tom", "So.")];
        assert_eq!(asks(&told).as_deref(), Some("Nora"));
        assert_eq!(asks(&[("Nora", "Hi."), ("Tom", "Ho."), ("Nora", "So.")]), None);
        // Two who ask each other are two who talk.
        assert_eq!(asks(&[("Nora", "You?"), ("Tom", "I. You?"), ("Nora", "Me. Who?"), ("Tom", "Who?")]), None);
        assert_eq!(asks(&[("Dan", "Hm."), ("Participant", "So?")]).as_deref(), Some("Dan"));
    }
}
