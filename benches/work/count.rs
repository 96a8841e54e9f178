//! Counts by brute force that share no code with the program: every token of every line is looked at.
//!
//! Tokens are cut in one of two ways: as the counts that are given cut them, runs of letters and digits
//! of whole lines; or words of UAX #29, by unicode-segmentation itself, of what is no speaker's label.

use std::collections::HashMap;

use unicode_normalization::char::is_combining_mark;
use unicode_segmentation::UnicodeSegmentation;

/// How tokens are cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cut {
    Runs,
    Words,
}

/// A line of a file.
#[derive(Clone, Debug)]
pub(crate) struct Line {
    pub file: u32,
    /// In the file, from 1.
    pub number: u32,
    pub text: String,
    /// Bytes of the label of who speaks; all of them where nothing is said.
    pub label: usize,
}

/// A token: its word, and where it stands in the line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Token {
    pub word: u32,
    pub start: u32,
    pub end: u32,
}

/// The tokens of a corpus.
pub(crate) struct Tokens {
    pub words: Vec<String>,
    pub all: Vec<Token>,
    /// By line: where its tokens begin; one more at the end.
    pub lines: Vec<usize>,
    numbers: HashMap<String, u32>,
}

/// For each element of a pattern, by word, whether it is that word.
type Pattern = Vec<Vec<bool>>;

/// A hit of a theme: tokens of a line, the last left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Hit {
    pub theme: usize,
    pub line: usize,
    pub from: usize,
    pub to: usize,
}

impl Token {
    pub(crate) const fn place(&self) -> (u32, u32) {
        (self.start, self.end)
    }
}

impl Tokens {
    pub(crate) fn cut(lines: &[Line], cut: Cut) -> Self {
        let (words, all, numbers) = Default::default();
        let mut tokens = Self { words, all, numbers, lines: vec![0] };
        for line in lines {
            match cut {
                Cut::Runs => runs(&line.text, |start, run| tokens.push(start, run)),
                Cut::Words => {
                    for (at, word) in line.text[line.label..].unicode_word_indices() {
                        tokens.push(line.label + at, word);
                    }
                }
            }
            tokens.lines.push(tokens.all.len());
        }
        tokens
    }

    fn push(&mut self, start: usize, text: &str) {
        let word = text.to_lowercase().replace(['\u{2018}', '\u{2019}'], "'");
        let next = narrow(self.words.len());
        let number = *self.numbers.entry(word).or_insert_with_key(|word| {
            self.words.push(word.clone());
            next
        });
        let (start, end) = (narrow(start), narrow(start + text.len()));
        self.all.push(Token { word: number, start, end });
    }

    /// The tokens of a line.
    pub(crate) fn of(&self, line: usize) -> &[Token] {
        &self.all[self.lines[line]..self.lines[line + 1]]
    }

    /// By word, whether an element of a pattern is it: `open`, `develop*`.
    pub(crate) fn element(&self, element: &str) -> Vec<bool> {
        let stem = element.strip_suffix('*');
        let fits = |word: &String| match stem {
            Some(stem) => word.starts_with(stem),
            None => word == element,
        };
        self.words.iter().map(fits).collect()
    }

    /// The hits of themes, each some patterns such as `develop* experience*`, line by line: of those of
    /// one theme the longest of those that begin together, and none that shares a token with the one
    /// before.
    pub(crate) fn hits(&self, themes: &[Vec<String>]) -> Vec<Hit> {
        let ready = |(theme, patterns): (usize, &Vec<String>)| -> Vec<(usize, Pattern)> {
            let elements = |p: &String| p.split(' ').map(|e| self.element(e)).collect();
            patterns.iter().map(|p| (theme, elements(p))).collect()
        };
        let patterns: Vec<(usize, Pattern)> = themes.iter().enumerate().flat_map(ready).collect();
        let mut beginning: Vec<Vec<usize>> = vec![Vec::new(); self.words.len()];
        for (number, (_, pattern)) in patterns.iter().enumerate() {
            let words = pattern[0].iter().zip(&mut beginning).filter(|(is, _)| **is);
            words.for_each(|(_, list)| list.push(number));
        }
        let mut hits: Vec<Hit> = Vec::new();
        for line in 0..self.lines.len() - 1 {
            let tokens = self.of(line);
            let first = hits.len();
            for (from, token) in tokens.iter().enumerate() {
                for number in &beginning[token.word as usize] {
                    let (theme, pattern) = &patterns[*number];
                    let here = tokens.get(from..from + pattern.len());
                    let fits = here
                        .is_some_and(|h| h.iter().zip(pattern).all(|(t, e)| e[t.word as usize]));
                    let last = hits[first..].iter_mut().rev().find(|h| h.theme == *theme);
                    let to = from + pattern.len();
                    match last {
                        _ if !fits => {}
                        Some(last) if last.from == from => last.to = last.to.max(to),
                        Some(last) if last.to > from => {}
                        _ => hits.push(Hit { theme: *theme, line, from, to }),
                    }
                }
            }
        }
        hits
    }

    /// The tokens that are one word and have another near them in their line.
    pub(crate) fn near(&self, one: &str, other: &str, within: usize) -> Vec<Hit> {
        let (one, other) = (self.element(one), self.element(other));
        let mut hits = Vec::new();
        for line in 0..self.lines.len() - 1 {
            let tokens = self.of(line);
            let is = |element: &[bool], at: usize| element[tokens[at].word as usize];
            for from in (0..tokens.len()).filter(|at| is(&one, *at)) {
                let window = from.saturating_sub(within)..(from + within + 1).min(tokens.len());
                if window.into_iter().any(|i| i != from && is(&other, i)) {
                    hits.push(Hit { theme: 0, line, from, to: from + 1 });
                }
            }
        }
        hits
    }
}

/// Runs of letters and digits, as `[^\W_]+` of Python has them.
fn runs<'l>(line: &'l str, mut each: impl FnMut(usize, &'l str)) {
    let mut start = None;
    for (at, c) in line.char_indices() {
        // Python counts no mark with the letters.
        if c.is_alphanumeric() && !is_combining_mark(c) {
            start.get_or_insert(at);
        } else if let Some(from) = start.take() {
            each(from, &line[from..at]);
        }
    }
    if let Some(from) = start {
        each(from, &line[from..]);
    }
}

pub(crate) fn narrow(n: usize) -> u32 {
    u32::try_from(n).expect("small")
}
