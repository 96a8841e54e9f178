//! Names of those whom a paper quotes, found by how it tells what they say.
//!
//! ```text
//! “…,” said Amina.   Amina explained: “…”   “…,” Amina told us.   Amina: “…”   In Amina’s words, “…”
//! As Freire (1970) said, “…”                  literature: no name of one who took part
//! However, “…”   Nurses said, “…”             the paper writes these words small elsewhere
//! ```
//! A name counts where two quotations have it so, or one that is in the first person. What is found here is
//! then looked for in every form: in brackets, behind dashes, before colons.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::LazyLock;

use regex::Regex;

use super::people::{Who, alternatives};
use super::quote::{Form, Quote, SHORTEST, SINGULAR, is_running, masked, sentence_start};
use super::speech::SPEECH;
use crate::ingest::Block;
use crate::project::SpeakerSettings;

/// One name, or a title with one, or two names.
const NAME: &str = r"(?:(?:Mr|Mrs|Ms|Miss|Dr|Sister|Brother|Father|Pastor|Chaplain|Aunt|Uncle|Auntie|Mama|Madame|Mme|Frau|Herr|Sra?|Doña|Don|Señora?)\.?\s+)?\p{Lu}\p{Ll}[\p{L}’'-]*(?:\s\p{Lu}\p{Ll}[\p{L}’'-]*)?";

/// What leads to a quotation by a name and a verb of saying, and what follows one.
#[derive(Debug)]
pub(super) struct Sayers {
    /// `Amina explained:`
    before: Regex,
    /// `said Amina`, `Amina said`
    after: Regex,
}

static BARE: LazyLock<Regex> = LazyLock::new(|| regex(&format!(r"^\W*({NAME})\s*[:：]\s*$")));
/// `Grace had three jobs by then:`
static COLON: LazyLock<Regex> =
    LazyLock::new(|| regex(&format!(r"^\W*({NAME})\s+\p{{Ll}}[^.:;“”]{{0,150}}:\s*$")));
static OWN_WORDS: LazyLock<Regex> = LazyLock::new(|| {
    regex(&format!(
        r"({NAME})[’']s?\s+(?:own\s+)?(?:words?|phrase|comment|view|account|description|answer|story|reply)\b[^.]{{0,60}}$"
    ))
});

fn regex(pattern: &str) -> Regex {
    Regex::new(pattern).expect("patterns of the program are valid")
}

impl Sayers {
    /// # Errors
    /// The verbs of the settings make no expression.
    pub(super) fn new(settings: &SpeakerSettings) -> Result<Self, String> {
        let verbs = alternatives(settings.verbs.as_ref().unwrap_or(&SPEECH.verbs).iter());
        let made =
            |pattern: String| Regex::new(&pattern).map_err(|e| format!("`speakers.verbs`: {e}"));
        let adverbs = r"(?:\s+(?:\w+ly|also|then|once|had|has|even|just|simply|again|later|further|still|often|always))*";
        Ok(Self {
            before: made(format!(
                r"(?:^|[.;:,]\s+|\b(?:and|but|while|as|when|then|whereas)\s+)({NAME})(?:,[^,.]{{1,60}},|\s+\([^()]{{1,60}}\))?{adverbs}\s+(?:{verbs})\b[^.“”]{{0,90}}$"
            ))?,
            after: made(format!(
                r"^[\s,.]*(?:(?:as\s+)?(?:{verbs})\s+({NAME})\b|(?:as\s+)?({NAME}){adverbs}\s+(?:{verbs})\b)"
            ))?,
        })
    }

    /// Names that a paper's quotations without a speaker have as those who say them.
    pub(super) fn names(&self, blocks: &[Block], found: &[Vec<Quote>]) -> Vec<String> {
        let mut seen: BTreeMap<String, (usize, bool)> = BTreeMap::new();
        for (block, quotes) in blocks.iter().zip(found).filter(|(b, _)| is_running(b.kind)) {
            let text = block.text.as_str();
            let bare = masked(text, quotes.iter().map(|q| &q.place));
            for (i, quote) in quotes.iter().enumerate() {
                let words = text[quote.place.clone()].split_whitespace().count();
                if quote.who != Who::Nobody || quote.form == Form::Cited || words < SHORTEST {
                    continue;
                }
                let since = i.checked_sub(1).map_or(0, |b| quotes[b].place.end);
                let from =
                    sentence_start(&bare, quote.place.start).max(since).min(quote.place.start);
                let next = quotes.get(i + 1).map_or(text.len(), |q| q.place.start);
                let lead = &bare[from..quote.place.start];
                let Some(name) =
                    self.named(lead, &text[quote.place.end..next.max(quote.place.end)])
                else {
                    continue;
                };
                let told = seen.entry(name).or_default();
                told.0 += 1;
                told.1 |= SINGULAR.is_match(&text[quote.place.clone()]);
            }
        }
        let small = words_in_small_letters(blocks, seen.keys());
        let pseudonyms = blocks.iter().any(|b| b.text.to_lowercase().contains("pseudonym"));
        let mut names = Vec::new();
        for (name, (times, first_person)) in seen {
            let common = name.split_whitespace().all(|w| small.contains(&w.to_lowercase()));
            let enough =
                times >= if common { 3 } else { 2 } || !common && (first_person || pseudonyms);
            if enough && !is_of_literature(&name, blocks) {
                names.push(name);
            }
        }
        names
    }

    /// Whom what stands around a quotation names as one who says it.
    fn named(&self, lead: &str, after: &str) -> Option<String> {
        let of = |captures: Option<regex::Captures<'_>>| -> Option<String> {
            let found = captures?;
            let name = found.iter().skip(1).flatten().next()?.as_str();
            let name = name.trim_end_matches("’s").trim_end_matches("'s");
            (!is_no_name(name)).then(|| name.to_owned())
        };
        of(BARE.captures(lead))
            .or_else(|| of(self.before.captures(lead)))
            .or_else(|| of(COLON.captures(lead)))
            .or_else(|| of(OWN_WORDS.captures(lead)))
            .or_else(|| of(self.after.captures(after)))
    }
}

/// True for words with a capital that open sentences, or are called so by what they do.
fn is_no_name(name: &str) -> bool {
    let first = name.split_whitespace().next().unwrap_or_default();
    let titled = name.split_whitespace().count() >= 2;
    SPEECH.openers.contains(first)
        || SPEECH.is_no_speaker(name)
        || SPEECH.is_of_people(name) && !titled
        || SPEECH.gender(first).is_some()
        || SPEECH.dates.contains(&first.to_lowercase())
}

/// Of the words of these names those that the texts write in small letters as well.
fn words_in_small_letters<'n>(
    blocks: &[Block],
    names: impl Iterator<Item = &'n String>,
) -> HashSet<String> {
    let asked: BTreeSet<String> =
        names.flat_map(|n| n.split_whitespace()).map(str::to_lowercase).collect();
    if asked.is_empty() {
        return HashSet::new();
    }
    let words = blocks.iter().flat_map(|b| b.text.split(|c: char| !c.is_alphabetic()));
    words.filter(|w| asked.contains(*w)).map(str::to_owned).collect()
}

/// True for a name that a year follows, or `et al.`, or initials at the beginning of a paragraph, as in a list of
/// references.
fn is_of_literature(name: &str, blocks: &[Block]) -> bool {
    let surname = regex::escape(name.split_whitespace().last().unwrap_or_default());
    let Ok(cited) = Regex::new(&format!(
        r"\b{surname}(?:[’']s)?(?:(?:,?\s+(?:and|&|und|et|y)\s+[\p{{L}}-]+)?,?\s*[(\[]?(?:1[89]|20)\d\d|(?:,?\s+[\p{{L}}-]+)?\s+et\s+al|,\s+(?:\p{{Lu}}\.\s*){{1,3}})|^\W*(?:\d+\W+)?{surname}\s+\p{{Lu}}{{1,3}}[,.]"
    )) else {
        return false;
    };
    blocks.iter().any(|b| cited.is_match(&b.text))
}

#[cfg(test)]
mod tests {
    use super::super::paper::Attributions;
    use super::*;
    use crate::ingest::BlockKind;

    fn names(paragraphs: &[&str]) -> Vec<String> {
        let blocks: Vec<Block> =
            paragraphs.iter().map(|t| Block::new(BlockKind::Paragraph, *t, 1)).collect();
        let found = Attributions::new(&SpeakerSettings::default()).expect("defaults").find(&blocks);
        let of = |who: &Who| match who {
            Who::Named(names) => Some(names.join(" + ")),
            _ => None,
        };
        found.iter().flatten().filter_map(|q| of(&q.who)).collect()
    }

    #[test]
    fn names_by_what_they_say() {
        assert_eq!(
            names(&["“I never slept there,” said Amina. “The bed was wet” (Amina)."]),
            ["Amina", "Amina"]
        );
        assert_eq!(names(&["Mrs Okafor explained: “I had three jobs by then.”"]), ["Mrs Okafor"]);
        assert_eq!(names(&["Marisol laughed and said, “I told my son to wait.”"]), ["Marisol"]);
        assert_eq!(
            names(&[
                "Winston was sure: “It is a good bed.”",
                "Winston said: “The bed was wet, too.”",
                "Winston added, “So it was.”"
            ]),
            ["Winston", "Winston", "Winston"]
        );
        for author in [
            &["As Freire (1970) said, “I cannot teach anybody anything.”"][..],
            &["Freire said, “I cannot teach anybody.”", "Freire, P. (1970). Pedagogy."],
            &["However, they say, “I cannot teach anybody.”"],
            &["Nurses said “I am tired of it.” The nurses went."],
        ] {
            assert!(
                names(author).iter().all(|n| !n.contains("Freire") && !n.contains("However")),
                "{author:?}"
            );
        }
    }
}
