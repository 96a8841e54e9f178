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

use std::ops::Range;

use super::codes::{Known, is_of_things};
use super::convention::{Learned, is_first_name};
use super::labels::key;
use super::lead::is_literature;
use super::marks;
use super::paper::{Announced, Attributions, Paper};
use super::people::{Mention, Who, tidy};
use super::quote::{
    BEHIND, DASHED, Form, IN_ITS_BRACKET, INSIDE_END, Quote, SENTENCE_END, SHORTEST, abbreviates,
    fills, first_letter, is_citation, is_first_person, is_note, is_running, is_short_name, masked,
    sentence_start,
};
use super::speech::SPEECH;
use super::whole::{Rows, carried_over};
use crate::ingest::{Block, BlockKind};

impl Attributions {
    /// The quotations of every block of an author's text; those whom the settings call no speakers have none.
    pub(super) fn find(&self, blocks: &[Block]) -> Vec<Vec<Quote>> {
        let mut found = self.attributed(blocks);
        for quote in found.iter_mut().flatten().filter(|_| !self.nobody.is_empty()) {
            if let Who::Named(names) = &mut quote.who {
                names.retain(|name| !self.nobody.contains(&key(name)));
                if names.is_empty() {
                    (quote.who, quote.form) = (Who::Nobody, Form::None);
                }
            }
        }
        found
    }

    fn attributed(&self, blocks: &[Block]) -> Vec<Vec<Quote>> {
        let texts = blocks.iter().filter(|b| is_running(b.kind) || b.kind == BlockKind::TableRow);
        let known = Known::of(texts.map(|b| b.text.as_str()));
        let paper = Paper { by: self, known: &known, learned: Learned::default() };
        let first = paper.read(blocks);
        let mut learned = Learned::of(blocks, &first);
        learned.names.extend(self.sayers.names(blocks, &first));
        if learned.is_empty() {
            return first;
        }
        let mut known = known.clone();
        known.names.extend(std::mem::take(&mut learned.names));
        let second = Paper { by: self, known: &known, learned }.read(blocks);
        // Names that only the paper's own way has shown may lead to quotations as well.
        let mut more = Learned::of(blocks, &second);
        more.names.extend(self.sayers.names(blocks, &second));
        let new = more.names.iter().any(|n| !known.names.contains(n));
        if !new {
            return second;
        }
        known.names.extend(std::mem::take(&mut more.names));
        Paper { by: self, known: &known, learned: more }.read(blocks)
    }
}

impl Paper<'_> {
    fn read(&self, blocks: &[Block]) -> Vec<Vec<Quote>> {
        let mut found: Vec<Vec<Quote>> = Vec::with_capacity(blocks.len());
        let mut announced: Option<Announced> = None;
        let mut before: Option<Who> = None;
        let mut rows = Rows::default();
        for (at, block) in blocks.iter().enumerate() {
            if block.kind == BlockKind::TableRow {
                rows.meet(blocks, at);
                found.push(self.row(block, rows.quote));
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
        self.signed_below(blocks, &mut found);
        found
    }

    /// The quotations of one block.
    fn block(
        &self,
        block: &Block,
        announced: Option<Announced>,
        before: Option<Who>,
    ) -> Vec<Quote> {
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
            let asks = text.split_once(':').is_some_and(|(label, _)| {
                SPEECH.asks(label) && label.split_whitespace().count() <= 3
            });
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

    /// The stretches in marks inside a paragraph.
    pub(super) fn inline(
        &self,
        text: &str,
        pairs: &[Range<usize>],
        before: Option<Who>,
    ) -> Vec<Quote> {
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
            } else if let Some((named, by)) = self.behind(text, pair, next).filter(|(_, by)| {
                *by != Form::SaidAfter || !self.leads_by_colon(&bare, pair, i, pairs)
            }) {
                (who, form) = (named, by);
            } else if is_term(text, pair) {
                form = Form::Cited;
            } else {
                let mut start =
                    sentence_start(&bare, pair.start + first_letter(&bare[pair.start..]));
                // What led to another quotation leads to this one only where a word joins them.
                if let Some(last) = i.checked_sub(1).map(|b| &pairs[b]).filter(|l| l.end > start) {
                    let between = &text[last.end..pair.start];
                    let joins = !between.contains(['.', '?', '!', ';'])
                        && !between.contains(|c: char| c.is_ascii_digit());
                    start = if joins { start } else { last.end };
                }
                let lead = &bare[start.min(pair.start)..pair.start];
                // `she` is the one named last before this sentence, or quoted last.
                let since = i.checked_sub(1).map_or(0, |b| pairs[b].end).min(start);
                let between = &bare[since..start.min(pair.start)];
                let named = self.by.people.mentions(between, self.known).pop();
                let fresh = i > 0 || between.trim().is_empty();
                let antecedent = named
                    .map(|m| Who::Named(vec![m.name]))
                    .or_else(|| last.clone().filter(|_| fresh));
                let ahead = || {
                    self.ahead(text, pair, i.checked_sub(1).map_or(0, |b| pairs[b].end))
                        .or_else(|| self.in_brackets(text, lead, pair))
                };
                if is_literature(lead) {
                    form = Form::Cited;
                } else if let Some(named) = self.own(lead, false).or_else(ahead).or_else(|| {
                    self.by.leads.before(lead, &self.by.people, self.known, antecedent.as_ref())
                }) {
                    (who, form) = (named, Form::Lead);
                } else if self.by.leads.pronoun_after(&text[pair.end..next])
                    && let Some(named) = antecedent.or_else(|| self.only_one(&bare[..pair.start]))
                    && self.is_nearest(&bare[..pair.start], &named)
                {
                    (who, form) = (named, Form::SaidAfter);
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

    /// True where a colon after one person's name leads to a quotation, so that the next sentence is not of it.
    fn leads_by_colon(
        &self,
        bare: &str,
        pair: &Range<usize>,
        i: usize,
        pairs: &[Range<usize>],
    ) -> bool {
        let before = bare[..pair.start].trim_end();
        let ended =
            bare[..pair.end].trim_end_matches(marks::CLOSING).ends_with(['.', '!', '?', '…']);
        if !before.ends_with([':', '：']) || !ended {
            return false;
        }
        let since = i.checked_sub(1).map_or(0, |b| pairs[b].end);
        let start = sentence_start(bare, before.len()).max(since).min(before.len());
        self.by.people.mentions(&before[start..], self.known).len() == 1
    }

    /// The one person of the sentence in whose brackets a quotation stands: `S5 hid it (“so it can rest, I say”)`.
    fn in_brackets(&self, text: &str, lead: &str, pair: &Range<usize>) -> Option<Who> {
        let opens = lead.trim_end().ends_with(['(', '[']);
        let closes = text[pair.end..].trim_start_matches(['.', ',', ' ']).starts_with([')', ']']);
        let people = self.by.people.mentions(lead, self.known);
        let says = is_first_person(&text[pair.clone()]) || self.by.leads.says(lead);
        (opens && closes && people.len() == 1 && says)
            .then(|| Who::Named(vec![people[0].name.clone()]))
    }

    /// True where nobody else is named between a person and what `she` says.
    fn is_nearest(&self, text: &str, who: &Who) -> bool {
        const FAR: usize = 400;
        let text = &text[text.floor_char_boundary(text.len().saturating_sub(FAR))..];
        let last = self.by.people.mentions(text, self.known).pop();
        last.is_none_or(|m| *who == Who::Named(vec![m.name]))
    }

    /// The one person whom a paragraph names, if it is one.
    fn only_one(&self, text: &str) -> Option<Who> {
        /// Bytes of it that are looked at.
        const FAR: usize = 1_500;
        let text = &text[text.floor_char_boundary(text.len().saturating_sub(FAR))..];
        let mut names: Vec<String> =
            self.by.people.mentions(text, self.known).into_iter().map(|m| m.name).collect();
        names.dedup();
        (names.len() == 1).then_some(Who::Named(names))
    }

    /// A name right before a quotation, in brackets or before its brackets: `(P7) “…”`, `P1 (“…”)`.
    fn ahead(&self, text: &str, pair: &Range<usize>, since: usize) -> Option<Who> {
        let before = text[since..pair.start].trim_end();
        // `(P11: “…”)`
        if let Some(inside) = before.strip_suffix([':', '：'])
            && let Some(open) = inside.rfind(['(', '['])
            && !inside[open..].contains([')', ']'])
            && let Some((who, true)) = self.by.people.attributed(&inside[open + 1..], self.known)
        {
            return Some(who);
        }
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

    /// An attribution in brackets before the closing mark: `“so it was (P7).”`
    fn inside_end(&self, text: &str, pair: &Range<usize>) -> Option<(usize, Who)> {
        let inside = &text[pair.clone()];
        let found = INSIDE_END.captures(inside)?;
        let who = self.by.people.attribution(&found[1], self.known)?;
        let coded = found[1].contains(|c: char| c.is_ascii_digit());
        let at = found.get(0)?.start();
        (coded && inside[..at].split_whitespace().count() >= SHORTEST)
            .then_some((pair.start + at, who))
    }

    /// Who is named right behind a quotation.
    pub(super) fn behind(
        &self,
        text: &str,
        pair: &Range<usize>,
        next: usize,
    ) -> Option<(Who, Form)> {
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
            // A paragraph in marks, and a name: `“…” (Miriam)`.
            let whole = pair.start == 0
                && text[pair.clone()].split_whitespace().count() >= 12
                && is_first_person(&text[pair.clone()])
                && after[found.get(0).map_or(0, |m| m.end())..].trim_matches(['.', ' ']).is_empty()
                && is_first_name(inside);
            if (self.learned.bracket || whole)
                && is_short_name(inside)
                && !abbreviates(inside, &text[pair.clone()])
                && !is_of_things(inside)
                && let first = inside.split([',', ';']).next().unwrap_or_default().trim()
            {
                let name = if is_first_name(first) { first } else { inside };
                return Some((Who::Named(vec![tidy(name)]), Form::Bracket));
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
        let to_next = &text[pair.end
            ..(next
                + usize::from(next < text.len())
                    * text[next..].chars().next().map_or(0, char::len_utf8))
            .min(text.len())];
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
            && !SPEECH.goes_on(tail)
            && !goes_on_in_words(tail, &self.by.people.mentions(tail, self.known))
        {
            return Some((who, Form::Tail));
        }
        let inner = text[pair.clone()].trim_end_matches(['”', '’', '"', '\'', '»', '“', ' ']);
        let ended = inner.ends_with(['.', '!', '?', '…']) || rest.trim_start().starts_with('.');
        // A sentence that leads to the quotation ends with it: the next one is of something else.
        if ended && !opens_sentence(text, pair.start) {
            return None;
        }
        let follows = next < text.len();
        let said = self.by.leads.after(rest, ended, follows, &self.by.people, self.known);
        said.map(|who| (who, Form::SaidAfter))
    }

    /// Gives the halves of a quotation broken by "she said," the speaker of the other half.
    fn other_halves(&self, text: &str, quotes: &mut [Quote]) {
        for i in 1..quotes.len() {
            let between =
                &text[quotes[i - 1].place.end.min(quotes[i].place.start)..quotes[i].place.start];
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
            // `“….” The handbook says “`: a sentence of its own, by somebody else.
            let first = text[quotes[i - 1].place.clone()].trim_end_matches(marks::CLOSING);
            let fresh = first.ends_with(['.', '!', '?', '…'])
                && between.trim_start().starts_with(char::is_uppercase)
                && (!opens_sentence(text, quotes[i - 1].place.start)
                    || self.by.people.mentions(between, self.known).is_empty());
            if !broken || fresh {
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
}

/// True where a quotation opens its sentence: nothing leads to it.
fn opens_sentence(text: &str, start: usize) -> bool {
    let before = text[..start].trim_end();
    before.is_empty()
        || before.ends_with(marks::CLOSING)
        || before.ends_with(['.', '!', '?', '…', ')', ']', '|'])
}

/// True where words go on behind a name as a sentence does: `P5 had not`, and not `P5, nurse`.
fn goes_on_in_words(tail: &str, people: &[Mention]) -> bool {
    people
        .last()
        .is_some_and(|last| tail[last.place.end..].trim_start().starts_with(char::is_lowercase))
}

/// True for a few words that name something, as what stands around them shows: `the city’s “right to counsel” programme`.
fn is_term(text: &str, pair: &Range<usize>) -> bool {
    let inside = text[pair.clone()].trim_matches(['“', '”', '"', '‘', '’', '\'']);
    if inside.split_whitespace().count() > 4
        || is_first_person(inside)
        || inside.ends_with([',', '.', '!', '?'])
    {
        return false;
    }
    let behind = &text[pair.end..];
    let next = behind.trim_start().split(|c: char| !c.is_alphabetic()).next().unwrap_or_default();
    let noun = behind.starts_with(' ')
        && next.chars().count() > 2
        && next.starts_with(char::is_lowercase)
        && !["ly", "ed"].iter().any(|end| next.ends_with(end))
        && !SPEECH.joining.contains(next);
    let before = text[..pair.start].trim_end();
    let word = before.rsplit(char::is_whitespace).next().unwrap_or_default();
    let article = matches!(
        word,
        "the" | "a" | "an" | "this" | "that" | "their" | "its" | "such" | "so-called"
    );
    // `described his role as a “…”`
    let called = before[..before.len() - word.len()].trim_end().ends_with(" as");
    noun && !called
        && (article || word.ends_with("’s") || word.ends_with("'s") || word.ends_with("s’"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::project::SpeakerSettings;

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
    fn the_next_sentence_is_of_something_else() {
        for (text, named) in [
            ("Freire (1970) wrote “I cannot teach anybody”. P4 disagreed.", &[][..]),
            ("The guideline says “we must wash our hands”. P4 disagreed.", &[]),
            ("The text reads “we are here for you” (interview guide).", &[]),
            ("A study of nurses reported “we are tired of it all”.", &[]),
            ("It asks “what is it like for you?” (RQ2).", &[]),
            ("The city has a “right to counsel” programme, said P4.", &[]),
            ("As P3 put it, “we were late”. P4 disagreed.", &["P3"]),
            ("P3 told us, “we were late.” P4 agreed.", &["P3"]),
            ("We asked, “What was it like?” P5 replied, “I cried a lot.”", &["P5"]),
            ("After hearing P6, P5 said: “we were late.”", &["P5"]),
            ("P1’s view was shared by P2, who said “we were late”.", &["P2"]),
            ("“We were late,” one woman laughed [IDI 6, female].", &["IDI 6"]),
            ("“We were late.” P5 explained.", &["P5"]),
            ("« On part », dit P4. Comme le dit I5, « je suis resté là ».", &["P4", "I5"]),
            ("P8 saw it as “a kind of wall for us”.", &["P8"]),
            ("S5 hid it (“so it can have a rest, I tell them”).", &["S5"]),
            ("“We never slept there,” according to P5.", &["P5"]),
        ] {
            let found = quotes(&[text]);
            let names: Vec<&str> =
                found.iter().filter_map(|q| Some(q.split_once('|')?.0)).collect();
            assert_eq!(names, named, "{text}");
        }
        let learnt = [
            "“I never liked it at all” (Anna, grade 9).",
            "“I never liked it at all” (Sofia, grade 10).",
            "“I never liked it at all” (Leila, grade 9).",
        ];
        let found = quotes(&learnt);
        assert!(
            found.iter().zip(["Anna|", "Sofia|", "Leila|"]).all(|(q, n)| q.starts_with(n)),
            "{found:?}"
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
