//! How often a theme or pattern occurs, by group.
//!
//! Each row carries its own denominators: the tokens, passages and sources of its group *that were
//! searched*. A group in which nothing was found has a row of zeros.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value as Json};

use super::groups::Groups;
use super::stats;
use crate::index::{Store, Stretch};
use crate::query::{Field, Needle};
use crate::search::{People, Scope, SearchError, search};

/// A theme or pattern in a group.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct FrequencyRow {
    /// The theme's path, or the pattern as written.
    pub theme: String,
    /// The path of the theme above; null at the top.
    pub parent: Option<String>,
    /// Depth of the theme, from 1.
    pub level: u32,
    /// The group: one column for each field of `by`, null for text without a value there.
    #[serde(flatten)]
    pub group: Map<String, Json>,
    /// Hits: leftmost-longest, none overlapping another. A theme's hits are found with the
    /// patterns of all themes below it together, so that they are no sum of those themes' hits.
    pub hits: u64,
    /// Every distinct span that fits.
    pub hits_all: u64,
    /// Tokens that were searched in this group.
    pub tokens: u64,
    /// Hits per 1,000 tokens; null where no token was searched.
    pub per_1000: Option<f64>,
    /// Passages of this group with a hit.
    pub passages_with: u64,
    /// Passages of this group that were searched.
    pub passages: u64,
    /// Sources of this group with a hit.
    pub sources_with: u64,
    /// Sources of this group that were searched.
    pub sources: u64,
}

#[derive(Clone, Default)]
pub(super) struct Tally {
    hits: u64,
    hits_all: u64,
    pub(super) tokens: u64,
    passages: u64,
    sources: u64,
    last_passage: Option<(u32, u32)>,
    last_source: Option<u32>,
}

impl Tally {
    /// Counts the passage and the source once; passages come in order.
    fn visit(&mut self, rank: u32, passage: u32) {
        if self.last_passage != Some((rank, passage)) {
            self.last_passage = Some((rank, passage));
            self.passages += 1;
        }
        if self.last_source != Some(rank) {
            self.last_source = Some(rank);
            self.sources += 1;
        }
    }
}

/// The frequency of every needle in every group.
///
/// # Errors
/// The store is damaged, or a pattern is too large for it.
pub fn frequency(
    store: &Store,
    people: &People<'_>,
    scope: &Scope<'_>,
    needles: &[Needle],
    by: &[Field],
) -> Result<Vec<FrequencyRow>, SearchError> {
    let mut groups = Groups::new(store, people, by);
    let searched = searched(scope, &mut groups);
    let order = groups.order();
    let mut rows = Vec::with_capacity(needles.len() * order.len());
    for needle in needles {
        let found = tallies(store, scope, needle, &mut groups, searched.len())?;
        for group in &order {
            rows.push(row(needle, by, &groups.values[*group], &found[*group], &searched[*group]));
        }
    }
    Ok(rows)
}

/// What was searched, by group.
pub(super) fn searched(scope: &Scope<'_>, groups: &mut Groups<'_>) -> Vec<Tally> {
    let mut places: Vec<(u32, u32, usize, u64)> = Vec::new();
    scope.each_passage(|_, _, rank, row, stretches| {
        for stretch in stretches {
            let group = groups.of(rank, row, stretch.voice, stretch.speaker);
            places.push((rank, row.passage, group, u64::from(stretch.tokens.len())));
        }
    });
    // Documents come in no order; passages and sources are counted in theirs.
    places.sort_unstable();
    let mut tallies = vec![Tally::default(); groups.values.len()];
    for (rank, passage, group, tokens) in places {
        tallies[group].tokens += tokens;
        tallies[group].visit(rank, passage);
    }
    tallies
}

fn tallies(
    store: &Store,
    scope: &Scope<'_>,
    needle: &Needle,
    groups: &mut Groups<'_>,
    count: usize,
) -> Result<Vec<Tally>, SearchError> {
    let mut tallies = vec![Tally::default(); count];
    let mut stretches: Vec<Stretch> = Vec::new();
    for passage in search(store, scope, needle)? {
        let (segment, doc) = passage.address;
        let segment = &store.segments[segment as usize];
        scope.stretches(segment, doc, passage.rank, &passage.row, &mut stretches);
        let mut group_of = |start: u32| {
            let next = stretches.partition_point(|s| s.tokens.start <= start);
            let stretch = next.checked_sub(1).and_then(|i| stretches.get(i));
            let stretch = stretch.expect("a hit lies in a stretch that was searched");
            groups.of(passage.rank, &passage.row, stretch.voice, stretch.speaker)
        };
        for span in &passage.all {
            tallies[group_of(span.start)].hits_all += 1;
        }
        for span in &passage.hits {
            let tally = &mut tallies[group_of(span.start)];
            tally.hits += 1;
            tally.visit(passage.rank, passage.row.passage);
        }
    }
    Ok(tallies)
}

fn row(
    needle: &Needle,
    by: &[Field],
    values: &[Option<String>],
    found: &Tally,
    searched: &Tally,
) -> FrequencyRow {
    let group = by
        .iter()
        .zip(values)
        .map(|(field, value)| {
            (field.name().to_owned(), value.clone().map_or(Json::Null, Json::String))
        })
        .collect();
    FrequencyRow {
        theme: needle.name.clone(),
        parent: needle.parent.clone(),
        level: needle.level,
        group,
        hits: found.hits,
        hits_all: found.hits_all,
        tokens: searched.tokens,
        per_1000: stats::rate(found.hits, searched.tokens, 1000).ok(),
        passages_with: found.passages,
        passages: searched.passages,
        sources_with: found.sources,
        sources: searched.sources,
    }
}
