//! What a session with `lazy_connect` says and does before it knows what its servers are like.

use sluicegate_tests::gateway::{Gateway, Setup};
use sluicegate_tests::raw::{RawClient, Reply};
use sluicegate_tests::topology::Topology;
use sluicegate_tests::waiting::{PATIENCE, eventually};

use super::fixture::{Client, LOGIN, service};

const AUTOCOMMIT: u16 = 2;

/// Servers that run `setting`, and a gateway with a service that connects when it has to; its port.
async fn lazy(setting: &str) -> (Topology, Gateway, u16) {
    let topology = Topology::start(1).await;
    let accounts = "CREATE USER u@'%' IDENTIFIED BY 'u'; GRANT SELECT, INSERT ON *.* TO u@'%';
                    CREATE DATABASE d; CREATE TABLE d.t (a INT); INSERT INTO d.t VALUES (1)";
    topology.primary.sql(accounts).await;
    topology.in_sync().await;
    for server in topology.servers() {
        server.sql(setting).await;
    }
    let mut setup = Setup::new(&topology.servers());
    let servers = ("servers", "server1,server2");
    let port = service(&mut setup, "Lazy", &[("lazy_connect", "true"), servers]);
    (topology, setup.start().await, port)
}

#[tokio::test]
async fn the_greeting_of_a_session_without_servers_says_whether_statements_are_committed() {
    let (_topology, _gateway, port) = lazy("SET GLOBAL autocommit = 0").await;
    eventually(PATIENCE, "what servers are like is known", async || {
        let mut client = RawClient::connect(port).await.ok()?;
        match client.login(&LOGIN).await.ok()? {
            Reply::Ok { status, .. } => (status & AUTOCOMMIT == 0).then_some(()),
            _ => None,
        }
    })
    .await;
    // A read would begin a transaction, which is the primary's.
    let mut client = Client::at(port).await;
    let value = client.value("SELECT @@server_id FROM d.t").await;
    assert_eq!(value.expect("a value"), "1");
}

#[tokio::test]
async fn a_transaction_that_was_begun_on_a_replica_unawares_does_not_stay_open() {
    // The gateway's own account can't see it.
    let setting = "SET GLOBAL init_connect = \"SET autocommit = IF(USER() LIKE 'u@%', 0, 1)\"";
    let (topology, _gateway, port) = lazy(setting).await;
    let mut client = Client::at(port).await;
    let read = "SELECT @@server_id FROM d.t";
    assert_eq!(client.value(read).await.expect("a value"), "2");
    let open = "SELECT COUNT(*) FROM information_schema.innodb_trx";
    eventually(PATIENCE, "no transaction is open there", async || {
        (topology.replicas[0].sql(open).await.trim() == "0").then_some(())
    })
    .await;
    assert_eq!(client.value(read).await.expect("a value"), "1");
    client
        .run("INSERT INTO d.t VALUES (2)")
        .await
        .expect("a write");
    client.run("COMMIT").await.expect("a commit");
    let count = topology.primary.sql("SELECT COUNT(*) FROM d.t").await;
    assert_eq!(count.trim(), "2");
}
