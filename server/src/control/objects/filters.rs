//! Filters.

use std::sync::Arc;

use serde_json::Value;

use super::{Described, Objects};
use crate::filters::ConfiguredFilter;

/// A filter.
#[derive(Debug, Clone)]
pub struct FilterView {
    /// What is configured.
    pub object: Described,
    /// Its module.
    pub module: &'static str,
    /// What it tells of itself; null when nothing.
    pub diagnostics: Value,
    /// The services whose sessions begin with it.
    pub services: Vec<Arc<str>>,
}

impl Objects {
    /// All filters.
    pub fn filters(&self) -> Vec<FilterView> {
        let layout = self.layout();
        let filters = self.filter_registry().all();
        let view = |filter: &Arc<ConfiguredFilter>| FilterView {
            object: Described {
                name: Arc::clone(&filter.name),
                parameters: filter.values.to_json(),
                file: filter.file.clone(),
                version: filter.version,
                modified: self.started(),
            },
            module: filter.module,
            diagnostics: filter.filter.diagnostics(),
            services: layout.services_filtered_by(&filter.name),
        };
        filters.iter().map(view).collect()
    }
}
