//! What a session did before it was connected to a server.

use sluicegate_tests::waiting::{PATIENCE, eventually};

use super::fixture::{Client, Split, split};

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

#[tokio::test]
async fn a_history_that_is_too_long_brings_no_wrong_values() {
    let split = split().await;
    let mut client = Client::at(split.short_port).await;
    let state = "SELECT CONCAT(@n, ' ', @@server_id > 1)";
    client.run("SET @n = 1").await.expect("a setting");
    client.run("SET @n = @n + 1").await.expect("a setting");
    for number in 0..10 {
        let set = format!("SET @other = {number}");
        client.run(&set).await.expect("a setting");
    }
    // What the counter depends on was not pruned.
    assert_eq!(client.value(state).await.expect("a value"), "2 1");

    let mut client = Client::at(split.short_port).await;
    for number in 0..10 {
        let set = format!("SET @n = COALESCE(@n, 0) + {number}");
        client.run(&set).await.expect("a setting");
    }
    // A connection that is opened now would have another value: none is.
    for _ in 0..5 {
        assert_eq!(client.value("SELECT @n").await.expect("a value"), "45");
    }
    let insert = "CREATE TABLE mysql.never (a INT)";
    client.run(insert).await.expect_err("no new connection");
}

#[tokio::test]
async fn a_database_that_was_dropped_keeps_no_connection_from_being_opened() {
    let split = split().await;
    for port in [split.short_port, split.lazy_port] {
        let database = Split::database();
        let mut client = Client::at(port).await;
        let create = format!("CREATE DATABASE {database}");
        client.run(&create).await.expect("a database");
        client
            .run(&format!("CREATE TABLE {database}.t (a INT)"))
            .await
            .expect("a table");
        client
            .run(&format!("USE {database}"))
            .await
            .expect("a database");
        client.run("SET @a = 1").await.expect("a setting");
        client.run("USE mysql").await.expect("a database");
        for number in 0..5 {
            let set = format!("SET @b{number} = {number}");
            client.run(&set).await.expect("a setting");
        }
        let drop = format!("DROP DATABASE {database}");
        client.run(&drop).await.expect("no database");
        split.topology.in_sync().await;
        let state = "SELECT CONCAT(@b4, ' ', DATABASE(), ' ', @@server_id > 1)";
        for _ in 0..3 {
            assert_eq!(client.value(state).await.expect("a value"), "4 mysql 1");
        }
    }
}
