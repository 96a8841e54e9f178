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

mod nested;

mod part;

mod people;

mod scope;

mod units;

use std::ops::Range;

use rayon::prelude::*;

pub use nested::{drop_nested, drop_nested_spans};
pub use part::Sentences;
pub use people::{People, Person};
pub use scope::Scope;

use crate::codebook::Weight;
use crate::index::{PassageRow, Segment, Store, StoreError, Stretch};
use crate::pattern::{PatternError, leftmost_longest};
use crate::query::{Choice, Needle};
use crate::text::TokenSpan;
use load::{Docs, Ranges};
use part::Part;

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
    /// What each of these weighs; empty where nothing is said of weights.
    pub weights: Vec<Weight>,
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
    /// At most so many passages are looked at.
    passages: u64,
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
        let parts = needle.parts.iter().map(|p| Part::new(store, &scope.shared, p));
        let parts = parts.collect::<Result<Vec<_>, _>>()?;
        let passages = parts.iter().map(|p| p.passages(store)).sum();
        Ok(Self { store, scope, choice: needle.choice, parts, passages })
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
        let mut found = Vec::with_capacity(self.parts.len());
        for part in &self.parts {
            found.push(self.of_part(number, part, &docs)?);
        }
        let wide = self.parts.iter().any(Part::is_wide);
        let weighted = self.parts.iter().any(|p| p.weight.is_some());
        let kept = if weighted { found.clone() } else { Vec::new() };
        let mut out = self.in_scope(segment, number, &united(found));
        self.choose(&mut out, wide);
        if weighted {
            for passage in &mut out {
                let weight = |hit: &TokenSpan| {
                    let span = (passage.address.1, hit.start, hit.end);
                    let first = kept.iter().position(|f| f.binary_search(&span).is_ok());
                    first.and_then(|i| self.parts[i].weight).unwrap_or(Weight::ONE)
                };
                passage.weights = passage.hits.iter().map(weight).collect();
            }
        }
        Ok(out)
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
                out.push(PassageHits {
                    rank,
                    row,
                    address: (number, doc),
                    hits: Vec::new(),
                    weights: Vec::new(),
                    all,
                });
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
    let share = store.totals().passages.div_ceil(wanted).max(1);
    let mut out = Vec::new();
    let (mut start, mut passages) = (0, 0);
    for rank in 0..sources {
        passages += u64::from(store.passages(rank));
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

/// Spans of several lists, sorted, each once.
fn united(mut lists: Vec<Spans>) -> Spans {
    lists.retain(|l| !l.is_empty());
    if lists.len() < 2 {
        return lists.pop().unwrap_or_default();
    }
    let mut spans = lists.concat();
    spans.sort_unstable();
    spans.dedup();
    spans
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
            out.insert(at, PassageHits { rank, row, address, hits, weights: Vec::new(), all });
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
