//! Units of text: what is counted when things are said together, or spread, or by whom.

use crate::index::{PassageRow, Store, Stretch};
use crate::query::Unit;
use crate::search::{PassageHits, People, Person, Sentences};
use crate::segment::Voice;

/// A unit: its source or person, and its number there.
pub(super) type UnitKey = (u64, u32);

/// What counts as the source in the key of a person whom the table of participants knows.
const KNOWN: u64 = u64::MAX;

/// What the rank of the source is added to in the key of another person.
const UNKNOWN: u64 = 1 << 32;

/// The key of a person.
pub(super) fn person_key(person: Person) -> UnitKey {
    match person {
        Person::Known(number) => (KNOWN, number),
        // Beside sources, whose keys are their ranks.
        Person::Unknown(rank, speaker) => (UNKNOWN + u64::from(rank), speaker),
    }
}

/// The person of a key, if it is one's.
pub(super) fn person_of(key: UnitKey) -> Option<Person> {
    match key.0 {
        KNOWN => Some(Person::Known(key.1)),
        of if of >= UNKNOWN => {
            Some(Person::Unknown(u32::try_from(of - UNKNOWN).unwrap_or(0), key.1))
        }
        _ => None,
    }
}

/// What units are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Of {
    /// A kind of unit.
    Unit(Unit),
    /// The participant whose words they are; where they are nobody's, the source.
    Cluster,
}

/// Tells the units of text.
#[derive(Clone, Copy)]
pub(super) struct Units<'s> {
    pub(super) store: &'s Store,
    pub(super) people: &'s People<'s>,
    pub(super) of: Of,
}

impl Units<'_> {
    /// Each piece of a passage's stretches that lies in one unit: the unit, the piece's stretch, its
    /// tokens. What several said together is a piece of each.
    pub(super) fn pieces(
        &self,
        (segment, doc): (u32, u32),
        rank: u32,
        row: &PassageRow,
        stretches: &[Stretch],
        mut each: impl FnMut(UnitKey, &Stretch, u32),
    ) {
        if self.of == Of::Unit(Unit::Sentence) {
            let (mut start, mut first) = (0, 0);
            let segment = &self.store.segments[segment as usize];
            for end in segment.sentences(doc).chain([row.tokens]) {
                let gone = |s: &&Stretch| s.tokens.end <= start;
                first += stretches[first..].iter().take_while(gone).count();
                let here = stretches[first..].iter().take_while(|s| s.tokens.start < end);
                for stretch in here {
                    let (from, to) = (stretch.tokens.start.max(start), stretch.tokens.end.min(end));
                    if from < to {
                        each((u64::from(rank), row.start + start), stretch, to - from);
                    }
                }
                start = end;
            }
            return;
        }
        let mut keys = Vec::new();
        for stretch in stretches {
            keys.clear();
            self.add(rank, row, stretch, &mut keys);
            for key in &keys {
                each(*key, stretch, stretch.tokens.len());
            }
        }
    }

    /// The units that a token of a stretch is in; `sentences` are those of this passage, or fresh.
    pub(super) fn of_token(
        &self,
        sentences: &mut Sentences,
        passage: &PassageHits,
        stretch: &Stretch,
        token: u32,
        keys: &mut Vec<UnitKey>,
    ) {
        let PassageHits { rank, row, address: (segment, doc), .. } = passage;
        let (segment, doc, rank) = (*segment, *doc, *rank);
        if self.of == Of::Unit(Unit::Sentence) {
            let segment = &self.store.segments[segment as usize];
            let start = sentences.start(segment, doc, token);
            keys.push((u64::from(rank), row.start + start));
        } else {
            self.add(rank, row, stretch, keys);
        }
    }

    /// The units that hold a stretch whole.
    fn add(&self, rank: u32, row: &PassageRow, stretch: &Stretch, keys: &mut Vec<UnitKey>) {
        let number = match self.of {
            Of::Unit(Unit::Turn) => row.turn,
            Of::Unit(Unit::Section) => row.section,
            Of::Unit(Unit::Source) => 0,
            Of::Unit(Unit::Passage | Unit::Sentence) => row.passage,
            Of::Unit(Unit::Participant) | Of::Cluster => {
                let before = keys.len();
                if let (Voice::Participant, Some(speaker)) = (stretch.voice, stretch.speaker) {
                    keys.extend(self.people.persons(rank, speaker).into_iter().map(person_key));
                }
                if self.of == Of::Cluster && keys.len() == before {
                    // Somebody described is nobody known, and still not the author.
                    let described = stretch.speaker.filter(|_| stretch.voice == Voice::Participant);
                    keys.push((u64::from(rank), described.map_or(0, |s| s + 1)));
                }
                return;
            }
        };
        keys.push((u64::from(rank), number));
    }
}

/// The stretch that holds a token.
pub(super) fn stretch_at(stretches: &[Stretch], token: u32) -> Option<&Stretch> {
    let next = stretches.partition_point(|s| s.tokens.start <= token);
    let stretch = next.checked_sub(1).and_then(|i| stretches.get(i))?;
    (token < stretch.tokens.end).then_some(stretch)
}
