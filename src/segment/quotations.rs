//! Whose words: quotations in an author's text and the speakers they are attributed to.
//!
//! ```text
//! “what I liked most was the contact” (HCW147).      behind the closing mark
//! As HCW20 stated, “the part I enjoy most is …”      before the opening mark: the subject of the verb
//! You get kitted up but it’s very rare. (Officer F)  a paragraph that is all quotation
//! HCW57 reflected on her tenure: ¶ I like …          announced by the sentence before
//! “….” P5 described the rota.                        the next sentence has nothing to do with it
//! ```
//! Every stretch in quotation marks is kept, with nobody where nobody is named. A citation ("(Crewe, 2009)",
//! "(p. 424)") is no speaker: what it follows is the literature's words, and those are the authors' to answer for.
//! A paper is read twice: the way in which it attributes most quotations is tried on the rest.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::lead::Leads;
use super::marks;
use super::people::{Known, People, Who, cites, tidy};
use super::speech::SPEECH;
use crate::ingest::{Block, BlockKind};
use crate::project::SpeakerSettings;

/// A stretch of a block in somebody's words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Quote {
    /// Bytes of the block.
    pub place: Range<usize>,
    /// Whose words.
    pub who: Who,
    /// True when it fills the block.
    pub whole: bool,
    /// What attributes it, or that literature is quoted.
    pub form: Form,
}

/// How a quotation is attributed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Form {
    /// In brackets behind it.
    Bracket,
    /// Behind a dash.
    Dash,
    /// Behind it, with no sign.
    Tail,
    /// By a verb behind it.
    SaidAfter,
    /// By the words that lead to it.
    Lead,
    /// By the sentence before its paragraph.
    Announced,
    /// By another cell of its row.
    Cell,
    /// It is of the literature.
    Cited,
    /// Nothing attributes it.
    None,
}

/// Words from which on a stretch in marks is kept as a quotation though nobody is named.
const SHORTEST: usize = 3;

/// How speakers are written in one collection, ready to find them.
#[derive(Debug)]
pub(super) struct Attributions {
    people: People,
    leads: Leads,
    own: Vec<Regex>,
}

/// What one paper's own way of attributing is.
#[derive(Debug, Default)]
struct Learned {
    /// Brackets behind quotations name those who speak, whatever is in them.
    bracket: bool,
    dash: bool,
    /// What stands behind quotations again and again.
    tails: HashMap<String, usize>,
    /// First names of those who are quoted.
    names: Vec<String>,
}

static SENTENCE_END: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r#"[.!?…][”’"')\]]*\s+[“‘"(\[]?\p{Lu}"#).expect("valid"));
static FIRST_PERSON: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)\b(?:I|I[’'](?:m|ve|d|ll)|we|we[’'](?:re|ve|d|ll)|you|you[’'](?:re|ve|d|ll)|my|me|our|us|your|ich|wir|mein|meine|je|j[’']ai|nous|mon|ma|yo|nosotros|mi|io|noi|mio)\b").expect("valid")
});
/// The first person of one who speaks: authors say `we`, too.
static SINGULAR: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)\b(?:I|I[’'](?:m|ve|d|ll)|you|you[’'](?:re|ve|d|ll)|my|me|mine|your|ich|mein|meine|mir|mich|je|j[’']ai|mon|ma|yo|mi|io|mio)\b").expect("valid")
});
static BEHIND: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^[.,;:!?…]{0,4}\s*[(\[]([^()\[\]]{1,110}(?:[(\[][^()\[\]]{0,50}[)\]][^()\[\]]{0,50})?)[)\]]").expect("valid")
});
static INSIDE_END: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r#"\s*[(\[]([^()\[\]]{1,80}(?:[(\[][^()\[\]]{0,50}[)\]])?)[)\]]\s*[.!?,;…]*\s*[”’"'»]$"#).expect("valid")
});
static IN_ITS_BRACKET: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"^\s*[,;–—-]\s*([^()\[\]“”]{1,80})[)\]]").expect("valid"));
static AT_END: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"[(\[]([^()\[\]]{1,110}(?:[(\[][^()\[\]]{0,50}[)\]][^()\[\]]{0,50})?)[)\]]\s*([.!?,;]?)\s*$").expect("valid")
});
static DASHED: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"^[.,;]?\s*[—–-]{1,3}\s*([^—–“”‘|]{1,90}?)\s*\.?\s*(?:$|\||[“‘\x22])").expect("valid"));
static DASHED_LINE: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"(?:^|\s|[.!?…])\s*[—–-]{1,3}\s*(\p{L}[^—–“”|]{1,80}?)\.?\s*$").expect("valid"));
static DASHED_END: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"(?:\s|[.!?…”’\x22])\s*[—–-]{1,3}\s*(\p{L}[^—–“”|]{0,90}?)\.?\s*$").expect("valid"));

impl Attributions {
    /// The finder for speakers written as the settings say, or as papers write them.
    ///
    /// # Errors
    /// A pattern is no regular expression.
    pub(super) fn new(settings: &SpeakerSettings) -> Result<Self, String> {
        let own = settings.attributions.iter().map(|p| {
            let made = Regex::new(p).map_err(|e| format!("`speakers.attributions`: `{p}`: {e}"))?;
            if made.captures_len() < 2 {
                return Err(format!("`speakers.attributions`: `{p}` has no group for the name"));
            }
            Ok(made)
        });
        let own = own.collect::<Result<_, String>>()?;
        Ok(Self { people: People::new(settings)?, leads: Leads::new(settings)?, own })
    }

    /// The quotations of every block of an author's text.
    pub(super) fn find(&self, blocks: &[Block]) -> Vec<Vec<Quote>> {
        let texts = blocks.iter().filter(|b| is_running(b.kind) || b.kind == BlockKind::TableRow);
        let known = Known::of(texts.map(|b| b.text.as_str()));
        let paper = Paper { by: self, known: &known, learned: Learned::default() };
        let first = paper.read(blocks);
        let mut learned = Learned::of(blocks, &first);
        if learned.is_empty() {
            return first;
        }
        let mut known = known.clone();
        known.names.extend(std::mem::take(&mut learned.names));
        let second = Paper { by: self, known: &known, learned }.read(blocks);
        // Names that only the paper's own way has shown may lead to quotations as well.
        let mut more = Learned::of(blocks, &second);
        let new = more.names.iter().any(|n| !known.names.contains(n));
        if !new {
            return second;
        }
        known.names.extend(std::mem::take(&mut more.names));
        Paper { by: self, known: &known, learned: more }.read(blocks)
    }
}

impl Learned {
    /// Which form attributes most of what was said.
    fn of(blocks: &[Block], found: &[Vec<Quote>]) -> Self {
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
                if quote.form == Form::None && (1..=5).contains(&tail.split_whitespace().count()) {
                    *tails.entry(tail.to_owned()).or_default() += 1;
                }
            }
        }
        let most = |form| forms.get(&form).is_some_and(|n| *n >= 3 && *n * 2 >= all);
        // Names in brackets that nothing else explains: `(Marisol)`, `(Teresa)`.
        let unknown = unknown_brackets(blocks, found);
        let in_brackets = unknown + forms.get(&Form::Bracket).copied().unwrap_or_default();
        let bracket = most(Form::Bracket) || in_brackets >= 3 && in_brackets * 2 >= all;
        tails.retain(|_, n| *n >= 3);
        let names = blocks.iter().zip(found).flat_map(|(_, quotes)| quotes).filter_map(|q| match &q.who {
            Who::Named(names) if matches!(q.form, Form::Bracket | Form::Dash) => Some(names),
            _ => None,
        });
        let names = names.flatten().filter(|n| is_first_name(n)).cloned().collect();
        Self { bracket, dash: most(Form::Dash), tails, names }
    }

    fn is_empty(&self) -> bool {
        !self.bracket && !self.dash && self.tails.is_empty() && self.names.is_empty()
    }
}

/// One paper being read.
struct Paper<'a> {
    by: &'a Attributions,
    known: &'a Known,
    learned: Learned,
}

/// What the sentence before a paragraph says of it.
struct Announced {
    who: Who,
    /// True when it says that somebody speaks.
    says: bool,
    /// True where it ends in a colon.
    colon: bool,
}

impl Paper<'_> {
    fn read(&self, blocks: &[Block]) -> Vec<Vec<Quote>> {
        let mut found: Vec<Vec<Quote>> = Vec::with_capacity(blocks.len());
        let mut announced: Option<Announced> = None;
        let mut before: Option<Who> = None;
        for block in blocks {
            if block.kind == BlockKind::TableRow {
                found.push(self.row(block));
                continue;
            }
            if !is_running(block.kind) {
                // A caption or a footnote between a lead and its block is neither.
                if block.kind != BlockKind::Caption {
                    (announced, before) = (None, None);
                }
                found.push(Vec::new());
                continue;
            }
            if announced.is_some() && is_note(&block.text) {
                found.push(self.block(block, None, None));
                continue;
            }
            let quotes = self.block(block, announced.take(), before.take());
            before = quotes.last().map(|q| q.who.clone()).filter(|who| *who != Who::Nobody);
            announced = self.announces(block, &quotes);
            found.push(quotes);
        }
        carried_over(blocks, &mut found);
        found
    }

    /// The quotations of one block.
    fn block(&self, block: &Block, announced: Option<Announced>, before: Option<Who>) -> Vec<Quote> {
        let text = block.text.as_str();
        let pairs = marks::quoted(text);
        let colon = announced.as_ref().is_some_and(|a| a.colon);
        if let Some(quote) = self.whole_block(block, &pairs, colon) {
            return vec![quote];
        }
        if let Some(by) = announced
            && let Some(quotes) = self.announced(block, &pairs, by)
        {
            return quotes;
        }
        // Most of a block in marks, and who said it behind them.
        let marked = pairs.first().is_some_and(|p| p.start == 0 && p.len() * 10 >= text.len() * 6);
        if block.kind == BlockKind::Quotation && !fills(text, &pairs) && !marked {
            // `Interviewer: And then?` is nobody's whom the paper quotes.
            let asks = text.split_once(':').is_some_and(|(label, _)| SPEECH.asks(label) && label.split_whitespace().count() <= 3);
            let named = self.label_inside(text).filter(|_| !asks);
            let (who, form, start) =
                named.map_or((Who::Nobody, Form::None, 0), |(who, start)| (who, Form::Lead, start));
            return vec![Quote { place: start..text.len(), who, whole: true, form }];
        }
        let mut quotes = self.inline(text, &pairs, before);
        if let [one] = quotes.as_mut_slice() {
            let fills = fills(text, std::slice::from_ref(&one.place));
            one.whole = match block.kind {
                BlockKind::Quotation => fills || marked && one.place.start == 0,
                _ => fills && one.who != Who::Nobody,
            };
        }
        quotes
    }

    /// `P4: I said so`, a block that says itself who speaks; and where the words begin.
    fn label_inside(&self, text: &str) -> Option<(Who, usize)> {
        let (label, rest) = text.split_once(':')?;
        let short = label.split_whitespace().count() <= 6 && rest.split_whitespace().count() >= 2;
        let people = self.by.people.mentions(label, self.known);
        let [one] = people.as_slice() else { return None };
        let before = label[..one.place.start].trim_matches(['•', '-', '*', '(', ' ']);
        let behind = label[one.place.end.min(label.len())..].trim().trim_start_matches(')').trim_start();
        let aside = behind.is_empty() || behind.starts_with(['(', '[']) && behind.ends_with([')', ']']);
        let start = text.len() - rest.trim_start().len();
        (short && before.is_empty() && aside).then(|| (Who::Named(vec![one.name.clone()]), start))
    }

    /// The quotation or quotations that the sentence before announced.
    fn announced(&self, block: &Block, pairs: &[Range<usize>], by: Announced) -> Option<Vec<Quote>> {
        let text = block.text.as_str();
        let opens = pairs.first().is_some_and(|p| text[..p.start].trim_start_matches(['•', '-', '*', ' ']).is_empty());
        let form = Form::Announced;
        if opens {
            let first = pairs[0].clone();
            // What stands behind the quotation is the authors' again, and may say better whose it is.
            let own = self.behind(text, &first, pairs.get(1).map_or(text.len(), |p| p.start));
            if own.is_some() || !by.colon && !fills(text, pairs) {
                return None;
            }
            let mut quotes = self.inline(text, pairs, None);
            if let Some(quote) = quotes.first_mut().filter(|q| q.place == first && q.who == Who::Nobody) {
                (quote.who, quote.form) = (by.who, form);
                quote.whole = fills(text, std::slice::from_ref(&first));
            }
            return Some(quotes);
        }
        let asks = text.split_once(':').is_some_and(|(label, _)| SPEECH.asks(label) && label.split_whitespace().count() <= 3);
        let quoted = block.kind == BlockKind::Quotation && !asks;
        if self.label_inside(text).is_some() {
            return None;
        }
        // Without marks, a paragraph is speech if its speaker was said to speak and it is in the first person.
        let speech = by.says
            && by.colon
            && by.who != Who::Nobody
            && pairs.iter().all(|p| self.by.people.mentions(&text[..p.start], self.known).is_empty())
            && FIRST_PERSON.is_match(text)
            && block.kind == BlockKind::Paragraph;
        (quoted && by.colon || speech).then(|| vec![Quote { place: 0..text.len(), who: by.who, whole: true, form }])
    }

    /// What a block's last sentence says of the next block.
    fn announces(&self, block: &Block, quotes: &[Quote]) -> Option<Announced> {
        let text = block.text.trim_end();
        if quotes.iter().any(|q| q.whole || q.place.end == text.len()) {
            return None;
        }
        // A note's number may stand behind the colon; a comma leads to a block as a colon does.
        let text = text.trim_end_matches(|c: char| matches!(c, '¹' | '²' | '³' | '⁰'..='⁹' | ' '));
        let numbered = text.trim_end_matches(|c: char| c.is_ascii_digit());
        let text = if numbered.ends_with(':') { numbered } else { text };
        let colon = text.ends_with([':', '：', ',']);
        let bare = masked(text, quotes.iter().map(|q| &q.place));
        let last = &bare[sentence_start(&bare, bare.len())..];
        let found = if colon {
            self.by.leads.before_colon(last, &self.by.people, self.known)
        } else {
            self.by.leads.of_sentence(last, &self.by.people, self.known)
        };
        let says = self.by.leads.says(last);
        if !colon && (found.is_none() || !says) {
            return None;
        }
        Some(Announced { who: found.unwrap_or(Who::Nobody), says, colon })
    }

    /// The stretches in marks inside a paragraph.
    fn inline(&self, text: &str, pairs: &[Range<usize>], before: Option<Who>) -> Vec<Quote> {
        let bare = masked(text, pairs.iter());
        let mut quotes: Vec<Quote> = Vec::new();
        let mut last = before;
        for (i, pair) in pairs.iter().enumerate() {
            let next = pairs.get(i + 1).map_or(text.len(), |p| p.start);
            let mut place = pair.clone();
            let (mut who, mut form) = (Who::Nobody, Form::None);
            let inner = text[pair.clone()].trim_start_matches(['“', '"', '‘', '«', '„', '\'']);
            if let Some((named, _)) = self.label_inside(inner) {
                (who, form) = (named, Form::Lead);
            } else if let Some((end, named)) = self.inside_end(text, pair) {
                (place, who, form) = (pair.start..end, named, Form::Bracket);
            } else if let Some((named, by)) = self.behind(text, pair, next) {
                (who, form) = (named, by);
            } else {
                let mut start = sentence_start(&bare, pair.start + first_letter(&bare[pair.start..]));
                // What led to another quotation leads to this one only where a word joins them.
                if let Some(last) = i.checked_sub(1).map(|b| &pairs[b]).filter(|l| l.end > start) {
                    let between = &text[last.end..pair.start];
                    let joins = !between.contains(['.', '?', '!', ';']) && !between.contains(|c: char| c.is_ascii_digit());
                    start = if joins { start } else { last.end };
                }
                let lead = &bare[start.min(pair.start)..pair.start];
                // `she` is the one named last before this sentence, or quoted last.
                let since = i.checked_sub(1).map_or(0, |b| pairs[b].end).min(start);
                let between = &bare[since..start.min(pair.start)];
                let named = self.by.people.mentions(between, self.known).pop();
                let fresh = i > 0 || between.trim().is_empty();
                let antecedent = named.map(|m| Who::Named(vec![m.name])).or_else(|| last.clone().filter(|_| fresh));
                let ahead = || self.ahead(text, pair, i.checked_sub(1).map_or(0, |b| pairs[b].end));
                if self.by.leads.is_literature(lead) {
                    form = Form::Cited;
                } else if let Some(named) = self.own(lead, false).or_else(ahead).or_else(|| {
                    self.by.leads.before(lead, &self.by.people, self.known, antecedent.as_ref())
                }) {
                    (who, form) = (named, Form::Lead);
                }
            }
            let words = text[place.clone()].split_whitespace().count();
            if who != Who::Nobody {
                last = Some(who.clone());
            }
            if who != Who::Nobody || words >= SHORTEST {
                quotes.push(Quote { place, who, whole: false, form });
            }
        }
        self.other_halves(text, &mut quotes);
        quotes
    }

    /// A name right before a quotation, in brackets or before its brackets: `(P7) “…”`, `P1 (“…”)`.
    fn ahead(&self, text: &str, pair: &Range<usize>, since: usize) -> Option<Who> {
        let before = text[since..pair.start].trim_end();
        if before.ends_with([')', ']']) {
            let open = before.rfind(['(', '['])?;
            let inside = before[open + 1..].trim_end_matches([')', ']']);
            // Behind another quotation the bracket is that one's.
            let own = since > 0 && before[..open].trim_matches([' ', '.', ',']).is_empty();
            let (who, coded) = self.by.people.attributed(inside, self.known)?;
            let opens = before[..open].trim_end();
            let starts = opens.is_empty() || opens.ends_with([';', ':', '.', ',', '|', '•']);
            return (coded && !own && starts).then_some(who);
        }
        let outside = before.strip_suffix(['(', '['])?.trim_end();
        let clause = &outside[outside.rfind([';', '.', ',']).map_or(0, |at| at + 1)..];
        let people = self.by.people.mentions(clause, self.known);
        let near = clause.split_whitespace().count() <= 8;
        (near && people.len() == 1).then(|| Who::Named(vec![people[0].name.clone()]))
    }

    /// What the settings' own patterns find right behind a quotation, or right before it.
    fn own(&self, text: &str, behind: bool) -> Option<Who> {
        self.by.own.iter().find_map(|p| {
            let found = p.captures(text)?;
            let all = found.get(0)?;
            let near = if behind {
                text[..all.start()].trim_matches([' ', '.', ',']).is_empty()
            } else {
                text[all.end()..].trim_matches([' ', ',', ':']).is_empty()
            };
            let name = found.name("name").or_else(|| found.get(1))?;
            near.then(|| Who::Named(vec![tidy(name.as_str())]))
        })
    }

    /// An attribution in brackets before the closing mark: `“so it was (P7).”`
    fn inside_end(&self, text: &str, pair: &Range<usize>) -> Option<(usize, Who)> {
        let inside = &text[pair.clone()];
        let found = INSIDE_END.captures(inside)?;
        let who = self.by.people.attribution(&found[1], self.known)?;
        let coded = found[1].contains(|c: char| c.is_ascii_digit());
        let at = found.get(0)?.start();
        (coded && inside[..at].split_whitespace().count() >= SHORTEST).then_some((pair.start + at, who))
    }

    /// Who is named right behind a quotation.
    fn behind(&self, text: &str, pair: &Range<usize>, next: usize) -> Option<(Who, Form)> {
        let after = &text[pair.end..next.max(pair.end)];
        if let Some(who) = self.own(after, true) {
            return Some((who, Form::Bracket));
        }
        let mut rest = after;
        if let Some(found) = BEHIND.captures(after) {
            let inside = &found[1];
            if let Some(who) = self.by.people.attribution(inside, self.known) {
                return Some((who, Form::Bracket));
            }
            if is_citation(inside) {
                return Some((Who::Nobody, Form::Cited));
            }
            if self.learned.bracket && is_short_name(inside) && !abbreviates(inside, &text[pair.clone()]) {
                return Some((Who::Named(vec![tidy(inside)]), Form::Bracket));
            }
            rest = &after[found.get(0).map_or(0, |m| m.end())..];
        }
        // `(“…”, P23)`
        if text[..pair.start].trim_end().ends_with(['(', '['])
            && let Some(found) = IN_ITS_BRACKET.captures(after)
            && let Some(who) = self.by.people.attribution(&found[1], self.known)
        {
            return Some((who, Form::Bracket));
        }
        // The dash reaches to the end of the paragraph, the cell, or the next quotation.
        let to_next = &text[pair.end..(next + usize::from(next < text.len()) * text[next..].chars().next().map_or(0, char::len_utf8)).min(text.len())];
        if let Some(found) = DASHED.captures(to_next) {
            let inside = &found[1];
            if let Some(who) = self.by.people.attribution(inside, self.known) {
                return Some((who, Form::Dash));
            }
            if self.learned.dash && is_short_name(inside) {
                return Some((Who::Named(vec![tidy(inside)]), Form::Dash));
            }
        }
        let tail = after.trim().trim_matches(['.', ',', ' ']);
        if next == text.len() && self.learned.tails.contains_key(tail) {
            return Some((Who::Named(vec![tidy(tail)]), Form::Tail));
        }
        // `“….” P2`, `“….” ⏎ P3, nurse`
        if next == text.len()
            && (1..=6).contains(&tail.split_whitespace().count())
            && let Some((who, true)) = self.by.people.attributed(tail, self.known)
            && !self.by.leads.says(tail)
        {
            return Some((who, Form::Tail));
        }
        let inner = text[pair.clone()].trim_end_matches(['”', '’', '"', '\'', '»', '“', ' ']);
        let ended = inner.ends_with(['.', '!', '?', '…']) || after.starts_with('.');
        let follows = next < text.len();
        let said = self.by.leads.after(rest, ended, follows, &self.by.people, self.known);
        said.map(|who| (who, Form::SaidAfter))
    }

    /// Gives the halves of a quotation broken by "she said," the speaker of the other half.
    fn other_halves(&self, text: &str, quotes: &mut [Quote]) {
        for i in 1..quotes.len() {
            let between = &text[quotes[i - 1].place.end.min(quotes[i].place.start)..quotes[i].place.start];
            // `“…” and also “…” (P11)`: one bracket for both.
            let joined = between.trim_start_matches([',', ' ']);
            let joined = ["and", "or", "&", "und", "et", "y"].iter().any(|w| joined.starts_with(w))
                && between.split_whitespace().count() <= 3;
            if joined && quotes[i - 1].who == Who::Nobody && quotes[i].form == Form::Bracket {
                (quotes[i - 1].who, quotes[i - 1].form) = (quotes[i].who.clone(), Form::Bracket);
                continue;
            }
            let broken = between.len() <= 70
                && self.by.leads.says(between)
                && !SENTENCE_END.is_match(between)
                && !between.trim_end().ends_with(['.', '!', '?'])
                && !between.contains(['(', ')']);
            if !broken {
                continue;
            }
            let (first, second) = (quotes[i - 1].clone(), quotes[i].clone());
            match (first.who == Who::Nobody, second.who == Who::Nobody) {
                (true, false) if first.form != Form::Cited => {
                    (quotes[i - 1].who, quotes[i - 1].form) = (second.who, second.form);
                }
                (false, true) if between.split_whitespace().count() <= 8 => {
                    (quotes[i].who, quotes[i].form) = (first.who, first.form);
                }
                _ => {}
            }
        }
    }

    /// The quotation that fills a block, known by the attribution at its end.
    fn whole_block(&self, block: &Block, pairs: &[Range<usize>], colon: bool) -> Option<Quote> {
        let text = block.text.as_str();
        let (at, (who, coded), stop_after, form) = self.end_attribution(text, block.kind)?;
        let words = text[..at].trim_end();
        if words.is_empty() {
            return None;
        }
        // `“M6: And it is.” (Focus group)`
        let inner = words.trim_start_matches(['“', '"', '‘']);
        let who = self.label_inside(inner).map_or(who, |(who, _)| who);
        let whole = |end: usize| Some(Quote { place: 0..end, who: who.clone(), whole: true, form });
        let quoted_end = words.ends_with(['”', '"', '’', '»']);
        let opens = pairs.first().is_some_and(|p| p.start == 0);
        if quoted_end && let Some(last) = pairs.iter().rev().find(|p| p.end == words.len()) {
            if opens && last.start == 0 {
                return whole(words.len());
            }
            if block.kind != BlockKind::Quotation {
                // `they say “I can’t.” (Officer A)`: speech within speech, if the rest is speech.
                let inner = words.trim_end_matches(['”', '"', '’']);
                let outside = &words[..last.start];
                let speech = (colon || !stop_after && inner.ends_with(['.', '!', '?', '…']))
                    && !self.leads(outside)
                    && SINGULAR.is_match(&masked(outside, pairs.iter().filter(|p| p.end <= outside.len())));
                return if speech { whole(words.len()) } else { None };
            }
        }
        if block.kind == BlockKind::Quotation {
            return whole(words.len());
        }
        if opens && pairs.len() == 1 && pairs[0].end * 10 >= words.len() * 9 {
            return whole(words.len());
        }
        let leads = pairs.first().is_some_and(|p| {
            let before = &text[..p.start];
            if stop_after {
                self.leads(before)
            } else {
                !self.by.people.mentions(before, self.known).is_empty() || self.leads(before)
            }
        });
        // `Most felt lonely (P1, P5).`: a sentence of the authors that cites whom it is about.
        let several = matches!(&who, Who::Named(names) if names.len() > 1);
        let about = !opens
            && !colon
            && (stop_after && (several || !SINGULAR.is_match(words))
                || !self.by.people.mentions(words, self.known).is_empty());
        if about || form == Form::Dash {
            return None;
        }
        let ends = stop_after || words.ends_with(['.', '!', '?', '…', '—', '’', '\'', ')', ']']);
        let speech = SINGULAR.is_match(&masked(words, pairs.iter().filter(|p| p.end <= words.len())));
        if ends && !leads && (coded || speech && colon) { whole(words.len()) } else { None }
    }

    /// Where the attribution at the end of a block begins, whose it is, and whether a full stop follows it.
    fn end_attribution(&self, text: &str, kind: BlockKind) -> Option<(usize, (Who, bool), bool, Form)> {
        let learned = |inside: &str, fits: bool| {
            (fits && is_short_name(inside) && !is_citation(inside)).then(|| (Who::Named(vec![tidy(inside)]), false))
        };
        if let Some(found) = AT_END.captures(text) {
            let fits = self.learned.bracket && kind == BlockKind::Quotation;
            let who = self.by.people.attributed(&found[1], self.known);
            let who = who.or_else(|| learned(&found[1], fits))?;
            return Some((found.get(0)?.start(), who, !found[2].is_empty(), Form::Bracket));
        }
        // A line below the words of a block: `Anna, 34, nurse`.
        if kind == BlockKind::Quotation
            && let Some(at) = text.trim_end().rfind('\n')
            && let line = text[at + 1..].trim()
            && line.split_whitespace().count() <= 8
            && !line.ends_with(['.', '?', '!', '”', '"', ','])
            && let Some(who) = self.by.people.attributed(line.trim_start_matches(['—', '–', '-', ' ']), self.known)
        {
            return Some((at, who, false, Form::Tail));
        }
        let found = DASHED_END.captures(text)?;
        let name = found.get(1)?;
        let before = text[..name.start()].trim_end().trim_end_matches(['—', '–', '-']).trim_end();
        let closed = before.ends_with(['”', '"', '’', '»', '.', '!', '?', '…']);
        if !closed || kind != BlockKind::Quotation && !before.ends_with(['”', '"', '’', '»']) {
            return None;
        }
        let fits = self.learned.dash || kind == BlockKind::Quotation;
        let who = self.by.people.attributed(name.as_str(), self.known);
        let who = who.or_else(|| learned(name.as_str(), fits))?;
        Some((before.len(), who, false, Form::Dash))
    }

    fn leads(&self, before: &str) -> bool {
        let lead = &before[sentence_start(before, before.len())..];
        // `I said, “` is of one who tells what was said.
        !self.by.people.mentions(lead, self.known).is_empty()
            || self.by.leads.says_at_end(lead) && !FIRST_PERSON.is_match(lead)
    }

    /// A row of a table: quotations in its cells, and the cell that says whose they are.
    fn row(&self, block: &Block) -> Vec<Quote> {
        let text = block.text.as_str();
        let pairs = marks::quoted(text);
        let mut quotes = self.inline(text, &pairs, None);
        let mut at = 0;
        let mut named: Vec<Who> = Vec::new();
        let mut long: Vec<Range<usize>> = Vec::new();
        for cell in text.split(" | ") {
            let place = at..at + cell.len();
            at += cell.len() + 3;
            let words = cell.split_whitespace().count();
            let coded = cell.contains(|c: char| c.is_ascii_digit());
            if words <= 6 && coded && let Some(who) = self.by.people.attribution(cell, self.known) {
                named.push(who);
            } else if words >= 8 {
                long.push(place);
            }
        }
        if quotes.is_empty() {
            quotes.extend(long.iter().flat_map(|cell| self.dashed_cell(text, cell)));
        }
        if let [who] = named.as_slice() {
            for quote in quotes.iter_mut().filter(|q| q.form == Form::None) {
                (quote.who, quote.form) = (who.clone(), Form::Cell);
            }
            if quotes.is_empty() && let [cell] = long.as_slice() && FIRST_PERSON.is_match(&text[cell.clone()]) {
                quotes.push(Quote { place: cell.clone(), who: who.clone(), whole: false, form: Form::Cell });
            }
        }
        quotes
    }

    /// Speech in a cell, each piece with `– Pregnant woman, Jharkhand` at its end or on the line below.
    fn dashed_cell(&self, text: &str, cell: &Range<usize>) -> Vec<Quote> {
        let mut out = Vec::new();
        let mut begun = cell.start;
        let mut from = cell.start;
        for line in text[cell.clone()].split('\n') {
            let end = from + line.len();
            if let Some(found) = DASHED_LINE.captures(line)
                && let Some(name) = found.get(1)
                && let Some(who) = self.by.people.attribution(name.as_str(), self.known)
            {
                let words = from + found.get(0).map_or(0, |m| m.start());
                let last = begun + text[begun..words].trim_end().len();
                if text[begun..last].split_whitespace().count() >= SHORTEST {
                    out.push(Quote { place: begun..last, who, whole: false, form: Form::Dash });
                }
                begun = (end + 1).min(cell.end);
            }
            from = end + 1;
        }
        out
    }
}

/// True for words in the first or second person, as speech is.
pub(super) fn is_first_person(words: &str) -> bool {
    FIRST_PERSON.is_match(words)
}

/// A quotation of several paragraphs opens each of them, and closes the last: the first ones are of the same person.
fn carried_over(blocks: &[Block], found: &mut [Vec<Quote>]) {
    for i in (1..blocks.len()).rev() {
        let opens = |b: &Block| is_running(b.kind) && b.text.starts_with(['“', '"', '«', '‘']);
        let (before, after) = (&blocks[i - 1], &blocks[i]);
        let unclosed = opens(before) && !before.text.contains(['”', '»']) && found[i - 1].iter().all(|q| q.who == Who::Nobody)
            && before.text.matches('"').count() % 2 == usize::from(before.text.starts_with('"'))
            && !(before.text.starts_with('‘') && before.text.ends_with('’'));
        let Some(first) = found[i].first().filter(|q| opens(after) && unclosed && q.place.start == 0) else { continue };
        let place = 0..before.text.len();
        found[i - 1] = vec![Quote { place, who: first.who.clone(), whole: true, form: first.form }];
    }
}

/// True when one stretch in marks is all of a text but for signs.
fn fills(text: &str, pairs: &[Range<usize>]) -> bool {
    let (Some(first), Some(last)) = (pairs.first(), pairs.last()) else { return false };
    let words = |t: &str| t.chars().any(char::is_alphanumeric);
    !words(&text[..first.start]) && !words(&text[last.end..]) && pairs.len() == 1
}

/// A number of three parts, which no citation has: `150412-003-45`.
fn is_long_number(inside: &str) -> bool {
    let sign = |c: char| c.is_ascii_digit() || matches!(c, '-' | '_' | '/' | ' ');
    inside.split(['-', '_', '/']).count() >= 3 && inside.chars().all(sign)
}

fn is_citation(inside: &str) -> bool {
    cites(inside) && !is_long_number(inside)
}

/// A few words that can stand for somebody: no sentence.
fn is_short_name(inside: &str) -> bool {
    let words = inside.split_whitespace().count();
    is_long_number(inside) || (1..=8).contains(&words)
        && inside.starts_with(|c: char| c.is_uppercase() || c.is_ascii_digit())
        && inside.contains(char::is_alphabetic)
        && !inside.contains(['.', ':', '?', '!', '“', '”'])
}

/// Quotations with a few words in brackets behind them that name nobody known.
fn unknown_brackets(blocks: &[Block], found: &[Vec<Quote>]) -> usize {
    let unknown = |block: &Block, quote: &&Quote| {
        let behind = BEHIND.captures(&block.text[quote.place.end..]);
        quote.form == Form::None
            && behind.is_some_and(|b| is_short_name(&b[1]) && !is_citation(&b[1]) && b[1].split_whitespace().count() <= 4)
    };
    blocks.iter().zip(found).map(|(b, quotes)| quotes.iter().filter(|q| unknown(b, q)).count()).sum()
}

/// True for one name alone: `Marisol`.
fn is_first_name(name: &str) -> bool {
    let mut letters = name.chars();
    letters.next().is_some_and(char::is_uppercase)
        && name.chars().count() >= 2
        && letters.all(|c| c.is_lowercase() || matches!(c, '-' | '’' | '\''))
        && !SPEECH.is_no_speaker(name)
        && !SPEECH.is_of_people(name)
}

/// True for an abbreviation of a quoted name: `“Brewers’ Spent Grain” (BSG)`.
fn abbreviates(inside: &str, quoted: &str) -> bool {
    let initials: Vec<char> = quoted
        .split(|c: char| !c.is_alphanumeric())
        .filter_map(|w| w.chars().next())
        .flat_map(char::to_uppercase)
        .collect();
    inside.chars().all(|c| c.is_uppercase() || c == 's') && inside.chars().filter(|c| *c != 's').all(|c| initials.contains(&c))
}

/// A footnote between two paragraphs: a number, and a sentence.
fn is_note(text: &str) -> bool {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    (1..=2).contains(&digits) && text[digits..].trim_start().starts_with(char::is_uppercase) && text.len() < 400
}

fn is_running(kind: BlockKind) -> bool {
    matches!(kind, BlockKind::Paragraph | BlockKind::Quotation | BlockKind::ListItem)
}

/// Bytes before a place in which its sentence begins, or counts as begun.
const LONGEST_SENTENCE: usize = 4_000;

/// Where the sentence that reaches up to `end` begins.
fn sentence_start(text: &str, end: usize) -> usize {
    let near = text.floor_char_boundary(end.saturating_sub(LONGEST_SENTENCE));
    let last = SENTENCE_END.find_iter(&text[near..end]).filter(|m| !is_abbreviation(&text[near..near + m.start()])).last();
    near + last.map_or(0, |m| m.start() + m.as_str().find(char::is_whitespace).unwrap_or(0))
}

/// The bytes of an opening mark and the letter behind it.
fn first_letter(text: &str) -> usize {
    text.chars().take(2).map(char::len_utf8).sum()
}

/// True where a full stop ends an abbreviation: `Dr. Berg`, `et al. Said`.
fn is_abbreviation(before: &str) -> bool {
    let word = before.rsplit(|c: char| c.is_whitespace() || c == '(').next().unwrap_or_default();
    matches!(word, "Dr" | "Mr" | "Mrs" | "Ms" | "Prof" | "al" | "e.g" | "i.e" | "vs" | "No" | "no" | "St" | "Int" | "approx")
}

/// A text with blanks for the words inside quotations; what ends them stays, and so does every place.
fn masked<'p>(text: &str, pairs: impl Iterator<Item = &'p Range<usize>>) -> String {
    let mut bytes = text.as_bytes().to_vec();
    for pair in pairs {
        let inside = &text[pair.clone()];
        let marks: Vec<(usize, char)> = inside.char_indices().rev().take(2).collect();
        let end = marks.get(1).map_or(pair.start, |(at, _)| pair.start + at);
        let keep = marks.get(1).is_some_and(|(_, c)| matches!(c, '.' | '!' | '?' | '…' | ','));
        // The first letter stays: a capital behind a full stop begins a sentence.
        let first = pair.start + inside.chars().take(2).map(char::len_utf8).sum::<usize>();
        let last = if keep { end } else { marks.first().map_or(pair.start, |(at, _)| pair.start + at) };
        if first < last {
            bytes[first..last].fill(b' ');
        }
    }
    String::from_utf8(bytes).unwrap_or_else(|_| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The quotations of paragraphs that have a speaker, as `speakers|words`.
    fn quotes(paragraphs: &[&str]) -> Vec<String> {
        let blocks: Vec<Block> =
            paragraphs.iter().map(|t| Block::new(BlockKind::Paragraph, *t, 1)).collect();
        let found = Attributions::new(&SpeakerSettings::default()).expect("defaults").find(&blocks);
        found
            .iter()
            .zip(&blocks)
            .flat_map(|(quotes, b)| quotes.iter().map(move |q| (q, b)))
            .filter_map(|(q, b)| {
                let name = match &q.who {
                    Who::Named(names) => names.join("+"),
                    Who::Described(described) => format!("~{described}"),
                    Who::Nobody => return None,
                };
                Some(format!("{name}|{}", &b.text[q.place.clone()]))
            })
            .collect()
    }

    #[test]
    fn attribution_after_the_closing_mark() {
        assert_eq!(
            quotes(&["They liked “working with people” (CPO24, CPO54). So it was."]),
            ["CPO24+CPO54|“working with people”"]
        );
        assert_eq!(
            quotes(&["It was “watered down” (Officer B), some felt."]),
            ["Officer B|“watered down”"]
        );
        assert_eq!(
            quotes(&["As stated, “there is something” (IP064, M). Yes."]),
            ["IP064|“there is something”"]
        );
    }

    #[test]
    fn attribution_before_the_opening_mark() {
        assert_eq!(
            quotes(&[
                "Staff matter. As IPO20 stated, “the part I like … people”. Therefore, “bonds” grow."
            ]),
            ["IPO20|“the part I like … people”"]
        );
        assert_eq!(
            quotes(&[
                "IPO23 recalled once saying to a client: “‘you’re not bad’ … it does”. They left."
            ]),
            ["IPO23|“‘you’re not bad’ … it does”"]
        );
    }

    #[test]
    fn a_paragraph_that_is_all_quotation() {
        assert_eq!(
            quotes(&["You get kitted up but it’s rare. (Officer F)"]),
            ["Officer F|You get kitted up but it’s rare."]
        );
        assert_eq!(
            quotes(&["if you’re kind, that pays (IPO2, M)."]),
            ["IPO2|if you’re kind, that pays"]
        );
        assert_eq!(
            quotes(&["If you can move people, do. I know some are like, “let’s go.” (Officer E)"]),
            ["Officer E|If you can move people, do. I know some are like, “let’s go.”"]
        );
        assert_eq!(
            quotes(&["hear horrible things. (Officer C continued)"]),
            ["Officer C|hear horrible things."]
        );
    }

    #[test]
    fn announced_by_the_sentence_before() {
        assert_eq!(
            quotes(&[
                "To show this, CPO57 reflected on a new role:",
                "I like managing people.",
                "So it goes."
            ]),
            ["CPO57|I like managing people."]
        );
    }

    #[test]
    fn the_literature_is_no_participant() {
        for text in [
            "Workers are “invisible ghosts” (Crewe, 2009).",
            "Stevens (2010) writes, “communities have evolved” (p. 19).",
            "to “modify one’s line of enquiry” (Robson, 1993, p. 229) was a feature",
            "is to risk a deviant identity. (p. 424)",
            "Rule 1 of the Rules published in 1964, “to hold those people.”",
            "during COVID-19, “remote work” grew",
        ] {
            assert_eq!(quotes(&[text]), [""; 0], "{text}");
        }
    }

    #[test]
    fn words_between_a_speaker_and_the_quotation() {
        assert_eq!(
            quotes(&["Interviewee 7 explained that \"it was late\"."]),
            ["Interviewee 7|\"it was late\""]
        );
        assert_eq!(quotes(&["P10 said that he “had no time” then."]), ["P10|“had no time”"]);
        assert_eq!(
            quotes(&["One (P31) told us “all is well” but another (P32) said “it is not”."]),
            ["P31|“all is well”", "P32|“it is not”"]
        );
        assert_eq!(quotes(&["P4 and P5 agreed: “yes” and “no”."]), ["P4+P5|“yes”", "P4+P5|“no”"]);
        assert_eq!(quotes(&["“I was there.” — Nurse 3"]), ["Nurse 3|“I was there.”"]);
    }

    #[test]
    fn the_speaker_is_the_subject_of_the_verb() {
        assert_eq!(
            quotes(&["\"I like the night,\" as S13 put it. \"Loud is enough,\" S1 added."]),
            ["S13|\"I like the night,\"", "S1|\"Loud is enough,\""]
        );
        for text in [
            "P7 left when his manager said that \"it is over\".",
            "P8 said her mother had told her \"to wait\".",
            "P9 used what the doctor had called \"the lamp\".",
            "P12 disagreed with Foucault, who wrote \"power is everywhere\".",
            "This was the policy that P11 knew, \"no calls at night\".",
        ] {
            assert_eq!(quotes(&[text]), [""; 0], "{text}");
        }
    }

    #[test]
    fn a_sentence_that_cites_participants_is_the_authors() {
        for text in [
            "Most of the nurses felt lonely during the winter nights (P1, P5).",
            "Three participants had left the service for good (P8, P9 and P10).",
            "Some valued the silence (P2). Others feared it (P3, P4), and we saw a few leave (P6).",
        ] {
            assert_eq!(quotes(&[text]), [""; 0], "{text}");
        }
    }

    #[test]
    fn an_authors_list_is_no_quotation() {
        let text = [
            "Three things set P10 apart from the rest:",
            "First, the older workers had contracts.",
        ];
        assert_eq!(quotes(&text), [""; 0]);
    }

    #[test]
    fn two_halves_are_one_speakers() {
        assert_eq!(
            quotes(&["“I dream in blocks,” said Coordinator C1, “and wake in them” (C1)."]),
            ["C1|“I dream in blocks,”", "C1|“and wake in them”"]
        );
    }
}
