//! The `listeners` resource.

use serde::{Deserialize, Serialize};

use super::{Parameters, Source};

/// Attributes of one listener.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ListenerAttributes {
    /// Its parameters.
    pub parameters: Parameters,
    /// Where they come from.
    pub source: Source,
    /// `Running`, or `Stopped` by an administrator.
    pub state: String,
}
