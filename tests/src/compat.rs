//! `make compat`: the same work by the clients that people use, on the primary directly and through
//! the gateway with either router. What they print must be equal, and what of the tests that
//! packages ship passes without the gateway must pass with it.

mod known;
mod mysql_async_work;
mod programs;
mod report;
mod settling;
mod stage;
mod suites;

use std::path::Path;

pub use programs::{On, Program, programs};
pub use report::{Outcome, Report, Verdict};
pub use stage::Stage;
pub use suites::{Counts, SuiteOutcome, suites};

/// Where the work is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// The primary, without a gateway.
    Direct,
    /// Through readconnroute.
    ReadConn,
    /// Through readwritesplit, with the primary and two replicas.
    Split,
}

impl Target {
    /// All of them; the first is what the others are compared with.
    pub const ALL: [Self; 3] = [Self::Direct, Self::ReadConn, Self::Split];

    /// What it is called in a report.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Direct => "direct",
            Self::ReadConn => "readconnroute",
            Self::Split => "readwritesplit",
        }
    }
}

/// What was printed, and whether the program ended well.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transcript {
    /// Standard output.
    pub text: String,
    /// Whether it ended with 0.
    pub ok: bool,
    /// Standard error; it is not compared.
    pub errors: String,
}

/// What is to be run.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// Only clients and packages of these names; all, if there are none.
    pub only: Vec<String>,
    /// Not the tests that packages ship.
    pub without_suites: bool,
}

impl Wanted {
    fn takes(&self, program: &Program, stage: &Stage) -> bool {
        let named = self.only.is_empty() || self.only.contains(&program.name);
        named && program.on.takes(stage.is_mysql())
    }
}

/// Runs what is wanted on every target. What is printed is kept in `out`.
pub async fn run(tools: &Path, wanted: &Wanted, out: &Path) -> Report {
    std::fs::create_dir_all(out).expect("the folder for what clients print can be made");
    // Side by side: much of it waits.
    let on_mariadb = async {
        let stage = Stage::mariadb(tools).await;
        on_stage(&stage, tools, wanted, out).await
    };
    let on_mysql = async {
        match Stage::mysql(tools).await {
            Some(stage) => on_stage(&stage, tools, wanted, out).await,
            None => Report::default(),
        }
    };
    let (mut report, mysql) = tokio::join!(on_mariadb, on_mysql);
    report.outcomes.extend(mysql.outcomes);
    report.suites.extend(mysql.suites);
    report
}

async fn on_stage(stage: &Stage, tools: &Path, wanted: &Wanted, out: &Path) -> Report {
    let mut report = Report::default();
    for program in programs(tools) {
        if !wanted.takes(&program, stage) {
            continue;
        }
        if !program.is_here() {
            eprintln!("compat: {} is not installed: left out", program.name);
            continue;
        }
        let transcripts = transcripts(stage, &program, out).await;
        let outcome = Outcome::of(&stage.name, &program, &transcripts);
        eprintln!("compat: {}", outcome.line());
        report.outcomes.push(outcome);
    }
    if wanted.without_suites {
        return report;
    }
    for suite in suites(tools) {
        if !wanted.takes(&suite, stage) {
            continue;
        }
        if !suite.is_here() {
            eprintln!("compat: the tests of {} are not here: left out", suite.name);
            continue;
        }
        let first = transcripts(stage, &suite, out).await;
        let mut outcome = SuiteOutcome::of(&stage.name, &suite, &first);
        // What depends on times fails now and then: it has to fail twice.
        for target in outcome.targets_with_losses() {
            let again = transcript(stage, &suite, target, out).await;
            outcome.again(target, &again);
        }
        eprintln!("compat: {}", outcome.line());
        report.suites.push(outcome);
    }
    report
}

async fn transcripts(stage: &Stage, program: &Program, out: &Path) -> Vec<Transcript> {
    let mut all = Vec::new();
    for target in Target::ALL {
        all.push(transcript(stage, program, target, out).await);
    }
    all
}

async fn transcript(stage: &Stage, program: &Program, target: Target, out: &Path) -> Transcript {
    let transcript = stage.run(program, target).await;
    let kind = if program.is_suite { ".tests" } else { "" };
    let name = format!(
        "{}{kind}.{}.{}.txt",
        program.name,
        stage.name,
        target.name()
    );
    let text = format!("{}\n---- errors\n{}", transcript.text, transcript.errors);
    std::fs::write(out.join(name), text).expect("what a client prints can be kept");
    transcript
}
