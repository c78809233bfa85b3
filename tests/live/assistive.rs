//! What is told to those who don't see the page, and what moves for those who want no motion.

use sluicegate_tests::browser::input::keys::{CONTROL, ESCAPE, SPACE};

use crate::console::{Stage, stage, with_text};

/// Waits until a screen reader tells all of these, as `role: name`.
async fn tells(stage: &Stage, expected: &[&str]) {
    let mut told = Vec::new();
    let complete = sluicegate_tests::waiting::PATIENCE;
    let begin = std::time::Instant::now();
    while begin.elapsed() < complete {
        told = stage.browser.told().await;
        if expected
            .iter()
            .all(|one| told.iter().any(|t| t.contains(one)))
        {
            return;
        }
    }
    let missing: Vec<_> = expected
        .iter()
        .filter(|one| !told.iter().any(|t| t.contains(**one)))
        .collect();
    panic!("not told: {missing:?}; told are:\n{}", told.join("\n"));
}

#[tokio::test]
async fn names_places_and_changes_are_told() {
    let stage = stage().await;
    let browser = &stage.browser;
    browser.resize(1280, 900).await;
    let client = stage.visitor().await;
    browser.open(&stage.address("sessions")).await;
    tells(
        &stage,
        &["textbox: User", "textbox: Password", "button: Log in"],
    )
    .await;
    stage.log_in("sessions").await;
    browser.find(".search-input").await;
    tells(
        &stage,
        &[
            "navigation: Main",
            "link: Sessions",
            "grid: Sessions",
            "searchbox: Search sessions",
            "columnheader: ID",
            "button: Pause",
            "button: Log out",
        ],
    )
    .await;
    // How many a search has found is told once it is typed.
    browser
        .fill(".search-input", &format!("user:{}", stage.user))
        .await;
    let counted = with_text(".toolbar [role=status]", "1 of ");
    browser.until("the count is told", &counted).await;
    let sorted =
        "document.querySelectorAll('[aria-sort=ascending], [aria-sort=descending]').length === 1";
    browser
        .until("one column says that it is the order", sorted)
        .await;
    let count = "Number(document.querySelector('[role=grid]').getAttribute('aria-rowcount')) === 2";
    browser
        .until("the table tells its length, head included", count)
        .await;

    editor_tells(&stage, client.id()).await;
    browser.press(&[CONTROL, 'k']).await;
    tells(&stage, &["dialog: Command palette", "combobox: "]).await;
    browser.press(&[ESCAPE]).await;
    client.disconnect().await.expect("a clean end");
    stage.end().await;
}

/// The editor of a chain: names, places, how it is used, and what happens.
async fn editor_tells(stage: &Stage, id: u32) {
    let browser = &stage.browser;
    stage.open_editor(id).await;
    browser.click("button[aria-label=\"Add Mask-Names\"]").await;
    browser.click("button[aria-label=\"Add Two-Rows\"]").await;
    tells(
        stage,
        &[
            "button: Mask-Names, position 1 of 2: reorder",
            "button: Two-Rows, position 2 of 2: reorder",
            "button: Remove: Two-Rows",
            "region: Available filters",
            "region: Chain, in order",
            "button: Apply",
        ],
    )
    .await;
    let described = "document.getElementById(document.getElementById('chain-Mask-Names')\
                     .getAttribute('aria-describedby')).textContent.includes('Space takes it')";
    browser
        .until("the handle says how it is used", described)
        .await;
    browser
        .script("document.getElementById('chain-Mask-Names').focus()")
        .await;
    browser.press(&[SPACE]).await;
    let grabbed = with_text("[role=status]", "Mask-Names, grabbed at 1 of 2");
    browser.until("what is in the hand is told", &grabbed).await;
    browser.press(&[ESCAPE]).await;
    // A flow of lines and boxes has a sentence.
    tells(stage, &["From client", "through"]).await;
}

/// Elements whose style moves, fades or goes round.
const MOVING: &str = "[...document.querySelectorAll('*')].filter(e => { \
    const s = getComputedStyle(e); \
    const some = text => text.split(',').some(t => parseFloat(t) > 0); \
    return some(s.transitionDuration) || (s.animationName !== 'none' && some(s.animationDuration)); \
    }).map(e => e.outerHTML.slice(0, 120))";

#[tokio::test]
async fn nothing_moves_for_those_who_want_no_motion() {
    let stage = stage().await;
    let browser = &stage.browser;
    browser.resize(1280, 900).await;
    browser.reduce_motion().await;
    let client = stage.visitor().await;
    stage.log_in("sessions").await;
    let pages = [
        ("dashboard".to_owned(), "h1", "Dashboard"),
        ("sessions".to_owned(), "[role=row]", "web"),
        (format!("sessions/{}", client.id()), ".choice", "Mask-Names"),
        ("services/Main".to_owned(), ".choice", "Mask-Names"),
        ("logs".to_owned(), "h1", "Logs"),
        ("settings".to_owned(), "h1", "Settings"),
    ];
    for (path, selector, text) in pages {
        browser.open(&stage.address(&path)).await;
        stage.says(selector, text).await;
        let moving = browser.script(&format!("return {MOVING}")).await;
        assert_eq!(moving, serde_json::json!([]), "on {path}");
    }
    browser.press(&[CONTROL, 'k']).await;
    browser.find("dialog.palette[open]").await;
    let moving = browser.script(&format!("return {MOVING}")).await;
    assert_eq!(moving, serde_json::json!([]), "in the palette");
    client.disconnect().await.expect("a clean end");
    stage.end().await;
}
