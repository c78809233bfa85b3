//! Servers that die, freeze or were never there: an ERR with the cause, and nothing hangs.

use std::time::Duration;

use sluicegate_tests::api::Api;
use sluicegate_tests::gateway::{Gateway, is_rerouted};
use sluicegate_tests::mariadb::MariaDb;
use sluicegate_tests::raw::{Login, RawClient, Reply};
use sluicegate_tests::waiting::{PATIENCE, eventually, within};

const LOGIN: Login<'static> = Login::new("u", "u").database("d");

async fn server() -> MariaDb {
    let db = MariaDb::start("mortal").await;
    db.sql("CREATE DATABASE d; CREATE USER u@'%' IDENTIFIED BY 'u'; GRANT ALL ON d.* TO u@'%'")
        .await;
    db
}

async fn no_sessions(api: &Api) {
    eventually(PATIENCE, "no session is left", async || {
        let document = api.document("/v1/sessions").await;
        document["data"]
            .as_array()
            .expect("a list")
            .is_empty()
            .then_some(())
    })
    .await;
}

/// Reads until the connection ends; the last ERR before that.
async fn last_error(client: &mut RawClient) -> Option<(u16, String)> {
    within(PATIENCE, "the session ends", async {
        let mut last = None;
        while let Ok(message) = client.message().await {
            if let Some((code, text)) = Reply::decode(&message).error() {
                last = Some((code, text.to_owned()));
            }
        }
        last
    })
    .await
}

#[tokio::test]
async fn a_server_killed_mid_result_ends_the_session_with_an_err_that_says_so() {
    let mut db = server().await;
    let gateway = Gateway::start(&[&db]).await;
    let mut client = RawClient::logged_in(gateway.port(), &LOGIN)
        .await
        .expect("a login");
    client
        .query("SELECT REPEAT('x', 1000) FROM seq_1_to_10000000")
        .await
        .expect("a request");
    client.message().await.expect("the result begins");
    db.kill();
    if is_rerouted() {
        // The session goes on: see readwritesplit/failures.
        while Reply::decode(&client.message().await.expect("an ERR"))
            .error()
            .is_none()
        {}
        return;
    }
    let (code, text) = last_error(&mut client)
        .await
        .expect("an ERR before the end");
    assert_eq!(code, 1927, "{text}");
    assert!(text.contains("server1"), "does not name the server: {text}");
    no_sessions(&gateway.api()).await;
}

#[tokio::test]
async fn a_server_killed_while_a_statement_waits_ends_the_session_with_an_err() {
    let mut db = server().await;
    let gateway = Gateway::start(&[&db]).await;
    let mut client = RawClient::logged_in(gateway.port(), &LOGIN)
        .await
        .expect("a login");
    client.query("SELECT SLEEP(100)").await.expect("a request");
    db.kill();
    let (code, text) = last_error(&mut client)
        .await
        .expect("an ERR before the end");
    assert_eq!(code, 1927, "{text}");
    no_sessions(&gateway.api()).await;
}

#[tokio::test]
async fn a_server_killed_under_an_idle_session_ends_it() {
    if is_rerouted() {
        // It goes on, and is connected again when it has something to do.
        return;
    }
    let mut db = server().await;
    let gateway = Gateway::start(&[&db]).await;
    let mut client = RawClient::logged_in(gateway.port(), &LOGIN)
        .await
        .expect("a login");
    client.value("SELECT 1").await.expect("a value");
    db.kill();
    last_error(&mut client).await;
    no_sessions(&gateway.api()).await;
}

#[tokio::test]
async fn without_a_running_server_a_login_gets_an_err_and_after_its_return_it_works() {
    let mut db = server().await;
    let gateway = Gateway::start(&[&db]).await;
    let client = RawClient::logged_in(gateway.port(), &LOGIN)
        .await
        .expect("a login");
    drop(client);
    db.kill();
    let refused = eventually(PATIENCE, "a login is refused", async || {
        let attempt = RawClient::logged_in(gateway.port(), &LOGIN);
        within(PATIENCE, "an answer to the login", attempt)
            .await
            .err()
    })
    .await;
    assert!(
        refused.to_string().contains("Err"),
        "closed without a word: {refused}"
    );
    db.restart().await;
    eventually(PATIENCE, "a login works again", async || {
        RawClient::logged_in(gateway.port(), &LOGIN).await.ok()
    })
    .await;
}

#[tokio::test]
async fn a_frozen_server_holds_up_its_own_sessions_only() {
    let (frozen, alive) = (server().await, server().await);
    let mut setup = sluicegate_tests::gateway::Setup::new(&[&frozen, &alive]);
    setup
        .cnf
        .section("Main")
        .set("servers", "server1")
        .set("router_options", "running");
    let port = sluicegate_tests::ports::free_port();
    setup
        .cnf
        .service("Other", "readconnroute")
        .set("router_options", "running")
        .set("servers", "server2");
    setup.cnf.listener("Other-Listener", "Other", port);
    let gateway = setup.start().await;
    let mut stuck = RawClient::logged_in(gateway.port(), &LOGIN)
        .await
        .expect("a login");
    frozen.freeze().await;
    stuck.query("SELECT 1").await.expect("a request");
    for _ in 0..10 {
        let work = async {
            let mut other = RawClient::logged_in(port, &LOGIN).await.expect("a login");
            other.value("SELECT 1").await.expect("a value")
        };
        within(Duration::from_secs(10), "work on the other server", work).await;
    }
    within(
        Duration::from_secs(10),
        "the API",
        gateway.api().document("/v1/sessions"),
    )
    .await;
    frozen.thaw();
    within(PATIENCE, "the stuck statement", stuck.rows())
        .await
        .expect("a reply")
        .expect("rows");
}
