//! Objects of every kind by the forms that are made from what their modules tell: made, changed,
//! refused, deleted.

use serde_json::Value;
use sluicegate_tests::mariadb::{MONITOR_ACCOUNT, SERVICE_ACCOUNT};
use sluicegate_tests::ports::free_port;

use crate::console::{Stage, stage};

/// Opens the form for a new object and types in its name and parameters.
async fn begin(stage: &Stage, kind: &str, name: &str, parameters: &[(&str, &str)]) {
    stage
        .browser
        .open(&stage.address(&format!("create/{kind}")))
        .await;
    stage.browser.fill("input[name=name]", name).await;
    fill(stage, parameters).await;
}

async fn fill(stage: &Stage, parameters: &[(&str, &str)]) {
    for (parameter, value) in parameters {
        stage
            .browser
            .fill(&format!("#field-{parameter}"), value)
            .await;
    }
}

/// Sends the form of a new object and waits for its page.
async fn create(stage: &Stage, name: &str) {
    stage.press(".form-actions button", "Create").await;
    stage.says("h1.page-title", name).await;
    stage.no_longer_says("h1", "Create a").await;
}

/// Changes one parameter on the object's page.
async fn change(stage: &Stage, kind: &str, name: &str, (parameter, value): (&str, &str)) -> Value {
    stage.says(".panel-parameters", parameter).await;
    stage.press(".panel-parameters button", "Edit").await;
    fill(stage, &[(parameter, value)]).await;
    stage.press(".form-actions button", "Save").await;
    let closed = "!document.querySelector('.form-actions')";
    stage.browser.until("the form closes", closed).await;
    let found = stage.api().document(&format!("/v1/{kind}/{name}")).await;
    found["data"]["attributes"]["parameters"][parameter].clone()
}

async fn delete(stage: &Stage, kind: &str, name: &str, heading: &str) {
    stage
        .browser
        .open(&stage.address(&format!("{kind}/{name}")))
        .await;
    stage.press(".page-head button", "Delete").await;
    stage.press("dialog[open] .button-danger", "Delete").await;
    stage.says("h1", heading).await;
    stage.no_longer_says("tbody tr", name).await;
    let answer = stage.api().get(&format!("/v1/{kind}/{name}")).await;
    assert_eq!(answer.status, 404);
}

/// Takes an object out of what it is related to, and deletes it.
async fn delete_by_force(stage: &Stage, path: &str, heading: &str) {
    stage.browser.open(&stage.address(path)).await;
    stage.press(".page-head button", "Delete").await;
    stage.press("dialog[open] label.check", "Force").await;
    stage.press("dialog[open] .button-danger", "Delete").await;
    stage.says("h1", heading).await;
}

#[tokio::test]
async fn a_filter_is_made_changed_refused_at_its_field_and_deleted() {
    let stage = stage().await;
    let browser = &stage.browser;
    browser.resize(1280, 900).await;
    stage.log_in("create/filters").await;
    browser.fill("input[name=name]", "One-Row").await;
    stage.choose("select", "maxrows").await;
    browser.fill("#field-max_resultset_rows", "many").await;
    stage.says(".form-row.is-faulty", "A whole number").await;
    let why = "Some fields are not right yet";
    stage.says(".form-actions [aria-disabled=true]", why).await;
    browser.fill("#field-max_resultset_rows", "1").await;
    create(&stage, "One-Row").await;
    let rows = change(&stage, "filters", "One-Row", ("max_resultset_rows", "3")).await;
    assert_eq!(rows, 3);

    // What only the server knows to be wrong is told at the field, and nothing typed is lost.
    browser.open(&stage.address("create/filters")).await;
    browser.fill("input[name=name]", "No-Rules").await;
    stage.choose("select", "masking").await;
    browser.fill("#field-rules", "/nowhere/rules.json").await;
    stage.press(".form-actions button", "Create").await;
    stage
        .says(".form-row.is-faulty", "/nowhere/rules.json")
        .await;
    let label = "document.querySelector('.form-row.is-faulty .form-label').textContent === 'rules'";
    browser.until("it is the field of the rules", label).await;
    let typed = browser
        .script("return document.querySelector('#field-rules').value")
        .await;
    assert_eq!(typed, "/nowhere/rules.json");

    // A name that is taken is told, too.
    browser.fill("input[name=name]", "One-Row").await;
    stage.choose("select", "nullfilter").await;
    stage.press(".form-actions button", "Create").await;
    stage.says(".form-actions [role=alert]", "One-Row").await;
    delete(&stage, "filters", "One-Row", "Filters").await;
    stage.end_despite(&["of 400", "of 409"]).await;
}

#[tokio::test]
async fn server_monitor_and_service_are_made_changed_and_deleted() {
    let stage = stage().await;
    let browser = &stage.browser;
    browser.resize(1280, 900).await;
    stage.log_in("servers").await;
    let nobody = free_port().to_string();
    begin(
        &stage,
        "servers",
        "Spare",
        &[("address", "127.0.0.1"), ("port", &nobody)],
    )
    .await;
    create(&stage, "Spare").await;
    let other = free_port().to_string();
    let port = change(&stage, "servers", "Spare", ("port", &other)).await;
    assert_eq!(port.to_string(), other);

    a_monitor_of(&stage, "Spare").await;
    a_service(&stage).await;

    stage.press(".page-head button", "Stop").await;
    stage.says(".page-head .badge", "Stopped").await;
    stage.press(".page-head button", "Start").await;
    stage.says(".page-head .badge", "Started").await;
    a_listener_of(&stage, "Spare-Service").await;

    // What is in use is not deleted, and the dialog says by whom.
    browser.open(&stage.address("servers/Spare")).await;
    stage.press(".page-head button", "Delete").await;
    stage.press("dialog[open] .button-danger", "Delete").await;
    stage
        .says("dialog[open] [role=alert]", "Spare-Monitor")
        .await;
    delete_by_force(&stage, "services/Spare-Service", "Services").await;
    delete_by_force(&stage, "monitors/Spare-Monitor", "Monitors").await;
    delete(&stage, "servers", "Spare", "Servers").await;
    stage.end_despite(&["of 400", "of 409"]).await;
}

/// Makes and changes `Spare-Monitor`, which watches that server.
async fn a_monitor_of(stage: &Stage, server: &str) {
    let browser = &stage.browser;
    browser.open(&stage.address("create/monitors")).await;
    stage.choose("select", "mariadbmon").await;
    browser.fill("input[name=name]", "Spare-Monitor").await;
    stage.press(".name-choice label", server).await;
    let (user, password) = MONITOR_ACCOUNT;
    fill(stage, &[("user", user), ("password", password)]).await;
    create(stage, "Spare-Monitor").await;
    let interval = ("monitor_interval", "700ms");
    let interval = change(stage, "monitors", "Spare-Monitor", interval).await;
    assert_eq!(interval, "700ms");
    browser.open(&stage.address("servers")).await;
    stage.says("tbody tr", server).await;
}

/// Makes and changes `Spare-Service`.
async fn a_service(stage: &Stage) {
    let browser = &stage.browser;
    browser.open(&stage.address("create/services")).await;
    stage.choose("select", "readconnroute").await;
    browser.fill("input[name=name]", "Spare-Service").await;
    stage.press(".name-choice label", "server1").await;
    let (user, password) = SERVICE_ACCOUNT;
    fill(stage, &[("user", user), ("password", password)]).await;
    create(stage, "Spare-Service").await;
    let most = ("max_connections", "17");
    let most = change(stage, "services", "Spare-Service", most).await;
    assert_eq!(most, 17);
}

/// A listener of that service is made, serves clients, is stopped, started and deleted.
async fn a_listener_of(stage: &Stage, service: &str) {
    // A port that is taken: the refusal is told, and another one goes.
    let taken = stage.demo().gateway().port().to_string();
    let address = [("address", "127.0.0.1"), ("port", taken.as_str())];
    begin(stage, "listeners", "Spare-Listener", &address).await;
    stage.press(".name-choice label", service).await;
    stage.press(".form-actions button", "Create").await;
    stage.says(".panel-form [role=alert]", &taken).await;
    let port = free_port();
    fill(stage, &[("port", &port.to_string())]).await;
    create(stage, "Spare-Listener").await;
    // Clients come in by it.
    let endpoint = sluicegate_tests::clients::Endpoint::Tcp(port);
    let cli = sluicegate_tests::clients::Cli::new(&endpoint).user(&stage.user, &stage.user);
    assert_eq!(cli.query("SELECT 'in'").await.trim(), "in");
    stage.press(".page-head button", "Stop").await;
    stage.says(".page-head .badge", "Stopped").await;
    stage.press(".page-head button", "Start").await;
    stage.says(".page-head .badge", "Running").await;
    delete(stage, "listeners", "Spare-Listener", "Listeners").await;
}
