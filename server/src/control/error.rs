//! Why an object was not changed.

use super::chains::ChainError;
use crate::config::ParameterError;
use crate::filters::FilterError;
use crate::store::StoreError;

/// Nothing was changed, and why.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ObjectError {
    /// There is no such object: its name and what it was meant to be (`a filter`).
    #[error("{0} is not {1}")]
    NotFound(String, &'static str),
    /// Its configuration has another version than is expected.
    #[error("it has been changed meanwhile; nothing was changed now")]
    Changed,
    /// Something has the name of a new object.
    #[error("there is an object of the name '{0}' already")]
    Taken(String),
    /// A new object can't have that name.
    #[error(
        "'{0}' is not a name for an object: letters a-z and A-Z, digits and _ . ~ - are allowed"
    )]
    Name(String),
    /// There is no such module.
    #[error("there is no filter module '{name}'; known are {known}")]
    Module {
        /// The name that was given.
        name: String,
        /// The modules that there are.
        known: String,
    },
    /// A parameter can't be used.
    #[error(transparent)]
    Parameter(#[from] ParameterError),
    /// The filter can't be used.
    #[error("{0}")]
    Filter(String),
    /// It is used.
    #[error("{name} is used by {by}; force=yes takes it from there")]
    InUse {
        /// Its name.
        name: String,
        /// What uses it.
        by: String,
    },
    /// The filters that were given can't be used.
    #[error(transparent)]
    Chain(#[from] ChainError),
    /// The change can't be written down.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<FilterError> for ObjectError {
    fn from(error: FilterError) -> Self {
        match error {
            FilterError::Parameter { parameter, message } => Self::Parameter(ParameterError {
                parameter: parameter.to_owned(),
                message,
            }),
            FilterError::Open(message) => Self::Filter(message),
        }
    }
}
