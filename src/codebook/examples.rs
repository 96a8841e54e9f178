//! A theme on a plain text: the examples of a codebook.

use std::collections::HashMap;
use std::sync::Arc;

use super::{Codebook, Condition, ThemePart, ThemePattern, each_pattern};
use crate::pattern::{Pattern, leftmost_longest, spans_in};
use crate::text::{Problem, TokenSpan, tokenize};

impl Codebook {
    /// Runs the examples: the file and problem of each sentence that is not as it says.
    #[must_use]
    pub fn check_examples(&self) -> Vec<(usize, Problem)> {
        let mut problems = Vec::new();
        for (i, theme) in self.themes.iter().enumerate() {
            if theme.hits.is_empty() && theme.misses.is_empty() {
                continue;
            }
            let pattern = self.pattern(i);
            if let Some(layer) = pattern.layers().first() {
                if let Some(text) = theme.hits.first().or(theme.misses.first()) {
                    let message = format!(
                        "examples of theme `{}` can't be run: it asks for the layer `{layer}`",
                        theme.path
                    );
                    problems.push((theme.file, Problem::warning(text.place.clone(), message)));
                }
                continue;
            }
            for text in &theme.hits {
                if pattern.find_in(&text.value).is_empty() {
                    let message = format!(
                        "example of theme `{}` is not found by it: {}",
                        theme.path, text.value
                    );
                    problems.push((theme.file, Problem::error(text.place.clone(), message)));
                }
            }
            for text in &theme.misses {
                let found = pattern.find_in(&text.value);
                if !found.is_empty() {
                    let message = format!(
                        "counter-example of theme `{}` is found by it: {}",
                        theme.path, text.value
                    );
                    let problem = Problem::error(text.place.clone(), message);
                    let matched = found.iter().map(|f| format!("`{f}`")).collect::<Vec<_>>();
                    let hint = format!("what matches is {}", matched.join(", "));
                    problems.push((theme.file, problem.hint(hint)));
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
        let mut layers = Vec::new();
        each_pattern(&self.parts, &mut |pattern: &Pattern| layers.extend(pattern.layers()));
        layers
    }

    /// The places of its hits in a text, which is taken for one passage of one sentence.
    ///
    /// ```
    /// use thematic::codebook::{Opened, read_codebook};
    /// let text = b"[theme.bond]\nfind = 'bond*'\nexcept = 'bond hearing*'";
    /// let none = |_: &std::path::Path| Err(String::new());
    /// let codebook = read_codebook(Opened::new("c.toml", text), None, &none);
    /// let spans = codebook.pattern(0).spans_in("Bonds, and a bond hearing.");
    /// assert_eq!((spans[0].start, spans.len()), (0, 1));
    /// ```
    #[must_use]
    pub fn spans_in(&self, text: &str) -> Vec<TokenSpan> {
        leftmost_longest(&all_in(&self.parts, text, &mut HashMap::new()))
    }

    /// The hits in such a text, as written there.
    #[must_use]
    pub fn find_in<'t>(&self, text: &'t str) -> Vec<&'t str> {
        let tokens = tokenize(text);
        let place = |s: TokenSpan| {
            let first = tokens[s.start as usize].start as usize;
            &text[first..tokens[s.end as usize - 1].end as usize]
        };
        self.spans_in(text).into_iter().map(place).collect()
    }
}

/// Every distinct span of the parts.
///
/// `known` has the themes of conditions that were looked for, and whether they were found.
fn all_in(
    parts: &[ThemePart],
    text: &str,
    known: &mut HashMap<*const ThemePattern, bool>,
) -> Vec<TokenSpan> {
    let mut spans: Vec<TokenSpan> = Vec::new();
    for part in parts {
        let mut found = spans_in(&part.find, text);
        if found.is_empty() {
            continue;
        }
        if let Some(except) = &part.except {
            let excepted = spans_in(except, text);
            found.retain(|s| !excepted.iter().any(|e| e.overlaps(*s)));
        }
        if !found.is_empty() && part.only.iter().all(|c| holds(c, text, known)) {
            spans.extend(found);
        }
    }
    spans.sort_unstable();
    spans.dedup();
    spans
}

/// True if a condition holds in the text.
fn holds(
    condition: &Condition,
    text: &str,
    known: &mut HashMap<*const ThemePattern, bool>,
) -> bool {
    let mut has = |theme: &Arc<ThemePattern>| {
        let place = Arc::as_ptr(theme);
        if let Some(found) = known.get(&place) {
            return *found;
        }
        let found = !all_in(&theme.parts, text, known).is_empty();
        known.insert(place, found);
        found
    };
    condition.all.iter().all(&mut has) && !condition.none.iter().any(has)
}
