//! The keys of `[[frequency]]`.

use toml::Spanned;
use toml::de::DeValue;

use super::read::unknown;
use super::{Field, Frequency, GroupField, Report, StopWords, Unit};
use crate::text::{Problem, Table, Text, number, string, wrong_type};

/// Assignments of a permutation test where none are named, and the most that may be.
const PERMUTATIONS: u32 = 9_999;
const MOST_PERMUTATIONS: u32 = 1_000_000;

/// Orders of a saturation by chance where none are named, and the most that may be.
const ORDERS: u32 = 100;
const MOST_ORDERS: u32 = 10_000;

/// The keys that each make another table.
const TABLES: [&str; 5] = ["compare", "cross", "correlate", "saturation", "uncovered"];

/// Reads them.
pub(super) fn frequency(
    file: &str,
    table: &mut Table<'_, '_>,
    problems: &mut Vec<Problem>,
) -> Frequency {
    let by = fields(table.strings("by", problems).unwrap_or_default(), "by", problems);
    let dispersion = unit(table, "dispersion", problems);
    let totals = flag(table, "totals", problems);
    let per = unit(table, "unit", problems);
    let asked: Vec<&Spanned<DeValue<'_>>> = TABLES.iter().filter_map(|t| table.get(t)).collect();
    if asked.len() > 1 {
        let message = "more than one of `compare`, `cross`, `correlate`, `saturation`, `uncovered`";
        let problem = Problem::error(asked[1].span(), message);
        problems.push(problem.hint("each is a table of its own; make a query of each"));
    }
    let mut reader = Reader { file, problems };
    let report = if let Some(value) = table.get("compare") {
        reader.compare(value)
    } else if let Some(value) = table.get("cross") {
        reader.cross(value, per.clone().map_or(Unit::Participant, |(unit, _)| unit))
    } else if let Some(value) = table.get("correlate") {
        let texts = crate::text::strings(file, "correlate", value, reader.problems);
        Some(Report::Correlate { with: fields(texts, "correlate", reader.problems) })
    } else if let Some(value) = table.get("saturation") {
        reader.saturation(value)
    } else if let Some(value) = table.get("uncovered") {
        reader.uncovered(value)
    } else {
        None
    };
    let other = report.is_some();
    let lone = |place: &std::ops::Range<usize>, message: &str, hint: &str| {
        Problem::error(place.clone(), message).hint(hint)
    };
    if let (true, Some(first)) = (other, by.first()) {
        let message = "`by` beside a key that makes another table";
        problems.push(lone(&first.place, message, "make two queries of them"));
    }
    if let Some((_, place)) = per.filter(|_| !matches!(report, Some(Report::Cross { .. }))) {
        problems.push(lone(&place, "`unit` without `cross`", "it is what a cross table counts"));
    }
    let place = table.place.clone();
    if other && (dispersion.is_some() || totals) {
        problems.push(lone(
            &place,
            "`dispersion` or `totals` in another table",
            "they go with `by`",
        ));
    }
    if totals && by.is_empty() && !other {
        problems.push(lone(&place, "`totals` without `by`", "without groups each row is a total"));
    }
    let min_participants = table.number("min_participants", 2, problems);
    let listed = matches!(report, Some(Report::Saturation { .. } | Report::Uncovered { .. }));
    if min_participants.is_some() && listed {
        let message = "`min_participants` in a table of single sources or words";
        problems.push(lone(
            &place,
            message,
            "it goes with `by`, `compare`, `cross` and `correlate`",
        ));
    }
    if let (Some(_), Some(Report::Cross { unit, .. })) = (min_participants, &report)
        && *unit != Unit::Participant
    {
        let message = "`min_participants` where participants are not counted";
        problems.push(lone(&place, message, "take `unit` away, or make it \"participant\""));
    }
    let dispersion = dispersion.map(|(unit, _)| unit);
    let report = report.unwrap_or(Report::Counts { by, dispersion, totals });
    Frequency { report, min_participants }
}

fn fields(texts: Vec<Text>, key: &str, problems: &mut Vec<Problem>) -> Vec<GroupField> {
    let mut out: Vec<GroupField> = Vec::new();
    for text in texts {
        let field = Field::of(&text.value);
        if out.iter().any(|b| b.field == field) {
            let message = format!("`{}` named twice in `{key}`", text.value);
            problems.push(Problem::error(text.place, message));
        } else {
            out.push(GroupField { field, place: text.place });
        }
    }
    out
}

type Placed<T> = (T, std::ops::Range<usize>);

fn unit(
    table: &mut Table<'_, '_>,
    key: &'static str,
    problems: &mut Vec<Problem>,
) -> Option<Placed<Unit>> {
    let text = table.string(key, problems)?;
    let known = Unit::ALL.into_iter().find(|u| u.name() == text.value);
    if known.is_none() {
        unknown(problems, key, &text, &Unit::ALL.map(Unit::name));
    }
    known.map(|unit| (unit, text.place))
}

pub(super) fn flag(
    table: &mut Table<'_, '_>,
    key: &'static str,
    problems: &mut Vec<Problem>,
) -> bool {
    let Some(value) = table.get(key) else { return false };
    let flag = value.get_ref().as_bool();
    if flag.is_none() {
        problems.push(wrong_type(key, "true or false", value));
    }
    flag.unwrap_or(false)
}

struct Reader<'r> {
    file: &'r str,
    problems: &'r mut Vec<Problem>,
}

impl Reader<'_> {
    /// `"role"`, or `{ by = "role", of = ["nurse", "carer"], permutations = 999, seed = 3 }`.
    fn compare(&mut self, value: &Spanned<DeValue<'_>>) -> Option<Report> {
        let field = |text: Text| GroupField { field: Field::of(&text.value), place: text.place };
        if let Some(text) = string(self.file, value) {
            let (by, of) = (field(text), Vec::new());
            return Some(Report::Compare { by, of, permutations: PERMUTATIONS, seed: 1 });
        }
        let Some(map) = value.get_ref().as_table() else {
            self.problems.push(wrong_type("compare", "a field, or `{ by = \"role\" }`", value));
            return None;
        };
        let mut table = Table::new(self.file, map, value.span());
        let by = table.string("by", self.problems);
        let of = table.strings("of", self.problems).unwrap_or_default();
        let permutations = table.number("permutations", 1, self.problems).unwrap_or(PERMUTATIONS);
        let seed = self.seed(&mut table);
        table.finish("`compare`", self.problems);
        self.at_most(value, "permutations", permutations, MOST_PERMUTATIONS);
        if of.len() == 1 {
            let problem = Problem::error(of[0].place.clone(), "one group alone in `of`");
            self.problems.push(problem.hint("name two or more, or none for all"));
        }
        let Some(by) = by else {
            let problem = Problem::error(value.span(), "`compare` without `by`");
            self.problems.push(problem.hint("name what makes the groups: `{ by = \"role\" }`"));
            return None;
        };
        Some(Report::Compare { by: field(by), of, permutations, seed: seed.unwrap_or(1) })
    }

    /// `"role"` for themes by role, or `["role", "gender"]`.
    fn cross(&mut self, value: &Spanned<DeValue<'_>>, unit: Unit) -> Option<Report> {
        let texts = crate::text::strings(self.file, "cross", value, self.problems);
        let named: Vec<Text> = texts.iter().filter(|t| t.value != "theme").cloned().collect();
        let mut fields = fields(named, "cross", self.problems);
        let themes = texts.len() - texts.iter().filter(|t| t.value != "theme").count();
        let right = matches!((themes, fields.len()), (0 | 1, 1) | (0, 2));
        if !right {
            let message = "`cross` takes an attribute, or two";
            let problem = Problem::error(value.span(), message);
            self.problems.push(problem.hint(
                "`\"role\"` crosses themes with it; `[\"role\", \"gender\"]` both with each other",
            ));
            return None;
        }
        let columns = fields.pop()?;
        Some(Report::Cross { rows: fields.pop(), columns, unit })
    }

    /// `true`, or `{ orders = 1000, seed = 3 }`.
    fn saturation(&mut self, value: &Spanned<DeValue<'_>>) -> Option<Report> {
        if value.get_ref().as_bool() == Some(true) {
            return Some(Report::Saturation { orders: ORDERS, seed: 1 });
        }
        let Some(map) = value.get_ref().as_table() else {
            let message = "`saturation` takes `true`, or `{ orders = 100, seed = 1 }`";
            self.problems.push(Problem::error(value.span(), message));
            return None;
        };
        let mut table = Table::new(self.file, map, value.span());
        let orders = table.number("orders", 1, self.problems).unwrap_or(ORDERS);
        let seed = self.seed(&mut table);
        table.finish("`saturation`", self.problems);
        self.at_most(value, "orders", orders, MOST_ORDERS);
        Some(Report::Saturation { orders, seed: seed.unwrap_or(1) })
    }

    /// `true`, a number of words, or `{ limit = 50, stop_words = "stop.txt" }`.
    fn uncovered(&mut self, value: &Spanned<DeValue<'_>>) -> Option<Report> {
        let of = |limit, stop_words| Report::Uncovered { limit, stop_words };
        if value.get_ref().as_bool() == Some(true) {
            return Some(of(100, StopWords::default()));
        }
        if let Some(limit) = number(value).filter(|n| *n > 0) {
            return Some(of(limit, StopWords::default()));
        }
        let Some(map) = value.get_ref().as_table() else {
            let message = "`uncovered` takes `true`, a number of words, or `{ limit = 100, stop_words = \"stop.txt\" }`";
            self.problems.push(Problem::error(value.span(), message));
            return None;
        };
        let mut table = Table::new(self.file, map, value.span());
        let limit = table.number("limit", 1, self.problems).unwrap_or(100);
        let stop_words = StopWords::read(&mut table, self.problems);
        table.finish("`uncovered`", self.problems);
        Some(of(limit, stop_words))
    }

    fn seed(&mut self, table: &mut Table<'_, '_>) -> Option<u64> {
        table.number("seed", 0, self.problems).map(u64::from)
    }

    fn at_most(&mut self, value: &Spanned<DeValue<'_>>, key: &str, number: u32, most: u32) {
        if number > most {
            let message = format!("`{key}` takes at most {most}");
            self.problems.push(Problem::error(value.span(), message));
        }
    }
}
