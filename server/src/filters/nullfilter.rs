//! nullfilter: lets everything through. Good for measuring what a filter costs.

use std::sync::Arc;

use super::registry::FilterModule;
use super::{Filter, FilterError, FilterSession, SessionFacts};
use crate::config::Values;
use crate::config::parameter::{ModuleKind, ModuleSpec};
use crate::pipeline::Needs;

/// The module.
pub(super) const MODULE: FilterModule = FilterModule {
    spec: ModuleSpec {
        name: "nullfilter",
        kind: ModuleKind::Filter,
        parameters: &[],
        description: "Lets every request and reply through as it is.",
    },
    create,
};

#[expect(clippy::unnecessary_wraps, reason = "other modules' can fail")]
fn create(_values: &Values) -> Result<Arc<dyn Filter>, FilterError> {
    Ok(Arc::new(NullFilter))
}

struct NullFilter;

/// A filter that lets everything through, for tests of chains.
#[cfg(test)]
pub(crate) fn null() -> Arc<dyn Filter> {
    Arc::new(NullFilter)
}

impl Filter for NullFilter {
    fn needs(&self) -> Needs {
        // It looks at every request, as a filter that did something would.
        Needs::REQUESTS
    }

    fn open(&self, _session: &SessionFacts) -> Result<Box<dyn FilterSession>, FilterError> {
        Ok(Box::new(NullSession))
    }

    fn alter(&self, _values: &Values) -> Result<(), FilterError> {
        Ok(())
    }
}

struct NullSession;

impl FilterSession for NullSession {}
