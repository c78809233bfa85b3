//! Parameters of tee.

use std::sync::Arc;

use crate::config::Values;
use crate::config::parameter::{Kind, ParameterSpec};
use crate::filters::audience::Audience;
use crate::filters::pattern::{OPTIONS, PatternOptions, Selection};
use crate::filters::{BranchTarget, FilterError};

pub(super) const PARAMETERS: &[ParameterSpec] = &[
    ParameterSpec::new(
        "target",
        Kind::Target,
        None,
        "The service or server that gets the copies.",
    ),
    ParameterSpec::new(
        "service",
        Kind::Service,
        None,
        "The service that gets the copies (of old: target).",
    ),
    ParameterSpec::new(
        "match",
        Kind::Regex,
        None,
        "Only statements that this matches are copied.",
    ),
    ParameterSpec::new(
        "exclude",
        Kind::Regex,
        None,
        "Statements that this matches are not copied.",
    ),
    ParameterSpec::new(
        "options",
        Kind::EnumWords(OPTIONS),
        Some("ignorecase"),
        "How the patterns are read.",
    ),
    ParameterSpec::new(
        "user",
        Kind::String,
        None,
        "Only this user's sessions have copies.",
    ),
    ParameterSpec::new(
        "source",
        Kind::String,
        None,
        "Only sessions from this address have copies.",
    ),
    ParameterSpec::new(
        "sync",
        Kind::Bool,
        Some("false"),
        "Whether the next request waits until the copy of the one before is answered.",
    ),
];

/// The parameters, ready for use.
#[derive(Debug)]
pub(super) struct TeeSettings {
    pub(super) target: BranchTarget,
    pub(super) statements: Selection,
    pub(super) audience: Audience,
    pub(super) sync: bool,
}

impl TeeSettings {
    pub(super) fn of(values: &Values) -> Result<Self, FilterError> {
        let options = PatternOptions::of(values)?;
        Ok(Self {
            target: target(values)?,
            statements: Selection::of(values, "match", "exclude", options)?,
            audience: Audience::of(values)?,
            sync: values.flag("sync"),
        })
    }
}

fn target(values: &Values) -> Result<BranchTarget, FilterError> {
    match (values.text("target"), values.text("service")) {
        (Some(name), None) => Ok(BranchTarget::Any(Arc::from(name))),
        (None, Some(name)) => Ok(BranchTarget::Service(Arc::from(name))),
        (None, None) => Err(FilterError::Parameter {
            parameter: "target",
            message: "it has to be given: a service or a server".to_owned(),
        }),
        (Some(_), Some(_)) => Err(FilterError::Parameter {
            parameter: "service",
            message: "target says already where copies go".to_owned(),
        }),
    }
}
