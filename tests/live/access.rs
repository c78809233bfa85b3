//! What someone may do who may only read.

use serde_json::json;
use sluicegate_tests::api::ADMIN;

use crate::console::{stage, with_text};

#[tokio::test]
async fn who_may_only_read_sees_all_and_is_told_why_nothing_can_be_changed() {
    let stage = stage().await;
    let browser = &stage.browser;
    browser.resize(1280, 900).await;
    let attributes = json!({"account": "basic", "password": "only-reading"});
    let body = json!({"data": {"id": "reader", "type": "inet", "attributes": attributes}});
    let answer = stage
        .demo
        .gateway()
        .api()
        .post("/v1/users/inet", &body)
        .await;
    assert_eq!(answer.status, 204, "{}: {}", ADMIN.0, answer.json());
    let client = stage.visitor().await;
    browser
        .open(&stage.address(&format!("sessions/{}", client.id())))
        .await;
    browser.fill("input[name=username]", "reader").await;
    browser.fill("input[name=password]", "only-reading").await;
    browser.click("button[type=submit]").await;
    browser
        .until("the editor", &with_text(".choice", "Mask-Names"))
        .await;
    let told = "document.querySelector('button[aria-label=\"Add Mask-Names\"]').title\
                === 'Your account is for reading only'";
    browser.until("the reason is told", told).await;
    browser.click("button[aria-label=\"Add Mask-Names\"]").await;
    browser
        .until(
            "nothing is staged",
            &with_text(".chain-summary", "No staged changes"),
        )
        .await;
    browser.open(&stage.address("servers/server1")).await;
    let disabled = format!(
        "{}?.getAttribute('aria-disabled') === 'true'",
        with_text(".page-head button", "Maintenance")
    );
    browser.until("its actions are disabled", &disabled).await;
    client.disconnect().await.expect("a clean end");
    stage.end().await;
}
