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

use std::collections::HashSet;
use std::ops::Range;
use std::sync::Arc;

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
    /// By theme, what takes hits away: of its own and above.
    exceptions: Vec<Option<Arc<Pattern>>>,
    /// By theme, what it finds.
    patterns: Vec<Arc<ThemePattern>>,
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
    /// False for a heading that other programs do not code with.
    pub codable: Option<bool>,
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
        let fits = millionths.abs() <= 1e15 && (millionths != 0.0 || number == 0.0);
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

/// Most parts of a theme that its conditions and exceptions keep apart.
const MAX_PARTS: usize = 2_000;

/// What a theme finds and what takes hits away.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ThemePattern {
    /// Its patterns and those it builds on, each part with what holds for it; of the weights of a
    /// hit that several parts find, that of the first.
    pub parts: Vec<ThemePart>,
}

/// Patterns with what holds for them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ThemePart {
    /// What is found.
    pub find: Pattern,
    /// What takes hits of it away; themes of one branch share it.
    pub except: Option<Arc<Pattern>>,
    /// What a hit of it weighs.
    pub weight: Option<Weight>,
    /// What the unit of a hit must hold; all of these.
    pub only: Vec<Condition>,
}

impl ThemePart {
    /// A part under no condition.
    #[must_use]
    pub fn new(find: Pattern, except: Option<Pattern>) -> Self {
        Self { find, except: except.map(Arc::new), weight: None, only: Vec::new() }
    }
}

/// The patterns in parts, those of their conditions included; those of each theme once.
pub fn each_pattern<'p>(parts: &'p [ThemePart], each: &mut dyn FnMut(&'p Pattern)) {
    let mut known: HashSet<*const ThemePattern> = HashSet::new();
    let mut next: Vec<&[ThemePart]> = vec![parts];
    while let Some(parts) = next.pop() {
        for part in parts {
            std::iter::once(&part.find).chain(part.except.as_deref()).for_each(&mut *each);
            for theme in part.only.iter().flat_map(|c| c.all.iter().chain(&c.none)) {
                if known.insert(Arc::as_ptr(theme)) {
                    next.push(&theme.parts);
                }
            }
        }
    }
}

/// What must stand, and what must not, in the unit of a hit.
#[derive(Clone, Debug)]
pub struct Condition {
    /// The unit; it lies in one source.
    pub within: Unit,
    /// Each of these must have a hit there.
    pub all: Vec<Arc<ThemePattern>>,
    /// None of these may.
    pub none: Vec<Arc<ThemePattern>>,
}

/// Two are the same if they speak of the very same themes; what these are made of may be as many
/// times as many.
impl PartialEq for Condition {
    fn eq(&self, other: &Self) -> bool {
        let same = |a: &[Arc<ThemePattern>], b: &[Arc<ThemePattern>]| {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| Arc::ptr_eq(a, b))
        };
        self.within == other.within && same(&self.all, &other.all) && same(&self.none, &other.none)
    }
}

impl Eq for Condition {}

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

    /// The themes that a theme is made of: those below it and those that it names, however far.
    #[must_use]
    pub fn made_of(&self, theme: usize) -> Vec<usize> {
        let mut known = vec![false; self.themes.len()];
        let mut next = vec![theme];
        while let Some(at) = next.pop() {
            let entry = &self.themes[at];
            let named = [&entry.any_of[..], &entry.all_of, &entry.none_of].concat();
            for below in named.into_iter().chain(self.below(at)) {
                if !std::mem::replace(&mut known[below], true) {
                    next.push(below);
                }
            }
        }
        (0..known.len()).filter(|i| known[*i] && *i != theme).collect()
    }

    /// What a theme finds: its own patterns and those of the themes below it and of `any_of`, under
    /// its conditions.
    #[must_use]
    pub fn pattern(&self, theme: usize) -> &Arc<ThemePattern> {
        &self.patterns[theme]
    }

    /// What a theme finds without the themes below it.
    #[must_use]
    pub fn own_pattern(&self, theme: usize) -> ThemePattern {
        self.built(theme, self.own_parts(theme))
    }

    /// What takes hits of a theme's own patterns away: its exceptions and those of themes above it.
    #[must_use]
    pub fn exceptions(&self, theme: usize) -> Option<&Arc<Pattern>> {
        self.exceptions[theme].as_ref()
    }

    /// Makes the patterns of all themes, each after those that it builds on.
    ///
    /// One that comes to too many parts, each under other conditions or exceptions, is a problem.
    fn prepare(&mut self) {
        self.exceptions = Vec::with_capacity(self.themes.len());
        for theme in &self.themes {
            let above = theme.parent.and_then(|p| self.exceptions[p].clone());
            let own = theme.except.iter().map(|w| w.pattern.clone());
            let all = if theme.except.is_empty() {
                above
            } else {
                any_of(above.iter().map(|a| (**a).clone()).chain(own).collect()).map(Arc::new)
            };
            self.exceptions.push(all);
        }
        self.patterns = vec![Arc::default(); self.themes.len()];
        for theme in tree::in_order(&self.themes) {
            let mut parts = self.own_parts(theme);
            for child in self.below(theme).filter(|c| self.themes[*c].parent == Some(theme)) {
                parts.extend(self.patterns[child].parts.iter().cloned());
            }
            let built = self.built(theme, parts);
            if built.parts.len() <= MAX_PARTS {
                self.patterns[theme] = Arc::new(built);
                continue;
            }
            let entry = &self.themes[theme];
            let message = format!("theme `{}` builds on others in too many ways", entry.path);
            let problem = Problem::error(entry.place.clone(), message);
            let hint =
                "each way through `any_of` to a theme of other conditions or exceptions is one";
            self.files[entry.file].problems.push(problem.hint(hint));
        }
    }

    /// A theme's own patterns, in their order, neighbours of one weight together.
    fn own_parts(&self, theme: usize) -> Vec<ThemePart> {
        let except = self.exceptions[theme].clone();
        let runs = self.themes[theme].find.chunk_by(|a, b| a.weight == b.weight);
        let part = |run: &[WrittenPattern]| {
            let find = any_of(run.iter().map(|w| w.pattern.clone()).collect())?;
            let except = except.clone();
            Some(ThemePart { find, except, weight: run[0].weight, only: Vec::new() })
        };
        runs.filter_map(part).collect()
    }

    /// Parts of a theme with those that it builds on, under its conditions.
    fn built(&self, theme: usize, mut parts: Vec<ThemePart>) -> ThemePattern {
        let entry = &self.themes[theme];
        let except = &self.exceptions[theme];
        let lent = |on: &[usize]| -> Vec<ThemePart> {
            let parts = on.iter().flat_map(|i| &self.patterns[*i].parts);
            let with = |part: &ThemePart| {
                let mut part = part.clone();
                part.except = match (part.except, except) {
                    (Some(own), Some(mine)) if own != *mine => {
                        any_of(vec![(*own).clone(), (**mine).clone()]).map(Arc::new)
                    }
                    (own, mine) => own.or_else(|| mine.clone()),
                };
                part
            };
            parts.map(with).collect()
        };
        parts.extend(lent(&entry.any_of));
        if parts.is_empty() {
            parts = lent(&entry.all_of);
        }
        if !entry.all_of.is_empty() || !entry.none_of.is_empty() {
            let all = |on: &[usize]| on.iter().map(|i| Arc::clone(&self.patterns[*i])).collect();
            let only = Condition {
                within: entry.within,
                all: all(&entry.all_of),
                none: all(&entry.none_of),
            };
            for part in &mut parts {
                part.only.push(only.clone());
            }
        }
        ThemePattern { parts: together(parts) }
    }

    /// True when a pattern of the codebook says what its hits weigh.
    #[must_use]
    pub fn has_weights(&self) -> bool {
        self.themes.iter().flat_map(|t| &t.find).any(|w| w.weight.is_some())
    }
}

/// Parts of which neighbours have the same exceptions, weight and conditions become one.
fn together(parts: Vec<ThemePart>) -> Vec<ThemePart> {
    let mut out: Vec<(Vec<Pattern>, ThemePart)> = Vec::new();
    for part in parts {
        let same = |last: &ThemePart| {
            (&last.except, last.weight, &last.only) == (&part.except, part.weight, &part.only)
        };
        match out.last_mut() {
            Some((find, last)) if same(last) => find.push(part.find),
            _ => out.push((vec![part.find.clone()], part)),
        }
    }
    let part = |(find, part)| any_of(find).map(|find| ThemePart { find, ..part });
    out.into_iter().filter_map(part).collect()
}
