//! Who replicates from whom.

use super::topology::Member;
use crate::servers::ReplicaLink;

/// Who replicates from whom, among the members of one round. Places in their list name them.
pub(super) struct Graph {
    /// `direct[a][b]`: a has a connection to b.
    direct: Vec<Vec<bool>>,
    /// `reach[a][b]`: a replicates from b, directly or over others.
    reach: Vec<Vec<bool>>,
    running: Vec<bool>,
}

/// What a graph is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Of {
    /// Connections that replicate or try to, over servers that run.
    Active,
    /// Connections that replicate now, over servers that run.
    Connected,
    /// Connections that replicated or tried to when their server was seen last.
    Known,
}

impl Graph {
    pub(super) fn new(members: &[Member<'_>], of: Of, by_address: bool) -> Self {
        let running: Vec<bool> = members.iter().map(|member| member.now.is_some()).collect();
        let direct: Vec<Vec<bool>> = members
            .iter()
            .enumerate()
            .map(|(place, member)| row(place, member, members, of, by_address))
            .collect();
        let mut reach = direct.clone();
        // Warshall, over every server that passes on what it gets.
        for (middle, runs) in running.iter().enumerate() {
            if !runs && of != Of::Known {
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
        Self {
            direct,
            reach,
            running,
        }
    }

    /// Whether `from` replicates from `to`, directly or over others.
    pub(super) fn reaches(&self, from: usize, to: usize) -> bool {
        self.reach.get(from).and_then(|row| row.get(to)) == Some(&true)
    }

    /// Whether `from` has a connection to `to`.
    pub(super) fn is_linked(&self, from: usize, to: usize) -> bool {
        self.direct.get(from).and_then(|row| row.get(to)) == Some(&true)
    }

    /// How many running servers replicate from this one.
    pub(super) fn replicas(&self, place: usize) -> usize {
        let others = self.running.iter().enumerate();
        others
            .filter(|(other, runs)| **runs && *other != place && self.reaches(*other, place))
            .count()
    }

    /// Those that it replicates from, directly or over others.
    pub(super) fn sources(&self, place: usize) -> impl Iterator<Item = usize> {
        (0..self.running.len()).filter(move |other| self.reaches(place, *other))
    }

    /// The ring in which a member is: those that it replicates from and that replicate from it.
    /// Empty when there is none.
    pub(super) fn ring(&self, place: usize) -> Vec<usize> {
        (0..self.running.len())
            .filter(|other| self.reaches(place, *other) && self.reaches(*other, place))
            .collect()
    }

    /// For each member the number of the ring in which it is; they count from 1.
    pub(super) fn groups(&self) -> Vec<Option<u64>> {
        let mut groups: Vec<Option<u64>> = vec![None; self.running.len()];
        let mut last = 0;
        for place in 0..self.running.len() {
            let ring = self.ring(place);
            if ring.is_empty() || groups.get(place).copied().flatten().is_some() {
                continue;
            }
            last += 1;
            for member in ring {
                if let Some(group) = groups.get_mut(member) {
                    *group = Some(last);
                }
            }
        }
        groups
    }

    /// Of those that are `fit` the one with the most replicas; of equals the first.
    pub(super) fn best(&self, fit: impl Fn(usize) -> bool) -> Option<usize> {
        let places = (0..self.running.len()).filter(|place| fit(*place));
        places.max_by_key(|place| (self.replicas(*place), std::cmp::Reverse(*place)))
    }
}

/// The members to which the one at `place` has a connection.
fn row(
    place: usize,
    member: &Member<'_>,
    members: &[Member<'_>],
    of: Of,
    by_address: bool,
) -> Vec<bool> {
    let mut row = vec![false; members.len()];
    let facts = match of {
        Of::Known => member.known,
        Of::Active | Of::Connected => member.now,
    };
    let counts = |link: &&ReplicaLink| match of {
        Of::Connected => link.is_connected(),
        Of::Active | Of::Known => link.is_active(),
    };
    let links = facts.and_then(|facts| facts.links.as_ref());
    for link in links.into_iter().flatten().filter(counts) {
        let source = source(link, place, members, by_address);
        if let Some(cell) = source.and_then(|source| row.get_mut(source)) {
            *cell = true;
        }
    }
    row
}

/// The member that a connection is to: by address if that counts, else by an id that only one of
/// them has. The servers may know each other by other addresses than those the gateway has.
pub(super) fn source(
    link: &ReplicaLink,
    place: usize,
    members: &[Member<'_>],
    by_address: bool,
) -> Option<usize> {
    let others = || {
        members
            .iter()
            .enumerate()
            .filter(|(other, _)| *other != place)
    };
    if by_address {
        let found = others()
            .find(|(_, member)| member.port == link.port && member.hosts.contains(&link.host));
        if let Some((other, _)) = found {
            return Some(other);
        }
    }
    let id = link.server_id?;
    let mut by_id = others().filter(|(_, member)| member.server_id == Some(id));
    match (by_id.next(), by_id.next()) {
        (Some((other, _)), None) => Some(other),
        _ => None,
    }
}
