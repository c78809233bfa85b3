//! What a session did before it was connected to a server.

use sluicegate_tests::waiting::{PATIENCE, eventually};

use super::fixture::split;

#[tokio::test]
async fn a_server_that_is_connected_later_learns_what_the_session_has_set() {
    let split = split().await;
    let mut client = split.lazy_client().await;
    let connections = split.session(&client).await["attributes"]["connections"].clone();
    assert_eq!(connections, serde_json::json!([]));
    client.run("SET @a = 1").await.expect("a setting");
    client.run("USE mysql").await.expect("a database");
    client.run("SET @a = 2").await.expect("a setting");
    client
        .run("PREPARE s FROM 'SELECT CONCAT(@@server_id, @a, DATABASE())'")
        .await
        .expect("a statement");
    let state = "SELECT CONCAT(@@server_id, @a, DATABASE())";
    let seen = client.value(state).await.expect("a value");
    assert!(seen.ends_with("2mysql") && !seen.starts_with('1'), "{seen}");
    client.run("BEGIN").await.expect("a transaction");
    assert_eq!(client.value(state).await.expect("a value"), "12mysql");
    assert_eq!(client.value("EXECUTE s").await.expect("a value"), "12mysql");
    client.run("COMMIT").await.expect("a commit");
}

#[tokio::test]
async fn a_connection_that_a_server_has_closed_is_opened_again_and_is_as_before() {
    let split = split().await;
    let mut client = split.client().await;
    client.run("SET @a = 42").await.expect("a setting");
    let session = split.session(&client).await;
    let connections = session["attributes"]["connections"]
        .as_array()
        .expect("a list")
        .clone();
    let servers = split.topology.servers();
    for (server, connection) in servers.iter().zip(&connections).skip(1) {
        let id = connection["connection_id"].as_u64().expect("an id");
        server.sql(&format!("KILL CONNECTION {id}")).await;
    }
    eventually(PATIENCE, "the losses are seen", async || {
        let session = split.session(&client).await;
        let left = session["attributes"]["connections"].as_array()?.len();
        (left == 1).then_some(())
    })
    .await;
    for _ in 0..4 {
        let seen = client.value("SELECT CONCAT(@@server_id, ' ', @a)").await;
        let seen = seen.expect("a value");
        assert!(seen.ends_with(" 42") && !seen.starts_with('1'), "{seen}");
    }
}
