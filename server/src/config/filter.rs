//! Parameters of a filter. Only its module knows what they mean.

use super::values::Values;

/// A section of `type=filter`.
#[derive(Debug, Clone)]
pub struct FilterParameters {
    /// The module.
    pub module: String,
}

impl FilterParameters {
    pub(super) fn of(values: &Values) -> Self {
        Self {
            module: values.string("module"),
        }
    }
}
