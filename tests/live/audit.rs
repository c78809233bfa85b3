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

/// The number of the last record.
async fn newest(stage: &Stage) -> u64 {
    let page = stage
        .api()
        .document("/v1/audit?sort=-id&page[size]=1")
        .await;
    let id = page["data"][0]["id"]
        .as_str()
        .and_then(|id| id.parse().ok());
    id.unwrap_or(0)
}

const FIRST: &str = "document.querySelector('tbody.audit-record').textContent";

#[tokio::test]
async fn records_appear_as_changes_are_made_and_none_while_one_is_on_the_list_or_has_stopped_it() {
    let stage = stage().await;
    let browser = &stage.browser;
    browser.resize(1280, 900).await;
    made_and_changed(&stage, "Seen-Before").await;
    stage.log_in("audit").await;
    stage.says("tbody.audit-record", "").await;
    let before = newest(&stage).await;
    // What the page asks for from now on.
    let record = "window.asked = 0; const real = window.fetch; window.fetch = (...given) => { \
                  const url = new Request(...given).url; \
                  if (url.includes('/v1/audit')) window.asked += 1; return real(...given); }";
    browser.script(record).await;
    made_and_changed(&stage, "Watched").await;
    stage.says("tbody.audit-record", "Watched").await;
    // Other tests change things, too: it asks when there is something new, never more often.
    let asked = browser.script("return window.asked").await;
    // The one more is of a record that was made just before.
    let most = newest(&stage).await - before + 1;
    let is_right = asked.as_u64().is_some_and(|n| (1..=most).contains(&n));
    assert!(is_right, "{asked} times for {most} records at most");

    // Rows stay where they are while the pointer is on them.
    let row = browser
        .middle("document.querySelector('tbody.audit-record')")
        .await;
    browser.point(row).await;
    let first = browser.script(&format!("return {FIRST}")).await;
    let other = filter("Watched-Too", 5);
    let answer = stage.api().post("/v1/filters", &other).await;
    assert_eq!(answer.status, 204, "{}", answer.text);
    stage
        .says(
            ".toolbar-hint",
            "new · order held while you are on the list",
        )
        .await;
    stage
        .no_longer_says("tbody.audit-record", "Watched-Too")
        .await;
    assert_eq!(browser.script(&format!("return {FIRST}")).await, first);
    let away = browser.middle("document.querySelector('h1')").await;
    browser.point(away).await;
    stage.says("tbody.audit-record", "Watched-Too").await;
    stage.no_longer_says(".toolbar-hint", "held").await;

    stage.press(".toolbar button", "Pause").await;
    stage.says(".toolbar-hint", "Paused").await;
    for name in ["Seen-Before", "Watched", "Watched-Too"] {
        let answer = stage.api().delete(&format!("/v1/filters/{name}")).await;
        assert_eq!(answer.status, 204, "{}", answer.text);
    }
    stage.says(".toolbar-hint", "new").await;
    let deleted = format!(
        "{}.textContent.includes('delete')",
        with_text("tbody.audit-record", "Watched-Too")
    );
    assert_eq!(browser.script(&format!("return {deleted}")).await, false);
    stage.press(".toolbar button", "Resume").await;
    browser
        .until("what was changed meanwhile is there", &deleted)
        .await;
    stage.end().await;
}
