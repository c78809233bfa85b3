//! Connections that run statements are limited in number and time, and can be switched off.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use sluicegate_tests::gateway::{Gateway, Setup};
use sluicegate_tests::scratch;
use sluicegate_tests::waiting::{PATIENCE, eventually};

use super::opened::{Opened, body_of};
use crate::fixture::{World, world};

async fn gateway(world: &World, given: &[(&str, &str)]) -> Gateway {
    let mut setup = Setup::new(&[&world.shared.db]);
    setup.cnf.section("Main").set("router_options", "running");
    for (name, value) in given {
        setup.cnf.section("maxscale").set(name, value);
    }
    setup.start().await
}

async fn alter(gateway: &Gateway, given: Value) {
    let body = json!({"data": {"attributes": {"parameters": given}}});
    let answer = gateway.api().patch("/v1/maxscale", &body).await;
    assert_eq!(answer.status, 204, "{}", answer.text);
}

/// Waits until the metric says that so many connections are open.
async fn counted(gateway: &Gateway, wanted: usize) {
    let line = format!("\nsluicegate_sql_connections {wanted}\n");
    eventually(PATIENCE, &line, async || {
        let metrics = gateway.api().get("/metrics").await.text;
        metrics.contains(&line).then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_connection_that_is_idle_is_closed_and_what_runs_for_too_long_is_ended() {
    let world = world().await;
    let gateway = gateway(&world, &[]).await;
    let opened = Opened::open(gateway.api(), &body_of(&world, "server1")).await;
    counted(&gateway, 1).await;
    alter(&gateway, json!({"admin_sql_query_timeout": "1s"})).await;
    let begun = Instant::now();
    let answer = opened.run(&json!({"sql": "SELECT SLEEP(60)"})).await;
    let results = answer.json()["data"]["attributes"]["results"].clone();
    assert_eq!(results[0]["errno"], 1317, "{}", answer.text);
    assert!(begun.elapsed() < Duration::from_secs(30));
    assert_eq!(opened.value("SELECT 1").await, 1);
    // What runs is not idle.
    alter(
        &gateway,
        json!({"admin_sql_query_timeout": "0s", "admin_sql_idle_timeout": "1s"}),
    )
    .await;
    let busy = opened.run(&json!({"sql": "SELECT SLEEP(2)"})).await;
    assert_eq!(busy.status, 201, "{}", busy.text);
    counted(&gateway, 0).await;
    assert_eq!(opened.run(&json!({"sql": "SELECT 1"})).await.status, 404);
    gateway.logs("it was idle for admin_sql_idle_timeout").await;

    // A token that has ended takes its connection with it.
    alter(&gateway, json!({"admin_sql_idle_timeout": "0s"})).await;
    let answer = gateway
        .api()
        .post("/v1/sql?max-age=1", &body_of(&world, "server1"))
        .await;
    assert_eq!(answer.status, 201, "{}", answer.text);
    counted(&gateway, 0).await;
}

#[tokio::test]
async fn the_api_runs_no_statements_when_it_is_told_so() {
    let world = world().await;
    let mut gateway = gateway(&world, &[]).await;
    let opened = Opened::open(gateway.api(), &body_of(&world, "Main-Listener")).await;
    opened.queue("SELECT SLEEP(60)").await;
    alter(&gateway, json!({"admin_sql": false})).await;
    counted(&gateway, 0).await;
    let refused = gateway
        .api()
        .post("/v1/sql", &body_of(&world, "server1"))
        .await;
    assert_eq!(refused.status, 403, "{}", refused.text);
    assert!(refused.text.contains("admin_sql"), "{}", refused.text);
    assert_eq!(gateway.api().document("/v1/sql").await["data"], json!([]));
    alter(&gateway, json!({"admin_sql": true})).await;
    // What runs holds up no stop.
    let opened = Opened::open(gateway.api(), &body_of(&world, "server1")).await;
    opened.queue("SELECT SLEEP(60)").await;
    let begun = Instant::now();
    assert!(gateway.stop().await.success());
    assert!(begun.elapsed() < Duration::from_secs(20));
}

#[tokio::test]
async fn an_account_has_so_many_connections_and_all_are_in_the_audit_without_statements() {
    let world = world().await;
    let file = scratch::folder("sql-audit").join("audit.csv");
    let path = file.display().to_string();
    let given = [("admin_audit", "true"), ("admin_audit_file", path.as_str())];
    let gateway = gateway(&world, &given).await;
    let body = body_of(&world, "server1");
    let mut all = Vec::new();
    for _ in 0..16 {
        all.push(Opened::open(gateway.api(), &body).await);
    }
    let refused = gateway.api().post("/v1/sql", &body).await;
    assert_eq!(refused.status, 503, "{}", refused.text);
    assert!(refused.text.contains("16 connections"), "{}", refused.text);
    let first = all.remove(0);
    first.value("SELECT 'a text of its own'").await;
    first.close().await;
    Opened::open(gateway.api(), &body).await;

    let audit = gateway.api().document("/v1/audit").await;
    let records = audit["data"].as_array().expect("a list");
    let records: Vec<&Value> = records.iter().map(|one| &one["attributes"]).collect();
    assert_eq!(records[0]["kind"], "sql");
    assert_eq!(records[0]["action"], "open");
    assert_eq!(records[0]["name"], "server1");
    assert_eq!(records[0]["user"], "admin");
    assert_eq!(
        records[0]["after"],
        json!({"db": world.database, "user": world.user})
    );
    let failed = records.iter().find(|one| one["outcome"] != "done");
    let failed = failed.expect("a record of what was refused");
    assert!(
        failed["outcome"]
            .as_str()
            .unwrap()
            .contains("16 connections")
    );
    let undo = gateway.api().post("/v1/audit/1/undo", &Value::Null).await;
    assert_eq!(undo.status, 409, "{}", undo.text);
    let rows = eventually(PATIENCE, "the rows are written", async || {
        let text = std::fs::read_to_string(&file).unwrap_or_default();
        text.contains("/queries?token=").then_some(text)
    })
    .await;
    for secret in ["a text of its own", &world.password, &first.token] {
        assert!(!audit.to_string().contains(secret));
        assert!(!rows.contains(secret), "{rows}");
        assert!(!gateway.log_text().contains(secret));
    }
}
