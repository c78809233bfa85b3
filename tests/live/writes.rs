//! What a person sees of a change while it is on its way, when somebody else was faster, and of what
//! the server remarks on it.

use serde_json::json;
use sluicegate_tests::mariadb::MONITOR_ACCOUNT;
use sluicegate_tests::ports::free_port;

use crate::chain::add;
use crate::console::{Stage, own_stage, stage, with_text};
use crate::services::{delete, filters, make_service, related};

/// Writes are counted, and wait while the gate is closed; what is only read goes on.
const GATE: &str = "const real = window.fetch; \
    window.close_gate = () => { window.writes = 0; \
    window.gate = new Promise(done => { window.open_gate = done; }); }; \
    window.fetch = async (...given) => { \
    if ((given[0].method ?? 'GET') !== 'GET') { window.writes += 1; await window.gate; } \
    return real(...given); }";

/// Presses a button twice: it works once, shows that it does, and can be pressed again when it has.
async fn works_once(stage: &Stage, selector: &str, text: &str) {
    let browser = &stage.browser;
    let button = with_text(selector, text);
    browser.until(text, &button).await;
    let twice = format!("window.close_gate(); const b = {button}; b.click(); b.click()");
    browser.script(&twice).await;
    let busy = format!(
        "{button}?.getAttribute('aria-busy') === 'true' && \
         {button}.getAttribute('aria-disabled') === 'true' && window.writes === 1"
    );
    browser.until(&format!("{text} is under way"), &busy).await;
    browser.script(&format!("{button}.click()")).await;
    let writes = browser.script("return window.writes").await;
    assert_eq!(writes, 1, "{text} is asked for once");
    browser.script("window.open_gate()").await;
    let done = format!("{button}?.getAttribute('aria-busy') !== 'true'");
    browser.until(&format!("{text} is done"), &done).await;
}

/// Opens a page within the one that is loaded, so that its gate stays.
async fn go(stage: &Stage, path: &str, heading: &str) {
    let go = format!(
        "history.pushState({{}}, '', '/console/{path}'); \
         dispatchEvent(new PopStateEvent('popstate'))"
    );
    stage.browser.script(&go).await;
    stage.says("h1", heading).await;
}

#[tokio::test]
async fn a_button_that_works_shows_it_and_cannot_be_pressed_twice() {
    let stage = stage().await;
    let browser = &stage.browser;
    browser.resize(1280, 900).await;
    let client = stage.visitor().await;
    stage.log_in("create/filters").await;
    browser.find(".frame").await;
    browser.script(GATE).await;
    browser.fill("input[name=name]", "Twice").await;
    stage.choose("select", "maxrows").await;
    works_once(&stage, ".form-actions button", "Create").await;
    stage.says("h1.page-title", "Twice").await;
    stage.press(".panel-parameters button", "Edit").await;
    browser.fill("#field-max_resultset_rows", "9").await;
    works_once(&stage, ".form-actions button", "Save").await;
    stage.press(".page-head button", "Delete").await;
    works_once(&stage, "dialog[open] .button-danger", "Delete").await;
    stage.says("h1", "Filters").await;

    let id = client.id();
    go(&stage, &format!("sessions/{id}"), &format!("Session {id}")).await;
    works_once(&stage, ".page-head button", "Restart").await;
    stage.says(".chain-status", "generation").await;
    add(&stage, "Two-Rows").await;
    works_once(&stage, ".chain-buttons button", "Apply").await;
    stage.says(".flow-filters", "Two-Rows").await;
    stage.press(".page-head button", "Kill").await;
    works_once(&stage, "dialog[open] .button-danger", "Kill").await;
    an_account_is_made_once(&stage).await;
    drop(client);
    stage.end().await;
}

async fn an_account_is_made_once(stage: &Stage) {
    go(stage, "users", "Users").await;
    stage.press("main button", "New user").await;
    stage
        .browser
        .fill("dialog[open] input[name=name]", "hasty")
        .await;
    stage
        .browser
        .fill("dialog[open] input[name=new-password]", "word")
        .await;
    works_once(stage, "dialog[open] .button-primary", "Save").await;
    stage.says("tbody tr", "hasty").await;
    let answer = stage.api().delete("/v1/users/inet/hasty").await;
    assert_eq!(answer.status, 204, "{}", answer.text);
}

/// Another one changes a parameter: the version moves.
async fn another_one_changes(stage: &Stage, path: &str, parameter: &str, value: u64) {
    let body = json!({"data": {"attributes": {"parameters": {parameter: value}}}});
    let answer = stage.api().patch(&format!("/v1/{path}"), &body).await;
    assert_eq!(answer.status, 204, "{}", answer.text);
}

/// Saves a choice that was overtaken: that is said, the choice stays, and a second press makes it.
async fn is_overtaken_and_saved(stage: &Stage, chosen: &str) {
    stage.press(".panel-actions button", "Save").await;
    stage
        .says(".panel-actions [role=alert]", "changed meanwhile")
        .await;
    let label = with_text(".name-choice label", chosen);
    let kept = format!("{label}.querySelector('input').checked");
    stage.browser.until("the choice is kept", &kept).await;
    stage.press(".panel-actions button", "Save").await;
    let closed = "!document.querySelector('.name-choice')";
    stage.browser.until("it is made", closed).await;
}

#[tokio::test]
async fn a_choice_of_targets_that_another_one_overtakes_is_kept_and_made_on_top() {
    let stage = stage().await;
    stage.browser.resize(1280, 900).await;
    make_service(&stage, "Overtaken").await;
    stage.log_in("services/Overtaken").await;
    stage.press(".panel button", "Choose targets").await;
    stage.press(".name-choice label", "server2").await;
    another_one_changes(&stage, "services/Overtaken", "max_connections", 7).await;
    is_overtaken_and_saved(&stage, "server2").await;
    let servers = related(&stage, "Overtaken", "servers").await;
    assert_eq!(servers, ["server1", "server2"]);

    // So is a value that somebody types in, and a chain.
    stage.press(".panel-parameters button", "Edit").await;
    stage.browser.fill("#field-max_connections", "9").await;
    another_one_changes(&stage, "services/Overtaken", "retain_last_statements", 5).await;
    stage.press(".form-actions button", "Save").await;
    stage
        .says(".form-actions [role=alert]", "changed meanwhile")
        .await;
    stage.press(".form-actions button", "Save").await;
    let closed = "!document.querySelector('.form-actions')";
    stage.browser.until("the form closes", closed).await;
    let service = stage.api().document("/v1/services/Overtaken").await;
    let parameters = &service["data"]["attributes"]["parameters"];
    assert_eq!(parameters["max_connections"], 9);
    assert_eq!(parameters["retain_last_statements"], 5);

    add(&stage, "Mask-Names").await;
    let items = json!({"data": [{"id": "Two-Rows", "type": "filters"}]});
    let path = "/v1/services/Overtaken/relationships/filters";
    let answer = stage.api().patch(path, &items).await;
    assert_eq!(answer.status, 204, "{}", answer.text);
    stage
        .says(".chain-editor", "Somebody else has changed this chain")
        .await;
    stage.press(".chain-buttons button", "Apply").await;
    stage
        .says(".conflict", "Nothing of yours was applied")
        .await;
    stage.press(".conflict button", "Re-apply mine").await;
    stage.press(".chain-buttons button", "Apply").await;
    stage.says(".chain-staged", "Undo change").await;
    assert_eq!(
        filters(&stage, "Overtaken").await,
        ["Mask-Names", "Two-Rows"]
    );
    delete(&stage, "services/Overtaken").await;
    stage.end().await;
}

#[tokio::test]
async fn a_choice_of_a_monitors_servers_that_another_one_overtakes_is_kept_and_made_on_top() {
    let stage = stage().await;
    stage.browser.resize(1280, 900).await;
    let address = json!({"address": "127.0.0.1", "port": free_port()});
    let server = json!({"data": {
        "id": "Lonely", "type": "servers", "attributes": {"parameters": address},
    }});
    let (user, password) = MONITOR_ACCOUNT;
    let parameters = json!({"user": user, "password": password});
    let monitor = json!({"data": {
        "id": "Watcher", "type": "monitors",
        "attributes": {"module": "mariadbmon", "parameters": parameters},
    }});
    for (path, body) in [("/v1/servers", server), ("/v1/monitors", monitor)] {
        let answer = stage.api().post(path, &body).await;
        assert_eq!(answer.status, 204, "{}", answer.text);
    }
    stage.log_in("monitors/Watcher").await;
    stage.press(".panel button", "Choose servers").await;
    stage.press(".name-choice label", "Lonely").await;
    another_one_changes(&stage, "monitors/Watcher", "failcount", 6).await;
    is_overtaken_and_saved(&stage, "Lonely").await;
    stage.says(".chips a", "Lonely").await;
    delete(&stage, "monitors/Watcher").await;
    delete(&stage, "servers/Lonely").await;
    stage.end().await;
}

#[tokio::test]
async fn a_service_follows_a_monitor_that_is_chosen_and_gets_targets_of_its_own_again() {
    let stage = stage().await;
    let browser = &stage.browser;
    browser.resize(1280, 900).await;
    make_service(&stage, "Follower").await;
    stage.log_in("services/Follower").await;
    stage.press(".panel button", "Choose targets").await;
    stage.press(".check", "The servers of a monitor").await;
    stage
        .says(".panel-actions [aria-disabled=true]", "Choose a monitor")
        .await;
    stage.press(".name-choice label", "Monitor").await;
    stage.press(".panel-actions button", "Save").await;
    stage.says(".chips a", "server3").await;
    stage
        .says(".chips a[href$=\"/monitors/Monitor\"]", "Monitor")
        .await;
    assert_eq!(related(&stage, "Follower", "monitors").await, ["Monitor"]);
    let all = ["server1", "server2", "server3"];
    assert_eq!(related(&stage, "Follower", "servers").await, all);

    // With targets of its own it begins with those of the monitor.
    stage.press(".panel button", "Choose targets").await;
    stage
        .press(".check", "Servers and services of its own")
        .await;
    stage.press(".name-choice label", "server1").await;
    stage.press(".panel-actions button", "Save").await;
    let gone = "!document.querySelector('.chips a[href$=\"/monitors/Monitor\"]')";
    browser.until("the monitor is gone", gone).await;
    assert_eq!(related(&stage, "Follower", "monitors").await, [""; 0]);
    assert_eq!(related(&stage, "Follower", "servers").await, all[1..]);
    delete(&stage, "services/Follower").await;
    a_service_is_made_of_a_monitor(&stage).await;
    stage.end().await;
}

async fn a_service_is_made_of_a_monitor(stage: &Stage) {
    let browser = &stage.browser;
    browser.open(&stage.address("create/services")).await;
    stage.choose("select", "readconnroute").await;
    browser.fill("input[name=name]", "New-Follower").await;
    stage.press(".check", "The servers of a monitor").await;
    let (user, password) = sluicegate_tests::mariadb::SERVICE_ACCOUNT;
    browser.fill("#field-user", user).await;
    browser.fill("#field-password", password).await;
    stage.press(".form-actions button", "Create").await;
    stage
        .says(".form-actions [role=alert]", "Choose a monitor")
        .await;
    stage.press(".name-choice label", "Monitor").await;
    stage.press(".form-actions button", "Create").await;
    stage.says("h1.page-title", "New-Follower").await;
    stage.says(".chips a", "server2").await;
    assert_eq!(
        related(stage, "New-Follower", "monitors").await,
        ["Monitor"]
    );
    // The list leads to what it names.
    browser.open(&stage.address("services")).await;
    let row = with_text("tbody tr", "New-Follower");
    browser.until("it is listed", &row).await;
    let link = format!("{row}.querySelector('a[href$=\"/servers/server2\"]')");
    browser.script(&format!("{link}.click()")).await;
    stage.says("h1.page-title", "server2").await;
    delete(stage, "services/New-Follower").await;
}

#[tokio::test]
async fn what_hides_the_configuration_file_is_remarked_where_it_was_done() {
    let stage = own_stage().await;
    let browser = &stage.browser;
    browser.resize(1280, 900).await;
    let hides = "it hides what the configuration file says";
    stage.log_in("services/Read").await;
    stage.press(".panel-parameters button", "Edit").await;
    browser.fill("#field-max_connections", "123").await;
    stage.press(".form-actions button", "Save").await;
    stage.says(".panel-parameters .remark", hides).await;
    stage
        .press(".panel-parameters .remark button", "Close this remark")
        .await;
    let closed = "!document.querySelector('.remark')";
    browser.until("the remark is gone", closed).await;

    add(&stage, "Two-Rows").await;
    stage.press(".chain-buttons button", "Apply").await;
    stage.says(".chain-editor .remark", hides).await;
    stage.press(".remark button", "Close this remark").await;
    stage.press(".panel button", "Choose targets").await;
    stage.press(".name-choice label", "server3").await;
    stage.press(".panel-actions button", "Save").await;
    stage.says(".remark", hides).await;

    // What leads to another page is remarked there, and of what no file tells there is no remark.
    browser.open(&stage.address("filters/Statements")).await;
    stage.press(".page-head button", "Delete").await;
    stage.press("dialog[open] .button-danger", "Delete").await;
    stage.says("h1", "Filters").await;
    stage.says(".remark", hides).await;
    for (name, is_remarked) in [("Statements", true), ("Passing", false)] {
        browser.open(&stage.address("create/filters")).await;
        browser.fill("input[name=name]", name).await;
        stage.choose("select", "nullfilter").await;
        stage.press(".form-actions button", "Create").await;
        stage.says("h1.page-title", name).await;
        let has = "return Boolean(document.querySelector('.remark'))";
        assert_eq!(browser.script(has).await, is_remarked, "{name}");
    }
    stage.end().await;
}
