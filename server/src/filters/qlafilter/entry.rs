//! A line of the log.

use std::time::{Duration, SystemTime};

use super::config::QlaSettings;
use crate::filters::SessionFacts;
use crate::filters::local_time::timestamp;
use crate::filters::transaction::Step;
use crate::pipeline::ReplyEnd;
use crate::wire::command::Command;

/// The names of what a line may hold, in the order in which it holds them.
pub(super) const FIELDS: &[&str] = &[
    "service",
    "session",
    "date",
    "user",
    "reply_time",
    "total_reply_time",
    "query",
    "default_db",
    "num_rows",
    "reply_size",
    "transaction",
    "transaction_time",
    "num_warnings",
    "error_msg",
    "server",
    "command",
];
/// The place of `session` in them.
const SESSION: usize = 1;
/// The place of `command` in them.
const COMMAND: usize = 15;

/// What lines hold: a bit for each of [`FIELDS`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Fields(u16);

impl Fields {
    pub(super) fn of(names: &[String]) -> Self {
        let places = names
            .iter()
            .filter_map(|name| FIELDS.iter().position(|field| field == name));
        Self(places.fold(0, |bits, place| bits | 1 << place))
    }

    /// The same without `session`, which a session's own log leaves out.
    pub(super) fn without_session(self) -> Self {
        Self(self.0 & !(1 << SESSION))
    }

    /// Whether commands that are no statements are of interest.
    pub(super) fn has_command(self) -> bool {
        self.0 & 1 << COMMAND != 0
    }

    /// The line that names them.
    pub(super) fn header(self, separator: &str) -> Vec<u8> {
        let names: Vec<_> = self
            .places()
            .filter_map(|place| FIELDS.get(place).copied())
            .collect();
        let mut line = names.join(separator).into_bytes();
        line.push(b'\n');
        line
    }

    fn places(self) -> impl Iterator<Item = usize> {
        (0..FIELDS.len()).filter(move |place| self.0 & 1 << place != 0)
    }
}

/// A request that is to be logged.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) at: SystemTime,
    pub(super) command: Command,
    pub(super) text: Option<Vec<u8>>,
}

/// All that a line is made of.
pub(super) struct Line<'a> {
    pub(super) settings: &'a QlaSettings,
    pub(super) session: &'a SessionFacts,
    pub(super) entry: &'a Entry,
    pub(super) end: &'a ReplyEnd,
    pub(super) transaction: Option<Step>,
}

impl Line<'_> {
    /// The line, its end included.
    pub(super) fn compose(&self, fields: Fields) -> Vec<u8> {
        let text = self.entry.text.as_deref().unwrap_or_default();
        let mut line = Vec::with_capacity(96 + text.len());
        for (n, place) in fields.places().enumerate() {
            if n > 0 {
                line.extend_from_slice(self.settings.separator.as_bytes());
            }
            self.push(place, text, &mut line);
        }
        line.push(b'\n');
        line
    }

    fn push(&self, place: usize, text: &[u8], line: &mut Vec<u8>) {
        let (session, end) = (self.session, self.end);
        let string = match FIELDS.get(place).copied().unwrap_or_default() {
            "query" => return self.push_text(text, line),
            "error_msg" => {
                return self.push_text(end.error_message.as_deref().unwrap_or_default(), line);
            }
            "service" => session.service.to_string(),
            "session" => session.id.to_string(),
            "date" => timestamp(self.entry.at),
            "user" => format!("{}@{}", session.user, session.remote),
            "reply_time" => self.duration(end.first_byte),
            "total_reply_time" => self.duration(end.duration),
            "default_db" => session.database.clone().unwrap_or_default(),
            "num_rows" => end.rows.to_string(),
            "reply_size" => end.bytes.to_string(),
            "transaction" => self.transaction.map_or("", Step::name).to_owned(),
            "transaction_time" => {
                let lasted = self.transaction.and_then(Step::lasted);
                lasted
                    .map(|lasted| self.duration(lasted))
                    .unwrap_or_default()
            }
            "num_warnings" => end.warnings.to_string(),
            "server" => end.server.as_deref().unwrap_or_default().to_owned(),
            "command" => self.entry.command.name().to_owned(),
            _ => String::new(),
        };
        line.extend_from_slice(string.as_bytes());
    }

    fn duration(&self, duration: Duration) -> String {
        if self.settings.microseconds {
            duration.as_micros().to_string()
        } else {
            duration.as_millis().to_string()
        }
    }

    /// The text with its line ends replaced.
    fn push_text(&self, text: &[u8], line: &mut Vec<u8>) {
        let replacement = self.settings.newline_replacement.as_bytes();
        if replacement.is_empty() {
            return line.extend_from_slice(text);
        }
        let mut rest = text;
        while let Some(at) = rest.iter().position(|byte| matches!(byte, b'\r' | b'\n')) {
            let (before, end) = rest.split_at(at);
            line.extend_from_slice(before);
            line.extend_from_slice(replacement);
            let len = if end.starts_with(b"\r\n") { 2 } else { 1 };
            rest = end.get(len..).unwrap_or_default();
        }
        line.extend_from_slice(rest);
    }
}
