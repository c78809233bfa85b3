//! Connections to servers: dialled, logged in, and either handed to a session or used for the
//! gateway's own queries.

mod account_rows;
mod authentication;
mod connection;
mod endpoint;
mod error;
mod init;
mod login;
mod query;
mod rows;

pub use account_rows::fetch_account_rows;
pub use authentication::{Authenticated, Conversation};
pub use connection::{BackendConnection, BackendLogin, connect, connect_over};
pub use endpoint::Endpoint;
pub use error::{BackendError, Cause, Step};
pub use init::{InitStatements, run_statements};
pub use query::QueryConnection;
pub use rows::Rows;
