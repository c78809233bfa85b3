//! A service as a resource.

use serde_json::{Value, json};

use super::{Configured, described, names};
use crate::api::resource::Resource;
use crate::api::state::ApiState;
use crate::control::objects::ServiceView;

/// One service.
pub(in crate::api) struct ServiceResource(ServiceView);

impl Configured for ServiceResource {
    const ONE: &'static str = "a service";
    const LIVE: bool = true;

    fn all(state: &ApiState) -> Vec<Self> {
        state
            .control()
            .objects
            .services()
            .into_iter()
            .map(Self)
            .collect()
    }
}

impl Resource for ServiceResource {
    const KIND: &'static str = "services";
    const ATTRIBUTES: &'static [&'static str] = &[
        "connections",
        "parameters",
        "router",
        "source",
        "started",
        "state",
        "statistics",
        "total_connections",
    ];
    const RELATIONSHIPS: &'static [&'static str] = &["filters", "listeners", "servers"];

    fn id(&self) -> String {
        self.0.object.name.to_string()
    }

    fn attribute(&self, name: &str) -> Option<Value> {
        let view = &self.0;
        Some(match name {
            "connections" => view.sessions.into(),
            "router" => view.router.as_str().into(),
            "started" => httpdate::fmt_http_date(view.started).into(),
            "state" => "Started".into(),
            "statistics" => json!({
                "connections": view.sessions,
                "failed_auths": view.failed_logins,
                "total_connections": view.sessions_total,
            }),
            "total_connections" => view.sessions_total.into(),
            _ => return described(&view.object, name),
        })
    }

    fn related(&self, name: &str) -> Option<Vec<String>> {
        match name {
            "filters" => Some(names(&self.0.filters)),
            "listeners" => Some(names(&self.0.listeners)),
            "servers" => Some(names(&self.0.servers)),
            _ => None,
        }
    }
}
