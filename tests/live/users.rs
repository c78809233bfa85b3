//! The accounts of administrators.

use crate::console::{stage, with_text};

#[tokio::test]
async fn an_account_is_made_changed_and_deleted() {
    let stage = stage().await;
    let browser = &stage.browser;
    browser.resize(1280, 800).await;
    stage.log_in("users").await;
    stage.says("tbody tr", "admin (you)").await;

    stage.press(".toolbar button", "New user").await;
    stage.press("dialog[open] button", "Save").await;
    stage
        .says("dialog[open] [role=alert]", "Name and password are needed")
        .await;
    browser.fill("dialog[open] input[name=name]", "clerk").await;
    browser
        .fill("dialog[open] input[name=new-password]", "clerk-secret")
        .await;
    stage.press("dialog[open] button", "Save").await;
    let row = |text: &str| {
        format!(
            "{}?.textContent.includes('{text}')",
            with_text("tbody tr", "clerk")
        )
    };
    browser
        .until("the new account is listed", &row("basic"))
        .await;
    let clerk = |password: &str| stage.api().account("clerk", password);
    assert_eq!(clerk("clerk-secret").get("/v1/servers").await.status, 200);

    let change = format!(
        "{}.querySelectorAll('button')[0].click()",
        with_text("tbody tr", "clerk")
    );
    browser.script(&change).await;
    browser
        .fill("dialog[open] input[name=new-password]", "other-secret")
        .await;
    stage
        .press("dialog[open] label.check", "admin: may do everything")
        .await;
    stage.press("dialog[open] button", "Save").await;
    browser.until("the account is changed", &row("admin")).await;
    assert_eq!(clerk("clerk-secret").get("/v1/servers").await.status, 401);
    assert_eq!(clerk("other-secret").get("/v1/servers").await.status, 200);

    let delete = format!(
        "{}.querySelectorAll('button')[1].click()",
        with_text("tbody tr", "clerk")
    );
    browser.script(&delete).await;
    stage
        .says("dialog[open] h2", "Delete the user clerk?")
        .await;
    stage.press("dialog[open] button", "Delete").await;
    stage.no_longer_says("tbody tr", "clerk").await;
    assert_eq!(clerk("other-secret").get("/v1/servers").await.status, 401);

    // The last administrator stays, and the page says why.
    let delete = format!(
        "{}.querySelectorAll('button')[1].click()",
        with_text("tbody tr", "admin (you)")
    );
    browser.script(&delete).await;
    stage.press("dialog[open] button", "Delete").await;
    stage
        .says("dialog[open] [role=alert]", "Nothing was changed.")
        .await;
    stage.end_despite(&["of 400", "of 409"]).await;
}
