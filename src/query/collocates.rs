//! What can be asked about the words that keep a word company.

use toml::Spanned;
use toml::de::DeValue;

use super::kwic::MAX_WORDS;
use super::read::unknown;
use crate::text::{Problem, Table, Text, decimal, number, string, wrong_type};

/// A question of collocates.
#[derive(Clone, Debug, PartialEq)]
pub struct Collocates {
    /// What is looked at beside a hit.
    pub window: Window,
    /// Least times a word stands there to be listed.
    pub min_count: u32,
    /// The measure that rows are ordered by, the highest first.
    pub sort: Measure,
    /// The least value of that measure.
    pub least: Option<f64>,
    /// At most so many rows.
    pub limit: Option<u32>,
    /// Words that are not listed, by the path of their file.
    pub stop_words: Option<Text>,
    /// These words, once the file is read.
    pub left_out: Vec<String>,
}

/// What is looked at beside a hit; it never leaves the passage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Window {
    /// So many words before it and after it.
    Words {
        /// Before.
        left: u32,
        /// After.
        right: u32,
    },
    /// The sentences that it touches.
    Sentence,
    /// The passage.
    Passage,
}

impl Window {
    /// The name in results.
    #[must_use]
    pub fn name(self) -> String {
        match self {
            Self::Words { left, right } if left == right => format!("{left}"),
            Self::Words { left, right } => format!("{left}:{right}"),
            Self::Sentence => "sentence".to_owned(),
            Self::Passage => "passage".to_owned(),
        }
    }
}

/// A measure that collocates are ordered by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Measure {
    /// `log_likelihood`
    #[default]
    LogLikelihood,
    /// `n_both`
    Count,
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
    pub const ALL: [Self; 12] = [
        Self::LogLikelihood,
        Self::Count,
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

    /// Its name: that of the column.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::LogLikelihood => "log_likelihood",
            Self::Count => "n_both",
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

/// Reads the keys of `[[collocates]]`.
pub(super) fn collocates(
    file: &str,
    table: &mut Table<'_, '_>,
    problems: &mut Vec<Problem>,
) -> Collocates {
    let window = match table.get("window") {
        None => None,
        Some(value) => window(file, value, problems),
    };
    let sort = table.string("sort", problems).and_then(|text| {
        let known = Measure::ALL.into_iter().find(|m| m.name() == text.value);
        if known.is_none() {
            unknown(problems, "sort", &text, &Measure::ALL.map(Measure::name));
        }
        known
    });
    let least = table.get("least").and_then(|value| {
        let number = decimal(value);
        if number.is_none() {
            problems.push(wrong_type("least", "a number", value));
        }
        number
    });
    Collocates {
        window: window.unwrap_or(Window::Words { left: 5, right: 5 }),
        min_count: table.number("min_count", 1, problems).unwrap_or(5),
        sort: sort.unwrap_or_default(),
        least,
        limit: table.number("limit", 1, problems),
        stop_words: table.string("stop_words", problems),
        left_out: Vec::new(),
    }
}

/// `5`, `"3:5"`, `{ left = 3, right = 5 }`, `"sentence"`, `"passage"`.
fn window(file: &str, value: &Spanned<DeValue<'_>>, problems: &mut Vec<Problem>) -> Option<Window> {
    let written = string(file, value).map(|t| t.value);
    let window = if let Some(n) = number(value) {
        Some(Window::Words { left: n, right: n })
    } else if let Some(text) = &written {
        let parted = text.split_once(':');
        let words =
            parted.and_then(|(l, r)| Some((l.trim().parse().ok()?, r.trim().parse().ok()?)));
        match (text.as_str(), words) {
            ("sentence", _) => Some(Window::Sentence),
            ("passage", _) => Some(Window::Passage),
            (_, Some((left, right))) => Some(Window::Words { left, right }),
            _ => None,
        }
    } else if let Some(map) = value.get_ref().as_table() {
        let mut table = Table::new(file, map, value.span());
        let left = table.number("left", 0, problems).unwrap_or(0);
        let right = table.number("right", 0, problems).unwrap_or(0);
        table.finish("`window`", problems);
        Some(Window::Words { left, right })
    } else {
        None
    };
    let problem = match window {
        None => {
            let message = "`window` takes words on each side (`5`, `\"3:5\"`), `\"sentence\"` or `\"passage\"`";
            Some(message.to_owned())
        }
        Some(Window::Words { left: 0, right: 0 }) => Some("`window` of no word".to_owned()),
        Some(Window::Words { left, right }) if left.max(right) > MAX_WORDS => {
            Some(format!("`window` takes at most {MAX_WORDS} words"))
        }
        _ => None,
    };
    if let Some(message) = problem {
        problems.push(Problem::error(value.span(), message));
        return None;
    }
    window
}
