//! Papers as PDF beside what their publishers' JATS says of them: how much came out whole.

use std::collections::HashSet;
use std::path::Path;

use serde_json::Value;

/// A paper and its truth.
pub(crate) struct Pair {
    pub name: String,
    paragraphs: Vec<String>,
    titles: Vec<String>,
}

/// So many of so many.
#[derive(Clone, Copy, Default)]
pub(crate) struct Share {
    pub of: usize,
    pub found: usize,
}

impl Share {
    pub(crate) fn add(&mut self, other: Self) {
        self.of += other.of;
        self.found += other.found;
    }
}

/// The pairs of a folder: `fulltext.pdf` and `gold.json` in a folder for each.
pub(crate) fn pairs(place: &Path) -> Vec<Pair> {
    let folders = std::fs::read_dir(place).expect("pairs").filter_map(Result::ok);
    let strings = |value: &Value| -> Vec<String> {
        let all = value.as_array().into_iter().flatten().filter_map(Value::as_str);
        all.map(str::to_owned).collect()
    };
    let mut out: Vec<Pair> = folders
        .map(|folder| {
            let truth = std::fs::read(folder.path().join("gold.json")).expect("truth");
            let truth: Value = serde_json::from_slice(&truth).expect("JSON");
            Pair {
                name: folder.file_name().to_string_lossy().into_owned(),
                paragraphs: strings(&truth["body_paragraphs"]),
                titles: strings(&truth["section_titles"]),
            }
        })
        .collect();
    out.sort_by(|a, b| a.name.cmp(&b.name));
    out
}

impl Pair {
    /// The runs of five words of the article's body that are in a text.
    pub(crate) fn whole_runs(&self, text: &str) -> Share {
        let found: HashSet<String> = runs(text).collect();
        let mut share = Share::default();
        for run in self.paragraphs.iter().flat_map(|p| runs(p)) {
            share.of += 1;
            share.found += usize::from(found.contains(&run));
        }
        share
    }

    /// The article's headings that are headings among the passages of its PDF.
    pub(crate) fn headings(&self, passages: &[&Value]) -> Share {
        let text = |p: &Value, key: &str| letters(p[key].as_str().unwrap_or_default());
        let sections = passages.iter().map(|p| text(p, "section"));
        let own = passages.iter().filter(|p| p["kind"] == "heading").map(|p| text(p, "text"));
        let found: HashSet<String> = sections.chain(own).collect();
        let titles: Vec<String> =
            self.titles.iter().map(|t| letters(t)).filter(|t| !t.is_empty()).collect();
        let count = titles.iter().filter(|t| found.contains(*t)).count();
        Share { of: titles.len(), found: count }
    }
}

fn runs(text: &str) -> impl Iterator<Item = String> {
    let lower = text.to_lowercase();
    let words = lower.split(|c: char| !c.is_ascii_lowercase() && !c.is_ascii_digit());
    let words: Vec<String> = words.filter(|w| !w.is_empty()).map(str::to_owned).collect();
    words.windows(5).map(|w| w.join(" ")).collect::<Vec<_>>().into_iter()
}

fn letters(text: &str) -> String {
    text.chars().filter(char::is_ascii_alphabetic).map(|c| c.to_ascii_lowercase()).collect()
}
