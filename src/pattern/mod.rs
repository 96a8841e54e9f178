//! Pattern text becomes a pattern tree, and a tree becomes a [`Program`] that finds its spans; pure.
//!
//! Two forms are read, the simple form ([`parse_simple`]) and CQL ([`parse_cql`]); both give the
//! same tree, which is echoed as CQL ([`to_cql`]) and in words ([`explain`]). What a tree means is
//! the set of *all* its spans; [`Strategy`] and [`leftmost_longest`] choose from that set.

mod bounds;

mod cql;

mod explain;

mod plain;

mod print;

mod program;

mod run;

mod simple;

mod strategy;

mod tree;

mod value;

pub use bounds::{EVERY_WORD_MAX, doubts};
pub use cql::parse_cql;
pub use explain::explain;
pub use plain::spans_in;
pub use print::to_cql;
pub use program::{Leaf, Need, Program};
pub use run::{TooCostly, Unit, Values, spans};
pub use simple::{parse_simple, term_words};
pub use strategy::{Strategy, leftmost_longest};
pub use tree::{
    Breadth, Comparison, Constraint, Direction, Operand, Pattern, Place, Relation, Structure, Test,
    Times, any_of,
};
pub use value::{Matcher, Value, fits_glob};

use std::ops::Range;

/// What is wrong with a pattern, and where in its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PatternError {
    /// Bytes of the pattern's text.
    pub place: Range<usize>,
    /// What is wrong.
    pub message: String,
    /// The way out.
    pub hint: Option<String>,
}

impl PatternError {
    fn new(place: Range<usize>, message: impl Into<String>) -> Self {
        Self { place, message: message.into(), hint: None }
    }

    fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

/// The form that a pattern is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// The simple form.
    Simple,
    /// CQL.
    Cql,
}

/// Parses a pattern in a form.
///
/// # Errors
/// The place of what is not in that form.
pub fn parse(form: Form, text: &str) -> Result<Pattern, PatternError> {
    match form {
        Form::Simple => parse_simple(text),
        Form::Cql => parse_cql(text),
    }
}
