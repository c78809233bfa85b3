//! Who is the primary and who replicates from it.
//!
//! Semantics of the documented MariaDB Monitor, as far as a monitor that changes nothing has them:
//! the primary runs, is not `read_only` and replicates from no other watched server, unless from
//! members of a ring of which it is one itself. Of several the one with the most replicas is
//! taken, then the first. Once chosen it stays, also while it is down, until it is clearly unfit.

#[cfg(test)]
mod tests;

use std::sync::Arc;

use super::conditions::{Graphs, hold_for_primary, hold_for_replica};
use super::graph::source;
use crate::config::ReplicationParameters;
use crate::servers::{ReplicaLink, ServerFacts, ServerStates};

/// A watched server in one round. Its place in the list is its identity.
pub(super) struct Member<'a> {
    pub(super) name: &'a Arc<str>,
    /// Its addresses, in lower case.
    pub(super) hosts: Vec<String>,
    pub(super) port: u16,
    pub(super) server_id: Option<u64>,
    pub(super) in_maintenance: bool,
    pub(super) disk_is_full: bool,
    /// The number of the last look at it.
    pub(super) look: u64,
    /// What it says now; `None`: it is down.
    pub(super) now: Option<&'a ServerFacts>,
    /// What it said when it answered last.
    pub(super) known: Option<&'a ServerFacts>,
}

/// What a member is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Assigned {
    /// Primary, replica, relay, or none.
    pub(super) role: ServerStates,
    /// Its replication connections, with the servers they are to.
    pub(super) links: Option<Vec<ReplicaLink>>,
    /// The ring that it is in.
    pub(super) group: Option<u64>,
}

/// What is remembered from round to round.
#[derive(Debug, Default)]
pub(super) struct Topology {
    primary: Option<usize>,
    /// The ring in which the primary was when it was seen last.
    ring: Vec<usize>,
    /// How often it was looked at in a row and found down.
    looks_down: u64,
    /// The last of these looks.
    counted: Option<u64>,
}

impl Topology {
    /// A topology that begins with a primary.
    pub(super) fn with_primary(primary: Option<usize>) -> Self {
        Self {
            primary,
            ..Self::default()
        }
    }

    /// The place of the primary.
    pub(super) fn primary(&self) -> Option<usize> {
        self.primary
    }

    /// What each member is.
    pub(super) fn assign(
        &mut self,
        members: &[Member<'_>],
        parameters: &ReplicationParameters,
    ) -> Vec<Assigned> {
        let by_address = parameters.assume_unique_hostnames;
        let graphs = Graphs::new(members, by_address);
        self.choose(members, &graphs, parameters.failcount);
        let active = &graphs.active;
        let runs = |place: usize| {
            members
                .get(place)
                .is_some_and(|member| member.now.is_some())
        };
        // Without one that takes writes, those that replicate are still replicas of the others'.
        let source = self.primary.or_else(|| {
            active.best(|place| runs(place) && active.replicas(place) > 0 && graphs.is_top(place))
        });
        let is_primary = self.primary.is_some_and(|place| {
            runs(place) && hold_for_primary(&parameters.master_conditions, place, members, &graphs)
        });
        let replica = |place: usize, source: usize| {
            let conditions = &parameters.slave_conditions;
            hold_for_replica(conditions, place, source, is_primary, members, &graphs)
        };
        let groups = active.groups();
        let place_of = members.iter().enumerate();
        place_of
            .map(|(place, member)| {
                let links = linked(member, place, members, by_address);
                let mut role = ServerStates::empty();
                if runs(place) {
                    if self.primary == Some(place) && is_primary {
                        role = ServerStates::PRIMARY;
                    } else if self.primary == Some(place) {
                        role.set(ServerStates::REPLICA, replica(place, place));
                    } else if let Some(source) =
                        source.filter(|to| graphs.known.reaches(place, *to))
                    {
                        let fit = replica(place, source);
                        role.set(ServerStates::REPLICA, fit);
                        role.set(ServerStates::RELAY, fit && active.replicas(place) > 0);
                    }
                    let external = |link: &ReplicaLink| link.is_active() && link.server.is_none();
                    let external = links.iter().flatten().any(external);
                    role.set(ServerStates::EXTERNAL_REPLICA, external);
                }
                Assigned {
                    role,
                    links,
                    group: groups.get(place).copied().flatten(),
                }
            })
            .collect()
    }

    /// Keeps the primary, or finds another one.
    fn choose(&mut self, members: &[Member<'_>], graphs: &Graphs, failcount: u64) {
        let down = |place: usize| members.get(place).is_none_or(|member| member.now.is_none());
        self.count(members);
        let stays = |place| self.may_stay(place, members, graphs, failcount);
        if !self.primary.is_some_and(stays) {
            let primary = graphs.active.best(|place| is_fit(place, members, graphs));
            if primary != self.primary {
                let name = |place: usize| members.get(place).map(|member| &**member.name);
                tracing::info!(
                    "the primary is {} now, was {}",
                    primary.and_then(name).unwrap_or("nobody"),
                    self.primary.and_then(name).unwrap_or("nobody"),
                );
            }
            self.primary = primary;
            self.looks_down = 0;
            self.counted = None;
            self.ring = Vec::new();
        }
        if let Some(place) = self.primary.filter(|place| !down(*place)) {
            let ring = graphs.active.ring(place);
            // A ring that is only interrupted is still what the primary was chosen for.
            if !ring.is_empty() || !self.ring.iter().any(|member| down(*member)) {
                self.ring = ring;
            }
        }
    }

    /// Counts how often the primary was found down. There may be several decisions between two looks
    /// at it: late answers of other servers are decided upon as well.
    fn count(&mut self, members: &[Member<'_>]) {
        let primary = self.primary.and_then(|place| members.get(place));
        let look = primary
            .filter(|member| member.now.is_none())
            .map(|member| member.look);
        match look {
            None => self.looks_down = 0,
            Some(_) if look == self.counted => {}
            Some(_) => self.looks_down += 1,
        }
        self.counted = look;
    }

    fn may_stay(
        &self,
        place: usize,
        members: &[Member<'_>],
        graphs: &Graphs,
        failcount: u64,
    ) -> bool {
        let runs = |place: usize| {
            members
                .get(place)
                .is_some_and(|member| member.now.is_some())
        };
        if !runs(place) {
            return self.looks_down <= failcount || graphs.known.replicas(place) > 0;
        }
        let left_ring = !self.ring.is_empty()
            && graphs.active.ring(place).is_empty()
            && self.ring.iter().all(|member| runs(*member));
        is_fit(place, members, graphs) && !left_ring
    }
}

fn is_fit(place: usize, members: &[Member<'_>], graphs: &Graphs) -> bool {
    members.get(place).is_some_and(|member| {
        member.now.is_some_and(|facts| {
            facts.read_only == Some(false)
                && facts.links.is_some()
                && !member.in_maintenance
                && graphs.is_top(place)
        })
    })
}

/// The replication connections of a member, with the names of the servers they are to.
fn linked(
    member: &Member<'_>,
    place: usize,
    members: &[Member<'_>],
    by_address: bool,
) -> Option<Vec<ReplicaLink>> {
    let links = member.now?.links.clone()?;
    let named = links.into_iter().map(|link| {
        let source = source(&link, place, members, by_address);
        let server = source.and_then(|source| members.get(source));
        ReplicaLink {
            server: server.map(|member| Arc::clone(member.name)),
            ..link
        }
    });
    Some(named.collect())
}
