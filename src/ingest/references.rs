//! Reference managers' files (`.ris`, `.bib`): what they say of papers that lie beside them.
//!
//! ```text
//! TY  - JOUR                              @article{lee2019,
//! AU  - Lee, Anna                           author = {Lee, Anna and {Care Group}},
//! DO  - 10.1000/x                           doi = {10.1000/x}, file = {:lee.pdf:PDF} }
//! ER  -
//! ```

use std::collections::BTreeMap;

use super::latex;
use crate::text::decode;

/// An entry of a reference manager.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reference {
    /// Title, authors, year, DOI, journal, keywords, kind.
    pub attributes: BTreeMap<String, String>,
    /// Names of its files, and its own key.
    pub names: Vec<String>,
}

/// The entries of a file, by the ending of its name; problems in words.
///
/// # Errors
/// The file is in no known encoding.
pub fn read_references(name: &str, bytes: &[u8]) -> Result<Vec<Reference>, String> {
    let text = decode(bytes, None)?.text.replace("\r\n", "\n").replace('\r', "\n");
    let bib = name.rsplit_once('.').is_some_and(|(_, e)| e.eq_ignore_ascii_case("bib"));
    Ok(if bib { bibtex(&text) } else { ris(&text) })
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

fn ris(text: &str) -> Vec<Reference> {
    let mut out = Vec::new();
    let mut entry: Option<Reference> = None;
    for line in text.lines() {
        let line = line.trim_start_matches('\u{FEFF}');
        let (Some(tag), Some(rest)) = (line.get(..2), line.get(2..)) else { continue };
        let Some(value) = rest.trim_start().strip_prefix('-').map(str::trim) else { continue };
        match tag {
            "TY" => {
                out.extend(entry.take());
                let mut new = Reference::default();
                new.put("reference_type", value);
                entry = Some(new);
            }
            "ER" => out.extend(entry.take()),
            _ => {
                let Some(entry) = &mut entry else { continue };
                match tag {
                    "TI" | "T1" => entry.put("title", value),
                    "AU" | "A1" => entry.put("authors", value),
                    "PY" | "Y1" | "DA" => entry.put("year", value),
                    "DO" => entry.put("doi", value),
                    "JO" | "JF" | "T2" | "JA" => entry.put("journal", value),
                    "KW" => entry.put("keywords", value),
                    "L1" | "L2" | "L4" => entry.file(value),
                    "ID" => entry.names.push(value.to_owned()),
                    _ => {}
                }
            }
        }
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
        out.push((name, value.to_owned()));
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
