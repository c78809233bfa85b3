//! A session as a person at the console sees it: it appears, works, and ends.

use mysql_async::prelude::Queryable;

use crate::console::{Stage, row_of, stage};

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
    // It fades, and then goes.
    let watch = format!(
        "window.faded = false; new MutationObserver(() => {{ \
         if (({row})?.classList.contains('is-leaving')) window.faded = true; }})\
         .observe(document.body, {{subtree: true, attributes: true, childList: true}})"
    );
    browser.script(&watch).await;
    client.disconnect().await.expect("a clean end");
    browser
        .until("the session is seen to end", "window.faded")
        .await;
    browser.until("its row goes", &format!("!({row})")).await;

    // Among those that have ended it is found, and can be looked at as it was.
    browser.open(&stage.address("ended")).await;
    stage.press("tbody th a", &id.to_string()).await;
    stage.says("h1", &format!("Session {id}")).await;
    stage.says(".is-ended .page-head", "ended").await;
    stage.says(".is-statement", "START TRANSACTION").await;
    stage.end().await;
}

/// The servers of a session with their counts, as the drawing shows them: `server1: 12 statements`.
const COUNTS: &str = "[...document.querySelectorAll('.flow-server')].map(box => \
    `${box.querySelector('.flow-name').textContent}: ${box.querySelector('.flow-count').textContent}`)\
    .join(', ')";

#[tokio::test]
async fn the_drawing_of_a_session_counts_what_each_server_gets() {
    let stage = stage().await;
    let browser = &stage.browser;
    browser.resize(1280, 800).await;
    let mut client = stage.visitor().await;
    let id = client.id();
    stage.log_in(&format!("sessions/{id}")).await;
    let before = counts(&stage, id).await;
    shows(&stage, &before).await;
    let remember = "window.boxes = [...document.querySelectorAll('.flow-box')]; \
                    window.places = () => JSON.stringify(window.boxes.map(box => \
                    { const r = box.getBoundingClientRect(); return [r.width, r.height] })); \
                    window.before = window.places()";
    browser.script(remember).await;

    for _ in 0..1005 {
        let item: Option<u64> = client.query_first("SELECT 7").await.expect("a statement");
        assert_eq!(item, Some(7));
    }
    for _ in 0..3 {
        client
            .query_drop("UPDATE items SET name = name WHERE id = 0")
            .await
            .expect("a statement");
    }
    let after = counts(&stage, id).await;
    let grown = |at: usize| after[at].1 - before[at].1;
    let primary = after.iter().position(|(server, _)| server == "server1");
    let primary = primary.expect("a connection to the primary");
    assert_eq!(grown(primary), 3, "{before:?}, {after:?}");
    let all: u64 = (0..after.len()).map(grown).sum();
    assert_eq!(all, 1008, "{before:?}, {after:?}");
    shows(&stage, &after).await;

    // The boxes are those that they were, and as large.
    let same = "window.boxes.every(box => box.isConnected) && window.places() === window.before";
    browser.until("nothing has moved", same).await;
    // Who does not see the drawing is told the same.
    let total = counted(statements(&stage, id).await);
    let label = format!("From client {} ({total}) through", stage.user);
    let label = format!("document.querySelector('.flow').ariaLabel.startsWith('{label}')");
    browser
        .until("the drawing's sentence counts, too", &label)
        .await;
    client.disconnect().await.expect("a clean end");
    stage.end().await;
}

/// A count as the console writes it; of more than 999,999 there is no need.
fn counted(count: u64) -> String {
    match count {
        1 => "1 statement".to_owned(),
        0..1000 => format!("{count} statements"),
        _ => format!("{},{:03} statements", count / 1000, count % 1000),
    }
}

/// Waits until the drawing shows these counts.
async fn shows(stage: &Stage, counts: &[(String, u64)]) {
    let counts: Vec<String> = counts
        .iter()
        .map(|(server, count)| format!("{server}: {}", counted(*count)))
        .collect();
    let shown = format!("{COUNTS} === '{}'", counts.join(", "));
    let what = format!("the drawing shows {counts:?}");
    stage.browser.until(&what, &shown).await;
}

/// The servers of a session, and how many statements each of them got.
async fn counts(stage: &Stage, id: u32) -> Vec<(String, u64)> {
    let session = stage.api().document(&format!("/v1/sessions/{id}")).await;
    let connections = session["data"]["attributes"]["connections"].as_array();
    let connections = connections.expect("a list").iter();
    connections
        .map(|one| {
            let server = one["server"].as_str().expect("a name").to_owned();
            (server, one["statements"].as_u64().expect("a number"))
        })
        .collect()
}

async fn statements(stage: &Stage, id: u32) -> u64 {
    let session = stage.api().document(&format!("/v1/sessions/{id}")).await;
    session["data"]["attributes"]["statement_count"]
        .as_u64()
        .expect("a number")
}
