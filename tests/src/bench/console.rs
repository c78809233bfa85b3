//! The figures of the console: measured in a headless Chromium before a crowd of real sessions.

mod heap;
mod page;
mod report;
mod scene;

use std::time::Duration;

use serde_json::json;

pub use heap::HeapSample;
pub use report::console_markdown;

use crate::browser::Task;
use page::Page;
use scene::Scene;

/// The screens on which row elements are counted; the first one is that of all other measures.
const SCREENS: [(u32, u32); 2] = [(1920, 1080), (2560, 1440)];
/// Rows whose delays are taken at the same time.
const WATCHED: usize = 10;

/// What to measure, and for how long.
#[derive(Debug, Clone)]
pub struct ConsolePlan {
    /// Sessions, as far as there are descriptors for them.
    pub sessions: usize,
    /// How many of them do a statement every second.
    pub working: usize,
    /// How many end every second, while others come.
    pub changing: usize,
    /// The length of each of the measures of tasks and of delays.
    pub phase: Duration,
    /// For how long the memory is watched.
    pub heap: Duration,
    /// How often the page is loaded for the time of the first rows.
    pub loads: usize,
}

/// What was measured.
#[derive(Debug, Clone)]
pub struct ConsoleFigures {
    /// The plan that was carried out.
    pub plan: ConsolePlan,
    /// The browser.
    pub browser: String,
    /// Sessions that there really were.
    pub sessions: usize,
    /// Rows that changed, came or went in a second.
    pub changes_per_second: f64,
    /// The bytes of the program as they were sent: wasm and js.
    pub program_bytes: u64,
    /// From navigation to painted rows, in ms, with an empty cache.
    pub first_rows_ms: Vec<f64>,
    /// Tasks of the page while nothing, scrolling, searching and sorting was done.
    pub tasks: Vec<PhaseTasks>,
    /// From an event to the painted row, in ms: from the server's sending, and from its arrival.
    pub delays_ms: Vec<(f64, f64)>,
    /// Row elements on each screen.
    pub row_elements: Vec<((u32, u32), u64)>,
    /// Memory over time.
    pub heap: Vec<HeapSample>,
}

/// The tasks of a time.
#[derive(Debug, Clone)]
pub struct PhaseTasks {
    /// What was done meanwhile.
    pub name: &'static str,
    /// Every task of the page's main thread.
    pub tasks: Vec<Task>,
}

impl PhaseTasks {
    /// The longest, by the clock and by its own use of the processor, in ms.
    pub fn longest_ms(&self) -> (f64, f64) {
        let longest = |time: fn(&Task) -> Duration| {
            let longest = self.tasks.iter().map(time).max();
            longest.unwrap_or_default().as_secs_f64() * 1e3
        };
        (longest(|task| task.wall), longest(|task| task.processor))
    }
}

/// Carries out the plan; says on stderr where it is.
pub async fn run_console(plan: &ConsolePlan) -> ConsoleFigures {
    eprintln!("a server, the gateway, {} sessions ...", plan.sessions);
    let scene = Scene::set(plan).await;
    let changes_per_second = scene.changes_per_second().await;
    eprintln!(
        "{} sessions, {changes_per_second:.0} rows change in a second",
        scene.sessions
    );
    let page = Page::open(&scene.address(), SCREENS[0]).await;
    let first_rows_ms = page.first_rows(plan.loads).await;
    eprintln!("first rows after {first_rows_ms:.0?} ms");
    let program_bytes = page.program_bytes().await;
    let mut tasks = Vec::new();
    for what in page::Doing::ALL {
        let phase = PhaseTasks {
            name: what.name(),
            tasks: page.tasks_while(what, plan.phase).await,
        };
        let (wall, processor) = phase.longest_ms();
        eprintln!(
            "longest task while {}: {wall:.0} ms, {processor:.0} ms of the processor",
            phase.name
        );
        tasks.push(phase);
    }
    let delays_ms = page.delays(WATCHED, plan.phase).await;
    eprintln!("{} delays", delays_ms.len());
    let mut row_elements = Vec::new();
    for screen in SCREENS {
        row_elements.push((screen, page.row_elements(screen).await));
    }
    eprintln!("memory over {:?} ...", plan.heap);
    let heap = heap::watch(&page, plan.heap).await;
    let browser = page.browser_version().await;
    page.close().await;
    let sessions = scene.sessions;
    scene.end().await;
    ConsoleFigures {
        plan: plan.clone(),
        browser,
        sessions,
        changes_per_second,
        program_bytes,
        first_rows_ms,
        tasks,
        delays_ms,
        row_elements,
        heap,
    }
}

/// Parameters of a DevTools command that has none.
fn none() -> serde_json::Value {
    json!({})
}
