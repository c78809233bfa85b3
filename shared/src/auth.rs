//! Tokens (`/v1/auth`).

use serde::{Deserialize, Serialize};

/// `GET /v1/auth`: a token for `Authorization: Bearer`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TokenDocument {
    /// Holds the token.
    pub meta: TokenMeta,
}

/// The content of a [`TokenDocument`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TokenMeta {
    /// A JSON Web Token (HS256); it ends with the server process at the latest.
    pub token: String,
}
