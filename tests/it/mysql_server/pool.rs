//! Connections that are used again (`persistpoolmax`) by accounts of `caching_sha2_password`: the
//! server is shown the next user's password by COM_CHANGE_USER, whether it knows it or not.

use sluicegate_tests::pool::{self, logged_in, pooled, quit, run, statistics, value};
use sluicegate_tests::raw::{Login, RawClient, capability};

use super::*;

const ID: &str = "SELECT CONNECTION_ID()";
const ALICE: Login<'static> = Login::new("alice", "alice-secret").with(capability::SESSION_TRACK);
const BOB: Login<'static> = Login::new("bob", "bob-secret").with(capability::SESSION_TRACK);
const NOPASS: Login<'static> = Login::new("nopass", "").with(capability::SESSION_TRACK);
/// Accounts of `sha256_password`.
const OLD: Login<'static> = Login::new("old", "old-secret").with(capability::SESSION_TRACK);
const OLDNOPASS: Login<'static> = Login::new("oldnopass", "").with(capability::SESSION_TRACK);

/// How the gateway reaches the server, and by which router.
const WAYS: [(&str, bool); 3] = [
    ("readconnroute", false),
    ("readwritesplit", false),
    ("readconnroute", true),
];

/// A gateway with one worker, whose only server has a pool.
async fn pooling(stage: &Stage, (router, tls): (&str, bool)) -> Gateway {
    let mut setup = pool::wanted(setup(&[stage.db.port()]), router);
    if tls {
        let server = setup.cnf.section("server1").set("ssl", true);
        server.set("ssl_ca", stage.db.certificate().display());
    }
    pool::start(setup).await
}

/// Says good-bye, and waits until the connection is in the pool.
async fn leave(gateway: &Gateway, client: RawClient) {
    quit(client).await;
    pooled(gateway, 1).await;
}

#[tokio::test]
async fn a_server_takes_the_next_user_on_a_used_connection_with_and_without_knowing_the_password() {
    let Some(stage) = forgetful().await else {
        return;
    };
    for way in WAYS {
        let gateway = pooling(stage, way).await;
        let mut alice = logged_in(&gateway, &ALICE).await;
        let id = value(&mut alice, ID).await;
        leave(&gateway, alice).await;
        for forgets in [true, false, true] {
            for login in [&BOB, &NOPASS, &OLD, &OLDNOPASS, &ALICE] {
                let user = login.user;
                if forgets {
                    stage.db.sql("FLUSH PRIVILEGES").await;
                }
                let mut next = logged_in(&gateway, login).await;
                let who = "SELECT CONCAT(CONNECTION_ID(), ' ', CURRENT_USER())";
                let expected = format!("{id} {user}@%");
                assert_eq!(value(&mut next, who).await, expected, "{way:?} {forgets}");
                leave(&gateway, next).await;
            }
        }
        let reused = &statistics(&gateway).await["reused_connections"];
        assert_eq!(reused.as_u64(), Some(15), "{way:?}");
    }
}

#[tokio::test]
async fn nothing_of_the_session_before_is_left_on_a_used_connection() {
    let Some(stage) = forgetful().await else {
        return;
    };
    for way in WAYS {
        let gateway = pooling(stage, way).await;
        let mut alice = logged_in(&gateway, &ALICE.database("shop")).await;
        let id = value(&mut alice, ID).await;
        for sql in [
            "SET @a = 1, sql_mode = 'ANSI_QUOTES', time_zone = '+03:00', autocommit = 0",
            "SET NAMES latin1",
            "CREATE TEMPORARY TABLE tmp (a INT)",
            "PREPARE p FROM 'SELECT 1'",
            "SET SESSION TRANSACTION ISOLATION LEVEL SERIALIZABLE",
            "SELECT GET_LOCK('mine', 0)",
            "COMMIT",
        ] {
            run(&mut alice, sql).await;
        }
        run(&mut alice, "SET autocommit = 1").await;
        leave(&gateway, alice).await;
        let left = "SELECT CONCAT_WS(' ', CONNECTION_ID(), @a IS NULL, @@sql_mode = @@global.sql_mode, \
                    @@time_zone, @@autocommit, @@character_set_client, @@transaction_isolation, \
                    IS_FREE_LOCK('mine'), DATABASE())";
        let mut bob = logged_in(&gateway, &BOB.database("shop")).await;
        let expected = format!("{id} 1 1 SYSTEM 1 utf8mb4 REPEATABLE-READ 1 shop");
        assert_eq!(value(&mut bob, left).await, expected, "{way:?}");
        for gone in ["SELECT * FROM tmp", "EXECUTE p"] {
            bob.query(gone).await.expect("a request");
            let rows = bob.rows().await.expect("a reply");
            assert!(rows.is_err(), "{way:?}: {gone}");
        }
        leave(&gateway, bob).await;
    }
}

#[tokio::test]
async fn roles_are_those_of_the_next_user() {
    let Some(stage) = forgetful().await else {
        return;
    };
    let gateway = pooling(stage, ("readconnroute", false)).await;
    let member = Login::new("member", "member-secret").with(capability::SESSION_TRACK);
    let role = "SELECT CURRENT_ROLE()";
    let mut first = logged_in(&gateway, &member).await;
    run(&mut first, "SET ROLE idle").await;
    assert_eq!(value(&mut first, role).await, "`idle`@`%`");
    leave(&gateway, first).await;
    let mut bob = logged_in(&gateway, &BOB).await;
    assert_eq!(value(&mut bob, role).await, "NONE");
    leave(&gateway, bob).await;
    let mut again = logged_in(&gateway, &member).await;
    assert_eq!(value(&mut again, role).await, "`reader`@`%`");
}

#[tokio::test]
async fn a_user_whose_password_has_changed_is_refused_as_on_a_new_connection() {
    let Some(stage) = forgetful().await else {
        return;
    };
    for (number, way) in WAYS.into_iter().enumerate() {
        let user = format!("changing{number}");
        let create = format!("CREATE USER {user}@'%' IDENTIFIED BY 'first'");
        stage.db.sql(&create).await;
        let gateway = pooling(stage, way).await;
        leave(&gateway, logged_in(&gateway, &ALICE).await).await;
        let login = Login::new(&user, "first").with(capability::SESSION_TRACK);
        leave(&gateway, logged_in(&gateway, &login).await).await;
        // The gateway does not know of it yet.
        let alter = format!("ALTER USER {user}@'%' IDENTIFIED BY 'second'");
        stage.db.sql(&alter).await;
        let refused = RawClient::logged_in(gateway.port(), &login).await;
        let error = refused.expect_err("a wrong password").to_string();
        assert!(error.contains("1045") && error.contains(&user), "{error}");
        leave(&gateway, logged_in(&gateway, &ALICE).await).await;
    }
}
