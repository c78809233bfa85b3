//! `make bench`: compares the gateway with HAProxy and with no proxy at all.

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program for the terminal"
)]

use std::path::PathBuf;

use clap::Parser;
use sluicegate_tests::bench::{self, ChainKind, LoginKind, Plan, SplitKind, TargetKind};

/// Measures throughput, processor time and memory of the gateway and of HAProxy.
#[derive(Parser)]
struct Arguments {
    /// Seconds of each run.
    #[arg(long, default_value_t = 10)]
    seconds: u32,
    /// Rounds; medians are taken over them.
    #[arg(long, default_value_t = 5)]
    rounds: usize,
    /// What to compare.
    #[arg(
        long,
        value_delimiter = ',',
        default_value = "direct,haproxy,sluicegate"
    )]
    targets: Vec<String>,
    /// Threads of sysbench.
    #[arg(long, value_delimiter = ',', default_value = "8,64")]
    threads: Vec<u32>,
    /// Idle connections to measure memory with; 0 leaves that out.
    #[arg(long, default_value_t = 1000)]
    idle_connections: usize,
    /// Chains of filters to measure; none leaves that out.
    #[arg(
        long,
        value_delimiter = ',',
        default_value = "direct,none,nullfilter,5-nullfilters,qlafilter,cache,masking"
    )]
    chains: Vec<String>,
    /// Changes of an idle session's chain to take the time of; 0 leaves that out.
    #[arg(long, default_value_t = 5000)]
    patches: usize,
    /// Idle sessions to list, as far as the limit of open files allows; 0 leaves that out.
    #[arg(long, default_value_t = 10_000)]
    listed_sessions: usize,
    /// Ways of reads, through readwritesplit and not, to measure; none leaves that out.
    #[arg(
        long,
        value_delimiter = ',',
        default_value = "direct,readconnroute,readwritesplit-1,readwritesplit-3"
    )]
    splits: Vec<String>,
    /// What clients come to for one statement each, at most 3 rounds of 3 s; none leaves that out.
    #[arg(
        long,
        value_delimiter = ',',
        default_value = "direct,haproxy,sluicegate,sluicegate-pool"
    )]
    logins: Vec<String>,
    /// A Markdown document to put the tables into, between its marks for results.
    #[arg(long)]
    into: Option<PathBuf>,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let targets = kinds(&arguments.targets, TargetKind::of_name, "a target")?;
    let chains = kinds(&arguments.chains, ChainKind::of_name, "a chain")?;
    let splits = kinds(&arguments.splits, SplitKind::of_name, "a way of reads")?;
    let logins = kinds(
        &arguments.logins,
        LoginKind::of_name,
        "what clients come to",
    )?;
    let plan = Plan {
        seconds: arguments.seconds,
        rounds: arguments.rounds,
        targets,
        threads: arguments.threads,
        idle_connections: arguments.idle_connections,
        chains,
        patches: arguments.patches,
        splits,
        logins,
        listed_sessions: arguments.listed_sessions,
    };
    let report = bench::run(&plan).await;
    if report.has_loads() {
        println!("{}", report.markdown());
    }
    println!("{}", report.logins_markdown());
    println!("{}", report.lists_markdown());
    if let Some(document) = arguments.into {
        bench::write_into(&document, &report)?;
        eprintln!("written into {}", document.display());
    }
    Ok(())
}

/// The kinds of these names; an empty name stands for none (`--targets ""`).
fn kinds<K>(
    names: &[String],
    of_name: fn(&str) -> Option<K>,
    what: &str,
) -> anyhow::Result<Vec<K>> {
    let names = names.iter().filter(|name| !name.is_empty());
    let kinds =
        names.map(|name| of_name(name).ok_or_else(|| anyhow::anyhow!("{name} is not {what}")));
    kinds.collect()
}
