//! The thread that writes.

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use indexmap::IndexMap;
use tracing::warn;

use super::{Counts, LogFile, Message, REOPENED, Target, UNWRITTEN};

/// How many files are open at a time; one that was not written for longest is closed for another.
const FILES_MAX: usize = 128;
/// A file's lines are collected up to so many bytes.
const BUFFER_MAX: usize = 64 * 1024;
/// Lines are collected for so long, when no others come.
const BUFFER_FOR: Duration = Duration::from_millis(200);
/// How long to wait before a file that failed is tried again.
const RETRY_AFTER: Duration = Duration::from_secs(5);

/// A file that is written, or was and failed.
struct Slot {
    file: Option<File>,
    /// Collected lines.
    buffer: Vec<u8>,
    lines: usize,
    /// The last line is there in part only.
    torn: bool,
    failed: Option<Instant>,
}

pub(super) struct Writer {
    counts: Arc<Counts>,
    stdout: Box<dyn Write + Send>,
    /// By path; those written last are at the end.
    slots: IndexMap<PathBuf, Slot>,
    reopened: u64,
}

impl Writer {
    pub(super) fn new(counts: Arc<Counts>, stdout: Box<dyn Write + Send>) -> Self {
        Self {
            counts,
            stdout,
            slots: IndexMap::new(),
            reopened: REOPENED.load(Ordering::Relaxed),
        }
    }

    pub(super) fn run(mut self, receiver: &Receiver<Message>) {
        loop {
            let dirty = self.slots.values().any(|slot| slot.lines > 0);
            let message = if dirty {
                receiver.recv_timeout(BUFFER_FOR)
            } else {
                receiver.recv().map_err(RecvTimeoutError::from)
            };
            match message {
                Ok(message) => self.take(message),
                Err(RecvTimeoutError::Timeout) => self.write_all(),
                Err(RecvTimeoutError::Disconnected) => break,
            }
            while let Ok(message) = receiver.try_recv() {
                self.take(message);
            }
        }
        self.write_all();
    }

    fn take(&mut self, message: Message) {
        let reopened = REOPENED.load(Ordering::Relaxed);
        if reopened != self.reopened {
            self.reopened = reopened;
            self.write_all();
            self.slots.clear();
        }
        match message {
            Message::Line(target, line) => {
                self.counts
                    .bytes_waiting
                    .fetch_sub(line.len(), Ordering::Relaxed);
                match target {
                    Target::Stdout => {
                        let written = self.stdout.write_all(&line);
                        let written = written.and_then(|()| self.stdout.flush());
                        self.count(1, written.is_ok());
                    }
                    Target::File(file) => self.append(&file, &line),
                }
            }
            Message::Close(file) => self.close(file.path()),
        }
    }

    fn append(&mut self, file: &LogFile, line: &[u8]) {
        let known = self.slots.shift_remove_entry(file.path());
        let (path, mut slot) = known.unwrap_or_else(|| (file.path().to_owned(), Slot::new()));
        if let Err(error) = slot.ready(file) {
            slot.fail(file.path(), &error);
        }
        if slot.failed.is_some() {
            self.count(1, false);
        } else {
            slot.buffer.extend_from_slice(line);
            slot.lines += 1;
            if file.flushes() || slot.buffer.len() >= BUFFER_MAX {
                let (lines, written) = slot.write(file.path());
                self.count(lines, written);
            }
        }
        if self.slots.len() >= FILES_MAX
            && let Some(oldest) = self.slots.keys().next().cloned()
        {
            self.close(&oldest);
        }
        self.slots.insert(path, slot);
    }

    fn close(&mut self, path: &Path) {
        if let Some(mut slot) = self.slots.shift_remove(path) {
            let (lines, written) = slot.write(path);
            self.count(lines, written);
        }
    }

    fn write_all(&mut self) {
        let written: Vec<_> = self
            .slots
            .iter_mut()
            .map(|(path, slot)| slot.write(path))
            .collect();
        for (lines, written) in written {
            self.count(lines, written);
        }
    }

    fn count(&self, lines: usize, written: bool) {
        let count = if written {
            &self.counts.written
        } else {
            &self.counts.lost
        };
        count.fetch_add(lines as u64, Ordering::Relaxed);
        UNWRITTEN.fetch_sub(lines, Ordering::Release);
    }
}

impl Slot {
    fn new() -> Self {
        Self {
            file: None,
            buffer: Vec::new(),
            lines: 0,
            torn: false,
            failed: None,
        }
    }

    /// Opens the file if it is not open. One that failed is left alone for a while.
    fn ready(&mut self, file: &LogFile) -> io::Result<()> {
        if self.failed.is_some_and(|at| at.elapsed() < RETRY_AFTER) || self.file.is_some() {
            return Ok(());
        }
        self.failed = None;
        let (opened, header) = file.open()?;
        self.file = Some(opened);
        if std::mem::take(&mut self.torn) {
            self.buffer.push(b'\n');
        }
        self.buffer.extend_from_slice(header);
        Ok(())
    }

    /// Writes the collected lines; answers how many they were and whether it was done.
    fn write(&mut self, path: &Path) -> (usize, bool) {
        let (lines, mut rest) = (std::mem::take(&mut self.lines), self.buffer.as_slice());
        let Some(file) = &mut self.file else {
            self.buffer.clear();
            return (lines, false);
        };
        let mut failure = None;
        while !rest.is_empty() && failure.is_none() {
            match file.write(rest) {
                Ok(0) => failure = Some(io::ErrorKind::WriteZero.into()),
                Ok(written) => rest = rest.get(written..).unwrap_or_default(),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => failure = Some(error),
            }
        }
        let begun = self.buffer.len() - rest.len();
        let torn = begun > 0 && self.buffer.get(begun - 1) != Some(&b'\n');
        self.buffer.clear();
        let Some(error) = failure else {
            return (lines, true);
        };
        self.torn = torn;
        self.fail(path, &error);
        (lines, false)
    }

    fn fail(&mut self, path: &Path, error: &io::Error) {
        let (path, wait) = (path.display(), RETRY_AFTER.as_secs());
        warn!("{path} cannot be written: {error}; lines are lost, tried again in {wait} s");
        self.file = None;
        self.failed = Some(Instant::now());
    }
}
