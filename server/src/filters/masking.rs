//! masking: hides the values of columns from those who must not see them.

mod check;
mod mask;
mod names;
mod plan;
mod rules;
mod session;
mod statements;
#[cfg(test)]
mod tests;

use std::path::Path;
use std::sync::Arc;

use super::registry::FilterModule;
use super::settings::Settings;
use super::{Filter, FilterError, FilterSession, SessionFacts};
use crate::config::Values;
use crate::config::parameter::{Kind, ModuleKind, ModuleSpec, ParameterSpec};
use crate::pipeline::Needs;
use check::Checks;
use rules::RuleSet;
use session::MaskingSession;

/// The module.
pub(super) const MODULE: FilterModule = FilterModule {
    spec: ModuleSpec {
        name: "masking",
        kind: ModuleKind::Filter,
        parameters: PARAMETERS,
        description: "Hides the values of columns from those who must not see them.",
    },
    create,
};

const fn switch(name: &'static str, description: &'static str) -> ParameterSpec {
    ParameterSpec::new(name, Kind::Bool, Some("true"), description)
}

const PARAMETERS: &[ParameterSpec] = &[
    switch(
        "check_subqueries",
        "Refuses statements with a masked column in a subquery.",
    ),
    switch(
        "check_unions",
        "Refuses statements with a masked column in a later SELECT of a UNION.",
    ),
    switch(
        "check_user_variables",
        "Refuses statements that put a masked column into a user variable.",
    ),
    ParameterSpec::new(
        "large_payload",
        Kind::Enum(&["ignore", "abort"]),
        Some("abort"),
        "Whether rows of 16 MiB and more go unmasked or end the session.",
    ),
    switch(
        "prevent_function_usage",
        "Refuses statements that pass a masked column to a function or an operator.",
    ),
    switch(
        "require_fully_parsed",
        "Refuses statements that can't be understood.",
    ),
    ParameterSpec::new("rules", Kind::Path, None, "The file with the rules (JSON).").mandatory(),
    switch(
        "treat_string_arg_as_field",
        "Takes a string that a function is given for a column of that name.",
    ),
    ParameterSpec::new(
        "warn_type_mismatch",
        Kind::Enum(&["never", "always"]),
        Some("never"),
        "Whether a column that a rule means but that can't be masked is worth a warning.",
    ),
];

/// What the filter is to do.
#[derive(Debug)]
struct Policy {
    rules: RuleSet,
    checks: Checks,
    aborts_large: bool,
    warns_of_types: bool,
}

impl Policy {
    fn of(values: &Values) -> Result<Self, FilterError> {
        let path = values.path("rules").unwrap_or_default();
        Ok(Self {
            rules: load(&path)?,
            checks: Checks::of(values),
            aborts_large: values.text("large_payload") != Some("ignore"),
            warns_of_types: values.text("warn_type_mismatch") == Some("always"),
        })
    }
}

fn load(path: &Path) -> Result<RuleSet, FilterError> {
    let fault = |message| FilterError::Parameter {
        parameter: "rules",
        message: format!("{}: {message}", path.display()),
    };
    let text = std::fs::read_to_string(path).map_err(|error| fault(error.to_string()))?;
    RuleSet::parse(&text).map_err(fault)
}

fn create(values: &Values) -> Result<Arc<dyn Filter>, FilterError> {
    Ok(Arc::new(Masking {
        policy: Settings::new(Policy::of(values)?),
    }))
}

struct Masking {
    policy: Arc<Settings<Policy>>,
}

impl Filter for Masking {
    fn needs(&self) -> Needs {
        Needs::REQUESTS | Needs::PACKETS
    }

    fn open(&self, session: &SessionFacts) -> Result<Box<dyn FilterSession>, FilterError> {
        Ok(Box::new(MaskingSession::new(self.policy.view(), session)))
    }

    fn alter(&self, values: &Values) -> Result<(), FilterError> {
        self.policy.set(Policy::of(values)?);
        Ok(())
    }
}
