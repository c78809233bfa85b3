//! Connections to servers: dialled, logged in, and either handed to a session or used for the
//! gateway's own queries.

mod account_rows;
mod authentication;
mod change_user;
mod connection;
mod endpoint;
mod error;
mod init;
mod login;
mod pool;
mod query;
mod retry;
mod rows;
mod statements;

pub use account_rows::fetch_account_rows;
pub use change_user::{ChangedUser, UserChange};
pub use connection::{BackendConnection, BackendLogin, connect, connect_over};
pub use endpoint::Endpoint;
pub use error::{BackendError, Cause, Step};
pub use init::InitStatements;
pub use pool::{Adopted, Kinship, Pool, Unused};
pub use query::QueryConnection;
pub use retry::Retries;
pub use rows::{Rows, result_of};
pub use statements::{Results, StatementConnection};
