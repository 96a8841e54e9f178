//! Measures against outside values: the shared table of published and computed cases.

use serde_json::Value;
use thematic::analysis::stats::{self, Contrast, Crosstab, Table};

use crate::support::shared;

/// Relative difference that the table's own reference allows.
const TOLERANCE: f64 = 1e-9;

fn same(case: &Value, name: &str, ours: Result<f64, &'static str>, expected: &Value) {
    let id = &case["id"];
    match (ours, expected.as_f64()) {
        (Ok(ours), Some(expected)) => {
            let difference = (ours - expected).abs();
            let allowed = TOLERANCE * expected.abs().max(f64::MIN_POSITIVE);
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
    assert_eq!(checked, 70, "cases that were checked");
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
            same(case, "mi3_log2", table.mi3_log2(), &expected["mi3_log2"]);
            same(case, "t_score", table.t_score(), &expected["t_score"]);
            same(case, "z_score", table.z_score(), &expected["z_score"]);
            same(case, "min_sensitivity", table.min_sensitivity(), &expected["min_sensitivity"]);
            same(case, "phi", table.phi(), &expected["phi"]);
            same(case, "g2", table.log_likelihood(), &expected["g2_4cell"]);
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
        _ => return check_more(case),
    }
    true
}

fn check_more(case: &Value) -> bool {
    let expected = &case["expected"];
    match case["measure"].as_str().expect("a name") {
        "document_frequency" => {
            let counts: Vec<u64> = case["inputs"]["counts"]
                .as_array()
                .expect("a list")
                .iter()
                .filter_map(Value::as_u64)
                .collect();
            let with = counts.iter().filter(|n| **n > 0).count() as u64;
            let share = stats::rate(with, counts.len() as u64, 1);
            same(case, "proportion", share, &expected["proportion"]);
        }
        "dispersion" => dispersed(case),
        "dp" => same(case, "dp", dispersion(case).dp, expected),
        "chi2_2x2" if case["inputs"]["correction"] == "none" => {
            same(case, "chi2", four(case).chi_squared(), expected);
        }
        "phi" => {
            let [f, a, b, n] = ["f", "f1", "f2", "n"].map(|k| number(case, k));
            let table = Crosstab::new(vec![vec![f, a - f], vec![b - f, n + f - a - b]]);
            same(case, "v", table.cramers_v(), expected);
        }
        "fisher_exact" => {
            let table = four(case);
            let ours = table.fisher();
            // The table's own values have twelve digits.
            let expected = expected["two_sided"].as_f64().expect("a number");
            let ours = ours.expect("defined");
            assert!((ours - expected).abs() <= 2e-9 * expected, "{}: {ours}", case["id"]);
        }
        "log_ratio" if case["inputs"]["zero_rule"] == "hardie_0.5_only_when_zero" => {
            same(case, "log_ratio", contrast(case).log_ratio(), expected);
        }
        "odds_ratio" => {
            let [a, b, c, d] = ["o11", "o12", "o21", "o22"].map(|k| number(case, k));
            let contrast = Contrast::new((a, a + b), (c, c + d));
            let kind = case["inputs"]["kind"].as_str().expect("a kind");
            // Ours is the sample's, and Haldane and Anscombe's where a cell is 0.
            let ours =
                if contrast.has_zero() { "haldane_anscombe_add_0.5_to_all" } else { "sample" };
            if kind != ours {
                return false;
            }
            same(case, "odds_ratio", contrast.odds_ratio(), expected);
        }
        "wilson_ci" => {
            interval(case, stats::wilson_interval(number(case, "count"), number(case, "n")));
        }
        "poisson_exact_ci" => {
            let (low, high) = stats::poisson_interval(number(case, "count"));
            let exposure = case["inputs"]["exposure"].as_f64().expect("a number");
            interval(case, Ok((low / exposure, high / exposure)));
        }
        "pearson" => {
            let found = stats::pearson(&pairs(case, "x"));
            same(case, "r", found.map(|c| c.coefficient), &expected["r"]);
            same(case, "p", found.map(|c| c.p), &expected["p_two_sided"]);
        }
        "point_biserial" => {
            let found = stats::pearson(&pairs(case, "binary"));
            same(case, "r", found.map(|c| c.coefficient), &expected["r"]);
            same(case, "p", found.map(|c| c.p), &expected["p_two_sided"]);
        }
        "spearman" => {
            let found = stats::spearman(&pairs(case, "x"));
            same(case, "rho", found.map(|c| c.coefficient), &expected["rho"]);
            same(case, "p", found.map(|c| c.p), &expected["p_two_sided"]);
        }
        _ => return false,
    }
    true
}

fn four(case: &Value) -> Crosstab {
    let [a, b, c, d] = ["o11", "o12", "o21", "o22"].map(|k| number(case, k));
    Crosstab::new(vec![vec![a, b], vec![c, d]])
}

fn contrast(case: &Value) -> Contrast {
    let pair = |count, size| (number(case, count), number(case, size));
    Contrast::new(pair("freq1", "size1"), pair("freq2", "size2"))
}

fn pairs(case: &Value, first: &str) -> Vec<(f64, f64)> {
    let list = |key: &str| {
        case["inputs"][key].as_array().expect("a list").iter().filter_map(Value::as_f64).collect()
    };
    let (x, y): (Vec<f64>, Vec<f64>) = (list(first), list("y"));
    x.into_iter().zip(y).collect()
}

fn interval(case: &Value, ours: Result<(f64, f64), &'static str>) {
    same(case, "low", ours.map(|i| i.0), &case["expected"][0]);
    same(case, "high", ours.map(|i| i.1), &case["expected"][1]);
}

fn dispersion(case: &Value) -> stats::Dispersion {
    let list = |key: &str| -> Vec<u64> {
        case["inputs"][key].as_array().expect("a list").iter().filter_map(Value::as_u64).collect()
    };
    let (counts, sizes) = (list("counts"), list("part_sizes"));
    let found: Vec<(u64, u64)> =
        counts.into_iter().zip(sizes.iter().copied()).filter(|f| f.0 > 0).collect();
    let least = sizes.iter().copied().min().unwrap_or(0);
    stats::dispersion(&found, sizes.len() as u64, sizes.iter().sum(), least)
}

fn dispersed(case: &Value) {
    let ours = dispersion(case);
    let expected = &case["expected"];
    let range = &expected["range_abs"];
    let range = if range.is_null() { &case["expected_partial"]["range_abs"] } else { range };
    assert_eq!(Some(ours.range), range.as_u64(), "{}", case["id"]);
    same(case, "dp", ours.dp, &expected["dp"]);
    same(case, "dp_norm", ours.dp_norm, &expected["dp_norm_lijffijt_gries_2012"]);
    match (ours.juilland_d, expected["juilland_d"].as_f64()) {
        // All hits in one part: 0, which fifty digits leave at 1e-51.
        (Ok(ours), Some(expected)) if expected < 1e-40 => assert!(ours == 0.0, "{ours}"),
        (ours, _) => same(case, "juilland_d", ours, &expected["juilland_d"]),
    }
}

fn near(ours: f64, published: f64, digits: i32) {
    let half = 0.5 * 10_f64.powi(-digits);
    assert!((ours - published).abs() <= half, "{ours} for {published}");
}

#[test]
fn differences_of_shares_as_published() {
    // Newcombe 1998 (Statistics in Medicine 17, 873-890), table II, method 10.
    let cases = [
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((9, 10), (3, 10), 0.1705, 0.8090),
        ((6, 7), (2, 7), 0.0582, 0.8062),
        ((5, 56), (0, 29), -0.0381, 0.1926),
        ((0, 10), (0, 20), -0.1611, 0.2775),
        ((0, 10), (0, 10), -0.2775, 0.2775),
        ((10, 10), (0, 20), 0.6791, 1.0),
        ((10, 10), (0, 10), 0.6075, 1.0),
    ];
    for (a, b, low, high) in cases {
        let (ours_low, ours_high) = stats::difference_interval(a, b).expect("units");
        near(ours_low, low, 4);
        near(ours_high, high, 4);
    }
}

#[test]
fn cross_tables_as_published() {
    // Agresti 2007, An Introduction to Categorical Data Analysis, table 2.5: gender by party.
    let table = Crosstab::new(vec![vec![762, 327, 468], vec![484, 239, 477]]);
    near(table.chi_squared().expect("full"), 30.070, 3);
    assert_eq!(table.freedom(), 2);
    near(table.expected(0, 0).expect("full"), 703.7, 1);
    near(table.standardised_residual(0, 0).expect("full"), 4.50, 2);
    near(table.standardised_residual(0, 1).expect("full"), 0.70, 2);
    near(table.standardised_residual(1, 2).expect("full"), 5.32, 2);
    assert!((table.p().expect("full") - 2.9536e-7).abs() < 1e-10);
    // Fisher's tea (1935), as R prints it.
    near(Crosstab::new(vec![vec![3, 1], vec![1, 3]]).fisher().expect("full"), 0.4857, 4);
    // Mehta and Patel 1983's kind of table, whose margins have few tables: by hand, 2 of 20.
    let diagonal = Crosstab::new(vec![vec![2, 0, 0], vec![0, 2, 0], vec![0, 0, 2]]);
    near(diagonal.fisher().expect("full"), 6.0 / 90.0, 9);
    // Quantiles of chi-squared, as every table prints them.
    for (x, freedom, p) in [
        (3.841, 1, 0.05),
        (5.991, 2, 0.05),
        (18.307, 10, 0.05),
        (124.342, 100, 0.05),
        (29.588, 10, 0.001),
    ] {
        near(stats::chi_squared_tail(x, freedom), p, 4);
    }
}

#[test]
fn correlations_as_published() {
    // Anscombe's quartet (1973), first set: r = 0.816, p = 0.00217 (R's cor.test: 0.4243912, 0.9506933).
    let x = [10.0, 8.0, 13.0, 9.0, 11.0, 14.0, 6.0, 4.0, 12.0, 7.0, 5.0];
    let y = [8.04, 6.95, 7.58, 8.81, 8.33, 9.96, 7.24, 4.26, 10.84, 4.82, 5.68];
    let pairs: Vec<(f64, f64)> = x.into_iter().zip(y).collect();
    let found = stats::pearson(&pairs).expect("pairs");
    near(found.coefficient, 0.816_420_5, 7);
    near(found.p, 0.002_169_629, 9);
    let (low, high) = found.interval.expect("enough pairs");
    near(low, 0.424_391_2, 7);
    near(high, 0.950_693_3, 7);
    let ranked = stats::spearman(&pairs).expect("pairs");
    near(ranked.coefficient, 0.818_181_8, 7);
}

#[test]
fn permutations_are_all_or_by_the_seed() {
    use stats::{Chance, Cluster, permutation_test};
    let cluster = |first, of, count| Cluster { first, of, counts: vec![count] };
    // Three against three, all with as many tokens: of the 20 assignments two are as far apart.
    let apart: Vec<Cluster> =
        (0..6).map(|i| cluster(i < 3, 100, if i < 3 { 5 } else { 0 })).collect();
    let found = permutation_test(&apart, 9_999, &mut Chance::new(1, "")).expect("two groups");
    assert!(found.exact && found.assignments == 20);
    near(found.p[0].expect("said"), 0.1, 12);
    // By chance: near the exact value, the same for the same seed, another for another.
    let many: Vec<Cluster> = (0..40)
        .map(|i| cluster(i % 2 == 0, 90 + i, if i % 2 == 0 { i % 7 + 2 } else { i % 5 }))
        .collect();
    let run =
        |seed| permutation_test(&many, 4_999, &mut Chance::new(seed, "")).expect("two groups");
    assert_eq!(run(3), run(3));
    assert!(!run(3).exact);
    let p = |seed| run(seed).p[0].expect("said");
    assert!((p(3) - p(4)).abs() < 0.02);
    let none = [cluster(true, 1, 0), cluster(true, 1, 0)];
    assert!(permutation_test(&none, 9, &mut Chance::new(1, "")).is_err());
}

#[test]
fn tails_hold_far_out_and_for_large_counts() {
    // R: poisson.test(1e6)$conf.int, qgamma; and pchisq(800, 3, lower = FALSE).
    let (low, high) = stats::poisson_interval(1_000_000);
    assert!((low - 998_040.956_0).abs() < 0.5 && (high - 1_001_961.96).abs() < 0.5, "{low} {high}");
    let p = stats::chi_squared_tail(800.0, 3);
    assert!(p > 0.0 && p < 1e-170, "{p}");
    for count in [0_u64, 1, 2, 10, 99, 12_345, 10_000_000] {
        let (low, high) = stats::poisson_interval(count);
        let exact = f64::from(u32::try_from(count).expect("small"));
        assert!(low <= exact && exact <= high && high.is_finite(), "{count}");
    }
    let deep = stats::fisher_2x2(5_000, 5_000, 5_000, 20_000_000);
    assert!((0.0..1e-300).contains(&deep), "{deep}");
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

/// Values of another library for measures and sizes that the shared table does not have.
#[test]
fn measures_agree_with_another_library() {
    let path = crate::support::repository().join("tests/fixtures/statistics.json");
    let file: Value =
        serde_json::from_slice(&std::fs::read(path).expect("the file")).expect("JSON");
    let cases = file["cases"].as_array().expect("a list");
    let whole = |v: &Value| v.as_u64().expect("a whole number");
    let close = |case: &Value, key: &str, ours: f64| {
        let theirs = case[key].as_f64().expect("a number");
        assert!((ours - theirs).abs() <= 1e-11 * theirs.abs(), "{case} {key}: {ours}");
    };
    for case in cases {
        let cells = || -> Vec<Vec<u64>> {
            let rows = case["cells"].as_array().expect("rows").iter();
            rows.map(|r| r.as_array().expect("cells").iter().map(whole).collect()).collect()
        };
        match case["measure"].as_str().expect("a name") {
            "poisson_interval" => {
                let (low, high) = stats::poisson_interval(whole(&case["count"]));
                close(case, "low", low);
                close(case, "high", high);
            }
            "chi_squared_tail" => {
                let x = case["x"].as_f64().expect("a number");
                close(case, "p", stats::chi_squared_tail(x, whole(&case["freedom"])));
            }
            "fisher" => close(case, "p", Crosstab::new(cells()).fisher().expect("full")),
            "crosstab" => {
                let table = Crosstab::new(cells());
                close(case, "chi_squared", table.chi_squared().expect("full"));
                close(case, "p", table.p().expect("full"));
                close(case, "cramers_v", table.cramers_v().expect("full"));
            }
            "correlation" => {
                let pair = |p: &Value| (p[0].as_f64().expect("x"), p[1].as_f64().expect("y"));
                let pairs: Vec<(f64, f64)> =
                    case["pairs"].as_array().expect("pairs").iter().map(pair).collect();
                let (r, rho) = (stats::pearson(&pairs), stats::spearman(&pairs));
                let (r, rho) = (r.expect("pairs"), rho.expect("pairs"));
                close(case, "r", r.coefficient);
                close(case, "r_p", r.p);
                close(case, "low", r.interval.expect("enough").0);
                close(case, "high", r.interval.expect("enough").1);
                close(case, "rho", rho.coefficient);
                close(case, "rho_p", rho.p);
            }
            other => panic!("{other}"),
        }
    }
    assert_eq!(cases.len(), 60);
}
