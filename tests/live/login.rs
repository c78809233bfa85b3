//! Who comes in, for how long, and how one gets out.

use sluicegate_tests::api::ADMIN;

use crate::console::{row_of, stage};

#[tokio::test]
async fn one_logs_in_stays_so_over_a_reload_and_logs_out() {
    let stage = stage().await;
    let browser = &stage.browser;
    browser.open(&stage.address("servers")).await;
    browser.find("input[name=username]").await;
    browser.click("button[type=submit]").await;
    stage
        .says("[role=alert]", "Enter the name of an admin account")
        .await;

    stage.fill_in((ADMIN.0, "wrong")).await;
    stage
        .says("[role=alert]", "User or password is wrong")
        .await;
    let emptied = "document.querySelector('input[name=password]').value === ''";
    browser.until("the wrong password is gone", emptied).await;
    let shown = browser.script("return document.body.innerText").await;
    let shown = shown.as_str().expect("a text").to_owned();
    assert!(!shown.contains("server1"), "nothing is shown: {shown}");

    stage.fill_in(ADMIN).await;
    // Where one wanted to go.
    stage.says("tbody tr", "server1").await;
    let cookie = browser.client().get_named_cookie("token_sig").await;
    let cookie = cookie.expect("a cookie");
    assert_eq!(cookie.http_only(), Some(true), "no script reads it");
    let known = browser
        .script("return JSON.stringify(localStorage) + document.cookie")
        .await;
    let known = known.as_str().expect("a text").to_owned();
    assert!(
        !known.contains(cookie.value()),
        "no script reads it: {known}"
    );
    browser.open(&stage.address("servers")).await;
    stage.says("tbody tr", "server1").await;

    stage.press(".topbar button", "Log out").await;
    browser.find("input[name=username]").await;
    let cookie = browser.client().get_named_cookie("token_sig").await;
    assert!(cookie.is_err(), "the cookie is gone: {cookie:?}");
    browser.open(&stage.address("sessions")).await;
    browser.find("input[name=password]").await;
    let row = browser
        .script(&format!("return Boolean({})", row_of("web")))
        .await;
    assert_eq!(row, false, "nothing is shown any more");
    stage.end().await;
}

#[tokio::test]
async fn a_login_that_has_run_out_is_asked_for_again_and_one_goes_on_where_one_was() {
    let stage = stage().await;
    let browser = &stage.browser;
    stage.log_in("audit?page=0").await;
    stage.says("h1", "Audit").await;
    // A token of a few seconds takes the place of the one of the page, which is opened with it: the stream
    // of its events ends with its token.
    let renew = format!(
        "const account = 'Basic ' + btoa('{}:{}'); \
         fetch('/v1/auth?persist=yes&max-age=6', {{headers: {{Authorization: account}}}})\
         .then(answer => window.renewed = answer.status)",
        ADMIN.0, ADMIN.1
    );
    browser.script(&renew).await;
    browser
        .until("the token is renewed", "window.renewed === 204")
        .await;
    browser.open(&stage.address("audit?page=0")).await;
    stage.says("h1", "Audit").await;
    stage.says(".login-note", "Your login has expired").await;
    // The name is still there; only the password is asked for.
    browser.fill("input[name=password]", ADMIN.1).await;
    browser.click("button[type=submit]").await;
    stage.says("h1", "Audit").await;
    let place = browser
        .script("return location.pathname + location.search")
        .await;
    assert_eq!(place, "/console/audit?page=0");
    stage.end().await;
}
