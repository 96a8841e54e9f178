//! EPUB books: their chapters in the order of reading.

use std::collections::{BTreeMap, HashMap};

use roxmltree::Node;

use super::archive::Archive;
use super::html;
use super::office::Made;
use super::xml::{attribute, decode, first, text_of, with_root};
use super::{Body, Document, Limits, Unreadable};

/// Reads a book.
///
/// # Errors
/// It is none, is locked or damaged, or beyond a limit.
pub(super) fn read(bytes: &[u8], limits: &Limits) -> Result<Document, Unreadable> {
    let mut archive = Archive::open(bytes, limits)?;
    let container = archive.must_have("META-INF/container.xml", "a book without its container")?;
    let package = with_root(&decode(&container)?, |root| {
        let file = first(root, "rootfile").and_then(|n| attribute(n, "full-path"));
        file.map(str::to_owned).ok_or(Unreadable::Damaged("a book without a package"))
    })?;
    let folder = package.rsplit_once('/').map_or(String::new(), |(f, _)| format!("{f}/"));
    let opf = archive.must_have(&package, "a book without a package")?;
    let (attributes, chapters) = with_root(&decode(&opf)?, |root| Ok((about(root), spine(root))))?;
    let mut made = Made::default();
    for chapter in chapters {
        let name = resolved(&format!("{folder}{}", unescaped(&chapter)));
        if let Some(bytes) = archive.member(&name)?
            && !bytes.is_empty()
        {
            made = html::chapter(&bytes, made)?;
        }
    }
    if made.blocks.is_empty() {
        return Err(Unreadable::NoText);
    }
    let removed = made.removed;
    Ok(Document { attributes, body: Body::Blocks(made.blocks), removed, ..Document::default() })
}

/// What a book says of itself.
fn about(root: Node<'_, '_>) -> BTreeMap<String, String> {
    let mut out = BTreeMap::new();
    let all = |name: &str| -> Vec<String> {
        let named = root.descendants().filter(|n| n.tag_name().name() == name);
        named.map(|n| text_of(n, &|_| false)).filter(|t| !t.is_empty()).collect()
    };
    let mut put = |key: &str, text: String| {
        if !text.is_empty() {
            out.insert(key.to_owned(), text);
        }
    };
    put("title", all("title").into_iter().next().unwrap_or_default());
    put("authors", all("creator").join("; "));
    let date = all("date").into_iter().next().unwrap_or_default();
    put("year", date.chars().take(4).filter(char::is_ascii_digit).collect());
    put("keywords", all("subject").join("; "));
    out
}

/// The chapters in the order of reading.
fn spine(root: Node<'_, '_>) -> Vec<String> {
    let items = root.descendants().filter(|n| n.tag_name().name() == "item");
    let files: HashMap<&str, &str> =
        items.filter_map(|n| Some((attribute(n, "id")?, attribute(n, "href")?))).collect();
    let order = root.descendants().filter(|n| n.tag_name().name() == "itemref");
    let read = order.filter(|n| attribute(*n, "linear") != Some("no"));
    read.filter_map(|n| files.get(attribute(n, "idref")?).map(|f| (*f).to_owned())).collect()
}

/// A name whose `%20` and the like are signs again.
fn unescaped(name: &str) -> String {
    let bytes = name.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let code = bytes.get(at + 1..at + 3).and_then(|two| std::str::from_utf8(two).ok());
        let code = code.and_then(|two| u8::from_str_radix(two, 16).ok());
        let code = code.filter(|_| *byte == b'%');
        out.push(code.unwrap_or(*byte));
        at += if code.is_some() { 3 } else { 1 };
    }
    String::from_utf8_lossy(&out).into_owned()
}

/// A path in the archive without `..`.
fn resolved(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/').filter(|p| !p.is_empty() && *p != ".") {
        if part == ".." {
            parts.pop();
        } else {
            parts.push(part);
        }
    }
    parts.join("/")
}
