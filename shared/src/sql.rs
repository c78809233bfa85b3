//! The `sql` resource: connections on which the API runs statements, and what those return.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Attributes of one connection.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SqlAttributes {
    /// Seconds since it has done something; 0 while it runs statements.
    pub seconds_idle: f64,
    /// The statements that it runs.
    pub sql: Option<String>,
    /// The server, service or listener that it leads to.
    pub target: String,
    /// Its id there.
    pub thread_id: u32,
}

/// The answer to who opens a connection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SqlMeta {
    /// What the connection is used with.
    pub token: String,
}

/// Attributes of statements that were run together.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct QueryAttributes {
    /// Seconds that they took.
    pub execution_time: f64,
    /// What they returned, one after the other; none while they run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub results: Option<Vec<QueryResult>>,
    /// Their text.
    pub sql: String,
}

/// What one statement returned: rows (`complete`, `data`, `fields`), success without rows
/// (`affected_rows`, `last_insert_id`, `warnings`), or an error (`errno`, `message`, `sqlstate`), which
/// may also end rows early.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct QueryResult {
    /// Rows that were changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub affected_rows: Option<u64>,
    /// Whether there are no more rows than these.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub complete: Option<bool>,
    /// Rows of values.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data: Option<Vec<Vec<Value>>>,
    /// Number of an error.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub errno: Option<u16>,
    /// Names of the columns.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fields: Option<Vec<String>>,
    /// First value made for an AUTO_INCREMENT column; 0: none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_insert_id: Option<u64>,
    /// Text of an error.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// SQLSTATE of an error.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sqlstate: Option<String>,
    /// Number of warnings.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub warnings: Option<u16>,
}
