//! A concordance on a terminal: the hit in the middle, or, where whole sentences are shown, marked in
//! a text that is wrapped. Columns are counted as the terminal shows them: wide signs take two,
//! combining ones none, and no sign is cut.

use std::io::{IsTerminal, Write};

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

use crate::analysis::{GroupRow, KwicRow};
use crate::cli::terminal;
use crate::query::{Context, Extent};

/// How lines are laid out.
pub(super) struct Table {
    columns: usize,
    /// True if whole texts are shown, wrapped.
    wrapped: bool,
    before: &'static str,
    after: &'static str,
}

impl Table {
    pub(super) fn of_terminal(context: Context) -> Self {
        let told = std::env::var("COLUMNS").ok().and_then(|c| c.parse().ok());
        let terminal = console::Term::stdout().size_checked().map(|(_, columns)| columns.into());
        let columns = told.or(terminal).unwrap_or(120_usize).clamp(40, 400);
        let colour = std::io::stdout().is_terminal()
            && std::env::var_os("NO_COLOR").is_none()
            && std::env::var_os("TERM").is_none_or(|t| t != "dumb");
        let (before, after) = if colour { ("\x1b[1;36m", "\x1b[0m") } else { ("[", "]") };
        let words = |extent: Extent| matches!(extent, Extent::Words(n) if n <= 30);
        Self { columns, wrapped: !words(context.left) || !words(context.right), before, after }
    }

    /// Writes a line, and under it who says it and where.
    pub(super) fn line(&self, out: &mut impl Write, row: &KwicRow<'_>) -> std::io::Result<()> {
        if self.wrapped {
            self.wrapped(out, row)?;
        } else {
            self.aligned(out, row)?;
        }
        let speaker = row.speaker.unwrap_or(row.voice);
        let theme = row.theme.map_or_else(String::new, |t| format!("{t}: "));
        let place = format!("{theme}{speaker}, {} {}", row.source, row.locator);
        writeln!(out, "    {}", terminal::plain(&place))
    }

    fn aligned(&self, out: &mut impl Write, row: &KwicRow<'_>) -> std::io::Result<()> {
        let clean = |text: &str| terminal::plain(&text.replace(['\n', '\t'], " "));
        let hit = clean(&row.matched);
        // The hit begins at one column in all lines; a long one takes from the right side.
        let side = (self.columns - 2) * 2 / 5;
        let left = last_columns(&clean(&row.left), side);
        let room = self.columns - 2 - side;
        let (shown, cut) =
            if hit.width() > room { (first_columns(&hit, room - 1), "…") } else { (hit, "") };
        let right = first_columns(&clean(&row.right), room - shown.width().min(room));
        let (before, after) = (self.before, self.after);
        let blank = " ".repeat(side - left.width().min(side));
        writeln!(out, "{blank}{left}{before}{shown}{cut}{after}{right}")
    }

    fn wrapped(&self, out: &mut impl Write, row: &KwicRow<'_>) -> std::io::Result<()> {
        // Lines end between words only; a mark of the hit belongs to the word beside it.
        let (before, after) = (self.before, self.after);
        let text = format!("{}\u{0}{}\u{1}{}", row.left, row.matched, row.right);
        let (mut line, mut at) = (String::new(), 0);
        for word in text.split_whitespace() {
            let plain = word.replace(['\u{0}', '\u{1}'], "");
            let marks = (word.len() - plain.len()) * usize::from(before == "[");
            let width = terminal::plain(&plain).width() + marks;
            if at > 0 && at + 1 + width > self.columns {
                writeln!(out, "{line}")?;
                line.clear();
                at = 0;
            }
            if at > 0 {
                line.push(' ');
                at += 1;
            }
            for part in word.split_inclusive(['\u{0}', '\u{1}']) {
                let letters = part.trim_end_matches(['\u{0}', '\u{1}']);
                line.push_str(&terminal::plain(letters));
                match part.chars().last() {
                    Some('\u{0}') => line.push_str(before),
                    Some('\u{1}') => line.push_str(after),
                    _ => {}
                }
            }
            at += width;
        }
        writeln!(out, "{line}")
    }
}

/// The end of a text, at most so many columns wide.
fn last_columns(text: &str, columns: usize) -> String {
    let mut width = 0;
    let mut start = text.len();
    for (at, sign) in text.grapheme_indices(true).rev() {
        width += sign.width();
        if width > columns {
            break;
        }
        start = at;
    }
    text[start..].to_owned()
}

/// The beginning of a text, at most so many columns wide.
fn first_columns(text: &str, columns: usize) -> String {
    let mut width = 0;
    text.graphemes(true)
        .take_while(|sign| {
            width += sign.width();
            width <= columns
        })
        .collect()
}

/// Writes a table of groups.
pub(super) fn groups(
    out: &mut impl Write,
    names: &[String],
    rows: &[GroupRow],
) -> std::io::Result<()> {
    let cell = |row: &GroupRow, name: &String| match &row.group[name] {
        serde_json::Value::String(text) => terminal::plain(text),
        _ => "-".to_owned(),
    };
    let widths: Vec<usize> = names
        .iter()
        .map(|n| rows.iter().map(|r| cell(r, n).width()).chain([n.width()]).max().unwrap_or(0))
        .map(|w| w.min(50))
        .collect();
    let pad = |text: &str, width: usize| {
        let text = first_columns(text, width);
        let blank = " ".repeat(width - text.width().min(width));
        format!("{text}{blank}")
    };
    write!(out, "{:>8} {:>7} {:>9}  ", "hits", "share", "per 1000")?;
    let head = names.iter().zip(&widths).map(|(n, w)| pad(n, *w));
    writeln!(out, "{}", head.collect::<Vec<_>>().join("  ").trim_end())?;
    for row in rows {
        let rate = row.per_1000.map_or_else(|| "-".to_owned(), |r| format!("{r:.3}"));
        let hits = terminal::grouped(row.hits);
        write!(out, "{hits:>8} {:>6.1}% {rate:>9}  ", row.share * 100.0)?;
        let cells = names.iter().zip(&widths).map(|(n, w)| pad(&cell(row, n), *w));
        writeln!(out, "{}", cells.collect::<Vec<_>>().join("  ").trim_end())?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_those_of_the_terminal() {
        assert_eq!(first_columns("日本語", 4), "日本");
        assert_eq!(first_columns("日本語", 5), "日本");
        assert_eq!(last_columns("cafe\u{301}s", 3), "fe\u{301}s");
        assert_eq!(last_columns("ab👩‍👩‍👧c", 3), "👩‍👩‍👧c");
    }
}
