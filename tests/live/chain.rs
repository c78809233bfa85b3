//! The chain editor before a real session: what someone does with it is seen in the client's results.

use mysql_async::Conn;
use mysql_async::prelude::Queryable;
use serde_json::{Value, json};
use sluicegate_tests::browser::Browser;
use sluicegate_tests::browser::input::keys::{ALT, CONTROL, DOWN, ENTER, ESCAPE, SPACE, UP};

use crate::console::{Stage, stage, with_text};

/// Logs in and opens the editor of a new session of the visitor.
async fn stage_with_editor() -> (Stage, Conn) {
    let stage = stage().await;
    stage.browser.resize(1280, 900).await;
    let client = stage.visitor().await;
    stage.log_in("sessions").await;
    stage.open_editor(client.id()).await;
    (stage, client)
}

/// What a client sees of a column that a filter may hide.
pub async fn name_of_an_item(client: &mut Conn) -> String {
    let name = client.query_first("SELECT name FROM items ORDER BY id LIMIT 1");
    name.await.expect("a statement").expect("an item")
}

/// The filters that act in a session.
pub async fn chain(stage: &Stage, id: u32) -> Vec<String> {
    let path = format!("/v1/sessions/{id}");
    let session = stage.api().document(&path).await;
    let active = session["data"]["attributes"]["filters"]["active"].clone();
    serde_json::from_value(active).expect("names")
}

/// Another administrator, without the console.
pub async fn set_chain(stage: &Stage, id: u32, names: &[&str]) {
    let items: Vec<Value> = names
        .iter()
        .map(|name| json!({"id": name, "type": "filters"}))
        .collect();
    let body = json!({"data": {"relationships": {"filters": {"data": items}}}});
    let path = format!("/v1/sessions/{id}");
    let answer = stage.api().patch(&path, &body).await;
    assert_eq!(answer.status, 204, "{}", answer.json());
}

/// Presses the button of a filter that puts it in.
pub async fn add(stage: &Stage, filter: &str) {
    let selector = format!("button[aria-label=\"Add {filter}\"]");
    stage.browser.click(&selector).await;
}

#[tokio::test]
async fn a_filter_that_is_dragged_into_place_masks_the_next_result_and_undo_shows_it_again() {
    let (stage, mut client) = stage_with_editor().await;
    let browser = &stage.browser;
    let clear = name_of_an_item(&mut client).await;
    assert!(clear.starts_with("item"), "{clear}");

    // Esc puts back what hangs on the pointer.
    let from = browser
        .middle(&with_text(".choice-name", "Mask-Names"))
        .await;
    let to = browser
        .middle("document.querySelector('.chain-empty')")
        .await;
    let between = (f64::midpoint(from.0, to.0), f64::midpoint(from.1, to.1));
    browser.drag(&[from, between, to], false).await;
    browser.find(".chain-ghost").await;
    browser.press(&[ESCAPE]).await;
    browser.drag(&[to], true).await;
    stage.says(".chain-summary", "No staged changes").await;

    browser.drag(&[from, between, to], true).await;
    stage.says(".chain-summary", "1 added").await;
    stage.says(".chain-list", "Mask-Names").await;
    assert_eq!(
        name_of_an_item(&mut client).await,
        clear,
        "nothing is sent on drop"
    );

    browser.press(&[CONTROL, ENTER]).await;
    stage.says(".chain-status", "active, generation 1").await;
    stage.says(".flow-filters", "Mask-Names").await;
    let masked = name_of_an_item(&mut client).await;
    assert!(masked.starts_with('*'), "{masked}");

    stage.says(".chain-staged button", "Undo change").await;
    stage.press(".chain-staged button", "Undo change").await;
    stage.says(".chain-status", "active, generation 2").await;
    assert_eq!(name_of_an_item(&mut client).await, clear);
    client.disconnect().await.expect("a clean end");
    stage.end().await;
}

/// How far down the page is scrolled.
async fn scrolled(stage: &Stage) -> f64 {
    let script = "return document.getElementById('content').scrollTop";
    let top = stage.browser.script(script).await;
    top.as_f64().expect("a number")
}

#[tokio::test]
async fn the_page_scrolls_under_a_filter_that_is_held_near_its_edge() {
    let (stage, client) = stage_with_editor().await;
    let browser = &stage.browser;
    browser.resize(1280, 640).await;
    let filter = with_text(".choice-name", "Mask-Names");
    let from = browser.middle(&filter).await;
    let edges = "const r = document.getElementById('content').getBoundingClientRect(); \
                 return [Math.round(r.top) + 12, Math.round(r.bottom) - 12]";
    let edges = browser.script(edges).await;
    let edge = |at: usize| (from.0, edges[at].as_f64().expect("a number"));
    let between = (from.0, f64::midpoint(from.1, edge(1).1));

    let before = scrolled(&stage).await;
    browser.drag(&[from, between, edge(1)], false).await;
    let top = "document.getElementById('content').scrollTop";
    let down = format!("{top} > {}", before + 100.0);
    browser.until("it scrolls down", &down).await;
    browser.find(".chain-ghost").await;
    let before = scrolled(&stage).await;
    browser.drag(&[edge(0)], false).await;
    let up = format!("{top} < {}", before - 100.0);
    browser.until("it scrolls up", &up).await;

    // It is still in the hand, and can be dropped.
    let to = browser
        .middle("document.querySelector('.chain-empty')")
        .await;
    browser.drag(&[to], true).await;
    stage.says(".chain-summary", "1 added").await;
    stage.says(".chain-list", "Mask-Names").await;
    client.disconnect().await.expect("a clean end");
    stage.end().await;
}

#[tokio::test]
async fn a_chain_is_pending_while_a_statement_runs_and_active_after_it() {
    let (stage, mut client) = stage_with_editor().await;
    let id = client.id();
    add(&stage, "Mask-Names").await;
    let statement = tokio::spawn(async move {
        client
            .query_drop("SELECT SLEEP(6)")
            .await
            .expect("a statement");
        client
    });
    stage.says(".page-head", "busy").await;
    stage.browser.press(&[CONTROL, ENTER]).await;
    stage
        .says(".chain-status", "pending until idle, generation 1")
        .await;
    assert_eq!(chain(&stage, id).await, Vec::<String>::new());
    let mut client = statement.await.expect("the statement ends");
    stage.says(".chain-status", "active, generation 1").await;
    assert!(name_of_an_item(&mut client).await.starts_with('*'));

    // The end of the session is told, and what is staged stays.
    add(&stage, "Two-Rows").await;
    stage.says(".chain-summary", "1 added").await;
    client.disconnect().await.expect("a clean end");
    stage
        .says(
            ".chain-editor",
            "The session has ended. What you staged is still here",
        )
        .await;
    stage.says(".chain-list", "Two-Rows").await;
    stage.end().await;
}

/// Takes the last filter of three, Statements, to the top.
async fn move_to_top(stage: &Stage, way: &str) {
    let browser = &stage.browser;
    match way {
        "menu" => {
            browser.click("#chain-Statements").await;
            stage.says(".action", "Move to top").await;
            // Up, down, to the top: the focus is on the first that can be done.
            stage.press(".action", "Move to top").await;
        }
        "keys" => {
            browser
                .script("document.getElementById('chain-Statements').focus()")
                .await;
            for key in [SPACE, UP, UP, SPACE] {
                browser.press(&[key]).await;
            }
            let told = "[...document.querySelectorAll('[role=status]')]\
                        .some(e => e.textContent.includes('Statements, dropped at 1 of 3'))";
            browser.until("the place is told", told).await;
        }
        "at once" => {
            browser
                .script("document.getElementById('chain-Statements').focus()")
                .await;
            browser.press(&[ALT, UP]).await;
            browser.press(&[ALT, UP]).await;
            browser.press(&[ALT, DOWN]).await;
            browser.press(&[ALT, UP]).await;
        }
        "drag" => {
            browser.drag(&to_the_top(browser).await, true).await;
        }
        "touch" => {
            touch(stage, &to_the_top(browser).await).await;
        }
        _ => {
            browser.press(&[CONTROL, 'k']).await;
            browser.find("dialog.palette[open]").await;
            browser.type_text("top statements").await;
            stage.says(".command-row", "Move to top: Statements").await;
            browser.press(&[ENTER]).await;
        }
    }
}

/// Where a pointer goes that takes the last filter to the top.
async fn to_the_top(browser: &Browser) -> [(f64, f64); 3] {
    // In sight, all of them, before places are taken.
    let from = browser
        .middle("document.getElementById('chain-Statements')")
        .await;
    let top = "return document.querySelector('.chain-item')\
               .getBoundingClientRect().top";
    let top = browser.script(top).await.as_f64().expect("a number");
    let above = (from.0, top.round() + 4.0);
    let between = (from.0, f64::midpoint(from.1, above.1));
    [from, between, above]
}

/// A finger goes down at the first point, over the others, and up.
async fn touch(stage: &Stage, points: &[(f64, f64)]) {
    let send = async |kind: &str, points: serde_json::Value| {
        let event = json!({"type": kind, "touchPoints": points});
        stage
            .browser
            .devtools("Input.dispatchTouchEvent", event)
            .await;
    };
    for (at, (x, y)) in points.iter().enumerate() {
        let kind = if at == 0 { "touchStart" } else { "touchMove" };
        send(kind, json!([{"x": x, "y": y}])).await;
        stage.browser.settle().await;
    }
    send("touchEnd", json!([])).await;
}

/// Notes what the page sends to change something: the version it thinks of, and the body.
const RECORD: &str = "window.sent = []; const real = window.fetch; window.fetch = (...given) => { \
    const request = new Request(...given); \
    if (request.method === 'PATCH') request.clone().text().then(body => \
        window.sent.push([request.headers.get('If-Match'), body])); \
    return real(request); }";

#[tokio::test]
async fn menu_keyboard_palette_and_pointer_send_the_same_request() {
    let stage = stage().await;
    let browser = &stage.browser;
    browser.resize(1280, 900).await;
    stage.log_in("sessions").await;
    let expected = ["Statements", "Two-Rows", "Mask-Names"];
    let mut requests = Vec::new();
    for way in ["menu", "keys", "at once", "palette", "drag", "touch"] {
        let client = stage.visitor().await;
        let id = client.id();
        set_chain(&stage, id, &["Two-Rows", "Mask-Names", "Statements"]).await;
        stage.open_editor(id).await;
        stage.says(".chain-list", "Statements").await;
        browser.script(RECORD).await;
        move_to_top(&stage, way).await;
        // Of what is dragged the pointer keeps hold.
        if !["drag", "touch"].contains(&way) {
            let what = format!("{way}: the focus stays on what was moved");
            let on_it = "document.activeElement?.id === 'chain-Statements'";
            browser.until(&what, on_it).await;
        }
        stage.says(".chain-summary", "1 moved").await;
        browser.press(&[CONTROL, ENTER]).await;
        stage.says(".chain-status", "active, generation 2").await;
        assert_eq!(chain(&stage, id).await, expected, "{way}");
        let sent = browser.script("return window.sent").await.to_string();
        requests.push(sent.replace(&id.to_string(), "ID"));
        client.disconnect().await.expect("a clean end");
    }
    let count = requests[0].matches("relationships").count();
    assert_eq!(count, 1, "{requests:?}");
    for request in &requests {
        assert_eq!(request, &requests[0], "every way sends the same");
    }
    stage.end().await;
}

#[tokio::test]
async fn another_ones_change_is_shown_and_ones_own_is_made_again_on_it() {
    let (stage, client) = stage_with_editor().await;
    let browser = &stage.browser;
    let id = client.id();
    add(&stage, "Mask-Names").await;
    set_chain(&stage, id, &["Two-Rows"]).await;
    stage
        .says(".chain-editor", "Somebody else has changed this chain")
        .await;
    browser.press(&[CONTROL, ENTER]).await;
    stage
        .says(".conflict", "Nothing of yours was applied")
        .await;
    assert_eq!(
        chain(&stage, id).await,
        ["Two-Rows"],
        "a refused change changes nothing"
    );
    stage.press(".conflict button", "Re-apply mine").await;
    stage.says(".chain-list", "Two-Rows").await;
    stage.says(".chain-list", "Mask-Names").await;
    assert_eq!(chain(&stage, id).await, ["Two-Rows"], "staged, not sent");
    browser.press(&[CONTROL, ENTER]).await;
    stage.says(".chain-status", "active, generation 2").await;
    assert_eq!(chain(&stage, id).await, ["Mask-Names", "Two-Rows"]);
    client.disconnect().await.expect("a clean end");
    stage.end().await;
}
