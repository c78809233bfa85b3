//! Parameters of tpmfilter.

use std::path::PathBuf;

use crate::config::Values;
use crate::config::parameter::{Kind, ParameterSpec};
use crate::filters::FilterError;
use crate::filters::audience::Audience;
use crate::filters::journal::check_folder;

const fn spec(
    name: &'static str,
    default: Option<&'static str>,
    description: &'static str,
) -> ParameterSpec {
    ParameterSpec::new(name, Kind::String, default, description).fixed()
}

pub(super) const PARAMETERS: &[ParameterSpec] = &[
    spec("filename", Some("tpm.log"), "Path of the log."),
    spec(
        "delimiter",
        Some(":::"),
        "What stands between the fields of a line.",
    ),
    spec(
        "query_delimiter",
        Some("@@@"),
        "What stands between the statements, and their times.",
    ),
    spec(
        "named_pipe",
        Some("/var/tmp/tpmfilter"),
        "Path of a pipe: a 1 written to it turns the log on, a 0 off.",
    ),
    spec("user", None, "Only this user's transactions are logged."),
    spec(
        "source",
        None,
        "Only transactions from this address are logged.",
    ),
];

/// The parameters, ready for use.
#[derive(Debug)]
pub(super) struct TpmSettings {
    pub(super) filename: PathBuf,
    pub(super) delimiter: String,
    pub(super) query_delimiter: String,
    pub(super) named_pipe: PathBuf,
    pub(super) audience: Audience,
}

impl TpmSettings {
    pub(super) fn of(values: &Values) -> Result<Self, FilterError> {
        let filename = values.path("filename").unwrap_or_default();
        check_folder("filename", &filename)?;
        Ok(Self {
            filename,
            delimiter: values.string("delimiter"),
            query_delimiter: values.string("query_delimiter"),
            named_pipe: values.path("named_pipe").unwrap_or_default(),
            audience: Audience::of(values)?,
        })
    }
}
