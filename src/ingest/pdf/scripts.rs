//! Scripts that are not set from left to right: glyphs in the order in which they are seen, text in that in which it is read.
//!
//! ```text
//! תיב הז     as it is drawn, from the left       זה בית       as it is read
//! ```
//! Programs draw a line of Hebrew or Arabic from either end. Its glyphs are brought into one order, from left to right,
//! and its text is then turned; figures and Latin words in it stand as they are. A page whose columns run from top to
//! bottom is turned as a whole, so that its columns are lines.

use super::glyphs::Glyph;

/// The glyphs of a page, each line of Hebrew or Arabic from left to right, vertical columns as lines.
pub(super) fn in_view(mut glyphs: Vec<Glyph>) -> Vec<Glyph> {
    if is_vertical(&glyphs) {
        lay_down(&mut glyphs);
        return glyphs;
    }
    if !glyphs.iter().any(|g| g.text.contains(is_right_to_left)) {
        return glyphs;
    }
    let mut start = 0;
    while start < glyphs.len() {
        let mut end = start + 1;
        while end < glyphs.len() && level(&glyphs[end - 1], &glyphs[end]) {
            end += 1;
        }
        let line = &mut glyphs[start..end];
        if line.iter().any(|g| g.text.contains(is_right_to_left)) {
            line.sort_by(|a, b| a.x.total_cmp(&b.x));
            for glyph in line.iter_mut().filter(|g| g.text.contains(is_right_to_left)) {
                // A glyph of several letters has them in the order of reading.
                glyph.text = turned(&glyph.text);
            }
        }
        start = end;
    }
    glyphs
}

/// True for two glyphs on one baseline.
fn level(a: &Glyph, b: &Glyph) -> bool {
    a.turned == b.turned
        && a.artifact == b.artifact
        && (a.y - b.y).abs() < 0.22 * a.size.max(b.size)
}

/// True for Hebrew, Arabic and their likes.
pub(super) const fn is_right_to_left(c: char) -> bool {
    matches!(
        c,
        '\u{590}'..='\u{8FF}' | '\u{FB1D}'..='\u{FDFF}' | '\u{FE70}'..='\u{FEFC}' | '\u{10800}'..='\u{10FFF}' | '\u{1E800}'..='\u{1EFFF}'
    ) && !is_figure(c)
}

/// Figures are written from left to right in all scripts.
const fn is_figure(c: char) -> bool {
    matches!(c, '0'..='9' | '\u{660}'..='\u{669}' | '\u{6F0}'..='\u{6F9}')
}

/// A line's text as it is read, of which the signs stand as they are seen.
pub(super) fn as_read(seen: &str) -> String {
    if !seen.contains(is_right_to_left) {
        return seen.to_owned();
    }
    let right = seen.chars().filter(|c| is_right_to_left(*c)).count();
    let left = seen.chars().filter(|c| is_left_to_right(*c)).count();
    let signs: Vec<char> = seen.chars().collect();
    let mut out = String::with_capacity(seen.len());
    if right >= left {
        // The line begins at the right; what reads from the left is turned back.
        let reversed: Vec<char> = signs.into_iter().rev().map(mirrored).collect();
        for part in runs(&reversed, is_left_to_right) {
            match part {
                (run, true) => out.extend(run.iter().rev().map(|c| mirrored(*c))),
                (run, false) => out.extend(run),
            }
        }
    } else {
        for part in runs(&signs, is_right_to_left) {
            match part {
                (run, true) => out.extend(run.iter().rev().map(|c| mirrored(*c))),
                (run, false) => out.extend(run),
            }
        }
    }
    marks_behind(&out)
}

fn is_left_to_right(c: char) -> bool {
    is_figure(c) || c.is_alphabetic() && !is_right_to_left(c) && !is_mark(c)
}

/// Stretches that begin and end with signs of a kind and have none of the other in them, and what lies between.
fn runs(signs: &[char], of: fn(char) -> bool) -> Vec<(&[char], bool)> {
    let other = |c: char| !of(c) && (is_right_to_left(c) || is_left_to_right(c));
    let mut out = Vec::new();
    let mut at = 0;
    while at < signs.len() {
        if of(signs[at]) {
            let reach = signs[at..].iter().position(|c| other(*c)).map_or(signs.len(), |n| at + n);
            let last = signs[at..reach].iter().rposition(|c| of(*c)).unwrap_or(0);
            out.push((&signs[at..=at + last], true));
            at += last + 1;
        } else {
            let end = signs[at..].iter().position(|c| of(*c)).map_or(signs.len(), |n| at + n);
            out.push((&signs[at..end], false));
            at = end;
        }
    }
    out
}

/// Marks behind the letters that they belong to.
fn marks_behind(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut waiting = String::new();
    for c in text.chars() {
        if is_mark(c) {
            waiting.push(c);
        } else {
            out.push(c);
            out.push_str(&std::mem::take(&mut waiting));
        }
    }
    out + &waiting
}

/// Points and signs above and below the letters of Hebrew and Arabic.
const fn is_mark(c: char) -> bool {
    matches!(c, '\u{591}'..='\u{5BD}' | '\u{5BF}' | '\u{5C1}' | '\u{5C2}' | '\u{610}'..='\u{61A}' | '\u{64B}'..='\u{65F}' | '\u{670}')
}

fn turned(text: &str) -> String {
    text.chars().rev().collect()
}

/// A bracket as it looks from the other side.
const fn mirrored(c: char) -> char {
    match c {
        '(' => ')',
        ')' => '(',
        '[' => ']',
        ']' => '[',
        '{' => '}',
        '}' => '{',
        '<' => '>',
        '>' => '<',
        '«' => '»',
        '»' => '«',
        other => other,
    }
}

/// True where most signs of Chinese or Japanese stand right below the one before.
fn is_vertical(glyphs: &[Glyph]) -> bool {
    let sign = |g: &Glyph| {
        g.text.chars().all(|c| matches!(c, '\u{3000}'..='\u{30FF}' | '\u{3400}'..='\u{9FFF}' | '\u{FF00}'..='\u{FF65}'))
            && !g.text.trim().is_empty()
    };
    let pairs = glyphs.windows(2).filter(|two| two.iter().all(sign));
    let (mut all, mut below) = (0_usize, 0_usize);
    for two in pairs {
        let em = two[0].size.max(1.0);
        let (across, down) = ((two[1].x - two[0].x).abs() / em, (two[1].y - two[0].y) / em);
        all += 1;
        below += usize::from(two[1].turned == 0 && across < 0.3 && (0.5..1.8).contains(&down));
    }
    all >= 10 && below * 10 >= all * 7
}

/// Makes lines of columns: what was down is across, the column at the right comes first.
fn lay_down(glyphs: &mut [Glyph]) {
    let right = glyphs.iter().map(|g| g.x).fold(f32::MIN, f32::max);
    for glyph in glyphs {
        let (x, y) = (glyph.y, right - glyph.x);
        (glyph.x, glyph.y, glyph.end) = (x, y, x + glyph.size);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_read_from_their_beginning() {
        for (seen, read) in [
            ("תיב הז", "זה בית"),
            (".2019 תנשב (P7) הרמא", "אמרה (P7) בשנת 2019."),
            ("The word תיב is old", "The word בית is old"),
            ("تيبلا يف ياش", "شاي في البيت"),
            ("plain text (so)", "plain text (so)"),
        ] {
            assert_eq!(as_read(seen), read);
        }
    }

    fn glyph(text: &str, x: f32, y: f32) -> Glyph {
        let text = text.to_owned();
        Glyph { text, x, y, end: x + 10.0, size: 10.0, shape: 0, turned: 0, artifact: false }
    }

    fn seen(glyphs: Vec<Glyph>) -> String {
        super::super::lines::lines(&in_view(glyphs)).iter().map(|line| line.text() + "|").collect()
    }

    #[test]
    fn glyphs_drawn_from_either_end_are_one_line() {
        let letters = ["ז", "ה", " ", "ב", "י", "ת"];
        let at = |i: usize| 100.0 - 10.0 * f32::from(u8::try_from(i).unwrap_or_default());
        let logical: Vec<Glyph> =
            letters.iter().enumerate().map(|(i, l)| glyph(l, at(i), 50.0)).collect();
        let mut visual = logical.clone();
        visual.reverse();
        assert_eq!(seen(logical), "זה בית|");
        assert_eq!(seen(visual), "זה בית|");
    }

    #[test]
    fn columns_of_a_vertical_page_are_lines() {
        let column = |x: f32, text: &str| -> Vec<Glyph> {
            let signs = text.chars().zip(1_u8..);
            signs.map(|(c, n)| glyph(&c.to_string(), x, 10.0 * f32::from(n))).collect()
        };
        let page =
            [column(300.0, "今日はいい天気です。"), column(280.0, "お茶を飲みました。")].concat();
        assert_eq!(seen(page), "今日はいい天気です。|お茶を飲みました。|");
    }
}
