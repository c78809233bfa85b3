//! What is kept of a session's log, and of sessions that have ended.

use serde_json::{Value, json};
use sluicegate_tests::api::Api;
use sluicegate_tests::gateway::{Gateway, Setup};
use sluicegate_tests::raw::RawClient;
use sluicegate_tests::waiting::{PATIENCE, eventually};

use crate::fixture::{World, world};

async fn attributes(api: &Api, path: &str) -> Value {
    api.document(path).await["data"]["attributes"].clone()
}

/// The texts of the lines that are kept, from their rooms on.
fn texts(attributes: &Value) -> Vec<String> {
    let lines = attributes["log"].as_array().cloned().unwrap_or_default();
    let text = |line: &Value| {
        let line = line.as_str().unwrap_or_default();
        let (_, text) = line.split_once("[session] ").unwrap_or_default();
        text.to_owned()
    };
    lines.iter().map(text).collect()
}

async fn traced(world: &World, pattern: Option<&str>) -> Gateway {
    let mut setup = Setup::new(&[&world.shared.db]);
    setup.cnf.section("Main").set("router_options", "running");
    let maxscale = setup.cnf.section("maxscale");
    let maxscale = maxscale.set("log_info", false).set("session_trace", 3);
    if let Some(pattern) = pattern {
        maxscale.set("session_trace_match", pattern);
    }
    setup.start().await
}

#[tokio::test]
async fn a_session_shows_the_lines_that_its_own_switches_have_logged() {
    let world = world().await;
    let mut client = world.raw().await;
    let (api, path) = (
        world.api(),
        format!("/v1/sessions/{}", client.connection_id),
    );
    client.value("SELECT 'not kept'").await.expect("a value");
    assert_eq!(attributes(&api, &path).await["log"], json!([]));
    let body = json!({"data": {"attributes": {"parameters": {"log_info": true}}}});
    assert_eq!(api.patch(&path, &body).await.status, 204);
    client.value("SELECT 'is kept'").await.expect("a value");
    let found = attributes(&api, &path).await;
    let texts = texts(&found);
    assert_eq!(texts.len(), 1, "{texts:?}");
    assert!(
        texts[0].starts_with("COM_QUERY: 'server1' in "),
        "{texts:?}"
    );
    assert!(texts[0].ends_with("1 rows: SELECT 'is kept'"), "{texts:?}");
    let total = found["memory"]["total"].as_u64();
    assert!(total.is_some_and(|bytes| bytes > 0));
}

#[tokio::test]
async fn with_session_trace_the_last_lines_are_kept_although_nothing_logs_them() {
    let world = world().await;
    let gateway = traced(&world, None).await;
    let mut client = RawClient::logged_in(gateway.port(), &world.login())
        .await
        .expect("a login");
    let path = format!("/v1/sessions/{}", client.connection_id);
    let begun = texts(&attributes(&gateway.api(), &path).await);
    assert!(begun[0].ends_with(" begins"), "{begun:?}");
    for number in 1..=4 {
        client
            .value(&format!("SELECT {number}"))
            .await
            .expect("a value");
    }
    let kept = texts(&attributes(&gateway.api(), &path).await);
    let ends: Vec<&str> = kept
        .iter()
        .filter_map(|text| text.rsplit(": ").next())
        .collect();
    assert_eq!(ends, ["SELECT 2", "SELECT 3", "SELECT 4"]);
    assert!(!gateway.log_text().contains("SELECT"));
    drop(client);
}

#[tokio::test]
async fn a_trace_that_matches_is_logged_when_its_session_ends() {
    let world = world().await;
    let gateway = traced(&world, Some("/wanted [0-9]/")).await;
    for sql in ["SELECT 'nothing'", "SELECT 'wanted 1'"] {
        let client = RawClient::logged_in(gateway.port(), &world.login()).await;
        let mut client = client.expect("a login");
        client.value(sql).await.expect("a value");
        client.command(0x01, &[]).await.expect("COM_QUIT");
    }
    eventually(PATIENCE, "the trace is in the log", async || {
        let log = gateway.log_text();
        let found = log.contains("trace: ") && log.contains("SELECT 'wanted 1'");
        (found && log.contains("ends: the client quit")).then_some(())
    })
    .await;
    assert!(!gateway.log_text().contains("nothing"));
}

#[tokio::test]
async fn a_session_that_has_ended_can_be_looked_at_for_a_while() {
    let world = world().await;
    let mut quits = world.raw().await;
    let mut killed = world.raw().await;
    quits.value("SELECT 1").await.expect("a value");
    quits.command(0x01, &[]).await.expect("COM_QUIT");
    let (api, id) = (world.api(), killed.connection_id);
    killed.query("SELECT SLEEP(30)").await.expect("a request");
    eventually(PATIENCE, "the statement runs", async || {
        let sql = format!(
            "SELECT COUNT(*) FROM information_schema.processlist
             WHERE user = '{}' AND info LIKE 'SELECT SLEEP%'",
            world.user
        );
        (world.shared.db.sql(&sql).await == "1\n").then_some(())
    })
    .await;
    assert_eq!(api.delete(&format!("/v1/sessions/{id}")).await.status, 204);
    let path = format!(
        "/v1/sessions?ended=true&filter=/attributes/user=%22{}%22",
        world.user
    );
    let ended = eventually(PATIENCE, "both have ended", async || {
        let found = api.document(&path).await["data"].as_array().cloned();
        found.filter(|found| found.len() == 2)
    })
    .await;
    let reasons: Vec<Value> = ended
        .iter()
        .map(|one| one["attributes"]["close_reason"].clone())
        .collect();
    assert_eq!(
        (&reasons[0]["by"], &reasons[0]["during"]),
        (&json!("client"), &json!("idle"))
    );
    assert_eq!(
        (&reasons[1]["by"], &reasons[1]["during"]),
        (&json!("administrator"), &json!("reply"))
    );
    assert_eq!(ended[0]["attributes"]["statement_count"], 1);
    let one = attributes(&api, &format!("/v1/sessions/{id}?ended=true")).await;
    assert_eq!(one["state"], "Session stopped");
    assert_eq!(api.get(&format!("/v1/sessions/{id}")).await.status, 404);
    let live = api.document("/v1/sessions").await;
    let alive = live["data"].as_array().cloned().unwrap_or_default();
    let id = id.to_string();
    assert!(alive.iter().all(|one| one["id"] != id));
}
