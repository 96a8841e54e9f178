//! A pattern tree in CQL; reading it again gives the same tree.

use super::{
    Constraint, Direction, Operand, Pattern, Place, Relation, Structure, Test, Times, Value,
};

/// A pattern in CQL: `"therapeutic" "alliance.*" | "rapport"`.
#[must_use]
pub fn to_cql(pattern: &Pattern) -> String {
    match pattern {
        Pattern::Token(Test::Is(value)) if value.layer == Value::TEXT => quoted(value),
        Pattern::Token(Test::Any) => "[]".to_owned(),
        Pattern::Token(test) => format!("[{}]", in_token(test)),
        Pattern::Sequence(parts) => parts.iter().map(item).collect::<Vec<_>>().join(" "),
        Pattern::Either(parts) => parts.iter().map(alternative).collect::<Vec<_>>().join(" | "),
        Pattern::Repeat(of, times) => format!("{}{}", atom(of), quantifier(*times)),
        Pattern::Edge(structure, Place::Start) => format!("<{}>", name(structure)),
        Pattern::Edge(structure, Place::End) => format!("</{}>", structure.name),
        Pattern::Whole(structure) => format!("<{}/>", name(structure)),
        Pattern::Look { direction, wanted, of } => {
            let sign = match (direction, wanted) {
                (Direction::Ahead, true) => "?=",
                (Direction::Ahead, false) => "?!",
                (Direction::Behind, true) => "?<=",
                (Direction::Behind, false) => "?<!",
            };
            format!("({sign}{})", to_cql(of))
        }
        Pattern::Label(label, of) => format!("{label}:{}", atom(of)),
        Pattern::Related { of, relation, wanted, other } => {
            let sign = match relation {
                Relation::Within => "within",
                Relation::Containing => "containing",
                Relation::Overlapping => "overlapping",
            };
            let not = if *wanted { "" } else { "!" };
            let left = match **of {
                Pattern::Chosen(..) => bracketed(of),
                _ => to_cql(of),
            };
            let right = match **other {
                Pattern::Related { .. } | Pattern::Constrained(..) | Pattern::Chosen(..) => {
                    bracketed(other)
                }
                _ => to_cql(other),
            };
            format!("{left} {not}{sign} {right}")
        }
        Pattern::Constrained(of, constraint) => {
            let left = match **of {
                Pattern::Chosen(..) => bracketed(of),
                _ => to_cql(of),
            };
            format!("{left} :: {}", in_words(constraint))
        }
        Pattern::Chosen(strategy, of) => match **of {
            Pattern::Chosen(..) => format!("(?{}) {}", strategy.name(), bracketed(of)),
            _ => format!("(?{}) {}", strategy.name(), to_cql(of)),
        },
    }
}

fn bracketed(pattern: &Pattern) -> String {
    format!("({})", to_cql(pattern))
}

/// As a part of a sequence.
fn item(pattern: &Pattern) -> String {
    match pattern {
        Pattern::Repeat(..) | Pattern::Edge(..) | Pattern::Whole(_) | Pattern::Label(..) => {
            to_cql(pattern)
        }
        _ => atom(pattern),
    }
}

/// As one of several alternatives.
fn alternative(pattern: &Pattern) -> String {
    match pattern {
        Pattern::Sequence(_) => to_cql(pattern),
        _ => item(pattern),
    }
}

/// As something that can be repeated or labelled.
fn atom(pattern: &Pattern) -> String {
    match pattern {
        Pattern::Token(_) | Pattern::Look { .. } | Pattern::Label(..) => to_cql(pattern),
        _ => bracketed(pattern),
    }
}

fn quantifier(times: Times) -> String {
    match (times.min, times.max) {
        (0, Some(1)) => "?".to_owned(),
        (0, None) => "*".to_owned(),
        (1, None) => "+".to_owned(),
        (min, None) => format!("{{{min},}}"),
        (min, Some(max)) if min == max => format!("{{{min}}}"),
        (min, Some(max)) => format!("{{{min},{max}}}"),
    }
}

fn name(structure: &Structure) -> String {
    match &structure.attribute {
        Some((attribute, value)) => format!("{} {attribute}={}", structure.name, quoted(value)),
        None => structure.name.clone(),
    }
}

fn in_token(test: &Test) -> String {
    match test {
        Test::Any => String::new(),
        Test::Is(value) => format!("{}={}", value.layer, quoted(value)),
        Test::Not(inner) => match &**inner {
            Test::Is(value) => format!("{}!={}", value.layer, quoted(value)),
            other => format!("!({})", in_token(other)),
        },
        Test::All(tests) => joined(tests, " & "),
        Test::Some(tests) => joined(tests, " | "),
    }
}

fn joined(tests: &[Test], sign: &str) -> String {
    let part = |test: &Test| match test {
        Test::All(_) | Test::Some(_) => format!("({})", in_token(test)),
        _ => in_token(test),
    };
    tests.iter().map(part).collect::<Vec<_>>().join(sign)
}

fn quoted(value: &Value) -> String {
    let text = value.expression().replace('"', "\\\"");
    // An expression with a flag of its own says by itself that its case counts.
    let case = value.exact && !super::value::asks_for_case(&value.text);
    let flags = match (case, value.without_accents) {
        (false, false) => "",
        (true, false) => "%C",
        (false, true) => "%d",
        (true, true) => "%Cd",
    };
    format!("\"{text}\"{flags}")
}

fn in_words(constraint: &Constraint) -> String {
    match constraint {
        Constraint::Compare { label, layer, equal, with } => {
            let sign = if *equal { "=" } else { "!=" };
            let with = match with {
                Operand::Label(label, layer) => format!("{label}.{layer}"),
                Operand::Value(value) => quoted(value),
            };
            format!("{label}.{layer} {sign} {with}")
        }
        Constraint::Distance { from, to, comparison, words } => {
            format!("dist({from},{to}) {} {words}", comparison.sign())
        }
        Constraint::Present(label) => label.clone(),
        Constraint::Not(of) => match &**of {
            Constraint::Present(label) => format!("!{label}"),
            of => format!("!({})", in_words(of)),
        },
        Constraint::All(parts) => parts.iter().map(term).collect::<Vec<_>>().join(" & "),
        Constraint::Some(parts) => parts.iter().map(term).collect::<Vec<_>>().join(" | "),
    }
}

fn term(constraint: &Constraint) -> String {
    match constraint {
        Constraint::All(_) | Constraint::Some(_) => format!("({})", in_words(constraint)),
        _ => in_words(constraint),
    }
}
