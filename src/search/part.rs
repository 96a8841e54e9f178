//! Patterns with what takes their hits away and what must stand beside them, looked up in every segment.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::{Arc, Mutex};

use rayon::prelude::*;

use super::load::{Docs, LookUps, Terms};
use super::{Search, SearchError, Spans, united, units};
use crate::codebook::{Condition, ThemePart, ThemePattern, Unit, Weight};
use crate::index::{Segment, Store};
use crate::pattern::{Breadth, Pattern, Program};

/// A part of a needle, ready to be run.
pub(super) struct Part {
    find: Vec<Ready>,
    except: Arc<Vec<Ready>>,
    pub(super) weight: Option<Weight>,
    only: Vec<Only>,
}

/// A program, and its terms by segment.
struct Ready {
    program: Program,
    terms: Vec<Terms>,
}

/// What must, and must not, have a hit in the unit of a hit.
struct Only {
    within: Unit,
    all: Vec<Arc<Vec<Part>>>,
    none: Vec<Arc<Vec<Part>>>,
}

/// Things by their places, and what was made of them.
type Known<K, V> = Mutex<HashMap<usize, (Arc<K>, Arc<V>)>>;

/// What themes share, exceptions of a branch and themes that others build on, looked up once.
///
/// Keys are the places of what was looked up; what is kept beside them keeps these places taken.
#[derive(Default)]
pub(super) struct Shared {
    exceptions: Known<Pattern, Vec<Ready>>,
    themes: Known<ThemePattern, Vec<Part>>,
    /// Units of documents in which a theme has a hit.
    units: Mutex<HashMap<UnitsKey, Arc<UnitList>>>,
}

/// Units of a segment, sorted.
type UnitList = Vec<(u32, u32)>;

/// A theme by the place of what was looked up, a kind of unit, a segment and its documents.
type UnitsKey = (usize, Unit, u32, Vec<Range<u32>>);

impl std::fmt::Debug for Shared {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Shared").finish_non_exhaustive()
    }
}

/// What is known of a thing, or what is made of it; two threads may make the same, which is as well.
fn shared<K, V>(
    known: &Known<K, V>,
    key: &Arc<K>,
    make: impl FnOnce() -> Result<V, SearchError>,
) -> Result<Arc<V>, SearchError> {
    let place = Arc::as_ptr(key).addr();
    let there = known.lock().ok().and_then(|known| known.get(&place).map(|v| Arc::clone(&v.1)));
    if let Some(there) = there {
        return Ok(there);
    }
    let made = Arc::new(make()?);
    if let Ok(mut known) = known.lock() {
        known.insert(place, (Arc::clone(key), Arc::clone(&made)));
    }
    Ok(made)
}

impl Part {
    pub(super) fn new(
        store: &Store,
        shares: &Shared,
        part: &ThemePart,
    ) -> Result<Self, SearchError> {
        let set = |theme: &Arc<ThemePattern>| {
            shared(&shares.themes, theme, || {
                theme.parts.iter().map(|p| Self::new(store, shares, p)).collect()
            })
        };
        let only = |condition: &Condition| {
            Ok::<_, SearchError>(Only {
                within: condition.within,
                all: condition.all.iter().map(set).collect::<Result<_, _>>()?,
                none: condition.none.iter().map(set).collect::<Result<_, _>>()?,
            })
        };
        let except = part.except.as_ref();
        let except =
            except.map(|e| shared(&shares.exceptions, e, || ready(store, e))).transpose()?;
        Ok(Self {
            find: ready(store, &part.find)?,
            except: except.unwrap_or_default(),
            weight: part.weight,
            only: part.only.iter().map(only).collect::<Result<_, _>>()?,
        })
    }

    /// At most so many passages are looked at.
    pub(super) fn passages(&self, store: &Store) -> u64 {
        let of = |ready: &Ready| {
            let segments = store.segments.iter().zip(&ready.terms);
            segments.map(|(s, terms)| terms.passages(&ready.program.need, s)).sum::<u64>()
        };
        self.find.iter().map(of).sum()
    }

    /// True when spans may reach over a passage's end.
    pub(super) fn is_wide(&self) -> bool {
        self.find.iter().any(|r| r.program.breadth != Breadth::Passage)
    }
}

/// The programs of a pattern: one for all its single words, one for each other alternative.
fn ready(store: &Store, pattern: &Pattern) -> Result<Vec<Ready>, SearchError> {
    let ready = |pattern: &Pattern| {
        let program =
            Program::new(pattern, &store.totals().structures).map_err(SearchError::Pattern)?;
        let look_ups = LookUps::new(&program);
        let terms = store.segments.iter().map(|s| Terms::new(s, &program, &look_ups));
        let terms = terms.collect::<Result<_, _>>()?;
        Ok(Ready { program, terms })
    };
    let Pattern::Either(alternatives) = pattern else {
        return Ok(vec![ready(pattern)?]);
    };
    let (words, others): (Vec<&Pattern>, Vec<&Pattern>) =
        alternatives.iter().partition(|p| matches!(p, Pattern::Token(_)));
    let words = crate::pattern::any_of(words.into_iter().cloned().collect());
    let all: Vec<&Pattern> = words.iter().chain(others).collect();
    all.par_iter().map(|p| ready(p)).collect()
}

impl Search<'_> {
    /// The spans of a part in these documents, under its exceptions and conditions.
    pub(super) fn of_part(
        &self,
        number: u32,
        part: &Part,
        docs: &Docs,
    ) -> Result<Spans, SearchError> {
        let segment = &self.store.segments[number as usize];
        let mut found = self.union(number, &part.find, docs)?;
        if !part.except.is_empty() && !found.is_empty() {
            let near = if part.is_wide() { docs.clone() } else { docs_of(&found) };
            let excepted = self.union(number, &part.except, &near)?;
            found = without(segment, found, &excepted);
        }
        for only in &part.only {
            if !found.is_empty() {
                found = self.under(number, only, found, docs)?;
            }
        }
        Ok(found)
    }

    fn union(&self, number: u32, programs: &[Ready], docs: &Docs) -> Result<Spans, SearchError> {
        let segment = &self.store.segments[number as usize];
        let mut lists = Vec::with_capacity(programs.len());
        for Ready { program, terms } in programs {
            let terms = &terms[number as usize];
            lists.push(units::program_spans(self.store, segment, program, terms, docs)?);
        }
        Ok(united(lists))
    }

    /// The spans in whose units a condition holds.
    ///
    /// Both sides are what is searched: a theme that a filter leaves out has no hit there.
    fn under(
        &self,
        number: u32,
        only: &Only,
        mut found: Spans,
        docs: &Docs,
    ) -> Result<Spans, SearchError> {
        let segment = &self.store.segments[number as usize];
        let mut unit = UnitOf { segment, within: only.within, sentences: Sentences::default() };
        let wanted = only.all.iter().map(|set| (set, true));
        for (set, wanted) in wanted.chain(only.none.iter().map(|set| (set, false))) {
            if found.is_empty() {
                break;
            }
            let units = self.units_with(number, set, only.within, docs)?;
            found.retain(|(doc, start, _)| {
                units.binary_search(&unit.of(*doc, *start)).is_ok() == wanted
            });
        }
        Ok(found)
    }

    /// The units of these documents in which a theme has a hit that is searched; worked out once
    /// for all themes that ask, however they build on each other.
    fn units_with(
        &self,
        number: u32,
        set: &Arc<Vec<Part>>,
        within: Unit,
        docs: &Docs,
    ) -> Result<Arc<UnitList>, SearchError> {
        let ranges = match docs {
            Docs::Ranges(ranges) => ranges.clone(),
            Docs::List(_) => Vec::new(),
        };
        let key = (Arc::as_ptr(set).addr(), within, number, ranges);
        let known = || self.scope.shared.units.lock().ok();
        if let Some(there) = known().and_then(|known| known.get(&key).map(Arc::clone)) {
            return Ok(there);
        }
        let mut lists = Vec::with_capacity(set.len());
        for part in set.iter() {
            lists.push(self.of_part(number, part, docs)?);
        }
        let segment = &self.store.segments[number as usize];
        let mut unit = UnitOf { segment, within, sentences: Sentences::default() };
        let mut units = UnitList::new();
        for passage in self.in_scope(segment, number, &united(lists)) {
            let doc = passage.address.1;
            units.extend(passage.all.iter().map(|s| unit.of(doc, s.start)));
        }
        units.sort_unstable();
        units.dedup();
        let units = Arc::new(units);
        if let Some(mut known) = known() {
            known.insert(key, Arc::clone(&units));
        }
        Ok(units)
    }
}

/// The documents that spans begin in.
fn docs_of(spans: &Spans) -> Docs {
    let mut list: Vec<u32> = spans.iter().map(|s| s.0).collect();
    list.dedup();
    Docs::List(list)
}

/// Tells the unit of a token from others of the segment.
struct UnitOf<'s> {
    segment: &'s Segment,
    within: Unit,
    sentences: Sentences,
}

impl UnitOf<'_> {
    fn of(&mut self, doc: u32, token: u32) -> (u32, u32) {
        let row = || self.segment.row(doc);
        match self.within {
            Unit::Passage | Unit::Participant => (doc, 0),
            Unit::Sentence => (doc, self.sentences.start(self.segment, doc, token)),
            Unit::Turn => row().map_or((u32::MAX, doc), |r| (r.source, r.turn)),
            Unit::Section => row().map_or((u32::MAX, doc), |r| (r.source, r.section)),
            Unit::Source => row().map_or((u32::MAX, doc), |r| (r.source, 0)),
        }
    }
}

/// Where the sentences of the passage begin that was asked for last.
#[derive(Debug, Default)]
pub struct Sentences {
    of: Option<u32>,
    starts: Vec<u32>,
}

impl Sentences {
    /// The first token of the sentence that holds a token of a passage; passages of one segment are
    /// asked for.
    pub fn start(&mut self, segment: &Segment, doc: u32, token: u32) -> u32 {
        if self.of != Some(doc) {
            self.of = Some(doc);
            self.starts.clear();
            self.starts.extend(std::iter::once(0).chain(segment.sentences(doc)));
        }
        let next = self.starts.partition_point(|s| *s <= token);
        self.starts[next.saturating_sub(1)]
    }
}

/// The spans that share no token with an excepted one.
fn without(segment: &Segment, spans: Spans, excepted: &Spans) -> Spans {
    // In tokens of the source, for a span may reach over its passage.
    let place = |(doc, start, end): &(u32, u32, u32)| {
        let row = segment.row(*doc);
        let (source, first) = row.map_or((u32::MAX, 0), |r| (r.source, r.start));
        (source, first + start, first + end)
    };
    let mut others: Vec<(u32, u32, u32)> = excepted.iter().map(place).collect();
    others.sort_unstable();
    // The furthest end of the excepted spans up to each, so that a look back sees all of them.
    let mut reach: Vec<(u32, u32, u32)> = Vec::with_capacity(others.len());
    for (source, start, end) in others {
        let before = reach.last().filter(|r| r.0 == source).map_or(0, |r| r.2);
        reach.push((source, start, before.max(end)));
    }
    let overlapped = |span: &(u32, u32, u32)| {
        let (source, start, end) = place(span);
        let next = reach.partition_point(|r| (r.0, r.1) < (source, end));
        next.checked_sub(1).is_some_and(|i| reach[i].0 == source && start < reach[i].2)
    };
    spans.into_iter().filter(|s| !overlapped(s)).collect()
}
