//! A server as a resource.

pub(in crate::api) mod write;

use serde_json::Value;
use sluicegate_shared::object::server::state;

use super::{Configured, described, names, replication, statistics};
use crate::api::resource::Resource;
use crate::api::state::ApiState;
use crate::control::objects::ServerView;
use crate::servers::ServerStates;

/// One server.
pub(in crate::api) struct ServerResource(ServerView);

impl Configured for ServerResource {
    const ONE: &'static str = "a server";
    const LIVE: bool = true;

    fn all(state: &ApiState) -> Vec<Self> {
        state
            .control()
            .objects
            .servers()
            .into_iter()
            .map(Self)
            .collect()
    }
}

impl ServerResource {
    /// Attributes that do not move by themselves.
    const CONFIGURED: &'static [&'static str] = &["name", "parameters", "source"];
}

impl Resource for ServerResource {
    const KIND: &'static str = "servers";
    const ATTRIBUTES: &'static [&'static str] = &[
        "gtid_binlog_pos",
        "gtid_current_pos",
        "last_event",
        "lock_held",
        "master_group",
        "master_id",
        "name",
        "node_id",
        "parameters",
        "read_only",
        "replication_lag",
        "server_id",
        "slave_connections",
        "source",
        "state",
        "statistics",
        "triggered_at",
        "uptime",
        "version_string",
    ];
    const RELATIONSHIPS: &'static [&'static str] = &["monitors", "services"];

    fn id(&self) -> String {
        self.0.object.name.to_string()
    }

    fn attribute(&self, name: &str) -> Option<Value> {
        let facts = &self.0.facts;
        Some(match name {
            "gtid_binlog_pos" => facts.gtid_binlog_pos.as_deref()?.into(),
            "gtid_current_pos" => facts.gtid_current_pos.as_deref()?.into(),
            "node_id" | "server_id" => facts.server_id?.into(),
            "read_only" => facts.read_only?.into(),
            // A primary is behind nobody.
            "replication_lag" if self.0.states.contains(ServerStates::PRIMARY) => 0.into(),
            "replication_lag" => facts.replication_lag_s?.into(),
            "last_event" => self.0.last_event?.event.to_string().into(),
            // Gateways that watch the same servers do not agree on one of them.
            "lock_held" => Value::Null,
            "master_group" => facts.group.into(),
            "master_id" => replication::source_id(facts)?,
            "slave_connections" => replication::connections(facts)?,
            "state" => state_words(self.0.states, self.0.statistics.connections).into(),
            "statistics" => statistics::of(&self.0.statistics),
            "triggered_at" => httpdate::fmt_http_date(self.0.last_event?.at).into(),
            "uptime" => self.0.uptime()?.as_secs().into(),
            "version_string" if facts.version.is_empty() => return None,
            "version_string" => facts.version.as_str().into(),
            _ => return described(&self.0.object, name),
        })
    }

    fn related(&self, name: &str) -> Option<Vec<String>> {
        match name {
            "monitors" => Some(names(&self.0.monitors)),
            "services" => Some(names(&self.0.services)),
            _ => None,
        }
    }

    fn version(&self) -> Option<u64> {
        Some(self.0.object.version)
    }
}

/// The states as the API documents them, in its order.
pub(in crate::api) fn state_words(states: ServerStates, connections: u64) -> String {
    let drained = if connections == 0 {
        state::DRAINED
    } else {
        state::DRAINING
    };
    let mut words: Vec<&str> = [
        (ServerStates::MAINTENANCE, state::MAINTENANCE),
        (ServerStates::DRAINING, drained),
        (ServerStates::PRIMARY, state::PRIMARY),
        (ServerStates::RELAY, state::RELAY),
        (ServerStates::REPLICA, state::REPLICA),
        (ServerStates::EXTERNAL_REPLICA, state::EXTERNAL_REPLICA),
        (ServerStates::SYNCED, state::SYNCED),
        (ServerStates::AUTH_ERROR, state::AUTH_ERROR),
        (
            ServerStates::DISK_SPACE_EXHAUSTED,
            state::DISK_SPACE_EXHAUSTED,
        ),
    ]
    .into_iter()
    .filter_map(|(flag, word)| states.contains(flag).then_some(word))
    .collect();
    let running = states.contains(ServerStates::RUNNING);
    words.push(if running { state::RUNNING } else { state::DOWN });
    words.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn states_are_told_in_the_documented_words() {
        let running = ServerStates::RUNNING;
        assert_eq!(
            state_words(running | ServerStates::PRIMARY, 0),
            "Master, Running"
        );
        assert_eq!(
            state_words(running | ServerStates::REPLICA, 0),
            "Slave, Running"
        );
        assert_eq!(state_words(ServerStates::empty(), 0), "Down");
        assert_eq!(
            state_words(running | ServerStates::DRAINING, 2),
            "Draining, Running"
        );
        assert_eq!(
            state_words(running | ServerStates::DRAINING, 0),
            "Drained, Running"
        );
        assert_eq!(
            state_words(ServerStates::MAINTENANCE, 0),
            "Maintenance, Down"
        );
    }
}
