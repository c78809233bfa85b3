//! What is logged of one session: its own switches, its service's and those for all add up.

use tracing::Level;

use super::log_switches::LogSwitches;
use super::record::SessionRecord;
use crate::config::ServiceLog;
use crate::telemetry::log::SESSION_TARGET;

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
    if tracing::enabled!(Level::DEBUG) || record.logs(LogSwitches::INFO) {
        let session = record.identity().id;
        // Info is DEBUG in the words of `tracing`.
        tracing::event!(target: SESSION_TARGET, Level::DEBUG, session, "{}", text());
    }
}

/// Logs at debug what `text` says, if debug is on for all, for the session or for its service.
pub(super) fn debug(record: &SessionRecord, text: impl FnOnce() -> String) {
    if tracing::enabled!(Level::TRACE) || record.logs(LogSwitches::DEBUG) {
        let session = record.identity().id;
        tracing::event!(target: SESSION_TARGET, Level::TRACE, session, "{}", text());
    }
}
