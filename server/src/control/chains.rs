//! Changes of live sessions: their chains of filters and their log levels.

use std::sync::Arc;

use serde_json::{Map, Value};

use super::Control;
use super::error::ObjectError;
use super::objects::Objects;
use super::sessions::{Apply, LogChange, Update, UpdateError};
use crate::filters::{FilterError, NamedFilters};
use crate::store::{Author, ObjectKind};

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
    /// The change could not be written down, so it was not made.
    #[error("{0}")]
    Journal(String),
}

impl From<ObjectError> for ChangeError {
    fn from(error: ObjectError) -> Self {
        Self::Journal(error.to_string())
    }
}

impl SessionChange {
    /// What it says, to be written down.
    fn document(&self) -> Value {
        let mut document = Map::new();
        if let Some(chain) = &self.chain {
            document.insert("filters".to_owned(), chain.as_slice().into());
        }
        let log = self.log.turned();
        let log: Map<String, Value> = log.map(|(name, on)| (name.to_owned(), on.into())).collect();
        if !log.is_empty() {
            document.insert("parameters".to_owned(), log.into());
        }
        document.into()
    }
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
        author: &Author,
        id: u64,
        change: SessionChange,
    ) -> Result<(), ChangeError> {
        let _writing = self.writing.read().await;
        let document = change.document();
        let chain = change.chain.map(|names| self.objects.chain(&names));
        let update = Update {
            chain: chain.transpose()?,
            apply: change.apply,
            log: change.log,
            expected: change.expected,
        };
        self.update_session(id, update).await?;
        let name = id.to_string();
        let noted = self.note(
            author,
            "session",
            ObjectKind::Session,
            &name,
            Some(document),
        );
        // It is done, and known only now that the session could take it.
        if let Err(error) = noted.await {
            tracing::error!(session = id, "its change is not in the audit: {error}");
        }
        Ok(())
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
