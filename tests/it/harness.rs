//! The harness itself, against servers without gateway.

use sluicegate_tests::clients::Cli;
use sluicegate_tests::mariadb::MariaDb;
use sluicegate_tests::raw::{Login, RawClient, Reply};
use sluicegate_tests::topology::Topology;

#[tokio::test]
async fn replicas_follow_the_primary_and_a_killed_server_comes_back() {
    let mut topology = Topology::start(1).await;
    topology
        .primary
        .sql("CREATE DATABASE d; CREATE TABLE d.t (a INT)")
        .await;
    topology.in_sync().await;
    topology.primary.kill();
    topology.primary.restart().await;
    topology.primary.sql("INSERT INTO d.t VALUES (7)").await;
    topology.in_sync().await;
    assert_eq!(topology.replicas[0].sql("SELECT a FROM d.t").await, "7\n");
    let write = topology.replicas[0].sql("SELECT @@read_only").await;
    assert_eq!(write, "1\n");
}

#[tokio::test]
async fn a_frozen_server_answers_nothing_until_it_is_thawed() {
    let server = MariaDb::start("frozen").await;
    let mut client = RawClient::logged_in(server.port(), &Login::new("gateway", "gateway-secret"))
        .await
        .expect("a login");
    server.freeze().await;
    client.query("SELECT 1").await.expect("the request leaves");
    let answer = tokio::time::timeout(std::time::Duration::from_millis(300), client.message());
    assert!(answer.await.is_err(), "a frozen server has answered");
    server.thaw();
    assert!(matches!(client.reply().await, Ok(Reply::Data(_))));
}

#[tokio::test]
async fn the_commands_error_is_the_protocol_clients_error() {
    let server = MariaDb::start("wording").await;
    let cli = Cli::new(&server.endpoint())
        .user("gateway", "wrong")
        .run("SELECT 1")
        .await;
    let raw = RawClient::logged_in(server.port(), &Login::new("gateway", "wrong")).await;
    let raw = raw.expect_err("a wrong password").to_string();
    assert!(
        cli.stderr
            .contains("1045 (28000): Access denied for user 'gateway'@'127.0.0.1'")
    );
    assert!(raw.contains("Access denied for user 'gateway'@'127.0.0.1' (using password: YES)"));
}
