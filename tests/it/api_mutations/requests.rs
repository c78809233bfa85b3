//! Requests that are right, one for each write.

use serde_json::{Value, json};
use sluicegate_tests::mariadb::{MONITOR_ACCOUNT, SERVICE_ACCOUNT};

/// A request.
pub struct Good {
    /// With the query string.
    pub path: String,
    /// Which of its steps is the id of something.
    pub id_at: Option<usize>,
    /// Empty when it has none.
    pub body: Vec<u8>,
}

/// What requests are about: names that differ from run to run.
pub struct Names {
    /// The id of the session that is there.
    pub session: String,
    /// The newest record of the audit.
    pub record: u64,
    /// Where nobody listens.
    pub port: u16,
    /// Where new files may be made.
    pub folder: String,
}

fn items(kind: &str, names: &[&str]) -> Value {
    let items = names.iter().map(|name| json!({"id": name, "type": kind}));
    json!({"data": items.collect::<Vec<_>>()})
}

fn of(kind: &str, id: &str, attributes: &Value, relationships: &Value) -> Value {
    json!({"data": {"id": id, "type": kind, "attributes": attributes, "relationships": relationships}})
}

fn parameters(kind: &str, id: &str, parameters: &Value) -> Value {
    of(kind, id, &json!({"parameters": parameters}), &json!({}))
}

/// The request of an operation (`PATCH /filters/{id}`).
pub fn of_operation(name: &str, names: &Names) -> Good {
    let (method, path) = name.split_once(' ').expect("a method and a path");
    let body = match method {
        "POST" => made(path, names),
        "PATCH" if path.ends_with("{name}") => Some(related(path)),
        "PATCH" => changed(path, names),
        _ => None,
    };
    let body = body.map_or_else(Vec::new, |body| body.to_string().into_bytes());
    Good {
        // The steps of `/v1` come first.
        id_at: path
            .split('/')
            .position(|step| step == "{id}")
            .map(|at| at + 1),
        path: format!("/v1{}", filled(name, path, names)),
        body,
    }
}

/// The path of something that there is.
fn filled(name: &str, path: &str, names: &Names) -> String {
    let (kind, _) = path[1..].split_once('/').unwrap_or((&path[1..], ""));
    let removes = name.starts_with("DELETE ");
    let (id, relationship) = match kind {
        "audit" => (names.record.to_string(), ""),
        "filters" => (if removes { "Rows" } else { "Regex" }.to_owned(), ""),
        "listeners" => ("Main-Listener".to_owned(), "services"),
        "maxscale" => ("mariadbmon".to_owned(), ""),
        "monitors" => ("Monitor".to_owned(), "servers"),
        "servers" => ("server2".to_owned(), "services"),
        "services" if path.contains("listener") => ("Main".to_owned(), ""),
        "services" => ("Second".to_owned(), "filters"),
        "sessions" => (names.session.clone(), "filters"),
        "users" => ("eve".to_owned(), ""),
        "auth" => (String::new(), ""),
        _ => panic!("there is no request for {name}: write one"),
    };
    let query = match path.rsplit('/').next() {
        Some("set" | "clear") => "?state=maintenance&force=no",
        Some("stop") if kind != "monitors" => "?force=false",
        Some("restart") => "?force=yes",
        _ if removes && kind == "sessions" => "?ttl=1s",
        _ if removes && !path.contains("listener}") && kind != "users" && kind != "auth" => {
            "?force=yes"
        }
        _ => "",
    };
    let path = path.replace("{id}", &id).replace("{name}", relationship);
    let path = path.replace("{listener}", "Main-Listener");
    format!("{}{query}", path.replace("{command}", "nothing"))
}

fn made(path: &str, names: &Names) -> Option<Value> {
    let (user, password) = SERVICE_ACCOUNT;
    let listener =
        json!({"parameters": {"address": "127.0.0.1", "port": names.port, "ssl": false}});
    Some(match path {
        "/filters" => of(
            "filters",
            "new",
            &json!({"module": "regexfilter", "parameters": {"match": "a(b)", "replace": "$1",
                "options": "ignorecase", "log_trace": true}}),
            &json!({}),
        ),
        "/listeners" => of(
            "listeners",
            "new",
            &listener,
            &json!({"services": items("services", &["Main"])}),
        ),
        "/services/{id}/listeners" => of("listeners", "new", &listener, &json!({})),
        "/monitors" => of(
            "monitors",
            "new",
            &json!({"module": "mariadbmon", "parameters": {"user": MONITOR_ACCOUNT.0,
                "password": MONITOR_ACCOUNT.1, "monitor_interval": "700ms"}}),
            &json!({"servers": items("servers", &[])}),
        ),
        "/servers" => of(
            "servers",
            "new",
            &json!({"parameters": {"address": "127.0.0.1", "port": names.port, "rank": "secondary"}}),
            &json!({"services": items("services", &["Main"]),
                "monitors": items("monitors", &["Monitor"])}),
        ),
        "/services" => of(
            "services",
            "new",
            &json!({"router": "readwritesplit", "parameters": {"user": user, "password": password,
                "max_connections": 5, "slave_selection_criteria": "least_current_operations"}}),
            &json!({"servers": items("servers", &["server1"]), "filters": items("filters", &["Null"])}),
        ),
        "/users/inet" => of(
            "inet",
            "new",
            &json!({"account": "basic", "password": "secret"}),
            &json!({}),
        ),
        _ => return None,
    })
}

fn changed(path: &str, names: &Names) -> Option<Value> {
    Some(match path {
        "/filters/{id}" => parameters(
            "filters",
            "Regex",
            &json!({"match": "x(y)?", "replace": "z", "log_file": format!("{}/regex.log", names.folder)}),
        ),
        "/listeners/{id}" => parameters(
            "listeners",
            "Main-Listener",
            &json!({"proxy_protocol_networks": "127.0.0.1,10.0.0.0/8"}),
        ),
        "/maxscale" => parameters(
            "maxscale",
            "maxscale",
            &json!({"auth_connect_timeout": "9s", "retain_last_statements": 7,
                "query_classifier_cache_size": "2Mi", "log_throttling": {"count": 5, "window": 1000,
                "suppress": 2000}}),
        ),
        "/maxscale/logs" => parameters("logs", "logs", &json!({"log_notice": true})),
        "/monitors/{id}" => of(
            "monitors",
            "Monitor",
            &json!({"parameters": {"failcount": 3, "backend_connect_timeout": "2s"}}),
            &json!({"servers": items("servers", &["server1", "server2"])}),
        ),
        "/servers/{id}" => of(
            "servers",
            "server2",
            &json!({"parameters": {"persistpoolmax": 3, "max_routing_connections": 100}}),
            &json!({"services": items("services", &["Second"])}),
        ),
        "/services/{id}" => of(
            "services",
            "Second",
            &json!({"parameters": {"max_connections": 3, "connection_keepalive": "100s",
                "max_slave_connections": 2}}),
            &json!({"servers": items("servers", &["server1"]),
                "filters": items("filters", &["Regex", "Null"])}),
        ),
        "/sessions/{id}" => of(
            "sessions",
            &names.session,
            &json!({"parameters": {"log_info": true, "log_debug": false}, "apply": "idle"}),
            &json!({"filters": items("filters", &["Rows", "Regex"])}),
        ),
        "/users/inet/{id}" => of(
            "inet",
            "eve",
            &json!({"account": "admin", "password": "another"}),
            &json!({}),
        ),
        _ => return None,
    })
}

fn related(path: &str) -> Value {
    match path.split('/').nth(1) {
        Some("listeners") => items("services", &["Main"]),
        Some("monitors") => items("servers", &["server1"]),
        Some("servers") => items("services", &["Main", "Second"]),
        Some("services" | "sessions") => items("filters", &["Null", "Regex"]),
        _ => Value::Null,
    }
}
