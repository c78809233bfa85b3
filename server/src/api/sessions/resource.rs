//! A session as a resource.

mod parts;

use std::net::IpAddr;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use serde::Serialize;
use serde::ser::SerializeMap;
use serde_json::Value;

use crate::api::conditions::Age;
use crate::api::json;
use crate::api::link::Base;
use crate::api::resource::Resource;
use crate::api::sight::Sight;
use crate::control::sessions::{Activity, CloseReason, ClosedBy, During, SessionView};
use parts::{Client, Connections, Date, Filters, Memory, Parameters, Queries};

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

    /// Gives the value of an attribute to `taker`, if it has one now.
    fn tell<T: Taker>(&self, name: &str, taker: T) -> Option<T::Taken> {
        let view = &self.view;
        Some(match name {
            "client" => taker.take(&Client(view)),
            "close_reason" => taker.take(&close_reason(&view.end.as_ref()?.reason)),
            "connected" => taker.take(&Date(view.connected)),
            "connections" => taker.take(&Connections(&view.connections)),
            "database" => taker.take(view.database.as_deref()?),
            "ended" => taker.take(&Date(view.end.as_ref()?.at)),
            "filters" => taker.take(&Filters(&view.chain)),
            // Tenths of a second, as the documented API has it.
            "idle" => taker.take(&((view.idle.as_millis() / 100) as f64 / 10.0)),
            "io_activity" => taker.take(&view.io_activity),
            "listener" => taker.take(&*view.listener),
            // Nearly all lines of its log are about statements.
            "log" => match self.sight {
                Sight::Whole => taker.take(&view.trace),
                Sight::WithoutSql => taker.take(&[""; 0]),
            },
            "memory" => taker.take(&Memory(view)),
            "parameters" => taker.take(&Parameters(view.log)),
            "port" => taker.take(&view.port),
            "queries" => taker.take(&Queries(&view.last_statements, self.sight)),
            "remote" => taker.take(&view.remote),
            "seconds_alive" => taker.take(&self.since(view.connected).as_secs_f64()),
            "state" if view.end.is_some() => taker.take("Session stopped"),
            "state" => taker.take(state(view.state)),
            "statement_count" => taker.take(&view.statements),
            "thread" => taker.take(&view.thread),
            "transaction" => taker.take(&view.transaction),
            "user" => taker.take(&view.user),
            _ => return None,
        })
    }
}

/// What takes the value of an attribute.
trait Taker {
    /// What it makes of it.
    type Taken;
    fn take(self, value: &(impl Serialize + ?Sized)) -> Self::Taken;
}

/// Makes a value of it.
struct AsValue;

impl Taker for AsValue {
    type Taken = Value;

    fn take(self, value: &(impl Serialize + ?Sized)) -> Value {
        json::value(value)
    }
}

/// Writes it under its name.
struct Member<'a, M>(&'static str, &'a mut M);

impl<M: SerializeMap> Taker for Member<'_, M> {
    type Taken = Result<(), M::Error>;

    fn take(self, value: &(impl Serialize + ?Sized)) -> Self::Taken {
        self.1.serialize_entry(self.0, value)
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
        self.tell(name, AsValue)
    }

    fn write<M: SerializeMap>(
        &self,
        name: &'static str,
        _: &Base,
        attributes: &mut M,
    ) -> Result<(), M::Error> {
        self.tell(name, Member(name, attributes)).unwrap_or(Ok(()))
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
    serde_json::json!({"by": by, "during": during, "detail": reason.to_string()})
}
