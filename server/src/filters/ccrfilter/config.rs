//! Parameters of ccrfilter.

use std::time::Duration;

use serde_json::{Map, Value};

use crate::config::Values;
use crate::config::parameter::{BareUnit, Kind, ParameterSpec};
use crate::filters::FilterError;
use crate::filters::pattern::{OPTIONS, PatternOptions, Selection};

pub(super) const PARAMETERS: &[ParameterSpec] = &[
    ParameterSpec::new(
        "time",
        Kind::Duration(BareUnit::Seconds),
        Some("60000ms"),
        "How long after a write statements go to the primary.",
    ),
    ParameterSpec::new(
        "count",
        Kind::Count,
        Some("0"),
        "How many statements after a write go to the primary.",
    ),
    ParameterSpec::new(
        "global",
        Kind::Bool,
        Some("false"),
        "Whether a write in one session is one for all; not together with count.",
    ),
    ParameterSpec::new(
        "match",
        Kind::Regex,
        None,
        "Only writes that match have consequences.",
    ),
    ParameterSpec::new(
        "ignore",
        Kind::Regex,
        None,
        "Writes that match have no consequences.",
    ),
    ParameterSpec::new(
        "options",
        Kind::EnumMask(OPTIONS),
        Some("ignorecase"),
        "How the patterns are read.",
    ),
];

/// The parameters, ready for use.
#[derive(Debug)]
pub(super) struct CcrSettings {
    pub(super) time: Duration,
    pub(super) count: u64,
    pub(super) global: bool,
    pub(super) statements: Selection,
    shown: Map<String, Value>,
}

impl CcrSettings {
    pub(super) fn of(values: &Values) -> Result<Self, FilterError> {
        let (count, global) = (values.count("count"), values.flag("global"));
        if count > 0 && global {
            return Err(FilterError::Parameter {
                parameter: "global",
                message: "count and global exclude each other".to_owned(),
            });
        }
        let options = PatternOptions::of(values)?;
        let mut shown = values.to_json();
        shown.retain(|name, _| PARAMETERS.iter().any(|spec| spec.name == name));
        Ok(Self {
            time: Duration::from_millis(values.millis("time")),
            count,
            global,
            statements: Selection::of(values, "match", "ignore", options)?,
            shown,
        })
    }

    /// The parameters as the API shows them.
    pub(super) fn to_json(&self) -> Map<String, Value> {
        self.shown.clone()
    }
}
