//! Servers that come to a service and leave it while sessions of readwritesplit live, and servers
//! that are full.

use std::time::Duration;

use hyper::Method;
use serde_json::{Value, json};
use sluicegate_tests::api::Api;
use sluicegate_tests::gateway::{Gateway, Setup};
use sluicegate_tests::raw::RawClient;
use sluicegate_tests::topology::Topology;
use sluicegate_tests::waiting::{PATIENCE, eventually, within};

use super::fixture::{Client, LOGIN, service};

const WHERE: &str = "SELECT @@server_id";

async fn topology() -> Topology {
    let topology = Topology::start(2).await;
    let accounts = "CREATE USER u@'%' IDENTIFIED BY 'u'; GRANT ALL ON *.* TO u@'%';
                    REVOKE SUPER, READ_ONLY ADMIN, CONNECTION ADMIN ON *.* FROM u@'%';
                    CREATE DATABASE d; CREATE TABLE d.t (a INT)";
    topology.primary.sql(accounts).await;
    topology.in_sync().await;
    topology
}

/// A gateway whose service has the first `count` servers.
async fn gateway(topology: &Topology, count: usize) -> Gateway {
    let mut setup = Setup::new(&topology.servers()[..count]);
    let main = setup.cnf.section("Main");
    main.set("router", "readwritesplit").unset("router_options");
    setup.start().await
}

/// The servers that answer a number of reads.
async fn readers(client: &mut Client) -> Vec<String> {
    let mut readers = Vec::new();
    for _ in 0..8 {
        readers.push(client.value(WHERE).await.expect("a value"));
    }
    readers.sort();
    readers.dedup();
    readers
}

async fn is_in_state(api: &Api, name: &str, state: &str) {
    eventually(PATIENCE, &format!("{name} is {state}"), async || {
        let document = api.document(&format!("/v1/servers/{name}")).await;
        let now = document["data"]["attributes"]["state"].clone();
        (now == state).then_some(())
    })
    .await;
}

/// Sets the servers of a service.
async fn servers_are(api: &Api, names: &[&str]) {
    let items = names
        .iter()
        .map(|name| json!({"id": name, "type": "servers"}));
    let body = json!({"data": items.collect::<Vec<_>>()});
    let path = "/v1/services/Main/relationships/servers";
    let answer = api.patch(path, &body).await;
    assert_eq!(answer.status, 204, "{}", answer.text);
}

#[tokio::test]
async fn a_server_that_is_added_serves_new_sessions_and_old_ones_go_on_as_they_are() {
    let topology = topology().await;
    let gateway = gateway(&topology, 2).await;
    let api = gateway.api();
    let mut idle = Client::at(gateway.port()).await;
    idle.run("SET @kept = 'kept'").await.expect("a setting");
    let mut busy = Client::at(gateway.port()).await;
    busy.run("BEGIN").await.expect("a transaction");
    busy.run("INSERT INTO d.t VALUES (1)")
        .await
        .expect("a write");

    let body: Value = json!({"data": {
        "id": "server3",
        "type": "servers",
        "attributes": {"parameters": {
            "address": "127.0.0.1",
            "port": topology.replicas[1].port(),
        }},
        "relationships": {
            "services": {"data": [{"id": "Main", "type": "services"}]},
            "monitors": {"data": [{"id": "Monitor", "type": "monitors"}]},
        },
    }});
    let answer = api.post("/v1/servers", &body).await;
    assert_eq!(answer.status, 204, "{}", answer.text);
    is_in_state(&api, "server3", "Slave, Running").await;

    let mut new = Client::at(gateway.port()).await;
    assert_eq!(readers(&mut new).await, ["2", "3"]);
    assert_eq!(readers(&mut idle).await, ["2"]);
    assert_eq!(idle.value("SELECT @kept").await.expect("a value"), "kept");
    assert_eq!(busy.value(WHERE).await.expect("a value"), "1");
    busy.run("COMMIT").await.expect("a commit");
    assert_eq!(readers(&mut busy).await, ["2"]);
    topology.in_sync().await;
    let count = new.value("SELECT COUNT(*) FROM d.t").await;
    assert_eq!(count.expect("a value"), "1");
}

#[tokio::test]
async fn a_server_that_is_removed_serves_the_sessions_that_have_it_and_no_new_ones() {
    let topology = topology().await;
    let gateway = gateway(&topology, 3).await;
    let api = gateway.api();
    let mut idle = Client::at(gateway.port()).await;
    idle.run("SET @kept = 'kept'").await.expect("a setting");
    let mut writer = Client::at(gateway.port()).await;
    writer.run("BEGIN").await.expect("a transaction");
    writer
        .run("INSERT INTO d.t VALUES (1)")
        .await
        .expect("a write");
    // One of these is on the server that goes.
    let mut reader = loop {
        let mut reader = Client::at(gateway.port()).await;
        let begin = "START TRANSACTION READ ONLY";
        reader.run(begin).await.expect("a transaction");
        if reader.value(WHERE).await.expect("a value") == "3" {
            break reader;
        }
    };

    servers_are(&api, &["server1", "server2"]).await;
    let mut new = Client::at(gateway.port()).await;
    assert_eq!(readers(&mut new).await, ["2"]);
    let path = "/v1/monitors/Monitor/relationships/servers";
    let left = json!({"data": [
        {"id": "server1", "type": "servers"},
        {"id": "server2", "type": "servers"},
    ]});
    assert_eq!(api.patch(path, &left).await.status, 204);
    let removed = api.send(Method::DELETE, "/v1/servers/server3", &[]).await;
    assert_eq!(removed.status, 204, "{}", removed.text);

    assert_eq!(reader.value(WHERE).await.expect("a value"), "3");
    reader.run("COMMIT").await.expect("a commit");
    assert_eq!(writer.value(WHERE).await.expect("a value"), "1");
    writer.run("COMMIT").await.expect("a commit");
    for client in [&mut idle, &mut reader] {
        let readers = readers(client).await;
        assert!(
            readers.iter().all(|id| id == "2" || id == "3"),
            "{readers:?}"
        );
    }
    assert_eq!(idle.value("SELECT @kept").await.expect("a value"), "kept");
    idle.run("INSERT INTO d.t VALUES (2)")
        .await
        .expect("a write");

    // When the machine is switched off in the end, nobody notices.
    let Topology {
        primary,
        mut replicas,
    } = topology;
    replicas.pop().expect("the server that was removed").kill();
    for client in [&mut idle, &mut reader, &mut writer, &mut new] {
        for _ in 0..3 {
            let work = client.value(WHERE);
            let value = within(Duration::from_secs(10), "a read", work).await;
            assert_eq!(value.expect("a value"), "2");
        }
        client
            .run("INSERT INTO d.t VALUES (3)")
            .await
            .expect("a write");
    }
    assert_eq!(primary.sql("SELECT COUNT(*) FROM d.t").await.trim(), "6");
}

#[tokio::test]
async fn sessions_go_on_with_the_primary_when_another_one_takes_its_place_in_the_service() {
    let topology = topology().await;
    let gateway = gateway(&topology, 3).await;
    let api = gateway.api();
    let mut old = Client::at(gateway.port()).await;
    old.run("BEGIN").await.expect("a transaction");
    old.run("INSERT INTO d.t VALUES (1)")
        .await
        .expect("a write");
    // Only replicas are left: new sessions read, and their writes find nobody.
    servers_are(&api, &["server2", "server3"]).await;
    let mut new = Client::at(gateway.port()).await;
    assert_eq!(readers(&mut new).await, ["2", "3"]);
    let refused = new.run("INSERT INTO d.t VALUES (2)").await;
    assert!(refused.is_err(), "{refused:?}");
    old.run("COMMIT").await.expect("a commit");
    old.run("INSERT INTO d.t VALUES (3)")
        .await
        .expect("a write");
    servers_are(&api, &["server1", "server2", "server3"]).await;
    let mut new = Client::at(gateway.port()).await;
    new.run("INSERT INTO d.t VALUES (4)")
        .await
        .expect("a write");
    assert_eq!(
        topology
            .primary
            .sql("SELECT COUNT(*) FROM d.t")
            .await
            .trim(),
        "3"
    );
}

#[tokio::test]
async fn a_primary_that_takes_no_more_connections_gets_writes_when_it_has_room_again() {
    let topology = topology().await;
    let mut setup = Setup::new(&topology.servers());
    let main = setup.cnf.section("Main");
    main.set("router", "readwritesplit").unset("router_options");
    let patient = [("delayed_retry", "true"), ("delayed_retry_timeout", "60s")];
    let patient = service(&mut setup, "Patient", &patient);
    let refusing = service(
        &mut setup,
        "Refusing",
        &[("master_failure_mode", "error_on_write")],
    );
    let gateway = setup.start().await;
    // The accounts are known by then.
    drop(Client::at(patient).await);
    drop(Client::at(refusing).await);
    let mut before = Client::at(gateway.port()).await;
    topology
        .primary
        .sql("SET GLOBAL max_connections = 10")
        .await;
    let mut crowd = Vec::new();
    eventually(
        PATIENCE,
        "the primary is full",
        async || match RawClient::logged_in(topology.primary.port(), &LOGIN).await {
            Ok(client) => {
                crowd.push(client);
                None
            }
            Err(_) => Some(()),
        },
    )
    .await;
    let insert = "INSERT INTO d.t VALUES (1)";
    before.run(insert).await.expect("a write of one that is in");
    let mut refused = Client::at(refusing).await;
    assert_eq!(readers(&mut refused).await, ["2", "3"]);
    assert_eq!(refused.run(insert).await.expect_err("no room").0, 1836);
    assert_eq!(readers(&mut refused).await, ["2", "3"]);
    let mut waits = Client::at(patient).await;
    assert_eq!(readers(&mut waits).await, ["2", "3"]);
    waits.0.query(insert).await.expect("a request");
    tokio::time::sleep(Duration::from_millis(1500)).await;
    drop(crowd);
    topology
        .primary
        .sql("SET GLOBAL max_connections = 100")
        .await;
    let reply = within(PATIENCE, "the write that waits", waits.0.reply()).await;
    let reply = reply.expect("a reply");
    assert!(reply.error().is_none(), "{reply:?}");
    eventually(PATIENCE, "the refused one may write", async || {
        refused.run(insert).await.ok()
    })
    .await;
}
