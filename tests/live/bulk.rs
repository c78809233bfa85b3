//! Actions on several sessions.

use mysql_async::Conn;
use mysql_async::prelude::Queryable;
use serde_json::json;
use sluicegate_tests::waiting::{PATIENCE, eventually};

use crate::console::{Stage, stage};

const ROW: &str = "[role=grid] .table-row:not(.is-absent)";

/// So many clients, all of them listed and marked.
async fn stage_with_marked(count: usize) -> (Stage, Vec<Conn>) {
    let stage = stage().await;
    let browser = &stage.browser;
    browser.resize(1280, 900).await;
    let mut clients = Vec::new();
    for _ in 0..count {
        clients.push(stage.visitor().await);
    }
    stage
        .log_in(&format!("sessions?search=user:{}", stage.user))
        .await;
    let listed = format!("document.querySelectorAll('{ROW} input').length === {count}");
    browser.until("all are listed", &listed).await;
    browser
        .script(&format!("document.querySelector('{ROW} input').click()"))
        .await;
    stage.says(".bulk-bar", "1 session marked").await;
    stage.press(".bulk-bar button", "Mark all listed").await;
    stage
        .says(".bulk-bar", &format!("{count} sessions marked"))
        .await;
    (stage, clients)
}

/// Opens the dialog of an action, which shows whom it meets.
async fn ask(stage: &Stage, action: &str, clients: &[Conn]) {
    stage.press(".bulk-bar button", action).await;
    stage
        .says(
            "dialog[open] h2",
            &format!("{action} {} sessions?", clients.len()),
        )
        .await;
    for client in clients {
        stage
            .says("dialog[open] tr", &client.id().to_string())
            .await;
    }
}

/// Does it, and waits for so many results of this text.
async fn do_it(stage: &Stage, count: usize, result: &str) {
    stage.press("dialog[open] button", "Do it").await;
    results(stage, count, result).await;
}

async fn results(stage: &Stage, count: usize, result: &str) {
    let told = format!(
        "[...document.querySelectorAll('dialog[open] .cell-text')]\
         .filter(e => e.textContent === '{result}').length === {count}"
    );
    stage
        .browser
        .until(&format!("{count} results: {result}"), &told)
        .await;
}

async fn close(stage: &Stage) {
    stage.press("dialog[open] button", "Close").await;
    let closed = "!document.querySelector('dialog[open]')";
    stage.browser.until("the dialog closes", closed).await;
}

#[tokio::test]
async fn marked_sessions_are_shown_before_they_are_killed_and_each_result_after_it() {
    let (stage, mut clients) = stage_with_marked(3).await;
    ask(&stage, "Kill", &clients).await;
    for client in &mut clients {
        let asked = client.query_drop("DO 1").await;
        asked.expect("nothing is done before it is asked for");
    }
    do_it(&stage, 3, "done").await;
    for mut client in clients {
        let killed = client.query_drop("DO 1").await;
        killed.expect_err("its session was killed");
    }
    stage.end().await;
}

#[tokio::test]
async fn a_session_that_ends_before_its_turn_has_a_result_of_its_own() {
    let (stage, mut clients) = stage_with_marked(3).await;
    ask(&stage, "Kill", &clients).await;
    let gone = clients.pop().expect("three");
    let path = format!("/v1/sessions/{}", gone.id());
    gone.disconnect().await.expect("a clean end");
    let api = stage.api();
    let ended = async || (api.get(&path).await.status == 404).then_some(());
    eventually(PATIENCE, "the session ends", ended).await;
    do_it(&stage, 2, "done").await;
    results(&stage, 1, "has ended").await;
    stage.end().await;
}

#[tokio::test]
async fn several_sessions_get_a_chain_log_levels_and_a_restart() {
    let (stage, mut clients) = stage_with_marked(3).await;
    let browser = &stage.browser;
    let attributes = async |client: &Conn| {
        let path = format!("/v1/sessions/{}", client.id());
        let session = stage.api().document(&path).await;
        session["data"]["attributes"].clone()
    };

    ask(&stage, "Set chain", &clients).await;
    // Ticked in another order than they are listed in.
    stage
        .press("dialog[open] .name-choice label", "Two-Rows")
        .await;
    stage
        .press("dialog[open] .name-choice label", "Mask-Names")
        .await;
    stage
        .says("dialog[open] .bulk-line", "Two-Rows → Mask-Names")
        .await;
    do_it(&stage, 3, "done").await;
    for client in &mut clients {
        let name = client.query_first("SELECT name FROM items LIMIT 1").await;
        let name: Option<String> = name.expect("a statement");
        assert!(name.expect("a row").starts_with('*'), "it acts");
        let active = attributes(client).await["filters"]["active"].clone();
        assert_eq!(active, json!(["Two-Rows", "Mask-Names"]));
    }
    close(&stage).await;

    ask(&stage, "Log levels", &clients).await;
    // Nothing is chosen yet: there is nothing to do.
    stage
        .says("dialog[open] [aria-disabled=true]", "Do it")
        .await;
    stage
        .choose("dialog[open] .choices label:nth-of-type(4) select", "on")
        .await;
    do_it(&stage, 3, "done").await;
    for client in &clients {
        assert_eq!(attributes(client).await["parameters"]["log_info"], true);
    }
    close(&stage).await;

    // Back to what the service gives to new sessions.
    ask(&stage, "Restart", &clients).await;
    do_it(&stage, 3, "done").await;
    for client in &mut clients {
        let name = client.query_first("SELECT name FROM items LIMIT 1").await;
        let name: Option<String> = name.expect("a statement");
        assert!(name.expect("a row").starts_with("item"), "no filter acts");
        assert_eq!(attributes(client).await["filters"]["active"], json!([]));
    }
    close(&stage).await;
    let none = "!document.querySelector('.bulk-bar')";
    stage.press(".bulk-bar button", "Clear marks").await;
    browser.until("nothing is marked any more", none).await;
    for client in clients {
        client.disconnect().await.expect("a clean end");
    }
    stage.end().await;
}
