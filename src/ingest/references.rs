//! Reference managers' files (`.ris`, `.bib`, `.nbib`, `.enw`): what they say of papers that lie beside them, and
//! their abstracts, where no paper does.
//!
//! ```text
//! TY  - JOUR                              @article{lee2019,
//! AU  - Lee, Anna                           author = {Lee, Anna and {Care Group}},
//! DO  - 10.1000/x                           doi = {10.1000/x}, file = {:lee.pdf:PDF} }
//! ER  -
//! ```

use std::collections::{BTreeMap, HashSet};

use super::{Block, BlockKind, Body, Document, Record, Unreadable, latex};
use crate::text::decode;

/// An entry of a reference manager.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reference {
    /// Title, authors, year, DOI, journal, keywords, kind.
    pub attributes: BTreeMap<String, String>,
    /// Names of its files, and its own key.
    pub names: Vec<String>,
    /// Its abstract.
    pub summary: String,
}

/// The entries of a file, by the ending of its name; problems in words.
///
/// # Errors
/// The file is in no known encoding.
pub fn read_references(name: &str, bytes: &[u8]) -> Result<Vec<Reference>, String> {
    let text = decode(bytes, None)?.text.replace("\r\n", "\n").replace('\r', "\n");
    let ending = name.rsplit_once('.').map_or(String::new(), |(_, e)| e.to_lowercase());
    Ok(match ending.as_str() {
        "bib" => bibtex(&text),
        "nbib" => tagged(&text, &NBIB),
        "enw" => tagged(&text, &ENDNOTE),
        _ => tagged(&text, &RIS),
    })
}

/// The abstracts of a file as texts, one for each entry that has one.
///
/// # Errors
/// The file is in no known encoding, or no entry has an abstract.
pub(super) fn records(name: &str, bytes: &[u8]) -> Result<Vec<Record>, Unreadable> {
    if bytes.is_empty() {
        return Err(Unreadable::Empty);
    }
    let entries = read_references(name, bytes).map_err(Unreadable::Encoding)?;
    let all = entries.len();
    let mut ids: HashSet<String> = HashSet::new();
    let mut records = Vec::new();
    for (entry, number) in entries.into_iter().zip(1..) {
        let Reference { attributes, names, summary } = entry;
        if summary.is_empty() {
            continue;
        }
        let sign = |c: char| if c.is_control() || matches!(c, '/' | '\\' | '#') { '_' } else { c };
        let key: Option<String> = names
            .first()
            .map(|n| n.chars().map(sign).collect())
            .filter(|id| ids.insert(String::clone(id)));
        let mut blocks = Vec::new();
        if let Some(title) = attributes.get("title") {
            blocks.push(Block::new(BlockKind::Heading(1), title.clone(), 0));
        }
        blocks.push(Block::new(BlockKind::Heading(2), "Abstract", 0));
        blocks.push(Block::new(BlockKind::Paragraph, summary, 0));
        let body = Body::Blocks(blocks);
        let document = Document { attributes, body, article: true, ..Document::default() };
        records.push(Record { id: Some(key.unwrap_or_else(|| number.to_string())), document });
    }
    let without = all - records.len();
    let Some(first) = records.first_mut() else { return Err(Unreadable::NoText) };
    let left = if without > 0 { format!("; {without} entries have none") } else { String::new() };
    first.document.notes.push(format!(
        "abstracts of {} entries are read as texts, as no other text lies in the folder{left}",
        all - without
    ));
    Ok(records)
}

/// A DOI without what stands before it in links, in lower case.
#[must_use]
pub fn plain_doi(doi: &str) -> String {
    let doi = doi.trim().to_lowercase();
    let start = doi.find("10.").unwrap_or(0);
    doi[start..].trim_end_matches(['.', '/']).to_owned()
}

impl Reference {
    fn put(&mut self, key: &str, value: &str) {
        let value = value.split_whitespace().collect::<Vec<_>>().join(" ");
        if value.is_empty() {
            return;
        }
        match key {
            "authors" | "keywords" => {
                let told = self.attributes.entry(key.to_owned()).or_default();
                if !told.is_empty() {
                    told.push_str("; ");
                }
                told.push_str(&value);
            }
            "doi" => {
                self.attributes.entry(key.to_owned()).or_insert_with(|| plain_doi(&value));
            }
            "year" => {
                let year: String = value.chars().filter(char::is_ascii_digit).take(4).collect();
                if year.len() == 4 {
                    self.attributes.entry(key.to_owned()).or_insert(year);
                }
            }
            _ => {
                self.attributes.entry(key.to_owned()).or_insert(value);
            }
        }
    }

    /// The name at the end of a path, as Windows or others write it.
    fn file(&mut self, path: &str) {
        let name = path.rsplit(['/', '\\']).next().unwrap_or_default().trim();
        if !name.is_empty() {
            self.names.push(name.to_owned());
        }
    }
}

/// How entries with a tag on each line are written.
struct Tags {
    /// The tag that opens an entry, and the one that ends it.
    opens: &'static [&'static str],
    ends: Option<&'static str>,
    /// What parts a tag from its value.
    sign: &'static str,
    fields: &'static [(&'static str, &'static str)],
}

/// `TY  - JOUR`
const RIS: Tags = Tags {
    opens: &["TY"],
    ends: Some("ER"),
    sign: "-",
    fields: &[
        ("TY", "reference_type"),
        ("TI", "title"),
        ("T1", "title"),
        ("AU", "authors"),
        ("A1", "authors"),
        ("PY", "year"),
        ("Y1", "year"),
        ("DA", "year"),
        ("DO", "doi"),
        ("JO", "journal"),
        ("JF", "journal"),
        ("T2", "journal"),
        ("JA", "journal"),
        ("KW", "keywords"),
        ("L1", "file"),
        ("L2", "file"),
        ("L4", "file"),
        ("ID", "key"),
        ("AB", "abstract"),
        ("N2", "abstract"),
    ],
};

/// `PMID- 12345`, as PubMed gives it.
const NBIB: Tags = Tags {
    opens: &["PMID"],
    ends: None,
    sign: "-",
    fields: &[
        ("PMID", "key"),
        ("TI", "title"),
        ("FAU", "authors"),
        ("DP", "year"),
        ("LID", "doi"),
        ("JT", "journal"),
        ("OT", "keywords"),
        ("AB", "abstract"),
        ("PT", "reference_type"),
    ],
};

/// `%T On care`, as `EndNote` gives it.
const ENDNOTE: Tags = Tags {
    opens: &["%0"],
    ends: None,
    sign: "",
    fields: &[
        ("%0", "reference_type"),
        ("%T", "title"),
        ("%A", "authors"),
        ("%D", "year"),
        ("%R", "doi"),
        ("%J", "journal"),
        ("%B", "journal"),
        ("%K", "keywords"),
        ("%X", "abstract"),
        ("%F", "key"),
        ("%>", "file"),
    ],
};

impl Tags {
    /// A line's tag and value; nothing for one that goes on the value above.
    fn of<'l>(&self, line: &'l str) -> Option<(&'l str, &'l str)> {
        let end = line.find(|c: char| c.is_whitespace() || c == '-')?;
        let tag = &line[..end];
        let written = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || "%>".contains(c);
        if tag.is_empty() || tag.len() > 4 || !tag.chars().all(written) {
            return None;
        }
        let value = line[end..].trim_start().strip_prefix(self.sign)?;
        let apart = self.sign.is_empty() == tag.starts_with('%');
        apart.then_some((tag, value.trim()))
    }
}

/// Entries with a tag on each line; a line without one goes on the value above it.
fn tagged(text: &str, tags: &Tags) -> Vec<Reference> {
    let mut out = Vec::new();
    let mut entry: Option<Reference> = None;
    let mut open: Option<(&str, String)> = None;
    let mut lines = text.lines().chain(std::iter::once("")).peekable();
    while let Some(line) = lines.next() {
        let line = line.trim_start_matches('\u{FEFF}');
        let found = tags.of(line);
        let ends = lines.peek().is_none();
        if found.is_none() && !ends {
            if let Some((_, value)) = open.as_mut().filter(|_| !line.trim().is_empty()) {
                value.push(' ');
                value.push_str(line.trim());
            }
            continue;
        }
        if let (Some((key, value)), Some(entry)) = (open.take(), &mut entry) {
            match key {
                "file" => entry.file(&value),
                "key" => entry.names.insert(0, value),
                "abstract" if entry.summary.is_empty() => entry.summary = value,
                // The same in two fields, or the next part of it.
                "abstract" if !entry.summary.contains(&value) => {
                    entry.summary.push(' ');
                    entry.summary.push_str(&value);
                }
                // `S0140-6736(20)1 [pii]`
                "doi" if !value.contains("10.") => {}
                "doi" => entry.put(key, value.trim_end_matches("[doi]")),
                "abstract" => {}
                key => entry.put(key, &value),
            }
        }
        let Some((tag, value)) = found else { continue };
        if tags.opens.contains(&tag) {
            out.extend(entry.replace(Reference::default()));
        } else if tags.ends == Some(tag) {
            out.extend(entry.take());
            continue;
        }
        let key = tags.fields.iter().find(|(known, _)| *known == tag).map(|(_, key)| *key);
        open = key.map(|key| (key, value.to_owned()));
    }
    out.extend(entry);
    out
}

fn bibtex(text: &str) -> Vec<Reference> {
    let mut out = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find('@') {
        rest = &rest[at + 1..];
        let Some(open) = rest.find(['{', '(']) else { break };
        let kind = rest[..open].trim().to_lowercase();
        if !kind.chars().all(|c| c.is_ascii_alphanumeric()) || kind.is_empty() {
            continue;
        }
        let body = &rest[open + 1..];
        let end = closing(body);
        rest = &body[end..];
        if matches!(kind.as_str(), "comment" | "string" | "preamble") {
            continue;
        }
        let body = &body[..end];
        let (key, fields) = body.split_once(',').unwrap_or((body, ""));
        let mut entry = Reference::default();
        entry.put("reference_type", &kind);
        entry.names.push(key.trim().to_owned());
        for (name, value) in fields_of(fields) {
            match name.as_str() {
                "title" => entry.put("title", &latex::plain(&value)),
                "author" => {
                    for author in value.split(" and ") {
                        entry.put("authors", &latex::plain(author));
                    }
                }
                "year" | "date" => entry.put("year", &value),
                "doi" => entry.put("doi", &value),
                "abstract" => entry.summary = latex::plain(&value),
                "journal" | "journaltitle" | "booktitle" => {
                    entry.put("journal", &latex::plain(&value));
                }
                "keywords" => {
                    for word in value.split([',', ';']) {
                        entry.put("keywords", &latex::plain(word));
                    }
                }
                "file" => {
                    // `:path:PDF`, `name:path:application/pdf`, several parted by `;`.
                    for part in value.split([';', ':']) {
                        let named = part.contains('.') && !part.contains(' ') || part.contains('/');
                        if named && !part.starts_with("application/") {
                            entry.file(part);
                        }
                    }
                }
                _ => {}
            }
        }
        out.push(entry);
    }
    out
}

/// The byte of the brace that closes a text.
fn closing(text: &str) -> usize {
    let mut depth = 0_u32;
    let mut escaped = false;
    for (at, c) in text.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '{' => depth += 1,
            '}' if depth == 0 => return at,
            '}' => depth -= 1,
            _ => {}
        }
    }
    text.len()
}

/// Names in lower case and values of `name = {value}, name = "value", name = 2019`.
fn fields_of(mut text: &str) -> Vec<(String, String)> {
    let mut out = Vec::new();
    while let Some((name, rest)) = text.split_once('=') {
        let name = name.trim().trim_start_matches(',').trim().to_lowercase();
        let rest = rest.trim_start();
        let (value, after) = if let Some(inside) = rest.strip_prefix('{') {
            let end = closing(inside);
            (&inside[..end], inside.get(end + 1..).unwrap_or_default())
        } else if let Some(inside) = rest.strip_prefix('"') {
            let end = inside.find('"').unwrap_or(inside.len());
            (&inside[..end], inside.get(end + 1..).unwrap_or_default())
        } else {
            let end = rest.find(',').unwrap_or(rest.len());
            (&rest[..end], &rest[end..])
        };
        let mut value = value.to_owned();
        let mut after = after;
        // `"one" # "two"`
        while let Some(rest) = after.trim_start().strip_prefix('#') {
            let rest = rest.trim_start();
            let (sign, inside) = (rest.chars().next(), rest.get(1..).unwrap_or_default());
            let end = match sign {
                Some('{') => closing(inside),
                Some('"') => inside.find('"').unwrap_or(inside.len()),
                _ => break,
            };
            value.push_str(&inside[..end]);
            after = inside.get(end + 1..).unwrap_or_default();
        }
        out.push((name, value));
        text = after.trim_start().trim_start_matches(',');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(entry: &Reference, key: &str) -> String {
        entry.attributes.get(key).cloned().unwrap_or_default()
    }

    #[test]
    fn entries_of_both_forms() {
        let ris = "TY  - JOUR\nAU  - Lee, Anna\nAU  - Ng, B.\nTI  - On care\nPY  - 2019/03/01/\nDO  - https://doi.org/10.1000/X1\nL1  - C:\\pdf\\lee.pdf\nER  - \n\nTY  - BOOK\nTI  - Two\n";
        let made = read_references("a.ris", ris.as_bytes()).expect("text");
        assert_eq!(made.len(), 2);
        assert_eq!(of(&made[0], "authors"), "Lee, Anna; Ng, B.");
        assert_eq!(of(&made[0], "year"), "2019");
        assert_eq!(of(&made[0], "doi"), "10.1000/x1");
        assert_eq!(made[0].names, ["lee.pdf"]);
        let bib = "@comment{x}\n@Article{lee2019,\n  author = {Lee, Ann{\\'e} and {Care Group}},\n  title = \"On {C}are \\& more\",\n year = 2019, file = {Full:files/12/lee.pdf:application/pdf},\n}\n@book{two, title={T}}";
        let made = read_references("a.bib", bib.as_bytes()).expect("text");
        assert_eq!(of(&made[0], "authors"), "Lee, Anné; Care Group");
        assert_eq!(of(&made[0], "title"), "On Care & more");
        assert_eq!(made[0].names, ["lee2019", "lee.pdf"]);
        assert_eq!(made.len(), 2);
    }

    #[test]
    fn odd_files_end() {
        for text in ["@", "@a{", "@a{b, c = {", "@a{b, c = \"", "@@@{}", "@a{b,=,=}"] {
            let _any = read_references("a.bib", text.as_bytes());
            let _any = read_references("a.ris", text.as_bytes());
        }
    }
}
