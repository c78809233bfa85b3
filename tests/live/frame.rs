//! The frame around the pages, in windows of any height.

use crate::axe::PAGES;
use crate::console::{stage, with_text};

/// Low windows: with the rail, with the whole navigation, with the drawer.
const LOW: [(u32, u32); 5] = [
    (1280, 480),
    (1280, 360),
    (1920, 480),
    (1920, 360),
    (360, 360),
];

/// The content ends within the window.
const WITHIN: &str = "document.getElementById('content').getBoundingClientRect().bottom \
    <= innerHeight && document.documentElement.scrollHeight <= innerHeight";

#[tokio::test]
async fn the_content_ends_within_a_low_window_and_all_of_the_navigation_can_be_reached() {
    let stage = stage().await;
    let browser = &stage.browser;
    stage.log_in("sessions").await;
    for &(path, selector, text) in PAGES.iter().filter(|(path, ..)| *path != "ended") {
        browser.resize(1280, 900).await;
        browser.open(&stage.address(path)).await;
        browser.until(path, &with_text(selector, text)).await;
        for (width, height) in LOW {
            browser.resize(width, height).await;
            let what = format!("{path} ends within {width} x {height}");
            browser.until(&what, WITHIN).await;
        }
    }
    for (width, height) in LOW {
        browser.resize(width, height).await;
        if width < 720 {
            browser
                .script("document.querySelector('.topbar-menu button').click()")
                .await;
        }
        let last = "const all = document.querySelectorAll('.nav-link'); \
                    const last = all[all.length - 1]; last.scrollIntoView(); \
                    window.last = last; return last.textContent";
        assert_eq!(browser.script(last).await, "Settings");
        let seen = "(() => { const r = window.last.getBoundingClientRect(); \
                    return r.top >= 0 && r.bottom <= innerHeight && window.last.contains( \
                    document.elementFromPoint(r.x + r.width / 2, r.y + r.height / 2)); })()";
        let what = format!("the last page of the navigation at {width} x {height}");
        browser.until(&what, seen).await;
    }
    stage.end().await;
}
