//! What is logged of one session: its own switches, its service's and those for all add up.

use time::OffsetDateTime;
use tracing::Level;

use super::log_switches::LogSwitches;
use super::record::SessionRecord;
use super::trace::TraceRules;
use super::{CloseReason, ClosedBy};
use crate::config::{DumpStatements, ServiceLog};
use crate::telemetry::log::{SESSION_TARGET, session_line};

impl From<ServiceLog> for LogSwitches {
    fn from(log: ServiceLog) -> Self {
        let mut switches = Self::empty();
        switches.set(Self::WARNING, log.warning);
        switches.set(Self::NOTICE, log.notice);
        switches.set(Self::INFO, log.info);
        switches.set(Self::DEBUG, log.debug);
        switches
    }
}

/// Logs at info what `text` says, if info is on for all, for the session or for its service. The
/// text is made only then.
pub(super) fn info(record: &SessionRecord, text: impl FnOnce() -> String) {
    // Info is DEBUG in the words of `tracing`.
    let told = tracing::enabled!(Level::DEBUG) || record.logs(LogSwitches::INFO);
    let kept = record.keeps(LogSwitches::INFO);
    if !told && !kept {
        return;
    }
    let (session, object) = (record.identity().id, &*record.identity().service);
    let text = text();
    if kept {
        record.keep_line(session_line(Level::DEBUG, session, &text));
    }
    if told {
        tracing::event!(target: SESSION_TARGET, Level::DEBUG, session, object, "{text}");
    }
}

/// Logs at debug what `text` says, if debug is on for all, for the session or for its service.
pub(super) fn debug(record: &SessionRecord, text: impl FnOnce() -> String) {
    let told = tracing::enabled!(Level::TRACE) || record.logs(LogSwitches::DEBUG);
    let kept = record.keeps(LogSwitches::DEBUG);
    if !told && !kept {
        return;
    }
    let (session, object) = (record.identity().id, &*record.identity().service);
    let text = text();
    if kept {
        record.keep_line(session_line(Level::TRACE, session, &text));
    }
    if told {
        tracing::event!(target: SESSION_TARGET, Level::TRACE, session, object, "{text}");
    }
}

/// Logs the lines that are kept of a session that has ended, when `rules` say so.
pub(super) fn end(record: &SessionRecord, rules: &TraceRules, reason: &CloseReason) {
    let trace = record.trace().borrow();
    if rules.wants(&trace, reason) {
        let (session, object) = (record.identity().id, &*record.identity().service);
        for line in trace.lines() {
            tracing::event!(target: SESSION_TARGET, Level::INFO, session, object, "trace: {line}");
        }
    }
}

/// Logs the statements that are kept of a session that has ended, when it is time for that. The
/// session has ended in an error when its client, or a server, went away without a word.
pub(super) fn dump(record: &SessionRecord, when: DumpStatements, reason: &CloseReason) {
    let is_wanted = match when {
        DumpStatements::Never => false,
        DumpStatements::OnClose => true,
        DumpStatements::OnError => matches!(
            reason.by,
            ClosedBy::Client(_) | ClosedBy::Backend { .. } | ClosedBy::Protocol(_)
        ),
    };
    if !is_wanted {
        return;
    }
    let (session, object) = (record.identity().id, &*record.identity().service);
    for (number, statement) in (1..).zip(record.last_statements()) {
        let received = OffsetDateTime::from(statement.received);
        let (command, text) = (statement.command, statement.text);
        tracing::event!(
            target: SESSION_TARGET,
            Level::INFO,
            session,
            object,
            "statement {number} ({received}, {command}): {text}"
        );
    }
}
