//! Nothing of a session is left to the one that goes on with its connection.

use std::path::PathBuf;

use serde_json::json;
use sluicegate_tests::clients::{Cli, Endpoint};
use sluicegate_tests::raw::{Reply, capability};
use sluicegate_tests::scratch;
use sluicegate_tests::waiting::{PATIENCE, eventually};

use super::*;

/// What a session can set or hold, but for roles.
const TRACES: &[&str] = &[
    "USE ours",
    "SET NAMES latin1 COLLATE latin1_german1_ci",
    "SET @mine = 'ann''s'",
    "SET sql_mode = 'ANSI', time_zone = '+05:00', autocommit = 1, wait_timeout = 77",
    "SET SESSION TRANSACTION ISOLATION LEVEL SERIALIZABLE",
    "SET max_statement_time = 99, lc_messages = 'de_DE', timestamp = 1, insert_id = 17",
    "SET sql_log_bin = DEFAULT",
    "CREATE TEMPORARY TABLE hidden (a INT)",
    "PREPARE p FROM 'SELECT 1'",
    "DO GET_LOCK('l', 0)",
    "INSERT INTO t VALUES ()",
    "SELECT SQL_CALC_FOUND_ROWS a FROM t LIMIT 1",
    "SELECT 1/0, CAST('x' AS INT)",
    "HANDLER t OPEN AS h",
    "LOCK TABLES t WRITE",
];

/// What a session is, in one value each.
const PROBES: &[&str] = &[
    "SELECT IFNULL(DATABASE(), 'none')",
    "SELECT CURRENT_USER()",
    "SELECT IFNULL(CURRENT_ROLE(), 'none')",
    "SELECT COUNT(*) FROM information_schema.applicable_roles",
    "SELECT IFNULL(@mine, 'none')",
    "SELECT LAST_INSERT_ID()",
    "SELECT FOUND_ROWS()",
    "SELECT ROW_COUNT()",
    "SELECT @@warning_count",
    "SELECT @@error_count",
    "SELECT IFNULL(IS_USED_LOCK('l'), 'free')",
    "SELECT @@wait_timeout",
    "SELECT GROUP_CONCAT(variable_name, '=', variable_value ORDER BY variable_name SEPARATOR '\n') \
     FROM information_schema.session_variables WHERE variable_name NOT IN ('TIMESTAMP', \
     'PSEUDO_THREAD_ID', 'RAND_SEED1', 'RAND_SEED2') AND variable_name NOT LIKE 'GTID%'",
    "SELECT COUNT(*) FROM ours.t",
];

/// What fails in a new session.
const MISSING: &[(&str, u16)] = &[
    ("SELECT * FROM ours.hidden", 1146),
    ("EXECUTE p", 1243),
    ("HANDLER h READ FIRST", 1109),
    ("SELECT a FROM t", 1046),
];

async fn seen(client: &mut RawClient) -> Vec<String> {
    let mut seen = Vec::new();
    for probe in PROBES {
        seen.push(value(client, probe).await);
    }
    seen
}

#[tokio::test]
async fn a_connection_is_as_new_for_the_next_user() {
    let db = server(&[]).await;
    for router in ["readconnroute", "readwritesplit"] {
        let gateway = start(setup(&db, router)).await;
        let mut ann = logged_in(&gateway, &ANN).await;
        for trace in TRACES {
            run(&mut ann, trace).await;
        }
        let id = value(&mut ann, ID).await;
        quit(ann).await;
        pooled(&gateway, 1).await;
        let mut bob = logged_in(&gateway, &BOB).await;
        let found = seen(&mut bob).await;
        for (statement, code) in MISSING {
            bob.query(statement).await.expect("a request");
            let error = bob.rows().await.expect("a reply").expect_err(statement);
            assert_eq!(
                error.error().map(|(code, _)| code),
                Some(*code),
                "{statement}"
            );
        }
        assert_eq!(value(&mut bob, ID).await, id, "the connection is the same");
        let mut new = RawClient::logged_in(db.port(), &BOB)
            .await
            .expect("a login");
        let fresh = seen(&mut new).await;
        for ((probe, found), fresh) in PROBES.iter().zip(found).zip(fresh) {
            same(probe, &found, &fresh);
        }
        db.sql("TRUNCATE ours.t").await;
    }
}

fn same(probe: &str, found: &str, fresh: &str) {
    let differing: Vec<_> = found
        .lines()
        .zip(fresh.lines())
        .filter(|(found, fresh)| found != fresh)
        .collect();
    assert!(differing.is_empty(), "{probe}: {differing:?}");
    assert_eq!(found.lines().count(), fresh.lines().count(), "{probe}");
}

#[tokio::test]
async fn roles_are_those_of_the_new_user() {
    let db = server(&[]).await;
    db.sql(
        "CREATE ROLE reader; GRANT SELECT ON mysql.* TO reader; GRANT reader TO ann@'%';
         CREATE ROLE teller; GRANT teller TO bob@'%'; SET DEFAULT ROLE teller FOR bob@'%';
         CREATE DATABASE told; CREATE TABLE told.secrets (a INT); GRANT ALL ON told.* TO teller",
    )
    .await;
    let gateway = start(setup(&db, "readconnroute")).await;
    let role = "SELECT IFNULL(CURRENT_ROLE(), 'none')";
    let mut ann = logged_in(&gateway, &ANN).await;
    run(&mut ann, "SET ROLE reader").await;
    assert_ne!(
        value(&mut ann, "SELECT COUNT(*) FROM mysql.user").await,
        "0"
    );
    for _ in 0..2 {
        quit(ann).await;
        pooled(&gateway, 1).await;
        let mut bob = logged_in(&gateway, &BOB).await;
        assert_eq!(value(&mut bob, role).await, "teller");
        run(&mut bob, "SELECT * FROM told.secrets").await;
        bob.query("SELECT COUNT(*) FROM mysql.user")
            .await
            .expect("a request");
        let denied = bob
            .rows()
            .await
            .expect("a reply")
            .expect_err("no privilege");
        assert_eq!(denied.error().map(|(code, _)| code), Some(1142));
        quit(bob).await;
        pooled(&gateway, 1).await;
        ann = logged_in(&gateway, &ANN).await;
        assert_eq!(value(&mut ann, role).await, "none");
        ann.query("SELECT * FROM told.secrets")
            .await
            .expect("a request");
        let denied = ann
            .rows()
            .await
            .expect("a reply")
            .expect_err("no privilege");
        assert_eq!(denied.error().map(|(code, _)| code), Some(1142));
    }
    assert_eq!(made(&gateway).await, 1);
}

#[tokio::test]
async fn locks_are_free_as_soon_as_the_session_has_ended() {
    let db = server(&[]).await;
    db.sql("GRANT RELOAD ON *.* TO ann@'%'").await;
    let gateway = start(setup(&db, "readconnroute")).await;
    for holding in [
        "DO GET_LOCK('l', 0)",
        "LOCK TABLES ours.t WRITE",
        "FLUSH TABLES WITH READ LOCK",
    ] {
        let mut ann = logged_in(&gateway, &ANN).await;
        run(&mut ann, holding).await;
        quit(ann).await;
        eventually(PATIENCE, holding, async || {
            let taken =
                "SET lock_wait_timeout = 1; SELECT GET_LOCK('l', 0); INSERT INTO ours.t VALUES ()";
            let output = db.try_sql(taken).await;
            (output.ok && output.stdout.trim() == "1").then_some(())
        })
        .await;
    }
    pooled(&gateway, 1).await;
    assert_eq!(made(&gateway).await, 1);
}

#[tokio::test]
async fn the_first_statements_of_a_listener_run_on_a_connection_that_is_used_again() {
    let db = server(&[]).await;
    let file: PathBuf = scratch::folder("init").join("init.sql");
    std::fs::write(&file, "SET @greeted = 'yes';\n").expect("the file can be written");
    let mut setup = setup(&db, "readconnroute");
    let listener = setup.cnf.section("Main-Listener");
    listener.set("connection_init_sql_file", file.display());
    let gateway = start(setup).await;
    for _ in 0..3 {
        let mut ann = logged_in(&gateway, &ANN).await;
        assert_eq!(value(&mut ann, "SELECT @greeted").await, "yes");
        quit(ann).await;
        pooled(&gateway, 1).await;
    }
    assert_eq!(made(&gateway).await, 1);
}

#[tokio::test]
async fn connections_of_a_server_with_init_connect_are_not_used_again() {
    let db = server(&["--init-connect=SET @greeted = 'yes'"]).await;
    let gateway = start(setup(&db, "readconnroute")).await;
    for _ in 0..2 {
        let mut ann = logged_in(&gateway, &ANN).await;
        assert_eq!(value(&mut ann, "SELECT @greeted").await, "yes");
        quit(ann).await;
        pooled(&gateway, 0).await;
    }
    assert_eq!(statistics(&gateway).await["reused_connections"], 0);
}

#[tokio::test]
async fn users_of_several_plugins_follow_each_other_on_one_connection() {
    let db = server(&[]).await;
    db.sql(
        "INSTALL SONAME 'auth_ed25519';
         CREATE USER ed@'%' IDENTIFIED VIA ed25519 USING PASSWORD('secret');
         CREATE USER nobody@'%' IDENTIFIED BY ''",
    )
    .await;
    let gateway = start(setup(&db, "readwritesplit")).await;
    let users = [
        ("ann", "a"),
        ("ed", "secret"),
        ("nobody", ""),
        ("ed", "secret"),
        ("bob", "b"),
    ];
    for (user, password) in users {
        let client = Cli::new(&Endpoint::Tcp(gateway.port())).user(user, password);
        let who = client.query("SELECT CURRENT_USER()").await;
        assert_eq!(who.trim(), format!("{user}@%"));
        pooled(&gateway, 1).await;
    }
    let now = statistics(&gateway).await;
    assert_eq!(made(&gateway).await, 1, "{now}");
    assert_eq!(now["reused_connections"], 4, "{now}");
}

#[tokio::test]
async fn whether_several_statements_may_come_in_one_text_is_as_each_client_has_agreed() {
    const SET_OPTION: u8 = 0x1b;
    const TEXT: &str = "SELECT 1; SELECT 2";
    let db = server(&[]).await;
    for router in ["readconnroute", "readwritesplit"] {
        let gateway = start(setup(&db, router)).await;
        for (agreed, option, fails) in [(0, 0, true), (capability::MULTI_STATEMENTS, 1, false)] {
            let mut ann = logged_in(&gateway, &ANN.with(agreed)).await;
            let id = value(&mut ann, ID).await;
            let asked = ann.command(SET_OPTION, &[option, 0]).await;
            asked.expect("a request");
            let answer = ann.reply().await.expect("an answer");
            assert!(matches!(answer, Reply::Eof { .. }), "{answer:?}");
            ann.query(TEXT).await.expect("a request");
            let first = ann.rows().await.expect("a reply");
            assert_eq!(first.is_err(), !fails, "{router}: the option is set");
            if fails {
                ann.rows().await.expect("a reply").expect("a row");
            }
            quit(ann).await;
            pooled(&gateway, 1).await;
            let mut bob = logged_in(&gateway, &BOB.with(agreed)).await;
            assert_eq!(value(&mut bob, ID).await, id, "the connection is the same");
            bob.query(TEXT).await.expect("a request");
            let first = bob.rows().await.expect("a reply");
            assert_eq!(first.is_err(), fails, "{router}: {first:?}");
            if !fails {
                bob.rows().await.expect("a reply").expect("a row");
            }
            assert_eq!(value(&mut bob, "SELECT 3").await, "3");
            quit(bob).await;
            pooled(&gateway, 1).await;
            alter(&gateway, "persistpoolmax", &json!(0)).await;
            pooled(&gateway, 0).await;
            alter(&gateway, "persistpoolmax", &json!(10)).await;
        }
    }
}
