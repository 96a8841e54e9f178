//! Whole processes, timed from their start to their end, and how much memory they hold.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

pub(crate) struct Ran {
    pub took: Duration,
    pub peak_mb: Option<u64>,
    pub out: Vec<u8>,
}

impl Ran {
    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.out).unwrap_or_default()
    }

    pub(crate) fn lines(&self) -> usize {
        self.text().lines().count()
    }
}

/// Runs a command to its end, its output kept in a file, and watches its memory.
pub(crate) fn run(command: &mut Command) -> Ran {
    let file = tempfile::NamedTempFile::new().expect("a temporary file");
    let output = file.reopen().expect("open");
    let started = Instant::now();
    let mut child =
        command.stdout(output).stderr(Stdio::null()).spawn().expect("the command starts");
    let status = PathBuf::from(format!("/proc/{}/status", child.id()));
    let mut peak_mb = None;
    while child.try_wait().expect("a child").is_none() {
        peak_mb = peak(&status).or(peak_mb);
        std::thread::sleep(Duration::from_millis(1));
    }
    let took = started.elapsed();
    Ran { took, peak_mb, out: std::fs::read(file.path()).unwrap_or_default() }
}

/// The middle of three runs.
pub(crate) fn middle(mut command: impl FnMut() -> Ran) -> Ran {
    let mut runs: Vec<Ran> = (0..3).map(|_| command()).collect();
    runs.sort_by_key(|r| r.took);
    runs.swap_remove(1)
}

/// Most memory that a process has held, where the system tells.
fn peak(status: &Path) -> Option<u64> {
    let text = std::fs::read_to_string(status).ok()?;
    let line = text.lines().find(|l| l.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse::<u64>().ok().map(|kb| kb / 1024)
}

/// How long it takes to write so many bytes to a file, the middle of three; `synced` to the disk, too.
pub(crate) fn writing(bytes: usize, synced: bool) -> Duration {
    let block = vec![b'x'; 1 << 16];
    let once = || {
        let started = Instant::now();
        let mut file = tempfile::tempfile().expect("a temporary file");
        let mut left = bytes;
        while left > 0 {
            let part = left.min(block.len());
            file.write_all(&block[..part]).expect("room on the disk");
            left -= part;
        }
        if synced {
            file.sync_all().expect("a disk");
        }
        started.elapsed()
    };
    let mut took = [once(), once(), once()];
    took.sort_unstable();
    took[1]
}
