//! The event stream: a session appears, works and ends.

use serde_json::Value;
use sluicegate_tests::api::Event;
use sluicegate_tests::gateway::{Setup, router};
use sluicegate_tests::mariadb::{MariaDb, SERVICE_ACCOUNT};
use sluicegate_tests::raw::{Login, RawClient, Reply};

use crate::fixture::{World, world};

/// The row of this test's session in an event.
fn row(event: &Event, world: &World) -> Option<Value> {
    let body = event.json();
    let list = if event.name == "snapshot" {
        &body["sessions"]
    } else {
        &body["changed"]
    };
    list.as_array()?
        .iter()
        .find(|row| row["user"] == world.user.as_str())
        .cloned()
}

fn has_ended(event: &Event, client: &RawClient) -> bool {
    let body = event.json();
    let ended = body["ended"].as_array().cloned().unwrap_or_default();
    ended.iter().any(|end| end["id"] == client.connection_id)
}

#[tokio::test]
async fn a_session_appears_works_and_ends_in_the_stream() {
    let world = world().await;
    let mut events = world.api().events(None).await;
    let first = events.next().await;
    assert_eq!(first.name, "snapshot");
    assert!(row(&first, &world).is_none());

    let mut client = world.raw().await;
    let appeared = events.until(|event| row(event, &world).is_some()).await;
    let seen = row(&appeared, &world).expect("just found");
    assert_eq!(seen["id"], client.connection_id);
    assert_eq!(seen["service"], "Main");

    client.query("BEGIN").await.expect("a request");
    assert!(matches!(client.reply().await, Ok(Reply::Ok { .. })));
    events
        .until(|event| {
            row(event, &world).is_some_and(|row| {
                row["statements"] == 1
                    && row["connections"][0]["statements"] == 1
                    && row["transaction"] == true
            })
        })
        .await;

    let id = client.connection_id;
    client.command(0x01, b"").await.expect("COM_QUIT");
    let end = events.until(|event| has_ended(event, &client)).await;
    let reasons = end.json()["ended"].clone();
    let reason = reasons
        .as_array()
        .expect("a list")
        .iter()
        .find(|end| end["id"] == id)
        .cloned();
    assert!(reason.is_some_and(|end| end["reason"].as_str().is_some_and(|r| !r.is_empty())));
}

#[tokio::test]
async fn a_stream_resumes_after_the_last_event_it_saw() {
    let world = world().await;
    let mut events = world.api().events(None).await;
    let client = world.raw().await;
    let seen = events.until(|event| row(event, &world).is_some()).await;
    drop(events);
    let mut ended = client;
    ended.command(0x01, b"").await.expect("COM_QUIT");
    let mut resumed = world.api().events(Some(&seen.id)).await;
    let next = resumed.next().await;
    assert_eq!(next.name, "delta", "known ids resume with deltas");
    if !has_ended(&next, &ended) {
        resumed.until(|event| has_ended(event, &ended)).await;
    }
}

#[tokio::test]
async fn an_unknown_last_event_id_gets_a_new_snapshot() {
    let world = world().await;
    let client = world.raw().await;
    for id in ["999999999999", "nonsense", ""] {
        let mut events = world.api().events(Some(id)).await;
        let first = events.next().await;
        assert_eq!(first.name, "snapshot", "Last-Event-ID: {id:?}");
        // The snapshot is as old as the last look at the sessions: a new one follows as a delta.
        if row(&first, &world).is_none() {
            events.until(|event| row(event, &world).is_some()).await;
        }
    }
    drop(client);
}

/// The rows of one kind of objects in an event.
fn rows(event: &Event, kind: &str) -> Vec<Value> {
    let body = event.json();
    let rows = if event.name == "snapshot" {
        &body[kind]
    } else {
        &body["objects"][kind]["changed"]
    };
    rows.as_array().cloned().unwrap_or_default()
}

#[tokio::test]
async fn servers_services_and_filters_are_in_the_stream() {
    let server = MariaDb::start("stream").await;
    let mut setup = Setup::new(&[&server]);
    setup
        .cnf
        .section("Monitor")
        .set("monitor_interval", "100ms");
    let gateway = setup.start().await;
    let api = gateway.api();
    let mut events = api.events(None).await;
    let first = events.next().await;
    let servers = rows(&first, "servers");
    assert_eq!(servers[0]["id"], "server1");
    assert_eq!(servers[0]["state"], "Master, Running");
    assert_eq!(rows(&first, "services")[0]["router"], router().as_str());
    assert_eq!(first.json()["filters"], Value::Array(Vec::new()));

    server.sql("SET GLOBAL read_only = 1").await;
    let changed = |kind: &'static str, name: &'static str, wanted: Value| {
        move |event: &Event| {
            let rows = rows(event, kind);
            let mut rows = rows.iter();
            rows.any(|row| row[name] == wanted)
        }
    };
    let seen = events
        .until(changed("servers", "state", "Running".into()))
        .await;
    // Only what has changed is told.
    assert!(rows(&seen, "filters").is_empty());
    server.sql("SET GLOBAL read_only = 0").await;
    events
        .until(changed("servers", "state", "Master, Running".into()))
        .await;

    let filter = serde_json::json!({"data": {
        "id": "New", "type": "filters", "attributes": {"module": "nullfilter"},
    }});
    let created = api.post("/v1/filters", &filter).await;
    assert_eq!(created.status, 204, "{}", created.text);
    let made = events.until(changed("filters", "id", "New".into())).await;
    drop(events);
    let deleted = api.delete("/v1/filters/New").await;
    assert_eq!(deleted.status, 204, "{}", deleted.text);
    let mut resumed = api.events(Some(&made.id)).await;
    let gone = resumed
        .until(|event| event.json()["objects"]["filters"]["removed"][0] == "New")
        .await;
    assert_eq!(gone.name, "delta", "known ids resume with deltas");

    let login = Login::new(SERVICE_ACCOUNT.0, SERVICE_ACCOUNT.1);
    let client = RawClient::logged_in(gateway.port(), &login).await;
    resumed
        .until(changed("services", "sessions", 1.into()))
        .await;
    drop(client);
}
