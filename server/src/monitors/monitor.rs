//! The task of a monitor, and the handle to it.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::MissedTickBehavior;

use super::mariadbmon::MariadbMonitor;
use crate::config::MonitorParameters;
use crate::servers::Server;

/// What a monitor is to do.
#[derive(Debug, Clone)]
pub struct MonitorSettings {
    /// Its name in the configuration.
    pub name: Arc<str>,
    /// Its parameters.
    pub parameters: MonitorParameters,
    /// The servers it watches, in the order of the configuration: of equals the first becomes the
    /// primary.
    pub servers: Vec<Arc<Server>>,
}

/// A running monitor. It ends when this is dropped.
#[derive(Debug)]
pub struct MonitorHandle {
    name: Arc<str>,
    rounds: watch::Receiver<u64>,
    stop: watch::Sender<bool>,
    task: JoinHandle<()>,
}

/// Starts a monitor on the current runtime. Its first round begins at once.
pub fn start(settings: MonitorSettings) -> MonitorHandle {
    let (stop, stopped) = watch::channel(false);
    let (done, rounds) = watch::channel(0);
    let name = Arc::clone(&settings.name);
    let task = tokio::spawn(run(settings, stopped, done));
    MonitorHandle {
        name,
        rounds,
        stop,
        task,
    }
}

impl MonitorHandle {
    /// Its name.
    pub fn name(&self) -> &Arc<str> {
        &self.name
    }

    /// Waits until every server has been looked at once. No server is in use before that.
    pub async fn first_round(&self) {
        // An error means that the monitor has ended: there is nothing to wait for.
        let _ = self.rounds.clone().wait_for(|rounds| *rounds > 0).await;
    }

    /// Rounds done since the start.
    pub fn rounds(&self) -> u64 {
        *self.rounds.borrow()
    }

    /// Ends it. The states of its servers stay as they are.
    pub async fn stop(self) {
        self.stop.send_replace(true);
        if let Err(error) = self.task.await {
            tracing::error!("monitor '{}' ended badly: {error}", self.name);
        }
    }
}

async fn run(
    settings: MonitorSettings,
    mut stopped: watch::Receiver<bool>,
    done: watch::Sender<u64>,
) {
    let interval = Duration::from_millis(settings.parameters.monitor_interval_ms.max(1));
    let mut interval = tokio::time::interval(interval);
    interval.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut monitor = MariadbMonitor::new(settings);
    loop {
        let round = async {
            interval.tick().await;
            monitor.round().await;
        };
        tokio::select! {
            () = round => done.send_modify(|rounds| *rounds += 1),
            // Also when the handle is dropped.
            _ = stopped.wait_for(|stop| *stop) => break,
        }
    }
}
