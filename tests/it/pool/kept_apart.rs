//! Connections that no other session may get.

use serde_json::json;
use sluicegate_tests::raw::capability;

use super::*;

#[tokio::test]
async fn a_session_that_ends_in_the_middle_of_something_leaves_nothing() {
    let db = server(&[]).await;
    for router in ["readconnroute", "readwritesplit"] {
        let gateway = start(setup(&db, router)).await;
        let mut ann = logged_in(&gateway, &ANN.database("ours")).await;
        run(&mut ann, "BEGIN").await;
        run(&mut ann, "INSERT INTO t VALUES ()").await;
        quit(ann).await;
        pooled(&gateway, 0).await;
        let mut ann = logged_in(&gateway, &ANN).await;
        ann.query("DO SLEEP(1)").await.expect("a request");
        tokio::time::sleep(Duration::from_millis(300)).await;
        drop(ann);
        pooled(&gateway, 0).await;
        let mut ann = logged_in(&gateway, &ANN).await;
        let half = ann.frame(b"\x03SELECT 1");
        tokio::io::AsyncWriteExt::write_all(&mut ann.stream, &half[..7])
            .await
            .expect("half a packet");
        tokio::time::sleep(Duration::from_millis(100)).await;
        drop(ann);
        pooled(&gateway, 0).await;
    }
}

#[tokio::test]
async fn a_client_that_is_gone_without_a_word_leaves_an_idle_connection() {
    let db = server(&[]).await;
    let gateway = start(setup(&db, "readconnroute")).await;
    let mut ann = logged_in(&gateway, &ANN).await;
    let id = value(&mut ann, ID).await;
    drop(ann);
    pooled(&gateway, 1).await;
    let mut bob = logged_in(&gateway, &BOB).await;
    assert_eq!(value(&mut bob, ID).await, id);
}

#[tokio::test]
async fn clients_that_are_capable_of_other_things_do_not_share_connections() {
    let db = server(&[]).await;
    let gateway = start(setup(&db, "readconnroute")).await;
    let plain = Login::new("ann", "a");
    let mut first = logged_in(&gateway, &plain).await;
    let id = value(&mut first, ID).await;
    quit(first).await;
    pooled(&gateway, 1).await;
    let mut second = logged_in(&gateway, &plain.with(capability::LOCAL_FILES)).await;
    assert_ne!(value(&mut second, ID).await, id);
    let mut third = logged_in(&gateway, &plain.database("ours")).await;
    assert_eq!(
        value(&mut third, ID).await,
        id,
        "a database makes no difference"
    );
}

#[tokio::test]
async fn interactive_clients_and_proxy_protocol_keep_their_connections_to_themselves() {
    /// CLIENT_INTERACTIVE
    const INTERACTIVE: u64 = 1 << 10;
    let db = server(&["--proxy-protocol-networks=127.0.0.1"]).await;
    let gateway = start(setup(&db, "readconnroute")).await;
    quit(logged_in(&gateway, &ANN.with(INTERACTIVE)).await).await;
    pooled(&gateway, 0).await;
    alter(&gateway, "proxy_protocol", &json!(true)).await;
    quit(logged_in(&gateway, &ANN).await).await;
    pooled(&gateway, 0).await;
    assert_eq!(statistics(&gateway).await["max_pool_size"], 0);
}

#[tokio::test]
async fn a_connection_that_a_kill_may_still_reach_is_not_used_again() {
    let db = server(&[]).await;
    for router in ["readconnroute", "readwritesplit"] {
        let gateway = start(setup(&db, router)).await;
        let victim = logged_in(&gateway, &ANN).await;
        let mut killer = logged_in(&gateway, &ANN).await;
        run(&mut killer, &format!("KILL QUERY {}", victim.connection_id)).await;
        quit(victim).await;
        quit(killer).await;
        pooled(&gateway, 1).await;
        let victim = logged_in(&gateway, &BOB).await;
        let mut killer = logged_in(&gateway, &BOB).await;
        run(&mut killer, &format!("KILL {}", victim.connection_id)).await;
        quit(killer).await;
        pooled(&gateway, 1).await;
    }
}

#[tokio::test]
async fn a_connection_that_a_kill_was_refused_for_is_used_again() {
    let db = server(&[]).await;
    for router in ["readconnroute", "readwritesplit"] {
        let gateway = start(setup(&db, router)).await;
        let mut victim = logged_in(&gateway, &ANN).await;
        let id = value(&mut victim, ID).await;
        let mut stranger = logged_in(&gateway, &BOB).await;
        let kill = format!("KILL {}", victim.connection_id);
        stranger.query(&kill).await.expect("a request");
        let refused = stranger.reply().await.expect("a reply");
        assert_eq!(refused.error().map(|(code, _)| code), Some(1095));
        quit(victim).await;
        pooled_beside(&gateway, 1, 1).await;
        let mut next = logged_in(&gateway, &ANN).await;
        assert_eq!(value(&mut next, ID).await, id, "{router}");
    }
}

#[tokio::test]
async fn kills_hit_only_the_session_that_is_meant() {
    let db = server(&[]).await;
    let gateway = start(setup(&db, "readconnroute")).await;
    let mut killer = logged_in(&gateway, &ANN).await;
    for _ in 0..30 {
        let victim = logged_in(&gateway, &ANN).await;
        let id = victim.connection_id;
        // The victim ends at the same moment; another session may get its connection.
        killer
            .query(&format!("KILL {id}"))
            .await
            .expect("a request");
        quit(victim).await;
        let mut next = logged_in(&gateway, &BOB).await;
        killer.reply().await.expect("a reply");
        tokio::time::sleep(Duration::from_millis(5)).await;
        assert_eq!(value(&mut next, "SELECT 1").await, "1");
        quit(next).await;
    }
}
