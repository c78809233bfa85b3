//! A real browser: headless Chromium, driven through ChromeDriver.

mod devtools;
pub mod input;
mod tasks;

use std::path::PathBuf;
use std::time::Duration;

use fantoccini::elements::Element;
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};

use crate::ports::free_port;
use crate::process::{Process, find_or_say};
use crate::scratch;
use crate::waiting::{PATIENCE, eventually};

use devtools::DevTools;
pub use tasks::{Task, Tracing};

const FLAGS: &[&str] = &[
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
];

/// How long one look for an element may take: pages are drawn by WebAssembly on a busy machine.
const DRAW_TIME_MAX: Duration = Duration::from_secs(30);

/// A theme that the system asks pages for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Theme {
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
}

/// One browser with one page.
pub struct Browser {
    client: Client,
    debugging_port: u16,
    _driver: Process,
    _chromium: Process,
}

impl Browser {
    /// Starts a browser with an empty profile, and ChromeDriver.
    ///
    /// A browser that ChromeDriver starts outlives both when a test is killed; this one does not.
    pub async fn start() -> Self {
        let folder = scratch::folder("browser");
        let debugging_port = free_port();
        let mut flags: Vec<String> = FLAGS.iter().map(|&flag| flag.to_owned()).collect();
        flags.push(format!(
            "--user-data-dir={}",
            folder.join("profile").display()
        ));
        flags.push(format!("--remote-debugging-port={debugging_port}"));
        let log = folder.join("chromium.log");
        let mut chromium = Process::start("chromium", &find_or_say("chromium"), flags, &log);
        let port = free_port();
        let arguments = [
            format!("--port={port}"),
            "--allowed-ips=127.0.0.1".to_owned(),
        ];
        let program = find_or_say("chromedriver");
        let log = folder.join("chromedriver.log");
        let mut driver = Process::start("chromedriver", &program, arguments, &log);
        let capabilities = json!({
            "goog:chromeOptions": { "debuggerAddress": format!("127.0.0.1:{debugging_port}") },
            "goog:loggingPrefs": { "browser": "ALL" },
        });
        let address = format!("http://127.0.0.1:{port}");
        let client = eventually(PATIENCE, "ChromeDriver finds the browser", async || {
            chromium.assert_running();
            driver.assert_running();
            let mut builder = ClientBuilder::new(HttpConnector::new());
            let capabilities = capabilities.as_object().expect("an object").clone();
            builder
                .capabilities(capabilities)
                .connect(&address)
                .await
                .ok()
        })
        .await;
        Self {
            client,
            debugging_port,
            _driver: driver,
            _chromium: chromium,
        }
    }

    /// The WebDriver client, for what is not here.
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// Opens a page.
    pub async fn open(&self, url: &str) {
        self.client
            .goto(url)
            .await
            .unwrap_or_else(|e| panic!("{url}: {e}"));
    }

    /// The element of a CSS selector, as soon as it is there.
    pub async fn find(&self, selector: &str) -> Element {
        self.until(selector, &format!("document.querySelector({selector:?})"))
            .await;
        let found = self.client.find(Locator::Css(selector)).await;
        found.unwrap_or_else(|e| panic!("{selector}: {e}"))
    }

    /// Waits until a condition written in JavaScript holds.
    pub async fn until(&self, what: &str, condition: &str) {
        let script = format!("return Boolean({condition})");
        let page = async || {
            let holds = self.client.execute(&script, vec![]).await;
            (holds.ok() == Some(Value::Bool(true))).then_some(())
        };
        let found =
            tokio::time::timeout(DRAW_TIME_MAX, eventually(PATIENCE * 10, what, page)).await;
        if found.is_err() {
            let text = self.script("return document.body.innerText").await;
            panic!("{what}: not within {DRAW_TIME_MAX:?}; the page says:\n{text}");
        }
    }

    /// The value of a script.
    pub async fn script(&self, script: &str) -> Value {
        let value = self.client.execute(script, vec![]).await;
        value.unwrap_or_else(|e| panic!("{e} in: {script}"))
    }

    /// Types into a field in place of what it holds.
    pub async fn fill(&self, selector: &str, text: &str) {
        let field = self.find_in_sight(selector).await;
        field.click().await.expect("a field can be clicked");
        field.clear().await.expect("a field can be emptied");
        field.send_keys(text).await.expect("a field takes keys");
    }

    /// Clicks.
    pub async fn click(&self, selector: &str) {
        let element = self.find_in_sight(selector).await;
        element
            .click()
            .await
            .unwrap_or_else(|e| panic!("{selector}: {e}"));
    }

    /// An element in the middle of what is seen, where nothing that sticks to an edge covers it.
    async fn find_in_sight(&self, selector: &str) -> Element {
        let element = self.find(selector).await;
        let target = serde_json::to_value(&element).expect("an element can be told");
        let script = "arguments[0].scrollIntoView({block: 'center'})";
        let scrolled = self.client.execute(script, vec![target]).await;
        scrolled.unwrap_or_else(|e| panic!("{selector}: {e}"));
        element
    }

    /// Gives the page a viewport of this size, smaller than a window can be if need be.
    pub async fn resize(&self, width: u32, height: u32) {
        let metrics =
            json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": false});
        self.devtools("Emulation.setDeviceMetricsOverride", metrics)
            .await;
    }

    /// Makes the system ask for this theme.
    pub async fn prefer(&self, theme: Theme) {
        let value = if theme == Theme::Dark {
            "dark"
        } else {
            "light"
        };
        let features = json!({"features": [{"name": "prefers-color-scheme", "value": value}]});
        self.devtools("Emulation.setEmulatedMedia", features).await;
    }

    /// Makes the system ask for as little motion as possible.
    pub async fn reduce_motion(&self) {
        let features = json!({"features": [{"name": "prefers-reduced-motion", "value": "reduce"}]});
        self.devtools("Emulation.setEmulatedMedia", features).await;
    }

    /// Every element that a screen reader tells, as `role: name`.
    pub async fn told(&self) -> Vec<String> {
        let tree = self
            .devtools("Accessibility.getFullAXTree", json!({}))
            .await;
        let nodes = tree["nodes"].as_array().cloned().unwrap_or_default();
        let told = nodes.iter().filter(|node| node["ignored"] != true);
        told.map(|node| {
            let text = |name: &str| node[name]["value"].as_str().unwrap_or_default().to_owned();
            format!("{}: {}", text("role"), text("name"))
        })
        .collect()
    }

    /// Waits until nothing fades any more: half of a change of theme looks like a fault of colours.
    pub async fn settle(&self) {
        let fading = "document.getAnimations().some(a => a.playState === 'running' && \
                      a.effect.getComputedTiming().endTime !== Infinity)";
        self.until("nothing fades any more", &format!("!({fading})"))
            .await;
    }

    /// Puts a picture of the page into tests/out/screens.
    pub async fn screenshot(&self, name: &str) {
        self.settle().await;
        let picture = self.client.screenshot().await.expect("a picture");
        let folder = screens();
        std::fs::create_dir_all(&folder).expect("the folder of pictures can be made");
        std::fs::write(folder.join(format!("{name}.png")), picture).expect("a file");
    }

    /// What the page has written to the console as errors: broken scripts, violated policies.
    pub async fn errors(&self) -> Vec<String> {
        let log = devtools::BrowserLog;
        let entries = self.client.issue_cmd(log).await.expect("the browser's log");
        let entries = entries.as_array().cloned().unwrap_or_default();
        let severe = entries.iter().filter(|entry| entry["level"] == "SEVERE");
        severe
            .map(|entry| entry["message"].as_str().unwrap_or_default().to_owned())
            .collect()
    }

    /// Closes the browser.
    pub async fn close(self) {
        self.client.close().await.expect("a browser can be closed");
    }

    /// A command of the DevTools protocol; its answer.
    pub async fn devtools(&self, command: &'static str, parameters: Value) -> Value {
        let name = command;
        let command = DevTools {
            command,
            parameters,
        };
        let answer = self.client.issue_cmd(command).await;
        answer.unwrap_or_else(|e| panic!("{name}: {e}"))
    }
}

/// Where pictures are put.
pub fn screens() -> PathBuf {
    scratch::repository().join("tests/out/screens")
}
