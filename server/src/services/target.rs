//! A service as a target of others: their routers see it as a server.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Weak};
use std::task::Poll;

use tokio::sync::watch;

use super::Service;
use crate::config::ServerParameters;
use crate::servers::{Server, ServerFacts, ServerStates};

impl Service {
    /// What it is to a service that routes to it: in the states of the best of its servers.
    pub fn as_target(&self) -> &Arc<Server> {
        &self.target
    }

    /// Makes that what its servers make of it now. Says whether its states are other than before.
    pub(super) fn look(&self) -> bool {
        let snapshot = self.snapshot();
        let rank = snapshot.parameters.rank;
        if self.target.parameters().rank != rank {
            self.target
                .set_parameters(ServerParameters::of_target(rank));
        }
        if let Some(offer) = snapshot.known_offer() {
            let lags = snapshot.servers().filter(|server| {
                let states = server.states();
                states.contains(ServerStates::RUNNING) && !states.contains(ServerStates::PRIMARY)
            });
            let lags = lags.filter_map(|server| server.facts().replication_lag_s);
            self.target.set_facts(ServerFacts {
                version: offer.version,
                capabilities: offer.capabilities.bits(),
                collation: offer.collation,
                auth_plugin: offer.plugin.client_name().to_owned(),
                replication_lag_s: lags.min(),
                ..ServerFacts::default()
            });
        }
        let states = snapshot.states();
        self.target.update_states(ServerStates::all(), states) != states
    }

    /// Keeps that up to date as long as anybody has the service; `tell` is called when its states
    /// have changed.
    pub async fn follow<T: Future<Output = ()>>(service: Weak<Self>, tell: impl Fn() -> T) {
        loop {
            let Some(present) = service.upgrade() else {
                return;
            };
            // Watched before it is looked at, so that nothing is missed in between.
            let mut watched = vec![present.replaced.subscribe()];
            watched.extend(present.snapshot().servers().map(|server| server.watch()));
            let changed = present.look();
            drop(present);
            if changed {
                tell().await;
            }
            any_changed(watched).await;
        }
    }
}

/// Waits until one of them changes, or nobody is left who could change it.
async fn any_changed(watched: Vec<watch::Receiver<u64>>) {
    type Change = Pin<Box<dyn Future<Output = ()> + Send>>;
    let mut changes: Vec<Change> = watched
        .into_iter()
        .map(|mut one| -> Change {
            Box::pin(async move {
                // An error means that it is gone.
                let _ = one.changed().await;
            })
        })
        .collect();
    std::future::poll_fn(|cx| {
        let is_done = |change: &mut Change| change.as_mut().poll(cx).is_ready();
        if changes.iter_mut().any(is_done) {
            Poll::Ready(())
        } else {
            Poll::Pending
        }
    })
    .await;
}
