//! Texts that are there twice: the same words in two files, and nearly the same.
//!
//! A sketch of a text is the smallest of the hashes of its runs of five words; two sketches tell which share
//! of the runs of both texts are in both (Broder 1997).

use std::collections::HashMap;

use crate::index::Catalogue;
use crate::segment::{Passages, speaker_key};

/// Texts of fewer tokens say too little to be told from each other.
const LEAST_TOKENS: u64 = 20;

/// The same for rows of tables, where many answer alike.
const LEAST_OF_A_ROW: u64 = 100;

/// Hashes in a sketch.
const SKETCH: usize = 32;

/// Words of a run.
const RUN: usize = 5;

/// The least share of runs that two texts have in common to be told.
const ALIKE: f64 = 0.5;

/// What tells a text's words from others: a digest of all, and a sketch.
pub(super) fn words_of(passages: &Passages, is_row: bool) -> Option<(String, String)> {
    let tokens: usize = passages.passages.iter().map(|p| p.tokens.len()).sum();
    if (tokens as u64) < if is_row { LEAST_OF_A_ROW } else { LEAST_TOKENS } {
        return None;
    }
    let mut words: Vec<u64> = Vec::with_capacity(tokens);
    let (mut lower, mut who): (Vec<u8>, Vec<u64>) = (Vec::new(), Vec::new());
    let mut speaks = None;
    for passage in &passages.passages {
        // Who speaks is a part of what a text is, wherever it is cut.
        if passage.speaker != speaks {
            speaks = passage.speaker;
            let speaker = speaks.and_then(|s| passages.speakers.get(s as usize));
            let name = speaker.map_or(String::new(), |s| speaker_key(&s.name));
            let digest = blake3::hash(name.as_bytes());
            let mut eight = [0; 8];
            eight.copy_from_slice(&digest.as_bytes()[..8]);
            who.extend([words.len() as u64, u64::from_le_bytes(eight)]);
        }
        lower.clear();
        lower.extend_from_slice(passage.text.as_bytes());
        lower.make_ascii_lowercase();
        // Behind the last word, too, there are eight bytes.
        lower.extend_from_slice(&[0; 8]);
        words.extend(passage.tokens.iter().map(|t| hash(&lower, t.start as usize..t.end as usize)));
    }
    let bytes: Vec<u8> = words.iter().chain(&who).flat_map(|word| word.to_le_bytes()).collect();
    let digest = blake3::hash(&bytes).to_hex()[..32].to_owned();
    Some((digest, sketch(&words)))
}

/// The smallest hashes of the runs of five words.
fn sketch(words: &[u64]) -> String {
    let mut least = std::collections::BTreeSet::new();
    let mut largest = u32::MAX;
    for run in words.windows(RUN) {
        let turned = |sum: u64, word: &u64| sum.rotate_left(11).wrapping_add(*word);
        let together = u32::try_from(mixed(run.iter().fold(0, turned)) >> 32).unwrap_or(u32::MAX);
        if together < largest && least.insert(together) && least.len() >= SKETCH {
            if least.len() > SKETCH {
                least.pop_last();
            }
            largest = least.last().copied().unwrap_or(u32::MAX);
        }
    }
    let hashes: Vec<String> = least.into_iter().map(|n| format!("{n:08x}")).collect();
    hashes.concat()
}

/// A hash of a word in a text, the same on every machine; eight bytes stand behind the word.
fn hash(text: &[u8], word: std::ops::Range<usize>) -> u64 {
    let (mut at, mut hash) = (word.start, word.len() as u64);
    while at < word.end {
        let mut eight = [0; 8];
        eight.copy_from_slice(&text[at..at + 8]);
        let left = (word.end - at).min(8) * 8;
        hash = mixed(hash ^ u64::from_le_bytes(eight) & (u64::MAX >> (64 - left)));
        at += 8;
    }
    hash
}

fn mixed(mut n: u64) -> u64 {
    n = (n ^ (n >> 31)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    n ^ (n >> 29)
}

/// Sources whose words are all those of one before them, with the key of that.
pub(super) fn twins(catalogue: &Catalogue) -> Vec<(String, String)> {
    let mut first: HashMap<&str, &str> = HashMap::new();
    let mut out = Vec::new();
    for (key, source) in &catalogue.sources {
        let Some(words) = source.words.as_deref() else { continue };
        match first.get(words) {
            Some(twin) => out.push((key.clone(), (*twin).to_owned())),
            None => {
                first.insert(words, key);
            }
        }
    }
    out
}

/// Pairs of sources that are nearly the same, with the share of their runs of five words that both have;
/// in the order of their keys.
#[must_use]
pub fn near_duplicates(catalogue: &Catalogue) -> Vec<(String, String, f64)> {
    let sketches: Vec<(&String, Vec<u32>)> = catalogue
        .sources
        .iter()
        .filter_map(|(key, s)| Some((key, numbers(s.sketch.as_deref()?))))
        .collect();
    let mut holders: HashMap<u32, Vec<usize>> = HashMap::new();
    for (i, (_, sketch)) in sketches.iter().enumerate() {
        for hash in sketch {
            holders.entry(*hash).or_default().push(i);
        }
    }
    let mut out = Vec::new();
    for (i, (key, sketch)) in sketches.iter().enumerate() {
        let mut common: HashMap<usize, u32> = HashMap::new();
        for other in sketch.iter().flat_map(|hash| &holders[hash]).filter(|other| **other > i) {
            *common.entry(*other).or_default() += 1;
        }
        let mut near: Vec<usize> = common.into_keys().collect();
        near.sort_unstable();
        for other in near {
            let share = in_common(sketch, &sketches[other].1);
            if share >= ALIKE {
                out.push(((*key).clone(), sketches[other].0.clone(), share));
            }
        }
    }
    out
}

/// What a person must decide: texts that count twice, as nearly all of their words are the same.
///
/// `kept` are collections that keep duplicates; two rows of one table may well be alike.
pub(super) fn counted_twice(catalogue: &Catalogue, kept: &dyn Fn(&str) -> bool) -> Vec<String> {
    /// The least share of runs in common of what is one text in two files.
    const THE_SAME: f64 = 0.9;
    let file = |key: &str| key.split('#').next().unwrap_or(key).to_owned();
    let twice = |one: &str, other: &str, share: f64| {
        share >= THE_SAME && file(one) != file(other) && !(kept(one) || kept(other))
    };
    let pairs = near_duplicates(catalogue).into_iter().filter(|(a, b, share)| twice(a, b, *share));
    let told = pairs.map(|(one, other, share)| {
        format!(
            "corpora/{one} and corpora/{other}: about {:.0} % of their five-word runs are in both, and both count; take \
             one out of corpora/, or `keep_duplicates = true` in corpus.toml says that both stay",
            share * 100.0
        )
    });
    told.collect()
}

fn numbers(sketch: &str) -> Vec<u32> {
    let eights = (0..sketch.len() / 8).filter_map(|i| sketch.get(i * 8..i * 8 + 8));
    eights.filter_map(|hex| u32::from_str_radix(hex, 16).ok()).collect()
}

/// The share of two sets that both have, from the smallest of both.
fn in_common(a: &[u32], b: &[u32]) -> f64 {
    let mut all: Vec<u32> = a.iter().chain(b).copied().collect();
    all.sort_unstable();
    all.dedup();
    all.truncate(SKETCH);
    let both = all.iter().filter(|n| a.contains(n) && b.contains(n)).count();
    let float = |n: usize| f64::from(u32::try_from(n).unwrap_or(u32::MAX));
    float(both) / float(all.len().max(1))
}
