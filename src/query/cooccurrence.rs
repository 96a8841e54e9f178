//! What can be asked about what is said together.

use super::{GroupField, Measure, Unit};

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
    /// Pair themes with patterns only, where a query has both.
    pub across: bool,
    /// What a pair of hits so many places apart weighs, the first for neighbours; one over the
    /// distance if nothing is named.
    pub weights: Vec<f64>,
    /// Which units are shown beside each pair.
    pub evidence: Evidence,
    /// The pairs as a network, too.
    pub network: Option<Network>,
}

/// Which units are shown beside a pair.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Evidence {
    /// None.
    #[default]
    None,
    /// The first so many, in the row.
    First(u32),
    /// All, in a file of their own.
    All,
}

/// A network: themes and patterns are its nodes, pairs its edges.
#[derive(Clone, Debug, PartialEq)]
pub struct Network {
    /// In which forms; at least one.
    pub formats: Vec<NetworkFormat>,
    /// What weighs an edge.
    pub weight: Measure,
    /// The least weight of an edge.
    pub least: Option<f64>,
    /// Least times a pair is together.
    pub min_count: u32,
}

/// A form of a network.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum NetworkFormat {
    /// For Gephi, Cytoscape, igraph, yEd.
    GraphMl,
    /// For Gephi.
    Gexf,
    /// A table of weights, the same names down and across.
    Matrix,
}

impl NetworkFormat {
    /// All forms.
    pub const ALL: [Self; 3] = [Self::GraphMl, Self::Gexf, Self::Matrix];

    /// Its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::GraphMl => "graphml",
            Self::Gexf => "gexf",
            Self::Matrix => "matrix",
        }
    }

    /// The ending of its files.
    #[must_use]
    pub const fn ending(self) -> &'static str {
        match self {
            Self::Matrix => "csv",
            other => other.name(),
        }
    }
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
