//! A session as a resource.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use serde_json::{Map, Value, json};
use time::{OffsetDateTime, UtcOffset};

use crate::api::conditions::Age;
use crate::api::resource::Resource;
use crate::api::sight::Sight;
use crate::control::sessions::{
    Activity, Apply, CloseReason, ClosedBy, During, LogSwitches, SessionView, StatementView,
};

/// One session at the moment of the request.
pub(in crate::api) struct SessionResource {
    view: SessionView,
    now: SystemTime,
    sight: Sight,
}

impl SessionResource {
    pub(super) fn new(view: SessionView) -> Self {
        Self {
            now: view.end.as_ref().map_or_else(SystemTime::now, |end| end.at),
            view,
            sight: Sight::Whole,
        }
    }

    /// The same as it is shown to somebody.
    pub(super) fn seen(self, sight: Sight) -> Self {
        Self { sight, ..self }
    }

    /// The client's address, unless it came through a Unix socket.
    pub(super) fn address(&self) -> Option<IpAddr> {
        self.view.remote.parse().ok()
    }

    /// Tells `name` in place of the address.
    pub(super) fn show_remote(&mut self, name: &str) {
        name.clone_into(&mut self.view.remote);
    }

    /// How old a relationship is: a session stays with its service all its life.
    pub(super) fn age_of(&self, relationship: &str) -> Age {
        if relationship == "services" {
            Age::Since(self.view.connected)
        } else {
            Age::Live
        }
    }

    fn since(&self, time: SystemTime) -> Duration {
        self.now.duration_since(time).unwrap_or_default()
    }

    /// The version of what can be changed of it.
    pub(super) fn configured(&self) -> u64 {
        self.view.version
    }

    fn filters(&self) -> Value {
        let chain = &self.view.chain;
        json!({
            "active": names(&chain.active),
            "apply": match chain.apply {
                Apply::Idle => "idle",
                Apply::TransactionEnd => "transaction_end",
            },
            "generation": chain.generation,
            "pending": chain.pending.as_deref().map(names),
        })
    }

    fn parameters(&self) -> Value {
        let on =
            |(name, switch): (&str, _)| (name.to_owned(), self.view.log.contains(switch).into());
        LogSwitches::ALL
            .into_iter()
            .map(on)
            .collect::<Map<_, _>>()
            .into()
    }

    fn client(&self) -> Value {
        let attributes: Map<String, Value> = self
            .view
            .attributes
            .iter()
            .map(|(name, value)| (name.clone(), value.clone().into()))
            .collect();
        json!({
            "cipher": self.view.client_cipher,
            "connection_attributes": attributes,
            "sescmd_history_len": self.view.history_len,
            "sescmd_history_stored_metadata": 0,
            "sescmd_history_stored_responses": 0,
        })
    }

    fn memory(&self) -> Value {
        json!({
            "connection_buffers": {"total": self.view.buffered_bytes},
            "exec_metadata": 0,
            "last_queries": self.view.last_statements_bytes,
            "sescmd_history": self.view.history_bytes,
            "total": self.view.memory_bytes,
            "variables": 0,
        })
    }

    /// The lines of its log: nearly all are about statements.
    fn lines(&self) -> Value {
        match self.sight {
            Sight::Whole => self.view.trace.as_slice().into(),
            Sight::WithoutSql => json!([]),
        }
    }

    fn queries(&self) -> Value {
        let statements = self.view.last_statements.iter();
        statements
            .map(|statement| query(statement, self.sight))
            .collect()
    }

    fn connections(&self) -> Value {
        let connections = self.view.connections.iter().map(|connection| {
            json!({
                "server": &*connection.server,
                "connection_id": connection.connection_id,
                "cipher": connection.cipher,
            })
        });
        connections.collect()
    }
}

impl Resource for SessionResource {
    const KIND: &'static str = "sessions";
    const ATTRIBUTES: &'static [&'static str] = &[
        "client",
        "close_reason",
        "connected",
        "connections",
        "database",
        "ended",
        "filters",
        "idle",
        "io_activity",
        "listener",
        "log",
        "memory",
        "parameters",
        "port",
        "queries",
        "remote",
        "seconds_alive",
        "state",
        "statement_count",
        "thread",
        "transaction",
        "user",
    ];
    const RELATIONSHIPS: &'static [&'static str] = &["filters", "services"];

    fn id(&self) -> String {
        self.view.id.to_string()
    }

    fn attribute(&self, name: &str) -> Option<Value> {
        let view = &self.view;
        Some(match name {
            "client" => self.client(),
            "close_reason" => close_reason(&view.end.as_ref()?.reason),
            "ended" => httpdate::fmt_http_date(view.end.as_ref()?.at).into(),
            "connected" => httpdate::fmt_http_date(view.connected).into(),
            "connections" => self.connections(),
            "database" => view.database.as_deref()?.into(),
            // Tenths of a second, as the documented API has it.
            "idle" => ((view.idle.as_millis() / 100) as f64 / 10.0).into(),
            "filters" => self.filters(),
            "io_activity" => view.io_activity.into(),
            "listener" => (*view.listener).into(),
            "log" => self.lines(),
            "memory" => self.memory(),
            "parameters" => self.parameters(),
            "port" => view.port.into(),
            "queries" => self.queries(),
            "remote" => view.remote.as_str().into(),
            "seconds_alive" => self.since(view.connected).as_secs_f64().into(),
            "state" if view.end.is_some() => "Session stopped".into(),
            "state" => state(view.state).into(),
            "statement_count" => view.statements.into(),
            "thread" => view.thread.into(),
            "transaction" => view.transaction.into(),
            "user" => view.user.as_str().into(),
            _ => return None,
        })
    }

    fn related(&self, name: &str) -> Option<Vec<String>> {
        match name {
            "filters" => Some(names(&self.view.chain.active)),
            "services" => Some(vec![self.view.service.to_string()]),
            _ => None,
        }
    }

    fn version(&self) -> Option<u64> {
        Some(self.view.version)
    }
}

fn names(chain: &[Arc<str>]) -> Vec<String> {
    chain.iter().map(ToString::to_string).collect()
}

fn state(activity: Activity) -> &'static str {
    match activity {
        Activity::Idle | Activity::Busy => "Session started",
        Activity::Closing => "Stopping session",
    }
}

fn close_reason(reason: &CloseReason) -> Value {
    let by = match &reason.by {
        ClosedBy::Quit | ClosedBy::Client(_) => "client",
        ClosedBy::Backend { .. } => "server",
        ClosedBy::Admin => "administrator",
        ClosedBy::Kill => "kill",
        ClosedBy::Timeout(_) => "timeout",
        ClosedBy::Router(_) | ClosedBy::Refused(_) => "router",
        ClosedBy::Filter(_) => "filter",
        ClosedBy::Shutdown => "shutdown",
        ClosedBy::Protocol(_) => "protocol",
    };
    let during = match reason.during {
        During::Login => "login",
        During::Idle => "idle",
        During::Request => "request",
        During::Reply => "reply",
        During::Upload => "upload",
    };
    json!({"by": by, "during": during, "detail": reason.to_string()})
}

fn query(statement: &StatementView, sight: Sight) -> Value {
    let response = |(server, duration): &(Arc<str>, Duration)| json!({"duration": duration.as_millis() as u64, "server": &**server});
    let responses: Vec<Value> = statement.responses.iter().map(response).collect();
    json!({
        "command": statement.command,
        "completed": statement.completed.map(local),
        "received": local(statement.received),
        "responses": responses,
        "statement": sight.text(&statement.text),
    })
}

/// `2026-11-24T00:29:16.507` in the time of this place, or UTC where that is not known.
fn local(time: SystemTime) -> String {
    let time = OffsetDateTime::from(time);
    let time = UtcOffset::local_offset_at(time).map_or(time, |offset| time.to_offset(offset));
    let (date, (hour, minute, second, ms)) = (time.date(), time.time().as_hms_milli());
    let (year, month, day) = (date.year(), u8::from(date.month()), date.day());
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{ms:03}")
}
