//! The task of a monitor, and the handle to it.

use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::mariadbmon;
use super::report::MonitorReport;
use super::settings::MonitorSettings;
use crate::servers::Server;

/// A monitor, running or not; a clone is the same one. It ends when the last handle is dropped.
#[derive(Debug, Clone)]
pub struct MonitorHandle(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    name: Arc<str>,
    settings: watch::Sender<Arc<MonitorSettings>>,
    report: watch::Sender<Arc<MonitorReport>>,
    task: Mutex<Option<Task>>,
}

#[derive(Debug)]
struct Task {
    stop: watch::Sender<bool>,
    end: JoinHandle<()>,
}

/// Makes a monitor and starts it on the current runtime. Its first round begins at once.
pub fn start(settings: MonitorSettings) -> MonitorHandle {
    let monitor = MonitorHandle::new(settings);
    monitor.start();
    monitor
}

impl MonitorHandle {
    /// A monitor that does not run yet.
    pub fn new(settings: MonitorSettings) -> Self {
        Self(Arc::new(Inner {
            name: Arc::clone(&settings.name),
            settings: watch::Sender::new(Arc::new(settings)),
            report: watch::Sender::default(),
            task: Mutex::default(),
        }))
    }

    /// Its name.
    pub fn name(&self) -> &Arc<str> {
        &self.0.name
    }

    /// What it is to do.
    pub fn settings(&self) -> Arc<MonitorSettings> {
        Arc::clone(&self.0.settings.borrow())
    }

    /// Gives it other parameters and servers. A running monitor looks at all of them at once; the
    /// primary stays the primary if it may. Servers that it does not watch any more keep the states
    /// that they have.
    pub fn alter(&self, settings: MonitorSettings) {
        let settings = Arc::new(settings);
        let before = self.0.settings.send_replace(Arc::clone(&settings));
        let is_watched = |server: &Arc<Server>| {
            let mut watched = settings.servers.iter();
            watched.any(|watched| Arc::ptr_eq(watched, server))
        };
        let gone = before.servers.iter().filter(|server| !is_watched(server));
        gone.for_each(|server| server.watch_ended());
    }

    /// Starts it on the current runtime, unless it runs.
    pub fn start(&self) {
        let mut task = self.0.task();
        if task.as_ref().is_some_and(|task| !task.end.is_finished()) {
            return;
        }
        let (stop, stopped) = watch::channel(false);
        let settings = self.0.settings.subscribe();
        let end = tokio::spawn(mariadbmon::run(settings, self.0.report.clone(), stopped));
        *task = Some(Task { stop, end });
    }

    /// Stops it; answers when it has stopped. The states of its servers stay as they are.
    pub async fn stop(&self) {
        let task = self.0.task().take();
        let Some(task) = task else { return };
        task.stop.send_replace(true);
        if let Err(error) = task.end.await {
            let name = &*self.0.name;
            tracing::error!(object = name, "monitor '{name}' ended badly: {error}");
        }
        for server in &self.settings().servers {
            server.watch_ended();
        }
    }

    /// Whether it runs.
    pub fn is_running(&self) -> bool {
        self.0
            .task()
            .as_ref()
            .is_some_and(|task| !task.end.is_finished())
    }

    /// What it says of itself.
    pub fn report(&self) -> Arc<MonitorReport> {
        Arc::clone(&self.0.report.borrow())
    }

    /// Waits until every server has been looked at once. No server is in use before that.
    pub async fn first_round(&self) {
        // An error means that the monitor has ended: there is nothing to wait for.
        let mut reports = self.0.report.subscribe();
        let _ = reports.wait_for(|report| report.rounds > 0).await;
    }

    /// Waits for a round that begins after this call: what it says is of now. Answers at once when
    /// the monitor does not run.
    pub async fn next_round(&self) {
        if !self.is_running() {
            return;
        }
        let mut reports = self.0.report.subscribe();
        // The round that is under way may have begun earlier.
        let enough = reports.borrow().rounds + 2;
        let _ = reports.wait_for(|report| report.rounds >= enough).await;
    }
}

impl Inner {
    fn task(&self) -> std::sync::MutexGuard<'_, Option<Task>> {
        self.task.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
