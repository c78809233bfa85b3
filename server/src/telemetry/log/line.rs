//! One event as one line.

use std::fmt::{self, Write};

use time::OffsetDateTime;
use tracing::field::{Field, Visit};
use tracing::{Event, Level};

use super::entry::{LogEntry, Priority};

/// What an event says.
pub(super) fn entry(event: &Event<'_>, now: OffsetDateTime) -> LogEntry {
    let mut fields = Fields::default();
    event.record(&mut fields);
    let metadata = event.metadata();
    let mut message = String::with_capacity(fields.message.len() + fields.others.len());
    push_on_one_line(&mut message, &fields.message);
    let others = if message.is_empty() {
        fields.others.trim_start()
    } else {
        &fields.others
    };
    push_on_one_line(&mut message, others);
    LogEntry {
        id: 0,
        at: now,
        priority: Priority::of(*metadata.level()),
        room: room_of(metadata.target()).to_owned(),
        session: fields.session,
        object: fields.object,
        message,
    }
}

/// What an event says without its fields.
pub(super) fn text(event: &Event<'_>) -> String {
    let mut fields = Fields::default();
    event.record(&mut fields);
    fields.message
}

/// A line about one session.
pub(super) fn of_session(level: Level, session: u64, text: &str, now: OffsetDateTime) -> String {
    let mut message = String::with_capacity(text.len());
    push_on_one_line(&mut message, text);
    of(&LogEntry {
        id: 0,
        at: now,
        priority: Priority::of(level),
        room: super::SESSION_TARGET.to_owned(),
        session: Some(session),
        object: None,
        message,
    })
}

/// A warning of the log's own, as a line.
pub(super) fn own(message: String, now: OffsetDateTime) -> String {
    of(&LogEntry {
        id: 0,
        at: now,
        priority: Priority::Warning,
        room: "telemetry".to_owned(),
        session: None,
        object: None,
        message,
    })
}

/// An entry as a line, its end included.
pub(super) fn of(entry: &LogEntry) -> String {
    let mut line = String::with_capacity(64 + entry.message.len());
    let priority = entry.priority.name();
    // Writing to a string cannot fail.
    let _ = write!(line, "{} {priority:<7}: ", time_of(entry.at));
    if let Some(session) = entry.session {
        let _ = write!(line, "({session}) ");
    }
    let _ = write!(line, "[{}]", entry.room);
    if !entry.message.is_empty() {
        line.push(' ');
        line.push_str(&entry.message);
    }
    line.push('\n');
    line
}

/// The time of this place, or UTC where that is not known.
pub(super) fn now() -> OffsetDateTime {
    OffsetDateTime::now_local().unwrap_or_else(|_| OffsetDateTime::now_utc())
}

/// `2026-11-24 00:29:16.507`.
fn time_of(now: OffsetDateTime) -> String {
    let (hour, minute, second, ms) = now.time().as_hms_milli();
    let date = now.date();
    let (year, month, day) = (date.year(), u8::from(date.month()), date.day());
    format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}.{ms:03}")
}

/// `sluicegate_server::sessions::relay` is of the room `sessions`; another crate is a room by
/// itself.
fn room_of(target: &str) -> &str {
    let mut path = target.split("::");
    match (path.next(), path.next()) {
        (Some("sluicegate_server"), Some(room)) => room,
        (Some(name), _) => name,
        (None, _) => target,
    }
}

/// Line ends in what others say must not make up lines of the log.
fn push_on_one_line(line: &mut String, text: &str) {
    for character in text.chars() {
        match character {
            '\n' => line.push_str("\\n"),
            '\r' => line.push_str("\\r"),
            other if other.is_control() => {
                let _ = write!(line, "{}", other.escape_default());
            }
            other => line.push(other),
        }
    }
}

/// The fields of an event, sorted out.
#[derive(Default)]
struct Fields {
    message: String,
    session: Option<u64>,
    /// Not in the line: its text says which object it is about.
    object: Option<String>,
    others: String,
}

impl Visit for Fields {
    fn record_u64(&mut self, field: &Field, value: u64) {
        if field.name() == "session" {
            self.session = Some(value);
        } else {
            self.record_debug(field, &value);
        }
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        match u64::try_from(value) {
            Ok(value) => self.record_u64(field, value),
            Err(_) => self.record_debug(field, &value),
        }
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.record_debug(field, &format_args!("{value}"));
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        let _ = match field.name() {
            "message" => write!(self.message, "{value:?}"),
            "object" => {
                self.object = Some(format!("{value:?}"));
                Ok(())
            }
            name => write!(self.others, " {name}={value:?}"),
        };
    }
}
