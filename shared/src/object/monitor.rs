//! The `monitors` resource.

use serde::{Deserialize, Serialize};

use super::{Parameters, Source};

/// Attributes of one monitor.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MonitorAttributes {
    /// Its module.
    pub module: String,
    /// Its parameters.
    pub parameters: Parameters,
    /// Where they come from.
    pub source: Source,
    /// `Running`.
    pub state: String,
}
