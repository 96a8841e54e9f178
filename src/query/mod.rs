//! Query files become checked [`Query`]s, and those become [`Plan`]s; pure: no index, no files.
//!
//! Three steps, each of which lists all its mistakes: read (is it a query file?), check against
//! the codebook (do its themes exist?), check against the corpus (do its attributes and values?).

mod check;

mod collocates;

mod cooccurrence;

mod frequency;

mod keywords;

mod kwic;

mod measure;

mod plan;

mod read;

mod read_cooccurrence;

mod read_frequency;

mod read_kwic;

mod template;

pub use check::{Corpus, Names, check_layers, check_names, check_themes};
pub use collocates::{Collocates, Company, StopWords, Window};
pub use cooccurrence::{Cooccurrence, Evidence, Network, NetworkFormat, Within};
pub use frequency::{Frequency, Report};
pub use keywords::{Keyness, Keywords};
pub use kwic::{Context, Extent, Kwic, Pick, SortBy, SortKey};
pub use measure::Measure;
pub use plan::{Needle, Plan, plan};
pub use read::read_query_file;
pub use template::{TermRow, fill};

pub use crate::codebook::Unit;
use crate::codebook::WrittenPattern;
use crate::pattern::{Form, Strategy, fits_glob};
use crate::text::Text;

/// A file of queries.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct QueryFile {
    /// A name for people.
    pub title: Option<String>,
    /// Path of the codebook, from the query file's folder.
    pub codebook: Option<Text>,
    /// The queries, in the order of the file.
    pub queries: Vec<Query>,
}

/// One question.
#[derive(Clone, Debug, PartialEq)]
pub struct Query {
    /// Names the result's file.
    pub id: Text,
    /// A name for people.
    pub title: Option<String>,
    /// What is asked for.
    pub what: What,
    /// What is asked of it.
    pub ask: Ask,
    /// What is searched.
    pub filter: Filter,
    /// Whether hits of one theme take those of another away.
    pub overlap: Overlap,
    /// How the result is written; at least one.
    pub formats: Vec<Format>,
}

/// What a query looks for.
#[derive(Clone, Debug, PartialEq)]
pub enum What {
    /// Patterns; together one thing in a concordance, each by itself in a table.
    Patterns(Vec<WrittenPattern>),
    /// Patterns made of templates and a list of terms; each by itself.
    Terms {
        /// Path of the list, from the query file's folder.
        list: Text,
        /// The templates.
        templates: Vec<Template>,
        /// The patterns, once the list is read.
        patterns: Vec<WrittenPattern>,
    },
    /// Themes of the codebook.
    Themes(Vec<Text>),
    /// All themes of the codebook.
    AllThemes,
    /// Themes, and patterns (or terms) after them.
    Both(Vec<Text>, Box<Self>),
    /// Nothing: words are counted as they come.
    Nothing,
}

impl What {
    /// The patterns that it names.
    #[must_use]
    pub fn patterns(&self) -> &[WrittenPattern] {
        match self {
            Self::Patterns(patterns) | Self::Terms { patterns, .. } => patterns,
            Self::Both(_, patterns) => patterns.patterns(),
            Self::Themes(_) | Self::AllThemes | Self::Nothing => &[],
        }
    }

    /// The themes that it names.
    #[must_use]
    pub fn themes(&self) -> &[Text] {
        match self {
            Self::Themes(themes) | Self::Both(themes, _) => themes,
            _ => &[],
        }
    }

    /// True if each line of a concordance says what it is a hit of.
    #[must_use]
    pub fn is_several(&self) -> bool {
        match self {
            Self::Patterns(_) | Self::Nothing => false,
            Self::Themes(themes) => themes.len() != 1 || themes[0].value.contains('*'),
            Self::Terms { .. } | Self::AllThemes | Self::Both(..) => true,
        }
    }
}

/// A pattern in which `$term` stands for a column of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template {
    /// As written.
    pub text: Text,
    /// The form it is written in.
    pub form: Form,
}

/// What a query asks.
#[derive(Clone, Debug, PartialEq)]
pub enum Ask {
    /// Each hit with the words around it.
    Kwic(Kwic),
    /// How often, by group.
    Frequency(Frequency),
    /// What is said together.
    Cooccurrence(Cooccurrence),
    /// Which words keep it company.
    Collocates(Collocates),
    /// Which words one part of the corpus has more of than another.
    Keywords(Keywords),
}

impl Ask {
    /// The names of all kinds.
    pub const KINDS: [&'static str; 5] =
        ["kwic", "frequency", "cooccurrence", "collocates", "keywords"];

    /// The words that are not to be listed, if the query can name some.
    pub const fn stop_words_mut(&mut self) -> Option<&mut StopWords> {
        match self {
            Self::Collocates(asked) => Some(&mut asked.stop_words),
            Self::Keywords(asked) => Some(&mut asked.stop_words),
            Self::Frequency(Frequency { report: Report::Uncovered { stop_words, .. }, .. }) => {
                Some(stop_words)
            }
            _ => None,
        }
    }

    /// The layer whose values are counted, if it is not words.
    #[must_use]
    pub const fn layer(&self) -> Option<&Text> {
        match self {
            Self::Collocates(asked) => asked.layer.as_ref(),
            Self::Keywords(asked) => asked.layer.as_ref(),
            _ => None,
        }
    }

    /// The name of the kind of query, as in `[[kwic]]`.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Kwic(_) => "kwic",
            Self::Frequency(_) => "frequency",
            Self::Cooccurrence(_) => "cooccurrence",
            Self::Collocates(_) => "collocates",
            Self::Keywords(_) => "keywords",
        }
    }
}

/// How hits are chosen among all spans.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Choice {
    /// From the left, the longest at each start, none overlapping one before.
    #[default]
    LeftmostLongest,
    /// As a strategy of corpus engines has it.
    By(Strategy),
}

impl Choice {
    /// The names of all choices.
    pub const NAMES: [&'static str; 5] =
        ["leftmost-longest", "all", "longest", "shortest", "standard"];

    /// The choice of a name.
    #[must_use]
    pub fn of(name: &str) -> Option<Self> {
        if name == "leftmost-longest" {
            return Some(Self::LeftmostLongest);
        }
        Strategy::ALL.into_iter().find(|s| s.name() == name).map(Self::By)
    }

    /// Its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::LeftmostLongest => "leftmost-longest",
            Self::By(strategy) => strategy.name(),
        }
    }
}

/// Whether hits of one theme take those of another away.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Overlap {
    /// Each theme is matched by itself (quanteda's `nested_scope = "key"`).
    #[default]
    Theme,
    /// A hit inside longer hits of other themes is dropped (quanteda's `nested_scope = "dictionary"`).
    Dictionary,
}

impl Overlap {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Theme, Self::Dictionary];

    /// Its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Theme => "theme",
            Self::Dictionary => "dictionary",
        }
    }
}

/// How a result is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Format {
    /// One JSON object, rows included.
    Json,
    /// Rows as JSON objects, one on a line, beside the object without rows.
    Jsonl,
    /// Rows as a table of comma-separated values, beside the object.
    Csv,
}

impl Format {
    /// All formats.
    pub const ALL: [Self; 3] = [Self::Json, Self::Jsonl, Self::Csv];

    /// Its name, and the ending of its files.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Jsonl => "jsonl",
            Self::Csv => "csv",
        }
    }
}

/// What a filter or a group is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Field {
    /// The source's key.
    Source,
    /// The source's collection.
    Collection,
    /// The role of the section.
    Section,
    /// The kind of passage.
    Kind,
    /// Whose words.
    Voice,
    /// Whether it is a quotation.
    Quoted,
    /// Who speaks.
    Speaker,
    /// The participant who speaks: one person in all sources if `participants.csv` has him or her.
    Participant,
    /// An attribute of the speaker, or of the source.
    Attribute(String),
}

impl Field {
    /// The field of a name; a name that is none of the program's is an attribute's.
    #[must_use]
    pub fn of(name: &str) -> Self {
        match name {
            "source" => Self::Source,
            "collection" => Self::Collection,
            "section" => Self::Section,
            "kind" => Self::Kind,
            "voice" => Self::Voice,
            "quoted" => Self::Quoted,
            "speaker" => Self::Speaker,
            "participant" => Self::Participant,
            other => Self::Attribute(other.to_owned()),
        }
    }

    /// The field's name in queries and results.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Source => "source",
            Self::Collection => "collection",
            Self::Section => "section",
            Self::Kind => "kind",
            Self::Voice => "voice",
            Self::Quoted => "quoted",
            Self::Speaker => "speaker",
            Self::Participant => "participant",
            Self::Attribute(name) => name,
        }
    }

    /// The names that are the program's own.
    pub const NAMES: [&'static str; 8] =
        ["source", "collection", "section", "kind", "voice", "quoted", "speaker", "participant"];
}

/// A field that makes groups, and where it is named.
#[derive(Clone, Debug, PartialEq)]
pub struct GroupField {
    /// The field.
    pub field: Field,
    /// Where it is named.
    pub place: std::ops::Range<usize>,
}

/// What is searched: all of these must hold.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Filter {
    /// The conditions, in the order of their fields.
    pub conditions: Vec<Condition>,
}

/// One of these values.
#[derive(Clone, Debug, PartialEq)]
pub struct Condition {
    /// What must have one of the values.
    pub field: Field,
    /// Where the field is named.
    pub place: std::ops::Range<usize>,
    /// The values; `*` stands for any run of characters.
    pub values: Vec<Text>,
}

impl Filter {
    /// These conditions and those of another filter.
    #[must_use]
    pub fn with(&self, other: &Self) -> Self {
        let mut conditions = self.conditions.clone();
        conditions.extend(other.conditions.iter().cloned());
        conditions.sort_by(|a, b| a.field.cmp(&b.field));
        Self { conditions }
    }

    /// True when the filter itself says which voices, kinds or sections are searched, so that the
    /// default, all but the voice `reference`, does not hold.
    #[must_use]
    pub fn names_text(&self) -> bool {
        let text = [Field::Voice, Field::Kind, Field::Section];
        self.conditions.iter().any(|c| text.contains(&c.field))
    }
}

/// True when a value fits what a filter names: the same but for case, or by `*`.
#[must_use]
pub fn fits(named: &str, value: &str) -> bool {
    if named.contains('*') {
        fits_glob(&named.to_lowercase(), &value.to_lowercase())
    } else {
        named.to_lowercase() == value.to_lowercase()
    }
}
