//! What a filter lets through: sources, passages, and the stretches of a passage in a voice.

use std::collections::BTreeMap;

use rayon::prelude::*;

use crate::index::{PassageRow, Segment, Store, Stretch};
use crate::query::{Condition, Field, Filter, fits};
use crate::search::People;
use crate::search::part::Shared;
use crate::segment::{Kind, Role, Voice};
use crate::text::TokenSpan;

/// Documents whose numbers are read at a time, by all threads.
const AT_ONCE: u32 = 1 << 16;

/// A filter, worked out against a store.
#[derive(Debug)]
pub struct Scope<'s> {
    store: &'s Store,
    /// By rank: whether the source is searched at all.
    sources: Vec<bool>,
    kinds: [bool; Kind::ALL.len()],
    roles: [bool; Role::ALL.len()],
    voices: [bool; Voice::ALL.len()],
    /// Text outside quotations, and quotations.
    quoted: [bool; 2],
    /// Speakers let through, where the filter asks for speakers or their attributes.
    speakers: Option<BTreeMap<(u32, u32), bool>>,
    /// True when every stretch of a passage is let through.
    whole_passages: bool,
    /// What the needles of a query share.
    pub(super) shared: Shared,
    /// What was left out by default, for the result's settings.
    pub left_out_by_default: Option<&'static str>,
}

impl<'s> Scope<'s> {
    /// Works a filter out.
    #[must_use]
    pub fn new(store: &'s Store, people: &People<'s>, filter: &Filter) -> Self {
        let ranks = 0..u32::try_from(store.len()).unwrap_or(u32::MAX);
        let mut scope = Self {
            store,
            sources: vec![true; store.len()],
            kinds: [true; Kind::ALL.len()],
            roles: [true; Role::ALL.len()],
            voices: [true; Voice::ALL.len()],
            quoted: [true; 2],
            speakers: None,
            whole_passages: true,
            shared: Shared::default(),
            left_out_by_default: None,
        };
        if !filter.names_text() {
            scope.voices = Voice::ALL.map(|v| v != Voice::Reference);
            scope.left_out_by_default = Some("voice `reference`");
        }
        for condition in &filter.conditions {
            let named = |value: &str| condition.values.iter().any(|v| fits(&v.value, value));
            match &condition.field {
                Field::Source => scope.keep_sources(|rank| named(store.key(rank))),
                Field::Collection => {
                    scope.keep_sources(|rank| named(store.collection(rank)));
                }
                Field::Kind => scope.kinds = Kind::ALL.map(|k| named(k.name())),
                Field::Section => scope.roles = Role::ALL.map(|r| named(r.name())),
                Field::Voice => scope.voices = Voice::ALL.map(|v| named(v.name())),
                Field::Quoted => scope.quoted = [false, true].map(|q| named(&q.to_string())),
                Field::Speaker | Field::Participant | Field::Attribute(_) => {
                    scope.keep_speakers(people, condition, ranks.clone());
                }
            }
        }
        // Quotations are in the voice of participants: where that and the authors' are both let
        // through, no passage needs to be cut.
        let quoted = scope.voices[0] == scope.voices[2] && scope.voices[0] == scope.voices[1];
        scope.whole_passages = quoted && scope.speakers.is_none() && scope.quoted == [true; 2];
        scope
    }

    fn keep_sources(&mut self, keep: impl Fn(u32) -> bool) {
        for (kept, rank) in self.sources.iter_mut().zip(0..) {
            *kept = *kept && keep(rank);
        }
    }

    fn keep_speakers(
        &mut self,
        people: &People<'_>,
        condition: &Condition,
        ranks: std::ops::Range<u32>,
    ) {
        let named = |value: &str| condition.values.iter().any(|v| fits(&v.value, value));
        if let Field::Attribute(name) = &condition.field
            && !self.store.known().participants.columns.contains(name)
        {
            self.keep_sources(|rank| people.attribute(name, rank, None).is_some_and(named));
            return;
        }
        let speakers = self.speakers.get_or_insert_with(|| {
            let of = |rank: u32| {
                let count = self.store.entry(rank).speakers.len();
                (0..u32::try_from(count).unwrap_or(u32::MAX)).map(move |s| ((rank, s), true))
            };
            ranks.flat_map(of).collect()
        });
        for ((rank, speaker), kept) in speakers {
            let fits = match &condition.field {
                Field::Attribute(name) => {
                    people.attribute(name, *rank, Some(*speaker)).is_some_and(named)
                }
                Field::Participant => {
                    let persons = people.persons(*rank, *speaker);
                    persons.into_iter().any(|p| named(&people.person_name(p)))
                }
                _ => {
                    let entry = &self.store.entry(*rank).speakers[*speaker as usize];
                    named(&entry.name) || entry.members.iter().any(|m| named(m))
                }
            };
            *kept = *kept && fits;
        }
    }

    /// The rank and numbers of a passage, if the filter lets some of it through.
    #[must_use]
    pub fn passage(&self, segment: &Segment, doc: u32) -> Option<(u32, PassageRow)> {
        let row = segment.row(doc)?;
        let rank = self.store.rank(row.source)?;
        let through = self.sources[rank as usize]
            && self.kinds[index_in(&Kind::ALL, row.kind)]
            && self.roles[index_in(&Role::ALL, row.role)];
        through.then_some((rank, row))
    }

    /// The parts of a passage that are let through, neighbours joined: a match lies in one of them.
    pub fn allowed(
        &self,
        segment: &Segment,
        doc: u32,
        rank: u32,
        row: &PassageRow,
        stretches: &mut Vec<Stretch>,
    ) -> Vec<TokenSpan> {
        if self.whole_passages {
            let whole = TokenSpan::new(0, row.tokens);
            return if self.voices[index_in(&Voice::ALL, row.voice)] {
                vec![whole]
            } else {
                Vec::new()
            };
        }
        let mut out: Vec<TokenSpan> = Vec::new();
        segment.stretches(doc, row, stretches);
        for stretch in stretches.iter().filter(|s| self.lets_through(rank, s)) {
            match out.last_mut() {
                Some(last) if last.end == stretch.tokens.start => last.end = stretch.tokens.end,
                _ => out.push(stretch.tokens),
            }
        }
        out
    }

    /// The parts of a document's passage that are let through; none if it has none.
    pub fn spans(
        &self,
        segment: &Segment,
        doc: u32,
        stretches: &mut Vec<Stretch>,
    ) -> Vec<TokenSpan> {
        let passage = self.passage(segment, doc);
        passage
            .map_or_else(Vec::new, |(rank, row)| self.allowed(segment, doc, rank, &row, stretches))
    }

    /// The stretches of a passage that are let through, each with its voice and speaker.
    pub fn stretches(
        &self,
        segment: &Segment,
        doc: u32,
        rank: u32,
        row: &PassageRow,
        out: &mut Vec<Stretch>,
    ) {
        segment.stretches(doc, row, out);
        out.retain(|s| self.lets_through(rank, s));
    }

    fn lets_through(&self, rank: u32, stretch: &Stretch) -> bool {
        self.voices[index_in(&Voice::ALL, stretch.voice)]
            && self.quoted[usize::from(stretch.quoted)]
            && self.speakers.as_ref().is_none_or(|speakers| {
                stretch.speaker.is_some_and(|s| speakers.get(&(rank, s)).copied().unwrap_or(false))
            })
    }

    /// True if the filter takes all of every source that it takes, but perhaps lists of references.
    #[must_use]
    pub fn takes_sources_whole(&self) -> bool {
        let all = |kept: &[bool]| kept.iter().all(|k| *k);
        all(&self.kinds) && all(&self.roles) && self.whole_passages && self.voices[0]
    }

    /// True where lists of references are not searched.
    #[must_use]
    pub const fn leaves_references_out(&self) -> bool {
        !self.voices[3]
    }

    /// True when no word of the store is in scope.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        let mut stretches = Vec::new();
        !self.store.segments.iter().any(|segment| {
            (0..segment.len()).any(|doc| {
                self.passage(segment, doc).is_some_and(|(rank, row)| {
                    self.stretches(segment, doc, rank, &row, &mut stretches);
                    !stretches.is_empty()
                })
            })
        })
    }

    /// Every passage of the store that has a word in scope, with its stretches; in no order.
    pub fn each_passage(&self, mut each: impl FnMut(u32, u32, u32, &PassageRow, &[Stretch])) {
        let mut stretches = Vec::new();
        for (segment, number) in self.store.segments.iter().zip(0..) {
            let passage = |doc| self.passage(segment, doc).map(|(rank, row)| (doc, rank, row));
            let rows = (0..segment.len()).step_by(AT_ONCE as usize).flat_map(|first| {
                let docs = first..segment.len().min(first + AT_ONCE);
                docs.into_par_iter().filter_map(passage).collect::<Vec<_>>()
            });
            for (doc, rank, row) in rows {
                self.stretches(segment, doc, rank, &row, &mut stretches);
                if !stretches.is_empty() {
                    each(number, doc, rank, &row, &stretches);
                }
            }
        }
    }
}

fn index_in<T: PartialEq + Copy>(all: &[T], value: T) -> usize {
    all.iter().position(|v| *v == value).unwrap_or_default()
}
