//! The keys of `[[kwic]]`.

use toml::Spanned;
use toml::de::DeValue;

use super::kwic::MAX_WORDS;
use super::read::unknown;
use super::{Choice, Context, Extent, Field, Kwic, Pick, SortBy, SortKey};
use crate::pattern::Breadth;
use crate::text::{Problem, Table, decimal, number, string, wrong_type};

/// Reads them.
pub(super) fn kwic(file: &str, table: &mut Table<'_, '_>, problems: &mut Vec<Problem>) -> Kwic {
    let context = match table.get("context") {
        None => Context::default(),
        Some(value) => context(file, value, problems),
    };
    let matching = table.string("matching", problems).and_then(|text| {
        let choice = Choice::of(&text.value);
        if choice.is_none() {
            unknown(problems, "matching", &text, &Choice::NAMES);
        }
        choice
    });
    let duplicates = table.string("near_duplicates", problems);
    let drop_near_duplicates = duplicates.is_some_and(|text| match text.value.as_str() {
        "drop" => true,
        "keep" => false,
        _ => {
            unknown(problems, "near_duplicates", &text, &["drop", "keep"]);
            false
        }
    });
    let kwic = Kwic {
        context,
        matching,
        sort: keys(table, "sort", problems),
        pick: pick(file, table, problems),
        limit: table.number("limit", 1, problems),
        drop_near_duplicates,
        group: keys(table, "group", problems),
    };
    let of_lines = !kwic.sort.is_empty() || kwic.pick != Pick::All || kwic.drop_near_duplicates;
    if let Some(key) = kwic.group.first().filter(|_| of_lines) {
        let message = "`group` counts all hits, and has no lines to sort or choose from";
        let problem = Problem::error(key.place.clone(), message);
        problems.push(
            problem.hint("take away `sort`, `sample`, `thin`, `every` and `near_duplicates`"),
        );
    }
    for key in &kwic.group {
        if key.by == SortBy::Position || key.reversed {
            let problem = Problem::error(key.place.clone(), "groups have no such key");
            problems.push(problem.hint("group by `match`, `left1`, `speaker`, an attribute …"));
        }
    }
    kwic
}

fn keys(table: &mut Table<'_, '_>, key: &'static str, problems: &mut Vec<Problem>) -> Vec<SortKey> {
    let texts = table.strings(key, problems).unwrap_or_default();
    let mut out: Vec<SortKey> = Vec::new();
    for text in texts {
        let sort_key = SortKey::of(&text.value, text.place.clone());
        if out.iter().any(|k| k.by == sort_key.by) {
            let message = format!("`{}` named twice in `{key}`", text.value);
            problems.push(Problem::error(text.place, message));
        } else if text.value.trim_start_matches('-').trim().is_empty() {
            problems.push(Problem::error(text.place, format!("empty key in `{key}`")));
        } else {
            out.push(sort_key);
        }
    }
    out
}

fn context(file: &str, value: &Spanned<DeValue<'_>>, problems: &mut Vec<Problem>) -> Context {
    if let Some(map) = value.get_ref().as_table() {
        let mut table = Table::new(file, map, value.span());
        let context = context_table(&mut table, problems);
        table.finish("`context`", problems);
        return context;
    }
    let short =
        number(value).map(|n| n.to_string()).or_else(|| string(file, value).map(|t| t.value));
    let Some(short) = short else {
        problems.push(wrong_type("context", Context::FORMS, value));
        return Context::default();
    };
    Context::of(&short).unwrap_or_else(|| {
        let message = format!("`context` knows no `{short}`");
        let problem = Problem::error(value.span(), message);
        let names = ["sentence", "passage", "turn"];
        problems.push(match crate::text::nearest(&short, names) {
            Some(near) => problem.hint(format!("did you mean `{near}`?")),
            None => problem.hint(format!("it takes {}, up to {MAX_WORDS} words", Context::FORMS)),
        });
        Context::default()
    })
}

/// `{ left = 5, right = 15 }`, `{ words = 10, across = "turn" }`, `{ sentences = 2 }`
fn context_table(table: &mut Table<'_, '_>, problems: &mut Vec<Problem>) -> Context {
    let place = table.place.clone();
    let mut count = |table: &mut Table<'_, '_>, key| {
        let n = table.number(key, 0, problems)?;
        if n > MAX_WORDS {
            let message = format!("`{key}` takes at most {MAX_WORDS}");
            problems.push(Problem::error(place.clone(), message));
        }
        Some(n.min(MAX_WORDS))
    };
    let words = count(table, "words");
    let (left, right) = (count(table, "left"), count(table, "right"));
    let sentences = count(table, "sentences");
    let across = table.string("across", problems).and_then(|text| {
        let named = [Breadth::Passage, Breadth::Turn, Breadth::Source];
        let found = named.into_iter().find(|b| b.name() == text.value);
        if found.is_none() {
            unknown(problems, "across", &text, &named.map(Breadth::name));
        }
        found
    });
    let ways = [words.is_some(), left.is_some() || right.is_some(), sentences.is_some()];
    if ways.iter().filter(|w| **w).count() != 1 {
        let problem = Problem::error(place.clone(), "a context in one way, please");
        problems.push(problem.hint(
            "write `{ left = 5, right = 15 }`, `{ words = 10, across = \"turn\" }` or `{ sentences = 2 }`",
        ));
    }
    let both = sentences.map_or(Extent::Words(words.unwrap_or(10)), Extent::Sentences);
    let mut context = Context::both(both);
    if left.is_some() || right.is_some() {
        context.left = Extent::Words(left.unwrap_or(0));
        context.right = Extent::Words(right.unwrap_or(0));
    }
    context.across = across.unwrap_or_default();
    context
}

fn pick(file: &str, table: &mut Table<'_, '_>, problems: &mut Vec<Problem>) -> Pick {
    let place = table.place.clone();
    let every = table.number("every", 1, problems).map(Pick::Every);
    let sample = table.get("sample").and_then(|value| {
        let (written, seed) = with_seed(file, "sample", "size", value, problems)?;
        let size = number(written).filter(|n| *n > 0);
        if size.is_none() {
            problems.push(wrong_type("size", "a whole number from 1 to 4 billion", written));
        }
        size.map(|size| Pick::Sample { size, seed })
    });
    let thin = table.get("thin").and_then(|value| {
        let (percent, seed) = with_seed(file, "thin", "percent", value, problems)?;
        let pick = decimal(percent).and_then(|share| Pick::thin(share, seed));
        if pick.is_none() {
            problems.push(wrong_type("percent", "a number from 0.0001 to 100", percent));
        }
        pick
    });
    let picks: Vec<Pick> = [every, sample, thin].into_iter().flatten().collect();
    if picks.len() > 1 {
        let problem = Problem::error(place, "`sample`, `thin` and `every` in one query");
        problems.push(problem.hint("each chooses among the lines; take one"));
    }
    picks.first().copied().unwrap_or_default()
}

/// The number and the seed of `{ size = 50, seed = 7 }`.
fn with_seed<'a, 't>(
    file: &'t str,
    key: &str,
    what: &'static str,
    value: &'a Spanned<DeValue<'t>>,
    problems: &mut Vec<Problem>,
) -> Option<(&'a Spanned<DeValue<'t>>, u64)> {
    let example = format!("`{{ {what} = 50, seed = 7 }}`");
    let Some(map) = value.get_ref().as_table() else {
        problems.push(wrong_type(key, &example, value));
        return None;
    };
    let mut table = Table::new(file, map, value.span());
    let number = table.get(what);
    let seed = table.number("seed", 0, problems).unwrap_or(1);
    table.finish(&format!("`{key}`"), problems);
    if number.is_none() {
        let message = format!("`{key}` without `{what}`");
        problems.push(Problem::error(value.span(), message).hint(format!("write {example}")));
    }
    Some((number?, u64::from(seed)))
}

/// The fields that a concordance names, with their places, for the check against the corpus.
pub(super) fn fields(kwic: &Kwic) -> impl Iterator<Item = (&Field, &std::ops::Range<usize>)> {
    kwic.sort.iter().chain(&kwic.group).filter_map(|key| match &key.by {
        SortBy::Field(field) => Some((field, &key.place)),
        _ => None,
    })
}
