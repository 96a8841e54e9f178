//! Theme files become a [`Codebook`]: a tree of themes, flattened in the order of the file.
//!
//! ```toml
//! [theme.relationships]
//! label = "Relational aspects"
//! [theme.relationships.bond]
//! find = ["bond*", "rapport"]
//! except = ["bond hearing*"]
//! examples = { hit = ["a really good rapport"], miss = ["the bond hearing was moved"] }
//! [theme.strained]
//! all_of = ["relationships", "burden"]
//! within = "sentence"
//! ```
//! A theme's hits are those of its own patterns, of all themes below it and of those of `any_of`, matched
//! together; a theme's `except` holds for itself and for the themes below it. `all_of` and `none_of` keep
//! the hits in units of text that have a hit of each, and of none, of other themes.
//!
//! Other programs' dictionaries (`formats`) are read into the same tree.

mod examples;

mod formats;

mod read;

mod toml;

mod tree;

mod value;

mod write;

use std::ops::Range;

pub use read::{Opened, is_dictionary, read_codebook};
pub(crate) use toml::pattern_problem;
pub use write::{Target, write};

use crate::pattern::{Form, Pattern, any_of};
use crate::text::{Problem, Text};

/// Themes, and the files that they were read from.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Codebook {
    /// A name for people.
    pub title: Option<String>,
    /// The themes, each after the one above it, in the order of the file.
    pub themes: Vec<Theme>,
    /// The files, the codebook's own first, then those that are included.
    pub files: Vec<CodebookFile>,
}

/// A file that themes were read from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CodebookFile {
    /// Its name as shown.
    pub name: String,
    /// Its text.
    pub text: String,
    /// BLAKE3 of its bytes.
    pub digest: String,
    /// What is wrong with it.
    pub problems: Vec<Problem>,
}

/// A named set of patterns.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Theme {
    /// Names from the root down, parted by `/`.
    pub path: String,
    /// The theme above: an index into [`Codebook::themes`].
    pub parent: Option<usize>,
    /// Depth, from 1.
    pub level: u32,
    /// A name for people.
    pub label: Option<String>,
    /// What it means.
    pub definition: Option<String>,
    /// A remark.
    pub note: Option<String>,
    /// What identifies it in other programs.
    pub guid: Option<String>,
    /// Its colour in other programs, as `#rrggbb`.
    pub color: Option<String>,
    /// Its own patterns.
    pub find: Vec<WrittenPattern>,
    /// What takes a hit away that shares a word with it.
    pub except: Vec<WrittenPattern>,
    /// Themes whose hits are hits of this one, too.
    pub any_of: Vec<usize>,
    /// Themes that must all have a hit in the unit of a hit.
    pub all_of: Vec<usize>,
    /// Themes none of which may have a hit in the unit of a hit.
    pub none_of: Vec<usize>,
    /// The unit that `all_of` and `none_of` speak of.
    pub within: Unit,
    /// Sentences that must be found.
    pub hits: Vec<Text>,
    /// Sentences that must not be found.
    pub misses: Vec<Text>,
    /// Where it is named in the file.
    pub place: Range<usize>,
    /// The file: an index into [`Codebook::files`].
    pub file: usize,
}

/// A pattern as written, and what it was read as.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrittenPattern {
    /// As written.
    pub text: Text,
    /// The form it is written in.
    pub form: Form,
    /// As read.
    pub pattern: Pattern,
    /// What a hit of it weighs, if the file says so.
    pub weight: Option<Weight>,
}

impl WrittenPattern {
    /// A pattern without a weight.
    #[must_use]
    pub const fn new(text: Text, form: Form, pattern: Pattern) -> Self {
        Self { text, form, pattern, weight: None }
    }
}

/// A weight in millionths, so that sums are exact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Weight(pub i64);

impl Weight {
    /// The weight of a hit of which nothing is said.
    pub const ONE: Self = Self(1_000_000);

    /// The weight of a number, if it has one: up to a billion, six places after the point.
    #[must_use]
    pub fn of(number: f64) -> Option<Self> {
        let millionths = (number * 1e6).round();
        let fits = number.is_finite() && millionths.abs() <= 1e15;
        #[expect(clippy::cast_possible_truncation, reason = "it is within bounds and whole")]
        fits.then_some(Self(millionths as i64))
    }

    /// The weight as a number.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "weights are far below 2^53")]
    pub fn number(self) -> f64 {
        self.0 as f64 / 1e6
    }
}

/// What things are said together in, and what is counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Unit {
    /// A sentence.
    Sentence,
    /// A passage.
    #[default]
    Passage,
    /// A speaker's turn; in a paper, a passage.
    Turn,
    /// A section.
    Section,
    /// A source.
    Source,
    /// A participant, over all that he or she says.
    Participant,
}

impl Unit {
    /// All units, the smallest first.
    pub const ALL: [Self; 6] =
        [Self::Sentence, Self::Passage, Self::Turn, Self::Section, Self::Source, Self::Participant];

    /// The units that lie in one source.
    pub const IN_SOURCE: [Self; 5] =
        [Self::Sentence, Self::Passage, Self::Turn, Self::Section, Self::Source];

    /// The unit's name in queries and results.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sentence => "sentence",
            Self::Passage => "passage",
            Self::Turn => "turn",
            Self::Section => "section",
            Self::Source => "source",
            Self::Participant => "participant",
        }
    }
}

/// What a theme finds and what takes hits away.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ThemePattern {
    /// The theme's patterns and those of the themes below it, each with what holds for them.
    pub parts: Vec<ThemePart>,
}

/// Patterns with what holds for them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ThemePart {
    /// What is found.
    pub find: Pattern,
    /// What takes hits of it away.
    pub except: Option<Pattern>,
    /// What a hit of it weighs.
    pub weight: Option<Weight>,
    /// What the unit of a hit must hold; all of these.
    pub only: Vec<Condition>,
}

impl ThemePart {
    /// A part under no condition.
    #[must_use]
    pub const fn new(find: Pattern, except: Option<Pattern>) -> Self {
        Self { find, except, weight: None, only: Vec::new() }
    }

    /// The patterns in it, those of its conditions included.
    pub fn each_pattern<'p>(&'p self, each: &mut dyn FnMut(&'p Pattern)) {
        std::iter::once(&self.find).chain(&self.except).for_each(&mut *each);
        let sets = self.only.iter().flat_map(|c| c.all.iter().chain(&c.none));
        for part in sets.flatten() {
            part.each_pattern(each);
        }
    }
}

/// What must stand, and what must not, in the unit of a hit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Condition {
    /// The unit; it lies in one source.
    pub within: Unit,
    /// Each of these must have a hit there.
    pub all: Vec<Vec<ThemePart>>,
    /// None of these may.
    pub none: Vec<Vec<ThemePart>>,
}

impl Codebook {
    /// The theme of a path.
    #[must_use]
    pub fn theme(&self, path: &str) -> Option<usize> {
        self.themes.iter().position(|t| t.path == path)
    }

    /// The themes below one, whatever their depth.
    #[must_use]
    pub fn below(&self, theme: usize) -> Range<usize> {
        let level = self.themes[theme].level;
        let deeper = self.themes[theme + 1..].iter().take_while(|t| t.level > level);
        theme + 1..theme + 1 + deeper.count()
    }

    /// What a theme finds: its own patterns and those of the themes below it and of `any_of`, under
    /// its conditions.
    #[must_use]
    pub fn pattern(&self, theme: usize) -> ThemePattern {
        let mut parts = self.own_parts(theme);
        let below = self.below(theme);
        for child in below.filter(|c| self.themes[*c].parent == Some(theme)) {
            parts.extend(self.pattern(child).parts);
        }
        ThemePattern { parts: self.built(theme, parts) }
    }

    /// What a theme finds without the themes below it.
    #[must_use]
    pub fn own_pattern(&self, theme: usize) -> ThemePattern {
        ThemePattern { parts: self.built(theme, self.own_parts(theme)) }
    }

    /// A theme's own patterns, those of one weight together.
    fn own_parts(&self, theme: usize) -> Vec<ThemePart> {
        let find = &self.themes[theme].find;
        let mut weights: Vec<Option<Weight>> = Vec::new();
        for written in find {
            if !weights.contains(&written.weight) {
                weights.push(written.weight);
            }
        }
        let except = self.exceptions(theme);
        let part = |weight: Option<Weight>| {
            let of = find.iter().filter(|w| w.weight == weight);
            let find = any_of(of.map(|w| w.pattern.clone()).collect())?;
            Some(ThemePart { weight, ..ThemePart::new(find, except.clone()) })
        };
        weights.into_iter().filter_map(part).collect()
    }

    /// Parts of a theme with those that it builds on, under its conditions.
    fn built(&self, theme: usize, mut parts: Vec<ThemePart>) -> Vec<ThemePart> {
        let entry = &self.themes[theme];
        let except = self.exceptions(theme);
        let lent = |on: &[usize]| -> Vec<ThemePart> {
            let parts = on.iter().flat_map(|i| self.pattern(*i).parts);
            let with = |part: ThemePart| {
                let both = part.except.into_iter().chain(except.clone()).collect();
                ThemePart { except: any_of(both), ..part }
            };
            parts.map(with).collect()
        };
        parts.extend(lent(&entry.any_of));
        if parts.is_empty() {
            parts = lent(&entry.all_of);
        }
        if !entry.all_of.is_empty() || !entry.none_of.is_empty() {
            let all = |on: &[usize]| on.iter().map(|i| self.pattern(*i).parts).collect();
            let only = Condition {
                within: entry.within,
                all: all(&entry.all_of),
                none: all(&entry.none_of),
            };
            for part in &mut parts {
                part.only.push(only.clone());
            }
        }
        parts
    }

    /// The exceptions of a theme and of those above it.
    fn exceptions(&self, theme: usize) -> Option<Pattern> {
        let mut patterns = Vec::new();
        let mut at = Some(theme);
        while let Some(i) = at {
            patterns.extend(self.themes[i].except.iter().map(|w| w.pattern.clone()));
            at = self.themes[i].parent;
        }
        any_of(patterns)
    }

    /// True when a pattern of the codebook says what its hits weigh.
    #[must_use]
    pub fn has_weights(&self) -> bool {
        self.themes.iter().flat_map(|t| &t.find).any(|w| w.weight.is_some())
    }
}
