//! The pattern tree.

use super::{Strategy, Value};

/// What to find.
///
/// Its meaning is a set of spans: runs of tokens with at least one token, in one source and inside
/// one passage, or inside the wider structure that a `within` names.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Pattern {
    /// One token that passes a test.
    Token(Test),
    /// One after the other, nothing between; at least two.
    Sequence(Vec<Self>),
    /// One or another; at least two.
    Either(Vec<Self>),
    /// The same again and again.
    Repeat(Box<Self>, Times),
    /// The place where a structure begins, `<s>`, or ends, `</s>`.
    Edge(Structure, Place),
    /// A whole structure: `<s/>`.
    Whole(Structure),
    /// What must, or must not, stand right after, or before, this place.
    Look {
        /// Before or after.
        direction: Direction,
        /// False: it must not stand there.
        wanted: bool,
        /// What.
        of: Box<Self>,
    },
    /// A part that a constraint can speak of: `a:[]`.
    Label(String, Box<Self>),
    /// Spans that lie in, or hold, spans of another pattern.
    Related {
        /// Whose spans are found.
        of: Box<Self>,
        /// How they lie to the other's.
        relation: Relation,
        /// False: no span of the other may lie so.
        wanted: bool,
        /// The other.
        other: Box<Self>,
    },
    /// Only where the labelled parts are so: `… :: a.word = b.word`.
    Constrained(Box<Self>, Constraint),
    /// A choice of the spans: `(?longest) …`.
    Chosen(Strategy, Box<Self>),
}

/// A test of one token.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Test {
    /// Any token: `[]`.
    Any,
    /// A layer has a value.
    Is(Value),
    /// Not so.
    Not(Box<Self>),
    /// All of these.
    All(Vec<Self>),
    /// At least one of these.
    Some(Vec<Self>),
}

/// How often.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Times {
    /// At least.
    pub min: u32,
    /// At most; `None` as often as the boundary allows.
    pub max: Option<u32>,
}

/// Which end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Place {
    /// Before its first token.
    Start,
    /// After its last token.
    End,
}

/// Where to look.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Direction {
    /// What follows.
    Ahead,
    /// What comes before.
    Behind,
}

/// How two spans lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Relation {
    /// In the other, or the same.
    Within,
    /// Around the other, or the same.
    Containing,
    /// With a token of the other.
    Overlapping,
}

/// A structure of the text, with the value of an attribute if one is asked for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Structure {
    /// Its name as written, lower case.
    pub name: String,
    /// An attribute, and what it must be.
    pub attribute: Option<(String, Value)>,
}

/// What is compared with what.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Constraint {
    /// A label's layer against another's, or a value.
    Compare {
        /// The label.
        label: String,
        /// Its layer.
        layer: String,
        /// False for `!=`.
        equal: bool,
        /// What it is compared with.
        with: Operand,
    },
    /// The first token of the second label minus that of the first, against a number.
    Distance {
        /// From here.
        from: String,
        /// To here.
        to: String,
        /// How they compare.
        comparison: Comparison,
        /// With what.
        words: i64,
    },
    /// The label has a part of the match.
    Present(String),
    /// Not so.
    Not(Box<Self>),
    /// All of these.
    All(Vec<Self>),
    /// At least one of these.
    Some(Vec<Self>),
}

/// The right side of a comparison.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Operand {
    /// Another label's layer.
    Label(String, String),
    /// A value.
    Value(Value),
}

/// How two numbers compare.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Comparison {
    /// `=`
    Equal,
    /// `!=`
    Unequal,
    /// `<`
    Less,
    /// `<=`
    AtMost,
    /// `>`
    More,
    /// `>=`
    AtLeast,
}

/// Inside what a span must lie, the narrowest first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Breadth {
    /// A passage.
    #[default]
    Passage,
    /// A speaker's turn.
    Turn,
    /// A section.
    Section,
    /// A source.
    Source,
}

impl Structure {
    /// A structure of any attributes.
    #[must_use]
    pub fn named(name: &str) -> Self {
        Self { name: name.to_lowercase(), attribute: None }
    }

    /// The name of the program's own structure that is meant where a file does not bring one of this
    /// name with this attribute; other engines have several names for some.
    #[must_use]
    pub fn own(&self) -> Option<&'static str> {
        let own = match self.name.as_str() {
            "s" | "sentence" => "s",
            "p" | "passage" | "para" | "paragraph" => "p",
            "turn" | "u" | "utterance" | "sp" => "turn",
            "quotation" => "quotation",
            "section" => "section",
            "source" | "doc" | "document" | "file" | "text" => "source",
            _ => return None,
        };
        let attribute = self.attribute.as_ref().map(|(name, _)| name.as_str());
        attribute.is_none_or(|a| Self::own_attributes(own).contains(&a)).then_some(own)
    }

    /// The attributes of a structure of the program's own.
    #[must_use]
    pub fn own_attributes(name: &str) -> &'static [&'static str] {
        match name {
            "p" => &["kind", "speaker", "voice"],
            "turn" | "quotation" => &["speaker", "voice"],
            "section" => &["role"],
            "source" => &["id", "collection"],
            _ => &[],
        }
    }

    /// The names of the structures that every source has.
    pub const OWN: [&'static str; 6] = ["s", "p", "turn", "quotation", "section", "source"];

    /// How wide one of the program's own can be.
    #[must_use]
    pub fn own_breadth(own: &str) -> Breadth {
        match own {
            "turn" => Breadth::Turn,
            "section" => Breadth::Section,
            "source" => Breadth::Source,
            _ => Breadth::Passage,
        }
    }
}

impl Times {
    /// Exactly once.
    pub const ONCE: Self = Self { min: 1, max: Some(1) };

    /// Between two numbers.
    #[must_use]
    pub const fn between(min: u32, max: u32) -> Self {
        Self { min, max: Some(max) }
    }
}

impl Comparison {
    /// All of them, a longer sign before one that it begins with.
    pub const ALL: [Self; 6] =
        [Self::Unequal, Self::AtMost, Self::AtLeast, Self::Equal, Self::Less, Self::More];

    /// True when the two numbers compare so.
    #[must_use]
    pub const fn holds(self, left: i64, right: i64) -> bool {
        match self {
            Self::Equal => left == right,
            Self::Unequal => left != right,
            Self::Less => left < right,
            Self::AtMost => left <= right,
            Self::More => left > right,
            Self::AtLeast => left >= right,
        }
    }

    /// As it is written.
    #[must_use]
    pub const fn sign(self) -> &'static str {
        match self {
            Self::Equal => "=",
            Self::Unequal => "!=",
            Self::Less => "<",
            Self::AtMost => "<=",
            Self::More => ">",
            Self::AtLeast => ">=",
        }
    }
}

impl Pattern {
    /// A token with a value on the text layer.
    #[must_use]
    pub const fn word(value: Value) -> Self {
        Self::Token(Test::Is(value))
    }

    /// Any tokens, so many.
    #[must_use]
    pub fn any(times: Times) -> Self {
        let any = Self::Token(Test::Any);
        if times == Times::ONCE { any } else { Self::Repeat(Box::new(any), times) }
    }

    /// The parts of a pattern, each once.
    #[must_use]
    pub fn parts(&self) -> Vec<&Self> {
        match self {
            Self::Token(_) | Self::Edge(..) | Self::Whole(_) => Vec::new(),
            Self::Sequence(parts) | Self::Either(parts) => parts.iter().collect(),
            Self::Repeat(of, _)
            | Self::Look { of, .. }
            | Self::Label(_, of)
            | Self::Constrained(of, _)
            | Self::Chosen(_, of) => vec![of],
            Self::Related { of, other, .. } => vec![of, other],
        }
    }

    /// The parts of a pattern, to be changed.
    pub fn parts_mut(&mut self) -> Vec<&mut Self> {
        match self {
            Self::Token(_) | Self::Edge(..) | Self::Whole(_) => Vec::new(),
            Self::Sequence(parts) | Self::Either(parts) => parts.iter_mut().collect(),
            Self::Repeat(of, _)
            | Self::Look { of, .. }
            | Self::Label(_, of)
            | Self::Constrained(of, _)
            | Self::Chosen(_, of) => vec![of],
            Self::Related { of, other, .. } => vec![of, other],
        }
    }

    /// True when it nests deeper than so many levels.
    #[must_use]
    pub fn nests_deeper(&self, levels: usize) -> bool {
        levels == 0 || self.parts().into_iter().any(|p| p.nests_deeper(levels - 1))
    }

    /// Calls `each` for the pattern and everything in it.
    pub fn visit<'p>(&'p self, each: &mut impl FnMut(&'p Self)) {
        each(self);
        for part in self.parts() {
            part.visit(each);
        }
    }

    /// The layers that it asks for, sorted, the text layer left out.
    #[must_use]
    pub fn layers(&self) -> std::collections::BTreeSet<String> {
        let mut out = std::collections::BTreeSet::new();
        self.visit(&mut |part| match part {
            Self::Token(test) => test.values(&mut |v| {
                out.insert(v.layer.clone());
            }),
            Self::Constrained(_, constraint) => constraint.layers(&mut out),
            _ => {}
        });
        out.remove(Value::TEXT);
        out
    }

    /// The structures that it names, sorted, each once.
    #[must_use]
    pub fn structures(&self) -> std::collections::BTreeSet<&Structure> {
        let mut out = std::collections::BTreeSet::new();
        self.visit(&mut |part| {
            if let Self::Edge(structure, _) | Self::Whole(structure) = part {
                out.insert(structure);
            }
        });
        out
    }
}

impl Test {
    /// Calls `each` for every value in the test, to change it.
    pub fn each_value(&mut self, each: &mut impl FnMut(&mut Value)) {
        match self {
            Self::Any => {}
            Self::Is(value) => each(value),
            Self::Not(test) => test.each_value(each),
            Self::All(tests) | Self::Some(tests) => {
                for test in tests {
                    test.each_value(each);
                }
            }
        }
    }

    /// Calls `each` for every value in the test.
    pub fn values<'t>(&'t self, each: &mut impl FnMut(&'t Value)) {
        match self {
            Self::Any => {}
            Self::Is(value) => each(value),
            Self::Not(test) => test.values(each),
            Self::All(tests) | Self::Some(tests) => tests.iter().for_each(|t| t.values(each)),
        }
    }
}

impl Constraint {
    /// The labels that it speaks of.
    pub(super) fn labels<'c>(&'c self, out: &mut Vec<&'c str>) {
        match self {
            Self::Compare { label, with, .. } => {
                out.push(label);
                if let Operand::Label(other, _) = with {
                    out.push(other);
                }
            }
            Self::Distance { from, to, .. } => out.extend([from.as_str(), to.as_str()]),
            Self::Present(label) => out.push(label),
            Self::Not(of) => of.labels(out),
            Self::All(parts) | Self::Some(parts) => parts.iter().for_each(|p| p.labels(out)),
        }
    }

    fn layers(&self, out: &mut std::collections::BTreeSet<String>) {
        match self {
            Self::Compare { layer, with, .. } => {
                out.insert(layer.clone());
                if let Operand::Label(_, other) = with {
                    out.insert(other.clone());
                }
            }
            Self::Distance { .. } | Self::Present(_) => {}
            Self::Not(of) => of.layers(out),
            Self::All(parts) | Self::Some(parts) => parts.iter().for_each(|p| p.layers(out)),
        }
    }
}

/// Alternatives as one pattern; `None` of none.
#[must_use]
pub fn any_of(patterns: Vec<Pattern>) -> Option<Pattern> {
    let mut flat = Vec::new();
    for pattern in patterns {
        match pattern {
            Pattern::Either(inner) => flat.extend(inner),
            other => flat.push(other),
        }
    }
    let mut seen = std::collections::BTreeSet::new();
    flat.retain(|p| seen.insert(p.clone()));
    if flat.len() > 1 { Some(Pattern::Either(flat)) } else { flat.pop() }
}

#[cfg(test)]
mod tests {
    use super::super::parse_cql;

    #[test]
    fn layers_and_structures_are_listed() {
        let text = r#"a:[lemma="be"] "x" </s> within <turn/> :: a.pos = "V.*""#;
        let pattern = parse_cql(text).expect("a pattern");
        assert_eq!(pattern.layers().into_iter().collect::<Vec<_>>(), ["lemma", "pos"]);
        let names: Vec<_> = pattern.structures().into_iter().map(|s| s.name.as_str()).collect();
        assert_eq!(names, ["s", "turn"]);
    }
}
