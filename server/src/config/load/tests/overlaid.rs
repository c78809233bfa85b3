//! What was changed at run time, over the files.

use std::path::PathBuf;

use expect_test::{Expect, expect};
use serde_json::{Value as Json, json};

use super::{BASE, FILTERS, Folder, good};
use crate::config::{Configuration, Overlay, OverlaySection, Passwords, export};

fn overlay(sections: &[(&'static str, &str, Json)]) -> Overlay {
    let section = |(word, name, document): &(&'static str, &str, Json)| OverlaySection {
        word,
        name: (*name).to_owned(),
        document: (!document.is_null()).then(|| document.clone()),
    };
    Overlay {
        place: PathBuf::from("the-store"),
        sections: sections.iter().map(section).collect(),
    }
}

fn over(sections: &[(&'static str, &str, Json)]) -> Result<Configuration, String> {
    let folder = Folder::new();
    let path = folder.write("a.cnf", BASE);
    folder.outcome_over(&path, &overlay(sections))
}

fn check_faults(sections: &[(&'static str, &str, Json)], expected: &Expect) {
    expected.assert_eq(&over(sections).map(|_| ()).expect_err("this has no fault"));
}

#[test]
fn objects_are_made_changed_and_removed() {
    let service = json!({"parameters": {"router": "readconnroute", "user": "u", "password": "p",
        "servers": "db1,db3", "filters": "Log"}});
    let configuration = over(&[
        ("service", "Service", service),
        (
            "server",
            "db3",
            json!({"parameters": {"address": "10.0.0.3"}}),
        ),
        (
            "filter",
            "Log",
            json!({"parameters": {"type": "filter", "module": "qlafilter", "filebase": "f"}}),
        ),
        ("listener", "Listener", Json::Null),
        ("monitor", "Monitor", Json::Null),
        (
            "maxscale",
            "maxscale",
            json!({"parameters": {"retain_last_statements": "7"}}),
        ),
    ])
    .unwrap();
    let names: Vec<_> = configuration
        .servers
        .iter()
        .map(|server| &*server.name)
        .collect();
    assert_eq!(names, ["db1", "db2", "db3"]);
    assert_eq!(configuration.services[0].parameters.user, "u");
    assert!(configuration.listeners.is_empty() && configuration.monitors.is_empty());
    let gateway = &configuration.maxscale.parameters;
    assert_eq!((gateway.threads, gateway.retain_last_statements), (2, 7));
    // Where they come from: the service is in the file, the filter is not.
    assert!(configuration.services[0].source.origin.is_some());
    assert!(configuration.maxscale.source.origin.is_some());
    assert_eq!(configuration.filters[0].source.origin, None);
}

#[test]
fn a_fault_of_the_overlay_names_the_store_and_the_object() {
    check_faults(
        &[
            ("server", "db1", Json::Null),
            (
                "server",
                "db2",
                json!({"parameters": {"address": "x", "port": "many"}}),
            ),
            (
                "filter",
                "New",
                json!({"parameters": {"module": "nothing"}}),
            ),
        ],
        &expect![[r#"
            a.cnf:16: [Monitor] servers: there is no server `db1`, did you mean `db2`? (allowed: db2)
            a.cnf:23: [Service] servers: there is no server `db1`, did you mean `db2`? (allowed: db2)
            the-store: [db2] port: `many` is not a whole number (allowed: 1 to 65535)
            the-store: [New] module: there is no module `nothing` (allowed: qlafilter)"#]],
    );
}

#[test]
fn documents_say_what_was_given_and_read_back_the_same() {
    let configuration = good(BASE);
    let service = &configuration.services[0];
    let document = service.values.document();
    assert_eq!(
        document,
        json!({"parameters": {"type": "service", "router": "readconnroute", "servers": "db1,db2",
            "user": "accounts", "password": "secret2"}})
    );
    let same = over(&[("service", "Service", document)]).unwrap();
    assert_eq!(same.services[0].parameters, service.parameters);
    assert_eq!(
        same.services[0].values.document(),
        service.values.document()
    );
}

#[test]
fn an_export_loads_again_as_the_same() {
    let text = format!(
        "{BASE}
        \n[Log]\ntype=filter\nmodule=qlafilter\nfilebase=\" with spaces \"\n"
    );
    let configuration = good(&text);
    let exported = export(&configuration, Passwords::Clear).unwrap();
    let again = good(&exported);
    assert_eq!(export(&again, Passwords::Clear).unwrap(), exported);
    assert_eq!(
        again.services[0].parameters,
        configuration.services[0].parameters
    );
    assert_eq!(
        again.filters[0].values.text("filebase"),
        Some(" with spaces ")
    );
    assert_eq!(again.maxscale.parameters.threads, 2);
    assert_eq!(FILTERS.len(), 1);
}

#[test]
fn a_value_that_no_file_can_hold_is_not_exported() {
    let document = json!({"parameters": {"module": "qlafilter", "filebase": "one\ntwo"}});
    let configuration = over(&[("filter", "Log", document)]);
    let error = export(&configuration.unwrap(), Passwords::Clear).unwrap_err();
    expect!["[Log] filebase: a value of several lines can't be in a file"].assert_eq(&error);
}

#[test]
fn a_carriage_return_within_a_value_is_exported() {
    let text = "[Log]\ntype=filter\nmodule=qlafilter\nfilebase=\"one\rtwo\r\"\n";
    let exported = export(&good(text), Passwords::Clear).unwrap();
    let again = good(&exported);
    let value = again.filters[0].values.text("filebase");
    assert_eq!(value, Some("one\rtwo\r"));
}

#[test]
fn an_export_without_passwords_is_refused_at_a_start_and_says_why() {
    let exported = export(&good(BASE), Passwords::Hidden).unwrap();
    assert!(!exported.contains("secret"), "{exported}");
    super::check_faults(
        &exported,
        &expect![[r#"
        a.cnf:16: [Monitor] password: ***** is shown in place of a password (allowed: the password itself)
        a.cnf:22: [Service] password: ***** is shown in place of a password (allowed: the password itself)"#]],
    );
}

#[test]
fn what_was_left_to_the_gateway_is_left_to_it_in_an_export() {
    let configuration = good("[maxscale]\nthreads=auto\n");
    assert!(configuration.maxscale.parameter_values()["threads"].is_u64());
    let exported = export(&configuration, Passwords::Clear).unwrap();
    assert_eq!(exported, "[maxscale]\nthreads=auto\n");
}
