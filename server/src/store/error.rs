//! Why the store did not do something.

use std::path::{Path, PathBuf};

use rusqlite::ErrorCode;

/// Nothing was written, and why.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// The folder can't be made or used.
    #[error("the folder {path} of the store: {cause}")]
    Folder {
        /// The folder.
        path: PathBuf,
        /// What the system says.
        cause: String,
    },
    /// Another process has it open.
    #[error("the store {0} is in use by another gateway")]
    InUse(PathBuf),
    /// The file is something else.
    #[error("{0} is not a store of Sluicegate; it was left as it is")]
    Foreign(PathBuf),
    /// The file was written by a newer program.
    #[error(
        "the store {path} has version {version}, this program knows up to {known}; it was left as \
         it is: start the newer program, or give another datadir"
    )]
    Newer {
        /// The file.
        path: PathBuf,
        /// Its version.
        version: i64,
        /// The newest version that is known.
        known: i64,
    },
    /// The file is damaged.
    #[error(
        "the store {path} is broken ({cause}); it was left as it is: restore it, or move it away to \
         begin with what the configuration file says"
    )]
    Broken {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        cause: String,
    },
    /// The gateway stops.
    #[error("the gateway is stopping; nothing was changed")]
    Stopped,
    /// Somebody else writes to the file, and does not end.
    #[error("the store {0} is locked by another program; nothing was changed")]
    Busy(PathBuf),
    /// There is no room for more.
    #[error("the disk of the store {0} is full; nothing was changed")]
    Full(PathBuf),
    /// Something else.
    #[error("the store {path}: {cause}; nothing was changed")]
    Failed {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        cause: String,
    },
}

/// What an error of SQLite means for whoever wanted to write or read.
pub(super) fn explain(path: &Path, error: &rusqlite::Error) -> StoreError {
    let path = path.to_owned();
    let cause = error.to_string();
    match error.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => StoreError::Full(path),
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => StoreError::Busy(path),
        Some(ErrorCode::DatabaseCorrupt) => StoreError::Broken { path, cause },
        Some(ErrorCode::NotADatabase) => StoreError::Foreign(path),
        _ => StoreError::Failed { path, cause },
    }
}
