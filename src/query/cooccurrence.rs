//! What can be asked about what is said together.

use super::{GroupField, Unit};

/// A question of co-occurrence.
#[derive(Clone, Debug, PartialEq)]
pub struct Cooccurrence {
    /// In what; at least one.
    pub within: Vec<Within>,
    /// What makes groups, if there are to be some.
    pub by: Option<GroupField>,
    /// List pairs that never meet, too.
    pub zeros: bool,
    /// Test pairs against chance inside sources.
    pub permutation: bool,
}

/// In what things are together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Within {
    /// In the same unit of text.
    Unit(Unit),
    /// In the same words: their hits overlap.
    Hit,
    /// In the same passage, with at most so many words between them.
    Words(u32),
    /// In passages of one source at most so far apart.
    Passages(u32),
}

impl Within {
    /// The name in results.
    #[must_use]
    pub fn name(self) -> String {
        match self {
            Self::Unit(unit) => unit.name().to_owned(),
            Self::Hit => "hit".to_owned(),
            Self::Words(n) => format!("{n} words"),
            Self::Passages(n) => format!("{n} passages"),
        }
    }
}
