//! Requests against the whole API over a fixed set of sessions, without sockets.

mod auth;
pub(super) mod fixture;
mod objects;
mod over_sockets;
mod protocol;
mod sessions;
