//! Measures against outside values: the shared table of published and computed cases.

use serde_json::Value;
use thematic::analysis::stats::{self, Table};

use crate::support::shared;

/// Relative difference that the table's own reference allows.
fn tolerance(case: &Value) -> f64 {
    let big =
        case["inputs"].to_string().contains("o22") && case["inputs"]["o22"].as_f64() > Some(1e6);
    if big { 1e-7 } else { 1e-9 }
}

fn same(case: &Value, name: &str, ours: Result<f64, &'static str>, expected: &Value) {
    let id = &case["id"];
    match (ours, expected.as_f64()) {
        (Ok(ours), Some(expected)) => {
            let difference = (ours - expected).abs();
            let allowed = tolerance(case) * expected.abs().max(f64::MIN_POSITIVE);
            assert!(
                difference <= allowed || difference < 1e-300,
                "{id} {name}: {ours} for {expected}"
            );
        }
        // An infinite or undefined value is null with a reason here.
        (Err(_), None) => {}
        (ours, _) => panic!("{id} {name}: {ours:?} for {expected}"),
    }
}

fn number(case: &Value, key: &str) -> u64 {
    case["inputs"][key].as_u64().unwrap_or_else(|| panic!("{}: {key}", case["id"]))
}

#[test]
fn measures_agree_with_the_table() {
    let Some(shared) = shared("conformance of measures") else {
        return;
    };
    let text = std::fs::read(shared.join("conformance/statistics.json")).expect("the table");
    let cases: Vec<Value> = serde_json::from_slice(&text).expect("JSON");
    let mut checked = 0;
    for case in &cases {
        checked += usize::from(check(case));
    }
    assert!(checked >= 33, "{checked} cases were checked");
}

/// Checks a case of a measure that is offered; false for another.
fn check(case: &Value) -> bool {
    let expected = &case["expected"];
    match case["measure"].as_str().expect("a name") {
        "relative_frequency" => {
            let ours =
                stats::rate(number(case, "count"), number(case, "tokens"), number(case, "per"));
            same(case, "rate", ours, expected);
        }
        "log_likelihood_g2_4cell" => {
            let [a, b, c, d] = ["o11", "o12", "o21", "o22"].map(|k| number(case, k));
            same(case, "g2", Table::new(a, a + b, a + c, a + b + c + d).log_likelihood(), expected);
        }
        "chi2_p_upper_tail_1df" => {
            let x = case["inputs"]["stat"].as_f64().expect("a number");
            same(case, "p", Ok(stats::chi_squared_p(x)), expected);
        }
        "association_2x2" => {
            let table = Table::new(
                number(case, "f"),
                number(case, "f1"),
                number(case, "f2"),
                number(case, "n"),
            );
            same(case, "expected", table.expected(), &expected["expected"]);
            same(case, "pmi_log2", table.pmi_log2(), &expected["pmi_log2"]);
            same(case, "npmi", table.npmi(), &expected["npmi"]);
            same(case, "dice", table.dice(), &expected["dice"]);
            same(case, "log_dice", table.log_dice(), &expected["log_dice"]);
            same(case, "jaccard", table.jaccard(), &expected["jaccard_c_coefficient"]);
        }
        "npmi" => {
            let table = Table::new(
                number(case, "f"),
                number(case, "f1"),
                number(case, "f2"),
                number(case, "n"),
            );
            same(case, "npmi", table.npmi(), expected);
        }
        "benjamini_hochberg" => {
            let p: Vec<Option<f64>> =
                case["inputs"]["p"].as_array().expect("a list").iter().map(Value::as_f64).collect();
            let ours = stats::benjamini_hochberg(&p);
            for (ours, expected) in ours.iter().zip(expected.as_array().expect("a list")) {
                same(case, "adjusted", ours.ok_or("undefined"), expected);
            }
        }
        _ => return false,
    }
    true
}

/// The segments of a case of Unicode's break tests: `÷ 0061 × 0308 ÷ 0020 ÷`.
fn segments(case: &str) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for sign in case.split_whitespace() {
        match sign {
            "÷" => out.push(String::new()),
            "×" => {}
            code => {
                let c = u32::from_str_radix(code, 16).ok().and_then(char::from_u32);
                out.last_mut().expect("a break comes first").push(c.expect("a character"));
            }
        }
    }
    out.retain(|s| !s.is_empty());
    out
}

#[test]
fn tokens_are_the_words_of_unicode() {
    let Some(shared) = shared("conformance of tokens") else { return };
    let path = shared.join("corpora/gold/uax29/WordBreakTest-17.0.0.txt");
    let file = std::fs::read_to_string(path).expect("the gold");
    let mut checked = 0;
    for case in file.lines().map(|l| l.split('#').next().unwrap_or_default().trim()) {
        let words = segments(case);
        if words.is_empty() {
            continue;
        }
        let text = words.concat();
        let with_letter = |w: &&String| w.chars().any(char::is_alphanumeric);
        let expected: Vec<&str> = words.iter().filter(with_letter).map(String::as_str).collect();
        let ours: Vec<&str> = thematic::text::tokenize(&text).iter().map(|t| t.of(&text)).collect();
        assert_eq!(ours, expected, "{case}");
        checked += 1;
    }
    assert!(checked > 1_000, "{checked} cases");
}
