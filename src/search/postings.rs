//! The spans of a pattern in one segment, from postings and positions alone.
//!
//! ```text
//! "therapeutic" "alliance.*"
//!   therapeutic  41 passages      walked first: the rarest part
//!   alliance*    3 terms, 96      only looked up in those 41
//!   passage 7: therapeutic at 3, 20; alliance at 4 -> span 3..5
//! ```

use crate::index::{Segment, StoreError, TermHandle};
use crate::pattern::{Pattern, Word};

/// `(document, first token, one past the last)`, sorted, each once.
pub(super) type Spans = Vec<(u32, u32, u32)>;

/// The terms of a pattern looked up in a segment.
enum Resolved {
    Word(Vec<TermHandle>),
    Sequence(Vec<Self>),
    Either(Vec<Self>),
}

/// Every distinct span of `pattern` in `segment`, deleted documents included.
pub(super) fn spans(segment: &Segment, pattern: &Pattern) -> Result<Spans, StoreError> {
    let resolved = Resolved::new(segment, pattern)?;
    resolved.spans(segment, None)
}

impl Resolved {
    fn new(segment: &Segment, pattern: &Pattern) -> Result<Self, StoreError> {
        let all = |parts: &[Pattern]| {
            parts.iter().map(|p| Self::new(segment, p)).collect::<Result<Vec<_>, _>>()
        };
        Ok(match pattern {
            Pattern::Word(Word::Form(form)) => {
                Self::Word(segment.term(form)?.into_iter().collect())
            }
            Pattern::Word(word) => {
                let found = segment.terms_matching(&word.regex())?;
                Self::Word(found.into_iter().map(|(_, term)| term).collect())
            }
            Pattern::Sequence(parts) => Self::Sequence(all(parts)?),
            Pattern::Either(parts) => Self::Either(all(parts)?),
        })
    }

    /// At most so many passages have it.
    fn passages(&self) -> u64 {
        match self {
            Self::Word(terms) => terms.iter().map(|t| u64::from(t.passages())).sum(),
            Self::Sequence(parts) => parts.iter().map(Self::passages).min().unwrap_or(0),
            Self::Either(parts) => parts.iter().map(Self::passages).sum(),
        }
    }

    /// The spans, in all documents or only in those given (sorted, each once).
    fn spans(&self, segment: &Segment, docs: Option<&[u32]>) -> Result<Spans, StoreError> {
        match self {
            Self::Word(terms) => words(segment, terms, docs),
            Self::Either(parts) => {
                let mut spans = Vec::new();
                for part in parts {
                    spans.extend(part.spans(segment, docs)?);
                }
                spans.sort_unstable();
                spans.dedup();
                Ok(spans)
            }
            Self::Sequence(parts) => sequence(segment, parts, docs),
        }
    }
}

fn words(
    segment: &Segment,
    terms: &[TermHandle],
    docs: Option<&[u32]>,
) -> Result<Spans, StoreError> {
    let mut spans = Vec::new();
    let mut positions = Vec::new();
    for term in terms {
        let mut cursor = segment.postings(term)?;
        let mut take = |cursor: &mut crate::index::PostingsCursor, doc: u32| {
            positions.clear();
            cursor.positions(&mut positions);
            spans.extend(positions.iter().map(|p| (doc, *p, p + 1)));
        };
        match docs {
            None => {
                while let Some(doc) = cursor.doc() {
                    take(&mut cursor, doc);
                    cursor.advance();
                }
            }
            Some(docs) => {
                for doc in docs {
                    cursor.seek(*doc);
                    match cursor.doc() {
                        Some(at) if at == *doc => take(&mut cursor, *doc),
                        Some(_) => {}
                        None => break,
                    }
                }
            }
        }
    }
    if terms.len() > 1 {
        spans.sort_unstable();
        spans.dedup();
    }
    Ok(spans)
}

/// Looks the parts up from the rarest on, each only where all before it are, then joins them.
fn sequence(
    segment: &Segment,
    parts: &[Resolved],
    docs: Option<&[u32]>,
) -> Result<Spans, StoreError> {
    let mut order: Vec<usize> = (0..parts.len()).collect();
    order.sort_by_key(|i| (parts[*i].passages(), *i));
    let mut found: Vec<Spans> = vec![Vec::new(); parts.len()];
    let mut candidates: Option<Vec<u32>> = docs.map(<[u32]>::to_vec);
    for i in order {
        found[i] = parts[i].spans(segment, candidates.as_deref())?;
        let mut docs: Vec<u32> = found[i].iter().map(|s| s.0).collect();
        docs.dedup();
        if docs.is_empty() {
            return Ok(Vec::new());
        }
        candidates = Some(docs);
    }
    let mut joined = std::mem::take(&mut found[0]);
    for next in &found[1..] {
        joined = adjacent(&joined, next);
    }
    Ok(joined)
}

/// Spans made of one of `left` and one of `right` that begins where it ends.
fn adjacent(left: &Spans, right: &Spans) -> Spans {
    let mut out = Vec::new();
    let mut from = 0;
    for (doc, start, end) in left {
        while from < right.len() && right[from].0 < *doc {
            from += 1;
        }
        let at = from + right[from..].partition_point(|r| (r.0, r.1) < (*doc, *end));
        let following = right[at..].iter().take_while(|r| (r.0, r.1) == (*doc, *end));
        out.extend(following.map(|r| (*doc, *start, r.2)));
    }
    out.sort_unstable();
    out.dedup();
    out
}
