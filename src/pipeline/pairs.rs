//! What is said together: its table, and the files beside it.
//!
//! ```text
//! results/study/together.json                        the table
//! results/study/together/passage.graphml             a network for each kind of unit
//! results/study/together/passage.nurse.matrix.csv    and group
//! results/study/together/evidence.jsonl              every unit of every pair
//! ```

use std::collections::BTreeSet;
use std::path::PathBuf;

use super::PipelineError;
use super::answer::Job;
use super::tables::{Out, Written};
use crate::analysis::{Asked, CooccurrenceRow, PairTable, PairsTable, Passages, cooccurrence};
use crate::query::{Cooccurrence, Evidence, NetworkFormat, Plan};
use crate::report::{Graph, Head, SideFile, Summary, WrittenFile, columns_of};
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
        let mut table = cooccurrence(&asked, query)?;
        if table.pairs.is_empty() {
            let message = "there are no two things to pair: a theme and one below it make no pair";
            head.warnings.push(message.to_owned());
        }
        let folder = Beside(out.target.with_extension(""));
        let mut beside = folder.networks(&asked, query, &table)?;
        match query.evidence {
            Evidence::None => {}
            Evidence::First(most) => {
                let passages = Passages::new(scope);
                for table in &mut table.tables {
                    table.add_evidence(&asked, &passages, most).map_err(PipelineError::from)?;
                }
            }
            Evidence::All => beside.push(folder.evidence(&asked, &table)?),
        }
        let of_result = out.target.parent().unwrap_or(std::path::Path::new(""));
        head.beside = beside.iter().map(|file| below(&file.path, of_result)).collect();
        let summary = Summary { pairs_never_together: Some(table.never), ..Summary::default() };
        let names: Vec<String> = query.by.iter().map(|g| g.field.name().to_owned()).collect();
        let columns = || columns(query, &names);
        let rows: Vec<CooccurrenceRow> = table.tables.into_iter().flat_map(|t| t.rows).collect();
        let (summary, mut files, count) = out.write(head, &summary, &rows, columns)?;
        files.extend(beside);
        Ok((summary, files, count))
    }
}

/// A path from a folder, parted by `/`.
fn below(path: &std::path::Path, folder: &std::path::Path) -> String {
    let below = path.strip_prefix(folder).unwrap_or(path);
    below.to_string_lossy().replace('\\', "/")
}

/// The columns of a table.
fn columns(query: &Cooccurrence, names: &[String]) -> Vec<String> {
    let groups = ["share", "share_elsewhere", "difference", "difference_low", "difference_high"];
    let near = query.within.iter().any(|w| !matches!(w, crate::query::Within::Unit(_)));
    let has = |c: &String| match c.as_str() {
        "permutation_p" | "permutation_p_adjusted" => query.permutation,
        "pairs" | "pairs_weighted" => near,
        "evidence" => matches!(query.evidence, Evidence::First(_)),
        other => query.by.is_some() || !groups.contains(&other),
    };
    columns_of::<CooccurrenceRow>(names).into_iter().filter(has).collect()
}

/// The folder of files beside a result.
struct Beside(PathBuf);

impl Beside {
    /// A network for each table and form.
    fn networks(
        &self,
        asked: &Asked<'_>,
        query: &Cooccurrence,
        table: &PairsTable,
    ) -> Result<Vec<WrittenFile>, PipelineError> {
        let mut out = Vec::new();
        let Some(network) = &query.network else { return Ok(out) };
        let mut used: BTreeSet<String> = BTreeSet::new();
        for of in &table.tables {
            let name = name_of(of, &mut used);
            let graph = Graph::new(network, asked.needles, of, &table.pairs);
            for format in &network.formats {
                let kind = if *format == NetworkFormat::Matrix { ".matrix" } else { "" };
                let path = self.0.join(format!("{name}{kind}.{}", format.ending()));
                let mut file = SideFile::create(&path)?;
                file.text(&graph.text(*format))?;
                out.push(file.finish()?);
            }
        }
        Ok(out)
    }

    /// Every unit of every pair.
    fn evidence(
        &self,
        asked: &Asked<'_>,
        table: &PairsTable,
    ) -> Result<WrittenFile, PipelineError> {
        let passages = Passages::new(asked.scope);
        let mut file = SideFile::create(&self.0.join("evidence.jsonl"))?;
        for of in &table.tables {
            of.each_evidence::<PipelineError>(asked, &passages, |row| Ok(file.line(&row)?))?;
        }
        Ok(file.finish()?)
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

/// A value as a part of a file's name: its letters and digits, in lower case.
fn slug(value: &str) -> String {
    let plain: String =
        value.chars().map(|c| if c.is_alphanumeric() { c } else { ' ' }).take(60).collect();
    let parts: Vec<String> = plain.split_whitespace().map(str::to_lowercase).collect();
    if parts.is_empty() { "group".to_owned() } else { parts.join("-") }
}
