//! The `filters` resource.

use serde::{Deserialize, Serialize};

use super::{Parameters, Source};

/// Attributes of one filter.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FilterAttributes {
    /// Its module.
    pub module: String,
    /// Its parameters.
    pub parameters: Parameters,
    /// Where they come from.
    pub source: Source,
}
