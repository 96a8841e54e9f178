//! What stands around the rows of a result.

use std::collections::BTreeMap;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::Serialize;

use crate::analysis::{
    CollocatesRow, ComparisonRow, CooccurrenceRow, CorrelationRow, CrosstabRow, FrequencyRow,
    GroupRow, KwicRow, PairRow, SaturationRow, UncoveredRow,
};
use crate::codebook::{Condition, ThemePart, ThemePattern};
use crate::pattern::{Form, to_cql};
use crate::query::{Ask, Choice, Frequency, Kwic, Pick, Plan, Query, Report, SortKey, What};

/// Version of the form of all results.
pub const RESULT_VERSION: u32 = 3;

/// A whole result, as it is read back.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ResultFile<R> {
    /// All but the rows.
    #[serde(flatten)]
    pub head: Head,
    /// The rows, in the order of the corpus and the codebook, or in that which the query asks for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rows: Option<Vec<R>>,
}

/// All of a result but its rows.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Head {
    /// Which form this file has.
    pub schema: SchemaId,
    /// The query as it was read.
    pub query: QueryEcho,
    /// What it was asked of.
    pub corpus: CorpusInfo,
    /// What decides the numbers beside the query.
    pub settings: Settings,
    /// Sums.
    pub summary: Summary,
    /// What a reader of the numbers should know.
    pub warnings: Vec<String>,
    /// Files below `corpora/` that are not in the corpus.
    pub skipped: Vec<SkippedFile>,
    /// Files beside this one that hold the rows, too, or alone.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rows_in: Vec<String>,
    /// The pairs of numbers behind correlations; none where `min_participants` is set.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pairs: Vec<PairRow>,
}

/// The name and version of a form.
#[derive(Debug, Serialize, JsonSchema)]
pub struct SchemaId {
    /// Such as `thematic.kwic`.
    pub name: String,
    /// Counted up with every change that a reader could notice.
    pub version: u32,
}

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
    /// The least value of the measure that rows are ordered by.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub least: Option<f64>,
    /// Least times a collocate stands in a window.
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

/// The corpus a query was asked of.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct CorpusInfo {
    /// Digest (BLAKE3) of all sources, the settings they were read with, and the attribute tables.
    pub digest: String,
    /// Sources.
    pub sources: u64,
    /// Passages.
    pub passages: u64,
    /// Tokens.
    pub tokens: u64,
}

/// What decides the numbers beside the query.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Settings {
    /// Which spans are hits: `leftmost-longest` (none overlapping), or a strategy of corpus engines:
    /// `all`, `longest`, `shortest`, `standard`; where patterns differ, in their order.
    pub matching: String,
    /// Whether a hit inside longer hits of other themes counts: `theme` (it does) or `dictionary`.
    pub overlap: String,
    /// What a token is.
    pub token: String,
    /// How spellings are made one.
    pub folding: String,
    /// What was left out because the query named no voice, kind or section.
    pub left_out_by_default: Option<String>,
    /// What `p_adjusted` is adjusted for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub p_adjusted: Option<String>,
    /// Version of the Unicode tables that cut and fold words.
    pub unicode: String,
}

/// Sums over the rows.
#[derive(Clone, Debug, Default, Serialize, JsonSchema)]
pub struct Summary {
    /// Rows.
    pub rows: u64,
    /// Hits, listed or not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hits: Option<u64>,
    /// Every distinct span that fits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hits_all: Option<u64>,
    /// Passages with a hit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub passages_with: Option<u64>,
    /// Sources with a hit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sources_with: Option<u64>,
    /// Lines left out because a line before has the same words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub near_duplicates: Option<u64>,
    /// Different words in the windows of a node, listed or not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub words_in_windows: Option<u64>,
    /// Rows of which numbers are blanked, since they could point to a person.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub blanked: Option<u64>,
    /// Tokens that were searched.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tokens: Option<u64>,
    /// Tokens outside of all hits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tokens_uncovered: Option<u64>,
    /// Their share, from 0 to 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub share_uncovered: Option<f64>,
    /// Different words outside of all hits, listed or not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub words_uncovered: Option<u64>,
    /// Pairs that never meet.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pairs_never_together: Option<u64>,
}

/// A file that is not in the corpus.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct SkippedFile {
    /// Its path below `corpora/`.
    pub source: String,
    /// Why.
    pub reason: String,
}

impl Settings {
    /// The settings of a query.
    #[must_use]
    pub fn of(query: &Query, plan: &Plan, left_out: Option<&str>) -> Self {
        let mut choices: Vec<&str> = plan.needles.iter().map(|n| n.choice.name()).collect();
        choices.dedup();
        if choices.is_empty() {
            choices.push(Choice::default().name());
        }
        let family = match &query.ask {
            Ask::Cooccurrence(_) | Ask::Collocates(_) => {
                Some("all rows of the same unit or node with a defined p")
            }
            Ask::Frequency(frequency) => match frequency.report {
                Report::Compare { .. } => Some(
                    "all rows of the same unit (all themes and pairs of groups) with a defined p",
                ),
                Report::Cross { .. } => Some("the tables of this result with a defined p"),
                Report::Correlate { .. } => {
                    Some("all themes of the same attribute with a defined p")
                }
                _ => None,
            },
            Ask::Kwic(_) => None,
        };
        let (major, minor, patch) = unicode_segmentation::UNICODE_VERSION;
        Self {
            matching: choices.join(", "),
            overlap: plan.overlap.name().to_owned(),
            token: "UAX #29 word with a letter or digit".into(),
            folding: "NFC, lower case, straight apostrophes; accents kept".into(),
            left_out_by_default: left_out.map(str::to_owned),
            p_adjusted: family.map(|of| format!("Benjamini-Hochberg over {of}")),
            unicode: format!("{major}.{minor}.{patch}"),
        }
    }
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
        match &query.what {
            What::Patterns(patterns) => {
                for written in patterns {
                    pattern(&written.text.value, written.form);
                }
            }
            What::Terms { list, templates, .. } => {
                for template in templates {
                    pattern(&template.text.value, template.form);
                }
                echo.terms = Some(list.value.clone());
            }
            What::Themes(themes) => {
                echo.themes = themes.iter().map(|t| t.value.clone()).collect();
            }
            What::AllThemes => {}
        }
        let filter = plan.filter.conditions.iter().map(|c| {
            let values = c.values.iter().map(|v| v.value.clone()).collect();
            (c.field.name().to_owned(), values)
        });
        echo.filter = filter.collect();
        match &query.ask {
            Ask::Kwic(kwic) => echo.kwic(kwic),
            Ask::Frequency(frequency) => echo.frequency(frequency),
            Ask::Cooccurrence(pairs) => {
                echo.within = pairs.within.iter().map(|u| u.name()).collect();
                echo.by = pairs.by.iter().map(|g| g.field.name().to_owned()).collect();
                echo.zeros = pairs.zeros.then_some(true);
                echo.permutation = pairs.permutation.then_some(true);
            }
            Ask::Collocates(words) => {
                echo.window = Some(words.window.name());
                echo.min_count = Some(words.min_count);
                echo.sort = vec![words.sort.name().to_owned()];
                (echo.least, echo.limit) = (words.least, words.limit);
                echo.stop_words = words.stop_words.as_ref().map(|s| s.value.clone());
            }
        }
        echo
    }
}

impl QueryEcho {
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
                self.stop_words = stop_words.as_ref().map(|s| s.value.clone());
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

/// The JSON Schema of a kind of result, or `None` if there is no such kind.
#[must_use]
pub fn schema_of(kind: &str) -> Option<serde_json::Value> {
    let schema = match kind {
        "kwic" => schemars::schema_for!(ResultFile<KwicRow>),
        "groups" => schemars::schema_for!(ResultFile<GroupRow>),
        "frequency" => schemars::schema_for!(ResultFile<FrequencyRow>),
        "comparison" => schemars::schema_for!(ResultFile<ComparisonRow>),
        "crosstab" => schemars::schema_for!(ResultFile<CrosstabRow>),
        "correlation" => schemars::schema_for!(ResultFile<CorrelationRow>),
        "saturation" => schemars::schema_for!(ResultFile<SaturationRow>),
        "uncovered" => schemars::schema_for!(ResultFile<UncoveredRow>),
        "cooccurrence" => schemars::schema_for!(ResultFile<CooccurrenceRow>),
        "collocates" => schemars::schema_for!(ResultFile<CollocatesRow>),
        "export" => schemars::schema_for!(super::ExportRow),
        "manifest" => schemars::schema_for!(super::Manifest),
        _ => return None,
    };
    let mut value = schema.to_value();
    if !matches!(kind, "frequency" | "groups" | "cooccurrence") {
        close(&mut value);
    } else if let Some(file) = value.as_object_mut() {
        // A row has the columns of its groups beside the known ones.
        file.insert("unevaluatedProperties".into(), false.into());
    }
    Some(value)
}

/// Forbids properties that are not described, in the file and in every part of it.
fn close(value: &mut serde_json::Value) {
    match value {
        serde_json::Value::Object(map) => {
            let free = map.get("additionalProperties").is_some();
            if map.contains_key("properties") && !free {
                map.insert("unevaluatedProperties".into(), false.into());
            }
            map.values_mut().for_each(close);
        }
        serde_json::Value::Array(list) => list.iter_mut().for_each(close),
        _ => {}
    }
}
