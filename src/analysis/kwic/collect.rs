//! Which lines, in which order.
//!
//! A line is chosen by chance through a digest of its own place and the seed, so that the same
//! lines are chosen on every machine, and a source more or less elsewhere changes nothing.

use std::cmp::Ordering;
use std::collections::{BinaryHeap, HashSet};

use rayon::prelude::*;

use super::{Hit, KwicRow, Lines};
use crate::analysis::FastMap;
use crate::analysis::groups::field_value;
use crate::analysis::kwic::text::Reader;
use crate::index::{PassageRow, Said, Store, StoreError, Stretch};
use crate::query::{Context, Extent, Kwic, Overlap, Pick, Plan, SortBy, SortKey};
use crate::search::{People, Scope, Search, SearchError, batches, drop_nested};
use crate::text::{TokenSpan, without_marks};

/// Hits that are kept as places; more are searched for again when their lines are made.
const KEEP: usize = 200_000;

/// Bytes of lines that are made at a time, about.
const CHUNK_BYTES: usize = 10_000_000;

/// The same of a sorted concordance: each time most sources are read again.
const SORTED_CHUNK_BYTES: usize = 50_000_000;

/// Hits whose sort keys are made at a time.
const KEYS_CHUNK: usize = 100_000;

/// How long a line with so much context may be, about.
fn line_bytes(context: Context) -> usize {
    let bytes = |extent: Extent| match extent {
        Extent::Words(n) => 8 * n as usize,
        Extent::Sentences(n) => 200 * (n as usize + 1),
        Extent::Passage => 1_000,
        Extent::Turn => 2_000,
    };
    350 + bytes(context.left) + bytes(context.right)
}

/// What was counted over all hits, listed or not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Lines.
    pub lines: u64,
    /// Hits, as chosen.
    pub hits: u64,
    /// Every distinct span.
    pub hits_all: u64,
    /// Passages with a hit.
    pub passages: u64,
    /// Sources with a hit.
    pub sources: u64,
    /// Lines left out because a line before has the same words.
    pub near_duplicates: u64,
    /// Lines that the limit left out.
    pub over_limit: u64,
}

/// A concordance that is being made.
pub struct Concordance<'a> {
    searches: Vec<Search<'a>>,
    overlap: Overlap,
    pub(super) lines: Lines<'a>,
    pub(super) kwic: &'a Kwic,
}

/// The lines of a concordance, where they are known.
pub struct Collected {
    counts: Counts,
    /// `None`: too many to keep, to be searched for again.
    hits: Option<Vec<Hit>>,
}

impl Collected {
    /// What was counted.
    #[must_use]
    pub const fn counts(&self) -> Counts {
        self.counts
    }
}

impl<'a> Concordance<'a> {
    /// A concordance of the plan's needles; `named` if each line says which it is a hit of.
    ///
    /// # Errors
    /// The store is damaged, or a pattern can't be made ready.
    pub fn new(
        store: &'a Store,
        people: &'a People<'a>,
        scope: &'a Scope<'a>,
        plan: &Plan,
        kwic: &'a Kwic,
        named: bool,
    ) -> Result<Self, SearchError> {
        let needles = &plan.needles;
        let searches =
            needles.iter().map(|n| Search::new(store, scope, n)).collect::<Result<_, _>>()?;
        let names = named.then(|| needles.iter().map(|n| n.name.clone()).collect());
        let lines = Lines { store, people, names, context: kwic.context };
        Ok(Self { searches, overlap: plan.overlap, lines, kwic })
    }

    /// Finds all hits and chooses the lines, without their texts.
    ///
    /// # Errors
    /// The store is damaged, or a pattern needs too many steps.
    pub fn collect(&self) -> Result<Collected, SearchError> {
        let mut chooser = Chooser::new(self.kwic);
        let mut kept: Option<Vec<Hit>> = Some(Vec::new());
        let mut counts = Counts::default();
        self.each_batch(&mut counts, |hits| -> Result<(), SearchError> {
            let chosen = self.choose(hits, &mut chooser)?;
            if let Some(list) = &mut kept {
                list.extend(chosen);
                if list.len() > KEEP && self.can_stream() {
                    kept = None;
                }
            }
            Ok(())
        })?;
        chooser.tell(&mut counts);
        let hits = match kept {
            Some(list) if chooser.sample.is_empty() => Some(self.ordered(list, &mut counts)?),
            Some(_) => Some(self.ordered(chooser.sampled(), &mut counts)?),
            None => None,
        };
        Ok(Collected { counts, hits })
    }

    /// True when lines can be made as their hits are found.
    fn can_stream(&self) -> bool {
        let sampled = matches!(self.kwic.pick, Pick::Sample { .. });
        self.kwic.sort.is_empty() && !sampled && !self.kwic.drop_near_duplicates
    }

    /// Makes something of each line, many at a time, and hands it over in their order.
    ///
    /// # Errors
    /// The store is damaged, a pattern needs too many steps, or `each` fails.
    pub fn lines<T: Send, E: From<SearchError>>(
        &self,
        collected: &Collected,
        make: impl Fn(&KwicRow<'_>) -> T + Sync,
        mut each: impl FnMut(T) -> Result<(), E>,
    ) -> Result<(), E> {
        if let Some(hits) = &collected.hits {
            let sorted = !self.kwic.sort.is_empty();
            let bytes = if sorted { SORTED_CHUNK_BYTES } else { CHUNK_BYTES };
            for chunk in hits.chunks(bytes / line_bytes(self.kwic.context)) {
                self.make(chunk, &make, &mut each)?;
            }
            return Ok(());
        }
        self.stream(make, each).map(|_| ())
    }

    /// Makes the lines as their hits are found where that can be done; for a reader who waits for
    /// the first.
    ///
    /// # Errors
    /// The store is damaged, a pattern needs too many steps, or `each` fails.
    pub fn stream<T: Send, E: From<SearchError>>(
        &self,
        make: impl Fn(&KwicRow<'_>) -> T + Sync,
        mut each: impl FnMut(T) -> Result<(), E>,
    ) -> Result<Counts, E> {
        if !self.can_stream() {
            let collected = self.collect()?;
            self.lines(&collected, make, each)?;
            return Ok(collected.counts);
        }
        let mut chooser = Chooser::new(self.kwic);
        let mut counts = Counts::default();
        self.each_batch(&mut counts, |hits| -> Result<(), E> {
            let chosen = self.choose(hits, &mut chooser).map_err(SearchError::from)?;
            for chunk in chosen.chunks(CHUNK_BYTES / line_bytes(self.kwic.context)) {
                self.make(chunk, &make, &mut each)?;
            }
            Ok(())
        })?;
        chooser.tell(&mut counts);
        Ok(counts)
    }

    fn make<T: Send, E: From<SearchError>>(
        &self,
        hits: &[Hit],
        make: &(impl Fn(&KwicRow<'_>) -> T + Sync),
        each: &mut impl FnMut(T) -> Result<(), E>,
    ) -> Result<(), E> {
        self.lines.rows(hits, make).map_err(SearchError::from)?.into_iter().try_for_each(each)
    }

    /// All hits in the order of the corpus, some sources at a time.
    pub(super) fn each_batch<E: From<SearchError>>(
        &self,
        counts: &mut Counts,
        mut each: impl FnMut(Vec<Hit>) -> Result<(), E>,
    ) -> Result<(), E> {
        let passages = self.searches.iter().map(Search::passages).sum();
        for ranks in batches(self.lines.store, passages) {
            let mut hits: Vec<Hit> = Vec::new();
            let mut places: Vec<(u32, u32)> = Vec::new();
            let batch = self.searches.iter().map(|s| s.batch(ranks.clone()));
            let mut batch = batch.collect::<Result<Vec<_>, _>>()?;
            if self.overlap == Overlap::Dictionary {
                drop_nested(&mut batch);
            }
            for (found, needle) in batch.into_iter().zip(0..) {
                for found in found {
                    counts.hits += found.hits.len() as u64;
                    counts.hits_all += found.all.len() as u64;
                    if !found.hits.is_empty() {
                        places.push((found.rank, found.row.passage));
                    }
                    let (segment, doc) = found.address;
                    hits.extend(found.hits.iter().map(|h| Hit {
                        rank: found.rank,
                        start: found.row.start + h.start,
                        end: found.row.start + h.end,
                        needle,
                        segment,
                        doc,
                    }));
                }
            }
            if self.searches.len() > 1 {
                hits.sort_unstable();
                places.sort_unstable();
                places.dedup();
            }
            counts.passages += places.len() as u64;
            counts.sources += places.chunk_by(|a, b| a.0 == b.0).count() as u64;
            each(hits)?;
        }
        Ok(())
    }

    fn choose(&self, hits: Vec<Hit>, chooser: &mut Chooser<'_>) -> Result<Vec<Hit>, StoreError> {
        let hits = if self.kwic.drop_near_duplicates {
            let digests = self.lines.each(&hits, |reader, hit| self.words_digest(reader, hit))?;
            chooser.without_duplicates(hits, &digests)
        } else {
            hits
        };
        Ok(chooser.choose(self.lines.store, hits))
    }

    /// A digest of the words of a line.
    fn words_digest(&self, reader: &mut Reader<'_>, hit: &Hit) -> Result<[u8; 16], StoreError> {
        let words = |extent: Extent| match extent {
            Extent::Words(n) => n,
            _ => 10,
        };
        let context = self.kwic.context;
        let (left, right) = (words(context.left), words(context.right));
        let row = self.lines.segment(hit).row(hit.doc).ok_or_else(super::missing)?;
        let span = TokenSpan::new(hit.start - row.start, hit.end - row.start);
        let words = reader.words(row.passage, span, left, right, context.across)?;
        let mut hasher = blake3::Hasher::new();
        hasher.update(&hit.needle.to_le_bytes());
        for part in [&words.left, &words.matched, &words.right] {
            for word in part {
                hasher.update(word.as_bytes());
                hasher.update(b"\n");
            }
            hasher.update(b"\0");
        }
        let mut digest = [0; 16];
        digest.copy_from_slice(&hasher.finalize().as_bytes()[..16]);
        Ok(digest)
    }

    /// The lines in their order, as many as the limit allows.
    fn ordered(&self, mut hits: Vec<Hit>, counts: &mut Counts) -> Result<Vec<Hit>, StoreError> {
        if !self.kwic.sort.is_empty() {
            let mut keys = Keys::new(&self.lines, self.kwic);
            for chunk in hits.chunks(KEYS_CHUNK) {
                keys.learn(chunk)?;
            }
            hits = keys.sorted(&hits);
        }
        if let Some(limit) = self.kwic.limit {
            counts.over_limit += hits.len().saturating_sub(limit as usize) as u64;
            hits.truncate(limit as usize);
        }
        counts.lines = hits.len() as u64;
        Ok(hits)
    }
}

/// Chooses lines one after the other, in the order of the corpus.
struct Chooser<'k> {
    kwic: &'k Kwic,
    seen: HashSet<[u8; 16]>,
    /// Lines that came by.
    passed: u64,
    chosen: u64,
    over_limit: u64,
    near_duplicates: u64,
    /// The lines of a sample so far: those whose numbers are the smallest.
    sample: BinaryHeap<(u64, Hit)>,
}

impl<'k> Chooser<'k> {
    fn new(kwic: &'k Kwic) -> Self {
        Self {
            kwic,
            seen: HashSet::new(),
            passed: 0,
            chosen: 0,
            over_limit: 0,
            near_duplicates: 0,
            sample: BinaryHeap::new(),
        }
    }

    /// The lines of the sample, in the order of the corpus.
    fn sampled(self) -> Vec<Hit> {
        let mut out: Vec<Hit> = self.sample.into_iter().map(|(_, hit)| hit).collect();
        out.sort_unstable();
        out
    }

    fn without_duplicates(&mut self, hits: Vec<Hit>, digests: &[[u8; 16]]) -> Vec<Hit> {
        let before = hits.len();
        let mut digests = digests.iter();
        let new = |_: &Hit| digests.next().is_some_and(|d| self.seen.insert(*d));
        let hits: Vec<Hit> = hits.into_iter().filter(new).collect();
        self.near_duplicates += (before - hits.len()) as u64;
        hits
    }

    fn choose(&mut self, store: &Store, mut hits: Vec<Hit>) -> Vec<Hit> {
        match self.kwic.pick {
            Pick::All => {}
            Pick::Sample { size, seed } => {
                for hit in hits.drain(..) {
                    self.sample.push((chance(store, &hit, seed), hit));
                    if self.sample.len() > size as usize {
                        self.sample.pop();
                    }
                }
            }
            Pick::Every(n) => {
                let first = self.passed;
                self.passed += hits.len() as u64;
                let mut at = first..;
                hits.retain(|_| at.next().is_some_and(|i| i % u64::from(n) == 0));
            }
            Pick::Thin { per_million, seed } => {
                let part = u64::from(per_million) * (u64::MAX / 1_000_000);
                hits.retain(|hit| per_million >= 1_000_000 || chance(store, hit, seed) < part);
            }
        }
        // A limit on lines in another order is kept when the order is known.
        let ordered = self.kwic.sort.is_empty() && !matches!(self.kwic.pick, Pick::Sample { .. });
        if let Some(limit) = self.kwic.limit.filter(|_| ordered) {
            let room = usize::try_from(u64::from(limit) - self.chosen).unwrap_or(usize::MAX);
            self.over_limit += hits.len().saturating_sub(room) as u64;
            hits.truncate(room);
        }
        self.chosen += hits.len() as u64;
        hits
    }

    fn tell(&self, counts: &mut Counts) {
        counts.lines = self.chosen;
        counts.over_limit = self.over_limit;
        counts.near_duplicates = self.near_duplicates;
    }
}

/// A number by chance that belongs to a hit and a seed.
fn chance(store: &Store, hit: &Hit, seed: u64) -> u64 {
    let mut hasher = blake3::Hasher::new();
    hasher.update(&seed.to_le_bytes());
    for n in [hit.start, hit.end, hit.needle] {
        hasher.update(&n.to_le_bytes());
    }
    hasher.update(store.key(hit.rank).as_bytes());
    let mut eight = [0; 8];
    eight.copy_from_slice(&hasher.finalize().as_bytes()[..8]);
    u64::from_le_bytes(eight)
}

/// The keys of lines, by which they are sorted: values by number.
struct Keys<'a> {
    lines: &'a Lines<'a>,
    by: &'a [SortKey],
    numbers: FastMap<String, u32>,
    values: Vec<String>,
    /// For each line, a value for each key.
    of: Vec<u32>,
}

impl<'a> Keys<'a> {
    fn new(lines: &'a Lines<'a>, kwic: &'a Kwic) -> Self {
        let (numbers, values, of) = (FastMap::default(), Vec::new(), Vec::new());
        Self { lines, by: &kwic.sort, numbers, values, of }
    }

    /// Takes the keys of more lines down.
    fn learn(&mut self, hits: &[Hit]) -> Result<(), StoreError> {
        if self.by.is_empty() {
            return Ok(());
        }
        let values = values(self.lines, hits, self.by)?;
        for value in values.into_iter().flatten() {
            let value = value.unwrap_or_default();
            let next = u32::try_from(self.values.len()).unwrap_or(u32::MAX);
            let number = *self.numbers.entry(value).or_insert_with_key(|value| {
                self.values.push(value.clone());
                next
            });
            self.of.push(number);
        }
        Ok(())
    }

    /// The lines in the order of the keys, then of the corpus.
    fn sorted(self, hits: &[Hit]) -> Vec<Hit> {
        let width = self.by.len();
        let mut alphabet: Vec<u32> = (0..u32::try_from(self.values.len()).unwrap_or(0)).collect();
        alphabet.sort_by_cached_key(|i| collation(&self.values[*i as usize]));
        let mut places = vec![0_u32; alphabet.len()];
        for (value, place) in alphabet.into_iter().zip(0..) {
            places[value as usize] = place;
        }
        let mut order: Vec<usize> = (0..hits.len()).collect();
        let compare = |a: &usize, b: &usize| {
            for (k, key) in self.by.iter().enumerate() {
                let way = if key.by == SortBy::Position {
                    a.cmp(b)
                } else {
                    let place = |i: &usize| places[self.of[i * width + k] as usize];
                    place(a).cmp(&place(b))
                };
                let way = if key.reversed { way.reverse() } else { way };
                if way != Ordering::Equal {
                    return way;
                }
            }
            a.cmp(b)
        };
        order.sort_unstable_by(compare);
        order.into_iter().map(|i| hits[i]).collect()
    }
}

/// What makes the order of values: nothing first, numbers by their size, words by their letters
/// without accents.
pub(super) fn collation(value: &str) -> (bool, Option<u64>, String, String) {
    let number = value.parse::<f64>().ok().filter(|n| n.is_finite()).map(in_order);
    let letters = without_marks(value).to_lowercase();
    (!value.is_empty() && number.is_none(), number, letters, value.to_owned())
}

/// A number whose order is that of the float.
fn in_order(number: f64) -> u64 {
    let bits = (number + 0.0).to_bits();
    if bits >> 63 == 0 { bits | 1 << 63 } else { !bits }
}

/// The values of keys at hits; `None` where the text has none.
pub(super) fn values(
    lines: &Lines<'_>,
    hits: &[Hit],
    keys: &[SortKey],
) -> Result<Vec<Vec<Option<String>>>, StoreError> {
    if keys.iter().all(|k| matches!(k.by, SortBy::Theme | SortBy::Position | SortBy::Field(_))) {
        return without_text(lines, hits, keys);
    }
    let reach = |of: fn(&SortBy) -> Option<u32>| keys.iter().filter_map(|k| of(&k.by)).max();
    let left = reach(|by| if let SortBy::Left(n) = by { Some(*n) } else { None });
    let right = reach(|by| if let SortBy::Right(n) = by { Some(*n) } else { None });
    lines.each(hits, |reader, hit| {
        let row = lines.segment(hit).row(hit.doc).ok_or_else(super::missing)?;
        let span = TokenSpan::new(hit.start - row.start, hit.end - row.start);
        let across = lines.context.across;
        let (left, right) = (left.unwrap_or(0), right.unwrap_or(0));
        let words = reader.words(row.passage, span, left, right, across)?;
        let said = reader.passage(row.passage)?.said(span.start);
        let value = |by: &SortBy| match by {
            SortBy::Left(n) => words.left.get(*n as usize - 1).cloned(),
            SortBy::Right(n) => words.right.get(*n as usize - 1).cloned(),
            SortBy::Match => Some(words.matched.join(" ")),
            other => plain_value(lines, hit, &row, said, other),
        };
        Ok(keys.iter().map(|key| value(&key.by)).collect())
    })
}

/// The same where no key asks for a word.
fn without_text(
    lines: &Lines<'_>,
    hits: &[Hit],
    keys: &[SortKey],
) -> Result<Vec<Vec<Option<String>>>, StoreError> {
    let of = |hit: &Hit| {
        let segment = lines.segment(hit);
        let row = segment.row(hit.doc).ok_or_else(super::missing)?;
        let mut stretches = Vec::new();
        segment.stretches(hit.doc, &row, &mut stretches);
        let token = hit.start - row.start;
        let here = stretches.iter().find(|s| token < s.tokens.end);
        let said = here.map_or(row.said(), Stretch::said);
        Ok(keys.iter().map(|k| plain_value(lines, hit, &row, said, &k.by)).collect())
    };
    hits.par_iter().map(of).collect()
}

/// The value of a key that asks for no word.
fn plain_value(
    lines: &Lines<'_>,
    hit: &Hit,
    row: &PassageRow,
    said: Said,
    by: &SortBy,
) -> Option<String> {
    match by {
        SortBy::Theme => lines.names.as_ref().map(|n| n[hit.needle as usize].clone()),
        SortBy::Field(field) => field_value(lines.store, lines.people, field, hit.rank, row, said),
        _ => None,
    }
}
