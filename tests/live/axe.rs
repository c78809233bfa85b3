//! Every page, in both themes, before axe-core: a checker of accessibility.

use mysql_async::prelude::Queryable;
use serde_json::Value;
use sluicegate_tests::browser::Theme;
use sluicegate_tests::scratch;

use crate::console::{Stage, stage, with_text};

/// Pages with what is seen when they are complete.
pub const PAGES: &[(&str, &str, &str)] = &[
    ("dashboard", "h1", "Dashboard"),
    ("sessions", "[role=row]", "web"),
    ("ended", "tbody", "Main"),
    ("services", "tbody", "Main"),
    ("services/Main", ".choice", "Mask-Names"),
    ("servers", "tbody", "server1"),
    ("servers/server1", "h1", "server1"),
    ("monitors", "tbody", "Monitor"),
    ("monitors/Monitor", "h1", "Monitor"),
    ("listeners", "tbody", "Main-Listener"),
    ("listeners/Main-Listener", "h1", "Main-Listener"),
    ("filters", "tbody", "Mask-Names"),
    ("filters/Mask-Names", "h1", "Mask-Names"),
    ("create/filters", "h1", "Create a filter"),
    ("create/services", "h1", "Create a service"),
    ("users", "tbody", "admin"),
    ("logs", "h1", "Logs"),
    ("audit", "h1", "Audit"),
    ("settings", "h1", "Settings"),
    ("nowhere", "h1", "There is no such page"),
];

/// The checker, from the tools.
fn axe() -> String {
    let tools = std::env::var("SLUICEGATE_TOOLS").map_or_else(
        |_| scratch::repository().join(".tools"),
        std::path::PathBuf::from,
    );
    let path = tools.join("npm/node_modules/axe-core/axe.min.js");
    std::fs::read_to_string(&path)
        .unwrap_or_else(|e| panic!("{}: {e}; run .ci/setup.sh test", path.display()))
}

/// Tells what is wrong on the page.
async fn check(stage: &Stage, axe: &str, what: &str, faults: &mut Vec<String>) {
    let browser = &stage.browser;
    browser
        .script(&format!(
            "{axe}; window.found = undefined; axe.run(document).then(\
        r => window.found = r.violations, e => window.found = [String(e)])"
        ))
        .await;
    browser.until("axe is done", "window.found").await;
    let found = browser
        .script(
            "return window.found.map(v => v.id + ': ' + v.help + ' ' + \
             v.nodes.slice(0, 3).map(n => n.html.slice(0, 200) + ' ' + n.failureSummary).join(' | '))",
        )
        .await;
    if found != Value::Array(Vec::new()) {
        faults.push(format!("{what}: {found:#}"));
    }
}

#[tokio::test]
async fn every_page_is_accessible_in_both_themes() {
    let stage = stage().await;
    let browser = &stage.browser;
    let axe = axe();
    let mut faults = Vec::new();
    browser.resize(1280, 900).await;
    browser.open(&stage.address("sessions")).await;
    browser.find("input[name=username]").await;
    for theme in [Theme::Light, Theme::Dark] {
        browser.prefer(theme).await;
        check(
            &stage,
            &axe,
            &format!("the login page, {theme:?}"),
            &mut faults,
        )
        .await;
    }
    let mut visitor = stage.visitor().await;
    visitor.query_drop("SELECT 1").await.expect("a statement");
    let session = format!("sessions/{}", visitor.id());
    let session = [(session.as_str(), ".choice", "Mask-Names")];
    stage.log_in("sessions").await;
    browser.find(".frame").await;
    for &(path, selector, text) in PAGES.iter().chain(&session) {
        browser.open(&stage.address(path)).await;
        browser.until(path, &with_text(selector, text)).await;
        for theme in [Theme::Light, Theme::Dark] {
            browser.prefer(theme).await;
            browser.settle().await;
            check(&stage, &axe, &format!("{path}, {theme:?}"), &mut faults).await;
        }
    }
    // What is open only now and then: staged changes, a menu, the palette.
    browser.click("button[aria-label=\"Add Mask-Names\"]").await;
    browser.click("#chain-Mask-Names").await;
    browser.find(".action-menu").await;
    check(&stage, &axe, "the editor with a menu", &mut faults).await;
    browser
        .press(&[sluicegate_tests::browser::input::keys::ESCAPE])
        .await;
    browser.click(".palette-button").await;
    browser.find("dialog.palette[open] .command-row").await;
    check(&stage, &axe, "the palette", &mut faults).await;
    visitor.disconnect().await.expect("a clean end");
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    stage.end().await;
}
