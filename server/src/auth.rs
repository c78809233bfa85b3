//! Who may log in: clients by the accounts of the servers, administrators by the gateway's own.
//!
//! Client authentication is pure: rows of the servers' account tables go in
//! ([`accounts::Accounts::from_rows`]), a login attempt is judged as the server would judge it, and
//! a successful one yields the secret with which the gateway logs in to the servers in the client's
//! name. [`admin`] is for the API.

pub mod accounts;
pub mod admin;
pub mod caching_sha2;
pub mod ed25519;
mod error;
mod mapping;
pub mod native;
mod plugin;
mod proof;
mod secret;
pub mod sha256;

pub use error::{AuthError, ClientName};
pub use mapping::{Mapped, MappingError, UserMapping};
pub use plugin::Plugin;
pub use proof::{Proof, Wanted};
pub use secret::BackendSecret;
