//! What a primary or a replica must be, besides being one (`master_conditions`,
//! `slave_conditions`).

use super::graph::{Graph, Of};
use super::topology::Member;
use crate::servers::ReplicaLink;

/// The graphs that conditions are judged by.
pub(super) struct Graphs {
    pub(super) active: Graph,
    pub(super) connected: Graph,
    pub(super) known: Graph,
}

impl Graphs {
    pub(super) fn new(members: &[Member<'_>], by_address: bool) -> Self {
        Self {
            active: Graph::new(members, Of::Active, by_address),
            connected: Graph::new(members, Of::Connected, by_address),
            known: Graph::new(members, Of::Known, by_address),
        }
    }

    /// Whether a member replicates from nobody but those that replicate from it, or did when they
    /// were seen last.
    pub(super) fn is_top(&self, place: usize) -> bool {
        let mut sources = self.active.sources(place);
        sources.all(|source| self.known.reaches(source, place))
    }
}

/// Whether the member at `place`, which would be the primary, fulfils the conditions. Those about
/// replicas have to be fulfilled by one and the same replica.
pub(super) fn hold_for_primary(
    conditions: &[String],
    place: usize,
    members: &[Member<'_>],
    graphs: &Graphs,
) -> bool {
    let wants = |name: &str| conditions.iter().any(|condition| condition == name);
    let has_room = members
        .get(place)
        .is_some_and(|member| !member.disk_is_full);
    if wants("disk_space_ok") && !has_room {
        return false;
    }
    let of_replicas = ["connecting_slave", "connected_slave", "running_slave"];
    if !of_replicas.iter().any(|name| wants(name)) {
        return true;
    }
    members.iter().enumerate().any(|(other, member)| {
        // What a server that is down has said last still counts.
        let links = member.known.and_then(|known| known.links.as_ref());
        let connected = links.into_iter().flatten().any(ReplicaLink::is_connected);
        graphs.known.is_linked(other, place)
            && (!wants("connected_slave") || connected)
            && (!wants("running_slave") || member.now.is_some())
    })
}

/// Whether the member at `place`, which replicates from the one at `source`, fulfils the
/// conditions.
pub(super) fn hold_for_replica(
    conditions: &[String],
    place: usize,
    source: usize,
    source_is_primary: bool,
    members: &[Member<'_>],
    graphs: &Graphs,
) -> bool {
    let wants = |name: &str| conditions.iter().any(|condition| condition == name);
    let source_runs = members
        .get(source)
        .is_some_and(|source| source.now.is_some());
    let is_full = members.get(place).is_some_and(|member| member.disk_is_full);
    (!wants("running_master") || source_runs)
        && (!wants("writable_master") || source_is_primary)
        && (!wants("disk_space_ok") || !is_full)
        && (!wants("linked_master")
            || place == source
            || (source_runs && graphs.connected.reaches(place, source)))
}
