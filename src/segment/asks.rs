//! Who asks, where no label says so: by what each does in the talk. It is a guess, and told as one.

use std::collections::BTreeMap;

use super::labels::{Labels, ends_in_question, is_initials, key};
use super::speech::{Roles, SPEECH};
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
    let mut note = contradicted(blocks, labels, roles);
    let known: Vec<String> = labels.askers().map(|(name, _)| name.to_owned()).collect();
    if known.is_empty() {
        if labels.names().count() == 1 {
            return alone(blocks, labels);
        }
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

/// One who alone has a label, and whose turns are questions.
fn alone(blocks: &[Block], labels: &mut Labels) -> Option<String> {
    let name = labels.names().next()?.to_owned();
    let turns: Vec<&Block> = blocks.iter().filter(|b| b.label.is_some()).collect();
    let ending = turns.iter().filter(|b| ends_in_question(&b.text)).count();
    (turns.len() >= 3 && ending * 10 >= turns.len() * 6).then(|| {
        labels.mark_asking(&name, "a guess: alone has a label, and asks");
        format!(
            "`{name}` is taken for the one who asks ({ending} of {} turns end in a question, and nobody else has a label); \
             `speakers.interviewers` in corpus.toml says who does",
            turns.len()
        )
    })
}

/// Where an abbreviation is called one who asks and asks nothing, and another asks all, that other does; where all
/// are called so, those who ask nothing answer.
fn contradicted(blocks: &[Block], labels: &mut Labels, roles: Roles<'_>) -> Option<String> {
    let askers: Vec<String> = labels
        .askers()
        .filter(|(_, why)| *why == "by its label")
        .map(|(n, _)| n.to_owned())
        .collect();
    let doubtful =
        |name: &String| name.chars().count() <= 4 || name.contains(|c: char| c.is_ascii_digit());
    if askers.is_empty() || labels.names().count() < 2 || roles.are_set() {
        return None;
    }
    let others: Vec<String> =
        labels.names().filter(|n| !askers.iter().any(|a| a == n)).map(str::to_owned).collect();
    // A label that leaves no doubt is not held against the talk, which need not be counted.
    let in_doubt = match (askers.as_slice(), others.len()) {
        (all, 0) => all.iter().any(doubtful),
        ([one], 1) => doubtful(one),
        _ => false,
    };
    if !in_doubt {
        return None;
    }
    let parts = parts(blocks, labels);
    let questions = |name: &str| parts.get(&key(name)).map_or(0, |p| p.questions);
    if others.is_empty() {
        let most = askers.iter().map(|a| questions(a)).max().unwrap_or(0);
        let silent: Vec<String> = askers
            .iter()
            .filter(|a| questions(a) == 0 && most > 0 && doubtful(a))
            .cloned()
            .collect();
        if silent.is_empty() || silent.len() == askers.len() {
            return None;
        }
        for name in &silent {
            labels.set_asking(name, false);
        }
        return Some(format!(
            "`{}` asks nothing where others ask, and is taken for a participant; `speakers.interviewers` in corpus.toml says who asks",
            silent.join("`, `")
        ));
    }
    let top = others.iter().max_by_key(|n| questions(n))?;
    let asks_all =
        parts.get(&key(top)).is_some_and(|p| p.ending >= 2 && p.ending * 10 >= p.turns * 5);
    (asks_all && questions(&askers[0]) == 0).then(|| {
        labels.set_asking(&askers[0], false);
        labels.mark_asking(top, "a guess: asks most of the questions");
        format!(
            "`{top}` is taken for the one who asks, as `{}` asks nothing; `speakers.interviewers` in corpus.toml says who does",
            askers[0]
        )
    })
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
        && (most.words * 10 <= words * 6 || most.turns <= 3 || most.ending * 10 >= most.turns * 8)
        && parts.iter().filter(|(k, _)| *k != who).all(|(_, p)| {
            // Who hardly speaks may say `Are we on?`.
            seldom(p) || p.turns <= 2 && (p.ending == 0 || p.turns * 10 <= most.turns)
        });
    let told = format!(
        "{} of {} turns end in a question or a request; all others together: {}",
        most.ending,
        most.turns,
        ends - most.ending
    );
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
            if !ends && SPEECH.requests(&block.text) {
                part.questions += 1;
                ends = true;
            }
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
        let told = [
            ("Nora", "Where?"),
            ("Tom", "Here."),
            ("Nora", "And when?"),
            ("Tom", "Now, you see?"),
            ("Nora", "Fine."),
            ("Tom", "So."),
        ];
        assert_eq!(asks(&told).as_deref(), Some("Nora"));
        assert_eq!(asks(&[("Nora", "Hi."), ("Tom", "Ho."), ("Nora", "So.")]), None);
        // Two who ask each other are two who talk.
        assert_eq!(
            asks(&[("Nora", "You?"), ("Tom", "I. You?"), ("Nora", "Me. Who?"), ("Tom", "Who?")]),
            None
        );
        assert_eq!(asks(&[("Dan", "Hm."), ("Participant", "So?")]).as_deref(), Some("Dan"));
    }
}
