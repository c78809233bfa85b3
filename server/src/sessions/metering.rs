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
    /// How long something was under way.
    active_us: Cell<u64>,
}

impl OnlyServer {
    fn came(&self) {
        self.server.load().sent_packets(1);
        let is_primary = self.server.states().contains(ServerStates::PRIMARY);
        self.meter.came(is_primary);
    }

    fn answered(&self, after: Duration) {
        self.server.load().ended();
        let after = u64::try_from(after.as_micros()).unwrap_or(u64::MAX);
        self.active_us
            .set(self.active_us.get().saturating_add(after));
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
            active_us: Cell::default(),
        });
    }

    /// The session has ended after `present`, and has asked so often.
    pub fn session_ended(&self, present: Duration, requests: u64) {
        if let Some(only) = self.server.get() {
            let active = Duration::from_micros(only.active_us.get());
            only.meter.ended(SessionUse {
                present,
                active,
                requests,
            });
        }
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
