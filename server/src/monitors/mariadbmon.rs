//! `mariadbmon`: primaries and replicas by what the servers say of their replication.
//!
//! Passive: it changes nothing on the servers.

mod probe;
mod status;
mod topology;

use std::sync::Arc;

use tokio::task::JoinSet;

use self::probe::{Limits, Observation, Watched};
use self::topology::{Member, Topology};
use super::monitor::MonitorSettings;
use crate::servers::{Server, ServerFacts, ServerStates};

/// What a monitor remembers between its rounds.
pub(super) struct MariadbMonitor {
    name: Arc<str>,
    watched: Vec<Watched>,
    limits: Limits,
    topology: Topology,
    /// Whether every server has been looked at before.
    has_looked: bool,
}

impl MariadbMonitor {
    pub(super) fn new(settings: MonitorSettings) -> Self {
        Self {
            name: settings.name,
            watched: settings.servers.into_iter().map(Watched::new).collect(),
            limits: Limits::of(&settings.parameters),
            topology: Topology::default(),
            has_looked: false,
        }
    }

    /// Looks at every server, all at the same time, and sets what they are.
    pub(super) async fn round(&mut self) {
        let observations = self.probe().await;
        let members: Vec<_> = self
            .watched
            .iter()
            .zip(&observations)
            .map(|(watched, observation)| member(&watched.server, observation))
            .collect();
        let roles = self.topology.assign(&members);
        for ((watched, observation), role) in self.watched.iter().zip(&observations).zip(roles) {
            self.publish(&watched.server, observation, role);
        }
        self.has_looked = true;
    }

    async fn probe(&mut self) -> Vec<Observation> {
        let mut probes = JoinSet::new();
        for (place, mut watched) in self.watched.drain(..).enumerate() {
            let limits = self.limits.clone();
            probes.spawn(async move {
                let observation = watched.look(&limits).await;
                (place, watched, observation)
            });
        }
        let mut seen = probes.join_all().await;
        seen.sort_by_key(|(place, ..)| *place);
        let (watched, observations) = seen
            .into_iter()
            .map(|(_, watched, observation)| (watched, observation))
            .unzip();
        self.watched = watched;
        observations
    }

    fn publish(&self, server: &Server, observation: &Observation, role: ServerStates) {
        let states = match observation {
            Observation::Up(status) => {
                server.set_facts(ServerFacts {
                    replication_lag_s: status.lag_s(),
                    ..status.facts.clone()
                });
                ServerStates::RUNNING | role
            }
            Observation::Refused(_) => ServerStates::AUTH_ERROR,
            Observation::Down(_) => ServerStates::empty(),
        };
        let before = server.set_monitored(states);
        let after = server.states();
        // A server that is down from the start has not changed, but it is worth a line.
        if before != after || !self.has_looked {
            let cause = match observation {
                Observation::Up(_) => String::new(),
                Observation::Refused(error) | Observation::Down(error) => format!(" ({error})"),
            };
            tracing::info!(
                "monitor '{}': server '{}' is {after}, was {before}{cause}",
                self.name,
                server.name(),
            );
        }
    }
}

fn member<'a>(server: &Server, observation: &'a Observation) -> Member<'a> {
    let parameters = server.parameters();
    let status = match observation {
        Observation::Up(status) => Some(status),
        _ => None,
    };
    Member {
        address: (parameters.address.to_ascii_lowercase(), parameters.port),
        server_id: status.map_or_else(|| server.facts().server_id, |status| status.facts.server_id),
        in_maintenance: server.states().contains(ServerStates::MAINTENANCE),
        status,
    }
}
