//! tee: copies of statements arrive at another server, and never trouble the session that they are
//! copied from.

use std::time::{Duration, Instant};

use mysql_async::prelude::Queryable;
use mysql_async::{ChangeUserOpts, Conn};
use serde_json::{Value, json};
use sluicegate_tests::clients::{self, Endpoint};
use sluicegate_tests::gateway::{Gateway, Setup};
use sluicegate_tests::mariadb::MariaDb;
use sluicegate_tests::waiting::{PATIENCE, eventually};

use crate::fixture::{World, world};

/// A gateway whose service `Main` is before the shared server; copies go to a server of their own.
struct Scene {
    world: World,
    branch: MariaDb,
    gateway: Gateway,
}

/// Copies by the filters of `chain`, which is that of the service.
async fn scene(chain: &str) -> Scene {
    let world = world().await;
    let branch = MariaDb::start("branch").await;
    let (user, password, database) = (&world.user, &world.password, &world.database);
    branch
        .sql(&format!(
            "CREATE DATABASE {database}; CREATE USER {user}@'%' IDENTIFIED BY '{password}';
             GRANT ALL ON {database}.* TO {user}@'%';
             CREATE TABLE {database}.t (a INT, b TEXT)"
        ))
        .await;
    let table = format!("CREATE TABLE {database}.t (a INT, b TEXT)");
    world.shared.db.sql(&table).await;
    let gateway = setup(&world, &branch, chain).start().await;
    Scene {
        world,
        branch,
        gateway,
    }
}

fn setup(world: &World, branch: &MariaDb, chain: &str) -> Setup {
    let mut setup = Setup::new(&[&world.shared.db]);
    let cnf = &mut setup.cnf;
    cnf.section("Main").set("router_options", "running");
    if !chain.is_empty() {
        cnf.section("Main").set("filters", chain);
    }
    cnf.section("other")
        .set("type", "server")
        .set("address", "127.0.0.1")
        .set("port", branch.port());
    cnf.section("Monitor").set("servers", "server1,other");
    cnf.service("Other", "readconnroute")
        .set("router_options", "running")
        .set("servers", "other")
        .set("filters", "Mark");
    cnf.section("Mark")
        .set("type", "filter")
        .set("module", "regexfilter")
        .set("match", "marked=no")
        .set("replace", "marked=yes");
    for (name, target, sync) in [
        ("ToServer", "other", false),
        ("ToService", "Other", false),
        ("ToItself", "Main", false),
        ("InStep", "other", true),
    ] {
        cnf.section(name)
            .set("type", "filter")
            .set("module", "tee")
            .set("target", target)
            .set("sync", sync);
    }
    setup
}

impl Scene {
    async fn connection(&self) -> Conn {
        let world = &self.world;
        clients::connect(clients::options(
            &Endpoint::Tcp(self.gateway.port()),
            &world.user,
            &world.password,
            &world.database,
        ))
        .await
    }

    /// What is in the table at the branch.
    async fn rows(&self) -> String {
        let database = &self.world.database;
        let sql = format!("SELECT a, b FROM {database}.t ORDER BY a");
        self.branch.sql(&sql).await
    }

    async fn arrives(&self, expected: &str) {
        eventually(PATIENCE, "the copies arrive", async || {
            (self.rows().await == expected).then_some(())
        })
        .await;
    }

    async fn diagnostics(&self, filter: &str) -> Value {
        let path = format!("/v1/filters/{filter}");
        let document = self.gateway.api().document(&path).await;
        document["data"]["attributes"]["filter_diagnostics"].clone()
    }

    async fn becomes(&self, filter: &str, figure: &str, expected: u64) {
        let what = format!("{figure} of {filter} is {expected}");
        eventually(PATIENCE, &what, async || {
            (self.diagnostics(filter).await[figure] == expected).then_some(())
        })
        .await;
    }

    /// A chain for the session of that id.
    async fn chain(&self, id: u32, names: &[&str]) -> (u16, Value) {
        let path = format!("/v1/sessions/{id}/relationships/filters");
        let items = names.iter().map(|id| json!({"id": id, "type": "filters"}));
        let data: Value = items.collect();
        let answer = self
            .gateway
            .api()
            .patch(&path, &json!({"data": data}))
            .await;
        (answer.status, answer.json())
    }
}

#[tokio::test]
async fn what_a_client_writes_is_written_at_the_branch_too() {
    let scene = scene("ToServer").await;
    let mut client = scene.connection().await;
    client
        .query_drop("INSERT INTO t VALUES (1, DATABASE())")
        .await
        .expect("a row");
    let insert = "INSERT INTO t VALUES (?, ?)";
    for number in 2..5 {
        let row = (number, format!("prepared {number}"));
        client.exec_drop(insert, row).await.expect("a row");
    }
    client
        .query_drop("SET @kept = 'a variable'; BEGIN; INSERT INTO t VALUES (5, 'undone'); ROLLBACK")
        .await
        .expect("no row");
    client
        .query_drop("INSERT INTO t VALUES (6, @kept)")
        .await
        .expect("a row");
    // What is queued when a client leaves still arrives.
    drop(client);
    let database = &scene.world.database;
    scene
        .arrives(&format!(
            "1\t{database}\n2\tprepared 2\n3\tprepared 3\n4\tprepared 4\n6\ta variable\n"
        ))
        .await;
    scene.branch.without_connections_of(&scene.world.user).await;
    assert_eq!(scene.diagnostics("ToServer").await["branches_lost"], 0);
}

#[tokio::test]
async fn a_branch_to_a_service_is_a_client_of_it() {
    let scene = scene("ToService").await;
    let mut client = scene.connection().await;
    client
        .query_drop("INSERT INTO t VALUES (1, 'marked=no')")
        .await
        .expect("a row");
    scene.arrives("1\tmarked=yes\n").await;
    let sessions = scene.gateway.api().document("/v1/sessions").await;
    let mut services: Vec<String> = sessions["data"]
        .as_array()
        .expect("a list")
        .iter()
        .filter(|session| session["attributes"]["user"] == scene.world.user.as_str())
        .map(|session| session["relationships"]["services"]["data"][0]["id"].to_string())
        .collect();
    services.sort();
    assert_eq!(services, ["\"Main\"", "\"Other\""]);
    client.disconnect().await.expect("a clean end");
    eventually(PATIENCE, "no session is left", async || {
        let sessions = scene.gateway.api().document("/v1/sessions").await;
        (sessions["data"] == json!([])).then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_branch_that_dies_or_is_not_there_does_not_trouble_the_client() {
    let mut scene = scene("ToServer").await;
    let mut client = scene.connection().await;
    client
        .query_drop("INSERT INTO t VALUES (1, 'both')")
        .await
        .expect("a row");
    scene.arrives("1\tboth\n").await;
    scene.branch.kill();
    for number in 2..20 {
        let insert = format!("INSERT INTO t VALUES ({number}, 'one')");
        client.query_drop(insert).await.expect("a row");
    }
    scene.becomes("ToServer", "branches_lost", 1).await;
    let mut second = scene.connection().await;
    let count: Option<u32> = second
        .query_first("SELECT COUNT(*) FROM t")
        .await
        .expect("a value");
    assert_eq!(count, Some(19));
    scene.becomes("ToServer", "branches_lost", 2).await;
    let told = "its branch to 'other' is lost";
    scene.gateway.logs(told).await;
    let log = scene.gateway.log_text();
    let warnings = log
        .lines()
        .filter(|line| line.contains("warning") && line.contains(told));
    assert_eq!(warnings.count(), 1, "{log}");
    client.disconnect().await.expect("a clean end");
    second.disconnect().await.expect("a clean end");
}

#[tokio::test]
async fn a_branch_that_is_slow_does_not_slow_the_client_and_is_dropped() {
    let scene = scene("ToServer").await;
    let mut client = scene.connection().await;
    client
        .query_drop("INSERT INTO t VALUES (1, 'both')")
        .await
        .expect("a row");
    scene.arrives("1\tboth\n").await;
    scene.branch.freeze().await;
    let text = "x".repeat(100_000);
    let began = Instant::now();
    for number in 0..60 {
        let length: Option<u32> = client
            .query_first(format!("SELECT LENGTH('{text}') + {number}"))
            .await
            .expect("a value");
        assert_eq!(length, Some(100_000 + number));
    }
    assert!(
        began.elapsed() < Duration::from_secs(20),
        "{:?}",
        began.elapsed()
    );
    scene.becomes("ToServer", "branches_lost", 1).await;
    scene.branch.thaw();
    client.disconnect().await.expect("a clean end");
}

#[tokio::test]
async fn with_sync_the_next_statement_waits_for_the_branch_and_fails_with_it() {
    let mut scene = scene("InStep").await;
    let mut client = scene.connection().await;
    client
        .query_drop("INSERT INTO t SELECT SLEEP(1), 'slow'")
        .await
        .expect("a row");
    client.query_drop("SELECT 1").await.expect("a value");
    // Nothing is waited for any more: what came before is there.
    assert_eq!(scene.rows().await, "0\tslow\n");
    scene.branch.freeze().await;
    client
        .query_drop("SELECT 2")
        .await
        .expect("not yet waited for");
    let waiting = tokio::spawn(async move {
        let answer = client.query_drop("SELECT 3").await;
        (client, answer)
    });
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert!(!waiting.is_finished());
    scene.branch.thaw();
    let (mut client, answer) = waiting.await.expect("no panic");
    answer.expect("a value");
    scene.branch.kill();
    let mut last = Ok(());
    for _ in 0..100 {
        last = client.query_drop("SELECT 4").await;
        if last.is_err() {
            break;
        }
    }
    let error = last
        .expect_err("the session ends with its branch")
        .to_string();
    assert!(error.contains("can't reach other"), "{error}");
}

#[tokio::test]
async fn a_chain_with_a_copy_comes_into_a_live_session_and_goes() {
    let scene = scene("").await;
    let mut client = scene.connection().await;
    let insert = |number: u32| format!("INSERT INTO t VALUES ({number}, 'x')");
    client.query_drop(insert(1)).await.expect("a row");
    assert_eq!(scene.chain(client.id(), &["ToServer"]).await.0, 204);
    client.query_drop(insert(2)).await.expect("a row");
    assert_eq!(scene.chain(client.id(), &[]).await.0, 204);
    client.query_drop(insert(3)).await.expect("a row");
    scene.arrives("2\tx\n").await;
    let (status, answer) = scene.chain(client.id(), &["ToItself"]).await;
    assert_eq!(status, 400, "{answer}");
    let pointer = &answer["errors"][0]["source"]["pointer"];
    assert_eq!(pointer, "/data/0/id", "{answer}");
    let body = json!({"data": {"id": "Lost", "type": "filters", "attributes": {
        "module": "tee", "parameters": {"target": "nobody"}}}});
    let answer = scene.gateway.api().post("/v1/filters", &body).await;
    assert_eq!(answer.status, 400, "{}", answer.text);
    client.disconnect().await.expect("a clean end");
}

#[tokio::test]
async fn another_user_of_the_session_is_another_user_at_the_branch() {
    let scene = scene("ToServer").await;
    let second = world().await;
    let (user, password) = (&second.user, &second.password);
    let database = &scene.world.database;
    for server in [&scene.branch, &scene.world.shared.db] {
        let sql = format!(
            "CREATE USER IF NOT EXISTS {user}@'%' IDENTIFIED BY '{password}';
             GRANT ALL ON {database}.* TO {user}@'%'"
        );
        server.sql(&sql).await;
    }
    let mut client = scene.connection().await;
    let insert =
        |number: u32| format!("INSERT INTO t VALUES ({number}, SUBSTRING_INDEX(USER(), '@', 1))");
    client.query_drop(insert(1)).await.expect("a row");
    let options = ChangeUserOpts::new()
        .with_user(Some(user.clone()))
        .with_pass(Some(password.clone()))
        .with_db_name(Some(database.clone()));
    client.change_user(options).await.expect("a change of user");
    client.query_drop(insert(2)).await.expect("a row");
    scene
        .arrives(&format!("1\t{}\n2\t{user}\n", scene.world.user))
        .await;
    client.disconnect().await.expect("a clean end");
}
