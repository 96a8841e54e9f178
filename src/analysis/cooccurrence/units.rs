//! Pairs in units of text: sentences, passages, turns, sections, sources, participants.

use rayon::prelude::*;

use super::super::Asked;
use super::super::groups::{Groups, Value};
use super::super::stats::same_by_chance;
use super::super::units::{Of, UnitKey, Units, stretch_at};
use super::table::{Counts, Found, PairTable};
use super::{Hit, Question};
use crate::analysis::FastMap;
use crate::index::Stretch;
use crate::query::{Field, Unit, Within};
use crate::search::{PassageHits, Sentences};

/// The units of a group.
struct Group {
    value: Option<Value>,
    /// Sorted.
    units: Vec<UnitKey>,
}

/// A hit in a unit (a number in the group's list).
type InUnit = (u32, Hit);

/// The hits of a needle in a group.
#[derive(Default)]
pub(super) struct Hits {
    /// Sorted by unit and place.
    all: Vec<InUnit>,
    /// Each unit with one, and where its hits begin in the list.
    units: Vec<(u32, u32)>,
}

impl Hits {
    fn new(mut all: Vec<InUnit>) -> Self {
        all.sort_unstable();
        let mut units: Vec<(u32, u32)> = Vec::new();
        for (hit, at) in all.iter().zip(0..) {
            if units.last().is_none_or(|u| u.0 != hit.0) {
                units.push((hit.0, at));
            }
        }
        Self { all, units }
    }

    /// The hits in a unit of a number in the list.
    fn of(&self, number: usize) -> &[InUnit] {
        let end = self.units.get(number + 1).map_or(self.all.len(), |u| u.1 as usize);
        &self.all[self.units[number].1 as usize..end]
    }
}

/// The tables of all pairs, group by group.
pub(super) fn tables(question: &Question<'_>, unit: Unit) -> Vec<PairTable> {
    let Question { asked, query, found, pairs, .. } = *question;
    let by = query.by.as_ref().map(|by| &by.field);
    let fields: Vec<Field> = by.into_iter().cloned().collect();
    let mut groups = Groups::new(asked.store, asked.people, &fields);
    let units = Units { store: asked.store, people: asked.people, of: Of::Unit(unit) };
    let mut pieces: Vec<(usize, UnitKey)> = Vec::new();
    asked.scope.each_passage(|segment, doc, rank, row, stretches| {
        units.pieces((segment, doc), rank, row, stretches, |key, stretch, _| {
            let piece = (groups.number(rank, row, stretch.said()), key);
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
    // By group, then by needle.
    let mut by_group: Vec<Vec<Hits>> = all.iter().map(|_| Vec::new()).collect();
    for (hits, number) in hits.into_iter().flat_map(|of_needle| of_needle.into_iter().zip(0..)) {
        by_group[number].push(hits);
    }
    let order = groups.order();
    let table = |number: &usize| {
        let Group { value, units } = &all[*number];
        let hits = std::mem::take(&mut by_group[*number]);
        let strata = (unit != Unit::Participant).then(|| sources(units));
        let of_pair = |(at, (a, b)): (usize, &(usize, usize))| {
            let (a, b) = (&hits[*a], &hits[*b]);
            let mut counts = together(a, b);
            if let Some(strata) = &strata {
                counts.sources = Some(sources_with_both(strata, a, b));
            }
            (counts.both > 0).then(|| (u32::try_from(at).unwrap_or(u32::MAX), counts))
        };
        let met = pairs.par_iter().enumerate().filter_map(of_pair).collect();
        PairTable {
            within: Within::Unit(unit),
            group: by.and(value.clone()),
            sizes: hits.iter().map(|h| h.units.len() as u64).collect(),
            units: units.len() as u64,
            met,
            found: Found::Units(hits, strata),
            others: None,
        }
    };
    order.iter().map(table).collect()
}

/// The hits of a needle by group, sorted by unit and place.
fn by_group(
    asked: &Asked<'_>,
    groups: &Groups<'_>,
    units: &Units<'_>,
    all: &[Group],
    found: &[PassageHits],
) -> Vec<Hits> {
    let mut out: Vec<Vec<InUnit>> = vec![Vec::new(); all.len()];
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
            keys.clear();
            units.of_token(&mut sentences, passage, stretch, hit.start, &mut keys);
            if keys.is_empty() {
                // Nobody's words, where units are people.
                continue;
            }
            let group = groups.known(rank, row, stretch.said());
            for key in &keys {
                if let Ok(unit) = all[group].units.binary_search(key) {
                    let unit = u32::try_from(unit).unwrap_or(u32::MAX);
                    let (start, end) = (row.start + hit.start, row.start + hit.end);
                    out[group].push((unit, Hit { rank, start, end }));
                }
            }
        }
    }
    out.into_iter().map(Hits::new).collect()
}

/// The units that two lists of hits share, by their places in each.
fn shared(a: &Hits, b: &Hits, mut each: impl FnMut(usize, usize)) {
    let (mut i, mut j) = (0, 0);
    while let (Some(x), Some(y)) = (a.units.get(i), b.units.get(j)) {
        if x.0 == y.0 {
            each(i, j);
        }
        // Both in one step where they are equal, without a branch to be guessed wrong.
        (i, j) = (i + usize::from(x.0 <= y.0), j + usize::from(y.0 <= x.0));
    }
}

/// Counts what two lists of hits have together.
fn together(a: &Hits, b: &Hits) -> Counts {
    let mut out = Counts::default();
    shared(a, b, |i, j| {
        let (left, right) = (a.of(i), b.of(j));
        out.both += 1;
        out.a_first += u32::from(left[0].1.begins() < right[0].1.begins());
        out.shared += u32::from(left.iter().any(|hit| right.binary_search(hit).is_ok()));
    });
    out
}

/// The first hit of each in the units with both, in the order of the corpus.
pub(super) fn meetings(a: &Hits, b: &Hits) -> Vec<(Hit, Hit)> {
    let mut out = Vec::new();
    shared(a, b, |i, j| out.push((a.of(i)[0].1, b.of(j)[0].1)));
    out.sort_unstable();
    out
}

/// Sources in which two lists of hits share a unit.
fn sources_with_both(sources: &Sources, a: &Hits, b: &Hits) -> u32 {
    let (mut count, mut last) = (0, None);
    // Units of a source stand together.
    shared(a, b, |i, _| {
        let source = Some(sources.of_unit[a.units[i].0 as usize]);
        count += u32::from(source != last);
        last = source;
    });
    count
}

/// Units by source: the number of each unit's source, and how many units each source has.
pub(super) struct Sources {
    of_unit: Vec<u32>,
    sizes: Vec<u64>,
}

fn sources(units: &[UnitKey]) -> Sources {
    let mut numbers: FastMap<u64, u32> = FastMap::default();
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
pub(super) fn inside_sources(sources: &Sources, a: &Hits, b: &Hits, both: u64) -> f64 {
    let counts = |hits: &Hits| {
        let mut out: FastMap<u32, u64> = FastMap::default();
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
