//! Everything without a pointer: from the log-in to a chain that acts.

use mysql_async::prelude::Queryable;
use sluicegate_tests::api::ADMIN;
use sluicegate_tests::browser::input::keys::{CONTROL, DOWN, ENTER, ESCAPE, SHIFT, SPACE, TAB, UP};

use crate::console::{Stage, stage};

/// More stops than any page has before what is looked for.
const STOPS_MAX: usize = 120;

/// Presses Tab until the focus is on what a condition of `e`, the focused element, describes. Each
/// stop on the way has to be seen: an element with a name and a place on the page.
async fn tab_to(stage: &Stage, what: &str, condition: &str) {
    let script = format!(
        "const e = document.activeElement; const r = e.getBoundingClientRect(); \
         return [Boolean({condition}), r.width > 0 && r.height > 0, e.outerHTML.slice(0, 200)]"
    );
    for _ in 0..STOPS_MAX {
        stage.browser.press(&[TAB]).await;
        let at = stage.browser.script(&script).await;
        assert_eq!(at[1], true, "the focus is somewhere: {}", at[2]);
        if at[0] == true {
            return;
        }
    }
    panic!("{what} is not reached by Tab");
}

async fn focus_is_on(stage: &Stage, id: &str) {
    let condition = format!("document.activeElement?.id === '{id}'");
    stage
        .browser
        .until(&format!("the focus is on {id}"), &condition)
        .await;
}

async fn told(stage: &Stage, text: &str) {
    let said = format!(
        "[...document.querySelectorAll('[role=status]')].some(e => e.textContent.includes('{text}'))"
    );
    stage
        .browser
        .until(&format!("it is told: {text}"), &said)
        .await;
}

#[tokio::test]
async fn a_chain_is_edited_from_the_log_in_to_its_effect_by_keys_alone() {
    let stage = stage().await;
    let browser = &stage.browser;
    browser.resize(1280, 900).await;
    let mut client = stage.visitor().await;
    browser.open(&stage.address("sessions")).await;
    // The first field has the focus by itself.
    browser
        .until(
            "a field has the focus",
            "document.activeElement?.name === 'username'",
        )
        .await;
    browser.type_text(ADMIN.0).await;
    browser.press(&[TAB]).await;
    browser.type_text(ADMIN.1).await;
    browser.press(&[ENTER]).await;
    browser.find(".search-input").await;

    tab_to(&stage, "the search", "e.matches('.search-input')").await;
    browser.type_text(&format!("user:{}", stage.user)).await;
    stage.says(".toolbar-count", "1 of").await;
    tab_to(&stage, "the list", "e.matches('[role=grid]')").await;
    browser.press(&[DOWN]).await;
    let row = format!("row-{}", client.id());
    let active =
        format!("document.activeElement.getAttribute('aria-activedescendant') === '{row}'");
    browser.until("the row is selected", &active).await;
    browser.press(&[ENTER]).await;
    stage.says("h1", &format!("Session {}", client.id())).await;
    stage.says(".choice", "Mask-Names").await;

    add_two(&stage).await;
    carry(&stage).await;
    open_menu(&stage).await;
    // Undo and redo of the edit, then apply.
    browser.press(&[CONTROL, 'z']).await;
    told(&stage, "Edit undone").await;
    browser.press(&[CONTROL, 'y']).await;
    told(&stage, "Edit redone").await;
    browser.press(&[CONTROL, ENTER]).await;
    stage.says(".chain-status", "active, generation 1").await;
    let path = format!("/v1/sessions/{}", client.id());
    let session = stage.api().document(&path).await;
    let active = &session["data"]["attributes"]["filters"]["active"];
    assert_eq!(*active, serde_json::json!(["Two-Rows", "Mask-Names"]));
    let name: Option<String> = client
        .query_first("SELECT name FROM items LIMIT 1")
        .await
        .expect("a statement");
    assert!(name.expect("a row").starts_with('*'), "it acts");

    remove_and_discard(&stage).await;
    // Help and palette, by keys.
    browser.press(&['?']).await;
    stage
        .says("dialog[open]", "Take a filter into the hand")
        .await;
    browser.press(&[ESCAPE]).await;
    browser
        .until("the help closes", "!document.querySelector('dialog[open]')")
        .await;
    client.disconnect().await.expect("a clean end");
    stage.end().await;
}

/// Searches among the filters and adds two, one by Enter, one by Space.
async fn add_two(stage: &Stage) {
    let browser = &stage.browser;
    tab_to(
        stage,
        "the search of filters",
        "e.matches('.chain-available input')",
    )
    .await;
    browser.type_text("mask").await;
    let one = "document.querySelectorAll('.choice').length === 1";
    browser.until("one filter answers", one).await;
    tab_to(
        stage,
        "its button",
        "e.getAttribute('aria-label') === 'Add Mask-Names'",
    )
    .await;
    browser.press(&[ENTER]).await;
    told(stage, "Mask-Names, added at 1 of 1").await;
    browser.press(&[SHIFT, TAB]).await;
    for _ in "mask".chars() {
        browser
            .press(&[sluicegate_tests::browser::input::keys::BACKSPACE])
            .await;
    }
    tab_to(
        stage,
        "the next one",
        "e.getAttribute('aria-label') === 'Add Two-Rows'",
    )
    .await;
    browser.press(&[SPACE]).await;
    told(stage, "Two-Rows, added at 2 of 2").await;
}

/// Takes the second into the hand, moves it up, puts it back; then again, and drops it.
async fn carry(stage: &Stage) {
    let browser = &stage.browser;
    tab_to(stage, "its handle", "e.id === 'chain-Two-Rows'").await;
    browser.press(&[SPACE]).await;
    told(stage, "Two-Rows, grabbed at 2 of 2").await;
    browser.press(&[UP]).await;
    told(stage, "Two-Rows, moved to 1 of 2").await;
    browser.press(&[ESCAPE]).await;
    told(stage, "Two-Rows, back at 2 of 2").await;
    focus_is_on(stage, "chain-Two-Rows").await;
    for key in [SPACE, UP, SPACE] {
        browser.press(&[key]).await;
    }
    told(stage, "Two-Rows, dropped at 1 of 2").await;
    focus_is_on(stage, "chain-Two-Rows").await;
}

/// Its menu, by Enter; closed by Esc, which gives the focus back.
async fn open_menu(stage: &Stage) {
    let browser = &stage.browser;
    browser.press(&[ENTER]).await;
    browser.find(".action-menu").await;
    browser.press(&[ESCAPE]).await;
    browser
        .until("the menu closes", "!document.querySelector('.action-menu')")
        .await;
    focus_is_on(stage, "chain-Two-Rows").await;
}

/// Removes one: the focus goes to its neighbour. The button that lets go of it, by Space.
async fn remove_and_discard(stage: &Stage) {
    let browser = &stage.browser;
    browser
        .script("document.getElementById('chain-Two-Rows').focus()")
        .await;
    browser.press(&['\u{E017}']).await;
    told(stage, "Two-Rows, removed").await;
    focus_is_on(stage, "chain-Mask-Names").await;
    tab_to(stage, "Discard", "e.textContent.startsWith('Discard')").await;
    browser.press(&[SPACE]).await;
    told(stage, "Staged changes discarded").await;
}

#[tokio::test]
async fn the_first_stop_of_tab_leads_past_the_navigation() {
    let stage = stage().await;
    let browser = &stage.browser;
    browser.resize(1280, 900).await;
    stage.log_in("servers").await;
    stage.says("tbody tr", "server1").await;
    browser.script("document.activeElement?.blur()").await;
    tab_to(
        &stage,
        "the way past the navigation",
        "e.matches('.skip-link')",
    )
    .await;
    browser.press(&[ENTER]).await;
    browser
        .until(
            "the content has the focus",
            "document.activeElement?.id === 'content'",
        )
        .await;
    stage.end().await;
}
