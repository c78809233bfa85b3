//! A listener as a resource.

pub(in crate::api) mod write;

use serde_json::Value;

use super::{Configured, described};
use crate::api::resource::Resource;
use crate::api::state::ApiState;
use crate::control::objects::ListenerView;

/// One listener.
pub(in crate::api) struct ListenerResource(ListenerView);

impl ListenerResource {
    /// Whether it is the service's.
    pub fn leads_to(&self, service: &str) -> bool {
        *self.0.service == *service
    }
}

impl Configured for ListenerResource {
    const ONE: &'static str = "a listener";
    const LIVE: bool = true;

    fn all(state: &ApiState) -> Vec<Self> {
        state
            .control()
            .objects
            .listeners()
            .into_iter()
            .map(Self)
            .collect()
    }
}

impl Resource for ListenerResource {
    const KIND: &'static str = "listeners";
    const ATTRIBUTES: &'static [&'static str] = &["parameters", "source", "state"];
    const RELATIONSHIPS: &'static [&'static str] = &["services"];

    fn id(&self) -> String {
        self.0.object.name.to_string()
    }

    fn attribute(&self, name: &str) -> Option<Value> {
        match name {
            "state" if self.0.stopped => Some("Stopped".into()),
            "state" => Some("Running".into()),
            _ => described(&self.0.object, name),
        }
    }

    fn related(&self, name: &str) -> Option<Vec<String>> {
        (name == "services").then(|| vec![self.0.service.to_string()])
    }

    fn version(&self) -> Option<u64> {
        Some(self.0.object.version)
    }
}
