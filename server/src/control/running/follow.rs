//! From one layout to the next: servers here, the others in their own files.

use std::sync::{Arc, PoisonError};

use super::prepared::{ListenerStep, MonitorStep, Prepared, ServerStep, ServiceStep};
use super::{Running, insert, remove};
use crate::backend::Endpoint;
use crate::config::{ParameterError, ServerParameters};
use crate::control::error::ObjectError;
use crate::control::layout::{Configured, Layout, Table};
use crate::listeners::Listener;
use crate::monitors::MonitorHandle;
use crate::servers::Server;
use crate::services::Service;

/// What takes time, after all has been decided.
#[derive(Default)]
pub(in crate::control) struct Leftover {
    opening: Vec<Arc<Listener>>,
    closing: Vec<Arc<Listener>>,
    monitors: Vec<MonitorHandle>,
}

impl Running {
    /// Makes ready what leads from one layout to the next.
    ///
    /// # Errors
    /// Why the next one can't run; nothing has changed then.
    pub(in crate::control) fn prepare(
        &self,
        present: &Layout,
        next: &Layout,
    ) -> Result<Prepared, ObjectError> {
        let mut prepared = Prepared::default();
        self.prepare_servers(present, next, &mut prepared)?;
        self.prepare_services(present, next, &mut prepared)?;
        self.prepare_monitors(present, next, &mut prepared)?;
        self.prepare_listeners(present, next, &mut prepared)?;
        Ok(prepared)
    }

    fn prepare_servers(
        &self,
        present: &Layout,
        next: &Layout,
        prepared: &mut Prepared,
    ) -> Result<(), ObjectError> {
        let reload = present.files_read != next.files_read;
        let is_other = |name: &Arc<str>, now: &Arc<Configured<ServerParameters>>| {
            let then = present.servers.get(name);
            then.is_none_or(|then| !Arc::ptr_eq(then, now))
        };
        for (name, now) in &next.servers {
            let parameters = &now.object.parameters;
            let reload = reload && parameters.ssl.enabled;
            if !reload && !is_other(name, now) {
                continue;
            }
            let step = match self.servers.get(name) {
                Some(server) if !reload && server.parameters().as_ref() == parameters => continue,
                Some(server) => ServerStep::Alter(server, Arc::new(parameters.clone())),
                None => ServerStep::Add(Server::new(Arc::clone(name), parameters.clone())),
            };
            let (server, parameters) = match &step {
                ServerStep::Add(server) => (server, server.parameters()),
                ServerStep::Alter(server, parameters) => (server, Arc::clone(parameters)),
                ServerStep::Remove(_) => continue,
            };
            let from = next.maxscale.object.parameters.dialling().from;
            let endpoint =
                Endpoint::new(name, &parameters, from).map_err(|error| ParameterError {
                    parameter: "ssl".to_owned(),
                    message: error.to_string(),
                })?;
            let reached = (Arc::clone(server), endpoint);
            prepared.endpoints.insert(Arc::clone(name), reached);
            prepared.servers.push(step);
        }
        let gone = gone(&present.servers, &next.servers);
        prepared.servers.extend(gone.map(ServerStep::Remove));
        Ok(())
    }

    /// Does what was made ready. What is answered is left to be waited for.
    pub(in crate::control) fn apply(&self, prepared: Prepared) -> Leftover {
        let mut left = Leftover::default();
        for step in prepared.servers {
            match step {
                ServerStep::Add(server) => {
                    // The layout knows no second one of the name.
                    let _ = self.servers.add(server);
                }
                ServerStep::Alter(server, parameters) => server.set_parameters(parameters),
                ServerStep::Remove(name) => {
                    let _ = self.servers.remove(&name);
                }
            }
        }
        for step in prepared.services {
            self.follow_service(step);
        }
        for step in prepared.monitors {
            match step {
                MonitorStep::Add(monitor) => {
                    insert(&self.monitors, monitor.name(), monitor.clone());
                    if self.is_started() {
                        monitor.start();
                    }
                }
                MonitorStep::Alter(monitor, settings) => monitor.alter(*settings),
                MonitorStep::Remove(name) => left.monitors.extend(remove(&self.monitors, &name)),
            }
        }
        for step in prepared.listeners {
            match step {
                ListenerStep::Add(listener) => {
                    insert(&self.listeners, &listener.name, Arc::clone(&listener));
                    if self.is_started() {
                        left.opening.push(listener);
                    }
                }
                ListenerStep::Alter(listener, entry) => listener.set_entry(entry),
                ListenerStep::Remove(name) => left.closing.extend(remove(&self.listeners, &name)),
            }
        }
        left
    }

    /// Waits for what was left.
    pub(in crate::control) async fn finish(&self, left: Leftover) {
        for listener in left.opening {
            listener.open(&self.surroundings.sessions).await;
        }
        for listener in left.closing {
            listener.close().await;
        }
        for monitor in left.monitors {
            monitor.stop().await;
        }
    }

    fn follow_service(&self, step: ServiceStep) {
        match step {
            ServiceStep::Add(service, reader) => {
                insert(&self.services, &service.name, Arc::clone(&service));
                if self.is_started() {
                    self.follow_target(&service);
                    let stopping = self.surroundings.stopping.clone();
                    tokio::spawn(async move {
                        let mut reader = reader;
                        reader.read_first().await;
                        reader.run(stopping).await;
                    });
                } else {
                    let readers = self.readers.lock();
                    let mut readers = readers.unwrap_or_else(PoisonError::into_inner);
                    readers.push(reader);
                }
            }
            ServiceStep::Alter {
                service,
                snapshot,
                reader,
            } => {
                service.replace(*snapshot);
                if let Some(reader) = reader {
                    service.alter_reader(reader);
                }
            }
            ServiceStep::Remove(name) => {
                remove(&self.services, &name);
            }
        }
    }
}

impl Running {
    /// Keeps what a service is to those that route to it up to date.
    pub(super) fn follow_target(&self, service: &Arc<Service>) {
        let sessions = self.surroundings.sessions.clone();
        let tell = move || {
            let sessions = sessions.clone();
            async move { sessions.servers_changed().await }
        };
        tokio::spawn(Service::follow(Arc::downgrade(service), tell));
    }
}

/// The names of the objects that are not there any more.
pub(super) fn gone<'a, P>(
    before: &'a Table<P>,
    after: &'a Table<P>,
) -> impl Iterator<Item = Arc<str>> {
    let gone = before.keys().filter(|name| !after.contains_key(*name));
    gone.cloned()
}
