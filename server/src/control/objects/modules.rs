//! Modules: what objects can be made of, with their parameters.

use super::Objects;
use crate::config::parameter::{ModuleKind, ModuleSpec, ParameterSpec};
use crate::config::tables;
use crate::filters;

/// A module.
#[derive(Debug, Clone)]
pub struct ModuleView {
    /// Its name.
    pub name: &'static str,
    /// What it is; `None`: objects of this name are no module's.
    pub kind: Option<ModuleKind>,
    /// One sentence for a person.
    pub description: &'static str,
    /// Its parameters, by name.
    pub parameters: Vec<&'static ParameterSpec>,
}

impl Objects {
    /// All modules, by name.
    pub fn modules(&self) -> Vec<ModuleView> {
        all()
    }
}

fn all() -> Vec<ModuleView> {
    let whole: [(_, &[&[ParameterSpec]], _); 2] = [
        ("maxscale", &[tables::MAXSCALE], "The gateway itself."),
        ("servers", &[tables::SERVER, tables::TLS], "Servers."),
    ];
    let filters = filters::MODULES.iter().map(|module| of(&module.spec));
    let mut modules: Vec<ModuleView> = whole
        .map(|(name, tables, description)| ModuleView {
            name,
            kind: None,
            description,
            parameters: sorted(tables),
        })
        .into_iter()
        .chain(tables::MODULES.iter().map(of))
        .chain(filters)
        .collect();
    modules.sort_by_key(|module| module.name.to_lowercase());
    modules
}

fn of(spec: &ModuleSpec) -> ModuleView {
    let parameters = match spec.kind {
        ModuleKind::Router => sorted(&[spec.parameters, tables::SERVICE]),
        ModuleKind::Monitor => sorted(&[spec.parameters, tables::MONITOR]),
        ModuleKind::Protocol => sorted(&tables::whole_listener()),
        // Filters have no others that would be told.
        ModuleKind::Filter => sorted(&[spec.parameters]),
    };
    ModuleView {
        name: spec.name,
        kind: Some(spec.kind),
        description: spec.description,
        parameters,
    }
}

fn sorted(tables: &[&'static [ParameterSpec]]) -> Vec<&'static ParameterSpec> {
    let all = tables.iter().flat_map(|table| table.iter());
    let mut told: Vec<_> = all.filter(|spec| !spec.is_alias()).collect();
    told.sort_by_key(|spec| spec.name);
    told
}

#[cfg(test)]
mod tests;
