//! A session as a person at the console sees it: it appears, works, and ends.

use mysql_async::prelude::Queryable;
use sluicegate_tests::demo::VISITOR;

use crate::console::{row_of, stage};

#[tokio::test]
async fn a_session_appears_works_and_ends_before_the_persons_eyes() {
    let stage = stage().await;
    let browser = &stage.browser;
    browser.resize(1280, 800).await;
    stage.log_in("sessions").await;
    browser.until("sessions are listed", &row_of("web")).await;
    let row = row_of(VISITOR.0);
    browser.until("no visitor yet", &format!("!({row})")).await;

    let mut client = stage.visitor().await;
    browser.until("the visitor's session appears", &row).await;

    // Its own page follows its statements.
    let id = client.id();
    browser
        .open(&stage.address(&format!("sessions/{id}")))
        .await;
    let seen = |text: &str| format!("document.body.innerText.includes('{text}')");
    browser
        .until("the page shows the user", &seen(VISITOR.0))
        .await;
    let before = statements(&stage, id).await;
    for _ in 0..1234 {
        client.query_drop("DO 1").await.expect("a statement");
    }
    client
        .query_drop("START TRANSACTION")
        .await
        .expect("a statement");
    let count = before + 1235;
    let shown = format!("{},{:03}", count / 1000, count % 1000);
    let plain = count.to_string();
    let either = format!("{} || {}", seen(&shown), seen(&plain));
    let narrow = seen(&format!("{}\\u{{202f}}{:03}", count / 1000, count % 1000));
    browser
        .until(
            "the page counts its statements",
            &format!("{either} || {narrow}"),
        )
        .await;

    browser.open(&stage.address("sessions")).await;
    browser.until("the row is there again", &row).await;
    client.disconnect().await.expect("a clean end");
    let ended = format!("!({row}) || ({row}).textContent.includes('ended')");
    browser.until("the session is seen to end", &ended).await;
    browser.until("its row goes", &format!("!({row})")).await;
    stage.end().await;
}

async fn statements(stage: &crate::console::Stage, id: u32) -> u64 {
    let session = stage
        .demo
        .gateway()
        .api()
        .document(&format!("/v1/sessions/{id}"))
        .await;
    session["data"]["attributes"]["statement_count"]
        .as_u64()
        .expect("a number")
}

#[tokio::test]
async fn a_wrong_password_is_told_and_nothing_is_shown() {
    let stage = stage().await;
    let browser = &stage.browser;
    browser.open(&stage.address("sessions")).await;
    browser.fill("input[name=username]", "admin").await;
    browser.fill("input[name=password]", "wrong").await;
    browser.click("button[type=submit]").await;
    let told = "document.querySelector('[role=alert]')?.textContent.trim().length > 0";
    browser.until("the refusal is told", told).await;
    assert!(
        browser
            .script(&format!("return Boolean({})", row_of("web")))
            .await
            == false
    );
    stage.end().await;
}
