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
async fn servers_do_not_share_the_folder_of_their_temporary_tables() {
    let (one, other) = (MariaDb::start("one").await, MariaDb::start("other").await);
    let folder = one.sql("SELECT @@tmpdir").await;
    assert_ne!(folder, other.sql("SELECT @@tmpdir").await);
    // A server that starts deletes what looks like a temporary table, whose ever it is.
    let table = std::path::Path::new(folder.trim()).join("#sql-of-one");
    std::fs::write(&table, "").expect("a file");
    let _third = MariaDb::start("third").await;
    assert!(table.exists(), "deleted by another server");
}

#[tokio::test]
async fn a_failed_statement_says_all_that_is_known() {
    let mut server = MariaDb::start("telling").await;
    let tasks = tokio::task::LocalSet::new();
    let failure = tasks.spawn_local(async move {
        server.kill();
        server.restart().await;
        server.sql("SELECT nonsense").await;
    });
    let failure = tasks.run_until(failure).await;
    let failure = failure.expect_err("a failed assertion").into_panic();
    let text = failure.downcast_ref::<String>().expect("a message");
    for part in [
        "telling (exit code 1)",
        "Unknown column 'nonsense'",
        "telling runs (state",
        "ready for connections",
    ] {
        assert!(text.contains(part), "{part} is missing in {text}");
    }
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
