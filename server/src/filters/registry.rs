//! The filter modules that there are: one line each.

use std::sync::Arc;

use super::{
    Filter, FilterError, cache, ccrfilter, comment, hintfilter, masking, maxrows,
    namedserverfilter, nullfilter, qlafilter, regexfilter, rewritefilter, tee, throttlefilter,
    topfilter, tpmfilter,
};
use crate::config::Values;
use crate::config::parameter::ModuleSpec;

/// A filter module.
#[derive(Debug, Clone, Copy)]
pub struct FilterModule {
    /// Its name, parameters and purpose.
    pub spec: ModuleSpec,
    /// Makes a filter of it.
    pub create: fn(&Values) -> Result<Arc<dyn Filter>, FilterError>,
}

/// All of them.
pub const MODULES: &[FilterModule] = &[
    cache::MODULE,
    ccrfilter::MODULE,
    comment::MODULE,
    hintfilter::MODULE,
    masking::MODULE,
    maxrows::MODULE,
    namedserverfilter::MODULE,
    nullfilter::MODULE,
    qlafilter::MODULE,
    regexfilter::MODULE,
    rewritefilter::MODULE,
    tee::MODULE,
    throttlefilter::MODULE,
    topfilter::MODULE,
    tpmfilter::MODULE,
];

/// A command of a module, for one of its filters.
#[derive(Debug, Clone, Copy)]
pub struct CommandSpec {
    /// Its name.
    pub name: &'static str,
    /// One sentence for a person.
    pub description: &'static str,
    /// Whether it does something, so that only who may write may use it.
    pub writes: bool,
    /// What may follow the filter's name, one sentence each.
    pub arguments: &'static [&'static str],
    /// Whether what it tells are statements.
    pub tells_statements: bool,
}

/// What several modules' commands are.
const SHOW: CommandSpec = CommandSpec::read("show", "Tells what filter_diagnostics tells.", &[]);
const RELOAD: CommandSpec = CommandSpec::write("reload", "Reads the rules from their file again.");

impl CommandSpec {
    /// A command that does something.
    pub(super) const fn write(name: &'static str, description: &'static str) -> Self {
        Self {
            name,
            description,
            writes: true,
            arguments: &[],
            tells_statements: false,
        }
    }

    /// A command that only tells something.
    pub(super) const fn read(
        name: &'static str,
        description: &'static str,
        arguments: &'static [&'static str],
    ) -> Self {
        Self {
            name,
            description,
            writes: false,
            arguments,
            tells_statements: false,
        }
    }

    /// It tells statements.
    pub(super) const fn of_statements(mut self) -> Self {
        self.tells_statements = true;
        self
    }
}

/// The commands of a module.
pub fn commands(module: &str) -> &'static [CommandSpec] {
    match module {
        "cache" => &[SHOW],
        "masking" => &[RELOAD],
        "qlafilter" => qlafilter::COMMANDS,
        "tee" => tee::COMMANDS,
        _ => &[],
    }
}

/// The module of that name.
pub fn module(name: &str) -> Option<&'static FilterModule> {
    MODULES.iter().find(|module| module.spec.name == name)
}

/// What the configuration has to know of them.
pub fn module_specs() -> Vec<ModuleSpec> {
    MODULES.iter().map(|module| module.spec).collect()
}
