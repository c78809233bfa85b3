//! Files that filters write: lines go through a bounded queue to a thread of the filter's own, so
//! that a slow or a full disk holds up no session. What finds no room is lost, and counted.

mod file;
mod writer;

pub(super) use file::{LogFile, check_folder};

use std::io;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::mpsc::{SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::Builder;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::FilterError;

/// How many lines may wait.
const LINES_MAX: usize = 8192;
/// How many bytes may wait.
const BYTES_MAX: usize = 32 * 1024 * 1024;
/// How often [`flush_logs`] looks whether all is written.
const FLUSH_STEP: Duration = Duration::from_millis(10);

/// Counts the wishes for files to be opened again.
static REOPENED: AtomicU64 = AtomicU64::new(0);
/// Lines in the whole process that are not written yet.
static UNWRITTEN: AtomicUsize = AtomicUsize::new(0);

/// Lets all filters' files be opened again before the next line: they may have been moved away.
pub fn reopen_logs() {
    REOPENED.fetch_add(1, Ordering::Relaxed);
}

/// Waits until all that filters have logged is written, but not for longer than that. Blocks: for
/// the end of the program.
pub fn flush_logs(within: Duration) -> bool {
    let until = Instant::now() + within;
    let (lock, nobody) = (Mutex::new(()), Condvar::new());
    let mut guard = lock.lock().unwrap_or_else(PoisonError::into_inner);
    while UNWRITTEN.load(Ordering::Acquire) > 0 {
        if Instant::now() >= until {
            return false;
        }
        let waited = nobody.wait_timeout(guard, FLUSH_STEP);
        guard = waited.unwrap_or_else(PoisonError::into_inner).0;
    }
    true
}

/// Where a line goes.
#[derive(Debug, Clone)]
pub(super) enum Target {
    /// To a file.
    File(Arc<LogFile>),
    /// To the standard output of the program.
    Stdout,
}

enum Message {
    Line(Target, Vec<u8>),
    /// No more lines will come for the file.
    Close(Arc<LogFile>),
}

/// What has become of the lines.
#[derive(Debug, Default)]
struct Counts {
    bytes_waiting: AtomicUsize,
    written: AtomicU64,
    lost: AtomicU64,
}

/// The queue before the thread that writes. The thread ends when this is dropped and all is written.
#[derive(Debug)]
pub(super) struct Journal {
    sender: SyncSender<Message>,
    counts: Arc<Counts>,
}

impl Journal {
    /// Starts the thread.
    pub(super) fn start() -> Result<Arc<Self>, FilterError> {
        Self::start_with(LINES_MAX, Box::new(io::stdout()))
    }

    fn start_with(
        lines_max: usize,
        stdout: Box<dyn io::Write + Send>,
    ) -> Result<Arc<Self>, FilterError> {
        let (sender, receiver) = sync_channel(lines_max);
        let counts = Arc::new(Counts::default());
        let writer = writer::Writer::new(Arc::clone(&counts), stdout);
        let thread = Builder::new().name("filter log".to_owned());
        let started = thread.spawn(move || writer.run(&receiver));
        started.map_err(|error| FilterError::Open(format!("no thread for its log: {error}")))?;
        Ok(Arc::new(Self { sender, counts }))
    }

    /// Queues a line, its end included. Never waits.
    pub(super) fn push(&self, target: Target, line: Vec<u8>) {
        let len = line.len();
        let waiting = self.counts.bytes_waiting.fetch_add(len, Ordering::Relaxed);
        UNWRITTEN.fetch_add(1, Ordering::Relaxed);
        let full = waiting.saturating_add(len) > BYTES_MAX;
        if full || self.send(Message::Line(target, line)).is_err() {
            self.counts.bytes_waiting.fetch_sub(len, Ordering::Relaxed);
            self.counts.lost.fetch_add(1, Ordering::Relaxed);
            UNWRITTEN.fetch_sub(1, Ordering::Release);
        }
    }

    /// Says that nothing more will come for the file.
    pub(super) fn close(&self, file: &Arc<LogFile>) {
        // A full queue: the file is closed when others need its place.
        let _ = self.send(Message::Close(Arc::clone(file)));
    }

    fn send(&self, message: Message) -> Result<(), TrySendError<Message>> {
        self.sender.try_send(message)
    }

    /// What has become of the lines.
    pub(super) fn diagnostics(&self) -> Value {
        json!({
            "lines_written": self.counts.written.load(Ordering::Relaxed),
            "lines_lost": self.counts.lost.load(Ordering::Relaxed),
        })
    }
}

#[cfg(test)]
mod tests;
