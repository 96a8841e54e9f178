//! What a person has decided about speakers and quotations: a table beside `corpus.toml` that wins over every rule.
//!
//! ```text
//! source,what,id,speaker,voice
//! interviews/P07.txt,label,Nora,Nora Berg,interviewer     the label `Nora` is Nora Berg, who asks
//! *,label,Note,,none                                      in no source is `Note` a label
//! papers/a.xml,quotation,q3f2a9c0d11e4,P7,participant      this quotation is P7's
//! papers/a.xml,quotation,q9b1c22d0a7f3,,author             and this one is nobody's but the author's
//! ```
//! `thematic speakers` writes such a table. A quotation is known by a digest of its words, so that it is found again
//! however the file around it changes.

use std::collections::{BTreeMap, HashMap};

use serde::Serialize;

use super::{Voice, labels};
use crate::text::{Delimited, delimited, nearest};

/// The decisions of one collection.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Decisions {
    rows: Vec<Decision>,
}

/// What a person has decided of one label or quotation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Decision {
    /// The source, or `*` for all.
    pub source: String,
    /// Of a quotation; else of a label.
    pub quotation: bool,
    /// The label as written, or the quotation's id.
    pub id: String,
    /// The name; empty where the label stays as it is written, or nobody is named.
    pub speaker: String,
    /// `None` for a label that is none.
    pub voice: Option<Voice>,
}

/// What is decided for one source.
#[derive(Debug, Default)]
pub(super) struct Decided<'d> {
    /// Labels by key: the name and the voice, or that it is none.
    labels: HashMap<String, (&'d str, Option<Voice>)>,
    quotations: HashMap<&'d str, (&'d str, Option<Voice>)>,
    /// Ids of the rows that name this source.
    own: Vec<(&'d str, bool)>,
    /// True where rows that name this source say what labels are.
    certain: bool,
}

/// Columns that a table must have.
const COLUMNS: [&str; 5] = ["source", "what", "id", "speaker", "voice"];

impl Decisions {
    /// Reads a table; the others of its columns are for people.
    ///
    /// # Errors
    /// What is wrong, each with its line.
    pub fn read(text: &str) -> Result<Self, Vec<(u64, String)>> {
        let Delimited { head: (names, _), rows: records, unclosed, .. } = delimited(text);
        let mut problems = Vec::new();
        let mut places = [usize::MAX; COLUMNS.len()];
        for (place, column) in places.iter_mut().zip(COLUMNS) {
            match names.iter().position(|n| n.trim().eq_ignore_ascii_case(column)) {
                Some(at) => *place = at,
                None => problems.push((
                    1,
                    format!("no column `{column}`; there must be {}", COLUMNS.join(", ")),
                )),
            }
        }
        if !problems.is_empty() {
            return Err(problems);
        }
        for place in unclosed {
            let what = format!("column {}: a quotation mark is not closed", place.column);
            problems.push((place.line, what));
        }
        let mut rows = Vec::new();
        for (record, line) in records {
            let cell = |at: usize| record.get(places[at]).map(|c| c.trim()).unwrap_or_default();
            if record.iter().all(|c| c.trim().is_empty()) {
                continue;
            }
            if places.iter().any(|place| *place >= record.len()) {
                problems.push((
                    line,
                    format!("{} cells, and there must be {}", record.len(), names.len()),
                ));
                continue;
            }
            match decision([cell(0), cell(1), cell(2), cell(3), cell(4)]) {
                Ok(Some(decision)) => {
                    let twice = |r: &Decision| {
                        r.source == decision.source && r.id == decision.id && *r != decision
                    };
                    if rows.iter().any(twice) {
                        problems.push((
                            line,
                            format!("`{}` is decided twice, and not alike", decision.id),
                        ));
                    }
                    rows.push(decision);
                }
                Ok(None) => {}
                Err(what) => problems.push((line, what)),
            }
        }
        if text.bytes().filter(|b| *b == b'"').count() % 2 == 1 {
            problems.push((1, "a quotation mark is not closed".into()));
        }
        if problems.is_empty() { Ok(Self { rows }) } else { Err(problems) }
    }

    /// All of them, in the order of the table.
    pub fn iter(&self) -> impl Iterator<Item = &Decision> {
        self.rows.iter()
    }

    /// Sources that are named, but for `*`.
    pub fn sources(&self) -> impl Iterator<Item = &str> {
        self.rows.iter().map(|r| r.source.as_str()).filter(|s| *s != "*")
    }

    /// What is decided for a source; what names it wins over what is for all.
    ///
    /// A label is listed under its right name where `aliases` give it one, and means all spellings of it.
    pub(super) fn of(&self, source: &str, aliases: &BTreeMap<String, String>) -> Decided<'_> {
        let mut out = Decided::default();
        let all = self.rows.iter().filter(|r| r.source == "*");
        for row in all.chain(self.rows.iter().filter(|r| r.source == source)) {
            let decided = (row.speaker.as_str(), row.voice);
            if row.quotation {
                out.quotations.insert(row.id.as_str(), decided);
            } else {
                let k = labels::key(&row.id);
                for (alias, _) in aliases.iter().filter(|(_, name)| labels::key(name) == k) {
                    out.labels.insert(labels::key(alias), decided);
                }
                out.labels.insert(k, decided);
            }
            if row.source == source {
                out.own.push((row.id.as_str(), row.quotation));
                out.certain |= !row.quotation && row.voice.is_some_and(|v| v != Voice::Author);
            }
        }
        out
    }
}

/// A row; `None` for one that decides nothing.
fn decision([source, what, id, speaker, voice]: [&str; 5]) -> Result<Option<Decision>, String> {
    let guess = |word: &str, known: &[&str]| {
        nearest(word, known.iter().copied())
            .map_or(String::new(), |n| format!("; did you mean `{n}`?"))
    };
    let quotation = match what {
        "label" => false,
        "quotation" => true,
        other => {
            let known = ["label", "quotation"];
            return Err(format!(
                "`what` is `label` or `quotation`, not `{other}`{}",
                guess(other, &known)
            ));
        }
    };
    if source.is_empty() || id.is_empty() {
        return Err("`source` and `id` must not be empty; `*` stands for all sources".into());
    }
    let voice = match voice {
        "" if speaker.is_empty() => return Ok(None),
        // Somebody is named, and whoever is quoted took part.
        "" if quotation => Some(Voice::Participant),
        "" => {
            return Err(format!(
                "`voice` is empty beside the speaker `{speaker}`; is it participant or interviewer?"
            ));
        }
        "participant" => Some(Voice::Participant),
        "interviewer" => Some(Voice::Interviewer),
        "author" if !quotation => {
            return Err(
                "a label's voice is participant or interviewer; `none` says that it is no label"
                    .into(),
            );
        }
        "author" => Some(Voice::Author),
        "none" => None,
        other => {
            let known = ["participant", "interviewer", "author", "none"];
            let hint = guess(other, &known);
            return Err(format!(
                "`voice` is participant, interviewer, author or none, not `{other}`{hint}"
            ));
        }
    };
    let (source, id, speaker) = (source.to_owned(), id.to_owned(), speaker.to_owned());
    Ok(Some(Decision { source, quotation, id, speaker, voice }))
}

impl Decided<'_> {
    /// True when something is said of a label: that it is one, or none.
    pub(super) fn label(&self, key: &str) -> Option<bool> {
        self.labels.get(key).map(|(_, voice)| voice.is_some_and(|v| v != Voice::Author))
    }

    /// True when rows that name the source say what labels are in it: then it is a transcript.
    pub(super) const fn names_labels(&self) -> bool {
        self.certain
    }

    /// Ids of the rows that name the source; true for those of quotations.
    pub(super) fn own(&self) -> impl Iterator<Item = (&str, bool)> {
        self.own.iter().copied()
    }

    /// Labels by key with whether they ask.
    pub(super) fn voices(&self) -> impl Iterator<Item = (&str, bool)> {
        self.labels.iter().filter_map(|(k, (_, v))| Some((k.as_str(), (*v)? == Voice::Interviewer)))
    }

    /// The name that a label stands for.
    pub(super) fn name_of(&self, label: &str) -> Option<&str> {
        self.labels.get(&labels::key(label)).map(|(name, _)| *name).filter(|n| !n.is_empty())
    }

    /// Whose a quotation is: a speaker, perhaps, and a voice.
    pub(super) fn quotation(&self, id: &str) -> Option<(Option<&str>, Voice)> {
        let (name, voice) = self.quotations.get(id)?;
        Some((Some(*name).filter(|n| !n.is_empty()), voice.unwrap_or(Voice::Author)))
    }

    /// True where quotations are decided at all.
    pub(super) fn has_quotations(&self) -> bool {
        !self.quotations.is_empty()
    }
}

/// What a quotation is known by: a digest of its words. Its first letter keeps spreadsheets from taking it for a number.
#[must_use]
pub fn quotation_id<'w>(words: impl Iterator<Item = &'w str>) -> String {
    let mut hasher = blake3::Hasher::new();
    for word in words {
        hasher.update(crate::text::fold(word).as_bytes());
        hasher.update(b" ");
    }
    format!("q{}", &hasher.finalize().to_hex()[..12])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decisions_of_a_source_win_over_those_of_all() {
        let text = "source,what,id,speaker,voice,words\n*,label,Nora,,interviewer,\na.txt,label,NORA ,Nora Berg,participant,x\na.txt,quotation,abc,P1,participant,\nb.txt,label,Tom,,,\n";
        let decisions = Decisions::read(text).expect("a table");
        let of = decisions.of("a.txt", &BTreeMap::new());
        assert_eq!((of.name_of("nora"), of.label("nora")), (Some("Nora Berg"), Some(true)));
        assert_eq!(of.quotation("abc"), Some((Some("P1"), Voice::Participant)));
        assert!(decisions.of("b.txt", &BTreeMap::new()).voices().all(|(_, asks)| asks));
        assert_eq!(decisions.of("b.txt", &BTreeMap::new()).label("tom"), None);
    }

    #[test]
    fn rows_hold_for_aliases_and_a_name_alone_decides_a_quotation() {
        let text = "source,what,id,speaker,voice\n*,label,Nora Berg,,interviewer\na.txt,quotation,q1,P7,\n";
        let decisions = Decisions::read(text).expect("a table");
        let aliases = BTreeMap::from([("Nora".to_owned(), "Nora Berg".to_owned())]);
        let of = decisions.of("a.txt", &aliases);
        assert_eq!(of.label("nora"), Some(true));
        assert!(!of.names_labels());
        assert_eq!(of.quotation("q1"), Some((Some("P7"), Voice::Participant)));
        assert!(Decisions::read("source,what,id,speaker,voice\na,label,Tom,Tom Hale,\n").is_err());
    }

    #[test]
    fn mistakes_are_told_with_their_lines() {
        let wrong = Decisions::read(
            "source,what,id,speaker,voice\na,lable,b,,\na,label,b,,intervewer\n,label,,,none\n",
        );
        let lines: Vec<(u64, String)> = wrong.expect_err("three mistakes");
        assert_eq!(lines.iter().map(|l| l.0).collect::<Vec<_>>(), [2, 3, 4]);
        assert!(lines[0].1.contains("`label`") && lines[1].1.contains("`interviewer`"));
        assert_eq!(Decisions::read("a,b\n").expect_err("no columns").len(), 5);
    }
}
