//! Changes are written to the store before they are made.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::Value;

use super::Control;
use crate::store::{Author, Change, ObjectKind, Store, StoreError};

/// One object of an operation: what it is and what it is to become. The documents are what
/// [`crate::config::Values::document`] makes, passwords in clear.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    /// `create`, `alter`, `delete`, ..
    pub(super) action: &'static str,
    pub(super) kind: ObjectKind,
    pub(super) name: String,
    /// `None`: it is not there.
    pub(super) before: Option<Value>,
    /// `None`: it is to go.
    pub(super) after: Option<Value>,
}

/// Who changes something, and which operation is undone by that, if one is.
#[derive(Debug, Clone)]
pub struct By {
    /// The account and where it came from.
    pub author: Author,
    /// The operation that is undone.
    pub undoes: Option<u64>,
    /// The objects that it has changed, so that something else counts than what files say of them.
    hiding: Arc<Mutex<BTreeSet<String>>>,
}

impl From<Author> for By {
    fn from(author: Author) -> Self {
        Self {
            author,
            undoes: None,
            hiding: Arc::default(),
        }
    }
}

impl By {
    /// The same person, who undoes an operation.
    pub(super) fn undoing(&self, operation: u64) -> Self {
        Self {
            undoes: Some(operation),
            ..self.clone()
        }
    }

    /// The objects of which what was written hides what the configuration files say, also after a
    /// restart.
    pub fn hiding(&self) -> Vec<String> {
        let hiding = self.hiding.lock().unwrap_or_else(PoisonError::into_inner);
        hiding.iter().cloned().collect()
    }

    /// Notes what became of an object that was written.
    fn note(&self, entry: &Entry, store: &Store) {
        // What is only told, such as a state, changes nothing that files say.
        if entry.before == entry.after {
            return;
        }
        let mut hiding = self.hiding.lock().unwrap_or_else(PoisonError::into_inner);
        // It is written: what can't be told of it is no failure.
        if store.hides_files(entry.kind, &entry.name).unwrap_or(true) {
            hiding.insert(entry.name.clone());
        } else {
            hiding.remove(&entry.name);
        }
    }
}

impl Control {
    /// Where changes are written.
    pub fn store(&self) -> Arc<Store> {
        Arc::clone(&self.store)
    }

    /// Writes the objects of one operation, with a record of each; to be called with the lock for
    /// writers, when everything is found to be good and before anything is changed. Answers the id
    /// of the operation.
    pub(super) async fn commit(&self, by: &By, entries: Vec<Entry>) -> Result<u64, StoreError> {
        let (store, by) = (Arc::clone(&self.store), by.clone());
        let written = tokio::task::spawn_blocking(move || {
            let changes = entries.iter().map(|entry| Change {
                author: &by.author,
                action: if by.undoes.is_some() {
                    "undo"
                } else {
                    entry.action
                },
                kind: entry.kind,
                name: &entry.name,
                before: entry.before.as_ref(),
                after: entry.after.as_ref(),
            });
            let changes: Vec<_> = changes.collect();
            let operation = match by.undoes {
                Some(operation) => store.commit_undo(operation, &changes),
                None => store.commit(&changes),
            }?;
            for entry in &entries {
                by.note(entry, &store);
            }
            Ok(operation)
        });
        written.await.unwrap_or(Err(StoreError::Stopped))
    }

    /// Writes that what was written before was not done after all, and why.
    pub(super) async fn note_failure(&self, by: &By, entry: Entry, why: String) {
        let (store, author) = (Arc::clone(&self.store), by.author.clone());
        let noted = tokio::task::spawn_blocking(move || {
            let change = Change {
                author: &author,
                action: entry.action,
                kind: entry.kind,
                name: &entry.name,
                before: entry.before.as_ref(),
                after: entry.after.as_ref(),
            };
            store.note(&change, &format!("failed: {why}"))
        });
        if let Err(error) = noted.await.unwrap_or(Err(StoreError::Stopped)) {
            tracing::error!("the audit does not tell of a failure: {error}");
        }
    }
}
