//! Utterances become blocks: what one person says in one go, cut by time or by rows, is whole again.
//!
//! ```text
//! 00:01  Anna: I have been doing
//! 00:03        this for three years,        one block of Anna's, with the seconds of each part
//! 00:05  Anna: more or less.
//! 00:07  Ben: And then?                     a block of Ben's
//! ```

use super::blocks::{Rejoin, rejoin};
use super::join::Joiner;
use super::labels::Labels;
use crate::ingest::{Block, BlockKind, Mark, Utterance};
use crate::project::CollectionSettings;

/// A turn goes on in a new passage at the end of a sentence after so many bytes.
const LONG: usize = 1_500;

/// Seconds of silence after which those who are not named begin a new paragraph.
const SILENCE: u32 = 4;

/// The blocks of utterances, and the labels of those who speak.
pub(super) fn blocks(
    utterances: Vec<Utterance>,
    settings: &CollectionSettings,
) -> (Vec<Block>, Labels) {
    let unnamed = utterances.iter().filter(|u| u.speaker.is_none());
    let labels = Labels::detect(unnamed.map(|u| (u.text.as_str(), true)), settings);
    let names = utterances.iter().filter_map(|u| u.speaker.as_deref());
    let labels = labels.with(names, settings);
    let mut maker = Maker { labels: &labels, blocks: Vec::new(), cut: false };
    for utterance in utterances {
        maker.add(utterance);
    }
    (maker.blocks, labels)
}

struct Maker<'a> {
    labels: &'a Labels,
    blocks: Vec<Block>,
    /// True if the last block ends where time cut it.
    cut: bool,
}

impl Maker<'_> {
    fn add(&mut self, utterance: Utterance) {
        let Utterance { mut speaker, mut text, mut mark, cut } = utterance;
        let mut time = None;
        if speaker.is_none()
            && let Some(label) = self.labels.at(&text)
        {
            text.drain(..label.rest);
            (speaker, time) = (Some(label.name), label.time);
        }
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        if text.is_empty() && speaker.is_none() {
            return;
        }
        let goes_on = cut && self.cut && self.goes_on(speaker.as_deref(), mark);
        self.cut = cut;
        if let Some(block) = self.blocks.last_mut().filter(|_| goes_on) {
            if !(block.text.is_empty() || text.is_empty()) {
                block.text.push(' ');
            }
            mark.byte = u32::try_from(block.text.len()).unwrap_or(u32::MAX);
            block.text.push_str(&text);
            block.marks.push(mark);
        } else {
            let mut block = Block::new(BlockKind::Paragraph, text, mark.line);
            block.marks = vec![mark];
            block.page = mark.page;
            (block.label, block.time) = (speaker, time);
            self.blocks.push(block);
        }
    }

    /// True if words go on what stands last: the same person's, and not for too long.
    fn goes_on(&self, speaker: Option<&str>, mark: Mark) -> bool {
        let Some(block) = self.blocks.last() else { return false };
        let spelling = |name: &str| self.labels.spelling(name).to_owned();
        let last = self.blocks.iter().rev().find_map(|b| b.label.as_deref());
        let same = match (speaker, last) {
            (None, _) => true,
            (Some(now), Some(last)) => spelling(now) == spelling(last),
            (Some(_), None) => false,
        };
        let ended = block.text.trim_end_matches(['"', '”', ')']).ends_with(['.', '?', '!', '…']);
        let silent = last.is_none()
            && block.marks.last().and_then(|m| m.second).zip(mark.second).is_some_and(|(a, b)| {
                // Seconds are those at which a caption begins.
                b.saturating_sub(a) > 2 * SILENCE
            });
        same && !(ended && block.text.len() > LONG) && !(ended && silent)
    }
}

/// Blocks with the labels that stand at their beginnings, paragraphs that were cut made whole.
pub(super) fn labelled(
    blocks: Vec<Block>,
    joiner: &Joiner<'_>,
    settings: &CollectionSettings,
) -> (Vec<Block>, Labels) {
    let named = blocks.iter().filter_map(|b| b.label.as_deref());
    let lines = blocks.iter().map(|b| (b.text.as_str(), true));
    let labels = Labels::detect(lines, settings).with(named, settings);
    let blocks = blocks.into_iter().map(|b| with_label(b, &labels)).collect();
    let rejoining = if labels.is_transcript() { Rejoin::Speech } else { Rejoin::Everywhere };
    (rejoin(blocks, joiner, rejoining), labels)
}

/// A block whose text begins with a speaker's label, without it.
fn with_label(mut block: Block, labels: &Labels) -> Block {
    if block.kind != BlockKind::Paragraph {
        return block;
    }
    if let Some(label) = labels.at(&block.text) {
        let cut = u32::try_from(label.rest).unwrap_or(0);
        block.text.drain(..label.rest);
        for mark in &mut block.marks {
            mark.byte = mark.byte.saturating_sub(cut);
        }
        block.label = Some(label.name);
        block.time = label.time;
    }
    block
}

#[cfg(test)]
mod tests {
    use super::*;

    fn turns(list: &[(Option<&str>, &str, bool)]) -> Vec<(Option<String>, String)> {
        let list = list.iter().zip(1..).map(|((speaker, text, cut), line)| Utterance {
            speaker: speaker.map(str::to_owned),
            text: (*text).to_owned(),
            mark: Mark::of_line(0, line),
            cut: *cut,
        });
        let (blocks, _) = blocks(list.collect(), &CollectionSettings::default());
        blocks.into_iter().map(|b| (b.label, b.text)).collect()
    }

    #[test]
    fn what_time_has_cut_is_whole_again() {
        let made = turns(&[
            (Some("Anna"), "I have been doing", true),
            (None, "this for", true),
            (Some("Anna"), "years.", true),
            (Some("Ben"), "And?", true),
            (Some("Anna"), "A row", false),
            (Some("Anna"), "and a row.", false),
        ]);
        let texts: Vec<&str> = made.iter().map(|m| m.1.as_str()).collect();
        assert_eq!(texts, ["I have been doing this for years.", "And?", "A row", "and a row."]);
    }

    #[test]
    fn labels_in_the_words_are_speakers() {
        let made = turns(&[
            (None, "Interviewer: How", true),
            (None, "is it?", true),
            (None, "P01: Well: fine.", true),
            (None, "Interviewer: Good.", true),
        ]);
        let expected =
            [("Interviewer", "How is it?"), ("P01", "Well: fine."), ("Interviewer", "Good.")];
        let expected = expected.map(|(a, b)| (Some(a.to_owned()), b.to_owned()));
        assert_eq!(made, expected);
    }
}
