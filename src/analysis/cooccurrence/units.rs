//! Pairs in units of text: sentences, passages, turns, sections, sources, participants.

use std::collections::HashMap;

use rayon::prelude::*;
use serde_json::{Map, Value as Json};

use super::super::Asked;
use super::super::groups::{Groups, Value};
use super::super::stats::{self, difference_interval, same_by_chance};
use super::super::units::{Of, UnitKey, Units, stretch_at};
use super::{CooccurrenceRow, Together, row};
use crate::index::Stretch;
use crate::query::{Cooccurrence, Field, Unit, Within};
use crate::search::{PassageHits, Sentences};

/// The units of a group.
struct Group {
    value: Option<Value>,
    /// Sorted.
    units: Vec<UnitKey>,
}

/// A hit: its unit (a number in the group's list), and where it is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Hit {
    unit: u32,
    /// Source and first token.
    start: (u32, u32),
    end: u32,
}

/// The hits of a needle in a group.
#[derive(Default)]
struct Hits {
    /// Sorted by unit and place.
    all: Vec<Hit>,
    /// Each unit with one, and where its hits begin in the list.
    units: Vec<(u32, u32)>,
}

impl Hits {
    fn new(mut all: Vec<Hit>) -> Self {
        all.sort_unstable();
        let mut units: Vec<(u32, u32)> = Vec::new();
        for (hit, at) in all.iter().zip(0..) {
            if units.last().is_none_or(|u| u.0 != hit.unit) {
                units.push((hit.unit, at));
            }
        }
        Self { all, units }
    }

    /// The hits in a unit of a number in the list.
    fn of(&self, number: usize) -> &[Hit] {
        let end = self.units.get(number + 1).map_or(self.all.len(), |u| u.1 as usize);
        &self.all[self.units[number].1 as usize..end]
    }
}

/// The rows of all pairs, group by group.
pub(super) fn rows(
    asked: &Asked<'_>,
    query: &Cooccurrence,
    found: &[Vec<PassageHits>],
    pairs: &[(usize, usize)],
    unit: Unit,
) -> Vec<CooccurrenceRow> {
    let by = query.by.as_ref().map(|by| &by.field);
    let fields: Vec<Field> = by.into_iter().cloned().collect();
    let mut groups = Groups::new(asked.store, asked.people, &fields);
    let units = Units { store: asked.store, people: asked.people, of: Of::Unit(unit) };
    let mut pieces: Vec<(usize, UnitKey)> = Vec::new();
    asked.scope.each_passage(|segment, doc, rank, row, stretches| {
        units.pieces((segment, doc), rank, row, stretches, |key, stretch, _| {
            let piece = (groups.number(rank, row, stretch.voice, stretch.speaker), key);
            if pieces.last() != Some(&piece) {
                pieces.push(piece);
            }
        });
    });
    pieces.sort_unstable();
    pieces.dedup();
    let mut all: Vec<Group> = groups
        .values
        .iter()
        .map(|v| Group { value: v.first().cloned(), units: Vec::new() })
        .collect();
    for (group, key) in pieces {
        all[group].units.push(key);
    }
    let hits: Vec<Vec<Hits>> =
        found.par_iter().map(|f| by_group(asked, &groups, &units, &all, f)).collect();
    let order = groups.order();
    let mut rows = Vec::with_capacity(order.len() * pairs.len());
    for group in &order {
        let Group { value, units } = &all[*group];
        let of_sources = query.permutation.then(|| sources(units));
        let of_pair = |pair: &(usize, usize)| {
            let (a, b) = (&hits[pair.0][*group], &hits[pair.1][*group]);
            let together = together(a, b, units.len() as u64);
            let mut row = row(asked, *pair, Within::Unit(unit), together);
            if let (Some(field), Some(value)) = (by, value) {
                let value = value.clone().map_or(Json::Null, Json::String);
                row.group = Map::from_iter([(field.name().to_owned(), value)]);
            }
            if let Some(sources) = &of_sources {
                row.permutation_p = Some(inside_sources(sources, a, b, together.both));
            }
            row
        };
        rows.extend(pairs.par_iter().map(of_pair).collect::<Vec<_>>());
    }
    if by.is_some() {
        let valued: Vec<bool> =
            order.iter().map(|g| all[*g].value.as_ref().is_some_and(Option::is_some)).collect();
        differences(&mut rows, pairs.len(), &valued);
    }
    rows
}

/// The hits of a needle by group, sorted by unit and place.
fn by_group(
    asked: &Asked<'_>,
    groups: &Groups<'_>,
    units: &Units<'_>,
    all: &[Group],
    found: &[PassageHits],
) -> Vec<Hits> {
    let mut out: Vec<Vec<Hit>> = vec![Vec::new(); all.len()];
    let mut keys = Vec::new();
    let mut stretches: Vec<Stretch> = Vec::new();
    // A passage may have spans of which none was chosen.
    for passage in found.iter().filter(|p| !p.hits.is_empty()) {
        let mut sentences = Sentences::default();
        let (rank, row) = (passage.rank, &passage.row);
        let segment = &asked.store.segments[passage.address.0 as usize];
        asked.scope.stretches(segment, passage.address.1, rank, row, &mut stretches);
        for hit in &passage.hits {
            let Some(stretch) = stretch_at(&stretches, hit.start) else { continue };
            let group = groups.known(rank, row, stretch.voice, stretch.speaker);
            keys.clear();
            units.of_token(&mut sentences, passage, stretch, hit.start, &mut keys);
            for key in &keys {
                if let Ok(unit) = all[group].units.binary_search(key) {
                    out[group].push(Hit {
                        unit: u32::try_from(unit).unwrap_or(u32::MAX),
                        start: (rank, row.start + hit.start),
                        end: row.start + hit.end,
                    });
                }
            }
        }
    }
    out.into_iter().map(Hits::new).collect()
}

/// Counts what two lists of hits have together.
fn together(a: &Hits, b: &Hits, units: u64) -> Together {
    let (n_a, n_b) = (a.units.len() as u64, b.units.len() as u64);
    let mut out = Together { units, a: n_a, b: n_b, ..Together::default() };
    let (mut i, mut j) = (0, 0);
    while let (Some(x), Some(y)) = (a.units.get(i), b.units.get(j)) {
        if x.0 == y.0 {
            let (left, right) = (a.of(i), b.of(j));
            out.both += 1;
            out.a_first += u64::from(left[0].start < right[0].start);
            out.shared += u64::from(left.iter().any(|hit| right.binary_search(hit).is_ok()));
        }
        // Both in one step where they are equal, without a branch to be guessed wrong.
        (i, j) = (i + usize::from(x.0 <= y.0), j + usize::from(y.0 <= x.0));
    }
    out
}

/// The share of each group's units with both, beside that of all other groups with a value.
fn differences(rows: &mut [CooccurrenceRow], pairs: usize, valued: &[bool]) {
    for pair in 0..pairs {
        let at = |group: usize| group * pairs + pair;
        let groups = (0..valued.len()).filter(|g| valued[*g]);
        let all: Vec<(usize, u64, u64)> =
            groups.map(|g| (at(g), rows[at(g)].n_ab, rows[at(g)].units)).collect();
        let sum = |of: fn(&(usize, u64, u64)) -> u64| all.iter().map(of).sum::<u64>();
        let (both, units) = (sum(|g| g.1), sum(|g| g.2));
        for (row, own, of) in &all {
            let (here, elsewhere) = ((*own, *of), (both - own, units - of));
            let share = |n: (u64, u64)| stats::rate(n.0, n.1, 1).ok();
            let interval = difference_interval(here, elsewhere).ok();
            let row = &mut rows[*row];
            (row.share, row.share_elsewhere) = (share(here), share(elsewhere));
            row.difference = row.share.zip(row.share_elsewhere).map(|(a, b)| a - b);
            row.difference_low = interval.map(|i| i.0);
            row.difference_high = interval.map(|i| i.1);
        }
    }
}

/// Units by source: the number of each unit's source, and how many units each source has.
struct Sources {
    of_unit: Vec<u32>,
    sizes: Vec<u64>,
}

fn sources(units: &[UnitKey]) -> Sources {
    let mut numbers: HashMap<u64, u32> = HashMap::new();
    let mut sizes: Vec<u64> = Vec::new();
    let of_unit = units.iter().map(|key| {
        let next = u32::try_from(sizes.len()).unwrap_or(u32::MAX);
        let number = *numbers.entry(key.0).or_insert(next);
        if number == next {
            sizes.push(0);
        }
        sizes[number as usize] += 1;
        number
    });
    let of_unit = of_unit.collect();
    Sources { of_unit, sizes }
}

/// The probability that chance inside each source gives as many units with both, or a number no
/// more probable.
fn inside_sources(sources: &Sources, a: &Hits, b: &Hits, both: u64) -> f64 {
    let counts = |hits: &Hits| {
        let mut out: HashMap<u32, u64> = HashMap::new();
        for (unit, _) in &hits.units {
            *out.entry(sources.of_unit[*unit as usize]).or_default() += 1;
        }
        out
    };
    let (a, b) = (counts(a), counts(b));
    let mut tables: Vec<(u32, u64, u64)> =
        a.into_iter().filter_map(|(source, a)| Some((source, a, *b.get(&source)?))).collect();
    tables.sort_unstable();
    let tables: Vec<(u64, u64, u64)> =
        tables.into_iter().map(|(s, a, b)| (a, b, sources.sizes[s as usize])).collect();
    same_by_chance(&tables, both)
}
