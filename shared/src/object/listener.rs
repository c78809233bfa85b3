//! The `listeners` resource.

use serde::{Deserialize, Serialize};

use super::{Parameters, Source};

/// Attributes of one listener.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ListenerAttributes {
    /// Its parameters.
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub parameters: Parameters,
    /// Where they come from.
    pub source: Source,
    /// `Running`, or `Stopped` by an administrator.
    pub state: String,
}
