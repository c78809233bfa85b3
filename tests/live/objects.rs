//! Pages of configured objects.

use mysql_async::prelude::Queryable;

use crate::console::{own_stage, stage, with_text};

#[tokio::test]
async fn a_server_that_goes_down_is_seen_to() {
    let mut stage = own_stage().await;
    stage.browser.resize(1280, 900).await;
    stage.log_in("servers").await;
    let row = |text: &str| {
        format!(
            "{}?.textContent.includes('{text}')",
            with_text("tbody tr", "server3")
        )
    };
    stage
        .browser
        .until("the server runs", &row("Running"))
        .await;
    if let Some(replica) = stage.own_demo().replicas().last_mut() {
        replica.kill();
    }
    stage
        .browser
        .until("the server is down", &row("Down"))
        .await;
    if let Some(replica) = stage.own_demo().replicas().last_mut() {
        replica.restart().await;
    }
    stage
        .browser
        .until("the server runs again", &row("Running"))
        .await;
    stage.end().await;
}

#[tokio::test]
async fn the_palette_goes_to_objects_and_a_statement_is_seen_on_the_sessions_page() {
    let stage = stage().await;
    let browser = &stage.browser;
    browser.resize(1280, 900).await;
    let mut client = stage.visitor().await;
    client
        .query_drop("SELECT 'recognised'")
        .await
        .expect("a statement");
    stage.log_in("sessions").await;
    browser.find(".frame").await;
    let go = async |typed: &str, title: &str, heading: &str| {
        browser
            .press(&[sluicegate_tests::browser::input::keys::CONTROL, 'k'])
            .await;
        browser.find("dialog.palette[open]").await;
        browser.type_text(typed).await;
        browser
            .until(title, &with_text(".command-row[aria-selected=true]", title))
            .await;
        browser
            .press(&[sluicegate_tests::browser::input::keys::ENTER])
            .await;
        browser.until(heading, &with_text("h1", heading)).await;
    };
    go("server2", "server2", "server2").await;
    let session = format!("session {}", client.id());
    go(
        &session,
        &format!("Go to {session}"),
        &format!("Session {}", client.id()),
    )
    .await;
    stage.says(".is-statement", "recognised").await;
    client.disconnect().await.expect("a clean end");
    stage.end().await;
}
