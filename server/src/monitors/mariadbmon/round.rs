//! Rounds: asking all servers, and deciding what they are by what they have said.

use std::sync::Arc;

use tokio::task::JoinSet;

use super::probe::{Limits, Observation, Watched};
use super::topology::{Member, Topology};
use crate::monitors::script::{Occasion, ScriptRunner};
use crate::monitors::settings::MonitorSettings;
use crate::servers::{Server, ServerEvent, ServerFacts, ServerStates};

/// What a monitor remembers between its rounds.
pub(super) struct Rounds {
    settings: Arc<MonitorSettings>,
    limits: Arc<Limits>,
    slots: Vec<Slot>,
    topology: Topology,
    looks: JoinSet<Look>,
    /// The number of the round that has begun last.
    round: u64,
    /// Servers that were asked in it and have not answered yet.
    awaited: usize,
    /// Whether something was seen since the last decision.
    has_news: bool,
    /// Whether every server has been looked at before.
    has_decided: bool,
}

/// A server that is watched. Its place in the list is its identity.
struct Slot {
    server: Arc<Server>,
    /// `None` while it is being looked at.
    watched: Option<Watched>,
    /// How often it was looked at.
    looks: u64,
    /// What was seen last.
    seen: Option<Observation>,
    /// What it said when it answered last.
    known: Option<ServerFacts>,
    /// Whether it was too far behind when it was looked at last.
    lags: bool,
}

/// A look at a server that has ended.
struct Look {
    place: usize,
    round: u64,
    watched: Watched,
    seen: Observation,
}

impl Slot {
    fn new(server: &Arc<Server>) -> Self {
        Self {
            server: Arc::clone(server),
            watched: Some(Watched::new(Arc::clone(server))),
            looks: 0,
            seen: None,
            known: None,
            lags: false,
        }
    }
}

impl Rounds {
    pub(super) fn new(settings: Arc<MonitorSettings>) -> Self {
        Self {
            limits: Arc::new(Limits::of(&settings.parameters, settings.dialling)),
            slots: settings.servers.iter().map(Slot::new).collect(),
            settings,
            topology: Topology::default(),
            looks: JoinSet::new(),
            round: 0,
            awaited: 0,
            has_news: false,
            has_decided: false,
        }
    }

    /// The same monitor with other settings.
    pub(super) fn altered(mut self, settings: Arc<MonitorSettings>) -> Self {
        let mut new = Self::new(settings);
        let primary = self.topology.primary();
        let primary = primary.and_then(|place| self.slots.get(place));
        new.topology = Topology::with_primary(primary.and_then(|slot| {
            let mut servers = new.slots.iter();
            servers.position(|other| Arc::ptr_eq(&other.server, &slot.server))
        }));
        for slot in &mut new.slots {
            let mut before = self.slots.iter_mut();
            if let Some(old) = before.find(|old| Arc::ptr_eq(&old.server, &slot.server)) {
                slot.known = old.known.take();
                slot.lags = old.lags;
            }
        }
        new
    }

    /// Begins a round: asks every server that is not being asked yet.
    pub(super) fn begin(&mut self) {
        self.round += 1;
        self.awaited = 0;
        let round = self.round;
        for (place, slot) in self.slots.iter_mut().enumerate() {
            let Some(mut watched) = slot.watched.take() else {
                continue;
            };
            self.awaited += 1;
            let limits = Arc::clone(&self.limits);
            self.looks.spawn(async move {
                let seen = watched.look(&limits).await;
                Look {
                    place,
                    round,
                    watched,
                    seen,
                }
            });
        }
        // A monitor without servers has its rounds, too.
        self.has_news |= self.slots.is_empty();
    }

    /// Waits until a look has ended, and notes what was seen; for ever when there is none.
    pub(super) async fn seen(&mut self) {
        let Some(look) = self.looks.join_next().await else {
            return std::future::pending().await;
        };
        match look {
            Ok(look) => self.note(look),
            Err(error) => {
                let name = &*self.settings.name;
                tracing::error!(object = name, "monitor '{name}': a look failed: {error}");
                self.awaited = self.awaited.saturating_sub(1);
                for slot in self.slots.iter_mut().filter(|slot| slot.watched.is_none()) {
                    slot.watched = Some(Watched::new(Arc::clone(&slot.server)));
                }
            }
        }
    }

    fn note(&mut self, look: Look) {
        if look.round == self.round {
            self.awaited = self.awaited.saturating_sub(1);
        }
        self.has_news = true;
        if let Some(slot) = self.slots.get_mut(look.place) {
            if let Observation::Up(status) = &look.seen {
                slot.known = Some(status.facts.clone());
            }
            slot.watched = Some(look.watched);
            slot.looks += 1;
            slot.seen = Some(look.seen);
        }
    }

    /// Whether there is something to decide, and nothing more to be waited for.
    pub(super) fn is_over(&self) -> bool {
        self.has_news && self.awaited == 0 && self.slots.iter().all(|slot| slot.seen.is_some())
    }

    /// Sets what the servers are, and answers which one is the primary.
    pub(super) fn decide(&mut self, scripts: &ScriptRunner) -> Option<Arc<Server>> {
        self.has_news = false;
        let members: Vec<_> = self.slots.iter().map(member).collect();
        let replication = &self.settings.parameters.replication;
        let assigned = self.topology.assign(&members, replication);
        let primary = self.topology.primary();
        let mut occasions = Vec::new();
        for (place, (slot, assigned)) in self.slots.iter_mut().zip(assigned).enumerate() {
            let Some(seen) = &slot.seen else { continue };
            let states = match seen {
                Observation::Up(status) => {
                    slot.server.set_facts(ServerFacts {
                        links: assigned.links,
                        group: assigned.group,
                        ..status.facts.clone()
                    });
                    let mut states = ServerStates::RUNNING | assigned.role;
                    states.set(ServerStates::DISK_SPACE_EXHAUSTED, status.disk_is_full);
                    states
                }
                Observation::Refused(_) => ServerStates::AUTH_ERROR,
                Observation::Down(_) => ServerStates::empty(),
            };
            let event = publish(
                &self.settings.name,
                &slot.server,
                states,
                seen,
                self.has_decided,
            );
            occasions.extend(event.map(|event| (Arc::clone(&slot.server), Occasion::Event(event))));
            // Also a primary that its conditions keep from being labelled one is needed.
            if replication.maintenance_on_low_disk_space && primary != Some(place) {
                leave_when_full(&slot.server, states);
            }
            let lag = lag_crossing(slot, replication.script_max_replication_lag_s);
            occasions.extend(lag.map(|occasion| (Arc::clone(&slot.server), occasion)));
        }
        self.has_decided = true;
        for (server, occasion) in occasions {
            scripts.run(&self.settings, &server, occasion);
        }
        primary
            .and_then(|place| self.slots.get(place))
            .map(|slot| Arc::clone(&slot.server))
    }
}

/// Sets a server's states, and answers what happened to it.
fn publish(
    monitor: &str,
    server: &Server,
    states: ServerStates,
    seen: &Observation,
    has_decided: bool,
) -> Option<ServerEvent> {
    let before = server.set_monitored(states);
    let after = server.states();
    // An operator works at a server in maintenance: what happens there is no news.
    let event =
        ServerEvent::between(before, after).filter(|_| !after.contains(ServerStates::MAINTENANCE));
    if let Some(event) = event {
        server.happened(event);
    }
    // A server that is down from the start has not changed, but it is worth a line.
    if before != after || !has_decided {
        let cause = match seen {
            Observation::Up(_) => String::new(),
            Observation::Refused(error) | Observation::Down(error) => format!(" ({error})"),
        };
        let event = event.map_or(String::new(), |event| format!("{event}: "));
        tracing::info!(
            object = &**server.name(),
            "monitor '{monitor}': {event}server '{}' is {after}, was {before}{cause}",
            server.name(),
        );
    }
    event
}

/// Puts a server whose disks are full into maintenance, unless others replicate from it.
fn leave_when_full(server: &Server, states: ServerStates) {
    let needed = states.contains(ServerStates::RELAY);
    let full = states.contains(ServerStates::DISK_SPACE_EXHAUSTED);
    if full && !needed && !server.states().contains(ServerStates::MAINTENANCE) {
        server.add_states(ServerStates::MAINTENANCE);
        let name = &**server.name();
        tracing::warn!(
            object = name,
            "server '{name}' is out of disk space and is set to maintenance"
        );
    }
}

/// Whether a server has fallen behind too far, or has caught up again.
fn lag_crossing(slot: &mut Slot, limit_s: Option<u64>) -> Option<Occasion> {
    let limit_s = limit_s?;
    let Some(Observation::Up(status)) = &slot.seen else {
        return None;
    };
    let lags = status.facts.replication_lag_s? > limit_s;
    let crossed = std::mem::replace(&mut slot.lags, lags) != lags;
    crossed.then_some(if lags {
        Occasion::LagAbove
    } else {
        Occasion::LagBelow
    })
}

fn member(slot: &Slot) -> Member<'_> {
    let parameters = slot.server.parameters();
    let (status, disk_is_full) = match &slot.seen {
        Some(Observation::Up(status)) => (Some(&status.facts), status.disk_is_full),
        _ => (None, false),
    };
    let private = parameters.monitoring.private_address.as_deref();
    let hosts = std::iter::once(parameters.address.as_str()).chain(private);
    Member {
        name: slot.server.name(),
        hosts: hosts.map(str::to_ascii_lowercase).collect(),
        port: parameters.port,
        server_id: slot.known.as_ref().and_then(|known| known.server_id),
        in_maintenance: slot.server.states().contains(ServerStates::MAINTENANCE),
        disk_is_full,
        look: slot.looks,
        now: status,
        known: slot.known.as_ref(),
    }
}
