//! How often a word stands in the text that is searched, the nodes' own words left out.
//!
//! Words are looked up in the index. The values of a layer are counted on the text: some tokens have
//! none, and several may fold to the same.

use super::super::words::{Place, Reading, add_up, entry, over_sources, places};
use super::holds;
use crate::analysis::FastMap;
use crate::index::{Store, StoreError, Stretch};
use crate::search::{PassageHits, Scope};
use crate::text::{Text, TokenSpan};

/// A passage: segment and document.
type Address = (u32, u32);

/// The totals of the text that is searched.
pub(super) struct Totals<'s> {
    counts: Counts<'s>,
    /// Tokens in it.
    pub(super) tokens: u64,
}

enum Counts<'s> {
    LookedUp(LookUp<'s>),
    Known(FastMap<String, u64>),
}

struct LookUp<'s> {
    store: &'s Store,
    /// By segment and document: a passage that counts whole. Others are looked up.
    whole: Vec<Vec<bool>>,
    /// Where else words count: parts of passages in scope, and the nodes in them.
    parts: FastMap<Address, (Vec<TokenSpan>, Vec<TokenSpan>)>,
}

impl<'s> Totals<'s> {
    pub(super) fn new(
        store: &'s Store,
        scope: &Scope<'_>,
        found: &[PassageHits],
        layer: Option<&Text>,
    ) -> Result<Self, StoreError> {
        let nodes: FastMap<Address, &[TokenSpan]> =
            found.iter().map(|p| (p.address, p.hits.as_slice())).collect();
        match layer {
            None => Ok(Self::looked_up(store, scope, &nodes)),
            Some(layer) => Self::counted(store, scope, &nodes, &layer.value),
        }
    }

    fn looked_up(
        store: &'s Store,
        scope: &Scope<'_>,
        nodes: &FastMap<Address, &[TokenSpan]>,
    ) -> Self {
        let mut whole: Vec<Vec<bool>> =
            store.segments.iter().map(|s| vec![false; s.len() as usize]).collect();
        let mut parts = FastMap::default();
        let mut tokens = 0;
        scope.each_passage(|segment, doc, _, row, stretches| {
            let in_scope: u32 = stretches.iter().map(|s| s.tokens.len()).sum();
            tokens += u64::from(in_scope);
            match nodes.get(&(segment, doc)) {
                None if in_scope == row.tokens => whole[segment as usize][doc as usize] = true,
                nodes => {
                    let nodes = nodes.copied().unwrap_or_default().to_vec();
                    tokens -= nodes.iter().map(|n| u64::from(n.len())).sum::<u64>();
                    let spans = stretches.iter().map(|s| s.tokens).collect();
                    parts.insert((segment, doc), (spans, nodes));
                }
            }
        });
        Self { counts: Counts::LookedUp(LookUp { store, whole, parts }), tokens }
    }

    fn counted(
        store: &'s Store,
        scope: &Scope<'_>,
        nodes: &FastMap<Address, &[TokenSpan]>,
        layer: &str,
    ) -> Result<Self, StoreError> {
        let of_source = |rank: u32, places: &[Place]| {
            let reading = Reading::open(store, rank, Some(layer))?;
            let mut counts: FastMap<String, u64> = FastMap::default();
            let mut stretches: Vec<Stretch> = Vec::new();
            for place in places {
                let (passage, segment) = reading.passage(*place)?;
                let nodes = nodes.get(&place.address).copied().unwrap_or_default();
                let spans = scope.spans(segment, place.address.1, &mut stretches);
                let tokens = spans.iter().flat_map(|s| s.start..s.end);
                for at in tokens.filter(|at| !holds(nodes, *at)) {
                    if let Some(word) = reading.word(&passage, at) {
                        *entry(&mut counts, &word) += 1;
                    }
                }
            }
            Ok(counts)
        };
        let mut known: FastMap<String, u64> = FastMap::default();
        over_sources(&places(&[scope]), of_source, |counts| {
            add_up(&mut known, counts, |sum, count| *sum += count);
        })?;
        let tokens = known.values().sum();
        Ok(Self { counts: Counts::Known(known), tokens })
    }

    /// Times a word stands there.
    pub(super) fn of(&self, word: &str) -> Result<u64, StoreError> {
        match &self.counts {
            Counts::LookedUp(look_up) => look_up.of(word),
            Counts::Known(known) => Ok(known.get(word).copied().unwrap_or_default()),
        }
    }
}

impl LookUp<'_> {
    fn of(&self, word: &str) -> Result<u64, StoreError> {
        let mut total = 0;
        let mut positions = Vec::new();
        for ((segment, whole), number) in self.store.segments.iter().zip(&self.whole).zip(0_u32..) {
            let Some(term) = segment.term(word)? else { continue };
            let mut cursor = segment.postings(&term)?;
            while let Some(doc) = cursor.doc() {
                if whole[doc as usize] {
                    total += u64::from(cursor.count());
                } else if let Some((spans, nodes)) = self.parts.get(&(number, doc)) {
                    positions.clear();
                    cursor.positions(&mut positions);
                    let counts = |at: &&u32| holds(spans, **at) && !holds(nodes, **at);
                    total += positions.iter().filter(counts).count() as u64;
                }
                cursor.advance();
            }
        }
        Ok(total)
    }
}
