//! A monitor as a resource.

mod write;

use serde_json::Value;

use super::{Configured, described, names};
use crate::api::resource::Resource;
use crate::api::state::ApiState;
use crate::control::objects::MonitorView;

/// One monitor.
pub(in crate::api) struct MonitorResource(MonitorView);

impl Configured for MonitorResource {
    const ONE: &'static str = "a monitor";
    const LIVE: bool = true;

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

impl MonitorResource {
    /// Attributes that move by themselves.
    const FOUND_OUT: &'static [&'static str] = &["state"];
}

impl Resource for MonitorResource {
    const KIND: &'static str = "monitors";
    const ATTRIBUTES: &'static [&'static str] = &["module", "parameters", "source", "state"];
    const RELATIONSHIPS: &'static [&'static str] = &["servers", "services"];

    fn id(&self) -> String {
        self.0.object.name.to_string()
    }

    fn attribute(&self, name: &str) -> Option<Value> {
        match name {
            "module" => Some(self.0.module.as_str().into()),
            "state" if self.0.running => Some("Running".into()),
            "state" => Some("Stopped".into()),
            _ => described(&self.0.object, name),
        }
    }

    fn related(&self, name: &str) -> Option<Vec<String>> {
        match name {
            "servers" => Some(names(&self.0.servers)),
            "services" => Some(names(&self.0.services)),
            _ => None,
        }
    }

    fn version(&self) -> Option<u64> {
        Some(self.0.object.version)
    }
}
