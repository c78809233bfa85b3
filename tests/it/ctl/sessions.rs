//! Sessions.

use serde_json::Value;
use sluicegate_tests::gateway::{Gateway, Setup};
use sluicegate_tests::raw::RawClient;
use sluicegate_tests::waiting::{PATIENCE, eventually, within};

use super::{Ctl, has};
use crate::fixture::{World, world};

/// A gateway of its own before the shared server, and a client of it.
async fn scene(world: &World) -> (Gateway, Ctl, RawClient) {
    let mut setup = Setup::new(&[&world.shared.db]);
    setup
        .cnf
        .section("Main")
        .set("router_options", "running")
        .set("retain_last_statements", 3);
    setup
        .cnf
        .section("Note")
        .set("type", "filter")
        .set("module", "nullfilter");
    let gateway = setup.start().await;
    let client = RawClient::logged_in(gateway.port(), &world.login()).await;
    let ctl = Ctl::new(gateway.admin_port());
    (gateway, ctl, client.expect("a login"))
}

#[tokio::test]
async fn sessions_are_listed_get_filters_and_are_killed() {
    let world = world().await;
    let ctl = Ctl::new(world.gateway().admin_port());
    let client = RawClient::logged_in(world.port(), &world.login()).await;
    let mut client = client.expect("a login");
    let id = client.connection_id;
    let listed = async || {
        let rows = ctl.rows("list sessions").await;
        let begin = format!("{id}|{}|", world.user);
        rows.into_iter().find(|row| row.starts_with(&begin))
    };
    assert!(listed().await.is_some());

    let filters: Value =
        serde_json::from_str(&ctl.done("list filters --format json").await).expect("JSON");
    let filter = filters["data"][0]["id"].as_str().expect("a filter");
    ctl.done(&format!("set chain {id} {filter}")).await;
    eventually(PATIENCE, "the filter acts", async || {
        let row = listed().await?;
        row.ends_with(&format!("|{filter}")).then_some(())
    })
    .await;
    ctl.done(&format!("set chain {id}")).await;
    ctl.done(&format!("alter session {id} log_info=true")).await;
    let shown = ctl.rows(&format!("show session {id}")).await;
    assert!(
        shown.contains(&"parameters/log_info|true".to_owned()),
        "{shown:?}"
    );

    let top = ctl.done("top --count 2 --interval 200ms").await;
    assert_eq!(top.matches("statements/s").count(), 2, "{top}");

    ctl.done(&format!("kill session {id}")).await;
    eventually(PATIENCE, "the session has ended", async || {
        listed().await.is_none().then_some(())
    })
    .await;
    assert!(client.value("SELECT 1").await.is_err());
}

#[tokio::test]
async fn sessions_begin_anew_with_the_filters_of_their_service() {
    let world = world().await;
    let (_gateway, ctl, mut client) = scene(&world).await;
    let id = client.connection_id;
    let filters = async || {
        let rows = ctl.rows(&format!("show session {id}")).await;
        let filters = rows
            .iter()
            .find_map(|row| row.strip_prefix("-> filters|"))
            .map(str::to_owned);
        filters.unwrap_or_default()
    };
    for restart in [
        format!("restart session {id}"),
        format!("reload session {id}"),
        "restart sessions".to_owned(),
        "reload sessions".to_owned(),
        format!("restart session {id} --force"),
        "restart sessions --force".to_owned(),
    ] {
        ctl.done(&format!("alter session-filters {id} Note")).await;
        assert_eq!(filters().await, "Note");
        ctl.done(&restart).await;
        assert_eq!(filters().await, "", "{restart}");
        client.value("SELECT 1").await.expect("a value");
    }
    ctl.refused("restart session 4711").await;
    ctl.done("reload service Main").await;
    ctl.refused("reload service Nobody").await;
    let users = ctl.rows("show dbusers Main").await;
    let user = format!("{}|%|mysql_native_password|", world.user);
    assert!(users.iter().any(|row| row.starts_with(&user)), "{users:?}");
    ctl.done(&format!("show session {id} --rdns")).await;
    ctl.done("list sessions --rdns --sort -idle").await;
}

#[tokio::test]
async fn a_statement_is_listed_while_it_runs_and_ends_in_peace_with_a_ttl() {
    let world = world().await;
    let (_gateway, ctl, mut client) = scene(&world).await;
    let id = client.connection_id;
    assert_eq!(ctl.rows("list queries").await, [""; 0]);
    client.query("SELECT SLEEP(1.5)").await.expect("a request");
    eventually(PATIENCE, "the statement runs", async || {
        let queries = ctl.rows("list queries").await;
        let begin = format!("{id}|{}|127.0.0.1|", world.user);
        let found = queries.iter().find(|row| row.starts_with(&begin))?;
        found.ends_with("|SELECT SLEEP(1.5)").then_some(())
    })
    .await;
    ctl.done(&format!("kill session {id} --ttl 60s")).await;
    let rows = within(PATIENCE, "the rows", client.rows()).await;
    assert_eq!(rows.expect("a reply").expect("rows").len(), 1);
    eventually(PATIENCE, "the session is gone", async || {
        let rows = ctl.rows("list sessions").await;
        rows.is_empty().then_some(())
    })
    .await;
    assert!(client.value("SELECT 1").await.is_err());
    ctl.refused("kill session 4711 --ttl 1s").await;
}

#[tokio::test]
async fn a_server_is_drained_when_its_sessions_are_gone_and_as_before_when_they_stay() {
    let world = world().await;
    let (_gateway, ctl, mut client) = scene(&world).await;
    let state = async || {
        let rows = ctl.rows("list servers").await;
        rows[0].split('|').nth(4).unwrap_or_default().to_owned()
    };
    client.value("SELECT 1").await.expect("a value");
    let refused = ctl.refused("drain server server1 --drain-timeout 1").await;
    assert!(refused.contains("has connections still"), "{refused}");
    let after = state().await;
    assert!(!after.contains("Drain"), "{after}");
    assert!(!after.contains("Maintenance"), "{after}");

    let draining = tokio::spawn(ctl.command("drain server server1").output());
    eventually(PATIENCE, "it is being drained", async || {
        state().await.contains("Drain").then_some(())
    })
    .await;
    drop(client);
    let drained = within(PATIENCE, "its end", draining).await;
    assert!(
        drained
            .expect("no panic")
            .expect("it runs")
            .status
            .success()
    );
    let after = state().await;
    assert!(after.contains("Maintenance"), "{after}");
    assert!(!after.contains("Drain"), "{after}");
    let names = ctl.rows("show server server1").await;
    has(&names, "id|server1");
    ctl.done("clear server server1 maintenance").await;
}
