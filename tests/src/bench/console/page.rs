//! The page that is measured.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::none;
use crate::api::ADMIN;
use crate::browser::input::keys::BACKSPACE;
use crate::browser::{Browser, Task};

const RECORDER: &str = include_str!("recorder.js");
/// What is typed into the search box, letter by letter.
const SEARCH: &str = "user:reports";
/// Pixels of one turn of the wheel.
const WHEEL: i32 = 900;
/// A turn after so long, as by a quick finger.
const TURN_EVERY: Duration = Duration::from_millis(60);
/// How long rows may take to appear before that is a failure.
const PATIENCE: Duration = Duration::from_mins(1);

/// What a person does with the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Doing {
    Nothing,
    Scrolling,
    Searching,
    Sorting,
}

impl Doing {
    pub(super) const ALL: [Self; 4] = [
        Self::Nothing,
        Self::Scrolling,
        Self::Searching,
        Self::Sorting,
    ];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Nothing => "watching",
            Self::Scrolling => "scrolling",
            Self::Searching => "searching",
            Self::Sorting => "sorting",
        }
    }
}

pub(super) struct Page {
    pub(super) browser: Browser,
    address: String,
    screen: (u32, u32),
}

impl Page {
    /// Logs in. The recorder runs in every page from then on.
    pub(super) async fn open(address: &str, screen: (u32, u32)) -> Self {
        let browser = Browser::start().await;
        browser.resize(screen.0, screen.1).await;
        browser
            .devtools(
                "Page.addScriptToEvaluateOnNewDocument",
                json!({"source": RECORDER}),
            )
            .await;
        browser.open(address).await;
        browser.fill("input[name=username]", ADMIN.0).await;
        browser.fill("input[name=password]", ADMIN.1).await;
        browser.click("button[type=submit]").await;
        let page = Self {
            browser,
            address: address.to_owned(),
            screen,
        };
        page.rows().await;
        page
    }

    /// Loads the page so often without a cache: ms from the navigation to painted rows.
    pub(super) async fn first_rows(&self, loads: usize) -> Vec<f64> {
        self.browser.devtools("Network.enable", none()).await;
        let cache = |off: bool| json!({"cacheDisabled": off});
        self.browser
            .devtools("Network.setCacheDisabled", cache(true))
            .await;
        let mut times = Vec::new();
        for _ in 0..loads {
            self.browser.open(&self.address).await;
            times.push(self.rows().await);
        }
        self.browser
            .devtools("Network.setCacheDisabled", cache(false))
            .await;
        times
    }

    /// Waits for rows; ms from the navigation to their paint.
    async fn rows(&self) -> f64 {
        let begin = Instant::now();
        while begin.elapsed() < PATIENCE {
            let time = self.browser.script("return window.bench?.firstRows").await;
            if let Some(ms) = time.as_f64().filter(|ms| *ms > 0.0) {
                return ms;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("no rows within {PATIENCE:?}");
    }

    /// The bytes of scripts and WebAssembly as they came over the wire, bodies only.
    pub(super) async fn program_bytes(&self) -> u64 {
        let script = "return performance.getEntriesByType('resource')\
             .filter(e => /\\.(js|wasm)$/.test(new URL(e.name).pathname))\
             .reduce((sum, e) => sum + e.encodedBodySize, 0)";
        let bytes = self.browser.script(script).await;
        bytes
            .as_u64()
            .filter(|bytes| *bytes > 0)
            .expect("a program")
    }

    /// The tasks of the page while something is done for so long.
    pub(super) async fn tasks_while(&self, doing: Doing, time: Duration) -> Vec<Task> {
        self.rest().await;
        let trace = self.browser.trace().await;
        let end = Instant::now() + time;
        while Instant::now() < end {
            self.step(doing).await;
        }
        trace.end().await
    }

    /// The pointer away from the rows, the list as at the beginning.
    async fn rest(&self) {
        self.pointer("mouseMoved", (5, 5), 0).await;
        self.browser
            .script(
                "document.activeElement?.blur(); document.querySelector('.table').scrollTop = 0",
            )
            .await;
        tokio::time::sleep(Duration::from_secs(1)).await;
    }

    async fn step(&self, doing: Doing) {
        match doing {
            Doing::Nothing => tokio::time::sleep(Duration::from_millis(200)).await,
            Doing::Scrolling => {
                for turn in 0..40 {
                    let delta = if turn < 30 { WHEEL } else { -WHEEL };
                    self.wheel(delta).await;
                    tokio::time::sleep(TURN_EVERY).await;
                }
            }
            Doing::Searching => {
                self.browser.click(".search-input").await;
                self.browser.type_text(SEARCH).await;
                for _ in SEARCH.chars() {
                    self.browser.press(&[BACKSPACE]).await;
                }
            }
            Doing::Sorting => {
                for head in [3, 11, 12, 2] {
                    let selector = format!(".table-column:nth-child({head}) .table-sort");
                    self.browser.click(&selector).await;
                    tokio::time::sleep(Duration::from_millis(400)).await;
                }
            }
        }
    }

    /// A turn of the wheel over the rows.
    pub(super) async fn wheel(&self, delta: i32) {
        let over = (self.screen.0 / 2, self.screen.1 / 2);
        self.pointer("mouseWheel", over, delta).await;
    }

    async fn pointer(&self, kind: &str, (x, y): (u32, u32), delta: i32) {
        let event = json!({"type": kind, "x": x, "y": y, "deltaX": 0, "deltaY": delta});
        self.browser
            .devtools("Input.dispatchMouseEvent", event)
            .await;
    }

    /// From events to painted rows, of those in sight that work.
    pub(super) async fn delays(&self, rows: usize, time: Duration) -> Vec<(f64, f64)> {
        // Those that do statements, the busiest first.
        self.browser
            .open(&format!("{}?sort=-rate", self.address))
            .await;
        self.rows().await;
        tokio::time::sleep(Duration::from_secs(3)).await;
        // What one looks at does not move: the pointer is on it.
        let over = (self.screen.0 / 2, self.screen.1 / 2);
        self.pointer("mouseMoved", over, 0).await;
        self.browser
            .script(&format!("return bench.watch({rows})"))
            .await;
        tokio::time::sleep(time).await;
        self.browser.script("bench.unwatch()").await;
        tokio::time::sleep(Duration::from_secs(1)).await;
        let delays = self.browser.script("return bench.delays").await;
        let delays = delays.as_array().cloned().unwrap_or_default();
        let delays = delays.iter().map(|pair| match numbers(pair)[..] {
            [sent, heard] => (sent, heard),
            _ => panic!("{pair} is not two numbers"),
        });
        delays.collect()
    }

    /// The most row elements on a screen of that size, while it is scrolled.
    pub(super) async fn row_elements(&self, screen: (u32, u32)) -> u64 {
        self.browser.resize(screen.0, screen.1).await;
        tokio::time::sleep(Duration::from_millis(500)).await;
        self.browser.script("bench.rowsMax = 0").await;
        for _ in 0..10 {
            self.wheel(WHEEL).await;
            tokio::time::sleep(TURN_EVERY).await;
        }
        let most = self.browser.script("return bench.rowsMax").await;
        self.browser.resize(self.screen.0, self.screen.1).await;
        most.as_u64().expect("a number")
    }

    pub(super) async fn browser_version(&self) -> String {
        let version = self.browser.devtools("Browser.getVersion", none()).await;
        version["product"].as_str().unwrap_or_default().to_owned()
    }

    pub(super) async fn close(self) {
        self.browser.close().await;
    }
}

/// The numbers of a list.
fn numbers(list: &Value) -> Vec<f64> {
    let list = list.as_array().cloned().unwrap_or_default();
    list.iter().filter_map(Value::as_f64).collect()
}
