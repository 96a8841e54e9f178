//! Postings: where each term occurs, sorted by counting and written by tantivy's own serialiser.
//!
//! Words come as numbers, so a place is put where it belongs by adding up how often each term
//! occurs; no term is looked up, and no place moved again.

use std::cmp::Ordering;

use tantivy::DocId;
use tantivy::postings::InvertedIndexSerializer;
use tantivy::schema::Field;

use super::lexicon::Lexicon;
use super::narrow;

/// One occurrence of a term.
#[derive(Clone, Copy, Debug)]
pub(super) struct Occurrence {
    /// The number of the term.
    pub term: u32,
    pub document: DocId,
    /// The token in the document.
    pub position: u32,
}

/// Writes the postings of a field, whose terms occur so many times; occurrences come by document
/// and position.
pub(super) fn write_postings(
    out: &mut InvertedIndexSerializer,
    field: Field,
    (terms, counts): (&Lexicon, &[u32]),
    occurrences: impl Iterator<Item = Occurrence>,
) -> tantivy::Result<()> {
    let order = by_letters(terms);
    // Where the next occurrence of each term goes; when all are there, where its last one ends.
    let mut next = vec![0_usize; counts.len()];
    let mut all = 0;
    for term in &order {
        next[*term as usize] = all;
        all += counts[*term as usize] as usize;
    }
    if all == 0 {
        return Ok(());
    }
    let mut places = vec![(0, 0); all];
    for occurrence in occurrences {
        let at = &mut next[occurrence.term as usize];
        places[*at] = (occurrence.document, occurrence.position);
        *at += 1;
    }
    let mut out = out.new_field(field, all as u64, None)?;
    let (mut from, mut steps) = (0, Vec::new());
    for term in order {
        let here = &places[from..next[term as usize]];
        from = next[term as usize];
        let by_document = || here.chunk_by(|a, b| a.0 == b.0);
        let documents = u32::try_from(by_document().count()).unwrap_or(u32::MAX);
        out.new_term(terms.text(term), documents, true)?;
        for of_one in by_document() {
            let mut last = 0;
            steps.clear();
            steps.extend(of_one.iter().map(|(_, at)| at - std::mem::replace(&mut last, *at)));
            out.write_doc(of_one[0].0, narrow(steps.len()), &steps);
        }
        out.close_term()?;
    }
    Ok(out.close()?)
}

/// Writes which documents are of which source: runs of them, each with the source's number.
pub(super) fn write_sources(
    out: &mut InvertedIndexSerializer,
    field: Field,
    mut sources: Vec<(u32, std::ops::Range<DocId>)>,
) -> tantivy::Result<()> {
    sources.sort_unstable_by_key(|(number, _)| *number);
    let mut out = out.new_field(field, sources.len() as u64, None)?;
    for (number, documents) in sources {
        out.new_term(&u64::from(number).to_be_bytes(), narrow(documents.len()), false)?;
        for document in documents {
            out.write_doc(document, 0, &[]);
        }
        out.close_term()?;
    }
    Ok(out.close()?)
}

/// Terms in the order of their bytes. The first eight, as one number, tell most of them apart.
fn by_letters(terms: &Lexicon) -> Vec<u32> {
    let mut order: Vec<(u64, u32)> = (0..)
        .take(terms.len())
        .map(|term| {
            let text = terms.text(term);
            let mut first = [0; 8];
            let count = text.len().min(8);
            first[..count].copy_from_slice(&text[..count]);
            (u64::from_be_bytes(first), term)
        })
        .collect();
    order.sort_unstable_by(|a, b| match a.0.cmp(&b.0) {
        Ordering::Equal => terms.text(a.1).cmp(terms.text(b.1)),
        told => told,
    });
    order.into_iter().map(|(_, term)| term).collect()
}
