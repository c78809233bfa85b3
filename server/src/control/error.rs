//! Why an object was not changed.

use super::chains::ChainError;
use super::links::Relationship;
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
    #[error("there is no {what} '{name}'; known are {known}")]
    Module {
        /// What it would be a module of (`filter module`, `router`).
        what: &'static str,
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
    #[error("{name} {by}; force=yes takes it from there")]
    InUse {
        /// Its name.
        name: String,
        /// What uses it, or what it has (`is used by ..`).
        by: String,
    },
    /// One of the objects that it is to refer to.
    #[error("{message}")]
    Link {
        /// The relationship.
        relationship: Relationship,
        /// Its index among them.
        index: usize,
        /// What is wrong with it.
        message: String,
    },
    /// A relationship can't be so.
    #[error("{relationship}: {message}")]
    Relationship {
        /// The relationship.
        relationship: Relationship,
        /// What is wrong with it.
        message: String,
    },
    /// It can't be done as things are.
    #[error("{0}")]
    State(String),
    /// The gateway itself has a fault.
    #[error("{0}")]
    Broken(String),
    /// The filters that were given can't be used.
    #[error(transparent)]
    Chain(#[from] ChainError),
    /// The change can't be written down.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl ObjectError {
    /// Refuses to remove what is used, unless it is to be taken from there (`force`).
    pub(super) fn unless_used(
        name: &str,
        how: &str,
        by: &[String],
        force: bool,
    ) -> Result<(), Self> {
        if by.is_empty() || force {
            return Ok(());
        }
        Err(Self::InUse {
            name: name.to_owned(),
            by: format!("{how} {}", by.join(" and ")),
        })
    }
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
