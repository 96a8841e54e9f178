//! Where a span has come to, and what its labels hold.

use std::cmp::Ordering;

use crate::text::TokenSpan;

/// Most labels of a pattern.
pub(super) const LABELS: usize = crate::pattern::bounds::MAX_LABELS;

/// A place, perhaps with labels.
pub(super) trait State: Copy + Ord {
    /// True if it carries what labels hold.
    const LABELS: bool;
    /// What one counts as in steps.
    const STEPS: usize = if Self::LABELS { 4 } else { 1 };

    fn at(place: u32) -> Self;
    fn place(self) -> u32;
    fn moved(self, place: u32) -> Self;
    fn label(self, label: usize, span: TokenSpan) -> Self;
    fn labels(self) -> Labels;
    /// Takes over what the labels of another hold.
    fn with(self, labels: Labels) -> Self;
}

/// What each label holds: start and one past the end in one number, [`NOTHING`] if nothing.
pub(super) type Labels = [u64; LABELS];

pub(super) const NOTHING: u64 = u64::MAX;

/// What a label holds.
pub(super) fn held(labels: &Labels, label: usize) -> Option<(u32, u32)> {
    let packed = labels[label];
    let narrow = |n: u64| u32::try_from(n).unwrap_or(u32::MAX);
    (packed != NOTHING).then(|| (narrow(packed >> 32), narrow(packed & u64::from(u32::MAX))))
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Plain(pub(super) u32);

impl State for Plain {
    const LABELS: bool = false;

    fn at(place: u32) -> Self {
        Self(place)
    }

    fn place(self) -> u32 {
        self.0
    }

    fn moved(self, place: u32) -> Self {
        Self(place)
    }

    fn label(self, _: usize, _: TokenSpan) -> Self {
        self
    }

    fn labels(self) -> Labels {
        [NOTHING; LABELS]
    }

    fn with(self, _: Labels) -> Self {
        self
    }
}

/// Labels come first: so most sets are in order as they are made.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Labelled(Labels, u32);

impl Ord for Labelled {
    fn cmp(&self, other: &Self) -> Ordering {
        // Written out, for it is asked more often than anything else here.
        let mut label = 0;
        while label < LABELS {
            let (own, others) = (self.0[label], other.0[label]);
            if own != others {
                return if own < others { Ordering::Less } else { Ordering::Greater };
            }
            label += 1;
        }
        self.1.cmp(&other.1)
    }
}

impl PartialOrd for Labelled {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl State for Labelled {
    const LABELS: bool = true;

    fn at(place: u32) -> Self {
        Self([NOTHING; LABELS], place)
    }

    fn place(self) -> u32 {
        self.1
    }

    fn moved(self, place: u32) -> Self {
        Self(self.0, place)
    }

    fn label(mut self, label: usize, span: TokenSpan) -> Self {
        self.0[label] = u64::from(span.start) << 32 | u64::from(span.end);
        self
    }

    fn labels(self) -> Labels {
        self.0
    }

    fn with(mut self, labels: Labels) -> Self {
        for (own, new) in self.0.iter_mut().zip(labels) {
            if new != NOTHING {
                *own = new;
            }
        }
        self
    }
}

/// States in order, each once.
pub(super) fn sorted<S: State>(mut states: Vec<S>) -> Vec<S> {
    // Most are runs in order, one after the other, which this kind of sort merges.
    states.sort();
    states.dedup();
    states
}
