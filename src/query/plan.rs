//! A checked query becomes a plan: what to find, with every theme resolved.
//!
//! After this no name is left that could be unknown; the search needs nothing but a plan.

use super::{Ask, Choice, Condition, Field, Filter, Frequency, Overlap, Query, Report, What, fits};
use crate::codebook::{Codebook, ThemePart, WrittenPattern};
use crate::pattern::{Pattern, any_of};
use crate::text::Text;

/// What to search, and in what.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// What to find, in the order of rows.
    pub needles: Vec<Needle>,
    /// What is searched.
    pub filter: Filter,
    /// Whether hits of one theme take those of another away.
    pub overlap: Overlap,
}

/// One thing to find: a pattern, or a theme with those below it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Needle {
    /// A theme's path, or the pattern as written.
    pub name: String,
    /// True if it is a theme.
    pub is_theme: bool,
    /// Its name for people, if the codebook says one.
    pub label: Option<String>,
    /// Its colour, as `#rrggbb`, if the codebook says one.
    pub color: Option<String>,
    /// The path of the theme above.
    pub parent: Option<String>,
    /// Depth of the theme, from 1; a pattern has 1.
    pub level: u32,
    /// Patterns, each with what takes its hits away. A span that two parts find is one span.
    pub parts: Vec<ThemePart>,
    /// Which of the spans are hits.
    pub choice: Choice,
    /// True if hits of other themes are among its own.
    pub is_union: bool,
    /// Paths of the themes that it is made of, however far down, where a query asks for that.
    pub holds: Vec<String>,
}

/// The plan of a query whose themes are in `codebook`.
///
/// A concordance has one needle, its patterns taken together; a table has one for each pattern.
#[must_use]
pub fn plan(query: &Query, codebook: &Codebook) -> Plan {
    let one = |p: &WrittenPattern| Needle::of_pattern(p.text.value.clone(), p.pattern.clone());
    let mut needles: Vec<Needle> = match &query.what {
        What::Patterns(patterns) | What::Terms { patterns, .. }
            if query.ask.kind() == "collocates"
                || query.ask.kind() == "kwic" && matches!(query.what, What::Patterns(_)) =>
        {
            let name =
                patterns.iter().map(|p| p.text.value.as_str()).collect::<Vec<_>>().join(" | ");
            let find = any_of(patterns.iter().map(|p| p.pattern.clone()).collect());
            find.map(|find| Needle::of_pattern(name, find)).into_iter().collect()
        }
        What::Patterns(_) | What::Terms { .. } | What::Themes(_) | What::Both(..) => {
            let themes = named_themes(codebook, query.what.themes());
            let themes = themes.into_iter().map(|i| theme_needle(codebook, i));
            themes.chain(query.what.patterns().iter().map(one)).collect()
        }
        What::Nothing => Vec::new(),
        // A concordance lists a hit under the theme that names it, and not again above.
        What::AllThemes if query.ask.kind() == "kwic" => {
            let own = |i: usize| Needle {
                parts: codebook.own_pattern(i).parts,
                ..theme_needle(codebook, i)
            };
            (0..codebook.themes.len()).map(own).filter(|n| !n.parts.is_empty()).collect()
        }
        What::AllThemes => (0..codebook.themes.len()).map(|i| theme_needle(codebook, i)).collect(),
    };
    if let Ask::Kwic(kwic) = &query.ask
        && let Some(choice) = kwic.matching
    {
        for needle in &mut needles {
            needle.choice = choice;
        }
    }
    if let Ask::Frequency(Frequency { min_participants: Some(_), .. }) = &query.ask {
        for needle in &mut needles {
            let holds = codebook.theme(&needle.name).map(|i| codebook.made_of(i));
            let paths = holds.into_iter().flatten().map(|i| codebook.themes[i].path.clone());
            needle.holds = paths.collect();
        }
    }
    let mut filter = query.filter.clone();
    let blind =
        matches!(&query.ask, Ask::Frequency(f) if matches!(f.report, Report::Uncovered { .. }));
    if blind && !filter.conditions.iter().any(|c| c.field == Field::Voice) {
        // What participants say and no theme covers, unless the query names another voice.
        let values = vec![Text { value: "participant".into(), place: 0..0 }];
        filter.conditions.push(Condition { field: Field::Voice, place: 0..0, values });
    }
    Plan { needles, filter, overlap: query.overlap }
}

/// The themes of names, each once; a name with `*` is that of all whose paths fit.
fn named_themes(codebook: &Codebook, names: &[Text]) -> Vec<usize> {
    let mut out: Vec<usize> = Vec::new();
    for name in names {
        let named: Vec<usize> = if name.value.contains('*') {
            let all = codebook.themes.iter().enumerate();
            all.filter(|(_, t)| fits(&name.value, &t.path)).map(|(i, _)| i).collect()
        } else {
            codebook.theme(&name.value).into_iter().collect()
        };
        for theme in named {
            if !out.contains(&theme) {
                out.push(theme);
            }
        }
    }
    out
}

impl Needle {
    /// The needle of a pattern, named as it was written.
    ///
    /// A strategy at its beginning says which spans are hits.
    #[must_use]
    pub fn of_pattern(name: String, find: Pattern) -> Self {
        let (choice, find) = match find {
            Pattern::Chosen(strategy, of) => (Choice::By(strategy), *of),
            other => (Choice::default(), other),
        };
        let parts = vec![ThemePart::new(find, None)];
        Self { name, level: 1, parts, choice, ..Self::default() }
    }
}

/// A theme's colour, or that of the nearest above it.
fn colour(codebook: &Codebook, theme: usize) -> Option<String> {
    let above = std::iter::successors(Some(theme), |t| codebook.themes[*t].parent);
    above.into_iter().find_map(|t| codebook.themes[t].color.clone())
}

fn theme_needle(codebook: &Codebook, theme: usize) -> Needle {
    let entry = &codebook.themes[theme];
    Needle {
        name: entry.path.clone(),
        is_theme: true,
        label: entry.label.clone(),
        color: colour(codebook, theme),
        parent: entry.parent.map(|p| codebook.themes[p].path.clone()),
        level: entry.level,
        parts: codebook.pattern(theme).parts.clone(),
        choice: Choice::default(),
        is_union: !codebook.below(theme).is_empty() || !entry.any_of.is_empty(),
        holds: Vec::new(),
    }
}
