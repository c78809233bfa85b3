//! The gateway itself: its log, its parameters, its modules and their commands.

use mysql_async::prelude::Queryable;
use serde_json::json;

use crate::console::{stage, with_text};

#[tokio::test]
async fn a_line_of_the_log_is_seen_as_it_is_written_and_found_by_a_search() {
    let stage = stage().await;
    let browser = &stage.browser;
    browser.resize(1280, 800).await;
    let mut client = stage.visitor().await;
    stage.log_in("logs").await;
    stage.says("h1", "Logs").await;
    stage.says(".status-text", "Streaming").await;
    let levels = json!({"data": {"attributes": {"parameters": {"log_info": true}}}});
    let path = format!("/v1/sessions/{}", client.id());
    let answer = stage.api().patch(&path, &levels).await;
    assert_eq!(answer.status, 204, "{}", answer.text);
    let statement = format!("SELECT 'written by {}'", stage.user);
    client.query_drop(&statement).await.expect("a statement");
    let written = format!("written by {}", stage.user);
    stage.says(".log-list-row", &written).await;

    browser.fill(".search-input", &written).await;
    let only = format!(
        "[...document.querySelectorAll('.log-list-row')].length === 1 && {}",
        with_text(".log-list-row", &written)
    );
    browser.until("it is found alone", &only).await;
    browser.fill(".search-input", "nobody writes this").await;
    stage
        .says(".list-none", "No line answers to the search")
        .await;
    client.disconnect().await.expect("a clean end");
    stage.end().await;
}

#[tokio::test]
async fn a_parameter_of_the_gateway_is_changed_and_a_wrong_value_told_at_its_field() {
    let stage = stage().await;
    let browser = &stage.browser;
    browser.resize(1280, 900).await;
    stage.log_in("gateway").await;
    stage.says("h1", "Gateway").await;
    stage.says(".panel", "worker 0").await;
    stage.press(".panel-parameters button", "Edit").await;
    let field = "#field-retain_last_statements";
    browser.fill(field, "many").await;
    stage.says(".form-row.is-faulty", "A whole number").await;
    browser.fill(field, "21").await;
    stage.press(".form-actions button", "Save").await;
    let closed = "!document.querySelector('.form-actions')";
    browser.until("the form closes", closed).await;
    let gateway = stage.api().document("/v1/maxscale").await;
    let parameters = &gateway["data"]["attributes"]["parameters"];
    assert_eq!(parameters["retain_last_statements"], 21);
    stage.says(".panel-parameters", "21").await;
    stage.end().await;
}

#[tokio::test]
async fn a_command_of_a_module_is_performed_from_the_page_of_its_object() {
    let stage = stage().await;
    let browser = &stage.browser;
    browser.resize(1280, 900).await;
    stage.log_in("modules").await;
    stage.says("tbody tr", "masking").await;
    stage.press("tbody a", "masking").await;
    stage.says("h1", "masking").await;
    stage.says(".command-name", "reload").await;
    browser.open(&stage.address("filters/Mask-Names")).await;
    let command = with_text(".module-command", "reload");
    browser.until("its commands are there", &command).await;
    browser
        .script(&format!("{command}.querySelector('button').click()"))
        .await;
    stage.says(".module-command [role=status]", "Done").await;
    stage.end().await;
}
