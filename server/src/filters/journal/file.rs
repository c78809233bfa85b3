//! A file that a filter writes.

use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use crate::filters::FilterError;

/// A file, and how it is written.
#[derive(Debug)]
pub(in crate::filters) struct LogFile {
    path: PathBuf,
    append: bool,
    /// The line at the beginning, its end included; may be empty.
    header: Vec<u8>,
    /// Whether each line is to be on the disk's way before the next one.
    flush: bool,
    /// Whether it was opened before: what is in it then is kept.
    begun: AtomicBool,
}

impl LogFile {
    /// The file. Without `append`, what is in it is dropped when its first line comes.
    pub(in crate::filters) fn new(
        path: impl Into<PathBuf>,
        append: bool,
        header: Vec<u8>,
        flush: bool,
    ) -> Self {
        Self {
            path: path.into(),
            append,
            header,
            flush,
            begun: AtomicBool::new(false),
        }
    }

    /// Goes on where `before` was: what that one wrote is kept if it is the same file.
    #[must_use]
    pub(in crate::filters) fn after(self, before: Option<&Self>) -> Self {
        let same = before.filter(|before| before.path == self.path);
        let begun = same.is_some_and(|before| before.begun.load(Ordering::Relaxed));
        self.begun.store(begun, Ordering::Relaxed);
        self
    }

    /// Its path.
    pub(in crate::filters) fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn flushes(&self) -> bool {
        self.flush
    }

    /// Opens it, and answers what has to be written before the line.
    pub(super) fn open(&self) -> io::Result<(File, &[u8])> {
        let fresh = !self.append && !self.begun.load(Ordering::Relaxed);
        // What is logged may name users and statements: others on the host do not read it.
        let file = OpenOptions::new()
            .create(true)
            .append(true)
            .mode(0o640)
            .open(&self.path)?;
        if fresh {
            file.set_len(0)?;
        }
        self.begun.store(true, Ordering::Relaxed);
        let is_empty = file.metadata()?.len() == 0;
        Ok((file, if is_empty { &self.header } else { &[] }))
    }
}

/// Refuses a path whose folder does not exist.
pub(in crate::filters) fn check_folder(
    parameter: &'static str,
    path: &Path,
) -> Result<(), FilterError> {
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    if folder.is_none_or(Path::is_dir) {
        return Ok(());
    }
    Err(FilterError::Parameter {
        parameter,
        message: format!("the folder of {} does not exist", path.display()),
    })
}
