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
    numbers: HashTable<u32>,
    hasher: DefaultHashBuilder,
    bytes: Vec<u8>,
    words: Vec<Word>,
}

#[derive(Clone, Copy)]
struct Word {
    end: usize,
    count: u32,
    role: Role,
}

/// What a word is there for; equal words of two roles have two numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Role {
    /// It parts tokens.
    Between,
    /// A token, or a term.
    Token,
    /// A token that is indexed as another word, by the number of that.
    Formed(u32),
}

impl Lexicon {
    /// The number of a word that occurs so many times more.
    pub(super) fn number(&mut self, text: &[u8], role: Role, times: u32) -> u32 {
        let hash = self.hasher.hash_one((text, role));
        let (words, bytes) = (&self.words, &self.bytes);
        let same =
            |n: &u32| words[*n as usize].role == role && of(words, bytes, *n as usize) == text;
        let number = if let Some(number) = self.numbers.find(hash, same) {
            *number
        } else {
            let hasher = &self.hasher;
            let again =
                |n: &u32| hasher.hash_one((of(words, bytes, *n as usize), words[*n as usize].role));
            let number = u32::try_from(self.words.len()).unwrap_or(u32::MAX);
            self.numbers.insert_unique(hash, number, again);
            self.bytes.extend_from_slice(text);
            self.words.push(Word { end: self.bytes.len(), count: 0, role });
            number
        };
        let count = &mut self.words[number as usize].count;
        *count = count.saturating_add(times);
        number
    }

    /// Bytes that it takes.
    pub(super) const fn mem_usage(&self) -> usize {
        self.bytes.capacity() + self.words.capacity() * (size_of::<Word>() + 8)
    }

    pub(super) const fn len(&self) -> usize {
        self.words.len()
    }

    /// The numbers by rank: the most frequent first, equals by their letters.
    pub(super) fn ranked(&self) -> Vec<u32> {
        let mut order: Vec<u32> = (0..).take(self.words.len()).collect();
        let key = |n: &u32| {
            let word = self.words[*n as usize];
            (std::cmp::Reverse(word.count), self.text(*n), word.role)
        };
        order.sort_unstable_by(|a, b| key(a).cmp(&key(b)));
        order
    }

    pub(super) fn text(&self, number: u32) -> &[u8] {
        of(&self.words, &self.bytes, number as usize)
    }

    pub(super) fn is_token(&self, number: u32) -> bool {
        self.words[number as usize].role != Role::Between
    }

    pub(super) fn count(&self, number: u32) -> u32 {
        self.words[number as usize].count
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
    fn frequent_words_come_first() {
        let mut lexicon = Lexicon::default();
        let b = lexicon.number(b"b", Role::Token, 1);
        let a = lexicon.number(b"a", Role::Token, 1);
        let comma = lexicon.number(b"b", Role::Between, 5);
        assert_eq!(lexicon.number(b"b", Role::Token, 0), b);
        assert_eq!(lexicon.ranked(), [comma, a, b]);
        assert!(lexicon.is_token(b) && !lexicon.is_token(comma));
        assert_eq!((lexicon.text(a), lexicon.count(comma)), (&b"a"[..], 5));
    }
}
