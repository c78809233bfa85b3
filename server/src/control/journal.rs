//! Where changes are written before they are made.

use std::fmt::Debug;

use crate::store::{Change, Store, StoreError};

/// Keeps what is changed, and by whom.
pub trait Journal: Debug + Send + Sync {
    /// Writes the changes of one operation, all or nothing. Blocks.
    ///
    /// # Errors
    /// Why nothing was written; then nothing is to be changed either.
    fn commit(&self, changes: &[Change<'_>]) -> Result<(), StoreError>;
}

impl Journal for Store {
    fn commit(&self, changes: &[Change<'_>]) -> Result<(), StoreError> {
        Self::commit(self, changes).map(|_| ())
    }
}

/// Keeps nothing: changes last until the gateway ends.
#[derive(Debug, Clone, Copy, Default)]
pub struct Forgetful;

impl Journal for Forgetful {
    fn commit(&self, _: &[Change<'_>]) -> Result<(), StoreError> {
        Ok(())
    }
}
