//! The text of one hit: what stands left, in and right of it, and the words beside it.

use std::rc::Rc;

use super::missing;
use crate::analysis::FastMap;
use crate::index::{ForwardPassage, ForwardSource, StoreError};
use crate::pattern::Breadth;
use crate::query::{Context, Extent};
use crate::text::{TokenSpan, fold};

/// Passages of a source that are kept decoded.
const KEPT: usize = 64;

/// Reads passages of one source.
pub(in crate::analysis) struct Reader<'a> {
    pub(super) source: &'a ForwardSource,
    known: FastMap<u32, Rc<ForwardPassage<'a>>>,
}

/// The text of a hit.
#[derive(Debug)]
pub(in crate::analysis) struct Line {
    pub(in crate::analysis) left: String,
    pub(in crate::analysis) matched: String,
    pub(in crate::analysis) right: String,
    pub(super) start_char: u64,
    pub(super) end_char: u64,
}

/// A place in a source: passage and byte.
type Spot = (u32, usize);

impl<'a> Reader<'a> {
    pub(super) fn new(source: &'a ForwardSource) -> Self {
        Self { source, known: FastMap::default() }
    }

    pub(in crate::analysis) fn passage(
        &mut self,
        number: u32,
    ) -> Result<&ForwardPassage<'a>, StoreError> {
        self.shared(number)?;
        Ok(&self.known[&number])
    }

    fn shared(&mut self, number: u32) -> Result<Rc<ForwardPassage<'a>>, StoreError> {
        if let Some(known) = self.known.get(&number) {
            return Ok(known.clone());
        }
        if self.known.len() >= KEPT {
            self.known.clear();
        }
        let passage = Rc::new(self.source.passage(number).ok_or_else(missing)?);
        self.known.insert(number, passage.clone());
        Ok(passage)
    }

    /// The passage of a token that is counted from the beginning of another, and its number there.
    fn find(&mut self, mut number: u32, mut token: u32) -> Result<(u32, u32), StoreError> {
        loop {
            let count = count(&*self.shared(number)?);
            if token < count {
                return Ok((number, token));
            }
            token -= count;
            number += 1;
        }
    }

    /// A span's text with its context; `span` counts from the beginning of passage `number`.
    pub(in crate::analysis) fn line(
        &mut self,
        number: u32,
        span: TokenSpan,
        context: Context,
    ) -> Result<Line, StoreError> {
        let first = self.shared(number)?;
        let start: Spot = (number, first.tokens[span.start as usize].start as usize);
        let (last_number, last_token) = self.find(number, span.end - 1)?;
        let last = self.shared(last_number)?;
        let end: Spot = (last_number, last.tokens[last_token as usize].end as usize);
        let from = self.left_edge((number, span.start), context)?;
        let to = self.right_edge((last_number, last_token + 1), context)?;
        let chars = |passage: &ForwardPassage<'_>, byte: usize| {
            u64::from(passage.start_char) + passage.text[..byte].chars().count() as u64
        };
        Ok(Line {
            left: self.between(from, start)?,
            matched: self.between(start, end)?,
            right: self.between(end, to)?,
            start_char: chars(&first, start.1),
            end_char: chars(&last, end.1),
        })
    }

    /// The cleaned text between two places; passages are parted by one line end.
    fn between(&mut self, from: Spot, to: Spot) -> Result<String, StoreError> {
        if from.0 == to.0 {
            return Ok(self.shared(from.0)?.text[from.1..to.1].to_owned());
        }
        let mut out = self.shared(from.0)?.text[from.1..].to_owned();
        for number in from.0 + 1..to.0 {
            out.push('\n');
            out.push_str(&self.shared(number)?.text);
        }
        out.push('\n');
        out.push_str(&self.shared(to.0)?.text[..to.1]);
        Ok(out)
    }

    /// The passage before one, if the context may go there.
    fn before(&mut self, number: u32, across: Breadth) -> Result<Option<u32>, StoreError> {
        let Some(other) = number.checked_sub(1) else { return Ok(None) };
        Ok(self.joined(other, number, across)?.then_some(other))
    }

    fn after(&mut self, number: u32, across: Breadth) -> Result<Option<u32>, StoreError> {
        let other = number + 1;
        if other as usize >= self.source.len() {
            return Ok(None);
        }
        Ok(self.joined(number, other, across)?.then_some(other))
    }

    fn joined(&mut self, a: u32, b: u32, across: Breadth) -> Result<bool, StoreError> {
        Ok(match across {
            Breadth::Passage => false,
            Breadth::Source => true,
            Breadth::Turn => self.shared(a)?.turn == self.shared(b)?.turn,
            Breadth::Section => self.shared(a)?.section == self.shared(b)?.section,
        })
    }

    /// Where the left context begins; `at` is the hit's first token.
    fn left_edge(&mut self, at: (u32, u32), context: Context) -> Result<Spot, StoreError> {
        let (mut number, mut token) = at;
        match context.left {
            Extent::Passage => token = 0,
            Extent::Turn => {
                while let Some(before) = self.before(number, Breadth::Turn)? {
                    number = before;
                }
                token = 0;
            }
            Extent::Words(mut words) => {
                while words > token {
                    let Some(before) = self.before(number, context.across)? else { break };
                    words -= token;
                    number = before;
                    token = count(&*self.shared(number)?);
                }
                token = token.saturating_sub(words);
            }
            Extent::Sentences(mut more) => loop {
                let passage = self.shared(number)?;
                let starts = &passage.sentences;
                // The sentence of the hit, or the last of a passage before it.
                let here = starts.partition_point(|s| *s <= token).saturating_sub(1);
                let here = u32::try_from(here).unwrap_or(u32::MAX);
                if more <= here {
                    token = starts[(here - more) as usize];
                    break;
                }
                token = 0;
                let Some(before) = self.before(number, context.across)? else { break };
                more -= here + 1;
                number = before;
                token = count(&*self.shared(number)?) - 1;
            },
        }
        Ok((number, left_byte(&*self.shared(number)?, token)))
    }

    /// Where the right context ends; `at` is one past the hit's last token.
    fn right_edge(&mut self, at: (u32, u32), context: Context) -> Result<Spot, StoreError> {
        let (mut number, mut token) = at;
        match context.right {
            Extent::Passage => token = count(&*self.shared(number)?),
            Extent::Turn => {
                while let Some(after) = self.after(number, Breadth::Turn)? {
                    number = after;
                }
                token = count(&*self.shared(number)?);
            }
            Extent::Words(mut words) => loop {
                let left = count(&*self.shared(number)?) - token;
                if words <= left {
                    token += words;
                    break;
                }
                token += left;
                let Some(after) = self.after(number, context.across)? else { break };
                words -= left;
                number = after;
                token = 0;
            },
            Extent::Sentences(mut more) => loop {
                let passage = self.shared(number)?;
                // Sentences that begin at or after this place.
                let next = passage.sentences.partition_point(|s| *s < token);
                let left = u32::try_from(passage.sentences.len() - next).unwrap_or(u32::MAX);
                if more < left {
                    token = passage.sentences[next + more as usize];
                    break;
                }
                token = count(&passage);
                let Some(after) = self.after(number, context.across)? else { break };
                if more == left {
                    break;
                }
                more -= left + 1;
                number = after;
                token = 1;
            },
        }
        Ok((number, right_byte(&*self.shared(number)?, token)))
    }

    /// The folded words beside and in a hit: so many left (the nearest first), its own, so many
    /// right.
    pub(super) fn words(
        &mut self,
        number: u32,
        span: TokenSpan,
        left: u32,
        right: u32,
        across: Breadth,
    ) -> Result<Words, StoreError> {
        let mut out = Words::default();
        let (mut at, mut token) = (number, span.start);
        while out.left.len() < left as usize {
            if token == 0 {
                let Some(before) = self.before(at, across)? else { break };
                at = before;
                token = count(&*self.shared(at)?);
            } else {
                token -= 1;
                out.left.push(fold(self.shared(at)?.form(token)).into_owned());
            }
        }
        let (mut at, mut token) = (number, span.start);
        for _ in span.start..span.end {
            (at, token) = self.find(at, token)?;
            out.matched.push(fold(self.shared(at)?.form(token)).into_owned());
            token += 1;
        }
        while out.right.len() < right as usize {
            if token < count(&*self.shared(at)?) {
                out.right.push(fold(self.shared(at)?.form(token)).into_owned());
                token += 1;
            } else {
                let Some(after) = self.after(at, across)? else { break };
                at = after;
                token = 0;
            }
        }
        Ok(out)
    }
}

/// The folded words beside and in a hit.
#[derive(Debug, Default)]
pub(super) struct Words {
    /// Before it, the nearest first.
    pub(super) left: Vec<String>,
    /// In it.
    pub(super) matched: Vec<String>,
    /// After it.
    pub(super) right: Vec<String>,
}

fn count(passage: &ForwardPassage<'_>) -> u32 {
    u32::try_from(passage.tokens.len()).unwrap_or(u32::MAX)
}

/// The byte where a context begins with a token. Marks that stand right at a word belong to it: an
/// opening bracket.
fn left_byte(passage: &ForwardPassage<'_>, token: u32) -> usize {
    let Some(before) = (token as usize).checked_sub(1) else { return 0 };
    let text = &passage.text;
    let floor = passage.tokens[before].end as usize;
    let at = passage.tokens.get(token as usize).map_or(text.len(), |t| t.start as usize);
    let blank = text[floor..at].char_indices().rev().find(|(_, c)| c.is_whitespace());
    blank.map_or(floor, |(i, c)| floor + i + c.len_utf8())
}

/// The byte where a context ends before a token: with the full stop of the word before it.
fn right_byte(passage: &ForwardPassage<'_>, token: u32) -> usize {
    let text = &passage.text;
    let Some(next) = passage.tokens.get(token as usize) else { return text.len() };
    let ceiling = next.start as usize;
    let Some(before) = (token as usize).checked_sub(1) else { return 0 };
    let at = passage.tokens[before].end as usize;
    at + text[at..ceiling].find(char::is_whitespace).unwrap_or(ceiling - at)
}

/// Where a byte of a passage is in the file: `p. 7, 00:46, par. 12, line 45`.
pub(crate) fn locator(passage: &ForwardPassage<'_>, byte: usize) -> String {
    let mut parts = Vec::new();
    let next = passage.marks.partition_point(|m| m.byte as usize <= byte);
    let mark = next.checked_sub(1).and_then(|i| passage.marks.get(i)).copied().unwrap_or_default();
    if let Some(page) = mark.page.or(passage.page) {
        parts.push(format!("p. {page}"));
    }
    let second = mark.second.map(|s| format!("{:02}:{:02}:{:02}", s / 3600, s / 60 % 60, s % 60));
    parts.extend(second.or_else(|| passage.time.clone()));
    parts.push(format!("par. {}", passage.number + 1));
    if mark.line > 0 {
        parts.push(format!("line {}", mark.line));
    }
    parts.join(", ")
}
