//! What a pattern means, by definition: every pair of places is tried. It shares no code with the
//! program's search but the tree of patterns and the comparison of one value with one form.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};

use thematic::pattern::{
    Breadth, Constraint, Direction, Operand, Pattern, Place, Relation, Strategy, Structure, Test,
    Value,
};
use thematic::text::fold;

/// `[start, end)` in tokens of the source.
pub(crate) type Span = (u32, u32);

/// A source as a test wrote it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Source {
    /// Forms as written.
    pub(crate) words: Vec<String>,
    /// Values by layer and token.
    pub(crate) layers: BTreeMap<String, Vec<Option<String>>>,
    /// Structures by name, with attributes.
    pub(crate) structures: Vec<(String, Span, BTreeMap<String, String>)>,
    /// What was enumerated before, of the pattern that is being looked for.
    known: RefCell<HashMap<(usize, Breadth), Vec<Span>>>,
}

/// What labels hold.
type Labels = BTreeMap<String, Span>;

impl Source {
    fn len(&self) -> u32 {
        u32::try_from(self.words.len()).expect("short")
    }

    fn spans_of(&self, structure: &Structure) -> Vec<Span> {
        let name = match structure.name.as_str() {
            "sentence" => "s",
            "u" => "turn",
            "passage" => "p",
            other => other,
        };
        let fits = |attributes: &BTreeMap<String, String>| match &structure.attribute {
            None => true,
            Some((name, value)) => {
                let matcher = value.matcher().expect("a good value");
                attributes.get(name).is_some_and(|v| matcher.fits(v))
            }
        };
        let mut out: Vec<Span> = self
            .structures
            .iter()
            .filter(|(n, _, a)| n == name && fits(a))
            .map(|(_, span, _)| *span)
            .collect();
        if name == "source" {
            out.push((0, self.len()));
        }
        out
    }

    fn region(&self, breadth: Breadth, at: u32) -> Span {
        let name = match breadth {
            Breadth::Passage => "p",
            Breadth::Turn => "turn",
            Breadth::Section => "section",
            Breadth::Source => return (0, self.len()),
        };
        let all = self.spans_of(&Structure::named(name));
        all.into_iter().find(|s| s.0 <= at && at < s.1).unwrap_or((0, self.len()))
    }

    /// Every distinct span of at least one token.
    pub(crate) fn all_spans(&self, pattern: &Pattern) -> Vec<Span> {
        self.known.borrow_mut().clear();
        self.bound_spans(pattern, Breadth::Passage)
    }

    fn bound_spans(&self, pattern: &Pattern, breadth: Breadth) -> Vec<Span> {
        let key = (std::ptr::from_ref(pattern) as usize, breadth);
        if let Some(known) = self.known.borrow().get(&key) {
            return known.clone();
        }
        let mut out = Vec::new();
        for start in 0..self.len() {
            for end in start + 1..=self.len() {
                if !self.bound(pattern, breadth, (start, end), &Labels::new()).is_empty() {
                    out.push((start, end));
                }
            }
        }
        self.known.borrow_mut().insert(key, out.clone());
        out
    }

    /// A part that stands for itself lies inside one region.
    fn bound(&self, p: &Pattern, breadth: Breadth, span: Span, labels: &Labels) -> Vec<Labels> {
        match p {
            Pattern::Either(parts) => {
                parts.iter().flat_map(|p| self.bound(p, breadth, span, labels)).collect()
            }
            Pattern::Label(label, of) => named(label, span, self.bound(of, breadth, span, labels)),
            Pattern::Constrained(of, constraint) => {
                let mut found = self.bound(of, breadth, span, labels);
                found.retain(|l| self.holds(constraint, l) == Some(true));
                found
            }
            Pattern::Whole(_) | Pattern::Related { .. } | Pattern::Chosen(..) => {
                self.fits(p, breadth, span, (0, self.len()), labels)
            }
            other => {
                let region = self.region(breadth, span.0);
                if span.1 > region.1 {
                    return Vec::new();
                }
                self.fits(other, breadth, span, region, labels)
            }
        }
    }

    /// The ways in which a part fits a span inside a window: what its labels hold in each.
    fn fits(
        &self,
        p: &Pattern,
        breadth: Breadth,
        (start, end): Span,
        window: Span,
        labels: &Labels,
    ) -> Vec<Labels> {
        let yes = |is: bool| if is { vec![labels.clone()] } else { Vec::new() };
        match p {
            Pattern::Token(test) => yes(end == start + 1 && self.passes(test, start)),
            Pattern::Sequence(parts) => self.sequence(parts, breadth, (start, end), window, labels),
            Pattern::Either(parts) => {
                let each = |p| self.fits(p, breadth, (start, end), window, labels);
                parts.iter().flat_map(each).collect()
            }
            Pattern::Repeat(of, times) => {
                let most =
                    times.max.unwrap_or(times.min + end - start).min(times.min + end - start);
                let times = times.min..=most;
                times
                    .flat_map(|k| self.repeated(of, k, breadth, (start, end), window, labels))
                    .collect()
            }
            Pattern::Edge(structure, place) => {
                let spans = self.spans_of(structure);
                // Its first, or last, token is in the window.
                let here = |s: &Span| match place {
                    Place::Start => s.0 == start && start < window.1,
                    Place::End => s.1 == start && start > window.0,
                };
                yes(start == end && spans.iter().any(here))
            }
            Pattern::Whole(structure) => yes(self.spans_of(structure).contains(&(start, end))),
            Pattern::Look { direction, wanted, of } => {
                let sees = |other: Span| !self.fits(of, breadth, other, window, labels).is_empty();
                let found = match direction {
                    Direction::Ahead => (start..=window.1).any(|e| sees((start, e))),
                    Direction::Behind => (window.0..=start).any(|s| sees((s, start))),
                };
                yes(start == end && found == *wanted)
            }
            Pattern::Label(label, of) => {
                named(label, (start, end), self.fits(of, breadth, (start, end), window, labels))
            }
            Pattern::Related { of, relation, wanted, other } => {
                let inside = *relation == Relation::Within && *wanted;
                let wider = if inside { reach(other).max(breadth) } else { breadth };
                let ways = joined(labels, self.bound(of, wider, (start, end), &Labels::new()));
                if ways.is_empty() || start == end {
                    return Vec::new();
                }
                let lies = |o: &Span| match relation {
                    Relation::Within => o.0 <= start && end <= o.1,
                    Relation::Containing => start <= o.0 && o.1 <= end,
                    Relation::Overlapping => (start..end).any(|at| o.0 <= at && at < o.1),
                };
                let found = self.bound_spans(other, reach(other).max(breadth)).iter().any(lies);
                if found == *wanted { ways } else { Vec::new() }
            }
            Pattern::Constrained(of, constraint) => {
                let mut found = self.fits(of, breadth, (start, end), window, labels);
                found.retain(|l| self.holds(constraint, l) == Some(true));
                found
            }
            Pattern::Chosen(strategy, of) => {
                let all = self.bound_spans(of, breadth);
                if chosen(*strategy, &all).contains(&(start, end)) {
                    joined(labels, self.bound(of, breadth, (start, end), &Labels::new()))
                } else {
                    Vec::new()
                }
            }
        }
    }

    fn sequence(
        &self,
        parts: &[Pattern],
        breadth: Breadth,
        (start, end): Span,
        window: Span,
        labels: &Labels,
    ) -> Vec<Labels> {
        let Some((first, rest)) = parts.split_first() else {
            return if start == end { vec![labels.clone()] } else { Vec::new() };
        };
        let mut out = Vec::new();
        for middle in start..=end {
            for labels in self.fits(first, breadth, (start, middle), window, labels) {
                out.extend(self.sequence(rest, breadth, (middle, end), window, &labels));
            }
        }
        out.sort();
        out.dedup();
        out
    }

    fn repeated(
        &self,
        of: &Pattern,
        times: u32,
        breadth: Breadth,
        (start, end): Span,
        window: Span,
        labels: &Labels,
    ) -> Vec<Labels> {
        if times == 0 {
            return if start == end { vec![labels.clone()] } else { Vec::new() };
        }
        let mut out = Vec::new();
        for middle in start..=end {
            for labels in self.fits(of, breadth, (start, middle), window, labels) {
                out.extend(self.repeated(of, times - 1, breadth, (middle, end), window, &labels));
            }
        }
        out.sort();
        out.dedup();
        out
    }

    fn passes(&self, test: &Test, token: u32) -> bool {
        match test {
            Test::Any => true,
            Test::Is(value) => {
                let matcher = value.matcher().expect("a good value");
                let word = &self.words[token as usize];
                if value.layer == Value::TEXT {
                    matcher.fits(if matcher.exact {
                        word
                    } else {
                        return matcher.fits(&fold(word));
                    })
                } else {
                    self.value(&value.layer, token).is_some_and(|v| matcher.fits(&v))
                }
            }
            Test::Not(test) => !self.passes(test, token),
            Test::All(tests) => tests.iter().all(|t| self.passes(t, token)),
            Test::Some(tests) => tests.iter().any(|t| self.passes(t, token)),
        }
    }

    fn value(&self, layer: &str, token: u32) -> Option<String> {
        if layer == Value::TEXT {
            return Some(fold(&self.words[token as usize]).into_owned());
        }
        self.layers.get(layer)?[token as usize].clone()
    }

    fn holds(&self, constraint: &Constraint, labels: &Labels) -> Option<bool> {
        let text = |label: &String, layer: &str| -> Option<Option<String>> {
            let (start, end) = *labels.get(label)?;
            let values: Option<Vec<String>> = (start..end).map(|t| self.value(layer, t)).collect();
            Some(values.map(|v| v.join(" ").to_lowercase()))
        };
        match constraint {
            Constraint::Compare { label, layer, equal, with } => {
                let left = text(label, layer)?;
                let same = match with {
                    Operand::Label(label, layer) => {
                        let right = text(label, layer)?;
                        left.is_some() && left == right
                    }
                    Operand::Value(value) => {
                        let matcher = value.matcher().expect("a good value");
                        left.is_some_and(|l| matcher.fits(&l))
                    }
                };
                Some(same == *equal)
            }
            Constraint::Distance { from, to, comparison, words } => {
                let (from, to) = (labels.get(from)?.0, labels.get(to)?.0);
                Some(comparison.holds(i64::from(to) - i64::from(from), *words))
            }
            Constraint::Present(label) => Some(labels.contains_key(label)),
            Constraint::Not(of) => self.holds(of, labels).map(|h| !h),
            Constraint::All(parts) => {
                Some(parts.iter().all(|p| self.holds(p, labels) == Some(true)))
            }
            Constraint::Some(parts) => {
                Some(parts.iter().any(|p| self.holds(p, labels) == Some(true)))
            }
        }
    }
}

/// What is looked at as a whole sees no label around it, and adds its own.
fn joined(around: &Labels, ways: Vec<Labels>) -> Vec<Labels> {
    let with = |own: Labels| {
        let mut labels = around.clone();
        labels.extend(own);
        labels
    };
    ways.into_iter().map(with).collect()
}

fn named(label: &str, span: Span, ways: Vec<Labels>) -> Vec<Labels> {
    let with = |mut labels: Labels| {
        labels.insert(label.to_owned(), span);
        labels
    };
    ways.into_iter().map(with).collect()
}

/// How far a `within` on this side lets a span reach.
fn reach(p: &Pattern) -> Breadth {
    match p {
        Pattern::Whole(structure) => match structure.name.as_str() {
            "turn" | "u" => Breadth::Turn,
            "section" => Breadth::Section,
            "source" => Breadth::Source,
            _ => Breadth::Passage,
        },
        Pattern::Related { of, .. }
        | Pattern::Repeat(of, _)
        | Pattern::Label(_, of)
        | Pattern::Constrained(of, _)
        | Pattern::Chosen(_, of) => reach(of),
        Pattern::Either(parts) | Pattern::Sequence(parts) => {
            parts.iter().map(reach).max().unwrap_or_default()
        }
        _ => Breadth::Passage,
    }
}

/// A strategy by its definition.
pub(crate) fn chosen(strategy: Strategy, all: &[Span]) -> Vec<Span> {
    let holds = |a: &Span, b: &Span| a != b && a.0 <= b.0 && b.1 <= a.1;
    let only = |list: &[Span], keep: &dyn Fn(&Span) -> bool| -> Vec<Span> {
        list.iter().copied().filter(|s| keep(s)).collect()
    };
    match strategy {
        Strategy::All => all.to_vec(),
        Strategy::Longest => only(all, &|s| !all.iter().any(|o| holds(o, s))),
        Strategy::Shortest => only(all, &|s| !all.iter().any(|o| holds(s, o))),
        Strategy::Standard => {
            let first = only(all, &|s| !all.iter().any(|o| o.0 == s.0 && o.1 < s.1));
            only(&first, &|s| !first.iter().any(|o| o.1 == s.1 && o.0 < s.0))
        }
    }
}

/// Leftmost-longest, by definition: again and again the first start, and of it the longest.
pub(crate) fn leftmost_longest(all: &[Span]) -> Vec<Span> {
    let mut out: Vec<Span> = Vec::new();
    loop {
        let from = out.last().map_or(0, |s| s.1);
        let left = all.iter().filter(|s| s.0 >= from);
        let Some(next) = left.min_by_key(|s| (s.0, u32::MAX - s.1)) else { return out };
        out.push(*next);
    }
}
