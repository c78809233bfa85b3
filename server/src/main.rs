//! The `sluicegate` program.

use std::process::ExitCode;

use clap::Parser;
use sluicegate_server::app;

fn main() -> ExitCode {
    let options = app::Options::parse();
    match app::run(&options) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            failure.report();
            ExitCode::FAILURE
        }
    }
}
