//! Connections in pools take places that sessions may need.

use super::*;

/// Two workers: a session may come to one while the connection is in the pool of the other.
fn two_workers(db: &MariaDb) -> Setup {
    let mut setup = setup(db, "readconnroute");
    setup.cnf.section("maxscale").set("threads", 2);
    setup
}

/// Sessions of one user one after the other, and two at a time.
async fn come_and_go(gateway: &Gateway) {
    for _ in 0..10 {
        let mut ann = logged_in(gateway, &ANN).await;
        let mut bob = logged_in(gateway, &BOB).await;
        assert_eq!(value(&mut bob, "SELECT 1").await, "1");
        assert_eq!(value(&mut ann, "SELECT 1").await, "1");
        quit(ann).await;
        quit(bob).await;
        pooled_any(gateway).await;
    }
}

async fn pooled_any(gateway: &Gateway) {
    eventually(PATIENCE, "no session", async || {
        (statistics(gateway).await["connections"] == 0).then_some(())
    })
    .await;
}

#[tokio::test]
async fn max_routing_connections_counts_them_but_sessions_come_first() {
    let db = server(&[]).await;
    let mut setup = two_workers(&db);
    setup
        .cnf
        .section("server1")
        .set("max_routing_connections", 2);
    let gateway = start(setup).await;
    come_and_go(&gateway).await;
    let now = statistics(&gateway).await;
    assert!(now["max_connections"].as_u64() <= Some(2), "{now}");
}

#[tokio::test]
async fn a_user_who_may_have_one_connection_is_not_kept_out_by_one_in_a_pool() {
    let db = server(&[]).await;
    db.sql("ALTER USER ann@'%' WITH MAX_USER_CONNECTIONS 1")
        .await;
    db.sql("ALTER USER bob@'%' WITH MAX_USER_CONNECTIONS 1")
        .await;
    let gateway = start(two_workers(&db)).await;
    come_and_go(&gateway).await;
}
