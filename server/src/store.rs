//! What must survive the end of the process: changes made at run time, and who made them.
//!
//! One SQLite file in the `datadir`. The **overlay** holds, for every object that is not as the
//! configuration file says, its present configuration, or that it was removed. The **audit** holds a
//! record of every change, each bound to the one before it by a hash, so that a record that was
//! changed or taken out is found. A change and its record are one transaction: after any end of the
//! process there are both or neither.
//!
//! All of it blocks; `control` calls it from a thread that may.

mod audit;
mod change;
mod error;
mod file;
mod link;
mod overlay;
mod secrets;
mod verify;

use std::collections::HashMap;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError, RwLock};

use rusqlite::{Connection, Transaction, TransactionBehavior};
use serde_json::Value;

pub use audit::AuditRecord;
pub use change::{Author, Change, ObjectKind, Overlaid};
pub use error::StoreError;
pub use secrets::masked;
pub use verify::{AuditFault, Verification};

use error::explain;
use link::Tail;

/// The outcome of a change that was made.
pub const DONE: &str = "done";
/// The outcome of a change that was made and is gone with the process
/// (`persist_runtime_changes=false`).
pub const DONE_UNTIL_THE_END: &str = "done, until the next start";

/// The configuration of the files by kind and name: what the overlay lies upon.
type Base = HashMap<(ObjectKind, String), Value>;

/// The store of one gateway.
#[derive(Debug)]
pub struct Store {
    connection: Mutex<Connection>,
    path: PathBuf,
    base: RwLock<Base>,
    /// Whether changes are for the next start, too. Accounts always are.
    persists: AtomicBool,
    /// The last record that an earlier process has written.
    inherited: u64,
    /// Held as long as the store is open for writing, so that there is one writer.
    _lock: Option<File>,
}

impl Store {
    /// Opens the store in a folder for this process alone; makes both when they are not there.
    ///
    /// # Errors
    /// Why not. A file that is broken, of a newer version, or not a store is left as it is.
    pub fn open(datadir: &Path) -> Result<Self, StoreError> {
        let (connection, path, lock) = file::open(datadir)?;
        Self::over(connection, path, Some(lock))
    }

    /// Opens the store in a folder for reading, also while a gateway has it open. `None` when there
    /// is none.
    ///
    /// # Errors
    /// Why not.
    pub fn read(datadir: &Path) -> Result<Option<Self>, StoreError> {
        let opened = file::read(datadir)?;
        let store = opened.map(|(connection, path)| Self::over(connection, path, None));
        store.transpose()
    }

    /// A store that is gone with the process, for tests.
    ///
    /// # Errors
    /// Why it can't be made.
    pub fn in_memory() -> Result<Self, StoreError> {
        let path = PathBuf::from(":memory:");
        let opened = file::in_memory().map_err(|error| explain(&path, &error));
        Self::over(opened?, path, None)
    }

    /// Makes it unable to write.
    #[cfg(test)]
    pub fn break_down(&self) {
        let dropped = self.connection().execute("DROP TABLE tail", ());
        debug_assert!(dropped.is_ok(), "{dropped:?}");
    }

    fn over(connection: Connection, path: PathBuf, lock: Option<File>) -> Result<Self, StoreError> {
        let mut store = Self {
            connection: Mutex::new(connection),
            path,
            base: RwLock::default(),
            persists: AtomicBool::new(true),
            inherited: 0,
            _lock: lock,
        };
        store.inherited = store.audit_len()?;
        Ok(store)
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Says what the configuration files say. An object that is changed back to that is not part of
    /// the overlay any more, so that what is written in the file counts again.
    ///
    /// # Errors
    /// Why that can't be read or written.
    pub fn lay_upon(
        &self,
        objects: impl IntoIterator<Item = (ObjectKind, String, Value)>,
    ) -> Result<(), StoreError> {
        let base = objects
            .into_iter()
            .map(|(kind, name, document)| ((kind, name), document));
        let base: Base = base.collect();
        for overlaid in self.overlay()? {
            let of_files = base.get(&(overlaid.kind, overlaid.name.clone()));
            if overlaid.document.as_ref() == of_files {
                self.look(|connection| overlay::forget(connection, overlaid.kind, &overlaid.name))?;
            }
        }
        *self.base.write().unwrap_or_else(PoisonError::into_inner) = base;
        Ok(())
    }

    /// Says whether changes that are made from now on are for the next start, too; without, only
    /// their records are written. Accounts always are.
    pub fn set_persists(&self, persists: bool) {
        self.persists.store(persists, Ordering::Relaxed);
    }

    /// Whether changes are for the next start, too.
    pub fn persists(&self) -> bool {
        self.persists.load(Ordering::Relaxed)
    }

    /// What the files say of an object.
    pub fn of_files(&self, kind: ObjectKind, name: &str) -> Option<Value> {
        let base = self.base.read().unwrap_or_else(PoisonError::into_inner);
        base.get(&(kind, name.to_owned())).cloned()
    }

    /// Writes the changes of one operation, and a record of each: all or nothing. Answers the id of
    /// the operation, which is that of its first record.
    ///
    /// # Errors
    /// Why nothing was written.
    pub fn commit(&self, changes: &[Change<'_>]) -> Result<u64, StoreError> {
        self.write(changes, DONE, None)
    }

    /// [`Store::commit`] of changes that undo the operation `of`.
    ///
    /// # Errors
    /// Why nothing was written.
    pub fn commit_undo(&self, of: u64, changes: &[Change<'_>]) -> Result<u64, StoreError> {
        self.write(changes, DONE, Some(of))
    }

    /// Writes that something was tried, and how that ended. The overlay stays as it is.
    ///
    /// # Errors
    /// Why nothing was written.
    pub fn note(&self, change: &Change<'_>, outcome: &str) -> Result<u64, StoreError> {
        self.write(std::slice::from_ref(change), outcome, None)
    }

    fn write(
        &self,
        changes: &[Change<'_>],
        outcome: &str,
        undoes: Option<u64>,
    ) -> Result<u64, StoreError> {
        let mut connection = self.connection();
        let base = self.base.read().unwrap_or_else(PoisonError::into_inner);
        let written = (|| {
            sync(&connection, changes)?;
            let transaction =
                connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let mut tail = Tail::read(&transaction)?;
            let operation = tail.id + 1;
            for change in changes {
                let stays = self.persists() || !is_optional(change.kind);
                let outcome = match outcome {
                    DONE if !stays => DONE_UNTIL_THE_END,
                    outcome => outcome,
                };
                let end = (outcome, undoes);
                audit::append(&transaction, &mut tail, operation, change, end)?;
                if outcome == DONE {
                    lay(&transaction, change, &base)?;
                }
            }
            tail.write(&transaction)?;
            transaction.commit()?;
            Ok(operation)
        })();
        written.map_err(|error| explain(&self.path, &error))
    }

    fn connection(&self) -> MutexGuard<'_, Connection> {
        self.connection
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    fn look<T>(
        &self,
        query: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    ) -> Result<T, StoreError> {
        query(&self.connection()).map_err(|error| explain(&self.path, &error))
    }
}

/// Whether `persist_runtime_changes` says whether a change of that kind is kept.
fn is_optional(kind: ObjectKind) -> bool {
    kind.is_configured() && kind != ObjectKind::User
}

/// Whether the next commit waits for the disk. What was changed of sessions only need not: the
/// record outlives this process, however that ends, and a power cut ends the sessions as well.
fn sync(connection: &Connection, changes: &[Change<'_>]) -> rusqlite::Result<()> {
    let of_sessions = changes.iter().all(|one| one.kind == ObjectKind::Session);
    let level = if of_sessions { "normal" } else { "full" };
    connection.pragma_update(None, "synchronous", level)
}

/// Puts what an object is now into the overlay.
fn lay(transaction: &Transaction<'_>, change: &Change<'_>, base: &Base) -> rusqlite::Result<()> {
    if !change.kind.is_configured() {
        return Ok(());
    }
    let of_files = base.get(&(change.kind, change.name.to_owned()));
    if change.after == of_files {
        overlay::forget(transaction, change.kind, change.name)
    } else {
        overlay::put(transaction, change.kind, change.name, change.after)
    }
}

#[cfg(test)]
mod tests;
