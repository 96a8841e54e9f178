//! A plan meets the index: needles x store -> hits, in the order of the corpus.
//!
//! ```text
//! scope   which passages, and which stretches of them, a filter lets through
//! load    a program's terms and positions in one segment, rarest part first
//! units   programs run on passages, or on wider units where a `within` asks for them
//! search  spans inside the scope, exceptions taken away, hits chosen
//! ```
//! A hit is a place. Text is read only where a pattern asks for exact forms or compares values.

mod load;

mod people;

mod scope;

mod units;

use std::ops::Range;

use rayon::prelude::*;

pub use people::{People, Person};
pub use scope::Scope;

use crate::index::{PassageRow, Segment, Store, StoreError, Stretch};
use crate::pattern::{Breadth, Pattern, PatternError, Program, leftmost_longest};
use crate::query::{Choice, Needle};
use crate::text::TokenSpan;
use load::{Docs, LookUps, Ranges, Terms};

/// `(document, first token, one past the last)` in the passage in which a span begins; sorted.
pub(crate) type Spans = Vec<(u32, u32, u32)>;

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum SearchError {
    /// The store is damaged.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A pattern can't be made ready.
    #[error("pattern: {}", .0.message)]
    Pattern(PatternError),
    /// A pattern needs too many steps.
    #[error(
        "the pattern needs too many steps in {key}, passage {passage}; give it fewer or smaller repetitions, or a narrower `within`"
    )]
    TooCostly {
        /// The source.
        key: String,
        /// The passage, from 1, in which that unit begins.
        passage: u32,
    },
}

/// The hits of one needle in one passage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PassageHits {
    /// Place of the source in the order of output.
    pub rank: u32,
    /// The passage's numbers.
    pub row: PassageRow,
    /// Where its columns are: segment and document.
    pub address: (u32, u32),
    /// The hits that were chosen, by start; tokens of the passage, the end perhaps in a later one.
    pub hits: Vec<TokenSpan>,
    /// Every distinct span that fits.
    pub all: Vec<TokenSpan>,
}

/// Passages that are searched at a time where hits are streamed.
const BATCH_PASSAGES: u64 = 40_000;

/// Passages that one thread searches at a time.
const TASK_PASSAGES: u32 = 10_000;

/// A needle, looked up in every segment.
pub struct Search<'s> {
    store: &'s Store,
    scope: &'s Scope<'s>,
    choice: Choice,
    parts: Vec<Part>,
    /// By segment, by part.
    terms: Vec<Vec<PartTerms>>,
    /// At most so many passages are looked at.
    passages: u64,
}

struct Part {
    find: Vec<Program>,
    except: Vec<Program>,
}

struct PartTerms {
    find: Vec<Terms>,
    except: Vec<Terms>,
}

impl<'s> Search<'s> {
    /// Looks a needle's words up.
    ///
    /// # Errors
    /// The store is damaged, or a pattern can't be made ready.
    pub fn new(
        store: &'s Store,
        scope: &'s Scope<'s>,
        needle: &Needle,
    ) -> Result<Self, SearchError> {
        let programs = |pattern: &Pattern| programs(store, pattern);
        let mut parts = Vec::with_capacity(needle.parts.len());
        for part in &needle.parts {
            let except = part.except.as_ref().map(programs).transpose()?.unwrap_or_default();
            parts.push(Part { find: programs(&part.find)?, except });
        }
        let look_ups = |programs: &[Program]| programs.iter().map(LookUps::new).collect::<Vec<_>>();
        let ways: Vec<_> = parts.iter().map(|p| (look_ups(&p.find), look_ups(&p.except))).collect();
        let look_up = |segment: &Segment| -> Result<Vec<PartTerms>, StoreError> {
            let all = |programs: &[Program], ways: &[LookUps]| {
                let programs = programs.iter().zip(ways);
                programs.map(|(p, way)| Terms::new(segment, p, way)).collect::<Result<Vec<_>, _>>()
            };
            let parts = parts.iter().zip(&ways);
            parts
                .map(|(part, (find, except))| {
                    let (find, except) = (all(&part.find, find)?, all(&part.except, except)?);
                    Ok(PartTerms { find, except })
                })
                .collect()
        };
        let terms: Vec<Vec<PartTerms>> =
            store.segments.par_iter().map(look_up).collect::<Result<_, _>>()?;
        let mut passages = 0;
        for (segment, terms) in store.segments.iter().zip(&terms) {
            for (part, terms) in parts.iter().zip(terms) {
                let of = part.find.iter().zip(&terms.find);
                passages += of.map(|(p, t)| t.passages(&p.need, segment)).sum::<u64>();
            }
        }
        Ok(Self { store, scope, choice: needle.choice, parts, terms, passages })
    }

    /// All hits, by source and passage.
    ///
    /// # Errors
    /// The store is damaged, or a pattern needs too many steps.
    pub fn all(&self) -> Result<Vec<PassageHits>, SearchError> {
        self.of_sources(None)
    }

    /// At most so many passages are looked at.
    #[must_use]
    pub const fn passages(&self) -> u64 {
        self.passages
    }

    /// The hits in a run of sources, by source and passage.
    ///
    /// # Errors
    /// The store is damaged, or a pattern needs too many steps.
    pub fn batch(&self, ranks: Range<u32>) -> Result<Vec<PassageHits>, SearchError> {
        let all = ranks.start == 0 && ranks.end as usize >= self.store.len();
        self.of_sources((!all).then_some(&ranks))
    }

    fn of_sources(&self, ranks: Option<&Range<u32>>) -> Result<Vec<PassageHits>, SearchError> {
        let mut tasks: Vec<(u32, Ranges)> = Vec::new();
        for (segment, number) in self.store.segments.iter().zip(0..) {
            match ranks {
                None if self.passages < u64::from(TASK_PASSAGES) => {
                    tasks.push((number, std::iter::once(0..segment.len()).collect()));
                }
                ranks => {
                    let runs = self.runs(segment, ranks);
                    tasks.extend(runs.into_iter().map(|r| (number, r)));
                }
            }
        }
        let found = tasks
            .par_iter()
            .map(|(segment, ranges)| self.task(*segment, ranges))
            .collect::<Result<Vec<_>, _>>()?;
        let mut found: Vec<PassageHits> = found.into_iter().flatten().collect();
        found.sort_by_key(|p| (p.rank, p.row.passage));
        Ok(found)
    }

    /// The documents of sources in a segment, in runs for one thread each.
    fn runs(&self, segment: &Segment, ranks: Option<&Range<u32>>) -> Vec<Ranges> {
        let mut out: Vec<Ranges> = Vec::new();
        let mut room = 0;
        for (source, docs) in segment.sources() {
            let rank = self.store.rank(*source);
            if !rank.is_some_and(|r| ranks.is_none_or(|ranks| ranks.contains(&r))) {
                continue;
            }
            if room < docs.end - docs.start {
                out.push(Vec::new());
                room = TASK_PASSAGES;
            }
            room = room.saturating_sub(docs.end - docs.start);
            if let Some(ranges) = out.last_mut() {
                match ranges.last_mut() {
                    Some(last) if last.end == docs.start => last.end = docs.end,
                    _ => ranges.push(docs.clone()),
                }
            }
        }
        out
    }

    fn task(&self, number: u32, ranges: &Ranges) -> Result<Vec<PassageHits>, SearchError> {
        let segment = &self.store.segments[number as usize];
        let docs = Docs::Ranges(ranges.clone());
        let mut spans: Spans = Vec::new();
        let mut lists = 0;
        let mut wide = false;
        for (part, terms) in self.parts.iter().zip(&self.terms[number as usize]) {
            let mut found = self.union(segment, &part.find, &terms.find, &docs)?;
            wide |= part.find.iter().any(|p| p.breadth != Breadth::Passage);
            if !part.except.is_empty() && !found.is_empty() {
                let mut list: Vec<u32> = found.iter().map(|s| s.0).collect();
                list.dedup();
                let near = if wide { docs.clone() } else { Docs::List(list) };
                let excepted = self.union(segment, &part.except, &terms.except, &near)?;
                found = without(segment, found, &excepted);
            }
            lists += usize::from(!found.is_empty());
            if spans.is_empty() {
                spans = found;
            } else {
                spans.extend(found);
            }
        }
        if lists > 1 {
            spans.sort_unstable();
            spans.dedup();
        }
        let mut out = self.in_scope(segment, number, &spans);
        self.choose(&mut out, wide);
        Ok(out)
    }

    fn union(
        &self,
        segment: &Segment,
        programs: &[Program],
        terms: &[Terms],
        docs: &Docs,
    ) -> Result<Spans, SearchError> {
        let mut spans = Vec::new();
        for (program, terms) in programs.iter().zip(terms) {
            let found = units::program_spans(self.store, segment, program, terms, docs)?;
            if spans.is_empty() {
                spans = found;
            } else {
                spans.extend(found);
            }
        }
        if programs.len() > 1 {
            spans.sort_unstable();
            spans.dedup();
        }
        Ok(spans)
    }

    fn in_scope(&self, segment: &Segment, number: u32, spans: &Spans) -> Vec<PassageHits> {
        let mut out = Vec::new();
        let mut stretches: Vec<Stretch> = Vec::new();
        for group in spans.chunk_by(|a, b| a.0 == b.0) {
            let doc = group[0].0;
            let Some((rank, row)) = self.scope.passage(segment, doc) else {
                continue;
            };
            let allowed = self.scope.allowed(segment, doc, rank, &row, &mut stretches);
            let mut inside = |s: &TokenSpan| {
                let here = TokenSpan::new(s.start, s.end.min(row.tokens));
                let next = allowed.partition_point(|a| a.start <= s.start);
                let starts_well = next.checked_sub(1).is_some_and(|i| allowed[i].contains(here));
                starts_well
                    && (s.end <= row.tokens
                        || self.goes_on(segment, doc, &row, s.end, &mut stretches))
            };
            let all: Vec<TokenSpan> = group
                .iter()
                .map(|(_, s, e)| TokenSpan::new(*s, *e))
                .filter(|s| inside(s))
                .collect();
            if !all.is_empty() {
                out.push(PassageHits { rank, row, address: (number, doc), hits: Vec::new(), all });
            }
        }
        out
    }

    /// True when the passages after one are in scope up to where a span of it ends.
    fn goes_on(
        &self,
        segment: &Segment,
        doc: u32,
        row: &PassageRow,
        end: u32,
        stretches: &mut Vec<Stretch>,
    ) -> bool {
        let mut left = end - row.tokens;
        for doc in doc + 1.. {
            if left == 0 {
                break;
            }
            let Some((rank, next)) = self.scope.passage(segment, doc) else { return false };
            let part = TokenSpan::new(0, left.min(next.tokens));
            let allowed = self.scope.allowed(segment, doc, rank, &next, stretches);
            if next.source != row.source || !allowed.iter().any(|a| a.contains(part)) {
                return false;
            }
            left -= part.end;
        }
        true
    }

    /// Chooses the hits among all spans.
    fn choose(&self, found: &mut [PassageHits], wide: bool) {
        if !wide {
            for passage in found {
                passage.hits = self.chosen(&passage.all);
            }
            return;
        }
        // Spans that reach over passages are chosen over the whole source.
        for source in found.chunk_by_mut(|a, b| a.rank == b.rank) {
            let all: Vec<TokenSpan> =
                source.iter().flat_map(|p| p.all.iter().map(|s| moved(*s, p.row.start))).collect();
            let hits = self.chosen(&all);
            for passage in source {
                let place = passage.row.start..passage.row.start + passage.row.tokens;
                let first = hits.partition_point(|h| h.start < place.start);
                let own = hits[first..].iter().take_while(|h| h.start < place.end);
                passage.hits = own
                    .map(|h| TokenSpan::new(h.start - place.start, h.end - place.start))
                    .collect();
            }
        }
    }

    fn chosen(&self, all: &[TokenSpan]) -> Vec<TokenSpan> {
        match self.choice {
            Choice::LeftmostLongest => leftmost_longest(all),
            Choice::By(strategy) => strategy.choose(all),
        }
    }
}

const fn moved(span: TokenSpan, by: u32) -> TokenSpan {
    TokenSpan::new(span.start + by, span.end + by)
}

/// Runs of sources, in the order of output, with about so many passages to look at in each that
/// their hits need little memory; `passages` of all are looked at.
#[must_use]
pub fn batches(store: &Store, passages: u64) -> Vec<Range<u32>> {
    let sources = u32::try_from(store.len()).unwrap_or(u32::MAX);
    let wanted = passages.div_ceil(BATCH_PASSAGES).max(1);
    let share = store.catalogue.passages().div_ceil(wanted).max(1);
    let mut out = Vec::new();
    let (mut start, mut passages) = (0, 0);
    for rank in 0..sources {
        passages += u64::from(store.entry(rank).passages);
        if passages >= share {
            out.push(start..rank + 1);
            (start, passages) = (rank + 1, 0);
        }
    }
    if start < sources {
        out.push(start..sources);
    }
    out
}

/// The programs of a pattern: one for all its single words, one for each other alternative.
fn programs(store: &Store, pattern: &Pattern) -> Result<Vec<Program>, SearchError> {
    let ready =
        |pattern: &Pattern| Program::new(pattern, &store.structures).map_err(SearchError::Pattern);
    let Pattern::Either(alternatives) = pattern else {
        return Ok(vec![ready(pattern)?]);
    };
    let (words, others): (Vec<&Pattern>, Vec<&Pattern>) =
        alternatives.iter().partition(|p| matches!(p, Pattern::Token(_)));
    let words = crate::pattern::any_of(words.into_iter().cloned().collect());
    words.iter().chain(others).map(ready).collect()
}

/// The hits of a needle, by source and passage.
///
/// # Errors
/// The store is damaged, or a pattern can't be made ready or needs too many steps.
pub fn search(
    store: &Store,
    scope: &Scope<'_>,
    needle: &Needle,
) -> Result<Vec<PassageHits>, SearchError> {
    Search::new(store, scope, needle)?.all()
}

/// Hits cut where passages end, each piece with its own passage; no `all`.
///
/// Only hits of a pattern that a `within` widens reach over a passage's end.
#[must_use]
pub fn cut_at_passages(store: &Store, found: Vec<PassageHits>) -> Vec<PassageHits> {
    if found.iter().all(|p| p.hits.iter().all(|h| h.end <= p.row.tokens)) {
        return found;
    }
    let mut out: Vec<PassageHits> = Vec::new();
    let mut add = |rank: u32, row: PassageRow, address: (u32, u32), piece: TokenSpan| {
        let at = out.partition_point(|p| (p.rank, p.row.passage) < (rank, row.passage));
        if out.get(at).is_none_or(|p| (p.rank, p.row.passage) != (rank, row.passage)) {
            let (hits, all) = (Vec::new(), Vec::new());
            out.insert(at, PassageHits { rank, row, address, hits, all });
        }
        out[at].hits.push(piece);
    };
    for passage in found {
        let (number, doc) = passage.address;
        let segment = &store.segments[number as usize];
        for hit in &passage.hits {
            let (mut row, mut doc, mut rest) = (passage.row, doc, *hit);
            while rest.end > row.tokens {
                let piece = TokenSpan::new(rest.start, row.tokens);
                add(passage.rank, row, (number, doc), piece);
                rest = TokenSpan::new(0, rest.end - row.tokens);
                doc += 1;
                match segment.row(doc) {
                    Some(next) => row = next,
                    None => break,
                }
            }
            if rest.end <= row.tokens {
                add(passage.rank, row, (number, doc), rest);
            }
        }
    }
    out
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
