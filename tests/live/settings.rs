//! What one prefers is kept in the browser.

use crate::console::stage;

#[tokio::test]
async fn theme_density_time_zone_and_rate_are_kept_over_a_reload() {
    let stage = stage().await;
    let browser = &stage.browser;
    // Far from UTC, so that the time zone makes a difference.
    let zone = serde_json::json!({"timezoneId": "Asia/Kathmandu"});
    browser
        .devtools("Emulation.setTimezoneOverride", zone)
        .await;
    browser.resize(1280, 900).await;
    stage.log_in("settings").await;
    let background = "return getComputedStyle(document.body).backgroundColor";
    let before = browser.script(background).await;
    let chosen = ["Dark theme", "Comfortable", "UTC", "Every 5 seconds"];
    for label in chosen {
        stage.press("label.check", label).await;
    }
    browser.settle().await;
    let dark = browser.script(background).await;
    assert_ne!(dark, before, "the theme is another one at once");

    browser.open(&stage.address("settings")).await;
    stage.says("h1", "Settings").await;
    let marked = "return [...document.querySelectorAll('label.check')]\
                  .filter(label => label.querySelector('input').checked)\
                  .map(label => label.textContent.trim())";
    assert_eq!(browser.script(marked).await, serde_json::json!(chosen));
    assert_eq!(browser.script(background).await, dark);
    let density = browser
        .script("return document.documentElement.dataset.density")
        .await;
    assert_eq!(density, "comfortable");

    // Times are told in UTC now.
    browser.open(&stage.address("servers/server1")).await;
    stage.says("h1", "server1").await;
    let hour = "new Date().toISOString().slice(0, 11).replace('T', ' ')";
    browser.open(&stage.address("logs")).await;
    browser
        .until(
            "lines are told with the day in UTC",
            &format!("document.body.innerText.includes({hour})"),
        )
        .await;
    stage.end().await;
}
