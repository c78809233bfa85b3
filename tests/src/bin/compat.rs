//! `make compat`: runs the clients that people use with and without the gateway and compares.

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program for the terminal"
)]

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use sluicegate_tests::bench;
use sluicegate_tests::compat::{self, Wanted};

/// Compares what clients see through the gateway with what they see without.
#[derive(Parser)]
struct Arguments {
    /// Only these clients.
    #[arg(long, value_delimiter = ',')]
    only: Vec<String>,
    /// Not the tests that packages ship.
    #[arg(long)]
    without_suites: bool,
    /// Where `.ci/setup.sh compat` has installed the clients.
    #[arg(long, env = "COMPAT_TOOLS")]
    tools: PathBuf,
    /// The folder for what they print.
    #[arg(long, default_value = "target/compat")]
    out: PathBuf,
    /// A Markdown document to put the table into, between its marks for results.
    #[arg(long)]
    into: Option<PathBuf>,
}

#[tokio::main]
async fn main() -> anyhow::Result<ExitCode> {
    let arguments = Arguments::parse();
    let wanted = Wanted {
        only: arguments.only,
        without_suites: arguments.without_suites,
    };
    // Scripts are run elsewhere.
    let tools = std::path::absolute(arguments.tools)?;
    let report = compat::run(&tools, &wanted, &arguments.out).await;
    println!("{}", report.markdown());
    if let Some(document) = arguments.into {
        bench::write_section(&document, "results", &report.markdown())?;
        eprintln!("written into {}", document.display());
    }
    Ok(if report.passed() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
