//! `mariadbmon`: primaries and replicas by what the servers say of their replication.
//!
//! Passive: it changes nothing on the servers.

mod conditions;
mod disks;
mod graph;
mod probe;
mod round;
mod status;
mod topology;

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::{Interval, MissedTickBehavior, interval};

use self::round::Rounds;
use super::report::MonitorReport;
use super::script::ScriptRunner;
use super::settings::MonitorSettings;

/// Watches until it is stopped.
///
/// Every server is looked at by a task of its own. A round ends when those have answered that were
/// asked in it; a server that takes longer keeps its states until it answers or its time is up, and
/// delays nobody.
pub(super) async fn run(
    mut settings: watch::Receiver<Arc<MonitorSettings>>,
    report: watch::Sender<Arc<MonitorReport>>,
    mut stopped: watch::Receiver<bool>,
) {
    let current = Arc::clone(&settings.borrow_and_update());
    let mut clock = clock(&current);
    let scripts = ScriptRunner::start(Arc::clone(&current.name));
    let mut rounds = Rounds::new(current);
    loop {
        tokio::select! {
            biased;
            // Also when the handle is dropped.
            _ = stopped.wait_for(|stop| *stop) => return,
            changed = settings.changed() => {
                if changed.is_err() {
                    return;
                }
                let current = Arc::clone(&settings.borrow_and_update());
                clock = self::clock(&current);
                rounds = rounds.altered(current);
            }
            _ = clock.tick() => rounds.begin(),
            () = rounds.seen() => {}
        }
        if rounds.is_over() {
            let primary = rounds.decide(&scripts);
            report.send_modify(|report| {
                let rounds = report.rounds + 1;
                *report = Arc::new(MonitorReport { rounds, primary });
            });
        }
    }
}

fn clock(settings: &MonitorSettings) -> Interval {
    let every = Duration::from_millis(settings.parameters.monitor_interval_ms.max(1));
    let mut clock = interval(every);
    clock.set_missed_tick_behavior(MissedTickBehavior::Delay);
    clock
}
