//! A database that is dropped while a session has prepared statements of it, and has executed them:
//! new connections are told what can be told, and the rest fails as it does on the server.

use serde_json::{Value, json};
use sluicegate_tests::raw::RawClient;
use sluicegate_tests::waiting::{PATIENCE, eventually};

use super::fixture::{Client, LOGIN, Split, split};
use super::reuse::{INT, STRING, execute, prepare, text};

/// The session's connections: server and id there.
async fn connections(split: &Split, client: &Client) -> Vec<Value> {
    let connections = split.session(client).await["attributes"]["connections"].clone();
    let connections = connections.as_array().expect("a list").clone();
    let ids = connections
        .iter()
        .map(|one| json!([one["server"], one["connection_id"]]));
    ids.collect()
}

/// Restarts the session and waits until it has new connections.
async fn renew(split: &Split, client: &Client) {
    let before = connections(split, client).await;
    let path = format!("/v1/sessions/{}/restart", client.0.connection_id);
    let answer = split.gateway.api().post(&path, &Value::Null).await;
    assert_eq!(answer.status, 204, "{}", answer.text);
    eventually(PATIENCE, "the session has new connections", async || {
        let now = connections(split, client).await;
        let is_new = !now.is_empty() && now.iter().all(|id| !before.contains(id));
        is_new.then_some(())
    })
    .await;
}

#[tokio::test]
async fn statements_of_a_dropped_database_fail_as_on_the_server_and_others_go_on() {
    let split = split().await;
    let direct = split.topology.primary.port();
    let mut errors = Vec::new();
    for port in [direct, split.gateway.port(), split.reuse_port] {
        let database = Split::database();
        let primary = &split.topology.primary;
        primary
            .sql(&format!(
                "CREATE DATABASE {database}; CREATE TABLE {database}.t AS SELECT 1 a;
                 CREATE DATABASE {database}_2; CREATE TABLE {database}_2.t AS SELECT 2 a"
            ))
            .await;
        split.topology.in_sync().await;
        let mut client = Client::at(port).await;
        client
            .run(&format!("USE {database}"))
            .await
            .expect("a database");
        let sets = prepare(&mut client, "SET time_zone = ?").await;
        let reads = prepare(&mut client, "SELECT a FROM t WHERE 0 = ?").await;
        let plain = prepare(&mut client, "SELECT CONCAT(?, '!')").await;
        execute_setting(&mut client, sets, b"\x06+07:00").await;
        let other = format!("USE {database}_2");
        client.run(&other).await.expect("a database");
        primary.sql(&format!("DROP DATABASE {database}")).await;
        split.topology.in_sync().await;
        if port != direct {
            client.value("SELECT 1").await.expect("a read");
            renew(split, &client).await;
        }
        for _ in 0..3 {
            let set = client.value("SELECT @@time_zone").await.expect("a value");
            assert_eq!(set, "+07:00");
            let row = execute(&mut client, plain, Some(STRING), b"\x01a").await;
            assert_eq!(text(&row.expect("a row")), "a!");
            let failed = execute(&mut client, reads, Some(INT), &0_i32.to_le_bytes()).await;
            errors.push(failed.expect_err("no such table"));
            // It is not looked for in the database of now.
            let here = client.value("SELECT a FROM t").await;
            assert_eq!(here.expect("a value"), "2");
        }
        execute_setting(&mut client, sets, b"\x06+08:00").await;
        let set = client.value("SELECT @@time_zone").await.expect("a value");
        assert_eq!(set, "+08:00");
    }
    let (alone, through) = errors.split_at(3);
    assert!(through.iter().all(|code| *code == alone[0]), "{errors:?}");
}

#[tokio::test]
async fn a_session_whose_first_database_was_dropped_is_connected_anew_in_the_one_of_now() {
    let split = split().await;
    let database = Split::database();
    let primary = &split.topology.primary;
    primary
        .sql(&format!(
            "CREATE DATABASE {database}; CREATE DATABASE {database}_2;
             CREATE TABLE {database}_2.t AS SELECT 2 a"
        ))
        .await;
    split.topology.in_sync().await;
    let login = LOGIN.database(&database);
    let client = RawClient::logged_in(split.gateway.port(), &login).await;
    let mut client = Client(client.expect("a login"));
    client.run("SET @a = 'kept'").await.expect("a setting");
    let other = format!("USE {database}_2");
    client.run(&other).await.expect("a database");
    primary.sql(&format!("DROP DATABASE {database}")).await;
    split.topology.in_sync().await;
    let session = split.session(&client).await;
    let connections = session["attributes"]["connections"].clone();
    for connection in connections.as_array().expect("a list") {
        let name = connection["server"].as_str().expect("a name");
        let number: usize = name["server".len()..].parse().expect("a number");
        let kill = format!("KILL {}", connection["connection_id"]);
        split.topology.servers()[number - 1].sql(&kill).await;
    }
    eventually(PATIENCE, "all connections are lost", async || {
        let left = self::connections(split, &client).await;
        left.is_empty().then_some(())
    })
    .await;
    for read in ["", " FOR UPDATE"] {
        let sql = format!("SELECT CONCAT(@a, ' ', DATABASE(), ' ', a) FROM t{read}");
        let seen = client.value(&sql).await.expect("a value");
        assert_eq!(seen, format!("kept {database}_2 2"));
    }
}

/// Executes a statement that returns no rows.
async fn execute_setting(client: &mut Client, id: u32, value: &[u8]) {
    let none = super::reuse::try_execute(client, id, Some(STRING), value).await;
    assert_eq!(none.map(|rows| rows.len()), Ok(0));
}
