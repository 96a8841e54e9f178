//! The pattern tree in CQL, the query language of corpus engines.

use super::{Pattern, Word};

/// A pattern in CQL: `"therapeutic" "alliance.*" | "rapport"`.
#[must_use]
pub fn to_cql(pattern: &Pattern) -> String {
    match pattern {
        Pattern::Word(word) => quoted(word),
        Pattern::Sequence(parts) => join(parts, " "),
        Pattern::Either(parts) => parts.iter().map(to_cql).collect::<Vec<_>>().join(" | "),
    }
}

fn join(parts: &[Pattern], between: &str) -> String {
    let part = |p: &Pattern| match p {
        Pattern::Either(_) => format!("({})", to_cql(p)),
        _ => to_cql(p),
    };
    parts.iter().map(part).collect::<Vec<_>>().join(between)
}

fn quoted(word: &Word) -> String {
    format!("\"{}\"", word.regex().replace('"', "\\\""))
}
