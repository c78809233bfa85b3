//! The chain editor before a real session: what someone does with it is seen in the client's results.

use mysql_async::Conn;
use mysql_async::prelude::Queryable;
use serde_json::{Value, json};
use sluicegate_tests::browser::input::keys::{ALT, CONTROL, DOWN, ENTER, ESCAPE, SPACE, UP};

use crate::console::{Stage, stage, with_text};

/// Opens the page of a session and waits for its editor.
async fn open_editor(stage: &Stage, id: u32) {
    stage
        .browser
        .open(&stage.address(&format!("sessions/{id}")))
        .await;
    stage.says(".choice", "Mask-Names").await;
    says(stage, ".chain-status", "generation").await;
}

/// Logs in and opens the editor of a new session of the visitor.
async fn stage_with_editor() -> (Stage, Conn) {
    let stage = stage().await;
    stage.browser.resize(1280, 900).await;
    let client = stage.visitor().await;
    stage.log_in("sessions").await;
    stage.browser.find(".frame").await;
    open_editor(&stage, client.id()).await;
    (stage, client)
}

async fn says(stage: &Stage, selector: &str, text: &str) {
    let what = format!("{selector} says {text}");
    let condition = format!("document.querySelector('{selector}')?.innerText.includes('{text}')");
    stage.browser.until(&what, &condition).await;
}

async fn name_of_an_item(client: &mut Conn) -> String {
    let name = client.query_first("SELECT name FROM items ORDER BY id LIMIT 1");
    name.await.expect("a statement").expect("an item")
}

async fn chain(stage: &Stage, id: u32) -> Vec<String> {
    let path = format!("/v1/sessions/{id}");
    let session = stage.demo.gateway().api().document(&path).await;
    let active = session["data"]["attributes"]["filters"]["active"].clone();
    serde_json::from_value(active).expect("names")
}

/// Another administrator, without the console.
async fn set_chain(stage: &Stage, id: u32, names: &[&str]) {
    let items: Vec<Value> = names
        .iter()
        .map(|name| json!({"id": name, "type": "filters"}))
        .collect();
    let body = json!({"data": {"relationships": {"filters": {"data": items}}}});
    let path = format!("/v1/sessions/{id}");
    let answer = stage.demo.gateway().api().patch(&path, &body).await;
    assert_eq!(answer.status, 204, "{}", answer.json());
}

async fn add(stage: &Stage, filter: &str) {
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
    says(&stage, ".chain-summary", "No staged changes").await;

    browser.drag(&[from, between, to], true).await;
    says(&stage, ".chain-summary", "1 added").await;
    says(&stage, ".chain-list", "Mask-Names").await;
    assert_eq!(
        name_of_an_item(&mut client).await,
        clear,
        "nothing is sent on drop"
    );

    browser.press(&[CONTROL, ENTER]).await;
    says(&stage, ".chain-status", "active, generation 1").await;
    says(&stage, ".flow-filters", "Mask-Names").await;
    let masked = name_of_an_item(&mut client).await;
    assert!(masked.starts_with('*'), "{masked}");

    stage.says(".chain-staged button", "Undo change").await;
    stage.press(".chain-staged button", "Undo change").await;
    says(&stage, ".chain-status", "active, generation 2").await;
    assert_eq!(name_of_an_item(&mut client).await, clear);
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
    says(&stage, ".page-head", "busy").await;
    stage.browser.press(&[CONTROL, ENTER]).await;
    says(&stage, ".chain-status", "pending until idle, generation 1").await;
    assert_eq!(chain(&stage, id).await, Vec::<String>::new());
    let mut client = statement.await.expect("the statement ends");
    says(&stage, ".chain-status", "active, generation 1").await;
    assert!(name_of_an_item(&mut client).await.starts_with('*'));

    // The end of the session is told, and what is staged stays.
    add(&stage, "Two-Rows").await;
    says(&stage, ".chain-summary", "1 added").await;
    client.disconnect().await.expect("a clean end");
    says(
        &stage,
        ".chain-editor",
        "The session has ended. What you staged is still here",
    )
    .await;
    says(&stage, ".chain-list", "Two-Rows").await;
    stage.end().await;
}

#[tokio::test]
async fn menu_keyboard_and_palette_come_to_the_same_chain() {
    let stage = stage().await;
    let browser = &stage.browser;
    browser.resize(1280, 900).await;
    stage.log_in("sessions").await;
    browser.find(".frame").await;
    let expected = ["Statements", "Two-Rows", "Mask-Names"];
    for way in ["menu", "keys", "at once", "palette"] {
        let client = stage.visitor().await;
        let id = client.id();
        set_chain(&stage, id, &["Two-Rows", "Mask-Names", "Statements"]).await;
        open_editor(&stage, id).await;
        says(&stage, ".chain-list", "Statements").await;
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
            _ => {
                browser.press(&[CONTROL, 'k']).await;
                browser.find("dialog.palette[open]").await;
                browser.type_text("top statements").await;
                stage.says(".command-row", "Move to top: Statements").await;
                browser.press(&[ENTER]).await;
            }
        }
        browser
            .until(
                &format!("{way}: the focus stays on what was moved"),
                "document.activeElement?.id === 'chain-Statements'",
            )
            .await;
        says(&stage, ".chain-summary", "1 moved").await;
        browser.press(&[CONTROL, ENTER]).await;
        says(&stage, ".chain-status", "active, generation 2").await;
        assert_eq!(chain(&stage, id).await, expected, "{way}");
        client.disconnect().await.expect("a clean end");
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
    says(
        &stage,
        ".chain-editor",
        "Somebody else has changed this chain",
    )
    .await;
    browser.press(&[CONTROL, ENTER]).await;
    says(&stage, ".conflict", "Nothing of yours was applied").await;
    assert_eq!(
        chain(&stage, id).await,
        ["Two-Rows"],
        "a refused change changes nothing"
    );
    stage.press(".conflict button", "Re-apply mine").await;
    says(&stage, ".chain-list", "Two-Rows").await;
    says(&stage, ".chain-list", "Mask-Names").await;
    assert_eq!(chain(&stage, id).await, ["Two-Rows"], "staged, not sent");
    browser.press(&[CONTROL, ENTER]).await;
    says(&stage, ".chain-status", "active, generation 2").await;
    assert_eq!(chain(&stage, id).await, ["Mask-Names", "Two-Rows"]);
    client.disconnect().await.expect("a clean end");
    stage.end().await;
}

#[tokio::test]
async fn the_chain_of_a_service_reaches_new_sessions_and_live_ones_if_wanted() {
    let stage = stage().await;
    let browser = &stage.browser;
    browser.resize(1280, 900).await;
    let mut before = stage.visitor().await;
    stage.log_in("services/Main").await;
    stage.says(".choice", "Mask-Names").await;
    add(&stage, "Mask-Names").await;
    browser.press(&[CONTROL, ENTER]).await;
    says(&stage, ".chain-staged", "Undo change").await;
    let mut new = stage.visitor().await;
    assert!(name_of_an_item(&mut new).await.starts_with('*'));
    assert!(name_of_an_item(&mut before).await.starts_with("item"));

    // With the box ticked those that live get it as well.
    add(&stage, "Two-Rows").await;
    stage.press("label.check", "Also re-chain").await;
    browser.press(&[CONTROL, ENTER]).await;
    let id = before.id();
    let condition = async || (chain(&stage, id).await.len() == 2).then_some(());
    sluicegate_tests::waiting::eventually(
        sluicegate_tests::waiting::PATIENCE,
        "the live session is re-chained",
        condition,
    )
    .await;
    assert_eq!(chain(&stage, id).await, ["Mask-Names", "Two-Rows"]);
    before.disconnect().await.expect("a clean end");
    new.disconnect().await.expect("a clean end");
    stage.end().await;
}
