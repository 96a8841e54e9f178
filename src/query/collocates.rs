//! What can be asked about the words that keep a word company.

use toml::Spanned;
use toml::de::DeValue;

use super::Measure;
use super::kwic::MAX_WORDS;
use super::read::unknown;
use crate::text::{Problem, Table, Text, decimal, number, string, wrong_type};

/// A question of collocates.
#[derive(Clone, Debug, PartialEq)]
pub struct Collocates {
    /// Which table.
    pub table: Company,
    /// What is counted: a layer's values; words as they stand if none is named.
    pub layer: Option<Text>,
    /// Least times something stands there to be listed.
    pub min_count: u32,
    /// At most so many rows.
    pub limit: Option<u32>,
    /// Words that are not listed.
    pub stop_words: StopWords,
}

/// What keeps a word company.
#[derive(Clone, Debug, PartialEq)]
pub enum Company {
    /// Words beside it.
    Words {
        /// What is looked at beside a hit.
        window: Window,
        /// The measure that rows are ordered by, the highest first.
        sort: Measure,
        /// The least value of that measure.
        least: Option<f64>,
    },
    /// Runs of words that hold it.
    Clusters {
        /// How many words they have.
        sizes: Vec<u32>,
    },
}

/// Words that are not listed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct StopWords {
    /// The path of their file.
    pub file: Option<Text>,
    /// The words, folded and sorted, once the file is read.
    pub words: Vec<String>,
}

impl StopWords {
    /// Reads the key.
    pub(super) fn read(table: &mut Table<'_, '_>, problems: &mut Vec<Problem>) -> Self {
        Self { file: table.string("stop_words", problems), words: Vec::new() }
    }

    /// True if a word is one of them.
    #[must_use]
    pub fn has(&self, word: &str) -> bool {
        self.words.binary_search_by(|w| w.as_str().cmp(word)).is_ok()
    }
}

/// Most words of a cluster or an n-gram.
pub(super) const MAX_RUN: u32 = 10;

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

/// Reads the keys of `[[collocates]]`.
pub(super) fn collocates(
    file: &str,
    table: &mut Table<'_, '_>,
    problems: &mut Vec<Problem>,
) -> Collocates {
    let window = table.get("window");
    let sort = table.get("sort").is_some();
    let least = table.get("least").is_some();
    let company = if let Some(value) = table.get("clusters") {
        for (key, asked) in [("window", window.is_some()), ("sort", sort), ("least", least)] {
            if asked {
                let message = format!("`{key}` beside `clusters`");
                let hint = "clusters are listed by how often they stand there";
                problems.push(Problem::error(value.span(), message).hint(hint));
            }
        }
        Company::Clusters { sizes: sizes(value, problems) }
    } else {
        let window = window.and_then(|value| self::window(file, value, problems));
        Company::Words {
            window: window.unwrap_or(Window::Words { left: 5, right: 5 }),
            sort: measure(table, "sort", "n_both", problems).unwrap_or_default(),
            least: least_value(table, problems),
        }
    };
    Collocates {
        table: company,
        layer: table.string("layer", problems),
        min_count: table.number("min_count", 1, problems).unwrap_or(5),
        limit: table.number("limit", 1, problems),
        stop_words: StopWords::read(table, problems),
    }
}

/// A measure by its name; `count` is what the count is called.
pub(super) fn measure(
    table: &mut Table<'_, '_>,
    key: &'static str,
    count: &'static str,
    problems: &mut Vec<Problem>,
) -> Option<Measure> {
    let text = table.string(key, problems)?;
    let known = Measure::ALL.into_iter().find(|m| m.name(count) == text.value);
    if known.is_none() {
        unknown(problems, key, &text, &Measure::ALL.map(|m| m.name(count)));
    }
    known
}

/// The number of `least`.
pub(super) fn least_value(table: &mut Table<'_, '_>, problems: &mut Vec<Problem>) -> Option<f64> {
    let value = table.get("least")?;
    let number = decimal(value);
    if number.is_none() {
        problems.push(wrong_type("least", "a number", value));
    }
    number
}

/// Numbers of words: `3`, `[2, 3]`.
fn sizes(value: &Spanned<DeValue<'_>>, problems: &mut Vec<Problem>) -> Vec<u32> {
    let items = value.get_ref().as_array().map(|list| list.iter().collect());
    let items: Vec<&Spanned<DeValue<'_>>> = items.unwrap_or_else(|| vec![value]);
    let sizes: Option<Vec<u32>> =
        items.iter().map(|item| number(item).filter(|n| (2..=MAX_RUN).contains(n))).collect();
    let mut sizes = sizes.unwrap_or_default();
    if sizes.is_empty() {
        let message = format!("`clusters` takes numbers of words from 2 to {MAX_RUN}");
        problems.push(Problem::error(value.span(), message).hint("such as `3` or `[2, 3]`"));
    }
    sizes.sort_unstable();
    sizes.dedup();
    sizes
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
