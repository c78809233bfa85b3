//! The page of the audit: what changed, and the way back.

use serde_json::{Value, json};

use crate::console::{Stage, stage, with_text};

/// A filter that answers after so many rows.
fn filter(name: &str, rows: u32) -> Value {
    let parameters = json!({"max_resultset_rows": rows});
    json!({"data": {
        "id": name, "type": "filters",
        "attributes": {"module": "maxrows", "parameters": parameters},
    }})
}

/// Makes a filter with 5 rows and gives it 7.
async fn made_and_changed(stage: &Stage, name: &str) {
    let api = stage.api();
    let answer = api.post("/v1/filters", &filter(name, 5)).await;
    assert_eq!(answer.status, 204, "{}", answer.text);
    let parameters = json!({"max_resultset_rows": 7});
    let body = json!({"data": {"attributes": {"parameters": parameters}}});
    let answer = api.patch(&format!("/v1/filters/{name}"), &body).await;
    assert_eq!(answer.status, 204, "{}", answer.text);
}

async fn rows_of(stage: &Stage, name: &str) -> Value {
    let found = stage.api().document(&format!("/v1/filters/{name}")).await;
    found["data"]["attributes"]["parameters"]["max_resultset_rows"].clone()
}

/// Opens the last record of an object: one that changes, not one that creates.
async fn open_change(stage: &Stage, name: &str) {
    let record = with_text("tbody.audit-record", name);
    stage.browser.until("the record is listed", &record).await;
    let button = format!("{record}.querySelector('button')");
    stage.browser.script(&format!("{button}.click()")).await;
    stage.says(".diff-table", "max_resultset_rows").await;
}

#[tokio::test]
async fn a_change_is_shown_as_before_and_after_and_undone() {
    let stage = stage().await;
    let browser = &stage.browser;
    browser.resize(1280, 900).await;
    made_and_changed(&stage, "Audited").await;
    stage.log_in("audit").await;
    open_change(&stage, "Audited").await;
    let row = with_text(".diff-table tr", "max_resultset_rows");
    let cell = async |class: &str| {
        let script = format!("return {row}.querySelector('{class}').textContent.trim()");
        browser.script(&script).await
    };
    assert_eq!(cell(".is-before").await, "5");
    assert_eq!(cell(".is-after").await, "7");

    stage.press(".audit-change button", "Undo").await;
    stage.says(".toolbar [role=status]", "Undone").await;
    assert_eq!(rows_of(&stage, "Audited").await, 5);
    // It is a record of its own, which says what it undoes.
    stage.says("tbody.audit-record td", "undoes").await;
    let answer = stage.api().delete("/v1/filters/Audited").await;
    assert_eq!(answer.status, 204, "{}", answer.text);
    stage.end().await;
}

#[tokio::test]
async fn what_cannot_be_undone_says_why() {
    let stage = stage().await;
    stage.browser.resize(1280, 900).await;
    made_and_changed(&stage, "Short-Lived").await;
    stage.log_in("audit").await;
    open_change(&stage, "Short-Lived").await;
    // Gone, while one looks at it.
    let answer = stage.api().delete("/v1/filters/Short-Lived").await;
    assert_eq!(answer.status, 204, "{}", answer.text);
    stage.press(".audit-change button", "Undo").await;
    stage
        .says(".toolbar [role=status]", "It was not undone.")
        .await;
    stage.says(".toolbar [role=status]", "Short-Lived").await;
    stage.end_despite(&["of 400", "of 409"]).await;
}
