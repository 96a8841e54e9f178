//! What stands around the rows of a result.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use crate::analysis::{CollocatesRow, CooccurrenceRow, FrequencyRow, KwicRow};
use crate::pattern::to_cql;
use crate::query::{Ask, Context, Matching, Plan, Query, What};

/// Version of the form of all results.
pub const RESULT_VERSION: u32 = 1;

/// A whole result, as it is read back.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ResultFile<R> {
    /// All but the rows.
    #[serde(flatten)]
    pub head: Head,
    /// The rows, in the order of the corpus and the codebook.
    pub rows: Vec<R>,
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
#[derive(Debug, Serialize, JsonSchema)]
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
    /// Patterns as written.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub find: Vec<String>,
    /// Themes as named; absent where all themes of the codebook are asked for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub themes: Vec<String>,
    /// The filter, file's and query's together.
    #[serde(rename = "where", default, skip_serializing_if = "BTreeMap::is_empty")]
    pub filter: BTreeMap<String, Vec<String>>,
    /// Fields that make the groups of a frequency.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub by: Vec<String>,
    /// Units of a co-occurrence.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub within: Vec<String>,
    /// Context of a concordance: words, `sentence` or `passage`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub context: Option<String>,
    /// Words on each side of a node.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub window: Option<u32>,
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
    /// Which spans are hits: `longest` (leftmost-longest, none overlapping) or `all`.
    pub matching: String,
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
    /// Hits: leftmost-longest, none overlapping.
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
    /// Different words in the windows of a node, listed or not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub words_in_windows: Option<u64>,
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
    pub fn of(query: &Query, left_out: Option<&str>) -> Self {
        let all = matches!(query.ask, Ask::Kwic { matching: Matching::All, .. });
        let tests = matches!(query.ask, Ask::Cooccurrence { .. } | Ask::Collocates { .. });
        let (major, minor, patch) = unicode_segmentation::UNICODE_VERSION;
        Self {
            matching: if all { "all" } else { "longest" }.into(),
            token: "UAX #29 word with a letter or digit".into(),
            folding: "NFC, lower case, straight apostrophes; accents kept".into(),
            left_out_by_default: left_out.map(str::to_owned),
            p_adjusted: tests.then(|| {
                "Benjamini-Hochberg over all rows of the same unit or node with a defined p".into()
            }),
            unicode: format!("{major}.{minor}.{patch}"),
        }
    }
}

impl QueryEcho {
    /// The echo of a query and its plan.
    #[must_use]
    pub fn of(file: &str, codebook: Option<&str>, query: &Query, plan: &Plan) -> Self {
        let (find, themes) = match &query.what {
            What::Patterns(p) => (p.iter().map(|p| p.text.value.clone()).collect(), Vec::new()),
            What::Themes(t) => (Vec::new(), t.iter().map(|t| t.value.clone()).collect()),
            What::AllThemes => (Vec::new(), Vec::new()),
        };
        let filter = query.filter.conditions.iter().map(|c| {
            let values = c.values.iter().map(|v| v.value.clone()).collect();
            (c.field.name().to_owned(), values)
        });
        let mut echo = Self {
            file: file.to_owned(),
            id: query.id.value.clone(),
            kind: query.ask.kind().to_owned(),
            title: query.title.clone(),
            codebook: codebook.map(str::to_owned),
            find,
            themes,
            filter: filter.collect(),
            by: Vec::new(),
            within: Vec::new(),
            context: None,
            window: None,
            min_count: None,
            cql: plan.needles.iter().map(pattern_echo).collect(),
        };
        match &query.ask {
            Ask::Kwic { context, .. } => {
                echo.context = Some(match context {
                    Context::Words(n) => format!("{n} words"),
                    Context::Sentence => "sentence".into(),
                    Context::Passage => "passage".into(),
                });
            }
            Ask::Frequency { by } => {
                echo.by = by.iter().map(|g| g.field.name().to_owned()).collect();
            }
            Ask::Cooccurrence { within } => {
                echo.within = within.iter().map(|u| u.name().to_owned()).collect();
            }
            Ask::Collocates { window, min_count } => {
                (echo.window, echo.min_count) = (Some(*window), Some(*min_count));
            }
        }
        echo
    }
}

fn pattern_echo(needle: &crate::query::Needle) -> PatternEcho {
    let find = needle.parts.iter().map(|p| to_cql(&p.find)).collect::<Vec<_>>().join(" | ");
    let mut except: Vec<String> =
        needle.parts.iter().filter_map(|p| p.except.as_ref().map(to_cql)).collect();
    except.dedup();
    PatternEcho { name: needle.name.clone(), find, except }
}

/// The JSON Schema of a kind of result, or `None` if there is no such kind.
#[must_use]
pub fn schema_of(kind: &str) -> Option<serde_json::Value> {
    let schema = match kind {
        "kwic" => schemars::schema_for!(ResultFile<KwicRow>),
        "frequency" => schemars::schema_for!(ResultFile<FrequencyRow>),
        "cooccurrence" => schemars::schema_for!(ResultFile<CooccurrenceRow>),
        "collocates" => schemars::schema_for!(ResultFile<CollocatesRow>),
        "export" => schemars::schema_for!(super::ExportRow),
        "manifest" => schemars::schema_for!(super::Manifest),
        _ => return None,
    };
    let mut value = schema.to_value();
    if kind != "frequency" {
        close(&mut value);
    } else if let Some(file) = value.as_object_mut() {
        // A row of a frequency has the columns of its groups beside the known ones.
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
