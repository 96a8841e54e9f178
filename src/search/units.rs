//! Units of text that a program runs on: a passage, or all passages of a turn, section or source.
//!
//! Places in a unit are tokens from its beginning; the spans that leave here are tokens of the
//! passage in which they begin, and may end in a later one.

use std::cell::RefCell;
use std::ops::Range;
use std::rc::Rc;

use super::load::{Docs, Loader, Places, Terms};
use super::{SearchError, Spans};
use crate::index::{ForwardSource, PassageRow, Segment, Store, StoreError, Stretch};
use crate::pattern::{Breadth, Program, Structure, Times, Unit, Value, Values, spans};
use crate::text::{TokenSpan, fold};
use unicode_normalization::UnicodeNormalization;

/// Every distinct span of a program in these documents, deleted ones included or not.
pub(super) fn program_spans(
    store: &Store,
    segment: &Segment,
    program: &Program,
    terms: &Terms,
    docs: &Docs,
) -> Result<Spans, SearchError> {
    let widen = |list: Vec<u32>| widen(segment, program.breadth, list);
    let docs = match docs {
        Docs::List(list) => Docs::List(widen(list.clone())),
        ranges @ Docs::Ranges(_) => ranges.clone(),
    };
    let loader = Loader::new(segment, terms, &widen);
    let (docs, mut places) = loader.load(&program.need, &docs)?;
    let texts = Texts { segment, now: RefCell::new(None) };
    for (leaf, places) in program.leaves.iter().zip(&mut places) {
        if leaf.matcher.exact {
            *places = exact(&texts, places, &docs, &|form| leaf.matcher.fits(form))?;
        }
    }
    if let Some(words) = &program.words {
        return Ok(word_spans(words, &places));
    }
    if let Some(chain) = &program.chain {
        return Ok(chain_spans(chain, &places));
    }
    let mut structures = Vec::new();
    for i in 0..program.structures.len() {
        structures.push(Loader::structures(segment, terms, i, &docs)?);
    }
    let found = Found { places, structures };
    let job = Job { store, segment, program, texts: &texts };
    job.run(&docs, &found)
}

/// The documents of a list, and all others of their units.
fn widen(segment: &Segment, breadth: Breadth, list: Vec<u32>) -> Vec<u32> {
    if breadth == Breadth::Passage {
        return list;
    }
    let mut out: Vec<u32> = Vec::with_capacity(list.len());
    for doc in list {
        if out.last().is_none_or(|last| *last < doc) {
            out.extend(unit_of(segment, breadth, doc));
        }
    }
    out
}

/// The documents of the unit that a document is in.
fn unit_of(segment: &Segment, breadth: Breadth, doc: u32) -> Range<u32> {
    if breadth == Breadth::Passage {
        return doc..doc + 1;
    }
    let sources = segment.sources();
    let at = sources.partition_point(|(_, docs)| docs.end <= doc);
    let docs = sources.get(at).map_or(doc..doc + 1, |s| s.1.clone());
    let Some(here) = segment.row(doc) else {
        // Deleted, or the document of the source itself.
        return doc..doc + 1;
    };
    let same = |other: u32| {
        segment.row(other).is_some_and(|row| match breadth {
            Breadth::Turn => row.turn == here.turn,
            Breadth::Section => row.section == here.section,
            Breadth::Passage | Breadth::Source => true,
        })
    };
    let start = (docs.start..doc).rev().take_while(|d| same(*d)).last().unwrap_or(doc);
    let end = (doc + 1..docs.end).take_while(|d| same(*d)).last().map_or(doc + 1, |d| d + 1);
    start..end
}

/// Spans of one token each.
fn word_spans(words: &[usize], places: &[Places]) -> Spans {
    let mut out: Spans =
        words.iter().flat_map(|w| places[*w].pairs()).map(|(doc, at)| (doc, at, at + 1)).collect();
    if words.len() > 1 {
        out.sort_unstable();
        out.dedup();
    }
    out
}

/// Spans of leaves one after the other with gaps between them; no unit is needed for these.
fn chain_spans(chain: &[(Times, usize)], places: &[Places]) -> Spans {
    let mut out = Spans::new();
    let Some(((_, first), rest)) = chain.split_first() else { return out };
    let mut cursors = vec![0_usize; rest.len()];
    let mut others: Vec<(Times, &[u32])> = Vec::with_capacity(rest.len());
    let (mut ends, mut next) = (Vec::new(), Vec::new());
    for i in 0..places[*first].docs().len() {
        let doc = places[*first].docs()[i];
        others.clear();
        let here = rest.iter().zip(&mut cursors);
        others.extend(here.map(|((gap, leaf), cursor)| (*gap, places[*leaf].of(doc, cursor))));
        if others.iter().any(|(_, positions)| positions.is_empty()) {
            continue;
        }
        for start in places[*first].at(i) {
            ends.clear();
            ends.push(start + 1);
            for (gap, positions) in &others {
                next.clear();
                let mut reached = 0;
                for end in &ends {
                    let from = (end + gap.min).max(reached);
                    let to = end + gap.max.unwrap_or(gap.min);
                    let at = positions.partition_point(|p| *p < from);
                    let near = positions[at..].iter().take_while(|p| **p <= to);
                    next.extend(near.map(|p| p + 1));
                    reached = reached.max(to + 1);
                }
                std::mem::swap(&mut ends, &mut next);
            }
            out.extend(ends.iter().map(|end| (doc, *start, *end)));
        }
    }
    out
}

/// What was loaded for a program.
struct Found {
    places: Vec<Places>,
    /// Of structures of files: document, start, end.
    structures: Vec<Vec<(u32, u32, u32)>>,
}

struct Job<'a> {
    store: &'a Store,
    segment: &'a Segment,
    program: &'a Program,
    texts: &'a Texts<'a>,
}

/// A passage in a unit.
struct Member {
    doc: u32,
    row: PassageRow,
    /// Its first token in the unit.
    first: u32,
}

impl Job<'_> {
    fn run(&self, docs: &Docs, found: &Found) -> Result<Spans, SearchError> {
        let mut out = Vec::new();
        let mut cursors = vec![0_usize; found.places.len()];
        let mut next = 0;
        let mut each = |doc: u32| -> Result<(), SearchError> {
            if doc < next {
                return Ok(());
            }
            let unit = unit_of(self.segment, self.program.breadth, doc);
            next = unit.end;
            self.unit(unit, found, &mut cursors, &mut out)
        };
        match docs {
            Docs::List(list) => list.iter().try_for_each(|doc| each(*doc))?,
            Docs::Ranges(ranges) => ranges.iter().cloned().flatten().try_for_each(each)?,
        }
        Ok(out)
    }

    fn unit(
        &self,
        docs: Range<u32>,
        found: &Found,
        cursors: &mut [usize],
        out: &mut Spans,
    ) -> Result<(), SearchError> {
        let mut members: Vec<Member> = Vec::with_capacity(docs.len());
        let mut len = 0;
        for doc in docs {
            if let Some(row) = self.segment.row(doc) {
                members.push(Member { doc, row, first: len });
                len += row.tokens;
            }
        }
        if members.is_empty() {
            return Ok(());
        }
        let moved: Vec<Vec<u32>> = if members.len() > 1 {
            let all = |(places, cursor): (&Places, &mut usize)| {
                let mut list = Vec::new();
                for member in &members {
                    let here = places.of(member.doc, cursor);
                    list.extend(here.iter().map(|p| p + member.first));
                }
                list
            };
            found.places.iter().zip(cursors.iter_mut()).map(all).collect()
        } else {
            Vec::new()
        };
        let leaves: Vec<&[u32]> = if members.len() > 1 {
            moved.iter().map(Vec::as_slice).collect()
        } else {
            let places = found.places.iter().zip(cursors);
            places.map(|(places, cursor)| places.of(members[0].doc, cursor)).collect()
        };
        let structures = self.structures(&members, found, len);
        let regions = regions(&members);
        let values = UnitValues {
            texts: self.texts,
            members: &members,
            now: RefCell::default(),
            failed: RefCell::default(),
        };
        let unit = Unit {
            len,
            leaves,
            structures: &structures,
            regions: [&regions[0], &regions[1], &regions[2]],
            values: &values,
        };
        let spans = spans(self.program, &unit).map_err(|_| {
            let rank = self.store.rank(members[0].row.source);
            let key = rank.map_or_else(String::new, |r| self.store.key(r).to_owned());
            SearchError::TooCostly { key, passage: members[0].row.passage + 1 }
        })?;
        if let Some(error) = values.failed.take() {
            return Err(error.into());
        }
        for span in spans {
            let at = members.partition_point(|m| m.first <= span.start) - 1;
            let member = &members[at];
            out.push((member.doc, span.start - member.first, span.end - member.first));
        }
        Ok(())
    }

    /// Where the program's structures are in a unit: those of the file, if it brings them, else the
    /// program's own.
    fn structures(&self, members: &[Member], found: &Found, len: u32) -> Vec<Vec<TokenSpan>> {
        let rank = self.store.rank(members[0].row.source);
        let entry = rank.map(|r| self.store.entry(r));
        let structures = self.program.structures.iter().zip(&found.structures);
        structures
            .map(|(structure, loaded)| {
                let brought = entry.and_then(|e| e.structures.get(&structure.name));
                let attribute = structure.attribute.as_ref().map(|(name, _)| name);
                if brought.is_some_and(|b| attribute.is_none_or(|a| b.attributes.contains(a))) {
                    return named(loaded, members);
                }
                match structure.own() {
                    // What an annotated file does not mark is not there.
                    Some("s") if entry.is_some_and(|e| e.no_sentences) => Vec::new(),
                    Some(own) => self.own(own, structure, members, len),
                    None => Vec::new(),
                }
            })
            .collect()
    }

    /// Where a structure of the program's own is.
    fn own(
        &self,
        own: &str,
        structure: &Structure,
        members: &[Member],
        len: u32,
    ) -> Vec<TokenSpan> {
        let fits =
            |member: &Member| self.fits(structure, member, member.row.voice, member.row.speaker);
        let mut out: Vec<TokenSpan> = Vec::new();
        match own {
            "s" => {
                for member in members {
                    let starts = self.segment.sentences(member.doc);
                    let mut start = 0;
                    for end in starts.chain([member.row.tokens]) {
                        out.push(TokenSpan::new(member.first + start, member.first + end));
                        start = end;
                    }
                }
            }
            "p" => {
                let whole = |m: &Member| TokenSpan::new(m.first, m.first + m.row.tokens);
                out.extend(members.iter().filter(|m| fits(m)).map(whole));
            }
            "quotation" => {
                let mut stretches: Vec<Stretch> = Vec::new();
                for member in members {
                    self.segment.quotations(member.doc, &mut stretches);
                    let inside = stretches
                        .iter()
                        .filter(|s| self.fits(structure, member, s.voice, s.speaker));
                    out.extend(inside.map(|s| {
                        TokenSpan::new(member.first + s.tokens.start, member.first + s.tokens.end)
                    }));
                }
            }
            "turn" | "section" => {
                let by_turn = own == "turn";
                let same = |a: &Member, b: &Member| {
                    if by_turn { a.row.turn == b.row.turn } else { a.row.section == b.row.section }
                };
                for run in members.chunk_by(same).filter(|run| fits(&run[0])) {
                    let last = &run[run.len() - 1];
                    out.push(TokenSpan::new(run[0].first, last.first + last.row.tokens));
                }
            }
            _ if fits(&members[0]) => out.push(TokenSpan::new(0, len)),
            _ => {}
        }
        out
    }

    /// True when a structure's attribute, if one is asked for, is as it should be.
    fn fits(
        &self,
        structure: &Structure,
        member: &Member,
        voice: crate::segment::Voice,
        speaker: Option<u32>,
    ) -> bool {
        let Some((attribute, value)) = &structure.attribute else { return true };
        let Ok(matcher) = value.matcher() else { return false };
        let rank = self.store.rank(member.row.source);
        let told = match attribute.as_str() {
            "kind" => Some(member.row.kind.name().to_owned()),
            "voice" => Some(voice.name().to_owned()),
            "role" => Some(member.row.role.name().to_owned()),
            "id" => rank.map(|r| self.store.key(r).to_owned()),
            "collection" => rank.map(|r| self.store.collection(r).to_owned()),
            "speaker" => rank.zip(speaker).and_then(|(rank, speaker)| {
                self.store.entry(rank).speakers.get(speaker as usize).map(|s| s.name.clone())
            }),
            _ => None,
        };
        told.is_some_and(|told| matcher.fits(&told))
    }
}

/// Structures of files in unit places, by start, then end.
fn named(loaded: &[(u32, u32, u32)], members: &[Member]) -> Vec<TokenSpan> {
    let mut out = Vec::new();
    for member in members {
        let first = loaded.partition_point(|l| l.0 < member.doc);
        let here = loaded[first..].iter().take_while(|l| l.0 == member.doc);
        out.extend(here.map(|l| TokenSpan::new(member.first + l.1, member.first + l.2)));
    }
    out
}

/// Where passages, turns and sections begin in a unit.
fn regions(members: &[Member]) -> [Vec<u32>; 3] {
    if members.len() == 1 {
        return Default::default();
    }
    let starts = |same: &dyn Fn(&Member, &Member) -> bool| {
        members.chunk_by(|a, b| same(a, b)).map(|run| run[0].first).collect::<Vec<_>>()
    };
    [
        members.iter().map(|m| m.first).collect(),
        starts(&|a, b| a.row.turn == b.row.turn),
        starts(&|a, b| a.row.section == b.row.section),
    ]
}

/// The texts of sources, one at a time.
struct Texts<'a> {
    segment: &'a Segment,
    now: RefCell<Option<(u32, Rc<ForwardSource>)>>,
}

impl Texts<'_> {
    fn of(&self, source: u32) -> Result<Rc<ForwardSource>, StoreError> {
        if let Some((number, text)) = &*self.now.borrow()
            && *number == source
        {
            return Ok(text.clone());
        }
        let missing = || StoreError::Damaged("a source's text is missing".into());
        let text = Rc::new(self.segment.text_of(source)?.ok_or_else(missing)?);
        *self.now.borrow_mut() = Some((source, text.clone()));
        Ok(text)
    }
}

/// The places whose token, as written, fits.
fn exact(
    texts: &Texts<'_>,
    places: &Places,
    docs: &Docs,
    fits: &dyn Fn(&str) -> bool,
) -> Result<Places, StoreError> {
    let mut pairs = Vec::new();
    for i in 0..places.docs().len() {
        let doc = places.docs()[i];
        let wanted = match docs {
            Docs::List(list) => list.binary_search(&doc).is_ok(),
            Docs::Ranges(_) => true,
        };
        let Some(row) = texts.segment.row(doc).filter(|_| wanted) else { continue };
        let source = texts.of(row.source)?;
        let passage = source
            .passage(row.passage)
            .ok_or_else(|| StoreError::Damaged("a passage is missing".into()))?;
        for position in places.at(i) {
            let form: String = passage.form(*position).nfc().collect();
            if fits(&form) {
                pairs.push((doc, *position));
            }
        }
    }
    Ok(Places::of_pairs(&pairs))
}

/// A passage's document, a layer, and the layer's values there.
type Known = (u32, String, Vec<Option<String>>);

struct UnitValues<'a> {
    texts: &'a Texts<'a>,
    members: &'a [Member],
    /// The layers of the passage that was asked for last.
    now: RefCell<Vec<Known>>,
    failed: RefCell<Option<StoreError>>,
}

impl UnitValues<'_> {
    fn read(&self, member: &Member, layer: &str) -> Result<Vec<Option<String>>, StoreError> {
        let source = self.texts.of(member.row.source)?;
        let passage = source
            .passage(member.row.passage)
            .ok_or_else(|| StoreError::Damaged("a passage is missing".into()))?;
        if layer == Value::TEXT {
            let words = (0..member.row.tokens).map(|t| Some(fold(passage.form(t)).into_owned()));
            return Ok(words.collect());
        }
        let at = source.layers.iter().position(|l| l == layer);
        Ok(at.map_or_else(
            || vec![None; member.row.tokens as usize],
            |at| passage.layers[at].iter().map(|v| v.map(str::to_owned)).collect(),
        ))
    }
}

impl Values for UnitValues<'_> {
    fn value(&self, layer: &str, token: u32) -> Option<String> {
        let at = self.members.partition_point(|m| m.first <= token).checked_sub(1)?;
        let member = &self.members[at];
        let in_passage = (token - member.first) as usize;
        let mut now = self.now.borrow_mut();
        now.retain(|known| known.0 == member.doc);
        if !now.iter().any(|known| known.1 == layer) {
            match self.read(member, layer) {
                Ok(values) => now.push((member.doc, layer.to_owned(), values)),
                Err(error) => {
                    *self.failed.borrow_mut() = Some(error);
                    return None;
                }
            }
        }
        let known = now.iter().find(|known| known.1 == layer)?;
        known.2.get(in_passage)?.clone()
    }
}
