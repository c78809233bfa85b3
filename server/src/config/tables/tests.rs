use std::collections::BTreeSet;

use super::{FILTER, LISTENER, LISTENER_TLS, MAXSCALE, MODULES, MONITOR, SERVER, SERVICE, TLS};
use crate::config::parameter::{Effect, ModuleKind, ParameterSpec};
use crate::config::syntax;

/// The tables that one section can have, for each type and module.
fn sections() -> Vec<(String, Vec<&'static ParameterSpec>)> {
    let join = |name: &str, tables: &[&'static [ParameterSpec]]| {
        (
            name.to_owned(),
            tables.iter().flat_map(|table| table.iter()).collect(),
        )
    };
    let mut sections = vec![
        join("maxscale", &[MAXSCALE]),
        join("server", &[SERVER, TLS]),
        join("filter", &[FILTER]),
    ];
    for module in MODULES {
        let tables: &[&[ParameterSpec]] = match module.kind {
            ModuleKind::Router => &[SERVICE, module.parameters],
            ModuleKind::Monitor => &[MONITOR, module.parameters],
            ModuleKind::Protocol => &[LISTENER, TLS, LISTENER_TLS, module.parameters],
            ModuleKind::Filter => &[FILTER, module.parameters],
        };
        sections.push(join(module.name, tables));
    }
    sections
}

#[test]
fn every_default_is_a_value_of_its_parameter() {
    for (section, specs) in sections() {
        for spec in specs {
            let Some(default) = spec.default else {
                continue;
            };
            let parsed = syntax::parse(spec, default);
            let remark = parsed
                .map(|parsed| parsed.remark)
                .map_err(|fault| fault.message);
            assert_eq!(remark, Ok(None), "{section} {}", spec.name);
            assert!(
                !spec.mandatory,
                "{section} {}: mandatory, with a default",
                spec.name
            );
        }
    }
}

#[test]
fn names_are_unique_and_described() {
    for (section, specs) in sections() {
        let mut names = BTreeSet::new();
        for spec in specs {
            assert!(names.insert(spec.name), "{section} {}: twice", spec.name);
            assert!(spec.description.ends_with('.'), "{section} {}", spec.name);
        }
    }
}

#[test]
fn aliases_stand_for_parameters_of_the_same_kind() {
    for (section, specs) in sections() {
        for alias in &specs {
            let Effect::AliasOf(name) = alias.effect else {
                continue;
            };
            let target = specs.iter().find(|spec| spec.name == name);
            assert_eq!(
                target.map(|spec| spec.kind),
                Some(alias.kind),
                "{section} {}",
                alias.name
            );
        }
    }
}
