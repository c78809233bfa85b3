//! `/openapi.json` tells of every route, and of nothing else.

use std::collections::BTreeSet;

use serde_json::Value;

use super::fixture::Api;
use crate::api::openapi;
use crate::api::resource::Resource;

/// The routes that tell of no API: the console's.
fn is_told(path: &str) -> bool {
    !path.starts_with("/console")
}

/// A path with something in the place of its parameters.
fn filled(path: &str) -> String {
    let step = |step: &str| {
        if step.starts_with('{') {
            "filters".to_owned()
        } else {
            step.to_owned()
        }
    };
    path.split('/').map(step).collect::<Vec<_>>().join("/")
}

#[tokio::test]
async fn every_operation_that_is_told_of_is_there() {
    let api = Api::new();
    for (method, path) in openapi::operations() {
        let options = api.ask("OPTIONS", &filled(&path), &[]).await;
        let allowed = options.header("allow").to_ascii_lowercase();
        let found = options.status == 200 && allowed.split(',').any(|one| one == method);
        assert!(found, "{method} {path}: {} {allowed}", options.status);
    }
}

#[tokio::test]
async fn every_method_that_is_there_is_told_of() {
    let api = Api::new();
    let told: BTreeSet<(String, String)> = openapi::operations().into_iter().collect();
    let paths: BTreeSet<&String> = told.iter().map(|(_, path)| path).collect();
    for path in paths {
        let options = api.ask("OPTIONS", &filled(path), &[]).await;
        let allowed = options.header("allow").to_ascii_lowercase();
        for method in allowed
            .split(',')
            .filter(|one| !matches!(*one, "head" | "options" | ""))
        {
            let here = (method.to_owned(), path.clone());
            assert!(told.contains(&here), "{method} {path} is not told of");
        }
    }
}

#[test]
fn every_route_of_the_table_is_told_of() {
    let source = include_str!("../router.rs");
    let told: BTreeSet<String> = openapi::operations()
        .into_iter()
        .map(|(_, path)| path)
        .collect();
    let routes = source.split(".route(").skip(1).filter_map(|rest| {
        let (_, rest) = rest.split_once('"')?;
        let (path, _) = rest.split_once('"')?;
        Some(path)
    });
    for path in routes.filter(|path| is_told(path) && !path.starts_with("/{path}")) {
        assert!(told.contains(path), "{path} is not told of");
    }
}

#[tokio::test]
async fn the_document_is_served_and_refers_to_what_it_has() {
    let api = Api::new();
    let document = api.get("/v1/openapi.json").await.json();
    assert_eq!(document["openapi"], "3.1.0");
    let schemas = document["components"]["schemas"].as_object().unwrap();
    let text = document.to_string();
    for part in text.split("#/components/schemas/").skip(1) {
        let name = part.split('"').next().unwrap();
        assert!(schemas.contains_key(name), "{name}");
    }
    let ids: Vec<&str> = text
        .split("\"operationId\":\"")
        .skip(1)
        .filter_map(|part| part.split('"').next())
        .collect();
    let distinct: BTreeSet<&&str> = ids.iter().collect();
    assert_eq!(ids.len(), distinct.len());
}

#[test]
fn the_document_is_the_one_that_is_published() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/openapi.json");
    let document = serde_json::to_string_pretty(&openapi::describe()).unwrap() + "\n";
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        std::fs::write(path, &document).unwrap();
    }
    let published = std::fs::read_to_string(path).unwrap_or_default();
    assert!(
        published == document,
        "docs/openapi.json is old: run the test with UPDATE_EXPECT=1"
    );
}

/// The names of the attributes of a kind, as the document tells them.
fn described(document: &Value, kind: &str) -> BTreeSet<String> {
    let attributes = &document["components"]["schemas"][kind]["properties"]["attributes"];
    let mut names = BTreeSet::new();
    collect(document, attributes, &mut names);
    names
}

fn collect(document: &Value, schema: &Value, names: &mut BTreeSet<String>) {
    if let Some(reference) = schema["$ref"].as_str() {
        let place = reference.trim_start_matches('#');
        return collect(document, document.pointer(place).unwrap(), names);
    }
    for part in schema["allOf"].as_array().into_iter().flatten() {
        collect(document, part, names);
    }
    let members = schema["properties"].as_object().into_iter().flatten();
    names.extend(members.map(|(name, _)| name.clone()));
}

fn check<R: Resource>(document: &Value) {
    let told: BTreeSet<String> = R::ATTRIBUTES.iter().map(ToString::to_string).collect();
    assert_eq!(described(document, R::KIND), told, "{}", R::KIND);
}

#[test]
fn every_attribute_has_a_form() {
    use crate::api::objects::{self, maxscale};
    let document = openapi::describe();
    check::<crate::api::sessions::SessionResource>(&document);
    check::<objects::ServerResource>(&document);
    check::<objects::ServiceResource>(&document);
    check::<objects::ListenerResource>(&document);
    check::<objects::MonitorResource>(&document);
    check::<objects::FilterResource>(&document);
    check::<objects::ModuleResource>(&document);
    check::<objects::UserResource>(&document);
    check::<maxscale::GatewayResource>(&document);
    check::<crate::api::threads::ThreadResource>(&document);
    check::<crate::api::audit::AuditResource>(&document);
    check::<crate::api::sql::SqlResource>(&document);
    check::<crate::api::sql::QueryResource>(&document);
}
