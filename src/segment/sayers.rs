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

use super::people::{Who, alternatives, whole_words};
use super::quote::{Form, Quote, SHORTEST, is_first_person, is_running, masked, sentence_start};
use super::speech::SPEECH;
use crate::ingest::Block;
use crate::project::SpeakerSettings;

/// One name, or a title with one, or two names.
static NAME: LazyLock<String> = LazyLock::new(|| {
    let titles = alternatives(SPEECH.titles.iter());
    format!(
        r"(?:(?:{titles})\.?\s+)?\p{{Lu}}\p{{Ll}}[\p{{L}}’'-]*(?:\s\p{{Lu}}\p{{Ll}}[\p{{L}}’'-]*)?"
    )
});

/// What leads to a quotation by a name and a verb of saying, and what follows one.
#[derive(Debug)]
pub(super) struct Sayers {
    /// `Amina explained:`
    before: Regex,
    /// `said Amina`, `Amina said`
    after: Regex,
}

static BARE: LazyLock<Regex> =
    LazyLock::new(|| regex(&format!(r"^\W*({name})\s*[:：]\s*$", name = *NAME)));
/// `Grace had three jobs by then:`
static COLON: LazyLock<Regex> = LazyLock::new(|| {
    regex(&format!(
        r"^\W*(?:(?:For|To|As for)\s+)?({name})(?:,[^,.]{{1,60}},)?\s+\p{{Ll}}[^.:;“”]{{0,150}}:\s*$",
        name = *NAME
    ))
});
/// `Freire (1970)`, `Lave and Wenger, 1991`, `Yin et al.`, `Freire, P.`
static CITED_NAME: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(\p{Lu}[\p{L}’'-]+)(?:[’']s)?(?:(?:,?\s+(?:and|&|und|et|y)\s+(\p{Lu}[\p{L}-]+))?,?\s*[(\[]?(?:1[89]|20)\d\d|(?:,?\s+\p{Lu}[\p{L}-]+)?\s+et\s+al|,\s+(?:\p{Lu}\.\s*){1,3})|^\W*(?:\d+\W+)?(\p{Lu}[\p{L}’'-]+)\s+\p{Lu}{1,3}[,.]",
    )
});
static OWN_WORDS: LazyLock<Regex> = LazyLock::new(|| {
    regex(&format!(
        r"({name})[’']s?\s+(?:own\s+)?(?:words?|phrase|comment|view|account|description|answer|story|reply|summary|verdict)(?-u:\b)[^.]{{0,60}}$",
        name = *NAME
    ))
});

fn regex(pattern: &str) -> Regex {
    Regex::new(pattern).expect("patterns of the program are valid")
}

impl Sayers {
    /// # Errors
    /// The verbs of the settings make no expression.
    pub(super) fn new(settings: &SpeakerSettings) -> Result<Self, String> {
        let verbs = whole_words(settings.verbs.as_ref().unwrap_or(&SPEECH.verbs).iter(), "");
        let made =
            |pattern: String| Regex::new(&pattern).map_err(|e| format!("`speakers.verbs`: {e}"));
        let adverbs = r"(?:\s+(?:\w+ly|also|then|once|had|has|even|just|simply|again|later|further|still|often|always))*";
        Ok(Self {
            before: made(format!(
                r"(?:^|[.;:,]\s+|(?-u:\b)(?:and|but|while|as|when|then|whereas)\s+)({name})(?:,[^,.]{{1,60}},|\s+\([^()]{{1,60}}\))?{adverbs}\s+{verbs}[^.“”]{{0,90}}$",
                name = *NAME
            ))?,
            after: made(format!(
                r"^[\s,.]*(?:(?:as\s+)?{verbs}\s+({name})|(?:as\s+)?({name}){adverbs}\s+{verbs})",
                name = *NAME
            ))?,
        })
    }

    /// Names that a paper's quotations without a speaker have as those who say them.
    pub(super) fn names(&self, blocks: &[Block], found: &[Vec<Quote>]) -> Vec<String> {
        let mut seen: BTreeMap<String, (usize, bool, bool)> = BTreeMap::new();
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
                let Some((name, sure)) =
                    self.named(lead, &text[quote.place.end..next.max(quote.place.end)])
                else {
                    continue;
                };
                let told = seen.entry(name).or_default();
                told.0 += 1;
                told.1 |= is_first_person(&text[quote.place.clone()]);
                told.2 |= sure;
            }
        }
        // `Tyrell put it bluntly:` and a block.
        for (i, quotes) in found.iter().enumerate().skip(1) {
            let [quote] = quotes.as_slice() else { continue };
            let before = blocks[i - 1].text.trim_end();
            if !quote.whole || quote.who != Who::Nobody || !before.ends_with([':', ',']) {
                continue;
            }
            if let Some((name, sure)) =
                self.named(&before[sentence_start(before, before.len())..], "")
            {
                let told = seen.entry(name).or_default();
                told.0 += 1;
                told.1 |= is_first_person(&blocks[i].text);
                told.2 |= sure;
            }
        }
        let small = words_in_small_letters(blocks, seen.keys());
        if seen.is_empty() {
            return Vec::new();
        }
        let cited = surnames_of_literature(blocks);
        let pseudonyms = blocks.iter().any(|b| b.text.to_lowercase().contains("pseudonym"));
        let mut names = Vec::new();
        for (name, (times, first_person, sure)) in seen {
            if !sure && !stands_inside(&name, blocks) {
                continue;
            }
            let common = name.split_whitespace().all(|w| small.contains(&w.to_lowercase()));
            let titled = SPEECH.is_title(name.split_whitespace().next().unwrap_or_default());
            let once = !common && (first_person || pseudonyms || titled);
            let surname = name.split_whitespace().last().unwrap_or_default();
            if (once || times >= if common { 3 } else { 2 }) && !cited.contains(surname) {
                names.push(name);
            }
        }
        names
    }

    /// Whom what stands around a quotation names as one who says it; true where it can hardly be a word that only opens
    /// the sentence: `Typical comments were`.
    fn named(&self, lead: &str, after: &str) -> Option<(String, bool)> {
        let lead = lead.trim_start();
        let of = |captures: Option<regex::Captures<'_>>| -> Option<String> {
            let found = captures?;
            let name = found.iter().skip(1).flatten().next()?.as_str();
            let name = name.trim_end_matches("’s").trim_end_matches("'s");
            (!is_no_name(name)).then(|| name.to_owned())
        };
        let before = self.before.captures(lead);
        let noun = before.as_ref().is_some_and(|found| {
            let behind = lead[found.get(1).map_or(0, |m| m.end())..].trim_start();
            let word = behind.split(|c: char| !c.is_alphabetic()).next().unwrap_or_default();
            SPEECH.verbs_and_nouns.contains(word)
        });
        let sure = of(BARE.captures(lead)).or_else(|| of(OWN_WORDS.captures(lead)));
        let sure = sure.or_else(|| of(self.after.captures(after))).map(|name| (name, true));
        let told = of(before).map(|name| (name, !noun));
        let colon = || of(COLON.captures(lead)).map(|name| (name, false));
        told.or(sure).or_else(colon)
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

/// True where a name stands inside a sentence as well, and not only where a capital says nothing.
fn stands_inside(name: &str, blocks: &[Block]) -> bool {
    blocks.iter().any(|b| {
        b.text.match_indices(name).any(|(at, _)| {
            b.text[..at]
                .trim_end()
                .ends_with(|c: char| c.is_lowercase() || matches!(c, ',' | '(' | '—' | '–'))
        })
    })
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

/// Surnames that a year follows, or `et al.`, or initials, as in a list of references.
fn surnames_of_literature(blocks: &[Block]) -> HashSet<&str> {
    let found = blocks.iter().flat_map(|b| CITED_NAME.captures_iter(&b.text));
    found.flat_map(|c| c.iter().skip(1).flatten().map(|m| m.as_str()).collect::<Vec<_>>()).collect()
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
