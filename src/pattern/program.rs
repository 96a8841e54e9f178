//! A pattern tree made ready to run: numbered parts, each value once, and what must be there at all.
//!
//! ```text
//! ("the" | "a") []{0,2} "bond.*"
//! leaves   0 the · 1 a · 2 bond.*
//! need     all of: any of 0, 1; 2        passages without these are never looked at
//! starts   0, 1                          a span begins at one of these
//! ```

use std::collections::{BTreeMap, HashMap};

use super::bounds::{is_every_word, length};
use super::value::Matcher;
use super::{
    Breadth, Constraint, Direction, Pattern, PatternError, Place, Relation, Strategy, Structure,
    Test, Times, Value,
};

/// A pattern ready to run.
#[derive(Debug)]
pub struct Program {
    /// The values that tokens are tested for.
    pub leaves: Vec<Leaf>,
    /// The structures that are asked for.
    pub structures: Vec<Structure>,
    /// What must be in a unit for a span to be there.
    pub need: Need,
    /// The unit it runs on: the widest structure that it names, a passage if none.
    pub breadth: Breadth,
    /// If the pattern is one of these leaves and nothing more.
    pub words: Option<Vec<usize>>,
    /// If the pattern is leaves one after the other, perhaps with gaps between them: each leaf with
    /// the tokens before it.
    pub chain: Option<Vec<(Times, usize)>>,
    /// By node that is looked at as a whole: leaves at one of which its spans begin.
    pub(super) starts: Vec<Option<Vec<usize>>>,
    pub(super) nodes: Vec<Node>,
    pub(super) root: usize,
    pub(super) labelled: bool,
    /// The layers whose values are compared.
    pub(super) layers: Vec<String>,
}

/// A value that tokens are tested for.
#[derive(Clone, Debug)]
pub struct Leaf {
    /// The value.
    pub value: Value,
    /// Ready to be compared.
    pub matcher: Matcher,
}

/// What must be in a unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Need {
    /// Nothing that could be looked up.
    Nothing,
    /// A token that has a value.
    Leaf(usize),
    /// A structure that only some files have.
    Structure(usize),
    /// All of these.
    All(Vec<Self>),
    /// At least one of these.
    Any(Vec<Self>),
}

#[derive(Debug)]
pub(super) enum Node {
    Test(Check),
    /// Any tokens, so many.
    Run(Times),
    Sequence(Vec<usize>),
    Either(Vec<usize>),
    Repeat(usize, Times),
    Edge(usize, Place),
    Whole(usize),
    Look {
        direction: Direction,
        wanted: bool,
        of: usize,
        /// Most tokens that it looks back.
        back: u32,
    },
    Label(usize, usize),
    Related {
        of: usize,
        relation: Relation,
        wanted: bool,
        other: usize,
    },
    Constrained(usize, Rule),
    Chosen(Strategy, usize),
    /// Inside one region only.
    Bound(Breadth, usize),
}

/// A test of one token, values by their number.
#[derive(Debug)]
pub(super) enum Check {
    Any,
    Leaf(usize),
    Not(Box<Self>),
    All(Vec<Self>),
    Some(Vec<Self>),
}

/// A constraint, labels and layers by their number.
#[derive(Debug)]
pub(super) enum Rule {
    SameValue { left: (usize, usize), right: (usize, usize), equal: bool },
    HasValue { left: (usize, usize), value: Box<Matcher>, equal: bool },
    Distance { from: usize, to: usize, comparison: super::Comparison, words: i64 },
    Present(usize),
    Not(Box<Self>),
    All(Vec<Self>),
    Some(Vec<Self>),
}

impl Program {
    /// Makes a pattern ready. `files` are the structures that files bring, each with whether it
    /// reaches over passages.
    ///
    /// # Errors
    /// A value is no regular expression.
    pub fn new(pattern: &Pattern, files: &BTreeMap<String, bool>) -> Result<Self, PatternError> {
        let mut maker = Maker {
            files,
            leaves: Vec::new(),
            known: HashMap::new(),
            structures: Vec::new(),
            nodes: Vec::new(),
            labels: Vec::new(),
            layers: Vec::new(),
        };
        let root = maker.bound(pattern, Breadth::Passage)?;
        let need = maker.need(root);
        let words = maker.words(root);
        let starts = maker.all_starts(root);
        let chain = maker.chain(root);
        let breadth = maker.breadth(pattern);
        Ok(Self {
            leaves: maker.leaves,
            structures: maker.structures,
            need,
            breadth,
            words,
            chain,
            starts,
            nodes: maker.nodes,
            root,
            labelled: !maker.labels.is_empty(),
            layers: maker.layers,
        })
    }
}

struct Maker<'p> {
    files: &'p BTreeMap<String, bool>,
    leaves: Vec<Leaf>,
    known: HashMap<Value, usize>,
    structures: Vec<Structure>,
    nodes: Vec<Node>,
    labels: Vec<String>,
    layers: Vec<String>,
}

impl Maker<'_> {
    /// A part whose spans lie inside one region of a breadth, or of the one its `within` names.
    fn bound(&mut self, pattern: &Pattern, breadth: Breadth) -> Result<usize, PatternError> {
        let node = match pattern {
            Pattern::Either(parts) => {
                let parts = parts.iter().map(|p| self.bound(p, breadth));
                Node::Either(parts.collect::<Result<_, _>>()?)
            }
            Pattern::Label(label, of) => {
                let label = self.label(label);
                Node::Label(label, self.bound(of, breadth)?)
            }
            Pattern::Constrained(of, constraint) => {
                let of = self.bound(of, breadth)?;
                Node::Constrained(of, self.rule(constraint)?)
            }
            Pattern::Whole(_) | Pattern::Related { .. } | Pattern::Chosen(..) => {
                return self.part(pattern, breadth);
            }
            other => Node::Bound(breadth, self.part(other, breadth)?),
        };
        Ok(self.push(node))
    }

    fn push(&mut self, node: Node) -> usize {
        self.nodes.push(node);
        self.nodes.len() - 1
    }

    /// A part that somebody else keeps in bounds.
    fn part(&mut self, pattern: &Pattern, breadth: Breadth) -> Result<usize, PatternError> {
        let node = match pattern {
            Pattern::Token(Test::Any) => Node::Run(Times::ONCE),
            Pattern::Token(test) => Node::Test(self.check(test)?),
            Pattern::Sequence(parts) => return self.sequence(parts, breadth),
            Pattern::Either(parts) => {
                let parts = parts.iter().map(|p| self.part(p, breadth));
                Node::Either(parts.collect::<Result<_, _>>()?)
            }
            Pattern::Repeat(of, times) if matches!(**of, Pattern::Token(Test::Any)) => {
                Node::Run(*times)
            }
            Pattern::Repeat(of, times) => Node::Repeat(self.part(of, breadth)?, *times),
            Pattern::Edge(structure, place) => Node::Edge(self.structure(structure), *place),
            Pattern::Whole(structure) => Node::Whole(self.structure(structure)),
            Pattern::Look { direction, wanted, of } => {
                let most = length(of).1.and_then(|n| u32::try_from(n).ok());
                let of = self.part(of, breadth)?;
                let back = most.unwrap_or(u32::MAX);
                Node::Look { direction: *direction, wanted: *wanted, of, back }
            }
            Pattern::Label(label, of) => {
                let label = self.label(label);
                Node::Label(label, self.part(of, breadth)?)
            }
            Pattern::Related { of, relation, wanted, other } => {
                let inside = *relation == Relation::Within && *wanted;
                let wider = if inside { self.reach(other).max(breadth) } else { breadth };
                let of = self.bound(of, wider)?;
                // What it lies in, or holds, may be as wide as the structures that it is made of.
                let other = self.bound(other, self.reach(other).max(breadth))?;
                Node::Related { of, relation: *relation, wanted: *wanted, other }
            }
            Pattern::Constrained(of, constraint) => {
                let of = self.part(of, breadth)?;
                Node::Constrained(of, self.rule(constraint)?)
            }
            Pattern::Chosen(strategy, of) => Node::Chosen(*strategy, self.bound(of, breadth)?),
        };
        Ok(self.push(node))
    }

    /// One after the other; runs of any tokens that stand side by side are one run.
    fn sequence(&mut self, parts: &[Pattern], breadth: Breadth) -> Result<usize, PatternError> {
        let mut nodes: Vec<usize> = Vec::with_capacity(parts.len());
        for part in parts {
            let node = self.part(part, breadth)?;
            let last = nodes.last().map(|last| &self.nodes[*last]);
            if let (Some(Node::Run(before)), Node::Run(after)) = (last, &self.nodes[node]) {
                let both = Times {
                    min: before.min.saturating_add(after.min),
                    max: before.max.zip(after.max).map(|(a, b)| a.saturating_add(b)),
                };
                nodes.pop();
                nodes.push(self.push(Node::Run(both)));
            } else {
                nodes.push(node);
            }
        }
        Ok(self.push(Node::Sequence(nodes)))
    }

    fn check(&mut self, test: &Test) -> Result<Check, PatternError> {
        let all = |maker: &mut Self, tests: &[Test]| {
            tests.iter().map(|t| maker.check(t)).collect::<Result<Vec<_>, _>>()
        };
        Ok(match test {
            Test::Any => Check::Any,
            Test::Is(value) if is_every_word(value) => Check::Any,
            Test::Is(value) => Check::Leaf(self.leaf(value)?),
            Test::Not(test) => Check::Not(Box::new(self.check(test)?)),
            Test::All(tests) => Check::All(all(self, tests)?),
            Test::Some(tests) => Check::Some(all(self, tests)?),
        })
    }

    fn leaf(&mut self, value: &Value) -> Result<usize, PatternError> {
        if let Some(known) = self.known.get(value) {
            return Ok(*known);
        }
        self.known.insert(value.clone(), self.leaves.len());
        self.leaves.push(Leaf { value: value.clone(), matcher: value.matcher()? });
        Ok(self.leaves.len() - 1)
    }

    fn structure(&mut self, structure: &Structure) -> usize {
        let known = self.structures.iter().position(|s| s == structure);
        known.unwrap_or_else(|| {
            self.structures.push(structure.clone());
            self.structures.len() - 1
        })
    }

    fn label(&mut self, label: &str) -> usize {
        let known = self.labels.iter().position(|l| l == label);
        known.unwrap_or_else(|| {
            self.labels.push(label.to_owned());
            self.labels.len() - 1
        })
    }

    fn layer(&mut self, layer: &str) -> usize {
        let known = self.layers.iter().position(|l| l == layer);
        known.unwrap_or_else(|| {
            self.layers.push(layer.to_owned());
            self.layers.len() - 1
        })
    }

    fn rule(&mut self, constraint: &Constraint) -> Result<Rule, PatternError> {
        let all = |maker: &mut Self, parts: &[Constraint]| {
            parts.iter().map(|c| maker.rule(c)).collect::<Result<Vec<_>, _>>()
        };
        Ok(match constraint {
            Constraint::Compare { label, layer, equal, with } => {
                let left = (self.label(label), self.layer(layer));
                let equal = *equal;
                match with {
                    super::Operand::Label(label, layer) => {
                        let right = (self.label(label), self.layer(layer));
                        Rule::SameValue { left, right, equal }
                    }
                    super::Operand::Value(value) => {
                        Rule::HasValue { left, value: Box::new(value.matcher()?), equal }
                    }
                }
            }
            Constraint::Distance { from, to, comparison, words } => Rule::Distance {
                from: self.label(from),
                to: self.label(to),
                comparison: *comparison,
                words: *words,
            },
            Constraint::Present(label) => Rule::Present(self.label(label)),
            Constraint::Not(of) => Rule::Not(Box::new(self.rule(of)?)),
            Constraint::All(parts) => Rule::All(all(self, parts)?),
            Constraint::Some(parts) => Rule::Some(all(self, parts)?),
        })
    }

    /// How far a span may reach that lies within a span of `pattern`.
    fn reach(&self, pattern: &Pattern) -> Breadth {
        match pattern {
            Pattern::Whole(structure) => self.breadth_of(structure),
            Pattern::Related { of, .. }
            | Pattern::Repeat(of, _)
            | Pattern::Label(_, of)
            | Pattern::Constrained(of, _)
            | Pattern::Chosen(_, of) => self.reach(of),
            Pattern::Either(parts) | Pattern::Sequence(parts) => {
                parts.iter().map(|p| self.reach(p)).max().unwrap_or_default()
            }
            _ => Breadth::Passage,
        }
    }

    fn breadth_of(&self, structure: &Structure) -> Breadth {
        let own = structure.own().map_or(Breadth::Passage, Structure::own_breadth);
        // Each turn of a file is a turn of the program's own, whatever passages are in it.
        let wide = self.files.get(&structure.name).copied().unwrap_or_default();
        if wide && own != Breadth::Turn { Breadth::Source } else { own }
    }

    /// The unit that holds every structure of the pattern whole.
    fn breadth(&self, pattern: &Pattern) -> Breadth {
        let structures = pattern.structures();
        let has = |b: Breadth| structures.iter().any(|s| self.breadth_of(s) == b);
        // Of turns and sections neither holds the other.
        if has(Breadth::Turn) && has(Breadth::Section) {
            return Breadth::Source;
        }
        Breadth::ALL.into_iter().rev().find(|b| has(*b)).unwrap_or_default()
    }

    fn need(&self, node: usize) -> Need {
        match &self.nodes[node] {
            Node::Test(check) => need_of(check),
            Node::Run(_) | Node::Look { wanted: false, .. } => Need::Nothing,
            Node::Sequence(parts) => all(parts.iter().map(|p| self.need(*p)).collect()),
            Node::Either(parts) => any(parts.iter().map(|p| self.need(*p)).collect()),
            Node::Repeat(_, times) if times.min == 0 => Need::Nothing,
            Node::Edge(structure, _) | Node::Whole(structure) => {
                if self.structures[*structure].own().is_some() {
                    Need::Nothing
                } else {
                    Need::Structure(*structure)
                }
            }
            Node::Related { of, wanted: true, other, .. } => {
                all(vec![self.need(*of), self.need(*other)])
            }
            Node::Repeat(of, _)
            | Node::Look { of, .. }
            | Node::Label(_, of)
            | Node::Related { of, .. }
            | Node::Constrained(of, _)
            | Node::Chosen(_, of)
            | Node::Bound(_, of) => self.need(*of),
        }
    }

    /// The leaves that the node is one of, if it is no more than that.
    fn words(&self, node: usize) -> Option<Vec<usize>> {
        match &self.nodes[node] {
            Node::Test(Check::Leaf(leaf)) => Some(vec![*leaf]),
            Node::Bound(_, of) => self.words(*of),
            Node::Either(parts) => {
                let parts = parts.iter().map(|p| self.words(*p)).collect::<Option<Vec<_>>>()?;
                Some(parts.concat())
            }
            _ => None,
        }
    }

    /// The leaves and gaps of a phrase inside one passage.
    fn chain(&self, root: usize) -> Option<Vec<(Times, usize)>> {
        let Node::Bound(Breadth::Passage, of) = self.nodes[root] else { return None };
        let Node::Sequence(parts) = &self.nodes[of] else { return None };
        let mut out = Vec::with_capacity(parts.len());
        let mut gap = Times::between(0, 0);
        for part in parts {
            match &self.nodes[*part] {
                Node::Test(Check::Leaf(leaf)) => {
                    out.push((gap, *leaf));
                    gap = Times::between(0, 0);
                }
                Node::Run(times) if !out.is_empty() && times.max.is_some() => gap = *times,
                _ => return None,
            }
        }
        (gap.max == Some(0)).then_some(out)
    }

    /// Starts of the root and of the parts of relations and choices.
    fn all_starts(&self, root: usize) -> Vec<Option<Vec<usize>>> {
        let mut out = vec![None; self.nodes.len()];
        out[root] = self.starts(root);
        for node in &self.nodes {
            match node {
                Node::Related { of, other, .. } => {
                    out[*of] = self.starts(*of);
                    out[*other] = self.starts(*other);
                }
                Node::Chosen(_, of) => out[*of] = self.starts(*of),
                _ => {}
            }
        }
        out
    }

    /// The leaves at one of which a span of the node begins; `None` if any token may begin it.
    fn starts(&self, node: usize) -> Option<Vec<usize>> {
        let mut out = Vec::new();
        let empty = self.first(node, &mut out)?;
        out.sort_unstable();
        out.dedup();
        (!empty).then_some(out)
    }

    /// Adds the leaves that can begin a node; true if it can be of no token at all.
    fn first(&self, node: usize, out: &mut Vec<usize>) -> Option<bool> {
        match &self.nodes[node] {
            Node::Test(check) => {
                out.extend(first_of(check)?);
                Some(false)
            }
            Node::Run(times) => (times.max == Some(0)).then_some(true),
            Node::Sequence(parts) => {
                for part in parts {
                    if !self.first(*part, out)? {
                        return Some(false);
                    }
                }
                Some(true)
            }
            Node::Either(parts) => {
                let mut empty = false;
                for part in parts {
                    empty |= self.first(*part, out)?;
                }
                Some(empty)
            }
            Node::Repeat(of, times) => Some(self.first(*of, out)? || times.min == 0),
            Node::Edge(..) | Node::Look { .. } => Some(true),
            Node::Whole(_) => None,
            Node::Label(_, of)
            | Node::Related { of, .. }
            | Node::Constrained(of, _)
            | Node::Chosen(_, of)
            | Node::Bound(_, of) => self.first(*of, out),
        }
    }
}

fn need_of(check: &Check) -> Need {
    match check {
        Check::Any | Check::Not(_) => Need::Nothing,
        Check::Leaf(leaf) => Need::Leaf(*leaf),
        Check::All(checks) => all(checks.iter().map(need_of).collect()),
        Check::Some(checks) => any(checks.iter().map(need_of).collect()),
    }
}

fn all(needs: Vec<Need>) -> Need {
    let mut flat: Vec<Need> = Vec::new();
    for need in needs {
        match need {
            Need::Nothing => {}
            Need::All(inner) => flat.extend(inner),
            other => flat.push(other),
        }
    }
    match flat.len() {
        0 => Need::Nothing,
        1 => flat.remove(0),
        _ => Need::All(flat),
    }
}

fn any(mut needs: Vec<Need>) -> Need {
    if needs.contains(&Need::Nothing) {
        return Need::Nothing;
    }
    if needs.len() == 1 { needs.remove(0) } else { Need::Any(needs) }
}

/// Leaves one of which a token that passes has.
fn first_of(check: &Check) -> Option<Vec<usize>> {
    match check {
        Check::Any | Check::Not(_) => None,
        Check::Leaf(leaf) => Some(vec![*leaf]),
        Check::All(checks) => checks.iter().find_map(first_of),
        Check::Some(checks) => {
            Some(checks.iter().map(first_of).collect::<Option<Vec<_>>>()?.concat())
        }
    }
}
