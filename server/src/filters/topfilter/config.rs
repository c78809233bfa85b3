//! Parameters of topfilter.

use std::path::Path;

use crate::config::Values;
use crate::config::parameter::{Kind, ParameterSpec};
use crate::filters::FilterError;
use crate::filters::audience::Audience;
use crate::filters::journal::check_folder;
use crate::filters::pattern::{OPTIONS, PatternOptions, Selection};

pub(super) const PARAMETERS: &[ParameterSpec] = &[
    ParameterSpec::new(
        "filebase",
        Kind::String,
        None,
        "Path of the reports; `.` and the session's id are put behind it.",
    )
    .mandatory(),
    ParameterSpec::new(
        "count",
        Kind::Count,
        Some("10"),
        "How many statements a report shows.",
    ),
    ParameterSpec::new(
        "match",
        Kind::Regex,
        None,
        "Only statements that match are looked at.",
    ),
    ParameterSpec::new(
        "exclude",
        Kind::Regex,
        None,
        "Statements that match are not looked at.",
    ),
    ParameterSpec::new(
        "options",
        Kind::EnumWords(OPTIONS),
        Some("case"),
        "How the patterns are read.",
    ),
    ParameterSpec::new(
        "user",
        Kind::String,
        None,
        "Only this user's sessions are looked at.",
    ),
    ParameterSpec::new(
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
