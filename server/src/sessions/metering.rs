//! What a session counts: its statements for its service, and for its server where no router does.

use std::cell::{Cell, OnceCell};
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::routers::readconnroute::{ServerMeter, SessionUse};
use crate::servers::{Server, ServerStates};
use crate::telemetry::StatementMeter;

/// The counters of one session.
#[derive(Default)]
pub(super) struct Metering {
    statements: OnceCell<Arc<StatementMeter>>,
    /// The server of a session that has only one.
    server: OnceCell<OnlyServer>,
    /// When the statement under way began.
    began: Cell<Option<Instant>>,
}

/// The server of a session that has only one, and what its service counts of it.
struct OnlyServer {
    server: Arc<Server>,
    meter: Arc<ServerMeter>,
    is_primary: bool,
    since: Instant,
    used: Cell<SessionUse>,
}

impl OnlyServer {
    fn came(&self) {
        self.server.load().sent_packets(1);
        self.meter.came(self.is_primary);
        let used = self.used.get();
        self.used.set(SessionUse {
            requests: used.requests + 1,
            ..used
        });
    }

    fn answered(&self, after: Duration) {
        self.server.load().ended();
        let used = self.used.get();
        self.used.set(SessionUse {
            active: used.active + after,
            ..used
        });
    }
}

impl Drop for OnlyServer {
    fn drop(&mut self) {
        self.meter.ended(SessionUse {
            present: self.since.elapsed(),
            ..self.used.get()
        });
    }
}

impl Metering {
    /// Statements are counted by `statements`.
    pub fn of_service(&self, statements: &Arc<StatementMeter>) {
        // There is one service for a session's life.
        let _ = self.statements.set(Arc::clone(statements));
    }

    /// All statements go to `server`, of which the service counts with `meter`.
    pub fn of_server(&self, server: &Arc<Server>, meter: Arc<ServerMeter>) {
        // A session that has only one keeps it.
        let _ = self.server.set(OnlyServer {
            server: Arc::clone(server),
            meter,
            is_primary: server.states().contains(ServerStates::PRIMARY),
            since: Instant::now(),
            used: Cell::default(),
        });
    }

    /// A request begins. What was sent ahead begins where the one before it ends.
    pub fn began(&self, is_statement: bool, now: Instant) {
        self.ended(now);
        if let Some(statements) = self.statements.get() {
            statements.came();
            if is_statement {
                statements.began();
            }
        }
        if let Some(server) = self.server.get() {
            server.came();
        }
        if !is_statement {
            return;
        }
        self.began.set(Some(now));
        if let Some(only) = self.server.get() {
            only.server.load().began();
        }
    }

    /// What was under way, if anything was, is answered.
    pub fn ended(&self, now: Instant) {
        let Some(began) = self.began.take() else {
            return;
        };
        let after = now.saturating_duration_since(began);
        if let Some(statements) = self.statements.get() {
            statements.answered(after);
        }
        if let Some(server) = self.server.get() {
            server.answered(after);
        }
    }

    /// An answer was an error.
    pub fn failed(&self) {
        if let Some(statements) = self.statements.get() {
            statements.failed();
        }
    }
}

impl Drop for Metering {
    fn drop(&mut self) {
        let Some(began) = self.began.take() else {
            return;
        };
        if let Some(statements) = self.statements.get() {
            statements.abandoned();
        }
        if let Some(server) = self.server.get() {
            server.answered(began.elapsed());
        }
    }
}
