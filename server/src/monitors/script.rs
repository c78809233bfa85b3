//! Scripts: programs that are run when something happens to a server.
//!
//! They run one after the other, in the order of the events, in a task of their own: a script that
//! takes long delays the next one and never the monitor.

mod output;
mod placeholders;

use std::fmt;
use std::process::{ExitStatus, Stdio};
use std::sync::Arc;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process_group};
use tokio::process::{Child, Command};
use tokio::sync::mpsc;
use tokio::time::timeout;

use super::settings::MonitorSettings;
use crate::servers::{Server, ServerEvent};

/// Scripts that wait for their turn; more are left out, and the log says so.
const WAITING_MAX: usize = 128;

/// Why a script is run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Occasion {
    /// The states of a server have changed.
    Event(ServerEvent),
    /// A server is behind by more than `script_max_replication_lag`.
    LagAbove,
    /// It is not any more.
    LagBelow,
}

impl fmt::Display for Occasion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Event(event) => event.fmt(f),
            Self::LagAbove => f.write_str("rlag_above"),
            Self::LagBelow => f.write_str("rlag_below"),
        }
    }
}

/// Runs the scripts of one monitor. Those that wait are run also after it was dropped.
pub(super) struct ScriptRunner {
    monitor: Arc<str>,
    jobs: mpsc::Sender<Job>,
}

/// A script with its placeholders filled in.
#[derive(Debug)]
struct Job {
    program: String,
    arguments: Vec<String>,
    occasion: Occasion,
    limit: Duration,
}

impl ScriptRunner {
    /// Starts the task, on the current runtime.
    pub(super) fn start(monitor: Arc<str>) -> Self {
        let (jobs, mut waiting) = mpsc::channel::<Job>(WAITING_MAX);
        let name = Arc::clone(&monitor);
        tokio::spawn(async move {
            while let Some(job) = waiting.recv().await {
                job.run(&name).await;
            }
        });
        Self { monitor, jobs }
    }

    /// Runs the script of a monitor, if it has one for this.
    pub(super) fn run(&self, settings: &MonitorSettings, server: &Server, occasion: Occasion) {
        let parameters = &settings.parameters;
        let Some(script) = parameters.script.as_ref().filter(|_| !settings.passive) else {
            return;
        };
        if !is_wanted(&parameters.events, occasion) {
            return;
        }
        let filled = |text: &String| placeholders::fill(text, settings, server, occasion);
        let job = Job {
            program: filled(&script.program),
            arguments: script.arguments.iter().map(filled).collect(),
            occasion,
            limit: Duration::from_millis(parameters.script_timeout_ms),
        };
        if let Err(error) = self.jobs.try_send(job) {
            let monitor = &*self.monitor;
            tracing::error!(
                object = monitor,
                "monitor '{monitor}': no script for {occasion}: {error}"
            );
        }
    }
}

/// `events` chooses among the events; to the lag its own parameter applies.
fn is_wanted(events: &[String], occasion: Occasion) -> bool {
    let Occasion::Event(event) = occasion else {
        return true;
    };
    let name = event.to_string();
    events
        .iter()
        .any(|wanted| *wanted == "all" || *wanted == name)
}

impl Job {
    async fn run(self, monitor: &str) {
        let (program, occasion) = (&self.program, self.occasion);
        tracing::info!(
            object = monitor,
            "monitor '{monitor}': runs {program} for {occasion}"
        );
        let child = Command::new(program)
            .args(&self.arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .process_group(0)
            .kill_on_drop(true)
            .spawn();
        let ended = match child {
            Ok(mut child) => {
                output::log_in_background(program, child.stdout.take(), child.stderr.take());
                end(&mut child, program, self.limit).await
            }
            Err(error) => Err(error),
        };
        match ended {
            Ok(status) if status.success() => {
                tracing::debug!(
                    object = monitor,
                    "monitor '{monitor}': {program} for {occasion} has ended"
                );
            }
            Ok(status) => {
                tracing::error!(
                    object = monitor,
                    "monitor '{monitor}': {program} for {occasion}: {status}"
                );
            }
            Err(error) => {
                tracing::error!(
                    object = monitor,
                    "monitor '{monitor}': {program} for {occasion}: {error}"
                );
            }
        }
    }
}

/// Waits for the end of a script: past the limit it is asked to end, past twice the limit it is
/// killed, both with everything that it has started.
async fn end(child: &mut Child, program: &str, limit: Duration) -> std::io::Result<ExitStatus> {
    let group = child.id().and_then(|id| Pid::from_raw(id.cast_signed()));
    for signal in [Signal::TERM, Signal::KILL] {
        if let Ok(ended) = timeout(limit, child.wait()).await {
            return ended;
        }
        tracing::warn!("{program} takes longer than allowed, it gets {signal:?}");
        if let Some(Err(error)) = group.map(|group| kill_process_group(group, signal)) {
            tracing::warn!("{program} cannot be sent a signal: {error}");
        }
    }
    child.wait().await
}
