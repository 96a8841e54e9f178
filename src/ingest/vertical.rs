//! Vertical text (VRT), as the Corpus Workbench and Sketch Engine read and write it: a token on a
//! line, layers in columns parted by tabs, structures as tags on lines of their own.
//!
//! The names of the columns are those of `layers` in `corpus.toml`, or of a comment
//! `<!-- #vrt positional-attributes: word pos lemma -->`, or `word pos lemma` where there are three.
//! `<p>`, `<u>`, `<turn>`, `<sp>` and `<head>` make passages, `<s>` sentences; every other structure
//! is kept under its name with its attributes.

use std::collections::{BTreeMap, BTreeSet};

use super::annotated::{Builder, FORM};
use super::{Body, Document, Unreadable};
use crate::project::CollectionSettings;

/// Structures that make passages where a file has them.
const PASSAGES: &[&str] = &[
    "p",
    "para",
    "u",
    "turn",
    "sp",
    "utterance",
    "section",
    "head",
    "heading",
    "text",
    "doc",
    "document",
    "post",
    "message",
];

/// Structures that are texts of their own.
const TEXTS: &[&str] = &["text", "doc", "document"];

/// Structures that are turns.
const TURNS: &[&str] = &["u", "turn", "sp", "utterance"];

/// Attributes that name a speaker.
const SPEAKERS: &[&str] = &["who", "speaker", "name", "spk"];

/// Reads a file's text.
///
/// # Errors
/// A line has more columns than there are names.
pub(super) fn read(text: &str, settings: &CollectionSettings) -> Result<Document, Unreadable> {
    let names = columns(text, settings)?;
    let mut makes: BTreeSet<String> = PASSAGES.iter().map(|p| (*p).to_owned()).collect();
    if let Some(own) = &settings.passage {
        let always = TEXTS.iter().chain(TURNS).map(|t| (*t).to_owned());
        makes = always.chain([own.to_lowercase()]).collect();
    }
    let layers: Vec<String> = names.iter().filter(|n| *n != "-").cloned().collect();
    let mut reader = Reader {
        builder: Builder::new(layers),
        names,
        makes,
        within: Vec::new(),
        notes: Vec::new(),
        spaces_told: text.contains("<g/>") || text.contains("<g />"),
        before: String::new(),
    };
    for (line, number) in text.lines().zip(1..) {
        reader.line(line.trim_end_matches('\r'), number)?;
    }
    let mut notes = reader.notes;
    let (mut annotated, open) = reader.builder.finish();
    annotated.no_sentences = !annotated.structures.iter().any(|s| s.name == "s");
    notes.extend(open.iter().map(|name| format!("`<{name}>` is never closed")));
    Ok(Document { body: Body::Annotated(annotated), notes, ..Document::default() })
}

/// The names of the columns.
fn columns(text: &str, settings: &CollectionSettings) -> Result<Vec<String>, Unreadable> {
    let lower = |list: Vec<&str>| list.into_iter().map(str::to_lowercase).collect::<Vec<_>>();
    let told = if settings.layers.is_empty() {
        let header = text.lines().find(|l| l.contains("positional-attributes:"));
        header.map(|line| {
            let list = line.split("positional-attributes:").nth(1).unwrap_or_default();
            lower(list.trim_end().trim_end_matches("-->").split_whitespace().collect())
        })
    } else {
        Some(lower(settings.layers.iter().map(String::as_str).collect()))
    };
    if let Some(mut names) = told {
        if !names.iter().any(|n| n == FORM) {
            names.insert(0, FORM.to_owned());
        }
        return Ok(names);
    }
    let is_token = |l: &&str| !l.trim().is_empty() && !is_markup(l);
    let most = text.lines().filter(is_token).map(|l| l.trim_end().split('\t').count()).max();
    let names: &[&str] = match most.unwrap_or(1) {
        1 => &[FORM],
        2 => &[FORM, "pos"],
        3 => &[FORM, "pos", "lemma"],
        n => {
            let what = format!(
                "vertical text of {n} columns; name them in corpus.toml: `layers = [\"word\", \"pos\", …]`"
            );
            let widest = |l: &str| is_token(&l) && l.trim_end().split('\t').count() == n;
            let line = text.lines().position(widest).unwrap_or(0);
            return Err(Unreadable::Line { line: u32::try_from(line + 1).unwrap_or(1), what });
        }
    };
    Ok(names.iter().map(|n| (*n).to_owned()).collect())
}

/// True for tags, comments and declarations; a token in angle brackets has its layers after a tab.
fn is_markup(line: &str) -> bool {
    let line = line.trim_end();
    let Some(inside) = line.strip_prefix('<').and_then(|l| l.strip_suffix('>')) else {
        return false;
    };
    let name = inside.split(['>', '\t']).next().unwrap_or_default();
    let whole = name.len() == inside.len() || name.contains('=');
    whole && inside.starts_with(|c: char| c.is_alphabetic() || matches!(c, '/' | '!' | '?'))
}

struct Reader {
    builder: Builder,
    names: Vec<String>,
    makes: BTreeSet<String>,
    /// Open structures that say who speaks, with speaker and voice.
    within: Vec<(String, Option<String>, Option<String>)>,
    notes: Vec<String>,
    spaces_told: bool,
    before: String,
}

impl Reader {
    fn line(&mut self, line: &str, number: u32) -> Result<(), Unreadable> {
        if line.trim().is_empty() {
            return Ok(());
        }
        if is_markup(line) {
            self.markup(line.trim_end(), number);
            return Ok(());
        }
        let cells: Vec<String> = line.split('\t').map(unescape).collect();
        if cells.len() > self.names.len() {
            let what = format!("{} columns, and {} have a name", cells.len(), self.names.len());
            return Err(Unreadable::Line { line: number, what });
        }
        let mut values = Vec::new();
        let mut form = String::new();
        for (i, name) in self.names.iter().enumerate().filter(|(_, n)| *n != "-") {
            let value = cells.get(i).filter(|v| !matches!(v.as_str(), "" | "__UNDEF__")).cloned();
            if name == FORM {
                form = value.clone().unwrap_or_default();
            }
            values.push(value);
        }
        if form.is_empty() {
            return Err(Unreadable::Line { line: number, what: "a token without a form".into() });
        }
        if !self.spaces_told && stands_close(&self.before, &form) {
            self.builder.glue();
        }
        self.builder.push(&form, number, vec![values]);
        self.before = form;
        Ok(())
    }

    fn markup(&mut self, line: &str, number: u32) {
        if line.starts_with("<!") || line.starts_with("<?") {
            return;
        }
        let inside = &line[1..line.len() - 1];
        if let Some(name) = inside.strip_prefix('/') {
            self.close(&name.trim().to_lowercase(), number);
            return;
        }
        let empty = inside.ends_with('/');
        let inside = inside.trim_end_matches('/');
        let end = inside.find(char::is_whitespace).unwrap_or(inside.len());
        let name = inside[..end].to_lowercase();
        if name == "g" {
            self.builder.glue();
        } else if !empty {
            self.open(name, attributes(&inside[end..]));
        }
    }

    fn open(&mut self, name: String, attributes: BTreeMap<String, String>) {
        if name == "s" {
            self.builder.sentence();
        }
        if self.makes.contains(&name) {
            self.builder.end_passage();
            self.before.clear();
            let get = |keys: &[&str]| keys.iter().find_map(|k| attributes.get(*k)).cloned();
            let is_text = TEXTS.contains(&name.as_str());
            let speaker = get(SPEAKERS).filter(|s| !is_text && !s.is_empty());
            self.within.push((name.clone(), speaker, get(&["voice"])));
            self.set_speaker(name.starts_with("head"));
            if TURNS.contains(&name.as_str()) {
                self.builder.about(|p| p.new_turn = true);
            }
            if is_text || name == "section" {
                let title = get(&["title", "id", "name"]);
                self.builder.about(|p| {
                    p.new_section = true;
                    p.section = title;
                });
            }
        }
        self.builder.open(name, attributes);
    }

    /// What is open says who speaks, the innermost first.
    fn set_speaker(&mut self, heading: bool) {
        let speaker = self.within.iter().rev().find_map(|w| w.1.clone());
        let voice = self.within.iter().rev().find_map(|w| w.2.clone());
        self.builder.about(|p| {
            p.speaker = speaker;
            p.voice = voice;
            p.heading = heading;
        });
    }

    fn close(&mut self, name: &str, number: u32) {
        if name == "s" {
            self.builder.sentence();
        }
        if !self.builder.close(name) {
            self.notes.push(format!("line {number}: `</{name}>` closes nothing"));
        }
        if self.makes.contains(name) {
            self.builder.end_passage();
            self.before.clear();
            if let Some(at) = self.within.iter().rposition(|w| w.0 == name) {
                self.within.remove(at);
            }
            self.set_speaker(false);
            if name == "section" {
                self.builder.about(|p| p.new_section = true);
            }
        }
    }
}

/// True where no space is written between two tokens, as far as their signs tell.
fn stands_close(before: &str, form: &str) -> bool {
    matches!(form, "," | "." | ";" | ":" | "!" | "?" | ")" | "]" | "}" | "…" | "%" | "n't" | "n’t")
        || form.len() > 1
            && form.starts_with(['\'', '’'])
            && form[1..].starts_with(|c: char| !c.is_uppercase())
        || matches!(before, "(" | "[" | "{")
}

fn attributes(text: &str) -> BTreeMap<String, String> {
    let mut out = BTreeMap::new();
    let mut rest = text;
    while let Some((name, after)) = rest.split_once('=') {
        let name = name.trim().to_lowercase();
        let after = after.trim_start();
        let Some(quote) = after.chars().next().filter(|c| matches!(c, '"' | '\'')) else { break };
        let Some((value, more)) = after[1..].split_once(quote) else { break };
        if !name.is_empty() {
            out.insert(name, unescape(value));
        }
        rest = more;
    }
    out
}

fn unescape(text: &str) -> String {
    if !text.contains('&') {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let end = rest.find(';').unwrap_or(0);
        let letter = entity(rest.get(1..end).unwrap_or_default());
        out.push(letter.unwrap_or('&'));
        rest = &rest[if letter.is_some() { end + 1 } else { 1 }..];
    }
    out.push_str(rest);
    out
}

/// The letter of an entity: `lt`, `#39`, `#x27`.
fn entity(name: &str) -> Option<char> {
    let code = |digits: &str, radix: u32| u32::from_str_radix(digits, radix).ok();
    match name {
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        "amp" => Some('&'),
        _ => {
            let number = name.strip_prefix('#')?;
            let hex = number.strip_prefix(['x', 'X']);
            char::from_u32(hex.map_or_else(|| code(number, 10), |hex| code(hex, 16))?)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn annotated(text: &str) -> super::super::Annotated {
        match read(text, &CollectionSettings::default()).expect("vertical text").body {
            Body::Annotated(annotated) => annotated,
            _ => unreachable!("vertical text is annotated"),
        }
    }

    #[test]
    fn tokens_layers_and_structures() {
        let annotated = annotated(
            "<text id=\"t1\">\n<u who=\"P07\">\n<s>\n<np type=\"person\">\nThe\tDT\tthe\nnurse\tNN\tnurse\n</np>\n\
             said\tVBD\tsay\n,\t,\t,\n&quot;\t''\t&quot;\n</s>\n</u>\n<u who=\"I\">\n<s>\nWhy\tWRB\twhy\n?\t.\t?\n</s>\n</u>\n</text>\n",
        );
        let [first, second] = annotated.passages.as_slice() else { panic!("two turns") };
        assert_eq!((first.text.as_str(), second.text.as_str()), ("The nurse said, \"", "Why?"));
        assert_eq!(first.speaker.as_deref(), Some("P07"));
        assert_eq!(annotated.layers, ["pos", "lemma"]);
        assert_eq!(second.layers[1], [Some("why".to_owned()), Some("?".to_owned())]);
        let spans: Vec<_> =
            annotated.structures.iter().map(|s| (s.name.as_str(), s.start, s.tokens)).collect();
        let wanted =
            [("text", 0, 7), ("s", 0, 5), ("u", 0, 5), ("np", 0, 2), ("s", 5, 2), ("u", 5, 2)];
        assert_eq!(spans, wanted);
        assert_eq!(annotated.structures[3].attributes["type"], "person");
    }

    #[test]
    fn columns_that_have_no_name_are_told() {
        let told =
            read("a\tb\tc\td\n", &CollectionSettings::default()).map(|_| ()).expect_err("no names");
        assert!(told.to_string().contains("layers = ["), "{told}");
        let text = "<!-- #vrt positional-attributes: word lemma -->\nCars\tcar\n";
        assert_eq!(annotated(text).layers, ["lemma"]);
    }
}
