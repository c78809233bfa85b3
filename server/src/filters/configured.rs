//! The filters that are configured, by name.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, PoisonError, RwLock};

use super::{Filter, FilterError, module};
use crate::config::{FilterParameters, Object, Values};

/// A filter as it is configured.
pub struct ConfiguredFilter {
    /// Its name.
    pub name: Arc<str>,
    /// Its module.
    pub module: &'static str,
    /// Its parameters.
    pub values: Values,
    /// The file it comes from.
    pub file: PathBuf,
    /// What sessions open.
    pub filter: Arc<dyn Filter>,
}

/// All configured filters. A clone is the same registry.
#[derive(Clone, Default)]
pub struct FilterRegistry {
    filters: Arc<RwLock<BTreeMap<Arc<str>, Arc<ConfiguredFilter>>>>,
}

impl FilterRegistry {
    /// Makes the filters of a configuration.
    ///
    /// # Errors
    /// The name of the first that can't be made, and why.
    pub fn from_objects(
        objects: &[Object<FilterParameters>],
    ) -> Result<Self, (Arc<str>, FilterError)> {
        let registry = Self::default();
        for object in objects {
            let made = ConfiguredFilter::new(object);
            let filter = made.map_err(|error| (Arc::clone(&object.name), error))?;
            registry.insert(filter);
        }
        Ok(registry)
    }

    fn insert(&self, filter: ConfiguredFilter) {
        let mut filters = self.filters.write().unwrap_or_else(PoisonError::into_inner);
        filters.insert(Arc::clone(&filter.name), Arc::new(filter));
    }

    /// The filter of that name.
    pub fn get(&self, name: &str) -> Option<Arc<ConfiguredFilter>> {
        self.filters
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .get(name)
            .cloned()
    }

    /// All of them, by name.
    pub fn all(&self) -> Vec<Arc<ConfiguredFilter>> {
        let filters = self.filters.read().unwrap_or_else(PoisonError::into_inner);
        filters.values().cloned().collect()
    }
}

impl ConfiguredFilter {
    fn new(object: &Object<FilterParameters>) -> Result<Self, FilterError> {
        let name = &object.parameters.module;
        let module = module(name)
            .ok_or_else(|| FilterError::Open(format!("there is no filter module '{name}'")))?;
        Ok(Self {
            name: Arc::clone(&object.name),
            module: module.spec.name,
            values: object.values.clone(),
            file: object.source.file.clone(),
            filter: (module.create)(&object.values)?,
        })
    }
}
