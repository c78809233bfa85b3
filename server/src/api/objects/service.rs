//! A service as a resource.

pub(in crate::api) mod write;

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
        "router_diagnostics",
        "source",
        "started",
        "state",
        "statistics",
        "total_connections",
    ];
    const RELATIONSHIPS: &'static [&'static str] =
        &["filters", "listeners", "monitors", "servers", "services"];

    fn id(&self) -> String {
        self.0.object.name.to_string()
    }

    fn attribute(&self, name: &str) -> Option<Value> {
        let view = &self.0;
        Some(match name {
            "connections" => view.sessions.into(),
            "router" => view.router.as_str().into(),
            "router_diagnostics" => view.diagnostics.clone(),
            "started" => httpdate::fmt_http_date(view.started).into(),
            "state" if view.stopped => "Stopped".into(),
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
            "monitors" => Some(names(self.0.monitor.as_slice())),
            "servers" => Some(names(&self.0.servers)),
            // Routing to services is not done.
            "services" => Some(Vec::new()),
            _ => None,
        }
    }

    fn version(&self) -> Option<u64> {
        Some(self.0.object.version)
    }
}
