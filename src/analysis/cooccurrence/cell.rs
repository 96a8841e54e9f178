//! The pattern of a cell: what shows the hits of `a` that stand with `b`.

use std::sync::OnceLock;

use super::super::Asked;
use super::super::groups::{Value as GroupValue, field_value};
use crate::analysis::FastMap;
use crate::codebook::{ThemePart, ThemePattern};
use crate::index::Stretch;
use crate::pattern::{Pattern, Relation, Structure, Test, Times, Value, any_of, parse_cql, to_cql};
use crate::query::{Choice, Cooccurrence, Needle, Overlap, Unit, Within};
use crate::search::PassageHits;
use crate::segment::Voice;

/// Longest pattern that a row carries, in bytes.
const MAX_PATTERN: usize = 10_000;

/// Most parts of themes that a pattern is made of.
const MAX_PARTS: usize = 200;

/// The patterns of cells, each made once.
pub(super) struct Cells {
    /// What each needle is as one pattern, and whether it is flat; `None` where no pattern says it.
    needles: Vec<Option<(Pattern, bool)>>,
    /// Of each needle, whether a hit reaches over the end of a sentence, and of a passage.
    reach: Vec<(bool, bool)>,
    /// True where lists of references are not searched.
    no_references: bool,
    texts: Vec<Texts>,
}

/// The patterns of a kind of unit.
struct Texts {
    within: Within,
    /// True if filter and group leave units whole.
    whole: bool,
    by_pair: Vec<OnceLock<Option<String>>>,
}

impl Cells {
    pub(super) fn new(
        asked: &Asked<'_>,
        query: &Cooccurrence,
        found: &[Vec<PassageHits>],
        pairs: usize,
    ) -> Self {
        let nested = asked.overlap == Overlap::Dictionary;
        let of = |needle| {
            let pattern = if nested { None } else { of_needle(needle) };
            pattern.map(|pattern| {
                let flat = is_flat(&pattern);
                (pattern, flat)
            })
        };
        let none = || (0..pairs).map(|_| OnceLock::new()).collect();
        let of_unit = |within: &Within| {
            let unit = match within {
                Within::Unit(unit) => *unit,
                Within::Hit | Within::Words(_) => Unit::Passage,
                Within::Passages(_) => Unit::Source,
            };
            let whole = leaves_whole(asked, query, unit);
            Texts { within: *within, whole, by_pair: none() }
        };
        Self {
            needles: asked.needles.iter().map(of).collect(),
            reach: found.iter().map(|found| reach(asked, found)).collect(),
            no_references: asked.scope.leaves_references_out(),
            texts: query.within.iter().map(of_unit).collect(),
        }
    }

    /// The pattern of a pair, in CQL.
    pub(super) fn text(&self, at: usize, pair: (usize, usize), within: Within) -> Option<String> {
        let texts = self.texts.iter().find(|t| t.within == within && t.whole)?;
        texts.by_pair.get(at)?.get_or_init(|| self.make(pair, within)).clone()
    }

    fn make(&self, pair: (usize, usize), within: Within) -> Option<String> {
        let (one, other) = (self.reach[pair.0], self.reach[pair.1]);
        let reaches = match within {
            Within::Unit(Unit::Sentence) => one.0 || other.0,
            Within::Unit(Unit::Turn | Unit::Section | Unit::Source | Unit::Participant) => false,
            _ => one.1 || other.1,
        };
        if reaches {
            return None;
        }
        let ((a, a_flat), (mut b, b_flat)) =
            (self.needles[pair.0].clone()?, self.needles[pair.1].clone()?);
        let wide =
            matches!(within, Within::Unit(Unit::Section | Unit::Source) | Within::Passages(_));
        if wide && self.no_references {
            let attribute = Some(("voice".to_owned(), Value::regex(Value::TEXT, "reference")));
            let references = Structure { attribute, ..Structure::named("p") };
            b = related(b, Relation::Within, false, Pattern::Whole(references));
        }
        let text = to_cql(&pattern(a, b, within)?);
        // What can't be read back, by its size or its depth, is no help.
        let is_read = text.len() <= MAX_PATTERN && (a_flat && b_flat || parse_cql(&text).is_ok());
        is_read.then_some(text)
    }
}

/// True for a pattern that nests so little that it and another like it are read back in one.
fn is_flat(pattern: &Pattern) -> bool {
    let mut flat = !pattern.nests_deeper(FLAT);
    pattern.visit(&mut |part| {
        flat &= match part {
            Pattern::Label(..) | Pattern::Constrained(..) => false,
            Pattern::Token(test) => matches!(test, Test::Any | Test::Is(_)),
            _ => true,
        };
    });
    flat
}

/// Levels of a flat pattern; a pattern may have many more.
const FLAT: usize = 8;

/// Whether a hit reaches over the end of a sentence, and over that of a passage.
fn reach(asked: &Asked<'_>, found: &[PassageHits]) -> (bool, bool) {
    let mut out = (false, false);
    for passage in found {
        let segment = &asked.store.segments[passage.address.0 as usize];
        let longer = passage.hits.iter().filter(|hit| hit.len() > 1);
        let mut sentences: Option<Vec<u32>> = None;
        for hit in longer {
            out.1 |= hit.end > passage.row.tokens;
            let starts =
                sentences.get_or_insert_with(|| segment.sentences(passage.address.1).collect());
            let next = starts.partition_point(|s| *s <= hit.start);
            out.0 |= hit.end > starts.get(next).copied().unwrap_or(passage.row.tokens);
        }
    }
    out
}

/// True if filter and group take of every unit all or nothing. What a pattern says of the text around a
/// hit is looked for in the whole text; so it says a cell only then.
fn leaves_whole(asked: &Asked<'_>, query: &Cooccurrence, unit: Unit) -> bool {
    let Asked { store, people, scope, .. } = *asked;
    let by = query.by.as_ref().map(|by| &by.field);
    if by.is_none() && scope.takes_sources_whole() && unit != Unit::Participant {
        return true;
    }
    // Of each unit, the group of what was seen of it; `None` for text that is not searched.
    let mut seen: FastMap<(u32, u32), Option<GroupValue>> = FastMap::default();
    let mut stretches = Vec::new();
    for segment in &store.segments {
        for doc in 0..segment.len() {
            let Some(row) = segment.row(doc) else { continue };
            let Some(rank) = store.rank(row.source) else { continue };
            if row.voice == Voice::Reference && scope.leaves_references_out() {
                continue;
            }
            let number = match unit {
                Unit::Sentence | Unit::Passage => row.passage,
                Unit::Turn => row.turn,
                Unit::Section => row.section,
                Unit::Source => 0,
                Unit::Participant => return false,
            };
            if scope.passage(segment, doc).is_some() {
                scope.stretches(segment, doc, rank, &row, &mut stretches);
            } else {
                stretches.clear();
            }
            let searched: u32 = stretches.iter().map(|s| s.tokens.len()).sum();
            let group = |s: &Stretch| {
                by.and_then(|by| field_value(store, people, by, rank, &row, s.said()))
            };
            let groups = stretches.iter().map(|s| Some(group(s)));
            let rest = (searched < row.tokens).then_some(None);
            for value in groups.chain(rest) {
                let known = seen.entry((rank, number)).or_insert_with(|| value.clone());
                if *known != value {
                    return false;
                }
            }
        }
    }
    true
}

fn pattern(a: Pattern, b: Pattern, within: Within) -> Option<Pattern> {
    match within {
        Within::Unit(unit) => beside(a, unit, true, b),
        Within::Hit => Some(related(a, Relation::Overlapping, true, b)),
        Within::Words(n) => {
            let gap = || {
                let any = Box::new(Pattern::Token(Test::Any));
                Pattern::Repeat(any, Times { min: 0, max: Some(n) })
            };
            any_of(vec![
                Pattern::Sequence(vec![a.clone(), gap(), b.clone()]),
                Pattern::Sequence(vec![b.clone(), gap(), a.clone()]),
                related(a, Relation::Overlapping, true, b),
            ])
        }
        Within::Passages(n) => {
            let passage = Box::new(Pattern::Whole(Structure::named("p")));
            let run = Pattern::Repeat(passage, Times { min: 1, max: Some(n + 1) });
            let here =
                related(a, Relation::Within, true, related(run, Relation::Containing, true, b));
            let source = Pattern::Whole(Structure::named("source"));
            Some(related(here, Relation::Within, true, source))
        }
    }
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
