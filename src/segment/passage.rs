//! What cutting makes: passages with kind, section, speaker, voice, quotations, sentences and tokens.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::owners::Owners;
use super::sections::Section;
use crate::ingest::{Mark, NamedSpan, Removed};
use crate::text::{ByteSpan, TokenSpan};

/// What a passage is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A paragraph of running text.
    Paragraph,
    /// A block quotation.
    Quotation,
    /// A heading.
    Heading,
    /// An item of a list.
    List,
    /// A row of a table.
    Table,
    /// The caption of a table or figure.
    Caption,
    /// An entry of a list of references.
    Reference,
    /// A speaker's turn, or a paragraph of it.
    Turn,
}

impl Kind {
    /// All kinds.
    pub const ALL: [Self; 8] = [
        Self::Paragraph,
        Self::Quotation,
        Self::Heading,
        Self::List,
        Self::Table,
        Self::Caption,
        Self::Reference,
        Self::Turn,
    ];

    /// The kind's name in queries and results.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Paragraph => "paragraph",
            Self::Quotation => "quotation",
            Self::Heading => "heading",
            Self::List => "list",
            Self::Table => "table",
            Self::Caption => "caption",
            Self::Reference => "reference",
            Self::Turn => "turn",
        }
    }
}

/// Whose words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Voice {
    /// One who was interviewed.
    Participant,
    /// One who asks.
    Interviewer,
    /// Those who wrote the text.
    Author,
    /// A list of works cited.
    Reference,
}

impl Voice {
    /// All voices.
    pub const ALL: [Self; 4] =
        [Self::Participant, Self::Interviewer, Self::Author, Self::Reference];

    /// The voice's name in queries and results.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Participant => "participant",
            Self::Interviewer => "interviewer",
            Self::Author => "author",
            Self::Reference => "reference",
        }
    }
}

/// Somebody who speaks in a source, or several who are quoted as one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Speaker {
    /// The name, aliases repaired; several parted by `, `.
    pub name: String,
    /// The persons, where the name is of several.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub members: Vec<String>,
    /// True where a text only describes whom it quotes, `one nurse`: nobody knows which person it is.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub described: bool,
    /// What the text says of the person beside the name: `gender`, `age`, `role`; what it says first counts.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub attributes: BTreeMap<String, String>,
}

/// A stretch of a passage that is somebody else's words than the passage's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quotation {
    /// Its tokens in the passage.
    pub tokens: TokenSpan,
    /// Its speaker, if the text names one: an index into [`Passages::speakers`].
    pub speaker: Option<u32>,
    /// Its voice; the author's where nobody is named.
    pub voice: Voice,
}

/// The unit that is indexed: a paragraph, block quotation, list item, heading or turn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Passage {
    /// What it is.
    pub kind: Kind,
    /// The section it is in: an index into [`Passages::sections`].
    pub section: u32,
    /// The turn it belongs to, counted through the source; in a paper each passage is its own.
    pub turn: u32,
    /// Whose words it is where no quotation says otherwise.
    pub voice: Voice,
    /// Who speaks where no quotation says otherwise: an index into [`Passages::speakers`].
    pub speaker: Option<u32>,
    /// The cleaned text.
    pub text: String,
    /// Where its tokens are.
    pub tokens: Vec<ByteSpan>,
    /// The tokens at which its sentences begin; the first is 0.
    pub sentences: Vec<u32>,
    /// The quotations in it, in order, not overlapping.
    pub quotations: Vec<Quotation>,
    /// Where it stands in the file.
    pub marks: Vec<Mark>,
    /// The page it begins on, where the file tells.
    pub page: Option<u32>,
    /// Its time stamp, where the file has one.
    pub time: Option<String>,
    /// For each layer of [`Passages::layers`], its value at each token.
    pub layers: Vec<Vec<Option<String>>>,
}

impl Passage {
    /// The form of a token: as written, or as the layer of forms, by its number, has it.
    #[must_use]
    pub fn form(&self, token: usize, layer: Option<usize>) -> &str {
        let told = layer.and_then(|l| self.layers[l][token].as_deref());
        told.unwrap_or_else(|| self.tokens[token].of(&self.text))
    }
}

impl Passages {
    /// The number of the layer of forms, where tokens are not what the text shows.
    #[must_use]
    pub fn form_layer(&self) -> Option<usize> {
        self.layers.iter().position(|l| l == FORM_LAYER)
    }
}

/// The name of the layer of forms: of words that are written as one with others.
pub const FORM_LAYER: &str = "word";

/// A source, cut.
#[derive(Clone, Debug, Default)]
pub struct Passages {
    /// The title, where one is found.
    pub title: Option<String>,
    /// The passages in order.
    pub passages: Vec<Passage>,
    /// The sections in order.
    pub sections: Vec<Section>,
    /// Those who speak.
    pub speakers: Vec<Speaker>,
    /// What was left out, and why.
    pub removed: Vec<Removed>,
    /// What a person should look at: a transcript in which nobody answers.
    pub notes: Vec<String>,
    /// What is wrong with the file and changes what is counted.
    pub complaints: Vec<String>,
    /// What the file says of itself.
    pub attributes: std::collections::BTreeMap<String, String>,
    /// Layers of its tokens beside the text.
    pub layers: Vec<String>,
    /// The structures that the file names, by start, the longer first; in tokens of the source.
    pub structures: Vec<NamedSpan>,
    /// True if the file is annotated and marks no sentence; each passage then counts as one.
    pub no_sentences: bool,
    /// Whose its words are, counted.
    pub owners: Owners,
}
