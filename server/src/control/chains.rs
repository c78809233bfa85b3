//! Changes of live sessions: their chains of filters and their log levels.

use std::sync::Arc;

use super::footprint::Footprint;
use super::objects::Objects;
use super::sessions::{Apply, LogChange, Restart, Update, UpdateError};
use super::{By, Control};
use crate::filters::{FilterError, NamedFilters};
use crate::store::StoreError;

/// What is to be changed of a session.
#[derive(Debug, Clone, Default)]
pub struct SessionChange {
    /// The names of its new filters, in order; `None`: they stay as they are.
    pub chain: Option<Vec<String>>,
    /// When they take the old ones' place.
    pub apply: Apply,
    /// Log levels that are turned on or off.
    pub log: LogChange,
    /// The version that the session's configuration has to have; `None`: any.
    pub expected: Option<u64>,
}

/// Why a chain can't be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ChainError {
    /// There is no such filter.
    #[error("{name} is not a filter")]
    Unknown {
        /// Its index in the chain.
        index: usize,
        /// Its name.
        name: String,
    },
    /// A filter can't be put into a session.
    #[error("{filter} can't be put into the session: {cause}")]
    Open {
        /// Its index in the chain.
        index: usize,
        /// Its name.
        filter: Arc<str>,
        /// Why.
        cause: FilterError,
    },
}

impl ChainError {
    /// The index of the filter that is at fault.
    pub fn index(&self) -> usize {
        match self {
            Self::Unknown { index, .. } | Self::Open { index, .. } => *index,
        }
    }
}

/// Why a session was not changed. Nothing of it was.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ChangeError {
    /// The session does not exist, or has ended.
    #[error("{0} is not a session")]
    NotASession(u64),
    /// Its configuration has another version than is expected.
    #[error("the session has been changed meanwhile")]
    Changed,
    /// The new chain can't be used.
    #[error(transparent)]
    Chain(#[from] ChainError),
    /// The change can't be written down.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Objects {
    /// The filters of these names.
    pub(super) fn chain(&self, names: &[String]) -> Result<NamedFilters, ChainError> {
        let filter = |(index, name): (usize, &String)| {
            let configured = self.filter_registry().get(name);
            let configured = configured.ok_or_else(|| ChainError::Unknown {
                index,
                name: name.clone(),
            })?;
            let filter = Arc::clone(&configured.filter);
            Ok((Arc::clone(&configured.name), filter))
        };
        names.iter().enumerate().map(filter).collect()
    }
}

impl Control {
    /// Changes a session, all or nothing. When it is busy, its new chain waits until it is idle.
    ///
    /// # Errors
    /// Why nothing was changed.
    pub async fn change_session(
        &self,
        by: &By,
        id: u64,
        change: SessionChange,
    ) -> Result<(), ChangeError> {
        let _writing = self.writing.read().await;
        self.change_session_alone(by, id, change).await
    }

    /// [`Control::change_session`] by who holds the lock already.
    pub(super) async fn change_session_alone(
        &self,
        by: &By,
        id: u64,
        change: SessionChange,
    ) -> Result<(), ChangeError> {
        let session = self.sessions.source.get(id).await;
        let before = Footprint::of(&session.ok_or(ChangeError::NotASession(id))?);
        let after = before.changed(change.chain.clone(), change.log);
        let chain = change.chain.map(|names| self.objects.chain(&names));
        let update = Update {
            chain: chain.transpose()?,
            apply: change.apply,
            log: change.log,
            restart: Restart::No,
            expected: change.expected,
        };
        self.update_session(id, update).await?;
        self.note_session(by, "alter", id, (&before, &after)).await
    }

    pub(super) async fn update_session(&self, id: u64, update: Update) -> Result<(), ChangeError> {
        let updated = self.sessions.source.update(id, update).await;
        let updated = updated.ok_or(ChangeError::NotASession(id))?;
        updated.map_err(|error| match error {
            UpdateError::Open {
                index,
                filter,
                cause,
            } => ChangeError::Chain(ChainError::Open {
                index,
                filter,
                cause,
            }),
            UpdateError::Changed => ChangeError::Changed,
        })
    }
}
