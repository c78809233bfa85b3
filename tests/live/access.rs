//! What someone may do who may only read.

use mysql_async::prelude::Queryable;
use serde_json::{Value, json};

use crate::console::{Stage, stage, with_text};

const READER: (&str, &str) = ("reader", "only-reading");

/// Makes an account that may only read, as far as there is none.
async fn make_reader(stage: &Stage) {
    let attributes = json!({"account": "basic", "password": READER.1});
    let body = json!({"data": {"id": READER.0, "type": "inet", "attributes": attributes}});
    let answer = stage.api().post("/v1/users/inet", &body).await;
    assert_eq!(answer.status, 204, "{}", answer.text);
}

/// Everything on the page that would change something: it must be disabled, and say why.
async fn only_reads(stage: &Stage, page: &str, controls: &[&str]) {
    let why = "Your account is for reading only";
    for control in controls {
        let button = with_text("button, [role=link]", control);
        let told = format!(
            "{button}?.getAttribute('aria-disabled') === 'true' && {button}.title === '{why}'"
        );
        stage
            .browser
            .until(
                &format!("{control} of {page} is disabled and says why"),
                &told,
            )
            .await;
    }
}

/// The page of a session, for someone who may only read.
async fn a_session_is_only_read(stage: &Stage) {
    let browser = &stage.browser;
    stage.says(".choice", "Mask-Names").await;
    let told = "document.querySelector('button[aria-label=\"Add Mask-Names\"]').title\
                === 'Your account is for reading only'";
    browser.until("the reason is told", told).await;
    browser.click("button[aria-label=\"Add Mask-Names\"]").await;
    stage.says(".chain-summary", "No staged changes").await;
    only_reads(stage, "a session", &["Kill…", "Restart", "Apply"]).await;
    let fixed = "[...document.querySelectorAll('.switches input')].every(e => e.disabled)";
    browser.until("log levels can't be switched", fixed).await;
    let why = with_text(".panel-hint", "Your account is for reading only");
    browser.until("and it is said why", &why).await;
}

#[tokio::test]
async fn who_may_only_read_sees_all_and_is_told_why_nothing_can_be_changed() {
    let stage = stage().await;
    let browser = &stage.browser;
    browser.resize(1280, 900).await;
    make_reader(&stage).await;
    let mut client = stage.visitor().await;
    let id = client.id();
    stage.log_in_as(READER, &format!("sessions/{id}")).await;
    a_session_is_only_read(&stage).await;

    let pages: [(&str, &str, &[&str]); 10] = [
        ("servers", "h1", &["New server"]),
        (
            "servers/server1",
            "h1",
            &["Maintenance", "Drain", "Delete…", "Edit"],
        ),
        (
            "services/Main",
            ".choice",
            &["Stop", "Delete…", "Edit", "Choose targets", "Apply"],
        ),
        (
            "listeners/Main-Listener",
            "h1",
            &["Stop", "Delete…", "Edit"],
        ),
        (
            "monitors/Monitor",
            "h1",
            &["Stop", "Delete…", "Edit", "Choose servers"],
        ),
        ("filters", "h1", &["New filter"]),
        ("filters/Mask-Names", "h1", &["Delete…", "Edit"]),
        ("users", "h1", &["New user", "Change", "Delete"]),
        (
            "gateway",
            ".panel-parameters",
            &["Reload certificates", "Reopen log file", "Edit"],
        ),
        ("create/filters", "h1", &["Create"]),
    ];
    for (path, selector, controls) in pages {
        browser.open(&stage.address(path)).await;
        browser.find(selector).await;
        only_reads(&stage, path, controls).await;
    }
    let search = format!("sessions?search=user:{}", stage.user);
    browser.open(&stage.address(&search)).await;
    let mark = "[role=grid] .table-row:not(.is-absent) input";
    browser.find(mark).await;
    browser
        .script(&format!("document.querySelector('{mark}').click()"))
        .await;
    let actions = ["Kill…", "Restart…", "Log levels…", "Set chain…"];
    only_reads(&stage, "the list of sessions", &actions).await;
    client
        .query_drop("DO 1")
        .await
        .expect("nothing happened to it");
    client.disconnect().await.expect("a clean end");
    stage.end().await;
}

#[tokio::test]
async fn who_loses_the_right_to_write_while_working_is_told_at_the_next_write() {
    let stage = stage().await;
    let browser = &stage.browser;
    browser.resize(1280, 900).await;
    let api = stage.api();
    let change = |account: &str| json!({"data": {"attributes": {"account": account}}});
    let body = json!({"data": {"id": "intern", "type": "inet", "attributes":
        {"account": "admin", "password": "intern-secret"}}});
    assert_eq!(api.post("/v1/users/inet", &body).await.status, 204);
    stage
        .log_in_as(("intern", "intern-secret"), "servers/server3")
        .await;
    let enabled = format!(
        "{}?.getAttribute('aria-disabled') === null",
        with_text(".page-head button", "Maintenance")
    );
    browser.until("its actions are enabled", &enabled).await;
    let answer = api.patch("/v1/users/inet/intern", &change("basic")).await;
    assert_eq!(answer.status, 204, "{}", answer.text);
    stage.press(".page-head button", "Maintenance").await;
    only_reads(&stage, "a server", &["Maintenance", "Drain", "Delete…"]).await;
    let server: Value = api.document("/v1/servers/server3").await;
    let state = server["data"]["attributes"]["state"]
        .as_str()
        .unwrap_or_default()
        .to_owned();
    assert!(!state.contains("Maintenance"), "nothing was done: {state}");
    stage.end().await;
}
