//! Measures of association, by name.

/// A measure that rows are ordered or filtered by, or that weighs an edge.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Measure {
    /// `log_likelihood`
    #[default]
    LogLikelihood,
    /// `n_both` of collocates, `n_ab` of pairs.
    Count,
    /// `observed_over_expected`
    ObservedOverExpected,
    /// `jaccard`
    Jaccard,
    /// `dice`
    Dice,
    /// `log_dice`
    LogDice,
    /// `pmi_log2`
    PmiLog2,
    /// `npmi`
    Npmi,
    /// `mi3_log2`
    Mi3Log2,
    /// `t_score`
    TScore,
    /// `z_score`
    ZScore,
    /// `min_sensitivity`
    MinSensitivity,
    /// `log_ratio`
    LogRatio,
    /// `odds_ratio`
    OddsRatio,
    /// `phi`
    Phi,
}

impl Measure {
    /// All measures.
    pub const ALL: [Self; 15] = [
        Self::LogLikelihood,
        Self::Count,
        Self::ObservedOverExpected,
        Self::Jaccard,
        Self::Dice,
        Self::LogDice,
        Self::PmiLog2,
        Self::Npmi,
        Self::Mi3Log2,
        Self::TScore,
        Self::ZScore,
        Self::MinSensitivity,
        Self::LogRatio,
        Self::OddsRatio,
        Self::Phi,
    ];

    /// Its name: that of the column; `count` is the column of the count.
    #[must_use]
    pub const fn name(self, count: &'static str) -> &'static str {
        match self {
            Self::LogLikelihood => "log_likelihood",
            Self::Count => count,
            Self::ObservedOverExpected => "observed_over_expected",
            Self::Jaccard => "jaccard",
            Self::Dice => "dice",
            Self::LogDice => "log_dice",
            Self::PmiLog2 => "pmi_log2",
            Self::Npmi => "npmi",
            Self::Mi3Log2 => "mi3_log2",
            Self::TScore => "t_score",
            Self::ZScore => "z_score",
            Self::MinSensitivity => "min_sensitivity",
            Self::LogRatio => "log_ratio",
            Self::OddsRatio => "odds_ratio",
            Self::Phi => "phi",
        }
    }
}
