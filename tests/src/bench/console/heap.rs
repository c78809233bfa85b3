//! Memory of the page over time.

use std::time::{Duration, Instant};

use serde_json::Value;

use super::none;
use super::page::Page;

/// Samples over the whole time.
const SAMPLES: u32 = 40;

/// The memory of the page after a collection of garbage.
#[derive(Debug, Clone, Copy)]
pub struct HeapSample {
    /// Since the beginning.
    pub at: Duration,
    /// Bytes that JavaScript uses.
    pub script_bytes: f64,
    /// Bytes of WebAssembly's memory; it never shrinks.
    pub wasm_bytes: f64,
    /// Nodes of documents.
    pub nodes: f64,
}

/// Watches the memory while someone scrolls now and then.
pub(super) async fn watch(page: &Page, time: Duration) -> Vec<HeapSample> {
    let begin = Instant::now();
    let mut samples = Vec::new();
    for turn in 0..=SAMPLES {
        let due = time * turn / SAMPLES;
        tokio::time::sleep(due.saturating_sub(begin.elapsed())).await;
        page.wheel(if turn % 2 == 0 { 3000 } else { -3000 }).await;
        samples.push(sample(page, begin.elapsed()).await);
    }
    samples
}

async fn sample(page: &Page, at: Duration) -> HeapSample {
    let browser = &page.browser;
    browser
        .devtools("HeapProfiler.collectGarbage", none())
        .await;
    let heap = browser.devtools("Runtime.getHeapUsage", none()).await;
    let counters = browser.devtools("Memory.getDOMCounters", none()).await;
    let wasm = browser
        .script("return window.bench.memory.buffer.byteLength")
        .await;
    let number = |value: &Value| value.as_f64().expect("a number");
    HeapSample {
        at,
        script_bytes: number(&heap["usedSize"]),
        wasm_bytes: number(&wasm),
        nodes: number(&counters["nodes"]),
    }
}
