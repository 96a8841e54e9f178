//! A pattern in words, for those who want to know what they have asked.

use super::{
    Constraint, Direction, Operand, Pattern, Place, Relation, Strategy, Structure, Test, Times,
    Value,
};

/// What a pattern means, in a sentence without its full stop.
///
/// ```
/// use thematic::pattern::{explain, parse_simple};
/// let pattern = parse_simple("bond | rapport* ~3 trust").unwrap();
/// let told = explain(&pattern);
/// assert!(told.starts_with("`bond`, or a word starting with `rapport`, then up to 2 words, then"));
/// ```
#[must_use]
pub fn explain(pattern: &Pattern) -> String {
    match pattern {
        Pattern::Token(test) => token(test),
        Pattern::Sequence(parts) => parts.iter().map(inner).collect::<Vec<_>>().join(", then "),
        Pattern::Either(parts) => parts.iter().map(explain).collect::<Vec<_>>().join(", or "),
        Pattern::Repeat(of, times) => repeated(of, *times),
        Pattern::Edge(structure, Place::Start) => format!("the beginning of {}", a(structure)),
        Pattern::Edge(structure, Place::End) => format!("the end of {}", a(structure)),
        Pattern::Whole(structure) => format!("the whole of {}", a(structure)),
        Pattern::Look { direction, wanted, of } => {
            let place = match direction {
                Direction::Ahead => "followed by",
                Direction::Behind => "with before it",
            };
            format!("{}{place} {}", if *wanted { "" } else { "not " }, inner(of))
        }
        Pattern::Label(label, of) => format!("{} (called {label})", inner(of)),
        Pattern::Related { of, relation, wanted, other } => {
            let sign = match (relation, wanted) {
                (Relation::Within, true) => "inside",
                (Relation::Within, false) => "not inside",
                (Relation::Containing, true) => "that holds",
                (Relation::Containing, false) => "that does not hold",
                (Relation::Overlapping, true) => "that shares a token with",
                (Relation::Overlapping, false) => "that shares no token with",
            };
            let other = match &**other {
                Pattern::Whole(structure) => format!("one {}", in_structure(structure)),
                other => inner(other),
            };
            format!("{} {sign} {other}", grouped(of))
        }
        Pattern::Constrained(of, constraint) => {
            format!("{}, where {}", explain(of), condition(constraint))
        }
        Pattern::Chosen(strategy, of) => {
            let choice = match strategy {
                Strategy::All => "every distinct stretch of",
                Strategy::Longest => "the stretches that no other holds of",
                Strategy::Shortest => "the stretches that hold no other of",
                Strategy::Standard => "at each start the shortest, at each end the longest, of",
            };
            format!("{choice}: {}", explain(of))
        }
    }
}

/// In brackets where that is needed inside a sequence.
fn inner(pattern: &Pattern) -> String {
    match pattern {
        Pattern::Token(_)
        | Pattern::Edge(..)
        | Pattern::Whole(_)
        | Pattern::Repeat(..)
        | Pattern::Look { .. }
        | Pattern::Label(..) => explain(pattern),
        _ => format!("({})", explain(pattern)),
    }
}

fn grouped(pattern: &Pattern) -> String {
    match pattern {
        Pattern::Sequence(_) | Pattern::Either(_) => format!("({})", explain(pattern)),
        other => explain(other),
    }
}

fn repeated(of: &Pattern, times: Times) -> String {
    let any = matches!(of, Pattern::Token(Test::Any));
    let words = |n: u32| if n == 1 { "word" } else { "words" };
    if any {
        return match (times.min, times.max) {
            (0, Some(max)) => format!("up to {max} {}", words(max)),
            (min, Some(max)) if min == max => format!("{min} {}", words(min)),
            (min, Some(max)) => format!("{min} to {max} words"),
            (min, None) => format!("at least {min} {}", words(min)),
        };
    }
    let of = inner(of);
    match (times.min, times.max) {
        (0, Some(1)) => format!("perhaps {of}"),
        (0, None) => format!("{of}, any number of times or not at all"),
        (1, None) => format!("{of}, once or more"),
        (min, None) => format!("{of}, at least {min} times"),
        (0, Some(max)) => format!("{of}, up to {max} times or not at all"),
        (min, Some(max)) if min == max => format!("{of}, {min} times"),
        (min, Some(max)) => format!("{of}, {min} to {max} times"),
    }
}

fn in_structure(structure: &Structure) -> String {
    let name = match structure.name.as_str() {
        "s" => "sentence",
        "p" => "passage",
        name => name,
    };
    match &structure.attribute {
        Some((attribute, is)) => format!("{name} whose {attribute} is {}", value(is, true)),
        None => name.to_owned(),
    }
}

fn a(structure: &Structure) -> String {
    let name = in_structure(structure);
    let article = if name.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" };
    format!("{article} {name}")
}

fn token(test: &Test) -> String {
    match test {
        Test::Any => "any word".to_owned(),
        Test::Is(is) if is.layer == Value::TEXT => {
            let told = value(is, false);
            if is.literal { told } else { format!("a word {told}") }
        }
        other => format!("a word {}", of_word(other)),
    }
}

fn of_word(test: &Test) -> String {
    match test {
        Test::Any => "of any kind".to_owned(),
        Test::Is(is) if is.layer == Value::TEXT && is.literal => {
            format!("that is {}", value(is, false))
        }
        Test::Is(is) if is.layer == Value::TEXT => value(is, false),
        Test::Is(is) => format!("whose {} is {}", is.layer, value(is, true)),
        Test::Not(inner) => match &**inner {
            Test::Is(is) if is.layer == Value::TEXT => format!("that is not {}", value(is, true)),
            Test::Is(is) => format!("whose {} is not {}", is.layer, value(is, true)),
            other => format!("not {}", of_word(other)),
        },
        Test::All(tests) => tests.iter().map(of_part).collect::<Vec<_>>().join(" and "),
        Test::Some(tests) => tests.iter().map(of_part).collect::<Vec<_>>().join(" or "),
    }
}

fn of_part(test: &Test) -> String {
    match test {
        Test::All(_) | Test::Some(_) => format!("({})", of_word(test)),
        other => of_word(other),
    }
}

/// A value: a literal, or an expression in words where it is a simple one.
fn value(value: &Value, noun: bool) -> String {
    let text = &value.text;
    let mut told = if value.literal {
        format!("`{text}`")
    } else {
        let plain = |s: &str| !s.is_empty() && s.chars().all(|c| c.is_alphanumeric() || c == '\'');
        let something = if noun { "something " } else { "" };
        let prefix = text.strip_suffix(".*").filter(|p| plain(p));
        let suffix = text.strip_prefix(".*").filter(|s| plain(s));
        let middle = text.strip_prefix(".*").and_then(|t| t.strip_suffix(".*"));
        match (prefix, suffix, middle.filter(|m| plain(m))) {
            (Some(prefix), _, _) => format!("{something}starting with `{prefix}`"),
            (_, Some(suffix), _) => format!("{something}ending in `{suffix}`"),
            (_, _, Some(middle)) => format!("{something}with `{middle}` in it"),
            _ => format!("{something}like `{text}`"),
        }
    };
    if value.exact {
        told.push_str(" in just these letters");
    }
    if value.without_accents {
        told.push_str(" with any accents");
    }
    told
}

fn condition(constraint: &Constraint) -> String {
    match constraint {
        Constraint::Compare { label, layer, equal, with } => {
            let sign = if *equal { "is" } else { "is not" };
            let with = match with {
                Operand::Label(label, layer) => format!("that of {label} ({layer})"),
                Operand::Value(is) => value(is, true),
            };
            format!("the {layer} of {label} {sign} {with}")
        }
        Constraint::Distance { from, to, comparison, words } => {
            format!("the words from {from} to {to} are {} {words}", comparison.sign())
        }
        Constraint::Present(label) => format!("{label} is there"),
        Constraint::Not(of) => format!("it is not so that {}", condition(of)),
        Constraint::All(parts) => parts.iter().map(part_of).collect::<Vec<_>>().join(" and "),
        Constraint::Some(parts) => parts.iter().map(part_of).collect::<Vec<_>>().join(" or "),
    }
}

fn part_of(constraint: &Constraint) -> String {
    match constraint {
        Constraint::All(_) | Constraint::Some(_) => format!("({})", condition(constraint)),
        other => condition(other),
    }
}

#[cfg(test)]
mod tests {
    use super::super::parse_cql;
    use super::explain;

    #[test]
    fn patterns_are_told_in_words() {
        for (cql, told) in [
            ("\"bond\"", "`bond`"),
            ("\"bond\" | \"rapport.*\"", "`bond`, or a word starting with `rapport`"),
            (
                "(\"bond\" | \"rapport.*\") []{0,3} \"trust\"",
                "(`bond`, or a word starting with `rapport`), then up to 3 words, then `trust`",
            ),
            (
                "[lemma=\"be\" & pos=\"V.*\"]",
                "a word whose lemma is `be` and whose pos is something starting with `V`",
            ),
            ("\"trust\" within <s/>", "`trust` inside one sentence"),
            ("<turn/> containing \"trust\"", "the whole of a turn that holds `trust`"),
            ("[pos!=\"ADJ\"]+", "a word whose pos is not `ADJ`, once or more"),
            ("\"May\"%C", "`May` in just these letters"),
            (
                "a:[] \"by\" b:[] :: a.word = b.word",
                "any word (called a), then `by`, then any word (called b), where the word of a is that of b (word)",
            ),
            ("\"cat\" (?!\"in\")", "`cat`, then not followed by `in`"),
        ] {
            let pattern = parse_cql(cql).expect(cql);
            assert_eq!(explain(&pattern), told);
        }
    }
}
