//! A listener as a resource.

pub(in crate::api) mod write;

use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::{Configured, described};
use crate::api::resource::Resource;
use crate::api::state::ApiState;
use crate::control::objects::ListenerView;

/// One listener.
pub(in crate::api) struct ListenerResource(ListenerView);

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

impl ListenerResource {
    /// The service it leads to.
    pub(super) fn service(&self) -> &Arc<str> {
        &self.0.service
    }

    /// The listener within its service.
    pub(super) fn within(&self) -> Value {
        let attributes = Self::ATTRIBUTES.iter();
        let told = attributes.filter_map(|&name| Some((name.to_owned(), self.attribute(name)?)));
        let attributes: Map<String, Value> = told.collect();
        let services = json!([{"id": *self.0.service, "type": "services"}]);
        json!({
            "attributes": attributes,
            "id": self.id(),
            "relationships": {"services": {"data": services}},
            "type": Self::KIND,
        })
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
