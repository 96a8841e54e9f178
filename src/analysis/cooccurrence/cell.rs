//! The pattern of a cell: what shows the hits of `a` that stand with `b`.

use std::sync::OnceLock;

use super::super::Asked;
use crate::codebook::{ThemePart, ThemePattern};
use crate::pattern::{Pattern, Relation, Structure, Test, Times, Value, any_of, parse_cql, to_cql};
use crate::query::{Choice, Cooccurrence, Field, Needle, Overlap, Unit, Within};
use crate::search::Grain;

/// Longest pattern that a row carries, in bytes.
const MAX_PATTERN: usize = 10_000;

/// Most parts of themes that a pattern is made of.
const MAX_PARTS: usize = 200;

/// The patterns of cells, each made once.
pub(super) struct Cells {
    /// What each needle is as one pattern; `None` where no pattern says it.
    needles: Vec<Option<Pattern>>,
    grain: Grain,
    /// True where lists of references are not searched.
    no_references: bool,
    /// By kind of unit, by pair.
    texts: Vec<(Within, Vec<OnceLock<Option<String>>>)>,
}

impl Cells {
    pub(super) fn new(asked: &Asked<'_>, query: &Cooccurrence, pairs: usize) -> Self {
        let nested = asked.overlap == Overlap::Dictionary;
        let of = |needle| if nested { None } else { of_needle(needle) };
        let none = || (0..pairs).map(|_| OnceLock::new()).collect();
        let by = query.by.as_ref().map(|by| &by.field);
        let grouped = by.is_some_and(|f| !matches!(f, Field::Source | Field::Collection));
        Self {
            needles: asked.needles.iter().map(of).collect(),
            grain: asked.scope.grain(grouped),
            no_references: asked.scope.leaves_references_out(),
            texts: query.within.iter().map(|within| (*within, none())).collect(),
        }
    }

    /// The pattern of a pair, in CQL.
    pub(super) fn text(&self, at: usize, pair: (usize, usize), within: Within) -> Option<String> {
        let (_, texts) = self.texts.iter().find(|(w, _)| *w == within)?;
        texts.get(at)?.get_or_init(|| self.make(pair, within)).clone()
    }

    fn make(&self, pair: (usize, usize), within: Within) -> Option<String> {
        // What `containing` looks for is looked for in the whole text: a pattern says the cell only
        // where the filter takes units whole.
        let wide =
            matches!(within, Within::Unit(Unit::Section | Unit::Source) | Within::Passages(_));
        let turns = within == Within::Unit(Unit::Turn);
        let whole = match self.grain {
            Grain::Sources => true,
            Grain::Passages { of_speech } => !wide && (of_speech || !turns),
            Grain::Parts => false,
        };
        if !whole {
            return None;
        }
        let (a, mut b) = (self.needles[pair.0].clone()?, self.needles[pair.1].clone()?);
        if wide && self.no_references {
            let attribute = Some(("voice".to_owned(), Value::regex(Value::TEXT, "reference")));
            let references = Structure { attribute, ..Structure::named("p") };
            b = related(b, Relation::Within, false, Pattern::Whole(references));
        }
        pattern(a, b, within)
    }
}

fn pattern(a: Pattern, b: Pattern, within: Within) -> Option<String> {
    let pattern = match within {
        // A hit may reach over the end of the sentence that it begins in.
        Within::Unit(Unit::Sentence) => {
            let sentence = Pattern::Whole(Structure::named("s"));
            let other = related(sentence, Relation::Overlapping, true, b);
            related(a, Relation::Overlapping, true, other)
        }
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
