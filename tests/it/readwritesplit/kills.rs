//! KILL: whom it ends, whatever connections the session has.

use sluicegate_tests::raw::{Login, RawClient, Reply};
use sluicegate_tests::waiting::{PATIENCE, eventually, within};

use super::fixture::{Client, split};

/// Reads until the connection ends; the numbers of the ERRs before that.
async fn errors_until_the_end(client: &mut Client) -> Vec<u16> {
    within(PATIENCE, "the session ends", async {
        let mut errors = Vec::new();
        while let Ok(message) = client.0.message().await {
            errors.extend(Reply::decode(&message).error().map(|(code, _)| code));
        }
        errors
    })
    .await
}

/// Waits until a session is gone.
async fn is_gone(client: &Client) {
    let api = split().await.gateway.api();
    let id = client.0.connection_id;
    eventually(PATIENCE, "the session is gone", async || {
        let answer = api.get(&format!("/v1/sessions/{id}")).await;
        (answer.status == 404).then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_kill_ends_an_idle_session_with_all_its_connections() {
    let split = split().await;
    let (mut victim, mut killer) = (split.client().await, split.client().await);
    victim.value("SELECT 1").await.expect("a value");
    let id = victim.0.connection_id;
    for what in ["KILL", "KILL SOFT CONNECTION"] {
        let mut victim = split.client().await;
        let id = victim.0.connection_id;
        killer.run(&format!("{what} {id}")).await.expect("a kill");
        assert!(errors_until_the_end(&mut victim).await.is_empty());
        is_gone(&victim).await;
    }
    // A statement's end is not the session's.
    killer
        .run(&format!("KILL QUERY {id}"))
        .await
        .expect("a kill");
    assert_eq!(victim.value("SELECT 5").await.expect("a value"), "5");
}

#[tokio::test]
async fn a_statement_whose_session_is_killed_is_not_run_elsewhere() {
    let split = split().await;
    let (mut victim, mut killer) = (split.client().await, split.client().await);
    let sql = "SELECT SLEEP(31) FROM mysql.user LIMIT 1";
    victim.0.query(sql).await.expect("a request");
    let count = "SELECT COUNT(*) FROM information_schema.processlist
                 WHERE info LIKE '%SLEEP(31)%' AND id <> CONNECTION_ID()";
    let servers = || {
        let topology = &split.topology;
        topology.replicas.iter().chain([&topology.primary])
    };
    let running = async || {
        let mut running = 0;
        for server in servers() {
            running += server
                .sql(count)
                .await
                .trim()
                .parse::<u32>()
                .expect("a number");
        }
        running
    };
    eventually(PATIENCE, "the statement runs", async || {
        (running().await == 1).then_some(())
    })
    .await;
    let id = victim.0.connection_id;
    killer.run(&format!("KILL {id}")).await.expect("a kill");
    assert_eq!(errors_until_the_end(&mut victim).await, [1927]);
    is_gone(&victim).await;
    eventually(PATIENCE, "the statement ends", async || {
        (running().await == 0).then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_session_without_connections_is_killed_by_its_own_user_only() {
    let split = split().await;
    let mut victim = split.lazy_client().await;
    let id = victim.0.connection_id;
    let stranger = RawClient::logged_in(split.lazy_port, &Login::new("stranger", "s")).await;
    let mut stranger = Client(stranger.expect("a login"));
    let refused = stranger.run(&format!("KILL {id}")).await;
    assert_eq!(refused.expect_err("an error").0, 1095);
    let mut killer = split.lazy_client().await;
    killer.run(&format!("KILL {id}")).await.expect("a kill");
    assert!(errors_until_the_end(&mut victim).await.is_empty());
    is_gone(&victim).await;
}

#[tokio::test]
async fn a_session_may_kill_itself() {
    let split = split().await;
    for mut client in [split.client().await, split.lazy_client().await] {
        let id = client.0.connection_id;
        let told = client.run(&format!("KILL {id}")).await;
        assert_eq!(told.expect_err("an error").0, 1927);
        assert!(errors_until_the_end(&mut client).await.is_empty());
        is_gone(&client).await;
    }
}
