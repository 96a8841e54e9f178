//! Our own codebook files, in TOML.

use ::toml::Spanned;
use ::toml::de::DeValue;

use super::formats::Read;
use super::read::Include;
use super::tree::{MAX_LEVEL, Node, Refers};
use super::{Theme, Unit, Weight, WrittenPattern};
use crate::pattern::{Form, doubts, parse};
use crate::text::{Problem, Table, Text, decimal, nearest, parse_toml, string, wrong_type};

/// Reads a file; its themes will stand below `root`.
pub(super) fn read(text: &str, index: usize, root: &str) -> Read {
    let mut read = Read::default();
    let map = parse_toml(text, &mut read.problems);
    if !read.problems.is_empty() {
        return read;
    }
    let mut file = Table::new(text, &map, 0..0);
    read.title = file.string("title", &mut read.problems).map(|t| t.value);
    read.includes = includes(text, &mut file, &mut read.problems);
    match file.get("theme").map(|v| (v.get_ref(), v)) {
        Some((DeValue::Table(themes), value)) => {
            let table = Table::new(text, themes, value.span());
            let mut reader = Reader { text, index, root, problems: &mut read.problems };
            read.nodes = reader.children(&table, 1);
        }
        Some((_, value)) => {
            read.problems.push(wrong_type("theme", "tables, as in `[theme.bond]`", value));
        }
        None => {}
    }
    file.finish("a codebook", &mut read.problems);
    read
}

fn includes(text: &str, file: &mut Table<'_, '_>, problems: &mut Vec<Problem>) -> Vec<Include> {
    let Some(value) = file.get("include") else { return Vec::new() };
    let items: Vec<&Spanned<DeValue<'_>>> = match value.get_ref() {
        DeValue::Array(list) => list.iter().collect(),
        _ => vec![value],
    };
    let mut out = Vec::new();
    for item in items {
        if let Some(file) = string(text, item) {
            out.push(Include { file, ..Include::default() });
        } else if let DeValue::Table(map) = item.get_ref() {
            let mut table = Table::new(text, map, item.span());
            let file = table.string("file", problems);
            let under = table.string("under", problems);
            if let Some(under) = under.as_ref().filter(|u| u.value.contains('/')) {
                let message = "a theme's name holds no `/`";
                problems.push(Problem::error(under.place.clone(), message));
            }
            let encoding = table.string("encoding", problems);
            table.finish("`include`", problems);
            match file {
                Some(file) => out.push(Include { file, under, encoding }),
                None => problems.push(Problem::error(item.span(), "`include` without a `file`")),
            }
        } else {
            let wanted = "paths, or tables as in `{ file = \"liwc.dic\", under = \"liwc\" }`";
            problems.push(wrong_type("include", wanted, item));
        }
    }
    out
}

const KEYS: &[&str] = &[
    "label",
    "definition",
    "note",
    "guid",
    "color",
    "codable",
    "find",
    "cql",
    "except",
    "except_cql",
    "any_of",
    "all_of",
    "none_of",
    "within",
    "examples",
];

struct Reader<'r> {
    text: &'r str,
    index: usize,
    root: &'r str,
    problems: &'r mut Vec<Problem>,
}

impl Reader<'_> {
    fn children(&mut self, table: &Table<'_, '_>, level: usize) -> Vec<Node> {
        let mut out = Vec::new();
        for (name, value) in table.others() {
            let DeValue::Table(map) = value.get_ref() else {
                let message = format!("unknown key `{}` in a theme", name.value);
                let problem = Problem::error(name.place.clone(), message);
                self.problems.push(problem.suggest(&name.value, KEYS.iter().copied()));
                continue;
            };
            let examples =
                ["hit", "miss"].iter().any(|k| map.iter().any(|(key, _)| key.get_ref() == k));
            if examples && nearest(&name.value, ["examples"]).is_some() {
                let message = format!("unknown key `{}` in a theme", name.value);
                let problem = Problem::error(name.place.clone(), message);
                self.problems.push(problem.hint("did you mean `examples`?"));
                continue;
            }
            if level > MAX_LEVEL {
                let message = format!("themes nest deeper than {MAX_LEVEL} levels");
                self.problems.push(Problem::error(name.place.clone(), message));
                return out;
            }
            if name.value.contains('/') || name.value.trim().is_empty() {
                let message = "a theme's name holds no `/` and is not empty";
                let problem = Problem::error(name.place.clone(), message);
                self.problems.push(problem.hint("put a name for people into `label`"));
            }
            let mut table = Table::new(self.text, map, name.place.clone());
            let mut node = self.theme(name, &mut table);
            node.children = self.children(&table, level + 1);
            out.push(node);
        }
        out
    }

    fn theme(&mut self, name: Text, table: &mut Table<'_, '_>) -> Node {
        let text = |t: Option<Text>| t.map(|t| t.value);
        let problems = &mut *self.problems;
        let mut theme = Theme {
            place: table.place.clone(),
            file: self.index,
            label: text(table.string("label", problems)),
            definition: text(table.string("definition", problems)),
            note: text(table.string("note", problems)),
            guid: text(table.string("guid", problems)),
            color: text(table.string("color", problems)),
            ..Theme::default()
        };
        if let Some(value) = table.get("codable") {
            theme.codable = value.get_ref().as_bool();
            if theme.codable.is_none() {
                self.problems.push(wrong_type("codable", "true or false", value));
            }
        }
        let before = self.problems.len();
        theme.find = self.patterns(table, "find", Form::Simple);
        theme.find.extend(self.patterns(table, "cql", Form::Cql));
        theme.except = self.patterns(table, "except", Form::Simple);
        theme.except.extend(self.patterns(table, "except_cql", Form::Cql));
        let problems = &mut *self.problems;
        let mut paths = |key| table.strings(key, problems).unwrap_or_default();
        let refers = Refers {
            any_of: paths("any_of"),
            all_of: paths("all_of"),
            none_of: paths("none_of"),
            root: self.root.to_owned(),
        };
        theme.within = within(table, &refers, problems);
        match table.get("examples").map(|v| (v.get_ref(), v)) {
            Some((DeValue::Table(map), value)) => {
                let mut examples = Table::new(self.text, map, value.span());
                theme.hits = examples.strings("hit", problems).unwrap_or_default();
                theme.misses = examples.strings("miss", problems).unwrap_or_default();
                examples.finish("`examples`", problems);
            }
            Some((_, value)) => {
                problems.push(wrong_type("examples", "`{ hit = [...], miss = [...] }`", value));
            }
            None => {}
        }
        let said = table.others().len() < table.len();
        let builds = !refers.any_of.is_empty() || !refers.all_of.is_empty();
        let themes = table.others().iter().any(|(_, v)| v.get_ref().is_table());
        let failed = problems.len() > before;
        if !builds && !themes && !failed && theme.guid.is_none() && theme.find.is_empty() {
            let message = format!("theme `{}` has no pattern and no theme below it", name.value);
            problems.push(Problem::warning(name.place.clone(), message));
        }
        Node { name, theme, refers, children: Vec::new(), bare: !said }
    }

    /// Patterns; those that can't be read are put on the list.
    fn patterns(
        &mut self,
        table: &mut Table<'_, '_>,
        key: &'static str,
        form: Form,
    ) -> Vec<WrittenPattern> {
        let Some(value) = table.get(key) else { return Vec::new() };
        let items: Vec<&Spanned<DeValue<'_>>> = match value.get_ref() {
            DeValue::Array(list) => list.iter().collect(),
            _ => vec![value],
        };
        let mut out = Vec::new();
        for item in items {
            let (text, weight) = match item.get_ref() {
                DeValue::Table(map) if !key.starts_with("except") => {
                    let mut table = Table::new(self.text, map, item.span());
                    let find = table.string("find", self.problems).map(|t| (t, Form::Simple));
                    let cql = table.string("cql", self.problems).map(|t| (t, Form::Cql));
                    let weight = weight(&mut table, self.problems);
                    table.finish(&format!("an entry of `{key}`"), self.problems);
                    (find.or(cql), weight)
                }
                _ => (string(self.text, item).map(|t| (t, form)), None),
            };
            let Some((text, form)) = text else {
                let wanted = if key.starts_with("except") {
                    "texts in its list".to_owned()
                } else {
                    format!("texts in its list, or `{{ {key} = \"...\", weight = 2 }}`")
                };
                self.problems.push(wrong_type(key, &wanted, item));
                continue;
            };
            match parse(form, &text.value) {
                Ok(pattern) => {
                    for doubt in doubts(&pattern) {
                        self.problems.push(Problem::warning(text.place.clone(), doubt));
                    }
                    out.push(WrittenPattern { weight, ..WrittenPattern::new(text, form, pattern) });
                }
                Err(error) => self.problems.push(pattern_problem(&text, error)),
            }
        }
        out
    }
}

/// The unit that `all_of` and `none_of` speak of.
fn within(table: &mut Table<'_, '_>, refers: &Refers, problems: &mut Vec<Problem>) -> Unit {
    let Some(unit) = table.string("within", problems) else { return Unit::default() };
    let known = Unit::IN_SOURCE.into_iter().find(|u| u.name() == unit.value);
    if known.is_none() {
        let message = format!("`within` knows no `{}`", unit.value);
        let problem = Problem::error(unit.place.clone(), message);
        problems.push(problem.suggest(&unit.value, Unit::IN_SOURCE.map(Unit::name)));
    } else if refers.all_of.is_empty() && refers.none_of.is_empty() {
        let message = "`within` without `all_of` or `none_of`";
        let problem = Problem::error(unit.place.clone(), message);
        problems.push(problem.hint("it names the unit that these two speak of"));
    }
    known.unwrap_or_default()
}

fn weight(table: &mut Table<'_, '_>, problems: &mut Vec<Problem>) -> Option<Weight> {
    let value = table.get("weight")?;
    let weight = decimal(value).and_then(Weight::of);
    if weight.is_none() {
        let message = "`weight` takes a number between a millionth and a billion";
        problems.push(Problem::error(value.span(), message));
    }
    weight
}

/// A pattern's mistake at its place in the file.
pub(crate) fn pattern_problem(text: &Text, error: crate::pattern::PatternError) -> Problem {
    let inside = text.place.len() == text.value.len();
    let place = if inside {
        let start = text.place.start + error.place.start.min(text.value.len());
        let end = text.place.start + error.place.end.min(text.value.len());
        start..end.max(start + 1)
    } else {
        text.place.clone()
    };
    let problem = Problem::error(place, error.message);
    match error.hint {
        Some(hint) => problem.hint(hint),
        None => problem,
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Codebook, Opened, read_codebook};
    use super::*;

    fn read_text(text: &str) -> (Codebook, Vec<Problem>) {
        let none = |_: &std::path::Path| Err("it is not there".to_owned());
        let codebook = read_codebook(Opened::new("c.toml", text.as_bytes()), None, &none);
        let problems = codebook.files[0].problems.clone();
        (codebook, problems)
    }

    fn messages(text: &str) -> Vec<String> {
        read_text(text).1.into_iter().map(|p| p.message).collect()
    }

    #[test]
    fn themes_in_the_order_of_the_file() {
        let text = "[theme.b]\nlabel = 'B'\n[theme.b.z]\nfind = 'zeal'\n[theme.b.a]\nfind = ['aim*', 'a goal']\n[theme.a]\nfind = 'x'\n";
        let (codebook, problems) = read_text(text);
        assert_eq!(problems, []);
        let paths: Vec<_> = codebook.themes.iter().map(|t| (t.path.as_str(), t.level)).collect();
        assert_eq!(paths, [("b", 1), ("b/z", 2), ("b/a", 2), ("a", 1)]);
        assert_eq!(
            codebook.pattern(0).find_in("Zeal, a goal, and aims."),
            ["Zeal", "a goal", "aims"]
        );
    }

    #[test]
    fn exceptions_hold_below_and_examples_are_run() {
        let text = "[theme.r]\nexcept = 'bond hearing*'\n[theme.r.bond]\nfind = 'bond*'\nexamples = { hit = ['a bond hearing'], miss = ['our bonds'] }\n";
        let (codebook, problems) = read_text(text);
        assert_eq!(problems, []);
        let messages: Vec<_> =
            codebook.check_examples().into_iter().map(|(_, p)| (p.message, p.hint)).collect();
        assert_eq!(
            messages,
            [
                ("example of theme `r/bond` is not found by it: a bond hearing".into(), None),
                (
                    "counter-example of theme `r/bond` is found by it: our bonds".into(),
                    Some("what matches is `bonds`".into())
                )
            ]
        );
    }

    #[test]
    fn themes_build_on_others() {
        let text = "[theme.work]\nfind = 'work*'\n[theme.pain]\nfind = ['pain*', 'hurt*']\nexcept = 'painting'\n\
            [theme.both]\nall_of = ['work', 'pain']\n[theme.either]\nfind = 'ache*'\nany_of = ['pain']\n\
            [theme.leisure]\nfind = 'rest*'\nnone_of = ['work']\nwithin = 'sentence'\n";
        let (codebook, problems) = read_text(text);
        assert_eq!(problems, []);
        let find = |theme: &str, text: &'static str| {
            codebook.pattern(codebook.theme(theme).expect("a theme")).find_in(text)
        };
        assert_eq!(find("both", "work that hurts"), ["work", "hurts"]);
        assert_eq!(find("both", "work, painting"), [""; 0]);
        assert_eq!(find("either", "aches and pains, painting"), ["aches", "pains"]);
        assert_eq!(find("leisure", "rest from it"), ["rest"]);
        assert_eq!(find("leisure", "rest from work"), [""; 0]);
    }

    #[test]
    fn weights_stand_with_patterns() {
        let text = "[theme.t]\nfind = ['good', { find = 'great*', weight = 2.5 }]\n";
        let (codebook, problems) = read_text(text);
        assert_eq!(problems, []);
        let weights: Vec<_> = codebook.themes[0].find.iter().map(|w| w.weight).collect();
        assert_eq!(weights, [None, Some(Weight(2_500_000))]);
        assert!(codebook.has_weights());
    }

    #[test]
    fn circles_are_told_and_broken() {
        let text = "[theme.a]\nany_of = 'b'\n[theme.b]\nall_of = ['a', 'c']\n[theme.c]\nfind = 'x'\n[theme.c.d]\nany_of = 'c'\n[theme.e]\nany_of = 'd'\n";
        let found = messages(text);
        assert_eq!(
            found,
            [
                "theme `b` builds on itself: a > b > a",
                "theme `c/d` builds on itself: c > c/d > c",
                "no theme `d` in this codebook"
            ]
        );
        let (codebook, _) = read_text(text);
        // Whatever is asked of it, it ends.
        (0..codebook.themes.len()).for_each(|i| assert!(codebook.pattern(i).parts.len() < 10));
    }

    #[test]
    fn every_mistake_is_listed_at_its_place() {
        let text = "[theme.t]\nfimd = 'x'\nfind = ['ok', '*', 3]\nlabel = 7\nwithin = 'passage'\n";
        let (_, problems) = read_text(text);
        let found: Vec<_> =
            problems.iter().map(|p| (&text[p.place.clone()], p.message.as_str())).collect();
        assert_eq!(
            found,
            [
                ("fimd", "unknown key `fimd` in a theme"),
                ("*", "`*` alone fits every word"),
                (
                    "3",
                    "`find` takes texts in its list, or `{ find = \"...\", weight = 2 }`, and this is a number"
                ),
                ("7", "`label` takes text in quotation marks, and this is a number"),
                ("passage", "`within` without `all_of` or `none_of`"),
            ]
        );
    }

    #[test]
    fn deep_trees_are_read_or_refused() {
        let nested = |depth: usize| {
            let path: Vec<String> = (0..depth).map(|n| format!("t{n}")).collect();
            format!("[theme.{}]\nfind = 'x'\n", path.join("."))
        };
        assert_eq!(messages(&nested(60)), [""; 0]);
        assert!(!messages(&nested(500)).is_empty());
        assert!(!messages(&nested(100_000)).is_empty());
    }
}
