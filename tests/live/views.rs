//! Ways to look at the list of sessions are kept in the address.

use sluicegate_tests::browser::Browser;

use crate::console::stage;

const LISTED: &str =
    "document.querySelectorAll('[role=grid] .table-row:not(.is-absent) .table-link').length";

/// Waits until so many sessions are listed.
async fn lists(browser: &Browser, many: usize) {
    let what = format!("{many} are listed");
    browser.until(&what, &format!("{LISTED} === {many}")).await;
}

#[tokio::test]
async fn search_order_and_columns_are_in_the_address_and_come_back_with_it() {
    let stage = stage().await;
    let browser = &stage.browser;
    browser.resize(1280, 800).await;
    let clients = [stage.visitor().await, stage.visitor().await];
    stage.log_in("sessions").await;
    browser.find(".search-input").await;
    browser
        .fill(".search-input", &format!("user:{}", stage.user))
        .await;
    lists(browser, 2).await;
    stage.press(".table-sort", "Statements").await;
    stage.press(".menu .button", "Columns").await;
    stage.press(".chooser label", "Memory").await;
    let address = "location.search.includes('search=user') \
                   && location.search.includes('sort=-statements') \
                   && location.search.includes('columns=')";
    browser.until("the address says it", address).await;
    let heads = "return [...document.querySelectorAll('.table-title')].map(e => e.textContent)";
    let columns = browser.script(heads).await;

    // What is sent to a colleague opens the same.
    let place = browser.script("return location.href").await;
    browser.open("about:blank").await;
    browser.open(place.as_str().expect("an address")).await;
    lists(browser, 2).await;
    assert_eq!(browser.script(heads).await, columns);
    let sorted =
        "document.querySelector('[aria-sort=descending]').textContent.includes('Statements')";
    browser.until("the order is the same", sorted).await;
    let typed = browser
        .script("return document.querySelector('.search-input').value")
        .await;
    assert_eq!(typed, format!("user:{}", stage.user));
    for client in clients {
        client.disconnect().await.expect("a clean end");
    }
    stage.end().await;
}

#[tokio::test]
async fn a_paused_list_stands_still_and_goes_on_when_it_is_resumed() {
    let stage = stage().await;
    let browser = &stage.browser;
    browser.resize(1280, 800).await;
    stage
        .log_in(&format!("sessions?search=user:{}", stage.user))
        .await;
    stage.says(".notice-title", "No session matches").await;
    let first = stage.visitor().await;
    lists(browser, 1).await;
    stage.press(".toolbar button", "Pause").await;
    stage.says(".toolbar-hint", "Paused").await;
    let second = stage.visitor().await;
    let counted = format!("/v1/sessions?filter=/attributes/user=%22{}%22", stage.user);
    let document = stage.api().document(&counted).await;
    assert_eq!(document["data"].as_array().map(Vec::len), Some(2));
    // Half a minute of events in a second's time would not tell more: some have certainly come.
    stage.says(".toolbar-hint", "Paused 1").await;
    assert_eq!(browser.script(&format!("return {LISTED}")).await, 1);
    stage.press(".toolbar button", "Resume").await;
    lists(browser, 2).await;
    for client in [first, second] {
        client.disconnect().await.expect("a clean end");
    }
    stage.end().await;
}

#[tokio::test]
async fn a_view_is_saved_under_a_name_opened_after_a_reload_and_forgotten() {
    let stage = stage().await;
    let browser = &stage.browser;
    browser.resize(1280, 800).await;
    let client = stage.visitor().await;
    let search = format!("user:{}", stage.user);
    let address = format!("sessions?search={search}&sort=-memory");
    stage.log_in(&address).await;
    lists(browser, 1).await;
    stage.press(".menu .button", "Views").await;
    browser.fill(".view-save input", "Only mine").await;
    stage.press(".view-save button", "Save").await;
    stage.says(".view-saved", "Only mine").await;

    browser.open(&stage.address("sessions")).await;
    browser
        .until("others are listed", &format!("{LISTED} > 1"))
        .await;
    stage.press(".menu .button", "Views").await;
    stage.press(".view-saved .action", "Only mine").await;
    lists(browser, 1).await;
    let typed = browser
        .script("return document.querySelector('.search-input').value")
        .await;
    assert_eq!(typed, search);
    let sorted = "document.querySelector('[aria-sort=descending]').textContent.includes('Memory')";
    browser.until("the order is that of the view", sorted).await;

    stage.press(".menu .button", "Views").await;
    browser
        .click("button[aria-label=\"Forget the view Only mine\"]")
        .await;
    stage.no_longer_says(".view-list", "Only mine").await;
    client.disconnect().await.expect("a clean end");
    stage.end().await;
}

#[tokio::test]
async fn rows_stay_where_they_are_while_the_pointer_is_on_them() {
    let stage = stage().await;
    let browser = &stage.browser;
    browser.resize(1280, 800).await;
    let first = stage.visitor().await;
    let address = format!("sessions?search=user={}&sort=-id", stage.user);
    stage.log_in(&address).await;
    lists(browser, 1).await;
    let row = browser
        .middle("document.querySelector('[role=grid] .table-row:not(.is-absent) .table-link')")
        .await;
    browser.point(row).await;
    stage
        .says(".toolbar-hint", "Order held while the pointer is on")
        .await;
    // It would come before the other one.
    let second = stage.visitor().await;
    stage.says(".toolbar-hint", "1 new").await;
    let under = format!(
        "return document.elementFromPoint({}, {}).textContent",
        row.0, row.1
    );
    assert_eq!(browser.script(&under).await, first.id().to_string());
    assert_eq!(browser.script(&format!("return {LISTED}")).await, 1);
    let away = browser.middle("document.querySelector('.brand')").await;
    browser.point(away).await;
    lists(browser, 2).await;
    assert_eq!(browser.script(&under).await, second.id().to_string());
    for client in [first, second] {
        client.disconnect().await.expect("a clean end");
    }
    stage.end().await;
}

#[tokio::test]
async fn a_search_becomes_a_request_to_the_api_that_tells_the_same() {
    let stage = stage().await;
    let browser = &stage.browser;
    browser.resize(1280, 800).await;
    let clients = [stage.visitor().await, stage.visitor().await];
    stage.log_in("sessions").await;
    browser.find(".search-input").await;
    let search = format!("user={} idle<1h memory>0 db=shop", stage.user);
    browser.fill(".search-input", &search).await;
    lists(browser, 2).await;
    stage.press(".menu .button", "Views").await;
    let link = "document.querySelector('.view-api a')";
    browser.until("there is a link", link).await;
    let ask = format!(
        "fetch({link}.href).then(answer => answer.json())\
         .then(told => window.told = told.data.map(session => session.id), \
               error => window.told = [String(error)])"
    );
    browser.script(&ask).await;
    browser.until("the API answers", "window.told").await;
    let told = browser.script("return window.told").await;
    let ids: Vec<String> = clients
        .iter()
        .map(|client| client.id().to_string())
        .collect();
    assert_eq!(told, serde_json::json!(ids));
    // Parts of names are looked for here only, and that is said.
    stage.no_longer_says(".view-api", "without").await;
    browser.fill(".search-input", "gues").await;
    stage.says(".view-api", "without the words").await;
    for client in clients {
        client.disconnect().await.expect("a clean end");
    }
    stage.end().await;
}
