//! Which servers may be used, and for what.

use super::SplitSession;
use crate::config::Rank;
use crate::routers::{LinkState, Member, Refusal};
use crate::servers::ServerStates;

/// A lag that is never too much for a connection that is open already.
const TOLERATED_LAG_S: u64 = 300;

/// What makes a server one for reads.
const REPLICAS: ServerStates = ServerStates::REPLICA.union(ServerStates::RELAY);

impl SplitSession {
    /// The session's primary: the one it uses as long as it is one, else the best there is.
    ///
    /// # Errors
    /// There is none; why, for each server.
    pub(super) fn primary(&self, members: &[Member]) -> Result<usize, Vec<Refusal>> {
        if self.state.primary_given_up {
            return Err(vec![Refusal::Unreachable]);
        }
        let fits = |member: &Member| {
            self.reachable(member)?;
            is_primary(member).then_some(()).ok_or(Refusal::Role)
        };
        if let Some(current) = self.state.primary
            && members
                .get(current)
                .is_some_and(|member| fits(member).is_ok())
        {
            return Ok(current);
        }
        let mut refusals = Vec::new();
        let mut best: Option<(usize, (Rank, bool))> = None;
        for (index, member) in members.iter().enumerate() {
            match fits(member) {
                Ok(()) => {
                    let key = (member.rank(), !member.is_open());
                    if best.is_none_or(|(_, other)| key < other) {
                        best = Some((index, key));
                    }
                }
                Err(refusal) => refusals.push(refusal),
            }
        }
        best.map(|(index, _)| index).ok_or(refusals)
    }

    /// Whether the session may go on with another primary than it had.
    pub(super) fn may_change_primary(&self, to: usize) -> bool {
        self.parameters.master_reconnection
            || self.state.primary.is_none_or(|current| current == to)
    }

    /// Whether statements of the session can get to the server, whatever its role.
    pub(super) fn reachable(&self, member: &Member) -> Result<(), Refusal> {
        let states = member.states();
        if !states.contains(ServerStates::RUNNING) {
            return Err(Refusal::Down);
        }
        if states.contains(ServerStates::MAINTENANCE) {
            return Err(Refusal::Maintenance);
        }
        match member.link {
            LinkState::Failed => Err(Refusal::Unreachable),
            LinkState::Closed if !self.state.connects => Err(Refusal::NotConnected),
            LinkState::Closed if states.contains(ServerStates::DRAINING) => Err(Refusal::Draining),
            LinkState::Closed if member.candidate.full => Err(Refusal::Full),
            LinkState::Open | LinkState::Closed => Ok(()),
        }
    }

    /// Whether a server gets reads as a replica. `lag_max_ms` is what it may lag; 0: any lag.
    pub(super) fn is_for_reads(&self, member: &Member, lag_max_ms: u64) -> Result<(), Refusal> {
        self.reachable(member)?;
        if !is_replica(member) {
            return Err(Refusal::Role);
        }
        lag(member, lag_max_ms)
    }

    /// Whether an open connection may stay, when nothing goes on there.
    pub(super) fn may_stay(&self, member: &Member) -> Result<(), Refusal> {
        self.reachable(member)?;
        if !is_primary(member) && !is_replica(member) {
            return Err(Refusal::Role);
        }
        if is_primary(member) || self.parameters.max_replication_lag_ms == 0 {
            return Ok(());
        }
        let twice_ms = self.parameters.max_replication_lag_ms.saturating_mul(2);
        let limit_s = TOLERATED_LAG_S.max(twice_ms / 1000);
        match member.candidate.replication_lag_s {
            Some(lag_s) if lag_s > limit_s => Err(Refusal::TooFarBehind),
            _ => Ok(()),
        }
    }
}

/// Whether writes can go there.
pub(super) fn is_primary(member: &Member) -> bool {
    member.states().contains(ServerStates::PRIMARY)
}

/// Whether it replicates.
pub(super) fn is_replica(member: &Member) -> bool {
    member.states().intersects(REPLICAS) && !is_primary(member)
}

fn lag(member: &Member, max_ms: u64) -> Result<(), Refusal> {
    if max_ms == 0 {
        return Ok(());
    }
    match member.candidate.replication_lag_s {
        Some(lag_s) if lag_s.saturating_mul(1000) < max_ms => Ok(()),
        Some(_) => Err(Refusal::TooFarBehind),
        None => Err(Refusal::LagUnknown),
    }
}
