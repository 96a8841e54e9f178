//! Utterances, blocks and printed lines become blocks with labels: what one person says in one go is whole.
//!
//! ```text
//! 00:01  Anna: I have been doing
//! 00:03        this for three years,        one block of Anna's, with the seconds of each part
//! 00:05  Anna: more or less.
//! 00:07  Ben: And then?                     a block of Ben's
//! ```

use super::blocks::{Rejoin, label_block, part, rejoin};
use super::join::Joiner;
use super::labels::{Labels, Line, Reading, Talk};
use super::set_off::set_off;
use super::speech::Roles;
use crate::ingest::{Block, BlockKind, Mark, OTHER_LINE_ENDS, Printed, Utterance, dashed};
use crate::project::{CollectionSettings, Unlabelled};

/// A turn goes on in a new passage at the end of a sentence after so many bytes.
const LONG: usize = 1_500;

/// Seconds of silence after which those who are not named begin a new paragraph.
const SILENCE: u32 = 4;

/// Judges the lines of a text.
pub(super) type Judge<'j> = &'j dyn Fn(&[Line<'_>]) -> Talk;

/// A text with its labels, ready to be cut.
#[derive(Default)]
pub(super) struct Turns {
    pub blocks: Vec<Block>,
    pub labels: Labels,
    pub notes: Vec<String>,
    /// True where the file says itself who speaks: who is not named is somebody unknown.
    pub named_by_file: bool,
}

/// The blocks of utterances, and the labels of those who speak.
pub(super) fn blocks(
    utterances: Vec<Utterance>,
    settings: &CollectionSettings,
    judge: Judge<'_>,
) -> Turns {
    let mut utterances: Vec<Utterance> = utterances.into_iter().flat_map(at_changes).collect();
    let carried = carry_names(&mut utterances, settings.speakers.unlabelled);
    let named_by_file = utterances.iter().any(|u| u.speaker.is_some());
    let unnamed: Vec<Line<'_>> = utterances
        .iter()
        .filter(|u| u.speaker.is_none())
        .map(|u| Line { text: &u.text, opens: !u.cut, bold: 0, quoted: false })
        .collect();
    let Talk { labels, readings, mut notes } = judge(&unnamed);
    notes.extend(carried);
    let names = utterances.iter().filter_map(|u| u.speaker.as_deref());
    let mut labels = labels.with(names, Roles::of(&settings.speakers));
    // Where a file says only that another speaks, all who do are unknown.
    let changes = utterances.iter().filter(|u| u.text.starts_with(">>")).count();
    let unnamed = !labels.is_transcript() && changes >= 2;
    labels.talk |= unnamed;
    if !labels.is_transcript() && settings.kind.is_none() && notes.is_empty() {
        notes.push(
            "a record of speech in which nobody is named: its words are read as one author's; write who speaks before \
             each turn, as `Name: `"
                .to_owned(),
        );
    }
    let mut maker =
        Maker { labels: &labels, named_by_file, unnamed, blocks: Vec::new(), cut: false };
    let mut readings = readings.into_iter();
    for utterance in utterances {
        let reading = if utterance.speaker.is_none() { readings.next() } else { None };
        maker.add(utterance, reading);
    }
    Turns { blocks: maker.blocks, labels, notes, named_by_file }
}

/// Where a table writes a name once for all rows of a turn, gives it to those below, and tells how many.
///
/// A table that names the same speaker in row after row means somebody else where it names nobody; so does one
/// whose rows were cut by time.
fn carry_names(utterances: &mut [Utterance], unlabelled: Option<Unlabelled>) -> Option<String> {
    let certain = unlabelled == Some(Unlabelled::Previous);
    let names = || utterances.iter().map(|u| u.speaker.as_deref());
    let named = names().flatten().count();
    let again = names().zip(names().skip(1)).filter(|(a, b)| a.is_some() && a == b).count();
    let rows = utterances.iter().all(|u| !u.cut);
    let once = unlabelled.is_none() && rows && named >= 2 && again * 20 <= named;
    if !(once || certain && named > 0) {
        return None;
    }
    let mut last: Option<String> = None;
    let mut carried = 0;
    for utterance in utterances.iter_mut() {
        match (&utterance.speaker, &last) {
            (Some(name), _) => last = Some(name.clone()),
            (None, Some(name)) => {
                utterance.speaker = Some(name.clone());
                carried += 1;
            }
            (None, None) => {}
        }
    }
    (carried > 0 && !certain).then(|| {
        format!(
            "{carried} rows name nobody and are read as the last named one's, as no name stands in two rows one after \
             the other; `speakers.unlabelled = \"nobody\"` in corpus.toml reads them as nobody's"
        )
    })
}

/// An utterance cut at its line ends, and where captions mark with `>>` that another speaks.
fn at_changes(utterance: Utterance) -> Vec<Utterance> {
    let text = utterance.text.as_str();
    let ends = |c: char| c == '\n' || OTHER_LINE_ENDS.contains(&c);
    if !text.contains(ends) && !text.contains(">>") {
        return vec![utterance];
    }
    let mut out = Vec::new();
    // Two lines with dashes in one caption are two who speak, and nobody says who.
    let lines = || text.split(ends);
    let dashes = utterance.cut && lines().filter(|l| dashed(l).is_some()).count() >= 2;
    for line in lines() {
        if dashes && let Some(text) = dashed(line) {
            out.push(Utterance { speaker: None, text, mark: utterance.mark, cut: utterance.cut });
            continue;
        }
        // Behind a mark inside it another speaks than the one whom the file names.
        let starts = line.match_indices(">>").map(|(at, _)| at).filter(|at| *at > 0);
        let starts: Vec<usize> = std::iter::once(0).chain(starts).collect();
        for (i, start) in starts.iter().enumerate() {
            let end = starts.get(i + 1).copied().unwrap_or(line.len());
            let speaker = if i == 0 { utterance.speaker.clone() } else { None };
            let text = line[*start..end].trim().to_owned();
            out.push(Utterance { speaker, text, mark: utterance.mark, cut: utterance.cut });
        }
    }
    out.retain(|u| !u.text.is_empty());
    out
}

struct Maker<'a> {
    labels: &'a Labels,
    named_by_file: bool,
    /// True where nobody is named, and changes of who speaks are marked.
    unnamed: bool,
    blocks: Vec<Block>,
    /// True if the last block ends where time cut it.
    cut: bool,
}

impl Maker<'_> {
    fn add(&mut self, utterance: Utterance, reading: Option<Reading>) {
        let Utterance { mut speaker, mut text, mut mark, cut } = utterance;
        // `<v ???>` names nobody.
        speaker = speaker.filter(|name| !name.chars().all(|c| matches!(c, '?' | '？' | '_' | ' ')));
        let (mut time, mut aside) = (None, None);
        let mut changes = text.starts_with(">>");
        match reading {
            Some(Reading::Label(label)) => {
                text.drain(..label.rest);
                mark.second = mark.second.or(label.second);
                changes = label.name.is_empty();
                speaker = Some(label.name).filter(|name| !name.is_empty());
                (time, aside) = (label.time, label.aside);
            }
            // Another speaks, and nobody says who.
            _ if changes => text.drain(..2).for_each(drop),
            _ => {}
        }
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        if text.is_empty() && speaker.is_none() {
            return;
        }
        let unknown = speaker.is_none() && (changes || self.named_by_file || self.unnamed);
        let goes_on = cut && self.cut && self.goes_on(speaker.as_deref(), unknown && changes, mark);
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
            (block.label, block.time, block.aside) = (speaker, time, aside);
            block.unknown = unknown;
            self.blocks.push(block);
        }
    }

    /// True if words go on what stands last: the same person's, and not for too long.
    fn goes_on(&self, speaker: Option<&str>, changes: bool, mark: Mark) -> bool {
        let Some(block) = self.blocks.last() else { return false };
        let spelling = |name: &str| self.labels.spelling(name).to_owned();
        let last = if self.named_by_file {
            block.label.as_deref()
        } else {
            self.blocks.iter().rev().take_while(|b| !b.unknown).find_map(|b| b.label.as_deref())
        };
        let same = match (speaker, last) {
            // Where the file names who speaks, one who is not named is somebody else.
            (None, last) => !changes && (!self.named_by_file || last.is_none()),
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

/// Blocks with the labels that stand at the beginnings of their lines, paragraphs that were cut made whole.
pub(super) fn labelled(
    mut blocks: Vec<Block>,
    joiner: &Joiner<'_>,
    settings: &CollectionSettings,
    judge: Judge<'_>,
) -> Turns {
    blocks.iter_mut().for_each(even_line_ends);
    let lines: Vec<Line<'_>> =
        blocks.iter().filter(|b| may_be_labelled(b)).flat_map(lines_of).collect();
    let Talk { labels, readings, notes } = judge(&lines);
    let named = blocks.iter().filter_map(|b| b.label.as_deref());
    let named_by_file = named.clone().next().is_some();
    let labels = labels.with(named, Roles::of(&settings.speakers));
    let mut cutter = LineCutter { readings: readings.into_iter(), stamp: None, blocks: Vec::new() };
    for block in blocks {
        cutter.add(block, labels.is_transcript());
    }
    if !labels.is_transcript() {
        set_off(&mut cutter.blocks);
    }
    // What the file parts stays apart, but at the end of a page.
    let rejoining = if labels.is_transcript() { Rejoin::Speech } else { Rejoin::AtBreaks };
    let blocks = rejoin(cutter.blocks, joiner, rejoining);
    Turns { blocks, labels, notes, named_by_file }
}

/// Line ends inside a paragraph that are written in other ways, as one: any of them may part turns.
fn even_line_ends(block: &mut Block) {
    if !block.text.contains(OTHER_LINE_ENDS) {
        return;
    }
    let mut text = String::with_capacity(block.text.len());
    let mut marks = block.marks.iter_mut().peekable();
    for (at, c) in block.text.char_indices() {
        while let Some(mark) = marks.next_if(|m| m.byte as usize <= at) {
            mark.byte = u32::try_from(text.len()).unwrap_or(u32::MAX);
        }
        text.push(if OTHER_LINE_ENDS.contains(&c) { '\n' } else { c });
    }
    for mark in marks {
        mark.byte = u32::try_from(text.len()).unwrap_or(u32::MAX);
    }
    block.text = text;
}

/// A block may open with a label if it is running text, or a heading above the words.
fn may_be_labelled(block: &Block) -> bool {
    block.label.is_none()
        && matches!(
            block.kind,
            BlockKind::Paragraph
                | BlockKind::ListItem
                | BlockKind::Quotation
                | BlockKind::Heading(_)
        )
}

fn lines_of(block: &Block) -> impl Iterator<Item = Line<'_>> {
    let bold = block.bold as usize;
    block.text.split('\n').enumerate().map(move |(i, text)| Line {
        text,
        opens: i == 0,
        bold: if i == 0 { bold } else { 0 },
        quoted: block.kind == BlockKind::Quotation,
    })
}

/// Cuts blocks where labels open their lines.
struct LineCutter<R: Iterator<Item = Reading>> {
    readings: R,
    stamp: Option<(String, Option<u32>)>,
    blocks: Vec<Block>,
}

impl<R: Iterator<Item = Reading>> LineCutter<R> {
    fn add(&mut self, mut block: Block, talk: bool) {
        if !talk || !may_be_labelled(&block) {
            // In a paper the last line of a quotation, or one in a cell, may say whose it is.
            if talk || !matches!(block.kind, BlockKind::TableRow | BlockKind::Quotation) {
                one_line(&mut block);
            }
            self.push(block);
            return;
        }
        let mut from = 0;
        let mut open: Option<Block> = None;
        let text = block.text.clone();
        for line in text.split('\n') {
            let end = from + line.len();
            match self.readings.next() {
                Some(Reading::Label(label)) => {
                    self.close(&mut open);
                    let mut labelled = part(&block, from + label.rest.min(line.len()), end);
                    if matches!(labelled.kind, BlockKind::Heading(_)) {
                        labelled.kind = BlockKind::Paragraph;
                    }
                    label_block(&mut labelled, &label);
                    open = Some(labelled);
                }
                Some(Reading::Stamp(time, second)) => {
                    self.close(&mut open);
                    self.stamp = Some((time, second));
                }
                _ => match &mut open {
                    Some(open) => append(open, part(&block, from, end)),
                    None => {
                        open = Some(part(&block, from, end));
                    }
                },
            }
            from = end + 1;
        }
        self.close(&mut open);
    }

    fn close(&mut self, open: &mut Option<Block>) {
        if let Some(mut block) = open.take() {
            one_line(&mut block);
            self.push(block);
        }
    }

    fn push(&mut self, mut block: Block) {
        if let Some((time, second)) = self.stamp.take() {
            block.time = block.time.or(Some(time));
            if let Some(mark) = block.marks.first_mut() {
                mark.second = mark.second.or(second);
            }
        }
        self.blocks.push(block);
    }
}

/// Adds a line to the block that it goes on.
fn append(block: &mut Block, line: Block) {
    if !block.text.is_empty() && !line.text.is_empty() {
        block.text.push('\n');
    }
    let at = u32::try_from(block.text.len()).unwrap_or(u32::MAX);
    block.text.push_str(&line.text);
    let known = block.marks.last().map(|m| (m.line, m.page));
    let marks = line.marks.into_iter().filter(|m| Some((m.line, m.page)) != known);
    block.marks.extend(marks.map(|m| Mark { byte: m.byte + at, ..m }));
}

/// Line ends and tabs inside a paragraph are blanks once labels are found.
pub(super) fn one_line(block: &mut Block) {
    if block.text.contains(['\n', '\t']) {
        block.text = block.text.replace(['\n', '\t'], " ");
    }
}

/// Printed blocks of a transcript, cut at the lines that open with labels; `None` if it is none.
pub(super) fn printed(
    printed: &[Printed],
    joiner: &Joiner<'_>,
    judge: Judge<'_>,
) -> Result<Turns, Vec<String>> {
    let lines: Vec<Line<'_>> = printed
        .iter()
        .flat_map(|b| b.lines.iter().enumerate())
        .map(|(i, line)| Line { text: line.text.trim(), opens: i == 0, bold: 0, quoted: false })
        .collect();
    let Talk { labels, readings, notes } = judge(&lines);
    if !labels.is_transcript() {
        return Err(notes);
    }
    let mut cutter = LineCutter { readings: std::iter::empty(), stamp: None, blocks: Vec::new() };
    let mut readings = readings.into_iter();
    for block in printed {
        let mut open: Option<Block> = None;
        for line in &block.lines {
            let text = line.text.trim();
            let new = |kind: BlockKind, text: &str| {
                let mut made = Block::new(kind, text, 0);
                made.marks = vec![Mark { page: Some(line.page), ..Mark::default() }];
                made.page = Some(line.page);
                made
            };
            match readings.next() {
                Some(Reading::Label(label)) => {
                    cutter.close(&mut open);
                    let mut made = new(BlockKind::Paragraph, &text[label.rest.min(text.len())..]);
                    label_block(&mut made, &label);
                    open = Some(made);
                }
                Some(Reading::Stamp(time, second)) => {
                    cutter.close(&mut open);
                    cutter.stamp = Some((time, second));
                }
                _ => {
                    if let Some(open) = &mut open {
                        let at = joiner.append(&mut open.text, false, text);
                        if open.marks.last().is_none_or(|m| m.page != Some(line.page)) {
                            let byte = u32::try_from(at).unwrap_or(u32::MAX);
                            open.marks.push(Mark {
                                byte,
                                page: Some(line.page),
                                ..Mark::default()
                            });
                        }
                    } else {
                        // Between turns a printed table or list is speech as well as a paragraph is.
                        let kind = match block.kind {
                            BlockKind::Heading(_) | BlockKind::Caption => block.kind,
                            _ => BlockKind::Paragraph,
                        };
                        open = Some(new(kind, text));
                    }
                }
            }
        }
        cutter.close(&mut open);
    }
    let blocks = rejoin(cutter.blocks, joiner, Rejoin::Speech);
    Ok(Turns { blocks, labels, notes, named_by_file: false })
}

#[cfg(test)]
mod tests {
    use super::super::decisions::Decided;
    use super::super::judge;
    use super::super::labels::Given;
    use super::*;

    fn turns(list: &[(Option<&str>, &str, bool)]) -> Vec<(Option<String>, String)> {
        let list = list.iter().zip(1..).map(|((speaker, text, cut), line)| Utterance {
            speaker: speaker.map(str::to_owned),
            text: (*text).to_owned(),
            mark: Mark::of_line(0, line),
            cut: *cut,
        });
        let settings = CollectionSettings::default();
        let judge = |lines: &[Line<'_>]| {
            judge::judge(lines, &settings, &Given::default(), &Decided::default(), false)
        };
        let turns = blocks(list.collect(), &settings, &judge);
        turns.blocks.into_iter().map(|b| (b.label, b.text)).collect()
    }

    #[test]
    fn what_time_has_cut_is_whole_again() {
        let made = turns(&[
            (Some("Anna"), "I have been doing", true),
            (Some("Anna"), "this for", true),
            (Some("Anna"), "years.", true),
            (Some("Ben"), "And?", true),
            (Some("Anna"), "A row", false),
            (Some("Anna"), "and a row.", false),
        ]);
        let texts: Vec<&str> = made.iter().map(|m| m.1.as_str()).collect();
        assert_eq!(texts, ["I have been doing this for years.", "And?", "A row", "and a row."]);
    }

    #[test]
    fn who_is_not_named_among_named_ones_is_unknown() {
        let made = turns(&[
            (Some("Anna"), "So", true),
            (None, "it", true),
            (None, "is.", true),
            (Some("Anna"), "No.", true),
        ]);
        let expected = [(Some("Anna"), "So"), (None, "it is."), (Some("Anna"), "No.")];
        assert_eq!(made, expected.map(|(a, b)| (a.map(str::to_owned), b.to_owned())));
    }

    #[test]
    fn a_name_written_once_is_that_of_the_rows_below() {
        let rows = |third| {
            turns(&[
                (Some("A"), "x", false),
                (None, "y", false),
                (third, "z", false),
                (Some("A"), "v", false),
            ])
        };
        assert_eq!(rows(Some("B"))[1].0.as_deref(), Some("A"));
        assert_eq!(rows(Some("A"))[1].0, None);
    }

    #[test]
    fn labels_in_the_words_are_speakers() {
        let made = turns(&[
            (None, "Interviewer: How", true),
            (None, "is it?", true),
            (None, "P01: Well: fine.", true),
            (None, "Interviewer: Good. >> P02: No.", true),
            (None, ">> Who?", true),
        ]);
        let expected = [
            (Some("Interviewer"), "How is it?"),
            (Some("P01"), "Well: fine."),
            (Some("Interviewer"), "Good."),
            (Some("P02"), "No."),
            (None, "Who?"),
        ];
        assert_eq!(made, expected.map(|(a, b)| (a.map(str::to_owned), b.to_owned())));
    }
}
