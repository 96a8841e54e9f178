//! Half-open places: in bytes of one text, or in tokens of one passage or source.
//!
//! ```text
//! text    I trust her.
//! bytes   0 2     8  11      "trust" is ByteSpan 2..7
//! tokens  0 1     2          "trust" is TokenSpan 1..2
//! ```

/// A half-open range of bytes in one text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ByteSpan {
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl ByteSpan {
    /// The span from `start` up to, and not including, `end`.
    ///
    /// # Panics
    /// When a text has more bytes than a `u32` counts; readers refuse such files.
    #[must_use]
    pub fn new(start: usize, end: usize) -> Self {
        let narrow = |n: usize| u32::try_from(n).expect("texts are shorter than 4 GiB");
        Self { start: narrow(start), end: narrow(end) }
    }

    /// The words at this place of `text`.
    #[must_use]
    pub fn of(self, text: &str) -> &str {
        &text[self.start as usize..self.end as usize]
    }
}

/// A half-open range of tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TokenSpan {
    /// First token, from 0.
    pub start: u32,
    /// One past the last token.
    pub end: u32,
}

impl TokenSpan {
    /// The span from `start` up to, and not including, `end`.
    #[must_use]
    pub const fn new(start: u32, end: u32) -> Self {
        Self { start, end }
    }

    /// Number of tokens.
    #[must_use]
    pub const fn len(self) -> u32 {
        self.end - self.start
    }

    /// True when no token lies in it.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.end <= self.start
    }

    /// True when all of `other` lies in this span.
    #[must_use]
    pub const fn contains(self, other: Self) -> bool {
        self.start <= other.start && other.end <= self.end
    }

    /// True when the two share a token.
    #[must_use]
    pub const fn overlaps(self, other: Self) -> bool {
        self.start < other.end && other.start < self.end
    }
}
