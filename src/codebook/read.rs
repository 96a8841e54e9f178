//! Our own codebook files, in TOML.

use toml::de::DeValue;

use super::{Codebook, Theme, WrittenPattern};
use crate::pattern::{Form, doubts, parse};
use crate::text::{Problem, Table, Text, nearest, parse_toml, wrong_type};

/// Deepest tree of themes.
const MAX_LEVEL: u32 = 12;

/// Reads a codebook; what is wrong is listed, and the rest is in the codebook.
#[must_use]
pub fn read_codebook(text: &str) -> (Codebook, Vec<Problem>) {
    let mut problems = Vec::new();
    let mut codebook = Codebook::default();
    let map = parse_toml(text, &mut problems);
    if !problems.is_empty() {
        return (codebook, problems);
    }
    let mut file = Table::new(text, &map, 0..0);
    file.string("title", &mut problems);
    match file.get("theme").map(|v| (v.get_ref(), v)) {
        Some((DeValue::Table(themes), value)) => {
            let root = Table::new(text, themes, value.span());
            children(text, &root, None, &mut codebook, &mut problems);
        }
        Some((_, value)) => {
            problems.push(wrong_type("theme", "tables, as in `[theme.bond]`", value));
        }
        None if problems.is_empty() => {
            let problem = Problem::error(0..0, "no theme in this codebook");
            problems.push(problem.hint("a theme begins with a line such as `[theme.trust]`"));
        }
        None => {}
    }
    file.finish("a codebook", &mut problems);
    (codebook, problems)
}

fn children(
    file: &str,
    table: &Table<'_, '_>,
    parent: Option<usize>,
    codebook: &mut Codebook,
    problems: &mut Vec<Problem>,
) {
    for (name, value) in table.others() {
        let DeValue::Table(map) = value.get_ref() else {
            let what = "a theme";
            let problem = Problem::error(
                name.place.clone(),
                format!("unknown key `{}` in {what}", name.value),
            );
            problems.push(problem.suggest(&name.value, KEYS.iter().copied()));
            continue;
        };
        let examples =
            ["hit", "miss"].iter().any(|k| map.iter().any(|(key, _)| key.get_ref() == k));
        if examples && nearest(&name.value, ["examples"]).is_some() {
            let message = format!("unknown key `{}` in a theme", name.value);
            let problem = Problem::error(name.place.clone(), message);
            problems.push(problem.hint("did you mean `examples`?"));
            continue;
        }
        let level = parent.map_or(1, |p| codebook.themes[p].level + 1);
        if level > MAX_LEVEL {
            let message = format!("themes nest deeper than {MAX_LEVEL} levels");
            problems.push(Problem::error(name.place.clone(), message));
            return;
        }
        if name.value.contains('/') || name.value.trim().is_empty() {
            let problem =
                Problem::error(name.place.clone(), "a theme's name holds no `/` and is not empty");
            problems.push(problem.hint("put a name for people into `label`"));
        }
        let path = match parent {
            Some(p) => format!("{}/{}", codebook.themes[p].path, name.value),
            None => name.value.clone(),
        };
        let mut table = Table::new(file, map, name.place.clone());
        let theme = theme(file, path, parent, level, &mut table, problems);
        let index = codebook.themes.len();
        codebook.themes.push(theme);
        children(file, &table, Some(index), codebook, problems);
        let theme = &codebook.themes[index];
        if theme.find.is_empty() && codebook.themes.len() == index + 1 {
            let message = format!("theme `{}` has no pattern and no theme below it", theme.path);
            problems.push(Problem::warning(name.place.clone(), message));
        }
    }
}

const KEYS: &[&str] = &["label", "definition", "note", "find", "cql", "except", "examples"];

fn theme(
    file: &str,
    path: String,
    parent: Option<usize>,
    level: u32,
    table: &mut Table<'_, '_>,
    problems: &mut Vec<Problem>,
) -> Theme {
    let text = |t: Option<Text>| t.map(|t| t.value);
    table.string("note", problems);
    let mut theme = Theme {
        path,
        parent,
        level,
        place: table.place.clone(),
        label: text(table.string("label", problems)),
        definition: text(table.string("definition", problems)),
        find: patterns(Form::Simple, table.strings("find", problems), problems),
        except: patterns(Form::Simple, table.strings("except", problems), problems),
        ..Theme::default()
    };
    theme.find.extend(patterns(Form::Cql, table.strings("cql", problems), problems));
    match table.get("examples").map(|v| (v.get_ref(), v)) {
        Some((DeValue::Table(map), value)) => {
            let mut examples = Table::new(file, map, value.span());
            theme.hits = examples.strings("hit", problems).unwrap_or_default();
            theme.misses = examples.strings("miss", problems).unwrap_or_default();
            examples.finish("`examples`", problems);
        }
        Some((_, value)) => {
            problems.push(wrong_type("examples", "`{ hit = [...], miss = [...] }`", value));
        }
        None => {}
    }
    theme
}

/// Patterns; those that can't be read are put on the list.
fn patterns(
    form: Form,
    texts: Option<Vec<Text>>,
    problems: &mut Vec<Problem>,
) -> Vec<WrittenPattern> {
    let mut out = Vec::new();
    for text in texts.unwrap_or_default() {
        match parse(form, &text.value) {
            Ok(pattern) => {
                for doubt in doubts(&pattern) {
                    problems.push(Problem::warning(text.place.clone(), doubt));
                }
                out.push(WrittenPattern { text, form, pattern });
            }
            Err(error) => problems.push(pattern_problem(&text, error)),
        }
    }
    out
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
    use super::*;

    #[test]
    fn themes_in_the_order_of_the_file() {
        let text = "[theme.b]\nlabel = 'B'\n[theme.b.z]\nfind = 'zeal'\n[theme.b.a]\nfind = ['aim*', 'a goal']\n[theme.a]\nfind = 'x'\n";
        let (codebook, problems) = read_codebook(text);
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
        let (codebook, problems) = read_codebook(text);
        assert_eq!(problems, []);
        let messages: Vec<_> = codebook.check_examples().into_iter().map(|p| p.message).collect();
        assert_eq!(
            messages,
            [
                "example of theme `r/bond` is not found by it",
                "counter-example of theme `r/bond` is found by it"
            ]
        );
    }

    #[test]
    fn every_mistake_is_listed_at_its_place() {
        let text = "[theme.t]\nfimd = 'x'\nfind = ['ok', '*', 3]\nlabel = 7\n";
        let (_, problems) = read_codebook(text);
        let found: Vec<_> =
            problems.iter().map(|p| (&text[p.place.clone()], p.message.as_str())).collect();
        assert_eq!(
            found,
            [
                ("7", "`label` takes text in quotation marks, and this is a number"),
                ("3", "`find` takes texts in its list, and this is a number"),
                ("*", "`*` alone fits every word"),
                ("fimd", "unknown key `fimd` in a theme"),
            ]
        );
    }
}
