//! Why there is no server for a session or a request.

use crate::wire::reply::ErrPacket;

/// Why a server cannot have a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
pub enum Refusal {
    /// It does not answer.
    #[error("down")]
    Down,
    /// An operator has put it out of use.
    #[error("in maintenance")]
    Maintenance,
    /// An operator lets its sessions end.
    #[error("draining")]
    Draining,
    /// It has none of the roles of `router_options`.
    #[error("not in one of the roles asked for")]
    Role,
    /// It is the primary, and `master_accept_reads=false`.
    #[error("the primary, which takes no reads")]
    PrimaryTakesNoReads,
    /// It replicates, and how far it is behind is not known.
    #[error("behind by an unknown time")]
    LagUnknown,
    /// It is not less than `max_replication_lag` behind.
    #[error("too far behind")]
    TooFarBehind,
    /// It has `max_routing_connections` connections.
    #[error("full")]
    Full,
    /// The session's connection to it failed or was lost.
    #[error("not to be connected to")]
    Unreachable,
    /// It was not needed: the session has all the connections that it may have, or can't open new
    /// ones.
    #[error("not connected")]
    NotConnected,
}

/// Why a session or a request has no server, or cannot keep the one it has. A later try may
/// succeed. The texts name no server, so that clients may see them.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RouteError {
    /// The service has no servers, or none is left to try.
    #[error("no server to choose from")]
    NoServer,
    /// None of the servers will do; why, for each of them in order.
    #[error("no server: {}", counted(.0))]
    NoneFits(Vec<Refusal>),
    /// The session's server will not do any more.
    #[error("the server is {0}")]
    NoLongerFits(Refusal),
    /// A statement that needs the primary, and there is none.
    #[error("no primary for a statement that needs one: {}", counted(.0))]
    NoPrimary(Vec<Refusal>),
    /// The same, and the session goes on with reads.
    #[error("this session is in read-only mode: there is no primary")]
    ReadOnly,
    /// A write in a transaction that only reads. Replicas would refuse it, too, but for being replicas.
    #[error("cannot execute statement in a READ ONLY transaction")]
    ReadOnlyTransaction,
    /// The primary is gone or another one, and the session may not go on with that
    /// (`master_failure_mode`, `master_reconnection`).
    #[error("lost the connection to the primary")]
    PrimaryLost,
    /// The primary is gone, and what the statement has done there is not known.
    #[error(
        "lost the connection to the primary during a statement; whether it took effect is not known"
    )]
    WriteLost,
    /// A server is gone, and the client has got a part of its reply, or it can't be asked again.
    #[error("lost the connection to the server during a statement")]
    ReplyLost,
    /// A server is gone, and a transaction with it.
    #[error("lost the connection to the server during a transaction, which was rolled back")]
    TransactionLost,
    /// The server is gone while it committed.
    #[error(
        "lost the connection to the server during a COMMIT; whether it took effect is not known"
    )]
    CommitLost,
    /// The primary is gone, and temporary tables with it (`strict_tmp_tables`).
    #[error("lost the connection to the primary, and with it temporary tables")]
    TemporaryTablesLost,
    /// The primary is gone, and locks with it.
    #[error("lost the connection to the primary, and with it locks of tables")]
    LocksLost,
    /// What was set for the next transaction is gone with the server.
    #[error("lost the connection to the server, and with it what was set for the next transaction")]
    SettingsLost,
    /// The client has ended its transaction with `RELEASE`, and the server the connection.
    #[error("the transaction ended with RELEASE")]
    Released,
    /// The server where the prepared statement was executed is gone, and its rows with it.
    #[error("the server where the prepared statement was executed is gone")]
    CursorLost,
}

impl RouteError {
    /// What the client gets.
    pub fn packet(&self) -> ErrPacket {
        let (code, sqlstate) = match self {
            // ER_READ_ONLY_MODE
            Self::ReadOnly => (1836, b"HY000"),
            // ER_CANT_EXECUTE_IN_READ_ONLY_TRANSACTION
            Self::ReadOnlyTransaction => (1792, b"25006"),
            // ER_STMT_HAS_NO_OPEN_CURSOR
            Self::CursorLost => (1421, b"HY000"),
            // ER_CONNECT_TO_FOREIGN_DATA_SOURCE: numbers from 2000 on are for clients only.
            Self::NoServer | Self::NoneFits(_) | Self::NoPrimary(_) => (1429, b"HY000"),
            // ER_CONNECTION_KILLED, which MariaDB's own clients know as a reason to connect again.
            _ => (1927, b"70100"),
        };
        ErrPacket::new(code, sqlstate, sentence(&self.to_string()))
    }
}

/// The text with a capital.
fn sentence(text: &str) -> String {
    let mut chars = text.chars();
    let first = chars.next().map(|first| first.to_ascii_uppercase());
    first.into_iter().chain(chars).collect()
}

/// `2 are down, 1 is draining`. Names no server, so it may be shown to a client.
fn counted(refusals: &[Refusal]) -> String {
    let mut refusals = refusals.to_vec();
    refusals.sort_unstable();
    let equal = refusals
        .chunk_by(|a, b| a == b)
        .filter_map(|equal| Some((equal.first()?, equal)));
    let parts = equal.map(|(refusal, equal)| {
        let verb = if equal.len() == 1 { "is" } else { "are" };
        format!("{} {verb} {refusal}", equal.len())
    });
    parts.collect::<Vec<_>>().join(", ")
}
