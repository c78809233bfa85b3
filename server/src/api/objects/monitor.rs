//! A monitor as a resource.

use serde_json::Value;

use super::{Configured, described, names};
use crate::api::resource::Resource;
use crate::api::state::ApiState;
use crate::control::objects::MonitorView;

/// One monitor.
pub(in crate::api) struct MonitorResource(MonitorView);

impl Configured for MonitorResource {
    const ONE: &'static str = "a monitor";
    const LIVE: bool = false;

    fn all(state: &ApiState) -> Vec<Self> {
        state
            .control()
            .objects
            .monitors()
            .into_iter()
            .map(Self)
            .collect()
    }
}

impl Resource for MonitorResource {
    const KIND: &'static str = "monitors";
    const ATTRIBUTES: &'static [&'static str] = &["module", "parameters", "source", "state"];
    const RELATIONSHIPS: &'static [&'static str] = &["servers"];

    fn id(&self) -> String {
        self.0.object.name.to_string()
    }

    fn attribute(&self, name: &str) -> Option<Value> {
        match name {
            "module" => Some(self.0.module.as_str().into()),
            // It runs as long as the gateway does.
            "state" => Some("Running".into()),
            _ => described(&self.0.object, name),
        }
    }

    fn related(&self, name: &str) -> Option<Vec<String>> {
        (name == "servers").then(|| names(&self.0.servers))
    }
}
