//! The log: to stderr and, with `logdir`, to the file `sluicegate.log` there.
//!
//! One line per event, the room in brackets, the session in parentheses when there is one:
//!
//! ```text
//! 2026-11-24 00:29:16.507 notice : (42) [sessions] text name=value
//! ```
//!
//! The documented levels map to those of `tracing`: error to `ERROR`, warning to `WARN`, notice to
//! `INFO`, info to `DEBUG`, debug to `TRACE`. The session is the field `session` of an event. The
//! field `object` is the configured object that an event is about, as the API tells it; the text
//! says so by itself. Lines
//! are written by a thread of their own behind a queue with a limit: a slow or full disk costs
//! lines, never time, and their number is logged when there is room again.

mod entry;
mod handle;
mod layer;
mod levels;
mod line;
mod ring;
mod throttle;
mod writer;

use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use tracing::Level;
use tracing_subscriber::layer::SubscriberExt;

pub use entry::{LogEntry, Priority};
pub use handle::LogHandle;
use layer::LogLayer;
pub use levels::LogLevels;
use levels::SharedLevels;
use ring::Ring;
pub use ring::{LogPage, LogTail};
pub use throttle::Throttling;
use writer::{Sink, Writer};

/// The name of the log file in `logdir`.
pub const FILE_NAME: &str = "sluicegate.log";

/// The target of events about one session. They are logged whatever the levels: who makes them has
/// asked the session's own switches.
pub const SESSION_TARGET: &str = "session";

/// What is logged and where.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LogSettings {
    /// The folder of the log file; `None`: only stderr. It is made if it is not there.
    pub logdir: Option<PathBuf>,
    /// Whether there is a file in that folder.
    pub to_file: bool,
    /// The levels besides error, which is always on.
    pub levels: LogLevels,
    /// How often one error or warning is logged.
    pub throttling: Throttling,
}

/// The running log. When it is dropped, what is queued is written.
pub struct Log {
    handle: LogHandle,
    /// Its end writes what is queued.
    _writer: Writer,
}

/// The log could not be started.
#[derive(Debug, thiserror::Error)]
pub enum LogError {
    /// The thread that writes could not be started.
    #[error("the log's thread cannot be started: {0}")]
    Thread(#[from] io::Error),
    /// Something else has taken the place.
    #[error("another log runs already: {0}")]
    Taken(#[from] tracing::subscriber::SetGlobalDefaultError),
}

/// Starts the log of this process. A log file that cannot be opened is said on stderr and tried
/// again from time to time.
///
/// # Errors
/// There is one already, or its thread cannot be started.
pub fn init(settings: &LogSettings) -> Result<Log, LogError> {
    let file = settings
        .logdir
        .as_ref()
        .map(|folder| folder.join(FILE_NAME));
    let console = Box::new(io::stderr());
    let sink = Sink::new(Some(console), file);
    let (log, layer) = start(settings.levels, sink)?;
    log.handle.set_throttling(settings.throttling);
    log.handle.set_to_file(settings.to_file);
    tracing::subscriber::set_global_default(tracing_subscriber::registry().with(layer))?;
    Ok(log)
}

/// The log and the layer that feeds it.
fn start(levels: LogLevels, sink: Sink) -> io::Result<(Log, LogLayer)> {
    let (file, to_file) = (sink.path().map(ToOwned::to_owned), sink.to_file());
    let writer = Writer::start(sink)?;
    let handle = LogHandle {
        levels: Arc::new(SharedLevels::new(levels)),
        throttle: Arc::default(),
        to_file,
        queue: writer.queue(),
        ring: Arc::new(Ring::new()),
        file,
    };
    let layer = LogLayer::new(handle.clone());
    let log = Log {
        handle,
        _writer: writer,
    };
    Ok((log, layer))
}

impl Log {
    /// A hold of it for others.
    pub fn handle(&self) -> LogHandle {
        self.handle.clone()
    }

    /// Switches levels on and off.
    pub fn set_levels(&self, levels: LogLevels) {
        self.handle.set_levels(levels);
    }

    /// Closes the file and opens it anew, as after it was moved away.
    pub fn reopen(&self) {
        self.handle.reopen();
    }
}

/// A line about one session as the log has it, without its end.
pub fn session_line(level: Level, session: u64, text: &str) -> String {
    let mut line = line::of_session(level, session, text, line::now());
    line.pop();
    line
}

#[cfg(test)]
mod tests;
