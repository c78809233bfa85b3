//! Every operation of the OpenAPI document, taken from there: it succeeds as it says, refuses what all
//! have to refuse, and answers nothing that it does not tell of. One that is new is missed here.

use std::collections::{BTreeMap, BTreeSet};

use axum::body::Body;
use serde_json::{Value, json};

use super::fixture::{Answer, Api, request};
use crate::api::openapi;
use crate::store::ObjectKind;

const ADMIN: (&str, &str) = ("authorization", "Basic YWRtaW46bWFyaWFkYg==");
const EVE: (&str, &str) = ("authorization", "Basic ZXZlOmxvb2s=");

/// An operation as the document tells it.
struct Told {
    method: String,
    path: String,
    described: Value,
}

impl Told {
    fn name(&self) -> String {
        format!("{} {}", self.method, self.path)
    }

    fn writes(&self) -> bool {
        self.method != "GET"
    }

    fn is_open(&self) -> bool {
        self.described["security"] == json!([{}])
    }

    fn answers(&self, status: &str) -> bool {
        self.described["responses"].get(status).is_some()
    }

    fn takes_body(&self) -> bool {
        self.described.get("requestBody").is_some()
    }

    /// What its path means: there, or nothing that there is.
    fn at(&self, there: bool) -> String {
        let id = match self.path.split('/').nth(1) {
            _ if !there => "nothing",
            Some("sessions") => "2",
            Some("servers") => "server1",
            Some("services") => "Even",
            Some("listeners") => "Listener",
            Some("monitors") => "Monitor",
            Some("filters") => "MaxRows",
            Some("users") => "eve",
            Some("audit") => "1",
            _ if self.path.contains("threads") => "0",
            _ if self.path.contains("{command}") => "cache",
            _ => "maxrows",
        };
        let relationship = match self.path.split('/').nth(1) {
            Some("sessions" | "services") => "filters",
            Some("monitors") => "servers",
            _ => "services",
        };
        let path = self.path.replace("{id}", id);
        let path = path.replace("{name}", relationship);
        let path = path.replace("{query}", "nothing.1");
        let path = path.replace("{listener}", if there { "Listener" } else { "nothing" });
        format!("/v1{}", path.replace("{command}", "show"))
    }
}

fn operations() -> Vec<Told> {
    let document = openapi::describe();
    let paths = document["paths"].as_object().unwrap().iter();
    let operations = paths.flat_map(|(path, methods)| {
        let methods = methods.as_object().unwrap().iter();
        methods.map(move |(method, described)| Told {
            method: method.to_uppercase(),
            path: path.clone(),
            described: described.clone(),
        })
    });
    operations.collect()
}

async fn send(
    api: &Api,
    operation: &Told,
    path: &str,
    headers: &[(&str, &str)],
    body: impl Into<Body>,
) -> Answer {
    let answer = api
        .send(request(&operation.method, path, headers, body.into()))
        .await;
    let status = answer.status.as_u16().to_string();
    assert!(
        operation.answers(&status),
        "{} {path} answers {status}, of which the document does not tell: {}",
        operation.method,
        String::from_utf8_lossy(&answer.body)
    );
    answer
}

/// A body that every write understands so far that it looks for the object.
fn some_body() -> String {
    json!({"data": []}).to_string()
}

#[tokio::test]
async fn nobody_is_answered_without_an_account() {
    let api = Api::new();
    for operation in operations().iter().filter(|one| !one.is_open()) {
        let answer = send(&api, operation, &operation.at(true), &[], some_body()).await;
        assert_eq!(answer.status, 401, "{}", operation.name());
    }
}

#[tokio::test]
async fn a_basic_account_writes_nothing() {
    let api = Api::new();
    let writes = operations().into_iter().filter(Told::writes);
    for operation in writes.filter(|one| !one.is_open()) {
        let answer = send(&api, &operation, &operation.at(true), &[EVE], some_body()).await;
        assert_eq!(answer.status, 403, "{}", operation.name());
    }
    assert_eq!(api.get("/v1/audit").await.ids(), Vec::<String>::new());
}

#[tokio::test]
async fn what_is_not_there_is_not_found() {
    let api = Api::new();
    for operation in operations().iter().filter(|one| one.answers("404")) {
        let path = match operation.path.as_str() {
            // The relationship is another thing that may not be there.
            path if path.ends_with("{name}") => operation
                .at(true)
                .rsplit_once('/')
                .map(|(start, _)| format!("{start}/nothing"))
                .unwrap(),
            _ => operation.at(false),
        };
        // There are no more than these.
        if operation.path.starts_with("/users/unix") {
            continue;
        }
        let body = if operation.path == "/services/{id}/listeners" {
            json!({"data": {"id": "x", "attributes": {"parameters": {"port": 0}}}}).to_string()
        } else {
            some_body()
        };
        let answer = send(&api, operation, &path, &[ADMIN], body).await;
        assert_eq!(answer.status, 404, "{} {path}", operation.name());
        assert!(!answer.detail().is_empty());
    }
}

#[tokio::test]
async fn unknown_parameters_are_refused() {
    let api = Api::new();
    for operation in &operations() {
        // What stands behind the question mark of a command are its arguments.
        if operation.is_open() || operation.path.ends_with("{command}") {
            continue;
        }
        let path = format!("{}?nonsense=1", operation.at(true));
        let answer = send(&api, operation, &path, &[ADMIN], some_body()).await;
        assert_eq!(answer.status, 400, "{}", operation.name());
    }
}

#[tokio::test]
async fn a_body_that_is_no_json_is_refused_and_changes_nothing() {
    let api = Api::new();
    for operation in operations().iter().filter(|one| one.takes_body()) {
        let twice = "{\"data\": [], \"data\": []}";
        for body in ["", "{", "[1", "nonsense", "{\"data\": }", twice] {
            let answer = send(&api, operation, &operation.at(true), &[ADMIN], body).await;
            assert_eq!(answer.status, 400, "{} {body}", operation.name());
        }
        let long = vec![b' '; (1 << 20) + 1];
        let answer = send(&api, operation, &operation.at(true), &[ADMIN], long).await;
        assert_eq!(answer.status, 413, "{}", operation.name());
    }
    assert_eq!(api.get("/v1/audit").await.ids(), Vec::<String>::new());
}

#[tokio::test]
async fn a_write_to_something_wants_the_state_that_it_names() {
    let api = Api::new();
    for operation in operations().iter().filter(|one| one.writes()) {
        let has_header = operation.described["parameters"]
            .as_array()
            .is_some_and(|all| all.iter().any(|one| one["name"] == "If-Match"));
        if !has_header {
            continue;
        }
        let mut path = operation.at(true);
        if path.ends_with("/set") || path.ends_with("/clear") {
            path.push_str("?state=drain");
        }
        let headers = [ADMIN, ("if-match", "\"v4711\"")];
        let body = if operation.path.contains("relationships") {
            some_body()
        } else {
            json!({"data": {"attributes": {}}}).to_string()
        };
        let answer = send(&api, operation, &path, &headers, body).await;
        let impossible = answer.status == 405;
        assert!(
            answer.status == 412 || impossible,
            "{}: {}",
            operation.name(),
            answer.status
        );
    }
    assert_eq!(api.get("/v1/audit").await.ids(), Vec::<String>::new());
}

#[tokio::test]
async fn other_methods_are_told_which_there_are() {
    let api = Api::new();
    let mut methods: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for operation in operations() {
        let known = methods.entry(operation.at(true)).or_default();
        known.insert(operation.method);
    }
    for (path, known) in methods {
        for method in ["GET", "POST", "PUT", "PATCH", "DELETE", "TRACE"] {
            if known.contains(method) {
                continue;
            }
            let answer = api.ask(method, &path, &[]).await;
            assert_eq!(answer.status, 405, "{method} {path}");
            let allowed: BTreeSet<&str> = answer.header("allow").split(',').collect();
            for known in &known {
                assert!(allowed.contains(known.as_str()), "{path}: {allowed:?}");
            }
        }
    }
}

#[tokio::test]
async fn a_document_that_is_known_is_not_sent_again() {
    let api = Api::new();
    for operation in operations().iter().filter(|one| one.answers("304")) {
        let path = example(operation).map_or_else(|| operation.at(true), |(path, _)| path);
        if matches!(operation.path.as_str(), "/audit/{id}" | "/users/unix/{id}")
            || operation.path.contains("threads/")
            || operation.path.contains("unix/{id}")
            || operation.path == "/sql/{id}"
            || operation.path.ends_with("{command}")
            || operation.path.contains("/relationships/") && api.get(&path).await.status == 404
        {
            continue;
        }
        let known = send(&api, operation, &path, &[ADMIN, ("if-none-match", "*")], "").await;
        assert_eq!(known.status, 304, "{} {path}", operation.name());
        assert!(known.body.is_empty());
        let stale = send(&api, operation, &path, &[ADMIN, ("if-match", "\"x\"")], "").await;
        assert_eq!(stale.status, 412, "{}", operation.name());
    }
}

/// A request that succeeds, where path and body do not say it by themselves.
fn example(operation: &Told) -> Option<(String, Value)> {
    let data = |id: &str, attributes: Value| json!({"data": {"id": id, "attributes": attributes}});
    let links = |names: &[&str]| {
        let data: Vec<Value> = names.iter().map(|name| json!({"id": name})).collect();
        json!({"data": data})
    };
    let nothing = Value::Null;
    let path = operation.at(true);
    let server = json!({"parameters": {"address": "127.0.0.1", "port": 3310}});
    let service = json!({"router": "readconnroute", "parameters": {"user": "u", "password": "p"}});
    let monitor = json!({"module": "mariadbmon", "parameters": {"user": "u", "password": "p"}});
    let socket = std::env::temp_dir().join(format!("every-{}.sock", std::process::id()));
    let listener = json!({"parameters": {"socket": socket.display().to_string()}});
    let with_service = |attributes: Value| {
        json!({"data": {"id": "new", "attributes": attributes,
            "relationships": {"services": {"data": [{"id": "Even"}]}}}})
    };
    Some(match operation.name().as_str() {
        "GET /maxscale/query_classifier/classify" => (format!("{path}?sql=SELECT+1"), nothing),
        "POST /servers" => (path, data("new", server)),
        "POST /services" => (path, data("new", service)),
        "POST /monitors" => (path, data("new", monitor)),
        "POST /filters" => (path, data("new", json!({"module": "nullfilter"}))),
        "POST /listeners" => (path, with_service(listener)),
        "POST /services/{id}/listeners" => (path, data("newer", listener)),
        "POST /users/inet" => (
            path,
            data("new", json!({"account": "basic", "password": "x"})),
        ),
        "PATCH /sessions/{id}/relationships/{name}"
        | "PATCH /services/{id}/relationships/{name}" => (path, links(&["QLA"])),
        "PATCH /servers/{id}/relationships/{name}" => {
            (path.replace("server1", "server2"), links(&["Even"]))
        }
        "PATCH /monitors/{id}/relationships/{name}" => (path, links(&["server1"])),
        "PATCH /users/inet/{id}" => (path, data("eve", json!({"password": "other"}))),
        "PUT /servers/{id}/set" | "PUT /servers/{id}/clear" => {
            (format!("{path}?state=maintenance"), nothing)
        }
        _ if operation.method == "PATCH" => {
            let given = match operation.path.split('/').nth(1) {
                Some("servers") => json!({"port": 3310}),
                Some("services") => json!({"max_connections": 10}),
                Some("listeners") => json!({"proxy_protocol_networks": "10.0.0.0/8"}),
                Some("monitors") => json!({"monitor_interval": "3s"}),
                Some("filters") => json!({"max_resultset_rows": 20}),
                _ => json!({"log_info": true}),
            };
            (path, json!({"data": {"attributes": {"parameters": given}}}))
        }
        _ => return None,
    })
}

/// Where statements are run.
const IN_SQL: &str = "tests/it/sql_api.rs: it needs a server";

/// Operations that do not succeed here, and where they do.
const ELSEWHERE: &[(&str, &str)] = &[
    ("GET /events", "api/events/tests/streams.rs: it has no end"),
    ("GET /maxscale/logs/stream", "tests/it/logs.rs: a WebSocket"),
    (
        "GET /maxscale/threads/{id}",
        "tests/it/vitals.rs: there are no workers here",
    ),
    (
        "GET /maxscale/modules/{id}/{command}",
        "tests/filters.rs: it needs a filter",
    ),
    (
        "POST /maxscale/modules/{id}/{command}",
        "tests/filters.rs: it needs a filter",
    ),
    ("GET /users/unix/{id}", "there are none"),
    (
        "GET /users/unix/{id}/relationships/{name}",
        "there are none",
    ),
    (
        "GET /users/inet/{id}/relationships/{name}",
        "accounts have none",
    ),
    (
        "GET /maxscale/modules/{id}/relationships/{name}",
        "modules have none",
    ),
    (
        "PATCH /listeners/{id}/relationships/{name}",
        "a listener stays with its service",
    ),
    ("POST /sql", IN_SQL),
    ("GET /sql/{id}", IN_SQL),
    ("DELETE /sql/{id}", IN_SQL),
    ("POST /sql/{id}/cancel", IN_SQL),
    ("POST /sql/{id}/clone", IN_SQL),
    ("POST /sql/{id}/etl/prepare", "there is no ODBC"),
    ("POST /sql/{id}/etl/start", "there is no ODBC"),
    ("POST /sql/{id}/queries", IN_SQL),
    ("GET /sql/{id}/queries/{query}", IN_SQL),
    ("DELETE /sql/{id}/queries/{query}", IN_SQL),
    ("POST /sql/{id}/reconnect", IN_SQL),
    (
        "POST /services/{id}/reload",
        "tests/it/accounts.rs: it asks servers",
    ),
];

/// Everything that operations here change, as if a file said something of it.
fn in_files() -> Vec<(ObjectKind, String, Value)> {
    let names = [
        "maxscale", "server1", "Even", "Listener", "Monitor", "MaxRows", "new", "newer", "eve", "2",
    ];
    let of = |kind: ObjectKind| names.map(|name| (kind, name.to_owned(), json!({"other": true})));
    ObjectKind::ALL.into_iter().flat_map(of).collect()
}

#[tokio::test]
async fn what_can_be_changed_bears_a_version() {
    let api = Api::new();
    let changes = operations().into_iter().filter(|one| one.method == "PATCH");
    for operation in changes.filter(|one| !one.path.contains("relationships")) {
        let document = api.get(&operation.at(true)).await.json();
        let version = document["data"]["meta"]["version"].as_str();
        let digits = version.and_then(|version| version.strip_prefix('v'));
        let number = digits.and_then(|digits| digits.parse::<u64>().ok());
        assert!(number.is_some(), "{}: {version:?}", operation.name());
    }
}

#[tokio::test]
async fn every_operation_succeeds_as_it_says() {
    let elsewhere: BTreeMap<&str, &str> = ELSEWHERE.iter().copied().collect();
    for operation in &operations() {
        if elsewhere.contains_key(operation.name().as_str()) {
            continue;
        }
        // Each finds everything as it is at first, and a file that says something else of it.
        let api = Api::new();
        let store = api.state.control().store();
        store.lay_upon(in_files()).unwrap();
        if operation.path.starts_with("/audit/") {
            let body = json!({"data": [{"id": "QLA"}]}).to_string();
            api.write(
                "PATCH",
                "/v1/services/Even/relationships/filters",
                &body,
                204,
            )
            .await;
        }
        let (mut path, body) =
            example(operation).unwrap_or_else(|| (operation.at(true), Value::Null));
        if operation.method == "DELETE"
            && !path.contains("session")
            && !operation.is_open()
            && !path.contains("users")
            && !path.contains("/listeners/")
        {
            path.push_str("?force=yes");
        }
        let body = if body.is_null() {
            String::new()
        } else {
            body.to_string()
        };
        let answer = send(&api, operation, &path, &[ADMIN], body).await;
        let text = String::from_utf8_lossy(&answer.body);
        assert!(
            answer.status.is_success(),
            "{} {path}: {} {text}",
            operation.name(),
            answer.status
        );
        let warns = &operation.described["responses"]["204"]["headers"]["Mxs-Warning"];
        assert_eq!(
            answer.headers.contains_key("mxs-warning"),
            !warns.is_null(),
            "{}",
            operation.name()
        );
        if operation.answers("200")
            && operation.described["responses"]["200"]
                .get("content")
                .is_some()
        {
            assert!(
                !answer.header("content-type").is_empty(),
                "{}",
                operation.name()
            );
        }
    }
}
