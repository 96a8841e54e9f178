//! Theme files become a [`Codebook`]: a tree of themes, flattened in the order of the file.
//!
//! ```toml
//! [theme.relationships]
//! label = "Relational aspects"
//! [theme.relationships.bond]
//! find = ["bond*", "rapport"]
//! except = ["bond hearing*"]
//! examples = { hit = ["a really good rapport"], miss = ["the bond hearing was moved"] }
//! ```
//! A theme's hits are those of its own patterns and of all themes below it, matched together; a
//! theme's `except` holds for itself and for the themes below it.

mod read;

pub(crate) use read::pattern_problem;
pub use read::read_codebook;

use crate::pattern::{Form, Pattern, any_of, leftmost_longest, spans_in};
use crate::text::{Problem, Text, TokenSpan, tokenize};

/// A file of themes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Codebook {
    /// The themes, each after the one above it, in the order of the file.
    pub themes: Vec<Theme>,
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
    /// Its own patterns.
    pub find: Vec<WrittenPattern>,
    /// What takes a hit away that shares a word with it.
    pub except: Vec<WrittenPattern>,
    /// Sentences that must be found.
    pub hits: Vec<Text>,
    /// Sentences that must not be found.
    pub misses: Vec<Text>,
    /// Where it is named in the file.
    pub place: std::ops::Range<usize>,
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
}

/// What a theme finds and what takes hits away.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ThemePattern {
    /// The theme's patterns and those of the themes below it, each with what holds for them.
    pub parts: Vec<ThemePart>,
}

/// The own patterns of a theme with the exceptions that hold for them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ThemePart {
    /// What is found.
    pub find: Pattern,
    /// What takes hits of it away.
    pub except: Option<Pattern>,
}

impl Codebook {
    /// The theme of a path.
    #[must_use]
    pub fn theme(&self, path: &str) -> Option<usize> {
        self.themes.iter().position(|t| t.path == path)
    }

    /// True when `above` is the theme `below` or stands over it.
    #[must_use]
    pub fn is_within(&self, above: usize, below: usize) -> bool {
        let mut at = Some(below);
        while let Some(i) = at {
            if i == above {
                return true;
            }
            at = self.themes[i].parent;
        }
        false
    }

    /// What a theme finds: its own patterns and those of the themes below it.
    #[must_use]
    pub fn pattern(&self, theme: usize) -> ThemePattern {
        let mut parts = Vec::new();
        for i in theme..self.themes.len() {
            if !self.is_within(theme, i) {
                continue;
            }
            parts.extend(self.own_pattern(i));
        }
        ThemePattern { parts }
    }

    /// What a theme finds by its own patterns alone.
    #[must_use]
    pub fn own_pattern(&self, theme: usize) -> Option<ThemePart> {
        let find = self.themes[theme].find.iter().map(|w| w.pattern.clone()).collect();
        any_of(find).map(|find| ThemePart { find, except: self.exceptions(theme) })
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

    /// Runs the examples: a problem for each sentence that is not as it says.
    #[must_use]
    pub fn check_examples(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        for (i, theme) in self.themes.iter().enumerate() {
            let pattern = self.pattern(i);
            if let Some(layer) = pattern.layers().first() {
                if let Some(text) = theme.hits.first().or(theme.misses.first()) {
                    let message = format!(
                        "examples of theme `{}` can't be run: it asks for the layer `{layer}`",
                        theme.path
                    );
                    problems.push(Problem::warning(text.place.clone(), message));
                }
                continue;
            }
            for text in &theme.hits {
                if pattern.find_in(&text.value).is_empty() {
                    let message = format!("example of theme `{}` is not found by it", theme.path);
                    problems.push(Problem::error(text.place.clone(), message));
                }
            }
            for text in &theme.misses {
                if let Some(found) = pattern.find_in(&text.value).first() {
                    let message =
                        format!("counter-example of theme `{}` is found by it", theme.path);
                    let problem = Problem::error(text.place.clone(), message);
                    problems.push(problem.hint(format!("what matches is `{found}`")));
                }
            }
        }
        problems
    }
}

impl ThemePattern {
    /// The layers that it asks for beside the text.
    #[must_use]
    pub fn layers(&self) -> Vec<String> {
        let all = self.parts.iter().flat_map(|p| std::iter::once(&p.find).chain(&p.except));
        all.flat_map(Pattern::layers).collect()
    }

    /// The hits in a text, as written there; the text is taken for one passage of one sentence.
    #[must_use]
    pub fn find_in<'t>(&self, text: &'t str) -> Vec<&'t str> {
        let tokens = tokenize(text);
        let mut spans: Vec<TokenSpan> = Vec::new();
        for part in &self.parts {
            let excepted = part.except.as_ref().map(|e| spans_in(e, text)).unwrap_or_default();
            let kept = |s: &TokenSpan| !excepted.iter().any(|e| e.overlaps(*s));
            spans.extend(spans_in(&part.find, text).into_iter().filter(kept));
        }
        spans.sort_unstable();
        spans.dedup();
        let place = |s: TokenSpan| {
            let first = tokens[s.start as usize].start as usize;
            &text[first..tokens[s.end as usize - 1].end as usize]
        };
        leftmost_longest(&spans).into_iter().map(place).collect()
    }
}
