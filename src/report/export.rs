//! Passages for other programs: JSON Lines, and VRT for corpus tools.

use std::collections::BTreeMap;
use std::io::Write;

use schemars::JsonSchema;
use serde::Serialize;

use crate::analysis::locator;
use crate::index::{ForwardPassage, ForwardSource, SourceEntry};
use crate::ingest::collection_of;
use crate::segment::{FORM_LAYER, Kind, Voice};

/// A passage, with everything that is known of it.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ExportRow {
    /// The source: its path below `corpora/`.
    pub source: String,
    /// The source's collection.
    pub collection: String,
    /// The passage's number in the source, from 1.
    pub passage: u32,
    /// The heading of the section it is in; null before the first.
    pub section: Option<String>,
    /// The section's number in the source, from 1.
    pub section_number: u32,
    /// The role of that section.
    pub section_role: String,
    /// The kind of passage.
    pub kind: String,
    /// The turn it belongs to; in a paper each passage is its own.
    pub turn: u32,
    /// Who says it; of a block quotation, who is quoted in it.
    pub speaker: Option<String>,
    /// Whose words; of a block quotation, whose are quoted. Words of it that `quotations` leave out,
    /// such as "(P07)", are counted as the author's.
    pub voice: String,
    /// Where to find it in the file.
    pub locator: String,
    /// The cleaned text.
    pub text: String,
    /// Its first character in the source's cleaned text (passages parted by one line end), in
    /// Unicode scalar values from 0.
    pub start_char: u32,
    /// Its first token in the source, from 0.
    pub start_token: u64,
    /// Tokens as `[start_char, end_char)` in the passage, in Unicode scalar values.
    pub tokens: Vec<(u32, u32)>,
    /// Sentences as `[start_token, end_token)` in the passage.
    pub sentences: Vec<(u32, u32)>,
    /// Quotations in the passage.
    pub quotations: Vec<ExportQuotation>,
    /// Values of each layer by token, where the file brings layers; `word` where its tokens are not
    /// what the text shows.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub layers: BTreeMap<String, Vec<Option<String>>>,
}

/// A quotation in a passage.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ExportQuotation {
    /// First token in the passage.
    pub start_token: u32,
    /// One past the last token.
    pub end_token: u32,
    /// Its speaker, several separated by `, `; null where the text names nobody.
    pub speaker: Option<String>,
    /// Whose words.
    pub voice: String,
}

/// The record of a passage.
#[must_use]
pub fn export_row(
    key: &str,
    entry: &SourceEntry,
    source: &ForwardSource,
    passage: &ForwardPassage<'_>,
    start_token: u64,
) -> ExportRow {
    let name = |speaker: u32| entry.speakers.get(speaker as usize).map(|s| s.name.clone());
    let section = source.sections.get(passage.section as usize);
    let ends = passage.sentences.iter().skip(1).copied().chain([narrow(passage.tokens.len())]);
    ExportRow {
        source: key.to_owned(),
        collection: collection_of(key).to_owned(),
        passage: passage.number + 1,
        section: section.and_then(|s| s.title.clone()),
        section_number: passage.section + 1,
        section_role: section.map(|s| s.role).unwrap_or_default().name().to_owned(),
        kind: passage.kind.name().to_owned(),
        turn: passage.turn,
        speaker: passage.speaker.and_then(name),
        voice: passage.voice.name().to_owned(),
        locator: locator(passage, 0),
        text: passage.text.clone(),
        start_char: passage.start_char,
        start_token,
        tokens: token_chars(passage),
        sentences: passage.sentences.iter().copied().zip(ends).collect(),
        quotations: passage
            .quotations
            .iter()
            .map(|q| ExportQuotation {
                start_token: q.tokens.start,
                end_token: q.tokens.end,
                speaker: q.speaker.and_then(name),
                voice: q.voice.name().to_owned(),
            })
            .collect(),
        layers: source
            .layers
            .iter()
            .zip(&passage.layers)
            .map(|(name, values)| {
                (name.clone(), values.iter().map(|v| v.map(str::to_owned)).collect())
            })
            .collect(),
    }
}

/// The speaker and voice of a passage as a whole: of a block quotation, those of the quotation.
#[must_use]
pub fn display(passage: &ForwardPassage<'_>) -> (Option<u32>, Voice) {
    match (passage.kind, passage.quotations.first()) {
        (Kind::Quotation, Some(quotation)) => (quotation.speaker, quotation.voice),
        _ => (passage.speaker, passage.voice),
    }
}

/// Token offsets in characters.
fn token_chars(passage: &ForwardPassage<'_>) -> Vec<(u32, u32)> {
    let mut out = Vec::with_capacity(passage.tokens.len());
    let (mut byte, mut chars) = (0, 0);
    let mut upto = |to: u32| {
        chars += narrow(passage.text[byte as usize..to as usize].chars().count());
        byte = to;
        chars
    };
    for token in &passage.tokens {
        let start = upto(token.start);
        out.push((start, upto(token.end)));
    }
    out
}

/// A source in the vertical format of corpus tools: a token on a line, layers in columns, structures
/// as tags.
///
/// # Errors
/// The writer fails.
pub fn write_vrt(
    out: &mut impl Write,
    key: &str,
    entry: &SourceEntry,
    source: &ForwardSource,
) -> std::io::Result<()> {
    let layers: Vec<(usize, &String)> =
        source.layers.iter().enumerate().filter(|(_, l)| *l != FORM_LAYER).collect();
    if !layers.is_empty() {
        let names: Vec<&str> = layers.iter().map(|(_, name)| name.as_str()).collect();
        writeln!(out, "<!-- #vrt positional-attributes: {FORM_LAYER} {} -->", names.join(" "))?;
    }
    writeln!(out, "<text id=\"{}\" collection=\"{}\">", escape(key), escape(collection_of(key)))?;
    for passage in source.iter() {
        let (speaker, voice) = display(&passage);
        let speaker = speaker.and_then(|s| entry.speakers.get(s as usize));
        let section = source.sections.get(passage.section as usize);
        writeln!(
            out,
            "<p n=\"{}\" kind=\"{}\" role=\"{}\" voice=\"{}\" speaker=\"{}\">",
            passage.number + 1,
            passage.kind.name(),
            section.map(|s| s.role).unwrap_or_default().name(),
            voice.name(),
            escape(speaker.map_or("", |s| &s.name)),
        )?;
        let ends = passage.sentences.iter().skip(1).copied().chain([narrow(passage.tokens.len())]);
        for (start, end) in passage.sentences.iter().zip(ends) {
            writeln!(out, "<s>")?;
            for token in *start..end {
                write!(out, "{}", escape(passage.form(token)))?;
                for (layer, _) in &layers {
                    let value = passage.layers[*layer][token as usize].unwrap_or("__UNDEF__");
                    write!(out, "\t{}", escape(value))?;
                }
                writeln!(out)?;
            }
            writeln!(out, "</s>")?;
        }
        writeln!(out, "</p>")?;
    }
    writeln!(out, "</text>")
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

fn narrow(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}
