//! readconnroute: a session has one server, chosen when it begins.
//!
//! Among the servers whose role is asked for, those of the better rank come first, then those with
//! fewer connections, then those that the service lists earlier. When replicas are asked for and
//! none will do, the primary serves, unless `master_accept_reads=false`.

mod statistics;

use std::sync::Arc;

use statistics::Statistics;
pub use statistics::{ServerMeter, ServerRequests, SessionUse};

use super::candidate::Candidate;
use super::error::{Refusal, RouteError};
use crate::config::{RouterOptions, ServiceParameters};
use crate::servers::ServerStates;

/// The configured router.
#[derive(Debug, Clone)]
pub struct ReadConnRoute {
    options: RouterOptions,
    master_accept_reads: bool,
    max_replication_lag_ms: u64,
    statistics: Arc<Statistics>,
}

impl From<&ServiceParameters> for ReadConnRoute {
    fn from(parameters: &ServiceParameters) -> Self {
        Self {
            options: parameters.router_options,
            master_accept_reads: parameters.master_accept_reads,
            max_replication_lag_ms: parameters.max_replication_lag_ms,
            statistics: Arc::default(),
        }
    }
}

impl ReadConnRoute {
    /// The same router with other parameters; what it has counted goes on.
    pub(super) fn with(&self, parameters: &ServiceParameters) -> Self {
        Self {
            statistics: Arc::clone(&self.statistics),
            ..Self::from(parameters)
        }
    }

    /// What counts the requests of sessions whose server is that of this name.
    pub fn meter(&self, server: &Arc<str>) -> Arc<ServerMeter> {
        self.statistics.server(server)
    }

    /// What was counted, by server.
    pub fn counts(&self) -> Vec<ServerRequests> {
        self.statistics.counts()
    }

    /// The index of the server for a new session.
    ///
    /// # Errors
    /// None will do; the error says why.
    pub fn choose(&self, candidates: &[Candidate]) -> Result<usize, RouteError> {
        let role = |candidate: &Candidate| self.role(candidate, false);
        let substitute = |candidate: &Candidate| self.role(candidate, true);
        let best = self
            .best(candidates, role)
            .or_else(|_| self.best(candidates, substitute));
        best.map_err(|refusals| {
            if refusals.is_empty() {
                RouteError::NoServer
            } else {
                RouteError::NoneFits(refusals)
            }
        })
    }

    /// Whether a session may stay on its server: one that runs and has a role that is asked for, or
    /// serves instead. Lag, draining and maintenance keep new sessions away only; what a server in
    /// maintenance is besides does not count, since its roles are given away.
    ///
    /// # Errors
    /// Why it may not.
    pub fn check(&self, candidate: &Candidate) -> Result<(), RouteError> {
        let states = candidate.states;
        let fits = if states.intersects(ServerStates::MAINTENANCE | ServerStates::RETURNING) {
            Ok(())
        } else if !states.contains(ServerStates::RUNNING) {
            Err(Refusal::Down)
        } else {
            self.role(candidate, true)
        };
        fits.map_err(RouteError::NoLongerFits)
    }

    /// [`Self::check`] as a yes or no.
    pub fn still_valid(&self, candidate: &Candidate) -> bool {
        self.check(candidate).is_ok()
    }

    /// The best of those that `role` lets through, or why there is none.
    fn best(
        &self,
        candidates: &[Candidate],
        role: impl Fn(&Candidate) -> Result<(), Refusal>,
    ) -> Result<usize, Vec<Refusal>> {
        let mut refusals = Vec::new();
        let mut best: Option<(usize, &Candidate)> = None;
        for (index, candidate) in candidates.iter().enumerate() {
            let fits = available(candidate)
                .and_then(|()| role(candidate))
                .and_then(|()| self.lag(candidate));
            if let Err(refusal) = fits {
                refusals.push(refusal);
                continue;
            }
            let key = |candidate: &Candidate| (candidate.rank, candidate.connections);
            if best.is_none_or(|(_, other)| key(candidate) < key(other)) {
                best = Some((index, candidate));
            }
        }
        best.map(|(index, _)| index).ok_or(refusals)
    }

    /// Whether the server has a role that is asked for. With `substitute`, the primary may serve
    /// where replicas are asked for.
    fn role(&self, candidate: &Candidate, substitute: bool) -> Result<(), Refusal> {
        let is_primary = candidate.states.contains(ServerStates::PRIMARY);
        let for_reading = !self.options.contains(RouterOptions::PRIMARY);
        if for_reading && is_primary && !self.master_accept_reads {
            return Err(Refusal::PrimaryTakesNoReads);
        }
        let roles = [
            (RouterOptions::RUNNING, ServerStates::RUNNING),
            (RouterOptions::PRIMARY, ServerStates::PRIMARY),
            (RouterOptions::REPLICA, ServerStates::REPLICA),
            (RouterOptions::SYNCED, ServerStates::SYNCED),
        ];
        let mut wanted = roles
            .iter()
            .filter(|(option, _)| self.options.contains(*option));
        let has_role = wanted.any(|(_, state)| candidate.states.contains(*state));
        let serves = substitute && is_primary && self.options.contains(RouterOptions::REPLICA);
        if has_role || serves {
            Ok(())
        } else {
            Err(Refusal::Role)
        }
    }

    fn lag(&self, candidate: &Candidate) -> Result<(), Refusal> {
        if self.max_replication_lag_ms == 0 {
            return Ok(());
        }
        match candidate.replication_lag_s {
            Some(lag_s) if lag_s.saturating_mul(1000) < self.max_replication_lag_ms => Ok(()),
            Some(_) => Err(Refusal::TooFarBehind),
            None if candidate.states.contains(ServerStates::REPLICA) => Err(Refusal::LagUnknown),
            None => Ok(()),
        }
    }
}

/// Whether the server takes new sessions at all.
fn available(candidate: &Candidate) -> Result<(), Refusal> {
    let states = candidate.states;
    if !states.contains(ServerStates::RUNNING) {
        Err(Refusal::Down)
    } else if states.contains(ServerStates::MAINTENANCE) {
        Err(Refusal::Maintenance)
    } else if states.contains(ServerStates::DRAINING) {
        Err(Refusal::Draining)
    } else if candidate.full {
        Err(Refusal::Full)
    } else {
        Ok(())
    }
}

#[cfg(test)]
mod tests;
