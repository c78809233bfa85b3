//! `make bench-console`: measures the console in a headless browser before thousands of sessions.

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program for the terminal"
)]

use std::path::PathBuf;
use std::time::Duration;

use clap::Parser;
use sluicegate_tests::bench::{ConsolePlan, console_markdown, run_console, write_section};

/// Measures sizes, first rows, long tasks, delays, row elements and memory of the console.
#[derive(Parser)]
struct Arguments {
    /// Sessions, as far as there are descriptors for them.
    #[arg(long, default_value_t = 10_000)]
    sessions: usize,
    /// How many of them do a statement every second.
    #[arg(long, default_value_t = 3_000)]
    working: usize,
    /// How many end every second, while others come.
    #[arg(long, default_value_t = 10)]
    changing: usize,
    /// Seconds of each measure of tasks and delays.
    #[arg(long, default_value_t = 20)]
    seconds: u64,
    /// Minutes for which the memory is watched.
    #[arg(long, default_value_t = 10.0)]
    heap_minutes: f64,
    /// How often the page is loaded for the time of the first rows.
    #[arg(long, default_value_t = 7)]
    loads: usize,
    /// A Markdown document to put the table into, in its section `console`.
    #[arg(long)]
    into: Option<PathBuf>,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let plan = ConsolePlan {
        sessions: arguments.sessions,
        working: arguments.working,
        changing: arguments.changing,
        phase: Duration::from_secs(arguments.seconds),
        heap: Duration::try_from_secs_f64(arguments.heap_minutes * 60.0)?,
        loads: arguments.loads,
    };
    let table = console_markdown(&run_console(&plan).await);
    println!("{table}");
    if let Some(document) = arguments.into {
        write_section(&document, "console", &table)?;
        eprintln!("written into {}", document.display());
    }
    Ok(())
}
