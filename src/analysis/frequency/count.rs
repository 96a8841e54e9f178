//! One pass over hits: into groups, and inside them into parts.

use rayon::prelude::*;

use super::super::groups::Groups;
use super::super::units::{Of, UnitKey, Units, person_key, stretch_at};
use crate::analysis::FastMap;
use crate::codebook::Weight;
use crate::index::{Store, Stretch};
use crate::query::{Field, Needle, Overlap};
use crate::search::{PassageHits, People, Scope, SearchError, Sentences, drop_nested, search};
use crate::segment::Voice;

/// What is counted in a group.
#[derive(Clone, Debug, Default)]
pub(in super::super) struct Tally {
    pub hits: u64,
    pub hits_all: u64,
    /// Weights of the hits, in millionths.
    pub weight: i64,
    pub tokens: u64,
    /// Tokens in hits.
    pub covered: u64,
    pub passages: u64,
    /// Sources, in their order.
    pub sources: Vec<u32>,
    /// Those whose words these are; sorted once counting is over.
    pub persons: Vec<UnitKey>,
    /// The first hit: source, passage and token there.
    pub first: Option<(u32, u32, u32)>,
    /// Units with their hits, or with their tokens; sorted once counting is over.
    pub parts: Vec<(UnitKey, u64)>,
    last: Option<(u32, u32)>,
}

impl Tally {
    /// Counts the passage and the source once; passages come in order.
    fn visit(&mut self, rank: u32, passage: u32) {
        let last = self.last.replace((rank, passage));
        self.passages += u64::from(last != Some((rank, passage)));
        if last.is_none_or(|l| l.0 != rank) {
            self.sources.push(rank);
        }
    }

    fn part(&mut self, key: UnitKey, count: u64) {
        match self.parts.last_mut() {
            Some(last) if last.0 == key => last.1 += count,
            _ => self.parts.push((key, count)),
        }
    }

    fn person(&mut self, key: UnitKey) {
        if self.persons.last() != Some(&key) {
            self.persons.push(key);
        }
    }

    fn finish(&mut self) {
        self.persons.sort_unstable();
        self.persons.dedup();
        if !self.parts.is_sorted_by(|a, b| a.0 < b.0) {
            self.parts.sort_unstable();
            self.parts.dedup_by(|next, kept| {
                let same = next.0 == kept.0;
                kept.1 += if same { next.1 } else { 0 };
                same
            });
        }
    }
}

/// Counts hits of needles in groups of the text in scope.
pub(in super::super) struct Counting<'s> {
    store: &'s Store,
    scope: &'s Scope<'s>,
    /// The persons that a speaker of a source stands for.
    persons: FastMap<(u32, u32), Vec<UnitKey>>,
    pub groups: Groups<'s>,
    /// What was searched, by group.
    pub searched: Vec<Tally>,
    units: Option<Units<'s>>,
}

impl<'s> Counting<'s> {
    /// Counts what is searched in the groups of `by`, and in parts of them if any are asked for.
    pub(in super::super) fn new(
        store: &'s Store,
        people: &'s People<'s>,
        scope: &'s Scope<'s>,
        by: &'s [Field],
        parts: Option<Of>,
    ) -> Self {
        let mut groups = Groups::new(store, people, by);
        let units = parts.map(|of| Units { store, people, of });
        let mut persons: FastMap<(u32, u32), Vec<UnitKey>> = FastMap::default();
        // Documents come in no order; passages and sources are counted in theirs.
        let mut places: Vec<(u32, u32, usize, u64, Option<u32>)> = Vec::new();
        let mut pieces: Vec<(usize, UnitKey, u64)> = Vec::new();
        scope.each_passage(|segment, doc, rank, row, stretches| {
            for stretch in stretches {
                let group = groups.number(rank, row, stretch.said());
                let speaker = stretch.speaker.filter(|_| stretch.voice == Voice::Participant);
                if let Some(speaker) = speaker {
                    persons.entry((rank, speaker)).or_insert_with(|| {
                        people.persons(rank, speaker).into_iter().map(person_key).collect()
                    });
                }
                places.push((rank, row.passage, group, u64::from(stretch.tokens.len()), speaker));
            }
            if let Some(units) = &units {
                units.pieces((segment, doc), rank, row, stretches, |key, stretch, tokens| {
                    let group = groups.number(rank, row, stretch.said());
                    pieces.push((group, key, u64::from(tokens)));
                });
            }
        });
        places.sort_unstable();
        let mut searched = vec![Tally::default(); groups.values.len()];
        for (rank, passage, group, tokens, speaker) in places {
            let tally = &mut searched[group];
            tally.tokens += tokens;
            tally.visit(rank, passage);
            let known = speaker.and_then(|s| persons.get(&(rank, s)));
            known.into_iter().flatten().for_each(|key| tally.person(*key));
        }
        pieces.sort_unstable();
        for (group, key, tokens) in pieces {
            searched[group].part(key, tokens);
        }
        searched.iter_mut().for_each(Tally::finish);
        Self { store, scope, persons, groups, searched, units }
    }

    /// Counts the hits of some needles; by needle, by group.
    pub(in super::super) fn count(
        &self,
        needles: &[Needle],
        overlap: Overlap,
    ) -> Result<Vec<Vec<Tally>>, SearchError> {
        if overlap == Overlap::Theme {
            let tallies = |needle: &Needle| -> Result<Vec<Tally>, SearchError> {
                Ok(self.tallies(&search(self.store, self.scope, needle)?))
            };
            return needles.par_iter().map(tallies).collect();
        }
        let found = needles.par_iter().map(|n| search(self.store, self.scope, n));
        let mut found: Vec<Vec<PassageHits>> = found.collect::<Result<_, _>>()?;
        drop_nested(&mut found);
        Ok(found.par_iter().map(|f| self.tallies(f)).collect())
    }

    fn tallies(&self, found: &[PassageHits]) -> Vec<Tally> {
        let mut tallies = vec![Tally::default(); self.searched.len()];
        let mut stretches: Vec<Stretch> = Vec::new();
        let mut keys: Vec<UnitKey> = Vec::new();
        for passage in found {
            let mut sentences = Sentences::default();
            let (segment, doc) = passage.address;
            let (rank, row) = (passage.rank, &passage.row);
            let columns = &self.store.segments[segment as usize];
            self.scope.stretches(columns, doc, rank, row, &mut stretches);
            let at = |token: u32| {
                stretch_at(&stretches, token).expect("a hit lies in a stretch that was searched")
            };
            let group_of = |stretch: &Stretch| self.groups.known(rank, row, stretch.said());
            for span in &passage.all {
                tallies[group_of(at(span.start))].hits_all += 1;
            }
            for (i, span) in passage.hits.iter().enumerate() {
                let stretch = at(span.start);
                let tally = &mut tallies[group_of(stretch)];
                tally.hits += 1;
                tally.weight += passage.weights.get(i).unwrap_or(&Weight::ONE).0;
                tally.covered += u64::from(span.len());
                tally.visit(rank, row.passage);
                tally.first.get_or_insert((rank, row.passage, row.start + span.start));
                if let (Voice::Participant, Some(speaker)) = (stretch.voice, stretch.speaker) {
                    let persons = self.persons.get(&(rank, speaker));
                    persons.into_iter().flatten().for_each(|key| tally.person(*key));
                }
                if let Some(units) = &self.units {
                    keys.clear();
                    units.of_token(&mut sentences, passage, stretch, span.start, &mut keys);
                    for key in &keys {
                        tally.part(*key, 1);
                    }
                }
            }
        }
        tallies.iter_mut().for_each(Tally::finish);
        tallies
    }

    /// The groups in the order of output.
    pub(in super::super) fn order(&self) -> Vec<usize> {
        self.groups.order()
    }
}
