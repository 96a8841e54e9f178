//! Themes as a file nests them become a flat [`Codebook`]: paths, clashes, references, cycles.

use std::collections::HashMap;

use super::{Codebook, Theme};
use crate::text::{Problem, Text};

/// Deepest tree of themes; far more than anybody nests, and few enough for any stack.
pub(super) const MAX_LEVEL: usize = 100;

/// A theme with those below it, as a file has them.
#[derive(Clone, Debug, Default)]
pub(super) struct Node {
    /// Its own name.
    pub name: Text,
    /// All but its place in the tree.
    pub theme: Theme,
    /// Themes that it builds on, by path.
    pub refers: Refers,
    /// Those below it.
    pub children: Vec<Node>,
    /// True if the file says nothing of it but that others are below it.
    pub bare: bool,
}

/// Paths of other themes.
#[derive(Clone, Debug, Default)]
pub(super) struct Refers {
    pub any_of: Vec<Text>,
    pub all_of: Vec<Text>,
    pub none_of: Vec<Text>,
    /// Where the file's own themes stand in the codebook: paths are looked for there first.
    pub root: String,
}

impl Node {
    /// A theme of which nothing but the name is known.
    pub(super) fn named(name: Text, file: usize) -> Self {
        let theme = Theme { place: name.place.clone(), file, ..Theme::default() };
        Self { name, theme, ..Self::default() }
    }
}

/// A name that can be part of a path: no `/`, no blanks around it.
pub(super) fn path_name(name: &str) -> String {
    name.split_whitespace().collect::<Vec<_>>().join(" ").replace('/', "-")
}

/// Puts nodes into a list of nodes; one of a name that is there already joins it if one of both says
/// nothing by itself.
pub(super) fn join(
    into: &mut Vec<Node>,
    nodes: Vec<Node>,
    files: &[String],
    problems: &mut dyn FnMut(usize, Problem),
) {
    for node in nodes {
        let Some(there) = into.iter_mut().find(|n| n.name.value == node.name.value) else {
            into.push(node);
            continue;
        };
        if !node.bare && !there.bare {
            let message = format!("a theme `{}` is there already", node.name.value);
            let other = &files[there.theme.file];
            problems(
                node.theme.file,
                Problem::error(node.name.place.clone(), message).hint(format!(
                    "it is in {other}; include that with `under = \"...\"`, or rename this one"
                )),
            );
            continue;
        }
        if there.bare && !node.bare {
            (there.theme, there.refers, there.bare) = (node.theme, node.refers, false);
        }
        join(&mut there.children, node.children, files, problems);
    }
}

/// Flattens the tree.
pub(super) fn flatten(
    nodes: Vec<Node>,
    codebook: &mut Codebook,
    problems: &mut dyn FnMut(usize, Problem),
) {
    let mut refers = Vec::new();
    for node in nodes {
        add(node, None, codebook, &mut refers);
    }
    let paths: HashMap<&str, usize> =
        codebook.themes.iter().enumerate().map(|(i, t)| (t.path.as_str(), i)).collect();
    let mut resolved = Vec::with_capacity(refers.len());
    for (theme, refers) in refers.iter().enumerate() {
        let mut all = |texts: &[Text]| -> Vec<usize> {
            let found = texts.iter().filter_map(|text| {
                let own = format!("{}{}", refers.root, text.value);
                let found = paths.get(own.as_str()).or_else(|| paths.get(text.value.as_str()));
                if found.is_none() {
                    let message = format!("no theme `{}` in this codebook", text.value);
                    let problem = Problem::error(text.place.clone(), message);
                    let known = codebook.themes.iter().map(|t| t.path.as_str());
                    let last = |p: &&str| p.rsplit('/').next() == Some(text.value.as_str());
                    let problem = match known.clone().find(last) {
                        Some(path) => problem.hint(format!("did you mean `{path}`?")),
                        None => problem.suggest(&text.value, known),
                    };
                    problems(codebook.themes[theme].file, problem);
                }
                found.copied()
            });
            found.collect()
        };
        resolved.push((all(&refers.any_of), all(&refers.all_of), all(&refers.none_of)));
    }
    for (theme, (any_of, all_of, none_of)) in codebook.themes.iter_mut().zip(resolved) {
        (theme.any_of, theme.all_of, theme.none_of) = (any_of, all_of, none_of);
    }
    bounded(codebook, &refers, problems);
}

fn add(node: Node, parent: Option<usize>, codebook: &mut Codebook, refers: &mut Vec<Refers>) {
    let index = codebook.themes.len();
    let above = parent.map(|p| &codebook.themes[p]);
    let level = above.map_or(1, |a| a.level + 1);
    let path = match above {
        Some(above) => format!("{}/{}", above.path, node.name.value),
        None => node.name.value.clone(),
    };
    codebook.themes.push(Theme { path, parent, level, ..node.theme });
    refers.push(node.refers);
    for child in node.children {
        add(child, Some(index), codebook, refers);
    }
}

/// Finds themes that build on themselves; their references are taken away.
fn bounded(codebook: &mut Codebook, refers: &[Refers], problems: &mut dyn FnMut(usize, Problem)) {
    let on = builds_on(&codebook.themes);
    let mut wrong: Vec<usize> = Vec::new();
    walk(&on, &mut |theme, circle| {
        let names: Vec<&str> = circle.iter().map(|t| codebook.themes[*t].path.as_str()).collect();
        let own = &codebook.themes[theme];
        let message = format!("theme `{}` builds on itself: {}", own.path, names.join(" > "));
        let named = &refers[theme];
        let texts = named.any_of.iter().chain(&named.all_of).chain(&named.none_of);
        let place = texts.last().map_or(own.place.clone(), |t| t.place.clone());
        problems(own.file, Problem::error(place, message));
        wrong.push(theme);
    });
    for theme in wrong {
        forget(&mut codebook.themes[theme]);
    }
}

/// The themes, each after all those below it and those that it builds on.
pub(super) fn in_order(themes: &[Theme]) -> Vec<usize> {
    walk(&builds_on(themes), &mut |_, _| {})
}

/// By theme: those right below it, and those that it names.
fn builds_on(themes: &[Theme]) -> Vec<Vec<usize>> {
    let named = |t: &Theme| [&t.any_of[..], &t.all_of, &t.none_of].concat();
    let mut on: Vec<Vec<usize>> = vec![Vec::new(); themes.len()];
    for (i, theme) in themes.iter().enumerate() {
        if let Some(parent) = theme.parent {
            on[parent].push(i);
        }
        on[i].extend(named(theme));
    }
    on
}

/// Each theme after those that it builds on; a circle is told with the theme that closes it, and
/// left there.
fn walk(on: &[Vec<usize>], circle: &mut dyn FnMut(usize, &[usize])) -> Vec<usize> {
    #[derive(Clone, Copy, PartialEq)]
    enum State {
        New,
        OnTheWay,
        Done,
    }
    let mut state = vec![State::New; on.len()];
    let mut order = Vec::with_capacity(on.len());
    for start in 0..on.len() {
        let mut way: Vec<(usize, usize)> = vec![(start, 0)];
        while let Some((theme, next)) = way.pop() {
            if state[theme] == State::Done {
                continue;
            }
            state[theme] = State::OnTheWay;
            let Some(below) = on[theme].get(next) else {
                state[theme] = State::Done;
                order.push(theme);
                continue;
            };
            way.push((theme, next + 1));
            match state[*below] {
                State::New => way.push((*below, 0)),
                State::Done => {}
                State::OnTheWay => {
                    let round = way.iter().map(|w| w.0).skip_while(|t| t != below);
                    let round: Vec<usize> = round.chain([*below]).collect();
                    circle(theme, &round);
                }
            }
        }
    }
    order
}

fn forget(theme: &mut Theme) {
    theme.any_of.clear();
    theme.all_of.clear();
    theme.none_of.clear();
}
