//! The page of a service: the chain of its sessions, and where it leads to.

use serde_json::{Value, json};
use sluicegate_tests::browser::input::keys::{CONTROL, ENTER};
use sluicegate_tests::mariadb::SERVICE_ACCOUNT;
use sluicegate_tests::waiting::{PATIENCE, eventually};

use crate::chain::{add, chain, name_of_an_item};
use crate::console::{Stage, stage, with_text};

/// The filters of a service.
pub async fn filters(stage: &Stage, service: &str) -> Vec<String> {
    related(stage, service, "filters").await
}

pub async fn related(stage: &Stage, service: &str, relationship: &str) -> Vec<String> {
    let found = stage
        .api()
        .document(&format!("/v1/services/{service}"))
        .await;
    let items = found["data"]["relationships"][relationship]["data"].as_array();
    let id = |item: &Value| item["id"].as_str().unwrap_or_default().to_owned();
    items.map_or_else(Vec::new, |items| items.iter().map(id).collect())
}

/// A service of the test's own, that others leave alone.
pub async fn make_service(stage: &Stage, name: &str) {
    let (user, password) = SERVICE_ACCOUNT;
    let parameters = json!({"user": user, "password": password});
    let body = json!({"data": {
        "id": name, "type": "services",
        "attributes": {"router": "readconnroute", "parameters": parameters},
        "relationships": {"servers": {"data": [{"id": "server1", "type": "servers"}]}},
    }});
    let answer = stage.api().post("/v1/services", &body).await;
    assert_eq!(answer.status, 204, "{}", answer.text);
}

pub async fn delete(stage: &Stage, path: &str) {
    let answer = stage.api().delete(&format!("/v1/{path}?force=yes")).await;
    assert_eq!(answer.status, 204, "{}", answer.text);
}

#[tokio::test]
async fn the_chain_of_a_service_reaches_new_sessions_and_live_ones_if_wanted() {
    let stage = stage().await;
    let browser = &stage.browser;
    browser.resize(1280, 900).await;
    let mut before = stage.reader().await;
    stage.log_in("services/Read").await;
    stage.says(".choice", "Mask-Names").await;
    add(&stage, "Mask-Names").await;
    browser.press(&[CONTROL, ENTER]).await;
    stage.says(".chain-staged", "Undo change").await;
    let mut new = stage.reader().await;
    assert!(name_of_an_item(&mut new).await.starts_with('*'));
    assert!(name_of_an_item(&mut before).await.starts_with("item"));

    // With the box ticked those that live get it as well.
    add(&stage, "Two-Rows").await;
    stage.press("label.check", "Also re-chain").await;
    browser.press(&[CONTROL, ENTER]).await;
    let id = before.id();
    let condition = async || (chain(&stage, id).await.len() == 2).then_some(());
    eventually(PATIENCE, "the live session is re-chained", condition).await;
    assert_eq!(chain(&stage, id).await, ["Mask-Names", "Two-Rows"]);
    // As others expect it.
    let none = json!({"data": []});
    let path = "/v1/services/Read/relationships/filters";
    let answer = stage.api().patch(path, &none).await;
    assert_eq!(answer.status, 204, "{}", answer.text);
    stage.says(".chain-empty", "No filters").await;
    before.disconnect().await.expect("a clean end");
    new.disconnect().await.expect("a clean end");
    stage.end().await;
}

#[tokio::test]
async fn changes_of_a_chain_follow_each_other_as_fast_as_one_can_make_them() {
    let stage = stage().await;
    let browser = &stage.browser;
    browser.resize(1280, 900).await;
    make_service(&stage, "Hasty").await;
    stage.log_in("services/Hasty").await;
    stage.says(".choice", "Mask-Names").await;
    let applied = "document.querySelector('.chain-summary').textContent === 'No staged changes'\
                   && document.querySelector('.chain-buttons .button-primary').textContent\
                      .startsWith('Apply ')";
    let mut expected = Vec::new();
    for (round, name) in ["Mask-Names", "Two-Rows", "Statements"]
        .into_iter()
        .enumerate()
    {
        add(&stage, name).await;
        browser.press(&[CONTROL, ENTER]).await;
        browser
            .until(&format!("change {round} is made"), applied)
            .await;
        expected.push(name);
        assert_eq!(filters(&stage, "Hasty").await, expected);
    }

    // What is edited while a change is under way belongs to the next one, and nobody else's it is.
    let both = "document.querySelector('button[aria-label=\"Remove: Two-Rows\"]').click(); \
                [...document.querySelectorAll('.chain-buttons button')].at(-1).click(); \
                document.querySelector('button[aria-label=\"Remove: Statements\"]').click()";
    browser.script(both).await;
    stage.says(".chain-summary", "1 removed").await;
    let ready = "document.querySelector('.chain-buttons .button-primary').textContent === 'Apply'";
    browser.until("the first one is made", ready).await;
    assert_eq!(filters(&stage, "Hasty").await, ["Mask-Names", "Statements"]);
    stage.no_longer_says(".chain-editor", "Somebody else").await;
    browser.press(&[CONTROL, ENTER]).await;
    browser.until("the second one is made", applied).await;
    assert_eq!(filters(&stage, "Hasty").await, ["Mask-Names"]);
    stage
        .no_longer_says(".chain-editor", "Nothing of yours was applied")
        .await;
    delete(&stage, "services/Hasty").await;
    stage.end().await;
}

#[tokio::test]
async fn a_refusal_is_said_at_the_filter_that_it_is_of() {
    let stage = stage().await;
    let browser = &stage.browser;
    browser.resize(1280, 900).await;
    make_service(&stage, "Refused").await;
    let client = stage.visitor().await;
    stage.log_in("sessions").await;
    for (round, path) in [
        "services/Refused".to_owned(),
        format!("sessions/{}", client.id()),
    ]
    .iter()
    .enumerate()
    {
        let doomed = format!("Doomed-{round}");
        let body = json!({"data": {
            "id": doomed, "type": "filters", "attributes": {"module": "nullfilter"},
        }});
        let answer = stage.api().post("/v1/filters", &body).await;
        assert_eq!(answer.status, 204, "{}", answer.text);
        browser.open(&stage.address(path)).await;
        for filter in ["Two-Rows", &doomed, "Mask-Names"] {
            add(&stage, filter).await;
        }
        // Gone, when it is to be put in.
        delete(&stage, &format!("filters/{doomed}")).await;
        browser.press(&[CONTROL, ENTER]).await;
        let said = format!("{doomed} is not a filter");
        stage
            .says(".chain-item.is-faulty .chain-fault", &said)
            .await;
        let marked = "return [...document.querySelectorAll('.chain-item.is-faulty .chain-name')]\
                      .map(e => e.textContent)";
        assert_eq!(
            browser.script(marked).await,
            json!([doomed]),
            "this one only"
        );
        stage.says(".chain-summary", "3 added").await;
        // Without it the rest goes.
        browser
            .click(&format!("button[aria-label=\"Remove: {doomed}\"]"))
            .await;
        let mended = "!document.querySelector('.chain-item.is-faulty')";
        browser.until("nothing is marked any more", mended).await;
        browser.press(&[CONTROL, ENTER]).await;
        stage.says(".chain-staged", "Undo change").await;
    }
    assert_eq!(filters(&stage, "Refused").await, ["Two-Rows", "Mask-Names"]);
    assert_eq!(chain(&stage, client.id()).await, ["Two-Rows", "Mask-Names"]);
    delete(&stage, "services/Refused").await;
    client.disconnect().await.expect("a clean end");
    stage.end_despite(&["of 400"]).await;
}

#[tokio::test]
async fn a_service_leads_to_another_one_that_is_chosen_and_the_map_shows_it() {
    let stage = stage().await;
    let browser = &stage.browser;
    browser.resize(1280, 900).await;
    make_service(&stage, "Front").await;
    make_service(&stage, "Behind").await;
    stage.log_in("services/Front").await;
    stage.press(".panel button", "Choose targets").await;
    stage.says(".name-choice label", "Behind").await;
    let itself = with_text(".name-choice label", "Front");
    let offered = browser.script(&format!("return Boolean({itself})")).await;
    assert_eq!(offered, false, "not itself");
    stage.press(".name-choice label", "server1").await;
    stage.press(".name-choice label", "Behind").await;
    stage.press(".panel-actions button", "Save").await;
    stage.says(".fact", "Target services").await;
    stage.says(".chips a", "Behind").await;
    assert_eq!(related(&stage, "Front", "services").await, ["Behind"]);
    assert_eq!(related(&stage, "Front", "servers").await, [""; 0]);

    // A way round and round is refused, and nothing is lost of what was chosen.
    browser.open(&stage.address("services/Behind")).await;
    stage.press(".panel button", "Choose targets").await;
    stage.press(".name-choice label", "Front").await;
    stage.press(".panel-actions button", "Save").await;
    stage
        .says(
            ".panel-actions [role=alert]",
            "Behind would route to itself",
        )
        .await;
    let ticked = format!(
        "{}.querySelector('input').checked",
        with_text(".name-choice label", "Front")
    );
    browser
        .until("what was chosen is still there", &ticked)
        .await;
    assert_eq!(related(&stage, "Behind", "services").await, [""; 0]);

    browser.open(&stage.address("services")).await;
    stage.says("tbody tr", "Behind").await;
    browser.open(&stage.address("dashboard")).await;
    let node = "[...document.querySelectorAll('.map-node a')]\
                .find(e => e.getAttribute('aria-label').includes('leads to Behind'))";
    browser.until("the map tells it", node).await;
    let arrow = "document.querySelector('.map-arrows').getAttribute('d').startsWith('M')";
    browser.until("and draws it", arrow).await;
    browser
        .script(&format!(
            "{node}.dispatchEvent(new MouseEvent('click', {{bubbles: true, cancelable: true}}))"
        ))
        .await;
    stage.says("h1", "Front").await;
    delete(&stage, "services/Front").await;
    delete(&stage, "services/Behind").await;
    stage.end_despite(&["of 400"]).await;
}
