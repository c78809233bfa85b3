//! Connections, and statements that were run, as resources.

use std::sync::Arc;

use serde_json::Value;

use super::shape;
use crate::api::link::Base;
use crate::api::resource::Resource;
use crate::api::sight::Sight;
use crate::workbench::{Answer, Connection, ConnectionView};

/// One connection.
pub(in crate::api) struct SqlResource {
    view: ConnectionView,
    sight: Sight,
}

impl SqlResource {
    /// As it is now.
    pub(super) fn of(connection: &Arc<Connection>, sight: Sight) -> Self {
        let view = connection.view();
        Self { view, sight }
    }
}

impl Resource for SqlResource {
    const KIND: &'static str = "sql";
    const ATTRIBUTES: &'static [&'static str] = &["seconds_idle", "sql", "target", "thread_id"];
    const RELATIONSHIPS: &'static [&'static str] = &[];

    fn id(&self) -> String {
        self.view.id.clone()
    }

    fn attribute(&self, name: &str) -> Option<Value> {
        let view = &self.view;
        Some(match name {
            "seconds_idle" => view.idle.as_secs_f64().into(),
            "sql" => view.sql.as_deref().map(|sql| self.sight.text(sql)).into(),
            "target" => (*view.target).into(),
            "thread_id" => view.thread_id.into(),
            _ => return None,
        })
    }

    fn related(&self, _: &str) -> Option<Vec<String>> {
        None
    }

    fn related_link(&self, base: &Base) -> Option<String> {
        Some(base.to(&format!("sql/{}/queries", self.view.id)))
    }
}

/// Statements that were run on a connection.
pub(in crate::api) struct QueryResource {
    /// The connection.
    pub(super) connection: String,
    /// Their number there.
    pub(super) number: u64,
    pub(super) sql: Arc<str>,
    /// What they have returned; `None`: they run.
    pub(super) answer: Option<Arc<Answer>>,
}

impl QueryResource {
    /// Where they are.
    pub(super) fn link(&self, base: &Base) -> String {
        base.to(&format!("sql/{}/queries/{}", self.connection, self.id()))
    }
}

impl Resource for QueryResource {
    const KIND: &'static str = "queries";
    /// Its links stand around it, as documented.
    const HAS_DOCUMENT: bool = false;
    const ATTRIBUTES: &'static [&'static str] = &["execution_time", "results", "sql"];
    const RELATIONSHIPS: &'static [&'static str] = &[];

    fn id(&self) -> String {
        format!("{}.{}", self.connection, self.number)
    }

    fn attribute(&self, name: &str) -> Option<Value> {
        let time = self.answer.as_ref().map(|answer| answer.time.as_secs_f64());
        Some(match name {
            "execution_time" => time.unwrap_or_default().into(),
            "results" => shape::results(self.answer.as_ref()?),
            "sql" => (*self.sql).into(),
            _ => return None,
        })
    }

    fn related(&self, _: &str) -> Option<Vec<String>> {
        None
    }
}
