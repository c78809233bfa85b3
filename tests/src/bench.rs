//! The benchmark: the same load direct, through HAProxy and through the gateway, in turns.

mod chains;
mod console;
mod figures;
mod idle;
mod lists;
mod logins;
mod patches;
mod report;
mod section;
mod splits;
mod sysbench;
mod targets;
mod times;

pub use chains::{ChainKind, ChainSample};
pub use console::{ConsoleFigures, ConsolePlan, HeapSample, PhaseTasks};
pub use console::{console_markdown, run_console};
pub use figures::Figures;
pub use lists::ListSample;
pub use logins::{LoginKind, LoginSample};
pub use report::{Report, write_into};
pub use section::write_section;
pub use splits::{SplitKind, SplitSample};
pub use sysbench::{Load, Workload};
pub use targets::TargetKind;
pub use times::Times;

use crate::mariadb::MariaDb;
use chains::Chains;
use sysbench::{Outcome, Sysbench};
use targets::Target;

/// What to measure, and for how long.
#[derive(Debug, Clone)]
pub struct Plan {
    /// Seconds of each run.
    pub seconds: u32,
    /// Rounds: in each, every target runs every load once.
    pub rounds: usize,
    /// What to compare; `Direct` must be among them for ratios.
    pub targets: Vec<TargetKind>,
    /// Threads of sysbench.
    pub threads: Vec<u32>,
    /// Idle connections to measure memory with; 0 leaves that out.
    pub idle_connections: usize,
    /// Chains of filters to measure.
    pub chains: Vec<ChainKind>,
    /// Changes of an idle session's chain to take the time of; 0 leaves that out.
    pub patches: usize,
    /// Sessions to list; 0 leaves that out.
    pub listed_sessions: usize,
    /// Ways of reads, through readwritesplit and not, to measure.
    pub splits: Vec<SplitKind>,
    /// What clients come to for one statement each.
    pub logins: Vec<LoginKind>,
}

/// One run of one load against one target.
#[derive(Debug, Clone, Copy)]
pub struct Sample {
    /// What was measured.
    pub target: TargetKind,
    /// The load.
    pub load: Load,
    /// The round, from 0.
    pub round: usize,
    /// Statements per second, as sysbench counted.
    pub rate: f64,
    /// Processor seconds of the proxy per million statements; none for `Direct`.
    pub processor_seconds: Option<f64>,
}

/// Memory of one proxy with many idle connections.
#[derive(Debug, Clone, Copy)]
pub struct IdleMemory {
    /// The proxy.
    pub target: TargetKind,
    /// Resident KiB per connection.
    pub kib_per_connection: f64,
}

/// Carries out the plan; says on stderr where it is.
pub async fn run(plan: &Plan) -> Report {
    let mut report = Report {
        plan: plan.clone(),
        samples: Vec::new(),
        memory: Vec::new(),
        chains: Vec::new(),
        patches: None,
        splits: Vec::new(),
        logins: Vec::new(),
        lists: Vec::new(),
    };
    let measures_chains = !plan.chains.is_empty() || plan.patches > 0;
    if !plan.targets.is_empty() || measures_chains || !plan.logins.is_empty() {
        let database = targets::database(&[]).await;
        let sysbench = Sysbench::prepare(&database).await;
        (report.samples, report.memory) = measure_targets(plan, &database, &sysbench).await;
        if measures_chains {
            (report.chains, report.patches) = measure_chains(plan, &database, &sysbench).await;
        }
        report.logins = logins::run(plan, &database).await;
    }
    if !plan.splits.is_empty() {
        let threads = plan.threads.first().copied().unwrap_or(8);
        let effort = (plan.rounds, plan.seconds);
        report.splits = splits::run(&plan.splits, threads, effort).await;
    }
    if plan.listed_sessions > 0 {
        report.lists = lists::measure(plan.listed_sessions, plan.seconds).await;
    }
    report
}

/// The server, HAProxy and the gateway, under load and with idle connections.
async fn measure_targets(
    plan: &Plan,
    database: &MariaDb,
    sysbench: &Sysbench,
) -> (Vec<Sample>, Vec<IdleMemory>) {
    let mut running: Vec<Target> = Vec::new();
    for kind in &plan.targets {
        running.push(Target::start(*kind, database).await);
    }
    let loads = loads(plan);
    for (target, load) in running.iter().zip(loads.iter().cycle()) {
        sysbench.run(target.port, *load, 2).await;
    }
    let mut samples = Vec::new();
    for round in 0..plan.rounds {
        for load in &loads {
            // Another target begins in each round: none always runs on a warm or a tired machine.
            for step in 0..running.len() {
                let target = &running[(round + step) % running.len()];
                let sample = measure(sysbench, target, *load, round, plan.seconds).await;
                eprintln!("round {} {sample}", round + 1);
                samples.push(sample);
            }
        }
    }
    let mut memory = Vec::new();
    if plan.idle_connections > 0 {
        for target in running.iter().filter(|target| target.pid.is_some()) {
            memory.push(idle::measure(target, plan.idle_connections).await);
        }
    }
    (samples, memory)
}

/// Chains of filters, and changes of them, in a gateway of their own.
async fn measure_chains(
    plan: &Plan,
    database: &MariaDb,
    sysbench: &Sysbench,
) -> (Vec<ChainSample>, Option<Times>) {
    let chains = Chains::start(database, &plan.chains).await;
    let mut samples = Vec::new();
    if !plan.chains.is_empty() {
        let effort = (plan.rounds, plan.seconds);
        let threads = plan.threads.first().copied().unwrap_or(8);
        samples = chains.run(sysbench, threads, effort).await;
    }
    let patches = if plan.patches > 0 {
        Some(patches::measure(chains.gateway(), plan.patches).await)
    } else {
        None
    };
    (samples, patches)
}

/// Where sysbench's users and tables are.
pub(crate) const ACCOUNT: (&str, &str, &str) = ("bench", "bench-secret", "sbtest");

fn loads(plan: &Plan) -> Vec<Load> {
    let mut loads = Vec::new();
    for workload in [Workload::PointSelect, Workload::ReadWrite] {
        loads.extend(plan.threads.iter().map(|threads| Load {
            workload,
            threads: *threads,
        }));
    }
    loads
}

async fn measure(
    sysbench: &Sysbench,
    target: &Target,
    load: Load,
    round: usize,
    seconds: u32,
) -> Sample {
    let before = target.pid.map(crate::measure::processor_time);
    let Outcome { statements, rate } = sysbench.run(target.port, load, seconds).await;
    let after = target.pid.map(crate::measure::processor_time);
    let processor_seconds = before
        .zip(after)
        .map(|(before, after)| (after.saturating_sub(before)).as_secs_f64() * 1e6 / statements);
    Sample {
        target: target.kind,
        load,
        round,
        rate,
        processor_seconds,
    }
}

impl std::fmt::Display for Sample {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Load { workload, threads } = self.load;
        write!(
            f,
            "{workload} {threads:>2} threads {:<10}",
            self.target.name()
        )?;
        write!(f, " {:>8.0} statements/s", self.rate)?;
        match self.processor_seconds {
            Some(seconds) => write!(f, " {seconds:>6.1} CPU s/million"),
            None => Ok(()),
        }
    }
}
