//! What others may do with the log while it runs.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::watch;

use super::entry::{LogEntry, Priority};
use super::levels::{LogLevels, SharedLevels};
use super::ring::{LogPage, LogTail, Ring};
use super::throttle::{Throttle, Throttling};
use super::writer::Queue;

/// A hold of the log; cheap to clone.
#[derive(Clone)]
pub struct LogHandle {
    pub(super) levels: Arc<SharedLevels>,
    pub(super) throttle: Arc<Throttle>,
    pub(super) to_file: Arc<AtomicBool>,
    pub(super) queue: Queue,
    pub(super) ring: Arc<Ring>,
    pub(super) file: Option<PathBuf>,
}

impl LogHandle {
    /// The levels that are on.
    pub fn levels(&self) -> LogLevels {
        self.levels.get()
    }

    /// Switches levels on and off.
    pub fn set_levels(&self, levels: LogLevels) {
        self.levels.set(levels);
        tracing::callsite::rebuild_interest_cache();
    }

    /// How often one error or warning is logged from now on.
    pub fn set_throttling(&self, throttling: Throttling) {
        self.throttle.set(throttling);
    }

    /// Whether lines are written to the file, if there is a folder for it. Never waits, also when the
    /// thread that writes hangs: it looks at each line.
    pub fn set_to_file(&self, to_file: bool) {
        self.to_file.store(to_file, Ordering::Relaxed);
    }

    /// The priorities of the levels that are on, the gravest first.
    pub fn priorities(&self) -> Vec<Priority> {
        let levels = self.levels();
        let is_on = |priority: &Priority| match priority {
            Priority::Alert | Priority::Error => true,
            Priority::Warning => levels.warning,
            Priority::Notice => levels.notice,
            Priority::Info => levels.info,
            Priority::Debug => levels.debug,
        };
        Priority::ALL.into_iter().filter(is_on).collect()
    }

    /// The file, if one is written.
    pub fn file(&self) -> Option<&Path> {
        let is_written = self.to_file.load(Ordering::Relaxed);
        self.file.as_deref().filter(|_| is_written)
    }

    /// Closes the file and opens it anew, as after it was moved away.
    pub fn reopen(&self) {
        self.queue.reopen();
    }

    /// Up to `size` lines that are `wanted`: those from line `from` on, or the last ones. Lines of
    /// long ago are not kept.
    pub fn page(
        &self,
        from: Option<u64>,
        size: usize,
        wanted: impl Fn(&Arc<LogEntry>) -> bool,
    ) -> LogPage {
        self.ring.page(from, size, wanted)
    }

    /// Up to `size` lines that are `wanted` from line `from` on.
    pub fn tail(&self, from: u64, size: usize, wanted: impl Fn(&Arc<LogEntry>) -> bool) -> LogTail {
        self.ring.tail(from, size, wanted)
    }

    /// The number of the newest line; moves with every line.
    pub fn watch(&self) -> watch::Receiver<u64> {
        self.ring.watch()
    }
}
