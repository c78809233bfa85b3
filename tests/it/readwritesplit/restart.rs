//! Sessions that are restarted: they get their service as it is now, and new connections.

use serde_json::{Value, json};
use sluicegate_tests::gateway::{Gateway, Setup};
use sluicegate_tests::raw::{Login, RawClient};
use sluicegate_tests::topology::Topology;
use sluicegate_tests::waiting::{PATIENCE, eventually};

use super::fixture::Client;

/// Settings that the history keeps, each of its own.
const SETTINGS: [&str; 3] = ["SET @a = 1", "SET @b = 2", "SET NAMES latin1"];
const SET: &str = "SELECT CONCAT(@a, @b, @@character_set_client)";

struct Scene {
    topology: Topology,
    gateway: Gateway,
}

async fn scene() -> Scene {
    let topology = Topology::start(2).await;
    let accounts = "CREATE USER u@'%' IDENTIFIED BY 'u'; GRANT ALL ON *.* TO u@'%';
                    CREATE DATABASE d; CREATE TABLE d.t (a INT)";
    topology.primary.sql(accounts).await;
    topology.in_sync().await;
    let mut setup = Setup::new(&topology.servers());
    let main = setup.cnf.section("Main");
    main.set("router", "readwritesplit").unset("router_options");
    let gateway = setup.start().await;
    Scene { topology, gateway }
}

impl Scene {
    async fn client(&self) -> Client {
        let login = Login::new("u", "u").database("mysql");
        let client = RawClient::logged_in(self.gateway.port(), &login).await;
        Client(client.expect("a login"))
    }

    /// The session's connections: server and id there.
    async fn connections(&self, client: &Client) -> Vec<(String, u64)> {
        let path = format!("/v1/sessions/{}", client.0.connection_id);
        let document = self.gateway.api().document(&path).await;
        let connections = document["data"]["attributes"]["connections"].clone();
        let connections = connections.as_array().expect("a list").iter();
        let parts = connections.map(|one| {
            let server = one["server"].as_str().expect("a name").to_owned();
            (server, one["connection_id"].as_u64().expect("an id"))
        });
        parts.collect()
    }

    async fn restart(&self, client: &Client) {
        let path = format!("/v1/sessions/{}/restart", client.0.connection_id);
        let answer = self.gateway.api().post(&path, &Value::Null).await;
        assert_eq!(answer.status, 204, "{}", answer.text);
    }

    /// Changes the parameters of the service.
    async fn parameters(&self, parameters: &Value) {
        let body = json!({"data": {"attributes": {"parameters": parameters}}});
        let answer = self.gateway.api().patch("/v1/services/Main", &body).await;
        assert_eq!(answer.status, 204, "{}", answer.text);
    }

    /// How often the log says that a session can't be restarted.
    fn refused(&self) -> usize {
        let log = self.gateway.log_text();
        log.matches("its connections stay as they are").count()
    }

    async fn has_others_than(&self, client: &Client, before: &[(String, u64)]) -> Vec<String> {
        eventually(PATIENCE, "the session has new connections", async || {
            let now = self.connections(client).await;
            let is_new = !now.is_empty() && now.iter().all(|one| !before.contains(one));
            is_new.then(|| now.into_iter().map(|(server, _)| server).collect())
        })
        .await
    }
}

#[tokio::test]
async fn a_restarted_session_has_the_servers_of_now_and_all_that_it_has_set() {
    let scene = scene().await;
    let mut client = scene.client().await;
    client.run("SET @kept = 'kept'").await.expect("a setting");
    client.run("USE d").await.expect("a database");
    client
        .run("PREPARE s FROM 'SELECT CONCAT(@kept, DATABASE())'")
        .await
        .expect("a statement");
    let servers = json!({"data": [
        {"id": "server1", "type": "servers"},
        {"id": "server2", "type": "servers"},
    ]});
    let path = "/v1/services/Main/relationships/servers";
    let api = scene.gateway.api();
    assert_eq!(api.patch(path, &servers).await.status, 204);
    let before = scene.connections(&client).await;
    assert_eq!(before.len(), 3);
    scene.restart(&client).await;
    let now = scene.has_others_than(&client, &before).await;
    assert_eq!(now, ["server1", "server2"]);
    for _ in 0..4 {
        let state = client
            .value("SELECT CONCAT(@kept, DATABASE(), @@server_id)")
            .await;
        assert_eq!(state.expect("a value"), "keptd2");
        assert_eq!(client.value("EXECUTE s").await.expect("a value"), "keptd");
    }
    client
        .run("INSERT INTO t VALUES (1)")
        .await
        .expect("a write");
    client.run("BEGIN").await.expect("a transaction");
    let count = client.value("SELECT COUNT(*) FROM t").await;
    assert_eq!(count.expect("a value"), "1");
    client.run("COMMIT").await.expect("a commit");
}

#[tokio::test]
async fn a_restart_waits_for_what_only_the_connections_have() {
    let scene = scene().await;
    let mut client = scene.client().await;
    for (begin, end) in [
        ("BEGIN", "COMMIT"),
        ("CREATE TEMPORARY TABLE d.tmp (a INT)", "DROP TABLE d.tmp"),
        ("LOCK TABLES d.t WRITE", "UNLOCK TABLES"),
    ] {
        client.run(begin).await.expect("a statement");
        let before = scene.connections(&client).await;
        scene.restart(&client).await;
        client.run("SET @a = 1").await.expect("a setting");
        assert_eq!(scene.connections(&client).await, before, "{begin}");
        client.run(end).await.expect("a statement");
        let now = scene.has_others_than(&client, &before).await;
        assert_eq!(now.len(), 3);
        assert_eq!(client.value("SELECT @a").await.expect("a value"), "1");
    }
}

#[tokio::test]
async fn a_session_that_can_not_be_connected_anew_keeps_its_connections() {
    let scene = scene().await;
    let mut client = scene.client().await;
    client.run("SET @a = 1").await.expect("a setting");
    let before = scene.connections(&client).await;
    let other = "SET PASSWORD FOR u@'%' = PASSWORD('other')";
    scene.topology.primary.sql(other).await;
    scene.topology.in_sync().await;
    scene.restart(&client).await;
    scene.gateway.logs("its connections stay as they are").await;
    assert_eq!(scene.connections(&client).await, before);
    assert_eq!(client.value("SELECT @a").await.expect("a value"), "1");
    client
        .run("INSERT INTO d.t VALUES (1)")
        .await
        .expect("a write");
}

/// Sets what a service with these parameters has to keep.
async fn set_with_parameters(scene: &Scene, parameters: &Value) -> Client {
    scene.parameters(parameters).await;
    let mut client = scene.client().await;
    for setting in SETTINGS {
        client.run(setting).await.expect("a setting");
    }
    client
}

#[tokio::test]
async fn a_session_that_has_set_more_than_its_service_keeps_now_keeps_its_connections() {
    let scene = scene().await;
    let mut client = set_with_parameters(&scene, &json!({})).await;
    let before = scene.connections(&client).await;
    for parameters in [
        json!({"max_sescmd_history": 1, "prune_sescmd_history": false}),
        json!({"max_sescmd_history": 1, "prune_sescmd_history": true}),
        json!({"max_sescmd_history": 50, "disable_sescmd_history": true}),
    ] {
        scene.parameters(&parameters).await;
        let refused = scene.refused();
        scene.restart(&client).await;
        eventually(PATIENCE, "the log says so", async || {
            (scene.refused() > refused).then_some(())
        })
        .await;
        assert_eq!(scene.connections(&client).await, before, "{parameters}");
        assert_eq!(client.value(SET).await.expect("a value"), "12latin1");
    }
    scene
        .parameters(&json!({"max_sescmd_history": 3, "disable_sescmd_history": false}))
        .await;
    scene.restart(&client).await;
    scene.has_others_than(&client, &before).await;
    for _ in 0..3 {
        assert_eq!(client.value(SET).await.expect("a value"), "12latin1");
    }
}

#[tokio::test]
async fn a_session_whose_history_was_pruned_keeps_its_connections() {
    let scene = scene().await;
    let limit = json!({"max_sescmd_history": 1, "prune_sescmd_history": true});
    let mut client = set_with_parameters(&scene, &limit).await;
    scene.parameters(&json!({"max_sescmd_history": 50})).await;
    let before = scene.connections(&client).await;
    scene.restart(&client).await;
    for _ in 0..3 {
        assert_eq!(client.value(SET).await.expect("a value"), "12latin1");
    }
    assert_eq!(scene.connections(&client).await, before);
}

#[tokio::test]
async fn a_restart_waits_while_the_next_statement_may_ask_for_something_of_the_last() {
    let scene = scene().await;
    let tables = "CREATE TABLE d.k (id INT AUTO_INCREMENT PRIMARY KEY, a INT);
                  INSERT INTO d.t VALUES (1), (2)";
    scene.topology.primary.sql(tables).await;
    scene.topology.in_sync().await;
    let mut client = scene.client().await;
    for (leaves, asks, expected) in [
        (
            "INSERT INTO d.k (a) VALUES (7)",
            "SELECT LAST_INSERT_ID()",
            "1",
        ),
        ("UPDATE d.k SET a = a + 1", "SELECT ROW_COUNT()", "1"),
        (
            "SELECT SQL_CALC_FOUND_ROWS a FROM d.t LIMIT 1",
            "SELECT FOUND_ROWS()",
            "2",
        ),
        ("SELECT 1 + 'x'", "SELECT @@warning_count", "1"),
    ] {
        if leaves.starts_with("SELECT") {
            client.value(leaves).await.expect("a read");
        } else {
            client.run(leaves).await.expect("a write");
        }
        let before = scene.connections(&client).await;
        scene.restart(&client).await;
        assert_eq!(client.value(asks).await.expect("a value"), expected);
        assert_eq!(scene.connections(&client).await, before, "{leaves}");
        client.value("SELECT 5").await.expect("a read");
        scene.has_others_than(&client, &before).await;
    }
}
