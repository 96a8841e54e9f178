//! What a program needs from one segment: terms, candidate documents, positions.
//!
//! ```text
//! "therapeutic" "alliance.*"
//!   therapeutic  41 passages      walked first: the rarest part that must be there
//!   alliance*    3 terms, 96      only looked up in those 41
//! ```

use crate::index::{PostingsCursor, Segment, StoreError, TermAutomaton, TermHandle};
use crate::pattern::{Leaf, Need, Program, Value};
use crate::text::without_marks;

/// Runs of documents, ascending.
pub(super) type Ranges = Vec<std::ops::Range<u32>>;

/// The terms of a program in one segment.
pub(super) struct Terms {
    /// By leaf.
    leaves: Vec<Vec<TermHandle>>,
    /// By structure: terms of those that files bring, with their tokens.
    structures: Vec<Vec<(TermHandle, u32)>>,
}

impl Terms {
    /// Looks the terms of a program up.
    pub(super) fn new(
        segment: &Segment,
        program: &Program,
        look_ups: &LookUps,
    ) -> Result<Self, StoreError> {
        let leaves = program.leaves.iter().zip(&look_ups.0);
        let leaves = leaves.map(|(leaf, look_up)| leaf_terms(segment, leaf, look_up));
        let structures = program.structures.iter().map(|structure| match &structure.attribute {
            None => segment.structure_terms(&structure.name, None),
            Some((name, value)) => {
                let Ok(matcher) = value.matcher() else { return Ok(Vec::new()) };
                let fits = |v: &str| matcher.fits(v);
                segment.structure_terms(&structure.name, Some((name, &fits)))
            }
        });
        Ok(Self {
            leaves: leaves.collect::<Result<_, _>>()?,
            structures: structures.collect::<Result<_, _>>()?,
        })
    }

    /// At most so many passages have what is needed.
    pub(super) fn passages(&self, need: &Need, segment: &Segment) -> u64 {
        match need {
            Need::Nothing => u64::from(segment.len()),
            Need::Leaf(leaf) => self.leaves[*leaf].iter().map(|t| u64::from(t.passages())).sum(),
            Need::Structure(structure) => {
                self.structures[*structure].iter().map(|t| u64::from(t.0.passages())).sum()
            }
            Need::All(needs) => {
                needs.iter().map(|n| self.passages(n, segment)).min().unwrap_or_default()
            }
            Need::Any(needs) => needs.iter().map(|n| self.passages(n, segment)).sum(),
        }
    }
}

/// How the terms of a program's leaves are looked up, made once for all segments.
pub(super) struct LookUps(Vec<LookUp>);

enum LookUp {
    /// One term.
    Literal(String),
    /// All that begin so.
    Prefix(String),
    /// All that an automaton accepts.
    Automaton(Box<TermAutomaton>),
    /// Every term is asked: accents do not count, or the automaton would be too large.
    Every,
    /// Values of a layer.
    Layer,
}

impl LookUps {
    pub(super) fn new(program: &Program) -> Self {
        let look_up = |leaf: &Leaf| {
            let matcher = &leaf.matcher;
            if leaf.value.layer != Value::TEXT {
                return LookUp::Layer;
            }
            match (&matcher.literal, &matcher.prefix) {
                (Some(form), _) => LookUp::Literal(form.clone()),
                (_, Some(prefix)) => LookUp::Prefix(prefix.clone()),
                _ if matcher.without_accents => LookUp::Every,
                _ => TermAutomaton::new(&matcher.folded)
                    .map_or(LookUp::Every, |a| LookUp::Automaton(Box::new(a))),
            }
        };
        Self(program.leaves.iter().map(look_up).collect())
    }
}

fn leaf_terms(
    segment: &Segment,
    leaf: &Leaf,
    look_up: &LookUp,
) -> Result<Vec<TermHandle>, StoreError> {
    let matcher = &leaf.matcher;
    match look_up {
        LookUp::Literal(form) => Ok(segment.term(form)?.into_iter().collect()),
        LookUp::Prefix(prefix) => segment.terms_with_prefix(prefix),
        LookUp::Automaton(automaton) => segment.terms_accepted(automaton),
        LookUp::Layer => segment.layer_terms(&leaf.value.layer, &|value| matcher.fits(value)),
        LookUp::Every if matcher.exact => {
            // What fits the wider expression is compared with the text later.
            let wide = regex::Regex::new(&format!("^(?:{})$", matcher.folded));
            segment.terms_fitting(&|form| {
                let plain = without_marks(form);
                let form = if matcher.without_accents { &plain } else { form };
                wide.as_ref().is_ok_and(|w| w.is_match(form))
            })
        }
        LookUp::Every => segment.terms_fitting(&|form| matcher.fits(form)),
    }
}

/// Positions of a leaf by document.
#[derive(Clone, Debug, Default)]
pub(super) struct Places {
    docs: Vec<u32>,
    /// Where each document's positions begin in `positions`; one more at the end.
    starts: Vec<u32>,
    positions: Vec<u32>,
}

impl Places {
    pub(super) fn docs(&self) -> &[u32] {
        &self.docs
    }

    /// The positions in the document of a number in `docs`.
    pub(super) fn at(&self, i: usize) -> &[u32] {
        &self.positions[self.starts[i] as usize..self.starts[i + 1] as usize]
    }

    /// The positions in a document; `from` is where to look, and is moved on.
    pub(super) fn of(&self, doc: u32, from: &mut usize) -> &[u32] {
        while self.docs.get(*from).is_some_and(|d| *d < doc) {
            *from += 1;
        }
        if self.docs.get(*from) == Some(&doc) { self.at(*from) } else { &[] }
    }

    /// Of pairs of document and position, sorted, each once.
    pub(super) fn of_pairs(pairs: &[(u32, u32)]) -> Self {
        let mut out = Self::default();
        for (doc, position) in pairs {
            if out.docs.last() != Some(doc) {
                out.docs.push(*doc);
                out.starts.push(narrow(out.positions.len()));
            }
            out.positions.push(*position);
        }
        out.starts.push(narrow(out.positions.len()));
        out
    }

    pub(super) fn pairs(&self) -> impl Iterator<Item = (u32, u32)> + '_ {
        (0..self.docs.len()).flat_map(move |i| self.at(i).iter().map(move |p| (self.docs[i], *p)))
    }
}

fn narrow(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

/// Which documents are looked at.
#[derive(Clone, Debug)]
pub(super) enum Docs {
    /// All in these runs.
    Ranges(Ranges),
    /// These, ascending.
    List(Vec<u32>),
}

/// Loads a program's positions from one segment.
pub(super) struct Loader<'a> {
    segment: &'a Segment,
    terms: &'a Terms,
    /// Widens a list of documents to the units that they are in.
    units: &'a dyn Fn(Vec<u32>) -> Vec<u32>,
    places: Vec<Option<Places>>,
}

impl<'a> Loader<'a> {
    pub(super) fn new(
        segment: &'a Segment,
        terms: &'a Terms,
        units: &'a dyn Fn(Vec<u32>) -> Vec<u32>,
    ) -> Self {
        let places = vec![None; terms.leaves.len()];
        Self { segment, terms, units, places }
    }

    /// The documents of the units that can hold a span, and there the positions of all leaves.
    pub(super) fn load(
        mut self,
        need: &Need,
        docs: &Docs,
    ) -> Result<(Docs, Vec<Places>), StoreError> {
        let found = self.candidates(need, docs, true)?.unwrap_or_else(|| docs.clone());
        let leaves = std::mem::take(&mut self.places);
        let places = leaves.into_iter().enumerate().map(|(leaf, places)| match places {
            Some(places) => Ok(places),
            None => self.places_of(leaf, &found),
        });
        let places = places.collect::<Result<_, StoreError>>()?;
        Ok((found, places))
    }

    /// The documents that have what is needed; `None` for all of `docs`. What is loaded on the way
    /// is kept if it holds for all that may be found at last.
    fn candidates(
        &mut self,
        need: &Need,
        docs: &Docs,
        keep: bool,
    ) -> Result<Option<Docs>, StoreError> {
        let list = match need {
            Need::Nothing => return Ok(None),
            Need::Leaf(leaf) => {
                let places = self.places_of(*leaf, docs)?;
                let list = places.docs.clone();
                if keep {
                    self.places[*leaf] = Some(places);
                }
                list
            }
            Need::Structure(structure) => {
                let terms: Vec<_> =
                    self.terms.structures[*structure].iter().map(|t| &t.0).collect();
                places(self.segment, &terms, docs)?.docs
            }
            Need::All(needs) => {
                let mut order: Vec<&Need> = needs.iter().collect();
                order.sort_by_key(|n| self.terms.passages(n, self.segment));
                let mut found: Option<Docs> = None;
                for need in order {
                    let now = self.candidates(need, found.as_ref().unwrap_or(docs), keep)?;
                    found = now.or(found);
                    if matches!(&found, Some(Docs::List(list)) if list.is_empty()) {
                        break;
                    }
                }
                return Ok(found);
            }
            Need::Any(needs) => {
                let mut list = Vec::new();
                for need in needs {
                    // Inside, a part is looked up only where others of its alternative are.
                    let keep = keep && matches!(need, Need::Leaf(_));
                    match self.candidates(need, docs, keep)? {
                        Some(Docs::List(found)) => list.extend(found),
                        _ => return Ok(None),
                    }
                }
                list.sort_unstable();
                list.dedup();
                list
            }
        };
        Ok(Some(Docs::List((self.units)(list))))
    }

    fn places_of(&self, leaf: usize, docs: &Docs) -> Result<Places, StoreError> {
        places(self.segment, &self.terms.leaves[leaf].iter().collect::<Vec<_>>(), docs)
    }

    /// Where structures of a number in the program begin, with their tokens, in these documents.
    pub(super) fn structures(
        segment: &Segment,
        terms: &Terms,
        structure: usize,
        docs: &Docs,
    ) -> Result<Vec<(u32, u32, u32)>, StoreError> {
        let mut out = Vec::new();
        for (term, tokens) in &terms.structures[structure] {
            let places = places(segment, &[term], docs)?;
            out.extend(places.pairs().map(|(doc, at)| (doc, at, at + tokens)));
        }
        out.sort_unstable();
        out.dedup();
        Ok(out)
    }
}

/// The positions of all of the terms in the documents.
fn places(segment: &Segment, terms: &[&TermHandle], docs: &Docs) -> Result<Places, StoreError> {
    if let [term] = terms {
        let mut out = Places::default();
        walk(segment.postings(term)?, docs, |doc, cursor| {
            out.docs.push(doc);
            out.starts.push(narrow(out.positions.len()));
            cursor.positions(&mut out.positions);
        });
        out.starts.push(narrow(out.positions.len()));
        return Ok(out);
    }
    let mut pairs = Vec::new();
    let mut positions = Vec::new();
    for term in terms {
        walk(segment.postings(term)?, docs, |doc, cursor| {
            positions.clear();
            cursor.positions(&mut positions);
            pairs.extend(positions.iter().map(|p| (doc, *p)));
        });
    }
    pairs.sort_unstable();
    pairs.dedup();
    Ok(Places::of_pairs(&pairs))
}

fn walk(mut cursor: PostingsCursor, docs: &Docs, mut each: impl FnMut(u32, &mut PostingsCursor)) {
    match docs {
        Docs::Ranges(ranges) => {
            for range in ranges {
                cursor.seek(range.start);
                while let Some(doc) = cursor.doc().filter(|d| *d < range.end) {
                    each(doc, &mut cursor);
                    cursor.advance();
                }
            }
        }
        Docs::List(list) => {
            for doc in list {
                cursor.seek(*doc);
                match cursor.doc() {
                    Some(at) if at == *doc => each(*doc, &mut cursor),
                    Some(_) => {}
                    None => break,
                }
            }
        }
    }
}
