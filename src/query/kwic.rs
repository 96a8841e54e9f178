//! What can be asked of a concordance: context, order, choice of lines, groups.
//!
//! The short forms (`"right1"`, `"5:15"`) are those of query files and of the command line alike.

use super::{Choice, Field};
use crate::pattern::Breadth;

/// Largest context in words, and largest place of a word beside the hit.
pub(super) const MAX_WORDS: u32 = 1_000;

/// A concordance.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Kwic {
    /// How much around each hit.
    pub context: Context,
    /// Which spans are hits; `None` for what the pattern says, leftmost-longest if nothing.
    pub matching: Option<Choice>,
    /// In which order; the order of the corpus after the last key.
    pub sort: Vec<SortKey>,
    /// Which lines.
    pub pick: Pick,
    /// At most so many lines.
    pub limit: Option<u32>,
    /// Leave out a line whose words are those of a line before.
    pub drop_near_duplicates: bool,
    /// Count hits by these instead of listing lines.
    pub group: Vec<SortKey>,
}

/// How much of the text stands around a hit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Context {
    /// Before it.
    pub left: Extent,
    /// After it.
    pub right: Extent,
    /// What the context never leaves.
    pub across: Breadth,
}

impl Default for Context {
    fn default() -> Self {
        Self::both(Extent::Words(10))
    }
}

/// How far the context reaches on one side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    /// So many words.
    Words(u32),
    /// To the end of the sentence that the hit touches, and so many sentences more.
    Sentences(u32),
    /// To the end of the passage.
    Passage,
    /// To the end of the turn.
    Turn,
}

impl Context {
    /// The same on both sides, inside the passage.
    #[must_use]
    pub const fn both(extent: Extent) -> Self {
        let across = if matches!(extent, Extent::Turn) { Breadth::Turn } else { Breadth::Passage };
        Self { left: extent, right: extent, across }
    }

    /// The context of a short form: `10`, `5:15`, `sentence`, `2s`, `passage`, `turn`.
    #[must_use]
    pub fn of(text: &str) -> Option<Self> {
        let words = |text: &str| text.parse().ok().filter(|n| *n <= MAX_WORDS);
        match text {
            "sentence" => return Some(Self::both(Extent::Sentences(0))),
            "passage" => return Some(Self::both(Extent::Passage)),
            "turn" => return Some(Self::both(Extent::Turn)),
            _ => {}
        }
        if let Some((left, right)) = text.split_once(':') {
            let (left, right) = (Extent::Words(words(left)?), Extent::Words(words(right)?));
            return Some(Self { left, right, across: Breadth::Passage });
        }
        if let Some(sentences) = text.strip_suffix('s') {
            return words(sentences).map(|n| Self::both(Extent::Sentences(n)));
        }
        words(text).map(|n| Self::both(Extent::Words(n)))
    }

    /// The short forms, in words.
    pub const FORMS: &'static str = "a number of words (`10`, or `5:15` left and right), `sentence`, `2s` for two sentences more, `passage` or `turn`";

    /// The context in words, for the result.
    #[must_use]
    pub fn told(&self) -> String {
        let across = match self.across {
            Breadth::Passage => String::new(),
            Breadth::Turn if self.left == Extent::Turn => String::new(),
            wider => format!(", across passages of the {}", wider.name()),
        };
        let told = match (self.left, self.right) {
            (left, right) if left == right => left.told(),
            (left, right) => format!("{} left, {} right", left.told(), right.told()),
        };
        format!("{told}{across}")
    }
}

impl Extent {
    fn told(self) -> String {
        match self {
            Self::Words(n) => format!("{n} words"),
            Self::Sentences(0) => "sentence".into(),
            Self::Sentences(n) => format!("sentence and {n} more"),
            Self::Passage => "passage".into(),
            Self::Turn => "turn".into(),
        }
    }
}

/// Which lines of a concordance are listed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Pick {
    /// All.
    #[default]
    All,
    /// So many, by chance; the same for the same corpus, query and seed.
    Sample {
        /// Lines.
        size: u32,
        /// Seed.
        seed: u64,
    },
    /// This share, by chance.
    Thin {
        /// Of a million lines, about so many.
        per_million: u32,
        /// Seed.
        seed: u64,
    },
    /// The first, and each so-many-th after it.
    Every(u32),
}

impl Pick {
    /// A share of the lines in percent; `None` if it is no share.
    #[must_use]
    pub fn thin(percent: f64, seed: u64) -> Option<Self> {
        if !(0.0001..=100.0).contains(&percent) {
            return None;
        }
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "at most a million"
        )]
        let per_million = (percent * 10_000.0).round() as u32;
        Some(Self::Thin { per_million, seed })
    }
}

/// A key of an order or of groups.
#[derive(Clone, Debug, PartialEq)]
pub struct SortKey {
    /// What is compared.
    pub by: SortBy,
    /// True for the reverse order.
    pub reversed: bool,
    /// Where it is named.
    pub place: std::ops::Range<usize>,
}

/// What is compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SortBy {
    /// The n-th word before the hit, from 1.
    Left(u32),
    /// The n-th word after the hit, from 1.
    Right(u32),
    /// The words of the hit.
    Match,
    /// The place in the corpus.
    Position,
    /// The theme or term.
    Theme,
    /// A field of the text.
    Field(Field),
}

impl SortBy {
    /// What a name stands for; a name that is none of the program's is an attribute's.
    #[must_use]
    pub fn of(name: &str) -> Self {
        let number = |prefix: &str| -> Option<u32> {
            let rest = name.strip_prefix(prefix)?;
            let n = rest.parse().ok()?;
            (1..=MAX_WORDS).contains(&n).then_some(n)
        };
        match name {
            "match" => Self::Match,
            "position" => Self::Position,
            "theme" => Self::Theme,
            _ => match (number("left"), number("right")) {
                (Some(n), _) => Self::Left(n),
                (_, Some(n)) => Self::Right(n),
                _ => Self::Field(Field::of(name)),
            },
        }
    }

    /// Its name, the column of a group.
    #[must_use]
    pub fn name(&self) -> String {
        match self {
            Self::Left(n) => format!("left{n}"),
            Self::Right(n) => format!("right{n}"),
            Self::Match => "match".into(),
            Self::Position => "position".into(),
            Self::Theme => "theme".into(),
            Self::Field(field) => field.name().to_owned(),
        }
    }

    /// The names that are the program's own.
    pub const NAMES: [&'static str; 5] = ["match", "position", "theme", "left1", "right1"];
}

impl SortKey {
    /// A key as written: a name, with `-` before it for the reverse order.
    #[must_use]
    pub fn of(text: &str, place: std::ops::Range<usize>) -> Self {
        let (reversed, name) = match text.strip_prefix('-') {
            Some(name) => (true, name),
            None => (false, text),
        };
        Self { by: SortBy::of(name.trim()), reversed, place }
    }

    /// Keys parted by commas, as on the command line.
    #[must_use]
    pub fn list(text: &str) -> Vec<Self> {
        let mut at = 0;
        let place = |part: &str| {
            let start = at;
            at += part.len() + 1;
            start..start + part.len()
        };
        let places: Vec<_> = text.split(',').map(place).collect();
        text.split(',').zip(places).map(|(part, place)| Self::of(part.trim(), place)).collect()
    }

    /// The key as it is written.
    #[must_use]
    pub fn written(&self) -> String {
        format!("{}{}", if self.reversed { "-" } else { "" }, self.by.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_forms() {
        let context = Context::of("5:15").expect("a context");
        assert_eq!((context.left, context.right), (Extent::Words(5), Extent::Words(15)));
        assert_eq!(Context::of("2s"), Some(Context::both(Extent::Sentences(2))));
        assert_eq!(Context::of("sentences"), None);
        assert_eq!(Context::of("1001"), None);
        assert_eq!(SortKey::of("-right2", 0..7).by, SortBy::Right(2));
        assert_eq!(SortBy::of("role"), SortBy::Field(Field::Attribute("role".into())));
        assert_eq!(SortBy::of("left0"), SortBy::Field(Field::Attribute("left0".into())));
    }
}
