//! Operations on the running gateway, one file per resource, without any HTTP.
//!
//! `api` translates requests into these and their errors into answers.

mod chains;
mod commands;
mod error;
mod filters;
mod footprint;
mod journal;
pub mod logs;
pub mod objects;
mod services;
pub mod sessions;
mod undo;
pub mod vitals;

use std::sync::Arc;

use tokio::sync::RwLock;

pub use chains::{ChainError, ChangeError, SessionChange};
pub use error::ObjectError;
pub use journal::By;
use logs::Logs;
use objects::Objects;
use sessions::{SessionSource, Sessions};
pub use undo::UndoError;
use vitals::Vitals;

use crate::store::Store;

/// Everything that an administrator may do; cheap to clone.
#[derive(Clone)]
pub struct Control {
    /// The live sessions.
    pub sessions: Sessions,
    /// What is configured, and what it is doing.
    pub objects: Objects,
    /// The log.
    pub logs: Logs,
    /// How it is doing.
    pub vitals: Vitals,
    /// Where changes are written, and who made them.
    store: Arc<Store>,
    /// Held while something is written; in part by writers that only look filters up.
    writing: Arc<RwLock<()>>,
}

impl Control {
    /// Operations over the sessions of `source` and over `objects`; changes are written to `store`.
    pub fn new(source: Arc<dyn SessionSource>, objects: Objects, store: Arc<Store>) -> Self {
        Self {
            sessions: Sessions::new(source),
            vitals: Vitals::new(None, objects.clone()),
            objects,
            logs: Logs::default(),
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
