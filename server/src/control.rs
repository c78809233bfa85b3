//! Operations on the running gateway, one file per resource, without any HTTP.
//!
//! `api` translates requests into these and their errors into answers.

mod chains;
mod error;
mod filters;
mod journal;
mod layout;
pub mod links;
mod listeners;
mod monitors;
pub mod objects;
mod restart;
mod running;
mod servers;
mod services;
pub mod sessions;
mod write;

use std::sync::Arc;

use tokio::sync::RwLock;

pub use crate::store::Author;
pub use chains::{ChainError, ChangeError, SessionChange};
pub use error::ObjectError;
pub use journal::{Forgetful, Journal};
use objects::Objects;
pub use running::Surroundings;
pub use servers::StateChange;
use sessions::{SessionSource, Sessions};

/// Everything that an administrator may do; cheap to clone.
#[derive(Clone)]
pub struct Control {
    /// The live sessions.
    pub sessions: Sessions,
    /// What is configured, and what it is doing.
    pub objects: Objects,
    /// Held while something is written; in part by writers that only look filters up.
    writing: Arc<RwLock<()>>,
}

impl Control {
    /// Operations over the sessions of `source` and over `objects`.
    pub fn new(source: Arc<dyn SessionSource>, objects: Objects) -> Self {
        Self {
            sessions: Sessions::new(source),
            objects,
            writing: Arc::default(),
        }
    }
}
