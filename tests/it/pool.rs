//! `persistpoolmax` and `persistmaxtime`: connections to servers that sessions leave are used again.

mod ends;
mod kept_apart;
mod places;
mod state;

use std::time::Duration;

use serde_json::{Value, json};
use sluicegate_tests::gateway::{Gateway, Setup};
use sluicegate_tests::mariadb::MariaDb;
use sluicegate_tests::raw::{Login, RawClient, capability};
use sluicegate_tests::waiting::{PATIENCE, eventually};

const ID: &str = "SELECT CONNECTION_ID()";
const ANN: Login<'static> = Login::new("ann", "a").with(capability::SESSION_TRACK);
const BOB: Login<'static> = Login::new("bob", "b").with(capability::SESSION_TRACK);

/// A server with two users.
async fn server(more: &[&str]) -> MariaDb {
    let options = sluicegate_tests::mariadb::Options {
        more: more.iter().map(ToString::to_string).collect(),
        ..Default::default()
    };
    let db = MariaDb::start_with("pooled", options).await;
    db.sql(
        "CREATE USER ann@'%' IDENTIFIED BY 'a'; CREATE USER bob@'%' IDENTIFIED BY 'b';
         CREATE DATABASE ours; CREATE TABLE ours.t (a INT PRIMARY KEY AUTO_INCREMENT);
         INSERT INTO ours.t VALUES (1), (2);
         GRANT ALL ON ours.* TO ann@'%'; GRANT SELECT ON ours.* TO bob@'%'",
    )
    .await;
    db
}

/// A gateway with one worker whose only server is to have a pool: see [`start`].
fn setup(db: &MariaDb, router: &str) -> Setup {
    let mut setup = Setup::new(&[db]);
    setup.cnf.section("maxscale").set("threads", 1);
    let server = setup.cnf.section("server1");
    server.set("persistmaxtime", "1h");
    let service = setup.cnf.section("Main").set("router", router);
    if router == "readwritesplit" {
        service.unset("router_options");
    }
    setup
}

/// Starts the gateway. The harness looks with a session of its own whether it is ready: the pool is
/// switched on after that.
async fn start(setup: Setup) -> Gateway {
    let gateway = setup.start().await;
    alter(&gateway, "persistpoolmax", &json!(10)).await;
    gateway
}

/// Sets a parameter of the server.
async fn alter(gateway: &Gateway, parameter: &str, value: &Value) {
    let parameters = json!({ parameter: value });
    let change = json!({"data": {"attributes": {"parameters": parameters}}});
    let answer = gateway.api().patch("/v1/servers/server1", &change).await;
    assert_eq!(answer.status, 204, "{}", answer.text);
}

/// Connections that were made to the server, beside the one that the harness has caused.
async fn made(gateway: &Gateway) -> u64 {
    let total = &statistics(gateway).await["total_connections"];
    total.as_u64().expect("a number") - 1
}

async fn logged_in(gateway: &Gateway, login: &Login<'_>) -> RawClient {
    let client = RawClient::logged_in(gateway.port(), login).await;
    client.expect("a login")
}

async fn value(client: &mut RawClient, sql: &str) -> String {
    client.value(sql).await.expect(sql)
}

/// Runs a statement that must succeed, whatever it returns.
async fn run(client: &mut RawClient, sql: &str) {
    client.query(sql).await.expect("a request");
    client.rows().await.expect("a reply").expect(sql);
}

/// Says good-bye.
async fn quit(mut client: RawClient) {
    client.command(1, b"").await.expect("a good-bye");
}

/// The server's statistics, as the API tells them.
async fn statistics(gateway: &Gateway) -> Value {
    let server = gateway.api().document("/v1/servers/server1").await;
    server["data"]["attributes"]["statistics"].clone()
}

/// Waits until the pool has so many connections and no session has any.
async fn pooled(gateway: &Gateway, wanted: u64) {
    pooled_beside(gateway, wanted, 0).await;
}

/// The same while sessions have some.
async fn pooled_beside(gateway: &Gateway, wanted: u64, others: u64) {
    let mut last = [None, None];
    let what = format!("{wanted} connections in the pool");
    let end = std::time::Instant::now() + PATIENCE / 2;
    eventually(PATIENCE, &what, async || {
        let now = statistics(gateway).await;
        last = ["persistent_connections", "connections"].map(|name| now[name].as_u64());
        let late = std::time::Instant::now() > end;
        assert!(!late, "{what}: pool and sessions have {last:?}");
        (last == [Some(wanted), Some(others)]).then_some(())
    })
    .await;
    // Counted from the moment that they are left; they are ready a moment later.
    tokio::time::sleep(Duration::from_millis(100)).await;
}

#[tokio::test]
async fn a_session_goes_on_with_the_connection_that_another_user_has_left() {
    let db = server(&[]).await;
    for router in ["readconnroute", "readwritesplit"] {
        let gateway = start(setup(&db, router)).await;
        let before = statistics(&gateway).await;
        let mut ann = logged_in(&gateway, &ANN).await;
        let id = value(&mut ann, ID).await;
        quit(ann).await;
        pooled(&gateway, 1).await;
        let mut bob = logged_in(&gateway, &BOB.database("ours")).await;
        assert_eq!(value(&mut bob, ID).await, id, "{router}");
        let who = "SELECT CONCAT(CURRENT_USER(), ' ', DATABASE())";
        assert_eq!(value(&mut bob, who).await, "bob@% ours");
        let now = statistics(&gateway).await;
        let counts = ["connections", "persistent_connections", "max_pool_size"];
        assert_eq!(counts.map(|name| now[name].as_u64()), [1, 0, 1].map(Some));
        let grown = [
            "reused_connections",
            "connection_pool_empty",
            "total_connections",
        ];
        let grown = grown.map(|name| now[name].as_u64().zip(before[name].as_u64()));
        let grown = grown.map(|both| both.map(|(now, before)| now - before));
        assert_eq!(grown, [1, 1, 1].map(Some), "{router}: {now}");
        drop(bob);
        pooled(&gateway, 1).await;
    }
}

#[tokio::test]
async fn a_pool_is_off_unless_both_parameters_say_otherwise() {
    let db = server(&[]).await;
    for missing in ["persistpoolmax", "persistmaxtime"] {
        let mut setup = setup(&db, "readconnroute");
        setup.cnf.section("server1").unset(missing);
        let gateway = if missing == "persistmaxtime" {
            start(setup).await
        } else {
            setup.start().await
        };
        let mut ann = logged_in(&gateway, &ANN).await;
        let id = value(&mut ann, ID).await;
        quit(ann).await;
        pooled(&gateway, 0).await;
        let mut bob = logged_in(&gateway, &BOB).await;
        assert_ne!(value(&mut bob, ID).await, id);
        assert_eq!(statistics(&gateway).await["connection_pool_empty"], 0);
    }
}

#[tokio::test]
async fn metrics_tell_of_the_pool() {
    let db = server(&[]).await;
    let gateway = start(setup(&db, "readconnroute")).await;
    quit(logged_in(&gateway, &ANN).await).await;
    pooled(&gateway, 1).await;
    quit(logged_in(&gateway, &ANN).await).await;
    pooled(&gateway, 1).await;
    let metrics = gateway.api().get("/metrics").await.text;
    for line in [
        "sluicegate_server_pooled_connections{server=\"server1\"} 1",
        "sluicegate_server_reused_connections_total{server=\"server1\"} 1",
    ] {
        assert!(metrics.contains(line), "{line} in {metrics}");
    }
}
