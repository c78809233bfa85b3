//! Operations on the running gateway, one file per resource, without any HTTP.
//!
//! `api` translates requests into these and their errors into answers.

pub mod sessions;

use std::sync::Arc;

use sessions::{SessionSource, Sessions};

/// Everything that an administrator may do; cheap to clone.
#[derive(Clone)]
pub struct Control {
    /// The live sessions.
    pub sessions: Sessions,
}

impl Control {
    /// Operations over the sessions of `source`.
    pub fn new(source: Arc<dyn SessionSource>) -> Self {
        Self {
            sessions: Sessions::new(source),
        }
    }
}
