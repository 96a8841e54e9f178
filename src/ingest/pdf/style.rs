//! How lines are set: what of a file is body text, and which lines are larger, bolder or in another font.

use std::collections::HashMap;

use super::glyphs::Shapes;
use super::lines::Line;

/// How a line is set, beside the body text of its file.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Style {
    /// Its size in sizes of the body.
    pub size: f32,
    /// The ink of its letters beside that of the same letters in the body.
    pub ink: f32,
    /// True if that is so much more that it is bold.
    pub bold: bool,
    /// True if its letters are of another font than the body's: italic, bold, or a sans serif.
    pub other: bool,
    /// Letters and figures at its beginning that are set otherwise than the rest: a heading that runs in.
    pub run_in: usize,
    /// True if those are bold.
    pub bold_run_in: bool,
}

/// The body text of a file.
pub(super) struct Body {
    /// The size of most letters.
    pub size: f32,
    /// From baseline to baseline, mostly.
    pub leading: f32,
    /// For each letter, its shape in the body's font.
    shapes: HashMap<char, u32>,
}

/// How much more ink makes bold.
const BOLD: f32 = 1.17;

impl Body {
    /// Finds the body text among all lines of a file.
    pub(super) fn of(pages: &[Vec<Line>]) -> Self {
        let mut sizes: Vec<(i32, usize)> = Vec::new();
        for line in pages.iter().flatten() {
            let size = tenths(line.size);
            let letters = line.shapes.len();
            match sizes.binary_search_by_key(&size, |(s, _)| *s) {
                Ok(i) => sizes[i].1 += letters,
                Err(i) => sizes.insert(i, (size, letters)),
            }
        }
        let most = sizes.iter().max_by_key(|(_, letters)| *letters).map_or(100, |(s, _)| *s);
        #[expect(clippy::cast_precision_loss, reason = "sizes are small")]
        let size = most as f32 / 10.0;
        let in_body = |l: &&Line| (l.size - size).abs() < 0.05 * size;
        let mut counts: HashMap<(char, u32), usize> = HashMap::new();
        for line in pages.iter().flatten().filter(in_body) {
            for shape in &line.shapes {
                *counts.entry(*shape).or_default() += 1;
            }
        }
        let mut best: Vec<((char, u32), usize)> = counts.into_iter().collect();
        best.sort_unstable_by_key(|((c, shape), n)| (*c, *n, std::cmp::Reverse(*shape)));
        // The last of a letter is the most frequent.
        let shapes = best.into_iter().map(|((c, shape), _)| (c, shape)).collect();
        let mut steps: Vec<(i32, usize)> = Vec::new();
        for page in pages {
            for pair in page.windows(2).filter(|p| p.iter().all(|l| in_body(&l))) {
                let step = pair[1].y - pair[0].y;
                if !(0.5 * size..4.0 * size).contains(&step) {
                    continue;
                }
                // Halves of a point.
                let step = tenths(step * 0.2);
                match steps.binary_search_by_key(&step, |(s, _)| *s) {
                    Ok(i) => steps[i].1 += 1,
                    Err(i) => steps.insert(i, (step, 1)),
                }
            }
        }
        let step = steps.iter().max_by_key(|(_, n)| *n).map(|(s, _)| *s);
        #[expect(clippy::cast_precision_loss, reason = "steps are small")]
        let leading = step.map_or(1.2 * size, |s| s as f32 / 2.0);
        Self { size, leading, shapes }
    }

    /// How a line is set.
    pub(super) fn style(&self, line: &Line, shapes: &Shapes) -> Style {
        let kinds: Vec<(bool, f32, f32)> = line
            .shapes
            .iter()
            // A number before a heading may be set like the text.
            .skip_while(|(c, _)| c.is_numeric())
            .map(|(c, shape)| match self.shapes.get(c) {
                Some(body) => (body != shape, shapes.ink(*shape), shapes.ink(*body)),
                None => (true, 0.0, 0.0),
            })
            .collect();
        let end = &kinds[kinds.len().saturating_sub(4)..];
        let foreign_to_the_end = end.iter().filter(|k| !k.0).count() < 2;
        let bold = is_bold(&kinds) && foreign_to_the_end;
        let foreign = kinds.iter().filter(|k| k.0).count();
        let lead = kinds.iter().take_while(|k| k.0).count();
        let run_in = lead >= 3 && lead + 8 < kinds.len() && !bold;
        let numbers = line.shapes.iter().take_while(|(c, _)| c.is_numeric()).count();
        Style {
            size: line.size / self.size,
            ink: ink_of(&kinds),
            bold,
            other: foreign * 10 >= kinds.len() * 8 && !kinds.is_empty() && foreign_to_the_end,
            run_in: if run_in { numbers + lead } else { 0 },
            bold_run_in: run_in && is_bold(&kinds[..lead]),
        }
    }
}

fn ink_of(kinds: &[(bool, f32, f32)]) -> f32 {
    let (ink, body) = kinds.iter().fold((0.0, 0.0), |(a, b), k| (a + k.1, b + k.2));
    if body > 0.0 { ink / body } else { 1.0 }
}

fn is_bold(kinds: &[(bool, f32, f32)]) -> bool {
    let foreign = kinds.iter().filter(|k| k.0).count();
    foreign * 10 >= kinds.len() * 7 && !kinds.is_empty() && ink_of(kinds) > BOLD
}

/// A length in tenths of a point.
#[expect(clippy::cast_possible_truncation, reason = "lengths on a page are small")]
fn tenths(length: f32) -> i32 {
    (length * 10.0).round() as i32
}
