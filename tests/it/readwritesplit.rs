//! readwritesplit over one primary and two replicas: who gets what, and that the session is the same
//! everywhere.

mod beginnings;
mod dropped;
mod failures;
mod fixture;
mod history;
mod kills;
mod membership;
mod prepared;
mod restart;
mod reuse;

use mysql_async::prelude::Queryable;
use serde_json::json;
use sluicegate_tests::raw::RawClient;
use sluicegate_tests::waiting::{PATIENCE, eventually};

use self::fixture::{Client, LOGIN, Split, split};

#[tokio::test]
async fn reads_go_to_replicas_and_writes_to_the_primary() {
    let split = split().await;
    let mut client = split.client().await;
    for _ in 0..6 {
        let server = client.value("SELECT @@server_id").await.expect("a value");
        assert_ne!(server, "1");
    }
    let database = Split::database();
    client
        .run(&format!("CREATE DATABASE {database}"))
        .await
        .expect("a write");
    client
        .run(&format!("CREATE TABLE {database}.t (server INT)"))
        .await
        .expect("a write");
    client
        .run(&format!("INSERT INTO {database}.t SELECT @@server_id"))
        .await
        .expect("a write");
    let wrote = split
        .topology
        .primary
        .sql(&format!("SELECT server FROM {database}.t"))
        .await;
    assert_eq!(wrote.trim(), "1");
}

#[tokio::test]
async fn a_transaction_stays_on_the_primary() {
    let split = split().await;
    let mut client = split.client().await;
    for begin in ["BEGIN", "SET autocommit = 0"] {
        client.run(begin).await.expect("a transaction");
        let inside = client.value("SELECT @@server_id FROM mysql.user LIMIT 1");
        assert_eq!(inside.await.expect("a value"), "1", "after {begin}");
        client.run("COMMIT").await.expect("a commit");
    }
    client.run("SET autocommit = 1").await.expect("a setting");
    let after = client.value("SELECT @@server_id").await.expect("a value");
    assert_ne!(after, "1");
    client
        .run("START TRANSACTION READ ONLY")
        .await
        .expect("a transaction");
    let inside = client.value("SELECT @@server_id FROM mysql.user LIMIT 1");
    assert_ne!(inside.await.expect("a value"), "1");
    client.run("COMMIT").await.expect("a commit");
}

#[tokio::test]
async fn what_a_session_sets_holds_on_every_server() {
    let split = split().await;
    let mut client = split.client().await;
    client.run("SET @a = 7").await.expect("a setting");
    client
        .run("SET sql_mode = 'ANSI_QUOTES'")
        .await
        .expect("a setting");
    client.run("USE mysql").await.expect("a database");
    let state = "SELECT CONCAT(@@server_id, ' ', @a, ' ', @@sql_mode, ' ', DATABASE())";
    for server in ["2", "3"] {
        let expected = format!("{server} 7 ANSI_QUOTES mysql");
        eventually(PATIENCE, "the server is asked", async || {
            let seen = client.value(state).await.expect("a value");
            assert!(seen.ends_with(" 7 ANSI_QUOTES mysql"), "{seen}");
            (seen == expected).then_some(())
        })
        .await;
    }
    client.run("BEGIN").await.expect("a transaction");
    let seen = client.value(state).await.expect("a value");
    assert_eq!(seen, "1 7 ANSI_QUOTES mysql");
}

#[tokio::test]
async fn a_session_command_that_fails_is_answered_once() {
    let split = split().await;
    let mut client = split.client().await;
    for round in 0..20 {
        let (code, _) = client
            .run("SET no_such_variable = 1")
            .await
            .expect_err("an error");
        assert_eq!(code, 1193);
        let value = client.value(&format!("SELECT {round}")).await;
        assert_eq!(value.expect("a value"), round.to_string());
    }
    let connections = split.session(&client).await["attributes"]["connections"].clone();
    assert_eq!(
        connections.as_array().map(Vec::len),
        Some(3),
        "{connections}"
    );
}

#[tokio::test]
async fn all_connections_of_a_session_are_seen_and_its_history_too() {
    let split = split().await;
    let mut client = split.client().await;
    client.run("SET @a = 1").await.expect("a setting");
    client.run("SET @b = 1").await.expect("a setting");
    let session = split.session(&client).await;
    let connections = session["attributes"]["connections"]
        .as_array()
        .expect("a list")
        .clone();
    let servers: Vec<_> = connections.iter().map(|one| &one["server"]).collect();
    assert_eq!(servers, ["server1", "server2", "server3"]);
    assert!(connections.iter().all(|one| one["connection_id"].is_u64()));
    assert_eq!(session["attributes"]["client"]["sescmd_history_len"], 2);
}

/// How many statements of a client each server got.
async fn counts(split: &Split, client: &Client) -> Vec<u64> {
    let session = split.session(client).await;
    let connections = session["attributes"]["connections"].as_array();
    let connections = connections.expect("a list").iter();
    connections
        .map(|one| one["statements"].as_u64().expect("a number"))
        .collect()
}

#[tokio::test]
async fn each_connection_of_a_session_counts_the_statements_that_went_there() {
    let split = split().await;
    let mut client = split.client().await;
    assert_eq!(counts(split, &client).await, [0, 0, 0]);
    let mut expected = [0; 3];
    for _ in 0..5 {
        let server = client.value("SELECT @@server_id").await.expect("a value");
        expected[server.parse::<usize>().expect("an id") - 1] += 1;
    }
    assert_eq!(expected[0], 0, "reads go to replicas");
    assert_eq!(counts(split, &client).await, expected);

    let database = Split::database();
    let create = format!("CREATE DATABASE {database}");
    client.run(&create).await.expect("a write");
    expected[0] += 1;
    assert_eq!(counts(split, &client).await, expected);

    client.run("SET @a = 1").await.expect("a setting");
    let everywhere = expected.map(|count| count + 1);
    assert_eq!(counts(split, &client).await, everywhere);

    // What a new connection is told of the session was not sent there by the client.
    let mut lazy = split.lazy_client().await;
    lazy.run("SET @a = 7").await.expect("a setting");
    let seen = lazy.value("SELECT @a FROM DUAL").await.expect("a value");
    assert_eq!(seen, "7");
    let create = format!("CREATE DATABASE {}", Split::database());
    lazy.run(&create).await.expect("a write");
    let session = split.session(&lazy).await;
    let total = session["attributes"]["statement_count"].as_u64();
    let each = counts(split, &lazy).await;
    assert!(each.len() >= 2, "a connection was opened later: {session}");
    assert_eq!(Some(each.iter().sum::<u64>()), total, "{session}");
}

#[tokio::test]
async fn a_kill_reaches_the_statement_wherever_it_runs() {
    let split = split().await;
    let mut victim = split.client().await;
    let mut killer = split.client().await;
    victim
        .0
        .query("SELECT SLEEP(30) FROM mysql.user LIMIT 1")
        .await
        .expect("a request");
    let id = victim.0.connection_id;
    eventually(PATIENCE, "the statement is killed", async || {
        killer
            .run(&format!("KILL QUERY {id}"))
            .await
            .expect("a kill");
        let reply = tokio::time::timeout(std::time::Duration::from_millis(200), victim.0.rows());
        // The server answers a SLEEP that was interrupted with a row or an error.
        reply.await.ok().map(|_| ())
    })
    .await;
    assert_eq!(victim.value("SELECT 5").await.expect("a value"), "5");
}

#[tokio::test]
async fn a_kill_that_is_for_a_server_is_answered_even_if_none_is_connected() {
    let split = split().await;
    let mut client = split.lazy_client().await;
    let outcome = client.run("KILL USER nobody_of_that_name").await;
    assert!(outcome.is_ok(), "{outcome:?}");
    assert_eq!(client.value("SELECT 5").await.expect("a value"), "5");
}

#[tokio::test]
async fn hints_of_filters_are_followed() {
    let split = split().await;
    let mut client = RawClient::logged_in(split.hint_port, &LOGIN)
        .await
        .expect("a login");
    for (hint, expected) in [
        ("route to master", "1"),
        ("route to server server2", "2"),
        ("route to server server3", "3"),
        ("route to last", "3"),
    ] {
        let sql = format!("SELECT @@server_id -- maxscale {hint}");
        assert_eq!(
            client.value(&sql).await.expect("a value"),
            expected,
            "{hint}"
        );
    }
}

#[tokio::test]
async fn a_chain_that_comes_and_goes_leaves_reads_and_writes_split() {
    let split = split().await;
    let mut client = RawClient::logged_in(split.gateway.port(), &LOGIN)
        .await
        .expect("a login");
    let id = client.connection_id;
    let path = format!("/v1/sessions/{id}/relationships/filters");
    let with = json!({"data": [{"id": "Hints", "type": "filters"}]});
    for body in [&with, &json!({"data": []}), &with, &json!({"data": []})] {
        let answer = split.gateway.api().patch(&path, body).await;
        assert_eq!(answer.status, 204, "{}", answer.text);
        for _ in 0..4 {
            let reads = client.value("SELECT @@server_id").await;
            assert_ne!(reads.expect("a value"), "1");
            let writes = client
                .value("SELECT @@server_id FROM (SELECT 1) t FOR UPDATE")
                .await;
            assert_eq!(writes.expect("a value"), "1");
        }
    }
}

#[tokio::test]
async fn a_reset_or_changed_session_is_as_new_on_every_server() {
    let split = split().await;
    let mut connection = split.connection().await;
    connection
        .query_drop("SET @a = 1")
        .await
        .expect("a setting");
    assert!(connection.reset().await.expect("a reset"));
    let state = "SELECT CONCAT(@@server_id, ' ', IFNULL(@a, 'none'))";
    for _ in 0..6 {
        let seen: Option<String> = connection.query_first(state).await.expect("a value");
        assert!(
            seen.as_ref().is_some_and(|seen| seen.ends_with("none")),
            "{seen:?}"
        );
    }
    connection
        .query_drop("SET @a = 2")
        .await
        .expect("a setting");
    connection
        .change_user(mysql_async::ChangeUserOpts::new())
        .await
        .expect("a change of user");
    for _ in 0..6 {
        let seen: Option<String> = connection.query_first(state).await.expect("a value");
        assert!(
            seen.as_ref().is_some_and(|seen| seen.ends_with("none")),
            "{seen:?}"
        );
    }
}
