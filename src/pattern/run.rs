//! Runs a program on a unit of text: the set of all spans.
//!
//! A part of a program maps a set of places to the set of places that it can reach from them:
//! `"a" []{0,1} "b"` takes {3} to {4} to {4, 5} to {6} if "b" stands at 5. From every token at which
//! a span can begin this gives the ends of all spans that begin there. With labels, a place also
//! carries what each label holds.

mod state;

use std::collections::HashMap;
use std::rc::Rc;

use super::program::{Check, Node, Program, Rule};
use super::{Breadth, Direction, Place, Relation, Times};
use crate::text::{TokenSpan, fold};
use state::{LABELS, Labelled, Labels, NOTHING, Plain, State, held, sorted};

/// Most steps in one unit, or for each token of it; a pattern that needs more is refused there.
const MAX_STEPS: u64 = 5_000_000;
const MAX_STEPS_PER_TOKEN: u64 = 500;

/// A pattern needs more than 5 million steps in one unit, and more than 500 for each token of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooCostly;

/// Values of the layers of a unit's tokens.
pub trait Values {
    /// The value of a layer at a token: of the text layer the folded form.
    fn value(&self, layer: &str, token: u32) -> Option<String>;
}

/// A unit of text as far as a program needs it: places are tokens counted from its beginning.
pub struct Unit<'u> {
    /// Its tokens.
    pub len: u32,
    /// For each leaf of the program, the tokens that have it, ascending.
    pub leaves: Vec<&'u [u32]>,
    /// For each structure of the program, where it is, by start, then end.
    pub structures: &'u [Vec<TokenSpan>],
    /// The tokens at which passages, turns and sections begin in it, where it is wider than those.
    pub regions: [&'u [u32]; 3],
    /// Values for constraints.
    pub values: &'u dyn Values,
}

/// Every distinct span of at least one token, by start, then end.
///
/// # Errors
/// It would take too long.
pub fn spans(program: &Program, unit: &Unit<'_>) -> Result<Vec<TokenSpan>, TooCostly> {
    let mut run = Run {
        program,
        unit,
        sets: program.nodes.iter().map(|_| None).collect(),
        values: program.layers.iter().map(|_| HashMap::new()).collect(),
        ends: vec![None; unit.structures.len()],
        steps: 0,
    };
    let found = if program.labelled {
        run.all::<Labelled>(program.root)?.into_iter().map(|m| m.0).collect()
    } else {
        let mut out = Vec::new();
        run.plain(program.root, &mut out)?;
        out
    };
    let mut found: Vec<TokenSpan> = found;
    found.sort_unstable();
    found.dedup();
    Ok(found)
}

/// The tokens that a part may use.
#[derive(Clone, Copy)]
struct Window {
    from: u32,
    to: u32,
}

type Set = Rc<Vec<(TokenSpan, Labels)>>;

struct Run<'r> {
    program: &'r Program,
    unit: &'r Unit<'r>,
    /// The spans of parts that are looked at as a whole, by node.
    sets: Vec<Option<Set>>,
    /// By layer, the folded values of tokens that were asked for.
    values: Vec<HashMap<u32, Option<Rc<str>>>>,
    /// By structure, where it ends, sorted.
    ends: Vec<Option<Vec<u32>>>,
    steps: u64,
}

impl<'r> Run<'r> {
    /// The spans of a node without labels.
    fn plain(&mut self, node: usize, out: &mut Vec<TokenSpan>) -> Result<(), TooCostly> {
        let whole = Window { from: 0, to: self.unit.len };
        for start in self.starts(node) {
            let ends = self.step(node, vec![Plain(start)], whole)?;
            let full = ends.into_iter().filter(|end| end.0 > start);
            out.extend(full.map(|end| TokenSpan::new(start, end.0)));
        }
        Ok(())
    }

    /// The spans of a node with what its labels hold, by start.
    fn all<S: State>(&mut self, node: usize) -> Result<Vec<(TokenSpan, Labels)>, TooCostly> {
        let whole = Window { from: 0, to: self.unit.len };
        let mut out = Vec::new();
        for start in self.starts(node) {
            let ends = self.step(node, vec![S::at(start)], whole)?;
            let full = ends.into_iter().filter(|end| end.place() > start);
            out.extend(full.map(|e| (TokenSpan::new(start, e.place()), e.labels())));
        }
        Ok(out)
    }

    /// The tokens at which a span of a node can begin.
    fn starts(&self, node: usize) -> Vec<u32> {
        match &self.program.starts[node] {
            Some(leaves) => match leaves.as_slice() {
                [leaf] => self.unit.leaves[*leaf].to_vec(),
                leaves => {
                    let mut all: Vec<u32> =
                        leaves.iter().flat_map(|l| self.unit.leaves[*l]).copied().collect();
                    all.sort_unstable();
                    all.dedup();
                    all
                }
            },
            None => (0..self.unit.len).collect(),
        }
    }

    fn pay(&mut self, steps: usize) -> Result<(), TooCostly> {
        self.steps += steps as u64;
        let most = MAX_STEPS.max(MAX_STEPS_PER_TOKEN * u64::from(self.unit.len));
        if self.steps > most { Err(TooCostly) } else { Ok(()) }
    }

    /// The places that a node reaches from the places of `from`, sorted, each once.
    fn step<S: State>(
        &mut self,
        node: usize,
        mut from: Vec<S>,
        window: Window,
    ) -> Result<Vec<S>, TooCostly> {
        self.pay((from.len() + 1) * S::STEPS)?;
        if from.is_empty() {
            return Ok(from);
        }
        let program = self.program;
        match &program.nodes[node] {
            Node::Test(check) => {
                from.retain(|s| s.place() < window.to && self.passes(check, s.place()));
                Ok(from.into_iter().map(|s| s.moved(s.place() + 1)).collect())
            }
            Node::Run(times) => self.repeat_test(&Check::Any, *times, &from, window),
            Node::Sequence(parts) => {
                for part in parts {
                    from = self.step(*part, from, window)?;
                }
                Ok(from)
            }
            Node::Either(parts) => {
                let mut out = Vec::new();
                for part in parts {
                    out.extend(self.step(*part, from.clone(), window)?);
                }
                Ok(sorted(out))
            }
            Node::Repeat(of, times) => self.repeat(*of, *times, from, window),
            Node::Edge(structure, place) => {
                from.retain(|s| self.is_edge(*structure, *place, s.place(), window));
                Ok(from)
            }
            Node::Look { direction, wanted, of, back } => {
                self.look((*direction, *wanted), (*of, *back), from, window)
            }
            Node::Label(label, of) => {
                let mut out = Vec::new();
                for state in from {
                    let ends = self.step(*of, vec![state], window)?;
                    let span = |end: S| TokenSpan::new(state.place(), end.place());
                    out.extend(ends.into_iter().map(|e| e.label(*label, span(e))));
                }
                Ok(sorted(out))
            }
            Node::Constrained(of, rule) => {
                let mut ends = self.step(*of, from, window)?;
                // To compare values takes longer than a step, most of all those of many tokens.
                let weight = |(start, end): (u32, u32)| {
                    if end - start == 1 { 4 } else { 40 * (end - start + 1) as usize }
                };
                let steps = |s: &S| {
                    let labels = s.labels();
                    (0..LABELS).filter_map(|l| held(&labels, l)).map(weight).sum::<usize>()
                };
                self.pay(ends.iter().map(steps).sum())?;
                ends.retain(|s| self.holds(rule, &s.labels()) == Some(true));
                Ok(ends)
            }
            Node::Bound(breadth, of) => self.bound(*breadth, *of, from, window),
            Node::Whole(_) | Node::Related { .. } | Node::Chosen(..) => {
                let set = self.set::<S>(node)?;
                let mut out = Vec::new();
                for state in from {
                    let first = set.partition_point(|m| m.0.start < state.place());
                    let here = set[first..].iter().take_while(|m| m.0.start == state.place());
                    let inside = here.filter(|m| m.0.end <= window.to);
                    out.extend(inside.map(|m| state.moved(m.0.end).with(m.1)));
                }
                Ok(sorted(out))
            }
        }
    }

    /// Keeps a part inside the region that it begins in.
    fn bound<S: State>(
        &mut self,
        breadth: Breadth,
        of: usize,
        from: Vec<S>,
        window: Window,
    ) -> Result<Vec<S>, TooCostly> {
        let mut out = Vec::new();
        for state in from {
            let region = self.region(breadth, state.place());
            let inner = Window { from: region.from.max(window.from), to: region.to.min(window.to) };
            out.extend(self.step(of, vec![state], inner)?);
        }
        Ok(sorted(out))
    }

    fn look<S: State>(
        &mut self,
        (direction, wanted): (Direction, bool),
        (of, back): (usize, u32),
        from: Vec<S>,
        window: Window,
    ) -> Result<Vec<S>, TooCostly> {
        let mut out = Vec::with_capacity(from.len());
        for state in from {
            if self.sees(direction, of, back, state, window)? == wanted {
                out.push(state);
            }
        }
        Ok(out)
    }

    fn passes(&self, check: &Check, token: u32) -> bool {
        match check {
            Check::Any => true,
            Check::Leaf(leaf) => self.unit.leaves[*leaf].binary_search(&token).is_ok(),
            Check::Not(check) => !self.passes(check, token),
            Check::All(checks) => checks.iter().all(|c| self.passes(c, token)),
            Check::Some(checks) => checks.iter().any(|c| self.passes(c, token)),
        }
    }

    fn repeat<S: State>(
        &mut self,
        of: usize,
        times: Times,
        from: Vec<S>,
        window: Window,
    ) -> Result<Vec<S>, TooCostly> {
        if let Node::Test(check) = &self.program.nodes[of] {
            return self.repeat_test(check, times, &from, window);
        }
        let mut now = from;
        let mut out: Vec<S> = if times.min == 0 { now.clone() } else { Vec::new() };
        let mut done = 0;
        while times.max.is_none_or(|max| done < max) && !now.is_empty() {
            now = self.step(of, now, window)?;
            done += 1;
            if done >= times.min {
                let known = |s: &&S| out.binary_search(s).is_err();
                let new: Vec<S> = now.iter().filter(known).copied().collect();
                if new.is_empty() {
                    // What is reached from here on was reached before.
                    break;
                }
                let behind = new.first() < out.last();
                out.extend(new);
                if behind {
                    // To keep the places in order costs as many steps as there are, or near so.
                    self.pay(out.len() / 4)?;
                    out = sorted(out);
                }
            }
        }
        Ok(out)
    }

    /// A run of tokens that pass a test: from each place as far as they go.
    fn repeat_test<S: State>(
        &mut self,
        check: &Check,
        times: Times,
        from: &[S],
        window: Window,
    ) -> Result<Vec<S>, TooCostly> {
        let mut out = Vec::new();
        let mut reached = 0_u32;
        for state in from {
            let start = state.place();
            let most = times.max.map_or(window.to, |max| start.saturating_add(max)).min(window.to);
            // What one walked over passes for the next, too.
            let mut end = start.max(reached.saturating_sub(1));
            let walked = end;
            while end < most && self.passes(check, end) {
                end += 1;
            }
            let first = start.saturating_add(times.min).max(reached);
            let made = (end + 1).saturating_sub(first).max(end - walked);
            self.pay(made as usize * S::STEPS)?;
            out.extend((first..=end).map(|place| state.moved(place)));
            if !S::LABELS && first <= end {
                reached = reached.max(end + 1);
            }
        }
        Ok(if S::LABELS { sorted(out) } else { out })
    }

    /// True where a structure begins whose first token, or ends whose last, is in the window.
    fn is_edge(&mut self, structure: usize, place: Place, at: u32, window: Window) -> bool {
        let spans = &self.unit.structures[structure];
        match place {
            Place::Start if at >= window.to => false,
            Place::End if at <= window.from => false,
            Place::Start => spans.binary_search_by_key(&at, |s| s.start).is_ok(),
            Place::End => {
                // Structures of one name that lie in each other end in no order.
                let ends = self.ends[structure].get_or_insert_with(|| {
                    let mut ends: Vec<u32> = spans.iter().map(|s| s.end).collect();
                    ends.sort_unstable();
                    ends
                });
                ends.binary_search(&at).is_ok()
            }
        }
    }

    /// True when something stands right after a place, or before it.
    fn sees<S: State>(
        &mut self,
        direction: Direction,
        of: usize,
        back: u32,
        state: S,
        window: Window,
    ) -> Result<bool, TooCostly> {
        let at = state.place();
        if direction == Direction::Ahead {
            return Ok(!self.step(of, vec![state], window)?.is_empty());
        }
        for start in (window.from.max(at.saturating_sub(back))..=at).rev() {
            let ends = self.step(of, vec![state.moved(start)], window)?;
            if ends.iter().any(|end| end.place() == at) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn region(&self, breadth: Breadth, at: u32) -> Window {
        let starts = match breadth {
            Breadth::Passage => self.unit.regions[0],
            Breadth::Turn => self.unit.regions[1],
            Breadth::Section => self.unit.regions[2],
            Breadth::Source => &[],
        };
        let next = starts.partition_point(|s| *s <= at);
        let from = next.checked_sub(1).map_or(0, |i| starts[i]);
        Window { from, to: starts.get(next).copied().unwrap_or(self.unit.len) }
    }

    /// All spans of a node that is looked at as a whole, by start.
    fn set<S: State>(&mut self, node: usize) -> Result<Set, TooCostly> {
        if let Some(set) = &self.sets[node] {
            return Ok(set.clone());
        }
        let program: &'r Program = self.program;
        let found = match &program.nodes[node] {
            Node::Whole(structure) => {
                let spans = self.unit.structures[*structure].iter();
                spans.filter(|s| !s.is_empty()).map(|s| (*s, [NOTHING; LABELS])).collect()
            }
            Node::Chosen(strategy, of) => {
                let all = self.all::<S>(*of)?;
                let mut spans: Vec<TokenSpan> = all.iter().map(|m| m.0).collect();
                spans.sort_unstable();
                spans.dedup();
                let chosen = strategy.choose(&spans);
                all.into_iter().filter(|m| chosen.binary_search(&m.0).is_ok()).collect()
            }
            Node::Related { of, relation, wanted, other } => {
                let mut all = self.all::<S>(*of)?;
                if !all.is_empty() {
                    let others = self.all::<S>(*other)?;
                    let lies = Lies::new(&others);
                    all.retain(|m| lies.so(*relation, m.0) == *wanted);
                }
                all
            }
            _ => Vec::new(),
        };
        self.pay(found.len())?;
        let set = Rc::new(found);
        self.sets[node] = Some(set.clone());
        Ok(set)
    }

    /// `None` where a label of the comparison holds nothing.
    fn holds(&mut self, rule: &Rule, labels: &Labels) -> Option<bool> {
        match rule {
            Rule::SameValue { left, right, equal } => {
                let (l, r) = (held(labels, left.0)?, held(labels, right.0)?);
                let same = if l.1 - l.0 == 1 && r.1 - r.0 == 1 {
                    let value = self.value(left.1, l.0);
                    value.is_some() && value == self.value(right.1, r.0)
                } else {
                    let value = self.joined(left.1, l);
                    value.is_some() && value == self.joined(right.1, r)
                };
                Some(same == *equal)
            }
            Rule::HasValue { left, value: wanted, equal } => {
                let (start, end) = held(labels, left.0)?;
                let layer = &self.program.layers[left.1];
                let values = (start..end).map(|t| self.unit.values.value(layer, t));
                let value = values.collect::<Option<Vec<_>>>().map(|v| v.join(" "));
                Some(value.is_some_and(|v| wanted.fits(&v)) == *equal)
            }
            Rule::Distance { from, to, comparison, words } => {
                let (from, to) = (held(labels, *from)?.0, held(labels, *to)?.0);
                Some(comparison.holds(i64::from(to) - i64::from(from), *words))
            }
            Rule::Present(label) => Some(held(labels, *label).is_some()),
            Rule::Not(rule) => self.holds(rule, labels).map(|h| !h),
            Rule::All(rules) => Some(rules.iter().all(|r| self.holds(r, labels) == Some(true))),
            Rule::Some(rules) => Some(rules.iter().any(|r| self.holds(r, labels) == Some(true))),
        }
    }

    /// The folded value of a layer at a token.
    fn value(&mut self, layer: usize, token: u32) -> Option<Rc<str>> {
        let (unit, name) = (self.unit, &self.program.layers[layer]);
        let read = || unit.values.value(name, token).map(|v| Rc::from(fold(&v).as_ref()));
        self.values[layer].entry(token).or_insert_with(read).clone()
    }

    /// The values of all tokens of a label, parted by spaces.
    fn joined(&mut self, layer: usize, (start, end): (u32, u32)) -> Option<String> {
        let mut out = String::new();
        for token in start..end {
            if token > start {
                out.push(' ');
            }
            out.push_str(&self.value(layer, token)?);
        }
        Some(out)
    }
}

/// Answers how spans lie to others, by their starts.
struct Lies {
    starts: Vec<u32>,
    /// The furthest end of the spans up to each.
    furthest: Vec<u32>,
    /// The nearest end of the spans from each on.
    nearest: Vec<u32>,
}

impl Lies {
    fn new(spans: &[(TokenSpan, Labels)]) -> Self {
        let starts = spans.iter().map(|m| m.0.start).collect();
        let mut far = 0;
        let furthest = spans.iter().map(|m| {
            far = far.max(m.0.end);
            far
        });
        let furthest = furthest.collect();
        let mut near = u32::MAX;
        let nearest = spans.iter().rev().map(|m| {
            near = near.min(m.0.end);
            near
        });
        let mut nearest: Vec<u32> = nearest.collect();
        nearest.reverse();
        Self { starts, furthest, nearest }
    }

    fn so(&self, relation: Relation, span: TokenSpan) -> bool {
        match relation {
            Relation::Within => {
                let next = self.starts.partition_point(|s| *s <= span.start);
                next.checked_sub(1).is_some_and(|i| self.furthest[i] >= span.end)
            }
            Relation::Containing => {
                let first = self.starts.partition_point(|s| *s < span.start);
                self.nearest.get(first).is_some_and(|end| *end <= span.end)
            }
            Relation::Overlapping => {
                let next = self.starts.partition_point(|s| *s < span.end);
                next.checked_sub(1).is_some_and(|i| self.furthest[i] > span.start)
            }
        }
    }
}
