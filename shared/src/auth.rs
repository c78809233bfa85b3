//! Who is logged in (`/v1/auth`).

use serde::{Deserialize, Serialize};

/// `GET /v1/auth`: a token for `Authorization: Bearer`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenDocument {
    /// Holds the token.
    pub meta: TokenMeta,
}

/// The content of a [`TokenDocument`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenMeta {
    /// A JSON Web Token (HS256); it ends with the server process at the latest.
    pub token: String,
}

/// `GET /v1/auth/identity`: whose credentials the request bears.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IdentityDocument {
    /// Holds the identity.
    pub meta: Identity,
}

/// The content of an [`IdentityDocument`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    /// The account's name.
    pub user: String,
    /// What it may do.
    pub account: AccountKind,
    /// When its token ends, seconds since 1970; absent for a name and password.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires: Option<u64>,
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
