//! A filter as a resource.

mod write;

use serde_json::Value;

use super::{Configured, described, names};
use crate::api::resource::Resource;
use crate::api::state::ApiState;
use crate::control::objects::FilterView;

/// One filter.
pub(in crate::api) struct FilterResource(FilterView);

impl Configured for FilterResource {
    const ONE: &'static str = "a filter";
    const LIVE: bool = true;

    fn all(state: &ApiState) -> Vec<Self> {
        state
            .control()
            .objects
            .filters()
            .into_iter()
            .map(Self)
            .collect()
    }
}

impl Resource for FilterResource {
    const KIND: &'static str = "filters";
    const ATTRIBUTES: &'static [&'static str] =
        &["filter_diagnostics", "module", "parameters", "source"];
    const RELATIONSHIPS: &'static [&'static str] = &["services"];

    fn id(&self) -> String {
        self.0.object.name.to_string()
    }

    fn attribute(&self, name: &str) -> Option<Value> {
        match name {
            "filter_diagnostics" => Some(self.0.diagnostics.clone()),
            "module" => Some(self.0.module.into()),
            _ => described(&self.0.object, name),
        }
    }

    fn related(&self, name: &str) -> Option<Vec<String>> {
        (name == "services").then(|| names(&self.0.services))
    }

    fn version(&self) -> Option<u64> {
        Some(self.0.object.version)
    }
}
