//! The log.

use std::path::Path;
use std::sync::{Arc, LazyLock};

use tokio::sync::watch;

use crate::filters;
pub use crate::telemetry::log::{LogEntry, LogPage, LogTail, Priority};
use crate::telemetry::log::{LogHandle, LogLevels, Throttling};

/// Of a log that stays empty.
static SILENT: LazyLock<watch::Sender<u64>> = LazyLock::new(|| watch::Sender::new(0));

/// The log of the gateway. A gateway without one, as in tests, has an empty one.
#[derive(Clone, Default)]
pub struct Logs(Option<LogHandle>);

impl Logs {
    /// Operations over `log`.
    pub fn new(log: LogHandle) -> Self {
        Self(Some(log))
    }

    /// The file that it is written to, if there is one.
    pub fn file(&self) -> Option<&Path> {
        self.0.as_ref()?.file()
    }

    /// The priorities of lines that are logged.
    pub fn priorities(&self) -> Vec<Priority> {
        let log = self.0.as_ref();
        log.map(LogHandle::priorities).unwrap_or_default()
    }

    /// The levels that are on.
    pub fn levels(&self) -> LogLevels {
        self.0.as_ref().map(LogHandle::levels).unwrap_or_default()
    }

    /// Switches levels on and off.
    pub fn set_levels(&self, levels: LogLevels) {
        if let Some(log) = &self.0 {
            log.set_levels(levels);
        }
    }

    /// How often one error or warning is logged from now on.
    pub fn set_throttling(&self, throttling: Throttling) {
        if let Some(log) = &self.0 {
            log.set_throttling(throttling);
        }
    }

    /// Whether lines are written to the file, if there is a folder for it.
    pub fn set_to_file(&self, to_file: bool) {
        if let Some(log) = &self.0 {
            log.set_to_file(to_file);
        }
    }

    /// Up to `size` lines that are `wanted`: those from line `from` on, or the last ones.
    pub fn page(
        &self,
        from: Option<u64>,
        size: usize,
        wanted: impl Fn(&Arc<LogEntry>) -> bool,
    ) -> LogPage {
        let log = self.0.as_ref();
        log.map(|log| log.page(from, size, wanted))
            .unwrap_or_default()
    }

    /// Up to `size` lines that are `wanted` from line `from` on; they are looked at once.
    pub fn tail(&self, from: u64, size: usize, wanted: impl Fn(&Arc<LogEntry>) -> bool) -> LogTail {
        let log = self.0.as_ref();
        log.map(|log| log.tail(from, size, wanted))
            .unwrap_or_default()
    }

    /// The number of the newest line; moves with every line.
    pub fn watch(&self) -> watch::Receiver<u64> {
        match &self.0 {
            Some(log) => log.watch(),
            None => SILENT.subscribe(),
        }
    }

    /// Closes the files of the log and of the filters, and opens them anew: they may have been moved
    /// away.
    pub fn reopen(&self) {
        if let Some(log) = &self.0 {
            log.reopen();
        }
        filters::reopen_logs();
        tracing::info!("the logs are written to new files from here on");
    }
}
