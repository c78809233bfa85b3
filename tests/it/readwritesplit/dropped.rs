//! A database that is dropped while a session has prepared statements of it, and has executed them:
//! new connections are told what can be told, and the rest fails as it does on the server.

use serde_json::{Value, json};
use sluicegate_tests::gateway::Setup;
use sluicegate_tests::raw::{RawClient, Reply};
use sluicegate_tests::topology::Topology;
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
        let elsewhere = format!("SELECT CONCAT(a) FROM {database}_2.t WHERE 0 <> ?");
        let elsewhere = prepare(&mut client, &elsewhere).await;
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
            let row = execute(&mut client, elsewhere, Some(INT), &1_i32.to_le_bytes()).await;
            assert_eq!(text(&row.expect("a row")), "2");
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
    lose_connections(split, &client).await;
    for read in ["", " FOR UPDATE"] {
        let sql = format!("SELECT CONCAT(@a, ' ', DATABASE(), ' ', a) FROM t{read}");
        let seen = client.value(&sql).await.expect("a value");
        assert_eq!(seen, format!("kept {database}_2 2"));
    }
}

/// The servers kill the session's connections.
async fn lose_connections(split: &Split, client: &Client) {
    let before = connections(split, client).await;
    for connection in &before {
        let name = connection[0].as_str().expect("a name");
        let number: usize = name["server".len()..].parse().expect("a number");
        let kill = format!("KILL {}", connection[1]);
        split.topology.servers()[number - 1].sql(&kill).await;
    }
    eventually(PATIENCE, "all connections are lost", async || {
        let left = connections(split, client).await;
        left.is_empty().then_some(())
    })
    .await;
}

/// The servers to which the session is connected.
async fn servers(split: &Split, client: &Client) -> Vec<String> {
    let connections = connections(split, client).await;
    let names = connections
        .iter()
        .map(|one| one[0].as_str().expect("a name").to_owned());
    names.collect()
}

/// A session whose default database is about to be gone: that of its log-in, or one it has chosen.
async fn session_in(split: &Split, database: &str, by_login: bool) -> Client {
    let create = format!("CREATE DATABASE {database}; CREATE TABLE {database}.t AS SELECT 1 a");
    split.topology.primary.sql(&create).await;
    split.topology.in_sync().await;
    let login = if by_login {
        LOGIN.database(database)
    } else {
        LOGIN
    };
    let client = RawClient::logged_in(split.gateway.port(), &login).await;
    let mut client = Client(client.expect("a login"));
    if !by_login {
        let choose = format!("USE {database}");
        client.run(&choose).await.expect("a database");
    }
    client.run("SET @a = 'kept'").await.expect("a setting");
    client
}

#[tokio::test]
async fn a_session_whose_database_was_dropped_goes_on_at_the_primary_without_one() {
    let split = split().await;
    for (by_login, restarts) in [(true, false), (false, false), (true, true), (false, true)] {
        let database = Split::database();
        let mut client = session_in(split, &database, by_login).await;
        let reads = prepare(&mut client, "SELECT a FROM t WHERE 0 = ?").await;
        let other = "SELECT COUNT(*) > 0 FROM mysql.user WHERE 0 <> ?";
        let other = prepare(&mut client, other).await;
        let drop = format!("DROP DATABASE {database}");
        split.topology.primary.sql(&drop).await;
        split.topology.in_sync().await;
        if restarts {
            client.value("SELECT 1").await.expect("a read");
            renew(split, &client).await;
        } else {
            lose_connections(split, &client).await;
        }
        let here = format!("{by_login} {restarts}");
        for read in ["SELECT @a", "SELECT @a FROM mysql.user LIMIT 1 FOR UPDATE"] {
            assert_eq!(client.value(read).await.expect(&here), "kept", "{read}");
        }
        let failed = client.run("INSERT INTO t VALUES (2)").await;
        assert_eq!(failed.expect_err("no database").0, 1046, "{here}");
        let failed = execute(&mut client, reads, Some(INT), &0_i32.to_le_bytes()).await;
        assert_eq!(failed.expect_err("no such table"), 1146, "{here}");
        let row = execute(&mut client, other, Some(INT), &1_i32.to_le_bytes()).await;
        row.expect("a row of another database");
        assert_eq!(servers(split, &client).await, ["server1"], "{here}");
        // Somebody creates it again.
        let create = format!("CREATE DATABASE {database}; CREATE TABLE {database}.t AS SELECT 3 a");
        split.topology.primary.sql(&create).await;
        split.topology.in_sync().await;
        client
            .run("INSERT INTO t VALUES (4)")
            .await
            .expect("a write");
        let sum = client.value("SELECT SUM(a) FROM t FOR UPDATE").await;
        assert_eq!(sum.expect("a value"), "7", "{here}");
    }
}

#[tokio::test]
async fn a_session_whose_database_was_dropped_does_not_go_on_in_that_of_its_log_in() {
    let split = split().await;
    let database = Split::database();
    let mut client = session_in(split, &database, true).await;
    let primary = &split.topology.primary;
    let other = format!("{database}_2");
    let create = format!("CREATE DATABASE {other}; CREATE TABLE {other}.t (a INT)");
    primary.sql(&create).await;
    split.topology.in_sync().await;
    let choose = format!("USE {other}");
    client.run(&choose).await.expect("a database");
    primary.sql(&format!("DROP DATABASE {other}")).await;
    split.topology.in_sync().await;
    lose_connections(split, &client).await;
    // An error, or the end of the session; in the other database it is not done.
    let is_done = match client.0.query("INSERT INTO t VALUES (2)").await {
        Ok(()) => matches!(client.0.reply().await, Ok(Reply::Ok { .. })),
        Err(_) => false,
    };
    assert!(!is_done);
    let count = format!("SELECT COUNT(*) FROM {database}.t");
    assert_eq!(primary.sql(&count).await, "1\n");
}

#[tokio::test]
async fn a_replica_that_lags_is_not_used_without_the_database() {
    let topology = Topology::start(1).await;
    let accounts = "CREATE USER u@'%' IDENTIFIED BY 'u'; GRANT ALL ON *.* TO u@'%'";
    topology.primary.sql(accounts).await;
    topology.in_sync().await;
    let mut setup = Setup::new(&topology.servers());
    let main = setup.cnf.section("Main");
    main.set("router", "readwritesplit").unset("router_options");
    let gateway = setup.start().await;
    topology.replicas[0].sql("STOP SLAVE SQL_THREAD").await;
    let create = "CREATE DATABASE late; CREATE TABLE late.t AS SELECT 5 a";
    topology.primary.sql(create).await;
    let login = LOGIN.database("late");
    for _ in 0..3 {
        let client = RawClient::logged_in(gateway.port(), &login).await;
        let mut client = Client(client.expect("the primary has it"));
        client.run("SET @a = 6").await.expect("a setting");
        for _ in 0..3 {
            let seen = client
                .value("SELECT CONCAT(DATABASE(), a + @a) FROM t")
                .await;
            assert_eq!(seen.expect("a value"), "late11");
        }
        let refused = RawClient::logged_in(gateway.port(), &LOGIN.database("nowhere")).await;
        let refused = refused.expect_err("nobody has it").to_string();
        assert!(refused.contains("1049"), "{refused}");
    }
    topology.replicas[0].sql("START SLAVE SQL_THREAD").await;
    topology.in_sync().await;
    let client = RawClient::logged_in(gateway.port(), &login).await;
    let mut client = Client(client.expect("a login"));
    let seen = client.value("SELECT a FROM t").await;
    assert_eq!(seen.expect("a value"), "5");
}

/// Executes a statement that returns no rows.
async fn execute_setting(client: &mut Client, id: u32, value: &[u8]) {
    let none = super::reuse::try_execute(client, id, Some(STRING), value).await;
    assert_eq!(none.map(|rows| rows.len()), Ok(0));
}
