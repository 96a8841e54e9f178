//! The pattern of a cell: what shows the hits of `a` that stand with `b`.

use super::super::Asked;
use crate::codebook::{ThemePart, ThemePattern};
use crate::pattern::{Pattern, Relation, Structure, Test, Times, any_of, parse_cql, to_cql};
use crate::query::{Choice, Needle, Overlap, Unit, Within};

/// Longest pattern that a row carries, in bytes.
const MAX_PATTERN: usize = 10_000;

/// Most parts of themes that a pattern is made of.
const MAX_PARTS: usize = 200;

/// What each needle is as one pattern; `None` where no pattern says it.
pub(super) struct Cells(Vec<Option<Pattern>>);

impl Cells {
    pub(super) fn new(asked: &Asked<'_>) -> Self {
        let nested = asked.overlap == Overlap::Dictionary;
        let of = |needle| if nested { None } else { of_needle(needle) };
        Self(asked.needles.iter().map(of).collect())
    }

    /// The pattern of a cell, in CQL.
    pub(super) fn pattern(&self, pair: (usize, usize), within: Within) -> Option<String> {
        pattern(self.0[pair.0].clone()?, self.0[pair.1].clone()?, within)
    }
}

fn pattern(a: Pattern, b: Pattern, within: Within) -> Option<String> {
    let pattern = match within {
        Within::Unit(unit) => beside(a, unit, true, b)?,
        Within::Hit => related(a, Relation::Overlapping, true, b),
        Within::Words(n) => {
            let gap = || {
                let any = Box::new(Pattern::Token(Test::Any));
                Pattern::Repeat(any, Times { min: 0, max: Some(n) })
            };
            any_of(vec![
                Pattern::Sequence(vec![a.clone(), gap(), b.clone()]),
                Pattern::Sequence(vec![b.clone(), gap(), a.clone()]),
                related(a, Relation::Overlapping, true, b),
            ])?
        }
        Within::Passages(n) => {
            let passage = Box::new(Pattern::Whole(Structure::named("p")));
            let run = Pattern::Repeat(passage, Times { min: 1, max: Some(n + 1) });
            let here =
                related(a, Relation::Within, true, related(run, Relation::Containing, true, b));
            related(here, Relation::Within, true, Pattern::Whole(Structure::named("source")))
        }
    };
    let text = to_cql(&pattern);
    // What can't be read back, by its size or its depth, is no help.
    (text.len() <= MAX_PATTERN && parse_cql(&text).is_ok()).then_some(text)
}

fn of_needle(needle: &Needle) -> Option<Pattern> {
    if needle.choice != Choice::default() {
        return None;
    }
    of_parts(&needle.parts, &mut MAX_PARTS.clone())
}

fn of_parts(parts: &[ThemePart], left: &mut usize) -> Option<Pattern> {
    any_of(parts.iter().map(|part| of_part(part, left)).collect::<Option<Vec<_>>>()?)
}

/// A part with its exceptions and conditions.
fn of_part(part: &ThemePart, left: &mut usize) -> Option<Pattern> {
    *left = left.checked_sub(1)?;
    let mut out = part.find.clone();
    if let Some(except) = &part.except {
        out = related(out, Relation::Overlapping, false, (**except).clone());
    }
    for condition in &part.only {
        let mut sets = |list: &[std::sync::Arc<ThemePattern>]| {
            list.iter().map(|of| of_parts(&of.parts, left)).collect::<Option<Vec<_>>>()
        };
        for other in sets(&condition.all)? {
            out = beside(out, condition.within, true, other)?;
        }
        for other in sets(&condition.none)? {
            out = beside(out, condition.within, false, other)?;
        }
    }
    Some(out)
}

/// A pattern in a unit that holds, or does not hold, another; `None` where no structure is the unit.
fn beside(of: Pattern, unit: Unit, wanted: bool, other: Pattern) -> Option<Pattern> {
    let name = match unit {
        Unit::Sentence => "s",
        Unit::Passage => "p",
        Unit::Turn => "turn",
        Unit::Section => "section",
        Unit::Source => "source",
        Unit::Participant => return None,
    };
    let unit = Pattern::Whole(Structure::named(name));
    let holding = related(unit, Relation::Containing, wanted, other);
    Some(related(of, Relation::Within, true, holding))
}

fn related(of: Pattern, relation: Relation, wanted: bool, other: Pattern) -> Pattern {
    Pattern::Related { of: Box::new(of), relation, wanted, other: Box::new(other) }
}
