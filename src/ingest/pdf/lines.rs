//! Glyphs become lines: words with spaces between them, marks of footnotes taken out.
//!
//! The order is that in which the file draws; `order` looks whether it can be read so.

use super::glyphs::Glyph;
use super::scripts::as_read;

/// A line as printed, or a cell of a table's row.
#[derive(Clone, Debug)]
pub(super) struct Line {
    /// The cells: stretches parted by gaps that no space between words has.
    pub cells: Vec<Cell>,
    /// Its baseline.
    pub y: f32,
    /// The size of most of its glyphs.
    pub size: f32,
    /// Quarter turns.
    pub turned: u8,
    /// True where the file says that it belongs to the page.
    pub artifact: bool,
    /// Its letters by shape, for what they tell of the font.
    pub shapes: Vec<(char, u32)>,
    /// Marks of footnotes and superscript citations that were taken out.
    pub marks: Vec<String>,
}

/// A stretch of a line without a wide gap.
#[derive(Clone, Debug)]
pub(super) struct Cell {
    pub text: String,
    pub left: f32,
    pub right: f32,
}

impl Line {
    pub(super) fn left(&self) -> f32 {
        self.cells.first().map_or(0.0, |c| c.left)
    }

    pub(super) fn right(&self) -> f32 {
        self.cells.last().map_or(0.0, |c| c.right)
    }

    /// The text, cells parted by a space.
    pub(super) fn text(&self) -> String {
        let cells: Vec<&str> = self.cells.iter().map(|c| c.text.as_str()).collect();
        cells.join(" ")
    }

    /// True when `other` stands on the same row.
    pub(super) fn beside(&self, other: &Self) -> bool {
        self.turned == other.turned && (self.y - other.y).abs() < 0.35 * self.size.max(other.size)
    }
}

/// Gaps that are spaces, in sizes of the font, where letters stand close.
const SPACE: f32 = 0.11;
/// Gaps that part cells.
const GAP: f32 = 1.9;

/// The lines of a page's glyphs.
pub(super) fn lines(glyphs: &[Glyph]) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut open: Vec<&Glyph> = Vec::new();
    let (mut size, mut base) = (0.0, 0.0);
    for glyph in glyphs {
        if glyph.text.chars().all(char::is_control) {
            continue;
        }
        let blank = glyph.text.trim().is_empty();
        if let Some(last) = open.last() {
            if drawn_again(&open, glyph) {
                continue;
            }
            if !follows(last, glyph, size, base) {
                if blank {
                    continue;
                }
                lines.extend(line(&open));
                open.clear();
            }
        }
        if open.is_empty() {
            if blank {
                continue;
            }
            (size, base) = (glyph.size, glyph.y);
        } else if !blank && glyph.size > size * 1.15 {
            (size, base) = (glyph.size, glyph.y);
        }
        open.push(glyph);
    }
    lines.extend(line(&open));
    lines
}

/// True for a glyph drawn a second time where it stands, as some programs make letters bold.
fn drawn_again(open: &[&Glyph], glyph: &Glyph) -> bool {
    glyph.text.trim() != ""
        && open.iter().rev().take(40).any(|g| {
            g.text == glyph.text
                && (g.x - glyph.x).abs() < 0.12 * glyph.size
                && (g.y - glyph.y).abs() < 0.12 * glyph.size
                && g.turned == glyph.turned
        })
}

/// True when a glyph goes on with a line of a size and baseline.
fn follows(last: &Glyph, glyph: &Glyph, size: f32, base: f32) -> bool {
    if last.turned != glyph.turned || last.artifact != glyph.artifact {
        return false;
    }
    let em = size.max(glyph.size);
    let gap = glyph.x - last.end;
    let level = (glyph.y - base).abs() < 0.22 * em;
    // Raised and lowered figures stand close to what they belong to.
    let beside = (glyph.y - base).abs() < 0.75 * em
        && (glyph.size < 0.9 * size || size < 0.9 * glyph.size || (last.y - base).abs() > 0.01)
        && (-0.6 * em..1.0 * em).contains(&gap);
    (level && (-0.6 * em..30.0 * em).contains(&gap)) || beside
}

/// A line of glyphs that follow each other.
fn line(glyphs: &[&Glyph]) -> Option<Line> {
    let first = glyphs.first()?;
    let size = main_size(glyphs);
    let base = middle(glyphs.iter().filter(|g| same(g.size, size)).map(|g| g.y));
    let mut line = Line {
        cells: Vec::new(),
        y: base,
        size,
        turned: first.turned,
        artifact: first.artifact,
        shapes: Vec::new(),
        marks: Vec::new(),
    };
    // Letters may stand apart for looks; a space is wider than that.
    let apart = glyphs.windows(2).filter(|p| p.iter().all(|g| !g.text.trim().is_empty()));
    let space = SPACE + middle(apart.map(|p| (p[1].x - p[0].end) / size)).max(0.0);
    let mut cell = Cell { text: String::new(), left: first.x, right: first.x };
    let mut at = 0;
    while let Some(glyph) = glyphs.get(at) {
        let raised = |g: &Glyph| g.size < 0.88 * size && g.y < base - 0.12 * size;
        let blank = glyph.text.trim().is_empty();
        if !blank && raised(glyph) {
            let end = (at..glyphs.len())
                .find(|i| !raised(glyphs[*i]) && !glyphs[*i].text.trim().is_empty())
                .unwrap_or(glyphs.len());
            let text: String = glyphs[at..end].iter().map(|g| g.text.as_str()).collect();
            if is_mark(&cell.text, text.trim()) {
                line.marks.push(text.trim().to_owned());
                cell.right = glyphs[end - 1].end;
                if text.ends_with(char::is_whitespace) {
                    push_space(&mut cell.text);
                }
                at = end;
                continue;
            }
        }
        let gap = glyph.x - cell.right;
        if blank {
            push_space(&mut cell.text);
            // A blank moves on; the gap to what follows is measured from its start.
            at += 1;
            continue;
        }
        if gap > GAP * size && !cell.text.is_empty() {
            let right = cell.right;
            cell.text.truncate(cell.text.trim_end().len());
            line.cells.push(std::mem::replace(
                &mut cell,
                Cell { text: String::new(), left: glyph.x, right },
            ));
        } else if gap > space * size.min(glyph.size * 1.3)
            && !(at > 0 && is_small_capital(glyphs[at - 1], glyph, gap))
        {
            push_space(&mut cell.text);
        }
        if cell.text.is_empty() {
            cell.left = glyph.x;
        }
        let over = at > 0 && overlaps(glyphs[at - 1], glyph);
        push_text(&mut cell.text, &glyph.text, over);
        if same(glyph.size, size) {
            let letters = glyph.text.chars().map(letters_in).sum();
            line.shapes.extend(std::iter::repeat_n((sign(&glyph.text), glyph.shape), letters));
        }
        cell.right = glyph.end;
        at += 1;
    }
    close(line, cell)
}

/// True for a small capital behind a large one of the same word: `R` and `EFERENCES`, which some programs set apart.
fn is_small_capital(before: &Glyph, glyph: &Glyph, gap: f32) -> bool {
    let capital = |g: &Glyph| {
        g.text.chars().all(|c| c.is_uppercase() || c == '.') && !g.text.trim().is_empty()
    };
    capital(before)
        && capital(glyph)
        && glyph.size < 0.92 * before.size
        && (glyph.y - before.y).abs() < 0.12 * before.size
        && gap < 0.4 * before.size
}

/// Adds the last cell to a line.
fn close(mut line: Line, mut cell: Cell) -> Option<Line> {
    cell.text.truncate(cell.text.trim_end().len());
    for cell in line.cells.iter_mut().chain(std::iter::once(&mut cell)) {
        cell.text = as_read(&cell.text);
    }
    // A sign before the first word that no font names is a bullet.
    if line.cells.is_empty() && cell.text.starts_with("\u{FFFD} ") {
        cell.text.replace_range(.."\u{FFFD}".len(), "•");
    }
    if !cell.text.is_empty() {
        line.cells.push(cell);
    }
    (!line.cells.is_empty() || !line.marks.is_empty()).then_some(line)
}

fn push_space(text: &mut String) {
    if !text.is_empty() && !text.ends_with(' ') {
        text.push(' ');
    }
}

/// How many letters or figures a sign stands for.
fn letters_in(sign: char) -> usize {
    match sign {
        'ﬃ' | 'ﬄ' => 3,
        'ﬀ' | 'ﬁ' | 'ﬂ' | 'ﬅ' | 'ﬆ' => 2,
        c => usize::from(c.is_alphanumeric()),
    }
}

/// One sign for what a glyph stands for: the shape of several letters is not that of the first.
fn sign(text: &str) -> char {
    const SEVERAL: char = '\u{E000}';
    let mut signs = text.chars();
    match (text, signs.next(), signs.next()) {
        ("ff", ..) => 'ﬀ',
        ("fi", ..) => 'ﬁ',
        ("fl", ..) => 'ﬂ',
        ("ffi", ..) => 'ﬃ',
        ("ffl", ..) => 'ﬄ',
        (_, Some(one), None) => one,
        _ => SEVERAL,
    }
}

/// True when two glyphs stand over each other, as an accent and its letter do.
fn overlaps(a: &Glyph, b: &Glyph) -> bool {
    let shared = a.end.min(b.end) - a.x.max(b.x);
    shared > 0.5 * (a.end - a.x).min(b.end - b.x)
}

/// The accent that is put over a letter for one that stands by itself.
fn combining(accent: char) -> Option<char> {
    Some(match accent {
        '`' | 'ˋ' => '\u{300}',
        '´' | 'ˊ' => '\u{301}',
        'ˆ' | '^' => '\u{302}',
        '˜' | '~' => '\u{303}',
        '¯' => '\u{304}',
        '˘' => '\u{306}',
        '˙' => '\u{307}',
        '¨' => '\u{308}',
        '˚' => '\u{30A}',
        '˝' => '\u{30B}',
        'ˇ' => '\u{30C}',
        '¸' => '\u{327}',
        '˛' => '\u{328}',
        _ => return None,
    })
}

/// Makes one of an accent and a letter that stand over each other, whichever was drawn first.
fn compose(text: &mut String, next: char) -> bool {
    let Some(last) = text.chars().next_back() else {
        return false;
    };
    let plain = |c: char| if c == 'ı' { 'i' } else { c };
    let (letter, accent) = match (combining(last), combining(next)) {
        (Some(accent), None) if next.is_alphabetic() => (plain(next), accent),
        (None, Some(accent)) if last.is_alphabetic() => (plain(last), accent),
        _ => return false,
    };
    let Some(one) = unicode_normalization::char::compose(letter, accent) else {
        return false;
    };
    text.pop();
    text.push(one);
    true
}

/// Adds what a glyph stands for, ligatures as letters; `over` tells that it stands over the last.
fn push_text(text: &mut String, glyph: &str, over: bool) {
    for c in glyph.chars() {
        if over && compose(text, c) {
            continue;
        }
        match c {
            'ﬀ' => text.push_str("ff"),
            'ﬁ' => text.push_str("fi"),
            'ﬂ' => text.push_str("fl"),
            'ﬃ' => text.push_str("ffi"),
            'ﬄ' => text.push_str("ffl"),
            'ﬅ' | 'ﬆ' => text.push_str("st"),
            '\u{2}' | '\u{AD}' => text.push('-'),
            '\u{A0}' => push_space(text),
            c if c.is_control() => {}
            c => text.push(c),
        }
    }
}

/// True when raised signs after `before` point to a footnote or a reference, and are no exponent.
fn is_mark(before: &str, raised: &str) -> bool {
    if raised.is_empty() {
        return false;
    }
    // A sign that no font names is a star or a cross where it is raised.
    let symbols = |c: char| "*†‡§¶#‖∗⁎\u{FFFD}".contains(c);
    let list = |c: char| matches!(c, ',' | '-' | '–' | ' ' | ';' | '[' | ']' | '(' | ')');
    if raised.chars().all(|c| symbols(c) || list(c)) {
        return raised.chars().any(symbols);
    }
    let before = before.trim_end();
    let word: usize = before.chars().rev().take_while(|c| c.is_alphabetic()).count();
    let after_words = before.is_empty()
        || word >= 3
        || (word > 0 && before.chars().rev().take(word).any(|c| "aeiou".contains(c)) && word >= 2)
        || before.ends_with(['.', ',', ';', ':', ')', ']', '”', '’', '"', '\'', '?', '!']);
    let numbers = raised.chars().all(|c| c.is_ascii_digit() || list(c) || symbols(c));
    if numbers {
        return after_words && raised.chars().any(|c| c.is_ascii_digit());
    }
    // Letters as marks stand alone or in lists: `a`, `a,b`.
    let mut parts = raised.split(|c: char| list(c) || symbols(c)).filter(|p| !p.is_empty());
    after_words
        && !before.is_empty()
        && parts.all(|p| {
            p.chars().count() == 1 && p.chars().all(|c| c.is_ascii_lowercase())
                || p.chars().all(|c| c.is_ascii_digit())
        })
}

fn same(a: f32, b: f32) -> bool {
    (a - b).abs() < 0.06 * b.max(0.1)
}

/// The size of most letters.
fn main_size(glyphs: &[&Glyph]) -> f32 {
    let mut sizes: Vec<(f32, usize)> = Vec::new();
    for glyph in glyphs.iter().filter(|g| !g.text.trim().is_empty()) {
        match sizes.iter_mut().find(|(s, _)| same(glyph.size, *s)) {
            Some((_, n)) => *n += 1,
            None => sizes.push((glyph.size, 1)),
        }
    }
    // Of equally frequent sizes the larger one.
    let best = sizes.into_iter().max_by(|a, b| a.1.cmp(&b.1).then(a.0.total_cmp(&b.0)));
    best.map_or(1.0, |(s, _)| s)
}

fn middle(values: impl Iterator<Item = f32>) -> f32 {
    let mut values: Vec<f32> = values.collect();
    values.sort_by(f32::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
}
