//! A session as events tell it.

use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use sluicegate_shared::event::{SessionRow, SessionState};
use sluicegate_shared::session::SessionConnection;

use crate::control::sessions::{Activity, SessionView};

/// The JSON text of a row. All rows are representable; one that were not would be told as nothing.
pub(super) fn encode(view: SessionView) -> Option<Bytes> {
    serde_json::to_vec(&row(view)).ok().map(Bytes::from)
}

/// Milliseconds since 1970.
pub(super) fn milliseconds(time: SystemTime) -> u64 {
    time.duration_since(UNIX_EPOCH)
        .unwrap_or_default()
        .as_millis() as u64
}

fn row(view: SessionView) -> SessionRow {
    let connections = view
        .connections
        .into_iter()
        .map(|connection| SessionConnection {
            server: connection.server.to_string(),
            connection_id: connection.connection_id,
            cipher: connection.cipher,
            statements: connection.statements,
        });
    let names = |chain: Vec<Arc<str>>| chain.iter().map(ToString::to_string).collect();
    SessionRow {
        id: view.id,
        user: view.user,
        remote: view.remote,
        port: view.port,
        service: view.service.to_string(),
        state: match view.state {
            Activity::Idle => SessionState::Idle,
            Activity::Busy => SessionState::Busy,
            Activity::Closing => SessionState::Closing,
        },
        database: view.database,
        transaction: view.transaction,
        connected_ms: milliseconds(view.connected),
        active_ms: milliseconds(view.active),
        statements: view.statements,
        io_activity: view.io_activity,
        memory: view.memory_bytes,
        thread: view.thread,
        connections: connections.collect(),
        filters: names(view.chain.active),
        pending: view.chain.pending.map(names),
        generation: view.chain.generation,
    }
}
