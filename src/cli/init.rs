//! `thematic init`: a small project to try things on. Nothing that is there is overwritten.

use std::path::{Path, PathBuf};

use super::{Context, Failure, Outcome};

/// Arguments of `init`.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// The folder to make it in
    folder: PathBuf,
}

macro_rules! sample {
    ($path:literal) => {
        ($path, include_str!(concat!("../../", $path)))
    };
}

/// The files of the small project: part of the sample that the program is shipped with.
const FILES: &[(&str, &str)] = &[
    sample!("corpora/interviews/corpus.toml"),
    sample!("corpora/interviews/participants.csv"),
    sample!("corpora/interviews/P01.txt"),
    sample!("corpora/interviews/P02.txt"),
    sample!("corpora/interviews/P03.txt"),
    sample!("corpora/interviews/P04.md"),
    sample!("corpora/interviews/P05.txt"),
    sample!("corpora/interviews/P06.txt"),
    sample!("corpora/interviews/P07.md"),
    sample!("corpora/interviews/P08.txt"),
    sample!("corpora/interviews/P09.txt"),
    sample!("corpora/papers/corpus.toml"),
    sample!("corpora/papers/2021-rapport-in-short-visits.txt"),
    sample!("corpora/papers/2023-when-a-client-dies.md"),
    sample!("queries/alliance.toml"),
    sample!("queries/codebooks/home-care.toml"),
];

pub(super) fn run(context: &Context, arguments: &Arguments) -> Result<Outcome, Failure> {
    let mut made = 0;
    let mut kept = 0;
    for (path, text) in FILES {
        let place = arguments.folder.join(path);
        if place.exists() {
            kept += 1;
            continue;
        }
        write(&place, text)
            .map_err(|e| Failure::Message(format!("can't write {}: {e}", place.display()), None))?;
        made += 1;
    }
    if !context.quiet {
        let folder = arguments.folder.display();
        out!("{made} files made in {folder}, {kept} kept as they were");
        out!("try:  thematic run --project {folder}");
        out!("then: thematic find 'trust*' --project {folder}");
    }
    Ok(Outcome::Well)
}

fn write(place: &Path, text: &str) -> std::io::Result<()> {
    if let Some(folder) = place.parent() {
        std::fs::create_dir_all(folder)?;
    }
    std::fs::write(place, text)
}
