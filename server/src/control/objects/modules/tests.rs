use serde_json::Value;

use super::ModuleView;
use crate::config::tables;
use crate::filters;

/// Where we differ, and why.
const DIFFERENT: &[(&str, &str, &str)] = &[
    ("MariaDBProtocol", "ssl_crl", "a file, as the others"),
    ("maxscale", "admin_jwt_key", "it is told to nobody"),
    ("maxscale", "admin_audit_file", "in logdir or datadir"),
    (
        "maxscale",
        "query_classifier_cache_size",
        "no share of the machine's memory",
    ),
    ("maxscale", "threads", "made at the start"),
    ("tee", "options", "the manual's default"),
];

fn view(name: &str) -> Option<ModuleView> {
    super::all().into_iter().find(|module| module.name == name)
}

/// What a parameter is told to be, in the form of the list.
fn told(module: &ModuleView, name: &str) -> Option<String> {
    let spec = module.parameters.iter().find(|spec| {
        spec.name == name
            || spec
                .name
                .split_once('.')
                .is_some_and(|(_, own)| own == name)
    })?;
    let default = spec.default_json().unwrap_or(Value::Null);
    let flags = format!(
        "{}{}",
        if spec.modifiable { "" } else { "f" },
        if spec.mandatory { "m" } else { "" }
    );
    let mut choices = spec.kind.choices().to_vec();
    choices.sort_unstable();
    let or_none = |text: String| {
        if text.is_empty() {
            "-".to_owned()
        } else {
            text
        }
    };
    let fields = [
        spec.kind.name().to_owned(),
        default.to_string(),
        or_none(flags),
        or_none(choices.join("|")),
        spec.unit().unwrap_or("-").to_owned(),
    ];
    Some(fields.join("\t"))
}

#[test]
fn parameters_are_what_the_peer_tells_of_its_own() {
    let mut wrong = Vec::new();
    let lines = include_str!("documented.tsv").lines();
    for line in lines.filter(|line| !line.starts_with('#')) {
        let mut fields = line.splitn(3, '\t');
        let mut field = || fields.next().unwrap();
        let (name, parameter, expected) = (field(), field(), field());
        let is_known = |known: &(&str, &str, &str)| (known.0, known.1) == (name, parameter);
        if DIFFERENT.iter().any(is_known) {
            continue;
        }
        let module = view(name).unwrap_or_else(|| panic!("no module {name}"));
        let found = told(&module, parameter).unwrap_or_else(|| "none".to_owned());
        if found != expected {
            wrong.push(format!("{name}.{parameter}: {found}; expected: {expected}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_module_is_told_of_once() {
    let names: Vec<_> = super::all().iter().map(|module| module.name).collect();
    let mut once = names.clone();
    once.dedup();
    assert_eq!(names, once);
    assert_eq!(
        names.len(),
        2 + tables::MODULES.len() + filters::MODULES.len()
    );
}
