//! Who is the primary and who replicates from it.
//!
//! Semantics of the documented MariaDB Monitor, as far as a monitor that changes nothing has them:
//! the primary runs, is not `read_only` and replicates from no other watched server, unless from
//! members of a ring of which it is one itself. Of several the one with the most replicas is
//! taken, then the first. Once chosen it stays, also while it is down, until it is clearly unfit.

#[cfg(test)]
mod tests;

use super::status::{ReplicaLink, ServerStatus};
use crate::servers::ServerStates;

/// Rounds that a primary without running replicas may be down before another one is looked for.
const FAILCOUNT: u64 = 5;

/// A watched server in one round. Its place in the list is its identity.
pub(super) struct Member<'a> {
    /// Host in lower case, and port.
    pub(super) address: (String, u16),
    pub(super) server_id: Option<u64>,
    pub(super) in_maintenance: bool,
    /// `None`: it is down.
    pub(super) status: Option<&'a ServerStatus>,
}

/// What is remembered from round to round.
#[derive(Debug, Default)]
pub(super) struct Topology {
    primary: Option<usize>,
    rounds_down: u64,
}

impl Topology {
    /// The role of each member: primary, replica, relay, or none.
    pub(super) fn assign(&mut self, members: &[Member<'_>]) -> Vec<ServerStates> {
        let graph = Graph::of(members);
        let down = |place: usize| {
            members
                .get(place)
                .is_none_or(|member| member.status.is_none())
        };
        self.rounds_down = if self.primary.is_some_and(down) {
            self.rounds_down + 1
        } else {
            0
        };
        if !self
            .primary
            .is_some_and(|place| self.may_stay(place, &graph, members))
        {
            self.primary = graph.best(|place| graph.is_fit(place, members));
            self.rounds_down = 0;
        }
        // Without one that takes writes, those that replicate are still replicas of the others'.
        let source = self.primary.or_else(|| {
            graph.best(|place| !down(place) && graph.replicas(place) > 0 && graph.is_top(place))
        });
        (0..members.len())
            .map(|place| {
                let mut role = ServerStates::empty();
                if down(place) {
                    return role;
                }
                let replicates = source.is_some_and(|source| graph.reaches(place, source));
                if self.primary == Some(place) {
                    role |= ServerStates::PRIMARY;
                } else if replicates {
                    role |= ServerStates::REPLICA;
                    role.set(ServerStates::RELAY, graph.replicas(place) > 0);
                }
                role
            })
            .collect()
    }

    fn may_stay(&self, place: usize, graph: &Graph, members: &[Member<'_>]) -> bool {
        match members.get(place).and_then(|member| member.status) {
            Some(_) => graph.is_fit(place, members),
            None => self.rounds_down <= FAILCOUNT || graph.replicas(place) > 0,
        }
    }
}

/// Who replicates from whom.
struct Graph {
    /// `reach[a][b]`: a replicates from b, directly or over others that run.
    reach: Vec<Vec<bool>>,
    running: Vec<bool>,
}

impl Graph {
    fn of(members: &[Member<'_>]) -> Self {
        let running: Vec<bool> = members
            .iter()
            .map(|member| member.status.is_some())
            .collect();
        let mut reach: Vec<Vec<bool>> = members
            .iter()
            .enumerate()
            .map(|(place, member)| sources(place, member, members))
            .collect();
        // Warshall: over every server that runs.
        for (middle, runs) in running.iter().enumerate() {
            if !runs {
                continue;
            }
            let onward = reach.get(middle).cloned().unwrap_or_default();
            for row in &mut reach {
                if row.get(middle) == Some(&true) {
                    for (cell, next) in row.iter_mut().zip(&onward) {
                        *cell |= next;
                    }
                }
            }
        }
        Self { reach, running }
    }

    fn reaches(&self, from: usize, to: usize) -> bool {
        self.reach.get(from).and_then(|row| row.get(to)) == Some(&true)
    }

    /// How many running servers replicate from this one.
    fn replicas(&self, place: usize) -> usize {
        let others = self.running.iter().enumerate();
        others
            .filter(|(other, runs)| **runs && *other != place && self.reaches(*other, place))
            .count()
    }

    /// Whether it replicates from nobody but those that replicate from it.
    fn is_top(&self, place: usize) -> bool {
        (0..self.running.len())
            .all(|other| !self.reaches(place, other) || self.reaches(other, place))
    }

    fn is_fit(&self, place: usize, members: &[Member<'_>]) -> bool {
        members.get(place).is_some_and(|member| {
            member.status.is_some_and(|status| {
                status.facts.read_only == Some(false)
                    && status.links.is_some()
                    && !member.in_maintenance
                    && self.is_top(place)
            })
        })
    }

    /// Of those that are `fit` the one with the most replicas; of equals the first.
    fn best(&self, fit: impl Fn(usize) -> bool) -> Option<usize> {
        let places = (0..self.running.len()).filter(|place| fit(*place));
        places.max_by_key(|place| (self.replicas(*place), std::cmp::Reverse(*place)))
    }
}

/// The members from which the one at `place` replicates directly.
fn sources(place: usize, member: &Member<'_>, members: &[Member<'_>]) -> Vec<bool> {
    let mut row = vec![false; members.len()];
    let links = member.status.and_then(|status| status.links.as_ref());
    for link in links.into_iter().flatten().filter(|link| link.is_active()) {
        if let Some(cell) = source(link, place, members).and_then(|source| row.get_mut(source)) {
            *cell = true;
        }
    }
    row
}

/// The member that a connection is to: by address, else by an id that only one of them has. The
/// servers may know each other by other addresses than those the gateway has.
fn source(link: &ReplicaLink, place: usize, members: &[Member<'_>]) -> Option<usize> {
    let others = || {
        members
            .iter()
            .enumerate()
            .filter(|(other, _)| *other != place)
    };
    let by_address =
        others().find(|(_, member)| member.address.0 == link.host && member.address.1 == link.port);
    if let Some((other, _)) = by_address {
        return Some(other);
    }
    let id = link.server_id?;
    let mut by_id = others().filter(|(_, member)| member.server_id == Some(id));
    match (by_id.next(), by_id.next()) {
        (Some((other, _)), None) => Some(other),
        _ => None,
    }
}
