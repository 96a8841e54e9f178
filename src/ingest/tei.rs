//! TEI: articles as GROBID gives them, and transcribed speech (`<u who="…">`).

use std::collections::{BTreeMap, HashMap};

use roxmltree::Node;

use super::xml::{Taken, attribute, child, first};
use super::{Block, BlockKind, Body, Document, Mark, Unreadable, Utterance};

/// Reads a TEI text.
///
/// # Errors
/// It has no text.
pub(super) fn read(root: Node<'_, '_>) -> Result<Document, Unreadable> {
    let header = first(root, "teiHeader");
    let taken = Taken::default();
    let attributes = header.map(|h| about(h, &taken)).unwrap_or_default();
    let speech = root.descendants().any(|n| n.tag_name().name() == "u");
    let body = if speech {
        let names = header.map(|h| persons(h, &taken)).unwrap_or_default();
        Body::Utterances(utterances(root, &names, &taken))
    } else {
        let mut maker = Maker { blocks: Vec::new(), notes: Vec::new(), taken: &taken };
        let texts = root.descendants().filter(|n| {
            n.tag_name().name() == "text"
                && n.parent().is_none_or(|p| p.tag_name().name() != "group")
        });
        if let Some(title) = attributes.get("title") {
            maker.push(BlockKind::Heading(1), title);
        }
        if let Some(summary) = header.and_then(|h| first(h, "abstract")) {
            let before = maker.blocks.len();
            maker.parts(summary, 1);
            if maker.blocks.len() > before {
                let heading = Block::new(BlockKind::Heading(1), "Abstract", 0);
                maker.blocks.insert(before, heading);
            }
        }
        for text in texts {
            maker.parts(text, 0);
        }
        let notes = std::mem::take(&mut maker.notes);
        if !notes.is_empty() {
            maker.push(BlockKind::Heading(1), "Notes");
            for note in &notes {
                maker.push(BlockKind::Paragraph, note);
            }
        }
        Body::Blocks(maker.blocks)
    };
    let empty = match &body {
        Body::Utterances(list) => list.is_empty(),
        Body::Blocks(list) => list.is_empty(),
        _ => false,
    };
    if empty {
        return Err(Unreadable::NoText);
    }
    let asks = header.map(|h| those_who_ask(h, &taken)).unwrap_or_default();
    let removed = taken.left_out(root, &why_left_out);
    Ok(Document { attributes, body, removed, asks, ..Document::default() })
}

/// Why an element is no text.
fn why_left_out(node: Node<'_, '_>) -> Option<&'static str> {
    Some(match node.tag_name().name() {
        "note" => "note",
        "del" => "deleted text",
        "sic" | "orig" | "abbr" => "other way of writing",
        "vocal" | "kinesic" | "incident" | "pause" | "shift" | "desc" => "no speech",
        "fw" => "running head",
        "formula" => "formula",
        "teiHeader" => "front matter",
        _ => return None,
    })
}

fn plain(node: Node<'_, '_>, taken: &Taken) -> String {
    taken.text_of(node, &is_aside)
}

/// True for what is no text: notes, and what was heard and not said.
fn is_aside(node: Node<'_, '_>) -> bool {
    matches!(
        node.tag_name().name(),
        "note"
            | "vocal"
            | "kinesic"
            | "incident"
            | "pause"
            | "shift"
            | "writing"
            | "desc"
            | "formula"
    )
}

/// What a text says of itself.
fn about(header: Node<'_, '_>, taken: &Taken) -> BTreeMap<String, String> {
    let mut out = BTreeMap::new();
    let mut put = |key: &str, text: String| {
        if !text.is_empty() {
            out.insert(key.to_owned(), text);
        }
    };
    let titles = first(header, "titleStmt").into_iter().flat_map(|s| s.children());
    let titles: Vec<Node<'_, '_>> = titles.filter(|n| n.tag_name().name() == "title").collect();
    let main = titles.iter().find(|t| attribute(**t, "type") == Some("main")).or(titles.first());
    put("title", main.map(|t| plain(*t, taken)).unwrap_or_default());
    let authors = header.descendants().filter(|n| n.tag_name().name() == "author");
    let names = authors.filter_map(|a| first(a, "persName").or(Some(a)));
    let names = names.map(|n| person_name(n, taken)).filter(|n| !n.is_empty()).collect::<Vec<_>>();
    put("authors", names.join("; "));
    let doi = header.descendants().find(|n| {
        n.tag_name().name() == "idno"
            && attribute(*n, "type").is_some_and(|t| t.eq_ignore_ascii_case("doi"))
    });
    put("doi", doi.map(|n| plain(n, taken)).unwrap_or_default());
    let mut dates = header.descendants().filter(|n| n.tag_name().name() == "date");
    let date = dates.find_map(|n| attribute(n, "when")).unwrap_or_default();
    put("year", date.chars().take(4).filter(char::is_ascii_digit).collect());
    let keywords = first(header, "keywords").into_iter().flat_map(|k| k.descendants());
    let terms = keywords.filter(|n| n.tag_name().name() == "term").map(|n| plain(n, taken));
    put("keywords", terms.collect::<Vec<_>>().join("; "));
    out
}

fn person_name(node: Node<'_, '_>, taken: &Taken) -> String {
    let part = |name: &str| -> Vec<String> {
        node.descendants()
            .filter(|n| n.tag_name().name() == name)
            .map(|n| plain(n, taken))
            .collect()
    };
    let names: Vec<String> = part("forename").into_iter().chain(part("surname")).collect();
    if names.is_empty() { plain(node, taken) } else { names.join(" ") }
}

/// Those who ask, as the header says of them: by id and by name.
fn those_who_ask(header: Node<'_, '_>, taken: &Taken) -> Vec<String> {
    let asks = |n: &Node<'_, '_>| {
        n.tag_name().name() == "person"
            && attribute(*n, "role").is_some_and(|role| {
                let role = role.to_lowercase();
                ["interviewer", "moderator", "investigator", "facilitator"]
                    .iter()
                    .any(|r| role.contains(r))
            })
    };
    let names = |person: Node<'_, '_>| {
        let id = attribute(person, "id").map(str::to_owned);
        let name =
            first(person, "persName").map(|n| person_name(n, taken)).filter(|n| !n.is_empty());
        id.into_iter().chain(name)
    };
    header.descendants().filter(asks).flat_map(names).collect()
}

/// Names of persons by their id.
fn persons(header: Node<'_, '_>, taken: &Taken) -> HashMap<String, String> {
    let all = header.descendants().filter(|n| n.tag_name().name() == "person");
    let named = all.filter_map(|person| {
        let id = attribute(person, "id")?.to_owned();
        let name =
            first(person, "persName").map(|n| person_name(n, taken)).filter(|n| !n.is_empty())?;
        Some((id, name))
    });
    named.collect()
}

fn utterances(
    root: Node<'_, '_>,
    names: &HashMap<String, String>,
    taken: &Taken,
) -> Vec<Utterance> {
    let all = root.descendants().filter(|n| n.tag_name().name() == "u");
    let of = |node: Node<'_, '_>| {
        let who = attribute(node, "who").map(|w| w.trim().trim_start_matches('#').to_owned());
        let speaker = who.map(|id| names.get(&id).cloned().unwrap_or(id));
        let text = words(node, taken);
        Utterance { speaker, text, mark: Mark::default(), cut: false }
    };
    all.map(of).collect()
}

/// The text of a node; words that are marked one by one have blanks between them.
fn words(node: Node<'_, '_>, taken: &Taken) -> String {
    let mut said = Said { text: String::new(), after_word: false, taken };
    said.add(node);
    said.text.split_whitespace().collect::<Vec<_>>().join(" ")
}

struct Said<'t> {
    text: String,
    taken: &'t Taken,
    /// True after a word that was marked and is joined to nothing.
    after_word: bool,
}

impl Said<'_> {
    fn add(&mut self, node: Node<'_, '_>) {
        for child in node.children() {
            if let Some(text) = child.text().filter(|_| child.is_text()) {
                self.after_word &= text.trim().is_empty();
                self.taken.mark(child);
                self.text.push_str(text);
            } else if child.is_element() && !is_aside(child) {
                let name = child.tag_name().name();
                let joins = attribute(child, "join");
                if name == "w" && self.after_word && !matches!(joins, Some("left" | "both")) {
                    self.text.push(' ');
                }
                // Of what is written in two ways the right and the long one count.
                let other =
                    matches!(name, "sic" | "orig" | "abbr") && node.tag_name().name() == "choice";
                if other || name == "del" {
                    continue;
                }
                let parts = match name {
                    "seg" | "s" | "head" | "figDesc" | "item" | "cell" | "p" | "add" => true,
                    "lb" | "cb" => attribute(child, "break") != Some("no"),
                    _ => false,
                };
                if parts && !self.text.ends_with(char::is_whitespace) {
                    self.text.push(' ');
                }
                self.add(child);
                if matches!(name, "w" | "pc") {
                    self.after_word = !matches!(joins, Some("right" | "both"));
                }
            }
        }
    }
}

struct Maker<'t> {
    blocks: Vec<Block>,
    /// Notes, which come after the text.
    notes: Vec<String>,
    taken: &'t Taken,
}

impl Maker<'_> {
    fn push(&mut self, kind: BlockKind, text: &str) {
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        if !text.is_empty() {
            self.blocks.push(Block::new(kind, text, 0));
        }
    }

    /// A note; what it has of paragraphs is one.
    fn note(&mut self, node: Node<'_, '_>) {
        let inside = |n: Node<'_, '_>| n != node && is_aside(n);
        let text = self.taken.text_of(node, &inside);
        self.notes.push(text);
    }

    /// The notes inside a piece of text.
    fn notes_in(&mut self, node: Node<'_, '_>) {
        let notes = node.descendants().filter(|n| n.tag_name().name() == "note");
        notes.for_each(|note| self.note(note));
    }

    fn parts(&mut self, node: Node<'_, '_>, level: u8) {
        for part in node.children().filter(Node::is_element) {
            self.part(part, level);
        }
    }

    fn part(&mut self, node: Node<'_, '_>, level: u8) {
        match node.tag_name().name() {
            "div" | "div1" | "div2" | "div3" | "lg" => {
                self.parts(node, level.saturating_add(1));
            }
            "head" | "p" | "ab" | "l" | "quote" | "cit" | "item" => {
                let kind = match node.tag_name().name() {
                    "head" => BlockKind::Heading(level.clamp(1, 9)),
                    "quote" | "cit" => BlockKind::Quotation,
                    "item" => BlockKind::ListItem,
                    _ => BlockKind::Paragraph,
                };
                self.push(kind, &words(node, self.taken));
                self.notes_in(node);
            }
            "figure" => {
                let part = |name: &str| {
                    child(node, name).map(|n| plain(n, self.taken)).unwrap_or_default()
                };
                self.push(BlockKind::Caption, &format!("{} {}", part("head"), part("figDesc")));
                if let Some(table) = child(node, "table") {
                    self.parts(table, level);
                }
            }
            "row" => {
                let cells = node
                    .children()
                    .filter(|n| n.tag_name().name() == "cell")
                    .map(|n| plain(n, self.taken));
                self.push(BlockKind::TableRow, &cells.collect::<Vec<_>>().join(" | "));
            }
            "listBibl" => {
                let mut heading = Block::new(BlockKind::Heading(1), "References", 0);
                heading.references = true;
                self.blocks.push(heading);
                for entry in node.children().filter(Node::is_element) {
                    let mut text = String::new();
                    for part in entry.descendants().filter(Node::is_text) {
                        self.taken.mark(part);
                        text.push_str(part.text().unwrap_or_default());
                        text.push(' ');
                    }
                    self.push(BlockKind::Paragraph, &text);
                }
            }
            "sp" => {
                let name = child(node, "speaker").map(|n| plain(n, self.taken));
                let before = self.blocks.len();
                let said =
                    node.children().filter(|n| n.is_element() && n.tag_name().name() != "speaker");
                for part in said {
                    self.part(part, level);
                }
                if let Some(block) = self.blocks.get_mut(before) {
                    block.label = name.map(|n| n.trim_end_matches([':', '.']).to_owned());
                }
            }
            "note" => self.note(node),
            "pb" | "fw" | "formula" | "teiHeader" => {}
            _ => self.parts(node, level),
        }
    }
}
