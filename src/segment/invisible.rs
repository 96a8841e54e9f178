//! Signs that nobody sees go before words are cut: a hyphen where a line might be broken, marks of direction, joiners.
//!
//! ```text
//! trust<soft hyphen>worthy   trust<left-to-right mark>   and/<zero-width space>or     gone
//! می<non-joiner>خواهم   क्<joiner>ष   👩<joiner>🔬   ไทย<zero-width space>ไทย          kept: the script needs them
//! ```
//! What is kept stands in the text as it was written; for comparing, [`crate::text::fold`] leaves all of them out.

use crate::ingest::{Block, Body};
use crate::text::is_invisible;

/// Takes invisible signs out of a text, in whatever form its file has given it. Tokens that another program has cut
/// stay as they are.
pub(super) fn clean(mut body: Body) -> Body {
    match &mut body {
        Body::Lines(lines) => lines.iter_mut().for_each(|line| clean_line(&mut line.text)),
        Body::Printed(blocks) => {
            let lines = blocks.iter_mut().flat_map(|b| &mut b.lines);
            lines.for_each(|line| clean_line(&mut line.text));
        }
        Body::Blocks(blocks) => blocks.iter_mut().for_each(clean_block),
        Body::Utterances(list) => {
            for utterance in list {
                replace(&mut utterance.text);
                utterance.speaker.iter_mut().for_each(replace);
            }
        }
        Body::Annotated(_) => {}
    }
    body
}

/// A soft hyphen at a line's end is where a word was cut: then it shows.
fn clean_line(line: &mut String) {
    if line.is_ascii() {
        return;
    }
    let end = line.trim_end();
    if end.ends_with('\u{AD}') {
        let cut = end.len() - '\u{AD}'.len_utf8();
        line.truncate(cut);
        replace(line);
        line.push('-');
    } else {
        replace(line);
    }
}

fn clean_block(block: &mut Block) {
    let bold = block.bold as usize;
    let Some(cleaned) = cleaned(&block.text) else { return };
    let at = |place: usize| cleaned.place(place);
    for mark in &mut block.marks {
        mark.byte = at(mark.byte as usize);
    }
    block.bold = at(bold);
    block.text = cleaned.text;
    block.label.iter_mut().for_each(replace);
}

fn replace(text: &mut String) {
    if let Some(cleaned) = cleaned(text) {
        *text = cleaned.text;
    }
}

/// A text without invisible signs.
struct Cleaned {
    text: String,
    /// Bytes of the old text behind which so many bytes are gone in all.
    gone: Vec<(usize, usize)>,
}

impl Cleaned {
    /// Where a byte of the old text stands now.
    fn place(&self, byte: usize) -> u32 {
        let at = self.gone.partition_point(|(behind, _)| *behind <= byte);
        let gone = at.checked_sub(1).map_or(0, |i| self.gone[i].1);
        u32::try_from(byte.saturating_sub(gone)).unwrap_or(u32::MAX)
    }
}

/// The text without invisible signs; `None` where it has none.
fn cleaned(text: &str) -> Option<Cleaned> {
    if text.is_ascii() || !text.chars().any(is_invisible) {
        return None;
    }
    let mut out = Cleaned { text: String::with_capacity(text.len()), gone: Vec::new() };
    let mut chars = text.char_indices().peekable();
    let mut cut = false;
    while let Some((at, c)) = chars.next() {
        let next = chars.peek().map(|(_, next)| *next);
        // A word that was cut goes on in the next line.
        let joins = cut && c == '\n' && next.is_some_and(char::is_lowercase);
        cut = c == '\u{AD}';
        if joins || is_invisible(c) && !is_needed(c, out.text.chars().next_back(), next) {
            let gone = at + c.len_utf8() - out.text.len();
            out.gone.push((at + c.len_utf8(), gone));
        } else {
            out.text.push(c);
        }
    }
    Some(out)
}

/// True where a script, or a picture, is written with the sign.
fn is_needed(c: char, before: Option<char>, after: Option<char>) -> bool {
    let joined = |c: char| matches!(c, '\u{600}'..='\u{1CFF}' | '\u{A800}'..='\u{ABFF}' | '\u{10A00}'..='\u{11FFF}');
    // Words without blanks between them: Thai, Lao, Burmese, Khmer.
    let unparted = |c: char| matches!(c, '\u{E00}'..='\u{EFF}' | '\u{1000}'..='\u{109F}' | '\u{1780}'..='\u{17FF}');
    let picture = |c: char| matches!(c, '\u{2190}'..='\u{2BFF}' | '\u{1F000}'..='\u{1FAFF}' | '\u{FE0F}' | '\u{E0000}'..='\u{E007F}');
    let ideograph = |c: char| matches!(c, '\u{2E80}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFF}');
    match c {
        '\u{200B}' => before.is_some_and(unparted) && after.is_some_and(unparted),
        '\u{200C}' => before.is_some_and(joined) && after.is_some_and(joined),
        '\u{200D}' => {
            before.is_some_and(joined) || before.is_some_and(picture) && after.is_some_and(picture)
        }
        '\u{FE00}'..='\u{FE0F}' => {
            before.is_some_and(|b| picture(b) || ideograph(b)) || after == Some('\u{20E3}')
        }
        // Variants of Mongolian letters, and of ideographs.
        '\u{180B}'..='\u{180F}' => before.is_some_and(joined),
        '\u{E0100}'..='\u{E01EF}' => before.is_some_and(ideograph),
        '\u{E0000}'..='\u{E007F}' => before.is_some_and(picture),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::{BlockKind, Mark};

    fn plain(text: &str) -> String {
        let mut text = text.to_owned();
        replace(&mut text);
        text
    }

    #[test]
    fn what_nobody_sees_goes() {
        for (written, kept) in [
            ("trust\u{AD}worthy", "trustworthy"),
            ("after trust\u{200E} ok", "after trust ok"),
            ("and/\u{200B}or", "and/or"),
            ("\u{FEFF}so\u{2060}", "so"),
            ("a\u{202A}b\u{202C}", "ab"),
            ("so\u{200D} \u{200C}it", "so it"),
            ("a\u{FE0F} b", "a b"),
            ("cut\u{AD}\ntered", "cuttered"),
        ] {
            assert_eq!(plain(written), kept, "{written:?}");
        }
        for kept in [
            "می\u{200C}خواهم",
            "क्\u{200D}ष",
            "👩\u{200D}🔬",
            "❤\u{FE0F}",
            "ไทย\u{200B}ไทย",
            "葛\u{FE00}",
        ] {
            assert_eq!(plain(kept), kept);
        }
    }

    #[test]
    fn places_move_along() {
        let mut block = Block::new(BlockKind::Paragraph, "a\u{AD}b\nc\u{200E}d", 1);
        block.marks = vec![Mark::of_line(0, 1), Mark::of_line(5, 2)];
        clean_block(&mut block);
        assert_eq!(block.text, "ab\ncd");
        assert_eq!(block.marks[1].byte, 3);
    }

    #[test]
    fn a_soft_hyphen_at_a_lines_end_shows() {
        let mut line = "trust\u{AD} ".to_owned();
        clean_line(&mut line);
        assert_eq!(line, "trust-");
    }
}
