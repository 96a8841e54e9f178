//! Attribute tables and the speakers of the texts: what is read, and what does not fit together.

use std::collections::btree_map::Entry;
use std::collections::{BTreeSet, HashMap, HashSet};

use crate::index::Catalogue;
use crate::ingest::{
    AttributeKind, AttributeTable, AttributeType, Found, Reference, Unreadable, collection_of,
    discover, plain_doi, read_attributes, read_references,
};
use crate::project::{Project, why};
use crate::segment::speaker_key;
use crate::text::number_of;

/// Tells whether a name of a collection is of one who asks.
type Asks<'a> = &'a dyn Fn(&str, &str) -> bool;

/// True when the tables of attributes are not as they were read, or other types are declared.
#[must_use]
pub fn attributes_changed(project: &Project, catalogue: &Catalogue) -> bool {
    let Ok(found) = discover(&project.corpora()) else { return false };
    let settings = project.settings().unwrap_or_default();
    let known = &catalogue.known;
    let sources = catalogue.sources.clone();
    let mut now = Catalogue { sources, ..Catalogue::default() };
    read_tables(&found, settings.max_file_mb, &|_, _| true, &mut now);
    now.known.participants != known.participants
        || now.known.source_attributes != known.source_attributes
        || settings.attributes != known.attribute_types
}

/// Reads the attribute tables into the catalogue; what is wrong with them becomes notes.
pub(super) fn read_tables(found: &Found, max_mb: u64, asks: Asks<'_>, next: &mut Catalogue) {
    // What tables say comes before what reference managers say.
    let (tables, references): (Vec<_>, Vec<_>) =
        found.tables.iter().partition(|table| is_table(&table.key));
    for table in tables.into_iter().chain(references) {
        if table.stamp.size > max_mb * 1_000_000 {
            let reason = Unreadable::TooLarge { limit_mb: max_mb };
            next.known.notes.push(format!("corpora/{}: {reason}", table.key));
            continue;
        }
        let bytes = match std::fs::read(&table.path) {
            Ok(bytes) => bytes,
            Err(e) => {
                next.known.notes.push(format!("corpora/{} is {}", table.key, why(&e)));
                continue;
            }
        };
        if !is_table(&table.key) {
            let note = match read_references(&table.key, &bytes) {
                Ok(entries) => add_references(&entries, &table.key, next),
                Err(why) => Some(format!("can't be read: {why}")),
            };
            next.known.notes.extend(note.map(|note| format!("corpora/{}: {note}", table.key)));
            continue;
        }
        let (read, problems) = read_attributes(&bytes);
        for problem in problems {
            let place = match problem.column {
                0 => problem.line.to_string(),
                column => format!("{}:{column}", problem.line),
            };
            let told = format!("corpora/{}:{place}: {}", table.key, problem.message);
            if problem.counts {
                next.known.complaints.push(told);
            } else {
                next.known.notes.push(told);
            }
        }
        let own = ["source", "collection", "section", "kind", "voice", "speaker", "participant"];
        for column in read.columns.iter().filter(|c| own.contains(&c.as_str())) {
            let message =
                format!("heading `{column}` is a word of queries; rename it to ask for it");
            next.known.notes.push(format!("corpora/{}:1: {message}", table.key));
        }
        let folder = table.key.rsplit_once('/').map_or("", |(folder, _)| folder);
        if table.key.ends_with("participants.csv") {
            let mut wrong = merge(&mut next.known.participants, read, &table.key);
            next.known.complaints.append(&mut wrong);
        } else {
            let keyed = source_table(read, folder, next, &table.key);
            let mut wrong = merge(&mut next.known.source_attributes, keyed, &table.key);
            next.known.complaints.append(&mut wrong);
        }
    }
    add_told(next);
    let silent = silent_participants(next);
    next.known.complaints.extend(silent);
    let mixed = nearly_numbers(next);
    next.known.complaints.extend(mixed);
    for table in found.tables.iter().filter(|t| t.key.ends_with("participants.csv")) {
        next.known.notes.extend(unknown_speakers(&table.key, asks, next));
    }
    let unfit = unfit_values(next);
    next.known.notes.extend(unfit);
    for (key, source) in &next.sources {
        let wrong = source.complaints.iter().map(|wrong| format!("corpora/{key}: {wrong}"));
        next.known.complaints.extend(wrong);
        next.known.notes.extend(source.notes.iter().map(|note| format!("corpora/{key}: {note}")));
    }
}

/// Adds what texts say of those who speak in them, where no table has a column for it.
///
/// An attribute that tables or sources have stays as they have it.
fn add_told(next: &mut Catalogue) {
    let own = next.sources.values().flat_map(|s| s.attributes.keys());
    let tables =
        next.known.participants.columns.iter().chain(&next.known.source_attributes.columns);
    let taken: BTreeSet<&String> = own.chain(tables).collect();
    let names = next.sources.values().flat_map(|s| &s.speakers).flat_map(|s| s.attributes.keys());
    let told: BTreeSet<&String> = names.filter(|name| !taken.contains(name)).collect();
    let told: Vec<String> = told.into_iter().cloned().collect();
    let table = &mut next.known.participants;
    let aliases = table.aliases.iter().map(|(alias, id)| (speaker_key(alias), id.clone()));
    let ids = table.rows.keys().map(|id| (speaker_key(id), id.clone()));
    let by_key: HashMap<String, String> = aliases.chain(ids).collect();
    for speaker in next.sources.values().flat_map(|s| &s.speakers) {
        let row = by_key.get(&speaker_key(&speaker.name)).and_then(|id| table.rows.get_mut(id));
        let Some(row) = row else { continue };
        for (name, value) in speaker.attributes.iter().filter(|(n, _)| told.contains(n)) {
            row.entry(name.clone()).or_insert_with(|| value.clone());
        }
    }
    table.columns.extend(told.iter().cloned());
    next.known.told = told;
}

/// True for a table of attributes; false for a reference manager's file.
fn is_table(key: &str) -> bool {
    key.ends_with("participants.csv") || key.ends_with("sources.csv")
}

/// Gives sources what a reference manager's file says of them: those of its folder whose file, key, DOI or
/// title is an entry's. What a table or the source itself says stays.
fn add_references(entries: &[Reference], name: &str, next: &mut Catalogue) -> Option<String> {
    let folder = name.rsplit_once('/').map_or("", |(folder, _)| folder);
    let below = |key: &&String| {
        folder.is_empty() || key.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
    };
    let plain = |text: &str| -> String {
        text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
    };
    let mut by: HashMap<String, String> = HashMap::new();
    for key in next.sources.keys().filter(below) {
        let file = key.rsplit('/').next().unwrap_or(key);
        let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
        let source = &next.sources[key];
        let doi = source.attributes.get("doi").map(|doi| format!("doi {}", plain_doi(doi)));
        let title = source.title.as_deref().map(|t| format!("title {}", plain(t)));
        let names = [Some(format!("file {file}")), Some(format!("file {stem}")), doi, title];
        for name in names.into_iter().flatten() {
            by.entry(name).or_insert_with(|| key.clone());
        }
    }
    let mut missing = 0;
    for entry in entries {
        let told = |name: &str| entry.attributes.get(name);
        let files = entry.names.iter().map(|n| format!("file {n}"));
        let doi = told("doi").map(|doi| format!("doi {doi}"));
        let title = told("title").map(|t| format!("title {}", plain(t)));
        let Some(key) = files.chain(doi).chain(title).find_map(|name| by.get(&name)) else {
            missing += 1;
            continue;
        };
        let own = next.sources[key].attributes.clone();
        let row = next.known.source_attributes.rows.entry(key.clone()).or_default();
        for (name, value) in entry.attributes.iter().filter(|(name, _)| !own.contains_key(*name)) {
            row.entry(name.clone()).or_insert_with(|| value.clone());
            if !next.known.source_attributes.columns.contains(name) {
                next.known.source_attributes.columns.push(name.clone());
            }
        }
    }
    let all = entries.len();
    (missing > 0).then(|| format!("{missing} of {all} entries are of no source here"))
}

/// A table of sources by their keys; ids are file names from the table's folder, with or without
/// their ending.
fn source_table(
    table: AttributeTable,
    folder: &str,
    next: &mut Catalogue,
    name: &str,
) -> AttributeTable {
    let mut out = AttributeTable { columns: table.columns, ..AttributeTable::default() };
    let mut notes = Vec::new();
    let mut by: HashMap<&str, &String> = HashMap::new();
    for key in next.sources.keys() {
        let stem = key.rsplit_once('.').map_or(key.as_str(), |(stem, _)| stem);
        for name in [key.as_str(), stem] {
            by.entry(name).or_insert(key);
        }
    }
    for (id, values) in table.rows {
        let path = if folder.is_empty() { id.clone() } else { format!("{folder}/{id}") };
        match by.get(path.as_str()).copied() {
            Some(key) if out.rows.contains_key(key) => {
                let message =
                    format!("corpora/{name}: `{id}` is {key} again; the first row counts");
                notes.push(message);
            }
            Some(key) => {
                out.rows.insert(key.clone(), values);
            }
            None => notes.push(format!("corpora/{name}: no source `{id}`")),
        }
    }
    next.known.complaints.append(&mut notes);
    out
}

fn merge(into: &mut AttributeTable, from: AttributeTable, name: &str) -> Vec<String> {
    let mut notes = Vec::new();
    for column in from.columns {
        if !into.columns.contains(&column) {
            into.columns.push(column);
        }
    }
    for (id, values) in from.rows {
        match into.rows.entry(id) {
            Entry::Occupied(taken) => notes.push(format!(
                "corpora/{name}: id `{}` is in another table, too; the first counts",
                taken.key()
            )),
            Entry::Vacant(free) => {
                free.insert(values);
            }
        }
    }
    into.aliases.extend(from.aliases);
    notes
}

/// Participants of the tables who speak nowhere.
fn silent_participants(catalogue: &Catalogue) -> Vec<String> {
    let mut heard: HashSet<String> = HashSet::new();
    for speaker in catalogue.sources.values().flat_map(|s| &s.speakers) {
        heard.insert(speaker_key(&speaker.name));
        heard.extend(speaker.members.iter().map(|m| speaker_key(m)));
    }
    let table = &catalogue.known.participants;
    let speaks = |id: &&String| {
        heard.contains(&speaker_key(id))
            || table
                .aliases
                .iter()
                .any(|(alias, of)| of == *id && heard.contains(&speaker_key(alias)))
    };
    let silent = table.rows.keys().filter(|id| !speaks(id));
    silent.map(|id| format!("participant `{id}` speaks in no source")).collect()
}

/// Those who speak in a table's collection and have no row, interviewers left out.
fn unknown_speakers(table: &str, asks: Asks<'_>, catalogue: &Catalogue) -> Option<String> {
    let folder = table.rsplit_once('/').map_or("", |(folder, _)| folder);
    let collection = collection_of(table);
    let known: HashSet<String> = {
        let table = &catalogue.known.participants;
        table.rows.keys().chain(table.aliases.keys()).map(|n| speaker_key(n)).collect()
    };
    let mut unknown: BTreeSet<&str> = BTreeSet::new();
    let below = |key: &str| key.starts_with(folder) && collection_of(key) == collection;
    for (_, source) in catalogue.sources.iter().filter(|(key, _)| below(key)) {
        for speaker in &source.speakers {
            let names = if speaker.members.is_empty() {
                std::slice::from_ref(&speaker.name)
            } else {
                speaker.members.as_slice()
            };
            let new =
                names.iter().filter(|n| !known.contains(&speaker_key(n)) && !asks(collection, n));
            unknown.extend(new.map(String::as_str));
        }
    }
    let count = unknown.len();
    let mut names: Vec<String> = unknown.iter().take(5).map(|n| format!("`{n}`")).collect();
    if count > names.len() {
        names.push(format!("{} more", count - names.len()));
    }
    let speak = if count == 1 { "speaks" } else { "speak" };
    (count > 0).then(|| format!("corpora/{table}: no row for {}, who {speak}", names.join(", ")))
}

/// Attributes that are numbers but for a few values, and count as text for these.
fn nearly_numbers(catalogue: &Catalogue) -> Vec<String> {
    let declared = &catalogue.known.attribute_types;
    let mut told = Vec::new();
    for table in [&catalogue.known.participants, &catalogue.known.source_attributes] {
        for name in table.columns.iter().filter(|name| !declared.contains_key(*name)) {
            let values: Vec<&String> = table.rows.values().filter_map(|r| r.get(name)).collect();
            let other: Vec<&&String> = values.iter().filter(|v| number_of(v).is_none()).collect();
            let numbers = values.len() - other.len();
            if let Some(first) = other.first().filter(|_| numbers >= 2 * other.len()) {
                told.push(format!(
                    "attribute `{name}`: {numbers} values are numbers and {} are not, as `{first}`, so that it counts as text; \
                     leave such cells empty, or say what it is in `[attributes]` of thematic.toml",
                    other.len()
                ));
            }
        }
    }
    told
}

/// Values that are not what the settings say of their attribute.
fn unfit_values(catalogue: &Catalogue) -> Vec<String> {
    let mut notes = Vec::new();
    for (name, of) in &catalogue.known.attribute_types {
        let tables = [&catalogue.known.participants, &catalogue.known.source_attributes];
        let rows = tables.into_iter().flat_map(|t| t.rows.values());
        let own = catalogue.sources.values().map(|s| &s.attributes);
        let all: Vec<&String> = rows.chain(own).filter_map(|row| row.get(name)).collect();
        let fits = |value: &str| match of {
            AttributeType::Of(AttributeKind::Number) => number_of(value).is_some(),
            AttributeType::Of(AttributeKind::Text) => true,
            AttributeType::Levels(levels) => levels.iter().any(|l| l == value),
        };
        let unfit: Vec<&&String> = all.iter().filter(|v| !fits(v)).collect();
        if let Some(first) = unfit.first() {
            let what = if *of == AttributeType::Of(AttributeKind::Number) {
                "numbers"
            } else {
                "among the levels"
            };
            let count = unfit.len();
            notes.push(format!(
                "attribute `{name}`: values that are not {what} that thematic.toml declares: {count}, as `{first}`"
            ));
        }
        if all.is_empty() {
            notes.push(format!("thematic.toml declares an attribute `{name}` that nothing has"));
        }
    }
    notes
}
