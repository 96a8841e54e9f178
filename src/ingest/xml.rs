//! XML, read without what could do harm: no entity of a file's own is expanded, nothing outside is
//! followed, depth and size are bounded.

use std::cell::RefCell;
use std::collections::HashSet;

use encoding_rs::Encoding;
use roxmltree::{Document, Node, ParsingOptions};

use super::{Removed, Unreadable};

/// Deepest nesting that is read.
const MAX_DEPTH: u32 = 500;

/// Most elements and texts.
const MAX_NODES: u32 = 20_000_000;

/// The text of XML: by its byte order mark, else by its declaration, else UTF-8.
///
/// # Errors
/// The bytes are not of the encoding that is declared.
pub(super) fn decode(bytes: &[u8]) -> Result<String, Unreadable> {
    if bytes.is_empty() {
        return Err(Unreadable::Empty);
    }
    let marked = Encoding::for_bom(bytes).map(|(encoding, _)| encoding);
    let encoding = marked.or_else(|| declared(bytes)).unwrap_or(encoding_rs::UTF_8);
    let (text, _, wrong) = encoding.decode(bytes);
    if wrong {
        // The declaration lies as often as the bytes are damaged.
        return match std::str::from_utf8(bytes) {
            Ok(text) => Ok(text.to_owned()),
            Err(_) => {
                Err(Unreadable::Encoding("XML that is not in the encoding it declares".into()))
            }
        };
    }
    Ok(text.into_owned())
}

/// The encoding that a declaration names: `<?xml version="1.0" encoding="ISO-8859-1"?>`.
fn declared(bytes: &[u8]) -> Option<&'static Encoding> {
    match bytes {
        [b'<', 0, b'?', 0, ..] => return Some(encoding_rs::UTF_16LE),
        [0, b'<', 0, b'?', ..] => return Some(encoding_rs::UTF_16BE),
        _ => {}
    }
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(200)]).into_owned();
    let head = head.trim_start().strip_prefix("<?xml")?.split("?>").next()?.to_owned();
    let value = head.split("encoding").nth(1)?.trim_start().strip_prefix('=')?.trim_start();
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let name = value[1..].split(quote).next()?;
    // UTF-16 can't be declared in bytes that are none.
    Encoding::for_label(name.as_bytes())
        .filter(|e| ![encoding_rs::UTF_16LE, encoding_rs::UTF_16BE].contains(e))
}

/// Why an element is not read.
pub(super) const CROWDED: &str = "an element with more than 2,000 attributes";

/// Most attributes of an element: what parses them compares each with all before it.
const MAX_ATTRIBUTES: usize = 2_000;

/// The first line of markup with an element that has more attributes than are read.
pub(super) fn crowded(text: &str) -> Option<u32> {
    let mut tag: Option<(usize, usize)> = None;
    let mut quote = None;
    let mut bytes = text.bytes().enumerate().peekable();
    while let Some((at, byte)) = bytes.next() {
        match (tag, quote, byte) {
            (None, _, b'<') => {
                let opens = bytes.peek().is_some_and(|(_, next)| next.is_ascii_alphabetic());
                tag = opens.then_some((at, 0));
            }
            (Some(_), Some(open), _) if byte == open => quote = None,
            (Some(_), None, b'"' | b'\'') => quote = Some(byte),
            (Some(_), None, b'>') => tag = None,
            (Some((start, count)), None, _) if byte.is_ascii_whitespace() || byte == b'=' => {
                if count > 2 * MAX_ATTRIBUTES {
                    let line = text[..start].matches('\n').count() + 1;
                    return Some(u32::try_from(line).unwrap_or(u32::MAX));
                }
                tag = Some((start, count + 1));
            }
            _ => {}
        }
    }
    None
}

/// Parses a text, and gives its root to `read`.
///
/// # Errors
/// It is no XML, defines entities, or is nested too deep.
pub(super) fn with_root<T>(
    text: &str,
    read: impl FnOnce(Node<'_, '_>) -> Result<T, Unreadable>,
) -> Result<T, Unreadable> {
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
    if let Some(at) = text.find("<!ENTITY") {
        let line = text[..at].matches('\n').count() + 1;
        let line = u32::try_from(line).unwrap_or(u32::MAX);
        return Err(Unreadable::Line { line, what: "XML that defines entities".into() });
    }
    if let Some(line) = crowded(text) {
        return Err(Unreadable::Line { line, what: CROWDED.into() });
    }
    // Names of signs that HTML knows and XML does not.
    let known = html_signs(text);
    let text = known.as_deref().unwrap_or(text);
    let options = ParsingOptions { allow_dtd: true, nodes_limit: MAX_NODES, ..Default::default() };
    let document = Document::parse_with_options(text, options).map_err(|e| {
        let line = e.pos().row;
        Unreadable::Line { line, what: "no well-formed XML".into() }
    })?;
    let mut depths: Vec<u32> = Vec::new();
    for node in document.descendants() {
        let depth = node.parent().map_or(0, |p| depths[p.id().get_usize()] + 1);
        depths.push(depth);
        if depth > MAX_DEPTH {
            return Err(Unreadable::Limit {
                what: "levels of XML",
                limit: u64::from(MAX_DEPTH),
                key: "",
            });
        }
    }
    read(document.root_element())
}

/// The text with signs for the most common names that only HTML defines; `None` if it has none of them.
fn html_signs(text: &str) -> Option<String> {
    const SIGNS: [(&str, &str); 10] = [
        ("&nbsp;", "\u{A0}"),
        ("&mdash;", "—"),
        ("&ndash;", "–"),
        ("&ldquo;", "“"),
        ("&rdquo;", "”"),
        ("&lsquo;", "‘"),
        ("&rsquo;", "’"),
        ("&hellip;", "…"),
        ("&eacute;", "é"),
        ("&copy;", "©"),
    ];
    if !SIGNS.iter().any(|(name, _)| text.contains(name)) {
        return None;
    }
    Some(SIGNS.iter().fold(text.to_owned(), |text, (name, sign)| text.replace(name, sign)))
}

/// All text inside a node but that of nodes that `skip` names, white space made one blank.
pub(super) fn text_of(node: Node<'_, '_>, skip: &dyn Fn(Node<'_, '_>) -> bool) -> String {
    let mut out = String::new();
    add_text(node, skip, &mut out);
    out.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Adds the text inside a node.
pub(super) fn add_text(node: Node<'_, '_>, skip: &dyn Fn(Node<'_, '_>) -> bool, out: &mut String) {
    for child in node.children() {
        if let Some(text) = child.text().filter(|_| child.is_text()) {
            out.push_str(text);
        } else if child.is_element() && !skip(child) {
            add_text(child, skip, out);
        }
    }
}

/// What a reader took of a document, so that the rest can be listed.
#[derive(Debug, Default)]
pub(super) struct Taken {
    /// By the number of a text node: true once it was taken.
    nodes: RefCell<Vec<bool>>,
}

impl Taken {
    /// A text node was taken.
    pub(super) fn mark(&self, node: Node<'_, '_>) {
        let mut nodes = self.nodes.borrow_mut();
        let at = node.id().get_usize();
        if nodes.len() <= at {
            nodes.resize(at + 1, false);
        }
        nodes[at] = true;
    }

    /// The text of a node as [`text_of`] gives it, taken.
    pub(super) fn text_of(
        &self,
        node: Node<'_, '_>,
        skip: &dyn Fn(Node<'_, '_>) -> bool,
    ) -> String {
        let taken = |inside: Node<'_, '_>| {
            let skipped = skip(inside);
            if !skipped {
                self.mark_own(inside);
            }
            skipped
        };
        self.mark_own(node);
        text_of(node, &taken)
    }

    /// The text right inside a node was taken.
    pub(super) fn mark_own(&self, node: Node<'_, '_>) {
        node.children().filter(Node::is_text).for_each(|n| self.mark(n));
    }

    /// What nobody took, in the order of the document; `reason` says why, by an element that it stands in.
    pub(super) fn left_out(
        &self,
        root: Node<'_, '_>,
        reason: &dyn Fn(Node<'_, '_>) -> Option<&'static str>,
    ) -> Vec<Removed> {
        let nodes = self.nodes.borrow();
        let written = |n: &Node<'_, '_>| n.text().is_some_and(|t| !t.trim().is_empty());
        let texts = || root.descendants().filter(roxmltree::Node::is_text).filter(written);
        let is_taken = |n: Node<'_, '_>| nodes.get(n.id().get_usize()).is_some_and(|t| *t);
        // Elements in which something was taken.
        let mut mixed: HashSet<usize> = HashSet::new();
        for text in texts().filter(|n| is_taken(*n)) {
            for above in text.ancestors() {
                if !mixed.insert(above.id().get_usize()) {
                    break;
                }
            }
        }
        let source = root.document().input_text();
        let (mut line, mut at) = (1_u32, 0);
        let mut out: Vec<Removed> = Vec::new();
        let mut last = None;
        for text in texts().filter(|n| !is_taken(*n)) {
            // The outermost element of which nothing was taken, unless it is a part of the document.
            let free = |n: &Node<'_, '_>| n.is_element() && !mixed.contains(&n.id().get_usize());
            let whole = text.ancestors().skip(1).take_while(free);
            let whole = whole.take_while(|n| n.range().len() <= LONGEST_LEFT_OUT).last();
            let group = whole.map_or_else(|| text.id(), |n| n.id());
            let words = text.text().unwrap_or_default();
            if last == Some(group)
                && let Some(entry) = out.last_mut()
            {
                entry.text.push(' ');
                entry.text.extend(words.split_whitespace().flat_map(|w| [w, " "]));
                entry.text.truncate(entry.text.trim_end().len());
                continue;
            }
            last = Some(group);
            let start = text.range().start;
            let ends = source.get(at..start).unwrap_or_default().bytes().filter(|b| *b == b'\n');
            line += u32::try_from(ends.count()).unwrap_or_default();
            at = at.max(start);
            let inside = whole.or_else(|| text.parent()).into_iter().flat_map(|n| n.ancestors());
            let reason = inside.into_iter().find_map(reason).unwrap_or("not read as text");
            let text = words.split_whitespace().collect::<Vec<_>>().join(" ");
            out.push(Removed { line, text, reason: reason.to_owned() });
        }
        out
    }
}

/// Bytes of an element that is listed as one.
const LONGEST_LEFT_OUT: usize = 4_000;

/// The child of a name.
pub(super) fn child<'a, 'i>(node: Node<'a, 'i>, name: &str) -> Option<Node<'a, 'i>> {
    node.children().find(|c| c.tag_name().name() == name)
}

/// The first descendant of a name.
pub(super) fn first<'a, 'i>(node: Node<'a, 'i>, name: &str) -> Option<Node<'a, 'i>> {
    node.descendants().find(|c| c.tag_name().name() == name)
}

/// The value of an attribute, whatever its namespace.
pub(super) fn attribute<'a>(node: Node<'a, '_>, name: &str) -> Option<&'a str> {
    node.attributes().find(|a| a.name() == name).map(|a| a.value())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encodings_are_those_of_the_file() {
        let latin = b"<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><a>caf\xE9</a>";
        assert!(decode(latin).expect("text").ends_with("<a>café</a>"));
        let lying = "<?xml version=\"1.0\" encoding=\"us-ascii\"?><a>é</a>".as_bytes();
        assert!(decode(lying).is_ok());
        let wide: Vec<u8> = "\u{FEFF}<a>é</a>".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert!(decode(&wide).expect("text").contains("<a>é</a>"));
    }

    #[test]
    fn what_could_do_harm_is_refused() {
        let root = |text: &str| with_root(text, |node| Ok(text_of(node, &|_| false)));
        assert!(root("<!DOCTYPE a [<!ENTITY b \"c\">]><a>&b;</a>").is_err());
        assert!(root("<a><b></a>").is_err());
        let deep = format!("{}x{}", "<a>".repeat(1_000), "</a>".repeat(1_000));
        assert!(root(&deep).is_err());
        assert_eq!(root("<!DOCTYPE a><a>b\n <c>d</c></a>"), Ok("b d".to_owned()));
        assert_eq!(root("<a>b&nbsp;c</a>"), Ok("b c".to_owned()));
    }
}
