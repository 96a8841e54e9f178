//! Limits of a pattern, and doubts about it: what is looked at before it runs.
//!
//! A pattern within these limits answers in time that its hits and the words it names decide.

use std::collections::BTreeSet;

use super::{Breadth, Pattern, PatternError, Test, Value};

/// Longest pattern, in bytes.
pub(super) const MAX_BYTES: usize = 20_000;

/// Deepest nesting.
pub(super) const MAX_DEPTH: usize = 50;

/// Most parts.
const MAX_PARTS: usize = 5_000;

/// Largest number in a repetition.
pub(super) const MAX_TIMES: u32 = 1_000;

/// Largest product of repetitions that stand in one another.
const MAX_PRODUCT: u64 = 10_000;

/// What a repetition without end counts as in that product.
const ENDLESS: u64 = 100;

/// Most labels.
pub(super) const MAX_LABELS: usize = 8;

/// Most times that `[]*` and `[]+` stand for a word.
pub const EVERY_WORD_MAX: u32 = 20;

/// Refuses a pattern that is past the limits.
pub(super) fn check(pattern: &Pattern, bytes: usize) -> Result<(), PatternError> {
    let whole = 0..bytes;
    let refuse = |message: String| PatternError::new(whole.clone(), message);
    if pattern.nests_deeper(3 * MAX_DEPTH) {
        return Err(refuse(format!("pattern nested deeper than {}", 3 * MAX_DEPTH)));
    }
    let mut parts = 0;
    pattern.visit(&mut |_| parts += 1);
    if parts > MAX_PARTS {
        return Err(refuse(format!("pattern of {parts} parts; at most {MAX_PARTS} are allowed"))
            .hint("make several patterns of it"));
    }
    if let Some(label) = unseen(pattern, &BTreeSet::new()) {
        let message = format!("label `{label}` can't be seen where it is compared");
        return Err(refuse(message).hint(
            "labels in a look-around, right of `within` or `containing`, or around these, stay there",
        ));
    }
    let product = product(pattern);
    if product > MAX_PRODUCT {
        let message = format!(
            "repetitions in one another come to {product} times; at most {MAX_PRODUCT} are allowed"
        );
        return Err(refuse(message).hint("use smaller numbers, or fewer repetitions"));
    }
    Ok(())
}

/// The labels that a pattern binds for a constraint around it: not those inside a look-around, or on
/// the right side of a relation.
fn binds(pattern: &Pattern) -> BTreeSet<&str> {
    match pattern {
        Pattern::Look { .. } => BTreeSet::new(),
        Pattern::Label(label, of) => {
            let mut labels = binds(of);
            labels.insert(label);
            labels
        }
        Pattern::Related { of, .. } => binds(of),
        other => other.parts().into_iter().flat_map(binds).collect(),
    }
}

/// A label that a constraint speaks of and can't see, if there is one. A relation and a choice are
/// looked at as a whole, so that what is inside sees no label around it.
fn unseen<'p>(pattern: &'p Pattern, around: &BTreeSet<&'p str>) -> Option<&'p str> {
    match pattern {
        Pattern::Constrained(of, constraint) => {
            let mut seen = binds(of);
            seen.extend(around);
            let mut spoken = Vec::new();
            constraint.labels(&mut spoken);
            spoken.into_iter().find(|l| !seen.contains(l)).or_else(|| unseen(of, around))
        }
        Pattern::Sequence(parts) => {
            let mut seen = binds(pattern);
            seen.extend(around);
            parts.iter().find_map(|p| unseen(p, &seen))
        }
        Pattern::Related { .. } | Pattern::Chosen(..) => {
            pattern.parts().into_iter().find_map(|p| unseen(p, &BTreeSet::new()))
        }
        other => other.parts().into_iter().find_map(|p| unseen(p, around)),
    }
}

/// The largest product of repetitions from the root to a leaf.
fn product(pattern: &Pattern) -> u64 {
    let inner = pattern.parts().into_iter().map(product).max().unwrap_or(1);
    match pattern {
        Pattern::Repeat(_, times) => {
            inner.saturating_mul(times.max.map_or(ENDLESS, u64::from).max(1))
        }
        _ => inner,
    }
}

/// Fewest and most tokens of a span; `None` without end.
pub(super) fn length(pattern: &Pattern) -> (u64, Option<u64>) {
    match pattern {
        Pattern::Token(_) => (1, Some(1)),
        Pattern::Edge(..) | Pattern::Look { .. } => (0, Some(0)),
        Pattern::Whole(_) => (1, None),
        Pattern::Sequence(parts) => parts.iter().map(length).fold((0, Some(0)), |sum, part| {
            let most = sum.1.zip(part.1).map(|(a, b): (u64, u64)| a.saturating_add(b));
            (sum.0.saturating_add(part.0), most)
        }),
        Pattern::Either(parts) => {
            let lengths: Vec<_> = parts.iter().map(length).collect();
            let least = lengths.iter().map(|l| l.0).min().unwrap_or(0);
            let most = lengths.iter().map(|l| l.1).collect::<Option<Vec<_>>>();
            (least, most.and_then(|m| m.into_iter().max()))
        }
        Pattern::Repeat(of, times) => {
            let (least, most) = length(of);
            let max = times.max.map(u64::from);
            let most = most.zip(max).map(|(a, b)| a.saturating_mul(b));
            (least.saturating_mul(times.min.into()), most)
        }
        Pattern::Label(_, of)
        | Pattern::Constrained(of, _)
        | Pattern::Chosen(_, of)
        | Pattern::Related { of, .. } => length(of),
    }
}

/// What a writer of the pattern should know, though it can run.
#[must_use]
pub fn doubts(pattern: &Pattern) -> Vec<String> {
    let mut out = Vec::new();
    let selective = |p: &Pattern| match p {
        Pattern::Token(test) => chooses(test),
        Pattern::Whole(_) => true,
        _ => false,
    };
    let mut any = false;
    pattern.visit(&mut |p| any |= selective(p));
    if !any {
        out.push("no part of this pattern names a word: every passage is gone through".to_owned());
    }
    if matches!(pattern, Pattern::Sequence(_) | Pattern::Repeat(..)) && length(pattern).0 == 0 {
        out.push("every part of this pattern may be missing; hits of no word are left out".into());
    }
    if length(pattern).1 == Some(0) {
        out.push("this pattern is a place between words, and hits have at least one word".into());
    }
    let mut capped = false;
    pattern.visit(&mut |p| {
        if let Pattern::Repeat(of, times) = p
            && matches!(**of, Pattern::Token(Test::Any))
        {
            capped |= times.max == Some(EVERY_WORD_MAX);
        }
    });
    if capped {
        out.push(format!(
            "`[]*` and `[]+` stand for at most {EVERY_WORD_MAX} words; write `[]{{0,50}}` for more"
        ));
    }
    out
}

/// True when a test lets few tokens through.
fn chooses(test: &Test) -> bool {
    match test {
        Test::Any | Test::Not(_) => false,
        Test::Is(value) => !is_every_word(value),
        Test::All(tests) => tests.iter().any(chooses),
        Test::Some(tests) => tests.iter().all(chooses),
    }
}

/// True for `".*"` and the like.
pub(super) fn is_every_word(value: &Value) -> bool {
    value.layer == Value::TEXT && !value.literal && matches!(value.text.as_str(), ".*" | ".+")
}

impl Breadth {
    /// All of them, the narrowest first.
    pub const ALL: [Self; 4] = [Self::Passage, Self::Turn, Self::Section, Self::Source];

    /// Its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Passage => "passage",
            Self::Turn => "turn",
            Self::Section => "section",
            Self::Source => "source",
        }
    }
}
