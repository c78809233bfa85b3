//! Why there is no server for a session.

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
}

/// Why a session has no server, or cannot keep the one it has. A later try may succeed.
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
