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
    scene_with(&[]).await
}

/// The same with options of the servers.
async fn scene_with(options: &[&str]) -> Scene {
    let topology = Topology::start_with(2, None, options).await;
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

#[tokio::test]
async fn a_session_that_only_writes_is_restarted_by_force() {
    let scene = scene().await;
    let table = "CREATE TABLE d.k (id INT AUTO_INCREMENT PRIMARY KEY)";
    scene.topology.primary.sql(table).await;
    scene.topology.in_sync().await;
    let mut client = scene.client().await;
    let insert = "INSERT INTO d.k VALUES ()";
    client.run(insert).await.expect("a write");
    let before = scene.connections(&client).await;
    scene.restart(&client).await;
    client.run(insert).await.expect("a write");
    assert_eq!(scene.connections(&client).await, before);
    for path in ["/v1/sessions/restart?force=true".to_owned(), {
        let id = client.0.connection_id;
        format!("/v1/sessions/{id}/restart?force=yes")
    }] {
        client.run(insert).await.expect("a write");
        let before = scene.connections(&client).await;
        let answer = scene.gateway.api().post(&path, &Value::Null).await;
        assert_eq!(answer.status, 204, "{}", answer.text);
        scene.has_others_than(&client, &before).await;
    }
    // Not even by force while it has something that it can't do without.
    client.run("BEGIN").await.expect("a transaction");
    client.run(insert).await.expect("a write");
    let before = scene.connections(&client).await;
    let path = "/v1/sessions/restart?force=true";
    scene.gateway.api().post(path, &Value::Null).await;
    client.run(insert).await.expect("a write");
    assert_eq!(scene.connections(&client).await, before);
    client.run("COMMIT").await.expect("a commit");
    scene.has_others_than(&client, &before).await;
    let count = client.value("SELECT COUNT(*) FROM d.k FOR UPDATE").await;
    assert_eq!(count.expect("a value"), "6");
}

#[tokio::test]
async fn a_restarted_session_has_the_places_that_it_had_at_servers_that_are_full() {
    let scene = scene().await;
    let mut client = scene.client().await;
    client.run("SET @a = 1").await.expect("a setting");
    for server in ["server1", "server2", "server3"] {
        let parameters = json!({"max_routing_connections": 1});
        let body = json!({"data": {"attributes": {"parameters": parameters}}});
        let path = format!("/v1/servers/{server}");
        let answer = scene.gateway.api().patch(&path, &body).await;
        assert_eq!(answer.status, 204, "{}", answer.text);
    }
    for _ in 0..3 {
        let before = scene.connections(&client).await;
        scene.restart(&client).await;
        let now = scene.has_others_than(&client, &before).await;
        assert_eq!(now, ["server1", "server2", "server3"]);
        assert_eq!(client.value("SELECT @a").await.expect("a value"), "1");
        client
            .run("INSERT INTO d.t VALUES (1)")
            .await
            .expect("a write");
        client.value("SELECT 1").await.expect("a read");
        // For others there is no room.
        let other = RawClient::logged_in(scene.gateway.port(), &Login::new("u", "u")).await;
        let refused = other.expect_err("a full server").to_string();
        assert!(refused.contains("1429"), "{refused}");
        for server in ["server1", "server2", "server3"] {
            let path = format!("/v1/servers/{server}");
            let document = scene.gateway.api().document(&path).await;
            let connections = &document["data"]["attributes"]["statistics"]["connections"];
            assert_eq!(connections, &json!(1), "{server}");
        }
    }
    client.0.command(1, b"").await.expect("a good-bye");
    eventually(PATIENCE, "there is room for another", async || {
        let login = Login::new("u", "u");
        RawClient::logged_in(scene.gateway.port(), &login)
            .await
            .ok()
    })
    .await;
}

/// Connects until the servers have room for nobody any more.
async fn crowd(scene: &Scene, room_for: usize) -> Vec<RawClient> {
    let mut crowd = Vec::new();
    for server in scene.topology.servers() {
        let mut free = room_for;
        loop {
            let guest = RawClient::logged_in(server.port(), &Login::new("u", "u")).await;
            match guest {
                Ok(guest) => crowd.push(guest),
                Err(_) if free == 0 => break,
                Err(refused) => panic!("{refused}"),
            }
            free = free.saturating_sub(1);
        }
    }
    crowd
}

#[tokio::test]
async fn a_session_is_restarted_on_servers_that_have_no_room_for_another_connection() {
    let scene = scene_with(&["--max-connections=14"]).await;
    let mut client = scene.client().await;
    client.run("SET @a = 1").await.expect("a setting");
    let crowd = crowd(&scene, 3).await;
    for _ in 0..3 {
        let before = scene.connections(&client).await;
        scene.restart(&client).await;
        let now = scene.has_others_than(&client, &before).await;
        assert_eq!(now, ["server1", "server2", "server3"]);
        let write = client.run("INSERT INTO d.t VALUES (1)").await;
        write.expect("a write");
        assert_eq!(client.value("SELECT @a").await.expect("a value"), "1");
    }
    // What only its connections have is not lost for that.
    client.run("BEGIN").await.expect("a transaction");
    let before = scene.connections(&client).await;
    scene.restart(&client).await;
    client.run("SET @b = 2").await.expect("a setting");
    assert_eq!(scene.connections(&client).await, before);
    client.run("COMMIT").await.expect("a commit");
    scene.has_others_than(&client, &before).await;
    drop(crowd);
}

#[tokio::test]
async fn a_session_that_ends_without_its_primary_keeps_its_place_there() {
    let scene = scene_with(&["--max-connections=14"]).await;
    scene
        .parameters(&json!({"master_failure_mode": "fail_instantly"}))
        .await;
    let mut client = scene.client().await;
    client.run("SET @a = 1").await.expect("a setting");
    let crowd = crowd(&scene, 3).await;
    let before = scene.connections(&client).await;
    scene.restart(&client).await;
    scene.gateway.logs("its connections stay as they are").await;
    assert_eq!(scene.connections(&client).await[0], before[0]);
    assert_eq!(client.value("SELECT @a").await.expect("a value"), "1");
    let write = client.run("INSERT INTO d.t VALUES (1)").await;
    write.expect("a write");
    drop(crowd);
}

impl Scene {
    /// How many clients have left the servers without a word.
    async fn aborted(&self) -> u32 {
        let sql = "SELECT variable_value FROM information_schema.global_status
                   WHERE variable_name = 'ABORTED_CLIENTS'";
        let mut all = 0;
        for server in self.topology.servers() {
            let aborted: u32 = server.sql(sql).await.trim().parse().expect("a number");
            all += aborted;
        }
        all
    }

    /// Restarts the session, and waits until it has other connections and nobody has the ones before.
    async fn restarts_wholly(&self, client: &Client) {
        let before = self.connections(client).await;
        self.restart(client).await;
        self.has_others_than(client, &before).await;
        self.others_are_closed(&self.connections(client).await)
            .await;
    }

    /// Waits until the servers have no connections of the user but these.
    async fn others_are_closed(&self, connections: &[(String, u64)]) {
        eventually(PATIENCE, "the others are closed", async || {
            let sql = "SELECT id FROM information_schema.processlist WHERE user = 'u'";
            for (at, server) in self.topology.servers().iter().enumerate() {
                let name = format!("server{}", at + 1);
                let kept = connections.iter().filter(|(server, _)| *server == name);
                let kept: Vec<String> = kept.map(|(_, id)| id.to_string()).collect();
                let open = server.sql(sql).await;
                if open
                    .split_whitespace()
                    .any(|id| !kept.iter().any(|one| one == id))
                {
                    return None;
                }
            }
            Some(())
        })
        .await;
    }
}

#[tokio::test]
async fn servers_are_told_that_connections_end_which_a_session_needs_no_more() {
    let scene = scene().await;
    let mut client = scene.client().await;
    client.run("SET @a = 1").await.expect("a setting");
    let aborted = scene.aborted().await;
    scene.restarts_wholly(&client).await;
    assert_eq!(scene.aborted().await, aborted, "after a restart");

    // One whose connections may be given to nobody.
    let mut killer = scene.client().await;
    killer
        .run(&format!("KILL QUERY {}", client.0.connection_id))
        .await
        .expect("a kill");
    killer.0.command(1, b"").await.expect("a good-bye");
    client.value("SELECT @a").await.expect("a value");
    scene.restarts_wholly(&client).await;
    assert_eq!(scene.aborted().await, aborted, "after a kill");

    let path = "/v1/servers/server3/set?state=maintenance";
    let put = hyper::Method::PUT;
    let answer = scene.gateway.api().send(put, path, &[]).await;
    assert_eq!(answer.status, 204, "{}", answer.text);
    let connections = eventually(PATIENCE, "it is closed", async || {
        let connections = scene.connections(&client).await;
        (connections.len() == 2).then_some(connections)
    })
    .await;
    scene.others_are_closed(&connections).await;
    assert_eq!(scene.aborted().await, aborted, "after maintenance");
}

#[tokio::test]
async fn a_session_whose_history_can_not_be_told_again_keeps_its_connections() {
    let scene = scene().await;
    let mut client = scene.client().await;
    let table = "CREATE TABLE d.passing AS SELECT 7 a";
    scene.topology.primary.sql(table).await;
    scene.topology.in_sync().await;
    client
        .run("SET lock_wait_timeout = (SELECT MAX(a) FROM d.passing)")
        .await
        .expect("a setting");
    scene.topology.primary.sql("DROP TABLE d.passing").await;
    scene.topology.in_sync().await;
    client.value("SELECT 1").await.expect("a read");
    let before = scene.connections(&client).await;
    assert_eq!(before.len(), 3);
    scene.restart(&client).await;
    scene.gateway.logs("its connections stay as they are").await;
    assert_eq!(scene.connections(&client).await, before);
    for _ in 0..3 {
        assert_eq!(
            client
                .value("SELECT @@lock_wait_timeout")
                .await
                .expect("a value"),
            "7"
        );
    }
    client
        .run("INSERT INTO d.t VALUES (1)")
        .await
        .expect("a write");
}
