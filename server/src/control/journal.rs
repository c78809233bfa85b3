//! Changes are written to the store before they are made.

use std::sync::Arc;

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
}

impl From<Author> for By {
    fn from(author: Author) -> Self {
        Self {
            author,
            undoes: None,
        }
    }
}

impl Control {
    /// Where changes are written.
    pub fn store(&self) -> Arc<Store> {
        Arc::clone(&self.store)
    }

    /// Whether the configuration files say something of an object, which changes at run time then
    /// hide.
    pub fn is_in_files(&self, kind: ObjectKind, name: &str) -> bool {
        self.store.is_in_files(kind, name)
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
            match by.undoes {
                Some(operation) => store.commit_undo(operation, &changes),
                None => store.commit(&changes),
            }
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
