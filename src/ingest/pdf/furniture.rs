//! What belongs to the page and not to the text: running heads and feet, page numbers, numbers in
//! the margin. They are known by their places, which stay the same from page to page.

use std::collections::HashMap;

use super::lines::Line;

/// The reason why a line is no text.
pub(super) type Reason = Option<&'static str>;

/// What was found on the edges of pages.
pub(super) struct Furniture {
    /// For each page and line, the reason why it is no text.
    pub reasons: Vec<Vec<Reason>>,
    /// The number printed on the first page, where pages are numbered on.
    pub first_page: Option<u32>,
}

/// A line at the edge of a page.
struct Edge {
    page: usize,
    line: usize,
    y: f32,
    skeleton: String,
}

/// Finds the furniture of all pages.
pub(super) fn furniture(pages: &[Vec<Line>]) -> Furniture {
    let mut reasons: Vec<Vec<Reason>> = pages.iter().map(|p| vec![None; p.len()]).collect();
    let edges: Vec<Edge> =
        pages.iter().enumerate().flat_map(|(n, page)| edges_of(n, page)).collect();
    let mut groups: HashMap<&str, Vec<&Edge>> = HashMap::new();
    for edge in &edges {
        groups.entry(&edge.skeleton).or_default().push(edge);
    }
    let mut groups: Vec<(&str, Vec<&Edge>)> = groups.into_iter().collect();
    groups.sort_unstable_by_key(|(skeleton, _)| *skeleton);
    for (skeleton, group) in groups {
        for edge in &group {
            let level = |e: &&&Edge| (e.y - edge.y).abs() < 6.0;
            let mut on: Vec<usize> = group.iter().filter(level).map(|e| e.page).collect();
            on.dedup();
            let enough = on.len() >= 3 || (on.len() == 2 && pages.len() <= 8);
            let letters = skeleton.chars().filter(|c| c.is_alphabetic()).count();
            let numbered = letters > 0 || runs_on(pages, edge, &group);
            if enough && numbered {
                reasons[edge.page][edge.line] =
                    Some(if letters <= 6 { "page number" } else { "running head" });
            }
        }
    }
    for (n, page) in pages.iter().enumerate() {
        let tagged = page.iter().filter(|l| l.artifact).count();
        for (i, line) in page.iter().enumerate() {
            // Where a whole page is tagged so, the tags say nothing.
            if line.artifact && tagged * 2 < page.len() && reasons[n][i].is_none() {
                reasons[n][i] = Some("running head");
            }
        }
    }
    for (page, reasons) in pages.iter().zip(&mut reasons) {
        keep_text(page, reasons);
    }
    beside_the_text(pages, &mut reasons);
    let first_page = first_page(pages, &reasons);
    let last_rows = last_page_numbers(pages, &reasons, first_page);
    for (page, line) in last_rows {
        reasons[page][line] = Some("page number");
    }
    for (page, lines) in pages.iter().enumerate() {
        for line in margin_numbers(lines) {
            reasons[page][line] = Some("number in the margin");
        }
    }
    Furniture { reasons, first_page }
}

/// Heads and feet stand apart from the text: lines that are nearer to it than lines are to each
/// other belong to it, as where forms or guides say the same on every page.
fn keep_text(page: &[Line], reasons: &mut [Reason]) {
    let rows = rows_of(page);
    let head = |row: &Vec<usize>, reasons: &[Reason]| {
        row.iter().all(|i| reasons[*i] == Some("running head"))
    };
    let step = |a: &Vec<usize>, b: &Vec<usize>| (page[b[0]].y - page[a[0]].y).abs();
    let steps = rows.windows(2).map(|pair| step(&pair[0], &pair[1]));
    let mut steps: Vec<f32> = steps.collect();
    steps.sort_by(f32::total_cmp);
    let usual = steps.get(steps.len() / 2).copied().unwrap_or_default();
    let long = |row: &Vec<usize>| row.len() == 1 && page[row[0]].shapes.len() >= 40;
    let mut check = |rows: &mut dyn Iterator<Item = &Vec<usize>>| {
        let mut last: Vec<&Vec<usize>> = Vec::new();
        for row in rows {
            if head(row, reasons) {
                last.push(row);
                continue;
            }
            if let Some(nearest) = last.last()
                && step(nearest, row) < 1.15 * usual
                && last.iter().all(|row| long(row))
            {
                for i in last.iter().copied().flatten() {
                    reasons[*i] = None;
                }
            }
            return;
        }
    };
    check(&mut rows.iter());
    check(&mut rows.iter().rev());
}

/// Turned lines that stand beside the text of several pages.
fn beside_the_text(pages: &[Vec<Line>], reasons: &mut [Vec<Reason>]) {
    let turned = || {
        pages.iter().enumerate().flat_map(|(n, page)| {
            page.iter().enumerate().filter(|(_, l)| l.turned != 0).map(move |(i, l)| (n, i, l))
        })
    };
    let mut on: HashMap<String, Vec<usize>> = HashMap::new();
    for (page, _, line) in turned() {
        let pages = on.entry(skeleton(&line.text())).or_default();
        if pages.last() != Some(&page) {
            pages.push(page);
        }
    }
    for (page, i, line) in turned() {
        let pages_with = on.get(&skeleton(&line.text())).map_or(0, Vec::len);
        let few = pages[page].iter().filter(|l| l.turned != 0).count() * 2 < pages[page].len();
        if pages_with >= 2 && few && reasons[page][i].is_none() {
            reasons[page][i] = Some("text beside the page");
        }
    }
}

/// The rows of a page, from the uppermost to the lowest: lines of one height.
fn rows_of(page: &[Line]) -> Vec<Vec<usize>> {
    let mut level: Vec<usize> = (0..page.len()).filter(|i| page[*i].turned == 0).collect();
    level.sort_by(|a, b| page[*a].y.total_cmp(&page[*b].y));
    let mut rows: Vec<Vec<usize>> = Vec::new();
    for i in level {
        match rows.last_mut() {
            Some(row) if page[row[0]].beside(&page[i]) => row.push(i),
            _ => rows.push(vec![i]),
        }
    }
    rows
}

/// The three uppermost and the three lowest rows of a page.
fn edges_of(n: usize, page: &[Line]) -> Vec<Edge> {
    let rows = rows_of(page);
    let count = rows.len();
    let at_edge = |r: usize| r < 3 || r + 3 >= count;
    let rows = rows.into_iter().enumerate().filter(|(r, _)| at_edge(*r)).flat_map(|(_, row)| row);
    rows.map(|line| Edge { page: n, line, y: page[line].y, skeleton: skeleton(&page[line].text()) })
        .collect()
}

/// A text without its numbers.
fn skeleton(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars().filter(|c| !c.is_whitespace()) {
        if !c.is_numeric() {
            out.extend(c.to_lowercase());
        } else if !out.ends_with('#') {
            out.push('#');
        }
    }
    out
}

fn numbers(text: &str) -> Vec<u32> {
    text.split(|c: char| !c.is_ascii_digit())
        .filter(|d| (1..=5).contains(&d.len()))
        .filter_map(|d| d.parse().ok())
        .collect()
}

/// True when a bare number counts with the pages.
fn runs_on(pages: &[Vec<Line>], edge: &Edge, group: &[&Edge]) -> bool {
    let number = |e: &Edge| numbers(&pages[e.page][e.line].text()).first().copied();
    let Some(here) = number(edge) else {
        return false;
    };
    let fits = |e: &&&Edge| {
        e.page != edge.page
            && number(e).is_some_and(|there| there as usize + edge.page == here as usize + e.page)
    };
    group.iter().filter(fits).count() >= 1
}

/// The number on the first page, from those in heads and feet that count with the pages.
fn first_page(pages: &[Vec<Line>], reasons: &[Vec<Reason>]) -> Option<u32> {
    let mut offsets: HashMap<u32, usize> = HashMap::new();
    let mut numbered = 0;
    for (n, page) in pages.iter().enumerate() {
        let found = page.iter().zip(&reasons[n]).filter(|(_, r)| r.is_some());
        let mut firsts: Vec<u32> = found
            .flat_map(|(line, _)| numbers(&line.text()))
            .filter_map(|number| number.checked_sub(u32::try_from(n).ok()?))
            .filter(|first| *first > 0)
            .collect();
        firsts.sort_unstable();
        firsts.dedup();
        numbered += usize::from(!firsts.is_empty());
        for first in firsts {
            *offsets.entry(first).or_default() += 1;
        }
    }
    let best = offsets.into_iter().max_by_key(|(first, count)| (*count, *first));
    best.filter(|(_, count)| *count >= 2 && *count * 10 >= numbered * 6).map(|(first, _)| first)
}

/// Bare numbers at the edges that are what the page must bear: the first page often has its number elsewhere.
fn last_page_numbers(
    pages: &[Vec<Line>],
    reasons: &[Vec<Reason>],
    first_page: Option<u32>,
) -> Vec<(usize, usize)> {
    let Some(first) = first_page else {
        return Vec::new();
    };
    let mut out = Vec::new();
    for (n, page) in pages.iter().enumerate() {
        let number = u32::try_from(n).map_or(first, |n| first + n).to_string();
        let is = |e: &Edge| reasons[n][e.line].is_none() && page[e.line].text() == number;
        out.extend(edges_of(n, page).into_iter().filter(is).map(|e| (n, e.line)));
    }
    out
}

/// Numbers that stand beside the text in its margin: of lines or paragraphs.
fn margin_numbers(page: &[Line]) -> Vec<usize> {
    let bare = |l: &Line| {
        let text = l.text();
        l.turned == 0
            && !text.is_empty()
            && text.len() <= 4
            && text.chars().all(|c| c.is_ascii_digit())
    };
    let text_lines = || page.iter().filter(|l| l.turned == 0 && l.shapes.len() >= 12);
    let left = text_lines().map(Line::left).fold(f32::MAX, f32::min);
    let right = text_lines().map(Line::right).fold(f32::MIN, f32::max);
    let outside: Vec<usize> = (0..page.len())
        .filter(|i| {
            bare(&page[*i]) && (page[*i].right() < left - 2.0 || page[*i].left() > right + 2.0)
        })
        .collect();
    let value = |i: &usize| page[*i].text().parse::<u32>().unwrap_or(0);
    let rising = outside.windows(2).all(|p| value(&p[0]) < value(&p[1]));
    if outside.len() >= 3 && rising { outside } else { Vec::new() }
}
