//! What is said together: its table, and the files beside it.
//!
//! ```text
//! results/study/together.json                        the table
//! results/study/together/passage.graphml             a network for each kind of unit
//! results/study/together/passage.nurse.matrix.csv    and group
//! results/study/together/evidence.jsonl              every unit of every pair
//! ```

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::PipelineError;
use super::answer::Job;
use super::tables::{Out, Written};
use crate::analysis::{
    Asked, CooccurrenceRow, PairRows, PairTable, PairsTable, Passages, cooccurrence,
};
use crate::query::{Cooccurrence, Evidence, NetworkFormat, Plan, Within};
use crate::report::{Graph, Head, ResultWriter, SideFile, Summary, WrittenFile, columns_of};
use crate::search::Scope;

impl Job<'_> {
    pub(super) fn pairs(
        &self,
        out: &Out<'_>,
        mut head: Head,
        plan: &Plan,
        scope: &Scope<'_>,
        query: &Cooccurrence,
    ) -> Result<Written, PipelineError> {
        let asked = self.asked(plan, scope, None);
        let all = cooccurrence(&asked, query)?;
        if all.pairs.is_empty() {
            let message = "there are no two things to pair: a theme and one below it make no pair";
            head.warnings.push(message.to_owned());
        }
        let listed = if query.zeros { all.pairs.len() * all.tables.len() } else { all.met() };
        let (rows, never) = (listed as u64, Some(all.never));
        head.summary = Summary { rows, pairs_never_together: never, ..Summary::default() };
        let mut beside = Beside::new(out.target, query, &all)?;
        head.beside = beside.names(out.target);
        let summary = head.summary.clone();
        let names: Vec<String> = query.by.iter().map(|g| g.field.name().to_owned()).collect();
        let columns = || columns(query, &names);
        let mut writer = ResultWriter::create(out.target, &mut head, out.formats, columns)?;
        let passages =
            if query.evidence == Evidence::None { None } else { Some(Passages::new(scope)) };
        for (number, table) in all.tables.iter().enumerate() {
            let mut rows = table.rows(&asked, query, &all);
            if let (Evidence::First(most), Some(passages)) = (query.evidence, &passages) {
                table.add_evidence(&asked, passages, most, &mut rows)?;
            }
            for (row, _) in &rows {
                writer.row(row)?;
            }
            if let (Some(file), Some(passages)) = (&mut beside.evidence, &passages) {
                let line = |row| Ok(file.1.line(&row)?);
                table.each_evidence::<PipelineError>(&asked, passages, &rows, line)?;
            }
            beside.draw(number, query, &asked, &all, &rows)?;
        }
        let (mut files, count) = writer.finish()?;
        files.extend(beside.finish()?);
        Ok((summary, files, count))
    }
}

/// A path from a folder, parted by `/`.
fn below(path: &Path, folder: &Path) -> String {
    let below = path.strip_prefix(folder).unwrap_or(path);
    below.to_string_lossy().replace('\\', "/")
}

/// Columns that are there where there are groups.
const OF_GROUPS: [&str; 9] = [
    "share",
    "share_elsewhere",
    "difference",
    "difference_low",
    "difference_high",
    "odds_ratio_elsewhere",
    "odds_ratio_quotient",
    "odds_ratio_quotient_low",
    "odds_ratio_quotient_high",
];

/// The columns of a table.
fn columns(query: &Cooccurrence, names: &[String]) -> Vec<String> {
    let groups = |c: &str| OF_GROUPS.contains(&c);
    let near = query.within.iter().any(|w| !matches!(w, Within::Unit(_)));
    let words = query.within.iter().any(|w| matches!(w, Within::Words(_)));
    let has = |c: &String| match c.as_str() {
        "permutation_p" | "permutation_p_adjusted" => query.permutation,
        "pairs" => near,
        "pairs_weighted" => words,
        "evidence" => matches!(query.evidence, Evidence::First(_)),
        other => query.by.is_some() || !groups(other),
    };
    columns_of::<CooccurrenceRow>(names).into_iter().filter(has).collect()
}

/// The files beside a result.
struct Beside {
    /// For each table, its network's forms with their paths.
    networks: Vec<Vec<(NetworkFormat, PathBuf)>>,
    evidence: Option<(PathBuf, SideFile)>,
    done: Vec<WrittenFile>,
}

impl Beside {
    fn new(target: &Path, query: &Cooccurrence, all: &PairsTable) -> Result<Self, PipelineError> {
        let folder = target.with_extension("");
        let mut used: BTreeSet<String> = BTreeSet::new();
        let formats = query.network.as_ref().map_or(&[][..], |n| &n.formats);
        let of_table = |table: &PairTable| {
            let name = name_of(table, &mut used);
            let path = |format: &NetworkFormat| {
                let kind = if *format == NetworkFormat::Matrix { ".matrix" } else { "" };
                (*format, folder.join(format!("{name}{kind}.{}", format.ending())))
            };
            formats.iter().map(path).collect()
        };
        let networks = all.tables.iter().map(of_table).collect();
        let evidence = if query.evidence == Evidence::All {
            let path = folder.join("evidence.jsonl");
            let file = SideFile::create(&path)?;
            Some((path, file))
        } else {
            None
        };
        Ok(Self { networks, evidence, done: Vec::new() })
    }

    /// Their names, from the folder of the result.
    fn names(&self, target: &Path) -> Vec<String> {
        let folder = target.parent().unwrap_or(Path::new(""));
        let networks = self.networks.iter().flatten().map(|(_, path)| path);
        let all = networks.chain(self.evidence.iter().map(|(path, _)| path));
        all.map(|path| below(path, folder)).collect()
    }

    /// Writes a table's networks.
    fn draw(
        &mut self,
        number: usize,
        query: &Cooccurrence,
        asked: &Asked<'_>,
        all: &PairsTable,
        rows: &PairRows,
    ) -> Result<(), PipelineError> {
        let table = &all.tables[number];
        let Some(network) = &query.network else { return Ok(()) };
        let graph = Graph::new(network, asked.needles, table, rows, &all.pairs);
        for (format, path) in &self.networks[number] {
            let mut file = SideFile::create(path)?;
            file.text(&graph.text(*format))?;
            self.done.push(file.finish()?);
        }
        Ok(())
    }

    fn finish(mut self) -> Result<Vec<WrittenFile>, PipelineError> {
        if let Some((_, file)) = self.evidence {
            self.done.push(file.finish()?);
        }
        Ok(self.done)
    }
}

/// What a table's files are called: by its unit and its group, each name once.
fn name_of(table: &PairTable, used: &mut BTreeSet<String>) -> String {
    let unit = table.within.name().replace(' ', "-");
    let base = match &table.group {
        None => unit,
        Some(group) => format!("{unit}.{}", slug(group.as_deref().unwrap_or("no value"))),
    };
    let mut name = base.clone();
    for number in 2.. {
        if used.insert(name.clone()) {
            break;
        }
        name = format!("{base}-{number}");
    }
    name
}

/// Longest part of a file's name that a value gives, in bytes.
const MAX_SLUG: usize = 100;

/// A value as a part of a file's name: its letters and digits, in lower case.
fn slug(value: &str) -> String {
    let mut plain: String =
        value.chars().map(|c| if c.is_alphanumeric() { c } else { ' ' }).collect();
    // Names of files are limited in bytes.
    while plain.len() > MAX_SLUG {
        plain.pop();
    }
    let parts: Vec<String> = plain.split_whitespace().map(str::to_lowercase).collect();
    if parts.is_empty() { "group".to_owned() } else { parts.join("-") }
}
