//! Who a speaker is: the participant of the attribute table, and his or her attributes.

use std::collections::{BTreeMap, HashMap};
use std::sync::OnceLock;

use crate::index::Store;
use crate::ingest::{AttributeKind, AttributeType};
use crate::segment::{Speaker, speaker_key};
use crate::text::number_of;

/// Somebody who speaks in a source.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Person {
    /// A participant of the table, by number in its order.
    Known(u32),
    /// One whom the table does not have: by source and name there, for names such as "Nurse A" mean
    /// another person in every paper.
    Unknown(u32, u32),
}

/// The speakers of a store.
#[derive(Debug)]
pub struct People<'s> {
    store: &'s Store,
    /// Participants by key of their id or an alias.
    known: HashMap<String, u32>,
    ids: Vec<&'s str>,
    /// By rank, numbers for the names in a source, those of several quoted as one included.
    local: Vec<OnceLock<BTreeMap<String, u32>>>,
}

impl<'s> People<'s> {
    /// The people of a store.
    #[must_use]
    pub fn new(store: &'s Store) -> Self {
        let table = &store.known().participants;
        let ids: Vec<&str> = table.rows.keys().map(String::as_str).collect();
        let mut known: HashMap<String, u32> = HashMap::new();
        for (id, number) in ids.iter().zip(0..) {
            known.insert(speaker_key(id), number);
        }
        for (alias, id) in &table.aliases {
            if let Ok(number) = ids.binary_search(&id.as_str()) {
                known
                    .entry(speaker_key(alias))
                    .or_insert(u32::try_from(number).unwrap_or(u32::MAX));
            }
        }
        let local = (0..store.len()).map(|_| OnceLock::new()).collect();
        Self { store, known, ids, local }
    }

    /// The attributes of a source: what a table says of it, and else what its file says.
    fn of_source(&self, rank: u32) -> BTreeMap<&'s str, &'s str> {
        let own = self.store.entry(rank).attributes.iter();
        let table = &self.store.known().source_attributes;
        let listed = table.rows.get(self.store.key(rank)).into_iter().flatten();
        own.chain(listed).map(|(k, v)| (k.as_str(), v.as_str())).collect()
    }

    /// The number of a name in a source, by its key.
    fn local(&self, rank: u32, key: &str) -> Option<u32> {
        let numbers = self.local[rank as usize].get_or_init(|| {
            let speakers = self.store.entry(rank).speakers.iter();
            let names = speakers.flat_map(|s| std::iter::once(&s.name).chain(&s.members));
            let keys: std::collections::BTreeSet<String> = names.map(|n| speaker_key(n)).collect();
            keys.into_iter().zip(0..).collect()
        });
        numbers.get(key).copied()
    }

    /// The name of a speaker of a source.
    #[must_use]
    pub fn name(&self, rank: u32, speaker: u32) -> &'s str {
        self.store.entry(rank).speakers.get(speaker as usize).map_or("", |s| &s.name)
    }

    /// The persons that a speaker of a source stands for.
    #[must_use]
    pub fn persons(&self, rank: u32, speaker: u32) -> Vec<Person> {
        let Some(entry) = self.store.entry(rank).speakers.get(speaker as usize) else {
            return Vec::new();
        };
        let person = |name: &str| {
            let key = speaker_key(name);
            let local = || self.local(rank, &key).unwrap_or(u32::MAX);
            self.known
                .get(&key)
                .map_or_else(|| Person::Unknown(rank, local()), |n| Person::Known(*n))
        };
        if entry.described {
            Vec::new()
        } else if entry.members.is_empty() {
            vec![person(&entry.name)]
        } else {
            entry.members.iter().map(|m| person(m)).collect()
        }
    }

    /// An attribute of a speaker, or of the source where speakers have none of that name.
    ///
    /// Of several who are quoted as one, the value that all share.
    #[must_use]
    pub fn attribute(&self, name: &str, rank: u32, speaker: Option<u32>) -> Option<&'s str> {
        if self.is_of_participants(name) {
            let persons = self.persons(rank, speaker?);
            let mut values = persons.iter().map(|p| self.of_person(name, *p));
            let first = values.next()??;
            return values.all(|v| v == Some(first)).then_some(first);
        }
        let listed = self.store.known().source_attributes.rows.get(self.store.key(rank));
        let value = listed.and_then(|row| row.get(name));
        value.or_else(|| self.store.entry(rank).attributes.get(name)).map(String::as_str)
    }

    /// The name of a person: the id of the table, or the name in the source with the source's key.
    #[must_use]
    pub fn person_name(&self, person: Person) -> String {
        match person {
            Person::Known(number) => {
                self.ids.get(number as usize).copied().unwrap_or_default().to_owned()
            }
            Person::Unknown(rank, local) => {
                let speakers = self.store.entry(rank).speakers.iter();
                let mut names = speakers.flat_map(|s| std::iter::once(&s.name).chain(&s.members));
                let own = |name: &&String| self.local(rank, &speaker_key(name)) == Some(local);
                let name = names.find(own).map_or("", String::as_str);
                format!("{name} ({})", self.store.key(rank))
            }
        }
    }

    /// The participant whose words a speaker's are, by name; several joined. None for somebody who is
    /// described and whom nobody knows.
    #[must_use]
    pub fn participant(&self, rank: u32, speaker: u32) -> Option<String> {
        let names: Vec<String> =
            self.persons(rank, speaker).into_iter().map(|p| self.person_name(p)).collect();
        (!names.is_empty()).then(|| names.join(" + "))
    }

    /// True when an attribute is one of participants.
    #[must_use]
    pub fn is_of_participants(&self, name: &str) -> bool {
        self.store.known().participants.columns.iter().any(|c| c == name)
    }

    /// The declared type of an attribute.
    #[must_use]
    pub fn declared(&self, name: &str) -> Option<&'s AttributeType> {
        self.store.known().attribute_types.get(name)
    }

    /// True when an attribute's values are numbers: declared so, or all of them are.
    #[must_use]
    pub fn is_number(&self, name: &str, values: &[&str]) -> bool {
        match self.declared(name) {
            Some(declared) => *declared == AttributeType::Of(AttributeKind::Number),
            None => !values.is_empty() && values.iter().all(|v| number_of(v).is_some()),
        }
    }

    /// An attribute of a person.
    #[must_use]
    pub fn of_person(&self, name: &str, person: Person) -> Option<&'s str> {
        let number = match person {
            Person::Known(number) => number,
            // What the text itself says of somebody whom no table has.
            Person::Unknown(rank, local) => {
                let own = |s: &&Speaker| self.local(rank, &speaker_key(&s.name)) == Some(local);
                let speaker = self.store.entry(rank).speakers.iter().find(own)?;
                let told = self.store.known().told.iter().any(|t| t == name);
                return speaker.attributes.get(name).filter(|_| told).map(String::as_str);
            }
        };
        let id = self.ids.get(number as usize)?;
        self.store.known().participants.rows.get(*id)?.get(name).map(String::as_str)
    }

    /// The attributes that there are, with their values.
    #[must_use]
    pub fn attributes(&self) -> BTreeMap<&'s str, Vec<&'s str>> {
        let mut out: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        let table = &self.store.known().participants;
        for column in &table.columns {
            out.entry(column).or_default();
        }
        for (name, value) in table.rows.values().flatten() {
            out.entry(name).or_default().push(value);
        }
        for rank in 0..u32::try_from(self.store.len()).unwrap_or(u32::MAX) {
            for (name, value) in self.of_source(rank) {
                out.entry(name).or_default().push(value);
            }
            for (name, value) in self.store.entry(rank).speakers.iter().flat_map(|s| &s.attributes)
            {
                if self.store.known().told.contains(name) {
                    out.entry(name).or_default().push(value);
                }
            }
        }
        for column in &self.store.known().source_attributes.columns {
            out.entry(column).or_default();
        }
        for values in out.values_mut() {
            values.sort_unstable();
            values.dedup();
        }
        out
    }
}
