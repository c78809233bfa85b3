//! The `audit` resource: what was changed, by whom and from where.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Attributes of one record.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AuditAttributes {
    /// What was done: `create`, `alter`, `delete`, `start`, ..
    pub action: String,
    /// From where.
    pub address: String,
    /// What it was afterwards; `null` for what was removed. Passwords are `*****`.
    #[serde(default)]
    pub after: Value,
    /// What it was before; `null` for what is new.
    #[serde(default)]
    pub before: Value,
    /// The type of what was changed: `servers`, `sessions`, ..
    pub kind: String,
    /// Its name.
    pub name: String,
    /// The number of the operation: one may have several records.
    pub operation: u64,
    /// How it ended: `done`, or why it was not.
    pub outcome: String,
    /// When (`2026-11-24T09:12:03.512Z`).
    pub time: String,
    /// The record whose operation it undoes.
    pub undoes: Option<u64>,
    /// Who.
    pub user: String,
}
