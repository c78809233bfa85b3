//! The table: each figure with its budget, and whether it is kept.

use std::fmt::Write as _;

use super::{ConsoleFigures, HeapSample};
use crate::bench::report::median;
use crate::browser::Task;

const KIB: f64 = 1024.0;
const MIB: f64 = 1024.0 * KIB;

/// The budgets of the console.
const PROGRAM_KIB_MAX: f64 = 600.0;
const FIRST_ROWS_MS_MAX: f64 = 1000.0;
const TASK_MS_MAX: f64 = 50.0;
const DELAY_MS_MAX: f64 = 500.0;
const ROW_ELEMENTS_MAX: u64 = 150;
/// Flat: what grows by less than this, from the first to the last third of the time.
const GROWTH_MAX: f64 = 0.05;

/// A line of the table.
struct Line {
    figure: String,
    budget: String,
    measured: String,
    kept: bool,
}

/// The table, and what it was measured with.
pub fn console_markdown(figures: &ConsoleFigures) -> String {
    let mut text = String::from("| figure | budget | measured | |\n|---|---|---|---|\n");
    for line in lines(figures) {
        let verdict = if line.kept { "kept" } else { "**missed**" };
        let (figure, budget, measured) = (line.figure, line.budget, line.measured);
        writeln!(text, "| {figure} | {budget} | {measured} | {verdict} |").expect("a String");
    }
    let plan = &figures.plan;
    let (sessions, changes) = (figures.sessions, figures.changes_per_second);
    write!(
        text,
        "\n{}, headless, 1920x1080 where not said otherwise, on the machine of the gateway, the \
         server and all clients. {sessions} sessions, of which {} do a statement every second, and \
         {} come and go: {changes:.0} changes of rows a second. Each measure of tasks and delays \
         takes {} s, memory {} min.\n",
        figures.browser,
        plan.working,
        plan.changing,
        plan.phase.as_secs(),
        plan.heap.as_secs_f64() / 60.0,
    )
    .expect("a String");
    text
}

fn lines(figures: &ConsoleFigures) -> Vec<Line> {
    let mut lines = vec![program(figures), first_rows(figures)];
    lines.extend(tasks(figures));
    lines.extend(delays(figures));
    for &((width, height), count) in &figures.row_elements {
        lines.push(Line {
            figure: format!("row elements, {width}x{height}"),
            budget: format!("< {ROW_ELEMENTS_MAX}"),
            measured: count.to_string(),
            kept: count < ROW_ELEMENTS_MAX,
        });
    }
    let heap = &figures.heap;
    lines.extend([
        growth(heap, "heap of JavaScript, MiB", MIB, |one| one.script_bytes),
        growth(heap, "memory of WebAssembly, MiB", MIB, |one| {
            one.wasm_bytes
        }),
        growth(heap, "nodes of the document", 1.0, |one| one.nodes),
    ]);
    lines
}

fn program(figures: &ConsoleFigures) -> Line {
    #[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
    let kib = figures.program_bytes as f64 / KIB;
    Line {
        figure: "wasm and js, as sent".to_owned(),
        budget: format!("< {PROGRAM_KIB_MAX:.0} KiB"),
        measured: format!("{kib:.0} KiB"),
        kept: kib < PROGRAM_KIB_MAX,
    }
}

fn first_rows(figures: &ConsoleFigures) -> Line {
    let times = &figures.first_rows_ms;
    let middle = median(times.clone()).unwrap_or(f64::INFINITY);
    let worst = times.iter().copied().fold(0.0, f64::max);
    Line {
        figure: "from navigation to painted rows, nothing cached".to_owned(),
        budget: format!("< {FIRST_ROWS_MS_MAX:.0} ms"),
        measured: format!(
            "median {middle:.0} ms, worst {worst:.0} ms of {}",
            times.len()
        ),
        kept: middle < FIRST_ROWS_MS_MAX,
    }
}

fn tasks(figures: &ConsoleFigures) -> impl Iterator<Item = Line> {
    figures.tasks.iter().map(|phase| {
        let (wall, processor) = phase.longest_ms();
        let over = |task: &&Task| task.wall.as_secs_f64() * 1e3 > TASK_MS_MAX;
        let over = phase.tasks.iter().filter(over).count();
        Line {
            figure: format!("longest task while {}", phase.name),
            budget: format!("< {TASK_MS_MAX:.0} ms"),
            measured: format!(
                "{wall:.0} ms ({processor:.0} ms of the processor), {over} of {} over it",
                phase.tasks.len()
            ),
            // Without any task nothing was measured.
            kept: !phase.tasks.is_empty() && wall < TASK_MS_MAX,
        }
    })
}

fn delays(figures: &ConsoleFigures) -> [Line; 2] {
    let line = |name: &str, mut times: Vec<f64>| {
        times.sort_by(f64::total_cmp);
        let of = |hundredths: usize| {
            let at = times.len() * hundredths / 100;
            let at = at.min(times.len().saturating_sub(1));
            times.get(at).copied().unwrap_or(f64::INFINITY)
        };
        Line {
            figure: format!("from the event {name} to the painted row, 95 of 100"),
            budget: format!("< {DELAY_MS_MAX:.0} ms"),
            measured: format!(
                "{:.0} ms, median {:.0} ms ({} events)",
                of(95),
                of(50),
                times.len()
            ),
            kept: of(95) < DELAY_MS_MAX,
        }
    };
    let pairs = &figures.delays_ms;
    [
        line("at the server", pairs.iter().map(|pair| pair.0).collect()),
        line("in the page", pairs.iter().map(|pair| pair.1).collect()),
    ]
}

fn growth(heap: &[HeapSample], name: &str, unit: f64, part: fn(&HeapSample) -> f64) -> Line {
    let third = heap.len() / 3;
    let middle = |samples: &[HeapSample]| median(samples.iter().map(part).collect());
    let first = middle(&heap[..third]).unwrap_or(f64::NAN);
    let last = middle(&heap[heap.len() - third..]).unwrap_or(f64::NAN);
    let grown = last / first - 1.0;
    let decimals = usize::from(unit > 1.0);
    Line {
        figure: name.to_owned(),
        budget: format!("grows by < {:.0} %", GROWTH_MAX * 100.0),
        measured: format!(
            "{:.decimals$}, then {:.decimals$} ({:+.1} %)",
            first / unit,
            last / unit,
            grown * 100.0
        ),
        kept: grown < GROWTH_MAX,
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn heap(bytes: impl Fn(u32) -> f64) -> Vec<HeapSample> {
        let sample = |at: u32| HeapSample {
            at: Duration::from_secs(u64::from(at)),
            script_bytes: bytes(at),
            wasm_bytes: MIB,
            nodes: 100.0,
        };
        (0..30).map(sample).collect()
    }

    #[test]
    fn what_stays_the_same_is_flat_and_what_leaks_is_not() {
        let line = |bytes: fn(u32) -> f64| growth(&heap(bytes), "x", MIB, |one| one.script_bytes);
        let saw = line(|at| 10.0 * MIB + f64::from(at % 3) * MIB);
        assert!(saw.kept, "{}", saw.measured);
        let leak = line(|at| 10.0 * MIB + f64::from(at) * MIB / 8.0);
        assert!(!leak.kept, "{}", leak.measured);
        assert_eq!(leak.measured, "10.6, then 13.1 (+23.7 %)");
    }
}
