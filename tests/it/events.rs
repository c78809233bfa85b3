//! The event stream: a session appears, works and ends.

use serde_json::Value;
use sluicegate_tests::api::Event;
use sluicegate_tests::raw::{RawClient, Reply};

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
            row(event, &world)
                .is_some_and(|row| row["statements"] == 1 && row["transaction"] == true)
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
