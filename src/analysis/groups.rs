//! Groups of text: each stretch of a passage belongs to one, by its source, section, voice ….

use std::collections::HashMap;

use crate::index::{PassageRow, Store};
use crate::query::Field;
use crate::search::People;
use crate::segment::{Kind, Role, Voice};

/// Value of a group in one field; `None` where the text has none.
pub(super) type Value = Option<String>;

/// Gives every stretch its group.
pub(super) struct Groups<'s> {
    store: &'s Store,
    people: &'s People<'s>,
    by: &'s [Field],
    /// Groups by their values.
    numbers: HashMap<Vec<Value>, usize>,
    /// Values of each group.
    pub values: Vec<Vec<Value>>,
    /// What was asked before.
    known: HashMap<(u32, Option<u32>, Kind, Role, Voice), usize>,
}

impl<'s> Groups<'s> {
    pub(super) fn new(store: &'s Store, people: &'s People<'s>, by: &'s [Field]) -> Self {
        let (numbers, values, known) = (HashMap::new(), Vec::new(), HashMap::new());
        Self { store, people, by, numbers, values, known }
    }

    /// The group of a stretch.
    pub(super) fn of(
        &mut self,
        rank: u32,
        row: &PassageRow,
        voice: Voice,
        speaker: Option<u32>,
    ) -> usize {
        let key = (rank, speaker, row.kind, row.role, voice);
        if let Some(group) = self.known.get(&key) {
            return *group;
        }
        let values: Vec<Value> =
            self.by.iter().map(|f| self.value(f, rank, row, voice, speaker)).collect();
        let next = self.values.len();
        let group = *self.numbers.entry(values.clone()).or_insert(next);
        if group == next {
            self.values.push(values);
        }
        self.known.insert(key, group);
        group
    }

    fn value(
        &self,
        field: &Field,
        rank: u32,
        row: &PassageRow,
        voice: Voice,
        speaker: Option<u32>,
    ) -> Value {
        match field {
            Field::Source => Some(self.store.key(rank).to_owned()),
            Field::Collection => Some(self.store.collection(rank).to_owned()),
            Field::Section => Some(row.role.name().to_owned()),
            Field::Kind => Some(row.kind.name().to_owned()),
            Field::Voice => Some(voice.name().to_owned()),
            Field::Speaker => speaker.map(|s| self.people.name(rank, s).to_owned()),
            Field::Attribute(name) => self.people.attribute(name, rank, speaker).map(str::to_owned),
        }
    }

    /// Groups in the order of output: sources in theirs, other values by their letters (numbers by
    /// their size), those without a value last.
    pub(super) fn order(&self) -> Vec<usize> {
        let ranks: HashMap<&str, u32> = (0..u32::try_from(self.store.len()).unwrap_or(0))
            .map(|r| (self.store.key(r), r))
            .collect();
        let key = |group: usize| -> Vec<(bool, u64, String)> {
            let values = self.values[group].iter().zip(self.by);
            values
                .map(|(value, field)| match value {
                    None => (true, 0, String::new()),
                    Some(value) if *field == Field::Source => (
                        false,
                        u64::from(ranks.get(value.as_str()).copied().unwrap_or(0)),
                        String::new(),
                    ),
                    Some(value) => (false, value.parse().unwrap_or(u64::MAX), value.clone()),
                })
                .collect()
        };
        let mut order: Vec<usize> = (0..self.values.len()).collect();
        order.sort_by_cached_key(|g| key(*g));
        order
    }
}
