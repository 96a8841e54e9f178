//! Lines in their columns: where each begins and ends beside the others, and how it is set.

use std::collections::HashMap;
use std::sync::LazyLock;

use regex::Regex;

use super::glyphs::Shapes;
use super::lines::Line;
use super::style::{Body, Style};

pub(super) fn regex(pattern: &str) -> Regex {
    Regex::new(pattern).expect("patterns of the program are valid")
}

pub(super) static BULLET: LazyLock<Regex> =
    LazyLock::new(|| regex(r"^(?:[•‣◦▪●○∙·⁃►\u{FFFD}\u{F0B7}\u{F0A7}]|[–—-]\s)\s*\S"));
pub(super) static ITEM: LazyLock<Regex> =
    LazyLock::new(|| regex(r"^(?:\(?(?:\d{1,3}|[a-z]|[ivx]{1,4})[.)]|\[\d{1,3}\])\s+\S"));
pub(super) static NUMBERED: LazyLock<Regex> =
    LazyLock::new(|| regex(r"^(\d{1,2}(?:\.\d{1,2}){0,4})\.?\s+\p{Lu}"));
pub(super) static LABEL: LazyLock<Regex> = LazyLock::new(|| {
    regex(r"^(?:\[?\d{1,2}:\d{2}(?::\d{2})?\]?\s+)?(\p{Lu}[\p{L}\p{N} .’'_-]{0,40}?)\s?:(?:\s|$)")
});

/// A line in its place.
pub(super) struct Placed<'a> {
    pub(super) line: &'a Line,
    pub(super) text: String,
    pub(super) page: usize,
    pub(super) style: Style,
    /// The left and right edge of its column.
    pub(super) left: f32,
    pub(super) right: f32,
    /// True where first lines stand out to the left, as in lists of references.
    pub(super) hanging: bool,
}

impl Placed<'_> {
    pub(super) fn em(&self) -> f32 {
        self.line.size
    }

    /// True when it begins to the right of its column's edge.
    pub(super) fn indented(&self) -> bool {
        self.line.left() > self.left + 0.7 * self.em()
    }

    pub(super) fn outdented(&self) -> bool {
        self.line.left() < self.left - 0.4 * self.em()
    }

    /// True when it ends at the right edge of its column.
    pub(super) fn full(&self) -> bool {
        self.line.right() > self.right - (0.06 * (self.right - self.left)).max(1.5 * self.em())
    }

    /// True when words of usual length would have fitted behind it.
    pub(super) fn short(&self) -> bool {
        self.line.right() < self.right - 0.15 * (self.right - self.left)
    }

    pub(super) fn wide(&self) -> bool {
        self.line.right() - self.line.left() > 0.5 * (self.right - self.left)
    }

    /// True when `next` stands below in the same column.
    pub(super) fn above(&self, next: &Self) -> bool {
        self.page == next.page
            && self.line.turned == next.line.turned
            && next.line.y > self.line.y + 0.3 * self.em()
            && next.line.left() < self.line.right().max(self.right)
            && next.line.right() > self.line.left()
    }

    pub(super) fn same_size(&self, other: &Self) -> bool {
        (self.style.size - other.style.size).abs() < 0.06
    }

    pub(super) fn same_style(&self, other: &Self) -> bool {
        self.same_size(other)
            && self.style.other == other.style.other
            && (0.78..1.28).contains(&(self.style.ink / other.style.ink.max(0.01)))
    }

    pub(super) fn is_body(&self) -> bool {
        (self.style.size - 1.0).abs() < 0.06
    }
}

/// All lines with their styles and the edges of their columns.
pub(super) fn placed<'a>(pages: &[Vec<&'a Line>], body: &Body, shapes: &Shapes) -> Vec<Placed<'a>> {
    let mut out: Vec<Placed<'a>> = Vec::new();
    for (page, lines) in pages.iter().enumerate() {
        let columns = columns(lines);
        out.extend(lines.iter().zip(columns).map(|(line, (left, right))| Placed {
            line,
            text: line.text(),
            page,
            style: body.style(line, shapes),
            left,
            right,
            hanging: false,
        }));
    }
    out
}

/// For each line of a page the left and right edge of its column.
fn columns(lines: &[&Line]) -> Vec<(f32, f32)> {
    let mut lefts: Vec<(f32, f32)> = lines
        .iter()
        .filter(|l| l.turned == 0 && l.shapes.len() >= 8)
        .map(|l| (l.left(), l.right()))
        .collect();
    lefts.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut clusters: Vec<Vec<(f32, f32)>> = Vec::new();
    for place in lefts {
        match clusters.last_mut() {
            Some(cluster)
                if cluster.last().is_some_and(|l| place.0 - l.0 < 34.0)
                    && place.0 - cluster[0].0 < 110.0 =>
            {
                cluster.push(place);
            }
            _ => clusters.push(vec![place]),
        }
    }
    let edges: Vec<(f32, f32, f32, f32)> = clusters
        .iter()
        .map(|c| {
            let left = frequent(c.iter().map(|p| p.0));
            let rights = || c.iter().map(|p| p.1);
            let often = frequent(rights());
            let count = rights().filter(|r| (r - often).abs() < 2.5).count();
            let mut sorted: Vec<f32> = rights().collect();
            sorted.sort_by(f32::total_cmp);
            let far = sorted[(sorted.len() * 9 / 10).min(sorted.len() - 1)];
            let right = if count * 4 >= c.len() { often } else { far };
            (c[0].0, c[c.len() - 1].0, left, right)
        })
        .collect();
    lines
        .iter()
        .map(|line| {
            let inside = |e: &&(f32, f32, f32, f32)| {
                line.turned == 0 && line.left() >= e.0 - 1.0 && line.left() <= e.1 + 34.0
            };
            // A line wider than its column is measured by itself.
            match edges.iter().rfind(inside) {
                Some(e) if line.right() <= e.3 + 12.0 => (e.2, e.3),
                Some(e) => (e.2.min(line.left()), line.right()),
                None => (line.left(), line.right()),
            }
        })
        .collect()
}

/// The most frequent of some places, a point or two apart counting as one; the first of equals.
fn frequent(values: impl Iterator<Item = f32>) -> f32 {
    let mut values: Vec<f32> = values.collect();
    values.sort_by(f32::total_cmp);
    let near = |v: f32| values.iter().filter(|o| (**o - v).abs() < 1.6).count();
    let mut best = (0, 0.0);
    for value in &values {
        let count = near(*value);
        if count > best.0 {
            best = (count, *value);
        }
    }
    best.1
}

/// Labels of speakers: what stands before a colon at the beginning of three lines or more.
pub(super) fn repeated_labels(lines: &[Placed<'_>]) -> HashMap<String, usize> {
    let mut labels: HashMap<String, usize> = HashMap::new();
    for line in lines {
        if let Some(found) = LABEL.captures(&line.text) {
            *labels.entry(found[1].to_owned()).or_default() += 1;
        }
    }
    labels.retain(|_, count| *count >= 3);
    labels
}

pub(super) fn ends_sentence(text: &str) -> bool {
    text.trim_end_matches(['”', '’', '"', '\'', ')', ']', '»', ' '])
        .ends_with(['.', '!', '?', '…', ':'])
}
