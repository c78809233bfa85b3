//! A line of the log as a resource.

use std::sync::Arc;

use serde_json::{Map, Value};

use super::SOURCE;
use crate::api::query::Filter;
use crate::api::resource::{self, Resource};
use crate::api::sight::Sight;
use crate::control::logs::LogEntry;

/// One line, and what is shown of it.
pub(super) struct EntryResource(pub(super) Arc<LogEntry>, pub(super) Sight);

/// The room of filters.
const FILTERS: &str = "filters";

/// What a line has besides its id.
const MEMBERS: [&str; 7] = [
    "message",
    "module",
    "object",
    "priority",
    "session",
    "timestamp",
    "unix_timestamp",
];

impl Resource for EntryResource {
    const KIND: &'static str = "log_entry";
    const PATH: &'static str = "maxscale/logs/entries";
    const HAS_DOCUMENT: bool = false;
    const ATTRIBUTES: &'static [&'static str] = &[
        "log_source",
        "message",
        "module",
        "object",
        "priority",
        "session",
        "timestamp",
        "unix_timestamp",
    ];
    const RELATIONSHIPS: &'static [&'static str] = &[];

    fn id(&self) -> String {
        self.0.id.to_string()
    }

    fn attribute(&self, name: &str) -> Option<Value> {
        match name {
            "log_source" => Some(SOURCE.into()),
            _ => member(&self.0, self.1, name),
        }
    }

    fn related(&self, _: &str) -> Option<Vec<String>> {
        None
    }
}

/// Whether a line, as it is shown, fulfils all of these conditions.
pub(super) fn fulfils(entry: &Arc<LogEntry>, sight: Sight, filters: &[Filter]) -> bool {
    filters.is_empty() || resource::fulfils(&EntryResource(Arc::clone(entry), sight), filters)
}

/// A line as a plain object.
pub(super) fn object(entry: &LogEntry, sight: Sight) -> Value {
    let members = MEMBERS.iter().filter_map(|name| {
        let value = member(entry, sight, name)?;
        Some(((*name).to_owned(), value))
    });
    let mut object: Map<String, Value> = members.collect();
    object.insert("id".to_owned(), entry.id.to_string().into());
    object.into()
}

fn member(entry: &LogEntry, sight: Sight, name: &str) -> Option<Value> {
    Some(match name {
        "message" if may_have_sql(entry) => sight.text(&entry.message).into(),
        "message" => entry.message.as_str().into(),
        "module" => entry.room.as_str().into(),
        "object" => entry.object.as_deref()?.into(),
        "priority" => entry.priority.name().into(),
        "session" => entry.session?.to_string().into(),
        "timestamp" => timestamp(entry).into(),
        "unix_timestamp" => entry.at.unix_timestamp().into(),
        _ => return None,
    })
}

/// Whether a line may tell what is in a statement: those about a session, and what filters say.
fn may_have_sql(entry: &LogEntry) -> bool {
    entry.session.is_some() || entry.room == FILTERS
}

/// `2026-11-24 00:29:13`, local time.
fn timestamp(entry: &LogEntry) -> String {
    let (date, time) = (entry.at.date(), entry.at.time());
    let (year, month, day) = (date.year(), u8::from(date.month()), date.day());
    let (hour, minute, second) = (time.hour(), time.minute(), time.second());
    format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}")
}

#[cfg(test)]
mod tests {
    use time::OffsetDateTime;

    use super::*;
    use crate::api::query::{self, Query};
    use crate::control::logs::Priority;

    fn entry(room: &str, session: Option<u64>) -> LogEntry {
        LogEntry {
            id: 1,
            at: OffsetDateTime::UNIX_EPOCH,
            priority: Priority::Info,
            room: room.to_owned(),
            session,
            object: session.map(|_| "Main".to_owned()),
            message: "SELECT 1".to_owned(),
        }
    }

    fn told(room: &str, session: Option<u64>) -> Value {
        object(&entry(room, session), Sight::WithoutSql)["message"].clone()
    }

    #[test]
    fn lines_are_found_by_what_is_shown_of_them() {
        let fulfils = |query: &str, sight, session| {
            let (query, _): (_, query::None) = Query::parse(query).unwrap();
            fulfils(&entry("sessions", session).into(), sight, &query.filters)
        };
        let of_main = "filter=/attributes/object=\"Main\"";
        assert!(fulfils(of_main, Sight::Whole, Some(1)));
        assert!(!fulfils(of_main, Sight::Whole, None));
        let of_statement = "filter=/attributes/message=\"SELECT 1\"";
        assert!(fulfils(of_statement, Sight::Whole, Some(1)));
        assert!(!fulfils(of_statement, Sight::WithoutSql, Some(1)));
    }

    #[test]
    fn lines_about_sessions_and_of_filters_may_have_statements_in_them() {
        assert_eq!(told("sessions", Some(7)), "*****");
        assert_eq!(told("filters", None), "*****");
        assert_eq!(told("control", None), "SELECT 1");
    }
}
