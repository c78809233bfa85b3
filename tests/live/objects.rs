//! Pages of configured objects.

use mysql_async::prelude::Queryable;

use crate::console::{stage, with_text};

#[tokio::test]
async fn a_server_that_goes_down_is_seen_to() {
    let mut stage = stage().await;
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
    if let Some(replica) = stage.demo.replicas().last_mut() {
        replica.kill();
    }
    stage
        .browser
        .until("the server is down", &row("Down"))
        .await;
    if let Some(replica) = stage.demo.replicas().last_mut() {
        replica.restart().await;
    }
    stage
        .browser
        .until("the server runs again", &row("Running"))
        .await;
    stage.end().await;
}

#[tokio::test]
async fn a_filter_is_made_from_a_form_changed_and_deleted() {
    let stage = stage().await;
    let browser = &stage.browser;
    browser.resize(1280, 900).await;
    stage.log_in("create/filters").await;
    browser.fill("input[name=name]", "One-Row").await;
    browser
        .script(
            "const s = document.querySelector('select'); s.value = 'maxrows'; \
             s.dispatchEvent(new Event('change', {bubbles: true}))",
        )
        .await;
    browser.fill("#field-max_resultset_rows", "many").await;
    stage.says(".form-row.is-faulty", "A whole number").await;
    browser.fill("#field-max_resultset_rows", "1").await;
    let button = with_text(".form-actions button", "Create");
    browser.script(&format!("{button}.click()")).await;
    stage.says("h1", "One-Row").await;
    let path = "/v1/filters/One-Row";
    let filter = stage.demo.gateway().api().document(path).await;
    assert_eq!(
        filter["data"]["attributes"]["parameters"]["max_resultset_rows"],
        1
    );

    stage.says(".panel-parameters", "max_resultset_rows").await;
    stage.press(".panel-parameters button", "Edit").await;
    browser.fill("#field-max_resultset_rows", "3").await;
    stage.press(".form-actions button", "Save").await;
    browser
        .until(
            "the form closes",
            "!document.querySelector('.form-actions')",
        )
        .await;
    let filter = stage.demo.gateway().api().document(path).await;
    assert_eq!(
        filter["data"]["attributes"]["parameters"]["max_resultset_rows"],
        3
    );

    // Who changed what is in the audit.
    browser.open(&stage.address("audit")).await;
    stage.says("tbody", "One-Row").await;

    browser.open(&stage.address("filters/One-Row")).await;
    stage.says(".page-head button", "Delete").await;
    stage.press(".page-head button", "Delete").await;
    stage.press("dialog[open] .button-danger", "Delete").await;
    stage.says("h1", "Filters").await;
    let gone = format!("!({})", with_text("tbody tr", "One-Row"));
    browser.until("it is gone from the list", &gone).await;
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
