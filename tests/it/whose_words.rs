//! Whose words: transcripts of every layout and every kind of label, and what is told where nobody is known.

use crate::talks::{self, LAYOUTS};

/// Every generated talk: no word under another, none lost without a word about it.
#[test]
fn every_layout_with_every_label() {
    let by_layout = talks::scores(&|layout, _, _| layout.0.to_owned());
    let by_cast = talks::scores(&|layout, cast, n| format!("{} / {cast} / {n}", layout.0));
    let mut bad = Vec::new();
    for (name, score) in by_layout.iter().chain(&by_cast) {
        if score.wrong + score.silent + score.asker + score.stamps > 0 {
            bad.push(format!("{name}: {score:?}"));
        }
    }
    assert!(LAYOUTS.len() * talks::CASTS.len() * 3 >= 2_000);
    assert!(bad.is_empty(), "\n{}", bad.join("\n"));
}
