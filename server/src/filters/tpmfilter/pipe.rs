//! The named pipe that turns the log on and off.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::FileTypeExt;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::Builder;

use rustix::fs::{CWD, FileType, Mode, mknodat};

/// Says that nobody wants to listen any more.
const STOP: u8 = 0;

/// A named pipe, and a thread that listens to it until this is dropped.
#[derive(Debug)]
pub(super) struct ControlPipe {
    /// The other end.
    writer: File,
    stopped: Arc<AtomicBool>,
}

impl ControlPipe {
    /// Makes the pipe if there is none. `1` and `0` that are written to it set `enabled`.
    pub(super) fn open(path: &Path, enabled: Arc<AtomicBool>) -> io::Result<Self> {
        let mode = Mode::RUSR | Mode::WUSR | Mode::RGRP | Mode::WGRP;
        match mknodat(CWD, path, FileType::Fifo, mode, 0) {
            Ok(()) => {}
            Err(rustix::io::Errno::EXIST) => {
                if !std::fs::metadata(path)?.file_type().is_fifo() {
                    return Err(io::Error::other("it is there and is no named pipe"));
                }
            }
            Err(error) => return Err(error.into()),
        }
        // Both ends at once: neither has to wait for somebody at the other, nor ever sees its end.
        let mut reader = OpenOptions::new().read(true).write(true).open(path)?;
        let writer = reader.try_clone()?;
        let stopped = Arc::new(AtomicBool::new(false));
        let told = Arc::clone(&stopped);
        let thread = Builder::new().name("tpm pipe".to_owned());
        thread.spawn(move || {
            let mut bytes = [0; 64];
            while let Ok(len) = reader.read(&mut bytes) {
                if told.load(Ordering::Acquire) {
                    break;
                }
                for byte in bytes.iter().take(len) {
                    match byte {
                        b'1' => enabled.store(true, Ordering::Relaxed),
                        b'0' => enabled.store(false, Ordering::Relaxed),
                        _ => {}
                    }
                }
            }
        })?;
        Ok(Self { writer, stopped })
    }
}

impl Drop for ControlPipe {
    fn drop(&mut self) {
        self.stopped.store(true, Ordering::Release);
        let _ = self.writer.write(&[STOP]);
    }
}
