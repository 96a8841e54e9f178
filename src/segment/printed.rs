//! Lines of a printed page become text: words cut at a line's end are made whole.

use super::join::Joiner;
use super::rows::Row;
use crate::ingest::{Block, Mark, Printed};

/// What the lines of printed blocks tell of how words are cut.
pub(super) fn joiner(printed: &[Printed]) -> Joiner<'static> {
    let rows: Vec<Row> = printed
        .iter()
        .flat_map(|block| block.lines.iter().enumerate())
        .map(|(i, line)| Row {
            text: line.text.clone().into(),
            after_blank: i == 0,
            ..Row::default()
        })
        .collect();
    Joiner::of(rows)
}

/// The blocks of printed ones.
pub(super) fn blocks(printed: Vec<Printed>, joiner: &Joiner<'_>) -> Vec<Block> {
    printed.into_iter().map(|block| joined(block, joiner)).collect()
}

fn joined(printed: Printed, joiner: &Joiner<'_>) -> Block {
    let mut block = Block::new(printed.kind, String::new(), 0);
    block.marks.clear();
    for line in printed.lines {
        let at = joiner.append(&mut block.text, false, &line.text);
        let byte = u32::try_from(at).unwrap_or(u32::MAX);
        if block.marks.last().is_none_or(|m| m.page != Some(line.page)) {
            block.marks.push(Mark { byte, page: Some(line.page), ..Mark::default() });
        }
    }
    block.page = block.marks.first().and_then(|m| m.page);
    block
}
