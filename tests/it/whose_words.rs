//! Whose words: transcripts of every layout and every kind of label, and what is told where nobody is known.

use crate::talks::{self, LAYOUTS};

/// Every generated talk: no word under another, none lost without a word about it.
#[test]
fn every_layout_with_every_label() {
    let scores = talks::scores(&|layout, cast, n| format!("{} / {cast} / {n}", layout.0));
    let is_bad = |s: &talks::Score| s.wrong + s.silent + s.asker + s.stamps > 0;
    let bad: Vec<String> = scores
        .iter()
        .filter(|(_, s)| is_bad(s))
        .map(|(name, s)| format!("{name}: {s:?}"))
        .collect();
    assert!(LAYOUTS.len() * talks::CASTS.len() * 3 >= 2_000);
    assert!(bad.is_empty(), "\n{}", bad.join("\n"));
}
