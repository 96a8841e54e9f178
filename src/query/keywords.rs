//! What can be asked about the words of one part of the corpus against another.

use super::collocates::{MAX_RUN, StopWords, least_value};
use super::read::{filter, unknown};
use super::{Condition, Filter};
use crate::text::{Problem, Table, Text};

/// A question of keywords.
#[derive(Clone, Debug, PartialEq)]
pub struct Keywords {
    /// The part whose words they are.
    pub target: Filter,
    /// What it is held against; all else that is searched if nothing is named.
    pub reference: Option<Filter>,
    /// How many words each has: 1 for words, 2 for pairs of neighbours.
    pub ngrams: u32,
    /// What is counted: a layer's values; words as they stand if none is named.
    pub layer: Option<Text>,
    /// Least times one stands in either part to be listed.
    pub min_count: u32,
    /// What rows are ordered by, the highest first.
    pub sort: Keyness,
    /// The least value of that.
    pub least: Option<f64>,
    /// At most so many rows.
    pub limit: Option<u32>,
    /// Words that are not listed, and that nothing listed begins or ends with.
    pub stop_words: StopWords,
}

impl Keywords {
    /// The conditions of both parts.
    pub fn conditions(&self) -> impl Iterator<Item = &Condition> {
        let reference = self.reference.iter().flat_map(|r| &r.conditions);
        self.target.conditions.iter().chain(reference)
    }

    /// Fields that a part and the query's own filter both name: which of the two is to hold?
    pub(super) fn named_twice(&self, filter: &Filter) -> Vec<Problem> {
        let of_filter = |c: &&Condition| filter.conditions.iter().any(|o| o.field == c.field);
        let twice = self.conditions().filter(of_filter).map(|condition| {
            let message = format!("`{}` in `where`, too", condition.field.name());
            let problem = Problem::error(condition.place.clone(), message);
            problem.hint("name it in one of them: `where` holds for both parts")
        });
        twice.collect()
    }
}

/// What keywords are ordered by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Keyness {
    /// `log_likelihood`
    #[default]
    LogLikelihood,
    /// `log_ratio`
    LogRatio,
    /// `odds_ratio`
    OddsRatio,
    /// `difference`
    Difference,
    /// `n_target`
    Count,
}

impl Keyness {
    /// All of them.
    pub const ALL: [Self; 5] =
        [Self::LogLikelihood, Self::LogRatio, Self::OddsRatio, Self::Difference, Self::Count];

    /// Its name: that of the column.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::LogLikelihood => "log_likelihood",
            Self::LogRatio => "log_ratio",
            Self::OddsRatio => "odds_ratio",
            Self::Difference => "difference",
            Self::Count => "n_target",
        }
    }
}

/// Reads the keys of `[[keywords]]`.
pub(super) fn keywords(
    file: &str,
    table: &mut Table<'_, '_>,
    problems: &mut Vec<Problem>,
) -> Keywords {
    let place = table.place.clone();
    let target = filter(file, "target", table.get("target"), problems);
    if target.conditions.is_empty() {
        let problem = Problem::error(place, "`[[keywords]]` without a `target`");
        problems.push(
            problem
                .hint("add the part whose words you look for, as `target = { role = \"nurse\" }`"),
        );
    }
    let reference = table.get("reference").map(|v| filter(file, "reference", Some(v), problems));
    let ngrams = table.number_within("ngrams", 1..=MAX_RUN, problems).unwrap_or(1);
    let sort = table.string("sort", problems).and_then(|text| {
        let known = Keyness::ALL.into_iter().find(|k| k.name() == text.value);
        if known.is_none() {
            unknown(problems, "sort", &text, &Keyness::ALL.map(Keyness::name));
        }
        known
    });
    Keywords {
        target,
        reference,
        ngrams,
        layer: table.string("layer", problems),
        min_count: table.number("min_count", 1, problems).unwrap_or(5),
        sort: sort.unwrap_or_default(),
        least: least_value(table, problems),
        limit: table.number("limit", 1, problems),
        stop_words: StopWords::read(table, problems),
    }
}
