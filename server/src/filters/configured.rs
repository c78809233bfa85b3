//! The filters that are configured, by name.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use serde_json::Value;

use super::{Filter, FilterError, FilterModule, module};
use crate::config::{FilterParameters, Object, Values};

/// A filter as it is configured.
#[derive(Clone)]
pub struct ConfiguredFilter {
    /// Its name.
    pub name: Arc<str>,
    /// Its module.
    pub module: &'static str,
    /// Its parameters.
    pub values: Values,
    /// The file it comes from; `None`: it was made at run time.
    pub file: Option<PathBuf>,
    /// Moves with its parameters; the registry gives it, and none twice.
    pub version: u64,
    /// What sessions open.
    pub filter: Arc<dyn Filter>,
}

/// Makes a filter, files that it reads included, and gives it up again. A tpmfilter is not made: it would
/// leave its pipe behind.
///
/// # Errors
/// Why it can't be made.
pub fn try_to_make(object: &Object<FilterParameters>) -> Result<(), FilterError> {
    if object.parameters.module == "tpmfilter" {
        return Ok(());
    }
    ConfiguredFilter::new(object).map(drop)
}

/// All configured filters. A clone is the same registry.
#[derive(Clone, Default)]
pub struct FilterRegistry {
    filters: Arc<RwLock<BTreeMap<Arc<str>, Arc<ConfiguredFilter>>>>,
    last_version: Arc<AtomicU64>,
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
            registry.put(filter);
        }
        registry.begin_versions(1);
        Ok(registry)
    }

    /// Gives all filters the version `first`, and later states of them those after it.
    pub fn begin_versions(&self, first: u64) {
        for filter in self.all() {
            self.put(ConfiguredFilter {
                version: first,
                ..ConfiguredFilter::clone(&filter)
            });
        }
        self.last_version.store(first, Ordering::Relaxed);
    }

    /// Puts a filter in, or in place of the one of its name.
    pub fn insert(&self, filter: ConfiguredFilter) {
        let version = self.last_version.fetch_add(1, Ordering::Relaxed) + 1;
        self.put(ConfiguredFilter { version, ..filter });
    }

    fn put(&self, filter: ConfiguredFilter) {
        let mut filters = self.filters.write().unwrap_or_else(PoisonError::into_inner);
        filters.insert(Arc::clone(&filter.name), Arc::new(filter));
    }

    /// Takes a filter out. Sessions that have it keep it.
    pub fn remove(&self, name: &str) {
        let mut filters = self.filters.write().unwrap_or_else(PoisonError::into_inner);
        filters.remove(name);
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
            file: object.source.origin.clone(),
            version: 1,
            filter: (module.create)(&object.values)?,
        })
    }

    /// A filter that is made at run time.
    ///
    /// # Errors
    /// Why it can't be made of these parameters.
    pub fn at_run_time(
        name: &str,
        module: &FilterModule,
        values: Values,
    ) -> Result<Self, FilterError> {
        Ok(Self {
            name: Arc::from(name),
            module: module.spec.name,
            file: None,
            version: 1,
            filter: (module.create)(&values)?,
            values,
        })
    }

    /// Gives the filter its parameters again after other ones were taken in vain.
    ///
    /// # Errors
    /// Why it can't take them.
    pub fn restore(&self) -> Result<(), FilterError> {
        self.filter.alter(&self.values)
    }

    /// Does what a command of its module says. Blocks: files may be read.
    ///
    /// # Errors
    /// Why it can't.
    pub fn command(&self, name: &str, arguments: &[String]) -> Result<Value, FilterError> {
        match name {
            "show" => Ok(self.filter.diagnostics()),
            "reload" => self.filter.alter(&self.values).map(|()| Value::Null),
            name => self.filter.command(name, arguments),
        }
    }

    /// The same filter with other parameters, which it has taken: sessions use them from their next
    /// statement on.
    ///
    /// # Errors
    /// Why it can't take them; then it keeps those it had.
    pub fn altered(&self, values: Values) -> Result<Self, FilterError> {
        self.filter.alter(&values)?;
        Ok(Self {
            name: Arc::clone(&self.name),
            module: self.module,
            values,
            file: self.file.clone(),
            version: self.version,
            filter: Arc::clone(&self.filter),
        })
    }
}
