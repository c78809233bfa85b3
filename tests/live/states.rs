//! What pages show when there is nothing to show yet, nothing at all, or when something went wrong.

use mysql_async::prelude::Queryable;
use serde_json::json;

use crate::console::{Stage, stage, with_text};

/// Pages, what they ask for, and what is seen when they have it.
const PAGES: &[(&str, &str, &str, &str)] = &[
    ("services", "/v1/services", "tbody", "Main"),
    (
        "services/Main",
        "/v1/services/Main",
        ".choice",
        "Mask-Names",
    ),
    ("servers", "/v1/servers", "tbody", "server1"),
    (
        "servers/server1",
        "/v1/servers/server1",
        ".fact",
        "Routed packets",
    ),
    ("monitors", "/v1/monitors", "tbody", "Monitor"),
    (
        "monitors/Monitor",
        "/v1/monitors/Monitor",
        ".panel-parameters",
        "monitor_interval",
    ),
    ("listeners", "/v1/listeners", "tbody", "Main-Listener"),
    ("filters", "/v1/filters", "tbody", "Mask-Names"),
    ("modules", "/v1/maxscale/modules", "tbody", "qlafilter"),
    (
        "modules/qlafilter",
        "/v1/maxscale/modules/qlafilter",
        ".module-command",
        "log",
    ),
    (
        "gateway",
        "/v1/maxscale",
        ".panel-parameters",
        "retain_last_statements",
    ),
    ("users", "/v1/users/inet", "tbody", "admin"),
    ("audit", "/v1/audit", "tbody.audit-record", ""),
    ("logs", "/v1/maxscale/logs", ".log-list-row", ""),
    ("ended", "/v1/sessions", "tbody", "Main"),
    ("dashboard", "/v1/maxscale/samples", ".chart-now", ""),
];

/// Makes requests to a path fail, as they do without a network, or lets them through again.
async fn fail(stage: &Stage, path: Option<&str>) {
    let urls: Vec<String> = path.map(|path| format!("*{path}*")).into_iter().collect();
    let browser = &stage.browser;
    browser.devtools("Network.enable", json!({})).await;
    browser
        .devtools("Network.setBlockedURLs", json!({"urls": urls}))
        .await;
}

/// Something that is told by the audit and by the list of ended sessions.
async fn something_has_happened(stage: &Stage) {
    let mut client = stage.visitor().await;
    client.query_drop("DO 1").await.expect("a statement");
    client.disconnect().await.expect("a clean end");
    let attributes = json!({"module": "nullfilter"});
    let filter = json!({"data": {"id": "Passing", "type": "filters", "attributes": attributes}});
    let api = stage.api();
    let made = api.post("/v1/filters", &filter).await;
    assert_eq!(made.status, 204, "{}", made.text);
    let deleted = api.delete("/v1/filters/Passing").await;
    assert_eq!(deleted.status, 204, "{}", deleted.text);
}

#[tokio::test]
async fn what_fails_is_said_and_a_press_tries_it_again() {
    let stage = stage().await;
    let browser = &stage.browser;
    browser.resize(1280, 900).await;
    something_has_happened(&stage).await;
    stage.log_in("settings").await;
    stage.says("h1", "Settings").await;
    for &(page, path, selector, text) in PAGES {
        // Within the page that is loaded: only what it asks for fails.
        fail(&stage, Some(path)).await;
        let go = format!(
            "history.pushState({{}}, '', '/console/{page}'); \
                          dispatchEvent(new PopStateEvent('popstate'))"
        );
        browser.script(&go).await;
        let notice = with_text("main .notice", "Retry");
        browser
            .until(&format!("{page} says that it failed"), &notice)
            .await;
        fail(&stage, None).await;
        stage.press("main .notice button", "Retry").await;
        browser
            .until(&format!("{page} is there"), &with_text(selector, text))
            .await;
    }
    stage.end_despite(&["ERR_BLOCKED", "ERR_FAILED"]).await;
}

#[tokio::test]
async fn what_takes_its_time_has_the_shape_of_what_comes() {
    let stage = stage().await;
    let browser = &stage.browser;
    browser.resize(1280, 900).await;
    stage.log_in("settings").await;
    stage.says("h1", "Settings").await;
    // What is asked for while the gate is closed is answered when it opens.
    let gate = "const real = window.fetch; \
                window.close_gate = () => \
                { window.gate = new Promise(done => { window.open_gate = done; }); }; \
                window.fetch = async (...given) => { await window.gate; return real(...given); }";
    browser.script(gate).await;
    for (page, selector, text) in [
        ("Servers", "tbody tr", "server1"),
        ("Audit", "h1", "Audit"),
        ("Gateway", ".panel-parameters", "retain_last_statements"),
        ("Logs", "h1", "Logs"),
    ] {
        browser.script("window.close_gate()").await;
        stage.press(".sidebar a", page).await;
        let skeleton = "document.querySelector('main .skeleton[role=status]')?.textContent\
                        .includes('Loading')";
        browser.until(&format!("{page} is loading"), skeleton).await;
        browser.script("window.open_gate()").await;
        stage.says(selector, text).await;
        let gone = "!document.querySelector('main .skeleton')";
        browser.until(&format!("{page} is there"), gone).await;
    }
    stage.end().await;
}
