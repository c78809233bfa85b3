//! Pictures of every page in every size and theme, for people to look at.

use sluicegate_tests::browser::Theme;
use sluicegate_tests::waiting::{PATIENCE, eventually};

use crate::axe::PAGES;
use crate::console::{row_of, stage, with_text};

const SIZES: [(u32, u32); 3] = [(360, 740), (1280, 800), (2560, 1440)];
const THEMES: [(Theme, &str); 2] = [(Theme::Light, "light"), (Theme::Dark, "dark")];

/// A page that is wider than its window makes a person scroll sideways; one that is higher takes the
/// bar away, for it is the content that scrolls.
const FITS: &str = "document.documentElement.scrollWidth <= innerWidth && \
                    document.documentElement.scrollHeight <= innerHeight";

#[tokio::test]
async fn every_page_fits_every_size_in_both_themes() {
    let stage = stage().await;
    let browser = &stage.browser;
    browser.open(&stage.address("")).await;
    browser.find("input[name=username]").await;
    pictures(&stage, "login").await;

    let mut visitor = stage.visitor().await;
    mysql_async::prelude::Queryable::query_drop(&mut visitor, "START TRANSACTION")
        .await
        .expect("a statement");
    stage.log_in("sessions").await;
    browser
        .until("sessions are listed", &row_of(&stage.user))
        .await;
    // Some work must have been done before there is something to see.
    let sessions = "/v1/sessions?filter=/attributes/statement_count=gt(20)";
    eventually(PATIENCE, "sessions have worked", async || {
        let document = stage.api().document(sessions).await;
        document["data"]
            .as_array()
            .is_some_and(|list| list.len() >= 4)
            .then_some(())
    })
    .await;
    pictures(&stage, "sessions").await;
    browser.prefer(Theme::Light).await;
    browser.resize(1280, 640).await;
    browser.screenshot("readme-sessions").await;

    browser
        .open(&stage.address(&format!("sessions/{}", visitor.id())))
        .await;
    browser
        .until(
            "the session's page",
            &format!("document.body.innerText.includes('{}')", stage.user),
        )
        .await;
    for filter in ["Mask-Names", "Two-Rows"] {
        browser
            .click(&format!("button[aria-label=\"Add {filter}\"]"))
            .await;
    }
    pictures(&stage, "session").await;
    browser.prefer(Theme::Dark).await;
    browser.resize(1280, 700).await;
    browser.screenshot("readme-session").await;
    for &(path, selector, text) in PAGES {
        browser.open(&stage.address(path)).await;
        browser.until(path, &with_text(selector, text)).await;
        pictures(&stage, &path.replace('/', "-")).await;
    }
    visitor.disconnect().await.expect("a clean end");
    stage.end().await;
}

async fn pictures(stage: &crate::console::Stage, page: &str) {
    let browser = &stage.browser;
    for (theme, theme_name) in THEMES {
        browser.prefer(theme).await;
        for (width, height) in SIZES {
            browser.resize(width, height).await;
            browser
                .until(&format!("{page} fits {width} px"), FITS)
                .await;
            browser
                .screenshot(&format!("{page}-{width}-{theme_name}"))
                .await;
        }
    }
}
