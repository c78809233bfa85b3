//! Filters.

use std::sync::Arc;

use super::{Described, Objects};

/// A filter.
#[derive(Debug, Clone)]
pub struct FilterView {
    /// What is configured.
    pub object: Described,
    /// Its module.
    pub module: String,
    /// The services whose sessions begin with it.
    pub services: Vec<Arc<str>>,
}

impl Objects {
    /// All filters.
    pub fn filters(&self) -> Vec<FilterView> {
        let configured = self.0.configuration.filters.iter();
        configured
            .map(|object| FilterView {
                object: Described::of(object),
                module: object.parameters.module.clone(),
                services: self.services_filtered_by(&object.name),
            })
            .collect()
    }

    fn services_filtered_by(&self, filter: &str) -> Vec<Arc<str>> {
        let services = self.0.configuration.services.iter();
        services
            .filter(|service| {
                service
                    .parameters
                    .filters
                    .iter()
                    .any(|name| **name == *filter)
            })
            .map(|service| Arc::clone(&service.name))
            .collect()
    }
}
