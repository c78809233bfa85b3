//! What servers and monitors tell of replication.

use serde_json::{Value, json};

use crate::servers::{Receiving, ReplicaLink, ServerFacts};

/// The id of the server that a server replicates from, -1 when it does not; of several connections
/// the first counts.
pub(super) fn source_id(facts: &ServerFacts) -> Option<Value> {
    let links = facts.links.as_ref()?;
    let id = links.first().and_then(|link| link.server_id);
    Some(id.map_or(json!(-1), Value::from))
}

/// The replication connections of a server.
pub(super) fn connections(facts: &ServerFacts) -> Option<Value> {
    let links = facts.links.as_ref()?;
    Some(links.iter().map(connection).collect())
}

fn connection(link: &ReplicaLink) -> Value {
    let receiving = match link.receiving {
        Receiving::Yes => "Yes",
        Receiving::Connecting => "Connecting",
        Receiving::No => "No",
    };
    json!({
        "connection_name": link.name,
        "gtid_io_pos": link.gtid_io_pos,
        "last_io_error": link.last_io_error,
        "last_sql_error": link.last_sql_error,
        "master_host": link.host,
        "master_port": link.port,
        "master_server_id": link.server_id.map_or(json!(-1), Value::from),
        "master_server_name": link.server.as_deref(),
        "seconds_behind_master": link.lag_s,
        "slave_io_running": receiving,
        "slave_sql_running": if link.applying { "Yes" } else { "No" },
        "using_gtid": link.using_gtid,
    })
}
