//! The examples of the OpenAPI document are taken as they stand there.

use serde_json::{Value, json};

use super::fixture::Api;
use crate::api::openapi;

/// The path with what the fixture has in the place of the examples.
fn path_of(path: &str) -> String {
    let id = match path.split('/').nth(1) {
        Some("sessions") => "2",
        Some("servers") => "server2",
        Some("services") => "Even",
        Some("listeners") => "Listener",
        Some("monitors") => "Monitor",
        Some("filters") => "MaxRows",
        _ => "eve",
    };
    let relationship = match path.split('/').nth(1) {
        Some("sessions" | "services") => "filters",
        Some("monitors") => "servers",
        _ => "services",
    };
    let path = path.replace("{id}", id).replace("{name}", relationship);
    format!("/v1{path}")
}

/// The body with names that the fixture has and does not have.
fn body_of(example: &Value, socket: &std::path::Path) -> Value {
    let text = example.to_string().replace("\"Main\"", "\"Even\"");
    let text = text.replace("\"server2\"", "\"server9\"");
    let mut body: Value = serde_json::from_str(&text).unwrap();
    let data = body.get_mut("data").unwrap();
    if data.get("type") == Some(&json!("listeners")) && data.get("attributes").is_some() {
        // The port may be another's.
        data["attributes"]["parameters"] = json!({"socket": socket.display().to_string()});
    }
    body
}

#[tokio::test]
async fn bodies_of_the_document_are_taken() {
    let document = openapi::describe();
    let socket = std::env::temp_dir().join(format!("examples-{}.sock", std::process::id()));
    let mut sent = 0;
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, told) in methods.as_object().unwrap() {
            let content = &told["requestBody"]["content"]["application/json"];
            // Statements want a server.
            if content.is_null() || path.starts_with("/sql") {
                continue;
            }
            let example = &content["example"];
            assert!(example.is_object(), "{method} {path} has no example");
            let body = body_of(example, &socket).to_string();
            let api = Api::new();
            let method = method.to_uppercase();
            api.write(&method, &path_of(path), &body, 204).await;
            sent += 1;
        }
    }
    assert!(sent > 15, "{sent}");
}

#[test]
fn every_parameter_of_a_path_has_an_example() {
    let document = openapi::describe();
    let without = [
        "/users/inet/{id}/relationships/{name}",
        "/maxscale/modules/{id}/relationships/{name}",
    ];
    for (path, methods) in document["paths"].as_object().unwrap() {
        let methods = methods.as_object().unwrap().values();
        let all = methods.flat_map(|told| told["parameters"].as_array().into_iter().flatten());
        for parameter in all.filter(|one| one["in"] == "path") {
            // Nothing has that name, and nothing can.
            let none = without.contains(&path.as_str()) || path.starts_with("/users/unix");
            assert!(
                none || !parameter["example"].is_null(),
                "{path}: {parameter}"
            );
        }
    }
}
