//! Which replica is best.

use super::SplitSession;
use super::fitness::is_replica;
use crate::config::{Rank, ReplicaSelection};
use crate::routers::{Member, Refusal};

/// With `adaptive_routing`, every so many reads one goes to whose turn it is, so that a server that
/// was slow once is measured again.
const TRIAL_EVERY: u64 = 32;

impl SplitSession {
    /// The server for a read: the best replica, else the primary. `lag_max_s` is a hint's.
    ///
    /// # Errors
    /// There is none; why, for each server.
    pub(super) fn reader(
        &mut self,
        members: &[Member],
        lag_max_s: Option<u64>,
    ) -> Result<usize, Vec<Refusal>> {
        let primary = self.primary(members);
        if self.parameters.replicas_max == 0 {
            return primary;
        }
        let with = primary.as_ref().ok().copied();
        let with = with.filter(|_| self.parameters.master_accept_reads);
        let rank = self.rank(members, primary.as_ref().ok().copied());
        let lag_max_ms = self.lag_max_ms(lag_max_s);
        let of_rank = self.best(members, lag_max_ms, with, Some(rank));
        let best = of_rank.or(primary.as_ref().ok().copied());
        let best = best.or_else(|| self.best(members, lag_max_ms, with, None));
        if best.is_some() {
            self.turn = self.turn.wrapping_add(1);
        }
        best.ok_or_else(|| {
            let refusal = |member| {
                self.is_for_reads(member, lag_max_ms)
                    .err()
                    .unwrap_or(Refusal::NotConnected)
            };
            members.iter().map(refusal).collect()
        })
    }

    /// The replicas to connect to at the start, the best first.
    pub(super) fn replicas_at_first(&self, members: &[Member]) -> Vec<usize> {
        let rank = self.rank(members, self.primary(members).ok());
        let lag_max_ms = self.lag_max_ms(None);
        let fits = |member: &Member| self.is_for_reads(member, lag_max_ms).is_ok();
        let mut found: Vec<(u64, usize)> = members
            .iter()
            .enumerate()
            .filter(|(_, member)| member.rank() == rank && fits(member))
            .map(|(index, member)| (self.cost(member), index))
            .collect();
        let len = found.len().max(1) as u64;
        // Among equals, each session begins with another one.
        let turned = |index: usize| (index as u64).wrapping_add(self.turn) % len;
        found.sort_by_key(|&(cost, index)| (cost, turned(index)));
        found.into_iter().map(|(_, index)| index).collect()
    }

    /// The rank of the servers to use: that of the primary, else that of what is connected, else
    /// the best.
    fn rank(&self, members: &[Member], primary: Option<usize>) -> Rank {
        let primary = primary.and_then(|primary| members.get(primary));
        let open = members
            .iter()
            .filter(|member| member.is_open() && self.reachable(member).is_ok());
        let usable = members
            .iter()
            .filter(|member| is_replica(member) && self.reachable(member).is_ok());
        primary
            .map(Member::rank)
            .or_else(|| open.map(Member::rank).min())
            .or_else(|| usable.map(Member::rank).min())
            .unwrap_or(Rank::Primary)
    }

    fn lag_max_ms(&self, hint_s: Option<u64>) -> u64 {
        let configured = Some(self.parameters.max_replication_lag_ms).filter(|&max_ms| max_ms > 0);
        let hint = hint_s.map(|max_s| max_s.saturating_mul(1000));
        configured.into_iter().chain(hint).min().unwrap_or(0)
    }

    /// The best replica of a rank, or of all; `with` may serve as well.
    fn best(
        &self,
        members: &[Member],
        lag_max_ms: u64,
        with: Option<usize>,
        rank: Option<Rank>,
    ) -> Option<usize> {
        let open = members
            .iter()
            .filter(|member| member.is_open() && is_replica(member))
            .count();
        let may_connect = open < self.parameters.replicas_max;
        let fits = |index: usize, member: &Member| {
            rank.is_none_or(|rank| rank == member.rank())
                && (Some(index) == with
                    || (may_connect || member.is_open())
                        && self.is_for_reads(member, lag_max_ms).is_ok())
        };
        let is_trial = self.parameters.selection == ReplicaSelection::Adaptive
            && self.turn % TRIAL_EVERY == TRIAL_EVERY - 1;
        let mut equals = 0;
        let mut best: Option<(u64, bool)> = None;
        for (index, member) in members.iter().enumerate() {
            if fits(index, member) {
                let cost = if is_trial { 0 } else { self.cost(member) };
                let key = (cost, !member.is_open());
                match best {
                    Some(other) if key > other => {}
                    Some(other) if key == other => equals += 1,
                    _ => (best, equals) = (Some(key), 1),
                }
            }
        }
        let key = best?;
        // Equals take turns.
        let turn = self.turn % equals;
        let turn = usize::try_from(turn).unwrap_or_default();
        let equal = members.iter().enumerate().filter(|&(index, member)| {
            let cost = if is_trial { 0 } else { self.cost(member) };
            fits(index, member) && (cost, !member.is_open()) == key
        });
        equal.map(|(index, _)| index).nth(turn)
    }

    /// What a read costs there, by `slave_selection_criteria`; less is better.
    fn cost(&self, member: &Member) -> u64 {
        match self.parameters.selection {
            ReplicaSelection::LeastCurrentOperations => member.busy,
            ReplicaSelection::LeastGlobalConnections => member.candidate.connections,
            ReplicaSelection::LeastRouterConnections => member.service_connections,
            ReplicaSelection::LeastBehindPrimary => {
                member.candidate.replication_lag_s.unwrap_or(u64::MAX)
            }
            ReplicaSelection::Adaptive => {
                // When it would be done with what it has and one more.
                let time = member.response_time.unwrap_or_default().as_micros();
                let time = u64::try_from(time).unwrap_or(u64::MAX);
                time.saturating_mul(member.busy.saturating_add(1))
            }
        }
    }
}
