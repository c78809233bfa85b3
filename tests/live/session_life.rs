//! A session as a person at the console sees it: it appears, works, and ends.

use mysql_async::prelude::Queryable;

use crate::console::{row_of, stage};

#[tokio::test]
async fn a_session_appears_works_and_ends_before_the_persons_eyes() {
    let stage = stage().await;
    let browser = &stage.browser;
    browser.resize(1280, 800).await;
    stage.log_in("sessions").await;
    browser.until("sessions are listed", &row_of("web")).await;
    let row = row_of(&stage.user);
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
        .until("the page shows the user", &seen(&stage.user))
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
    let session = stage.api().document(&format!("/v1/sessions/{id}")).await;
    session["data"]["attributes"]["statement_count"]
        .as_u64()
        .expect("a number")
}
