//! Quotations that fill a paragraph, a block or a cell: known by what stands at their end, by the sentence before, or by
//! another cell.

use std::ops::Range;

use super::convention::is_first_name;
use super::marks;
use super::paper::{Announced, Paper};
use super::people::{Who, tidy};
use super::quote::{
    AT_END, DASHED_END, DASHED_LINE, FIRST_PERSON, Form, Quote, SHORTEST, SINGULAR, fills,
    is_citation, is_running, is_short_name, masked, sentence_start,
};
use super::speech::SPEECH;
use crate::ingest::{Block, BlockKind};

impl Paper<'_> {
    /// The quotation or quotations that the sentence before announced.
    pub(super) fn announced(
        &self,
        block: &Block,
        pairs: &[Range<usize>],
        by: Announced,
    ) -> Option<Vec<Quote>> {
        let text = block.text.as_str();
        let opens = pairs
            .first()
            .is_some_and(|p| text[..p.start].trim_start_matches(['•', '-', '*', ' ']).is_empty());
        let form = Form::Announced;
        if opens {
            let first = pairs[0].clone();
            // What stands behind the quotation is the authors' again, and may say better whose it is.
            let own = self.behind(text, &first, pairs.get(1).map_or(text.len(), |p| p.start));
            if own.is_some() || !by.colon && !fills(text, pairs) {
                return None;
            }
            let mut quotes = self.inline(text, pairs, None);
            if let Some(quote) =
                quotes.first_mut().filter(|q| q.place == first && q.who == Who::Nobody)
            {
                (quote.who, quote.form) = (by.who, form);
                quote.whole = fills(text, std::slice::from_ref(&first));
            }
            return Some(quotes);
        }
        let asks = text
            .split_once(':')
            .is_some_and(|(label, _)| SPEECH.asks(label) && label.split_whitespace().count() <= 3);
        let quoted = block.kind == BlockKind::Quotation && !asks;
        if self.label_inside(text).is_some() {
            return None;
        }
        // Without marks, a paragraph is speech if its speaker was said to speak and it is in the first person.
        let speech = by.says
            && by.colon
            && by.who != Who::Nobody
            && pairs
                .iter()
                .all(|p| self.by.people.mentions(&text[..p.start], self.known).is_empty())
            && FIRST_PERSON.is_match(text)
            && block.kind == BlockKind::Paragraph;
        (quoted && by.colon || speech)
            .then(|| vec![Quote { place: 0..text.len(), who: by.who, whole: true, form }])
    }

    /// What a block's last sentence says of the next block.
    pub(super) fn announces(&self, block: &Block, quotes: &[Quote]) -> Option<Announced> {
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

    /// The quotation that fills a block, known by the attribution at its end.
    pub(super) fn whole_block(
        &self,
        block: &Block,
        pairs: &[Range<usize>],
        colon: bool,
    ) -> Option<Quote> {
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
        let quoted_end = words.ends_with(marks::CLOSING);
        let opens = pairs.first().is_some_and(|p| p.start == 0);
        if quoted_end && let Some(last) = pairs.iter().rev().find(|p| p.end == words.len()) {
            if opens && last.start == 0 {
                return whole(words.len());
            }
            if block.kind != BlockKind::Quotation {
                // `they say “I can’t.” (Officer A)`: speech within speech, if the rest is speech.
                let inner = words.trim_end_matches(marks::CLOSING);
                let outside = &words[..last.start];
                let speech = (colon || !stop_after && inner.ends_with(['.', '!', '?', '…']))
                    && !self.leads(outside)
                    && SINGULAR.is_match(&masked(
                        outside,
                        pairs.iter().filter(|p| p.end <= outside.len()),
                    ));
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
        let speech =
            SINGULAR.is_match(&masked(words, pairs.iter().filter(|p| p.end <= words.len())));
        if ends && !leads && (coded || speech && colon) { whole(words.len()) } else { None }
    }

    /// Where the attribution at the end of a block begins, whose it is, and whether a full stop follows it.
    pub(super) fn end_attribution(
        &self,
        text: &str,
        kind: BlockKind,
    ) -> Option<(usize, (Who, bool), bool, Form)> {
        let learned = |inside: &str, fits: bool| {
            (fits && is_short_name(inside) && !is_citation(inside))
                .then(|| (Who::Named(vec![tidy(inside)]), false))
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
            && let line = line.trim_start_matches(['—', '–', '-', ' '])
            && let Some(who) = self.by.people.attributed(line, self.known).or_else(|| signed(line))
        {
            return Some((at, who, false, Form::Tail));
        }
        let found = DASHED_END.captures(text)?;
        let name = found.get(1)?;
        let before = text[..name.start()].trim_end().trim_end_matches(['—', '–', '-']).trim_end();
        let marked = before.ends_with(marks::CLOSING);
        let closed = marked || before.ends_with(['.', '!', '?', '…']);
        if !closed || kind != BlockKind::Quotation && !marked {
            return None;
        }
        let fits = self.learned.dash || kind == BlockKind::Quotation;
        let who = self.by.people.attributed(name.as_str(), self.known);
        let who = who.or_else(|| learned(name.as_str(), fits))?;
        Some((before.len(), who, false, Form::Dash))
    }

    /// Quotations that fill a paragraph and name nobody get whom the short paragraph below them names: `Winston, 60`.
    pub(super) fn signed_below(&self, blocks: &[Block], found: &mut [Vec<Quote>]) {
        for i in 1..blocks.len() {
            let (quoted, below) = (&blocks[i - 1], blocks[i].text.trim());
            let running = is_running(quoted.kind) && is_running(blocks[i].kind);
            let short = below.split_whitespace().count() <= 8
                && !below.ends_with(['.', '?', '!', ':', ',', '”', '"']);
            let [quote] = found[i - 1].as_mut_slice() else { continue };
            if !running
                || !short
                || quote.who != Who::Nobody
                || quote.form == Form::Cited
                || !(quote.whole || fills(&quoted.text, std::slice::from_ref(&quote.place)))
            {
                continue;
            }
            let signed = self.by.people.attributed(
                below
                    .trim_start_matches(['—', '–', '-', ' ', '(', '['])
                    .trim_end_matches([')', ']']),
                self.known,
            );
            if let Some((who, true)) = signed
                && !self.by.leads.says(below)
            {
                (quote.who, quote.form, quote.whole) = (who, Form::Tail, true);
            }
        }
    }

    /// A row of a table: quotations in its cells, and the cell that says whose they are; `quotes` where the table is
    /// one of quotations, whatever is in them.
    pub(super) fn row(&self, block: &Block, quoting: bool) -> Vec<Quote> {
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
            if words <= 6
                && coded
                && let Some(who) = self.by.people.attribution(cell, self.known)
            {
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
            if quotes.is_empty()
                && let [cell] = long.as_slice()
                && (quoting || FIRST_PERSON.is_match(&text[cell.clone()]))
            {
                quotes.push(Quote {
                    place: cell.clone(),
                    who: who.clone(),
                    whole: false,
                    form: Form::Cell,
                });
            }
        }
        quotes
    }

    /// Speech in a cell, each piece with `– Pregnant woman, Jharkhand` at its end or on the line below.
    pub(super) fn dashed_cell(&self, text: &str, cell: &Range<usize>) -> Vec<Quote> {
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

/// A first name on the last line of a block quotation, with what is said of it: `Beth, mother of two`.
fn signed(line: &str) -> Option<(Who, bool)> {
    let name = line.split([',', '(', ';']).next().unwrap_or_default().trim();
    (is_first_name(name) && !is_citation(line)).then(|| (Who::Named(vec![name.to_owned()]), true))
}

/// The table whose rows are being read.
#[derive(Default)]
pub(super) struct Rows {
    /// The block behind the last row.
    next: usize,
    /// True where the first row names a column of quotations.
    pub(super) quote: bool,
}

impl Rows {
    /// Meets the row at a place: behind another row it is of the same table.
    pub(super) fn meet(&mut self, blocks: &[Block], at: usize) {
        if self.next != at {
            self.quote = blocks[at].text.split(" | ").any(|cell| {
                let short = cell.split_whitespace().count() <= 4;
                short && SPEECH.is_quotation_head(cell)
            });
        }
        self.next = at + 1;
    }
}

/// A quotation of several paragraphs opens each of them, and closes the last: the first ones are of the same person.
pub(super) fn carried_over(blocks: &[Block], found: &mut [Vec<Quote>]) {
    for i in (1..blocks.len()).rev() {
        let opens = |b: &Block| is_running(b.kind) && b.text.starts_with(['“', '"', '«', '‘']);
        let (before, after) = (&blocks[i - 1], &blocks[i]);
        let unclosed = opens(before)
            && !before.text.contains(['”', '»'])
            && found[i - 1].iter().all(|q| q.who == Who::Nobody)
            && before.text.matches('"').count() % 2 == usize::from(before.text.starts_with('"'))
            && !(before.text.starts_with('‘') && before.text.ends_with('’'));
        let Some(first) =
            found[i].first().filter(|q| opens(after) && unclosed && q.place.start == 0)
        else {
            continue;
        };
        let place = 0..before.text.len();
        found[i - 1] = vec![Quote { place, who: first.who.clone(), whole: true, form: first.form }];
    }
}
