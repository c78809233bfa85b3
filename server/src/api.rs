//! The REST API, the event stream and the embedded console, over HTTP/1.1.
//!
//! A request passes `connection` (bytes), `prepare` (method, path), `admission` (who), the route table
//! in `router`, and one handler in the file of its resource. The JSON:API rules are in one place:
//! `query` reads parameters, `resource` and `collection` say what is told, `call` answers.

mod admission;
pub mod attacked;
mod audit;
mod auth;
mod body;
mod call;
mod chain;
mod classifier;
mod collection;
mod conditions;
mod connection;
mod console;
mod error;
mod events;
mod json;
mod life;
mod link;
mod listen;
mod logs;
mod memory;
mod metrics;
mod objects;
mod openapi;
mod origin;
mod prepare;
mod query;
mod request_line;
mod resource;
mod router;
mod samples;
mod sessions;
mod sight;
mod sql;
mod state;
mod threads;
mod trail;
mod unchanged;
mod wanted;

pub use listen::serve;
pub use query::filters_hold;
pub use state::{ApiOptions, ApiState, LiveOptions};

#[cfg(test)]
mod tests;
