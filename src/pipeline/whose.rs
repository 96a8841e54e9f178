//! Whose words, over whole collections: who may ask where nobody is known to, and quotations that are nobody's.

use std::collections::{BTreeMap, BTreeSet};

use crate::index::{Catalogue, SourceEntry, Store};
use crate::ingest::collection_of;
use crate::project::SpeakerSettings;
use crate::segment::{Owners, UNMET, asks_by_its_word, speaker_key};

/// Quotations from which on a collection's share of unattributed ones says something.
const ENOUGH: u32 = 5;

/// Whose the words of each collection are, counted.
#[must_use]
pub fn owners_by_collection(catalogue: &Catalogue) -> BTreeMap<String, Owners> {
    let mut out: BTreeMap<String, Owners> = BTreeMap::new();
    for (key, source) in &catalogue.sources {
        out.entry(collection_of(key).to_owned()).or_default().add(&source.owners);
    }
    out
}

/// What is said of each collection whose quotations are mostly nobody's: somebody must look.
#[must_use]
pub fn mostly_unattributed(catalogue: &Catalogue) -> Vec<String> {
    let mostly = |(name, owners): (String, Owners)| {
        let (nobody, all) = (owners.unattributed, owners.quotations());
        (!owners.accepted && all >= ENOUGH && nobody * 2 > all).then(|| {
            format!(
                "corpora/{name}: {nobody} of {all} quotations name nobody; `thematic speakers --unattributed` lists them, \
                 `speakers.attributions` in corpus.toml says how they are attributed, and \
                 `speakers.accept_unattributed = true` leaves it so"
            )
        })
    };
    owners_by_collection(catalogue).into_iter().filter_map(mostly).collect()
}

/// What a person has decided and nothing in the texts fits, as they were last read.
pub fn unmet_decisions(store: &Store) -> impl Iterator<Item = String> {
    store.known().notes.iter().filter(|note| note.contains(UNMET)).cloned()
}

/// Names that a collection's settings list, and that nobody in it has.
pub(super) fn unmet_names(
    collection: &str,
    settings: &SpeakerSettings,
    catalogue: &Catalogue,
) -> Option<String> {
    let of_it = catalogue.sources.iter().filter(|(key, _)| collection_of(key) == collection);
    let sources: Vec<&SourceEntry> = of_it.map(|(_, source)| source).collect();
    let speaks: BTreeSet<String> =
        sources.iter().flat_map(|s| &s.speakers).map(|s| speaker_key(&s.name)).collect();
    // A word for who asks may be one of several of the label: `Lead interviewer`.
    let words = sources.iter().flat_map(|s| &s.speakers).flat_map(|s| s.name.split_whitespace());
    let words: BTreeSet<String> = words.map(speaker_key).collect();
    let met = |name: &str| {
        let key = speaker_key(name);
        speaks.contains(&key) || words.contains(&key)
    };
    // A list of words for who asks is for many collections, and need not be met word by word.
    let asks = settings.interviewers.iter().flatten().filter(|name| !asks_by_its_word(name));
    let listed = asks.chain(&settings.names);
    let unmet: Vec<&String> = listed.filter(|name| !met(name)).collect();
    let first = unmet.first().filter(|_| !sources.is_empty())?;
    let more = match unmet.len() {
        1 => String::new(),
        more => format!(" and {} more", more - 1),
    };
    Some(format!(
        "corpora/{collection}/corpus.toml: `speakers` lists `{first}`{more}, and nobody there is called so; \
         `thematic speakers` lists who is"
    ))
}

/// What a person should know of who asks in a collection.
pub(super) fn notes(catalogue: &Catalogue) -> Vec<String> {
    let mut talks: BTreeMap<&str, Vec<&SourceEntry>> = BTreeMap::new();
    for (key, source) in &catalogue.sources {
        // The rows of a survey are answers, and a paper has no turns.
        if source.owners.turns > 0 && source.record.is_none() {
            talks.entry(collection_of(key)).or_default().push(source);
        }
    }
    talks.iter().filter_map(|(name, sources)| who_asks(name, sources)).collect()
}

/// Who asks in a collection, where nobody is known to, or one is known to in some of its sources.
fn who_asks(name: &str, sources: &[&SourceEntry]) -> Option<String> {
    // By key: the name as written, the sources in which it speaks, and those in which it asks.
    let mut names: BTreeMap<String, (&str, usize, usize)> = BTreeMap::new();
    for source in sources {
        for speaker in source.speakers.iter().filter(|s| s.members.is_empty() && !s.described) {
            let entry = names.entry(speaker_key(&speaker.name)).or_insert((&speaker.name, 0, 0));
            entry.1 += 1;
            let own = speaker_key(&speaker.name);
            entry.2 += usize::from(source.owners.askers.iter().any(|(a, _)| speaker_key(a) == own));
        }
    }
    let all = sources.len();
    let through = names.values().max_by_key(|(_, speaks, _)| *speaks);
    if sources.iter().all(|s| s.owners.askers.is_empty()) {
        let runs = through.filter(|(_, speaks, _)| *speaks >= 2 && speaks * 10 >= all * 6);
        let way_out = match runs {
            Some((name, speaks, _)) => format!(
                "`{name}` speaks in {speaks} of them, and `speakers.interviewers = [\"{name}\"]` in corpus.toml says so if \
                 that is who asks"
            ),
            None => "`speakers.interviewers` in corpus.toml says who does".to_owned(),
        };
        let what = if all == 1 {
            "its transcript".to_owned()
        } else {
            format!("any of its {all} transcripts")
        };
        return Some(format!("corpora/{name}: nobody is known to ask in {what}; {way_out}"));
    }
    let (label, speaks, asks) =
        names.values().find(|(_, speaks, asks)| *asks > 0 && asks < speaks)?;
    Some(format!(
        "corpora/{name}: `{label}` asks in {asks} of the {speaks} transcripts in which that label speaks, and is a \
         participant in the others; `speakers.interviewers` in corpus.toml decides"
    ))
}
