//! A codebook against a corpus: what each theme matches, and which of its patterns do nothing.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use crate::analysis::FastMap;
use crate::codebook::{Codebook, ThemePart};
use crate::index::{Store, StoreError};
use crate::pattern::leftmost_longest;
use crate::query::Needle;
use crate::search::{PassageHits, Scope, SearchError, cut_at_passages, search};
use crate::text::{Problem, TokenSpan, fold};

/// What a theme matches.
#[derive(Clone, Debug, PartialEq)]
pub struct ThemeForms {
    /// The theme: an index into the codebook's.
    pub theme: usize,
    /// Its hits, those of themes below it included.
    pub hits: u64,
    /// Different words, or runs of words, that it matches.
    pub different: u64,
    /// The most frequent of these, with their counts.
    pub forms: Vec<(String, u64)>,
}

/// What a codebook does in a corpus.
#[derive(Clone, Debug, PartialEq)]
pub struct Inspection {
    /// By theme, in the codebook's order.
    pub themes: Vec<ThemeForms>,
    /// What to look at, each with the file that it is about.
    pub problems: Vec<(usize, Problem)>,
}

/// Forms of a theme that are told.
const FORMS: usize = 6;

/// Names in a message before "and so many more".
const NAMES: usize = 8;

/// A word is frequent if it is one of so many, in a corpus of so many at least.
const FREQUENT: u64 = 250;
const ENOUGH_TOKENS: u64 = 5_000;

/// Place of a span: source, first token there, one past the last.
type Placed = (u32, u32, u32);

/// Matches every theme, and each of its patterns by itself.
///
/// # Errors
/// The store is damaged, or a pattern is too large for it.
pub fn inspect(
    store: &Store,
    scope: &Scope<'_>,
    codebook: &Codebook,
) -> Result<Inspection, SearchError> {
    let hits: Vec<Vec<PassageHits>> = (0..codebook.themes.len())
        .into_par_iter()
        .map(|i| {
            let parts = codebook.pattern(i).parts.clone();
            let found = search(store, scope, &Needle { parts, ..Needle::default() })?;
            Ok(cut_at_passages(store, found))
        })
        .collect::<Result<_, SearchError>>()?;
    let mut problems = Vec::new();
    for theme in 0..codebook.themes.len() {
        patterns(store, scope, codebook, theme, &mut problems)?;
    }
    same_hits(codebook, &hits, &mut problems);
    let themes = forms(store, &hits)?;
    for told in themes.iter().filter(|t| t.hits == 0) {
        let theme = &codebook.themes[told.theme];
        let builds =
            !theme.any_of.is_empty() || !theme.all_of.is_empty() || !theme.none_of.is_empty();
        if builds {
            let message = format!("theme `{}` has no hit in this corpus", theme.path);
            problems.push((theme.file, Problem::warning(theme.place.clone(), message)));
        }
    }
    let tokens = store.totals().tokens;
    for told in &themes {
        let frequent = told.forms.iter().filter(|(form, count)| {
            !form.contains(' ') && count.saturating_mul(FREQUENT) >= tokens
        });
        let frequent: Vec<String> = frequent.map(|(form, _)| format!("`{form}`")).collect();
        if !frequent.is_empty() && tokens >= ENOUGH_TOKENS {
            let theme = &codebook.themes[told.theme];
            let message = format!(
                "theme `{}` matches words of high frequency: {}",
                theme.path,
                frequent.join(", ")
            );
            problems.push((theme.file, Problem::warning(theme.place.clone(), message)));
        }
    }
    Ok(Inspection { themes, problems })
}

/// Patterns of a theme that match nothing, or nothing that another does not.
fn patterns(
    store: &Store,
    scope: &Scope<'_>,
    codebook: &Codebook,
    theme: usize,
    problems: &mut Vec<(usize, Problem)>,
) -> Result<(), SearchError> {
    let entry = &codebook.themes[theme];
    if entry.find.is_empty() {
        return Ok(());
    }
    let spans: Vec<Vec<Placed>> = entry
        .find
        .par_iter()
        .map(|written| {
            let except = codebook.exceptions(theme).cloned();
            let part = ThemePart { except, ..ThemePart::new(written.pattern.clone(), None) };
            spans_of(store, scope, part)
        })
        .collect::<Result<_, SearchError>>()?;
    let name = |i: usize| format!("`{}`", entry.find[i].text.value);
    let silent: Vec<usize> = (0..spans.len()).filter(|i| spans[*i].is_empty()).collect();
    let excepted = codebook.exceptions(theme).is_some();
    let (mut taken, mut nowhere) = (Vec::new(), Vec::new());
    for i in silent {
        let alone = ThemePart::new(entry.find[i].pattern.clone(), None);
        if excepted && !spans_of(store, scope, alone)?.is_empty() {
            taken.push(i);
        } else {
            nowhere.push(i);
        }
    }
    let mut warn = |place, message: String| {
        problems.push((entry.file, Problem::warning(place, message)));
    };
    if let Some(first) = nowhere.first() {
        let names = list(nowhere.iter().map(|i| name(*i)));
        let message = if nowhere.len() == spans.len() {
            format!("theme `{}`: nothing in this corpus matches its patterns: {names}", entry.path)
        } else {
            format!("theme `{}`: nothing in this corpus matches {names}", entry.path)
        };
        warn(entry.find[*first].text.place.clone(), message);
    }
    if let Some(first) = taken.first() {
        let names = list(taken.iter().map(|i| name(*i)));
        let message = format!("theme `{}`: exceptions take all hits away from {names}", entry.path);
        warn(entry.find[*first].text.place.clone(), message);
    }
    let mut idle = Vec::new();
    for written in &entry.except {
        if spans_of(store, scope, ThemePart::new(written.pattern.clone(), None))?.is_empty() {
            idle.push(written);
        }
    }
    if let Some(first) = idle.first() {
        let names = list(idle.iter().map(|w| format!("`{}`", w.text.value)));
        let message =
            format!("theme `{}`: nothing in this corpus matches its exception {names}", entry.path);
        warn(first.text.place.clone(), message);
    }
    let weight = |i: usize| entry.find[i].weight;
    for (pattern, by) in swallowed(&spans) {
        if weight(pattern) != weight(by) || takes_part(&spans, pattern) {
            continue;
        }
        let message = format!(
            "theme `{}`: {} matches nothing that {} does not",
            entry.path,
            name(pattern),
            name(by)
        );
        warn(entry.find[pattern].text.place.clone(), message);
    }
    Ok(())
}

fn spans_of(store: &Store, scope: &Scope<'_>, part: ThemePart) -> Result<Vec<Placed>, SearchError> {
    Ok(placed(&search(store, scope, &Needle { parts: vec![part], ..Needle::default() })?))
}

/// The hits of patterns together.
fn chosen(spans: &[Vec<Placed>]) -> Vec<Placed> {
    let mut all: Vec<Placed> = spans.concat();
    all.sort_unstable();
    all.dedup();
    let of_source = |source: &[Placed]| {
        let places: Vec<TokenSpan> = source.iter().map(|s| TokenSpan::new(s.1, s.2)).collect();
        let rank = source[0].0;
        leftmost_longest(&places).into_iter().map(|h| (rank, h.start, h.end)).collect::<Vec<_>>()
    };
    all.chunk_by(|a, b| a.0 == b.0).flat_map(of_source).collect()
}

/// True if a pattern changes the hits of all together, in the sources where it matches.
fn takes_part(spans: &[Vec<Placed>], pattern: usize) -> bool {
    let ranks: BTreeSet<u32> = spans[pattern].iter().map(|s| s.0).collect();
    let here = |spans: &Vec<Placed>| {
        spans.iter().filter(|s| ranks.contains(&s.0)).copied().collect::<Vec<Placed>>()
    };
    let mut all: Vec<Vec<Placed>> = spans.iter().map(here).collect();
    let with = chosen(&all);
    all[pattern].clear();
    with != chosen(&all)
}

fn list(names: impl ExactSizeIterator<Item = String>) -> String {
    let count = names.len();
    let mut told: Vec<String> = names.take(NAMES).collect();
    if count > told.len() {
        told.push(format!("and {} more", count - told.len()));
    }
    told.join(", ")
}

fn placed(found: &[PassageHits]) -> Vec<Placed> {
    let of = |p: &PassageHits| {
        let (rank, first) = (p.rank, p.row.start);
        p.all.iter().map(move |s| (rank, s.start + first, s.end + first)).collect::<Vec<_>>()
    };
    let mut out: Vec<Placed> = found.iter().flat_map(of).collect();
    out.sort_unstable();
    out
}

/// Patterns all of whose spans lie in spans of another, with that other; of two that match the same
/// the later one.
fn swallowed(spans: &[Vec<Placed>]) -> Vec<(usize, usize)> {
    let mut all: Vec<(u32, u32, std::cmp::Reverse<u32>, usize)> = Vec::new();
    for (pattern, spans) in spans.iter().enumerate() {
        all.extend(spans.iter().map(|s| (s.0, s.1, std::cmp::Reverse(s.2), pattern)));
    }
    all.sort_unstable();
    // By pattern: those that hold every span of it so far; `None` before the first.
    let mut holders: Vec<Option<Vec<usize>>> = vec![None; spans.len()];
    let mut open: Vec<(u32, u32, usize)> = Vec::new();
    for same in all.chunk_by(|a, b| (a.0, a.1, a.2) == (b.0, b.1, b.2)) {
        let (source, start, std::cmp::Reverse(end), _) = same[0];
        open.retain(|o| o.0 == source && o.1 > start);
        open.extend(same.iter().map(|s| (source, end, s.3)));
        for (_, _, _, pattern) in same {
            let around = open.iter().filter(|o| o.1 >= end && o.2 != *pattern).map(|o| o.2);
            match &mut holders[*pattern] {
                Some(known) => {
                    let around: Vec<usize> = around.collect();
                    known.retain(|k| around.contains(k));
                }
                none => *none = Some(around.collect()),
            }
        }
    }
    let holds = |a: usize, b: usize| holders[b].as_ref().is_some_and(|h| h.contains(&a));
    let mut out = Vec::new();
    for (pattern, around) in holders.iter().enumerate() {
        let mut by = around.iter().flatten().filter(|by| !holds(pattern, **by) || **by < pattern);
        if let Some(by) = by.next() {
            out.push((pattern, *by));
        }
    }
    out
}

/// Themes whose hits are those of another, unless one stands above the other.
fn same_hits(codebook: &Codebook, hits: &[Vec<PassageHits>], problems: &mut Vec<(usize, Problem)>) {
    let mut known: FastMap<Vec<Placed>, usize> = FastMap::default();
    for (theme, found) in hits.iter().enumerate() {
        let of = |p: &PassageHits| {
            let first = p.row.start;
            p.hits.iter().map(move |s| (p.rank, s.start + first, s.end + first)).collect::<Vec<_>>()
        };
        let places: Vec<Placed> = found.iter().flat_map(of).collect();
        if places.is_empty() {
            continue;
        }
        let first = *known.entry(places).or_insert(theme);
        let related = first == theme || codebook.below(first).contains(&theme);
        if !related {
            let (entry, other) = (&codebook.themes[theme], &codebook.themes[first]);
            let message =
                format!("theme `{}` has the same hits as theme `{}`", entry.path, other.path);
            problems.push((entry.file, Problem::warning(entry.place.clone(), message)));
        }
    }
}

/// A hit: its theme, passage and place there.
type ThemeHit = (usize, u32, TokenSpan);

/// The words that hits are, counted; each source is opened once.
fn forms(store: &Store, hits: &[Vec<PassageHits>]) -> Result<Vec<ThemeForms>, StoreError> {
    let mut by_source: BTreeMap<u32, Vec<ThemeHit>> = BTreeMap::new();
    for (theme, found) in hits.iter().enumerate() {
        for passage in found {
            let of = by_source.entry(passage.rank).or_default();
            of.extend(passage.hits.iter().map(|h| (theme, passage.row.passage, *h)));
        }
    }
    let mut sources: Vec<(u32, Vec<ThemeHit>)> = by_source.into_iter().collect();
    for (_, hits) in &mut sources {
        // Each passage is opened once.
        hits.sort_unstable_by_key(|h| (h.1, h.0));
    }
    let count = |(rank, hits): &(u32, Vec<ThemeHit>)| {
        let source = store.forward(*rank)?;
        let mut counts: FastMap<(usize, String), u64> = FastMap::default();
        for same in hits.chunk_by(|a, b| a.1 == b.1) {
            let missing = || StoreError::Damaged("a passage is missing".into());
            let passage = source.passage(same[0].1).ok_or_else(missing)?;
            for (theme, _, span) in same {
                let words = (span.start..span.end).map(|at| fold(passage.form(at)).into_owned());
                let form = words.collect::<Vec<String>>().join(" ");
                *counts.entry((*theme, form)).or_default() += 1;
            }
        }
        Ok::<_, StoreError>(counts)
    };
    let counted = sources.par_iter().map(count).collect::<Result<Vec<_>, _>>()?;
    let mut forms: Vec<BTreeMap<String, u64>> = vec![BTreeMap::new(); hits.len()];
    // Whole numbers add up in any order.
    for ((theme, form), count) in counted.into_iter().flatten() {
        *forms[theme].entry(form).or_default() += count;
    }
    let told = forms.into_iter().enumerate().map(|(theme, forms)| {
        let (hits, different) = (forms.values().sum(), forms.len() as u64);
        let mut forms: Vec<(String, u64)> = forms.into_iter().collect();
        forms.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        forms.truncate(FORMS);
        ThemeForms { theme, hits, different, forms }
    });
    Ok(told.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_inside_another_is_swallowed() {
        let a = vec![(0, 1, 3), (0, 8, 9)];
        let inside = vec![(0, 2, 3)];
        let same = a.clone();
        let beside = vec![(0, 2, 3), (1, 2, 3)];
        assert_eq!(swallowed(&[a, inside, same, beside, vec![]]), [(1, 0), (2, 0)]);
    }
}
