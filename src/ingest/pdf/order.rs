//! The order in which the lines of a page are read.
//!
//! Nearly every program writes lines as they are read, columns included; that order knows more
//! than places on a page do. Only where it jumps upwards again and again, or where it goes
//! from column to column with each line, are the lines put in order by their places.

use super::lines::{Cell, Line};

/// Letters of a line that is more than a cell of a table.
const LONG: usize = 18;

/// Puts the lines of a page into reading order.
pub(super) fn in_order(lines: Vec<Line>) -> Vec<Line> {
    let gutter = shared_gutter(&lines);
    let lines = match gutter {
        Some(x) => split_at(lines, x),
        None => lines,
    };
    if gutter.is_some() || jumps(&lines) || goes_to_and_fro(&lines) {
        by_place(lines, 0)
    } else {
        lines
    }
}

fn overlap(a: &Line, b: &Line) -> f32 {
    let shared = a.right().min(b.right()) - a.left().max(b.left());
    shared / (a.right() - a.left()).min(b.right() - b.left()).max(1.0)
}

/// True when many lines stand above the line before them, in the same column.
fn jumps(lines: &[Line]) -> bool {
    let level: Vec<&Line> = lines.iter().filter(|l| l.turned == 0).collect();
    let up = |p: &&[&Line]| p[1].y < p[0].y - 0.5 * p[0].size && overlap(p[0], p[1]) > 0.5;
    let count = level.windows(2).filter(up).count();
    count >= 5 && count * 6 > level.len()
}

/// True when most lines come in pairs of the same height, each in a column of its own.
fn goes_to_and_fro(lines: &[Line]) -> bool {
    let beside = |p: &&[Line]| {
        p.iter().all(|l| l.turned == 0 && l.shapes.len() >= LONG)
            && p[0].beside(&p[1])
            && overlap(&p[0], &p[1]) <= 0.0
    };
    let pairs = lines.windows(2).filter(beside).count();
    pairs >= 8 && pairs * 5 > lines.len() * 2
}

/// The middle of the gap between columns, where most lines run across one.
fn shared_gutter(lines: &[Line]) -> Option<f32> {
    let long = |c: &Cell| c.text.chars().count() >= LONG;
    let gaps: Vec<(f32, f32)> = lines
        .iter()
        .filter(|l| l.turned == 0 && l.cells.len() == 2 && l.cells.iter().all(long))
        .map(|l| (l.cells[0].right, l.cells[1].left))
        .collect();
    if gaps.len() < 8 || gaps.len() * 5 < lines.len() * 2 {
        return None;
    }
    let left = gaps.iter().map(|g| g.0).fold(f32::MIN, f32::max);
    let right = gaps.iter().map(|g| g.1).fold(f32::MAX, f32::min);
    (left < right).then_some(f32::midpoint(left, right))
}

fn split_at(lines: Vec<Line>, x: f32) -> Vec<Line> {
    let mut out = Vec::with_capacity(lines.len() * 2);
    for mut line in lines {
        let right: Vec<Cell> = line.cells.iter().filter(|c| c.left > x).cloned().collect();
        if right.is_empty() || right.len() == line.cells.len() {
            out.push(line);
            continue;
        }
        line.cells.retain(|c| c.left <= x);
        let letters = |cells: &[Cell]| {
            cells.iter().flat_map(|c| c.text.chars()).filter(|c| c.is_alphanumeric()).count()
        };
        let at = letters(&line.cells).min(line.shapes.len());
        let shapes = line.shapes.split_off(at);
        out.push(line.clone());
        out.push(Line { cells: right, shapes, marks: Vec::new(), ..line });
    }
    out
}

/// Lines by their places: columns from left to right between lines that cross them.
fn by_place(mut lines: Vec<Line>, depth: usize) -> Vec<Line> {
    lines.sort_by(|a, b| {
        (a.turned.cmp(&b.turned)).then(a.y.total_cmp(&b.y)).then(a.left().total_cmp(&b.left()))
    });
    let Some(x) = gutter(&lines).filter(|_| depth < 6) else {
        return lines;
    };
    let mut out = Vec::with_capacity(lines.len());
    let (mut left, mut right) = (Vec::new(), Vec::new());
    for line in lines {
        if line.right() <= x {
            left.push(line);
        } else if line.left() >= x {
            right.push(line);
        } else {
            out.extend(by_place(std::mem::take(&mut left), depth + 1));
            out.extend(by_place(std::mem::take(&mut right), depth + 1));
            out.push(line);
        }
    }
    out.extend(by_place(left, depth + 1));
    out.extend(by_place(right, depth + 1));
    out
}

/// A place between two columns that few lines cross.
fn gutter(lines: &[Line]) -> Option<f32> {
    let level: Vec<&Line> = lines.iter().filter(|l| l.turned == 0).collect();
    if level.len() < 8 {
        return None;
    }
    let mut best: Option<(usize, f32)> = None;
    for x in level.iter().map(|l| l.left() - 2.0) {
        let crossing = level.iter().filter(|l| l.left() < x && l.right() > x).count();
        let left = level.iter().filter(|l| l.right() <= x).count();
        let right = level.iter().filter(|l| l.left() >= x).count();
        if left * 5 < level.len() || right * 5 < level.len() || crossing * 5 > level.len() {
            continue;
        }
        if best.is_none_or(|(least, _)| crossing < least) {
            best = Some((crossing, x));
        }
    }
    best.map(|(_, x)| x)
}
