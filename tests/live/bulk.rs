//! Actions on several sessions.

use mysql_async::prelude::Queryable;

use crate::console::stage;

#[tokio::test]
async fn marked_sessions_are_shown_before_they_are_killed_and_each_result_after_it() {
    let stage = stage().await;
    let browser = &stage.browser;
    browser.resize(1280, 900).await;
    let mut clients = Vec::new();
    for _ in 0..3 {
        clients.push(stage.visitor().await);
    }
    stage.log_in("sessions?search=user:visitor").await;
    let listed =
        "document.querySelectorAll('[role=grid] .table-row:not(.is-absent) input').length === 3";
    browser.until("the three are listed", listed).await;
    browser
        .script("document.querySelector('[role=grid] .table-row:not(.is-absent) input').click()")
        .await;
    stage.says(".bulk-bar", "1 session marked").await;
    stage.press(".bulk-bar button", "Mark all listed").await;
    stage.says(".bulk-bar", "3 sessions marked").await;
    stage.press(".bulk-bar button", "Kill").await;
    stage.says("dialog[open] h2", "Kill 3 sessions?").await;
    for client in &clients {
        let id = client.id().to_string();
        stage.says("dialog[open] tr", &id).await;
    }
    for client in &mut clients {
        client
            .query_drop("DO 1")
            .await
            .expect("nothing is done before it is asked for");
    }
    stage.press("dialog[open] button", "Do it").await;
    let done = "[...document.querySelectorAll('dialog[open] .cell-text')]\
                .filter(e => e.textContent === 'done').length === 3";
    browser.until("a result for each", done).await;
    for mut client in clients {
        client
            .query_drop("DO 1")
            .await
            .expect_err("its session was killed");
    }
    stage.end().await;
}
