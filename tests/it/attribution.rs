//! Whose quotations are, held against papers that were read by hand.
//!
//! `tests/gold/attribution.tsv` says of every quotation of three words or more in twenty papers where it is (its
//! first word in the body of the file, counted, and how many words it has), whether a participant, the literature
//! or nobody is quoted, and by whom it is attributed; no text. A speaker with `~` is described and not named
//! (`~one nurse`); where nobody is named there is none. The texts are those of `THEMATIC_SHARED`.

use std::collections::BTreeMap;
use std::path::Path;

use thematic::ingest::{Limits, read};
use thematic::project::CollectionSettings;
use thematic::segment::{Decisions, Passages, Segmenter};

/// A quotation as a person read it.
struct Gold {
    first: usize,
    words: usize,
    participant: bool,
    speaker: String,
    form: String,
}

/// How many were found.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Found {
    /// Quotations of somebody who is named or described.
    pub wanted: usize,
    pub right: usize,
    /// Given to somebody else, or to somebody where nobody is right.
    pub wrong: usize,
    pub missed: usize,
}

impl Found {
    pub(crate) fn add(&mut self, other: Self) {
        self.wanted += other.wanted;
        self.right += other.right;
        self.wrong += other.wrong;
        self.missed += other.missed;
    }
}

/// What was found in each paper, and by each form.
pub(crate) struct Attribution {
    pub papers: BTreeMap<String, Found>,
    pub forms: BTreeMap<String, Found>,
}

impl Attribution {
    pub(crate) fn all(&self) -> Found {
        let mut sum = Found::default();
        self.papers.values().for_each(|f| sum.add(*f));
        sum
    }
}

/// Reads the papers below `corpora` and holds them against the gold.
pub(crate) fn attribution(gold: &Path, corpora: &Path) -> Attribution {
    let mut papers = BTreeMap::new();
    let mut forms: BTreeMap<String, Found> = BTreeMap::new();
    for (source, quotations) in read_gold(gold) {
        let bytes = std::fs::read(corpora.join(&source)).expect("a paper of the shared corpora");
        let words = words(
            &String::from_utf8_lossy(&bytes),
            Path::new(&source).extension().is_some_and(|e| e == "xml"),
        );
        let said = Said::of(&cut(&source, &bytes));
        let mut sum = Found::default();
        let mut from = 0;
        let mut seen = vec![false; said.quotations.len()];
        for gold in &quotations {
            let wanted: String = words[gold.first..gold.first + gold.words].concat();
            let found = said.owner(&wanted, &mut from, &mut seen);
            let one = judged(gold, found.as_deref());
            forms.entry(gold.form.clone()).or_default().add(one);
            sum.add(one);
        }
        // What has a speaker and is no quotation of the gold's.
        let extra = said
            .quotations
            .iter()
            .zip(&seen)
            .filter(|((speaker, words), s)| speaker.is_some() && *words >= 3 && !**s);
        let extra = Found { wrong: extra.count(), ..Found::default() };
        forms.entry("none".into()).or_default().add(extra);
        sum.add(extra);
        let name = source.rsplit('/').next().unwrap_or(&source).to_owned();
        papers.insert(name, sum);
    }
    Attribution { papers, forms }
}

fn read_gold(path: &Path) -> BTreeMap<String, Vec<Gold>> {
    let text = std::fs::read_to_string(path).expect("the gold");
    let mut out: BTreeMap<String, Vec<Gold>> = BTreeMap::new();
    for line in text.lines().skip(1) {
        let cells: Vec<&str> = line.split('\t').collect();
        let number = |at: usize| cells[at].parse().expect("a number");
        out.entry(cells[0].to_owned()).or_default().push(Gold {
            first: number(1),
            words: number(2),
            participant: cells[3] == "participant",
            speaker: cells[4].to_owned(),
            form: cells[5].to_owned(),
        });
    }
    out
}

fn cut(source: &str, bytes: &[u8]) -> Passages {
    let settings = CollectionSettings::default();
    let name = source.rsplit('/').next().unwrap_or(source);
    let mut records = read(name, bytes, &settings, &Limits::default()).expect("a paper");
    let segmenter = Segmenter::new(settings, &[], Decisions::default()).expect("settings");
    segmenter.segment(source, records.remove(0).document)
}

/// The words of a file, in small letters: of a plain text all, of JATS those of the body.
fn words(text: &str, is_jats: bool) -> Vec<String> {
    let text = if is_jats { body(text) } else { text.to_owned() };
    text.split(|c: char| !c.is_alphanumeric())
        .filter(|w| !w.is_empty())
        .map(str::to_lowercase)
        .collect()
}

/// The text of a JATS body: a blank around each element that is a block, nothing around others.
fn body(text: &str) -> String {
    const BLOCKS: [&str; 18] = [
        "p",
        "title",
        "td",
        "th",
        "list-item",
        "disp-quote",
        "label",
        "caption",
        "sec",
        "body",
        "table",
        "tr",
        "fig",
        "attrib",
        "boxed-text",
        "list",
        "def-item",
        "table-wrap",
    ];
    fn walk(node: roxmltree::Node<'_, '_>, out: &mut String) {
        for child in node.children() {
            if child.is_text() {
                out.push_str(child.text().unwrap_or_default());
            } else if child.is_element() {
                let block = BLOCKS.contains(&child.tag_name().name());
                if block {
                    out.push(' ');
                }
                walk(child, out);
                if block {
                    out.push(' ');
                }
            }
        }
    }
    let options = roxmltree::ParsingOptions { allow_dtd: true, ..Default::default() };
    let document = roxmltree::Document::parse_with_options(text, options).expect("XML");
    let body = document.descendants().find(|n| n.tag_name().name() == "body").expect("a body");
    let mut out = String::new();
    walk(body, &mut out);
    out
}

/// What was read: the letters of all words, each with its quotation.
struct Said {
    letters: String,
    /// For each letter's byte, the number of its quotation.
    of: Vec<Option<usize>>,
    /// The speaker of each quotation, and its words.
    quotations: Vec<(Option<String>, usize)>,
}

impl Said {
    fn of(passages: &Passages) -> Self {
        let mut said = Self { letters: String::new(), of: Vec::new(), quotations: Vec::new() };
        for passage in &passages.passages {
            let first = said.quotations.len();
            for quotation in &passage.quotations {
                let name = quotation.speaker.map(|s| passages.speakers[s as usize].name.clone());
                said.quotations.push((name, quotation.tokens.len() as usize));
            }
            for (number, token) in (0_u32..).zip(&passage.tokens) {
                let inside = passage
                    .quotations
                    .iter()
                    .position(|q| q.tokens.start <= number && number < q.tokens.end);
                for c in
                    token.of(&passage.text).to_lowercase().chars().filter(|c| c.is_alphanumeric())
                {
                    said.letters.push(c);
                    said.of.resize(said.letters.len(), inside.map(|i| first + i));
                }
            }
        }
        said
    }

    /// Who owns the middle of a stretch, looked for from where the last one was.
    fn owner(&self, wanted: &str, from: &mut usize, seen: &mut [bool]) -> Option<String> {
        let head = &wanted[..wanted.floor_char_boundary(36)];
        let near = self.letters.floor_char_boundary(from.saturating_sub(400));
        let at = self.letters[near..]
            .find(head)
            .map(|at| near + at)
            .or_else(|| self.letters.find(head))?;
        *from = at;
        let end = (at + wanted.len()).min(self.of.len());
        for quotation in self.of[at..end].iter().flatten() {
            seen[*quotation] = true;
        }
        let middle = self.of[(at + wanted.len().min(60) / 2).min(self.of.len() - 1)]?;
        self.quotations[middle].0.clone()
    }
}

fn judged(gold: &Gold, found: Option<&str>) -> Found {
    let wanted = gold.participant && !gold.speaker.is_empty();
    let right = found.is_some_and(|name| wanted && is_same(&gold.speaker, name));
    Found {
        wanted: usize::from(wanted),
        right: usize::from(right),
        wrong: usize::from(found.is_some() && !right),
        missed: usize::from(wanted && found.is_none()),
    }
}

/// True for one name in two spellings; of descriptions, for those that share a noun or an adjective.
fn is_same(gold: &str, found: &str) -> bool {
    let plain = |text: &str| -> String {
        text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
    };
    let Some(described) = gold.strip_prefix('~') else {
        let mut names: Vec<String> = gold.split(" + ").map(plain).collect();
        let mut others: Vec<String> = found.split(", ").map(plain).collect();
        names.sort();
        others.sort();
        return names == others || plain(gold) == plain(found);
    };
    let words = |text: &str| -> Vec<String> {
        text.split_whitespace()
            .map(plain)
            .filter(|w| !["the", "of", "a", "an", "one"].contains(&w.as_str()))
            .collect()
    };
    let (ours, theirs) = (words(found), words(described));
    plain(described).contains(&plain(found)) || ours.iter().any(|w| theirs.contains(w))
}

#[cfg(test)]
mod tests {
    #[test]
    fn quotations_of_twenty_papers_have_their_speakers() {
        let Some(shared) = crate::support::shared("papers with quotations") else { return };
        let gold = crate::support::repository().join("tests/gold/attribution.tsv");
        let attribution = super::attribution(&gold, &shared.join("corpora"));
        let found = attribution.all();
        assert!(found.wanted >= 400, "{found:?}");
        assert!(found.right * 100 >= (found.right + found.wrong) * 97, "precision: {found:?}");
        assert!(found.right * 100 >= found.wanted * 85, "recall: {found:?}");
        for (form, found) in attribution.forms.iter().filter(|(_, found)| found.wanted >= 20) {
            assert!(found.right * 100 >= found.wanted * 70, "{form}: {found:?}");
        }
    }
}
