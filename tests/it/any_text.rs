//! No text stops a reader or the cutting: signs in every order, nested, crossed, never closed, of all scripts.

use thematic::ingest::read;
use thematic::project::{CollectionKind, CollectionSettings, Limits};
use thematic::segment::{Decisions, Segmenter};

/// What texts are made of: marks that quote, bracket, end, part and join, and what stands between them.
const PIECES: &[&str] = &[
    "\"",
    "“",
    "”",
    "„",
    "‟",
    "«",
    "»",
    "‹",
    "›",
    "‘",
    "’",
    "‚",
    "'",
    "`",
    "´",
    "′",
    "″",
    "「",
    "」",
    "『",
    "』",
    "【",
    "】",
    "〔",
    "〝",
    "〞",
    "＂",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    "<",
    ">",
    "（",
    "）",
    ":",
    "：",
    ";",
    "；",
    ",",
    ".",
    "。",
    "!",
    "?",
    "？",
    "…",
    "–",
    "—",
    "-",
    "‐",
    "*",
    "**",
    "_",
    "#",
    "@",
    "|",
    "/",
    "\\",
    "~",
    "=",
    "+",
    "%",
    " ",
    " ",
    " ",
    " ",
    "\t",
    "\n",
    "\n",
    "\n\n",
    "\u{2028}",
    "\u{AD}",
    "\u{200B}",
    "\u{200F}",
    "\u{FEFF}",
    "\u{301}",
    "P1",
    "P7",
    "I",
    "she",
    "said",
    "Nora",
    "nurse",
    "Interviewer",
    "participant",
    "12",
    "2019",
    "00:10",
    "[00:01:02]",
    "one nurse put it",
    "as follows",
    "I was tired",
    "we",
    "him.He",
    "l’été",
    "護士",
    "はい",
    "قال",
    "אמר",
    "Ünal",
    "ß",
    "è",
    "👩‍⚕️",
    "References",
    "Abstract",
    "Results",
    "# ",
    "> ",
    "- ",
    "1. ",
    "|---|",
    "\\item",
    "&amp;",
    "et al.",
    "ﬁ",
];

/// A number from the one before: the same texts on every machine.
fn next(state: &mut u64) -> usize {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    usize::try_from(*state >> 33).unwrap_or_default()
}

fn made(state: &mut u64) -> String {
    let pieces = 4 + next(state) % 40;
    (0..pieces).map(|_| PIECES[next(state) % PIECES.len()]).collect()
}

#[test]
fn a_hundred_thousand_texts_are_cut() {
    const CASES: u64 = 100_000;
    let kinds = [None, Some(CollectionKind::Papers), Some(CollectionKind::Transcripts)];
    let languages = [None, Some("french".to_owned()), Some("english".to_owned())];
    let threads: Vec<_> = (0..2_u64)
        .map(|part| {
            let (kinds, languages) = (kinds, languages.clone());
            std::thread::spawn(move || {
                let segmenters: Vec<(CollectionSettings, Segmenter)> = kinds
                    .iter()
                    .zip(languages)
                    .map(|(kind, language)| {
                        let settings = CollectionSettings {
                            kind: *kind,
                            language,
                            ..CollectionSettings::default()
                        };
                        let made = Segmenter::new(settings.clone(), &[], Decisions::default());
                        (settings, made.expect("the defaults are valid"))
                    })
                    .collect();
                let mut state = 0x9E37_79B9_7F4A_7C15 ^ (part + 1);
                let names =
                    ["a.txt", "a.txt", "a.md", "a.html", "a.tex", "a.vtt", "a.srt", "a.csv"];
                for case in 0..CASES / 2 {
                    let text = made(&mut state);
                    let name = names[next(&mut state) % names.len()];
                    let text = match name {
                        "a.vtt" => format!("WEBVTT\n\n00:01.000 --> 00:02.000\n{text}\n"),
                        "a.srt" => format!("1\n00:00:01,000 --> 00:00:02,000\n{text}\n"),
                        "a.csv" => format!("speaker,text\nNora,{text}\nTom,so\n"),
                        _ => text,
                    };
                    let (settings, segmenter) = &segmenters[next(&mut state) % segmenters.len()];
                    let cut = || {
                        let records = read(name, text.as_bytes(), settings, &Limits::default());
                        for record in records.into_iter().flatten() {
                            let passages = segmenter.segment("c/a", record.document);
                            for passage in &passages.passages {
                                for token in &passage.tokens {
                                    assert!(!token.of(&passage.text).is_empty());
                                }
                                for quotation in &passage.quotations {
                                    assert!(quotation.tokens.start < quotation.tokens.end);
                                    assert!(quotation.tokens.end as usize <= passage.tokens.len());
                                }
                            }
                        }
                    };
                    let done = std::panic::catch_unwind(std::panic::AssertUnwindSafe(cut));
                    assert!(done.is_ok(), "case {case} of part {part}, as {name}: {text:?}");
                }
            })
        })
        .collect();
    for thread in threads {
        assert!(thread.join().is_ok());
    }
}
