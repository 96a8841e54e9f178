//! Hits counted by their own words, the words beside them, their speaker, an attribute.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value as Json};

use super::collect::{Counts, collation, values};
use super::{Concordance, Hit};
use crate::analysis::FastMap;
use crate::analysis::frequency::Counting;
use crate::analysis::stats;
use crate::query::{Field, SortBy};
use crate::search::{Scope, SearchError};

/// Hits of one group.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct GroupRow {
    /// The group: one column for each key of `group`; null where the text has no such value.
    #[serde(flatten)]
    pub group: Map<String, Json>,
    /// Hits, as chosen.
    pub hits: u64,
    /// Hits of this group of all hits, from 0 to 1.
    pub share: f64,
    /// Tokens that were searched in the part of the corpus that the group's fields name: of
    /// `speaker` that speaker's, of `match` and context words all.
    pub tokens: u64,
    /// Hits per 1,000 of those tokens.
    pub per_1000: Option<f64>,
    /// Passages with a hit of this group.
    pub passages_with: u64,
    /// Sources with a hit of this group.
    pub sources_with: u64,
}

/// The column of a key: its name, with `group_` before it where the row has such a column itself.
#[must_use]
pub fn group_column(name: &str) -> String {
    let own = ["hits", "share", "tokens", "per_1000", "passages_with", "sources_with"];
    if own.contains(&name) { format!("group_{name}") } else { name.to_owned() }
}

#[derive(Default)]
struct Tally {
    hits: u64,
    passages: u64,
    sources: u64,
    last: Option<Hit>,
}

impl Tally {
    /// Counts a hit; hits come in the order of the corpus.
    fn count(&mut self, hit: Hit) {
        self.hits += 1;
        let same_source = self.last.is_some_and(|l| l.rank == hit.rank);
        let same_passage =
            same_source && self.last.is_some_and(|l| (l.segment, l.doc) == (hit.segment, hit.doc));
        self.sources += u64::from(!same_source);
        self.passages += u64::from(!same_passage);
        self.last = Some(hit);
    }
}

/// The groups of a concordance's hits, the largest first.
///
/// # Errors
/// The store is damaged, or a pattern needs too many steps.
pub fn groups(
    concordance: &Concordance<'_>,
    scope: &Scope<'_>,
) -> Result<(Vec<GroupRow>, Counts), SearchError> {
    let lines = &concordance.lines;
    let keys = &concordance.kwic.group;
    let mut tallies: FastMap<Vec<Option<String>>, Tally> = FastMap::default();
    let mut counts = Counts::default();
    concordance.each_batch(&mut counts, |hits| -> Result<(), SearchError> {
        let values = values(lines, &hits, keys)?;
        for (hit, value) in hits.into_iter().zip(values) {
            tallies.entry(value).or_default().count(hit);
        }
        Ok(())
    })?;
    let fields: Vec<Field> = keys
        .iter()
        .filter_map(|k| if let SortBy::Field(field) = &k.by { Some(field.clone()) } else { None })
        .collect();
    let text = Counting::new(lines.store, lines.people, scope, &fields, None);
    let groups = text.groups.values.iter().map(Vec::as_slice);
    let tokens: FastMap<&[Option<String>], u64> =
        groups.zip(text.searched.iter().map(|t| t.tokens)).collect();
    let mut tallies: Vec<(Vec<Option<String>>, Tally)> = tallies.into_iter().collect();
    tallies.sort_by_cached_key(|(values, tally)| {
        let names: Vec<_> =
            values.iter().map(|v| (v.is_none(), collation(v.as_deref().unwrap_or("")))).collect();
        (std::cmp::Reverse(tally.hits), names)
    });
    let limit = concordance.kwic.limit.map_or(usize::MAX, |n| n as usize);
    counts.over_limit = tallies.len().saturating_sub(limit) as u64;
    let rows = tallies.into_iter().take(limit).map(|(values, tally)| {
        let own = keys.iter().zip(&values).filter(|(k, _)| matches!(k.by, SortBy::Field(_)));
        let own: Vec<Option<String>> = own.map(|(_, v)| v.clone()).collect();
        let tokens = tokens.get(own.as_slice()).copied().unwrap_or_default();
        let group = keys.iter().zip(values).map(|(key, value)| {
            (group_column(&key.by.name()), value.map_or(Json::Null, Json::String))
        });
        GroupRow {
            group: group.collect(),
            hits: tally.hits,
            share: stats::rate(tally.hits, counts.hits, 1).unwrap_or(0.0),
            tokens,
            per_1000: stats::rate(tally.hits, tokens, 1000).ok(),
            passages_with: tally.passages,
            sources_with: tally.sources,
        }
    });
    let rows: Vec<GroupRow> = rows.collect();
    counts.lines = rows.len() as u64;
    Ok((rows, counts))
}
