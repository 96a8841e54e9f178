//! The query as it was read, in its result.

use std::collections::BTreeMap;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::Serialize;

use crate::codebook::{Condition, ThemePart, ThemePattern};
use crate::pattern::{Form, to_cql};
use crate::query::{
    Ask, Choice, Collocates, Company, Cooccurrence, Evidence, Filter, Frequency, Keywords, Kwic,
    Pick, Plan, Query, Report, SortKey, What,
};

/// A query as it was read.
#[derive(Debug, Default, Serialize, JsonSchema)]
pub struct QueryEcho {
    /// The query file, as given from the project's folder.
    pub file: String,
    /// The query's id.
    pub id: String,
    /// The kind of query.
    pub kind: String,
    /// Its title.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// The codebook, as named in the query file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub codebook: Option<String>,
    /// Patterns in the simple form, as written.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub find: Vec<String>,
    /// Patterns in CQL, as written.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub find_cql: Vec<String>,
    /// The list of terms that patterns are made of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub terms: Option<String>,
    /// Themes as named; absent where all themes of the codebook are asked for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub themes: Vec<String>,
    /// The filter, file's and query's together.
    #[serde(rename = "where", default, skip_serializing_if = "BTreeMap::is_empty")]
    pub filter: BTreeMap<String, Vec<String>>,
    /// Fields that make the groups of a frequency.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub by: Vec<String>,
    /// Parts that dispersion is measured over.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dispersion: Option<String>,
    /// True if there are rows of all groups together.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub totals: Option<bool>,
    /// Groups that are compared, where they are named.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub of: Vec<String>,
    /// Assignments of people to groups by chance.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub permutations: Option<u32>,
    /// Orders of sources by chance.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub orders: Option<u32>,
    /// What chance begins with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seed: Option<u64>,
    /// Fields that are crossed, `theme` for the themes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cross: Vec<String>,
    /// What a cross table counts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// Numbers that rates are set against.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub correlate: Vec<String>,
    /// File of words that are not listed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stop_words: Option<String>,
    /// Fewer participants than this are not told of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_participants: Option<u32>,
    /// Units of a co-occurrence.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub within: Vec<String>,
    /// True if pairs that never meet are listed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub zeros: Option<bool>,
    /// True if pairs are tested against chance inside sources.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub permutation: Option<bool>,
    /// Whether themes are paired with patterns only (`across`), where there are both.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pairs: Option<String>,
    /// What a pair of hits so many words apart weighs, where it is not one over the distance.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub weights: Vec<f64>,
    /// Units shown for each pair.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub evidence: Option<String>,
    /// Forms of the network.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub network: Vec<String>,
    /// What weighs the network's edges.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub weight: Option<String>,
    /// The part whose keywords are looked for.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub target: BTreeMap<String, Vec<String>>,
    /// What it is held against; absent if that is all else.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub reference: BTreeMap<String, Vec<String>>,
    /// How many words a keyword has.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ngrams: Option<u32>,
    /// How many words clusters have.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub clusters: Vec<u32>,
    /// The layer whose values are counted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub layer: Option<String>,
    /// Context of a concordance, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub context: Option<String>,
    /// Order of its lines.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sort: Vec<String>,
    /// Which of its lines are listed, where not all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pick: Option<String>,
    /// At most so many lines or groups.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
    /// What is done with lines of the same words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub near_duplicates: Option<String>,
    /// Keys of the groups that hits are counted by.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub group: Vec<String>,
    /// What is looked at beside a node: words on each side, or before and after it, or a unit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub window: Option<String>,
    /// The least value of the measure that rows are ordered by, or edges weighed by.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub least: Option<f64>,
    /// Least times a collocate stands in a window, a cluster or keyword in the text, or a pair is
    /// together to be an edge.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_count: Option<u32>,
    /// What was searched for, in CQL.
    pub cql: Vec<PatternEcho>,
}

/// A theme or pattern in CQL.
#[derive(Debug, Serialize, JsonSchema)]
pub struct PatternEcho {
    /// The theme's path or the pattern as written.
    pub name: String,
    /// What it finds.
    pub find: String,
    /// What takes hits away: exception and the pattern it holds for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub except: Vec<String>,
    /// What must stand, and must not, in the unit of a hit.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub only: Vec<String>,
}

impl QueryEcho {
    /// The echo of a query and its plan.
    #[must_use]
    pub fn of(file: &str, codebook: Option<&str>, query: &Query, plan: &Plan) -> Self {
        let mut echo = Self {
            file: file.to_owned(),
            id: query.id.value.clone(),
            kind: query.ask.kind().to_owned(),
            title: query.title.clone(),
            codebook: codebook.map(str::to_owned),
            cql: plan.needles.iter().map(pattern_echo).collect(),
            ..Self::default()
        };
        let mut pattern = |text: &str, form: Form| match form {
            Form::Simple => echo.find.push(text.to_owned()),
            Form::Cql => echo.find_cql.push(text.to_owned()),
        };
        let what = match &query.what {
            What::Both(_, patterns) => patterns,
            what => what,
        };
        if let What::Terms { list, templates, .. } = what {
            for template in templates {
                pattern(&template.text.value, template.form);
            }
            echo.terms = Some(list.value.clone());
        } else {
            for written in what.patterns() {
                pattern(&written.text.value, written.form);
            }
        }
        echo.themes = query.what.themes().iter().map(|t| t.value.clone()).collect();
        echo.filter = conditions(&plan.filter);
        match &query.ask {
            Ask::Kwic(kwic) => echo.kwic(kwic),
            Ask::Frequency(frequency) => echo.frequency(frequency),
            Ask::Cooccurrence(pairs) => {
                echo.cooccurrence(pairs, matches!(query.what, What::Both(..)));
            }
            Ask::Collocates(words) => echo.collocates(words),
            Ask::Keywords(keywords) => echo.keywords(keywords),
        }
        echo
    }

    fn cooccurrence(&mut self, pairs: &Cooccurrence, both: bool) {
        self.within = pairs.within.iter().map(|u| u.name()).collect();
        self.by = pairs.by.iter().map(|g| g.field.name().to_owned()).collect();
        self.zeros = pairs.zeros.then_some(true);
        self.permutation = pairs.permutation.then_some(true);
        self.pairs = both.then(|| if pairs.across { "across" } else { "all" }.to_owned());
        self.weights.clone_from(&pairs.weights);
        self.evidence = match pairs.evidence {
            Evidence::None => None,
            Evidence::First(n) => Some(n.to_string()),
            Evidence::All => Some("all".to_owned()),
        };
        if let Some(network) = &pairs.network {
            self.network = network.formats.iter().map(|f| f.name().to_owned()).collect();
            self.weight = Some(network.weight.name("n_ab").to_owned());
            (self.least, self.min_count) = (network.least, Some(network.min_count));
        }
    }

    fn collocates(&mut self, words: &Collocates) {
        match &words.table {
            Company::Words { window, sort, least } => {
                self.window = Some(window.name());
                self.sort = vec![sort.name("n_both").to_owned()];
                self.least = *least;
            }
            Company::Clusters { sizes } => self.clusters.clone_from(sizes),
        }
        self.layer = words.layer.as_ref().map(|l| l.value.clone());
        (self.min_count, self.limit) = (Some(words.min_count), words.limit);
        self.stop_words = words.stop_words.file.as_ref().map(|s| s.value.clone());
    }

    fn keywords(&mut self, keywords: &Keywords) {
        self.target = conditions(&keywords.target);
        self.reference = keywords.reference.as_ref().map(conditions).unwrap_or_default();
        self.ngrams = Some(keywords.ngrams);
        self.layer = keywords.layer.as_ref().map(|l| l.value.clone());
        self.sort = vec![keywords.sort.name().to_owned()];
        self.least = keywords.least;
        (self.min_count, self.limit) = (Some(keywords.min_count), keywords.limit);
        self.stop_words = keywords.stop_words.file.as_ref().map(|s| s.value.clone());
    }

    fn frequency(&mut self, frequency: &Frequency) {
        self.min_participants = frequency.min_participants;
        match &frequency.report {
            Report::Counts { by, dispersion, totals } => {
                self.by = by.iter().map(|g| g.field.name().to_owned()).collect();
                self.dispersion = dispersion.map(|u| u.name().to_owned());
                self.totals = totals.then_some(true);
            }
            Report::Compare { by, of, permutations, seed } => {
                self.by = vec![by.field.name().to_owned()];
                self.of = of.iter().map(|v| v.value.clone()).collect();
                (self.permutations, self.seed) = (Some(*permutations), Some(*seed));
            }
            Report::Cross { rows, columns, unit } => {
                let rows = rows.as_ref().map_or("theme", |r| r.field.name());
                self.cross = vec![rows.to_owned(), columns.field.name().to_owned()];
                self.unit = Some(unit.name().to_owned());
            }
            Report::Correlate { with } => {
                self.correlate = with.iter().map(|g| g.field.name().to_owned()).collect();
            }
            Report::Saturation { orders, seed } => {
                (self.orders, self.seed) = (Some(*orders), Some(*seed));
            }
            Report::Uncovered { limit, stop_words, .. } => {
                self.limit = Some(*limit);
                self.stop_words = stop_words.file.as_ref().map(|s| s.value.clone());
            }
        }
    }

    fn kwic(&mut self, kwic: &Kwic) {
        self.context = Some(kwic.context.told());
        self.sort = kwic.sort.iter().map(SortKey::written).collect();
        self.limit = kwic.limit;
        self.near_duplicates = kwic.drop_near_duplicates.then(|| "drop".into());
        self.group = kwic.group.iter().map(SortKey::written).collect();
        self.pick = match kwic.pick {
            Pick::All => None,
            Pick::Sample { size, seed } => Some(format!("sample of {size}, seed {seed}")),
            Pick::Thin { per_million, seed } => {
                let percent = f64::from(per_million) / 10_000.0;
                Some(format!("about {percent} percent by chance, seed {seed}"))
            }
            Pick::Every(n) => Some(format!("the first and each {n}. after it")),
        };
    }
}

/// Conditions as they are written.
fn conditions(filter: &Filter) -> BTreeMap<String, Vec<String>> {
    let of = filter.conditions.iter().map(|c| {
        let values = c.values.iter().map(|v| v.value.clone()).collect();
        (c.field.name().to_owned(), values)
    });
    of.collect()
}

fn pattern_echo(needle: &crate::query::Needle) -> PatternEcho {
    let find = needle.parts.iter().map(|p| to_cql(&p.find)).collect::<Vec<_>>().join(" | ");
    let find = match needle.choice {
        Choice::LeftmostLongest => find,
        Choice::By(strategy) => format!("(?{}) {find}", strategy.name()),
    };
    let mut except: Vec<String> =
        needle.parts.iter().filter_map(|p| p.except.as_deref().map(to_cql)).collect();
    except.sort();
    except.dedup();
    let mut only: Vec<String> = needle.parts.iter().flat_map(|p| &p.only).map(only_echo).collect();
    only.dedup();
    PatternEcho { name: needle.name.clone(), find, except, only }
}

/// A condition in words, its patterns in CQL.
fn only_echo(condition: &Condition) -> String {
    let set = |of: &Arc<ThemePattern>| {
        let part = |p: &ThemePart| match &p.except {
            None => to_cql(&p.find),
            Some(except) => format!("{} but not {}", to_cql(&p.find), to_cql(except)),
        };
        of.parts.iter().map(part).collect::<Vec<_>>().join(" | ")
    };
    let with = condition.all.iter().map(|s| format!("with {}", set(s)));
    let without = condition.none.iter().map(|s| format!("without {}", set(s)));
    let all: Vec<String> = with.chain(without).collect();
    format!("in a {} {}", condition.within.name(), all.join(", "))
}
