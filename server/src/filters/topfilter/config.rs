//! Parameters of topfilter.

use std::path::Path;

use crate::config::Values;
use crate::config::parameter::{Kind, ParameterSpec};
use crate::filters::FilterError;
use crate::filters::audience::Audience;
use crate::filters::journal::check_folder;
use crate::filters::pattern::{OPTIONS, PatternOptions, Selection};

const fn spec(
    name: &'static str,
    kind: Kind,
    default: Option<&'static str>,
    description: &'static str,
) -> ParameterSpec {
    ParameterSpec::new(name, kind, default, description)
}

pub(super) const PARAMETERS: &[ParameterSpec] = &[
    spec(
        "filebase",
        Kind::String,
        None,
        "Path of the reports; `.` and the session's id are put behind it.",
    )
    .mandatory(),
    spec(
        "count",
        Kind::Count,
        Some("10"),
        "How many statements a report shows.",
    ),
    spec(
        "match",
        Kind::Regex,
        None,
        "Only statements that match are looked at.",
    ),
    spec(
        "exclude",
        Kind::Regex,
        None,
        "Statements that match are not looked at.",
    ),
    spec(
        "options",
        Kind::Enum(OPTIONS),
        Some("case"),
        "How the patterns are read.",
    ),
    spec(
        "user",
        Kind::String,
        None,
        "Only this user's sessions are looked at.",
    ),
    spec(
        "source",
        Kind::String,
        None,
        "Only sessions from this address are looked at.",
    ),
];

/// The parameters, ready for use.
#[derive(Debug)]
pub(super) struct TopSettings {
    pub(super) filebase: String,
    pub(super) count: usize,
    pub(super) statements: Selection,
    pub(super) audience: Audience,
}

impl TopSettings {
    pub(super) fn of(values: &Values) -> Result<Self, FilterError> {
        let filebase = values.string("filebase");
        check_folder("filebase", Path::new(&filebase))?;
        let options = PatternOptions::of(values)?;
        Ok(Self {
            filebase,
            count: usize::try_from(values.count("count")).unwrap_or(usize::MAX),
            statements: Selection::of(values, "match", "exclude", options)?,
            audience: Audience::of(values)?,
        })
    }
}
