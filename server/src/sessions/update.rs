//! Changes to a live session.

use std::sync::Arc;

use super::chains::Apply;
use super::log_switches::LogChange;
use super::record::{Restart, SessionRecord};
use crate::filters::{FilterError, NamedFilters, NextChain};

/// What is to be changed; validated as far as that can be done without the session.
#[derive(Clone, Default)]
pub struct Update {
    /// The new chain of filters, in order; `None`: it stays as it is.
    pub chain: Option<NamedFilters>,
    /// When the new chain takes the old one's place.
    pub apply: Apply,
    /// Log levels that are turned on or off.
    pub log: LogChange,
    /// Whether the session gets its service as it is now, and new connections.
    pub restart: Restart,
    /// The version that the session's configuration has to have; `None`: any.
    pub expected: Option<u64>,
}

/// Why a change was not made. Nothing of it was.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UpdateError {
    /// A filter can't be put into the session.
    #[error("filter '{filter}': {cause}")]
    Open {
        /// Its index in the new chain.
        index: usize,
        /// Its name.
        filter: Arc<str>,
        /// Why.
        cause: FilterError,
    },
    /// The session's configuration has another version than is expected.
    #[error("the session has been changed meanwhile")]
    Changed,
}

impl Update {
    /// Makes the change, all of it or nothing.
    pub(super) fn apply(&self, record: &SessionRecord) -> Result<(), UpdateError> {
        let expected = self.expected.unwrap_or(record.version());
        if expected != record.version() {
            return Err(UpdateError::Changed);
        }
        let chain = self.open_chain(record)?;
        record.configured(self.log.apply(record.log_switches()));
        if let Some(chain) = chain {
            record.offer_chain(chain, self.apply);
        }
        if self.restart != Restart::No {
            record.ask_to_restart(self.restart);
        }
        Ok(())
    }

    fn open_chain(&self, record: &SessionRecord) -> Result<Option<NextChain>, UpdateError> {
        let Some(filters) = &self.chain else {
            return Ok(None);
        };
        let opened = record.chains().borrow().open(filters, &record.facts());
        let opened = opened.map_err(|(index, filter, cause)| UpdateError::Open {
            index,
            filter,
            cause,
        });
        opened.map(Some)
    }
}
