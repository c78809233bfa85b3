//! When connections in a pool are closed.

use std::time::Instant;

use serde_json::json;

use super::*;

/// Leaves one connection in the pool. Returns its id at the server.
async fn leave_one(gateway: &Gateway) -> String {
    let mut ann = logged_in(gateway, &ANN).await;
    let id = value(&mut ann, ID).await;
    quit(ann).await;
    pooled(gateway, 1).await;
    id
}

/// Waits until the server has no connection of the user.
async fn gone(db: &MariaDb, user: &str) {
    db.without_connections_of(user).await;
}

#[tokio::test]
async fn a_connection_is_closed_when_its_time_is_over() {
    let db = server(&[]).await;
    let mut setup = setup(&db, "readconnroute");
    setup.cnf.section("server1").set("persistmaxtime", "2s");
    let gateway = start(setup).await;
    let begun = Instant::now();
    leave_one(&gateway).await;
    gone(&db, "ann").await;
    assert!(begun.elapsed() > Duration::from_secs(2));
    pooled(&gateway, 0).await;
}

#[tokio::test]
async fn a_pool_has_as_many_connections_as_it_may() {
    let db = server(&[]).await;
    let gateway = start(setup(&db, "readconnroute")).await;
    alter(&gateway, "persistpoolmax", &json!(2)).await;
    let mut clients = Vec::new();
    for _ in 0..4 {
        clients.push(logged_in(&gateway, &ANN).await);
    }
    for client in clients {
        quit(client).await;
    }
    pooled(&gateway, 2).await;
    assert_eq!(statistics(&gateway).await["max_pool_size"], 2);
}

#[tokio::test]
async fn a_server_that_is_not_to_be_used_loses_its_connections() {
    let db = server(&[]).await;
    let gateway = start(setup(&db, "readconnroute")).await;
    let api = gateway.api();
    for state in ["maintenance", "drain"] {
        leave_one(&gateway).await;
        let path = format!("/v1/servers/server1/set?state={state}");
        api.send("PUT".parse().expect("a method"), &path, &[]).await;
        gone(&db, "ann").await;
        let path = format!("/v1/servers/server1/clear?state={state}");
        api.send("PUT".parse().expect("a method"), &path, &[]).await;
        eventually(PATIENCE, "the server is the primary again", async || {
            let server = api.document("/v1/servers/server1").await;
            (server["data"]["attributes"]["state"] == "Master, Running").then_some(())
        })
        .await;
    }
}

#[tokio::test]
async fn a_server_that_is_altered_or_removed_loses_its_connections() {
    let db = server(&[]).await;
    let gateway = start(setup(&db, "readconnroute")).await;
    let api = gateway.api();
    let before = leave_one(&gateway).await;
    alter(&gateway, "address", &json!("localhost")).await;
    gone(&db, "ann").await;
    assert_ne!(leave_one(&gateway).await, before);
    alter(&gateway, "persistpoolmax", &json!(0)).await;
    gone(&db, "ann").await;
    alter(&gateway, "persistpoolmax", &json!(5)).await;
    leave_one(&gateway).await;
    let answer = api.delete("/v1/servers/server1?force=yes").await;
    assert_eq!(answer.status, 204, "{}", answer.text);
    gone(&db, "ann").await;
}

#[tokio::test]
async fn a_connection_that_the_server_has_closed_is_given_to_nobody() {
    let db = server(&[]).await;
    for router in ["readconnroute", "readwritesplit"] {
        let gateway = start(setup(&db, router)).await;
        let id = leave_one(&gateway).await;
        db.sql(&format!("KILL {id}")).await;
        let mut bob = logged_in(&gateway, &BOB).await;
        assert_ne!(value(&mut bob, ID).await, id);
        quit(bob).await;
        pooled(&gateway, 1).await;
    }
}

#[tokio::test]
async fn a_user_who_is_refused_on_a_used_connection_is_told_as_on_a_new_one() {
    let db = server(&[]).await;
    let gateway = start(setup(&db, "readconnroute")).await;
    leave_one(&gateway).await;
    // The gateway does not know of it yet.
    db.sql("ALTER USER bob@'%' IDENTIFIED BY 'other'").await;
    let refused = RawClient::logged_in(gateway.port(), &BOB).await;
    let error = refused.expect_err("a wrong password").to_string();
    assert!(error.contains("1045") && error.contains("bob"), "{error}");
    let now = statistics(&gateway).await;
    assert_eq!(now["failed_auths"], 1, "{now}");
    leave_one(&gateway).await;
}

#[tokio::test]
async fn the_server_is_told_when_the_gateway_stops() {
    let db = server(&[]).await;
    let gateway = start(setup(&db, "readconnroute")).await;
    leave_one(&gateway).await;
    drop(gateway);
    gone(&db, "ann").await;
    let log = db.socket().with_file_name("mariadbd.log");
    let log = std::fs::read_to_string(log).expect("the server's log");
    let mut aborted = log
        .lines()
        .filter(|line| line.contains("Aborted connection"));
    assert!(aborted.all(|line| !line.contains("user: 'ann'")), "{log}");
}
