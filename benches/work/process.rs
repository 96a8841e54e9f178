//! Whole processes, timed from their start to their end, and how much memory they hold.

use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

pub(crate) struct Ran {
    pub took: Duration,
    /// Most memory that it held, pages of mapped files included.
    pub peak_mb: Option<u64>,
    /// Most memory of its own.
    pub own_mb: u64,
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
    let (mut peak_mb, mut own_mb) = (None, 0);
    let status_of_child = loop {
        if let Some(ended) = child.try_wait().expect("a child") {
            break ended;
        }
        let told = std::fs::read_to_string(&status).unwrap_or_default();
        peak_mb = megabytes(&told, "VmHWM:").or(peak_mb);
        own_mb = own_mb.max(megabytes(&told, "RssAnon:").unwrap_or_default());
        std::thread::sleep(Duration::from_millis(1));
    };
    let took = started.elapsed();
    // 1 says that something needs a look, such as a skipped file; ripgrep that nothing is found.
    assert!(matches!(status_of_child.code(), Some(0 | 1)), "{command:?}: {status_of_child}");
    Ran { took, peak_mb, own_mb, out: std::fs::read(file.path()).unwrap_or_default() }
}

/// The middle of three runs.
pub(crate) fn middle(mut command: impl FnMut() -> Ran) -> Ran {
    let mut runs: Vec<Ran> = (0..3).map(|_| command()).collect();
    runs.sort_by_key(|r| r.took);
    runs.swap_remove(1)
}

/// Megabytes of a line of a process's status, where the system tells.
fn megabytes(status: &str, name: &str) -> Option<u64> {
    let line = status.lines().find(|l| l.starts_with(name))?;
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
