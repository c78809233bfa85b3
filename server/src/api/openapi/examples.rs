//! Examples of what requests are given. Those of bodies are sent by a test, and all of them by
//! `make api-fuzz`, whose gateway has objects of these names.

use serde_json::{Value, json};

use super::operations::Operation;

/// A value of a parameter of the path.
pub(super) fn in_path(operation: &Operation, name: &str) -> Option<Value> {
    let path = operation.path;
    let text = match (operation.tag(), name) {
        ("audit" | "sessions" | "sql", "id") => "1",
        ("filters", "id") => "MaxRows",
        ("filters" | "servers" | "listeners", "name") => "services",
        ("listeners", "id") | (_, "listener") => "Main-Listener",
        ("maxscale", "id") if path.contains("/threads") => "0",
        ("maxscale", "id") if path.contains("{command}") => "cache",
        ("maxscale", "id") => "readconnroute",
        (_, "command") => "show",
        ("monitors", "id") => "Monitor",
        ("monitors", "name") => "servers",
        ("servers", "id") => "server1",
        ("services", "id") => "Main",
        ("services" | "sessions", "name") => "filters",
        ("sql", "query") => "1.1",
        ("users", "id") => "reader",
        _ => return None,
    };
    Some(text.into())
}

/// A value of a parameter of the query.
pub(super) fn in_query(name: &str) -> Option<Value> {
    Some(match name {
        "filter" => "/id=ne(\"none\")".into(),
        "max-age" => 3600.into(),
        "page[number]" | "since" => 0.into(),
        "page[size]" => 50.into(),
        "priority" => "error,warning".into(),
        "sort" => "-id".into(),
        "sql" => "SELECT * FROM t WHERE a = 1".into(),
        "state" => "maintenance".into(),
        "top" => 10.into(),
        "ttl" => "5s".into(),
        _ => return None,
    })
}

/// A body.
pub(super) fn body(operation: &Operation) -> Option<Value> {
    match (operation.verb(), operation.path) {
        ("post", path) => made(path),
        ("patch", path) if path.ends_with("/relationships/{name}") => Some(match operation.tag() {
            "monitors" => references("servers", &["server1"]),
            "servers" | "listeners" => references("services", &["Main"]),
            _ => references("filters", &["QLA"]),
        }),
        ("patch", path) => changed(path),
        _ => None,
    }
}

fn made(path: &str) -> Option<Value> {
    let address = json!({"address": "127.0.0.1", "port": 4009});
    let listener = json!({"id": "Other-Listener", "type": "listeners",
        "attributes": {"parameters": address}});
    let data = match path {
        "/filters" => json!({
            "id": "Limit", "type": "filters",
            "attributes": {"module": "maxrows", "parameters": {"max_resultset_rows": 1000}},
        }),
        "/listeners" => {
            let mut listener = listener;
            listener["relationships"] = json!({"services": references("services", &["Main"])});
            listener
        }
        "/services/{id}/listeners" => listener,
        "/monitors" => json!({
            "id": "Other-Monitor", "type": "monitors",
            "attributes": {"module": "mariadbmon", "parameters": {
                "user": "monitor", "password": "secret", "monitor_interval": "2s"}},
        }),
        "/servers" => json!({
            "id": "server2", "type": "servers",
            "attributes": {"parameters": {"address": "127.0.0.1", "port": 3307}},
            "relationships": {
                "monitors": references("monitors", &["Monitor"]),
                "services": references("services", &["Main"]),
            },
        }),
        "/services" => json!({
            "id": "Split", "type": "services",
            "attributes": {"router": "readwritesplit", "parameters": {
                "user": "service", "password": "secret", "max_connections": 500}},
            "relationships": {"servers": references("servers", &["server1"])},
        }),
        "/users/inet" => json!({
            "id": "writer", "type": "inet",
            "attributes": {"account": "admin", "password": "secret"},
        }),
        _ => return None,
    };
    Some(json!({ "data": data }))
}

fn changed(path: &str) -> Option<Value> {
    let parameters = |given: Value| json!({"data": {"attributes": {"parameters": given}}});
    Some(match path {
        "/filters/{id}" => parameters(json!({"max_resultset_rows": 500})),
        "/listeners/{id}" => parameters(json!({"proxy_protocol_networks": "10.0.0.0/8"})),
        "/maxscale" | "/maxscale/logs" => parameters(json!({"log_info": true})),
        "/monitors/{id}" => parameters(json!({"monitor_interval": "5s"})),
        "/servers/{id}" => parameters(json!({"persistpoolmax": 10, "persistmaxtime": "60s"})),
        "/services/{id}" => json!({"data": {
            "attributes": {"parameters": {"max_connections": 100}},
            "relationships": {"filters": references("filters", &["QLA"])},
        }}),
        "/sessions/{id}" => json!({"data": {
            "attributes": {"apply": "transaction_end", "parameters": {"log_info": true}},
            "relationships": {"filters": references("filters", &["QLA"])},
        }}),
        "/users/inet/{id}" => json!({"data": {"attributes": {"password": "another"}}}),
        _ => return None,
    })
}

fn references(kind: &str, names: &[&str]) -> Value {
    let items = names.iter().map(|name| json!({"id": name, "type": kind}));
    json!({"data": items.collect::<Vec<_>>()})
}
