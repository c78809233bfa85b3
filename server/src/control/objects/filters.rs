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
    /// The version of its parameters.
    pub version: u64,
    /// The services whose sessions begin with it.
    pub services: Vec<Arc<str>>,
}

impl Objects {
    /// All filters.
    pub fn filters(&self) -> Vec<FilterView> {
        let filters = self.0.filters.all();
        filters.iter().map(|filter| self.filter(filter)).collect()
    }

    fn filter(&self, filter: &ConfiguredFilter) -> FilterView {
        FilterView {
            object: Described {
                name: Arc::clone(&filter.name),
                parameters: filter.values.to_json(),
                file: filter.file.clone(),
            },
            module: filter.module,
            diagnostics: filter.filter.diagnostics(),
            version: filter.version,
            services: self.services_filtered_by(&filter.name),
        }
    }

    /// The services whose sessions begin with a filter.
    pub(in crate::control) fn services_filtered_by(&self, filter: &str) -> Vec<Arc<str>> {
        let services = self.0.services.iter();
        services
            .filter(|service| service.filters().iter().any(|(name, _)| **name == *filter))
            .map(|service| Arc::clone(&service.name))
            .collect()
    }
}
