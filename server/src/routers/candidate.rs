//! A server as routers see it.

use crate::config::Rank;
use crate::servers::{Server, ServerStates};

/// What counts of a server when a session needs one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Candidate {
    /// Its states.
    pub states: ServerStates,
    /// Its rank.
    pub rank: Rank,
    /// How many connections of sessions it has.
    pub connections: u64,
    /// How far it is behind; `None`: unknown, or it does not replicate.
    pub replication_lag_s: Option<u64>,
    /// Whether it has all the connections that `max_routing_connections` allows.
    pub full: bool,
}

impl Candidate {
    /// The server as it is now.
    pub fn of(server: &Server) -> Self {
        let parameters = server.parameters();
        let connections = server.connections();
        let max = parameters.max_routing_connections;
        Self {
            states: server.states(),
            rank: parameters.rank,
            connections,
            replication_lag_s: server.facts().replication_lag_s,
            full: max > 0 && connections >= max,
        }
    }
}
