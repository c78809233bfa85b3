//! Servers that are made, altered, related and removed, and their states.

use serde_json::{Value, json};

use crate::api::tests::fixture::{Api, items, parameters};

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
    api.change("POST", "servers", &body, 204).await;
    assert_eq!(
        api.written(0),
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
        api.related("services/Even/servers").await,
        ["server1", "server3"]
    );
    assert_eq!(api.related("servers/server3/monitors").await, ["Monitor"]);
    assert_eq!(
        api.change("DELETE", "servers/server3", &Value::Null, 400)
            .await,
        "- server3 is used by the service Even and the monitor Monitor; force=yes takes it \
         from there"
    );
    assert_eq!(api.written(3), [""; 0]);
    api.change("DELETE", "servers/server3?force=yes", &Value::Null, 204)
        .await;
    assert_eq!(api.written(3).len(), 3);
    assert_eq!(api.related("services/Even/servers").await, ["server1"]);
    assert_eq!(
        api.related("monitors/Monitor/servers").await,
        ["server1", "server2"]
    );
    api.change("GET", "servers/server3", &Value::Null, 404)
        .await;
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
    attribute["data"]["attributes"]["status"] = json!("Running");
    let parameters = "/data/attributes/parameters";
    for (body, pointer) in [
        (without_address, parameters.to_owned()),
        (both, format!("{parameters}/socket")),
        (ill, format!("{parameters}/port")),
        (unknown, format!("{parameters}/quantum")),
        (without_file, format!("{parameters}/ssl")),
        (attribute, "/data/attributes/status".to_owned()),
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
        api.change("GET", "servers/new", &Value::Null, 404).await;
    }
    assert_eq!(api.written(0), [""; 0]);
    assert_eq!(api.related("services/Even/servers").await, ["server1"]);
}

#[tokio::test]
async fn nothing_is_changed_that_can_t_be_written_down() {
    let api = Api::new();
    api.state.control().store().break_down();
    let body = server("server3", &json!({}));
    let detail = api.change("POST", "servers", &body, 503).await;
    assert!(detail.contains("nothing was changed"), "{detail}");
    api.change("GET", "servers/server3", &Value::Null, 404)
        .await;
    let body = json!({"data": {"attributes": {"parameters": {"port": 1}}}});
    api.change("PATCH", "servers/server1", &body, 503).await;
    api.change("PUT", "servers/server1/set?state=drain", &Value::Null, 503)
        .await;
    api.change("DELETE", "listeners/Listener", &Value::Null, 503)
        .await;
    let rows = json!({"data": {"attributes": {"parameters": {"max_resultset_rows": 1}}}});
    api.change("PATCH", "filters/MaxRows", &rows, 503).await;
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

#[tokio::test]
async fn a_server_takes_other_parameters_and_relationships() {
    let api = Api::new();
    let path = "servers/server2";
    let body = parameters(&json!({"port": 3399, "rank": "secondary", "proxy_protocol": "yes"}));
    api.change("PATCH", path, &body, 204).await;
    assert_eq!(api.told(path, "/attributes/parameters/port").await, 3399);
    let proxy = "/attributes/parameters/proxy_protocol";
    assert_eq!(api.told(path, proxy).await, true);
    let version = api.told(path, "/meta/version").await;
    assert_ne!(version, "v1");
    let body = items(&["Even"]);
    api.change(
        "PATCH",
        "servers/server2/relationships/services",
        &body,
        204,
    )
    .await;
    assert_ne!(api.told(path, "/meta/version").await, version);
    assert_eq!(
        api.related("services/Even/servers").await,
        ["server1", "server2"]
    );
    api.change(
        "PATCH",
        "servers/server2/relationships/monitors",
        &items(&[]),
        204,
    )
    .await;
    assert_eq!(api.related("monitors/Monitor/servers").await, ["server1"]);
    // null brings the default back.
    let body = parameters(&json!({"rank": null, "proxy_protocol": null}));
    api.change("PATCH", path, &body, 204).await;
    assert_eq!(api.told(path, proxy).await, false);
    let before = api.configured().await;
    for (body, place) in [
        (parameters(&json!({"port": 0})), "/port"),
        (parameters(&json!({"port": 1, "rank": "third"})), "/rank"),
        (parameters(&json!({"port": 1, "type": "service"})), "/type"),
        (parameters(&json!({"address": null, "port": 1})), "/address"),
        (parameters(&json!({"port": [1]})), "/port"),
        (parameters(&json!({"ssl": true, "ssl_cert": "/none"})), ""),
        (parameters(&json!(7)), ""),
    ] {
        let refused = api.change("PATCH", path, &body, 400).await;
        let place = format!("/data/attributes/parameters{place}");
        assert!(refused.starts_with(&place), "{refused}");
    }
    api.change("PATCH", "servers/none", &body, 404).await;
    let sessions = "servers/server2/relationships/sessions";
    api.change("PATCH", sessions, &items(&[]), 404).await;
    assert_eq!(api.configured().await, before);
}

#[tokio::test]
async fn a_server_s_own_document_changes_nothing() {
    let api = Api::new();
    for path in [
        "servers/server1",
        "services/Even",
        "listeners/Listener",
        "monitors/Monitor",
    ] {
        let before = api.configured().await;
        let body = api.get(&format!("/v1/{path}")).await.json();
        api.change("PATCH", path, &body, 204).await;
        assert_eq!(api.configured().await, before, "{path}");
        let mut body = body.clone();
        body["data"]["attributes"]["source"] = json!({"type": "runtime"});
        let refused = api.change("PATCH", path, &body, 400).await;
        assert!(refused.starts_with("/data/attributes/source"), "{refused}");
        assert_eq!(api.configured().await, before, "{path}");
    }
    assert_eq!(api.written(0), [""; 0]);
}

#[tokio::test]
async fn states_are_set_and_cleared_by_hand() {
    let api = Api::new();
    // The monitor of these tests does not run.
    for (path, expected) in [
        ("set?state=drain", "Drained, Master, Running"),
        (
            "set?state=Maintenance",
            "Maintenance, Drained, Master, Running",
        ),
        ("clear?state=drain", "Maintenance, Master, Running"),
        ("clear?state=maintenance", "Master, Running"),
        ("clear?state=master", "Running"),
        ("set?state=slave", "Slave, Running"),
        ("set?state=synced", "Slave, Synced, Running"),
        ("clear?state=running", "Slave, Synced, Down"),
    ] {
        api.act("PUT", &format!("servers/server1/{path}"), 204)
            .await;
        let state = api.told("servers/server1", "/attributes/state").await;
        assert_eq!(state, expected, "{path}");
    }
    assert_eq!(
        api.written(7),
        ["admin@127.0.0.1 clear_state servers/server1"]
    );
    for path in ["set", "set?state=", "set?state=up", "clear?force=yes"] {
        api.act("PUT", &format!("servers/server1/{path}"), 400)
            .await;
    }
    // It is for maintenance; others have no connections to close.
    api.act("PUT", "servers/server2/set?state=drain&force=yes", 204)
        .await;
    api.act("PUT", "servers/none/set?state=drain", 404).await;
    api.act("POST", "servers/server1/set?state=drain", 405)
        .await;
    // With force the sessions are told to close their connections to it; the API ends none.
    let server = api.state.control().objects.server_registry();
    let server = server.get("server1").unwrap();
    let before = server.evictions();
    api.act(
        "PUT",
        "servers/server1/set?state=maintenance&force=yes",
        204,
    )
    .await;
    assert_eq!(server.evictions(), before + 1);
    assert_eq!(api.source.with(|state| state.kills.len()), 0);
}
