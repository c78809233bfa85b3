//! `persistpoolmax` and `persistmaxtime`: connections to servers that sessions leave are used again.

mod ends;
mod kept_apart;
mod places;
mod state;

use std::time::Duration;

use sluicegate_tests::gateway::{Gateway, Setup};
use sluicegate_tests::mariadb::MariaDb;
use sluicegate_tests::pool::{
    self, alter, logged_in, pooled, pooled_beside, quit, run, start, statistics, value,
};
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

/// A gateway in front of the server, which is to have a pool.
fn setup(db: &MariaDb, router: &str) -> Setup {
    pool::wanted(Setup::new(&[db]), router)
}

/// Connections that were made to the server, beside the one that the harness has caused.
async fn made(gateway: &Gateway) -> u64 {
    let total = &statistics(gateway).await["total_connections"];
    total.as_u64().expect("a number") - 1
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
