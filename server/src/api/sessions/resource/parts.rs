//! Attributes of a session that are more than one value, written as they stand in its view: a list may
//! have ten thousand of them.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use httpdate::HttpDate;
use serde::ser::{Serialize, Serializer};
use sluicegate_shared::session::{ConnectionBuffers, SessionMemory};
use time::{OffsetDateTime, UtcOffset};

use crate::api::sight::Sight;
use crate::control::sessions::{
    Apply, ChainView, ConnectionView, LogSwitches, SessionView, StatementView,
};

/// A moment, as headers of HTTP have it.
pub(super) struct Date(pub(super) SystemTime);

impl Serialize for Date {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&HttpDate::from(self.0))
    }
}

/// Names, in order.
struct Names<'a>(&'a [Arc<str>]);

impl Serialize for Names<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(|name| &**name))
    }
}

/// The chain of a session.
pub(super) struct Filters<'a>(pub(super) &'a ChainView);

impl Serialize for Filters<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(serde::Serialize)]
        struct Told<'a> {
            active: Names<'a>,
            apply: &'static str,
            generation: u64,
            pending: Option<Names<'a>>,
        }
        let chain = self.0;
        let told = Told {
            active: Names(&chain.active),
            apply: match chain.apply {
                Apply::Idle => "idle",
                Apply::TransactionEnd => "transaction_end",
            },
            generation: chain.generation,
            pending: chain.pending.as_deref().map(Names),
        };
        told.serialize(serializer)
    }
}

/// The log levels that are on for a session.
pub(super) struct Parameters(pub(super) LogSwitches);

impl Serialize for Parameters {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let all = LogSwitches::ALL.into_iter();
        serializer.collect_map(all.map(|(name, switch)| (name, self.0.contains(switch))))
    }
}

/// What is known of a session's client.
pub(super) struct Client<'a>(pub(super) &'a SessionView);

impl Serialize for Client<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(serde::Serialize)]
        struct Told<'a> {
            cipher: &'a str,
            connection_attributes: BTreeMap<&'a str, &'a str>,
            sescmd_history_len: u64,
            sescmd_history_stored_metadata: u64,
            sescmd_history_stored_responses: u64,
        }
        let attributes = self.0.attributes.iter();
        let told = Told {
            cipher: &self.0.client_cipher,
            connection_attributes: attributes
                .map(|(name, value)| (&**name, &**value))
                .collect(),
            sescmd_history_len: self.0.history_len,
            sescmd_history_stored_metadata: 0,
            sescmd_history_stored_responses: 0,
        };
        told.serialize(serializer)
    }
}

/// What a session holds.
pub(super) struct Memory<'a>(pub(super) &'a SessionView);

impl Serialize for Memory<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let told = SessionMemory {
            connection_buffers: Some(ConnectionBuffers {
                total: self.0.buffered_bytes,
            }),
            exec_metadata: 0,
            last_queries: self.0.last_statements_bytes,
            sescmd_history: self.0.history_bytes,
            total: self.0.memory_bytes,
            variables: 0,
        };
        told.serialize(serializer)
    }
}

/// The connections of a session.
pub(super) struct Connections<'a>(pub(super) &'a [ConnectionView]);

impl Serialize for Connections<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(serde::Serialize)]
        struct Told<'a> {
            cipher: &'a str,
            connection_id: u64,
            server: &'a str,
            statements: u64,
        }
        serializer.collect_seq(self.0.iter().map(|connection| Told {
            cipher: &connection.cipher,
            connection_id: connection.connection_id,
            server: &connection.server,
            statements: connection.statements,
        }))
    }
}

/// The last statements of a session, and what is shown of them.
pub(super) struct Queries<'a>(pub(super) &'a [StatementView], pub(super) Sight);

impl Serialize for Queries<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(serde::Serialize)]
        struct Told<'a> {
            command: &'static str,
            completed: Option<String>,
            received: String,
            responses: Responses<'a>,
            statement: &'a str,
        }
        serializer.collect_seq(self.0.iter().map(|statement| Told {
            command: statement.command,
            completed: statement.completed.map(local),
            received: local(statement.received),
            responses: Responses(&statement.responses),
            statement: self.1.text(&statement.text),
        }))
    }
}

/// The servers that have replied to a statement.
struct Responses<'a>(&'a [(Arc<str>, Duration)]);

impl Serialize for Responses<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(serde::Serialize)]
        struct Told<'a> {
            duration: u64,
            server: &'a str,
        }
        serializer.collect_seq(self.0.iter().map(|(server, duration)| Told {
            duration: duration.as_millis() as u64,
            server,
        }))
    }
}

/// `2026-11-24T00:29:16.507` in the time of this place, or UTC where that is not known.
fn local(time: SystemTime) -> String {
    let time = OffsetDateTime::from(time);
    let time = UtcOffset::local_offset_at(time).map_or(time, |offset| time.to_offset(offset));
    let (date, (hour, minute, second, ms)) = (time.date(), time.time().as_hms_milli());
    let (year, month, day) = (date.year(), u8::from(date.month()), date.day());
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{ms:03}")
}
