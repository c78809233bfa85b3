//! The file of the store: its place, its version, its tables.

use std::fs::{DirBuilder, File, OpenOptions};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};
use rustix::fs::{FlockOperation, flock};

use super::error::{StoreError, explain};

/// The file's name in the `datadir`.
const FILE: &str = "sluicegate.db";
/// The file that the one writer locks. Not the store itself: closing any descriptor of a file takes
/// away the locks that SQLite has on it.
const LOCK_FILE: &str = "sluicegate.lock";
/// Marks a database as ours: `SlGt`.
const APPLICATION: i64 = 0x536C_4774;
/// The version of the tables.
const VERSION: i64 = 1;
/// How long a reader waits for the writer, and the other way around.
const WAIT: Duration = Duration::from_millis(if cfg!(test) { 500 } else { 5000 });
/// The log of SQLite is written into the file when it has that many pages of 4 KiB.
const CHECKPOINT_PAGES: i64 = 256;

const TABLES: &str = "
CREATE TABLE overlay (
    kind TEXT NOT NULL, name TEXT NOT NULL,
    document TEXT, -- NULL: the object was removed
    UNIQUE (kind, name)
) STRICT;
CREATE TABLE audit (
    id INTEGER PRIMARY KEY, operation INTEGER NOT NULL, time_ms INTEGER NOT NULL,
    user TEXT NOT NULL, address TEXT NOT NULL, action TEXT NOT NULL,
    kind TEXT NOT NULL, name TEXT NOT NULL, before TEXT, after TEXT,
    outcome TEXT NOT NULL, undoes INTEGER, hash BLOB NOT NULL
) STRICT;
CREATE INDEX audit_of_object ON audit (kind, name);
CREATE INDEX audit_of_operation ON audit (operation);
-- What a change replaced, with its secrets: to undo it. The audit itself has none.
CREATE TABLE kept (id INTEGER PRIMARY KEY, before TEXT NOT NULL) STRICT;
-- The last record, so that one that was cut off at the end is missed.
CREATE TABLE tail (one INTEGER PRIMARY KEY CHECK (one = 1), id INTEGER NOT NULL, hash BLOB NOT NULL) STRICT;
";

/// Opens the store of a folder for writing.
pub(super) fn open(datadir: &Path) -> Result<(Connection, PathBuf, File), StoreError> {
    let lock = lock(datadir)?;
    let path = datadir.join(FILE);
    // Whatever is wrong with the file is found out before anything could be written to it.
    let present = match check(&path) {
        Ok(present) => present,
        Err(Refusal::Store(error)) => return Err(error),
        Err(Refusal::Sqlite(error)) => return Err(explain(&path, &error)),
    };
    let opened = (|| {
        let connection = Connection::open_with_flags(
            &path,
            OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX,
        )?;
        connection.busy_timeout(WAIT)?;
        connection.pragma_update(None, "journal_mode", "wal")?;
        // A change that was acknowledged must survive even a power cut: each commit is synced.
        connection.pragma_update(None, "synchronous", "full")?;
        connection.pragma_update(None, "wal_autocheckpoint", CHECKPOINT_PAGES)?;
        if !present {
            make_tables(&connection)?;
        }
        Ok(connection)
    })();
    let connection = opened.map_err(|error| explain(&path, &error))?;
    Ok((connection, path, lock))
}

/// A database in memory.
pub(super) fn in_memory() -> rusqlite::Result<Connection> {
    let connection = Connection::open_in_memory()?;
    make_tables(&connection)?;
    Ok(connection)
}

fn make_tables(connection: &Connection) -> rusqlite::Result<()> {
    connection.execute_batch(&format!(
        "BEGIN IMMEDIATE; {TABLES}
         PRAGMA application_id={APPLICATION}; PRAGMA user_version={VERSION}; COMMIT"
    ))
}

/// Opens the store of a folder for reading; `None` when there is none.
pub(super) fn read(datadir: &Path) -> Result<Option<(Connection, PathBuf)>, StoreError> {
    let path = datadir.join(FILE);
    if !path.exists() {
        return Ok(None);
    }
    match inspect(&path) {
        Ok(connection) => Ok(connection.map(|connection| (connection, path))),
        Err(Refusal::Store(error)) => Err(error),
        Err(Refusal::Sqlite(error)) => Err(explain(&path, &error)),
    }
}

/// Makes the folder, and locks it for this process.
fn lock(datadir: &Path) -> Result<File, StoreError> {
    let failed = |error: &std::io::Error| StoreError::Folder {
        path: datadir.to_owned(),
        cause: error.to_string(),
    };
    let mut folder = DirBuilder::new();
    folder.recursive(true).mode(0o700);
    folder.create(datadir).map_err(|error| failed(&error))?;
    let lock = private().open(datadir.join(LOCK_FILE));
    let lock = lock.map_err(|error| failed(&error))?;
    match flock(&lock, FlockOperation::NonBlockingLockExclusive) {
        Ok(()) => Ok(lock),
        Err(rustix::io::Errno::WOULDBLOCK) => Err(StoreError::InUse(datadir.join(FILE))),
        Err(error) => Err(failed(&error.into())),
    }
}

/// A file that only its owner reads: passwords of the servers are in the store.
fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    options
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600);
    options
}

enum Refusal {
    Store(StoreError),
    Sqlite(rusqlite::Error),
}

impl From<rusqlite::Error> for Refusal {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sqlite(error)
    }
}

/// Whether there is a good store at `path`; makes an empty file when there is nothing.
fn check(path: &Path) -> Result<bool, Refusal> {
    private().open(path).map_err(|error| {
        Refusal::Store(StoreError::Folder {
            path: path.to_owned(),
            cause: error.to_string(),
        })
    })?;
    Ok(inspect(path)?.is_some())
}

/// Opens a file for reading and looks whether it is a good store; `None` when it is empty.
fn inspect(path: &Path) -> Result<Option<Connection>, Refusal> {
    let connection = Connection::open_with_flags(
        path,
        OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )?;
    connection.busy_timeout(WAIT)?;
    let pragma = |name: &str| connection.pragma_query_value(None, name, |row| row.get::<_, i64>(0));
    let (application, version) = (pragma("application_id")?, pragma("user_version")?);
    let tables: i64 =
        connection.query_row("SELECT count(*) FROM sqlite_schema", (), |row| row.get(0))?;
    if application == 0 && version == 0 && tables == 0 {
        return Ok(None);
    }
    let path = path.to_owned();
    if application != APPLICATION {
        return Err(Refusal::Store(StoreError::Foreign(path)));
    }
    if version > VERSION {
        let known = VERSION;
        return Err(Refusal::Store(StoreError::Newer {
            path,
            version,
            known,
        }));
    }
    let cause: String = connection.query_row("PRAGMA quick_check(1)", (), |row| row.get(0))?;
    if cause != "ok" {
        return Err(Refusal::Store(StoreError::Broken { path, cause }));
    }
    Ok(Some(connection))
}
