//! One query's table, from its plan to its files.

use super::PipelineError;
use super::answer::Job;
use crate::analysis::{
    Asked, ClustersRow, CollocatesRow, ComparisonRow, Concordance, CorrelationRow, Counts,
    CrosstabRow, FrequencyCounts, FrequencyRow, GroupRow, KeywordsRow, KwicRow, Parts,
    SaturationRow, UncoveredRow, clusters, collocates, compare, correlate, cross, group_column,
    keywords, kwic_groups, saturation, uncovered,
};
use crate::query::{
    Ask, Collocates, Company, Field, Filter, Format, Frequency, Keywords, Kwic, Plan, Query, Report,
};
use crate::report::{Head, ResultWriter, Summary, WrittenFile, columns_of};
use crate::search::Scope;

/// Sums, the files that were written, rows.
pub(super) type Written = (Summary, Vec<WrittenFile>, u64);

/// Where a result goes, and in which forms.
pub(super) struct Out<'a> {
    pub(super) target: &'a std::path::Path,
    pub(super) formats: &'a [Format],
}

impl Out<'_> {
    pub(super) fn write<R: serde::Serialize>(
        &self,
        mut head: Head,
        summary: &Summary,
        rows: &[R],
        columns: impl FnOnce() -> Vec<String>,
    ) -> Result<Written, PipelineError> {
        head.summary = Summary { rows: rows.len() as u64, ..summary.clone() };
        let mut writer = ResultWriter::create(self.target, &mut head, self.formats, columns)?;
        for row in rows {
            writer.row(row)?;
        }
        let (files, rows) = writer.finish()?;
        Ok((head.summary, files, rows))
    }
}

impl Job<'_> {
    /// Answers a query.
    pub(super) fn table(
        &self,
        out: &Out<'_>,
        head: Head,
        plan: &Plan,
        scope: &Scope<'_>,
        query: &Query,
    ) -> Result<Written, PipelineError> {
        match &query.ask {
            Ask::Kwic(kwic) if kwic.group.is_empty() => {
                self.kwic(out, head, plan, scope, kwic, query.what.is_several())
            }
            Ask::Kwic(kwic) => self.groups(out, head, plan, scope, kwic),
            Ask::Frequency(frequency) => self.frequency(out, head, plan, scope, frequency),
            Ask::Cooccurrence(pairs) => self.pairs(out, head, plan, scope, pairs),
            Ask::Collocates(asked) => self.collocates(out, head, plan, scope, asked),
            Ask::Keywords(asked) => self.keywords(out, head, plan, scope, asked),
        }
    }

    /// What the tables of a plan ask for.
    pub(super) fn asked<'a>(
        &'a self,
        plan: &'a Plan,
        scope: &'a Scope<'a>,
        min_participants: Option<u32>,
    ) -> Asked<'a> {
        let (needles, overlap) = (&plan.needles, plan.overlap);
        Asked { store: self.store, people: self.people, scope, needles, overlap, min_participants }
    }

    fn collocates(
        &self,
        out: &Out<'_>,
        mut head: Head,
        plan: &Plan,
        scope: &Scope<'_>,
        asked: &Collocates,
    ) -> Result<Written, PipelineError> {
        let needle = plan.needles.first().cloned().unwrap_or_default();
        match &asked.table {
            Company::Words { window, sort, least } => {
                let by = (*sort, *least);
                let table = collocates(self.store, scope, &needle, asked, *window, by)?;
                head.warnings.extend(over_limit(table.over_limit, "words"));
                head.warnings.extend(nothing(table.rows.len(), asked.min_count));
                let words_in_windows = Some(table.words);
                let hits = Some(table.hits);
                let summary = Summary { hits, words_in_windows, ..Summary::default() };
                out.write(head, &summary, &table.rows, || columns_of::<CollocatesRow>(&[]))
            }
            Company::Clusters { sizes } => {
                let table = clusters(self.store, scope, &needle, asked, sizes)?;
                head.warnings.extend(over_limit(table.over_limit, "clusters"));
                head.warnings.extend(nothing(table.rows.len(), asked.min_count));
                let summary = Summary { hits: Some(table.hits), ..Summary::default() };
                out.write(head, &summary, &table.rows, || columns_of::<ClustersRow>(&[]))
            }
        }
    }

    fn keywords(
        &self,
        out: &Out<'_>,
        mut head: Head,
        plan: &Plan,
        scope: &Scope<'_>,
        asked: &Keywords,
    ) -> Result<Written, PipelineError> {
        let part = |filter: &Filter| Scope::new(self.store, self.people, &plan.filter.with(filter));
        let target = part(&asked.target);
        let reference = asked.reference.as_ref().map(part);
        let parts = Parts { all: scope, target: &target, reference: reference.as_ref() };
        let table = keywords(self.store, &parts, asked)?;
        head.warnings.extend(over_limit(table.over_limit, "keywords"));
        if !table.totals.contains(&0) {
            head.warnings.extend(nothing(table.rows.len(), asked.min_count));
        }
        let empty = |name: &str| format!("`{name}` lets no word of this corpus through");
        let [of_target, of_reference] = table.totals;
        head.warnings.extend((of_target == 0).then(|| empty("target")));
        head.warnings.extend((of_reference == 0).then(|| empty("reference")));
        if table.shared > 0 {
            let shared = table.shared;
            head.warnings.push(format!("{shared} tokens are in the target and in the reference"));
        }
        let summary = Summary { tested: Some(table.tested), ..Summary::default() };
        out.write(head, &summary, &table.rows, || columns_of::<KeywordsRow>(&[]))
    }

    fn kwic(
        &self,
        out: &Out<'_>,
        mut head: Head,
        plan: &Plan,
        scope: &Scope<'_>,
        kwic: &Kwic,
        named: bool,
    ) -> Result<Written, PipelineError> {
        let concordance = Concordance::new(self.store, self.people, scope, plan, kwic, named)?;
        let collected = concordance.collect()?;
        let counts = collected.counts();
        head.summary = summary(counts);
        head.warnings.extend(limit_warning(counts, "lines"));
        let columns = || {
            let all = columns_of::<KwicRow<'_>>(&[]);
            all.into_iter().filter(|c| named || c != "theme").collect()
        };
        let mut writer = ResultWriter::create(out.target, &mut head, out.formats, columns)?;
        let maker = writer.maker();
        concordance.lines(
            &collected,
            |row| maker.row(row),
            |row| writer.put(&row).map_err(PipelineError::from),
        )?;
        let (files, rows) = writer.finish()?;
        Ok((head.summary, files, rows))
    }

    fn groups(
        &self,
        out: &Out<'_>,
        mut head: Head,
        plan: &Plan,
        scope: &Scope<'_>,
        kwic: &Kwic,
    ) -> Result<Written, PipelineError> {
        let concordance = Concordance::new(self.store, self.people, scope, plan, kwic, true)?;
        let (rows, counts) = kwic_groups(&concordance, scope)?;
        head.warnings.extend(limit_warning(counts, "groups"));
        let names: Vec<String> = kwic.group.iter().map(|k| group_column(&k.by.name())).collect();
        out.write(head, &summary(counts), &rows, || columns_of::<GroupRow>(&names))
    }

    fn frequency(
        &self,
        out: &Out<'_>,
        mut head: Head,
        plan: &Plan,
        scope: &Scope<'_>,
        frequency: &Frequency,
    ) -> Result<Written, PipelineError> {
        let asked = self.asked(plan, scope, frequency.min_participants);
        let blanked = |blanked| Summary { blanked, ..Summary::default() };
        match &frequency.report {
            Report::Counts { by, dispersion, totals } => {
                let by: Vec<Field> = by.iter().map(|g| g.field.clone()).collect();
                let counts = FrequencyCounts::new(asked, &by, *dispersion, *totals)?;
                head.summary = Summary { rows: counts.rows(), ..blanked(counts.blanked_rows()) };
                let names: Vec<String> = by.iter().map(|f| f.name().to_owned()).collect();
                let columns = || counts.columns(columns_of::<FrequencyRow>(&names));
                let mut writer = ResultWriter::create(out.target, &mut head, out.formats, columns)?;
                let maker = writer.maker();
                counts.each_row(
                    |row| maker.row(&row),
                    |row| writer.put(&row).map_err(PipelineError::from),
                )?;
                let (files, rows) = writer.finish()?;
                Ok((head.summary, files, rows))
            }
            Report::Compare { by, of, permutations, seed } => {
                let of: Vec<String> = of.iter().map(|v| v.value.clone()).collect();
                let (rows, hidden) = compare(&asked, &by.field, &of, *permutations, *seed)?;
                out.write(head, &blanked(hidden), &rows, || columns_of::<ComparisonRow>(&[]))
            }
            Report::Cross { rows, columns, unit } => {
                let rows = rows.as_ref().map(|r| &r.field);
                let (rows, hidden) = cross(&asked, rows, &columns.field, *unit)?;
                out.write(head, &blanked(hidden), &rows, || columns_of::<CrosstabRow>(&[]))
            }
            Report::Correlate { with } => {
                let with: Vec<Field> = with.iter().map(|g| g.field.clone()).collect();
                let found = correlate(&asked, &with)?;
                head.pairs = found.pairs;
                out.write(head, &blanked(found.blanked), &found.rows, || {
                    columns_of::<CorrelationRow>(&[])
                })
            }
            Report::Saturation { orders, seed } => {
                let rows = saturation(&asked, *orders, *seed)?;
                out.write(head, &blanked(None), &rows, || columns_of::<SaturationRow>(&[]))
            }
            Report::Uncovered { limit, stop_words } => {
                let found = uncovered(&asked, *limit, stop_words)?;
                let outside = found.tokens - found.covered;
                let summary = Summary {
                    tokens: Some(found.tokens),
                    tokens_uncovered: Some(outside),
                    share_uncovered: crate::analysis::stats::rate(outside, found.tokens, 1).ok(),
                    words_uncovered: Some(found.words),
                    ..Summary::default()
                };
                out.write(head, &summary, &found.rows, || columns_of::<UncoveredRow>(&[]))
            }
        }
    }
}

fn summary(counts: Counts) -> Summary {
    Summary {
        rows: counts.lines,
        hits: Some(counts.hits),
        hits_all: Some(counts.hits_all),
        passages_with: Some(counts.passages),
        sources_with: Some(counts.sources),
        near_duplicates: (counts.near_duplicates > 0).then_some(counts.near_duplicates),
        ..Summary::default()
    }
}

fn limit_warning(counts: Counts, what: &str) -> Option<String> {
    over_limit(counts.over_limit, what)
}

/// Why a table of words is empty.
fn nothing(rows: usize, min_count: u32) -> Option<String> {
    (rows == 0)
        .then(|| format!("nothing stands there {min_count} times (`min_count`) that is listed"))
}

fn over_limit(left_out: u64, what: &str) -> Option<String> {
    (left_out > 0).then(|| format!("`limit` was reached: {left_out} more {what} are not listed"))
}
