//! A query file's text becomes queries; every mistake in it is listed at its place.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::{Ask, Condition, Field, Filter, Format, Overlap, Query, QueryFile, Template, What};
use super::{collocates, keywords, read_cooccurrence, read_frequency, read_kwic};
use crate::codebook::{WrittenPattern, pattern_problem};
use crate::pattern::{Form, Pattern, parse};
use crate::text::{Problem, Table, Text, parse_toml, strings, wrong_type};

/// Reads a query file.
#[must_use]
pub fn read_query_file(text: &str) -> (QueryFile, Vec<Problem>) {
    let mut problems = Vec::new();
    let map = parse_toml(text, &mut problems);
    if !problems.is_empty() {
        // What else is wrong can't be told from a file that is no TOML.
        return (QueryFile::default(), problems);
    }
    let mut table = Table::new(text, &map, 0..0);
    if let Some(theme) = table.get("theme").filter(|v| v.get_ref().is_table()) {
        let problem = Problem::error(theme.span(), "this is a codebook and no query file");
        problems.push(problem.hint("move it into a folder below, such as queries/codebooks/"));
        return (QueryFile::default(), problems);
    }
    let mut ids: Vec<Text> = Vec::new();
    let mut file = QueryFile {
        title: table.string("title", &mut problems).map(|t| t.value),
        codebook: table.string("codebook", &mut problems),
        queries: Vec::new(),
    };
    let filter = filter(text, "where", table.get("where"), &mut problems);
    for kind in Ask::KINDS {
        let Some(value) = table.get(kind) else {
            continue;
        };
        let Some(list) = value.get_ref().as_array() else {
            let problem = wrong_type(kind, "a list of tables", value);
            problems.push(problem.hint(format!("write `[[{kind}]]`, with two brackets")));
            continue;
        };
        for item in list {
            let Some(map) = item.get_ref().as_table() else {
                problems.push(wrong_type(kind, "tables", item));
                continue;
            };
            let mut reader =
                Reader { text, kind, file: &file, ids: &mut ids, problems: &mut problems };
            if let Some(query) = reader.query(map, item.span(), &filter) {
                file.queries.push(query);
            }
        }
    }
    file.queries.sort_by_key(|q| q.id.place.start);
    table.finish("a query file", &mut problems);
    same_ids(&ids, &mut problems);
    if file.queries.is_empty() && problems.is_empty() {
        let problem = Problem::error(0..0, "no query in this file");
        problems.push(
            problem.hint(format!("a query begins with `[[{}]]`", Ask::KINDS.join("]]`, `[["))),
        );
    }
    (file, problems)
}

fn same_ids(ids: &[Text], problems: &mut Vec<Problem>) {
    for (i, id) in ids.iter().enumerate() {
        if ids[..i].iter().any(|other| other.value.eq_ignore_ascii_case(&id.value)) {
            let message = format!("id `{}` is used twice in this file", id.value);
            let problem = Problem::error(id.place.clone(), message);
            problems.push(problem.hint("each id names a result's file; give this one another"));
        }
    }
}

struct Reader<'r, 't> {
    text: &'t str,
    kind: &'static str,
    file: &'r QueryFile,
    ids: &'r mut Vec<Text>,
    problems: &'r mut Vec<Problem>,
}

impl<'t> Reader<'_, 't> {
    fn query(
        &mut self,
        map: &DeTable<'t>,
        place: std::ops::Range<usize>,
        above: &Filter,
    ) -> Option<Query> {
        let mut table = Table::new(self.text, map, place.clone());
        let id = self.id(&mut table, &place);
        let title = table.string("title", self.problems).map(|t| t.value);
        let own = filter(self.text, "where", table.get("where"), self.problems);
        let what = self.what(&mut table, &place);
        let ask = match self.kind {
            "kwic" => Ask::Kwic(read_kwic::kwic(self.text, &mut table, self.problems)),
            "frequency" => {
                let frequency = read_frequency::frequency(self.text, &mut table, self.problems);
                Ask::Frequency(frequency)
            }
            "cooccurrence" => {
                let pairs = read_cooccurrence::cooccurrence(self.text, &mut table, self.problems);
                Ask::Cooccurrence(pairs)
            }
            "collocates" => {
                Ask::Collocates(collocates::collocates(self.text, &mut table, self.problems))
            }
            _ => Ask::Keywords(keywords::keywords(self.text, &mut table, self.problems)),
        };
        if let (Ask::Kwic(kwic), Some(What::Patterns(patterns))) = (&ask, &what)
            && let Some(written) =
                patterns.iter().find(|p| matches!(p.pattern, Pattern::Chosen(..)))
            && (kwic.matching.is_some() || patterns.len() > 1)
        {
            let (message, hint) = if patterns.len() > 1 {
                ("a strategy in one of several patterns", "set `matching` for all of them")
            } else {
                ("a strategy in the pattern and in `matching`", "take one of them away")
            };
            self.problems.push(Problem::error(written.text.place.clone(), message).hint(hint));
        }
        let formats = self.formats(&mut table);
        let overlap = match self.kind {
            "collocates" | "keywords" => Overlap::default(),
            _ => self.overlap(&mut table),
        };
        table.finish(&format!("`[[{}]]`", self.kind), self.problems);
        let things = match &what {
            Some(What::Patterns(patterns)) => patterns.len(),
            Some(What::Themes(themes)) if !themes.iter().any(|t| t.value.contains('*')) => {
                themes.len()
            }
            _ => 2,
        };
        if self.kind == "cooccurrence" && things < 2 {
            let problem = Problem::error(place, "co-occurrence of one thing alone");
            self.problems.push(problem.hint("name at least two patterns or themes"));
        }
        let mut filter = merged(above, own.clone());
        if let Ask::Keywords(keywords) = &ask {
            self.problems.extend(keywords.named_twice(&own));
            // As in a query's own `where`: what a part names replaces what the file says of it.
            let named = |c: &Condition| keywords.conditions().any(|k| k.field == c.field);
            filter.conditions.retain(|c| !named(c));
        }
        Some(Query { id: id?, title, what: what?, ask, filter, overlap, formats })
    }

    fn overlap(&mut self, table: &mut Table<'_, 't>) -> Overlap {
        let Some(text) = table.string("overlap", self.problems) else { return Overlap::default() };
        let known = Overlap::ALL.into_iter().find(|o| o.name() == text.value);
        if known.is_none() {
            self.unknown("overlap", &text, &Overlap::ALL.map(Overlap::name));
        }
        known.unwrap_or_default()
    }

    fn formats(&mut self, table: &mut Table<'_, 't>) -> Vec<Format> {
        let mut formats = Vec::new();
        for text in table.strings("format", self.problems).unwrap_or_default() {
            match Format::ALL.into_iter().find(|f| f.name() == text.value) {
                Some(format) => formats.push(format),
                None => self.unknown("format", &text, &Format::ALL.map(Format::name)),
            }
        }
        if formats.is_empty() {
            formats.push(Format::Json);
        }
        formats.sort_unstable();
        formats.dedup();
        formats
    }

    fn id(&mut self, table: &mut Table<'_, 't>, place: &std::ops::Range<usize>) -> Option<Text> {
        let Some(id) = table.string("id", self.problems) else {
            let problem =
                Problem::error(place.clone(), format!("`[[{}]]` without an `id`", self.kind));
            self.problems.push(
                problem.hint("add a line such as `id = \"alliance\"`; it names the result's file"),
            );
            return None;
        };
        let plain = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.');
        if id.value.is_empty() || id.value.starts_with('.') || !id.value.chars().all(plain) {
            let message = format!("id `{}` can't name a file", id.value);
            let problem = Problem::error(id.place.clone(), message);
            self.problems.push(problem.hint("use letters, digits, `-` and `_`"));
        }
        self.ids.push(id.clone());
        Some(id)
    }

    fn what(&mut self, table: &mut Table<'_, 't>, place: &std::ops::Range<usize>) -> Option<What> {
        if self.kind == "keywords" {
            return Some(What::Nothing);
        }
        let single = self.kind == "collocates";
        let templates = self.templates(table);
        let one = if matches!(self.kind, "kwic" | "collocates") {
            table.string("theme", self.problems).map(|t| vec![t])
        } else {
            None
        };
        let several = if single { None } else { table.strings("themes", self.problems) };
        let list = table.string("terms", self.problems);
        if one.is_some() && several.is_some() {
            let message = "`theme` and `themes` in one query";
            self.problems.push(Problem::error(place.clone(), message).hint("take one of them"));
        }
        match (templates, one.or(several)) {
            (Some(templates), Some(themes)) if self.kind == "cooccurrence" => {
                let patterns = self.terms_or_patterns(list, templates, place)?;
                Some(What::Both(themes, Box::new(patterns)))
            }
            (Some(_), Some(_)) => {
                let message = "a pattern and a theme in one query";
                let problem = Problem::error(place.clone(), message);
                self.problems.push(problem.hint("make two queries of them"));
                None
            }
            (Some(templates), None) => self.terms_or_patterns(list, templates, place),
            (None, Some(themes)) => Some(What::Themes(themes)),
            (None, None) if !single && self.file.codebook.is_some() => Some(What::AllThemes),
            (None, None) => {
                let message = format!("`[[{}]]` looks for nothing", self.kind);
                let hint = if single {
                    "add `find = '...'`, or `theme = \"...\"` with a `codebook`"
                } else {
                    "add `find = '...'`, or a `codebook` at the top of the file"
                };
                self.problems.push(Problem::error(place.clone(), message).hint(hint));
                None
            }
        }
    }

    fn terms_or_patterns(
        &mut self,
        list: Option<Text>,
        templates: Vec<Template>,
        place: &std::ops::Range<usize>,
    ) -> Option<What> {
        match list {
            Some(list) => Some(What::Terms { list, templates, patterns: Vec::new() }),
            None => self.patterns(templates, place).map(What::Patterns),
        }
    }

    /// The patterns of `find` and `cql`, as written.
    fn templates(&mut self, table: &mut Table<'_, 't>) -> Option<Vec<Template>> {
        let find = table.strings("find", self.problems);
        let cql = table.strings("cql", self.problems);
        if find.is_none() && cql.is_none() {
            return None;
        }
        let with = |form: Form| move |text: Text| Template { text, form };
        let find = find.unwrap_or_default().into_iter().map(with(Form::Simple));
        Some(find.chain(cql.unwrap_or_default().into_iter().map(with(Form::Cql))).collect())
    }

    fn patterns(
        &mut self,
        templates: Vec<Template>,
        place: &std::ops::Range<usize>,
    ) -> Option<Vec<WrittenPattern>> {
        if templates.is_empty() {
            self.problems.push(Problem::error(place.clone(), "an empty list of patterns"));
        }
        let mut out: Vec<WrittenPattern> = Vec::new();
        for Template { text, form } in templates {
            match parse(form, &text.value) {
                Ok(pattern) if out.iter().any(|w| w.pattern == pattern) => {
                    let message = format!("pattern `{}` is there twice", text.value);
                    self.problems.push(Problem::error(text.place, message));
                }
                Ok(pattern) => {
                    for doubt in crate::pattern::doubts(&pattern) {
                        self.problems.push(Problem::warning(text.place.clone(), doubt));
                    }
                    out.push(WrittenPattern::new(text, form, pattern));
                }
                Err(error) => {
                    let mut problem = pattern_problem(&text, error);
                    if form == Form::Simple && problem.hint.is_none() && text.value.contains('[') {
                        problem.hint = Some("a pattern in CQL belongs to the key `cql`".into());
                    }
                    self.problems.push(problem);
                }
            }
        }
        (!out.is_empty()).then_some(out)
    }

    fn unknown(&mut self, key: &str, text: &Text, names: &[&str]) {
        unknown(self.problems, key, text, names);
    }
}

/// Puts a value on the list that a key does not know.
pub(super) fn unknown(problems: &mut Vec<Problem>, key: &str, text: &Text, names: &[&str]) {
    let message = format!("`{key}` knows no `{}`", text.value);
    let problem = Problem::error(text.place.clone(), message);
    problems.push(problem.suggest(&text.value, names.iter().copied()));
}

/// The conditions of `where`, or of another key like it.
pub(super) fn filter(
    file: &str,
    key: &str,
    value: Option<&Spanned<DeValue<'_>>>,
    problems: &mut Vec<Problem>,
) -> Filter {
    let Some(value) = value else {
        return Filter::default();
    };
    let Some(map) = value.get_ref().as_table() else {
        let wanted = format!("a table, as in `{key} = {{ voice = \"participant\" }}`");
        problems.push(wrong_type(key, &wanted, value));
        return Filter::default();
    };
    let mut conditions: Vec<Condition> = Vec::new();
    for (field, value) in map {
        // A value that is true or false reads better without quotation marks.
        let values = match value.get_ref() {
            DeValue::Boolean(yes) => vec![Text { value: yes.to_string(), place: value.span() }],
            _ => strings(file, field.get_ref(), value, problems),
        };
        if values.is_empty() && value.get_ref().as_array().is_some_and(|a| a.is_empty()) {
            let message = format!("`{}` in `{key}` is an empty list", field.get_ref());
            problems
                .push(Problem::error(value.span(), message).hint("take it away, or name a value"));
        }
        let (place, field) = (field.span(), Field::of(field.get_ref()));
        conditions.push(Condition { field, place, values });
    }
    conditions.sort_by(|a, b| a.field.cmp(&b.field));
    Filter { conditions }
}

/// Conditions, and those of another filter on fields that they do not name.
pub(super) fn merged(above: &Filter, own: Filter) -> Filter {
    let mut conditions = own.conditions;
    for condition in &above.conditions {
        if !conditions.iter().any(|c| c.field == condition.field) {
            conditions.push(condition.clone());
        }
    }
    conditions.sort_by(|a, b| a.field.cmp(&b.field));
    Filter { conditions }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mistakes(text: &str) -> Vec<(String, String, Option<String>)> {
        let (_, problems) = read_query_file(text);
        problems.into_iter().map(|p| (text[p.place].to_owned(), p.message, p.hint)).collect()
    }

    #[test]
    fn a_good_file() {
        let text = "codebook = 'c.toml'\nwhere = { voice = 'participant', role = ['nurse'] }\n\
            [[kwic]]\nid = 'a'\nfind = 'bond*'\ncontext = 'sentence'\nwhere = { role = 'carer' }\n\
            [[frequency]]\nid = 'b'\nby = ['role', 'source']\n";
        let (file, problems) = read_query_file(text);
        assert_eq!(problems, []);
        assert_eq!(file.queries.len(), 2);
        let conditions = &file.queries[0].filter.conditions;
        assert_eq!(conditions.len(), 2);
        assert_eq!(conditions[1].values[0].value, "carer");
        assert_eq!(file.queries[1].what, What::AllThemes);
    }

    #[test]
    fn every_mistake_with_its_place_and_way_out() {
        let text = "[[kwic]]\nid = 'a'\nfind = 'bond* | (x'\ncontxt = 3\n[[kwic]]\nid = 'A'\nfind = 'x'\ncontext = 'sentense'\n[[cooccurrence]]\nid = 'c'\nwithin = 'pasage'\nfind = ['a', 'b']\n";
        let found = mistakes(text);
        let hint = |s: &str| Some(s.to_owned());
        assert_eq!(found[0].0, "(");
        assert_eq!(
            found[1],
            (
                "contxt".into(),
                "unknown key `contxt` in `[[kwic]]`".into(),
                hint("did you mean `context`?")
            )
        );
        assert_eq!(found[2].2, hint("did you mean `sentence`?"));
        assert_eq!(
            found[3],
            ("pasage".into(), "`within` knows no `pasage`".into(), hint("did you mean `passage`?"))
        );
        assert_eq!(found[4].1, "id `A` is used twice in this file");
        assert_eq!(found.len(), 5, "{found:?}");
    }

    #[test]
    fn an_id_is_used_once_and_a_query_has_one() {
        let found = mistakes(
            "[[kwic]]\nid = 'a'\nfind = 'x'\n[[frequency]]\nid = 'a'\nfind = 'x'\n[[kwic]]\nfind = 'y'\n",
        );
        assert_eq!(found[0].1, "`[[kwic]]` without an `id`");
        assert_eq!(found[1].1, "id `a` is used twice in this file");
    }
}
