//! Why there is no server for a session.

use std::fmt;

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

/// No server of the service can have the session. A later try may succeed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct RouteError {
    /// Why, for each of the service's servers in order. Empty: it has no servers.
    pub refusals: Vec<Refusal>,
}

impl fmt::Display for RouteError {
    /// `no server: 2 are down, 1 is draining`. Names no server, so it may be shown to a client.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.refusals.is_empty() {
            return f.write_str("no server: the service has none");
        }
        let mut refusals = self.refusals.clone();
        refusals.sort_unstable();
        f.write_str("no server: ")?;
        for (index, equal) in refusals.chunk_by(|a, b| a == b).enumerate() {
            let Some(refusal) = equal.first() else {
                continue;
            };
            let separator = if index > 0 { ", " } else { "" };
            let verb = if equal.len() == 1 { "is" } else { "are" };
            write!(f, "{separator}{} {verb} {refusal}", equal.len())?;
        }
        Ok(())
    }
}
