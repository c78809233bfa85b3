use std::collections::BTreeSet;
use std::path::Path;

use serde_json::{Value as Json, json};

use super::{FILTER, LISTENER, LISTENER_TLS, MAXSCALE, MODULES, MONITOR, SERVER, SERVICE, TLS};
use crate::config::parameter::{Effect, Kind, ModuleKind, ParameterSpec, Part};
use crate::config::syntax;
use crate::config::values::Values;

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

#[test]
fn somebody_is_told_when_a_parameter_of_the_gateway_is_changed_at_run_time() {
    for spec in MAXSCALE.iter().filter(|spec| !spec.is_alias()) {
        let takes_effect = spec.modifiable && spec.effect == Effect::Used;
        // Certificates are read anew as they are configured: their authority can't be another.
        let is_read_anew = spec.parts == [Part::Certificate];
        let is_told = !spec.parts.is_empty();
        assert!(is_told == takes_effect || is_read_anew, "{}", spec.name);
    }
    for (section, specs) in sections().into_iter().skip(1) {
        for spec in specs {
            assert!(spec.parts.is_empty(), "{section} {}", spec.name);
        }
    }
}

#[test]
fn a_relative_path_is_the_same_as_it_is_shown_and_as_it_is_written() {
    let folder = Path::new("/etc/modules.d");
    for (section, specs) in sections().into_iter().skip(1) {
        let paths = specs.into_iter().filter(|spec| spec.kind == Kind::Path);
        for spec in paths.filter(|spec| !spec.is_alias()) {
            let mut values = Values::new(&[std::slice::from_ref(spec)]);
            values.set(spec.name, "tls/ca.pem", 3).unwrap();
            let values = values.with_paths_from(folder);
            let shown = values.to_json()[spec.name].clone();
            assert_eq!(
                shown, "/etc/modules.d/tls/ca.pem",
                "{section} {}",
                spec.name
            );
            for given in [shown, Json::from("tls/ca.pem")] {
                let given = json!({ spec.name: given });
                let again = values.altered(given.as_object().unwrap(), Some(folder));
                let again = again.unwrap_or_else(|error| panic!("{section} {error}"));
                assert_eq!(again.document(), values.document(), "{section} {given}");
            }
        }
    }
}
