//! Servers, services, monitors and listeners that are made, altered, related and removed.

use serde_json::{Value, json};

use super::fixture::Api;
use crate::store::AuditRecord;

/// What a body says; objects are JSON in Rust's own words.
async fn write(api: &Api, method: &str, path: &str, body: &Value, status: u16) -> String {
    let text = if body.is_null() {
        String::new()
    } else {
        body.to_string()
    };
    let answer = api
        .write(method, &format!("/v1/{path}"), &text, status)
        .await;
    if status < 400 {
        return String::new();
    }
    format!("{} {}", answer.pointer(), answer.detail())
}

/// What is in the audit after the first `skip` records: a line each.
fn written(api: &Api, skip: u64) -> Vec<String> {
    let records = api.state.control().store().audit(skip, 100, false).unwrap();
    let line = |record: &AuditRecord| {
        let AuditRecord {
            user,
            address,
            action,
            kind,
            name,
            ..
        } = record;
        format!("{user}@{address} {action} {kind}/{name}")
    };
    records.iter().map(line).collect()
}

async fn related(api: &Api, path: &str) -> Vec<String> {
    let (object, relationship) = path.rsplit_once('/').unwrap();
    let path = format!("/v1/{object}/relationships/{relationship}");
    api.get(&path).await.ids()
}

fn items(names: &[&str]) -> Value {
    let items = names.iter().map(|name| json!({"id": name}));
    json!({"data": items.collect::<Vec<_>>()})
}

fn server(id: &str, relationships: &Value) -> Value {
    json!({"data": {
        "id": id,
        "type": "servers",
        "attributes": {"parameters": {"address": "127.0.0.1", "port": 3310}},
        "relationships": relationships,
    }})
}

#[tokio::test]
async fn a_server_is_made_with_its_relationships_and_removed_again() {
    let api = Api::new();
    let body = server(
        "server3",
        &json!({"services": items(&["Even"]), "monitors": items(&["Monitor"])}),
    );
    write(&api, "POST", "servers", &body, 204).await;
    assert_eq!(
        written(&api, 0),
        [
            "admin@127.0.0.1 create servers/server3",
            "admin@127.0.0.1 relate monitors/Monitor",
            "admin@127.0.0.1 relate services/Even",
        ]
    );
    let record = api.get("/v1/audit/3").await.json();
    let after = &record["data"]["attributes"]["after"]["parameters"];
    assert_eq!(after["servers"], "server1,server3");
    assert_eq!(after["password"], "*****");
    let made = api.get("/v1/servers/server3").await.json();
    assert_eq!(made["data"]["attributes"]["parameters"]["port"], 3310);
    assert_eq!(made["data"]["attributes"]["source"]["type"], "runtime");
    assert_eq!(made["data"]["attributes"]["state"], "Down");
    assert_eq!(
        related(&api, "services/Even/servers").await,
        ["server1", "server3"]
    );
    assert_eq!(related(&api, "servers/server3/monitors").await, ["Monitor"]);
    assert_eq!(
        write(&api, "DELETE", "servers/server3", &Value::Null, 400).await,
        "null server3 is used by the service Even and the monitor Monitor; force=yes takes it \
         from there"
    );
    assert_eq!(written(&api, 3), [""; 0]);
    write(
        &api,
        "DELETE",
        "servers/server3?force=yes",
        &Value::Null,
        204,
    )
    .await;
    assert_eq!(written(&api, 3).len(), 3);
    assert_eq!(related(&api, "services/Even/servers").await, ["server1"]);
    assert_eq!(
        related(&api, "monitors/Monitor/servers").await,
        ["server1", "server2"]
    );
    write(&api, "GET", "servers/server3", &Value::Null, 404).await;
}

#[tokio::test]
async fn a_server_that_can_t_be_made_is_not_there() {
    let api = Api::new();
    let none = json!({});
    let mut without_address = server("new", &none);
    without_address["data"]["attributes"]["parameters"] = json!({"port": 1});
    let mut both = server("new", &none);
    both["data"]["attributes"]["parameters"]["socket"] = json!("/tmp/a.sock");
    let mut ill = server("new", &none);
    ill["data"]["attributes"]["parameters"]["port"] = json!("high");
    let mut unknown = server("new", &none);
    unknown["data"]["attributes"]["parameters"]["quantum"] = json!(1);
    let mut without_file = server("new", &none);
    without_file["data"]["attributes"]["parameters"]["ssl"] = json!(true);
    without_file["data"]["attributes"]["parameters"]["ssl_ca"] = json!("/none.pem");
    let mut attribute = server("new", &none);
    attribute["data"]["attributes"]["state"] = json!("Running");
    let parameters = "/data/attributes/parameters";
    for (body, pointer) in [
        (without_address, parameters.to_owned()),
        (both, format!("{parameters}/socket")),
        (ill, format!("{parameters}/port")),
        (unknown, format!("{parameters}/quantum")),
        (without_file, format!("{parameters}/ssl")),
        (attribute, "/data/attributes/state".to_owned()),
        (server("server1", &none), "/data/id".to_owned()),
        (server("Even", &none), "/data/id".to_owned()),
        (server("QLA", &none), "/data/id".to_owned()),
        (server("maxscale", &none), "/data/id".to_owned()),
        (server("a b", &none), "/data/id".to_owned()),
        (server("", &none), "/data/id".to_owned()),
        (
            server("new", &json!({"services": items(&["Even", "none"])})),
            "/data/relationships/services/data/1/id".to_owned(),
        ),
        (
            server("new", &json!({"monitors": items(&["server1"])})),
            "/data/relationships/monitors/data/0/id".to_owned(),
        ),
        (
            server("new", &json!({"filters": items(&[])})),
            "/data/relationships/filters".to_owned(),
        ),
    ] {
        let answer = api
            .write("POST", "/v1/servers", &body.to_string(), 400)
            .await;
        assert_eq!(answer.pointer(), pointer, "{body}");
        write(&api, "GET", "servers/new", &Value::Null, 404).await;
    }
    assert_eq!(written(&api, 0), [""; 0]);
    assert_eq!(related(&api, "services/Even/servers").await, ["server1"]);
}

#[tokio::test]
async fn nothing_is_changed_that_can_t_be_written_down() {
    let api = Api::new();
    api.state.control().store().break_down();
    let body = server("server3", &json!({}));
    let detail = write(&api, "POST", "servers", &body, 503).await;
    assert!(detail.contains("nothing was changed"), "{detail}");
    write(&api, "GET", "servers/server3", &Value::Null, 404).await;
    let body = json!({"data": {"attributes": {"parameters": {"port": 1}}}});
    write(&api, "PATCH", "servers/server1", &body, 503).await;
    write(
        &api,
        "PUT",
        "servers/server1/set?state=drain",
        &Value::Null,
        503,
    )
    .await;
    write(&api, "DELETE", "listeners/Listener", &Value::Null, 503).await;
    let rows = json!({"data": {"attributes": {"parameters": {"max_resultset_rows": 1}}}});
    write(&api, "PATCH", "filters/MaxRows", &rows, 503).await;
    let kept = api.get("/v1/servers/server1").await.json();
    assert_eq!(kept["data"]["attributes"]["parameters"]["port"], 3306);
    assert_eq!(kept["data"]["attributes"]["state"], "Master, Running");
    assert_eq!(kept["data"]["meta"]["version"], "v1");
    let kept = api.get("/v1/filters/MaxRows").await.json();
    assert_eq!(
        kept["data"]["attributes"]["parameters"]["max_resultset_rows"],
        10
    );
}
