//! LIWC: `.dic` (2007, and 2015 with levels) and `.dicx` (LIWC-22).
//!
//! ```text
//! %
//! 1    affect (Affect)       tabs before a number are levels (2015)
//!     2    posemo
//! %
//! good*    1    2            a value, then the numbers of its categories
//! ```
//! Without levels, a category lies below the smallest one of which every word of it carries the number,
//! too: LIWC's own dictionaries have it so, and a parent's count is the same either way.

use std::collections::BTreeMap;
use std::ops::Range;

use super::super::Weight;
use super::super::tree::Node;
use super::super::value::Signs;
use super::{File, Nest};

struct Category {
    name: String,
    place: Range<usize>,
    depth: usize,
}

/// Reads a file of LIWC 2001 to 2015.
pub(super) fn dic(file: &mut File<'_>) {
    let lines = file.lines();
    let mut parts: Vec<Vec<(Range<usize>, &str)>> = vec![Vec::new()];
    for (place, line) in lines {
        if line.trim() == "%" && parts.len() < 3 {
            parts.push(Vec::new());
        } else if let Some(part) = parts.last_mut() {
            part.push((place, line));
        }
    }
    if parts.len() < 3 {
        let end = parts.last().and_then(|p| p.first()).map_or(0..0, |l| l.0.clone());
        file.read.problems.push(
            crate::text::Problem::error(end, "less than two lines `%`: no list of categories")
                .hint("a LIWC dictionary begins with `%`, lines of number, tab, name, and `%`"),
        );
        return;
    }
    for (place, line) in &parts[0] {
        if !line.trim().is_empty() {
            file.warn(place.clone(), "text before the first `%` is left out");
        }
    }
    let categories = legend(file, &parts[1]);
    let entries = entries(file, &parts[2], &categories);
    build(file, &categories, &entries);
}

/// The categories by number, in the order of the file.
fn legend(file: &mut File<'_>, lines: &[(Range<usize>, &str)]) -> Vec<(u64, Category)> {
    let mut out: Vec<(u64, Category)> = Vec::new();
    for (place, line) in lines {
        let text = line.trim();
        if text.is_empty() {
            continue;
        }
        let indent = &line[..line.len() - line.trim_start().len()];
        let digits: String = text.chars().take_while(char::is_ascii_digit).collect();
        let name = text[digits.len()..].trim();
        let Ok(number) = digits.parse::<u64>() else {
            file.warn(place.clone(), "a category without a number is left out");
            continue;
        };
        if name.is_empty() {
            file.warn(place.clone(), "a category without a name is left out");
            continue;
        }
        if out.iter().any(|(n, _)| *n == number) {
            file.warn(place.clone(), format!("category {number} is there twice; the first holds"));
            continue;
        }
        let depth = indent.matches('\t').count();
        out.push((number, Category { name: name.to_owned(), place: place.clone(), depth }));
    }
    out
}

/// An entry: a value, where it is, and the categories (by place in the list) that it is in.
type Entry<'t> = (&'t str, Range<usize>, Vec<usize>);

fn entries<'t>(
    file: &mut File<'t>,
    lines: &[(Range<usize>, &'t str)],
    categories: &[(u64, Category)],
) -> Vec<Entry<'t>> {
    let known: BTreeMap<u64, usize> = (0..).zip(categories).map(|(i, (n, _))| (*n, i)).collect();
    let mut out: Vec<Entry<'_>> = Vec::new();
    for (place, line) in lines {
        let line = line.trim();
        if line.is_empty() {
            continue;
        }
        if line.contains("<of>") {
            file.warn(place.clone(), "an entry with the condition `<of>` is left out");
            continue;
        }
        let (value, rest) = split_entry(line);
        // `(02 134)125/464`: categories under a condition of LIWC 2007.
        let mut rest = rest.to_owned();
        while let Some(open) = rest.find('(') {
            let close = rest[open..].find(')').map_or(rest.len(), |n| open + n);
            let end = rest[close..].find(char::is_whitespace).map_or(rest.len(), |n| close + n);
            let message = "categories under a condition are left out; the others are read";
            file.warn(place.clone(), message);
            rest.replace_range(open..end, " ");
        }
        let mut of = Vec::new();
        for piece in rest.split(|c: char| c.is_whitespace() || c == ',') {
            if let Ok(number) = piece.parse::<u64>() {
                match known.get(&number) {
                    Some(at) if of.contains(at) => {}
                    Some(at) => of.push(*at),
                    None => file.warn(
                        place.clone(),
                        format!("category {number} is not in the list above; it is left out"),
                    ),
                }
            } else if !piece.is_empty() {
                file.warn(place.clone(), "what is no number of a category is left out");
            }
        }
        if of.is_empty() {
            file.warn(place.clone(), "an entry without a category is left out");
        } else {
            out.push((value, place.clone(), of));
        }
    }
    out
}

/// The value and the rest of a line: parted at the first tab, or before the numbers at its end.
fn split_entry(line: &str) -> (&str, &str) {
    if let Some((value, rest)) = line.split_once('\t') {
        return (value.trim(), rest);
    }
    let numbers = line.trim_end_matches(|c: char| c.is_ascii_digit() || c.is_whitespace());
    let cut =
        line[numbers.len()..].find(char::is_whitespace).map_or(line.len(), |n| numbers.len() + n);
    (line[..cut].trim(), &line[cut..])
}

fn build(file: &mut File<'_>, categories: &[(u64, Category)], entries: &[Entry<'_>]) {
    let levels = categories.iter().any(|(_, c)| c.depth > 0);
    let above = if levels { vec![None; categories.len()] } else { inclusions(categories, entries) };
    // A value of a category is not repeated in those above it, whose hits hold it anyway.
    let mut own: Vec<Vec<&Entry<'_>>> = vec![Vec::new(); categories.len()];
    for entry in entries {
        for at in &entry.2 {
            let below = entry.2.iter().any(|other| {
                let mut up = above[*other];
                while let Some(i) = up {
                    if i == *at {
                        return true;
                    }
                    up = above[i];
                }
                false
            });
            if !below {
                own[*at].push(entry);
            }
        }
    }
    let mut nodes: Vec<Node> = Vec::new();
    for ((_, category), own) in categories.iter().zip(own) {
        let mut node = file.node(&category.name, category.place.clone());
        for (value, place, _) in own {
            file.value(&mut node.theme, value, place.clone(), Signs::default(), None);
        }
        nodes.push(node);
    }
    let mut nest = Nest::new();
    let depth = |at: usize| {
        let mut depth = categories[at].1.depth;
        let mut up = above[at];
        while let Some(i) = up {
            depth += 1;
            up = above[i];
        }
        depth
    };
    for at in tree_order(&above) {
        let node = std::mem::take(&mut nodes[at]);
        if !nest.open(file, depth(at), node) {
            file.error(categories[at].1.place.clone(), "categories nest too deep");
        }
    }
    file.read.nodes = nest.finish(file);
}

/// Places in the list, each category after the one above it.
fn tree_order(above: &[Option<usize>]) -> Vec<usize> {
    let mut below: Vec<Vec<usize>> = vec![Vec::new(); above.len()];
    let mut stack: Vec<usize> = Vec::new();
    for (at, up) in above.iter().enumerate() {
        match up {
            Some(up) => below[*up].push(at),
            None => stack.push(at),
        }
    }
    stack.reverse();
    let mut out = Vec::new();
    while let Some(at) = stack.pop() {
        out.push(at);
        stack.extend(below[at].iter().rev());
    }
    out
}

/// For each category the smallest other one that every value of it is in, too.
fn inclusions(categories: &[(u64, Category)], entries: &[Entry<'_>]) -> Vec<Option<usize>> {
    let count = categories.len();
    let mut sizes = vec![0_usize; count];
    let mut common: BTreeMap<(usize, usize), usize> = BTreeMap::new();
    for (_, _, of) in entries {
        for a in of {
            sizes[*a] += 1;
            for b in of.iter().filter(|b| *b != a) {
                *common.entry((*a, *b)).or_default() += 1;
            }
        }
    }
    let mut above = vec![None; count];
    for ((a, b), both) in common {
        // One word that two categories share says nothing.
        let inside = both == sizes[a] && sizes[b] > sizes[a] && sizes[a] > 1;
        if inside && above[a].is_none_or(|other: usize| sizes[b] < sizes[other]) {
            above[a] = Some(b);
        }
    }
    above
}

/// Reads a file of LIWC-22: a table whose columns are categories.
pub(super) fn dicx(file: &mut File<'_>) {
    let mut reader = csv::ReaderBuilder::new()
        .flexible(true)
        .has_headers(false)
        .trim(csv::Trim::All)
        .from_reader(file.text.as_bytes());
    let mut nodes: Vec<Node> = Vec::new();
    let mut head = true;
    for record in reader.records() {
        let Ok(record) = record else {
            file.warn(0..0, "a row that is no row of a table is left out");
            continue;
        };
        let place = super::table::row_place(file.text, &record);
        let mut cells = record.iter();
        let first = cells.next().unwrap_or_default();
        if head {
            head = false;
            if !first.eq_ignore_ascii_case("DicTerm") {
                file.error(place, "the first column of a LIWC-22 dictionary is `DicTerm`");
                return;
            }
            for name in cells {
                let node = file.node(name, place.clone());
                nodes.push(node);
            }
            continue;
        }
        if first.is_empty() {
            file.warn(place, "a row without a value is left out");
            continue;
        }
        let mut any = false;
        for (i, cell) in cells.enumerate().filter(|(_, cell)| !cell.is_empty()) {
            let weight = if cell.eq_ignore_ascii_case("x") {
                Some(None)
            } else {
                cell.parse::<f64>()
                    .ok()
                    .and_then(Weight::of)
                    .map(|w| (w != Weight::ONE).then_some(w))
            };
            match (nodes.get_mut(i), weight) {
                (Some(node), Some(weight)) => {
                    any = true;
                    file.value(&mut node.theme, first, place.clone(), Signs::default(), weight);
                }
                (None, _) => {
                    file.warn(place.clone(), "a cell beyond the last category is left out");
                }
                (_, None) => {
                    file.warn(place.clone(), "a cell that is neither `X` nor a number is left out");
                }
            }
        }
        if !any {
            file.warn(place, "a value in no category is left out");
        }
    }
    let mut siblings = Vec::new();
    for node in nodes {
        file.add(&mut siblings, node);
    }
    file.read.nodes = siblings;
}
