//! The columns of the list of sessions.

use std::cmp::Ordering;

use sluicegate_shared::event::SessionState;

use super::measure::Measure;
use crate::state::rows::Row;

/// A column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Column {
    /// The session id.
    Id,
    /// The user.
    User,
    /// The client's address and port.
    Client,
    /// The service.
    Service,
    /// The default database.
    Database,
    /// The servers that it has connections to.
    Servers,
    /// The filters that act, and those that wait.
    Filters,
    /// What it is doing.
    State,
    /// Whether a transaction is open.
    Transaction,
    /// How long ago the client connected.
    Connected,
    /// How long nothing happened.
    Idle,
    /// Statements since the start.
    Statements,
    /// Statements a second.
    Rate,
    /// Packets and chunks moved.
    Io,
    /// Bytes held.
    Memory,
    /// The worker.
    Thread,
}

impl Column {
    /// All columns, in the order in which they stand.
    pub const ALL: [Self; 16] = [
        Self::Id,
        Self::User,
        Self::Client,
        Self::Service,
        Self::Database,
        Self::Servers,
        Self::Filters,
        Self::State,
        Self::Transaction,
        Self::Connected,
        Self::Idle,
        Self::Statements,
        Self::Rate,
        Self::Io,
        Self::Memory,
        Self::Thread,
    ];

    /// The name in the address of the page.
    pub fn key(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::User => "user",
            Self::Client => "client",
            Self::Service => "service",
            Self::Database => "database",
            Self::Servers => "servers",
            Self::Filters => "filters",
            Self::State => "state",
            Self::Transaction => "transaction",
            Self::Connected => "connected",
            Self::Idle => "idle",
            Self::Statements => "statements",
            Self::Rate => "rate",
            Self::Io => "io",
            Self::Memory => "memory",
            Self::Thread => "thread",
        }
    }

    /// What the API sorts by to get the same order, as far as it can.
    pub fn api_key(self) -> Option<&'static str> {
        Some(match self {
            Self::Id => "id",
            Self::User => "user",
            Self::Client => "remote",
            Self::Database => "database",
            Self::Transaction => "transaction",
            Self::Connected => Measure::Connected.attribute(),
            Self::Idle => Measure::Idle.attribute(),
            Self::Statements => Measure::Statements.attribute(),
            Self::Io => Measure::Io.attribute(),
            Self::Memory => Measure::Memory.attribute(),
            Self::Thread => Measure::Thread.attribute(),
            Self::Service => "services",
            Self::Servers | Self::Filters | Self::State | Self::Rate => {
                return None;
            }
        })
    }

    /// The column of that name.
    pub fn named(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|column| column.key() == key)
    }

    /// Whether it is shown when nobody chose.
    pub fn is_default(self) -> bool {
        !matches!(self, Self::Thread | Self::Io)
    }

    /// Whether one wants the largest first.
    pub fn descends_first(self) -> bool {
        matches!(
            self,
            Self::State
                | Self::Transaction
                | Self::Connected
                | Self::Idle
                | Self::Statements
                | Self::Rate
                | Self::Io
                | Self::Memory
        )
    }

    /// The order of two sessions by this column alone. What has no value comes first.
    pub fn compare(self, a: &Row, b: &Row, now_ms: u64) -> Ordering {
        let (x, y) = (&a.session, &b.session);
        match self {
            Self::Id => x.id.cmp(&y.id),
            Self::User => x.user.cmp(&y.user),
            Self::Client => x.remote.cmp(&y.remote).then(x.port.cmp(&y.port)),
            Self::Service => x.service.cmp(&y.service),
            Self::Database => x.database.cmp(&y.database),
            Self::Servers => {
                let servers = x.connections.iter().map(|c| &c.server);
                servers.cmp(y.connections.iter().map(|c| &c.server))
            }
            Self::Filters => x.filters.cmp(&y.filters).then(x.pending.cmp(&y.pending)),
            Self::State => activity(x.state).cmp(&activity(y.state)),
            Self::Transaction => x.transaction.cmp(&y.transaction),
            // The later it was, the shorter it is.
            Self::Connected => y.connected_ms.cmp(&x.connected_ms),
            Self::Idle => y.active_ms.cmp(&x.active_ms),
            Self::Statements => x.statements.cmp(&y.statements),
            Self::Rate => {
                let (x, y) = (&a.statement_rate, &b.statement_rate);
                x.per_second(now_ms).total_cmp(&y.per_second(now_ms))
            }
            Self::Io => x.io_activity.cmp(&y.io_activity),
            Self::Memory => x.memory.cmp(&y.memory),
            Self::Thread => x.thread.cmp(&y.thread),
        }
    }
}

fn activity(state: SessionState) -> u8 {
    match state {
        SessionState::Idle => 0,
        SessionState::Busy => 1,
        SessionState::Closing => 2,
    }
}
