//! The `filters` resource.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Parameters, Source};

/// Attributes of one filter.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FilterAttributes {
    /// What it has to tell of itself; `null` when nothing.
    #[serde(default)]
    pub filter_diagnostics: Value,
    /// Its module.
    pub module: String,
    /// Its parameters.
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub parameters: Parameters,
    /// Where they come from.
    pub source: Source,
}
