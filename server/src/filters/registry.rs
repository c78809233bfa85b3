//! The filter modules that there are: one line each.

use std::sync::Arc;

use super::{
    Filter, FilterError, cache, ccrfilter, comment, hintfilter, masking, maxrows,
    namedserverfilter, nullfilter, qlafilter, regexfilter, rewritefilter, throttlefilter,
    topfilter, tpmfilter,
};
use crate::config::Values;
use crate::config::parameter::ModuleSpec;

/// A filter module.
#[derive(Debug, Clone, Copy)]
pub struct FilterModule {
    /// Its name, parameters and purpose.
    pub spec: ModuleSpec,
    /// Makes a filter of it.
    pub create: fn(&Values) -> Result<Arc<dyn Filter>, FilterError>,
}

/// All of them.
pub const MODULES: &[FilterModule] = &[
    cache::MODULE,
    ccrfilter::MODULE,
    comment::MODULE,
    hintfilter::MODULE,
    masking::MODULE,
    maxrows::MODULE,
    namedserverfilter::MODULE,
    nullfilter::MODULE,
    qlafilter::MODULE,
    regexfilter::MODULE,
    rewritefilter::MODULE,
    throttlefilter::MODULE,
    topfilter::MODULE,
    tpmfilter::MODULE,
];

/// The module of that name.
pub fn module(name: &str) -> Option<&'static FilterModule> {
    MODULES.iter().find(|module| module.spec.name == name)
}

/// What the configuration has to know of them.
pub fn module_specs() -> Vec<ModuleSpec> {
    MODULES.iter().map(|module| module.spec).collect()
}
