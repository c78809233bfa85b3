//! Every page and every dialogue, in both themes, before axe-core: a checker of accessibility.

use mysql_async::Conn;
use mysql_async::prelude::Queryable;
use serde_json::{Value, json};
use sluicegate_tests::browser::Theme;
use sluicegate_tests::browser::input::keys::{CONTROL, ESCAPE};
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
    ("create/servers", "h1", "Create a server"),
    ("create/monitors", "h1", "Create a monitor"),
    ("create/listeners", "h1", "Create a listener"),
    ("gateway", ".panel-parameters", "retain_last_statements"),
    ("modules", "tbody", "qlafilter"),
    ("modules/qlafilter", ".module-command", "log"),
    ("users", "tbody", "admin"),
    ("logs", "h1", "Logs"),
    ("audit", "h1", "Audit"),
    ("settings", "h1", "Settings"),
    ("nowhere", "h1", "There is no such page"),
];

const THEMES: [Theme; 2] = [Theme::Light, Theme::Dark];

/// Checks pages and gathers what is wrong with them.
struct Checker<'a> {
    stage: &'a Stage,
    axe: String,
    faults: Vec<String>,
}

impl<'a> Checker<'a> {
    fn new(stage: &'a Stage) -> Self {
        let tools = std::env::var("SLUICEGATE_TOOLS").map_or_else(
            |_| scratch::repository().join(".tools"),
            std::path::PathBuf::from,
        );
        let path = tools.join("npm/node_modules/axe-core/axe.min.js");
        let axe = std::fs::read_to_string(&path)
            .unwrap_or_else(|e| panic!("{}: {e}; run .ci/setup.sh test", path.display()));
        Self {
            stage,
            axe,
            faults: Vec::new(),
        }
    }

    /// What is on the page now, in both themes.
    async fn check(&mut self, what: &str) {
        let browser = &self.stage.browser;
        // Half a megabyte: once for each page that is loaded.
        if browser.script("return typeof axe").await == "undefined" {
            browser
                .script(&format!("{}; window.axe = axe", self.axe))
                .await;
        }
        for theme in THEMES {
            browser.prefer(theme).await;
            browser.settle().await;
            browser
                .script(
                    "window.found = undefined; axe.run(document).then(\
                     r => window.found = r.violations, e => window.found = [String(e)])",
                )
                .await;
            browser.until("axe is done", "window.found").await;
            let found = browser
                .script(
                    "return window.found.map(v => v.id + ': ' + v.help + ' ' + v.nodes.slice(0, 3)\
                     .map(n => n.html.slice(0, 200) + ' ' + n.failureSummary).join(' | '))",
                )
                .await;
            if found != Value::Array(Vec::new()) {
                self.faults.push(format!("{what}, {theme:?}: {found:#}"));
            }
        }
    }

    /// Opens a page and checks what is opened there, one after the other.
    async fn open(&self, path: &str, (selector, text): (&str, &str)) {
        self.stage.browser.open(&self.stage.address(path)).await;
        self.stage.says(selector, text).await;
    }

    /// What a button opens, closed again by Esc.
    async fn dialog(&mut self, selector: &str, button: &str) {
        self.stage.press(selector, button).await;
        self.stage.browser.find("dialog[open]").await;
        self.check(&format!("the dialogue of {button}")).await;
        self.escape().await;
    }

    async fn escape(&self) {
        self.stage.browser.press(&[ESCAPE]).await;
        let closed = "!document.querySelector('dialog[open], .action-menu, .menu-panel')";
        self.stage.browser.until("it closes", closed).await;
    }

    fn done(self) {
        assert!(self.faults.is_empty(), "{}", self.faults.join("\n"));
    }
}

#[tokio::test]
async fn every_page_is_accessible_in_both_themes() {
    let stage = stage().await;
    let mut checker = Checker::new(&stage);
    let browser = &stage.browser;
    browser.resize(1280, 900).await;
    browser.open(&stage.address("sessions")).await;
    browser.find("input[name=username]").await;
    checker.check("the login page").await;
    let mut visitor = stage.visitor().await;
    visitor.query_drop("SELECT 1").await.expect("a statement");
    let session = format!("sessions/{}", visitor.id());
    let session = [(session.as_str(), ".choice", "Mask-Names")];
    stage.log_in("sessions").await;
    for &(path, selector, text) in PAGES.iter().chain(&session) {
        checker.open(path, (selector, text)).await;
        checker.check(path).await;
    }
    visitor.disconnect().await.expect("a clean end");
    checker.done();
    stage.end().await;
}

#[tokio::test]
async fn every_dialogue_and_menu_is_accessible_in_both_themes() {
    let stage = stage().await;
    let mut checker = Checker::new(&stage);
    let browser = &stage.browser;
    browser.resize(1280, 900).await;
    let mut client = stage.visitor().await;
    client.query_drop("SELECT 1").await.expect("a statement");
    stage.log_in("sessions").await;
    check_sessions(&mut checker).await;
    check_chain(&mut checker, &client).await;
    check_objects(&mut checker).await;
    client.disconnect().await.expect("a clean end");
    checker.done();
    stage.end_despite(&["of 400"]).await;
}

/// The list with marks, every action on them, the choice of columns, palette and help.
async fn check_sessions(checker: &mut Checker<'_>) {
    let browser = &checker.stage.browser;
    let search = format!("sessions?search=user:{}", checker.stage.user);
    checker
        .open(&search, ("[role=row]", &checker.stage.user))
        .await;
    let mark = "[role=grid] .table-row:not(.is-absent) input";
    browser
        .script(&format!("document.querySelector('{mark}').click()"))
        .await;
    checker.stage.says(".bulk-bar", "1 session marked").await;
    checker.check("marked sessions").await;
    for action in ["Kill…", "Restart…", "Log levels…", "Set chain…"] {
        checker.dialog(".bulk-bar button", action).await;
    }
    checker.stage.press(".menu .button", "Columns").await;
    checker.check("the choice of columns").await;
    checker
        .open(&search, ("[role=row]", &checker.stage.user))
        .await;
    browser.press(&[CONTROL, 'k']).await;
    browser.find("dialog.palette[open] .command-row").await;
    checker.check("the palette").await;
    checker.escape().await;
    checker.dialog(".topbar button", "Keyboard help").await;
    checker
        .open(
            "sessions?search=nobody-is-called-so",
            (".notice-title", "No session matches"),
        )
        .await;
    checker.check("a search without a result").await;
}

/// The editor with staged changes, with a menu, and with a conflict; the kill.
async fn check_chain(checker: &mut Checker<'_>, client: &Conn) {
    let browser = &checker.stage.browser;
    let id = client.id();
    checker.stage.open_editor(id).await;
    browser.click("button[aria-label=\"Add Mask-Names\"]").await;
    browser.click("#chain-Mask-Names").await;
    browser.find(".action-menu").await;
    checker.check("the editor with a menu").await;
    checker.escape().await;
    let items = json!([{"id": "Two-Rows", "type": "filters"}]);
    let path = format!("/v1/sessions/{id}/relationships/filters");
    let answer = checker
        .stage
        .api()
        .patch(&path, &json!({"data": items}))
        .await;
    assert_eq!(answer.status, 204, "{}", answer.text);
    checker
        .stage
        .says(".chain-editor", "Somebody else has changed this chain")
        .await;
    checker.check("an overtaken draft").await;
    browser
        .press(&[CONTROL, sluicegate_tests::browser::input::keys::ENTER])
        .await;
    checker
        .stage
        .says(".conflict", "Nothing of yours was applied")
        .await;
    checker.check("a conflict").await;
    checker.dialog(".page-head button", "Kill…").await;
}

/// Forms with faults, what asks before something is deleted, a record of the audit.
async fn check_objects(checker: &mut Checker<'_>) {
    let browser = &checker.stage.browser;
    checker
        .open("create/filters", ("h1", "Create a filter"))
        .await;
    checker.stage.choose("select", "maxrows").await;
    browser.fill("#field-max_resultset_rows", "many").await;
    checker
        .stage
        .says(".form-row.is-faulty", "A whole number")
        .await;
    checker.check("a form with a fault").await;
    checker
        .open(
            "filters/Two-Rows",
            (".panel-parameters", "max_resultset_rows"),
        )
        .await;
    checker
        .stage
        .press(".panel-parameters button", "Edit")
        .await;
    browser.find(".form-actions").await;
    checker.check("a form of an object").await;
    checker.dialog(".page-head button", "Delete…").await;
    checker
        .open("services/Main", (".panel button", "Choose targets"))
        .await;
    checker.stage.press(".panel button", "Choose targets").await;
    browser.find(".name-choice label").await;
    checker.check("the choice of targets").await;
    checker.open("users", ("tbody tr", "admin (you)")).await;
    for button in ["New user", "Change", "Delete"] {
        checker.dialog("main button", button).await;
    }
    checker.open("audit", ("tbody.audit-record", "")).await;
    let open = format!("{}.click()", with_text("tbody.audit-record button", ""));
    browser.script(&open).await;
    browser.find(".audit-change").await;
    checker.check("a record of the audit").await;
    checker
        .open(
            "sessions/4000000000",
            ("h1", "There is no session 4000000000"),
        )
        .await;
    checker.check("a session that is none").await;
}
