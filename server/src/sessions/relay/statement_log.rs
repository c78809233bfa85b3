//! A line of the log for each statement of a session that asks for it (`log_info`).

use std::time::Duration;

use crate::pipeline::{ReplyEnd, Request};
use crate::sessions::record::SessionRecord;
use crate::sessions::session_log;
use crate::wire::command::Command;

/// Bytes of a statement's text that are logged.
const TEXT_MAX: usize = 128;

/// The request under way, as it will be logged.
#[derive(Debug)]
pub(super) struct LoggedRequest {
    command: Command,
    text: Vec<u8>,
    more: bool,
}

impl LoggedRequest {
    /// What is to be kept of a request, as it came from the client.
    pub fn new(request: &Request) -> Self {
        let sql = request.sql().unwrap_or_default();
        Self {
            command: request.command(),
            text: sql.get(..TEXT_MAX).unwrap_or(sql).to_vec(),
            more: sql.len() > TEXT_MAX,
        }
    }

    /// It has gone to the server and is not answered.
    pub fn sent(&self, record: &SessionRecord, server: &str) {
        session_log::info(record, || self.line(&format!("to '{server}'")));
    }

    /// A filter has answered it.
    pub fn answered(&self, record: &SessionRecord) {
        session_log::info(record, || self.line("answered by a filter"));
    }

    /// The server has answered it.
    pub fn complete(&self, record: &SessionRecord, server: &str, end: &ReplyEnd) {
        session_log::info(record, || {
            let ms = millis(end.duration);
            let outcome = match end.error {
                Some(error) => format!("error {error}"),
                None => format!("{} rows", end.rows),
            };
            self.line(&format!("'{server}' in {ms} ms, {outcome}"))
        });
    }

    fn line(&self, what: &str) -> String {
        let command = self.command.name();
        if self.text.is_empty() {
            return format!("{command}: {what}");
        }
        let text = String::from_utf8_lossy(&self.text);
        let more = if self.more { ".." } else { "" };
        format!("{command}: {what}: {text}{more}")
    }
}

/// Milliseconds with three digits behind the point.
fn millis(duration: Duration) -> String {
    let micros = duration.as_micros();
    format!("{}.{:03}", micros / 1000, micros % 1000)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(sql: &str, expected: &str) {
        let mut payload = vec![Command::Query as u8];
        payload.extend_from_slice(sql.as_bytes());
        let request = Request::new(Command::Query, payload, true);
        assert_eq!(LoggedRequest::new(&request).line("to 'db'"), expected);
    }

    #[test]
    fn the_beginning_of_a_statement_is_logged() {
        check("SELECT 1", "COM_QUERY: to 'db': SELECT 1");
        let long = "x".repeat(129);
        check(&long, &format!("COM_QUERY: to 'db': {}..", &long[1..]));
        let ping = Request::new(Command::Ping, vec![Command::Ping as u8], true);
        assert_eq!(
            LoggedRequest::new(&ping).line("to 'db'"),
            "COM_PING: to 'db'"
        );
        assert_eq!(millis(Duration::from_micros(12_034)), "12.034");
    }
}
