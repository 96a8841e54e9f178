//! Paragraphs that stand further in than the others: block quotations that nothing else marks.
//!
//! ```text
//! One of them spoke of the nights:            a colon leads to it
//!     I never slept more than four hours.     a block quotation
//!     x = a + b                               neither led to nor speech: a paragraph
//! ```

use super::blocks::BULLET;
use super::quote::SINGULAR;
use crate::ingest::{Block, BlockKind};

/// Makes block quotations of the paragraphs of an author's text that stand further in than the others do and read
/// like speech, or that a colon leads to.
///
/// Where most stand so it is the text's layout. What holds marks of its own is read by these.
pub(super) fn set_off(blocks: &mut [Block]) {
    /// Words from which on a paragraph is one.
    const SHORTEST: usize = 10;
    let running = |b: &&Block| b.kind == BlockKind::Paragraph;
    let all = blocks.iter().filter(running).count();
    let indented = blocks.iter().filter(running).filter(|b| b.indented).count();
    if indented == 0 || indented * 5 > all * 3 {
        return;
    }
    let mut before: Option<bool> = None;
    for block in blocks {
        let text = block.text.trim_end();
        let words = text.split_whitespace().nth(SHORTEST - 1).is_some();
        let marks = text.contains(['"', '“', '”', '„', '«', '»', '「']);
        let item = BULLET.is_match(text) || text.starts_with(['(', '[']);
        let led = before == Some(true);
        if running(&&*block) && block.indented && before.is_some() && words && !marks && !item {
            let speech = led || SINGULAR.is_match(text);
            block.kind = if speech { BlockKind::Quotation } else { block.kind };
        }
        let quoted = block.kind == BlockKind::Quotation;
        let text = matches!(block.kind, BlockKind::Paragraph | BlockKind::Quotation);
        before = text.then(|| quoted && led || block.text.trim_end().ends_with(':'));
    }
}
