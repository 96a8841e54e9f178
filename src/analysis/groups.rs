//! Groups of text: each stretch of a passage belongs to one, by its source, section, voice ….

use crate::analysis::FastMap;
use crate::index::{PassageRow, Said, Store};
use crate::ingest::AttributeType;
use crate::query::Field;
use crate::search::People;
use crate::segment::{Kind, Role, Voice};
use crate::text::number_of;

/// Value of a group in one field; `None` where the text has none.
pub(super) type Value = Option<String>;

/// Gives every stretch its group.
pub(super) struct Groups<'s> {
    store: &'s Store,
    people: &'s People<'s>,
    by: &'s [Field],
    /// Groups by their values.
    numbers: FastMap<Vec<Value>, usize>,
    /// Values of each group.
    pub values: Vec<Vec<Value>>,
    /// What was asked before.
    known: FastMap<(u32, Kind, Role, Said), usize>,
}

impl<'s> Groups<'s> {
    pub(super) fn new(store: &'s Store, people: &'s People<'s>, by: &'s [Field]) -> Self {
        let (numbers, values, known) = (FastMap::default(), Vec::new(), FastMap::default());
        Self { store, people, by, numbers, values, known }
    }

    /// The group of a stretch, new if there was none of its values.
    pub(super) fn number(&mut self, rank: u32, row: &PassageRow, said: Said) -> usize {
        let key = (rank, row.kind, row.role, said);
        if let Some(group) = self.known.get(&key) {
            return *group;
        }
        let value = |f: &Field| field_value(self.store, self.people, f, rank, row, said);
        let values: Vec<Value> = self.by.iter().map(value).collect();
        let next = self.values.len();
        let group = *self.numbers.entry(values.clone()).or_insert(next);
        if group == next {
            self.values.push(values);
        }
        self.known.insert(key, group);
        group
    }

    /// The group of a stretch that was seen before.
    pub(super) fn known(&self, rank: u32, row: &PassageRow, said: Said) -> usize {
        self.known[&(rank, row.kind, row.role, said)]
    }

    /// Groups in the order of output: sources in theirs, values of an attribute as its levels are
    /// declared, numbers by their size, others by their letters; those without a value last.
    pub(super) fn order(&self) -> Vec<usize> {
        let ranks: FastMap<&str, usize> = (0..u32::try_from(self.store.len()).unwrap_or(0))
            .zip(0..)
            .map(|(r, i)| (self.store.key(r), i))
            .collect();
        let key = |group: usize| -> Vec<(bool, usize, Number, String)> {
            let values = self.values[group].iter().zip(self.by);
            let key = values.map(|(value, field)| {
                let Some(value) = value else { return (true, 0, Number(0.0), String::new()) };
                let place = match field {
                    Field::Source => ranks.get(value.as_str()).copied().unwrap_or(0),
                    Field::Attribute(name) => match self.people.declared(name) {
                        Some(AttributeType::Levels(levels)) => {
                            levels.iter().position(|l| l == value).unwrap_or(levels.len())
                        }
                        _ => 0,
                    },
                    _ => 0,
                };
                (false, place, Number(number_of(value).unwrap_or(f64::INFINITY)), value.clone())
            });
            key.collect()
        };
        let mut order: Vec<usize> = (0..self.values.len()).collect();
        order.sort_by_cached_key(|g| key(*g));
        order
    }
}

/// A number in the order of its size.
#[derive(Clone, Copy, Debug)]
struct Number(f64);

impl PartialEq for Number {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Number {}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Number {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.total_cmp(&other.0)
    }
}

/// The value of a field for words of somebody's in a passage.
pub(super) fn field_value(
    store: &Store,
    people: &People<'_>,
    field: &Field,
    rank: u32,
    row: &PassageRow,
    Said { voice, speaker, quoted }: Said,
) -> Value {
    match field {
        Field::Source => Some(store.key(rank).to_owned()),
        Field::Collection => Some(store.collection(rank).to_owned()),
        Field::Section => Some(row.role.name().to_owned()),
        Field::Kind => Some(row.kind.name().to_owned()),
        Field::Voice => Some(voice.name().to_owned()),
        Field::Quoted => Some(quoted.to_string()),
        Field::Speaker => speaker.map(|s| people.name(rank, s).to_owned()),
        Field::Participant => {
            let of = speaker.filter(|_| voice == Voice::Participant);
            of.and_then(|s| people.participant(rank, s))
        }
        Field::Attribute(name) => people.attribute(name, rank, speaker).map(str::to_owned),
    }
}
