//! Servers that die, hang, lag, are full or are taken out of use under sessions of readwritesplit.
//! Each test has servers of its own.

use std::time::Duration;

use serde_json::json;
use sluicegate_tests::cable::breaking_first_login;
use sluicegate_tests::gateway::{Gateway, Setup};
use sluicegate_tests::mariadb::MariaDb;
use sluicegate_tests::ports::free_port;
use sluicegate_tests::raw::{Login, RawClient, Reply};
use sluicegate_tests::topology::{Topology, follow};
use sluicegate_tests::waiting::{PATIENCE, eventually, within};

use super::fixture::{Client, LOGIN};

/// Services with these parameters, and the ports of their listeners.
type Services<'a> = &'a [(&'a str, &'a [(&'a str, &'a str)])];

struct Own {
    topology: Topology,
    gateway: Gateway,
    ports: Vec<u16>,
}

/// Servers and a gateway that a test may break.
async fn own(replicas: usize, services: Services<'_>) -> Own {
    let topology = Topology::start(replicas).await;
    let accounts = "CREATE USER u@'%' IDENTIFIED BY 'u'; GRANT ALL ON *.* TO u@'%';
                    REVOKE SUPER, READ_ONLY ADMIN, CONNECTION ADMIN ON *.* FROM u@'%';
                    CREATE DATABASE d; CREATE TABLE d.t (a INT)";
    topology.primary.sql(accounts).await;
    topology.in_sync().await;
    let mut setup = Setup::new(&topology.servers());
    let names: Vec<String> = (0..=replicas).map(|n| format!("server{}", n + 1)).collect();
    let main = setup.cnf.section("Main");
    main.set("router", "readwritesplit").unset("router_options");
    let mut ports = Vec::new();
    for (name, parameters) in services {
        let port = free_port();
        ports.push(port);
        let mut section = setup
            .cnf
            .service(name, "readwritesplit")
            .set("servers", names.join(","));
        for (parameter, value) in *parameters {
            section = section.set(parameter, value);
        }
        setup.cnf.listener(&format!("{name}-Listener"), name, port);
    }
    let gateway = setup.start().await;
    Own {
        topology,
        gateway,
        ports,
    }
}

impl Own {
    async fn client(&self) -> Client {
        Client::at(self.gateway.port()).await
    }

    /// Waits until a client's session has no connection to a server.
    async fn lost_by(&self, client: &Client, server: &str) {
        let path = format!("/v1/sessions/{}", client.0.connection_id);
        eventually(PATIENCE, "the connection is seen to be lost", async || {
            let document = self.gateway.api().document(&path).await;
            let connections = &document["data"]["attributes"]["connections"];
            let connections = connections.as_array().expect("a list");
            let left = connections.iter().any(|one| one["server"] == server);
            (!left).then_some(())
        })
        .await;
    }

    /// Waits until a server has these states.
    async fn server_is(&self, name: &str, states: &str) {
        let api = self.gateway.api();
        let path = format!("/v1/servers/{name}");
        eventually(PATIENCE, &format!("{name} is {states}"), async || {
            let document = api.document(&path).await;
            let now = document["data"]["attributes"]["state"].clone();
            (now == states).then_some(())
        })
        .await;
    }
}

/// Waits until a server runs a statement that has `text` in it.
async fn runs(server: &MariaDb, text: &str) {
    let count = format!(
        "SELECT COUNT(*) FROM information_schema.processlist WHERE info LIKE '%{text}%'
         AND id <> CONNECTION_ID()"
    );
    eventually(PATIENCE, "the statement runs", async || {
        (server.sql(&count).await.trim() != "0").then_some(())
    })
    .await;
}

/// Reads until the connection ends; the last ERR before that.
async fn last_error(client: &mut Client) -> (u16, String) {
    within(PATIENCE, "the session ends", async {
        let mut last = None;
        while let Ok(message) = client.0.message().await {
            if let Some((code, text)) = Reply::decode(&message).error() {
                last = Some((code, text.to_owned()));
            }
        }
        last.expect("an ERR before the end")
    })
    .await
}

#[tokio::test]
async fn a_read_whose_replica_dies_is_answered_by_another_server() {
    let mut own = own(2, &[]).await;
    let mut client = own.client().await;
    client
        .run("SET @kept = 'still here'")
        .await
        .expect("a setting");
    let sql = "SELECT CONCAT(@@server_id, ' ', @kept, SUBSTR(SLEEP(2), 2))";
    client.0.query(sql).await.expect("a request");
    eventually(PATIENCE, "a replica sleeps", async || {
        for replica in &own.topology.replicas {
            let count = "SELECT COUNT(*) FROM information_schema.processlist
                         WHERE info LIKE '%SLEEP(2)%' AND id <> CONNECTION_ID()";
            if replica.sql(count).await.trim() != "0" {
                return Some(());
            }
        }
        None
    })
    .await;
    let mut asleep = 0;
    for (at, replica) in own.topology.replicas.iter().enumerate() {
        let count = "SELECT COUNT(*) FROM information_schema.processlist
                     WHERE info LIKE '%SLEEP(2)%' AND id <> CONNECTION_ID()";
        if replica.sql(count).await.trim() != "0" {
            asleep = at;
        }
    }
    own.topology.replicas[asleep].kill();
    let rows = within(PATIENCE, "the read is done", client.0.rows()).await;
    let rows = rows.expect("a reply").expect("rows");
    let row = String::from_utf8_lossy(&rows[0][1..]).into_owned();
    assert!(row.ends_with(" still here"), "{row}");
    assert!(!row.starts_with(&format!("{} ", asleep + 2)), "{row}");
    // The session goes on, and so do others.
    client.value("SELECT 1").await.expect("a value");
    client
        .run("INSERT INTO d.t VALUES (1)")
        .await
        .expect("a write");

    // Now one of which the client has seen a part.
    let mut client = own.client().await;
    let sql = "SELECT REPEAT('x', 1000) FROM d.seq_1_to_10000000";
    client.0.query(sql).await.expect("a request");
    let first = client.0.reply().await.expect("the result begins");
    assert!(matches!(first, Reply::Data(_)), "{first:?}");
    own.topology.replicas[1 - asleep].kill();
    let told = within(PATIENCE, "the client is told", async {
        loop {
            match client.0.message().await {
                Ok(message) => {
                    if let Some((code, _)) = Reply::decode(&message).error() {
                        break Some(code);
                    }
                }
                Err(_) => break None,
            }
        }
    });
    assert_eq!(told.await, Some(1927));
}

#[tokio::test]
async fn a_primary_that_dies_ends_what_it_was_needed_for_and_nothing_else() {
    let error = [("master_failure_mode", "error_on_write")];
    let instantly = [("master_failure_mode", "fail_instantly")];
    let waits = [("delayed_retry", "true"), ("delayed_retry_timeout", "60s")];
    let mut own = own(
        1,
        &[
            ("Errors", &error),
            ("Instantly", &instantly),
            ("Waits", &waits),
        ],
    )
    .await;
    let mut idle = own.client().await;
    let mut in_transaction = own.client().await;
    let mut writes = own.client().await;
    let mut with_table = own.client().await;
    let mut refuses = Client::at(own.ports[0]).await;
    let mut instantly = Client::at(own.ports[1]).await;
    let mut waits = Client::at(own.ports[2]).await;
    for client in [&mut idle, &mut refuses, &mut waits] {
        client
            .run("INSERT INTO d.t VALUES (1)")
            .await
            .expect("a write");
    }
    in_transaction.run("BEGIN").await.expect("a transaction");
    let insert = "INSERT INTO d.t VALUES (2)";
    in_transaction.run(insert).await.expect("a write");
    let create = "CREATE TEMPORARY TABLE d.mine (a INT)";
    with_table.run(create).await.expect("a table");
    let slow = "INSERT INTO d.t SELECT 3 + SLEEP(100)";
    writes.0.query(slow).await.expect("a request");
    runs(&own.topology.primary, "SLEEP(100)").await;
    own.topology.primary.kill();

    let (code, text) = last_error(&mut writes).await;
    assert_eq!(code, 1927, "{text}");
    assert!(
        text.contains("whether it took effect is not known"),
        "{text}"
    );
    // The client that is idle is told when it asks for something.
    for (client, words) in [
        (&mut in_transaction, "transaction"),
        (&mut with_table, "temporary tables"),
    ] {
        own.lost_by(client, "server1").await;
        let (code, text) = client.run("SELECT 1").await.expect_err("lost");
        assert_eq!(code, 1927, "{text}");
        assert!(text.contains(words), "{text}");
        assert!(client.0.message().await.is_err(), "the session has ended");
    }
    let ended = within(PATIENCE, "the session ends", instantly.0.message());
    assert!(ended.await.is_err());
    goes_on_without_it(&mut own, [idle, refuses, waits]).await;
}

/// Sessions that do not need a primary now, by `master_failure_mode` and `delayed_retry`.
async fn goes_on_without_it(own: &mut Own, clients: [Client; 3]) {
    let insert = "INSERT INTO d.t VALUES (2)";
    let [mut idle, mut refuses, mut waits] = clients;
    own.server_is("server1", "Down").await;
    // Reads go on; a write ends the session, or is refused, or waits.
    assert_eq!(
        idle.value("SELECT @@server_id").await.expect("a value"),
        "2"
    );
    let (code, text) = idle.run(insert).await.expect_err("no primary");
    assert_eq!(code, 1429, "{text}");
    assert!(text.contains("primary"), "{text}");
    assert!(idle.0.message().await.is_err(), "the session has ended");
    let (code, text) = refuses.run(insert).await.expect_err("no primary");
    assert_eq!(code, 1836, "{text}");
    let value = refuses.value("SELECT @@server_id").await;
    assert_eq!(value.expect("a value"), "2");
    waits.0.query(insert).await.expect("a request");

    own.topology.primary.restart().await;
    let reply = within(PATIENCE, "the write is done", waits.0.reply()).await;
    assert!(matches!(reply, Ok(Reply::Ok { .. })), "{reply:?}");
    eventually(PATIENCE, "writes work again", async || {
        refuses.run(insert).await.ok()
    })
    .await;
    let mut new = own.client().await;
    new.run(insert).await.expect("a write");
}

#[tokio::test]
async fn a_primary_that_hangs_is_given_up_and_reads_go_on() {
    let own = own(1, &[]).await;
    let mut writes = own.client().await;
    let mut reads = own.client().await;
    let insert = "INSERT INTO d.t VALUES (1)";
    writes.run(insert).await.expect("a write");
    own.topology.primary.freeze().await;
    writes.0.query(insert).await.expect("a request");
    for _ in 0..5 {
        let work = reads.value("SELECT @@server_id");
        let value = within(Duration::from_secs(10), "a read", work).await;
        assert_eq!(value.expect("a value"), "2");
    }
    let (code, text) = last_error(&mut writes).await;
    assert_eq!(code, 1927, "{text}");
    let value = reads.value("SELECT @@server_id").await;
    assert_eq!(value.expect("a value"), "2");
    own.topology.primary.thaw();
}

#[tokio::test]
async fn a_log_in_does_not_wait_longer_for_a_replica_than_until_it_is_found_down() {
    let own = own(1, &[]).await;
    own.topology.replicas[0].freeze().await;
    // `connect_timeout` is 10 s, a monitor gives a server 3 s.
    let mut client = within(Duration::from_secs(8), "a log-in", own.client()).await;
    let value = client.value("SELECT @@server_id").await;
    assert_eq!(value.expect("a value"), "1");
    own.topology.replicas[0].thaw();
}

#[tokio::test]
async fn a_change_of_user_does_not_wait_for_a_replica_that_hangs() {
    let own = own(1, &[]).await;
    let mut client = own.client().await;
    client.run("SET @a = 1").await.expect("a setting");
    own.topology.replicas[0].freeze().await;
    let changed = within(PATIENCE, "a change of user", client.0.change_user(&LOGIN)).await;
    assert!(matches!(changed, Ok(Reply::Ok { .. })), "{changed:?}");
    let work = client.value("SELECT @@server_id FROM (SELECT 1) t FOR UPDATE");
    let value = within(Duration::from_secs(4), "a read on the primary", work).await;
    assert_eq!(value.expect("a value"), "1");
    own.topology.replicas[0].thaw();
}

#[tokio::test]
async fn replicas_that_lag_get_no_reads_until_they_have_caught_up() {
    let own = own(1, &[("Fresh", &[("max_replication_lag", "2s")])]).await;
    let mut client = Client::at(own.ports[0]).await;
    let server = "SELECT @@server_id";
    assert_eq!(client.value(server).await.expect("a value"), "2");
    let replica = &own.topology.replicas[0];
    replica
        .sql("STOP SLAVE; CHANGE MASTER TO master_delay=3600; START SLAVE")
        .await;
    client
        .run("INSERT INTO d.t VALUES (1)")
        .await
        .expect("a write");
    eventually(PATIENCE, "reads go to the primary", async || {
        (client.value(server).await.expect("a value") == "1").then_some(())
    })
    .await;
    replica
        .sql("STOP SLAVE; CHANGE MASTER TO master_delay=0; START SLAVE")
        .await;
    eventually(PATIENCE, "reads go to the replica", async || {
        (client.value(server).await.expect("a value") == "2").then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_session_does_without_a_replica_that_takes_no_more_connections() {
    let own = own(1, &[]).await;
    let replica = &own.topology.replicas[0];
    replica.sql("SET GLOBAL max_connections = 10").await;
    let mut crowd = Vec::new();
    eventually(
        PATIENCE,
        "the replica is full",
        async || match RawClient::logged_in(replica.port(), &LOGIN).await {
            Ok(client) => {
                crowd.push(client);
                None
            }
            Err(_) => Some(()),
        },
    )
    .await;
    let mut client = own.client().await;
    let server = "SELECT @@server_id";
    assert_eq!(client.value(server).await.expect("a value"), "1");
    client
        .run("INSERT INTO d.t VALUES (1)")
        .await
        .expect("a write");
    drop(crowd);
    replica.sql("SET GLOBAL max_connections = 100").await;
    eventually(
        PATIENCE,
        "a new session has the replica again",
        async || {
            let mut client = own.client().await;
            (client.value(server).await.expect("a value") == "2").then_some(())
        },
    )
    .await;
}

#[tokio::test]
async fn an_account_that_is_dropped_keeps_its_connections_and_gets_no_new_ones() {
    let own = own(1, &[("Lazy", &[("lazy_connect", "true")])]).await;
    let create = "CREATE USER gone@'%' IDENTIFIED BY 'gone'; GRANT ALL ON d.* TO gone@'%'";
    own.topology.primary.sql(create).await;
    own.topology.in_sync().await;
    let login = Login::new("gone", "gone").database("d");
    let log_in = async |port: u16| {
        eventually(PATIENCE, "a login", async || {
            RawClient::logged_in(port, &login).await.ok()
        })
        .await
    };
    let mut connected = Client(log_in(own.gateway.port()).await);
    let mut lazy = Client(log_in(own.ports[0]).await);
    assert_eq!(
        lazy.value("SELECT @@server_id").await.expect("a value"),
        "2"
    );
    own.topology.primary.sql("DROP USER gone@'%'").await;
    own.topology.in_sync().await;
    connected.value("SELECT 1").await.expect("a value");
    connected
        .run("INSERT INTO t VALUES (1)")
        .await
        .expect("a write");
    // It has no connection to the primary yet.
    let (_, text) = lazy.run("INSERT INTO t VALUES (1)").await.expect_err("no");
    assert!(
        text.contains("Access denied") || text.contains("primary"),
        "{text}"
    );
    eventually(PATIENCE, "no login any more", async || {
        let refused = RawClient::logged_in(own.gateway.port(), &login)
            .await
            .err()?;
        refused.to_string().contains("1045").then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_log_in_that_servers_break_off_is_tried_once_more() {
    let topology = Topology::start(1).await;
    let accounts = "CREATE USER rider@'%' IDENTIFIED BY 'r'; GRANT ALL ON *.* TO rider@'%';
                    CREATE DATABASE d; CREATE TABLE d.t (a INT)";
    topology.primary.sql(accounts).await;
    topology.in_sync().await;
    for (router, lazy) in [
        ("readwritesplit", true),
        ("readwritesplit", false),
        ("readconnroute", false),
    ] {
        let mut setup = Setup::new(&topology.servers());
        for (at, server) in topology.servers().into_iter().enumerate() {
            let port = breaking_first_login(server.port(), "rider").await;
            let section = setup.cnf.section(&format!("server{}", at + 1));
            section.set("port", port);
        }
        let main = setup.cnf.section("Main").set("router", router);
        if router == "readwritesplit" {
            main.unset("router_options").set("lazy_connect", lazy);
        }
        let gateway = setup.start().await;
        let login = Login::new("rider", "r");
        let client = RawClient::logged_in(gateway.port(), &login).await;
        let mut client = Client(client.expect("a login"));
        assert_eq!(client.value("SELECT 1").await.expect("a read"), "1");
        let written = client.run("INSERT INTO d.t VALUES (1)").await;
        written.expect("a write");
    }
}

#[tokio::test]
async fn maintenance_waits_for_the_end_of_a_transaction() {
    let own = own(1, &[]).await;
    let api = own.gateway.api();
    let put = hyper::Method::PUT;
    let server = "SELECT @@server_id";
    let mut reads = own.client().await;
    assert_eq!(reads.value(server).await.expect("a value"), "2");
    let mut writes = own.client().await;
    writes.run("BEGIN").await.expect("a transaction");
    writes
        .run("INSERT INTO d.t VALUES (7)")
        .await
        .expect("a write");
    for name in ["server1", "server2"] {
        let path = format!("/v1/servers/{name}/set?state=maintenance");
        let answer = api.send(put.clone(), &path, &[]).await;
        assert_eq!(answer.status, 204, "{}", answer.json());
        if name == "server1" {
            writes
                .run("INSERT INTO d.t VALUES (8)")
                .await
                .expect("a write");
            writes.run("COMMIT").await.expect("a commit");
            let count = "SELECT COUNT(*) FROM d.t WHERE a IN (7, 8)";
            assert_eq!(own.topology.primary.sql(count).await.trim(), "2");
            assert_eq!(reads.value(server).await.expect("a value"), "2");
            let path = "/v1/servers/server1/clear?state=maintenance";
            api.send(put.clone(), path, &[]).await;
            own.server_is("server1", "Master, Running").await;
        }
    }
    // Without the replica the primary serves.
    eventually(PATIENCE, "reads go to the primary", async || {
        (reads.value(server).await.expect("a value") == "1").then_some(())
    })
    .await;
    assert_ne!(
        json!(null),
        api.document("/v1/servers/server2").await["data"]
    );
}

#[tokio::test]
async fn a_transaction_ends_where_it_was_begun_though_the_primary_is_another_one_by_then() {
    let own = own(1, &[]).await;
    let (old, new) = (&own.topology.primary, &own.topology.replicas[0]);
    let mut client = own.client().await;
    let mut idle = own.client().await;
    client.run("BEGIN").await.expect("a transaction");
    let insert = "INSERT INTO d.t SELECT @@server_id";
    client.run(insert).await.expect("a write");
    new.sql("STOP SLAVE; RESET SLAVE ALL; SET GLOBAL read_only = 0")
        .await;
    old.sql("SET GLOBAL gtid_slave_pos = @@gtid_binlog_pos")
        .await;
    follow(old, new).await;
    own.server_is("server2", "Master, Running").await;
    own.server_is("server1", "Slave, Running").await;
    idle.run(insert).await.expect("a write");
    client.run(insert).await.expect("a write");
    client.run("COMMIT").await.expect("a commit");
    client.run(insert).await.expect("a write");
    let servers = "SELECT GROUP_CONCAT(a ORDER BY a) FROM d.t";
    assert_eq!(new.sql(servers).await.trim(), "2,2");
    eventually(PATIENCE, "the old primary follows", async || {
        (old.sql(servers).await.trim() == "1,1,2,2").then_some(())
    })
    .await;
    assert_eq!(
        client.value("SELECT @@server_id").await.expect("a value"),
        "1"
    );
}

#[tokio::test]
async fn a_service_tells_what_it_has_routed() {
    let own = own(1, &[]).await;
    let mut client = own.client().await;
    let told = async || {
        let document = own.gateway.api().document("/v1/services/Main").await;
        document["data"]["attributes"]["router_diagnostics"].clone()
    };
    let before = told().await;
    for _ in 0..3 {
        client.value("SELECT 1").await.expect("a value");
    }
    client
        .run("INSERT INTO d.t VALUES (1)")
        .await
        .expect("a write");
    client.run("SET @a = 1").await.expect("a setting");
    client
        .run("START TRANSACTION READ ONLY")
        .await
        .expect("begun");
    client.run("COMMIT").await.expect("a commit");
    let after = told().await;
    let more = |name: &str| {
        let number = |told: &serde_json::Value| told[name].as_u64().expect("a number");
        number(&after) - number(&before)
    };
    assert_eq!(more("route_slave"), 5, "{after:#}");
    assert_eq!(more("route_master"), 1, "{after:#}");
    assert_eq!(more("route_all"), 1, "{after:#}");
    assert_eq!(more("ro_transactions"), 1, "{after:#}");
    assert_eq!(more("queries"), 7, "{after:#}");
    let servers = after["server_query_statistics"].as_array().expect("a list");
    assert_eq!(servers.len(), 2, "{after:#}");
}
