//! The thread that writes lines, and the queue before it.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, TrySendError, sync_channel};
use std::thread::{Builder, JoinHandle};
use std::time::{Duration, Instant};

use super::line;
use crate::telemetry::Lines;

/// How many lines wait at most.
const QUEUE_LEN_MAX: usize = 8192;
/// How long to wait before a file that failed is tried again.
const RETRY_AFTER: Duration = Duration::from_secs(10);
/// How long the end of the program waits for the queue to be written.
const FLUSH_WITHIN: Duration = Duration::from_secs(2);

/// How long to wait for room in a full queue at a time.
const FLUSH_STEP: Duration = Duration::from_millis(5);

enum Message {
    Line(String),
    Reopen,
    Stop,
}

/// Where lines are put.
#[derive(Clone)]
pub(super) struct Queue {
    sender: SyncSender<Message>,
    lost: Arc<AtomicU64>,
}

impl Queue {
    /// Queues a line, or counts it as lost when the queue is full. Never waits.
    pub(super) fn push(&self, line: String) {
        if let Err(TrySendError::Full(_)) = self.sender.try_send(Message::Line(line)) {
            self.lost.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Has the file closed and opened anew. Never waits: a queue that is full is being written.
    pub(super) fn reopen(&self) {
        let _ = self.sender.try_send(Message::Reopen);
    }
}

/// The thread. When it is dropped, what is queued is written, but not for longer than a moment.
pub(super) struct Writer {
    queue: Queue,
    done: Receiver<()>,
    thread: Option<JoinHandle<()>>,
}

impl Writer {
    pub(super) fn start(mut sink: Sink) -> io::Result<Self> {
        let (sender, receiver) = sync_channel(QUEUE_LEN_MAX);
        let (say_done, done) = sync_channel(1);
        let lost = Arc::new(AtomicU64::new(0));
        let counted = Arc::clone(&lost);
        let thread = Builder::new().name("log".to_owned()).spawn(move || {
            run(&receiver, &mut sink, &counted);
            let _ = say_done.try_send(());
        })?;
        Ok(Self {
            queue: Queue { sender, lost },
            done,
            thread: Some(thread),
        })
    }

    pub(super) fn queue(&self) -> Queue {
        self.queue.clone()
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        // `try_send` would fail with a full queue, `send` wait for a disk that hangs.
        let until = Instant::now() + FLUSH_WITHIN;
        while let Err(TrySendError::Full(_)) = self.queue.sender.try_send(Message::Stop) {
            if Instant::now() >= until {
                return;
            }
            let _ = self.done.recv_timeout(FLUSH_STEP);
        }
        let left = until.saturating_duration_since(Instant::now());
        let finished = !matches!(self.done.recv_timeout(left), Err(RecvTimeoutError::Timeout));
        if let Some(thread) = self.thread.take().filter(|_| finished) {
            let _ = thread.join();
        }
    }
}

fn run(receiver: &Receiver<Message>, sink: &mut Sink, lost: &AtomicU64) {
    while let Ok(message) = receiver.recv() {
        match message {
            Message::Line(line) => sink.write(&line),
            Message::Reopen => sink.reopen(),
            Message::Stop => break,
        }
        let lost = lost.swap(0, Ordering::Relaxed);
        if lost > 0 {
            let message = format!("{lost} lines of the log were lost: they came too fast");
            sink.write(&line::own(message, line::now()));
        }
    }
}

/// Stderr and the file.
pub(super) struct Sink {
    console: Option<Box<dyn Write + Send>>,
    path: Option<PathBuf>,
    /// Whether the file is written. Nobody who switches it waits for a line that hangs.
    to_file: Arc<AtomicBool>,
    file: FileState,
    lines: Lines,
}

enum FileState {
    Closed,
    Open(File),
    /// It failed; lines are left out until it is tried again.
    Failed {
        at: Instant,
        left_out: u64,
    },
}

impl Sink {
    pub(super) fn new(console: Option<Box<dyn Write + Send>>, path: Option<PathBuf>) -> Self {
        Self {
            console,
            path,
            to_file: Arc::new(AtomicBool::new(true)),
            file: FileState::Closed,
            lines: Lines::default(),
        }
    }

    pub(super) fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }

    /// The switch of the file; it counts from the next line on.
    pub(super) fn to_file(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.to_file)
    }

    fn write(&mut self, line: &str) {
        self.write_console(line);
        if let Err(error) = self.write_file(line) {
            self.file = FileState::Failed {
                at: Instant::now(),
                left_out: 1,
            };
            let path = self.path.as_deref().unwrap_or(Path::new("")).display();
            let wait = RETRY_AFTER.as_secs();
            let message = format!("{path} cannot be written: {error}; tried again in {wait} s");
            self.write_console(&line::own(message, line::now()));
        }
    }

    /// What stderr says to it is nobody's business: there is nowhere left to tell.
    fn write_console(&mut self, line: &str) {
        if let Some(console) = &mut self.console {
            let _ = console.write_all(line.as_bytes());
        }
    }

    fn write_file(&mut self, line: &str) -> io::Result<()> {
        if !self.to_file.load(Ordering::Relaxed) {
            self.file = FileState::Closed;
            return Ok(());
        }
        let Some(path) = &self.path else {
            return Ok(());
        };
        let mut left_out = 0;
        if let FileState::Failed {
            at,
            left_out: lines,
        } = &mut self.file
        {
            if at.elapsed() < RETRY_AFTER {
                *lines += 1;
                return Ok(());
            }
            left_out = *lines;
            self.file = FileState::Closed;
        }
        if matches!(self.file, FileState::Closed) {
            self.file = FileState::Open(open(path)?);
        }
        if let FileState::Open(file) = &mut self.file {
            if left_out > 0 {
                let message = format!("{left_out} lines could not be written here");
                let line = line::own(message, line::now());
                self.lines.append(file, line.as_bytes())?;
            }
            self.lines.append(file, line.as_bytes())?;
        }
        Ok(())
    }

    fn reopen(&mut self) {
        self.file = FileState::Closed;
        self.lines = Lines::default();
    }
}

/// Opens the file to append, with its folder. What is logged may name users and statements, so
/// others on the host do not read it.
fn open(path: &Path) -> io::Result<File> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    OpenOptions::new()
        .create(true)
        .append(true)
        .mode(0o640)
        .open(path)
}
