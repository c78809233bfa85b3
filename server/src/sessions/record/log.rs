//! What is logged of a session, and what is kept of it for a look: its last statements and the last
//! lines of its log.

use std::cell::RefCell;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use super::SessionRecord;
use crate::pipeline::{Needs, Request};
use crate::sessions::log_switches::LogSwitches;
use crate::sessions::trace::Trace;

impl SessionRecord {
    /// The log levels that are on for this session.
    pub fn log_switches(&self) -> LogSwitches {
        self.log.get()
    }

    /// Whether a log level is on for this session, be it for its service.
    pub fn logs(&self, level: LogSwitches) -> bool {
        (self.log.get() | self.identity.log).contains(level)
    }

    /// Whether lines of that level are kept with the session.
    pub fn keeps(&self, level: LogSwitches) -> bool {
        let traced = self.identity.trace_lines > 0;
        self.log.get().contains(level)
            || (traced && (level == LogSwitches::INFO || self.logs(level)))
    }

    /// Whether a log level is on for this session, or its lines are kept with it.
    pub fn tells(&self, level: LogSwitches) -> bool {
        self.logs(level) || self.keeps(level)
    }

    /// Keeps a line of the log.
    pub fn keep_line(&self, line: String) {
        let mut trace = self.trace.borrow_mut();
        trace.push(line, self.identity.trace_lines);
    }

    /// The lines of the log that are kept.
    pub(in crate::sessions) fn trace(&self) -> &RefCell<Trace> {
        &self.trace
    }

    /// What has to be seen of the traffic: by the chain, and for the log of statements.
    pub fn needs(&self) -> Needs {
        let mut needs = self.chains.borrow().needs();
        if self.tells(LogSwitches::INFO) || self.identity.retain_statements > 0 {
            needs |= Needs::REQUESTS | Needs::REPLY_ENDS;
        }
        needs
    }

    /// A statement has come whole.
    pub fn statement_came(&self, request: &Request, at: SystemTime) {
        let limit = self.identity.retain_statements;
        if limit > 0 {
            self.last_statements.borrow_mut().began(request, at, limit);
        }
    }

    /// The statement under way is answered: by a server, or by a filter.
    pub fn statement_answered(&self, at: SystemTime, by: Option<(Arc<str>, Duration)>) {
        if self.identity.retain_statements > 0 {
            self.last_statements.borrow_mut().completed(at, by);
        }
    }
}
