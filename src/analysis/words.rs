//! Reading all words in scope, source by source.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::hash::Hash;

use rayon::prelude::*;

use crate::analysis::FastMap;
use crate::index::{ForwardPassage, ForwardSource, Segment, Store, StoreError};
use crate::search::Scope;
use crate::text::fold;

/// A passage: its number in the source, its segment and document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    pub(super) number: u32,
    pub(super) address: (u32, u32),
}

/// The passages of sources, by the rank of the source.
pub(super) type Places = Vec<(u32, Vec<Place>)>;

/// The passages that have a word in one of the scopes.
pub(super) fn places(scopes: &[&Scope<'_>]) -> Places {
    let mut passages: BTreeMap<u32, Vec<Place>> = BTreeMap::new();
    for scope in scopes {
        scope.each_passage(|segment, doc, rank, row, _| {
            let place = Place { number: row.passage, address: (segment, doc) };
            passages.entry(rank).or_default().push(place);
        });
    }
    for places in passages.values_mut() {
        places.sort_unstable();
        places.dedup();
    }
    passages.into_iter().collect()
}

/// Sources that are read before what came of them is taken up, so that it needs little memory.
const AT_ONCE: usize = 256;

/// Reads sources in parallel; what comes of them is taken up in their order.
pub(super) fn over_sources<T: Send>(
    places: &[(u32, Vec<Place>)],
    of_source: impl Fn(u32, &[Place]) -> Result<T, StoreError> + Sync,
    mut take: impl FnMut(T),
) -> Result<(), StoreError> {
    for chunk in places.chunks(AT_ONCE) {
        let read = chunk.par_iter().map(|(rank, places)| of_source(*rank, places));
        read.collect::<Result<Vec<_>, _>>()?.into_iter().for_each(&mut take);
    }
    Ok(())
}

/// A source whose words are read.
pub(super) struct Reading<'s> {
    store: &'s Store,
    source: ForwardSource,
    /// The layer that is read instead of words, by its number in the source.
    layer: Layer,
}

#[derive(Clone, Copy)]
enum Layer {
    Words,
    Of(usize),
    Missing,
}

impl<'s> Reading<'s> {
    /// Opens a source; `layer` is read instead of words, if one is named.
    pub(super) fn open(
        store: &'s Store,
        rank: u32,
        layer: Option<&str>,
    ) -> Result<Self, StoreError> {
        let source = store.forward(rank)?;
        let layer = match layer {
            None => Layer::Words,
            Some(name) => {
                let at = source.layers.iter().position(|l| l == name);
                at.map_or(Layer::Missing, Layer::Of)
            }
        };
        Ok(Self { store, source, layer })
    }

    /// A passage, and the segment that it is in.
    pub(super) fn passage(
        &self,
        place: Place,
    ) -> Result<(ForwardPassage<'_>, &'s Segment), StoreError> {
        let missing = || StoreError::Damaged("a passage is missing".into());
        let passage = self.source.passage(place.number).ok_or_else(missing)?;
        Ok((passage, &self.store.segments[place.address.0 as usize]))
    }

    /// True if a token is counted.
    pub(super) fn has_word(&self, passage: &ForwardPassage<'_>, at: u32) -> bool {
        match self.layer {
            Layer::Words => true,
            Layer::Of(layer) => passage.layers[layer][at as usize].is_some(),
            Layer::Missing => false,
        }
    }

    /// What a token is counted as, folded; `None` where the layer says nothing.
    pub(super) fn word<'p>(
        &self,
        passage: &'p ForwardPassage<'_>,
        at: u32,
    ) -> Option<Cow<'p, str>> {
        match self.layer {
            Layer::Words => Some(fold(passage.form(at))),
            Layer::Of(layer) => passage.layers[layer][at as usize].map(fold),
            Layer::Missing => None,
        }
    }
}

/// Adds numbers to those of the same keys.
#[expect(clippy::iter_over_hash_type, reason = "whole numbers add up in any order")]
pub(super) fn add_up<K: Eq + Hash, N, M: Default>(
    all: &mut FastMap<K, M>,
    more: FastMap<K, N>,
    add: impl Fn(&mut M, N),
) {
    for (key, number) in more {
        add(all.entry(key).or_default(), number);
    }
}

/// The entry of a word, which is made if it is not there.
pub(super) fn entry<'c, T: Default>(counts: &'c mut FastMap<String, T>, word: &str) -> &'c mut T {
    if !counts.contains_key(word) {
        counts.insert(word.to_owned(), T::default());
    }
    counts.get_mut(word).expect("it is there now")
}
