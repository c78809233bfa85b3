//! The `users/inet` resource: accounts of administrators.

use serde::{Deserialize, Serialize};

/// Attributes of one account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UserAttributes {
    /// The name.
    pub name: String,
    /// What the account may do.
    pub account: AccountKind,
    /// When it was made, an HTTP date.
    pub created: Option<String>,
    /// When somebody last logged in with it since the gateway started, an HTTP date.
    pub last_login: Option<String>,
    /// When its password or what it may do was last changed, an HTTP date.
    pub last_update: Option<String>,
}

/// What an account may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum AccountKind {
    /// Everything.
    Admin,
    /// Reading only.
    Basic,
}
