//! The log: `/maxscale/logs` and what is below it.

use serde::{Deserialize, Serialize};

use crate::object::Parameters;

/// Attributes of the log.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LogsAttributes {
    /// The file; `null` when there is none.
    pub log_file: Option<String>,
    /// What is logged, the gravest first.
    pub log_priorities: Vec<String>,
    /// The parameters of the gateway that are about it.
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub parameters: Parameters,
}

/// Attributes of lines of the log that are told together.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LogDataAttributes {
    /// The lines, the oldest first.
    pub log: Vec<LogLine>,
    /// Where they come from: `maxlog`.
    pub log_source: String,
}

/// A line of the log among others.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LogLine {
    /// Its number.
    pub id: String,
    /// What it says.
    #[serde(flatten)]
    pub said: LogMessage,
}

/// Attributes of a line of the log that is told by itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LogEntryAttributes {
    /// Where it comes from: `maxlog`.
    pub log_source: String,
    /// What it says.
    #[serde(flatten)]
    pub said: LogMessage,
}

/// What a line of the log says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LogMessage {
    /// Its text.
    pub message: String,
    /// The part of the gateway that says it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub module: Option<String>,
    /// The configured object that it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub object: Option<String>,
    /// How grave it is.
    pub priority: String,
    /// The session that it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session: Option<String>,
    /// When (`2026-11-24 00:29:13`), local time.
    pub timestamp: String,
    /// The same in seconds since 1970.
    pub unix_timestamp: i64,
}
