//! `thematic status`: what is in the store, and whether it is what lies in corpora/.

use std::io::Write;

use super::{Context, Failure, Outcome, terminal};
use crate::index::{Catalogue, Store, file_of};
use crate::ingest::{AttributeType, discover};
use crate::pipeline::{
    attributes_changed, mostly_unattributed, near_duplicates, owners_by_collection,
};
use crate::report::owners_lines;
use crate::search::People;

/// Arguments of `status`.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// Say of each source whose its words are and who asks, and how that is known
    #[arg(long)]
    long: bool,
}

pub(super) fn run(context: &Context, arguments: &Arguments) -> Result<Outcome, Failure> {
    Store::check(&context.project.store)?;
    let store = Store::open(&context.project.store)?;
    let mut out = terminal::output();
    let catalogue = store.catalogue()?;
    let written = print(&mut out, context, &store, &catalogue, arguments.long);
    written.map_err(|e| Failure::output(&e))?;
    terminal::end(out)?;
    let look = !catalogue.known.skipped.is_empty()
        || !catalogue.known.complaints.is_empty()
        || !catalogue.known.counted_twice.is_empty()
        || !mostly_unattributed(&catalogue).is_empty();
    Ok(Outcome::needs_a_look_if(look))
}

fn print(
    out: &mut impl Write,
    context: &Context,
    store: &Store,
    catalogue: &Catalogue,
    long: bool,
) -> std::io::Result<()> {
    writeln!(
        out,
        "{:>8} {:>9} {:>8} {:>11} {:>11} {:>9} {:>7}  source",
        "passages", "tokens", "speakers", "participant", "interviewer", "author", "nobody"
    )?;
    for rank in 0..u32::try_from(store.len()).unwrap_or(u32::MAX) {
        let entry = store.entry(rank);
        let title = entry.title.as_deref().map_or_else(String::new, |t| format!("  ({t})"));
        let owners = &entry.owners;
        let [participant, interviewer, author, _] = owners.words.map(terminal::grouped);
        writeln!(
            out,
            "{:>8} {:>9} {:>8} {participant:>11} {interviewer:>11} {author:>9} {:>7}  {}{}",
            terminal::grouped(u64::from(entry.passages)),
            terminal::grouped(entry.tokens),
            entry.speakers.len(),
            owners.turns_of_nobody + owners.unattributed,
            terminal::plain(store.key(rank)),
            terminal::plain(&title),
        )?;
        if long {
            for line in owners_lines(owners) {
                writeln!(out, "{:>19} {}", "", terminal::plain(&line))?;
            }
        }
    }
    let totals = store.totals();
    writeln!(
        out,
        "{:>8} {:>9}           {} sources, digest {}",
        terminal::grouped(totals.passages),
        terminal::grouped(totals.tokens),
        terminal::grouped(store.len() as u64),
        &totals.corpus_digest[..16],
    )?;
    writeln!(
        out,
        "nobody: turns, and quotations of ten words or more, that name nobody who speaks"
    )?;
    for (name, owners) in owners_by_collection(catalogue) {
        for line in owners_lines(&owners) {
            writeln!(out, "whose    {}: {line}", terminal::plain(&name))?;
        }
    }
    attributes(out, store)?;
    for (one, other, share) in near_duplicates(catalogue) {
        let line = format!(
            "{one} and {other}: about {:.0} % of their five-word runs are in both",
            share * 100.0
        );
        writeln!(out, "alike    {}", terminal::plain(&line))?;
    }
    for (key, skipped) in &store.known().skipped {
        writeln!(out, "skipped  {}: {}", terminal::plain(key), skipped.reason)?;
    }
    for complaint in &store.known().complaints {
        writeln!(out, "table    {}", terminal::plain(complaint))?;
    }
    for note in &store.known().notes {
        writeln!(out, "note     {}", terminal::plain(note))?;
    }
    stale(out, context, catalogue)
}

/// Lists the attributes: whose they are, what their values are, and the first of these.
fn attributes(out: &mut impl Write, store: &Store) -> std::io::Result<()> {
    const FIRST: usize = 6;
    let people = People::new(store);
    for (name, values) in people.attributes() {
        let of = if people.is_of_participants(name) { "participants" } else { "sources" };
        let kind = match people.declared(name) {
            Some(AttributeType::Levels(_)) => "levels",
            _ if people.is_number(name, &values) => "number",
            _ => "text",
        };
        let mut told: Vec<&str> = values.iter().take(FIRST).copied().collect();
        let more = format!("{} more", values.len().saturating_sub(FIRST));
        if values.len() > FIRST {
            told.push(&more);
        }
        let line = format!("attribute {name} of {of}, {kind}: {}", told.join(", "));
        writeln!(out, "{}", terminal::plain(&line))?;
    }
    Ok(())
}

/// Tells which files are not as they were read.
fn stale(out: &mut impl Write, context: &Context, catalogue: &Catalogue) -> std::io::Result<()> {
    let Ok(found) = discover(&context.project.corpora()) else {
        return Ok(());
    };
    let mut stale = 0;
    for file in &found.files {
        let known = catalogue.sources_of(&file.key).next().map(|(_, s)| s.stamp);
        let skipped = catalogue.skipped_of(&file.key).next().map(|(_, s)| s);
        let what = match known.or_else(|| skipped.and_then(|s| s.stamp)) {
            Some(stamp) if stamp == file.stamp => continue,
            Some(_) => "changed ",
            None if skipped.is_some() => continue,
            None => "new     ",
        };
        stale += 1;
        writeln!(out, "{what} {}", terminal::plain(&file.key))?;
    }
    let mut read: Vec<&str> =
        catalogue.sources.iter().map(|(key, s)| file_of(key, s.record.as_deref())).collect();
    read.dedup();
    for key in read.into_iter().filter(|key| !found.files.iter().any(|f| f.key == **key)) {
        stale += 1;
        writeln!(out, "gone     {}", terminal::plain(key))?;
    }
    if attributes_changed(&context.project, catalogue) {
        stale += 1;
        writeln!(out, "changed  tables of attributes, or their types in thematic.toml")?;
    }
    if stale == 0 {
        writeln!(out, "the index is up to date")
    } else {
        writeln!(out, "`thematic ingest` brings the index up to date")
    }
}
