//! The `users/inet` resource: accounts of administrators.

use serde::{Deserialize, Serialize};

/// Attributes of one account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserAttributes {
    /// The name.
    pub name: String,
    /// What the account may do.
    pub account: AccountKind,
}

/// What an account may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AccountKind {
    /// Everything.
    Admin,
    /// Reading only.
    Basic,
}
