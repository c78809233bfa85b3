//! One server.

use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::SystemTime;

use tokio::sync::watch;

use super::connections::{ConnectionPermit, Connections, Place, PoolCounts, ServerFull};
use super::event::{LastEvent, ServerEvent};
use super::facts::ServerFacts;
use super::load::Load;
use super::states::ServerStates;
use crate::config::ServerParameters;

/// A server: its parameters, states, facts and connections.
#[derive(Debug)]
pub struct Server {
    name: Arc<str>,
    parameters: RwLock<Arc<ServerParameters>>,
    states: AtomicU32,
    removed: AtomicBool,
    facts: RwLock<Arc<ServerFacts>>,
    event: RwLock<Option<LastEvent>>,
    connections: Connections,
    load: Load,
    /// How often sessions were told to close their connections at once.
    evictions: AtomicU64,
    /// Counts the changes of states and parameters; wakes the sessions that wait for one.
    generation: watch::Sender<u64>,
    /// The same count, for those who look at every statement.
    generation_now: AtomicU64,
}

impl Server {
    /// A server of which nothing is known yet: it counts as down until a monitor says otherwise.
    pub fn new(name: impl Into<Arc<str>>, parameters: ServerParameters) -> Arc<Self> {
        Arc::new(Self {
            name: name.into(),
            parameters: RwLock::new(Arc::new(parameters)),
            states: AtomicU32::new(0),
            removed: AtomicBool::new(false),
            facts: RwLock::default(),
            event: RwLock::default(),
            connections: Connections::default(),
            load: Load::default(),
            evictions: AtomicU64::new(0),
            generation: watch::Sender::new(0),
            generation_now: AtomicU64::new(0),
        })
    }

    /// Its name.
    pub fn name(&self) -> &Arc<str> {
        &self.name
    }

    /// Its parameters as they are now.
    pub fn parameters(&self) -> Arc<ServerParameters> {
        self.parameters
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Replaces its parameters.
    pub fn set_parameters(&self, parameters: impl Into<Arc<ServerParameters>>) {
        *self
            .parameters
            .write()
            .unwrap_or_else(PoisonError::into_inner) = parameters.into();
        self.changed();
    }

    /// Whether it is no part of the configuration any more; sessions may have it still.
    pub fn is_removed(&self) -> bool {
        self.removed.load(Ordering::Acquire)
    }

    pub(super) fn removed(&self) {
        self.removed.store(true, Ordering::Release);
        self.changed();
    }

    /// Its states now. Takes no lock.
    pub fn states(&self) -> ServerStates {
        ServerStates::from_bits_truncate(self.states.load(Ordering::Acquire))
    }

    /// Sets those of `mask` to what they are in `states`, leaves the others, and answers what all
    /// of them were before. Wakes whoever watches when anything changed.
    pub fn update_states(&self, mask: ServerStates, states: ServerStates) -> ServerStates {
        let replace = |before: u32| Some((before & !mask.bits()) | (states & mask).bits());
        let before = self
            .states
            .fetch_update(Ordering::AcqRel, Ordering::Acquire, replace);
        // The closure always answers, so both sides hold the value before.
        let before = before.unwrap_or_else(|before| before);
        if replace(before) != Some(before) {
            self.changed();
        }
        ServerStates::from_bits_truncate(before)
    }

    /// Sets everything that monitors find out, and leaves what operators have set.
    pub fn set_monitored(&self, states: ServerStates) -> ServerStates {
        self.update_states(ServerStates::BY_OPERATOR.complement(), states)
    }

    /// Adds states (an operator's `set`).
    pub fn add_states(&self, states: ServerStates) -> ServerStates {
        self.update_states(states, states)
    }

    /// Removes states (an operator's `clear`).
    pub fn remove_states(&self, states: ServerStates) -> ServerStates {
        self.update_states(states, ServerStates::empty())
    }

    /// Ends its maintenance. Where a monitor `is_watching`, what the server is counts again when the
    /// monitor has looked: the roles of a server in maintenance are given away.
    pub fn end_maintenance(&self, is_watching: bool) -> ServerStates {
        if is_watching && self.states().contains(ServerStates::MAINTENANCE) {
            let mask = ServerStates::MAINTENANCE | ServerStates::RETURNING;
            return self.update_states(mask, ServerStates::RETURNING);
        }
        self.remove_states(ServerStates::MAINTENANCE | ServerStates::RETURNING)
    }

    /// No monitor will look at it: what it was before its maintenance counts, if nothing else is known.
    pub fn watch_ended(&self) {
        self.remove_states(ServerStates::RETURNING);
    }

    /// Has all connections that sessions have now closed, whatever is under way there.
    pub fn evict(&self) {
        self.evictions.fetch_add(1, Ordering::AcqRel);
        self.changed();
    }

    /// How often it was [evicted](Self::evict).
    pub fn evictions(&self) -> u64 {
        self.evictions.load(Ordering::Acquire)
    }

    /// What is known of it.
    pub fn facts(&self) -> Arc<ServerFacts> {
        self.facts
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Replaces what is known of it.
    pub fn set_facts(&self, facts: ServerFacts) {
        let mut current = self.facts.write().unwrap_or_else(PoisonError::into_inner);
        if **current != facts {
            *current = Arc::new(facts);
            drop(current);
            self.changed();
        }
    }

    /// What happened to it last, as far as a monitor has seen it.
    pub fn last_event(&self) -> Option<LastEvent> {
        *self.event.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Something happened to it now.
    pub fn happened(&self, event: ServerEvent) {
        let last = LastEvent {
            event,
            at: SystemTime::now(),
        };
        *self.event.write().unwrap_or_else(PoisonError::into_inner) = Some(last);
        self.changed();
    }

    /// Where it is, as monitors tell it to scripts: `[127.0.0.1]:3306`, or its socket.
    pub fn place(&self) -> String {
        let parameters = self.parameters();
        match &parameters.socket {
            Some(socket) => socket.display().to_string(),
            None => format!("[{}]:{}", parameters.address, parameters.port),
        }
    }

    /// Resolves (`changed().await`) when states, facts or parameters change. A change between a
    /// look at [`Server::states`] and the waiting is not lost.
    pub fn watch(&self) -> watch::Receiver<u64> {
        self.generation.subscribe()
    }

    /// Counts the changes of states, facts and parameters.
    pub fn generation(&self) -> u64 {
        self.generation_now.load(Ordering::Acquire)
    }

    fn changed(&self) {
        self.generation.send_modify(|generation| {
            *generation += 1;
            self.generation_now.store(*generation, Ordering::Release);
        });
    }

    /// Counts a new connection of a session until the permit is dropped.
    ///
    /// # Errors
    /// There are `max_routing_connections` already.
    pub fn open_connection(self: &Arc<Self>) -> Result<ConnectionPermit, ServerFull> {
        let max = self.parameters().max_routing_connections;
        if self.connections.add(max) {
            return Ok(ConnectionPermit::new(Place::new(self.clone())));
        }
        Err(ServerFull {
            server: self.name.clone(),
            max,
        })
    }

    /// Connections of sessions now.
    pub fn connections(&self) -> u64 {
        self.connections.current()
    }

    /// Connections of sessions since the start.
    pub fn connections_total(&self) -> u64 {
        self.connections.total()
    }

    /// The most connections of sessions that there were at a time.
    pub fn connections_peak(&self) -> u64 {
        self.connections.peak()
    }

    /// What was counted of connections in pools.
    pub fn pool(&self) -> PoolCounts {
        self.connections.pool()
    }

    /// A session has found no connection in a pool.
    pub fn pool_was_empty(&self) {
        self.connections.pool_was_empty();
    }

    /// Log-ins of sessions that it has refused since the start.
    pub fn failed_logins(&self) -> u64 {
        self.connections.failed_logins()
    }

    /// It has refused a log-in of a session.
    pub fn log_in_failed(&self) {
        self.connections.log_in_failed();
    }

    /// What sessions have it do.
    pub fn load(&self) -> &Load {
        &self.load
    }

    pub(super) fn connection_counters(&self) -> &Connections {
        &self.connections
    }
}

#[cfg(test)]
mod tests;
