//! Which of all the spans of a pattern are hits.
//!
//! ```text
//! "adj"+ in      quick brown fox                the lazy dog
//! all            quick, quick brown, brown      lazy
//! shortest       quick, brown                   lazy        none that holds another
//! standard       quick, brown                   lazy        shortest at each start, longest at each end
//! longest        quick brown                    lazy        none that another holds
//! ```
//! The names and their meaning are those of the Corpus Query Processor.

use crate::text::TokenSpan;

/// A choice of spans.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Strategy {
    /// Every distinct span.
    #[default]
    All,
    /// Those that no other span holds.
    Longest,
    /// Those that hold no other span.
    Shortest,
    /// The shortest at each start; of those with one end, the longest.
    Standard,
}

impl Strategy {
    /// All strategies.
    pub const ALL: [Self; 4] = [Self::All, Self::Longest, Self::Shortest, Self::Standard];

    /// Its name in patterns and query files.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Longest => "longest",
            Self::Shortest => "shortest",
            Self::Standard => "standard",
        }
    }

    /// The spans that are chosen of `spans`, which are sorted by start, then end, each once.
    ///
    /// ```
    /// use thematic::pattern::Strategy;
    /// use thematic::text::TokenSpan;
    /// let all = [(1, 2), (1, 3), (2, 3)].map(|(s, e)| TokenSpan::new(s, e));
    /// assert_eq!(Strategy::Longest.choose(&all), [TokenSpan::new(1, 3)]);
    /// assert_eq!(Strategy::Shortest.choose(&all), [TokenSpan::new(1, 2), TokenSpan::new(2, 3)]);
    /// ```
    #[must_use]
    pub fn choose(self, spans: &[TokenSpan]) -> Vec<TokenSpan> {
        match self {
            Self::All => spans.to_vec(),
            Self::Longest => longest(spans),
            Self::Shortest => shortest(spans),
            Self::Standard => standard(spans),
        }
    }
}

fn longest(spans: &[TokenSpan]) -> Vec<TokenSpan> {
    let mut out: Vec<TokenSpan> = Vec::new();
    for span in spans {
        // The last of a start is its longest; it is held if one that began before reaches so far.
        if out.last().is_some_and(|last| last.start == span.start) {
            out.pop();
        }
        if out.last().is_none_or(|last| last.end < span.end) {
            out.push(*span);
        }
    }
    out
}

fn shortest(spans: &[TokenSpan]) -> Vec<TokenSpan> {
    let mut out: Vec<TokenSpan> = Vec::new();
    let mut least = u32::MAX;
    for span in spans.iter().rev() {
        // From the right: of one start the shortest comes last.
        if out.last().is_some_and(|last| last.start == span.start && span.end < last.end) {
            out.pop();
        }
        if span.end < least {
            out.push(*span);
            least = span.end;
        }
    }
    out.reverse();
    out
}

fn standard(spans: &[TokenSpan]) -> Vec<TokenSpan> {
    let first_of_start = spans.chunk_by(|a, b| a.start == b.start).map(|group| group[0]);
    // By end, the first to begin is the longest.
    let mut out: Vec<TokenSpan> = first_of_start.collect();
    out.sort_by_key(|s| (s.end, s.start));
    out.dedup_by_key(|s| s.end);
    out.sort_unstable();
    out
}

/// The spans that count: from the left, the longest at each start, none overlapping one before.
///
/// `spans` are sorted by start, then end.
#[must_use]
pub fn leftmost_longest(spans: &[TokenSpan]) -> Vec<TokenSpan> {
    let mut out: Vec<TokenSpan> = Vec::new();
    for span in spans {
        match out.last_mut() {
            Some(last) if last.start == span.start => *last = *span,
            Some(last) if span.start < last.end => {}
            _ => out.push(*span),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spans(list: &[(u32, u32)]) -> Vec<TokenSpan> {
        list.iter().map(|(s, e)| TokenSpan::new(*s, *e)).collect()
    }

    #[test]
    fn a_stretch_counts_once() {
        let all = spans(&[(0, 1), (0, 3), (1, 2), (2, 4), (3, 4)]);
        assert_eq!(leftmost_longest(&all), spans(&[(0, 3), (3, 4)]));
    }

    #[test]
    fn strategies_are_their_definitions() {
        let holds = |a: &TokenSpan, b: &TokenSpan| a != b && a.contains(*b);
        // Every set of spans over five tokens that a seed gives.
        for seed in 0_u32..4096 {
            let mut all = Vec::new();
            for (start, end, bit) in (0..4_u32)
                .flat_map(|s| (s + 1..=4).map(move |e| (s, e)))
                .zip(0..)
                .map(|((s, e), bit)| (s, e, bit))
            {
                if seed >> bit & 1 == 1 {
                    all.push(TokenSpan::new(start, end));
                }
            }
            let by = |keep: &dyn Fn(&TokenSpan) -> bool| -> Vec<TokenSpan> {
                all.iter().copied().filter(|s| keep(s)).collect()
            };
            let longest = by(&|s| !all.iter().any(|o| holds(o, s)));
            let shortest = by(&|s| !all.iter().any(|o| holds(s, o)));
            assert_eq!(Strategy::Longest.choose(&all), longest, "{all:?}");
            assert_eq!(Strategy::Shortest.choose(&all), shortest, "{all:?}");
            let traditional = by(&|s| !all.iter().any(|o| o.start == s.start && o.end < s.end));
            let standard: Vec<_> = traditional
                .iter()
                .copied()
                .filter(|s| !traditional.iter().any(|o| o.end == s.end && o.start < s.start))
                .collect();
            assert_eq!(Strategy::Standard.choose(&all), standard, "{all:?}");
        }
    }
}
