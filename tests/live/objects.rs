//! Pages of configured objects.

use mysql_async::prelude::Queryable;

use crate::console::{Stage, own_stage, stage, with_text};

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
    // Nobody has changed anything so far.
    let audit = stage.address("audit");
    stage.browser.open(&audit).await;
    stage.says(".notice-title", "Nothing was changed yet").await;
    maintained_and_drained(&stage).await;
    stage.browser.open(&audit).await;
    stage.says("tbody.audit-record", "server3").await;
    stage.end().await;
}

/// Takes a server out of use in both ways, and back.
async fn maintained_and_drained(stage: &Stage) {
    stage.browser.open(&stage.address("servers/server3")).await;
    for (button, state, end) in [
        ("Maintenance", "Maintenance", "End maintenance"),
        ("Drain", "Drain", "End drain"),
    ] {
        stage.press(".page-head button", button).await;
        stage.says(".page-head .badge", state).await;
        let server = stage.api().document("/v1/servers/server3").await;
        let told = server["data"]["attributes"]["state"].as_str();
        assert!(told.is_some_and(|told| told.contains(state)), "{told:?}");
        stage.press(".page-head button", end).await;
        stage.no_longer_says(".page-head .badge", state).await;
        stage.says(".page-head .badge", "Running").await;
    }
}

#[tokio::test]
async fn a_chart_tells_the_value_under_the_pointer() {
    let stage = stage().await;
    let browser = &stage.browser;
    browser.resize(1280, 900).await;
    stage.log_in("dashboard").await;
    let chart = with_text(".chart", "Statements/s");
    browser
        .until(
            "it is drawn",
            &format!("{chart}?.querySelector('.chart-line')?.getAttribute('d')"),
        )
        .await;
    // The gateway has kept what was before the page was opened.
    let points =
        format!("{chart}.querySelector('.chart-line').getAttribute('d').split('L').length");
    browser
        .until("there is a past", &format!("{points} > 1"))
        .await;
    let busy = with_text(".chart-figures", "limit 100 %");
    browser.until("the limit is told", &busy).await;
    let plot = browser
        .middle(&format!("{chart}.querySelector('.chart-plot')"))
        .await;
    browser.point(plot).await;
    let told =
        format!("/^[0-9.,]+ · .+ ago$/.test({chart}.querySelector('.chart-told').textContent)");
    browser.until("value and time are told", &told).await;
    let figures = format!("{chart}.querySelector('.chart-figures').textContent.startsWith('max ')");
    browser.until("and the largest one", &figures).await;
    // The axis ends at a round figure that no value exceeds.
    let number = |class: &str, skip: usize| {
        let text = format!("{chart}.querySelector('.{class}').textContent.slice({skip})");
        format!("Number({text}.replaceAll(',', ''))")
    };
    let (top, max) = (number("chart-top", 0), number("chart-figures", 4));
    let axis = format!("{top} >= {max}");
    browser.until("the axis reaches so far", &axis).await;
    browser.point((2.0, 2.0)).await;
    let silent = format!("{chart}.querySelector('.chart-told').textContent === ''");
    browser.until("nothing is told beside it", &silent).await;
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
