//! Pattern text becomes a pattern tree; pure.
//!
//! The simple form is words, phrases, `*` and `?` inside words, and `|` between alternatives. It is
//! echoed in CQL, so that a reader who knows corpus engines sees what was asked.

mod cql;

mod scan;

mod simple;

pub use cql::to_cql;
pub use scan::{all_spans, leftmost_longest};
pub use simple::parse_simple;

use std::ops::Range;

/// What to find.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Pattern {
    /// One token.
    Word(Word),
    /// One after the other, nothing between; at least two.
    Sequence(Vec<Self>),
    /// One or another; at least two.
    Either(Vec<Self>),
}

/// A test of one token's folded form.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Word {
    /// This form.
    Form(String),
    /// Any form that fits: `*` is any run of characters, `?` exactly one.
    Wildcard(String),
}

impl Word {
    /// The regular expression that a folded form must match from end to end.
    #[must_use]
    pub fn regex(&self) -> String {
        match self {
            Self::Form(form) => regex_syntax_escape(form),
            Self::Wildcard(glob) => {
                let mut out = String::new();
                for c in glob.chars() {
                    match c {
                        '*' => out.push_str(".*"),
                        '?' => out.push('.'),
                        c => out.push_str(&regex_syntax_escape(c.encode_utf8(&mut [0; 4]))),
                    }
                }
                out
            }
        }
    }

    /// True when a folded form fits.
    #[must_use]
    pub fn fits(&self, folded: &str) -> bool {
        match self {
            Self::Form(form) => form == folded,
            Self::Wildcard(glob) => fits_glob(glob, folded),
        }
    }
}

fn regex_syntax_escape(text: &str) -> String {
    regex::escape(text)
}

/// Plain matching of `*` and `?`, by going back to the last `*`.
fn fits_glob(glob: &str, text: &str) -> bool {
    let (glob, text): (Vec<char>, Vec<char>) = (glob.chars().collect(), text.chars().collect());
    let (mut g, mut t) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while t < text.len() {
        if g < glob.len() && glob[g] == '*' {
            star = Some((g, t));
            g += 1;
        } else if g < glob.len() && (glob[g] == '?' || glob[g] == text[t]) {
            g += 1;
            t += 1;
        } else if let Some((back, at)) = star {
            g = back + 1;
            t = at + 1;
            star = Some((back, at + 1));
        } else {
            return false;
        }
    }
    glob[g..].iter().all(|c| *c == '*')
}

/// What is wrong with a pattern, and where in its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PatternError {
    /// Bytes of the pattern's text.
    pub place: Range<usize>,
    /// What is wrong.
    pub message: String,
    /// The way out.
    pub hint: Option<String>,
}

/// Alternatives as one pattern; `None` of none.
#[must_use]
pub fn any_of(patterns: Vec<Pattern>) -> Option<Pattern> {
    let mut flat = Vec::new();
    for pattern in patterns {
        match pattern {
            Pattern::Either(inner) => flat.extend(inner),
            other => flat.push(other),
        }
    }
    let mut seen = std::collections::BTreeSet::new();
    flat.retain(|p| seen.insert(p.clone()));
    if flat.len() > 1 { Some(Pattern::Either(flat)) } else { flat.pop() }
}
