//! `make api-fuzz`: compares what the gateway answers with its OpenAPI document.

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program for the terminal"
)]

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use sluicegate_tests::api_fuzz;

/// Lets schemathesis attack a gateway of its own.
#[derive(Parser)]
struct Arguments {
    /// The program `schemathesis`, as `.ci/setup.sh api-fuzz` has installed it.
    #[arg(long)]
    schemathesis: PathBuf,
    /// What it is told of the API: what to leave out and what is right on purpose.
    #[arg(long)]
    configuration: PathBuf,
    /// Further arguments of it, behind `--`.
    #[arg(last = true)]
    further: Vec<OsString>,
}

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let further = &arguments.further;
    if api_fuzz::run(&arguments.schemathesis, &arguments.configuration, further).await {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}
