//! Operations on the running gateway, one file per resource, without any HTTP.
//!
//! `api` translates requests into these and their errors into answers.

mod chains;
mod commands;
mod error;
mod filters;
mod footprint;
mod gateway;
mod journal;
mod layout;
pub mod links;
mod listeners;
pub mod logs;
mod monitors;
pub mod objects;
mod restart;
mod running;
mod servers;
mod services;
pub mod sessions;
mod undo;
mod users;
pub mod vitals;
mod workbench;
mod write;

use std::sync::Arc;

use tokio::sync::RwLock;

pub use chains::{ChainError, ChangeError, SessionChange};
pub use error::ObjectError;
pub use gateway::{Follower, Following};
pub use journal::By;
pub use listeners::hosts_of;
use logs::Logs;
use objects::Objects;
pub use running::Surroundings;
pub use servers::StateChange;
use sessions::{SessionSource, Sessions};
pub use undo::UndoError;
pub use users::{UserChange, UserError, accounts};
use vitals::Vitals;
pub use workbench::{OpenError, Opener};

use crate::auth::admin::Administrators;
use crate::config::SqlParameters;
use crate::store::Store;
use crate::workbench::Workbench;

/// Everything that an administrator may do; cheap to clone.
#[derive(Clone)]
pub struct Control {
    /// The live sessions.
    pub sessions: Sessions,
    /// What is configured, and what it is doing.
    pub objects: Objects,
    administrators: Arc<Administrators>,
    /// The log.
    pub logs: Logs,
    /// Parts of the gateway that go by its parameters.
    followers: Vec<Follower>,
    /// How it is doing.
    pub vitals: Vitals,
    /// Connections on which administrators run statements.
    workbench: Workbench,
    /// Where changes are written, and who made them.
    store: Arc<Store>,
    /// Held while something is written; in part by writers that only look filters up.
    writing: Arc<RwLock<()>>,
}

impl Control {
    /// The administrators.
    pub fn administrators(&self) -> &Administrators {
        &self.administrators
    }

    /// Operations over the sessions of `source`, over `objects` and over the accounts of
    /// `administrators`; changes are written to `store`.
    pub fn new(
        source: Arc<dyn SessionSource>,
        objects: Objects,
        administrators: Arc<Administrators>,
        store: Arc<Store>,
    ) -> Self {
        Self {
            sessions: Sessions::new(source),
            vitals: Vitals::new(None, objects.clone()),
            workbench: Workbench::new(Arc::new(objects.clone()), SqlParameters::default().into()),
            objects,
            administrators,
            logs: Logs::default(),
            followers: Vec::new(),
            store,
            writing: Arc::default(),
        }
    }

    /// The same with a log, and with what is known of the workers.
    #[must_use]
    pub fn observed(self, logs: Logs, vitals: Vitals) -> Self {
        Self {
            logs,
            vitals,
            ..self
        }
    }
}
