//! What can be asked about how often: counts by group, comparisons, cross tables, correlations,
//! saturation.

use super::{GroupField, StopWords, Unit};
use crate::text::Text;

/// A question of frequency.
#[derive(Clone, Debug, PartialEq)]
pub struct Frequency {
    /// What the table is.
    pub report: Report,
    /// Blank what could point to one of fewer participants than this.
    pub min_participants: Option<u32>,
}

/// Which table.
#[derive(Clone, Debug, PartialEq)]
pub enum Report {
    /// How often, by group.
    Counts {
        /// What makes the groups.
        by: Vec<GroupField>,
        /// Over what parts dispersion is measured.
        dispersion: Option<Unit>,
        /// A row for all groups together, too.
        totals: bool,
    },
    /// Groups against each other.
    Compare {
        /// What makes the groups.
        by: GroupField,
        /// Which of them; all if none is named.
        of: Vec<Text>,
        /// Assignments of people to groups by chance.
        permutations: u32,
        /// What chance begins with.
        seed: u64,
    },
    /// Units by an attribute and by theme, or by another attribute.
    Cross {
        /// What makes the rows; themes if nothing.
        rows: Option<GroupField>,
        /// What makes the columns.
        columns: GroupField,
        /// What is counted.
        unit: Unit,
    },
    /// The rate of a theme against a number that each participant, or source, has.
    Correlate {
        /// The numbers.
        with: Vec<GroupField>,
    },
    /// How many themes have been seen after so many sources.
    Saturation {
        /// Orders by chance.
        orders: u32,
        /// What chance begins with.
        seed: u64,
    },
    /// Words of participants that no theme covers.
    Uncovered {
        /// At most so many words.
        limit: u32,
        /// Words that are not listed.
        stop_words: StopWords,
    },
}

impl Report {
    /// The name of the table's form.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Counts { .. } => "frequency",
            Self::Compare { .. } => "comparison",
            Self::Cross { .. } => "crosstab",
            Self::Correlate { .. } => "correlation",
            Self::Saturation { .. } => "saturation",
            Self::Uncovered { .. } => "uncovered",
        }
    }

    /// The fields that it names.
    #[must_use]
    pub fn fields(&self) -> Vec<&GroupField> {
        match self {
            Self::Counts { by, .. } => by.iter().collect(),
            Self::Compare { by, .. } => vec![by],
            Self::Cross { rows, columns, .. } => rows.iter().chain([columns]).collect(),
            Self::Correlate { with } => with.iter().collect(),
            Self::Saturation { .. } | Self::Uncovered { .. } => Vec::new(),
        }
    }
}
