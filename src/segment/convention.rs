//! One paper's own convention: the way in which it attributes most quotations is tried on the rest.

use std::collections::HashMap;

use super::people::Who;
use super::quote::{BEHIND, Form, Quote, is_citation, is_short_name};
use super::speech::SPEECH;
use crate::ingest::Block;

/// What one paper's own way of attributing is.
#[derive(Debug, Default)]
pub(super) struct Learned {
    /// Brackets behind quotations name those who speak, whatever is in them.
    pub(super) bracket: bool,
    pub(super) dash: bool,
    /// What stands behind quotations again and again.
    pub(super) tails: HashMap<String, usize>,
    /// First names of those who are quoted.
    pub(super) names: Vec<String>,
}

impl Learned {
    /// Which form attributes most of what was said.
    pub(super) fn of(blocks: &[Block], found: &[Vec<Quote>]) -> Self {
        let mut forms: HashMap<Form, usize> = HashMap::new();
        let mut tails: HashMap<String, usize> = HashMap::new();
        let mut all = 0;
        for (block, quotes) in blocks.iter().zip(found) {
            for quote in quotes {
                let words = block.text[quote.place.clone()].split_whitespace().count();
                if words < 8 || quote.form == Form::Cited {
                    continue;
                }
                all += 1;
                *forms.entry(quote.form).or_default() += 1;
                let tail = block.text[quote.place.end..].trim().trim_matches(['.', ',', ' ']);
                if tail.split_whitespace().nth(5).is_some() {
                    continue;
                }
                // `Marisol`, `Site B`, `FGD member`: a name, and no sentence such as `It shows`.
                let words = || tail.split_whitespace();
                let named = words().all(|w| !w.starts_with(char::is_lowercase))
                    || SPEECH.is_of_people(tail);
                let short = (1..=5).contains(&words().count()) && is_short_name(tail);
                if quote.form == Form::None && short && named {
                    *tails.entry(tail.to_owned()).or_default() += 1;
                }
            }
        }
        let most = |form| forms.get(&form).is_some_and(|n| *n >= 3 && *n * 2 >= all);
        // `(Anna, grade 9)`, `(Sofia, grade 10)`: first names, whatever stands beside them.
        let beside = first_names_in_brackets(blocks, found);
        // Names in brackets that nothing else explains: `(Marisol)`, `(Teresa)`.
        let unknown = unknown_brackets(blocks, found);
        let in_brackets = unknown + forms.get(&Form::Bracket).copied().unwrap_or_default();
        let bracket = most(Form::Bracket) || in_brackets >= 3 && in_brackets * 2 >= all;
        tails.retain(|_, n| *n >= 3);
        let names =
            blocks.iter().zip(found).flat_map(|(_, quotes)| quotes).filter_map(|q| match &q.who {
                Who::Named(names) if matches!(q.form, Form::Bracket | Form::Dash) => Some(names),
                _ => None,
            });
        let names = names.flatten().filter(|n| is_first_name(n)).cloned().chain(beside).collect();
        Self { bracket, dash: most(Form::Dash), tails, names }
    }

    pub(super) fn is_empty(&self) -> bool {
        !self.bracket && !self.dash && self.tails.is_empty() && self.names.is_empty()
    }
}

/// First names that open the brackets behind quotations, with something said of them, where three or more do.
fn first_names_in_brackets(blocks: &[Block], found: &[Vec<Quote>]) -> Vec<String> {
    let name = |block: &Block, quote: &Quote| {
        let behind = BEHIND.captures(&block.text[quote.place.end..])?;
        let (name, more) = behind.get(1)?.as_str().split_once([',', ';'])?;
        let named =
            quote.form == Form::None && is_first_name(name.trim()) && !more.trim().is_empty();
        (named && !is_citation(&behind[1])).then(|| name.trim().to_owned())
    };
    let all = blocks.iter().zip(found);
    let names: Vec<String> = all
        .flat_map(|(b, quotes)| quotes.iter().filter_map(|q| name(b, q)).collect::<Vec<_>>())
        .collect();
    if names.len() >= 3 { names } else { Vec::new() }
}

/// Quotations with a few words in brackets behind them that name nobody known.
fn unknown_brackets(blocks: &[Block], found: &[Vec<Quote>]) -> usize {
    let unknown = |block: &Block, quote: &&Quote| {
        let behind = BEHIND.captures(&block.text[quote.place.end..]);
        quote.form == Form::None
            && behind.is_some_and(|b| {
                is_short_name(&b[1]) && !is_citation(&b[1]) && b[1].split_whitespace().count() <= 4
            })
    };
    blocks
        .iter()
        .zip(found)
        .map(|(b, quotes)| quotes.iter().filter(|q| unknown(b, q)).count())
        .sum()
}

/// True for one name alone: `Marisol`.
pub(super) fn is_first_name(name: &str) -> bool {
    let mut letters = name.chars();
    letters.next().is_some_and(char::is_uppercase)
        && name.chars().count() >= 2
        && letters.all(|c| c.is_lowercase() || matches!(c, '-' | '’' | '\''))
        && !SPEECH.is_no_speaker(name)
        && !SPEECH.is_of_people(name)
}
