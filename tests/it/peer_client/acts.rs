//! What is started, stopped, rotated, reloaded, restarted, killed, called and classified.

use serde_json::{Value, json};
use sluicegate_tests::raw::RawClient;
use sluicegate_tests::scratch;
use sluicegate_tests::waiting::{PATIENCE, eventually};

use super::{LOGIN, Walk, altered, related};

#[tokio::test]
async fn start_stop_rotate_reload_restart_kill_and_call() {
    let walk = Walk::begin(|_| {}).await;
    let client = RawClient::logged_in(walk.gateway.port(), &LOGIN).await;
    let mut client = client.expect("a login");
    for (path, stopped, started) in [
        ("services/Main", "Stopped", "Started"),
        ("listeners/Main-Listener", "Stopped", "Running"),
        ("monitors/Monitor", "Stopped", "Running"),
    ] {
        for (verb, state) in [("stop", stopped), ("start", started)] {
            walk.done("PUT", &format!("{path}/{verb}"), Value::Null)
                .await;
            assert_eq!(walk.told(path, "/attributes/state").await, state, "{path}");
        }
        walk.refused("POST", &format!("{path}/stop"), Value::Null, 405)
            .await;
    }
    walk.done("POST", "maxscale/logs/flush", json!({"ignored": true}))
        .await;
    walk.done("POST", "maxscale/tls/reload", Value::Null).await;
    walk.done("POST", "services/Main/reload", Value::Null).await;

    let log = scratch::folder("walk-call").join("log");
    let attributes = json!({"module": "qlafilter",
        "parameters": {"filebase": log, "log_type": "unified"}});
    let filter = json!({"id": "Log", "type": "filters", "attributes": attributes});
    walk.done("POST", "filters", json!({ "data": filter }))
        .await;
    let id = walk.told("sessions", "/0/id").await;
    let session = format!("sessions/{}", id.as_str().expect("an id"));
    walk.done("PATCH", &session, altered("log_info", true))
        .await;
    walk.done("PATCH", &session, related("filters", &["Log"]))
        .await;
    assert_eq!(walk.related(&session, "filters").await, ["Log"]);
    client.value("SELECT 4711").await.expect("a value");
    let path = "/v1/maxscale/modules/qlafilter/log?Log&0&10";
    let told = eventually(PATIENCE, "the statement is in the log", async || {
        let told = walk.api.document(path).await;
        told.to_string().contains("4711").then_some(told)
    })
    .await;
    assert!(told["links"]["self"].is_string() && told.get("meta").is_some());
    walk.refused(
        "POST",
        "maxscale/modules/qlafilter/log?Log",
        Value::Null,
        405,
    )
    .await;
    walk.refused(
        "GET",
        "maxscale/modules/mariadbmon/nothing",
        Value::Null,
        404,
    )
    .await;
    walk.done("POST", &format!("{session}/restart"), Value::Null)
        .await;
    walk.done("POST", "sessions/restart", Value::Null).await;
    walk.done("DELETE", &format!("{session}?ttl=1s"), Value::Null)
        .await;
    eventually(PATIENCE, "the session is gone", async || {
        let answer = walk.ask("GET", &session, &Value::Null).await;
        (answer.status == 404).then_some(())
    })
    .await;
}

#[tokio::test]
async fn classify() {
    let walk = Walk::begin(|_| {}).await;
    let path = "maxscale/query_classifier/classify?sql=DELETE+FROM+t";
    let mask = walk.told(path, "/attributes/type_mask").await;
    assert_eq!(mask, "sql::TYPE_WRITE");
}
