//! The resource types of the Sluicegate REST API: what the server renders and the console reads.
//!
//! serde only: no async, no I/O; builds for `wasm32-unknown-unknown`.

pub mod audit;
pub mod auth;
pub mod classifier;
pub mod event;
pub mod jsonapi;
pub mod log;
pub mod object;
pub mod session;
pub mod sql;
pub mod thread;
pub mod vitals;
