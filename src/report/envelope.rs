//! What stands around the rows of a result.

use schemars::JsonSchema;
use serde::Serialize;

use super::QueryEcho;
use crate::analysis::{
    ClustersRow, CollocatesRow, ComparisonRow, CooccurrenceRow, CorrelationRow, CrosstabRow,
    EvidenceRow, FrequencyRow, GroupRow, KeywordsRow, KwicRow, PairRow, SaturationRow,
    UncoveredRow,
};
use crate::query::{Ask, Choice, Plan, Query, Report};

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
    /// Further files, from this one's folder: networks, matrices, evidence.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub beside: Vec<String>,
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
    /// Words or n-grams that were held against each other in two parts, listed or not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tested: Option<u64>,
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
            Ask::Cooccurrence(_) => {
                Some("all pairs of the same unit (and group) with a defined p, listed or not")
            }
            Ask::Collocates(_) => Some("all rows of the node with a defined p"),
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
            Ask::Keywords(_) => Some(
                "all words or n-grams that are frequent enough in one of the parts, listed or not",
            ),
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

/// The JSON Schema of a kind of result, or `None` if there is no such kind.
#[must_use]
pub fn schema_of(kind: &str) -> Option<serde_json::Value> {
    let schema = match kind {
        "kwic" => schemars::schema_for!(ResultFile<KwicRow<'_>>),
        "groups" => schemars::schema_for!(ResultFile<GroupRow>),
        "frequency" => schemars::schema_for!(ResultFile<FrequencyRow>),
        "comparison" => schemars::schema_for!(ResultFile<ComparisonRow>),
        "crosstab" => schemars::schema_for!(ResultFile<CrosstabRow>),
        "correlation" => schemars::schema_for!(ResultFile<CorrelationRow>),
        "saturation" => schemars::schema_for!(ResultFile<SaturationRow>),
        "uncovered" => schemars::schema_for!(ResultFile<UncoveredRow>),
        "cooccurrence" => schemars::schema_for!(ResultFile<CooccurrenceRow>),
        "collocates" => schemars::schema_for!(ResultFile<CollocatesRow>),
        "clusters" => schemars::schema_for!(ResultFile<ClustersRow>),
        "keywords" => schemars::schema_for!(ResultFile<KeywordsRow>),
        "evidence" => schemars::schema_for!(EvidenceRow),
        "export" => schemars::schema_for!(super::ExportRow),
        "manifest" => schemars::schema_for!(super::Manifest),
        _ => return None,
    };
    let mut value = schema.to_value();
    if !matches!(kind, "frequency" | "groups" | "cooccurrence" | "evidence") {
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
