//! A live session gets its service as it is now: parameters, servers and the router's part, and
//! connections that are new.

use std::rc::Rc;

use super::ClosedBy;
use super::connect::Connector;
use super::session::Session;
use super::session_log;
use crate::backend::BackendLogin;
use crate::routers::Router;

impl Session {
    /// See the module. When no server can be connected to, or the history is too long for the
    /// service, the session goes on as it is. Returns why it ends, if somebody ends it meanwhile.
    pub(super) async fn restart(&mut self) -> Option<ClosedBy> {
        let service = self.entry.service.snapshot();
        if !matches!(service.router, Router::Split(_)) {
            return None;
        }
        let history = &self.relay.routed.as_ref()?.history;
        if !history.fits(service.parameters.history) {
            self.stays_as_it_is("the service keeps less of what sessions have set");
            return None;
        }
        let record = Rc::clone(&self.relay.record);
        let login = BackendLogin {
            database: self.relay.routed.as_ref()?.base_database.clone(),
            ..self.login.clone()
        };
        let connector = Connector {
            worker: &self.worker,
            entry: &self.entry,
            service: &service,
            caller: &self.caller,
            login: &login,
        };
        // Boxed: it is seldom, and large.
        let connecting = Box::pin(connector.begin(&self.worker.classifications));
        let connected = tokio::select! {
            biased;
            by = record.closed() => return Some(by),
            connected = connecting => connected,
        };
        match connected {
            Ok(connected) => {
                if let Some(routed) = connected.routed {
                    self.give_unused();
                    self.relay.goes_on_with(routed, connected.backend);
                    self.service = service;
                    session_log::info(&record, || "restarted with new connections".to_owned());
                }
            }
            Err(failed) => {
                self.stays_as_it_is(&String::from_utf8_lossy(&failed.packet.message));
            }
        }
        None
    }

    fn stays_as_it_is(&self, why: &str) {
        tracing::warn!(
            session = self.caller.id,
            object = &*self.entry.service.name,
            "its connections stay as they are: {why}"
        );
    }
}
