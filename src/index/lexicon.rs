//! A lexicon: numbers for words, which stand for them while a segment is built, and for the words of
//! the file of texts codes of one to four bytes, the shorter the more often a word occurs.
//!
//! The codes are (s, c)-dense codes (Brisaboa, Fariña, Navarro and Esteller 2003): a byte below
//! [`STOPPERS`] ends a code, any other goes on, so codes need no lengths, and running text takes
//! less than a third of its bytes.

use std::hash::BuildHasher;

use hashbrown::{DefaultHashBuilder, HashTable};

/// Values of a byte that end a code; 208 is best for English by a hair, and no text's loss.
const STOPPERS: u32 = 208;

/// Values of a byte after which a code goes on.
const CONTINUERS: u32 = 256 - STOPPERS;

/// A lexicon in the making: words have the numbers of their first occurrence.
#[derive(Default)]
pub(super) struct Lexicon {
    /// The key of each word, and its number.
    numbers: HashTable<(u64, u32)>,
    hasher: DefaultHashBuilder,
    bytes: Vec<u8>,
    words: Vec<Word>,
}

#[derive(Clone, Copy)]
struct Word {
    end: usize,
    count: u32,
    used: Use,
}

/// What a word is there for; equal words of two uses have two numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Use {
    /// It parts tokens.
    Between,
    /// A token, or a term.
    Token,
    /// A token that is indexed as another word, by the number of that.
    Formed(u32),
}

impl Lexicon {
    /// The number of a word that occurs so many times more.
    pub(super) fn number(&mut self, text: &[u8], used: Use, times: u32) -> u32 {
        let (key, whole) = self.key(text, used);
        let (words, bytes) = (&self.words, &self.bytes);
        let same = |(other, number): &(u64, u32)| {
            let number = *number as usize;
            *other == key
                && (whole || (words[number].used == used && of(words, bytes, number) == text))
        };
        let number = if let Some((_, number)) = self.numbers.find(self.hasher.hash_one(key), same) {
            *number
        } else {
            let number = u32::try_from(self.words.len()).unwrap_or(u32::MAX);
            let hasher = &self.hasher;
            let hash = |(key, _): &(u64, u32)| hasher.hash_one(*key);
            self.numbers.insert_unique(hash(&(key, number)), (key, number), hash);
            self.bytes.extend_from_slice(text);
            self.words.push(Word { end: self.bytes.len(), count: 0, used });
            number
        };
        let count = &mut self.words[number as usize].count;
        *count = count.saturating_add(times);
        number
    }

    /// The key of a word, and whether it is the word itself: so it is of seven bytes at most, the
    /// length and the use in the eighth. Of a longer one it is a hash.
    #[inline]
    fn key(&self, text: &[u8], used: Use) -> (u64, bool) {
        let told = match used {
            Use::Between => 0x80,
            Use::Token => 0,
            Use::Formed(_) => return (self.hasher.hash_one((text, used)) | LONG, false),
        };
        match short(text) {
            Some(bytes) => (bytes | (told | text.len() as u64) << 56, true),
            None => (self.hasher.hash_one((text, used)) | LONG, false),
        }
    }

    /// Bytes that it takes.
    pub(super) fn mem_usage(&self) -> usize {
        // A bucket has a byte more than its entry, and ranking takes three numbers for each word.
        self.bytes.capacity()
            + self.words.capacity() * (size_of::<Word>() + 3 * size_of::<u64>())
            + self.numbers.capacity() * (size_of::<(u64, u32)>() + 1)
    }

    pub(super) const fn len(&self) -> usize {
        self.words.len()
    }

    /// The numbers by rank: the most frequent first, equals by their letters.
    pub(super) fn ranked(&self) -> Vec<u32> {
        let mut order: Vec<u32> = (0..).take(self.words.len()).collect();
        let key = |n: &u32| {
            let word = self.words[*n as usize];
            (std::cmp::Reverse(word.count), self.text(*n), word.used)
        };
        order.sort_unstable_by(|a, b| key(a).cmp(&key(b)));
        order
    }

    pub(super) fn text(&self, number: u32) -> &[u8] {
        of(&self.words, &self.bytes, number as usize)
    }

    pub(super) fn is_token(&self, number: u32) -> bool {
        self.words[number as usize].used != Use::Between
    }

    pub(super) fn count(&self, number: u32) -> u32 {
        self.words[number as usize].count
    }
}

/// Set in the keys of words that are longer than seven bytes: no length of a short one is 8 or more.
const LONG: u64 = 0x7F << 56;

/// At most seven bytes as one number.
#[inline]
fn short(text: &[u8]) -> Option<u64> {
    // Two loads that may overlap instead of a copy of some length.
    let four = |at: usize| Some(u64::from(u32::from_le_bytes(text[at..at + 4].try_into().ok()?)));
    match text.len() {
        0 => Some(0),
        len @ 1..4 => {
            let (first, middle, last) = (text[0], text[len / 2], text[len - 1]);
            Some(u64::from(first) | u64::from(middle) << 8 | u64::from(last) << 16)
        }
        len @ 4..8 => Some(four(0)? | four(len - 4)? >> (8 * (8 - len)) << 32),
        _ => None,
    }
}

fn of<'b>(words: &[Word], bytes: &'b [u8], at: usize) -> &'b [u8] {
    let start = at.checked_sub(1).map_or(0, |before| words[before].end);
    &bytes[start..words[at].end]
}

/// Where each length of codes begins among the ranks, and past the last.
const FIRST: [u32; 5] = {
    let mut first = [0_u32; 5];
    let mut many = STOPPERS;
    let mut length = 1;
    while length < 5 {
        first[length] = first[length - 1].saturating_add(many);
        many = many.saturating_mul(CONTINUERS);
        length += 1;
    }
    first
};

/// Ranks that have a code: some 24 million.
pub(super) const MOST_WORDS: u32 = FIRST[4];

/// Appends the code of a rank below [`MOST_WORDS`].
pub(super) fn put_code(out: &mut Vec<u8>, rank: u32) {
    let length = FIRST[1..].partition_point(|first| *first <= rank) + 1;
    let mut rest = rank - FIRST[length - 1];
    let mut code = [0_u8; 4];
    for at in (0..length.min(4)).rev() {
        let (base, add) = if at + 1 == length { (STOPPERS, 0) } else { (CONTINUERS, STOPPERS) };
        code[at] = (rest % base + add).to_le_bytes()[0];
        rest /= base;
    }
    out.extend_from_slice(&code[..length.min(4)]);
}

/// The rank of the first of some codes; moves on behind it. `None` if there is no whole code.
#[inline]
pub(super) fn take_code(codes: &mut &[u8]) -> Option<u32> {
    let (first, rest) = codes.split_first()?;
    *codes = rest;
    let mut byte = u32::from(*first);
    if byte < STOPPERS {
        return Some(byte);
    }
    let (mut rank, mut length) = (0, 0);
    while byte >= STOPPERS {
        rank = rank * CONTINUERS + (byte - STOPPERS);
        length += 1;
        let (next, rest) = codes.split_first()?;
        *codes = rest;
        byte = u32::from(*next);
        if length > 3 {
            return None;
        }
    }
    Some(FIRST[length] + rank * STOPPERS + byte)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_come_back_and_grow_with_the_rank() {
        let mut codes = Vec::new();
        let ranks = [0, 1, 207, 208, 209, 10_191, 10_192, 489_423, 489_424, MOST_WORDS - 1];
        let mut lengths = Vec::new();
        for rank in ranks {
            let before = codes.len();
            put_code(&mut codes, rank);
            lengths.push(codes.len() - before);
        }
        assert_eq!(lengths, [1, 1, 1, 2, 2, 2, 3, 3, 4, 4]);
        let mut rest = codes.as_slice();
        for rank in ranks {
            assert_eq!(take_code(&mut rest), Some(rank));
        }
        assert!(rest.is_empty());
        for broken in [&[208_u8][..], &[255, 255, 255], &[255; 9]] {
            assert_eq!(take_code(&mut &*broken), None);
        }
    }

    #[test]
    fn every_rank_has_a_code_of_its_own() {
        for rank in (0..MOST_WORDS).step_by(997) {
            let mut code = Vec::new();
            put_code(&mut code, rank);
            assert_eq!(take_code(&mut code.as_slice()), Some(rank));
        }
    }

    #[test]
    fn every_word_has_one_number() {
        let mut lexicon = Lexicon::default();
        let mut known: Vec<(Vec<u8>, Use)> = Vec::new();
        for length in 0..12 {
            for changed in 0..=length {
                for sign in [b'a', 0, 0xFF, b' '] {
                    for used in [Use::Token, Use::Between, Use::Formed(0), Use::Formed(7)] {
                        let mut word = vec![b'a'; length];
                        if let Some(byte) = word.get_mut(changed) {
                            *byte = sign;
                        }
                        let at = known.iter().position(|k| *k == (word.clone(), used));
                        let number = lexicon.number(&word, used, 1) as usize;
                        assert_eq!(number, at.unwrap_or(known.len()), "{word:?} {used:?}");
                        if at.is_none() {
                            known.push((word, used));
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn frequent_words_come_first() {
        let mut lexicon = Lexicon::default();
        let b = lexicon.number(b"b", Use::Token, 1);
        let a = lexicon.number(b"a", Use::Token, 1);
        let comma = lexicon.number(b"b", Use::Between, 5);
        assert_eq!(lexicon.number(b"b", Use::Token, 0), b);
        assert_eq!(lexicon.ranked(), [comma, a, b]);
        assert!(lexicon.is_token(b) && !lexicon.is_token(comma));
        assert_eq!((lexicon.text(a), lexicon.count(comma)), (&b"a"[..], 5));
    }
}
