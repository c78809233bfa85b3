//! Operations on the running gateway, one file per resource, without any HTTP.
//!
//! `api` translates requests into these and their errors into answers.

mod chains;
mod error;
mod filters;
mod footprint;
mod journal;
pub mod objects;
mod services;
pub mod sessions;
mod undo;

use std::sync::Arc;

use tokio::sync::RwLock;

pub use chains::{ChainError, ChangeError, SessionChange};
pub use error::ObjectError;
pub use journal::By;
use objects::Objects;
use sessions::{SessionSource, Sessions};
pub use undo::UndoError;

use crate::store::Store;

/// Everything that an administrator may do; cheap to clone.
#[derive(Clone)]
pub struct Control {
    /// The live sessions.
    pub sessions: Sessions,
    /// What is configured, and what it is doing.
    pub objects: Objects,
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
            objects,
            store,
            writing: Arc::default(),
        }
    }
}
