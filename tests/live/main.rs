//! The console in a real browser, before a real gateway with real sessions.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use sluicegate_tests::browser::{Browser, Theme};

#[tokio::test]
async fn the_browser_starts_and_takes_pictures_of_every_size_and_theme() {
    let browser = Browser::start().await;
    browser
        .open("data:text/html,<title>t</title><p id=p>width")
        .await;
    browser.prefer(Theme::Dark).await;
    for width in [360, 1280, 2560] {
        browser.resize(width, 800).await;
        assert_eq!(browser.script("return innerWidth").await, width);
    }
    browser
        .until("dark", "matchMedia('(prefers-color-scheme: dark)').matches")
        .await;
    browser.screenshot("browser-check").await;
    assert_eq!(browser.errors().await, Vec::<String>::new());
    browser.close().await;
}
