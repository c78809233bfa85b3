//! The command palette: every page, every object, every action.

use serde_json::json;
use sluicegate_tests::browser::input::keys::{CONTROL, ENTER, ESCAPE};

use crate::console::{Stage, row_of, stage, with_text};

/// Types a command's name and waits until it is the first one.
async fn find(stage: &Stage, typed: &str, title: &str) {
    let browser = &stage.browser;
    browser.press(&[CONTROL, 'k']).await;
    browser.find("dialog.palette[open]").await;
    browser.type_text(typed).await;
    let row = with_text(".command-row[aria-selected=true] .command-title", title);
    browser.until(&format!("{title} is offered"), &row).await;
}

async fn run(stage: &Stage, typed: &str, title: &str) {
    find(stage, typed, title).await;
    stage.browser.press(&[ENTER]).await;
    let closed = "!document.querySelector('dialog.palette[open]')";
    stage.browser.until("the palette closes", closed).await;
}

#[tokio::test]
async fn every_page_and_every_kind_of_object_is_a_command_away() {
    let stage = stage().await;
    stage.browser.resize(1280, 900).await;
    stage.log_in("settings").await;
    stage.says("h1", "Settings").await;
    // What is typed, and the heading of the page that it leads to.
    let pages = [
        ("dashboard page", "Dashboard", "Dashboard"),
        ("sessions page", "Sessions", "Sessions"),
        ("ended", "Ended sessions", "Ended sessions"),
        ("services page", "Services", "Services"),
        ("servers page", "Servers", "Servers"),
        ("monitors page", "Monitors", "Monitors"),
        ("listeners page", "Listeners", "Listeners"),
        ("filters page", "Filters", "Filters"),
        ("logs", "Logs", "Logs"),
        ("audit", "Audit", "Audit"),
        ("gateway", "Gateway", "Gateway"),
        ("modules page", "Modules", "Modules"),
        ("users", "Users", "Users"),
        ("new filter", "New filter", "Create a filter"),
        ("main services", "Main", "Main"),
        ("server3", "server3", "server3"),
        ("monitor monitors", "Monitor", "Monitor"),
        ("read-l", "Read-Listener", "Read-Listener"),
        ("two-rows", "Two-Rows", "Two-Rows"),
        ("qlafilter", "qlafilter", "qlafilter"),
        ("settings", "Settings", "Settings"),
    ];
    for (typed, title, heading) in pages {
        run(&stage, typed, title).await;
        stage.says("h1", heading).await;
    }
    // What one prefers.
    run(&stage, "density comf", "Density: Comfortable").await;
    let roomy = "document.documentElement.dataset.density === 'comfortable'";
    stage.browser.until("rows have more room", roomy).await;
    stage.end().await;
}

#[tokio::test]
async fn the_actions_of_a_page_are_commands_while_it_is_shown() {
    let stage = stage().await;
    let browser = &stage.browser;
    browser.resize(1280, 900).await;
    let client = stage.visitor().await;
    stage.log_in("sessions").await;
    browser.until("the session is listed", &row_of("web")).await;
    run(&stage, "hide memory", "Hide column Memory").await;
    let gone = format!("!({})", with_text(".table-title", "Memory"));
    browser.until("the column is gone", &gone).await;
    run(&stage, "longest idle", "View: Longest idle").await;
    let sorted = "document.querySelector('[aria-sort=descending]')?.textContent.includes('Idle')";
    browser.until("the view is opened", sorted).await;
    run(&stage, "pause", "Pause").await;
    stage.says(".toolbar-hint", "Paused").await;
    run(&stage, "resume", "Resume").await;

    stage.open_editor(client.id()).await;
    run(&stage, "level info", "Log level Info: on").await;
    let on = with_text(".switches label", "Info");
    browser
        .until("it is on", &format!("{on}.querySelector('input').checked"))
        .await;
    // What opens a dialog gives it the focus.
    run(&stage, "kill", "Kill…").await;
    browser.find("dialog[open]:not(.palette)").await;
    let inside = "document.querySelector('dialog[open]').contains(document.activeElement)";
    browser.until("the dialog has the focus", inside).await;
    browser.press(&[ESCAPE]).await;

    browser.open(&stage.address("users")).await;
    stage.says("tbody tr", "admin (you)").await;
    run(&stage, "new user", "New user").await;
    browser.find("dialog[open] input[name=name]").await;
    browser.press(&[ESCAPE]).await;
    browser.open(&stage.address("filters/Two-Rows")).await;
    stage.says(".panel-parameters", "max_resultset_rows").await;
    run(&stage, "edit par", "Edit parameters").await;
    browser.find(".form-actions").await;
    let session = format!("/v1/sessions/{}", client.id());
    let session = stage.api().document(&session).await;
    let level = &session["data"]["attributes"]["parameters"]["log_info"];
    assert_eq!(*level, json!(true));
    client.disconnect().await.expect("a clean end");
    stage.end().await;
}
