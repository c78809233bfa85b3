//! What is seen while the gateway cannot be reached, and after it.

use mysql_async::prelude::Queryable;
use sluicegate_tests::api::ADMIN;
use sluicegate_tests::browser::input::keys::{CONTROL, ENTER};
use sluicegate_tests::cable::Cable;

use crate::console::{Stage, own_stage, row_of, stage, with_text};

/// What the browser notes of requests that come nowhere.
const LOST: &[&str] = &[
    "ERR_CONNECTION",
    "ERR_SOCKET",
    "ERR_INTERNET",
    "ERR_NETWORK",
    "ERR_EMPTY",
    "ERR_INCOMPLETE",
];
const STALE: &str = "document.querySelector('.main.is-stale')";

/// The page says that there is no connection, and marks what it shows as old.
async fn the_break_is_told(stage: &Stage) {
    stage
        .says(".banner", "No connection to the server. What you see is")
        .await;
    stage
        .browser
        .until("what is seen is marked as old", STALE)
        .await;
}

#[tokio::test]
async fn a_gateway_that_is_killed_or_falls_silent_is_told_and_followed_again_without_a_reload() {
    let mut stage = own_stage().await;
    stage.browser.resize(1280, 800).await;
    stage.log_in("sessions").await;
    let web = row_of("web");
    stage.browser.until("sessions are listed", &web).await;
    stage.browser.script("window.sameDocument = true").await;

    stage.own_demo().gateway_mut().kill().await;
    let reconnecting = with_text(".status-text", "Reconnecting");
    let disconnected = with_text(".status-text", "Disconnected");
    let told = format!("{reconnecting} || {disconnected}");
    stage.browser.until("the break is told", &told).await;
    the_break_is_told(&stage).await;
    stage
        .browser
        .until("the last rows are still there", &web)
        .await;

    stage.own_demo().gateway_mut().restart().await;
    // Tokens are the gateway's that gave them: the new one asks, and the page stays where it was.
    let asked = "document.querySelector('input[name=password]')";
    let live = with_text(".status-text", "Live");
    stage
        .browser
        .until("it answers again", &format!("{asked} || {live}"))
        .await;
    if stage
        .browser
        .script(&format!("return Boolean({asked})"))
        .await
        == true
    {
        stage
            .says(".login-note", "Log in again to go on where you were")
            .await;
        stage.fill_in(ADMIN).await;
    }
    stage.says(".status-text", "Live").await;
    stage
        .browser
        .until("nothing is old any more", &format!("!{STALE}"))
        .await;
    let client = stage.visitor().await;
    let row = row_of(&stage.user);
    stage.browser.until("a new session appears", &row).await;

    // Connections stay open and nothing comes any more: no error tells of that.
    stage.demo().gateway().freeze().await;
    the_break_is_told(&stage).await;
    stage.demo().gateway().thaw();
    stage.says(".status-text", "Live").await;
    stage
        .browser
        .until("nothing is old any more", &format!("!{STALE}"))
        .await;
    let same = stage.browser.script("return window.sameDocument").await;
    assert_eq!(same, true, "the page was not loaded again");
    client.disconnect().await.expect("a clean end");
    stage.end_despite(LOST).await;
}

#[tokio::test]
async fn a_draft_outlives_a_lost_connection_and_is_applied_after_it() {
    let mut stage = stage().await;
    let cable = Cable::to(stage.console_port).await;
    stage.console_port = cable.port();
    let browser = &stage.browser;
    browser.resize(1280, 900).await;
    let mut client = stage.visitor().await;
    let id = client.id();
    stage.log_in("sessions").await;
    stage.open_editor(id).await;
    browser.click("button[aria-label=\"Add Mask-Names\"]").await;
    stage.says(".chain-summary", "1 added").await;

    cable.pull();
    stage
        .says(
            ".chain-editor .banner",
            "No connection to the server. What you staged is kept",
        )
        .await;
    stage
        .says(
            ".chain-buttons [aria-disabled=true]",
            "There is no connection to the server",
        )
        .await;
    browser.press(&[CONTROL, ENTER]).await;
    // One may go on meanwhile.
    browser.click("button[aria-label=\"Add Two-Rows\"]").await;
    stage.says(".chain-summary", "2 added").await;
    let path = format!("/v1/sessions/{id}");
    let session = stage.api().document(&path).await;
    let generation = &session["data"]["attributes"]["filters"]["generation"];
    assert_eq!(generation, 0, "nothing was sent");

    cable.put_in();
    stage.says(".status-text", "Live").await;
    stage.no_longer_says(".banner", "No connection").await;
    stage.says(".chain-summary", "2 added").await;
    browser.press(&[CONTROL, ENTER]).await;
    stage.says(".chain-status", "active, generation 1").await;
    let name: Option<String> = client
        .query_first("SELECT name FROM items LIMIT 1")
        .await
        .expect("a statement");
    assert!(name.expect("a row").starts_with('*'), "it acts");
    client.disconnect().await.expect("a clean end");
    stage.end_despite(LOST).await;
}

#[tokio::test]
async fn a_draft_is_there_again_when_one_comes_back_to_its_page() {
    let stage = stage().await;
    let browser = &stage.browser;
    browser.resize(1280, 900).await;
    let client = stage.visitor().await;
    stage.log_in("sessions").await;
    stage.open_editor(client.id()).await;
    browser.click("button[aria-label=\"Add Two-Rows\"]").await;
    stage.says(".chain-summary", "1 added").await;
    stage.press(".sidebar a", "Servers").await;
    stage.says("tbody tr", "server1").await;
    browser.script("history.back()").await;
    stage.says(".chain-summary", "1 added").await;
    client.disconnect().await.expect("a clean end");
    stage.end().await;
}
