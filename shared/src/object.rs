//! Configured objects: a file for each resource, and here what they have in common.

pub mod filter;
pub mod listener;
pub mod maxscale;
pub mod module;
pub mod monitor;
pub mod server;
pub mod service;
pub mod user;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// Every documented parameter with its value or default; passwords are `*****`.
pub type Parameters = Map<String, Value>;

/// Where an object's configuration comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Source {
    /// The file; `null` for what was made at run time.
    pub file: Option<String>,
    /// `static` for what a file says, `runtime` for what was made at run time.
    #[serde(rename = "type")]
    pub kind: String,
}
