//! Monitors that are made, altered, stopped and removed.

use serde_json::{Value, json};

use crate::api::tests::fixture::{Api, items, parameters};

fn monitor(servers: &[&str]) -> Value {
    json!({"data": {
        "id": "New",
        "type": "monitors",
        "attributes": {
            "module": "mariadbmon",
            "parameters": {"user": "watcher", "password": "secret", "monitor_interval": 1000},
        },
        "relationships": {"servers": items(servers)},
    }})
}

#[tokio::test]
async fn a_monitor_is_made_altered_and_removed_again() {
    let api = Api::new();
    let own = "monitors/Monitor/relationships/servers";
    api.change("PATCH", own, &items(&["server1"]), 204).await;
    api.change("POST", "monitors", &monitor(&["server2"]), 204)
        .await;
    let interval = "/attributes/parameters/monitor_interval";
    assert_eq!(api.told("monitors/New", interval).await, "1000ms");
    assert_eq!(api.related("servers/server2/monitors").await, ["New"]);
    let body = parameters(&json!({"monitor_interval": "2s", "password": "*****"}));
    api.change("PATCH", "monitors/New", &body, 204).await;
    assert_eq!(api.told("monitors/New", interval).await, "2000ms");
    let body = items(&["server2", "server1"]);
    let path = "monitors/New/relationships/servers";
    let refused = api.change("PATCH", path, &body, 400).await;
    assert_eq!(
        refused,
        "/data/1/id server1 is watched by the monitor Monitor already"
    );
    // A server moves to another monitor when that is said of the server.
    let of_server = "servers/server1/relationships/monitors";
    api.change("PATCH", of_server, &items(&["New"]), 204).await;
    assert_eq!(
        api.related("monitors/New/servers").await,
        ["server2", "server1"]
    );
    assert_eq!(api.related("monitors/Monitor/servers").await, [""; 0]);
    api.change("PATCH", of_server, &items(&["New", "Monitor"]), 400)
        .await;
    let refused = api.act("DELETE", "monitors/New", 400).await;
    assert!(refused.contains("has the server server2"), "{refused}");
    api.act("DELETE", "monitors/New?force=yes", 204).await;
    api.act("DELETE", "monitors/Monitor", 204).await;
    assert_eq!(api.related("servers/server1/monitors").await, [""; 0]);
}

#[tokio::test]
async fn a_monitor_that_can_t_be_made_is_not_there() {
    let api = Api::new();
    let before = api.configured().await;
    let changed = |pointer: &str, value: Value| {
        let mut body = monitor(&[]);
        *body.pointer_mut(pointer).unwrap() = value;
        body
    };
    for (body, place) in [
        (
            monitor(&["server1"]),
            "/data/relationships/servers/data/0/id",
        ),
        (
            changed("/data/attributes/module", json!("galeramon")),
            "/data/attributes/module",
        ),
        (
            changed("/data/attributes/module", json!("readconnroute")),
            "/data/attributes/module",
        ),
        (
            changed("/data/attributes/parameters/user", json!(null)),
            "/data/attributes/parameters/user",
        ),
        (
            changed(
                "/data/attributes/parameters/monitor_interval",
                json!("soon"),
            ),
            "/data/attributes/parameters/monitor_interval",
        ),
        (changed("/data/id", json!("Even")), "/data/id"),
    ] {
        let refused = api.change("POST", "monitors", &body, 400).await;
        assert!(
            refused.starts_with(&format!("{place} ")),
            "{body}: {refused}"
        );
    }
    assert_eq!(api.configured().await, before);
}

#[tokio::test]
async fn monitors_are_started_and_stopped() {
    let api = Api::new();
    let own = "monitors/Monitor/relationships/servers";
    api.change("PATCH", own, &items(&[]), 204).await;
    for (act, expected) in [("start", "Running"), ("stop", "Stopped")] {
        api.act("PUT", &format!("monitors/Monitor/{act}"), 204)
            .await;
        let state = api.told("monitors/Monitor", "/attributes/state").await;
        assert_eq!(state, expected);
    }
    api.act("PUT", "monitors/none/stop", 404).await;
}

#[tokio::test]
async fn the_older_name_of_the_module_makes_a_monitor_too() {
    let api = Api::new();
    let mut body = monitor(&[]);
    body["data"]["attributes"]["module"] = json!("mysqlmon");
    api.change("POST", "monitors", &body, 204).await;
    let module = api.told("monitors/New", "/attributes/module").await;
    assert_eq!(module, "mariadbmon");
}
