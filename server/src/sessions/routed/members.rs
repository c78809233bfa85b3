//! The servers of a session as its router sees them.

use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::routers::{Candidate, LinkState, Member};
use crate::servers::{Place, Server, ServerStates};
use crate::services::ServiceConnections;

/// A connection that failed is not tried again sooner, unless something about its server changes.
const AGAIN_AFTER: Duration = Duration::from_secs(1);

/// The members, and where they come from. What is looked up on every statement is cheap.
pub(super) struct Members {
    servers: Vec<Arc<Server>>,
    connections: ServiceConnections,
    seen: Vec<Member>,
    /// Of each server: the generation of what is known of it, and `max_routing_connections`.
    known: Vec<(u64, u64)>,
    /// When a connection failed, by member.
    failed: Vec<Option<Instant>>,
}

fn known_of(server: &Server) -> (u64, u64) {
    let generation = server.generation();
    (generation, server.parameters().max_routing_connections)
}

impl Members {
    pub fn new(servers: Vec<Arc<Server>>, connections: ServiceConnections) -> Self {
        let members = servers.iter().map(|server| Member {
            name: Arc::clone(server.name()),
            candidate: Candidate::of(server),
            link: LinkState::Closed,
            service_connections: 0,
            response_time: None,
            busy: 0,
        });
        Self {
            seen: members.collect(),
            failed: vec![None; servers.len()],
            known: servers.iter().map(|server| known_of(server)).collect(),
            servers,
            connections,
        }
    }

    pub fn server(&self, member: usize) -> Option<&Arc<Server>> {
        self.servers.get(member)
    }

    /// As they are now.
    pub fn now(&mut self) -> &[Member] {
        let servers = self.servers.iter().zip(&mut self.failed);
        let members = self.seen.iter_mut().zip(&mut self.known);
        for (index, ((member, known), (server, failed))) in members.zip(servers).enumerate() {
            if known.0 != server.generation() {
                // Lag and parameters move without a change of states.
                *known = known_of(server);
                member.candidate = Candidate::of(server);
            }
            member.candidate.states = server.states();
            member.candidate.connections = server.connections();
            member.candidate.full = known.1 > 0 && member.candidate.connections >= known.1;
            member.service_connections = self.connections.count(index);
            member.busy = server.load().busy();
            member.response_time = server.load().response_time();
            if failed.is_some_and(|at| at.elapsed() >= AGAIN_AFTER) {
                *failed = None;
                member.link = LinkState::Closed;
            }
        }
        &self.seen
    }

    /// The same for a session that may have these places: there it needs no other.
    pub fn now_with(&mut self, places: &[Place]) -> &[Member] {
        self.now();
        for (member, server) in self.seen.iter_mut().zip(&self.servers) {
            let mut places = places.iter();
            let has_place = places.any(|place| Arc::ptr_eq(place.server(), server));
            member.candidate.full &= !has_place;
        }
        &self.seen
    }

    /// States, facts or parameters have changed.
    pub fn changed(&mut self) {
        let members = self.seen.iter_mut().zip(&self.servers);
        for ((member, server), failed) in members.zip(&mut self.failed) {
            let states = member.candidate.states;
            member.candidate = Candidate::of(server);
            if failed.is_some() && states != member.candidate.states {
                *failed = None;
                member.link = LinkState::Closed;
            }
        }
    }

    pub fn set_link(&mut self, index: usize, link: LinkState) {
        if let Some(member) = self.seen.get_mut(index) {
            match (member.link, link) {
                (LinkState::Open, LinkState::Closed | LinkState::Failed) => {
                    self.connections.remove(index);
                }
                (LinkState::Closed | LinkState::Failed, LinkState::Open) => {
                    self.connections.add(index);
                }
                _ => {}
            }
            member.link = link;
        }
        if let Some(failed) = self.failed.get_mut(index) {
            *failed = (link == LinkState::Failed).then(Instant::now);
        }
    }

    /// Bytes that it holds.
    pub fn footprint(&self) -> usize {
        let of_each = size_of::<(Arc<Server>, Member, (u64, u64), Option<Instant>)>();
        self.servers.len() * of_each
    }

    /// Whether an operator has put one of them out of use.
    pub fn any_in_maintenance(&self) -> bool {
        let mut states = self.seen.iter().map(|member| member.candidate.states);
        states.any(|states| states.contains(ServerStates::MAINTENANCE))
    }

    pub fn links(&self) -> Vec<LinkState> {
        self.seen.iter().map(|member| member.link).collect()
    }
}

impl Drop for Members {
    fn drop(&mut self) {
        for index in 0..self.seen.len() {
            self.set_link(index, LinkState::Closed);
        }
    }
}
