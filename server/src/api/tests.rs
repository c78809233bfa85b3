//! Requests against the whole API over a fixed set of sessions, without sockets.

mod anything;
mod audit;
mod auth;
mod documented;
mod every_operation;
mod examples;
mod fields;
mod filters;
pub(super) mod fixture;
mod gateway;
mod objects;
mod openapi;
mod over_sockets;
mod patches;
mod protocol;
mod read_modify_write;
mod services;
mod sessions;
mod sight;
mod slow_clients;
mod trail;
mod users;
