//! A row for each needle and group.
//!
//! Each row carries its own denominators: the tokens, passages, sources and participants of its group
//! *that were searched*. A group in which nothing was found has a row of zeros.

use rayon::prelude::*;
use schemars::JsonSchema;
use serde::{Serialize, Serializer};

use super::blank::{Blank, Cells};
use super::{Asked, Counting, Reasons, Tally, made_of};
use crate::analysis::FastMap;
use crate::analysis::stats::{self, Dispersion, dispersion};
use crate::analysis::units::{Of, UnitKey};
use crate::codebook::Weight;
use crate::query::{Field, Needle, Overlap, Unit};
use crate::search::SearchError;

/// A theme or pattern in a group.
#[derive(Clone, Debug, Default, PartialEq, Serialize, JsonSchema)]
pub struct FrequencyRow<'a> {
    /// The theme's path, or the pattern as written.
    pub theme: &'a str,
    /// The path of the theme above; null at the top.
    pub parent: Option<&'a str>,
    /// Depth of the theme, from 1.
    pub level: u32,
    /// The group: one column for each field of `by`, null for text without a value there.
    #[serde(flatten)]
    #[schemars(with = "serde_json::Map<String, serde_json::Value>")]
    pub group: GroupColumns<'a>,
    /// True in the row of all groups together, where the query asks for totals.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total: Option<bool>,
    /// Hits: leftmost-longest, none overlapping another. A theme's hits are found with the
    /// patterns of all themes below it together, so that they are no sum of those themes' hits.
    pub hits: Option<u64>,
    /// Every distinct span that fits.
    pub hits_all: Option<u64>,
    /// Weights of the hits added up, where the codebook has weights.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub weighted: Option<f64>,
    /// Tokens that were searched in this group.
    pub tokens: Option<u64>,
    /// Hits per 1,000 tokens.
    pub per_1000: Option<f64>,
    /// Low end of its exact Poisson interval of 95 %, which takes tokens for independent.
    pub per_1000_low: Option<f64>,
    /// High end of it.
    pub per_1000_high: Option<f64>,
    /// Tokens that hits cover.
    pub tokens_covered: Option<u64>,
    /// Their share of the tokens, from 0 to 1.
    pub coverage: Option<f64>,
    /// Passages of this group with a hit.
    pub passages_with: Option<u64>,
    /// Passages of this group that were searched.
    pub passages: Option<u64>,
    /// Share of passages with a hit, from 0 to 1.
    pub passages_share: Option<f64>,
    /// Low end of its Wilson interval of 95 %.
    pub passages_share_low: Option<f64>,
    /// High end of it.
    pub passages_share_high: Option<f64>,
    /// Sources of this group with a hit.
    pub sources_with: Option<u64>,
    /// Sources of this group that were searched.
    pub sources: Option<u64>,
    /// Share of sources with a hit, from 0 to 1.
    pub sources_share: Option<f64>,
    /// Low end of its Wilson interval of 95 %.
    pub sources_share_low: Option<f64>,
    /// High end of it.
    pub sources_share_high: Option<f64>,
    /// Participants of this group with a hit in their own words.
    pub participants_with: Option<u64>,
    /// Participants of this group whose words were searched.
    pub participants: Option<u64>,
    /// Share of participants with a hit, from 0 to 1.
    pub participants_share: Option<f64>,
    /// Low end of its Wilson interval of 95 %.
    pub participants_share_low: Option<f64>,
    /// High end of it.
    pub participants_share_high: Option<f64>,
    /// The source of the first hit.
    pub first_source: Option<&'a str>,
    /// The passage of the first hit, from 1.
    pub first_passage: Option<u32>,
    /// The first token of the first hit in its source, from 0.
    pub first_token: Option<u32>,
    /// Over what dispersion is measured.
    #[serde(flatten)]
    pub dispersion: Option<DispersionColumns>,
    /// What a reader of this row should know.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// Why a value is null: measures and reasons.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub undefined: Option<String>,
}

/// The columns of a group: a field each, with its value.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct GroupColumns<'a> {
    by: &'a [Field],
    /// None of all groups together.
    values: Option<&'a [Option<String>]>,
}

impl Serialize for GroupColumns<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let value = |i: usize| self.values.and_then(|values| values[i].as_deref());
        let columns = self.by.iter().enumerate();
        serializer.collect_map(columns.map(|(i, field)| (field.name(), value(i))))
    }
}

/// Dispersion over parts, where it is asked for.
#[derive(Clone, Debug, Default, PartialEq, Serialize, JsonSchema)]
pub struct DispersionColumns {
    /// Parts of this group, by the unit that the query names.
    pub parts: Option<u64>,
    /// Parts with a hit (the range).
    pub range: Option<u64>,
    /// Juilland's D over the parts' rates, parts of unequal size: 1 even, 0 all in one part.
    pub juilland_d: Option<f64>,
    /// Gries' deviation of proportions: 0 even, towards 1 uneven.
    pub dp: Option<f64>,
    /// DP over the most that it can be (Lijffijt and Gries 2012).
    pub dp_norm: Option<f64>,
}

/// The parts of a group.
#[derive(Clone, Copy, Default)]
struct Parts {
    count: u64,
    tokens: u64,
    smallest: u64,
}

/// The counts that are to be told, and what was searched.
pub struct Counts<'a> {
    asked: Asked<'a>,
    by: &'a [Field],
    counting: Counting<'a>,
    order: Vec<usize>,
    parts: Option<Vec<Parts>>,
    /// All groups together, where totals are asked for.
    total: Option<Counting<'a>>,
    /// What is blank, where that is asked for.
    blank: Option<Blank>,
    weighted: bool,
}

/// Needles that are counted at a time.
const CHUNK: usize = 16;

/// Rows that one thread makes at a time.
const ROWS_AT_ONCE: usize = 128;

/// Poisson intervals by count: many cells hold the same few counts.
type Intervals = FastMap<u64, (f64, f64)>;

/// What was found of a needle.
struct Found {
    /// By group.
    groups: Vec<Tally>,
    /// In all groups together, where totals are asked for.
    total: Option<Tally>,
}

impl<'a> Counts<'a> {
    /// Counts what is searched, and finds out what must be blanked.
    ///
    /// # Errors
    /// The store is damaged, or a pattern is too large for it.
    pub fn new(
        asked: Asked<'a>,
        by: &'a [Field],
        dispersion: Option<Unit>,
        totals: bool,
    ) -> Result<Self, SearchError> {
        let Asked { store, people, scope, needles, .. } = asked;
        let of = dispersion.map(Of::Unit);
        let counting = Counting::new(store, people, scope, by, of);
        let parts = of.map(|_| counting.searched.iter().map(parts_of).collect());
        let total = totals.then(|| Counting::new(store, people, scope, &[], of));
        let order = counting.order();
        let weighted = needles.iter().flat_map(|n| &n.parts).any(|p| p.weight.is_some());
        let mut counts = Self { asked, by, counting, order, parts, total, blank: None, weighted };
        if let Some(least) = asked.min_participants {
            counts.blank = Some(counts.blanked(least)?);
        }
        Ok(counts)
    }

    /// The columns that these rows have, of all that such rows can have.
    #[must_use]
    pub fn columns(&self, all: Vec<String>) -> Vec<String> {
        let has = |column: &String| match column.as_str() {
            "total" => self.total.is_some(),
            "weighted" => self.weighted,
            "parts" | "range" | "juilland_d" | "dp" | "dp_norm" => self.parts.is_some(),
            _ => true,
        };
        all.into_iter().filter(has).collect()
    }

    /// Rows that there will be.
    #[must_use]
    pub fn rows(&self) -> u64 {
        let of_needle = self.order.len() + usize::from(self.total.is_some());
        (self.asked.needles.len() * of_needle) as u64
    }

    /// Rows of which the numbers are blanked, where that is asked for.
    #[must_use]
    pub fn blanked_rows(&self) -> Option<u64> {
        let blank = self.blank.as_ref()?;
        Some(blank.cells.iter().flatten().filter(|b| **b).count() as u64)
    }

    fn blanked(&self, least: u32) -> Result<Blank, SearchError> {
        let made = made_of(self.asked.needles);
        let mut found = Vec::with_capacity(made.all.len());
        for needles in made.all.chunks(self.chunk()) {
            found.extend(self.counted(needles)?);
        }
        let list = |tallies: &'_ [Tally]| -> Vec<Vec<UnitKey>> {
            tallies.iter().map(|t| t.persons.clone()).collect()
        };
        let with: Vec<Vec<Vec<UnitKey>>> = found.iter().map(|f| list(&f.groups)).collect();
        let total = |f: &Found| f.total.as_ref().map(|t| t.persons.clone()).unwrap_or_default();
        let totals: Vec<Vec<UnitKey>> = found.iter().map(total).collect();
        let cells = Cells {
            with: with.iter().map(|row| row.iter().map(Vec::as_slice).collect()).collect(),
            groups: self.counting.searched.iter().map(|t| t.persons.as_slice()).collect(),
            totals: self.total.as_ref().map(|_| totals.iter().map(Vec::as_slice).collect()),
            lines: lines(&self.counting.groups.values),
            holds: made.holds,
            least: least as usize,
        };
        let mut blank = cells.blank();
        blank.cells.truncate(self.asked.needles.len());
        Ok(blank)
    }

    /// Needles that are counted at a time: all, where hits of one take those of another away.
    fn chunk(&self) -> usize {
        match self.asked.overlap {
            Overlap::Theme => CHUNK,
            Overlap::Dictionary => usize::MAX,
        }
    }

    /// Makes something of the rows, those of a needle after each other, and hands it over; the next
    /// needles are counted meanwhile.
    ///
    /// # Errors
    /// The store is damaged, a pattern needs too many steps, or `each` fails.
    pub fn each_row<T: Send, E: From<SearchError> + Send>(
        &self,
        make: impl Fn(FrequencyRow<'_>) -> T + Sync,
        mut each: impl FnMut(T) -> Result<(), E> + Send,
    ) -> Result<(), E> {
        let mut intervals = FastMap::default();
        let mut counted = Ok(Vec::new());
        let mut first = 0;
        let mut rest = self.asked.needles.chunks(self.chunk());
        loop {
            let next = rest.next();
            let mut told = || -> Result<(), E> {
                let found: Vec<Found> = std::mem::replace(&mut counted, Ok(Vec::new()))?;
                for (number, found) in (first..).zip(&found) {
                    let made = self.made(number, found, &mut intervals, &make);
                    made.into_iter().try_for_each(&mut each)?;
                }
                first += found.len();
                Ok(())
            };
            let (count, told) = rayon::join(|| next.map(|n| self.counted(n)), &mut told);
            told?;
            match count {
                Some(count) => counted = count,
                None => return Ok(()),
            }
        }
    }

    fn counted(&self, needles: &[Needle]) -> Result<Vec<Found>, SearchError> {
        let groups = self.counting.count(needles, self.asked.overlap)?;
        let totals = match &self.total {
            Some(total) => total.count(needles, self.asked.overlap)?,
            None => vec![Vec::new(); needles.len()],
        };
        let found = groups.into_iter().zip(totals);
        Ok(found.map(|(groups, total)| Found { groups, total: total.into_iter().next() }).collect())
    }

    /// What is made of the rows of a needle.
    fn made<T: Send>(
        &self,
        number: usize,
        found: &Found,
        intervals: &mut Intervals,
        make: &(impl Fn(FrequencyRow<'_>) -> T + Sync),
    ) -> Vec<T> {
        let groups = self.order.iter().map(|group| (Some(*group), &found.groups[*group]));
        let tallies: Vec<(Option<usize>, &Tally)> =
            groups.chain(found.total.iter().map(|total| (None, total))).collect();
        for (_, tally) in &tallies {
            let hits = tally.hits;
            intervals.entry(hits).or_insert_with(|| stats::poisson_interval(hits));
        }
        let intervals = &*intervals;
        let row = |(group, tally): &(Option<usize>, &Tally)| {
            make(self.row(number, *group, tally, intervals[&tally.hits]))
        };
        tallies.par_iter().with_min_len(ROWS_AT_ONCE).map(row).collect()
    }

    /// The row of a needle in a group, or in all of them.
    fn row(
        &self,
        number: usize,
        group: Option<usize>,
        found: &Tally,
        (low, high): (f64, f64),
    ) -> FrequencyRow<'_> {
        let needle = &self.asked.needles[number];
        let nothing = Tally::default();
        let searched = match group {
            Some(group) => &self.counting.searched[group],
            None => self.total.as_ref().and_then(|t| t.searched.first()).unwrap_or(&nothing),
        };
        let values = group.map(|g| self.counting.groups.values[g].as_slice());
        let mut reasons = Reasons::default();
        let per_1000 = reasons.take("per_1000", stats::rate(found.hits, searched.tokens, 1000));
        let rate = |x: f64| per_1000.map(|_| x / stats::float(searched.tokens) * 1000.0);
        let mut row = FrequencyRow {
            theme: &needle.name,
            parent: needle.parent.as_deref(),
            level: needle.level,
            group: GroupColumns { by: self.by, values },
            total: group.is_none().then_some(true),
            hits: Some(found.hits),
            hits_all: Some(found.hits_all),
            weighted: self.weighted.then(|| Weight(found.weight).number()),
            tokens: Some(searched.tokens),
            per_1000,
            per_1000_low: rate(low),
            per_1000_high: rate(high),
            tokens_covered: Some(found.covered),
            coverage: per_1000.map(|_| stats::float(found.covered) / stats::float(searched.tokens)),
            passages_with: Some(found.passages),
            passages: Some(searched.passages),
            sources_with: Some(found.sources.len() as u64),
            sources: Some(searched.sources.len() as u64),
            participants_with: Some(found.persons.len() as u64),
            participants: Some(searched.persons.len() as u64),
            first_source: found.first.map(|f| self.asked.store.key(f.0)),
            first_passage: found.first.map(|f| f.1 + 1),
            first_token: found.first.map(|f| f.2),
            note: note(needle, group.is_none()),
            ..FrequencyRow::default()
        };
        shares(&mut row, &mut reasons);
        if let Some(parts) = &self.parts {
            let parts = group.map_or_else(|| parts_of(searched), |g| parts[g]);
            row.dispersion = Some(dispersed(found, searched, parts, &mut reasons));
        }
        row.undefined = reasons.told();
        if let Some(blank) = &self.blank {
            // The first to say a thing is one person.
            (row.first_source, row.first_passage, row.first_token) = (None, None, None);
            let at = group.unwrap_or(self.counting.searched.len());
            if blank.cells[number].get(at) == Some(&true) {
                row = blanked(row, blank.groups.get(at) == Some(&true));
            }
        }
        row
    }
}

/// Fills in the shares of units with a hit, and their intervals.
fn shares(row: &mut FrequencyRow<'_>, reasons: &mut Reasons) {
    let mut share = |name: &str, with: Option<u64>, of: Option<u64>| {
        let (with, of) = (with.unwrap_or(0), of.unwrap_or(0));
        let interval = reasons.take(name, stats::wilson_interval(with, of));
        let share = interval.map(|_| stats::float(with) / stats::float(of));
        (share, interval.map(|i| i.0), interval.map(|i| i.1))
    };
    (row.passages_share, row.passages_share_low, row.passages_share_high) =
        share("passages_share", row.passages_with, row.passages);
    (row.sources_share, row.sources_share_low, row.sources_share_high) =
        share("sources_share", row.sources_with, row.sources);
    (row.participants_share, row.participants_share_low, row.participants_share_high) =
        share("participants_share", row.participants_with, row.participants);
}

/// The row without the numbers that could point to a person; without those of its group if that is
/// small itself.
fn blanked(row: FrequencyRow<'_>, whole: bool) -> FrequencyRow<'_> {
    let kept = |n: Option<u64>| n.filter(|_| !whole);
    FrequencyRow {
        tokens: kept(row.tokens),
        passages: kept(row.passages),
        sources: kept(row.sources),
        participants: kept(row.participants),
        dispersion: row.dispersion.map(|_| DispersionColumns::default()),
        note: Some(super::BLANKED.into()),
        theme: row.theme,
        parent: row.parent,
        level: row.level,
        group: row.group,
        total: row.total,
        ..FrequencyRow::default()
    }
}

fn note(needle: &Needle, total: bool) -> Option<String> {
    let mut notes = Vec::new();
    if needle.is_union {
        notes.push(super::UNION);
    }
    if total {
        notes.push("a passage, source or participant that is in several groups counts once here");
    }
    (!notes.is_empty()).then(|| notes.join("; "))
}

fn parts_of(searched: &Tally) -> Parts {
    Parts {
        count: searched.parts.len() as u64,
        tokens: searched.parts.iter().map(|p| p.1).sum(),
        smallest: searched.parts.iter().map(|p| p.1).min().unwrap_or(0),
    }
}

fn dispersed(
    found: &Tally,
    searched: &Tally,
    parts: Parts,
    reasons: &mut Reasons,
) -> DispersionColumns {
    let size = |key| {
        let at = searched.parts.binary_search_by_key(&key, |p| p.0);
        at.map_or(0, |i| searched.parts[i].1)
    };
    let counts: Vec<(u64, u64)> = found.parts.iter().map(|(key, n)| (*n, size(*key))).collect();
    let Dispersion { range, juilland_d, dp, dp_norm } =
        dispersion(&counts, parts.count, parts.tokens, parts.smallest);
    DispersionColumns {
        parts: Some(parts.count),
        range: Some(range),
        juilland_d: reasons.take("juilland_d", juilland_d),
        dp: reasons.take("dp", dp),
        dp_norm: reasons.take("dp_norm", dp_norm),
    }
}

/// Lines of groups that add up to a total: all of them; of two fields each row and each column.
pub(super) fn lines(values: &[Vec<Option<String>>]) -> Vec<Vec<usize>> {
    let fields = values.first().map_or(0, Vec::len);
    let all: Vec<usize> = (0..values.len()).collect();
    if fields < 2 {
        return vec![all];
    }
    let mut out = vec![all];
    for field in 0..fields {
        // Groups that differ in this field alone.
        let mut lines: std::collections::BTreeMap<Vec<&Option<String>>, Vec<usize>> =
            std::collections::BTreeMap::new();
        for (i, value) in values.iter().enumerate() {
            let others = value.iter().enumerate().filter(|(f, _)| *f != field).map(|(_, v)| v);
            lines.entry(others.collect()).or_default().push(i);
        }
        out.extend(lines.into_values());
    }
    out
}
