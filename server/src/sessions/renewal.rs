//! A live session gets its service as it is now: parameters, servers and the router's part, and
//! connections that are new.

use std::cell::RefCell;
use std::rc::Rc;

use super::ClosedBy;
use super::backends::Backend;
use super::connect::{Connector, Replaces};
use super::routed::{Routed, Telling};
use super::session::Session;
use super::session_log;
use crate::backend::BackendLogin;
use crate::routers::Router;
use crate::services::ServiceSnapshot;

/// What takes the place of a session's connections.
struct Renewed {
    routed: Box<Routed>,
    /// The connection in use.
    backend: Backend,
}

impl Session {
    /// See the module. When no server can be connected to, when not all that the session has set can
    /// be told to those that are, or when the history is too long for the service, the session goes
    /// on as it is. Returns why it ends, if somebody ends it meanwhile.
    pub(super) async fn restart(&mut self) -> Option<ClosedBy> {
        let service = self.entry.service.snapshot();
        let record = Rc::clone(&self.relay.record);
        let renewed = {
            // Boxed: it is seldom, and large.
            let renewing = Box::pin(self.renewed(&service));
            tokio::select! {
                biased;
                by = record.closed() => return Some(by),
                renewed = renewing => renewed,
            }
        };
        match renewed {
            Ok(Some(Renewed { routed, backend })) => {
                self.give_unused();
                self.relay.goes_on_with(routed, backend);
                self.service = service;
                session_log::info(&record, || "restarted with new connections".to_owned());
            }
            // A router that chooses one server for the session has nothing to be renewed.
            Ok(None) => {}
            Err(why) => {
                tracing::warn!(
                    session = self.caller.id,
                    object = &*self.entry.service.name,
                    "its connections stay as they are: {why}"
                );
            }
        }
        None
    }

    /// New connections that know all that the session has set; or why there are none. Where a server
    /// has no room for another one, that of the session is closed first.
    async fn renewed(&mut self, service: &ServiceSnapshot) -> Result<Option<Renewed>, String> {
        let before = self.relay.routed.as_ref();
        let split = matches!(service.router, Router::Split(_));
        let Some(before) = before.filter(|_| split) else {
            return Ok(None);
        };
        if !before.history.fits(service.parameters.history) {
            return Err("the service keeps less of what sessions have set".to_owned());
        }
        let login = BackendLogin {
            database: before.base_database.clone(),
            ..self.login.clone()
        };
        let places = before.places(&self.relay.backend);
        let relay = RefCell::new(&mut self.relay);
        let replaces = Some(Replaces {
            places: &places,
            close: &|server| relay.borrow_mut().makes_room(server),
        });
        let connector = Connector {
            worker: &self.worker,
            entry: &self.entry,
            service,
            caller: &self.caller,
            login: &login,
            replaces,
        };
        let connected = connector.begin(&self.worker.classifications).await;
        let connected = connected
            .map_err(|failed| String::from_utf8_lossy(&failed.packet.message).into_owned())?;
        let Some(mut routed) = connected.routed else {
            return Ok(None);
        };
        let mut backend = connected.backend;
        let Some(before) = self.relay.routed.as_ref() else {
            return Ok(None);
        };
        let database = self.relay.record.database();
        let telling = Telling {
            before,
            database: database.as_deref().map(str::as_bytes),
            capabilities: self.relay.flow.capabilities(),
            scratch: &self.worker.scratch,
            within: self.entry.connect_timeout,
        };
        if let Err((server, why)) = routed.tell(&mut backend, &telling).await {
            for (_, parked) in routed.parked_mut() {
                parked.say_goodbye();
            }
            backend.say_goodbye();
            return Err(format!("server '{server}': {why}"));
        }
        Ok(Some(Renewed { routed, backend }))
    }
}
