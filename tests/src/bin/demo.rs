//! `make run`: the gateway with live sessions behind it, until Ctrl+C.

#![allow(clippy::print_stdout, reason = "a program for the terminal")]

use sluicegate_tests::demo::{Demo, Ports, default_folder};
use tokio::signal::unix::{SignalKind, signal};

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    // Before anything starts: an early Ctrl+C ends this process, and all it has started with it.
    let mut terminate = signal(SignalKind::terminate())?;
    println!("Starting a primary, two replicas and Sluicegate ...");
    let demo = Demo::start(&default_folder(), Ports::familiar()).await;
    println!("{}", demo.guide());
    tokio::select! {
        end = tokio::signal::ctrl_c() => end?,
        _ = terminate.recv() => {}
    }
    println!("\nEnding ...");
    demo.stop().await;
    println!("Ended.");
    Ok(())
}
