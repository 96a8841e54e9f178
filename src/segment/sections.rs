//! The section tree of a text, from its headings: titles, levels, roles.

use std::sync::LazyLock;

use regex::Regex;
use serde::{Deserialize, Serialize};

use super::blocks::part;
use super::headings::{Role, role_of};
use crate::ingest::{Block, BlockKind};

/// A part of a source under a heading.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Section {
    /// The heading; none before the first.
    pub title: Option<String>,
    /// Depth in the tree, from 1; 0 before the first heading.
    pub level: u8,
    /// What part of a paper it is.
    pub role: Role,
}

/// Level of a heading that runs into its paragraph.
const RUN_IN: u8 = 9;
/// An abstract of one paragraph ends with it, if it has this many words.
const ABSTRACT_WORDS: usize = 100;

/// The sections of a text, and for each block the section it is in.
pub(super) fn sections(blocks: &[Block]) -> (Vec<Section>, Vec<u32>) {
    let mut tree = Tree { sections: Vec::new(), open: Vec::new(), abstract_words: 0 };
    let front = front_matter_end(blocks);
    let mut of = Vec::with_capacity(blocks.len());
    for (i, block) in blocks.iter().enumerate() {
        if let BlockKind::Heading(level) | BlockKind::Name(level) = block.kind {
            tree.heading(&block.text, level, i < front);
            if block.references
                && let Some(section) = tree.sections.last_mut()
            {
                section.role = Role::References;
            }
        } else if tree.sections.is_empty() {
            let role = if i < front { Role::FrontMatter } else { Role::Body };
            tree.sections.push(Section { title: None, level: 0, role });
        } else if tree.abstract_is_over(&block.text) {
            tree.open.clear();
            tree.sections.push(Section { title: None, level: 0, role: Role::Body });
        }
        of.push(u32::try_from(tree.sections.len() - 1).unwrap_or(u32::MAX));
    }
    (tree.sections, of)
}

/// How many blocks stand before the text itself: all before a heading such as "Abstract" or
/// "Introduction", if the text has one and it comes before any other known heading.
fn front_matter_end(blocks: &[Block]) -> usize {
    for (i, block) in blocks.iter().enumerate() {
        if matches!(block.kind, BlockKind::Heading(_))
            && let Some(role) = role_of(&block.text)
        {
            return if matches!(role, Role::Abstract | Role::Body) { i } else { 0 };
        }
    }
    0
}

struct Tree {
    sections: Vec<Section>,
    /// Indices of the sections that are open, outermost first.
    open: Vec<usize>,
    abstract_words: usize,
}

impl Tree {
    fn heading(&mut self, title: &str, written: u8, in_front: bool) {
        let own = role_of(title);
        let level = match written {
            0 => self.level_of_unnumbered(),
            RUN_IN => self.level_below_running(),
            level => level,
        };
        self.open.retain(|i| self.sections[*i].level < level);
        let inherited = self.open.last().map(|i| self.sections[*i].role);
        // A part of the abstract that is marked as one: its "Methods" are the abstract's.
        let in_abstract = inherited == Some(Role::Abstract) && !matches!(written, 0 | RUN_IN);
        let own = if in_abstract { Some(Role::Abstract) } else { own };
        let inherited = inherited.filter(|r| !matches!(r, Role::Abstract | Role::FrontMatter));
        let role = if in_front { Role::FrontMatter } else { own.or(inherited).unwrap_or_default() };
        self.open.push(self.sections.len());
        self.sections.push(Section { title: Some(title.to_owned()), level, role });
        self.abstract_words = 0;
    }

    /// A heading without a number stands under the last one with a role of its own.
    fn level_of_unnumbered(&self) -> u8 {
        let under = self.open.iter().rev().find(|i| {
            let section = &self.sections[**i];
            let role = section.title.as_deref().and_then(role_of);
            role.is_some_and(|r| !matches!(r, Role::Abstract | Role::References | Role::Body))
        });
        under.map_or(1, |i| self.sections[*i].level + 1)
    }

    fn level_below_running(&self) -> u8 {
        // Run-in headings are siblings of each other, one below the last heading on its own row.
        let parent = self.open.iter().rev().find(|i| self.sections[**i].level < RUN_IN);
        parent.map_or(1, |i| (self.sections[*i].level + 1).max(RUN_IN))
    }

    fn abstract_is_over(&mut self, text: &str) -> bool {
        // The parts of a structured abstract, each in a paragraph of its own.
        static PART: LazyLock<Regex> = LazyLock::new(|| {
            Regex::new(r"^(?i:background|context|aims?|objectives?|purpose|introduction|design|setting|participants|materials and methods|methods?|methodology|results?|findings|discussion|conclusions?|interpretation|implications|significance|registration|funding)\b[^.:]{0,40}[.:]\s")
                .expect("patterns of the program are valid")
        });
        let Some(section) = self.sections.last() else {
            return false;
        };
        if section.role != Role::Abstract {
            return false;
        }
        let keywords = text.get(..8).is_some_and(|t| t.eq_ignore_ascii_case("keywords"))
            || text.get(..9).is_some_and(|t| t.eq_ignore_ascii_case("key words"));
        if self.abstract_words >= ABSTRACT_WORDS && !keywords && !PART.is_match(text) {
            return true;
        }
        self.abstract_words += text.split_whitespace().count();
        false
    }
}

/// The entries of a list of references, one block each.
pub(super) fn reference_entries(block: Block) -> Vec<Block> {
    static OPENS: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(
            r"^(?:\[\d{1,3}\]\s|\d{1,3}\.\s|\p{Lu}[\p{L}’'-]+(?:\s\p{Lu}[\p{L}’'-]+)?,\s+\p{Lu}\.)",
        )
        .expect("valid")
    });
    let mut cuts = vec![0_usize];
    for mark in block.marks.iter().skip(1) {
        let at = mark.byte as usize;
        let before = block.text[..at].trim_end();
        if OPENS.is_match(&block.text[at..])
            && (block.text[at..].starts_with('[')
                || before
                    .ends_with(|c: char| c == '.' || c == ')' || c == '/' || c.is_ascii_digit()))
        {
            cuts.push(at);
        }
    }
    if cuts.len() == 1 {
        return vec![block];
    }
    let ends = cuts.iter().skip(1).copied().chain([block.text.len()]);
    cuts.iter().zip(ends).map(|(start, end)| part(&block, *start, end)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::Mark;

    fn roles(blocks: &[(BlockKind, &str)]) -> Vec<(u8, Role)> {
        let blocks: Vec<Block> = blocks.iter().map(|(k, t)| Block::new(*k, *t, 1)).collect();
        let (sections, of) = sections(&blocks);
        of.iter().map(|i| (sections[*i as usize].level, sections[*i as usize].role)).collect()
    }

    #[test]
    fn subsections_have_their_parents_role() {
        use BlockKind::{Heading, Paragraph};
        let abstract_text = "word ".repeat(120);
        let found = roles(&[
            (Paragraph, "Imprint"),
            (Heading(1), "Abstract"),
            (Paragraph, &abstract_text),
            (Paragraph, "The text begins."),
            (Heading(1), "Results and Discussion"),
            (Heading(0), "Theme 1: Work"),
            (Heading(9), "Culture"),
            (Paragraph, "All said so."),
            (Heading(9), "Empathy"),
            (Heading(0), "Theme 2: Home"),
            (Heading(1), "Conclusion"),
        ]);
        assert_eq!(
            found,
            [
                (0, Role::FrontMatter),
                (1, Role::Abstract),
                (1, Role::Abstract),
                (0, Role::Body),
                (1, Role::Results),
                (2, Role::Results),
                (9, Role::Results),
                (9, Role::Results),
                (9, Role::Results),
                (2, Role::Results),
                (1, Role::Discussion),
            ]
        );
    }

    #[test]
    fn references_are_entries() {
        let text =
            "Adams, B. (2001). One. Oxford.\nBaker, C. (2002). Two things. Journal, 3(1), 4-5.";
        let mut block = Block::new(BlockKind::Paragraph, text, 7);
        block.marks.push(Mark::of_line(31, 8));
        let entries = reference_entries(block);
        assert_eq!(entries.len(), 2);
        assert_eq!(entries[1].marks[0].line, 8);
    }
}
