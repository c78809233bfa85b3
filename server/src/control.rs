//! Operations on the running gateway, one file per resource, without any HTTP.
//!
//! `api` translates requests into these and their errors into answers.

mod chains;
pub mod objects;
pub mod sessions;

use std::sync::Arc;

use tokio::sync::RwLock;

pub use chains::{ChainError, ChangeError, SessionChange};
use objects::Objects;
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
