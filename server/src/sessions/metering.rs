//! What a session counts: its statements for its service, and for its server where no router does.

use std::cell::{Cell, OnceCell};
use std::sync::Arc;
use std::time::Instant;

use crate::servers::Server;
use crate::telemetry::StatementMeter;

/// The counters of one session.
#[derive(Default)]
pub(super) struct Metering {
    statements: OnceCell<Arc<StatementMeter>>,
    /// The server of a session that has only one.
    server: OnceCell<Arc<Server>>,
    /// When the statement under way began.
    began: Cell<Option<Instant>>,
}

impl Metering {
    /// Statements are counted by `statements`.
    pub fn of_service(&self, statements: &Arc<StatementMeter>) {
        // There is one service for a session's life.
        let _ = self.statements.set(Arc::clone(statements));
    }

    /// All statements go to `server`.
    pub fn of_server(&self, server: &Arc<Server>) {
        // A session that has only one keeps it.
        let _ = self.server.set(Arc::clone(server));
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
            server.load().sent_packets(1);
        }
        if !is_statement {
            return;
        }
        self.began.set(Some(now));
        if let Some(server) = self.server.get() {
            server.load().began();
        }
    }

    /// What was under way, if anything was, is answered.
    pub fn ended(&self, now: Instant) {
        let Some(began) = self.began.take() else {
            return;
        };
        if let Some(statements) = self.statements.get() {
            statements.answered(now.saturating_duration_since(began));
        }
        if let Some(server) = self.server.get() {
            server.load().ended();
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
        if self.began.take().is_none() {
            return;
        }
        if let Some(statements) = self.statements.get() {
            statements.abandoned();
        }
        if let Some(server) = self.server.get() {
            server.load().ended();
        }
    }
}
