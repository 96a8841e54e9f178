//! A complaint about a place in a text a person wrote: what is wrong, where, and the way out.

use std::ops::Range;

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// The file can't be used.
    Error,
    /// The file can be used; the writer should look.
    Warning,
}

/// One thing that is wrong in a file that a person wrote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// How bad it is.
    pub level: Level,
    /// The bytes of the file that it is about.
    pub place: Range<usize>,
    /// What is wrong; lower case, no final stop.
    pub message: String,
    /// What to do about it.
    pub hint: Option<String>,
}

impl Problem {
    /// An error at `place`.
    pub fn error(place: Range<usize>, message: impl Into<String>) -> Self {
        Self { level: Level::Error, place, message: message.into(), hint: None }
    }

    /// A warning at `place`.
    pub fn warning(place: Range<usize>, message: impl Into<String>) -> Self {
        Self { level: Level::Warning, place, message: message.into(), hint: None }
    }

    /// The same with a way out.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// The same with the nearest right name as the way out, or all names where they are few.
    #[must_use]
    pub fn suggest<'a>(self, wrong: &str, names: impl IntoIterator<Item = &'a str>) -> Self {
        let names: Vec<&str> = names.into_iter().collect();
        match nearest(wrong, names.iter().copied()) {
            Some(name) => self.hint(format!("did you mean `{name}`?")),
            None if names.is_empty() => self,
            None if names.len() <= 24 => self.hint(format!("known here: `{}`", names.join("`, `"))),
            None => self,
        }
    }
}

/// The name nearest to `wrong`, if one is near enough to be what was meant.
///
/// ```
/// use thematic::text::nearest;
/// assert_eq!(nearest("contxt", ["find", "context", "theme"]), Some("context"));
/// assert_eq!(nearest("xyzzy", ["find", "context"]), None);
/// ```
#[must_use]
pub fn nearest<'a>(wrong: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let wrong = wrong.to_lowercase();
    names
        .into_iter()
        .map(|name| (strsim::damerau_levenshtein(&wrong, &name.to_lowercase()), name))
        .filter(|(distance, name)| *distance <= 1.max(name.chars().count() / 3))
        .min()
        .map(|(_, name)| name)
}
