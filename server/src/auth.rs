//! Who may log in: clients by the accounts of the servers, administrators by the gateway's own.
//!
//! Client authentication is pure: rows of the servers' account tables go in
//! ([`accounts::Accounts::from_rows`]), a login attempt is judged as the server would judge it, and
//! a successful one yields the secret with which the gateway logs in to the servers in the client's
//! name. [`admin`] is for the API.

pub mod accounts;
pub mod admin;
mod error;
pub mod native;
pub mod plugin;

pub use error::{AuthError, ClientName};
pub use native::{BackendSecret, NAME as PLUGIN_NATIVE};
