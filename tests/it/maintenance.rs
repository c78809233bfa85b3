//! Servers that are put into maintenance, or drained, under sessions of both routers.

use hyper::Method;
use sluicegate_tests::gateway::{Gateway, Setup};
use sluicegate_tests::mariadb::MariaDb;
use sluicegate_tests::ports::free_port;
use sluicegate_tests::raw::{Login, RawClient};
use sluicegate_tests::topology::Topology;
use sluicegate_tests::waiting::{PATIENCE, eventually, within};

const LOGIN: Login<'static> = Login::new("u", "u");
const WHERE: &str = "SELECT @@server_id";

/// A primary and a replica; `Main` is readconnroute, `Split` is readwritesplit.
struct Scene {
    topology: Topology,
    gateway: Gateway,
    split_port: u16,
}

async fn scene() -> Scene {
    let topology = Topology::start(1).await;
    topology
        .primary
        .sql(
            "CREATE USER u@'%' IDENTIFIED BY 'u'; GRANT ALL ON *.* TO u@'%';
             CREATE DATABASE d; CREATE TABLE d.t (a INT)",
        )
        .await;
    topology.in_sync().await;
    let mut setup = Setup::new(&topology.servers());
    let split_port = free_port();
    let cnf = &mut setup.cnf;
    cnf.section("Main").set("router", "readconnroute");
    cnf.section("Main").set("router_options", "master");
    cnf.service("Split", "readwritesplit")
        .set("master_failure_mode", "fail_on_write")
        .set("servers", "server1,server2");
    cnf.listener("Split-Listener", "Split", split_port);
    setup.keep_routers();
    Scene {
        gateway: setup.start().await,
        topology,
        split_port,
    }
}

impl Scene {
    async fn client(&self) -> RawClient {
        let client = RawClient::logged_in(self.gateway.port(), &LOGIN).await;
        client.expect("a login")
    }

    async fn split_client(&self) -> RawClient {
        let client = RawClient::logged_in(self.split_port, &LOGIN).await;
        client.expect("a login")
    }

    async fn put(&self, path: &str) {
        let path = format!("/v1/servers/{path}");
        let answer = self.gateway.api().send(Method::PUT, &path, &[]).await;
        assert_eq!(answer.status, 204, "{path}: {}", answer.text);
    }

    /// The servers that a client's session is connected to.
    async fn connections(&self, client: &RawClient) -> Vec<String> {
        let path = format!("/v1/sessions/{}", client.connection_id);
        let document = self.gateway.api().document(&path).await;
        let connections = document["data"]["attributes"]["connections"].as_array();
        let servers = connections.expect("a list").iter();
        let mut servers: Vec<String> = servers
            .map(|one| one["server"].as_str().expect("a name").to_owned())
            .collect();
        servers.sort();
        servers
    }

    async fn ends(&self, client: &mut RawClient) {
        eventually(PATIENCE, "the session ends", async || {
            client.value("SELECT 1").await.is_err().then_some(())
        })
        .await;
    }

    /// Sleeps on a server in a client's session, and waits until that has begun.
    async fn begin_sleep(&self, server: &MariaDb, client: &mut RawClient, sql: &str) {
        client.query(sql).await.expect("a request");
        eventually(PATIENCE, "the statement runs", async || {
            let running = "SELECT COUNT(*) FROM information_schema.processlist
                           WHERE INFO LIKE '%SLEEP(30%' AND INFO NOT LIKE '%processlist%'";
            (server.sql(running).await.trim() == "1").then_some(())
        })
        .await;
    }
}

#[tokio::test]
async fn sessions_of_readconnroute_stay_on_a_server_in_maintenance_until_they_are_closed() {
    let scene = scene().await;
    let mut there = scene.client().await;
    there.value("SELECT 1").await.expect("a value");
    scene.put("server1/set?state=maintenance").await;
    let refused = RawClient::logged_in(scene.gateway.port(), &LOGIN).await;
    let error = refused.expect_err("no server").to_string();
    assert!(error.contains("1429"), "{error}");
    // The monitor looks meanwhile, and gives the role of the primary away.
    for _ in 0..10 {
        assert_eq!(there.value(WHERE).await.expect("it goes on"), "1");
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    there
        .value("SELECT COUNT(*) FROM d.t")
        .await
        .expect("a value");
    scene.put("server1/clear?state=maintenance").await;
    let mut next = eventually(PATIENCE, "new sessions come in", async || {
        let client = RawClient::logged_in(scene.gateway.port(), &LOGIN).await;
        client.ok()
    })
    .await;
    assert_eq!(next.value(WHERE).await.expect("a value"), "1");
    assert_eq!(there.value(WHERE).await.expect("it goes on"), "1");
}

#[tokio::test]
async fn maintenance_by_force_ends_sessions_of_readconnroute_in_the_middle_of_a_statement() {
    let scene = scene().await;
    let mut idle = scene.client().await;
    let mut busy = scene.client().await;
    let primary = &scene.topology.primary;
    scene
        .begin_sleep(primary, &mut busy, "SELECT SLEEP(30)")
        .await;
    // It is in maintenance already: force counts for itself.
    scene.put("server1/set?state=maintenance").await;
    idle.value("SELECT 1").await.expect("it goes on");
    scene.put("server1/set?state=maintenance&force=yes").await;
    within(PATIENCE, "the busy session ends", busy.message())
        .await
        .ok();
    scene.ends(&mut idle).await;
    let path = "/v1/sessions?ended=true";
    let ended = scene.gateway.api().document(path).await.to_string();
    assert!(
        ended.contains("the server is in maintenance while a reply"),
        "{ended}"
    );
}

#[tokio::test]
async fn maintenance_by_force_takes_one_connection_from_sessions_that_can_do_without() {
    let scene = scene().await;
    let mut idle = scene.split_client().await;
    idle.value(WHERE).await.expect("a value");
    let mut reads = scene.split_client().await;
    let replica = &scene.topology.replicas[0];
    let sleep = "SELECT @@server_id, SLEEP(30 * (@@server_id - 1))";
    scene.begin_sleep(replica, &mut reads, sleep).await;
    let mut writes = scene.split_client().await;
    writes.query("BEGIN").await.expect("a request");
    writes.reply().await.expect("a reply");
    scene.put("server2/set?state=maintenance&force=yes").await;
    // The read that was under way there is done elsewhere.
    let rows = within(PATIENCE, "the read is repeated", reads.rows()).await;
    let rows = rows.expect("a reply").expect("rows");
    assert_eq!(rows[0][..2], [1, b'1'], "{rows:?}");
    assert_eq!(idle.value(WHERE).await.expect("it goes on"), "1");
    assert_eq!(writes.value(WHERE).await.expect("it goes on"), "1");
    for client in [&idle, &reads, &writes] {
        assert_eq!(scene.connections(client).await, ["server1"]);
    }
    // What is open at the primary is lost with it.
    scene.put("server1/set?state=maintenance&force=yes").await;
    scene.ends(&mut writes).await;
}

#[tokio::test]
async fn a_draining_server_serves_the_sessions_it_has_and_gets_no_new_ones() {
    let scene = scene().await;
    let mut there = scene.client().await;
    let mut split = scene.split_client().await;
    assert_eq!(split.value(WHERE).await.expect("a value"), "2");
    scene.put("server1/set?state=drain").await;
    scene.put("server2/set?state=drain").await;
    for _ in 0..5 {
        assert_eq!(there.value(WHERE).await.expect("it goes on"), "1");
        assert_eq!(split.value(WHERE).await.expect("it goes on"), "2");
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    for port in [scene.gateway.port(), scene.split_port] {
        let refused = RawClient::logged_in(port, &LOGIN).await;
        let error = refused.expect_err("no server").to_string();
        assert!(error.contains("1429"), "{error}");
    }
    let state = async || {
        let document = scene.gateway.api().document("/v1/servers/server1").await;
        let state = document["data"]["attributes"]["state"].as_str();
        state.expect("a state").to_owned()
    };
    assert!(state().await.contains("Draining"), "{}", state().await);
    drop(there);
    drop(split);
    eventually(PATIENCE, "it is drained", async || {
        state().await.contains("Drained").then_some(())
    })
    .await;
    scene.put("server1/clear?state=drain").await;
    let mut next = scene.client().await;
    assert_eq!(next.value(WHERE).await.expect("a value"), "1");
}
